//! Where a voice is used: flows that speak with it, their takes and videos. Read in the background.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::jobs::{Outcome, Request, State};
use crate::library::Library;
use crate::panels::Cx;
use crate::remote::Remote;
use crate::store::{Flow, Store};

/// A flow that speaks with a voice.
#[derive(Debug, Clone)]
pub struct Use {
    pub flow: Flow,
    /// ISO 8601 in UTC; empty for the one that is open.
    pub saved_at: String,
}

/// Flows by the ids of their voices.
type ByVoice = HashMap<String, Vec<Use>>;

/// How many takes, jobs and flows there were, and which flow was open.
type Asked = (usize, usize, Option<usize>, String);

/// What is known of it.
#[derive(Default)]
pub struct Uses {
    read: Remote<ByVoice>,
    /// What it was read for.
    asked: Option<Asked>,
    counted: Counted,
}

/// The uses of one voice.
#[derive(Default)]
pub struct Counted {
    voice: String,
    pub takes: usize,
    pub videos: usize,
}

impl Uses {
    /// Reads again when something was made or removed since, or another flow is open. While the page is shown.
    pub fn update(&mut self, voice: &str, cx: &Cx<'_>) {
        let flows = cx.store.flows.all();
        let now = (cx.store.takes.len(), cx.jobs.all().len(), flows.map(<[_]>::len), cx.store.flow.id.clone());
        let is_news = self.asked.as_ref() != Some(&now) && !self.read.is_loading();
        if is_news || self.counted.voice != voice {
            self.counted = count(voice, cx);
        }
        if is_news {
            self.asked = Some(now);
            let library = cx.library.clone();
            // A flow that was removed stays in the library for a while.
            let listed = flows.map(|flows| flows.iter().map(|entry| entry.id.clone()).collect());
            let gone = &cx.store.deleted_clones;
            let now = gone.iter().map(|old| (old.id.clone(), cx.store.voice_now(&old.id).to_owned())).collect();
            self.read.load(cx.runtime.blocking(move || read(&library, listed.as_ref(), &now)));
        }
        self.read.poll();
    }

    /// Forgets what was read: the page is shown anew.
    pub fn forget(&mut self) {
        self.asked = None;
    }

    /// Flows that speak with a voice, the one saved last first.
    pub fn flows(&self, voice: &str) -> &[Use] {
        self.read.value().and_then(|all| all.get(voice)).map_or(&[][..], Vec::as_slice)
    }

    /// Takes and videos of the voice that was asked about last.
    pub fn counted(&self) -> &Counted {
        &self.counted
    }
}

fn count(voice: &str, cx: &Cx<'_>) -> Counted {
    let takes: HashSet<&str> = takes(cx.store, voice).collect();
    let is_video = |job: &&crate::jobs::Job| {
        let Request::LipSync(sync) = &job.request else { return false };
        let done = matches!(job.state, State::Done(Outcome::Video { .. }));
        done && sync.voice.take_id().is_some_and(|take| takes.contains(take))
    };
    let videos = if takes.is_empty() { 0 } else { cx.jobs.all().iter().filter(is_video).count() };
    Counted { voice: voice.to_owned(), takes: takes.len(), videos }
}

impl Use {
    /// The picture that stands for it.
    pub fn picture(&self) -> Option<&PathBuf> {
        let file = self.flow.target.as_ref().or(self.flow.source.as_ref());
        file.filter(|file| file.probe.video.is_some()).map(|file| &file.path)
    }

    /// How far it has come.
    pub fn words(&self, store: &Store) -> String {
        let take = self.flow.take().and_then(|id| store.take(id));
        match (&self.flow.result, take) {
            (Some(_), _) => "Video made".to_owned(),
            (None, Some(take)) if self.flow.target.is_some() => format!("Take {}, ready to lip sync", take.in_line()),
            (None, Some(take)) => format!("Take {}", take.in_line()),
            (None, None) if self.flow.text().trim().is_empty() => "No line yet".to_owned(),
            (None, None) => "Line not spoken yet".to_owned(),
        }
    }
}

fn takes<'a>(store: &'a Store, id: &'a str) -> impl Iterator<Item = &'a str> {
    store.takes.iter().filter(move |take| store.is_same_voice(&take.voice_id, id)).map(|take| take.id.as_str())
}

/// Of the flows in the list; of all while that is not known. `now`: the ids of voices that had another one before.
/// Blocks.
fn read(
    library: &Library,
    listed: Option<&HashSet<String>>,
    now: &HashMap<String, String>,
) -> crate::error::Result<ByVoice> {
    let mut by_voice = ByVoice::new();
    let is_listed = |id: &String| listed.is_none_or(|listed| listed.contains(id));
    for entry in library.flows()?.into_iter().filter(|entry| is_listed(&entry.id)) {
        let document = library.flow(&entry.id)?;
        let Some(flow) = document.and_then(|document| serde_json::from_str::<Flow>(&document).ok()) else { continue };
        let own = flow.voice.as_ref().map(|voice| voice.id.clone());
        let of_lines = flow.lines.all().iter().filter_map(|line| line.voice_id.clone());
        let voices: HashSet<String> =
            own.into_iter().chain(of_lines).map(|id| now.get(&id).cloned().unwrap_or(id)).collect();
        for voice in voices {
            let found = Use { flow: flow.clone(), saved_at: entry.saved_at.clone() };
            by_voice.entry(voice).or_default().push(found);
        }
    }
    Ok(by_voice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::VoiceChoice;

    #[test]
    fn flows_of_a_voice_that_came_back_are_its_own_and_removed_ones_are_not_among_them() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let voice = Some(VoiceChoice { id: "v".into(), name: "Mara".into() });
        for id in ["kept", "removed"] {
            let flow = Flow { id: id.into(), voice: voice.clone(), ..Flow::default() };
            library.put_flow(id, &serde_json::to_string(&flow).unwrap(), "2026-11-22T10:00:00Z").unwrap();
        }
        let now = [("v".to_owned(), "came back".to_owned())].into();
        let ids = |listed: Option<&HashSet<String>>| {
            let by_voice = read(&library, listed, &now).unwrap();
            let mut ids: Vec<String> = by_voice["came back"].iter().map(|of| of.flow.id.clone()).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids(None), ["kept", "removed"]);
        assert_eq!(ids(Some(&["kept".to_owned()].into())), ["kept"]);
    }
}

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

/// What is known of it.
#[derive(Default)]
pub struct Uses {
    read: Remote<ByVoice>,
    /// What it was read for.
    asked: Option<(usize, usize, String)>,
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
    /// Reads again when something was made since, or another flow is open. While the page is shown.
    pub fn update(&mut self, voice: &str, cx: &Cx<'_>) {
        let now = (cx.store.takes.len(), cx.jobs.all().len(), cx.store.flow.id.clone());
        let is_news = self.asked.as_ref() != Some(&now) && !self.read.is_loading();
        if is_news || self.counted.voice != voice {
            self.counted = count(voice, cx);
        }
        if is_news {
            self.asked = Some(now);
            let library = cx.library.clone();
            self.read.load(cx.runtime.blocking(move || read(&library)));
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
            (None, Some(take)) if self.flow.target.is_some() => format!("Take {}, ready to lip sync", take.number),
            (None, Some(take)) => format!("Take {}", take.number),
            (None, None) if self.flow.text().trim().is_empty() => "No line yet".to_owned(),
            (None, None) => "Line not spoken yet".to_owned(),
        }
    }
}

fn takes<'a>(store: &'a Store, id: &'a str) -> impl Iterator<Item = &'a str> {
    store.takes.iter().filter(move |take| take.voice_id == id).map(|take| take.id.as_str())
}

/// Blocks.
fn read(library: &Library) -> crate::error::Result<ByVoice> {
    let mut by_voice = ByVoice::new();
    for entry in library.flows()? {
        let document = library.flow(&entry.id)?;
        let Some(flow) = document.and_then(|document| serde_json::from_str::<Flow>(&document).ok()) else { continue };
        let own = flow.voice.as_ref().map(|voice| voice.id.clone());
        let of_lines = flow.lines.all().iter().filter_map(|line| line.voice_id.clone());
        let voices: HashSet<String> = own.into_iter().chain(of_lines).collect();
        for voice in voices {
            let found = Use { flow: flow.clone(), saved_at: entry.saved_at.clone() };
            by_voice.entry(voice).or_default().push(found);
        }
    }
    Ok(by_voice)
}

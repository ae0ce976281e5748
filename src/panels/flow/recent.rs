//! What the list of flows shows of each: read in the background when its row is first seen, and again when it was saved
//! anew or a job ended. Rows out of sight cost nothing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use time::OffsetDateTime;

use super::facts;
use super::stages::{self, State};
use super::status::{self, Status};
use crate::error::{Error, Result};
use crate::jobs::{Jobs, Outcome, Request, State as JobState};
use crate::library::{FlowEntry, Library};
use crate::panels::{Cx, when};
use crate::remote::Remote;
use crate::store::{Flow, MediaFile, Store};
use crate::ui::format;

/// More than any window shows at a time.
const MOST: usize = 256;

/// What was read of flows.
#[derive(Default)]
pub(super) struct Recents {
    held: HashMap<String, Held>,
    /// Goes up when a job ended.
    turn: u64,
}

struct Held {
    saved_at: String,
    turn: u64,
    brief: Remote<Arc<Brief>>,
    status: Option<(Stamp, Arc<Status>)>,
}

/// What of a flow has to be read.
pub(super) struct Brief {
    pub flow: Flow,
    /// What its takes and lip syncs have cost, in US dollars.
    usd: f64,
}

/// What a status was made of, but for running jobs.
type Stamp = (u64, u64, usize, usize, usize);

/// A row of the list.
#[derive(Clone)]
pub(super) struct Entry {
    pub id: String,
    pub name: String,
    /// "3 lines, Mara, keynote"; empty until it was read.
    pub about: String,
    /// "Yesterday, 18:20".
    pub when: String,
    /// "$1.12".
    pub cost: String,
    pub status: Option<Arc<Status>>,
    pub brief: Option<Arc<Brief>>,
    /// Why it can't be read.
    pub problem: Option<String>,
}

impl Entry {
    /// What screen readers say of the row.
    pub fn spoken(&self) -> String {
        let status = self.status.as_ref().map(|status| status.words.as_str());
        let parts = [self.about.as_str(), status.unwrap_or_default(), &self.when, &self.cost];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}. {}. Enter to open.", self.name, parts.join(". "))
    }
}

impl Recents {
    /// Once per frame, whatever page is shown.
    pub fn logic(&mut self, jobs: &Jobs) {
        self.turn += u64::from(jobs.news().next().is_some());
    }

    /// A row, with what is known of it by now.
    pub fn entry(&mut self, entry: &FlowEntry, now: OffsetDateTime, cx: &Cx<'_>) -> Entry {
        if self.held.len() > MOST {
            self.held.clear();
        }
        let turn = self.turn;
        let held = self.held.entry(entry.id.clone()).or_insert_with(|| Held {
            saved_at: String::new(),
            turn,
            brief: Remote::default(),
            status: None,
        });
        if held.saved_at != entry.saved_at || held.turn != turn {
            (held.saved_at, held.turn, held.status) = (entry.saved_at.clone(), turn, None);
            let (library, id, runs) = (cx.library.clone(), entry.id.clone(), lip_syncs(cx.jobs));
            held.brief.load(cx.runtime.blocking(move || read(&library, &id, &runs).map(Arc::new)));
        }
        if held.brief.poll() {
            held.status = None;
        }
        let brief = held.brief.value().cloned();
        let status = brief.as_ref().map(|brief| held.status(brief, cx.store, cx.jobs));
        let name = if entry.name.trim().is_empty() { "Flow without a name" } else { &entry.name };
        Entry {
            id: entry.id.clone(),
            name: name.to_owned(),
            about: brief.as_ref().map(|brief| about(cx.store, &brief.flow)).unwrap_or_default(),
            when: when::parse(&entry.saved_at).map(|at| moment(at, now)).unwrap_or_default(),
            // The sandbox keeps what it would have cost, and bills nothing.
            cost: brief
                .as_ref()
                .map(|brief| format::price(if cx.store.is_sandbox { 0.0 } else { brief.usd }))
                .unwrap_or_default(),
            status,
            problem: held.brief.error().map(ToString::to_string),
            brief,
        }
    }
}

impl Held {
    fn status(&mut self, brief: &Brief, store: &Store, jobs: &Jobs) -> Arc<Status> {
        let stamp = (self.turn, store.words.revision(), jobs.all().len(), store.takes.len(), store.clones.len());
        match &self.status {
            // What runs changes between the news.
            Some((of, status)) if *of == stamp && !status.states.contains(&State::Running) => status.clone(),
            _ => {
                let runs = facts::work_of(&brief.flow, jobs);
                let stages = stages::stages(&facts::gather_of(store, &brief.flow, &runs));
                let failed = stages.iter().position(|stage| stage.state == State::Failed);
                let failure = failed.and_then(|at| facts::failure_of(&runs, at));
                let status = Arc::new(status::status(&stages, failure.as_deref()));
                self.status = Some((stamp, status.clone()));
                status
            }
        }
    }
}

impl Brief {
    /// The video whose picture stands for the flow.
    pub fn picture(&self) -> Option<&MediaFile> {
        let files = [&self.flow.target, &self.flow.source];
        files.into_iter().flatten().find(|file| file.probe.video.is_some())
    }

    /// The file to show in its folder: the result, else what it is made of.
    pub fn file(&self, jobs: &Jobs) -> Option<PathBuf> {
        let made = self.flow.result.as_deref().and_then(|id| jobs.get(id)).and_then(|job| match &job.state {
            JobState::Done(Outcome::Video { file, .. }) => Some(file.clone()),
            _ => None,
        });
        let files = [&self.flow.target, &self.flow.source, &self.flow.audio];
        made.or_else(|| files.into_iter().flatten().map(|file| file.path.clone()).next())
    }
}

/// "3 lines, Mara, keynote", or the sound that is used instead.
fn about(store: &Store, flow: &Flow) -> String {
    if let Some(audio) = &flow.audio {
        return audio.name();
    }
    let written = flow.lines.all().iter().filter(|line| !line.text.trim().is_empty()).count();
    let lines = match written {
        0 => "No line yet".to_owned(),
        count => format::count(count as u64, "line", "lines"),
    };
    match &flow.voice {
        Some(voice) => format!("{lines}, {}", store.voice_name(&voice.id, &voice.name)),
        None => lines,
    }
}

/// "Yesterday, 18:20"; without the time in another year.
fn moment(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let day = when::day(at, now);
    let mut chars = day.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let day = format!("{first}{}", chars.as_str());
    if at.year() == now.year() { format!("{day}, {}", when::clock(at)) } else { day }
}

/// Every lip sync of a take: its job and the take.
fn lip_syncs(jobs: &Jobs) -> Vec<(String, String)> {
    let jobs = jobs.all().iter().filter_map(|job| match &job.request {
        Request::LipSync(made) => Some((job.id.clone(), made.voice.take_id()?.to_owned())),
        _ => None,
    });
    jobs.collect()
}

/// Blocks.
fn read(library: &Library, id: &str, lip_syncs: &[(String, String)]) -> Result<Brief> {
    let gone = || Error::Library("this flow is not in it any more".to_owned());
    let document = library.flow(id)?.ok_or_else(gone)?;
    let flow: Flow =
        serde_json::from_str(&document).map_err(|e| Error::Library(format!("this flow can't be read: {e}")))?;
    let mut paid: Vec<String> = flow.result.clone().into_iter().collect();
    for line in flow.lines.all() {
        let takes = library.takes_of(&line.id)?;
        for take in takes.iter().map(|take| take.id.as_str()).chain(line.take_id.as_deref()) {
            paid.push(take.to_owned());
            paid.extend(lip_syncs.iter().filter(|(_, of)| of == take).map(|(job, _)| job.clone()));
        }
    }
    paid.sort_unstable();
    paid.dedup();
    let usd = paid.iter().map(|job| library.job_usd(job)).sum::<Result<f64>>()?;
    Ok(Brief { flow, usd })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{Charge, ChargeState};
    use crate::store::{Lines, VoiceChoice};

    #[test]
    fn a_row_says_how_many_lines_in_which_voice() {
        let store = Store::new("x".into(), true);
        let mut flow = Flow { lines: Lines::of("One"), ..Flow::default() };
        flow.lines.insert(1, Lines::line("Two"));
        flow.lines.insert(2, Lines::line(" "));
        assert_eq!(about(&store, &flow), "2 lines");
        flow.voice = Some(VoiceChoice { id: "v".into(), name: "Mara, keynote".into() });
        assert_eq!(about(&store, &flow), "2 lines, Mara, keynote");
        assert_eq!(about(&store, &Flow::default()), "No line yet");
    }

    #[test]
    fn a_flow_has_cost_what_its_takes_and_their_lip_syncs_have() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let mut flow = Flow::default();
        flow.set_take(Some("take".into()));
        flow.result = Some("second".into());
        let document = serde_json::to_string(&flow).unwrap();
        library.put_flow_and_lines(&flow.id, "A", &document, "2026-11-22T10:00:00Z", flow.lines.all()).unwrap();
        for (job, usd) in [("take", 0.01), ("first", 0.5), ("second", 0.25), ("other", 9.0)] {
            let charge = Charge {
                job: job.into(),
                at: "2026-11-22T10:00:00Z".into(),
                kind: "lip sync".into(),
                voice: None,
                model: None,
                estimate_usd: Some(usd),
                actual_usd: None,
                state: ChargeState::Reserved,
            };
            library.reserve(&charge).unwrap();
        }
        let runs = [("first".to_owned(), "take".to_owned()), ("other".to_owned(), "another take".to_owned())];
        let brief = read(&library, &flow.id, &runs).unwrap();
        assert!((brief.usd - 0.76).abs() < 1e-9, "{}", brief.usd);
        assert!(read(&library, "gone", &[]).is_err());
    }
}

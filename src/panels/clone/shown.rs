//! Step 3's state: which clone is shown, and what becomes of the page when it ends or is left.

use super::super::pace::Paces;
use super::slots::Chosen;
use super::typing::Typing;
use super::{ClonePanel, draft_of};
use crate::jobs::{Job, Jobs, Outcome, Request, State, Step};
use crate::panels::{Command, Cx, Notice, Page, speech};
use crate::script::{self, Fit};
use crate::store::{Store, VoiceChoice};

use super::draft::Draft;

/// The clone that is shown.
#[derive(Default)]
pub struct Shown {
    /// Id of its job.
    pub job: String,
    /// The voice it made, until it is handed on.
    pub ready: Option<VoiceChoice>,
    /// The reply got lost, and the voice was looked for.
    pub was_lost: bool,
    /// The clone was asked for just now: the cursor goes into the first line, so that it can be typed at once.
    pub invites: bool,
    /// Whether the first line is being typed.
    pub typing: Typing,
    pub paces: Paces,
    /// What is chosen to free a slot, when all are in use.
    pub chosen: Chosen,
}

impl Shown {
    /// Shows a job, with the line as it stands.
    pub fn new(job: String, line: &str) -> Self {
        Self { job, invites: true, typing: Typing::new(line), ..Self::default() }
    }
}

impl ClonePanel {
    /// Shows the clone of the flow's source that is being made, also one from before a restart. Any other, like a parked
    /// voice that is brought back, is for the voices: the flow, and a run that waits for its own clone, go without it.
    pub(super) fn follow_job(&mut self, store: &Store, jobs: &Jobs) {
        self.shown.take_if(|shown| jobs.get(&shown.job).is_none());
        self.left.retain(|id| jobs.get(id).is_some_and(Job::is_running));
        if self.shown.is_none() {
            let is_own = |job: &Job| is_of_source(&job.request, store);
            let running = |job: &&Job| job.is_running() && is_own(job) && !self.left.contains(&job.id);
            let found = jobs.all().iter().find(running);
            self.shown = found.map(|job| Shown { job: job.id.clone(), ..Shown::default() });
        }
        let Some(shown) = &mut self.shown else { return };
        let job = jobs.get(&shown.job);
        shown.was_lost |= job.is_some_and(|job| matches!(job.state, State::Running(Step::FindClone)));
        if let Some(State::Done(Outcome::Voice { id, name })) = job.map(|job| &job.state) {
            shown.ready = Some(VoiceChoice { id: id.clone(), name: name.clone() });
        }
    }

    /// Hands a finished voice to the script, once the first line is not being typed any more.
    pub(super) fn hand_on(&mut self, visible: bool, cx: &mut Cx<'_>) {
        let Some(shown) = self.shown.as_mut().filter(|shown| !shown.typing.is_on()) else { return };
        let Some(choice) = shown.ready.take() else { return };
        let was_lost = shown.was_lost;
        if speaks_already(cx.store, &choice) && !cx.store.speak_when_ready {
            let (title, detail) = (format!("{} is ready", choice.name), STAYS.to_owned());
            let action = Some(("Use it here".to_owned(), Box::new(Command::UseVoice(choice))));
            cx.commands.push(Command::Notify(Notice { title, detail, action }));
            return self.leave(cx.store);
        }
        cx.store.flow.voice = Some(choice.clone());
        if std::mem::take(&mut cx.store.speak_when_ready) {
            speak(cx);
        }
        let title = format!("{} is ready", choice.name);
        let found = if was_lost { "Found it. " } else { "" };
        let (detail, action) = if visible {
            cx.commands.push(Command::UseVoice(choice));
            (format!("{found}It is chosen for this script."), None)
        } else {
            let open = Box::new(Command::UseVoice(choice));
            (format!("{found}It is chosen for your script."), Some(("Open script".to_owned(), open)))
        };
        cx.commands.push(Command::Notify(Notice { title, detail, action }));
        self.leave(cx.store);
    }

    /// Leaves the job that is shown for the first step; the source can be gone on with.
    fn leave(&mut self, store: &mut Store) {
        self.draft = Draft { set_aside: true, ..draft_of(store) };
        self.back_to_check(store);
    }

    /// Stops the job that is shown and leaves it.
    pub(super) fn stop(&mut self, cx: &mut Cx<'_>) {
        if let Some(shown) = &self.shown {
            cx.jobs.stop(&shown.job);
            self.left.push(shown.job.clone());
        }
        self.back_to_check(cx.store);
    }

    /// Another file takes the page. What is under way goes on, and can be found.
    pub(super) fn leave_for_another(&mut self, cx: &mut Cx<'_>) {
        let job = self.shown.as_ref().and_then(|shown| cx.jobs.get(&shown.job)).filter(|job| job.is_running());
        if let Some((job, Request::Clone(request))) = job.map(|job| (job, &job.request)) {
            self.left.push(job.id.clone());
            let title = format!("{} is still being cloned", request.name);
            let detail = "It goes on under Activity and shows up in Voices.".to_owned();
            let action = Some(("Open Activity".to_owned(), Box::new(Command::Go(Page::Activity))));
            cx.commands.push(Command::Tell(Notice { title, detail, action }));
        }
        self.back_to_check(cx.store);
    }

    /// Leaves the job that is shown, and the wish to have its voice speak; what was filled in stays.
    pub(super) fn back_to_check(&mut self, store: &mut Store) {
        (self.shown, self.question) = (None, None);
        self.trimming.pressed = None;
        store.speak_when_ready = false;
        self.freeing.leave();
    }
}

/// Said when a voice was made beside a script that another one has spoken.
const STAYS: &str = "This script keeps the voice that spoke it.";

/// Whether another voice has spoken lines of the script: its takes would all be of another voice than the one chosen.
fn speaks_already(store: &Store, new: &VoiceChoice) -> bool {
    store.flow.voice.as_ref().is_some_and(|voice| voice.id != new.id) && is_spoken(store)
}

/// Whether a voice has spoken lines of the script, which then keeps it.
pub(super) fn is_spoken(store: &Store) -> bool {
    let flow = &store.flow;
    flow.voice.is_some() && flow.lines.all().iter().any(|line| line.take_id.is_some())
}

/// Whether a job clones the source of the open flow.
fn is_of_source(request: &Request, store: &Store) -> bool {
    let Request::Clone(clone) = request else { return false };
    store.flow.source.as_ref().is_some_and(|source| source.path == clone.source())
}

/// Speaks the line that was written while waiting.
fn speak(cx: &mut Cx<'_>) {
    let fits = matches!(script::fit(cx.store.flow.text()), Fit::Fits | Fit::Near);
    if let Some(job) = speech::job(cx.store).filter(|_| fits) {
        cx.jobs.start(Request::Speak(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{CloneJob, Origin};
    use crate::library::Consent;
    use crate::media::probe::Probe;
    use crate::store::MediaFile;

    #[test]
    fn a_voice_that_is_brought_back_is_not_the_clone_of_the_flow() {
        let file = |path: &str| MediaFile { path: path.into(), probe: Probe::default() };
        let cut = file("/data/cuts/0af3.wav").local();
        let own = CloneJob { name: "Lena".into(), sample: cut, origin: None, consent: Consent::default() };
        let own = CloneJob { origin: Some(Origin::all_of("/videos/lena.mov".into())), ..own };
        // Of the sample that was kept, without an origin.
        let back = CloneJob { sample: file("/data/samples/mara.wav").local(), origin: None, ..own.clone() };
        let mut store = Store::new("sync.so".into(), false);
        assert!(!is_of_source(&Request::Clone(own.clone()), &store), "there is no source");
        store.flow.source = Some(file("/videos/lena.mov"));
        assert!(is_of_source(&Request::Clone(own), &store));
        assert!(!is_of_source(&Request::Clone(back), &store));
    }
}

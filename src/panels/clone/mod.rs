//! The clone page: choose a sample, check it and agree to the permission, then watch the clone being made. The work
//! itself is a job; this page finds it again after a restart and hands the finished voice on.

mod aside;
mod chain;
mod check;
mod cloning;
mod cutting;
mod facts;
mod first_line;
mod freeing;
mod holder_row;
mod holders;
mod listening;
mod record;
mod sample;
mod sent;
mod shown;
mod slots;
mod starting;
mod stepper;
mod steps;
mod trim_card;
mod trimming;
mod typing;

use std::path::PathBuf;

use egui::{Frame, Margin, Ui};

use super::{Command, Cx, Notice, Panel, Pictures};
use crate::api::Voice;
use crate::jobs::cuts::Order;
use crate::jobs::{Outcome, State};
use crate::media::recorder::Input;
use crate::store::{Role, Store, VoiceChoice};
use crate::ui::layout;

use crate::orders::draft::{self, Draft};
use freeing::Freeing;
use record::Record;
use shown::Shown;
use trimming::Trimming;

/// Where the user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sample,
    Check,
    Cloning,
}

/// A question before something that can't be taken back.
#[derive(Debug, Clone, PartialEq)]
enum Question {
    /// Whether to stop waiting for a clone under way.
    Stop,
    /// Whether to send a poor sample.
    Doubt {
        question: String,
        advice: String,
        /// What it is about: the sample cut to this order, or the file as it is.
        order: Option<Box<Order>>,
    },
    /// Whether to delete this voice for good, to free its slot.
    Delete(VoiceChoice),
}

/// What the page is about. When it changes, the page begins anew.
#[derive(Default)]
struct About {
    /// Id of the flow.
    flow: String,
    /// The source, and how many were brought in until then.
    source: Option<(PathBuf, u64)>,
}

/// What the last frame leaves for the next.
#[derive(Default)]
struct Seen {
    /// The page was drawn since the last frame's logic.
    drawn: bool,
    /// A text field had the focus: Esc leaves the field before it cancels anything.
    in_field: bool,
    pictures: Pictures,
}

/// The clone page.
#[derive(Default)]
pub struct ClonePanel {
    about: About,
    /// Step 1, when the sample comes from the microphone.
    record: Record,
    /// Step 2: what is filled in, and what of the sound is used.
    draft: Draft,
    trimming: Trimming,
    /// Step 3: the clone that is shown. Its voice is for the flow the page is about.
    shown: Option<Shown>,
    /// Clones that were left for something else, until they have come to their end.
    left: Vec<String>,
    freeing: Freeing,
    question: Option<Question>,
    seen: Seen,
}

impl Panel for ClonePanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        let visible = std::mem::take(&mut self.seen.drawn);
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        self.record.logic(visible, cx);
        self.follow_flow(cx);
        if self.follow_source(cx.store) {
            self.begin_anew(cx);
        }
        self.take_from_card(cx);
        self.follow_sample(visible, cx);
        self.follow_job(cx.store, cx.jobs);
        self.tell_card(cx);
        self.tell_of_others(cx);
        if cx.jobs.news().any(|job| matches!(&job.state, State::Failed(error) if cloning::is_full(error))) {
            // The slots may be filled by clones made elsewhere, which have to be listed.
            cx.commands.push(Command::ReloadVoices);
        }
        if let Some(shown) = &mut self.shown {
            shown.typing.follow(cx.store.flow.text(), cx.runtime);
        }
        self.hand_on(visible, cx);
        let job = self.shown.as_ref().map(|shown| shown.job.as_str());
        self.freeing.poll(job, cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.seen.pictures.keep_in(cx.store.cache_dir());
        self.seen.drawn = true;
        let margin = Margin { left: 24, right: 24, top: 0, bottom: 24 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let stage = self.stage(cx.store);
            layout::page_head_ui(ui, "Clone a voice", |_| {}, |ui| stepper::stepper_ui(ui, stage));
            match stage {
                Stage::Sample => self.sample_ui(ui, cx),
                Stage::Check => self.check_ui(ui, cx),
                Stage::Cloning => self.cloning_ui(ui, cx),
            }
        });
        self.seen.in_field = ui.ctx().text_edit_focused();
    }

    fn away(&mut self) {
        self.record.turn_off();
    }

    /// The second step has a transport of its own for the file that is trimmed.
    fn controls(&self, key: &str) -> bool {
        self.shown.is_none() && !self.draft.set_aside && self.plays_sample(key)
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        match self.stage(cx.store) {
            Stage::Sample if self.record.is_open() => self.record.use_it(cx),
            Stage::Sample => cx.commands.push(Command::Pick(Role::Source)),
            Stage::Check => self.clone_voice(cx),
            Stage::Cloning => self.free_slot(cx),
        }
    }
}

impl ClonePanel {
    /// The page, recording from there.
    pub fn listening_to(microphone: Input) -> Self {
        Self { record: Record::of(microphone), ..Self::default() }
    }

    /// Id of the clone that is shown.
    fn shown_job(&self) -> Option<&str> {
        self.shown.as_ref().map(|shown| shown.job.as_str())
    }

    /// Whether this track is the file that is trimmed.
    fn plays_sample(&self, key: &str) -> bool {
        self.about.source.as_ref().is_some_and(|(path, _)| trim_card::key(path) == key)
    }

    fn stage(&self, store: &Store) -> Stage {
        if store.incoming.source.is_loading() {
            Stage::Sample
        } else if self.shown.is_some() {
            Stage::Cloning
        } else if store.flow.source.is_none() || self.draft.set_aside {
            Stage::Sample
        } else {
            Stage::Check
        }
    }

    /// Another flow begins at the first step. A clone under way goes on, for the voices only: neither its voice nor
    /// its line belongs to the new flow.
    fn follow_flow(&mut self, cx: &mut Cx<'_>) {
        if self.about.flow == cx.store.flow.id {
            return;
        }
        self.about.flow.clone_from(&cx.store.flow.id);
        if let Some(Shown { job, ready, .. }) = self.shown.take() {
            if let Some(choice) = ready {
                tell_of_voice(choice, cx);
            }
            self.left.push(job);
        }
        if self.trimming.pressed.is_some() {
            let title = "The voice was not cloned yet".to_owned();
            let detail = "Another flow was opened before its sample was ready.".to_owned();
            cx.commands.push(Command::Tell(Notice { title, detail, action: None }));
        }
        self.about.source = source_of(cx.store);
        self.draft = Draft::of_flow(&cx.store.flow);
        self.trimming.reset();
        self.back_to_check(cx.store);
    }

    /// A new file begins a new draft: its permission has to be given anew, even if it is the same file once more. True
    /// when there is one.
    fn follow_source(&mut self, store: &Store) -> bool {
        let now = source_of(store);
        if self.about.source == now {
            return false;
        }
        self.about.source = now;
        self.draft = draft_of(store).apart_from(voices(store));
        self.trimming.reset();
        // It was about the file before.
        self.question = None;
        true
    }

    /// The page is for another file: what was heard of the one before stops, a clone that is shown goes on by itself.
    fn begin_anew(&mut self, cx: &mut Cx<'_>) {
        let is_of_samples = |key: &str| !key.starts_with("voice:") && !key.starts_with("take:");
        if cx.player.now().is_some_and(|now| is_of_samples(now.key)) {
            cx.player.stop();
        }
        if self.shown.is_some() {
            self.leave_for_another(cx);
        }
    }

    /// A clone that was left, or begun elsewhere, is good news all the same. Of one that is brought back the page of the
    /// voices tells.
    fn tell_of_others(&self, cx: &mut Cx<'_>) {
        let is_shown = |id: &str| self.shown.as_ref().is_some_and(|shown| shown.job == id);
        let is_return = |job: &&crate::jobs::Job| cx.store.parked_of(&job.request).is_some();
        let others = cx.jobs.news().filter(|job| !is_shown(&job.id) && !is_return(job));
        let made = others.filter_map(|job| match &job.state {
            State::Done(Outcome::Voice { id, name }) => Some(VoiceChoice { id: id.clone(), name: name.clone() }),
            _ => None,
        });
        for choice in made.collect::<Vec<_>>() {
            tell_of_voice(choice, cx);
        }
    }
}

/// The flow's source, and how many were brought in until then.
fn source_of(store: &Store) -> Option<(PathBuf, u64)> {
    store.flow.source.as_ref().map(|file| (file.path.clone(), store.source_count))
}

/// An empty draft for the flow's source.
fn draft_of(store: &Store) -> Draft {
    store.flow.source.as_ref().map(Draft::new).unwrap_or_default()
}

/// The voices known so far.
fn voices(store: &Store) -> &[Voice] {
    store.voices.value().map_or(&[], Vec::as_slice)
}

/// Says that a voice was made which is not for the open flow.
fn tell_of_voice(choice: VoiceChoice, cx: &mut Cx<'_>) {
    let (title, detail) = (format!("{} is ready", choice.name), "It is among your voices.".to_owned());
    let action = Some(("Use it here".to_owned(), Box::new(Command::UseVoice(choice))));
    cx.commands.push(Command::Notify(Notice { title, detail, action }));
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::media::probe::Probe;
    use crate::store::MediaFile;

    #[test]
    fn the_same_file_brought_in_again_needs_its_own_permission() {
        let mut store = Store::new("The sandbox".into(), true);
        let probe = Probe { container: "wav".into(), size_bytes: 9, ..Probe::default() };
        store.flow.source = Some(MediaFile { path: "/a/keynote.wav".into(), probe });
        let mut panel = ClonePanel::default();
        assert!(panel.follow_source(&store));
        panel.draft.consent = Some(OffsetDateTime::now_utc());
        (panel.draft.name, panel.draft.speaker) = ("Mara, keynote".into(), "Mara".into());
        assert!(!panel.follow_source(&store));
        assert!(panel.draft.consent.is_some(), "nothing new was brought in");
        panel.draft.set_aside = true;
        store.source_count += 1;
        assert!(panel.follow_source(&store));
        let draft = &panel.draft;
        assert_eq!((draft.name.as_str(), draft.speaker.as_str(), draft.consent), ("keynote", "", None));
        assert!(!panel.draft.set_aside, "a new file is shown, whatever was put aside");
    }
}

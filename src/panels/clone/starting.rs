//! From the press on "Clone voice" to the job: the sample is waited for, and a poor one is asked about.

use egui::Ui;

use super::trimming::Pressed;
use super::{ClonePanel, Question, voices};
use crate::jobs::cuts::Order;
use crate::jobs::{LocalFile, Origin, Request};
use crate::panels::{Command, Cx, Notice, Page, limits};
use crate::script::{self, Fit};
use crate::store::{MediaFile, Store};
use crate::ui::dialog::{Answer, Dialog};

use super::shown::Shown;

impl ClonePanel {
    /// Why nothing can be cloned yet.
    pub(super) fn missing(&self, file: &MediaFile, store: &Store) -> Option<String> {
        let whole = self.trimming.sends_whole(&store.flow.sample);
        // Before the length is known no part can be told from another.
        let is_unread = !whole && self.trimming.length(file) <= 0.0;
        let unread = || is_unread.then(|| "The sound is still being read".to_owned());
        self.draft.missing(file, voices(store), whole).or_else(unread)
    }

    /// Takes the press: it goes off once the sound has been measured and the sample is ready.
    pub(super) fn clone_voice(&mut self, cx: &mut Cx<'_>) {
        self.trimming.pressed = None;
        let Some(file) = cx.store.flow.source.clone() else { return };
        if self.missing(&file, cx.store).is_some() || limits::holds_back(cx, None) {
            return;
        }
        if self.trimming.heard.error().is_some() {
            // There is nothing to wait for, and only the whole of it can go.
            return self.start(cx, None);
        }
        self.trimming.press(&file, &mut cx.store.flow.sample);
    }

    /// Listens to the source and cuts the sample; starts once it is ready, when that was asked for.
    pub(super) fn follow_sample(&mut self, visible: bool, cx: &mut Cx<'_>) {
        let Some(file) = cx.store.flow.source.clone() else { return };
        self.trimming.follow(&file, cx);
        if self.trimming.pressed.is_none() {
            return;
        }
        let is_held = self.draft.set_aside || self.missing(&file, cx.store).is_some();
        match self.trimming.pressed(&file, &cx.store.flow.sample, is_held) {
            Pressed::Waits => {}
            Pressed::Dropped => tell(visible, "It was not cloned.", cx),
            Pressed::Ready(order, None) => self.start_with(cx, order.as_ref()),
            Pressed::Ready(order, Some((question, advice))) => {
                tell(visible, &question, cx);
                self.question = Some(Question::Doubt { question, advice, order: order.map(Box::new) });
            }
        }
    }

    /// Starts with the sample that was cut to this order, or without one with the file as it is.
    fn start_with(&mut self, cx: &mut Cx<'_>, order: Option<&Order>) {
        let Some(order) = order else { return self.start(cx, None) };
        if let Some(cut) = self.trimming.cutting.get(order) {
            let sent = order.sent(cut);
            self.start(cx, Some(sent));
        }
    }

    fn start(&mut self, cx: &mut Cx<'_>, sent: Option<(LocalFile, Origin)>) {
        let Some(file) = &cx.store.flow.source else { return };
        let Some(job) = self.draft.job(file, voices(cx.store), sent) else { return };
        self.back_to_check(cx.store);
        // A line that is there already was not written for this voice: speaking it by itself has to be asked for.
        cx.store.speak_when_ready = script::fit(cx.store.flow.text()) == Fit::Empty;
        // Its transport is gone with the step.
        if cx.player.now().is_some_and(|now| self.plays_sample(now.key)) {
            cx.player.stop();
        }
        let job = cx.jobs.start(Request::Clone(job));
        self.shown = Some(Shown::new(job, cx.store.flow.text()));
    }

    /// "The sample is mostly noise. Clone it anyway?"
    pub(super) fn doubt_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let Some(Question::Doubt { question, advice, order }) = &self.question else { return };
        let answer = Dialog::new(question, "Back to trim", "Clone it anyway").text(advice).show(ui.ctx());
        let Some(answer) = answer else { return };
        let order = order.clone();
        self.question = None;
        if answer == Answer::Act {
            self.start_with(cx, order.as_deref());
        }
    }
}

/// Says on another page that a press on this one came to nothing yet.
fn tell(visible: bool, detail: &str, cx: &mut Cx<'_>) {
    if !visible {
        let open = Some(("Open clone".to_owned(), Box::new(Command::Go(Page::Clone))));
        let (title, detail) = ("The sample needs a look".to_owned(), detail.to_owned());
        cx.commands.push(Command::Tell(Notice { title, detail, action: open }));
    }
}

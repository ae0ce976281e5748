//! From the press on "Clone voice" to the job: the sample is waited for, and a poor one is asked about.

use egui::Ui;

use super::trimming::doubt;
use super::{ClonePanel, Question, voices};
use crate::jobs::cuts::Order;
use crate::jobs::{LocalFile, Origin, Request};
use crate::panels::{Cx, limits};
use crate::script::{self, Fit};
use crate::store::MOST_SECS;
use crate::ui::dialog::{Answer, Dialog};

use super::typing::Typing;

impl ClonePanel {
    /// Starts with the file as it is, or waits for the sample.
    pub(super) fn clone_voice(&mut self, cx: &mut Cx<'_>) {
        let Some(file) = cx.store.flow.source.clone() else { return };
        if self.draft.missing(&file, voices(cx.store)).is_some() || limits::holds_back(cx, None) {
            return;
        }
        if self.trimming.sends_whole(&cx.store.flow.sample) {
            return self.start(cx, None);
        }
        // What was seen is what is sent, whatever is found out from here on.
        if self.trimming.length(&file) > MOST_SECS {
            let part = self.trimming.part(&file, &cx.store.flow.sample);
            cx.store.flow.sample.part = Some(part);
        }
        self.trimming.is_open = true;
        self.trimming.is_pressed = true;
    }

    /// Listens to the source and cuts the sample; starts once it is ready, when that was asked for.
    pub(super) fn follow_sample(&mut self, cx: &mut Cx<'_>) {
        let Some(file) = cx.store.flow.source.clone() else { return };
        self.trimming.follow(&file, cx);
        if !self.trimming.is_pressed {
            return;
        }
        let choice = cx.store.flow.sample;
        let order = self.trimming.order(&file, &choice);
        let is_unread = self.trimming.heard.error().is_some();
        let is_missing = self.draft.missing(&file, voices(cx.store)).is_some();
        if is_unread || is_missing || self.draft.set_aside || self.trimming.cut_error(&file, &choice).is_some() {
            // The page says why.
            self.trimming.is_pressed = false;
            return;
        }
        let Some(order) = order else { return };
        let doubt = self.trimming.measures(&file, &choice).and_then(doubt);
        if self.trimming.cutting.get(&order).is_none() {
            return;
        }
        self.trimming.is_pressed = false;
        match doubt {
            Some((question, advice)) => self.question = Some(Question::Doubt(question, advice)),
            None => self.start_with(cx, &order),
        }
    }

    fn start_with(&mut self, cx: &mut Cx<'_>, order: &Order) {
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
        cx.store.speak_when_ready = script::fit(&cx.store.flow.line) == Fit::Empty;
        self.typing = Typing::new(&cx.store.flow.line);
        self.job = Some(cx.jobs.start(Request::Clone(job)));
    }

    /// "The sample is mostly noise. Clone it anyway?"
    pub(super) fn doubt_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let Some(Question::Doubt(question, advice)) = &self.question else { return };
        let answer = Dialog::new(question, "Back to trim", "Clone it anyway").text(advice).show(ui.ctx());
        let Some(answer) = answer else { return };
        self.question = None;
        let file = cx.store.flow.source.clone();
        let order = file.and_then(|file| self.trimming.order(&file, &cx.store.flow.sample));
        if let (Answer::Act, Some(order)) = (answer, order) {
            self.start_with(cx, &order);
        }
    }
}

//! The start of a run: its button, what holds it back, and the job.

use egui::Ui;

use super::{LipSyncPanel, current, job, missing};
use crate::jobs::Request;
use crate::panels::{Cx, limits};
use crate::ui::theme::Look as _;

impl LipSyncPanel {
    /// Why no run can begin now; nothing while the button says that one is under way.
    pub(super) fn why_not(&self, cx: &Cx<'_>) -> Option<String> {
        let running = current(cx.store, cx.jobs).is_some_and(|job| job.is_running() && job.waiting.is_none());
        let why = missing(cx.store, cx.jobs).or_else(|| self.level.why_not().map(str::to_owned));
        why.filter(|_| !running)
    }

    pub(super) fn start_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, wide: bool) {
        let why = self.why_not(cx);
        let running = current(cx.store, cx.jobs).is_some_and(|job| job.is_running() && job.waiting.is_none());
        let over = why.is_none() && self.asked.is_over(cx.store);
        let mut button = limits::button(over, "Lip sync").key("Ctrl Enter").large().busy(running, "Syncing");
        if wide {
            button = button.fill_width();
        }
        if button.off_if(why.as_deref()).show(ui).clicked() {
            self.start(cx);
        }
        // Beside the button; in a wide window the estimate says it, so that the buttons keep their places.
        if let Some(why) = why.filter(|_| !wide) {
            ui.hint(why);
        }
    }

    /// Sends the job off, when nothing is missing.
    pub(super) fn start(&mut self, cx: &mut Cx<'_>) {
        if missing(cx.store, cx.jobs).is_some() {
            return;
        }
        let Some(voice) = self.level.track(cx.store) else { return };
        // The job would be refused all the same; here the way out is one press away.
        let price = self.asked.usd(cx.store);
        if limits::holds_back(cx, price) {
            return;
        }
        let Some(job) = job(cx.store, voice, cx.settings.output_folder(), price) else { return };
        let id = cx.jobs.start_for(&cx.store.flow.id, Request::LipSync(job));
        cx.store.flow.result = Some(id);
        self.choice = None;
    }
}

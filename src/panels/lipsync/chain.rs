//! A lip sync that Run all asks for, begun like one from this page.

use super::level::State as LevelState;
use super::{LipSyncPanel, current, missing};
use crate::jobs::Job;
use crate::panels::{Cx, limits};
use crate::store::Asked;

impl LipSyncPanel {
    /// Once per frame, after loudness and price were followed.
    pub(super) fn follow_chain(&mut self, cx: &mut Cx<'_>) {
        if std::mem::take(&mut cx.store.chain.pick_face) {
            // In the place where a click means a face.
            (self.open.face, self.open.details) = (true, false);
        }
        if matches!(cx.store.chain.lip_sync, Asked::Please | Asked::Preparing) {
            cx.store.chain.lip_sync = self.answer(cx);
        }
    }

    fn answer(&mut self, cx: &mut Cx<'_>) -> Asked {
        if let Some(job) = current(cx.store, cx.jobs).filter(|job| Job::is_running(job)) {
            return Asked::Begun(job.id.clone());
        }
        if let Some(why) = missing(cx.store, cx.jobs) {
            return Asked::Refused(why);
        }
        if let LevelState::Failed(error) = self.level.state() {
            return Asked::Refused(error.to_string());
        }
        if self.level.why_not().is_some() {
            return Asked::Preparing;
        }
        if limits::is_over(cx.store, self.asked.usd(cx.store)) {
            return Asked::Refused("It is over your limit for the month. Raise the limit, or wait.".to_owned());
        }
        let before = cx.store.flow.result.clone();
        self.start(cx);
        match cx.store.flow.result.clone() {
            Some(id) if Some(&id) != before.as_ref() || cx.jobs.get(&id).is_some_and(Job::is_running) => {
                Asked::Begun(id)
            }
            _ => Asked::Refused("It could not be started. The Lip sync page says why.".to_owned()),
        }
    }
}

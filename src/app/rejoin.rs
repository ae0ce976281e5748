//! Ties a lip sync to the open flow again, when the program ended after the job was written down and before the flow was:
//! a flow that does not know of its run would offer to buy it once more.

use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::panels::made;
use crate::store::Store;

/// Once the earlier jobs were read, and when a flow was opened. What was put away later stays away: a run of another
/// video than the flow has now is left alone.
pub(super) fn rejoin(store: &mut Store, jobs: &Jobs) {
    if let Some(job) = finished(store, jobs) {
        tracing::info!(job = %job.id, "a finished run was tied to its flow again");
        store.flow.result = Some(job.id.clone());
    }
    let flow = &mut store.flow;
    let Some(job) = jobs.under_way_for(&flow.id) else { return };
    let Request::LipSync(made) = &job.request else { return };
    let is_its_video = flow.target.as_ref().is_some_and(|target| target.path == made.target.path);
    let known = flow.result.as_deref().and_then(|id| jobs.get(id));
    if is_its_video && known.is_none_or(|known| known.created_at < job.created_at) {
        tracing::info!(job = %job.id, "a run under way was tied to its flow again");
        flow.result = Some(job.id.clone());
    }
}

/// A run that ended while another flow was open, later than the one the flow knows of: only when it, and not the known one,
/// is just what the flow asks for. What the user has put away stays away, and so does all that is older.
fn finished<'a>(store: &Store, jobs: &'a Jobs) -> Option<&'a Job> {
    let flow = &store.flow;
    let is_current = |job: &Job| {
        let is_made = matches!(job.state, State::Done(Outcome::Video { .. }));
        is_made && matches!(&job.request, Request::LipSync(made) if made::is_current(store, made))
    };
    let known = flow.result.as_deref().and_then(|id| jobs.get(id));
    let away = flow.result_away.as_deref().and_then(|id| jobs.get(id));
    let is_away = |job: &Job| away.is_some_and(|away| job.created_at <= away.created_at);
    let job = jobs.of_flow(&flow.id).find(|job| !is_away(job) && is_current(job))?;
    known
        .is_none_or(|known| !known.is_running() && !is_current(known) && known.created_at < job.created_at)
        .then_some(job)
}

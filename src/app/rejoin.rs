//! Ties a lip sync under way to the open flow again, when the program ended after the job was written down and before
//! the flow was: a flow that does not know of its run would offer to buy it once more.

use crate::jobs::{Jobs, Request};
use crate::store::Store;

/// Once the earlier jobs were read, and when a flow was opened. What was put away later stays away: a run of another
/// video than the flow has now is left alone.
pub(super) fn rejoin(store: &mut Store, jobs: &Jobs) {
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

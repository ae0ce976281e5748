//! Links to finished videos, which may expire. All other addresses are good for as long as what they lead to.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

use super::request::Query;
use super::state::{Link, Run};
use super::world::{self, World};

/// What a link to a video finished now is good for.
pub(super) fn issue(world: &World) -> Link {
    let seconds = world.plan.terms().link_seconds;
    Link { until: seconds.map(|seconds| world::seconds_now() + i64::from(seconds)), issue: world.plan.issue() }
}

/// The link a run shows: given out once, when it ended.
pub(super) fn shown(world: &World, run: &Run) -> Option<String> {
    run.output.as_ref().map(|(token, _)| address(world, token, run.link))
}

/// A link made for whoever asks now.
pub(super) fn fresh(world: &World, run: &Run) -> Option<String> {
    run.output.as_ref().map(|(token, _)| address(world, token, issue(world)))
}

fn address(world: &World, token: &str, link: Link) -> String {
    let address = world.address(token);
    if link == Link::default() {
        return address;
    }
    let Link { until, issue } = link;
    let until = until.unwrap_or_default();
    format!("{address}?Expires={until}&Issue={issue}&Signature={}", signature(world, token, until, issue))
}

fn signature(world: &World, token: &str, until: i64, issue: u64) -> String {
    let key = blake3::derive_key("mouthpiece sandbox links", world.read().preview_token.as_bytes());
    blake3::keyed_hash(&key, format!("{token} {until} {issue}").as_bytes()).to_string()
}

/// Whether a request for a stored file comes by a link that is still good.
pub(super) fn is_good(world: &World, token: &str, uri: &Uri) -> bool {
    let of_token = |run: &&Run| run.output.as_ref().is_some_and(|(own, _)| own == token);
    let Some(first) = world.read().runs.iter().find(of_token).map(|run| run.link) else { return true };
    let query = Query::parse(uri);
    let link = match query.get("Signature") {
        // Cut off the query, and a link that ends is none.
        None => Some(Link::default()).filter(|_| first.until.is_none()),
        Some(signed) => {
            let until = query.get("Expires").and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
            let issue = query.get("Issue").and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
            let link = Link { until: (until != 0).then_some(until), issue };
            (signature(world, token, until, issue) == signed).then_some(link)
        }
    };
    link.is_some_and(|link| {
        link.issue >= world.plan.issue() && link.until.is_none_or(|until| world::seconds_now() <= until)
    })
}

/// What storage says to a link that has ended.
pub(super) fn expired() -> Response {
    storage_error(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired")
}

/// An error as storage services write it, so that a client is seen to cope.
pub(super) fn storage_error(status: StatusCode, code: &str, message: &str) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    (status, [(header::CONTENT_TYPE, "application/xml")], text).into_response()
}

//! Refusals: the error envelope read from whatever came, and sorted by what a person can do about it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::catalogue::Catalogue;
use super::exchange::Answer;
use super::read;
use crate::error::{Error, Refusal};

/// Longer waits than this are not worth trusting.
const MAX_WAIT: u64 = 3600;

/// The error an answer that is no success stands for. Where the server proposes nothing, the catalogue does.
pub(super) fn error(service: &str, answer: &Answer, catalogue: &Catalogue) -> Error {
    let mut refusal = refusal(service, answer);
    if refusal.suggestion.is_none() {
        refusal.suggestion = refusal.code.as_deref().and_then(|code| catalogue.suggestion(code));
    }
    classify(refusal)
}

/// Whether a refusal comes from a gateway that lost the service, not from the service itself: then the request may
/// have been carried out.
pub(super) fn is_from_between(answer: &Answer) -> bool {
    // A gateway also says 503 when the service hung up in the middle; the service itself says so in its envelope.
    let gateway = matches!(answer.status.as_u16(), 502..=504 | 520..=527);
    let json = answer.json();
    gateway && ["message", "errorCode", "error_code"].iter().all(|name| json.get(name).is_none())
}

/// Reads the error envelope, whatever of it is there.
fn refusal(service: &str, answer: &Answer) -> Refusal {
    let json = answer.json();
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| json.get(name)?.as_str().filter(|s| !s.trim().is_empty()));
        found.map(read::clip)
    };
    let message = json.get("message").and_then(read::sentence).or_else(|| json.get("error").and_then(read::sentence));
    let from_header = header_secs(answer);
    let from_body = || read::fit::<f64>(json.get("retryAfterSeconds")?.clone()).and_then(seconds);
    Refusal {
        service: service.to_owned(),
        status: answer.status.as_u16(),
        code: text(&["errorCode", "error_code"]),
        message: message.unwrap_or_else(|| bare_message(answer)),
        suggestion: json.get("suggestion").and_then(read::sentence),
        field: text(&["field"]),
        request_id: text(&["requestId", "request_id"]).or_else(|| answer.header("x-request-id").map(read::clip)),
        retry_after: from_header.or_else(from_body).map(|secs: u64| Duration::from_secs(secs.min(MAX_WAIT))),
        generation_id: text(&["generationId", "generation_id"]),
        concurrency_limit: json.get("concurrencyLimit").and_then(|limit| read::fit(limit.clone())),
        upgrade_url: text(&["upgradeUrl", "upgrade_url"]),
    }
}

/// How long an answer asks to be left in peace, in its header.
pub(super) fn retry_after(answer: &Answer) -> Option<Duration> {
    header_secs(answer).map(|secs| Duration::from_secs(secs.min(MAX_WAIT)))
}

/// Seconds of the header; a date that is still to come counts from now.
fn header_secs(answer: &Answer) -> Option<u64> {
    let text = answer.header(RETRY_AFTER.as_str())?.trim();
    let from_date = || {
        let date = OffsetDateTime::parse(text, &Rfc2822).ok()?;
        u64::try_from((date - OffsetDateTime::now_utc()).whole_seconds()).ok().filter(|secs| *secs > 0)
    };
    text.parse().ok().or_else(from_date)
}

/// Whole seconds, rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to an hour first")]
fn seconds(secs: f64) -> Option<u64> {
    (secs >= 0.0).then(|| secs.ceil().clamp(0.0, 3600.0) as u64)
}

/// A sentence for an answer without a message: proxies and storage send HTML, XML or nothing.
fn bare_message(answer: &Answer) -> String {
    let kind = answer.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(2048)]);
    let text = read::clip(text.trim());
    if kind.starts_with("text/plain") && !text.is_empty() && text.len() < 300 {
        return text;
    }
    let reason = answer.status.canonical_reason().unwrap_or("no reason given");
    format!("The answer was {} ({reason})", answer.status.as_u16())
}

/// Sorts a refusal by what a person can do about it: by its code first, then by its status.
fn classify(refusal: Refusal) -> Error {
    let refusal = Arc::new(refusal);
    match refusal.code.as_deref().and_then(by_code) {
        Some(kind) => kind(refusal),
        None => by_status(refusal),
    }
}

/// The codes whose kind does not follow from their status, or whose status is not documented.
fn by_code(code: &str) -> Option<fn(Arc<Refusal>) -> Error> {
    Some(match code {
        "voice_clone_limit_reached" => Error::SlotsFull,
        "concurrency_limit_reached" | "voice_clone_busy" => Error::Busy,
        "rate_limit_exceeded" => Error::RateLimited,
        "elevenlabs_service_unavailable" => Error::Provider,
        // The provider's key, kept at the service; the one kept here is fine, whatever the status.
        "elevenlabs_api_key_invalid" | "INVALID_IDEMPOTENCY_KEY" => Error::Invalid,
        "free_tier_generations_exhausted"
        | "account_payment_required"
        | "account_on_hold"
        | "plan_feature_unavailable"
        | "elevenlabs_quota_exceeded" => Error::Billing,
        "voice_not_found" | "asset_not_found" | "generation_not_found" | "project_not_found" => Error::NotFound,
        "voice_name_conflict" | "generation_conflict" | "generation_not_deletable_while_processing" => Error::Conflict,
        // The request may be a run already: asking again under another ticket could buy it twice.
        other if other.starts_with("IDEMPOTENCY_") => Error::Conflict,
        "controller_timeout"
        | "controller_unavailable"
        | "controller_dependency_error"
        | "generation_infra_resource_exhausted"
        | "generation_infra_service_unavailable"
        | "generation_infra_storage_error"
        | "generation_media_probe_timeout"
        | "generation_media_probe_unavailable"
        | "internal_error"
        | "usage_dependency_unavailable" => Error::Server,
        _ => return None,
    })
}

fn by_status(refusal: Arc<Refusal>) -> Error {
    match refusal.status {
        401 => Error::Unauthorized(refusal),
        402 => Error::Billing(refusal),
        404 => Error::NotFound(refusal),
        409 => Error::Conflict(refusal),
        // No place in the plan, as opposed to too many requests.
        429 if refusal.concurrency_limit.is_some() => Error::Busy(refusal),
        429 => Error::RateLimited(refusal),
        408 | 500.. => Error::Server(refusal),
        _ => Error::Invalid(refusal),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn answer(status: u16, kind: &str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_owned().into() }
    }

    fn error(status: u16, body: &str) -> Error {
        super::error("sync.so", &answer(status, "application/json", body), &Catalogue::default())
    }

    #[test]
    fn the_code_decides_before_the_status() {
        assert!(matches!(error(402, r#"{"errorCode":"voice_clone_limit_reached"}"#), Error::SlotsFull(_)));
        assert!(matches!(error(429, r#"{"errorCode":"concurrency_limit_reached"}"#), Error::Busy(_)));
        assert!(matches!(error(429, r#"{"errorCode":"rate_limit_exceeded"}"#), Error::RateLimited(_)));
        assert!(matches!(error(400, r#"{"errorCode":"account_on_hold"}"#), Error::Billing(_)));
        assert!(matches!(error(503, r#"{"errorCode":"elevenlabs_service_unavailable"}"#), Error::Provider(_)));
        assert!(matches!(error(503, "{}"), Error::Server(_)));
    }

    #[test]
    fn both_shapes_of_401_and_lists_of_messages_are_read() {
        let missing = r#"{"message":"Either Cookie or x-api-key header must be provided","error":"Unauthorized","statusCode":401}"#;
        assert!(matches!(error(401, missing), Error::Unauthorized(_)));
        assert!(matches!(error(401, r#"{"message":"Unauthorized","statusCode":401}"#), Error::Unauthorized(_)));
        let many = error(400, r#"{"message":["name is missing","url is not a URL"],"statusCode":400}"#);
        assert_eq!(many.to_string(), "name is missing\nurl is not a URL.");
    }

    #[test]
    fn a_body_that_is_no_json_still_gives_a_sentence() {
        let proxy = classify(refusal("sync.so", &answer(502, "text/html", "<html>Bad gateway</html>")));
        assert!(proxy.to_string().contains("The answer was 502 (Bad Gateway)"), "{proxy}");
        let plain = classify(refusal("sync.so", &answer(400, "text/plain", "no such thing")));
        assert_eq!(plain.to_string(), "no such thing.");
    }

    #[test]
    fn the_wait_comes_from_the_header_before_the_body() {
        let mut both = answer(429, "application/json", r#"{"message":"slow","retryAfterSeconds":9}"#);
        assert_eq!(refusal("x", &both).retry_after, Some(Duration::from_secs(9)));
        both.headers.insert(RETRY_AFTER, "4".parse().unwrap());
        assert_eq!(refusal("x", &both).retry_after, Some(Duration::from_secs(4)));
    }
}

//! The API client against a server that answers in every way a service, a proxy or a network can.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test server that does not work is a failed test")]
#![expect(clippy::disallowed_methods, reason = "`tokio::test` waits for its test, which is no window")]

mod answers;
mod any_json;
mod downloads;
mod lost;
mod redirects;
mod refusals;
mod requests;
mod rules_client;
mod rules_differences;
mod rules_errors;
mod rules_pace;
mod rules_retry;
mod rules_shapes;
mod uploads;
mod wire;

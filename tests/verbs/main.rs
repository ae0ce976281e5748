//! The verbs of the real program, without a display, on the sandbox and on an account: what they make, what they say,
//! how they end, and that nothing is bought twice.
#![expect(clippy::unwrap_used, reason = "what can't be run or read fails the test")]
#![allow(clippy::allow_attributes, clippy::expect_used, reason = "the proxy expects what it needs, where it is built")]

mod again;
mod batch;
mod beside;
mod home;
mod keychain;
mod left;
mod made;
mod terminal;
mod typed;

#[path = "../common/media.rs"]
#[allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of these")]
mod media;
#[path = "../common/proxy.rs"]
#[allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of these")]
mod proxy;

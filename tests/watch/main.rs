//! Watching videos: the right picture at the right time, in step with the sound, on the page and below it.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "../common/mod.rs"]
mod common;

mod clips;
mod page;
mod pictures;
mod sync;

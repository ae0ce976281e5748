//! The lip sync page on the real app.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "../common/mod.rs"]
mod common;

mod drop;
mod killed;
mod page;
mod pictures;
mod result;
mod room;
mod setup;
mod takes;

//! The voices page beyond finding and using voices: what is noted on them, what is parked and brought back, and how
//! the page looks.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

#[path = "../common/mod.rs"]
mod common;
mod filled;
mod notes;
mod parking;
mod pictures;
mod sizes;
mod states;

//! Keys on the real app: the first page, the settings card, the workspace menu, and what the keychain may answer.
#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/echo.rs"]
mod echo;
mod first;
#[path = "../common/focus.rs"]
mod focus;
mod service;
mod sources;
mod switching;

//! Mouthpiece: a desktop studio for voice cloning and lip sync on the sync.so API.
//!
//! # The map
//!
//! | module | what it is for | may use |
//! |---|---|---|
//! | [`error`] | the one error; its `Display` is the sentence on screen | |
//! | [`format`](mod@format) | numbers as people read them | |
//! | [`find`] | what a person types finds things | |
//! | [`progress`] | how far a piece of work has come | |
//! | [`paths`] | names, private folders, paths written down without loss | |
//! | [`api`] | the HTTP contract, as a client | error, paths, progress |
//! | [`runtime`] | all background work starts here | error, secrets |
//! | [`remote`] | server data that may be loading, failed or stale | error, runtime |
//! | [`media`] | files, sound, pictures: read, measured, cut, played, recorded | error, format, paths, runtime |
//! | [`script`] | pure: lines counted, split, imported, said differently, spoken with pauses | error |
//! | [`compose`] | pure: sync modes, lengths, prices, what is missing | api |
//! | [`settings`] | what the user chose; loading never fails | error |
//! | [`secrets`] | the API key, where it came from and where it is kept | error |
//! | [`files`] | native dialogs, or scripted answers in tests | error, runtime |
//! | [`library`] | what the app remembers, in one `SQLite` file | api, error, paths |
//! | [`sandbox`] | the same API served in process, doing real work | api, error, media, paths, runtime |
//! | [`jobs`] | long work: recorded, submitted, watched, downloaded | api, error, library, media, paths, progress, remote, runtime, script |
//! | [`workspace`] | the service that is talked to, with its folder and library | api, error, library, runtime, sandbox, secrets, settings |
//! | [`store`] | what two or more panels need, as plain data | api, error, jobs, library, media, paths, remote, script, settings |
//! | [`orders`] | pure: the jobs a flow asks for, and what is missing for them | api, compose, format, jobs, library, media, script, store |
//! | [`ui`] | looks: tokens and widgets | error, format, progress, remote |
//! | [`panels`] | one page each; never another panel | api, compose, error, files, find, jobs, library, media, orders, paths, progress, remote, runtime, script, settings, store, ui |
//! | [`cli`] | the verbs without a window | api, compose, error, find, format, jobs, library, media, orders, paths, progress, remote, runtime, script, sandbox, secrets, settings, store, workspace |
//! | [`app`] | every panel's logic, commands, layout, toasts | everything |
//!
//! `tests/architecture.rs` reads this table and holds the code to it.

pub mod api;
pub mod app;
pub mod cli;
pub mod compose;
pub mod error;
pub mod files;
pub mod find;
pub mod format;
pub mod jobs;
pub mod library;
pub mod media;
pub mod orders;
pub mod panels;
pub mod paths;
pub mod progress;
pub mod remote;
pub mod runtime;
pub mod sandbox;
pub mod script;
pub mod secrets;
pub mod settings;
pub mod store;
pub mod ui;
pub mod workspace;

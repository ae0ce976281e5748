//! The sync.so HTTP API, version 2, as a client.
//!
//! An endpoint is a method on [`Client`] that returns a [`Call`]: a request not yet sent, to be handed to the
//! runtime. Nothing here starts work of its own or knows of windows. Answers are read tolerantly (old and new
//! documentation differ): unknown fields and statuses are kept or skipped, never an error.
//!
//! The key goes to the configured origin only: not to upload, preview or output addresses, and not across a
//! redirect to another origin.

mod assets;
mod catalogue;
pub(crate) mod chunks;
mod client;
mod container;
mod costs;
mod download;
mod echo;
mod exchange;
mod generations;
mod hash;
mod inputs;
mod models;
mod read;
mod refusal;
pub mod retry;
mod settle;
mod speech;
mod throttle;
mod trust;
mod upload;
mod voices;

pub use assets::{Asset, AssetKind, AssetPage, AssetQuery, PresignRequest, Presigned, RegisterRequest, Upload};
pub use catalogue::{ErrorEntry, shipped, shipped_entries};
pub use client::{Call, Client, Config, Tuning};
pub use container::sound_extension;
pub use costs::{Costs, Estimate, EstimateRequest};
pub use download::{Destination, Incoming};
pub use generations::{Generation, Page, Status, Watched};
pub use hash::hash_file;
pub use inputs::{GenerationRequest, Input, Options, Provider, Segment, SegmentVoice, Speaker, SyncMode};
pub use models::{MODELS, Model};
pub use settle::{Arrived, Naming};
pub use speech::{SpeakRequest, Speech, SpeechJob, Spoken};
pub use voices::{CloneRequest, Cloned, PROVIDER, Sample, Voice};

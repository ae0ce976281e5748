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
mod download;
mod echo;
mod generations;
mod hash;
mod models;
mod read;
mod refusal;
pub mod retry;
mod speech;
mod upload;
mod voices;

pub use assets::{Asset, AssetKind, AssetPage, AssetQuery, PresignRequest, Presigned, RegisterRequest, Upload};
pub use catalogue::ErrorEntry;
pub use client::{Call, Client, Config};
pub use download::Destination;
pub use generations::{
    Costs, Estimate, EstimateRequest, Generation, GenerationRequest, Input, Options, Page, Provider, Segment,
    SegmentVoice, Status, SyncMode, Watched,
};
pub use hash::hash_file;
pub use models::Model;
pub use speech::{SpeakRequest, Speech, SpeechJob, Spoken};
pub use voices::{CloneRequest, Cloned, PROVIDER, Sample, Voice};

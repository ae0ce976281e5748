//! The sandbox by plain HTTP, as any program would use it, with media made on the spot.
#![expect(
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "a test may panic and reckon with small numbers, and tokio::test waits for the test it runs"
)]

#[path = "sandbox/assets.rs"]
mod assets;
#[path = "sandbox/collect.rs"]
mod collect;
#[path = "sandbox/door.rs"]
mod door;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/generations.rs"]
mod generations;
#[path = "sandbox/guide.rs"]
mod guide;
#[path = "sandbox/here.rs"]
mod here;
#[path = "sandbox/memory.rs"]
mod memory;
#[path = "sandbox/modes.rs"]
mod modes;
#[path = "sandbox/plan.rs"]
mod plan;
#[path = "sandbox/segments.rs"]
mod segments;
#[path = "sandbox/speech.rs"]
mod speech;
#[path = "sandbox/voices.rs"]
mod voices;

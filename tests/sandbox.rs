//! The sandbox by plain HTTP, as any program would use it, with media made on the spot.

#[path = "sandbox/assets.rs"]
mod assets;
#[path = "sandbox/door.rs"]
mod door;
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
#[path = "sandbox/speech.rs"]
mod speech;
#[path = "sandbox/voices.rs"]
mod voices;

//! Files, sound and pictures: what a file is, its samples and waveform, its frames, and playing it.
//!
//! Functions here block unless they say otherwise; call them through [`crate::runtime`]. Sound is decoded in
//! process, by ffmpeg as a process where we can't. Pictures always come from ffmpeg. Every file is judged by its
//! first bytes before any decoder sees it, and errors name the file, never its path.

pub mod accept;
pub mod audio;
mod bits;
mod decode;
pub mod edit;
mod growing;
pub mod loudness;
mod made;
mod mono;
mod mp4;
mod ogg;
mod part;
pub mod player;
mod polish;
pub mod probe;
pub mod recorder;
pub mod sample;
mod sniff;
pub mod survey;
pub mod tools;
pub mod video;
mod view;
mod vorbis;
mod wav;
pub mod wave;

#[doc(hidden)]
pub use decode::frames_from;
pub use growing::{Filling, Growing};
pub use part::Part;

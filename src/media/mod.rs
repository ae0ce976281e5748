//! Files, sound and pictures: what a file is, its samples and waveform, its frames; playing, recording and cutting it.
//!
//! Functions here block unless they say otherwise; call them through [`crate::runtime`]. Sound is decoded in
//! process, by ffmpeg as a process where we can't. Pictures always come from ffmpeg. Every file is judged by its
//! first bytes before any decoder sees it, and errors name the file, never its path.
//!
//! # The map
//!
//! | | modules |
//! |---|---|
//! | What a file is | `sniff` opens every file and names its container; [`probe`] finds the facts, with `mp4` in process or with ffprobe; [`accept`] says what the service makes of them |
//! | Sound as samples | `decode` streams them: symphonia behind `view`, `mp4`, `ogg` and `vorbis`, which let nothing odd through to it, or ffmpeg; [`Growing`] is bytes still arriving; `mono` is one channel at a wanted rate |
//! | Measured, in one pass | [`wave`] for the eye, kept on disk by content; [`loudness`]; [`survey`] for what is heard where, and the best part for a voice |
//! | Made | [`sample`], mended by `polish`, and [`edit`]: both write through `made`, whole or not at all; [`opening`] is the first seconds of a video; [`recorder`] writes a `wav` that plays wherever it breaks off |
//! | Seen and heard | [`player`] has the one clock; [`video`] follows it |
//! | Shared | [`Part`]; [`tools`] runs ffmpeg so that no name or content steers it; `bits` |
//!
//! What is read is never written to. Samples of a whole file never lie in memory: all goes by chunks, but for the part
//! that [`sample`] cuts.

pub mod accept;
mod bits;
mod decode;
pub mod edit;
mod growing;
pub mod loudness;
mod made;
mod mono;
mod mp4;
mod ogg;
pub mod opening;
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

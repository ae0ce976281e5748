//! What is done with takes on this computer, on the real app: compared, kept, trimmed, exported, joined, and brought to
//! the loudness of a video. Files are judged by ffprobe and ffmpeg.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/heard.rs"]
mod heard;
mod kept;
mod level;
mod rig;

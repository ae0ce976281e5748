//! Pictures of a video, one at a time, from ffmpeg.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// One picture: rows from top to bottom, four bytes a pixel, opaque.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    pub width: u32,
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// The picture shown at `at_secs`, turned upright, at most `max_width` pixels wide; the last one when `at_secs` is
/// past the end. Dropping the future kills ffmpeg. At most two run at once.
///
/// # Errors
/// One sentence: ffmpeg is missing, the file has no picture, or it took too long.
#[expect(clippy::unused_async, reason = "being filled in")]
pub async fn frame(path: PathBuf, at_secs: f64, max_width: u32) -> Result<Frame> {
    Err(Error::Media(format!("{} can't be read yet ({at_secs}, {max_width}).", path.display())))
}

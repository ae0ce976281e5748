//! Sound as numbers: the waveform of a file, and its samples where a bounded piece is enough.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};

/// A waveform. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Peaks {
    /// The largest amplitude in each equal piece of the file, 0 to 1.
    pub bars: Arc<[f32]>,
    /// Exact: counted while decoding.
    pub duration_secs: f64,
}

/// Samples of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Mono {
    /// −1 to 1.
    pub samples: Vec<f32>,
    /// Samples per second.
    pub rate: u32,
}

/// The waveform of a file in `buckets` bars. Blocks; reads the whole file in constant memory.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read.
pub fn peaks(path: &Path, buckets: usize) -> Result<Peaks> {
    let _ = buckets;
    Err(Error::Media(format!("{} can't be read yet.", path.display())))
}

/// The first `max_secs` seconds of a file's sound, all channels mixed into one, at the file's own rate. Blocks.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read.
pub fn decode_mono(path: &Path, max_secs: f64) -> Result<Mono> {
    let _ = max_secs;
    Err(Error::Media(format!("{} can't be read yet.", path.display())))
}

//! The samples of a piece of sound, where a bounded piece is enough.

use std::path::Path;

use crate::error::Result;
use crate::media::decode::{self, Decoder, Source};

/// Samples of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Mono {
    /// −1 to 1.
    pub samples: Vec<f32>,
    /// Samples per second.
    pub rate: u32,
}

/// The first `max_secs` seconds of a file's sound, all channels mixed into one. Blocks. At the file's own rate,
/// or at 48 kHz when ffmpeg had to read it.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read.
pub fn decode_mono(path: &Path, max_secs: f64) -> Result<Mono> {
    let mut decoder = Decoder::open(&Source::File(path.to_owned()), 0.0)?;
    let (rate, channels) = (decoder.rate, usize::from(decoder.channels));
    let count = f32::from(decoder.channels);
    let max = decode::frames(if max_secs.is_finite() { max_secs.clamp(0.0, MAX_MONO_SECS) } else { 0.0 }, rate);
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let mut samples = Vec::new();
    while samples.len() < max
        && let Some(chunk) = decoder.next_chunk()
    {
        let mixed = chunk.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / count);
        samples.extend(mixed.take(max - samples.len()));
    }
    Ok(Mono { samples, rate })
}

/// An hour at 48 kHz is 700 MB: a caller that asks for more means something else.
const MAX_MONO_SECS: f64 = 3600.0;

//! Sound as numbers: the waveform of a file, and its samples where a bounded piece is enough.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::media::decode::{self, Decoder, Source};

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

/// More bars than any screen has columns.
const MAX_BUCKETS: usize = 16_384;

/// The waveform of a file in `buckets` bars. Blocks; reads the whole file in constant memory.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read.
pub fn peaks(path: &Path, buckets: usize) -> Result<Peaks> {
    peaks_of(&Source::File(path.to_owned()), buckets, &|| true)
}

/// The same for sound that may lie in memory, for as long as somebody still wants it.
///
/// # Errors
/// As [`peaks`], and [`Error::Cancelled`] when `is_wanted` has become false.
pub(super) fn peaks_of(source: &Source, buckets: usize, is_wanted: &dyn Fn() -> bool) -> Result<Peaks> {
    let mut decoder = Decoder::open(source, 0.0)?;
    let (rate, channels) = (decoder.rate, usize::from(decoder.channels));
    let mut meter = Meter::new(buckets.clamp(1, MAX_BUCKETS));
    while let Some(samples) = decoder.next_chunk() {
        if !is_wanted() {
            return Err(Error::Cancelled);
        }
        for frame in samples.chunks_exact(channels) {
            meter.add(frame.iter().fold(0.0, |loudest, sample| sample.abs().max(loudest)));
        }
    }
    Ok(Peaks { duration_secs: secs(meter.frames, rate), bars: meter.bars(buckets.min(MAX_BUCKETS)).into() })
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

#[expect(clippy::cast_precision_loss, reason = "a day of frames is far below 2^52")]
fn secs(frames: u64, rate: u32) -> f64 {
    frames as f64 / f64::from(rate)
}

/// Gathers loudest values without knowing how many will come: when its bins are full, each two become one.
struct Meter {
    bins: Vec<f32>,
    /// Twice what is asked for, so that no bar is wider than two bins.
    room: usize,
    frames: u64,
    /// Frames a bin stands for, and how many the last one has.
    width: u64,
    filled: u64,
}

impl Meter {
    fn new(buckets: usize) -> Self {
        Self { bins: vec![0.0], room: buckets * 4, frames: 0, width: 1, filled: 0 }
    }

    fn add(&mut self, amplitude: f32) {
        if self.filled == self.width {
            if self.bins.len() == self.room {
                self.bins = self.bins.chunks(2).map(|two| two.iter().copied().fold(0.0, f32::max)).collect();
                self.width *= 2;
            }
            self.bins.push(0.0);
            self.filled = 0;
        }
        self.frames += 1;
        self.filled += 1;
        if let Some(last) = self.bins.last_mut() {
            *last = last.max(amplitude.min(1.0));
        }
    }
    /// Spreads the bins over `count` bars.
    fn bars(&self, count: usize) -> Vec<f32> {
        let bar = |index: usize| {
            // In frames, then in bins. A day at 768 kHz times all bars is less than 2^51.
            let at = |index: usize| index as u64 * self.frames / count.max(1) as u64;
            let (from, to) = (at(index), at(index + 1).max(at(index) + 1));
            let (first, last) = (from / self.width, (to - 1) / self.width);
            let bins = self.bins.iter().skip(usize::try_from(first).unwrap_or(usize::MAX));
            bins.take(usize::try_from(last - first + 1).unwrap_or(1)).copied().fold(0.0, f32::max)
        };
        (0..count).map(bar).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_follow_the_sound_whatever_its_length() {
        for frames in [0, 1, 7, 8, 9, 1_000, 123_457] {
            let mut meter = Meter::new(8);
            for frame in 0..frames {
                meter.add(if frame * 2 < frames { 0.0 } else { 0.5 });
            }
            let bars = meter.bars(8);
            assert_eq!(bars.len(), 8);
            assert_eq!(meter.frames, frames);
            assert!(meter.bins.len() <= 32, "{frames}: {} bins", meter.bins.len());
            if frames >= 8 {
                assert_eq!(bars[..3], [0.0; 3], "{frames}");
                assert_eq!(bars[5..], [0.5; 3], "{frames}");
            }
        }
    }

    #[test]
    fn odd_samples_stay_within_the_picture() {
        let mut meter = Meter::new(1);
        for sample in [f32::NAN, -0.0, f32::INFINITY] {
            meter.add(sample);
        }
        assert_eq!(meter.bars(1), [1.0]);
        assert!(meter.bars(0).is_empty());
    }
}

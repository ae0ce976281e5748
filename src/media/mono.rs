//! Sound of one channel, a chunk at a time, at a wanted rate: what is measured, cut and joined.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

use crate::error::{Error, Result};
use crate::media::decode::{Decoder, Source, frames};

/// The highest rate that is written: the service brings what is above it down itself.
pub(super) const MAX_RATE: u32 = 48_000;
/// Frames the resampler takes at once.
const CHUNK: usize = 4096;

/// Reads a sound from a place on.
pub(super) struct Mono {
    decoder: Decoder,
    /// Samples a second of what is given out.
    pub(super) rate: u32,
    resample: Option<Box<Resample>>,
    chunk: Vec<f32>,
}

/// Which rate is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// The file's own, but not above [`MAX_RATE`].
    Own,
    Exactly(u32),
}

impl Mono {
    /// Opens the sound of `source`, to be read from `at_secs` on.
    pub(super) fn open(source: &Source, at_secs: f64, rate: Rate) -> Result<Self> {
        let decoder = Decoder::open(source, at_secs)?;
        let rate = match rate {
            Rate::Own => decoder.rate.min(MAX_RATE),
            Rate::Exactly(rate) => rate.clamp(1_000, 768_000),
        };
        let resample = if rate == decoder.rate { None } else { Some(Box::new(Resample::new(decoder.rate, rate)?)) };
        Ok(Self { decoder, rate, resample, chunk: Vec::new() })
    }

    /// See [`Decoder::came_whole`].
    pub(super) fn came_whole(self, secs: f64) -> bool {
        self.decoder.came_whole(secs)
    }

    /// The next samples, each from −1 to 1 as far as the file keeps to that; never empty. `None` at the end.
    pub(super) fn next_chunk(&mut self) -> Option<&[f32]> {
        loop {
            let channels = usize::from(self.decoder.channels.max(1));
            let scale = 1.0 / f32::from(self.decoder.channels.max(1));
            let decoded = self.decoder.next_chunk();
            self.chunk.clear();
            let is_end = decoded.is_none();
            if let Some(samples) = decoded {
                // A file of floats may hold anything.
                let plain = |sample: f32| if sample.is_finite() { sample.clamp(-8.0, 8.0) } else { 0.0 };
                self.chunk
                    .extend(samples.chunks_exact(channels).map(|it| it.iter().map(|s| plain(*s)).sum::<f32>() * scale));
            }
            if let Some(resample) = &mut self.resample {
                resample.turn(&mut self.chunk, is_end);
            }
            if !self.chunk.is_empty() {
                return Some(&self.chunk);
            }
            if is_end {
                return None;
            }
        }
    }
}

/// Brings samples to another rate, to the sample as many as their time asks for.
struct Resample {
    engine: Fft<f32>,
    rates: (u32, u32),
    waiting: Vec<f32>,
    room: Vec<f32>,
    /// Samples of the engine's own delay still to drop, and how many went in and came out.
    delay: usize,
    taken: u64,
    given: u64,
}

impl Resample {
    fn new(from: u32, to: u32) -> Result<Self> {
        let odd = |error| Error::Media(format!("Sound of {from} samples a second can't be brought to {to}: {error}."));
        let (rate_in, rate_out) = (from as usize, to as usize);
        let engine = Fft::new(rate_in, rate_out, CHUNK, 1, FixedSync::Input).map_err(|e| odd(e.to_string()))?;
        let (delay, room) = (engine.output_delay(), vec![0.0; engine.output_frames_max()]);
        Ok(Self { engine, rates: (from, to), waiting: Vec::new(), room, delay, taken: 0, given: 0 })
    }

    /// Replaces samples by those of the other rate. At the end what is still inside comes out.
    fn turn(&mut self, samples: &mut Vec<f32>, is_end: bool) {
        self.taken += samples.len() as u64;
        self.waiting.append(samples);
        let need = self.engine.input_frames_next();
        let mut used = 0;
        while self.waiting.len() - used >= need {
            self.step(used, None, samples);
            used += need;
        }
        self.waiting.drain(..used);
        if !is_end {
            return;
        }
        let due = self.taken * u64::from(self.rates.1) / u64::from(self.rates.0);
        while self.given < due {
            let (before, rest) = (samples.len(), self.waiting.len());
            self.step(0, Some(rest), samples);
            self.waiting.clear();
            if samples.len() == before && self.delay == 0 {
                break;
            }
        }
        let over = usize::try_from(self.given.saturating_sub(due)).unwrap_or(usize::MAX);
        samples.truncate(samples.len().saturating_sub(over));
        self.given = due;
    }

    fn step(&mut self, from: usize, partial: Option<usize>, to: &mut Vec<f32>) {
        let need = self.engine.input_frames_next();
        let end = self.waiting.len().min(from + need);
        let mut input = self.waiting.get(from..end).unwrap_or_default().to_vec();
        input.resize(need.max(input.len()), 0.0);
        let room = self.room.len();
        let (Ok(input), Ok(mut output)) =
            (InterleavedSlice::new(&input, 1, input.len()), InterleavedSlice::new_mut(&mut self.room, 1, room))
        else {
            return;
        };
        let part = Indexing { input_offset: 0, output_offset: 0, partial_len: partial, active_channels_mask: None };
        let Ok((_, made)) = self.engine.process_into_buffer(&input, &mut output, Some(&part)) else { return };
        let drop = self.delay.min(made);
        self.delay -= drop;
        self.given += (made - drop) as u64;
        to.extend_from_slice(self.room.get(drop..made).unwrap_or_default());
    }
}

/// So many samples last so long.
#[expect(clippy::cast_precision_loss, reason = "days of samples are far below 2^52")]
pub(super) fn secs(samples: u64, rate: u32) -> f64 {
    samples as f64 / f64::from(rate.max(1))
}

/// A time as a count of samples.
pub(super) fn samples(secs: f64, rate: u32) -> u64 {
    frames(if secs.is_finite() { secs.clamp(0.0, 1e6) } else { 0.0 }, rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(from: u32, to: u32, samples: &[f32]) -> Vec<f32> {
        let mut resample = Resample::new(from, to).unwrap();
        let mut made = Vec::new();
        for piece in samples.chunks(1_000) {
            let mut piece = piece.to_vec();
            resample.turn(&mut piece, false);
            made.append(&mut piece);
        }
        let mut rest = Vec::new();
        resample.turn(&mut rest, true);
        made.append(&mut rest);
        made
    }

    #[test]
    fn a_tone_keeps_its_place_and_length_at_another_rate() {
        for (from, to, count) in [(96_000, 48_000, 96_000), (44_100, 16_000, 44_100), (8_000, 48_000, 8_001)] {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a second of samples")]
            let tone =
                |rate: u32, index: usize| (index as f64 / f64::from(rate) * 440.0 * std::f64::consts::TAU).sin() as f32;
            let samples: Vec<f32> = (0..count).map(|index| tone(from, index)).collect();
            let made = turned(from, to, &samples);
            assert_eq!(made.len() as u64, count as u64 * u64::from(to) / u64::from(from), "{from} to {to}");
            let middle = made.len() / 4..made.len() * 3 / 4;
            let worst = middle.map(|index| (made[index] - tone(to, index)).abs()).fold(0.0, f32::max);
            assert!(worst < 0.05, "{from} to {to}: {worst}");
        }
    }

    #[test]
    fn nothing_and_little_can_be_turned_too() {
        assert!(turned(48_000, 16_000, &[]).is_empty());
        assert_eq!(turned(48_000, 16_000, &[0.5; 30]).len(), 10);
        assert_eq!(turned(44_099, 48_000, &[0.5; 3]).len(), 3);
    }
}

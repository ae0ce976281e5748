//! Samples into frames: what a tenth of a second is like, in a few bytes.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::media::survey::hear::{Analyst, Heard};
use crate::media::survey::thin::Thin;

/// The length of a frame.
pub(super) const STEP_SECS: f64 = 0.1;
/// Levels in each frame: one for 20 ms.
pub(super) const LEVELS: usize = 5;
const BYTES: usize = 14;

/// A tenth of a second. Levels are bytes in half decibels, see [`db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame([u8; BYTES]);

impl Frame {
    fn new(levels: [u8; LEVELS], clipped: u8, heard: &Heard) -> Self {
        let mut bytes = [0; BYTES];
        let (first, rest) = bytes.split_at_mut(LEVELS);
        first.copy_from_slice(&levels);
        let (features, hums) = rest.split_at_mut(5);
        let (voiced, flat, steady) = (unit(heard.voiced), unit(-heard.flat_db / 40.0), unit(heard.steady));
        features.copy_from_slice(&[clipped, voiced, pitch_byte(heard.pitch), flat, steady]);
        hums.copy_from_slice(&heard.hums.map(level));
        Self(bytes)
    }

    /// RMS of each 20 ms, in dBFS.
    pub(super) fn levels(&self) -> [f64; LEVELS] {
        std::array::from_fn(|index| db(self.0[index]))
    }

    /// RMS of the whole, in dBFS.
    pub(super) fn level(&self) -> f64 {
        mean_db(&self.levels())
    }

    /// Samples are cut off at full scale.
    pub(super) fn is_clipped(&self) -> bool {
        self.0[5] > 0
    }

    /// How much it resembles itself a period later, 0 to 1: a voice or a tone is near 1.
    pub(super) fn voiced(&self) -> f64 {
        f64::from(self.0[6]) / 255.0
    }

    /// Of what is periodic, in hertz, 70 to 400.
    pub(super) fn pitch(&self) -> f64 {
        70.0 * 2_f64.powf(f64::from(self.0[7]) / 100.0)
    }

    /// How flat the spectrum is in decibels: 0 for a click, −2.5 for white noise, −20 and below for tones.
    pub(super) fn flat_db(&self) -> f64 {
        -40.0 * f64::from(self.0[8]) / 255.0
    }

    /// How much its tones are those of a moment ago, 0 to 1: held notes are near 1, a gliding voice is not.
    pub(super) fn steady(&self) -> f64 {
        f64::from(self.0[9]) / 255.0
    }

    /// The power at 50 or 60 Hz and its first harmonics, and the power beside them, in dBFS.
    pub(super) fn hum(&self, hertz: u16) -> (f64, f64) {
        let at = if hertz == 50 { 10 } else { 12 };
        (db(self.0[at]), db(self.0[at + 1]))
    }
}

/// Half decibels from −127.5 up to 0 dBFS.
pub(super) fn db(level: u8) -> f64 {
    f64::from(level) / 2.0 - 127.5
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte; NaN becomes 0")]
fn level(power: f64) -> u8 {
    ((10.0 * power.log10() + 127.5) * 2.0).round().clamp(0.0, 255.0) as u8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte; NaN becomes 0")]
fn unit(share: f64) -> u8 {
    (share * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Hundredths of an octave above 70 Hz.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte; NaN becomes 0")]
fn pitch_byte(hertz: f64) -> u8 {
    ((hertz / 70.0).log2() * 100.0).round().clamp(0.0, 255.0) as u8
}

/// The mean power of levels, as a level.
pub(super) fn mean_db(levels: &[f64]) -> f64 {
    let sum: f64 = levels.iter().map(|db| 10_f64.powf(db / 10.0)).sum();
    if levels.is_empty() { db(0) } else { (10.0 * (sum / count(levels.len())).log10()).max(db(0)) }
}

pub(super) fn ratio(some: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { count(some) / count(all) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples and frames are far below 2^52")]
pub(super) fn count(number: usize) -> f64 {
    number as f64
}

/// All frames of a file. Written down as one text, 28 digits for each.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Frames(Vec<Frame>);

impl Frames {
    pub(super) fn all(&self) -> &[Frame] {
        &self.0
    }
}

impl Serialize for Frames {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        let bytes = self.0.iter().flat_map(|frame| frame.0);
        to.serialize_str(&bytes.flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect::<String>())
    }
}

impl<'de> Deserialize<'de> for Frames {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let halves: Option<Vec<u8>> =
            text.chars().map(|digit| digit.to_digit(16).and_then(|half| u8::try_from(half).ok())).collect();
        let halves = halves.filter(|halves| halves.len() % (2 * BYTES) == 0);
        let halves = halves.ok_or_else(|| de::Error::custom("these are no frames of a survey"))?;
        let byte = |two: &[u8]| two.iter().fold(0, |byte: u8, half| byte << 4 | half);
        let frame = |digits: &[u8]| {
            let mut bytes = [0; BYTES];
            bytes.iter_mut().zip(digits.chunks_exact(2)).for_each(|(to, two)| *to = byte(two));
            Frame(bytes)
        };
        Ok(Self(halves.chunks_exact(2 * BYTES).map(frame).collect()))
    }
}

/// Listens to interleaved samples and remembers frames.
pub(super) struct Ear {
    rate: u32,
    channels: usize,
    /// The same number.
    many: f32,
    clips: Clips,
    thin: Thin,
    analyst: Analyst,
    frames: Frames,
    /// How many samples of each channel were heard.
    heard: u64,
}

impl Ear {
    pub(super) fn new(rate: u32, channels: u16) -> Self {
        let (rate, many) = (rate.max(1_000), f32::from(channels.max(1)));
        let (channels, thin) = (usize::from(channels.max(1)), Thin::new(rate));
        let (clips, analyst) = (Clips::new(rate, channels), Analyst::new(thin.rate()));
        Self { rate, channels, many, clips, thin, analyst, frames: Frames::default(), heard: 0 }
    }

    /// Takes the next samples.
    pub(super) fn hear(&mut self, samples: &[f32]) {
        for frame in samples.chunks_exact(self.channels) {
            self.clips.add(frame, self.heard);
            self.heard += 1;
            let sum: f32 = frame.iter().map(|sample| tame(*sample)).sum();
            if self.thin.add(sum / self.many) {
                self.look(false);
            }
        }
    }

    /// Turns what has come into frames.
    fn look(&mut self, is_end: bool) {
        self.thin.drain(is_end, &mut self.analyst.samples);
        while let Some((levels, heard)) = self.analyst.next(is_end) {
            let clipped = self.clips.of(self.frames.0.len());
            self.frames.0.push(Frame::new(levels.map(level), clipped, &heard));
        }
    }

    pub(super) fn frames(&self) -> usize {
        self.frames.0.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "a day of samples is far below 2^52")]
    pub(super) fn secs(&self) -> f64 {
        self.heard as f64 / f64::from(self.rate)
    }

    /// The frames and the exact length in seconds.
    pub(super) fn finish(mut self) -> (Frames, f64) {
        self.look(true);
        let secs = self.secs();
        self.frames.0.shrink_to_fit();
        (self.frames, secs)
    }
}

/// A number that can be reckoned with, whatever a file of floats claims.
fn tame(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-4.0, 4.0) } else { 0.0 }
}

/// Counts samples that lie at full scale in a row, for each frame.
struct Clips {
    rate: u64,
    /// A single sample may touch the top; a row of so many was cut off.
    enough: u32,
    runs: Vec<u32>,
    counts: std::collections::VecDeque<u8>,
    /// The frame the first count is of.
    first: usize,
}

/// Full scale, but for what a conversion of formats takes away.
const FULL: f32 = 0.998;

impl Clips {
    fn new(rate: u32, channels: usize) -> Self {
        let enough = (rate / 12_000).max(3);
        Self { rate: u64::from(rate), enough, runs: vec![0; channels], counts: [].into(), first: 0 }
    }

    fn add(&mut self, frame: &[f32], at: u64) {
        for (run, sample) in self.runs.iter_mut().zip(frame) {
            *run = if sample.abs() >= FULL { run.saturating_add(1) } else { 0 };
            if *run == self.enough {
                let step = usize::try_from(at * 10 / self.rate).unwrap_or(usize::MAX);
                let index = step.saturating_sub(self.first);
                if index >= self.counts.len() {
                    self.counts.resize(index + 1, 0);
                }
                if let Some(count) = self.counts.get_mut(index) {
                    *count = count.saturating_add(1);
                }
            }
        }
    }

    /// How often samples were cut off in a frame; frames are asked for in order.
    fn of(&mut self, step: usize) -> u8 {
        let count = self.counts.pop_front().unwrap_or(0);
        self.first = step + 1;
        count
    }
}

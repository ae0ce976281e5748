//! From samples to levels, in one pass and constant memory.

use crate::error::{Error, Result};
use crate::media::decode::{Decoder, Source};
use crate::media::wave::levels::Levels;
use crate::media::wave::{Inner, LEVELS_PER_SEC, Wave};

/// Reads the waveform of `source`, or of its first `until_secs` seconds. Blocks. `grown` is called after each piece,
/// a few dozen times for each second of sound, and stops the work with false.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read. [`Error::Cancelled`] when it was stopped.
pub fn scan(source: &Source, until_secs: Option<f64>, grown: &mut dyn FnMut(&Growth) -> bool) -> Result<Wave> {
    if let Source::Silence { secs } = source {
        return Ok(Wave::silent(*secs));
    }
    let mut decoder = Decoder::open(source, 0.0)?;
    let (rate, channels) = (decoder.rate, usize::from(decoder.channels));
    let mut growth = Growth::new(rate, decoder.length_secs());
    while until_secs.is_none_or(|secs| growth.read_secs() < secs)
        && let Some(samples) = decoder.next_chunk()
    {
        growth.add(samples, channels);
        if !grown(&growth) {
            return Err(Error::Cancelled);
        }
    }
    Ok(growth.done())
}

/// A waveform under way.
pub struct Growth {
    levels: Levels,
    rate: u64,
    claimed_secs: Option<f64>,
    frames: u64,
    /// The frame at which the next level begins.
    next: u64,
    /// The loudest since the last level.
    loudest: f32,
}

impl Growth {
    fn new(rate: u32, claimed_secs: Option<f64>) -> Self {
        let rate = u64::from(rate);
        Self { levels: Levels::default(), rate, claimed_secs, frames: 0, next: bound(1, rate), loudest: 0.0 }
    }

    /// A snapshot.
    pub fn wave(&self) -> Wave {
        self.snapshot(self.levels.clone(), false)
    }

    /// How many seconds have been read.
    #[expect(clippy::cast_precision_loss, reason = "a day of frames is far below 2^52")]
    pub fn read_secs(&self) -> f64 {
        self.frames as f64 / self.rate as f64
    }

    fn add(&mut self, samples: &[f32], channels: usize) {
        let mut rest = samples;
        while rest.len() >= channels {
            let room = usize::try_from(self.next - self.frames).unwrap_or(usize::MAX);
            let frames = room.min(rest.len() / channels);
            let (now, later) = rest.split_at(frames * channels);
            self.loudest = self.loudest.max(loudest(now));
            self.frames += frames as u64;
            rest = later;
            if self.frames == self.next {
                self.levels.push(std::mem::take(&mut self.loudest));
                self.next = bound(self.levels.len() as u64 + 1, self.rate);
            }
        }
    }

    fn done(mut self) -> Wave {
        if self.frames > bound(self.levels.len() as u64, self.rate) {
            self.levels.push(self.loudest);
        }
        let levels = std::mem::take(&mut self.levels);
        self.snapshot(levels, true)
    }

    fn snapshot(&self, levels: Levels, is_done: bool) -> Wave {
        let (claimed_secs, read_secs) = (self.claimed_secs, self.read_secs());
        Wave::from(Inner { levels, claimed_secs, read_secs, is_done })
    }
}

/// The frame at which a level begins: the rate need not be a multiple of the levels.
fn bound(level: u64, rate: u64) -> u64 {
    level * rate / u64::from(LEVELS_PER_SEC)
}

/// The largest amplitude, by the bits of the numbers: without their sign they are in order as integers, which is
/// several times as fast as comparing floats.
fn loudest(samples: &[f32]) -> f32 {
    const INFINITE: u32 = f32::INFINITY.to_bits();
    let bits = |sample: &f32| sample.to_bits() & !(1 << 31);
    let most = samples.iter().map(bits).max().unwrap_or_default();
    if most <= INFINITE {
        return f32::from_bits(most);
    }
    // What is no number is above all others, and is none.
    f32::from_bits(samples.iter().map(bits).filter(|bits| *bits <= INFINITE).max().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Part;

    /// Sound that gets louder each second, in pieces of odd sizes.
    fn stairs(rate: u32, channels: usize, secs: u16) -> Growth {
        let mut growth = Growth::new(rate, Some(f64::from(secs)));
        for second in 0..secs {
            let loud = f32::from(second + 1) / f32::from(secs);
            let mut samples = vec![0.0; usize::try_from(rate).unwrap() * channels];
            for (index, sample) in samples.iter_mut().enumerate() {
                *sample = if index % 7 == 0 { -loud } else { loud / 3.0 };
            }
            for piece in samples.chunks(channels * 1001) {
                growth.add(piece, channels);
            }
        }
        growth
    }

    #[test]
    fn levels_keep_time_at_any_rate() {
        for (rate, channels) in [(8_000, 1), (11_025, 2), (44_100, 2), (22_050, 1), (48_000, 6), (1_001, 3)] {
            let growth = stairs(rate, channels, 8);
            assert!((growth.read_secs() - 8.0).abs() < 1e-9);
            let wave = growth.done();
            assert_eq!((wave.duration_secs(), wave.is_done()), (Some(8.0), true), "{rate}");
            assert_eq!(wave.inner.levels.len(), 800, "{rate}");
            for (step, bar) in (1_u8..).zip(wave.whole(8)) {
                assert!((bar - f32::from(step) / 8.0).abs() < 0.005, "{rate}: step {step} is {bar}");
            }
        }
    }

    #[test]
    fn what_is_not_a_number_is_silence_and_does_not_hide_the_rest() {
        assert!((loudest(&[0.25, f32::NAN, -0.5]) - 0.5).abs() < f32::EPSILON);
        assert!(loudest(&[f32::NAN]).abs() < f32::EPSILON);
        assert!(loudest(&[0.0, f32::NEG_INFINITY]).is_infinite());
        assert!(loudest(&[]).abs() < f32::EPSILON);
    }

    #[test]
    fn a_growing_wave_stands_where_it_will_stand() {
        let mut growth = Growth::new(1_000, Some(10.0));
        growth.add(&vec![0.5; 5_000], 1);
        let wave = growth.wave();
        assert_eq!((wave.duration_secs(), wave.is_done()), (Some(10.0), false));
        assert_eq!(wave.whole(4)[2..], [0.0; 2]);
        assert!(wave.whole(4)[..2].iter().all(|bar| (bar - 0.5).abs() < 0.005));
        // More came than the header said.
        growth.add(&vec![0.5; 7_005], 1);
        assert_eq!(growth.wave().duration_secs(), Some(12.005));
        let wave = growth.done();
        assert_eq!((wave.duration_secs(), wave.inner.levels.len()), (Some(12.005), 1_201));
        assert!(wave.bars(Part::new(12.0, 12.005), 1)[0] > 0.49);
    }
}

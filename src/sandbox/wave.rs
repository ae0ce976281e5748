//! Mono 16-bit WAV files and changing the rate of sound. Pure, but for writing the file.

use std::io::Cursor;
use std::path::Path;

use crate::error::{Error, Result};

/// Sound as it is worked on: one channel, −1 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sound {
    pub samples: Vec<f32>,
    /// Samples per second.
    pub rate: u32,
}

impl Sound {
    /// Length in seconds.
    #[expect(clippy::cast_precision_loss, reason = "a count of samples, far below 2^52")]
    pub fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate.max(1))
    }
}

/// Reads what a speech program streams: a WAV whose header could not know its length yet. `None` when it is
/// something else.
pub(super) fn read_stream(bytes: &[u8]) -> Option<Sound> {
    let word = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let half = |at: usize| bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes);
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WAVE" {
        return None;
    }
    let (mut at, mut rate) = (12, None);
    loop {
        let (name, length) = (bytes.get(at..at + 4)?, usize::try_from(word(at + 4)?).ok()?);
        let body = at + 8;
        if name == b"fmt " {
            let plain = half(body)? == 1 && half(body + 2)? == 1 && half(body + 14)? == 16;
            rate = plain.then(|| word(body + 4)).flatten();
        } else if name == b"data" {
            let end = body.saturating_add(length).min(bytes.len());
            let samples =
                bytes[body..end].chunks_exact(2).map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0);
            return Some(Sound { samples: samples.collect(), rate: rate.filter(|r| *r > 0)? });
        }
        at = body.checked_add(length)?;
    }
}

/// Writes 16-bit mono with the true length in its header.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, sound: &Sound) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sound.rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = Cursor::new(Vec::with_capacity(sound.samples.len() * 2 + 44));
    encode(&mut bytes, spec, &sound.samples)
        .map_err(|error| Error::Media(format!("The sound could not be encoded: {error}.")))?;
    std::fs::write(path, bytes.into_inner()).map_err(|error| Error::file("write", path, error))
}

fn encode(to: &mut Cursor<Vec<u8>>, spec: hound::WavSpec, samples: &[f32]) -> hound::Result<()> {
    let mut writer = hound::WavWriter::new(to, spec)?;
    for sample in samples {
        writer.write_sample(to_i16(*sample))?;
    }
    writer.finalize()
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i16 before")]
fn to_i16(sample: f32) -> i16 {
    (sample * 32_767.0).round().clamp(-32_768.0, 32_767.0) as i16
}

/// Reads `step` source samples for every sample it makes: 2.0 halves the length and, played at the same rate,
/// doubles the pitch. A step above 1 is smoothed first, so that nothing folds back.
pub(super) fn resample(samples: &[f32], step: f64) -> Vec<f32> {
    bend(samples, |_| step)
}

/// [`resample`] with a step that may change on the way; it is asked with the position in the source.
pub(super) fn bend(samples: &[f32], step: impl Fn(f64) -> f64) -> Vec<f32> {
    let widest = step(0.0);
    let smoothed = if widest > 1.4 { smooth(samples, widest) } else { Vec::new() };
    let source = if smoothed.is_empty() { samples } else { &smoothed };
    let mut made = Vec::with_capacity(source.len());
    let mut at = 0.0_f64;
    while let Some(sample) = between(source, at) {
        made.push(sample);
        at += step(at).clamp(0.05, 20.0);
    }
    made
}

/// The value between samples, by the cubic through the four around it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position inside the slice, checked by get"
)]
fn between(samples: &[f32], at: f64) -> Option<f32> {
    let index = at as usize;
    let b = *samples.get(index)?;
    let a = *samples.get(index.wrapping_sub(1)).unwrap_or(&b);
    let c = *samples.get(index + 1).unwrap_or(&b);
    let d = *samples.get(index + 2).unwrap_or(&c);
    let part = at.fract() as f32;
    let (rise, bend) = (0.5 * (c - a), a - 2.5 * b + 2.0 * c - 0.5 * d);
    let twist = 0.5 * (d - a) + 1.5 * (b - c);
    Some(b + part * (rise + part * (bend + part * twist)))
}

/// A low-pass that is good enough to look for pitch: twice a running mean over `width` samples.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width of a few samples")]
fn smooth(samples: &[f32], width: f64) -> Vec<f32> {
    let width = width.round().clamp(2.0, 64.0) as usize;
    running_mean(&running_mean(samples, width), width)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a mean of at most 64 samples")]
fn running_mean(samples: &[f32], width: usize) -> Vec<f32> {
    let mut sum = 0.0_f64;
    samples
        .iter()
        .enumerate()
        .map(|(i, sample)| {
            sum += f64::from(*sample);
            if i >= width {
                sum -= f64::from(samples[i - width]);
            }
            (sum / width as f64) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streamed_wav_with_an_unknown_length_is_read() {
        let mut bytes =
            b"RIFF\x24\xf0\xff\x7fWAVEfmt \x10\0\0\0\x01\0\x01\0\x22\x56\0\0\x44\xac\0\0\x02\0\x10\0data\0\xf0\xff\x7f"
                .to_vec();
        bytes.extend([0, 0, 0, 0x40, 0]);
        let sound = read_stream(&bytes).unwrap();
        assert_eq!((sound.rate, sound.samples.len()), (22_050, 2));
        assert!((sound.samples[1] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn other_bytes_are_not_a_wav() {
        for bytes in [&b""[..], b"RIFF", b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff", b"RIFF\0\0\0\0WAVEdata\x02\0\0\0ab"] {
            assert_eq!(read_stream(bytes), None);
        }
    }

    #[test]
    fn what_is_written_says_its_length_and_is_clamped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        write(&path, &Sound { samples: vec![0.0, 2.0, -2.0], rate: 22_050 }).unwrap();
        let mut reader = hound::WavReader::open(&path).unwrap();
        assert_eq!(reader.duration(), 3);
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(samples, [0, 32_767, -32_768]);
    }

    #[test]
    fn a_step_of_two_halves_the_length() {
        let ramp: Vec<f32> = (0..1_000_u16).map(|i| f32::from(i) / 1_000.0).collect();
        assert_eq!(resample(&ramp, 2.0).len(), 500);
        assert_eq!(resample(&ramp, 0.5).len(), 2_000);
        let same = resample(&ramp, 1.0);
        assert!(same.iter().zip(&ramp).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}

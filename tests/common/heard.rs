//! What is in a sound file, as ffmpeg decodes it: compared with another, or at one frequency.
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]

use std::path::Path;

use crate::common::media;

/// Of the samples here, per second.
const RATE: f64 = 8000.0;

/// A file's sound, or so many seconds from one on, as 8 kHz mono.
pub fn samples(dir: &Path, file: &Path, part: Option<(f64, f64)>) -> Vec<f64> {
    let raw = dir.join("samples.raw");
    let (from, to) = (file.to_str().unwrap(), raw.to_str().unwrap());
    let (start, length) = part.unwrap_or((0.0, 36_000.0));
    let (start, length) = (start.to_string(), length.to_string());
    let decode = ["-v", "error", "-y", "-ss", &start, "-t", &length, "-i", from, "-ac", "1", "-ar", "8000"];
    let decode: Vec<&str> = decode.into_iter().chain(["-f", "s16le", to]).collect();
    media::run("ffmpeg", &decode);
    let bytes = std::fs::read(raw).unwrap();
    bytes.chunks_exact(2).map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]]))).collect()
}

/// The best normalised correlation over shifts of up to 50 ms, which codecs may add.
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let at = |shift: usize, a: &[f64], b: &[f64]| {
        let pairs = || a.iter().skip(shift).zip(b);
        let dot: f64 = pairs().map(|(x, y)| x * y).sum();
        let (power_a, power_b): (f64, f64) = pairs().fold((0.0, 0.0), |(p, q), (x, y)| (p + x * x, q + y * y));
        dot / (power_a * power_b).sqrt().max(1.0)
    };
    (0..400).flat_map(|shift| [at(shift, a, b), at(shift, b, a)]).fold(0.0, f64::max)
}

/// The mean power at one frequency, leaving out half a second at the start for filters to settle.
pub fn power(samples: &[f64], hertz: f64) -> f64 {
    let turn = std::f64::consts::TAU * hertz / RATE;
    let settled = samples.get(4000..).unwrap_or_default();
    let (mut phase, mut sin, mut cos) = (0.0_f64, 0.0, 0.0);
    for sample in settled {
        sin += sample * phase.sin();
        cos += sample * phase.cos();
        phase += turn;
    }
    let count = f64::from(u32::try_from(settled.len()).unwrap_or(u32::MAX)).max(1.0);
    (sin * sin + cos * cos) / (count * count)
}

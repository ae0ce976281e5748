//! Fewer samples: speech has all that tells it from music below 8 kHz.

use std::f64::consts::PI;

use crate::media::survey::frame::count;

/// Every so-manieth sample of one channel, after a low-pass, at 8 to 32 kHz.
pub(super) struct Thin {
    rate: f64,
    every: usize,
    kernel: Vec<f32>,
    pending: Vec<f32>,
}

/// The rate that is aimed at, in hertz.
const AIM: u32 = 16_000;
/// Samples that are worked on at once.
const BLOCK: usize = 4_096;

impl Thin {
    pub(super) fn new(rate: u32) -> Self {
        let every = usize::try_from(rate / AIM).unwrap_or(1).max(1);
        let kernel = if every == 1 { vec![1.0] } else { low_pass(every) };
        // Half a kernel of silence before the first sample keeps the time.
        let pending = vec![0.0; kernel.len() / 2];
        Self { rate: f64::from(rate) / count(every), every, kernel, pending }
    }

    /// Samples a second that come out.
    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    /// Takes a sample; whether there is enough to drain.
    pub(super) fn add(&mut self, sample: f32) -> bool {
        self.pending.push(sample);
        self.pending.len() >= BLOCK * self.every
    }

    /// Gives what can be given.
    pub(super) fn drain(&mut self, is_end: bool, to: &mut Vec<f32>) {
        if is_end {
            self.pending.resize(self.pending.len() + self.kernel.len() / 2, 0.0);
        }
        let mut at = 0;
        while let Some(window) = self.pending.get(at..at + self.kernel.len()) {
            to.push(dot(window, &self.kernel));
            at += self.every;
        }
        self.pending.drain(..at.min(self.pending.len()));
    }
}

/// In eight sums, which the compiler can do side by side.
fn dot(window: &[f32], kernel: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (eights, kernel_eights) = (window.chunks_exact(8), kernel.chunks_exact(8));
    let rest: f32 = eights.remainder().iter().zip(kernel_eights.remainder()).map(|(a, b)| a * b).sum();
    for (window, kernel) in eights.zip(kernel_eights) {
        for ((sum, a), b) in sums.iter_mut().zip(window).zip(kernel) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// A windowed sinc that passes what the lower rate can hold, nearly.
#[expect(clippy::cast_possible_truncation, reason = "coefficients below one")]
fn low_pass(every: usize) -> Vec<f32> {
    let half = 12 * every;
    let cutoff = 0.9 / count(every);
    let tap = |index: usize| {
        let x = count(index) - count(half);
        let sinc = if index == half { cutoff } else { (PI * cutoff * x).sin() / (PI * x) };
        let phase = PI * count(index) / count(half);
        sinc * (0.42 - 0.5 * phase.cos() + 0.08 * (2.0 * phase).cos())
    };
    let taps: Vec<f64> = (0..=2 * half).map(tap).collect();
    let sum: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| (tap / sum) as f32).collect()
}

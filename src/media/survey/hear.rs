//! What can be heard in a tenth of a second: a pitch, held tones, noise, the hum of the mains.

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use crate::media::survey::frame::{LEVELS, count};

/// Features of a tenth of a second.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    /// How periodic, 0 to 1.
    pub(super) voiced: f64,
    /// In hertz.
    pub(super) pitch: f64,
    /// In decibels.
    pub(super) flat_db: f64,
    /// How alike the tones of a moment ago, 0 to 1.
    pub(super) steady: f64,
    /// Power at 50 Hz and its harmonics, beside them, at 60 Hz and its harmonics, beside them.
    pub(super) hums: [f64; 4],
}

/// What counts as a pitch of somebody who speaks, in hertz.
const PITCH: (f64, f64) = (70.0, 400.0);
/// Looks per tenth of a second.
const LOOKS: usize = 2;
/// How many looks ago tones are compared with: 150 ms.
const AGO: usize = 3;

/// Looks at samples of one channel.
pub(super) struct Analyst {
    /// What was not looked at yet, after a window of what was.
    pub(super) samples: Vec<f32>,
    rate: f64,
    /// How many samples are gone from the front of `samples`, which began with a window of silence.
    base: usize,
    /// How many samples there are in all, once known.
    end: Option<usize>,
    step: usize,
    /// A short window for the pitch, and one of twice its length for tones.
    window: usize,
    long: Vec<f32>,
    short: Vec<f32>,
    /// What the short window makes of a steady tone, by lag.
    fade: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
    tones: std::collections::VecDeque<Vec<f32>>,
}

impl Analyst {
    /// For samples at `rate`, 1 to 32 kHz.
    pub(super) fn new(rate: f64) -> Self {
        let window = samples(rate * 0.05).next_power_of_two().max(64);
        let mut planner = RealFftPlanner::new();
        let (forward, back) = (planner.plan_fft_forward(2 * window), planner.plan_fft_inverse(2 * window));
        let (long, short) = (hann(2 * window), hann(window));
        let mut analyst = Self {
            samples: vec![0.0; window],
            rate,
            base: 0,
            end: None,
            step: 0,
            window,
            long,
            short: short.clone(),
            fade: Vec::new(),
            forward,
            back,
            tones: [].into(),
        };
        analyst.fade = analyst.correlate(&short, f64::INFINITY);
        analyst
    }

    /// The levels (as power, for each 20 ms) and features of the next tenth of a second, when it is there.
    pub(super) fn next(&mut self, is_end: bool) -> Option<([f64; LEVELS], Heard)> {
        let (from, to) = (self.at(self.step * LEVELS), self.at((self.step + 1) * LEVELS));
        if is_end {
            let end = *self.end.get_or_insert(self.base + self.samples.len() - self.window);
            // A last bit counts as a frame when it is most of one.
            if end < usize::midpoint(from, to) {
                return None;
            }
            let need = (to + 2 * self.window).saturating_sub(self.base);
            self.samples.resize(self.samples.len().max(need), 0.0);
        } else if self.base + self.samples.len() < to + 2 * self.window {
            return None;
        }
        let levels = std::array::from_fn(|index| {
            let part = self.between(self.at(self.step * LEVELS + index), self.at(self.step * LEVELS + index + 1));
            power(part)
        });
        let heard = self.look(from, to);
        self.step += 1;
        let done = to.saturating_sub(self.base).min(self.samples.len());
        self.samples.drain(..done);
        self.base += done;
        Some((levels, heard))
    }

    /// Where a level begins.
    fn at(&self, level: usize) -> usize {
        samples(count(level) * self.rate / 50.0)
    }

    /// Samples by their place in the file.
    fn between(&self, from: usize, to: usize) -> &[f32] {
        let shift = |at: usize| (at + self.window).saturating_sub(self.base).min(self.samples.len());
        &self.samples[shift(from)..shift(to).max(shift(from))]
    }

    fn look(&mut self, from: usize, to: usize) -> Heard {
        let mut heard = Heard { hums: self.hums(from, to), ..Heard::default() };
        for look in 0..LOOKS {
            let centre = from + (to - from) * (2 * look + 1) / (2 * LOOKS);
            let start = centre.saturating_sub(self.base);
            let Some(around) = self.samples.get(start..start + 2 * self.window).map(<[f32]>::to_vec) else { continue };
            let (voiced, pitch) = self.pitch(&around[self.window / 2..self.window / 2 + self.window]);
            if voiced >= heard.voiced {
                (heard.voiced, heard.pitch) = (voiced, pitch);
            }
            let (flat_db, steady) = self.tones(&around);
            heard.flat_db += flat_db / count(LOOKS);
            heard.steady += steady / count(LOOKS);
        }
        heard
    }

    /// How periodic the samples are, and at which pitch, by their autocorrelation.
    fn pitch(&mut self, samples: &[f32]) -> (f64, f64) {
        let windowed: Vec<f32> = samples.iter().zip(&self.short).map(|(sample, weight)| sample * weight).collect();
        let alike = self.correlate(&windowed, 2_000.0);
        let (Some(&whole), Some(&fade_whole)) = (alike.first(), self.fade.first()) else { return (0.0, 0.0) };
        if whole <= 1e-9 {
            return (0.0, 0.0);
        }
        let (shortest, longest) = (self::samples(self.rate / PITCH.1).max(2), self::samples(self.rate / PITCH.0));
        let strength = |lag: usize| match (alike.get(lag), self.fade.get(lag)) {
            (Some(alike), Some(fade)) if *fade > 0.05 * fade_whole => f64::from(alike / whole / (fade / fade_whole)),
            _ => 0.0,
        };
        let mut best = (0.0, 0.0, f64::MIN);
        for lag in shortest..=longest {
            let here = strength(lag);
            if here < strength(lag - 1) || here < strength(lag + 1) {
                continue;
            }
            // Two periods resemble each other as one does; the shorter is the pitch.
            let worth = here - 0.02 * (count(lag) / count(shortest)).log2();
            if worth > best.2 {
                best = (here.clamp(0.0, 1.0), self.rate / count(lag), worth);
            }
        }
        (best.0, best.1)
    }

    /// The autocorrelation of up to one window, of what lies below `most` hertz.
    fn correlate(&self, windowed: &[f32], most: f64) -> Vec<f32> {
        let mut padded = self.forward.make_input_vec();
        padded.iter_mut().zip(windowed).for_each(|(to, sample)| *to = *sample);
        let mut spectrum = self.forward.make_output_vec();
        let mut alike = self.back.make_output_vec();
        let top = samples((most * count(2 * self.window) / self.rate).min(count(self.window)));
        if self.forward.process(&mut padded, &mut spectrum).is_err() {
            return alike;
        }
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value = Complex::new(if bin <= top { value.norm_sqr() } else { 0.0 }, 0.0);
        }
        // Lengths are those the plans were made for; a failure would leave silence.
        self.back.process(&mut spectrum, &mut alike).ok();
        alike.truncate(self.window);
        alike
    }

    /// How flat the spectrum is, and how much its tones are those of a moment ago.
    fn tones(&mut self, samples: &[f32]) -> (f64, f64) {
        let mut windowed: Vec<f32> = samples.iter().zip(&self.long).map(|(sample, weight)| sample * weight).collect();
        let mut spectrum = self.forward.make_output_vec();
        if self.forward.process(&mut windowed, &mut spectrum).is_err() {
            return (0.0, 0.0);
        }
        let bin = |hertz: f64| self::samples(hertz * count(2 * self.window) / self.rate);
        let (low, high) = (bin(150.0), bin(4_000.0_f64.min(self.rate * 0.42)).max(bin(150.0) + 32));
        let powers = spectrum.get(low..high.min(spectrum.len())).unwrap_or_default();
        let sum: f32 = powers.iter().map(Complex::norm_sqr).sum();
        if sum <= 1e-7 {
            self.remember(Vec::new());
            return (0.0, 0.0);
        }
        let logs: Vec<f32> = powers.iter().map(|value| 10.0 * (value.norm_sqr() + 1e-12).log10()).collect();
        let mean: f64 = logs.iter().copied().map(f64::from).sum::<f64>() / count(logs.len());
        let flat_db = mean - 10.0 * (f64::from(sum) / count(logs.len())).log10();
        let tones = ridges(&logs);
        let steady = self.tones.front().filter(|_| self.tones.len() == AGO).map_or(0.0, |old| alike(old, &tones));
        self.remember(tones);
        (flat_db.clamp(-40.0, 0.0), steady)
    }

    fn remember(&mut self, tones: Vec<f32>) {
        if self.tones.len() == AGO {
            self.tones.pop_front();
        }
        self.tones.push_back(tones);
    }

    /// Power at the mains and its harmonics. In a tenth of a second tones ten hertz apart do not disturb each other.
    fn hums(&self, from: usize, to: usize) -> [f64; 4] {
        let part = self.between(from, to);
        let at = |hertz: f64| goertzel(part, hertz / self.rate);
        let sums = |mains: f64| {
            let harmonics = [mains, 2.0 * mains, 3.0 * mains];
            let on: f64 = harmonics.iter().map(|hertz| at(*hertz)).sum();
            let beside: f64 = harmonics.iter().map(|hertz| f64::midpoint(at(hertz - 10.0), at(hertz + 10.0))).sum();
            (on, beside)
        };
        let ((on_50, beside_50), (on_60, beside_60)) = (sums(50.0), sums(60.0));
        [on_50, beside_50, on_60, beside_60]
    }
}

/// What stands out of a spectrum in decibels: peaks above their surroundings.
fn ridges(logs: &[f32]) -> Vec<f32> {
    const AROUND: usize = 8;
    let mut sums = vec![0.0_f32];
    for log in logs {
        sums.push(sums.last().copied().unwrap_or(0.0) + log);
    }
    let loudest = logs.iter().copied().fold(f32::MIN, f32::max);
    let ridge = |(index, log): (usize, &f32)| {
        let (from, to) = (index.saturating_sub(AROUND), (index + AROUND + 1).min(logs.len()));
        #[expect(clippy::cast_precision_loss, reason = "at most 17")]
        let mean = (sums[to] - sums[from]) / (to - from) as f32;
        // Far below the loudest there is only noise.
        if *log < loudest - 50.0 { 0.0 } else { (log - mean - 3.0).max(0.0) }
    };
    logs.iter().enumerate().map(ridge).collect()
}

/// The cosine between two spectra, 0 to 1.
fn alike(one: &[f32], other: &[f32]) -> f64 {
    let product: f32 = one.iter().zip(other).map(|(a, b)| a * b).sum();
    let size = |all: &[f32]| all.iter().map(|a| a * a).sum::<f32>();
    let sizes = (size(one) * size(other)).sqrt();
    if sizes > 0.0 { f64::from(product / sizes).clamp(0.0, 1.0) } else { 0.0 }
}

/// The power of one tone, by its share of the sample rate.
fn goertzel(samples: &[f32], share: f64) -> f64 {
    let turn = 2.0 * (TAU * share).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        (last, before) = (f64::from(*sample) + turn * last - before, last);
    }
    let square = last * last + before * before - turn * last * before;
    // A sine of amplitude a has the power a²/2.
    if samples.is_empty() { 0.0 } else { (2.0 * square / count(samples.len()).powi(2)).max(0.0) }
}

fn power(samples: &[f32]) -> f64 {
    let sum: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if samples.is_empty() { 0.0 } else { sum / count(samples.len()) }
}

#[expect(clippy::cast_possible_truncation, reason = "weights from 0 to 1")]
fn hann(length: usize) -> Vec<f32> {
    (0..length).map(|index| (0.5 - 0.5 * (TAU * count(index) / count(length)).cos()) as f32).collect()
}

/// A whole number of samples.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, far below 2^52")]
fn samples(number: f64) -> usize {
    number.round().max(0.0) as usize
}

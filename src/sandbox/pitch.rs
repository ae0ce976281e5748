//! What a voice sample tells about its speaker: how high and how fast they speak. Pure functions on samples.
//!
//! Pitch is found frame by frame after the YIN method: the lag at which a frame resembles itself most, judged by
//! a difference that is normalised so that short lags do not win for free. The speaker's pitch is the median over
//! the voiced frames, so breaths, consonants and single octave errors do not move it.

use super::wave::resample;

/// Everything is measured at this rate: speech has its pitch far below, and a second costs little.
pub(super) const RATE: u32 = 8_000;

/// Lowest and highest pitch a speaker is believed to have, in hertz.
const PITCH_RANGE: (f64, f64) = (55.0, 520.0);
/// 45 ms: more than two periods of the lowest pitch.
const FRAME: usize = 360;
/// At most this many frames are looked at, spread over the whole sample.
const MAX_FRAMES: usize = 500;
/// A frame is voiced when its best normalised difference is below this.
const VOICED: f64 = 0.18;
/// Fewer voiced frames than this are chance, not a voice.
const MIN_VOICED: usize = 12;
/// 10 ms steps for the loudness curve.
const HOP: usize = 80;
/// What counts as silence whatever the rest of the sample does: −54 dBFS.
const SILENCE: f64 = 0.002;
/// Syllables per second: what a speaker is believed to be able to do.
const PACE_RANGE: (f64, f64) = (2.0, 8.0);

/// Brings any sample to the rate the measurements expect.
pub(super) fn prepare(samples: &[f32], rate: u32) -> Vec<f32> {
    if rate == RATE { samples.to_vec() } else { resample(samples, f64::from(rate) / f64::from(RATE)) }
}

/// Length in seconds.
pub(super) fn seconds(samples: &[f32]) -> f64 {
    to_f64(samples.len()) / f64::from(RATE)
}

/// Median pitch of the voiced parts in hertz; `None` when nothing in `samples` (at [`RATE`]) sounds like a voice.
pub(super) fn median_pitch(samples: &[f32]) -> Option<f64> {
    let longest = lag(PITCH_RANGE.0);
    let span = FRAME + longest;
    if samples.len() < span {
        return None;
    }
    let loud = gate(samples);
    let starts: Vec<usize> =
        (0..=samples.len() - span).step_by(HOP).filter(|&i| rms(&samples[i..i + FRAME]) > loud).collect();
    let step = starts.len().div_ceil(MAX_FRAMES).max(1);
    let mut found: Vec<f64> = starts.iter().step_by(step).filter_map(|&i| frame_pitch(&samples[i..i + span])).collect();
    if found.len() < MIN_VOICED {
        return None;
    }
    found.sort_by(f64::total_cmp);
    Some(found[found.len() / 2])
}

/// Syllable-like bursts per second of speech, pauses left out, within what a person can do.
pub(super) fn pace(samples: &[f32]) -> Option<f64> {
    let curve = loudness(samples);
    let loud = gate(samples);
    let speaking = curve.iter().filter(|&&level| level > loud).count();
    let seconds = to_f64(speaking * HOP) / f64::from(RATE);
    let bursts = bursts(&curve, loud);
    (seconds > 0.3 && bursts > 0).then(|| (to_f64(bursts) / seconds).clamp(PACE_RANGE.0, PACE_RANGE.1))
}

/// Seconds in which something is to be heard.
pub(super) fn audible_seconds(samples: &[f32]) -> f64 {
    let heard = samples.chunks_exact(HOP).filter(|hop| rms(hop) > SILENCE).count();
    to_f64(heard * HOP) / f64::from(RATE)
}

/// The pitch of one frame with a full longest lag behind it.
fn frame_pitch(frame: &[f32]) -> Option<f64> {
    let (shortest, longest) = (lag(PITCH_RANGE.1), lag(PITCH_RANGE.0));
    let mut normalised = vec![1.0; longest + 1];
    let mut sum = 0.0;
    for (lag, slot) in normalised.iter_mut().enumerate().skip(1) {
        let pairs = frame[..FRAME].iter().zip(&frame[lag..lag + FRAME]);
        let difference = f64::from(pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f32>());
        sum += difference;
        *slot = if sum > 0.0 { difference * to_f64(lag) / sum } else { 1.0 };
    }
    // The first dip below the bar is the period; a later, deeper one is a multiple of it.
    let mut best = (shortest..longest).find(|&lag| normalised[lag] < VOICED)?;
    while best + 1 < longest && normalised[best + 1] < normalised[best] {
        best += 1;
    }
    Some(f64::from(RATE) / (to_f64(best) + dip_offset(&normalised, best)))
}

/// Where between its neighbours a dip really lies, by the parabola through the three: −0.5 to 0.5.
fn dip_offset(curve: &[f64], at: usize) -> f64 {
    let (left, middle, right) = (curve[at - 1], curve[at], curve[at + 1]);
    let bend = left - 2.0 * middle + right;
    if bend.abs() < f64::EPSILON { 0.0 } else { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) }
}

/// Loudness every 10 ms, smoothed over 50 ms so that a single glottal pulse is not a syllable.
fn loudness(samples: &[f32]) -> Vec<f64> {
    let raw: Vec<f64> = samples.chunks_exact(HOP).map(rms).collect();
    (0..raw.len())
        .map(|i| {
            let near = &raw[i.saturating_sub(2)..(i + 3).min(raw.len())];
            near.iter().sum::<f64>() / to_f64(near.len())
        })
        .collect()
}

/// Hills of the curve that stand out from the valleys on both sides by a fifth of their height.
fn bursts(curve: &[f64], loud: f64) -> usize {
    let (mut count, mut top, mut valley, mut rising) = (0, 0.0_f64, f64::MAX, true);
    for &level in curve {
        if rising {
            top = top.max(level);
            if level < top * 0.8 {
                count += usize::from(top > loud);
                (rising, valley) = (false, level);
            }
        } else {
            valley = valley.min(level);
            if level > valley * 1.25 && level > loud {
                (rising, top) = (true, level);
            }
        }
    }
    count + usize::from(rising && top > loud)
}

/// The level above which a sample is taken to be speech: a share of its loud parts, never below silence.
fn gate(samples: &[f32]) -> f64 {
    let mut levels: Vec<f64> = samples.chunks_exact(HOP).map(rms).collect();
    levels.sort_by(f64::total_cmp);
    let loud = levels.get(levels.len() * 9 / 10).copied().unwrap_or_default();
    (loud * 0.15).max(SILENCE)
}

fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|s| f64::from(s * s)).sum::<f64>() / to_f64(samples.len().max(1))).sqrt()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 15 and 145 for the pitches above")]
fn lag(hertz: f64) -> usize {
    (f64::from(RATE) / hertz).round() as usize
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples and frames, far below 2^52")]
fn to_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "seconds of made-up sound"
)]
mod tests {
    use super::*;

    /// A buzz with eight falling harmonics, like a throat without a mouth.
    fn buzz(hertz: f64, seconds: f64) -> Vec<f32> {
        (0..(f64::from(RATE) * seconds) as usize)
            .map(|i| {
                let t = i as f64 / f64::from(RATE);
                let sum: f64 = (1..=8)
                    .filter(|h| hertz * f64::from(*h) < 3_900.0)
                    .map(|h| (std::f64::consts::TAU * hertz * f64::from(h) * t).sin() / f64::from(h))
                    .sum();
                (sum * 0.2) as f32
            })
            .collect()
    }

    fn noise(count: usize) -> Vec<f32> {
        let mut state = 1_u32;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((f64::from(state >> 8) / f64::from(1 << 24) - 0.5) * 0.4) as f32
            })
            .collect()
    }

    #[test]
    fn the_pitch_of_a_buzz_is_found_over_the_whole_range_of_voices() {
        for hertz in [65.0, 82.0, 110.0, 147.0, 196.0, 220.0, 294.0, 392.0, 480.0] {
            let found = median_pitch(&buzz(hertz, 1.0)).unwrap();
            assert!((found / hertz - 1.0).abs() < 0.01, "{hertz} Hz read as {found}");
        }
    }

    #[test]
    fn a_missing_fundamental_and_noise_do_not_fool_it() {
        let weak: Vec<f32> = (0..RATE)
            .map(|i| {
                let t = f64::from(i) / f64::from(RATE);
                let sum: f64 = [2.0, 3.0, 4.0].iter().map(|h| (std::f64::consts::TAU * 120.0 * h * t).sin()).sum();
                (sum * 0.2) as f32
            })
            .collect();
        assert!((median_pitch(&weak).unwrap() / 120.0 - 1.0).abs() < 0.01);
        let noisy: Vec<f32> = buzz(150.0, 1.0).iter().zip(noise(8_000)).map(|(a, b)| a + b * 0.1).collect();
        assert!((median_pitch(&noisy).unwrap() / 150.0 - 1.0).abs() < 0.02);
    }

    #[test]
    fn the_median_ignores_a_short_outburst() {
        let mut sample = buzz(130.0, 2.0);
        sample.extend(buzz(390.0, 0.4));
        assert!((median_pitch(&sample).unwrap() / 130.0 - 1.0).abs() < 0.01);
    }

    #[test]
    fn silence_noise_and_scraps_have_no_pitch() {
        assert_eq!(median_pitch(&[]), None);
        assert_eq!(median_pitch(&[0.0; 100]), None);
        assert_eq!(median_pitch(&vec![0.0; 16_000]), None);
        assert_eq!(median_pitch(&noise(16_000)), None);
        assert!(audible_seconds(&vec![0.0; 16_000]) < f64::EPSILON);
    }

    #[test]
    fn bursts_are_counted_per_second_of_speech() {
        let four = |on: f64| -> Vec<f32> {
            (0..12).flat_map(|_| [buzz(140.0, on), vec![0.0; (f64::from(RATE) * on) as usize]].concat()).collect()
        };
        let slow = pace(&four(0.16)).unwrap();
        let quick = pace(&four(0.09)).unwrap();
        assert!(quick > slow * 1.2, "{slow} and {quick} per second");
        assert_eq!(pace(&[]), None);
    }

    #[test]
    fn another_rate_is_brought_to_ours_without_changing_the_pitch() {
        let at_24k: Vec<f32> = (0..24_000)
            .map(|i| ((std::f64::consts::TAU * 180.0 * f64::from(i) / 24_000.0).sin() * 0.5) as f32)
            .collect();
        let prepared = prepare(&at_24k, 24_000);
        assert!(prepared.len().abs_diff(8_000) < 3);
        assert!((median_pitch(&prepared).unwrap() / 180.0 - 1.0).abs() < 0.01);
    }
}

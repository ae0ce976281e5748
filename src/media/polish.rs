//! What may be done to a sample before it is sent: a hum filtered out, its level brought to where a voice should be.

use biquad::{Biquad as _, Coefficients, DirectForm2Transposed, Hertz, Q_BUTTERWORTH_F64, Type};

/// Harmonics of the mains that are filtered out, up to this in hertz: above it they are lost in the voice.
const MAX_HUM: u16 = 500;
/// Width of a notch in hertz. Narrow, so that the voice stays; the mains keep their frequency well within it.
const NOTCH: f64 = 4.0;
/// Nothing of a voice is below this, in hertz.
const LOW: f64 = 45.0;
/// Where speech is brought to, in dBFS, and the most it is raised or lowered, in dB.
const LEVEL_DB: f32 = -20.0;
const MOST_DB: f32 = 24.0;
/// Above the first nothing stays straight, above the second nothing is; −1 dBFS.
const KNEE: f32 = 0.7;
const CEILING: f32 = 0.891;

/// Filters the hum of a mains frequency and its harmonics out, and the rumble below a voice.
pub(super) fn filter_hum(samples: &mut [f32], rate: u32, hz: u16) {
    let Ok(rate_hz) = Hertz::from_hz(f64::from(rate)) else { return };
    let notches = (1..).map(|number| hz.saturating_mul(number)).take_while(|hz| (1..=MAX_HUM).contains(hz));
    let mut filters: Vec<Coefficients<f64>> =
        notches.filter_map(|hz| coefficients(Type::Notch, rate_hz, f64::from(hz), f64::from(hz) / NOTCH)).collect();
    filters.extend(coefficients(Type::HighPass, rate_hz, LOW, Q_BUTTERWORTH_F64));
    for each in filters {
        let mut filter = DirectForm2Transposed::<f64>::new(each);
        // A narrow notch takes a while to settle: it listens to the start once before it begins.
        for sample in samples.iter().take(rate as usize * 2) {
            filter.run(f64::from(*sample));
        }
        for sample in samples.iter_mut() {
            #[expect(clippy::cast_possible_truncation, reason = "a sample")]
            let filtered = filter.run(f64::from(*sample)) as f32;
            *sample = filtered;
        }
    }
}

/// In double precision: in single a notch this low and narrow would be none.
fn coefficients(kind: Type<f64>, rate: Hertz<f64>, hz: f64, q: f64) -> Option<Coefficients<f64>> {
    Coefficients::<f64>::from_params(kind, rate, Hertz::from_hz(hz).ok()?, q).ok()
}

/// Brings speech to a good level, its peaks kept under −1 dBFS. What it was raised by, in dB; silence stays silent.
pub(super) fn level(samples: &mut [f32], rate: u32) -> f32 {
    let Some(speech) = speech_db(samples, rate) else { return 0.0 };
    let gain_db = (LEVEL_DB - speech).clamp(-MOST_DB, MOST_DB);
    let factor = 10_f32.powf(gain_db / 20.0);
    for sample in samples.iter_mut() {
        *sample = rounded(*sample * factor);
    }
    gain_db
}

/// The level of what is said, in dBFS: of the pieces that are not far below the loud ones. `None` for silence.
pub(super) fn speech_db(samples: &[f32], rate: u32) -> Option<f32> {
    let piece = (rate as usize / 10).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a tenth of a second of samples")]
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    let mut powers: Vec<f32> = samples.chunks(piece).map(power).filter(|power| *power > 1e-7).collect();
    powers.sort_by(f32::total_cmp);
    let loud = *powers.get(powers.len().saturating_sub(1 + powers.len() / 20))?;
    let heard: Vec<f32> = powers.into_iter().filter(|power| *power > loud / 100.0).collect();
    #[expect(clippy::cast_precision_loss, reason = "some thousand pieces")]
    let mean = heard.iter().sum::<f32>() / heard.len().max(1) as f32;
    Some(10.0 * mean.log10())
}

/// Bends what is too loud instead of cutting it off.
fn rounded(sample: f32) -> f32 {
    let size = sample.abs();
    if size <= KNEE {
        return sample;
    }
    let room = CEILING - KNEE;
    (KNEE + room * ((size - KNEE) / room).tanh()).copysign(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    fn tone(hz: f32, amplitude: f32, secs: usize) -> Vec<f32> {
        (0..secs * 48_000).map(|at| amplitude * (at as f32 / 48_000.0 * hz * std::f32::consts::TAU).sin()).collect()
    }

    fn db(samples: &[f32]) -> f32 {
        speech_db(samples, 48_000).unwrap_or(-120.0)
    }

    #[test]
    fn a_hum_goes_and_a_voice_stays() {
        for hum in [50_u16, 60] {
            for harmonic in 1..=5_u16 {
                let mut hums = tone(f32::from(hum * harmonic), 0.05, 4);
                let before = db(&hums);
                filter_hum(&mut hums, 48_000, hum);
                assert!(db(&hums[48_000..]) < before - 20.0, "{hum} × {harmonic}: {}", db(&hums[48_000..]));
            }
            for voice in [85.0, 133.0, 225.0, 440.0, 1_000.0, 6_000.0] {
                let mut tone = tone(voice, 0.2, 2);
                let before = db(&tone);
                filter_hum(&mut tone, 48_000, hum);
                assert!((db(&tone) - before).abs() < 1.0, "{voice} Hz: {}", db(&tone) - before);
            }
        }
    }

    #[test]
    fn speech_comes_to_its_level_without_a_cut_off_peak() {
        for amplitude in [0.01, 0.1, 0.9] {
            let mut quiet = tone(200.0, amplitude, 2);
            level(&mut quiet, 48_000);
            assert!((db(&quiet) - LEVEL_DB).abs() < 0.5, "{amplitude}: {}", db(&quiet));
        }
        let mut spiky = tone(200.0, 0.02, 2);
        spiky[50_000] = 0.9;
        level(&mut spiky, 48_000);
        assert!(spiky.iter().all(|sample| sample.abs() <= CEILING));
        let mut silent = vec![0.0; 48_000];
        assert_eq!(level(&mut silent, 48_000).to_bits(), 0.0_f32.to_bits());
        assert!(silent.iter().all(|sample| *sample == 0.0));
    }
}

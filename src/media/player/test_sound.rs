//! Two notes to tell whether the speakers are on.

use std::f64::consts::TAU;
use std::io::Cursor;
use std::sync::Arc;

use crate::media::wav::Wav;

const RATE: u32 = 48_000;
/// Each note in hertz, and when it begins in seconds.
const NOTES: [(f64, f64); 2] = [(523.25, 0.0), (783.99, 0.45)];
const SECS: f64 = 1.5;

/// The notes as the bytes of a WAV file of 16 bit.
pub fn test_sound() -> Arc<[u8]> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a second and a half of frames")]
    let frames = (SECS * f64::from(RATE)) as u32;
    let samples = (0..frames).map(|frame| {
        let secs = f64::from(frame) / f64::from(RATE);
        let sum: f64 = NOTES.iter().map(|(hertz, begin)| note(*hertz, secs - begin)).sum();
        // The end is let down, so that it does not click.
        let end = ((SECS - secs) / 0.05).min(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "a sample")]
        let sample = (sum * end * 0.4) as f32;
        sample
    });
    let samples: Vec<f32> = samples.collect();
    let written = Wav::begin(Cursor::new(Vec::new()), RATE).and_then(|mut wav| {
        wav.push(&samples)?;
        wav.tell()?;
        Ok(wav.into_file().into_inner())
    });
    // Memory takes all that is written to it.
    written.unwrap_or_default().into()
}

/// A bell, so many seconds after it was struck.
fn note(hertz: f64, secs: f64) -> f64 {
    if secs < 0.0 {
        return 0.0;
    }
    let rise = (secs / 0.01).min(1.0);
    let tone = |times: f64, loud: f64| (secs * hertz * times * TAU).sin() * loud;
    (tone(1.0, 0.8) + tone(2.0, 0.2)) * rise * (-secs * 4.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_wav_file_that_is_heard_and_not_too_loud() {
        let bytes = test_sound();
        let mut reader = hound::WavReader::new(bytes.as_ref()).unwrap();
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 72_000);
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((6_000..20_000).contains(&loudest), "{loudest}");
        assert!(samples.last().unwrap().abs() < 10);
    }
}

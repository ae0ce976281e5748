//! Sound made for tests: voices of espeak-ng, and music, noise, applause and hum by formula.

use std::f32::consts::TAU;
use std::io::Cursor;

use crate::media::survey::Survey;
use crate::media::survey::frame::Ear;
use crate::runtime::child;

pub(super) const RATE: u32 = 22_050;

const TALK: &str = "We built this for the people who finish the edit at two in the morning. Version three ships on \
    Thursday, and it is the quickest we have ever made. Nobody has to wait for a render again, which is a thing I have \
    wanted to say for years. Let me show you how it works, and then you can try it yourselves. First we open the file. \
    Then we choose the part that matters, and leave the rest where it is. That is all there is to it.";

/// Somebody speaking for about so many seconds, as espeak-ng's voices do.
pub(super) fn speech(voice: &str, secs: f32) -> Vec<f32> {
    let output = child("espeak-ng").args(["-v", voice, "-s", "160", "--stdout", TALK]).output().unwrap();
    let mut reader = hound::WavReader::new(Cursor::new(output.stdout)).unwrap();
    assert_eq!(reader.spec().sample_rate, RATE);
    let samples = reader.samples::<i16>().map_while(Result::ok);
    let said: Vec<f32> = samples.map(|sample| f32::from(sample) / 32_768.0 * 0.6).collect();
    said.into_iter().cycle().take(length(secs)).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "minutes")]
fn length(secs: f32) -> usize {
    (secs * RATE as f32) as usize
}

/// A sound by its value at each second.
#[expect(clippy::cast_precision_loss, reason = "minutes of samples")]
pub(super) fn made(secs: f32, mut at: impl FnMut(f32) -> f32) -> Vec<f32> {
    (0..length(secs)).map(|index| at(index as f32 / RATE as f32)).collect()
}

/// Evenly from −1 to 1, always the same.
pub(super) fn noise(seed: u32) -> impl FnMut() -> f32 {
    let mut state = seed.max(1);
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        f32::from(i16::try_from(i32::from(u16::try_from(state >> 16).unwrap()) - 32_768).unwrap()) / 32_768.0
    }
}

pub(super) fn white(secs: f32, amplitude: f32) -> Vec<f32> {
    let mut next = noise(7);
    made(secs, |_| amplitude * next())
}

fn tone(at: f32, hertz: f32, partials: u8) -> f32 {
    (1..=partials).map(|n| (TAU * hertz * f32::from(n) * at).sin() / f32::from(n)).sum()
}

const CHORDS: [[f32; 3]; 4] =
    [[261.6, 329.6, 392.0], [220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive numbers")]
fn index(number: f32) -> usize {
    number as usize
}

/// Held chords that change every two seconds.
pub(super) fn chords(secs: f32) -> Vec<f32> {
    made(secs, |at| 0.1 * CHORDS[index(at / 2.0) % 4].iter().map(|hertz| tone(at, *hertz, 6)).sum::<f32>())
}

/// Plucked notes, four a second, over a bass.
pub(super) fn plucked(secs: f32) -> Vec<f32> {
    made(secs, |at| {
        let chord = CHORDS[index(at / 2.0) % 4];
        let since = at % 0.25;
        let note = chord[index(at * 4.0) % 3] * 2.0;
        0.25 * tone(at, note, 5) * (-since * 9.0).exp() + 0.12 * tone(at, chord[0] / 2.0, 3)
    })
}

/// Drums and a bass at 120 beats a minute.
pub(super) fn beat(secs: f32) -> Vec<f32> {
    let mut next = noise(3);
    made(secs, |at| {
        let (kick, hat) = (at % 0.5, at % 0.25);
        let drum = 0.5 * (TAU * 55.0 * kick * (1.0 + (-kick * 30.0).exp())).sin() * (-kick * 12.0).exp();
        let bass = 0.15 * tone(at, CHORDS[index(at / 2.0) % 4][0] / 4.0, 6);
        let pad = 0.04 * CHORDS[index(at / 2.0) % 4].iter().map(|hertz| tone(at, *hertz, 4)).sum::<f32>();
        drum + bass + pad + 0.1 * next() * (-hat * 40.0).exp()
    })
}

/// Many hands: dense bursts of noise.
pub(super) fn applause(secs: f32, amplitude: f32) -> Vec<f32> {
    let (mut next, mut when) = (noise(11), noise(5));
    let mut claps = [0.0_f32; 24];
    claps.fill_with(|| 0.12 * (when() + 1.0));
    let step = 1.0 / 22_050.0;
    made(secs, |_| {
        let mut sum = 0.0;
        for clap in &mut claps {
            *clap += step;
            if *clap > 0.25 + 0.1 * (when() + 1.0) {
                *clap = 0.0;
            }
            sum += (-*clap * 60.0).exp();
        }
        (amplitude * sum * next()).clamp(-1.0, 1.0)
    })
}

/// The mains at so many decibels below full scale, with two harmonics.
pub(super) fn hum(secs: f32, hertz: f32, db: f32) -> Vec<f32> {
    let amplitude = 10_f32.powf(db / 20.0) * 2_f32.sqrt();
    made(secs, |at| amplitude * (0.8 * (TAU * hertz * at).sin() + 0.5 * (TAU * 2.0 * hertz * at).sin()))
}

pub(super) fn mix(one: &[f32], other: &[f32]) -> Vec<f32> {
    one.iter().zip(other).map(|(a, b)| a + b).collect()
}

pub(super) fn louder(samples: &[f32], factor: f32) -> Vec<f32> {
    samples.iter().map(|sample| (sample * factor).clamp(-1.0, 1.0)).collect()
}

/// The survey of samples of one channel.
pub(super) fn heard(samples: &[f32]) -> Survey {
    let mut ear = Ear::new(RATE, 1);
    samples.chunks(1_000).for_each(|chunk| ear.hear(chunk));
    let (frames, secs) = ear.finish();
    Survey::of(frames, secs)
}

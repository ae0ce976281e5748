//! Real speech: espeak-ng as a process. Built-in voices are its own, tuned; a clone is one of them brought to the
//! pitch and pace that were measured in the sample.

use std::f64::consts::TAU;

use super::pitch;
use super::refusal::{Answer, Refusal};
use super::state::Clone;
use super::tools::{Limits, Tool, Tools, Trouble, run};
use super::wave::{self, Sound};
use crate::runtime;

/// A voice that comes with the sandbox.
pub(super) struct BuiltIn {
    pub id: &'static str,
    pub name: &'static str,
    tuning: Tuning,
}

/// How espeak-ng is asked to speak.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tuning {
    /// Accent and timbre, as espeak-ng names them.
    voice: &'static str,
    /// 0 to 99.
    pitch: u32,
    /// Words a minute.
    speed: f64,
}

const fn built_in(id: &'static str, name: &'static str, voice: &'static str, pitch: u32, speed: f64) -> BuiltIn {
    BuiltIn { id, name, tuning: Tuning { voice, pitch, speed } }
}

/// Eight voices that are easy to tell apart.
pub(super) const BUILT_IN: [BuiltIn; 8] = [
    built_in("sandbox-ada", "Sandbox Ada", "en-gb-x-rp+f2", 50, 165.0),
    built_in("sandbox-bruno", "Sandbox Bruno", "en-us+m3", 30, 150.0),
    built_in("sandbox-clara", "Sandbox Clara", "en-us+f4", 60, 190.0),
    built_in("sandbox-duncan", "Sandbox Duncan", "en-gb-scotland+m1", 45, 160.0),
    built_in("sandbox-esme", "Sandbox Esme", "en-029+f3", 70, 175.0),
    built_in("sandbox-felix", "Sandbox Felix", "en-us+m7", 65, 205.0),
    built_in("sandbox-greta", "Sandbox Greta", "en-gb-x-gbcwmd+f5", 35, 145.0),
    built_in("sandbox-hugo", "Sandbox Hugo", "en-gb-x-gbclan+m6", 10, 135.0),
];

/// Who speaks.
#[derive(Debug, PartialEq)]
pub(super) struct Speaker {
    tuning: Tuning,
    /// The pitch to be reached, for clones.
    pitch: Option<f64>,
}

impl Speaker {
    /// A built-in voice.
    pub fn built_in(voice: &BuiltIn) -> Self {
        Self { tuning: voice.tuning, pitch: None }
    }

    /// A clone: the timbre nearest to it, at its pace. Its pitch is reached by listening to the result.
    pub fn clone(clone: &Clone) -> Self {
        let (voice, lowest, highest) = if clone.pitch < 165.0 { LOW } else { HIGH };
        let share = ((clone.pitch / lowest).ln() / (highest / lowest).ln()).clamp(0.0, 1.0);
        Self {
            tuning: Tuning { voice, pitch: nearest(share * 99.0), speed: speed(clone.pace) },
            pitch: Some(clone.pitch),
        }
    }
}

/// The two timbres clones are made of, with the median pitch they have at either end of espeak-ng's scale.
const LOW: (&str, f64, f64) = ("en-us", 70.0, 171.0);
const HIGH: (&str, f64, f64) = ("en-us+f3", 157.0, 339.0);

/// Words a minute for syllables a second, as the same ear hears espeak-ng itself speak; within what can be followed.
fn speed(pace: f64) -> f64 {
    (pace * 27.5).clamp(90.0, 240.0)
}

/// A take is in tune when its pitch is this close to the speaker's.
const IN_TUNE: f64 = 0.03;
/// Samples below this are not heard, of 1.
const SILENT: f32 = 0.002;
/// How often a take is spoken anew to come closer.
const ATTEMPTS: usize = 3;
/// An hour of 22 kHz speech: far more than the longest script gives.
const SPEECH: Limits = Limits { time: std::time::Duration::from_mins(2), output: 160 << 20 };

/// Speaks `script`. `stability` from 0 to 1 lets the voice waver a little or not at all; the documented
/// `similarityBoost` has nothing to act on here.
pub(super) async fn speak(tools: &Tools, speaker: &Speaker, script: &str, stability: f64) -> Answer<Sound> {
    let script = speakable(script);
    let mut shift = 1.0;
    let mut sound = Sound { samples: Vec::new(), rate: 22_050 };
    for _ in 0..ATTEMPTS {
        let spoken = utter(tools, speaker.tuning, shift, &script).await?;
        let wish = speaker.pitch;
        let (made, heard) = runtime::blocking(move || Ok(finish(&spoken, shift, stability, wish))).await?;
        sound = made;
        match (wish, heard) {
            (Some(wish), Some(heard)) if (heard / wish - 1.0).abs() > IN_TUNE => {
                shift = (shift * wish / heard).clamp(0.3, 3.0);
            }
            _ => break,
        }
    }
    // Signs without a sound still make a pause.
    if sound.samples.iter().all(|sample| sample.abs() < SILENT) {
        return Err(Refusal::invalid("script", "Nothing in this script can be spoken.").suggest("Write some words."));
    }
    Ok(sound)
}

/// One run of espeak-ng. A voice that will be shifted up afterwards speaks slower now, and the other way round, so
/// that its pace comes out right.
async fn utter(tools: &Tools, tuning: Tuning, shift: f64, script: &str) -> Answer<Sound> {
    let speed = nearest((tuning.speed / shift).clamp(80.0, 450.0)).to_string();
    let pitch = tuning.pitch.to_string();
    // The script goes through a pipe: an argument would show it to every user of the machine.
    let arguments = ["--stdin", "--stdout", "-b", "1", "-v", tuning.voice, "-p", &pitch, "-s", &speed];
    let bytes =
        run(tools, Tool::Espeak, arguments, script.as_bytes(), SPEECH).await.map_err(|trouble| match trouble {
            Trouble::TooMuch(_) => {
                Refusal::invalid("script", "This script takes too long to speak.").suggest("Shorten it.")
            }
            other => other.into(),
        })?;
    // Nothing to say gives nothing at all.
    Ok(wave::read_stream(&bytes).unwrap_or(Sound { samples: Vec::new(), rate: 22_050 }))
}

/// Shifts and wavers the spoken, and listens to the result when a pitch is wished for.
fn finish(spoken: &Sound, shift: f64, stability: f64, wish: Option<f64>) -> (Sound, Option<f64>) {
    let depth = (0.5 - stability).max(0.0) * 0.05;
    let plain = (shift - 1.0).abs() < 1e-3 && depth == 0.0;
    let second = f64::from(spoken.rate);
    let samples = if plain {
        spoken.samples.clone()
    } else {
        wave::bend(&spoken.samples, |at| shift * (1.0 + depth * (TAU * 0.7 * at / second).sin()))
    };
    let heard = wish.and_then(|_| pitch::median_pitch(&pitch::prepare(&samples, spoken.rate)));
    (Sound { samples, rate: spoken.rate }, heard)
}

/// The script without what espeak-ng would take as a command: control characters and its phoneme brackets.
fn speakable(script: &str) -> String {
    let plain: String = script.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    plain.replace("[[", "[ [").replace("]]", "] ]")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to small positive numbers before")]
fn nearest(number: f64) -> u32 {
    number.round() as u32
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tokio::test waits for the test it runs")]
mod tests {
    use super::*;

    #[test]
    fn voices_are_named_as_what_they_are_and_differ() {
        for (index, voice) in BUILT_IN.iter().enumerate() {
            assert!(voice.name.starts_with("Sandbox ") && voice.id.starts_with("sandbox-"));
            assert!(BUILT_IN[..index].iter().all(|other| other.tuning.voice != voice.tuning.voice));
        }
    }

    #[test]
    fn a_script_cannot_command_the_program() {
        assert_eq!(speakable("a\u{1}+50P b\0c\n[[hello]]"), "a +50P b c\n[ [hello] ]");
    }

    #[test]
    fn pace_gives_a_speed_that_can_be_followed() {
        assert!(speed(2.0) >= 90.0 && speed(8.0) <= 240.0);
        assert!(speed(5.0) > speed(4.0));
    }

    #[tokio::test]
    async fn a_clone_reaches_the_pitch_it_was_measured_at() {
        let text = "The quick brown fox jumps over the lazy dog while the sun goes down behind the hills.";
        let mut lengths = Vec::new();
        for (hertz, pace) in [(75.0, 3.5), (120.0, 4.5), (164.0, 5.5), (166.0, 5.5), (230.0, 6.0), (330.0, 7.0)] {
            let (id, internal_id, name, created_at) = Default::default();
            let clone = Clone { id, internal_id, name, pitch: hertz, pace, created_at };
            let sound = speak(&Tools::default(), &Speaker::clone(&clone), text, 0.5).await.unwrap();
            let heard = pitch::median_pitch(&pitch::prepare(&sound.samples, sound.rate)).unwrap();
            assert!((heard / hertz - 1.0).abs() < 0.06, "{hertz} Hz came out as {heard}");
            lengths.push(sound.seconds());
        }
        assert!(lengths.first() > lengths.last(), "a slow speaker takes longer: {lengths:?}");
    }

    #[tokio::test]
    async fn a_script_of_nothing_speakable_is_refused_and_not_silence() {
        let voice = Speaker::built_in(&BUILT_IN[0]);
        let missing = Tools { espeak: "/no/such/program".into(), ..Tools::default() };
        let refusal = speak(&missing, &voice, "Hello", 0.5).await.unwrap_err();
        assert_eq!(refusal.code(), Some("elevenlabs_service_unavailable"));
        assert!(refusal.sentences().contains("sudo apt install espeak-ng"));
        assert!(speak(&Tools::default(), &voice, "\u{7}\u{8}", 0.5).await.is_err());
    }
}

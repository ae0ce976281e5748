//! What a part of a file is like, in numbers.

use crate::media::Part;
use crate::media::survey::frame::{self, Frame};
use crate::media::survey::{Sort, Survey, secs};

/// The numbers behind the five checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    pub length_secs: f64,
    /// The average (RMS) of what is spoken, pauses left out, in dBFS; `None` where nothing is to be heard.
    pub level_db: Option<f64>,
    /// How much of the time samples are cut off at full scale, 0 to 1.
    pub clipped_share: f64,
    /// What is to be heard between the words, in dBFS; −127.5 is digital silence.
    pub noise_db: f64,
    /// The mains can be heard, at 50 or 60 Hz.
    pub hum_hz: Option<u16>,
    /// How much of the time somebody speaks clearly, short pauses included, 0 to 1.
    pub speech_share: f64,
    /// How much of the time there is music alone, 0 to 1.
    pub music_share: f64,
    /// Two pitches far apart both speak for a good while. A hint, never a proof.
    pub maybe_two_speakers: bool,
}

/// Measures what of `part` lies within the file.
pub(super) fn measure(survey: &Survey, part: Part) -> Measures {
    let part = part.within(Part::new(0.0, survey.duration_secs));
    let (first, frames) = survey.frames(part);
    let sorts: Vec<Sort> = (0..frames.len()).map(|at| survey.sort_at(secs(first + at) + 0.05)).collect();
    let share = |wanted: Sort| frame::ratio(sorts.iter().filter(|sort| **sort == wanted).count(), frames.len());
    let clipped = frames.iter().filter(|frame| frame.is_clipped()).count();
    Measures {
        length_secs: part.secs(),
        level_db: level(frames),
        clipped_share: frame::ratio(clipped, frames.len()),
        noise_db: noise(frames),
        hum_hz: hum(frames),
        speech_share: share(Sort::Speech),
        music_share: share(Sort::Music),
        maybe_two_speakers: two_speakers(frames),
    }
}

/// What counts as heard whatever the rest does, in dBFS.
const HEARD: f64 = -55.0;
/// How far below the loudest words somebody still speaks.
const SPOKEN: f64 = 25.0;

/// Every 20 ms of a part, quietest first.
fn sorted(frames: &[Frame]) -> Vec<f64> {
    let mut levels: Vec<f64> = frames.iter().flat_map(Frame::levels).collect();
    levels.sort_by(f64::total_cmp);
    levels
}

/// The average of what is clearly above the pauses.
fn level(frames: &[Frame]) -> Option<f64> {
    let levels = sorted(frames);
    let loud = levels.get(levels.len() * 95 / 100).copied()?;
    let gate = (loud - SPOKEN).max(HEARD);
    let spoken = &levels[levels.partition_point(|level| *level < gate)..];
    (!spoken.is_empty()).then(|| frame::mean_db(spoken))
}

/// What is left where nobody speaks: the average of the quietest twentieth.
fn noise(frames: &[Frame]) -> f64 {
    let levels = sorted(frames);
    frame::mean_db(&levels[..levels.len().div_ceil(20)])
}

/// How far a hum stands above what is beside it, how loud it is at least, and how much it may waver: the mains never
/// do. In dB, dBFS and dB.
const HUM: (f64, f64, f64) = (9.0, -72.0, 3.0);
/// Fewer quiet frames than this say nothing.
const QUIET: usize = 4;

/// The mains, if they are heard where nobody speaks.
fn hum(frames: &[Frame]) -> Option<u16> {
    let mut levels: Vec<f64> = frames.iter().map(Frame::level).collect();
    levels.sort_by(f64::total_cmp);
    let gate = levels.get(levels.len() / 10).copied()? + 2.0;
    let quiet: Vec<&Frame> = frames.iter().filter(|frame| frame.level() <= gate).collect();
    if quiet.len() < QUIET {
        return None;
    }
    let mean = |values: &dyn Fn(&Frame) -> f64| {
        quiet.iter().map(|frame| values(frame)).sum::<f64>() / frame::count(quiet.len())
    };
    let heard = [50, 60].into_iter().filter_map(|hertz| {
        let (on, beside) = (mean(&|frame| frame.hum(hertz).0), mean(&|frame| frame.hum(hertz).1));
        let wavers = mean(&|frame| (frame.hum(hertz).0 - on).abs());
        let is_hum = on - beside > HUM.0 && on > HUM.1 && wavers < HUM.2;
        is_hum.then_some((on - beside, hertz))
    });
    heard.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, hertz)| hertz)
}

/// Two seconds of speech have one speaker.
const TURN: usize = 20;
/// Two people are at least so many semitones apart, each wavers less than the second about their own pitch, and each
/// speaks at least this share of the time.
const APART: (f64, f64, f64) = (6.0, 2.5, 0.2);

/// Whether pitches fall into two groups far apart. Somebody lively moves between; octave errors do not last.
fn two_speakers(frames: &[Frame]) -> bool {
    let pitch = |turn: &[Frame]| {
        let voiced = turn.iter().filter(|frame| frame.voiced() > 0.75);
        let mut pitches: Vec<f64> = voiced.map(|frame| 12.0 * (frame.pitch() / 70.0).log2()).collect();
        pitches.sort_by(f64::total_cmp);
        (pitches.len() >= 5).then(|| pitches[pitches.len() / 2])
    };
    let mut pitches: Vec<f64> = frames.chunks(TURN).filter_map(pitch).collect();
    pitches.sort_by(f64::total_cmp);
    if pitches.len() < 6 {
        return false;
    }
    let least = (frame::count(pitches.len()) * APART.2).ceil();
    let mean = |group: &[f64]| group.iter().sum::<f64>() / frame::count(group.len().max(1));
    let waver = |group: &[f64]| {
        let mean = mean(group);
        (group.iter().map(|pitch| (pitch - mean).powi(2)).sum::<f64>() / frame::count(group.len().max(1))).sqrt()
    };
    (1..pitches.len()).any(|split| {
        let (low, high) = pitches.split_at(split);
        let is_gap = high[0] - low[low.len() - 1] > APART.0 / 2.0;
        let are_many = frame::count(low.len().min(high.len())) >= least;
        is_gap && are_many && mean(high) - mean(low) > APART.0 && waver(low).max(waver(high)) < APART.1
    })
}

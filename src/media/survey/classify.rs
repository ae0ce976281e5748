//! Frames into stretches of one sort.
//!
//! Judged over two seconds around each frame. Words differ from all else by three things at once: they are voiced,
//! their level falls far between syllables, and their tones glide. Music holds its tones; noise has none; speech over
//! either has its pauses filled. Voices measured 17 dB and more of range and at most 0.4 of held tones, music at least
//! 0.6 of held tones, speech over music 7 dB.

use crate::media::Part;
use crate::media::survey::frame::{Frame, count, mean_db, ratio};
use crate::media::survey::{Sort, Stretch, secs};

/// Frames to either side of the one that is judged.
const AROUND: usize = 10;
/// A frame is voiced above this.
pub(super) const VOICED: f64 = 0.6;
/// How far the level has to fall between syllables to become clear speech, and to stay it, in dB.
const CLEAR: (f64, f64) = (12.0, 9.0);
/// How much of what sounds must be voiced, to become and to stay speech.
const SPOKEN: (f64, f64) = (0.35, 0.25);
/// Tones held more than this are no speech; more than the second, music whatever else there is.
const HELD: (f64, f64) = (0.5, 0.75);
/// Flatter than this, unvoiced and above this level is applause or a storm, in dB and dBFS.
const NOISE: (f64, f64) = (-8.0, -20.0);
/// Louder than this on average is too loud, in dBFS.
const TOO_LOUD: f64 = -8.0;
/// The shortest stretches, in frames. Shorter pauses belong to the speech around them.
const SHORTEST: usize = 10;
const PAUSE: usize = 8;
const SHORTEST_LOUD: usize = 3;

/// The stretches of a file, in order and without gaps.
pub(super) fn stretches(frames: &[Frame], duration_secs: f64) -> Vec<Stretch> {
    let runs = settled(&sorts(frames));
    let mut stretches = Vec::with_capacity(runs.len());
    let mut from = 0;
    for (sort, length) in runs {
        let to = from + length;
        let end = if to == frames.len() { duration_secs } else { secs(to) };
        stretches.push(Stretch { part: Part::new(secs(from), end), sort });
        from = to;
    }
    if stretches.is_empty() && duration_secs > 0.0 {
        stretches.push(Stretch { part: Part::new(0.0, duration_secs), sort: Sort::Silence });
    }
    stretches
}

/// What two seconds are like.
struct Around {
    level: f64,
    /// Between the quiet and the loud moments, in dB.
    range: f64,
    /// Shares of what sounds.
    voiced: f64,
    held: f64,
    flat_db: f64,
}

impl Around {
    fn of(frames: &[Frame], at: usize) -> Self {
        let window = &frames[at.saturating_sub(AROUND)..(at + AROUND + 1).min(frames.len())];
        let mut levels: Vec<f64> = window.iter().flat_map(Frame::levels).collect();
        levels.sort_by(f64::total_cmp);
        let pick = |percent: usize| levels.get(levels.len() * percent / 100).map_or(-80.0, |level| level.max(-80.0));
        let level = mean_db(&levels);
        let sounds: Vec<&Frame> = window.iter().filter(|frame| frame.level() > (level - 15.0).max(-65.0)).collect();
        let mean = |value: fn(&Frame) -> f64| {
            sounds.iter().map(|frame| value(frame)).sum::<f64>() / count(sounds.len().max(1))
        };
        Self {
            level,
            range: pick(90) - pick(10),
            voiced: ratio(sounds.iter().filter(|frame| frame.voiced() > VOICED).count(), sounds.len()),
            held: mean(Frame::steady),
            flat_db: mean(Frame::flat_db),
        }
    }

    fn sort(&self, was: Option<Sort>) -> Sort {
        let is_speech = was == Some(Sort::Speech);
        let (clear, spoken) = if is_speech { (CLEAR.1, SPOKEN.1) } else { (CLEAR.0, SPOKEN.0) };
        if self.level > TOO_LOUD || self.voiced < 0.15 && self.flat_db > NOISE.0 && self.level > NOISE.1 {
            Sort::Loud
        } else if self.held > HELD.1 || self.held > HELD.0 && (self.voiced < 0.2 || self.voiced > 0.7) {
            // Over loud music, voices are heard now and then: neither all the time as notes are, nor never.
            if self.flat_db > -12.0 { Sort::Mixed } else { Sort::Music }
        } else if self.held <= HELD.0 && self.voiced >= spoken && self.range >= clear {
            Sort::Speech
        } else {
            Sort::Mixed
        }
    }
}

/// The sort of each frame by itself.
fn sorts(frames: &[Frame]) -> Vec<Sort> {
    let gate = silence(frames);
    let mut sorts = Vec::with_capacity(frames.len());
    for run in frames.chunk_by(|one, other| (one.level() < gate) == (other.level() < gate)) {
        let is_silent = run.first().is_some_and(|frame| frame.level() < gate) && run.len() >= PAUSE;
        for _ in run {
            let (at, was) = (sorts.len(), sorts.last().copied());
            let clipped = frames[at.saturating_sub(1)..(at + 2).min(frames.len())].iter().any(Frame::is_clipped);
            sorts.push(match () {
                () if clipped => Sort::Loud,
                () if is_silent => Sort::Silence,
                () => Around::of(frames, at).sort(was),
            });
        }
    }
    sorts
}

/// The level below which nothing is to be heard: just above what is always there, if something stands out of it.
pub(super) fn silence(frames: &[Frame]) -> f64 {
    let mut levels: Vec<f64> = frames.iter().map(Frame::level).collect();
    levels.sort_by(f64::total_cmp);
    let pick = |percent: usize| levels.get(levels.len() * percent / 100).copied().unwrap_or(-127.5);
    let (floor, loud) = (pick(5), pick(95));
    if loud - floor > 18.0 { (floor + 6.0).clamp(-60.0, -42.0) } else { -60.0 }
}

/// Runs of one sort, none too short: a short one goes to what was before it.
fn settled(sorts: &[Sort]) -> Vec<(Sort, usize)> {
    let mut runs: Vec<(Sort, usize)> = Vec::new();
    // What is too short at the very beginning goes to what follows.
    let mut early = 0;
    for run in sorts.chunk_by(|one, other| one == other) {
        let Some(sort) = run.first().copied() else { continue };
        let shortest = match sort {
            Sort::Loud => SHORTEST_LOUD,
            Sort::Silence => PAUSE,
            _ => SHORTEST,
        };
        match runs.last_mut() {
            Some((last, length)) if *last == sort || run.len() < shortest => *length += run.len(),
            None if run.len() < shortest && run.len() + early < sorts.len() => early += run.len(),
            _ => runs.push((sort, run.len() + std::mem::take(&mut early))),
        }
    }
    runs
}

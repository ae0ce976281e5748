//! The part of a file a voice is best made from.

use crate::media::Part;
use crate::media::survey::frame::{Frame, LEVELS, STEP_SECS, count, mean_db};
use crate::media::survey::{Sort, Survey, secs, steps};

/// The shortest and the longest that is proposed, and the steps between, in frames.
const SHORTEST: usize = 300;
const LONGEST: usize = 1_200;
const STEP: usize = 50;
/// How far an end may move to find a pause, in frames.
const REACH: usize = 25;

/// The window with the most clear speech in it, with whatever else is in it held against it.
pub(super) fn best(survey: &Survey) -> Option<Part> {
    let frames = survey.frames.all();
    let whole = Part::new(0.0, survey.duration_secs);
    if survey.stretches.iter().all(|stretch| stretch.sort == Sort::Silence) {
        return None;
    }
    if frames.len() <= SHORTEST {
        return Some(whole);
    }
    let mut sums = vec![0.0];
    for worth in worths(survey) {
        sums.push(sums.last().copied().unwrap_or(0.0) + worth);
    }
    let mut best = (f64::MIN, 0, SHORTEST);
    for from in 0..=frames.len() - SHORTEST {
        let most = LONGEST.min(frames.len() - from);
        for length in (SHORTEST..most).step_by(STEP).chain([most]) {
            let worth = sums[from + length] - sums[from];
            // As much as half a second of speech more is no reason to move; the earliest stays.
            if worth > best.0 + 5.0 {
                best = (worth, from, length);
            }
        }
    }
    let (_, from, length) = best;
    let start = if from == 0 { 0.0 } else { pause(frames, from, 0, frames.len()) };
    let latest = (from + length).min(frames.len());
    let end = if latest == frames.len() {
        survey.duration_secs
    } else {
        pause(frames, latest, steps(start) + SHORTEST + 1, frames.len())
    };
    // A start that moved back takes the end with it, to a pause before the limit.
    let limit = start + secs(LONGEST);
    let end = if end > limit {
        let last = steps(limit);
        pause(frames, last - REACH, last - 2 * REACH, last)
    } else {
        end
    };
    Some(Part::new(start, end.min(limit)).within(whole))
}

/// What each frame is worth: clear speech that stands well above its background is worth 1.
fn worths(survey: &Survey) -> Vec<f64> {
    let frames = survey.frames.all();
    let block = |frames: &[Frame]| {
        let mut levels: Vec<f64> = frames.iter().flat_map(Frame::levels).collect();
        levels.sort_by(f64::total_cmp);
        let level = mean_db(&levels);
        let above = level - mean_db(&levels[..levels.len().div_ceil(10)]);
        ((above - 8.0) / 20.0).clamp(0.3, 1.0) * ((level + 60.0) / 25.0).clamp(0.3, 1.0)
    };
    let clean: Vec<f64> = frames.chunks(STEP).map(block).collect();
    let worth = |(at, frame): (usize, &Frame)| match survey.sort_at(secs(at) + STEP_SECS / 2.0) {
        Sort::Loud => -2.0,
        _ if frame.is_clipped() => -2.0,
        Sort::Music => -1.5,
        Sort::Silence => -0.8,
        Sort::Mixed => -0.3,
        Sort::Speech => clean.get(at / STEP).copied().unwrap_or(1.0),
    };
    frames.iter().enumerate().map(worth).collect()
}

/// The middle of the quietest 20 ms near a frame, in seconds; the nearest of those that are as quiet.
fn pause(frames: &[Frame], near: usize, least: usize, most: usize) -> f64 {
    let range = near.saturating_sub(REACH).max(least)..(near + REACH + 1).min(most);
    let mut best = (f64::MAX, secs(near));
    for (at, frame) in frames.iter().enumerate().take(range.end).skip(range.start) {
        for (index, level) in frame.levels().into_iter().enumerate() {
            // Below this a pause is a pause; half a decibel for each tenth of a second away.
            let cost = level.max(-60.0) + 0.5 * count(at.abs_diff(near));
            if cost < best.0 {
                best = (cost, secs(at) + (count(index) + 0.5) * STEP_SECS / count(LEVELS));
            }
        }
    }
    best.1
}

//! What the five sync modes make of picture and voice, as pure functions: how the lanes look and what is rehearsed.

use crate::api::SyncMode;
use crate::compose;
use crate::panels::watch::Stretch;

/// Lengths closer than this count as equal, in seconds.
const SAME: f64 = 0.04;
/// More parts than this are not drawn one by one.
const MOST_PARTS: usize = 60;

/// How a stretch of a lane is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Look {
    Forward,
    Backward,
    /// Played at another pace: seconds of the original per second shown.
    Stretched(f64),
    /// Speech that is not heard.
    Lost,
    /// Nothing there: silence, or picture that is not used.
    Unused,
}

/// A stretch of a lane, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    pub from: f64,
    pub to: f64,
    pub look: Look,
}

/// Both lanes of a result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lanes {
    pub picture: Vec<Part>,
    pub voice: Vec<Part>,
}

/// What a mode makes of a picture and a voice of these lengths, in seconds.
pub fn lanes(mode: SyncMode, video: f64, voice: f64) -> Lanes {
    let part = |from, to, look| Part { from, to, look };
    let whole = |to| vec![part(0.0, to, Look::Forward)];
    if (video - voice).abs() < SAME {
        return Lanes { picture: whole(voice), voice: whole(voice) };
    }
    let longer_voice = voice > video;
    let picture = match mode {
        SyncMode::Remap => vec![part(0.0, voice, Look::Stretched(video / voice))],
        SyncMode::Silence if longer_voice => whole(video),
        SyncMode::Silence => whole(video),
        _ if !longer_voice => vec![part(0.0, voice, Look::Forward), part(voice, video, Look::Unused)],
        SyncMode::CutOff => whole(video),
        SyncMode::Bounce => repeated(video, voice, true),
        SyncMode::Loop => repeated(video, voice, false),
    };
    let voice = match mode {
        SyncMode::CutOff if longer_voice => {
            vec![part(0.0, video, Look::Forward), part(video, voice, Look::Lost)]
        }
        SyncMode::Silence if !longer_voice => {
            vec![part(0.0, voice, Look::Forward), part(voice, video, Look::Unused)]
        }
        _ => whole(voice),
    };
    Lanes { picture, voice }
}

/// The same as it is seen, from 0 to the end of the result, each stretch with its place in the video.
pub fn stretches(mode: SyncMode, video: f64, voice: f64) -> Vec<Stretch> {
    let result = compose::outlook(mode, video, voice).result_secs;
    let mut seen = Vec::new();
    for Part { from, to, look } in lanes(mode, video, voice).picture {
        let (film_from, pace) = match look {
            Look::Forward => (0.0, 1.0),
            Look::Backward => (video, -1.0),
            Look::Stretched(pace) => (0.0, pace),
            Look::Lost | Look::Unused => continue,
        };
        seen.push(Stretch { from, to, film_from, pace });
    }
    let end = seen.last().map_or(0.0, |last| last.to);
    if result - end > SAME {
        // Nothing is known of what comes there: the last picture stands.
        seen.push(Stretch { from: end, to: result, film_from: video, pace: 0.0 });
    }
    seen
}

/// Whether a mode has nothing to do with these lengths.
pub fn is_unneeded(mode: SyncMode, video: f64, voice: f64) -> bool {
    mode == SyncMode::Silence && voice - video >= SAME
}

fn repeated(video: f64, voice: f64, turns: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut from = 0.0;
    while voice - from > 1e-6 {
        let back = turns && parts.len() % 2 == 1;
        let is_last = parts.len() + 1 == MOST_PARTS;
        let to = if is_last { voice } else { (from + video.max(SAME)).min(voice) };
        parts.push(Part { from, to, look: if back { Look::Backward } else { Look::Forward } });
        from = to;
    }
    parts
}

/// The sentence above the modes.
pub fn headline(video: Option<f64>, voice: Option<f64>) -> String {
    let (Some(video), Some(voice)) = (video, voice) else {
        return "What happens when voice and video differ in length:".to_owned();
    };
    let gap = voice - video;
    if gap.abs() < SAME {
        "Voice and video are the same length. Nothing to choose.".to_owned()
    } else if gap > 0.0 {
        format!("The voice is {gap:.1} s longer than the video. Choose what happens:")
    } else {
        format!("The voice is {:.1} s shorter than the video. Choose what happens:", -gap)
    }
}

/// What a mode does, while the lengths are not known.
pub fn general_words(mode: SyncMode) -> &'static str {
    match mode {
        SyncMode::Bounce => "Forward, then backward",
        SyncMode::Loop => "Starts again from the top",
        SyncMode::CutOff => "Ends with the shorter one",
        SyncMode::Silence => "Pads a short voice",
        SyncMode::Remap => "Changes the video's pace",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every lane is without gaps, and ends where the result or what is lost ends.
    #[test]
    fn lanes_are_as_long_as_what_they_show() {
        for (video, voice) in [(8.0, 10.4), (8.0, 5.0), (8.0, 8.0), (1.0, 7.5), (0.0, 3.0), (3.0, 0.0)] {
            for mode in SyncMode::ALL {
                let Lanes { picture, voice: spoken } = lanes(mode, video, voice);
                for lane in [&picture, &spoken] {
                    let joined = lane.windows(2).all(|pair| (pair[0].to - pair[1].from).abs() < 1e-9);
                    assert!(joined && lane.len() <= MOST_PARTS, "{mode:?} {lane:?}");
                }
                let used = |lane: &[Part]| {
                    let used = lane.iter().filter(|part| !matches!(part.look, Look::Lost | Look::Unused));
                    used.map(|part| part.to).fold(0.0, f64::max)
                };
                let result = compose::outlook(mode, video, voice).result_secs;
                let silence_not_needed = mode == SyncMode::Silence && voice > video;
                assert!(silence_not_needed || (used(&picture) - result).abs() < SAME, "{mode:?} {video} {voice}");
            }
        }
    }

    #[test]
    fn each_mode_fills_the_gap_its_own_way() {
        let looks = |lane: Vec<Part>| lane.into_iter().map(|part| part.look).collect::<Vec<_>>();
        let picture = |mode, video, voice| looks(lanes(mode, video, voice).picture);
        assert_eq!(picture(SyncMode::Bounce, 4.0, 10.0), [Look::Forward, Look::Backward, Look::Forward]);
        assert_eq!(picture(SyncMode::Loop, 4.0, 6.0), [Look::Forward, Look::Forward]);
        assert_eq!(picture(SyncMode::Remap, 4.0, 8.0), [Look::Stretched(0.5)]);
        assert_eq!(picture(SyncMode::Bounce, 8.0, 5.0), [Look::Forward, Look::Unused]);
        assert_eq!(looks(lanes(SyncMode::CutOff, 4.0, 6.0).voice), [Look::Forward, Look::Lost]);
        assert_eq!(looks(lanes(SyncMode::Silence, 8.0, 5.0).voice), [Look::Forward, Look::Unused]);
    }

    #[test]
    fn what_is_rehearsed_is_as_long_as_the_result_and_each_stretch_knows_its_place() {
        let seen = |mode, video, voice| -> Vec<(f64, f64, f64, f64)> {
            let stretches = stretches(mode, video, voice);
            stretches.into_iter().map(|each| (each.from, each.to, each.film_from, each.pace)).collect()
        };
        let bounced = [(0.0, 4.0, 0.0, 1.0), (4.0, 8.0, 4.0, -1.0), (8.0, 10.0, 0.0, 1.0)];
        assert_eq!(seen(SyncMode::Bounce, 4.0, 10.0), bounced);
        assert_eq!(seen(SyncMode::Loop, 4.0, 6.0), [(0.0, 4.0, 0.0, 1.0), (4.0, 6.0, 0.0, 1.0)]);
        assert_eq!(seen(SyncMode::CutOff, 4.0, 6.0), [(0.0, 4.0, 0.0, 1.0)]);
        assert_eq!(seen(SyncMode::Remap, 4.0, 8.0), [(0.0, 8.0, 0.0, 0.5)]);
        assert_eq!(seen(SyncMode::Remap, 8.0, 4.0), [(0.0, 4.0, 0.0, 2.0)]);
        assert_eq!(seen(SyncMode::Silence, 8.0, 5.0), [(0.0, 8.0, 0.0, 1.0)]);
        assert_eq!(seen(SyncMode::Silence, 4.0, 6.0), [(0.0, 4.0, 0.0, 1.0), (4.0, 6.0, 4.0, 0.0)]);
        assert!(is_unneeded(SyncMode::Silence, 4.0, 6.0) && !is_unneeded(SyncMode::Silence, 6.0, 4.0));
        assert!(!is_unneeded(SyncMode::Loop, 4.0, 6.0));
    }

    #[test]
    fn the_headline_says_which_is_longer() {
        assert!(headline(Some(8.0), Some(10.4)).starts_with("The voice is 2.4 s longer"));
        assert!(headline(Some(8.0), Some(5.0)).starts_with("The voice is 3.0 s shorter"));
        assert!(headline(Some(8.0), Some(8.01)).ends_with("Nothing to choose."));
        assert!(headline(None, Some(8.0)).starts_with("What happens"));
    }
}

//! Pure rules of a lip sync: what each sync mode does to the length, what it may cost, what is still missing.

use crate::api::SyncMode;

/// Lengths closer than this count as equal, in seconds: about one frame.
const SAME: f64 = 0.04;
/// Frames a second that the service bills, whatever the video has.
pub const BILLED_FPS: f64 = 25.0;

/// How a sync mode is called and explained.
pub fn name(mode: SyncMode) -> &'static str {
    match mode {
        SyncMode::Bounce => "Bounce",
        SyncMode::Loop => "Loop",
        SyncMode::CutOff => "Cut off",
        SyncMode::Silence => "Silence",
        SyncMode::Remap => "Remap",
    }
}

/// What a mode would do to two lengths.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Seconds of the result.
    pub result_secs: f64,
    /// What happens, in a few words.
    pub words: String,
    /// Seconds of speech that would be lost.
    pub lost_secs: f64,
}

/// What happens to a picture and a voice of these lengths, in seconds.
pub fn outlook(mode: SyncMode, video: f64, voice: f64) -> Outlook {
    let plain = |result_secs, words: &str| Outlook { result_secs, words: words.to_owned(), lost_secs: 0.0 };
    if (video - voice).abs() < SAME {
        return plain(voice, "Same length");
    }
    let longer_voice = voice > video;
    match mode {
        SyncMode::Bounce if longer_voice => plain(voice, "Forward, then backward"),
        SyncMode::Loop if longer_voice => plain(voice, "Starts again from the top"),
        SyncMode::CutOff if longer_voice => Outlook {
            result_secs: video,
            words: format!("Loses {:.1} s of speech", voice - video),
            lost_secs: voice - video,
        },
        SyncMode::Remap if longer_voice => plain(voice, &format!("Slows the video to {:.0}%", video / voice * 100.0)),
        SyncMode::Silence if longer_voice => plain(voice, "Not needed here: the voice is already longer."),
        SyncMode::Bounce | SyncMode::Loop | SyncMode::CutOff => plain(voice, "Ends with the voice"),
        SyncMode::Remap => plain(voice, &format!("Speeds the video up to {:.0}%", video / voice * 100.0)),
        SyncMode::Silence => plain(video, "Silence after the voice"),
    }
}

/// The highest published rate of a model, in US dollars per second of result. `None` for models not published.
/// Source: the billing and model pages of the documentation.
pub fn rate(model: &str) -> Option<f64> {
    Some(match model {
        "sync-3" => 0.133,
        "lipsync-2-pro" => 0.083,
        "lipsync-2" => 0.05,
        "lipsync-1.9.0-beta" => 0.025,
        "react-1" => 0.167,
        _ => return None,
    })
}

/// What a run may cost at most, in US dollars.
pub fn price(model: &str, result_secs: f64) -> Option<f64> {
    Some(rate(model)? * result_secs)
}

/// The published usual time of a run, in words, for a result of these many seconds.
pub fn usual_time(model: &str, result_secs: f64) -> Option<&'static str> {
    let short = result_secs <= 45.0;
    Some(match (model, short) {
        ("sync-3", true) => "10 to 15 min",
        ("sync-3", false) => "45 to 55 min",
        ("lipsync-2-pro", true) => "2 to 5 min",
        ("lipsync-2-pro", false) => "6 to 12 min",
        ("lipsync-2", true) | ("react-1", _) => "1 to 3 min",
        ("lipsync-2", false) => "4 to 8 min",
        ("lipsync-1.9.0-beta", true) => "under 1 min",
        ("lipsync-1.9.0-beta", false) => "2 to 4 min",
        _ => return None,
    })
}

/// Whether a model obeys the expression setting (`temperature`).
pub fn takes_temperature(model: &str) -> bool {
    matches!(model, "lipsync-2" | "lipsync-2-pro")
}

/// Whether a model can be told that something covers the mouth (`occlusion_detection_enabled`).
pub fn takes_cover(model: &str) -> bool {
    matches!(model, "lipsync-2" | "lipsync-2-pro" | "lipsync-1.9.0-beta")
}

/// Whether a model can be told whose face to move (`active_speaker_detection`). Of models not published it is not
/// known, and what they do not take they ignore.
pub fn takes_face(model: &str) -> bool {
    model != "react-1"
}

/// Speeds of a remapped video between which it still looks natural.
const NATURAL: std::ops::RangeInclusive<f64> = 0.75..=1.35;

/// What is odd about a remapped video of these lengths, in seconds. `None` when it is still likely to look natural.
pub fn odd_speed(mode: SyncMode, video: f64, voice: f64) -> Option<&'static str> {
    let speed = video / voice;
    let is_remapped = mode == SyncMode::Remap && (video - voice).abs() >= SAME && speed.is_finite();
    (is_remapped && !NATURAL.contains(&speed)).then_some(if speed > 1.0 {
        "too fast to look natural"
    } else {
        "too slow to look natural"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(mode: SyncMode, video: f64, voice: f64) -> f64 {
        outlook(mode, video, voice).result_secs
    }

    #[test]
    fn each_mode_gives_the_documented_length() {
        for mode in [SyncMode::Bounce, SyncMode::Loop, SyncMode::Remap] {
            assert_eq!((secs(mode, 8.0, 10.4), secs(mode, 8.0, 5.0)), (10.4, 5.0), "{mode:?}");
        }
        assert_eq!((secs(SyncMode::CutOff, 8.0, 10.4), secs(SyncMode::CutOff, 8.0, 5.0)), (8.0, 5.0));
        assert_eq!((secs(SyncMode::Silence, 8.0, 10.4), secs(SyncMode::Silence, 8.0, 5.0)), (10.4, 8.0));
    }

    #[test]
    fn only_a_cut_loses_speech_and_says_so() {
        let cut = outlook(SyncMode::CutOff, 8.0, 10.4);
        assert_eq!(cut.words, "Loses 2.4 s of speech");
        assert!((cut.lost_secs - 2.4).abs() < 1e-9);
        assert!(outlook(SyncMode::Bounce, 8.0, 10.4).lost_secs.abs() < 1e-9);
        assert_eq!(outlook(SyncMode::Remap, 8.0, 10.4).words, "Slows the video to 77%");
    }

    #[test]
    fn the_price_is_the_top_of_the_published_band() {
        assert!((price("lipsync-2", 10.4).unwrap() - 0.52).abs() < 1e-9);
        assert_eq!(price("something-new", 10.0), None);
    }
}

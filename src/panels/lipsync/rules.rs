//! The rules of the page, as pure functions: what is checked before a run, what is missing, how lengths are drawn,
//! which models there are.

use crate::api::{Model, SyncMode};
use crate::compose;
use crate::media::accept::{self, Finding, Purpose, Weight};
use crate::media::probe::Probe;
use crate::ui::format;

/// Lengths closer than this count as equal, in seconds.
const SAME: f64 = 0.04;
/// More parts than this are not drawn one by one.
const MOST_PARTS: usize = 60;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Good to know.
    Note,
    /// Possible, but look at it.
    Caution,
    /// The service would refuse it.
    Refused,
}

/// One thing looked at on this computer before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub verdict: Verdict,
    pub words: String,
}

/// What can be said of a target and a voice track without asking anybody, the heaviest first.
pub fn checks(target: &Probe, voice: Option<&Probe>) -> Vec<Check> {
    let mut findings = accept::findings(target, Purpose::Target);
    if let Some(voice) = voice {
        // The longer of the two is what a plan must take.
        let is_longer = voice.duration_secs > target.duration_secs;
        let purpose = if is_longer { Purpose::Voice } else { Purpose::Sample };
        findings.extend(accept::findings(voice, purpose).into_iter().map(|mut finding| {
            finding.words.insert_str(0, "Voice: ");
            finding
        }));
        findings.sort_by_key(|finding| finding.weight);
    }
    let check = |finding: Finding| {
        let verdict = match finding.weight {
            Weight::Refused => Verdict::Refused,
            Weight::Warning => Verdict::Caution,
            Weight::Note => Verdict::Note,
        };
        Check { verdict, words: finding.words }
    };
    let is_good = findings.iter().all(|finding| finding.weight == Weight::Note);
    let good = Check { verdict: Verdict::Good, words: "Format and size are accepted".to_owned() };
    is_good.then_some(good).into_iter().chain(findings.into_iter().map(check)).collect()
}

/// What is there for a run.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four facts, each on its own")]
pub struct Parts<'a> {
    pub reading: bool,
    pub target: bool,
    /// Why the service would surely turn a file down.
    pub refused: Option<&'a str>,
    pub track: bool,
    pub running: bool,
}

/// Why a run can't begin; `None` when it can.
pub fn missing(parts: Parts<'_>) -> Option<&str> {
    if parts.running {
        Some("This lip sync is running already")
    } else if parts.reading {
        Some("Wait until the file has been read")
    } else if !parts.target {
        Some("Choose the video to put the line on")
    } else if parts.refused.is_some() {
        parts.refused
    } else if !parts.track {
        Some("Choose a take or an audio file")
    } else {
        None
    }
}

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
        SyncMode::Remap => "Changes the pace of the video",
    }
}

/// A model on offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub name: String,
    pub note: String,
    /// "$0.05 / s".
    pub price: String,
    pub time: &'static str,
}

/// The published models, best known first; what is shown of others the service offers comes behind them.
const PUBLISHED: [(&str, &str); 5] = [
    ("lipsync-2", "General purpose"),
    ("lipsync-2-pro", "Sharper teeth and beards"),
    ("sync-3", "Strongest, up to 4K"),
    ("lipsync-1.9.0-beta", "Fast, an older model"),
    ("react-1", "Changes the expression too, short clips"),
];

/// The models to choose from: those the service lists or, while it has not answered, the published ones.
/// `secs` is the length of the result, when known.
pub fn offers(listed: Option<&[Model]>, secs: Option<f64>) -> Vec<Offer> {
    let offer = |name: &str, note: &str| Offer {
        name: name.to_owned(),
        note: note.to_owned(),
        price: compose::rate(name).map_or_else(|| "Price not known".to_owned(), format::rate),
        time: compose::usual_time(name, secs.unwrap_or_default()).unwrap_or("Time not known"),
    };
    let published = PUBLISHED.iter();
    let Some(listed) = listed else {
        return published.map(|(name, note)| offer(name, note)).collect();
    };
    let known = published.filter(|(name, _)| listed.iter().any(|model| model.name == *name));
    let known = known.map(|(name, note)| offer(name, note));
    let is_new = |model: &&Model| !PUBLISHED.iter().any(|(name, _)| *name == model.name);
    let new = listed.iter().filter(is_new);
    known.chain(new.map(|model| offer(&model.name, model.description.as_deref().unwrap_or("A new model")))).collect()
}

/// What a run costs at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// "Up to $0.52".
    pub price: String,
    /// "10.4 s at $0.05 / s".
    pub basis: String,
    /// "Usually 1 to 3 min".
    pub time: String,
}

/// The estimate of a run of `secs` seconds, when that is known.
/// `said` is what the service said, and its name.
pub fn estimate(model: &str, secs: Option<f64>, is_sandbox: bool, said: Option<(f64, &str)>) -> Estimate {
    let length = secs.map(|secs| format!("{secs:.1} s"));
    if is_sandbox {
        let basis = length.map_or_else(String::new, |length| format!("{length}, made on this computer"));
        return Estimate { price: "$0.00, sandbox".to_owned(), basis, time: "Nothing is billed".to_owned() };
    }
    let time = secs.and_then(|secs| compose::usual_time(model, secs));
    let time = time.map_or_else(|| "Time not known yet".to_owned(), |time| format!("Usually {time}"));
    let (Some(secs), Some(length)) = (secs, length) else {
        let basis = "Needs a video and a voice".to_owned();
        return Estimate { price: "Not known yet".to_owned(), basis, time };
    };
    if let Some((usd, service)) = said {
        return Estimate {
            price: format!("About {}", format::price(usd)),
            basis: format!("{length}, says {service}"),
            time,
        };
    }
    match (compose::price(model, secs), compose::rate(model)) {
        (Some(price), Some(rate)) => {
            let basis = format!("{length} at {}", format::rate(rate));
            Estimate { price: format!("Up to {}", format::price(price)), basis, time }
        }
        _ => Estimate { price: "Price not known".to_owned(), basis: length, time },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::probe::{AudioStream, Kind, VideoStream};

    fn target(width: u32, height: u32, container: &str) -> Probe {
        let video = VideoStream { width, height, fps: Some(25.0), ..VideoStream::default() };
        Probe {
            kind: Kind::Video,
            duration_secs: Some(8.0),
            size_bytes: 1_000_000,
            container: container.into(),
            content_type: "video/mp4".into(),
            video: Some(video),
            ..Probe::default()
        }
    }

    fn verdicts(target: &Probe, voice: Option<&Probe>) -> Vec<Verdict> {
        checks(target, voice).into_iter().map(|check| check.verdict).collect()
    }

    #[test]
    fn a_target_is_checked_before_it_is_sent() {
        assert_eq!(verdicts(&target(1920, 1080, "mp4"), None), [Verdict::Good]);
        assert_eq!(verdicts(&target(4097, 2160, "mp4"), None), [Verdict::Refused]);
        assert_eq!(verdicts(&target(1920, 1080, "mkv"), None), [Verdict::Caution]);
        assert_eq!(verdicts(&target(640, 360, "mp4"), None), [Verdict::Good, Verdict::Note]);
        let blind = Probe { video: None, ..target(1, 1, "wav") };
        assert!(checks(&blind, None)[0].words.starts_with("This file has no picture"));
    }

    #[test]
    fn a_voice_is_checked_with_it_and_the_longer_one_names_the_plan() {
        let audio = Some(AudioStream { channels: 2, sample_rate: 48_000, ..AudioStream::default() });
        let voice = |secs| Probe {
            audio: audio.clone(),
            video: None,
            duration_secs: Some(secs),
            container: "wav".into(),
            ..Probe::default()
        };
        let clip = target(1920, 1080, "mp4");
        assert_eq!(verdicts(&clip, Some(&voice(7.0))), [Verdict::Good]);
        let told = checks(&clip, Some(&voice(40.0)));
        assert!(told[1].words.starts_with("Voice: This length needs the Hobbyist plan"), "{told:?}");
        let long = Probe { duration_secs: Some(90.0), ..clip };
        assert_eq!(verdicts(&long, Some(&voice(40.0))), [Verdict::Good, Verdict::Note], "one plan is named");
        let mute = Probe { audio: None, ..voice(5.0) };
        let told = checks(&long, Some(&mute));
        assert_eq!(
            (told[0].verdict, told[0].words.as_str()),
            (Verdict::Refused, "Voice: This file has no sound. Choose another file.")
        );
    }

    #[test]
    fn the_first_missing_thing_is_named() {
        let ready = Parts { target: true, track: true, ..Parts::default() };
        assert_eq!(missing(ready), None);
        assert_eq!(missing(Parts { running: true, ..ready }), Some("This lip sync is running already"));
        assert_eq!(missing(Parts { reading: true, ..ready }), Some("Wait until the file has been read"));
        assert_eq!(missing(Parts::default()), Some("Choose the video to put the line on"));
        assert_eq!(missing(Parts { track: false, ..ready }), Some("Choose a take or an audio file"));
        let refused = Some("It is too large.");
        assert_eq!(missing(Parts { refused, ..ready }), refused);
    }

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
    fn the_headline_says_which_is_longer() {
        assert!(headline(Some(8.0), Some(10.4)).starts_with("The voice is 2.4 s longer"));
        assert!(headline(Some(8.0), Some(5.0)).starts_with("The voice is 3.0 s shorter"));
        assert!(headline(Some(8.0), Some(8.01)).ends_with("Nothing to choose."));
        assert!(headline(None, Some(8.0)).starts_with("What happens"));
    }

    #[test]
    fn models_are_the_listed_ones_or_the_published_ones() {
        let names = |offers: Vec<Offer>| offers.into_iter().map(|offer| offer.name).collect::<Vec<_>>();
        assert_eq!(names(offers(None, None)).len(), 5);
        let model = |name: &str| Model { name: name.into(), ..Model::default() };
        let listed = [model("sync-9"), model("sync-3"), model("lipsync-2")];
        let shown = offers(Some(&listed), Some(60.0));
        assert_eq!(shown[2].price, "Price not known");
        assert_eq!(shown[0].time, "4 to 8 min");
        assert_eq!(names(shown), ["lipsync-2", "sync-3", "sync-9"]);
    }

    #[test]
    fn the_price_is_an_upper_bound_and_nothing_in_the_sandbox() {
        let known = estimate("lipsync-2", Some(10.4), false, None);
        assert_eq!((known.price.as_str(), known.basis.as_str()), ("Up to $0.52", "10.4 s at $0.05 / s"));
        assert_eq!(known.time, "Usually 1 to 3 min");
        assert_eq!(estimate("lipsync-2", Some(10.4), true, None).price, "$0.00, sandbox");
        assert_eq!(estimate("lipsync-2", None, false, None).price, "Not known yet");
        assert_eq!(estimate("sync-9", Some(2.0), false, None).price, "Price not known");
        let said = estimate("sync-9", Some(2.0), false, Some((0.41, "sync.so")));
        assert_eq!((said.price.as_str(), said.basis.as_str()), ("About $0.41", "2.0 s, says sync.so"));
    }
}

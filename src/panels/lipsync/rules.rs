//! The rules of the page, as pure functions: what is checked before a run, what is missing, which models there are,
//! what a run costs.

use crate::api::Model;
use crate::compose;
use crate::media::accept::{self, Finding, Purpose, Weight};
use crate::media::probe::Probe;
use crate::ui::format;

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
        let duration_secs = if is_longer { voice.duration_secs } else { Some(0.0) };
        let voice = Probe { duration_secs, ..voice.clone() };
        findings.extend(accept::findings(&voice, Purpose::Voice).into_iter().map(|mut finding| {
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
#[expect(clippy::struct_excessive_bools, reason = "five facts, each on its own")]
pub struct Parts<'a> {
    pub reading: bool,
    pub target: bool,
    /// Why the service would surely turn a file down.
    pub refused: Option<&'a str>,
    pub track: bool,
    pub running: bool,
    /// It runs, but waits for something.
    pub waits: bool,
}

/// Why a run can't begin; `None` when it can.
pub fn missing(parts: Parts<'_>) -> Option<&str> {
    if parts.running {
        Some(if parts.waits { "This lip sync is waiting already" } else { "This lip sync is running already" })
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
    ("react-1", "Expressive, short clips"),
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

/// What the service says to a price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<'a> {
    Nothing,
    /// It is being asked; its name.
    Asking(&'a str),
    /// US dollars, and its name.
    Price(f64, &'a str),
}

/// The estimate of a run of `secs` seconds, when that is known.
/// `said` is what the service said, and its name.
pub fn estimate(model: &str, secs: Option<f64>, is_sandbox: bool, said: Said<'_>) -> Estimate {
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
    if let Said::Price(usd, service) = said {
        return Estimate {
            price: format!("About {}", format::price(usd)),
            basis: format!("{length}, says {service}"),
            time,
        };
    }
    match (compose::price(model, secs), compose::rate(model)) {
        (Some(price), Some(rate)) => {
            let basis = match said {
                Said::Asking(service) => format!("Asking {service} for the price"),
                _ => format!("{length} at {}", format::rate(rate)),
            };
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
        let known = estimate("lipsync-2", Some(10.4), false, Said::Nothing);
        assert_eq!((known.price.as_str(), known.basis.as_str()), ("Up to $0.52", "10.4 s at $0.05 / s"));
        assert_eq!(known.time, "Usually 1 to 3 min");
        let asking = estimate("lipsync-2", Some(10.4), false, Said::Asking("sync.so"));
        assert_eq!((asking.price.as_str(), asking.basis.as_str()), ("Up to $0.52", "Asking sync.so for the price"));
        assert_eq!(estimate("lipsync-2", Some(10.4), true, Said::Nothing).price, "$0.00, sandbox");
        assert_eq!(estimate("lipsync-2", None, false, Said::Nothing).price, "Not known yet");
        assert_eq!(estimate("sync-9", Some(2.0), false, Said::Nothing).price, "Price not known");
        let said = estimate("sync-9", Some(2.0), false, Said::Price(0.41, "sync.so"));
        assert_eq!((said.price.as_str(), said.basis.as_str()), ("About $0.41", "2.0 s, says sync.so"));
    }
}

//! What is filled in before a clone, what is still missing, and what the file's facts say about the sample: pure
//! rules, without a window.

use time::OffsetDateTime;

use crate::api::Voice;
use crate::jobs::{CloneJob, stamp};
use crate::library::{Consent, Relation};
use crate::store::MediaFile;
use crate::ui::format;

/// The most characters in the name of a voice.
pub const MAX_NAME: usize = 100;
/// Only this much of a sample is used, in seconds from its start.
pub const USED_SECS: f64 = 120.0;
/// Below this, in seconds, a sample is hardly enough.
const LEAST_SECS: f64 = 10.0;
/// From here on, in seconds, a sample is long enough to be good.
const GOOD_SECS: f64 = 30.0;
/// A sound that never rises above this amplitude is no speech: about -46 dB.
const SILENCE: f32 = 0.005;
/// The most the service takes in one file.
const MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// What is agreed to before a clone.
pub const STATEMENT: &str = "This is my voice, or I have the speaker's permission to clone it and to use it in this project. I can show that permission if asked.";

/// What the user fills in for one source file.
#[derive(Debug)]
pub struct Draft {
    pub name: String,
    /// When the permission was ticked.
    pub consent: Option<OffsetDateTime>,
    /// Whose voice it is, unless it is the user's own.
    pub speaker: String,
    pub relation: Relation,
    /// The user went back from the source, or it has been cloned already: the page is at its first step again.
    pub set_aside: bool,
}

impl Default for Draft {
    fn default() -> Self {
        let (name, speaker) = (String::new(), String::new());
        Self { name, consent: None, speaker, relation: Relation::Own, set_aside: false }
    }
}

impl Draft {
    /// An empty draft for a file, with a name proposed.
    pub fn new(file: &MediaFile) -> Self {
        let name = file.stem().trim().chars().take(MAX_NAME).collect();
        Self { name, ..Self::default() }
    }

    /// What is wrong with the name.
    pub fn name_problem(&self, voices: &[Voice]) -> Option<&'static str> {
        let name = self.name.trim();
        if name.chars().count() > MAX_NAME {
            return Some("A name has 100 characters at most. Shorten it.");
        }
        let same = |voice: &Voice| voice.label().trim().to_lowercase() == name.to_lowercase();
        voices.iter().any(same).then_some("Another voice has this name. Choose a different one.")
    }

    /// Why the voice can't be cloned yet.
    pub fn missing(&self, file: &MediaFile, voices: &[Voice]) -> Option<&'static str> {
        if let Some(why) = no_sound(file) {
            return Some(why);
        }
        let named = !self.name.trim().is_empty();
        match (named, self.consent) {
            (false, None) => return Some("Name the voice and tick the permission first"),
            (false, _) => return Some("Name the voice first"),
            (true, _) => {}
        }
        let nobody = self.relation != Relation::Own && self.speaker.trim().is_empty();
        self.name_problem(voices)
            .or(self.consent.is_none().then_some("Tick the permission first"))
            .or(nobody.then_some("Name the speaker first, or choose “It is my voice”"))
    }

    /// The job, once nothing is missing.
    pub fn job(&self, file: &MediaFile, voices: &[Voice]) -> Option<CloneJob> {
        let given_at = self.consent.filter(|_| self.missing(file, voices).is_none())?;
        // What was typed before it turned out to be one's own voice names nobody else.
        let speaker = if self.relation == Relation::Own { "" } else { self.speaker.trim() }.to_owned();
        let consent = Consent {
            statement: STATEMENT.to_owned(),
            speaker,
            relation: self.relation,
            given_at: stamp(given_at),
            sample_hash: None,
        };
        Some(CloneJob { name: self.name.trim().to_owned(), sample: file.local(), origin: None, consent })
    }
}

/// Why there is nothing to clone in a file.
pub fn no_sound(file: &MediaFile) -> Option<&'static str> {
    match (&file.probe.audio, &file.probe.video) {
        (Some(_), _) => None,
        (None, Some(_)) => Some("This video has no sound. Choose another file."),
        (None, None) => Some("This file has no sound. Choose another file."),
    }
}

/// How much of a file is used, 0 to 1. `None` when all of it is.
#[expect(clippy::cast_possible_truncation, reason = "a fraction to draw")]
pub fn used_part(secs: Option<f64>) -> Option<f32> {
    secs.filter(|&secs| secs > USED_SECS).map(|secs| (USED_SECS / secs) as f32)
}

/// How good a fact is for a clone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    Good,
    Fair,
    Poor,
}

impl Grade {
    /// The word beside the fact.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "Good",
            Self::Fair => "Fair",
            Self::Poor => "Poor",
        }
    }
}

/// One fact about the sample.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    pub label: &'static str,
    pub value: String,
    pub grade: Grade,
    /// What to do about it, when it is not good.
    pub advice: Option<String>,
}

/// What the file's facts say about the sample. `loudest` is the highest peak of its sound, 0 to 1, once it is read.
pub fn checks(file: &MediaFile, loudest: Option<f32>) -> [Check; 3] {
    [length(file.secs()), sound(file, loudest), size(file.probe.size_bytes)]
}

fn length(secs: Option<f64>) -> Check {
    let fact = |value: String, grade, advice| Check { label: "Length", value, grade, advice };
    let Some(secs) = secs else {
        return fact("Not known".to_owned(), Grade::Fair, Some("Half a minute or more is best.".to_owned()));
    };
    if secs < LEAST_SECS {
        let advice =
            format!("The sample is {}. Choose at least 10 seconds.", format::count(whole(secs), "second", "seconds"));
        return fact(format::time(secs), Grade::Poor, Some(advice));
    }
    if secs < GOOD_SECS {
        return fact(format::time(secs), Grade::Fair, Some("Half a minute or more is best.".to_owned()));
    }
    let value = match used_part(Some(secs)) {
        Some(_) => format!("First 2:00 of {}", format::time(secs)),
        None => format!("{} of 2:00", format::time(secs)),
    };
    fact(value, Grade::Good, None)
}

fn sound(file: &MediaFile, loudest: Option<f32>) -> Check {
    let fact = |value: String, grade, advice| Check { label: "Sound", value, grade, advice };
    let Some(audio) = &file.probe.audio else {
        return fact("None".to_owned(), Grade::Poor, no_sound(file).map(str::to_owned));
    };
    let layout = match audio.channels {
        1 => "Mono".to_owned(),
        2 => "Stereo".to_owned(),
        many => format!("{many} channels"),
    };
    if loudest.is_some_and(|peak| peak < SILENCE) {
        let advice = "Nothing is to be heard in this file. Choose another one.".to_owned();
        return fact("Silent".to_owned(), Grade::Poor, Some(advice));
    }
    let value = format!("{layout}, {} kHz", f64::from(audio.sample_rate / 100) / 10.0);
    if audio.sample_rate < 16_000 {
        let advice = "Telephone quality. A recording of 16 kHz or more sounds closer.".to_owned();
        return fact(value, Grade::Fair, Some(advice));
    }
    fact(value, Grade::Good, None)
}

fn size(bytes: u64) -> Check {
    let (grade, advice) = match bytes {
        0..1_000_000_000 => (Grade::Good, None),
        1_000_000_000..=MAX_BYTES => (Grade::Fair, Some("Uploading this much takes a while.".to_owned())),
        _ => (Grade::Poor, Some("The service takes files up to 5 GB. Export a shorter part.".to_owned())),
    };
    Check { label: "Size", value: format::size(bytes), grade, advice }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, below a minute")]
fn whole(secs: f64) -> u64 {
    secs.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::probe::{AudioStream, Kind, Probe, VideoStream};

    fn file(secs: f64, sound: bool) -> MediaFile {
        let video = VideoStream { width: 640, height: 360, fps: Some(25.0), ..VideoStream::default() };
        let audio = AudioStream { channels: 2, sample_rate: 44_100, ..AudioStream::default() };
        MediaFile {
            path: "/videos/keynote-cam-a.mov".into(),
            probe: Probe {
                kind: Kind::Video,
                duration_secs: Some(secs),
                size_bytes: 1_900_000,
                container: "mov".into(),
                content_type: "video/quicktime".into(),
                video: Some(video),
                audio: sound.then_some(audio),
                ..Probe::default()
            },
        }
    }

    fn voices() -> Vec<Voice> {
        vec![Voice { id: "v".into(), name: Some("Mara, keynote".into()), ..Voice::default() }]
    }

    #[test]
    fn a_draft_says_what_is_missing_and_makes_no_job_before() {
        let file = file(60.0, true);
        let mut draft = Draft::new(&file);
        assert_eq!(draft.name, "keynote-cam-a");
        assert_eq!(draft.missing(&file, &voices()), Some("Tick the permission first"));
        assert!(draft.job(&file, &voices()).is_none());
        draft.consent = Some(OffsetDateTime::UNIX_EPOCH);
        assert_eq!(draft.missing(&file, &voices()), None);
        draft.name = " mara, KEYNOTE ".into();
        assert!(draft.missing(&file, &voices()).is_some_and(|why| why.starts_with("Another voice")));
        draft.name = "  ".into();
        assert_eq!(draft.missing(&file, &voices()), Some("Name the voice first"));
        draft.name = "ä".repeat(101);
        assert!(draft.missing(&file, &voices()).is_some_and(|why| why.contains("100 characters")));
        draft.name = "ä".repeat(100);
        let job = draft.job(&file, &voices()).unwrap();
        assert_eq!((job.consent.relation, job.consent.statement.as_str()), (Relation::Own, STATEMENT));
        assert_eq!(job.consent.given_at, "1970-01-01T00:00:00Z");
    }

    #[test]
    fn the_voice_of_somebody_else_needs_a_name() {
        let file = file(60.0, true);
        let mut draft = Draft { consent: Some(OffsetDateTime::UNIX_EPOCH), ..Draft::new(&file) };
        for relation in Relation::CHOICES.into_iter().filter(|relation| *relation != Relation::Own) {
            (draft.relation, draft.speaker) = (relation, "  ".into());
            assert!(draft.missing(&file, &[]).is_some_and(|why| why.starts_with("Name the speaker first")));
            draft.speaker = " Mara ".into();
            let consent = draft.job(&file, &[]).unwrap().consent;
            assert_eq!((consent.speaker.as_str(), consent.relation), ("Mara", relation));
            assert!(consent.is_given());
        }
        draft.relation = Relation::Own;
        let consent = draft.job(&file, &[]).unwrap().consent;
        assert!(consent.speaker.is_empty() && consent.is_given(), "one's own voice is nobody else's");
    }

    #[test]
    fn a_silent_video_is_refused_whatever_is_ticked() {
        let file = file(60.0, false);
        let draft = Draft { consent: Some(OffsetDateTime::UNIX_EPOCH), ..Draft::new(&file) };
        assert_eq!(draft.missing(&file, &[]), Some("This video has no sound. Choose another file."));
        assert_eq!(checks(&file, None)[1].grade, Grade::Poor);
    }

    #[test]
    fn facts_are_graded_with_advice_where_they_are_not_good() {
        let [length, sound, size] = checks(&file(1104.0, true), None);
        assert_eq!((length.value.as_str(), length.grade), ("First 2:00 of 18:24", Grade::Good));
        assert_eq!((sound.value.as_str(), size.value.as_str()), ("Stereo, 44.1 kHz", "1.9 MB"));
        let [short, ..] = checks(&file(6.4, true), None);
        assert_eq!(short.advice.as_deref(), Some("The sample is 6 seconds. Choose at least 10 seconds."));
        assert_eq!(checks(&file(20.0, true), None)[0].grade, Grade::Fair);
        assert_eq!(checks(&file(96.0, true), None)[0].value, "1:36 of 2:00");
        let silent = &checks(&file(96.0, true), Some(0.001))[1];
        assert_eq!((silent.value.as_str(), silent.grade), ("Silent", Grade::Poor));
        assert_eq!(checks(&file(96.0, true), Some(0.3))[1].grade, Grade::Good);
        assert_eq!(super::size(6_000_000_000).grade, Grade::Poor);
    }

    #[test]
    fn only_the_first_two_minutes_are_used() {
        assert_eq!((used_part(None), used_part(Some(120.0))), (None, None));
        assert!(used_part(Some(240.0)).is_some_and(|part| (part - 0.5).abs() < 1e-6));
    }
}

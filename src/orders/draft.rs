//! What is filled in before a clone and what is still missing: pure rules, without a window.

use std::collections::HashSet;

use time::OffsetDateTime;

use crate::api::Voice;
use crate::jobs::{CloneJob, LocalFile, Origin, stamp};
pub use crate::library::STATEMENT;
use crate::library::{Consent, Relation};
use crate::media::accept::{self, Purpose};
use crate::store::{Flow, MediaFile, Permission, VoiceDraft};

/// The most characters in the name of a voice.
pub const MAX_NAME: usize = 100;

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

    /// The same under a name that no voice has: "keynote 2" beside "keynote".
    #[must_use]
    pub fn apart_from(mut self, voices: &[Voice]) -> Self {
        let taken: HashSet<String> = voices.iter().map(|voice| voice.label().trim().to_lowercase()).collect();
        let is_free = |name: &String| !taken.contains(&name.trim().to_lowercase());
        let start: String = self.name.chars().take(MAX_NAME - 4).collect();
        let numbered = (2..1000).map(|number| format!("{} {number}", start.trim_end()));
        if let Some(free) = std::iter::once(self.name.clone()).chain(numbered).find(is_free) {
            self.name = free;
        }
        self
    }

    /// The draft for a flow's source as it was left, or an empty one.
    pub fn of_flow(flow: &Flow) -> Self {
        let Some(file) = &flow.source else { return Self::default() };
        let Some(kept) = flow.new_voice.clone().filter(|kept| kept.of == file.path) else { return Self::new(file) };
        let Permission { given_at, speaker, relation } = kept.permission;
        // A relation that this version does not know says nothing about who agreed.
        let consent = given_at.filter(|_| relation != Relation::Unrecorded);
        let relation = if relation == Relation::Unrecorded { Relation::Own } else { relation };
        Self { name: kept.name.chars().take(MAX_NAME).collect(), consent, speaker, relation, set_aside: false }
    }

    /// What of it is kept with the flow: nothing while it is as the file alone proposes it.
    pub fn kept(&self, file: &MediaFile) -> Option<VoiceDraft> {
        let new = Self::new(file);
        let same = self.name == new.name && self.speaker.is_empty() && self.relation == new.relation;
        let permission = Permission { given_at: self.consent, speaker: self.speaker.clone(), relation: self.relation };
        let (of, name) = (file.path.clone(), self.name.clone());
        (!same || self.consent.is_some()).then_some(VoiceDraft { of, name, permission })
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

    /// Why the voice can't be cloned yet, of a part of the file or of the whole of it.
    pub fn missing(&self, file: &MediaFile, voices: &[Voice], whole: bool) -> Option<String> {
        let refused = || accept::refusal(&file.probe, Purpose::Sample).filter(|_| whole);
        let unfit = no_sound(file).map(str::to_owned).or_else(refused);
        unfit.or_else(|| self.unfilled(voices).map(str::to_owned))
    }

    /// The same as if the permission had been ticked.
    pub fn missing_but_consent(&self, file: &MediaFile, voices: &[Voice], whole: bool) -> Option<String> {
        let (name, speaker) = (self.name.clone(), self.speaker.clone());
        let ticked = Self { name, speaker, consent: Some(OffsetDateTime::UNIX_EPOCH), ..*self };
        ticked.missing(file, voices, whole)
    }

    /// What is not filled in yet.
    fn unfilled(&self, voices: &[Voice]) -> Option<&'static str> {
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

    /// The job, once nothing is missing: the file as it is, or the sample that was cut of it.
    pub fn job(&self, file: &MediaFile, voices: &[Voice], cut: Option<(LocalFile, Origin)>) -> Option<CloneJob> {
        let given_at = self.consent.filter(|_| self.missing(file, voices, cut.is_none()).is_none())?;
        // What was typed before it turned out to be one's own voice names nobody else.
        let speaker = if self.relation == Relation::Own { "" } else { self.speaker.trim() }.to_owned();
        let consent = Consent {
            statement: STATEMENT.to_owned(),
            speaker,
            relation: self.relation,
            given_at: stamp(given_at),
            sample_hash: None,
        };
        let (sample, origin) = cut.map_or_else(|| (file.local(), None), |(cut, origin)| (cut, Some(origin)));
        Some(CloneJob { name: self.name.trim().to_owned(), sample, origin, consent })
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
        let apart = |voices: &[Voice]| Draft::new(&file).apart_from(voices).name;
        let stem = Draft::new(&file).name;
        assert_eq!(apart(&[]), stem);
        let of_stem = [stem.clone(), format!("{} 2", stem.to_uppercase())];
        let of_stem = of_stem.map(|name| Voice { name: Some(name), ..Voice::default() });
        assert_eq!(apart(&of_stem), format!("{stem} 3"));
        let mut draft = Draft::new(&file);
        assert_eq!(draft.name, "keynote-cam-a");
        assert_eq!(draft.missing(&file, &voices(), true).as_deref(), Some("Tick the permission first"));
        assert!(draft.job(&file, &voices(), None).is_none());
        draft.consent = Some(OffsetDateTime::UNIX_EPOCH);
        assert_eq!(draft.missing(&file, &voices(), true), None);
        draft.name = " mara, KEYNOTE ".into();
        assert!(draft.missing(&file, &voices(), true).is_some_and(|why| why.starts_with("Another voice")));
        draft.name = "  ".into();
        assert_eq!(draft.missing(&file, &voices(), true).as_deref(), Some("Name the voice first"));
        draft.name = "ä".repeat(101);
        assert!(draft.missing(&file, &voices(), true).is_some_and(|why| why.contains("100 characters")));
        draft.name = "ä".repeat(100);
        let job = draft.job(&file, &voices(), None).unwrap();
        assert_eq!((job.consent.relation, job.consent.statement.as_str()), (Relation::Own, STATEMENT));
        assert_eq!(job.consent.given_at, "1970-01-01T00:00:00Z");
    }

    #[test]
    fn the_voice_of_somebody_else_needs_a_name() {
        let file = file(60.0, true);
        let mut draft = Draft { consent: Some(OffsetDateTime::UNIX_EPOCH), ..Draft::new(&file) };
        for relation in Relation::CHOICES.into_iter().filter(|relation| *relation != Relation::Own) {
            (draft.relation, draft.speaker) = (relation, "  ".into());
            assert!(draft.missing(&file, &[], true).is_some_and(|why| why.starts_with("Name the speaker first")));
            draft.speaker = " Mara ".into();
            let consent = draft.job(&file, &[], None).unwrap().consent;
            assert_eq!((consent.speaker.as_str(), consent.relation), ("Mara", relation));
            assert!(consent.is_given());
        }
        draft.relation = Relation::Own;
        let consent = draft.job(&file, &[], None).unwrap().consent;
        assert!(consent.speaker.is_empty() && consent.is_given(), "one's own voice is nobody else's");
    }

    #[test]
    fn a_silent_video_is_refused_whatever_is_ticked() {
        let file = file(60.0, false);
        let draft = Draft { consent: Some(OffsetDateTime::UNIX_EPOCH), ..Draft::new(&file) };
        assert_eq!(draft.missing(&file, &[], true).as_deref(), Some("This video has no sound. Choose another file."));
    }

    #[test]
    fn what_the_service_refuses_whole_makes_no_job_and_a_part_of_it_does() {
        let mut file = file(60.0, true);
        file.probe.size_bytes = 6 << 30;
        let draft = Draft { consent: Some(OffsetDateTime::UNIX_EPOCH), ..Draft::new(&file) };
        assert!(draft.missing(&file, &[], true).is_some_and(|why| why.contains("5 GiB")));
        assert!(draft.job(&file, &[], None).is_none());
        assert_eq!(draft.missing(&file, &[], false), None);
        let origin = Origin { path: file.path.clone(), part: None, hum_filtered: false, leveled: false };
        assert!(draft.job(&file, &[], Some((file.local(), origin))).is_some());
    }
}

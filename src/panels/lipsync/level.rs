//! The voice at the loudness of the video: both are measured on this computer, and what is sent then is a file made
//! here. Only when it is asked for.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::api::AssetKind;
use crate::error::{Error, Result};
use crate::jobs::{LocalFile, VoiceTrack, cuts};
use crate::library::private_folder;
use crate::media::edit::{self, Matched};
use crate::media::probe::Stamp;
use crate::panels::Cx;
use crate::panels::loudness::Loudnesses;
use crate::remote::Remote;
use crate::store::Store;

/// A video below this, in LUFS, is as good as silent: a voice at that level would not be heard.
const QUIETEST: f64 = -45.0;

/// The switch's work.
#[derive(Default)]
pub(super) struct Level {
    loudness: Loudnesses,
    /// What was last made, and of what.
    made: Option<(Wanted, Remote<Cut>)>,
    state: State,
}

/// What a file is made of.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    from: PathBuf,
    /// As it was when it was measured, where that is known: what was written over it since is not sent unheard.
    stamp: Option<Stamp>,
    /// The loudness to reach, in LUFS.
    lufs: f64,
}

/// The file that is sent.
#[derive(Debug, Clone, PartialEq)]
struct Cut {
    file: LocalFile,
    matched: Matched,
}

/// How the switch stands.
#[derive(Debug, Clone, Default)]
pub(super) enum State {
    #[default]
    Off,
    /// On, and a video or a voice is missing.
    Waiting,
    /// The video has no sound.
    NoSound,
    /// One of both has sound, and nothing is heard in it.
    Silent(&'static str),
    Measuring,
    /// Both are measured, in LUFS; the file is being made.
    Making(f64, f64),
    Ready(f64, f64, Matched, LocalFile),
    Failed(Error),
}

impl Level {
    /// Measures and makes what is needed for what is set now.
    pub fn work(&mut self, cx: &Cx<'_>) {
        self.state = self.next(cx);
        self.loudness.settle();
        if matches!(self.state, State::Off) {
            self.made = None;
            self.loudness.forget_failures();
        }
    }

    fn next(&mut self, cx: &Cx<'_>) -> State {
        let store = &*cx.store;
        if !store.flow.lip_sync.match_loudness {
            return State::Off;
        }
        let (Some(target), Some((voice, stamp))) = (&store.flow.target, voice_file(store)) else {
            return State::Waiting;
        };
        if target.probe.audio.is_none() {
            return State::NoSound;
        }
        let video = lufs(self.loudness.of(cx.runtime, &target.path, Some(target.probe.stamp())));
        let spoken = lufs(self.loudness.of(cx.runtime, &voice, stamp));
        let (video, spoken) = match (video, spoken) {
            (Err(error), _) | (_, Err(error)) => return State::Failed(error),
            (Ok(Some(video)), Ok(Some(spoken))) => (video, spoken),
            _ => return State::Measuring,
        };
        let Some(video) = video.filter(|video| *video > QUIETEST) else {
            return State::Silent("The video is almost silent, so the voice is sent as it is.");
        };
        let Some(spoken) = spoken else {
            return State::Silent("Nothing is heard in the voice, so it is sent as it is.");
        };
        self.make(cx, Wanted { from: voice, stamp, lufs: video }, spoken)
    }

    fn make(&mut self, cx: &Cx<'_>, wanted: Wanted, spoken: f64) -> State {
        let lufs = wanted.lufs;
        if self.made.as_ref().is_none_or(|(made, _)| *made != wanted) {
            self.made = Some((wanted.clone(), Remote::default()));
        }
        let Some((_, cut)) = &mut self.made else { return State::Measuring };
        let folder = cuts::folder(cx.library);
        cut.ensure(|| cx.runtime.blocking(move || make(&wanted, &folder)));
        cut.poll();
        match (cut.value(), cut.error()) {
            (_, Some(error)) => State::Failed(error.clone()),
            (Some(cut), None) => State::Ready(lufs, spoken, cut.matched, cut.file.clone()),
            (None, None) => State::Making(lufs, spoken),
        }
    }

    /// How it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The voice track as it is sent now; `None` while it is not known, or there is none.
    pub fn track(&self, store: &Store) -> Option<VoiceTrack> {
        let (track, _) = store.voice_track()?;
        match &self.state {
            State::Ready(_, _, _, file) => Some(VoiceTrack::Edited { file: file.clone(), of: Box::new(track) }),
            State::Off | State::NoSound | State::Silent(_) => Some(track),
            State::Waiting | State::Measuring | State::Making(..) | State::Failed(_) => None,
        }
    }

    /// Why a run has to wait for it.
    pub fn why_not(&self) -> Option<&'static str> {
        match &self.state {
            State::Measuring | State::Making(..) => Some("Wait until the loudness has been matched"),
            State::Failed(_) => Some("The loudness can't be matched: turn that off, or change the files"),
            State::Off | State::Waiting | State::NoSound | State::Silent(_) | State::Ready(..) => None,
        }
    }
}

impl State {
    /// What is said below the switch.
    pub fn words(&self) -> String {
        match self {
            Self::Off => String::new(),
            Self::Waiting => "Measured once there are a video and a voice.".to_owned(),
            Self::NoSound => "The video has no sound to match.".to_owned(),
            Self::Silent(words) => (*words).to_owned(),
            Self::Measuring => "Measuring the loudness".to_owned(),
            Self::Making(video, voice) => said(*video, *voice, None),
            Self::Ready(video, voice, matched, _) => said(*video, *voice, Some(*matched)),
            Self::Failed(error) => error.to_string(),
        }
    }
}

/// `The video is at −19.0 LUFS, the voice at −24.2: +5.2 dB`.
fn said(video: f64, voice: f64, matched: Option<Matched>) -> String {
    let gain = matched.map_or(video - voice, |matched| matched.gain_db);
    let held = if matched.is_some_and(|matched| matched.limited) { ", as much as fits without clipping" } else { "" };
    format!("The video is at {} LUFS, the voice at {}: {} dB{held}", tenths(video), tenths(voice), signed(gain))
}

fn tenths(number: f64) -> String {
    let number = (number * 10.0).round() / 10.0;
    if number < 0.0 { format!("−{:.1}", -number) } else { format!("{:.1}", number.abs()) }
}

fn signed(number: f64) -> String {
    let words = tenths(number);
    if words.starts_with('−') || words == "0.0" { words } else { format!("+{words}") }
}

/// What the list of checks says about a voice that is sent as a file made here.
pub(super) fn sent_as_file(store: &Store) -> Option<Cow<'static, str>> {
    let has_sound = store.flow.target.as_ref().is_some_and(|target| target.probe.audio.is_some());
    match store.voice_track()?.0 {
        _ if store.flow.lip_sync.match_loudness && has_sound => {
            Some("The voice is sent as a file, at the loudness of the video".into())
        }
        VoiceTrack::Edited { .. } => Some("The trimmed take is sent as a file".into()),
        VoiceTrack::File(file) if file.kind == AssetKind::Video => {
            Some(format!("Only the sound of {} is sent", file.name()).into())
        }
        VoiceTrack::Take { .. } | VoiceTrack::File(_) => None,
    }
}

/// The sound that would be sent, as it lies on this computer, with its stamp where that is known.
pub(super) fn voice_file(store: &Store) -> Option<(PathBuf, Option<Stamp>)> {
    if let Some(audio) = &store.flow.audio {
        return Some((audio.path.clone(), Some(audio.probe.stamp())));
    }
    store.chosen_take().map(|take| (take.audio().to_owned(), None))
}

/// Measured or not yet; within it the loudness, which silence has not.
#[expect(clippy::option_option, reason = "not known yet, known to be none, and a number")]
fn lufs(measured: &Remote<crate::media::loudness::Loudness>) -> Result<Option<Option<f64>>> {
    match (measured.value(), measured.error()) {
        (_, Some(error)) => Err(error.clone()),
        (measured, None) => Ok(measured.map(|measured| measured.integrated_lufs)),
    }
}

/// Makes the file under the hash of what came out: asked for again, it is the same file. Blocks.
fn make(wanted: &Wanted, folder: &Path) -> Result<Cut> {
    let failed = |error| Error::file("write to", folder, error);
    let is_same = || wanted.stamp.map_or(Ok(()), |stamp| cuts::same(&wanted.from, stamp));
    is_same()?;
    private_folder(folder).map_err(failed)?;
    let part = tempfile::Builder::new().prefix(".mouthpiece-").suffix(".wav").tempfile_in(folder).map_err(failed)?;
    let part = part.into_temp_path();
    let matched = edit::match_loudness(&wanted.from, wanted.lufs, &part)?;
    is_same()?;
    let size = part.metadata().map_err(failed)?.len();
    let path = cuts::name(folder, &part).map_err(failed)?;
    let (content_type, kind) = ("audio/wav".to_owned(), AssetKind::Audio);
    Ok(Cut { file: LocalFile { path, content_type, kind, size: Some(size) }, matched })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_voice_is_the_trimmed_take_not_the_take_as_it_came() {
        let mut store = Store::new("x".into(), true);
        let take = serde_json::json!({
            "id": "t1", "number": 1, "voice_id": "v", "voice_name": "Mara", "script": "A",
            "stability": null, "similarity": null, "file": "1.wav", "url": "", "duration_secs": 3.0, "made_at": "",
            "care": { "kept": false, "edited": { "file": "1, trimmed.wav", "secs": 2.0, "bytes": 5 } },
        });
        store.takes.push(serde_json::from_value(take).unwrap());
        store.flow.set_take(Some("t1".into()));
        assert_eq!(voice_file(&store), Some((PathBuf::from("1, trimmed.wav"), None)));
    }

    #[test]
    fn what_was_written_over_the_voice_since_is_not_sent() {
        let made = tempfile::tempdir().unwrap();
        let from = made.path().join("voice.wav");
        std::fs::write(&from, "not what was measured").unwrap();
        let stamp = Stamp { bytes: 4, modified_ns: None };
        let wanted = Wanted { from, stamp: Some(stamp), lufs: -20.0 };
        let error = make(&wanted, &made.path().join("cuts")).unwrap_err();
        assert!(error.to_string().starts_with("voice.wav has changed since it was chosen"), "{error}");
    }

    #[test]
    fn both_levels_and_the_gain_are_said_in_tenths_of_decibels() {
        assert_eq!(said(-19.2, -23.8, None), "The video is at −19.2 LUFS, the voice at −23.8: +4.6 dB");
        assert_eq!(said(-24.0, -18.0, None), "The video is at −24.0 LUFS, the voice at −18.0: −6.0 dB");
        let matched = Some(Matched { gain_db: 0.2, limited: true });
        let words = "The video is at −19.0 LUFS, the voice at −24.0: +0.2 dB, as much as fits without clipping";
        assert_eq!(said(-19.0, -24.0, matched), words);
    }
}

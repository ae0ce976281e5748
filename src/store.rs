//! What two or more panels need, as plain data: the flow being worked on, the service's lists, the takes.

mod account;
mod chain;
mod drop;
mod flow;
mod flows;
mod lines;
mod naming;
pub mod notes;
mod sample;
mod spend;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub use account::{Account, Check, Kept};
pub use chain::{Asked, Chain, FilledIn, NewVoice, Permission};
pub use drop::PageDrop;
pub use flow::{Face, Flow, LipSyncSettings, MODEL, SIMILARITY, STABILITY, VoiceChoice, VoiceDraft};
pub use flows::{FlowList, LONGEST_NAME, NEW_FLOW, clean_flow_name};
pub use lines::Lines;
pub use naming::clean_name;
pub use notes::Notes;
pub use sample::{LEAST_SECS, MOST_SECS, SampleChoice, first_part};
pub use spend::{Part, Spend, month_name};

use crate::api::{AssetKind, Model, Voice};
use crate::jobs::{LocalFile, Request, VoiceTrack};
use crate::library::{CloneRecord, Line, SeenVoice, Take};
use crate::media::probe::{Kind, Probe};
use crate::remote::Remote;
use crate::script::words::Words;
use crate::settings::Naming;

/// A media file the user brought in, with the facts read from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MediaFile {
    #[serde(with = "crate::paths")]
    pub path: PathBuf,
    pub probe: Probe,
}

impl MediaFile {
    /// The file's name.
    pub fn name(&self) -> String {
        file_name(&self.path)
    }

    /// The file's name without extension.
    pub fn stem(&self) -> String {
        self.path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Seconds, when known.
    pub fn secs(&self) -> Option<f64> {
        self.probe.duration_secs
    }

    /// Why the file can't serve a purpose, as the rest of a sentence. `None` when it can.
    pub fn unfit_for(&self, role: Role) -> Option<&'static str> {
        let (picture, sound) = (self.probe.video.is_some(), self.probe.audio.is_some());
        match role {
            Role::Source | Role::Audio if !sound && picture => Some("this video has no sound. Choose another file."),
            Role::Source | Role::Audio if !sound => Some("it has no sound. Choose another file."),
            Role::Target if !picture => Some("this file has no picture. Choose a video."),
            _ => None,
        }
    }

    /// The file as a job takes it.
    pub fn local(&self) -> LocalFile {
        let kind = match self.probe.kind {
            Kind::Video => AssetKind::Video,
            Kind::Audio => AssetKind::Audio,
        };
        let (content_type, size) = (self.probe.content_type.clone(), Some(self.probe.size_bytes));
        LocalFile { path: self.path.clone(), content_type, kind, size }
    }
}

/// The last part of a path.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// What a file is brought in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The recording a voice is cloned from.
    Source,
    /// The video a line is put on.
    Target,
    /// A sound file used as the voice of a lip sync.
    Audio,
}

/// Files on their way in: being read, or refused with the reason.
#[derive(Default)]
pub struct Incoming {
    pub source: Remote<MediaFile>,
    pub target: Remote<MediaFile>,
    pub audio: Remote<MediaFile>,
    /// The target is being trimmed: until that is done no lip sync begins.
    pub trims_target: bool,
}

impl Incoming {
    /// The file on its way in for one purpose.
    pub fn of(&self, role: Role) -> &Remote<MediaFile> {
        match role {
            Role::Source => &self.source,
            Role::Target => &self.target,
            Role::Audio => &self.audio,
        }
    }

    /// See [`Incoming::of`].
    pub fn of_mut(&mut self, role: Role) -> &mut Remote<MediaFile> {
        match role {
            Role::Source => &mut self.source,
            Role::Target => &mut self.target,
            Role::Audio => &mut self.audio,
        }
    }
}

/// Everything panels share. Changed by the panel that shows it, or by a command.
pub struct Store {
    /// How the service is called: "sync.so" or "the sandbox".
    pub service: String,
    pub is_sandbox: bool,
    pub account: Account,
    pub voices: Remote<Vec<Voice>>,
    pub models: Remote<Vec<Model>>,
    /// Clones made on this computer, newest first.
    pub clones: Vec<CloneRecord>,
    /// Those that were deleted since; their permissions stay on record.
    pub deleted_clones: Vec<CloneRecord>,
    /// What the user noted on voices.
    pub notes: Notes,
    /// Id of a voice whose removal was taken back.
    pub spared_voice: Option<String>,
    /// Every take, newest first.
    pub takes: Vec<Take>,
    /// Words as they are written and as they are said, in the user's order.
    pub words: Words,
    pub flow: Flow,
    /// Every flow there is.
    pub flows: FlowList,
    /// What the page says to files that are dragged above it.
    pub page_drop: PageDrop,
    /// A file that was let go above a page that shows its places, while it is not known yet above which.
    pub let_go: Option<PathBuf>,
    pub incoming: Incoming,
    /// Counts the sources brought in: each one, the same file again too, needs its own consent.
    pub source_count: u64,
    /// Id of the voice whose preview is on its way.
    pub preview_loading: Option<String>,
    /// Whether the flow's line is spoken as soon as the voice being cloned is ready.
    pub speak_when_ready: bool,
    /// What the service says that the flow's lip sync costs as it is set now, in US dollars.
    pub lip_sync_price: Option<f64>,
    /// Id of a voice the voices page shall select when it is shown next.
    pub show_voice: Option<String>,
    /// Text files the script page shall read lines out of, in order.
    pub import: Vec<PathBuf>,
    /// Whether the lip sync page shall show the flow's result and play it.
    pub play_result: bool,
    /// Where settings, libraries and logs lie; empty until the session tells.
    pub data_dir: PathBuf,
    /// The books of this month; `None` until they are read.
    pub spend: Option<Spend>,
    /// How results are named, after the settings.
    pub naming: Naming,
    /// What the steps of the flow and Run all tell each other.
    pub chain: Chain,
}

impl Store {
    /// An empty store for a service.
    pub fn new(service: String, is_sandbox: bool) -> Self {
        Self {
            service,
            is_sandbox,
            account: Account::default(),
            voices: Remote::default(),
            models: Remote::default(),
            clones: Vec::new(),
            deleted_clones: Vec::new(),
            notes: Notes::default(),
            spared_voice: None,
            takes: Vec::new(),
            words: Words::default(),
            flow: Flow::default(),
            flows: FlowList::default(),
            page_drop: PageDrop::None,
            let_go: None,
            incoming: Incoming::default(),
            source_count: 0,
            preview_loading: None,
            speak_when_ready: false,
            lip_sync_price: None,
            show_voice: None,
            import: Vec::new(),
            play_result: false,
            data_dir: PathBuf::new(),
            spend: None,
            naming: Naming::default(),
            chain: Chain::default(),
        }
    }

    /// Where files lie that can be made or fetched again: waveforms, previews. Anything in it may be gone at any time.
    /// `None` until the session has told.
    pub fn cache_dir(&self) -> Option<PathBuf> {
        (!self.data_dir.as_os_str().is_empty()).then(|| self.data_dir.join("cache"))
    }

    /// Takes in every clone ever made here, newest first.
    pub fn put_clones(&mut self, all: Vec<CloneRecord>) {
        (self.deleted_clones, self.clones) = all.into_iter().partition(|clone| clone.deleted_at.is_some());
    }

    /// Puts a clone that was deleted at the service, `at` in ISO 8601, among the deleted ones.
    pub fn bury_clone(&mut self, id: &str, at: &str) {
        if let Some(place) = self.clones.iter().position(|clone| clone.id == id) {
            let clone = self.clones.remove(place);
            self.deleted_clones.insert(0, CloneRecord { deleted_at: Some(at.to_owned()), parked_at: None, ..clone });
        }
    }

    /// Shows the list of voices known last until the service has given one.
    pub fn remember_voices(&mut self, seen: Vec<SeenVoice>) {
        let Some(first) = seen.first() else { return };
        let as_of = OffsetDateTime::parse(&first.seen_at, &Rfc3339).ok();
        self.voices = Remote::remembered(seen.into_iter().map(|seen| seen.voice).collect(), as_of);
    }

    /// A take by its id.
    pub fn take(&self, id: &str) -> Option<&Take> {
        self.takes.iter().find(|take| take.id == id)
    }

    /// The take the flow puts on its video.
    pub fn chosen_take(&self) -> Option<&Take> {
        self.take_of(&self.flow)
    }

    /// The take that a flow puts on its video.
    pub fn take_of(&self, flow: &Flow) -> Option<&Take> {
        flow.take().and_then(|id| self.take(id))
    }

    /// Takes of the flow's line and voice, newest first.
    pub fn takes_of_line(&self) -> impl Iterator<Item = &Take> {
        let (voice, line) = (self.flow.voice.as_ref(), self.flow.text().trim());
        let is_voice = move |take: &Take| voice.is_some_and(|voice| self.is_same_voice(&voice.id, &take.voice_id));
        self.takes.iter().filter(move |take| take.script == line && is_voice(take))
    }

    /// Takes that were spoken for a line, newest first. Those of earlier versions know no line and belong to it by
    /// text and voice.
    pub fn takes_of<'a>(&'a self, line: &'a Line) -> impl Iterator<Item = &'a Take> {
        let voice = self.flow.voice_id_of(line);
        let text = line.text.trim();
        self.takes.iter().filter(move |take| match &take.care.line_id {
            Some(id) => *id == line.id,
            None => take.script == text && voice.is_some_and(|voice| self.is_same_voice(voice, &take.voice_id)),
        })
    }

    /// The parked voice that a job brings back: it clones a sample that was kept, and not one out of a file.
    pub fn parked_of(&self, request: &Request) -> Option<&CloneRecord> {
        let Request::Clone(clone) = request else { return None };
        let is_it = |old: &&CloneRecord| {
            let can_return = old.parked_at.is_some() || old.came_back_as.is_some();
            can_return && old.sample_file.as_deref() == Some(clone.sample.path.as_path())
        };
        self.deleted_clones.iter().filter(|_| clone.origin.is_none()).find(is_it)
    }

    /// The voice that a job was to bring back, when it is back without it: by another job, of an earlier start or a later
    /// one. Trying that job again would clone it twice.
    pub fn back_already(&self, request: &Request) -> Option<&str> {
        let old = self.parked_of(request)?;
        let came_back = old.came_back_as.as_deref().map(|id| self.voice_now(id))?;
        self.clones.iter().any(|clone| clone.id == came_back).then_some(came_back)
    }

    /// Whether a voice is a clone: by our own record first, else by its looks.
    pub fn is_clone(&self, voice: &Voice) -> bool {
        self.clones.iter().any(|clone| clone.id == voice.id) || voice.looks_cloned()
    }

    /// Keeps a take of its line, instead of another one, or lets it go. True when there was something to change.
    pub fn keep_take(&mut self, id: &str, keep: bool) -> bool {
        let Some(script) = self.take(id).filter(|take| take.care.kept != keep).map(|take| take.script.clone()) else {
            return false;
        };
        for take in self.takes.iter_mut().filter(|take| take.script == script) {
            take.care.kept = keep && take.id == id;
        }
        true
    }

    /// The voice track of the flow's lip sync and its length in seconds: one's own sound file, else the chosen take,
    /// which is sent as a file when it was edited here.
    pub fn voice_track(&self) -> Option<(VoiceTrack, Option<f64>)> {
        self.track_of(&self.flow)
    }

    /// The same for any flow.
    pub fn track_of(&self, flow: &Flow) -> Option<(VoiceTrack, Option<f64>)> {
        if let Some(audio) = &flow.audio {
            return Some((VoiceTrack::File(audio.local()), audio.secs()));
        }
        let take = self.take_of(flow)?;
        // The same as long as the take is, wherever its line stands: runs are compared by it.
        let label = format!("Take {}, {}", take.in_line(), take.voice_name);
        let spoken = VoiceTrack::Take { id: take.id.clone(), label, url: take.url.clone() };
        let track = match &take.care.edited {
            Some(edited) => VoiceTrack::Edited { file: wav(&edited.file, Some(edited.bytes)), of: Box::new(spoken) },
            // Joined here from its parts, so the service does not have it.
            None if take.url.is_empty() => VoiceTrack::Edited { file: wav(&take.file, None), of: Box::new(spoken) },
            None => spoken,
        };
        Some((track, Some(take.secs())))
    }
}

/// A sound made here as a job takes it.
fn wav(path: &Path, size: Option<u64>) -> LocalFile {
    LocalFile { path: path.to_owned(), content_type: "audio/wav".to_owned(), kind: AssetKind::Audio, size }
}

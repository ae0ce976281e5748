//! What the sandbox remembers, as it stands in `state.json`. Addresses are never stored, only tokens: the port, and
//! with it every address, changes from start to start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{AssetKind, Status, SyncMode};
use crate::error::{Error, Result};

/// The form of the file. A file of another form is set aside like a damaged one.
const FORM: u32 = 1;
const FILE: &str = "state.json";
/// How the name of a file that could not be understood begins.
const ASIDE: &str = "state-damaged-";

/// Everything there is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    form: u32,
    /// Makes the addresses of previews unguessable.
    pub preview_token: String,
    pub clones: Vec<Clone>,
    /// By token, which is part of their address.
    pub files: BTreeMap<String, Stored>,
    pub assets: Vec<AssetRow>,
    pub takes: Vec<Take>,
    pub jobs: Vec<Job>,
    /// Oldest first.
    pub runs: Vec<Run>,
}

/// A cloned voice: what was measured in its sample.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Clone {
    pub id: String,
    pub internal_id: String,
    pub name: String,
    /// Median pitch in hertz.
    pub pitch: f64,
    /// Syllables per second.
    pub pace: f64,
    pub created_at: String,
}

/// A file in the media folder, or a place made ready for one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    /// The last part of its address.
    pub name: String,
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// Whether the file is there.
    pub ready: bool,
    /// Until it was uploaded: the secret of the upload address and when it ends (seconds since 1970).
    pub upload: Option<(String, i64)>,
}

/// A registered asset.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct AssetRow {
    pub id: String,
    pub place: Place,
    pub kind: AssetKind,
    pub name: Option<String>,
    pub visibility: String,
    pub size: Option<u64>,
    pub format: Option<String>,
    pub seconds: Option<f64>,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub created_at: String,
    pub updated_at: String,
}

/// Where something lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Place {
    /// In our storage, by token.
    Own(String),
    /// Somewhere else; the sandbox does not fetch it.
    Foreign(String),
}

/// A line that was spoken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Take {
    pub id: String,
    pub file: String,
    pub seconds: f64,
    pub created_at: String,
}

/// A line being spoken in the background.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub id: String,
    pub line: Line,
    /// Key and body it was asked for with.
    pub idempotency: Option<(String, Value)>,
    pub status: Status,
    pub take: Option<Take>,
    pub error: Option<(String, Option<String>)>,
    pub created_at: String,
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
}

/// Who says what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    pub voice: String,
    pub script: String,
    pub stability: Option<f64>,
}

/// A lip sync run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Run {
    pub id: String,
    pub model: String,
    /// The inputs as they were sent.
    pub input: Vec<Value>,
    pub options: Option<Value>,
    #[serde(default)]
    pub segments: Option<Value>,
    pub output_name: Option<String>,
    /// The same, understood.
    pub order: Order,
    /// Key and body it was asked for with.
    pub idempotency: Option<(String, Value)>,
    pub status: Status,
    pub created_at: String,
    pub error: Option<(String, Option<String>)>,
    /// The finished video, by token, and its length in seconds.
    pub output: Option<(String, f64)>,
    /// What the link it shows is good for.
    #[serde(default)]
    pub link: Link,
    /// The voice that was spoken for a text input, by token.
    pub speech: Option<String>,
}

/// What a link to a finished video is good for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Link {
    /// Seconds since 1970; `None` for no end.
    pub until: Option<i64>,
    /// Links of earlier issues can be made to expire all at once.
    pub issue: u64,
}

/// A part of the film with a voice of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Segment {
    /// Seconds of the film.
    pub start: f64,
    pub end: f64,
    pub voice: Voice,
    /// Seconds of the voice, where only a part of it is to be heard.
    pub part: Option<(f64, f64)>,
    pub mode: SyncMode,
}

/// What a run is to put together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Order {
    /// The picture, by token.
    pub picture: String,
    pub is_image: bool,
    /// With segments, the first of theirs.
    pub voice: Voice,
    pub mode: SyncMode,
    /// In the order of the film, none over another; without any, the voice is for all of it.
    #[serde(default)]
    pub segments: Vec<Segment>,
}

impl Order {
    /// Whether a file is among the inputs.
    pub fn reads(&self, token: &str) -> bool {
        let voices = self.segments.iter().map(|segment| &segment.voice).chain([&self.voice]);
        self.picture == token || voices.into_iter().any(|voice| matches!(voice, Voice::File(own) if own == token))
    }
}

/// Where the voice of a run comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Voice {
    /// A file, by token.
    File(String),
    /// Spoken for this run.
    Line(Line),
}

impl State {
    fn new() -> Self {
        Self { form: FORM, preview_token: uuid::Uuid::new_v4().simple().to_string(), ..Self::default() }
    }

    /// Reads what was remembered in `folder`. A file that cannot be understood is kept under another name.
    ///
    /// # Errors
    /// When the file is there but cannot be read or set aside.
    pub fn load(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::new()),
            Err(error) => return Err(Error::file("read", &path, error)),
        };
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(state) if state.form == FORM => Ok(state.resumed()),
            _ => {
                let aside = folder.join(format!("{ASIDE}{}.json", uuid::Uuid::new_v4().simple()));
                std::fs::rename(&path, &aside).map_err(|error| Error::file("move", &path, error))?;
                tracing::warn!(kept = %aside.display(), "the sandbox could not read what it remembered and starts anew");
                Ok(Self::new())
            }
        }
    }

    /// What was under way when the program ended begins again.
    fn resumed(mut self) -> Self {
        for run in self.runs.iter_mut().filter(|run| run.status == Status::Processing) {
            run.status = Status::Pending;
        }
        for job in self.jobs.iter_mut().filter(|job| job.status == Status::Processing) {
            job.status = Status::Pending;
        }
        self
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Never in practice: all of it can be said in JSON.
    pub fn encode(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(|error| Error::Crashed(error.to_string()))
    }

    /// Replaces the file in one step, so that it is whole whatever happens.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn store(folder: &Path, bytes: &[u8]) -> Result<()> {
        let path = folder.join(FILE);
        let write = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            std::io::Write::write_all(&mut file, bytes)?;
            file.as_file().sync_data()?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|error| Error::file("write", &path, error))
    }

    /// Whether another voice has this name; capitals and outer blanks do not tell names apart.
    pub fn has_clone_named(&self, name: &str) -> bool {
        let plain = |name: &str| name.trim().to_lowercase();
        self.clones.iter().any(|clone| plain(&clone.name) == plain(name))
    }

    /// The clone any of whose ids is `id`.
    pub fn clone_by_id(&self, id: &str) -> Option<&Clone> {
        self.clones.iter().find(|clone| clone.id == id || clone.internal_id == id)
    }

    /// The run with this id.
    pub fn run(&self, id: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }
}

/// Remembers the port of last time.
pub(super) fn port_file(data: &Path) -> PathBuf {
    data.join("port")
}

/// Whether a file of this name is a memory that could not be understood.
pub(super) fn is_set_aside(name: &str) -> bool {
    name.starts_with(ASIDE)
}

/// Where the files lie.
pub(super) fn media_folder(data: &Path) -> PathBuf {
    data.join("media")
}

/// Where unfinished work lies; emptied at every start.
pub(super) fn work_folder(data: &Path) -> PathBuf {
    data.join("work")
}

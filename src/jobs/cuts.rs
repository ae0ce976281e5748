//! What is made here to be sent instead of the user's own files: samples cut from them, voices at another loudness. Each
//! is named after what is in it, and kept for as long as a job may need it.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::job::{Job, State};
use super::request::{LocalFile, Origin, Request};
use crate::api::AssetKind;
use crate::error::{Error, Result};
use crate::library::{Library, private_folder};
use crate::media::Part;
use crate::media::sample::{self, Polish};

/// What to cut, from which file.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub path: PathBuf,
    /// Bytes of the file when it was read: another file under the same name is cut anew.
    pub bytes: u64,
    pub part: Part,
    pub polish: Polish,
    /// The part is all there is of the file.
    pub is_all: bool,
}

/// A sample that was cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    pub path: PathBuf,
    pub bytes: u64,
    pub secs: f64,
}

impl Order {
    /// The sample as a job takes it, and where it came from.
    pub fn sent(&self, cut: &Cut) -> (LocalFile, Origin) {
        let local = LocalFile {
            path: cut.path.clone(),
            content_type: "audio/wav".to_owned(),
            kind: AssetKind::Audio,
            size: Some(cut.bytes),
        };
        let origin = Origin {
            path: self.path.clone(),
            part: (!self.is_all).then_some(self.part),
            hum_filtered: self.polish.hum.is_some(),
            leveled: self.polish.level,
        };
        (local, origin)
    }
}

/// Where the samples of a workspace lie.
pub fn folder(library: &Library) -> PathBuf {
    library.folder().join("cuts")
}

/// Cuts a sample into the folder, under the hash of what came out. Blocks, for as long as `keep_going` says yes to the
/// fraction that is done.
///
/// # Errors
/// The sentence of the decoder or of the disk, or [`Error::Cancelled`].
pub fn make(order: &Order, folder: &Path, keep_going: &dyn Fn(f32) -> bool) -> Result<Cut> {
    private_folder(folder).map_err(|error| Error::file("write to", folder, error))?;
    let written = folder.join(format!(".{}.wav", uuid::Uuid::new_v4()));
    let made = sample::cut(&order.path, order.part, order.polish, &written, keep_going);
    let kept = made.and_then(|made| {
        let path = name(folder, &written).map_err(|error| Error::file("write to", folder, error))?;
        Ok(Cut { path, bytes: made.bytes, secs: made.secs })
    });
    if kept.is_err() {
        std::fs::remove_file(&written).ok();
    }
    kept
}

/// Gives a file the hash of its content for a name; also over one that is there, so that its time says it is of now.
/// Blocks.
///
/// # Errors
/// Those of the disk.
pub fn name(folder: &Path, written: &Path) -> io::Result<PathBuf> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(written)?)?;
    let path = folder.join(format!("{}.wav", hasher.finalize().to_hex()));
    std::fs::rename(written, &path)?;
    Ok(path)
}

/// The samples that a job may still need: all but those of finished ones.
pub fn needed(jobs: &[Job]) -> HashSet<&Path> {
    let open = jobs.iter().filter(|job| !matches!(job.state, State::Done(_)));
    open.filter_map(|job| match &job.request {
        Request::Clone(clone) => Some(clone.sample.path.as_path()),
        Request::LipSync(sync) => sync.voice.file().map(|file| file.path.as_path()),
        Request::Speak(_) => None,
    })
    .collect()
}

/// Removes the samples from before `start` that no job needs any more. What can't be removed is tried at the next
/// start. Blocks.
pub(super) fn sweep(folder: &Path, jobs: &[Job], start: SystemTime) {
    let needed = needed(jobs);
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let path = file.path();
        let is_ours = path.extension().is_some_and(|extension| extension == "wav");
        let is_older = file.metadata().and_then(|facts| facts.modified()).is_ok_and(|written| written < start);
        if is_ours && is_older && !needed.contains(path.as_path()) && std::fs::remove_file(&path).is_err() {
            tracing::info!("a sample that is not needed any more could not be removed");
        }
    }
}

/// Removes samples that were cut in this session and are not of use any more, unless a job needs them. Blocks.
///
/// # Errors
/// None: what stays is removed at the next start.
pub fn discard(paths: Vec<PathBuf>) -> Result<()> {
    for path in paths {
        std::fs::remove_file(path).ok();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::error::Error;
    use crate::jobs::Outcome;
    use crate::jobs::request::{CloneJob, LipSyncJob, VoiceTrack};
    use crate::library::Consent;

    fn job(sample: &Path, state: State) -> Job {
        let local =
            LocalFile { path: sample.to_owned(), content_type: "audio/wav".into(), kind: AssetKind::Audio, size: None };
        let clone = CloneJob { name: "Mara".into(), sample: local, origin: None, consent: Consent::default() };
        Job {
            id: "a".into(),
            request: Request::Clone(clone),
            checkpoint: super::super::Checkpoint::default(),
            state,
            progress: crate::progress::Progress::default(),
            waiting: None,
            created_at: time::OffsetDateTime::UNIX_EPOCH,
            begun_at: time::OffsetDateTime::UNIX_EPOCH,
            finished_at: None,
        }
    }

    #[test]
    fn what_a_job_may_need_stays_and_the_rest_goes_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let name = |name: &str| dir.path().join(name);
        let (open, failed, done, loose, other) =
            (name("1.wav"), name("2.wav"), name("3.wav"), name("4.wav"), name("notes.txt"));
        for path in [&open, &failed, &done, &loose, &other] {
            std::fs::write(path, "sound").unwrap();
        }
        let voice = Outcome::Voice { id: "v".into(), name: "Mara".into() };
        let jobs =
            [job(&open, State::Stopped), job(&failed, State::Failed(Error::Cancelled)), job(&done, State::Done(voice))];
        sweep(dir.path(), &jobs, SystemTime::now() - Duration::from_hours(1));
        assert!(loose.exists(), "it was written since the start");
        sweep(dir.path(), &jobs, SystemTime::now() + Duration::from_hours(1));
        let left = [&open, &failed, &done, &loose, &other].map(|path| path.exists());
        assert_eq!(left, [true, true, false, false, true]);
        sweep(&name("nowhere"), &jobs, SystemTime::now());
    }

    #[test]
    fn the_voice_of_a_lip_sync_under_way_stays_too() {
        let mut sync = job(Path::new("a.wav"), State::Stopped);
        let Request::Clone(clone) = sync.request.clone() else { unreachable!() };
        let voice = |path: &str| LocalFile { path: path.into(), ..clone.sample.clone() };
        let of = Box::new(VoiceTrack::File(voice("own.wav")));
        sync.request = Request::LipSync(LipSyncJob {
            target: clone.sample.clone(),
            voice: VoiceTrack::Edited { file: voice("cut.wav"), of },
            model: "lipsync-2".into(),
            options: crate::api::Options::default(),
            folder: PathBuf::new(),
            stem: "out".into(),
            estimate_usd: None,
            match_loudness: true,
        });
        assert_eq!(needed(&[sync]), HashSet::from([Path::new("cut.wav")]));
    }
}

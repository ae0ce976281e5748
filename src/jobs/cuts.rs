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
use crate::media::probe::Stamp;
use crate::media::sample::{self, Polish};

/// What to cut, from which file.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub path: PathBuf,
    /// The file as it was when it was read: another one under the same name is cut anew.
    pub stamp: Stamp,
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
/// The sentence of the decoder or of the disk, [`Error::Cancelled`], or [`same`]'s: nobody has heard, measured or agreed
/// to what another program has put there since.
pub fn make(order: &Order, folder: &Path, keep_going: &dyn Fn(f32) -> bool) -> Result<Cut> {
    same(&order.path, order.stamp)?;
    let (path, made) = keep(folder, |to| {
        let made = sample::cut(&order.path, order.part, order.polish, to, keep_going)?;
        same(&order.path, order.stamp)?;
        Ok(made)
    })?;
    Ok(Cut { path, bytes: made.bytes, secs: made.secs })
}

/// Takes the sound out of a video, as a WAV in the folder under the hash of what is in it: the service takes no video for
/// a voice. Blocks, for as long as `goes_on` says yes.
///
/// # Errors
/// The sentence of the decoder or of the disk, [`Error::Cancelled`], or that the file is not the one that was chosen.
pub(super) fn sound(of: &LocalFile, folder: &Path, goes_on: &dyn Fn(f64) -> bool) -> Result<LocalFile> {
    let stamp = Stamp::of(&of.path).map_err(|error| Error::file("open", &of.path, error))?;
    if of.size.is_some_and(|size| size != stamp.bytes) {
        return Err(changed(&of.path));
    }
    let made = keep(folder, |to| {
        sample::whole(&of.path, to, goes_on)?;
        same(&of.path, stamp)
    });
    let (path, ()) = made?;
    let size = path.metadata().map_err(|error| Error::file("read", &path, error))?.len();
    Ok(LocalFile { path, content_type: "audio/wav".to_owned(), kind: AssetKind::Audio, size: Some(size) })
}

/// Makes a WAV in the folder, under the hash of what came out.
fn keep<T>(folder: &Path, make: impl FnOnce(&Path) -> Result<T>) -> Result<(PathBuf, T)> {
    let failed = |error| Error::file("write to", folder, error);
    private_folder(folder).map_err(failed)?;
    let written = folder.join(format!(".{}.wav", uuid::Uuid::new_v4()));
    let kept = make(&written).and_then(|made| Ok((name(folder, &written).map_err(failed)?, made)));
    kept.map_err(|error| {
        std::fs::remove_file(&written).ok();
        match error {
            // Its name is ours for a moment, and means nothing to anybody.
            Error::File { action, path, advice, source } if path == written => {
                Error::File { action, path: folder.to_owned(), advice, source }
            }
            error => error,
        }
    })
}

/// That a file is still the one that was read. Blocks.
///
/// # Errors
/// Those of the disk, or the sentence that it has changed.
pub fn same(path: &Path, stamp: Stamp) -> Result<()> {
    let now = Stamp::of(path).map_err(|error| Error::file("open", path, error))?;
    if now.agrees(stamp) { Ok(()) } else { Err(changed(path)) }
}

/// A file that is not the one that was read any more.
pub(super) fn changed(path: &Path) -> Error {
    Error::Media(format!(
        "{} has changed since it was chosen, so it was not used. Choose it again to use it as it is now.",
        path.file_name().unwrap_or_default().to_string_lossy()
    ))
}

/// Gives a file the hash of its content for a name, with the extension it has. One that is there already is the same and
/// stays as it is: it may be on its way to the service just now, and what is replaced meanwhile is not taken. That it is
/// of use again is noted as the time it was looked at, for `sweep`. Blocks.
///
/// # Errors
/// Those of the disk.
pub fn name(folder: &Path, written: &Path) -> io::Result<PathBuf> {
    let hash = hash(std::fs::File::open(written)?)?;
    let extension = written.extension().unwrap_or_default().to_string_lossy();
    let path = folder.join(format!("{}.{extension}", hash.to_hex()));
    if is_there(&path, hash).is_ok_and(|there| there) {
        std::fs::remove_file(written)?;
    } else {
        std::fs::rename(written, &path)?;
    }
    Ok(path)
}

/// Whether a file of this content is there: its name alone is no proof of it after a loss of power. It is looked at now.
fn is_there(path: &Path, content: blake3::Hash) -> io::Result<bool> {
    if hash(std::fs::File::open(path)?)? != content {
        return Ok(false);
    }
    let file = std::fs::File::options().write(true).open(path)?;
    file.set_times(std::fs::FileTimes::new().set_accessed(SystemTime::now()))?;
    Ok(true)
}

fn hash(file: std::fs::File) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(hasher.finalize())
}

/// The samples that a job may still need: all but those of finished ones.
pub fn needed(jobs: &[Job]) -> HashSet<&Path> {
    let open = jobs.iter().filter(|job| !matches!(job.state, State::Done(_)));
    open.flat_map(|job| match &job.request {
        Request::Clone(clone) => [Some(clone.sample.path.as_path()), None],
        Request::LipSync(sync) => {
            // Of a trial the picture is cut here, too.
            let target = sync.is_trial.then_some(sync.target.path.as_path());
            [sync.voice.file().map(|file| file.path.as_path()), target]
        }
        Request::Speak(_) => [None, None],
    })
    .flatten()
    .collect()
}

/// Removes the samples from before `start` that no job needs any more. What can't be removed is tried at the next
/// start. Blocks.
pub(super) fn sweep(folder: &Path, jobs: &[Job], start: SystemTime) {
    let needed = needed(jobs);
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let path = file.path();
        // Cut off in the middle, if the program ended then.
        let is_half = file.file_name().to_string_lossy().starts_with(".mouthpiece-");
        let is_ours = is_half || path.extension().is_some_and(|extension| extension == "wav" || extension == "mp4");
        let is_older = file.metadata().is_ok_and(|facts| {
            let used = facts.accessed().is_ok_and(|used| used >= start);
            !used && facts.modified().is_ok_and(|written| written < start)
        });
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
        let half = name(".mouthpiece-a1B2.part");
        for path in [&open, &failed, &done, &loose, &other, &half] {
            std::fs::write(path, "sound").unwrap();
        }
        let voice = Outcome::Voice { id: "v".into(), name: "Mara".into() };
        let jobs =
            [job(&open, State::Stopped), job(&failed, State::Failed(Error::Cancelled)), job(&done, State::Done(voice))];
        sweep(dir.path(), &jobs, SystemTime::now() - Duration::from_hours(1));
        assert!(loose.exists(), "it was written since the start");
        sweep(dir.path(), &jobs, SystemTime::now() + Duration::from_hours(1));
        let left = [&open, &failed, &done, &loose, &other, &half].map(|path| path.exists());
        assert_eq!(left, [true, true, false, false, true, false]);
        sweep(&name("nowhere"), &jobs, SystemTime::now());
    }

    #[test]
    fn what_is_made_once_more_stays_the_file_it_was_and_is_of_use_again() {
        let dir = tempfile::tempdir().unwrap();
        let (at, long_ago) = (|name: &str| dir.path().join(name), SystemTime::now() - Duration::from_hours(2));
        let made = |sound: &str| {
            std::fs::write(at(".new.wav"), sound).unwrap();
            super::name(dir.path(), &at(".new.wav")).unwrap()
        };
        let put_back = |path: &Path| {
            let times = std::fs::FileTimes::new().set_modified(long_ago).set_accessed(long_ago);
            std::fs::File::options().write(true).open(path).unwrap().set_times(times).unwrap();
        };
        let (path, other) = (made("sound"), made("other sound"));
        put_back(&path);
        put_back(&other);
        let before = path.metadata().unwrap().modified().unwrap();
        assert_eq!(made("sound"), path);
        assert_eq!(path.metadata().unwrap().modified().unwrap(), before, "it may be on its way to the service");
        assert!(!at(".new.wav").exists());
        sweep(dir.path(), &[], SystemTime::now() - Duration::from_hours(1));
        assert_eq!((path.exists(), other.exists()), (true, false));
        // Cut off by a full disk, say.
        std::fs::write(&path, "so").unwrap();
        assert_eq!(std::fs::read_to_string(made("sound")).unwrap(), "sound");
    }

    /// Two seconds of a wave, as a WAV.
    fn sound(level: i16) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut file = std::io::Cursor::new(Vec::new());
        let mut written = hound::WavWriter::new(&mut file, spec).unwrap();
        (0..16_000_i32).for_each(|at| written.write_sample(if at % 40 < 20 { level } else { -level }).unwrap());
        written.finalize().unwrap();
        file.into_inner()
    }

    #[test]
    fn one_that_a_loss_of_power_has_emptied_is_made_whole_again() {
        let dir = tempfile::tempdir().unwrap();
        let written = dir.path().join(".new.wav");
        let make = || {
            std::fs::write(&written, "a voice").unwrap();
            name(dir.path(), &written).unwrap()
        };
        let path = make();
        std::fs::write(&path, [0; 7]).unwrap();
        assert_eq!(make(), path);
        assert_eq!(std::fs::read(&path).unwrap(), b"a voice");
    }

    #[test]
    fn nothing_is_cut_of_a_file_that_was_written_anew_since_it_was_read() {
        let dir = tempfile::tempdir().unwrap();
        let (path, folder) = (dir.path().join("talk.wav"), dir.path().join("cuts"));
        let put = |level: i16, age_secs: u64| {
            std::fs::write(&path, sound(level)).unwrap();
            let at = SystemTime::now() - Duration::from_secs(age_secs);
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
        };
        put(9_000, 90);
        let order = || Order {
            path: path.clone(),
            stamp: crate::media::probe::probe_without_tools(&path).unwrap().stamp(),
            part: Part::new(0.0, 2.0),
            polish: Polish::default(),
            is_all: true,
        };
        let first = order();
        let cut = make(&first, &folder, &|_| true).unwrap();
        put(4_000, 60);
        let second = order();
        assert_eq!(first.stamp.bytes, second.stamp.bytes);
        assert_ne!(first, second, "what was cut of the old file is not taken for the new one's");
        let refused = make(&first, &folder, &|_| true).unwrap_err().to_string();
        assert!(refused.starts_with("talk.wav has changed"), "{refused}");
        assert_ne!(make(&second, &folder, &|_| true).unwrap().path, cut.path);

        // Another program writes while it is cut.
        let late = |_| {
            put(2_000, 30);
            true
        };
        let refused = make(&second, &folder, &late).unwrap_err().to_string();
        assert!(refused.starts_with("talk.wav has changed"), "{refused}");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing is left of what was refused");
        // Read before times were noted: its size is all there is to go by.
        let old = Order { stamp: Stamp { modified_ns: None, ..second.stamp }, ..second };
        assert!(make(&old, &folder, &|_| true).is_ok());
    }

    #[test]
    fn what_can_not_be_written_is_said_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let full = |path: &Path| Error::file("write to", path, std::io::ErrorKind::StorageFull.into());
        let refused = keep(dir.path(), |written| Err::<(), _>(full(written))).unwrap_err();
        assert_eq!(refused.to_string(), full(dir.path()).to_string());
        let other = keep(dir.path(), |_| Err::<(), _>(full(Path::new("talk.mp4")))).unwrap_err();
        assert_eq!(other.to_string(), full(Path::new("talk.mp4")).to_string());
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
            is_trial: false,
        });
        assert_eq!(needed(&[sync]), HashSet::from([Path::new("cut.wav")]));
    }
}

//! Each file is read once, and its bytes leave once: jobs that need the same bytes wait for each other.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use tokio::sync::OwnedMutexGuard;

use crate::error::{Error, Result};
use crate::jobs::request::LocalFile;

/// What tells whether a file is still the one it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// Bytes.
    pub size: u64,
    modified: Option<SystemTime>,
}

impl Facts {
    pub async fn of(path: &Path) -> Result<Self> {
        let facts = tokio::fs::metadata(path).await.map_err(|error| Error::file("read", path, error))?;
        Ok(Self { size: facts.len(), modified: facts.modified().ok() })
    }
}

type Turns = HashMap<String, Weak<tokio::sync::Mutex<()>>>;

/// One worker's view of the uploads of all.
#[derive(Default)]
pub(in crate::jobs) struct Uploads {
    /// By hash, those under way.
    turns: Arc<Mutex<Turns>>,
    /// The hashes of this worker's files.
    hashes: Mutex<HashMap<PathBuf, (Facts, String)>>,
    /// The sound that was taken out of this worker's video.
    sound: Mutex<Option<(Facts, LocalFile)>>,
}

impl Uploads {
    /// For another worker.
    pub fn share(&self) -> Self {
        Self { turns: self.turns.clone(), ..Self::default() }
    }

    /// Waits until nobody else brings these bytes into storage, and keeps others waiting as long as it lives.
    pub(super) async fn turn(&self, hash: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            turns.get(hash).and_then(Weak::upgrade).unwrap_or_else(|| {
                let turn = Arc::default();
                turns.insert(hash.to_owned(), Arc::downgrade(&turn));
                turn
            })
        };
        turn.lock_owned().await
    }

    /// The hash of a file that is still as it was when it was read.
    pub(super) fn known(&self, path: &Path, facts: Facts) -> Option<String> {
        let hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a time, a change of the same length would go unseen.
        let same = |known: &&(Facts, String)| known.0 == facts && facts.modified.is_some();
        hashes.get(path).filter(same).map(|(_, hash)| hash.clone())
    }

    /// The sound of a video that is still as it was when it was taken out.
    pub(super) fn sound(&self, facts: Facts) -> Option<LocalFile> {
        let sound = self.sound.lock().unwrap_or_else(PoisonError::into_inner);
        sound
            .as_ref()
            .filter(|(of, file)| *of == facts && facts.modified.is_some() && file.path.is_file())
            .map(|(_, file)| file.clone())
    }

    pub(super) fn keep_sound(&self, facts: Facts, sound: &LocalFile) {
        *self.sound.lock().unwrap_or_else(PoisonError::into_inner) = Some((facts, sound.clone()));
    }

    pub(super) fn learn(&self, path: &Path, facts: Facts, hash: &str) {
        let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.insert(path.to_owned(), (facts, hash.to_owned()));
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has no window that could freeze")]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn the_same_bytes_wait_for_each_other_in_all_workers_and_others_do_not() {
        let one = Uploads::default();
        let other = one.share();
        let first = one.turn("aa").await;
        assert!(other.turn("bb").now_or_never().is_some());
        assert!(other.turn("aa").now_or_never().is_none());
        drop(first);
        assert!(other.turn("aa").now_or_never().is_some());
    }

    #[tokio::test]
    async fn the_sound_of_a_video_holds_while_both_are_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let [video, wav] = ["talk.mp4", "cut.wav"].map(|name| dir.path().join(name));
        for file in [&video, &wav] {
            std::fs::write(file, "sound").unwrap();
        }
        let (uploads, facts) = (Uploads::default(), Facts::of(&video).await.unwrap());
        assert!(uploads.sound(facts).is_none());
        let kind = crate::api::AssetKind::Audio;
        let sound = LocalFile { path: wav.clone(), content_type: "audio/wav".to_owned(), kind, size: Some(5) };
        uploads.keep_sound(facts, &sound);
        assert_eq!(uploads.sound(facts), Some(sound));
        assert!(uploads.sound(Facts { size: 6, ..facts }).is_none(), "the video is another one");
        assert!(uploads.share().sound(facts).is_none());
        std::fs::remove_file(&wav).unwrap();
        assert!(uploads.sound(facts).is_none(), "it was cleared away");
    }

    #[tokio::test]
    async fn a_hash_holds_while_the_file_is_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.wav");
        std::fs::write(&file, "sound").unwrap();
        let (uploads, facts) = (Uploads::default(), Facts::of(&file).await.unwrap());
        assert_eq!(uploads.known(&file, facts), None);
        uploads.learn(&file, facts, "aa");
        assert_eq!(uploads.known(&file, facts).as_deref(), Some("aa"));
        assert_eq!(uploads.known(&file, Facts { size: 6, ..facts }), None);
        assert_eq!(uploads.share().known(&file, facts), None);
    }
}

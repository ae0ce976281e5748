//! The sandbox's example: two short practice videos and a line, as a flow in which only Run all is left to press. The
//! videos are drawn and spoken by `assets/example/make.py`; nobody was filmed or recorded for them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::App;
use crate::error::{Error, Result};
use crate::library::{Relation, private_folder};
use crate::media::probe;
use crate::panels::Page;
use crate::runtime::Task;
use crate::store::{FilledIn, Flow, Lines, MediaFile, Permission, Store, VoiceChoice};

const SOURCE: (&str, &[u8]) = ("Lena.mp4", include_bytes!("../../assets/example/Lena.mp4"));
const TARGET: (&str, &[u8]) = ("Sam.mp4", include_bytes!("../../assets/example/Sam.mp4"));
const LINE: &str = "Nobody has recorded this line. I wrote it, Lena speaks it, and now Sam says it.";

/// The voice that is cloned from the source.
const VOICE: &str = "Lena";

/// The files on their way to the workspace's folder.
pub(super) type Opening = Option<Task<[MediaFile; 2]>>;

impl App {
    /// Puts the example's files into the workspace's folder; the flow opens once they are there. Only in the sandbox.
    pub(super) fn open_example(&mut self) {
        let Some(session) = self.session.as_ref().filter(|session| session.sandbox.is_some()) else { return };
        let folder = session.library.folder().join("example");
        self.errands.example.get_or_insert_with(|| self.runtime.blocking(move || put(&folder)));
    }

    /// Takes in the files. The flow before stays in the library.
    pub(super) fn example_opened(&mut self) {
        let Some(opened) = self.errands.example.as_mut().and_then(Task::take) else { return };
        self.errands.example = None;
        let Some(session) = self.session.as_mut().filter(|session| session.sandbox.is_some()) else { return };
        match opened {
            Ok(files) => {
                let before = std::mem::take(&mut session.store.flow);
                session.flows.leave(&before, &session.store.flows);
                fill_in(&mut session.store, files);
                self.page = Page::Flow;
            }
            Err(error) => session.commands.complain("Could not open the example", error),
        }
    }
}

/// The flow of the example, with the permission ready to be ticked. A voice that was cloned from it before is used.
fn fill_in(store: &mut Store, [source, target]: [MediaFile; 2]) {
    let is_cloned = |name: &str| name == SOURCE.0 || name.starts_with(&format!("{}, ", SOURCE.0));
    let clone = store.clones.iter().find(|clone| is_cloned(&clone.sample_name));
    let voice = clone.map(|clone| VoiceChoice { id: clone.id.clone(), name: clone.name.clone() });
    store.flow = Flow {
        name: "Example".to_owned(),
        source: Some(source),
        voice,
        lines: Lines::of(LINE),
        target: Some(target),
        ..Flow::default()
    };
    store.source_count += 1;
    store.speak_when_ready = false;
    store.incoming = crate::store::Incoming::default();
    let speaker = "Lena, made for Mouthpiece".to_owned();
    let permission = Permission { given_at: None, speaker, relation: Relation::InWriting };
    store.chain.voice.filled_in = Some(FilledIn { name: Some(VOICE.to_owned()), permission });
}

/// Writes what is not there yet, or not as it should be, and reads the facts. Blocks.
fn put(folder: &Path) -> Result<[MediaFile; 2]> {
    private_folder(folder).map_err(|error| Error::file("write to", folder, error))?;
    let file = |(name, bytes): (&str, &[u8])| {
        let path = folder.join(name);
        written(&path, bytes).map_err(|error| Error::file("write", &path, error))?;
        read(path)
    };
    Ok([file(SOURCE)?, file(TARGET)?])
}

fn written(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let mut part = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    part.write_all(bytes)?;
    part.persist(path).map(drop).map_err(|error| error.error)
}

fn read(path: PathBuf) -> Result<MediaFile> {
    let probe = probe::probe(&path)?;
    Ok(MediaFile { path, probe })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_small_and_is_put_right_when_it_was_changed() {
        assert!(SOURCE.1.len() + TARGET.1.len() < 400_000);
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("example");
        let [source, target] = put(&folder).unwrap();
        assert!(source.probe.audio.is_some() && target.probe.video.is_some());
        assert!(source.secs().unwrap() > crate::store::LEAST_SECS);
        std::fs::write(&target.path, "not a video").unwrap();
        let again = put(&folder).unwrap();
        assert_eq!(again[1].probe.duration_secs, target.probe.duration_secs);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    }
}

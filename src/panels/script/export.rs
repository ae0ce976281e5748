//! Saving a take or a joined track as a sound file of one's own: first a place is asked for, then it is written.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files::{Kind, free_name};
use crate::media::edit::{self, Format};
use crate::panels::Cx;
use crate::panels::saving::Saving;
use crate::store::file_name;

/// What the dialog offers. The ending of the name decides, whichever of the two is chosen there.
const KINDS: [Kind; 2] = [("WAV, the name ends in .wav", "wav"), ("MP3, the name ends in .mp3", "mp3")];

/// A sound on its way to a file of its own.
#[derive(Default)]
pub struct Export(Saving);

impl Export {
    pub fn is_running(&self) -> bool {
        self.0.is_running()
    }

    /// Asks where to save a sound file; the ending says as what.
    pub fn ask(&mut self, cx: &Cx<'_>, from: &Path, stem: &str) {
        let (from, own) = (from.to_owned(), cx.library.folder().to_owned());
        self.0.ask(cx, &format!("{stem}.wav"), &KINDS, move |to| save(&from, to, &own));
    }

    /// Takes in the answers.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        self.0.work(cx, "Exported", "Could not export");
    }
}

/// `own` is the folder of the library: "Show in folder" leads there, and a dialog that opens there later offers to
/// replace what the service made.
fn save(from: &Path, to: &Path, own: &Path) -> Result<PathBuf> {
    let (to, format) = destination(to)?;
    if is_within(&to, own) {
        return Err(Error::Media(
            "Mouthpiece keeps its own files there and replaces none of them. Choose another folder.".to_owned(),
        ));
    }
    edit::export(from, &to, format)?;
    Ok(to)
}

/// Whether a file that may not be there yet lies in a folder or below it, also by way of links.
fn is_within(file: &Path, folder: &Path) -> bool {
    let real = file.canonicalize().or_else(|_| file.parent().unwrap_or(Path::new(".")).canonicalize());
    real.is_ok_and(|real| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder)))
}

/// What an ending asks for. A name without one becomes a WAV, and as the dialog has not asked about that name, nothing
/// of that name is replaced.
fn destination(to: &Path) -> Result<(PathBuf, Format)> {
    let Some(ending) = to.extension() else {
        let stem = file_name(to);
        let folder = to.parent().unwrap_or(Path::new(""));
        return Ok((free_name(folder, &stem, "wav")?, Format::Wav));
    };
    match ending.to_string_lossy().to_lowercase().as_str() {
        "wav" => Ok((to.to_owned(), Format::Wav)),
        "mp3" => Ok((to.to_owned(), Format::Mp3)),
        other => Err(Error::Media(format!(
            "Takes are exported as WAV or MP3, not as {}. Let the name end in .wav or .mp3.",
            other.to_uppercase()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_our_own_is_written_over() {
        let made = tempfile::tempdir().unwrap();
        let (own, takes) = (made.path().join("own"), made.path().join("own/takes"));
        std::fs::create_dir_all(&takes).unwrap();
        let take = takes.join("1.wav");
        let format = hound::WavSpec {
            channels: 1,
            sample_rate: 8000,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut sound = hound::WavWriter::create(&take, format).unwrap();
        (0..8000).for_each(|at| sound.write_sample(at % 100 * 10_000).unwrap());
        sound.finalize().unwrap();
        let bytes = std::fs::read(&take).unwrap();
        for to in [take.clone(), made.path().join("own/../own/takes/1.wav"), takes.join("new.wav"), takes.join("new")] {
            let refused = save(&take, &to, &own).unwrap_err().to_string();
            assert!(refused.contains("Choose another folder"), "{refused}");
        }
        assert!(std::fs::read(&take).unwrap() == bytes, "the take is as it was");
        assert_eq!(std::fs::read_dir(&takes).unwrap().count(), 1);
        let to = made.path().join("saved.wav");
        assert_eq!(save(&take, &to, &own).unwrap(), to);
        assert!(to.exists());
    }

    #[test]
    fn the_ending_says_what_is_written_and_nothing_unasked_is_replaced() {
        let made = tempfile::tempdir().unwrap();
        let at = |name: &str| made.path().join(name);
        let asked = |name: &str| destination(&at(name));
        assert_eq!(asked("a.WAV").unwrap(), (at("a.WAV"), Format::Wav));
        assert_eq!(asked("a.mp3").unwrap(), (at("a.mp3"), Format::Mp3));
        assert_eq!(asked("a").unwrap(), (at("a.wav"), Format::Wav));
        std::fs::write(at("a.wav"), "mine").unwrap();
        assert_eq!(asked("a").unwrap(), (at("a 2.wav"), Format::Wav));
        let refused = asked("a.ogg").unwrap_err().to_string();
        assert!(refused.contains("not as OGG") && refused.contains(".mp3"), "{refused}");
    }
}

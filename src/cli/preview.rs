//! `mouthpiece preview`: the recording of a voice, as a file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::arguments::Preview;
use super::view::View;
use super::voice::Known;
use super::{Failure, Start, clips};
use crate::api::sound_extension;
use crate::error::Error;
use crate::store::clean_name;

/// A preview of a voice is seconds long; anything above this is not one.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Saves it.
pub fn run(asked: &Preview, start: &Start) -> Result<(), Failure> {
    if let Some(output) = &asked.output {
        clips::placed(output)?;
    }
    let desk = View::reading(start, asked.common)?;
    let (known, there) = Known::look(&desk)?;
    let voice = known.find(&asked.voice)?;
    let name = known.name(voice).to_owned();
    let Some(url) = voice.preview_url.clone() else {
        return Err(Error::Media(format!("{name} has no preview at {}.", desk.service_name())).into());
    };
    let fetching = desk.background.runtime().spawn(there.client.fetch(&url, MAX_BYTES));
    let bytes = desk.background.wait(fetching)?;
    // The service does not choose what a double click on it starts: what is no sound known here is the MP3 it should be.
    let kind = sound_extension(&bytes, &url).unwrap_or("mp3");
    let wanted = asked.output.clone().unwrap_or_else(|| PathBuf::from(clean_name(&name)));
    let to = ending(&wanted, kind);
    let to = clips::free(&to)?;
    let place = to.clone();
    desk.background.blocking(move || clips::write(&place, |file| file.write_all(&bytes)))?;
    if asked.output.as_deref().is_some_and(|asked| sound(asked).is_some_and(|ending| ending != kind)) {
        desk.out.note(&format!("The preview is of the kind {}, so its name ends so.", kind.to_uppercase()));
    }
    let file = to.display().to_string();
    desk.out.result(&file, &json!({ "event": "done", "voice": voice.id, "file": file }));
    Ok(())
}

/// Endings of names that say what kind of sound it is.
const SOUNDS: [&str; 13] =
    ["aac", "aiff", "avi", "flac", "m4a", "mkv", "mov", "mp3", "mp4", "ogg", "opus", "wav", "webm"];

/// The ending of a name that says what kind of sound it is.
fn sound(name: &Path) -> Option<String> {
    let ending = name.extension()?.to_str()?.to_lowercase();
    SOUNDS.contains(&ending.as_str()).then_some(ending)
}

/// A name with the ending of the kind that the file is.
fn ending(name: &Path, kind: &str) -> PathBuf {
    match sound(name) {
        Some(ending) if ending == kind => name.to_owned(),
        Some(_) => name.with_extension(kind),
        None => {
            let mut longer = name.as_os_str().to_owned();
            longer.push(format!(".{kind}"));
            longer.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_is_that_of_the_file() {
        for (name, kind, wanted) in [
            ("a", "wav", "a.wav"),
            ("a.MP3", "mp3", "a.MP3"),
            ("a.mp3", "wav", "a.wav"),
            ("a.webm", "webm", "a.webm"),
            ("d.x/v1.2", "mp3", "d.x/v1.2.mp3"),
        ] {
            assert_eq!(ending(Path::new(name), kind), Path::new(wanted));
        }
    }
}

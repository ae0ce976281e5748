//! ffmpeg and ffprobe: where they are, and running them so that no file name or content can steer them.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// Where ffmpeg is.
///
/// # Errors
/// [`Error::Media`] naming the tool and how to install it on this system.
pub fn ffmpeg() -> Result<PathBuf> {
    find("ffmpeg")
}

/// Where ffprobe is.
///
/// # Errors
/// [`Error::Media`] naming the tool and how to install it on this system.
pub fn ffprobe() -> Result<PathBuf> {
    find("ffprobe")
}

fn find(tool: &str) -> Result<PathBuf> {
    let name = format!("{tool}{}", std::env::consts::EXE_SUFFIX);
    let places = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&places).map(|place| place.join(&name)).find(|file| file.is_file());
    found.ok_or_else(|| Error::Media(missing(tool)))
}

fn missing(tool: &str) -> String {
    let how = match std::env::consts::OS {
        "macos" => "Install it with \"brew install ffmpeg\"",
        "windows" => "Install it with \"winget install ffmpeg\"",
        _ => "Install it with your package manager, for example \"sudo apt install ffmpeg\"",
    };
    format!("{tool} was not found on this computer. {how}, then try again.")
}

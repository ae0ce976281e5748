//! The first seconds of a video as a file of its own, to try something on less than all of it.

use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::media::{sniff, tools};
use crate::runtime::child;

/// The encoder reports several times a second; one that is silent for so long is stuck.
const PATIENCE: Duration = Duration::from_mins(1);

/// Writes the first `secs` seconds of a video, cut on a frame, to `to` as an MP4 that looks like it. `to` is replaced.
/// Blocks.
///
/// # Errors
/// One sentence: ffmpeg is missing, it can't be read, or the file can't be written.
pub fn cut(from: &Path, secs: f64, to: &Path) -> Result<()> {
    let name = sniff::name(from);
    let mut target = std::ffi::OsString::from("file:");
    target.push(std::path::absolute(to).map_err(|error| Error::file("write", to, error))?);
    let mut command = child(tools::ffmpeg()?);
    command.args(["-v", "quiet", "-nostdin", "-y", "-progress", "pipe:1"]);
    command.args(tools::input(from, sniff::open(from)?.container)?);
    command.args(["-t", &format!("{:.3}", secs.max(0.04)), "-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1"]);
    // Sides of an odd number of pixels can't be encoded; nothing is scaled otherwise, so that places stay.
    command.args(["-vf", "crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0", "-c:v", "libx264", "-preset", "veryfast"]);
    command.args(["-crf", "16", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k"]);
    command.args(["-movflags", "+faststart", "-f", "mp4"]).arg(target);
    let mut running = tools::Running::start(command, PATIENCE)?;
    std::io::copy(&mut running, &mut std::io::sink()).map_err(|error| Error::file("write", to, error))?;
    let has_content = to.metadata().is_ok_and(|facts| facts.len() > 0);
    if running.ended_well() && has_content {
        return Ok(());
    }
    std::fs::remove_file(to).ok();
    Err(Error::Media(format!(
        "The first seconds of {name} could not be cut out. Is the disk full? Make room and try again, or put the line on \
         the whole video."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::probe;

    #[test]
    fn the_first_seconds_are_a_file_of_their_own_and_the_rest_is_not_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("-clip.mp4"), folder.path().join("short.mp4"));
        let mut command = std::process::Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=s=65x48:r=25:d=3", "-pix_fmt", "yuv444p"]);
        command.args(["-f", "mp4"]).arg(format!("file:{}", from.display()));
        assert!(command.status().unwrap().success());
        cut(&from, 1.0, &to).unwrap();
        let probe = probe::probe(&to).unwrap();
        let video = probe.video.unwrap();
        assert_eq!((video.width, video.height), (64, 48));
        assert!((probe.duration_secs.unwrap() - 1.0).abs() < 0.05, "{:?}", probe.duration_secs);
        let error = cut(&folder.path().join("none.mp4"), 1.0, &to).unwrap_err();
        assert!(error.to_string().contains("none.mp4"), "{error}");
    }
}

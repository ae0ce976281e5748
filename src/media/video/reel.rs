//! One ffmpeg that writes pictures to us, each behind a line that tells its size.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::film::Film;
use crate::error::{Error, Result};
use crate::media::sniff::Container;
use crate::media::{sniff, tools};
use crate::runtime::{blocking, child};

/// The largest picture that is taken, in pixels each way.
pub(super) const MAX_SIDE: u32 = 1920;
/// For each picture.
const PATIENCE: Duration = Duration::from_secs(20);
/// No header is longer.
const MAX_HEADER: usize = 256;

/// What to decode.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// The first picture is the one shown at this time, in seconds.
    pub from_secs: f64,
    /// Pictures a second.
    pub rate: f64,
    /// They are made to fit into this many pixels.
    pub fit: [u32; 2],
    /// Leaves out pictures no other depends on.
    pub hurried: bool,
    /// Only key pictures, wherever they lie, and no more than one of them.
    pub nearest_key: bool,
}

/// The pictures of a video in order. Dropping it kills ffmpeg.
pub(super) struct Reel {
    _ffmpeg: Child,
    pictures: BufReader<ChildStdout>,
}

impl Reel {
    /// Starts ffmpeg.
    pub(super) async fn start(film: &Film, wish: &Wish) -> Result<Self> {
        let ffmpeg = tools::ffmpeg()?;
        let path = film.path.clone();
        let (container, input) = blocking(move || {
            let container = sniff::open(&path)?.container;
            Ok((container, tools::input(&path, container)?))
        })
        .await?;
        let mut command = command(&ffmpeg, wish, container, &input);
        let lost = |error| Error::Media(format!("ffmpeg could not be run: {error}. Install it again, then try again."));
        let mut ffmpeg = command.spawn().map_err(lost)?;
        let stdout = ffmpeg.stdout.take().ok_or_else(|| lost(io::ErrorKind::BrokenPipe.into()))?;
        Ok(Self { _ffmpeg: ffmpeg, pictures: BufReader::with_capacity(4_096, stdout) })
    }

    /// Reads the next picture into `rgba` and gives its size; `None` at the end, or when the rest can't be decoded or
    /// takes too long.
    pub(super) async fn next(&mut self, rgba: &mut Vec<u8>) -> Option<[u32; 2]> {
        timeout(PATIENCE, self.read(rgba)).await.ok()?.ok()
    }

    async fn read(&mut self, rgba: &mut Vec<u8>) -> io::Result<[u32; 2]> {
        let mut header = Vec::with_capacity(MAX_HEADER);
        while !header.ends_with(b"ENDHDR\n") {
            if header.len() == MAX_HEADER {
                return Err(io::ErrorKind::InvalidData.into());
            }
            header.push(self.pictures.read_u8().await?);
        }
        let size = size_of(&header).ok_or(io::ErrorKind::InvalidData)?;
        let bytes = usize::try_from(u64::from(size[0]) * u64::from(size[1]) * 4).unwrap_or(usize::MAX);
        rgba.resize(bytes, 0);
        self.pictures.read_exact(rgba).await?;
        Ok(size)
    }
}

/// Width and height of the picture behind a header, if it is one that was asked for.
fn size_of(header: &[u8]) -> Option<[u32; 2]> {
    let header = std::str::from_utf8(header).ok()?;
    let value = |name: &str| header.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u32>().ok());
    let size = [value("WIDTH ")?, value("HEIGHT ")?];
    let is_ours = header.starts_with("P7\n") && value("DEPTH ") == Some(4) && value("MAXVAL ") == Some(255);
    (is_ours && size.iter().all(|side| (1..=MAX_SIDE).contains(side))).then_some(size)
}

fn command(ffmpeg: &PathBuf, wish: &Wish, container: Container, input: &[std::ffi::OsString]) -> Command {
    let from = if wish.from_secs.is_finite() { wish.from_secs.clamp(0.0, 1e6) } else { 0.0 };
    let start = (from - run_up(container)).max(0.0);
    let mut command = Command::from(child(ffmpeg));
    command.args(["-v", "quiet", "-nostdin", "-threads", &threads()]);
    if wish.nearest_key {
        command.args(["-skip_frame", "nokey"]);
    } else if wish.hurried {
        command.args(["-skip_frame", "noref"]);
    }
    if start > 0.0 {
        // From the key picture before: what is shown at a time can have begun long before it.
        command.args(["-noaccurate_seek", "-ss", &format!("{start:.6}")]);
    }
    command.args(input).args(["-map", "0:V:0", "-vf", &filter(wish, from - start)]);
    if wish.nearest_key {
        command.args(["-frames:v", "1"]);
    }
    command.args(["-f", "image2pipe", "-c:v", "pam", "-pix_fmt", "rgba", "pipe:1"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

/// Streams without an index are entered a little early, since a seek in them may land behind the key picture.
fn run_up(container: Container) -> f64 {
    if matches!(container, Container::MpegTs | Container::MpegPs) { 5.0 } else { 0.0 }
}

/// A small share of a large computer.
fn threads() -> String {
    std::thread::available_parallelism().map_or(2, |count| count.get().min(4)).to_string()
}

/// An even pace first, so that what is left out is never scaled; then square pixels within the limits, never larger.
fn filter(wish: &Wish, start: f64) -> String {
    let [width, height] = wish.fit.map(|side| side.clamp(2, MAX_SIDE));
    let share = format!("min(1,min({width}/(iw*sar),{height}/ih))");
    let scale = format!(
        "scale=w='max(2,trunc(iw*sar*{share}/2+0.001)*2)':h='max(2,trunc(ih*{share}/2+0.001)*2)':flags=bilinear,\
         setsar=1"
    );
    // A key picture lies before the time it stands for, and ffmpeg leaves out what lies before the start.
    if wish.nearest_key {
        format!("setpts=0,{scale}")
    } else {
        format!("fps=fps={:.9}:start_time={start:.6},{scale}", wish.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_of_the_kind_asked_for_are_read() {
        let header = b"P7\nWIDTH 320\nHEIGHT 180\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n";
        assert_eq!(size_of(header), Some([320, 180]));
        let text = String::from_utf8(header.to_vec()).unwrap();
        for (good, odd) in [("P7", "P6"), ("320", "0"), ("320", "99999"), ("320", "-1"), ("DEPTH 4", "DEPTH 3")] {
            assert_eq!(size_of(text.replace(good, odd).as_bytes()), None, "{odd}");
        }
        assert_eq!(size_of(b"\xff"), None);
    }
}

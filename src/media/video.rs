//! Pictures of a video from ffmpeg: one at a time, spread over its length, or playing.

mod film;
mod playback;
mod reel;
mod thumbs;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::media::mp4::Broken;
use crate::media::probe::{self, Kind, Probe};
use crate::media::{sniff, tools};
use crate::runtime::{blocking, child};

pub use film::Film;
pub use playback::{Counts, Picture, Playback};
pub use thumbs::Thumbs;

/// One picture: rows from top to bottom, four bytes a pixel, opaque.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    pub width: u32,
    pub height: u32,
    /// `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("width", &self.width).field("height", &self.height).finish_non_exhaustive()
    }
}

/// Pictures made at the same time, so that scrubbing does not take the whole computer.
static PLACES: Semaphore = Semaphore::const_new(2);
/// For one picture, once it is its turn.
const PATIENCE: Duration = Duration::from_secs(20);
/// Also what the height is held to.
const MAX_SIDE: u32 = 4096;

/// The picture shown at `at_secs`, turned upright and square-pixelled, at most `max_width` pixels wide; the last one
/// when `at_secs` is past the end. Dropping the future kills ffmpeg. At most two run at once.
///
/// # Errors
/// One sentence: ffmpeg is missing, the file has no picture, or it took too long.
pub async fn frame(path: PathBuf, at_secs: f64, max_width: u32) -> Result<Frame> {
    let name = sniff::name(&path);
    let ffmpeg = tools::ffmpeg()?;
    let _place = PLACES.acquire().await.map_err(|_| Error::Cancelled)?;
    let opened = path.clone();
    let input = blocking(move || tools::input(&opened, sniff::open(&opened)?.container)).await?;
    let at_secs = if at_secs.is_finite() { at_secs.clamp(0.0, 1e6) } else { 0.0 };
    let maker = Maker { ffmpeg, input, filter: filter(max_width), name };
    if let Some(frame) = maker.frame(at_secs).await? {
        return Ok(frame);
    }
    // Only now it matters what else is wrong: probing takes as long as a picture.
    let facts = blocking(move || probe::probe(&path)).await?;
    if facts.kind == Kind::Audio {
        return Err(Error::Media(format!("{} has no picture, only sound. Choose a video.", maker.name)));
    }
    for place in fallbacks(&facts, at_secs) {
        if let Some(frame) = maker.frame(place).await? {
            return Ok(frame);
        }
    }
    Err(probe::broken(&maker.name, Broken::Damaged))
}

/// Where else to look: just before the end, then earlier, since the picture can end before the sound; the start.
fn fallbacks(facts: &Probe, at_secs: f64) -> Vec<f64> {
    let length = facts.duration_secs.unwrap_or_default();
    let mut places: Vec<f64> = [0.2, 2.0].map(|early| (length - early).max(0.0)).into_iter().collect();
    places.push(0.0);
    places.retain(|place| *place < at_secs);
    places
}

/// Square pixels first, so that a DVD or a phone clip has its true shape; then within the limits, never larger.
fn filter(max_width: u32) -> String {
    let width = max_width.clamp(2, MAX_SIDE);
    format!(
        "scale=w='max(2,iw*sar)':h=ih,setsar=1,\
         scale=w='min({width},iw)':h='min({MAX_SIDE},ih)':force_original_aspect_ratio=decrease"
    )
}

/// One call of [`frame`].
struct Maker {
    ffmpeg: PathBuf,
    input: Vec<OsString>,
    filter: String,
    name: String,
}

impl Maker {
    /// The picture at a time; `None` when there is none, because that is past the end or can't be decoded.
    async fn frame(&self, at_secs: f64) -> Result<Option<Frame>> {
        let mut command = Command::from(child(&self.ffmpeg));
        command.args(["-v", "quiet", "-nostdin", "-threads", "2", "-ss", &format!("{at_secs:.6}")]).args(&self.input);
        command.args(["-map", "0:V:0", "-frames:v", "1", "-vf", &self.filter]);
        command.args(["-f", "image2pipe", "-c:v", "ppm", "pipe:1"]);
        let bytes = timeout(PATIENCE, output(command)).await.map_err(|_| {
            Error::Media(format!("ffmpeg took too long to find a picture in {}. Try another place in it.", self.name))
        })??;
        Ok(read_ppm(&bytes))
    }
}

async fn output(mut command: Command) -> Result<Vec<u8>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let lost = |error| Error::Media(format!("ffmpeg could not be run: {error}. Install it again, then try again."));
    let mut child = command.spawn().map_err(lost)?;
    let mut bytes = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let most = u64::from(MAX_SIDE) * u64::from(MAX_SIDE) * 3 + 100;
        stdout.take(most).read_to_end(&mut bytes).await.map_err(lost)?;
    }
    Ok(bytes)
}

/// A binary PPM of 8 bits a channel, which is what ffmpeg was asked for.
fn read_ppm(bytes: &[u8]) -> Option<Frame> {
    let mut lines = bytes.splitn(4, |byte| *byte == b'\n');
    let (magic, size, depth, pixels) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
    let (width, height) = std::str::from_utf8(size).ok()?.split_once(' ')?;
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    let count = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    if magic != b"P6" || depth != b"255" || count == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return None;
    }
    let pixels = pixels.get(..count * 3)?;
    let rgba = pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect();
    Some(Frame { width, height, rgba })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_read_whole_or_not_at_all() {
        let frame = read_ppm(b"P6\n2 1\n255\n\x01\x02\x03\n\x05\x06").unwrap();
        assert_eq!((frame.width, frame.height, frame.rgba), (2, 1, vec![1, 2, 3, 255, 10, 5, 6, 255]));
        for odd in
            [&b""[..], b"P6\n2 1\n255\n\x01", b"P6\n0 0\n255\n", b"P5\n1 1\n255\n\x01", b"P6\n99999 99999\n255\n"]
        {
            assert_eq!(read_ppm(odd), None, "{odd:?}");
        }
    }
}

//! Pictures of a video, one at a time, from ffmpeg.

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
use crate::runtime::blocking;

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
    let asked = path.clone();
    let (facts, input) = blocking(move || {
        let facts = probe::probe(&asked)?;
        let container = sniff::open(&asked)?.container;
        Ok((facts, tools::input(&asked, container)?))
    })
    .await?;
    if facts.kind == Kind::Audio {
        return Err(Error::Media(format!("{name} has no picture, only sound. Choose a video.")));
    }
    let filter = filter(max_width);
    for seek in seeks(&facts, at_secs) {
        let mut command = Command::new(&ffmpeg);
        command.args(["-v", "quiet", "-nostdin", "-threads", "2", "-ss", &seek]).args(&input);
        command.args(["-map", "0:V:0", "-frames:v", "1", "-vf", &filter, "-f", "image2pipe", "-c:v", "ppm", "pipe:1"]);
        let bytes = timeout(PATIENCE, output(command)).await.map_err(|_| {
            Error::Media(format!("ffmpeg took too long to find a picture in {name}. Try another place in it."))
        })??;
        if let Some(frame) = read_ppm(&bytes) {
            return Ok(frame);
        }
    }
    Err(probe::broken(&name, Broken::Damaged))
}

/// Where to look, in turn: the place asked for, just before the end, the start.
fn seeks(facts: &Probe, at_secs: f64) -> Vec<String> {
    let at_secs = if at_secs.is_finite() { at_secs.clamp(0.0, 1e6) } else { 0.0 };
    let mut places = vec![at_secs];
    if let Some(length) = facts.duration_secs {
        // The picture can end before the sound does, hence the second try.
        places.extend([0.2, 2.0].map(|early| (length - early).max(0.0)).into_iter().filter(|place| *place < at_secs));
    }
    if at_secs > 0.0 {
        places.push(0.0);
    }
    places.into_iter().map(|secs| format!("{secs:.6}")).collect()
}

/// Square pixels first, so that a DVD or a phone clip has its true shape; then within the limits, never larger.
fn filter(max_width: u32) -> String {
    let width = max_width.clamp(2, MAX_SIDE);
    format!(
        "scale=w='max(2,iw*sar)':h=ih,setsar=1,\
         scale=w='min({width},iw)':h='min({MAX_SIDE},ih)':force_original_aspect_ratio=decrease"
    )
}

async fn output(mut command: Command) -> Result<Vec<u8>> {
    #[cfg(windows)]
    command.creation_flags(0x0800_0000);
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

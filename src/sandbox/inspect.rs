//! Looks into files: what they hold, how long and how large it is (ffprobe), and their sound as samples (ffmpeg).

use std::ffi::OsString;
use std::path::Path;

use serde::Deserialize;

use super::pitch;
use super::timeline::Rate;
use super::tools::{Limits, Tool, Tools, Trouble, run};

/// Only containers that hold their media themselves. Playlists, scripts and whatever else can name another file
/// or address are not even looked at, nor is anything but a file opened.
const CONTAINERS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,wav,w64,mp3,ogg,flac,aac,aiff,asf,caf,amr,mpegts,mpeg,flv,png_pipe,jpeg_pipe,webp_pipe,jpegxl_pipe";

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Media {
    /// Seconds of the whole file, when it says so.
    pub seconds: Option<f64>,
    pub has_sound: bool,
    pub picture: Option<Picture>,
}

/// The first picture stream of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Picture {
    /// As it is shown: turned if the file says so.
    pub width: u32,
    pub height: u32,
    pub rate: Option<Rate>,
    /// A photograph rather than a film.
    pub is_still: bool,
    /// Number of frames, when the file says so.
    pub frames: Option<u64>,
}

/// The arguments that open `path` safely.
pub(super) fn open(path: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> =
        ["-protocol_whitelist", "file,pipe", "-format_whitelist", CONTAINERS, "-i"].map(Into::into).into();
    arguments.push(path.into());
    arguments
}

/// Looks into a file. [`Trouble::Failed`] means it is not media.
pub(super) async fn inspect(tools: &Tools, path: &Path) -> Result<Media, Trouble> {
    let mut arguments: Vec<OsString> =
        ["-v", "error", "-of", "json", "-show_streams", "-show_format"].map(Into::into).into();
    arguments.extend(open(path));
    let bytes = run(tools, Tool::Ffprobe, arguments, b"", Limits::QUICK).await?;
    let report: Report = serde_json::from_slice(&bytes)
        .map_err(|error| Trouble::Failed { tool: Tool::Ffprobe, log: error.to_string() })?;
    Ok(report.media())
}

/// The sound of a file from its start, at most `seconds` of it, as the measurements want it. [`Trouble::Failed`]
/// means it has none that can be read.
pub(super) async fn samples(tools: &Tools, path: &Path, seconds: u32) -> Result<Vec<f32>, Trouble> {
    let (length, rate) = (seconds.to_string(), pitch::RATE.to_string());
    let mut arguments: Vec<OsString> = ["-v", "error", "-nostdin"].map(Into::into).into();
    arguments.extend(open(path));
    let output = ["-map", "0:a:0", "-t", &length, "-ac", "1", "-ar", &rate, "-f", "s16le", "pipe:1"];
    arguments.extend(output.map(Into::into));
    let bytes = run(tools, Tool::Ffmpeg, arguments, b"", Limits::LONG).await?;
    Ok(bytes.chunks_exact(2).map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0).collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    streams: Vec<Stream>,
    format: Format,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Format {
    format_name: String,
    duration: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stream {
    codec_type: String,
    width: u32,
    height: u32,
    avg_frame_rate: String,
    r_frame_rate: String,
    nb_frames: Option<String>,
    duration: Option<String>,
    disposition: Disposition,
    side_data_list: Vec<SideData>,
    tags: Tags,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Disposition {
    attached_pic: u8,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    rotation: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tags {
    rotate: Option<String>,
}

impl Report {
    fn media(&self) -> Media {
        let still = self.format.format_name.ends_with("_pipe");
        let lengths = self.streams.iter().map(|stream| &stream.duration).chain([&self.format.duration]);
        let seconds = lengths.filter_map(|text| text.as_deref()?.parse::<f64>().ok());
        let seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0).reduce(f64::max);
        let has_sound = self.streams.iter().any(|stream| stream.codec_type == "audio");
        // The cover of a song is not a film.
        let film = |stream: &&Stream| {
            stream.codec_type == "video"
                && stream.disposition.attached_pic == 0
                && stream.width > 0
                && stream.height > 0
        };
        let picture = self.streams.iter().find(film).map(|stream| stream.picture(still));
        Media { seconds: seconds.filter(|_| !still), has_sound, picture }
    }
}

impl Stream {
    fn picture(&self, is_still: bool) -> Picture {
        let side = self.side_data_list.iter().find_map(|data| data.rotation);
        let turn = side.or_else(|| self.tags.rotate.as_deref()?.parse().ok()).unwrap_or_default();
        let lies = (turn.abs().rem_euclid(180.0) - 90.0).abs() < 45.0;
        let (width, height) = if lies { (self.height, self.width) } else { (self.width, self.height) };
        let rate = Rate::parse(&self.avg_frame_rate).or_else(|| Rate::parse(&self.r_frame_rate));
        let frames = self.nb_frames.as_deref().and_then(|count| count.parse().ok());
        Picture { width, height, rate, is_still, frames }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Media {
        serde_json::from_str::<Report>(json).unwrap().media()
    }

    #[test]
    fn a_turned_film_is_as_large_as_it_is_shown() {
        let media = read(
            r#"{"streams":[{"codec_type":"video","width":1920,"height":1080,"avg_frame_rate":"30/1","duration":"4.5",
                "side_data_list":[{"rotation":-90}]},{"codec_type":"audio"}],"format":{"format_name":"mov","duration":"4.6"}}"#,
        );
        let picture = media.picture.unwrap();
        assert_eq!((picture.width, picture.height, picture.is_still), (1_080, 1_920, false));
        assert_eq!((media.seconds, media.has_sound), (Some(4.6), true));
    }

    #[test]
    fn a_song_with_a_cover_is_no_film() {
        let media = read(
            r#"{"streams":[{"codec_type":"audio"},{"codec_type":"video","width":9,"height":9,"disposition":{"attached_pic":1}}]}"#,
        );
        assert_eq!(media, Media { seconds: None, has_sound: true, picture: None });
    }

    #[test]
    fn an_odd_report_is_read_as_far_as_it_goes() {
        assert_eq!(read("{}"), Media { seconds: None, has_sound: false, picture: None });
        let media = read(
            r#"{"streams":[{"codec_type":"video","width":2,"height":2,"avg_frame_rate":"0/0","duration":"NaN"}]}"#,
        );
        assert_eq!(media.picture.unwrap().rate, None);
        assert_eq!(media.seconds, None);
    }
}

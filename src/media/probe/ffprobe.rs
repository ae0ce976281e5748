//! What ffprobe says about a file, read tolerantly.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::{AudioStream, Hdr, VideoStream};
use crate::error::Result;
use crate::media::sniff::Container;
use crate::media::{mp4, tools};
use crate::runtime::child;

/// For each read from ffprobe.
const PATIENCE: Duration = Duration::from_secs(30);

/// Only what is used: tags can be endless.
const ENTRIES: &str = "format=duration:stream=codec_type,codec_name,profile,width,height,avg_frame_rate,r_frame_rate,\
                       channels,sample_rate,duration,pix_fmt,color_transfer,sample_aspect_ratio:\
                       stream_tags=alpha_mode:stream_disposition=attached_pic:stream_side_data=rotation,dv_profile";

/// What ffprobe makes of a file; `None` when it makes nothing of it.
pub(super) fn ask(tool: &Path, path: &Path, container: Container) -> Result<Option<Answer>> {
    let mut command = child(tool);
    command.args(["-v", "quiet", "-show_entries", ENTRIES, "-of", "json"]).args(tools::input(path, container)?);
    let json = tools::output(command, 1 << 20, PATIENCE)?;
    Ok(serde_json::from_slice(&json).ok())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    streams: Vec<Stream>,
    format: Format,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Format {
    duration: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stream {
    codec_type: String,
    codec_name: String,
    width: u32,
    height: u32,
    avg_frame_rate: String,
    r_frame_rate: String,
    channels: u16,
    sample_rate: String,
    duration: Option<String>,
    disposition: Disposition,
    side_data_list: Vec<SideData>,
    #[serde(flatten)]
    look: Look,
}

/// How a stream is coded, and how its pixels look.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Look {
    profile: String,
    pix_fmt: String,
    color_transfer: String,
    sample_aspect_ratio: String,
    tags: Tags,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tags {
    alpha_mode: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Disposition {
    attached_pic: u8,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SideData {
    /// Degrees counterclockwise.
    rotation: Option<f64>,
    /// There is a Dolby Vision layer.
    dv_profile: Option<u32>,
}

impl Answer {
    pub(super) fn video(&self) -> Option<VideoStream> {
        let is_picture = |s: &&Stream| s.codec_type == "video" && s.disposition.attached_pic == 0 && s.width > 0;
        let stream = self.streams.iter().find(is_picture)?;
        let turned = stream.side_data_list.iter().find_map(|data| data.rotation).unwrap_or_default();
        let rotation = quarter(-turned);
        let is_upright = rotation.is_multiple_of(180);
        let (w, h) = (stream.width, stream.height);
        let (width, height) = if is_upright { (w, h) } else { (h, w) };
        let (average, nominal) = (fraction(&stream.avg_frame_rate), fraction(&stream.r_frame_rate));
        let aspect = stream.look.pixel_aspect();
        Some(VideoStream {
            width,
            height,
            fps: frame_rate(average, nominal),
            rotation,
            codec: stream.codec_name.clone(),
            hdr: stream.hdr(),
            has_alpha: stream.look.has_alpha(),
            pixel_aspect: aspect.map(|aspect| if is_upright { aspect } else { 1.0 / aspect }),
            bit_depth: stream.look.depth(),
            ..VideoStream::default()
        })
    }

    fn sounds(&self) -> impl Iterator<Item = &Stream> {
        self.streams.iter().filter(|stream| stream.codec_type == "audio" && stream.channels > 0)
    }

    pub(super) fn audio_streams(&self) -> u16 {
        u16::try_from(self.sounds().count()).unwrap_or(u16::MAX)
    }

    pub(super) fn audio(&self) -> Option<AudioStream> {
        let stream = self.sounds().next()?;
        let sample_rate = stream.sample_rate.parse().unwrap_or_default();
        let is_he_aac = stream.codec_name == "aac" && stream.look.profile.starts_with("HE-AAC");
        Some(AudioStream { codec: stream.codec_name.clone(), channels: stream.channels, sample_rate, is_he_aac })
    }

    pub(super) fn duration(&self) -> Option<f64> {
        let all = self.format.duration.iter().chain(self.streams.iter().filter_map(|stream| stream.duration.as_ref()));
        all.filter_map(|text| text.parse().ok()).find(|secs: &f64| secs.is_finite() && *secs > 0.0)
    }
}

impl Stream {
    fn hdr(&self) -> Option<Hdr> {
        match self.look.color_transfer.as_str() {
            "smpte2084" => Some(Hdr::Pq),
            "arib-std-b67" => Some(Hdr::Hlg),
            _ => self.side_data_list.iter().any(|data| data.dv_profile.is_some()).then_some(Hdr::Pq),
        }
    }
}

impl Look {
    fn has_alpha(&self) -> bool {
        let formats = ["yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16", "ayuv"];
        self.tags.alpha_mode == "1" || formats.iter().any(|start| self.pix_fmt.starts_with(start))
    }

    /// From the name of the pixel format: "yuv420p10le" has ten bits, one without such a number eight.
    fn depth(&self) -> Option<u8> {
        let name = self.pix_fmt.trim_end_matches("le").trim_end_matches("be");
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        let last = name.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        // "p10" and "gray12", but not "nv12".
        let is_depth = name.starts_with("gray") || name.strip_suffix(last).is_some_and(|start| start.ends_with('p'));
        match (name, last) {
            ("", _) => None,
            (_, "9" | "10" | "010" | "12" | "012" | "14" | "16" | "016") if is_depth => last.parse().ok(),
            _ if matches!(digits, "48" | "64") => Some(16),
            _ => Some(8),
        }
    }

    fn pixel_aspect(&self) -> Option<f64> {
        let (width, height) = self.sample_aspect_ratio.split_once(':')?;
        mp4::aspect(width.parse().ok()?, height.parse().ok()?)
    }
}

/// The average, unless it is the nominal rate but for a first or last frame of odd length.
fn frame_rate(average: Option<f64>, nominal: Option<f64>) -> Option<f64> {
    match (average, nominal) {
        (Some(average), Some(nominal)) if (average / nominal - 1.0).abs() < 0.04 => Some(nominal),
        _ => average.or(nominal),
    }
}

/// Whether frames of Matroska come at uneven times: each is stamped freely, and the rates in the header are guesses.
pub(super) fn is_uneven(tool: &Path, path: &Path, container: Container) -> Result<bool> {
    if !matches!(container, Container::WebM | Container::Matroska) {
        return Ok(false);
    }
    let mut command = child(tool);
    command.args(["-v", "quiet", "-select_streams", "v:0", "-read_intervals", LOOKED_AT]);
    command.args(["-show_entries", "packet=pts_time", "-of", "csv=p=0"]).args(tools::input(path, container)?);
    let text = tools::output(command, 1 << 20, PATIENCE)?;
    let lines = str::from_utf8(&text).unwrap_or_default().lines();
    Ok(mp4::Pace::of_times(lines.filter_map(|line| line.trim_matches(',').parse().ok()).collect()).is_uneven())
}

/// The first packets that are looked at for uneven times.
const LOOKED_AT: &str = "%+#600";

/// "30000/1001" as a number.
fn fraction(text: &str) -> Option<f64> {
    let (over, under) = text.split_once('/')?;
    let value = over.parse::<f64>().ok()? / under.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// The nearest quarter turn, 0 to 270.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 3 quarters")]
fn quarter(degrees: f64) -> u16 {
    if degrees.is_finite() { (degrees / 90.0).round().rem_euclid(4.0) as u16 * 90 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(fields: &str) -> Answer {
        let json = format!(r#"{{"streams":[{{"codec_type":"video","width":16,"height":9,{fields}}}]}}"#);
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn odd_answers_do_no_harm() {
        let thirty = fraction("30000/1001").unwrap();
        assert!((thirty - 29.97).abs() < 0.001);
        assert_eq!((fraction("0/0"), fraction("x"), fraction("25/0")), (None, None, None));
        assert_eq!((quarter(-90.0), quarter(90.0), quarter(f64::NAN), quarter(180.4)), (270, 90, 0, 180));
        let odd: Answer =
            serde_json::from_str(r#"{"streams":[{"codec_type":"video","side_data_list":[{}]}]}"#).unwrap();
        assert_eq!((odd.video(), odd.audio(), odd.duration()), (None, None, None));
        assert_eq!(odd.audio_streams(), 0);
    }

    #[test]
    fn pixels_tell_depth_transparency_and_brightness() {
        let look = |format: &str| stream(&format!(r#""pix_fmt":"{format}""#)).video().unwrap();
        let depths = ["yuv420p", "yuv420p10le", "p010le", "gray12be", "rgb48le", "rgba64be", "nv12", "yuvj422p", ""]
            .map(|format| look(format).bit_depth);
        let eight = Some(8);
        assert_eq!(depths, [eight, Some(10), Some(10), Some(12), Some(16), Some(16), eight, eight, None]);
        assert!(look("yuva444p12le").has_alpha && look("bgra").has_alpha && !look("yuv420p").has_alpha);
        let tagged = stream(r#""pix_fmt":"yuv420p","tags":{"alpha_mode":"1"}"#).video().unwrap();
        assert!(tagged.has_alpha);
        let hdr = |fields: &str| stream(fields).video().unwrap().hdr;
        assert_eq!(hdr(r#""color_transfer":"arib-std-b67""#), Some(Hdr::Hlg));
        assert_eq!(hdr(r#""color_transfer":"smpte2084""#), Some(Hdr::Pq));
        assert_eq!(hdr(r#""color_transfer":"bt709""#), None);
        assert_eq!(hdr(r#""side_data_list":[{"dv_profile":5}]"#), Some(Hdr::Pq));
        let wide = stream(r#""sample_aspect_ratio":"64:45","side_data_list":[{"rotation":-90}]"#);
        let aspect = wide.video().unwrap().pixel_aspect.unwrap();
        assert!((aspect - 45.0 / 64.0).abs() < 1e-9, "turned with the picture: {aspect}");
        assert_eq!(stream(r#""sample_aspect_ratio":"0:1""#).video().unwrap().pixel_aspect, None);
    }
}

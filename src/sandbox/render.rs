//! The lip sync stand-in: the target's picture with the new voice, as long as the sync mode says, and a mark in the
//! picture. ffmpeg as a process, in steps whose memory does not grow with the length of the film.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;

use super::inspect::{self, inspect, open};
use super::mark::mark;
use super::refusal::{Answer, Refusal};
use super::timeline::{self, Picture, Plan, Rate};
use super::tools::{Limits, Tool, Tools, Trouble, run_lines};
use crate::api::SyncMode;
use crate::error::Error;

/// Longest picture and longest voice in seconds.
const MOST_SECONDS: f64 = 600.0;
/// Largest picture, either way round.
const LARGEST: (u32, u32) = (4_096, 2_160);
/// Raw frames held at once while a piece of film is turned round, in bytes.
const REVERSE_MEMORY: u64 = 160 << 20;

/// What to put together, and where there is room to work.
pub(super) struct Order<'a> {
    pub tools: &'a Tools,
    pub picture: &'a Path,
    /// The picture is a photograph.
    pub is_image: bool,
    pub voice: &'a Path,
    pub mode: SyncMode,
    /// An empty folder.
    pub folder: &'a Path,
}

/// A finished video.
pub(super) struct Rendered {
    pub path: PathBuf,
    /// Seconds.
    pub seconds: f64,
}

/// The voice as it will be heard, and how long the result will be at most: known early, to pace the work by.
pub(super) struct Prepared {
    voice: PathBuf,
    voice_seconds: f64,
    media: inspect::Picture,
    film_seconds: Option<f64>,
}

impl Prepared {
    /// About how long the result will be, in seconds.
    pub fn about_seconds(&self, mode: SyncMode) -> f64 {
        timeline::about_seconds(mode, self.film_seconds, self.voice_seconds)
    }
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is given away.
    Whole,
    /// To be joined with others: its sound is not compressed, which would leave a gap at every joint.
    Piece,
}

impl Form {
    /// The name of the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "result.mp4",
            Self::Piece => "result.mov",
        }
    }

    /// What ffmpeg is told of sound and container.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Whole => &[
                "-c:a",
                "aac",
                "-b:a",
                "160k",
                "-map_metadata",
                "-1",
                "-metadata",
                "comment=Sandbox: lips not generated",
                "-movflags",
                "+faststart",
                "-f",
                "mp4",
            ],
            Self::Piece => &["-c:a", "pcm_s16le", "-f", "mov"],
        }
    }
}

/// A clip of ours: constant frame rate, even size, upright, no sound.
pub(super) struct Clip {
    pub path: PathBuf,
    pub frames: u64,
    pub rate: Rate,
    pub width: u32,
    pub height: u32,
}

impl Order<'_> {
    /// Looks at both inputs and decodes the voice. Refuses what cannot be used, with the documented codes.
    pub async fn prepare(&self) -> Answer<Prepared> {
        let picture = inspect(self.tools, self.picture).await.map_err(|trouble| self.bad_picture(trouble))?;
        let Some(media) = picture.picture.filter(|media| media.is_still == self.is_image) else {
            let message =
                if self.is_image { "The file is not a photograph." } else { "There is no film in the video file." };
            return Err(refuse_picture(message));
        };
        let (long, short) = (media.width.max(media.height), media.width.min(media.height));
        if long > LARGEST.0 || short > LARGEST.1 {
            let message = format!("The picture has {} by {} pixels.", media.width, media.height);
            return Err(refuse("generation_input_resolution_unsupported", message));
        }
        let needed = timeline::needed_seconds(self.mode, 0.0).is_none();
        if needed && picture.seconds.is_some_and(|seconds| seconds > MOST_SECONDS) {
            return Err(too_long("video"));
        }
        let (voice, voice_seconds) = self.decode_voice(None).await?;
        Ok(Prepared { voice, voice_seconds, media, film_seconds: picture.seconds })
    }

    /// The voice as it will be heard, or a part of it (from and to in seconds), and its length in seconds.
    pub async fn decode_voice(&self, part: Option<(f64, f64)>) -> Answer<(PathBuf, f64)> {
        let bad = |trouble| match trouble {
            Trouble::Failed { log, .. } => {
                tracing::info!(log, "a voice could not be read");
                refuse("generation_input_audio_invalid", "The audio file could not be read.")
            }
            other => Refusal::from(other),
        };
        if !inspect(self.tools, self.voice).await.map_err(bad)?.has_sound {
            return Err(refuse("generation_input_audio_invalid", "There is no sound in the audio file."));
        }
        let path = self.folder.join("voice.wav");
        let (from, most) = part.map_or((0.0, MOST_SECONDS + 1.0), |(from, to)| (from, to - from));
        let (from, most) = (from.to_string(), most.to_string());
        let mut arguments = quiet();
        extend(&mut arguments, &["-ss", &from]);
        arguments.extend(open(self.voice));
        extend(
            &mut arguments,
            &["-map", "0:a:0", "-t", &most, "-ac", "1", "-ar", "48000", "-c:a", "pcm_s16le", "-f", "wav"],
        );
        arguments.push(path.clone().into());
        run_lines(self.tools, Tool::Ffmpeg, arguments, Limits::LONG, |_| ()).await.map_err(bad)?;
        let reader = hound::WavReader::open(&path);
        let samples = reader.map(|reader| reader.duration()).unwrap_or_default();
        let seconds = f64::from(samples) / 48_000.0;
        if seconds < 0.05 {
            return Err(refuse("generation_input_audio_invalid", "There is no sound in the audio file."));
        }
        if seconds > MOST_SECONDS {
            return Err(too_long("audio"));
        }
        Ok((path, seconds))
    }

    /// Makes the video. `done` is told the share that is finished, 0 to 1.
    pub async fn render(&self, prepared: &Prepared, done: impl Fn(f64)) -> Answer<Rendered> {
        let clip = self.normalise(prepared, |share| done(share * 0.4)).await?;
        let done = |share: f64| done(0.4 + 0.6 * share);
        self.assemble(&clip, &prepared.voice, prepared.voice_seconds, Form::Whole, done).await
    }

    /// Puts a clip and a decoded voice together. `done` is told the share that is finished, 0 to 1.
    pub async fn assemble(
        &self,
        clip: &Clip,
        voice: &Path,
        voice_seconds: f64,
        form: Form,
        done: impl Fn(f64),
    ) -> Answer<Rendered> {
        let mode = if self.is_image { SyncMode::Silence } else { self.mode };
        let plan = timeline::plan(mode, clip.rate, clip.frames, voice_seconds);
        let source = match plan.picture {
            Picture::Repeat { times, back } => self.repeated(clip, times, back, plan.frames).await?,
            Picture::Plain | Picture::Hold | Picture::Stretch(_) => open(&clip.path),
        };
        let path = self.folder.join(form.name());
        let mut arguments = self.finish_arguments(clip, plan, source, voice).await?;
        extend(&mut arguments, form.arguments());
        arguments.push(path.clone().into());
        let frames = to_f64(plan.frames);
        let progress = |line: &str| {
            if let Some(frame) = line.strip_prefix("frame=").and_then(|frame| frame.trim().parse::<f64>().ok()) {
                done((frame / frames).min(1.0));
            }
        };
        run_lines(self.tools, Tool::Ffmpeg, arguments, Limits::LONG, progress).await.map_err(failed)?;
        Ok(Rendered { path, seconds: clip.rate.seconds_of(plan.frames) })
    }

    /// The target's picture, made even and regular, as far as it is needed.
    pub async fn normalise(&self, prepared: &Prepared, done: impl Fn(f64)) -> Answer<Clip> {
        let rate = prepared.media.rate.filter(|_| !self.is_image).unwrap_or(Rate::USUAL);
        let most = timeline::needed_seconds(self.mode, prepared.voice_seconds).unwrap_or(MOST_SECONDS + 1.0);
        let about = prepared.film_seconds.unwrap_or(most).min(most) * rate.per_second();
        let path = self.folder.join("clip.mp4");
        let mut arguments = quiet();
        arguments.extend(open(self.picture));
        let filter = format!("setpts=PTS-STARTPTS,fps={rate},scale=trunc((iw+1)/2)*2:trunc((ih+1)/2)*2");
        let most = most.to_string();
        extend(
            &mut arguments,
            &["-map", "0:V:0", "-t", &most, "-vf", &filter, "-progress", "pipe:1", "-stats_period", "0.2"],
        );
        extend(&mut arguments, &DRAFT);
        arguments.push(path.clone().into());
        let progress = |line: &str| {
            if let Some(frame) = line.strip_prefix("frame=").and_then(|frame| frame.trim().parse::<f64>().ok()) {
                done((frame / about).min(1.0));
            }
        };
        let run = run_lines(self.tools, Tool::Ffmpeg, arguments, Limits::LONG, progress).await;
        run.map_err(|trouble| self.bad_picture(trouble))?;
        let made = inspect(self.tools, &path).await.map_err(|trouble| self.bad_picture(trouble))?.picture;
        let made = made.ok_or_else(|| refuse_picture("There is no film in the video file."))?;
        let frames = made.frames.filter(|frames| *frames > 0);
        let frames = frames.ok_or_else(|| refuse_picture("There is no film in the video file."))?;
        let (width, height) = (made.width, made.height);
        if rate.seconds_of(frames) > MOST_SECONDS {
            return Err(too_long("video"));
        }
        Ok(Clip { path, frames, rate, width, height })
    }

    /// The clip several times in a row, every second time backwards when `back`: a list for ffmpeg to read.
    async fn repeated(&self, clip: &Clip, times: u64, back: bool, needed: u64) -> Answer<Vec<OsString>> {
        let forward = ["clip.mp4".to_owned()];
        // Of the way back only as much as is needed the first time; it is needed whole when there is a third.
        let backward =
            if back { self.reversed(clip, needed.saturating_sub(clip.frames)).await? } else { forward.to_vec() };
        let rounds = (0..times).flat_map(|time| if time % 2 == 0 { &forward[..] } else { &backward[..] });
        let list: String = rounds.flat_map(|name| ["file '", name, "'\n"]).collect();
        let path = self.folder.join("list.txt");
        tokio::fs::write(&path, list).await.map_err(|error| Error::file("write", &path, error))?;
        let mut arguments: Vec<OsString> = Vec::new();
        extend(&mut arguments, &["-protocol_whitelist", "file,pipe", "-f", "concat", "-i"]);
        arguments.push(path.into());
        Ok(arguments)
    }

    /// At least `needed` frames of the clip from its end backwards, piece by piece: turning film round takes every
    /// frame of it in memory. The names of the pieces, in playing order.
    async fn reversed(&self, clip: &Clip, needed: u64) -> Answer<Vec<String>> {
        let frame = u64::from(clip.width) * u64::from(clip.height) * 3 / 2;
        let piece = (REVERSE_MEMORY / frame.max(1)).clamp(4, 500);
        let first = clip.frames.saturating_sub(needed);
        let mut names = Vec::new();
        let mut end = clip.frames;
        while end > first {
            let start = end.saturating_sub(piece);
            let name = format!("back-{}.mp4", names.len());
            // Half a frame early, so that rounding cannot skip the first one.
            let seek = ((to_f64(start) - 0.5).max(0.0) / clip.rate.per_second()).to_string();
            let filter = format!("setpts=PTS-STARTPTS,trim=end_frame={},reverse", end - start);
            let mut arguments = quiet();
            extend(&mut arguments, &["-ss", &seek]);
            arguments.extend(open(&clip.path));
            extend(&mut arguments, &["-vf", &filter]);
            extend(&mut arguments, &DRAFT);
            arguments.push(self.folder.join(&name).into());
            run_lines(self.tools, Tool::Ffmpeg, arguments, Limits::LONG, |_| ()).await.map_err(failed)?;
            names.push(name);
            end = start;
        }
        Ok(names)
    }

    async fn finish_arguments(
        &self,
        clip: &Clip,
        plan: Plan,
        source: Vec<OsString>,
        voice: &Path,
    ) -> Answer<Vec<OsString>> {
        let mark = mark(clip.width);
        let plate = self.folder.join("mark.rgba");
        tokio::fs::write(&plate, &mark.rgba).await.map_err(|error| Error::file("write", &plate, error))?;
        let seconds = clip.rate.seconds_of(plan.frames);
        let Rate { frames, seconds: per } = clip.rate;
        let time = match plan.picture {
            Picture::Stretch(factor) => format!("setpts=(PTS-STARTPTS)*{factor},fps={}", clip.rate),
            _ => format!("setpts=N*{per}/({frames}*TB)"),
        };
        // Held a little at the end whatever the mode, so that not even a frame is missing.
        let hold = if plan.picture == Picture::Hold { seconds } else { 2.0 };
        let filter = format!(
            "[0:v]{time},tpad=stop_mode=clone:stop_duration={hold},trim=end_frame={}[film];\
             [film][2:v]overlay=x=W-w-{inset}:y={inset}[picture];[1:a]apad,atrim=end={seconds}[voice]",
            plan.frames,
            inset = mark.inset,
        );
        let size = format!("{}x{}", mark.width, mark.height);
        let mut arguments = quiet();
        arguments.extend(source);
        arguments.extend(open(voice));
        extend(&mut arguments, &["-f", "rawvideo", "-pixel_format", "rgba", "-video_size", &size, "-i"]);
        arguments.push(plate.into());
        extend(&mut arguments, &["-filter_complex", &filter, "-map", "[picture]", "-map", "[voice]"]);
        extend(&mut arguments, &["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"]);
        extend(&mut arguments, &["-progress", "pipe:1", "-stats_period", "0.2"]);
        Ok(arguments)
    }

    fn bad_picture(&self, trouble: Trouble) -> Refusal {
        match trouble {
            Trouble::Failed { log, .. } => {
                tracing::info!(log, "a picture could not be read");
                refuse_picture(if self.is_image {
                    "The image could not be read."
                } else {
                    "The video file could not be read."
                })
            }
            other => other.into(),
        }
    }
}

fn refuse_picture(message: &str) -> Refusal {
    refuse("generation_input_video_invalid", message)
}

/// How the pieces in between are kept: quick, and good enough that the result is what counts.
pub(super) const DRAFT: [&str; 13] =
    ["-an", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "25", "-pix_fmt", "yuv420p", "-f", "mp4"];

/// How every call of ffmpeg begins.
pub(super) fn quiet() -> Vec<OsString> {
    ["-v", "error", "-nostdin", "-y"].map(Into::into).into()
}

/// Adds plain words to arguments.
pub(super) fn extend(arguments: &mut Vec<OsString>, more: &[&str]) {
    arguments.extend(more.iter().map(Into::into));
}

fn refuse(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code, message)
}

fn too_long(what: &str) -> Refusal {
    let message = format!("The {what} is longer than {} minutes.", MOST_SECONDS / 60.0);
    refuse("generation_input_duration_greater_than_max_duration", message)
}

/// A step that can only fail by our own fault.
pub(super) fn failed(trouble: Trouble) -> Refusal {
    match trouble {
        Trouble::Failed { log, .. } => {
            tracing::warn!(log, "a video could not be put together");
            refuse("generation_pipeline_failed", "The video could not be put together.")
        }
        other => other.into(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "frames of a clip, far below 2^52")]
fn to_f64(count: u64) -> f64 {
    count as f64
}

//! A film with segments: cut at their borders, each piece made like a film of its own, and put together again.
//! Between the segments picture and sound stay as they were.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::inspect::open;
use super::refusal::Answer;
use super::render::{Clip, DRAFT, Form, Order, Rendered, extend, failed, quiet};
use super::segments;
use super::state::Segment;
use super::timeline::Rate;
use super::tools::{Limits, Tool, Tools, run_lines};
use super::wave::{self, Sound};
use crate::api::SyncMode;
use crate::error::Error;
use crate::runtime;

/// A segment with the file of its voice.
pub(super) type Part = (Segment, PathBuf);

/// Some frames of the film, and the segment they belong to.
type Piece = (u64, u64, Option<usize>);

/// What to put together, and where there is room to work.
pub(super) struct Film<'a> {
    pub tools: &'a Tools,
    pub picture: &'a Path,
    /// In the order of the film; at least one.
    pub parts: &'a [Part],
    /// An empty folder.
    pub folder: &'a Path,
}

impl Film<'_> {
    /// Makes the video. `done` is told the share that is finished, 0 to 1.
    pub async fn render(&self, done: impl Fn(f64)) -> Answer<Rendered> {
        let voice = self.parts.first().map_or(self.picture, |(_, voice)| voice.as_path());
        let whole = self.order(self.picture, voice, SyncMode::Silence, self.folder);
        let clip = whole.normalise(&whole.prepare().await?, |share| done(share * 0.4)).await?;
        let borders: Vec<(f64, f64)> = self.parts.iter().map(|(segment, _)| (segment.start, segment.end)).collect();
        let pieces = cut(clip.frames, clip.rate, &borders).ok_or_else(segments::outside)?;
        let mut seconds = 0.0;
        for (index, piece) in pieces.iter().enumerate() {
            seconds += self.piece(&clip, index, *piece).await?;
            done(0.4 + 0.6 * share(index + 1, pieces.len()));
        }
        Ok(Rendered { path: self.join(pieces.len()).await?, seconds })
    }

    fn order<'a>(&'a self, picture: &'a Path, voice: &'a Path, mode: SyncMode, folder: &'a Path) -> Order<'a> {
        Order { tools: self.tools, picture, is_image: false, voice, mode, folder }
    }

    /// Makes one piece in a folder of its own; its length in seconds.
    async fn piece(&self, clip: &Clip, index: usize, (from, to, part): Piece) -> Answer<f64> {
        let folder = self.folder.join(format!("piece-{index}"));
        tokio::fs::create_dir(&folder).await.map_err(|error| Error::file("create", &folder, error))?;
        let path = folder.join("clip.mp4");
        // Half a frame early, so that rounding cannot skip the first one.
        let seek = (clip.rate.seconds_of(from) - 0.5 / clip.rate.per_second()).max(0.0).to_string();
        let filter = format!("setpts=PTS-STARTPTS,trim=end_frame={}", to - from);
        let mut arguments = quiet();
        extend(&mut arguments, &["-ss", &seek]);
        arguments.extend(open(&clip.path));
        extend(&mut arguments, &["-vf", &filter]);
        extend(&mut arguments, &DRAFT);
        arguments.push(path.clone().into());
        run_lines(self.tools, Tool::Ffmpeg, arguments, Limits::LONG, |_| ()).await.map_err(failed)?;
        let piece = Clip { path, frames: to - from, ..*clip };
        if let Some((segment, voice)) = part.and_then(|part| self.parts.get(part)) {
            let order = self.order(&piece.path, voice, segment.mode, &folder);
            let (voice, seconds) = order.decode_voice(segment.part).await?;
            return Ok(order.assemble(&piece, &voice, seconds, Form::Piece, |_| ()).await?.seconds);
        }
        let (start, length) = (clip.rate.seconds_of(from), clip.rate.seconds_of(to - from));
        let order = self.order(&piece.path, self.picture, SyncMode::Silence, &folder);
        let sound = match order.decode_voice(Some((start, start + length))).await {
            Ok((sound, _)) => sound,
            // The film has none here.
            Err(_) => silence(&folder).await?,
        };
        Ok(order.assemble(&piece, &sound, length, Form::Piece, |_| ()).await?.seconds)
    }

    async fn join(&self, count: usize) -> Answer<PathBuf> {
        let lines = (0..count).map(|index| format!("file 'piece-{index}/{}'\n", Form::Piece.name()));
        let list = lines.collect::<Vec<String>>().concat();
        let path = self.folder.join("pieces.txt");
        tokio::fs::write(&path, list).await.map_err(|error| Error::file("write", &path, error))?;
        let mut arguments = quiet();
        extend(&mut arguments, &["-protocol_whitelist", "file,pipe", "-f", "concat", "-i"]);
        arguments.push(OsString::from(path));
        extend(&mut arguments, &["-c:v", "copy"]);
        extend(&mut arguments, Form::Whole.arguments());
        let result = self.folder.join(Form::Whole.name());
        arguments.push(result.clone().into());
        run_lines(self.tools, Tool::Ffmpeg, arguments, Limits::LONG, |_| ()).await.map_err(failed)?;
        Ok(result)
    }
}

/// A moment of it is enough: what is too short is followed by silence anyway.
async fn silence(folder: &Path) -> Answer<PathBuf> {
    let path = folder.join("silence.wav");
    let to = path.clone();
    runtime::blocking(move || wave::write(&to, &Sound { samples: vec![0.0; 480], rate: 48_000 })).await?;
    Ok(path)
}

/// Where to cut a film of so many frames at segments of these seconds, which are in order. `None` when one begins
/// after its end.
fn cut(frames: u64, rate: Rate, segments: &[(f64, f64)]) -> Option<Vec<Piece>> {
    let frame = |seconds: f64| if seconds <= 0.0 { 0 } else { rate.frames_in(seconds) };
    let (mut pieces, mut at) = (Vec::new(), 0);
    for (index, (start, end)) in segments.iter().enumerate() {
        let from = frame(*start).max(at);
        if from >= frames {
            return None;
        }
        let to = frame(*end).clamp(from + 1, frames);
        if from > at {
            pieces.push((at, from, None));
        }
        pieces.push((from, to, Some(index)));
        at = to;
    }
    if at < frames {
        pieces.push((at, frames, None));
    }
    Some(pieces)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of pieces")]
fn share(done: usize, all: usize) -> f64 {
    done as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_is_cut_at_the_borders_of_its_segments() {
        let cut = |segments: &[(f64, f64)]| cut(100, Rate::USUAL, segments);
        assert_eq!(cut(&[(1.0, 2.0)]), Some(vec![(0, 25, None), (25, 50, Some(0)), (50, 100, None)]));
        assert_eq!(cut(&[(0.0, 1.0), (1.0, 9.0)]), Some(vec![(0, 25, Some(0)), (25, 100, Some(1))]));
        assert_eq!(cut(&[(0.0, 0.001)]), Some(vec![(0, 1, Some(0)), (1, 100, None)]));
        assert_eq!(cut(&[(4.0, 5.0)]), None);
    }
}

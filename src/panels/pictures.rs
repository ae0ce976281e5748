//! Pictures and waveforms of files, made in the background when a panel first draws them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

use crate::error::{Error, Result};
use crate::media::audio::{self, Peaks};
use crate::media::video::{self, Frame};
use crate::remote::Remote;
use crate::runtime::{Runtime, Task};
use crate::store::{MediaFile, file_name};
use crate::ui::Waveform;

/// Bars of a waveform, whatever its width: enough for the widest strip.
const BARS: usize = 400;

/// A panel's small pictures. Each is made once; one that failed keeps its reason while it is shown, and is tried again
/// when the panel is shown the next time.
#[derive(Default)]
pub struct Pictures {
    frames: HashMap<(PathBuf, u32), Entry<TextureHandle>>,
    peaks: HashMap<PathBuf, Entry<Peaks>>,
}

/// A file to draw. Its size tells a file written anew from the old one, where a read of it is at hand: looking at the
/// disk in each frame would hold up the window.
#[derive(Clone, Copy)]
pub struct Drawn<'a> {
    path: &'a Path,
    bytes: Option<u64>,
}

impl<'a> From<&'a Path> for Drawn<'a> {
    fn from(path: &'a Path) -> Self {
        Self { path, bytes: None }
    }
}

impl<'a> From<&'a PathBuf> for Drawn<'a> {
    fn from(path: &'a PathBuf) -> Self {
        Self { path, bytes: None }
    }
}

impl<'a> From<&'a MediaFile> for Drawn<'a> {
    fn from(file: &'a MediaFile) -> Self {
        Self { path: &file.path, bytes: Some(file.probe.size_bytes) }
    }
}

/// The waveform of a file's sound, as far as it is known.
#[derive(Clone, Default)]
pub enum Sound {
    #[default]
    Reading,
    /// Peaks from 0 to 1.
    Read(Arc<[f32]>),
    /// It can't be read, for this reason.
    Unread(String),
}

impl Sound {
    /// The widget for it.
    pub fn waveform<'a>(&'a self, name: &'a str) -> Waveform<'a> {
        match self {
            Self::Reading => Waveform::reading(name),
            Self::Read(bars) => Waveform::new(name, bars),
            Self::Unread(why) => Waveform::new(name, &[]).problem(why),
        }
    }
}

/// Something made of a file.
struct Entry<T: Send + 'static> {
    made: Remote<T>,
    bytes: Option<u64>,
    /// The number of the frame it was last asked for in.
    asked: u64,
}

impl<T: Send + 'static> Default for Entry<T> {
    fn default() -> Self {
        Self { made: Remote::default(), bytes: None, asked: 0 }
    }
}

impl<T: Send + 'static> Entry<T> {
    /// What is known of it in this frame; it is begun when it has to be.
    fn ask(&mut self, frame: u64, bytes: Option<u64>, begin: impl FnOnce() -> Task<T>) -> &Remote<T> {
        let is_other = self.bytes.is_some() && bytes.is_some() && self.bytes != bytes;
        let is_shown_anew = frame > self.asked + 1;
        if is_other || is_shown_anew && self.made.error().is_some() {
            self.made = Remote::default();
        }
        (self.asked, self.bytes) = (frame, bytes.or(self.bytes));
        self.made.ensure(begin);
        self.made.poll();
        &self.made
    }
}

impl Pictures {
    /// A frame of a video near its start, at most `width` pixels wide. `None` while it is being made, or when there
    /// is none; see [`Pictures::problem`].
    pub fn frame<'a>(
        &mut self,
        ctx: &Context,
        runtime: &Runtime,
        file: impl Into<Drawn<'a>>,
        width: u32,
    ) -> Option<&TextureHandle> {
        let Drawn { path, bytes } = file.into();
        let entry = self.frames.entry((path.to_owned(), width)).or_default();
        let begin = || {
            let (ctx, path) = (ctx.clone(), path.to_owned());
            // The pixels go straight to the renderer; only the handle is kept.
            runtime.spawn(async move { texture(&ctx, &path, &video::frame(path.clone(), 0.5, width).await?) })
        };
        entry.ask(ctx.cumulative_frame_nr(), bytes, begin).value()
    }

    /// Why a file has no picture.
    pub fn problem(&self, path: &Path, width: u32) -> Option<&Error> {
        self.frames.get(&(path.to_owned(), width))?.made.error()
    }

    /// The waveform of a file's sound.
    pub fn sound<'a>(&mut self, ctx: &Context, runtime: &Runtime, file: impl Into<Drawn<'a>>) -> Sound {
        let Drawn { path, bytes } = file.into();
        let entry = self.peaks.entry(path.to_owned()).or_default();
        let begin = || {
            let path = path.to_owned();
            runtime.blocking(move || audio::peaks(&path, BARS))
        };
        let peaks = entry.ask(ctx.cumulative_frame_nr(), bytes, begin);
        match (peaks.value(), peaks.error()) {
            (Some(peaks), _) => Sound::Read(peaks.bars.clone()),
            (None, Some(error)) => Sound::Unread(error.to_string()),
            (None, None) => Sound::Reading,
        }
    }
}

fn texture(ctx: &Context, path: &Path, frame: &Frame) -> Result<TextureHandle> {
    let odd = || Error::Media(format!("{} gave a picture of an odd size.", file_name(path)));
    let size = |side: u32| usize::try_from(side).map_err(|_| odd());
    let size = [size(frame.width)?, size(frame.height)?];
    // A frame whose bytes do not fill its size would panic in egui.
    if frame.rgba.len() != size[0] * size[1] * 4 {
        return Err(odd());
    }
    let image = ColorImage::from_rgba_unmultiplied(size, &frame.rgba);
    Ok(ctx.load_texture(path.display().to_string(), image, TextureOptions::LINEAR))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a file in a frame, with its size; true when it is read for that.
    fn asks(entry: &mut Entry<()>, runtime: &Runtime, frame: u64, bytes: Option<u64>) -> bool {
        let mut is_read = false;
        let begin = || {
            is_read = true;
            runtime.blocking(|| Err(Error::Cancelled))
        };
        entry.ask(frame, bytes, begin);
        is_read
    }

    #[test]
    fn a_failure_is_tried_again_when_it_is_shown_anew_and_a_file_of_another_size_is_another() {
        let (runtime, mut entry) = (Runtime::new(|| {}).unwrap(), Entry::default());
        assert!(asks(&mut entry, &runtime, 7, Some(10)));
        let mut frame = 7;
        while entry.made.error().is_none() {
            frame += 1;
            assert!(!asks(&mut entry, &runtime, frame, None), "one read at a time");
            std::thread::yield_now();
        }
        assert!(!asks(&mut entry, &runtime, frame + 1, Some(10)), "not in each frame");
        assert!(asks(&mut entry, &runtime, frame + 9, Some(10)), "it was out of sight");
        assert!(asks(&mut entry, &runtime, frame + 10, Some(11)), "the file was written anew");
    }
}

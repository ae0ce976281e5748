//! Pictures and waveforms of files, made in the background when a panel first draws them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

use crate::error::Error;
use crate::media::audio::{self, Peaks};
use crate::media::video::{self, Frame};
use crate::remote::Remote;
use crate::runtime::Runtime;

/// Bars of a waveform, whatever its width: enough for the widest strip.
const BARS: usize = 400;

/// A panel's small pictures. Each is made once; a file that has none keeps its reason.
#[derive(Default)]
pub struct Pictures {
    frames: HashMap<(PathBuf, u32), Picture>,
    peaks: HashMap<PathBuf, Remote<Peaks>>,
}

#[derive(Default)]
struct Picture {
    frame: Remote<Frame>,
    texture: Option<TextureHandle>,
}

impl Pictures {
    /// A frame of a video near its start, at most `width` pixels wide. `None` while it is being made, or when there
    /// is none; see [`Pictures::problem`].
    pub fn frame(&mut self, ctx: &Context, runtime: &Runtime, path: &Path, width: u32) -> Option<&TextureHandle> {
        let picture = self.frames.entry((path.to_owned(), width)).or_default();
        picture.frame.ensure(|| runtime.spawn(video::frame(path.to_owned(), 0.5, width)));
        if picture.frame.poll() {
            picture.texture = picture.frame.value().and_then(|frame| texture(ctx, path, frame));
        }
        picture.texture.as_ref()
    }

    /// Why a file has no picture.
    pub fn problem(&self, path: &Path, width: u32) -> Option<&Error> {
        self.frames.get(&(path.to_owned(), width))?.frame.error()
    }

    /// The waveform of a file's sound. `None` while it is being read, or when there is none.
    pub fn peaks(&mut self, runtime: &Runtime, path: &Path) -> Option<&Peaks> {
        let peaks = self.peaks.entry(path.to_owned()).or_default();
        let file = path.to_owned();
        peaks.ensure(|| runtime.blocking(move || audio::peaks(&file, BARS)));
        peaks.poll();
        peaks.value()
    }
}

fn texture(ctx: &Context, path: &Path, frame: &Frame) -> Option<TextureHandle> {
    let size = [usize::try_from(frame.width).ok()?, usize::try_from(frame.height).ok()?];
    // A frame whose bytes do not fill its size would panic in egui.
    if frame.rgba.len() != size[0] * size[1] * 4 {
        return None;
    }
    let image = ColorImage::from_rgba_unmultiplied(size, &frame.rgba);
    Some(ctx.load_texture(path.display().to_string(), image, TextureOptions::LINEAR))
}

//! Pictures and waveforms of files, made in the background when a panel first draws them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};

use crate::error::{Error, Result};
use crate::media::player::Source;
use crate::media::probe::Stamp;
use crate::media::video::{self, Frame};
use crate::media::wave::{self, Reading, Wave};
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
    sounds: HashMap<PathBuf, Heard>,
    /// The number of the frame a sound was last asked for in.
    frame: u64,
    cache: Option<PathBuf>,
}

/// A file to draw. Its stamp tells a file written anew from the old one, where a read of it is at hand: looking at the
/// disk in each frame would hold up the window.
#[derive(Clone, Copy)]
pub struct Drawn<'a> {
    path: &'a Path,
    stamp: Option<Stamp>,
}

impl<'a> From<&'a Path> for Drawn<'a> {
    fn from(path: &'a Path) -> Self {
        Self { path, stamp: None }
    }
}

impl<'a> From<&'a PathBuf> for Drawn<'a> {
    fn from(path: &'a PathBuf) -> Self {
        Self { path, stamp: None }
    }
}

impl<'a> From<&'a MediaFile> for Drawn<'a> {
    fn from(file: &'a MediaFile) -> Self {
        Self { path: &file.path, stamp: Some(file.probe.stamp()) }
    }
}

/// The waveform of a file's sound, as far as it is known.
#[derive(Clone, Default)]
pub enum Sound {
    #[default]
    Reading,
    /// Peaks from 0 to 1; the end may still be missing.
    Read(Arc<[f32]>),
    /// It can't be read, for this reason.
    Unread(String),
}

impl Sound {
    /// The widget for it.
    pub fn waveform<'a>(&'a self, name: &'a str) -> Waveform<'a> {
        match self {
            Self::Reading => Waveform::reading(name),
            Self::Read(bars) => Waveform::shared(name, bars),
            Self::Unread(why) => Waveform::new(name, &[]).problem(why),
        }
    }
}

/// Something made of a file.
struct Entry<T: Send + 'static> {
    made: Remote<T>,
    stamp: Option<Stamp>,
    /// The number of the frame it was last asked for in.
    asked: u64,
}

impl<T: Send + 'static> Default for Entry<T> {
    fn default() -> Self {
        Self { made: Remote::default(), stamp: None, asked: 0 }
    }
}

impl<T: Send + 'static> Entry<T> {
    /// What is known of it in this frame; it is begun when it has to be.
    fn ask(&mut self, frame: u64, stamp: Option<Stamp>, begin: impl FnOnce() -> Task<T>) -> &Remote<T> {
        let is_other = self.stamp.zip(stamp).is_some_and(|(was, now)| was != now);
        let is_shown_anew = frame > self.asked + 1;
        if is_other || is_shown_anew && self.made.error().is_some() {
            self.made = Remote::default();
        }
        (self.asked, self.stamp) = (frame, stamp.or(self.stamp));
        self.made.ensure(begin);
        self.made.poll();
        &self.made
    }
}

/// The sound of a file while its page is there.
struct Heard {
    reading: Reading,
    stamp: Option<Stamp>,
    asked: u64,
    /// What was last made of it, and of which snapshot.
    drawn: Option<(Wave, Arc<[f32]>)>,
}

impl Heard {
    /// Whether it was of a file that is another by now, or has failed and may do better.
    fn is_past(&self, frame: u64, stamp: Option<Stamp>) -> bool {
        let is_other = self.stamp.zip(stamp).is_some_and(|(was, now)| was != now);
        is_other || frame > self.asked + 1 && self.reading.error().is_some()
    }

    fn has_ended(&self) -> bool {
        self.reading.wave().is_done() || self.reading.error().is_some()
    }
}

impl Pictures {
    /// Where waveforms are kept for the next start; without this they are read again.
    pub fn keep_in(&mut self, cache: Option<PathBuf>) {
        self.cache = cache;
    }

    /// A frame of a video near its start, at most `width` pixels wide. `None` while it is being made, or when there
    /// is none; see [`Pictures::problem`].
    pub fn frame<'a>(
        &mut self,
        ctx: &Context,
        runtime: &Runtime,
        file: impl Into<Drawn<'a>>,
        width: u32,
    ) -> Option<&TextureHandle> {
        let Drawn { path, stamp } = file.into();
        let entry = self.frames.entry((path.to_owned(), width)).or_default();
        let begin = || {
            let (ctx, path) = (ctx.clone(), path.to_owned());
            // The pixels go straight to the renderer; only the handle is kept.
            runtime.spawn(async move { texture(&ctx, &path, &video::frame(path.clone(), 0.5, width).await?) })
        };
        entry.ask(ctx.cumulative_frame_nr(), stamp, begin).value()
    }

    /// Why a file has no picture.
    pub fn problem(&self, path: &Path, width: u32) -> Option<&Error> {
        self.frames.get(&(path.to_owned(), width))?.made.error()
    }

    /// The waveform of a file's sound, growing while it is read.
    pub fn sound<'a>(&mut self, ctx: &Context, runtime: &Runtime, file: impl Into<Drawn<'a>>) -> Sound {
        let heard = self.heard(ctx, runtime, file.into());
        if let Some(error) = heard.reading.error() {
            return Sound::Unread(error.to_string());
        }
        let wave = heard.reading.wave();
        if wave.read_secs() <= 0.0 && !wave.is_done() {
            return Sound::Reading;
        }
        match &heard.drawn {
            Some((of, bars)) if of.is_same(&wave) => Sound::Read(bars.clone()),
            _ => {
                let bars: Arc<[f32]> = wave.whole(BARS).into();
                heard.drawn = Some((wave, bars.clone()));
                Sound::Read(bars)
            }
        }
    }

    /// The waveform itself, to be looked at closely: empty until something has been read.
    ///
    /// # Errors
    /// The file has no sound, or can't be read.
    pub fn wave<'a>(&mut self, ctx: &Context, runtime: &Runtime, file: impl Into<Drawn<'a>>) -> Result<Wave> {
        let reading = &self.heard(ctx, runtime, file.into()).reading;
        reading.error().map_or_else(|| Ok(reading.wave()), Err)
    }

    /// Stops reading what was scrolled away or is not on the page any more. Not when the page itself was left: what
    /// was begun is ready when it is back.
    fn leave(&mut self, frame: u64) {
        if self.frame + 1 == frame {
            self.sounds.retain(|_, heard| heard.asked + 1 >= frame || heard.has_ended());
        }
        self.frame = frame;
    }

    fn heard(&mut self, ctx: &Context, runtime: &Runtime, Drawn { path, stamp }: Drawn<'_>) -> &mut Heard {
        let frame = ctx.cumulative_frame_nr();
        self.leave(frame);
        let begin = || {
            let reading = wave::read(&runtime.handle(), Source::File(path.to_owned()), self.cache.clone());
            Heard { reading, stamp, asked: frame, drawn: None }
        };
        // Let go of before it is asked for anew, or the old reading would be shared.
        self.sounds.retain(|of, heard| of != path || !heard.is_past(frame, stamp));
        let heard = self.sounds.entry(path.to_owned()).or_insert_with(begin);
        (heard.asked, heard.stamp) = (frame, stamp.or(heard.stamp));
        heard
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

    /// Asks for a file in a frame, with its stamp; true when it is read for that.
    fn asks(entry: &mut Entry<()>, runtime: &Runtime, frame: u64, stamp: Option<Stamp>) -> bool {
        let mut is_read = false;
        let begin = || {
            is_read = true;
            runtime.blocking(|| Err(Error::Cancelled))
        };
        entry.ask(frame, stamp, begin);
        is_read
    }

    #[test]
    fn a_failure_is_tried_again_when_it_is_shown_anew_and_a_file_written_anew_is_another() {
        let (runtime, mut entry) = (Runtime::new(|| {}).unwrap(), Entry::default());
        let stamp = |bytes, time| Some(Stamp { bytes, modified_ns: Some(time) });
        assert!(asks(&mut entry, &runtime, 7, stamp(10, 1)));
        let mut frame = 7;
        while entry.made.error().is_none() {
            frame += 1;
            assert!(!asks(&mut entry, &runtime, frame, None), "one read at a time");
            std::thread::yield_now();
        }
        assert!(!asks(&mut entry, &runtime, frame + 1, stamp(10, 1)), "not in each frame");
        assert!(asks(&mut entry, &runtime, frame + 9, stamp(10, 1)), "it was out of sight");
        assert!(asks(&mut entry, &runtime, frame + 10, stamp(11, 1)), "the file was written anew");
        assert!(asks(&mut entry, &runtime, frame + 11, stamp(11, 2)), "and once more, at the same size");
    }

    /// A frame of a page that shows the waveforms of these files.
    fn draws(pictures: &mut Pictures, ctx: &Context, runtime: &Runtime, paths: &[&Path]) -> Vec<Sound> {
        let mut sounds = Vec::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            sounds = paths.iter().map(|path| pictures.sound(ui.ctx(), runtime, *path)).collect();
        });
        output.textures_delta.clear();
        sounds
    }

    #[test]
    fn what_leaves_the_page_is_not_read_any_more_and_what_is_there_is() {
        let (runtime, ctx) = (Runtime::new(|| {}).unwrap(), Context::default());
        let folder = tempfile::tempdir().unwrap();
        let paths = ["one.wav", "two.wav"].map(|name| folder.path().join(name));
        for path in &paths {
            // Half an hour: longer than the frames of this test.
            let spec = hound::WavSpec {
                channels: 1,
                sample_rate: 8_000,
                bits_per_sample: 16,
                sample_format: hound::SampleFormat::Int,
            };
            let mut file = hound::WavWriter::create(path, spec).unwrap();
            (0..1_800 * 8_000).for_each(|_| file.write_sample(16_384_i16).unwrap());
            file.finalize().unwrap();
        }
        let [one, two] = [0, 1].map(|index| paths[index].as_path());
        let mut pictures = Pictures::default();
        draws(&mut pictures, &ctx, &runtime, &[one, two]);
        assert_eq!(pictures.sounds.len(), 2);
        draws(&mut pictures, &ctx, &runtime, &[two]);
        draws(&mut pictures, &ctx, &runtime, &[two]);
        assert!(pictures.sounds.get(one).is_none_or(Heard::has_ended), "scrolled away");
        // Frames of another page.
        for _ in 0..3 {
            ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        }
        let frame = ctx.cumulative_frame_nr();
        draws(&mut pictures, &ctx, &runtime, &[one]);
        assert!(pictures.sounds.contains_key(two), "back from another page, {frame}");
        while !pictures.sounds[one].has_ended() {
            std::thread::yield_now();
        }
        match &draws(&mut pictures, &ctx, &runtime, &[one])[..] {
            [Sound::Read(bars)] => assert!(bars.len() == BARS && bars.iter().all(|bar| (bar - 0.5).abs() < 0.005)),
            _ => panic!("it was read"),
        }
    }
}

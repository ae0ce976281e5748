//! The thread of one open microphone: it holds the device, measures what comes, and writes the file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::meter::{Loudest, Meter};
use super::source::{self, Source};
use super::tap::Line;
use super::{Ended, Face, Input, KEPT_SECS, Order, Place, Reason, Recording, Shown, State};
use crate::error::{Error, Result};
use crate::media::wav::Wav;
use crate::runtime::Handle;

/// How often the queue is emptied.
const PACE: Duration = Duration::from_millis(20);
/// A device that sends nothing for so long is gone.
const STALL: Duration = Duration::from_secs(4);
/// Names that are tried before giving up.
const NAMES: u32 = 999;

struct Work<'a> {
    source: Source,
    line: &'a Line,
    face: &'a Face,
    waker: &'a Handle,
    meter: Meter,
    take: Option<Take>,
    heard_at: Instant,
}

/// What is being recorded.
struct Take {
    wav: Wav<File>,
    rate: u32,
    path: PathBuf,
    loudest: Loudest,
    /// Samples the file may have.
    longest: u64,
    missing: u64,
    /// Samples when the header was last right.
    told: u64,
}

/// Opens the device and works until the window lets go of it or it is lost.
pub(super) fn run(
    input: &Input,
    device: Option<&str>,
    orders: &Receiver<Order>,
    line: &Arc<Line>,
    face: &Face,
    waker: &Handle,
) {
    let opened = source::open(input, device, line, waker);
    let state = opened.as_ref().map_or_else(|error| State::Off(error.clone()), |_| State::On);
    show(face, |shown| shown.state = state);
    waker.wake();
    let Ok(source) = opened else { return };
    let meter = Meter::new(source.rate);
    let work = Work { source, line, face, waker, meter, take: None, heard_at: Instant::now() };
    work.run(orders);
}

impl Work<'_> {
    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            let order = orders.recv_timeout(PACE);
            self.drain();
            match order {
                Ok(Order::Record(place, longest)) => self.begin(&place, longest),
                Ok(Order::Finish) => self.end(Reason::Finished),
                Ok(Order::Cancel) => self.end(Reason::Cancelled),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break self.end(Reason::Cancelled),
            }
            if self.line.is_closed() {
                break self.end(Reason::Cancelled);
            }
            if let Some(error) = self.lost() {
                self.end(Reason::Lost(kept(&error)));
                show(self.face, |shown| shown.state = State::Off(error));
                break;
            }
        }
        let Self { source, face, waker, .. } = self;
        drop(source);
        show(face, |shown| {
            (shown.level, shown.recorded_secs) = Default::default();
            if matches!(shown.state, State::On) {
                shown.state = State::Off(Error::Cancelled);
            }
        });
        waker.wake();
    }

    /// Why the device is of no use any more, when it is of none.
    fn lost(&self) -> Option<Error> {
        let is_mute = || self.source.is_live && self.heard_at.elapsed() > STALL;
        self.line.lost().cloned().or_else(|| is_mute().then(source::mute))
    }

    /// Takes in everything that was heard until now.
    fn drain(&mut self) {
        let mut problem = None;
        // At most what the queue holds: a device faster than the disk must not keep us here.
        for _ in 0..4_096 {
            let Ok(block) = self.source.samples.try_recv() else { break };
            self.heard_at = Instant::now();
            self.meter.add(&block, self.take.as_mut().map(|take| &mut take.loudest));
            problem = self.take.as_mut().and_then(|take| take.push(&block).err());
            if problem.is_some() || self.take.as_ref().is_some_and(Take::is_full) {
                break;
            }
        }
        let missing = self.line.take_missing();
        if let Some(take) = &mut self.take {
            take.missing += missing;
        }
        if let Some(error) = problem {
            self.fail(error);
        } else if self.take.as_ref().is_some_and(Take::is_full) {
            self.end(Reason::LimitReached);
        }
        let (level, secs) = (self.meter.level(), self.take.as_ref().map(|take| take.wav.secs()));
        show(self.face, |shown| (shown.level, shown.recorded_secs) = (level, secs));
    }

    fn begin(&mut self, place: &Place, longest_secs: f64) {
        if self.take.is_some() {
            return;
        }
        match Take::begin(place, self.source.rate, longest_secs) {
            Ok(take) => {
                self.take = Some(take);
                show(self.face, |shown| (shown.recorded_secs, shown.ended) = (Some(0.0), None));
            }
            Err(error) => self.tell(Ended { recording: None, reason: Reason::Failed(error) }),
        }
    }

    /// The file can't be written on.
    fn fail(&mut self, error: io::Error) {
        let Some(take) = &self.take else { return };
        tracing::warn!("the recording could not be written: {error}");
        let kept = if take.wav.samples() == 0 {
            "Nothing had been recorded yet.".to_owned()
        } else {
            format!("What was recorded until then is kept as {}.", name(&take.path))
        };
        let words = if error.kind() == io::ErrorKind::StorageFull {
            format!("The disk is full, so the recording ended. {kept} Free some space, then record again.")
        } else {
            let why = Error::file("write", &take.path, error);
            format!("{why} The recording ended there. {kept}")
        };
        self.end(Reason::Failed(Error::Media(words)));
    }

    fn end(&mut self, reason: Reason) {
        let Some(take) = self.take.take() else { return };
        let removes = match reason {
            Reason::Cancelled => take.wav.secs() < KEPT_SECS,
            Reason::Failed(_) => take.wav.samples() == 0,
            _ => false,
        };
        let recording = take.close(removes);
        self.tell(Ended { recording, reason });
    }

    fn tell(&self, ended: Ended) {
        show(self.face, |shown| (shown.ended, shown.recorded_secs) = (Some(ended), None));
        self.waker.wake();
    }
}

impl Take {
    fn begin(place: &Place, rate: u32, longest_secs: f64) -> Result<Self> {
        let (path, file) = create(place)?;
        let wav = Wav::begin(file, rate).map_err(|e| {
            std::fs::remove_file(&path).ok();
            Error::file("write", &path, e)
        })?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most ten minutes, not negative"
        )]
        let longest = (longest_secs.max(0.0) * f64::from(rate)) as u64;
        Ok(Self { wav, rate, path, loudest: Loudest::default(), longest, missing: 0, told: 0 })
    }

    fn push(&mut self, samples: &[f32]) -> io::Result<()> {
        self.wav.push(samples)?;
        if self.wav.samples() - self.told >= u64::from(self.rate) {
            self.wav.tell()?;
            self.told = self.wav.samples();
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.wav.samples() >= self.longest
    }

    /// Closes the file, and removes it when it is not wanted.
    #[expect(clippy::cast_precision_loss, reason = "samples of minutes")]
    fn close(mut self, removes: bool) -> Option<Recording> {
        if removes {
            drop(self.wav);
            std::fs::remove_file(&self.path).ok();
            return None;
        }
        if let Err(error) = self.wav.tell().and_then(|()| self.wav.file().sync_all()) {
            // The header of a second ago still stands.
            tracing::warn!("the recording could not be closed: {error}");
        }
        let missing_secs = self.missing as f64 / f64::from(self.rate.max(1));
        let (secs, loudest_db, clipped) = (self.wav.secs(), self.loudest.db(), self.loudest.is_clipped());
        Some(Recording { path: self.path, secs, loudest_db, clipped, missing_secs })
    }
}

/// Makes the file, for its owner only.
fn create(place: &Place) -> Result<(PathBuf, File)> {
    let folder = match place {
        Place::New { folder, .. } => Some(folder.as_path()),
        Place::Over(path) => path.parent(),
    };
    if let Some(folder) = folder {
        make(folder).map_err(|e| Error::file("make", folder, e))?;
    }
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match place {
        Place::Over(path) => {
            let file = options.create(true).truncate(true).open(path);
            Ok((path.clone(), file.map_err(|e| Error::file("write", path, e))?))
        }
        Place::New { folder, stem } => {
            options.create_new(true);
            for number in 1..=NAMES {
                let name = if number == 1 { format!("{stem}.wav") } else { format!("{stem} ({number}).wav") };
                let path = folder.join(name);
                match options.open(&path) {
                    Ok(file) => return Ok((path, file)),
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(e) => return Err(Error::file("write", &path, e)),
                }
            }
            Err(Error::file("write", folder, io::ErrorKind::AlreadyExists.into()))
        }
    }
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A lost device, while something was being recorded.
fn kept(error: &Error) -> Error {
    Error::Media(format!("{error} What was recorded until then is kept."))
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn show<T>(face: &Face, act: impl FnOnce(&mut Shown) -> T) -> T {
    act(&mut face.lock().unwrap_or_else(PoisonError::into_inner))
}

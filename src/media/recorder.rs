//! Recording from a microphone: listens as soon as it is opened, so that the level can be judged, and writes a file
//! while it is asked to. One thread holds the device and writes; the window only ever looks.

mod fed;
mod meter;
mod source;
mod tap;
mod work;

use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::runtime::{Handle, Task};
use tap::Line;

pub use fed::Feed;
pub use meter::{Level, Loudness, decibels};

/// Where recorders take their sound from.
#[derive(Clone, Default)]
pub enum Input {
    /// The microphones of this computer.
    #[default]
    System,
    /// Nothing: as on a computer without a microphone.
    Absent,
    /// What somebody pushes by hand.
    Fed(Feed),
}

/// A microphone that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Microphone {
    /// What the system knows it by; stays the same from start to start.
    pub id: String,
    /// What people know it by.
    pub name: String,
}

/// What is connected, without the system's own choice, which is there in any case. Blocks; systems take their time.
///
/// # Errors
/// One sentence, when the system does not tell.
pub fn devices(input: &Input) -> Result<Vec<Microphone>> {
    source::devices(input)
}

/// How it stands with the device.
#[derive(Debug, Clone)]
pub enum State {
    /// The system is being asked for it.
    Opening,
    /// It is on; what it hears is in the level.
    On,
    /// There is none, or it is gone, and why. This recorder does nothing any more.
    Off(Error),
}

/// Where a recording goes.
#[derive(Debug, Clone)]
pub enum Place {
    /// A new file in a folder that is made if need be: `stem.wav`, or `stem (2).wav` when that is taken.
    New { folder: PathBuf, stem: String },
    /// This file, over what is there.
    Over(PathBuf),
}

/// A finished recording: 16-bit mono WAV at the device's own rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    pub path: PathBuf,
    pub secs: f64,
    /// What its loudest half second reached at least, RMS, in dBFS.
    pub loudest_db: f32,
    /// It was too loud for the microphone in more than a moment.
    pub clipped: bool,
    /// Seconds that are missing because the disk or the computer was too slow.
    pub missing_secs: f64,
}

/// Below this, in dBFS, nobody spoke.
const SILENT_DB: f32 = -50.0;
/// A recording shorter than this is a slip of the hand.
const SHORTEST_SECS: f64 = 1.0;
/// What is cancelled before this, in seconds, is not kept.
pub const KEPT_SECS: f64 = 3.0;
/// The longest recording, in seconds.
pub const LONGEST_SECS: f64 = 600.0;

impl Recording {
    /// Why it is of no use as a sample, when it is of none.
    pub fn refusal(&self) -> Option<Error> {
        if self.secs < SHORTEST_SECS {
            let words = "The recording is shorter than a second. Record again, and speak until you press Stop.";
            return Some(Error::Media(words.to_owned()));
        }
        (self.loudest_db < SILENT_DB).then(|| {
            let words = "Nothing was heard: the recording is silent. Check that the microphone is not muted, or choose another one.";
            Error::Media(words.to_owned())
        })
    }
}

/// Why a recording ended.
#[derive(Debug, Clone)]
pub enum Reason {
    Finished,
    /// It reached its longest length.
    LimitReached,
    Cancelled,
    /// The microphone is gone, in a sentence that also says what became of what was recorded.
    Lost(Error),
    /// The file could not be made or written, in a sentence that also says what became of what was recorded.
    Failed(Error),
}

/// A recording that has ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What is kept; `None` when nothing is.
    pub recording: Option<Recording>,
    pub reason: Reason,
}

/// What the window may ask of the thread.
enum Order {
    Record(Place, f64),
    Finish,
    Cancel,
}

/// What the thread shows to the window.
#[derive(Debug)]
struct Shown {
    state: State,
    level: Level,
    recorded_secs: Option<f64>,
    ended: Option<Ended>,
}

type Face = Arc<Mutex<Shown>>;

/// An open microphone. Dropping it turns the microphone off at once; what is being recorded ends as with
/// [`Recorder::cancel`].
///
/// Wakes the window when the device opens or goes and when a recording ends; whoever draws the level asks for
/// repaints.
pub struct Recorder {
    orders: Sender<Order>,
    face: Face,
    line: Arc<Line>,
    _thread: Task<()>,
}

impl Recorder {
    /// Opens a microphone by its id, or the one the system chooses. Returns at once.
    pub fn open(handle: &Handle, input: &Input, device: Option<&str>) -> Self {
        let (orders, received) = mpsc::channel();
        let (state, level) = (State::Opening, Level::default());
        let face = Arc::new(Mutex::new(Shown { state, level, recorded_secs: None, ended: None }));
        let line = Arc::new(Line::default());
        let (input, device) = (input.clone(), device.map(str::to_owned));
        let (shown, used, waker) = (face.clone(), line.clone(), handle.clone());
        let thread = handle.blocking(move || {
            work::run(&input, device.as_deref(), &received, &used, &shown, &waker);
            Ok(())
        });
        Self { orders, face, line, _thread: thread }
    }

    /// How it stands with the device.
    pub fn state(&self) -> State {
        self.look(|shown| shown.state.clone())
    }

    /// Whether the device is open and may hear.
    pub fn is_on(&self) -> bool {
        self.look(|shown| matches!(shown.state, State::On))
    }

    /// What it hears just now.
    pub fn level(&self) -> Level {
        self.look(|shown| shown.level)
    }

    /// Begins to record, for at most so many seconds. Does nothing while something is being recorded.
    pub fn record(&self, place: Place, longest_secs: f64) {
        self.order(Order::Record(place, longest_secs.min(LONGEST_SECS)));
    }

    /// Ends the recording; it comes with [`Recorder::take_ended`].
    pub fn finish(&self) {
        self.order(Order::Finish);
    }

    /// Ends the recording; below [`KEPT_SECS`] its file is removed.
    pub fn cancel(&self) {
        self.order(Order::Cancel);
    }

    /// Turns the microphone off at once: nothing that is heard from now on gets anywhere. What is being recorded
    /// ends as with [`Recorder::cancel`].
    pub fn turn_off(&self) {
        self.line.close();
        self.cancel();
    }

    /// How much is recorded so far, in seconds, while something is.
    pub fn recorded_secs(&self) -> Option<f64> {
        self.look(|shown| shown.recorded_secs)
    }

    /// The recording that has ended, once.
    pub fn take_ended(&self) -> Option<Ended> {
        self.look(|shown| shown.ended.take())
    }

    fn order(&self, order: Order) {
        // A thread that is gone has said so in its state.
        self.orders.send(order).ok();
    }

    fn look<T>(&self, look: impl FnOnce(&mut Shown) -> T) -> T {
        look(&mut self.face.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.line.close();
    }
}

#[cfg(test)]
mod tests;

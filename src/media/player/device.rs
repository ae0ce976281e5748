//! The sound device. It is opened, held and let go on a thread of its own, since some systems don't let it move
//! between threads and all may take their time. Having none is a state.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::time::{Duration, Instant};

use rodio::cpal::traits::{DeviceTrait as _, HostTrait as _};
use rodio::mixer::Mixer;
use rodio::{CpalErrorKind, DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink};

use crate::runtime::{Handle, Task};

/// Where a player's sound goes.
#[derive(Clone)]
pub enum Output {
    /// The device the system plays on, opened at the first play.
    Default,
    /// Nowhere: as on a computer without a sound device.
    Silent,
    /// Into a mixer that somebody else listens to.
    Mixer(Mixer),
}

/// A sound device that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Stays the same from start to start.
    pub id: String,
    pub name: String,
}

/// Every device there is. Blocks.
pub(super) fn list() -> Vec<Speaker> {
    let Ok(devices) = rodio::cpal::default_host().output_devices() else { return Vec::new() };
    let speaker = |device: rodio::cpal::Device| {
        Some(Speaker { id: device.id().ok()?.to_string(), name: device.description().ok()?.name().to_owned() })
    };
    devices.filter_map(speaker).collect()
}

/// The way to the output.
pub(super) enum Link {
    Closed,
    Opening(Opening),
    Open(Device),
    Missing,
}

pub(super) struct Opening {
    since: Instant,
    answer: Receiver<Option<Mixer>>,
    device: Holder,
}

pub(super) struct Device {
    pub(super) mixer: Mixer,
    holder: Option<Holder>,
}

/// Keeps the thread that holds the device.
struct Holder {
    lost: Arc<AtomicBool>,
    _keep: Sender<()>,
    _thread: Task<()>,
}

/// How long a play waits for the device before it goes on without sound. The sound joins in when it comes.
pub(super) const GRACE: Duration = Duration::from_secs(3);

impl Link {
    /// Begins to open, unless that is done or under way. A missing device is looked for again.
    pub(super) fn open(&mut self, output: &Output, handle: &Handle) {
        if matches!(self, Self::Opening(_) | Self::Open(_)) {
            return;
        }
        *self = match output {
            Output::Silent => Self::Missing,
            Output::Mixer(mixer) => Self::Open(Device { mixer: mixer.clone(), holder: None }),
            Output::Default => {
                let (opened, answer) = mpsc::channel();
                let (keep, kept) = mpsc::channel();
                let lost = Arc::new(AtomicBool::new(false));
                let (flag, waker) = (lost.clone(), handle.clone());
                let thread = handle.blocking(move || {
                    hold(&opened, &kept, &flag, &waker);
                    Ok(())
                });
                let device = Holder { lost, _keep: keep, _thread: thread };
                Self::Opening(Opening { since: Instant::now(), answer, device })
            }
        };
    }

    /// Takes in that the device was opened, is missing or was lost. True when it was lost just now.
    pub(super) fn poll(&mut self) -> bool {
        match std::mem::replace(self, Self::Missing) {
            Self::Opening(opening) => {
                *self = match opening.answer.try_recv() {
                    Ok(Some(mixer)) => Self::Open(Device { mixer, holder: Some(opening.device) }),
                    Ok(None) | Err(TryRecvError::Disconnected) => Self::Missing,
                    Err(TryRecvError::Empty) => Self::Opening(opening),
                };
                false
            }
            Self::Open(device) if device.is_lost() => true,
            other => {
                *self = other;
                false
            }
        }
    }

    /// Whether it is worth waiting for.
    pub(super) fn is_pending(&self) -> bool {
        matches!(self, Self::Opening(opening) if opening.since.elapsed() < GRACE)
    }
}

impl Device {
    fn is_lost(&self) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.lost.load(Ordering::Relaxed))
    }
}

/// Opens the device, tells the player, and holds it until the player lets go.
fn hold(opened: &Sender<Option<Mixer>>, kept: &Receiver<()>, lost: &Arc<AtomicBool>, waker: &Handle) {
    let sink = match open(lost, waker) {
        Ok(mut sink) => {
            sink.log_on_drop(false);
            Some(sink)
        }
        Err(error) => {
            tracing::info!("no sound device: {error}");
            None
        }
    };
    opened.send(sink.as_ref().map(|sink| sink.mixer().clone())).ok();
    waker.wake();
    if sink.is_some() {
        // Nothing is ever sent; this ends when the other side is dropped.
        kept.recv().ok();
    }
}

fn open(lost: &Arc<AtomicBool>, waker: &Handle) -> Result<MixerDeviceSink, DeviceSinkError> {
    let device = rodio::cpal::default_host().default_output_device().ok_or(DeviceSinkError::NoDevice)?;
    let (lost, waker) = (lost.clone(), waker.clone());
    let failed = move |error: rodio::cpal::Error| {
        // Said once: a dead device reports without end.
        if is_fatal(&error) && !lost.swap(true, Ordering::Relaxed) {
            tracing::warn!("the sound device was lost: {error}");
            waker.wake();
        }
    };
    DeviceSinkBuilder::from_device(device)?.with_error_callback(failed).open_sink_or_fallback()
}

/// Errors a stream does not come back from. The others are hiccups.
fn is_fatal(error: &rodio::cpal::Error) -> bool {
    matches!(
        error.kind(),
        CpalErrorKind::DeviceNotAvailable
            | CpalErrorKind::HostUnavailable
            | CpalErrorKind::PermissionDenied
            | CpalErrorKind::StreamInvalidated
    )
}

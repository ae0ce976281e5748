//! A microphone that hears what is pushed into it by hand: recording without a device.

use std::sync::{Arc, Mutex, PoisonError};

use super::tap::{Line, Tap};
use crate::error::Error;

/// The hand's end. Cheap to clone.
#[derive(Clone)]
pub struct Feed {
    rate: u32,
    channels: u16,
    slot: Arc<Mutex<Slot>>,
}

#[derive(Default)]
struct Slot {
    tap: Option<(Tap, Arc<Line>)>,
    unplugged: bool,
}

/// Keeps the tap in its slot.
pub(super) struct Open(Feed, Arc<Line>);

impl Feed {
    /// A microphone of so many samples a second and channels.
    pub fn new(rate: u32, channels: u16) -> Self {
        Self { rate, channels, slot: Arc::default() }
    }

    /// Says something into the microphone, interleaved, −1 to 1. False when it is off.
    pub fn push(&self, samples: &[f32]) -> bool {
        self.with(|slot| match &mut slot.tap {
            Some((tap, line)) if !line.is_closed() => {
                tap.push(samples.iter().copied());
                true
            }
            _ => false,
        })
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        self.with(|slot| slot.tap.as_ref().is_some_and(|(_, line)| !line.is_closed()))
    }

    /// Pulls the plug, or puts it back in.
    pub fn unplug(&self, unplugged: bool) {
        self.with(|slot| {
            slot.unplugged = unplugged;
            if let Some((_, line)) = slot.tap.as_ref().filter(|_| unplugged) {
                line.lose(super::source::gone());
            }
        });
    }

    pub(super) const fn form(&self) -> (u32, u16) {
        (self.rate, self.channels)
    }

    pub(super) fn open(&self, tap: Tap, line: &Arc<Line>) -> Result<Open, Error> {
        self.with(|slot| {
            if slot.unplugged {
                return Err(super::source::none());
            }
            slot.tap = Some((tap, line.clone()));
            Ok(Open(self.clone(), line.clone()))
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Slot) -> T) -> T {
        act(&mut self.slot.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Unless it has been opened anew.
        self.0.with(|slot| slot.tap.take_if(|(_, line)| Arc::ptr_eq(line, &self.1)));
    }
}

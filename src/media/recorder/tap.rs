//! The way of the samples from the device's own thread, which must never wait, to the one that writes.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, OnceLock};

use crate::error::Error;

/// Samples that travel together: about 5 ms.
pub(super) const BLOCK: usize = 256;
/// What the queue holds, in seconds: a disk may well take that long for once.
const DEPTH_SECS: usize = 10;
/// So many errors without a sample in between, and the device is lost.
const HICCUPS: u32 = 30;

type Block = [f32; BLOCK];

/// What both ends and the window know of each other.
#[derive(Debug, Default)]
pub(super) struct Line {
    closed: AtomicBool,
    /// Samples for which the queue had no room.
    missing: AtomicU64,
    hiccups: AtomicU32,
    lost: OnceLock<Error>,
}

impl Line {
    /// Nothing passes from now on.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// The device is gone, and why. The first word counts.
    pub fn lose(&self, error: Error) {
        self.lost.set(error).ok();
    }

    /// Something went wrong which often passes. True when it has become too much.
    pub fn hiccup(&self) -> bool {
        self.hiccups.fetch_add(1, Ordering::Relaxed) >= HICCUPS
    }

    pub fn lost(&self) -> Option<&Error> {
        self.lost.get()
    }

    /// Samples that were lost since the last call.
    pub fn take_missing(&self) -> u64 {
        self.missing.swap(0, Ordering::Relaxed)
    }
}

/// The device's end: mixes to one channel and hands on. Takes no lock and no memory.
pub(super) struct Tap {
    line: Arc<Line>,
    channels: usize,
    block: Block,
    filled: usize,
    sender: SyncSender<Block>,
}

/// A tap and what comes out of it.
pub(super) fn tap(line: &Arc<Line>, rate: u32, channels: u16) -> (Tap, Receiver<Block>) {
    let room = (rate as usize * DEPTH_SECS / BLOCK).max(16);
    let (sender, receiver) = mpsc::sync_channel(room);
    let channels = usize::from(channels.max(1));
    (Tap { line: line.clone(), channels, block: [0.0; BLOCK], filled: 0, sender }, receiver)
}

impl Tap {
    /// Takes interleaved samples. Of more than two channels the first two are used: the others of a sound card have
    /// mostly nothing plugged in.
    pub fn push(&mut self, samples: impl ExactSizeIterator<Item = f32>) {
        self.line.hiccups.store(0, Ordering::Relaxed);
        if self.line.is_closed() {
            return;
        }
        let used = self.channels.min(2);
        let (mut sum, mut channel) = (0.0, 0);
        for sample in samples {
            if channel < used && sample.is_finite() {
                sum += sample.clamp(-8.0, 8.0);
            }
            channel += 1;
            if channel == self.channels {
                self.add(if used == 2 { sum / 2.0 } else { sum });
                (sum, channel) = (0.0, 0);
            }
        }
    }

    fn add(&mut self, sample: f32) {
        self.block[self.filled] = sample;
        self.filled += 1;
        if self.filled == BLOCK {
            self.filled = 0;
            if let Err(TrySendError::Full(block)) = self.sender.try_send(self.block) {
                self.line.missing.fetch_add(block.len() as u64, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_channels_become_one_and_what_is_no_number_is_silence() {
        let line = Arc::new(Line::default());
        let (mut tap, out) = tap(&line, 8_000, 3);
        let frame = [0.5, -0.25, 0.9];
        tap.push((0..BLOCK * 3).map(|i| frame[i % 3]));
        assert!(out.try_recv().unwrap().iter().all(|sample| (sample - 0.125).abs() < 1e-6));
        tap.push((0..BLOCK * 3).map(|_| f32::NAN));
        assert!(out.try_recv().unwrap().iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn a_full_queue_loses_samples_and_counts_them() {
        let line = Arc::new(Line::default());
        let (mut tap, out) = tap(&line, 8_000, 1);
        let room = 8_000 * DEPTH_SECS / BLOCK;
        tap.push((0..(room + 3) * BLOCK).map(|_| 0.1));
        assert_eq!((out.try_iter().count(), line.take_missing()), (room, 3 * BLOCK as u64));
        assert_eq!(line.take_missing(), 0);
        line.close();
        tap.push((0..BLOCK).map(|_| 0.1));
        assert!(out.try_recv().is_err(), "a closed line lets nothing pass");
    }
}

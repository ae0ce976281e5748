//! What a decoding thread and the device's thread share: samples on their way, and what is known of their time.
//! Atomics only, so that the device's thread never waits for anybody.

use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use std::time::{Duration, Instant};

/// How much is decoded ahead of the device.
const AHEAD: Duration = Duration::from_millis(500);

/// How the device takes its sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Frames per second.
    pub rate: u32,
    /// Samples in a frame.
    pub channels: u16,
}

/// A ring of frames with room for one sound, or for two that are compared and lie side by side in each frame.
pub(super) struct Pipe {
    pub(super) shape: Shape,
    /// Samples in a frame of the ring.
    stride: usize,
    frames: u64,
    samples: Box<[AtomicU32]>,
    written: AtomicU64,
    read: AtomicU64,
    /// Everything was written.
    finished: AtomicBool,
    pub(super) playing: AtomicBool,
    /// Nobody wants this any more.
    pub(super) gone: AtomicBool,
    /// The device's thread has let go.
    pub(super) left: AtomicBool,
    /// The second of two is heard.
    pub(super) second: AtomicBool,
    /// An amplitude, as the bits of an `f32`.
    gain: AtomicU32,
    /// Grows whenever the device asks for sound, also for silence.
    pub(super) beats: AtomicU64,
    epoch: Instant,
    /// Nanoseconds after `epoch` at which frame 0 was heard, had nothing ever been paused.
    anchor: AtomicI64,
    /// The frame from which the anchor holds.
    floor: AtomicU64,
}

impl Pipe {
    pub(super) fn new(shape: Shape, sounds: usize, gain: f32, second: bool) -> Self {
        let stride = usize::from(shape.channels) * sounds;
        let frames = (AHEAD.as_secs_f64() * f64::from(shape.rate)).ceil().max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "half a second of frames")]
        let frames = frames as u64;
        let room = usize::try_from(frames).unwrap_or(usize::MAX).saturating_mul(stride);
        Self {
            shape,
            stride,
            frames,
            samples: (0..room).map(|_| AtomicU32::new(0)).collect(),
            written: AtomicU64::new(0),
            read: AtomicU64::new(0),
            finished: AtomicBool::new(false),
            playing: AtomicBool::new(true),
            gone: AtomicBool::new(false),
            left: AtomicBool::new(false),
            second: AtomicBool::new(second),
            gain: AtomicU32::new(gain.to_bits()),
            beats: AtomicU64::new(0),
            epoch: Instant::now(),
            anchor: AtomicI64::new(i64::MAX),
            floor: AtomicU64::new(0),
        }
    }

    pub(super) fn set_gain(&self, gain: f32) {
        self.gain.store(gain.to_bits(), Relaxed);
    }

    pub(super) fn gain(&self) -> f32 {
        f32::from_bits(self.gain.load(Relaxed))
    }

    /// Frames there is room for.
    pub(super) fn room(&self) -> u64 {
        self.frames - (self.written.load(Relaxed) - self.read.load(Acquire)).min(self.frames)
    }

    /// Frames written so far.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Relaxed)
    }

    /// Frames taken by the device so far.
    pub(super) fn taken(&self) -> u64 {
        self.read.load(Acquire)
    }

    /// Writes whole frames. Only the decoding thread does, and no more than there is room for.
    pub(super) fn write(&self, samples: &[f32]) {
        let mut at = self.written.load(Relaxed);
        for frame in samples.chunks_exact(self.stride) {
            for (place, sample) in self.frame(at).iter().zip(frame) {
                place.store(sample.to_bits(), Relaxed);
            }
            at += 1;
        }
        self.written.store(at, Release);
    }

    /// Nothing more will be written.
    pub(super) fn finish(&self) {
        self.finished.store(true, Release);
    }

    /// Whether everything was written.
    pub(super) fn is_finished(&self) -> bool {
        self.finished.load(Acquire)
    }

    /// Where the device's thread is, and how much it may read.
    pub(super) fn ready(&self) -> (u64, u64) {
        (self.read.load(Relaxed), self.written.load(Acquire))
    }

    /// Frame so and so, in the device's thread.
    pub(super) fn frame(&self, at: u64) -> &[AtomicU32] {
        let from = usize::try_from(at % self.frames).unwrap_or_default() * self.stride;
        self.samples.get(from..from + self.stride).unwrap_or_default()
    }

    /// Frames up to this one were read.
    pub(super) fn advance(&self, to: u64) {
        self.read.store(to, Release);
    }

    /// The device's thread says when frame 0 was heard. `floor` is where this run of sound began.
    pub(super) fn anchor(&self, nanos: i64, floor: u64) {
        self.floor.store(floor, Relaxed);
        self.anchor.store(nanos, Release);
    }

    /// Nanoseconds of the anchor's clock.
    pub(super) fn nanos(&self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.epoch).as_nanos()).unwrap_or(i64::MAX)
    }

    /// How long so many frames last.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a day of nanoseconds fits")]
    pub(super) fn nanos_of(&self, frames: u64) -> i64 {
        (frames as f64 * 1e9 / f64::from(self.shape.rate)) as i64
    }

    /// Frames that have been heard by now: those taken, less what the device still holds back.
    #[expect(clippy::cast_precision_loss, reason = "a day of nanoseconds fits")]
    pub(super) fn heard(&self, now: Instant) -> f64 {
        let anchor = self.anchor.load(Acquire);
        let (floor, taken) = (self.floor.load(Relaxed) as f64, self.taken() as f64);
        let heard = self.nanos(now).saturating_sub(anchor) as f64 * f64::from(self.shape.rate) / 1e9;
        heard.clamp(floor.min(taken), taken)
    }

    /// Whether the last frame was heard.
    #[expect(clippy::cast_precision_loss, reason = "a day of frames is far below 2^52")]
    pub(super) fn has_ended(&self, now: Instant) -> bool {
        let (read, written) = self.ready();
        self.is_finished() && read == written && self.heard(now) >= read as f64
    }

    /// Whether the device wants more than is there: not even a hundredth of a second is left.
    pub(super) fn is_starving(&self) -> bool {
        let (read, written) = self.ready();
        written - read < u64::from(self.shape.rate / 100).max(1) && !self.is_finished()
    }
}

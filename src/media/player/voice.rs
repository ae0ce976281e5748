//! One track on its way to the device: decoded ahead on a thread of its own, handed over in chunks, played by the
//! device's thread, which must never wait.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::{Duration, Instant};

use rodio::mixer::Mixer;

use crate::error::Result;
use crate::media::decode::{Decoder, Source};
use crate::runtime::{Handle, Task};

/// Chunks decoded ahead: with AAC a third of a second.
const AHEAD: usize = 16;
/// A device that asks for no sample in this time is gone, even if it did not say so.
const STALL: Duration = Duration::from_secs(2);

/// What the player and the device's thread tell each other.
#[derive(Debug, Default)]
struct Shared {
    playing: AtomicBool,
    gone: AtomicBool,
    ended: AtomicBool,
    /// An amplitude, as the bits of an `f32`.
    gain: AtomicU32,
    rate: AtomicU32,
    frames: AtomicU64,
    /// Grows whenever the device asks for sound, also for silence.
    beats: AtomicU64,
}

/// The player's end. Dropping it ends the sound and the decoding.
pub(super) struct Feed {
    shared: Arc<Shared>,
    from_secs: f64,
    worker: Task<()>,
    last_beat: (u64, Instant),
}

impl Feed {
    /// Plays `source` from a position into `mixer`.
    pub(super) fn start(handle: &Handle, mixer: &Mixer, source: &Source, from_secs: f64, gain: f32) -> Self {
        let shared = Arc::new(Shared { playing: true.into(), gain: gain.to_bits().into(), ..Shared::default() });
        let (theirs, mixer, source) = (shared.clone(), mixer.clone(), source.clone());
        let worker = handle.blocking(move || decode(&theirs, &mixer, &source, from_secs));
        Self { shared, from_secs, worker, last_beat: (0, Instant::now()) }
    }

    pub(super) fn set_playing(&self, is_playing: bool) {
        self.shared.playing.store(is_playing, Relaxed);
    }

    pub(super) fn set_gain(&self, gain: f32) {
        self.shared.gain.store(gain.to_bits(), Relaxed);
    }

    #[expect(clippy::cast_precision_loss, reason = "a day of frames is far below 2^52")]
    pub(super) fn position(&self) -> f64 {
        let rate = self.shared.rate.load(Relaxed).max(1);
        self.from_secs + self.shared.frames.load(Relaxed) as f64 / f64::from(rate)
    }

    /// Whether the last sample was played.
    pub(super) fn has_ended(&self) -> bool {
        self.shared.ended.load(Relaxed)
    }

    /// The failure of the decoding, once.
    pub(super) fn take_error(&mut self) -> Option<crate::error::Error> {
        self.worker.take()?.err()
    }

    /// Whether the device has stopped asking. Compares with the last call that saw it ask.
    pub(super) fn is_stalled(&mut self, now: Instant) -> bool {
        let beats = self.shared.beats.load(Relaxed);
        // Before the first beat it is the decoder that is slow.
        if beats != self.last_beat.0 || beats == 0 {
            self.last_beat = (beats, now);
        }
        now.saturating_duration_since(self.last_beat.1) > STALL
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.shared.gone.store(true, Relaxed);
    }
}

/// Decodes until the end, or until nobody listens. Waits while the device has enough.
fn decode(shared: &Arc<Shared>, mixer: &Mixer, source: &Source, from_secs: f64) -> Result<()> {
    let mut decoder = Decoder::open(source, from_secs)?;
    let (Some(channels), Some(rate)) = (NonZero::new(decoder.channels), NonZero::new(decoder.rate)) else {
        return Ok(());
    };
    shared.rate.store(rate.get(), Relaxed);
    let (sender, chunks) = mpsc::sync_channel(AHEAD);
    // The mixer looks at the first samples at once, so they have to be there.
    match decoder.next_chunk() {
        Some(first) => sender.send(first.to_vec()).unwrap_or_default(),
        None => drop(sender.clone()),
    }
    mixer.add(Voice {
        chunks,
        chunk: Vec::new(),
        at: 0,
        channels,
        rate,
        channel: 0,
        gain: 0.0,
        is_live: false,
        shared: shared.clone(),
    });
    while let Some(chunk) = decoder.next_chunk() {
        if shared.gone.load(Relaxed) || sender.send(chunk.to_vec()).is_err() {
            break;
        }
    }
    Ok(())
}

/// The device's end.
struct Voice {
    chunks: Receiver<Vec<f32>>,
    chunk: Vec<f32>,
    at: usize,
    channels: NonZero<u16>,
    rate: NonZero<u32>,
    /// Of the sample that comes next.
    channel: u16,
    /// Follows the wanted gain within milliseconds, so that pause and volume don't click.
    gain: f32,
    /// Whether this frame is sound, not a silence in its place.
    is_live: bool,
    shared: Arc<Shared>,
}

impl Voice {
    /// Decides what the next frame is; `None` at the end.
    #[expect(clippy::cast_precision_loss, reason = "sample rates are small")]
    fn next_frame(&mut self) -> Option<()> {
        let shared = &self.shared;
        shared.beats.fetch_add(1, Relaxed);
        let is_gone = shared.gone.load(Relaxed);
        let is_wanted = shared.playing.load(Relaxed) && !is_gone;
        let target = if is_wanted { f32::from_bits(shared.gain.load(Relaxed)) } else { 0.0 };
        self.gain += (target - self.gain) * (500.0 / self.rate.get() as f32).min(1.0);
        self.is_live = is_wanted || self.gain > 0.001;
        if is_gone && !self.is_live {
            return None;
        }
        if self.is_live && self.at >= self.chunk.len() {
            match self.chunks.try_recv() {
                Ok(chunk) => (self.chunk, self.at) = (chunk, 0),
                Err(TryRecvError::Empty) => self.is_live = false,
                Err(TryRecvError::Disconnected) => {
                    shared.ended.store(true, Relaxed);
                    return None;
                }
            }
        }
        if self.is_live {
            shared.frames.fetch_add(1, Relaxed);
        }
        Some(())
    }
}

impl Iterator for Voice {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.channel == 0 {
            self.next_frame()?;
        }
        self.channel = (self.channel + 1) % self.channels;
        if !self.is_live {
            return Some(0.0);
        }
        let sample = self.chunk.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        Some(sample * self.gain)
    }
}

impl rodio::Source for Voice {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> NonZero<u16> {
        self.channels
    }

    fn sample_rate(&self) -> NonZero<u32> {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

//! The device's end: adds up what is played. It runs in the device's thread, which must never wait, so it takes no
//! lock and no memory.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::pipe::{Pipe, Shape};

/// Sounds that may begin between two calls of the device; only a few ever do.
const PENDING: usize = 32;
/// How fast the sound goes over from one of two to the other.
const CROSSFADE_SECS: f32 = 0.005;
/// Below this a sound that fades out is gone.
const SILENT: f32 = 0.001;
/// A reckoning of the device's delay that is further off than this has jumped.
const JUMP_NANOS: i64 = 40_000_000;

/// Where sounds are sent. Cheap to clone.
#[derive(Clone)]
pub struct Mixer {
    shape: Shape,
    pending: SyncSender<Voice>,
    /// What has ended, to be freed by anybody but the device's thread.
    ended: Arc<Mutex<Receiver<Voice>>>,
}

/// What the device plays.
pub struct MixerOut {
    shape: Shape,
    pending: Receiver<Voice>,
    voices: Vec<Voice>,
    ended: SyncSender<Voice>,
}

/// Both ends of a mixer for a device of this shape.
pub fn mixer(shape: Shape) -> (Mixer, MixerOut) {
    let (sender, pending) = mpsc::sync_channel(PENDING);
    let (bin, ended) = mpsc::sync_channel(2 * PENDING);
    let ended = Arc::new(Mutex::new(ended));
    let voices = Vec::with_capacity(2 * PENDING);
    (Mixer { shape, pending: sender, ended }, MixerOut { shape, pending, voices, ended: bin })
}

impl Mixer {
    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    /// Begins to play. A device that has stopped asking is noticed elsewhere.
    pub(super) fn add(&self, pipe: Arc<Pipe>) {
        self.pending.try_send(Voice { pipe, gain: 0.0, mix: None, run: None, anchor: 0 }).ok();
        self.sweep();
    }

    /// Frees what has ended.
    pub(super) fn sweep(&self) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).try_iter().for_each(drop);
    }
}

impl MixerOut {
    /// The next samples, of whole frames, the first of which will be heard after `delay`.
    pub fn fill(&mut self, samples: &mut [f32], delay: Duration) {
        samples.fill(0.0);
        let at = Instant::now() + delay;
        let free = self.voices.capacity() - self.voices.len();
        self.voices.extend(self.pending.try_iter().take(free));
        let channels = usize::from(self.shape.channels);
        let mut index = 0;
        while let Some(voice) = self.voices.get_mut(index) {
            if voice.add_to(samples, channels, at) {
                index += 1;
                continue;
            }
            voice.pipe.left.store(true, Relaxed);
            // Not dropped here: it may be the last to hold its memory. The bin has room for all there can be.
            self.ended.try_send(self.voices.swap_remove(index)).ok();
        }
        for sample in samples {
            *sample = sample.clamp(-1.0, 1.0);
        }
    }

    /// How many are played or fade out.
    #[cfg(test)]
    pub(super) fn voices(&self) -> usize {
        self.voices.len()
    }
}

/// One pipe being played.
struct Voice {
    pipe: Arc<Pipe>,
    /// Follows the wanted gain within milliseconds, so that pause and volume don't click.
    gain: f32,
    /// How much of the second of two is heard; takes its first value from the pipe.
    mix: Option<f32>,
    /// The frame at which this run of sound began; `None` in a pause.
    run: Option<u64>,
    /// See [`Pipe::anchor`].
    anchor: i64,
}

impl Voice {
    /// Adds its next frames. False when it has ended, or has faded out for good.
    #[expect(clippy::cast_precision_loss, reason = "sample rates are small")]
    fn add_to(&mut self, samples: &mut [f32], channels: usize, at: Instant) -> bool {
        let pipe = self.pipe.clone();
        pipe.beats.fetch_add(1, Relaxed);
        let is_gone = pipe.gone.load(Relaxed);
        let is_wanted = pipe.playing.load(Relaxed) && !is_gone;
        let target = if is_wanted { pipe.gain() } else { 0.0 };
        let second = if pipe.second.load(Relaxed) { 1.0 } else { 0.0 };
        let rate = pipe.shape.rate as f32;
        let (follow, crossfade) = ((500.0 / rate).min(1.0), (1.0 / (CROSSFADE_SECS * rate)).min(1.0));
        let mut mix = self.mix.unwrap_or(second);
        let is_finished = pipe.is_finished();
        let (mut read, written) = pipe.ready();
        let mut offset = 0_u64;
        for out in samples.chunks_exact_mut(channels) {
            self.gain += (target - self.gain) * follow;
            let is_live = (is_wanted || self.gain > SILENT) && read < written;
            if is_live {
                if self.run.is_none() {
                    self.begin_run(at, offset, read);
                }
                mix += (second - mix).clamp(-crossfade, crossfade);
                let (one, other) = pipe.frame(read).split_at_checked(channels).unwrap_or_default();
                for (index, (out, one)) in out.iter_mut().zip(one).enumerate() {
                    let one = f32::from_bits(one.load(Relaxed));
                    let other = other.get(index).map_or(one, |other| f32::from_bits(other.load(Relaxed)));
                    *out += (one + (other - one) * mix) * self.gain;
                }
                read += 1;
            } else {
                self.run = None;
            }
            offset += 1;
        }
        self.mix = Some(mix);
        self.follow_clock(at, offset, read);
        pipe.advance(read);
        let is_faded = is_gone && self.gain <= SILENT;
        !(is_faded || is_finished && read == written)
    }

    /// Sound begins within this call, `offset` frames after its start.
    fn begin_run(&mut self, at: Instant, offset: u64, read: u64) {
        self.run = Some(read);
        self.anchor = self.pipe.nanos(at) + self.pipe.nanos_of(offset) - self.pipe.nanos_of(read);
        self.pipe.anchor(self.anchor, read);
    }

    /// Keeps the time of what is heard in line with the device's, evenly, as its reckoning of delays trembles.
    fn follow_clock(&mut self, at: Instant, offset: u64, read: u64) {
        let Some(run) = self.run.filter(|run| *run + offset < read) else { return };
        let measured = self.pipe.nanos(at) + self.pipe.nanos_of(offset) - self.pipe.nanos_of(read);
        let apart = measured - self.anchor;
        self.anchor += if apart.abs() > JUMP_NANOS { apart } else { apart / 8 };
        self.pipe.anchor(self.anchor, run);
    }
}

//! What is loaded on its way to the device: decoded ahead on a thread of its own, looped there without a gap, and
//! handed over through a [`Pipe`].

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::lane::Lane;
use super::mixer::Mixer;
use super::pipe::Pipe;
use crate::error::Result;
use crate::media::Part;
use crate::media::decode::{Decoder, Source};
use crate::runtime::{Handle, Task};

/// A device that asks for no sample in this time is gone, even if it did not say so.
const STALL: Duration = Duration::from_secs(2);
/// How often the decoding looks for room: often enough to stay ahead.
const LOOK: Duration = Duration::from_millis(40);
/// What is decoded before the device is told.
const HEAD_START: Duration = Duration::from_millis(120);
/// At the joint of a loop the sound is let down and up again within so much, so that it does not click.
const JOINT_SECS: f64 = 0.004;
/// A loop shorter than this is a tone, and would be opened over and over: it is played once.
const SHORTEST_LOOP_SECS: f64 = 0.05;

/// One sound of an order.
pub(super) struct Input {
    pub(super) source: Source,
    /// Its amplitude.
    pub(super) gain: f32,
    /// It was opened already, at the order's place.
    pub(super) opened: Option<Decoder>,
}

/// What is to be played, from where, how.
pub(super) struct Order {
    /// One, or two side by side.
    pub(super) inputs: Vec<Input>,
    pub(super) from_secs: f64,
    pub(super) bounds: Part,
    pub(super) repeats: bool,
    pub(super) gain: f32,
    pub(super) second: bool,
}

/// What the player and the decoding thread tell each other.
struct Plan {
    bounds: Part,
    repeats: bool,
    /// From this frame of the pipe on, the sound is from this second of the source on.
    marks: VecDeque<(u64, f64)>,
    /// Up to where the source is decoded.
    decoded_secs: f64,
    worker: Option<Thread>,
}

/// The player's end. Dropping it ends the sound and the decoding.
pub(super) struct Feed {
    pipe: Arc<Pipe>,
    plan: Arc<Mutex<Plan>>,
    worker: Task<()>,
    last_beat: (u64, Instant),
}

impl Feed {
    /// Plays into `mixer`.
    pub(super) fn start(handle: &Handle, mixer: &Mixer, order: Order) -> Self {
        let pipe = Arc::new(Pipe::new(mixer.shape(), order.inputs.len(), order.gain, order.second));
        let plan = Arc::new(Mutex::new(Plan {
            bounds: order.bounds,
            repeats: order.repeats,
            marks: VecDeque::from([(0, order.from_secs)]),
            decoded_secs: order.from_secs,
            worker: None,
        }));
        let mut work =
            Work { pipe: pipe.clone(), plan: plan.clone(), mixer: mixer.clone(), held: Vec::new(), is_added: false };
        let worker = handle.blocking(move || work.run(order.inputs, order.from_secs));
        Self { pipe, plan, worker, last_beat: (0, Instant::now()) }
    }

    pub(super) fn set_playing(&self, is_playing: bool) {
        if self.pipe.playing.swap(is_playing, Relaxed) != is_playing {
            self.nudge();
        }
    }

    pub(super) fn set_gain(&self, gain: f32) {
        self.pipe.set_gain(gain);
    }

    /// Lets the second of two be heard, or the first.
    pub(super) fn set_second(&self, second: bool) {
        self.pipe.second.store(second, Relaxed);
    }

    /// Changes what is played while it plays. False when what is decoded already does not fit: then only a new feed
    /// does it.
    pub(super) fn set_bounds(&self, bounds: Part, repeats: bool) -> bool {
        let mut plan = lock(&self.plan);
        let at = self.pipe.heard(Instant::now());
        let has_jump_ahead = plan.marks.iter().any(|(frame, _)| to_f64(*frame) > at);
        let changes_ahead = bounds.to_secs < plan.decoded_secs || bounds.from_secs > plan.decoded_secs;
        if has_jump_ahead || changes_ahead || self.pipe.is_finished() {
            return false;
        }
        (plan.bounds, plan.repeats) = (bounds, repeats);
        true
    }

    /// Seconds into the source that are heard right now.
    pub(super) fn position(&self) -> f64 {
        let heard = self.pipe.heard(Instant::now());
        let mut plan = lock(&self.plan);
        while plan.marks.get(1).is_some_and(|(frame, _)| to_f64(*frame) <= heard) {
            plan.marks.pop_front();
        }
        let (frame, secs) = plan.marks.front().copied().unwrap_or_default();
        secs + (heard - to_f64(frame)).max(0.0) / f64::from(self.pipe.shape.rate)
    }

    /// Whether the last sample was heard.
    pub(super) fn has_ended(&self) -> bool {
        self.pipe.has_ended(Instant::now())
    }

    /// Whether the sound has to wait for its bytes.
    pub(super) fn is_starving(&self) -> bool {
        self.pipe.is_starving()
    }

    /// The failure of the decoding, once.
    pub(super) fn take_error(&mut self) -> Option<crate::error::Error> {
        self.worker.take()?.err()
    }

    /// Whether the device has taken everything and asks for no more of it.
    pub(super) fn is_let_go(&self) -> bool {
        self.pipe.left.load(Relaxed)
    }

    /// Whether the device has stopped asking. Compares with the last call that saw it ask.
    pub(super) fn is_stalled(&mut self, now: Instant) -> bool {
        if self.is_let_go() {
            return false;
        }
        let beats = self.pipe.beats.load(Relaxed);
        // Before the first beat it is the decoder that is slow.
        if beats != self.last_beat.0 || beats == 0 {
            self.last_beat = (beats, now);
        }
        now.saturating_duration_since(self.last_beat.1) > STALL
    }

    fn nudge(&self) {
        if let Some(worker) = &lock(&self.plan).worker {
            worker.unpark();
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.pipe.gone.store(true, Relaxed);
        self.nudge();
    }
}

fn lock(plan: &Mutex<Plan>) -> MutexGuard<'_, Plan> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::cast_precision_loss, reason = "a day of frames is far below 2^52")]
fn to_f64(frames: u64) -> f64 {
    frames as f64
}

/// The decoding thread.
struct Work {
    pipe: Arc<Pipe>,
    plan: Arc<Mutex<Plan>>,
    mixer: Mixer,
    /// The last frames decoded, which may turn out to be a joint.
    held: Vec<f32>,
    /// Whether the device has been told.
    is_added: bool,
}

impl Work {
    /// Decodes until the end, or until nobody listens, and stays for as long as the device needs it.
    fn run(&mut self, inputs: Vec<Input>, from_secs: f64) -> Result<()> {
        let result = self.play(inputs, from_secs);
        if result.is_err() {
            self.pipe.gone.store(true, Relaxed);
        }
        if self.is_added {
            self.stay();
        }
        result
    }

    fn play(&mut self, inputs: Vec<Input>, from_secs: f64) -> Result<()> {
        lock(&self.plan).worker = Some(std::thread::current());
        let shape = self.pipe.shape;
        let open = |Input { source, gain, opened }| match opened {
            Some(decoder) => Lane::with(decoder, &source, gain, shape, from_secs),
            None => Lane::open(&source, gain, shape, from_secs),
        };
        let mut lanes = inputs.into_iter().map(open).collect::<Result<Vec<_>>>()?;
        let stride = usize::from(shape.channels) * lanes.len();
        let mut from_secs = from_secs;
        loop {
            let frames = self.stretch(&mut lanes, from_secs);
            let (bounds, repeats) = self.bounds();
            let is_over = frames == 0 && from_secs <= bounds.from_secs || bounds.secs() < SHORTEST_LOOP_SECS;
            if self.is_gone() || !repeats || is_over {
                break;
            }
            self.fade_out(stride);
            self.release(0, stride);
            from_secs = bounds.from_secs;
            lock(&self.plan).marks.push_back((self.pipe.written(), from_secs));
            for lane in &mut lanes {
                lane.seek(from_secs)?;
            }
        }
        self.fade_out(stride);
        self.release(0, stride);
        self.pipe.finish();
        self.add(Duration::ZERO);
        Ok(())
    }

    /// Decodes from a position to the end of what is played; how many frames that were.
    fn stretch(&mut self, lanes: &mut [Lane], from_secs: f64) -> u64 {
        let shape = self.pipe.shape;
        let (channels, rate) = (usize::from(shape.channels), f64::from(shape.rate));
        let stride = channels * lanes.len();
        let block = (shape.rate / 100).max(1) as usize;
        let joint = self.joint();
        let mut buffer = vec![0.0; block * stride];
        let (mut done, is_again) = (0_u64, self.pipe.written() > 0);
        loop {
            let left = (self.bounds().0.to_secs - from_secs).max(0.0) * rate - to_f64(done);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a block")]
            let wanted = left.round().clamp(0.0, to_f64(block as u64)) as usize;
            buffer.fill(0.0);
            let places = lanes.iter_mut().enumerate();
            let took = places.map(|(index, lane)| lane.take(wanted, &mut buffer, stride, index * channels));
            let frames = took.max().unwrap_or_default();
            if frames == 0 || self.is_gone() {
                return done;
            }
            self.held.extend(buffer.iter().take(frames * stride));
            if is_again && done < joint as u64 {
                self.fade_in(done, frames, stride);
            }
            done += frames as u64;
            lock(&self.plan).decoded_secs = from_secs + to_f64(done) / rate;
            self.release(joint * stride, stride);
        }
    }

    fn bounds(&self) -> (Part, bool) {
        let plan = lock(&self.plan);
        (plan.bounds, plan.repeats)
    }

    fn is_gone(&self) -> bool {
        self.pipe.gone.load(Relaxed)
    }

    /// Frames on each side of a joint.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few milliseconds of frames")]
    fn joint(&self) -> usize {
        (f64::from(self.pipe.shape.rate) * JOINT_SECS).ceil() as usize
    }

    /// Lets the sound up behind a joint: the last `frames` held are those from `done` on.
    fn fade_in(&mut self, done: u64, frames: usize, stride: usize) {
        let joint = to_f64(self.joint() as u64);
        let start = self.held.len().saturating_sub(frames * stride);
        let fresh = self.held.get_mut(start..).unwrap_or_default();
        for (index, frame) in fresh.chunks_exact_mut(stride).enumerate() {
            let gain = swell(to_f64(done + index as u64) / joint);
            for sample in frame {
                *sample *= gain;
            }
        }
    }

    /// Lets what is held down towards a joint.
    fn fade_out(&mut self, stride: usize) {
        let joint = to_f64(self.joint() as u64);
        for (index, frame) in self.held.rchunks_exact_mut(stride).enumerate() {
            let gain = swell(to_f64(index as u64) / joint);
            for sample in frame {
                *sample *= gain;
            }
        }
    }

    /// Hands over all but the last `keep` samples, as there is room.
    fn release(&mut self, keep: usize, stride: usize) {
        let mut sent = 0;
        let all = self.held.len().saturating_sub(keep) / stride * stride;
        while sent < all && !self.is_gone() {
            let room = usize::try_from(self.pipe.room()).unwrap_or(usize::MAX).saturating_mul(stride);
            let to = all.min(sent.saturating_add(room));
            self.pipe.write(self.held.get(sent..to).unwrap_or_default());
            sent = to;
            self.add(HEAD_START);
            if sent < all {
                self.wait();
            }
        }
        self.held.drain(..all);
    }

    /// Tells the device, once so much is there: a device that asks for more than there is makes a gap.
    fn add(&mut self, head_start: Duration) {
        let there = to_f64(self.pipe.written()) / f64::from(self.pipe.shape.rate);
        if !self.is_added && there >= head_start.as_secs_f64() {
            self.is_added = true;
            self.mixer.add(self.pipe.clone());
        }
    }

    /// A pause may last: then only the player ends the wait.
    fn wait(&self) {
        if self.pipe.playing.load(Relaxed) {
            std::thread::park_timeout(LOOK);
        } else {
            std::thread::park();
        }
    }

    /// Keeps the memory of the pipe until the device's thread has let go of it, which must not be the one to free it.
    fn stay(&self) {
        while !self.pipe.left.load(Relaxed) && !self.is_gone() {
            self.wait();
        }
        for _ in 0..50 {
            if self.pipe.left.load(Relaxed) {
                break;
            }
            std::thread::park_timeout(LOOK / 4);
        }
        self.mixer.sweep();
    }
}

/// 0 to 1 on the way from 0 to 1, without a corner.
fn swell(way: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let gain = (0.5 - 0.5 * (way.clamp(0.0, 1.0) * std::f64::consts::PI).cos()) as f32;
    gain
}

//! The sound device. It is opened, held and let go on a thread of its own, since some systems don't let it move
//! between threads and all may take their time. Having none is a state.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::time::{Duration, Instant};

use rodio::cpal::traits::{DeviceTrait as _, HostTrait as _, StreamTrait as _};
use rodio::cpal::{
    self, BufferSize, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, StreamConfig, SupportedStreamConfig,
};

use super::mixer::{Mixer, MixerOut, mixer};
use super::pipe::Shape;
use crate::runtime::{Handle, Task};

/// Where a player's sound goes.
#[derive(Clone)]
pub enum Output {
    /// The device that was chosen, or the one the system plays on, opened at the first play.
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
/// Configurations that are tried after the device's own.
const TRIES: usize = 8;
/// The rate that is asked for where there is a choice.
const USUAL_RATE: u32 = 48_000;

impl Link {
    /// Begins to open, unless that is done or under way. A missing device is looked for again.
    pub(super) fn open(&mut self, output: &Output, device: Option<&str>, handle: &Handle) {
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
                let (flag, waker, wanted) = (lost.clone(), handle.clone(), device.map(str::to_owned));
                let thread = handle.blocking(move || {
                    hold(wanted.as_deref(), &opened, &kept, &flag, &waker);
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

/// The devices to choose from. Blocks.
pub(super) fn list() -> Vec<Speaker> {
    let Ok(devices) = cpal::default_host().output_devices() else { return Vec::new() };
    let speaker = |device: cpal::Device| {
        let id = device.id().ok()?;
        let name = device.description().ok()?.name().trim().to_owned();
        (is_for_people(id.id()) && !name.is_empty()).then(|| Speaker { id: id.to_string(), name })
    };
    let mut speakers: Vec<Speaker> = devices.filter_map(speaker).collect();
    speakers.dedup_by(|one, other| one.id == other.id);
    speakers
}

/// ALSA also lists its parts: converters, single plugs of a card, the raw device below the shared one.
fn is_for_people(id: &str) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let whole = ["pulse", "pipewire", "jack"].contains(&id);
    whole || ["sysdefault:", "hdmi:", "bluealsa"].iter().any(|start| id.starts_with(start))
}

/// Opens the device, tells the player, and holds it until the player lets go.
fn hold(
    wanted: Option<&str>,
    opened: &Sender<Option<Mixer>>,
    kept: &Receiver<()>,
    lost: &Arc<AtomicBool>,
    waker: &Handle,
) {
    let stream = match open(wanted, lost, waker) {
        Ok(stream) => Some(stream),
        Err(error) => {
            tracing::info!("no sound device: {error}");
            None
        }
    };
    opened.send(stream.as_ref().map(|(_, mixer)| mixer.clone())).ok();
    waker.wake();
    if stream.is_some() {
        // Nothing is ever sent; this ends when the other side is dropped.
        kept.recv().ok();
    }
}

/// Opens the wanted device in its own configuration, or in the first it accepts.
fn open(wanted: Option<&str>, lost: &Arc<AtomicBool>, waker: &Handle) -> Result<(cpal::Stream, Mixer), cpal::Error> {
    let host = cpal::default_host();
    let device = match wanted {
        None => host.default_output_device(),
        Some(id) => cpal::DeviceId::from_str(id).ok().and_then(|id| host.device_by_id(&id)),
    };
    let device = device.ok_or(cpal::Error::from(cpal::ErrorKind::DeviceNotAvailable))?;
    let own = device.default_output_config();
    let usual = own.as_ref().map(|config| {
        // About a twelfth of a second, of which devices hold two: a busy computer does not tear the sound, and a pause
        // is still heard at once.
        let frames = (config.sample_rate() / 10).next_power_of_two() / 2;
        (*config, BufferSize::Fixed(frames.max(64)))
    });
    let others = device.supported_output_configs().into_iter().flatten().take(TRIES).map(|range| {
        let (least, most) = (range.min_sample_rate(), range.max_sample_rate());
        range.with_sample_rate(USUAL_RATE.clamp(least, most))
    });
    let plain = own.as_ref().ok().copied().into_iter().chain(others).map(|config| (config, BufferSize::Default));
    let mut refused = own.as_ref().err().cloned();
    for (config, buffer) in usual.ok().into_iter().chain(plain) {
        match stream(&device, config, buffer, lost, waker) {
            Ok(opened) => return Ok(opened),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or(cpal::Error::from(cpal::ErrorKind::UnsupportedConfig)))
}

fn stream(
    device: &cpal::Device,
    config: SupportedStreamConfig,
    buffer_size: BufferSize,
    lost: &Arc<AtomicBool>,
    waker: &Handle,
) -> Result<(cpal::Stream, Mixer), cpal::Error> {
    let shape = Shape { rate: config.sample_rate().max(1), channels: config.channels().max(1) };
    let (mixer, out) = mixer(shape);
    let (lost, waker) = (lost.clone(), waker.clone());
    let failed = move |error: cpal::Error| {
        // Said once: a dead device reports without end.
        if is_fatal(&error) && !lost.swap(true, Ordering::Relaxed) {
            tracing::warn!("the sound device was lost: {error}");
            waker.wake();
        }
    };
    let wanted = StreamConfig { buffer_size, ..config.config() };
    let stream = match config.sample_format() {
        SampleFormat::F32 => play::<f32>(device, wanted, out, failed),
        SampleFormat::F64 => play::<f64>(device, wanted, out, failed),
        SampleFormat::I8 => play::<i8>(device, wanted, out, failed),
        SampleFormat::I16 => play::<i16>(device, wanted, out, failed),
        SampleFormat::I24 => play::<cpal::I24>(device, wanted, out, failed),
        SampleFormat::I32 => play::<i32>(device, wanted, out, failed),
        SampleFormat::U8 => play::<u8>(device, wanted, out, failed),
        SampleFormat::U16 => play::<u16>(device, wanted, out, failed),
        SampleFormat::U32 => play::<u32>(device, wanted, out, failed),
        _ => Err(cpal::Error::from(cpal::ErrorKind::UnsupportedConfig)),
    }?;
    stream.play()?;
    Ok((stream, mixer))
}

/// Lets the device ask the mixer for its samples, and tell how long it will hold them back.
fn play<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    mut out: MixerOut,
    failed: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error> {
    // As long as any device asks for at once; grown at the first call of one that asks for more.
    let mut samples = vec![0.0; 16_384];
    let give = move |data: &mut [T], info: &OutputCallbackInfo| {
        let stamp = info.timestamp();
        let delay = stamp.playback.duration_since(stamp.callback);
        if samples.len() < data.len() {
            samples.resize(data.len(), 0.0);
        }
        let samples = samples.get_mut(..data.len()).unwrap_or_default();
        out.fill(samples, delay);
        for (place, sample) in data.iter_mut().zip(samples) {
            *place = T::from_sample(*sample);
        }
    };
    device.build_output_stream(config, give, failed, None)
}

/// Errors a stream does not come back from. The others are hiccups.
fn is_fatal(error: &cpal::Error) -> bool {
    use cpal::ErrorKind::{DeviceNotAvailable, HostUnavailable, PermissionDenied, StreamInvalidated};
    matches!(error.kind(), DeviceNotAvailable | HostUnavailable | PermissionDenied | StreamInvalidated)
}

//! The microphones of this computer: which there are, opening one, and what their errors mean.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use rodio::CpalErrorKind;
use rodio::cpal::traits::{DeviceTrait as _, HostTrait as _, StreamTrait as _};
use rodio::cpal::{self, Device, FromSample, I24, SampleFormat, SizedSample, Stream, StreamConfig, U24};

use super::tap::{BLOCK, Line, Tap, tap};
use super::{Input, Microphone, fed};
use crate::error::{Error, Result};
use crate::runtime::Handle;

/// An open device; closed when it is dropped.
pub(super) struct Source {
    pub rate: u32,
    pub samples: Receiver<[f32; BLOCK]>,
    /// It sends samples all the time: when none come, it is gone.
    pub is_live: bool,
    _kept: Kept,
}

/// What has to live as long as the device is open.
enum Kept {
    Stream { _stream: Stream },
    Fed { _open: fed::Open },
}

pub(super) fn devices(input: &Input) -> Result<Vec<Microphone>> {
    match input {
        Input::System => {
            let found = cpal::default_host().input_devices().map_err(|error| words(&error))?;
            Ok(found.filter_map(|device| microphone(&device)).collect())
        }
        Input::Absent => Ok(Vec::new()),
        Input::Fed(_) => Ok(vec![Microphone { id: "fed".to_owned(), name: "Fed microphone".to_owned() }]),
    }
}

/// Opens a device, which begins to send at once.
pub(super) fn open(input: &Input, device: Option<&str>, line: &Arc<Line>, waker: &Handle) -> Result<Source> {
    match input {
        Input::System => open_system(device, line, waker),
        Input::Absent => Err(none()),
        Input::Fed(feed) => {
            let (rate, channels) = feed.form();
            let (tap, samples) = tap(line, rate, channels);
            let open = feed.open(tap, line)?;
            Ok(Source { rate, samples, is_live: false, _kept: Kept::Fed { _open: open } })
        }
    }
}

fn open_system(chosen: Option<&str>, line: &Arc<Line>, waker: &Handle) -> Result<Source> {
    let host = cpal::default_host();
    let device = match chosen {
        None => host.default_input_device().ok_or_else(none)?,
        Some(id) => {
            let mut all = host.input_devices().map_err(|error| words(&error))?;
            let is_it = |device: &Device| device.id().is_ok_and(|this| this.to_string() == id);
            all.find(is_it).ok_or_else(away)?
        }
    };
    let supported = device.default_input_config().map_err(|error| words(&error))?;
    let (format, config) = (supported.sample_format(), supported.config());
    let (tap, samples) = tap(line, config.sample_rate, config.channels);
    let stream = build(&device, config, format, tap, line, waker).map_err(|error| words(&error))?;
    stream.play().map_err(|error| words(&error))?;
    Ok(Source { rate: config.sample_rate, samples, is_live: true, _kept: Kept::Stream { _stream: stream } })
}

fn build(
    device: &Device,
    config: StreamConfig,
    format: SampleFormat,
    tap: Tap,
    line: &Arc<Line>,
    waker: &Handle,
) -> std::result::Result<Stream, cpal::Error> {
    let failed = failed(line.clone(), waker.clone());
    match format {
        SampleFormat::F32 => stream::<f32>(device, config, tap, failed),
        SampleFormat::F64 => stream::<f64>(device, config, tap, failed),
        SampleFormat::I8 => stream::<i8>(device, config, tap, failed),
        SampleFormat::I16 => stream::<i16>(device, config, tap, failed),
        SampleFormat::I24 => stream::<I24>(device, config, tap, failed),
        SampleFormat::I32 => stream::<i32>(device, config, tap, failed),
        SampleFormat::U8 => stream::<u8>(device, config, tap, failed),
        SampleFormat::U16 => stream::<u16>(device, config, tap, failed),
        SampleFormat::U24 => stream::<U24>(device, config, tap, failed),
        SampleFormat::U32 => stream::<u32>(device, config, tap, failed),
        _ => Err(CpalErrorKind::UnsupportedConfig.into()),
    }
}

fn stream<T>(
    device: &Device,
    config: StreamConfig,
    mut tap: Tap,
    failed: impl FnMut(cpal::Error) + Send + 'static,
) -> std::result::Result<Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let heard = move |samples: &[T], _: &_| tap.push(samples.iter().map(|sample| f32::from_sample_(*sample)));
    device.build_input_stream(config, heard, failed, None)
}

/// What a device reports while it runs. A dead one reports without end, so it is said once.
fn failed(line: Arc<Line>, waker: Handle) -> impl FnMut(cpal::Error) + Send + 'static {
    move |error| {
        let is_harmless = matches!(error.kind(), CpalErrorKind::RealtimeDenied | CpalErrorKind::DeviceChanged);
        if is_harmless || line.lost().is_some() || !(is_fatal(error.kind()) || line.hiccup()) {
            return;
        }
        tracing::warn!("the microphone was lost: {error}");
        line.lose(gone());
        waker.wake();
    }
}

const fn is_fatal(kind: CpalErrorKind) -> bool {
    matches!(
        kind,
        CpalErrorKind::DeviceNotAvailable
            | CpalErrorKind::HostUnavailable
            | CpalErrorKind::PermissionDenied
            | CpalErrorKind::StreamInvalidated
    )
}

/// What a device that did not open means for a person.
fn words(error: &cpal::Error) -> Error {
    tracing::info!("no microphone: {error}");
    let words = match error.kind() {
        CpalErrorKind::PermissionDenied => {
            "The system does not let Mouthpiece use the microphone. Allow it in the privacy settings of the system, then look again."
        }
        CpalErrorKind::DeviceBusy => {
            "Another program is using the microphone. Close that program, or choose another microphone."
        }
        CpalErrorKind::UnsupportedConfig | CpalErrorKind::UnsupportedOperation => {
            "This device gives no sound that Mouthpiece can record. Choose another microphone."
        }
        _ => return none(),
    };
    Error::Media(words.to_owned())
}

/// There is none.
pub(super) fn none() -> Error {
    Error::Media("No microphone was found. Plug one in, or switch it on, then look again.".to_owned())
}

/// The chosen one is not there.
fn away() -> Error {
    Error::Media("The microphone that was chosen is not connected. Plug it in, or choose another one.".to_owned())
}

/// It was there a moment ago.
pub(super) fn gone() -> Error {
    Error::Media("The microphone is gone: it was unplugged or switched off. Plug it in, then look again.".to_owned())
}

/// It is there and sends nothing.
pub(super) fn mute() -> Error {
    let words = "The microphone stopped sending sound. Unplug it and plug it in again, or choose another one.";
    Error::Media(words.to_owned())
}

/// A device as it can be chosen; `None` for what only programs care about.
fn microphone(device: &Device) -> Option<Microphone> {
    let (id, description) = (device.id().ok()?.to_string(), device.description().ok()?);
    if cfg!(target_os = "linux") && !is_worth_choosing(&id) {
        return None;
    }
    Some(Microphone { id, name: description.name().to_owned() })
}

/// The sound library of Linux lists every card a dozen times, in as many forms, and each of its converters. One form
/// of each card is for people, and the system's own choice is there anyway.
fn is_worth_choosing(id: &str) -> bool {
    let Some(card) = id.strip_prefix("alsa:").unwrap_or(id).strip_prefix("plughw:CARD=") else { return false };
    // By name: the same cards by number are listed once more, and numbers change from start to start.
    !card.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_card_is_listed_once() {
        for (id, is_there) in [
            ("alsa:plughw:CARD=PCH,DEV=0", true),
            ("alsa:plughw:CARD=0,DEV=0", false),
            ("alsa:hw:CARD=PCH,DEV=0", false),
            ("alsa:default", false),
            ("alsa:sysdefault:CARD=PCH", false),
            ("alsa:null", false),
            ("alsa:samplerate", false),
        ] {
            assert_eq!(is_worth_choosing(id), is_there, "{id}");
        }
    }

    #[test]
    fn every_error_is_a_sentence_with_something_to_do() {
        let kinds = [
            CpalErrorKind::DeviceNotAvailable,
            CpalErrorKind::PermissionDenied,
            CpalErrorKind::DeviceBusy,
            CpalErrorKind::UnsupportedConfig,
            CpalErrorKind::BackendError,
        ];
        let said: Vec<String> = kinds.into_iter().map(|kind| words(&kind.into()).to_string()).collect();
        assert!(said.iter().all(|words| words.matches(". ").count() >= 1 && words.ends_with('.')), "{said:?}");
        assert_eq!(said[0], said[4]);
        assert!(said[1].contains("privacy") && said[2].contains("Another program"));
    }
}

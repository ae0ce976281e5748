//! Sound that is no finished file: still arriving, or none at all.

use std::sync::Arc;

use symphonia::core::io::MediaSource;

use super::{Decoder, Inner, Sound, frames};
use crate::error::Result;
use crate::media::growing::{Growing, Reader};
use crate::media::sniff;

/// A tenth of a second of silence at its rate.
pub(super) static NOTHING: [f32; 800] = [0.0; 800];
/// Sound that is still arriving is small; this only bounds the length its header may claim.
const MAX_STREAM: u64 = 64 * 1024 * 1024;

impl Decoder {
    /// Opens what is still arriving as soon as enough is there; what can't be read so waits for the rest.
    pub(super) fn open_stream(growing: &Arc<Growing>, at_secs: f64) -> Result<Self> {
        if growing.whole().is_none() {
            let container = sniff::container(&mut Reader::new(growing.clone()));
            let container = container.ok().and_then(std::result::Result::ok).filter(|it| !it.is_iso());
            let again = || -> Option<Box<dyn MediaSource>> { Some(Box::new(Reader::new(growing.clone()))) };
            let sound = container.map(|container| Sound { container, size: MAX_STREAM, index: None, again: &again });
            if let Some(sound) = sound.filter(Sound::is_read_here)
                && let Some(decoder) = Self::in_process(&sound, at_secs)
            {
                return Ok(decoder);
            }
        }
        Self::open_bytes(&growing.wait()?, at_secs)
    }

    pub(super) fn silence(secs: f64, at_secs: f64) -> Self {
        const RATE: u32 = 8_000;
        let secs = if secs.is_finite() { secs.clamp(0.0, 86_400.0) } else { 0.0 };
        let left = frames((secs - at_secs).max(0.0), RATE);
        Self { rate: RATE, channels: 1, length_secs: Some(secs), inner: Inner::Silence, pause: 0, skip: 0, left }
    }
}

pub(super) fn no_sound(name: &str) -> String {
    format!("{name} has no sound. Choose another file.")
}

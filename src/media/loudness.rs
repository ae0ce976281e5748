//! How loud a sound is to people: EBU R 128, as broadcasters measure it.

use std::path::Path;

use ebur128::{EbuR128, Mode};

use crate::error::{Error, Result};
use crate::media::decode::{Decoder, Source};
use crate::media::sniff;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loudness {
    /// Gated over the whole sound, in LUFS; `None` for silence and for less than 0.4 s.
    pub integrated_lufs: Option<f64>,
    /// The highest level between the samples too, in dBTP; −∞ for silence.
    pub true_peak_db: f64,
}

/// Measures a file's sound. Blocks; reads it once, in constant memory.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read.
pub fn of(path: &Path) -> Result<Loudness> {
    of_while(path, &|| true)
}

/// The same for as long as somebody wants to know.
///
/// # Errors
/// As [`of`], and [`Error::Cancelled`] when `goes_on` has become false.
pub fn of_while(path: &Path, goes_on: &dyn Fn() -> bool) -> Result<Loudness> {
    let mut decoder = Decoder::open(&Source::File(path.to_owned()), 0.0)?;
    let mut meter = Meter::new(u32::from(decoder.channels), decoder.rate)
        .ok_or_else(|| Error::Media(format!("The loudness of {} can't be measured.", sniff::name(path))))?;
    while let Some(samples) = decoder.next_chunk() {
        if !goes_on() {
            return Err(Error::Cancelled);
        }
        meter.add(samples);
    }
    Ok(meter.loudness())
}

/// Measures what is pushed into it.
pub(super) struct Meter {
    ebu: EbuR128,
    channels: u32,
    /// The samples without what is no number.
    plain: Vec<f32>,
}

impl Meter {
    pub(super) fn new(channels: u32, rate: u32) -> Option<Self> {
        let mode = Mode::I | Mode::TRUE_PEAK | Mode::HISTOGRAM;
        Some(Self { ebu: EbuR128::new(channels, rate, mode).ok()?, channels, plain: Vec::new() })
    }

    /// Interleaved samples, in whole frames.
    pub(super) fn add(&mut self, samples: &[f32]) {
        self.plain.clear();
        self.plain.extend(samples.iter().map(|sample| if sample.is_finite() { sample.clamp(-8.0, 8.0) } else { 0.0 }));
        // Only frames that are not whole are refused.
        self.ebu.add_frames_f32(&self.plain).ok();
    }

    pub(super) fn loudness(&self) -> Loudness {
        let integrated_lufs = self.ebu.loudness_global().ok().filter(|lufs| lufs.is_finite() && *lufs > -70.0);
        let peaks = (0..self.channels).filter_map(|channel| self.ebu.true_peak(channel).ok());
        let true_peak_db = 20.0 * peaks.fold(0.0, f64::max).log10();
        Loudness { integrated_lufs, true_peak_db }
    }
}

//! One sound, decoded and made to fit the device: its rate, its channels.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, FixedAsync, Indexing, Resampler, SincInterpolationParameters, WindowFunction};

use super::pipe::Shape;
use crate::error::{Error, Result};
use crate::media::decode::{Decoder, Source, frames};

/// Frames that are converted at a time.
const CHUNK: usize = 1024;
/// A day: no film is longer.
const MOST_SECS: f64 = 86_400.0;
/// Taps of the filter between two rates: as good as ears, in a few percent of a core.
const TAPS: usize = 128;

/// Gives a source's frames in the device's shape.
pub(super) struct Lane {
    source: Source,
    gain: f32,
    shape: Shape,
    decoder: Option<Decoder>,
    /// Between the rates, when they differ.
    change: Option<Change>,
    /// Converted samples, of which `at` are used up.
    ready: Vec<f32>,
    at: usize,
    /// Frames up to the end of the film, if the sound is one's.
    left: u64,
}

impl Lane {
    /// Opens a source at a position.
    ///
    /// # Errors
    /// Why it can't be played, in a sentence.
    pub(super) fn open(source: &Source, gain: f32, shape: Shape, at_secs: f64) -> Result<Self> {
        let mut lane = Self::closed(source, gain, shape);
        lane.seek(at_secs)?;
        Ok(lane)
    }

    /// Goes on with a source that was opened already, at a position.
    ///
    /// # Errors
    /// As [`Lane::open`].
    pub(super) fn with(decoder: Decoder, source: &Source, gain: f32, shape: Shape, at_secs: f64) -> Result<Self> {
        let mut lane = Self::closed(source, gain, shape);
        lane.left = lane.film_left(at_secs);
        lane.begin(decoder)?;
        Ok(lane)
    }

    fn closed(source: &Source, gain: f32, shape: Shape) -> Self {
        let source = source.clone();
        Self { source, gain, shape, decoder: None, change: None, ready: Vec::new(), at: 0, left: 0 }
    }

    /// Frames from a position to the end of the film, if there is one.
    fn film_left(&self, at_secs: f64) -> u64 {
        let Source::Film { secs, .. } = self.source else { return 0 };
        frames((secs - at_secs).clamp(0.0, MOST_SECS), self.shape.rate)
    }

    /// Goes on at another position.
    ///
    /// # Errors
    /// As [`Lane::open`].
    pub(super) fn seek(&mut self, at_secs: f64) -> Result<()> {
        self.ready.clear();
        self.at = 0;
        // The old one may hold a process, which is not needed while the new one starts.
        self.decoder = None;
        self.left = self.film_left(at_secs);
        match Decoder::open(&self.source, at_secs) {
            // Behind its sound a film is silent. What can't be read at all says why.
            Err(_) if self.left > 0 && at_secs > 0.0 && Decoder::open(&self.source, 0.0).is_ok() => Ok(()),
            opened => self.begin(opened?),
        }
    }

    fn begin(&mut self, decoder: Decoder) -> Result<()> {
        let channels = decoder.channels.min(self.shape.channels);
        let differs = decoder.rate != self.shape.rate;
        self.change = differs.then(|| Change::new(decoder.rate, self.shape.rate, channels)).transpose()?;
        self.decoder = Some(decoder);
        Ok(())
    }

    /// Adds up to so many frames to `out`, at every `stride`th frame's `offset`; how many there were.
    pub(super) fn take(&mut self, frames: usize, out: &mut [f32], stride: usize, offset: usize) -> usize {
        let channels = usize::from(self.shape.channels);
        let mut done = 0;
        for place in out.chunks_exact_mut(stride).take(frames) {
            if self.at >= self.ready.len() && !self.refill() {
                break;
            }
            let Some(frame) = self.ready.get(self.at..self.at + channels) else { break };
            if let Some(place) = place.get_mut(offset..offset + channels) {
                place.copy_from_slice(frame);
            }
            self.at += channels;
            self.left = self.left.saturating_sub(1);
            done += 1;
        }
        done
    }

    /// Decodes and converts more. False at the end.
    fn refill(&mut self) -> bool {
        self.ready.clear();
        self.at = 0;
        let to = usize::from(self.shape.channels);
        while self.ready.is_empty() {
            let Some(decoder) = &mut self.decoder else { return self.pad(to) };
            let from = usize::from(decoder.channels);
            let between = from.min(to);
            let chunk = decoder.next_chunk();
            let is_end = chunk.is_none();
            let mut fewer = Vec::new();
            fold(chunk.unwrap_or_default(), from, between, &mut fewer);
            let changed = match &mut self.change {
                None => fewer,
                Some(change) => {
                    change.add(&fewer, is_end);
                    change.take()
                }
            };
            spread(&changed, between, to, self.gain, &mut self.ready);
            if is_end {
                self.decoder = None;
            }
        }
        true
    }

    /// Goes on in silence up to the end of the film. False there.
    fn pad(&mut self, channels: usize) -> bool {
        let frames = usize::try_from(self.left).unwrap_or(usize::MAX).min(CHUNK);
        self.ready.resize(frames * channels, 0.0);
        frames > 0
    }
}

/// From one rate to another.
struct Change {
    inner: Async<f32>,
    channels: usize,
    ratio: f64,
    input: Vec<f32>,
    output: Vec<f32>,
    /// Frames that came and that went, and those of the filter's delay still to drop.
    came: u64,
    went: u64,
    drop: usize,
}

impl Change {
    fn new(from: u32, to: u32, channels: u16) -> Result<Self> {
        let ratio = f64::from(to) / f64::from(from);
        let filter = SincInterpolationParameters::new(TAPS, WindowFunction::BlackmanHarris2);
        let channels = usize::from(channels);
        let inner = Async::new_sinc(ratio, 1.0, &filter, CHUNK, channels, FixedAsync::Input);
        let inner = inner.map_err(|why| Error::Media(format!("Sound at {from} Hz can't be played: {why}.")))?;
        let drop = inner.output_delay();
        Ok(Self { inner, channels, ratio, input: Vec::new(), output: Vec::new(), came: 0, went: 0, drop })
    }

    /// Takes in samples; at the end, also gives out what the filter holds back.
    fn add(&mut self, samples: &[f32], is_end: bool) {
        self.input.extend_from_slice(samples);
        self.came += (samples.len() / self.channels) as u64;
        let mut used = 0;
        while self.input.len() - used >= CHUNK * self.channels {
            let Some(chunk) = self.input.get(used..used + CHUNK * self.channels) else { break };
            if convert(&mut self.inner, chunk, self.channels, CHUNK, &mut self.output).is_none() {
                break;
            }
            used += CHUNK * self.channels;
        }
        self.input.drain(..used);
        if is_end {
            self.flush();
        }
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "frames")]
    fn flush(&mut self) {
        let wanted = (self.came as f64 * self.ratio).round() as u64;
        let mut left = self.input.len() / self.channels;
        self.input.resize(CHUNK * self.channels, 0.0);
        while self.went + ((self.output.len() / self.channels).saturating_sub(self.drop) as u64) < wanted {
            if convert(&mut self.inner, &self.input, self.channels, left, &mut self.output).is_none() {
                break;
            }
            left = 0;
        }
        let most = usize::try_from(wanted - self.went.min(wanted)).unwrap_or(usize::MAX).saturating_add(self.drop);
        self.output.truncate(most.saturating_mul(self.channels));
    }

    fn take(&mut self) -> Vec<f32> {
        let drop = self.drop.min(self.output.len() / self.channels);
        self.drop -= drop;
        let mut output = std::mem::take(&mut self.output);
        output.drain(..drop * self.channels);
        self.went += (output.len() / self.channels) as u64;
        output
    }
}

/// Converts one chunk of which `full` frames count; `None` when the filter can't, which ends the sound.
fn convert(inner: &mut Async<f32>, chunk: &[f32], channels: usize, full: usize, out: &mut Vec<f32>) -> Option<()> {
    let input = InterleavedSlice::new(chunk, channels, CHUNK).ok()?;
    let (room, start) = (inner.output_frames_next(), out.len());
    out.resize(start + room * channels, 0.0);
    let mut output = InterleavedSlice::new_mut(out.get_mut(start..)?, channels, room).ok()?;
    let part = (full < CHUNK).then(|| Indexing::new().partial_len(full));
    let (_, frames) = inner.process_into_buffer(&input, &mut output, part.as_ref()).ok()?;
    out.truncate(start + frames * channels);
    Some(())
}

/// Fewer channels: all into one, or the left ones, the right ones and what is for both into two.
fn fold(samples: &[f32], from: usize, to: usize, out: &mut Vec<f32>) {
    if from == to {
        out.extend_from_slice(samples);
        return;
    }
    let weights: Vec<[f32; 2]> = (0..from).map(|channel| weight(channel, from)).collect();
    let most = weights.iter().map(|pair| pair[0]).sum::<f32>().max(1.0);
    #[expect(clippy::cast_precision_loss, reason = "a few channels")]
    let share = 1.0 / from as f32;
    for frame in samples.chunks_exact(from) {
        match to {
            1 => out.push(frame.iter().sum::<f32>() * share),
            2 => {
                let side = |side: usize| frame.iter().zip(&weights).map(|(s, w)| s * w[side]).sum::<f32>() / most;
                out.extend([side(0), side(1)]);
            }
            _ => out.extend_from_slice(frame.get(..to).unwrap_or_default()),
        }
    }
}

/// How much of a channel is heard at the left and at the right, in the usual order: left, right, middle, bass, then
/// pairs.
fn weight(channel: usize, of: usize) -> [f32; 2] {
    const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
    match (channel, of) {
        (0, _) => [1.0, 0.0],
        (1, _) => [0.0, 1.0],
        (2, 3 | 5..) => [HALF, HALF],
        (3, 6..) => [0.0, 0.0],
        (2, 4) | (3, 5) => [HALF, 0.0],
        (channel, 6..) if channel % 2 == 0 => [HALF, 0.0],
        _ => [0.0, HALF],
    }
}

/// More channels: one to the left and right, others to their places, silence to the rest.
fn spread(samples: &[f32], from: usize, to: usize, gain: f32, out: &mut Vec<f32>) {
    for frame in samples.chunks_exact(from) {
        for channel in 0..to {
            let source = if from == 1 && channel < 2 { 0 } else { channel };
            out.push(frame.get(source).copied().unwrap_or_default() * gain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: Shape = Shape { rate: 48_000, channels: 2 };

    /// A second of a tone at so many hertz in one channel.
    fn tone(rate: u32, hertz: f64) -> Source {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
        for index in 0..rate {
            let phase = f64::from(index) / f64::from(rate) * hertz * std::f64::consts::TAU;
            #[expect(clippy::cast_possible_truncation, reason = "a sample")]
            writer.write_sample((phase.sin() * 0.5) as f32).unwrap();
        }
        writer.finalize().unwrap();
        Source::Bytes(bytes.into_inner().into())
    }

    fn all(lane: &mut Lane) -> Vec<f32> {
        let mut out = vec![0.0; 2 * 100_000];
        let frames = lane.take(100_000, &mut out, 2, 0);
        out.truncate(frames * 2);
        out
    }

    #[test]
    fn other_rates_keep_their_length_their_pitch_and_their_place() {
        for rate in [8_000, 22_050, 44_100, 48_000, 96_000] {
            let mut lane = Lane::open(&tone(rate, 440.0), 1.0, DEVICE, 0.0).unwrap();
            let heard = all(&mut lane);
            assert_eq!(heard.len(), 96_000, "{rate}");
            let off = (1_000_u32..47_000).map(|frame| {
                let phase = f64::from(frame) / 48_000.0 * 440.0 * std::f64::consts::TAU;
                (f64::from(heard[2 * frame as usize]) - phase.sin() * 0.5).abs()
            });
            let worst = off.fold(0.0, f64::max);
            // A frame of 48 kHz is 0.029 of this tone.
            assert!(worst < 0.031, "{rate}: off by {worst}");
            assert!(heard.chunks(2).all(|frame| frame[0].to_bits() == frame[1].to_bits()), "on both sides");
        }
    }

    #[test]
    fn what_the_device_can_not_tell_apart_does_not_come_back_as_another_tone() {
        // 30 kHz is above what 48 kHz can carry.
        let heard = all(&mut Lane::open(&tone(96_000, 30_000.0), 1.0, DEVICE, 0.0).unwrap());
        assert!(heard[2_000..94_000].iter().all(|sample| sample.abs() < 0.001));
    }

    #[test]
    fn a_position_and_a_gain_are_kept() {
        let mut lane = Lane::open(&tone(44_100, 440.0), 0.5, DEVICE, 0.25).unwrap();
        let heard = all(&mut lane);
        assert!((71_990..=72_010).contains(&heard.len()), "{}", heard.len());
        assert!(heard.iter().all(|sample| sample.abs() < 0.26));
        lane.seek(0.5).unwrap();
        assert!((47_990..=48_010).contains(&all(&mut lane).len()));
    }

    #[test]
    fn a_film_goes_on_in_silence_behind_its_sound() {
        let Source::Bytes(bytes) = tone(44_100, 440.0) else { panic!("bytes") };
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let watched = |secs| Source::Film { path: file.path().to_owned(), secs };
        let mut lane = Lane::open(&watched(1.5), 1.0, DEVICE, 0.0).unwrap();
        let heard = all(&mut lane);
        assert_eq!(heard.len(), 2 * 72_000);
        assert!(heard[..96_000].iter().any(|sample| sample.abs() > 0.4));
        assert!(heard[96_000..].iter().all(|sample| *sample == 0.0));
        for (at, samples) in [(1.0, 48_000_usize), (1.2, 28_800)] {
            lane.seek(at).unwrap();
            let heard = all(&mut lane);
            assert!(heard.len().abs_diff(samples) <= 2, "{at}: {}", heard.len());
            assert!(heard.iter().all(|sample| *sample == 0.0));
        }
        // One that is shorter than its sound is heard to the end.
        assert_eq!(all(&mut Lane::open(&watched(0.5), 1.0, DEVICE, 0.0).unwrap()).len(), 96_000);
        std::fs::write(file.path(), "no sound").unwrap();
        assert!(lane.seek(1.2).is_err());
    }

    #[test]
    fn many_channels_are_heard_on_both_sides_without_growing_louder() {
        for channels in [3, 4, 5, 6, 8] {
            let full = vec![1.0; channels];
            let mut out = Vec::new();
            fold(&full, channels, 2, &mut out);
            assert!(out.iter().all(|sample| (0.9..=1.0001).contains(sample)), "{channels}: {out:?}");
        }
        // The middle of 5.1, where people speak.
        let mut out = Vec::new();
        fold(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 6, 2, &mut out);
        assert!(out[0] > 0.25 && out[0].to_bits() == out[1].to_bits());
    }
}

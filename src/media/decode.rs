//! Sound as a stream of samples, wherever it comes from: symphonia in process, ffmpeg as a process for the rest.

mod live;

use std::fs::File;
use std::io::{Cursor, Read, Seek, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use symphonia::core::audio::{SampleBuffer, SignalSpec};
use symphonia::core::codecs::{CODEC_TYPE_MP3, CODEC_TYPE_NULL, CodecParameters, DecoderOptions};
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, Track};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::units::Time;
use symphonia::default::formats::{AdtsReader, FlacReader, MpaReader, WavReader};
use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::media::sniff::{self, Container};
use crate::media::tools::{self, Running};
use crate::media::{Growing, mp4, ogg, probe, view};
use crate::runtime::child;

/// Where sound is.
#[derive(Debug, Clone)]
pub enum Source {
    File(PathBuf),
    Bytes(Arc<[u8]>),
    /// Bytes that are still arriving.
    Stream(Arc<Growing>),
    /// No sound for so many seconds: a clock for pictures that have none.
    Silence {
        secs: f64,
    },
}

/// Interleaved samples, a chunk at a time.
pub(super) struct Decoder {
    pub(super) rate: u32,
    pub(super) channels: u16,
    /// As the container has it; only decoding to the end tells for sure.
    pub(super) length_secs: Option<f64>,
    inner: Inner,
    /// Frames still to drop, after a seek that landed early.
    skip: u64,
    /// Frames that may still come, so that no file goes on for ever.
    left: u64,
}

enum Inner {
    InProcess(Box<Symphonia>),
    Process(Process),
    Silence,
}

/// A day: longer than any file we are for.
const MAX_SECS: u64 = 24 * 3600;
/// What ffmpeg is told to make.
const PROCESS_RATE: u32 = 48_000;
const PROCESS_CHANNELS: u16 = 2;
/// For each read from ffmpeg.
const PATIENCE: Duration = Duration::from_secs(30);

impl Decoder {
    /// Opens the sound of `source`, to be read from `at_secs` on.
    pub(super) fn open(source: &Source, at_secs: f64) -> Result<Self> {
        let at_secs = if at_secs.is_finite() { at_secs.clamp(0.0, 1e6) } else { 0.0 };
        match source {
            Source::File(path) => Self::open_file(path, at_secs),
            Source::Bytes(bytes) => Self::open_bytes(bytes, at_secs),
            Source::Stream(growing) => Self::open_stream(growing, at_secs),
            Source::Silence { secs } => Ok(Self::silence(*secs, at_secs)),
        }
    }

    fn open_file(path: &Path, at_secs: f64) -> Result<Self> {
        let name = sniff::name(path);
        let mut opened = sniff::open(path)?;
        let index = index(&mut opened.file, opened.size, opened.container, &name)?;
        let (file, size, container) = (opened.file, opened.size, opened.container);
        let sound = Sound { container, size, index, again: &|| rewound(&file) };
        if sound.is_read_here()
            && let Some(decoder) = Self::in_process(&sound, at_secs)
        {
            return Ok(decoder);
        }
        Self::process(path, container, &name, at_secs)
    }

    fn open_bytes(bytes: &Arc<[u8]>, at_secs: f64) -> Result<Self> {
        let name = "This sound";
        let container =
            sniff::container(&mut Cursor::new(bytes)).map_err(|e| Error::file("read", Path::new(name), e))?;
        let container = container.map_err(|other| Error::Media(other.sentence(name)))?;
        let size = bytes.len() as u64;
        let index = index(&mut Cursor::new(bytes), size, container, name)?;
        let again = || -> Option<Box<dyn MediaSource>> { Some(Box::new(Cursor::new(bytes.clone()))) };
        let sound = Sound { container, size, index, again: &again };
        if sound.is_read_here()
            && let Some(decoder) = Self::in_process(&sound, at_secs)
        {
            return Ok(decoder);
        }
        let copy = NamedTempFile::new().and_then(|mut file| file.write_all(bytes).map(|()| file));
        let copy = copy.map_err(|error| Error::file("write", Path::new("a temporary file"), error))?;
        let mut decoder = Self::process(copy.path(), container, name, at_secs)?;
        if let Inner::Process(process) = &mut decoder.inner {
            process.copy = Some(copy);
        }
        Ok(decoder)
    }

    /// `None` when symphonia can't, for whatever reason; ffmpeg is asked next.
    fn in_process(sound: &Sound<'_>, at_secs: f64) -> Option<Self> {
        let open = || {
            let mut reader = Symphonia::open(sound)?;
            let mut skip_secs = 0.0;
            // What an encoder put in front of the sound in an MP4 is only passed over by a seek.
            if at_secs > 0.0 || sound.index.is_some() {
                skip_secs = if let Some(early) = reader.seek(at_secs) {
                    early
                } else {
                    reader = Symphonia::open(sound)?;
                    at_secs
                };
            }
            // The samples tell their rate and channels; headers of AAC are known to be wrong.
            reader.decode()?;
            let (_, spec) = reader.chunk.as_ref()?;
            let spec = *spec;
            Some((reader, spec, skip_secs))
        };
        let (mut reader, spec, skip_secs) = catch_unwind(AssertUnwindSafe(open)).ok()??;
        let channels = u16::try_from(spec.channels.count()).ok().filter(|count| *count > 0)?;
        let rate = Some(spec.rate).filter(|rate| (1_000..=768_000).contains(rate))?;
        reader.is_fresh = true;
        let length_secs = reader.length_secs;
        // In MP4 and Ogg the length is exact, and what an encoder put behind the sound is no part of it.
        let end = length_secs.filter(|_| sound.index.is_some() || sound.container == Container::Ogg);
        let left = end.map_or(u64::MAX, |secs| frames((secs - at_secs).clamp(0.0, 1e6), rate));
        let inner = Inner::InProcess(Box::new(reader));
        let skip = frames(skip_secs, rate);
        Some(Self { rate, channels, length_secs, inner, skip, left: left.min(MAX_SECS * u64::from(rate)) })
    }

    fn process(path: &Path, container: Container, name: &str, at_secs: f64) -> Result<Self> {
        let ffmpeg = tools::ffmpeg().map_err(|_| {
            let advice = "Install ffmpeg, or use an MP4, WAV, MP3, FLAC or OGG file.";
            Error::Media(format!("{name} needs ffmpeg to be read, which is not on this computer. {advice}"))
        })?;
        let mut command = child(ffmpeg);
        command.args(["-v", "quiet", "-nostdin", "-ss", &format!("{at_secs:.6}")]).args(tools::input(path, container)?);
        command.args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-t", &MAX_SECS.to_string()]);
        command.args(["-ar", &PROCESS_RATE.to_string(), "-ac", &PROCESS_CHANNELS.to_string(), "-f", "f32le", "pipe:1"]);
        let mut process = Process::new(Running::start(command, PATIENCE)?);
        let facts = probe::facts(path, name);
        if process.read() == 0 {
            // Past the end there is nothing, which is no fault; at the start it is.
            match &facts {
                Ok(facts) if facts.audio.is_none() => return Err(Error::Media(live::no_sound(name))),
                Ok(facts) if facts.duration_secs.is_some_and(|secs| at_secs >= secs - 0.1) => {}
                Ok(_) => return Err(probe::broken(name, mp4::Broken::Damaged)),
                Err(error) => return Err(error.clone()),
            }
        }
        process.is_fresh = true;
        let length_secs = facts.ok().and_then(|facts| facts.duration_secs);
        let left = MAX_SECS * u64::from(PROCESS_RATE);
        let (rate, channels) = (PROCESS_RATE, PROCESS_CHANNELS);
        Ok(Self { rate, channels, length_secs, inner: Inner::Process(process), skip: 0, left })
    }

    /// The next samples, all channels interleaved; `None` at the end. A file that breaks off ends there.
    pub(super) fn next_chunk(&mut self) -> Option<&[f32]> {
        let channels = usize::from(self.channels);
        loop {
            let count = match &mut self.inner {
                Inner::InProcess(reader) => reader.advance(self.rate, channels)?,
                Inner::Process(process) => process.advance()?,
                Inner::Silence => live::NOTHING.len(),
            };
            let frames = (count / channels) as u64;
            let drop = frames.min(self.skip);
            let take = (frames - drop).min(self.left);
            self.skip -= drop;
            if frames > drop {
                if take == 0 {
                    return None;
                }
                self.left -= take;
                let from = usize::try_from(drop).unwrap_or_default() * channels;
                let to = from + usize::try_from(take).unwrap_or_default() * channels;
                return match &self.inner {
                    Inner::InProcess(reader) => reader.chunk.as_ref()?.0.samples().get(from..to),
                    Inner::Process(process) => process.samples.get(from..to),
                    Inner::Silence => live::NOTHING.get(from..to),
                };
            }
        }
    }
}

/// What the headers say of the first sound track.
pub(super) struct Headers {
    pub(super) codec: String,
    pub(super) rate: u32,
    pub(super) channels: u16,
    pub(super) length_secs: Option<f64>,
}

/// Opens a file that was found sound and is read in process. Its first packet is decoded, since AAC headers lie.
pub(super) fn headers(path: &Path) -> Option<Headers> {
    let open = || {
        let mut reader = reader(path)?;
        reader.decode()?;
        let codec = symphonia::default::get_codecs().get_codec(reader.decoder.codec_params().codec)?.short_name;
        let (_, spec) = reader.chunk.as_ref()?;
        let channels = u16::try_from(spec.channels.count()).ok()?;
        Some(Headers { codec: codec.to_owned(), rate: spec.rate, channels, length_secs: reader.length_secs })
    };
    catch_unwind(AssertUnwindSafe(open)).ok()?
}

/// The length of a file in seconds by its packets, without decoding them.
pub(super) fn count(path: &Path) -> Option<f64> {
    let open = || {
        let mut reader = reader(path)?;
        let base = reader.decoder.codec_params().time_base?;
        let mut ticks = 0_u64;
        while let Ok(packet) = reader.format.next_packet() {
            ticks = ticks.saturating_add(packet.dur());
        }
        let time = base.calc_time(ticks);
        #[expect(clippy::cast_precision_loss, reason = "a file lasts less than 2^52 seconds")]
        Some(time.seconds as f64 + time.frac)
    };
    catch_unwind(AssertUnwindSafe(open)).ok()?
}

fn reader(path: &Path) -> Option<Symphonia> {
    let mut opened = sniff::open(path).ok()?;
    let (size, container) = (opened.size, opened.container);
    let index = index(&mut opened.file, size, container, "").ok()?;
    Symphonia::open(&Sound { container, size, index, again: &|| rewound(&opened.file) })
}

/// What symphonia is to read.
struct Sound<'a> {
    container: Container,
    size: u64,
    /// Of an MP4, where its packets are.
    index: Option<mp4::Index>,
    again: &'a Again<'a>,
}

impl Sound<'_> {
    /// HE-AAC is only heard whole through ffmpeg, if that is there. AAC streams do not say; those of half the rate
    /// may be.
    fn is_read_here(&self) -> bool {
        let is_he_aac = self.index.as_ref().is_some_and(|index| index.sound.facts.is_he_aac);
        let may_be_more = is_he_aac || self.container == Container::Adts;
        self.container.is_read_in_process() && (!may_be_more || tools::ffmpeg().is_err())
    }

    /// The reader of the container over what of the file it may see.
    fn format(&self, enable_gapless: bool) -> Option<Box<dyn FormatReader>> {
        let (source, size) = ((self.again)()?, self.size);
        let stream = |media| MediaSourceStream::new(media, MediaSourceStreamOptions::default());
        let options = FormatOptions { enable_gapless, ..FormatOptions::default() };
        Some(match self.container {
            Container::Wav => Box::new(WavReader::try_new(stream(view::wav(source, size)?), &options).ok()?),
            Container::Flac => Box::new(FlacReader::try_new(stream(view::flac(source, size)?), &options).ok()?),
            Container::Mp3 => Box::new(MpaReader::try_new(stream(view::frames(source, size)?), &options).ok()?),
            Container::Adts => Box::new(AdtsReader::try_new(stream(view::frames(source, size)?), &options).ok()?),
            Container::Ogg => Box::new(ogg::Pages::open(source, size)?),
            _ => Box::new(mp4::Packets::open(source, self.index.clone()?)?),
        })
    }
}

/// Where the packets of an MP4 are; `None` for other containers.
fn index(bytes: &mut (impl Read + Seek), size: u64, container: Container, name: &str) -> Result<Option<mp4::Index>> {
    if !container.is_iso() {
        return Ok(None);
    }
    let movie = mp4::read(bytes, size).map_err(|broken| probe::broken(name, broken))?;
    if movie.video.is_some() && movie.audio.is_none() {
        return Err(Error::Media(live::no_sound(name)));
    }
    Ok(movie.sound)
}

/// Gives the same bytes from their start, for a reader that must begin again.
type Again<'a> = dyn Fn() -> Option<Box<dyn MediaSource>> + 'a;

/// The readers share one place in the file, so only one may live at a time.
fn rewound(file: &File) -> Option<Box<dyn MediaSource>> {
    let mut file = file.try_clone().ok()?;
    file.rewind().ok()?;
    Some(Box::new(file))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds were clamped to 0 to a million")]
pub(super) fn frames(secs: f64, rate: u32) -> u64 {
    (secs * f64::from(rate)).round() as u64
}

/// symphonia's reader and decoder of the first sound track.
struct Symphonia {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn symphonia::core::codecs::Decoder>,
    track: u32,
    length_secs: Option<f64>,
    chunk: Option<(SampleBuffer<f32>, SignalSpec)>,
    /// The chunk was decoded to look at it and has not been given out.
    is_fresh: bool,
}

impl Symphonia {
    fn open(sound: &Sound<'_>) -> Option<Self> {
        let mut format = sound.format(true)?;
        // Without a count of its frames an MP3 would be trimmed to a guessed length.
        let is_guess = |track: &Track| track.codec_params.codec == CODEC_TYPE_MP3 && track.codec_params.delay.is_none();
        if format.tracks().iter().any(is_guess) {
            format = sound.format(false)?;
        }
        let is_sound = |track: &&Track| track.codec_params.codec != CODEC_TYPE_NULL;
        let track = format.tracks().iter().find(is_sound)?;
        let decoder = symphonia::default::get_codecs().make(&track.codec_params, &DecoderOptions::default()).ok()?;
        let (id, length_secs) = (track.id, length(&track.codec_params, sound.size));
        Some(Self { format, decoder, track: id, length_secs, chunk: None, is_fresh: false })
    }

    /// Goes to a packet at or before the time; how many seconds before is the answer.
    fn seek(&mut self, secs: f64) -> Option<f64> {
        let to = SeekTo::Time { time: Time::from(secs), track_id: Some(self.track) };
        let sought = self.format.seek(SeekMode::Accurate, to).ok()?;
        self.decoder.reset();
        let track = self.format.tracks().iter().find(|track| track.id == self.track)?;
        let base = track.codec_params.time_base?;
        let early = base.calc_time(sought.required_ts.saturating_sub(sought.actual_ts));
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        Some(early.seconds as f64 + early.frac)
    }

    /// Decodes the next packet that has samples into `chunk`. Damaged packets are passed over.
    fn decode(&mut self) -> Option<()> {
        loop {
            let packet = self.format.next_packet().ok()?;
            if packet.track_id() != self.track {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(decoded) if decoded.frames() == 0 => {}
                Ok(decoded) => {
                    let (spec, room) = (*decoded.spec(), decoded.capacity());
                    let fits = |(buffer, old): &(SampleBuffer<f32>, SignalSpec)| {
                        *old == spec && buffer.capacity() >= room * spec.channels.count()
                    };
                    let old = self.chunk.take().filter(fits);
                    let chunk = old.unwrap_or_else(|| (SampleBuffer::new(room as u64, spec), spec));
                    self.chunk.insert(chunk).0.copy_interleaved_ref(decoded);
                    return Some(());
                }
                Err(symphonia::core::errors::Error::DecodeError(_)) => {}
                Err(_) => return None,
            }
        }
    }

    /// How many samples the next chunk has; `None` at the end, or where the sound changes its shape.
    fn advance(&mut self, rate: u32, channels: usize) -> Option<usize> {
        if !std::mem::take(&mut self.is_fresh) {
            catch_unwind(AssertUnwindSafe(|| self.decode())).ok()??;
        }
        let (buffer, spec) = self.chunk.as_ref()?;
        (spec.rate == rate && spec.channels.count() == channels).then(|| buffer.samples().len())
    }
}

/// The length by the header, but never more than uncompressed samples of this file's size could last: a WAV that was
/// written into a pipe claims four gigabytes.
#[expect(clippy::cast_precision_loss, reason = "lengths of real media are far below 2^52 ticks")]
fn length(params: &CodecParameters, size: u64) -> Option<f64> {
    let (base, ticks) = (params.time_base?, params.n_frames?);
    let time = base.calc_time(ticks);
    let secs = time.seconds as f64 + time.frac;
    Some(plain_secs(params, size).map_or(secs, |most| secs.min(most)))
}

/// How long a file of this size would last if it were nothing but these uncompressed samples.
#[expect(clippy::cast_precision_loss, reason = "file sizes are far below 2^52")]
fn plain_secs(params: &CodecParameters, size: u64) -> Option<f64> {
    let codec = symphonia::default::get_codecs().get_codec(params.codec)?;
    let bits = params.bits_per_coded_sample.or(params.bits_per_sample)?;
    let second = u64::from(bits / 8) * params.channels?.count() as u64 * u64::from(params.sample_rate?);
    let is_plain = codec.short_name.starts_with("pcm_") && second > 0;
    is_plain.then(|| size.saturating_sub(44) as f64 / second as f64)
}

/// ffmpeg writing 32-bit floats.
struct Process {
    running: Running,
    /// What it reads, when that is ours; gone with us.
    copy: Option<NamedTempFile>,
    samples: Vec<f32>,
    /// The samples were read to look at them and have not been given out.
    is_fresh: bool,
}

impl Process {
    fn new(running: Running) -> Self {
        Self { running, copy: None, samples: Vec::new(), is_fresh: false }
    }

    /// Reads up to a tenth of a second; how many samples came.
    fn read(&mut self) -> usize {
        const CHUNK: u64 = PROCESS_RATE as u64 / 10 * PROCESS_CHANNELS as u64 * 4;
        let mut bytes = Vec::new();
        // A read that fails is the end: the tool is gone.
        self.running.by_ref().take(CHUNK).read_to_end(&mut bytes).ok();
        self.samples.clear();
        self.samples.extend(bytes.chunks_exact(4).filter_map(|four| Some(f32::from_le_bytes(*four.first_chunk()?))));
        let whole = self.samples.len() / usize::from(PROCESS_CHANNELS) * usize::from(PROCESS_CHANNELS);
        self.samples.truncate(whole);
        whole
    }

    fn advance(&mut self) -> Option<usize> {
        let count = if std::mem::take(&mut self.is_fresh) { self.samples.len() } else { self.read() };
        (count > 0).then_some(count)
    }
}

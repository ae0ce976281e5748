//! Sound that is decoded in process, by symphonia's decoders over readers that trust no length.

use std::fs::File;
use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use symphonia::core::audio::{SampleBuffer, SignalSpec};
use symphonia::core::codecs::{CODEC_TYPE_MP3, CODEC_TYPE_NULL, CodecParameters, DecoderOptions};
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, Track};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::units::Time;
use symphonia::default::formats::{AdtsReader, FlacReader, MpaReader, WavReader};

use super::live::no_sound;
use crate::error::{Error, Result};
use crate::media::sniff::{self, Container};
use crate::media::{mp4, ogg, probe, tools, view};

/// What the headers say of the first sound track.
pub(in crate::media) struct Headers {
    pub(in crate::media) codec: String,
    pub(in crate::media) rate: u32,
    pub(in crate::media) channels: u16,
    pub(in crate::media) length_secs: Option<f64>,
}

/// Opens a file that was found sound and is read in process. Its first packet is decoded, since AAC headers lie.
pub(in crate::media) fn headers(path: &Path) -> Option<Headers> {
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
pub(in crate::media) fn count(path: &Path) -> Option<f64> {
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
pub(super) struct Sound<'a> {
    pub(super) container: Container,
    pub(super) size: u64,
    /// Of an MP4, where its packets are.
    pub(super) index: Option<mp4::Index>,
    pub(super) again: &'a Again<'a>,
}

impl Sound<'_> {
    /// HE-AAC is only heard whole through ffmpeg, if that is there. An AAC stream does not say whether it is one.
    pub(super) fn is_read_here(&self) -> bool {
        let may_be_he_aac = match (&self.index, self.container) {
            (Some(index), _) => index.sound.facts.is_he_aac,
            (None, Container::Adts) => (self.again)().is_none_or(view::may_be_he_aac),
            _ => false,
        };
        self.container.is_read_in_process() && (!may_be_he_aac || tools::ffmpeg().is_err())
    }

    /// How much later than the film the sound begins, in seconds.
    pub(super) fn lead_secs(&self) -> f64 {
        self.index.as_ref().map_or(0.0, |index| index.lead_secs)
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
pub(super) fn index(
    bytes: &mut (impl Read + Seek),
    size: u64,
    container: Container,
    name: &str,
) -> Result<Option<mp4::Index>> {
    if !container.is_iso() {
        return Ok(None);
    }
    let movie = mp4::read(bytes, size).map_err(|broken| probe::broken(name, broken))?;
    if movie.video.is_some() && movie.audio.is_none() {
        return Err(Error::Media(no_sound(name)));
    }
    Ok(movie.sound)
}

/// Gives the same bytes from their start, for a reader that must begin again.
pub(super) type Again<'a> = dyn Fn() -> Option<Box<dyn MediaSource>> + 'a;

/// The readers share one place in the file, so only one may live at a time.
pub(super) fn rewound(file: &File) -> Option<Box<dyn MediaSource>> {
    let mut file = file.try_clone().ok()?;
    file.rewind().ok()?;
    Some(Box::new(file))
}

/// So many damaged packets in a row are no damage but a file that was made to keep us busy.
const MOST_DAMAGED: u32 = 1_000;

/// symphonia's reader and decoder of the first sound track.
pub(super) struct Symphonia {
    pub(super) format: Box<dyn FormatReader>,
    pub(super) decoder: Box<dyn symphonia::core::codecs::Decoder>,
    pub(super) track: u32,
    pub(super) length_secs: Option<f64>,
    pub(super) chunk: Option<(SampleBuffer<f32>, SignalSpec)>,
    /// The chunk was decoded to look at it and has not been given out.
    pub(super) is_fresh: bool,
}

impl Symphonia {
    pub(super) fn open(sound: &Sound<'_>) -> Option<Self> {
        let mut format = sound.format(true)?;
        // Without a count of its frames an MP3 would be trimmed to a guessed length.
        let is_guess = |track: &Track| track.codec_params.codec == CODEC_TYPE_MP3 && track.codec_params.delay.is_none();
        if format.tracks().iter().any(is_guess) {
            format = sound.format(false)?;
        }
        let is_sound = |track: &&Track| track.codec_params.codec != CODEC_TYPE_NULL;
        let track = format.tracks().iter().find(is_sound)?;
        let decoder = symphonia::default::get_codecs().make(&track.codec_params, &DecoderOptions::default()).ok()?;
        let (id, lead) = (track.id, sound.lead_secs());
        let length_secs = length(&track.codec_params, sound.size).map(|secs| secs + lead);
        Some(Self { format, decoder, track: id, length_secs, chunk: None, is_fresh: false })
    }

    /// Goes to a packet at or before the time; how many seconds before is the answer.
    pub(super) fn seek(&mut self, secs: f64) -> Option<f64> {
        // Times are cut down to a sample: half a one more gives the nearest.
        let half = self.decoder.codec_params().sample_rate.map_or(0.0, |rate| 0.5 / f64::from(rate.max(1)));
        let to = SeekTo::Time { time: Time::from(secs + half), track_id: Some(self.track) };
        let sought = self.format.seek(SeekMode::Accurate, to).ok()?;
        self.decoder.reset();
        let track = self.format.tracks().iter().find(|track| track.id == self.track)?;
        let base = track.codec_params.time_base?;
        let early = base.calc_time(sought.required_ts.saturating_sub(sought.actual_ts));
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        Some(early.seconds as f64 + early.frac)
    }

    /// Decodes the next packet that has samples into `chunk`. Damaged packets are passed over.
    pub(super) fn decode(&mut self) -> Option<()> {
        use symphonia::core::errors::Error;
        let mut damaged = 0;
        while damaged < MOST_DAMAGED {
            let packet = self.format.next_packet().ok()?;
            if packet.track_id() != self.track {
                continue;
            }
            // Where damage makes a decoder panic, that packet is damaged and no more.
            let codec = &mut self.decoder;
            let decode = move || {
                let codec = codec;
                codec.decode(&packet)
            };
            let caught = catch_unwind(AssertUnwindSafe(decode));
            match caught.unwrap_or(Err(Error::DecodeError("a panic"))) {
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
                // A packet that breaks off is told as a file that does, though it is in memory already.
                Err(Error::DecodeError(_) | Error::IoError(_)) => damaged += 1,
                // Nor does a sound that could be decoded until now become another kind of sound.
                Err(Error::Unsupported(_)) if self.chunk.is_some() => damaged += 1,
                Err(_) => return None,
            }
        }
        None
    }

    /// How many samples the next chunk has; `None` at the end, or where the sound changes its shape.
    pub(super) fn advance(&mut self, rate: u32, channels: usize) -> Option<usize> {
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

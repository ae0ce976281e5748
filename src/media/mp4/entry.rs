//! Sample descriptions: what a track of an MP4 or `QuickTime` file is coded in.

use symphonia::core::audio::Channels;
use symphonia::core::codecs::{self, CodecParameters, CodecType};
use symphonia::core::units::TimeBase;

use super::{four, u16_at, u32_at};
use crate::media::bits::Bits;
use crate::media::probe::{AudioStream, Hdr, VideoStream};

/// The boxes in a description, from `at` on.
fn boxes(entry: &[u8], at: usize) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = entry.get(at..).unwrap_or_default();
    std::iter::from_fn(move || {
        let len = usize::try_from(u32_at(rest, 0)).ok().filter(|len| (8..=rest.len()).contains(len))?;
        let (one, after) = rest.split_at_checked(len)?;
        rest = after;
        Some((four(one, 4), one.get(8..).unwrap_or_default()))
    })
}

fn child(entry: &[u8], at: usize, kind: [u8; 4]) -> Option<&[u8]> {
    boxes(entry, at).find(|(found, _)| *found == kind).map(|(_, body)| body)
}

/// The picture's facts that are in its description. `rotation` is in degrees.
pub(super) fn video(entry: &[u8], rotation: u16) -> VideoStream {
    const BOXES: usize = 86;
    let tag = four(entry, 4);
    let (w, h) = (u32::from(u16_at(entry, 32)), u32::from(u16_at(entry, 34)));
    let is_upright = rotation.is_multiple_of(180);
    let (width, height) = if is_upright { (w, h) } else { (h, w) };
    let colours = child(entry, BOXES, *b"colr").filter(|body| matches!(body.get(..4), Some(b"nclx" | b"nclc")));
    let is_dolby = [*b"dvcC", *b"dvvC"].into_iter().any(|kind| child(entry, BOXES, kind).is_some());
    let hdr = match colours.map(|body| u16_at(body, 6)) {
        Some(16) => Some(Hdr::Pq),
        Some(18) => Some(Hdr::Hlg),
        _ => is_dolby.then_some(Hdr::Pq),
    };
    let pixel_aspect = child(entry, BOXES, *b"pasp").and_then(|body| aspect(u32_at(body, 0), u32_at(body, 4)));
    VideoStream {
        width,
        height,
        rotation,
        hdr,
        codec: codec(tag),
        // The depth of 32 bits stands for colour and transparency.
        has_alpha: u16_at(entry, 82) == 32 && !matches!(&tag, b"avc1" | b"avc3" | b"hvc1" | b"hev1"),
        pixel_aspect: pixel_aspect.map(|aspect| if is_upright { aspect } else { 1.0 / aspect }),
        bit_depth: depth(entry, tag),
        ..VideoStream::default()
    }
}

/// The shape of a pixel, unless it is square or no shape at all.
pub(in crate::media) fn aspect(width: u32, height: u32) -> Option<f64> {
    let shape = f64::from(width) / f64::from(height);
    ((0.1..10.0).contains(&shape) && width != height).then_some(shape)
}

fn depth(entry: &[u8], tag: [u8; 4]) -> Option<u8> {
    let config = |kind: [u8; 4], at: usize| child(entry, 86, kind).and_then(|body| body.get(at).copied());
    match &tag {
        b"avc1" | b"avc3" => match config(*b"avcC", 1)? {
            66 | 77 | 88 | 100 => Some(8),
            110 => Some(10),
            _ => None,
        },
        b"hvc1" | b"hev1" => Some(8 + (config(*b"hvcC", 17)? & 7)),
        b"vp09" => Some(config(*b"vpcC", 6)? >> 4),
        b"av01" => Some(if config(*b"av1C", 2)? & 0x40 == 0 { 8 } else { 10 }),
        b"apcn" | b"apch" | b"apcs" | b"apco" => Some(10),
        b"ap4h" | b"ap4x" => Some(12),
        b"mp4v" => Some(8),
        _ => None,
    }
}

/// How a sound track is coded.
#[derive(Debug, Clone, Default)]
pub(in crate::media) struct Sound {
    pub(in crate::media) facts: AudioStream,
    codec: Option<CodecType>,
    /// What the decoder must know.
    extra: Vec<u8>,
    /// Bytes of one frame of uncompressed samples; zero when they are compressed.
    pub(super) frame_bytes: u32,
}

/// Uncompressed frames that are read at once.
pub(super) const PLAIN_FRAMES: u32 = 2048;

impl Sound {
    pub(super) fn new(entry: &[u8]) -> Self {
        let tag = four(entry, 4);
        let (mut channels, mut rate) = (u16_at(entry, 24), u32::from(u16_at(entry, 32)));
        let boxes_at = match u16_at(entry, 16) {
            1 => 52,
            2 => {
                rate = double(entry, 40);
                channels = u16::try_from(u32_at(entry, 48)).unwrap_or_default();
                72
            }
            _ => 36,
        };
        let wave = child(entry, boxes_at, *b"wave").unwrap_or_default();
        let find = |kind: [u8; 4]| child(entry, boxes_at, kind).or_else(|| child(wave, 0, kind));
        let facts = AudioStream { codec: codec(tag), channels, sample_rate: rate, ..AudioStream::default() };
        let mut sound = Self { facts, ..Self::default() };
        match &tag {
            b"mp4a" => sound.mpeg4(find(*b"esds").unwrap_or_default()),
            b"alac" => sound.alac(find(*b"alac").unwrap_or_default()),
            b"fLaC" => sound.flac(find(*b"dfLa").unwrap_or_default()),
            b".mp3" | b"ms\0\x55" => sound.coded("mp3", codecs::CODEC_TYPE_MP3),
            _ => sound.plain(tag, entry, find(*b"enda").is_some_and(|body| body.get(..2) == Some(&[0, 1]))),
        }
        sound
    }

    fn coded(&mut self, name: &str, codec: CodecType) {
        name.clone_into(&mut self.facts.codec);
        self.codec = Some(codec);
    }

    /// Descriptors in descriptors; the innermost is the configuration of AAC.
    fn mpeg4(&mut self, esds: &[u8]) {
        let Some((3, es)) = descriptor(esds.get(4..).unwrap_or_default()) else { return };
        let flags = es.get(2).copied().unwrap_or_default();
        let url = if flags & 0x40 == 0 { 0 } else { 1 + usize::from(es.get(3).copied().unwrap_or_default()) };
        let at = 3 + url + if flags & 0x80 == 0 { 0 } else { 2 } + if flags & 0x20 == 0 { 0 } else { 2 };
        let Some((4, config)) = descriptor(es.get(at..).unwrap_or_default()) else { return };
        match config.first() {
            Some(0x40 | 0x66..=0x68) => {
                let Some((5, asc)) = descriptor(config.get(13..).unwrap_or_default()) else { return };
                self.coded("aac", codecs::CODEC_TYPE_AAC);
                self.extra = asc.to_vec();
                if let Some(aac) = Aac::read(asc) {
                    let is_doubled = !aac.is_extended && self.facts.sample_rate == aac.rate * 2;
                    self.facts.is_he_aac = aac.is_extended || is_doubled;
                    self.facts.sample_rate = if is_doubled { aac.rate * 2 } else { aac.rate };
                    // One channel of the second version becomes two, which only the entry tells then.
                    let is_told = aac.channels > 0 && !(is_doubled && aac.channels == 1);
                    self.facts.channels = if is_told { aac.channels } else { self.facts.channels };
                }
            }
            Some(0x69 | 0x6b) => self.coded("mp3", codecs::CODEC_TYPE_MP3),
            Some(0xa5) => "ac3".clone_into(&mut self.facts.codec),
            Some(0xa6) => "eac3".clone_into(&mut self.facts.codec),
            _ => {}
        }
    }

    fn alac(&mut self, body: &[u8]) {
        let Some(cookie) = body.get(4..).filter(|cookie| matches!(cookie.len(), 24 | 48)) else { return };
        self.coded("alac", codecs::CODEC_TYPE_ALAC);
        self.facts.channels = cookie.get(9).copied().map_or(self.facts.channels, u16::from);
        self.facts.sample_rate = u32_at(cookie, 20);
        self.extra = cookie.to_vec();
        // A block is as long as its cookie says, and that much is set aside for it.
        if u32_at(cookie, 0) > 1 << 16 || !(1..=8).contains(&self.facts.channels) {
            self.codec = None;
        }
    }

    fn flac(&mut self, body: &[u8]) {
        // Version and flags, the head of a block, and the block of stream information.
        let Some(info) = body.get(8..42).filter(|_| body.get(4).is_some_and(|kind| kind << 1 == 0)) else { return };
        self.coded("flac", codecs::CODEC_TYPE_FLAC);
        self.extra = info.to_vec();
        self.facts.sample_rate = u32_at(info, 10) >> 12;
        self.facts.channels = u16::from(info.get(12).copied().unwrap_or_default() >> 1 & 7) + 1;
    }

    fn plain(&mut self, tag: [u8; 4], entry: &[u8], is_little: bool) {
        let bits = if u16_at(entry, 16) == 2 { u32_at(entry, 56) } else { u32::from(u16_at(entry, 26)) };
        let flags = match &tag {
            b"lpcm" if u16_at(entry, 16) == 2 => u32_at(entry, 60),
            b"fl32" | b"fl64" => 1 | u32::from(!is_little) << 1,
            b"twos" | b"in24" | b"in32" => 4 | u32::from(!is_little) << 1,
            b"sowt" => 4,
            _ => 0,
        };
        let (is_float, is_big, is_signed) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
        let (codec, bytes) = match (&tag, bits) {
            (b"ulaw", _) => (codecs::CODEC_TYPE_PCM_MULAW, 1),
            (b"alaw", _) => (codecs::CODEC_TYPE_PCM_ALAW, 1),
            (b"raw ", 8) => (codecs::CODEC_TYPE_PCM_U8, 1),
            (b"in24", _) => (if is_big { codecs::CODEC_TYPE_PCM_S24BE } else { codecs::CODEC_TYPE_PCM_S24LE }, 3),
            (b"in32", _) => (if is_big { codecs::CODEC_TYPE_PCM_S32BE } else { codecs::CODEC_TYPE_PCM_S32LE }, 4),
            (b"fl32", _) => (if is_big { codecs::CODEC_TYPE_PCM_F32BE } else { codecs::CODEC_TYPE_PCM_F32LE }, 4),
            (b"fl64", _) => (if is_big { codecs::CODEC_TYPE_PCM_F64BE } else { codecs::CODEC_TYPE_PCM_F64LE }, 8),
            (b"twos" | b"sowt" | b"lpcm", _) => match linear(bits, is_float, is_big, is_signed) {
                Some(codec) => (codec, bits / 8),
                None => return,
            },
            _ => return,
        };
        let name = symphonia::default::get_codecs().get_codec(codec).map_or("pcm", |codec| codec.short_name);
        self.coded(name, codec);
        self.frame_bytes = bytes * u32::from(self.facts.channels);
        if !(1..=26).contains(&self.facts.channels) {
            self.codec = None;
        }
    }

    /// What a decoder is made of; `None` when we have none.
    pub(super) fn parameters(&self, timescale: u32, ticks: u64) -> Option<CodecParameters> {
        let mut parameters = CodecParameters::new();
        let rate = Some(self.facts.sample_rate).filter(|rate| (1_000..=768_000).contains(rate))?;
        parameters.for_codec(self.codec?).with_sample_rate(rate).with_n_frames(ticks);
        parameters.with_time_base(TimeBase::new(1, Some(timescale).filter(|scale| *scale > 0)?));
        if !self.extra.is_empty() {
            parameters.with_extra_data(self.extra.clone().into_boxed_slice());
        }
        if self.frame_bytes > 0 {
            parameters.with_max_frames_per_packet(u64::from(PLAIN_FRAMES));
            parameters.with_channels(Channels::from_bits((1_u32 << self.facts.channels) - 1)?);
        }
        Some(parameters)
    }
}

fn linear(bits: u32, is_float: bool, is_big: bool, is_signed: bool) -> Option<CodecType> {
    Some(match (bits, is_float, is_big, is_signed) {
        (8, false, _, true) => codecs::CODEC_TYPE_PCM_S8,
        (8, false, _, false) => codecs::CODEC_TYPE_PCM_U8,
        (16, false, true, true) => codecs::CODEC_TYPE_PCM_S16BE,
        (16, false, false, true) => codecs::CODEC_TYPE_PCM_S16LE,
        (24, false, true, true) => codecs::CODEC_TYPE_PCM_S24BE,
        (24, false, false, true) => codecs::CODEC_TYPE_PCM_S24LE,
        (32, false, true, true) => codecs::CODEC_TYPE_PCM_S32BE,
        (32, false, false, true) => codecs::CODEC_TYPE_PCM_S32LE,
        (32, true, true, _) => codecs::CODEC_TYPE_PCM_F32BE,
        (32, true, false, _) => codecs::CODEC_TYPE_PCM_F32LE,
        (64, true, true, _) => codecs::CODEC_TYPE_PCM_F64BE,
        (64, true, false, _) => codecs::CODEC_TYPE_PCM_F64LE,
        _ => return None,
    })
}

/// The tag and the body of a descriptor.
fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (tag, mut rest) = bytes.split_first()?;
    let mut len = 0_usize;
    for _ in 0..4 {
        let (byte, after) = rest.split_first()?;
        (len, rest) = (len << 7 | usize::from(byte & 0x7f), after);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((*tag, rest.get(..len)?))
}

/// The configuration of AAC.
struct Aac {
    /// As heard, that is with what HE-AAC adds.
    rate: u32,
    channels: u16,
    is_extended: bool,
}

impl Aac {
    fn read(config: &[u8]) -> Option<Self> {
        const RATES: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
        const LAYOUTS: [u16; 8] = [0, 1, 2, 3, 4, 5, 6, 8];
        let mut bits = Bits::most_first(config);
        let rate = |bits: &mut Bits<'_>| match bits.take(4)? {
            15 => bits.take(24),
            index => RATES.get(index as usize).copied(),
        };
        let kind = object(&mut bits)?;
        let core = rate(&mut bits)?;
        let channels = LAYOUTS.get(bits.take(4)? as usize).copied().unwrap_or_default();
        // 5 is HE-AAC, 29 its second version, where one channel becomes two.
        if matches!(kind, 5 | 29) {
            let doubled = rate(&mut bits)?;
            let channels = if kind == 29 { 2 } else { channels };
            return Some(Self { rate: doubled, channels, is_extended: true });
        }
        // Three flags, then perhaps the extension in the way that older players pass over.
        bits.take(3)?;
        let mut found = Self { rate: core, channels, is_extended: false };
        if bits.take(11) == Some(0x2b7) && object(&mut bits) == Some(5) && bits.take(1) == Some(1) {
            (found.rate, found.is_extended) = (rate(&mut bits)?, true);
            if bits.take(11) == Some(0x548) && bits.take(1) == Some(1) {
                found.channels = 2;
            }
        }
        Some(found)
    }
}

/// The number of an audio object.
fn object(bits: &mut Bits<'_>) -> Option<u32> {
    match bits.take(5)? {
        31 => Some(32 + bits.take(6)?),
        small => Some(small),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a rate can be")]
fn double(bytes: &[u8], at: usize) -> u32 {
    let eight = bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    f64::from_be_bytes(eight).clamp(0.0, 1e7) as u32
}

/// The short name of a codec by its tag, as ffprobe calls it.
fn codec(tag: [u8; 4]) -> String {
    let name = match &tag {
        b"avc1" | b"avc3" => "h264",
        b"hvc1" | b"hev1" => "hevc",
        b"av01" => "av1",
        b"vp08" => "vp8",
        b"vp09" => "vp9",
        b"mp4v" => "mpeg4",
        b"apcn" | b"apch" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => "prores",
        b"jpeg" | b"mjpa" => "mjpeg",
        b"rle " => "qtrle",
        b"mp4a" => "aac",
        b"Opus" => "opus",
        b"fLaC" => "flac",
        b"ac-3" => "ac3",
        b"ec-3" => "eac3",
        other => return String::from_utf8_lossy(other).trim().to_lowercase(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn he_aac_is_told_however_it_is_written() {
        let told = |config: &[u8]| Aac::read(config).map(|aac| (aac.rate, aac.channels, aac.is_extended));
        assert_eq!(told(&[0x11, 0x90]), Some((48_000, 2, false)), "plain");
        assert_eq!(told(&[0x2b, 0x11, 0x88]), Some((48_000, 2, true)), "said at the start");
        assert_eq!(told(&[0xeb, 0x09, 0x88]), Some((48_000, 2, true)), "the second version, of one channel");
        assert_eq!(told(&[0x13, 0x10, 0x56, 0xe5, 0x98]), Some((48_000, 2, true)), "said behind, for old players");
        assert_eq!((told(&[]), told(&[0x17])), (None, None));
    }

    #[test]
    fn descriptors_and_boxes_that_lie_are_none() {
        assert_eq!(descriptor(&[3, 2, 7, 8, 9]), Some((3, &[7, 8][..])));
        assert_eq!(descriptor(&[3, 0x80, 0x80, 0x80, 1, 5]), Some((3, &[5][..])));
        assert_eq!(
            (descriptor(&[3, 9, 1]), descriptor(&[3, 0xff, 0xff, 0xff, 0xff]), descriptor(&[])),
            (None, None, None)
        );
        let lying = [&[0, 0, 0, 12][..], b"colr", &[1; 4], &[0xff; 4], b"pasp"].concat();
        assert_eq!(boxes(&lying, 0).count(), 1);
        assert_eq!((aspect(0, 0), aspect(1, 0), aspect(64, 64), aspect(1, 1000)), (None, None, None, None));
    }
}

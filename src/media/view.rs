//! What a reader of symphonia is shown of a file: a head of our own and a stretch of the real bytes behind it.
//!
//! Tags, pictures and comments carry lengths that symphonia 0.5 takes at their word and asks that much memory for at
//! once. Nothing here needs them, so they are left out: no reader ever sees one.

use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use crate::media::sniff;

type Media = Box<dyn MediaSource>;

pub(super) struct View {
    source: Media,
    head: Vec<u8>,
    /// Where in the source the stretch begins.
    from: u64,
    len: u64,
    at: u64,
}

impl View {
    fn new(source: Media, head: Vec<u8>, from: u64, to: u64) -> Self {
        let len = head.len() as u64 + to.saturating_sub(from);
        Self { source, head, from, len, at: 0 }
    }
}

impl Read for View {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let head = usize::try_from(self.at).ok().and_then(|at| self.head.get(at..)).unwrap_or_default();
        let count = if head.is_empty() {
            let left = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
            // The place in the file may be shared with an earlier reader, so it is sought each time.
            self.source.seek(SeekFrom::Start(self.from + (self.at - self.head.len() as u64)))?;
            self.source.read(buffer.get_mut(..left).unwrap_or_default())?
        } else {
            let count = head.len().min(buffer.len());
            buffer.iter_mut().zip(head).for_each(|(to, from)| *to = *from);
            count
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for View {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?.min(self.len);
        Ok(self.at)
    }
}

impl MediaSource for View {
    fn is_seekable(&self) -> bool {
        self.source.is_seekable()
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}

/// More tags, blocks or chunks in front of the sound than any real file has.
const MOST_PARTS: usize = 4096;

/// A WAV as its format and its samples, whatever stands before, between and behind them.
pub(super) fn wav(mut source: Media, size: u64) -> Option<Media> {
    let (mut at, mut format) = (12, Vec::new());
    for _ in 0..MOST_PARTS {
        let head = bytes(&mut source, at, 8)?;
        let len = u64::from(u32::from_le_bytes(*head.last_chunk()?));
        match head.get(..4)? {
            b"fmt " if (16..=256).contains(&len) => format = bytes(&mut source, at + 8, len)?,
            b"data" => {
                let to = (at + 8).saturating_add(len).min(size);
                let head = wav_head(&format, to - (at + 8))?;
                return Some(Box::new(View::new(source, head, at + 8, to)));
            }
            _ => {}
        }
        at = at.checked_add(8 + len + len % 2)?;
    }
    None
}

/// A header for samples of this format, if the numbers in it can be true.
fn wav_head(format: &[u8], data: u64) -> Option<Vec<u8>> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(*format.get(at..)?.first_chunk()?));
    let (tag, channels, align, bits) = (u16_at(0)?, u16_at(2)?, u16_at(12)?, u16_at(14)?);
    let is_plain = matches!(tag, 1 | 3 | 6 | 7 | 0xfffe);
    if !(1..=26).contains(&channels) || (is_plain && align != channels.checked_mul(bits.div_ceil(8))?) {
        return None;
    }
    let format_len = u32::try_from(format.len()).ok()?;
    let data = u32::try_from(data).unwrap_or(u32::MAX - 1024);
    let mut head = b"RIFF".to_vec();
    head.extend((4 + 8 + format_len + 8).saturating_add(data).to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(format_len.to_le_bytes());
    head.extend(format);
    head.extend(b"data");
    head.extend(data.to_le_bytes());
    Some(head)
}

/// A FLAC as its stream information and its frames.
pub(super) fn flac(mut source: Media, size: u64) -> Option<Media> {
    let mut at = after_tags(&mut source)? + 4;
    let mut head = b"fLaC\x80\x00\x00\x22".to_vec();
    for _ in 0..MOST_PARTS {
        let block = bytes(&mut source, at, 4)?;
        let &[kind, a, b, c] = block.first_chunk()?;
        let len = u64::from(u32::from_be_bytes([0, a, b, c]));
        if kind << 1 == 0 {
            let info = bytes(&mut source, at + 4, len.min(34))?;
            // Ten bits and more of sample rate; zero would be divided by.
            let rate = u32::from_be_bytes([0, *info.get(10)?, *info.get(11)?, *info.get(12)?]) >> 4;
            (len == 34 && rate > 0 && head.len() == 8).then(|| head.extend(info))?;
        }
        at += 4 + len;
        if kind & 0x80 != 0 {
            return (head.len() == 42).then(|| -> Media { Box::new(View::new(source, head, at, size)) });
        }
    }
    None
}

/// MPEG audio or AAC from its first frame on.
pub(super) fn frames(mut source: Media, size: u64) -> Option<Media> {
    /// How far the first frame is searched for. The first step is short: more may not have arrived yet.
    const SEARCHED: [u64; 2] = [16 << 10, 1 << 20];
    let tags = after_tags(&mut source)?;
    let mut first = 0;
    for searched in SEARCHED {
        let mut start = Vec::new();
        source.seek(SeekFrom::Start(tags)).ok()?;
        source.by_ref().take(searched).read_to_end(&mut start).ok()?;
        let is_frame = |at: &usize| sniff::mpeg_audio(start.get(*at..).unwrap_or_default()).is_some();
        if let Some(found) = (0..start.len()).find(is_frame) {
            first = found as u64;
            break;
        }
    }
    Some(Box::new(View::new(source, Vec::new(), tags + first, size)))
}

/// Whether an AAC stream has a rate that may be half of what is heard of it: 24 kHz or less.
pub(super) fn may_be_he_aac(mut source: Media) -> bool {
    let head = after_tags(&mut source).and_then(|at| bytes(&mut source, at, 4));
    head.and_then(|head| Some(head.get(2)? >> 2 & 15)).is_none_or(|rate| rate >= 6)
}

/// Where the last of the ID3 tags at the start ends.
fn after_tags(source: &mut Media) -> Option<u64> {
    let mut at = 0_u64;
    for _ in 0..MOST_PARTS {
        let mut head = Vec::new();
        source.seek(SeekFrom::Start(at)).ok()?;
        source.take(10).read_to_end(&mut head).ok()?;
        match sniff::id3_len(&head) {
            Some(len) => at += len,
            None => return Some(at),
        }
    }
    None
}

/// Exactly these bytes. Callers bound `len`.
fn bytes(source: &mut (impl Read + Seek + ?Sized), at: u64, len: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(at)).ok()?;
    source.take(len).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == len).then_some(bytes)
}

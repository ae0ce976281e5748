//! The boxes of an MP4 or `QuickTime` file: a check that they are sound before a decoder trusts them, and the facts
//! they hold for when there is no ffprobe.

use std::io::{self, Read, Seek, SeekFrom};

use crate::media::probe::{AudioStream, VideoStream};

/// Why the boxes can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// The file ends before its own boxes do, or has no index.
    CutShort,
    /// A box contradicts the one around it.
    Damaged,
}

/// What the boxes say.
#[derive(Debug, Default)]
pub(super) struct Movie {
    /// `None` for a file in fragments that does not say.
    pub(super) duration_secs: Option<f64>,
    pub(super) video: Option<VideoStream>,
    pub(super) audio: Option<AudioStream>,
}

/// One track while its boxes are read.
#[derive(Debug, Default)]
struct Track {
    handler: [u8; 4],
    rotation: u16,
    secs: Option<f64>,
    samples: u64,
    entry: Vec<u8>,
}

struct Reader<'a, R> {
    file: &'a mut R,
    movie: Movie,
    track: Track,
    boxes: u32,
    has_index: bool,
}

/// More boxes than any real file has: a film in one-second fragments has some ten thousand.
const MAX_BOXES: u32 = 500_000;

/// Reads and checks all boxes.
pub(super) fn read(file: &mut (impl Read + Seek), size: u64) -> Result<Movie, Broken> {
    let mut reader = Reader { file, movie: Movie::default(), track: Track::default(), boxes: 0, has_index: false };
    reader.children(0, size, 0, *b"file")?;
    if reader.has_index { Ok(reader.movie) } else { Err(Broken::CutShort) }
}

impl<R: Read + Seek> Reader<'_, R> {
    fn children(&mut self, start: u64, end: u64, depth: u8, parent: [u8; 4]) -> Result<(), Broken> {
        let mut at = start;
        // Up to seven bytes of padding may stand at the end of a box.
        while end.saturating_sub(at) >= 8 {
            self.boxes += 1;
            let head = self.bytes(at, 8)?;
            let kind: [u8; 4] = four(&head, 4);
            // Some cameras and uploaders leave things of their own behind the last box.
            let is_junk = depth == 0 && self.has_index && !matches!(&kind, b"mdat" | b"moof" | b"moov");
            let (body, after) = match u64::from(u32_at(&head, 0)) {
                0 if depth == 0 => (at + 8, end),
                // QuickTime ends some lists with a zero.
                0 => return Ok(()),
                1 if depth == 0 => {
                    let len = u64::from_be_bytes(self.bytes(at + 8, 8)?.try_into().map_err(|_| Broken::Damaged)?);
                    (at + 16, at.saturating_add(len.max(16)))
                }
                len if len < 8 => return if is_junk { Ok(()) } else { Err(Broken::Damaged) },
                len => (at + 8, at + len),
            };
            if after > end && is_junk {
                return Ok(());
            }
            if after > end {
                return Err(if depth == 0 { Broken::CutShort } else { Broken::Damaged });
            }
            if self.boxes > MAX_BOXES || depth > 12 {
                return Err(Broken::Damaged);
            }
            self.one(kind, body, after, depth, parent)?;
            at = after;
        }
        Ok(())
    }

    fn one(&mut self, kind: [u8; 4], body: u64, end: u64, depth: u8, parent: [u8; 4]) -> Result<(), Broken> {
        match &kind {
            b"moov" | b"mdia" | b"minf" | b"stbl" | b"mvex" | b"moof" | b"traf" | b"udta" | b"ilst" => {
                self.has_index |= kind == *b"moov";
                self.children(body, end, depth + 1, kind)
            }
            // A `meta` box has a version before its children, in MP4 but not in QuickTime.
            b"meta" if end - body >= 12 => {
                let versioned = &self.bytes(body, 12)?[8..12] == b"hdlr";
                self.children(if versioned { body + 4 } else { body }, end, depth + 1, kind)
            }
            b"trak" => {
                self.track = Track::default();
                self.children(body, end, depth + 1, kind)?;
                self.finish_track();
                Ok(())
            }
            _ if parent == *b"ilst" => self.children(body, end, depth + 1, kind),
            _ => self.leaf(kind, body, end),
        }
    }

    fn leaf(&mut self, kind: [u8; 4], body: u64, end: u64) -> Result<(), Broken> {
        let len = end - body;
        match &kind {
            b"mvhd" => self.movie.duration_secs = time(&self.bytes(body, len.min(32))?),
            b"mdhd" => self.track.secs = time(&self.bytes(body, len.min(32))?),
            b"tkhd" => self.track.rotation = rotation(&self.bytes(body, len.min(96))?),
            b"hdlr" if self.track.handler == [0; 4] => self.track.handler = four(&self.bytes(body, len.min(12))?, 8),
            b"stsd" => {
                let entry = self.bytes(body, len.min(64 * 1024))?;
                check_entry(entry.get(8..).unwrap_or_default())?;
                self.track.entry = entry.get(8..).unwrap_or_default().to_vec();
            }
            b"stts" => self.track.samples = self.sample_count(body, len)?,
            b"stsc" => _ = self.check_table(body, len, 12)?,
            b"stco" | b"stss" => _ = self.check_table(body, len, 4)?,
            b"co64" | b"ctts" => _ = self.check_table(body, len, 8)?,
            b"stsz" => {
                let head = self.bytes(body, len.min(12))?;
                if u32_at(&head, 4) == 0 && u64::from(u32_at(&head, 8)) * 4 > len.saturating_sub(12) {
                    return Err(Broken::Damaged);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A table may not promise more rows than its box holds: decoders reserve memory by the promise.
    fn check_table(&mut self, body: u64, len: u64, row: u64) -> Result<u64, Broken> {
        let rows = u64::from(u32_at(&self.bytes(body, len.min(8))?, 4));
        if rows * row > len.saturating_sub(8) { Err(Broken::Damaged) } else { Ok(rows) }
    }

    fn sample_count(&mut self, body: u64, len: u64) -> Result<u64, Broken> {
        let rows = self.check_table(body, len, 8)?.min(100_000);
        let table = self.bytes(body + 8, rows * 8)?;
        Ok(table.chunks_exact(8).map(|row| u64::from(u32_at(row, 0))).sum())
    }

    #[expect(clippy::cast_precision_loss, reason = "frame counts are far below 2^52")]
    fn finish_track(&mut self) {
        let Track { handler, rotation, secs, samples, entry } = std::mem::take(&mut self.track);
        let codec = codec(four(&entry, 4));
        match &handler {
            b"vide" if self.movie.video.is_none() && entry.len() >= 36 => {
                let (w, h) = (u32::from(u16_at(&entry, 32)), u32::from(u16_at(&entry, 34)));
                let (width, height) = if rotation.is_multiple_of(180) { (w, h) } else { (h, w) };
                let fps = secs.filter(|secs| *secs > 0.0 && samples > 0).map(|secs| samples as f64 / secs);
                self.movie.video = Some(VideoStream { width, height, fps, rotation, codec, ..VideoStream::default() });
            }
            b"soun" if self.movie.audio.is_none() && entry.len() >= 36 => {
                let (channels, sample_rate) = (u16_at(&entry, 24), u32::from(u16_at(&entry, 32)));
                self.movie.audio = Some(AudioStream { codec, channels, sample_rate, ..AudioStream::default() });
            }
            _ => {}
        }
    }

    fn bytes(&mut self, at: u64, len: u64) -> Result<Vec<u8>, Broken> {
        let mut bytes = Vec::new();
        let read =
            self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.by_ref().take(len).read_to_end(&mut bytes));
        match read {
            Ok(count) if count as u64 == len => Ok(bytes),
            Ok(_) => Err(Broken::CutShort),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Broken::CutShort),
            Err(_) => Err(Broken::Damaged),
        }
    }
}

/// The boxes inside a sound description (after its fixed fields) may not use 64-bit lengths: decoders believe them.
fn check_entry(entry: &[u8]) -> Result<(), Broken> {
    let entry_len = usize::try_from(u32_at(entry, 0)).unwrap_or(usize::MAX);
    if entry.len() >= 8 && !(8..=entry.len()).contains(&entry_len) {
        return Err(Broken::Damaged);
    }
    let huge = entry.get(8..).unwrap_or_default().windows(8).any(|w| {
        matches!(&w[4..], b"esds" | b"dOps" | b"dfLa" | b"alac" | b"wave") && {
            let len = u32_at(w, 0) as usize;
            len < 8 || len > entry.len()
        }
    });
    if huge { Err(Broken::Damaged) } else { Ok(()) }
}

/// Seconds from a movie or media header of either version.
#[expect(clippy::cast_precision_loss, reason = "lengths of real media are far below 2^52 ticks")]
fn time(header: &[u8]) -> Option<f64> {
    let (scale, ticks) = if header.first() == Some(&1) {
        (u32_at(header, 20), u64::from(u32_at(header, 24)) << 32 | u64::from(u32_at(header, 28)))
    } else {
        (u32_at(header, 12), u64::from(u32_at(header, 16)))
    };
    (scale > 0 && ticks > 0 && ticks < u64::from(u32::MAX) << 20).then(|| ticks as f64 / f64::from(scale))
}

/// Degrees clockwise from the matrix of a track header.
fn rotation(header: &[u8]) -> u16 {
    let matrix = if header.first() == Some(&1) { 52 } else { 40 };
    let sign = |at| u32_at(header, at).cast_signed().signum();
    match (sign(matrix), sign(matrix + 4)) {
        (0, 1) => 90,
        (-1, 0) => 180,
        (0, -1) => 270,
        _ => 0,
    }
}

fn codec(tag: [u8; 4]) -> String {
    let name = match &tag {
        b"avc1" | b"avc3" => "h264",
        b"hvc1" | b"hev1" => "hevc",
        b"av01" => "av1",
        b"vp09" => "vp9",
        b"mp4v" => "mpeg4",
        b"mp4a" => "aac",
        b"Opus" => "opus",
        b"fLaC" => "flac",
        other => return String::from_utf8_lossy(other).trim().to_lowercase(),
    };
    name.to_owned()
}

fn four(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(four(bytes, at))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |two| u16::from_be_bytes(*two))
}

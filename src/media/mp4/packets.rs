//! The packets of the sound track of an MP4 or `QuickTime` file, for a decoder of symphonia.
//!
//! symphonia's own reader believes what the boxes say and reads the pictures on its way to the sound; this one reads
//! nothing but the sound, by an index that has been checked.

use std::io::{Read as _, Seek as _, SeekFrom};

use symphonia::core::errors::{Error, Result, SeekErrorKind, end_of_stream_error, seek_error};
use symphonia::core::formats::{Cue, FormatOptions, FormatReader, Packet, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::{MediaSource, MediaSourceStream, ReadBytes as _};
use symphonia::core::meta::{Metadata, MetadataLog};

use super::entry::PLAIN_FRAMES;
use super::index::Index;

/// Larger than a packet of sound can be.
const MOST_BYTES: u32 = 1 << 20;

pub(in crate::media) struct Packets {
    source: MediaSourceStream,
    index: Index,
    tracks: Vec<Track>,
    log: MetadataLog,
    next: Place,
}

/// Which packet comes next.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    sample: u32,
    /// In ticks of the track.
    ts: u64,
    /// Row of the table of durations, and how many packets of it are behind us.
    row: usize,
    in_row: u32,
    /// The same in the table of chunks, with the place in the file.
    chunk: usize,
    in_chunk: u32,
    offset: u64,
}

impl Packets {
    /// `None` when there is no sound that we can decode.
    pub(in crate::media) fn open(source: Box<dyn MediaSource>, index: Index) -> Option<Self> {
        let ticks = index.ticks().saturating_sub(index.start);
        let parameters = index.sound.parameters(index.timescale, ticks).filter(|_| index.is_usable())?;
        let offset = index.chunks.first()?.offset;
        let source = MediaSourceStream::new(source, symphonia::core::io::MediaSourceStreamOptions::default());
        let tracks = vec![Track::new(0, parameters)];
        Some(Self { source, index, tracks, log: MetadataLog::default(), next: Place { offset, ..Place::default() } })
    }

    /// Goes on by `count` packets that lie in one chunk.
    fn advance(&mut self, count: u32, bytes: u64) {
        let next = &mut self.next;
        (next.sample, next.in_chunk) = (next.sample.saturating_add(count), next.in_chunk + count);
        next.offset = next.offset.saturating_add(bytes);
        let mut left = count;
        while let Some((rows, ticks)) = self.index.times.get(next.row).filter(|_| left > 0) {
            let step = left.min(rows.saturating_sub(next.in_row));
            next.ts = next.ts.saturating_add(u64::from(step) * u64::from(*ticks));
            (left, next.in_row) = (left - step, next.in_row + step);
            if next.in_row >= *rows {
                (next.row, next.in_row) = (next.row + 1, 0);
            }
        }
    }

    /// Goes to the chunk of the next packet; false at the end, which is also where the durations end.
    fn enter_chunk(&mut self) -> bool {
        if self.next.row >= self.index.times.len() {
            return false;
        }
        while let Some(chunk) = self.index.chunks.get(self.next.chunk) {
            if self.next.in_chunk < chunk.samples {
                return true;
            }
            (self.next.chunk, self.next.in_chunk) = (self.next.chunk + 1, 0);
            self.next.offset = self.index.chunks.get(self.next.chunk).map_or(0, |chunk| chunk.offset);
        }
        false
    }

    /// How many packets are read at once, and their bytes.
    fn portion(&self) -> (u32, u32) {
        let (frame, next) = (self.index.sound.frame_bytes, &self.next);
        if frame == 0 {
            return (1, self.index.size(next.sample));
        }
        let in_chunk = self.index.chunks.get(next.chunk).map_or(0, |chunk| chunk.samples - next.in_chunk);
        let in_row = self.index.times.get(next.row).map_or(0, |(count, _)| count.saturating_sub(next.in_row));
        let count = in_chunk.min(in_row).clamp(1, PLAIN_FRAMES);
        (count, count * frame)
    }

    fn read(&mut self, offset: u64, bytes: u32) -> Result<Box<[u8]>> {
        if self.source.pos() != offset {
            self.source.seek(SeekFrom::Start(offset))?;
        }
        let mut data = Vec::new();
        self.source.by_ref().take(u64::from(bytes)).read_to_end(&mut data)?;
        if data.len() < bytes as usize { end_of_stream_error() } else { Ok(data.into_boxed_slice()) }
    }
}

impl FormatReader for Packets {
    fn try_new(_: MediaSourceStream, _: &FormatOptions) -> Result<Self> {
        Err(Error::Unsupported("opened by its index"))
    }

    fn cues(&self) -> &[Cue] {
        &[]
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.log.metadata()
    }

    /// To the packet before the one that holds the time, since AAC needs the one before to be right. Answers in ticks
    /// of what is heard.
    fn seek(&mut self, _: SeekMode, to: SeekTo) -> Result<SeekedTo> {
        let required = match to {
            SeekTo::TimeStamp { ts, .. } => ts,
            SeekTo::Time { time, .. } => {
                let base = self.tracks.first().and_then(|track| track.codec_params.time_base);
                base.ok_or(Error::SeekError(SeekErrorKind::Unseekable))?.calc_timestamp(time)
            }
        };
        let required_ts = required.saturating_add(self.index.start);
        self.next = Place { offset: self.index.chunks.first().map_or(0, |chunk| chunk.offset), ..Place::default() };
        let mut before = None;
        let mut is_found = false;
        while !is_found && self.enter_chunk() {
            let (at, (count, bytes)) = (self.next, self.portion());
            self.advance(count, u64::from(bytes));
            is_found = self.next.ts > required_ts;
            self.next = if is_found { before.unwrap_or(at) } else { self.next };
            before = Some(at);
        }
        if !is_found {
            return seek_error(SeekErrorKind::OutOfRange);
        }
        Ok(SeekedTo { track_id: 0, required_ts, actual_ts: self.next.ts })
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    fn next_packet(&mut self) -> Result<Packet> {
        if !self.enter_chunk() {
            return end_of_stream_error();
        }
        let (at, (count, bytes)) = (self.next, self.portion());
        if bytes > MOST_BYTES {
            return end_of_stream_error();
        }
        let data = self.read(at.offset, bytes)?;
        self.advance(count, u64::from(bytes));
        Ok(Packet::new_from_boxed_slice(0, at.ts, self.next.ts.saturating_sub(at.ts), data))
    }

    fn into_inner(self: Box<Self>) -> MediaSourceStream {
        self.source
    }
}

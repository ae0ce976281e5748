//! The packets of Vorbis sound in an Ogg file, for the decoder of symphonia.
//!
//! symphonia's own reader takes the lengths in comments at their word and searches damaged pages again and again; this
//! one goes forward only, keeps no comments, and ends where another stream is chained on.

use std::collections::VecDeque;
use std::io::{Read as _, Seek as _, SeekFrom};

use symphonia::core::codecs::{CODEC_TYPE_VORBIS, CodecParameters};
use symphonia::core::errors::{Error, Result, SeekErrorKind, end_of_stream_error, seek_error};
use symphonia::core::formats::{Cue, FormatOptions, FormatReader, Packet, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadBytes as _};
use symphonia::core::meta::{Metadata, MetadataLog};
use symphonia::core::units::TimeBase;

use crate::media::vorbis;

/// No page is longer.
const MOST_PAGE: u64 = 27 + 255 + 255 * 255;
/// Larger than any packet of Vorbis but a comment.
const MOST_PACKET: usize = 1 << 20;
/// How far a page is looked for after a place that is none.
const SEARCHED: u64 = 4 * MOST_PAGE;

pub(super) struct Pages {
    source: MediaSourceStream,
    serial: u32,
    /// Where the first page with sound begins.
    first: u64,
    size: u64,
    tracks: Vec<Track>,
    log: MetadataLog,
    queue: Queue,
}

/// Packets of the pages that have been read.
#[derive(Debug, Default)]
struct Queue {
    whole: VecDeque<Vec<u8>>,
    /// The start of a packet that goes on in the next page.
    part: Vec<u8>,
    is_too_long: bool,
}

impl Queue {
    fn add(&mut self, page: &Page) {
        let mut body = page.body.as_slice();
        let is_new = page.flags & 1 == 0;
        if is_new {
            self.part.clear();
        }
        // What continues a packet whose start was not seen is no packet.
        let mut is_lost = !is_new && self.part.is_empty();
        for len in &page.lacing {
            let (piece, rest) = body.split_at_checked(usize::from(*len)).unwrap_or((body, &[]));
            body = rest;
            self.is_too_long |= self.part.len() + piece.len() > MOST_PACKET;
            if !self.is_too_long && !is_lost {
                self.part.extend(piece);
            }
            if *len < 255 {
                let packet = std::mem::take(&mut self.part);
                if !is_lost && !self.is_too_long {
                    self.whole.push_back(packet);
                }
                (is_lost, self.is_too_long) = (false, false);
            }
        }
    }
}

#[derive(Debug)]
struct Page {
    start: u64,
    flags: u8,
    /// Samples at its end; all ones if no packet ends in it.
    granule: u64,
    serial: u32,
    lacing: Vec<u8>,
    body: Vec<u8>,
}

impl Page {
    fn is_first(&self) -> bool {
        self.flags & 2 != 0
    }
}

impl Pages {
    /// `None` when it is not Vorbis, or not as Vorbis should be.
    pub(super) fn open(source: Box<dyn MediaSource>, size: u64) -> Option<Self> {
        let source = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let (tracks, log, queue) = (Vec::new(), MetadataLog::default(), Queue::default());
        let mut pages = Self { source, serial: 0, first: 0, size, tracks, log, queue };
        let (rate, header) = pages.identity()?;
        let setup = pages.setup()?;
        pages.first = pages.source.pos();
        let samples = pages.samples();
        let mut parameters = CodecParameters::new();
        parameters.for_codec(CODEC_TYPE_VORBIS).with_sample_rate(rate);
        parameters.with_time_base(TimeBase::new(1, rate));
        parameters.with_extra_data([header, setup].concat().into_boxed_slice());
        if let Some(samples) = samples {
            parameters.with_n_frames(samples);
        }
        pages.tracks = vec![Track::new(0, parameters)];
        Some(pages)
    }

    /// The stream of Vorbis among those that begin here: its rate in hertz and its first header.
    fn identity(&mut self) -> Option<(u32, Vec<u8>)> {
        for _ in 0..64 {
            let page = self.page().filter(Page::is_first)?;
            if let Some(rate) = vorbis::rate(&page.body) {
                self.serial = page.serial;
                return Some((rate, page.body));
            }
        }
        None
    }

    /// The third header. The second, the comments, is passed over.
    fn setup(&mut self) -> Option<Vec<u8>> {
        let mut is_comment = true;
        // A comment with a picture in it may fill many pages.
        for _ in 0..4096 {
            let page = self.page()?;
            if page.serial != self.serial {
                continue;
            }
            if is_comment {
                let ends = page.lacing.iter().position(|len| *len < 255);
                let Some(end) = ends else { continue };
                let from: usize = page.lacing.iter().take(end + 1).map(|len| usize::from(*len)).sum();
                let lacing = page.lacing.get(end + 1..).unwrap_or_default().to_vec();
                let body = page.body.get(from..).unwrap_or_default().to_vec();
                self.queue.add(&Page { lacing, body, flags: 0, ..page });
                is_comment = false;
            } else {
                self.queue.add(&page);
            }
            if let Some(setup) = self.queue.whole.pop_front() {
                return vorbis::is_sane_setup(&setup).then_some(setup);
            }
        }
        None
    }

    /// Samples in all, by the last page.
    fn samples(&mut self) -> Option<u64> {
        // What is still arriving has no end yet.
        if !self.source.is_seekable() {
            return None;
        }
        let here = self.source.pos();
        let from = self.size.saturating_sub(2 * MOST_PAGE).max(self.first);
        self.source.seek(SeekFrom::Start(from)).ok()?;
        let mut last = None;
        while let Some(page) = self.page() {
            if page.serial == self.serial && page.granule != u64::MAX {
                last = Some(page.granule);
            }
        }
        self.source.seek(SeekFrom::Start(here)).ok()?;
        last.filter(|samples| *samples > 0 && *samples < 1 << 48)
    }

    /// The next page of any stream, searched for within reason.
    fn page(&mut self) -> Option<Page> {
        let mut mark = [0; 4];
        let mut searched = 0;
        self.source.read_exact(&mut mark).ok()?;
        while &mark != b"OggS" {
            searched += 1;
            if searched > SEARCHED {
                return None;
            }
            mark.rotate_left(1);
            mark[3] = self.source.read_u8().ok()?;
        }
        let start = self.source.pos() - 4;
        let mut head = [0; 23];
        self.source.read_exact(&mut head).ok()?;
        let mut lacing = vec![0; usize::from(head[22])];
        self.source.read_exact(&mut lacing).ok()?;
        let mut body = vec![0; lacing.iter().map(|len| usize::from(*len)).sum()];
        self.source.read_exact(&mut body).ok()?;
        let granule = u64::from_le_bytes(*head.get(2..)?.first_chunk()?);
        let serial = u32::from_le_bytes(*head.get(10..)?.first_chunk()?);
        Some(Page { start, flags: head[1], granule, serial, lacing, body })
    }

    /// The next page of our stream at or after a place where a packet ends.
    fn page_from(&mut self, at: u64) -> Option<Page> {
        self.source.seek(SeekFrom::Start(at)).ok()?;
        for _ in 0..64 {
            let page = self.page()?;
            if page.serial == self.serial && page.granule != u64::MAX {
                return Some(page);
            }
        }
        None
    }

    /// Goes to the last page that ends at or before the sample, and answers where it ends.
    fn find(&mut self, sample: u64) -> Option<u64> {
        let (mut low, mut high) = (self.first, if self.source.is_seekable() { self.size } else { self.first });
        while high.saturating_sub(low) > 2 * MOST_PAGE {
            let middle = low + (high - low) / 2;
            match self.page_from(middle) {
                Some(page) if page.granule <= sample && page.start < high => low = page.start.max(middle),
                _ => high = middle,
            }
        }
        let mut found = None;
        let mut next = self.page_from(low);
        while let Some(page) = next.take().filter(|page| page.granule <= sample) {
            next = self.page_from(self.source.pos());
            found = Some(page);
        }
        self.queue = Queue::default();
        let Some(page) = found else {
            self.source.seek(SeekFrom::Start(self.first)).ok()?;
            return Some(0);
        };
        // Its last packet is decoded without a sound: the one after it needs it.
        self.source.seek(SeekFrom::Start(page.start)).ok()?;
        let page = self.page()?;
        self.queue.add(&page);
        let keep = self.queue.whole.len().saturating_sub(1);
        self.queue.whole.drain(..keep);
        Some(page.granule)
    }
}

impl FormatReader for Pages {
    fn try_new(_: MediaSourceStream, _: &FormatOptions) -> Result<Self> {
        Err(Error::Unsupported("opened by its size"))
    }

    fn cues(&self) -> &[Cue] {
        &[]
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.log.metadata()
    }

    fn seek(&mut self, _: SeekMode, to: SeekTo) -> Result<SeekedTo> {
        let required_ts = match to {
            SeekTo::TimeStamp { ts, .. } => ts,
            SeekTo::Time { time, .. } => {
                let base = self.tracks.first().and_then(|track| track.codec_params.time_base);
                base.ok_or(Error::SeekError(SeekErrorKind::Unseekable))?.calc_timestamp(time)
            }
        };
        let Some(actual_ts) = self.find(required_ts) else { return seek_error(SeekErrorKind::OutOfRange) };
        Ok(SeekedTo { track_id: 0, required_ts, actual_ts })
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    fn next_packet(&mut self) -> Result<Packet> {
        loop {
            if let Some(packet) = self.queue.whole.pop_front() {
                return Ok(Packet::new_from_boxed_slice(0, 0, 0, packet.into_boxed_slice()));
            }
            match self.page() {
                Some(page) if page.is_first() => return end_of_stream_error(),
                Some(page) if page.serial == self.serial => self.queue.add(&page),
                Some(_) => {}
                None => return end_of_stream_error(),
            }
        }
    }

    fn into_inner(self: Box<Self>) -> MediaSourceStream {
        self.source
    }
}

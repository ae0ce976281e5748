//! The boxes of an MP4 or `QuickTime` file: a check that they are sound before a decoder trusts them, and the facts
//! they hold for when there is no ffprobe.

mod entry;
mod index;
mod pace;
mod packets;

use std::io::{self, Read, Seek, SeekFrom};

pub(super) use entry::aspect;
pub(super) use index::Index;
pub(super) use pace::Pace;
pub(super) use packets::Packets;

use crate::media::probe::{AudioStream, VideoStream};
use entry::Sound;
use index::{Fragment, Tables};

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
    pub(super) audio_streams: u16,
    /// Where the packets of the first sound track are.
    pub(super) sound: Option<Index>,
}

/// One track while its boxes are read.
#[derive(Debug, Default)]
struct Track {
    id: u32,
    handler: [u8; 4],
    rotation: u16,
    timescale: u32,
    secs: Option<f64>,
    pace: Pace,
    entry: Vec<u8>,
    /// The time in the track where what is heard begins, in ticks.
    start: u64,
    /// The pause before the track, in ticks of the film.
    lead: u64,
    tables: Tables,
}

struct Reader<'a, R> {
    file: &'a mut R,
    movie: Movie,
    track: Track,
    fragment: Option<Fragment>,
    /// Where the `moof` that is being read begins.
    moof: u64,
    boxes: u32,
    size: u64,
    /// Ticks of the film in a second, and where its first track begins.
    timescale: u32,
    earliest_secs: Option<f64>,
    has_index: bool,
}

/// More boxes than any real file has: a film in one-second fragments has some ten thousand.
const MAX_BOXES: u32 = 500_000;

/// Reads and checks all boxes.
pub(super) fn read(file: &mut (impl Read + Seek), size: u64) -> Result<Movie, Broken> {
    let (movie, track) = (Movie::default(), Track::default());
    let (boxes, timescale, earliest_secs, has_index) = (0, 0, None, false);
    let mut reader =
        Reader { file, movie, track, fragment: None, moof: 0, boxes, size, timescale, earliest_secs, has_index };
    reader.children(0, size, 0, *b"file")?;
    let (mut movie, earliest) = (reader.movie, reader.earliest_secs.unwrap_or(0.0));
    // A film begins with its first track.
    movie.sound.iter_mut().for_each(|sound| sound.lead_secs -= earliest);
    movie.duration_secs = movie.duration_secs.or_else(|| movie.sound.as_ref()?.secs());
    if reader.has_index { Ok(movie) } else { Err(Broken::CutShort) }
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
            self.one(kind, (at, body), after, depth, parent)?;
            at = after;
        }
        Ok(())
    }

    fn one(
        &mut self,
        kind: [u8; 4],
        (at, body): (u64, u64),
        end: u64,
        depth: u8,
        parent: [u8; 4],
    ) -> Result<(), Broken> {
        match &kind {
            b"moov" | b"mdia" | b"minf" | b"stbl" | b"mvex" | b"moof" | b"traf" | b"udta" | b"ilst" | b"edts" => {
                self.has_index |= kind == *b"moov";
                if kind == *b"moof" {
                    self.moof = at;
                }
                self.fragment = None;
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
            b"trex" | b"tfhd" | b"trun" => self.fragments(kind, body, end - body),
            b"stts" | b"stsc" | b"stsz" | b"stco" | b"co64" | b"stss" | b"ctts" => self.table(kind, body, end - body),
            _ => self.leaf(kind, body, end - body),
        }
    }

    fn leaf(&mut self, kind: [u8; 4], body: u64, len: u64) -> Result<(), Broken> {
        match &kind {
            b"mvhd" => {
                let head = self.bytes(body, len.min(32))?;
                self.movie.duration_secs = time(&head);
                self.timescale = scale(&head);
            }
            b"mdhd" => {
                let head = self.bytes(body, len.min(32))?;
                self.track.secs = time(&head);
                self.track.timescale = scale(&head);
            }
            b"tkhd" => {
                let head = self.bytes(body, len.min(96))?;
                self.track.rotation = rotation(&head);
                self.track.id = u32_at(&head, if head.first() == Some(&1) { 20 } else { 12 });
            }
            b"hdlr" if self.track.handler == [0; 4] => self.track.handler = four(&self.bytes(body, len.min(12))?, 8),
            b"elst" => (self.track.lead, self.track.start) = start(&self.bytes(body, len.min(8 + 20 * 16))?),
            b"stsd" => {
                let entry = self.bytes(body, len.min(64 * 1024))?;
                check_entry(entry.get(8..).unwrap_or_default())?;
                self.track.entry = entry.get(8..).unwrap_or_default().to_vec();
            }
            _ => {}
        }
        Ok(())
    }

    /// The tables of a track; those of the first sound track are kept.
    fn table(&mut self, kind: [u8; 4], body: u64, len: u64) -> Result<(), Broken> {
        let is_sizes = kind == *b"stsz";
        let head = if is_sizes { 12 } else { 8 };
        let width = match &kind {
            b"stsc" => 12,
            b"stts" | b"co64" | b"ctts" => 8,
            _ => 4,
        };
        let start = self.bytes(body, len.min(head))?;
        let constant = if is_sizes { u32_at(&start, 4) } else { 0 };
        let rows = if constant > 0 { 0 } else { u64::from(u32_at(&start, if is_sizes { 8 } else { 4 })) };
        // A table may not promise more rows than its box holds.
        if rows * width > len.saturating_sub(head) {
            return Err(Broken::Damaged);
        }
        if kind == *b"stts" {
            self.track.pace = self.pace(body + 8, rows)?;
        }
        let is_kept = self.track.handler == *b"soun" && self.movie.sound.is_none();
        if !is_kept || matches!(&kind, b"stss" | b"ctts") {
            return Ok(());
        }
        if rows * width > Tables::MOST {
            self.track.tables.is_too_long = true;
            return Ok(());
        }
        let table = self.bytes(body + head, rows * width)?;
        let tables = &mut self.track.tables;
        match &kind {
            b"stts" => tables.stts = table,
            b"stsc" => tables.stsc = table,
            b"stsz" => (tables.stsz, tables.constant_size) = (table, constant),
            _ => (tables.offsets, tables.is_wide) = (table, kind == *b"co64"),
        }
        Ok(())
    }

    /// How even the durations of the packets are.
    fn pace(&mut self, body: u64, rows: u64) -> Result<Pace, Broken> {
        const ROWS: u64 = 4096;
        let mut pace = Pace::default();
        for from in (0..rows).step_by(usize::try_from(ROWS).unwrap_or(1)) {
            let table = self.bytes(body + from * 8, ROWS.min(rows - from) * 8)?;
            table.chunks_exact(8).for_each(|row| pace.add(u32_at(row, 0), u32_at(row, 4)));
        }
        Ok(pace)
    }

    fn fragments(&mut self, kind: [u8; 4], body: u64, len: u64) -> Result<(), Broken> {
        let Some(sound) = &self.movie.sound else { return Ok(()) };
        let id = sound.track_id;
        match &kind {
            b"trex" => {
                let trex = self.bytes(body, len.min(24))?;
                if let Some(sound) = self.movie.sound.as_mut().filter(|_| u32_at(&trex, 4) == id) {
                    sound.set_defaults(u32_at(&trex, 12), u32_at(&trex, 16));
                }
            }
            b"tfhd" => {
                let tfhd = self.bytes(body, len.min(40))?;
                self.fragment = (u32_at(&tfhd, 4) == id).then(|| Fragment::new(&tfhd, self.moof));
            }
            _ => {
                if self.fragment.is_none() {
                    return Ok(());
                }
                let trun = self.bytes(body, len.min(Tables::MOST))?;
                if let (Some(sound), Some(fragment)) = (&mut self.movie.sound, &mut self.fragment) {
                    fragment.next = sound.run(&trun, fragment)?;
                }
            }
        }
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "frame counts are far below 2^52")]
    fn finish_track(&mut self) {
        let track = std::mem::take(&mut self.track);
        // More than an hour is no pause.
        let lead = Some(track.lead as f64 / f64::from(self.timescale)).filter(|secs| *secs < 3600.0).unwrap_or(0.0);
        if matches!(&track.handler, b"vide" | b"soun") {
            self.earliest_secs = Some(self.earliest_secs.map_or(lead, |earliest| earliest.min(lead)));
        }
        match &track.handler {
            b"vide" if self.movie.video.is_none() && track.entry.len() >= 36 => {
                let mut video = entry::video(&track.entry, track.rotation);
                let secs = track.secs.filter(|secs| *secs > 0.0 && track.pace.samples > 0);
                video.is_variable_rate = track.pace.is_uneven();
                video.fps = track
                    .pace
                    .nominal()
                    .filter(|_| !video.is_variable_rate && track.timescale > 0)
                    .map(|ticks| f64::from(track.timescale) / ticks)
                    .or_else(|| secs.map(|secs| track.pace.samples as f64 / secs));
                self.movie.video = Some(video);
            }
            b"soun" if track.entry.len() >= 36 => {
                self.movie.audio_streams = self.movie.audio_streams.saturating_add(1);
                if self.movie.audio.is_none() {
                    let sound = Sound::new(&track.entry);
                    self.movie.audio = Some(sound.facts.clone());
                    let mut index = Index::new(sound, track.timescale, track.start, track.id, self.size);
                    index.lead_secs = lead;
                    index.fill(&track.tables);
                    self.movie.sound = Some(index);
                }
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
    let scale = scale(header);
    let ticks = if header.first() == Some(&1) {
        u64::from(u32_at(header, 24)) << 32 | u64::from(u32_at(header, 28))
    } else {
        u64::from(u32_at(header, 16))
    };
    (scale > 0 && ticks > 0 && ticks < u64::from(u32::MAX) << 20).then(|| ticks as f64 / f64::from(scale))
}

/// Ticks in a second, from a movie or media header of either version.
fn scale(header: &[u8]) -> u32 {
    u32_at(header, if header.first() == Some(&1) { 20 } else { 12 })
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

/// The pause an edit list puts before a track, in ticks of the film, and where it lets the track begin, in its own:
/// past what an encoder puts in front.
fn start(elst: &[u8]) -> (u64, u64) {
    let is_wide = elst.first() == Some(&1);
    let time = |row: &[u8]| {
        let narrow = i64::from(u32_at(row, if is_wide { 8 } else { 4 }).cast_signed());
        if is_wide { narrow << 32 | i64::from(u32_at(row, 12)) } else { narrow }
    };
    let ticks = |row: &[u8]| {
        let narrow = u64::from(u32_at(row, 0));
        if is_wide { narrow << 32 | u64::from(u32_at(row, 4)) } else { narrow }
    };
    let mut lead = 0_u64;
    let rows = elst.get(8..).unwrap_or_default().chunks_exact(if is_wide { 20 } else { 12 });
    for row in rows.take(u32_at(elst, 4) as usize) {
        // A negative time is a pause.
        match u64::try_from(time(row)) {
            Ok(start) => return (lead, start),
            Err(_) => lead = lead.saturating_add(ticks(row)),
        }
    }
    (0, 0)
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

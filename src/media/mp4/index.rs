//! Where the packets of the first sound track are, and when each is heard. Everything is bounded: more than any real
//! file has is no index, and ffmpeg is asked to read the file.

use super::{Broken, u32_at};
use crate::media::mp4::entry::Sound;

/// Twenty-four hours of AAC packets.
const MOST_SAMPLES: usize = 5_000_000;
/// Stretches of packets that lie side by side, and stretches of packets of one length.
const MOST_CHUNKS: usize = 2_000_000;

/// Packets that lie side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub(super) offset: u64,
    pub(super) samples: u32,
}

/// The sound track of a file.
#[derive(Debug, Clone, Default)]
pub(in crate::media) struct Index {
    pub(in crate::media) sound: Sound,
    pub(super) timescale: u32,
    /// The time in the track, in ticks, where what is heard begins.
    pub(super) start: u64,
    /// How much later than the first track the sound begins, in seconds.
    pub(in crate::media) lead_secs: f64,
    pub(super) chunks: Vec<Chunk>,
    /// Of each packet in bytes, unless all are of one size.
    pub(super) sizes: Vec<u32>,
    pub(super) constant_size: u32,
    /// How many packets last how many ticks.
    pub(super) times: Vec<(u32, u32)>,
    /// What a fragment takes when it does not say: duration and size.
    defaults: (u32, u32),
    pub(super) track_id: u32,
    /// Bytes of all packets so far, and of the file.
    bytes: u64,
    file_bytes: u64,
    /// There is more than may be kept, or it contradicts itself.
    is_hopeless: bool,
}

impl Index {
    pub(super) fn ticks(&self) -> u64 {
        let rows = self.times.iter().map(|(count, ticks)| u64::from(*count) * u64::from(*ticks));
        rows.fold(0, u64::saturating_add)
    }

    pub(super) fn size(&self, sample: u32) -> u32 {
        if self.constant_size > 0 { self.constant_size } else { self.sizes.get(sample as usize).copied().unwrap_or(0) }
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.is_hopeless && !self.chunks.is_empty() && !self.times.is_empty()
    }

    /// Seconds that are heard of the track.
    #[expect(clippy::cast_precision_loss, reason = "lengths of real media are far below 2^52 ticks")]
    pub(super) fn secs(&self) -> Option<f64> {
        let ticks = self.ticks().saturating_sub(self.start);
        (self.timescale > 0 && ticks > 0).then(|| ticks as f64 / f64::from(self.timescale) + self.lead_secs)
    }

    pub(super) fn new(sound: Sound, timescale: u32, start: u64, track_id: u32, file_bytes: u64) -> Self {
        Self { sound, timescale, start, track_id, file_bytes, ..Self::default() }
    }

    /// Takes in the tables of a track. They have been checked against the length of their boxes.
    pub(super) fn fill(&mut self, tables: &Tables) {
        let rows = tables.offsets.len() / if tables.is_wide { 8 } else { 4 };
        self.is_hopeless = tables.is_too_long || rows > MOST_CHUNKS;
        if self.is_hopeless {
            return;
        }
        self.times = pairs(&tables.stts);
        (self.constant_size, self.sizes) = (tables.constant_size, numbers(&tables.stsz));
        let wide = |row: &[u8]| u64::from(u32_at(row, 0)) << 32 | u64::from(u32_at(row, 4));
        let offsets: Vec<u64> = if tables.is_wide {
            tables.offsets.chunks_exact(8).map(wide).collect()
        } else {
            numbers(&tables.offsets).into_iter().map(u64::from).collect()
        };
        let mut rules = tables.stsc.chunks_exact(12).map(|row| (u32_at(row, 0), u32_at(row, 4))).peekable();
        let (mut each, mut left) = (0, self.packets());
        for (number, offset) in (1_u32..).zip(offsets) {
            while let Some((_, next)) = rules.next_if(|(first, _)| *first <= number) {
                each = next;
            }
            let samples = u32::try_from(left).unwrap_or(u32::MAX).min(each);
            left -= u64::from(samples);
            self.chunks.push(Chunk { offset, samples });
        }
        let count = self.packets() - left;
        let bytes = match (self.sound.frame_bytes, self.constant_size) {
            (0, 0) => {
                self.sizes.iter().take(usize::try_from(count).unwrap_or(usize::MAX)).copied().map(u64::from).sum()
            }
            (0, each) | (each, _) => count.saturating_mul(u64::from(each)),
        };
        self.is_hopeless = self.sound.frame_bytes == 0 && count > MOST_SAMPLES as u64;
        self.count_bytes(bytes);
    }

    /// How many packets there can be: each has a duration, and each a size.
    fn packets(&self) -> u64 {
        let timed = self.times.iter().map(|(count, _)| u64::from(*count)).sum();
        let is_sized = self.constant_size == 0 && self.sound.frame_bytes == 0;
        if is_sized { (self.sizes.len() as u64).min(timed) } else { timed }
    }

    /// Packets do not overlap: more bytes than the file has would be the same ones again and again.
    fn count_bytes(&mut self, more: u64) {
        self.bytes = self.bytes.saturating_add(more);
        self.is_hopeless |= self.bytes > self.file_bytes;
    }

    pub(super) fn set_defaults(&mut self, duration: u32, size: u32) {
        self.defaults = (duration, size);
    }

    /// Takes in a run of packets of a fragment and gives back where it ends.
    pub(super) fn run(&mut self, trun: &[u8], fragment: &Fragment) -> Result<u64, Broken> {
        let (flags, count) = (u32_at(trun, 0) & 0xff_ffff, u32_at(trun, 4));
        let mut at = 8;
        let offset = if flags & 1 == 0 {
            fragment.next
        } else {
            at += 4;
            fragment.base.saturating_add_signed(i64::from(u32_at(trun, 8).cast_signed()))
        };
        at += if flags & 4 == 0 { 0 } else { 4 };
        let fields = [0x100, 0x200, 0x400, 0x800].map(|flag| flags & flag != 0);
        let row = 4 * fields.iter().filter(|is_there| **is_there).count();
        if (count as usize).saturating_mul(row) > trun.len().saturating_sub(at) {
            return Err(Broken::Damaged);
        }
        if self.sizes.len() + count as usize > MOST_SAMPLES
            || self.chunks.len() >= MOST_CHUNKS
            || self.constant_size > 0
        {
            self.is_hopeless = true;
            return Ok(offset);
        }
        let (mut end, mut bytes) = (offset, 0_u64);
        for sample in 0..count as usize {
            let row = trun.get(at + sample * row..).unwrap_or_default();
            let size_at = if fields[0] { 4 } else { 0 };
            let ticks = if fields[0] { u32_at(row, 0) } else { fragment.duration.unwrap_or(self.defaults.0) };
            let size = if fields[1] { u32_at(row, size_at) } else { fragment.size.unwrap_or(self.defaults.1) };
            self.sizes.push(size);
            end = end.saturating_add(u64::from(size));
            bytes = bytes.saturating_add(u64::from(size));
            match self.times.last_mut().filter(|(_, last)| *last == ticks) {
                Some((count, _)) => *count = count.saturating_add(1),
                None => self.times.push((1, ticks)),
            }
        }
        self.chunks.push(Chunk { offset, samples: count });
        self.count_bytes(bytes);
        Ok(end)
    }
}

/// The tables of a track as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) stts: Vec<u8>,
    pub(super) stsc: Vec<u8>,
    pub(super) stsz: Vec<u8>,
    pub(super) constant_size: u32,
    pub(super) offsets: Vec<u8>,
    /// Offsets have eight bytes instead of four.
    pub(super) is_wide: bool,
    /// A table is longer than may be kept.
    pub(super) is_too_long: bool,
}

impl Tables {
    /// How many bytes of a table are worth keeping at most.
    pub(super) const MOST: u64 = 4 * MOST_SAMPLES as u64;
}

/// A fragment while its runs are read.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Fragment {
    pub(super) base: u64,
    /// Where the next run begins, if it does not say.
    pub(super) next: u64,
    pub(super) duration: Option<u32>,
    pub(super) size: Option<u32>,
}

impl Fragment {
    /// From the head of a fragment of one track, which lies in the `moof` at `start`.
    pub(super) fn new(tfhd: &[u8], start: u64) -> Self {
        let flags = u32_at(tfhd, 0);
        let mut at = 8;
        let mut field = |flag: u32, len: usize| {
            let found = (flags & flag != 0).then_some(at);
            at += if found.is_some() { len } else { 0 };
            found
        };
        let base = field(1, 8).map_or(start, |at| u64::from(u32_at(tfhd, at)) << 32 | u64::from(u32_at(tfhd, at + 4)));
        field(2, 4);
        let duration = field(8, 4).map(|at| u32_at(tfhd, at));
        let size = field(0x10, 4).map(|at| u32_at(tfhd, at));
        Self { base, next: base, duration, size }
    }
}

fn numbers(table: &[u8]) -> Vec<u32> {
    table.chunks_exact(4).map(|row| u32_at(row, 0)).collect()
}

fn pairs(table: &[u8]) -> Vec<(u32, u32)> {
    table.chunks_exact(8).map(|row| (u32_at(row, 0), u32_at(row, 4))).collect()
}

//! Levels in a row: a byte each, in blocks that snapshots share, and the largest of each block.

use std::sync::Arc;

use crate::media::Part;
use crate::media::wave::LEVELS_PER_SEC;

/// Levels in a block: about ten seconds.
const BLOCK: usize = 1024;

/// Grows at its end. A clone shares all blocks, and costs a word or two for each ten seconds.
#[derive(Debug, Clone, Default)]
pub(super) struct Levels {
    blocks: Vec<Block>,
}

/// Full, except for the last.
#[derive(Debug, Clone)]
struct Block {
    levels: Arc<Vec<u8>>,
    loudest: u8,
}

impl Levels {
    pub(super) fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.levels.len())
    }

    pub(super) fn push(&mut self, amplitude: f32) {
        let level = level(amplitude);
        match self.blocks.last_mut() {
            Some(last) if last.levels.len() < BLOCK => {
                // Copies the kilobyte once after each snapshot.
                Arc::make_mut(&mut last.levels).push(level);
                last.loudest = last.loudest.max(level);
            }
            _ => {
                let mut levels = Vec::with_capacity(BLOCK);
                levels.push(level);
                self.blocks.push(Block { levels: Arc::new(levels), loudest: level });
            }
        }
    }

    /// All bytes, in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().map(|block| block.levels.as_slice())
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let block = |levels: &[u8]| Block { levels: Arc::new(levels.to_vec()), loudest: loudest(levels) };
        Self { blocks: bytes.chunks(BLOCK).map(block).collect() }
    }

    /// The loudest amplitude in each of `count` equal pieces of a stretch of time.
    pub(super) fn bars(&self, part: Part, count: usize) -> Vec<f32> {
        // Through `new` once more: the fields are open to anyone.
        let part = Part::new(part.from_secs, part.to_secs);
        let per_sec = f64::from(LEVELS_PER_SEC);
        let bar = |index: usize| {
            #[expect(clippy::cast_precision_loss, reason = "a few thousand bars")]
            let at = |index: usize| (part.from_secs + part.secs() * index as f64 / count as f64) * per_sec;
            // A bar is at least one level wide; what rounding adds is none.
            let from = whole(at(index) + 1e-6);
            let to = whole((at(index + 1) - 1e-6).ceil()).max(from.saturating_add(1));
            amplitude(self.loudest(from, to))
        };
        (0..count).map(bar).collect()
    }

    /// The largest of the levels `from` up to `to`, without it; 0 past the end.
    fn loudest(&self, from: usize, to: usize) -> u8 {
        let to = to.min(self.len());
        let mut most = 0;
        let mut at = from;
        while at < to {
            let (index, start) = (at / BLOCK, at % BLOCK);
            let Some(block) = self.blocks.get(index) else { break };
            let end = (to - index * BLOCK).min(BLOCK);
            let is_whole = start == 0 && end >= block.levels.len();
            let here = if is_whole { block.loudest } else { loudest(block.levels.get(start..end).unwrap_or_default()) };
            most = most.max(here);
            at = (index + 1) * BLOCK;
        }
        most
    }
}

fn loudest(levels: &[u8]) -> u8 {
    levels.iter().copied().max().unwrap_or_default()
}

/// Quiet sounds get finer steps than loud ones: the level is the root of the amplitude.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
fn level(amplitude: f32) -> u8 {
    // What is no number becomes 0.
    (amplitude.clamp(0.0, 1.0).sqrt() * 255.0).round() as u8
}

fn amplitude(level: u8) -> f32 {
    let root = f32::from(level) / 255.0;
    root * root
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative; too large is as large as can be"
)]
fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(count: u16) -> Levels {
        let mut levels = Levels::default();
        for index in 0..count {
            levels.push(f32::from(index) / f32::from(count));
        }
        levels
    }

    #[test]
    fn bars_are_the_loudest_of_their_stretch_whatever_its_place() {
        let levels = ramp(5_000);
        assert_eq!(levels.len(), 5_000);
        let bars = levels.bars(Part::new(0.0, 50.0), 50);
        for (index, bar) in (1_u8..).zip(&bars) {
            assert!((bar - f32::from(index) / 50.0).abs() < 0.005, "{index}: {bar}");
        }
        // Within one level there is still a bar, and past the end there is silence.
        let near = levels.bars(Part::new(25.0, 25.01), 4);
        assert!(near.iter().all(|bar| (bar - 0.5).abs() < 0.005), "{near:?}");
        assert_eq!(levels.bars(Part::new(50.0, 90.0), 3), [0.0; 3]);
        assert!(levels.bars(Part::new(0.0, 50.0), 0).is_empty());
    }

    #[test]
    fn a_snapshot_does_not_change_when_more_comes() {
        let mut levels = Levels::default();
        (0..1_500).for_each(|_| levels.push(0.5));
        let before = levels.clone();
        levels.push(1.0);
        assert_eq!((before.len(), levels.len()), (1_500, 1_501));
        assert!(before.bars(Part::new(0.0, 100.0), 1)[0] < 0.51);
        assert!((levels.bars(Part::new(0.0, 100.0), 1)[0] - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn odd_numbers_stay_within_the_picture() {
        assert_eq!([f32::NAN, -3.0, 0.0, f32::INFINITY, 1.0].map(level), [0, 0, 0, 255, 255]);
        let odd = Part { from_secs: f64::NAN, to_secs: f64::INFINITY };
        assert!(ramp(10).bars(odd, 4).iter().all(|bar| (0.0..=1.0).contains(bar)));
        assert!(ramp(10).bars(Part::new(0.0, 1e300), 2)[0] > 0.8);
    }

    #[test]
    fn bytes_are_kept_as_they_are() {
        let levels = ramp(3_000);
        let again = Levels::from_bytes(&levels.pieces().collect::<Vec<_>>().concat());
        assert_eq!(again.bars(Part::new(0.0, 30.0), 300), levels.bars(Part::new(0.0, 30.0), 300));
    }
}

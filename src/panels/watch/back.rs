//! Pictures of a video in the order from its end to its start. They can only be decoded forward, so they are: a short
//! part at a time, kept until it was shown.

use crate::media::video::{Film, Playback};
use crate::runtime::Runtime;

/// All pictures of a part, together.
const MOST_BYTES: usize = 48 << 20;
/// However small they are.
const MOST_PICTURES: usize = 96;
/// A part that was shown and the one before it.
const PARTS: usize = 2;

/// A decoded picture.
pub(super) struct Kept {
    pub secs: f64,
    pub size: [u32; 2],
    pub rgba: Vec<u8>,
}

/// From one time in the video up to another.
struct Part {
    from: f64,
    to: f64,
    pictures: Vec<Kept>,
}

/// What is shown backward.
#[derive(Default)]
pub(super) struct Back {
    fit: [u32; 2],
    /// Decoded whole, the later ones first.
    ready: Vec<Part>,
    coming: Option<(Playback, Part)>,
}

impl Back {
    /// Makes sure that what lies before `at` is there or on its way.
    pub fn work(&mut self, runtime: &Runtime, film: &Film, fit: [u32; 2], at: f64) {
        let frame = 1.0 / film.fps.clamp(1.0, 240.0);
        let covers = |part: &Part| at >= part.from - 2.0 * frame && at <= part.to + 2.0 * frame;
        let is_covered = self.ready.iter().any(covers) || self.coming.iter().any(|(_, part)| covers(part));
        if self.fit != fit || !is_covered {
            *self = Self { fit, ..Self::default() };
        }
        self.ready.retain(|part| part.from <= at + frame);
        self.take_in(frame);
        if self.coming.is_some() || self.ready.len() >= PARTS {
            return;
        }
        let to = self.ready.last().map_or(at + frame, |part| part.from);
        if to <= frame / 2.0 {
            return;
        }
        let from = (to - most(fit) * frame).max(0.0);
        // The pictures of a film begin where its numbers say.
        let from = film.begins(film.number(from));
        let playback = Playback::start(&runtime.handle(), film, from, fit, false);
        self.coming = Some((playback, Part { from, to, pictures: Vec::new() }));
    }

    fn take_in(&mut self, frame: f64) {
        let Some((playback, part)) = &mut self.coming else { return };
        let mut is_whole = false;
        while let Some(next) = playback.next_secs() {
            is_whole = next > part.to - frame / 2.0;
            if is_whole {
                break;
            }
            playback.show(next + frame / 4.0, |picture| {
                let (size, rgba) = ([picture.width, picture.height], picture.rgba.to_vec());
                part.pictures.push(Kept { secs: picture.secs, size, rgba });
            });
        }
        if (is_whole || playback.is_over() || playback.error().is_some())
            && let Some((_, part)) = self.coming.take()
        {
            self.ready.push(part);
        }
    }

    /// The picture of a time, when it is there.
    pub fn picture(&self, at: f64) -> Option<&Kept> {
        let pictures = self.ready.iter().flat_map(|part| &part.pictures);
        let before = pictures.filter(|picture| picture.secs <= at + 1e-3);
        before.max_by(|one, other| one.secs.total_cmp(&other.secs))
    }
}

/// Pictures of a part.
#[expect(clippy::cast_precision_loss, reason = "fewer than a hundred")]
fn most(fit: [u32; 2]) -> f64 {
    let bytes = fit.iter().fold(4, |bytes, side| bytes * usize::try_from(*side).unwrap_or(1).max(1));
    (MOST_BYTES / bytes).clamp(8, MOST_PICTURES) as f64
}

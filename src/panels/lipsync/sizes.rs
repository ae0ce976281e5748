//! How the room of the setup is shared out: all five modes stay in sight, and the video gets what is left.

use super::{lanes, lengths};
use crate::panels::watch::HEIGHT;
use crate::ui::space;

/// Width of the column beside the picture, in points.
const SIDE: f32 = 296.0;
/// Between the blocks of the page.
pub(super) const GAP: f32 = 10.0;
/// Between the picture and its controls.
pub(super) const BAR_GAP: f32 = 6.0;
/// The picture is at least so wide, for the controls below it.
const LEAST: f32 = 288.0;
/// So much of the lanes is seen at least, where they are scrolled to.
const PEEK: f32 = 30.0;
/// Heights of the rows of modes, the best first, and how much of the picture's width they may take for it.
const ROWS: [(f32, f32); 4] = [(42.0, 1.0), (40.0, 1.0), (36.0, 0.8), (32.0, 0.65)];

/// What the blocks get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sizes {
    /// Width of the picture, which is 16 to 9.
    pub picture: f32,
    /// Height of a row of modes.
    pub row: f32,
    /// There is no room for the lanes: they come last, behind what is chosen.
    pub lanes_last: bool,
}

impl Sizes {
    /// In so much room below the head of the page.
    pub fn of(width: f32, room: f32) -> Self {
        let wanted = (width - SIDE - space::L).clamp(LEAST, 640.0);
        let below = |row| BAR_GAP + HEIGHT + GAP + lengths::table_height(row);
        let picture = |high: f32| (high * 16.0 / 9.0).floor().min(wanted);
        for (row, share) in ROWS {
            let picture = picture(room - below(row) - lanes::HEIGHT - GAP);
            if picture >= wanted * share {
                return Self { picture, row, lanes_last: false };
            }
        }
        let (row, _) = ROWS[ROWS.len() - 1];
        let left = room - below(row);
        let peeks = picture(left - GAP - PEEK);
        let picture = if peeks >= LEAST { peeks } else { picture(left).max(LEAST) };
        Self { picture, row, lanes_last: true }
    }

    /// Height of the picture and its controls.
    pub fn media(self) -> f32 {
        self.high() + BAR_GAP + HEIGHT
    }

    /// Height of the picture.
    pub fn high(self) -> f32 {
        (self.picture * 9.0 / 16.0).floor()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Content and room of the page: the window without rail, inspector, margins, banner, head, foot and strip.
    fn height(sizes: Sizes) -> f32 {
        let lanes = if sizes.lanes_last { 0.0 } else { lanes::HEIGHT + GAP };
        sizes.media() + GAP + lanes + lengths::table_height(sizes.row)
    }

    #[test]
    fn all_five_modes_are_in_sight_in_every_window() {
        let drawn = Sizes::of(792.0, 728.0);
        assert_eq!((drawn.picture, drawn.row, drawn.lanes_last), (480.0, 42.0, false));
        for strip in [0.0, 56.0] {
            for banner in [0.0, 36.0] {
                let usual = Sizes::of(792.0, 728.0 - strip - banner);
                assert!(!usual.lanes_last && usual.picture >= 384.0, "{usual:?}");
                assert!(height(usual) <= 728.0 - strip - banner, "{usual:?}");
                let room = 508.0 - strip - banner;
                let small = Sizes::of(824.0, room);
                assert!(small.lanes_last && height(small) <= room, "{small:?} in {room}");
                let rest = room - height(small) - GAP;
                assert!(!(1.0..24.0).contains(&rest), "a sliver of {rest} of the lanes looks like a fault: {small:?}");
            }
        }
    }
}

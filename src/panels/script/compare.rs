//! Two takes heard in step at equal loudness: which are chosen, and when the player has them.

use super::row::track;
use crate::library::Take;
use crate::panels::Cx;
use crate::panels::loudness::Loudnesses;
use crate::ui::ab::Letter;

/// A take that is this much quieter than the other, in decibels, is nearly silence: nothing is turned down for it.
const MOST_DB: f64 = 24.0;

/// What is compared.
#[derive(Default)]
pub struct Compare {
    /// Ids of the takes chosen as A and B.
    chosen: [Option<String>; 2],
    /// The player was given both.
    handed_over: bool,
    loudness: Loudnesses,
}

impl Compare {
    /// A letter of a take's row was pressed, 0 for A and 1 for B: the take is chosen as that or no longer, and the
    /// letter of the one that is not heard makes it heard.
    pub fn press(&mut self, cx: &mut Cx<'_>, side: usize, id: &str) {
        let other = 1 - side;
        let is = |chosen: &Option<String>| chosen.as_deref() == Some(id);
        if self.chosen.get(side).is_some_and(is) {
            if self.heard(cx) == Some(other) {
                cx.player.switch();
                return;
            }
            self.stop(cx);
            self.choose(side, None);
            return;
        }
        if self.chosen.get(other).is_some_and(is) {
            self.choose(other, None);
        }
        self.choose(side, Some(id.to_owned()));
        self.handed_over = false;
    }

    fn choose(&mut self, side: usize, id: Option<String>) {
        if let Some(chosen) = self.chosen.get_mut(side) {
            *chosen = id;
        }
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        if self.heard(cx).is_some() {
            cx.player.stop();
        }
        self.handed_over = false;
    }

    /// Lets go of a take whose sound has changed.
    pub fn forget(&mut self, id: &str, cx: &mut Cx<'_>) {
        if self.chosen.iter().flatten().any(|chosen| chosen == id) {
            self.stop(cx);
            self.chosen.iter_mut().filter(|chosen| chosen.as_deref() == Some(id)).for_each(|chosen| *chosen = None);
        }
    }

    /// Begins the comparison once both are chosen and measured, and notices its end.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        self.follow(cx);
        self.loudness.settle();
    }

    fn follow(&mut self, cx: &mut Cx<'_>) {
        if self.handed_over {
            if self.heard(cx).is_none() {
                (self.chosen, self.handed_over) = Default::default();
            }
            return;
        }
        let [Some(a), Some(b)] = &self.chosen else { return };
        let (Some(a), Some(b)) = (cx.store.take(a).cloned(), cx.store.take(b).cloned()) else {
            self.chosen = Default::default();
            return;
        };
        let (Some(one), Some(other)) = (self.lufs(cx, &a), self.lufs(cx, &b)) else { return };
        let mut tracks = [track(cx.store, &a), track(cx.store, &b)];
        // Of one line, it need not be said.
        if a.care.line_id == b.care.line_id {
            (tracks[0].title, tracks[1].title) = (a.title(), b.title());
        }
        let [first, second] = tracks;
        cx.player.compare(first, second, gains(one, other));
        self.handed_over = true;
    }

    /// The loudness of a take, once it is measured; within it `None` for one that has none, or that can't be read.
    #[expect(clippy::option_option, reason = "not known yet, known to be none, and a number")]
    fn lufs(&mut self, cx: &Cx<'_>, take: &Take) -> Option<Option<f64>> {
        let measured = self.loudness.of(cx.runtime, take.audio(), None);
        if measured.error().is_some() {
            // The player says what is wrong with the file.
            return Some(None);
        }
        measured.value().map(|measured| measured.integrated_lufs)
    }

    /// Which of the two is heard, 0 or 1, while they are compared.
    fn heard(&self, cx: &Cx<'_>) -> Option<usize> {
        let [Some(a), Some(b)] = &self.chosen else { return None };
        let now = cx.player.now()?;
        let second = now.compared?;
        let is = |key: &str, id: &str| key.strip_prefix("take:") == Some(id);
        let heard = if second.second_heard { b } else { a };
        (is(second.key, b) && is(now.key, heard)).then(|| usize::from(second.second_heard))
    }

    /// How both letters of a row stand.
    pub fn letters(&self, cx: &Cx<'_>, id: &str) -> [Letter; 2] {
        let heard = self.heard(cx);
        let mut letters = [Letter::Free; 2];
        for (side, (letter, chosen)) in letters.iter_mut().zip(&self.chosen).enumerate() {
            if chosen.as_deref() == Some(id) {
                *letter = if heard == Some(side) { Letter::Heard } else { Letter::Chosen };
            }
        }
        letters
    }
}

/// The gains in decibels that bring both to the loudness of the quieter one: nothing is turned up, so nothing clips.
#[expect(clippy::cast_possible_truncation, reason = "decibels to the ear's precision")]
fn gains(one: Option<f64>, other: Option<f64>) -> [f32; 2] {
    let (Some(one), Some(other)) = (one, other) else { return [0.0; 2] };
    let least = one.min(other);
    if (one - other).abs() > MOST_DB {
        return [0.0; 2];
    }
    [(least - one) as f32, (least - other) as f32]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are(gains: [f32; 2], expected: [f32; 2]) -> bool {
        gains.iter().zip(expected).all(|(gain, expected)| (gain - expected).abs() < 1e-4)
    }

    #[test]
    fn the_louder_one_is_turned_down_and_silence_turns_nothing_down() {
        assert!(are(gains(Some(-20.0), Some(-26.0)), [-6.0, 0.0]));
        assert!(are(gains(Some(-26.0), Some(-20.0)), [0.0, -6.0]));
        assert!(are(gains(Some(-20.0), Some(-70.0)), [0.0, 0.0]));
        assert!(are(gains(None, Some(-20.0)), [0.0, 0.0]));
    }
}

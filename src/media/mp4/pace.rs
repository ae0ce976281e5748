//! Whether the frames of a film come at even times.

/// How the durations of the packets of a track are spread.
#[derive(Debug, Default)]
pub(in crate::media) struct Pace {
    pub(super) samples: u64,
    ticks: u64,
    /// The duration most packets have in a row, and how many.
    usual: (u32, u64),
    rows: Vec<(u32, u32)>,
}

impl Pace {
    /// Rows that are remembered; of what comes after them only the sums are.
    const ROWS: usize = 20_000;

    /// Of frames shown at these times, in seconds and any order, to the millisecond.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a day of milliseconds")]
    pub(in crate::media) fn of_times(mut times: Vec<f64>) -> Self {
        let mut pace = Self::default();
        times.retain(|secs| secs.is_finite());
        times.sort_by(f64::total_cmp);
        for pair in times.windows(2) {
            let apart = pair.last().unwrap_or(&0.0) - pair.first().unwrap_or(&0.0);
            pace.add(1, (apart * 1000.0).round().clamp(0.0, 86_400_000.0) as u32);
        }
        pace
    }

    pub(super) fn add(&mut self, count: u32, ticks: u32) {
        self.samples += u64::from(count);
        self.ticks = self.ticks.saturating_add(u64::from(count) * u64::from(ticks));
        let is_new = self.rows.len() < Self::ROWS;
        match self.rows.last_mut() {
            Some((known, last)) if *last == ticks => *known = known.saturating_add(count),
            _ if is_new => self.rows.push((count, ticks)),
            _ => {}
        }
        let row = self.rows.last().map_or(0, |(known, _)| u64::from(*known));
        if row > self.usual.1 {
            self.usual = (ticks, row);
        }
    }

    /// Ticks of an ordinary frame.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(super) fn nominal(&self) -> Option<f64> {
        let average = (self.samples > 0 && self.ticks > 0).then(|| self.ticks as f64 / self.samples as f64)?;
        // The usual one, unless rounding spreads them around a value between two ticks.
        let is_usual = self.usual.1 * 10 >= self.samples * 9 && self.usual.0 > 0;
        Some(if is_usual { f64::from(self.usual.0) } else { average })
    }

    /// More than one frame in a hundred, and more than a first and a last one, is far from the ordinary.
    pub(in crate::media) fn is_uneven(&self) -> bool {
        let Some(nominal) = self.nominal() else { return false };
        let is_far = |ticks: u32| {
            let apart = (f64::from(ticks) - nominal).abs();
            apart > nominal * 0.12 && apart > 1.0
        };
        let far: u64 = self.rows.iter().filter(|(_, ticks)| is_far(*ticks)).map(|(count, _)| u64::from(*count)).sum();
        let known: u64 = self.rows.iter().map(|(count, _)| u64::from(*count)).sum();
        far > 2 && far * 100 > known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_times_are_even_and_missing_frames_are_not() {
        let thirty = (0..90).map(|frame| f64::from(frame) / 30.0).collect();
        assert!(!Pace::of_times(thirty).is_uneven(), "33 and 34 milliseconds");
        let gaps = (0..90).filter(|frame| frame % 10 < 6).map(|frame| f64::from(frame) / 25.0).collect();
        assert!(Pace::of_times(gaps).is_uneven());
        let mut odd_ends: Vec<_> = (1..90).map(|frame| f64::from(frame) / 25.0).collect();
        odd_ends.extend([0.0, 3.9]);
        assert!(!Pace::of_times(odd_ends).is_uneven(), "the first and the last frame may be odd");
        assert!(!Pace::of_times(vec![f64::NAN, 0.0]).is_uneven());
    }
}

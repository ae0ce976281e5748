//! How far a piece of work has come: written by the task that does it, read by the panel that shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Units done out of a total (bytes for transfers, thousandths for jobs that report a percentage).
///
/// Clones share the same numbers. A total of zero means "not known yet". Each number is read on its own, so a
/// reader may see a fresh count beside an old total for one frame; [`Progress::fraction`] stays within 0 to 1.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Starts over with a new total.
    pub fn start(&self, total: u64) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Adds units that are now done.
    pub fn add(&self, units: u64) {
        self.0.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Sets the units done so far.
    pub fn set(&self, units: u64) {
        self.0.done.store(units, Ordering::Relaxed);
    }

    /// Units done so far.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// All units, or zero while that is not known.
    pub fn total(&self) -> u64 {
        self.0.total.load(Ordering::Relaxed)
    }

    /// 0.0 to 1.0, or `None` while the total is not known.
    #[expect(clippy::cast_precision_loss, reason = "a progress bar needs three digits")]
    pub fn fraction(&self) -> Option<f32> {
        let total = self.total();
        (total > 0).then(|| (self.done() as f32 / total as f32).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_count_and_the_fraction_stays_within_bounds() {
        let writer = Progress::default();
        let reader = writer.clone();
        assert_eq!(reader.fraction(), None);
        writer.start(4);
        writer.add(1);
        assert_eq!(reader.fraction(), Some(0.25));
        writer.add(9);
        assert_eq!(reader.fraction(), Some(1.0));
    }
}

//! Data that lives elsewhere: the last value we know, and whether a newer one is on its way.

use time::OffsetDateTime;

use crate::error::{Error, Result};
use crate::runtime::Task;

/// The last known value of something fetched in the background. A reload keeps showing the old value, and a failed
/// reload keeps it too, beside the error: a failed list is never "nothing here yet".
pub struct Remote<T: Send + 'static> {
    value: Option<T>,
    /// When the value was true.
    as_of: Option<OffsetDateTime>,
    /// The value is from before the program was started.
    remembered: bool,
    error: Option<Error>,
    task: Option<Task<T>>,
}

impl<T: Send + 'static> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, as_of: None, remembered: false, error: None, task: None }
    }
}

impl<T: Send + 'static> Remote<T> {
    /// A value known from an earlier run, to be shown until a newer one arrives.
    pub fn remembered(value: T, as_of: Option<OffsetDateTime>) -> Self {
        Self { value: Some(value), as_of, remembered: true, ..Self::default() }
    }

    /// Starts a load, or starts it over: a load under way is stopped.
    pub fn load(&mut self, task: Task<T>) {
        self.task = Some(task);
    }

    /// Starts a load only when nothing of this run is known, under way or failed. Cheap enough for every frame.
    pub fn ensure(&mut self, start: impl FnOnce() -> Task<T>) {
        if (self.value.is_none() || self.remembered) && self.error.is_none() && self.task.is_none() {
            self.task = Some(start());
        }
    }

    /// Takes in an answer that has arrived. True in the frame it did, whether it is a value or an error.
    pub fn poll(&mut self) -> bool {
        let Some(result) = self.task.as_mut().and_then(Task::take) else { return false };
        self.task = None;
        self.settle(result);
        true
    }

    fn settle(&mut self, result: Result<T>) {
        match result {
            Ok(value) => {
                (self.value, self.as_of, self.remembered) = (Some(value), Some(OffsetDateTime::now_utc()), false);
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// The last value that arrived, also while a newer one is loading or has failed.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// When the value that is shown was true.
    pub fn as_of(&self) -> Option<OffsetDateTime> {
        self.as_of
    }

    /// Whether the value is from before the program was started.
    pub fn is_remembered(&self) -> bool {
        self.remembered
    }

    /// For changes known to be true before the next load, such as a row just deleted.
    pub fn value_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }

    /// Why the last load failed; gone once one succeeds.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Whether an answer is awaited.
    pub fn is_loading(&self) -> bool {
        self.task.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_reload_keeps_the_old_value_beside_the_error() {
        let mut remote = Remote::default();
        remote.settle(Ok(1));
        remote.settle(Err(Error::Cancelled));
        assert_eq!(remote.value(), Some(&1));
        assert!(remote.error().is_some());
        remote.settle(Ok(2));
        assert_eq!((remote.value(), remote.error().is_none()), (Some(&2), true));
    }

    #[test]
    fn a_remembered_value_is_shown_and_asked_for_all_the_same() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let mut remote = Remote::remembered(1, Some(at));
        assert_eq!((remote.value(), remote.as_of(), remote.is_remembered()), (Some(&1), Some(at), true));
        let runtime = crate::runtime::Runtime::new(|| ()).unwrap();
        remote.ensure(|| runtime.spawn(async { Ok(2) }));
        assert!(remote.is_loading());
        remote.settle(Err(Error::Cancelled));
        assert_eq!((remote.value(), remote.as_of()), (Some(&1), Some(at)));
        remote.settle(Ok(2));
        assert!(!remote.is_remembered() && remote.as_of() > Some(at));
    }
}

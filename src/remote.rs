//! Data that lives elsewhere: the last value we know, and whether a newer one is on its way.

use crate::error::{Error, Result};
use crate::runtime::Task;

/// The last known value of something fetched in the background. A reload keeps showing the old value, and a failed
/// reload keeps it too, beside the error: a failed list is never "nothing here yet".
pub struct Remote<T: Send + 'static> {
    value: Option<T>,
    error: Option<Error>,
    task: Option<Task<T>>,
}

impl<T: Send + 'static> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, error: None, task: None }
    }
}

impl<T: Send + 'static> Remote<T> {
    /// Starts a load, or starts it over: a load under way is stopped.
    pub fn load(&mut self, task: Task<T>) {
        self.task = Some(task);
    }

    /// Starts a load only when nothing is known, under way or failed. Cheap enough for every frame.
    pub fn ensure(&mut self, start: impl FnOnce() -> Task<T>) {
        if self.value.is_none() && self.error.is_none() && self.task.is_none() {
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
                self.value = Some(value);
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// The last value that arrived, also while a newer one is loading or has failed.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
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
}

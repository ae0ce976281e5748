//! The gate that everything passes that may be charged. Who is asked to end shuts it, and then knows from the reports of
//! all that went through before.

use std::sync::{Arc, Mutex, PoisonError};

use super::Jobs;

/// Shared by all work of the program.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<Mutex<bool>>);

impl Gate {
    /// Does what tells that something is about to be sent, unless the gate is shut. Whether it was open.
    pub fn pass(&self, tell: impl FnOnce()) -> bool {
        let shut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !*shut {
            tell();
        }
        !*shut
    }
}

impl Jobs {
    /// From now on nothing is sent that may be charged, until the program ends. What went out before is known as sent
    /// after the next [`Jobs::poll`].
    pub fn buy_no_more(&self) {
        *self.shared.gate.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_once_it_is_shut() {
        let (gate, mut told) = (Gate::default(), 0);
        assert!(gate.pass(|| told += 1));
        *gate.0.lock().unwrap() = true;
        assert!(!gate.clone().pass(|| told += 1));
        assert_eq!(told, 1);
    }
}

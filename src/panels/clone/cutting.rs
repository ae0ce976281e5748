//! Cuts the sample that is sent, in the background, as soon as the choice rests: its size is the real one, and a press
//! on the button finds it ready.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::jobs::cuts::{self, Cut, Order};
use crate::panels::Cx;
use crate::runtime::{Handle, Task, blocking};

/// A choice that has not changed for this long rests.
const REST: Duration = Duration::from_millis(300);
/// So many samples are kept at hand while the page is open, for changes of mind and for comparing.
const KEPT: usize = 4;

/// The samples of this session.
#[derive(Default)]
pub struct Cutting {
    making: Option<Making>,
    made: VecDeque<(Order, Cut)>,
    /// Of what is still asked for.
    failed: Vec<(Order, Error)>,
}

struct Making {
    order: Order,
    task: Task<Cut>,
    /// Gone with this, the work stops.
    _alive: Arc<()>,
}

impl Cutting {
    /// Takes in what was cut, and sees to the first of these orders that is not there yet. One that rests no longer is
    /// begun anew.
    pub fn follow(&mut self, orders: &[Order], cx: &mut Cx<'_>) {
        self.take_in(cx);
        self.failed.retain(|(of, _)| orders.contains(of));
        let is_open = |order: &&Order| self.get(order).is_none() && self.error(order).is_none();
        let Some(next) = orders.iter().find(is_open) else {
            self.making = None;
            return;
        };
        if self.making.as_ref().is_none_or(|making| making.order != *next) {
            self.making = Some(begin(next.clone(), cuts::folder(cx.library), &cx.runtime.handle()));
        }
    }

    fn take_in(&mut self, cx: &mut Cx<'_>) {
        let Some(made) = self.making.as_mut().and_then(|making| making.task.take()) else { return };
        let Some(Making { order, .. }) = self.making.take() else { return };
        match made {
            Ok(cut) => {
                self.made.push_front((order, cut));
                self.let_go(cx);
            }
            Err(error) => self.failed.push((order, error)),
        }
    }

    /// Forgets the oldest samples, and removes those that no job needs.
    fn let_go(&mut self, cx: &mut Cx<'_>) {
        if self.made.len() <= KEPT {
            return;
        }
        let old: Vec<PathBuf> = self.made.drain(KEPT..).map(|(_, cut)| cut.path).collect();
        let needed = cuts::needed(cx.jobs.all());
        let is_used =
            |path: &PathBuf| needed.contains(path.as_path()) || self.made.iter().any(|(_, cut)| cut.path == *path);
        let unused = old.into_iter().filter(|path| !is_used(path)).collect();
        drop(cx.runtime.blocking(move || cuts::discard(unused)));
    }

    /// What was cut to this order.
    pub fn get(&self, order: &Order) -> Option<&Cut> {
        self.made.iter().find(|(of, _)| of == order).map(|(_, cut)| cut)
    }

    /// Why it could not be cut.
    pub fn error(&self, order: &Order) -> Option<&Error> {
        self.failed.iter().find(|(of, _)| of == order).map(|(_, error)| error)
    }

    /// As if this had been cut.
    #[cfg(test)]
    pub fn take(&mut self, order: Order, cut: Cut) {
        self.made.push_front((order, cut));
    }

    /// Tries again what failed.
    pub fn again(&mut self) {
        self.failed.clear();
    }
}

fn begin(order: Order, folder: PathBuf, handle: &Handle) -> Making {
    let alive = Arc::new(());
    let (wanted, to) = (Arc::downgrade(&alive), order.clone());
    let task = handle.spawn(async move {
        tokio::time::sleep(REST).await;
        blocking(move || make(&to, &folder, &wanted)).await
    });
    Making { order, task, _alive: alive }
}

fn make(order: &Order, folder: &std::path::Path, wanted: &Weak<()>) -> Result<Cut> {
    cuts::make(order, folder, &|_| wanted.strong_count() > 0)
}

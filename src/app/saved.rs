//! The settings, and what of them is on disk.

use std::time::{Duration, Instant};

use super::left::Seen;
use super::{App, toasts};
use crate::runtime::Task;
use crate::settings::Settings;

/// A disk that was full may have room again after this long.
const AGAIN: Duration = Duration::from_secs(30);

/// The settings in use.
pub(super) struct Saved {
    pub value: Settings,
    on_disk: Settings,
    /// What is being written.
    saving: Option<(Settings, Task<()>)>,
    /// What could not be written, and when.
    failed: Option<(Settings, Instant)>,
    /// The window as it looks now.
    pub seen: Seen,
}

impl Saved {
    pub fn new(settings: Settings) -> Self {
        Self { on_disk: settings.clone(), value: settings, saving: None, failed: None, seen: Seen::default() }
    }

    /// Whether they are to be written now: what failed is tried again when it is another, or after a while.
    fn is_due(&self, now: Instant) -> bool {
        let waits = |(settings, at): &(Settings, Instant)| *settings == self.value && now < *at + AGAIN;
        self.saving.is_none() && self.value != self.on_disk && !self.failed.as_ref().is_some_and(waits)
    }
}

impl App {
    /// Writes the settings when they differ from what is on disk, one write at a time.
    pub(super) fn save_settings(&mut self, ctx: &egui::Context) {
        let saved = &mut self.settings;
        if let Some((settings, task)) = &mut saved.saving
            && let Some(written) = task.take()
        {
            let settings = settings.clone();
            saved.saving = None;
            match written {
                Ok(()) => (saved.on_disk, saved.failed) = (settings, None),
                Err(error) => {
                    // Said once, however often it is tried.
                    if saved.failed.is_none() {
                        toasts::complain(&mut self.toasts, "Could not save the settings", &error);
                    }
                    saved.failed = Some((settings, Instant::now()));
                    ctx.request_repaint_after(AGAIN);
                }
            }
        }
        if saved.is_due(Instant::now()) {
            let (settings, before, folder) = (saved.value.clone(), saved.on_disk.clone(), self.launch.data_dir.clone());
            let task = self.runtime.blocking(move || settings.save(&before, &folder));
            saved.saving = Some((saved.value.clone(), task));
        }
    }

    /// The last try, while the window closes; it waits for the disk.
    pub(super) fn save_settings_last(&self) {
        let saved = &self.settings;
        if saved.value != saved.on_disk
            && let Err(error) = saved.value.save(&saved.on_disk, &self.launch.data_dir)
        {
            tracing::error!(kind = error.kind(), "the settings could not be saved at the end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_is_tried_again() {
        let mut saved = Saved::new(Settings::default());
        let now = Instant::now();
        assert!(!saved.is_due(now), "nothing changed");
        saved.value.look.scale = 1.5;
        assert!(saved.is_due(now));
        saved.failed = Some((saved.value.clone(), now));
        assert!(!saved.is_due(now + AGAIN / 2), "not at every frame");
        assert!(saved.is_due(now + AGAIN));
        saved.value.look.scale = 1.6;
        assert!(saved.is_due(now), "another change is another try");
    }
}

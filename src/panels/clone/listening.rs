//! How good each stretch of a file is: surveyed in the background while the page is there, and measured for the part
//! that is chosen.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use crate::error::Error;
use crate::media::Part;
use crate::media::probe::Stamp;
use crate::media::survey::{self, Measures, Survey};
use crate::remote::Remote;
use crate::runtime::{Handle, Runtime};
use crate::store::MediaFile;

/// The survey of one file.
#[derive(Default)]
pub struct Listening {
    of: Option<(PathBuf, Stamp)>,
    survey: Remote<Survey>,
    /// Whole percents; gone with this, the work stops.
    percent: Arc<AtomicU32>,
    /// The newest first: the part, and the start that is used of the whole.
    measured: Vec<(Part, Measures)>,
}

impl Listening {
    /// Begins with a file, unless it is the one at hand, and takes in what has been heard.
    pub fn follow(&mut self, file: &MediaFile, runtime: &Runtime) {
        let of = (file.path.clone(), file.probe.stamp());
        if self.of.as_ref() != Some(&of) {
            *self = Self { of: Some(of), ..Self::default() };
        }
        let (path, percent) = (file.path.clone(), Arc::downgrade(&self.percent));
        self.survey.ensure(|| {
            let handle = runtime.handle();
            runtime.blocking(move || survey::survey(&path, &|done| report(&percent, done, &handle)))
        });
        self.survey.poll();
    }

    /// As if all of it had been heard.
    #[cfg(test)]
    pub fn heard(survey: Survey) -> Self {
        Self { survey: Remote::remembered(survey, None), ..Self::default() }
    }

    /// Tries again what failed.
    pub fn again(&mut self) {
        *self = Self::default();
    }

    /// What was found, once all of it has been heard.
    pub fn survey(&self) -> Option<&Survey> {
        self.survey.value()
    }

    /// Why it can't be heard.
    pub fn error(&self) -> Option<&Error> {
        self.survey.error()
    }

    /// "Reading the sound, 38%".
    pub fn words(&self) -> String {
        format!("Reading the sound, {}%", self.percent.load(Ordering::Relaxed))
    }

    /// What was measured in a part. Worked out once, not in each frame.
    pub fn measures(&mut self, part: Part) -> Option<&Measures> {
        let survey = self.survey.value()?;
        if !self.measured.iter().any(|(of, _)| *of == part) {
            self.measured.truncate(1);
            self.measured.insert(0, (part, survey.measure(part)));
        }
        self.measured.iter().find(|(of, _)| *of == part).map(|(_, measures)| measures)
    }
}

/// Notes how far it is, and whether anybody still wants to know.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a hundred")]
fn report(percent: &Weak<AtomicU32>, done: f32, handle: &Handle) -> bool {
    let Some(percent) = percent.upgrade() else { return false };
    let now = (done.clamp(0.0, 1.0) * 100.0) as u32;
    if percent.swap(now, Ordering::Relaxed) != now {
        handle.wake();
    }
    true
}

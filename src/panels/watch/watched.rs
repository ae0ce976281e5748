//! What is watched: a video as it is, or as a plan has it, with its sound as the player takes it.

use super::Plan;
use crate::media::Part;
use crate::media::player::{Source, Track};
use crate::media::video::Film;
use crate::store::file_name;

/// A video to watch.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::panels) struct Watched {
    pub film: Film,
    /// What the strip says below the file's name: "Target video".
    pub words: &'static str,
    /// What it is called, when that is not its file's name: a piece that was cut has the name of what it is from.
    pub name: Option<String>,
    /// It is shown in another order and with another sound, to try what will be made of it.
    pub plan: Option<Plan>,
}

impl Watched {
    /// A video as it is.
    pub fn new(film: Film, words: &'static str) -> Self {
        Self { film, words, name: None, plan: None }
    }

    /// The same under another name than its file's.
    pub fn called(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    /// What people call it.
    pub fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| file_name(&self.film.path))
    }

    /// Its own: the same file can be a sample on another page, of which the player is held to a part. Plans that sound
    /// the same have the same: what is seen does not interrupt what is heard.
    pub fn key(&self) -> String {
        let film = self.film.path.display();
        match &self.plan {
            Some(plan) => format!("watch:{film} with {} for {:.3}", plan.voice.display(), plan.secs),
            None => format!("watch:{film}"),
        }
    }

    /// Seconds it lasts, when known.
    pub fn secs(&self) -> Option<f64> {
        self.plan.as_ref().map_or(self.film.secs, |plan| Some(plan.secs))
    }

    /// When its last picture begins.
    pub fn last(&self) -> Option<f64> {
        match &self.plan {
            Some(plan) => Some((plan.secs - 1.0 / self.film.fps.max(1.0)).max(0.0)),
            None => self.film.last(),
        }
    }

    /// The part of the track that is played; `None` for all of it.
    pub fn part(&self) -> Option<Part> {
        self.plan.as_ref().filter(|plan| plan.is_cut()).map(|plan| Part::new(0.0, plan.secs))
    }

    pub fn track(&self, is_mute: bool) -> Track {
        let secs = self.secs().unwrap_or_default();
        let source = if let Some(plan) = self.plan.as_ref().filter(|_| !is_mute) {
            Source::Film { path: plan.voice.clone(), secs }
        } else if self.film.has_sound && !is_mute {
            Source::Film { path: self.film.path.clone(), secs }
        } else {
            Source::Silence { secs }
        };
        let subtitle = if self.plan.is_some() { "Rehearsal" } else { self.words };
        let (title, subtitle) = (self.name(), subtitle.to_owned());
        Track { key: self.key(), title, subtitle, source }
    }
}

//! Whether a model exists: asked before anything is fetched or uploaded for it.

use std::collections::HashSet;

use super::Failure;
use super::desk::Desk;
use crate::api::MODELS;
use crate::error::Error;
use crate::jobs::{Job, Request};

/// The models of the service, once they were asked for.
#[derive(Default)]
pub struct Models {
    /// Empty when the list is not to be had.
    asked: Option<HashSet<String>>,
}

impl Models {
    /// That there is such a model. Of the documented ones, and of one that has been at work here, nothing is asked: the list
    /// leaves out those about to go, and a run with one goes on. Where there is no list the service decides later.
    ///
    /// # Errors
    /// That there is none; or that it was left with Ctrl+C.
    pub fn has(&mut self, desk: &Desk, model: &str) -> Result<(), Failure> {
        let worked = |job: &Job| {
            let is_it = matches!(&job.request, Request::LipSync(sync) if sync.model == model);
            is_it && job.checkpoint.generation.is_some()
        };
        if MODELS.contains(&model) || desk.jobs.all().iter().any(worked) {
            return Ok(());
        }
        if self.asked.is_none() {
            let listing = desk.background.runtime().spawn(desk.client.models());
            self.asked = match desk.background.wait(listing) {
                Err(Error::Cancelled) => return Err(Error::Cancelled.into()),
                listed => Some(listed.unwrap_or_default().into_iter().map(|model| model.name).collect()),
            };
        }
        match &self.asked {
            Some(known) if !known.is_empty() && !known.contains(model) => Err(unknown(desk, model, known)),
            _ => Ok(()),
        }
    }
}

fn unknown(desk: &Desk, model: &str, known: &HashSet<String>) -> Failure {
    let mut names: Vec<&str> = known.iter().map(String::as_str).collect();
    names.sort_unstable();
    let names = names.join(", ");
    Failure::usage(format!("There is no model “{model}” at {}. Models are: {names}.", desk.service()))
}

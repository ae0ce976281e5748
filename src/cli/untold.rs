//! Lines that `speak` was about and whose take was not given out yet: left with Ctrl+C, killed, not copied, or finished by
//! `resume`. The same line again gives that take, instead of buying another one.

use super::Failure;
use crate::error::Error;
use crate::jobs::{Job, Outcome, State};
use crate::library::{Library, Take};

const KEY: &str = "lines to tell";
/// Of older ones nobody thinks any more.
const MOST: usize = 50;

/// Ids of the jobs that speak them, the newest last. Blocks, as all here: it is a row of a few bytes.
pub fn all(library: &Library) -> Result<Vec<String>, Failure> {
    let kept = library.note(KEY)?.unwrap_or_default();
    // What can't be read is as good as nothing: a take more is spoken.
    Ok(serde_json::from_str(&kept).unwrap_or_default())
}

/// Remembers one.
pub fn add(library: &Library, job: &str) -> Result<(), Failure> {
    let mut kept = all(library)?;
    kept.retain(|known| known != job);
    kept.push(job.to_owned());
    kept.drain(..kept.len().saturating_sub(MOST));
    put(library, &kept)
}

/// The take was given out.
pub fn told(library: &Library, jobs: &[Job], take: &Take) -> Result<(), Failure> {
    let made_it = |job: &Job| matches!(&job.state, State::Done(Outcome::Take(made)) if made.id == take.id);
    let mut kept = all(library)?;
    kept.retain(|known| !jobs.iter().any(|job| job.id == *known && made_it(job)));
    put(library, &kept)
}

fn put(library: &Library, kept: &[String]) -> Result<(), Failure> {
    let text = serde_json::to_string(kept).map_err(|e| Error::Library(e.to_string()))?;
    Ok(library.put_note(KEY, &text)?)
}

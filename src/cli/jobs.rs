//! `mouthpiece jobs` and `mouthpiece resume`: what ran, what is open, and going on with it.

use serde_json::{Value, json};

use super::arguments::{Jobs as Asked, Resume};
use super::ask::agree;
use super::desk::{Desk, short};
use super::money::{self, Sum};
use super::view::View;
use super::{FAILED, Failure, Start, out, words};
use crate::format;
use crate::jobs::{Job, Jobs, Outcome, Request, State, stamp};

/// Lists the newest, or watches the open ones.
pub fn run(asked: &Asked, start: &Start) -> Result<(), Failure> {
    if asked.watch {
        let mut desk = Desk::open(start, asked.common)?;
        let open = open(&desk);
        tell_stopped(&desk);
        return go_on(&mut desk, &open);
    }
    let view = View::reading(start, asked.common)?;
    let library = view.library.clone();
    let (jobs, unread) = view.background.blocking(move || Jobs::look(&library))?;
    if unread > 0 {
        let rows = format::count(unread as u64, "job", "jobs");
        view.out.note(&format!("{rows} of a newer version of Mouthpiece can't be read by this one."));
    }
    let newest = jobs.iter().take(asked.newest);
    if view.out.is_json() {
        view.out.result("", &json!({ "event": "done", "jobs": newest.map(row).collect::<Vec<_>>() }));
        return Ok(());
    }
    if jobs.is_empty() {
        view.out.note("Nothing ran yet.");
    }
    for job in newest {
        view.out.result(&line(job), &Value::Null);
    }
    if jobs.len() > asked.newest {
        let (all, again) = (jobs.len(), words::again());
        view.out.note(&format!("{} of {all} jobs. To see all: mouthpiece jobs -n {all}{again}", asked.newest));
    }
    Ok(())
}

/// Goes on with those that are named, or with all that are open.
pub fn resume(asked: &Resume, start: &Start) -> Result<(), Failure> {
    let mut desk = Desk::open(start, asked.common)?;
    let ids = match &asked.jobs[..] {
        [] => {
            tell_stopped(&desk);
            open(&desk)
        }
        named => named.iter().map(|name| find(desk.jobs.all(), name)).collect::<Result<_, _>>()?,
    };
    let mut ids: Vec<String> = ids;
    let mut known = std::collections::HashSet::new();
    ids.retain(|id| known.insert(id.clone()));
    for job in ids.iter().filter_map(|id| desk.jobs.get(id)) {
        if let Some(question) = bought_again(&desk, job) {
            agree(&desk.out, &desk.background, asked.yes, &question)?;
        } else if let Some(price) = bought_first(&desk, job) {
            money::agree_to(&desk, asked.yes, &format!("Run job {}", short(&job.id)), price)?;
        }
    }
    go_on(&mut desk, &ids)
}

/// What to ask before going on with a job that may then be charged a second time.
fn bought_again(desk: &Desk, job: &Job) -> Option<String> {
    let (done, id) = (&job.checkpoint, short(&job.id));
    if desk.is_sandbox || job.is_running() {
        return None;
    }
    let newer = done.run.superseded.as_deref().and_then(|newer| desk.jobs.get(newer));
    if let Some(newer) = newer {
        return bought_again(desk, newer);
    }
    if done.run.ended
        && let Request::LipSync(sync) = &job.request
    {
        let price = Sum::of([sync.estimate_usd]).words();
        return Some(format!("The run of job {id} ended badly at {}. Run it once more, for {price}?", desk.service()));
    }
    done.sending.told.then(|| {
        let what = match &job.request {
            Request::Speak(_) => "it may have been spoken and charged. Speak it once more?",
            Request::Clone(_) => "the voice may have been cloned. Clone it once more?",
            Request::LipSync(_) => "it may have been run and charged. Run it once more?",
        };
        format!("The reply to job {id} got lost: {what}")
    })
}

/// The price of a lip sync that was stopped or failed before it was sent.
fn bought_first(desk: &Desk, job: &Job) -> Option<Sum> {
    let Request::LipSync(sync) = &job.request else { return None };
    let is_unsent = !desk.is_sandbox && !job.is_running() && !job.may_be_at_service();
    is_unsent.then(|| Sum::of([sync.estimate_usd]))
}

/// Those that are open, the oldest first: it is over first. What was stopped by hand goes on only when it is named: nobody
/// wanted it any more.
fn open(desk: &Desk) -> Vec<String> {
    desk.jobs.all().iter().rev().filter(|job| job.is_running()).map(|job| job.id.clone()).collect()
}

fn tell_stopped(desk: &Desk) {
    let stopped = desk.jobs.all().iter().filter(|job| matches!(job.state, State::Stopped)).count();
    if stopped > 0 {
        let were = format::count(stopped as u64, "job was", "jobs were");
        let again = words::again();
        desk.out.note(&format!("{were} stopped by hand. To go on with one, name it: mouthpiece resume JOB{again}"));
    }
}

/// The job whose id begins like this.
fn find(jobs: &[Job], name: &str) -> Result<String, Failure> {
    let found: Vec<&Job> = jobs.iter().filter(|job| !name.is_empty() && job.id.starts_with(name)).collect();
    match found[..] {
        [job] if matches!(job.state, State::Done(_)) => {
            Err(Failure::usage(format!("The job {name} is done. There is nothing to go on with.")))
        }
        [job] => Ok(job.id.clone()),
        [] => Err(Failure::usage(format!("There is no job {name}. To see all: mouthpiece jobs{}", words::again()))),
        _ => Err(Failure::usage(format!("{} jobs begin with {name}. Give more of the id.", found.len()))),
    }
}

fn go_on(desk: &mut Desk, ids: &[String]) -> Result<(), Failure> {
    if ids.is_empty() {
        desk.out.note("Nothing is open.");
        desk.out.result("", &json!({ "event": "done", "jobs": [] }));
        return Ok(());
    }
    let ids: Vec<String> = ids.iter().map(|id| desk.go_on(id)).collect();
    let (mut worst, mut rows) = (None, Vec::new());
    desk.follow_each(&ids, |desk, at, over| {
        let id = &ids[at];
        let row = desk.jobs.get(id).map(row).unwrap_or_default();
        match &over {
            Ok(job) if !desk.out.is_json() => desk.out.result(&made(job).unwrap_or_else(|| line(job)), &Value::Null),
            Err(failure) if !desk.out.is_json() => {
                desk.out.note(&format!("{}: {}", short(id), out::sentence(&failure.error)));
            }
            _ => {
                let mut event = row.clone();
                event["event"] = json!("job");
                desk.out.result("", &event);
            }
        }
        rows.push(row);
        worst = worst.max(over.err().map(|failure| failure.code));
    })?;
    match worst {
        None => {
            if desk.out.is_json() {
                desk.out.result("", &json!({ "event": "done", "jobs": rows }));
            }
            Ok(())
        }
        Some(code) => Err(Failure::new(code.max(FAILED), "Not all of it was done.")),
    }
}

/// What a finished job made, to be read by the next command of a script.
pub fn made(job: &Job) -> Option<String> {
    match &job.state {
        State::Done(Outcome::Voice { id, .. }) => Some(id.clone()),
        State::Done(Outcome::Take(take)) => Some(take.file.display().to_string()),
        State::Done(Outcome::Video { file, .. }) => Some(file.display().to_string()),
        _ => None,
    }
}

fn line(job: &Job) -> String {
    let state = match &job.state {
        State::Running(step) => format!("open: {}", step.words().to_lowercase()),
        State::Done(_) => format!("done in {}", format::took(job.finished_at.unwrap_or(job.begun_at) - job.begun_at)),
        State::Failed(error) => format!("failed: {}", words::of(error)),
        State::Stopped => "stopped".to_owned(),
    };
    let (id, kind) = (short(&job.id), kind(job));
    let at = stamp(job.created_at).chars().take(16).collect::<String>().replace('T', " ");
    let line = format!("{id}  {kind:8}  {at}  {}  {state}", job.request.title());
    out::plain(&line).replace('\n', " ")
}

/// What a job does, in a word.
pub fn kind(job: &Job) -> &'static str {
    match &job.request {
        Request::Clone(_) => "clone",
        Request::Speak(_) => "speak",
        Request::LipSync(_) => "lip sync",
    }
}

/// A job for programs.
pub fn row(job: &Job) -> Value {
    let (state, error) = match &job.state {
        State::Running(_) => ("open", None),
        State::Done(_) => ("done", None),
        State::Failed(error) => ("failed", Some(out::failure(error))),
        State::Stopped => ("stopped", None),
    };
    json!({
        "id": job.id,
        "kind": kind(job),
        "title": job.request.title(),
        "state": state,
        "error": error,
        "made": made(job),
        "generation": job.checkpoint.generation,
        "createdAt": stamp(job.created_at),
        "finishedAt": job.finished_at.map(stamp),
    })
}

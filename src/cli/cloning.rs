//! Cloning as the verbs do it: never without a recorded permission, and never twice from the same part of the same file
//! under the same name.

use std::path::Path;

use time::OffsetDateTime;

use super::Failure;
use super::arguments::{How, Permission, Sample};
use super::desk::{Desk, short};
use super::voice::Known;
use super::work;
use crate::api::hash_file;
use crate::error::{Error, Result};
use crate::format;
use crate::jobs::cuts::{self, Cut, Order};
use crate::jobs::{CloneJob, Job, Outcome, Request, State};
use crate::library::Relation;
use crate::media::Part;
use crate::media::sample::Polish;
use crate::media::survey::{self, Grade};
use crate::orders::draft::Draft;
use crate::progress::Progress;
use crate::store::{MediaFile, Store, VoiceChoice};

/// How much two places in a file may differ and still be the same, in seconds.
const SAME: f64 = 0.05;

/// What is asked for.
pub struct Asked<'a> {
    pub file: &'a MediaFile,
    pub name: &'a str,
    pub permission: &'a Permission,
    pub part: &'a Sample,
}

/// What is there of it.
pub enum Before {
    /// The voice, of the same part of the same file.
    Voice(VoiceChoice),
    /// A job that was left, or did not get through.
    Open(Box<Job>),
    /// Nothing: it would be cloned anew.
    Nothing(Box<Draft>),
}

/// What there is already; nothing is sent.
///
/// # Errors
/// When it can't be cloned like this: the permission is not stated, the name is taken, the file has no sound.
pub fn before(desk: &Desk, store: &Store, known: &Known, asked: &Asked<'_>) -> Result<Before, Failure> {
    let draft = draft(asked.name, asked.permission)?;
    let named = |job: &&Job| matches!(&job.request, Request::Clone(made) if made.name == draft.name && made.source() == asked.file.path);
    let jobs: Vec<&Job> = desk.jobs.all().iter().filter(named).collect();
    let voice = |job: &&Job| alive(store, known, job);
    if let Some((job, voice)) = jobs.iter().find_map(|job| Some((*job, voice(job)?))) {
        let speaker = speaker(job);
        if speaker.is_some_and(|speaker| speaker != draft.speaker) {
            let whose = speaker.filter(|name| !name.is_empty()).unwrap_or("you (--consent-by me)");
            return Err(Failure::usage(format!(
                "{} was cloned before with the permission of {whose}, and this line names somebody else. Give the same \
                 --consent-by, or clone it under another --name.",
                voice.name
            )));
        }
        if is_same(desk, job, asked)? {
            return Ok(Before::Voice(voice));
        }
        let (name, file) = (&voice.name, asked.file.name());
        return Err(Failure::usage(format!(
            "{name} was cloned before, from another part of {file} or when it was another file. Speak with --voice \
             \"{name}\", or clone it under another --name."
        )));
    }
    // An older one that may be at the service goes before a newer one that was refused.
    let mut open: Vec<&Job> = jobs.into_iter().filter(|job| !matches!(job.state, State::Done(_))).collect();
    open.sort_by_key(|job| !is_begun(job));
    if let Some(job) = open.first() {
        if speaker(job) == Some(&draft.speaker) && is_same(desk, job, asked)? {
            return Ok(Before::Open(Box::new(Job::clone(job))));
        }
        if is_begun(job) {
            let (line, name) = (desk.resume_line(&job.id), &draft.name);
            return Err(Failure::usage(format!(
                "Job {} is about to clone {name} from another part of this file, or with another permission. Finish it \
                 first: {line}",
                short(&job.id)
            )));
        }
    }
    if let Some(why) = draft.missing(asked.file, &known.voices, is_whole(asked.part)) {
        return Err(Failure::usage(format!("{}.", why.trim_end_matches('.'))));
    }
    Ok(Before::Nothing(Box::new(draft)))
}

/// Clones what is not there yet.
pub fn clone(desk: &mut Desk, known: &Known, asked: &Asked<'_>, before: Before) -> Result<VoiceChoice, Failure> {
    let id = match before {
        Before::Voice(voice) => {
            desk.out.note(&format!("{} was cloned from this file before. It is used as it is.", voice.name));
            return Ok(voice);
        }
        // Whose answer got lost, maybe: it is not cloned twice.
        Before::Open(job) => work::go_on(desk, &job)?,
        Before::Nothing(draft) => {
            let sent = if is_whole(asked.part) { None } else { Some(cut(desk, asked)?) };
            grade(desk, sent.as_ref().map_or(&asked.file.path, |(_, cut)| &cut.path))?;
            let sent = sent.map(|(order, cut)| order.sent(&cut));
            let Some(job) = draft.job(asked.file, &known.voices, sent) else { return Err(Error::Cancelled.into()) };
            desk.stay()?;
            desk.jobs.start(Request::Clone(job))
        }
    };
    let over = desk.follow(&id)?;
    let State::Done(Outcome::Voice { id, name }) = over.state else { return Err(Error::Cancelled.into()) };
    Ok(VoiceChoice { id, name })
}

/// Whether something of it is under way, or may be at the service.
fn is_begun(job: &Job) -> bool {
    job.is_running() || job.may_be_at_service()
}

fn is_whole(part: &Sample) -> bool {
    part.from.is_none() && !part.best
}

/// The voice a finished job made, if the account still has it.
fn alive(store: &Store, known: &Known, job: &Job) -> Option<VoiceChoice> {
    let State::Done(Outcome::Voice { id, name }) = &job.state else { return None };
    let id = store.voice_now(id);
    let voice = known.voices.iter().find(|voice| voice.is_called(id))?;
    Some(VoiceChoice { id: voice.id.clone(), name: name.clone() })
}

/// Who gave the permission that a job goes by; empty for one's own voice.
fn speaker(job: &Job) -> Option<&str> {
    let Request::Clone(made) = &job.request else { return None };
    Some(made.consent.speaker.as_str())
}

/// Whether a job cloned, or is about to clone, what is asked for: the same part of a file that has not changed since.
fn is_same(desk: &Desk, job: &Job, asked: &Asked<'_>) -> Result<bool> {
    let Request::Clone(made) = &job.request else { return Ok(false) };
    let length = asked.file.secs().unwrap_or_default();
    let Some(origin) = &made.origin else {
        return Ok(is_whole(asked.part) && is_same_file(desk, job, made, &asked.file.path)?);
    };
    let part = origin.part.unwrap_or(Part::new(0.0, length));
    let is_part = match (asked.part.from, asked.part.to) {
        (Some(from), Some(to)) => (from - part.from_secs).abs() < SAME && (to.min(length) - part.to_secs).abs() < SAME,
        _ => asked.part.best,
    };
    if !is_part || part.to_secs > length + SAME {
        return Ok(false);
    }
    // A cut is named after what is in it.
    let hums: &[Option<u16>] = if origin.hum_filtered { &[Some(50), Some(60)] } else { &[None] };
    for hum in hums {
        let (_, cut) = make(desk, asked.file, part, Polish { hum: *hum, level: origin.leveled })?;
        if cut.path.file_name() == made.sample.path.file_name() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_same_file(desk: &Desk, job: &Job, made: &CloneJob, path: &Path) -> Result<bool> {
    if let Some(before) = &job.checkpoint.sample_hash {
        let hashing = hash_file(path.to_owned(), Progress::default());
        return Ok(desk.background.wait(desk.background.runtime().spawn(hashing))? == *before);
    }
    let now = path.metadata().map_err(|e| Error::file("read", path, e))?.len();
    Ok(made.sample.size.is_none_or(|size| size == now))
}

fn draft(name: &str, permission: &Permission) -> Result<Draft, Failure> {
    let who = permission.consent_by.trim();
    if who.is_empty() {
        return Err(Failure::usage(
            "It is not said who agreed. Give --consent-by me for your own voice, or the name of the speaker.",
        ));
    }
    let is_own = matches!(who.to_lowercase().as_str(), "me" | "myself");
    let relation = match permission.consent_how {
        _ if is_own => Relation::Own,
        Some(How::InWriting) => Relation::InWriting,
        Some(How::ByEmail) => Relation::ByEmail,
        Some(How::SpokenInClip) => Relation::SpokenInClip,
        None => {
            return Err(Failure::usage(format!(
                "It is not said how {who} agreed. Give --consent-how in-writing, --consent-how by-email or --consent-how \
                 spoken-in-clip."
            )));
        }
    };
    Ok(Draft {
        name: name.trim().to_owned(),
        consent: Some(OffsetDateTime::now_utc()),
        speaker: if is_own { String::new() } else { who.to_owned() },
        relation,
        set_aside: false,
    })
}

/// Cuts the part that was asked for, or the best one.
fn cut(desk: &Desk, asked: &Asked<'_>) -> Result<(Order, Cut), Failure> {
    let length = asked.file.secs().unwrap_or_default();
    let part = match (asked.part.from, asked.part.to) {
        (Some(from), Some(to)) if to <= from || from >= length => {
            let secs = format::time_code(length);
            return Err(Failure::usage(format!(
                "The part is empty. --to must lie behind --from, within the file, which ends at {secs}."
            )));
        }
        (Some(from), Some(to)) => Part::new(from, to.min(length)),
        _ => {
            desk.out.note("Listening for the best part");
            let path = asked.file.path.clone();
            let heard = desk.background.blocking(move || survey::survey(&path, &|_| true))?;
            let none = || Error::Media(format!("{} has no sound to clone from.", asked.file.name()));
            heard.best_part().ok_or_else(none)?
        }
    };
    desk.out.note(&format!("Cutting {} to {}", format::time_code(part.from_secs), format::time_code(part.to_secs)));
    Ok(make(desk, asked.file, part, Polish::default())?)
}

/// Says what is poor about a sample: the window shows it before a clone. It is no reason to refuse it.
fn grade(desk: &Desk, sample: &Path) -> Result<()> {
    let sample = sample.to_owned();
    let heard = desk.background.blocking(move || survey::survey(&sample, &|_| true));
    let heard = match heard {
        Err(Error::Cancelled) => return Err(Error::Cancelled),
        // What can't be heard here may be heard at the service.
        Err(_) => return Ok(()),
        Ok(heard) => heard,
    };
    let checks = heard.measure(Part::new(0.0, heard.duration_secs)).checks();
    for check in checks.iter().filter(|check| check.grade == Grade::Poor) {
        let advice = check.advice.as_deref().map_or_else(String::new, |advice| format!(". {advice}"));
        desk.out.note(&format!("The sample is poor. {}: {}{advice}", check.label, check.value));
    }
    Ok(())
}

fn make(desk: &Desk, file: &MediaFile, part: Part, polish: Polish) -> Result<(Order, Cut)> {
    let is_all = part.secs() >= file.secs().unwrap_or_default() - SAME;
    let order = Order { path: file.path.clone(), stamp: file.probe.stamp(), part, polish, is_all };
    let (folder, ordered) = (cuts::folder(&desk.library), order.clone());
    let made = desk.background.blocking(move || cuts::make(&ordered, &folder, &|_| true))?;
    Ok((order, made))
}

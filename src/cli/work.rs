//! What the verbs that make something have in common: the rules' picture of the account, the lines spoken, the videos
//! made.

use std::path::{Path, PathBuf};

use serde_json::json;
use time::OffsetDateTime;

use super::arguments::{Making, Manner, Mode};
use super::desk::Desk;
use super::voice::Known;
use super::{Failure, NOT_ALLOWED, jobs, untold};
use crate::api::SyncMode;
use crate::error::Error;
use crate::jobs::{Job, LipSyncJob, Outcome, Request, SpeakJob, State};
use crate::library::Take;
use crate::orders::{lip_sync, speech};
use crate::remote::Remote;
use crate::script;
use crate::store::{Notes, Store, VoiceChoice};

/// The account as the rules see it.
pub fn store(desk: &Desk, known: &Known) -> Result<Store, Failure> {
    let library = desk.library.clone();
    let (takes, words, clones, notes) = desk
        .background
        .blocking(move || Ok((library.takes()?, library.words()?, library.all_clones()?, Notes::read(&library)?)))?;
    let mut store = Store::new(desk.client.service().to_owned(), desk.is_sandbox);
    (store.takes, store.words, store.notes) = (takes, words.into(), notes);
    store.data_dir.clone_from(&desk.data_dir);
    store.naming.clone_from(&desk.settings.name_parts);
    store.put_clones(clones);
    store.follow_voices();
    store.voices = Remote::remembered(known.voices.clone(), None);
    Ok(store)
}

/// Chooses a voice for the flow.
pub fn choose_voice(store: &mut Store, known: &Known, asked: &str) -> Result<(), Failure> {
    let voice = known.find(asked)?;
    let voice = VoiceChoice { id: voice.id.clone(), name: known.name(voice).to_owned() };
    can_speak(known, &voice)?;
    store.flow.voice = Some(voice);
    Ok(())
}

/// That the service lets a voice speak now.
pub fn can_speak(known: &Known, voice: &VoiceChoice) -> Result<(), Failure> {
    speech::withheld(voice, &known.voices).map_or(Ok(()), |why| Err(Error::Media(why).into()))
}

/// Notes what is to be said, and how.
pub fn write(store: &mut Store, text: &str, manner: Manner) -> Result<(), Failure> {
    let text = text.trim();
    match script::fit(text) {
        script::Fit::Empty => return Err(Failure::usage("There is nothing to say. Give a text.")),
        script::Fit::TooLong => return Err(Failure::usage(speech::too_long(text))),
        _ => {}
    }
    text.clone_into(store.flow.text_mut());
    (store.flow.stability, store.flow.similarity) = (manner.stability, manner.similarity);
    match speech::grown(store, text) {
        Some(why) => Err(Failure::usage(why)),
        None => Ok(()),
    }
}

/// Chooses the take that says the line of the flow already, if there is one.
pub fn use_spoken(store: &mut Store) -> Option<Take> {
    let take = store.takes.iter().find(|take| fits(store, take)).cloned()?;
    store.flow.set_take(Some(take.id.clone()));
    Some(take)
}

/// Whether a take says the line of the flow in its voice and manner, and is still here.
pub fn fits(store: &Store, take: &Take) -> bool {
    let near = |one: Option<f64>, other: f64| one.is_some_and(|one| (one - other).abs() < 1e-6);
    store.flow.voice.as_ref().is_some_and(|voice| store.is_same_voice(&take.voice_id, &voice.id))
        && near(take.stability, store.flow.stability)
        && near(take.similarity, store.flow.similarity)
        && speech::says(store, store.flow.text(), take)
        && take.file.is_file()
}

/// Speaks the line of the flow, and chooses its take. With `again`, a take that says the same is used instead; without,
/// only one that an earlier line was about and that was not given out yet.
pub fn speak(desk: &mut Desk, store: &mut Store, again: bool) -> Result<Take, Failure> {
    let Some(job) = speech::job(store) else { return Err(Failure::usage("Give a voice.")) };
    if again && let Some(take) = use_spoken(store) {
        desk.out.note(&format!("Using take {}, which says the same.", take.number));
        return Ok(take);
    }
    if !again && let Some(take) = untold_take(desk, store, &job)? {
        desk.out
            .note(&format!("Using take {}, which was spoken for this line before and not given out yet.", take.number));
        return Ok(take);
    }
    desk.stay()?;
    let same = |open: &&Job| matches!(&open.request, Request::Speak(other) if is_same_line(other, &job));
    // A take that came later settles what became of a lost one.
    let settled = |open: &&Job| store.takes.iter().any(|take| speech::is_later(take, open) && fits(store, take));
    let open = desk.jobs.all().iter().filter(|open| !matches!(open.state, State::Done(_)) && !settled(open));
    let open = open.into_iter().find(same).cloned();
    // One that was left, or did not get through, goes on, and is not bought twice.
    let begun = open.as_ref().map_or_else(|| desk.jobs.start(Request::Speak(job)), |open| open.id.clone());
    if !again {
        untold::add(&desk.library, &begun)?;
    }
    let id = open.map_or(Ok(begun), |open| go_on(desk, &open))?;
    let over = desk.follow(&id)?;
    let State::Done(Outcome::Take(take)) = over.state else { return Err(Error::Cancelled.into()) };
    store.takes.insert(0, (*take).clone());
    store.flow.set_take(Some(take.id.clone()));
    Ok(*take)
}

/// The take of this very line that was made, and not given out.
fn untold_take(desk: &Desk, store: &Store, job: &SpeakJob) -> Result<Option<Take>, Failure> {
    let untold = untold::all(&desk.library)?;
    let is_it = |done: &&Job| {
        untold.contains(&done.id) && matches!(&done.request, Request::Speak(other) if is_same_line(other, job))
    };
    Ok(desk.jobs.all().iter().filter(is_it).find_map(|done| match &done.state {
        State::Done(Outcome::Take(take)) if fits(store, take) => Some((**take).clone()),
        _ => None,
    }))
}

fn is_same_line(one: &SpeakJob, other: &SpeakJob) -> bool {
    *one == SpeakJob { line_id: one.line_id.clone(), voice_name: one.voice_name.clone(), ..other.clone() }
}

/// Goes on with a job of an earlier line. One that might be charged a second time is left to the word of the user.
pub fn go_on(desk: &mut Desk, job: &Job) -> Result<String, Failure> {
    if !desk.is_sandbox && !job.is_running() && job.checkpoint.sending.told {
        let what = match &job.request {
            Request::Clone(_) => "the voice may have been cloned. To clone it once more",
            _ => "it may have been made and charged. To send it once more",
        };
        let line = desk.resume_line(&job.id);
        let why = format!("The reply to this got lost before: {what}, run {line} --yes, then this again.");
        return Err(Failure::new(NOT_ALLOWED, why));
    }
    Ok(desk.go_on(&job.id))
}

/// How the lip sync is made.
pub fn make_with(store: &mut Store, making: &Making) {
    store.flow.lip_sync.model.clone_from(&making.model);
    store.flow.lip_sync.mode = match making.sync_mode {
        Mode::Bounce => SyncMode::Bounce,
        Mode::Loop => SyncMode::Loop,
        Mode::CutOff => SyncMode::CutOff,
        Mode::Silence => SyncMode::Silence,
        Mode::Remap => SyncMode::Remap,
    };
}

/// The lip sync of the flow, to be saved under a name. `None` without a target or a voice.
pub fn video_job(desk: &Desk, store: &Store, to: Option<&Path>, usd: Option<f64>) -> Option<LipSyncJob> {
    let (track, _) = store.voice_track()?;
    let mut job = lip_sync::job(store, track, desk.settings.output_folder(), usd)?;
    if let Some(to) = to {
        (job.folder, job.stem) = video_place(to);
    }
    Some(job)
}

/// Makes the video, and gives the finished job.
pub fn put_on_video(desk: &mut Desk, store: &Store, to: Option<&Path>, usd: Option<f64>) -> Result<Job, Failure> {
    let id = begin_video(desk, store, to, usd)?;
    desk.follow(&id)
}

/// Begins to make it, and gives the id of the job. One that was left goes on.
pub fn begin_video(desk: &mut Desk, store: &Store, to: Option<&Path>, usd: Option<f64>) -> Result<String, Failure> {
    let Some(job) = video_job(desk, store, to, usd) else {
        return Err(Failure::usage("Give a video, and a voice with a text or a sound file."));
    };
    desk.stay()?;
    let request = Request::LipSync(job);
    match desk.jobs.under_way_like(&request).cloned() {
        Some(open) => go_on(desk, &open),
        None => Ok(desk.jobs.start_for(&store.flow.id, request)),
    }
}

/// The video that a finished job saved, if it is still there.
pub fn video(job: &Job) -> Option<PathBuf> {
    let State::Done(Outcome::Video { file, .. }) = &job.state else { return None };
    file.is_file().then(|| file.clone())
}

/// Where a job was asked to save its video. It may lie elsewhere, or under another name: the bytes decide on its
/// extension, and others may take a name meanwhile.
pub fn asked_place(job: &Job) -> Option<PathBuf> {
    let Request::LipSync(made) = &job.request else { return None };
    Some(made.folder.join(format!("{}.mp4", made.stem)))
}

/// The job that made what the flow asks for now under this name, or one that it got instead, and whose result is there.
pub fn made_as(desk: &Desk, store: &mut Store, to: &Path) -> Result<Option<Job>, Failure> {
    let wanted = video_place(to);
    let made: Vec<&Job> = desk.jobs.all().iter().filter(|job| is_at(job, &wanted) && video(job).is_some()).collect();
    first_that_makes(desk, store, to, &made)
}

fn first_that_makes(desk: &Desk, store: &mut Store, to: &Path, jobs: &[&Job]) -> Result<Option<Job>, Failure> {
    for job in jobs {
        if makes(desk, store, to, job)? {
            return Ok(Some((*job).clone()));
        }
    }
    Ok(None)
}

/// The folder and the name of a video, as a job knows them.
fn video_place(to: &Path) -> (PathBuf, String) {
    let folder = to.parent().unwrap_or(Path::new("/")).to_owned();
    (folder, to.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

fn is_at(job: &Job, (folder, stem): &(PathBuf, String)) -> bool {
    matches!(&job.request, Request::LipSync(made) if made.folder == *folder && made.stem == *stem)
}

/// A job that makes what the flow asks for now, or made it and its result is there, under any name in a folder: best
/// under the one that is proposed, else the oldest.
pub fn like(
    desk: &Desk,
    store: &mut Store,
    folder: &Path,
    proposed: Option<&str>,
    is_free: impl Fn(&Job) -> bool,
) -> Result<Option<Job>, Failure> {
    let Some(target) = store.flow.target.as_ref().map(|target| target.path.clone()) else { return Ok(None) };
    let near = |job: &&Job| match &job.request {
        Request::LipSync(made) => made.folder == folder && made.target.path == target && !made.is_trial,
        _ => false,
    };
    let jobs = desk.jobs.all().iter().rev().filter(near);
    let mut jobs: Vec<&Job> = jobs.filter(|job| is_free(job) && (job.is_under_way() || video(job).is_some())).collect();
    let is_proposed = |job: &Job| matches!(&job.request, Request::LipSync(made) if Some(&*made.stem) == proposed);
    jobs.sort_by_key(|job| !is_proposed(job));
    first_that_makes(desk, store, &folder.join("any.mp4"), &jobs)
}

/// Whether a job made, or is making, what the flow asks for now. The name of the result makes no difference.
fn makes(desk: &Desk, store: &mut Store, to: &Path, job: &Job) -> Result<bool, Failure> {
    let Request::LipSync(made) = &job.request else { return Ok(false) };
    if let Some(id) = made.voice.take_id()
        && store.flow.audio.is_none()
    {
        let take = store.takes.iter().find(|take| take.id == id);
        if !take.is_some_and(|take| fits(store, take)) {
            return Ok(false);
        }
        // The take it was made of is the one to compare with, also when there is a newer one that says the same.
        store.flow.set_take(Some(id.to_owned()));
    }
    let asked = video_job(desk, store, Some(to), None);
    Ok(asked.is_some_and(|asked| asked.makes_the_same(made)) && !is_changed(desk, store, job)?)
}

/// Whether a file of the flow is another one than a job was begun with. One that was not written to since is not; of one
/// that was, path and length say nothing, and its content is compared with what was sent. What was not sent yet is sent
/// as it is now.
fn is_changed(desk: &Desk, store: &Store, job: &Job) -> Result<bool, Failure> {
    let done = &job.checkpoint;
    let sent = [
        (&store.flow.target, done.picture.is_some(), &done.sample_hash),
        (&store.flow.audio, done.audio.is_some(), &done.run.voice_hash),
    ];
    for (file, is_sent, hash) in sent {
        let Some(file) = file else { continue };
        let written = file.path.metadata().and_then(|facts| facts.modified());
        if !written.is_ok_and(|at| OffsetDateTime::from(at) > job.created_at) || (!is_sent && job.is_under_way()) {
            continue;
        }
        // One of an earlier version says nothing of what it sent.
        let Some(hash) = hash else { return Ok(true) };
        let reading = || desk.out.note(&format!("Comparing {} with what was uploaded", file.name()));
        match desk.background.hash(&file.path, reading) {
            Ok(now) if now == *hash => {}
            Err(Error::Cancelled) => return Err(Error::Cancelled.into()),
            _ => return Ok(true),
        }
    }
    Ok(false)
}

/// Whether the very same was made there before: it is told again, and nothing is bought. Else the name must be free.
pub fn made_before(desk: &Desk, store: &mut Store, to: &Path) -> Result<Option<Job>, Failure> {
    match made_as(desk, store, to)? {
        Some(job) => Ok(Some(job)),
        None => super::clips::free(to).map(|_| None),
    }
}

/// Says what was made.
pub fn tell(desk: &Desk, job: &Job) {
    let made = jobs::made(job).unwrap_or_default();
    let mut value = jobs::row(job);
    value["event"] = json!("done");
    value["file"] = json!(made);
    desk.out.result(&made, &value);
}

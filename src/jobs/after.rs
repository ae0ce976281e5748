//! What follows from an answer: pure functions over what was asked, what has been achieved and what came back.
//!
//! [`before`] is applied, and written down, before a step is carried out; [`after`] takes in what came of it. Between
//! them they hold the one rule that counts: what may be charged is sent a second time only when it is certain that
//! nothing came of the first time, or under the same ticket with the same body, or on the user's word.

mod reconcile;

use std::time::Duration;

use reconcile::{clone_failed, looked, lost};

use super::checkpoint::Checkpoint;
use super::names::api_file_name;
use super::request::{LipSyncJob, Request, SpeakJob, VoiceTrack};
use super::step::Step;
use crate::api::retry::{self, Endpoint};
use crate::api::{
    Arrived, Asset, Cloned, Generation, GenerationRequest, Input, Naming, SpeakRequest, Spoken, Status, Voice, Watched,
};
use crate::error::{Error, Result};

/// What came of a step that went well.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// With the BLAKE3 of what was uploaded.
    Uploaded(Asset, String),
    Voices(Vec<Voice>),
    Cloned(Cloned),
    Spoken(Spoken),
    Started(Generation),
    Watched(Watched),
    Link(String),
    Arrived(Arrived),
    Named(Naming),
    /// There was nothing to ask.
    Nothing,
}

/// Everything besides the answer that a verdict depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    /// How often the step has been carried out in a row, from 1.
    pub attempt: u32,
    /// 0 to 1.
    pub jitter: f64,
    /// Since watching began.
    pub watched: Duration,
}

/// What is done now. Whatever it is, [`next`](super::next) names the step.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    On,
    /// Nothing is wrong; ask again after this long.
    Pause(Duration),
    /// The same, and the service may be asked to say when the run ends.
    Watch(Duration),
    /// It did not get through, for this reason; try again after this long.
    Again(Duration, Error),
    /// The plan has no room now; try again after this long, or when another run ends.
    Turn(Duration),
    Fail(Error),
}

/// How often a run that is not found is asked for again: the service may be a moment behind itself.
const UNKNOWN: u32 = 3;
/// How many links that lead nowhere are replaced.
const DEAD_LINKS: u32 = 8;

/// Notes that a step is about to be carried out, and fixes what it will send.
pub(super) fn before(request: &Request, done: &mut Checkpoint, step: Step) {
    match (request, step) {
        (Request::Speak(job), Step::StartSpeech) if done.speaking.line.is_none() => {
            done.speaking.line = Some(line(job));
        }
        (Request::LipSync(job), Step::Generate) if done.run.body.is_none() => done.run.body = Some(body(job, done)),
        _ => {}
    }
    if step.is_bought() {
        let sending = &mut done.sending;
        // Sent before, and still not known what came of it.
        sending.lost |= sending.sent;
        (sending.sent, sending.again, sending.told) = (true, false, false);
    }
}

/// A line as it is sent.
pub(super) fn line(job: &SpeakJob) -> SpeakRequest {
    let mut line = SpeakRequest::new(&job.voice_id, &job.script);
    (line.stability, line.similarity_boost) = (Some(job.stability), Some(job.similarity));
    line
}

fn body(job: &LipSyncJob, done: &Checkpoint) -> GenerationRequest {
    let id = |asset: &Option<Asset>| asset.as_ref().map(|asset| asset.id.clone()).unwrap_or_default();
    let voice = match &job.voice {
        VoiceTrack::Take { url, .. } => Input::audio_url(url),
        VoiceTrack::File(_) => Input::audio_asset(id(&done.audio)),
    };
    GenerationRequest {
        model: job.model.clone(),
        input: vec![Input::video_asset(id(&done.picture)), voice],
        options: job.options.clone(),
        segments: Vec::new(),
        output_file_name: Some(api_file_name(&job.stem)),
    }
}

/// Takes in what came of a step, and says what is done now.
pub(super) fn after(
    request: &Request,
    done: &mut Checkpoint,
    step: Step,
    answer: Result<Answer>,
    this: Try,
) -> Verdict {
    let error = match answer {
        Ok(answer) => return went_well(request, done, step, answer, this),
        Err(error) => error,
    };
    // Nothing came of this time; a time before it may be another matter.
    if step.is_bought() && retry::nothing_done(&error) && !(step.has_ticket() && done.sending.lost) {
        done.sending.sent = false;
        done.search.listed &= done.sending.lost;
    }
    match step {
        Step::Clone => clone_failed(done, error, this),
        Step::Speak => speak_failed(done, error, this),
        Step::StartSpeech if has_no_jobs(&error) => {
            done.speaking.no_speech_jobs = true;
            Verdict::On
        }
        Step::AskSpeech => ask_speech_failed(done, error, this),
        Step::Generate => generate_failed(done, error, this),
        Step::Watch if matches!(error, Error::NotFound(_)) => not_found(done, error, this),
        Step::Download | Step::Name => download_failed(request, done, error, this),
        _ => again(step, error, this),
    }
}

/// The policy's word: wait and try again, or give up.
fn again(step: Step, error: Error, this: Try) -> Verdict {
    match retry::wait(endpoint(step), &error, this.attempt, this.jitter) {
        Some(wait) => Verdict::Again(wait, error),
        None => Verdict::Fail(error),
    }
}

fn endpoint(step: Step) -> Endpoint {
    match step {
        Step::UploadPicture | Step::UploadAudio => Endpoint::Put,
        // Preparation for a request, like leave to upload.
        Step::ListVoices => Endpoint::Presign,
        Step::Clone => Endpoint::Clone,
        Step::Speak => Endpoint::Speak,
        Step::StartSpeech => Endpoint::StartSpeech,
        Step::AskSpeech | Step::SpeechLost => Endpoint::SpeechJob,
        Step::Generate => Endpoint::Generate,
        // Looking for what may have been made already: for as long as it takes.
        Step::FindClone | Step::Watch => Endpoint::Generation,
        Step::Link => Endpoint::DownloadLink,
        Step::Download | Step::Name | Step::Finish => Endpoint::Download,
    }
}

fn went_well(request: &Request, done: &mut Checkpoint, step: Step, answer: Answer, this: Try) -> Verdict {
    match (answer, step) {
        (Answer::Uploaded(asset, hash), Step::UploadPicture) => {
            (done.picture, done.sample_hash) = (Some(asset), Some(hash));
        }
        (Answer::Uploaded(asset, _), _) => done.audio = Some(asset),
        (Answer::Voices(voices), Step::ListVoices) => {
            done.search.voices_before = voices.into_iter().map(|voice| voice.id).collect();
            done.search.listed = true;
        }
        (Answer::Voices(voices), _) => {
            let Request::Clone(job) = request else { return Verdict::On };
            return looked(job, done, voices);
        }
        (Answer::Cloned(cloned), _) => done.cloned = Some(cloned),
        (Answer::Spoken(Spoken::Ready(speech)), _) => done.speaking.speech = Some(speech),
        (Answer::Spoken(Spoken::Pending(job)), _) => {
            let wait = job.ask_after;
            done.speaking.speech_job = Some(job);
            return Verdict::Pause(wait);
        }
        (Answer::Started(generation), _) => done.generation = Some(generation.id),
        (Answer::Watched(watched), _) => return seen(done, watched, this),
        (Answer::Link(url), _) => done.run.output_url = Some(url),
        (Answer::Arrived(arrived), _) => (done.saving.arrived, done.saving.name) = (Some(arrived), None),
        (Answer::Named(naming), _) => named(done, naming),
        (Answer::Nothing, _) => {
            let message = "The reply to this line got lost, so it may have been spoken and counted. \
                           Try again to speak it once more.";
            return lost(done, message);
        }
    }
    Verdict::On
}

fn named(done: &mut Checkpoint, naming: Naming) {
    let name = done.saving.name.take();
    match naming {
        Naming::Done => (done.file, done.saving.arrived) = (name, None),
        // Another is chosen.
        Naming::Taken => {}
        Naming::Gone => done.saving.arrived = None,
    }
}

fn speak_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    if !done.sending.sent {
        return again(Step::Speak, error, this);
    }
    if matches!(error, Error::Lost { .. }) {
        // It says itself what is to be known.
        done.sending.told = true;
        return Verdict::Fail(error);
    }
    Verdict::On
}

/// Whether the service does not offer speech jobs, to this account or at all.
fn has_no_jobs(error: &Error) -> bool {
    error.refusal().is_some_and(|refusal| refusal.code.is_none() && matches!(refusal.status, 404 | 405 | 503))
}

fn ask_speech_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    match error {
        // Over: what was sent under this ticket came to nothing.
        Error::Failed { .. } => {
            (done.speaking.speech_job, done.sending.sent, done.sending.lost) = (None, false, false);
            done.sending.tickets_used += 1;
            Verdict::Fail(error)
        }
        // It was taken on, so it may have been spoken.
        Error::NotFound(_) => {
            done.speaking.speech_job = None;
            lost(
                done,
                "The service no longer knows this line, so it may have been spoken and counted. \
                 Try again to speak it once more.",
            )
        }
        error => again(Step::AskSpeech, error, this),
    }
}

fn generate_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    let refusal = error.refusal();
    // The ticket is known already: this is its run.
    let known = refusal.filter(|refusal| refusal.status == 409 || about_ticket(&error));
    if let Some(id) = known.and_then(|refusal| refusal.generation_id.clone()) {
        (done.generation, done.sending.sent) = (Some(id), true);
        return Verdict::On;
    }
    // Refused because an upload is gone there, and nothing else went out: upload once more, under a new ticket.
    let gone = error.code() == Some("asset_not_found");
    if gone && !done.sending.lost && done.sending.tickets_used == 0 {
        (done.picture, done.audio, done.run.body) = (None, None, None);
        done.sending.tickets_used = 1;
        return Verdict::On;
    }
    // Taken on, but not yet told as which run: the same ticket asks again.
    if about_ticket(&error) && error.code() == Some("IDEMPOTENCY_OUTCOME_UNKNOWN") {
        let wait = retry::wait(Endpoint::Generate, &unknown(&error), this.attempt, this.jitter);
        return match wait {
            Some(wait) => Verdict::Again(wait, error),
            None => Verdict::Fail(error),
        };
    }
    match again(Step::Generate, error, this) {
        Verdict::Again(wait, Error::Busy(_)) => Verdict::Turn(wait),
        verdict => verdict,
    }
}

fn about_ticket(error: &Error) -> bool {
    error.code().is_some_and(|code| code.starts_with("IDEMPOTENCY_"))
}

/// An outcome that is not known is waited for like a lost answer.
fn unknown(error: &Error) -> Error {
    let service = error.refusal().map(|refusal| refusal.service.clone()).unwrap_or_default();
    Error::Unreadable { service, detail: "the outcome is not known yet".to_owned() }
}

fn seen(done: &mut Checkpoint, watched: Watched, this: Try) -> Verdict {
    let Watched { generation, ask_after } = watched;
    if let Some(failure) = generation.failure() {
        done.run.ended = true;
        return Verdict::Fail(failure);
    }
    if generation.status == Status::Completed {
        done.run.completed = true;
        done.run.output_url = generation.output().map(str::to_owned);
        done.run.output_secs = generation.output_duration;
        return Verdict::On;
    }
    match ask_after {
        Some(wait) => Verdict::Pause(wait.max(Duration::from_secs(1))),
        None => Verdict::Watch(pace(this.watched)),
    }
}

/// How long to wait before a run is asked about again, when the service does not say: as its documentation advises.
fn pace(watched: Duration) -> Duration {
    if watched < Duration::from_mins(1) { Duration::from_secs(5) } else { Duration::from_secs(10) }
}

fn not_found(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    if this.attempt < UNKNOWN {
        return Verdict::Again(Duration::from_secs(2), error);
    }
    done.run.ended = true;
    let service = error.refusal().map(|refusal| refusal.service.clone()).unwrap_or_default();
    let message = format!(
        "{service} no longer knows this lip sync: it was deleted there, or the key is one of another account. Try again to run it anew."
    );
    Verdict::Fail(Error::Failed { message, code: error.code().map(str::to_owned) })
}

fn download_failed(request: &Request, done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    match (&error, request) {
        (Error::File { .. }, _) => {
            done.saving.unsaved = true;
            Verdict::Fail(error)
        }
        // Links expire; the service gives a fresh one.
        (Error::Unreadable { .. }, Request::LipSync(_)) if done.saving.dead_links < DEAD_LINKS => {
            (done.run.output_url, done.run.completed) = (None, true);
            done.saving.dead_links += 1;
            match done.saving.dead_links {
                1 => Verdict::On,
                many => again(Step::Download, error, Try { attempt: many - 1, ..this }),
            }
        }
        // The address may be what is gone, and not the connection: a fresh one tells.
        (Error::Offline { .. }, Request::LipSync(_)) if this.attempt.is_multiple_of(3) => {
            (done.run.output_url, done.run.completed) = (None, true);
            again(Step::Download, error, this)
        }
        _ => again(Step::Download, error, this),
    }
}

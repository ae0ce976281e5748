//! What follows from an answer: pure functions over what was asked, what has been achieved and what came back.
//!
//! [`before`] is applied, and written down, before a step is carried out; [`after`] takes in what came of it. Between
//! them they hold the one rule that counts: what may be charged is sent a second time only when it is certain that
//! nothing came of the first time, or under the same ticket with the same body, or on the user's word.

mod line;
mod reconcile;
mod run;

use std::time::Duration;

use line::{ask_speech_failed, part_gone, speak_failed, start_speech_failed};
use reconcile::{clone_failed, looked, lost};
use run::{generate_failed, seen, watch_failed};

use super::checkpoint::Checkpoint;
use super::names::api_file_name;
use super::request::{LipSyncJob, Request, SpeakJob, VoiceTrack};
use super::step::Step;
use crate::api::retry::{self, Endpoint};
use crate::api::{
    Arrived, Asset, Cloned, Generation, GenerationRequest, Input, Naming, SpeakRequest, Spoken, Voice, Watched,
};
use crate::error::{Error, Result};

/// What came of a step that went well.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// With the BLAKE3 of the user's file.
    Uploaded(Asset, String),
    Voices(Vec<Voice>),
    Cloned(Cloned),
    Spoken(Spoken),
    Started(Generation),
    Watched(Watched),
    Link(String),
    Arrived(Arrived),
    Named(Naming),
    /// This part of a line is no longer on this computer.
    PartGone(usize),
    /// There was nothing to ask.
    Nothing,
}

/// Everything besides the answer that a verdict depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    /// How often the step has been carried out in a row, from 1. What is done in between to prepare a step that may be
    /// charged does not begin the count anew.
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
    /// The plan has no room now; try again when another run ends, no earlier than the first and no later than the
    /// second.
    Turn(Duration, Duration),
    Fail(Error),
}

/// How many links that lead nowhere are replaced.
const DEAD_LINKS: u32 = 8;

/// Notes that a step is about to be carried out, and fixes what it will send.
pub(super) fn before(request: &Request, done: &mut Checkpoint, step: Step) {
    match (request, step) {
        (Request::Speak(job), Step::StartSpeech) if done.speaking.line.is_none() => {
            done.speaking.line = Some(line(job, done));
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

/// A line, or the part of it whose turn it is, as it is sent.
pub(super) fn line(job: &SpeakJob, done: &Checkpoint) -> SpeakRequest {
    let mut line = SpeakRequest::new(&job.voice_id, job.said(done.speaking.parts.len()));
    (line.stability, line.similarity_boost) = (Some(job.stability), Some(job.similarity));
    line
}

fn body(job: &LipSyncJob, done: &Checkpoint) -> GenerationRequest {
    let id = |asset: &Option<Asset>| asset.as_ref().map(|asset| asset.id.clone()).unwrap_or_default();
    let voice = match &job.voice {
        VoiceTrack::Take { url, .. } => Input::audio_url(url),
        VoiceTrack::File(_) | VoiceTrack::Edited { .. } => Input::audio_asset(id(&done.audio)),
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
    }
    match step {
        Step::Clone => clone_failed(done, error, this),
        Step::Speak => speak_failed(done, error, this),
        Step::StartSpeech => start_speech_failed(done, error, this),
        Step::AskSpeech => ask_speech_failed(done, error, this),
        Step::Generate => generate_failed(done, error, this),
        Step::Watch => watch_failed(done, error, this),
        Step::Join => Verdict::Fail(error),
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
        Step::Download | Step::Join | Step::Name | Step::Finish => Endpoint::Download,
    }
}

fn went_well(request: &Request, done: &mut Checkpoint, step: Step, answer: Answer, this: Try) -> Verdict {
    match (answer, step) {
        (Answer::Uploaded(asset, hash), Step::UploadPicture) => {
            (done.picture, done.sample_hash) = (Some(asset), Some(hash));
        }
        (Answer::Uploaded(asset, hash), _) => (done.audio, done.run.voice_hash) = (Some(asset), Some(hash)),
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
        (Answer::Named(naming), _) => named(request, done, naming),
        (Answer::PartGone(part), _) => return part_gone(done, part),
        (Answer::Nothing, _) => {
            let message = "The reply to this line got lost, so it may have been spoken and counted. \
                           Try again to speak it once more.";
            return lost(done, message);
        }
    }
    Verdict::On
}

fn named(request: &Request, done: &mut Checkpoint, naming: Naming) {
    let name = done.saving.name.take();
    match (naming, request) {
        (Naming::Done, Request::Speak(job)) if job.is_part(done) => {
            if let Some(name) = name {
                done.part_spoken(name);
            }
        }
        (Naming::Done, _) => {
            done.saving.bytes = done.saving.arrived.take().map(|arrived| arrived.bytes);
            done.file = name;
        }
        // Another is chosen.
        (Naming::Taken, _) => {}
        (Naming::Gone, _) => done.saving.arrived = None,
    }
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

//! Text to speech: answered at once, or as a job.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::refusal::{Answer, Refusal};
use super::request::{Fields, idempotency_key};
use super::state::{Job, Line, Take};
use super::world::{self, Shared, World};
use super::{Pace, synth, voices, wave};
use crate::api::{Speech, Status};
use crate::runtime;

/// Characters of a script.
pub(super) const LONGEST_SCRIPT: usize = 5_000;

/// A take, with the name the guide has for its address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spoken {
    #[serde(flatten)]
    speech: Speech,
    synthesized_audio_url: String,
}

/// `POST /v2/tts`.
pub(super) async fn speak(State(world): State<Shared>, headers: HeaderMap, body: Body) -> Answer<Json<Spoken>> {
    let fields = Fields::read(&headers, body, None).await?;
    let line = read_line(&world, &fields)?;
    let take = perform(&world, &line).await?;
    let url = world.address(&take.file);
    let speech = Speech { id: take.id, url: url.clone(), duration: Some(take.seconds) };
    Ok(Json(Spoken { speech, synthesized_audio_url: url }))
}

/// A line as it is asked for, here and in text inputs of a run.
pub(super) fn read_line(world: &World, fields: &Fields) -> Answer<Line> {
    fields.provider("provider")?;
    let voice = fields.required("voiceId", 1, 200)?;
    let script = fields.required("script", 1, LONGEST_SCRIPT)?;
    let stability = fields.share("stability")?;
    // Nothing to act on here: a clone has no more to it than its pitch and pace, and both are always kept.
    fields.share("similarityBoost")?;
    if voices::speaker(world, &voice).is_none() {
        return Err(voices::not_found(StatusCode::UNPROCESSABLE_ENTITY));
    }
    Ok(Line { voice, script, stability })
}

/// Speaks a line and keeps it.
pub(super) async fn perform(world: &World, line: &Line) -> Answer<Take> {
    let speaker = voices::speaker(world, &line.voice);
    let (speaker, _) = speaker.ok_or_else(|| voices::not_found(StatusCode::UNPROCESSABLE_ENTITY))?;
    let sound = synth::speak(&world.tools, &speaker, &line.script, line.stability.unwrap_or(0.5)).await?;
    let seconds = sound.seconds();
    let folder = world.workshop()?;
    let path = folder.path().join("take.wav");
    let part = path.clone();
    runtime::blocking(move || wave::write(&part, &sound)).await?;
    let file = world.keep(&path, "take.wav", "audio/wav").await?;
    let take = Take { id: world::id(), file, seconds, created_at: world::now() };
    world
        .change(|state| {
            state.takes.push(take.clone());
            Ok(take)
        })
        .await
}

/// `POST /v2/tts/jobs`.
pub(super) async fn create_job(State(world): State<Shared>, headers: HeaderMap, body: Body) -> Answer<Response> {
    if !world.plan.terms().speech_jobs {
        let message = "Background speech is not open to this account yet.";
        let refusal = Refusal::uncoded(StatusCode::SERVICE_UNAVAILABLE, message);
        return Err(refusal.suggest("Use POST /v2/tts, which is open to all."));
    }
    let key = idempotency_key(&headers)?;
    let fields = Fields::read(&headers, body, None).await?;
    let line = read_line(&world, &fields)?;
    let asked = key.map(|key| (key, fields.as_value()));
    let job = world
        .change(|state| {
            let known = state.jobs.iter().find(|job| same_key(job.idempotency.as_ref(), asked.as_ref()));
            if let Some(job) = known {
                return if job.idempotency == asked { Ok(job.clone()) } else { Err(conflict()) };
            }
            let job = Job {
                id: world::id(),
                line,
                idempotency: asked,
                status: Status::Pending,
                take: None,
                error: None,
                created_at: world::now(),
                started_at: None,
                finished_at: None,
            };
            state.jobs.push(job.clone());
            Ok(job)
        })
        .await?;
    world.speech_work.notify_one();
    let location = format!("/v2/tts/jobs/{}", job.id);
    let mut response = (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(show(&world, &job))).into_response();
    ask_again(&job, &mut response);
    Ok(response)
}

/// `GET /v2/tts/jobs/{id}`.
pub(super) async fn get_job(State(world): State<Shared>, Route(id): Route<String>) -> Answer<Response> {
    let job = world.read().jobs.iter().find(|job| job.id == id).cloned();
    let job = job.ok_or_else(|| Refusal::uncoded(StatusCode::NOT_FOUND, "There is no such job.").field("id"))?;
    let mut response = Json(show(&world, &job)).into_response();
    ask_again(&job, &mut response);
    Ok(response)
}

/// Whether two requests carry the same key; those without one never do.
pub(super) fn same_key(one: Option<&(String, Value)>, other: Option<&(String, Value)>) -> bool {
    matches!((one, other), (Some((one, _)), Some((other, _))) if one == other)
}

/// The refusal of a key that was used for something else.
pub(super) fn conflict() -> Refusal {
    let message = "This Idempotency-Key was used with another body.";
    Refusal::new(StatusCode::CONFLICT, "IDEMPOTENCY_CONFLICT", message)
        .field("Idempotency-Key")
        .suggest("Send the same body again, or take a new key for a new request.")
}

fn ask_again(job: &Job, response: &mut Response) {
    if matches!(job.status, Status::Pending | Status::Processing) {
        response.headers_mut().insert(header::RETRY_AFTER, 3.into());
    }
}

fn show(world: &World, job: &Job) -> Value {
    // A generation that has ended well is COMPLETED, a speech job is a SUCCESS.
    let status = match &job.status {
        Status::Completed => "SUCCESS".to_owned(),
        other => String::from(other.clone()),
    };
    let error = job.error.as_ref().map(|(message, code)| json!({ "message": message, "errorCode": code }));
    json!({
        "id": job.id,
        "status": status,
        "url": job.take.as_ref().map(|take| world.address(&take.file)),
        "duration": job.take.as_ref().map(|take| take.seconds),
        "error": error,
        "createdAt": job.created_at,
        "startedAt": job.started_at,
        "finishedAt": job.finished_at,
    })
}

/// Speaks the jobs one after the other, as long as the sandbox runs.
pub(super) async fn work(world: Shared) {
    loop {
        let next = world.read().jobs.iter().find(|job| job.status == Status::Pending).cloned();
        match next {
            Some(job) => {
                if work_on(&world, &job).await.is_err() {
                    // The disk does not take what was done: no use in trying at once again.
                    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
                }
            }
            None => world.speech_work.notified().await,
        }
    }
}

async fn work_on(world: &World, job: &Job) -> Answer<()> {
    set(world, &job.id, |job| {
        job.status = Status::Processing;
        job.started_at = Some(world::now());
    })
    .await?;
    if world.pace == Pace::Real {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let result = perform(world, &job.line).await;
    set(world, &job.id, |job| {
        match result {
            Ok(take) => (job.status, job.take) = (Status::Completed, Some(take)),
            Err(refusal) => {
                let code = refusal.code().map(str::to_owned);
                (job.status, job.error) = (Status::Failed, Some((refusal.sentences(), code)));
            }
        }
        job.finished_at = Some(world::now());
    })
    .await
}

async fn set(world: &World, id: &str, change: impl FnOnce(&mut Job)) -> Answer<()> {
    world
        .change(|state| {
            if let Some(job) = state.jobs.iter_mut().find(|job| job.id == id) {
                change(job);
            }
            Ok(())
        })
        .await
}

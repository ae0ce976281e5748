//! Lip sync runs over HTTP: create, watch, list, download, delete. The work itself is in `worker`.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::inputs::{self, Asked, INVALID};
use super::links;
use super::refusal::{Answer, Refusal};
use super::request::{Fields, Query, idempotency_key};
use super::speech::{conflict, same_key};
use super::state::{self, Run};
use super::world::{self, Shared, World};
use crate::api::{Generation, Status};

/// A run with the fields the program does not read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    #[serde(flatten)]
    generation: Generation,
    output_file_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segments: Option<serde_json::Value>,
}

/// `POST /v2/generate`.
pub(super) async fn create(
    State(world): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, Json<Shown>)> {
    let key = idempotency_key(&headers)?;
    let fields = Fields::read(&headers, body, Some(INVALID)).await?;
    if let Some(run) = replay(&world, key.as_deref(), &fields)? {
        return Ok((StatusCode::CREATED, Json(show(&world, &run))));
    }
    let Asked { model, input, options, segments, output_name, order, body } = inputs::read(&world, &fields)?;
    let asked = key.map(|key| (key, body));
    let run = world
        .change(|state| {
            // The same request twice at the same moment: one of them comes second.
            if let Some(run) = state.runs.iter().find(|run| same_key(run.idempotency.as_ref(), asked.as_ref())) {
                return if run.idempotency == asked { Ok(run.clone()) } else { Err(conflict()) };
            }
            room_for(state, &world)?;
            let run = Run {
                id: world::id(),
                model,
                input,
                options,
                segments,
                output_name,
                order,
                idempotency: asked,
                status: Status::Pending,
                created_at: world::now(),
                error: None,
                output: None,
                link: state::Link::default(),
                speech: None,
            };
            state.runs.push(run.clone());
            Ok(run)
        })
        .await?;
    world.work.notify_one();
    Ok((StatusCode::CREATED, Json(show(&world, &run))))
}

/// Runs that wait count like those under way.
fn room_for(state: &state::State, world: &World) -> Answer<()> {
    let Some(limit) = world.plan.terms().concurrent else { return Ok(()) };
    let active = state.runs.iter().filter(|run| is_open(&run.status)).count();
    if active < limit {
        return Ok(());
    }
    let message = format!("The plan allows {limit} at once, and {active} are under way.");
    Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "concurrency_limit_reached", message)
        .with("activeGenerations", active)
        .with("concurrencyLimit", limit)
        .with("retryAfterSeconds", 2)
        .with("upgradeUrl", "https://sync.so/billing"))
}

/// The run this request has led to already. Looked up before the inputs are judged: they may have been deleted since.
fn replay(world: &World, key: Option<&str>, fields: &Fields) -> Answer<Option<Run>> {
    let known = |run: &&Run| run.idempotency.as_ref().is_some_and(|(own, _)| Some(own.as_str()) == key);
    let Some(run) = world.read().runs.iter().find(known).cloned() else { return Ok(None) };
    let body = inputs::without_ports(world, fields.as_value());
    if run.idempotency.as_ref().is_some_and(|(_, own)| *own == body) { Ok(Some(run)) } else { Err(conflict()) }
}

/// `GET /v2/generate/{id}`, with its progress or after a wait for its end.
pub(super) async fn get(State(world): State<Shared>, Route(id): Route<String>, uri: Uri) -> Answer<Response> {
    let query = Query::parse(&uri);
    let wait = flag(&query, "wait")?;
    let seconds = query.whole("timeout", 1, 10)?;
    let progress = match query.get("include") {
        None => false,
        Some("progress") => true,
        Some(_) => return Err(Refusal::invalid("include", "include can be progress only.").coded(INVALID)),
    };
    if wait && progress {
        return Err(Refusal::invalid("include", "wait and include=progress cannot be combined.").coded(INVALID));
    }
    if seconds.is_some() && !wait {
        return Err(Refusal::invalid("timeout", "timeout is for wait=true.").coded(INVALID));
    }
    if !wait {
        let mut shown = show(&world, &find(&world, &id)?);
        shown.generation.progress_percent = if progress { Some(percent(&world, &shown.generation)) } else { None };
        return Ok(Json(shown).into_response());
    }
    let seconds = u64::try_from(seconds.unwrap_or(5)).unwrap_or(5);
    let run = until_ended(&world, &id, Duration::from_secs(seconds)).await?;
    let mut response = Json(show(&world, &run)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, 2.into());
    headers.insert("x-sync-wait-mode", HeaderValue::from_static("long_poll"));
    headers.insert("x-sync-wait-timeout-seconds", seconds.into());
    Ok(response)
}

fn flag(query: &Query, name: &str) -> Answer<bool> {
    match query.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::invalid(name, format!("{name} must be true or false.")).coded(INVALID)),
    }
}

async fn until_ended(world: &World, id: &str, patience: Duration) -> Answer<Run> {
    let ended = async {
        loop {
            // Registered before looking, so that no change is missed in between.
            let changed = world.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let run = find(world, id)?;
            if !is_open(&run.status) {
                return Ok(run);
            }
            changed.await;
        }
    };
    tokio::time::timeout(patience, ended).await.unwrap_or_else(|_| find(world, id))
}

/// `GET /v2/generations`: newest first.
pub(super) async fn list(State(world): State<Shared>, uri: Uri) -> Answer<Json<Vec<Shown>>> {
    let query = Query::parse(&uri);
    let limit = query.whole("limit", 1, 100)?;
    let statuses: Option<Vec<Status>> =
        query.list("status").map(|words| words.into_iter().map(|word| Status::from(word.to_owned())).collect());
    let ids = query.list("ids");
    let runs: Vec<Run> = world.read().runs.iter().rev().cloned().collect();
    let start = match query.get("cursor") {
        None => 0,
        Some(_) if limit.is_none() => return Err(Refusal::invalid("cursor", "cursor needs limit.").coded(INVALID)),
        Some(id) => runs.iter().position(|run| run.id == id).map(|at| at + 1).ok_or_else(|| {
            Refusal::invalid("cursor", "cursor must be the id of the last row of an earlier page.").coded(INVALID)
        })?,
    };
    let wanted = |run: &&Run| {
        let status = statuses.as_ref().is_none_or(|statuses| statuses.contains(&run.status));
        status && ids.as_ref().is_none_or(|ids| ids.contains(&run.id.as_str()))
    };
    let rows = runs[start..].iter().filter(wanted).take(limit.unwrap_or(usize::MAX));
    Ok(Json(rows.map(|run| show(&world, run)).collect()))
}

/// `GET /v2/generations/{id}/download`: the bare address of the video.
pub(super) async fn download(State(world): State<Shared>, Route(id): Route<String>) -> Answer<String> {
    let run = find(&world, &id)?;
    links::fresh(&world, &run).ok_or_else(|| {
        Refusal::new(StatusCode::CONFLICT, "generation_conflict", "This run has no video to download.")
            .suggest("Wait until its status is COMPLETED.")
    })
}

/// `DELETE /v2/generations/{id}`.
pub(super) async fn delete(State(world): State<Shared>, Route(id): Route<String>) -> Answer<Json<Shown>> {
    check_id(&id)?;
    let shown = show(&world, &find(&world, &id)?);
    let files = world
        .change(|state| {
            let at = state.runs.iter().position(|run| run.id == id).ok_or_else(not_found)?;
            if is_open(&state.runs[at].status) {
                let code = "generation_not_deletable_while_processing";
                return Err(Refusal::new(StatusCode::CONFLICT, code, "This run is still under way."));
            }
            let run = state.runs.remove(at);
            Ok(forget_files(state, &run))
        })
        .await?;
    if let Some(token) = files {
        world.discard(&token).await;
    }
    Ok(Json(shown))
}

/// The output goes with its run, unless an asset was made of it; a spoken line stays, as it is a take like any other.
fn forget_files(state: &mut state::State, run: &Run) -> Option<String> {
    let (token, _) = run.output.as_ref().filter(|(token, _)| !state.needs(token))?;
    state.files.remove(token).map(|_| token.clone())
}

/// The run of this id.
pub(super) fn find(world: &World, id: &str) -> Answer<Run> {
    check_id(id)?;
    world.read().run(id).cloned().ok_or_else(not_found)
}

fn check_id(id: &str) -> Answer<()> {
    let message = "That is not the id of a run.";
    let refuse = |_| Refusal::new(StatusCode::BAD_REQUEST, "invalid_generation_id", message).field("id");
    uuid::Uuid::parse_str(id).map(drop).map_err(refuse)
}

fn not_found() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "generation_not_found", "There is no such run.").field("id")
}

/// Whether a run may still change.
pub(super) fn is_open(status: &Status) -> bool {
    matches!(status, Status::Pending | Status::Processing)
}

fn percent(world: &World, generation: &Generation) -> f64 {
    match generation.status {
        Status::Pending => 0.0,
        Status::Processing => world.progress(&generation.id),
        _ => 100.0,
    }
}

fn show(world: &World, run: &Run) -> Shown {
    let (error, error_code) = run.error.clone().map_or((None, None), |(message, code)| (Some(message), code));
    let readdress = |value: &serde_json::Value| inputs::with_addresses(world, value.clone());
    let generation = Generation {
        id: run.id.clone(),
        status: run.status.clone(),
        model: Some(run.model.clone()),
        input: Some(run.input.iter().map(readdress).collect()),
        options: run.options.clone(),
        created_at: Some(run.created_at.clone()),
        error,
        error_code,
        output_url: links::shown(world, run),
        output_media_url: None,
        output_duration: run.output.as_ref().map(|(_, seconds)| *seconds),
        synthesized_audio_url: run.speech.as_ref().map(|token| world.address(token)),
        progress_percent: None,
    };
    Shown { generation, output_file_name: run.output_name.clone(), segments: run.segments.clone() }
}

//! Voices: the built-in ones, and clones made from a sample.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;

use super::files;
use super::inspect;
use super::pitch;
use super::refusal::{Answer, Refusal};
use super::request::{Fields, Query};
use super::state::{self, Clone, Place};
use super::synth::{self, BUILT_IN, Speaker};
use super::tools::Trouble;
use super::wave;
use super::world::{self, Shared, World};
use crate::api::{Cloned, PROVIDER, Voice};
use crate::runtime;

/// Only this much of a sample is used, in seconds.
const USED_SECONDS: u32 = 120;
/// A shorter sample says too little, in seconds.
const SHORTEST: f64 = 5.0;
/// Fewer seconds than this in which something is to be heard are silence.
const LEAST_HEARD: f64 = 1.0;
/// Bytes.
const LARGEST_SAMPLE: u64 = 1 << 30;
/// For samples whose syllables cannot be told apart: an unhurried speaker.
const USUAL_PACE: f64 = 5.0;

/// `GET /v2/voices`.
pub(super) async fn list(State(world): State<Shared>, uri: Uri) -> Answer<Json<Vec<Voice>>> {
    check_provider(&uri)?;
    let built_in = BUILT_IN.iter().map(|voice| show_built_in(&world, voice.id, voice.name));
    let clones = world.read().clones.clone();
    Ok(Json(built_in.chain(clones.iter().map(|clone| show_clone(&world, clone))).collect()))
}

/// `GET /v2/voices/{id}`.
pub(super) async fn get(State(world): State<Shared>, Route(id): Route<String>, uri: Uri) -> Answer<Json<Voice>> {
    check_provider(&uri)?;
    if let Some(voice) = BUILT_IN.iter().find(|voice| voice.id == id) {
        return Ok(Json(show_built_in(&world, voice.id, voice.name)));
    }
    let clone = world.read().clone_by_id(&id).cloned().ok_or_else(|| not_found(StatusCode::NOT_FOUND))?;
    Ok(Json(show_clone(&world, &clone)))
}

/// `POST /v2/voices`.
pub(super) async fn clone(
    State(world): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, Json<Cloned>)> {
    let fields = Fields::read(&headers, body, None).await?;
    let name = fields.required("name", 1, 100)?.trim().to_owned();
    fields.provider("provider")?;
    let (url, asset) = (fields.text("url")?, fields.text("assetId")?);
    let (sample, field) = match (url, asset) {
        (Some(url), None) => (sample_at(&world, url)?, "url"),
        (None, Some(asset)) => (sample_of(&world, asset)?, "assetId"),
        (None, None) => {
            let message = "Provide exactly one of url or assetId: there is neither.";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "voice_sample_upload_required", message).field("assetId"));
        }
        (Some(_), Some(_)) => {
            return Err(fields
                .refuse("assetId", "and url were both sent; provide exactly one of them")
                .suggest("Leave one out."));
        }
    };
    let slots = world.plan.terms().clone_slots;
    room_for(&world.read(), &name, slots)?;
    let (pitch, pace) = measure(&world, &sample).await.map_err(|refusal| refusal.field(field))?;
    let internal_id = format!("iv_{}", &world::token()[..12]);
    let clone = Clone { id: world::id(), internal_id, name, pitch, pace, created_at: world::now() };
    tracing::info!(pitch, pace, "a voice was cloned");
    let answer = Cloned {
        id: Some(clone.id.clone()),
        // The guide uses this one for everything, so it must be good for everything.
        voice_id: Some(clone.id.clone()),
        internal_voice_id: Some(clone.internal_id.clone()),
        name: Some(clone.name.clone()),
    };
    world
        .change(|state| {
            // Another clone may have been quicker.
            room_for(state, &clone.name, slots)?;
            state.clones.push(clone);
            Ok(())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `DELETE /v2/voices/{id}`.
pub(super) async fn delete(State(world): State<Shared>, Route(id): Route<String>) -> Answer<Json<bool>> {
    if BUILT_IN.iter().any(|voice| voice.id == id) {
        return Err(Refusal::uncoded(StatusCode::FORBIDDEN, "Built-in voices cannot be deleted.").field("id"));
    }
    let clone = world
        .change(|state| {
            let id = state.clone_by_id(&id).map(|clone| clone.id.clone());
            let at = state.clones.iter().position(|clone| Some(&clone.id) == id.as_ref());
            at.map(|at| state.clones.remove(at)).ok_or_else(|| not_found(StatusCode::NOT_FOUND))
        })
        .await?;
    world.discard(&preview_file(&clone.id)).await;
    Ok(Json(true))
}

/// A sample sentence of a voice, spoken when it is first asked for.
pub(super) async fn preview(
    State(world): State<Shared>,
    Route((secret, file)): Route<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let nothing = || Refusal::uncoded(StatusCode::NOT_FOUND, "There is no preview at this address.");
    let id = file.strip_suffix(".wav").filter(|_| world.read().preview_token == secret).ok_or_else(nothing)?;
    let (speaker, name) = speaker(&world, id).ok_or_else(nothing)?;
    let path = world.path(&preview_file(id));
    if !tokio::fs::try_exists(&path).await.unwrap_or(false) {
        let text = format!("Hello, I am {name}. This is how a line sounds in my voice.");
        let sound = synth::speak(&world.tools, &speaker, &text, 0.5).await?;
        let folder = world.workshop()?;
        let part = folder.path().join("preview.wav");
        runtime::blocking(move || {
            wave::write(&part, &sound)?;
            std::fs::rename(&part, &path).map_err(|error| crate::error::Error::file("write", &path, error))
        })
        .await?;
    }
    files::serve(&world.path(&preview_file(id)), "audio/wav", &headers).await
}

/// Who speaks under an id, and their name.
pub(super) fn speaker(world: &World, id: &str) -> Option<(Speaker, String)> {
    if let Some(voice) = BUILT_IN.iter().find(|voice| voice.id == id) {
        return Some((Speaker::built_in(voice), voice.name.to_owned()));
    }
    let state = world.read();
    let clone = state.clone_by_id(id)?;
    Some((Speaker::clone(clone), clone.name.clone()))
}

/// 404 for a voice that is named in the path, 422 for one in a body.
pub(super) fn not_found(status: StatusCode) -> Refusal {
    Refusal::new(status, "voice_not_found", "There is no such voice.").field("voiceId")
}

fn check_provider(uri: &Uri) -> Answer<()> {
    match Query::parse(uri).get("provider") {
        None | Some(PROVIDER) => Ok(()),
        Some(_) => Err(Refusal::invalid("provider", "provider must be elevenlabs.")),
    }
}

fn room_for(state: &state::State, name: &str, slots: usize) -> Answer<()> {
    if state.has_clone_named(name) || BUILT_IN.iter().any(|voice| voice.name.eq_ignore_ascii_case(name)) {
        let message = format!("There is already a voice called \"{name}\".");
        return Err(Refusal::new(StatusCode::CONFLICT, "voice_name_conflict", message).field("name"));
    }
    if state.clones.len() >= slots {
        let message = format!("All {slots} clone slots of the sandbox are used.");
        return Err(Refusal::new(StatusCode::FORBIDDEN, "voice_clone_limit_reached", message));
    }
    Ok(())
}

fn sample_at(world: &World, url: &str) -> Answer<String> {
    world.token_of(url).ok_or_else(|| foreign("url"))
}

fn sample_of(world: &World, asset: &str) -> Answer<String> {
    let place = world.read().assets.iter().find(|row| row.id == asset).map(|row| row.place.clone());
    match place {
        Some(Place::Own(token)) => Ok(token),
        Some(Place::Foreign(_)) => Err(foreign("assetId")),
        None => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Err(Refusal::new(status, "asset_not_found", "There is no such asset.").field("assetId"))
        }
    }
}

fn foreign(field: &str) -> Refusal {
    let message = "The sample does not lie in the sandbox's own storage.";
    Refusal::new(StatusCode::BAD_REQUEST, "file_not_in_org_storage", message).field(field)
}

/// Median pitch in hertz and pace in syllables a second of the speaker in a stored file.
async fn measure(world: &World, token: &str) -> Answer<(f64, f64)> {
    let refuse = |code, message: &str| Refusal::new(StatusCode::BAD_REQUEST, code, message);
    let stored = world.read().files.get(token).filter(|stored| stored.ready).cloned();
    let stored =
        stored.ok_or_else(|| refuse("voice_sample_not_accessible", "Nothing was uploaded to this address."))?;
    if stored.size > LARGEST_SAMPLE {
        return Err(refuse("voice_sample_source_too_large", "The sample is larger than 1 GiB."));
    }
    let path = world.path(token);
    let media = inspect::inspect(&world.tools, &path).await.map_err(|trouble| match trouble {
        Trouble::Failed { .. } => refuse("voice_sample_type_unsupported", "The sample is neither audio nor video."),
        other => other.into(),
    })?;
    if !media.has_sound {
        return Err(match media.picture {
            Some(picture) if !picture.is_still => {
                refuse("voice_sample_extraction_failed", "The video has no audio track.")
            }
            _ => refuse("voice_sample_type_unsupported", "The sample is neither audio nor video."),
        });
    }
    let samples = inspect::samples(&world.tools, &path, USED_SECONDS).await.map_err(|trouble| match trouble {
        Trouble::Failed { .. } => {
            refuse("voice_sample_extraction_failed", "The sound of the sample could not be read.")
        }
        other => other.into(),
    })?;
    let found = runtime::blocking(move || Ok(listen(&samples))).await?;
    found.map_err(|(code, message)| refuse(code, &message))
}

/// Pitch and pace, or why there are none.
fn listen(samples: &[f32]) -> Result<(f64, f64), (&'static str, String)> {
    let seconds = pitch::seconds(samples);
    if seconds < SHORTEST {
        let message = format!("The sample has {seconds:.1} seconds of sound; the sandbox needs at least {SHORTEST}.");
        return Err(("voice_sample_too_short", message));
    }
    if pitch::audible_seconds(samples) < LEAST_HEARD {
        return Err(("voice_sample_invalid", "The sample is silent.".to_owned()));
    }
    let Some(hertz) = pitch::median_pitch(samples) else {
        return Err(("voice_sample_invalid", "No voice is to be heard in the sample, only noise.".to_owned()));
    };
    Ok((hertz, pitch::pace(samples).unwrap_or(USUAL_PACE)))
}

fn preview_file(voice: &str) -> String {
    format!("preview-{voice}.wav")
}

/// The id of the voice whose preview a file of this name is.
pub(super) fn voice_of_preview(name: &str) -> Option<&str> {
    name.strip_prefix("preview-")?.strip_suffix(".wav")
}

fn preview_url(world: &World, voice: &str) -> String {
    let secret = world.read().preview_token.clone();
    format!("{}/previews/{secret}/{voice}.wav", world.origin)
}

fn show_built_in(world: &World, id: &str, name: &str) -> Voice {
    Voice {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        provider: Some(PROVIDER.to_owned()),
        preview_url: Some(preview_url(world, id)),
        ..Voice::default()
    }
}

fn show_clone(world: &World, clone: &Clone) -> Voice {
    Voice {
        internal_voice_id: Some(clone.internal_id.clone()),
        voice_id: Some(clone.id.clone()),
        ..show_built_in(world, &clone.id, &clone.name)
    }
}

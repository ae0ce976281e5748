//! What a run would cost, by its length or by its inputs, and what one has cost. Nothing here costs anything: the
//! prices are the documented ones, so that programs have numbers to show.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::generations::find;
use super::inputs::{self, INVALID};
use super::inspect::inspect;
use super::models;
use super::refusal::{Answer, Refusal};
use super::request::Fields;
use super::state::{Order, Voice};
use super::timeline;
use super::world::{Shared, World};
use crate::api::{Estimate, Status};

/// Frames a second of a bill.
const BILLED: f64 = 25.0;
/// Characters spoken in a second, for lines that are not spoken yet.
const SPOKEN: f64 = 15.0;

/// An estimate, with the field newer servers add for plans on credits.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Estimated {
    #[serde(flatten)]
    estimate: Estimate,
    estimated_credits: Option<f64>,
}

/// `POST /v2/generations/estimate`: the documented price of a frame, times the frames.
pub(super) async fn estimate(headers: HeaderMap, body: Body) -> Answer<Json<Estimated>> {
    let fields = Fields::read(&headers, body, Some(INVALID)).await?;
    let name = fields.required("model", 1, 100)?;
    let price = models::price(&name).ok_or_else(|| models::unknown(&name))?;
    let seconds = fields.number("duration", f64::MIN_POSITIVE, 86_400.0)?;
    let seconds = seconds.ok_or_else(|| fields.refuse("duration", "is required"))?;
    let fps = fields.number("fps", 1.0, 240.0)?.unwrap_or(30.0);
    Ok(Json(Estimated { estimate: priced(price, (seconds * fps).ceil()), estimated_credits: None }))
}

/// `POST /v2/analyze/cost`, the older way: a whole request, looked into. A list of one.
pub(super) async fn analyze(
    State(world): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<Vec<Estimate>>> {
    let fields = Fields::read(&headers, body, Some(INVALID)).await?;
    let asked = inputs::read(&world, &fields)?;
    let seconds = length(&world, &asked.order).await?;
    let price = models::price(&asked.model).ok_or_else(|| models::unknown(&asked.model))?;
    Ok(Json(vec![priced(price, (seconds * BILLED).ceil())]))
}

fn priced(price: f64, frames: f64) -> Estimate {
    Estimate { estimated_frame_count: Some(frames), estimated_generation_cost: Some(frames * price) }
}

/// About how long the result of a run will be, in seconds.
async fn length(world: &World, order: &Order) -> Answer<f64> {
    let film = if order.is_image { None } else { Some(seconds_of(world, &order.picture).await?) };
    if let Some(film) = film.filter(|_| !order.segments.is_empty()) {
        return Ok(film);
    }
    let voice = match &order.voice {
        Voice::File(token) => seconds_of(world, token).await?,
        Voice::Line(line) => f64::from(u32::try_from(line.script.chars().count()).unwrap_or(u32::MAX)) / SPOKEN,
    };
    Ok(timeline::about_seconds(order.mode, film, voice))
}

async fn seconds_of(world: &World, token: &str) -> Answer<f64> {
    let media = inspect(&world.tools, &world.path(token)).await.ok();
    media.and_then(|media| media.seconds).ok_or_else(|| {
        let message = "The length of an input is not known, and so is the price.";
        Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "cost_estimate_unavailable", message).field("input")
    })
}

/// `GET /v2/generate/{id}/costs`: known once the run has ended; one that failed costs nothing.
pub(super) async fn of_run(State(world): State<Shared>, Route(id): Route<String>) -> Answer<Json<Value>> {
    let run = find(&world, &id)?;
    let price = models::price(&run.model).unwrap_or_default();
    let seconds = run.output.as_ref().map_or(0.0, |(_, seconds)| *seconds);
    let usd = format!("{:.6}", (seconds * BILLED).ceil() * price);
    let ended = !matches!(run.status, Status::Pending | Status::Processing);
    Ok(Json(json!({
        "generationId": run.id,
        "generationStatus": String::from(run.status.clone()),
        "currency": "USD",
        "availability": if ended { "complete" } else { "pending" },
        "totalCostUsd": ended.then_some(&usd),
        "knownSubtotalUsd": usd,
        "retryAfterSeconds": (!ended).then_some(5),
        "components": if ended { json!([{ "type": "generation", "model": run.model, "costUsd": usd }]) } else { json!([]) },
    })))
}

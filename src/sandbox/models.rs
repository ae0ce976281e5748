//! `GET /v2/models` and the price estimate. The names are those of the contract, so that programs written for it
//! work; the descriptions say what stands behind them here.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::refusal::{Answer, Refusal};
use super::request::Fields;
use crate::api::{Estimate, Model};

/// Name, kind, version, US dollars a frame.
const MODELS: [(&str, &str, &str, f64); 5] = [
    ("sync-3", "lipsync", "3", 0.005_34),
    ("lipsync-2-pro", "lipsync", "2-pro", 0.003_33),
    ("lipsync-2", "lipsync", "2", 0.002),
    ("lipsync-1.9.0-beta", "lipsync", "1.9.0-beta", 0.001),
    ("react-1", "react", "1", 0.006_67),
];

/// The models, each saying that it is a stand-in.
pub(super) async fn list() -> Json<Vec<Model>> {
    let model = |(name, kind, version, _): &(&str, &str, &str, f64)| Model {
        id: format!("sandbox-{name}"),
        name: (*name).to_owned(),
        kind: Some((*kind).to_owned()),
        version: Some((*version).to_owned()),
        description: Some("Sandbox stand-in: lips are not generated.".to_owned()),
        deprecated_at: None,
    };
    Json(MODELS.iter().map(model).collect())
}

/// Whether there is a model of this name.
pub(super) fn is_known(name: &str) -> bool {
    MODELS.iter().any(|(known, ..)| *known == name)
}

/// The refusal of a model that is not there.
pub(super) fn unknown(name: &str) -> Refusal {
    let names: Vec<&str> = MODELS.iter().map(|(name, ..)| *name).collect();
    let name: String = name.chars().take(60).collect();
    let message = format!("There is no model \"{name}\". There are {}.", names.join(", "));
    Refusal::new(StatusCode::BAD_REQUEST, "generation_unsupported_model", message).field("model")
}

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
    let fields = Fields::read(&headers, body, Some("generation_input_validation_failed")).await?;
    let name = fields.required("model", 1, 100)?;
    let price = MODELS.iter().find(|(known, ..)| *known == name).map(|(.., price)| *price);
    let price = price.ok_or_else(|| unknown(&name))?;
    let seconds = fields.number("duration", f64::MIN_POSITIVE, 86_400.0)?;
    let seconds = seconds.ok_or_else(|| fields.refuse("duration", "is required"))?;
    let fps = fields.number("fps", 1.0, 240.0)?.unwrap_or(30.0);
    let frames = (seconds * fps).ceil();
    let estimate = Estimate { estimated_frame_count: Some(frames), estimated_generation_cost: Some(frames * price) };
    Ok(Json(Estimated { estimate, estimated_credits: None }))
}

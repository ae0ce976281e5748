//! `GET /v2/models`, and what a frame of each costs. The names are those of the contract, so that programs written for it
//! work; the descriptions say what stands behind them here.

use axum::Json;
use axum::http::StatusCode;

use super::refusal::Refusal;
use crate::api::Model;

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
    price(name).is_some()
}

/// US dollars a frame of a model costs.
pub(super) fn price(name: &str) -> Option<f64> {
    MODELS.iter().find(|(known, ..)| *known == name).map(|(.., price)| *price)
}

/// The refusal of a model that is not there.
pub(super) fn unknown(name: &str) -> Refusal {
    let names: Vec<&str> = MODELS.iter().map(|(name, ..)| *name).collect();
    let name: String = name.chars().take(60).collect();
    let message = format!("There is no model \"{name}\". There are {}.", names.join(", "));
    Refusal::new(StatusCode::BAD_REQUEST, "generation_unsupported_model", message).field("model")
}

//! What a run would cost, and what it did.
//! Documentation: `api-reference/api/generate-api/estimate-cost` and the costs page beside it.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Call, Client};
use super::exchange::Answer;
use super::inputs::GenerationRequest;
use super::read;
use super::retry::Endpoint;
use crate::error::{Error, Result};

/// What a run cost, as far as that is known. `GET /v2/generate/{id}/costs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Costs {
    /// "complete", "pending", "partial" or "unavailable".
    #[serde(default, deserialize_with = "read::opt")]
    pub availability: Option<String>,
    /// "USD".
    #[serde(default, deserialize_with = "read::opt")]
    pub currency: Option<String>,
    /// US dollars, once everything is known.
    #[serde(default, deserialize_with = "read::opt")]
    pub total_cost_usd: Option<f64>,
    /// US dollars, of the parts known by now.
    #[serde(default, deserialize_with = "read::opt")]
    pub known_subtotal_usd: Option<f64>,
    /// Seconds until asking again may tell more.
    #[serde(default, deserialize_with = "read::opt")]
    pub retry_after_seconds: Option<u64>,
}

impl Costs {
    /// The final amount in US dollars; `None` while more may come.
    pub fn settled_usd(&self) -> Option<f64> {
        let partial = matches!(self.availability.as_deref(), Some("pending" | "partial" | "unavailable"));
        self.total_cost_usd.filter(|usd| !partial && usd.is_finite() && *usd >= 0.0)
    }
}

/// The body of `POST /v2/generations/estimate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EstimateRequest {
    pub model: String,
    /// Seconds of output.
    pub duration: f64,
    /// Frames a second; the service assumes 30, and bills at 25.
    pub fps: f64,
}

/// What a run would cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    #[serde(default, deserialize_with = "read::opt")]
    pub estimated_frame_count: Option<f64>,
    /// US dollars.
    #[serde(default, deserialize_with = "read::opt")]
    pub estimated_generation_cost: Option<f64>,
}

impl Client {
    /// `GET /v2/generate/{id}/costs`.
    pub fn costs(&self, id: &str) -> Call<Costs> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let answer = client.send(Endpoint::Read, client.request(Method::GET, &["generate", id, "costs"])).await?;
            read::object(&answer.body).ok_or_else(|| client.unreadable("no costs"))
        })
    }

    /// `POST /v2/generations/estimate`: what a run of this length would cost. Where that is not known, its other
    /// name is tried. A service that knows neither answers [`Error::NotFound`] or refuses with 405: then the caller
    /// has the prices of the documentation.
    pub fn estimate(&self, request: &EstimateRequest) -> Call<Estimate> {
        let client = self.clone();
        let request = request.clone();
        Box::pin(async move {
            let ask = |path: &[&str]| client.send(Endpoint::Read, client.request(Method::POST, path).json(&request));
            let answer = match ask(&["generations", "estimate"]).await {
                Err(error) if is_unknown_call(&error) => ask(&["generate", "estimate-cost"]).await?,
                other => other?,
            };
            client.estimate_of(&answer)
        })
    }

    /// The same for a whole request whose inputs lie in storage: where only lengths are not enough, an older service
    /// (`POST /v2/analyze/cost`) measures the inputs itself.
    pub fn estimate_run(&self, request: &EstimateRequest, run: &GenerationRequest) -> Call<Estimate> {
        let client = self.clone();
        let (by_length, body) = (self.estimate(request), run.body());
        Box::pin(async move {
            match by_length.await {
                Err(error) if is_unknown_call(&error) => {
                    let request = client.request(Method::POST, &["analyze", "cost"]).json(&body);
                    client.estimate_of(&client.send(Endpoint::Read, request).await?)
                }
                other => other,
            }
        })
    }

    fn estimate_of(&self, answer: &Answer) -> Result<Estimate> {
        // Older servers answer with a list of one.
        let first = match answer.json() {
            Value::Array(rows) => rows.into_iter().next().unwrap_or_default(),
            other => other,
        };
        read::value(first).ok_or_else(|| self.unreadable("no estimate"))
    }
}

/// Whether the service does not know a call at all.
fn is_unknown_call(error: &Error) -> bool {
    error.refusal().is_some_and(|refusal| matches!(refusal.status, 404 | 405))
}

//! What the sandbox says when it refuses: the error envelope of the API.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::catalogue;
use super::tools::{Tool, Trouble};
use crate::error::Error;

/// A value, or a refusal to be sent.
pub(super) type Answer<T> = Result<T, Refusal>;

/// One refusal. Boxed, because it travels in every `Result` of the sandbox.
#[derive(Debug)]
pub(super) struct Refusal(Box<Envelope>);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    message: String,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// What only some refusals tell.
    #[serde(flatten)]
    more: Map<String, Value>,
    /// Seconds, for the header.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal with a documented code; what to do about it comes from the catalogue.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let mut refusal = Self::uncoded(status, message);
        refusal.0.error_code = Some(code);
        refusal.0.suggestion = catalogue::suggestion(code).map(str::to_owned);
        refusal
    }

    /// A refusal the documentation has no code for.
    pub fn uncoded(status: StatusCode, message: impl Into<String>) -> Self {
        Self(Box::new(Envelope {
            message: message.into(),
            status_code: status.as_u16(),
            error: status.canonical_reason(),
            error_code: None,
            suggestion: None,
            field: None,
            request_id: Some(format!("sandbox-{}", uuid::Uuid::new_v4())),
            more: Map::new(),
            retry_after: None,
        }))
    }

    /// 400 about one field of the request.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::uncoded(StatusCode::BAD_REQUEST, message).field(field)
    }

    /// The 401 for a call without a key.
    pub fn no_key() -> Self {
        Self::bare_unauthorized("Either Cookie or x-api-key header must be provided", Some("Unauthorized"))
    }

    /// The 401 for a key that is not ours; the service leaves `error` out here.
    pub fn wrong_key() -> Self {
        Self::bare_unauthorized("Unauthorized", None)
    }

    fn bare_unauthorized(message: &str, error: Option<&'static str>) -> Self {
        let mut refusal = Self::uncoded(StatusCode::UNAUTHORIZED, message);
        refusal.0.error = error;
        refusal.0.request_id = None;
        refusal
    }

    /// Names the request field at fault.
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Says what to do, in place of the catalogue's general advice.
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.0.suggestion = Some(suggestion.into());
        self
    }

    /// Adds a code to a refusal made without.
    pub fn coded(mut self, code: &'static str) -> Self {
        self.0.error_code = Some(code);
        self.0.suggestion = self.0.suggestion.or_else(|| catalogue::suggestion(code).map(str::to_owned));
        self
    }

    /// Changes the status.
    pub fn status(mut self, status: StatusCode) -> Self {
        (self.0.status_code, self.0.error) = (status.as_u16(), status.canonical_reason());
        self
    }

    /// Changes the code, and the advice with it.
    pub fn recoded(mut self, code: &'static str) -> Self {
        self.0.suggestion = None;
        self.coded(code)
    }

    /// Adds a key that only this kind of refusal has.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(name.to_owned(), value.into());
        self
    }

    /// Says in a header when to try again, in seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The code, for a run that keeps it as its `errorCode`.
    pub fn code(&self) -> Option<&'static str> {
        self.0.error_code
    }

    /// Message and suggestion as one text, for a run that keeps it as its `error`.
    pub fn sentences(&self) -> String {
        match &self.0.suggestion {
            Some(suggestion) => format!("{} {suggestion}", self.0.message),
            None => self.0.message.clone(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after;
        let mut response = (status, Json(self.0)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The sandbox's own trouble: a full disk, mostly.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        tracing::warn!(%error, "the sandbox could not do its work");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", error.to_string())
    }
}

/// A program that is not there or hangs. That a program *refused* its input is for the caller to judge, who knows
/// which input it was; here it counts as our own trouble.
impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Missing(tool) => {
                let message = format!("The sandbox needs the program {}, which is not installed.", tool.name());
                Self::new(StatusCode::SERVICE_UNAVAILABLE, unavailable(tool), message).suggest(tool.advice())
            }
            Trouble::TimedOut(tool) => {
                let message = format!("{} took too long and was stopped.", tool.name());
                Self::new(StatusCode::GATEWAY_TIMEOUT, unavailable(tool), message)
                    .suggest("Try again with something shorter.")
            }
            Trouble::Failed { tool, log } => {
                tracing::warn!(tool = tool.name(), log, "a program failed");
                Self::internal(tool)
            }
            Trouble::TooMuch(tool) => Self::internal(tool),
            Trouble::Io { tool, source } => {
                tracing::warn!(tool = tool.name(), %source, "a program could not be run");
                Self::internal(tool)
            }
        }
    }
}

impl Refusal {
    fn internal(tool: Tool) -> Self {
        let message = format!("{} ended with an error of its own.", tool.name());
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    }
}

fn unavailable(tool: Tool) -> &'static str {
    match tool {
        Tool::Ffmpeg | Tool::Ffprobe => "generation_infra_service_unavailable",
        Tool::Espeak => "elevenlabs_service_unavailable",
    }
}

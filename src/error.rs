//! The one error of the program. Its `Display` is the sentence shown on screen: what happened, why, and what to
//! do next. The raw cause is its `source()`, for the log.
//!
//! It is `Clone`, so one failure can stand in the panel that asked, in the activity list and in a toast.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Shorthand used everywhere in the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A cause kept for the log.
pub type Cause = Arc<dyn std::error::Error + Send + Sync + 'static>;

/// What a service said when it refused: the error envelope of the API, read tolerantly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// How the service is called on screen: "sync.so" or "The sandbox".
    pub service: String,
    /// HTTP status.
    pub status: u16,
    /// Stable `errorCode`, when the server sent one. Branch on this, not on the text.
    pub code: Option<String>,
    /// The server's message; several are joined by newlines.
    pub message: String,
    /// What the server proposes to do about it.
    pub suggestion: Option<String>,
    /// The request field that was refused.
    pub field: Option<String>,
    /// To be quoted to support.
    pub request_id: Option<String>,
    /// How long the server asked us to wait.
    pub retry_after: Option<Duration>,
    /// The run a refused ticket already belongs to, when the server names it.
    pub generation_id: Option<String>,
    /// How many runs the plan allows at once, when the server names it.
    pub concurrency_limit: Option<u32>,
    /// Where the account can be upgraded or settled.
    pub upgrade_url: Option<String>,
}

impl Refusal {
    /// Whether the server named exactly this code.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// The server's message as a sentence, followed by its suggestion.
    fn sentences(&self) -> String {
        let mut text = sentence(&self.message);
        if let Some(suggestion) = self.suggestion.as_deref().filter(|s| !s.trim().is_empty()) {
            text.push(' ');
            text.push_str(&sentence(suggestion));
        }
        text
    }

    /// Why there was a pause: the service asked for one, or this computer keeps to the service's limits.
    fn pause(&self) -> String {
        if self.status == 0 {
            return sentence(&self.message);
        }
        format!("{} asked for a pause: too many requests in a short time.", self.service)
    }

    /// What there is no room for.
    fn full(&self) -> &'static str {
        if self.is("voice_clone_busy") {
            return "Another voice is being cloned.";
        }
        "The plan's jobs are all running."
    }

    fn wait(&self) -> String {
        match self.retry_after.map(|wait| wait.as_secs().max(1)) {
            Some(secs) if secs > 120 => format!("Try again in {} minutes.", secs.div_ceil(60)),
            Some(1) => "Try again in a second.".to_owned(),
            Some(secs) => format!("Try again in {secs} seconds."),
            None => "Try again in a moment.".to_owned(),
        }
    }
}

/// Everything that can go wrong, by what a person can do about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The service could not be reached at all; nothing was sent.
    #[error("Could not reach {}. Check the connection and try again; your work is saved.", within(service))]
    Offline {
        service: String,
        #[source]
        source: Cause,
    },
    /// The request went out and the answer never came: it may have been carried out.
    #[error("The reply from {} got lost, so it is not known whether {what}. {advice}", within(service))]
    Lost {
        service: String,
        what: String,
        advice: String,
        #[source]
        source: Cause,
    },
    #[error("{} refused the key. It may have been replaced or only half pasted. Set it again, or make a new one in your sync.so settings.", .0.service)]
    Unauthorized(Arc<Refusal>),
    #[error("{} stopped this because of the account: {} Settle it in your sync.so account, then run this again; nothing is lost.", .0.service, .0.sentences())]
    Billing(Arc<Refusal>),
    #[error("All clone slots are in use. Park or delete a voice to free one; your sample is already uploaded.")]
    SlotsFull(Arc<Refusal>),
    #[error("{}", .0.sentences())]
    NotFound(Arc<Refusal>),
    #[error("{}", .0.sentences())]
    Conflict(Arc<Refusal>),
    #[error("{}", .0.sentences())]
    Invalid(Arc<Refusal>),
    #[error("{} {}", .0.pause(), .0.wait())]
    RateLimited(Arc<Refusal>),
    #[error("{} {}", .0.full(), .0.wait())]
    Busy(Arc<Refusal>),
    /// The voice provider behind the service is out.
    #[error("The voice service behind {} did not answer: {} {}", within(&.0.service), .0.sentences(), .0.wait())]
    Provider(Arc<Refusal>),
    #[error("{} had a problem of its own: {} Nothing you made is lost; try again in a moment.", .0.service, .0.sentences())]
    Server(Arc<Refusal>),
    /// The service answered with something that is not its contract.
    #[error(
        "{service} answered with something Mouthpiece can't read ({detail}). Try again; if it stays, the service or a proxy in between has changed."
    )]
    Unreadable { service: String, detail: String },
    /// A run that ended badly on the service.
    #[error("{message}")]
    Failed { message: String, code: Option<String> },
    /// An error of an earlier run, as it was stored.
    #[error("{sentence}")]
    Past { sentence: String, code: Option<String>, details: String },
    #[error("Could not {action} {}: {}. {advice}", .path.display(), plain(.source))]
    File {
        action: &'static str,
        path: PathBuf,
        advice: &'static str,
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A media file or a media tool, in a whole sentence that says what to do.
    #[error("{0}")]
    Media(String),
    #[error(
        "The library could not be used: {0}. The file is left as it is; restart Mouthpiece, or move it away to begin a new one."
    )]
    Library(String),
    /// The library can't be written just now, in a whole sentence that says what to do. What is in it stays.
    #[error("{0}")]
    NotSaved(&'static str),
    /// The system's keychain, in a whole sentence that says what to do.
    #[error("{0}")]
    Keychain(String),
    /// What the user typed or asked for can't be done as it is, in a whole sentence that says what to do.
    #[error("{0}")]
    Input(String),
    /// The user's own spending limit, in a whole sentence that says what to do.
    #[error("{0}")]
    OverLimit(String),
    /// Two windows working on one library would send the same jobs twice.
    #[error(
        "Mouthpiece is open already, and only one window may work on this library. Close the other one, then try again."
    )]
    InUse,
    #[error("Mouthpiece made a mistake while working on this ({0}). Your files are untouched; please try again.")]
    Crashed(String),
    #[error("Stopped.")]
    Cancelled,
}

impl Error {
    /// A file operation that failed. `action` reads after "Could not": "read", "write", "open".
    pub fn file(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        let advice = match source.kind() {
            std::io::ErrorKind::NotFound => "It may have been moved or renamed; choose it again.",
            std::io::ErrorKind::PermissionDenied => "Check its permissions, or choose another place.",
            std::io::ErrorKind::StorageFull => "Free some space, or choose another place.",
            _ => "Check the disk, or choose another place.",
        };
        Self::File { action, path: path.to_owned(), advice, source: Arc::new(source) }
    }

    /// What the service said, when it was the service that refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(r)
            | Self::Billing(r)
            | Self::SlotsFull(r)
            | Self::NotFound(r)
            | Self::Conflict(r)
            | Self::Invalid(r)
            | Self::RateLimited(r)
            | Self::Busy(r)
            | Self::Provider(r)
            | Self::Server(r) => Some(r),
            _ => None,
        }
    }

    /// The stable code of the failure, when there is one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Failed { code, .. } | Self::Past { code, .. } => code.as_deref(),
            _ => self.refusal().and_then(|r| r.code.as_deref()),
        }
    }

    /// Code, field, status and request id in one line, for "Copy details". Empty when there are none.
    pub fn details(&self) -> String {
        if let Self::Past { details, .. } = self {
            return details.clone();
        }
        let mut parts = Vec::new();
        if let Some(code) = self.code() {
            parts.push(format!("Code {code}"));
        }
        if let Some(refusal) = self.refusal() {
            parts.push(format!("status {}", refusal.status));
            if let Some(field) = &refusal.field {
                parts.push(format!("field {field}"));
            }
            if let Some(id) = &refusal.request_id {
                parts.push(format!("request {id}"));
            }
        }
        parts.join(", ")
    }

    /// What sort of error it is, for the log: no names, no texts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Offline { .. } => "offline",
            Self::Lost { .. } => "lost",
            Self::Unauthorized(_) => "unauthorized",
            Self::Billing(_) => "billing",
            Self::SlotsFull(_) => "slots full",
            Self::NotFound(_) => "not found",
            Self::Conflict(_) => "conflict",
            Self::Invalid(_) => "invalid",
            Self::RateLimited(_) => "rate limited",
            Self::Busy(_) => "busy",
            Self::Provider(_) => "provider",
            Self::Server(_) => "server",
            Self::Unreadable { .. } => "unreadable",
            Self::Failed { .. } => "failed",
            Self::Past { .. } => "past",
            Self::File { .. } => "file",
            Self::Media(_) => "media",
            Self::Library(_) => "library",
            Self::NotSaved(_) => "not saved",
            Self::Keychain(_) => "keychain",
            Self::Input(_) => "input",
            Self::OverLimit(_) => "over limit",
            Self::InUse => "in use",
            Self::Crashed(_) => "crashed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether asking again later can help without changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Offline { .. } | Self::RateLimited(_) | Self::Busy(_) | Self::Provider(_) | Self::Server(_)
        )
    }
}

/// A service's name inside a sentence: "The sandbox" becomes "the sandbox", "sync.so" stays.
pub fn within(service: &str) -> String {
    service.strip_prefix("The ").map_or_else(|| service.to_owned(), |rest| format!("the {rest}"))
}

/// Ends a text with a full stop, unless it has an end already.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// The operating system's reason without its number: "permission denied".
fn plain(source: &std::io::Error) -> String {
    let text = source.to_string();
    let text = text.split(" (os error").next().unwrap_or_default().trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_message_suggestion_and_request_id() {
        let error = Error::Invalid(Arc::new(Refusal {
            service: "sync.so".into(),
            status: 422,
            code: Some("voice_sample_too_short".into()),
            message: "The sample is too short".into(),
            suggestion: Some("Send at least 10 seconds".into()),
            field: Some("assetId".into()),
            request_id: Some("req_1".into()),
            ..Refusal::default()
        }));
        assert_eq!(error.to_string(), "The sample is too short. Send at least 10 seconds.");
        assert_eq!(error.details(), "Code voice_sample_too_short, status 422, field assetId, request req_1");
    }

    #[test]
    fn a_file_error_says_what_why_and_what_next() {
        let source = std::io::Error::from_raw_os_error(2);
        let text = Error::file("read", Path::new("a.mp4"), source).to_string();
        assert_eq!(
            text,
            "Could not read a.mp4: no such file or directory. It may have been moved or renamed; choose it again."
        );
    }
}

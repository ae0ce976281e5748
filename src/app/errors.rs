//! What the service's error codes mean: its own list, kept between starts, so that a refusal without advice gets some.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::api::{Client, ErrorEntry};
use crate::error::{Error, Result};
use crate::library::Library;
use crate::runtime::blocking;

/// The fact in the library.
const NOTE: &str = "error_catalogue";
/// New codes come with new versions of the service.
const FRESH: Duration = Duration::days(1);

#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    entries: Vec<ErrorEntry>,
}

/// Takes in the list that was kept, and asks for a new one when that is old. Without either the client has the copy
/// it was built with.
pub(super) async fn learn(client: Client, library: Library) -> Result<()> {
    let source = library.clone();
    let kept = blocking(move || source.note(NOTE)).await?;
    if let Some(kept) = kept.and_then(|text| serde_json::from_str::<Kept>(&text).ok()) {
        client.know_errors(&kept.entries);
        let age = OffsetDateTime::now_utc() - kept.at;
        if !age.is_negative() && age < FRESH {
            return Ok(());
        }
    }
    let kept = Kept { entries: client.errors().await?, at: OffsetDateTime::now_utc() };
    let text = serde_json::to_string(&kept).map_err(|e| Error::Library(e.to_string()))?;
    blocking(move || library.put_note(NOTE, &text)).await
}

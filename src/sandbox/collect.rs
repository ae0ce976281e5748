//! What is no longer needed goes, so that a sandbox does not fill the disk.
//!
//! - A deleted asset or run takes its file with it, unless another asset, a take or a run under way needs it.
//! - An upload of which no asset was made goes a day after its address ended, whether the file arrived or not.
//! - Takes, speech jobs and ended runs go with their files after 30 days. Assets and voices stay until they are deleted.
//! - What an ended program left half done, and files nobody knows, go at the next start; files nobody knows stay for
//!   as long as a memory that could not be read lies beside them, because it may know them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::generations::is_open;
use super::state::{self, Place, State, Stored};
use super::world::{self, Shared};

/// Seconds.
const DAY: i64 = 86_400;
const KEPT: i64 = 30 * DAY;

/// Looks around once an hour.
pub(super) async fn work(world: Shared) {
    loop {
        tokio::time::sleep(Duration::from_hours(1)).await;
        let gone = world.change(|state| Ok(expire(state, world::seconds_now()))).await;
        for token in gone.unwrap_or_default() {
            world.discard(&token).await;
        }
    }
}

/// Puts memory and folder in order, before anybody works with either.
pub(super) fn at_start(data: &Path, state: &mut State) {
    let mut gone = expire(state, world::seconds_now());
    let made = state.files.iter().filter(|(_, stored)| stored.upload.is_none()).map(first);
    gone.extend(made.filter(|token| !state.needs(token)));
    for token in gone {
        state.files.remove(&token);
        std::fs::remove_file(state::media_folder(data).join(token)).ok();
    }
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    if entries(data).any(|entry| state::is_set_aside(&entry.file_name().to_string_lossy())) {
        return;
    }
    for entry in entries(&state::media_folder(data)) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !state.files.contains_key(&name) && !state.has_preview(&name) {
            tracing::info!(name, "a file nobody needs is removed");
            std::fs::remove_file(entry.path()).ok();
        }
    }
}

/// Forgets what has had its time by `now` (seconds since 1970). The tokens of the files that go with it.
fn expire(state: &mut State, now: i64) -> Vec<String> {
    let is_old = |created: &str| {
        let created = OffsetDateTime::parse(created, &Rfc3339).map(OffsetDateTime::unix_timestamp);
        created.is_ok_and(|created| created + KEPT < now)
    };
    let mut unused = BTreeSet::new();
    state.runs.retain(|run| {
        let goes = is_old(&run.created_at) && !is_open(&run.status);
        unused.extend(run.output.iter().filter(|_| goes).map(|(token, _)| token.clone()));
        !goes
    });
    state.jobs.retain(|job| !is_old(&job.created_at) || is_open(&job.status));
    state.takes.retain(|take| {
        let goes = is_old(&take.created_at);
        unused.extend(Some(take.file.clone()).filter(|_| goes));
        !goes
    });
    let ended = |stored: &Stored| stored.upload.as_ref().is_some_and(|(_, until)| until + DAY < now);
    unused.extend(state.files.iter().filter(|(_, stored)| ended(stored)).map(first));
    unused.retain(|token| !state.needs(token));
    state.files.retain(|token, _| !unused.contains(token));
    unused.into_iter().collect()
}

fn first((token, _): (&String, &Stored)) -> String {
    token.clone()
}

impl State {
    /// Whether a file is part of something that is still there.
    pub fn needs(&self, token: &str) -> bool {
        let asset = self.assets.iter().any(|row| row.place == Place::Own(token.to_owned()));
        let take = self.takes.iter().chain(self.jobs.iter().filter_map(|job| job.take.as_ref()));
        let run = |run: &state::Run| {
            let output = run.output.as_ref().is_some_and(|(own, _)| own == token);
            output || run.speech.as_deref() == Some(token) || (is_open(&run.status) && run.order.reads(token))
        };
        asset || take.into_iter().any(|take| take.file == token) || self.runs.iter().any(run)
    }

    /// Whether this is the name of the preview of a voice there is.
    fn has_preview(&self, name: &str) -> bool {
        super::voices::voice_of_preview(name).is_some_and(|id| {
            super::synth::BUILT_IN.iter().any(|voice| voice.id == id) || self.clone_by_id(id).is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::{AssetRow, Take};
    use super::*;
    use crate::api::AssetKind;

    const NOW: i64 = 1_800_000_000;

    fn time(seconds: i64) -> String {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap().format(&Rfc3339).unwrap()
    }

    fn file(until: Option<i64>) -> Stored {
        let upload = until.map(|until| ("secret".to_owned(), until));
        Stored { name: "a.wav".into(), content_type: "audio/wav".into(), size: 1, ready: true, upload }
    }

    #[test]
    fn uploads_go_a_day_after_their_address_and_takes_after_a_month() {
        let mut state = State::default();
        for (token, stored) in [
            ("fresh", file(Some(NOW - DAY))),
            ("old", file(Some(NOW - DAY - 1))),
            ("asset", file(Some(NOW - 90 * DAY))),
            ("take", file(None)),
            ("old take", file(None)),
            ("used take", file(None)),
        ] {
            state.files.insert(token.into(), stored);
        }
        for (token, age) in [("take", KEPT), ("old take", KEPT + 1), ("used take", KEPT + 1)] {
            state.takes.push(Take { id: token.into(), file: token.into(), seconds: 1.0, created_at: time(NOW - age) });
        }
        for token in ["asset", "used take"] {
            let row = AssetRow {
                id: token.into(),
                place: Place::Own(token.into()),
                kind: AssetKind::Audio,
                name: None,
                visibility: "USER".into(),
                size: None,
                format: None,
                seconds: None,
                width: None,
                height: None,
                created_at: time(NOW - 90 * DAY),
                updated_at: time(NOW - 90 * DAY),
            };
            state.assets.push(row);
        }
        assert_eq!(expire(&mut state, NOW), ["old", "old take"]);
        assert_eq!(state.files.keys().collect::<Vec<_>>(), ["asset", "fresh", "take", "used take"]);
        assert_eq!((state.takes.len(), state.assets.len()), (1, 2));
        assert!(expire(&mut state, NOW).is_empty(), "once is enough");
    }
}

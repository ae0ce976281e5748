//! `mouthpiece delete`: a cloned voice, for good.

use serde_json::json;

use super::arguments::Delete;
use super::ask::agree;
use super::desk::Desk;
use super::voice::Known;
use super::{Failure, Start};
use crate::jobs::stamp;

/// Asks, and deletes it.
pub fn run(asked: &Delete, start: &Start) -> Result<(), Failure> {
    let mut desk = Desk::open(start, asked.common)?;
    desk.out.makes = false;
    let known = Known::ask(&desk)?;
    let voice = known.find(&asked.voice)?;
    let (id, name) = (voice.id.clone(), known.name(voice).to_owned());
    let library = desk.library.clone();
    let clones = desk.background.blocking(move || library.clones())?;
    if !voice.looks_cloned() && !clones.iter().any(|clone| voice.is_called(&clone.id)) {
        return Err(Failure::usage(format!("{name} is a built-in voice, which can't be deleted.")));
    }
    let question = format!(
        "Delete {name}? The clone is removed from {}; takes made with it stay on this computer, but it can't speak \
         again.",
        desk.service()
    );
    agree(&desk.out, &desk.background, asked.yes, &question)?;
    let deleting = desk.background.runtime().spawn(desk.client.delete_voice(&id));
    // Waited for also after Ctrl+C, and noted at once: a clone that is gone must not stay in the library.
    desk.background.wait_on(deleting)?;
    desk.library.mark_deleted(&id, &stamp(time::OffsetDateTime::now_utc()))?;
    desk.out.result(&format!("{name} is deleted."), &json!({ "event": "done", "voice": id, "deleted": true }));
    Ok(())
}

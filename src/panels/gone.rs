//! What follows from a voice being deleted or parked, whichever page asked for it.

use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::heard::voice_of;
use super::{Command, Cx, VoiceCommand};
use crate::api::Voice;
use crate::error::{Error, Result};
use crate::jobs::stamp;
use crate::library::CloneRecord;
use crate::runtime::{Task, blocking};

/// Deletes a voice at the service that is to come back from this sample one day. Nothing is sent when the sample is not
/// on this computer any more, or when it can't be written down first: a kill before the answer would leave a voice that
/// is gone there and not parked here. [`park_voice`] follows.
pub(super) fn send_parking(id: &str, sample: Option<PathBuf>, cx: &Cx<'_>) -> Task<()> {
    let delete = cx.client.delete_voice(id);
    let (library, id) = (cx.library.clone(), id.to_owned());
    cx.runtime.spawn(async move {
        let note = move || {
            look(sample.as_deref())?;
            library.begin_parking(&id, &stamp(OffsetDateTime::now_utc()))
        };
        blocking(note).await?;
        delete.await
    })
}

/// A parking was not answered as it should be: whether the service did it is learned from its list, which is asked for at
/// once, and again when the service can be reached again.
pub(super) fn doubt_parking(id: &str, cx: &mut Cx<'_>) {
    if let Some(clone) = cx.store.clones.iter_mut().find(|clone| clone.id == id) {
        clone.parked_at.get_or_insert_with(|| stamp(OffsetDateTime::now_utc()));
    }
    cx.commands.push(Command::ReloadVoices);
}

/// Parks what was to be parked before the program ended or an answer got lost, and is not at the service any more by the list that it gave.
pub(super) fn finish_parking(cx: &mut Cx<'_>) {
    let voices = cx.store.voices.value().map_or(&[][..], Vec::as_slice);
    for id in gone_meanwhile(&cx.store.clones, voices) {
        park_voice(&id, cx);
    }
}

/// Ids of clones that were to be parked and are not among the voices.
fn gone_meanwhile(clones: &[CloneRecord], voices: &[Voice]) -> Vec<String> {
    let parking = clones.iter().filter(|clone| clone.parked_at.is_some());
    let gone = parking.filter(|clone| !voices.iter().any(|voice| voice.is_called(&clone.id)));
    gone.map(|clone| clone.id.clone()).collect()
}

/// Without its sample a voice could never come back. Blocks.
fn look(sample: Option<&Path>) -> Result<()> {
    if sample.is_some_and(Path::is_file) {
        return Ok(());
    }
    let words = "Its sample is no longer on this computer, so it could not be brought back. Nothing was sent; delete \
        the voice if it is not needed any more.";
    Err(Error::Media(words.to_owned()))
}

/// Takes a voice that is gone from the service out of everything that knew it.
pub(super) fn forget_voice(id: &str, cx: &mut Cx<'_>) {
    take_out(id, cx);
    cx.commands.voice(VoiceCommand::Forget(id.to_owned()));
}

/// The same for a voice that was parked: its record and its sample stay, to bring it back.
pub(super) fn park_voice(id: &str, cx: &mut Cx<'_>) {
    take_out(id, cx);
    cx.commands.voice(VoiceCommand::Park(id.to_owned()));
}

/// Removes the sample of a clone that is deleted for good. Its record stays, as proof of the permission; so does the
/// file while another clone was made of it. Before [`forget_voice`].
pub(super) fn drop_sample(id: &str, cx: &mut Cx<'_>) {
    let Some(record) = cx.store.clones.iter_mut().find(|clone| clone.id == id) else { return };
    let Some(file) = record.sample_file.take() else { return };
    let deleted_at = Some(stamp(OffsetDateTime::now_utc()));
    let record = CloneRecord { deleted_at, ..record.clone() };
    let others = cx.store.clones.iter().chain(&cx.store.deleted_clones);
    let is_shared = others.into_iter().any(|other| other.sample_file.as_ref() == Some(&file));
    let library = cx.library.clone();
    let removed = cx.runtime.blocking(move || {
        library.put_clone(&record)?;
        // One that can't be removed stays behind; nothing names it any more.
        if !is_shared && std::fs::remove_file(&file).is_err() {
            tracing::info!("the sample of a deleted clone could not be removed");
        }
        Ok(())
    });
    drop(removed);
}

fn take_out(id: &str, cx: &mut Cx<'_>) {
    if let Some(voices) = cx.store.voices.value_mut() {
        voices.retain(|other| other.id != id);
        cx.commands.voice(VoiceCommand::KeepList);
    }
    // An answer on its way may have been written while the voice was still there.
    if cx.store.voices.is_loading() {
        cx.commands.push(Command::ReloadVoices);
    }
    if cx.store.flow.voice.as_ref().is_some_and(|chosen| chosen.id == id) {
        cx.store.flow.voice = None;
    }
    if cx.player.now().is_some_and(|now| voice_of(now.key) == Some(id)) {
        cx.player.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_whose_parking_was_never_answered_is_parked_once_the_list_is_without_it() {
        let clone = |id: &str, parked_at: Option<&str>| {
            let parked_at = parked_at.map(str::to_owned);
            CloneRecord { id: id.into(), parked_at, ..CloneRecord::default() }
        };
        let clones = [clone("mara", Some("2026-11-22T11:00:00Z")), clone("ada", None)];
        let mara = Voice { id: "mara".into(), ..Voice::default() };
        assert!(gone_meanwhile(&clones, &[mara]).is_empty(), "the service did not do it");
        assert_eq!(gone_meanwhile(&clones, &[]), ["mara"], "the other one was deleted elsewhere");
    }

    #[test]
    fn only_what_can_come_back_is_parked() {
        let dir = tempfile::tempdir().unwrap();
        let sample = dir.path().join("mara.wav");
        assert!(look(Some(&sample)).is_err() && look(None).is_err());
        assert!(look(Some(dir.path())).is_err(), "a folder is no sample");
        std::fs::write(&sample, b"RIFF").unwrap();
        assert!(look(Some(&sample)).is_ok());
    }
}

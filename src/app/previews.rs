//! Hearing voices: a preview starts while it arrives, and is kept on this computer for the next time.

mod kept;

use std::path::PathBuf;
use std::sync::Arc;

use super::App;
use crate::api::{Client, Incoming};
use crate::error::Result;
use crate::media::player::{Source, Track};
use crate::media::{Filling, Growing};
use crate::panels::preview_key;
use crate::runtime::{Task, blocking};
use crate::store::VoiceChoice;
use kept::Place;

/// A preview of a voice is seconds long; anything above this is not one.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Previews under way: the one that was asked for last, and the one that arrives until that is found.
#[derive(Default)]
pub(super) struct Previews {
    finding: Option<(VoiceChoice, Task<Found>)>,
    arriving: Option<(VoiceChoice, Task<()>)>,
}

/// What there is to play.
enum Found {
    Kept(Arc<[u8]>),
    Arriving(Box<(Incoming, Filling, Arc<Growing>, Option<Place>)>),
}

impl App {
    /// Plays, pauses or goes on with a voice's preview.
    pub(super) fn hear_voice(&mut self, id: &str) {
        let Some(session) = &mut self.session else { return };
        // What broke off would only break off again.
        if session.player.now().is_some_and(|now| now.key == preview_key(id)) && !session.player.is_cut_off() {
            session.player.toggle();
            return;
        }
        let voices = session.store.voices.value();
        let Some(voice) = voices.and_then(|voices| voices.iter().find(|voice| voice.id == id)) else { return };
        let Some(url) = voice.preview_url.clone() else { return };
        let choice = VoiceChoice { id: id.to_owned(), name: session.store.voice_name(id, voice.label()).to_owned() };
        let folder = session.store.cache_dir().map(|cache| cache.join("previews"));
        session.store.preview_loading = Some(id.to_owned());
        let finding = find(session.client.clone(), folder, id.to_owned(), url);
        // What arrives may be playing: it goes on until there is something to play instead.
        self.errands.previews.finding = Some((choice, self.runtime.spawn(finding)));
    }

    /// Plays what was found, and says what did not come.
    pub(super) fn previews_done(&mut self) {
        let Some(session) = &mut self.session else { return };
        let previews = &mut self.errands.previews;
        if let Some((choice, task)) = &mut previews.finding
            && let Some(found) = task.take()
        {
            let choice = choice.clone();
            previews.finding = None;
            session.store.preview_loading = None;
            let source = match found {
                Ok(Found::Kept(bytes)) => {
                    previews.arriving = None;
                    Source::Bytes(bytes)
                }
                Ok(Found::Arriving(parts)) => {
                    let (incoming, filling, growing, place) = *parts;
                    let arriving = self.runtime.spawn(arrive(incoming, filling, growing.clone(), place));
                    previews.arriving = Some((choice.clone(), arriving));
                    Source::Stream(growing)
                }
                Err(error) => return session.commands.complain(format!("Could not play {}", choice.name), error),
            };
            let (key, title, subtitle) = (preview_key(&choice.id), choice.name, "Voice preview".to_owned());
            session.player.play(Track { key, title, subtitle, source });
        }
        if let Some((choice, task)) = &mut previews.arriving
            && let Some(arrived) = task.take()
        {
            if let Err(error) = arrived {
                // Said once, in words that know the service; the player only knows that its sound broke off.
                if session.player.now().is_some_and(|now| now.key == preview_key(&choice.id)) {
                    session.player.stop();
                }
                session.commands.complain(format!("Could not play {}", choice.name), error);
            }
            previews.arriving = None;
        }
    }
}

/// What is kept of a preview, or its beginning from the service.
async fn find(client: Client, folder: Option<PathBuf>, id: String, url: String) -> Result<Found> {
    let place = folder.map(|folder| Place::new(folder, &id, &url));
    if let Some(place) = place.clone()
        && let Some(bytes) = blocking(move || Ok(place.read())).await?
    {
        return Ok(Found::Kept(bytes));
    }
    let incoming = client.open(&url, MAX_BYTES).await?;
    let (filling, growing) = Growing::new(incoming.length());
    Ok(Found::Arriving(Box::new((incoming, filling, growing, place))))
}

/// Hands over what comes, and keeps it once it is whole.
async fn arrive(mut incoming: Incoming, filling: Filling, growing: Arc<Growing>, place: Option<Place>) -> Result<()> {
    loop {
        match incoming.next().await {
            Ok(Some(bytes)) => filling.add(&bytes),
            Ok(None) => break,
            Err(error) => {
                filling.fail(error.clone());
                return Err(error);
            }
        }
    }
    filling.finish();
    let (Some(place), Some(bytes)) = (place, growing.whole()) else { return Ok(()) };
    blocking(move || {
        // Without room for it the next click asks again, which is no fault worth words.
        if let Err(error) = place.write(&bytes) {
            tracing::info!("a preview is not kept: {error}");
        }
        Ok(())
    })
    .await
}

//! What is known of previews that were heard: their lengths, and the waveforms of the last ones.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::panels::heard::voice_of;
use crate::panels::{Cx, VoiceCommand};
use crate::store::notes::LENGTHS;

/// Waveforms kept for the page.
const MOST: usize = 64;

/// See the module.
#[derive(Default)]
pub struct Preview {
    peaks: HashMap<String, Arc<[f32]>>,
    /// Where the sample of a clone came from, for its picture.
    pub source: Option<(String, Option<PathBuf>)>,
}

impl Preview {
    /// The waveform of a preview that was heard.
    pub fn peaks(&self, id: &str) -> Option<&Arc<[f32]>> {
        self.peaks.get(id)
    }

    /// Takes in what the player knows by now. Only what has come whole counts: until then a length is a guess.
    pub fn learn(&mut self, cx: &mut Cx<'_>) {
        let Some(now) = cx.player.now() else { return };
        let Some(id) = voice_of(now.key).map(str::to_owned) else { return };
        if now.is_loading || now.error.is_some() || now.length_secs <= 0.0 {
            return;
        }
        let (secs, peaks) = (now.length_secs, now.peaks);
        if let Some(peaks) = peaks.filter(|_| !self.peaks.contains_key(&id)) {
            if self.peaks.len() >= MOST {
                self.peaks.clear();
            }
            self.peaks.insert(id.clone(), peaks.into());
        }
        if let Some(value) = cx.store.notes.learn_length(&id, secs) {
            // Read again with the whole of it.
            self.peaks.remove(&id);
            cx.commands.voice(VoiceCommand::KeepFact { key: LENGTHS, value });
        }
    }
}

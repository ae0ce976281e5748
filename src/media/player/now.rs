//! What can be asked about the player at any moment.

use super::Player;
use super::device::Link;
use super::loaded::Loaded;
use crate::error::Error;
use crate::media::Part;

/// What the strip shows.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a snapshot to draw, each a light of its own")]
pub struct Now<'a> {
    /// Of the track that is heard.
    pub key: &'a str,
    /// Of the first track, when two are compared; so are the other facts.
    pub title: &'a str,
    pub subtitle: &'a str,
    pub position_secs: f64,
    /// Zero while it is not known. Of the longer one, when two are compared.
    pub length_secs: f64,
    /// What is played of it, when that is not all.
    pub part: Option<Part>,
    /// The waveform, 0 to 1; it grows while it is read.
    pub peaks: Option<&'a [f32]>,
    pub compared: Option<ComparedNow<'a>>,
    pub is_playing: bool,
    pub is_loading: bool,
    pub error: Option<&'a Error>,
    /// There is no sound device: the position moves, nothing is heard.
    pub device_missing: bool,
    /// 0 to 1.
    pub volume: f32,
    pub muted: bool,
    pub repeat: bool,
}

/// The second of two tracks that are compared.
#[derive(Debug, Clone, Copy)]
pub struct ComparedNow<'a> {
    pub key: &'a str,
    pub title: &'a str,
    pub peaks: Option<&'a [f32]>,
    /// Whether it is the one heard.
    pub second_heard: bool,
}

impl Player {
    /// What is loaded, playing or paused; `None` when nothing is.
    pub fn now(&self) -> Option<Now<'_>> {
        let loaded = self.loaded.as_ref()?;
        let waits = self.link.is_pending() || loaded.waits_for_bytes();
        let is_loading = loaded.is_opening() || loaded.wanted && waits;
        let compared = loaded.second.as_ref().map(|second| ComparedNow {
            key: &second.track.key,
            title: &second.track.title,
            peaks: second.peaks(),
            second_heard: loaded.second_heard,
        });
        Some(Now {
            key: &loaded.heard().track.key,
            title: &loaded.first.track.title,
            subtitle: &loaded.first.track.subtitle,
            position_secs: loaded.position(),
            length_secs: loaded.length_secs().unwrap_or_default(),
            part: loaded.part,
            peaks: loaded.first.peaks(),
            compared,
            is_playing: loaded.wanted && !is_loading,
            is_loading,
            error: loaded.error.as_ref(),
            device_missing: matches!(self.link, Link::Missing),
            volume: self.volume,
            muted: self.muted,
            repeat: loaded.repeats(self.repeat),
        })
    }

    /// Whether this track plays right now.
    pub fn is_playing(&self, key: &str) -> bool {
        self.now().is_some_and(|now| now.key == key && now.is_playing)
    }

    /// Whether this track is being opened.
    pub fn is_loading(&self, key: &str) -> bool {
        self.now().is_some_and(|now| now.key == key && now.is_loading)
    }

    /// Seconds into this track that are heard right now; `None` when it is neither the one loaded nor one of the two
    /// compared. The clock that pictures follow: it allows for what the device still holds back.
    pub fn position(&self, key: &str) -> Option<f64> {
        self.loaded.as_ref().filter(|loaded| loaded.has(key)).map(Loaded::position)
    }

    /// Whether what is loaded was still arriving and will not come whole.
    pub fn is_cut_off(&self) -> bool {
        self.loaded.as_ref().is_some_and(Loaded::is_cut_off)
    }

    /// How far this track has come, 0 to 1; `None` when it is not the one loaded or its length is not known.
    #[expect(clippy::cast_possible_truncation, reason = "a fraction to draw")]
    pub fn progress(&self, key: &str) -> Option<f32> {
        let loaded = self.loaded.as_ref().filter(|loaded| loaded.has(key))?;
        let length = loaded.length_secs().filter(|length| *length > 0.0)?;
        Some((loaded.position() / length).clamp(0.0, 1.0) as f32)
    }
}

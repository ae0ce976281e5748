//! The one player of the program: previews, takes, samples and results.

use crate::error::Error;
use crate::media::audio::Peaks;
use crate::runtime::Handle;

pub use crate::media::decode::Source;

/// Something to play.
#[derive(Debug, Clone)]
pub struct Track {
    /// Identity, for the button that started it: "take:123".
    pub key: String,
    pub title: String,
    pub subtitle: String,
    pub source: Source,
}

/// What the strip shows.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "a snapshot to draw, each a light of its own")]
pub struct Now<'a> {
    pub key: &'a str,
    pub title: &'a str,
    pub subtitle: &'a str,
    pub position_secs: f64,
    /// Zero while it is not known.
    pub length_secs: f64,
    pub peaks: Option<&'a Peaks>,
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

/// Owned by the UI thread; every call returns at once. Opens no device until the first [`Player::play`].
///
/// Call [`Player::poll`] once a frame. While [`Now::is_playing`] whoever draws the position asks for
/// `request_repaint_after`; the player itself wakes the window only when loading ends or the track ends.
pub struct Player {
    handle: Handle,
    track: Option<Track>,
    volume: f32,
    muted: bool,
    repeat: bool,
}

impl Player {
    /// A player that uses the default sound device.
    pub fn new(handle: Handle) -> Self {
        Self { handle, track: None, volume: 1.0, muted: false, repeat: false }
    }

    /// Plays a track from its start, instead of what plays now.
    pub fn play(&mut self, track: Track) {
        self.track = Some(track);
        self.handle.wake();
    }

    /// Pauses or goes on; at the end, starts over.
    pub fn toggle(&mut self) {}

    /// Stops and forgets the track.
    pub fn stop(&mut self) {
        self.track = None;
    }

    /// Goes to a position in seconds, kept within the track.
    pub fn seek(&mut self, secs: f64) {
        let _ = secs;
    }

    /// 0 to 1.
    pub fn set_volume(&mut self, volume: f32) {
        self.volume = volume.clamp(0.0, 1.0);
    }

    pub fn set_muted(&mut self, muted: bool) {
        self.muted = muted;
    }

    /// Whether the track starts over when it ends.
    pub fn set_repeat(&mut self, repeat: bool) {
        self.repeat = repeat;
    }

    /// Takes in what the background has opened and notices the end. Once a frame.
    pub fn poll(&mut self) {}

    /// What is loaded, playing or paused; `None` when nothing is.
    pub fn now(&self) -> Option<Now<'_>> {
        let track = self.track.as_ref()?;
        Some(Now {
            key: &track.key,
            title: &track.title,
            subtitle: &track.subtitle,
            position_secs: 0.0,
            length_secs: 0.0,
            peaks: None,
            is_playing: false,
            is_loading: true,
            error: None,
            device_missing: true,
            volume: self.volume,
            muted: self.muted,
            repeat: self.repeat,
        })
    }

    /// Whether this track is heard right now.
    pub fn is_playing(&self, key: &str) -> bool {
        self.now().is_some_and(|now| now.key == key && now.is_playing)
    }

    /// Whether this track is being opened.
    pub fn is_loading(&self, key: &str) -> bool {
        self.now().is_some_and(|now| now.key == key && now.is_loading)
    }

    /// How far this track has come, 0 to 1; `None` when it is not the one loaded or its length is not known.
    #[expect(clippy::cast_possible_truncation, reason = "a fraction to draw")]
    pub fn progress(&self, key: &str) -> Option<f32> {
        let now = self.now().filter(|now| now.key == key && now.length_secs > 0.0)?;
        Some((now.position_secs / now.length_secs).clamp(0.0, 1.0) as f32)
    }
}

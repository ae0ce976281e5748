//! The one player of the program: previews, takes, samples and results.

mod clock;
mod device;
mod voice;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::media::audio::{self, Peaks};
use crate::media::decode::Decoder;
use crate::runtime::{Handle, Task};
use clock::Clock;
use device::Link;
use voice::Feed;

pub use crate::media::decode::Source;
pub use device::Output;

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
///
/// Without a sound device everything works but the hearing: a clock moves the position. The device is looked for
/// again at each play.
pub struct Player {
    handle: Handle,
    output: Output,
    link: Link,
    loaded: Option<Loaded>,
    /// Wakes the window when something is due that no task reports.
    alarm: Option<(Instant, Task<()>)>,
    volume: f32,
    muted: bool,
    repeat: bool,
}

/// The track and how far it is.
struct Loaded {
    track: Track,
    /// Whether it should be heard, once it can.
    wanted: bool,
    opening: Option<Task<Option<f64>>>,
    drawing: Option<Task<Peaks>>,
    /// Gone with the track, which tells the drawing of a long waveform to stop.
    _kept: Arc<()>,
    peaks: Option<Peaks>,
    length_secs: Option<f64>,
    error: Option<Error>,
    /// Has the position whenever there is no feed.
    clock: Clock,
    feed: Option<Feed>,
    /// No new feed before this: a drag across the strip is many seeks, and each feed opens the file.
    settled_at: Instant,
}

/// Bars of the waveform in the strip.
const BARS: usize = 800;
/// How long a seek waits for the next one.
const SETTLE: Duration = Duration::from_millis(80);

impl Player {
    /// A player that uses the default sound device.
    pub fn new(handle: Handle) -> Self {
        Self::with_output(handle, Output::Default)
    }

    /// A player whose sound goes elsewhere; with [`Output::Silent`] tests need no sound device.
    pub fn with_output(handle: Handle, output: Output) -> Self {
        let link = Link::Closed;
        Self { handle, output, link, loaded: None, alarm: None, volume: 1.0, muted: false, repeat: false }
    }

    /// Plays a track from its start, instead of what plays now.
    pub fn play(&mut self, track: Track) {
        self.link.open(&self.output, &self.handle);
        let (source, drawn) = (track.source.clone(), track.source.clone());
        let kept = Arc::new(());
        let alive = Arc::downgrade(&kept);
        let draw = move || audio::peaks_of(&drawn, BARS, &|| alive.strong_count() > 0);
        self.loaded = Some(Loaded {
            track,
            wanted: true,
            opening: Some(self.handle.blocking(move || Ok(Decoder::open(&source, 0.0)?.length_secs))),
            drawing: Some(self.handle.blocking(draw)),
            _kept: kept,
            peaks: None,
            length_secs: None,
            error: None,
            clock: Clock::default(),
            feed: None,
            settled_at: Instant::now(),
        });
        self.follow();
    }

    /// Pauses or goes on; at the end, starts over; after a failure, tries again.
    pub fn toggle(&mut self) {
        let Some(loaded) = &mut self.loaded else { return };
        if loaded.error.is_some() {
            let track = loaded.track.clone();
            self.play(track);
            return;
        }
        loaded.wanted = !loaded.wanted;
        if loaded.wanted {
            self.link.open(&self.output, &self.handle);
            if loaded.is_at_end() {
                loaded.go(0.0);
            }
        }
        self.follow();
    }

    /// Stops and forgets the track.
    pub fn stop(&mut self) {
        (self.loaded, self.alarm) = (None, None);
    }

    /// Goes to a position in seconds, kept within the track.
    pub fn seek(&mut self, secs: f64) {
        let Some(loaded) = &mut self.loaded else { return };
        let end = loaded.length_secs.unwrap_or(f64::MAX);
        loaded.go(if secs.is_finite() { secs.clamp(0.0, end) } else { 0.0 });
        loaded.settled_at = Instant::now() + SETTLE;
        self.follow();
    }

    /// 0 to 1, as a slider has it; the amplitude is its square, which sounds even.
    pub fn set_volume(&mut self, volume: f32) {
        self.volume = if volume.is_finite() { volume.clamp(0.0, 1.0) } else { 1.0 };
        self.follow();
    }

    /// Silences the sound without touching the volume.
    pub fn set_muted(&mut self, muted: bool) {
        self.muted = muted;
        self.follow();
    }

    /// Whether the track starts over when it ends.
    pub fn set_repeat(&mut self, repeat: bool) {
        self.repeat = repeat;
    }

    /// Takes in what the background has opened and notices the end. Once a frame.
    pub fn poll(&mut self) {
        let was_lost = self.link.poll();
        if let Some(loaded) = &mut self.loaded {
            loaded.take_in();
            if loaded.loses_feed(was_lost) {
                self.link = Link::Missing;
            }
            if loaded.wanted && loaded.is_at_end() {
                loaded.end(self.repeat);
            }
            self.follow();
        }
    }

    /// Brings clock, feed and alarm in line with what is wanted.
    fn follow(&mut self) {
        let gain = if self.muted { 0.0 } else { self.volume * self.volume };
        let is_pending = self.link.is_pending();
        let Some(loaded) = &mut self.loaded else { return };
        let now = Instant::now();
        let runs = loaded.wanted && loaded.opening.is_none() && !is_pending;
        if runs
            && loaded.feed.is_none()
            && now >= loaded.settled_at
            && let Link::Open(device) = &self.link
        {
            let from = loaded.clock.position(now);
            loaded.feed = Some(Feed::start(&self.handle, &device.mixer, &loaded.track.source, from, gain));
        }
        // With a device the place is held until its sound comes, so that none of it is skipped.
        loaded.clock.run(runs && !matches!(self.link, Link::Open(_)), now);
        if let Some(feed) = &loaded.feed {
            feed.set_playing(loaded.wanted);
            feed.set_gain(gain);
        }
        self.set_alarm(is_pending);
    }

    /// Sees to a wake when the device should have come, a seek has settled or the track ends.
    fn set_alarm(&mut self, is_pending: bool) {
        let now = Instant::now();
        let wanted = self.loaded.as_ref().filter(|loaded| loaded.wanted);
        let wait = wanted.and_then(|loaded| match loaded.length_secs {
            _ if is_pending => Some(device::GRACE),
            _ if loaded.settled_at > now => Some(loaded.settled_at - now),
            Some(length) => Some(Duration::from_secs_f64((length - loaded.position()).clamp(0.02, 86_400.0))),
            None => None,
        });
        let Some(wait) = wait else {
            self.alarm = None;
            return;
        };
        // Left alone when it is about right: dropping a task wakes the window, which calls us again.
        let due = now + wait;
        let apart = |set: Instant| set.max(due) - set.min(due);
        if self.alarm.as_ref().is_some_and(|(set, _)| *set > now && apart(*set) < Duration::from_millis(100)) {
            return;
        }
        let ring = self.handle.spawn(async move {
            tokio::time::sleep(wait).await;
            Ok(())
        });
        self.alarm = Some((due, ring));
    }

    /// What is loaded, playing or paused; `None` when nothing is.
    pub fn now(&self) -> Option<Now<'_>> {
        let loaded = self.loaded.as_ref()?;
        let is_loading = loaded.opening.is_some() || loaded.wanted && self.link.is_pending();
        Some(Now {
            key: &loaded.track.key,
            title: &loaded.track.title,
            subtitle: &loaded.track.subtitle,
            position_secs: loaded.position(),
            length_secs: loaded.length_secs.unwrap_or_default(),
            peaks: loaded.peaks.as_ref(),
            is_playing: loaded.wanted && !is_loading,
            is_loading,
            error: loaded.error.as_ref(),
            device_missing: matches!(self.link, Link::Missing),
            volume: self.volume,
            muted: self.muted,
            repeat: self.repeat,
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

    /// How far this track has come, 0 to 1; `None` when it is not the one loaded or its length is not known.
    #[expect(clippy::cast_possible_truncation, reason = "a fraction to draw")]
    pub fn progress(&self, key: &str) -> Option<f32> {
        let now = self.now().filter(|now| now.key == key && now.length_secs > 0.0)?;
        Some((now.position_secs / now.length_secs).clamp(0.0, 1.0) as f32)
    }
}

impl Loaded {
    /// Seconds from the start, never past the end.
    fn position(&self) -> f64 {
        let secs = self.feed.as_ref().map_or_else(|| self.clock.position(Instant::now()), Feed::position);
        secs.clamp(0.0, self.length_secs.unwrap_or(f64::MAX))
    }

    /// Goes to a position; the next feed starts there.
    fn go(&mut self, secs: f64) {
        self.feed = None;
        self.clock.set(secs, false, Instant::now());
    }

    /// Takes the answers of the background.
    fn take_in(&mut self) {
        match self.opening.as_mut().and_then(Task::take) {
            Some(Ok(length)) => (self.opening, self.length_secs) = (None, self.length_secs.or(length)),
            Some(Err(error)) => self.fail(error),
            None => {}
        }
        match self.drawing.as_mut().and_then(Task::take) {
            // The waveform has counted the samples, the header only claims.
            Some(Ok(peaks)) => {
                (self.length_secs, self.drawing) = (Some(peaks.duration_secs), None);
                self.peaks = Some(peaks);
            }
            // What is wrong with the file is said by the opening.
            Some(Err(_)) => self.drawing = None,
            None => {}
        }
        if let Some(error) = self.feed.as_mut().and_then(Feed::take_error) {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: Error) {
        tracing::warn!("could not play: {error}");
        self.go(0.0);
        (self.opening, self.wanted, self.error) = (None, false, Some(error));
    }

    /// Lets go of a feed whose device is gone; the clock goes on from there. True when there was one.
    fn loses_feed(&mut self, was_lost: bool) -> bool {
        let is_lost = self.feed.as_mut().is_some_and(|feed| was_lost || feed.is_stalled(Instant::now()));
        if is_lost {
            self.go(self.position());
        }
        is_lost
    }

    fn is_at_end(&self) -> bool {
        match &self.feed {
            Some(feed) => feed.has_ended(),
            None => self.length_secs.is_some_and(|length| self.position() >= length),
        }
    }

    /// At the end: stands there, or starts over.
    fn end(&mut self, repeats: bool) {
        let end = self.length_secs.unwrap_or_else(|| self.position());
        self.length_secs = Some(end);
        self.wanted = repeats;
        self.go(if repeats { 0.0 } else { end });
    }
}

#[cfg(test)]
mod tests;

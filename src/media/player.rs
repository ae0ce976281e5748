//! The one player of the program: previews, takes, samples and results.

mod clock;
mod device;
mod feed;
mod lane;
mod loaded;
mod mixer;
mod now;
mod pipe;
mod test_sound;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::media::Part;
use crate::runtime::{Handle, Task};
use device::Link;
use feed::Feed;
use loaded::{Loaded, Side};

pub use crate::media::decode::Source;
pub use device::{Output, Speaker};
pub use mixer::{Mixer, MixerOut, mixer};
pub use now::{ComparedNow, Now};
pub use pipe::Shape;
pub use test_sound::test_sound;

/// Something to play.
#[derive(Debug, Clone)]
pub struct Track {
    /// Identity, for the button that started it: "take:123".
    pub key: String,
    pub title: String,
    pub subtitle: String,
    pub source: Source,
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
    /// The chosen device; `None` is the system's.
    device: Option<String>,
    was_lost: bool,
    cache: Option<PathBuf>,
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
        Self {
            handle,
            output,
            link,
            loaded: None,
            alarm: None,
            volume: 1.0,
            muted: false,
            repeat: false,
            device: None,
            was_lost: false,
            cache: None,
        }
    }

    /// Keeps waveforms in this folder from now on.
    pub fn keep_in(&mut self, cache: Option<PathBuf>) {
        self.cache = cache;
    }

    /// Plays a track from its start, instead of what plays now.
    pub fn play(&mut self, track: Track) {
        let first = self.side(track, 0.0, 0.0);
        self.load(Loaded::new(first, None));
    }

    /// Plays a part of a track from the part's start, over and over if it `repeats`.
    pub fn play_part(&mut self, track: Track, part: Part, repeats: bool) {
        let mut loaded = Loaded::new(self.side(track, 0.0, part.from_secs), None);
        (loaded.part, loaded.part_repeats) = (Some(part), Some(repeats));
        loaded.go(part.from_secs);
        self.load(loaded);
    }

    /// Changes the part that is played while it plays, or gives the whole track back. What lies outside is left for
    /// the part's start.
    pub fn set_part(&mut self, part: Option<Part>) {
        let Some(loaded) = self.loaded.as_mut().filter(|loaded| loaded.part != part) else { return };
        let at = loaded.position();
        loaded.part = part;
        self.refit(at);
    }

    /// Brings what is on its way in line with changed bounds.
    fn refit(&mut self, at: f64) {
        let repeat = self.repeat;
        let Some(loaded) = &mut self.loaded else { return };
        let bounds = loaded.bounds();
        let fits =
            loaded.feed.as_ref().is_none_or(|feed| feed.set_bounds(loaded.decoded_bounds(), loaded.repeats(repeat)));
        let is_inside = (bounds.from_secs..=bounds.to_secs).contains(&at);
        if !fits || !is_inside {
            loaded.go(if is_inside { at } else { bounds.from_secs });
            loaded.settled_at = Instant::now() + SETTLE;
        }
        self.follow();
    }

    /// Plays two tracks in step, of which the first is heard until [`Player::switch`]. The gains, in decibels, bring
    /// both to the same loudness.
    pub fn compare(&mut self, first: Track, second: Track, gains_db: [f32; 2]) {
        let [one, other] = gains_db;
        let second = self.side(second, other, 0.0);
        self.load(Loaded::new(self.side(first, one, 0.0), Some(second)));
    }

    /// Lets the other of two compared tracks be heard, at the same position.
    pub fn switch(&mut self) {
        let Some(loaded) = self.loaded.as_mut().filter(|loaded| loaded.second.is_some()) else { return };
        loaded.second_heard = !loaded.second_heard;
        self.follow();
    }

    fn side(&self, track: Track, gain_db: f32, from_secs: f64) -> Side {
        Side::new(track, gain_db, from_secs, &self.handle, self.cache.clone())
    }

    fn load(&mut self, loaded: Loaded) {
        self.link.open(&self.output, self.device.as_deref(), &self.handle);
        self.loaded = Some(loaded);
        self.follow();
    }

    /// Pauses or goes on; at the end, starts over; after a failure, tries again.
    pub fn toggle(&mut self) {
        let Some(loaded) = &self.loaded else { return };
        if loaded.error.is_some() {
            let from_secs = loaded.part.map_or(0.0, |part| part.from_secs);
            let again = |side: &Side| self.side(side.track.clone(), side.gain_db, from_secs);
            let mut fresh = Loaded::new(again(&loaded.first), loaded.second.as_ref().map(again));
            (fresh.part, fresh.part_repeats) = (loaded.part, loaded.part_repeats);
            fresh.second_heard = loaded.second_heard;
            fresh.go(fresh.bounds().from_secs);
            self.load(fresh);
            return;
        }
        let Some(loaded) = &mut self.loaded else { return };
        loaded.wanted = !loaded.wanted;
        if loaded.wanted {
            self.link.open(&self.output, self.device.as_deref(), &self.handle);
            if loaded.is_at_end() {
                loaded.go(loaded.bounds().from_secs);
            }
        }
        self.follow();
    }

    /// Stops and forgets the track.
    pub fn stop(&mut self) {
        (self.loaded, self.alarm) = (None, None);
    }

    /// Goes to a position in seconds, kept within what is played.
    pub fn seek(&mut self, secs: f64) {
        let Some(loaded) = &mut self.loaded else { return };
        let bounds = loaded.bounds();
        let secs = if secs.is_finite() { secs } else { 0.0 };
        loaded.go(secs.clamp(bounds.from_secs, bounds.to_secs));
        loaded.settled_at = Instant::now() + SETTLE;
        self.follow();
    }

    /// Goes so many seconds on, or back.
    pub fn step(&mut self, secs: f64) {
        if let Some(loaded) = &self.loaded {
            self.seek(loaded.position() + secs);
        }
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

    /// Whether what is played starts over when it ends.
    pub fn set_repeat(&mut self, repeat: bool) {
        match self.loaded.as_mut().and_then(|loaded| loaded.part_repeats.as_mut()) {
            Some(part_repeats) => *part_repeats = repeat,
            None => self.repeat = repeat,
        }
        let Some(loaded) = &self.loaded else { return };
        // What has been decoded up to the end stays as it is when it is to go on from there: then `poll` does it.
        let fits = loaded.feed.as_ref().is_none_or(|feed| feed.set_bounds(loaded.decoded_bounds(), repeat));
        if !fits && !repeat {
            self.refit(loaded.position());
        }
    }

    /// The sound devices of this computer. Looked for in the background, as some systems take their time.
    pub fn devices(&self) -> Task<Vec<Speaker>> {
        let is_ours = matches!(self.output, Output::Default);
        self.handle.blocking(move || Ok(if is_ours { device::list() } else { Vec::new() }))
    }

    /// Plays on this device from now on, by [`Speaker::id`]; `None` is the one the system plays on.
    pub fn set_device(&mut self, device: Option<String>) {
        if self.device == device {
            return;
        }
        self.device = device;
        if matches!(self.output, Output::Default) && !matches!(self.link, Link::Closed) {
            self.link = Link::Closed;
            if let Some(loaded) = &mut self.loaded {
                loaded.go(loaded.position());
                if loaded.wanted {
                    self.link.open(&self.output, self.device.as_deref(), &self.handle);
                }
            }
            self.follow();
        }
    }

    /// That the device vanished while it played, once.
    pub fn take_loss(&mut self) -> bool {
        std::mem::take(&mut self.was_lost)
    }

    /// Takes in what the background has opened and notices the end. Once a frame.
    pub fn poll(&mut self) {
        let was_lost = self.link.poll();
        if let Some(loaded) = &mut self.loaded {
            loaded.take_in();
            if loaded.loses_feed(was_lost) {
                self.link = Link::Missing;
                self.was_lost = true;
            }
            // A pause can come when the device has taken everything: it plays that to the end all the same.
            if loaded.is_at_end() && (loaded.wanted || loaded.feed.is_some()) {
                loaded.end(loaded.wanted && loaded.repeats(self.repeat));
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
        let runs = loaded.wanted && !loaded.is_opening() && !is_pending;
        if runs
            && loaded.feed.is_none()
            && now >= loaded.settled_at
            && loaded.has_sound()
            && let Link::Open(device) = &self.link
        {
            let order = loaded.order(gain, self.repeat, now);
            loaded.feed = Some(Feed::start(&self.handle, &device.mixer, order));
        }
        let is_deaf = !is_pending && !matches!(self.link, Link::Open(_));
        if !loaded.wanted || is_deaf {
            loaded.let_go();
        }
        // With a device the place is held until its sound comes, so that none of it is skipped.
        let by_clock = !loaded.has_sound() || !matches!(self.link, Link::Open(_));
        loaded.clock.run(runs && by_clock, now);
        if let Some(feed) = &loaded.feed {
            feed.set_playing(loaded.wanted);
            feed.set_gain(gain);
            feed.set_second(loaded.second_heard);
        }
        self.set_alarm(is_pending);
    }

    /// Sees to a wake when the device should have come, a seek has settled or the track ends.
    fn set_alarm(&mut self, is_pending: bool) {
        let now = Instant::now();
        let wanted = self.loaded.as_ref().filter(|loaded| loaded.wanted);
        let wait = wanted.and_then(|loaded| match loaded.length_secs() {
            _ if is_pending => Some(device::GRACE),
            _ if loaded.settled_at > now => Some(loaded.settled_at - now),
            Some(_) => {
                Some(Duration::from_secs_f64((loaded.bounds().to_secs - loaded.position()).clamp(0.02, 86_400.0)))
            }
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
}

#[cfg(test)]
mod tests;

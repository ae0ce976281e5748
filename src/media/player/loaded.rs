//! What is loaded: one track or two that are compared, the part that is played, and how far it is.

use std::path::PathBuf;
use std::time::Instant;

use super::clock::Clock;
use super::feed::{Feed, Input, Order};
use super::{BARS, Track};
use crate::error::Error;
use crate::media::Part;
use crate::media::decode::{Decoder, Source};
use crate::media::wave::{self, Reading, Wave};
use crate::runtime::{Handle, Task};

/// One sound and what is known of it.
pub(super) struct Side {
    pub(super) track: Track,
    /// Its loudness against the other's.
    pub(super) gain_db: f32,
    opening: Option<Task<(Decoder, Option<f64>)>>,
    /// What was opened, for the first feed, and the place in seconds where that was.
    opened: Option<Decoder>,
    opened_secs: f64,
    length_secs: Option<f64>,
    /// Stops with the side.
    reading: Reading,
    /// The waveform of which `bars` are made.
    wave: Wave,
    bars: Option<Vec<f32>>,
}

impl Side {
    /// Begins to open a track, to be played from so many seconds on. Its waveform is kept in the folder `cache`.
    pub(super) fn new(track: Track, gain_db: f32, from_secs: f64, handle: &Handle, cache: Option<PathBuf>) -> Self {
        let drawn = match &track.source {
            Source::Film { path, .. } => Source::File(path.clone()),
            source => source.clone(),
        };
        let reading = wave::read(handle, drawn, cache);
        let (mut opening, mut length_secs) = (None, None);
        if let Source::Silence { secs } = track.source {
            length_secs = Some(if secs.is_finite() { secs.max(0.0) } else { 0.0 });
        } else {
            let source = track.source.clone();
            let open = move || {
                let opened = Decoder::open(&source, from_secs)?;
                // Asked here: for some files ffprobe has to tell.
                let length_secs = opened.length_secs();
                Ok((opened, length_secs))
            };
            opening = Some(handle.blocking(open));
        }
        let gain_db = if gain_db.is_finite() { gain_db.clamp(-60.0, 24.0) } else { 0.0 };
        let wave = Wave::default();
        Self { track, gain_db, opening, opened: None, opened_secs: from_secs, length_secs, reading, wave, bars: None }
    }

    /// For a feed from so many seconds on. It takes what was opened, if that was there.
    fn input(&mut self, from_secs: f64) -> Input {
        let is_there = (self.opened_secs - from_secs).abs() < 1e-9;
        let opened = self.opened.take().filter(|_| is_there);
        Input { source: self.track.source.clone(), gain: 10_f32.powf(self.gain_db / 20.0), opened }
    }

    /// Whether it is open for a feed to come.
    #[cfg(test)]
    pub(super) fn is_open(&self) -> bool {
        self.opened.is_some()
    }

    /// The waveform as far as it is known.
    pub(super) fn peaks(&self) -> Option<&[f32]> {
        self.bars.as_deref()
    }

    /// What is played of so many seconds of sound: a film goes on behind its sound.
    fn whole(&self, sound_secs: f64) -> f64 {
        match self.track.source {
            Source::Film { secs, .. } if secs.is_finite() => secs.max(sound_secs),
            _ => sound_secs,
        }
    }

    /// Takes the answers of the background.
    fn take_in(&mut self) -> Result<(), Error> {
        if let Some(opened) = self.opening.as_mut().and_then(Task::take) {
            self.opening = None;
            let (opened, length_secs) = opened?;
            self.length_secs = self.length_secs.or(length_secs).map(|secs| self.whole(secs));
            self.opened = Some(opened);
        }
        // Why there is no waveform is said by the opening.
        let wave = self.reading.wave();
        let has_sound = !matches!(self.track.source, Source::Silence { .. });
        if has_sound && !wave.is_same(&self.wave) {
            if wave.is_done() {
                // The samples were counted, the header only claims.
                self.length_secs = wave.duration_secs().map(|secs| self.whole(secs));
            }
            let is_known = wave.is_done() || wave.read_secs() > 0.0;
            self.bars = is_known.then(|| wave.bars(Part::new(0.0, self.whole(wave.secs())), BARS));
            self.wave = wave;
        }
        Ok(())
    }
}

/// The track or tracks and how far they are.
pub(super) struct Loaded {
    pub(super) first: Side,
    pub(super) second: Option<Side>,
    pub(super) second_heard: bool,
    pub(super) part: Option<Part>,
    /// Whether the part starts over at its end, when a part was asked for.
    pub(super) part_repeats: Option<bool>,
    /// Whether it should be heard, once it can.
    pub(super) wanted: bool,
    pub(super) error: Option<Error>,
    /// Has the position whenever there is no feed.
    pub(super) clock: Clock,
    pub(super) feed: Option<Feed>,
    /// No new feed before this: a drag across the strip is many seeks, and each feed opens the file.
    pub(super) settled_at: Instant,
}

impl Loaded {
    pub(super) fn new(first: Side, second: Option<Side>) -> Self {
        Self {
            first,
            second,
            second_heard: false,
            part: None,
            part_repeats: None,
            wanted: true,
            error: None,
            clock: Clock::default(),
            feed: None,
            settled_at: Instant::now(),
        }
    }

    /// The side that is heard.
    pub(super) fn heard(&self) -> &Side {
        self.second.as_ref().filter(|_| self.second_heard).unwrap_or(&self.first)
    }

    /// Whether a key is that of one of the tracks.
    pub(super) fn has(&self, key: &str) -> bool {
        self.first.track.key == key || self.second.as_ref().is_some_and(|side| side.track.key == key)
    }

    pub(super) fn is_opening(&self) -> bool {
        self.first.opening.is_some() || self.second.as_ref().is_some_and(|side| side.opening.is_some())
    }

    /// The longer of the two.
    pub(super) fn length_secs(&self) -> Option<f64> {
        match &self.second {
            Some(second) => Some(self.first.length_secs?.max(second.length_secs?)),
            None => self.first.length_secs,
        }
    }

    /// Where playing starts and ends: the part, or all of it.
    pub(super) fn bounds(&self) -> Part {
        let whole = Part { from_secs: 0.0, to_secs: self.length_secs().unwrap_or(f64::MAX) };
        self.part.map_or(whole, |part| part.within(whole))
    }

    /// The same for the decoding, which finds the end by itself: headers only claim a length.
    pub(super) fn decoded_bounds(&self) -> Part {
        self.part.unwrap_or(Part { from_secs: 0.0, to_secs: f64::MAX })
    }

    /// Whether it starts over at the end of its bounds, where tracks do as `tracks` says.
    pub(super) fn repeats(&self, tracks: bool) -> bool {
        self.part_repeats.unwrap_or(tracks)
    }

    /// Whether there is anything for a device to play.
    pub(super) fn has_sound(&self) -> bool {
        let sound = |side: &Side| !matches!(side.track.source, Source::Silence { .. });
        sound(&self.first) || self.second.as_ref().is_some_and(sound)
    }

    /// Whether the sound has caught up with its download.
    pub(super) fn waits_for_bytes(&self) -> bool {
        let arrives = |side: &Side| matches!(&side.track.source, Source::Stream(growing) if growing.whole().is_none());
        let arriving = arrives(&self.first) || self.second.as_ref().is_some_and(arrives);
        arriving && self.feed.as_ref().is_some_and(Feed::is_starving)
    }

    /// Whether the rest of a download will not come.
    pub(super) fn is_cut_off(&self) -> bool {
        let fails = |side: &Side| matches!(&side.track.source, Source::Stream(growing) if growing.error().is_some());
        fails(&self.first) || self.second.as_ref().is_some_and(fails)
    }

    /// What a new feed has to do.
    pub(super) fn order(&mut self, gain: f32, repeat: bool, now: Instant) -> Order {
        let from_secs = self.clock.position(now);
        Order {
            inputs: std::iter::once(&mut self.first)
                .chain(self.second.as_mut())
                .map(|side| side.input(from_secs))
                .collect(),
            from_secs,
            bounds: self.decoded_bounds(),
            repeats: self.repeats(repeat),
            gain,
            second: self.second_heard,
        }
    }

    /// Seconds from the start, never outside what is played.
    pub(super) fn position(&self) -> f64 {
        let secs = self.feed.as_ref().map_or_else(|| self.clock.position(Instant::now()), Feed::position);
        let bounds = self.bounds();
        secs.clamp(bounds.from_secs, bounds.to_secs)
    }

    /// Lets go of what was opened, which may be a process, when no feed will take it soon.
    pub(super) fn let_go(&mut self) {
        self.first.opened = None;
        if let Some(second) = &mut self.second {
            second.opened = None;
        }
    }

    /// Goes to a position; the next feed starts there.
    pub(super) fn go(&mut self, secs: f64) {
        self.feed = None;
        self.clock.set(secs, false, Instant::now());
    }

    /// Takes the answers of the background.
    pub(super) fn take_in(&mut self) {
        let second = self.second.as_mut().map_or(Ok(()), Side::take_in);
        let feed = self.feed.as_mut().and_then(Feed::take_error).map_or(Ok(()), Err);
        if let Err(error) = self.first.take_in().and(second).and(feed) {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: Error) {
        tracing::warn!("could not play: {error}");
        self.go(0.0);
        (self.first.opening, self.wanted, self.error) = (None, false, Some(error));
        if let Some(second) = &mut self.second {
            second.opening = None;
        }
    }

    /// Lets go of a feed whose device is gone; the clock goes on from there. True when there was one.
    pub(super) fn loses_feed(&mut self, was_lost: bool) -> bool {
        let is_lost = self.feed.as_mut().is_some_and(|feed| was_lost || feed.is_stalled(Instant::now()));
        if is_lost {
            self.go(self.position());
        }
        is_lost
    }

    pub(super) fn is_at_end(&self) -> bool {
        match &self.feed {
            Some(feed) => feed.has_ended(),
            None => self.length_secs().is_some() && self.position() >= self.bounds().to_secs,
        }
    }

    /// At the end: stands there, or starts over.
    pub(super) fn end(&mut self, repeats: bool) {
        if self.length_secs().is_none() {
            let end = self.position();
            self.first.length_secs = self.first.length_secs.or(Some(end));
            if let Some(second) = &mut self.second {
                second.length_secs = second.length_secs.or(Some(end));
            }
        }
        self.wanted = repeats;
        let bounds = self.bounds();
        self.go(if repeats { bounds.from_secs } else { bounds.to_secs });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Runtime;

    #[test]
    fn a_film_is_as_long_as_its_picture_and_its_waveform_keeps_its_place() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
        (0..2_400).for_each(|_| writer.write_sample(9_000_i16).unwrap());
        writer.finalize().unwrap();
        let source = Source::Film { path: file.path().to_owned(), secs: 0.6 };
        let track = Track { key: "a".into(), title: String::new(), subtitle: String::new(), source };
        let runtime = Runtime::new(|| {}).unwrap();
        let mut side = Side::new(track, 0.0, 0.0, &runtime.handle(), None);
        let began = Instant::now();
        while side.opening.is_some() || !side.wave.is_done() {
            side.take_in().unwrap();
            assert!(began.elapsed().as_secs() < 60, "it is opened and drawn");
            std::thread::yield_now();
        }
        assert_eq!(side.length_secs, Some(0.6));
        let bars = side.peaks().unwrap();
        assert!(bars[..BARS / 2 - 10].iter().all(|bar| *bar > 0.2));
        assert!(bars[BARS / 2 + 10..].iter().all(|bar| *bar == 0.0));
    }
}

//! Pure: what each sync mode does when picture and voice differ in length, counted in frames.

use crate::api::SyncMode;

/// Frames a second as a fraction, as video files state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub frames: u32,
    pub seconds: u32,
}

impl Rate {
    /// What a file without a believable rate gets.
    pub const USUAL: Self = Self { frames: 25, seconds: 1 };

    /// Reads "30000/1001"; `None` for anything outside 1 to 120 frames a second.
    pub fn parse(text: &str) -> Option<Self> {
        let (frames, seconds) = text.split_once('/').unwrap_or((text, "1"));
        let rate = Self { frames: frames.trim().parse().ok()?, seconds: seconds.trim().parse().ok()? };
        (rate.seconds > 0 && (1.0..=120.0).contains(&rate.per_second())).then_some(rate)
    }

    pub fn per_second(self) -> f64 {
        f64::from(self.frames) / f64::from(self.seconds)
    }

    /// The whole number of frames nearest to `seconds`, at least one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and at least one")]
    pub fn frames_in(self, seconds: f64) -> u64 {
        (seconds * self.per_second()).round().max(1.0) as u64
    }

    #[expect(clippy::cast_precision_loss, reason = "frames of a clip, far below 2^52")]
    pub fn seconds_of(self, frames: u64) -> f64 {
        frames as f64 / self.per_second()
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.frames, self.seconds)
    }
}

/// How the picture fills the length of the result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Picture {
    /// From its start, as long as it is needed.
    Plain,
    /// Played this many times in a row; every second time backwards when `back`.
    Repeat { times: u64, back: bool },
    /// Its last frame stands until the end.
    Hold,
    /// Every moment lasts this many times as long.
    Stretch(f64),
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    /// Length of the result in frames.
    pub frames: u64,
    pub picture: Picture,
}

/// The plan for `video` frames of picture and `audio` seconds of voice. A voice shorter than the result is followed
/// by silence, a longer one is cut.
///
/// The documentation leaves open what `silence` does with a longer voice; here all of it is kept, over the last
/// frame of the picture.
pub(super) fn plan(mode: SyncMode, rate: Rate, video: u64, audio: f64) -> Plan {
    let voice = rate.frames_in(audio);
    let longer = voice > video;
    // A single frame looks the same however often it is played.
    let mode = if longer && video <= 1 && mode != SyncMode::CutOff { SyncMode::Silence } else { mode };
    let (frames, picture) = match mode {
        SyncMode::Bounce if longer => (voice, Picture::Repeat { times: voice.div_ceil(video.max(1)), back: true }),
        SyncMode::Loop if longer => (voice, Picture::Repeat { times: voice.div_ceil(video.max(1)), back: false }),
        SyncMode::Bounce | SyncMode::Loop => (voice, Picture::Plain),
        SyncMode::CutOff => (voice.min(video), Picture::Plain),
        SyncMode::Silence if longer => (voice, Picture::Hold),
        SyncMode::Silence => (video, Picture::Plain),
        SyncMode::Remap => (voice, Picture::Stretch(rate.seconds_of(voice) / rate.seconds_of(video.max(1)))),
    };
    Plan { frames, picture }
}

/// About how many seconds the result will have, for `film` seconds of picture (none for a photograph) and `voice`
/// seconds of voice.
pub(super) fn about_seconds(mode: SyncMode, film: Option<f64>, voice: f64) -> f64 {
    let film = film.unwrap_or(voice);
    match mode {
        SyncMode::CutOff => film.min(voice),
        SyncMode::Silence => film.max(voice),
        SyncMode::Bounce | SyncMode::Loop | SyncMode::Remap => voice,
    }
}

/// How much of the picture a mode can use with `audio` seconds of voice: no need to read further.
pub(super) fn needed_seconds(mode: SyncMode, audio: f64) -> Option<f64> {
    match mode {
        SyncMode::Bounce | SyncMode::Loop | SyncMode::CutOff => Some(audio + 1.0),
        SyncMode::Silence | SyncMode::Remap => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_documentation() {
        let rate = Rate::USUAL;
        // 4 s of picture; 10 s and 2 s of voice.
        for (mode, long, short) in [
            (SyncMode::Bounce, 250, 50),
            (SyncMode::Loop, 250, 50),
            (SyncMode::CutOff, 100, 50),
            (SyncMode::Silence, 250, 100),
            (SyncMode::Remap, 250, 50),
        ] {
            assert_eq!(plan(mode, rate, 100, 10.0).frames, long, "{mode:?}");
            assert_eq!(plan(mode, rate, 100, 2.0).frames, short, "{mode:?}");
        }
    }

    #[test]
    fn pictures_are_repeated_as_often_as_needed() {
        let picture = |mode| plan(mode, Rate::USUAL, 100, 10.0).picture;
        assert_eq!(picture(SyncMode::Bounce), Picture::Repeat { times: 3, back: true });
        assert_eq!(picture(SyncMode::Loop), Picture::Repeat { times: 3, back: false });
        assert_eq!(picture(SyncMode::Remap), Picture::Stretch(2.5));
        assert_eq!(plan(SyncMode::Bounce, Rate::USUAL, 0, 1.0).frames, 25);
    }

    #[test]
    fn rates_are_read_and_odd_ones_refused() {
        assert_eq!(Rate::parse("30000/1001"), Some(Rate { frames: 30_000, seconds: 1_001 }));
        assert_eq!(Rate::parse("25"), Some(Rate::USUAL));
        for odd in ["0/0", "90000/1", "1/25", "", "a/b", "-25/1"] {
            assert_eq!(Rate::parse(odd), None, "{odd}");
        }
    }
}

//! How loud it is: what the eye follows while somebody speaks, and what is said about a recording afterwards. Time
//! is counted in samples.

/// Windows in which loudness is measured, a second.
const WINDOWS: u32 = 10;
/// How many windows the words look back: three seconds, since people breathe.
const RECENT: usize = 30;
/// How long the mark of the peak and the light of clipping stay, in seconds.
const HOLD_SECS: f32 = 1.5;
/// How fast the bar falls, in dB a second.
const FALL_DB: f32 = 24.0;
/// From this amplitude on a sample is cut off.
const FULL: f32 = 0.999;
/// More cut samples than this are heard.
const CLIPPED_SAMPLES: u64 = 8;
/// The loudest windows that are remembered of a recording: half a second.
const LOUDEST: usize = 5;

/// What is heard just now; amplitudes 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Level {
    pub peak: f32,
    /// The highest peak of the last moment.
    pub held: f32,
    pub rms: f32,
    /// It was too loud a moment ago.
    pub clipping: bool,
    /// The loudest tenth of a second of the last three seconds, RMS.
    recent: f32,
}

/// What is to be said about a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Nobody speaks, or nothing is heard.
    Silent,
    TooQuiet,
    Good,
    TooLoud,
}

impl Level {
    /// What is to be said about it.
    pub fn loudness(&self) -> Loudness {
        match decibels(self.recent) {
            _ if self.clipping => Loudness::TooLoud,
            db if db < -50.0 => Loudness::Silent,
            db if db < -34.0 => Loudness::TooQuiet,
            _ => Loudness::Good,
        }
    }
}

/// An amplitude in dBFS; never below −120.
pub fn decibels(amplitude: f32) -> f32 {
    20.0 * amplitude.max(1e-6).log10()
}

/// Follows the samples of one device.
pub(super) struct Meter {
    rate: f32,
    window: Window,
    level: Level,
    recent: [f32; RECENT],
    at: usize,
    held_secs: f32,
    clipped_secs: f32,
}

/// What is measured of one recording.
#[derive(Debug, Default)]
pub(super) struct Loudest {
    windows: [f32; LOUDEST],
    cut: u64,
}

struct Window {
    length: u32,
    filled: u32,
    squares: f64,
}

impl Meter {
    pub fn new(rate: u32) -> Self {
        let window = Window { length: (rate / WINDOWS).max(1), filled: 0, squares: 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "rates are far below 2^23")]
        let rate = rate.max(1) as f32;
        let (level, recent) = (Level::default(), [0.0; RECENT]);
        Self { rate, window, level, recent, at: 0, held_secs: 0.0, clipped_secs: f32::MAX }
    }

    /// Takes the next samples; they also count for the recording that is under way.
    pub fn add(&mut self, samples: &[f32], mut recording: Option<&mut Loudest>) {
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        self.fall(peak, samples.len());
        for sample in samples {
            if let Some(window) = self.window.add(*sample) {
                (self.recent[self.at], self.at) = (window, (self.at + 1) % RECENT);
                // Towards the newest window, as a needle does.
                self.level.rms += (window - self.level.rms) * 0.6;
                if let Some(loudest) = &mut recording {
                    loudest.add(window);
                }
            }
        }
        if let Some(loudest) = recording {
            loudest.cut += samples.iter().filter(|sample| sample.abs() >= FULL).count() as u64;
        }
        self.level.recent = self.recent.iter().copied().fold(0.0, f32::max);
    }

    pub fn level(&self) -> Level {
        self.level
    }

    fn fall(&mut self, peak: f32, samples: usize) {
        #[expect(clippy::cast_precision_loss, reason = "a block is hundreds of samples")]
        let secs = samples as f32 / self.rate;
        let fallen = |amplitude: f32| amplitude * 10.0_f32.powf(-FALL_DB * secs / 20.0);
        self.level.peak = fallen(self.level.peak).max(peak.min(1.0));
        self.held_secs += secs;
        self.clipped_secs += secs;
        if peak >= self.level.held {
            (self.level.held, self.held_secs) = (peak.min(1.0), 0.0);
        } else if self.held_secs > HOLD_SECS {
            self.level.held = fallen(self.level.held).max(self.level.peak);
        }
        if peak >= FULL {
            self.clipped_secs = 0.0;
        }
        self.level.clipping = self.clipped_secs < HOLD_SECS;
    }
}

impl Window {
    /// The loudness of the window, when this sample fills it.
    #[expect(clippy::cast_possible_truncation, reason = "an amplitude")]
    fn add(&mut self, sample: f32) -> Option<f32> {
        self.squares += f64::from(sample) * f64::from(sample);
        self.filled += 1;
        if self.filled < self.length {
            return None;
        }
        let rms = (self.squares / f64::from(self.length)).sqrt() as f32;
        (self.filled, self.squares) = (0, 0.0);
        Some(rms)
    }
}

impl Loudest {
    fn add(&mut self, window: f32) {
        if window > self.windows[0] {
            self.windows[0] = window;
            self.windows.sort_by(f32::total_cmp);
        }
    }

    /// What the loudest half second reached at least, RMS, in dBFS: the click of a switch is not a voice.
    pub fn db(&self) -> f32 {
        decibels(self.windows[0])
    }

    pub fn is_clipped(&self) -> bool {
        self.cut > CLIPPED_SAMPLES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8_000;

    /// Seconds of a square wave, whose peak and RMS are the same.
    fn add(meter: &mut Meter, amplitude: f32, secs: f32, loudest: &mut Loudest) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a test's lengths")]
        let count = (secs * 8_000.0) as usize;
        let samples: Vec<f32> = (0..count).map(|i| if i % 2 == 0 { amplitude } else { -amplitude }).collect();
        for block in samples.chunks(256) {
            meter.add(block, Some(loudest));
        }
    }

    #[test]
    fn the_words_follow_the_last_seconds() {
        let (mut meter, mut loudest) = (Meter::new(RATE), Loudest::default());
        assert_eq!(meter.level().loudness(), Loudness::Silent);
        add(&mut meter, 0.01, 1.0, &mut loudest);
        assert_eq!(meter.level().loudness(), Loudness::TooQuiet);
        add(&mut meter, 0.1, 1.0, &mut loudest);
        assert_eq!(meter.level().loudness(), Loudness::Good);
        assert!((decibels(meter.level().rms) + 20.0).abs() < 0.5, "{:?}", meter.level());
        add(&mut meter, 0.0, 1.0, &mut loudest);
        assert_eq!(meter.level().loudness(), Loudness::Good, "a breath");
        add(&mut meter, 1.0, 0.1, &mut loudest);
        assert_eq!(meter.level().loudness(), Loudness::TooLoud);
        add(&mut meter, 0.0, 4.0, &mut loudest);
        assert_eq!(meter.level().loudness(), Loudness::Silent);
        assert!(loudest.is_clipped());
    }

    #[test]
    fn the_peak_is_held_and_falls() {
        let (mut meter, mut loudest) = (Meter::new(RATE), Loudest::default());
        add(&mut meter, 0.5, 0.1, &mut loudest);
        add(&mut meter, 0.001, 1.0, &mut loudest);
        let level = meter.level();
        assert!((level.held - 0.5).abs() < 1e-6 && level.peak < 0.05, "{level:?}");
        add(&mut meter, 0.001, 3.0, &mut loudest);
        assert!(meter.level().held < 0.05, "{:?}", meter.level());
        assert!(!loudest.is_clipped());
    }

    #[test]
    fn a_click_is_not_a_voice() {
        let (mut meter, mut loudest) = (Meter::new(RATE), Loudest::default());
        add(&mut meter, 1.0, 0.05, &mut loudest);
        add(&mut meter, 0.0001, 3.0, &mut loudest);
        assert!(loudest.db() < -70.0, "{}", loudest.db());
        add(&mut meter, 0.1, 0.7, &mut loudest);
        assert!((loudest.db() + 20.0).abs() < 0.5, "{}", loudest.db());
    }
}

//! The five checks of a sample in plain words: how good, what was measured, and one thing to do about it.

use crate::media::survey::Measures;

/// How good a sample is in one respect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Poor,
    Fair,
    Good,
}

impl Grade {
    /// The word on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Poor => "Poor",
            Self::Fair => "Fair",
            Self::Good => "Good",
        }
    }
}

/// One row of "Sample check".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub label: &'static str,
    /// What was measured: "−18 dB average".
    pub value: String,
    pub grade: Grade,
    /// One fix, unless it is good.
    pub advice: Option<String>,
}

/// What the service uses at most, and what it needs at least, in seconds.
const MOST: f64 = 120.0;
const LEAST: f64 = 10.0;
/// Below this a clone comes out, but less like the speaker.
const ENOUGH: f64 = 30.0;

impl Measures {
    /// Length, level, clipping, background noise, speech share.
    pub fn checks(&self) -> [Check; 5] {
        [self.length(), self.level(), self.clipping(), self.noise(), self.speech()]
    }

    /// The poorest grade among the checks.
    pub fn grade(&self) -> Grade {
        self.checks().iter().map(|check| check.grade).min().unwrap_or(Grade::Poor)
    }

    /// Whether a clone of this would be made of noise more than of a voice; asked about before cloning.
    pub fn is_mostly_noise(&self) -> bool {
        self.speech_share < 0.5 || self.noise().grade == Grade::Poor
    }

    /// The length as it is said everywhere, in whole seconds: what is too short is never said to be long enough.
    pub fn whole_secs(&self) -> f64 {
        let whole = self.length_secs.round();
        if self.length_secs < LEAST - 0.05 { whole.min(LEAST - 1.0) } else { whole }
    }

    fn length(&self) -> Check {
        let value = format!("{} of 2:00", clock(self.whole_secs()));
        let (grade, advice) = if self.length_secs < LEAST - 0.05 {
            let whole = self.whole_secs();
            let seconds = if (whole - 1.0).abs() < 0.5 { "second" } else { "seconds" };
            (Grade::Poor, Some(format!("The sample is {whole:.0} {seconds}. Choose at least 10.")))
        } else if self.length_secs < ENOUGH - 0.05 {
            (Grade::Fair, Some("Choose 30 seconds or more for a closer likeness.".to_owned()))
        } else if self.length_secs > MOST + 0.05 {
            (Grade::Fair, Some("Only the first 2 minutes are used. Choose a shorter part.".to_owned()))
        } else {
            (Grade::Good, None)
        };
        Check { label: "Length", value, grade, advice }
    }

    fn level(&self) -> Check {
        let label = "Level";
        let Some(level) = self.level_db else {
            let advice = Some("Choose a part in which somebody speaks.".to_owned());
            return Check { label, value: "No speech".to_owned(), grade: Grade::Poor, advice };
        };
        let (grade, advice) = match level {
            ..-42.0 => (Grade::Poor, Some("It is very quiet. Record it again, closer to the microphone.")),
            ..-32.0 => (Grade::Fair, Some("It is quiet. Bring it to the usual level, or choose a louder part.")),
            -6.0.. => (Grade::Poor, Some("It is far too loud. Choose a calmer part.")),
            -10.0.. => (Grade::Fair, Some("It is very loud. Choose a calmer part.")),
            _ => (Grade::Good, None),
        };
        Check { label, value: format!("{} dB average", whole_db(level)), grade, advice: advice.map(str::to_owned) }
    }

    fn clipping(&self) -> Check {
        let share = self.clipped_share;
        let (grade, value) = if share <= 0.0 {
            (Grade::Good, "None in this part".to_owned())
        } else if share < 0.03 {
            let value = if share < 0.01 { "In a few places".to_owned() } else { percent(share, "In ", " of it") };
            (Grade::Fair, value)
        } else {
            (Grade::Poor, percent(share, "In ", " of it"))
        };
        let advice = (grade != Grade::Good).then(|| "Choose a part without the loudest moments.".to_owned());
        Check { label: "Clipping", value, grade, advice }
    }

    fn noise(&self) -> Check {
        let label = "Background noise";
        // How far the voice stands above what is behind it; a whisper of noise under a quiet voice is still noise.
        let above = self.level_db.map(|level| level - self.noise_db);
        let (grade, mut value, mut advice) = match above {
            Some(30.0..) => (Grade::Good, "Quiet".to_owned(), None),
            Some(18.0..) => (Grade::Fair, "Some noise".to_owned(), Some("Choose a quieter part.")),
            Some(_) => (Grade::Poor, "Strong noise".to_owned(), Some("Record it again in a quieter place.")),
            None => (Grade::Poor, "Nothing but noise".to_owned(), Some("Choose a part in which somebody speaks.")),
        };
        let mut grade = grade;
        if let Some(hum) = self.hum_hz
            && above.is_some()
        {
            grade = grade.min(Grade::Fair);
            value = format!("{} hum at {hum} Hz", if grade == Grade::Poor { "Strong" } else { "Low" });
            advice = Some("Filter out the hum.");
        }
        Check { label, value, grade, advice: advice.map(str::to_owned) }
    }

    fn speech(&self) -> Check {
        let (grade, advice) = match self.speech_share {
            _ if self.maybe_two_speakers && self.speech_share >= 0.5 => {
                (Grade::Fair, Some("It sounds like two people. Choose a part with one voice."))
            }
            0.75.. => (Grade::Good, None),
            0.5.. if self.music_share > 0.1 => (Grade::Fair, Some("Choose a part without music.")),
            0.5.. => (Grade::Fair, Some("Choose a part with fewer pauses.")),
            _ if self.music_share > 0.3 => (Grade::Poor, Some("It is mostly music. Choose a part with speech alone.")),
            _ => (Grade::Poor, Some("Choose a part in which one person speaks most of the time.")),
        };
        let value = percent(self.speech_share, "", " of the time");
        Check { label: "Speech share", value, grade, advice: advice.map(str::to_owned) }
    }
}

/// Minutes and seconds, whole.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a week")]
fn clock(secs: f64) -> String {
    let secs = secs.clamp(0.0, 604_800.0).round() as u64;
    format!("{}:{:02}", secs / 60, secs % 60)
}

/// With the sign typographers use.
fn whole_db(db: f64) -> String {
    let rounded = db.round();
    if rounded < 0.0 { format!("−{:.0}", -rounded) } else { format!("{:.0}", rounded.abs()) }
}

/// Never "0%" of what there is, never "100%" of what is not whole.
fn percent(share: f64, before: &str, after: &str) -> String {
    let hundred = (share * 100.0).round();
    let shown = if share > 0.0 && share < 1.0 { hundred.clamp(1.0, 99.0) } else { hundred };
    format!("{before}{shown:.0}%{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Measures {
        Measures {
            length_secs: 96.0,
            level_db: Some(-18.2),
            clipped_share: 0.0,
            noise_db: -60.0,
            hum_hz: None,
            speech_share: 0.91,
            music_share: 0.0,
            maybe_two_speakers: false,
        }
    }

    #[test]
    fn a_good_sample_reads_as_in_the_design() {
        let values = good().checks().map(|check| (check.label, check.value, check.grade, check.advice));
        let rows = ["Length", "Level", "Clipping", "Background noise", "Speech share"];
        let said = ["1:36 of 2:00", "−18 dB average", "None in this part", "Quiet", "91% of the time"];
        for ((row, said), value) in rows.into_iter().zip(said).zip(values) {
            assert_eq!(value, (row, said.to_owned(), Grade::Good, None));
        }
        let short = Measures { length_secs: 5.6, ..good() }.checks();
        assert_eq!(short[0].value, "0:06 of 2:00", "the same seconds as in the advice");
        let hum = Measures { hum_hz: Some(50), ..good() }.checks();
        assert_eq!((hum[3].value.as_str(), hum[3].grade), ("Low hum at 50 Hz", Grade::Fair));
        assert_eq!(hum[3].advice.as_deref(), Some("Filter out the hum."));
    }

    #[test]
    fn whatever_is_not_good_comes_with_one_fix() {
        let table = [
            (Measures { length_secs: 6.4, ..good() }, 0, Grade::Poor, "The sample is 6 seconds. Choose at least 10."),
            (Measures { length_secs: 5.6, ..good() }, 0, Grade::Poor, "The sample is 6 seconds. Choose at least 10."),
            (Measures { length_secs: 9.8, ..good() }, 0, Grade::Poor, "The sample is 9 seconds. Choose at least 10."),
            (Measures { length_secs: 1.0, ..good() }, 0, Grade::Poor, "The sample is 1 second. Choose at least 10."),
            (
                Measures { length_secs: 20.0, ..good() },
                0,
                Grade::Fair,
                "Choose 30 seconds or more for a closer likeness.",
            ),
            (Measures { level_db: None, ..good() }, 1, Grade::Poor, "Choose a part in which somebody speaks."),
            (Measures { level_db: Some(-4.0), ..good() }, 1, Grade::Poor, "It is far too loud. Choose a calmer part."),
            (Measures { clipped_share: 0.2, ..good() }, 2, Grade::Poor, "Choose a part without the loudest moments."),
            (Measures { clipped_share: 0.001, ..good() }, 2, Grade::Fair, "Choose a part without the loudest moments."),
            (Measures { noise_db: -40.0, ..good() }, 3, Grade::Fair, "Choose a quieter part."),
            (Measures { noise_db: -30.0, ..good() }, 3, Grade::Poor, "Record it again in a quieter place."),
            (Measures { speech_share: 0.6, ..good() }, 4, Grade::Fair, "Choose a part with fewer pauses."),
            (
                Measures { maybe_two_speakers: true, ..good() },
                4,
                Grade::Fair,
                "It sounds like two people. Choose a part with one voice.",
            ),
        ];
        for (measures, row, grade, advice) in table {
            let check = &measures.checks()[row];
            assert_eq!((check.grade, check.advice.as_deref()), (grade, Some(advice)), "{check:?}");
        }
        assert!(Measures { noise_db: -30.0, ..good() }.is_mostly_noise() && !good().is_mostly_noise());
        assert_eq!(good().grade(), Grade::Good);
    }

    #[test]
    fn a_share_is_never_rounded_to_nothing_or_to_all() {
        assert_eq!(percent(0.001, "", ""), "1%");
        assert_eq!(percent(0.999, "", ""), "99%");
        assert_eq!((percent(0.0, "", ""), percent(1.0, "", "")), ("0%".to_owned(), "100%".to_owned()));
    }
}

//! The state of step 2: which part of the source is chosen, what was measured in it, and the sample that is cut of it.

use super::cutting::Cutting;
use super::listening::Listening;
use crate::error::Error;
use crate::jobs::cuts::{Cut, Order};
use crate::media::Part;
use crate::media::sample::Polish;
use crate::media::survey::{self, Check, Grade, Measures};
use crate::media::wave::Wave;
use crate::panels::Cx;
use crate::store::{MOST_SECS, MediaFile, SampleChoice, first_part};
use crate::ui::Trim;
use crate::ui::trim::{Sort, Span, Stretch};

/// The chosen part of the source and all that is known of it.
#[derive(Default)]
pub struct Trimming {
    pub trim: Trim,
    pub heard: Listening,
    pub cutting: Cutting,
    /// The waveform, the number of its snapshot, and the stretches to draw.
    pub wave: Wave,
    pub version: u64,
    pub stretches: Vec<Stretch>,
    /// Where the playhead stands while nothing plays.
    pub cursor: f64,
    pub repeats: bool,
    /// The part the view was brought to by itself.
    pub shown: Option<Part>,
    /// "Clone voice" was pressed: it starts as soon as the sample is ready.
    pub is_pressed: bool,
    /// "Hear it" was pressed: the sample as recorded and as polished.
    pub hearing: Option<[Order; 2]>,
    /// The page was drawn with this file; only then is there anything to hear.
    pub is_open: bool,
}

impl Trimming {
    /// Another file: all begins anew, but for the samples that jobs may be using.
    pub fn reset(&mut self) {
        let cutting = std::mem::take(&mut self.cutting);
        *self = Self { cutting, ..Self::default() };
    }

    /// Seconds of the sound, as far as is known; 0 before anything is.
    pub fn length(&self, file: &MediaFile) -> f64 {
        let surveyed = self.heard.survey().map(|survey| survey.duration_secs);
        let drawn = self.wave.duration_secs();
        let counted = surveyed.or(drawn.filter(|_| self.wave.is_done()));
        counted.or(file.secs()).or(drawn).filter(|secs| secs.is_finite() && *secs > 0.0).unwrap_or(0.0)
    }

    /// The part that is used: the user's, else the best one, else the start. All of a short file.
    pub fn part(&self, file: &MediaFile, choice: &SampleChoice) -> Part {
        let length = self.length(file);
        let proposed = || self.heard.survey().filter(|_| length > MOST_SECS).and_then(survey::Survey::best_part);
        choice.part_of(length).or_else(proposed).unwrap_or_else(|| first_part(length))
    }

    /// What was measured in the part that is used.
    pub fn measures(&mut self, file: &MediaFile, choice: &SampleChoice) -> Option<&Measures> {
        let part = self.part(file, choice);
        self.heard.measures(part)
    }

    /// The sample to cut. `None` while it is not known yet, or when the file goes as it is.
    pub fn order(&mut self, file: &MediaFile, choice: &SampleChoice) -> Option<Order> {
        if self.sends_whole(choice) {
            return None;
        }
        let part = self.part(file, choice);
        let polish = polish(choice, self.measures(file, choice)?);
        let is_all = part.secs() >= self.length(file) - 0.05;
        Some(Order { path: file.path.clone(), stamp: file.probe.stamp(), part, polish, is_all })
    }

    /// Whether the file is sent as it is: by choice, or because no part can be cut of what can't be read here.
    pub fn sends_whole(&self, choice: &SampleChoice) -> bool {
        choice.whole || self.heard.error().is_some()
    }

    /// The sample that is sent, once it is there.
    pub fn cut(&mut self, file: &MediaFile, choice: &SampleChoice) -> Option<&Cut> {
        let order = self.order(file, choice)?;
        self.cutting.get(&order)
    }

    /// Why the sample could not be cut.
    pub fn cut_error(&mut self, file: &MediaFile, choice: &SampleChoice) -> Option<&Error> {
        let order = self.order(file, choice)?;
        self.cutting.error(&order)
    }

    /// Listens, and cuts what is wanted, once the page has been open.
    pub fn follow(&mut self, file: &MediaFile, cx: &mut Cx<'_>) {
        if !self.is_open || file.probe.audio.is_none() {
            return;
        }
        self.heard.follow(file, cx.runtime);
        let choice = cx.store.flow.sample;
        let mut orders: Vec<Order> = self.order(file, &choice).into_iter().collect();
        orders.extend(self.hearing.iter().flatten().cloned());
        self.cutting.follow(&orders, cx);
    }

    /// Takes in the newest snapshot of the waveform.
    pub fn draw(&mut self, wave: Wave) {
        if !self.wave.is_same(&wave) {
            self.wave = wave;
            self.version += 1;
        }
        if let Some(survey) = self.heard.survey().filter(|survey| survey.stretches.len() != self.stretches.len()) {
            self.stretches = survey.stretches.iter().map(shown).collect();
        }
    }
}

fn shown(stretch: &survey::Stretch) -> Stretch {
    let sort = match stretch.sort {
        survey::Sort::Speech => Sort::Speech,
        survey::Sort::Mixed => Sort::Mixed,
        survey::Sort::Music => Sort::Music,
        survey::Sort::Silence => Sort::Silence,
        survey::Sort::Loud => Sort::Loud,
    };
    Stretch { span: span(stretch.part), sort }
}

/// A part as the widget takes it.
pub fn span(part: Part) -> Span {
    Span::new(part.from_secs, part.to_secs)
}

/// What is done to the part: only what there is reason for.
pub fn polish(choice: &SampleChoice, measures: &Measures) -> Polish {
    Polish { hum: measures.hum_hz.filter(|_| choice.hum), level: choice.level && needs_level(measures) }
}

/// Whether the level is worth bringing up or down.
pub fn needs_level(measures: &Measures) -> bool {
    let [_, level, ..] = measures.checks();
    level.grade != Grade::Good
}

/// What to ask before a poor sample is sent: the question, and the advice that goes with it.
pub fn doubt(measures: &Measures) -> Option<(String, String)> {
    let [length, level, clipping, noise, speech] = measures.checks();
    let is_poor = |check: &Check| check.grade == Grade::Poor;
    let (what, check) = if is_poor(&speech) && measures.music_share > 0.3 {
        ("mostly music".to_owned(), speech)
    } else if measures.level_db.is_none() && measures.noise_db < SILENT_DB {
        ("silent".to_owned(), level)
    } else if measures.is_mostly_noise() {
        ("mostly noise".to_owned(), if is_poor(&noise) { noise } else { speech })
    } else if is_poor(&clipping) {
        ("badly distorted".to_owned(), clipping)
    } else if is_poor(&level) {
        ("far from a good level".to_owned(), level)
    } else if is_poor(&length) {
        (format!("only {:.0} seconds long", measures.length_secs.floor()), length)
    } else {
        return None;
    };
    Some((format!("The sample is {what}. Clone it anyway?"), check.advice.unwrap_or_default()))
}

/// Below this, in decibels of full scale, there is nothing to hear.
const SILENT_DB: f64 = -60.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poor_sample_is_asked_about_in_words_for_what_is_wrong_with_it() {
        let good = Measures {
            length_secs: 60.0,
            level_db: Some(-18.0),
            clipped_share: 0.0,
            noise_db: -60.0,
            hum_hz: Some(50),
            speech_share: 0.9,
            music_share: 0.0,
            maybe_two_speakers: true,
        };
        assert_eq!(doubt(&good), None, "what is fair is not asked about");
        let asked = |measures: Measures| doubt(&measures).map(|(question, _)| question).unwrap_or_default();
        let poor = |what: &str| format!("The sample is {what}. Clone it anyway?");
        assert_eq!(asked(Measures { noise_db: -20.0, ..good.clone() }), poor("mostly noise"));
        assert_eq!(asked(Measures { speech_share: 0.2, ..good.clone() }), poor("mostly noise"));
        let music = Measures { speech_share: 0.1, music_share: 0.8, ..good.clone() };
        assert_eq!(asked(music), poor("mostly music"));
        let silent = Measures { speech_share: 0.0, level_db: None, noise_db: -90.0, ..good.clone() };
        assert_eq!(asked(silent), poor("silent"));
        assert_eq!(asked(Measures { clipped_share: 0.2, ..good.clone() }), poor("badly distorted"));
        assert_eq!(asked(Measures { length_secs: 6.4, ..good.clone() }), poor("only 6 seconds long"));
        assert_eq!(asked(Measures { level_db: Some(-2.0), ..good }), poor("far from a good level"));
    }

    #[test]
    fn only_what_there_is_reason_for_is_mended() {
        let measures = Measures {
            length_secs: 60.0,
            level_db: Some(-18.0),
            clipped_share: 0.0,
            noise_db: -60.0,
            hum_hz: None,
            speech_share: 0.9,
            music_share: 0.0,
            maybe_two_speakers: false,
        };
        let choice = SampleChoice { hum: true, level: true, ..SampleChoice::default() };
        assert_eq!(polish(&choice, &measures), Polish::default());
        let quiet = Measures { level_db: Some(-38.0), hum_hz: Some(60), ..measures };
        assert_eq!(polish(&choice, &quiet), Polish { hum: Some(60), level: true });
        assert_eq!(polish(&SampleChoice::default(), &quiet), Polish::default());
    }
}

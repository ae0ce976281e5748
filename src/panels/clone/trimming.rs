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
    /// "Clone voice" was pressed for this choice: it starts as soon as the sample is ready.
    pub pressed: Option<SampleChoice>,
    /// "Hear it" was pressed: the sample as recorded and as polished.
    pub hearing: Option<[Order; 2]>,
    /// The page was drawn with this file; only then is there anything to hear.
    pub is_open: bool,
}

/// What has become of a press on "Clone voice".
#[derive(Debug, PartialEq)]
pub enum Pressed {
    Waits,
    /// The page says why, or shows what is chosen instead.
    Dropped,
    /// What is sent, the file as it is without an order; and the question to ask first, with its advice.
    Ready(Option<Order>, Option<(String, String)>),
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

    /// What was measured in the part that is used: of the whole file, in what the service uses of it.
    pub fn measures(&mut self, file: &MediaFile, choice: &SampleChoice) -> Option<&Measures> {
        let part = if choice.whole { first_part(self.length(file)) } else { self.part(file, choice) };
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
        let mut failed = self.hearing.iter().flatten().filter_map(|order| self.cutting.error(order));
        if let Some(error) = failed.next().cloned() {
            cx.commands.complain("The sample could not be played", error);
            self.hearing = None;
        }
    }

    /// How far the sample is, while it is not there.
    pub fn words(&self) -> String {
        if self.heard.survey().is_some() { "Preparing the sample".to_owned() } else { self.heard.words() }
    }

    /// Takes a press. What was seen is what is sent, whatever is found out from here on.
    pub fn press(&mut self, file: &MediaFile, choice: &mut SampleChoice) {
        if !choice.whole {
            choice.part = Some(self.part(file, choice));
        }
        self.is_open = true;
        self.pressed = Some(*choice);
    }

    /// Follows a press up to its end: `is_held` when something is missing by now.
    pub fn pressed(&mut self, file: &MediaFile, choice: &SampleChoice, is_held: bool) -> Pressed {
        let is_unread = self.heard.error().is_some();
        let is_cut_wrong = self.cut_error(file, choice).is_some();
        // With something else chosen than what the press was for, it was for nothing.
        if is_held || self.pressed != Some(*choice) || is_cut_wrong || is_unread && !choice.whole {
            self.pressed = None;
            return Pressed::Dropped;
        }
        let order = self.order(file, choice);
        let is_ready = match &order {
            Some(order) => self.cutting.get(order).is_some(),
            // What can't be heard here can't be doubted either.
            None => choice.whole && (is_unread || self.heard.survey().is_some()),
        };
        if !is_ready {
            return Pressed::Waits;
        }
        self.pressed = None;
        Pressed::Ready(order, self.measures(file, choice).and_then(doubt))
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
        (format!("only {:.0} seconds long", measures.whole_secs()), length)
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
    use crate::media::probe::Probe;

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
        assert_eq!(asked(Measures { length_secs: 5.6, ..good.clone() }), poor("only 6 seconds long"));
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

    /// A survey of this many seconds of hiss, and a file that claims another length.
    fn hiss(secs: u32, claimed_secs: f64) -> (Trimming, MediaFile) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("hiss.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut written = hound::WavWriter::create(&path, spec).unwrap();
        let mut seed = 7_u32;
        for _ in 0..secs * 8_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            written.write_sample(i16::try_from(seed >> 18).unwrap() - 8_192).unwrap();
        }
        written.finalize().unwrap();
        let survey = survey::survey(&path, &|_| true).unwrap();
        let probe = Probe { duration_secs: Some(claimed_secs), size_bytes: 9, ..Probe::default() };
        (Trimming { heard: Listening::heard(survey), ..Trimming::default() }, MediaFile { path, probe })
    }

    fn cut() -> Cut {
        Cut { path: "cut.wav".into(), bytes: 9, secs: 9.0 }
    }

    #[test]
    fn what_was_shown_at_the_press_is_sent_when_the_file_is_longer_than_it_claims() {
        let (heard, file) = hiss(130, 110.0);
        let (mut trimming, mut choice) = (Trimming::default(), SampleChoice::default());
        let shown = trimming.part(&file, &choice);
        assert_eq!(shown, Part::new(0.0, 110.0));
        trimming.press(&file, &mut choice);
        assert_eq!(trimming.pressed(&file, &choice, false), Pressed::Waits);
        trimming.heard = heard.heard;
        assert_eq!(trimming.pressed(&file, &choice, false), Pressed::Waits, "it is being cut");
        let order = trimming.order(&file, &choice).unwrap();
        assert_eq!((order.part, order.is_all), (shown, false));
        trimming.cutting.take(order.clone(), cut());
        let Pressed::Ready(Some(sent), Some(_)) = trimming.pressed(&file, &choice, false) else { panic!("hiss") };
        assert_eq!((sent, trimming.pressed), (order, None));
    }

    #[test]
    fn a_press_is_taken_back_by_another_choice_and_by_what_is_missing() {
        let (mut trimming, file) = hiss(12, 12.0);
        let mut choice = SampleChoice::default();
        trimming.press(&file, &mut choice);
        let whole = SampleChoice { whole: true, ..choice };
        assert_eq!(trimming.pressed(&file, &whole, false), Pressed::Dropped);
        assert_eq!(trimming.pressed, None, "it does not go off later");
        trimming.press(&file, &mut choice);
        assert_eq!(trimming.pressed(&file, &choice, true), Pressed::Dropped);
    }

    #[test]
    fn the_whole_file_is_asked_about_as_well() {
        let (mut trimming, file) = hiss(130, 130.0);
        let survey = std::mem::take(&mut trimming.heard);
        let mut choice = SampleChoice { whole: true, part: Some(Part::new(100.0, 130.0)), ..SampleChoice::default() };
        trimming.press(&file, &mut choice);
        assert_eq!(trimming.pressed(&file, &choice, false), Pressed::Waits, "it has not been heard");
        trimming.heard = survey;
        let measured = trimming.measures(&file, &choice).unwrap().length_secs;
        assert!((measured - 120.0).abs() < 0.2, "{measured}: what the service uses of it");
        let Pressed::Ready(None, Some((question, _))) = trimming.pressed(&file, &choice, false) else {
            panic!("hiss is asked about")
        };
        assert_eq!(question, "The sample is mostly noise. Clone it anyway?");
    }
}

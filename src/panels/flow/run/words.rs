//! What the bar says of a run that has ended before everything was done. Pure.

use super::plan::Step;
use crate::ui::format;

/// Why a run ended before everything was done.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// As it was asked to, after this step.
    After(Step),
    /// This step was stopped elsewhere.
    During(Step),
    /// This step could not begin: why, as a sentence.
    Refused(Step, String),
    /// Something of the flow was changed while it ran.
    Changed,
    /// The next step would cost more than was shown: US dollars now, and then.
    Dearer(f64, f64),
    /// What the next step would cost is not known any more: US dollars that were shown.
    Unpriced(f64),
    /// Another flow was opened.
    Left,
    /// The program was closed.
    Closed,
}

/// Title and detail, when `next` is what comes next.
pub fn words(ended: &Ended, next: Step) -> (String, String) {
    let on = format!("Run all carries on from {}.", next.noun());
    let nothing_twice = "What is done is not run or paid for again.".to_owned();
    match ended {
        Ended::After(step) => (format!("Stopped after {}. {on}", step.noun()), nothing_twice),
        Ended::During(step) => (format!("Stopped during {}. {on}", step.noun()), nothing_twice),
        Ended::Refused(step, why) => stopped_at(step.noun(), why),
        Ended::Changed => {
            let title = format!("Stopped before {}: the flow was changed", next.noun());
            (title, format!("{on} What was begun goes on as it was asked for, see Activity."))
        }
        Ended::Dearer(now, then) => {
            let (now, then) = (format::price(*now), format::price(*then));
            (format!("Stopped before {}: it may cost {now}, more than the {then} shown", next.noun()), on)
        }
        Ended::Unpriced(then) => {
            let then = format::price(*then);
            (format!("Stopped before {}: its price is not known any more, {then} was shown", next.noun()), on)
        }
        Ended::Left => (format!("Stopped when another flow was opened. {on}"), nothing_twice),
        Ended::Closed => (format!("Stopped when Mouthpiece was closed. {on}"), nothing_twice),
    }
}

/// "Stopped at lip sync: the video could not be read", and the rest of the sentences.
pub fn stopped_at(name: &str, sentences: &str) -> (String, String) {
    let name = name.to_lowercase();
    let sentences = sentences.trim();
    // That it failed is said already.
    let sentences = sentences.strip_prefix("The lip sync failed: ").unwrap_or(sentences);
    let end = sentences.match_indices(['.', '?']).map(|(at, _)| at).find(|at| {
        let rest = &sentences[at + 1..];
        rest.is_empty() || rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase))
    });
    let Some(end) = end else {
        let title = format!("Stopped at {name}");
        return if sentences.is_empty() { (title, String::new()) } else { (title, sentences.to_owned()) };
    };
    let (first, rest) = sentences.split_at(end);
    let mark = if rest.starts_with('?') { "?" } else { "" };
    (format!("Stopped at {name}: {}{mark}", inside(first)), rest[1..].trim().to_owned())
}

/// A sentence's first word as it is written inside another: names keep their letters.
fn inside(sentence: &str) -> String {
    const COMMON: [&str; 14] =
        ["The", "This", "It", "There", "No", "Nobody", "Could", "A", "An", "What", "Another", "All", "Your", "Too"];
    let word = sentence.split([' ', '\'']).next().unwrap_or_default();
    if !COMMON.contains(&word) {
        return sentence.to_owned();
    }
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_says_where_and_how_it_goes_on() {
        let said = |ended| words(&ended, Step::LipSync).0;
        assert_eq!(said(Ended::After(Step::Speak)), "Stopped after the line. Run all carries on from lip sync.");
        assert_eq!(said(Ended::Changed), "Stopped before lip sync: the flow was changed");
        assert_eq!(
            said(Ended::Dearer(0.7, 0.52)),
            "Stopped before lip sync: it may cost $0.70, more than the $0.52 shown"
        );
        assert_eq!(said(Ended::Closed), "Stopped when Mouthpiece was closed. Run all carries on from lip sync.");
    }

    #[test]
    fn a_failure_is_told_in_one_line_and_the_advice_below() {
        let told = |sentences| stopped_at("Lip sync", sentences);
        assert_eq!(
            told("The video could not be read. Export it as MP4."),
            ("Stopped at lip sync: the video could not be read".into(), "Export it as MP4.".into())
        );
        assert_eq!(told("The lip sync failed: It is gone. Look.").0, "Stopped at lip sync: it is gone");
        let (title, detail) = told("a.mp4 can't be used here: this file has no picture. Choose a video.");
        assert_eq!(title, "Stopped at lip sync: a.mp4 can't be used here: this file has no picture");
        assert_eq!(detail, "Choose a video.");
        assert_eq!(told("sync.so had a problem").1, "sync.so had a problem");
        assert_eq!(told("The sample is silent. Clone it anyway?").1, "Clone it anyway?");
        assert_eq!(told(""), ("Stopped at lip sync".into(), String::new()));
    }
}

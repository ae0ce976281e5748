//! What a run may cost and how long it usually takes, before it is begun.

use std::time::Duration;

use super::run::Step;
use crate::compose;
use crate::script;
use crate::store::Store;
use crate::ui::format;

/// A line that is not spoken yet may sound this much longer than at an even pace.
const SLOW: f64 = 1.25;

/// Seconds of the result, once both lengths are known.
pub(super) fn result_secs(store: &Store) -> Option<f64> {
    let video = store.flow.target.as_ref()?.secs()?;
    let (_, voice) = store.voice_track()?;
    Some(compose::outlook(store.flow.lip_sync.mode, video, voice?).result_secs)
}

/// Seconds that the result may have at most while the line is not spoken yet.
fn longest_secs(store: &Store) -> Option<f64> {
    let video = store.flow.target.as_ref()?.secs()?;
    let text = store.flow.text();
    if text.trim().is_empty() {
        return None;
    }
    let voice = script::spoken_secs(text) * SLOW;
    Some(compose::outlook(store.flow.lip_sync.mode, video, voice).result_secs)
}

/// What a lip sync may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Price {
    Sandbox,
    /// By the published prices, in US dollars.
    UpTo(f64),
    /// As the service says, in US dollars.
    Said(f64),
    /// There is no published price, and the service could not be asked.
    Unknown,
}

impl Price {
    pub fn words(self) -> String {
        match self {
            Self::Sandbox => "$0.00, sandbox".to_owned(),
            Self::UpTo(usd) => format!("Up to {}", format::price(usd)),
            Self::Said(usd) => format!("About {}", format::price(usd)),
            Self::Unknown => "Price not known".to_owned(),
        }
    }

    pub fn usd(self) -> Option<f64> {
        match self {
            Self::Sandbox | Self::Unknown => None,
            Self::UpTo(usd) | Self::Said(usd) => Some(usd),
        }
    }
}

/// The price as the lip sync page has it: the service's own, once it has answered.
pub(super) fn price(store: &Store) -> Option<Price> {
    if store.is_sandbox {
        return Some(Price::Sandbox);
    }
    let published = || Some(Price::UpTo(compose::price(&store.flow.lip_sync.model, result_secs(store)?)?));
    store.lip_sync_price.map(Price::Said).or_else(published)
}

/// What these steps may cost together. Cloning and speaking have no published price, so only the lip sync counts;
/// `None` while its length is not known.
pub(super) fn total(store: &Store, steps: &[Step]) -> Option<Price> {
    if store.is_sandbox {
        return Some(Price::Sandbox);
    }
    let secs = if steps.contains(&Step::Speak) {
        longest_secs(store)?
    } else if let Some(usd) = store.lip_sync_price {
        return Some(Price::Said(usd));
    } else {
        result_secs(store)?
    };
    Some(compose::price(&store.flow.lip_sync.model, secs).map_or(Price::Unknown, Price::UpTo))
}

/// How long these steps usually take together; `None` while nobody knows.
pub(super) fn usual(store: &Store, steps: &[Step]) -> Option<(Duration, Duration)> {
    let mut sum = (Duration::ZERO, Duration::ZERO);
    for step in steps {
        let (from, to) = step_usual(store, *step, steps.contains(&Step::Speak))?;
        sum = (sum.0 + from, sum.1 + to);
    }
    Some(sum)
}

fn step_usual(store: &Store, step: Step, speaks: bool) -> Option<(Duration, Duration)> {
    let secs = Duration::from_secs;
    match step {
        Step::Clone if store.is_sandbox => Some((secs(2), secs(5))),
        Step::Speak if store.is_sandbox => Some((secs(1), secs(4))),
        Step::Clone => Some((secs(20), secs(60))),
        Step::Speak => Some((secs(4), secs(12))),
        Step::LipSync => {
            let length = if speaks { longest_secs(store) } else { result_secs(store) }?;
            if store.is_sandbox {
                let length = Duration::try_from_secs_f64(length).ok()?;
                return Some((length.mul_f64(0.6), length.mul_f64(0.9) + secs(4)));
            }
            published(compose::usual_time(&store.flow.lip_sync.model, length)?)
        }
    }
}

/// "1 to 3 min" and "under 1 min" as they are published.
fn published(words: &str) -> Option<(Duration, Duration)> {
    let minutes = words.strip_suffix(" min")?;
    let of = |number: &str| number.parse().ok().map(Duration::from_mins);
    match minutes.split_once(" to ") {
        Some((from, to)) => Some((of(from)?, of(to)?)),
        None => Some((Duration::from_secs(20), of(minutes.strip_prefix("under ")?)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::probe::Probe;
    use crate::store::MediaFile;

    fn store() -> Store {
        let mut store = Store::new("sync.so".into(), false);
        let probe = Probe { duration_secs: Some(8.0), ..Probe::default() };
        store.flow.target = Some(MediaFile { path: "/a/teaser.mp4".into(), probe });
        // Ten seconds at an even pace.
        "a".repeat(145).clone_into(store.flow.text_mut());
        store
    }

    const ALL: [Step; 3] = [Step::Clone, Step::Speak, Step::LipSync];

    #[test]
    fn the_price_is_the_one_that_the_service_says() {
        let mut store = Store::new("sync.so".into(), false);
        assert_eq!(price(&store), None);
        store.lip_sync_price = Some(0.5);
        assert_eq!(price(&store).unwrap().words(), "About $0.50");
        store.is_sandbox = true;
        assert_eq!(price(&store), Some(Price::Sandbox));
    }

    #[test]
    fn a_line_that_is_not_spoken_is_counted_as_slowly_spoken() {
        let mut store = store();
        assert_eq!(total(&store, &ALL).unwrap().words(), "Up to $0.63");
        // The price of the take before is not the price of the next one.
        store.lip_sync_price = Some(0.1);
        assert_eq!(total(&store, &ALL).unwrap().words(), "Up to $0.63");
        assert_eq!(total(&store, &[Step::LipSync]).unwrap().words(), "About $0.10");
        store.flow.lip_sync.model = "something-new".into();
        assert_eq!(total(&store, &ALL), Some(Price::Unknown));
        store.flow.text_mut().clear();
        assert_eq!(total(&store, &ALL), None, "nobody knows how long it will be");
        store.flow.target = None;
        assert_eq!(total(&store, &ALL), None);
    }

    #[test]
    fn the_usual_time_is_the_sum_of_the_steps() {
        let store = store();
        let (from, to) = usual(&store, &ALL).unwrap();
        assert_eq!(format::range(from, to), "1 to 4 min");
        for model in ["sync-3", "lipsync-2-pro", "lipsync-2", "lipsync-1.9.0-beta", "react-1"] {
            for secs in [5.0, 60.0] {
                let words = compose::usual_time(model, secs).unwrap();
                assert!(published(words).is_some_and(|(from, to)| from < to), "{model}: {words}");
            }
        }
        assert_eq!(usual(&store, &[]), Some((Duration::ZERO, Duration::ZERO)));
    }
}

//! What a month has cost so far and what its limits leave: sums over the library's charges. Pure.

use crate::error::Result;
use crate::library::{Charge, ChargeState, Library, Limits};

/// The books of one month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spend {
    /// "2026-11", in UTC.
    pub month: String,
    /// Newest first.
    pub charges: Vec<Charge>,
    pub limits: Limits,
    /// Every month with charges, latest first.
    pub months: Vec<String>,
    /// How many lip syncs the plan runs at a time, once the service has said so.
    pub at_a_time: Option<usize>,
}

/// What belongs together: a model, or a voice.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub name: String,
    /// US dollars.
    pub usd: f64,
    pub jobs: usize,
    /// How many of the jobs have no known price.
    pub unknown: usize,
}

impl Spend {
    /// Reads the books of a month. Blocks; call it through the runtime.
    ///
    /// # Errors
    /// When the library can't be read.
    pub fn read(library: &Library, month: &str) -> Result<Self> {
        Ok(Self {
            month: month.to_owned(),
            charges: library.charges(month)?,
            limits: library.limits()?,
            months: library.months()?,
            at_a_time: library.note("concurrency_limit")?.and_then(|limit| limit.parse().ok()),
        })
    }

    /// Everything that counts against the limits, in US dollars: what was bought, and what is set aside.
    pub fn total(&self) -> f64 {
        self.counted().map(Charge::counts_usd).sum()
    }

    /// How much of the total the service has said to be the price, in US dollars. The rest is estimated.
    pub fn said(&self) -> f64 {
        self.counted().filter_map(|charge| charge.actual_usd).sum()
    }

    fn counted(&self) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(|charge| charge.state != ChargeState::Released)
    }

    /// What counts, but for what has neither a price nor left this computer.
    fn listed(&self) -> impl Iterator<Item = &Charge> {
        self.counted().filter(|charge| charge.state != ChargeState::Reserved || charge.estimate_usd.is_some())
    }

    /// By model or, without one, by what was bought; dearest first.
    pub fn by_model(&self) -> Vec<Part> {
        parts(self.listed(), |charge| match (charge.model.as_deref(), charge.kind.as_str()) {
            (Some(model), "lip sync") => format!("Lip sync, {model}"),
            (_, "lip sync") => "Lip sync".to_owned(),
            (_, "speech") => "Takes".to_owned(),
            (_, "clone") => "Voice clones".to_owned(),
            (_, other) => other.to_owned(),
        })
    }

    /// By voice, dearest first. `voice` knows the voice of a charge that does not name it.
    pub fn by_voice(&self, voice: impl Fn(&Charge) -> Option<String>) -> Vec<Part> {
        parts(self.listed(), |charge| {
            charge.voice.clone().or_else(|| voice(charge)).unwrap_or_else(|| "Sound files of your own".to_owned())
        })
    }

    /// Whether a job of this price, in US dollars, is refused: the same rule as the library's own.
    pub fn stops(&self, price: Option<f64>) -> bool {
        let Some(stop) = self.limits.stop_usd else { return false };
        match price {
            Some(price) if micros(price) == 0 => false,
            Some(price) => micros(self.total()) + micros(price) > micros(stop),
            None => micros(self.total()) >= micros(stop),
        }
    }

    /// Whether a job of this price passes the warning.
    pub fn warns(&self, price: Option<f64>) -> bool {
        let price = price.map_or(0, micros);
        self.limits.warn_usd.is_some_and(|warn| micros(self.total()) + price > micros(warn))
    }

    /// The month's name: "November".
    pub fn month_name(&self) -> String {
        month_name(&self.month)
    }
}

/// "November" for "2026-11"; what is no month stays as it is.
pub fn month_name(month: &str) -> String {
    let number = month.get(5..7).and_then(|number| number.parse::<u8>().ok());
    let name = number.and_then(|number| time::Month::try_from(number).ok());
    name.map_or_else(|| month.to_owned(), |name| name.to_string())
}

/// Millionths of a dollar, so that sums of cents compare as people count.
#[expect(clippy::cast_possible_truncation, reason = "prices are far below 10^12 dollars, and saturate there")]
fn micros(usd: f64) -> i64 {
    (usd.clamp(0.0, 1e12) * 1e6).round() as i64
}

fn parts<'a>(charges: impl Iterator<Item = &'a Charge>, name: impl Fn(&Charge) -> String) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for charge in charges {
        let name = name(charge);
        let at = parts.iter().position(|part| part.name == name).unwrap_or_else(|| {
            parts.push(Part { name, usd: 0.0, jobs: 0, unknown: 0 });
            parts.len() - 1
        });
        let part = &mut parts[at];
        part.usd += charge.counts_usd();
        part.jobs += 1;
        part.unknown += usize::from(charge.actual_usd.or(charge.estimate_usd).is_none());
    }
    parts.sort_by(|one, other| other.usd.total_cmp(&one.usd).then_with(|| one.name.cmp(&other.name)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(kind: &str, model: Option<&str>, estimate: Option<f64>, actual: Option<f64>) -> Charge {
        Charge {
            job: "a".into(),
            at: "2026-11-22T10:00:00Z".into(),
            kind: kind.into(),
            voice: Some("Mara".into()),
            model: model.map(str::to_owned),
            estimate_usd: estimate,
            actual_usd: actual,
            state: ChargeState::Settled,
        }
    }

    fn spend(stop: f64) -> Spend {
        let released = Charge { state: ChargeState::Released, ..charge("lip sync", Some("sync-3"), Some(9.0), None) };
        Spend {
            month: "2026-11".into(),
            charges: vec![
                charge("lip sync", Some("lipsync-2"), Some(0.5), Some(0.4)),
                charge("lip sync", Some("sync-3"), Some(1.2), None),
                charge("lip sync", Some("lipsync-2"), Some(0.1), None),
                charge("speech", None, None, None),
                released,
            ],
            limits: Limits { warn_usd: Some(1.8), stop_usd: Some(stop) },
            ..Spend::default()
        }
    }

    #[test]
    fn the_price_that_was_said_counts_and_the_estimate_until_then() {
        let spend = spend(2.0);
        assert!((spend.total() - 1.7).abs() < 1e-9 && (spend.said() - 0.4).abs() < 1e-9);
        let models: Vec<(String, usize)> = spend.by_model().into_iter().map(|part| (part.name, part.jobs)).collect();
        let expected = [("Lip sync, sync-3", 1), ("Lip sync, lipsync-2", 2), ("Takes", 1)];
        assert_eq!(models, expected.map(|(name, jobs)| (name.to_owned(), jobs)));
        let [mara] = spend.by_voice(|_| None).try_into().unwrap();
        assert_eq!((mara.jobs, mara.unknown), (4, 1));
        assert_eq!(spend.month_name(), "November");
    }

    #[test]
    fn a_limit_is_hit_when_a_job_passes_it_and_not_when_it_just_fits() {
        assert!(!spend(2.0).stops(Some(0.3)) && spend(2.0).stops(Some(0.300_002)));
        assert!(!spend(2.0).stops(None) && spend(1.7).stops(None) && !spend(1.0).stops(Some(0.0)));
        assert!(!spend(2.0).warns(Some(0.1)) && spend(2.0).warns(Some(0.11)));
        assert!(!Spend::default().stops(None) && !Spend::default().warns(Some(1e6)));
    }
}

//! What something may cost, and whether that may be spent: said and agreed to before anything is bought.

use std::path::Path;

use time::OffsetDateTime;

use super::ask::agree;
use super::desk::Desk;
use super::{Failure, NOT_ALLOWED, work};
use crate::api::EstimateRequest;
use crate::compose;
use crate::error::{Error, Result};
use crate::format;
use crate::jobs::{Request, stamp};
use crate::library::Limits;
use crate::orders::lip_sync;
use crate::script;
use crate::store::Store;

/// A line that is not spoken yet may sound this much longer than at an even pace,
const SLOW: f64 = 1.25;
/// and by so many seconds besides: breath before and after it, which counts with lines of a word or two.
const BREATH: f64 = 1.0;
/// What is no difference between two sums, in US dollars.
pub const NOTHING: f64 = 0.005;

/// What several things may cost together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// US dollars, of those whose price is known.
    pub usd: f64,
    /// How many there are whose price nobody knows.
    pub unknown: usize,
}

impl Sum {
    pub fn of(prices: impl IntoIterator<Item = Option<f64>>) -> Self {
        prices.into_iter().fold(Self::default(), |sum, price| match price {
            Some(usd) => Self { usd: sum.usd + usd, ..sum },
            None => Self { unknown: sum.unknown + 1, ..sum },
        })
    }

    /// US dollars, where all of it is known.
    pub fn known(self) -> Option<f64> {
        (self.unknown == 0).then_some(self.usd)
    }

    /// "up to $0.52": in words.
    pub fn words(self) -> String {
        let usd = format::price(self.usd);
        match (self.unknown, self.usd > 0.0) {
            (0, _) => format!("up to {usd}"),
            (1, false) => "a price that is not known".to_owned(),
            (_, false) => "prices that are not known".to_owned(),
            (unknown, true) => format!("up to {usd}, and {unknown} more without a known price"),
        }
    }
}

/// Whose word on a price counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The service's own estimate, else the published price.
    Service,
    /// The published price; the service is asked only for models without one. For many prices at a time.
    Published,
}

/// What the lip sync of the flow may cost, in US dollars; for a line that is not spoken yet by its length in letters.
/// Nothing, when it was begun before and only goes on; `None` when nobody knows.
///
/// # Errors
/// That it was left with Ctrl+C.
pub fn price(desk: &Desk, store: &Store, to: Option<&Path>, source: Source) -> Result<Option<f64>, Failure> {
    if desk.is_sandbox {
        return Ok(Some(0.0));
    }
    if let Some(job) = work::video_job(desk, store, to, None)
        && desk.jobs.under_way_like(&Request::LipSync(job)).is_some()
    {
        return Ok(Some(0.0));
    }
    let (video, _, known) = lip_sync::lengths(store);
    let text = store.flow.text();
    let spoken = script::spoken_secs(text) * SLOW + BREATH;
    let written = || Some(compose::outlook(store.flow.lip_sync.mode, video?, spoken).result_secs);
    let Some(secs) = known.or_else(written) else { return Ok(None) };
    let model = store.flow.lip_sync.model.clone();
    let published = compose::price(&model, secs);
    if published.is_some() && (known.is_none() || source == Source::Published) {
        return Ok(published);
    }
    let asking = desk.client.estimate(&EstimateRequest { model, duration: secs, fps: compose::BILLED_FPS });
    let said = match desk.background.wait(desk.background.runtime().spawn(asking)) {
        Ok(said) => said.estimated_generation_cost.filter(|usd| usd.is_finite() && *usd >= 0.0),
        Err(Error::Cancelled) => return Err(Error::Cancelled.into()),
        // The published price stands.
        Err(_) => None,
    };
    Ok(said.or(published))
}

/// Asks whether that may be spent, once it is sure that the month's limit leaves it. What is free is not asked about.
pub fn agree_to(desk: &Desk, yes: bool, what: &str, price: Sum) -> Result<(), Failure> {
    if desk.is_sandbox || price == Sum::default() {
        return Ok(());
    }
    let (limits, spent) = month(desk)?;
    if let Some(why) = above(limits.stop_usd, spent, price) {
        let advice = "Nothing was bought. To raise the limit: mouthpiece spend --stop-at USD";
        return Err(Failure::new(NOT_ALLOWED, format!("{why} {advice}")));
    }
    let warning = warning(limits, spent, price.usd).map_or_else(String::new, |warning| format!("{warning} "));
    if yes && !warning.is_empty() {
        desk.out.note(warning.trim_end());
    }
    agree(&desk.out, &desk.background, yes, &format!("{warning}{what} for {}?", price.words()))
}

/// Says so when the month has come above the sum to be warned at: for what is begun without a question, as its price is not
/// told before.
pub fn warn(desk: &Desk) -> Result<(), Failure> {
    if desk.is_sandbox {
        return Ok(());
    }
    let (limits, spent) = month(desk)?;
    if let Some(warning) = warning(limits, spent, 0.0) {
        desk.out.note(&warning);
    }
    Ok(())
}

fn warning(limits: Limits, spent: f64, usd: f64) -> Option<String> {
    let warn = limits.warn_usd.filter(|warn| spent + usd > *warn)?;
    let (spent, warn) = (format::price(spent), format::price(warn));
    Some(format!("This month has cost {spent}, and you want to be warned above {warn}."))
}

/// The limits, and what this month has cost so far.
fn month(desk: &Desk) -> Result<(Limits, f64)> {
    let library = desk.library.clone();
    let month: String = stamp(OffsetDateTime::now_utc()).chars().take(7).collect();
    desk.background.blocking(move || Ok((library.limits()?, library.month_usd(&month)?)))
}

/// Why a price can't be spent under a limit.
fn above(stop: Option<f64>, spent: f64, price: Sum) -> Option<String> {
    let stop = stop?;
    let (limit, used) = (format::price(stop), format::price(spent));
    if price.usd > 0.0 && spent + price.usd > stop + 1e-6 {
        let price = format::price(price.usd);
        return Some(format!("This may cost {price}, and {used} of the month's limit of {limit} are used."));
    }
    let is_full = price.unknown > 0 && spent >= stop;
    is_full.then(|| format!("What this costs is not known, and the month's limit of {limit} is reached ({used})."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_knows_is_said_beside_what_is_known() {
        let words = |prices: &[Option<f64>]| Sum::of(prices.iter().copied()).words();
        assert_eq!(words(&[Some(0.5), Some(0.25)]), "up to $0.75");
        assert_eq!(words(&[None]), "a price that is not known");
        assert_eq!(words(&[None, None]), "prices that are not known");
        assert_eq!(words(&[Some(0.5), None]), "up to $0.50, and 1 more without a known price");
        assert_eq!(Sum::of([Some(0.5), None]).known(), None);
    }

    #[test]
    fn a_limit_is_looked_at_before_anything_is_bought() {
        let price = |usd, unknown| Sum { usd, unknown };
        assert_eq!(above(None, 100.0, price(5.0, 1)), None);
        assert_eq!(above(Some(10.0), 5.0, price(5.0, 0)), None);
        assert!(above(Some(10.0), 5.0, price(5.01, 0)).unwrap().contains("$5.00 of the month's limit of $10.00"));
        assert_eq!(above(Some(10.0), 9.0, price(0.0, 1)), None);
        assert!(above(Some(10.0), 10.0, price(0.0, 1)).unwrap().contains("is reached"));
    }
}

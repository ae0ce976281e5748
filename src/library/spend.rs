//! What was spent and what is set aside, and the limits every submit path obeys.
//!
//! A job's charge is *reserved* before anything leaves, *sent* with the request, and ends *settled* (bought) or
//! *released* (clearly refused). The check against the stop limit and the reservation are one transaction, so no
//! order of calls reserves more than the limit leaves. Amounts are kept in millionths of a dollar: sums are exact.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, Transaction, params};

use super::{Library, failed};
use crate::error::{Error, Result};

/// How a charge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeState {
    /// Set aside; nothing was sent yet.
    Reserved,
    /// The request left; it may have been carried out.
    Sent,
    /// Bought: the actual price counts where it is known, else the estimate.
    Settled,
    /// Clearly refused: nothing was bought.
    Released,
}

impl ChargeState {
    fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Sent => "sent",
            Self::Settled => "settled",
            Self::Released => "released",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "sent" => Self::Sent,
            "settled" => Self::Settled,
            "released" => Self::Released,
            _ => Self::Reserved,
        }
    }
}

/// What one job costs. Prices are in US dollars; a price that is not a number, or below 0, counts as unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Id of the job.
    pub job: String,
    /// When it was reserved, ISO 8601 in UTC; its first seven characters are the month it counts in.
    pub at: String,
    /// What was bought: "clone", "speech", "lip sync".
    pub kind: String,
    pub voice: Option<String>,
    pub model: Option<String>,
    pub estimate_usd: Option<f64>,
    pub actual_usd: Option<f64>,
    pub state: ChargeState,
}

impl Charge {
    /// What it adds to its month: the actual price, else the estimate, else nothing.
    pub fn counts_usd(&self) -> f64 {
        if self.state == ChargeState::Released { 0.0 } else { self.actual_usd.or(self.estimate_usd).unwrap_or(0.0) }
    }
}

/// The user's limits on one month, in US dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// From here on the app asks before it spends.
    pub warn_usd: Option<f64>,
    /// Nothing is sent that would pass this.
    pub stop_usd: Option<f64>,
}

impl Limits {
    /// The warning and the stop, where the warning comes after it: then there is nothing left to be warned of.
    pub fn late_warning(self) -> Option<(f64, f64)> {
        self.warn_usd.zip(self.stop_usd).filter(|(warn, stop)| warn > stop)
    }
}

pub(super) const LATEST: &str = "SELECT id, state FROM charges WHERE job = ?1 ORDER BY id DESC LIMIT 1";
pub(super) const SUM: &str = "SELECT coalesce(sum(coalesce(actual, estimate, 0)), 0) FROM charges
    WHERE month = substr(?1, 1, 7) AND state <> 'released' AND id <> ?2";
pub(super) const ADD: &str = "INSERT INTO charges (id, job, at, kind, voice, model, estimate, actual, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, 'reserved') ON CONFLICT (id) DO UPDATE SET at = ?3, kind = ?4,
    voice = ?5, model = ?6, estimate = ?7, actual = NULL, state = 'reserved'";
pub(super) const MARK: &str = "UPDATE charges SET state = ?2 WHERE id = ?1";
pub(super) const SETTLE: &str = "UPDATE charges SET state = 'settled', actual = coalesce(?2, actual) WHERE id = ?1";
// Once at every start, so it may read the table.
const ORPHANS: &str = "UPDATE charges SET state = 'released'
    WHERE state = 'reserved' AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = charges.job)";
pub(super) const OF_MONTH: &str = "SELECT * FROM charges WHERE month = ?1 ORDER BY month, id DESC";
pub(super) const OF_JOB: &str = "SELECT coalesce(sum(coalesce(actual, estimate, 0)), 0) FROM charges
    WHERE job = ?1 AND state <> 'released'";
pub(super) const MONTHS: &str = "SELECT DISTINCT month FROM charges ORDER BY month DESC";
pub(super) const LIMITS: &str = "SELECT warn, stop FROM limits WHERE id = 1";
pub(super) const SET_LIMITS: &str = "INSERT INTO limits (id, warn, stop) VALUES (1, ?1, ?2)
    ON CONFLICT (id) DO UPDATE SET warn = ?1, stop = ?2";

impl Library {
    /// Sets money aside for a job before it sends anything; the charge's own state and actual price are not looked
    /// at. The same job again replaces its own row, unless that is settled: what was bought stays on the books.
    ///
    /// # Errors
    /// [`Error::OverLimit`] when the month's stop limit does not leave the estimate, or, for an unknown price, is
    /// reached. Nothing is changed then, apart from an earlier reservation of the job, which stays.
    pub fn reserve(&self, charge: &Charge) -> Result<()> {
        self.transaction(|all| reserve(all, charge))
    }

    /// Notes that a job's request is about to leave.
    ///
    /// # Errors
    /// When nothing is set aside for the job: it must not be sent then.
    pub fn charge_sent(&self, job: &str) -> Result<()> {
        self.transaction(|all| charge_sent(all, job))
    }

    /// Sets money aside and notes that the request is about to leave, or does neither. `once_more`: what was sent
    /// before may have been bought and stays on the books; this is another purchase.
    ///
    /// # Errors
    /// See [`Library::reserve`].
    pub fn spend(&self, charge: &Charge, once_more: bool) -> Result<()> {
        self.transaction(|all| {
            if once_more {
                settle(all, &charge.job, None)?;
            }
            reserve(all, charge)?;
            charge_sent(all, &charge.job)
        })
    }

    /// Notes that a job was bought, and its price where it is known; a price learned later is noted the same way.
    /// A job that was released stays so unless a price proves that it was bought.
    pub fn settle(&self, job: &str, actual_usd: Option<f64>) -> Result<()> {
        self.transaction(|all| settle(all, job, actual_usd))
    }

    /// Gives back what was set aside, after a clear refusal. What was bought stays on the books.
    pub fn release(&self, job: &str) -> Result<()> {
        self.transaction(|all| match latest(all, job)? {
            Some((id, ChargeState::Reserved | ChargeState::Sent)) => mark(all, id, ChargeState::Released),
            _ => Ok(()),
        })
    }

    /// Gives back what was set aside for jobs that are gone, and whose request never left.
    pub fn release_orphans(&self) -> Result<()> {
        self.run(ORPHANS, [])
    }

    /// The charges of a month such as "2026-11", newest first.
    pub fn charges(&self, month: &str) -> Result<Vec<Charge>> {
        self.list(OF_MONTH, [month], read)
    }

    /// What a month such as "2026-11" has cost, with what is set aside; in US dollars.
    pub fn month_usd(&self, month: &str) -> Result<f64> {
        let sum: Option<i64> = self.one(SUM, params![month, -1], |row| row.get(0))?;
        Ok(sum.map_or(0.0, to_usd))
    }

    /// What one job has cost so far, in US dollars.
    pub fn job_usd(&self, job: &str) -> Result<f64> {
        let sum: Option<i64> = self.one(OF_JOB, [job], |row| row.get(0))?;
        Ok(sum.map_or(0.0, to_usd))
    }

    /// The months with charges, newest first.
    pub fn months(&self) -> Result<Vec<String>> {
        self.list(MONTHS, [], |row| row.get(0))
    }

    /// The limits; both are open until they are set.
    pub fn limits(&self) -> Result<Limits> {
        let (warn, stop) = limits(&self.connection())?;
        Ok(Limits { warn_usd: warn.map(to_usd), stop_usd: stop.map(to_usd) })
    }

    /// Sets both limits.
    ///
    /// # Errors
    /// [`Error::Input`] when a limit is below 0 or not a number.
    pub fn set_limits(&self, limits: Limits) -> Result<()> {
        let checked = |limit: Option<f64>| match limit {
            None => Ok(None),
            Some(usd) => to_micros(usd).map(Some).ok_or_else(|| {
                Error::Input("A spending limit is an amount in dollars, 0 or more. Enter it again.".to_owned())
            }),
        };
        self.run(SET_LIMITS, [checked(limits.warn_usd)?, checked(limits.stop_usd)?])
    }
}

fn reserve(all: &Transaction<'_>, charge: &Charge) -> Result<()> {
    let estimate = charge.estimate_usd.and_then(to_micros);
    let own = match latest(all, &charge.job)? {
        Some((id, state)) if state != ChargeState::Settled => Some(id),
        _ => None,
    };
    let stop: Option<i64> = limits(all)?.1;
    if let Some(stop) = stop {
        let counted = params![charge.at, own.unwrap_or(-1)];
        let used: i64 = all.query_row(SUM, counted, |row| row.get(0)).map_err(failed)?;
        refuse_over(stop, used, estimate)?;
    }
    let Charge { job, at, kind, voice, model, .. } = charge;
    all.execute(ADD, params![own, job, at, kind, voice, model, estimate]).map_err(failed)?;
    Ok(())
}

fn charge_sent(all: &Transaction<'_>, job: &str) -> Result<()> {
    match latest(all, job)? {
        Some((id, ChargeState::Reserved)) => mark(all, id, ChargeState::Sent),
        Some((_, ChargeState::Sent | ChargeState::Settled)) => Ok(()),
        Some((_, ChargeState::Released)) | None => Err(Error::OverLimit(
            "No money is set aside for this any more, so it was not sent. Run it again.".to_owned(),
        )),
    }
}

fn settle(all: &Transaction<'_>, job: &str, actual_usd: Option<f64>) -> Result<()> {
    let actual = actual_usd.and_then(to_micros);
    let settled = match latest(all, job)? {
        Some((_, ChargeState::Released)) if actual.is_none() => None,
        latest => latest,
    };
    if let Some((id, _)) = settled {
        all.execute(SETTLE, params![id, actual]).map_err(failed)?;
    }
    Ok(())
}

fn latest(all: &Transaction<'_>, job: &str) -> Result<Option<(i64, ChargeState)>> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, ChargeState::of(row.get_ref(1)?.as_str()?)));
    all.query_row(LATEST, [job], read).optional().map_err(failed)
}

fn mark(all: &Transaction<'_>, id: i64, state: ChargeState) -> Result<()> {
    all.execute(MARK, params![id, state.word()]).map_err(failed)?;
    Ok(())
}

/// The limits in a file that was set aside, as far as they can be read there. Nothing is written to it.
pub(super) fn limits_of(aside: &Path) -> Option<Limits> {
    let connection = Connection::open_with_flags(aside, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let (warn, stop) = limits(&connection).ok()?;
    Some(Limits { warn_usd: warn.map(to_usd), stop_usd: stop.map(to_usd) })
}

/// Warn and stop, in millionths of a dollar.
fn limits(connection: &Connection) -> Result<(Option<i64>, Option<i64>)> {
    let row = connection.query_row(LIMITS, [], |row| Ok((row.get(0)?, row.get(1)?))).optional();
    Ok(row.map_err(failed)?.unwrap_or_default())
}

/// What is free passes always; an unknown price passes until the limit is reached.
fn refuse_over(stop: i64, used: i64, estimate: Option<i64>) -> Result<()> {
    let (limit, spent) = (dollars(stop), dollars(used));
    let why = match estimate {
        Some(0) => return Ok(()),
        Some(price) if price > stop.saturating_sub(used) => {
            format!("This costs about {}, and {spent} of the month's limit of {limit} are used.", dollars(price))
        }
        None if used >= stop => {
            format!("What this costs is not known, and the month's limit of {limit} is reached ({spent}).")
        }
        _ => return Ok(()),
    };
    Err(Error::OverLimit(format!(
        "{why} Nothing was sent. Raise it with “Change limit” in Activity, or run it next month."
    )))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Charge> {
    let usd = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(to_usd));
    Ok(Charge {
        job: row.get("job")?,
        at: row.get("at")?,
        kind: row.get("kind")?,
        voice: row.get("voice")?,
        model: row.get("model")?,
        estimate_usd: usd("estimate")?,
        actual_usd: usd("actual")?,
        state: ChargeState::of(row.get_ref("state")?.as_str()?),
    })
}

/// Millionths of a dollar. Prices end at a billion dollars, so that sums stay within range; what is no price is
/// `None`.
fn to_micros(usd: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "at most 10^15 after the bound")]
    (usd >= 0.0).then(|| (usd.min(1e9) * 1e6).round() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53 for any sum a person can spend")]
fn to_usd(micros: i64) -> f64 {
    micros as f64 / 1e6
}

fn dollars(micros: i64) -> String {
    format!("${:.2}", to_usd(micros))
}

//! Prices the service did not know yet when a run ended: asked for again at the next start.

use std::time::Duration;

use time::{Month, OffsetDateTime};

use super::{Jobs, State};
use crate::api::{Client, Status};
use crate::error::{Error, Result};
use crate::library::{Charge, ChargeState, Library};
use crate::runtime::blocking;

/// More are not asked for at one start.
const MOST: usize = 50;
/// How often one price is asked for at one start, when the service says that it will know it.
const TRIES: u32 = 3;
/// How long it may have itself waited for.
const PATIENCE: Duration = Duration::from_mins(10);

/// A run whose price is not known.
struct Unpriced {
    job: String,
    run: String,
    /// It ended badly and is still on the books.
    ended: bool,
}

impl Jobs {
    /// Asks, one after the other, for the prices missing from the books of this month and the last.
    pub(super) fn ask_prices(&mut self) {
        let runs = self.list.iter().filter_map(|job| {
            let (done, over) = (&job.checkpoint, !job.is_running());
            let ended = done.run.ended && !matches!(job.state, State::Done(_));
            Some(Unpriced { job: job.id.clone(), run: done.generation.clone().filter(|_| over)?, ended })
        });
        let runs: Vec<Unpriced> = runs.collect();
        let (library, client) = (self.library.clone(), self.client.clone());
        if runs.is_empty() {
            return;
        }
        self.pricing = Some(self.handle.spawn(async move {
            let books = library.clone();
            let now = OffsetDateTime::now_utc();
            let open = blocking(move || unpriced(&books, runs, now)).await?;
            for run in open {
                match note(&client, &library, run).await {
                    // Nobody there, or asked too often: another time.
                    Err(error) if error.is_passing() => return Ok(()),
                    Err(error) => tracing::info!(kind = error.kind(), code = error.code(), "no price"),
                    Ok(()) => {}
                }
            }
            Ok(())
        }));
    }
}

fn unpriced(library: &Library, runs: Vec<Unpriced>, now: OffsetDateTime) -> Result<Vec<Unpriced>> {
    let [this, last] = months(now);
    let mut charges = library.charges(&this)?;
    charges.extend(library.charges(&last)?);
    let open = |run: &Unpriced, charge: &Charge| {
        let state = charge.state == ChargeState::Settled || run.ended && charge.state == ChargeState::Sent;
        charge.job == run.job && charge.actual_usd.is_none() && state
    };
    Ok(runs.into_iter().filter(|run| charges.iter().any(|charge| open(run, charge))).take(MOST).collect())
}

/// "2026-01" and "2025-12".
fn months(now: OffsetDateTime) -> [String; 2] {
    let written = |year: i32, month: Month| format!("{year:04}-{:02}", u8::from(month));
    let year = if now.month() == Month::January { now.year() - 1 } else { now.year() };
    [written(now.year(), now.month()), written(year, now.month().previous())]
}

async fn note(client: &Client, library: &Library, run: Unpriced) -> Result<()> {
    let Unpriced { job, run, ended } = run;
    let mut tries = 1;
    loop {
        let costs = client.costs(&run).await?;
        if let Some(price) = costs.settled_usd() {
            let library = library.clone();
            return blocking(move || library.settle(&job, Some(price))).await;
        }
        let wait = costs.retry_after_seconds.map(Duration::from_secs).filter(|wait| *wait <= PATIENCE);
        let Some(wait) = wait.filter(|_| tries < TRIES) else { break };
        tokio::time::sleep(wait.max(Duration::from_secs(1))).await;
        tries += 1;
    }
    if ended && client.generation(&run).await?.status == Status::Rejected {
        let library = library.clone();
        return blocking(move || library.release(&job)).await;
    }
    Err(Error::Cancelled)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_month_before_january_is_december() {
        assert_eq!(months(datetime!(2026-01-31 23:00 UTC)), ["2026-01", "2025-12"]);
        assert_eq!(months(datetime!(2026-11-22 10:00 UTC)), ["2026-11", "2026-10"]);
    }

    #[test]
    fn only_runs_that_were_bought_and_have_no_price_are_asked_about() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let charge = |job: &str, at: &str| Charge {
            job: job.into(),
            at: format!("{at}-22T10:00:00Z"),
            kind: "lip sync".into(),
            voice: None,
            model: None,
            estimate_usd: Some(1.0),
            actual_usd: None,
            state: ChargeState::Reserved,
        };
        let buy = |job: &str, at: &str| library.spend(&charge(job, at), false).unwrap();
        for (job, month) in [("new", "2026-11"), ("last", "2026-10"), ("old", "2026-09"), ("known", "2026-11")] {
            buy(job, month);
            library.settle(job, (job == "known").then_some(0.5)).unwrap();
        }
        buy("ended", "2026-11");
        buy("running", "2026-11");
        library.reserve(&charge("reserved", "2026-11")).unwrap();
        let jobs = ["new", "last", "old", "known", "ended", "running", "reserved"];
        let runs = jobs.map(|job| Unpriced { job: job.into(), run: "g".into(), ended: job == "ended" });
        let open = unpriced(&library, runs.into(), datetime!(2026-11-22 10:00 UTC)).unwrap();
        assert_eq!(open.iter().map(|run| run.job.as_str()).collect::<Vec<_>>(), ["new", "last", "ended"]);
    }
}

//! `mouthpiece spend`: what a month has cost, and the limits.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::arguments::Spend as Asked;
use super::parse::Limit;
use super::view::View;
use super::{Failure, Start};
use crate::error::Error;
use crate::format;
use crate::jobs::stamp;
use crate::library::Limits;
use crate::store::{Part, Spend};

/// Sets limits where they are given, then says how things stand.
pub fn run(asked: &Asked, start: &Start) -> Result<(), Failure> {
    let changes = asked.warn_above.is_some() || asked.stop_at.is_some();
    let desk = if changes { View::working(start, asked.common) } else { View::reading(start, asked.common) }?;
    let month = asked.month.clone().unwrap_or_else(|| stamp(OffsetDateTime::now_utc()).chars().take(7).collect());
    let (library, warn, stop) = (desk.library.clone(), asked.warn_above, asked.stop_at);
    let spend = desk.background.blocking(move || {
        if changes {
            let before = library.limits()?;
            let or = |given: Option<Limit>, before| given.map_or(before, |Limit(usd)| usd);
            let limits = Limits { warn_usd: or(warn, before.warn_usd), stop_usd: or(stop, before.stop_usd) };
            in_order(limits)?;
            library.set_limits(limits)?;
        }
        Spend::read(&library, &month)
    })?;
    if desk.out.is_json() {
        desk.out.result("", &document(&spend));
    } else {
        desk.out.result(&words(&spend, desk.is_sandbox), &Value::Null);
    }
    Ok(())
}

fn in_order(limits: Limits) -> Result<(), Error> {
    let Some((warn, stop)) = limits.late_warning() else { return Ok(()) };
    let [warn, stop] = [warn, stop].map(format::price);
    Err(Error::Input(format!(
        "The warning, {warn}, comes after the stop, {stop}. Lower it with --warn-above, or take it away with \
         --warn-above none."
    )))
}

/// The sandbox counts what its work would have cost, so that limits can be tried; none of it is money.
fn words(spend: &Spend, is_sandbox: bool) -> String {
    let limit = |usd: Option<f64>| usd.map_or_else(|| "none".to_owned(), format::price);
    let total =
        if is_sandbox { "$0.00. Nothing is billed in the sandbox.".to_owned() } else { format::cost(spend.total()) };
    let mut lines = vec![format!("{} {} (UTC): {total}", spend.month_name(), &spend.month[..4])];
    let part = |part: &Part| {
        let jobs = format::count(part.jobs as u64, "job", "jobs");
        if is_sandbox {
            return format!("  {}: {jobs}", part.name);
        }
        let unknown =
            if part.unknown > 0 { format!(", {} without a known price", part.unknown) } else { String::new() };
        format!("  {}: {} ({jobs}{unknown})", part.name, format::cost(part.usd))
    };
    lines.extend(spend.by_model().iter().map(part));
    let Limits { warn_usd, stop_usd } = spend.limits;
    lines.push(format!("Warning above: {}. Stop at: {}.", limit(warn_usd), limit(stop_usd)));
    lines.join("\n")
}

fn document(spend: &Spend) -> Value {
    let part = |part: &Part| json!({ "name": part.name, "usd": part.usd, "jobs": part.jobs, "unknown": part.unknown });
    json!({
        "event": "done",
        "month": spend.month,
        "usd": spend.total(),
        "saidUsd": spend.said(),
        "parts": spend.by_model().iter().map(part).collect::<Vec<_>>(),
        "warnAboveUsd": spend.limits.warn_usd,
        "stopAtUsd": spend.limits.stop_usd,
        "months": spend.months,
    })
}

//! `mouthpiece batch`: every row of a table is spoken and put on its video. What is there already is not made again, so
//! that the same command goes on where it was left.

mod plan;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::arguments::Batch;
use super::desk::Desk;
use super::follow::Followed;
use super::money::{self, NOTHING, Source, Sum};
use super::voice::Known;
use super::{FAILED, Failure, LEFT, NOT_ALLOWED, Start, jobs, out, table, work};
use crate::error::Error;
use crate::format;
use crate::jobs::Job;
use crate::store::{Flow, Store};

/// How many videos are hashed, uploaded or waiting for their turn side by side.
const AT_ONCE: usize = 8;

/// A row that can be carried out.
struct Order {
    /// As a spreadsheet numbers it.
    row: usize,
    flow: Flow,
    to: PathBuf,
    /// US dollars, when known.
    usd: Option<f64>,
    is_done: bool,
}

/// Says what it would cost, asks, and does it.
pub fn run(asked: &Batch, start: &Start) -> Result<(), Failure> {
    let rows = table::read(&asked.table)?;
    let mut desk = Desk::open(start, asked.common)?;
    desk.knows_all()?;
    desk.out.makes = !asked.dry_run;
    let known = Known::ask(&desk)?;
    let mut store = work::store(&desk, &known)?;
    let table = absolute(&asked.table);
    let beside = table.parent().unwrap_or(Path::new("/")).to_owned();
    let folder = asked.output.as_ref().map_or_else(|| beside.clone(), |folder| absolute(folder));
    // Everything is looked at before anything is bought.
    let orders = plan::orders(&mut desk, &mut store, &known, rows, beside, folder)?;
    let left: Vec<&Order> = orders.iter().filter(|order| !order.is_done).collect();
    say(&desk, &orders, asked.dry_run);
    if asked.dry_run || left.is_empty() {
        if !asked.dry_run {
            Ends::of(&orders).tell_done(&desk);
        }
        let (rows, to_do) = (orders.len(), left.len());
        desk.out.result("", &json!({ "event": "done", "rows": rows, "left": to_do, "usd": total(&left).known() }));
        return Ok(());
    }
    let what = format!("Run {}", format::count(left.len() as u64, "row", "rows"));
    money::agree_to(&desk, asked.agreed.yes, &what, total(&left))?;
    carry_out(&mut desk, &mut store, &orders)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What they may cost together.
fn total(orders: &[&Order]) -> Sum {
    Sum::of(orders.iter().map(|order| order.usd))
}

fn say(desk: &Desk, orders: &[Order], dry_run: bool) {
    let done = orders.iter().filter(|order| order.is_done).count();
    let left: Vec<&Order> = orders.iter().filter(|order| !order.is_done).collect();
    if done > 0 {
        desk.out.note(&format!("{} done before.", format::count(done as u64, "row was", "rows were")));
    }
    for order in orders.iter().filter(|_| dry_run) {
        let state = if order.is_done { "done" } else { "to do" };
        let file = order.to.display().to_string();
        let value = json!({ "event": "row", "row": order.row, "state": state, "file": file, "usd": order.usd });
        if desk.out.is_json() {
            desk.out.result("", &value);
        } else if !order.is_done {
            let price = Sum::of([order.usd]).words();
            desk.out.note(&format!("Row {}: {} for {price}", order.row, order.to.display()));
        }
    }
    let rows = format::count(left.len() as u64, "row", "rows");
    let price =
        if desk.is_sandbox { "free in the sandbox".to_owned() } else { format!("{} together", total(&left).words()) };
    desk.out.note(&format!("{rows} to do, {price}."));
}

/// How the rows ended that are over.
struct Ends<'a> {
    /// Those that nothing was told of, and what comes after them.
    untold: &'a [Order],
    over: HashSet<usize>,
    failed: usize,
    /// What no other row would fare better with.
    hopeless: Option<Failure>,
}

impl<'a> Ends<'a> {
    fn of(orders: &'a [Order]) -> Self {
        Self { untold: orders, over: HashSet::new(), failed: 0, hopeless: None }
    }

    fn end(&mut self, desk: &Desk, row: usize, over: Result<Job, Failure>) {
        tell(desk, row, over.as_ref());
        self.over.insert(row);
        self.tell_done(desk);
        if let Err(failure) = over {
            self.failed += 1;
            let is_hopeless = matches!(
                failure.error,
                Error::Unauthorized(_) | Error::Keychain(_) | Error::OverLimit(_) | Error::Billing(_)
            );
            self.hopeless = self.hopeless.take().or(is_hopeless.then_some(failure));
        }
    }

    /// Tells rows that were done before when it is their turn: results stand in the order of the table.
    fn tell_done(&mut self, desk: &Desk) {
        while let [next, rest @ ..] = self.untold
            && (next.is_done || self.over.contains(&next.row))
        {
            if next.is_done {
                tell_before(desk, next);
            }
            self.untold = rest;
        }
    }

    /// How it ended. Some rows may not have been tried, for what no row fares better with.
    fn close(self, desk: &Desk, rows: usize, made: usize, untried: usize) -> Result<(), Failure> {
        // Behind those that were not tried.
        self.untold.iter().filter(|order| order.is_done).for_each(|order| tell_before(desk, order));
        let failed = format::count(self.failed as u64, "row", "rows");
        match self.hopeless {
            Some(Failure { code, error }) if untried > 0 => {
                let rest = format::count(untried as u64, "row was", "rows were");
                Err(Failure::new(code, format!("{failed} failed, and {rest} not begun: {error}")))
            }
            None if self.failed == 0 => {
                desk.out.result("", &json!({ "event": "done", "rows": rows, "made": made, "left": 0 }));
                Ok(())
            }
            hopeless => {
                let code = hopeless.map_or(FAILED, |failure| failure.code);
                let why = format!("{failed} failed. The same command tries them again; what is done stays.");
                Err(Failure::new(code, why))
            }
        }
    }
}

/// Speaks the lines one after the other; the videos are made side by side, as many at a time as the plan allows.
fn carry_out(desk: &mut Desk, store: &mut Store, all: &[Order]) -> Result<(), Failure> {
    let (mut begun, mut followed, mut ends) = (Vec::new(), Followed::default(), Ends::of(all));
    let orders: Vec<&Order> = all.iter().filter(|order| !order.is_done).collect();
    // What was agreed to is never passed: what a row comes to be above its price must be left by the others.
    let mut above = 0.0;
    let mut untried = orders.len();
    ends.tell_done(desk);
    for order in &orders {
        untried -= 1;
        match begin(desk, store, order, &mut above) {
            Ok(id) => {
                begun.push(order.row);
                followed.add(id);
            }
            Err(failure) if failure.code == LEFT && followed.is_told() => return Err(failure),
            Err(failure) if failure.code == LEFT => return Err(desk.left(&followed)),
            Err(failure) => ends.end(desk, order.row, Err(failure)),
        }
        let mut over = |desk: &Desk, at: usize, over| ends.end(desk, begun[at], over);
        desk.follow_until(&mut followed, &mut over, |desk, followed| desk.not_begun(followed) < AT_ONCE)?;
        if ends.hopeless.is_some() {
            break;
        }
    }
    let mut over = |desk: &Desk, at: usize, over| ends.end(desk, begun[at], over);
    desk.follow_until(&mut followed, &mut over, |_, followed| followed.is_told())?;
    ends.close(desk, all.len(), orders.len(), untried)
}

/// Speaks the line of a row, and begins its video; gives the id of its job.
fn begin(desk: &mut Desk, store: &mut Store, order: &Order, above: &mut f64) -> Result<String, Failure> {
    store.flow = order.flow.clone();
    work::speak(desk, store, true)?;
    let usd = money::price(desk, store, Some(&order.to), Source::Published)?;
    let more = usd.zip(order.usd).map_or(0.0, |(now, then)| now - then);
    if *above + more > NOTHING {
        return Err(longer(usd));
    }
    *above += more;
    work::begin_video(desk, store, Some(&order.to), usd)
}

fn longer(usd: Option<f64>) -> Failure {
    let now = usd.map_or_else(String::new, format::price);
    Failure::new(
        NOT_ALLOWED,
        format!(
            "The line came out longer than thought, and {now} for it is above what was agreed to together. It is spoken \
             and kept; run the same command again to agree to the new price."
        ),
    )
}

/// Tells a row that was done before.
fn tell_before(desk: &Desk, order: &Order) {
    let file = order.to.display().to_string();
    let event = json!({ "event": "row", "row": order.row, "state": "done", "file": file, "already": true });
    desk.out.result(&file, &event);
}

fn tell(desk: &Desk, row: usize, over: Result<&Job, &Failure>) {
    match over {
        Ok(job) => {
            let file = jobs::made(job).unwrap_or_default();
            desk.out.result(&file, &json!({ "event": "row", "row": row, "state": "done", "file": file }));
        }
        Err(failure) => {
            desk.out.note(&format!("Row {row}: {}", out::sentence(&failure.error)));
            tell_failed(desk, row, failure);
        }
    }
}

/// Tells a program that a row failed.
fn tell_failed(desk: &Desk, row: usize, failure: &Failure) {
    let mut value: Value = out::failure(&failure.error);
    (value["event"], value["row"], value["state"]) = (json!("row"), json!(row), json!("failed"));
    if desk.out.is_json() {
        desk.out.result("", &value);
    }
}

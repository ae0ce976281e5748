//! What each row of a table comes to: where its result lies, whether it is there already, and what it may cost.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use super::super::arguments::{Making, Manner, Mode};
use super::super::desk::Desk;
use super::super::models::Models;
use super::super::money::{self, Source};
use super::super::table::{Row, Table};
use super::super::voice::Known;
use super::super::{FAILED, Failure, LEFT, NO_KEY, NOT_REACHED, clips, files, words, work};
use super::Order;
use crate::jobs::Job;
use crate::store::{Flow, MODEL, MediaFile, Role, SIMILARITY, STABILITY, Store, clean_name};

/// How many faulty rows are told.
const MOST_TOLD: usize = 10;

/// How many addresses are waited for in vain: one may be misspelt, with so many it is the connection.
const MOST_UNREACHED: usize = 3;

/// How a line is spoken whose row says nothing of it.
const MANNER: Manner = Manner { stability: STABILITY, similarity: SIMILARITY };

/// What rows are planned with.
struct Plan<'a> {
    known: &'a Known,
    /// Where the table lies: what it names is meant from there.
    beside: PathBuf,
    /// Where results are saved whose row names no output.
    folder: PathBuf,
    models: Models,
    /// What each target is, or why it can't be used.
    targets: HashMap<String, Result<MediaFile, Failure>>,
    /// Addresses of targets that were not reached.
    unreached: usize,
    /// Folders that can be written into.
    writable: HashSet<PathBuf>,
    /// Outputs that rows name themselves.
    named: HashSet<PathBuf>,
    /// Outputs, and the rows they are of.
    outputs: HashMap<PathBuf, usize>,
    /// Ids of the jobs that are those of rows without an output.
    used: HashSet<String>,
}

/// The orders of all rows. Nothing is bought for it.
///
/// # Errors
/// Why some of them can't be carried out.
pub fn orders(
    desk: &mut Desk,
    store: &mut Store,
    known: &Known,
    table: Table,
    beside: PathBuf,
    folder: PathBuf,
) -> Result<Vec<Order>, Failure> {
    let Table { rows, faults } = table;
    let (models, targets, unreached, writable, outputs, used) = Default::default();
    let named = rows.iter().filter_map(|row| place(&folder, row.output.as_deref()?).ok()).collect();
    let mut plan = Plan { known, beside, folder, models, targets, unreached, writable, named, outputs, used };
    let mut orders = Vec::with_capacity(rows.len());
    let mut faults: Vec<(usize, Failure)> = faults.into_iter().map(|(row, why)| (row, Failure::usage(why))).collect();
    for row in &rows {
        match plan.order(desk, store, row) {
            Ok(order) => orders.push(order),
            // Others would end the same way.
            Err(failure) if matches!(failure.code, LEFT | NO_KEY) => return Err(failure),
            Err(failure) => faults.push((row.number, failure)),
        }
        if plan.unreached == MOST_UNREACHED {
            break;
        }
    }
    faults.sort_by_key(|(row, _)| *row);
    for (row, failure) in &faults {
        super::tell_failed(desk, *row, failure);
    }
    if faults.is_empty() { Ok(orders) } else { Err(faulty(&faults, plan.unreached == MOST_UNREACHED)) }
}

/// What is wrong with some rows, in one word of them all; `is_cut`: the rows behind them were not looked at.
fn faulty(faults: &[(usize, Failure)], is_cut: bool) -> Failure {
    let told = faults.iter().take(MOST_TOLD);
    let mut lines: Vec<String> =
        told.map(|(row, failure)| format!("Row {row}: {}", words::of(&failure.error))).collect();
    match faults.len() {
        0 | 1 => {}
        all => {
            lines.insert(0, format!("{all} rows can't be carried out, so nothing was begun:"));
            if all > MOST_TOLD {
                lines.push(format!("And {} more.", all - MOST_TOLD));
            }
        }
    }
    if is_cut {
        lines.push("The rows behind them were not looked at.".to_owned());
    }
    Failure::new(faults.first().map_or(FAILED, |(_, failure)| failure.code), lines.join("\n"))
}

impl Plan<'_> {
    fn order(&mut self, desk: &mut Desk, store: &mut Store, row: &Row) -> Result<Order, Failure> {
        store.flow = Flow::default();
        let making = Making { model: row.model.clone().unwrap_or_else(|| MODEL.to_owned()), sync_mode: mode(row)? };
        work::make_with(store, &making);
        work::choose_voice(store, self.known, &row.voice)?;
        work::write(store, &row.text, MANNER)?;
        store.flow.target = Some(self.target(desk, &row.target)?);
        work::use_spoken(store);
        let (to, is_done) = match &row.output {
            Some(output) => self.named_place(desk, store, output)?,
            None => self.unnamed_place(desk, store, row.at)?,
        };
        if let Some(other) = self.outputs.insert(to.clone(), row.number) {
            let twice = format!("it has the same output as row {other}, {}.", to.display());
            return Err(Failure::usage(twice));
        }
        if !is_done {
            self.models.has(desk, &store.flow.lip_sync.model)?;
            self.room(desk, &to)?;
        }
        let usd = if is_done { Some(0.0) } else { money::price(desk, store, Some(&to), Source::Published)? };
        Ok(Order { row: row.number, flow: store.flow.clone(), to, usd, is_done })
    }

    /// The video of a row; each is looked at, or fetched, once, also one that can't be used.
    fn target(&mut self, desk: &mut Desk, asked: &str) -> Result<MediaFile, Failure> {
        if let Some(known) = self.targets.get(asked) {
            return known.clone();
        }
        let place = if asked.contains("://") { PathBuf::from(asked) } else { self.beside.join(asked) };
        let target = files::take_in(desk, &place, Role::Target);
        self.unreached += usize::from(target.as_ref().is_err_and(|failure| failure.code == NOT_REACHED));
        self.targets.insert(asked.to_owned(), target.clone());
        target
    }

    /// Where the result of a row that names an output is saved, and whether it was made.
    fn named_place(&self, desk: &Desk, store: &mut Store, output: &str) -> Result<(PathBuf, bool), Failure> {
        let to = place(&self.folder, output)?;
        let is_done = work::made_as(desk, store, &to)?.is_some();
        Ok((to, is_done))
    }

    /// The same for a row that names none: what was made of the same goes by its contents, so that rows may be put in,
    /// taken out and sorted.
    fn unnamed_place(&mut self, desk: &Desk, store: &mut Store, at: usize) -> Result<(PathBuf, bool), Failure> {
        let voice = store.flow.voice.as_ref().map_or("", |voice| voice.name.as_str());
        let target = store.flow.target.as_ref().map(MediaFile::stem).unwrap_or_default();
        let proposed = clean_name(&format!("{at:03} {target} {voice}"));
        let before = {
            let is_free = |job: &Job| {
                let asked = work::asked_place(job).is_some_and(|place| self.named.contains(&place));
                !asked && !self.used.contains(&job.id)
            };
            work::like(desk, store, &self.folder, Some(&proposed), is_free)?
        };
        if let Some(job) = before {
            self.used.insert(job.id.clone());
            let is_done = !job.is_under_way();
            // One that goes on does so under its own name.
            let asked = work::asked_place(&job).unwrap_or_default();
            return Ok((work::video(&job).filter(|_| is_done).unwrap_or(asked), is_done));
        }
        let begun: HashSet<PathBuf> =
            desk.jobs.all().iter().filter(|job| job.is_under_way()).filter_map(work::asked_place).collect();
        let is_taken = |to: &Path| {
            let known = self.named.contains(to) || self.outputs.contains_key(to) || begun.contains(to);
            known || to.symlink_metadata().is_ok()
        };
        let mut to = self.folder.join(format!("{proposed}.mp4"));
        let mut again = 1;
        while is_taken(&to) {
            again += 1;
            to = self.folder.join(format!("{proposed} {again}.mp4"));
        }
        Ok((to, false))
    }

    /// That a result can be saved there.
    fn room(&mut self, desk: &Desk, to: &Path) -> Result<(), Failure> {
        let is_made = desk.jobs.all().iter().any(|job| work::video(job).is_some_and(|file| file == to));
        if is_made && to.is_file() {
            return Err(Failure::usage(format!(
                "{} was made before the row, or its target, was changed. Move it away, or give the row another output.",
                to.display()
            )));
        }
        clips::untaken(to)?;
        let folder = to.parent().unwrap_or(Path::new("/"));
        if !self.writable.contains(folder) {
            clips::writable(folder)?;
            self.writable.insert(folder.to_owned());
        }
        Ok(())
    }
}

/// Where the result of a row is saved that names an output: an MP4.
fn place(folder: &Path, output: &str) -> Result<PathBuf, Failure> {
    let to = folder.join(output);
    match to.extension() {
        None => Ok(to.with_extension("mp4")),
        Some(extension) if extension.eq_ignore_ascii_case("mp4") => Ok(to.with_extension("mp4")),
        Some(_) => Err(Failure::usage(format!("Results are MP4 videos, and the output is called {output}."))),
    }
}

fn mode(row: &Row) -> Result<Mode, Failure> {
    let Some(asked) = &row.mode else { return Ok(Mode::Bounce) };
    let named = asked.trim().to_lowercase().replace([' ', '_'], "-");
    Mode::from_str(&named, true).map_err(|_| {
        Failure::usage(format!("There is no mode “{asked}”. Modes are bounce, loop, cut-off, silence and remap."))
    })
}

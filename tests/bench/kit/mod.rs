//! What the measurements share: rounds in turns, their medians, and the rows of the one table.
//!
//! A row goes to standard output, and, when `table` asked for the measurement, into a file for it.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![allow(clippy::allow_attributes, dead_code, reason = "each measurement uses a part of this")]

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The file that rows are added to, one a line, with tabs between the five fields.
pub const ROWS: &str = "MOUTHPIECE_BENCH_ROWS";

/// The program as it is packed, where the table has built it.
pub const SHIPPED: &str = "MOUTHPIECE_BENCH_PROGRAM";

/// The program that is measured from outside: as it is packed, else as it was built for this measurement, which is
/// without the optimisations across libraries and with what tests need.
pub fn program() -> PathBuf {
    std::env::var_os(SHIPPED).map_or_else(|| env!("CARGO_BIN_EXE_mouthpiece").into(), PathBuf::from)
}

/// Whether this is a part of the table, which has to be there within minutes: fewer rounds, no extras.
pub fn is_part() -> bool {
    std::env::var_os(ROWS).is_some()
}

/// One line of the table.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub what: String,
    pub ours: String,
    /// What the public tool took, and which it is.
    pub tool: String,
    /// Ours through the tool's: below 1 we are quicker, or need less.
    pub ratio: String,
    /// What it may be at most, or what else is to be known.
    pub note: String,
}

impl Row {
    pub fn new(what: &str, ours: impl Display) -> Self {
        Self { what: what.to_owned(), ours: ours.to_string(), ..Self::default() }
    }

    /// What the tool took, as text, and the ratio.
    pub fn against(mut self, tool: impl Display, ratio: f64) -> Self {
        (self.tool, self.ratio) = (tool.to_string(), format!("{ratio:.2}"));
        self
    }

    /// Says why there is nothing to compare with.
    pub fn without(mut self, tool: &str) -> Self {
        self.tool = format!("{tool} is missing");
        self
    }

    pub fn note(mut self, note: impl Display) -> Self {
        self.note = note.to_string();
        self
    }

    pub fn header() -> String {
        let [what, ours, tool, ratio, note] = ["what", "ours", "public tool", "ratio", "limit, remark"];
        format!("{what:<46} {ours:>13} {tool:>23} {ratio:>6}  {note}")
    }

    /// As it is printed.
    pub fn line(&self) -> String {
        let Self { what, ours, tool, ratio, note } = self;
        format!("{what:<46} {ours:>13} {tool:>23} {ratio:>6}  {note}").trim_end().to_owned()
    }

    /// Prints it, and hands it to the table.
    pub fn tell(self) {
        println!("{}", self.line());
        let Some(path) = std::env::var_os(ROWS) else { return };
        let Self { what, ours, tool, ratio, note } = self;
        let mut file = std::fs::File::options().append(true).create(true).open(path).unwrap();
        writeln!(file, "{what}\t{ours}\t{tool}\t{ratio}\t{note}").unwrap();
    }

    /// One that was handed over.
    pub fn read(line: &str) -> Self {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        Self { what: next(), ours: next(), tool: next(), ratio: next(), note: next() }
    }
}

/// Whether a program is installed.
pub fn has(program: &str, asked: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(asked).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
}

pub fn median(numbers: &[f64]) -> f64 {
    percentile(numbers, 50)
}

/// The number below which so many in a hundred are.
pub fn percentile(numbers: &[f64], part: usize) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) * part / 100]
}

/// Seconds, in the unit that reads best.
pub fn time(secs: f64) -> String {
    match secs {
        secs if secs < 1e-3 => format!("{:.0} µs", secs * 1e6),
        secs if secs < 0.1 => format!("{:.1} ms", secs * 1e3),
        secs if secs < 1.0 => format!("{:.0} ms", secs * 1e3),
        secs => format!("{secs:.2} s"),
    }
}

/// Bytes, in the unit that reads best.
pub fn size(bytes: f64) -> String {
    match bytes / f64::from(1 << 20) {
        mib if mib < 0.1 => format!("{:.1} KiB", bytes / 1024.0),
        mib if mib < 10.0 => format!("{mib:.1} MiB"),
        mib => format!("{mib:.0} MiB"),
    }
}

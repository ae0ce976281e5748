//! The table of a batch: CSV with a head, in any order of columns.

use std::io::Read as _;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::Failure;
use crate::error::Error;

/// The largest table that is read, in bytes.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// The most rows.
const MAX_ROWS: usize = 10_000;

/// A table, as far as it can be used.
#[derive(Debug)]
pub struct Table {
    pub rows: Vec<Row>,
    /// What is wrong with the other rows, with their numbers.
    pub faults: Vec<(usize, String)>,
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// As a spreadsheet numbers it: the head is row 1, and empty rows count.
    pub number: usize,
    /// From 1, without the head.
    pub at: usize,
    pub voice: String,
    pub text: String,
    pub target: String,
    pub output: Option<String>,
    pub model: Option<String>,
    pub mode: Option<String>,
}

/// Reads a table. Blocks; nothing else is under way yet.
pub fn read(path: &Path) -> Result<Table, Failure> {
    let file = std::fs::File::open(path).map_err(|e| Error::file("read", path, e))?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| Error::file("read", path, e))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::usage(format!("{} is larger than 8 MB. Split it.", path.display())));
    }
    table(&bytes).map_err(|why| Failure::usage(format!("{} can't be used: {why}", path.display())))
}

/// Where the columns stand.
struct Columns {
    voice: usize,
    text: usize,
    target: usize,
    output: Option<usize>,
    model: Option<usize>,
    mode: Option<usize>,
}

impl Columns {
    fn find(head: &StringRecord) -> Result<Self, String> {
        let place = |name: &str| head.iter().position(|column| column.eq_ignore_ascii_case(name));
        let must = |name: &str| {
            place(name).ok_or_else(|| {
                let advice = if head.iter().any(|column| column.contains('\t')) {
                    "Its columns stand apart by tabs: save it with commas or semicolons between them."
                } else {
                    "Its first row must name voice, text and target, with commas or semicolons between them."
                };
                format!("it has no column “{name}”. {advice}")
            })
        };
        Ok(Self {
            voice: must("voice")?,
            text: must("text")?,
            target: must("target")?,
            output: place("output"),
            model: place("model"),
            mode: place("mode"),
        })
    }

    /// A row, or what it lacks.
    fn row(&self, record: &StringRecord, number: usize, at: usize) -> Result<Row, String> {
        let cell =
            |place: usize| Some(record.get(place).unwrap_or_default().to_owned()).filter(|cell| !cell.is_empty());
        let missing: Vec<&str> = [(self.voice, "voice"), (self.text, "text"), (self.target, "target")]
            .into_iter()
            .filter_map(|(place, name)| cell(place).is_none().then_some(name))
            .collect();
        if !missing.is_empty() {
            return Err(format!("it has no {}.", missing.join(", no ")));
        }
        let filled = |place| cell(place).unwrap_or_default();
        Ok(Row {
            number,
            at,
            voice: filled(self.voice),
            text: filled(self.text),
            target: filled(self.target),
            output: self.output.and_then(cell),
            model: self.model.and_then(cell),
            mode: self.mode.and_then(cell),
        })
    }
}

fn table(bytes: &[u8]) -> Result<Table, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text =
        std::str::from_utf8(bytes).map_err(|_| "it is not written in UTF-8. Save it as CSV in UTF-8.".to_owned())?;
    // Spreadsheets of some countries write semicolons.
    let head = text.lines().find(|line| !line.is_empty()).unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::All).from_reader(bytes);
    let head = reader.headers().map_err(|e| format!("its head can't be read ({e})."))?.clone();
    let columns = Columns::find(&head)?;
    let mut table = Table { rows: Vec::new(), faults: Vec::new() };
    let mut number = 1 + empty_lines(text, 0);
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|e| format!("the row after row {number} can't be read ({e})."))?;
        let start = record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or_default();
        number += 1 + empty_lines(text, start);
        if record.iter().all(str::is_empty) {
            continue;
        }
        match columns.row(&record, number, at + 1) {
            Ok(row) => table.rows.push(row),
            Err(fault) => table.faults.push((number, fault)),
        }
        if table.rows.len() + table.faults.len() > MAX_ROWS {
            return Err(format!("it has more than {MAX_ROWS} rows. Split it."));
        }
    }
    if table.rows.is_empty() && table.faults.is_empty() { Err("it has no rows.".to_owned()) } else { Ok(table) }
}

/// How many lines without anything come next: they are no records, and a spreadsheet shows them.
fn empty_lines(text: &str, start: usize) -> usize {
    let (before, rest) = text.split_at_checked(start).unwrap_or_default();
    // What ends a line in two letters was taken for its end after the first.
    let rest = rest.strip_prefix('\n').filter(|_| before.ends_with('\r')).unwrap_or(rest);
    let breaks = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    breaks.matches('\n').count().max(breaks.matches('\r').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_any_order_and_are_named_in_any_case() {
        let text = "\u{FEFF}Target;Text;VOICE;output\na.mp4;\"Hi; all\";Mara;b.mp4\n;;;\n c.mp4 ; Bye ; Jonas ;\n";
        let rows = table(text.as_bytes()).unwrap().rows;
        assert_eq!(rows.iter().map(|row| (row.number, row.at)).collect::<Vec<_>>(), [(2, 1), (4, 3)]);
        assert_eq!((rows[0].text.as_str(), rows[0].output.as_deref()), ("Hi; all", Some("b.mp4")));
        assert_eq!(
            (rows[1].voice.as_str(), rows[1].target.as_str(), rows[1].output.as_deref()),
            ("Jonas", "c.mp4", None)
        );
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "voice,text,target\n\nMara,\"One\n\nline\",a.mp4\n\n\n,,\nMara,Two,a.mp4\nMara,Three,a.mp4";
        for ends in ["\n", "\r\n", "\r"] {
            for before in ["", "\n", "\u{FEFF}"] {
                let text = format!("{before}{text}").replace('\n', ends);
                let rows = table(text.as_bytes()).unwrap().rows;
                let first = if before == "\n" { 4 } else { 3 };
                let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
                assert_eq!(numbers, [first, first + 4, first + 5], "{text:?}");
            }
        }
    }

    #[test]
    fn what_is_missing_is_said_with_its_row() {
        let why = |bytes: &[u8]| table(bytes).unwrap_err();
        let said = why(b"voice,text\nMara,Hi\n");
        assert!(said.contains("no column \u{201C}target\u{201D}") && said.contains("must name voice, text"), "{said}");
        assert!(why(b"voice\ttext\ttarget\nMara\tHi\ta.mp4\n").contains("apart by tabs"));
        let faults = table(b"voice,text,target\nMara,Hi,a.mp4\nMara,,a.mp4\n,,a.mp4\n").unwrap().faults;
        assert_eq!(faults, [(3, "it has no text.".to_owned()), (4, "it has no voice, no text.".to_owned())]);
        assert!(why(b"voice,text,target\n").contains("no rows"));
        assert!(why(b"voice,text,target\nM\xE4ra,Hi,a.mp4\n").contains("UTF-8"));
        assert!(why(b"").contains("no column"));
    }
}

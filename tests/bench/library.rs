//! What the library takes with 100,000 rows in each of its long tables: `cargo bench --bench library`, with the
//! `sqlite3` shell as the measure.
//!
//! The shell has a copy of the same file open in one process and is given the same questions in turns with ours; its
//! rows go to nowhere, ours become what the program works with. The times are of one question, from batches long enough
//! to be measured. Opening is a whole process of the shell that makes the same check, against ours with its lock.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::cast_precision_loss, reason = "bytes and rounds to divide by")]

#[path = "kit/full.rs"]
mod full;
mod kit;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use kit::{Row, median, time};
use mouthpiece::library::{Library, Take};
use rusqlite::{Connection, params};

const ROWS: usize = 100_000;
const ROUNDS: usize = 5;
const FILE: &str = "library.sqlite";
const MONTH: &str = "2026-11";

fn main() {
    println!("{}", Row::header());
    // Beside the program: the folder for passing things may be memory.
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let ours = folder.path().join("ours");
    let line = fill(&ours);
    let copy = folder.path().join("copy.sqlite");
    std::fs::copy(ours.join(FILE), &copy).unwrap();
    let is_there = kit::has("sqlite3", "--version");
    opening(&ours, &copy, is_there);
    let library = Library::open(&ours).unwrap().library;
    let mut shell = is_there.then(|| Shell::start(&copy));
    for question in questions(&library, &line) {
        ask(&question, shell.as_mut());
    }
}

/// A question to the library, and what the shell is asked.
struct Question<'a> {
    what: &'static str,
    note: &'static str,
    /// How often it is asked in a batch.
    times: usize,
    /// The number is another one for each time.
    ours: Box<dyn Fn(usize) + 'a>,
    sql: Box<dyn Fn(usize) -> String>,
}

impl<'a> Question<'a> {
    fn new(what: &'static str, note: &'static str, times: usize, ours: impl Fn(usize) + 'a, sql: &str) -> Self {
        // Where a question is about one row, its id stands for this.
        let sql = sql.to_owned();
        Self { what, note, times, ours: Box::new(ours), sql: Box::new(move |number| sql.replace(ID, &id(number))) }
    }
}

/// Stands for the id of one row.
const ID: &str = "{id}";
const BY_TIME: &str = "ORDER BY created_at DESC, rowid DESC";
/// Reads a job and writes it as the library does.
const WRITE: &str = "SELECT * FROM jobs WHERE id = '{id}';
    INSERT INTO jobs (id, request, checkpoint, state, created_at, finished_at)
    SELECT * FROM jobs WHERE id = '{id}' ON CONFLICT (id) DO UPDATE SET request = excluded.request,
    checkpoint = excluded.checkpoint, state = excluded.state, created_at = excluded.created_at,
    finished_at = excluded.finished_at;";

/// The rows are asked for out of order.
fn id(number: usize) -> String {
    format!("take-{}", number * 7919 % ROWS)
}

fn questions<'a>(library: &'a Library, line: &'a str) -> Vec<Question<'a>> {
    let jobs = Question::new(
        "every job, newest first",
        "100,000 rows read; a page draws those in sight",
        1,
        |_| assert_eq!(library.jobs().unwrap().len(), ROWS),
        &format!("SELECT * FROM jobs {BY_TIME};"),
    );
    let takes = Question::new(
        "every take, newest first",
        "100,000 rows read",
        1,
        |_| assert_eq!(library.takes().unwrap().len(), ROWS),
        "SELECT * FROM takes WHERE dropped_at IS NULL ORDER BY number DESC;",
    );
    let line = Question::new(
        "the takes of a line",
        "500 of 100,000",
        20,
        move |_| assert_eq!(library.takes_of(line).unwrap().len(), ROWS / full::LINES),
        &format!("SELECT * FROM takes WHERE line_id = '{line}' AND dropped_at IS NULL ORDER BY number DESC;"),
    );
    let one = Question::new(
        "one job",
        "of 100,000",
        500,
        |number| assert!(library.job(&id(number)).unwrap().is_some()),
        "SELECT * FROM jobs WHERE id = '{id}';",
    );
    let open = Question::new(
        "the open jobs",
        "10 of 100,000",
        200,
        |_| assert_eq!(library.open_jobs().unwrap().len(), 10),
        &format!("SELECT * FROM jobs WHERE finished_at IS NULL {BY_TIME};"),
    );
    let put = Question::new(
        "a job written to the disk",
        "read first; written so that it survives the loss of power",
        20,
        |number| library.put_job(&library.job(&id(number)).unwrap().unwrap()).unwrap(),
        WRITE,
    );
    [jobs, takes, line, one, open].into_iter().chain(of_month(library)).chain([put]).collect()
}

fn of_month(library: &Library) -> [Question<'_>; 2] {
    let sum = "SELECT coalesce(sum(coalesce(actual, estimate, 0)), 0) FROM charges WHERE";
    [
        Question::new(
            "what a month has cost",
            "4,166 charges of 100,000",
            20,
            |_| assert!(library.month_usd(MONTH).unwrap() > 0.0),
            &format!("{sum} month = '{MONTH}' AND state <> 'released';"),
        ),
        Question::new(
            "the charges of a month",
            "4,166 of 100,000",
            5,
            |_| assert!(library.charges(MONTH).unwrap().len() > 4_000),
            &format!("SELECT * FROM charges WHERE month = '{MONTH}' ORDER BY month, id DESC;"),
        ),
    ]
}

/// Both in turns.
fn ask(question: &Question, mut shell: Option<&mut Shell>) {
    let Question { what, note, times, ours, sql } = question;
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    // The first batch brings the pages into memory.
    for round in 0..=ROUNDS {
        let numbers = || round * times..(round + 1) * times;
        let began = Instant::now();
        numbers().for_each(ours);
        let our_time = began.elapsed().as_secs_f64() / numbers().len() as f64;
        let script: String = numbers().map(sql).collect::<Vec<_>>().join("\n");
        let their_time = shell.as_mut().map(|shell| shell.run(&script) / numbers().len() as f64);
        if round > 0 {
            our_times.push(our_time);
            their_times.extend(their_time);
        }
    }
    told(&format!("library, {what}"), &our_times, &their_times, note);
}

fn told(what: &str, ours: &[f64], theirs: &[f64], note: &str) {
    let row = Row::new(what, time(median(ours))).note(note);
    if theirs.is_empty() {
        return row.without("sqlite3").tell();
    }
    row.against(format!("sqlite3 {}", time(median(theirs))), median(ours) / median(theirs)).tell();
}

fn opening(ours: &Path, copy: &Path, is_there: bool) {
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let began = Instant::now();
        let opened = Library::open(ours).unwrap();
        let our_time = began.elapsed().as_secs_f64();
        assert_eq!(opened.warning, None);
        drop(opened);
        let began = Instant::now();
        if is_there {
            let check = "PRAGMA quick_check(1); SELECT name FROM sqlite_schema;";
            let output = Command::new("sqlite3").arg(copy).arg(check).output().unwrap();
            assert!(output.status.success() && output.stdout.starts_with(b"ok"));
        }
        if round > 0 {
            our_times.push(our_time);
            their_times.extend(is_there.then(|| began.elapsed().as_secs_f64()));
        }
    }
    let size = kit::size(std::fs::metadata(copy).unwrap().len() as f64);
    told("library, opened and checked", &our_times, &their_times, &format!("a file of {size}"));
}

/// Makes a library with so many jobs, takes and charges; gives the id of a line.
fn fill(folder: &Path) -> String {
    let flow = full::flow();
    let library = Library::open(folder).unwrap().library;
    let document = serde_json::to_string(&flow).unwrap();
    library.put_flow_and_lines(&flow.id, &flow.name, &document, "2026-11-22T10:00:00Z", flow.lines.all()).unwrap();
    drop(library);
    // By the door each row would wait for the disk.
    let mut file = Connection::open(folder.join(FILE)).unwrap();
    let all = file.transaction().unwrap();
    for number in 0..ROWS {
        let mut take = full::take(number, &flow);
        let (year, month) = (2025 + number / (ROWS / 2), number * 24 / ROWS % 12 + 1);
        take.made_at = format!("{year}-{month:02}-{:02}T10:{:02}:00Z", number % 28 + 1, number % 60);
        take.care.line_id = Some(flow.lines.all()[number % full::LINES].id.clone());
        put(&all, &take, number);
    }
    all.commit().unwrap();
    file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    flow.lines.all()[3].id.clone()
}

fn put(all: &Connection, take: &Take, number: usize) {
    let job = full::job(take);
    let finished = job.finished_at.filter(|_| !number.is_multiple_of(ROWS / 10));
    let nth = |number: usize| i64::try_from(number).unwrap();
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        all.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    run(
        "INSERT INTO jobs (id, request, checkpoint, state, created_at, finished_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![job.id, job.request, job.checkpoint, job.state, job.created_at, finished],
    );
    run(
        "INSERT INTO takes (id, number, voice_id, voice_name, script, stability, similarity, file, url, duration_secs,
        made_at, line_id, nth) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            take.id,
            nth(number + 1),
            take.voice_id,
            take.voice_name,
            take.script,
            take.stability,
            take.similarity,
            take.file.to_str(),
            take.url,
            take.duration_secs,
            take.made_at,
            take.care.line_id,
            nth(number / full::LINES + 1)
        ],
    );
    run(
        "INSERT INTO charges (job, at, kind, voice, model, estimate, actual, state)
        VALUES (?1, ?2, 'speech', ?3, NULL, 1200, 1100, 'settled')",
        params![take.id, take.made_at, take.voice_id],
    );
}

/// `sqlite3` with the copy open, as the library has its own: every commit waits for the disk.
struct Shell {
    child: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Shell {
    fn start(file: &Path) -> Self {
        let mut command = Command::new("sqlite3");
        command.args(["-batch", "-bail"]).arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (asks, says) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut shell = Self { child, asks, says };
        shell.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        shell
    }

    /// Runs it, and gives the seconds until it was done.
    fn run(&mut self, sql: &str) -> f64 {
        let began = Instant::now();
        write!(self.asks, ".output /dev/null\n{sql}\n.output stdout\n.print done\n").unwrap();
        self.asks.flush().unwrap();
        let mut said = String::new();
        self.says.read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "done");
        began.elapsed().as_secs_f64()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

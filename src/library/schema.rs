//! The tables, as a list of migrations: version n of the file has had the first n applied.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{failed, place};
use crate::error::Error;

const MIGRATIONS: [&str; 4] = [
    // 1: clones with their consent, takes, jobs, and the flow being worked on.
    "CREATE TABLE clones (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        voice_id TEXT,
        internal_voice_id TEXT,
        sample_name TEXT NOT NULL,
        consent TEXT NOT NULL,
        cloned_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE takes (
        id TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        voice_id TEXT NOT NULL,
        voice_name TEXT NOT NULL,
        script TEXT NOT NULL,
        stability REAL,
        similarity REAL,
        file TEXT NOT NULL,
        url TEXT NOT NULL,
        duration_secs REAL NOT NULL,
        made_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        request TEXT NOT NULL,
        checkpoint TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at TEXT NOT NULL,
        finished_at TEXT
    ) STRICT;
    CREATE TABLE flows (
        id TEXT PRIMARY KEY,
        document TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT;",
    // 2: kept samples and deleted clones, assets by content, voices seen and noted on, scripts, spend, facts.
    "ALTER TABLE clones ADD COLUMN sample_file TEXT;
    ALTER TABLE clones ADD COLUMN sample_hash TEXT;
    ALTER TABLE clones ADD COLUMN deleted_at TEXT;
    CREATE INDEX clones_by_time ON clones (cloned_at DESC, id);
    CREATE INDEX clones_living ON clones (cloned_at DESC, id) WHERE deleted_at IS NULL;
    CREATE TABLE assets (
        hash TEXT PRIMARY KEY,
        asset_id TEXT NOT NULL,
        size INTEGER NOT NULL,
        asset TEXT NOT NULL,
        uploaded_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX assets_by_id ON assets (asset_id);
    CREATE TABLE voices (
        id TEXT PRIMARY KEY,
        position INTEGER,
        document TEXT NOT NULL,
        seen_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX voices_listed ON voices (position) WHERE position IS NOT NULL;
    CREATE TABLE voice_notes (
        voice_id TEXT PRIMARY KEY,
        favourite INTEGER NOT NULL,
        alias TEXT,
        notes TEXT NOT NULL
    ) STRICT;
    CREATE TABLE voice_tags (
        voice_id TEXT NOT NULL REFERENCES voice_notes (voice_id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (voice_id, tag)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE scripts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        saved_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX scripts_by_time ON scripts (saved_at);
    CREATE TABLE lines (
        id TEXT PRIMARY KEY,
        script_id TEXT NOT NULL REFERENCES scripts (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        voice_id TEXT,
        stability REAL,
        similarity REAL,
        take_id TEXT REFERENCES takes (id) ON DELETE SET NULL
    ) STRICT;
    CREATE INDEX lines_in_order ON lines (script_id, position);
    CREATE INDEX lines_by_take ON lines (take_id);
    ALTER TABLE takes ADD COLUMN remote_id TEXT;
    ALTER TABLE takes ADD COLUMN line_id TEXT REFERENCES lines (id) ON DELETE SET NULL;
    CREATE INDEX takes_by_number ON takes (number);
    CREATE INDEX takes_by_line ON takes (line_id, number);
    CREATE INDEX jobs_by_time ON jobs (created_at);
    CREATE INDEX jobs_open ON jobs (created_at) WHERE finished_at IS NULL;
    ALTER TABLE flows ADD COLUMN name TEXT;
    UPDATE flows SET name = json_extract(document, '$.name') WHERE json_valid(document);
    CREATE INDEX flows_by_time ON flows (saved_at, id, name);
    CREATE TABLE charges (
        id INTEGER PRIMARY KEY,
        job TEXT NOT NULL,
        at TEXT NOT NULL,
        month TEXT NOT NULL AS (substr(at, 1, 7)),
        kind TEXT NOT NULL,
        voice TEXT,
        model TEXT,
        estimate INTEGER CHECK (estimate >= 0),
        actual INTEGER CHECK (actual >= 0),
        state TEXT NOT NULL CHECK (state IN ('reserved', 'sent', 'settled', 'released'))
    ) STRICT;
    CREATE INDEX charges_by_month ON charges (month);
    CREATE INDEX charges_by_job ON charges (job);
    CREATE TABLE limits (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        warn INTEGER CHECK (warn >= 0),
        stop INTEGER CHECK (stop >= 0)
    ) STRICT;
    CREATE TABLE facts (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;",
    // 3: what the user did with a take: which one of a line is kept, and the file it was changed into.
    "ALTER TABLE takes ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE takes ADD COLUMN edited TEXT;
    CREATE INDEX takes_kept ON takes (script) WHERE kept = 1;",
    // 4: pauses, takes with names and takes that are parts of another, takes put away, parked clones, and words that
    // are said otherwise than they are written.
    "ALTER TABLE lines ADD COLUMN pause REAL;
    ALTER TABLE takes ADD COLUMN name TEXT;
    ALTER TABLE takes ADD COLUMN part_of TEXT;
    ALTER TABLE takes ADD COLUMN dropped_at TEXT;
    ALTER TABLE clones ADD COLUMN parked_at TEXT;
    CREATE TABLE words (
        written TEXT PRIMARY KEY,
        spoken TEXT NOT NULL,
        position INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;",
];

/// The tables of each version, to tell a library from any other database.
const TABLES: [&[&str]; MIGRATIONS.len()] = [
    &["clones", "takes", "jobs", "flows"],
    &["assets", "voices", "voice_notes", "voice_tags", "scripts", "lines", "charges", "limits", "facts"],
    &[],
    &["words"],
];

/// How long another program may hold the file, such as one that makes a copy of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a file could not be opened as a library.
#[derive(Debug)]
pub enum Problem {
    Newer(u32),
    /// What is wrong with it, as a few words.
    Damaged(String),
    /// The file could not even be made.
    Place(Error),
    Sql(rusqlite::Error),
}

impl Problem {
    /// Whether the file itself is the trouble, rather than the disk or another process.
    pub fn file_is_unusable(&self) -> bool {
        match self {
            Self::Newer(_) | Self::Damaged(_) => true,
            Self::Place(_) => false,
            Self::Sql(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
            }
        }
    }

    pub fn into_error(self) -> Error {
        match self {
            Self::Place(error) => error,
            Self::Sql(error) => failed(error),
            Self::Newer(_) | Self::Damaged(_) => Error::Library(format!("it {self}")),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => write!(f, "was written by a newer version of Mouthpiece (format {version})"),
            Self::Damaged(what) => write!(f, "is damaged ({what})"),
            Self::Place(error) => write!(f, "{error}"),
            Self::Sql(error) if self.file_is_unusable() => write!(f, "is damaged ({error})"),
            Self::Sql(error) => write!(f, "{error}"),
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// Opens the file, made where needed, and brings its tables up to date, each step in a transaction of its own. A
/// file that is not ours to change is not changed.
pub fn connect(file: &Path) -> Result<Connection, Problem> {
    let facts = place::private_file(file).map_err(Problem::Place)?;
    let is_new = facts.metadata().is_ok_and(|facts| facts.len() == 0);
    drop(facts);
    if is_new {
        // SQLite would throw such a journal away.
        if place::journal(file, "-wal").metadata().is_ok_and(|facts| facts.len() > 0) {
            return Err(Problem::Damaged("it is empty, and its journal is not".to_owned()));
        }
    } else {
        inspect(file)?;
    }
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Each commit waits for the disk: a job or a charge that was written survives the loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.set_prepared_statement_cache_capacity(64);
    let version = version(&connection)?;
    for (number, migration) in (1..=newest()).zip(MIGRATIONS) {
        if number > version {
            let step = connection.transaction()?;
            step.execute_batch(migration)?;
            step.pragma_update(None, "user_version", number)?;
            step.commit()?;
        }
    }
    Ok(connection)
}

fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

fn version(connection: &Connection) -> Result<u32, Problem> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    // The field is signed, and nothing of ours is below 0.
    u32::try_from(version).map_err(|_| Problem::Damaged(format!("format {version}")))
}

/// Looks at a file without writing to it: whether this version can use it, and whether it is whole. Only what a
/// program that was killed had begun is undone first, where it can't be read otherwise: a change of the journal's
/// mode, or the journal's index.
fn inspect(file: &Path) -> Result<(), Problem> {
    match inspect_by(file, OpenFlags::SQLITE_OPEN_READ_ONLY) {
        Err(Problem::Sql(error)) if needs_recovery(&error) => {
            tracing::info!("the library is recovered: {error}");
            inspect_by(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
        }
        other => other,
    }
}

/// Whether a reader alone could not do what has to be done first.
fn needs_recovery(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, DatabaseBusy, FileLockingProtocolFailed, ReadOnly, SystemIoFailure};
    let code = error.sqlite_error_code();
    code.is_some_and(|code| {
        matches!(code, CannotOpen | DatabaseBusy | FileLockingProtocolFailed | ReadOnly | SystemIoFailure)
    })
}

fn inspect_by(file: &Path, flags: OpenFlags) -> Result<(), Problem> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    let version = version(&connection)?;
    if version > newest() {
        return Err(Problem::Newer(version));
    }
    let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(Problem::Damaged(check));
    }
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<HashSet<String>>>()?;
    let wanted = (1..=version).zip(TABLES).flat_map(|(_, names)| names);
    let is_ours = if version == 0 { tables.is_empty() } else { wanted.into_iter().all(|name| tables.contains(*name)) };
    if is_ours { Ok(()) } else { Err(Problem::Damaged("it is another kind of file".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = "SELECT count(*) FROM facts";

    fn facts(connection: &Connection) -> i64 {
        connection.query_row(FACTS, [], |row| row.get(0)).unwrap()
    }

    fn fill(connection: &Connection) {
        let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO facts SELECT 'k' || random(), hex(randomblob(500)) FROM n";
        connection.execute_batch(many).unwrap();
    }

    /// The files as they lie there, as a kill or a loss of power leaves them.
    fn as_it_lies(from: &Path, to: &Path) {
        std::fs::create_dir(to).unwrap();
        for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }

    /// A library with rows in its journal, left in its tracks.
    fn killed(dir: &Path) -> std::path::PathBuf {
        let (alive, dead) = (dir.join("alive"), dir.join("dead"));
        std::fs::create_dir(&alive).unwrap();
        let connection = connect(&alive.join("l.sqlite")).unwrap();
        fill(&connection);
        as_it_lies(&alive, &dead);
        dead.join("l.sqlite")
    }

    #[test]
    fn a_file_killed_in_a_transaction_of_the_old_journal_is_rolled_back() {
        let dir = tempfile::tempdir().unwrap();
        let (alive, dead) = (dir.path().join("alive"), dir.path().join("dead"));
        std::fs::create_dir(&alive).unwrap();
        let file = alive.join("l.sqlite");
        drop(connect(&file).unwrap());
        let connection = Connection::open(&file).unwrap();
        connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
        fill(&connection);
        connection.pragma_update(None, "cache_size", 4).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        fill(&connection);
        as_it_lies(&alive, &dead);
        assert!(place::journal(&dead.join("l.sqlite"), "-journal").exists());
        let read = inspect_by(&dead.join("l.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY);
        assert!(matches!(read, Err(Problem::Sql(_))), "what this is about: {read:?}");
        assert_eq!(facts(&connect(&dead.join("l.sqlite")).unwrap()), 500);
    }

    #[test]
    fn what_a_killed_program_left_of_its_journal_is_read() {
        type Spoil = fn(&Path);
        let spoils: [(&str, Spoil); 6] = [
            ("as it was", |_| {}),
            ("no index", |file| std::fs::remove_file(place::journal(file, "-shm")).unwrap()),
            ("half an index", |file| {
                let index = std::fs::File::options().write(true).open(place::journal(file, "-shm")).unwrap();
                index.set_len(100).unwrap();
            }),
            ("an empty index", |file| std::fs::write(place::journal(file, "-shm"), "").unwrap()),
            ("an index of noise", |file| std::fs::write(place::journal(file, "-shm"), vec![0xA5; 32768]).unwrap()),
            ("half a last frame", |file| {
                let journal = std::fs::File::options().append(true).open(place::journal(file, "-wal")).unwrap();
                journal.set_len(journal.metadata().unwrap().len() + 100).unwrap();
            }),
        ];
        for (what, spoil) in spoils {
            let dir = tempfile::tempdir().unwrap();
            let file = killed(dir.path());
            spoil(&file);
            assert_eq!(connect(&file).map(|connection| facts(&connection)).ok(), Some(500), "{what}");
        }
    }

    #[test]
    fn an_empty_file_with_an_empty_journal_is_new_and_with_a_full_one_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let file = killed(dir.path());
        std::fs::File::options().write(true).open(&file).unwrap().set_len(0).unwrap();
        let journal = place::journal(&file, "-wal");
        let kept = std::fs::read(&journal).unwrap();
        assert!(matches!(connect(&file), Err(problem) if problem.file_is_unusable()));
        assert_eq!(std::fs::read(&journal).unwrap(), kept, "not thrown away");
        std::fs::write(&journal, "").unwrap();
        assert_eq!(facts(&connect(&file).unwrap()), 0);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the other program")]
    fn a_file_that_another_program_holds_for_a_moment_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("l.sqlite");
        drop(connect(&file).unwrap());
        let other = Connection::open(&file).unwrap();
        other.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
        other.execute_batch("BEGIN EXCLUSIVE; INSERT INTO facts VALUES ('a', 'b')").unwrap();
        let opening = std::thread::spawn(move || connect(&file).map(|connection| facts(&connection)).ok());
        while !opening.is_finished() && !other.is_autocommit() {
            other.execute_batch("COMMIT").unwrap();
        }
        drop(other);
        assert_eq!(opening.join().unwrap(), Some(1));
    }
}

//! The tables, as a list of migrations: version n of the file has had the first n applied.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{failed, place};
use crate::error::Error;

const MIGRATIONS: [&str; 6] = [
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
    // 5: how a take was spoken, and the id under which a parked clone came back.
    "ALTER TABLE takes ADD COLUMN said TEXT;
    ALTER TABLE clones ADD COLUMN came_back_as TEXT;",
    // 6: the number of a take among those of its line.
    "ALTER TABLE takes ADD COLUMN nth INTEGER;
    UPDATE takes SET nth = (SELECT count(*) FROM takes AS other WHERE other.line_id = takes.line_id
            AND other.number <= takes.number AND other.part_of IS NULL)
        WHERE line_id IS NOT NULL AND part_of IS NULL;",
];

/// The version in which takes are counted by line.
const COUNTED: u32 = 6;

/// The tables of each version, to tell a library from any other database.
const TABLES: [&[&str]; MIGRATIONS.len()] = [
    &["clones", "takes", "jobs", "flows"],
    &["assets", "voices", "voice_notes", "voice_tags", "scripts", "lines", "charges", "limits", "facts"],
    &[],
    &["words"],
    &[],
    &[],
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
    bring_up_to_date(&mut connection)?;
    Ok(connection)
}

fn bring_up_to_date(connection: &mut Connection) -> Result<(), Problem> {
    let version = version(connection)?;
    for (number, migration) in (1..=newest()).zip(MIGRATIONS) {
        if number > version {
            let step = connection.transaction()?;
            if number == COUNTED {
                forget_early_count(&step)?;
            }
            step.execute_batch(migration)?;
            step.pragma_update(None, "user_version", number)?;
            step.commit()?;
        }
    }
    Ok(())
}

/// A library without anything in it, in memory only.
pub fn empty() -> Result<Connection, Problem> {
    let mut connection = Connection::open_in_memory()?;
    bring_up_to_date(&mut connection)?;
    Ok(connection)
}

/// Opens a file to read it, beside the program that writes it; `None` when its format is an older one, which has to be
/// brought up to date first.
pub fn look(file: &Path) -> Result<Option<Connection>, Problem> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "query_only", "ON")?;
    match version(&connection)? {
        version if version > newest() => Err(Problem::Newer(version)),
        version if version < newest() => Ok(None),
        _ => Ok(Some(connection)),
    }
}

/// Builds on the way to it wrote the count of 6 under 5: it is counted anew, where its column would be in the way.
fn forget_early_count(connection: &Connection) -> rusqlite::Result<()> {
    let early = "SELECT count(*) FROM pragma_table_info('takes') WHERE name = 'nth'";
    let is_there = connection.query_row(early, [], |row| row.get::<_, i64>(0))? > 0;
    if is_there { connection.execute_batch("ALTER TABLE takes DROP COLUMN nth") } else { Ok(()) }
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
mod tests;

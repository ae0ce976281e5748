//! The tables, as a list of migrations: version n of the file has had the first n applied.

use std::fmt;
use std::path::Path;

use rusqlite::{Connection, ErrorCode};

const MIGRATIONS: [&str; 1] = [
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
];

/// Why a file could not be opened as a library.
#[derive(Debug)]
pub enum Problem {
    Newer(u32),
    Sql(rusqlite::Error),
}

impl Problem {
    /// Whether the file itself is the trouble, rather than the disk or another process.
    pub fn file_is_unusable(&self) -> bool {
        match self {
            Self::Newer(_) => true,
            Self::Sql(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => write!(f, "was written by a newer version of Mouthpiece (format {version})"),
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

/// Opens the file and brings its tables up to date, each step in a transaction of its own.
pub fn connect(file: &Path) -> Result<Connection, Problem> {
    let mut connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let newest = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    if version > newest {
        return Err(Problem::Newer(version));
    }
    for (number, migration) in (1..=newest).zip(MIGRATIONS) {
        if number > version {
            let step = connection.transaction()?;
            step.execute_batch(migration)?;
            step.pragma_update(None, "user_version", number)?;
            step.commit()?;
        }
    }
    Ok(connection)
}

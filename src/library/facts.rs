//! Small facts learned about the account, such as how many runs its plan allows at once.

use super::Library;
use crate::error::Result;

pub(super) const GET: &str = "SELECT value FROM facts WHERE key = ?1";
pub(super) const PUT: &str =
    "INSERT INTO facts (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2";
pub(super) const DROP: &str = "DELETE FROM facts WHERE key = ?1";

impl Library {
    /// What was noted under a key.
    pub fn note(&self, key: &str) -> Result<Option<String>> {
        self.one(GET, [key], |row| row.get(0))
    }

    /// Notes a fact; a later one takes the place of an earlier one.
    pub fn put_note(&self, key: &str, value: &str) -> Result<()> {
        self.run(PUT, [key, value])
    }

    /// The key under which it is noted which lines of a flow are being spoken.
    pub fn speaking_key(flow: &str) -> String {
        format!("speaking {flow}")
    }

    /// Forgets a fact.
    pub fn drop_note(&self, key: &str) -> Result<()> {
        self.run(DROP, [key])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_fact_counts_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        assert_eq!(library.note("concurrency_limit").unwrap(), None);
        library.put_note("concurrency_limit", "3").unwrap();
        library.put_note("concurrency_limit", "6").unwrap();
        assert_eq!(library.note("concurrency_limit").unwrap().as_deref(), Some("6"));
        library.drop_note("concurrency_limit").unwrap();
        assert_eq!(library.note("concurrency_limit").unwrap(), None);
    }
}

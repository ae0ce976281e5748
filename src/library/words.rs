//! Words that are said otherwise than they are written, in the user's order.

use rusqlite::params;

use super::{Library, failed};
use crate::error::Result;

pub(super) const ALL: &str = "SELECT written, spoken FROM words ORDER BY position";
pub(super) const CLEAR: &str = "DELETE FROM words";
pub(super) const PUT: &str = "INSERT OR REPLACE INTO words (written, spoken, position) VALUES (?1, ?2, ?3)";

impl Library {
    /// Every word as it is written, and as it is to be said.
    pub fn words(&self) -> Result<Vec<(String, String)>> {
        self.list(ALL, [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Takes the place of the whole list. Of a word that stands in it twice, the last counts.
    pub fn put_words(&self, words: &[(String, String)]) -> Result<()> {
        self.transaction(|all| {
            all.execute(CLEAR, []).map_err(failed)?;
            let mut put = all.prepare_cached(PUT).map_err(failed)?;
            for (position, (written, spoken)) in (0_i64..).zip(words) {
                put.execute(params![written, spoken, position]).map_err(failed)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_keeps_its_order_and_the_last_of_a_word_counts() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let pair = |written: &str, spoken: &str| (written.to_owned(), spoken.to_owned());
        library.put_words(&[pair("v3", "version three"), pair("Northlight", "North light")]).unwrap();
        let list = [pair("Northlight", "North light"), pair("v3", "vee three"), pair("v3", "version three")];
        library.put_words(&list).unwrap();
        assert_eq!(library.words().unwrap(), [list[0].clone(), list[2].clone()]);
    }
}

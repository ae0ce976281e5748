//! Flows: the documents a person works on. The `store` module gives the text its meaning.

use rusqlite::{OptionalExtension as _, params};

use super::{Library, failed};
use crate::error::Result;

impl Library {
    /// Saves a flow's document (JSON) under its id.
    pub fn put_flow(&self, id: &str, document: &str, saved_at: &str) -> Result<()> {
        self.connection()
            .execute(
                "INSERT OR REPLACE INTO flows (id, document, saved_at) VALUES (?1, ?2, ?3)",
                params![id, document, saved_at],
            )
            .map_err(failed)?;
        Ok(())
    }

    /// The document of the flow saved last.
    pub fn latest_flow(&self) -> Result<Option<String>> {
        let connection = self.connection();
        connection
            .query_row("SELECT document FROM flows ORDER BY saved_at DESC LIMIT 1", [], |row| row.get(0))
            .optional()
            .map_err(failed)
    }
}

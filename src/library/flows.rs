//! Flows: the documents a person works on. The `store` module gives the text its meaning.

use super::scripts::{self, Line, Script};
use super::{Library, facts, failed};
use crate::error::Result;

/// A flow in the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowEntry {
    pub id: String,
    /// As it stands in the document; empty when it has none.
    pub name: String,
    /// ISO 8601 in UTC.
    pub saved_at: String,
    /// Ids of its lines, in order.
    pub lines: Vec<String>,
}

// The name is copied out of the document, so that the list need not read every document.
pub(super) const PUT: &str = "INSERT INTO flows (id, document, saved_at, name)
    VALUES (?1, ?2, ?3, CASE WHEN json_valid(?2) THEN json_extract(?2, '$.name') END)
    ON CONFLICT (id) DO UPDATE SET document = excluded.document, saved_at = excluded.saved_at, name = excluded.name";
pub(super) const LATEST: &str = "SELECT document FROM flows
    WHERE NOT EXISTS (SELECT 1 FROM facts WHERE key = 'began anew') ORDER BY saved_at DESC LIMIT 1";
const GONE_ON: &str = "DELETE FROM facts WHERE key = 'began anew'";
pub(super) const GET: &str = "SELECT document FROM flows WHERE id = ?1";
pub(super) const NAMES: &str = "SELECT id, coalesce(name, ''), saved_at FROM flows ORDER BY saved_at DESC";
pub(super) const LINES: &str = "SELECT id FROM lines WHERE script_id = ?1 AND position >= 0 ORDER BY position";
pub(super) const RENAME: &str = "UPDATE flows SET document = json_set(document, '$.name', ?2), name = ?2
    WHERE id = ?1 AND json_valid(document)";
pub(super) const DROP: &str = "DELETE FROM flows WHERE id = ?1";

impl Library {
    /// Saves a flow's document (JSON) under its id.
    pub fn put_flow(&self, id: &str, document: &str, saved_at: &str) -> Result<()> {
        self.transaction(|all| {
            all.execute(GONE_ON, []).map_err(failed)?;
            all.execute(PUT, [id, document, saved_at]).map_err(failed)?;
            Ok(())
        })
    }

    /// Saves a flow's document and, beside it, its lines as a script of the same id, so that takes can belong to them.
    pub fn put_flow_and_lines(
        &self,
        id: &str,
        name: &str,
        document: &str,
        saved_at: &str,
        lines: &[Line],
    ) -> Result<()> {
        let [id, name, saved_at] = [id, name, saved_at].map(str::to_owned);
        let script = Script { id, name, saved_at, lines: lines.to_vec() };
        self.transaction(|all| {
            all.execute(GONE_ON, []).map_err(failed)?;
            all.execute(PUT, [&script.id, document, &script.saved_at]).map_err(failed)?;
            scripts::put(all, &script)
        })
    }

    /// Notes that the flow which is open has nothing in it: none is gone on with until one is saved.
    pub fn begin_anew(&self) -> Result<()> {
        self.put_note("began anew", "")
    }

    /// The document of the flow saved last, to go on with; none when a new one was begun since.
    pub fn latest_flow(&self) -> Result<Option<String>> {
        self.one(LATEST, [], |row| row.get(0))
    }

    /// The document of a flow.
    pub fn flow(&self, id: &str) -> Result<Option<String>> {
        self.one(GET, [id], |row| row.get(0))
    }

    /// Every flow, the one saved last first.
    pub fn flows(&self) -> Result<Vec<FlowEntry>> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(FlowEntry { id: row.get(0)?, name: row.get(1)?, saved_at: row.get(2)?, lines: Vec::new() })
        };
        let mut flows = self.list(NAMES, [], read)?;
        for flow in &mut flows {
            flow.lines = self.list(LINES, [&flow.id], |row| row.get(0))?;
        }
        Ok(flows)
    }

    /// Gives a flow another name. When it was saved stays as it is.
    pub fn rename_flow(&self, id: &str, name: &str) -> Result<()> {
        self.transaction(|all| {
            all.execute(RENAME, [id, name]).map_err(failed)?;
            all.execute(scripts::RENAME, [id, name]).map_err(failed)?;
            Ok(())
        })
    }

    /// Removes a flow with its lines and what was left to speak of them; takes and results stay.
    pub fn drop_flow(&self, id: &str) -> Result<()> {
        self.transaction(|all| {
            all.execute(scripts::DROP, [id]).map_err(failed)?;
            all.execute(facts::DROP, [Self::speaking_key(id)]).map_err(failed)?;
            all.execute(DROP, [id]).map_err(failed)?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_are_listed_by_name_and_the_last_one_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        library.put_flow("a", r#"{"name":"Keynote"}"#, "2026-11-22T10:00:00Z").unwrap();
        library.put_flow("b", "no document", "2026-11-22T11:00:00Z").unwrap();
        library.put_flow("a", r#"{"name":"Keynote, short"}"#, "2026-11-22T12:00:00Z").unwrap();
        let names: Vec<_> = library.flows().unwrap().into_iter().map(|flow| (flow.id, flow.name)).collect();
        assert_eq!(names, [("a".into(), "Keynote, short".into()), ("b".into(), String::new())]);
        assert_eq!(library.latest_flow().unwrap().as_deref(), Some(r#"{"name":"Keynote, short"}"#));
        library.begin_anew().unwrap();
        assert_eq!(library.latest_flow().unwrap(), None);
        library.put_flow("b", "no document", "2026-11-22T12:00:01Z").unwrap();
        assert_eq!(library.latest_flow().unwrap().as_deref(), Some("no document"), "it was gone on with");
        library.put_flow("b", "no document", "2026-11-22T11:00:00Z").unwrap();
        assert_eq!(library.flow("b").unwrap().as_deref(), Some("no document"));
        library.rename_flow("a", "Launch").unwrap();
        library.rename_flow("b", "Launch").unwrap();
        assert_eq!(library.flow("a").unwrap().as_deref(), Some(r#"{"name":"Launch"}"#));
        let launch = &library.flows().unwrap()[0];
        assert_eq!((launch.name.as_str(), launch.saved_at.as_str()), ("Launch", "2026-11-22T12:00:00Z"));
        assert_eq!(library.flow("b").unwrap().as_deref(), Some("no document"));
        library.drop_flow("a").unwrap();
        assert_eq!(library.flow("a").unwrap(), None);
    }

    #[test]
    fn a_flow_and_its_lines_come_and_go_together() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let lost = Line { id: "l1".into(), take_id: Some("gone".into()), ..Line::default() };
        library.put_flow_and_lines("a", "Keynote", "{}", "2026-11-22T10:00:00Z", &[lost]).unwrap();
        let lines = library.script("a").unwrap().unwrap().lines;
        assert_eq!((lines[0].id.as_str(), &lines[0].take_id), ("l1", &None), "a take that is gone is none");
        assert_eq!(library.flows().unwrap()[0].lines, ["l1"]);
        let key = Library::speaking_key("a");
        library.put_note(&key, "[]").unwrap();
        library.drop_flow("a").unwrap();
        assert_eq!(library.note(&key).unwrap(), None);
        assert_eq!((library.flow("a").unwrap(), library.script("a").unwrap()), (None, None));
    }
}

//! Takes: spoken lines, each an audio file on this computer.

use std::path::{Path, PathBuf};

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::{Library, failed, json};
use crate::error::Result;
use crate::paths;

/// A line as a voice spoke it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Take {
    /// The id of the job that made it.
    pub id: String,
    /// Counts the takes of this workspace from 1: their order, and a number that no other take has.
    pub number: u32,
    pub voice_id: String,
    pub voice_name: String,
    pub script: String,
    /// 0 to 1, as it was asked for.
    pub stability: Option<f64>,
    /// 0 to 1, as it was asked for.
    pub similarity: Option<f64>,
    /// The audio on this computer.
    #[serde(with = "crate::paths")]
    pub file: PathBuf,
    /// What the service calls it.
    #[serde(default)]
    pub remote_id: Option<String>,
    /// The audio at the service, usable as an input there.
    pub url: String,
    pub duration_secs: f64,
    /// ISO 8601 in UTC.
    pub made_at: String,
    #[serde(default)]
    pub care: Care,
}

/// What the user did with a take on this computer. What the service made stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Care {
    /// Whether it is the take to keep of its line; of each line there is at most one.
    pub kept: bool,
    /// Heard and sent instead of the take as it came.
    pub edited: Option<Edited>,
    /// The user's own name for it.
    #[serde(default)]
    pub name: Option<String>,
    /// Id of the line it was spoken for.
    #[serde(default)]
    pub line_id: Option<String>,
    /// Id of the take it is a part of, which is the one that is shown.
    #[serde(default)]
    pub part_of: Option<String>,
    /// What was sent: the script itself, or its words said differently, or parts with pauses between them, one below the
    /// other. `None` of a take of an earlier version, of which it is not known.
    #[serde(default)]
    pub said: Option<String>,
    /// Counts the takes of its line from 1. `None` of a take of an earlier version that knows no line.
    #[serde(default)]
    pub nth: Option<u32>,
}

/// A take that was changed on this computer: a file of its own beside the original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    #[serde(with = "crate::paths")]
    pub file: PathBuf,
    pub secs: f64,
    pub bytes: u64,
}

impl Take {
    /// The audio that is heard and sent: the edited one, else the take as it came.
    pub fn audio(&self) -> &Path {
        self.care.edited.as_ref().map_or(&self.file, |edited| &edited.file)
    }

    /// Seconds of [`Take::audio`].
    pub fn secs(&self) -> f64 {
        self.care.edited.as_ref().map_or(self.duration_secs, |edited| edited.secs)
    }

    /// Its number among the takes of its line, from 1.
    pub fn in_line(&self) -> u32 {
        self.care.nth.unwrap_or(self.number)
    }

    /// What it is called where its line is plain: by the user's own name for it, else "Take 3".
    pub fn title(&self) -> String {
        self.care.name.clone().unwrap_or_else(|| format!("Take {}", self.in_line()))
    }
}

pub(super) const NUMBER: &str =
    "SELECT coalesce((SELECT number FROM takes WHERE id = ?1), (SELECT max(number) FROM takes) + 1, 1)";
/// The same among the takes of its line, which are also one that was chosen for the line it is a copy of, and those of
/// its words that know no line. A part of a take that is spoken in pieces is not counted.
pub(super) const NTH: &str = "SELECT coalesce((SELECT nth FROM takes WHERE id = ?1), (SELECT max(coalesce(nth, number))
    FROM takes WHERE part_of IS NULL AND (line_id = (SELECT id FROM lines WHERE id = ?2)
        OR id = (SELECT take_id FROM lines WHERE id = ?2) OR (line_id IS NULL AND script = ?3))) + 1, 1)";
pub(super) const PUT: &str = "INSERT INTO takes (id, number, voice_id, voice_name, script, stability, similarity, file,
    remote_id, url, duration_secs, made_at, line_id, part_of, said, nth)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, (SELECT id FROM lines WHERE id = ?13), ?14, ?15, ?16)
    ON CONFLICT (id) DO UPDATE SET number = ?2, voice_id = ?3, voice_name = ?4, script = ?5, stability = ?6,
    similarity = ?7, file = ?8, remote_id = ?9, url = ?10, duration_secs = ?11, made_at = ?12";
pub(super) const ALL: &str = "SELECT * FROM takes WHERE dropped_at IS NULL ORDER BY number DESC";
pub(super) const OF_LINE: &str = "SELECT * FROM takes WHERE line_id = ?1 AND dropped_at IS NULL ORDER BY number DESC";
pub(super) const TO_LINE: &str = "UPDATE takes SET line_id = ?2 WHERE id = ?1";
pub(super) const EDIT: &str = "UPDATE takes SET edited = ?2 WHERE id = ?1";
pub(super) const NAME: &str = "UPDATE takes SET name = ?2 WHERE id = ?1";
pub(super) const PUT_AWAY: &str = "UPDATE takes SET dropped_at = ?2 WHERE id = ?1";
pub(super) const LET_GO: &str = "UPDATE takes SET kept = 0 WHERE script = ?1 AND kept = 1";
pub(super) const KEEP: &str = "UPDATE takes SET kept = 1 WHERE id = ?1";

impl Library {
    /// Remembers a take and gives it back with its number: the one it had, or the next.
    pub fn add_take(&self, take: Take) -> Result<Take> {
        let (number, nth) = self.transaction(|all| {
            let number = all.query_row(NUMBER, [&take.id], |row| row.get(0)).map_err(failed)?;
            let nth: u32 = all
                .query_row(NTH, params![take.id, take.care.line_id, take.script], |row| row.get(0))
                .map_err(failed)?;
            let row = params![
                take.id,
                number,
                take.voice_id,
                take.voice_name,
                take.script,
                take.stability,
                take.similarity,
                paths::to_text(&take.file),
                take.remote_id,
                take.url,
                take.duration_secs,
                take.made_at,
                take.care.line_id,
                take.care.part_of,
                take.care.said,
                nth
            ];
            all.execute(PUT, row).map_err(failed)?;
            Ok((number, nth))
        })?;
        Ok(Take { number, care: Care { nth: Some(nth), ..take.care }, ..take })
    }

    /// Every take, newest first.
    pub fn takes(&self) -> Result<Vec<Take>> {
        self.list(ALL, [], read)
    }

    /// The takes of a script's line, newest first.
    pub fn takes_of(&self, line_id: &str) -> Result<Vec<Take>> {
        self.list(OF_LINE, [line_id], read)
    }

    /// Notes that a take was changed on this computer, or that it is again as it came. No file is touched.
    pub fn edit_take(&self, take_id: &str, edited: Option<&Edited>) -> Result<()> {
        let edited = edited.map(json).transpose()?;
        self.run(EDIT, params![take_id, edited])
    }

    /// Gives a take a name of the user's own, or takes it back.
    pub fn name_take(&self, take_id: &str, name: Option<&str>) -> Result<()> {
        self.run(NAME, params![take_id, name])
    }

    /// Puts a take away at a time (ISO 8601 in UTC), or takes it back with `None`. Its files stay.
    pub fn put_take_away(&self, take_id: &str, at: Option<&str>) -> Result<()> {
        self.run(PUT_AWAY, params![take_id, at])
    }

    /// Notes which take of a line is kept, or that none is.
    pub fn keep_take(&self, script: &str, take_id: Option<&str>) -> Result<()> {
        self.transaction(|all| {
            all.execute(LET_GO, [script]).map_err(failed)?;
            if let Some(id) = take_id {
                all.execute(KEEP, [id]).map_err(failed)?;
            }
            Ok(())
        })
    }

    /// Notes which line of a script a take speaks, or that it belongs to none.
    ///
    /// # Errors
    /// When there is no such line.
    pub fn put_take_on_line(&self, take_id: &str, line_id: Option<&str>) -> Result<()> {
        self.run(TO_LINE, params![take_id, line_id])
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Take> {
    let file: String = row.get("file")?;
    let edited: Option<String> = row.get("edited")?;
    // A note that can't be read gives the take back as it came.
    let edited = edited.and_then(|edited| serde_json::from_str(&edited).ok());
    Ok(Take {
        id: row.get("id")?,
        number: row.get("number")?,
        voice_id: row.get("voice_id")?,
        voice_name: row.get("voice_name")?,
        script: row.get("script")?,
        stability: row.get("stability")?,
        similarity: row.get("similarity")?,
        file: paths::from_text(file),
        remote_id: row.get("remote_id")?,
        url: row.get("url")?,
        duration_secs: row.get("duration_secs")?,
        made_at: row.get("made_at")?,
        care: Care {
            kept: row.get("kept")?,
            edited,
            name: row.get("name")?,
            line_id: row.get("line_id")?,
            part_of: row.get("part_of")?,
            said: row.get("said")?,
            nth: row.get("nth")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Line;

    fn take(id: &str) -> Take {
        Take {
            id: id.into(),
            number: 0,
            voice_id: "v".into(),
            voice_name: "Ada".into(),
            script: "Hello".into(),
            stability: Some(0.5),
            similarity: None,
            file: PathBuf::from("a.wav"),
            remote_id: Some("t1".into()),
            url: "http://x/a.wav".into(),
            duration_secs: 1.5,
            made_at: "2026-11-22T10:00:00Z".into(),
            care: Care::default(),
        }
    }

    #[test]
    fn care_outlives_a_second_save_and_of_a_line_one_take_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        for id in ["a", "b", "c"] {
            let script = if id == "c" { "Another" } else { "Hello" };
            library.add_take(Take { script: script.into(), ..take(id) }).unwrap();
        }
        let edited = Edited { file: PathBuf::from("a, trimmed.wav"), secs: 1.2, bytes: 5 };
        library.edit_take("a", Some(&edited)).unwrap();
        for (script, id) in [("Hello", "a"), ("Another", "c"), ("Hello", "b")] {
            library.keep_take(script, Some(id)).unwrap();
        }
        library.add_take(take("a")).unwrap();
        let takes = library.takes().unwrap();
        let kept: Vec<_> = takes.iter().filter(|take| take.care.kept).map(|take| take.id.as_str()).collect();
        assert_eq!(kept, ["c", "b"]);
        assert_eq!((takes[2].audio(), takes[2].care.edited.as_ref()), (edited.file.as_path(), Some(&edited)));
        library.edit_take("a", None).unwrap();
        library.keep_take("Hello", None).unwrap();
        let takes = library.takes().unwrap();
        assert_eq!(takes[2], Take { number: 1, care: takes[2].care.clone(), ..take("a") });
        assert_eq!(takes[2].care, Care { nth: Some(1), ..Care::default() });
        assert_eq!(takes.iter().filter(|take| take.care.kept).count(), 1);
    }

    #[test]
    fn how_a_take_was_spoken_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let said = Some("version three".to_owned());
        library.add_take(Take { care: Care { said: said.clone(), ..Care::default() }, ..take("a") }).unwrap();
        assert_eq!(library.takes().unwrap()[0].care.said, said);
    }

    #[test]
    fn each_line_counts_its_takes_from_one_and_the_list_is_in_the_order_they_were_made() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let line = |id: &str| Line { id: id.into(), ..Line::default() };
        let lines = vec![line("one"), line("two")];
        library.put_flow_and_lines("f", "Flow", "{}", "2026-11-22T10:00:00Z", &lines).unwrap();
        let of = |line: &str| Care { line_id: Some(line.into()), ..Care::default() };
        let add = |id: &str, care: Care| library.add_take(Take { care, ..take(id) }).unwrap().in_line();
        assert_eq!([add("a", of("one")), add("b", of("one")), add("c", of("two"))], [1, 2, 1]);
        let part = Care { part_of: Some("d".into()), ..of("two") };
        add("c1", part);
        assert_eq!([add("d", of("two")), add("a", of("one"))], [2, 1], "a part is not counted, and none twice");
        library.put_take_away("b", Some("2026-11-22T11:00:00Z")).unwrap();
        assert_eq!([add("e", of("one")), add("f", Care::default())], [3, 1], "a number is not given again");
        let copy = Line { take_id: Some("e".into()), ..line("copy") };
        library.put_flow_and_lines("g", "Copy", "{}", "2026-11-22T11:00:00Z", &[copy]).unwrap();
        let other = Take { script: "Another".into(), care: of("not written yet"), ..take("g") };
        assert_eq!(
            library.add_take(other).unwrap().in_line(),
            1,
            "those of other words that know no line do not count"
        );
        assert_eq!(add("e1", of("copy")), 4, "a copied line goes on behind the take that was chosen for it");
        let ids: Vec<_> = library.takes().unwrap().iter().map(|take| (take.id.clone(), take.in_line())).collect();
        let expected = [("e1", 4), ("g", 1), ("f", 1), ("e", 3), ("d", 2), ("c1", 2), ("c", 1), ("a", 1)];
        assert_eq!(ids, expected.map(|(id, number)| (id.to_owned(), number)));
    }

    #[test]
    fn takes_are_counted_and_keep_their_number_when_they_are_saved_again() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let numbers = ["a", "b", "a", "c"].map(|id| library.add_take(take(id)).unwrap().number);
        assert_eq!(numbers, [1, 2, 1, 3]);
        assert_eq!(
            library.takes().unwrap()[0],
            Take { number: 3, care: Care { nth: Some(3), ..Care::default() }, ..take("c") }
        );
    }
}

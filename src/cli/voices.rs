//! `mouthpiece voices`: the voices of the account.

use console::measure_text_width;
use serde_json::{Value, json};

use super::arguments::Voices;
use super::out::plain;
use super::view::View;
use super::voice::Known;
use super::{Failure, Start};
use crate::api::Voice;
use crate::find::Needle;
use crate::library::CloneRecord;

/// The widest column of names, in characters.
const WIDEST: usize = 40;

/// One voice as it is listed.
struct Row<'a> {
    voice: &'a Voice,
    name: &'a str,
    is_clone: bool,
}

/// Lists them.
pub fn run(asked: &Voices, start: &Start) -> Result<(), Failure> {
    let desk = View::reading(start, asked.common)?;
    let (known, _there) = Known::look(&desk)?;
    let library = desk.library.clone();
    let clones = desk.background.blocking(move || library.clones())?;
    let needle = Needle::new(asked.search.as_deref().unwrap_or_default());
    let rows = known.voices.iter().filter_map(|voice| {
        let is_clone = is_clone(voice, &clones);
        let is_kind = !(asked.clones && !is_clone || asked.built_in && is_clone);
        (is_kind && needle.is_in(&texts(&known, voice))).then(|| Row { voice, name: known.name(voice), is_clone })
    });
    let rows: Vec<Row<'_>> = rows.collect();
    if desk.out.is_json() {
        let all: Vec<Value> = rows.iter().map(Row::json).collect();
        desk.out.result("", &json!({ "event": "done", "voices": all }));
        return Ok(());
    }
    if rows.is_empty() {
        let has_clones = known.voices.iter().any(|voice| is_clone(voice, &clones));
        desk.out.note(if asked.clones && !has_clones { "There are no clones yet." } else { "No voice fits." });
    }
    let widest = rows.iter().map(|row| measure_text_width(&plain(row.name))).max().unwrap_or_default().min(WIDEST);
    for row in rows {
        desk.out.result(&row.line(widest), &Value::Null);
    }
    Ok(())
}

fn is_clone(voice: &Voice, clones: &[CloneRecord]) -> bool {
    clones.iter().any(|clone| voice.is_called(&clone.id)) || voice.looks_cloned()
}

/// What a search looks through.
fn texts(known: &Known, voice: &Voice) -> String {
    let note = known.notes.of(&voice.id);
    let tags: Vec<&str> = note.tags.iter().map(String::as_str).collect();
    [known.name(voice), voice.label(), &tags.join("\n"), &note.notes].join("\n")
}

impl Row<'_> {
    fn line(&self, widest: usize) -> String {
        let kind = if self.is_clone { "clone" } else { "built-in" };
        let withheld = if self.voice.is_withheld() { "  withheld" } else { "" };
        // On one line, whatever it is called.
        let name = plain(self.name).replace('\n', " ");
        let room = " ".repeat(widest.saturating_sub(measure_text_width(&name)));
        format!("{name}{room}  {kind:8}  {}{withheld}", plain(&self.voice.id))
    }

    fn json(&self) -> Value {
        json!({
            "id": self.voice.id,
            "name": self.name,
            "clone": self.is_clone,
            "withheld": self.voice.is_withheld(),
            "previewUrl": self.voice.preview_url,
        })
    }
}

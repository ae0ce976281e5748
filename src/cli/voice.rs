//! Finding a voice by what a person calls it.

use super::desk::Desk;
use super::view::{Connected, View};
use super::{Failure, words};
use crate::api::Voice;
use crate::find::Needle;
use crate::jobs::stamp;
use crate::store::Notes;

/// The voices of the account, with the names the user gave them.
pub struct Known {
    pub voices: Vec<Voice>,
    pub notes: Notes,
}

impl Known {
    /// Asks the service, and remembers the answer for the window.
    pub fn ask(desk: &Desk) -> Result<Self, Failure> {
        let listing = desk.background.runtime().spawn(desk.client.voices());
        let voices = desk.background.wait(listing)?;
        let (library, seen) = (desk.library.clone(), voices.clone());
        let notes = desk.background.blocking(move || {
            library.put_voices(&seen, &stamp(time::OffsetDateTime::now_utc()))?;
            Notes::read(&library)
        })?;
        Ok(Self { voices, notes })
    }

    /// The same to look only; nothing is written.
    pub fn look(view: &View) -> Result<(Self, Connected), Failure> {
        let (voices, there) = view.voices()?;
        let library = view.library.clone();
        let notes = view.background.blocking(move || Notes::read(&library))?;
        Ok((Self { voices, notes }, there))
    }

    /// What a voice is called: the user's name for it, else the service's.
    pub fn name<'a>(&'a self, voice: &'a Voice) -> &'a str {
        self.notes.alias(&voice.id).unwrap_or_else(|| voice.label())
    }

    /// The voice of this id, else the one of this name.
    pub fn find(&self, asked: &str) -> Result<&Voice, Failure> {
        let asked = asked.trim();
        if let Some(voice) = self.voices.iter().find(|voice| voice.is_called(asked)) {
            return Ok(voice);
        }
        let named = |voice: &&Voice| {
            let names = [self.name(voice), voice.label()];
            names.iter().any(|name| name.trim().to_lowercase() == asked.to_lowercase())
        };
        let found: Vec<&Voice> = self.voices.iter().filter(named).collect();
        match found[..] {
            [only] => Ok(only),
            [] => Err(self.unknown(asked)),
            _ => {
                let ids: Vec<&str> = found.iter().map(|voice| voice.id.as_str()).collect();
                let several = format!("{} voices are called “{asked}”. Give the id of one:", found.len());
                Err(Failure::usage(format!("{several} {}", ids.join(", "))))
            }
        }
    }

    /// That there is no such voice, with the name that was meant, most likely.
    fn unknown(&self, asked: &str) -> Failure {
        let (needle, low) = (Needle::new(asked), asked.to_lowercase());
        let names = self.voices.iter().map(|voice| self.name(voice).trim());
        let near = names.filter_map(|name| {
            let steps = steps_between(&low, &name.to_lowercase());
            let is_near = steps <= (low.chars().count() / 3).max(1);
            // A part of a name is nearer than one that has to be changed.
            if !asked.is_empty() && needle.is_in(name) { Some((0, name)) } else { is_near.then_some((steps, name)) }
        });
        let hint = near.min_by_key(|(steps, _)| *steps);
        let hint = hint.map_or_else(String::new, |(_, name)| format!(" Did you mean “{name}”?"));
        Failure::usage(format!("There is no voice “{asked}”.{hint} To see all: mouthpiece voices{}", words::again()))
    }
}

/// How many letters have to be put in, taken out, changed or swapped with their neighbour to make one word of the other.
pub fn steps_between(one: &str, other: &str) -> usize {
    let [one, other] = [one, other].map(|word| word.chars().take(100).collect::<Vec<char>>());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        let above = &rows[at];
        let mut row = vec![at + 1];
        for (place, wanted) in other.iter().enumerate() {
            let changed = above[place] + usize::from(letter != wanted);
            let mut steps = changed.min(above[place + 1] + 1).min(row[place] + 1);
            if at > 0 && place > 0 && one[at - 1] == *wanted && *letter == other[place - 1] {
                steps = steps.min(rows[at - 1][place - 1] + 1);
            }
            row.push(steps);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_found_by_id_or_by_one_name() {
        let voice = |id: &str, name: &str| Voice { id: id.into(), name: Some(name.into()), ..Voice::default() };
        let voices = vec![voice("a", "Mara"), voice("b", "Jonas"), voice("c", "jonas")];
        let known = Known { voices, notes: Notes::default() };
        assert_eq!(known.find(" mara ").unwrap().id, "a");
        assert_eq!(known.find("b").unwrap().id, "b");
        assert!(known.find("Jonas").unwrap_err().error.to_string().contains("2 voices are called “Jonas”"));
        let unknown = known.find("Lena").unwrap_err();
        assert_eq!((unknown.code, unknown.error.to_string().contains("mean")), (super::super::WRONG_USE, false));
        for slip in ["Mars", "mra", "MARRA", "ara"] {
            let said = known.find(slip).unwrap_err().error.to_string();
            assert!(said.contains("Did you mean “Mara”?"), "{said}");
        }
        assert_eq!((steps_between("", "abc"), steps_between("kitten", "sitting")), (3, 3));
        assert_eq!((steps_between("flwo", "flow"), steps_between("abc", "")), (1, 3));
    }
}

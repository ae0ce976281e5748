//! What a line means that names no verb, or names it after an option: files for the window, and slips of the finger.

use std::ffi::OsStr;
use std::io::IsTerminal as _;
use std::path::Path;

use clap::CommandFactory as _;

use super::{Arguments, Common, Verb};
use crate::cli::{Failure, voice};

impl Arguments {
    /// Puts in order what was understood: options before a verb count for it, and files must be there.
    ///
    /// # Errors
    /// What can't be done as it was typed.
    pub fn settle(&mut self) -> Result<(), Failure> {
        let Some(verb) = &mut self.verb else {
            return self.files.iter().try_for_each(|file| there(file));
        };
        if self.key_on_stdin || self.gallery {
            return Err(Failure::usage("This is for the window. Leave the verb out."));
        }
        // An option between them hides from the parser that the word behind it was meant as one more file.
        if let Some(file) = self.files.first() {
            return Err(Failure::usage(format!(
                "“{}” stands before the verb, and files before it mean nothing. A verb stands before everything else.",
                file.display()
            )));
        }
        match (verb.common(), self.sandbox) {
            (_, false) => Ok(()),
            (Some(common), true) => {
                common.sandbox = true;
                Ok(())
            }
            (None, true) => Err(Failure::usage(
                "--sandbox means nothing here: key is about an account, and sandbox is the sandbox.",
            )),
        }
    }
}

impl Verb {
    /// Whether it is for a program to read.
    pub fn is_json(&mut self) -> bool {
        self.common().is_some_and(|common| common.json)
    }

    /// What it takes in common with the others that talk to a service.
    fn common(&mut self) -> Option<&mut Common> {
        Some(match self {
            Self::Voices(asked) => &mut asked.common,
            Self::Preview(asked) => &mut asked.common,
            Self::Clone(asked) => &mut asked.common,
            Self::Delete(asked) => &mut asked.common,
            Self::Speak(asked) => &mut asked.common,
            Self::Lipsync(asked) => &mut asked.common,
            Self::Flow(asked) => &mut asked.common,
            Self::Batch(asked) => &mut asked.common,
            Self::Jobs(asked) => &mut asked.common,
            Self::Resume(asked) => &mut asked.common,
            Self::Spend(asked) => &mut asked.common,
            Self::Key(_) | Self::Sandbox(_) => return None,
        })
    }
}

/// That a file is there, where somebody would see that it is not. What can't be told, as with a folder that may not be
/// entered, the window says in its own words.
fn there(file: &Path) -> Result<(), Failure> {
    if !matches!(file.try_exists(), Ok(false)) {
        return Ok(());
    }
    if let Some(failure) = slip(file.as_os_str()) {
        return Err(failure);
    }
    if let Some(verb) = file.to_str().filter(|word| verbs().any(|verb| verb == *word)) {
        return Err(Failure::usage(format!("A verb stands before everything else: mouthpiece {verb} --help")));
    }
    // From a menu or by a double click nobody sees what is said here: there the window says that it is gone.
    if !is_word(file.as_os_str()) && !std::io::stderr().is_terminal() {
        return Ok(());
    }
    let place = if file.is_absolute() { "" } else { " here" };
    // A name without an ending may be meant for a verb that is not like any.
    let hint = if file.extension().is_some() { "" } else { " To see the verbs: mouthpiece --help" };
    Err(Failure::usage(format!("There is no file “{}”{place}.{hint}", file.display())))
}

/// The verb that a line was about which could not be understood, where its first word is no verb and no file.
pub fn mistyped<'a>(words: impl IntoIterator<Item = &'a OsStr>) -> Option<Failure> {
    // Behind any other option a word may be its value.
    let first = words.into_iter().skip(1).find(|word| *word != "--sandbox")?;
    let is_gone = matches!(Path::new(first).try_exists(), Ok(false));
    slip(first).filter(|_| is_gone && !first.as_encoded_bytes().starts_with(b"-"))
}

/// Whether it may be meant for a verb: it has no folder and no ending.
fn is_word(word: &OsStr) -> bool {
    !word.as_encoded_bytes().iter().any(|byte| b"./\\".contains(byte))
}

/// What to say to a word that is no file and was meant for a verb.
fn slip(word: &OsStr) -> Option<Failure> {
    let word = word.to_str().filter(|_| is_word(word))?;
    let low = word.to_lowercase();
    let (steps, verb) = verbs().map(|verb| (voice::steps_between(&low, &verb), verb)).min()?;
    let is_near = steps <= (verb.len() / 3).max(1) && verb != word;
    let sentence = || format!("There is no file “{word}” and no verb of that name. Did you mean {verb}?");
    is_near.then(|| Failure::usage(sentence()))
}

fn verbs() -> impl Iterator<Item = String> {
    let command = Arguments::command();
    let names: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    names.into_iter().chain(["help".to_owned()])
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn verbs_that_were_meant_are_named() {
        for (slip, verb) in
            [("flwo", "flow"), ("voice", "voices"), ("lip-sync", "lipsync"), ("JOBS", "jobs"), ("spnd", "spend")]
        {
            let said = super::slip(OsStr::new(slip)).unwrap();
            assert_eq!(
                said.error.to_string(),
                format!("There is no file “{slip}” and no verb of that name. Did you mean {verb}?")
            );
            assert_eq!(said.code, crate::cli::WRONG_USE);
        }
        for no_slip in ["keynote", "flow.mp4", "./flow", "a", "", "Maras Stimme"] {
            assert!(super::slip(OsStr::new(no_slip)).is_none(), "{no_slip}");
        }
        let line = ["mouthpiece", "flwo", "--source", "a.mp4"].map(OsStr::new);
        assert!(mistyped(line).is_some());
        assert!(mistyped(["mouthpiece", "--sandbox", "flwo", "--json"].map(OsStr::new)).is_some());
        // What is wrong with it is another matter.
        for line in [["mouthpiece", "--text", "Hey", "speak"], ["mouthpiece", "--json", "voices", "voice"]] {
            assert!(mistyped(line.map(OsStr::new)).is_none(), "{line:?}");
        }
        for other in [["mouthpiece", "--colour"], ["mouthpiece", "flow"], ["mouthpiece", "Cargo"]] {
            assert!(mistyped(other.map(OsStr::new)).is_none(), "{other:?}");
        }
    }

    #[test]
    fn the_sandbox_before_a_verb_is_that_of_the_verb() {
        let settled = |line: &str| {
            let mut given = Arguments::try_parse_from(line.split(' ')).unwrap();
            given.settle().map(|()| given)
        };
        for line in [
            "mouthpiece --sandbox voices --search x",
            "mouthpiece voices --sandbox",
            "mouthpiece --sandbox jobs --json",
        ] {
            let mut given = settled(line).unwrap();
            assert!(given.verb.as_mut().unwrap().common().unwrap().sandbox, "{line}");
        }
        for line in [
            "mouthpiece --sandbox key test",
            "mouthpiece --sandbox sandbox",
            "mouthpiece --key-on-stdin voices",
            "mouthpiece gone.mp4 --sandbox voices",
            "mouthpiece a.mp4 b.mp4 --sandbox speak --voice M --text Hi",
        ] {
            assert_eq!(settled(line).unwrap_err().code, crate::cli::WRONG_USE, "{line}");
        }
    }
}

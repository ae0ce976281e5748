//! Writes the man page and the completions of shells into a folder, for packages: `pages FOLDER`.
#![expect(clippy::expect_used, reason = "a page that can't be written ends the packaging")]
#![allow(clippy::allow_attributes, dead_code, reason = "the test of the package uses a part of this")]
#![allow(clippy::missing_panics_doc, reason = "a page that can't be written ends the packaging")]

use std::path::{Path, PathBuf};

use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::Shell;
use mouthpiece::cli::Arguments;

fn main() {
    write(&PathBuf::from(std::env::args_os().nth(1).expect("usage: pages FOLDER")));
}

/// Writes all of them.
pub fn write(folder: &Path) {
    clap_mangen::generate_to(Arguments::command(), folder).expect("the man pages are written");
    let mut command = offered(&Arguments::command());
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "mouthpiece", folder).expect("the completions are written");
    }
}

/// A command as shells complete it: what is hidden in the help is not offered, and no files where none are meant.
fn offered(command: &Command) -> Command {
    // Names of commands are kept for as long as the program runs.
    let mut offered = Command::new(&*command.get_name().to_owned().leak());
    if let Some(version) = command.get_version() {
        offered = offered.version(&*version.to_owned().leak());
    }
    if let Some(about) = command.get_about() {
        offered = offered.about(about.clone());
    }
    let arguments = command.get_arguments().filter(|argument| !argument.is_hide_set()).cloned().map(hinted);
    offered.args(arguments).subcommands(command.get_subcommands().map(self::offered))
}

fn hinted(argument: Arg) -> Arg {
    match argument.get_value_hint() {
        // Of a path: all are of files that have no hint of their own.
        ValueHint::AnyPath => argument.value_hint(ValueHint::FilePath),
        ValueHint::Unknown if argument.get_action().takes_values() => argument.value_hint(ValueHint::Other),
        _ => argument,
    }
}

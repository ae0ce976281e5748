//! What is written about the command line: completions, README and help name the same, and what there is.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use clap::{CommandFactory as _, Parser as _};
use mouthpiece::cli::Arguments;

use super::pages;

#[test]
fn shells_complete_what_the_help_names_and_files_where_files_are_meant() {
    let folder = tempfile::tempdir().unwrap();
    pages::write(folder.path());
    let of = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let shells = ["mouthpiece.bash", "_mouthpiece", "mouthpiece.fish"].map(of);
    for hidden in ["key-on-stdin", "gallery"] {
        assert!(shells.iter().all(|shell| !shell.contains(hidden)), "{hidden}");
    }
    let [_, zsh, fish] = &shells;
    for name in ["name", "text", "search", "month"] {
        let line = zsh.lines().find(|line| line.starts_with(&format!("'--{name}="))).unwrap();
        assert!(!line.contains("_files") && !line.contains("_default"), "{line}");
        let line = fish.lines().find(|line| line.contains(&format!("-l {name} "))).unwrap();
        assert!(line.ends_with("-r -f"), "{line}");
    }
    let line = zsh.lines().find(|line| line.starts_with("'--video=")).unwrap();
    assert!(line.contains("_files"), "{line}");
}

#[cfg(target_os = "linux")]
#[test]
fn bash_keeps_names_with_blanks_together() {
    let folder = tempfile::tempdir().unwrap();
    pages::write(folder.path());
    std::fs::write(folder.path().join("my lines.txt"), "").unwrap();
    let complete = |option: &str| {
        let script = format!(
            "source ./mouthpiece.bash; COMP_WORDS=(mouthpiece speak {option} my); COMP_CWORD=3
             _mouthpiece mouthpiece my {option} 2>/dev/null; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!([complete("--file"), complete("--text")], ["my lines.txt\n", "my\n"]);
}

/// The part of the README about the command line.
fn section() -> String {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut lines = readme.lines().skip_while(|line| !line.eq_ignore_ascii_case("## The command line"));
    let head = lines.next().unwrap();
    std::iter::once(head).chain(lines.take_while(|line| !line.starts_with("## "))).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readme_names_every_verb_and_option_there_is() {
    let section = section();
    let words: std::collections::HashSet<&str> =
        section.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).collect();
    let command = Arguments::command();
    let mut open: Vec<(String, clap::Command)> = vec![("mouthpiece".to_owned(), command)];
    let mut seen = 0;
    while let Some((name, command)) = open.pop() {
        for option in command.get_arguments().filter(|option| !option.is_hide_set()) {
            if let Some(long) = option.get_long() {
                assert!(words.contains(format!("--{long}").as_str()), "{name} --{long} is not in the README");
                seen += 1;
            }
        }
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            assert!(words.contains(verb.get_name()), "{name} {} is not in the README", verb.get_name());
            open.push((format!("{name} {}", verb.get_name()), verb.clone()));
        }
    }
    assert!(seen > 40, "{seen}");
    let help = Arguments::command().render_long_help().to_string();
    let listed = first_words(&help, "Exit codes:");
    assert_eq!(listed.len(), 8);
    for code in listed {
        let said = help.lines().find_map(|line| line.trim().strip_prefix(&format!("{code} "))).unwrap();
        let row = section.lines().find_map(|line| line.strip_prefix(&format!("| {code} |")));
        let same = |words: &str| words.to_lowercase().replace([';', '.', '|'], "").trim().to_owned();
        assert_eq!(row.map(same), Some(same(said)), "exit code {code}");
    }
    let sentence = "Without SYNC_API_KEY, and where no account was open last, verbs work in the sandbox and say so (with --json as `sandbox`).";
    assert!(help.contains(sentence) && section.contains(sentence));
    for name in first_words(&help, "Environment:") {
        assert!(section.contains(&format!("`{name}`")), "{name} is not in the README");
    }
}

/// The options in a text, such as `--yes` and `-y`.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let is_one = |word: &&str| {
        let name = word.trim_start_matches('-');
        matches!(word.len() - name.len(), 1 | 2) && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    words.filter(is_one).map(str::to_owned).collect()
}

/// The options that a verb takes, but for those all have.
fn taken(verb: &clap::Command) -> BTreeSet<String> {
    let all = verb.get_arguments().filter(|option| !option.is_hide_set());
    let names = all.flat_map(|option| {
        let (long, short) = (option.get_long(), option.get_short());
        [long.map(|long| format!("--{long}")), short.map(|short| format!("-{short}"))].into_iter().flatten()
    });
    names.filter(|name| !["--sandbox", "--json", "--help", "-h"].contains(&name.as_str())).collect()
}

#[test]
fn each_verb_has_its_row_in_the_readme_with_its_options_and_no_others() {
    let section = section();
    let row = |verb: &str| {
        let start = format!("| `mouthpiece {verb} ");
        let row = section.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("{verb} has no row"));
        options(row.trim_start_matches("| ").split(" | ").next().unwrap())
    };
    let command = Arguments::command();
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "key") {
        let (name, taken, mut told) = (verb.get_name(), taken(verb), row(verb.get_name()));
        assert!(told.is_subset(&taken), "{name} has lost {:?}", told.difference(&taken));
        if name == "flow" {
            // It says so: the options of these, where they mean anything here.
            told.extend(["clone", "speak", "lipsync"].iter().flat_map(|verb| row(verb)));
        }
        assert!(taken.is_subset(&told), "the row of {name} lacks {:?}", taken.difference(&told));
    }
    let mut known: BTreeSet<String> = ["--sandbox", "--json", "--help", "--version"].map(str::to_owned).into();
    known.extend(command.get_subcommands().flat_map(taken));
    // Those of other programs stand in blocks of lines.
    let prose: String = section.split("```").step_by(2).collect();
    let lost: Vec<String> = options(&prose).difference(&known).cloned().collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_line_of_the_readme_and_of_the_help_is_understood() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut inside = false;
    let mut lines: Vec<String> = Vec::new();
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside {
            lines.push(line.to_owned());
        }
    }
    let mut open = vec![Arguments::command()];
    while let Some(command) = open.pop() {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let is_verb = !command.has_subcommands();
        assert!(!is_verb || after.contains("  mouthpiece "), "{} has no example", command.get_name());
        lines.extend(after.lines().filter(|line| line.starts_with("  ")).map(str::to_owned));
        open.extend(command.get_subcommands().cloned());
    }
    let mut understood = 0;
    for line in lines {
        // Variables may stand before it, and a pipe.
        let Some(at) = line.find("mouthpiece ").filter(|at| *at == 0 || line[..*at].ends_with([' ', '/'])) else {
            continue;
        };
        let before = line[..at].trim_end_matches(|c: char| c != ' ').trim();
        let is_command = before.is_empty() || before.ends_with('|') || before.split(' ').all(|word| word.contains('='));
        if !is_command || line.contains('`') {
            continue;
        }
        let words = words(line[at..].split(" #").next().unwrap_or_default());
        if let Err(error) = Arguments::try_parse_from(&words) {
            assert!(error.exit_code() == 0, "{line}\n{error}");
        }
        understood += 1;
    }
    assert!(understood > 12, "{understood}");
}

/// The first word of each line below a title, up to an empty one.
fn first_words<'a>(help: &'a str, title: &str) -> Vec<&'a str> {
    let below = help.lines().skip_while(|line| *line != title).skip(1).take_while(|line| !line.is_empty());
    below.filter_map(|line| line.split_whitespace().next()).collect()
}

/// A line as a shell takes it apart, with double quotes and no more.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

//! The libraries that are linked into the program, and their licences:
//!
//! - `cargo run --example licences -- list` writes `packaging/libraries.tsv`, which Settings shows. Run it after a
//!   change of Cargo.lock; it needs the packages of all systems (`cargo fetch`).
//! - `cargo run --example licences -- texts FILE` writes the texts of those that are linked on this system.
#![expect(clippy::expect_used, reason = "a list that can't be made ends the packaging")]
#![allow(clippy::allow_attributes, dead_code, reason = "the test of the list uses a part of this")]
#![allow(clippy::missing_panics_doc, reason = "a list that can't be made ends the packaging")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The systems packages are made for, as in `packaging/deny.toml`, and how the list names them: as
/// `std::env::consts::OS` does.
pub const TARGETS: [(&str, &str); 5] = [
    ("linux", "x86_64-unknown-linux-gnu"),
    ("linux", "aarch64-unknown-linux-gnu"),
    ("macos", "x86_64-apple-darwin"),
    ("macos", "aarch64-apple-darwin"),
    ("windows", "x86_64-pc-windows-msvc"),
];

/// Where the list is.
pub const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/libraries.tsv");

/// Its first line.
const HEAD: &str = "# Written by: cargo run --example licences -- list\n";

/// A library by name and version.
pub type Library = (String, String);

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    let what = arguments.next();
    match (what.as_ref().and_then(|what| what.to_str()), arguments.next()) {
        (Some("list"), None) => std::fs::write(LIST, list()).expect("the list is written"),
        (Some("texts"), Some(file)) => std::fs::write(file, texts()).expect("the texts are written"),
        _ => panic!("usage: licences list, or licences texts FILE"),
    }
}

/// The libraries linked into the program on a target, with their licences; none that only build or test it.
pub fn linked(target: &str) -> BTreeMap<Library, String> {
    let shape = ["--prefix", "none", "--format", "{p}\t{l}", "--edges", "normal,no-proc-macro", "--target", target];
    let said = cargo("tree", &shape);
    let mut libraries = BTreeMap::new();
    for line in said.lines() {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('\t').expect("a package has a licence");
        let mut words = package.split(' ');
        let name = words.next().unwrap_or_default().to_owned();
        let version = words.next().unwrap_or_default().trim_start_matches('v').to_owned();
        if name != env!("CARGO_PKG_NAME") {
            // An older way to say it.
            libraries.insert((name, version), licence.replace(" / ", " OR ").replace('/', " OR "));
        }
    }
    libraries
}

/// The list: name, version, licence, and the systems it is linked on.
pub fn list() -> String {
    let mut rows: BTreeMap<Library, (String, BTreeSet<&str>)> = BTreeMap::new();
    for (system, target) in TARGETS {
        for (library, licence) in linked(target) {
            rows.entry(library).or_insert_with(|| (licence, BTreeSet::new())).1.insert(system);
        }
    }
    let mut text = HEAD.to_owned();
    for ((name, version), (licence, systems)) in rows {
        let systems: Vec<&str> = systems.into_iter().collect();
        writeln!(text, "{name}\t{version}\t{licence}\t{}", systems.join(" ")).expect("text is written to memory");
    }
    text
}

/// What each library says of its licence, every text once.
pub fn texts() -> String {
    let is_this = |(system, target): &&(&str, &str)| {
        *system == std::env::consts::OS && target.starts_with(std::env::consts::ARCH)
    };
    let (_, target) = TARGETS.iter().find(is_this).expect("packages are made for this system");
    let linked = linked(target);
    let known: serde_json::Value =
        serde_json::from_str(&cargo("metadata", &["--format-version", "1", "--filter-platform", target]))
            .expect("cargo describes the packages");
    let mut listed = String::new();
    let mut texts: Vec<(String, Vec<String>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for package in known["packages"].as_array().into_iter().flatten() {
        let word = |name: &str| package[name].as_str().unwrap_or_default();
        let Some(licence) = linked.get(&(word("name").to_owned(), word("version").to_owned())) else { continue };
        let name = format!("{} {}", word("name"), word("version"));
        writeln!(listed, "{name}: {licence}\n    {}", word("repository")).expect("text is written to memory");
        let folder = Path::new(word("manifest_path")).parent().expect("a manifest is in a folder");
        let mut own = own_texts(folder, package["license_file"].as_str());
        if own.is_empty() {
            own = standard_texts(licence);
        }
        assert!(!own.is_empty(), "no text of the licence of {name} is known ({licence})");
        for text in own {
            let words: Vec<&str> = text.split_whitespace().collect();
            let place = *places.entry(words.join(" ")).or_insert_with(|| {
                texts.push((text, Vec::new()));
                texts.len() - 1
            });
            texts[place].1.push(name.clone());
        }
    }
    let line = "-".repeat(100);
    let texts =
        texts.into_iter().map(|(text, of)| format!("{line}\n{}\n{line}\n\n{}\n", of.join(", "), text.trim_end()));
    let head = "The libraries that are linked into Mouthpiece, their licences, and where their sources are.\n";
    format!("{head}\n{listed}\n{}", texts.collect::<Vec<_>>().join("\n"))
}

/// The texts that lie in the folder of a package.
fn own_texts(folder: &Path, named: Option<&str>) -> Vec<String> {
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        ["licen", "copying", "notice", "unlicense", "copyright"].iter().any(|start| name.starts_with(start))
    };
    let entries = std::fs::read_dir(folder).expect("the folder of a package can be read");
    let mut files: BTreeSet<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_licence).collect();
    files.extend(named.map(|named| folder.join(named)));
    files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

/// The texts of all licences in an expression, for packages that come without them.
fn standard_texts(licence: &str) -> Vec<String> {
    let licence = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX).expect("a licence is an expression");
    let ids = licence.requirements().filter_map(|asked| asked.req.license.id());
    ids.map(|id| id.text().to_owned()).collect()
}

/// What cargo answers, from Cargo.lock and without asking anybody.
fn cargo(verb: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "--locked", "--offline"]).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("cargo is started");
    assert!(output.status.success(), "cargo {verb}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes text")
}

//! Holds the README to what is there: links, paths and pictures lead somewhere, the sentences of its troubleshooting
//! are the program's own, and what it calls by a name in quotes is called so in the window.

#![expect(clippy::expect_used, reason = "a check that can't read what it checks has failed")]

use std::path::{Path, PathBuf};

/// The most a picture may weigh, in bytes.
const HEAVIEST: usize = 150 * 1024;
/// What it shows: the window at its usual size.
const PICTURE: (u32, u32) = (1280, 800);
/// Shorter pieces of a sentence say nothing of their own.
const TELLING: usize = 12;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn readme() -> String {
    std::fs::read_to_string(here("README.md")).expect("the README is there")
}

/// Without the blocks of commands.
fn prose(readme: &str) -> String {
    let mut inside = false;
    let lines = readme.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        inside ^= is_fence;
        !inside && !is_fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What stands between the two marks, each time.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open).skip(1).filter_map(move |rest| rest.split_once(close).map(|(inside, _)| inside))
}

/// What stands in `code`.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Every source file of a folder, one after the other, with texts written over several lines put together.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the sources can be listed") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source can be read");
                all.push_str(&joined(&text));
            }
        }
    }
    all
}

/// A source as it is when the compiler has read its texts: no line continuations, quotes without their backslash.
fn joined(source: &str) -> String {
    let mut parts = source.split("\\\n");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.trim_start());
    }
    text.replace("\\\"", "\"")
}

/// The pieces of a sentence of the README that the program does not hold: of what stands between two "…".
fn missing(said: &str, sources: &str) -> Vec<String> {
    let is_told = |piece: &str| sources.contains(piece);
    let pieces = said.split('…').map(bare).filter(|piece| piece.len() >= TELLING);
    // What is put together of two texts is looked for part by part.
    let parts = pieces.filter(|piece| !is_told(piece)).flat_map(|piece| piece.split(['.', ':']).map(bare));
    parts.filter(|part| !part.is_empty() && !is_told(part)).map(str::to_owned).collect()
}

/// Without the punctuation at its ends.
fn bare(piece: &str) -> &str {
    piece.trim_matches(['.', ':', ',', ' '])
}

/// The first cells of the tables that begin with "It says".
fn sentences(readme: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in readme.lines() {
        let is_row = line.starts_with('|');
        inside = is_row && (inside || line.starts_with("| It says |"));
        let cell = line.trim_start_matches('|').split(" | ").next().unwrap_or_default().trim();
        if inside && cell != "It says" && !cell.starts_with("---") && !cell.starts_with('(') {
            found.push(cell.to_owned());
        }
    }
    found
}

#[test]
fn links_and_paths_lead_somewhere() {
    let text = prose(&readme());
    let links = between(&text, "](", ")").filter(|link| !link.starts_with("https://"));
    let is_path = |word: &&str| {
        let ours = ["src/", "tests/", "assets/", "packaging/", ".ci/"].iter().any(|top| word.starts_with(top));
        ours && !word.contains(['*', ' ']) && !word.contains("NAME")
    };
    let paths: Vec<&str> = links.chain(code(&text).filter(is_path)).collect();
    assert!(paths.len() > 30, "only {} paths were found", paths.len());
    let gone: Vec<&str> = paths.into_iter().filter(|path| !here(path).exists()).collect();
    assert!(gone.is_empty(), "the README names what is not there: {gone:?}");
}

#[test]
fn every_picture_is_shown_and_light() {
    let text = readme();
    let folder = here("assets/readme");
    let mut pictures = 0;
    for entry in std::fs::read_dir(folder).expect("the pictures can be listed") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        let png = std::fs::read(&path).expect("a picture can be read");
        assert!(png.len() <= HEAVIEST, "{name} weighs {} bytes, more than {HEAVIEST}", png.len());
        let picture = image::load_from_memory(&png).expect("it is a picture");
        assert_eq!((picture.width(), picture.height()), PICTURE, "{name}");
        assert!(text.contains(&format!("](assets/readme/{name})")), "the README does not show {name}");
        pictures += 1;
    }
    assert_eq!(pictures, 6);
    let words: Vec<&str> = between(&text, "![", "]").collect();
    assert!(words.len() == pictures && words.iter().all(|words| words.len() > 20), "pictures are described: {words:?}");
}

#[test]
fn troubles_are_told_in_the_programs_own_words() {
    let (text, sources) = (readme(), sources(&here("src")));
    let sentences = sentences(&text);
    assert!(sentences.len() > 40, "only {} sentences were found", sentences.len());
    let faults: Vec<String> = sentences
        .iter()
        .flat_map(|said| missing(said, &sources).into_iter().map(move |piece| format!("{piece}\n    of: {said}")))
        .collect();
    assert!(faults.is_empty(), "the program does not say:\n{}", faults.join("\n"));
}

#[test]
fn what_stands_in_quotes_is_in_the_window() {
    let sources = sources(&here("src"));
    let text = prose(&readme());
    let plain: String = text.lines().filter(|line| !line.starts_with('|')).collect::<Vec<_>>().join(" ");
    let plain: Vec<&str> = plain.split('`').step_by(2).collect();
    let named: Vec<&str> = plain.iter().flat_map(|text| text.split('"').skip(1).step_by(2)).collect();
    assert!(named.len() > 5, "only {} names were found", named.len());
    let unknown: Vec<&&str> = named.iter().filter(|name| !sources.contains(&format!("\"{name}"))).collect();
    assert!(unknown.is_empty(), "nothing in the window is called {unknown:?}");
}

#[test]
fn the_checks_find_what_is_wrong() {
    let sources = joined("\"Could not {} it \\\n    here. Try \\\"again\\\".\"");
    assert_eq!(missing("Could not … it here. Try \"again\".", &sources), Vec::<String>::new());
    assert_eq!(missing("… it here. Go on without it.", &sources), ["Go on without it"]);
    let table = "| It says | Why |\n|---|---|\n| One. | two |\n| (it is slow) | x |\n\n| Else | |\n| no | |";
    assert_eq!(sentences(table), ["One."]);
    assert_eq!(prose("a\n```sh\nb\n```\nc"), "a\nc");
}

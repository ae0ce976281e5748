//! Holds the code to the table in the doc comment of `src/lib.rs`: who may use whom, where the window toolkit may
//! be known, and how long a file may get. The table and this test are one source.

#![expect(clippy::expect_used, reason = "a check that can't read the sources has nothing to check")]

#[path = "common/scan.rs"]
mod scan;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use scan::{Use, uses};

/// The crates that draw; only these modules may know them.
const TOOLKIT: [&str; 6] = ["eframe", "egui", "egui_extras", "emath", "epaint", "glow"];
const DRAWING: [&str; 4] = ["app", "main", "panels", "ui"];

const MAX_LINES: usize = 400;

/// What a module may use.
#[derive(Debug, PartialEq)]
enum Allowed {
    Everything,
    Only(BTreeSet<String>),
}

type Table = BTreeMap<String, Allowed>;

/// Reads the rows of the table: `//! | [`name`] | purpose | other, modules |`.
fn table(lib: &str) -> Table {
    let rows = lib.lines().filter_map(|line| line.trim().strip_prefix("//!")?.trim().strip_prefix("| [`"));
    rows.map(|row| {
        // The name may be followed by what it links to, where a macro has the same name.
        let (name, rest) = row.split_once("`]").expect("a row of the table begins with [`module`]");
        let (_link, rest) = rest.split_once('|').expect("a row of the table has cells");
        let cells: Vec<&str> = rest.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [_purpose, may_use] = cells[..] else { panic!("the row of `{name}` does not have three cells") };
        let allowed = match may_use {
            "everything" => Allowed::Everything,
            list => Allowed::Only(list.split(',').map(|m| m.trim().to_owned()).filter(|m| !m.is_empty()).collect()),
        };
        (name.to_owned(), allowed)
    })
    .collect()
}

/// The module path of a source file: `panels/flow.rs` is `[panels, flow]`, `lib.rs` is the root.
fn module_path(file: &Path) -> Vec<String> {
    let mut path: Vec<String> = file.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let name = path.pop().unwrap_or_default();
    match name.trim_end_matches(".rs") {
        "mod" | "lib" => {}
        stem => path.push(stem.to_owned()),
    }
    path
}

/// What is wrong with one file, in sentences.
fn faults(table: &Table, file: &Path, source: &str) -> Vec<String> {
    let shown = Path::new("src").join(file);
    let shown = shown.display();
    let path = module_path(file);
    let mut faults = Vec::new();
    if !source.starts_with("//!") {
        faults.push(format!("{shown}: a module opens with a line of `//!` on what it is for."));
    }
    let Some(module) = path.first() else { return faults };
    let allowed = match table.get(module) {
        Some(allowed) => allowed,
        None if module == "main" => &Allowed::Everything,
        None => {
            faults.push(format!("{shown}: the module `{module}` is missing from the table in src/lib.rs."));
            return faults;
        }
    };
    for Use { line, name, from_root } in uses(source, &path) {
        if from_root {
            let may = match allowed {
                Allowed::Everything => true,
                Allowed::Only(list) => list.contains(&name) || name == *module,
            };
            if !may {
                faults.push(format!("{shown}:{line}: `{module}` may not use `{name}`; see the table in src/lib.rs."));
            }
        } else if TOOLKIT.contains(&name.as_str()) && !DRAWING.contains(&module.as_str()) {
            faults.push(format!("{shown}:{line}: `{module}` may not know `{name}`; only {} draw.", DRAWING.join(", ")));
        }
    }
    faults
}

/// All Rust files below a directory, as paths within it.
fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a directory of the sources can be listed") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path.strip_prefix(dir).expect("it was found below").to_owned());
            }
        }
    }
    found.sort();
    found
}

fn here(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{} can't be read: {e}", path.display()))
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let src = here("src");
    let table = table(&read(&src.join("lib.rs")));
    assert!(table.len() > 10, "the table in src/lib.rs was not understood: {table:?}");
    let faults: Vec<String> =
        rust_files(&src).iter().flat_map(|file| faults(&table, file, &read(&src.join(file)))).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_table_names_only_modules_that_exist() {
    let src = here("src");
    let table = table(&read(&src.join("lib.rs")));
    let modules: BTreeSet<String> = rust_files(&src).iter().filter_map(|f| module_path(f).into_iter().next()).collect();
    for (name, allowed) in &table {
        assert!(modules.contains(name), "the table in src/lib.rs has a row for `{name}`, which does not exist");
        if let Allowed::Only(list) = allowed {
            for used in list {
                assert!(modules.contains(used), "the row of `{name}` allows `{used}`, which does not exist");
            }
        }
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut long = Vec::new();
    for folder in ["src", "tests"] {
        for file in rust_files(&here(folder)) {
            let lines = read(&here(folder).join(&file)).lines().count();
            if lines > MAX_LINES {
                long.push(format!("{folder}/{}: {lines} lines, at most {MAX_LINES} are allowed.", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "\n{}\n", long.join("\n"));
}

mod checker {
    use super::*;

    const LIB: &str = "//! | module | what it is for | may use |\n//! |---|---|---|\n//! | [`error`] | errors | |\n\
        //! | [`api`] | the contract | error |\n//! | [`panels`] | pages | api, error |\n\
        //! | [`app`] | all of it | everything |\n";

    fn check(file: &str, source: &str) -> Vec<String> {
        faults(&table(LIB), Path::new(file), &format!("//! On what it is for.\n{source}"))
    }

    #[track_caller]
    fn refused(file: &str, source: &str, line: usize, name: &str) {
        let faults = check(file, source);
        assert_eq!(faults.len(), 1, "{source}: {faults:?}");
        assert!(faults[0].starts_with(&format!("src/{file}:{line}: ")), "{}", faults[0]);
        assert!(faults[0].contains(&format!("`{name}`")), "{}", faults[0]);
    }

    #[test]
    fn the_table_is_read() {
        let table = table(LIB);
        assert_eq!(table["app"], Allowed::Everything);
        assert_eq!(table["error"], Allowed::Only(BTreeSet::new()));
        assert_eq!(table["panels"], Allowed::Only(["api".to_owned(), "error".to_owned()].into()));
    }

    #[test]
    fn what_is_allowed_passes() {
        assert_eq!(check("panels/flow.rs", "use crate::{api::{Client, Voice}, error::Result};"), [""; 0]);
        assert_eq!(check("app.rs", "use crate::anything::at_all; use egui::Ui;"), [""; 0]);
        assert_eq!(check("api/voices.rs", "use super::Client; use crate::api::Call; pub(crate) fn f() {}"), [""; 0]);
        assert_eq!(check("error.rs", "mod tests { use super::*; mod deeper { use super::super::Error; } }"), [""; 0]);
    }

    #[test]
    fn a_forbidden_path_is_found_wherever_it_stands() {
        refused("api/voices.rs", "use crate::panels::Flow;", 2, "panels");
        refused("error.rs", "\nfn f() -> crate::api::Call { todo!() }", 3, "api");
        refused("api/mod.rs", "use crate::{\n    error::{Error, Result},\n    panels,\n};", 4, "panels");
        refused("panels/flow.rs", "use crate::{self, app as other};", 2, "app");
        refused("error.rs", "use crate :: // odd but legal\n api :: X;", 3, "api");
        refused("error.rs", "use crate::r#api::X;", 2, "api");
    }

    #[test]
    fn super_that_leaves_the_module_counts() {
        refused("api/voices.rs", "use super::super::panels::Flow;", 2, "panels");
        refused("error.rs", "use super::{api::Call};", 2, "api");
        refused("api/mod.rs", "mod tests { use super::super::panels; }", 2, "panels");
        refused("api/voices.rs", "use super::{Client, super::app::App};", 2, "app");
    }

    #[test]
    fn a_glob_of_the_root_hides_what_is_used_and_is_refused() {
        refused("api/mod.rs", "use crate::*;", 2, "*");
        refused("api.rs", "use super::*;", 2, "*");
    }

    #[test]
    fn comments_and_texts_do_not_count() {
        for harmless in [
            "// use crate::panels::X;",
            "/* crate::panels /* nested crate::app */ crate::app */",
            "/// See [`crate::panels`].\nfn f() {}",
            r#"const A: &str = "crate::panels \" crate::app";"#,
            r##"const A: &str = r#"" crate::panels "#;"##,
            r#"const A: &[u8] = b"crate::panels";"#,
            r#"fn f<'a>(c: &'a str) -> bool { c.starts_with('"') && c == "crate::panels" }"#,
            r#"const A: (char, char) = ('\'', '"'); // crate::panels"#,
        ] {
            assert_eq!(check("error.rs", harmless), [""; 0], "{harmless}");
        }
        refused("error.rs", "const A: char = '\"'; use crate::api; const B: char = '\"';", 2, "api");
    }

    #[test]
    fn only_what_draws_knows_the_toolkit() {
        refused("api/mod.rs", "use egui::Color32;", 2, "egui");
        refused("error.rs", "fn f(ctx: &eframe::egui::Context) {}", 2, "eframe");
        assert_eq!(check("panels/flow.rs", "use egui::Ui;"), [""; 0]);
        assert_eq!(check("error.rs", "fn egui() {} struct S { egui: u8 }"), [""; 0]);
    }

    #[test]
    fn a_module_outside_the_table_or_without_a_word_is_refused() {
        assert!(check("stray/mod.rs", "")[0].contains("`stray` is missing from the table"));
        let silent = faults(&table(LIB), Path::new("error.rs"), "use std::fmt;\n");
        assert!(silent[0].contains("opens with a line"), "{silent:?}");
    }
}

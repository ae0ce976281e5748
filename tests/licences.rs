//! What is linked into the program may be: each library has a licence that `packaging/deny.toml` allows, and the list
//! that Settings shows has all of them. The program that writes the list is one source with this test.
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

#[path = "../packaging/licences.rs"]
mod licences;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use licences::Library;

const AGAIN: &str = "Run: cargo fetch --locked && cargo run --example licences -- list";

fn root(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The list as it is committed: name, version, licence and systems.
fn listed() -> BTreeMap<Library, (String, String)> {
    let list = std::fs::read_to_string(licences::LIST).unwrap();
    let rows = list.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let [name, version, licence, systems] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        ((name.to_owned(), version.to_owned()), (licence.to_owned(), systems.to_owned()))
    })
    .collect()
}

#[test]
fn every_library_has_a_licence_that_is_allowed() {
    let rules: toml::Table = root("packaging/deny.toml").parse().unwrap();
    let allowed: Vec<spdx::Licensee> = rules["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| spdx::Licensee::parse(name.as_str().unwrap()).unwrap())
        .collect();
    let libraries = listed();
    assert!(libraries.len() > 300, "only {} libraries are listed. {AGAIN}", libraries.len());
    for ((name, version), (licence, _)) in libraries {
        let expression = spdx::Expression::parse_mode(&licence, spdx::ParseMode::LAX);
        let expression = expression.unwrap_or_else(|e| panic!("{name} {version} is under {licence:?}: {e}"));
        let is_allowed = expression.evaluate(|asked| allowed.iter().any(|licence| licence.satisfies(asked)));
        assert!(is_allowed, "{name} {version} is under {licence}, which packaging/deny.toml does not allow");
    }
}

/// What other systems link is not on this computer; that they are listed in their present version is all that is seen.
#[test]
fn the_list_is_what_is_linked() {
    let lock: toml::Table = root("Cargo.lock").parse().unwrap();
    let text = |package: &toml::Value, name: &str| package[name].as_str().unwrap().to_owned();
    let packages = lock["package"].as_array().unwrap().iter();
    let locked: BTreeSet<Library> = packages.map(|package| (text(package, "name"), text(package, "version"))).collect();
    let listed = listed();
    let gone: Vec<_> = listed.keys().filter(|library| !locked.contains(*library)).collect();
    assert!(gone.is_empty(), "{gone:?} are listed, and not in Cargo.lock. {AGAIN}");

    let here = licences::TARGETS
        .iter()
        .find(|(system, target)| *system == std::env::consts::OS && target.starts_with(std::env::consts::ARCH));
    let Some((system, target)) = here else { return };
    let linked = licences::linked(target);
    for (library, licence) in &linked {
        let known = listed.get(library).is_some_and(|(known, on)| known == licence && on.contains(system));
        assert!(known, "{library:?} under {licence} is linked, and not listed. {AGAIN}");
    }
    // Processors of one system link the same but for a few.
    let more: Vec<_> =
        listed.iter().filter(|(library, (_, on))| on.contains(system) && !linked.contains_key(*library)).collect();
    assert!(more.len() < 10, "{more:?} are listed for {system}, and not linked. {AGAIN}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_package_gets_the_texts_of_all_of_them() {
    let texts = licences::texts();
    for part in ["egui 0.37", "symphonia 0.5", "Mozilla Public License Version 2.0", "Apache License", "MIT"] {
        assert!(texts.contains(part), "{part} is not in the texts");
    }
    for (name, version) in licences::linked(&format!("{}-unknown-linux-gnu", std::env::consts::ARCH)).keys() {
        let times = texts.matches(&format!("{name} {version}")).count();
        assert!(times > 1, "{name} {version} has no text");
    }
}

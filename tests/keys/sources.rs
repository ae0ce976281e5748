//! No program is started but through the one place that withholds the key.

use std::path::{Path, PathBuf};

#[test]
fn every_child_is_started_through_the_helper() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found: Vec<(PathBuf, String)> = Vec::new();
    let mut files = 0;
    while let Some(next) = open.pop() {
        if next.is_dir() {
            open.extend(std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&next).unwrap();
        // Tests of a module stand at its end and may start what they like.
        let code = text.split("#[cfg(test)]").next().unwrap();
        let bad = ["Command::new(", "open::that", "open::with", "open_url(", "set_var("];
        let lines = code.lines().filter(|line| bad.iter().any(|bad| line.contains(bad)));
        found.extend(lines.map(|line| (next.clone(), line.trim().to_owned())));
    }
    assert!(files > 100, "the sources were looked at");
    let [(file, _)] = found.as_slice() else { panic!("a child is started past runtime::child: {found:#?}") };
    assert!(file.ends_with("src/runtime/child.rs"), "{found:#?}");
}

//! Tells the program which commit it is built from, for `--version` and the support report.

use std::path::Path;
use std::process::Command;

/// What a packager without a repository sets, such as the commit a tarball was made of.
const GIVEN: &str = "MOUTHPIECE_COMMIT";

fn main() {
    println!("cargo::rerun-if-env-changed={GIVEN}");
    println!("cargo::rerun-if-changed=packaging/build.rs");
    let given = std::env::var(GIVEN).ok().filter(|commit| !commit.is_empty());
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if !is_release && given.is_none() {
        // Following each commit would build everything again after each one.
        println!("cargo::rustc-env={GIVEN}=debug build");
        return;
    }
    // HEAD names a branch, whose file changes with each commit; the log of HEAD changes with both.
    for file in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", file]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    let commit = given.or_else(|| git(&["rev-parse", "--short=12", "HEAD"]).filter(|_| is_ours()));
    println!("cargo::rustc-env={GIVEN}={}", commit.as_deref().unwrap_or("unknown commit"));
}

/// Whether the repository around is this one: an archive of the sources may be unpacked within another.
fn is_ours() -> bool {
    let top = git(&["rev-parse", "--show-toplevel"]).and_then(|top| Path::new(&top).canonicalize().ok());
    let here = std::env::var_os("CARGO_MANIFEST_DIR").and_then(|here| Path::new(&here).canonicalize().ok());
    top.is_some() && top == here
}

/// What git says; nothing outside of a repository, and where there is no git.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().to_owned()).filter(|said| !said.is_empty())
}

//! All that is measured, as one table: `cargo bench --bench table`, or some of it: `cargo bench --bench table -- idle`.
//!
//! Each measurement is a program of its own, which cargo builds and runs; as a part of the table it makes fewer rounds.
//! A ratio is ours through that of the public tool, measured in the same run and in turns: below 1 we are quicker, or
//! need less. What fails is a row too, and the end of this program.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

mod kit;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use kit::{ROWS, Row, SHIPPED};

const PARTS: [&str; 9] = ["start", "idle", "pages", "requests", "transfers", "sound", "video", "library", "flagship"];

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_asked = |part: &&str| asked.is_empty() || asked.iter().any(|word| word == part);
    let parts: Vec<&str> = PARTS.into_iter().filter(is_asked).collect();
    // Built first, so that no compiler runs while something is measured.
    let folder = tempfile::tempdir().unwrap();
    let shipped = shipped(folder.path());
    let mut build = cargo();
    build.arg("--no-run").args(parts.iter().flat_map(|part| ["--bench", part]));
    assert!(build.status().unwrap().success());
    let (began, mut failed) = (Instant::now(), false);
    println!("{}", Row::header());
    for part in parts {
        failed |= !run(part, &shipped);
    }
    println!(
        "\nRatio: ours through the tool's, both in this run of {:.0} s; medians in turns where a public tool is named, but for \
         one run of each in idle and flagship.",
        began.elapsed().as_secs_f64()
    );
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The program as it is packed: without what is linked in for tests only, and with all optimisations. Put aside before
/// the measurements build one of the same name.
fn shipped(folder: &Path) -> PathBuf {
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    build.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--release", "--locked", "--bin", "mouthpiece"]);
    assert!(build.status().unwrap().success());
    let (made, program) = (Path::new(env!("CARGO_BIN_EXE_mouthpiece")), folder.join("mouthpiece"));
    std::fs::copy(made, &program).unwrap();
    program
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.arg("bench").current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    cargo
}

/// One measurement; prints its rows. False when it failed.
fn run(part: &str, shipped: &Path) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("rows");
    let mut command = cargo();
    command.args(["--quiet", "--bench", part]).env(ROWS, &rows).env(SHIPPED, shipped);
    let output = command.output().unwrap();
    for line in std::fs::read_to_string(rows).unwrap_or_default().lines() {
        println!("{}", Row::read(line).line());
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // What a panic says stands below the line that names its place.
        let told = said.lines().skip_while(|line| !line.contains("panicked at")).nth(1);
        let why = told.or_else(|| said.lines().rev().find(|line| !line.trim().is_empty()));
        Row::new(part, "failed").note(why.unwrap_or_default()).tell();
    }
    output.status.success()
}

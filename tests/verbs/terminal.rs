//! On a terminal, and where the reader has gone.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use mouthpiece::sandbox::Fault;

use crate::home::{Home, KEY, account, shared};

/// Runs a shell script on a terminal, typing `input` at the first question; gives all that was shown.
fn on_terminal(home: &Home, script: &str, input: &str) -> (Option<i32>, String) {
    std::fs::write(home.path("try.sh"), script).unwrap();
    let program = home.command(&[]);
    // Of util-linux, and so on every Linux.
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", "sh try.sh", "/dev/null"]).env_clear().env("SHELL", "/bin/sh");
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(home.path("."));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while !input.is_empty() && !shown.ends_with(b": ") {
        assert_eq!(screen.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&shown));
        shown.push(byte[0]);
    }
    keyboard.write_all(input.as_bytes()).unwrap();
    screen.read_to_end(&mut shown).unwrap();
    (child.wait().unwrap().code(), String::from_utf8_lossy(&shown).into_owned())
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_mouthpiece");

#[test]
fn bars_fit_into_a_narrow_terminal_and_leave_nothing_behind() {
    let home = Home::new();
    let line = "speak --voice 'Sandbox Ada' --text 'A line with a good many words for a narrow terminal.' --sandbox";
    for columns in [20_usize, 80] {
        let script = format!("stty cols {columns} rows 24; exec {PROGRAM} {line}");
        let (code, shown) = on_terminal(&home, &script, "");
        assert_eq!(code, Some(0), "{shown}");
        let plain = console::strip_ansi_codes(&shown).into_owned();
        let drawn = plain.split(['\r', '\n']).filter(|text| text.contains(['“', '%']));
        let speaking: Vec<&str> = drawn.clone().filter(|text| text.contains("Speaking")).collect();
        assert!(!speaking.is_empty() || columns == 20, "{shown:?}");
        assert!(speaking.iter().all(|text| !text.contains('%')), "how much of it is done nobody knows: {speaking:?}");
        let widths: Vec<usize> = drawn.map(console::measure_text_width).collect();
        assert!(!widths.is_empty() && widths.iter().all(|width| *width <= columns), "{widths:?} {shown:?}");
        let last = plain.trim_end().rsplit(['\r', '\n']).next().unwrap();
        assert!(last.contains("Takes/Sandbox Ada"), "{shown:?}");
    }
}

#[test]
fn a_terminal_that_is_left_in_the_middle_is_clean() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    service.faults().next("POST", "/v2/generate", Fault::Slow(Duration::from_mins(1)));
    let video = shared().1.display();
    let line = format!("lipsync --video {video} --voice 'Sandbox Ada' --text 'Hello.' --yes");
    let (code, shown) = on_terminal(&home, &format!("exec {PROGRAM} {line}"), "\u{3}");
    assert_eq!(code, Some(130), "{shown}");
    // Hidden never, or shown again after it was hidden last.
    assert!(shown.rfind("\u{1b}[?25l") <= shown.rfind("\u{1b}[?25h"), "the cursor is shown: {shown:?}");
    let plain = console::strip_ansi_codes(&shown).into_owned();
    let last = plain.trim_end().rsplit(['\r', '\n']).find(|line| !line.trim().is_empty()).unwrap();
    assert!(last.starts_with("Stopped") && !last.contains('%'), "{shown:?}");
}

#[test]
fn a_key_is_not_shown_as_it_is_typed_and_a_question_can_be_left() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let (code, shown) = on_terminal(&home, &format!("exec {PROGRAM} key set"), &format!("{KEY}\n"));
    assert_eq!(code, Some(4), "there is no keychain: {shown}");
    assert!(shown.contains("Paste the API key") && !shown.contains(&KEY[..12]), "{shown}");
    let script = format!("trap : INT; {PROGRAM} key set; code=$?; stty -a | grep -c -- ' -echo '; exit $code");
    let (code, shown) = on_terminal(&home, &script, "\u{3}");
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.trim_end().ends_with('0'), "the terminal shows again what is typed: {shown}");
}

#[test]
fn a_file_that_is_gone_is_said_where_it_is_seen() {
    let (code, shown) = on_terminal(&Home::new(), &format!("exec {PROGRAM} gone.mp4"), "");
    assert!(code == Some(2) && shown.contains("There is no file “gone.mp4” here."), "{shown}");
}

#[test]
fn a_question_that_nobody_would_see_is_not_asked() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let video = shared().1.display();
    let line = format!("lipsync --video {video} --voice 'Sandbox Ada' --text 'Hello.'");
    let (code, _) = on_terminal(&home, &format!("exec {PROGRAM} {line} 2>said.txt"), "");
    let said = std::fs::read_to_string(home.path("said.txt")).unwrap();
    assert!(code == Some(3) && said.contains("To agree, add --yes"), "{code:?} {said}");
}

#[test]
fn a_reader_that_has_gone_is_no_mishap() {
    let home = Home::new();
    for line in [&["voices", "--sandbox"][..], &["voices", "--sandbox", "--json"], &["--help"]] {
        let mut child = home.command(line).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(0) && !said.contains("panic") && !said.contains("mistake"), "{said}");
    }
}

#[test]
fn what_standard_output_does_not_take_is_told_and_is_made_all_the_same() {
    let home = Home::new();
    let run = |line: &[&str]| {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = home.command(line).stdout(full).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let to_a_full_disk = |line: &[&str]| {
        let (code, said) = run(line);
        assert_eq!(code, Some(1), "{line:?} {said}");
        assert!(said.contains("Could not write to standard output: no space left"), "{line:?} {said}");
        let is_made = matches!(line[0], "speak" | "batch");
        assert_eq!(said.contains("What was made is saved. To see it: mouthpiece jobs --sandbox"), is_made, "{said}");
        assert!(is_made || said.trim_end().ends_with(". Send it to another place."), "{said}");
    };
    to_a_full_disk(&["voices", "--sandbox"]);
    to_a_full_disk(&["jobs", "--sandbox", "--json"]);
    to_a_full_disk(&["spend", "--sandbox", "--json"]);
    let (code, said) = run(&["speak", "--voice", "Nobody", "--text", "Hi", "--sandbox", "--json"]);
    assert!(code == Some(2) && said.contains("There is no voice"), "what failed is said where it can be: {said}");
    to_a_full_disk(&["speak", "--voice", "Sandbox Ada", "--text", "Hi", "--sandbox", "-o", "x.wav"]);
    assert!(home.path("x.wav").is_file());
    let rows = ["One.", "Two."].map(|line| format!("Sandbox Ada,{line},{}", shared().1.display())).join("\n");
    std::fs::write(home.path("rows.csv"), format!("voice,text,target\n{rows}\n")).unwrap();
    to_a_full_disk(&["batch", "rows.csv", "--sandbox"]);
    assert_eq!(home.json(&["batch", "rows.csv", "--sandbox"])["left"], 0, "it was carried to its end");
    to_a_full_disk(&["--help"]);
    to_a_full_disk(&["--version"]);
}

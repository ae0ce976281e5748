//! What can be typed wrong, and how the program ends: each documented exit code, and nothing sent where it can't work.

use std::path::Path;

use crate::home::{Home, KEY, LINE, account, account_with, shared, text};
use crate::media;

#[test]
fn each_exit_code_is_the_documented_one() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let help = home.done(&["--help"]);
    let codes: Vec<i32> = help
        .lines()
        .skip_while(|line| !line.starts_with("Exit codes"))
        .skip(1)
        .map_while(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 130], "130 is tried where the program is left, 6 beside a window");
    let target = text(&shared().1);
    let speak = ["speak", "--voice", "Sandbox Ada", "--text", "Hi"];
    service.faults().next_refuses("POST", "/v2/tts", 402, "payment_required", "No credits");
    let cases: [(i32, &[&str], &str); 5] = [
        (0, &["voices"], ""),
        (1, &speak, "No credits"),
        (2, &["speak", "--voice", "Sandbox Ada"], "--text"),
        (2, &["speak", "--voice", "Nobody", "--text", "Hi"], "There is no voice"),
        (3, &["lipsync", "--video", target, "--voice", "Sandbox Ada", "--text", "Hi"], "add --yes"),
    ];
    for (code, line, why) in cases {
        let ended = home.run(line);
        assert_eq!(ended.code, Some(code), "{line:?} {}", ended.err);
        assert!(ended.err.contains(why), "{line:?} {}", ended.err);
    }
    let with = |name: &str, value: &str| home.command(&["voices"]).env(name, value).output().unwrap();
    for (code, name, value) in [
        (2, "SYNC_BASE_URL", "http://example.com"),
        (2, "SYNC_API_KEY", "no key"),
        (4, "SYNC_API_KEY", "sk-wrong-0123456789"),
        (5, "SYNC_BASE_URL", "http://127.0.0.1:9"),
    ] {
        let output = with(name, value);
        assert_eq!(output.status.code(), Some(code), "{name} {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = home.command(&["voices", "--json"]).env("SYNC_BASE_URL", "http://example.com").output().unwrap();
    let error: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"http://127.0.0.1:9/\xff");
        let output = home.command(&["voices"]).env("SYNC_BASE_URL", name).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "what can't be read is not taken for unset");
    }
    assert_eq!((&error["event"], &error["exit"]), (&"error".into(), &2.into()), "programs are told, too");
    assert!(output.stderr.is_empty());
}

#[test]
fn a_voice_is_cloned_only_with_a_permission_and_never_mistaken_for_another() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let (source, silent) = shared();
    let clone = |file: &Path, more: &[&str]| {
        let line = ["clone", text(file), "--name", "Mara"];
        home.run(&[&line[..], more].concat())
    };
    let refused = |file: &Path, more: &[&str], why: &str| {
        let ended = clone(file, more);
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert!(ended.err.contains(why), "{}", ended.err);
    };
    refused(source, &[], "--consent-by");
    refused(source, &["--consent-by", "  "], "not said who agreed");
    refused(source, &["--consent-by", "Mara"], "--consent-how in-writing, --consent-how by-email or");
    refused(source, &["--consent-by", "me", "--from", "20", "--to", "25"], "The part is empty");
    assert!(clone(silent, &["--consent-by", "me"]).err.contains("no sound"));
    refused(source, &["--consent-by", "me", "--name", " "], "cannot be used multiple times");
    assert!(home.library().jobs().unwrap().is_empty(), "nothing was sent");
    let part = ["--consent-by", "Mara Lindqvist", "--consent-how", "by-email", "--from", "1", "--to", "12"];
    let first = clone(source, &part);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert_eq!(clone(source, &part).out, first.out, "the same again is the same voice");
    refused(
        source,
        &["--consent-by", "Mara Lindqvist", "--consent-how", "by-email"],
        "was cloned before, from another part",
    );
    refused(source, &["--consent-by", "me", "--from", "1", "--to", "12"], "the permission of Mara Lindqvist");
    let other = media::talking_head(&home.path("."), "other.mp4", 12.0);
    refused(&other, &["--consent-by", "Jonas", "--consent-how", "by-email"], "Another voice has this name");
    std::fs::copy(source, home.path("same name.mp4")).unwrap();
    let copied = home.path("same name.mp4");
    let whole = ["clone", text(&copied), "--name", "Lena", "--consent-by", "me"];
    home.done(&whole);
    std::fs::copy(&other, &copied).unwrap();
    home.refused(2, &whole, "when it was another file");
    assert_eq!(home.library().clones().unwrap().len(), 2);
}

#[test]
fn a_clone_that_was_refused_is_tried_again_with_what_is_asked_for_now() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let clone = ["clone", text(&shared().0), "--name", "Mara", "--consent-by", "Mara", "--consent-how", "by-email"];
    service.faults().next_refuses("POST", "/v2/voices", 400, "voice_sample_too_long", "The sample is too long");
    home.refused(1, &clone, "too long");
    let jobs = home.json(&["jobs"]);
    home.done(&[&clone[..5], &["me", "--from", "2", "--to", "13"]].concat());
    let made = home.library().clones().unwrap().remove(0);
    assert!(made.sample_name.ends_with("0:02.0 to 0:13.0") && made.consent.speaker.is_empty(), "{made:?}");
    assert_eq!((jobs["jobs"].as_array().unwrap().len(), home.library().jobs().unwrap().len()), (1, 2));
    service.faults().next_refuses("POST", "/v2/voices", 403, "voice_clone_limit_reached", "No slot");
    home.refused(1, &["clone", text(&shared().0), "--name", "Two", "--consent-by", "me"], "All clone slots are in use");
}

#[test]
fn a_model_that_does_not_exist_is_refused_before_anything_is_sent() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let (source, target) = shared();
    let lip_sync = ["lipsync", "--video", text(target), "--voice", "Sandbox Ada", "--text", "Hi", "--yes", "--model"];
    let flow = ["flow", "--source", text(source), "--name", "Mara", "--consent-by", "me", "--text", LINE, "--yes"];
    let flow = [&flow[..], &["--target", text(target), "-o", "x.mp4", "--model", "nope"]].concat();
    for line in [&[&lip_sync[..], &["nope"]].concat(), &flow] {
        home.refused(2, line, "There is no model “nope” at ");
        home.refused(2, line, "lipsync-2-pro, ");
    }
    let fetched = ["lipsync", "--video", "https://no-such-host.invalid/a.mp4", "--audio", "a.wav", "--model", "nope"];
    home.refused(2, &fetched, "There is no model “nope” at ");
    assert!(home.library().jobs().unwrap().is_empty(), "nothing was bought");
    home.done(&[&lip_sync[..], &["lipsync-2-pro"]].concat());
}

#[test]
fn what_is_missing_is_named_with_its_alternatives() {
    let home = Home::new();
    for (line, words) in [
        (&["speak", "--voice", "M"][..], &["--text <TEXT>", "--file <FILE>", "|->"][..]),
        (&["lipsync", "--video", "a.mp4"], &["--audio", "--voice with --text"]),
        (&["lipsync", "--video", "a.mp4", "--voice", "M"], &["--text"]),
        (&["lipsync", "--video", "a.mp4", "--text", "Hi"], &["--voice"]),
        (&["speak", "--voice", "M", "--text", "Hi", "-"], &["cannot be used with"]),
    ] {
        for word in words {
            home.refused(2, line, word);
        }
    }
    assert!(!home.path("data/workspaces").exists());
}

#[test]
fn results_are_never_written_over_or_into_the_void() {
    let home = Home::new();
    std::fs::write(home.path("there.wav"), "mine").unwrap();
    std::fs::create_dir(home.path("folder.wav")).unwrap();
    let mut cases = vec![
        ("there.wav", "is there already"),
        ("there", "is there already"),
        ("folder.wav", "is a folder"),
        ("none/x.wav", "There is no folder"),
        ("x.mp3", "Takes are WAV files"),
        ("-", "no name for one"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", home.path("link.wav")).unwrap();
        cases.push(("link.wav", "is there already"));
    }
    for (output, why) in cases {
        home.refused(2, &["speak", "--voice", "Sandbox Ada", "--text", LINE, "--sandbox", "-o", output], why);
    }
    assert_eq!(std::fs::read_to_string(home.path("there.wav")).unwrap(), "mine");
    assert!(!home.path("data/workspaces").exists(), "nothing was begun");
}

#[test]
fn input_that_is_no_text_is_refused() {
    let home = Home::new();
    let speak = ["speak", "--voice", "Sandbox Ada", "--sandbox", "-"];
    for (input, why) in [
        (&b"\xff\xfe\x00text"[..], "no text in UTF-8"),
        (b"", "nothing to say"),
        (&vec![b'a'; 5001], "5,001 characters"),
        (&"ä".repeat(50_000).into_bytes(), "far more than the 5,000"),
    ] {
        let ended = home.run_with(&speak, input);
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert!(ended.err.contains(why), "{}", ended.err);
    }
    let source = text(&shared().0);
    home.refused(2, &["speak", "--voice", "Sandbox Ada", "--sandbox", "--file", source], "no text in UTF-8");
    home.refused(1, &["speak", "--voice", "Sandbox Ada", "--sandbox", "--file", "none.txt"], "Could not read none.txt");
}

#[test]
fn limits_are_sums_that_make_sense() {
    let home = Home::new();
    home.refused(2, &["spend", "--sandbox", "--stop-at", "-5"], "give dollars such as 40 or 12.50, or none");
    home.refused(2, &["spend", "--sandbox", "--warn-above", "-0.5"], "give dollars such as 40");
    home.done(&["spend", "--sandbox", "--stop-at", "40"]);
    home.refused(2, &["spend", "--sandbox", "--warn-above", "50"], "The warning, $50.00, comes after the stop, $40.00");
    home.done(&["spend", "--sandbox", "--warn-above", "30"]);
    home.refused(2, &["spend", "--sandbox", "--stop-at", "20"], "Lower it with --warn-above");
    let said = home.done(&["spend", "--sandbox", "--stop-at", "20", "--warn-above", "20"]);
    assert!(said.contains("Warning above: $20.00. Stop at: $20.00."), "{said}");
}

#[test]
fn lists_say_what_they_leave_out() {
    let home = Home::new();
    let said = |line: &[&str]| home.run(&[line, &["--sandbox"]].concat()).err;
    assert_eq!(said(&["voices", "--clones"]).trim(), "There are no clones yet.");
    assert_eq!(said(&["voices", "--search", "Nobody at all"]).trim(), "No voice fits.");
    for line in ["One.", "Two."] {
        home.done(&["speak", "--voice", "Sandbox Ada", "--text", line, "--sandbox"]);
    }
    assert_eq!(said(&["jobs", "-n", "1"]).trim(), "1 of 2 jobs. To see all: mouthpiece jobs -n 2 --sandbox");
    assert_eq!(said(&["jobs"]), "");
}

#[test]
fn nothing_is_dropped_or_chosen_on_the_command_line() {
    let home = Home::new();
    let clone = |sample: &str| home.run(&["clone", sample, "--name", "Mara", "--consent-by", "me", "--sandbox"]);
    std::fs::write(home.path("notes.txt"), "no sound").unwrap();
    for (sample, code, why) in [
        ("notes.txt", 1, "Give a video or audio file."),
        (".", 1, "Give a video or audio file."),
        ("gone.mp4", 1, "give its name as it is now"),
        ("ftp://example.com/a.mp4", 2, "Give an https address, or a file."),
        ("FILE:///a.mp4", 2, "Give an https address, or a file."),
        ("HTTPS://127.0.0.1/a.mp4", 1, "points to"),
    ] {
        let ended = clone(sample);
        assert_eq!(ended.code, Some(code), "{sample} {}", ended.err);
        assert!(ended.err.contains(why) && !ended.err.to_lowercase().contains("drop"), "{sample} {}", ended.err);
    }
}

#[test]
fn addresses_lead_outside_or_to_the_service_and_nowhere_else() {
    let home = Home::new();
    for address in ["http://example.com/a.mp4", "https://127.0.0.1/a.mp4", "https://localhost/a.mp4", "http://[::1]/a"]
    {
        let ended = home.run(&["clone", address, "--name", "Mara", "--consent-by", "me", "--sandbox"]);
        assert_eq!(ended.code, Some(1), "{address} {}", ended.err);
        assert!(ended.err.contains("points to") && !ended.err.contains("answered"), "{address} {}", ended.err);
    }
}

#[test]
fn what_is_fetched_again_and_is_the_same_is_not_bought_again() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let voices = home.json(&["voices", "--search", "Sandbox Ada"]);
    let address = voices["voices"][0]["previewUrl"].as_str().unwrap();
    let line = ["lipsync", "--video", text(&shared().1), "--audio", address, "--yes", "-o", "out.mp4"];
    assert_eq!(home.done(&line), home.done(&line));
    assert_eq!(home.library().jobs().unwrap().len(), 1);
    let clone = ["clone", address, "--name", "Ada again", "--consent-by", "me"];
    // A sound file at an address is a sample, if a short one.
    home.refused(1, &clone, "Send a longer recording");
    assert_eq!(std::fs::read_dir(home.workspace().join("Fetched")).unwrap().count(), 1);
}

#[test]
fn a_run_that_ended_badly_is_run_once_more_only_for_an_agreed_price() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let tools = mouthpiece::sandbox::Tools { ffmpeg: "no-such-ffmpeg".into(), ..Default::default() };
    let service = account_with(&runtime, data.path(), tools);
    let home = Home::with(&service);
    let line = ["lipsync", "--video", text(&shared().1), "--voice", "Sandbox Ada", "--text", "Hi", "--yes"];
    assert_eq!(home.run(&line).code, Some(1));
    let id = home.json(&["jobs"])["jobs"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.done(&["resume"]), "", "it is not among the open ones");
    home.refused(3, &["resume", &id], "ended badly");
    assert_eq!(home.run(&["resume", &id, "--yes"]).code, Some(1));
    assert_eq!(home.json(&["jobs"])["jobs"].as_array().unwrap().len(), 3, "another run, and the line");
}

#[test]
fn a_key_is_tested_before_it_is_kept_and_never_shown() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let set = |key: &str| home.run_with(&["key", "set"], key.as_bytes());
    let wrong = set("sk-wrong-0123456789\n");
    assert_eq!(wrong.code, Some(4), "{}", wrong.err);
    assert!(wrong.err.contains("refused the key"), "{}", wrong.err);
    // There is no bus here, so no keychain either.
    let right = set(KEY);
    assert_eq!(right.code, Some(4), "{}", right.err);
    assert!(right.err.to_lowercase().contains("keychain"), "{}", right.err);
    for (key, why) in [("", "API key"), ("two words", "API key"), ("\0", "API key")] {
        let ended = set(key);
        assert!(ended.code == Some(4) && ended.err.contains(why), "{}", ended.err);
    }
    for said in [wrong, right] {
        assert!(!said.err.contains(KEY) && !said.err.contains("sk-wrong") && said.out.is_empty());
    }
    let kept = std::fs::read_to_string(home.path("data/settings.toml")).unwrap_or_default();
    assert!(!kept.contains(KEY) && !kept.contains("fingerprint"), "{kept}");
}

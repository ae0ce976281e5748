//! What the verbs make, and that what is there is used again.

use std::path::Path;

use mouthpiece::library::STATEMENT;
use serde_json::Value;

use crate::home::{Home, LINE, account, shared, text, whole_way};
use crate::media;

#[test]
fn the_whole_way_is_one_line_and_the_same_line_again_buys_nothing() {
    let (_, target) = shared();
    let home = Home::new();
    let flow = |to: &str| home.done(&[&whole_way()[..], &["--sandbox", "--best", "-o", to]].concat());
    std::fs::write(home.path("mine.mp4"), "mine").unwrap();
    let first = flow("one.mp4");
    assert_eq!(first, text(&home.path("one.mp4")));
    assert!(home.library().takes().unwrap()[0].care.line_id.is_some(), "its take has its line");
    assert_eq!(media::codecs(Path::new(&first)), ["h264", "aac"]);
    let before = std::fs::metadata(&first).unwrap().modified().unwrap();
    assert_eq!(flow("one.mp4"), first, "it is made already");
    let mine = ["lipsync", "--sandbox", "--video", text(target), "--voice", "Mara", "--text", LINE, "-o", "mine.mp4"];
    home.refused(2, &mine, "mine.mp4 is there already");
    let other = ["lipsync", "--sandbox", "--video", text(target), "--voice", "Mara", "--text", "No.", "-o", "one.mp4"];
    home.refused(2, &other, "one.mp4 is there already");
    assert_eq!(std::fs::metadata(&first).unwrap().modified().unwrap(), before);
    let second = flow("two.mp4");
    let library = home.library();
    let (takes, clones) = (library.takes().unwrap(), library.clones().unwrap());
    assert_eq!((takes.len(), clones.len()), (1, 1), "the voice and its line are used again");
    assert_eq!(library.jobs().unwrap().len(), 4, "a clone, a line and two videos");
    assert!((media::secs(Path::new(&second)) - media::secs(&takes[0].file)).abs() < 0.1);
    let consent = &clones[0].consent;
    assert_eq!((consent.speaker.as_str(), consent.statement.as_str()), ("Mara Lindqvist", STATEMENT));
    assert!(consent.says_who() && consent.sample_hash.is_some());
    let line = takes[0].care.line_id.as_deref().unwrap();
    assert!(
        library.flows().unwrap().iter().any(|flow| library.line_ids(&flow.id).unwrap() == [line]),
        "it has its line"
    );
    let flow: Value = serde_json::from_str(&library.latest_flow().unwrap().unwrap()).unwrap();
    assert_eq!(flow["voice"]["name"], "Mara", "the window goes on with it");
    assert!(flow["result"].is_string());
}

#[test]
fn the_sound_of_a_video_is_put_on_another() {
    let (source, target) = shared();
    let home = Home::new();
    let line = ["lipsync", "--sandbox", "--video", text(target), "--audio", text(source), "-o", "out.mp4"];
    let made = home.done(&line);
    assert_eq!(media::codecs(Path::new(&made)), ["h264", "aac"]);
    let secs = media::secs(Path::new(&made));
    assert!((secs - 14.0).abs() < 0.1, "{secs} s of what is said in fourteen");
}

#[test]
fn a_voice_is_cloned_listed_heard_and_deleted() {
    let (source, _) = shared();
    let home = Home::new();
    let clone = ["clone", text(source), "--name", "Mara", "--sandbox", "--from", "0:01", "--to", "12.5"];
    home.refused(2, &clone, "--consent-by");
    let id = home.done(&[&clone[..], &["--consent-by", "me"]].concat());
    let voices = home.json(&["voices", "--sandbox", "--clones"]);
    assert_eq!((&voices["voices"][0]["id"], &voices["voices"][0]["name"]), (&Value::from(id.clone()), &"Mara".into()));
    assert!(home.done(&["voices", "--sandbox", "--search", "MÁRA"]).contains(&id));
    assert!(!home.done(&["voices", "--sandbox", "--built-in"]).contains("Mara"));
    let short =
        ["clone", text(source), "--name", "Short", "--sandbox", "--consent-by", "me", "--from", "1", "--to", "4"];
    let err = home.run(&short).err;
    assert!(err.contains("The sample is poor. Length: "), "{err}");
    home.run(&["delete", "Short", "--sandbox", "--yes"]);
    let part = home.library().all_clones().unwrap().into_iter().find(|clone| clone.id == id).unwrap();
    assert!(part.sample_name.contains("0:01.0 to 0:12.5"), "{}", part.sample_name);
    let preview = home.done(&["preview", "Sandbox Ada", "--sandbox", "-o", "ada.wav"]);
    assert!(media::secs(Path::new(&preview)) > 0.5);
    home.refused(2, &["preview", "Sandbox Ada", "--sandbox", "-o", "ada.wav"], "is there already");
    home.refused(2, &["preview", "Sandbox Ada", "--sandbox", "-o", "none/ada"], "There is no folder");
    for (asked, given) in [("bare", "bare.wav"), ("v1.2", "v1.2.wav"), ("UP.WAV", "UP.WAV"), ("other.mp3", "other.wav")]
    {
        let saved = home.run(&["preview", "Sandbox Ada", "--sandbox", "-o", asked]);
        assert_eq!((saved.code, saved.out.trim()), (Some(0), text(&home.path(given))), "{}", saved.err);
        assert_eq!(
            saved.err.contains("is of the kind WAV, so its name ends so"),
            asked == "other.mp3",
            "{}",
            saved.err
        );
    }
    home.refused(3, &["delete", "mara", "--sandbox"], "To agree, add --yes");
    home.refused(2, &["delete", "Sandbox Ada", "--sandbox", "--yes"], "built-in voice");
    home.done(&["delete", "mara", "--sandbox", "--yes"]);
    assert!(home.json(&["voices", "--sandbox", "--clones"])["voices"].as_array().unwrap().is_empty());
    assert!(home.library().all_clones().unwrap()[0].deleted_at.is_some(), "the record of the permission stays");
}

#[test]
fn lines_come_from_an_argument_a_file_or_standard_input() {
    let home = Home::new();
    let speak = ["speak", "--voice", "Sandbox Ada", "--sandbox"];
    let said = home.json(&[&speak[..], &["--text", "One.", "-o", "one.wav"]].concat());
    assert_eq!((&said["file"], &said["sandbox"]), (&text(&home.path("one.wav")).into(), &true.into()));
    std::fs::write(home.path("two.txt"), "Two.\n").unwrap();
    let two = home.done(&[&speak[..], &["--file", "two.txt"]].concat());
    assert!(media::secs(Path::new(&two)) > 0.1 && two.contains("Takes"), "{two}");
    let three = home.run_with(&[&speak[..], &["-"]].concat(), b"Three.");
    assert_eq!(three.code, Some(0), "{}", three.err);
    let mut texts: Vec<String> = home.library().takes().unwrap().into_iter().map(|take| take.script).collect();
    texts.sort();
    assert_eq!(texts, ["One.", "Three.", "Two."]);
    home.done(&[&speak[..], &["--text", "-5 degrees."]].concat());
    home.refused(2, &speak, "--text");
    home.refused(2, &[&speak[..], &["--text", "  "]].concat(), "nothing to say");
    home.refused(2, &[&speak[..], &["--text", &"a".repeat(5001)]].concat(), "the service takes 5,000");
    home.refused(2, &["speak", "--voice", "Nobody", "--text", "Hi", "--sandbox"], "no voice “Nobody”");
    home.refused(2, &[&speak[..], &["--text", "Hi", "-o", "x.mp3"]].concat(), "Takes are WAV files");
}

#[test]
fn an_account_is_charged_only_what_was_agreed_to_and_within_the_limit() {
    let (_, target) = shared();
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let sync = ["lipsync", "--video", text(target), "--voice", "Sandbox Ada", "--text", LINE];
    home.refused(3, &sync, "To agree, add --yes");
    home.done(&["spend", "--stop-at", "0.01"]);
    home.refused(3, &[&sync[..], &["--yes"]].concat(), "limit");
    assert!(home.done(&["spend"]).contains("Stop at: $0.01"));
    home.done(&["spend", "--stop-at", "none"]);
    let result = home.json(&[&sync[..], &["--yes", "-o", "out.mp4", "--sync-mode", "cut-off"]].concat());
    assert_eq!(result["file"], text(&home.path("out.mp4")));
    assert!((media::secs(&home.path("out.mp4")) - 3.0).abs() < 0.1, "it is cut to the video");
    let spend = home.json(&["spend"]);
    assert_eq!(spend["sandbox"], false);
    assert!(spend["usd"].as_f64().unwrap() > 0.0, "{spend}");
    assert_eq!(home.library().takes().unwrap().len(), 1, "the take of the refused try is used again");
}

#[test]
fn speech_that_a_cut_loses_is_told_before_the_price() {
    let (_, target) = shared();
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let long = LINE.repeat(3);
    let sync = ["lipsync", "--video", text(target), "--voice", "Sandbox Ada", "--text", &long, "--sync-mode"];
    home.refused(3, &[&sync[..], &["cut-off"]].concat(), "Cut off: about the last ");
    let kept = home.run(&[&sync[..], &["bounce"]].concat());
    assert!(kept.code == Some(3) && !kept.err.contains("Cut off"), "{}", kept.err);
    home.done(&["speak", "--voice", "Sandbox Ada", "--text", &long, "-o", "long.wav"]);
    let lost = media::secs(&home.path("long.wav")) - 3.0;
    for line in
        [[&sync[..], &["cut-off"]].concat(), [&sync[..3], &["--audio", "long.wav", "--sync-mode", "cut-off"]].concat()]
    {
        let said = home.run(&line).err;
        let words = said.split("Cut off: the last ").nth(1).unwrap_or_else(|| panic!("{said}"));
        let secs: f64 = words.split(' ').next().unwrap().parse().unwrap();
        assert!((secs - lost).abs() < 0.2 && words.contains("--sync-mode bounce"), "{lost} {said}");
        assert!(said.find("Cut off") < said.find("up to $"), "{said}");
    }
}

#[test]
fn a_line_that_comes_out_longer_than_thought_is_not_put_on_a_video_for_more() {
    let (_, target) = shared();
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    // Few letters that are many words.
    let long = "777777777777 777777777777";
    let line = ["lipsync", "--video", text(target), "--voice", "Sandbox Ada", "--text", long, "--yes", "-o", "x.mp4"];
    home.refused(3, &line, "came out longer than thought");
    assert!(!home.path("x.mp4").exists());
    home.done(&line);
    assert_eq!(home.library().takes().unwrap().len(), 1, "the new price was agreed to, the line is the same");
    let table =
        format!("voice,text,target\nSandbox Ada,{long} 9,{}\nSandbox Ada,{long},{}\n", text(target), text(target));
    std::fs::write(home.path("t.csv"), table).unwrap();
    std::fs::create_dir(home.path("rows")).unwrap();
    let line = ["batch", "t.csv", "--yes", "-o", "rows"];
    let batch = home.run(&line);
    assert_eq!((batch.code, batch.out.lines().count()), (Some(1), 1), "{}", batch.err);
    assert!(batch.err.contains("Row 2: The line came out longer"), "{}", batch.err);
    assert_eq!(home.done(&line).lines().count(), 2, "one is new, and one was made before");
}

#[test]
fn a_table_is_carried_out_row_by_row_and_goes_on_where_it_was_left() {
    let (_, target) = shared();
    let home = Home::new();
    let video = text(target);
    let table = format!("voice,text,target,output\nSandbox Ada,One.,{video},a.mp4\nSandbox Hugo,Two.,{video},\n");
    std::fs::write(home.path("table.csv"), &table).unwrap();
    let batch = ["batch", "table.csv", "--sandbox"];
    let dry = home.json(&[&batch[..], &["--dry-run"]].concat());
    assert_eq!((&dry["rows"], &dry["left"]), (&2.into(), &2.into()));
    assert!(!home.path("a.mp4").exists());
    let made = home.done(&batch);
    assert_eq!(made.lines().count(), 2, "{made}");
    assert!(home.path("a.mp4").exists() && home.path("002 teaser Sandbox Hugo.mp4").exists());
    assert_eq!(home.json(&batch)["left"], 0);
    std::fs::remove_file(home.path("a.mp4")).unwrap();
    assert_eq!(home.json(&batch)["made"], 1);
    assert_eq!(home.library().takes().unwrap().len(), 2, "no line is spoken twice");
    std::fs::write(home.path("bad.csv"), table.replace("Hugo", "Nobody")).unwrap();
    home.refused(2, &["batch", "bad.csv", "--sandbox"], "Row 3: There is no voice");
}

#[test]
fn what_failed_is_told_to_people_and_programs_and_resumed() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    service.faults().next_refuses("POST", "/v2/tts", 400, "script_refused", "The script was refused");
    let speak = ["speak", "--voice", "Sandbox Ada", "--text", "Hello."];
    let ended = home.run(&[&speak[..], &["--json"]].concat());
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), ""));
    let error: Value = serde_json::from_str(ended.out.lines().last().unwrap()).unwrap();
    assert_eq!((&error["event"], &error["code"]), (&"error".into(), &"script_refused".into()), "{error}");
    service.faults().clear();
    let jobs = home.json(&["jobs"]);
    assert_eq!(jobs["jobs"][0]["state"], "failed");
    let id = jobs["jobs"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.done(&["resume"]), "", "failed ones go on only when they are named");
    let file = home.done(&["resume", &id[..8]]);
    assert!(media::secs(Path::new(&file)) > 0.1);
    home.refused(2, &["resume", &id[..8]], "is done");
    home.refused(2, &["resume", "ffffffffffff"], "There is no job");
}

#[test]
fn a_key_that_is_missing_refused_or_out_of_reach_has_codes_of_its_own() {
    let home = Home::new();
    home.refused(4, &["key", "test"], "There is no key");
    home.refused(4, &["key", "forget"], "There is no key");
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    assert_eq!(home.run(&["key", "test"]).code, Some(0));
    let wrong = home.command(&["key", "test"]).env("SYNC_API_KEY", "sk-wrong-0123456789").output().unwrap();
    assert_eq!(wrong.status.code(), Some(4), "{}", String::from_utf8_lossy(&wrong.stderr));
    let away = home.command(&["key", "test"]).env("SYNC_BASE_URL", "http://127.0.0.1:9").output().unwrap();
    assert_eq!(away.status.code(), Some(5), "{}", String::from_utf8_lossy(&away.stderr));
}

#[test]
fn what_was_made_with_a_model_that_is_gone_since_is_told() {
    let home = Home::new();
    let said = ["--voice", "Sandbox Ada", "--text", "Hi", "--sandbox", "-o", "a.mp4", "--model"];
    let line = |model| [&["lipsync", "--video", text(&shared().1)], &said[..], &[model]].concat();
    let made = home.done(&line("sync-3"));
    let library = rusqlite::Connection::open(home.workspace().join("library.sqlite")).unwrap();
    let older = "UPDATE jobs SET request = replace(request, 'sync-3', 'sync-0')";
    assert_eq!(library.execute(older, []).unwrap(), 2, "the line and the video");
    drop(library);
    assert_eq!(home.done(&line("sync-0")), made);
    home.refused(2, &line("sync-00"), "There is no model “sync-00” at ");
}

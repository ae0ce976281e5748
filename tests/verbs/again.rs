//! The same line again: what was made is recognised whatever became of its name, and nothing is bought twice.

use mouthpiece::api::Asset;
use mouthpiece::library::Library;
use mouthpiece::sandbox::Sandbox;
use serde_json::Value;

use crate::home::{Home, LINE, account, shared, text};

struct Shop {
    home: Home,
    _service: Sandbox,
    _data: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

impl Shop {
    fn open() -> Self {
        let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
        let service = account(&runtime, data.path());
        Self { home: Home::with(&service), _service: service, _data: data, _runtime: runtime }
    }

    /// How many lip syncs were begun.
    fn begun(&self) -> usize {
        let jobs = self.home.json(&["jobs", "-n", "100"]);
        jobs["jobs"].as_array().unwrap().iter().filter(|job| job["kind"] == "lip sync").count()
    }
}

fn lip_sync() -> Vec<&'static str> {
    vec!["lipsync", "--video", text(&shared().1), "--voice", "Sandbox Ada", "--text", LINE, "--yes"]
}

#[test]
fn a_result_that_got_another_name_is_found() {
    let shop = Shop::open();
    for (at, (output, name)) in [("OUT.MP4", "OUT.mp4"), ("dots..mp4", "dots.mp4")].into_iter().enumerate() {
        let line = [&lip_sync()[..], &["-o", output]].concat();
        let made = shop.home.done(&line);
        assert_eq!((made.as_str(), shop.home.done(&line)), (text(&shop.home.path(name)), made.clone()));
        assert_eq!(shop.begun(), at + 1, "{output}");
    }
    // What lies elsewhere because its name was taken is the result, too, when the name is free again.
    let line = [&lip_sync()[..], &["-o", "dots..mp4"]].concat();
    std::fs::rename(shop.home.path("dots.mp4"), shop.home.path("away.mp4")).unwrap();
    shop.home.done(&line);
    assert_eq!(shop.begun(), 3, "it is not there any more");
}

#[test]
fn without_a_name_the_contents_tell_that_it_was_made() {
    let shop = Shop::open();
    let made = shop.home.done(&lip_sync());
    let again = shop.home.run(&lip_sync());
    assert_eq!((again.code, again.out.trim()), (Some(0), made.as_str()));
    assert!(again.err.contains("It is made already") && again.err.contains("-o"), "{}", again.err);
    assert_eq!(shop.begun(), 1);
    let other = [&lip_sync()[..], &["--sync-mode", "loop"]].concat();
    assert_ne!(shop.home.done(&other), made);
    assert_eq!(shop.begun(), 2);
}

#[test]
fn rows_without_an_output_may_be_put_in_taken_out_and_sorted() {
    let shop = Shop::open();
    let target = text(&shared().1);
    let write = |lines: &[&str]| {
        let rows: Vec<String> = lines.iter().map(|line| format!("Sandbox Ada,{line},{target}")).collect();
        std::fs::write(shop.home.path("t.csv"), format!("voice,text,target\n{}\n", rows.join("\n"))).unwrap();
    };
    let left = || shop.home.json(&["batch", "t.csv", "--dry-run"])["left"].clone();
    write(&["One.", "Two.", "Two."]);
    let made = shop.home.done(&["batch", "t.csv", "--yes"]);
    assert_eq!((made.lines().count(), left()), (3, Value::from(0)));
    for sorted in [&["Two.", "Two."][..], &["Two.", "One.", "Two."]] {
        write(sorted);
        assert_eq!(left(), 0, "{sorted:?}");
    }
    write(&["Three.", "One.", "Two.", "Two."]);
    assert_eq!(left(), 1);
    let all = shop.home.done(&["batch", "t.csv", "--yes"]);
    let new: Vec<&str> = all.lines().filter(|file| !made.contains(file)).collect();
    assert_eq!((new, left()), (vec![text(&shop.home.path("001 teaser Sandbox Ada 2.mp4"))], Value::from(0)));
    write(&["Two.", "Two.", "Two."]);
    assert_eq!(left(), 1, "one more of the same is one more");
    assert_eq!(shop.begun(), 4);
}

#[test]
fn a_video_that_was_written_anew_is_another_one_unless_its_bytes_are_the_same() {
    let shop = Shop::open();
    // A box that players skip, so that as many bytes are another file.
    let write = |mark: u8| {
        let end = [0, 0, 0, 9, b'f', b'r', b'e', b'e', mark];
        std::fs::write(shop.home.path("mine.mp4"), [std::fs::read(&shared().1).unwrap(), end.to_vec()].concat())
            .unwrap();
    };
    write(1);
    let line = ["lipsync", "--video", "mine.mp4", "--voice", "Sandbox Ada", "--text", "Hi.", "--yes", "-o", "x.mp4"];
    let made = shop.home.done(&line);
    write(1);
    assert_eq!(shop.home.done(&line), made, "it was only touched");
    // Also when its upload was lost at the service meanwhile, and made anew for another line.
    let uploaded = Library::open(&shop.home.workspace()).unwrap().library;
    let hash = blake3::hash(&std::fs::read(shop.home.path("mine.mp4")).unwrap()).to_hex().to_string();
    let asset = uploaded.asset_by_hash(&hash).unwrap().unwrap();
    uploaded.put_asset(&hash, 1, &Asset { id: "another".into(), ..asset }, "2026-11-22T10:00:00Z").unwrap();
    drop(uploaded);
    write(1);
    assert_eq!(shop.home.done(&line), made);
    write(2);
    shop.home.refused(2, &line, "x.mp4 is there already");
}

#[test]
fn a_voice_that_was_only_touched_is_the_same_also_when_it_is_a_video() {
    let shop = Shop::open();
    let (source, target) = shared();
    std::fs::copy(source, shop.home.path("voice.mp4")).unwrap();
    let line = ["lipsync", "--video", text(target), "--audio", "voice.mp4", "--yes"];
    let made = shop.home.done(&line);
    std::fs::copy(source, shop.home.path("voice.mp4")).unwrap();
    assert_eq!(shop.home.done(&line), made);
    assert_eq!(shop.begun(), 1);
}

#[test]
fn what_was_stopped_by_hand_goes_on_only_when_it_is_named_and_agreed_to() {
    let shop = Shop::open();
    shop.home.done(&lip_sync());
    {
        let library = Library::open(&shop.home.workspace()).unwrap().library;
        let mut job = library.jobs().unwrap().into_iter().find(|job| job.request.contains("LipSync")).unwrap();
        // As the window leaves a lip sync that is stopped before it is sent.
        job.id = job.id.chars().rev().collect();
        job.state = r#""Stopped""#.into();
        job.checkpoint = "{}".into();
        library.put_job(&job).unwrap();
    }
    let jobs = shop.home.json(&["jobs"]);
    let stopped = jobs["jobs"].as_array().unwrap().iter().find(|job| job["state"] == "stopped").unwrap();
    for line in [&["resume"][..], &["jobs", "--watch"]] {
        let ended = shop.home.run(line);
        assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{}", ended.err);
        assert!(ended.err.contains("1 job was stopped by hand"), "{}", ended.err);
    }
    let id = stopped["id"].as_str().unwrap();
    shop.home.refused(3, &["resume", id], "To agree, add --yes");
    let made = shop.home.done(&["resume", id, "--yes"]);
    assert!(std::path::Path::new(&made).is_file(), "{made}");
}

#[test]
fn what_the_service_would_turn_down_is_found_before_anything_is_bought() {
    let shop = Shop::open();
    let huge = shop.home.path("huge.mp4");
    std::fs::copy(&shared().1, &huge).unwrap();
    std::fs::OpenOptions::new().write(true).open(&huge).unwrap().set_len(6 << 30).unwrap();
    let line = ["lipsync", "--video", "huge.mp4", "--voice", "Sandbox Ada", "--text", "Hi.", "--yes"];
    shop.home.refused(1, &line, "5 GiB");
    std::fs::write(shop.home.path("t.csv"), "voice,text,target\nSandbox Ada,Hi.,huge.mp4\n").unwrap();
    shop.home.refused(1, &["batch", "t.csv", "--yes"], "Row 2: huge.mp4 can't be used");
    assert!(shop.home.library().jobs().unwrap().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_names_all_the_same() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::new();
    let name = std::ffi::OsStr::from_bytes(b"l\xe4.wav");
    let mut command = home.command(&["speak", "--voice", "Sandbox Ada", "--text", "Hi.", "--sandbox", "-o"]);
    let output = command.arg(name).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(home.path(".").join(name).is_file());
    let folder = home.path(".").join(std::ffi::OsStr::from_bytes(b"f\xe4"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("t.csv"), format!("voice,text,target\nSandbox Ada,Hi.,{}\n", text(&shared().1)))
        .unwrap();
    for line in [&["batch", "t.csv", "--sandbox", "--dry-run"][..], &["preview", "Sandbox Ada", "--sandbox", "--json"]]
    {
        let output = home.command(line).current_dir(&folder).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

//! How the page looks with work of every kind and state, in the sandbox and with an account and its limits.

use std::time::Duration;

use egui_kittest::SnapshotResults;
use mouthpiece::jobs::{Transfer, stamp};
use mouthpiece::library::{Care, Library, Take};
use time::OffsetDateTime;
use time::macros::datetime;

use super::rows::failed_sync;
use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-22 14:09 UTC);

fn ended(row: JobRow, at: OffsetDateTime, secs: i64) -> JobRow {
    let begun = at - time::Duration::seconds(secs);
    JobRow { created_at: stamp(begun), finished_at: Some(stamp(at)), ..row }
}

/// A lip sync whose video was sent and whose result is here.
fn synced(folder: &Path) -> JobRow {
    let target = media::silent_video(folder, "launch-teaser-v4.mp4", 1.0);
    let result = media::silent_video(folder, "launch-teaser-v4_mara_t3.mp4", 1.0);
    let mut checkpoint = Checkpoint { begun_at: Some(datetime!(2026-11-22 13:55 UTC)), ..Checkpoint::default() };
    checkpoint.saving.bytes = Some(64_000_000);
    let at = datetime!(2026-11-22 13:56 UTC);
    checkpoint.saving.uploaded = Some(Transfer { at, millis: 44_300, bytes: 86_000_000 });
    let made = Outcome::Video { file: result, secs: Some(1.0) };
    let row = JobRow {
        state: serde_json::json!({ "Done": made }).to_string(),
        checkpoint: serde_json::to_string(&checkpoint).unwrap(),
        ..failed_sync("synced", &target, "")
    };
    ended(row, datetime!(2026-11-22 13:58 UTC), 180)
}

fn spoken() -> (JobRow, Take) {
    let take = Take {
        id: "spoken".into(),
        number: 3,
        voice_id: "sandbox-ada".into(),
        voice_name: "Sandbox Ada".into(),
        script: "We built this for the people who finish the edit at two in the morning.".into(),
        stability: None,
        similarity: None,
        file: "/takes/a.wav".into(),
        remote_id: None,
        url: String::new(),
        duration_secs: 10.4,
        made_at: "2026-11-22T14:06:00Z".into(),
        care: Care::default(),
    };
    let state = serde_json::json!({ "Done": Outcome::Take(Box::new(take.clone())) }).to_string();
    let row = ended(JobRow { state, ..stopped("spoken", &take.script) }, datetime!(2026-11-22 14:06 UTC), 7);
    (row, take)
}

fn cloned() -> JobRow {
    let request = serde_json::json!({ "Clone": {
        "name": "Mara, keynote",
        "sample": { "path": "/videos/keynote-cam-a.mov", "content_type": "audio/wav", "kind": "AUDIO", "size": 9 },
        "consent": { "statement": "I may.", "speaker": "Mara Lindqvist", "relation": "InWriting",
            "given_at": "2026-11-22T14:01:00Z" },
    } });
    let voice = Outcome::Voice { id: "sandbox-hugo".into(), name: "Mara, keynote".into() };
    let state = serde_json::json!({ "Done": voice }).to_string();
    let row = JobRow { request: request.to_string(), state, ..stopped("cloned", "") };
    ended(row, datetime!(2026-11-22 14:02 UTC), 21)
}

/// Fills the library of a workspace.
fn fill(library: &Library, folder: &Path) {
    let (take_row, take) = spoken();
    for id in ["first", "second"] {
        library.add_take(Take { id: id.into(), ..take.clone() }).unwrap();
        library.put_take_away(id, Some("2026-11-22T14:00:00Z")).unwrap();
    }
    library.add_take(take).unwrap();
    let face = "generation_input_face_selection_invalid";
    let failed = failed_sync("failed", Path::new("/videos/keynote-cam-b.mp4"), face);
    let paused = stopped("speaking", "If you are on version two, nothing changes for you.");
    let rows = [
        synced(folder),
        take_row,
        cloned(),
        ended(failed, datetime!(2026-11-21 18:20 UTC), 38),
        ended(paused, datetime!(2026-11-22 14:00 UTC), 9),
    ];
    for row in &rows {
        library.put_job(row).unwrap();
    }
}

fn dir(theme: &str) -> tempfile::TempDir {
    mouthpiece::panels::when::pin(NOW);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("settings.toml"), format!("theme = {theme:?}\nreduce_motion = true\n")).unwrap();
    dir
}

/// Until the pictures of the two videos stand on their rows.
fn thumbs_drawn(bench: &mut Bench) {
    for _ in 0..2_000 {
        let image = bench.harness.render().unwrap();
        let is_coloured = |pixel: &image::Rgba<u8>| {
            let [r, g, b, _] = pixel.0;
            r.max(g).max(b) - r.min(g).min(b) > 150
        };
        let coloured = (112..190).flat_map(|x| (400..image.height() - 10).map(move |y| (x, y)));
        if coloured.filter(|(x, y)| is_coloured(image.get_pixel(*x, *y))).count() > 2_000 {
            return;
        }
        bench.frames(1);
    }
    panic!("the pictures of the videos never came");
}

fn shot(bench: &mut Bench, results: &mut SnapshotResults, name: &str) {
    bench.harness.remove_cursor();
    bench.frames(8);
    thumbs_drawn(bench);
    results.add(bench.harness.try_snapshot(name));
}

#[test]
fn pictures_of_the_page() {
    let mut results = SnapshotResults::new();
    let (wide, small) = (egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0));
    for (name, theme, size) in
        [("activity", "dark", wide), ("activity-light", "light", wide), ("activity-small", "dark", small)]
    {
        let dir = dir(theme);
        let library = Library::open(&dir.path().join("workspaces").join("sandbox")).unwrap().library;
        fill(&library, dir.path());
        drop(library);
        let mut bench = Setup { dir: Some(std::rc::Rc::new(dir)), size, ..Setup::default() }.app();
        bench.key(Modifiers::COMMAND, Key::Num6);
        bench.wait("All, 6");
        // A line under way, of which nobody knows how far it is.
        bench.sandbox().faults().next("POST", "/v2/tts", Fault::Slow(Duration::from_hours(1)));
        bench.key(Modifiers::COMMAND, Key::F);
        bench.fill("Search jobs", "version two");
        bench.click("Try again");
        bench.wait("Speaking");
        bench.fill("Search jobs", "x");
        bench.key(Modifiers::NONE, Key::Backspace);
        bench.wait("Copied");
        if size == wide {
            bench.wait_part("missing");
            bench.wait("By voice");
        }
        bench.harness.ctx.memory_mut(|memory| memory.focused().map(|id| memory.surrender_focus(id)));
        shot(&mut bench, &mut results, name);
        if size == small {
            bench.key(Modifiers::COMMAND, Key::I);
            bench.wait("By voice");
            shot(&mut bench, &mut results, "activity-small-details");
        }
    }
}

#[test]
fn pictures_of_an_account_with_limits() {
    let mut results = SnapshotResults::new();
    for (name, theme) in [("activity-account", "dark"), ("activity-account-light", "light")] {
        let dir = dir(theme);
        let (sandbox, _tokio) = common::service(0, &dir.path().join("service"));
        let port: u16 = sandbox.base_url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
        let dir = std::rc::Rc::new(dir);
        let setup = || Setup { dir: Some(dir.clone()), account: Some(common::account(port)), ..Setup::default() };
        let bench = setup().app();
        let library = bench.session().library.clone();
        fill(&library, dir.path());
        let at = stamp(OffsetDateTime::now_utc());
        for (job, model, usd) in [("a", Some("lipsync-2"), 22.3), ("b", Some("lipsync-2-pro"), 4.98), ("c", None, 0.0)]
        {
            let charge = Charge {
                job: job.into(),
                at: at.clone(),
                kind: if model.is_some() { "lip sync" } else { "speech" }.into(),
                voice: Some("Mara, keynote".into()),
                model: model.map(str::to_owned),
                estimate_usd: model.map(|_| usd),
                actual_usd: None,
                state: ChargeState::Reserved,
            };
            library.reserve(&charge).unwrap();
            library.charge_sent(job).unwrap();
            library.settle(job, model.map(|_| usd)).unwrap();
        }
        library.set_limits(Limits { warn_usd: Some(32.0), stop_usd: Some(40.0) }).unwrap();
        drop(library);
        bench.close();
        let mut bench = setup().app();
        bench.key(Modifiers::COMMAND, Key::Num6);
        bench.wait("$27.28");
        bench.wait("Uploaded");
        bench.wait_part("missing");
        shot(&mut bench, &mut results, name);
    }
}

#[test]
fn a_video_that_was_sent_can_be_used_again_and_voices_are_heard_from_the_list() {
    let dir = dir("dark");
    let library = Library::open(&dir.path().join("workspaces").join("sandbox")).unwrap().library;
    fill(&library, dir.path());
    drop(library);
    let mut bench = Setup { dir: Some(std::rc::Rc::new(dir)), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.wait("All, 6");
    assert!(bench.has("Done, 4") && bench.has("0:44") && bench.has("Saved and checked"), "{}", bench.screen());
    assert!(bench.has("86 MB, kept at the sandbox for the next run") && bench.has("launch-teaser-v4_mara_t3.mp4"));
    let row = "Copy, launch-teaser-v4.mp4, 86 MB, kept at the sandbox for the next run. Copied. Enter: Use again.";
    let node = bench.harness.get_by_label(row).accesskit_node();
    assert_eq!(node.data().size_of_set(), Some(6));
    bench.fill("Search jobs", "copy");
    assert!(bench.has(row) && !bench.has("Voice is ready"));
    bench.fill("Search jobs", "x");
    bench.key(Modifiers::NONE, Key::Backspace);
    bench.click("Hear Mara, keynote");
    bench.until("the voice is heard", |bench| {
        bench.session().player.now().is_some_and(|now| now.key == "voice:sandbox-hugo")
    });
    bench.click("Use again");
    bench.until("its video is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

//! Rows of the activity page: keys, thousands of them, clearing and undoing, and what was made.

use super::*;

/// The names of the rows, from the top.
fn rows(bench: &Bench) -> Vec<String> {
    let rows = bench.harness.query_all_by_role(egui::accesskit::Role::ListItem);
    let mut rows: Vec<(f32, String)> =
        rows.map(|row| (row.rect().top(), row.accesskit_node().label().unwrap_or_default())).collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn rows_are_chosen_and_opened_by_keys() {
    let folder = tempfile::tempdir().unwrap();
    let file = video(folder.path());
    let made = done("b", &Outcome::Video { file: file.clone(), secs: Some(1.0) });
    let newer = JobRow { finished_at: Some("2026-11-20T10:00:00Z".into()), ..stopped("a", LINE) };
    let mut bench = with_jobs(&[newer, made], Pace::Instant);
    bench.key(Modifiers::NONE, Key::ArrowDown);
    bench.key(Modifiers::NONE, Key::ArrowDown);
    let names = rows(&bench);
    assert!(
        names[0].ends_with("Stopped. Enter: Try again.") && names[1].ends_with("Enter: Show in folder."),
        "{names:?}"
    );
    let second = bench.harness.get_by_label(&names[1]);
    assert!(second.accesskit_node().is_focused(), "the selected row has the focus");
    bench.key(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.files.shown(), [Shown::Revealed(file)]);
    bench.key(Modifiers::NONE, Key::ArrowUp);
    assert!(bench.harness.get_by_label(&names[0]).accesskit_node().is_focused());
}

#[test]
fn thousands_of_jobs_are_listed_and_only_those_in_sight_are_drawn() {
    let many: Vec<JobRow> = (0..3000)
        .map(|number| {
            let day = 1 + number % 28;
            let finished_at = Some(format!("2025-{:02}-{day:02}T09:21:09Z", 1 + number / 300));
            JobRow { finished_at, ..stopped(&format!("job {number}"), &format!("Line {number} of many.")) }
        })
        .collect();
    let mut bench = with_jobs(&many, Pace::Instant);
    assert!(bench.has_part("All, 3") && rows(&bench).len() < 20, "{}", rows(&bench).len());
    let first = rows(&bench)[0].clone();
    bench.key(Modifiers::NONE, Key::PageDown);
    bench.key(Modifiers::NONE, Key::PageDown);
    bench.key(Modifiers::NONE, Key::End);
    bench.until("the end is in sight", |bench| !rows(bench).contains(&first));
    let last = rows(&bench).pop().unwrap();
    assert!(bench.harness.get_by_label(&last).accesskit_node().is_focused(), "{last}");
    bench.fill("Search jobs", "line 2999");
    assert_eq!(rows(&bench).len(), 1);
}

#[test]
fn clearing_is_undone_by_the_toast_and_by_its_key() {
    let mut bench = with_jobs(&[stopped("a", LINE), stopped("b", "Another line.")], Pace::Instant);
    bench.click("Clear finished");
    bench.wait("Nothing has run yet");
    bench.wait_part("2 rows cleared");
    assert_eq!(bench.session().library.jobs().unwrap().len(), 2, "nothing is gone yet");
    bench.click("Undo");
    bench.wait("All, 2");
    bench.click("Clear finished");
    bench.wait("Nothing has run yet");
    bench.key(Modifiers::COMMAND, Key::Z);
    bench.wait("All, 2");
    assert_eq!(bench.session().library.jobs().unwrap().len(), 2);
}

#[test]
fn everything_made_is_listed_with_its_place_also_after_its_row_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let (here, gone) = (video(folder.path()), folder.path().join("gone.mp4"));
    let made = |file: &Path| Outcome::Video { file: file.to_owned(), secs: Some(1.0) };
    let mut bench = with_jobs(&[done("a", &made(&here)), done("b", &made(&gone))], Pace::Instant);
    bench.wait("1 file is missing");
    bench.click("Clear finished");
    bench.until("the rows are gone", |bench| bench.session().library.jobs().unwrap().is_empty());
    bench.until("both are known still", |bench| bench.has("1 file is missing"));
    bench.click("Show the list");
    bench.wait("Saved videos and takes");
    bench.wait("Missing");
    for file in [&here, &gone] {
        assert!(bench.has_part(&file.display().to_string()), "{}", bench.screen());
    }
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has("Saved videos and takes"));
}

/// A lip sync that failed in an earlier run, with this code.
pub fn failed_sync(id: &str, target: &Path, code: &str) -> JobRow {
    use mouthpiece::api::{AssetKind, Options};
    use mouthpiece::jobs::{LipSyncJob, LocalFile, VoiceTrack};
    let local = LocalFile { path: target.into(), content_type: "video/mp4".into(), kind: AssetKind::Video, size: None };
    let request = Request::LipSync(LipSyncJob {
        target: local,
        voice: VoiceTrack::Take { id: "t".into(), label: "Mara, take 2".into(), url: "https://example.org/t".into() },
        model: "lipsync-2".into(),
        options: Options::default(),
        folder: target.parent().unwrap().to_owned(),
        stem: "keynote".into(),
        estimate_usd: None,
        match_loudness: false,
        is_trial: false,
    });
    let sentence = "The clip opens on a slide, so there was nobody to move. Choose a frame that shows the face.";
    let details = format!("Code {code}, request req_b81f22d0");
    let state = serde_json::json!({ "Failed": { "sentence": sentence, "code": code, "details": details } }).to_string();
    JobRow { request: serde_json::to_string(&request).unwrap(), state, ..stopped(id, "") }
}

#[test]
fn a_missing_face_is_picked_on_the_page_of_the_video() {
    let folder = tempfile::tempdir().unwrap();
    let file = video(folder.path());
    let row = failed_sync("a", &file, "generation_input_face_selection_invalid");
    let mut bench = with_jobs(&[row], Pace::Instant);
    assert!(bench.has("Failed: no usable face") && bench.has_part("nobody to move"), "{}", bench.screen());
    assert!(bench.has("Code generation_input_face_selection_invalid, request req_b81f22d0"));
    bench.click("Pick the face");
    bench.until("its video is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

#[test]
fn a_take_that_was_deleted_from_its_line_is_not_offered_to_be_heard() {
    let file = std::path::PathBuf::from("/no/such.wav");
    let take = serde_json::json!({
        "id": "a", "number": 3, "voice_id": "sandbox-ada", "voice_name": "Sandbox Ada", "script": LINE,
        "stability": null, "similarity": null, "file": file, "url": "", "duration_secs": 2.0, "made_at": "",
    });
    let take: mouthpiece::library::Take = serde_json::from_value(take).unwrap();
    let bench = with_jobs(&[done("a", &Outcome::Take(Box::new(take.clone())))], Pace::Instant);
    assert!(bench.is_off("Play take 3"), "{}", bench.screen());
    bench.session().library.add_take(take).unwrap();
    let mut bench = Setup { dir: Some(bench.close()), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    // The number that the library gave it.
    bench.until("it can be heard", |bench| bench.has("Play take 1") && !bench.is_off("Play take 1"));
}

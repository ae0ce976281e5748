//! The voices page on the real app: finding, hearing, using and deleting voices, by mouse and by keyboard, with the
//! sandbox as witness over plain HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use common::{Bench, Setup, app, media};
use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::api::{AssetKind, Call, Cloned, Sample, Upload};
use mouthpiece::library::{CloneRecord, Consent, Relation};
use mouthpiece::panels::Page;
use mouthpiece::progress::Progress;
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox::Fault;

const NAME: &str = "Mára, keynote";
const HASH: &str = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

/// The answer to a call, from outside the app.
fn answer<T: Send + 'static>(call: Call<T>) -> T {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let mut task = runtime.spawn(call);
    wakes.recv_timeout(Duration::from_mins(1)).unwrap();
    task.take().unwrap().unwrap()
}

/// What the sandbox answers to a plain GET.
fn get(bench: &Bench, path: &str) -> String {
    let host = bench.sandbox().base_url().trim_start_matches("http://");
    let mut wire = TcpStream::connect(host).unwrap();
    wire.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let key = bench.sandbox().key();
    write!(wire, "GET {path} HTTP/1.1\r\nHost: {host}\r\nx-api-key: {key}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    wire.read_to_string(&mut text).unwrap();
    text
}

fn clone_voice(bench: &Bench, dir: &Path) -> Cloned {
    let path = media::speech(dir, "keynote.wav");
    let client = &bench.session().client;
    let upload = Upload { path, content_type: "audio/wav".into(), kind: AssetKind::Audio };
    let asset = answer(client.upload(upload, Progress::default()));
    answer(client.clone_voice(NAME, Sample::Asset(asset.id)))
}

/// The app with one clone made on this computer, on the voices page.
fn with_a_clone() -> (Bench, String) {
    with_a_clone_and(Vec::new())
}

/// The same with these answers to its file dialogs.
fn with_a_clone_and(dialogs: Vec<PathBuf>) -> (Bench, String) {
    let bench = app();
    let cloned = clone_voice(&bench, bench.dir.path());
    let id = cloned.handle().unwrap().to_owned();
    let record = CloneRecord {
        id: id.clone(),
        name: NAME.into(),
        ids: cloned,
        sample_name: "keynote.wav".into(),
        sample_file: Some(bench.dir.path().join("keynote.wav")),
        consent: Consent {
            statement: "I have this person's permission to clone their voice.".into(),
            speaker: "Mára Lindqvist".into(),
            relation: Relation::InWriting,
            given_at: "2026-11-22T10:00:00Z".into(),
            sample_hash: Some(HASH.into()),
        },
        cloned_at: "2026-11-22T10:01:00Z".into(),
        ..CloneRecord::default()
    };
    bench.session().library.put_clone(&record).unwrap();
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.dialogs(dialogs).app();
    open_voices(&mut bench);
    bench.wait(&format!("Use {NAME}"));
    (bench, id)
}

fn open_voices(bench: &mut Bench) {
    bench.key(Modifiers::COMMAND, Key::Num2);
    assert_eq!(bench.harness.state().page(), Page::Voices);
}

/// Names of the voices that are listed, from top to bottom.
fn listed(bench: &Bench) -> Vec<String> {
    let rows = bench.texts().into_iter().filter_map(|text| text.strip_prefix("Use ").map(str::to_owned));
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

fn selected(bench: &Bench) -> Option<String> {
    let rows = bench.harness.query_all_by_label_contains("Enter to use");
    rows.filter(|row| row.accesskit_node().toggled() == Some(Toggled::True))
        .find_map(|row| row.accesskit_node().label())
}

#[test]
fn the_list_is_searched_without_accents_and_narrowed_by_chips() {
    let (mut bench, _) = with_a_clone();
    assert_eq!(listed(&bench).len(), 9);
    bench.click("My clones, 1");
    assert_eq!(listed(&bench), [NAME]);
    bench.click("Built-in, 8");
    assert_eq!(listed(&bench).len(), 8);
    bench.click("All, 9");

    bench.key(Modifiers::COMMAND, Key::F);
    bench.harness.get_by_role_and_label(Role::TextInput, "Search voices").type_text("KEYNOTE mara");
    bench.frames(3);
    assert_eq!(listed(&bench), [NAME]);

    bench.fill("Search voices", "baritone");
    assert!(bench.has("No voice matches “baritone”") && listed(&bench).is_empty());
    bench.click("Clear search");
    assert_eq!(listed(&bench).len(), 9);
}

#[test]
fn a_preview_plays_and_stops() {
    let mut bench = app();
    open_voices(&mut bench);
    bench.wait_part("Hear ");
    let name = listed(&bench).remove(0);
    let hear = format!("Hear {name}");
    bench.click(&hear);
    bench.until("the preview plays", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    let now = bench.session().player.now().unwrap();
    assert_eq!((now.title, now.subtitle), (name.as_str(), "Voice preview"));
    assert!(now.error.is_none());
    bench.click(&hear);
    bench.until("it pauses", |bench| bench.session().player.now().is_some_and(|now| !now.is_playing));
}

#[test]
fn a_clone_is_deleted_after_the_question_and_only_then() {
    let (mut bench, id) = with_a_clone();
    bench.click("Delete clone");
    bench.wait(&format!("Delete {NAME}?"));
    bench.click("Keep it");
    assert!(!bench.has(&format!("Delete {NAME}?")));
    assert!(get(&bench, &format!("/v2/voices/{id}")).starts_with("HTTP/1.1 200"));

    bench.click("Delete clone");
    bench.click("Delete for good");
    bench.until("the row is gone", |bench| !listed(bench).contains(&NAME.to_owned()));
    assert!(get(&bench, &format!("/v2/voices/{id}")).starts_with("HTTP/1.1 404"));
    bench.wait(&format!("{NAME} is deleted"));
    assert!(bench.session().store.clones.is_empty());
    bench.until("the library notes it", |bench| bench.session().library.clones().unwrap().is_empty());
}

/// An exported document, once it is written.
fn exported(bench: &mut Bench, path: &Path) -> serde_json::Value {
    bench.wait("The consent is saved");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_consent_is_shown_on_the_voice_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("for the lawyer.json");
    let (mut bench, id) = with_a_clone_and(vec![file.clone()]);
    assert!(bench.has_part("Consent recorded "), "{}", bench.screen());
    assert!(bench.has("Mára Lindqvist, in writing"), "{}", bench.screen());
    bench.click("View the consent");
    assert!(bench.has("“I have this person's permission to clone their voice.”"));
    assert!(bench.has("af1349b9…3262") && bench.has("Copy the sample's BLAKE3 hash"));
    bench.click("Play the sample");
    bench.until("it plays", |bench| bench.session().player.is_playing(&format!("sample:{id}")));
    bench.click("Export consent…");
    let document = exported(&mut bench, &file);
    let consents = document["consents"].as_array().unwrap();
    assert_eq!(consents.len(), 1);
    assert_eq!((&consents[0]["voice"], &consents[0]["speaker"]), (&NAME.into(), &"Mára Lindqvist".into()));
    assert_eq!((&consents[0]["sample_blake3"], &consents[0]["voice_ids"]["id"]), (&HASH.into(), &id.into()));
}

#[test]
fn the_consent_of_a_deleted_clone_stays_on_record_also_after_a_restart() {
    let (mut bench, id) = with_a_clone();
    bench.click("Delete clone");
    bench.click("Delete for good");
    bench.until("the library notes it", |bench| bench.session().library.clones().unwrap().is_empty());
    bench.click("My clones, 0");
    bench.wait("1 consent on record, 1 of deleted clones");

    let dir = bench.close();
    let file = dir.path().join("all.json");
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.dialogs([file.clone()]).app();
    open_voices(&mut bench);
    bench.click("My clones, 0");
    assert!(bench.has("You have no clones yet"));
    bench.click("Export all consents…");
    let document = exported(&mut bench, &file);
    assert_eq!(document["consents"][0]["voice_ids"]["id"], id);
    assert!(document["consents"][0]["deleted_at"].is_string());
}

#[test]
fn an_export_that_cannot_be_written_says_so_and_can_be_tried_again() {
    let nowhere = PathBuf::from("/nowhere at all/consent.json");
    let (mut bench, _) = with_a_clone_and(vec![nowhere]);
    bench.click("View the consent");
    bench.click("Export consent…");
    bench.wait("Could not save the consent");
    bench.until("it can be tried again", |bench| bench.has("Export consent…") && !bench.is_off("Export consent…"));
}

#[test]
fn without_a_connection_the_last_list_is_shown_with_its_time() {
    let made = tempfile::tempdir().unwrap();
    let (service, threads) = common::service(0, made.path());
    let port = url::Url::parse(service.base_url()).unwrap().port().unwrap();
    let account = || Some(common::account(port));
    let mut bench = Setup { account: account(), ..Setup::default() }.app();
    open_voices(&mut bench);
    bench.wait_part("Use ");
    let before = listed(&bench);
    bench.until("the list is written down", |bench| bench.session().library.voices_seen().unwrap().len() == 8);
    let dir = bench.close();
    drop((service, threads));

    let mut bench = Setup { account: account(), dir: Some(dir), ..Setup::default() }.app();
    open_voices(&mut bench);
    bench.wait("Could not get the voice list");
    bench.wait_part("Showing the 8 voices from ");
    assert_eq!(listed(&bench), before);
    bench.click(&format!("Use {}", before[0]));
    assert_eq!(bench.harness.state().page(), Page::Script, "and they can be worked with");
}

#[test]
fn a_deletion_that_fails_says_why_and_leaves_the_voice() {
    let (mut bench, id) = with_a_clone();
    bench.sandbox().faults().next_refuses("DELETE", "/v2/voices/", 409, "voice_in_use", "A job speaks with this voice");
    bench.click("Delete clone");
    bench.click("Delete for good");
    bench.wait(&format!("Could not delete {NAME}"));
    bench.wait_part("A job speaks with this voice");
    assert!(bench.has("Not deleted") && listed(&bench).contains(&NAME.to_owned()));
    assert!(get(&bench, &format!("/v2/voices/{id}")).starts_with("HTTP/1.1 200"));

    bench.click("Try again");
    bench.click("Delete for good");
    bench.until("the row is gone", |bench| !listed(bench).contains(&NAME.to_owned()));
}

#[test]
fn using_a_voice_opens_the_script_with_it() {
    let (mut bench, id) = with_a_clone();
    bench.click("Write a line with this voice");
    assert_eq!(bench.harness.state().page(), Page::Script);
    assert_eq!(bench.session().store.flow.voice.as_ref().unwrap().id, id);

    open_voices(&mut bench);
    bench.click("Built-in, 8");
    let name = listed(&bench).remove(3);
    bench.click(&format!("Use {name}"));
    assert_eq!(bench.harness.state().page(), Page::Script);
    assert_eq!(bench.session().store.flow.voice.as_ref().unwrap().name, name);
}

#[test]
fn a_failed_list_says_why_and_is_got_again() {
    let (mut bench, _) = with_a_clone();
    let faults = bench.sandbox().faults().clone();
    // The client asks twice more by itself before it says so.
    for _ in 0..3 {
        faults.next_refuses("GET", "/v2/voices", 500, "internal_error", "The database is away");
    }
    bench.key(Modifiers::NONE, Key::F5);
    bench.wait("Could not get the voice list");
    bench.wait_part("The database is away");
    bench.wait_part("Showing the 9 voices from");
    assert_eq!(listed(&bench).len(), 9, "the old list stays");

    faults.next("GET", "/v2/voices", Fault::Garbage);
    bench.click("Try again");
    bench.wait_part("can't read");
    bench.click("Try again");
    bench.until("the list is whole again", |bench| !bench.has("Could not get the voice list"));
    assert_eq!(listed(&bench).len(), 9);
}

/// Lets the service list these voices next time, and asks for the list.
fn list_next(bench: &mut Bench, voices: &serde_json::Value) {
    let answer = Fault::Status { status: 200, body: voices.to_string(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/voices", answer);
    bench.key(Modifiers::NONE, Key::F5);
}

#[test]
fn a_withheld_voice_is_shown_and_cannot_be_used() {
    let mut bench = app();
    open_voices(&mut bench);
    let restriction = serde_json::json!({ "reason": "verification" });
    list_next(
        &mut bench,
        &serde_json::json!([
            { "id": "d", "name": "Daniel", "previewUrl": "https://a.invalid/d.mp3", "restriction": restriction },
            { "id": "n", "name": "Nova" },
        ]),
    );
    bench.wait("Withheld by the service");
    assert!(bench.is_off("Use Daniel") && bench.is_off("Hear Daniel") && bench.is_off("Write a line with this voice"));
    bench.key(Modifiers::COMMAND, Key::Enter);
    assert_eq!(bench.harness.state().page(), Page::Voices);
    assert!(bench.is_off("Hear Nova"), "it has no preview");
}

#[test]
fn long_lists_are_drawn_in_part_and_reached_in_whole() {
    let mut bench = app();
    open_voices(&mut bench);
    let voices = (0..2000).map(|n| serde_json::json!({ "id": format!("v{n}"), "name": format!("Voice {n:04}") }));
    list_next(&mut bench, &voices.collect());
    bench.wait("Use Voice 0000");
    assert!(bench.has("All, 2,000") && listed(&bench).len() < 20);
    for _ in 0..40 {
        bench.key(Modifiers::NONE, Key::PageDown);
    }
    let row = selected(&bench).unwrap();
    assert!(row.starts_with("Voice 0400."), "{row}");
    bench.fill("Search voices", "1999");
    assert_eq!(listed(&bench), ["Voice 1999"]);
}

#[test]
fn everything_can_be_done_with_keys() {
    let (mut bench, id) = with_a_clone();
    let row = |bench: &Bench| selected(bench).unwrap_or_default();
    assert!(row(&bench).starts_with(NAME), "the clone is first: {}", bench.screen());
    bench.key(Modifiers::NONE, Key::ArrowDown);
    let second = row(&bench);
    assert!(!second.starts_with(NAME));
    bench.key(Modifiers::NONE, Key::ArrowDown);
    assert_ne!(row(&bench), second);
    bench.key(Modifiers::NONE, Key::PageUp);
    assert!(row(&bench).starts_with(NAME));

    bench.key(Modifiers::NONE, Key::Space);
    let key = format!("voice:{id}");
    bench.until("the preview plays", |bench| bench.session().player.is_playing(&key));
    bench.frames(3);
    let focused =
        bench.harness.query_all_by_label_contains("Enter to use").any(|row| row.accesskit_node().is_focused());
    assert!(focused, "the row keeps the focus while the player appears below the page");
    bench.key(Modifiers::NONE, Key::Space);
    assert!(!bench.session().player.is_playing(&key));

    bench.key(Modifiers::NONE, Key::Delete);
    bench.wait(&format!("Delete {NAME}?"));
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has(&format!("Delete {NAME}?")));
    bench.key(Modifiers::NONE, Key::Delete);
    // The safe answer has the focus.
    bench.key(Modifiers::NONE, Key::Enter);
    assert!(!bench.has(&format!("Delete {NAME}?")) && listed(&bench).contains(&NAME.to_owned()));

    bench.key(Modifiers::NONE, Key::Enter);
    assert_eq!(bench.harness.state().page(), Page::Script);
    assert_eq!(bench.session().store.flow.voice.as_ref().unwrap().id, id);

    open_voices(&mut bench);
    bench.key(Modifiers::NONE, Key::Delete);
    bench.wait(&format!("Delete {NAME}?"));
    bench.key(Modifiers::SHIFT, Key::Tab);
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("the row is gone", |bench| !listed(bench).contains(&NAME.to_owned()));
    assert!(bench.session().store.flow.voice.is_none(), "the flow does not speak with a voice that is gone");
}

#[test]
fn narrow_windows_show_the_details_over_the_list() {
    let mut bench = Setup { size: egui::vec2(960.0, 640.0), ..Setup::default() }.app();
    open_voices(&mut bench);
    bench.wait("Details");
    bench.wait_part("Use ");
    assert!(!bench.has("Write a line with this voice"));
    bench.key(Modifiers::COMMAND, Key::I);
    assert!(bench.has("Write a line with this voice"));
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has("Write a line with this voice"));
    bench.click("Details");
    bench.click("Write a line with this voice");
    assert_eq!(bench.harness.state().page(), Page::Script);
}

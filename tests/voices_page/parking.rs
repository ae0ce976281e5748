//! Clones that are parked, brought back and deleted, with eight seconds to think again.

use std::sync::mpsc;
use std::time::Duration;

use egui::{Key, Modifiers};
use mouthpiece::api::{AssetKind, Call, Sample, Upload};
use mouthpiece::library::{CloneRecord, Consent, Relation, VoiceNote};
use mouthpiece::progress::Progress;
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox::Fault;

use crate::common::{Bench, Setup, app, media};

const NAME: &str = "Mara, keynote";

/// The answer to a call, from outside the app.
fn answer<T: Send + 'static>(call: Call<T>) -> T {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let mut task = runtime.spawn(call);
    wakes.recv_timeout(Duration::from_mins(1)).unwrap();
    task.take().unwrap().unwrap()
}

/// The app with one clone of a sample that is kept here, a note on it, and its id.
fn with_a_clone(sample: bool) -> (Bench, String) {
    let bench = app();
    let path = media::speech(bench.dir.path(), "keynote.wav");
    let client = &bench.session().client;
    let upload = Upload { path: path.clone(), content_type: "audio/wav".into(), kind: AssetKind::Audio };
    let asset = answer(client.upload(upload, Progress::default()));
    let cloned = answer(client.clone_voice(NAME, Sample::Asset(asset.id)));
    let id = cloned.handle().unwrap().to_owned();
    let record = CloneRecord {
        id: id.clone(),
        name: NAME.into(),
        ids: cloned,
        sample_name: "cam-a.mov, 0:01.0 to 0:12.0".into(),
        sample_hash: Some(blake3::hash(&std::fs::read(&path).unwrap()).to_hex().to_string()),
        sample_file: sample.then_some(path),
        consent: Consent {
            statement: "I may.".into(),
            speaker: "Mara".into(),
            relation: Relation::ByEmail,
            given_at: "2026-11-22T10:00:00Z".into(),
            sample_hash: None,
        },
        cloned_at: "2026-11-22T10:01:00Z".into(),
        ..CloneRecord::default()
    };
    bench.session().library.put_clone(&record).unwrap();
    let mut note = VoiceNote { voice_id: id.clone(), favourite: true, ..VoiceNote::default() };
    (note.alias, note.notes) = (Some("Mara on stage".into()), "Slowly.".into());
    note.tags.insert("warm".into());
    bench.session().library.put_voice_note(&note).unwrap();
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait("Use Mara on stage");
    (bench, id)
}

fn clones_at_the_service(bench: &Bench) -> Vec<String> {
    let voices = answer(bench.session().client.voices());
    voices.into_iter().filter(|voice| voice.label() == NAME).map(|voice| voice.id).collect()
}

/// How many files lie at the service: each upload that was carried out is one.
fn uploads(bench: &Bench) -> usize {
    let sandbox = bench.sandbox();
    let list =
        reqwest::Client::new().get(format!("{}/v2/assets", sandbox.base_url())).header("x-api-key", sandbox.key());
    let list: serde_json::Value = answer(Box::pin(async { Ok(list.send().await.unwrap().json().await.unwrap()) }));
    list["items"].as_array().unwrap().len()
}

#[test]
fn a_parked_voice_comes_back_under_a_new_id_with_its_notes() {
    let (mut bench, id) = with_a_clone(true);
    bench.click("Park");
    bench.wait_part("Parking Mara on stage");
    bench.wait("Bring back Mara on stage");
    assert!(clones_at_the_service(&bench).is_empty());
    // Which day it is depends on the clock that pictures of other tests have stopped.
    let kept = bench.texts().into_iter().any(|text| text.contains("Parked ") && text.contains(", sample kept"));
    assert!(kept && bench.has("My clones, 1") && !bench.has_part("1 of "), "{}", bench.screen());
    let parked = |bench: &Bench| bench.session().library.all_clones().unwrap()[0].parked_at.is_some();
    bench.until("the library notes it", parked);

    // It stays parked over a restart.
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.click("Bring back Mara on stage");
    bench.wait_part("Mara on stage is back");
    assert!(!bench.has_part("It is among your voices."), "one toast is enough: {}", bench.screen());
    bench.wait("Use Mara on stage");
    assert!(!bench.has_part("It is among your voices."), "one toast is enough: {}", bench.screen());
    let [new] = <[String; 1]>::try_from(clones_at_the_service(&bench)).unwrap();
    assert_ne!(new, id);
    let note = bench.session().store.notes.get(&new).cloned().unwrap();
    assert!(note.favourite && note.tags.contains("warm") && note.notes == "Slowly.");
    bench.until("the library notes it", |bench| {
        let notes = bench.session().library.voice_notes().unwrap();
        notes.contains_key(&new) && !notes.contains_key(&id)
    });
    let all = bench.session().library.all_clones().unwrap();
    let (old, new) = (all.iter().find(|clone| clone.id == id), all.iter().find(|clone| clone.id == new));
    assert!(old.is_some_and(|old| old.parked_at.is_none() && old.deleted_at.is_some()));
    let new = new.unwrap();
    assert_eq!((new.sample_name.as_str(), new.consent.speaker.as_str()), ("cam-a.mov, 0:01.0 to 0:12.0", "Mara"));
}

#[test]
fn a_removal_can_be_taken_back_by_its_toast_and_by_key() {
    let (mut bench, id) = with_a_clone(true);
    bench.click("Park");
    bench.wait("Mara on stage. Being parked.");
    bench.click("Undo");
    assert!(!bench.has("Mara on stage. Being parked."), "{}", bench.screen());

    bench.click("Delete clone");
    bench.click("Delete for good");
    bench.wait("Mara on stage. Being deleted.");
    assert!(bench.is_off("Use Mara on stage") && bench.has_part("Sent to the sandbox in 8 s"));
    bench.key(Modifiers::COMMAND, Key::Z);
    bench.until("it is taken back", |bench| !bench.has("Mara on stage. Being deleted."));
    assert!(!bench.is_off("Use Mara on stage"));
    assert_eq!(clones_at_the_service(&bench), [id]);
}

#[test]
fn a_voice_without_a_sample_is_not_parked() {
    let (mut bench, _) = with_a_clone(false);
    assert!(bench.is_off("Park"));
    bench.click("Delete clone");
    bench.wait_part("It has no sample here, so it cannot be brought back.");
    bench.click("Keep it");
    bench.click("Built-in, 8");
    let name = bench.texts().into_iter().find_map(|text| text.strip_prefix("Use ").map(str::to_owned)).unwrap();
    bench.click(&format!("Hear {name}"));
    bench.key(Modifiers::NONE, Key::ArrowDown);
    assert!(!bench.has("Delete clone") && !bench.has("Park"), "built-in voices are neither deleted nor parked");
}

#[test]
fn a_voice_whose_sample_is_gone_is_not_parked_and_a_failed_return_can_be_tried_again() {
    let (mut bench, id) = with_a_clone(true);
    let (sample, away) = (bench.dir.path().join("keynote.wav"), bench.dir.path().join("away.wav"));
    std::fs::rename(&sample, &away).unwrap();
    bench.click("Park");
    bench.wait_part("Its sample is no longer on this computer");
    assert!(bench.has("Could not park Mara on stage") && !bench.has_part("Deleted"), "{}", bench.screen());
    assert_eq!(clones_at_the_service(&bench), [id]);
    std::fs::rename(&away, &sample).unwrap();
    bench.click("Park");
    bench.wait("Bring back Mara on stage");
    std::fs::rename(&sample, &away).unwrap();
    bench.click("Bring back this voice");
    bench.wait("Mara on stage did not come back");
    std::fs::rename(&away, &sample).unwrap();
    bench.click("Try again");
    bench.wait_part("Mara on stage is back");
}

#[test]
fn a_parking_whose_answers_got_lost_is_settled_by_the_next_list() {
    let (mut bench, id) = with_a_clone(true);
    let faults = bench.sandbox().faults();
    for _ in 0..8 {
        faults.next("DELETE", "/v2/voices", Fault::LoseAnswer);
    }
    bench.click("Park");
    bench.wait("Bring back Mara on stage");
    assert!(clones_at_the_service(&bench).is_empty());
    bench.until("the library notes it", |bench| {
        let all = bench.session().library.all_clones().unwrap();
        all.iter().any(|clone| clone.id == id && clone.parked_at.is_some() && clone.deleted_at.is_some())
    });
    assert!(!bench.has("Not deleted"), "{}", bench.screen());
}

#[test]
fn a_removal_is_dropped_when_the_window_closes_before_it_is_sent() {
    let (mut bench, id) = with_a_clone(true);
    bench.click("Delete clone");
    bench.click("Delete for good");
    bench.wait("Mara on stage. Being deleted.");
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait("Use Mara on stage");
    assert!(!bench.is_off("Use Mara on stage") && !bench.has_part("Deleting"));
    assert_eq!(clones_at_the_service(&bench), [id]);
    let told = "Mara on stage was not deleted. The window was closed first.";
    assert!(bench.has(told), "{}", bench.screen());
    // It stays until it is closed: more seconds of the window's clock than other news has.
    bench.frames(60);
    assert!(bench.has(told), "{}", bench.screen());
    // Once; and nothing is told of what was taken back.
    bench.click("Park");
    bench.wait("Mara on stage. Being parked.");
    bench.key(Modifiers::COMMAND, Key::Z);
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait("Use Mara on stage");
    assert!(!bench.has_part("The window was closed first."), "{}", bench.screen());
}

#[test]
fn a_voice_that_finds_no_slot_leads_to_the_voices_that_hold_one_and_comes_back_once_it_is_free() {
    let (mut bench, _) = with_a_clone(true);
    bench.click("Park");
    bench.wait("Bring back Mara on stage");
    let other = media::speech(bench.dir.path(), "guest.wav");
    let client = bench.session().client.clone();
    let upload = Upload { path: other, content_type: "audio/wav".into(), kind: AssetKind::Audio };
    let asset = answer(client.upload(upload, Progress::default()));
    for name in ["Guest 1", "Guest 2", "Guest 3"] {
        answer(client.clone_voice(name, Sample::Asset(asset.id.clone())));
    }
    bench.click("Get the list again");
    bench.wait("Use Guest 3");

    bench.click("Bring back Mara on stage");
    bench.wait("Mara on stage did not come back");
    let words = "All clone slots are in use. Park or delete a voice to free one, and this one can come back; its sample \
                 is already uploaded.";
    assert!(bench.has(words) && bench.has("Try again"), "{}", bench.screen());
    assert!(
        !bench.has("Mara, keynote failed") && !bench.has_part("clone again"),
        "no toast beside it: {}",
        bench.screen()
    );
    let before = uploads(&bench);
    bench.click("Choose a voice");
    bench.wait("Park or delete one of these voices, and Mara on stage comes back.");
    assert!(!bench.has_part("Built-in voice,"), "only clones are listed: {}", bench.screen());
    bench.click("Not now");
    assert!(!bench.has_part("Park or delete one of these voices"), "{}", bench.screen());

    bench.click("Bring back Mara on stage");
    bench.wait("Mara on stage did not come back");
    bench.click("Choose a voice");
    bench.wait("Park or delete one of these voices, and Mara on stage comes back.");
    bench.click("Delete clone");
    bench.click("Delete for good");
    bench.wait_part("Mara on stage is back");
    bench.wait("Use Mara on stage");
    assert!(!bench.has_part("Park or delete one of these voices"), "{}", bench.screen());
    assert_eq!(clones_at_the_service(&bench).len(), 1);
    assert_eq!(uploads(&bench), before, "its sample is not sent twice");
}

//! All clone slots are in use: parked, deleted, left, and what support asks for.

use std::path::Path;
use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::api::{AssetKind, Sample, Upload};
use mouthpiece::progress::Progress;
use mouthpiece::sandbox::Fault;

use super::common::{Bench, CONSENT, media};
use super::focus::focused;
use super::{ask, checking, has_voice, names_at_the_service, talking, uploads};

/// Clones voices elsewhere.
fn guests(bench: &Bench, dir: &Path, names: &[&str]) {
    let sample = media::speech(dir, "guest.wav");
    let upload = Upload { path: sample, content_type: "audio/wav".to_owned(), kind: AssetKind::Audio };
    let asset = ask(bench.session().client.upload(upload, Progress::default()));
    for name in names {
        ask(bench.session().client.clone_voice(name, Sample::Asset(asset.id.clone())));
    }
}

/// Fills all slots but one with voices that were made elsewhere, and clones.
fn full(bench: &mut Bench, dir: &Path) {
    guests(bench, dir, &["Guest 1", "Guest 2", "Guest 3"]);
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.wait_part("clone slots are in use");
    bench.until("the clones are listed", |bench| bench.has_part("Guest 2. Made elsewhere."));
}

/// The row of a voice, by the start of its name.
#[track_caller]
fn choose(bench: &mut Bench, name: &str) {
    let start = format!("{name}. ");
    let is_row =
        |node: &egui_kittest::Node<'_>| node.accesskit_node().label().is_some_and(|label| label.starts_with(&start));
    let row = bench.harness.query_all_by_role(egui::accesskit::Role::ListItem).find(is_row);
    row.unwrap_or_else(|| panic!("no row {name}; {}", bench.screen())).click();
    bench.frames(3);
}

#[test]
fn full_slots_are_freed_and_the_clone_goes_on_without_a_second_upload() {
    let (mut bench, dir) = checking(talking);
    full(&mut bench, dir.path());
    assert!(bench.has_part("Your sample is there already and will not be copied twice."), "{}", bench.screen());
    assert_eq!(uploads(&bench), 2);
    choose(&mut bench, "Guest 2");
    // Made elsewhere: there is no sample to bring it back from.
    assert!(bench.is_off("Park Guest 2") && bench.has_part("No sample here, delete only"), "{}", bench.screen());
    bench.click("Delete and clone again");
    bench.wait("Delete Guest 2?");
    bench.click("Keep it");
    assert!(names_at_the_service(&bench).iter().any(|name| name == "Guest 2"));
    bench.click("Delete and clone again");
    bench.sandbox().faults().next("DELETE", "/v2/voices/", Fault::Slow(Duration::from_secs(2)));
    bench.click("Delete for good");
    assert!(bench.is_off("Keep the sample and stop") && bench.is_off("Try again"), "{}", bench.screen());
    bench.until("the voice is chosen", |bench| has_voice(bench, "keynote"));
    let names = names_at_the_service(&bench);
    assert!(names.iter().any(|name| name == "keynote") && !names.iter().any(|name| name == "Guest 2"), "{names:?}");
    assert_eq!(uploads(&bench), 2);
}

/// Clones a voice from here and comes back to the file.
fn clone_here(bench: &mut Bench, name: &str) {
    bench.fill("Voice name", name);
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.until("the voice is chosen", |bench| has_voice(bench, name));
    bench.until("the clone is on record", |bench| bench.session().store.clones.iter().any(|clone| clone.name == name));
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click("Go on with keynote.mp4");
    bench.wait("Clone voice");
}

#[test]
fn the_least_used_voice_that_can_come_back_is_parked_by_the_main_key_and_its_sample_stays() {
    let (mut bench, dir) = checking(talking);
    clone_here(&mut bench, "Podcast intro");
    let kept = bench.session().store.clones[0].sample_file.clone().unwrap();
    let (id, before) = (bench.session().store.clones[0].id.clone(), uploads(&bench));
    bench.fill("Voice name", "Mara, keynote");
    guests(&bench, dir.path(), &["Guest 1", "Guest 2"]);
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.wait("All 3 clone slots are in use");
    bench.wait("Park Podcast intro");
    let row = |bench: &Bench| focused(bench).is_some_and(|name| name.starts_with("Podcast intro. "));
    bench.until("the proposed row has the focus", row);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("the voice is chosen", |bench| has_voice(bench, "Mara, keynote"));
    let session = bench.session();
    let parked = session.store.deleted_clones.iter().find(|clone| clone.id == id).unwrap();
    assert!(parked.parked_at.is_some() && parked.sample_file.as_ref() == Some(&kept) && kept.is_file());
    assert!(!session.store.voices.value().unwrap().iter().any(|voice| voice.id == id));
    assert_eq!(uploads(&bench), before + 1, "only the guests' sample was uploaded since");
    let written = session.library.all_clones().unwrap();
    assert!(written.iter().any(|clone| clone.id == id && clone.parked_at.is_some()), "{written:?}");
}

/// The page comes by itself while the first line is typed.
#[test]
fn keys_meant_for_the_first_line_get_there_and_free_no_slot() {
    let (mut bench, dir) = checking(talking);
    clone_here(&mut bench, "Podcast intro");
    bench.fill("Voice name", "Mara, keynote");
    guests(&bench, dir.path(), &["Guest 1", "Guest 2"]);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_secs(2)));
    bench.click("Clone voice");
    bench.until("the cursor is in the first line", |bench| focused(bench).as_deref() == Some("First line"));
    bench.harness.event(egui::Event::Text("A line typed while".to_owned()));
    bench.wait("Park Podcast intro");
    bench.frames(3);
    // Ctrl Enter ends a line on the Script page.
    for (modifiers, key) in
        [(Modifiers::NONE, Key::Space), (Modifiers::NONE, Key::Enter), (Modifiers::COMMAND, Key::Enter)]
    {
        bench.key(modifiers, key);
        bench.frames(3);
        assert!(!bench.has_part("Parking") && bench.has("Park and clone again"), "{}", bench.screen());
    }
    assert!(names_at_the_service(&bench).iter().any(|name| name == "Podcast intro"));
    assert_eq!(bench.session().store.flow.text().trim(), "A line typed while");
    // Its field is still there, with the cursor in it: nothing that is typed is lost.
    assert_eq!(focused(&bench).as_deref(), Some("First line"));
    bench.harness.event(egui::Event::Text("the page turned.".to_owned()));
    bench.frames(2);
    let line = bench.session().store.flow.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(line, "A line typed while the page turned.");
    assert!(bench.has("Your first line is waiting here."), "{}", bench.screen());
}

#[test]
fn deleting_for_good_takes_the_sample_with_it_and_leaves_the_permission() {
    let (mut bench, dir) = checking(talking);
    clone_here(&mut bench, "Podcast intro");
    let (id, kept) =
        (bench.session().store.clones[0].id.clone(), bench.session().store.clones[0].sample_file.clone().unwrap());
    guests(&bench, dir.path(), &["Guest 1", "Guest 2"]);
    bench.fill("Voice name", "Mara, keynote");
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.wait("Park Podcast intro");
    bench.click("Delete Podcast intro for good");
    bench.click("Delete and clone again");
    bench.click("Delete for good");
    bench.until("the voice is chosen", |bench| has_voice(bench, "Mara, keynote"));
    bench.until("the sample is gone", |_| !kept.exists());
    let written = bench.session().library.all_clones().unwrap();
    let record = written.iter().find(|clone| clone.id == id).unwrap();
    assert!(record.deleted_at.is_some() && record.parked_at.is_none() && record.consent.is_given(), "{record:?}");
    assert_eq!(record.sample_file, None);
}

#[test]
fn full_slots_can_be_left_with_the_sample_kept_and_show_what_support_asks_for() {
    let (mut bench, dir) = checking(talking);
    full(&mut bench, dir.path());
    assert!(bench.has("Code") && bench.has("voice_clone_limit_reached"), "{}", bench.screen());
    assert!(bench.has("Stopped: no free clone slot (403)") && bench.has_part("Kept in the sandbox as asset "));
    bench.click("Copy");
    bench.click("See plans");
    let shown = |bench: &Bench| bench.files.shown().iter().any(|shown| format!("{shown:?}").contains("sync.so"));
    bench.until("the plans are shown in the browser", shown);
    // They stand over the foot of the page.
    while bench.has("Dismiss") {
        bench.harness.query_all_by_label("Dismiss").next().unwrap().click();
        bench.frames(3);
    }
    bench.click("Keep the sample and stop");
    bench.wait("Clone voice");
    assert!(bench.has_part("No voice was cloned"), "{}", bench.screen());
    assert_eq!(names_at_the_service(&bench).iter().filter(|name| name.starts_with("Guest")).count(), 3);
    // The same sample again needs no second upload.
    assert_eq!(uploads(&bench), 2);
    bench.click("Clone voice");
    bench.wait_part("clone slots are in use");
    assert_eq!(uploads(&bench), 2);
}

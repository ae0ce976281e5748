//! Pictures of full slots: the service's answers and the records of the clones are the same each time.

use std::path::Path;
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{SnapshotResults, try_image_snapshot};
use mouthpiece::library::{Care, CloneRecord, Consent, Library, Relation, Take};
use mouthpiece::sandbox::Fault;
use serde_json::{Value, json};

use crate::common::{Bench, CONSENT};
use crate::{SMALL, WIDE, covered, talk, themed, wizard_in};

/// Id, name, when it was made here, when it was used last, how often.
type Row = (&'static str, &'static str, Option<&'static str>, &'static str, usize);

const CLONES: [Row; 5] = [
    ("6533643b-aceb-4c40-967e-d9ba9baac301", "Podcast intro", Some("2024-05-02"), "2024-07-04", 18),
    ("8a7c5f0e-3f55-4a59-9d0f-6b1f5c6d7e02", "Lea, classroom", Some("2024-09-28"), "2024-11-19", 9),
    ("1b2f6a44-90c7-4d0a-8a55-2c7b1f0e9d03", "Guest, episode 12", None, "", 0),
    ("d4e5f607-1829-4a3b-9c4d-5e6f70819204", "Ivo, product films", Some("2024-11-12"), "2024-11-20", 31),
    ("c0ffee00-1234-4567-89ab-cdef01234505", "Sena, studio", Some("2024-10-03"), "2024-11-21", 52),
];

fn fill(dir: &Path) {
    let library = Library::open(&dir.join("workspaces").join("sandbox")).unwrap().library;
    let sample = dir.join("sample.wav");
    std::fs::write(&sample, "a sample").unwrap();
    for (id, name, made, used, takes) in CLONES {
        let Some(made) = made else { continue };
        let given_at = format!("{made}T12:00:00Z");
        let consent = Consent {
            statement: "I may clone this voice.".into(),
            speaker: name.into(),
            relation: Relation::InWriting,
            given_at,
            sample_hash: None,
        };
        let record = CloneRecord {
            id: id.into(),
            name: name.into(),
            sample_name: "keynote.wav".into(),
            sample_file: Some(sample.clone()),
            consent,
            cloned_at: format!("{made}T12:05:00Z"),
            ..CloneRecord::default()
        };
        library.put_clone(&record).unwrap();
        for number in 0..takes {
            library.add_take(take(number, id, used)).unwrap();
        }
    }
}

fn take(number: usize, voice: &str, used: &str) -> Take {
    Take {
        id: format!("{voice} {number}"),
        number: 0,
        voice_id: voice.into(),
        voice_name: voice.into(),
        script: "Good evening.".into(),
        stability: None,
        similarity: None,
        file: "/takes/a.wav".into(),
        remote_id: None,
        url: String::new(),
        duration_secs: 2.0,
        made_at: format!("{used}T12:00:00Z"),
        care: Care::default(),
    }
}

/// The wizard with its last clone refused for want of a slot.
fn full(file: &Path, theme: &str, size: egui::Vec2) -> Bench {
    let dir = themed(theme);
    fill(dir.path());
    let mut bench = wizard_in(dir, file, size);
    let faults = bench.sandbox().faults();
    let listed: Value = CLONES
        .iter()
        .map(|(id, name, ..)| json!({ "id": id, "name": name, "previewUrl": "https://a.invalid/p" }))
        .collect();
    for _ in 0..20 {
        faults.next("GET", "/v2/voices", Fault::Status { status: 200, body: listed.to_string(), retry_after: None });
    }
    // The first one is for the call whose path begins alike.
    faults.next("POST", "/v2/assets/upload", Fault::Slow(Duration::ZERO));
    let asset = json!({ "id": "2f1c0000-0000-4000-8000-0000000088b0" });
    faults.next("POST", "/v2/assets", Fault::Status { status: 201, body: asset.to_string(), retry_after: None });
    let refusal = json!({
        "message": "No free slot.", "statusCode": 403, "errorCode": "voice_clone_limit_reached", "requestId": "req_7c1e4b90",
    });
    faults.next("POST", "/v2/voices", Fault::Status { status: 403, body: refusal.to_string(), retry_after: None });
    bench.fill("Voice name", "Mara, keynote");
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.click("Clone it anyway");
    bench.wait("All 5 clone slots are in use");
    bench.wait("Park Podcast intro");
    bench
}

/// The picture, with the time of the refusal covered.
fn shot(bench: &mut Bench) -> image::RgbaImage {
    let time = bench.harness.query_all_by_label("Time").map(|label| label.rect()).next();
    let value =
        |time: egui::Rect| egui::Rect::from_min_max(time.right_top(), time.right_bottom() + egui::vec2(348.0, 0.0));
    covered(bench, time.map(value).as_slice())
}

#[test]
fn a_toast_covers_none_of_what_can_be_done() {
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    for size in [WIDE, SMALL] {
        let mut bench = full(&file, "dark", size);
        bench.click("Copy");
        bench.wait("Copied");
        bench.frames(8);
        let toast = bench.harness.get_by_label("Copied. It is on the clipboard.").rect();
        assert!((size.x - 16.0 - toast.right()).abs() < 1.0, "{toast:?}");
        for name in ["Park and clone again", "See plans", "Try again", "Keep the sample and stop"] {
            let button = bench.harness.get_by_label(name).rect();
            assert!(!toast.intersects(button), "{toast:?} on {name}, {button:?}");
        }
    }
}

#[test]
fn pictures_of_full_slots() {
    mouthpiece::panels::when::pin(time::macros::datetime!(2024-11-22 14:09 UTC));
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    let mut results = SnapshotResults::new();
    for (name, theme, size) in [("slots", "dark", WIDE), ("slots-light", "light", WIDE), ("slots-small", "dark", SMALL)]
    {
        let mut bench = full(&file, theme, size);
        let image = shot(&mut bench);
        results.add(try_image_snapshot(&image, name));
        if size == WIDE && theme == "dark" {
            bench.click("Delete Podcast intro for good");
            bench.wait("Delete and clone again");
            let image = shot(&mut bench);
            results.add(try_image_snapshot(&image, "slots-delete"));
            let is_guest = |node: &egui_kittest::Node<'_>| {
                node.accesskit_node().label().is_some_and(|label| label.starts_with("Guest, episode 12. "))
            };
            bench.harness.query_all_by_role(Role::ListItem).find(is_guest).unwrap().click();
            bench.frames(3);
            assert!(bench.is_off("Park Guest, episode 12"), "{}", bench.screen());
            let image = shot(&mut bench);
            results.add(try_image_snapshot(&image, "slots-no-sample"));
        }
    }
}

//! A workspace as one looks after a year: clones, takes, notes, flows, and a service that lists these voices.

use std::rc::Rc;

use egui::{Key, Modifiers, Vec2};
use mouthpiece::library::{Care, CloneRecord, Consent, Library, Relation, Take, VoiceNote};
use mouthpiece::sandbox::Fault;
use mouthpiece::store::notes::{LENGTHS, SLOTS};
use serde_json::{Value, json};

use crate::common::{Bench, Setup};

pub const MARA: &str = "6533643b-aceb-4c40-967e-d9ba9baac39e";

/// What her row says.
pub const MARA_ROW: &str =
    "Mara, keynote. Your clone, 14 takes, favourite. Tags: English, founder, warm. Enter to use, Space to hear.";

/// Id, name, tags, seconds of the preview, takes, star.
type Row = (&'static str, &'static str, &'static str, f64, usize, bool);

const VOICES: [Row; 10] = [
    (MARA, "Mara L keynote", "warm,founder,English", 8.4, 14, true),
    ("8a7c5f0e-3f55-4a59-9d0f-6b1f5c6d7e8f", "Ivo, product films", "calm,Croatian accent", 7.2, 11, true),
    ("rachel", "Rachel", "narration,American", 11.2, 6, true),
    ("oskar", "Oskar", "documentary,German,slow,low,old,radio", 10.0, 2, false),
    ("daniel", "Daniel", "", 9.0, 0, false),
    ("priya", "Priya", "explainer,Indian English", 12.4, 0, false),
    ("ines", "Inês", "advert,Portuguese", 7.0, 1, true),
    ("theo", "Theo", "young,casual", 10.3, 0, false),
    ("nova", "Nova", "", 0.0, 0, false),
    ("lea", "A voice whose name is far too long for any column that it might stand in", "", 5.0, 0, false),
];

/// What the service lists.
pub fn listed() -> Value {
    let voice = |(id, name, ..): &Row| {
        let preview = (*id != "nova").then(|| format!("https://a.invalid/{id}.mp3"));
        let restriction = (*id == "daniel").then(|| json!({ "reason": "verification" }));
        json!({ "id": id, "name": name, "previewUrl": preview, "restriction": restriction })
    };
    VOICES.iter().map(voice).collect()
}

fn clone(id: &str, name: &str, parked: Option<&str>) -> CloneRecord {
    CloneRecord {
        id: id.into(),
        name: name.into(),
        sample_name: "keynote-cam-a.wav, 4:12.0 to 5:48.0".into(),
        sample_file: Some("/samples/keynote.wav".into()),
        sample_hash: Some("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262".into()),
        consent: Consent {
            statement: "I have this person's permission to clone their voice.".into(),
            speaker: "Mara Lindqvist".into(),
            relation: Relation::InWriting,
            given_at: "2026-11-22T12:01:00Z".into(),
            sample_hash: None,
        },
        cloned_at: if id == MARA { "2026-11-22T12:05:00Z" } else { "2026-11-12T12:05:00Z" }.into(),
        deleted_at: parked.map(str::to_owned),
        parked_at: parked.map(str::to_owned),
        ..CloneRecord::default()
    }
}

fn take(number: usize, voice: &str) -> Take {
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
        made_at: format!("2026-10-{:02}T12:00:00Z", 1 + number % 28),
        care: Care::default(),
    }
}

fn fill(library: &Library) {
    for (id, name, tags, _, takes, favourite) in VOICES {
        let mut note = VoiceNote { voice_id: id.into(), favourite, ..VoiceNote::default() };
        note.tags = tags.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
        if id == MARA {
            note.alias = Some("Mara, keynote".into());
            note.notes = "Sounds best at stability 0.50. Spell the name “Lindkvist” so it is said right.".into();
        }
        library.put_voice_note(&note).unwrap();
        if id.len() == 36 {
            library.put_clone(&clone(id, name, None)).unwrap();
        }
        for number in 0..takes {
            library.add_take(take(number, id)).unwrap();
        }
    }
    library.put_clone(&clone("parked", "Podcast intro", Some("2026-11-02T12:00:00Z"))).unwrap();
    let lengths: Value = VOICES.iter().filter(|row| row.3 > 0.0).map(|row| (row.0.to_owned(), json!(row.3))).collect();
    library.put_note(LENGTHS, &lengths.to_string()).unwrap();
    library.put_note(SLOTS, "5").unwrap();
    for (id, name) in [("f1", "Keynote, German pickup"), ("f2", "Launch teaser pickup")] {
        let voice = json!({ "id": MARA, "name": "Mara, keynote" });
        let flow = json!({ "id": id, "name": name, "voice": voice, "line": "We built this for the people." });
        library.put_flow(id, &flow.to_string(), &format!("2026-11-2{}T12:00:00Z", &id[1..])).unwrap();
    }
}

/// The app on that workspace, on the voices page.
pub fn app(theme: &str, size: Vec2) -> Bench {
    mouthpiece::panels::when::pin(time::macros::datetime!(2026-11-22 14:09 UTC));
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("settings.toml"), format!("theme = {theme:?}\n")).unwrap();
    let library = Library::open(&dir.path().join("workspaces").join("sandbox")).unwrap().library;
    fill(&library);
    drop(library);
    let mut bench = Setup { dir: Some(Rc::new(dir)), size, ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Built-in, ");
    bench.until("the first list has come", |bench| !bench.session().store.voices.is_loading());
    list(&mut bench, &listed());
    bench.wait("Use Mara, keynote");
    // The first list has had only voices of the sandbox, and the one that is parked.
    bench.click(MARA_ROW);
    bench
}

/// Lets the service list these voices from now on, as far as the page asks.
pub fn list(bench: &mut Bench, voices: &Value) {
    let answer = Fault::Status { status: 200, body: voices.to_string(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/voices", answer);
    bench.key(Modifiers::NONE, Key::F5);
    bench.until("the list has come", |bench| !bench.session().store.voices.is_loading());
}

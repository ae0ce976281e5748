//! A library as full as one gets: 10,000 voices, and 2,000 takes of the 200 lines of a flow with their jobs.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![allow(clippy::allow_attributes, dead_code, reason = "each measurement uses a part of this")]

use std::path::Path;

use mouthpiece::api::Voice;
use mouthpiece::jobs::{Checkpoint, Request, SpeakJob};
use mouthpiece::library::{Care, JobRow, Library, Take, VoiceNote};
use mouthpiece::store::{Flow, Lines, VoiceChoice};

pub const VOICES: usize = 10_000;
pub const TAKES: usize = 2_000;
pub const LINES: usize = 200;

/// Fills the library of the sandbox in this data directory, and gives its voices.
pub fn fill(data: &Path) -> Vec<Voice> {
    let library = Library::open(&data.join("workspaces").join("sandbox")).unwrap().library;
    let words = ["warm", "calm", "Croatian", "narration", "Ünïcode", "advert", "low"];
    let voices: Vec<Voice> = (0..VOICES)
        .map(|number| Voice {
            id: format!("voice-{number}"),
            name: Some(format!("Voice {number:05}, {}", words[number % words.len()])),
            preview_url: Some(format!("https://a.invalid/{number}.mp3")),
            ..Voice::default()
        })
        .collect();
    library.put_voices(&voices, "2026-11-22T10:00:00Z").unwrap();
    for number in (0..VOICES).step_by(10) {
        let mut note = VoiceNote { voice_id: format!("voice-{number}"), ..VoiceNote::default() };
        note.tags = words.iter().skip(number / 10 % 4).take(3).map(|tag| (*tag).to_owned()).collect();
        note.notes = "Sounds best at stability 0.50.".into();
        library.put_voice_note(&note).unwrap();
    }
    let flow = flow();
    let document = serde_json::to_string(&flow).unwrap();
    library.put_flow_and_lines(&flow.id, &flow.name, &document, "2026-11-22T10:00:00Z", flow.lines.all()).unwrap();
    for number in 0..TAKES {
        let take = take(number, &flow);
        library.put_job(&job(&take)).unwrap();
        library.add_take(take).unwrap();
    }
    library.put_words(&[("v3".to_owned(), "version three".to_owned()), ("Mara".into(), "Mah-rah".into())]).unwrap();
    voices
}

/// Copies a data directory to a place where none is.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else if from.is_file() {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}

/// A script of many lines; every tenth of its takes has no line of it any more.
pub fn flow() -> Flow {
    let mut flow = Flow { name: "Keynote, all parts".into(), ..Flow::default() };
    flow.voice = Some(VoiceChoice { id: "voice-0".into(), name: "Voice 00000, warm".into() });
    flow.lines = Lines::of("Line 0: good evening, and welcome to the show.");
    for number in 1..LINES {
        let text = format!("Line {number}: Mara ships v3 on Thursday. [pause 0.6 s] It is the {number}th of its kind.");
        flow.lines.insert(number, Lines::line(&text));
    }
    let first = flow.lines.all()[3].id.clone();
    flow.lines.activate(&first);
    flow
}

pub fn take(number: usize, flow: &Flow) -> Take {
    let line = flow.lines.all().get(number % LINES).filter(|_| number / LINES != 4).unwrap_or(flow.lines.active());
    let line_id = (number / LINES != 4).then(|| line.id.clone());
    Take {
        id: format!("take-{number}"),
        number: 0,
        voice_id: "voice-0".into(),
        voice_name: "Voice 00000, warm".into(),
        script: if line_id.is_some() { line.text.clone() } else { format!("Another line, number {number}.") },
        stability: Some(0.5),
        similarity: Some(0.75),
        file: "/takes/a.wav".into(),
        remote_id: None,
        url: String::new(),
        duration_secs: 2.0,
        made_at: "2026-11-22T10:00:00Z".into(),
        care: Care { line_id, ..Care::default() },
    }
}

/// The job that spoke a take.
pub fn job(take: &Take) -> JobRow {
    let request = Request::Speak(SpeakJob {
        line_id: take.care.line_id.clone(),
        voice_id: take.voice_id.clone(),
        voice_name: take.voice_name.clone(),
        script: take.script.clone(),
        stability: 0.5,
        similarity: 0.75,
        parts: Vec::new(),
    });
    JobRow {
        id: take.id.clone(),
        request: serde_json::to_string(&request).unwrap(),
        checkpoint: serde_json::to_string(&Checkpoint::default()).unwrap(),
        state: serde_json::json!({ "Done": { "Take": take } }).to_string(),
        created_at: take.made_at.clone(),
        finished_at: Some("2026-11-22T10:00:07Z".into()),
    }
}

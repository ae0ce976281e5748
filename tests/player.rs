//! The player's strip and keys, previews and the choice of speakers on the real app.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, Sender};

use common::{Bench, app};
use egui::{Key, Modifiers};
use mouthpiece::panels::Page;
use mouthpiece::runtime::{Runtime, Task};
use mouthpiece::sandbox::Fault;

/// A store for one preview of a minute: gives half of it, and the rest when it is told to.
struct Store {
    address: String,
    asked: Arc<AtomicUsize>,
    rest: Sender<bool>,
    _work: Task<()>,
    _runtime: Runtime,
}

impl Store {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (rest, told) = mpsc::channel();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let runtime = Runtime::new(|| {}).unwrap();
        let work = runtime.blocking(move || {
            let sound = minute();
            while let Ok((stream, _)) = listener.accept() {
                let mut lines = BufReader::new(&stream).lines();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                count.fetch_add(1, SeqCst);
                let head = "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nConnection: close\r\nContent-Length:";
                write!(&stream, "{head} {}\r\n\r\n", sound.len()).ok();
                (&stream).write_all(&sound[..sound.len() / 2]).ok();
                match told.recv() {
                    Ok(true) => (&stream).write_all(&sound[sound.len() / 2..]).unwrap_or_default(),
                    Ok(false) => {}
                    Err(_) => break,
                }
            }
            Ok(())
        });
        Self { address, asked, rest, _work: work, _runtime: runtime }
    }

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }
}

/// A minute of a quiet tone at 8 kHz.
fn minute() -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for index in 0..8_000 * 60_u32 {
        writer.write_sample(if index / 20 % 2 == 0 { 2_000_i16 } else { -2_000 }).unwrap();
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// The voices page, where the service lists one voice with its preview at this address.
fn one_voice(bench: &mut Bench, url: &str) {
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Hear ");
    list(bench, url);
}

fn list(bench: &mut Bench, url: &str) {
    let voices = serde_json::json!([{ "id": "mara", "name": "Mara", "previewUrl": url }]);
    let answer = Fault::Status { status: 200, body: voices.to_string(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/voices", answer);
    bench.key(Modifiers::NONE, Key::F5);
    let url = url.to_owned();
    bench.until("the list is new", move |bench| {
        let voices = bench.session().store.voices.value();
        voices.is_some_and(|voices| voices.len() == 1 && voices[0].preview_url.as_ref() == Some(&url))
    });
    bench.wait("Hear Mara");
}

fn playing(bench: &Bench) -> bool {
    bench.session().player.is_playing("voice:mara")
}

fn position(bench: &Bench) -> f64 {
    bench.session().player.position("voice:mara").unwrap()
}

fn kept(bench: &Bench) -> Vec<String> {
    let folder = bench.session().store.cache_dir().unwrap().join("previews");
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_preview_plays_while_it_arrives_and_the_next_time_without_a_request() {
    let store = Store::start();
    let mut bench = app();
    one_voice(&mut bench, &format!("{}/mara.wav?Expires=1", store.address));
    bench.click("Hear Mara");
    bench.until("it plays while half of it is missing", |bench| playing(bench) && position(bench) > 0.1);
    assert!(kept(&bench).is_empty(), "a half download is never kept");
    store.rest.send(true).unwrap();
    bench.until("it is kept", |bench| kept(bench).len() == 1);
    assert!((bench.session().player.now().unwrap().length_secs - 60.0).abs() < 0.01);
    bench.click("Close the player");

    // Signed anew, as every list is.
    list(&mut bench, &format!("{}/mara.wav?Expires=2", store.address));
    bench.click("Hear Mara");
    bench.until("it plays again", |bench| playing(bench) && position(bench) > 0.1);
    assert_eq!(store.asked(), 1, "without a request");
}

#[test]
fn a_preview_that_breaks_off_says_so_and_is_not_kept() {
    let store = Store::start();
    let mut bench = app();
    one_voice(&mut bench, &format!("{}/mara.wav", store.address));
    bench.click("Hear Mara");
    bench.until("it plays", playing);
    store.rest.send(false).unwrap();
    bench.wait("Could not play Mara");
    assert!(bench.session().player.now().is_none() && kept(&bench).is_empty());
    store.rest.send(true).unwrap();
    bench.click("Hear Mara");
    bench.until("it is kept", |bench| kept(bench).len() == 1 && playing(bench));
    assert_eq!(store.asked(), 2);
}

#[test]
fn the_keys_of_the_player_act_outside_fields() {
    let store = Store::start();
    store.rest.send(true).unwrap();
    let mut bench = app();
    one_voice(&mut bench, &store.address);
    bench.click("Hear Mara");
    bench.until("it plays", |bench| playing(bench) && bench.session().player.now().unwrap().length_secs > 59.0);
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.until("the settings are open", |bench| bench.harness.state().page() == Page::Settings);
    bench.wait("No sound device");
    bench.key(Modifiers::NONE, Key::Space);
    assert!(!playing(&bench));
    bench.key(Modifiers::NONE, Key::Home);
    for (key, place) in [(Key::ArrowRight, 1.0), (Key::ArrowRight, 2.0), (Key::ArrowLeft, 1.0), (Key::Home, 0.0)] {
        bench.key(Modifiers::NONE, key);
        assert!((position(&bench) - place).abs() < 0.01, "{key:?}: {}", position(&bench));
    }
    bench.key(Modifiers::NONE, Key::M);
    bench.key(Modifiers::NONE, Key::L);
    let now = bench.session().player.now().unwrap();
    assert!(now.muted && now.repeat);
    let settings = bench.dir.path().join("settings.toml");
    let muted = |settings: &std::path::Path| std::fs::read_to_string(settings).unwrap().contains("muted = true");
    bench.until("it is remembered", |_| muted(&settings));

    // In a field they are letters.
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.fill("Search voices", "mara");
    bench.key(Modifiers::NONE, Key::M);
    bench.key(Modifiers::NONE, Key::Space);
    assert!(bench.session().player.now().unwrap().muted && !playing(&bench));
}

#[test]
fn the_settings_offer_speakers_and_a_test_sound() {
    let mut bench = app();
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.wait("Speakers");
    bench.until("the list is there", |bench| bench.has("System default"));
    bench.click("Play a test sound");
    bench.until("it plays", |bench| bench.session().player.is_playing("test sound"));
    bench.wait_part("No sound device was found.");
    bench.until("it ends", |bench| !bench.session().player.is_playing("test sound"));
    assert_eq!(bench.session().player.progress("test sound"), Some(1.0));
}

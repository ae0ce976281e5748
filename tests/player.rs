//! The player's strip and keys, previews and the choice of speakers on the real app.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use common::{Bench, Setup, account, app};
use egui::{Key, Modifiers};
use mouthpiece::panels::Page;
use mouthpiece::runtime::{Runtime, Task};

/// A service with a voice whose preview of a minute comes by half, and the rest when it is told to, and with another
/// whose preview is not there.
struct Service {
    port: u16,
    asked: Arc<AtomicUsize>,
    rest: Sender<bool>,
    _work: Task<()>,
    _runtime: Runtime,
}

impl Service {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (rest, told) = mpsc::channel();
        let (asked, told) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(told)));
        let runtime = Runtime::new(|| {}).unwrap();
        let (count, handle) = (asked.clone(), runtime.handle());
        let work = runtime.blocking(move || {
            let mut answers = Vec::new();
            while let Ok((stream, _)) = listener.accept() {
                let (count, told) = (count.clone(), told.clone());
                answers.push(handle.blocking(move || {
                    answer(&stream, port, &count, &told);
                    Ok(())
                }));
            }
            Ok(())
        });
        Self { port, asked, rest, _work: work, _runtime: runtime }
    }

    /// The app with this account, on the page of voices.
    fn app(&self) -> Bench {
        let mut bench = Setup { account: Some(account(self.port)), ..Setup::default() }.app();
        bench.key(Modifiers::COMMAND, Key::Num2);
        bench.wait("Hear Mara");
        bench
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

/// One connection, one answer. Each list signs the preview's address anew.
fn answer(mut stream: &TcpStream, port: u16, count: &AtomicUsize, told: &Mutex<Receiver<bool>>) {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let mut head = |status: &str, kind: &str, length: usize| {
        let rest = "Connection: close\r\nContent-Length:";
        write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{rest} {length}\r\n\r\n").ok();
    };
    if first.starts_with("GET /mara.wav") {
        let sound = minute();
        let (half, other) = sound.split_at(sound.len() / 2);
        count.fetch_add(1, SeqCst);
        head("200 OK", "audio/wav", sound.len());
        stream.write_all(half).ok();
        if told.lock().unwrap().recv().unwrap_or_default() {
            stream.write_all(other).ok();
        }
        return;
    }
    let is_list = first.starts_with("GET /v2/voices");
    let url = format!("http://127.0.0.1:{port}/mara.wav?Expires={}", uuid::Uuid::new_v4());
    let lost = format!("http://127.0.0.1:{port}/nova.wav");
    let voices = serde_json::json!([
        { "id": "mara", "name": "Mara", "previewUrl": url },
        { "id": "nova", "name": "Nova", "previewUrl": lost },
    ]);
    let voices = voices.to_string();
    let body = if is_list { voices } else { r#"{"message":"Not here."}"#.to_owned() };
    head(if is_list { "200 OK" } else { "404 Not Found" }, "application/json", body.len());
    stream.write_all(body.as_bytes()).ok();
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
    let service = Service::start();
    let mut bench = service.app();
    bench.click("Hear Mara");
    bench.until("it plays while half of it is missing", |bench| playing(bench) && position(bench) > 0.1);
    assert!(kept(&bench).is_empty(), "a half download is never kept");
    service.rest.send(true).unwrap();
    bench.until("it is kept", |bench| kept(bench).len() == 1);
    assert!((bench.session().player.now().unwrap().length_secs - 60.0).abs() < 0.01);
    bench.click("Close the player");

    // The list comes anew, and with it another signature.
    let address = |bench: &Bench| {
        let voices = bench.session().store.voices.value();
        voices.and_then(|voices| voices[0].preview_url.clone())
    };
    let before = address(&bench);
    bench.key(Modifiers::NONE, Key::F5);
    bench.until("the list is new", |bench| address(bench) != before && address(bench).is_some());
    bench.click("Hear Mara");
    bench.until("it plays again", |bench| playing(bench) && position(bench) > 0.1);
    assert_eq!(service.asked(), 1, "without a request");
}

#[test]
fn a_preview_that_breaks_off_says_so_and_is_not_kept() {
    let service = Service::start();
    let mut bench = service.app();
    bench.click("Hear Mara");
    bench.until("it plays", playing);
    service.rest.send(false).unwrap();
    bench.wait("Could not play Mara");
    assert!(bench.session().player.now().is_none() && kept(&bench).is_empty());
    service.rest.send(true).unwrap();
    bench.click("Hear Mara");
    bench.until("it is kept", |bench| kept(bench).len() == 1 && playing(bench));
    assert_eq!(service.asked(), 2);
}

#[test]
fn a_preview_that_arrives_goes_on_when_another_is_not_found() {
    let service = Service::start();
    let mut bench = service.app();
    bench.click("Hear Mara");
    bench.until("it plays", playing);
    bench.click("Hear Nova");
    bench.wait("Could not play Nova");
    assert!(playing(&bench));
    service.rest.send(true).unwrap();
    bench.until("it is whole", |bench| kept(bench).len() == 1);
    assert!(playing(&bench) && service.asked() == 1);
}

#[test]
fn the_keys_of_the_player_act_outside_fields() {
    let service = Service::start();
    service.rest.send(true).unwrap();
    let mut bench = service.app();
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

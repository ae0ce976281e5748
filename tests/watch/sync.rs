//! Sound and picture in step, measured: a beep as it is handed to a device that is this test, a flash as the picture
//! that the player's position asks for.

use std::path::Path;
use std::time::{Duration, Instant};

use mouthpiece::media::player::{MixerOut, Output, Player, Shape, Source, Track, mixer};
use mouthpiece::media::video::{Film, Playback};
use mouthpiece::runtime::Runtime;

use crate::clips;
use crate::pictures::film;

const RATE: u32 = 48_000;
/// What the issue allows.
const WITHIN: f64 = 0.040;
const PATIENCE: Duration = Duration::from_secs(50);
/// A turn of the test that took longer than this says nothing about the program.
const SMOOTH: Duration = Duration::from_millis(12);

/// The device, the player and the view.
struct Desk {
    player: Player,
    heard: MixerOut,
    playback: Option<Playback>,
    film: Film,
    /// When the device last took sound, and what is left of the last beep.
    taken: Instant,
    quiet: u32,
    is_bright: bool,
    /// The picture that was due was not decoded yet: the machine was slow to start ffmpeg.
    is_waiting: bool,
    last_turn: Instant,
    runtime: Runtime,
}

/// What was noticed in a turn.
#[derive(Default)]
struct Noticed {
    beep: Option<Instant>,
    flash: Option<Instant>,
    was_smooth: bool,
}

impl Desk {
    fn new(path: &Path) -> Self {
        let runtime = Runtime::new(|| {}).unwrap();
        let (mixer, heard) = mixer(Shape { rate: RATE, channels: 1 });
        let mut player = Player::with_output(runtime.handle(), Output::Mixer(mixer));
        let film = film(path);
        let source = Source::File(path.to_owned());
        player.play(Track { key: "film".into(), title: "Film".into(), subtitle: String::new(), source });
        let now = Instant::now();
        Self {
            player,
            heard,
            playback: None,
            film,
            taken: now,
            quiet: 0,
            is_bright: false,
            is_waiting: true,
            last_turn: now,
            runtime,
        }
    }

    /// One turn of a window: the device takes what is due, the view shows what is due.
    fn turn(&mut self) -> Noticed {
        let now = Instant::now();
        let mut noticed = Noticed { was_smooth: now - self.last_turn < SMOOTH, ..Noticed::default() };
        self.last_turn = now;
        let due = (now - self.taken).as_secs_f64() * f64::from(RATE);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few milliseconds of samples")]
        let mut samples = vec![0.0; due as usize];
        self.heard.fill(&mut samples, Duration::ZERO);
        for (index, sample) in samples.iter().enumerate() {
            if sample.abs() > 0.1 && self.quiet > RATE / 5 {
                let late = Duration::from_secs_f64(f64::from(u32::try_from(index).unwrap()) / f64::from(RATE));
                noticed.beep = Some(now + late);
            }
            self.quiet = if sample.abs() > 0.1 { 0 } else { self.quiet.saturating_add(1) };
        }
        self.taken = now;
        self.player.poll();
        let at = self.player.position("film").unwrap_or_default();
        self.view(at, &mut noticed);
        noticed
    }

    fn view(&mut self, at: f64, noticed: &mut Noticed) {
        let begin = |at| Playback::start(&self.runtime.handle(), &self.film, at, [64, 64], false);
        let playback = self.playback.get_or_insert_with(|| begin(at));
        noticed.was_smooth &= !self.is_waiting;
        self.is_waiting = playback.lag(at) > 0.0;
        let mut bright = None;
        playback.show(at, |picture| bright = Some(picture.rgba[1] > 128));
        if let Some(bright) = bright {
            if bright && !self.is_bright {
                noticed.flash = Some(Instant::now());
            }
            self.is_bright = bright;
        }
        self.playback.take_if(|playback| playback.is_past(at) > 0.2 || playback.lag(at) > 3.0);
    }

    /// Turns until so many beeps were heard and their flashes seen, in seconds between them.
    fn measure(&mut self, count: usize, until_secs: f64, what: &str) -> Vec<f64> {
        let (since, mut apart) = (Instant::now(), Vec::new());
        let (mut beep, mut flash) = (None, None);
        while apart.len() < count && self.position() < until_secs {
            let noticed = self.turn();
            beep = noticed.beep.or(beep);
            flash = noticed.flash.or(flash);
            if !noticed.was_smooth && (noticed.beep.is_some() || noticed.flash.is_some()) {
                (beep, flash) = (None, None);
            }
            if let (Some(heard), Some(seen)) = (beep, flash) {
                let late = |one: Instant, other: Instant| (one.saturating_duration_since(other)).as_secs_f64();
                let secs = late(seen, heard) - late(heard, seen);
                // There is a beep each half second: one of the two belongs to the next when a turn was rough.
                if secs.abs() < 0.25 {
                    apart.push(secs);
                }
                (beep, flash) = (None, None);
            }
            assert!(since.elapsed() < PATIENCE, "{what}: only {apart:?} at {}", self.position());
            pause();
        }
        apart
    }

    fn position(&self) -> f64 {
        self.player.position("film").unwrap_or_default()
    }
}

#[expect(clippy::disallowed_methods, reason = "a device and a window take their time between two turns")]
fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

#[test]
fn a_flash_is_seen_when_its_beep_is_heard_from_the_start_after_a_seek_and_after_a_pause() {
    let made = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (rate, period, codec, name) in [
        ("24", 12, "aac", "a.mp4"),
        ("25", 13, "pcm_s16le", "b.mov"),
        ("30000/1001", 15, "aac", "c.mp4"),
        ("30", 15, "aac", "d.mp4"),
        ("60", 30, "aac", "e.mp4"),
    ] {
        let path = clips::flashing(made.path(), name, rate, period, 20, codec);
        let mut desk = Desk::new(&path);
        let mut found = desk.measure(2, 6.0, "from the start");
        desk.player.seek(8.2);
        found.extend(desk.measure(2, 13.0, "after a seek"));
        desk.player.toggle();
        let held = Instant::now();
        while held.elapsed() < Duration::from_millis(300) {
            desk.turn();
            pause();
        }
        desk.player.toggle();
        found.extend(desk.measure(2, 19.0, "after a pause"));
        assert!(found.len() >= 4, "{rate}: only {found:?} could be measured");
        all.push((rate, found));
    }
    println!("seconds from beep to flash: {all:.3?}");
    for (rate, found) in all {
        assert!(found.iter().all(|secs| secs.abs() <= WITHIN), "{rate} pictures a second: {found:.3?}");
    }
}

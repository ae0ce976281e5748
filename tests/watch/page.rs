//! The lip sync page: play, seek, step, compare; what happens to its processes, and without ffmpeg.

use std::path::{Path, PathBuf};

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::files::Shown;
use mouthpiece::panels::Page;

use crate::clips;
use crate::common::{Bench, Setup, media};

const PLAY: &str = "Play the video";
const PAUSE: &str = "Pause the video";
const POSITION: &str = "Position in the video";

/// The page with a target.
fn watching(target: &Path, more: &[PathBuf]) -> Bench {
    let answers = std::iter::once(target.to_owned()).chain(more.iter().cloned());
    let mut bench = Setup::default().dialogs(answers).app();
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.until("the page is open", |bench| bench.harness.state().page() == Page::LipSync);
    bench.click("Choose video");
    bench
}

/// The numbers of the pictures that are shown.
fn frames(bench: &Bench) -> Vec<u64> {
    let videos = bench.harness.query_all_by_role(Role::Video);
    videos.filter_map(|video| video.value()?.strip_prefix("Frame ")?.parse().ok()).collect()
}

#[track_caller]
fn wait_frame(bench: &mut Bench, number: u64) {
    bench.until(&format!("frame {number} is shown"), |bench| {
        let shown = frames(bench);
        !shown.is_empty() && shown.iter().all(|shown| *shown == number)
    });
}

/// The number the picture on the screen carries, read from the screen itself.
fn drawn(bench: &mut Bench) -> u64 {
    let place = bench.harness.get_by_role(Role::Video).rect();
    let window = bench.harness.render().unwrap();
    // A picture of 4:3 in a place of 16:9.
    let (width, left) = (place.height() * 4.0 / 3.0, place.center().x - place.height() * 2.0 / 3.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on the screen")]
    let pixel = |bit: f32| window.get_pixel((left + width * (bit + 0.5) / 8.0) as u32, place.center().y as u32);
    (0..8_u8).filter(|bit| pixel(f32::from(*bit))[1] > 128).map(|bit| 1_u64 << bit).sum()
}

#[test]
fn it_plays_pauses_seeks_and_steps_to_the_picture_itself() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 8.0);
    let mut bench = watching(&target, &[]);
    wait_frame(&mut bench, 0);
    for number in 1..=3 {
        bench.click("One frame on");
        wait_frame(&mut bench, number);
        assert_eq!(drawn(&mut bench), number);
    }
    bench.key(Modifiers::NONE, Key::Comma);
    wait_frame(&mut bench, 2);
    assert_eq!(drawn(&mut bench), 2);
    bench.key(Modifiers::NONE, Key::Period);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    wait_frame(&mut bench, 28);

    bench.harness.get_by_label(POSITION).set_value_accesskit(4.0);
    wait_frame(&mut bench, 100);
    assert_eq!(drawn(&mut bench), 100);
    bench.click("One frame back");
    wait_frame(&mut bench, 99);
    assert_eq!(drawn(&mut bench), 99);

    bench.key(Modifiers::NONE, Key::Space);
    bench.until("it plays", |bench| frames(bench).iter().any(|number| *number > 103));
    assert!(bench.has(PAUSE) && bench.session().player.now().unwrap().is_playing);
    assert!(!bench.has("Close the player"), "the page has the controls, not the strip");
    bench.click(PAUSE);
    let at = bench.session().player.now().unwrap().position_secs;
    bench.until("the picture of that place is shown", |bench| {
        frames(bench).iter().all(|number| at >= f64::from(u32::try_from(*number).unwrap()) / 25.0 - 0.001)
    });
    let held = frames(&bench);
    bench.frames(5);
    assert_eq!(frames(&bench), held, "a pause holds the picture");
    assert_eq!(drawn(&mut bench), held[0]);

    // On another page the strip has the controls; space goes on where the hand was.
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Close the player");
}

#[test]
fn a_drag_holds_the_sound_and_shows_the_exact_picture_when_it_rests() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 8.0);
    let mut bench = watching(&target, &[]);
    wait_frame(&mut bench, 0);
    bench.click(PLAY);
    bench.until("it plays", |bench| frames(bench).iter().any(|number| *number > 3));
    let track = bench.harness.get_by_label(POSITION).rect();
    let place = |part: f32| egui::pos2(track.left() + 7.0 + (track.width() - 14.0) * part, track.center().y);
    bench.harness.drag_at(place(0.25));
    bench.frames(2);
    bench.harness.hover_at(place(0.5));
    bench.frames(2);
    assert!(!bench.session().player.now().unwrap().is_playing, "held");
    wait_frame(&mut bench, 100);
    bench.harness.drop_at(place(0.5));
    bench.until("it goes on", |bench| frames(bench).iter().any(|number| (104..200).contains(number)));

    // The same in the full window, which has the only controls then.
    bench.key(Modifiers::NONE, Key::F);
    bench.wait("Leave the full window");
    let track = bench.harness.get_by_label(POSITION).rect();
    let place = |part: f32| egui::pos2(track.left() + 7.0 + (track.width() - 14.0) * part, track.center().y);
    bench.harness.drag_at(place(0.1));
    bench.frames(2);
    bench.harness.hover_at(place(0.25));
    for _ in 0..6 {
        bench.frames(1);
        assert!(!bench.session().player.now().unwrap().is_playing, "held in the full window");
    }
    bench.until("the picture of that place is shown", |bench| frames(bench).contains(&50));
    assert!(!bench.session().player.now().unwrap().is_playing, "still held");
    bench.harness.drop_at(place(0.25));
    bench.until("it goes on", |bench| frames(bench).iter().any(|number| (54..200).contains(number)));
}

#[test]
fn keys_act_while_a_button_has_the_focus_and_what_the_page_can_not_undo_stays_off() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 8.0);
    let mut bench = watching(&target, &[]);
    wait_frame(&mut bench, 0);
    bench.harness.get_by_label("One frame on").focus();
    bench.frames(1);
    bench.key(Modifiers::NONE, Key::Period);
    bench.key(Modifiers::NONE, Key::Period);
    wait_frame(&mut bench, 2);
    bench.key(Modifiers::NONE, Key::Comma);
    wait_frame(&mut bench, 1);

    // Silenced before anything was played, and for the next start too.
    bench.key(Modifiers::NONE, Key::M);
    bench.wait("Unmute");
    let settings = bench.dir.path().join("settings.toml");
    bench.until("it is kept", |_| std::fs::read_to_string(&settings).unwrap().contains("muted = true"));
    bench.click(PLAY);
    bench.until("it plays", |bench| frames(bench).iter().any(|number| *number > 3));
    assert!(bench.session().player.now().unwrap().muted && bench.has("Unmute"));

    bench.key(Modifiers::NONE, Key::L);
    bench.frames(2);
    assert!(!bench.session().player.now().unwrap().repeat, "no switch here would undo it");
    // The strip of another page has one; played here again, it plays once.
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.click("Repeat");
    bench.until("it repeats", |bench| bench.session().player.now().unwrap().repeat);
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.until("the picture is back", |bench| !frames(bench).is_empty());
    if bench.session().player.now().unwrap().is_playing {
        bench.click(PAUSE);
    }
    bench.click(PLAY);
    bench.until("it plays once", |bench| {
        let now = bench.session().player.now().unwrap();
        now.is_playing && !now.repeat
    });
}

#[test]
fn the_part_of_a_sample_does_not_hold_the_same_file_on_this_page() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 8.0);
    let setup = Setup { open: vec![target.clone()], ..Setup::default() };
    let mut bench = setup.dialogs([target]).app();
    bench.click("Clone a voice");
    bench.click("Play selection");
    bench.until("the part plays", |bench| bench.session().player.now().is_some_and(|now| now.part.is_some()));
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.click("Choose video");
    wait_frame(&mut bench, 0);
    assert!(bench.has("Close the player"), "the part is the strip's");
    bench.click(PLAY);
    bench.until("all of it plays", |bench| {
        let now = bench.session().player.now().unwrap();
        now.is_playing && now.part.is_none() && !bench.has("Close the player")
    });
}

#[test]
fn a_silent_video_plays_by_the_clock_and_the_full_window_is_left_again() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "silent.mp4", 6.0);
    let mut bench = watching(&target, &[]);
    wait_frame(&mut bench, 0);
    bench.key(Modifiers::NONE, Key::F);
    bench.wait("Leave the full window");
    bench.until("it is large", |bench| {
        bench.harness.query_all_by_role(Role::Video).any(|video| video.rect().width() > 1000.0)
    });
    bench.key(Modifiers::NONE, Key::Space);
    bench.until("it plays", |bench| frames(bench).iter().any(|number| *number > 12));
    bench.key(Modifiers::NONE, Key::Space);
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("it is left", |bench| !bench.has("Leave the full window"));
    assert!(bench.has("Full window"));
}

#[test]
fn before_and_after_run_on_one_clock_and_either_can_be_heard() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 4.0);
    let voice = media::small_speech(made.path(), "voice.wav", 4.0);
    let mut bench = watching(&target, &[voice]);
    bench.click("Choose a take");
    bench.click("Use an audio file");
    bench.wait_part("voice.wav");
    bench.wait_part("$0.00, sandbox");
    // What was watched on the way is not what the keys of the result are for.
    bench.click(PLAY);
    bench.until("the target plays", |bench| frames(bench).iter().any(|number| *number > 5));
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Lip sync finished");
    bench.until("both are shown", |bench| frames(bench) == [0, 0]);
    assert!(bench.session().player.now().is_none(), "the target alone is not heard here");
    bench.key(Modifiers::NONE, Key::Space);
    bench.until("both play", |bench| frames(bench).len() == 2 && frames(bench).iter().all(|number| *number > 5));
    bench.key(Modifiers::NONE, Key::Space);
    bench.key(Modifiers::NONE, Key::Home);
    wait_frame(&mut bench, 0);
    bench.click("One frame on");
    wait_frame(&mut bench, 1);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    wait_frame(&mut bench, 26);

    bench.click(PLAY);
    bench.until("both play", |bench| {
        let shown = frames(bench);
        shown.len() == 2 && shown.iter().all(|number| *number > 35)
    });
    let heard = |bench: &Bench| bench.session().player.now().unwrap().key.to_owned();
    assert!(!heard(&bench).contains("numbered.mp4"), "the result is heard first");
    bench.key(Modifiers::NONE, Key::X);
    bench.until("the target is heard", |bench| heard(bench).contains("numbered.mp4"));
    bench.click(PAUSE);
    bench.until("both stand on the same picture", |bench| {
        let shown = frames(bench);
        shown.len() == 2 && shown[0] == shown[1]
    });
    bench.click("After");
    bench.until("the result is heard", |bench| !heard(bench).contains("numbered.mp4"));

    // Nor is the result heard behind the setup.
    bench.click(PLAY);
    bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    bench.key(Modifiers::COMMAND, Key::U);
    bench.until("it has ended", |bench| bench.session().player.now().is_none());
    assert!(bench.has("Target video") && !bench.has("Close the player"), "the setup has the only transport");
}

/// Processes at work on files of a folder.
#[cfg(target_os = "linux")]
fn at_work(folder: &Path) -> usize {
    let folder = folder.to_str().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(folder)).count()
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_takes_its_processes_along() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 60.0);
    let mut bench = watching(&target, &[]);
    wait_frame(&mut bench, 0);
    bench.click(PLAY);
    bench.until("one decodes", |_| at_work(made.path()) == 1);
    for _ in 0..10 {
        bench.key(Modifiers::NONE, Key::ArrowRight);
        assert!(at_work(made.path()) <= 2, "a seek ends the one before");
    }
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("none is left", |_| at_work(made.path()) == 0);
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.until("the picture is back", |bench| !frames(bench).is_empty());
    drop(bench);
    let since = std::time::Instant::now();
    while at_work(made.path()) > 0 {
        assert!(since.elapsed() < std::time::Duration::from_secs(30), "the window leaves none behind");
        std::thread::yield_now();
    }
}

/// Where the test below finds its clip, in the process that has no tools.
const CLIP: &str = "MOUTHPIECE_TEST_CLIP";

#[test]
fn without_ffmpeg_the_picture_says_what_is_missing_and_the_sound_plays() {
    let made = tempfile::tempdir().unwrap();
    let target = clips::numbered(made.path(), "numbered.mp4", "25", 4.0);
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "page::in_a_process_without_tools", "--nocapture"]).env(CLIP, &target).env("PATH", "");
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn in_a_process_without_tools() {
    let Some(target) = std::env::var_os(CLIP).map(PathBuf::from) else { return };
    let mut bench = watching(&target, &[]);
    bench.wait_part("ffmpeg was not found on this computer. ");
    bench.click("Open in your player");
    bench.until("it was opened", |bench| bench.files.shown() == [Shown::Opened(target.clone())]);
    bench.click(PLAY);
    bench.until("the sound plays", |bench| bench.session().player.now().is_some_and(|now| now.position_secs > 0.3));
}

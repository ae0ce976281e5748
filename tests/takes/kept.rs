//! Takes compared, kept, trimmed, exported and joined.

use std::path::Path;

use egui::accesskit::Toggled;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::files::Shown;
use mouthpiece::jobs::VoiceTrack;
use mouthpiece::library::Take;
use mouthpiece::panels::Page;

use crate::common::{Bench, Setup, media};
use crate::heard::{correlation, samples};
use crate::rig::{LINES, spoken, take};

/// Opens the menu of the first row and presses an item.
#[track_caller]
fn from_menu(bench: &mut Bench, item: &str) {
    bench.click("More actions for take 1");
    bench.click(item);
}

/// Takes the focus out of the line, so that keys are not typed into it.
fn leave_the_line(bench: &mut Bench) {
    bench.harness.get_by_label("Stability").focus();
    bench.frames(2);
}

/// Whether a letter is shown as chosen.
fn is_pressed(bench: &Bench, letter: &str) -> bool {
    bench.harness.get_by_label(letter).accesskit_node().toggled() == Some(Toggled::True)
}

#[test]
fn two_takes_are_compared_in_step_and_the_letters_switch() {
    let mut bench = spoken(Setup::default(), &[LINES[0], LINES[0]]);
    bench.click("Compare take 2 as A");
    assert!(bench.session().player.now().is_none(), "one alone is not compared");
    bench.click("Compare take 1 as B");
    bench.until("both play", |bench| bench.session().player.now().is_some_and(|now| now.compared.is_some()));
    let (one, two) = (format!("take:{}", take(&bench, 1).id), format!("take:{}", take(&bench, 2).id));
    let heard = |bench: &Bench| bench.session().player.now().unwrap().key.to_owned();
    assert_eq!(heard(&bench), two);
    assert_eq!(bench.session().player.now().unwrap().compared.unwrap().key, one);
    bench.until("it moves", |bench| bench.session().player.now().unwrap().position_secs > 0.05);
    let before = bench.session().player.now().unwrap().position_secs;
    bench.click("Compare take 1 as B");
    assert_eq!(heard(&bench), one, "the letter of the one that is not heard switches");
    assert!(bench.session().player.now().unwrap().position_secs >= before, "it goes on where the other one was");
    bench.click("Compare take 2 as A");
    assert_eq!(heard(&bench), two);

    // The letter of the one that is heard ends the comparison, as the strip does.
    bench.click("Compare take 2 as A");
    bench.until("it is over", |bench| bench.session().player.now().is_none());
    bench.click("Compare take 2 as A");
    bench.until("both play again", |bench| bench.session().player.now().is_some_and(|now| now.compared.is_some()));

    // The strip does the same: the key switches, and what is kept ends the comparison.
    leave_the_line(&mut bench);
    bench.key(Modifiers::NONE, Key::X);
    assert_eq!(heard(&bench), one);
    bench.click("Keep B");
    bench.until("take 1 is kept", |bench| take(bench, 1).care.kept && bench.session().player.now().is_none());
    let (a, b) = ("Compare take 2 as A", "Compare take 1 as B");
    bench.until("the letters are free again", |bench| !is_pressed(bench, a) && !is_pressed(bench, b));
    bench.click(b);
    bench.until("one of them is chosen", |bench| is_pressed(bench, b) && !is_pressed(bench, a));
    assert!(bench.session().player.now().is_none(), "one alone is not compared");
}

#[test]
fn a_kept_take_stays_the_chosen_one_also_after_a_restart() {
    let mut bench = spoken(Setup::default(), &[LINES[0], LINES[0]]);
    leave_the_line(&mut bench);
    bench.click("Keep take 2");
    bench.until("take 2 is kept", |bench| take(bench, 2).care.kept);
    bench.key(Modifiers::NONE, Key::S);
    bench.until("the key lets it go", |bench| !take(bench, 2).care.kept);
    bench.harness.get_by_label("Keep take 1").click();
    bench.until("take 1 is kept", |bench| take(bench, 1).care.kept);
    assert_eq!(bench.session().store.chosen_take().map(|take| take.number), Some(1));
    bench.click("Speak");
    bench.wait("Play take 3");
    assert_eq!(bench.session().store.chosen_take().map(|take| take.number), Some(1), "kept is kept");
    bench.until("it is written down", |bench| {
        bench.session().library.takes().unwrap().iter().any(|take| take.number == 1 && take.care.kept)
    });
    let dir = bench.close();
    let bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    let kept: Vec<u32> =
        bench.session().store.takes.iter().filter(|take| take.care.kept).map(|take| take.number).collect();
    assert_eq!(kept, [1]);

    // Typing an S keeps nothing.
    let mut bench = bench;
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "S");
    bench.key(Modifiers::NONE, Key::S);
    assert_eq!(bench.session().store.takes.iter().filter(|take| take.care.kept).count(), 1);
}

/// Puts a second of silence before and after a take's sound.
fn pad(dir: &Path, file: &Path) {
    let padded = dir.join("padded.wav");
    let (from, to) = (file.to_str().unwrap(), padded.to_str().unwrap());
    media::run("ffmpeg", &["-v", "error", "-y", "-i", from, "-af", "adelay=1000:all=1,apad=pad_dur=1", to]);
    std::fs::copy(&padded, file).unwrap();
}

#[test]
fn trimming_keeps_the_original_is_said_and_is_undone() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = spoken(Setup::default(), &[LINES[0]]);
    let original = take(&bench, 1).file;
    pad(made.path(), &original);
    let (bytes, secs) = (std::fs::read(&original).unwrap(), media::secs(&original));
    from_menu(&mut bench, "Trim silence");
    bench.wait_part("Trimmed, 0:0");
    let edited = take(&bench, 1).care.edited.unwrap();
    assert_eq!(std::fs::read(&original).unwrap(), bytes, "the original is as it was");
    assert_eq!(edited.file.parent(), original.parent(), "beside it");
    let trimmed = media::secs(&edited.file);
    assert!(
        trimmed < secs - 1.2 && trimmed > secs - 3.2 && (trimmed - edited.secs).abs() < 0.01,
        "{trimmed} of {secs}"
    );
    assert_eq!(edited.bytes, edited.file.metadata().unwrap().len());

    // It is what is played, shown and sent.
    let row = format!("Take 1, {}, ", mouthpiece::ui::format::time_code(edited.secs));
    assert!(bench.has_part(&row) && bench.has_part(", trimmed"), "{}", bench.screen());
    from_menu(&mut bench, "Show in folder");
    bench.until("it is shown", |bench| bench.files.shown() == [Shown::Revealed(edited.file.clone())]);
    let (track, length) = bench.session().store.voice_track().unwrap();
    assert_eq!((track.file().map(|file| file.path.clone()), length), (Some(edited.file.clone()), Some(edited.secs)));
    assert_eq!(track.take_id(), Some(take(&bench, 1).id.as_str()));

    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    assert_eq!(take(&bench, 1).care.edited.as_ref(), Some(&edited), "it is remembered");
    bench.key(Modifiers::COMMAND, Key::Num4);
    from_menu(&mut bench, "Undo the trim");
    bench.until("it is as it came", |bench| take(bench, 1).care.edited.is_none());
    assert!(!bench.has_part("Trimmed, "));
    assert!(matches!(bench.session().store.voice_track(), Some((VoiceTrack::Take { .. }, _))));

    // The same again is the same file.
    from_menu(&mut bench, "Trim silence");
    bench.wait_part("Trimmed, 0:0");
    assert_eq!(take(&bench, 1).care.edited, Some(edited));
}

#[test]
fn a_take_is_exported_as_what_its_name_says_and_nothing_unasked_is_replaced() {
    let made = tempfile::tempdir().unwrap();
    let at = |name: &str| made.path().join(name);
    std::fs::write(at("plain.wav"), "mine").unwrap();
    let answers = [at("one.wav"), at("two.MP3"), at("plain"), at("three.ogg")];
    let mut bench = spoken(Setup::default().dialogs(answers), &[LINES[0]]);
    let secs = media::secs(&take(&bench, 1).file);
    let exported = |bench: &mut Bench, name: &str, codec: &str| {
        bench.until(&format!("{name} is there"), |_| at(name).exists());
        bench.wait("Exported");
        assert_eq!(media::codecs(&at(name)), [codec]);
        // An MP3 is padded to whole frames.
        let apart = (media::secs(&at(name)) - secs).abs();
        assert!(apart < 0.1, "{name} is {apart} s off");
    };
    bench.click("Export take 1");
    exported(&mut bench, "one.wav", "pcm_s16le");
    bench.key(Modifiers::COMMAND, Key::E);
    exported(&mut bench, "two.MP3", "mp3");
    bench.click("Export take 1");
    exported(&mut bench, "plain 2.wav", "pcm_s16le");
    assert_eq!(std::fs::read(at("plain.wav")).unwrap(), b"mine");
    bench.click("Export take 1");
    bench.wait_part("exported as WAV or MP3");
    assert!(!at("three.ogg").exists());
    let left = std::fs::read_dir(made.path()).unwrap().count();
    assert_eq!(left, 4, "no halves are left behind");

    // Without dialogs it goes where results go, under a name of its own, and it is said where that is.
    bench.files.lose_dialogs();
    let folder = bench.dir.path().join("Results");
    bench.click("Export take 1");
    bench.wait_part(&folder.join("Take 1.wav").display().to_string());
    bench.click("Show");
    bench.click("Export take 1");
    bench.wait_part(&folder.join("Take 1 2.wav").display().to_string());
    assert_eq!(bench.files.shown(), [Shown::Revealed(folder.join("Take 1.wav"))]);
    assert_eq!(media::codecs(&folder.join("Take 1 2.wav")), ["pcm_s16le"]);
}

/// Presses the control of this name that was drawn last: that of the dialog, not that of the page below it.
#[track_caller]
fn click_in_dialog(bench: &mut Bench, name: &str) {
    bench.wait(name);
    bench.harness.query_all_by_label(name).last().unwrap().click();
    bench.frames(3);
}

#[test]
fn three_takes_are_joined_with_pauses_in_the_order_that_was_chosen() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = spoken(Setup::default().dialogs([made.path().join("track.mp3")]), &LINES);
    bench.click("Join lines into one track");
    bench.wait_part("3 takes, ");
    bench.click("Line 1, take 1 in the track");
    bench.click("Line 2, take 1 in the track");
    bench.wait_part("1 take, ");
    assert!(bench.is_off("Join"), "one take is no track");
    bench.click("Line 1, take 1 in the track");
    bench.click("Line 2, take 1 in the track");
    // From 1, 2, 3 to 1, 3, 2: by key, from the row that has the focus.
    bench.harness.get_by_label("Line 3, take 1 in the track").focus();
    bench.frames(2);
    bench.key(Modifiers::ALT, Key::ArrowUp);
    bench.harness.get_by_label("Pause after line 1, take 1").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    let takes: Vec<Take> = [1, 3, 2].map(|number| take(&bench, number)).into();
    let pauses = [1.05, 0.8, 0.0];
    let secs: f64 = takes.iter().map(|take| media::secs(&take.file)).sum::<f64>() + pauses.iter().sum::<f64>();
    let said = format!("3 takes, {} in all", mouthpiece::ui::format::time_code(secs));
    bench.wait(&said);
    bench.fill("Name of the track", "All: three");
    click_in_dialog(&mut bench, "Join");
    bench.wait("The lines are one track");

    let file = bench.session().library.folder().join("Tracks").join("All three.wav");
    let joined = media::secs(&file);
    assert!((joined - secs).abs() < 0.005, "{joined} s for {secs} s");
    let sound = samples(made.path(), &file, None);
    let mut from = 0.0;
    for (take, pause) in takes.iter().zip(pauses) {
        let alone = samples(made.path(), &take.file, None);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short sound")]
        let at = (from * 8000.0) as usize;
        // Away from the short fades at both ends.
        let (inner, there) = (&alone[400..alone.len() - 400], &sound[at + 400..at + alone.len() - 400]);
        let alike = correlation(there, inner);
        assert!(alike > 0.97, "take {} is not at {from} s: {alike}", take.number);
        from += media::secs(&take.file) + pause;
    }

    bench.click("Play the track");
    bench.until("it is heard", |bench| bench.session().player.now().is_some_and(|now| now.key.starts_with("file:")));
    click_in_dialog(&mut bench, "Show in folder");
    bench.until("it is shown", |bench| bench.files.shown() == [Shown::Revealed(file.clone())]);
    bench.click("Export…");
    bench.wait("Exported");
    assert_eq!(media::codecs(&made.path().join("track.mp3")), ["mp3"]);
    bench.click("Put it on a video");
    bench.until("it is the voice", |bench| {
        bench.session().store.flow.audio.as_ref().is_some_and(|audio| audio.path == file)
    });
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

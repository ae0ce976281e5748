//! The flagship flow on the real program in a real window: a talking-head video becomes a voice, the voice speaks a
//! line, the line is heard and put on another video, and the file is on disk. Three times: by mouse and real drags out
//! of another window, by keyboard alone, and through what assistive software can do alone.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of these")]
mod common {
    pub mod access;
    pub mod desktop;
    pub mod drag;
    pub mod hand;
    pub mod heard;
    pub mod media;
}

use std::path::{Path, PathBuf};

use common::access::{Access, Can};
use common::desktop::{Desktop, Program, until};
use common::drag::drag;
use common::hand::{Hand, Key};
use common::heard::{correlation, samples};
use common::media;
use mouthpiece::library::{Library, Take};

const LINE: &str = "Here is a brand new line, spoken in my own voice.";
const CONSENT: &str = "This is my voice, or I have the speaker's permission to clone it and to use it in this project. I can show that permission if asked.";
/// What the design allows, with the click that plays the take.
const MOST_CLICKS: usize = 5;
const MOST_DRAGS: usize = 2;

/// The desktop with the two videos, and a folder for the result.
struct Stage {
    desktop: Desktop,
    source: PathBuf,
    target: PathBuf,
    made: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let made = tempfile::tempdir().unwrap();
        let source = media::talking_head(made.path(), "keynote.mp4", 14.0);
        let target = media::silent_video(made.path(), "teaser.mp4", 4.0);
        let desktop = Desktop::start();
        let (data, results) = (desktop.data_dir(), made.path().join("Results"));
        std::fs::create_dir_all(&data).unwrap();
        let settings = format!("output = {:?}\n", results.display().to_string());
        std::fs::write(data.join("settings.toml"), settings).unwrap();
        Self { desktop, source, target, made }
    }

    fn run(&self, files: &[&Path]) -> Program {
        let files = files.iter().map(|file| file.to_str().unwrap());
        let arguments: Vec<&str> = std::iter::once("--sandbox").chain(files).collect();
        self.desktop.run(env!("CARGO_BIN_EXE_mouthpiece"), &arguments)
    }

    fn access(&self) -> Access<'_> {
        Access(&self.desktop)
    }

    /// The window says that the file is there; ffprobe says what it is, and its sound is the take's.
    #[track_caller]
    fn witness(&self, mut program: Program) {
        self.access().wait("Lip sync finished");
        let results = until("the result and its take are saved", || {
            let mut results = entries(&self.made.path().join("Results"));
            results.sort();
            (results.len() == 2).then_some(results)
        });
        let [video, beside] = results.as_slice() else { panic!("two files were expected: {results:?}") };
        assert_eq!(beside, &video.with_extension("wav"), "the take is saved beside the result");
        self.access().wait_part(video.file_name().unwrap().to_str().unwrap());
        assert_eq!(media::codecs(video), ["h264", "aac"]);
        self.desktop.close_window("Mouthpiece");
        let status = until("the program ends", || program.ended());
        assert!(status.success(), "{status}:\n{}", program.errors());
        let workspaces = entries(&self.desktop.data_dir().join("workspaces"));
        let [workspace] = workspaces.as_slice() else { panic!("one workspace was expected: {workspaces:?}") };
        let takes = Library::open(workspace).unwrap().library.takes().unwrap();
        let [Take { file: take, .. }] = takes.as_slice() else { panic!("one take was expected: {takes:?}") };
        // Bounce: as long as the voice, within a frame of the target's 25 a second.
        let (video_secs, take_secs) = (media::secs(video), media::secs(take));
        assert!((video_secs - take_secs).abs() <= 0.045, "{video_secs} s of video for {take_secs} s of voice");
        let (heard, spoken) = (samples(self.made.path(), video, None), samples(self.made.path(), take, None));
        let likeness = correlation(&heard, &spoken);
        assert!(likeness > 0.95, "the sound of the video is not the take: {likeness}");
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn by_mouse_and_drags_from_another_window() {
    let stage = Stage::new();
    let program = stage.run(&[]);
    let (access, mut hand) = (stage.access(), Hand::new(&stage.desktop));
    access.wait("Fill in the four steps, in any order");
    let window = hand.window("Mouthpiece");
    hand.focus(window);

    let source = access.wait_part("Source, ");
    drop_on(&mut hand, access, &stage.source, &source);
    click(&mut hand, access, CONSENT);
    click(&mut hand, access, "Clone voice");
    // The cursor is in the field.
    access.until("the first line is asked for", || (access.focused()? == "First line").then_some(()));
    hand.write(LINE);
    click(&mut hand, access, "Play take 1");
    access.wait("Pause take 1");
    click(&mut hand, access, "Put take 1 on a video");
    drop_on(&mut hand, access, &stage.target, "Drop the video to put the line on");
    access.wait_part("320 × 240");
    click(&mut hand, access, "Lip sync");
    stage.witness(program);
    println!("by mouse: {} clicks, {} drags, {} keys and the letters of the line", hand.clicks, hand.drags, hand.keys);
    assert!(hand.clicks <= MOST_CLICKS, "{} clicks", hand.clicks);
    assert!(hand.drags <= MOST_DRAGS, "{} drags", hand.drags);
}

/// Presses a control with the mouse.
#[track_caller]
fn click(hand: &mut Hand, access: Access<'_>, name: &str) {
    let place = access.place(&access.wait_for(Can::Press, name));
    hand.click(place.middle());
}

/// Drags a file over the window, and lets it go on a place of the page.
fn drop_on(hand: &mut Hand, access: Access<'_>, file: &Path, name: &str) {
    let window = hand.window("Mouthpiece");
    drag(hand, file, window, (684, 400), || access.find(Can::Read, name).map(|node| access.place(&node).middle()));
}

#[test]
fn by_keyboard_alone() {
    let stage = Stage::new();
    let program = stage.run(&[&stage.source, &stage.target]);
    let (access, mut hand) = (stage.access(), Hand::new(&stage.desktop));
    access.wait_part("2 files. ");
    hand.focus(hand.window("Mouthpiece"));
    access.wait_part("Video with sound");
    hand.key(Key::letter('1'));
    access.wait_part("File 2 of 2.");
    access.wait_part("Video without sound");
    hand.key(Key::letter('2'));
    access.wait(CONSENT);
    tab_to(&mut hand, access, CONSENT);
    hand.key(Key::SPACE);
    access.wait_for(Can::Press, "Clone voice");
    hand.ctrl(Key::RETURN);
    access.until("the first line is asked for", || (access.focused()? == "First line").then_some(()));
    hand.write(LINE);
    access.wait_for(Can::Press, "Play take 1");
    tab_to(&mut hand, access, "Play take 1");
    hand.key(Key::SPACE);
    access.wait("Pause take 1");
    tab_to(&mut hand, access, "Put take 1 on a video");
    hand.key(Key::RETURN);
    access.wait_part("320 × 240");
    access.wait_for(Can::Press, "Lip sync");
    hand.ctrl(Key::RETURN);
    stage.witness(program);
    println!("by keyboard: {} keys and the letters of the line", hand.keys);
    assert_eq!((hand.clicks, hand.drags), (0, 0));
}

/// Goes on with Tab until this has the keyboard.
#[track_caller]
fn tab_to(hand: &mut Hand, access: Access<'_>, name: &str) {
    let mut passed = Vec::new();
    let mut at = access.focused();
    while at.as_deref() != Some(name) {
        hand.key(Key::TAB);
        let before = at.take();
        at =
            access.until("the next control has the keyboard", || access.focused().map(Some).filter(|at| *at != before));
        passed.extend(at.clone());
        assert!(passed.len() < 80, "Tab never comes to {name}: {passed:?}");
    }
}

#[test]
fn through_accessibility_actions_alone() {
    let stage = Stage::new();
    let program = stage.run(&[&stage.source, &stage.target]);
    let access = stage.access();
    access.press("Clone a voice");
    access.wait_part("File 2 of 2.");
    access.press("Lip-sync target");
    access.press(CONSENT);
    access.press("Clone voice");
    access.write("First line", LINE);
    access.press("Play take 1");
    access.wait("Pause take 1");
    access.press("Put take 1 on a video");
    access.wait_part("320 × 240");
    access.press("Lip sync");
    stage.witness(program);
}

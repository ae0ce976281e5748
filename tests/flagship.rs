//! The flagship flow, from a dropped file to a video on disk, by accessible names on the real app: drop a
//! talking-head video, clone its voice, write a line, hear it, put it on another video, get the file.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;
#[path = "common/heard.rs"]
mod heard;

use std::path::{Path, PathBuf};

use common::media;
use heard::{correlation, samples};
use mouthpiece::jobs::{Outcome, State};

const LINE: &str = "Here is a brand new line, spoken in my own voice.";

#[test]
fn from_a_dropped_video_to_a_saved_one() {
    let made = tempfile::tempdir().unwrap();
    let source = media::talking_head(made.path(), "keynote.mp4", 14.0);
    let target = media::silent_video(made.path(), "teaser.mp4", 4.0);
    let mut bench = common::Setup::default().dialogs([&target]).app();

    // Drop the video; the window asks what it is for.
    bench.drop_file(&source);
    bench.click("Clone a voice");

    // Name it, give consent, clone.
    bench.fill("Voice name", "Founder voice");
    bench.click(common::CONSENT);
    bench.click("Clone voice");

    // The script opens with the new voice chosen.
    bench.until("the script is open", |bench| bench.harness.state().page() == mouthpiece::panels::Page::Script);
    bench.fill("Line 1", LINE);
    bench.click("Speak");
    bench.until("the take is there", |bench| bench.session().store.takes.len() == 1);

    // Hear it.
    bench.click("Play take 1");
    bench.until("it plays", |bench| {
        bench.session().player.now().is_some_and(|now| now.is_playing && now.length_secs > 1.0)
    });

    // Put it on another video.
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    bench.key(egui::Modifiers::COMMAND, egui::Key::Enter);
    bench.until("the video is saved", |bench| result(bench).is_some());

    let (file, take) = (result(&bench).unwrap(), bench.session().store.takes[0].clone());
    bench.until("the page shows it", |bench| bench.has_part(file.file_name().unwrap().to_str().unwrap()));
    witness(made.path(), &file, &take.file);
}

fn result(bench: &common::Bench) -> Option<PathBuf> {
    bench.session().jobs.all().iter().find_map(|job| match &job.state {
        State::Done(Outcome::Video { file, .. }) => Some(file.clone()),
        State::Failed(error) => panic!("{error}"),
        _ => None,
    })
}

/// ffprobe says what the file is; the sound in it is the take's.
#[track_caller]
fn witness(dir: &Path, video: &Path, take: &Path) {
    assert_eq!(media::codecs(video), ["h264", "aac"]);
    // Bounce: as long as the voice, within a frame of the target's 25 a second.
    let (video_secs, take_secs) = (media::secs(video), media::secs(take));
    assert!((video_secs - take_secs).abs() <= 0.045, "{video_secs} s of video for {take_secs} s of voice");
    let (heard, spoken) = (samples(dir, video, None), samples(dir, take, None));
    let likeness = correlation(&heard, &spoken);
    assert!(likeness > 0.95, "the sound of the video is not the take: {likeness}");
}

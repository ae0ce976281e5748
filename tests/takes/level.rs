//! The voice at the loudness of the video: what arrives at the service is measured there.

use std::path::{Path, PathBuf};
use std::process::Command;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::jobs::{Job, Outcome, State, VoiceTrack};
use mouthpiece::sandbox::Fault;

use crate::common::{Bench, Setup, media};
use crate::rig::{LINES, spoken, take};

/// The integrated loudness of a file or of what lies at an address, as ffmpeg says, in LUFS.
fn lufs(of: &str) -> f64 {
    let output = Command::new("ffmpeg").args(["-nostats", "-i", of, "-af", "ebur128", "-f", "null", "-"]).output();
    let said = String::from_utf8_lossy(&output.unwrap().stderr).into_owned();
    let summary = said.rsplit("Integrated loudness:").next().unwrap();
    summary.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A talking head that is quieter than any take.
fn quiet_head(dir: &Path) -> PathBuf {
    let (head, quiet) = (media::talking_head(dir, "head.mp4", 3.0), dir.join("quiet.mp4"));
    let (from, to) = (head.to_str().unwrap(), quiet.to_str().unwrap());
    media::run("ffmpeg", &["-v", "error", "-y", "-i", from, "-c:v", "copy", "-af", "volume=-14dB", to]);
    quiet
}

fn job(bench: &Bench) -> Option<&Job> {
    let session = bench.session();
    session.jobs.get(session.store.flow.result.as_deref()?)
}

fn is_saved(bench: &Bench) -> bool {
    matches!(job(bench).map(|job| &job.state), Some(State::Done(Outcome::Video { .. })))
}

/// The voice as it was sent: its address at the service, if that is what was sent, else the asset's.
fn sent(bench: &Bench) -> (Option<String>, Option<String>) {
    let done = &job(bench).unwrap().checkpoint;
    let input = &done.run.body.as_ref().unwrap().input[1];
    let input = serde_json::to_value(input).unwrap();
    let url = input.get("url").and_then(|url| url.as_str()).map(str::to_owned);
    (url, done.audio.as_ref().and_then(|asset| asset.url.clone()))
}

/// Presses the page's own "Lip sync": a page and a heading have that name too.
#[track_caller]
fn press_lip_sync(bench: &mut Bench) {
    bench.until("the page's own button is on", |bench| {
        let mut own = bench.harness.query_all_by_role_and_label(Role::Button, "Lip sync");
        own.any(|node| !node.accesskit_node().is_disabled())
    });
    bench.harness.get_by_role_and_label(Role::Button, "Lip sync").click();
    bench.frames(3);
}

#[test]
fn the_voice_is_sent_at_the_loudness_of_the_video_when_that_is_asked_for() {
    let made = tempfile::tempdir().unwrap();
    let target = quiet_head(made.path());
    let mut bench = spoken(Setup::default().dialogs([&target]), &[LINES[1]]);
    let original = take(&bench, 1);
    let bytes = std::fs::read(&original.file).unwrap();
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");

    // Off by default: the take's address goes out, and no file of ours.
    assert!(!bench.has_part("LUFS"));
    press_lip_sync(&mut bench);
    bench.until("the video is saved", is_saved);
    assert_eq!(sent(&bench), (Some(original.url.clone()), None));

    bench.click("Back to setup");
    bench.click("Match the loudness of the video");
    bench.wait_part("The video is at −");
    bench.wait("The voice is sent as a file, at the loudness of the video");
    let (video, voice) = (lufs(target.to_str().unwrap()), lufs(original.file.to_str().unwrap()));
    assert!(video < voice - 5.0, "{video} and {voice}");
    // By key: the toast about the first one lies over the button.
    bench.until("the file is made", |bench| !bench.is_off("Lip sync"));
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("the video is saved again", |bench| {
        is_saved(bench) && bench.session().jobs.all().len() == 3 && job(bench).unwrap().checkpoint.audio.is_some()
    });
    let (url, asset) = sent(&bench);
    assert_eq!(url, None, "not the take's address");
    let arrived = lufs(&asset.unwrap());
    assert!((arrived - video).abs() < 0.6, "{arrived} LUFS arrived for a video at {video}");
    assert_eq!(std::fs::read(&original.file).unwrap(), bytes, "the take is as it was");
    assert!(take(&bench, 1).care.edited.is_none());
    bench.wait("Lip sync finished");
    assert!(bench.has_part("Take 1, "), "it is still called by its take: {}", bench.screen());

    // Turned off, the result is not what is asked for any more.
    bench.click("Back to setup");
    bench.click("Match the loudness of the video");
    bench.until("the sentence is gone", |bench| !bench.has_part("LUFS"));
}

#[test]
fn a_video_without_sound_has_nothing_to_match_and_the_take_goes_out_as_it_is() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 2.0);
    let mut bench = spoken(Setup::default().dialogs([&target]), &[LINES[0]]);
    let url = take(&bench, 1).url;
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    bench.click("Match the loudness of the video");
    bench.wait("The video has no sound to match.");
    press_lip_sync(&mut bench);
    bench.until("the video is saved", is_saved);
    assert_eq!(sent(&bench), (Some(url), None));
    bench.wait("Lip sync finished");
}

#[test]
fn a_matched_voice_outlives_a_restart_before_it_is_uploaded() {
    let made = tempfile::tempdir().unwrap();
    let target = quiet_head(made.path());
    let mut bench = spoken(Setup::default().dialogs([&target]), &[LINES[0]]);
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    bench.click("Match the loudness of the video");
    bench.wait_part("LUFS");
    let later = Fault::Status { status: 429, body: r#"{"message":"Later"}"#.into(), retry_after: Some(600) };
    bench.sandbox().faults().next("POST", "/v2/assets", later);
    press_lip_sync(&mut bench);
    bench.wait_part("Starts again in");
    let VoiceTrack::Edited { file, .. } = lip_sync_voice(&bench) else { panic!("not a file") };
    assert!(file.path.is_file() && job(&bench).unwrap().checkpoint.audio.is_none());
    let dir = bench.close();

    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.until("the video is saved", is_saved);
    let arrived = lufs(&sent(&bench).1.unwrap());
    let video = lufs(target.to_str().unwrap());
    assert!((arrived - video).abs() < 0.6, "{arrived} LUFS arrived for a video at {video}");
}

fn lip_sync_voice(bench: &Bench) -> VoiceTrack {
    let mouthpiece::jobs::Request::LipSync(request) = &job(bench).unwrap().request else { panic!("no lip sync") };
    request.voice.clone()
}

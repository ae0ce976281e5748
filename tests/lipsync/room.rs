//! Nothing is printed over anything else in low and narrow windows.

use egui::{Rect, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::sandbox::Fault;

use crate::common::{Bench, Setup, media};
use crate::page::{filled, press_lip_sync};

/// The page in a window of this size, both files chosen.
fn sized(made: &std::path::Path, size: egui::Vec2) -> Bench {
    let target = media::silent_video(made, "teaser.mp4", 3.0);
    let voice = media::speech(made, "own voice.wav");
    filled(Setup { size, ..Setup::default() }.dialogs([&target, &voice]).app(), "320 × 240")
}

/// Where the words that begin so are, the highest first.
fn place(bench: &Bench, start: &str) -> Rect {
    let nodes = bench.harness.query_all_by_label_contains(start).filter(|node| {
        let access = node.accesskit_node();
        access.label().or(access.value()).is_some_and(|words| words.starts_with(start))
    });
    nodes.map(|node| node.rect()).min_by(|one, other| one.top().total_cmp(&other.top())).unwrap()
}

#[test]
fn the_card_of_the_voice_has_room_for_its_title_and_its_action() {
    let made = tempfile::tempdir().unwrap();
    // A banner is 36 high.
    for high in [640.0, 672.0, 692.0, 728.0, 760.0] {
        let bench = sized(made.path(), vec2(962.0, high));
        let (title, action) = (place(&bench, "Voice track"), place(&bench, "Change take"));
        assert!(title.right() < action.left(), "{title:?} and {action:?}, {high} high");
        let (checks, last) = (place(&bench, "Checks before you pay"), place(&bench, "Bounce. "));
        assert!(checks.bottom() < last.top(), "{checks:?} and {last:?}, {high} high");
    }
}

#[test]
fn a_run_that_waits_says_when_it_goes_on_beside_its_buttons() {
    let made = tempfile::tempdir().unwrap();
    for high in [640.0, 728.0] {
        let mut bench = sized(made.path(), vec2(960.0, high));
        let body = r#"{"message":"Busy"}"#.to_owned();
        let fault = Fault::Status { status: 503, body, retry_after: Some(50) };
        bench.sandbox().faults().next("POST", "/v2/generate", fault);
        press_lip_sync(&mut bench);
        bench.wait_part("Starts again in");
        bench.frames(2);
        let (when, now) = (place(&bench, "Starts again in"), place(&bench, "Try now"));
        assert!(!when.intersects(now), "{when:?} and {now:?}");
        assert!(bench.has_part("This lip sync is waiting already"), "{}", bench.screen());
    }
}

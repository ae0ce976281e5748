//! Pictures of the setup and of the result in both themes and sizes, as one file each. What is another one each time (paths,
//! ids, sizes of files) is covered.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::common::{self, Bench, Setup, media};
use crate::page::{filled, press_lip_sync, saved};

const WIDE: egui::Vec2 = egui::vec2(1280.0, 800.0);
const SMALL: egui::Vec2 = egui::vec2(960.0, 640.0);
const LOOKS: [(&str, &str, egui::Vec2); 4] =
    [("", "dark", WIDE), ("-light", "light", WIDE), ("-small", "dark", SMALL), ("-small-light", "light", SMALL)];

/// A video of one colour, the same whoever decodes it.
fn plain_video(dir: &Path, secs: f64) -> PathBuf {
    let path = dir.join("launch-teaser-v4.mp4");
    let picture = format!("color=c=0x4a5a68:s=640x360:r=25:d={secs}");
    let path_text = path.to_str().unwrap();
    media::run("ffmpeg", &["-v", "error", "-y", "-f", "lavfi", "-i", &picture, "-pix_fmt", "yuv420p", path_text]);
    path
}

fn ready(made: &Path, theme: &str, size: egui::Vec2) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let settings = format!("theme = {theme:?}\noutput = {:?}\n", dir.path().join("Results").display().to_string());
    std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
    let (target, voice) = (plain_video(made, 6.0), media::speech(made, "own voice.wav"));
    let mut bench = filled_with(Setup { dir: Some(Rc::new(dir)), size, ..Setup::default() }.dialogs([&target, &voice]));
    bench.until("its picture is there", first_picture);
    drawn(&mut bench);
    still(&mut bench);
    bench
}

/// Until the thumbnails stand in the lane above the voice, which come last.
fn drawn(bench: &mut Bench) {
    let wave = |bench: &Bench| {
        let all = bench.harness.query_all_by_label("Voice track").map(|node| node.rect());
        all.max_by(|one, other| one.width().total_cmp(&other.width())).unwrap()
    };
    bench.until("the lane is drawn", |bench| wave(bench).width() > 300.0);
    let mut tries = 0;
    loop {
        let place = wave(bench);
        if place.top() > bench.harness.ctx.content_rect().bottom() - 80.0 {
            // In a low window it is only scrolled to.
            return;
        }
        let image = bench.harness.render().unwrap();
        // The first and one of the last of them.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the window")]
        let at = |share: f32| *image.get_pixel((place.left() + place.width() * share) as u32, place.top() as u32 - 30);
        let is_there = |pixel: image::Rgba<u8>| pixel[0].abs_diff(0x4a) < 8 && pixel[2].abs_diff(0x68) < 8;
        if is_there(at(0.06)) && is_there(at(0.7)) {
            return;
        }
        tries += 1;
        assert!(tries < 2_000, "the thumbnails never came: {:?}", at(0.7));
        bench.frames(1);
    }
}

/// Until the pictures of the last moment are there.
fn thumbs_drawn(bench: &mut Bench) {
    let mut tries = 0;
    loop {
        let last = bench
            .harness
            .query_all_by_role(Role::Button)
            .filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with("Go to 0:")));
        let Some(place) = last.map(|node| node.rect()).next_back() else { return };
        let image = bench.harness.render().unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the window")]
        let at = |y: f32| *image.get_pixel(place.center().x as u32, y as u32);
        let is_there = |pixel: image::Rgba<u8>| pixel[0].abs_diff(0x4a) < 10 && pixel[2].abs_diff(0x68) < 10;
        if is_there(at(place.top() + 20.0)) && is_there(at(place.bottom() - 20.0)) {
            return;
        }
        tries += 1;
        assert!(tries < 2_000, "the moments never came: {:?}", at(place.top() + 20.0));
        bench.frames(1);
    }
}

fn filled_with(setup: Setup) -> Bench {
    filled(setup.app(), "640 × 360")
}

/// Until nothing changes any more.
fn still(bench: &mut Bench) {
    bench.harness.remove_cursor();
    bench.until("nothing moves", |bench| {
        let pause = bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        pause > std::time::Duration::from_secs(1)
    });
    bench.frames(4);
}

/// The window with everything covered whose words differ from run to run.
fn covered(bench: &mut Bench) -> image::RgbaImage {
    let differs = |text: &str| {
        text.contains(" kB")
            || text.contains('/') && text.contains("tmp")
            || text.contains("gen_")
            || text.contains("(UTC)")
    };
    let over = bench.harness.query_by_label("Close the details").map(|node| node.rect().left() - 304.0);
    let mut places: Vec<egui::Rect> = Vec::new();
    let mut open = vec![bench.harness.root()];
    while let Some(node) = open.pop() {
        let access = node.accesskit_node();
        let texts: Vec<String> = [access.label(), access.value()].into_iter().flatten().collect();
        if texts.iter().any(|text| differs(text)) {
            let mut place = node.rect();
            if texts.iter().any(|text| text.contains("tmp")) {
                // What is cut to its room is not always cut at the same letter.
                place.max.x = (place.max.x.max(place.min.x + 144.0) / 24.0).ceil() * 24.0;
            }
            places.push(place);
        }
        open.extend(node.children());
    }
    // What lies under an open drawer is not seen, and the drawer of a low window does not reach down to a path.
    if let Some(left) = over {
        places.retain(|place| place.min.x < left);
        for place in &mut places {
            place.max.x = place.max.x.min(left);
        }
    }
    // Nor is what stands behind the edge of its button.
    let choose = bench.harness.query_by_label("Choose…").map(|node| node.rect().left());
    if let Some(left) = choose {
        for place in places.iter_mut().filter(|place| (left - 300.0..left).contains(&place.min.x)) {
            place.max.x = place.max.x.min(left - 4.0);
        }
    }
    let edge = bench.harness.ctx.content_rect().right() - 32.0;
    for (name, width) in [("Took", 72.0), ("Job id", 320.0)] {
        let labels = bench.harness.query_all_by_label(name).map(|node| node.rect());
        let below = |rect: egui::Rect| egui::Rect::from_min_size(rect.left_bottom(), egui::vec2(width, 24.0));
        places.extend(labels.map(|rect| below(rect).with_max_x((rect.left() + width).min(edge))));
    }
    if edge < 1_000.0 {
        // Columns as wide as their words; or thumbnails that come while they are cut by the foot.
        let is_result = bench.harness.query_all_by_label("Job id").next().is_some();
        let rows = if is_result { 528.0..=580.0 } else { 558.0..=578.0 };
        places.push(egui::Rect::from_x_y_ranges(124.0..=edge, rows));
    }
    let mut image = bench.harness.render().unwrap();
    for place in places {
        cover(&mut image, place);
    }
    image
}

fn cover(image: &mut image::RgbaImage, place: egui::Rect) {
    let ground = *image.get_pixel(1, 1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the window")]
    let [left, top, right, bottom] = [place.left(), place.top(), place.right(), place.bottom()].map(|at| at as u32);
    for x in left..right.min(image.width()) {
        for y in top..bottom.min(image.height()) {
            image.put_pixel(x, y, ground);
        }
    }
}

#[test]
fn pictures_of_the_setup() {
    let made = tempfile::tempdir().unwrap();
    let mut results = SnapshotResults::new();
    for (end, theme, size) in LOOKS {
        let mut bench = ready(made.path(), theme, size);
        results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), format!("lipsync{end}")));
        if size == SMALL {
            bench.key(Modifiers::COMMAND, Key::I);
            bench.wait("File name");
            still(&mut bench);
            results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), format!("lipsync{end}-details")));
        }
    }
}

#[test]
fn pictures_of_the_result() {
    let made = tempfile::tempdir().unwrap();
    let mut results = SnapshotResults::new();
    for (end, theme, size) in LOOKS {
        let mut bench = ready(made.path(), theme, size);
        press_lip_sync(&mut bench);
        bench.until("the video is saved", |bench| saved(bench).is_some());
        bench.wait_part("The link at the sandbox may expire");
        bench.until("both pictures are there", |bench| {
            let videos = bench.harness.query_all_by_role(Role::Video);
            videos.filter(|video| video.value().is_some_and(|value| value == "Frame 0")).count() == 2
        });
        // What says that it is done goes by itself.
        bench.until("no toast is there", |bench| !bench.has("Saved to Results"));
        if size == WIDE {
            let moments = |bench: &Bench| {
                bench
                    .harness
                    .query_all_by_role(Role::Button)
                    .filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with("Go to 0:")))
                    .count()
            };
            bench.until("the moments are there", |bench| moments(bench) == 8);
        }
        thumbs_drawn(&mut bench);
        still(&mut bench);
        results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), format!("lipsync-result{end}")));
    }
}

#[test]
fn pictures_without_anything_and_of_equal_lengths() {
    let made = tempfile::tempdir().unwrap();
    let mut results = SnapshotResults::new();
    let mut bench = Setup::default().app();
    crate::page::open(&mut bench);
    bench.wait("Drop the video to put the line on");
    still(&mut bench);
    results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), "lipsync-empty"));

    let voice = made.path().join("own voice.wav");
    media::run("ffmpeg", &["-v", "error", "-f", "lavfi", "-i", "sine=f=300:d=6", voice.to_str().unwrap()]);
    let target = plain_video(made.path(), 6.0);
    let mut bench = filled_with(Setup::default().dialogs([&target, &voice]));
    bench.wait("Voice and video are the same length. Nothing to choose.");
    bench.until("its picture is there", first_picture);
    drawn(&mut bench);
    still(&mut bench);
    results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), "lipsync-equal"));
}

fn first_picture(bench: &Bench) -> bool {
    let mut videos = bench.harness.query_all_by_role(Role::Video);
    videos.any(|video| video.value().is_some_and(|value| value == "Frame 0"))
}

/// A take is the voice, and it plays: what the clock moves is covered.
#[test]
fn pictures_of_a_take_that_plays() {
    let made = tempfile::tempdir().unwrap();
    let mut results = SnapshotResults::new();
    for (end, theme, size) in [LOOKS[0], LOOKS[1]] {
        let dir = tempfile::tempdir().unwrap();
        let settings = format!("theme = {theme:?}\noutput = {:?}\n", dir.path().join("Results").display().to_string());
        std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        let target = plain_video(made.path(), 6.0);
        let mut bench = Setup { dir: Some(Rc::new(dir)), size, ..Setup::default() }.dialogs([&target]).app();
        bench.key(Modifiers::COMMAND, Key::Num4);
        bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
        bench.click("Choose a voice");
        bench.click("Sandbox Ada. Built-in voice");
        // Long enough to play on while it is drawn.
        bench.fill("Line 1", &"We built this for the people who finish the edit at two in the morning. ".repeat(4));
        bench.click("Speak");
        bench.wait("Put take 1 on a video");
        bench.until("no toast is there", |bench| !bench.has("Dismiss"));
        bench.click("Put take 1 on a video");
        bench.click("Choose video");
        bench.wait_part("640 × 360");
        bench.until("its picture is there", first_picture);
        still(&mut bench);
        bench.click("Play the video");
        bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
        bench.harness.remove_cursor();
        bench.frames(4);
        let mut image = covered(&mut bench);
        let slider = bench.harness.get_by_label("Position in the video").rect();
        cover(&mut image, slider.with_min_x(slider.left() - 64.0).expand2(egui::vec2(6.0, 2.0)));
        let lane = bench.harness.query_all_by_label("Voice track").map(|node| node.rect());
        let lane = lane.max_by(|one, other| one.width().total_cmp(&other.width())).unwrap();
        cover(&mut image, lane.with_min_y(lane.top() - 68.0).expand2(egui::vec2(8.0, 8.0)));
        assert!(bench.has("Pause the video"), "{}", bench.screen());
        results.add(egui_kittest::try_image_snapshot(&image, format!("lipsync-plays{end}")));
    }
}

/// With an account there are prices, the month and its limit, as the service says them.
#[test]
fn pictures_of_an_account() {
    let made = tempfile::tempdir().unwrap();
    let mut results = SnapshotResults::new();
    for (end, theme, size) in [LOOKS[0], LOOKS[1], LOOKS[2]] {
        let dir = tempfile::tempdir().unwrap();
        let settings = format!("theme = {theme:?}\noutput = {:?}\n", dir.path().join("Results").display().to_string());
        std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        let (service, _threads) = common::service(0, &made.path().join("service"));
        let port = url::Url::parse(service.base_url()).unwrap().port().unwrap();
        let (target, voice) = (plain_video(made.path(), 6.0), media::speech(made.path(), "own voice.wav"));
        let setup = Setup { account: Some(common::account(port)), dir: Some(Rc::new(dir)), size, ..Setup::default() };
        let mut bench = filled_with(setup.dialogs([&target, &voice]));
        bench.wait_part("says 127.0.0.1");
        limit(&mut bench, "40");
        if size == WIDE {
            // A small window has no room for the month.
            bench.wait_part("of $40.00");
        }
        bench.until("its picture is there", first_picture);
        drawn(&mut bench);
        still(&mut bench);
        results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), format!("lipsync-account{end}")));
        if size == WIDE {
            limit(&mut bench, "0.01");
            bench.wait("Over your limit");
            bench.until("its picture is there", first_picture);
            drawn(&mut bench);
            still(&mut bench);
            results.add(egui_kittest::try_image_snapshot(&covered(&mut bench), format!("lipsync-over{end}")));
        }
    }
}

/// Sets the limit of the month on Activity, and comes back.
fn limit(bench: &mut Bench, dollars: &str) {
    bench.key(Modifiers::COMMAND, Key::Num6);
    if !bench.has("Change limit") {
        bench.key(Modifiers::COMMAND, Key::I);
    }
    bench.click("Change limit");
    // The first field gets the cursor in the second frame.
    bench.frames(4);
    bench.fill("Stop at", dollars);
    bench.click("Save limit");
    bench.until("it is saved", |bench| !bench.has("Save limit"));
    bench.key(Modifiers::COMMAND, Key::Num5);
}

//! The right panel of a page: beside it in wide windows, a drawer over it in narrow ones.

use egui::{Key, Ui, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::ui::{Button, drawer, motion, theme};

#[derive(Default)]
struct Page {
    details: bool,
    parked: u32,
    below: u32,
    room: f32,
}

fn page_ui(ui: &mut Ui, page: &mut Page) {
    drawer::side_ui(ui, "Details of the voice", 348.0, &mut page.details, |ui| {
        page.parked += u32::from(Button::secondary("Park").show(ui).clicked());
    });
    drawer::button_ui(ui, &mut page.details);
    page.room = ui.available_width();
    page.below += u32::from(Button::secondary("Below").width(page.room).show(ui).clicked());
}

fn page(width: f32, reduced: bool) -> Harness<'static, Page> {
    let setup = move |ctx: &egui::Context| {
        theme::install(ctx);
        motion::set_reduced(ctx, reduced);
    };
    let builder = Harness::builder().with_size(Vec2::new(width, 600.0)).with_step_dt(0.02).with_max_steps(40);
    let mut harness = builder.with_context_setup(setup).build_ui_state(page_ui, Page::default());
    harness.run();
    harness
}

#[test]
fn a_wide_window_shows_the_panel_beside_the_page_and_no_button_for_it() {
    let mut harness = page(1280.0, false);
    assert!(harness.query_by_label("Details").is_none());
    assert!(harness.get_by_label("Park").rect().left() > 1280.0 - 348.0);
    let room = harness.state().room;
    assert!((880.0..=932.0).contains(&room), "the page has {room}");
    harness.get_by_label("Park").click();
    harness.run();
    assert_eq!(harness.state().parked, 1);
}

#[test]
fn a_narrow_window_opens_it_as_a_drawer_and_esc_gives_the_focus_back() {
    let mut harness = page(960.0, false);
    assert!(harness.query_by_label("Park").is_none() && harness.state().room > 900.0);
    let opener = harness.get_by_label("Details");
    assert_eq!(opener.accesskit_node().data().is_expanded(), Some(false));
    opener.focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(harness.get_by_label("Close the details").is_focused());
    assert!(harness.state().room > 900.0, "the page keeps its width below the drawer");
    harness.get_by_label("Park").click();
    harness.run();
    assert_eq!(harness.state().parked, 1);
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!harness.state().details && harness.query_by_label("Park").is_none());
    assert!(harness.get_by_label("Details").is_focused());
}

#[test]
fn nothing_below_an_open_drawer_is_pressed_through_it() {
    let mut harness = page(960.0, false);
    harness.get_by_label("Details").click();
    harness.run();
    let below = harness.get_by_label("Below").rect();
    for at in [egui::pos2(900.0, below.center().y), egui::pos2(900.0, 400.0)] {
        harness.drag_at(at);
        harness.drop_at(at);
        harness.run();
    }
    assert_eq!(harness.state().below, 0);
    let beside = egui::pos2(100.0, below.center().y);
    harness.drag_at(beside);
    harness.drop_at(beside);
    harness.run();
    assert_eq!(harness.state().below, 1);
    assert!(harness.state().details, "a press beside the drawer leaves it open");
}

#[test]
fn it_slides_in_by_eight_points_and_stands_at_once_with_reduced_motion() {
    let slid = |reduced: bool| {
        let mut harness = page(960.0, reduced);
        harness.state_mut().details = true;
        let mut lefts = Vec::new();
        for _ in 0..40 {
            harness.step();
            lefts.extend(harness.query_by_label("Park").map(|button| button.rect().left()));
        }
        assert!(lefts.len() > 30, "shown in {} of 40 frames", lefts.len());
        lefts.iter().copied().fold(0.0, f32::max) - lefts[lefts.len() - 1]
    };
    assert!((0.5..=8.0).contains(&slid(false)), "{}", slid(false));
    assert!(slid(true).abs() < 0.1);
}

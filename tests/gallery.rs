//! Pictures of every widget in both themes, and what keyboard and screen readers get from them.

#[path = "gallery/drawer.rs"]
mod drawer;

use egui::accesskit::{Action, Role, Toggled};
use egui::{Context, Key, Modifiers, Theme, Ui, UiBuilder, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, SnapshotResults};
use mouthpiece::error::Error;
use mouthpiece::ui::gallery::{self, Sheet};
use mouthpiece::ui::{
    Answer, Button, Chip, Choice, Dialog, Field, News, Select, Slider, Toast, Toasts, Type, Waveform, chip, choice,
    motion, notice, segmented, theme,
};

const SHEETS: [(Sheet, &str); 3] =
    [(Sheet::Controls, "controls"), (Sheet::Patterns, "patterns"), (Sheet::Frame, "frame")];

fn sheet(sheet: Sheet, look: Theme) -> Harness<'static> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(1280.0, 800.0))
        .with_theme(look)
        .with_context_setup(theme::install)
        .build_ui(move |ui| {
            // The harness keeps a margin around the `Ui` it gives; a sheet covers the whole window.
            let window = ui.ctx().content_rect();
            ui.scope_builder(UiBuilder::new().max_rect(window), |ui| {
                ui.set_clip_rect(window);
                gallery::gallery_ui(ui, sheet);
            });
        });
    harness.run();
    harness
}

fn harness<State: 'static>(state: State, show: impl Fn(&mut Ui, &mut State) + 'static) -> Harness<'static, State> {
    let builder = Harness::builder().with_size(Vec2::new(480.0, 320.0)).with_context_setup(theme::install);
    let mut harness = builder.build_ui_state(show, state);
    harness.run();
    harness
}

#[test]
fn pictures_of_both_themes() {
    let mut results = SnapshotResults::new();
    for (look, end) in [(Theme::Dark, ""), (Theme::Light, "-light")] {
        for (which, name) in SHEETS {
            let mut harness = sheet(which, look);
            if which == Sheet::Controls {
                harness.get_by_label("Voice name").focus();
                harness.run();
            }
            results.add(harness.try_snapshot(format!("gallery-{name}{end}")));
        }
    }
}

#[test]
fn whatever_takes_focus_or_clicks_has_a_name_and_a_role() {
    for (which, sheet_name) in SHEETS {
        let harness = sheet(which, Theme::Dark);
        let mut seen = 0;
        for node in harness.root().children_recursive() {
            let node = node.accesskit_node();
            let acts = [Action::Click, Action::Focus].iter().any(|&action| node.data().supports_action(action));
            if acts && node.role() != Role::GenericContainer {
                seen += 1;
                assert_ne!(node.role(), Role::Unknown, "{sheet_name}: {:?}", node.label());
                assert!(node.label().is_some_and(|label| !label.trim().is_empty()), "{sheet_name}: {:?}", node.role());
            }
        }
        assert!(seen > 10, "{sheet_name} shows {seen} controls");
    }
}

#[test]
fn a_button_that_is_off_or_busy_does_nothing_and_says_why() {
    let mut harness = harness(0, |ui, clicks: &mut u32| {
        for button in [
            Button::primary("Clone voice").key("Ctrl Enter").off_if(Some("Tick the permission first")),
            Button::secondary("Upload").busy(true, "Sending"),
            Button::secondary("Cancel").key("Esc"),
        ] {
            *clicks += u32::from(button.show(ui).clicked());
        }
    });
    let off = harness.get_by_role_and_label(Role::Button, "Clone voice");
    assert!(off.accesskit_node().is_disabled());
    assert_eq!(off.accesskit_node().data().description(), Some("Tick the permission first"));
    assert!(harness.get_by_role_and_label(Role::Button, "Sending").accesskit_node().is_disabled());
    for name in ["Clone voice", "Sending"] {
        harness.get_by_label(name).click();
        harness.run();
    }
    assert_eq!(*harness.state(), 0);
    harness.get_by_label("Cancel").click();
    harness.run();
    assert_eq!(*harness.state(), 1);
}

#[test]
fn the_focus_ring_shows_where_the_keyboard_is() {
    let mut harness = harness(0, |ui, clicks: &mut u32| {
        *clicks += u32::from(Button::secondary("Keep it").show(ui).clicked());
    });
    let ring = |harness: &Harness<'_, u32>| {
        let accent = theme::Tokens::of(Theme::Dark).accent.fill;
        harness.output().shapes.iter().any(|clipped| {
            matches!(&clipped.shape, egui::Shape::Rect(rect) if rect.stroke.color == accent && rect.stroke.width > 1.9)
        })
    };
    assert!(!ring(&harness));
    harness.key_press(Key::Tab);
    harness.run();
    assert!(ring(&harness));
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(*harness.state(), 1);
}

#[test]
fn arrows_move_a_slider_by_a_twentieth_and_with_shift_by_a_hundredth() {
    let mut harness = harness(0.5, |ui, value: &mut f32| {
        Slider::new("Stability", value, 0.0..=1.0).reset(0.5).ends("More varied", "Steadier").show(ui);
    });
    let close = |harness: &Harness<'_, f32>, want: f32| {
        assert!((harness.state() - want).abs() < 1e-4, "{} is not {want}", harness.state());
    };
    harness.get_by_role_and_label(Role::Slider, "Stability").focus();
    harness.run();
    harness.key_press(Key::ArrowRight);
    harness.run();
    close(&harness, 0.55);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run();
    close(&harness, 0.54);
    harness.get_by_label("Stability").increment_accesskit();
    harness.run();
    close(&harness, 0.59);
    assert!(harness.get_by_role_and_label(Role::Slider, "Stability").is_focused());
    assert!(harness.query_by_label("0.59").is_some());
    harness.get_by_role_and_label(Role::Slider, "Stability").set_value_accesskit(7.0);
    harness.run();
    close(&harness, 1.0);
}

#[test]
fn groups_are_one_stop_for_tab_with_arrows_inside() {
    let mut harness = harness((0, 0, 1), |ui, (theme, filter, sent): &mut (u8, u8, u8)| {
        segmented::segmented_ui(ui, "Theme", theme, &[(0, "System"), (1, "Light"), (2, "Dark")]);
        chip::group_ui(ui, filter, vec![(0, Chip::new("All").count(64)), (1, Chip::new("My clones"))]);
        let choices = vec![(0, Choice::radio("Send only this part")), (1, Choice::radio("Send the whole file"))];
        choice::radio_group_ui(ui, sent, choices);
    });
    harness.key_press(Key::Tab);
    harness.run();
    assert!(harness.get_by_label("System").is_focused());
    harness.key_press(Key::ArrowRight);
    harness.run();
    harness.key_press(Key::End);
    harness.run();
    assert_eq!(harness.state().0, 2);
    assert!(harness.get_by_role_and_label(Role::RadioButton, "Dark").is_focused());
    harness.key_press(Key::Tab);
    harness.run();
    assert!(harness.get_by_label("All, 64").is_focused());
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert_eq!(harness.state().1, 1);
    harness.key_press(Key::Tab);
    harness.run();
    harness.key_press(Key::ArrowUp);
    harness.run();
    assert_eq!(harness.state().2, 0);
    let part = harness.get_by_role_and_label(Role::RadioButton, "Send only this part");
    assert_eq!(part.accesskit_node().toggled(), Some(Toggled::True));
}

#[test]
fn the_whole_label_of_a_toggle_is_its_target_and_space_turns_it() {
    let mut harness = harness(false, |ui, on: &mut bool| {
        Choice::toggle("Tell me when a job ends").note("Also when it fails").show(ui, on);
    });
    let row = harness.get_by_role_and_label(Role::Switch, "Tell me when a job ends").rect();
    assert!(row.height() >= 28.0 && row.width() > 400.0, "{row:?}");
    let at = row.left_center() + Vec2::new(4.0, 0.0);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert!(*harness.state());
    harness.key_press(Key::Tab);
    harness.run();
    harness.key_press(Key::Space);
    harness.run();
    assert!(!*harness.state());
}

#[test]
fn a_field_is_named_by_its_label_and_tells_its_error() {
    let mut harness = harness(String::new(), |ui, text: &mut String| {
        let error = (text == "Mara").then_some("Another voice has this name.");
        Field::new("Voice name", text).placeholder("Name this voice").error(error).counter(100).show(ui);
    });
    harness.get_by_role_and_label(Role::TextInput, "Voice name").focus();
    harness.run();
    harness.get_by_role_and_label(Role::TextInput, "Voice name").type_text("Mara");
    harness.run();
    assert_eq!(harness.state(), "Mara");
    let field = harness.get_by_role_and_label(Role::TextInput, "Voice name");
    assert_eq!(field.accesskit_node().data().description(), Some("Another voice has this name."));
    assert!((field.rect().height() - 32.0).abs() < 0.6, "{:?}", field.rect());
}

#[test]
fn a_select_opens_by_key_and_takes_another_option() {
    let mut harness = harness(0, |ui, sort: &mut u8| {
        Select::new("Sort", sort, &[(0, "Recently used"), (1, "Name"), (2, "Newest")]).hide_label().show(ui);
    });
    let select = harness.get_by_role_and_label(Role::ComboBox, "Sort");
    assert_eq!(select.value().as_deref(), Some("Recently used"));
    select.focus();
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(harness.get_by_role_and_label(Role::MenuItemRadio, "Recently used").is_focused());
    harness.key_press(Key::ArrowDown);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(*harness.state(), 1);
    assert!(harness.query_by_role(Role::MenuItemRadio).is_none());
}

#[test]
fn a_click_on_a_waveform_seeks() {
    let mut harness = harness(0.0, |ui, at: &mut f32| {
        if let Some(part) = Waveform::new("Take 3", &[0.2, 0.9, 0.4]).played(*at).seekable().show(ui).seek {
            *at = part;
        }
    });
    let middle = harness.get_by_role_and_label(Role::Slider, "Take 3").rect().center();
    harness.drag_at(middle);
    harness.drop_at(middle);
    harness.run();
    assert!((harness.state() - 0.5).abs() < 0.02, "{}", harness.state());
}

/// A dialog that a button opens, and what was answered.
#[derive(Default)]
struct Asked {
    open: bool,
    answers: Vec<Answer>,
}

fn asking(ui: &mut Ui, asked: &mut Asked) {
    if Button::secondary("Delete voice").show(ui).clicked() {
        asked.open = true;
    }
    if asked.open {
        let dialog = Dialog::new("Delete Guest, episode 12?", "Keep it", "Delete clone").danger();
        if let Some(answer) = dialog.text("It cannot be brought back.").show(ui.ctx()) {
            asked.open = false;
            asked.answers.push(answer);
        }
    }
}

#[test]
fn a_dialog_focuses_the_safe_answer_and_gives_the_focus_back() {
    let mut harness = harness(Asked::default(), asking);
    for (key, answer) in [(Key::Escape, Answer::Safe), (Key::Enter, Answer::Safe)] {
        harness.get_by_label("Delete voice").focus();
        harness.run();
        harness.key_press(Key::Enter);
        harness.run();
        assert!(harness.get_by_label("Keep it").is_focused());
        harness.key_press(key);
        harness.run();
        assert_eq!(harness.state().answers.last(), Some(&answer));
        assert!(harness.query_by_label("Keep it").is_none());
        assert!(harness.get_by_label("Delete voice").is_focused());
    }
    harness.get_by_label("Delete voice").click();
    harness.run();
    harness.get_by_label("Delete clone").click();
    harness.run();
    assert_eq!(harness.state().answers.last(), Some(&Answer::Act));
}

#[test]
fn a_toast_gives_back_its_action_once() {
    struct State {
        toasts: Toasts<&'static str>,
        undone: Vec<&'static str>,
    }
    let mut toasts = Toasts::default();
    toasts.push(Toast::new(News::Info, "guest", "Deleting Guest").undo("guest"));
    let mut harness = harness(State { toasts, undone: Vec::new() }, |ui, state: &mut State| {
        let pressed = state.toasts.show(ui.ctx(), ui.ctx().content_rect());
        state.undone.extend(pressed);
    });
    harness.get_by_label("Undo").click();
    harness.run();
    assert_eq!(harness.state().undone, ["guest"]);
    assert!(harness.query_by_label("Undo").is_none());
}

/// Without motion no fade hides where it stands at first, and no later frame puts it right.
#[test]
fn a_toast_stands_in_the_window_from_its_first_frame() {
    let mut harness = harness(Toasts::<()>::default(), |ui, toasts: &mut Toasts<()>| {
        assert!(toasts.show(ui.ctx(), ui.ctx().content_rect()).is_none());
    });
    harness.run();
    harness.state_mut().push(Toast::new(News::Info, "saved", "Saved").detail("It is there."));
    harness.step();
    let (toast, window) = (harness.get_by_label("Saved. It is there.").rect(), harness.ctx.content_rect());
    assert!(window.contains_rect(toast), "{toast:?} in {window:?}");
}

#[test]
fn long_news_is_said_whole_and_stands_above_the_pages_main_action() {
    let mut toasts = Toasts::<()>::default();
    let toast = Toast::new(News::Info, "sound", "The sound device is gone").action("Choose speakers", ());
    toasts.push(toast.detail("Playing goes on without sound"));
    let harness = harness(toasts, |ui, toasts: &mut Toasts<()>| {
        let room = ui.ctx().content_rect();
        let corner = egui::Rect::from_min_max(room.max - egui::vec2(200.0, 60.0), room.max - egui::vec2(20.0, 20.0));
        ui.scope_builder(egui::UiBuilder::new().max_rect(corner), |ui| Button::primary("Speak").show(ui));
        assert!(toasts.show(ui.ctx(), room).is_none());
    });
    let toast = harness.get_by_label("The sound device is gone. Playing goes on without sound").rect();
    let rows = harness.get_by_label("The sound device is gone").rect().height() / Type::Name.line();
    assert!((1.9..2.1).contains(&rows) && toast.height() > 70.0, "{rows} rows of title in {toast:?}");
    let (button, window) = (harness.get_by_label("Speak").rect(), harness.ctx.content_rect());
    assert!((window.right() - toast.right() - 16.0).abs() < 1.0 && toast.right() > button.left(), "{toast:?}");
    assert!((button.top() - toast.bottom() - 12.0).abs() < 1.0, "{toast:?} above {button:?}");
}

#[test]
fn an_error_offers_its_action_and_its_details() {
    let mut harness = harness(None, |ui, pressed: &mut Option<notice::ErrorPress>| {
        let failed =
            Error::Failed { message: "No face was found. Pick the face.".into(), code: Some("no_face".into()) };
        if let Some(press) = notice::error_ui(ui, &failed, &["Pick the face"]) {
            *pressed = Some(press);
        }
    });
    harness.get_by_label("Pick the face").click();
    harness.run();
    assert_eq!(*harness.state(), Some(notice::ErrorPress::Action(0)));
    harness.get_by_label("Copy details").click();
    harness.run();
    assert_eq!(*harness.state(), Some(notice::ErrorPress::Copied));
    assert!(harness.query_by_label("Copied").is_some() && harness.query_by_label("Copy details").is_none());
    harness.input_mut().time = Some(harness.ctx.input(|input| input.time) + 3.0);
    harness.step();
    harness.step();
    assert!(harness.query_by_label("Copy details").is_some());
}

/// How soon a sheet's next frame is wanted, once it has settled.
fn next_frame(show: impl Fn(&mut Ui) + 'static, setup: impl FnOnce(&Context) + 'static) -> std::time::Duration {
    let builder = Harness::builder().with_context_setup(move |ctx| {
        theme::install(ctx);
        setup(ctx);
    });
    let mut harness = builder.build_ui(show);
    harness.run();
    harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
}

#[test]
fn a_still_page_asks_for_no_frame_and_reduced_motion_stops_the_rest() {
    use mouthpiece::ui::{Bar, paint, progress};
    let still = |ui: &mut Ui| {
        Button::primary("Lip sync").show(ui);
        progress::bar_ui(ui, "Upload", Bar::Known(0.4));
    };
    let moving = |ui: &mut Ui| {
        paint::spinner_ui(ui, 18.0);
        progress::bar_ui(ui, "Upload", Bar::Unknown);
    };
    assert_eq!(next_frame(still, |_| {}), std::time::Duration::MAX);
    assert!(next_frame(moving, |_| {}) <= std::time::Duration::from_millis(33));
    assert_eq!(next_frame(moving, |ctx| motion::set_reduced(ctx, true)), std::time::Duration::MAX);
}

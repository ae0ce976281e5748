//! How the card looks: at the left the microphone and its buttons, at the right something to read.

use std::time::Duration;

use egui::{Align, Layout, Rect, Role, ScrollArea, Stroke, Ui, UiBuilder, vec2};

use super::level::level_ui;
use super::reading::reading_ui;
use super::{Doing, LONGEST_SECS, Record, TEST_SECS, Word, key};
use crate::media::recorder::{Recorder, Recording};
use crate::panels::{Command, Cx};
use crate::store::file_name;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::truncate::file_name_ui;
use crate::ui::{Button, IconButton, Note, PlayButton, Select, Type, format, icons, layout, radius, space, text};

/// The column of the microphone, beside the text: at least and at most.
const CONTROLS: (f32, f32) = (360.0, 456.0);
/// Narrower cards have the text below.
const BESIDE: f32 = 740.0;
/// The longest line that is easily read.
const LINE: f32 = 640.0;
/// How often the level is drawn.
const FRAME: Duration = Duration::from_millis(33);

impl Record {
    /// The card, in all the room there is.
    pub(in super::super) fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.drawn = true;
        self.keys(ui.ctx(), cx);
        if !self.is_open {
            return;
        }
        if self.is_on() {
            ui.ctx().request_repaint_after(FRAME);
        }
        let t = ui.tokens();
        let whole = ui.available_rect_before_wrap();
        ui.painter().rect(whole, radius::CARD, t.fill.surface, Stroke::new(1.0, t.edge.soft), egui::StrokeKind::Inside);
        ui.advance_cursor_after_rect(whole);
        let inside = whole.shrink2(vec2(20.0, 16.0));
        if whole.width() >= BESIDE {
            let controls = (whole.width() * 0.45).clamp(CONTROLS.0, CONTROLS.1);
            let (left, right) = inside.split_left_right_at_x(inside.left() + controls);
            scroll_ui(ui, left, "microphone", |ui| self.controls_ui(ui, cx));
            ui.painter().vline(left.right() + 20.0, whole.y_range(), Stroke::new(1.0, t.edge.soft));
            let right = right.with_min_x(right.left() + 40.0);
            let right = right.with_max_x(right.right().min(right.left() + LINE));
            scroll_ui(ui, right, "reading", reading_ui);
        } else {
            scroll_ui(ui, inside, "microphone", |ui| {
                self.controls_ui(ui, cx);
                ui.add_space(space::M);
                layout::line_ui(ui);
                ui.add_space(space::M);
                reading_ui(ui);
            });
        }
    }

    fn controls_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        ui.spacing_mut().item_spacing.y = 12.0;
        let is_on = self.is_on();
        notice::card_head_ui(ui, Some(icons::MICROPHONE_STAGE), "Record from the microphone", |ui| {
            if Button::ghost("Cancel").key("Esc").show(ui).clicked() {
                self.cancel(cx);
            }
        });
        self.device_ui(ui, cx);
        match (&self.recorder, self.off()) {
            (_, Some(error)) => {
                if notice::error_ui(ui, &error, &["Look again"]) == Some(ErrorPress::Action(0)) {
                    self.turn_on(cx);
                }
            }
            (None, None) => self.turned_off_ui(ui, cx),
            (Some(_), None) if !is_on => notice::loading_ui(ui, "Asking the system for the microphone"),
            (Some(_), None) => {
                on_sign_ui(ui);
                level_ui(ui, self.recorder.as_ref().map(Recorder::level));
            }
        }
        ui.add_space(2.0);
        self.buttons_ui(ui, cx);
        self.word_ui(ui);
        if let Some(recording) = self.done.clone().filter(|_| self.doing == Doing::Listening) {
            self.done_ui(ui, cx, &recording);
        }
    }

    /// Which microphone, and looking for them again.
    fn device_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let found = self.microphones.value().map_or(&[][..], Vec::as_slice);
        let chosen = cx.settings.sound.microphone.clone();
        let mut options = vec![(None, "The system's choice")];
        options.extend(found.iter().map(|device| (Some(device.id.clone()), device.name.as_str())));
        if chosen.is_some() && !options.iter().any(|(id, _)| *id == chosen) {
            options.push((chosen.clone(), "The one chosen before"));
        }
        let why_off = (self.doing != Doing::Listening).then_some("Stop the recording first");
        let mut now = chosen;
        let (mut changed, mut again) = (false, false);
        ui.horizontal(|ui| {
            let width = ui.available_width() - 40.0;
            let select = Select::new("Microphone", &mut now, &options).hide_label();
            changed = select.icon(icons::MICROPHONE_STAGE).width(width).off_if(why_off).show(ui);
            let look = IconButton::new(icons::ARROW_CLOCKWISE, "Look for microphones again").off_if(why_off);
            again = look.show(ui).clicked();
        });
        if changed {
            cx.settings.sound.microphone = now;
        }
        if changed || again {
            self.word = None;
            self.turn_on(cx);
        }
    }

    /// After another page was looked at.
    fn turned_off_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        level_ui(ui, None);
        if Button::secondary("Turn the microphone on").icon(icons::MICROPHONE_STAGE).show(ui).clicked() {
            self.turn_on(cx);
        }
    }

    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        let why_off = (!self.is_on()).then_some("The microphone is not on");
        let (doing, secs) = (self.doing, self.recorder.as_ref().and_then(Recorder::recorded_secs).unwrap_or_default());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            let record = match doing {
                Doing::Recording => Button::danger_filled("Stop").icon(icons::STOP_FILL),
                _ if self.usable().is_some() => Button::secondary("Try again").icon(icons::MICROPHONE_STAGE),
                _ if self.done.is_some() => Button::primary("Try again").icon(icons::MICROPHONE_STAGE),
                _ => Button::primary("Record").icon(icons::MICROPHONE_STAGE),
            };
            let why = why_off.or((doing == Doing::Testing).then_some("The test is under way"));
            if record.key("R").width(132.0).off_if(why).show(ui).clicked() {
                self.toggle(cx);
            }
            if doing == Doing::Recording {
                let (_, area) = ui.allocate_space(vec2(10.0, 10.0));
                ui.painter().circle_filled(area.center(), 5.0, t.danger.ink);
                let elapsed = ui.label(Type::Mono.text(format::time_code(secs)).color(t.text.main));
                ui.ctx().accesskit_node_builder(elapsed.id, |node| node.set_role(Role::Timer));
                ui.hint(format!("of {} at most", format::time(LONGEST_SECS)));
                return;
            }
            let test = Button::secondary("Three-second test").busy(doing == Doing::Testing, "Testing");
            if test.off_if(why_off).tip("Records three seconds and plays them back").show(ui).clicked() {
                self.test(cx);
            }
        });
    }

    fn word_ui(&self, ui: &mut Ui) {
        if self.doing == Doing::Testing {
            let secs = self.recorder.as_ref().and_then(Recorder::recorded_secs).unwrap_or_default();
            let left = format!("In {:.0} s you hear yourself.", (TEST_SECS - secs).ceil().max(1.0));
            notice::note_ui(ui, Note::Info, "Speak now.", &left);
        }
        match &self.word {
            Some(Word::Problem(error)) => {
                notice::error_ui(ui, error, &[]);
            }
            Some(Word::Told(bold, rest)) => notice::note_ui(ui, Note::Info, bold, rest),
            None => {}
        }
    }

    /// The last recording: hear it, use it.
    fn done_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, recording: &Recording) {
        let t = ui.tokens();
        let playing = cx.player.is_playing(&key(&recording.path));
        layout::frame(t.fill.canvas, t.edge.soft, radius::ROW).inner_margin(12).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                let play = PlayButton::new("Play the recording", playing).size(36.0).key("Space");
                if play.show(ui).clicked() {
                    self.play(cx);
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let show = IconButton::new(icons::FOLDER_OPEN, "Show the recording in its folder");
                    if show.show(ui).clicked() {
                        cx.commands.push(Command::Reveal(recording.path.clone()));
                    }
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        ui.spacing_mut().item_spacing.y = 2.0;
                        file_name_ui(ui, &file_name(&recording.path), Type::Name, t.text.main);
                        ui.hint(facts(recording));
                    });
                });
            });
            if self.usable().is_some() {
                ui.add_space(space::S);
                if Button::primary("Use this recording").key("Ctrl Enter").show(ui).clicked() {
                    self.use_it(cx);
                }
            }
        });
    }
}

/// Length and loudness, unless there is none to speak of.
fn facts(recording: &Recording) -> String {
    let length = format::time(recording.secs);
    if recording.refusal().is_some() {
        return format!("{length}, kept all the same");
    }
    format!("{length}, loudest at −{:.0} dB", -recording.loudest_db)
}

/// Nobody is to be listened to without seeing it.
fn on_sign_ui(ui: &mut Ui) {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let (_, area) = ui.allocate_space(vec2(10.0, 10.0));
        ui.painter().circle_filled(area.center(), 5.0, t.danger.ink);
        let sign = ui.label(text::label("Microphone is on").color(t.danger.ink));
        ui.ctx().accesskit_node_builder(sign.id, |node| {
            node.set_role(Role::Status);
            node.set_label("Microphone is on");
        });
        ui.hint("Nothing is sent anywhere.");
    });
}

/// A column that scrolls when the window is low.
fn scroll_ui(ui: &mut Ui, place: Rect, name: &str, show: impl FnOnce(&mut Ui)) {
    let builder = UiBuilder::new().max_rect(place).layout(Layout::top_down(Align::Min));
    let ui = &mut ui.new_child(builder);
    ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, show);
}

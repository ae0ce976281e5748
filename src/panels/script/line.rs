//! The line that is worked on: its text, how long it is, what can be done with it, and its takes.

use egui::{Align, Frame, Layout, Margin, Rect, ScrollArea, Sense, TextEdit, Ui, vec2};

use super::closed::{LEFT, RIGHT, name};
use super::column::{self, CLOSED, Wish};
use super::edits::Edit;
use super::index::Index;
use super::{ScriptPanel, chips, rules, speak, typing};
use crate::library::Line;
use crate::panels::{Cx, limits, speech};
use crate::script::{self, Fit, split};
use crate::store::Lines;
use crate::ui::progress::paint_part;
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, Type, format, icons, layout, radius, space, text};

/// What the button that puts a pause into the line is called.
const PUT_PAUSE: &str = "Put in a pause";
/// The most of the window's height the text takes.
const LINE_SHARE: f32 = 0.35;

impl ScriptPanel {
    /// The open line with its takes; its place on the screen.
    pub(super) fn card_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index, wishes: &mut Vec<Wish>) -> Rect {
        let t = ui.tokens();
        let at = cx.store.flow.lines.active_index();
        #[expect(clippy::cast_possible_truncation, reason = "two small margins")]
        let inner = Margin { left: LEFT as i8 - 2, right: RIGHT as i8 - 2, top: 11, bottom: 7 };
        let frame = Frame::new().fill(t.fill.surface).stroke(t.focus()).corner_radius(radius::CARD).inner_margin(inner);
        let shown = frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::S;
            self.text_ui(ui, cx);
            self.line_foot_ui(ui, cx, wishes);
            ui.add_space(space::XS);
            ui.spacing_mut().item_spacing.y = 0.0;
            layout::line_ui(ui);
            ui.add_space(6.0);
            self.takes_of_line_ui(ui, cx, index.of(at));
        });
        self.gutter_ui(ui, cx, at, shown.response.rect, wishes);
        if std::mem::take(&mut self.edits.scroll) {
            let card = shown.response.rect;
            let fits = card.height() < ui.clip_rect().height();
            ui.scroll_to_rect(if fits { card } else { card.with_max_y(card.top() + CLOSED) }, None);
        }
        shown.response.rect
    }

    fn text_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        let kind = Type::ReadActive;
        let lines = &mut cx.store.flow.lines;
        let (number, count) = (lines.active_index() + 1, lines.len());
        let id = typing::id_of(&lines.active().id);
        let hint = if count == 1 {
            "Write the first line. Enter starts the next one."
        } else {
            "Write the line the voice should say"
        };
        let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, width: f32| chips::layout(ui, text.as_str(), width);
        let text = &mut lines.active_mut().text;
        let edit = TextEdit::multiline(text)
            .id(id)
            .font(kind.font())
            .text_color(t.text.main)
            .hint_text(kind.text(hint).color(t.text.hint))
            .frame(Frame::new())
            .margin(Margin::ZERO)
            .desired_width(f32::INFINITY)
            .desired_rows(if count == 1 { 2 } else { 1 })
            .layouter(&mut layouter);
        // A long line scrolls, so that its count and Speak stay in sight.
        let height = (ui.ctx().content_rect().height() * LINE_SHARE).max(kind.line() * 4.0);
        let scroll = ScrollArea::vertical().id_salt("line").max_height(height).auto_shrink([false, true]);
        let response = scroll
            .show(ui, |ui| {
                let below = ui.painter().add(egui::Shape::Noop);
                let output = edit.show(ui);
                chips::paint_below(ui, below, &output.galley, output.galley_pos);
                output.response.response
            })
            .inner;
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_label(format!("Line {number}"));
            node.set_description(format!("Line {number} of {count}"));
            node.set_placeholder(hint);
        });
        if response.changed() {
            // Turning back and forth is no typing.
            self.edits.history.typed(ui.input(|input| input.events.iter().any(turns)));
        }
        // Afterwards, so that the key that led here is not typed into it.
        if std::mem::take(&mut self.edits.focus) {
            response.request_focus();
            if typing::cursor(ui.ctx(), id, "").is_none() {
                let text = cx.store.flow.text();
                typing::put_cursor(ui.ctx(), id, text, text.len());
            }
        }
        self.focus_text(ui, cx, &response);
    }

    /// The cursor goes into the line when the page is opened with an empty one or it was there before, and when a voice was chosen.
    fn focus_text(&mut self, ui: &Ui, cx: &Cx<'_>, text: &egui::Response) {
        let pass = ui.ctx().cumulative_pass_nr();
        let just_opened = pass > self.seen.drawn_at + 1;
        self.seen.drawn_at = pass;
        if just_opened && (cx.store.flow.text().is_empty() || self.seen.in_text) {
            text.request_focus();
        }
        self.seen.in_text = text.has_focus();
        let voice = speech::voice_of(cx.store, cx.store.flow.lines.active()).map(|voice| voice.id);
        if voice.is_some() && voice != self.seen.voice && cx.store.flow.same_for_all {
            text.request_focus();
        }
        self.seen.voice = voice;
    }

    /// How long the line is, and what can be done with it.
    fn line_foot_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, wishes: &mut Vec<Wish>) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            count_ui(ui, cx.store.flow.text());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                let why = rules::why_not(cx.store, cx.jobs);
                let over = why.is_none() && limits::is_over(cx.store, None);
                let button = limits::button(over, "Speak");
                let button = button.icon(icons::MICROPHONE_STAGE).key("Ctrl Enter").off_if(why.as_deref());
                if button.show(ui).clicked() {
                    speak(cx);
                }
                self.more_ui(ui, cx, wishes);
            });
        });
        limits::line_ui(ui, cx.store, None);
        let line = cx.store.flow.lines.active();
        if script::fit(&line.text) == Fit::TooLong {
            too_long_ui(ui, line, cx.store.flow.lines.active_index(), wishes);
        } else if let Some(sentence) = speech::grown(cx.store, &line.text) {
            ui.label(text::small(sentence).color(ui.tokens().danger.ink));
        }
    }

    fn more_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, wishes: &mut Vec<Wish>) {
        let narrow = ui.available_width() < 265.0;
        let lines = &cx.store.flow.lines;
        let more = IconButton::new(icons::DOTS_THREE, "More actions for this line").show(ui);
        wishes.extend(column::menu(&more, lines.active_index(), lines.len(), &lines.active().id));
        let say = if narrow {
            IconButton::new(icons::TEXT_AA, "Say it differently").key("Ctrl J").show(ui)
        } else {
            Button::ghost("Say it differently").icon(icons::TEXT_AA).tip("Ctrl J").show(ui)
        };
        if say.clicked() {
            self.say_it_differently(ui.ctx(), cx);
        }
        let pause = if narrow {
            IconButton::new(icons::PAUSE_FILL, PUT_PAUSE).key("Ctrl P").show(ui)
        } else {
            Button::ghost("Pause").icon(icons::PLUS).tip("Puts a pause into the line. Ctrl P").show(ui)
        };
        // Beside a sound that plays there is another “Pause”.
        name(ui, &pause, PUT_PAUSE);
        if pause.clicked() {
            self.pause(ui.ctx(), cx);
        }
    }
}

/// Whether an event undoes or redoes typing.
fn turns(event: &egui::Event) -> bool {
    use egui::{Event, Key};
    matches!(event, Event::Key { key: Key::Z | Key::Y, pressed: true, modifiers, .. } if modifiers.command)
}

fn count_ui(ui: &mut Ui, line: &str) {
    let t = ui.tokens();
    let (count, fit) = (script::characters(line), script::fit(line));
    let ink = match fit {
        Fit::TooLong => t.danger.ink,
        Fit::Near => t.warning.ink,
        Fit::Empty | Fit::Fits => t.text.support,
    };
    ui.label(text::small(format!("{} of 5,000 characters", format::thousands(count as u64))).color(ink));
    let (rect, _) = ui.allocate_exact_size(vec2(72.0, 4.0), Sense::hover());
    let bar = if fit == Fit::Empty || fit == Fit::Fits { t.text.support } else { ink };
    paint_part(ui, Rect::from_center_size(rect.center(), rect.size()), 0.0, share(count), bar);
    ui.hint(format!("About {} spoken", format::time(script::spoken_secs(line))));
}

/// Why it can't be sent, and the way out.
fn too_long_ui(ui: &mut Ui, line: &Line, at: usize, wishes: &mut Vec<Wish>) {
    let ink = ui.tokens().danger.ink;
    ui.horizontal(|ui| {
        let sentence = speech::too_long(&line.text);
        let button = Button::secondary("Split into 2 lines").small();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button.show(ui).clicked()
                && let Some(split) = split::place(&line.text)
            {
                let (first, second) = line.text.split_at(split.at);
                let first = Edit::Text { id: line.id.clone(), text: first.trim().to_owned() };
                // In the same voice, with the same settings.
                let own = Lines::line(second.trim());
                let second = Line { take_id: None, id: own.id, text: own.text, ..line.clone() };
                let second = Edit::Put { at: at + 1, line: Box::new(second) };
                wishes.push(Wish::Edit(vec![first, second]));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(text::small(sentence).color(ink)).wrap());
            });
        });
    });
}

/// How much of the limit a line uses.
#[expect(clippy::cast_precision_loss, reason = "a bar of 72 points")]
fn share(count: usize) -> f32 {
    (count as f32 / script::MAX_CHARACTERS as f32).min(1.0)
}

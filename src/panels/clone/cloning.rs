//! Step 3: the sample leaves, the voice is made; what went wrong and how to go on. Beside it the first line.

use egui::{Align, Key, Layout, Margin, Modifiers, Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, vec2};

use super::holders::{Slots, made_by};
use super::sample::refusal_ui;
use super::steps::{self, steps_ui};
use super::{ClonePanel, Question, aside, first_line};
use crate::error::Error;
use crate::jobs::{CloneJob, Job, Request, State, Step};
use crate::panels::{Cx, has_keys, wait};
use crate::store::Store;
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::notice::{self, ErrorPress, Note};
use crate::ui::progress::{Bar, bar_ui};
use crate::ui::theme::Look as _;
use crate::ui::waveform::Bars;
use crate::ui::{Button, Type, format, layout, radius, space, text};

/// The column at the right, when there is room.
const ASIDE: f32 = 380.0;
/// What is at the foot of the card.
const NOTE: f32 = 52.0;
/// Right of the column, up to the edge of the page.
const MARGIN: f32 = 16.0;
/// From the top of the large number to that of the small words on its line.
const LINE: f32 = 13.0;

impl ClonePanel {
    pub(super) fn cloning_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(job) = self.shown.as_ref().and_then(|shown| cx.jobs.get(&shown.job)).cloned() else { return };
        let Request::Clone(request) = &job.request else { return };
        refusal_ui(ui, cx);
        let area = ui.available_rect_before_wrap();
        let aside = ASIDE.min(area.width() * 0.42);
        let left = area.with_max_x(area.right() - aside - space::L);
        let right = area.with_min_x(area.right() - aside);
        let down = Layout::top_down(Align::Min);
        let t = ui.tokens();
        let edge = Stroke::new(1.0, t.edge.soft);
        ui.painter().rect(left, radius::CARD, t.fill.surface, edge, StrokeKind::Inside);
        let inside = left.shrink2(if area.height() < 560.0 { vec2(20.0, 16.0) } else { vec2(28.0, 24.0) });
        ui.scope_builder(UiBuilder::new().id_salt("clone").max_rect(inside).layout(down), |ui| {
            self.job_ui(ui, cx, &job, request);
        });
        ui.scope_builder(UiBuilder::new().id_salt("aside").max_rect(right).layout(down), |ui| {
            ui.spacing_mut().item_spacing.y = space::L;
            self.aside_ui(ui, cx, &job, request);
        });
        self.stop_ui(ui, cx, &job);
    }

    fn aside_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob) {
        let full = match &job.state {
            State::Failed(error) => Some(error).filter(|error| is_full(error)),
            _ => None,
        };
        let slots = Slots::of(cx.store, cx.settings.slots, full.is_some(), made_by(job));
        let slots = (slots, full.is_some());
        let Some(error) = full else {
            aside::voice_ui(ui, request, slots);
            let invites = self.shown.as_mut().is_some_and(|shown| std::mem::take(&mut shown.invites));
            return first_line::line_ui(ui, cx, job, invites);
        };
        let goes_on = self.writes_on(ui, cx.store.flow.text());
        let (width, bottom) = (ui.available_width(), ui.max_rect().bottom());
        // The bar stands in the margin of the page.
        let wide = ui.available_rect_before_wrap().with_max_x(ui.max_rect().right() + MARGIN);
        ui.scope_builder(UiBuilder::new().id_salt("aside of slots").max_rect(wide), |ui| {
            ScrollArea::vertical().id_salt("aside").auto_shrink(false).show(ui, |ui| {
                ui.set_max_width(width);
                aside::voice_ui(ui, request, slots);
                if goes_on {
                    first_line::rest_ui(ui, cx.store.flow.text_mut());
                }
                aside::progress_ui(ui, job, request, cx.store);
                aside::details_ui(ui, cx, job, error, bottom);
            });
        });
    }

    /// Whether the first line was being written when the page turned to the slots: then its field stays, so that the
    /// rest of it gets there, too.
    fn writes_on(&mut self, ui: &Ui, line: &str) -> bool {
        let Some(shown) = &mut self.shown else { return false };
        let in_field = || ui.memory(|memory| memory.has_focus(first_line::field_id()));
        shown.chosen.keeps_line |= !line.is_empty() && in_field();
        shown.chosen.keeps_line
    }

    fn job_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob) {
        match &job.state {
            State::Failed(error) if is_full(error) => self.slots_ui(ui, cx, job),
            _ => {
                ScrollArea::vertical().id_salt("cloning").auto_shrink(false).show(ui, |ui| match &job.state {
                    State::Running(step) => self.running_ui(ui, cx, job, request, *step),
                    State::Done(_) => {
                        title_ui(ui, "The voice is ready", |_| {});
                        ui.add_space(space::L);
                        steps_ui(ui, &Self::lines(cx, job, request));
                    }
                    State::Failed(error) => self.failed_ui(ui, cx, job, request, error),
                    State::Stopped => self.stopped_ui(ui, cx, job, request),
                });
            }
        }
    }

    fn lines(cx: &Cx<'_>, job: &Job, request: &CloneJob) -> Vec<steps::Line> {
        let slots = Slots::of(cx.store, cx.settings.slots, false, made_by(job));
        steps::lines(job, request, slots.free_words(), cx.store)
    }

    fn running_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob, step: Step) {
        let t = ui.tokens();
        let bottom = ui.max_rect().bottom();
        let (title, words) = running_words(job, step, cx.store);
        // How long it usually takes stands beside its step as well.
        let title = if is_low(ui) { title.split(',').next().unwrap_or(title) } else { title };
        // A field with nothing in it has nothing to be left first.
        let in_field = self.seen.in_field && !cx.store.flow.text().is_empty();
        title_ui(ui, title, |ui| {
            let pressed = Button::secondary("Cancel").key("Esc").show(ui).clicked();
            let escaped = self.question.is_none() && !in_field && escape(ui);
            if pressed || escaped {
                self.cancel(cx, step);
            }
        });
        ui.label(text::body(&words).color(t.text.support));
        ui.add_space(space::M);
        let frame = layout::frame(t.fill.canvas, t.fill.canvas, radius::ROW);
        let (top, bottom_margin) = if is_low(ui) { (10, 12) } else { (15, 17) };
        frame.inner_margin(Margin { left: 17, right: 17, top, bottom: bottom_margin }).show(ui, |ui| {
            ui.set_width(ui.available_width());
            self.sending_ui(ui, cx, job, request, step);
        });
        wait::wait_ui(ui, cx, job, if step == Step::UploadPicture { "The sample waits" } else { "The clone waits" });
        wait::ask_frames(ui, [job]);
        ui.add_space(space::L);
        steps_ui(ui, &Self::lines(cx, job, request));
        // At the foot of the card when there is room.
        ui.add_space((bottom - ui.cursor().top() - NOTE).max(space::M));
        let words = "If the connection drops, the upload starts again by itself. The clone request is sent once only, \
                     so you never pay for two.";
        notice::note_ui(ui, Note::Info, "", words);
    }

    /// Percent, bytes and the waveform that fills as they leave.
    fn sending_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, job: &Job, request: &CloneJob, step: Step) {
        let uploading = step == Step::UploadPicture;
        let (done, total) = (job.progress.done(), job.progress.total());
        let part = if uploading { job.progress.fraction().unwrap_or(0.0) } else { 1.0 };
        ui.spacing_mut().item_spacing.y = if is_low(ui) { space::S } else { space::M };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            ui.label(text::display(format::percent(part)));
            // The small words stand on the line of the large number.
            let (_, rest) = ui.allocate_space(vec2(ui.available_width(), Type::Display.line()));
            let line = Rect::from_min_size(rest.min + vec2(0.0, LINE), vec2(rest.width(), Type::Body.line()));
            let builder = UiBuilder::new().max_rect(line).layout(Layout::left_to_right(Align::Center));
            let ui = &mut ui.new_child(builder);
            if uploading && total > 0 {
                ui.label(text::body(format::size_of(done, total)).color(ui.tokens().text.support));
                let now = ui.input(|input| input.time);
                let pace = self.shown.as_mut().and_then(|shown| shown.paces.words(job, now)).unwrap_or_default();
                let (speed, left) = pace.split_once(", ").unwrap_or((&pace, ""));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let support = ui.tokens().text.support;
                    ui.spacing_mut().item_spacing.x = 10.0;
                    if !left.is_empty() {
                        ui.label(text::body(format!("about {left}")).color(support));
                    }
                    ui.label(text::mono(speed).color(support));
                });
            } else if !uploading {
                let done = if cx.store.is_sandbox { "copied" } else { "uploaded" };
                ui.label(text::body(done).color(ui.tokens().text.support));
            }
        });
        let sound = self.seen.pictures.sound(ui.ctx(), cx.runtime, &request.sample.path);
        let height = if is_low(ui) { 40.0 } else { 64.0 };
        sound.waveform("Sound of the sample").bars(Bars::Big).height(height).played(part).show(ui);
        let (name, bar) = if uploading { ("Upload", Bar::Known(part)) } else { ("Cloning", Bar::Unknown) };
        // What waits does not move.
        if job.waiting.is_none() {
            bar_ui(ui, name, bar);
        }
    }

    fn failed_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob, error: &Error) {
        // Told that it is not known whether there is a clone: asking once more is a decision.
        let is_lost = job.checkpoint.sending.told;
        let (title, again) = if is_lost {
            ("It is not there. Clone again?", "Clone again")
        } else {
            ("The voice was not cloned", "Try again")
        };
        title_ui(ui, title, |_| {});
        ui.add_space(space::S);
        match notice::error_ui(ui, error, &[again, "Back to trim"]) {
            Some(ErrorPress::Action(0)) => cx.jobs.retry(&job.id),
            Some(ErrorPress::Action(_)) => self.back_to_check(cx.store),
            _ => {}
        }
        if job.checkpoint.picture.is_some() && !is_lost {
            ui.hint(if cx.store.is_sandbox {
                "The sample is there already and will not be copied twice."
            } else {
                "The sample is uploaded already and will not be sent twice."
            });
        }
        ui.add_space(space::L);
        steps_ui(ui, &Self::lines(cx, job, request));
    }

    fn stopped_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob) {
        title_ui(ui, "Stopped", |_| {});
        ui.support("The clone can go on from where it stopped.");
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            if Button::primary("Go on").show(ui).clicked() {
                cx.jobs.retry(&job.id);
            }
            if Button::secondary("Back to trim").show(ui).clicked() {
                self.back_to_check(cx.store);
            }
        });
        ui.add_space(space::L);
        steps_ui(ui, &Self::lines(cx, job, request));
    }

    /// An upload is stopped at once; a clone request that is out can only be left alone, which is asked first.
    fn cancel(&mut self, cx: &mut Cx<'_>, step: Step) {
        if step.runs_remotely() {
            self.question = Some(Question::Stop);
        } else {
            self.stop(cx);
        }
    }

    fn stop_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>, job: &Job) {
        self.question.take_if(|question| *question == Question::Stop && !job.is_running());
        if self.question != Some(Question::Stop) {
            return;
        }
        let words = format!(
            "{} is already making the clone. Stop waiting? If it succeeds it will show up in Voices.",
            cx.client.service()
        );
        match Dialog::new("Stop waiting for the clone?", "Keep waiting", "Stop waiting").text(&words).show(ui.ctx()) {
            Some(Answer::Act) => self.stop(cx),
            Some(Answer::Safe) => self.question = None,
            None => {}
        }
    }
}

/// The title of a clone under way, and the line below it.
fn running_words(job: &Job, step: Step, store: &Store) -> (&'static str, String) {
    let leave = || "You can leave this page. The clone carries on and shows up under Activity.".to_owned();
    let within = crate::error::within(&store.service);
    let lost = || format!("The reply from {within} got lost. Looking for the new voice in your list.");
    match step {
        Step::UploadPicture if job.waiting.is_some() && store.is_sandbox => ("The sample waits to be copied", leave()),
        Step::UploadPicture if job.waiting.is_some() => ("The sample waits to be uploaded", leave()),
        Step::FindClone if job.waiting.is_some() => ("Waiting to look for the new voice", lost()),
        _ if job.waiting.is_some() => ("The clone waits", leave()),
        Step::UploadPicture if store.is_sandbox => ("Copying the sample", leave()),
        Step::UploadPicture => ("Uploading the sample", leave()),
        Step::FindClone => ("Looking for the new voice", lost()),
        _ => ("Cloning the voice, usually under a minute", leave()),
    }
}

/// Whether the window has little height.
fn is_low(ui: &Ui) -> bool {
    ui.ctx().content_rect().height() < 720.0
}

/// Whether all clone slots are in use, also when the failure is one from before a restart.
pub fn is_full(error: &Error) -> bool {
    matches!(error, Error::SlotsFull(_)) || error.code() == Some("voice_clone_limit_reached")
}

/// Whether Esc was pressed for this page, and not for a menu or dialog.
fn escape(ui: &Ui) -> bool {
    let free = has_keys(ui.ctx()) && !egui::Popup::is_any_open(ui.ctx());
    free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
}

/// The title of the step, with something at its right end. Assistive software is told when it changes.
pub fn title_ui(ui: &mut Ui, title: &str, right: impl FnOnce(&mut Ui)) {
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        right(ui);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            // On the line of what is beside it.
            ui.add_space(3.0);
            let heading = ui.add(egui::Label::new(text::title(title)).wrap());
            ui.ctx().accesskit_node_builder(heading.id, |node| {
                node.set_role(egui::Role::Heading);
                node.set_label(title);
                node.set_live(egui::accesskit::Live::Polite);
            });
        });
    });
}

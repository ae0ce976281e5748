//! Step 3: the sample leaves, the voice is made; what went wrong and how to go on. Beside it the first line.

use egui::{Align, Key, Layout, Modifiers, ScrollArea, Ui, vec2};

use super::{ClonePanel, Question};
use crate::api::AssetKind;
use crate::error::Error;
use crate::jobs::{CloneJob, Job, Request, State, Step};
use crate::library::Relation;
use crate::panels::{Cx, has_keys, wait};
use crate::script::{self, Fit};
use crate::store;
use crate::ui::choice::Choice;
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::notice::{self, ErrorPress, Note};
use crate::ui::progress::{Bar, bar_ui};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::waveform::Bars;
use crate::ui::{Button, Field, Type, format, icons, layout, paint, space, text};

/// The column at the right, when there is room.
const ASIDE: f32 = 380.0;

impl ClonePanel {
    pub(super) fn cloning_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(job) = self.job.as_ref().and_then(|id| cx.jobs.get(id)).cloned() else { return };
        let Request::Clone(request) = &job.request else { return };
        let (width, height) = (ui.available_width(), ui.available_height());
        let aside = ASIDE.min(width * 0.42);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let left = vec2(width - aside - space::L, height);
            ui.allocate_ui_with_layout(left, Layout::top_down(Align::Min), |ui| {
                layout::card_ui(ui, |ui| {
                    ui.set_height(height - 32.0);
                    ScrollArea::vertical().id_salt("cloning").auto_shrink(false).show(ui, |ui| {
                        self.job_ui(ui, cx, &job, request);
                    });
                });
            });
            ui.allocate_ui_with_layout(vec2(aside, height), Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = space::L;
                voice_ui(ui, &job, request);
                Self::line_ui(ui, cx, &job);
            });
        });
        self.stop_ui(ui, cx, &job);
    }

    fn job_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob) {
        match &job.state {
            State::Running(step) => self.running_ui(ui, cx, job, request, *step),
            State::Done(_) => {
                title_ui(ui, "The voice is ready", |_| {});
                steps_ui(ui, Some(Step::Finish), Going::On);
            }
            State::Failed(error) if is_full(error) => self.slots_ui(ui, cx, job, error),
            State::Failed(error) => self.failed_ui(ui, cx, job, error),
            State::Stopped => self.stopped_ui(ui, cx, job),
        }
    }

    fn running_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, request: &CloneJob, step: Step) {
        let title = match step {
            Step::UploadPicture if job.waiting.is_some() => "The sample waits to be uploaded",
            Step::FindClone if job.waiting.is_some() => "Waiting to look for the new voice",
            _ if job.waiting.is_some() => "The clone waits",
            Step::UploadPicture => "Uploading the sample",
            Step::FindClone => "Looking for the new voice in your list",
            _ => "Cloning the voice, usually under a minute",
        };
        let in_field = self.in_field;
        title_ui(ui, title, |ui| {
            let pressed = Button::secondary("Cancel").key("Esc").show(ui).clicked();
            let escaped = self.question.is_none() && !in_field && escape(ui);
            if pressed || escaped {
                self.cancel(cx, step);
            }
        });
        let t = ui.tokens();
        ui.label(
            text::body("You can leave this page. The clone carries on and shows up under Activity.")
                .color(t.text.support),
        );
        ui.add_space(space::M);
        layout::frame(t.fill.canvas, t.fill.canvas, 8).inner_margin(18).show(ui, |ui| {
            ui.set_width(ui.available_width());
            self.sending_ui(ui, cx, job, request, step);
        });
        wait::wait_ui(ui, cx, job, if step == Step::UploadPicture { "The upload waits" } else { "The clone waits" });
        wait::ask_frames(ui, [job]);
        ui.add_space(space::L);
        prepared_ui(ui, request);
        steps_ui(ui, Some(step), if job.waiting.is_some() { Going::Waits } else { Going::On });
        ui.add_space(space::M);
        let words =
            "The upload can start again without harm. The clone request is sent once only, so you never pay for two.";
        notice::note_ui(ui, Note::Info, "", words);
    }

    /// Percent, bytes and the waveform that fills as they leave.
    fn sending_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, job: &Job, request: &CloneJob, step: Step) {
        let uploading = step == Step::UploadPicture;
        let (done, total) = (job.progress.done(), job.progress.total());
        let part = if uploading { job.progress.fraction().unwrap_or(0.0) } else { 1.0 };
        ui.horizontal(|ui| {
            ui.label(text::display(format::percent(part)));
            if uploading && total > 0 {
                ui.support(format::size_of(done, total));
                let pace = self.paces.words(job, ui.input(|input| input.time));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.label(text::mono(pace.unwrap_or_default()));
                });
            } else if !uploading {
                ui.support("uploaded");
            }
        });
        let sound = self.pictures.sound(ui.ctx(), cx.runtime, &request.sample.path);
        sound.waveform("Sound of the sample").bars(Bars::Big).height(64.0).played(part).show(ui);
        let (name, bar) = if uploading { ("Upload", Bar::Known(part)) } else { ("Cloning", Bar::Unknown) };
        // What waits does not move.
        if job.waiting.is_none() {
            bar_ui(ui, name, bar);
        }
    }

    fn failed_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, error: &Error) {
        title_ui(ui, "The voice was not cloned", |_| {});
        match notice::error_ui(ui, error, &["Try again", "Back"]) {
            Some(ErrorPress::Action(0)) => cx.jobs.retry(&job.id),
            Some(ErrorPress::Action(_)) => self.back_to_check(cx.store),
            _ => {}
        }
        if job.checkpoint.picture.is_some() {
            ui.hint("The sample is uploaded already and will not be sent twice.");
        }
        ui.add_space(space::L);
        steps_ui(ui, Some(reached(job)), Going::Failed);
    }

    fn stopped_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job) {
        title_ui(ui, "Stopped", |_| {});
        ui.support("The clone can go on from where it stopped.");
        ui.horizontal(|ui| {
            if Button::primary("Go on").show(ui).clicked() {
                cx.jobs.retry(&job.id);
            }
            if Button::secondary("Back").show(ui).clicked() {
                self.back_to_check(cx.store);
            }
        });
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
        let asks = self.question == Some(Question::Stop);
        if asks && !job.is_running() {
            self.question = None;
        }
        if self.question != Some(Question::Stop) {
            return;
        }
        let words = format!(
            "{} is already making the clone. Stop waiting? If it succeeds it will show up in Voices.",
            cx.client.service()
        );
        match Dialog::new("Stop waiting for the clone?", "Keep waiting", "Stop waiting").text(&words).show(ui.ctx()) {
            Some(Answer::Act) => {
                self.stop(cx);
            }
            Some(Answer::Safe) => self.question = None,
            None => {}
        }
    }

    fn line_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job) {
        layout::card_ui(ui, |ui| {
            layout::section_ui(ui, "Write the first line while you wait");
            ui.spacing_mut().interact_size.y = 18.0;
            let room = ui.available_height() - 78.0;
            let line = cx.store.flow.text_mut();
            ScrollArea::vertical().id_salt("first line").max_height(room.max(60.0)).auto_shrink(false).show(ui, |ui| {
                let rows = rows(room - 20.0);
                let field = Field::new("First line", line)
                    .multiline(rows)
                    .hide_label()
                    .placeholder("What should the voice say?");
                field.show(ui);
            });
            let t = ui.tokens();
            let (count, fit) = (script::characters(line), script::fit(line));
            let ink = match fit {
                Fit::TooLong => t.danger.ink,
                Fit::Near => t.warning.ink,
                Fit::Empty | Fit::Fits => t.text.hint,
            };
            let count = format::thousands(u64::try_from(count).unwrap_or(u64::MAX));
            ui.horizontal(|ui| {
                ui.label(text::small(format!("{count} of 5,000 characters")).color(ink));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.hint(format!("About {} spoken", format::time(script::spoken_secs(line))));
                });
            });
            let over = matches!(job.state, State::Failed(_) | State::Stopped).then_some("The clone is not running");
            let long = (fit == Fit::TooLong).then_some("This line is too long to be spoken. Shorten it.");
            let choice = Choice::check("Speak it as soon as the voice is ready").off_if(long.or(over));
            choice.show(ui, &mut cx.store.speak_when_ready);
        });
    }
}

/// Whether all clone slots are in use, also when the failure is one from before a restart.
pub fn is_full(error: &Error) -> bool {
    matches!(error, Error::SlotsFull(_)) || error.code() == Some("voice_clone_limit_reached")
}

/// The step a failed job did not get past.
pub fn reached(job: &Job) -> Step {
    if job.checkpoint.picture.is_none() { Step::UploadPicture } else { Step::Clone }
}

/// Whether Esc was pressed for this page, and not for a menu or dialog.
fn escape(ui: &Ui) -> bool {
    let free = has_keys(ui.ctx()) && !egui::Popup::is_any_open(ui.ctx());
    free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
}

/// Rows of text that fill a height.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a few dozen")]
fn rows(height: f32) -> usize {
    (height / Type::Read.line()).floor().clamp(2.0, 60.0) as usize
}

pub fn title_ui(ui: &mut Ui, title: &str, right: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let heading = ui.label(text::title(title));
        ui.ctx().accesskit_node_builder(heading.id, |node| {
            node.set_role(egui::Role::Heading);
            node.set_label(title);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), right);
    });
}

/// How the step that was reached goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    On,
    Waits,
    Failed,
}

/// The step before the first one: the sample was cut while the page was filled in.
fn prepared_ui(ui: &mut Ui, request: &CloneJob) {
    let Some(origin) = &request.origin else { return };
    let t = ui.tokens();
    let cut = origin
        .part
        .map_or_else(|| "All of the sound".to_owned(), |part| format!("Cut to {}", format::time(part.secs())));
    let hum = if origin.hum_filtered { ", hum filtered" } else { "" };
    let level = if origin.leveled { ", brought to a good level" } else { "" };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        icons::CHECK_CIRCLE_FILL.show(ui, 18.0, t.success.ink);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(text::name("Sample prepared"));
            ui.hint(format!("{cut}{hum}{level}. A copy is kept with the voice."));
        });
    });
    ui.add_space(space::S);
}

/// What has been done, what is under way or went wrong, and what is to come.
pub fn steps_ui(ui: &mut Ui, at: Option<Step>, going: Going) {
    let at = match at {
        Some(Step::UploadPicture) | None => 0,
        Some(Step::Finish) => 3,
        Some(_) => 1,
    };
    let steps = [
        ("Uploading to storage", "Sent straight from this computer. Your key is not part of the upload."),
        ("Cloning", "Usually under a minute. This step cannot be repeated by accident."),
        ("Ready to speak", "The script opens with this voice chosen."),
    ];
    for (index, (title, words)) in steps.into_iter().enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            step_mark(ui, index, at, going);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                let t = ui.tokens();
                let ink = if index > at { t.text.support } else { t.text.main };
                ui.label(text::name(title).color(ink));
                ui.hint(words);
            });
        });
        ui.add_space(space::S);
    }
}

fn step_mark(ui: &mut Ui, index: usize, at: usize, going: Going) {
    let t = ui.tokens();
    let (icon, ink) = match index.cmp(&at) {
        std::cmp::Ordering::Less => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        std::cmp::Ordering::Equal if going == Going::Waits => (icons::HOURGLASS_MEDIUM, t.text.support),
        std::cmp::Ordering::Equal if going == Going::Failed => (icons::WARNING_CIRCLE_FILL, t.danger.ink),
        std::cmp::Ordering::Equal => {
            paint::spinner_ui(ui, 18.0);
            return;
        }
        std::cmp::Ordering::Greater => (icons::CIRCLE_DASHED, t.text.hint),
    };
    icon.show(ui, 18.0, ink);
}

/// What leaves this computer: "1.9 MB, audio only, hum filtered".
fn sent_words(request: &CloneJob) -> String {
    let size = request.sample.size.map(format::size);
    let kind = match (&request.origin, request.sample.kind) {
        (Some(_), _) => "audio only",
        (None, AssetKind::Video) => "the whole video",
        (None, _) => "the whole sound file",
    };
    let mended = request.origin.as_ref().map(|origin| (origin.hum_filtered, origin.leveled)).unwrap_or_default();
    let hum = mended.0.then(|| "hum filtered".to_owned());
    let level = mended.1.then(|| "level set".to_owned());
    [size, Some(kind.to_owned()), hum, level].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Which voice is being made, from what, under which permission.
fn voice_ui(ui: &mut Ui, job: &Job, request: &CloneJob) {
    let t = ui.tokens();
    layout::card_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        ui.spacing_mut().interact_size.y = 18.0;
        ui.horizontal(|ui| {
            Seal::new("The new voice", &job.id).size(64.0).state(SealState::Still).show(ui);
            ui.vertical(|ui| {
                ui.add_space(space::M);
                name_ui(ui, &request.name, Type::Section, t.text.main);
                let from = store::file_name(request.source());
                let part = request.origin.as_ref().and_then(|origin| origin.part);
                let words = part.map_or_else(
                    || format!("Sample from {from}"),
                    |part| format!("Sample {} from {from}", format::time(part.secs())),
                );
                name_ui(ui, &words, Type::Small, t.text.hint);
            });
        });
        layout::pair_ui(ui, "What is sent", text::small(sent_words(request)));
        let consent = &request.consent;
        let how = match consent.relation {
            Relation::Unrecorded => "Given",
            known => known.words(),
        };
        layout::pair_ui(ui, "Consent", text::small(how));
        if !consent.speaker.is_empty() {
            layout::pair_ui(ui, "Speaker", text::small(&consent.speaker));
        }
    });
}

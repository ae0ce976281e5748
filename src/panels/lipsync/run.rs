//! A run under way, stopped or failed, where it was begun.

use egui::Ui;
use time::OffsetDateTime;

use super::current;
use crate::jobs::{Job, State, Step};
use crate::panels::Cx;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::progress::Bar;
use crate::ui::progress_row::ProgressRow;
use crate::ui::theme::Look as _;
use crate::ui::{Button, format, icons, layout, space};

const STOP_TIP: &str = "The service can't stop a running job. It may still be charged, and you can watch it again.";

/// What was pressed.
enum Press {
    Stop,
    Retry,
    Forget,
}

/// The block above the setup, while there is something to say.
pub(super) fn block_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(job) = current(cx.store, cx.jobs) else { return };
    let pressed = match &job.state {
        State::Running(step) => layout::card_ui(ui, |ui| running_ui(ui, job, *step)),
        State::Failed(error) => match notice::error_ui(ui, error, &["Try again", "Back to setup"]) {
            Some(ErrorPress::Action(0)) => Some(Press::Retry),
            Some(ErrorPress::Action(_)) => Some(Press::Forget),
            _ => None,
        },
        State::Stopped => layout::card_ui(ui, |ui| stopped_ui(ui, job, &cx.store.service)),
        State::Done(_) => return,
    };
    ui.add_space(space::M);
    let id = job.id.clone();
    match pressed {
        Some(Press::Stop) => cx.jobs.stop(&id),
        Some(Press::Retry) => cx.jobs.retry(&id),
        Some(Press::Forget) => cx.store.flow.result = None,
        None => {}
    }
}

fn running_ui(ui: &mut Ui, job: &Job, step: Step) -> Option<Press> {
    let title = job.request.title();
    let elapsed = (OffsetDateTime::now_utc() - job.created_at).as_seconds_f64();
    let pace = format::time(elapsed);
    let stage = stage_words(step, job.progress.done(), job.progress.total());
    let row =
        ProgressRow { title: &title, bar: Bar::from_fraction(job.progress.fraction()), stage: &stage, pace: &pace };
    let mut pressed = None;
    let icon = |ui: &mut Ui| {
        let rect = ui.max_rect();
        icons::FILM_SLATE.paint(ui.painter(), rect.center(), 24.0, ui.tokens().text.support);
    };
    row.show(ui, icon, |ui| {
        let button = if step.runs_remotely() {
            Button::secondary("Stop watching").tip(STOP_TIP)
        } else {
            Button::secondary("Cancel").tip("Stops here; what is uploaded stays uploaded")
        };
        if button.show(ui).clicked() {
            pressed = Some(Press::Stop);
        }
    });
    pressed
}

/// "Uploading, 53 of 86 MB", "Syncing the lips".
fn stage_words(step: Step, done: u64, total: u64) -> String {
    match step {
        Step::UploadPicture | Step::UploadAudio | Step::Download if total > 0 => {
            format!("{}, {}", step.words(), format::size_of(done, total))
        }
        _ => step.words().to_owned(),
    }
}

fn stopped_ui(ui: &mut Ui, job: &Job, service: &str) -> Option<Press> {
    let remote = job.checkpoint.generation.is_some();
    let (words, label) = if remote {
        (format!("Stopped watching. {service} goes on with it, and it may still be charged."), "Watch again")
    } else {
        ("Stopped before anything was run. What is uploaded stays uploaded.".to_owned(), "Go on")
    };
    let mut pressed = None;
    ui.horizontal(|ui| {
        icons::PROHIBIT.show(ui, 18.0, ui.tokens().text.hint);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::secondary("Back to setup").show(ui).clicked() {
                pressed = Some(Press::Forget);
            }
            if Button::outline(label).icon(icons::ARROW_CLOCKWISE).show(ui).clicked() {
                pressed = Some(Press::Retry);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(crate::ui::text::body(words)).wrap());
            });
        });
    });
    pressed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_say_how_much_and_the_rest_only_what() {
        assert_eq!(stage_words(Step::UploadPicture, 53_000_000, 86_000_000), "Uploading, 53 of 86 MB");
        assert_eq!(stage_words(Step::UploadPicture, 0, 0), "Uploading");
        assert_eq!(stage_words(Step::Watch, 410, 1000), "Syncing the lips");
    }
}

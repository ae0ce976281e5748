//! What else can be done about a job, and the question before one is forgotten.

use egui::{Context, Ui};

use super::entry::Entry;
use super::{Act, words};
use crate::error::within;
use crate::jobs::{Job, Outcome, Request, State, Waiting};
use crate::panels::Command;
use crate::ui::select::{MenuItem, menu};
use crate::ui::{Answer, Dialog, IconButton, icons};

/// The button with three dots, and its menu.
pub fn more_ui(ui: &mut Ui, entry: Entry<'_>, title: &str) -> Option<Act> {
    let job = entry.job;
    let dots = IconButton::new(icons::DOTS_THREE, "More actions for this job").small().show(ui);
    ui.ctx().accesskit_node_builder(dots.id, |node| node.set_description(title));
    let rows = |ui: &mut Ui| {
        let mut act = None;
        if let (Request::LipSync(sync), Some(_)) = (&job.request, entry.upload()) {
            let show = MenuItem::new("Show in folder").icon(icons::FOLDER_OPEN).show(ui);
            return show.clicked().then(|| Act::Do(Command::Reveal(sync.target.path.clone())));
        }
        if let State::Done(Outcome::Video { file, .. }) = &job.state
            && MenuItem::new("Open in your player").icon(icons::ARROW_SQUARE_OUT).show(ui).clicked()
        {
            act = Some(Act::Do(Command::OpenFile(file.clone())));
        }
        if words::can_save_elsewhere(job) && MenuItem::new("Save elsewhere").icon(icons::FOLDER_OPEN).show(ui).clicked()
        {
            act = Some(Act::SaveElsewhere(job.id.clone()));
        }
        if let Request::LipSync(sync) = &job.request
            && !job.is_running()
            && !sync.is_trial
            && MenuItem::new("Use the video again").icon(icons::ARROW_COUNTER_CLOCKWISE).show(ui).clicked()
        {
            act = Some(Act::UseAgain(sync.target.path.clone()));
        }
        if matches!(job.waiting, Some(Waiting::Turn))
            && job.is_running()
            && MenuItem::new("Try now").icon(icons::ARROW_CLOCKWISE).show(ui).clicked()
        {
            act = Some(Act::Now(job.id.clone()));
        }
        if MenuItem::new("Copy job id").icon(icons::COPY).show(ui).clicked() {
            let id = job.checkpoint.generation.as_ref().unwrap_or(&job.id);
            act = Some(Act::Do(Command::Copy(id.clone())));
        }
        if job.is_running() {
            if MenuItem::new("Forget this job").icon(icons::TRASH).danger().show(ui).clicked() {
                act = Some(Act::AskForget(job.id.clone()));
            }
        } else if MenuItem::new("Remove from the list").icon(icons::TRASH).show(ui).clicked() {
            let asks = job.may_be_at_service();
            act = Some(if asks { Act::AskForget(job.id.clone()) } else { Act::Forget(job.id.clone()) });
        }
        act
    };
    menu(&dots, rows).flatten()
}

/// Asks before a job is forgotten that is not over, or of which something may be at the service.
pub fn forget_ui(ctx: &Context, job: &Job, title: &str, service: &str) -> Option<Answer> {
    let remote = format!(
        "It is removed from this list. {} can't stop a running job: it may still be charged, and its result is not \
         fetched.",
        capital(&within(service))
    );
    let unknown = format!(
        "Something of it may be at {} and charged. It can't be stopped there, and without its row this app can't \
         find or fetch it again.",
        within(service)
    );
    let text = match (job.is_remote(), job.may_be_at_service()) {
        (true, _) => &remote,
        (false, true) => &unknown,
        (false, false) => "It is removed from this list, and nothing more is sent for it.",
    };
    let question = format!("Forget {title}?");
    Dialog::new(&question, "Keep it", "Forget").danger().text(text).show(ctx)
}

/// A name at the start of a sentence; names of sites stay as they are.
fn capital(name: &str) -> String {
    name.strip_prefix("the ").map_or_else(|| name.to_owned(), |rest| format!("The {rest}"))
}

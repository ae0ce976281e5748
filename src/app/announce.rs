//! What screen readers are told of jobs without being asked: each change of state once, and how far one is in quarters.

use std::collections::HashMap;

use egui::accesskit::Live;
use egui::{Id, Rect, Role, Sense, Ui, WidgetInfo};

use super::App;
use crate::jobs::{Job, Jobs, Outcome, State, Step};

/// Transfers of fewer bytes are over before a quarter of them is said.
const LARGE: u64 = 10_000_000;

/// What was said last.
#[derive(Default)]
pub(super) struct Announcer {
    words: String,
    /// Of the jobs under way: whether they wait, their step, and the quarters of it that were told.
    told: HashMap<String, Told>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    waits: bool,
    step: Step,
    quarters: u8,
}

impl Announcer {
    /// Takes in how the jobs stand. Once per frame, after their work.
    pub fn look(&mut self, jobs: &Jobs) {
        let open = jobs.all().iter().filter(|job| job.is_running());
        let mut told = HashMap::new();
        for job in open {
            let State::Running(step) = job.state else { continue };
            let now = Told { waits: job.waiting.is_some(), step, quarters: quarters(job, step) };
            let before = self.told.get(&job.id).copied();
            if let Some(words) = before.and_then(|before| change(job, before, now)) {
                self.words = words;
            }
            let quarters = before.filter(|before| before.step == step).map_or(0, |before| before.quarters);
            told.insert(job.id.clone(), Told { quarters: now.quarters.max(quarters), ..now });
        }
        self.told = told;
        if let Some(words) = jobs.news().filter_map(ended).last() {
            self.words = words;
        }
    }
}

/// What is new about a job that goes on.
fn change(job: &Job, before: Told, now: Told) -> Option<String> {
    let title = job.request.title();
    if now.waits != before.waits {
        return Some(if now.waits { format!("{title} waits") } else { format!("{title} goes on") });
    }
    let quarters = if before.step == now.step { before.quarters } else { 0 };
    let further = now.quarters > quarters && now.quarters < 4;
    further.then(|| format!("{title}: {}, {}%", now.step.words(), u32::from(now.quarters) * 25))
}

/// How many quarters of its step are done, where that is known and worth saying.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 4")]
fn quarters(job: &Job, step: Step) -> u8 {
    let told = step == Step::Watch || job.progress.total() >= LARGE;
    let part = job.progress.fraction().filter(|_| told && job.waiting.is_none());
    part.map_or(0, |part| (part.clamp(0.0, 1.0) * 4.0).floor() as u8)
}

/// How a job ended. What the user stopped needs no words.
fn ended(job: &Job) -> Option<String> {
    let title = job.request.title();
    match &job.state {
        State::Done(Outcome::Voice { name, .. }) => Some(format!("The voice {name} is ready")),
        State::Done(_) => Some(format!("{title}: saved")),
        State::Failed(error) => Some(format!("{title} failed. {error}")),
        State::Running(_) | State::Stopped => None,
    }
}

impl App {
    /// A node without a place on the screen, whose words are read out when they change.
    pub(super) fn announce_ui(&self, ui: &Ui) {
        let words = &self.outside.announcer.words;
        if words.is_empty() {
            return;
        }
        let place = Rect::from_min_size(ui.max_rect().min, egui::Vec2::ZERO);
        let response = ui.interact(place, Id::unique("announcements"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Status, true, words));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::activity::tests::job;

    #[test]
    fn quarters_are_said_once_each_and_the_end_is_not_one() {
        let job = job("a", State::Running(Step::Watch), 0);
        let told = |quarters| Told { waits: false, step: Step::Watch, quarters };
        job.progress.start(1000);
        let mut said = Vec::new();
        let mut before = told(0);
        for thousandths in [10, 240, 260, 300, 510, 760, 999, 1000] {
            job.progress.set(thousandths);
            let now = told(quarters(&job, Step::Watch));
            said.extend(change(&job, before, now));
            before = now;
        }
        let ends: Vec<&str> = said.iter().filter_map(|words| words.rsplit_once(", ")).map(|(_, end)| end).collect();
        assert_eq!(ends, ["25%", "50%", "75%"], "{said:?}");
        assert!(said[0].contains("Syncing the lips"));
    }

    #[test]
    fn a_wait_and_its_end_are_said_and_small_transfers_are_not() {
        let job = job("a", State::Running(Step::UploadPicture), 0);
        let told = |waits| Told { waits, step: Step::UploadPicture, quarters: 0 };
        assert!(change(&job, told(false), told(true)).unwrap().ends_with("waits"));
        assert!(change(&job, told(true), told(false)).unwrap().ends_with("goes on"));
        job.progress.start(LARGE - 1);
        job.progress.set(LARGE / 2);
        assert_eq!(quarters(&job, Step::UploadPicture), 0);
        job.progress.start(LARGE);
        job.progress.set(LARGE / 2);
        assert_eq!(quarters(&job, Step::UploadPicture), 2);
    }
}

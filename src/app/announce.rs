//! What screen readers are told of jobs without being asked: each change of state once, and how far one is in quarters.

use std::collections::HashMap;

use egui::accesskit::Live;
use egui::{Id, Rect, Role, Sense, Ui, WidgetInfo};

use super::App;
use crate::jobs::{Job, Jobs, Outcome, State, Step};
use crate::panels::pace;

/// Transfers of fewer bytes are over before a quarter of them is said.
const LARGE: u64 = 10_000_000;

/// Jobs that ended at once and are said one by one; listening to more would take too long.
const MOST: usize = 4;

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
    pub fn look(&mut self, jobs: &Jobs, is_sandbox: bool) {
        let open = jobs.all().iter().filter(|job| job.is_running());
        let mut told = HashMap::new();
        for job in open {
            let State::Running(step) = job.state else { continue };
            let now = Told { waits: job.waiting.is_some(), step, quarters: quarters(job, step) };
            let before = self.told.get(&job.id).copied();
            if let Some(words) = before.and_then(|before| change(job, before, now, is_sandbox)) {
                self.words = words;
            }
            let quarters = before.filter(|before| before.step == step).map_or(0, |before| before.quarters);
            told.insert(job.id.clone(), Told { quarters: now.quarters.max(quarters), ..now });
        }
        self.told = told;
        if let Some(words) = all_ended(jobs.news()) {
            self.words = words;
        }
    }
}

/// What is new about a job that goes on.
fn change(job: &Job, before: Told, now: Told, is_sandbox: bool) -> Option<String> {
    let title = job.request.title();
    if now.waits != before.waits {
        return Some(if now.waits { format!("{title} waits") } else { format!("{title} goes on") });
    }
    let quarters = if before.step == now.step { before.quarters } else { 0 };
    let further = now.quarters > quarters && now.quarters < 4;
    let words = pace::step_name(now.step, is_sandbox);
    further.then(|| format!("{title}: {words}, {}%", u32::from(now.quarters) * 25))
}

/// How many quarters of its step are done, where that is known and worth saying.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 4")]
fn quarters(job: &Job, step: Step) -> u8 {
    let told = step == Step::Watch || job.progress.total() >= LARGE;
    let part = job.progress.fraction().filter(|_| told && job.waiting.is_none());
    part.map_or(0, |part| (part.clamp(0.0, 1.0) * 4.0).floor() as u8)
}

/// How the jobs of one frame ended, failures first: a node says one text at a time, so the last would hide the others.
fn all_ended<'a>(jobs: impl Iterator<Item = &'a Job>) -> Option<String> {
    let failed = |job: &Job| matches!(job.state, State::Failed(_));
    let (bad, good): (Vec<&Job>, Vec<&Job>) = jobs.partition(|job| failed(job));
    let words: Vec<String> = bad.into_iter().chain(good).filter_map(ended).collect();
    let more = words.len().saturating_sub(MOST);
    let rest = (more > 0).then(|| format!("{more} more ended"));
    let said: Vec<String> = words.into_iter().take(MOST).chain(rest).collect();
    (!said.is_empty()).then(|| said.join(". ").replace(".. ", ". "))
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
            said.extend(change(&job, before, now, false));
            before = now;
        }
        let ends: Vec<&str> = said.iter().filter_map(|words| words.rsplit_once(", ")).map(|(_, end)| end).collect();
        assert_eq!(ends, ["25%", "50%", "75%"], "{said:?}");
        assert!(said[0].contains("Syncing the lips"));
    }

    #[test]
    fn of_jobs_that_end_at_once_each_is_said_and_failures_first() {
        let done = |id: &str| job(id, State::Done(Outcome::Voice { id: id.into(), name: id.to_uppercase() }), 0);
        let failed = job("x", State::Failed(crate::error::Error::Cancelled), 0);
        let stopped = job("s", State::Stopped, 0);
        let all = |jobs: &[Job]| all_ended(jobs.iter());
        let said = all(&[done("a"), failed.clone(), stopped.clone(), done("b")]).unwrap();
        let (first, rest) = said.split_once(" The voice A").unwrap();
        assert!(first.contains(" failed. ") && first.ends_with('.') && !first.contains(".."), "{said}");
        assert_eq!(rest, " is ready. The voice B is ready");
        let many: Vec<Job> = ["a", "b", "c", "d", "e", "f"].map(done).into();
        assert!(all(&many).unwrap().ends_with("The voice D is ready. 2 more ended"));
        assert_eq!((all(&[stopped]), all(&[])), (None, None));
    }

    #[test]
    fn a_wait_and_its_end_are_said_and_small_transfers_are_not() {
        let job = job("a", State::Running(Step::UploadPicture), 0);
        let told = |waits| Told { waits, step: Step::UploadPicture, quarters: 0 };
        assert!(change(&job, told(false), told(true), false).unwrap().ends_with("waits"));
        assert!(change(&job, told(true), told(false), false).unwrap().ends_with("goes on"));
        job.progress.start(LARGE - 1);
        job.progress.set(LARGE / 2);
        assert_eq!(quarters(&job, Step::UploadPicture), 0);
        job.progress.start(LARGE);
        job.progress.set(LARGE / 2);
        assert_eq!(quarters(&job, Step::UploadPicture), 2);
    }
}

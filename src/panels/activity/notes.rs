//! What must be said about a job besides its state, and what support would ask for. No drawing.

use time::OffsetDateTime;

use super::words::{is_lost, kind};
use crate::error::within;
use crate::jobs::{Job, State, Step, Waiting};
use crate::panels::wait;

/// What must be said about a job besides its state: why it failed, why it waits, what became of a lost answer.
pub struct Note {
    pub grave: bool,
    /// The job is over: it goes on only when it is tried again.
    pub over: bool,
    pub text: String,
    pub details: String,
}

impl Note {
    /// Whether there is something to press beside it.
    pub fn has_buttons(&self) -> bool {
        self.over || !self.details.is_empty()
    }
}

/// See [`Note`].
pub fn note(job: &Job, now: OffsetDateTime, service: &str, at_a_time: Option<usize>) -> Option<Note> {
    let calm = |text: String, details: String| Some(Note { grave: false, over: false, text, details });
    match (&job.state, &job.waiting) {
        (State::Failed(error), _) => {
            Some(Note { grave: !is_lost(job), over: true, text: error.to_string(), details: error.details() })
        }
        // Said in its line.
        (State::Running(_), Some(Waiting::Turn)) => None,
        (State::Running(_), Some(_)) => {
            wait::reason(job, service, at_a_time).and_then(|(text, details)| calm(text, details))
        }
        (State::Running(Step::FindClone), None) => {
            let within = within(service);
            calm(format!("The reply from {within} got lost. Looking for the new voice in your list."), String::new())
        }
        (State::Running(Step::Watch), None) if job.progress.done() == 0 && now - job.begun_at > LONG => {
            let within = within(service);
            let text = format!(
                "Still in the queue at {within} after 5 minutes. Wait, or send their support the job id. Do not start \
                 it twice."
            );
            calm(text, job.checkpoint.generation.clone().map(|id| format!("Job id {id}")).unwrap_or_default())
        }
        _ => None,
    }
}

/// A run that shows no progress for longer than this gets a word about it.
const LONG: time::Duration = time::Duration::minutes(5);

/// A trouble with all that support would ask for.
pub fn details(job: &Job, note: &Note) -> String {
    let mut lines = vec![format!("{}: {}", kind(&job.request), job.request.title()), note.text.clone()];
    lines.extend(Some(note.details.clone()).filter(|details| !details.is_empty()));
    lines.extend(job.checkpoint.generation.as_ref().map(|id| format!("Generation {id}")));
    lines.push(format!("Job {}, begun {}", job.id, crate::jobs::stamp(job.created_at)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::{Error, Refusal};
    use crate::panels::activity::words::again_words;
    use crate::panels::activity::words::tests::job;

    #[test]
    fn a_lost_answer_is_no_failure_like_others() {
        let mut lost = job("a", State::Failed(Error::Cancelled), 0);
        let now = lost.begun_at;
        assert!(note(&lost, now, "sync.so", None).unwrap().grave && again_words(&lost) == "Try again");
        let source: crate::error::Cause = Arc::new(std::io::Error::other("cut"));
        let (what, advice) = ("the line was spoken".to_owned(), "Look first.".to_owned());
        lost.state = State::Failed(Error::Lost { service: "sync.so".into(), what, advice, source });
        let said = note(&lost, now, "sync.so", None).unwrap();
        assert!(!said.grave && said.text.contains("got lost"));
        assert_eq!(again_words(&lost), "Speak again");
    }

    #[test]
    fn a_run_without_a_sign_for_five_minutes_gets_a_word() {
        let mut job = job("a", State::Running(Step::Watch), 0);
        job.checkpoint.generation = Some("gen_1".into());
        assert!(note(&job, job.begun_at + LONG, "sync.so", None).is_none());
        let said = note(&job, job.begun_at + LONG * 2, "sync.so", None).unwrap();
        assert!(said.text.contains("after 5 minutes") && said.details == "Job id gen_1");
        job.progress.start(1000);
        job.progress.set(10);
        assert!(note(&job, job.begun_at + LONG * 2, "sync.so", None).is_none());
    }

    #[test]
    fn details_name_job_code_and_request() {
        let refusal = Refusal {
            status: 422,
            code: Some("voice_withheld".into()),
            message: "The voice is withheld".into(),
            suggestion: Some("Choose another voice".into()),
            request_id: Some("req_7".into()),
            ..Refusal::default()
        };
        let error = Error::Invalid(Arc::new(refusal));
        let job = job("j1", State::Failed(error), 0);
        let text = details(&job, &note(&job, job.begun_at, "sync.so", None).unwrap());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Take: “Bom dia a todos”");
        assert_eq!(lines[1], "The voice is withheld. Choose another voice.");
        assert_eq!(lines[2], "Code voice_withheld, status 422, request req_7");
        assert!(lines[3].starts_with("Job j1, begun 2026-11-22T14:00:00"));
    }
}

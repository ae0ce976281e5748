//! Whether the service can be reached. Only what could not be reached makes the app ask; while it is away one quiet
//! task asks again and again, and no frame is drawn for it. When the service is back, what failed for it goes on.

use std::time::Duration;

use super::errors;
use super::session::Session;
use super::toasts::Stack;
use crate::api::Client;
use crate::error::{Error, Result, within};
use crate::jobs::{Job, State, Waiting};
use crate::library::Library;
use crate::panels::Command;
use crate::runtime::{Handle, Runtime, Task};
use crate::store::Check;
use crate::ui::{Banner, News, Toast};

/// Asking this often while the service is away is enough.
const LONGEST: Duration = Duration::from_mins(1);

/// What is known about the way to the service.
#[derive(Default)]
pub(super) struct Online {
    way: Way,
    /// How often in a row something failed although the service answers.
    doubts: u32,
    /// The list of error codes on its way; it has no other use than being there.
    _errors: Option<Task<()>>,
}

impl Online {
    pub fn new(handle: &Handle, client: &Client, library: &Library) -> Self {
        let errors = handle.spawn(errors::learn(client.clone(), library.clone()));
        Self { _errors: Some(errors), ..Self::default() }
    }
}

#[derive(Default)]
enum Way {
    #[default]
    Open,
    /// Something was not reached: is it the service that is away?
    Doubted(Task<()>),
    /// The service is away. The task ends when it is back.
    Away { back: Task<()>, now: Option<Task<()>> },
}

/// What the banner across the page says.
pub(super) struct Words {
    pub banner: Banner,
    pub title: String,
    pub rest: &'static str,
    pub action: Option<&'static str>,
}

impl Session {
    /// Follows the way to the service. Once per frame, after the jobs were asked.
    pub(super) fn watch_the_way(&mut self, runtime: &Runtime, toasts: &mut Stack) {
        // A job that is refused for the key makes everybody ask what the key is worth.
        if self.jobs.news().any(|job| matches!(&job.state, State::Failed(Error::Unauthorized(_)))) {
            self.commands.push(Command::ReloadVoices);
        }
        match &mut self.online.way {
            Way::Open => {
                if let Some(evidence) = self.unreached() {
                    let wait = if self.online.doubts == 0 { Duration::ZERO } else { pause(self.online.doubts) };
                    tracing::info!(evidence, "something was not reached; asking for the service");
                    self.online.way = Way::Doubted(runtime.spawn(ask(self.client.clone(), wait)));
                } else if self.lists_are_well() {
                    self.online.doubts = 0;
                }
            }
            Way::Doubted(asked) => match asked.take() {
                Some(Ok(())) => {
                    // The service answers: it was a single call that got lost.
                    self.online.doubts += 1;
                    self.online.way = Way::Open;
                    self.reload_lists(runtime);
                }
                Some(Err(error)) => {
                    tracing::info!(kind = error.kind(), "the service is away");
                    self.online.way = self.away(runtime);
                }
                None => {}
            },
            Way::Away { back, now } => {
                let by_hand = now.as_mut().and_then(Task::take);
                if by_hand.is_some() {
                    *now = None;
                }
                // What was made meanwhile came over the same way.
                let made = self.jobs.news().any(|job| matches!(job.state, State::Done(_)));
                let is_back = made || matches!(by_hand, Some(Ok(()))) || back.take().is_some();
                if is_back {
                    self.back(runtime, toasts);
                }
            }
        }
    }

    fn away(&self, runtime: &Runtime) -> Way {
        Way::Away { back: runtime.spawn(until_back(self.client.clone())), now: None }
    }

    /// "Check again" was pressed.
    pub(super) fn check_now(&mut self, runtime: &Runtime) {
        if let Way::Away { back, now } = &mut self.online.way
            && now.is_none()
        {
            *now = Some(runtime.spawn(ask(self.client.clone(), Duration::ZERO)));
            // Whoever asks expects more: the waits begin short again.
            *back = runtime.spawn(until_back(self.client.clone()));
        }
    }

    fn back(&mut self, runtime: &Runtime, toasts: &mut Stack) {
        tracing::info!("the service is back");
        (self.online.way, self.online.doubts) = (Way::Open, 1);
        let waiting = self.jobs.all().iter().filter(|job| waits_for_the_way(job)).count();
        self.reload_lists(runtime);
        self.jobs.try_all_now();
        let title = format!("{} can be reached again", self.store.service);
        let detail = match waiting {
            0 => "Lists are up to date".to_owned(),
            1 => "1 waiting job goes on".to_owned(),
            more => format!("{more} waiting jobs go on"),
        };
        toasts.push(Toast::new(News::Success, "online", title).detail(detail));
    }

    /// Gets the lists again that could not be reached.
    fn reload_lists(&mut self, runtime: &Runtime) {
        let away = |error: Option<&Error>| matches!(error, Some(Error::Offline { .. }));
        if away(self.store.voices.error()) && !self.store.voices.is_loading() {
            self.store.voices.load(runtime.spawn(self.client.voices()));
        }
        if away(self.store.models.error()) && !self.store.models.is_loading() {
            self.store.models.load(runtime.spawn(self.client.models()));
        }
    }

    /// What could not be reached, when nothing newer is on its way.
    fn unreached(&self) -> Option<&'static str> {
        let store = &self.store;
        let away = |error: Option<&Error>, loading: bool| !loading && matches!(error, Some(Error::Offline { .. }));
        if away(store.voices.error(), store.voices.is_loading()) {
            return Some("voices");
        }
        if away(store.models.error(), store.models.is_loading()) {
            return Some("models");
        }
        let lost = |job: &Job| matches!(&job.state, State::Failed(Error::Offline { .. }));
        let job = self.jobs.all().iter().any(waits_for_the_way) || self.jobs.news().any(lost);
        job.then_some("job")
    }

    fn lists_are_well(&self) -> bool {
        self.store.voices.error().is_none() && self.store.models.error().is_none()
    }

    /// The heaviest thing to be said across every page.
    pub(super) fn banner(&self) -> Option<Words> {
        let store = &self.store;
        let refused = |error: Option<&Error>| matches!(error, Some(Error::Unauthorized(_)));
        let tested = match &store.account.test {
            Check::Failed(error) => Some(error),
            _ => None,
        };
        if refused(store.voices.error()) || refused(store.models.error()) || refused(tested) {
            return Some(Words {
                banner: Banner::KeyRefused,
                title: format!("{} refused the key", store.service),
                rest: "It may have been replaced or only half pasted. Paste it again, or make a new one in your \
                       sync.so settings.",
                action: Some("Replace key"),
            });
        }
        if let Way::Away { now, .. } = &self.online.way {
            return Some(Words {
                banner: Banner::Offline,
                title: format!("Could not reach {}", within(&store.service)),
                rest: if store.is_sandbox {
                    "It stopped answering. Your work is saved; waiting jobs start when it is back."
                } else {
                    "This computer seems to be offline. Your work is saved; waiting jobs start when you are back."
                },
                action: Some(if now.is_some() { "Checking…" } else { "Check again" }),
            });
        }
        store.is_sandbox.then(|| Words {
            banner: Banner::Sandbox,
            title: "Sandbox".to_owned(),
            rest: "Practice voices and results are made on this computer. Nothing is uploaded and nothing is billed.",
            action: Some("Connect an account"),
        })
    }
}

fn waits_for_the_way(job: &Job) -> bool {
    matches!(&job.waiting, Some(Waiting::Again { error: Error::Offline { .. }, .. }))
}

/// Asks once. Whatever the service answers, it was reached.
async fn ask(client: Client, wait: Duration) -> Result<()> {
    tokio::time::sleep(wait).await;
    match client.ping().await {
        Err(error @ Error::Offline { .. }) => Err(error),
        _ => Ok(()),
    }
}

/// Asks until there is an answer.
async fn until_back(client: Client) -> Result<()> {
    let mut asked = 0;
    while ask(client.clone(), pause(asked)).await.is_err() {
        asked += 1;
    }
    Ok(())
}

/// How long to wait before asking once more: 2, 4, 8 seconds and so on, a minute at most.
fn pause(asked: u32) -> Duration {
    Duration::from_secs(2_u64 << asked.min(5)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_becomes_rarer_and_never_rarer_than_each_minute() {
        let pauses: Vec<u64> = [0, 1, 2, 3, 4, 5, 6, 900].map(|asked| pause(asked).as_secs()).into();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
    }
}

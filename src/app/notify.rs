//! Word to a person who looks elsewhere: a desktop notification when jobs end, the state in the window's title, and
//! a request for attention. All of it is silent while the window is looked at.

use std::sync::{Arc, Mutex, PoisonError};

use egui::{Context, UserAttentionType, ViewportCommand};

use super::App;
use super::announce::Announcer;
use super::session::{Session, shows};
use crate::jobs::{Job, Outcome, Request, State, Step};
use crate::media::player::{Player, Source, Track, test_sound};
use crate::panels::Page;
use crate::runtime::Runtime;
use crate::store::file_name;
use crate::ui::format;

/// The program's name as desktops show it.
const NAME: &str = "Mouthpiece";
/// The name of the desktop file and of the icon.
const ID: &str = "so.mouthpiece.Mouthpiece";

/// A notification as it was handed to the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What ended, and how: "Lip sync saved".
    pub title: String,
    /// Which one it was, or why it failed.
    pub body: String,
    /// Whether a short sound is played with it.
    pub sound: bool,
}

/// The door to the desktop's notifications. Clones share one record, so a test can keep one.
#[derive(Clone)]
pub struct Notifier(Option<Arc<Mutex<Vec<News>>>>);

impl Notifier {
    /// Real notifications.
    pub fn native() -> Self {
        Self(None)
    }

    /// For tests: nothing is shown, and everything is kept.
    pub fn recorded() -> Self {
        Self(Some(Arc::default()))
    }

    /// What was shown so far. Empty unless recorded.
    pub fn shown(&self) -> Vec<News> {
        let kept = self.0.as_ref().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).clone());
        kept.unwrap_or_default()
    }

    fn show(&self, runtime: &Runtime, news: News) {
        if let Some(kept) = &self.0 {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(news);
            return;
        }
        // Nobody waits for it: a desktop that shows no notifications costs a line in the log.
        drop(runtime.blocking(move || {
            if let Err(error) = hand_over(&news) {
                tracing::info!(%error, "the desktop shows no notifications");
            }
            Ok(())
        }));
    }
}

/// Blocks until the desktop has taken it.
fn hand_over(news: &News) -> notify_rust::error::Result<()> {
    let mut notification = notify_rust::Notification::new();
    notification.appname(NAME).summary(&news.title).icon(ID);
    #[cfg(all(unix, not(target_os = "macos")))]
    {
        // Names of files and words of the service are text, also where a desktop would read markup.
        let markup = notify_rust::get_capabilities()?.iter().any(|able| able == "body-markup");
        notification.body(&if markup { escaped(&news.body) } else { news.body.clone() });
        notification.hint(notify_rust::Hint::DesktopEntry(ID.to_owned()));
    }
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    notification.body(&news.body);
    notification.show().map(drop)
}

#[cfg(any(test, all(unix, not(target_os = "macos"))))]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What the window says about itself to who does not look at it.
#[derive(Default)]
pub(super) struct Outside {
    /// Ids of jobs that failed and were not looked at since.
    unseen: Vec<String>,
    /// The title as it was set last; `None` before it ever changed.
    title: Option<String>,
    calls: bool,
    /// Ids of jobs that ended unseen, to be told of once everything has.
    untold: Vec<String>,
    /// Plays the short sound.
    bell: Option<Player>,
    /// Tells those who hear the window instead.
    pub announcer: Announcer,
}

impl App {
    /// Tells of what ended in this frame, and keeps the title true. After the session's work.
    pub(super) fn tell_outside(&mut self, ctx: &Context) {
        // Not `input.focused`, which is of the last frame that was drawn: a window out of sight draws none.
        let looked_at = ctx.input(|input| input.raw.focused);
        let Some(session) = &self.session else { return self.outside.rename(ctx, NAME.to_owned()) };
        self.outside.announcer.look(&session.jobs, session.store.is_sandbox);
        let ended: Vec<&Job> = session.jobs.news().filter(|job| !matches!(job.state, State::Stopped)).collect();
        let outside = &mut self.outside;
        outside.unseen.extend(ended.iter().filter(|job| failed(job)).map(|job| job.id.clone()));
        outside.look(session, looked_at.then_some(self.page));
        if looked_at {
            outside.untold.clear();
        } else {
            outside.untold.extend(ended.iter().map(|job| job.id.clone()));
        }
        if !ended.is_empty() && !looked_at {
            outside.call(ctx);
        }
        let notices = self.settings.value.notices;
        let told = !notices.only_when_all_ended || session.jobs.open() == 0;
        let untold = if told { std::mem::take(&mut outside.untold) } else { Vec::new() };
        let untold: Vec<&Job> = untold.iter().filter_map(|id| session.jobs.get(id)).collect();
        let news = news(&untold).map(|news| News { sound: notices.sound, ..news });
        if looked_at {
            outside.answered(ctx);
        }
        let waiting = session.jobs.all().iter().filter(|job| job.is_running() && job.waiting.is_some()).count();
        let running = session.jobs.open().saturating_sub(waiting);
        let title = title(outside.unseen.len(), running, waiting, lone(session));
        outside.rename(ctx, title);
        if let Some(bell) = &mut self.outside.bell {
            bell.poll();
        }
        if let Some(news) = news.filter(|_| notices.ends) {
            if news.sound {
                self.ring();
            }
            self.desktop.notifier.show(&self.runtime, news);
        }
    }

    /// Plays the short sound on a player of its own, so that what is loaded stays.
    fn ring(&mut self) {
        let mut bell = self.player();
        bell.set_muted(false);
        let (title, source) = ("Notice".to_owned(), Source::Bytes(test_sound()));
        bell.play(Track { key: "notice".to_owned(), title, subtitle: String::new(), source });
        self.outside.bell = Some(bell);
    }
}

/// The only job under way, and how far the service has come with it: "Lip sync 40 %".
fn lone(session: &Session) -> Option<String> {
    let mut open = session.jobs.all().iter().filter(|job| job.is_running());
    let (Some(job), None) = (open.next(), open.next()) else { return None };
    let watched = job.waiting.is_none() && matches!(job.state, State::Running(Step::Watch));
    let part = job.progress.fraction().filter(|_| watched)?;
    Some(format!("{} {:.0} %", kind(&job.request), (part * 20.0).floor() * 5.0))
}

impl Outside {
    fn rename(&mut self, ctx: &Context, title: String) {
        if self.title.as_deref().unwrap_or(NAME) != title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = Some(title);
        }
    }

    /// Forgets failures that are seen on the page that is looked at, and those that are none any more.
    fn look(&mut self, session: &Session, page: Option<Page>) {
        self.unseen.retain(|id| {
            let job = session.jobs.get(id).filter(|job| failed(job));
            job.is_some_and(|job| !page.is_some_and(|page| shows(page, &job.request)))
        });
    }

    pub(super) fn call(&mut self, ctx: &Context) {
        self.calls = true;
        ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Informational));
    }

    fn answered(&mut self, ctx: &Context) {
        if std::mem::take(&mut self.calls) {
            ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Reset));
        }
    }
}

fn failed(job: &Job) -> bool {
    matches!(job.state, State::Failed(_))
}

/// The window's title: what failed unseen, what runs, what waits, and the program's name. A job that runs alone is named.
fn title(failed: usize, running: usize, waiting: usize, lone: Option<String>) -> String {
    let count = |count: usize, word: &str| (count > 0).then(|| format!("{count} {word}"));
    let running = lone.or_else(|| count(running, "running"));
    let state: Vec<String> =
        [count(failed, "failed"), running, count(waiting, "waiting")].into_iter().flatten().collect();
    if state.is_empty() { NAME.to_owned() } else { format!("{} · {NAME}", state.join(", ")) }
}

/// What to say about the jobs that ended, in one notification.
fn news(ended: &[&Job]) -> Option<News> {
    let [job] = ended else {
        let bad = ended.iter().filter(|job| failed(job)).count();
        let body = if bad == 0 { "All of them are saved.".to_owned() } else { format!("{bad} of them failed.") };
        let title = format!("{} ended", format::count(ended.len().try_into().unwrap_or(u64::MAX), "job", "jobs"));
        return (!ended.is_empty()).then_some(News { title, body, sound: false });
    };
    let kind = kind(&job.request);
    let (end, body) = match &job.state {
        State::Failed(error) => ("failed", format!("{}: {error}", job.request.title())),
        State::Done(Outcome::Video { file, .. }) => ("saved", file_name(file)),
        State::Done(Outcome::Take(take)) => {
            ("saved", format!("{} in the voice of {}", job.request.title(), take.voice_name))
        }
        State::Done(Outcome::Voice { name, .. }) => ("ready", name.clone()),
        State::Running(_) | State::Stopped => return None,
    };
    Some(News { title: format!("{kind} {end}"), body, sound: false })
}

fn kind(request: &Request) -> &'static str {
    match request {
        Request::Clone(_) => "Voice clone",
        Request::Speak(_) => "Take",
        Request::LipSync(_) => "Lip sync",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_says_what_needs_a_look_first() {
        assert_eq!(title(0, 0, 0, None), "Mouthpiece");
        assert_eq!(title(0, 2, 0, None), "2 running · Mouthpiece");
        assert_eq!(title(1, 0, 0, None), "1 failed · Mouthpiece");
        assert_eq!(title(2, 1, 3, None), "2 failed, 1 running, 3 waiting · Mouthpiece");
        assert_eq!(title(1, 1, 0, Some("Lip sync 40 %".into())), "1 failed, Lip sync 40 % · Mouthpiece");
    }

    #[test]
    fn names_are_never_markup() {
        assert_eq!(escaped("<a href='x'>R&D</a>.mp4"), "&lt;a href='x'&gt;R&amp;D&lt;/a&gt;.mp4");
    }

    #[test]
    fn nothing_that_ended_is_nothing_to_say() {
        assert_eq!(news(&[]), None);
    }
}

//! The sentences of toasts: messages that have no better place. How they look and how long they stay is the kit's.

use crate::error::Error;
use crate::panels::{Command, Notice};
use crate::ui::{News, Toast, Toasts};

/// The toasts of this window; their buttons are commands.
pub(super) type Stack = Toasts<Command>;

/// Good news.
pub(super) fn notify(toasts: &mut Stack, notice: Notice) {
    push(toasts, News::Success, notice);
}

/// News that is neither good nor a failure.
pub(super) fn tell(toasts: &mut Stack, notice: Notice) {
    push(toasts, News::Info, notice);
}

fn push(toasts: &mut Stack, news: News, notice: Notice) {
    let toast = Toast::new(news, notice.title.clone(), notice.title).detail(notice.detail);
    toasts.push(match notice.action {
        Some((label, command)) => toast.action(label, *command),
        None => toast,
    });
}

/// A failure, with its details to copy when there are any.
pub(super) fn complain(toasts: &mut Stack, title: &str, error: &Error) {
    tracing::warn!(code = error.code(), "told the user: {}", error.kind());
    let toast = Toast::new(News::Error, title, title).detail(error.to_string());
    let details = error.details();
    toasts.push(if details.is_empty() {
        toast
    } else {
        toast.action("Copy details", Command::Copy(format!("{title}\n{error}\n{details}")))
    });
}

/// Something found at start that the user should know.
pub(super) fn warn(toasts: &mut Stack, title: &str, sentence: &str) {
    toasts.push(Toast::new(News::Error, title, title).detail(sentence));
}

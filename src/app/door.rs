//! One window for one workspace: a start beside an open window gives it its files and ends, so that "Open with" reaches
//! the window that is there. The window listens on a socket beside the library it has locked, to programs of its own
//! user alone. Where that can't be, on systems without such sockets too, the second start says that the first one is open.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use egui::{Context, ViewportCommand};
use tokio::sync::oneshot;

use super::quit::Quit;
use super::{App, Launch};
use crate::runtime::{Handle, Task};

#[cfg(unix)]
mod socket;

/// Gives what a start brings to the window that is open for the same workspace; files, where the start names none, also
/// to any other. `false` when no window takes them. Blocks, while a window that is there is busy for some seconds.
#[cfg(unix)]
pub fn hand_over(launch: &Launch) -> bool {
    socket::folders(launch).iter().any(|folder| socket::knock(folder, &launch.files))
}

/// There are no such sockets here.
#[cfg(not(unix))]
pub fn hand_over(_launch: &Launch) -> bool {
    false
}

/// The same for one workspace.
#[cfg(unix)]
pub(super) use socket::knock;

#[cfg(not(unix))]
pub(super) fn knock(_folder: &Path, _files: &[PathBuf]) -> bool {
    false
}

/// Another start that waits for its answer.
struct Visit {
    files: Vec<PathBuf>,
    /// Whether the window takes them.
    answer: oneshot::Sender<bool>,
}

/// Where visits come in.
#[derive(Default)]
pub(super) struct Door(Option<(mpsc::Receiver<Visit>, Task<()>)>);

impl Door {
    /// Listens in the folder of a library, for as long as this is kept. The library is open, and so locked.
    #[cfg(unix)]
    pub fn open(folder: &Path, handle: &Handle) -> Self {
        let (visits, received) = mpsc::channel();
        let wake = handle.clone();
        let listening = handle.spawn(socket::listen(folder.to_owned(), visits, move || wake.wake()));
        Self(Some((received, listening)))
    }

    #[cfg(not(unix))]
    pub fn open(_: &Path, _: &Handle) -> Self {
        Self::default()
    }

    fn visit(&self) -> Option<Visit> {
        self.0.as_ref()?.0.try_recv().ok()
    }
}

impl App {
    /// Takes in what other starts brought, and shows the window to who opened it once more. After the window's close
    /// button was answered: what comes while it closes is not taken.
    pub(super) fn answer_the_door(&mut self, ctx: &Context) {
        while let Some(Visit { mut files, answer }) = self.intake.door.visit() {
            let takes = self.quit != Quit::Leaving;
            if answer.send(takes).is_ok() && takes {
                tracing::info!(files = files.len(), "another start was answered by this window");
                // An impatient second click brings what is asked about already.
                let held = self.intake.held();
                files.retain(|path| !held.contains(path));
                self.intake.offer(&files, &self.runtime);
                ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
                ctx.send_viewport_cmd(ViewportCommand::Focus);
                if !ctx.input(|input| input.viewport().focused.unwrap_or(false)) {
                    // Not every desktop lets a window come forward.
                    self.outside.call(ctx);
                }
                ctx.request_repaint();
            }
        }
    }
}

//! Emptying the sandbox: its flows, takes, clones and jobs, the results kept in its folder, and what its service keeps.
//! Accounts have folders of their own and are not touched, nor is what was saved to a folder of the user's.

use std::path::Path;

use super::super::{App, Service, toasts};
use super::Target;
use crate::error::{Error, Result};
use crate::library::Library;
use crate::panels::Notice;
use crate::runtime::{Task, blocking};

impl App {
    /// Empties it; the open sandbox is closed for that and begins anew.
    pub(super) fn reset_sandbox(&mut self) {
        let (data, served) = (self.launch.data_dir.clone(), self.launch.sandbox.data_dir.clone());
        if !self.workspaces.is_sandbox() {
            self.workspaces.resetting = Some(self.runtime.blocking(move || reset(&data, &served)));
            return;
        }
        // What is on its way there is given up with it.
        self.session = None;
        self.let_go(true, Target::Service(Service::Sandbox));
        self.workspaces.emptied = true;
        let launch = self.launch.clone();
        self.workspaces.opening = Some(self.runtime.spawn(async move {
            blocking(move || reset(&data, &served)).await?;
            let opened = super::session::open(Service::Sandbox, launch).await?;
            Ok((Service::Sandbox, opened))
        }));
    }

    pub(super) fn reset_done(&mut self) {
        let Some(done) = self.workspaces.resetting.as_mut().and_then(Task::take) else { return };
        self.workspaces.resetting = None;
        match done {
            Ok(()) => self.tell_it_is_empty(),
            Err(error) => toasts::complain(&mut self.toasts, "Could not empty the sandbox", &error),
        }
    }

    /// That everything is deleted, once it is.
    pub(super) fn tell_it_is_empty(&mut self) {
        let (title, detail) = ("The sandbox is empty".to_owned(), "Files in folders of your own were kept.".to_owned());
        toasts::notify(&mut self.toasts, Notice { title, detail, action: None });
    }
}

/// Blocks. Nothing is deleted while another window works there.
fn reset(data: &Path, served: &Path) -> Result<()> {
    let folder = data.join("workspaces").join("sandbox");
    if folder.is_dir() {
        drop(Library::open(&folder)?);
    }
    for folder in [folder.as_path(), served] {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::file("empty", folder, error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sandbox_is_emptied() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join("workspaces").join(name);
        for name in ["sandbox", "0123456789ab"] {
            drop(Library::open(&at(name)).unwrap());
        }
        let served = dir.path().join("sandbox");
        std::fs::create_dir_all(served.join("voices")).unwrap();
        reset(dir.path(), &served).unwrap();
        assert!(!at("sandbox").exists() && !served.exists() && at("0123456789ab").is_dir());
        reset(dir.path(), &served).unwrap();
    }

    #[test]
    fn nothing_is_deleted_while_somebody_works_there() {
        let dir = tempfile::tempdir().unwrap();
        let open = Library::open(&dir.path().join("workspaces/sandbox")).unwrap();
        let served = dir.path().join("sandbox");
        std::fs::create_dir_all(&served).unwrap();
        assert!(matches!(reset(dir.path(), &served), Err(Error::InUse)));
        assert!(served.is_dir());
        drop(open);
    }
}

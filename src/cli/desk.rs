//! One account, open for a verb that makes something: the library and the jobs the window works on, too.

use std::path::PathBuf;

use super::arguments::Common;
use super::background::Background;
use super::out::Out;
use super::view::{Connected, Start, View};
use super::{FAILED, Failure, words};
use crate::api::Client;
use crate::error::{Error, Result};
use crate::jobs::Jobs;
use crate::library::Library;
use crate::runtime::Task;
use crate::sandbox::Sandbox;
use crate::settings::Settings;

/// One account, open for a verb.
pub struct Desk {
    // Dropped before the runtime that runs its work.
    pub jobs: Jobs,
    pub client: Client,
    pub library: Library,
    pub settings: Settings,
    pub data_dir: PathBuf,
    pub is_sandbox: bool,
    pub out: Out,
    /// What a line needs to be about the same account again.
    pub again: &'static str,
    /// Jobs of a newer version could not be read.
    unread: bool,
    _sandbox: Option<Sandbox>,
    _signals: Task<()>,
    pub background: Background,
}

impl Desk {
    /// Opens the account a verb is about, to work on it; see [`View::working`].
    ///
    /// # Errors
    /// When its key is not to be had, or the library is open in a window.
    pub fn open(start: &Start, common: Common) -> Result<Self, Failure> {
        let view = View::working(start, common)?;
        let Connected { client, sandbox } = view.connect()?;
        let View { library, settings, data_dir, is_sandbox, mut out, signals, background, .. } = view;
        out.makes = true;
        let jobs = Jobs::at_rest(background.runtime().handle(), library.clone(), client.clone());
        let mut desk = Self {
            jobs,
            client,
            library,
            settings,
            data_dir,
            is_sandbox,
            out,
            again: words::again(),
            unread: false,
            _sandbox: sandbox,
            _signals: signals,
            background,
        };
        desk.read_jobs()?;
        desk.jobs.keep_samples(desk.settings.keep_samples);
        Ok(desk)
    }

    fn read_jobs(&mut self) -> Result<()> {
        while !self.jobs.is_read() {
            match self.jobs.poll() {
                // Some rows are of a newer version; the others are there.
                Err(Error::Input(why)) => {
                    self.out.note(&why);
                    self.unread = true;
                }
                polled => polled?,
            }
            if self.background.is_left() {
                return Err(Error::Cancelled);
            }
            if !self.jobs.is_read() {
                self.background.look();
            }
        }
        Ok(())
    }

    /// That all jobs could be read: one that could not might be the very lip sync that is asked for.
    ///
    /// # Errors
    /// That some could not.
    pub fn knows_all(&self) -> Result<(), Failure> {
        if !self.unread {
            return Ok(());
        }
        let why = "Nothing was done: among the jobs that can't be read may be this very lip sync, and it would be paid for \
                   twice. Use the newer version of Mouthpiece for it.";
        Err(Failure::new(FAILED, why))
    }

    /// How the service is called in the middle of a sentence.
    pub fn service(&self) -> String {
        if self.is_sandbox { "the sandbox".to_owned() } else { self.client.service().to_owned() }
    }

    /// Lets a job go on, and gives the id of the one that does: a run that ended badly goes on as a new one.
    pub fn go_on(&mut self, id: &str) -> String {
        self.jobs.go_on(id);
        let newer = self.jobs.get(id).filter(|job| !job.is_running());
        newer.and_then(|job| job.checkpoint.run.superseded.clone()).unwrap_or_else(|| id.to_owned())
    }

    /// That Ctrl+C was not pressed: asked before anything is begun.
    ///
    /// # Errors
    /// That it was.
    pub fn stay(&self) -> Result<(), Failure> {
        if self.background.is_left() { Err(Error::Cancelled.into()) } else { Ok(()) }
    }

    /// The line that goes on with a job.
    pub fn resume_line(&self, job: &str) -> String {
        format!("mouthpiece resume {}{}", short(job), self.again)
    }
}

/// As much of an id as is shown.
pub fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

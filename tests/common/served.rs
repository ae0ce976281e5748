//! The real program serving the sandbox in a process of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test or measurement that cannot be set up has failed")]
#![allow(clippy::allow_attributes, dead_code, reason = "each program uses a part of this")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use url::Url;

pub const KEY: &str = "sk-served-0123456789";

/// How long its work takes.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    Instant,
    Real,
}

/// `mouthpiece sandbox` at work; ends with the value.
pub struct Served {
    child: Child,
    pub base: Url,
    /// What is stored lies here.
    pub media: PathBuf,
}

impl Served {
    /// Starts it with its files in `folder`, and waits until it says where it is.
    pub fn start(folder: &Path, pace: Pace) -> Self {
        let pace = match pace {
            Pace::Instant => "instant",
            Pace::Real => "real",
        };
        let data = folder.join("served");
        let mut child = Command::new(env!("CARGO_BIN_EXE_mouthpiece"))
            .args(["sandbox", "--pace", pace, "--key", KEY, "--data"])
            .arg(&data)
            .env("MOUTHPIECE_DATA_DIR", folder.join("program"))
            .env("MOUTHPIECE_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let base = said.find_map(|line| line.strip_prefix("Base URL").map(|url| url.trim().to_owned()));
        let base = Url::parse(&base.expect("the sandbox says where it is")).unwrap();
        Self { child, base, media: data.join("media") }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

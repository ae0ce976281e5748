//! What can be typed: the verbs and their options. The help, the man page and the completions are made of this.

mod given;
mod making;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub use given::mistyped;
pub use making::{Batch, FlowLine, LipSync, Making, Manner, Mode, Speak};

/// A desktop studio for voice cloning and lip sync on the sync.so API.
///
/// Without a verb the window opens. The first start asks for an API key, or opens the sandbox: the same API, served on
/// this computer, without an account or a price. Later ones open what was used last.
///
/// With a verb the same work is done without a window, on the same account, library, history and spending limits.
#[derive(Debug, Parser)]
#[command(name = "mouthpiece", version = VERSION, override_usage = USAGE, after_help = AFTER)]
pub struct Arguments {
    /// Videos and sound files to begin with, as if dropped on the window
    pub files: Vec<PathBuf>,
    /// Use the sandbox even when an API key is set
    #[arg(long)]
    pub sandbox: bool,
    /// Read the API key from standard input, where no other program sees it
    #[arg(long, hide = true, conflicts_with = "sandbox")]
    pub key_on_stdin: bool,
    /// Show every widget in every state instead of the program
    #[arg(long, hide = true)]
    pub gallery: bool,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// The version, with the commit it was built from.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("MOUTHPIECE_COMMIT"), ")");

const USAGE: &str = "mouthpiece [OPTIONS] [FILES]...\n       mouthpiece [OPTIONS] <COMMAND>";

const AFTER: &str = "Exit codes:
  0    done
  1    it failed: the sentence says why, and what to do
  2    it can't be done as it was typed
  3    not allowed: no permission for the voice, above your limit, or the price was not agreed to
  4    the API key was refused, the keychain does not give it, or there is none to test or forget
  5    the service was not reached, or has no room just now
  6    Mouthpiece is open and works on this library
  130  left with Ctrl+C; `mouthpiece resume` goes on

Without SYNC_API_KEY, and where no account was open last, verbs work in the sandbox and say so (with --json as `sandbox`).

Environment:
  SYNC_API_KEY         API key of a sync.so account; it is used instead of one in the keychain, and not kept
  SYNC_BASE_URL        another place that serves the API: https, or http on this computer
  MOUTHPIECE_DATA_DIR  where settings, library, logs and sandbox are kept
  MOUTHPIECE_LOG       what is logged, for example mouthpiece=debug
  NO_COLOR             no colours in the terminal

What verbs make goes to standard output, one name of a file or id a line; all else goes to standard error.
To see what a verb takes: mouthpiece flow --help";

/// What is done without a window.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the voices of the account
    Voices(Voices),
    /// Save the preview of a voice, a short recording of it
    Preview(Preview),
    /// Clone a voice from a video or a sound file
    Clone(CloneVoice),
    /// Delete a cloned voice for good
    Delete(Delete),
    /// Speak a line in a voice
    Speak(Speak),
    /// Put a voice on a video so that the lips follow
    Lipsync(LipSync),
    /// The whole way in one line: clone a voice, speak a line, put it on a video
    Flow(FlowLine),
    /// Speak and lip sync every row of a table, and go on where it stopped
    Batch(Batch),
    /// List the jobs, or watch those under way
    Jobs(Jobs),
    /// Go on with what was stopped, left or did not get through
    Resume(Resume),
    /// What a month has cost, and the limits
    Spend(Spend),
    /// Keep, test or forget the API key in the keychain of the system
    #[command(subcommand)]
    Key(Key),
    /// Serve the sandbox alone, without a window, for curl and SDKs
    Sandbox(Serve),
}

/// What every verb that talks to a service takes.
#[derive(Debug, Clone, Copy, Args)]
pub struct Common {
    /// Use the sandbox even when an API key is set
    #[arg(long)]
    pub sandbox: bool,
    /// Write JSON for programs: one object per line, the last is the result
    #[arg(long)]
    pub json: bool,
}

/// What verbs that may cost something take.
#[derive(Debug, Clone, Copy, Args)]
pub struct Agreed {
    /// Agree to the price without being asked
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  mouthpiece voices --search mara")]
pub struct Voices {
    #[command(flatten)]
    pub common: Common,
    /// Only clones of this account
    #[arg(long, conflicts_with = "built_in")]
    pub clones: bool,
    /// Only voices that come with the service
    #[arg(long)]
    pub built_in: bool,
    /// Only those with this in name, tags or notes; accents and case do not matter
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  mouthpiece preview Mara -o mara")]
pub struct Preview {
    #[command(flatten)]
    pub common: Common,
    /// Name or id of the voice
    pub voice: String,
    /// Where to save it; the name gets the ending of the preview's kind [default: named after the voice, in the current folder]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Whose voice it is, and how the permission was given.
#[derive(Debug, Args)]
pub struct Permission {
    /// Who agreed: "me" for your own voice, else the name of the speaker
    ///
    /// With it you state: "This is my voice, or I have the speaker's permission to clone it and to use it in this
    /// project. I can show that permission if asked." The statement is recorded with name, time and sample.
    #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
    pub consent_by: String,
    /// How the speaker agreed; to be said for every voice but your own
    #[arg(long, value_enum, value_name = "HOW")]
    pub consent_how: Option<How>,
}

/// How a speaker agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum How {
    InWriting,
    ByEmail,
    SpokenInClip,
}

/// Which part of the file is cloned from.
#[derive(Debug, Clone, Args)]
pub struct Sample {
    /// Where the part begins: seconds, or minutes and seconds such as 1:12.5
    #[arg(long, value_name = "T", value_parser = crate::cli::parse::time, requires = "to")]
    pub from: Option<f64>,
    /// Where it ends
    #[arg(long, value_name = "T", value_parser = crate::cli::parse::time, requires = "from")]
    pub to: Option<f64>,
    /// Find the best part by listening to the whole file
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub best: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  mouthpiece clone keynote.mp4 --name Mara --consent-by \"Mara Lindqvist\" --consent-how by-email --from 1:12 --to 1:58"
)]
pub struct CloneVoice {
    #[command(flatten)]
    pub common: Common,
    /// A video or sound file, or its https address
    #[arg(value_name = "FILE|URL")]
    pub sample: PathBuf,
    /// What the voice is called
    #[arg(long, allow_hyphen_values = true)]
    pub name: String,
    #[command(flatten)]
    pub permission: Permission,
    #[command(flatten)]
    pub part: Sample,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  mouthpiece delete Mara")]
pub struct Delete {
    #[command(flatten)]
    pub common: Common,
    /// Name or id of the voice
    pub voice: String,
    /// Delete it without being asked
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  mouthpiece jobs --watch")]
pub struct Jobs {
    #[command(flatten)]
    pub common: Common,
    /// Go on with the open ones, and watch until all are over
    #[arg(long)]
    pub watch: bool,
    /// How many of the newest to list
    #[arg(long, short = 'n', default_value_t = 20, value_name = "NUMBER")]
    pub newest: usize,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  mouthpiece resume 1f0c2a9e")]
pub struct Resume {
    #[command(flatten)]
    pub common: Common,
    /// Go on, without being asked, with what may then be charged a second time
    #[arg(long, short)]
    pub yes: bool,
    /// Ids of jobs, or their beginnings [default: all that are open; failed and stopped ones only when named]
    pub jobs: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mouthpiece spend --month 2026-11\n  mouthpiece spend --stop-at 40")]
pub struct Spend {
    #[command(flatten)]
    pub common: Common,
    /// Which month, such as 2026-11 [default: this one, in UTC]
    #[arg(long, value_parser = crate::cli::parse::month)]
    pub month: Option<String>,
    /// Warn above this sum in a month, in US dollars; "none" for no warning
    #[arg(long, value_name = "USD", value_parser = crate::cli::parse::limit, allow_negative_numbers = true)]
    pub warn_above: Option<crate::cli::parse::Limit>,
    /// Send nothing that would pass this sum in a month, in US dollars; "none" for no limit
    #[arg(long, value_name = "USD", value_parser = crate::cli::parse::limit, allow_negative_numbers = true)]
    pub stop_at: Option<crate::cli::parse::Limit>,
}

/// What is done with the key.
#[derive(Debug, Clone, Subcommand)]
pub enum Key {
    /// Read a key from standard input, check it, and keep it in the keychain
    ///
    /// On a terminal it is asked for, and not shown as it is typed. It is never taken as an argument: other programs could
    /// read it there.
    #[command(after_help = "Examples:\n  mouthpiece key set\n  pass show sync.so | mouthpiece key set")]
    Set,
    /// Ask the service whether the key works
    #[command(after_help = "Example:\n  mouthpiece key test")]
    Test,
    /// Take the key out of the keychain
    #[command(after_help = "Examples:\n  mouthpiece key forget\n  mouthpiece key forget 7F3A")]
    Forget {
        /// The last four characters of the key, where several are kept
        last: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  mouthpiece sandbox --port 8080 --key my-key --pace instant")]
pub struct Serve {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Where the sandbox keeps voices and videos [default: sandbox in the data directory]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data: Option<PathBuf>,
    /// API key to accept [default: a new one at each start]
    #[arg(long)]
    pub key: Option<String>,
    /// How long work takes: as the real service would, or no longer than it must
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    pub pace: Pace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    Instant,
    Real,
}

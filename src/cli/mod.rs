//! The program without a window: each verb does one thing on the same account, library, history and spending limits
//! as the window, so that people and scripts share them, and a machine without a display can do the whole job.
//!
//! A verb opens a `desk::Desk`, asks the rules of [`crate::orders`] for the job, hands it to [`crate::jobs`] and
//! follows it. What it says goes through `out::Out`; why it ends, through [`Failure`].

pub mod arguments;
mod ask;
mod background;
mod batch;
mod clips;
mod cloning;
mod delete;
mod desk;
mod echo;
mod files;
mod follow;
mod jobs;
mod key;
mod make;
mod models;
mod money;
mod out;
mod parse;
mod preview;
mod spend;
mod table;
mod untold;
mod view;
mod voice;
mod voices;
mod words;
mod work;

use std::ffi::OsString;
use std::io::Write as _;

use crate::error::Error;

pub use arguments::{Arguments, Verb};
pub use view::{Start, sandbox_options};

/// It failed.
pub const FAILED: u8 = 1;
/// It can't be done as it was typed.
pub const WRONG_USE: u8 = 2;
/// No permission for the voice, above the limit, or the price was not agreed to.
pub const NOT_ALLOWED: u8 = 3;
/// The API key was refused, the keychain does not give it, or there is none to test or forget.
pub const NO_KEY: u8 = 4;
/// The service was not reached, or has no room just now.
pub const NOT_REACHED: u8 = 5;
/// The library is open in a window, or another verb works on it.
pub const IN_USE: u8 = 6;
/// Left with Ctrl+C.
pub const LEFT: u8 = 130;

/// Said beside an open window by what has to work on the library.
const BESIDE: &str = "Mouthpiece is open and works on this library, so nothing was done. Close the window, or wait until \
                      the other command is done, then run this again. Beside it you can use: voices, preview, jobs, spend, key.";

/// Why the program ends other than well: the exit code, and the sentence for people.
#[derive(Debug, Clone)]
pub struct Failure {
    pub code: u8,
    pub error: Error,
}

impl Failure {
    /// A sentence of our own.
    pub fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self { code, error: Error::Input(sentence.into()) }
    }

    /// It can't be done as it was typed.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self::new(WRONG_USE, sentence)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Unauthorized(_) | Error::Keychain(_) => NO_KEY,
            Error::Offline { .. } | Error::Busy(_) | Error::RateLimited(_) => NOT_REACHED,
            Error::OverLimit(_) => NOT_ALLOWED,
            Error::Input(_) => WRONG_USE,
            Error::InUse => return Self::new(IN_USE, BESIDE),
            Error::Cancelled => return Self::new(LEFT, "Stopped. To go on, run the same line again."),
            _ => FAILED,
        };
        Self { code, error }
    }
}

/// Carries out a verb that needs no window; `sandbox` serves alone and is the program's own.
///
/// # Errors
/// Why it ended other than well.
pub fn run(verb: Verb, start: &Start) -> Result<(), Failure> {
    carry_out(verb, start)?;
    // It was done, and nobody heard of it.
    out::unwritten().map_or(Ok(()), |why| Err(Failure::new(FAILED, why)))
}

fn carry_out(verb: Verb, start: &Start) -> Result<(), Failure> {
    match verb {
        Verb::Voices(asked) => voices::run(&asked, start),
        Verb::Preview(asked) => preview::run(&asked, start),
        Verb::Clone(asked) => make::clone(&asked, start),
        Verb::Speak(asked) => make::speak(&asked, start),
        Verb::Lipsync(asked) => make::lip_sync(&asked, start),
        Verb::Flow(asked) => make::flow(&asked, start),
        Verb::Delete(asked) => delete::run(&asked, start),
        Verb::Jobs(asked) => jobs::run(&asked, start),
        Verb::Resume(asked) => jobs::resume(&asked, start),
        Verb::Spend(asked) => spend::run(&asked, start),
        Verb::Key(asked) => key::run(asked, start),
        Verb::Batch(asked) => batch::run(&asked, start),
        Verb::Sandbox(_) => Ok(()),
    }
}

/// Says the help, the version, or what is wrong with a line; gives the exit code.
pub fn answer(line: &[OsString], said: &clap::Error) -> u8 {
    if said.use_stderr()
        && let Some(failure) = arguments::mistyped(line.iter().map(OsString::as_os_str))
    {
        tell(&failure, false);
        return failure.code;
    }
    if let Err(error) = said.print()
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && !said.use_stderr()
    {
        tell(&out::no_room(error).into(), false);
        return FAILED;
    }
    if said.use_stderr() { WRONG_USE } else { 0 }
}

/// What a failure ends with: a sentence on standard error, or for programs an object on standard output.
pub fn tell(failure: &Failure, is_json: bool) {
    // With nobody at the other end there is nobody to tell.
    if is_json && out::unwritten().is_none() {
        let mut value = out::failure(&failure.error);
        value["exit"] = failure.code.into();
        out::put(&value.to_string());
    }
    if !is_json || out::unwritten().is_some() {
        drop(writeln!(std::io::stderr(), "{}", out::plain(&out::sentence(&failure.error))));
    }
}

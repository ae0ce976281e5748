//! What crosses panels: a plain queue of intents, run once per frame in one match in `app`.

use std::path::PathBuf;

use secrecy::SecretString;

use super::Page;
use crate::error::Error;
use crate::library::VoiceNote;
use crate::settings::Workspace;
use crate::store::{Role, VoiceChoice};

/// Something one panel asks of the rest of the app.
#[derive(Debug, Clone)]
pub enum Command {
    Go(Page),
    /// Good news in a toast.
    Notify(Notice),
    /// News in a toast that is neither good nor a failure: that nothing was done, or not yet.
    Tell(Notice),
    /// News in a toast of something that can be taken back for eight seconds: the page is asked for it with
    /// [`super::Panel::take_back`].
    Undoable {
        title: String,
        detail: String,
        page: Page,
        /// The page's own number of what was done.
        step: u64,
    },
    /// Takes back a step of a page.
    Undo {
        page: Page,
        step: u64,
    },
    /// An error in a toast, for failures without a better place. It stays until it is closed.
    Complain {
        /// What could not be done: "Could not delete Rachel".
        title: String,
        error: Error,
    },
    /// Chooses a voice and opens the script.
    UseVoice(VoiceChoice),
    /// Plays, pauses or goes on with a voice's preview, by the voice's id.
    HearVoice(String),
    /// Plays, pauses or goes on with a take, by its id.
    HearTake(String),
    /// Keeps a take of its line, instead of another one: it is the one chosen for the lip sync, too.
    KeepTake(String),
    /// Keeps it no more.
    LetGoOfTake(String),
    /// Chooses a take for the lip sync and opens the composer.
    PutOnVideo(String),
    /// Reads a file and uses it for a purpose; opens the page of that purpose.
    Bring(PathBuf, Role),
    /// Opens the native dialog for a purpose.
    Pick(Role),
    /// Opens the script and reads lines out of a text file.
    ImportText(PathBuf),
    /// Opens the native dialog, and asks what the file is for.
    AddFile,
    /// Shows the flow's result on its page and plays it there.
    PlayResult,
    /// Opens a file in the user's own program for it.
    OpenFile(PathBuf),
    /// Shows a file in its folder.
    Reveal(PathBuf),
    /// Gets the list of voices again.
    ReloadVoices,
    /// Something that is noted of voices.
    Voice(VoiceCommand),
    /// Copies a text to the clipboard.
    Copy(String),
    /// Begins an empty flow; the takes and results of the old one stay.
    NewFlow,
    /// Opens the sandbox's example as a flow of its own.
    OpenExample,
    /// Something about the flows in the library.
    Flow(FlowCommand),
    /// Asks for the limits of a month.
    ChangeLimit,
    /// Shows the service's plans and prices, in the browser.
    SeePlans,
    /// Something about accounts and their keys.
    Account(AccountCommand),
}

/// What can be asked about flows, by their ids.
#[derive(Debug, Clone)]
pub enum FlowCommand {
    /// Goes on with a flow; the open one stays in the library.
    Open(String),
    /// Makes a copy, which stands in the list.
    Copy(String),
    Rename(String, String),
    /// Takes it out of the list, which can be taken back for a while.
    Remove(String),
    /// Puts back what was removed.
    PutBack(String),
}

/// What can be asked about accounts and their keys.
#[derive(Debug, Clone)]
pub enum AccountCommand {
    /// Checks a key as it was pasted, and opens its workspace when it works.
    Connect(SecretString),
    /// Stops checking a pasted key.
    CancelConnect,
    /// Asks the service whether the key in use works.
    Test,
    /// Tries once more to keep the key in use in the keychain.
    Keep,
    /// Asks whether to remove the key in use, and does it.
    SignOut,
    /// Opens another workspace; asks first when jobs are under way.
    Open(Workspace),
    /// Deletes everything in the sandbox, and begins it anew when it is open.
    ResetSandbox,
    /// Shows where keys come from, in the browser.
    WhereToGetOne,
}

/// What can be noted of voices.
#[derive(Debug, Clone)]
pub enum VoiceCommand {
    /// A clone was deleted on the service; its consent stays on record.
    Forget(String),
    /// A clone was deleted on the service while its sample is kept here, to be brought back.
    Park(String),
    /// Takes a parked clone off the list; its record of the permission stays.
    LetGoOfParked(String),
    /// A parked clone, `from`, has come back under the id `to`.
    BroughtBack { from: String, to: String },
    /// Keeps what the user noted on a voice.
    KeepNote(Box<VoiceNote>),
    /// Writes a fact about the account down, under a key of the library.
    KeepFact { key: &'static str, value: String },
    /// Writes the list of voices down, for the next start without a connection.
    KeepList,
    /// Tells for eight seconds that a voice is being removed, with a button that takes it back.
    Removing { id: String, title: String, detail: String },
    /// Tells that a removal of before the last start was never sent: "Dora was not deleted".
    Dropped(String),
    /// Takes the removal of a voice back, by its id.
    Spare(String),
}

impl Command {
    /// What it is, for the log: without names, texts or paths.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Go(_) => "go",
            Self::Notify(_) => "notify",
            Self::Tell(_) => "tell",
            Self::Undoable { .. } => "undoable",
            Self::Undo { .. } => "undo",
            Self::Complain { .. } => "complain",
            Self::UseVoice(_) => "use voice",
            Self::HearVoice(_) => "hear voice",
            Self::HearTake(_) => "hear take",
            Self::KeepTake(_) => "keep take",
            Self::LetGoOfTake(_) => "let go of take",
            Self::PutOnVideo(_) => "put on video",
            Self::Bring(..) => "bring",
            Self::Pick(_) => "pick",
            Self::ImportText(_) => "import text",
            Self::AddFile => "add file",
            Self::PlayResult => "play result",
            Self::OpenFile(_) => "open file",
            Self::Reveal(_) => "reveal",
            Self::ReloadVoices => "reload voices",
            Self::Voice(VoiceCommand::Forget(_)) => "forget clone",
            Self::Voice(VoiceCommand::Park(_)) => "park clone",
            Self::Voice(VoiceCommand::LetGoOfParked(_)) => "let go of parked",
            Self::Voice(VoiceCommand::BroughtBack { .. }) => "brought back",
            Self::Voice(VoiceCommand::KeepNote(_)) => "keep note",
            Self::Voice(VoiceCommand::KeepFact { .. }) => "keep fact",
            Self::Voice(VoiceCommand::KeepList) => "keep voices",
            Self::Voice(VoiceCommand::Removing { .. }) => "removing",
            Self::Voice(VoiceCommand::Dropped(_)) => "dropped removal",
            Self::Voice(VoiceCommand::Spare(_)) => "spare voice",
            Self::Copy(_) => "copy",
            Self::NewFlow => "new flow",
            Self::OpenExample => "open example",
            Self::Flow(FlowCommand::Open(_)) => "open flow",
            Self::Flow(FlowCommand::Copy(_)) => "copy flow",
            Self::Flow(FlowCommand::Rename(..)) => "rename flow",
            Self::Flow(FlowCommand::Remove(_)) => "remove flow",
            Self::Flow(FlowCommand::PutBack(_)) => "put flow back",
            Self::ChangeLimit => "change limit",
            Self::SeePlans => "see plans",
            Self::Account(AccountCommand::Connect(_)) => "connect",
            Self::Account(AccountCommand::CancelConnect) => "cancel connecting",
            Self::Account(AccountCommand::Test) => "test key",
            Self::Account(AccountCommand::Keep) => "keep key",
            Self::Account(AccountCommand::SignOut) => "sign out",
            Self::Account(AccountCommand::Open(_)) => "open workspace",
            Self::Account(AccountCommand::ResetSandbox) => "reset sandbox",
            Self::Account(AccountCommand::WhereToGetOne) => "where to get a key",
        }
    }
}

/// What a toast says, with at most one thing to do about it.
#[derive(Debug, Clone)]
pub struct Notice {
    pub title: String,
    pub detail: String,
    pub action: Option<(String, Box<Command>)>,
}

/// The queue.
#[derive(Debug, Default)]
pub struct Commands(Vec<Command>);

impl Commands {
    /// Asks for something to be done after this frame's logic and drawing.
    pub fn push(&mut self, command: Command) {
        self.0.push(command);
    }

    /// Asks for more, in order.
    pub fn extend(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.0.extend(commands);
    }

    /// Shorthand for something noted of voices.
    pub fn voice(&mut self, command: VoiceCommand) {
        self.push(Command::Voice(command));
    }

    /// Shorthand for a failure without a better place.
    pub fn complain(&mut self, title: impl Into<String>, error: Error) {
        self.push(Command::Complain { title: title.into(), error });
    }

    /// Everything asked for so far.
    pub fn take(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.0)
    }
}

//! Native dialogs, and files handed to the desktop; in tests, scripted answers and a record of what was handed over.
//!
//! A dialog is built on the UI thread, as macOS wants it, and awaited in the background: the window goes on living.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::runtime::{Runtime, Task, blocking, child, clean};

const VIDEO: [&str; 8] = ["mp4", "mov", "m4v", "webm", "mkv", "avi", "mpg", "mpeg"];
/// What a script is imported from.
const TEXT: [&str; 7] = ["txt", "srt", "vtt", "csv", "tsv", "docx", "md"];
const AUDIO: [&str; 8] = ["wav", "mp3", "m4a", "aac", "flac", "ogg", "opus", "aiff"];

/// A kind of file to save: how a dialog names it, and its ending.
pub type Kind = (&'static str, &'static str);

/// Which files a dialog offers first. All others can be chosen too: what a file really is, its content says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Video,
    Audio,
    /// Video or audio.
    Any,
    /// A script.
    Text,
}

impl Wanted {
    fn title(self) -> &'static str {
        match self {
            Self::Video => "Choose a video",
            Self::Audio => "Choose a sound file",
            Self::Any => "Choose a video or a sound file",
            Self::Text => "Choose a text to import",
        }
    }

    /// Both cases of each ending: some desktops tell them apart, and cameras write capitals.
    fn endings(self) -> Vec<String> {
        let (video, audio): (&[&str], &[&str]) = match self {
            Self::Video => (&VIDEO, &[]),
            Self::Audio => (&[], &AUDIO),
            Self::Any => (&VIDEO, &AUDIO),
            Self::Text => (&TEXT, &[]),
        };
        let both = |ending: &&str| [(*ending).to_owned(), ending.to_uppercase()];
        video.iter().chain(audio).flat_map(both).collect()
    }
}

/// A file or folder that was handed to the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Opened with its usual program.
    Opened(PathBuf),
    /// Shown in its folder.
    Revealed(PathBuf),
    /// A web page.
    Page(&'static str),
}

/// The door to the desktop's dialogs and programs. Clones share one script, so a test can keep one.
#[derive(Clone)]
pub struct Files(Option<Arc<Mutex<Script>>>);

struct Script {
    has_dialogs: bool,
    answers: VecDeque<Option<PathBuf>>,
    shown: Vec<Shown>,
}

impl Files {
    /// Real dialogs and programs.
    pub fn native() -> Self {
        Self(None)
    }

    /// For tests: each dialog takes the next answer; `None`, and every dialog after the last answer, is a Cancel.
    pub fn scripted(answers: Vec<Option<PathBuf>>) -> Self {
        Self(Some(Arc::new(Mutex::new(Script { has_dialogs: true, answers: answers.into(), shown: Vec::new() }))))
    }

    /// For tests: from now on, a desktop that shows no dialogs where one opens or saves a file.
    pub fn lose_dialogs(&self) {
        if let Some(mut script) = self.script() {
            script.has_dialogs = false;
        }
    }

    /// What was opened and revealed so far. Empty unless scripted.
    pub fn shown(&self) -> Vec<Shown> {
        self.script().map(|script| script.shown.clone()).unwrap_or_default()
    }

    /// Asks for a file; `None` when the user changed their mind. Call on the UI thread.
    pub fn pick_media(&self, runtime: &Runtime, wanted: Wanted) -> Task<Option<PathBuf>> {
        if let Some(mut script) = self.script() {
            if !script.has_dialogs {
                return runtime.spawn(async { Err(no_dialogs(OPENING)) });
            }
            return answered(runtime, script.answers.pop_front().flatten());
        }
        let name = wanted.title().trim_start_matches("Choose a ");
        let dialog = rfd::AsyncFileDialog::new()
            .set_title(wanted.title())
            .add_filter(name, &wanted.endings())
            .add_filter("all files", &["*"])
            .pick_file();
        runtime.spawn(async move { picked(dialog, OPENING).await })
    }

    /// Asks for a folder, beginning in `start`; `None` when the user changed their mind. Call on the UI thread.
    pub fn pick_folder(&self, runtime: &Runtime, start: &Path) -> Task<Option<PathBuf>> {
        if let Some(mut script) = self.script() {
            return answered(runtime, script.answers.pop_front().flatten());
        }
        let dialog = rfd::AsyncFileDialog::new()
            .set_title("Choose a folder")
            .set_directory(start)
            .set_can_create_directories(true)
            .pick_folder();
        runtime.spawn(async move { picked(dialog, "").await })
    }

    /// Asks where to save a file, proposing a name; `None` when the user changed their mind. Where the desktop shows
    /// no dialogs, it is a free name in `folder`, which is made when needed. Call on the UI thread.
    pub fn pick_save(&self, runtime: &Runtime, name: &str, kinds: &[Kind], folder: PathBuf) -> Task<Option<PathBuf>> {
        let name = name.to_owned();
        if let Some(mut script) = self.script() {
            if script.has_dialogs {
                return answered(runtime, script.answers.pop_front().flatten());
            }
            return runtime.blocking(move || free_in(&folder, &name).map(Some));
        }
        let dialog = rfd::AsyncFileDialog::new().set_title("Save as").set_file_name(&name);
        let dialog = kinds.iter().fold(dialog, |dialog, (words, ending)| dialog.add_filter(*words, &[*ending]));
        let dialog = dialog.save_file();
        runtime.spawn(async move {
            match asked(dialog).await {
                Answer::Chosen(path) => Ok(Some(path)),
                Answer::Cancelled => Ok(None),
                Answer::NoDialogs => blocking(move || free_in(&folder, &name).map(Some)).await,
            }
        })
    }

    /// Opens a file or folder with its usual program.
    pub fn open(&self, runtime: &Runtime, path: &Path) -> Task<()> {
        self.hand_over(runtime, Shown::Opened(path.to_owned()))
    }

    /// Shows a file in its folder, selected where the desktop can do that.
    pub fn reveal(&self, runtime: &Runtime, path: &Path) -> Task<()> {
        self.hand_over(runtime, Shown::Revealed(path.to_owned()))
    }

    /// Opens a web page in the browser.
    pub fn open_page(&self, runtime: &Runtime, address: &'static str) -> Task<()> {
        self.hand_over(runtime, Shown::Page(address))
    }

    fn hand_over(&self, runtime: &Runtime, what: Shown) -> Task<()> {
        if let Some(mut script) = self.script() {
            let result = existing(&what);
            script.shown.push(what);
            return runtime.spawn(async move { result });
        }
        runtime.blocking(move || {
            existing(&what)?;
            match &what {
                Shown::Opened(path) => opened(path.as_os_str()).ok_or_else(|| no_program(path)),
                Shown::Page(address) => opened(OsStr::new(address)).ok_or_else(|| {
                    Error::Media(format!("No browser could be started. Go to {address} in one by hand."))
                }),
                Shown::Revealed(path) => reveal(path),
            }
        })
    }

    fn script(&self) -> Option<MutexGuard<'_, Script>> {
        self.0.as_ref().map(|script| script.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What opens a file without a dialog.
const OPENING: &str = "Or drop the file on the window, or name it on the command line.";

/// Nobody opens a dialog and cancels it faster than this.
const TOO_FAST: Duration = Duration::from_millis(300);

/// How a dialog ended.
enum Answer {
    Chosen(PathBuf),
    Cancelled,
    NoDialogs,
}

/// Where a desktop has no dialogs, the answer looks like a Cancel, only quicker than any person.
async fn asked(dialog: impl Future<Output = Option<rfd::FileHandle>>) -> Answer {
    let start = Instant::now();
    match dialog.await {
        Some(file) => Answer::Chosen(file.path().to_owned()),
        None if start.elapsed() < TOO_FAST => Answer::NoDialogs,
        None => Answer::Cancelled,
    }
}

/// What was picked; without dialogs the user is told what else to do.
async fn picked(dialog: impl Future<Output = Option<rfd::FileHandle>>, instead: &str) -> Result<Option<PathBuf>> {
    match asked(dialog).await {
        Answer::Chosen(path) => Ok(Some(path)),
        Answer::Cancelled => Ok(None),
        Answer::NoDialogs => Err(no_dialogs(instead)),
    }
}

/// `instead` is a sentence of its own, or nothing.
fn no_dialogs(instead: &str) -> Error {
    let why = "This desktop shows no file dialogs";
    Error::Media(format!("{why}: install a desktop portal (xdg-desktop-portal) or zenity. {instead}").trim().to_owned())
}

/// A name in a folder, which is made when needed, that nothing has yet. Blocks.
fn free_in(folder: &Path, name: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|e| Error::file("make", folder, e))?;
    let part = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let name = Path::new(name);
    free_name(folder, &part(name.file_stem()), &part(name.extension()))
}

/// More files of one name are not counted through.
const MOST: u32 = 1000;

/// A name in a folder that nothing has yet: with a number where needed. Blocks.
///
/// # Errors
/// When a thousand files have that name.
pub fn free_name(folder: &Path, stem: &str, ending: &str) -> Result<PathBuf> {
    let names = (1..MOST).map(|number| match number {
        1 => folder.join(format!("{stem}.{ending}")),
        number => folder.join(format!("{stem} {number}.{ending}")),
    });
    let mut free = names.filter(|name| name.symlink_metadata().is_err());
    free.next().ok_or_else(|| Error::Media(format!("Too many files are called {stem}. Choose another name.")))
}

fn answered(runtime: &Runtime, answer: Option<PathBuf>) -> Task<Option<PathBuf>> {
    runtime.spawn(async move { Ok(answer) })
}

/// Programs say little about a file that is gone, so this is asked before.
fn existing(what: &Shown) -> Result<()> {
    let (Shown::Opened(path) | Shown::Revealed(path)) = what else { return Ok(()) };
    std::fs::metadata(path).map(drop).map_err(|e| Error::file("open", path, e))
}

/// The desktop's own words for it are an exit code.
fn no_program(path: &Path) -> Error {
    Error::Media(format!(
        "No program on this computer opens {}. Install one that does (a video player, a file manager), or go to the file by hand.",
        path.display()
    ))
}

fn reveal(path: &Path) -> Result<()> {
    let shown = reveal_command(path).is_some_and(|mut command| {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    });
    if shown {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    opened(folder.as_os_str()).ok_or_else(|| no_program(folder))
}

/// What fails to open does so quickly; what runs longer is the program itself.
const STARTING: Duration = Duration::from_secs(1);

/// Opens something with its usual program, with the first of the system's ways that works.
fn opened(what: &OsStr) -> Option<()> {
    open::commands(what).into_iter().map(clean).any(started).then_some(())
}

fn started(mut command: Command) -> bool {
    #[cfg(unix)]
    // Ctrl C in our terminal is not meant for it.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return false };
    let (end, ended) = mpsc::channel();
    // Not a task of the runtime: it may outlive the window, and reaps the process until then.
    let reaper = std::thread::Builder::new().name("mouthpiece-opener".into());
    let waiting = reaper.spawn(move || end.send(child.wait().is_ok_and(|status| status.success())).ok());
    waiting.is_ok() && ended.recv_timeout(STARTING).unwrap_or(true)
}

/// The command that shows a file selected in its folder, on systems where there is one.
fn reveal_command(path: &Path) -> Option<Command> {
    if cfg!(target_os = "macos") {
        let mut command = child("open");
        command.arg("-R").arg(path);
        return Some(command);
    }
    if cfg!(windows) {
        // Explorer takes the two as one argument and reports failure even when it did what was asked.
        return None;
    }
    // dbus-send separates the members of an array by commas.
    let address = url::Url::from_file_path(path).ok()?.as_str().replace(',', "%2C");
    let mut command = child("dbus-send");
    command.args(["--session", "--print-reply", "--reply-timeout=3000", "--dest=org.freedesktop.FileManager1"]);
    command.args(["/org/freedesktop/FileManager1", "org.freedesktop.FileManager1.ShowItems"]);
    command.arg(format!("array:string:{address}")).arg("string:");
    Some(command)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    fn wait<T: Send + 'static>(make: impl FnOnce(&Runtime) -> Task<T>) -> Result<T> {
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        let mut task = make(&runtime);
        wakes.recv_timeout(Duration::from_secs(10)).unwrap();
        task.take().unwrap()
    }

    #[test]
    fn scripted_dialogs_answer_in_order_and_then_cancel() {
        let files = Files::scripted(vec![Some("/a.mp4".into()), None, Some("/out".into())]);
        assert_eq!(wait(|r| files.pick_media(r, Wanted::Any)).unwrap(), Some("/a.mp4".into()));
        assert_eq!(wait(|r| files.pick_media(r, Wanted::Video)).unwrap(), None);
        assert_eq!(wait(|r| files.pick_folder(r, Path::new("/"))).unwrap(), Some("/out".into()));
        assert_eq!(wait(|r| files.pick_folder(r, Path::new("/"))).unwrap(), None);
    }

    #[test]
    fn what_is_handed_over_is_recorded() {
        let files = Files::scripted(Vec::new());
        let file = tempfile::NamedTempFile::new().unwrap();
        wait(|r| files.open(r, file.path())).unwrap();
        wait(|r| files.clone().reveal(r, file.path())).unwrap();
        let path = file.path().to_owned();
        assert_eq!(files.shown(), [Shown::Opened(path.clone()), Shown::Revealed(path)]);
    }

    #[test]
    fn a_file_that_is_gone_is_an_error_in_words() {
        for files in [Files::native(), Files::scripted(Vec::new())] {
            let error = wait(|r| files.open(r, Path::new("/nowhere/a.mp4"))).unwrap_err();
            assert!(error.to_string().starts_with("Could not open /nowhere/a.mp4"), "{error}");
        }
    }

    #[test]
    fn without_dialogs_saving_takes_a_free_name_in_the_given_folder() {
        let made = tempfile::tempdir().unwrap();
        let folder = made.path().join("not there yet");
        let files = Files::scripted(Vec::new());
        files.lose_dialogs();
        let place = || wait(|r| files.pick_save(r, "Take 3.wav", &[], folder.clone())).unwrap().unwrap();
        let first = place();
        assert_eq!(first, folder.join("Take 3.wav"));
        std::fs::write(&first, "mine").unwrap();
        assert_eq!(place(), folder.join("Take 3 2.wav"));
    }

    #[test]
    fn a_dialog_that_ends_at_once_is_none_and_only_who_opens_is_told_to_drop() {
        let told = |instead| wait(|r| r.spawn(picked(async { None }, instead))).unwrap_err().to_string();
        assert!(told(OPENING).contains("no file dialogs") && told(OPENING).contains("drop the file"));
        assert!(told("").ends_with("or zenity.") && !told("").contains("rop the file"));
    }

    #[test]
    fn filters_know_both_cases() {
        let endings = Wanted::Any.endings();
        assert!(["mp4", "MOV", "wav", "FLAC"].iter().all(|e| endings.iter().any(|known| known == e)));
        assert!(!Wanted::Audio.endings().contains(&"mp4".to_owned()));
    }
}

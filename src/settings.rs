//! What the user chose, in `settings.toml` in the data directory. Loading never fails: what can't be used is
//! replaced by its default and named in a warning. Saving keeps keys this version does not know.

mod accounts;
mod choices;
mod naming;
mod values;
mod window;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use toml::{Table, Value};

pub use accounts::{Account, Workspace, is_fingerprint};
pub use choices::{Look, Notices, SCALES, Sound, Theme};
pub use naming::{NameFacts, NamePart, Naming, Piece, pieces};
pub use window::Window;

use crate::error::{Error, Result};
pub use values::SLOTS;
use values::{folder, naming, slots, take, yes_or_no};

/// The file's name inside the data directory.
pub const FILE_NAME: &str = "settings.toml";

/// A settings file is a few hundred bytes; anything much larger is not one.
const MAX_BYTES: u64 = 256 * 1024;

/// Everything the user can choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub look: Look,
    pub sound: Sound,
    /// What is told when jobs end.
    pub notices: Notices,
    /// Where results go, when the user chose a place; see [`Settings::output_folder`].
    pub output: Option<PathBuf>,
    /// How results are named.
    pub name_parts: Naming,
    /// Whether the take of a result is saved as WAV beside it.
    pub save_take_wav: bool,
    /// Whether the samples of clones stay on this computer: without one a voice can't be parked.
    pub keep_samples: bool,
    /// How many clones the account has room for, as typed; `None` while that is not known.
    pub slots: Option<u32>,
    /// What was open last; `None` until there was a choice.
    pub workspace: Option<Workspace>,
    /// Every account that can be opened again.
    pub accounts: Vec<Account>,
    /// The window as it was left.
    pub window: Window,
    /// What the file held beyond this, written by another version: it goes back into the file.
    unknown: Table,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            look: Look::default(),
            sound: Sound::default(),
            notices: Notices::default(),
            output: None,
            name_parts: Naming::default(),
            save_take_wav: true,
            keep_samples: true,
            slots: None,
            workspace: None,
            accounts: Vec::new(),
            window: Window::default(),
            unknown: Table::new(),
        }
    }
}

impl Settings {
    /// Reads the settings of a data directory, with one sentence for each thing that could not be used.
    /// A missing file is no problem and gives the defaults.
    pub fn load(data_dir: &Path) -> (Self, Vec<String>) {
        LazyLock::force(&USUAL);
        let path = data_dir.join(FILE_NAME);
        match read(&path) {
            Ok(Some(text)) => Self::parse(&text, &path),
            Ok(None) => (Self::default(), Vec::new()),
            Err(error) => (Self::default(), vec![format!("{error} Mouthpiece uses its default settings.")]),
        }
    }

    fn parse(text: &str, path: &Path) -> (Self, Vec<String>) {
        let mut table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
                let warning = format!(
                    "{} can't be read as settings: line {line} is not TOML. Mouthpiece uses its defaults; the file is set aside when you next change a setting.",
                    path.display()
                );
                return (Self::default(), vec![warning]);
            }
        };
        let mut found = Self::default();
        let mut warnings = Vec::new();
        let mut field = |key: &str, used: Result<(), String>| {
            if let Err(why) = used {
                warnings.push(format!("The setting “{key}” in {} {why}; the default is used.", path.display()));
            }
        };
        found.look.read(&mut table, &mut field);
        found.sound.read(&mut table, &mut field);
        found.notices.read(&mut table, &mut field);
        field("output", take(&mut table, "output", |v| folder(v).map(Some), &mut found.output));
        field("name", take(&mut table, "name", naming, &mut found.name_parts));
        field("save_take_wav", take(&mut table, "save_take_wav", yes_or_no, &mut found.save_take_wav));
        field("keep_samples", take(&mut table, "keep_samples", yes_or_no, &mut found.keep_samples));
        field("slots", take(&mut table, "slots", |v| slots(v).map(Some), &mut found.slots));
        field("workspace", take(&mut table, "workspace", accounts::workspace, &mut found.workspace));
        field("accounts", take(&mut table, "accounts", accounts::accounts, &mut found.accounts));
        field("window", take(&mut table, "window", window::window, &mut found.window));
        found.unknown = table;
        (found, warnings)
    }

    /// Writes what differs from `before`, which is what this window last knew to be in the file; the rest stays as
    /// another window may have written it. The whole new file or, when that fails, the old one untouched. Blocks; call
    /// it through the runtime. A file that is there and can't be read as settings is set aside first, not overwritten.
    ///
    /// # Errors
    /// When the directory can't be written, or a chosen path is not text.
    pub fn save(&self, before: &Self, data_dir: &Path) -> Result<()> {
        let path = data_dir.join(FILE_NAME);
        let there = read(&path).ok().flatten().filter(|text| text.parse::<Table>().is_ok());
        let merged = there.map(|text| self.over(before, Self::parse(&text, &path).0));
        let text = merged.as_ref().unwrap_or(self).to_table(&path)?.to_string();
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(data_dir)?;
            if matches!(read(&path), Ok(Some(old)) if old.parse::<Table>().is_ok()) || !path.exists() {
                // Nothing would be lost.
            } else {
                std::fs::rename(&path, path.with_extension("toml.unreadable"))?;
            }
            let mut file = tempfile::NamedTempFile::new_in(data_dir)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|e| e.error)?;
            Ok(())
        };
        write().map_err(|e| Error::file("write", &path, e))
    }

    /// What changed here since `before`, over what another window wrote meanwhile.
    fn over(&self, before: &Self, there: Self) -> Self {
        Self {
            look: self.look.over(before.look, there.look),
            sound: self.sound.over(&before.sound, there.sound),
            notices: self.notices.over(before.notices, there.notices),
            output: pick(&self.output, &before.output, there.output),
            name_parts: pick(&self.name_parts, &before.name_parts, there.name_parts),
            save_take_wav: pick(&self.save_take_wav, &before.save_take_wav, there.save_take_wav),
            keep_samples: pick(&self.keep_samples, &before.keep_samples, there.keep_samples),
            slots: pick(&self.slots, &before.slots, there.slots),
            workspace: pick(&self.workspace, &before.workspace, there.workspace),
            accounts: accounts::merged(&self.accounts, &before.accounts, there.accounts),
            window: pick(&self.window, &before.window, there.window),
            unknown: there.unknown,
        }
    }

    fn to_table(&self, path: &Path) -> Result<Table> {
        let mut table = self.unknown.clone();
        self.look.write(&mut table);
        self.sound.write(&mut table);
        self.notices.write(&mut table);
        if self.name_parts != Naming::default() {
            table.insert("name".into(), self.name_parts.pattern().into());
        }
        table.insert("save_take_wav".into(), self.save_take_wav.into());
        table.insert("keep_samples".into(), self.keep_samples.into());
        if let Some(slots) = self.slots {
            table.insert("slots".into(), Value::Integer(slots.into()));
        }
        if self.window != Window::default() {
            table.insert("window".into(), self.window.to_value());
        }
        if let Some(output) = &self.output {
            let Some(output) = output.to_str() else {
                let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the output folder is not text");
                return Err(Error::file("write", path, source));
            };
            table.insert("output".into(), output.into());
        }
        if let Some(workspace) = &self.workspace {
            table.insert("workspace".into(), workspace.to_value());
        }
        if !self.accounts.is_empty() {
            table.insert("accounts".into(), Value::Array(self.accounts.iter().map(Account::to_value).collect()));
        }
        Ok(table)
    }

    /// Where results go: the chosen folder, else `Mouthpiece` among the user's videos, else in the home directory.
    pub fn output_folder(&self) -> PathBuf {
        self.output.clone().unwrap_or_else(|| USUAL.clone())
    }
}

/// The folder for results when none was chosen. It is found once: the system keeps it in a file, and pages ask for it
/// at every frame.
static USUAL: LazyLock<PathBuf> = LazyLock::new(|| {
    let user = directories::UserDirs::new();
    let base = user.map(|u| u.video_dir().unwrap_or_else(|| u.home_dir()).to_owned());
    base.unwrap_or_else(std::env::temp_dir).join("Mouthpiece")
});

/// Of one setting: what was changed here since `before`, else what is `there`.
fn pick<T: PartialEq + Clone>(mine: &T, before: &T, there: T) -> T {
    if mine == before { there } else { mine.clone() }
}

/// The text of the file; `None` when there is no file.
fn read(path: &Path) -> Result<Option<String>> {
    let read = || -> std::io::Result<String> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        let bad = |why: &'static str| std::io::Error::new(std::io::ErrorKind::InvalidData, why);
        if bytes.len() as u64 > MAX_BYTES {
            return Err(bad("it is far too large for settings"));
        }
        String::from_utf8(bytes).map_err(|_| bad("it is not UTF-8 text"))
    };
    match read() {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::file("read", path, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: impl AsRef<[u8]>) -> (Settings, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), text).unwrap();
        Settings::load(dir.path())
    }

    fn dark(settings: &Settings) -> Settings {
        let look = Look { theme: Theme::Dark, ..settings.look };
        Settings { look, ..settings.clone() }
    }

    #[test]
    fn a_missing_file_gives_the_defaults_without_a_word() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Settings::load(&dir.path().join("nowhere")), (Settings::default(), vec![]));
    }

    #[test]
    fn what_is_saved_is_what_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("new");
        let chosen = Settings {
            look: Look { theme: Theme::Dark, scale: 1.25, reduce_motion: true },
            sound: Sound {
                volume: 0.35,
                muted: true,
                microphone: Some("alsa:plughw:CARD=PCH,DEV=0".into()),
                speakers: Some("alsa:sysdefault:CARD=Headset".into()),
            },
            notices: Notices { ends: false, only_when_all_ended: true, sound: true },
            output: Some(dir.path().join("Vidéos")),
            name_parts: Naming::new("{date} {video}").unwrap(),
            save_take_wav: false,
            keep_samples: false,
            slots: Some(5),
            window: Window {
                page: Some("voices".into()),
                size: Some([1280.0, 800.0]),
                place: Some([-40.0, 20.0]),
                maximized: true,
            },
            workspace: Some(Workspace::Account("0123456789ab".into())),
            accounts: vec![Account {
                fingerprint: "0123456789ab".into(),
                service: "https://api.sync.so/".into(),
                masked: "•••• 7F3A".into(),
            }],
            ..Settings::default()
        };
        chosen.save(&Settings::default(), &place).unwrap();
        assert_eq!(Settings::load(&place), (chosen, vec![]));
    }

    #[test]
    fn each_bad_value_is_named_and_the_others_are_kept() {
        for (line, key, hint) in [
            ("theme = 'pink'", "theme", "“system”, “light”, “dark”"),
            ("theme = 3", "theme", "“system”"),
            ("scale = 9.5", "scale", "from 0.8 to 2"),
            ("scale = nan", "scale", "a number"),
            ("scale = 'big'", "scale", "a number"),
            ("volume = -0.1", "volume", "from 0 to 1"),
            ("volume = inf", "volume", "from 0 to 1"),
            ("volume = []", "volume", "a number"),
            ("output = 'videos'", "output", "full path"),
            ("output = ''", "output", "full path"),
            ("output = 7", "output", "full path"),
            ("notify = 1", "notify", "true or false"),
            ("microphone = ''", "microphone", "name of a device"),
            ("microphone = 3", "microphone", "name of a device"),
            ("speakers = ''", "speakers", "name of a device"),
            ("muted = 'yes'", "muted", "true or false"),
            ("reduce_motion = 'a bit'", "reduce_motion", "true or false"),
            ("name = ''", "name", "at most 200"),
            ("slots = 0", "slots", "from 1 to 1000"),
            ("slots = 2.5", "slots", "from 1 to 1000"),
            ("window = []", "window", "a page"),
            ("workspace = '../elsewhere'", "workspace", "“sandbox”"),
            ("accounts = 'none'", "accounts", "a list"),
            ("accounts = [{ fingerprint = '../../x', service = '', masked = '' }]", "accounts", "a list"),
        ] {
            let other = if key == "theme" { "scale = 2" } else { "theme = 'dark'" };
            let (settings, warnings) = load(format!("{line}\n{other}\n"));
            let [warning] = warnings.as_slice() else { panic!("{line}: {warnings:?}") };
            assert!(warning.contains(&format!("“{key}”")) && warning.contains(hint), "{warning}");
            let expected = match key {
                "theme" => Settings { look: Look { scale: 2.0, ..Look::default() }, ..Settings::default() },
                _ => dark(&Settings::default()),
            };
            assert_eq!(settings, expected, "{line}");
        }
    }

    #[test]
    fn a_file_that_is_no_settings_file_gives_the_defaults_and_one_warning() {
        for (bytes, hint) in [
            (b"theme = 'dark'\nscale = \n".to_vec(), "line 2"),
            (b"\xff\xfe\x00".to_vec(), "not UTF-8"),
            (vec![b'#'; 300 * 1024], "too large"),
        ] {
            let (settings, warnings) = load(bytes);
            assert_eq!(settings, Settings::default());
            assert!(warnings.len() == 1 && warnings[0].contains(hint), "{warnings:?}");
        }
    }

    #[test]
    fn a_directory_in_its_place_is_a_warning() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(FILE_NAME)).unwrap();
        let (settings, warnings) = Settings::load(dir.path());
        assert_eq!((settings, warnings.len()), (Settings::default(), 1));
    }

    #[test]
    fn keys_of_another_version_survive_a_save() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        std::fs::write(&path, "theme = 'light'\nlanguage = 'sv'\n[limits]\nmonth = 50\n").unwrap();
        let (before, warnings) = Settings::load(dir.path());
        assert_eq!(warnings, Vec::<String>::new());
        let settings = dark(&before);
        settings.save(&before, dir.path()).unwrap();
        let table: Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        assert_eq!(table["theme"].as_str(), Some("dark"));
        assert_eq!(table["language"].as_str(), Some("sv"));
        assert_eq!(table["limits"]["month"].as_integer(), Some(50));
    }

    #[test]
    fn an_unreadable_file_is_set_aside_and_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE_NAME), "oops =").unwrap();
        Settings::default().save(&Settings::load(dir.path()).0, dir.path()).unwrap();
        let aside = std::fs::read_to_string(dir.path().join("settings.toml.unreadable")).unwrap();
        assert_eq!(aside, "oops =");
        assert_eq!(Settings::load(dir.path()), (Settings::default(), vec![]));
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = Settings::default().save(&Settings::default(), &file.join("below")).unwrap_err();
        assert!(error.to_string().starts_with("Could not write"), "{error}");
    }
}

//! What the user chose, in `settings.toml` in the data directory. Loading never fails: what can't be used is
//! replaced by its default and named in a warning. Saving keeps keys this version does not know.

mod accounts;
mod values;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use toml::{Table, Value};

pub use accounts::{Account, Workspace, is_fingerprint};

use crate::error::{Error, Result};
use values::{device, folder, rounded, take, theme, within, yes_or_no};

/// The file's name inside the data directory.
pub const FILE_NAME: &str = "settings.toml";

/// A settings file is a few hundred bytes; anything much larger is not one.
const MAX_BYTES: u64 = 256 * 1024;

/// Smallest and largest size of the window's contents.
pub const SCALES: std::ops::RangeInclusive<f32> = 0.8..=2.0;

/// Which colours the window has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Whatever the desktop says.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the file.
    const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Everything the user can choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub theme: Theme,
    /// Size of everything, 1.0 being 100 %; within [`SCALES`].
    pub scale: f32,
    /// Loudness of the player, 0.0 to 1.0.
    pub volume: f32,
    /// Whether the player is silenced, whatever its volume.
    pub muted: bool,
    /// Where results go, when the user chose a place; see [`Settings::output_folder`].
    pub output: Option<PathBuf>,
    /// Whether the desktop tells when a job ends while the window is not looked at.
    pub notify: bool,
    /// The microphone that was chosen, by what the system knows it by; `None` for the system's own choice.
    pub microphone: Option<String>,
    /// The speakers that were chosen, likewise.
    pub speakers: Option<String>,
    /// What was open last; `None` until there was a choice.
    pub workspace: Option<Workspace>,
    /// Every account that can be opened again.
    pub accounts: Vec<Account>,
    /// What the file held beyond this, written by another version: it goes back into the file.
    unknown: Table,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            scale: 1.0,
            volume: 0.8,
            muted: false,
            output: None,
            notify: true,
            microphone: None,
            speakers: None,
            workspace: None,
            accounts: Vec::new(),
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
        field("theme", take(&mut table, "theme", theme, &mut found.theme));
        field("scale", take(&mut table, "scale", |v| within(v, SCALES), &mut found.scale));
        field("volume", take(&mut table, "volume", |v| within(v, 0.0..=1.0), &mut found.volume));
        field("muted", take(&mut table, "muted", yes_or_no, &mut found.muted));
        field("output", take(&mut table, "output", |v| folder(v).map(Some), &mut found.output));
        field("notify", take(&mut table, "notify", yes_or_no, &mut found.notify));
        field("microphone", take(&mut table, "microphone", |v| device(v).map(Some), &mut found.microphone));
        field("speakers", take(&mut table, "speakers", |v| device(v).map(Some), &mut found.speakers));
        field("workspace", take(&mut table, "workspace", accounts::workspace, &mut found.workspace));
        field("accounts", take(&mut table, "accounts", accounts::accounts, &mut found.accounts));
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
        fn pick<T: PartialEq + Clone>(mine: &T, before: &T, there: T) -> T {
            if mine == before { there } else { mine.clone() }
        }
        Self {
            theme: pick(&self.theme, &before.theme, there.theme),
            scale: pick(&self.scale, &before.scale, there.scale),
            volume: pick(&self.volume, &before.volume, there.volume),
            muted: pick(&self.muted, &before.muted, there.muted),
            output: pick(&self.output, &before.output, there.output),
            notify: pick(&self.notify, &before.notify, there.notify),
            microphone: pick(&self.microphone, &before.microphone, there.microphone),
            speakers: pick(&self.speakers, &before.speakers, there.speakers),
            workspace: pick(&self.workspace, &before.workspace, there.workspace),
            accounts: accounts::merged(&self.accounts, &before.accounts, there.accounts),
            unknown: there.unknown,
        }
    }

    fn to_table(&self, path: &Path) -> Result<Table> {
        let mut table = self.unknown.clone();
        table.insert("theme".into(), self.theme.key().into());
        table.insert("scale".into(), Value::Float(rounded(self.scale)));
        table.insert("volume".into(), Value::Float(rounded(self.volume)));
        table.insert("muted".into(), self.muted.into());
        table.insert("notify".into(), self.notify.into());
        if let Some(output) = &self.output {
            let Some(output) = output.to_str() else {
                let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the output folder is not text");
                return Err(Error::file("write", path, source));
            };
            table.insert("output".into(), output.into());
        }
        for (key, device) in [("microphone", &self.microphone), ("speakers", &self.speakers)] {
            if let Some(device) = device {
                table.insert(key.into(), device.as_str().into());
            }
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
            theme: Theme::Dark,
            scale: 1.25,
            volume: 0.35,
            output: Some(dir.path().join("Vidéos")),
            notify: false,
            muted: true,
            microphone: Some("alsa:plughw:CARD=PCH,DEV=0".into()),
            speakers: Some("alsa:sysdefault:CARD=Headset".into()),
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
            ("workspace = '../elsewhere'", "workspace", "“sandbox”"),
            ("accounts = 'none'", "accounts", "a list"),
            ("accounts = [{ fingerprint = '../../x', service = '', masked = '' }]", "accounts", "a list"),
        ] {
            let other = if key == "theme" { "scale = 2" } else { "theme = 'dark'" };
            let (settings, warnings) = load(format!("{line}\n{other}\n"));
            let [warning] = warnings.as_slice() else { panic!("{line}: {warnings:?}") };
            assert!(warning.contains(&format!("“{key}”")) && warning.contains(hint), "{warning}");
            let expected = match key {
                "theme" => Settings { scale: 2.0, ..Settings::default() },
                _ => Settings { theme: Theme::Dark, ..Settings::default() },
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
        let settings = Settings { theme: Theme::Dark, ..before.clone() };
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

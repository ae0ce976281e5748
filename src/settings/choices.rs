//! Choices that belong together: how the window looks, what is heard, and what is told when jobs end.

use toml::{Table, Value};

use super::pick;
use super::values::{device, rounded, take, theme, within, yes_or_no};

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
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Takes note of a setting that could not be used.
pub(super) type Note<'a> = &'a mut dyn FnMut(&str, Result<(), String>);

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    pub theme: Theme,
    /// Size of everything, 1.0 being 100 %; within [`SCALES`].
    pub scale: f32,
    /// Whether nothing moves, also where the system asks for no such thing.
    pub reduce_motion: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::default(), scale: 1.0, reduce_motion: false }
    }
}

impl Look {
    pub(super) fn read(&mut self, table: &mut Table, field: Note<'_>) {
        field("theme", take(table, "theme", theme, &mut self.theme));
        field("scale", take(table, "scale", |v| within(v, SCALES), &mut self.scale));
        field("reduce_motion", take(table, "reduce_motion", yes_or_no, &mut self.reduce_motion));
    }

    pub(super) fn over(self, before: Self, there: Self) -> Self {
        Self {
            theme: pick(&self.theme, &before.theme, there.theme),
            scale: pick(&self.scale, &before.scale, there.scale),
            reduce_motion: pick(&self.reduce_motion, &before.reduce_motion, there.reduce_motion),
        }
    }

    pub(super) fn write(self, table: &mut Table) {
        table.insert("theme".into(), self.theme.key().into());
        table.insert("scale".into(), Value::Float(rounded(self.scale)));
        table.insert("reduce_motion".into(), self.reduce_motion.into());
    }
}

/// What is heard, and what listens.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// Loudness of the player, 0.0 to 1.0.
    pub volume: f32,
    /// Whether the player is silenced, whatever its volume.
    pub muted: bool,
    /// The microphone that was chosen, by what the system knows it by; `None` for the system's own choice.
    pub microphone: Option<String>,
    /// The speakers that were chosen, likewise.
    pub speakers: Option<String>,
}

impl Default for Sound {
    fn default() -> Self {
        Self { volume: 0.8, muted: false, microphone: None, speakers: None }
    }
}

impl Sound {
    pub(super) fn read(&mut self, table: &mut Table, field: Note<'_>) {
        field("volume", take(table, "volume", |v| within(v, 0.0..=1.0), &mut self.volume));
        field("muted", take(table, "muted", yes_or_no, &mut self.muted));
        field("microphone", take(table, "microphone", |v| device(v).map(Some), &mut self.microphone));
        field("speakers", take(table, "speakers", |v| device(v).map(Some), &mut self.speakers));
    }

    pub(super) fn over(&self, before: &Self, there: Self) -> Self {
        Self {
            volume: pick(&self.volume, &before.volume, there.volume),
            muted: pick(&self.muted, &before.muted, there.muted),
            microphone: pick(&self.microphone, &before.microphone, there.microphone),
            speakers: pick(&self.speakers, &before.speakers, there.speakers),
        }
    }

    pub(super) fn write(&self, table: &mut Table) {
        table.insert("volume".into(), Value::Float(rounded(self.volume)));
        table.insert("muted".into(), self.muted.into());
        for (key, device) in [("microphone", &self.microphone), ("speakers", &self.speakers)] {
            if let Some(device) = device {
                table.insert(key.into(), device.as_str().into());
            }
        }
    }
}

/// What is told when jobs end while the window is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notices {
    /// Whether the desktop tells when a job ends.
    pub ends: bool,
    /// Only once nothing runs or waits any more.
    pub only_when_all_ended: bool,
    /// Whether a short sound is played with it.
    pub sound: bool,
}

impl Default for Notices {
    fn default() -> Self {
        Self { ends: true, only_when_all_ended: false, sound: false }
    }
}

impl Notices {
    pub(super) fn read(&mut self, table: &mut Table, field: Note<'_>) {
        field("notify", take(table, "notify", yes_or_no, &mut self.ends));
        let at_last = &mut self.only_when_all_ended;
        field("notify_at_last", take(table, "notify_at_last", yes_or_no, at_last));
        field("notify_sound", take(table, "notify_sound", yes_or_no, &mut self.sound));
    }

    pub(super) fn over(self, before: Self, there: Self) -> Self {
        Self {
            ends: pick(&self.ends, &before.ends, there.ends),
            only_when_all_ended: pick(
                &self.only_when_all_ended,
                &before.only_when_all_ended,
                there.only_when_all_ended,
            ),
            sound: pick(&self.sound, &before.sound, there.sound),
        }
    }

    pub(super) fn write(self, table: &mut Table) {
        table.insert("notify".into(), self.ends.into());
        table.insert("notify_at_last".into(), self.only_when_all_ended.into());
        table.insert("notify_sound".into(), self.sound.into());
    }
}

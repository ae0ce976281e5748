//! Single settings, from what a file holds: each is used or refused with the rest of a sentence.

use std::fmt::Display;
use std::path::PathBuf;

use toml::{Table, Value};

use super::{Naming, Theme};

/// Longest name of a device, in bytes.
const MAX_DEVICE: usize = 1024;

/// More clones than any plan has.
pub const SLOTS: std::ops::RangeInclusive<u32> = 1..=1000;

/// Takes a key out of the table into `place`; leaves the default there when the value can't be used.
pub(super) fn take<T>(
    table: &mut Table,
    key: &str,
    parse: impl Fn(&Value) -> Result<T, String>,
    place: &mut T,
) -> Result<(), String> {
    if let Some(value) = table.remove(key) {
        *place = parse(&value)?;
    }
    Ok(())
}

pub(super) fn theme(value: &Value) -> Result<Theme, String> {
    let theme = value.as_str().and_then(|text| Theme::ALL.into_iter().find(|t| t.key() == text));
    theme.ok_or_else(|| format!("must be {}", one_of(Theme::ALL.iter().map(|t| t.key()))))
}

pub(super) fn within(value: &Value, range: std::ops::RangeInclusive<f32>) -> Result<f32, String> {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "checked against a small range")]
    let number = value.as_float().or_else(|| value.as_integer().map(|i| i as f64)).map(|n| n as f32);
    let number = number.filter(|n| range.contains(n));
    number.ok_or_else(|| format!("must be a number from {} to {}", range.start(), range.end()))
}

pub(super) fn folder(value: &Value) -> Result<PathBuf, String> {
    let path = value.as_str().map(PathBuf::from).filter(|p| p.is_absolute());
    path.ok_or_else(|| "must be the full path of a folder".to_owned())
}

/// A device, by a name that only the system has to understand.
pub(super) fn device(value: &Value) -> Result<String, String> {
    let name = value.as_str().filter(|name| !name.is_empty() && name.len() <= MAX_DEVICE);
    name.map(str::to_owned).ok_or_else(|| "must be the name of a device".to_owned())
}

pub(super) fn yes_or_no(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "must be true or false".to_owned())
}

pub(super) fn naming(value: &Value) -> Result<Naming, String> {
    let naming = value.as_str().and_then(Naming::new);
    naming.ok_or_else(|| "must be a pattern of at most 200 characters, such as “{video}_{voice}_t{take}”".to_owned())
}

/// A number of clones.
pub(super) fn slots(value: &Value) -> Result<u32, String> {
    let slots = value.as_integer().and_then(|slots| u32::try_from(slots).ok()).filter(|slots| SLOTS.contains(slots));
    slots.ok_or_else(|| format!("must be a whole number from {} to {}", SLOTS.start(), SLOTS.end()))
}

fn one_of(words: impl Iterator<Item = impl Display>) -> String {
    words.map(|w| format!("“{w}”")).collect::<Vec<_>>().join(", ")
}

/// Two decimals, so that 0.8 is not written as 0.800000011920929.
pub(super) fn rounded(number: f32) -> f64 {
    (f64::from(number) * 100.0).round() / 100.0
}

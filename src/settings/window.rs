//! The window as it was left: its size, its place and its page.

use toml::{Table, Value};

/// No window and no place on a desktop is larger than this, in points.
const FARTHEST: f32 = 32_768.0;
/// Longest name of a page.
const PAGE: usize = 24;

/// How the window looked last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Window {
    /// The page that was shown, by the app's name for it.
    pub page: Option<String>,
    /// Width and height of the contents, in points of the system.
    pub size: Option<[f32; 2]>,
    /// Left and top of the frame on the desktop; `None` where the system does not tell.
    pub place: Option<[f32; 2]>,
    pub maximized: bool,
}

impl Window {
    pub(super) fn to_value(&self) -> Value {
        let mut table = Table::new();
        if let Some(page) = &self.page {
            table.insert("page".into(), page.as_str().into());
        }
        for (key, pair) in [("size", self.size), ("place", self.place)] {
            if let Some(pair) = pair {
                let numbers = pair.map(|number| Value::Integer(whole(number)));
                table.insert(key.into(), Value::Array(numbers.into()));
            }
        }
        table.insert("maximized".into(), self.maximized.into());
        Value::Table(table)
    }
}

pub(super) fn window(value: &Value) -> Result<Window, String> {
    let read = || {
        let table = value.as_table()?;
        let page = match table.get("page") {
            None => None,
            Some(page) => Some(page.as_str().filter(|page| page.len() <= PAGE)?.to_owned()),
        };
        let numbers = |key: &str, least: f32| match table.get(key) {
            None => Some(None),
            Some(value) => pair(value, least).map(Some),
        };
        let (size, place) = (numbers("size", 1.0)?, numbers("place", -FARTHEST)?);
        let maximized = table.get("maximized").map_or(Some(false), Value::as_bool)?;
        Some(Window { page, size, place, maximized })
    };
    read().ok_or_else(|| "must hold a page, a size, a place and whether the window is maximized".to_owned())
}

fn pair(value: &Value, least: f32) -> Option<[f32; 2]> {
    let [one, other] = value.as_array()?.as_slice() else { return None };
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "held against a small range")]
    let number = |value: &Value| {
        let number = value.as_integer().map(|whole| whole as f32).or_else(|| value.as_float().map(|n| n as f32));
        number.filter(|number| (least..=FARTHEST).contains(number))
    };
    Some([number(one)?, number(other)?])
}

#[expect(clippy::cast_possible_truncation, reason = "points of a desktop")]
fn whole(number: f32) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_could_not_be_is_refused() {
        for text in [
            "window = 3",
            "window = { size = [0, 5] }",
            "window = { size = [1e9, 5] }",
            "window = { size = [5] }",
            "window = { place = [nan, 5] }",
            "window = { page = 'a page of a name that is far too long' }",
            "window = { maximized = 'yes' }",
        ] {
            let table: Table = text.parse().unwrap();
            assert!(window(&table["window"]).is_err(), "{text}");
        }
        let table: Table = "window = { size = [1280, 800.4], place = [-1920, 40], later = 1 }".parse().unwrap();
        let window = window(&table["window"]).unwrap();
        assert_eq!((window.size, window.place), (Some([1280.0, 800.4]), Some([-1920.0, 40.0])));
    }
}

//! The keyboard map: one table that the window obeys and that its list of keys shows.

use egui::{Key, Modifiers};

use super::Page;

/// What a key of the map asks of the page that is shown; see [`super::Panel::key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyAction {
    /// Ctrl F: puts the cursor into the page's search.
    Find,
    /// Ctrl I: opens or closes the drawer with the details, in a narrow window.
    Details,
    /// Ctrl R: runs what is left of the flow. Asked of the Flow page, whichever was shown.
    RunAll,
    /// Ctrl Z, outside text: fields undo by themselves.
    Undo,
    /// Ctrl Shift Z, outside text.
    Redo,
    /// F2: renames what is selected.
    Rename,
    /// Del, outside text: asks whether to delete what is selected.
    Delete,
}

impl KeyAction {
    /// Whether a text field that has the focus keeps this key to itself.
    pub fn is_for_text(self) -> bool {
        matches!(self, Self::Undo | Self::Redo | Self::Delete)
    }
}

/// What the window does itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowAction {
    Go(Page),
    AddFile,
    NewFlow,
    /// The page's main action.
    Main,
    /// The list of keys.
    Keys,
    Larger,
    Smaller,
    UsualSize,
    Quit,
}

/// Who acts on a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Window(WindowAction),
    Page(KeyAction),
    /// What has the focus, or the page by rules of its own.
    There,
}

/// A key with what is held with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chord {
    pub modifiers: Modifiers,
    pub key: Key,
    pub does: Does,
}

/// A line of the list.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The keys as they are read, what stands between two bars a key of its own.
    pub keys: &'static str,
    pub words: &'static str,
    pub chords: &'static [Chord],
}

/// Lines that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    pub title: &'static str,
    /// The page whose own keys these are; `None` for those of every page.
    pub page: Option<Page>,
    pub lines: &'static [Line],
}

const fn ctrl(key: Key, does: Does) -> Chord {
    Chord { modifiers: Modifiers::COMMAND, key, does }
}

/// With Ctrl, of the page itself.
const fn held(key: Key) -> Chord {
    ctrl(key, Does::There)
}

const fn held_shift(key: Key) -> Chord {
    Chord { modifiers: Modifiers { shift: true, ..Modifiers::COMMAND }, key, does: Does::There }
}

const fn alt(key: Key) -> Chord {
    Chord { modifiers: Modifiers::ALT, key, does: Does::There }
}

const fn plain(key: Key) -> Chord {
    Chord { modifiers: Modifiers::NONE, key, does: Does::There }
}

const fn line(keys: &'static str, words: &'static str, chords: &'static [Chord]) -> Line {
    Line { keys, words, chords }
}

const fn window(action: WindowAction) -> Does {
    Does::Window(action)
}

const EVERYWHERE: [Line; 10] = [
    line(
        "Ctrl|1 to 6",
        "The six pages",
        &[
            ctrl(Key::Num1, window(WindowAction::Go(Page::Flow))),
            ctrl(Key::Num2, window(WindowAction::Go(Page::Voices))),
            ctrl(Key::Num3, window(WindowAction::Go(Page::Clone))),
            ctrl(Key::Num4, window(WindowAction::Go(Page::Script))),
            ctrl(Key::Num5, window(WindowAction::Go(Page::LipSync))),
            ctrl(Key::Num6, window(WindowAction::Go(Page::Activity))),
        ],
    ),
    line("Ctrl|,", "Settings", &[ctrl(Key::Comma, window(WindowAction::Go(Page::Settings)))]),
    line("Ctrl|O", "Add a file", &[ctrl(Key::O, window(WindowAction::AddFile))]),
    line("Ctrl|N", "New flow", &[ctrl(Key::N, window(WindowAction::NewFlow))]),
    line("Ctrl|R", "Run all", &[ctrl(Key::R, Does::Page(KeyAction::RunAll))]),
    line("Ctrl|Enter", "The page's main action", &[ctrl(Key::Enter, window(WindowAction::Main))]),
    line("Esc", "Close, cancel, leave a drag", &[plain(Key::Escape)]),
    line(
        "Ctrl|+ − 0",
        "Larger, smaller, usual size",
        &[
            ctrl(Key::Plus, window(WindowAction::Larger)),
            ctrl(Key::Equals, window(WindowAction::Larger)),
            ctrl(Key::Minus, window(WindowAction::Smaller)),
            ctrl(Key::Num0, window(WindowAction::UsualSize)),
        ],
    ),
    line(
        "Ctrl|/",
        "This list",
        &[ctrl(Key::Slash, window(WindowAction::Keys)), ctrl(Key::Questionmark, window(WindowAction::Keys))],
    ),
    line("Ctrl|Q", "Quit", &[ctrl(Key::Q, window(WindowAction::Quit))]),
];

const PAGE: [Line; 6] = [
    line("Ctrl|F", "Search", &[ctrl(Key::F, Does::Page(KeyAction::Find))]),
    line("Ctrl|I", "Details, in a narrow window", &[ctrl(Key::I, Does::Page(KeyAction::Details))]),
    line("Ctrl|Z", "Undo", &[ctrl(Key::Z, Does::Page(KeyAction::Undo))]),
    line(
        "Ctrl|Shift|Z",
        "Redo",
        &[Chord {
            modifiers: Modifiers { shift: true, ..Modifiers::COMMAND },
            key: Key::Z,
            does: Does::Page(KeyAction::Redo),
        }],
    ),
    line("F2", "Rename", &[Chord { modifiers: Modifiers::NONE, key: Key::F2, does: Does::Page(KeyAction::Rename) }]),
    line(
        "Del",
        "Delete, after a question",
        &[Chord { modifiers: Modifiers::NONE, key: Key::Delete, does: Does::Page(KeyAction::Delete) }],
    ),
];

const LISTS: [Line; 4] = [
    line("Up|Down", "One row", &[plain(Key::ArrowUp), plain(Key::ArrowDown)]),
    line("PgUp|PgDn", "Ten rows", &[plain(Key::PageUp), plain(Key::PageDown)]),
    line("Enter", "Use or open", &[plain(Key::Enter)]),
    line("S", "Favourite, or keep this take", &[plain(Key::S)]),
];

const PLAYING: [Line; 6] = [
    line("Space", "Play or pause", &[plain(Key::Space)]),
    line("Home", "To the start", &[plain(Key::Home)]),
    line("Left|Right", "One second", &[plain(Key::ArrowLeft), plain(Key::ArrowRight)]),
    line(",|.", "One frame", &[plain(Key::Comma), plain(Key::Period)]),
    line("X", "Switch A and B, before and after", &[plain(Key::X)]),
    line("M", "Mute", &[plain(Key::M)]),
];

/// While it is asked what a dropped file is for; that is in front of every page, so its keys may mean more elsewhere.
const DROPPED: [Line; 1] =
    [line("1 to 3", "Its purpose, as numbered", &[plain(Key::Num1), plain(Key::Num2), plain(Key::Num3)])];

const SCRIPT: [Line; 7] = [
    line("Alt|Up|Down", "Move the line", &[alt(Key::ArrowUp), alt(Key::ArrowDown)]),
    line("Ctrl|P", "Pause in the line", &[held(Key::P)]),
    line("Ctrl|J", "Say a word differently", &[held(Key::J)]),
    line("Ctrl|L", "Put the take on a video", &[held(Key::L)]),
    line("Ctrl|E", "Export the take", &[held(Key::E)]),
    line("Ctrl|Shift|Enter", "Speak the rest", &[held_shift(Key::Enter)]),
    line("Ctrl|Shift|E", "Export all takes", &[held_shift(Key::E)]),
];

const LIP_SYNC: [Line; 5] = [
    line(
        "1 to 5",
        "What to do with unequal lengths",
        &[plain(Key::Num1), plain(Key::Num2), plain(Key::Num3), plain(Key::Num4), plain(Key::Num5)],
    ),
    line("F", "Fill the window", &[plain(Key::F)]),
    line("K", "Link the two videos, or part them", &[plain(Key::K)]),
    line("Ctrl|U", "Use the setup again", &[held(Key::U)]),
    line("Ctrl|Shift|O", "Show in folder", &[held_shift(Key::O)]),
];

const CLONE: [Line; 4] = [
    line("B", "Take the best part", &[plain(Key::B)]),
    line("I|O", "Begin or end the part here", &[plain(Key::I), plain(Key::O)]),
    line(
        "+ − 0",
        "Zoom in, out, all of it",
        &[plain(Key::Plus), plain(Key::Equals), plain(Key::Minus), plain(Key::Num0)],
    ),
    line("L", "Repeat the part", &[plain(Key::L)]),
];

/// The map, in the order it is shown.
pub const MAP: [Group; 8] = [
    Group { title: "Everywhere", page: None, lines: &EVERYWHERE },
    Group { title: "In lists", page: None, lines: &LISTS },
    Group { title: "On a page", page: None, lines: &PAGE },
    Group { title: "While something plays", page: None, lines: &PLAYING },
    Group { title: "A dropped file", page: None, lines: &DROPPED },
    Group { title: "Script", page: Some(Page::Script), lines: &SCRIPT },
    Group { title: "Lip sync", page: Some(Page::LipSync), lines: &LIP_SYNC },
    Group { title: "Clone", page: Some(Page::Clone), lines: &CLONE },
];

/// Every key that the window itself obeys or hands to a page.
pub fn chords() -> impl Iterator<Item = Chord> {
    let lines = MAP.iter().flat_map(|group| group.lines);
    lines.flat_map(|line| line.chords.iter().copied()).filter(|chord| chord.does != Does::There)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let of = |group: &Group| -> Vec<(Option<Page>, Chord)> {
            group.lines.iter().flat_map(|line| line.chords).map(|chord| (group.page, *chord)).collect()
        };
        let all: Vec<_> = MAP.iter().filter(|group| group.title != "A dropped file").flat_map(of).collect();
        for (index, (page, chord)) in all.iter().enumerate() {
            let meets = |other: &Option<Page>| page.is_none() || other.is_none() || other == page;
            let same = |(other_page, other): &(Option<Page>, Chord)| {
                meets(other_page) && (other.key, other.modifiers) == (chord.key, chord.modifiers)
            };
            assert!(!all[..index].iter().any(same), "{chord:?}");
        }
    }
}

//! A hand on a desktop's mouse and keyboard: what it does goes through the display like that of a person, and is
//! counted.
#![expect(clippy::unwrap_used, reason = "a display that does not answer ends the test")]
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, InputFocus, KEY_PRESS_EVENT,
    KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use super::desktop::{Desktop, until};

const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;

/// A key, by its symbol as X numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(u32);

impl Key {
    pub const TAB: Self = Self(0xff09);
    pub const RETURN: Self = Self(0xff0d);
    pub const ESCAPE: Self = Self(0xff1b);
    pub const SPACE: Self = Self(0x20);

    pub fn letter(letter: char) -> Self {
        Self(letter.into())
    }
}

/// The hand, and what it did.
pub struct Hand {
    pub(super) connection: RustConnection,
    pub(super) root: Window,
    /// Key codes by what they type: without and with Shift.
    codes: Vec<(u8, [u32; 2])>,
    pub clicks: usize,
    pub drags: usize,
    /// Keys and chords, without the letters of texts.
    pub keys: usize,
}

impl Hand {
    pub fn new(desktop: &Desktop) -> Self {
        let (connection, screen) = x11rb::connect(Some(desktop.display())).unwrap();
        let root = connection.setup().roots[screen].root;
        let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let map = connection.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let rows = map.keysyms.chunks(map.keysyms_per_keycode.into());
        let codes = (first..=last).zip(rows).map(|(code, row)| (code, [row[0], row.get(1).copied().unwrap_or(0)]));
        let codes = codes.collect();
        Self { connection, root, codes, clicks: 0, drags: 0, keys: 0 }
    }

    /// The window whose title ends like this, once it is seen.
    pub fn window(&self, title: &str) -> Window {
        let titled = |window: &Window| {
            let property =
                self.connection.get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64).unwrap();
            let is_titled = property.reply().is_ok_and(|property| property.value.ends_with(title.as_bytes()));
            let attributes = || self.connection.get_window_attributes(*window).unwrap().reply();
            is_titled && attributes().is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE)
        };
        until("the window is on the display", || {
            self.connection.query_tree(self.root).unwrap().reply().unwrap().children.into_iter().find(titled)
        })
    }

    /// Gives the keyboard to a window, which a window manager does as it opens; there is none here.
    pub fn focus(&self, window: Window) {
        self.connection.set_input_focus(InputFocus::PARENT, window, CURRENT_TIME).unwrap().check().unwrap();
    }

    /// One click with the left button.
    pub fn click(&mut self, at: (i32, i32)) {
        self.clicks += 1;
        self.move_to(at);
        self.button(true);
        self.button(false);
    }

    /// A key alone.
    pub fn key(&mut self, key: Key) {
        self.keys += 1;
        self.stroke(key.0, &[]);
    }

    /// A key with Ctrl held.
    pub fn ctrl(&mut self, key: Key) {
        self.keys += 1;
        self.stroke(key.0, &[CONTROL]);
    }

    /// Types a text into what has the keyboard.
    pub fn write(&mut self, text: &str) {
        for letter in text.chars() {
            self.stroke(letter.into(), &[]);
        }
    }

    /// Presses and lets go a key, with Shift where its letter needs that.
    fn stroke(&self, symbol: u32, held: &[u32]) {
        let (code, shifted) = self.code(symbol);
        let held: Vec<u8> = held.iter().chain(shifted.then_some(&SHIFT)).map(|&key| self.code(key).0).collect();
        for &key in &held {
            self.fake(KEY_PRESS_EVENT, key, (0, 0));
        }
        self.fake(KEY_PRESS_EVENT, code, (0, 0));
        self.fake(KEY_RELEASE_EVENT, code, (0, 0));
        for &key in held.iter().rev() {
            self.fake(KEY_RELEASE_EVENT, key, (0, 0));
        }
    }

    fn code(&self, symbol: u32) -> (u8, bool) {
        let typed = |level: usize| self.codes.iter().find(|(_, symbols)| symbols[level] == symbol);
        let plain = typed(0).map(|(code, _)| (*code, false));
        plain.or_else(|| typed(1).map(|(code, _)| (*code, true))).unwrap_or_else(|| panic!("no key types {symbol:#x}"))
    }

    pub(super) fn move_to(&self, at: (i32, i32)) {
        self.fake(MOTION_NOTIFY_EVENT, 0, at);
    }

    /// Presses the left button, or lets it go.
    pub(super) fn button(&self, down: bool) {
        self.fake(if down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT }, 1, (0, 0));
    }

    fn fake(&self, kind: u8, detail: u8, (x, y): (i32, i32)) {
        let (x, y) = (i16::try_from(x).unwrap(), i16::try_from(y).unwrap());
        self.connection.xtest_fake_input(kind, detail, CURRENT_TIME, self.root, x, y, 0).unwrap().check().unwrap();
    }
}

//! The window as assistive software sees and works it: controls by name on the accessibility bus, pressed and written
//! into through its interfaces alone.
#![expect(clippy::unwrap_used, reason = "a bus that does not answer ends the test")]
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]

use std::collections::VecDeque;

use zbus::blocking::Proxy;

use super::desktop::{Desktop, Node, until_or};

const APPLICATION: &str = "mouthpiece";
const ROOT: &str = "/org/a11y/atspi/accessible/root";

/// Places of bits in the answer of `GetState`, as the AT-SPI protocol numbers its states.
const CHECKED: usize = 4;
const ENABLED: usize = 8;
const FOCUSED: usize = 12;
/// The role of the pages in the rail, some of which share their name with a button of their page.
const PAGE_TAB: u32 = 37;

/// What a control lets assistive software do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Can {
    /// Be read; everything can.
    Read,
    /// Be pressed.
    Press,
    /// Be written into.
    Write,
}

impl Can {
    fn interface(self) -> Option<&'static str> {
        match self {
            Self::Read => None,
            Self::Press => Some("org.a11y.atspi.Action"),
            Self::Write => Some("org.a11y.atspi.EditableText"),
        }
    }
}

/// A rectangle on the display, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Place {
    pub fn middle(self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// The window of the program on a desktop.
#[derive(Clone, Copy)]
pub struct Access<'a>(pub &'a Desktop);

impl Access<'_> {
    /// Waits for something with exactly this name; what is there instead is said when it never comes.
    #[track_caller]
    pub fn wait(self, name: &str) -> Node {
        self.wait_for(Can::Read, name)
    }

    /// Waits for a control of this name that can do this and is not switched off.
    #[track_caller]
    pub fn wait_for(self, can: Can, name: &str) -> Node {
        self.until(&format!("“{name}” is there ({can:?})"), || self.find(can, name))
    }

    /// Waits until some name contains these words, and gives the whole name.
    #[track_caller]
    pub fn wait_part(self, part: &str) -> String {
        self.until(&format!("“…{part}…” is there"), || {
            self.names().into_iter().find(|name| name.contains(part))
        })
    }

    /// Waits, and says what is in the window when that was in vain.
    #[track_caller]
    pub fn until<T>(self, what: &str, ask: impl FnMut() -> Option<T>) -> T {
        until_or(what, ask, || format!("; in the window: {}", self.names().join(" | ")))
    }

    /// Presses a control through its action.
    #[track_caller]
    pub fn press(self, name: &str) {
        let node = self.wait_for(Can::Press, name);
        assert!(self.call::<_, bool>(&node, "Action", "DoAction", &0_i32), "{name} refuses to be pressed");
    }

    /// Replaces the text of a field.
    #[track_caller]
    pub fn write(self, name: &str, text: &str) {
        let node = self.wait_for(Can::Write, name);
        assert!(self.call::<_, bool>(&node, "EditableText", "SetTextContents", &text), "{name} refuses text");
    }

    /// All names in the window.
    pub fn names(self) -> Vec<String> {
        self.0.names_in(APPLICATION)
    }

    pub fn has(self, name: &str) -> bool {
        self.find(Can::Read, name).is_some()
    }

    /// The name of what has the keyboard.
    pub fn focused(self) -> Option<String> {
        self.search(|node| self.is(node, FOCUSED)).map(|node| self.0.name(&node).unwrap_or_default())
    }

    pub fn is_checked(self, node: &Node) -> bool {
        self.is(node, CHECKED)
    }

    /// Where a control is on the display.
    pub fn place(self, node: &Node) -> Place {
        let (x, y, width, height) = self.call(node, "Component", "GetExtents", &0_u32);
        Place { x, y, width, height }
    }

    pub fn find(self, can: Can, name: &str) -> Option<Node> {
        self.search(|node| {
            let can_do = |wanted| self.interfaces(node).iter().any(|each| each == wanted);
            let is_able = || {
                let wanted = can.interface();
                wanted.is_none_or(|wanted| can_do(wanted) && self.is(node, ENABLED) && self.role(node) != PAGE_TAB)
            };
            self.0.name(node).as_deref() == Some(name) && is_able()
        })
    }

    fn search(self, mut fits: impl FnMut(&Node) -> bool) -> Option<Node> {
        let root = Node { bus: "org.a11y.atspi.Registry".to_owned(), path: ROOT.to_owned() };
        let application = |node: &Node| self.0.name(node).as_deref() == Some(APPLICATION);
        let mut open: VecDeque<Node> = self.0.children(&root).into_iter().find(application).into_iter().collect();
        while let Some(node) = open.pop_front() {
            if fits(&node) {
                return Some(node);
            }
            open.extend(self.0.children(&node));
        }
        None
    }

    /// A node may go between being found and being asked, and is then nothing in particular.
    fn is(self, node: &Node, state: usize) -> bool {
        let states: Vec<u32> = node.proxy(self.0.bus()).and_then(|p| p.call("GetState", &())).unwrap_or_default();
        states.get(state / 32).is_some_and(|bits| bits & (1 << (state % 32)) != 0)
    }

    fn role(self, node: &Node) -> u32 {
        node.proxy(self.0.bus()).and_then(|p| p.call("GetRole", &())).unwrap_or_default()
    }

    fn interfaces(self, node: &Node) -> Vec<String> {
        node.proxy(self.0.bus()).and_then(|p| p.call("GetInterfaces", &())).unwrap_or_default()
    }

    #[track_caller]
    fn call<A, T>(self, node: &Node, interface: &str, method: &str, arguments: &A) -> T
    where
        A: serde::Serialize + zbus::zvariant::DynamicType,
        T: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        let interface = format!("org.a11y.atspi.{interface}");
        let proxy = Proxy::new(self.0.bus(), node.bus.as_str(), node.path.as_str(), interface).unwrap();
        proxy.call_method(method, arguments).unwrap().body().deserialize().unwrap()
    }
}

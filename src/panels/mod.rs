//! One page each. A panel never knows another panel: what it needs of the rest it asks for with a [`Command`].

pub mod activity;
pub mod clone;
mod command;
mod drops;
pub mod flow;
mod gone;
mod heard;
pub mod key_entry;
pub mod keys;
mod limits;
pub mod lipsync;
mod loudness;
pub mod pace;
mod pictures;
mod saving;
pub mod script;
pub mod settings;
mod stills;
mod thumb;
pub mod voices;
mod wait;
mod watch;
pub mod welcome;
pub mod when;

pub use command::{AccountCommand, Command, Commands, FlowCommand, Notice, VoiceCommand};
pub use heard::preview_key;
pub use keys::KeyAction;
pub use pictures::{Pictures, Sound};

use egui::Key;

use crate::api::Client;
use crate::files::Files;
use crate::jobs::Jobs;
use crate::library::Library;
use crate::media::player::Player;
pub use crate::orders::made;
use crate::orders::speech;
use crate::runtime::Runtime;
use crate::settings::Settings;
use crate::store::Store;

/// A place in the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Page {
    Flow,
    Voices,
    Clone,
    Script,
    LipSync,
    Activity,
    Settings,
}

impl Page {
    /// The rail's items, in order; `Settings` stands apart below them.
    pub const RAIL: [Self; 6] = [Self::Flow, Self::Voices, Self::Clone, Self::Script, Self::LipSync, Self::Activity];

    /// The name in the rail.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flow => "Flow",
            Self::Voices => "Voices",
            Self::Clone => "Clone",
            Self::Script => "Script",
            Self::LipSync => "Lip sync",
            Self::Activity => "Activity",
            Self::Settings => "Settings",
        }
    }
}

/// Everything a panel may touch besides its own fields.
pub struct Cx<'a> {
    pub client: &'a Client,
    pub runtime: &'a Runtime,
    pub store: &'a mut Store,
    pub commands: &'a mut Commands,
    pub jobs: &'a mut Jobs,
    pub files: &'a Files,
    pub player: &'a mut Player,
    pub settings: &'a mut Settings,
    /// Blocks: use it through `runtime`.
    pub library: &'a Library,
}

/// A page.
pub trait Panel {
    /// Takes in what arrived. Runs before each frame for every page, also while it is not shown.
    fn logic(&mut self, _cx: &mut Cx<'_>) {}

    /// Draws the page; only the one that is shown.
    fn ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>);

    /// Another page is shown: lets go of what may run only while somebody looks.
    fn away(&mut self) {}

    /// Whether the page itself has controls for the track of this key, so that the strip at its foot is not needed.
    fn controls(&self, _key: &str) -> bool {
        false
    }

    /// A key of the map that is the page's to act on: true when it did, and nobody else shall. Called before the page is
    /// drawn, once for each press, and not while a dialog or a question lies over the page.
    fn key(&mut self, _action: KeyAction, _cx: &mut Cx<'_>) -> bool {
        false
    }

    /// Takes back the step of the page that a toast spoke of, by its number, whatever was done since; false when that is
    /// not there any more.
    fn take_back(&mut self, _step: u64, cx: &mut Cx<'_>) -> bool {
        self.key(KeyAction::Undo, cx)
    }

    /// The page's main action (Ctrl+Enter), when it can be taken.
    fn main_action(&mut self, _cx: &mut Cx<'_>) {}
}

/// Draws a picture of a file into `rect`, or `icon` while there is none.
pub fn thumb(ui: &egui::Ui, rect: egui::Rect, picture: Option<&egui::TextureHandle>, icon: crate::ui::Icon) {
    thumb::paint(ui, rect, picture, thumb::Fit::Cover, icon);
}

/// Whether a key was pressed with exactly these modifiers; nobody else gets it then. By what was held when it was
/// pressed: a short press may be over when the frame is drawn.
fn pressed(ctx: &egui::Context, modifiers: egui::Modifiers, key: egui::Key) -> bool {
    let is_it = |event: &egui::Event| match event {
        egui::Event::Key { key: other, pressed: true, modifiers: held, .. } => {
            *other == key && held.matches_exact(modifiers)
        }
        _ => false,
    };
    let was = ctx.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_it(event));
        input.events.len() < before
    });
    if was && [Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight].contains(&key) {
        // egui would move the focus by it as well, from wherever it is put now.
        ctx.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
    }
    was
}

/// Whether a page's own keys may act: not while a dialog or a question lies over the page.
fn has_keys(ctx: &egui::Context) -> bool {
    ctx.memory(|memory| memory.top_modal_layer().is_none())
}

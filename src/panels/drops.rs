//! Files dragged above a page with places of its own for them: each takes its kind, and says why it does not take
//! another.

use std::path::Path;

use egui::{Pos2, Rect, Ui};

use crate::panels::has_keys;
use crate::script::import;
use crate::store::{PageDrop, Role, file_name};
use crate::ui::Dragged;

/// What a file is, by its name: it is opened only once it is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Video,
    Audio,
    /// A name that says nothing.
    Unknown,
    Other,
}

/// What hangs above the places.
#[derive(Default)]
pub(super) struct Drops {
    /// Where the pointer was seen during this drag; some systems do not tell.
    pointer: Option<Pos2>,
    kind: Option<Kind>,
    /// The page says what it takes.
    is_shown: bool,
    /// The places and what each takes a file for, as the last frame drew them.
    places: Vec<(Role, Rect)>,
    /// Those drawn in this frame so far.
    drawn: Vec<(Role, Rect)>,
}

impl Drops {
    /// Before the places are drawn: what is dragged, and what that means to the place below it. Where the system does
    /// not tell during a drag where the pointer is, the places are shown too: `let_go` is what was dropped above them,
    /// while it is not known yet where.
    pub fn follow(&mut self, ui: &Ui, let_go: Option<&Path>) -> PageDrop {
        let says = self.say(ui, let_go);
        self.is_shown = says != PageDrop::None;
        says
    }

    fn say(&mut self, ui: &Ui, let_go: Option<&Path>) -> PageDrop {
        self.places = std::mem::take(&mut self.drawn);
        let (path, moved) = ui.input(|input| {
            // A text needs no place: it is taken wherever it is let go.
            let mut hovered = input.raw.hovered_files.iter().filter_map(|file| file.path.clone());
            let path = hovered.find(|path| !import::is_text(&file_name(path)));
            let path = path.or(let_go.map(Path::to_owned));
            let moved = input.events.iter().any(|event| matches!(event, egui::Event::PointerMoved(_)));
            (path, moved.then(|| input.pointer.latest_pos()).flatten())
        });
        self.kind = path.as_deref().map(kind);
        self.pointer = self.kind.and(moved.or(self.pointer));
        let Some(kind) = self.kind.filter(|_| has_keys(ui.ctx())) else { return PageDrop::None };
        if self.pointer.is_none() {
            return PageDrop::Somewhere;
        }
        self.below().map_or(PageDrop::Beside, |place| takes(place, kind))
    }

    fn below(&self) -> Option<Role> {
        let at = self.pointer?;
        self.places.iter().find(|(_, rect)| rect.contains(at)).map(|(place, _)| *place)
    }

    /// Whether something hangs above the page that this place takes.
    pub fn invites(&self, place: Role) -> bool {
        self.kind.filter(|_| self.is_shown).is_some_and(|kind| matches!(takes(place, kind), PageDrop::Takes(_)))
    }

    /// How this place looks.
    pub fn look(&self, place: Role) -> Dragged<'static> {
        match (self.kind, self.below()) {
            (Some(kind), Some(below)) if below == place => match takes(place, kind) {
                PageDrop::Takes(_) => Dragged::Fits,
                PageDrop::Refuses(why) => Dragged::Refused(why),
                _ => Dragged::Nothing,
            },
            _ => Dragged::Nothing,
        }
    }

    /// A place was drawn here, or a part of it.
    pub fn drew(&mut self, place: Role, rect: Rect) {
        self.drawn.push((place, rect));
    }
}

/// What a place does with such a file.
fn takes(place: Role, kind: Kind) -> PageDrop {
    match (place, kind) {
        (_, Kind::Other) => PageDrop::Refuses("Not video or audio"),
        // Its sound may be meant, or the place was not looked at: so it is asked.
        (Role::Audio, Kind::Video) => PageDrop::Beside,
        (Role::Target, Kind::Audio) => PageDrop::Refuses("Not a video"),
        _ => PageDrop::Takes(place),
    }
}

fn kind(path: &Path) -> Kind {
    const VIDEO: [&str; 12] = ["mp4", "mov", "m4v", "mkv", "webm", "avi", "mpg", "mpeg", "mts", "ts", "wmv", "3gp"];
    const AUDIO: [&str; 11] = ["wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff", "wma"];
    let Some(ending) = path.extension().and_then(|ending| ending.to_str()) else { return Kind::Unknown };
    let is = |known: &&str| known.eq_ignore_ascii_case(ending);
    match () {
        () if VIDEO.iter().any(is) => Kind::Video,
        () if AUDIO.iter().any(is) => Kind::Audio,
        () => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_takes_its_own_kind() {
        let places = [Role::Source, Role::Audio, Role::Target];
        let role = |drop| if let PageDrop::Takes(role) = drop { Some(role) } else { None };
        let takes = |name: &str| places.map(|place| role(takes(place, kind(Path::new(name)))));
        assert_eq!(takes("a.MOV"), [Some(Role::Source), None, Some(Role::Target)]);
        assert_eq!(takes("a.wav"), [Some(Role::Source), Some(Role::Audio), None]);
        assert_eq!(takes("a"), [Some(Role::Source), Some(Role::Audio), Some(Role::Target)]);
        assert_eq!(takes("notes.txt"), [None; 3]);
    }
}

//! Files dragged above the cards: each card takes its own kind, and says why it does not take another.

use std::path::Path;

use egui::{Pos2, Rect, Ui};

use crate::panels::has_keys;
use crate::store::{PageDrop, Role};
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

/// What hangs above the cards.
#[derive(Default)]
pub(super) struct Drops {
    /// Where the pointer was seen during this drag; some systems do not tell.
    pointer: Option<Pos2>,
    kind: Option<Kind>,
    /// The cards, as they were drawn last.
    cards: [Option<Rect>; 5],
}

impl Drops {
    /// Before the cards are drawn: what is dragged, and what that means to the card below it.
    pub fn follow(&mut self, ui: &Ui) -> PageDrop {
        let (path, moved) = ui.input(|input| {
            let path = input.raw.hovered_files.first().and_then(|file| file.path.clone());
            let moved = input.events.iter().any(|event| matches!(event, egui::Event::PointerMoved(_)));
            (path, moved.then(|| input.pointer.latest_pos()).flatten())
        });
        self.kind = path.as_deref().map(kind);
        self.pointer = self.kind.and(moved.or(self.pointer));
        let (Some(kind), Some(_)) = (self.kind, self.pointer) else { return PageDrop::None };
        if !has_keys(ui.ctx()) {
            return PageDrop::None;
        }
        match self.below().map(|index| takes(index, kind)) {
            Some(Ok(role)) => PageDrop::Takes(role),
            Some(Err(why)) => PageDrop::Refuses(why),
            None => PageDrop::Beside,
        }
    }

    fn below(&self) -> Option<usize> {
        let at = self.pointer?;
        self.cards.iter().position(|card| card.is_some_and(|card| card.contains(at)))
    }

    /// How the card of this place looks.
    pub fn look(&self, index: usize) -> Dragged<'static> {
        match (self.kind, self.below()) {
            (Some(kind), Some(below)) if below == index => match takes(index, kind) {
                Ok(_) => Dragged::Fits,
                Err(why) => Dragged::Refused(why),
            },
            _ => Dragged::Nothing,
        }
    }

    /// A card was drawn here.
    pub fn drew(&mut self, index: usize, place: Rect) {
        if let Some(card) = self.cards.get_mut(index) {
            *card = Some(place);
        }
    }
}

/// What the card of this place does with such a file.
fn takes(index: usize, kind: Kind) -> Result<Role, &'static str> {
    match (index, kind) {
        (_, Kind::Other) => Err("Not video or audio"),
        (0, _) => Ok(Role::Source),
        (2, Kind::Audio | Kind::Unknown) => Ok(Role::Audio),
        (2, _) => Err("Not a sound file"),
        (3, Kind::Video | Kind::Unknown) => Ok(Role::Target),
        (3, _) => Err("Not a video"),
        (1, _) => Err("Drop it on Source"),
        _ => Err("Made by the lip sync"),
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
    fn each_card_takes_its_own_kind() {
        let takes = |name: &str| [0, 1, 2, 3, 4].map(|index| takes(index, kind(Path::new(name))).ok());
        assert_eq!(takes("a.MOV"), [Some(Role::Source), None, None, Some(Role::Target), None]);
        assert_eq!(takes("a.wav"), [Some(Role::Source), None, Some(Role::Audio), None, None]);
        assert_eq!(takes("a"), [Some(Role::Source), None, Some(Role::Audio), Some(Role::Target), None]);
        assert_eq!(takes("notes.txt"), [None; 5]);
    }
}

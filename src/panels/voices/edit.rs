//! What the user notes on a voice: a name of one's own, tags, notes, a star. On this computer only.

use egui::{Id, Key, Ui, vec2};

use super::Act;
use super::index::Entry;
use crate::library::VoiceNote;
use crate::store::{Notes, Store};
use crate::ui::theme::Look as _;
use crate::ui::{Field, IconButton, chip, icons, space, text};

/// Characters of a tag, and tags of a voice.
const TAG: usize = 40;
const TAGS: usize = 24;
/// Characters of a name of one's own.
const ALIAS: usize = 100;

/// What is being typed, for the voice of this id.
#[derive(Default)]
pub struct Edit {
    id: String,
    alias: String,
    notes: String,
    /// The tag being added.
    tag: Option<String>,
    /// The note that was read last; another one means that it was changed elsewhere.
    read: u64,
    /// Move the cursor into the name.
    pub rename: bool,
    focus_tag: bool,
    is_naming: bool,
}

impl Edit {
    /// Takes up another voice, or what was changed of this one. What was being named before, when it was not told.
    pub fn follow(&mut self, entry: &Entry, notes: &Notes) -> Option<VoiceNote> {
        let is_other = self.id != entry.id;
        let unsaved = (is_other && self.is_naming).then(|| self.named(notes)).flatten();
        if is_other {
            *self = Self { id: entry.id.clone(), rename: self.rename, ..Self::default() };
        }
        if is_other || self.read != notes.revision() {
            self.read = notes.revision();
            if !self.is_naming {
                self.alias.clone_from(&entry.name);
            }
            let text = notes.get(&entry.id).map_or("", |note| note.notes.as_str());
            if self.notes != text {
                text.clone_into(&mut self.notes);
            }
        }
        unsaved
    }

    /// The name that was typed and not kept yet, when the page is left.
    pub fn leave(&mut self, notes: &Notes) -> Option<VoiceNote> {
        let unsaved = self.is_naming.then(|| self.named(notes)).flatten();
        self.is_naming = false;
        unsaved
    }

    /// The note with the name as it was typed, when that is another one.
    fn named(&self, notes: &Notes) -> Option<VoiceNote> {
        let mut note = notes.of(&self.id);
        let alias: String = self.alias.trim().chars().take(ALIAS).collect();
        let alias = Some(alias).filter(|alias| !alias.is_empty());
        (alias != note.alias).then(|| {
            note.alias = alias;
            note
        })
    }

    /// The name, to be typed over.
    pub fn name_ui(&mut self, ui: &mut Ui, entry: &Entry, store: &Store) -> Option<Act> {
        let id = Id::unique("name of the voice");
        let width = ui.available_width();
        let field = Field::new("Name of the voice", &mut self.alias).hide_label().as_name().id(id).width(width);
        let response = field.placeholder(&entry.known).show(ui);
        let corner = egui::Rect::from_center_size(response.rect.right_center() - vec2(18.0, 0.0), vec2(28.0, 28.0));
        let corner = corner.with_max_x(ui.max_rect().right() - 3.0);
        let pencil = super::within(ui, corner, |ui| {
            IconButton::new(icons::PENCIL_SIMPLE, "Rename, only on this computer").key("F2").small().show(ui).clicked()
        });
        if pencil || std::mem::take(&mut self.rename) {
            response.request_focus();
            if let Some(mut state) = egui::TextEdit::load_state(ui.ctx(), id) {
                let all = egui::text::CCursorRange::two(
                    egui::text::CCursor::new(0),
                    egui::text::CCursor::new(self.alias.chars().count()),
                );
                state.cursor.set_char_range(Some(all));
                state.store(ui.ctx(), id);
            }
        }
        if response.has_focus() {
            self.is_naming = true;
        }
        if !response.lost_focus() {
            return None;
        }
        self.is_naming = false;
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.alias.clone_from(&entry.name);
            return None;
        }
        if self.alias.trim() == entry.known || self.alias.trim().is_empty() {
            // The service's own name is no name of one's own.
            self.alias.clear();
        }
        let note = self.named(&store.notes);
        if self.alias.is_empty() {
            self.alias.clone_from(&entry.known);
        }
        note.map(|note| Act::Note(Box::new(note)))
    }

    /// Tags, each with a press to remove it, and the button that adds one.
    pub fn tags_ui(&mut self, ui: &mut Ui, entry: &Entry, store: &Store) -> Option<Act> {
        let mut act = None;
        ui.label(text::label("Tags").color(ui.tokens().text.support));
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, 6.0);
            ui.spacing_mut().interact_size.y = 20.0;
            ui.horizontal_wrapped(|ui| {
                for tag in &entry.tags {
                    let name = format!("Remove the tag {tag}");
                    let pressed = chip::tag_button(ui, tag, false).accessible_name(&name).on_hover_text(name);
                    if pressed.clicked() {
                        let mut note = store.notes.of(&entry.id);
                        note.tags.remove(tag);
                        act = Some(Act::Note(Box::new(note)));
                    }
                }
                if self.tag.is_none() && entry.tags.len() < TAGS && chip::add_tag(ui, "Add tag").clicked() {
                    self.tag = Some(String::new());
                    self.focus_tag = true;
                }
            });
        });
        let typed = self.new_tag_ui(ui, entry, store);
        act.or(typed)
    }

    fn new_tag_ui(&mut self, ui: &mut Ui, entry: &Entry, store: &Store) -> Option<Act> {
        let mut typed = self.tag.take()?;
        let field = Field::new("New tag", &mut typed).hide_label().width(180.0).id(Id::unique("new tag"));
        let response = field.placeholder("One or several, with commas").show(ui);
        if std::mem::take(&mut self.focus_tag) {
            response.request_focus();
            self.tag = Some(typed);
            return None;
        }
        if !response.lost_focus() {
            self.tag = Some(typed);
            return None;
        }
        let (escape, enter) = ui.input(|input| (input.key_pressed(Key::Escape), input.key_pressed(Key::Enter)));
        if escape {
            return None;
        }
        if enter && !typed.trim().is_empty() {
            // One tag seldom comes alone.
            (self.tag, self.focus_tag) = (Some(String::new()), true);
        }
        let note = tagged(store.notes.of(&entry.id), &typed)?;
        Some(Act::Note(Box::new(note)))
    }

    /// The notes, kept as they are typed.
    pub fn notes_ui(&mut self, ui: &mut Ui, entry: &Entry, store: &Store) -> Option<Act> {
        let field = Field::new("Notes", &mut self.notes).multiline(2).id(Id::unique("notes on the voice"));
        if !field.placeholder("How it sounds best, how names are said").show(ui).changed() {
            return None;
        }
        let mut note = store.notes.of(&entry.id);
        note.notes.clone_from(&self.notes);
        // One's own change is known already.
        self.read = store.notes.revision() + 1;
        Some(Act::Note(Box::new(note)))
    }
}

/// A note with what was typed as tags; nothing when it has them already.
fn tagged(mut note: VoiceNote, typed: &str) -> Option<VoiceNote> {
    let before = note.tags.len();
    for tag in typed.split(',') {
        let tag: String = tag.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TAG).collect();
        let is_there = note.tags.iter().any(|other| other.to_lowercase() == tag.to_lowercase());
        if !tag.is_empty() && !is_there && note.tags.len() < TAGS {
            note.tags.insert(tag);
        }
    }
    (note.tags.len() > before).then_some(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_words_without_doubles() {
        let note = tagged(VoiceNote::default(), " warm,  two  words ,WARM,, ").unwrap();
        assert_eq!(note.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["two words", "warm"]);
        assert!(tagged(note.clone(), "Warm").is_none() && tagged(note, " , ").is_none());
        let many: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        assert_eq!(tagged(VoiceNote::default(), &many.join(",")).unwrap().tags.len(), TAGS);
    }
}

//! The permission on the Voice card: the tick, and the dialog with the full statement and who gave it. It is the draft of
//! the clone page, seen from here.

use egui::{Context, Id, Layout, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::stages::{Facts, FileFact, LineFact, TrackFact, VoiceFact, Work};
use crate::library::{Relation, STATEMENT};
use crate::store::{FilledIn, Permission, Store};
use crate::ui::choice::Choice;
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::theme::Look as _;
use crate::ui::{Field, IconButton, Select, Type, format, icons, paint, radius};

const TICK: &str = "I have permission to clone this voice";
const READ: &str = "Read the full statement";

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// The tick, to be set or taken back.
    Tick(bool),
    /// The full statement.
    Read,
}

/// Whether the voice of this chain would be cloned, and nobody is at it yet.
pub(super) fn is_asked(facts: &Facts) -> bool {
    let is_open = !matches!(facts.cloning, Work::Running | Work::Waiting);
    is_open && facts.voice == VoiceFact::None && facts.source == FileFact::There && !facts.track.stands()
}

/// Whether everything is there but what Run all would make, beginning with the voice.
pub(super) fn is_all_there(facts: &Facts) -> bool {
    let source = facts.voice == VoiceFact::None && facts.source == FileFact::There;
    source && facts.track == TrackFact::None && facts.line == LineFact::Written && facts.target == FileFact::There
}

/// "New clone, 1.9 MB to send".
pub(super) fn meta(store: &Store) -> String {
    let card = &store.chain.voice;
    match (&card.missing, card.bytes) {
        (Some(why), _) => why.clone(),
        (None, Some(bytes)) if store.is_sandbox => format!("New clone, sample of {}", format::size(bytes)),
        (None, Some(bytes)) => format!("New clone, {} to send", format::size(bytes)),
        (None, None) => card.reading.clone(),
    }
}

/// The tick in the strip of the card and, below it in the place of the note, the way to the statement.
pub(super) fn strip_ui(ui: &mut Ui, permission: &Permission) -> Option<Press> {
    let strip = ui.max_rect();
    // A row has no note.
    let is_row = strip.width() < 155.0;
    let mut on = permission.given_at.is_some();
    let mut pressed = None;
    let mut place = ui.new_child(UiBuilder::new().max_rect(strip).layout(Layout::left_to_right(egui::Align::Center)));
    place.spacing_mut().item_spacing.x = 0.0;
    if Choice::check(TICK).small().show(&mut place, &mut on).changed() {
        pressed = Some(Press::Tick(on));
    }
    if is_row {
        let side = Rect::from_min_size(strip.left_top() + vec2(-34.0, 4.0), vec2(28.0, 28.0));
        let mut place = ui.new_child(UiBuilder::new().max_rect(side));
        let read = IconButton::new(icons::INFO, READ).show(&mut place).clicked();
        return pressed.or_else(|| read.then_some(Press::Read));
    }
    let note = Rect::from_min_size(strip.left_bottom() + vec2(0.0, 14.0), vec2(strip.width(), 16.0));
    let words = if on { who(permission) } else { READ.to_owned() };
    pressed.or_else(|| read_ui(ui, note, &words).clicked().then_some(Press::Read))
}

/// The line of the note, which can be pressed.
fn read_ui(ui: &Ui, note: Rect, words: &str) -> Response {
    let t = ui.tokens();
    let text = paint::one_line(ui, words, Type::Small, t.text.support, note.width() - 21.0);
    let place = note.with_max_x((note.left() + 21.0 + text.size().x).min(note.right()));
    let response = ui.interact(place.expand2(vec2(2.0, 6.0)), ui.scope_id().with(READ), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words));
    let ink = if response.hovered() { t.text.main } else { t.text.support };
    icons::INFO.paint(ui.painter(), place.left_center() + vec2(8.0, 0.0), 16.0, ink);
    ui.painter().galley_with_override_text_color(
        egui::pos2(place.left() + 21.0, place.center().y - text.size().y / 2.0),
        text,
        ink,
    );
    if response.has_focus() {
        paint::focus_ring(ui.painter(), place, radius::TAG, t);
    }
    response.on_hover_text("The full statement, and who gave the permission")
}

/// "As my own voice", "In writing, Mara".
fn who(permission: &Permission) -> String {
    match permission.relation {
        Relation::Own | Relation::Unrecorded => "As my own voice".to_owned(),
        relation => format!("{}, {}", relation.words(), permission.speaker.trim()),
    }
}

/// Carries out a press on the card.
pub(super) fn obey(pressed: Press, ctx: &Context, store: &mut Store) {
    let permission = store.chain.voice.permission.clone();
    match pressed {
        Press::Tick(on) => {
            fill_in(store, Permission { given_at: on.then(time::OffsetDateTime::now_utc), ..permission });
        }
        Press::Read => {
            let asked = Asking(permission, store.flow.id.clone());
            ctx.data_mut(|data| data.insert_temp(asking(), asked));
        }
    }
}

fn fill_in(store: &mut Store, permission: Permission) {
    store.chain.voice.filled_in = Some(FilledIn { name: None, permission });
}

/// What is filled into the dialog, for which flow.
#[derive(Clone, Default)]
struct Asking(Permission, String);

fn asking() -> Id {
    Id::unique("permission of the voice card")
}

/// The dialog, while it stands.
pub(super) fn dialog_ui(ctx: &Context, store: &mut Store) {
    let Some(Asking(mut permission, flow)) = ctx.data(|data| data.get_temp::<Asking>(asking())) else { return };
    let own = matches!(permission.relation, Relation::Own | Relation::Unrecorded);
    let nobody = !own && permission.speaker.trim().is_empty();
    let dialog = Dialog::new("Who gave the permission?", "Not now", "I have permission")
        .text(STATEMENT)
        .off_if(nobody.then_some("Name the speaker first, or choose “It is my voice”"));
    let answer = dialog.show_with(ctx, |ui| {
        let options = Relation::CHOICES.map(|relation| (relation, relation.words()));
        Select::new("Consent given", &mut permission.relation, &options).show(ui);
        let own = permission.relation == Relation::Own;
        let mut you = String::new();
        let (text, placeholder) =
            if own { (&mut you, "You") } else { (&mut permission.speaker, "Name of the speaker") };
        Field::new("Speaker", text).placeholder(placeholder).enabled(!own).show(ui);
    });
    let is_over = answer.is_some() || flow != store.flow.id;
    if answer == Some(Answer::Act) && flow == store.flow.id {
        fill_in(store, Permission { given_at: Some(time::OffsetDateTime::now_utc()), ..permission.clone() });
    }
    ctx.data_mut(|data| {
        data.remove_temp::<Asking>(asking());
        if !is_over {
            data.insert_temp(asking(), Asking(permission, flow));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_says_under_which_permission_the_voice_is_cloned() {
        let own = Permission { relation: Relation::Own, ..Permission::default() };
        assert_eq!(who(&own), "As my own voice");
        let mara = Permission { speaker: " Mara ".into(), relation: Relation::InWriting, ..own };
        assert_eq!(who(&mara), "In writing, Mara");
    }

    #[test]
    fn it_is_asked_for_only_where_a_voice_would_be_cloned() {
        let source = Facts { source: FileFact::There, ..Facts::default() };
        assert!(is_asked(&source) && !is_asked(&Facts::default()));
        assert!(!is_asked(&Facts { voice: VoiceFact::There, ..source }));
        assert!(!is_asked(&Facts { cloning: Work::Running, ..source }));
        assert!(!is_asked(&Facts { track: TrackFact::OwnAudio, ..source }));
    }
}

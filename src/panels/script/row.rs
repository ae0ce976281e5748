//! One take as a row: play it, look at it, compare it, keep it, take it elsewhere.

use egui::{Layout, Ui, vec2};

use super::closed::name;
use super::naming::Naming;
use super::{ScriptPanel, rules, trim};
use crate::library::Take;
use crate::media::player::{Source, Track};
use crate::panels::{Command, Cx, Sound, when};
use crate::script::{self, pauses};
use crate::store::Store;
use crate::ui::layout::Row;
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, IconButton, MenuItem, PlayButton, Type, ab, format, icons, select, space, text};

/// The height of a row.
pub const HEIGHT: f32 = 44.0;
/// What stands right of the waveform: length, letters, star, export, more, button; and where there is less room than
/// for a waveform beside them, so that export is in the menu and the button has no words.
const RIGHT: f32 = 343.0;
const RIGHT_NARROW: f32 = 208.0;
const NARROW: f32 = 640.0;
/// The names of takes, and the same with an excerpt of the line.
const NAMES: f32 = 99.0;
const EXCERPT: f32 = 200.0;

/// What was asked of a take.
pub enum Act {
    Do(Command),
    Compare(usize),
    Export,
    Trim,
    Untrim,
    Rename,
    Delete,
}

/// A take as the player plays it.
pub fn track(store: &Store, take: &Take) -> Track {
    Track {
        key: key(&take.id),
        title: store.take_title(take),
        subtitle: store.voice_of_take(take).to_owned(),
        source: Source::File(take.audio().to_owned()),
    }
}

/// What a take is called in the names of what acts on it: of the line on the card, or of one that is gone.
fn label(take: &Take, other: bool) -> String {
    let number = take.in_line();
    if !other {
        return format!("take {number}");
    }
    format!("take {number} of “{}”", script::excerpt(&pauses::words(&take.script), 40))
}

/// What the player calls a take.
pub fn key(id: &str) -> String {
    format!("take:{id}")
}

impl ScriptPanel {
    /// Draws a take, of the line on the card or of another one.
    pub(super) fn take_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, take: &Take, other: bool) {
        ui.push_id(&take.id, |ui| self.row_ui(ui, cx, take, other));
    }

    fn row_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, take: &Take, other: bool) {
        let chosen = cx.store.flow.take() == Some(take.id.as_str());
        let name = spoken(cx.store, take, chosen);
        let (response, act) = Row::new(&name).height(HEIGHT).selected(chosen).show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let narrow = ui.available_width() < NARROW;
            let play = self.heard_ui(ui, cx, take, (chosen, other), narrow);
            let tools = self.tools_ui(ui, cx, take, (chosen, other), narrow);
            play.or(tools)
        });
        if response.has_focus() {
            self.row_in_hand = Some(take.id.clone());
        }
        if response.clicked() {
            cx.store.flow.set_take(Some(take.id.clone()));
        }
        if let Some(act) = act {
            self.obey(cx, take, act);
        }
    }

    /// Does what was asked of a take.
    pub(super) fn obey(&mut self, cx: &mut Cx<'_>, take: &Take, act: Act) {
        match act {
            Act::Do(command) => cx.commands.push(command),
            Act::Compare(side) => self.compare.press(cx, side, &take.id),
            Act::Export => self.export.ask(cx, take.audio(), &cx.store.take_title(take)),
            Act::Rename => self.edits.naming = Some(Naming::of_take(cx.store, take)),
            Act::Delete => self.delete_take(cx, &take.id),
            Act::Trim => self.trims.begin(cx, take),
            Act::Untrim => self.trims.undo(cx, &take.id),
        }
    }

    /// Play, names, waveform and length.
    fn heard_ui(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        take: &Take,
        (chosen, other): (bool, bool),
        narrow: bool,
    ) -> Option<Act> {
        let t = ui.tokens();
        let playing = cx.player.is_playing(&key(&take.id));
        let words = if playing { "Pause" } else { "Play" };
        let play = PlayButton::new(&format!("{words} {}", label(take, other)), playing).accent(chosen).show(ui);
        let width = if other { EXCERPT.min(ui.available_width() * 0.26) } else { NAMES };
        ui.allocate_ui_with_layout(vec2(width, 36.0), Layout::top_down(egui::Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.set_width(width);
            let (title, below) = words_of(cx.store, take, other);
            name_ui(ui, &title, Type::Name, t.text.main);
            if self.trims.is_running(&take.id) {
                let words = if take.care.edited.is_some() { "Undoing the trim" } else { "Trimming the silence" };
                name_ui(ui, words, Type::Small, t.accent.fill);
            } else {
                name_ui(ui, &below, Type::Small, t.text.hint);
            }
        });
        self.wave_ui(ui, cx, take, other, narrow);
        ui.label(text::mono(format::time_code(take.secs())).color(t.text.support));
        play.clicked().then(|| Act::Do(Command::HearTake(take.id.clone())))
    }

    fn wave_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, take: &Take, other: bool, narrow: bool) {
        let right = if narrow { RIGHT_NARROW } else { RIGHT };
        let width = (ui.available_width() - right).max(24.0);
        ui.allocate_ui(vec2(width, 28.0), |ui| {
            ui.set_width(width);
            let seen = ui.is_rect_visible(ui.max_rect());
            let sound = if seen { self.pictures.sound(ui.ctx(), cx.runtime, take.audio()) } else { Sound::Reading };
            let played = cx.player.progress(&key(&take.id));
            let name = format!("Sound of {}", label(take, other));
            let mut wave = sound.waveform(&name).height(28.0).played(played.unwrap_or(0.0));
            if played.is_some() {
                wave = wave.seekable();
            }
            if let Some(part) = wave.show(ui).seek {
                let length = cx.player.now().map_or(0.0, |now| now.length_secs);
                cx.player.seek(f64::from(part) * length);
            }
        });
    }

    /// Everything that can be done with a take.
    fn tools_ui(
        &self,
        ui: &mut Ui,
        cx: &Cx<'_>,
        take: &Take,
        (chosen, other): (bool, bool),
        narrow: bool,
    ) -> Option<Act> {
        let label = label(take, other);
        let t = ui.tokens();
        ui.spacing_mut().item_spacing.x = space::XS;
        let names = ["Keep", "Export", "More actions for"].map(|verb| format!("{verb} {label}"));
        let compare = ab::ab_ui(ui, &label, self.compare.letters(cx, &take.id));
        let kept = take.care.kept;
        let star = if kept { icons::STAR_FILL } else { icons::STAR };
        let star = IconButton::new(star, &names[0]).key("S").on(kept);
        let star = star.ink(if kept { t.text.main } else { t.text.hint }).show(ui);
        let why = self.export.is_running().then_some("An export is under way");
        let export = !narrow && IconButton::new(icons::EXPORT, &names[1]).key("Ctrl E").off_if(why).show(ui).clicked();
        let more = IconButton::new(icons::DOTS_THREE, &names[2]).show(ui);
        let from_menu = select::menu(&more, |ui| self.menu_ui(ui, take, narrow)).flatten();
        let put = put_ui(ui, &label, narrow, chosen);
        if let Some(side) = compare {
            Some(Act::Compare(side))
        } else if star.clicked() {
            let id = take.id.clone();
            Some(Act::Do(if kept { Command::LetGoOfTake(id) } else { Command::KeepTake(id) }))
        } else if export {
            Some(Act::Export)
        } else if put {
            Some(Act::Do(Command::PutOnVideo(take.id.clone())))
        } else {
            from_menu
        }
    }

    fn menu_ui(&self, ui: &mut Ui, take: &Take, narrow: bool) -> Option<Act> {
        let mut act = None;
        let mut item = |item: MenuItem<'_>, then: Act| {
            if item.show(ui).clicked() {
                act = Some(then);
            }
        };
        if narrow {
            let why = self.export.is_running().then_some("An export is under way");
            item(MenuItem::new("Export this take").icon(icons::EXPORT).key("Ctrl E").off_if(why), Act::Export);
        }
        if take.care.edited.is_some() {
            let why = self.trims.is_running(&take.id).then_some("The trim is being undone");
            item(MenuItem::new("Undo the trim").icon(icons::ARROW_COUNTER_CLOCKWISE).off_if(why), Act::Untrim);
        } else {
            let why = self.trims.is_running(&take.id).then_some("The silence is being trimmed");
            item(MenuItem::new("Trim silence").icon(icons::SCISSORS).off_if(why), Act::Trim);
        }
        item(MenuItem::new("Rename").icon(icons::PENCIL_SIMPLE), Act::Rename);
        item(MenuItem::new("Copy text").icon(icons::COPY), Act::Do(Command::Copy(take.script.clone())));
        let show = Command::Reveal(take.audio().to_owned());
        item(MenuItem::new("Show in folder").icon(icons::FOLDER_OPEN), Act::Do(show));
        item(MenuItem::new("Delete").icon(icons::TRASH).danger(), Act::Delete);
        act
    }
}

fn put_ui(ui: &mut Ui, label: &str, narrow: bool, chosen: bool) -> bool {
    let words = format!("Put {label} on a video");
    if narrow {
        let ink = if chosen { ui.tokens().accent.fill } else { ui.tokens().text.support };
        return IconButton::new(icons::FILM_SLATE, &words).ink(ink).show(ui).clicked();
    }
    let button = if chosen { Button::outline("Put on a video") } else { Button::secondary("Put on a video") };
    let response = button.small().icon(icons::FILM_SLATE).show(ui);
    name(ui, &response, &words);
    response.clicked()
}

/// What screen readers say about the row.
fn spoken(store: &Store, take: &Take, chosen: bool) -> String {
    let mut name = format!("{}, {}, {}", take.title(), format::time_code(take.secs()), store.voice_of_take(take));
    for (is, words) in [(take.care.edited.is_some(), ", trimmed"), (take.care.kept, ", kept"), (chosen, ", chosen")] {
        if is {
            name.push_str(words);
        }
    }
    name
}

/// What a row says about its take: of the line on the card, or of another one.
fn words_of(store: &Store, take: &Take, other: bool) -> (String, String) {
    let when = when::parse(&take.made_at).map_or_else(|| "Earlier".to_owned(), |made| made_at(made, when::now()));
    let title = if other { format!("{}, {}", take.title(), store.voice_of_take(take)) } else { take.title() };
    let older = !other && !rules::is_current(store, store.flow.lines.active(), take);
    let below = match &take.care.edited {
        Some(edited) => trim::words(edited),
        // Of another text or voice: it says what it says.
        None if other || older => script::excerpt(&pauses::readable(&take.script), 80),
        None => when + steadiness(store, take),
    };
    (title, below)
}

/// When a take was made, short: there is more to be said in the same line.
fn made_at(made: time::OffsetDateTime, now: time::OffsetDateTime) -> String {
    let ago = when::ago(made, now);
    match when::day(made, now) {
        _ if ago == "Just now" => ago,
        day if day == "today" => when::clock(made),
        day if day == "yesterday" => "Yesterday".to_owned(),
        // The year is not what tells takes apart.
        day => day.split(' ').take(2).collect::<Vec<_>>().join(" "),
    }
}

/// How a take was asked for, where that is not how lines are asked for now.
fn steadiness(store: &Store, take: &Take) -> &'static str {
    let now = store.flow.lines.active().stability.unwrap_or(store.flow.stability);
    match take.stability {
        Some(stability) if stability > now + 0.04 => ", steadier",
        Some(stability) if stability < now - 0.04 => ", more varied",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn takes_are_told_apart_by_clock_or_day() {
        let now = datetime!(2026-11-22 14:05 +1);
        assert_eq!(made_at(datetime!(2026-11-22 14:04:50 +1), now), "Just now");
        assert_eq!(made_at(datetime!(2026-11-22 9:04 +1), now), "9:04");
        assert_eq!(made_at(datetime!(2026-11-21 9:04 +1), now), "Yesterday");
        assert_eq!(made_at(datetime!(2024-11-20 9:04 +1), now), "20 Nov");
    }
}

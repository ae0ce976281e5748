//! The finished video beside the one it was made from, and where it lies.

use std::path::{Path, PathBuf};

use egui::{Frame, Key, Margin, Modifiers, ScrollArea, Sense, Ui, vec2};

use super::LipSyncPanel;
use crate::compose;
use crate::error::Error;
use crate::files::Wanted;
use crate::jobs::{Job, LipSyncJob, Request};
use crate::media::probe::{self, Probe};
use crate::media::video::Film;
use crate::panels::watch::{Marks, Watched, is_muted};
use crate::panels::{Command, Cx, has_keys};
use crate::remote::Remote;
use crate::store::Store;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, Mark, Type, format, icons, layout, paint, radius, space, text, truncate};

/// What was pressed.
#[derive(Clone, Copy)]
enum Press {
    Setup,
    Again,
    Open,
    Show,
    Copy,
    Find,
    Download,
}

/// Width of the recipe beside the file.
const RECIPE: f32 = 430.0;
/// Height of the card that has the controls.
const BAR: f32 = 56.0;
/// Characters of a job id that are shown at most.
const ID: usize = 120;

/// Whether the file and how it was made have room beside each other.
fn is_apart(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() >= 1000.0
}

/// Height of the card that has both.
fn saved_height(ui: &Ui) -> f32 {
    if is_apart(ui) { 120.0 } else { 186.0 }
}

impl LipSyncPanel {
    /// The whole page of a finished run.
    pub(super) fn result_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some((job, file)) = self.shown(cx.store, cx.jobs) else { return };
        let file = file.to_owned();
        let Request::LipSync(made) = &job.request else { return };
        let (job, made) = (job.clone(), made.clone());
        let mut pressed = keys(ui);
        self.pair.keep_keys();
        self.watch_pair(ui, cx);
        self.pair.take_over(&self.target, cx);
        if self.plays && !self.pair.is_empty() {
            self.plays = false;
            if !self.pair.is_wanted() {
                self.pair.toggle(cx);
            }
        }
        let margin = Margin { left: 24, right: 24, top: 0, bottom: 8 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
            head_ui(ui, made.is_trial, &mut pressed);
            ui.spacing_mut().item_spacing.y = gap;
            let room = ui.available_height();
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let top = ui.cursor().top();
                self.pair_ui(ui, cx, room);
                ui.add_space(space::M);
                let below = space::M + saved_height(ui) + space::S;
                if self.moments_ui(ui, cx, room - (ui.cursor().top() - top) - below) {
                    ui.add_space(space::M);
                }
                ui.spacing_mut().item_spacing.y = gap;
                self.saved_ui(ui, cx.store, &job, &made, &file, &mut pressed);
            });
        });
        self.pair.full_ui(ui, cx);
        match pressed {
            Some(Press::Setup) if self.trial.is_shown => self.trial.is_shown = false,
            Some(Press::Again) if self.trial.is_shown => (self.trial.is_shown, self.trial.job) = (false, None),
            Some(Press::Setup) => self.choose(cx, false),
            Some(Press::Again) => cx.store.flow.put_result_away(),
            Some(Press::Open) => cx.commands.push(Command::OpenFile(file)),
            Some(Press::Show) => cx.commands.push(Command::Reveal(file)),
            Some(Press::Find) => {
                self.dialogs.finding = Some((job.id.clone(), cx.files.pick_media(cx.runtime, Wanted::Video)));
            }
            Some(Press::Download) => cx.jobs.download_again(&job.id),
            Some(Press::Copy) => cx.commands.push(Command::Copy(file.display().to_string())),
            None => {}
        }
    }

    /// Both videos on one clock, and what moves it, as large as the file's card below leaves them.
    fn pair_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: f32) {
        let wide = ui.available_width();
        let tall = (room - 2.0 * space::M - BAR - saved_height(ui) - space::S).max(160.0);
        let width = ((wide - space::L) / 2.0).min(tall * 16.0 / 9.0).min(960.0).floor();
        let size = vec2(width, (width * 9.0 / 16.0).floor());
        if self.pair.is_empty() {
            ui.allocate_ui(vec2(wide, size.y), |ui| notice::loading_ui(ui, "Reading the videos"));
            return;
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            for (index, words) in self.pair.words().into_iter().enumerate() {
                let heard = self.pair.heard() == index && !is_muted(cx);
                let (icon, sound) = match (heard, self.pair.is_wanted()) {
                    (true, true) => (icons::SPEAKER_HIGH, "Playing this sound"),
                    (true, false) => (icons::SPEAKER_HIGH, "This sound"),
                    (false, _) => (icons::SPEAKER_SLASH, "Muted"),
                };
                let top = Some(Mark { icon: None, words, accent: words == "After" });
                let bottom = Some(Mark { icon: Some(icon), words: sound, accent: false });
                self.pair.view_ui(ui, cx, index, size, Marks { top, bottom, ..Marks::default() });
            }
        });
        ui.add_space(space::M);
        let t = ui.tokens();
        let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(Margin::symmetric(11, 7));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            let file = self.pair.heard_file().map(Path::to_owned).unwrap_or_default();
            let sound = self.pictures.sound(ui.ctx(), cx.runtime, &file);
            self.pair.compared_ui(ui, cx, &sound);
        });
    }

    /// Before drawing: the target and the result are what is watched, once both are read.
    fn watch_pair(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        // A trial is made of a piece that was cut out of the target.
        let own = self.trial.of.as_ref().filter(|_| self.trial.is_shown).map(|of| of.target.name());
        let film = |facts: &Facts| Film::new(&facts.file, facts.probe.value()?);
        let [before, after] = &self.facts;
        let watched: Vec<_> = match (film(before), film(after)) {
            (Some(before), Some(after)) => {
                vec![Watched::new(before, "Before").called(own), Watched::new(after, "After")]
            }
            // A target that was moved away leaves the result to watch.
            (None, Some(after)) if before.probe.error().is_some() => vec![Watched::new(after, "After")],
            _ => Vec::new(),
        };
        self.pair.begin(ui, cx, &watched, watched.len().saturating_sub(1));
    }

    fn saved_ui(
        &self,
        ui: &mut Ui,
        store: &Store,
        job: &Job,
        made: &LipSyncJob,
        file: &Path,
        pressed: &mut Option<Press>,
    ) {
        layout::card_ui(ui, |ui| {
            if !is_apart(ui) {
                self.file_ui(ui, store, file, pressed);
                ui.add_space(space::S);
                layout::line_ui(ui);
                ui.add_space(space::S);
                return recipe_ui(ui, store, job, made, 6);
            }
            let width = ui.available_width();
            ui.set_min_height(saved_height(ui) - 32.0);
            ui.horizontal_top(|ui| {
                ui.vertical(|ui| {
                    ui.set_width(width - RECIPE - 41.0);
                    self.file_ui(ui, store, file, pressed);
                });
                ui.add_space(12.0);
                crate::ui::button::divider(ui, saved_height(ui) - 32.0);
                ui.add_space(12.0);
                ui.vertical(|ui| recipe_ui(ui, store, job, made, 3));
            });
        });
    }

    fn file_ui(&self, ui: &mut Ui, store: &Store, file: &Path, pressed: &mut Option<Press>) {
        let t = ui.tokens();
        ui.label(text::label("Saved file").color(t.text.support));
        ui.horizontal(|ui| {
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width() - 44.0);
                truncate::file_name_ui(ui, &file.display().to_string(), Type::MonoLarge, t.text.main);
            });
            if IconButton::new(icons::COPY, "Copy the file path").show(ui).clicked() {
                *pressed = Some(Press::Copy);
            }
        });
        match (self.facts[1].probe.value(), self.facts[1].probe.error()) {
            (Some(probe), _) => {
                let place = if store.is_sandbox { "the sandbox" } else { "sync.so" };
                let words = format!("{}. The link at {place} may expire, this file will not.", probe.facts());
                ui.add(egui::Label::new(text::small(words).color(t.text.hint)).wrap());
            }
            (None, Some(Error::File { source, .. })) if source.kind() == std::io::ErrorKind::NotFound => {
                let words = "The file is no longer at this path.".to_owned();
                let moved = Error::Past { sentence: words, code: None, details: String::new() };
                match notice::error_ui(ui, &moved, &["Find it", "Download again"]) {
                    Some(ErrorPress::Action(0)) => *pressed = Some(Press::Find),
                    Some(ErrorPress::Action(_)) => *pressed = Some(Press::Download),
                    _ => {}
                }
            }
            (None, Some(error)) => drop(notice::error_ui(ui, error, &[])),
            (None, None) => drop(ui.hint("Reading the file")),
        }
    }
}

/// The facts of a file, read in the background.
#[derive(Default)]
pub(super) struct Facts {
    pub file: PathBuf,
    pub probe: Remote<Probe>,
}

impl Facts {
    pub fn read(&mut self, file: PathBuf, cx: &Cx<'_>) {
        if self.file != file {
            *self = Self { file, probe: Remote::default() };
        }
        let file = self.file.clone();
        self.probe.ensure(|| cx.runtime.blocking(move || probe::probe(&file)));
        self.probe.poll();
    }
}

/// The keys of the page.
fn keys(ui: &Ui) -> Option<Press> {
    if !has_keys(ui.ctx()) {
        return None;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::O) {
        Some(Press::Show)
    } else {
        pressed(Modifiers::COMMAND, Key::U).then_some(Press::Again)
    }
}

fn head_ui(ui: &mut Ui, is_trial: bool, pressed: &mut Option<Press>) {
    let t = ui.tokens();
    let title = if is_trial { "First 5 seconds finished" } else { "Lip sync finished" };
    let saved = |ui: &mut Ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(76.0, 24.0), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "Saved"));
        ui.painter().rect_filled(rect, 12, t.success.wash);
        let center = rect.left_center() + vec2(17.0, 0.0);
        icons::CHECK_CIRCLE_FILL.paint(ui.painter(), center, 14.0, t.success.ink);
        let word = paint::one_line(ui, "Saved", Type::Label, t.success.ink, 60.0);
        paint::text_at(ui.painter(), rect.left() + 28.0, rect.center().y, word);
    };
    layout::page_head_ui(ui, title, saved, |ui| {
        let mut open = false;
        let mut button = |ui: &mut Ui, button: Button<'_>, press| {
            if button.show(ui).clicked() {
                *pressed = Some(press);
            }
        };
        button(ui, Button::primary("Show in folder").icon(icons::FOLDER_OPEN).key("Ctrl Shift O"), Press::Show);
        let (words, icon) = ("Open in your player", icons::ARROW_SQUARE_OUT);
        // Not as loud as what is done more often.
        if IconButton::new(icon, words).show(ui).clicked() {
            open = true;
        }
        let again = Button::secondary("Use again").icon(icons::ARROW_COUNTER_CLOCKWISE);
        button(ui, again.tip("Keeps the setup for another run  Ctrl U"), Press::Again);
        button(ui, Button::ghost("Back to setup").icon(icons::ARROW_LEFT), Press::Setup);
        if open {
            *pressed = Some(Press::Open);
        }
    });
}

/// How it was made, in so many columns.
fn recipe_ui(ui: &mut Ui, store: &Store, job: &Job, made: &LipSyncJob, columns: usize) {
    let took = job.finished_at.map_or_else(|| "Not known".to_owned(), |end| format::took(end - job.begun_at));
    let lengths = made.options.sync_mode.map_or("Not set", compose::name);
    // The service's own word: no more of it than a line could show.
    let id: String = job.checkpoint.generation.as_deref().unwrap_or("Not known").chars().take(ID).collect();
    let (voice, price) = (made.voice.label(), price(store, job, made));
    let facts = [
        ("Model", made.model.as_str()),
        ("Lengths", lengths),
        ("Voice", &voice),
        ("Took", &took),
        ("Price", &price),
        ("Job id", &id),
    ];
    let room = if columns == 3 { RECIPE } else { ui.available_width() };
    let widths = widths(ui, &facts, columns, room);
    ui.spacing_mut().item_spacing.y = space::S;
    for row in facts.chunks(columns) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            for ((name, value), width) in row.iter().zip(&widths) {
                fact_ui(ui, *width, name, value);
            }
        });
    }
}

/// Of the room, each column gets what stands in it needs; what is too long gives way to what is not.
fn widths(ui: &Ui, facts: &[(&str, &str)], columns: usize, room: f32) -> Vec<f32> {
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let (count, gaps) = (columns as f32, (columns - 1) as f32 * space::L);
    let room = (room - gaps).max(60.0 * count);
    let wide = |text: &str, kind: Type| {
        ui.painter().layout_no_wrap(text.to_owned(), kind.font(), egui::Color32::PLACEHOLDER).size().x.ceil() + 1.0
    };
    let need = |column: usize| {
        let own = facts.iter().skip(column).step_by(columns);
        own.map(|(name, value)| wide(name, Type::Small).max(wide(value, Type::Body))).fold(60.0, f32::max)
    };
    shared((0..columns).map(need).collect(), room)
}

/// So much for each of them; where it is too much, the widest are cut to one width.
fn shared(mut needs: Vec<f32>, room: f32) -> Vec<f32> {
    for need in &mut needs {
        *need = need.min(room);
    }
    let mut most = needs.iter().copied().fold(0.0, f32::max);
    let sum = |most: f32| needs.iter().map(|need| need.min(most)).sum::<f32>();
    while most > 60.0 && sum(most) > room {
        most -= 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let spare = ((room - sum(most)) / needs.len().max(1) as f32).clamp(0.0, 24.0);
    needs.into_iter().map(|need| need.min(most) + spare).collect()
}

fn fact_ui(ui: &mut Ui, width: f32, name: &str, value: &str) {
    let t = ui.tokens();
    ui.allocate_ui(vec2(width, 38.0), |ui| {
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.hint(name);
            truncate::file_name_ui(ui, value, Type::Body, t.text.main);
        });
    });
}

/// What it cost: as the service said, else at most as it was shown when it was started.
fn price(store: &Store, job: &Job, made: &LipSyncJob) -> String {
    if store.is_sandbox {
        return "$0.00, sandbox".to_owned();
    }
    let charge = store.spend.as_ref().and_then(|spend| spend.charges.iter().find(|charge| charge.job == job.id));
    match (charge.and_then(|charge| charge.actual_usd), made.estimate_usd) {
        (Some(usd), _) => format::price(usd),
        (None, Some(usd)) => format!("Up to {}", format::price(usd)),
        (None, None) => "Not known".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_needs_more_than_any_room_is_cut_to_it() {
        let widths = shared(vec![60.0, 100.0, 4e7], 300.0);
        assert!((widths.iter().sum::<f32>() - 300.0).abs() < 4.0, "{widths:?}");
        assert!(widths[2] > 130.0 && widths[1] >= 100.0, "{widths:?}");
        assert_eq!(shared(vec![4e7], 60.0), [60.0]);
    }
}

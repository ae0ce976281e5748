//! Step 2: the file and its sound, what its facts mean for a clone, the voice's name and the permission.

use egui::{Align, Layout, Margin, ScrollArea, Sense, Stroke, Ui, vec2};
use time::OffsetDateTime;

use super::draft::{self, Check, Grade};
use super::sample::refusal_ui;
use super::{ClonePanel, voices};
use crate::library::Relation;
use crate::media::player::{Source, Track};
use crate::panels::{Command, Cx, Sound, limits};
use crate::store::{MediaFile, Role};
use crate::ui::choice::Choice;
use crate::ui::theme::Look as _;
use crate::ui::truncate::file_name_ui;
use crate::ui::waveform::Bars;
use crate::ui::{Button, Field, IconButton, Select, Type, format, icons, layout, notice, radius, space, text};

/// What the cards below the waveform need.
const CARDS: f32 = 330.0;
/// Head and transport of the file card.
const HEAD: f32 = 56.0;
/// The choice of how the permission was given.
const RELATION: f32 = 148.0;
/// Narrower pages put two of the three cards below each other.
const THREE_CARDS: f32 = 900.0;

impl ClonePanel {
    pub(super) fn check_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(file) = cx.store.flow.source.clone() else { return };
        ScrollArea::vertical().id_salt("check").auto_shrink(false).show(ui, |ui| {
            refusal_ui(ui, cx);
            let wave = (ui.available_height() - CARDS - 2.0 * HEAD - space::L).clamp(72.0, 220.0);
            let t = ui.tokens();
            layout::frame(t.fill.surface, t.edge.soft, radius::CARD).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                self.file_head_ui(ui, cx, &file);
                self.overview_ui(ui, cx, &file, wave);
                transport_ui(ui, cx, &file);
            });
            ui.add_space(space::S);
            self.cards_ui(ui, cx, &file);
        });
    }

    fn file_head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        let t = ui.tokens();
        bar_ui(ui, |ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(64.0, 36.0), Sense::hover());
            ui.painter().rect_filled(rect, radius::TAG, t.fill.field);
            let picture = match &file.probe.video {
                Some(_) => self.pictures.frame(ui.ctx(), cx.runtime, file, 256),
                None => None,
            };
            match picture {
                Some(picture) => {
                    let image = egui::Image::from_texture(picture).corner_radius(f32::from(radius::TAG));
                    let size = picture.size_vec2();
                    let scale = (rect.width() / size.x).min(rect.height() / size.y);
                    image.paint_at(ui, egui::Rect::from_center_size(rect.center(), size * scale));
                }
                None => icons::WAVEFORM.paint(ui.painter(), rect.center(), 18.0, t.text.hint),
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if Button::secondary("Choose another file").show(ui).clicked() {
                    cx.commands.push(Command::Pick(Role::Source));
                }
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add_space(10.0);
                    file_name_ui(ui, &file.name(), Type::Name, t.text.main);
                    ui.hint(format!("{}. Nothing has been uploaded yet.", file.probe.facts()));
                });
            });
        });
        layout::line_ui(ui);
    }

    fn sound(&mut self, ui: &Ui, cx: &Cx<'_>, file: &MediaFile) -> Sound {
        match &file.probe.audio {
            Some(_) => self.pictures.sound(ui.ctx(), cx.runtime, file),
            None => Sound::Read(Vec::new().into()),
        }
    }

    /// The sound of the whole file, with the part that is used marked.
    fn overview_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, height: f32) {
        let t = ui.tokens();
        let key = key(file);
        let used = draft::used_part(file.secs());
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        ui.painter().rect_filled(area, 0, t.fill.field);
        if let Some(used) = used {
            let marked = area.with_max_x(area.left() + area.width() * used);
            ui.painter().rect_filled(marked, 0, t.fill.selected);
            ui.painter().vline(marked.right(), area.y_range(), Stroke::new(2.0, t.accent.fill));
        }
        let sound = self.sound(ui, cx, file);
        let played = cx.player.progress(&key);
        let mut wave = sound.waveform("Sound of the file").bars(Bars::Big).height(height - 24.0);
        wave = match used {
            Some(used) => wave.selected(0.0..used),
            None => wave.played(played.unwrap_or(0.0)),
        };
        let builder = egui::UiBuilder::new().max_rect(area.shrink2(vec2(0.0, 12.0)));
        let seek = wave.seekable().show(&mut ui.new_child(builder)).seek;
        if let Some(played) = played {
            let x = area.left() + area.width() * played;
            ui.painter().vline(x, area.y_range(), Stroke::new(1.5, t.text.main));
        }
        if let Some(part) = seek
            && let Some(length) = cx.player.now().filter(|now| now.key == key).map(|now| now.length_secs)
        {
            cx.player.seek(f64::from(part) * length);
        }
        layout::line_ui(ui);
    }

    fn cards_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        ui.spacing_mut().item_spacing = vec2(space::L, space::L);
        let height = (ui.available_height() - 2.0).max(CARDS - 16.0);
        let sound = self.sound(ui, cx, file);
        if ui.available_width() >= THREE_CARDS {
            ui.columns(3, |columns| {
                if let [facts, sent, name] = columns {
                    card_ui(facts, height, |ui| facts_ui(ui, file, &sound));
                    card_ui(sent, height, |ui| sent_ui(ui, cx, file));
                    card_ui(name, height, |ui| self.name_ui(ui, cx, file));
                }
            });
        } else {
            ui.columns(2, |columns| {
                if let [facts, name] = columns {
                    card_ui(facts, 0.0, |ui| facts_ui(ui, file, &sound));
                    card_ui(facts, 0.0, |ui| sent_ui(ui, cx, file));
                    card_ui(name, 0.0, |ui| self.name_ui(ui, cx, file));
                }
            });
        }
    }

    fn name_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        layout::section_ui(ui, "Name and consent");
        let problem = self.draft.name_problem(voices(cx.store));
        Field::new("Voice name", &mut self.draft.name)
            .placeholder("Name this voice")
            .counter(draft::MAX_NAME)
            .error(problem)
            .show(ui);
        let mut agreed = self.draft.consent.is_some();
        if Choice::check(draft::STATEMENT).small().show(ui, &mut agreed).changed() {
            self.draft.consent = agreed.then(OffsetDateTime::now_utc);
        }
        self.speaker_ui(ui);
        let missing = self.draft.missing(file, voices(cx.store));
        let over = missing.is_none() && limits::is_over(cx.store, None);
        limits::line_ui(ui, cx.store, None);
        let rest = ui.available_height() - 42.0;
        ui.add_space(rest.clamp(space::XS, 400.0));
        ui.horizontal(|ui| {
            if Button::ghost("Back").large().show(ui).clicked() {
                self.draft.set_aside = true;
            }
            let clone = limits::button(over, "Clone voice").large().key("Ctrl Enter").fill_width().off_if(missing);
            if clone.show(ui).clicked() {
                self.clone_voice(cx);
            }
        });
    }

    /// Whose voice it is, and how they gave their permission.
    fn speaker_ui(&mut self, ui: &mut Ui) {
        let own = self.draft.relation == Relation::Own;
        let options = Relation::CHOICES.map(|relation| (relation, relation.words()));
        ui.horizontal_top(|ui| {
            let field = ui.available_width() - RELATION - space::S;
            ui.allocate_ui_with_layout(vec2(field, 56.0), Layout::top_down(Align::Min), |ui| {
                let mut nobody = String::new();
                let (text, placeholder) =
                    if own { (&mut nobody, "You") } else { (&mut self.draft.speaker, "Name of the speaker") };
                Field::new("Speaker", text).placeholder(placeholder).enabled(!own).show(ui);
            });
            Select::new("Consent given", &mut self.draft.relation, &options).width(RELATION).show(ui);
        });
    }
}

/// The player's key of a file.
fn key(file: &MediaFile) -> String {
    format!("file:{}", file.path.display())
}

/// A row across the file card.
fn bar_ui(ui: &mut Ui, show: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), HEAD);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        egui::Frame::new().inner_margin(Margin::symmetric(13, 0)).show(ui, |ui| {
            ui.set_min_size(vec2(size.x - 26.0, size.y));
            ui.spacing_mut().item_spacing.x = space::M;
            show(ui);
        });
    });
}

fn transport_ui(ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
    let key = key(file);
    let (playing, loading) = (cx.player.is_playing(&key), cx.player.is_loading(&key));
    bar_ui(ui, |ui| {
        let (label, icon) =
            if playing { ("Pause the sample", icons::PAUSE_FILL) } else { ("Play the sample", icons::PLAY_FILL) };
        let button = Button::secondary(label).icon(icon).busy(loading, "Opening").off_if(draft::no_sound(file));
        if button.show(ui).clicked() {
            play(cx, file);
        }
        let now = cx.player.now().filter(|now| now.key == key);
        if let Some(now) = now {
            ui.label(text::mono(format::time_code(now.position_secs)));
        }
        if IconButton::new(icons::FOLDER_OPEN, "Show the file in its folder").show(ui).clicked() {
            cx.commands.push(Command::Reveal(file.path.clone()));
        }
        if let (Some(_), Some(secs)) = (draft::used_part(file.secs()), file.secs()) {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.support(format!("The first 2:00 of {} are used, the marked part", format::time(secs)));
            });
        }
    });
    if let Some(error) = cx.player.now().filter(|now| now.key == key).and_then(|now| now.error.cloned()) {
        notice::error_ui(ui, &error, &[]);
    }
}

fn play(cx: &mut Cx<'_>, file: &MediaFile) {
    let key = key(file);
    if cx.player.now().is_some_and(|now| now.key == key && now.error.is_none()) {
        cx.player.toggle();
    } else {
        let source = Source::File(file.path.clone());
        cx.player.play(Track { key, title: file.name(), subtitle: "Sample".to_owned(), source });
    }
}

fn card_ui(ui: &mut Ui, height: f32, show: impl FnOnce(&mut Ui)) {
    layout::card_ui(ui, |ui| {
        ui.set_min_height((height - 32.0).max(0.0));
        // Columns justify what is in them, which would pull words apart.
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::M);
            show(ui);
        });
    });
}

fn facts_ui(ui: &mut Ui, file: &MediaFile, sound: &Sound) {
    layout::section_ui(ui, "Sample check");
    ui.hint("Read on this computer");
    ui.spacing_mut().interact_size.y = 20.0;
    let loudest = match sound {
        Sound::Read(peaks) if !peaks.is_empty() => peaks.iter().copied().reduce(f32::max),
        _ => None,
    };
    for check in draft::checks(file, loudest) {
        fact_ui(ui, &check);
    }
}

fn fact_ui(ui: &mut Ui, check: &Check) {
    let t = ui.tokens();
    let (icon, ink) = match check.grade {
        Grade::Good => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        Grade::Fair => (icons::WARNING_FILL, t.warning.ink),
        Grade::Poor => (icons::WARNING_CIRCLE_FILL, t.danger.ink),
    };
    ui.horizontal(|ui| {
        icon.show(ui, 18.0, ink);
        ui.label(text::body(check.label));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text::body(check.grade.word()).color(ink));
            ui.add_space(space::M);
            ui.support(&check.value);
        });
    });
    if let Some(advice) = &check.advice {
        ui.hint(advice);
    }
}

fn sent_ui(ui: &mut Ui, cx: &Cx<'_>, file: &MediaFile) {
    layout::section_ui(ui, "What is sent");
    let size = format::size(file.probe.size_bytes);
    ui.label(text::body(format!("The whole file, {size}")));
    ui.hint(
        "It goes straight from this computer into the service's storage when you press Clone voice, and not before.",
    );
    if draft::used_part(file.secs()).is_some() {
        ui.hint("The service listens to its first 2 minutes.");
    }
    if cx.store.is_sandbox {
        ui.hint("In the sandbox the storage is a folder on this computer.");
    }
}

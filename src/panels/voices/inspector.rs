//! The details of the selected voice.

use egui::{Align, Layout, ScrollArea, Ui, vec2};

use super::edit::Edit;
use super::index::{Entry, Kind};
use super::list::View;
use super::returning::{Stage, why_not};
use super::uses::{Use, Uses};
use super::{Act, Preview, What, consent, preview_key, room, seal_state, why_not_back, withheld_tip};
use crate::library::CloneRecord;
use crate::panels::thumb::{self, Fit};
use crate::panels::{Pictures, when};
use crate::store::file_name;
use crate::ui::layout::Row;
use crate::ui::notice::{self, ErrorPress, Note};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::waveform::Waveform;
use crate::ui::{Button, IconButton, PlayButton, Type, format, icons, layout, paint, space, text, truncate};

/// What the details keep of their own.
#[derive(Default)]
pub struct Side {
    pub edit: Edit,
    pub uses: Uses,
    pub preview: Preview,
    pictures: Pictures,
    /// Id of the voice whose consent is open to be read.
    pub consent: Option<String>,
}

/// Flows named under "Where used".
const FLOWS: usize = 4;

impl Side {
    /// Draws the details.
    pub fn show(&mut self, ui: &mut Ui, view: &View<'_, '_>, entry: &Entry, exporting: bool) -> Option<Act> {
        self.pictures.keep_in(view.cx.store.cache_dir());
        let buttons = if entry.is_clone() { 36.0 + space::S + 32.0 } else { 36.0 };
        let room = ui.max_rect();
        let (upper, lower) = room.split_top_bottom_at_y(room.bottom() - buttons);
        let act = super::within(ui, upper.with_max_y(upper.bottom() - space::M), |ui| {
            ScrollArea::vertical()
                .id_salt("voice details")
                .auto_shrink(false)
                .show(ui, |ui| {
                    // A bar takes some of it.
                    ui.set_max_width(ui.available_width().min(room.width()));
                    self.facts_ui(ui, view, entry, exporting)
                })
                .inner
        });
        let drawn = super::within(ui, lower, |ui| actions_ui(ui, view, entry));
        act.or(drawn)
    }

    fn facts_ui(&mut self, ui: &mut Ui, view: &View<'_, '_>, entry: &Entry, exporting: bool) -> Option<Act> {
        let store = &*view.cx.store;
        let mut act = self.head_ui(ui, view, entry);
        act = act.or(id_ui(ui, entry));
        if let Some((what, error)) = view.removal.error(&entry.id) {
            ui.label(text::name(format!("Could not {} {}", what.verb(), entry.name)));
            if notice::error_ui(ui, error, &["Try again"]) == Some(ErrorPress::Action(0)) {
                let id = entry.id.clone();
                act = Some(if matches!(what, What::Park(_)) { Act::Park(id) } else { Act::AskDelete(id) });
            }
        }
        if let Stage::Failed(error) = view.returning.stage(&entry.id, view.cx.jobs)
            && entry.is_parked()
        {
            act = act.or(room::error_ui(ui, entry, error));
        }
        if !entry.is_parked() {
            act = act.or(self.preview.show(ui, view, entry));
        }
        if entry.withheld {
            notice::note_ui(ui, Note::Warning, "Withheld by the service.", &withheld_tip(&store.service));
        }
        let records = || store.clones.iter().chain(&store.deleted_clones);
        let record = if entry.is_clone() { records().find(|record| record.id == entry.id) } else { None };
        if let Some(record) = record {
            act = act.or(self.sample_ui(ui, view, record));
        } else if entry.is_clone() {
            ui.hint("Cloned elsewhere: its sample and the permission for it are not on this computer.");
        }
        ui.add_space(space::XS);
        act = self.edit.tags_ui(ui, entry, store).or(act);
        ui.add_space(space::XS);
        act = self.edit.notes_ui(ui, entry, store).or(act);
        ui.add_space(space::XS);
        act = act.or(self.uses_ui(ui, view, entry));
        if let Some(record) = record {
            ui.add_space(space::S);
            layout::line_ui(ui);
            let open = self.consent.as_deref() == Some(entry.id.as_str());
            act = act.or(consent::show(ui, record, view.now, open, exporting));
        }
        act
    }

    fn head_ui(&mut self, ui: &mut Ui, view: &View<'_, '_>, entry: &Entry) -> Option<Act> {
        let mut act = None;
        ui.horizontal(|ui| {
            let state = if entry.is_parked() { SealState::Still } else { seal_state(view.cx, entry) };
            let name = if state == SealState::Still {
                format!("Seal of {}", entry.name)
            } else {
                "Hear this voice".to_owned()
            };
            let why = (!entry.preview && !entry.is_parked()).then_some("This voice has no preview");
            let seal = Seal::new(&name, &entry.id).size(64.0).state(state).key("Space").off_if(why).show(ui);
            if seal.clicked() && state != SealState::Loading {
                act = Some(Act::Hear(entry.id.clone()));
            }
            ui.add_space(space::XS);
            let room = ui.available_width();
            ui.allocate_ui_with_layout(vec2(room, 54.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = 4.0;
                act = self.edit.name_ui(ui, entry, view.cx.store).or(act.take());
                let words = if entry.name == entry.known {
                    what(entry).to_owned()
                } else {
                    format!("Name on the service: {}", entry.known)
                };
                truncate::name_ui(ui, &words, Type::Small, ui.tokens().text.hint);
            });
        });
        act
    }

    /// What was sent, to be heard while it is kept here.
    fn sample_ui(&mut self, ui: &mut Ui, view: &View<'_, '_>, record: &CloneRecord) -> Option<Act> {
        let (t, cx) = (ui.tokens(), view.cx);
        let key = super::sample_key(&record.id);
        let (name, part) = super::sample_words(&record.sample_name);
        let kept = if record.sample_file.is_some() { "kept on this computer" } else { "not kept" };
        let words =
            part.map_or_else(|| format!("Sample, {kept}"), |part| format!("Sample {}, {kept}", whole_secs(part)));
        let mut act = None;
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 36.0;
            let (rect, _) = ui.allocate_exact_size(vec2(50.0, 28.0), egui::Sense::hover());
            let source = self.preview.source(&record.id, cx);
            let picture = source.and_then(|path| self.pictures.frame(ui.ctx(), cx.runtime, path.as_path(), 160));
            thumb::paint(ui, rect, picture, Fit::Cover, icons::WAVEFORM);
            let play = PlayButton::new("Play the sample", cx.player.is_playing(&key)).size(24.0);
            if record.sample_file.is_some() {
                let center = egui::Rect::from_center_size(rect.center(), vec2(24.0, 24.0));
                let pressed = super::within(ui, center, |ui| play.show(ui).clicked());
                act = pressed.then(|| Act::HearSample(record.id.clone()));
            }
            let room = ui.available_width();
            ui.allocate_ui_with_layout(vec2(room, 36.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(room);
                ui.spacing_mut().item_spacing.y = 1.0;
                truncate::file_name_ui(ui, name, Type::Body, t.text.main);
                truncate::name_ui(ui, &words, Type::Small, t.text.hint);
            });
        });
        if let Some(error) = cx.player.now().filter(|now| now.key == key).and_then(|now| now.error) {
            ui.label(text::small(error.to_string()).color(t.danger.ink));
        }
        act
    }

    fn uses_ui(&mut self, ui: &mut Ui, view: &View<'_, '_>, entry: &Entry) -> Option<Act> {
        let mut act = None;
        self.uses.update(&entry.id, view.cx);
        let counted = self.uses.counted();
        let flows = self.uses.flows(&entry.id).len();
        let total = match (counted.takes, counted.videos) {
            (0, _) if flows > 0 => format!("{}, no takes yet", format::count(flows as u64, "flow", "flows")),
            (0, _) => "Not used yet".to_owned(),
            (takes, 0) => format::count(takes as u64, "take", "takes"),
            (takes, videos) => format!(
                "{}, {}",
                format::count(takes as u64, "take", "takes"),
                format::count(videos as u64, "video", "videos")
            ),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            ui.label(text::label("Where used").color(ui.tokens().text.support));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.hint(total));
        });
        ui.spacing_mut().item_spacing.y = 2.0;
        let flows = self.uses.flows(&entry.id);
        for each in flows.iter().take(FLOWS) {
            if use_ui(ui, view, each, &mut self.pictures) {
                act = Some(Act::OpenFlow(each.flow.id.clone()));
            }
        }
        if flows.len() > FLOWS {
            let more = format::count((flows.len() - FLOWS) as u64, "more flow", "more flows");
            ui.hint(format!("and {more}"));
        }
        ui.spacing_mut().item_spacing.y = space::S;
        act
    }
}

/// A flow that speaks with the voice; true when it shall be opened.
fn use_ui(ui: &mut Ui, view: &View<'_, '_>, each: &Use, pictures: &mut Pictures) -> bool {
    let t = ui.tokens();
    let words = each.words(view.cx.store);
    let at = when::parse(&each.saved_at).map(|at| when::day(at, view.now)).unwrap_or_default();
    let name = format!("{}. {words}. Opens the flow.", each.flow.name);
    // The rows stand out by their padding, so that the pictures stand in line with all else.
    let (at_row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), egui::Sense::hover());
    let mut wide = ui.new_child(egui::UiBuilder::new().max_rect(at_row.expand2(vec2(8.0, 0.0))).id_salt(&name));
    wide.set_clip_rect(ui.clip_rect().expand2(vec2(8.0, 0.0)));
    let (response, ()) = Row::new(&name).height(40.0).show(&mut wide, |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(50.0, 28.0), egui::Sense::hover());
        let picture = each.picture().and_then(|path| pictures.frame(ui.ctx(), view.cx.runtime, path.as_path(), 160));
        thumb::paint(ui, rect, picture, Fit::Cover, icons::FILM_STRIP);
        let day = paint::one_line(ui, &capital(&at), Type::Small, t.text.hint, 90.0);
        let room = ui.available_width() - day.size().x - space::S;
        ui.allocate_ui_with_layout(vec2(room, 34.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(room);
            ui.spacing_mut().item_spacing.y = 0.0;
            truncate::name_ui(ui, &each.flow.name, Type::Body, t.text.main);
            truncate::name_ui(ui, &words, Type::Small, t.text.hint);
        });
        let right = ui.max_rect().right() - day.size().x;
        paint::text_at(ui.painter(), right, ui.max_rect().center().y, day);
    });
    response.clicked()
}

/// "4:12 to 5:48" of "4:12.0 to 5:48.9".
fn whole_secs(part: &str) -> String {
    let times = part.split(" to ").map(|time| time.split_once('.').map_or(time, |(whole, _)| whole));
    times.collect::<Vec<_>>().join(" to ")
}

/// "Today" of "today".
fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn id_ui(ui: &mut Ui, entry: &Entry) -> Option<Act> {
    let mut act = None;
    ui.horizontal(|ui| {
        ui.label(text::label("Voice id").color(ui.tokens().text.support));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if IconButton::new(icons::COPY, "Copy voice id").small().show(ui).clicked() {
                act = Some(Act::Copy(entry.id.clone()));
            }
            truncate::file_name_ui(ui, &entry.id, Type::Mono, ui.tokens().text.support);
        });
    });
    act
}

fn what(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::BuiltIn => "Built-in voice",
        Kind::Clone(_) => "Cloned voice",
        Kind::Parked(_) => "Parked, not at the service",
    }
}

impl Preview {
    /// The preview with its waveform, once it has been heard.
    fn show(&mut self, ui: &mut Ui, view: &View<'_, '_>, entry: &Entry) -> Option<Act> {
        let (t, cx) = (ui.tokens(), view.cx);
        let key = preview_key(&entry.id);
        let now = cx.player.now().filter(|now| now.key == key);
        let mut act = None;
        layout::frame(t.fill.canvas, t.edge.soft, crate::ui::radius::ROW).inner_margin(10).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.spacing_mut().interact_size.y = 32.0;
                if seal_state(cx, entry) == SealState::Loading {
                    paint::spinner_ui(ui, 32.0);
                    ui.hint("Getting the preview");
                    return;
                }
                let why = (!entry.preview).then_some("This voice has no preview");
                let why = why.or(entry.withheld.then_some("Withheld by the service"));
                let playing = now.is_some_and(|now| now.is_playing);
                if PlayButton::new("Play the preview", playing).size(32.0).key("Space").off_if(why).show(ui).clicked() {
                    act = Some(Act::Hear(entry.id.clone()));
                }
                if let Some(why) = why {
                    ui.hint(why);
                    return;
                }
                if let Some(error) = now.and_then(|now| now.error) {
                    ui.label(text::small(error.to_string()).color(t.danger.ink));
                    return;
                }
                let secs = now.map(|now| now.length_secs).filter(|secs| *secs > 0.0).or(entry.secs);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if let Some(secs) = secs {
                        ui.label(text::mono(format::time_code(secs)).color(t.text.hint));
                    }
                    let played = cx.player.progress(&key).unwrap_or_default();
                    let kept = self.peaks(&entry.id);
                    let wave = match (now.and_then(|now| now.peaks), kept) {
                        (Some(peaks), _) => Waveform::new("Preview", peaks),
                        (None, Some(kept)) => Waveform::shared("Preview", kept),
                        (None, None) => Waveform::reading("Preview"),
                    };
                    let wave = wave.played(played).height(32.0);
                    let wave = if now.is_some() { wave.seekable() } else { wave };
                    let length = now.map_or(0.0, |now| now.length_secs);
                    if let Some(part) = wave.show(ui).seek {
                        act = Some(Act::Seek(f64::from(part) * length));
                    }
                });
            });
        });
        act
    }
}

fn actions_ui(ui: &mut Ui, view: &View<'_, '_>, entry: &Entry) -> Option<Act> {
    let id = &entry.id;
    let leaving = view.removal.doing(id);
    let tip = withheld_tip(&view.cx.store.service);
    let mut act = None;
    if entry.is_parked() {
        let coming = matches!(view.returning.stage(id, view.cx.jobs), Stage::Coming);
        let why = why_not_back(view.cx.store, id).or(leaving);
        let back = Button::primary("Bring back this voice").icon(icons::ARROW_COUNTER_CLOCKWISE);
        if back.fill_width().off_if(why).busy(coming, "Cloning it again").show(ui).clicked() {
            act = Some(Act::BringBack(id.clone()));
        }
    } else {
        let why = entry.withheld.then_some(tip.as_str()).or(leaving);
        let write = Button::primary("Write a line with this voice").icon(icons::ARTICLE).fill_width();
        if write.off_if(why).show(ui).clicked() {
            act = Some(Act::Use(id.clone()));
        }
    }
    if !entry.is_clone() {
        return act;
    }
    let record = view.cx.store.clones.iter().find(|record| record.id == *id);
    let pressed = layout::columns_ui(ui, |[left, right]| {
        let mut act = None;
        let delete = Button::danger("Delete clone").icon(icons::TRASH).fill_width();
        if entry.is_parked() {
            let delete = delete.busy(leaving.is_some(), "Removing");
            return delete.show(left).clicked().then(|| Act::AskDelete(id.clone()));
        }
        let why = record.map_or(Some("No sample on this computer"), why_not);
        let why = why.or(leaving);
        let is_parking = leaving == Some("Being parked");
        let why = why.filter(|_| !is_parking);
        let park = Button::secondary("Park").icon(icons::ARCHIVE).fill_width().off_if(why).busy(is_parking, "Parking");
        let park = park.tip("Frees its slot. The sample stays here, to bring it back.");
        if park.show(left).clicked() {
            act = Some(Act::Park(id.clone()));
        }
        let delete = delete.off_if(leaving.filter(|_| is_parking)).busy(leaving.is_some() && !is_parking, "Deleting");
        if delete.show(right).clicked() {
            act = Some(Act::AskDelete(id.clone()));
        }
        act
    });
    act.or(pressed)
}

impl Preview {
    /// The file a clone's sample came from, as far as its job tells; else the kept sample.
    fn source(&mut self, id: &str, cx: &crate::panels::Cx<'_>) -> Option<std::path::PathBuf> {
        if self.source.as_ref().is_none_or(|(of, _)| of != id) {
            let from_job = cx.jobs.all().iter().find_map(|job| match (&job.state, &job.request) {
                (
                    crate::jobs::State::Done(crate::jobs::Outcome::Voice { id: made, .. }),
                    crate::jobs::Request::Clone(clone),
                ) if made == id => Some(clone.source().to_owned()),
                _ => None,
            });
            let record = cx.store.clones.iter().chain(&cx.store.deleted_clones).find(|record| record.id == id);
            let kept = || record.and_then(|record| record.sample_file.clone());
            // Sound has no picture, and no picture is asked of it.
            let film = |path: &std::path::PathBuf| {
                let name = file_name(path).to_lowercase();
                [".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi"].iter().any(|end| name.ends_with(end))
            };
            self.source = Some((id.to_owned(), from_job.or_else(kept).filter(film)));
        }
        self.source.as_ref().and_then(|(_, source)| source.clone())
    }
}

//! The sheet of patterns.

use egui::{Id, Rect, StrokeKind, Ui, vec2};

use super::{at, card, head, peaks};
use crate::error::Error;
use crate::ui::drop_zone::{Dragged, drop_zone_ui};
use crate::ui::notice::{self, Banner};
use crate::ui::paint::Pose;
use crate::ui::player_strip::{PlayerView, player_strip_ui};
use crate::ui::progress_row::ProgressRow;
use crate::ui::theme::{Look as _, radius};
use crate::ui::toast::toast_ui;
use crate::ui::{
    Bar, Button, Dialog, IconButton, News, PlayButton, Row, Seal, Stage, StageCard, Toast, Waveform, icons, stage, text,
};

pub(super) fn sheet_ui(ui: &mut Ui) {
    head(
        ui,
        "Patterns",
        "Everything here is flat fills, 1 px strokes and text. Dialogs and toasts alone carry a shadow.",
    );
    toasts_ui(ui);
    rows_ui(ui);
    drops_ui(ui);
    dialog_ui(ui);
    banners_ui(ui);
    empty_ui(ui);
    stages_ui(ui);
    progress_ui(ui);
    player_ui(ui);
}

fn toasts_ui(ui: &mut Ui) {
    card(ui, [24.0, 60.0, 396.0, 240.0], "Toasts, 360 wide, bottom right, one at a time per subject");
    let toasts = [
        Toast::new(News::Success, "saved", "Saved to Videos / Mouthpiece")
            .detail("launch-teaser-v4_mara_t3.mp4")
            .action("Show", ()),
        Toast::new(News::Info, "delete", "Deleting Guest, episode 12").detail("Sent to sync.so in 8 s").undo(()),
        Toast::new(News::Error, "net", "Could not reach sync.so").detail("Trying again in 8 s").action("Try now", ()),
    ];
    for (index, toast) in (0_u8..).zip(toasts) {
        at(ui, 41.0, 101.0 + 64.0 * f32::from(index), 360.0, 56.0, |ui| toast_ui(ui, &toast));
    }
}

fn rows_ui(ui: &mut Ui) {
    card(ui, [24.0, 312.0, 396.0, 280.0], "List rows, 56 high");
    let rows = [
        ("Oskar", "Built-in voice", "Default"),
        ("Priya", "Built-in voice", "Hover"),
        ("Mara, keynote", "Your clone", "Selected"),
        ("Inês", "Built-in voice", "Focus"),
    ];
    for (index, (name, kind, state)) in (0_u8..).zip(rows) {
        at(ui, 41.0, 353.0 + 56.0 * f32::from(index), 362.0, 56.0, |ui| {
            let spoken = format!("{name}. {kind}. Enter to use, Space to hear.");
            let mut row = Row::new(&spoken).selected(state == "Selected");
            if state == "Hover" {
                row = row.pose(Pose::Hovered);
            } else if state == "Focus" {
                row = row.pose(Pose::Focused);
            }
            row.show(ui, |ui| row_ui(ui, name, kind, state));
        });
    }
}

fn row_ui(ui: &mut Ui, name: &str, kind: &str, state: &str) {
    Seal::new(&format!("Hear {name}"), name).size(36.0).show(ui);
    ui.add_space(4.0);
    ui.allocate_ui(vec2(120.0, 36.0), |ui| {
        ui.vertical(|ui| {
            ui.set_width(120.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.label(text::name(name));
            ui.hint(kind);
        });
    });
    ui.hint(state);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        Button::secondary("Use").small().width(64.0).show(ui);
    });
}

fn drops_ui(ui: &mut Ui) {
    card(ui, [24.0, 604.0, 396.0, 172.0], "Drop zone");
    let zones = [
        (41.0, "Drop a file", Dragged::Nothing),
        (164.0, "Drop a clip", Dragged::Fits),
        (288.0, "Drop a video", Dragged::Refused("Not a video")),
    ];
    for (x, words, dragged) in zones {
        at(ui, x, 645.0, 114.0, 92.0, |ui| drop_zone_ui(ui, vec2(114.0, 92.0), icons::UPLOAD_SIMPLE, words, dragged));
    }
}

fn dialog_ui(ui: &mut Ui) {
    card(ui, [432.0, 60.0, 396.0, 288.0], "");
    at(ui, 433.0, 61.0, 394.0, 286.0, |ui| {
        let t = ui.tokens();
        ui.painter().rect_filled(ui.max_rect(), radius::CARD, t.fill.scrim);
    });
    at(ui, 453.0, 83.0, 354.0, 240.0, |ui| {
        let t = ui.tokens();
        let rect = ui.max_rect();
        ui.painter().add(t.dialog_shadow().as_shape(rect, radius::DIALOG));
        let edge = egui::Stroke::new(1.0, t.edge.strong);
        ui.painter().rect(rect, radius::DIALOG, t.fill.surface, edge, StrokeKind::Inside);
    });
    at(ui, 478.0, 105.0, 304.0, 200.0, |ui| {
        Dialog::new("Delete Guest, episode 12?", "Keep it", "Delete clone")
            .danger()
            .text("The clone is removed from sync.so and its slot becomes free. It has no sample on this computer, so it cannot be brought back.")
            .warning("Used in 1 unfinished flow.", "Its line will need another voice.")
            .pose(Pose::Focused)
            .body_ui(ui, Id::unique("gallery-dialog"), |_| {});
    });
}

fn banners_ui(ui: &mut Ui) {
    card(ui, [432.0, 360.0, 396.0, 180.0], "Banners, 36 high, top of the page");
    let banners = [
        (Banner::Sandbox, "Sandbox", "Nothing is uploaded.", "Connect an account"),
        (Banner::Offline, "Offline", "Jobs wait until you are back.", "Check again"),
        (Banner::KeyRefused, "Key refused", "sync.so turned it down.", "Replace key"),
    ];
    for (index, (banner, title, words, action)) in (0_u8..).zip(banners) {
        at(ui, 439.0, 401.0 + 44.0 * f32::from(index), 382.0, 36.0, |ui| {
            notice::banner_ui(ui, banner, title, words, Some(action))
        });
    }
}

fn empty_ui(ui: &mut Ui) {
    card(ui, [432.0, 552.0, 396.0, 224.0], "");
    at(ui, 449.0, 569.0, 362.0, 190.0, |ui| {
        notice::empty_ui(
            ui,
            icons::MAGNIFYING_GLASS,
            "No voice matches “baritone”",
            "Search looks at names, tags and notes.",
            |ui| {
                Button::secondary("Clear search").show(ui);
                Button::ghost("Clone a voice").show(ui);
            },
        );
    });
}

fn stages_ui(ui: &mut Ui) {
    card(ui, [840.0, 60.0, 416.0, 387.0], "Stage card states");
    let peaks = peaks();
    at(ui, 857.0, 101.0, 210.0, 331.0, |ui| {
        StageCard::new("Line", Stage::Changed)
            .status("Text changed")
            .name("Take 3")
            .meta("Older than the text")
            .note("107 of 5,000 characters")
            .media(|ui| {
                let words = "We built this for the people who finish the edit at two in the morning. Version three ships on Friday.";
                ui.label(text::Type::Small.text(words).line_height(Some(18.0)));
            })
            .strip(|ui| {
                ui.horizontal(|ui| {
                    PlayButton::new("Play take 3", false).show(ui);
                    Waveform::new("Take 3", &peaks).height(28.0).muted(true).show(ui);
                });
            })
            .action(|ui| {
                Button::secondary("Speak again").fill_width().show(ui);
            })
            .card_ui(ui, 210.0);
    });
    let stages = [
        (Stage::Empty, "Nothing chosen"),
        (Stage::Waiting, "Needs an earlier step"),
        (Stage::Ready, "Can run now"),
        (Stage::Running, "Step and time"),
        (Stage::Done, "Will not run again"),
        (Stage::Changed, "Older than its input"),
        (Stage::Failed, "Says what to do"),
    ];
    for (row, (state, words)) in (0_u8..).zip(stages) {
        at(ui, 1085.0, 107.0 + 47.0 * f32::from(row), 160.0, 36.0, |ui| {
            stage::mark(ui, ui.max_rect().min + vec2(9.0, 17.0), state);
            let rest = ui.max_rect().with_min_x(ui.max_rect().left() + 28.0);
            ui.scope_builder(egui::UiBuilder::new().max_rect(rest), |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.label(text::name(state.word()));
                ui.hint(words);
            });
        });
    }
}

fn progress_ui(ui: &mut Ui) {
    card(ui, [840.0, 459.0, 416.0, 186.0], "Progress row and inline error");
    at(ui, 857.0, 492.0, 382.0, 68.0, |ui| {
        let row = ProgressRow {
            title: "launch-teaser-v4.mp4",
            bar: Bar::Known(0.62),
            stage: "Uploading, 53 of 86 MB",
            pace: "2.1 MB/s, 16 s left",
        };
        row.show(ui, picture, |ui| {
            IconButton::new(icons::X, "Cancel the upload").small().show(ui);
        });
    });
    at(ui, 857.0, 562.0, 382.0, 68.0, |ui| {
        let words = "The voice could not be used. sync.so asks the owner to verify it first. Choose another voice, or verify it in your sync.so account.";
        let error = Error::Media(words.to_owned());
        notice::error_ui(ui, &error, &[])
    });
}

fn picture(ui: &mut Ui) {
    let (t, rect): (_, Rect) = (ui.tokens(), ui.max_rect());
    ui.painter().rect_filled(rect, radius::TAG, t.fill.surface_3);
    icons::FILM_STRIP.paint(ui.painter(), rect.center(), 18.0, t.text.hint);
}

fn player_ui(ui: &mut Ui) {
    card(ui, [840.0, 657.0, 416.0, 119.0], "Player strip, 56 high");
    let peaks = peaks();
    at(ui, 841.0, 709.0, 414.0, 56.0, |ui| {
        let view = PlayerView {
            title: "Rachel",
            detail: "Preview",
            position: 4.1,
            length: 11.2,
            part: None,
            peaks: Some(&peaks),
            playing: true,
            repeating: false,
            muted: false,
            volume: 0.7,
            compared: None,
        };
        player_strip_ui(ui, &view)
    });
}

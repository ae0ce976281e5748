//! The sheet of what frames a page.

use egui::Ui;

use super::{at, peaks};
use crate::ui::drop_zone::{self, DropBox};
use crate::ui::player_strip::{Compared, PlayerView, player_strip_ui};
use crate::ui::theme::Look as _;
use crate::ui::{
    Button, Choice, Field, IconButton, MenuItem, Seal, SealState, Slider, Stage, StageCard, Waveform, choice, icons,
    layout, rail, stage, stepper,
};

pub(super) fn sheet_ui(ui: &mut Ui) {
    rail_ui(ui);
    at(ui, 112.0, 0.0, 1144.0, 64.0, |ui| {
        let after = |ui: &mut Ui| {
            IconButton::new(icons::PENCIL_SIMPLE, "Rename this flow").key("F2").small().show(ui);
            ui.hint("Saved 14:06");
        };
        layout::page_head_ui(ui, "Launch teaser pickup", after, |ui| {
            Button::secondary("New flow").icon(icons::PLUS).show(ui);
            Button::ghost("Open").icon(icons::FOLDER_OPEN).show(ui);
        });
    });
    cards_ui(ui);
    narrow_ui(ui);
    forms_ui(ui);
    boxes_ui(ui);
    at(ui, 88.0, 744.0, 1192.0, 56.0, |ui| {
        let peaks = peaks();
        let view = PlayerView {
            title: "Take 3",
            detail: "",
            position: 4.8,
            length: 10.4,
            part: None,
            peaks: Some(&peaks),
            playing: true,
            repeating: false,
            muted: false,
            volume: 0.7,
            compared: Some(Compared {
                title: "Take 2",
                peaks: Some(&peaks),
                second_heard: false,
                can_keep: true,
                missing: None,
            }),
        };
        player_strip_ui(ui, &view)
    });
}

fn rail_ui(ui: &mut Ui) {
    at(ui, 0.0, 0.0, 88.0, 800.0, |ui| {
        let t = ui.tokens();
        ui.painter().rect_filled(ui.max_rect(), 0, t.fill.window);
    });
    at(ui, 25.0, 22.0, 38.0, 28.0, |ui| rail::mark_ui(ui, 38.0));
    at(ui, 8.0, 72.0, 72.0, 600.0, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        rail::item_ui(ui, icons::FLOW_ARROW, "Flow", "Ctrl 1", true, 0);
        rail::item_ui(ui, icons::USER_SOUND, "Voices", "Ctrl 2", false, 0);
        rail::item_ui(ui, icons::MICROPHONE_STAGE, "Clone", "Ctrl 3", false, 0);
        rail::item_ui(ui, icons::ARTICLE, "Script", "Ctrl 4", false, 0);
        rail::item_ui(ui, icons::FILM_SLATE, "Lip sync", "Ctrl 5", false, 0);
        rail::item_ui(ui, icons::PULSE, "Activity", "Ctrl 6", false, 12);
    });
    at(ui, 8.0, 742.0, 72.0, 46.0, |ui| rail::workspace_ui(ui, "Northlight", "•••• 7F3A", false));
    at(ui, 8.0, 690.0, 72.0, 46.0, |ui| rail::workspace_ui(ui, "Sandbox", "No account", true));
}

fn cards_ui(ui: &mut Ui) {
    let peaks = peaks();
    at(ui, 112.0, 65.0, 700.0, 331.0, |ui| {
        let success = ui.tokens().success.ink;
        let origin = ui.max_rect().min;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 24.0;
            StageCard::new("Voice", Stage::Done)
                .name("Mara, keynote")
                .meta("Your clone, made today 14:02")
                .note("Consent recorded")
                .note_icon(icons::SEAL_CHECK, success)
                .media(|ui| {
                    ui.vertical_centered(|ui| Seal::new("Hear this voice", "mara").size(88.0).show(ui));
                })
                .strip(|ui| drop(Waveform::new("Sample", &peaks).show(ui)))
                .action(|ui| drop(Button::secondary("Change voice").fill_width().show(ui)))
                .card_ui(ui, 210.0);
            StageCard::new("Target", Stage::Ready)
                .name("a-very-long-file-name-that-does-not-fit_mara_t3.mp4")
                .meta("lipsync-2, bounce, 1080p")
                .note("Result 0:10.4, up to $0.52")
                .action(|ui| drop(Button::outline("Lip sync").fill_width().show(ui)))
                .card_ui(ui, 210.0);
            StageCard::new("Result", Stage::Failed)
                .name("launch-teaser-v4_mara_t3")
                .meta("MP4, 1080p, 25 fps")
                .strip(|ui| {
                    let ink = ui.tokens().danger.ink;
                    ui.label(crate::ui::text::small("No face in the first 2 seconds.").color(ink));
                })
                .action(|ui| drop(Button::secondary("Pick the face").fill_width().show(ui)))
                .card_ui(ui, 210.0);
        });
        stage::paint_link(ui, origin.x + 210.0, origin.x + 234.0, origin.y + 20.0, true);
        stage::paint_link(ui, origin.x + 444.0, origin.x + 468.0, origin.y + 20.0, false);
    });
}

fn narrow_ui(ui: &mut Ui) {
    let peaks = peaks();
    at(ui, 112.0, 408.0, 700.0, 200.0, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, (title, state)) in [("Source", Stage::Done), ("Line", Stage::Ready)].into_iter().enumerate() {
            StageCard::new(title, state)
                .name("keynote-cam-a.mov")
                .meta("Sample 4:12 to 5:48")
                .media(|ui| {
                    ui.vertical_centered(|ui| Seal::new("Picture", title).size(45.0).state(SealState::Still).show(ui));
                })
                .strip(|ui| drop(Waveform::new(title, &peaks).show(ui)))
                .action(|ui| drop(Button::secondary("Change").small().fill_width().show(ui)))
                .row_ui(ui, index == 0, index == 1);
        }
    });
}

fn forms_ui(ui: &mut Ui) {
    at(ui, 112.0, 546.0, 340.0, 130.0, |ui| {
        super::kept(ui, "speak", true, |ui, speak: &mut bool| {
            Choice::toggle("Tell me when a job ends").note("Also when it fails").show(ui, speak);
            Choice::check(
                "This is my voice, or I have the speaker's permission to clone it and to use it in this project.",
            )
            .small()
            .show(ui, speak);
        });
        super::kept(ui, "sent", 0, |ui, sent: &mut u8| {
            let choices = vec![
                (0, Choice::radio("Send only this part").note("1.9 MB instead of 412 MB")),
                (1, Choice::radio("Send the whole file")),
            ];
            choice::radio_group_ui(ui, sent, choices);
        });
    });
    at(ui, 480.0, 546.0, 330.0, 180.0, |ui| {
        super::kept(ui, "similarity", 0.75, |ui, value: &mut f32| {
            Slider::new("Similarity", value, 0.0..=1.0).reset(0.75).ends("Looser", "Closer to the sample").show(ui);
        });
        super::kept(
            ui,
            "line",
            "We built this for the people who finish the edit at two in the morning.".to_owned(),
            |ui, text| {
                Field::new("First line", text).multiline(2).hide_label().counter(5000).show(ui);
            },
        );
    });
}

fn boxes_ui(ui: &mut Ui) {
    at(ui, 860.0, 72.0, 312.0, 316.0, |ui| {
        let clone = DropBox {
            icon: icons::MICROPHONE_STAGE,
            title: "Clone a voice",
            text: "Use the speech in this file to make a new voice. You choose the part and give consent next.",
            leads: "Opens the trim step",
            key: "1",
            why_off: None,
        };
        clone.show(ui, true)
    });
    at(ui, 860.0, 392.0, 312.0, 316.0, |ui| {
        let target = DropBox {
            icon: icons::FILM_SLATE,
            title: "Lip-sync target",
            text: "Put a new line on the face in this video.",
            leads: "Opens the composer",
            key: "2",
            why_off: Some("This file has no picture"),
        };
        target.show(ui, false)
    });
    at(ui, 1184.0, 72.0, 90.0, 40.0, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        MenuItem::new("Copy").on(true).show(ui);
        MenuItem::new("Delete").danger().show(ui);
    });
    at(ui, 560.0, 16.0, 300.0, 40.0, |ui| {
        ui.horizontal(|ui| stepper::stepper_ui(ui, &["Sample", "Trim and check", "Clone"], 1));
    });
    at(ui, 624.0, 680.0, 262.0, 60.0, |ui| {
        drop_zone::dragged_file_ui(ui, icons::FILM_STRIP, "interview-sena-raw.mov", "Video with sound, 6:41");
    });
}

//! What each kind of button is painted with, as it is handled.

use egui::Color32;

use super::Kind;
use crate::ui::paint::Handling;
use crate::ui::theme::Tokens;

#[derive(Clone, Copy)]
pub(super) struct Colors {
    pub fill: Color32,
    pub edge: Color32,
    pub ink: Color32,
    pub key: Color32,
    pub ring: Color32,
    /// What the ring runs on.
    pub track: Color32,
}

pub(super) fn colors(kind: Kind, handling: Handling, t: &Tokens) -> Colors {
    use Handling::{Disabled, Hovered, Pressed};
    let none = Color32::TRANSPARENT;
    if handling == Disabled {
        let bare = matches!(kind, Kind::Ghost | Kind::Link);
        let (fill, edge) = if bare { (none, none) } else { (t.fill.surface_2, t.edge.soft) };
        return Colors { fill, edge, ink: t.text.off, key: t.text.off, ring: t.text.off, track: t.edge.strong };
    }
    let pick = |idle, hover, press| match handling {
        Hovered => hover,
        Pressed => press,
        _ => idle,
    };
    let raised = pick(t.fill.surface_2, t.fill.surface_3, t.fill.surface_3);
    let plain = |fill, edge, ink, key| Colors { fill, edge, ink, key, ring: t.accent.fill, track: t.edge.strong };
    let filled = |fill, on: Color32| Colors {
        fill,
        edge: none,
        ink: on,
        key: key_ink(on),
        ring: on,
        track: on.gamma_multiply(0.3),
    };
    match kind {
        Kind::Primary => filled(pick(t.accent.fill, t.accent.hover, t.accent.press), t.accent.on),
        Kind::Secondary => plain(raised, t.edge.strong, t.text.main, key_ink(t.text.main)),
        Kind::Ghost => {
            let ink = pick(t.text.support, t.text.main, t.text.main);
            plain(pick(none, t.fill.surface_2, t.fill.surface_3), none, ink, key_ink(ink))
        }
        Kind::Outline => {
            plain(pick(none, t.fill.selected, t.fill.surface_3), t.accent.line, t.accent.fill, t.text.hint)
        }
        Kind::Danger => plain(raised, t.edge.strong, t.danger.ink, t.text.hint),
        Kind::DangerFilled => filled(pick(t.danger.ink, t.danger.hover, t.danger.ink), t.danger.on),
        Kind::Link => plain(none, none, pick(t.accent.fill, t.accent.hover, t.accent.press), t.text.hint),
    }
}

/// The key hint is the button's own ink, a little back.
fn key_ink(ink: Color32) -> Color32 {
    ink.gamma_multiply(0.82)
}

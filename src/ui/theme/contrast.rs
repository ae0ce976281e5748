//! Recomputes the contrast table of the design from the colours above, with the WCAG 2 formula.

use egui::{Color32, Theme};

use super::Tokens;

fn luminance(color: Color32) -> f64 {
    let channel = |byte: u8| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

struct Row {
    what: &'static str,
    ink: Color32,
    on: Vec<Color32>,
    need: f64,
}

fn rows(t: &Tokens) -> Vec<Row> {
    let f = &t.fill;
    let levels = vec![f.window, f.canvas, f.surface, f.surface_2, f.surface_3, f.selected, f.popover, f.field];
    let washes = vec![t.success.wash, t.warning.wash, t.danger.wash];
    let with = |wash: Color32| levels.iter().copied().chain([wash]).collect::<Vec<_>>();
    let text = |what, ink, on| Row { what, ink, on, need: 4.5 };
    let line = |what, ink, on| Row { what, ink, on, need: 3.0 };
    vec![
        text("main text", t.text.main, levels.clone()),
        text("supporting text", t.text.support, levels.clone()),
        text("hint text", t.text.hint, levels.clone()),
        text("accent as text", t.accent.fill, levels.clone()),
        text("success as text", t.success.ink, with(t.success.wash)),
        text("warning as text", t.warning.ink, with(t.warning.wash)),
        text("danger as text", t.danger.ink, with(t.danger.wash)),
        text("main text on washes", t.text.main, washes.clone()),
        text("supporting text on washes", t.text.support, washes),
        text("text on accent", t.accent.on, vec![t.accent.fill, t.accent.hover, t.accent.press]),
        text("text on danger", t.danger.on, vec![t.danger.ink, t.danger.hover]),
        text("time code on a frame", t.badge.ink, vec![t.badge.fill]),
        line("control edge", t.edge.control, vec![f.canvas, f.surface, f.surface_2, f.field]),
        line("wave", t.wave.idle, vec![f.canvas, f.surface, f.field, f.selected, f.surface_2]),
        line("accent line", t.accent.line, vec![f.canvas, f.surface]),
        line("accent on the progress track", t.accent.fill, vec![t.edge.strong]),
        line("knob on the slider track", t.knob, vec![t.edge.control]),
    ]
}

#[test]
fn every_pair_of_the_design_reaches_its_contrast() {
    for theme in [Theme::Dark, Theme::Light] {
        for row in rows(Tokens::of(theme)) {
            let lowest = row.on.iter().map(|&on| contrast(row.ink, on)).fold(f64::INFINITY, f64::min);
            assert!(lowest >= row.need, "{theme:?}: {} has {lowest:.2}, needs {}", row.what, row.need);
        }
    }
}

#[test]
fn the_formula_agrees_with_the_published_extremes_and_the_table() {
    assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-9);
    let dark = Tokens::of(Theme::Dark);
    assert!((contrast(dark.text.hint, dark.fill.surface_3) - 4.68).abs() < 0.01);
    let light = Tokens::of(Theme::Light);
    assert!((contrast(light.accent.fill, light.edge.strong) - 3.68).abs() < 0.01);
}

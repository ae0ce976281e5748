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
        line("wave", t.wave.idle, vec![f.canvas, f.surface, f.surface_2, f.surface_3, f.selected, f.field]),
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

/// The lowest and the highest of each row of the design's table, dark and light.
const TABLE: [(&str, [[f64; 2]; 2]); 14] = [
    ("main text", [[11.98, 17.23], [14.49, 17.76]]),
    ("supporting text", [[7.35, 10.57], [7.26, 8.90]]),
    ("hint text", [[4.68, 6.74], [4.93, 6.05]]),
    ("accent as text", [[6.40, 9.20], [5.09, 6.24]]),
    ("success as text", [[7.36, 10.58], [4.94, 6.05]]),
    ("warning as text", [[8.01, 11.51], [5.30, 6.50]]),
    ("danger as text", [[6.32, 9.09], [5.04, 6.18]]),
    ("supporting text on washes", [[8.33, 8.68], [7.51, 8.02]]),
    ("text on accent", [[6.80, 10.46], [6.24, 9.62]]),
    ("text on danger", [[8.70, 10.24], [6.18, 7.81]]),
    ("control edge", [[3.27, 4.06], [3.24, 3.66]]),
    ("wave", [[3.71, 5.26], [3.38, 4.14]]),
    ("accent line", [[3.77, 4.07], [3.28, 3.58]]),
    ("accent on the progress track", [[4.88, 4.88], [3.68, 3.68]]),
];

#[test]
fn the_table_of_the_design_is_what_the_colours_give() {
    for (theme, column) in [(Theme::Dark, 0), (Theme::Light, 1)] {
        let rows = rows(Tokens::of(theme));
        for (what, said) in &TABLE {
            let row = rows.iter().find(|row| row.what == *what).unwrap();
            let got: Vec<f64> = row.on.iter().map(|&on| contrast(row.ink, on)).collect();
            let (low, high) = got.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), &c| (low.min(c), high.max(c)));
            let [said_low, said_high] = said[column];
            assert!((low - said_low).abs() < 0.011, "{theme:?}: {what} has {low:.2}, the table {said_low}");
            assert!((high - said_high).abs() < 0.011, "{theme:?}: {what} has {high:.2}, the table {said_high}");
        }
    }
}

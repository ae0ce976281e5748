//! Price, time and month: a name over a value, with a line between two.

use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::theme::Look as _;
use crate::ui::{Type, button, paint, space};

/// A name, its value, and what it rests on.
pub(super) struct Figure {
    pub name: &'static str,
    pub value: String,
    pub tip: String,
    pub warns: bool,
}

impl Figure {
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), tip: String::new(), warns: false }
    }

    pub fn tip(self, tip: impl Into<String>) -> Self {
        Self { tip: tip.into(), ..self }
    }
}

/// Drawn from the right end, the last one first.
pub(super) fn figures_ui(ui: &mut Ui, figures: &[Figure]) {
    for (index, figure) in figures.iter().rev().enumerate() {
        if index > 0 {
            ui.add_space(space::XS);
            button::divider(ui, 34.0);
            ui.add_space(space::XS);
        }
        figure_ui(ui, figure);
    }
}

fn figure_ui(ui: &mut Ui, figure: &Figure) {
    let t = ui.tokens();
    let ink = if figure.warns { t.warning.ink } else { t.text.main };
    let lines = [(figure.name, Type::Small, t.text.hint), (&figure.value, Type::Name, ink)];
    let galleys = lines.map(|(words, kind, ink)| paint::one_line(ui, words, kind, ink, 220.0));
    let width = galleys.iter().map(|galley| galley.size().x).fold(0.0, f32::max);
    let (rect, response) = ui.allocate_exact_size(vec2(width.ceil(), 36.0), Sense::hover());
    let spoken = format!("{}: {}", figure.name, figure.value);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    if !figure.tip.is_empty() {
        response.on_hover_text(&figure.tip);
    }
    let [name, value] = galleys;
    paint::text_at(ui.painter(), rect.left(), rect.top() + 9.0, name);
    paint::text_at(ui.painter(), rect.left(), rect.top() + 27.0, value);
}

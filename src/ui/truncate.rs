//! Names that do not fit: files lose their middle, so that both the beginning and the ending stay readable; all
//! else loses its end. The whole name is in the tooltip.

use std::borrow::Cow;

use egui::{Color32, Response, Role, Sense, Ui, WidgetInfo, vec2};

use super::paint;
use super::text::{self, Type};

/// A file name on one line. It says its whole name to screen readers, and in a tooltip when shortened.
pub fn file_name_ui(ui: &mut Ui, name: &str, kind: Type, color: Color32) -> Response {
    let shown = middle(ui, name, kind, ui.available_width());
    line_ui(ui, name, &shown, kind, color)
}

/// Any other name on one line, cut at the end.
pub fn name_ui(ui: &mut Ui, name: &str, kind: Type, color: Color32) -> Response {
    line_ui(ui, name, name, kind, color)
}

fn line_ui(ui: &mut Ui, name: &str, shown: &str, kind: Type, color: Color32) -> Response {
    let galley = paint::one_line(ui, &on_one_line(shown), kind, color, ui.available_width());
    let cut = galley.elided || shown != name;
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x, kind.line()), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    paint::text_at(ui.painter(), rect.left(), rect.center().y, galley);
    if cut { response.on_hover_ui(|ui| drop(ui.label(text::small(name)))) } else { response }
}

/// `name` with "…" in place of its middle, so that it is at most `width` wide.
pub fn middle(ui: &Ui, name: &str, kind: Type, width: f32) -> String {
    let fits =
        |text: &str| ui.painter().layout_no_wrap(text.to_owned(), kind.font(), Color32::PLACEHOLDER).size().x <= width;
    shorten(&on_one_line(name), fits)
}

/// A file may have a line break in its name.
fn on_one_line(name: &str) -> Cow<'_, str> {
    if name.contains(char::is_control) { name.replace(char::is_control, " ").into() } else { name.into() }
}

/// The longest shortening of `name` that fits: halving the search, because each try is a text layout.
fn shorten(name: &str, fits: impl Fn(&str) -> bool) -> String {
    if fits(name) {
        return name.to_owned();
    }
    let chars: Vec<char> = name.chars().collect();
    let cut = |kept: usize| {
        // The ending gets the larger half: it has the take number and the kind of file.
        let head = kept / 2;
        let tail = kept - head;
        let (first, last) = (chars.iter().take(head), chars.iter().skip(chars.len() - tail));
        first.chain(&['…']).chain(last).collect::<String>()
    };
    let (mut low, mut high) = (0, chars.len().saturating_sub(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(&cut(middle)) { low = middle } else { high = middle - 1 }
    }
    cut(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_goes_and_the_ending_stays() {
        let fits = |limit: usize| move |text: &str| text.chars().count() <= limit;
        assert_eq!(shorten("short.mp4", fits(20)), "short.mp4");
        assert_eq!(shorten("launch-teaser-v4_mara_t3.mp4", fits(13)), "launch…t3.mp4");
        assert_eq!(shorten("žluťoučký-kůň.mp4", fits(9)), "žluť….mp4");
        assert_eq!(shorten("abc", fits(0)), "…");
        assert_eq!(on_one_line("new\nline.mp4"), "new line.mp4");
    }
}

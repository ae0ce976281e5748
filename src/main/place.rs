//! The window where it was left, as long as there is a screen there.

use mouthpiece::settings::Window;

/// The smallest window, in points.
pub const SMALLEST: [f32; 2] = [960.0, 640.0];
/// The window of a first start.
const USUAL: [f32; 2] = [1280.0, 800.0];

/// The window as it was left; of the usual size, where the system puts it, when there was none.
pub fn as_left(viewport: egui::ViewportBuilder, left: &Window) -> egui::ViewportBuilder {
    let size = left.size.unwrap_or(USUAL);
    let size = [size[0].max(SMALLEST[0]), size[1].max(SMALLEST[1])];
    let viewport = viewport.with_inner_size(size).with_maximized(left.maximized);
    match left.place {
        Some(place) => viewport.with_position(place),
        None => viewport,
    }
}

/// A screen on the desktop, in its pixels.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub left: i32,
    pub top: i32,
    pub width: u32,
    pub height: u32,
}

/// Whether the window can be taken hold of at its upper edge, which begins at `left` and `top`. A desktop that names no
/// screens is believed.
pub fn is_in_reach(left: i32, top: i32, width: u32, screens: &[Screen]) -> bool {
    screens.is_empty() || screens.iter().any(|screen| screen.holds(left, top, width))
}

/// The size of the contents with which a window fits its screen; `None` when it does already. `frame` is what the
/// system draws around the contents.
pub fn fitted(contents: [u32; 2], frame: [u32; 2], screen: Screen) -> Option<[u32; 2]> {
    let room = [screen.width.saturating_sub(frame[0]), screen.height.saturating_sub(frame[1])];
    let fits = contents[0] <= room[0] && contents[1] <= room[1];
    // A screen of no size is one the system knows nothing of.
    (!fits && room[0] > 0 && room[1] > 0).then(|| [contents[0].min(room[0]), contents[1].min(room[1])])
}

impl Screen {
    /// Whether enough of an edge that begins at `left` and `top` is on it to be taken hold of.
    fn holds(&self, left: i32, top: i32, edge: u32) -> bool {
        let end = |from: i32, length: u32| i64::from(from) + i64::from(length);
        let shared = end(left, edge).min(end(self.left, self.width)) - i64::from(left.max(self.left));
        let on_height = i64::from(top) >= i64::from(self.top) - 8 && i64::from(top) < end(self.top, self.height) - 32;
        shared >= 100 && on_height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_seen_while_its_upper_edge_is_on_a_screen() {
        let screen = Screen { left: 0, top: 0, width: 1920, height: 1080 };
        assert!(screen.holds(100, 20, 1280) && screen.holds(1800, 500, 1280));
        assert!(!screen.holds(1900, 20, 1280), "too little of it");
        assert!(!screen.holds(2400, 20, 1280) && !screen.holds(-1300, 20, 1280));
        assert!(is_in_reach(2400, 20, 1280, &[]) && !is_in_reach(2400, 20, 1280, &[screen]));
        assert!(!screen.holds(100, 1070, 1280) && !screen.holds(100, -200, 1280));
    }

    #[test]
    fn a_window_larger_than_its_screen_is_made_to_fit() {
        let screen = Screen { left: 0, top: 0, width: 1366, height: 768 };
        assert_eq!(fitted([1280, 700], [4, 30], screen), None);
        assert_eq!(fitted([2560, 1400], [4, 30], screen), Some([1362, 738]));
        assert_eq!(fitted([1200, 1400], [0, 0], screen), Some([1200, 768]));
        assert_eq!(fitted([1200, 1400], [0, 0], Screen { width: 0, height: 0, ..screen }), None);
    }

    #[test]
    fn what_was_left_too_small_is_made_usable() {
        let left = Window { size: Some([200.0, 100.0]), ..Window::default() };
        let viewport = as_left(egui::ViewportBuilder::default(), &left);
        assert_eq!(viewport.inner_size, Some(egui::vec2(960.0, 640.0)));
        assert_eq!(viewport.position, None);
    }
}

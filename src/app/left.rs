//! The window as it is left: its page at once, its size and place once they have held still, so that moving it writes
//! nothing.

use std::time::{Duration, Instant};

use egui::Context;

use super::App;
use crate::panels::Page;
use crate::settings::Window;

/// A window that is being moved or sized changes more often than this.
const STILL: Duration = Duration::from_secs(1);

/// How the window looks, and since when.
#[derive(Default)]
pub(super) struct Seen(Option<(Window, Instant)>);

impl App {
    /// Takes note of the window, once per frame.
    pub(super) fn note_window(&mut self, ctx: &Context) {
        let kept = &self.settings.value.window;
        let now = Window { page: Some(key(self.page).to_owned()), ..window(ctx, kept) };
        if now.page != kept.page {
            self.settings.value.window.page.clone_from(&now.page);
        }
        match &self.settings.seen.0 {
            Some((seen, since)) if *seen == now => {
                if since.elapsed() >= STILL && self.settings.value.window != now {
                    self.settings.value.window = now;
                }
            }
            _ => self.settings.seen.0 = Some((now, Instant::now())),
        }
    }

    /// The window closes: it stays as it is now.
    pub(super) fn keep_window(&mut self) {
        if let Some((seen, _)) = self.settings.seen.0.take() {
            self.settings.value.window = seen;
        }
    }
}

/// What the system tells of the window; what it does not tell, or what is not worth keeping, stays as it was.
fn window(ctx: &Context, kept: &Window) -> Window {
    let scale = ctx.zoom_factor();
    ctx.input(|input| {
        let told = input.viewport();
        let maximized = told.maximized.unwrap_or(false) || told.fullscreen.unwrap_or(false);
        if told.minimized == Some(true) || maximized {
            return Window { maximized: maximized || kept.maximized, ..kept.clone() };
        }
        let whole = |pair: egui::Vec2| Some([(pair.x * scale).round(), (pair.y * scale).round()]);
        let size = told.inner_rect.map_or(kept.size, |rect| whole(rect.size()));
        let place = told.outer_rect.map_or(kept.place, |rect| whole(rect.min.to_vec2()));
        Window { page: None, size, place, maximized: false }
    })
}

/// A page's name in the settings.
fn key(page: Page) -> &'static str {
    match page {
        Page::Flow => "flow",
        Page::Voices => "voices",
        Page::Clone => "clone",
        Page::Script => "script",
        Page::LipSync => "lip sync",
        Page::Activity => "activity",
        Page::Settings => "settings",
    }
}

/// The page of a name; the first one for a name of another version.
pub(super) fn page(name: Option<&str>) -> Page {
    let pages = Page::RAIL.into_iter().chain([Page::Settings]);
    pages.into_iter().find(|page| Some(key(*page)) == name).unwrap_or(Page::Flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_again_by_its_name() {
        for page in Page::RAIL.into_iter().chain([Page::Settings]) {
            assert_eq!(super::page(Some(key(page))), page);
        }
        assert_eq!(super::page(Some("something new")), Page::Flow);
        assert_eq!(super::page(None), Page::Flow);
    }
}

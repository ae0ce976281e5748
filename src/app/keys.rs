//! The keys that work everywhere; a page's own keys are the page's.

use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use super::App;
use super::quit::Quit;
use crate::panels::{Command, Page};
use crate::settings::SCALES;
use crate::store::Role;

const PAGES: [(Key, Page); 6] = [
    (Key::Num1, Page::Flow),
    (Key::Num2, Page::Voices),
    (Key::Num3, Page::Clone),
    (Key::Num4, Page::Script),
    (Key::Num5, Page::LipSync),
    (Key::Num6, Page::Activity),
];

impl App {
    pub(super) fn keys(&mut self, ctx: &Context) {
        if fresh_press(ctx, Key::Q) {
            self.quit_key(ctx);
        }
        // A question about a file waits below the one about leaving, and until there is a workspace.
        if self.quit == Quit::Asked || self.session.is_none() {
            return;
        }
        self.question_keys(ctx);
        // Nothing may be sent, or emptied, behind a question.
        if self.intake.question.is_some() || ctx.memory(|memory| memory.top_modal_layer().is_some()) {
            return;
        }
        let pressed = |key| fresh_press(ctx, key);
        let Some(session) = &mut self.session else { return };
        for (key, page) in PAGES {
            if pressed(key) {
                session.commands.push(Command::Go(page));
            }
        }
        if pressed(Key::Comma) {
            session.commands.push(Command::Go(Page::Settings));
        }
        for (key, step) in [(Key::Plus, 0.1), (Key::Equals, 0.1), (Key::Minus, -0.1)] {
            if pressed(key) {
                let scale = &mut self.settings.value.look.scale;
                *scale = (*scale + step).clamp(*SCALES.start(), *SCALES.end());
            }
        }
        if pressed(Key::Num0) {
            self.settings.value.look.scale = 1.0;
        }
        if pressed(Key::N) {
            session.commands.push(Command::NewFlow);
        }
        if pressed(Key::O) {
            let role = if self.page == Page::LipSync { Role::Target } else { Role::Source };
            session.commands.push(Command::Pick(role));
        }
        if pressed(Key::Enter) {
            let (panels, mut cx) = session.split(&self.runtime, &self.desktop.files, &mut self.settings.value);
            panels.page(self.page).main_action(&mut cx);
        }
    }
}

/// Whether Ctrl and this key were pressed just now. A key held down repeats, and what one press began on one page
/// must not be confirmed by its repeats on the next.
fn fresh_press(ctx: &Context, key: Key) -> bool {
    ctx.input_mut(|input| {
        let fresh = input
            .events
            .iter()
            .any(|event| matches!(event, Event::Key { key: which, pressed: true, repeat: false, .. } if *which == key));
        input.consume_shortcut(&KeyboardShortcut::new(Modifiers::COMMAND, key)) && fresh
    })
}

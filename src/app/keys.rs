//! The keys of the map that the window obeys itself, or hands to the page; a page's own keys are the page's.

use std::collections::HashSet;

use egui::{Context, Event, Id, Key, Modifiers};

use super::quit::Quit;
use super::{App, sheet, toasts};
use crate::panels::keys::{Chord, Does, WindowAction, chords};
use crate::panels::{Command, KeyAction, Notice, Page};
use crate::settings::SCALES;
use crate::store::Role;

/// Corrects which presses are repeats. They are told by name, and of a key that is typed with Shift the name is another
/// one when Shift is let go first: it would stay down for ever, and each press of it be a repeat. Its place on the
/// keyboard stays the same.
fn tell_repeats(ctx: &Context) {
    let id = Id::unique("keys held down");
    let mut held: HashSet<Key> = ctx.data_mut(|data| data.remove_temp(id)).unwrap_or_default();
    ctx.input_mut(|input| {
        if !input.focused {
            held.clear();
        }
        for event in &mut input.events {
            if matches!(event, Event::WindowFocused(false)) {
                held.clear();
            }
            if let Event::Key { physical_key: Some(key), pressed, repeat, .. } = event {
                if *pressed {
                    *repeat = !held.insert(*key);
                } else {
                    held.remove(key);
                }
            }
        }
    });
    ctx.data_mut(|data| data.insert_temp(id, held));
}

impl App {
    pub(super) fn keys(&mut self, ctx: &Context) {
        tell_repeats(ctx);
        let presses: Vec<Chord> = chords().filter(|chord| is_pressed(ctx, *chord)).collect();
        let quit = presses.iter().find(|chord| chord.does == Does::Window(WindowAction::Quit));
        if let Some(chord) = quit
            && take(ctx, *chord)
        {
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
        for chord in presses {
            match chord.does {
                Does::Window(action) => {
                    if take(ctx, chord) {
                        self.obey(ctx, action);
                    }
                }
                Does::Page(action) => self.hand_over(ctx, chord, action),
                Does::There => {}
            }
        }
    }

    fn obey(&mut self, ctx: &Context, action: WindowAction) {
        let Some(session) = &mut self.session else { return };
        let scale = &mut self.settings.value.look.scale;
        match action {
            WindowAction::Go(page) => session.commands.push(Command::Go(page)),
            WindowAction::NewFlow => session.commands.push(Command::NewFlow),
            WindowAction::AddFile => {
                let role = match self.page {
                    Page::Clone => Some(Role::Source),
                    Page::LipSync => Some(Role::Target),
                    _ => None,
                };
                session.commands.push(role.map_or(Command::AddFile, Command::Pick));
            }
            WindowAction::Larger => {
                let (title, detail) = larger(scale, super::room_for_scale(ctx));
                if !title.is_empty() {
                    toasts::tell(&mut self.toasts, Notice { title: title.to_owned(), detail, action: None });
                }
            }
            // From what is seen, which may be less than what is asked for.
            WindowAction::Smaller => *scale = (scale.min(super::room_for_scale(ctx)) - 0.1).max(*SCALES.start()),
            WindowAction::UsualSize => *scale = 1.0,
            WindowAction::Main => {
                let (panels, mut cx) = session.split(&self.runtime, &self.desktop.files, &mut self.settings.value);
                panels.page(self.page).main_action(&mut cx);
            }
            WindowAction::Keys => sheet::open(ctx),
            // Seen to before anything else.
            WindowAction::Quit => {}
        }
    }

    /// Asks the page; a key it does nothing with stays for whoever has the focus.
    fn hand_over(&mut self, ctx: &Context, chord: Chord, action: KeyAction) {
        if !is_fresh(ctx, chord) || (action.is_for_text() && ctx.text_edit_focused()) {
            return;
        }
        let Some(session) = &mut self.session else { return };
        let page = if action == KeyAction::RunAll { Page::Flow } else { self.page };
        if page != self.page {
            session.commands.push(Command::Go(page));
        }
        let (panels, mut cx) = session.split(&self.runtime, &self.desktop.files, &mut self.settings.value);
        if panels.page(page).key(action, &mut cx) {
            take(ctx, chord);
        }
    }
}

/// Whether the key was pressed with exactly these modifiers. On some keyboards plus, and the question mark on the key
/// of the slash, are typed with Shift.
fn fits(chord: Chord, key: Key, modifiers: Modifiers) -> bool {
    let shifted = matches!(chord.key, Key::Plus | Key::Questionmark | Key::Slash);
    let held = Modifiers { shift: modifiers.shift && !shifted, ..modifiers };
    key == chord.key && held.matches_exact(chord.modifiers)
}

/// Whether the key was pressed, or repeats.
fn is_pressed(ctx: &Context, chord: Chord) -> bool {
    ctx.input(|input| input.events.iter().any(|event| press(chord, event).is_some()))
}

/// Whether the key was pressed just now.
fn is_fresh(ctx: &Context, chord: Chord) -> bool {
    ctx.input(|input| input.events.iter().any(|event| press(chord, event) == Some(true)))
}

/// Whether an event is this key, and a first press of it.
fn press(chord: Chord, event: &Event) -> Option<bool> {
    match event {
        Event::Key { key, pressed: true, repeat, modifiers, .. } if fits(chord, *key, *modifiers) => Some(!repeat),
        _ => None,
    }
}

/// Takes the key away from everybody else; whether it was pressed just now. A key held down repeats, and what one
/// press began on one page must not be confirmed by its repeats on the next.
fn take(ctx: &Context, chord: Chord) -> bool {
    let fresh = is_fresh(ctx, chord);
    ctx.input_mut(|input| input.events.retain(|event| press(chord, event).is_none()));
    fresh
}
/// One step larger. Where nothing comes of it, why: a title and a sentence.
fn larger(scale: &mut f32, room: f32) -> (&'static str, String) {
    let percent = |scale: f32| format!("{:.0}%", scale * 100.0);
    if *scale >= *SCALES.end() - 0.001 && room >= *scale {
        return ("This is the largest size", format!("Text and controls are at {}.", percent(*scale)));
    }
    if *scale <= room + 0.01 {
        *scale = (*scale + 0.1).min(*SCALES.end());
    }
    if *scale <= room + 0.01 {
        return ("", String::new());
    }
    let detail = format!("It has room for {}. Make it larger for {}.", percent(room), percent(*scale));
    ("This window is too small for larger text", detail)
}

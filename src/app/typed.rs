//! Typing in its order. On a busy computer a frame may bring many keys at once: what is typed behind Enter or a
//! shortcut waits for the next frame, so that it goes where that key leads, and no key overtakes what was typed first.

use egui::{Context, Event, Id, Key};

/// What waits, and whether Esc may just have closed a dialog: the frame after that one still counts it as open.
#[derive(Clone, Default)]
struct Later {
    events: Vec<Event>,
    is_closing: bool,
}

/// Leaves at most what belongs together in this frame; the rest comes in the next one.
pub(super) fn in_order(ctx: &Context) {
    let is_open = ctx.memory(|memory| memory.top_modal_layer().is_some());
    let before = ctx.data_mut(|data| std::mem::take(data.get_temp_mut_or_default::<Later>(place())));
    let (events, is_closing) = ctx.input_mut(|input| {
        if !before.events.is_empty() {
            input.events.splice(0..0, before.events);
        }
        let cut = if before.is_closing { 0 } else { cut(&input.events) };
        let later = input.events.split_off(cut);
        (later, is_open && input.events.iter().any(is_escape))
    });
    if !events.is_empty() {
        ctx.request_repaint();
    }
    if is_closing || !events.is_empty() {
        ctx.data_mut(|data| data.insert_temp(place(), Later { events, is_closing }));
    }
}

fn place() -> Id {
    Id::unique("what is typed later")
}

/// How many of the events are for this frame.
fn cut(events: &[Event]) -> usize {
    let (mut typed, mut led) = (false, false);
    for (at, event) in events.iter().enumerate() {
        let (text, key) = (is_typed(event), leads(event));
        if (key && (typed || led)) || (text && led) {
            return at;
        }
        typed |= text;
        led |= key;
    }
    events.len()
}

fn is_typed(event: &Event) -> bool {
    matches!(event, Event::Text(_) | Event::Paste(_) | Event::Ime(_))
}

/// Whether a key may lead elsewhere, or act on what was typed before it.
fn leads(event: &Event) -> bool {
    let Event::Key { key, pressed: true, modifiers, .. } = event else { return false };
    matches!(key, Key::Enter | Key::Backspace | Key::Escape) || modifiers.alt || modifiers.ctrl || modifiers.command
}

fn is_escape(event: &Event) -> bool {
    matches!(event, Event::Key { key: Key::Escape, pressed: true, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Modifiers;

    fn key(key: Key, modifiers: Modifiers) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
    }

    #[test]
    fn keys_that_lead_elsewhere_stand_alone_and_typing_stays_together() {
        let (text, enter) = (Event::Text("a".into()), key(Key::Enter, Modifiers::NONE));
        let (letter, undo) = (key(Key::A, Modifiers::NONE), key(Key::Z, Modifiers::COMMAND));
        let typing = [letter.clone(), text.clone(), letter.clone(), text.clone()];
        assert_eq!(cut(&typing), 4);
        assert_eq!(cut(&[text.clone(), enter.clone()]), 1, "Enter does not overtake the text");
        assert_eq!(cut(&[enter.clone(), letter, text.clone()]), 2, "the text goes where Enter leads");
        assert_eq!(cut(&[undo.clone(), undo]), 1, "two presses are two");
        assert_eq!(cut(&[enter]), 1);
        let (escape, page) = (key(Key::Escape, Modifiers::NONE), key(Key::Num4, Modifiers::COMMAND));
        assert_eq!(cut(&[escape, page]), 1, "the page comes once the dialog is closed");
    }
}

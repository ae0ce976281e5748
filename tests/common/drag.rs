//! A window of another program that a file is dragged out of, in the way of file managers: the XDND protocol, with the
//! pointer held by the dragging program until the file is let go.
#![expect(clippy::unwrap_used, reason = "a display that does not answer ends the test")]

use std::path::Path;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, CURRENT_TIME, NONE};

use super::desktop::until;
use super::hand::Hand;

/// Where the other window is: at the right of the display, beside the program's.
const PLACE: (i16, i16) = (1300, 20);
const SIDE: u16 = 80;
/// Of the protocol that we speak.
const VERSION: u32 = 5;

struct Source<'a> {
    hand: &'a Hand,
    window: Window,
    target: Window,
    uris: String,
    time: u32,
}

/// What a drag waits for from the other side.
#[derive(PartialEq, Eq)]
enum Word {
    /// The window takes what hangs over it.
    Accepted,
    Refused,
    /// The drop is over.
    Finished,
}

/// Drags a file out of another window to a place of the target window, and from there to where `find` says, once it
/// knows, and lets it go.
pub fn drag(
    hand: &mut Hand,
    file: &Path,
    target: Window,
    at: (i32, i32),
    mut find: impl FnMut() -> Option<(i32, i32)>,
) {
    hand.drags += 1;
    let mut source = Source::open(hand, file, target);
    source.take_hold();
    source.enter();
    let from = (i32::from(PLACE.0), i32::from(PLACE.1));
    for step in 1..=8 {
        let between = |from: i32, to: i32| from + (to - from) * step / 8;
        source.hang_at((between(from.0, at.0), between(from.1, at.1)));
    }
    let place = until("the window shows where the file can be let go", || {
        source.serve();
        find()
    });
    source.hang_at(place);
    source.let_go();
}

impl<'a> Source<'a> {
    fn open(hand: &'a Hand, file: &Path, target: Window) -> Self {
        let x = &hand.connection;
        let aware = x.get_property(false, target, atom(hand, "XdndAware"), AtomEnum::ANY, 0, 1).unwrap();
        assert!(aware.reply().unwrap().value_len == 1, "the window takes no drags");
        let window = x.generate_id().unwrap();
        let mask = EventMask::BUTTON_PRESS | EventMask::BUTTON_RELEASE | EventMask::EXPOSURE;
        // Nothing manages windows here, and where something does this one is none of its business.
        let looks = CreateWindowAux::new().override_redirect(1).event_mask(mask);
        let (depth, class, visual) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT, COPY_FROM_PARENT);
        let create = x.create_window(depth, window, hand.root, PLACE.0, PLACE.1, SIDE, SIDE, 0, class, visual, &looks);
        create.unwrap().check().unwrap();
        x.map_window(window).unwrap().check().unwrap();
        let uris = format!("{}\r\n", url::Url::from_file_path(file).unwrap());
        Self { hand, window, target, uris, time: CURRENT_TIME }
    }

    /// Presses on the file, and takes the pointer as the start of a drag.
    fn take_hold(&mut self) {
        let x = &self.hand.connection;
        until("the other window is drawn", || matches!(x.poll_for_event().unwrap()?, Event::Expose(_)).then_some(()));
        let half = i32::from(SIDE / 2);
        self.hand.move_to((i32::from(PLACE.0) + half, i32::from(PLACE.1) + half));
        self.hand.button(true);
        self.time = until("the button is down", || match x.poll_for_event().unwrap()? {
            Event::ButtonPress(press) => Some(press.time),
            _ => None,
        });
        let (mask, mode) = (EventMask::BUTTON_RELEASE | EventMask::POINTER_MOTION, GrabMode::ASYNC);
        let grab = x.grab_pointer(false, self.window, mask, mode, mode, NONE, NONE, self.time).unwrap();
        assert_eq!(u8::from(grab.reply().unwrap().status), 0, "the pointer can't be taken");
        let selection = atom(self.hand, "XdndSelection");
        x.set_selection_owner(self.window, selection, self.time).unwrap().check().unwrap();
    }

    fn enter(&self) {
        self.tell("XdndEnter", [VERSION << 24, atom(self.hand, "text/uri-list"), NONE, NONE]);
    }

    /// The protocol lets a position out only when the last one was answered.
    fn hang_at(&mut self, at: (i32, i32)) {
        self.hand.move_to(at);
        let packed = u32::try_from(at.0).unwrap() << 16 | u32::try_from(at.1).unwrap();
        self.tell("XdndPosition", [0, packed, self.time, atom(self.hand, "XdndActionCopy")]);
        self.hand.connection.flush().unwrap();
        let word = until("the window answers the drag", || self.serve());
        assert!(word == Word::Accepted, "the window refuses the file");
    }

    fn let_go(&mut self) {
        self.hand.button(false);
        self.time = until("the button is up", || match self.hand.connection.poll_for_event().unwrap()? {
            Event::ButtonRelease(release) => Some(release.time),
            Event::SelectionRequest(request) => {
                self.give(request);
                None
            }
            _ => None,
        });
        self.tell("XdndDrop", [0, self.time, 0, 0]);
        // Toolkits give the pointer back with the drop, and not before: only now the window below learns where it is.
        self.hand.connection.ungrab_pointer(CURRENT_TIME).unwrap().check().unwrap();
        until("the drop is over", || (self.serve()? == Word::Finished).then_some(()));
    }

    /// Does what the other side asks for, until it says something.
    fn serve(&self) -> Option<Word> {
        while let Some(event) = self.hand.connection.poll_for_event().unwrap() {
            match event {
                Event::SelectionRequest(request) => self.give(request),
                Event::ClientMessage(message) if message.type_ == atom(self.hand, "XdndStatus") => {
                    let accepts = message.data.as_data32()[1] & 1 == 1;
                    return Some(if accepts { Word::Accepted } else { Word::Refused });
                }
                Event::ClientMessage(message) if message.type_ == atom(self.hand, "XdndFinished") => {
                    return Some(Word::Finished);
                }
                _ => {}
            }
        }
        None
    }

    /// Hands out the file's address.
    fn give(&self, request: SelectionRequestEvent) {
        let x = &self.hand.connection;
        let (requestor, property, target) = (request.requestor, request.property, request.target);
        x.change_property8(PropMode::REPLACE, requestor, property, target, self.uris.as_bytes())
            .unwrap()
            .check()
            .unwrap();
        let (time, selection) = (request.time, request.selection);
        let response_type = SELECTION_NOTIFY_EVENT;
        let notice = SelectionNotifyEvent { response_type, sequence: 0, time, requestor, selection, target, property };
        x.send_event(false, requestor, EventMask::NO_EVENT, notice).unwrap().check().unwrap();
    }

    /// Goes out with the next request, so that what belongs together arrives together.
    fn tell(&self, message: &str, [a, b, c, d]: [u32; 4]) {
        let data = [self.window, a, b, c, d];
        let event = ClientMessageEvent::new(32, self.target, atom(self.hand, message), data);
        self.hand.connection.send_event(false, self.target, EventMask::NO_EVENT, event).unwrap().ignore_error();
    }
}

impl Drop for Source<'_> {
    fn drop(&mut self) {
        // With the display gone there is nothing left to take away.
        let _ = self.hand.connection.destroy_window(self.window).map(x11rb::cookie::VoidCookie::check);
    }
}

fn atom(hand: &Hand, name: &str) -> Atom {
    hand.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
}

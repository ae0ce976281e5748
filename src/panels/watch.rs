//! Watching a video, or two in step: the pictures follow the clock of the one player, whose track is their sound.

mod back;
mod bar;
mod full;
mod plan;
mod side;
mod view;
mod watched;

use std::path::Path;
use std::time::{Duration, Instant};

use egui::Ui;

use super::Cx;
pub(super) use bar::HEIGHT;
pub(super) use plan::{Plan, Stretch};
use side::Side;
pub(super) use view::Marks;
pub(super) use watched::Watched;

/// A hand that has not moved for so long rests.
const REST: Duration = Duration::from_millis(120);
/// What plays waits at most so long for its first pictures.
const READY: Duration = Duration::from_millis(1_500);

/// One or two videos and where they are.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each a light of its own")]
pub(super) struct Watch {
    sides: Vec<Side>,
    /// Seconds from the start. The player's while it plays.
    at: f64,
    /// The player's position when it was last looked at.
    known: Option<f64>,
    is_playing: bool,
    /// Which of two is heard.
    heard: usize,
    /// Where the other one stands, while both do not go together.
    apart: Option<f64>,
    /// Play was pressed; waits for the first pictures.
    starting: Option<Instant>,
    hand: Hand,
    is_full: bool,
    /// Drawn since the last frame's logic.
    seen: bool,
    /// Drawn in the frame before that.
    was_seen: bool,
    /// The sound can't be played: the pictures go without it.
    is_mute: bool,
    /// What else the player has is the page's, and has no transport.
    lets_by: bool,
    /// It is what its page is about.
    keeps_keys: bool,
}

/// What a hand does to the position.
#[derive(Default)]
struct Hand {
    /// When it last moved it.
    moved: Option<Instant>,
    /// It is on it; what played goes on when it lets go.
    held: Option<bool>,
}

impl Watch {
    /// Before each frame: what is no longer shown lets go of its processes.
    pub fn logic(&mut self) {
        self.was_seen = std::mem::take(&mut self.seen);
        if !self.was_seen {
            self.sides.iter_mut().for_each(Side::rest);
            (self.starting, self.hand.held, self.is_full, self.is_playing) = (None, None, false, false);
        }
    }

    /// Before drawing: what is watched, and where it is now. `heard` is which of two is heard at first.
    pub fn begin(&mut self, ui: &Ui, cx: &mut Cx<'_>, watched: &[Watched], heard: usize) {
        self.seen = true;
        if self.sides.iter().map(|side| &side.watched.film).eq(watched.iter().map(|watched| &watched.film)) {
            self.change_plans(cx, watched);
        } else {
            if self.is_loaded(cx) {
                // It would play on behind the transport of what is watched instead.
                cx.player.stop();
            }
            let sides = watched.iter().cloned().map(Side::new).collect();
            let keeps_keys = self.keeps_keys;
            *self = Self { sides, heard, seen: true, keeps_keys, ..Self::default() };
        }
        self.follow(cx);
        self.keys(ui, cx);
        self.start_when_ready(ui, cx);
    }

    /// The same videos go together in another way: the pictures stay, and what plays goes on.
    fn change_plans(&mut self, cx: &mut Cx<'_>, watched: &[Watched]) {
        let before: Vec<_> = self.sides.iter().map(|side| side.watched.key()).collect();
        let is_loaded = self.is_loaded(cx);
        for (side, watched) in self.sides.iter_mut().zip(watched) {
            if side.watched != *watched {
                side.watched.clone_from(watched);
            }
        }
        if self.sides.iter().map(|side| side.watched.key()).eq(before) {
            return;
        }
        self.at = self.at.min(self.length());
        if is_loaded && self.is_playing {
            self.load(cx);
        } else if is_loaded {
            // What stood is not what would be played.
            cx.player.stop();
        }
        self.is_mute = false;
    }

    /// What another place watched is not heard behind what is watched here: one transport at a time.
    pub fn take_over(&self, other: &Self, cx: &mut Cx<'_>) {
        if other.is_loaded(cx) && !self.is_loaded(cx) {
            cx.player.stop();
        }
    }

    /// Whether what the player has, by its key, is watched on the page that is shown.
    pub fn controls(&self, key: &str) -> bool {
        self.was_seen && self.has(key)
    }

    fn has(&self, key: &str) -> bool {
        self.sides.iter().any(|side| side.watched.key() == key)
    }

    /// Whether there is something to watch.
    pub fn is_empty(&self) -> bool {
        self.sides.is_empty()
    }

    /// Seconds of the one that it is about: the last.
    pub fn length(&self) -> f64 {
        self.sides.last().and_then(|side| side.watched.secs()).unwrap_or_default()
    }

    /// Whether both videos go together.
    pub fn is_linked(&self) -> bool {
        self.apart.is_none()
    }

    /// Lets both go together again, or leaves the one that is not heard where it is.
    pub fn link(&mut self, linked: bool) {
        self.apart = (!linked).then_some(self.at);
    }

    /// Seconds from the start.
    pub fn at(&self) -> f64 {
        self.at
    }

    /// Which of two is heard, from 0.
    pub fn heard(&self) -> usize {
        self.heard
    }

    /// The file that is heard.
    pub fn heard_file(&self) -> Option<&Path> {
        Some(&self.sides.get(self.heard)?.film().path)
    }

    /// What is watched, in order.
    pub fn words(&self) -> Vec<&'static str> {
        self.sides.iter().map(|side| side.watched.words).collect()
    }

    /// Whether it plays, or will as soon as its pictures are there.
    pub fn is_wanted(&self) -> bool {
        self.is_playing || self.starting.is_some() || self.hand.held == Some(true)
    }

    /// The number of the video's frame that is on the screen, of the first one.
    pub fn frame(&self) -> Option<u64> {
        self.sides.first()?.number()
    }

    /// The thumbnail of a video nearest to a time.
    pub fn thumb(&self, index: usize, secs: f64) -> Option<&egui::TextureHandle> {
        self.sides.get(index)?.thumb(secs)
    }

    /// Whether the player has exactly what is watched.
    fn is_loaded(&self, cx: &Cx<'_>) -> bool {
        let Some(now) = cx.player.now() else { return false };
        let compared = now.compared.map(|other| other.key);
        match &self.sides[..] {
            [one] => compared.is_none() && now.key == one.watched.key(),
            [one, two] => {
                let keys = [one.watched.key(), two.watched.key()];
                compared == Some(&*keys[1]) && keys.iter().any(|key| now.key == key)
            }
            _ => false,
        }
    }

    /// Takes the position from the player, when it plays what is watched here.
    fn follow(&mut self, cx: &mut Cx<'_>) {
        if !self.is_loaded(cx) {
            // The same video, as another page watched it: nothing here would show it or end it.
            if cx.player.now().is_some_and(|now| self.has(now.key)) {
                cx.player.stop();
            }
            (self.known, self.is_playing) = (None, false);
            return;
        }
        let Some(now) = cx.player.now() else { return };
        if let Some(second_heard) = now.compared.map(|other| other.second_heard) {
            self.heard = usize::from(second_heard);
        }
        let is_playing = now.is_playing || now.is_loading;
        let position = cx.player.position(now.key).unwrap_or(now.position_secs);
        let is_failed = now.error.is_some();
        // What stands can stand behind the end of its sound, until somebody else moves it.
        let was_moved = self.known.is_some_and(|known| (known - position).abs() > 1e-6);
        if is_playing || was_moved {
            self.at = position;
        }
        (self.known, self.is_playing) = (Some(position), is_playing);
        if is_failed && !self.is_mute {
            self.is_mute = true;
            self.load(cx);
        }
    }

    /// Hands the sound to the player and begins at the position.
    fn load(&mut self, cx: &mut Cx<'_>) {
        let at = self.at;
        match &self.sides[..] {
            [one] => match one.watched.part() {
                Some(part) => cx.player.play_part(one.watched.track(self.is_mute), part, false),
                None => cx.player.play(one.watched.track(self.is_mute)),
            },
            [one, two] => {
                let (one, two) = (one.watched.track(self.is_mute), two.watched.track(self.is_mute));
                cx.player.compare(one, two, [0.0; 2]);
                if self.heard == 1 {
                    cx.player.switch();
                }
            }
            _ => return,
        }
        if at > 0.0 {
            cx.player.seek(at);
        }
        self.note(cx);
    }

    /// After the player was told something.
    fn note(&mut self, cx: &Cx<'_>) {
        self.known = None;
        if self.is_loaded(cx) {
            self.known = cx.player.now().map(|now| cx.player.position(now.key).unwrap_or(now.position_secs));
        }
    }

    /// Plays or pauses.
    pub fn toggle(&mut self, cx: &mut Cx<'_>) {
        if self.is_playing {
            cx.player.toggle();
            self.is_playing = false;
        } else if self.starting.take().is_none() {
            self.starting = Some(Instant::now());
            let last = self.sides.last().and_then(|side| side.watched.last()).unwrap_or_default();
            if self.at >= last {
                self.at = 0.0;
            }
        }
    }

    /// The sound begins with its pictures, not before them.
    fn start_when_ready(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let Some(since) = self.starting else { return };
        if !self.sides.iter().all(Side::is_ready) && since.elapsed() < READY {
            ui.ctx().request_repaint_after(Duration::from_millis(30));
            return;
        }
        self.starting = None;
        self.play(cx);
    }

    fn play(&mut self, cx: &mut Cx<'_>) {
        if self.is_loaded(cx) {
            cx.player.seek(self.at);
            if !self.is_playing {
                cx.player.toggle();
            }
            self.note(cx);
        } else {
            self.load(cx);
        }
        // The page has no switch that would show or undo it.
        cx.player.set_repeat(false);
        self.is_playing = true;
    }

    /// Goes to a time, kept within the length.
    pub fn seek(&mut self, cx: &mut Cx<'_>, secs: f64) {
        let end = if self.length() > 0.0 { self.length() } else { f64::MAX };
        self.at = secs.clamp(0.0, end);
        self.hand.moved = Some(Instant::now());
        if self.is_loaded(cx) {
            cx.player.seek(self.at);
            self.note(cx);
        }
    }

    /// What else the player has takes the keys only while it plays: the page shows it without a transport.
    pub fn let_by(&mut self, lets_by: bool) {
        self.lets_by = lets_by;
    }

    /// It has the keys, whatever else the player has: its page is about it.
    pub fn keep_keys(&mut self) {
        self.keeps_keys = true;
    }

    /// Goes to a time that was named, with no hand to wait for: the exact picture comes at once.
    pub fn go(&mut self, cx: &mut Cx<'_>, secs: f64) {
        self.seek(cx, secs);
        self.hand.moved = None;
    }

    /// A hand drags the position, or lets go of it. Meanwhile nothing plays.
    pub fn drag(&mut self, cx: &mut Cx<'_>, is_held: bool) {
        match (is_held, self.hand.held) {
            (true, None) => {
                self.hand.held = Some(self.is_playing);
                if self.is_playing {
                    self.toggle(cx);
                }
            }
            (false, Some(goes_on)) => {
                self.hand.held = None;
                if goes_on {
                    self.starting = Some(Instant::now());
                }
            }
            _ => {}
        }
    }

    /// Pauses and goes so many pictures on, or back.
    pub fn step(&mut self, cx: &mut Cx<'_>, pictures: i32) {
        if self.is_playing {
            self.toggle(cx);
        }
        let Some(side) = self.sides.get(self.heard).or(self.sides.first()) else { return };
        let film = side.film();
        let own = if side.watched.plan.is_some() { side.watched.last() } else { side.last() };
        let last = own.unwrap_or(f64::MAX).min(self.length().max(0.0));
        let number = film.number(self.at.min(last)).saturating_add_signed(pictures.into());
        let to = film.begins(number).min(last);
        self.seek(cx, to);
        // A step is exact at once: there is no hand to wait for.
        self.hand.moved = None;
    }

    /// Lets the other of two be heard.
    pub fn hear(&mut self, cx: &mut Cx<'_>, heard: usize) {
        if heard == self.heard {
            return;
        }
        self.heard = heard;
        let is_loaded = self.is_loaded(cx);
        if is_loaded {
            cx.player.switch();
            self.note(cx);
        }
        if let Some(there) = self.apart {
            // Each keeps its own place.
            self.apart = Some(self.at);
            self.seek(cx, there);
            self.hand.moved = None;
        }
    }
}

/// Whether the player is silenced, or will be once it plays.
pub(super) fn is_muted(cx: &Cx<'_>) -> bool {
    cx.player.now().map_or(cx.settings.sound.muted, |now| now.muted)
}

/// Silences the player, or lets it be heard again, now and after the next start.
fn mute(cx: &mut Cx<'_>) {
    cx.settings.sound.muted = !is_muted(cx);
    cx.player.set_muted(cx.settings.sound.muted);
}

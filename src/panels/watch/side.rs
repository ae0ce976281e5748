//! One of the videos that are watched: its pictures, as they are decoded for the place they are shown in.

use std::time::{Duration, Instant};

use egui::{Context, TextureHandle};

use super::Watched;
use super::back::Back;
use crate::error::Error;
use crate::media::video::{Film, Frame, Playback, Thumbs};
use crate::runtime::Runtime;
use crate::ui::Screen;

/// Thumbnails over the length.
const THUMBS: usize = 16;
/// They fit into so many pixels.
const THUMB_SIZE: [u32; 2] = [240, 136];
/// A video that stands still for so long is let go of; its picture stays.
const KEPT: Duration = Duration::from_secs(20);
/// A video this far behind its sound is begun again further on.
const MOST_LAG_SECS: f64 = 3.0;
/// How far on that is.
const LEAD_SECS: f64 = 0.5;
/// Two readings of a clock this far apart are a jump.
const JUMP_SECS: f64 = 0.5;
/// A thumbnail stands in for a picture that is this far from the one shown.
const FAR_SECS: f64 = 0.3;

/// The clock, as all videos see it in one frame.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub now: Instant,
    /// Seconds from the start.
    pub at: f64,
    pub is_playing: bool,
    /// It plays, or will as soon as the pictures are there.
    pub will_play: bool,
    /// Nobody is moving it right now.
    pub is_at_rest: bool,
    /// Seconds of the video for each second of the clock; below zero it is shown backward.
    pub pace: f64,
}

/// How long before a turn the pictures of the way back are got ready, in seconds.
const AHEAD_SECS: f64 = 1.5;

/// One video.
pub(super) struct Side {
    pub watched: Watched,
    screen: Screen,
    /// When the picture on the screen begins, and what it was made to fit into.
    shown: Option<(f64, [u32; 2])>,
    /// None comes after it: the sound can go on for longer.
    is_last: bool,
    playback: Option<(Playback, [u32; 2])>,
    thumbs: Option<Thumbs>,
    small: Vec<Option<TextureHandle>>,
    problem: Option<Error>,
    last: Option<Moment>,
    moved: Instant,
    /// Could not be decoded in time.
    is_slow: bool,
    back: Option<Back>,
}

impl Side {
    pub fn new(watched: Watched) -> Self {
        Self {
            watched,
            screen: Screen::default(),
            shown: None,
            is_last: false,
            playback: None,
            thumbs: None,
            small: Vec::new(),
            problem: None,
            last: None,
            moved: Instant::now(),
            is_slow: false,
            back: None,
        }
    }

    /// Lets go of every process. What is shown stays.
    pub fn rest(&mut self) {
        (self.playback, self.problem, self.last, self.back) = (None, None, None, None);
        if self.small.iter().any(Option::is_none) {
            self.thumbs = None;
        }
    }

    /// Why there is no picture.
    pub fn problem(&self) -> Option<&Error> {
        self.problem.as_ref()
    }

    /// Whether the pictures from here on are ready to be played.
    pub fn is_ready(&self) -> bool {
        self.problem.is_some() || self.playback.as_ref().is_some_and(|(playback, _)| playback.is_ready())
    }

    /// The number of the picture on the screen.
    pub fn number(&self) -> Option<u64> {
        self.shown.map(|(secs, _)| self.watched.film.number(secs))
    }

    /// Brings the picture in line with the clock, for a place of so many pixels, and asks for the next frame when
    /// that will change.
    pub fn work(&mut self, ctx: &Context, runtime: &Runtime, fit: [u32; 2], moment: Moment) {
        self.take_thumbs(ctx, runtime);
        let clock = moment.at;
        let (at, pace) = self.place(clock);
        let moment = Moment { at, pace, ..moment };
        self.prepare_back(runtime, fit, moment, clock);
        if pace < 0.0 && moment.is_playing {
            return self.show_back(ctx, fit, moment);
        }
        let last = self.last.replace(moment);
        if last.is_none_or(|last| (last.at - moment.at).abs() > 1e-9) {
            self.moved = moment.now;
        }
        let jumped = last.is_some_and(|last| {
            let ahead = if moment.is_playing { (moment.now - last.now).as_secs_f64() * last.pace } else { 0.0 };
            (moment.at - last.at - ahead).abs() > JUMP_SECS
        });
        if jumped {
            self.is_last = false;
        }
        self.keep_up(runtime, fit, moment, jumped);
        self.take_picture(ctx, moment);
        self.wake(ctx, moment);
    }

    /// The place in the video for a time of the clock, and how fast it goes on from there.
    fn place(&self, clock: f64) -> (f64, f64) {
        let (at, pace) = self.watched.plan.as_ref().map_or((clock, 1.0), |plan| plan.film_at(clock));
        (self.watched.film.within(at), pace)
    }

    /// Decodes what is shown backward, now or soon.
    fn prepare_back(&mut self, runtime: &Runtime, fit: [u32; 2], moment: Moment, clock: f64) {
        let is_back = moment.pace < 0.0;
        let soon = self.watched.plan.as_ref().and_then(|plan| plan.turns_back_at(clock, AHEAD_SECS));
        let place = if is_back { Some(moment.at) } else { soon.map(|secs| self.watched.film.within(secs)) };
        match place.filter(|_| moment.will_play) {
            Some(at) => self.back.get_or_insert_default().work(runtime, &self.watched.film, fit, at),
            None => self.back = None,
        }
    }

    /// Shows what plays backward. Nothing of it is decoded here.
    fn show_back(&mut self, ctx: &Context, fit: [u32; 2], moment: Moment) {
        (self.playback, self.is_last) = (None, false);
        (self.last, self.moved) = (Some(moment), moment.now);
        if let Some(picture) = self.back.as_ref().and_then(|back| back.picture(moment.at))
            && self.shown.is_none_or(|(secs, _)| (secs - picture.secs).abs() > 1e-6)
        {
            self.screen.put(ctx, picture.size, &picture.rgba);
            self.shown = Some((picture.secs, fit));
        }
        ctx.request_repaint_after(Duration::from_secs_f64(1.0 / self.watched.film.fps.clamp(10.0, 60.0)));
    }

    /// Begins to decode elsewhere when what is decoded is of no use.
    fn keep_up(&mut self, runtime: &Runtime, fit: [u32; 2], moment: Moment, jumped: bool) {
        let Moment { at, is_playing, .. } = moment;
        let film = &self.watched.film;
        if self.problem.is_some() {
            return;
        }
        let is_there = self.shown.is_some_and(|(secs, of)| {
            let (shown, due) = (film.number(secs), film.number(at));
            of == fit && (shown == due || self.is_last && shown < due)
        });
        // A fast film has other pictures when it plays than when it is stepped through.
        let is_other = self.playback.as_ref().is_some_and(|(playback, _)| !playback.suits(film, moment.will_play));
        if !is_playing && is_there && !(is_other && moment.will_play) {
            if moment.now - self.moved > KEPT {
                self.playback = None;
            }
            return;
        }
        let mut from = at;
        if let Some((playback, of)) = &mut self.playback {
            // A clock that plays may be read a hair before the place it was set to.
            let slack = if is_playing { 2.5 / film.fps } else { 0.0 };
            let is_elsewhere =
                playback.is_past(at) > slack || jumped && !playback.holds(at) || is_other && moment.is_at_rest;
            let is_late = is_playing && playback.lag(at) > MOST_LAG_SECS;
            if *of == fit && !is_elsewhere && !is_late {
                if jumped {
                    playback.skip_to(at);
                }
                return;
            }
            if is_late && !is_elsewhere {
                self.is_slow = true;
                from += LEAD_SECS;
            }
        }
        if moment.is_at_rest {
            // The old one first: there are never two of one video.
            (self.playback, self.is_last) = (None, false);
            let handle = runtime.handle();
            let playback = if film.is_fast() && !moment.will_play {
                Playback::step(&handle, film, from, fit)
            } else {
                Playback::start(&handle, film, from, fit, self.is_slow)
            };
            self.playback = Some((playback, fit));
        }
    }

    fn take_picture(&mut self, ctx: &Context, moment: Moment) {
        let Some((playback, fit)) = &mut self.playback else { return };
        let (screen, shown) = (&mut self.screen, &mut self.shown);
        playback.show(moment.at, |picture| {
            screen.put(ctx, [picture.width, picture.height], picture.rgba);
            *shown = Some((picture.secs, *fit));
        });
        self.is_last = playback.is_over();
        if let Some(error) = playback.error() {
            tracing::warn!("no picture: {error}");
            self.problem = Some(error.clone());
            self.playback = None;
        }
    }

    /// While it plays the window is drawn when the next picture is due; when it waits, the picture wakes it.
    fn wake(&self, ctx: &Context, moment: Moment) {
        let Some((playback, _)) = &self.playback else { return };
        if moment.is_playing {
            if let Some(next) = playback.next_secs() {
                let wait = (next - moment.at) / moment.pace.max(0.01);
                ctx.request_repaint_after(Duration::from_secs_f64(wait.clamp(0.0, 1.0)));
            }
        } else {
            // Later than that only a picture that is still awaited keeps it, and that wakes the window itself.
            let left = KEPT.saturating_sub(moment.now - self.moved);
            if !left.is_zero() {
                ctx.request_repaint_after(left + Duration::from_millis(50));
            }
        }
    }

    fn take_thumbs(&mut self, ctx: &Context, runtime: &Runtime) {
        // The picture itself comes first: both want the same processor.
        let is_shown = self.shown.is_some();
        // Those that did not come before the page was left are asked for again.
        if is_shown && self.thumbs.is_none() && (self.small.is_empty() || self.small.iter().any(Option::is_none)) {
            self.small.resize(THUMBS, None);
            self.thumbs = Some(Thumbs::start(&runtime.handle(), &self.watched.film, THUMBS, THUMB_SIZE));
        }
        let Some(thumbs) = &mut self.thumbs else { return };
        for (index, frame) in thumbs.take() {
            if let Some(place) = self.small.get_mut(index) {
                *place = texture(ctx, &frame);
            }
        }
    }

    /// What to show for a time: the picture itself, or the nearest thumbnail until it is there.
    pub fn picture(&self, at: f64) -> Option<&TextureHandle> {
        let (at, _) = self.place(at);
        // What plays late is still better than what does not move.
        let far = if self.last.is_some_and(|last| last.is_playing) { MOST_LAG_SECS } else { FAR_SECS };
        let is_near = self.shown.is_some_and(|(secs, _)| (secs - at).abs() < far);
        let exact = self.screen.texture().filter(|_| self.shown.is_some());
        if is_near { exact } else { self.thumb(at).or(exact) }
    }

    /// The thumbnail nearest to a time.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few")]
    pub fn thumb(&self, secs: f64) -> Option<&TextureHandle> {
        let whole = self.watched.film.secs.filter(|whole| *whole > 0.0)?;
        let place = (secs / whole * self.small.len() as f64).max(0.0) as usize;
        self.small.get(place.min(self.small.len().saturating_sub(1)))?.as_ref()
    }

    /// When the last picture begins, in seconds, as far as that is known.
    pub fn last(&self) -> Option<f64> {
        self.shown.filter(|_| self.is_last).map_or_else(|| self.film().last(), |(secs, _)| Some(secs))
    }

    /// Its film.
    pub fn film(&self) -> &Film {
        &self.watched.film
    }
}

fn texture(ctx: &Context, frame: &Frame) -> Option<TextureHandle> {
    let mut screen = Screen::default();
    screen.put(ctx, [frame.width, frame.height], &frame.rgba);
    screen.texture().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::probe;

    /// A picture of a second with a sound of 1.3 seconds.
    fn long_sounded(folder: &std::path::Path) -> Film {
        let path = folder.join("clip.mp4");
        let picture = "color=red:s=64x36:r=25:d=1";
        let mut command = std::process::Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=d=1.3"]).arg(&path);
        assert!(command.status().unwrap().success());
        Film::new(&path, &probe::probe(&path).unwrap()).unwrap()
    }

    /// One frame of the window; how long it may rest after it.
    fn frame(ctx: &Context, side: &mut Side, runtime: &Runtime, moment: Moment) -> Duration {
        ctx.begin_pass(egui::RawInput::default());
        side.work(ctx, runtime, [64, 64], moment);
        let mut output = ctx.end_pass();
        output.textures_delta.clear();
        output.viewport_output[&egui::ViewportId::ROOT].repaint_delay
    }

    #[test]
    fn behind_the_last_picture_the_window_comes_to_rest_and_the_process_goes() {
        let folder = tempfile::tempdir().unwrap();
        let film = long_sounded(folder.path());
        let end = film.secs.unwrap();
        assert!(film.last().unwrap() > 1.1, "{film:?}");
        let (ctx, runtime) = (Context::default(), Runtime::new(|| {}).unwrap());
        let mut side = Side::new(Watched::new(film, "Target video"));
        let began = Instant::now();
        let moment = |now, at| Moment { now, at, is_playing: false, will_play: false, is_at_rest: true, pace: 1.0 };
        // As the clock of the sound goes on, from before the last picture.
        while !side.is_last {
            let at = if side.shown.is_some() { end } else { 0.8 };
            frame(&ctx, &mut side, &runtime, moment(Instant::now(), at));
            assert!(began.elapsed() < Duration::from_mins(1), "the last picture is known");
            std::thread::yield_now();
        }
        assert_eq!((side.number(), side.last().map(|last| side.film().number(last))), (Some(24), Some(24)));
        let later = |secs| moment(Instant::now() + Duration::from_secs(secs), end);
        frame(&ctx, &mut side, &runtime, later(0));
        assert!(side.playback.is_some(), "it is kept for a while");
        frame(&ctx, &mut side, &runtime, later(25));
        assert!(side.playback.is_none());
        assert!(frame(&ctx, &mut side, &runtime, later(26)) > Duration::from_hours(1));
        assert!(side.playback.is_none() && side.picture(end).is_some());
        // A hand that goes back gets its pictures again.
        frame(&ctx, &mut side, &runtime, Moment { at: 0.2, ..later(27) });
        assert!(side.playback.is_some());
    }
    #[test]
    fn a_fast_film_is_stepped_through_picture_by_picture_and_played_as_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let mut command = std::process::Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", "color=red:s=64x36:r=120:d=0.5"]).arg(&path);
        assert!(command.status().unwrap().success());
        let film = Film::new(&path, &probe::probe(&path).unwrap()).unwrap();
        let (ctx, runtime) = (Context::default(), Runtime::new(|| {}).unwrap());
        let mut side = Side::new(Watched::new(film.clone(), "Target video"));
        let began = Instant::now();
        let moment = |number, plays| Moment {
            now: Instant::now(),
            at: film.begins(number),
            is_playing: false,
            will_play: plays,
            is_at_rest: true,
            pace: 1.0,
        };
        for number in [2, 3, 4, 3] {
            while side.number() != Some(number) {
                frame(&ctx, &mut side, &runtime, moment(number, false));
                assert!(began.elapsed() < Duration::from_mins(1), "picture {number}: {:?}", side.number());
                std::thread::yield_now();
            }
        }
        frame(&ctx, &mut side, &runtime, moment(3, true));
        let (playback, _) = side.playback.as_ref().unwrap();
        assert!(playback.suits(&film, true), "about to be played");
    }
}

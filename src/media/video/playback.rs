//! A video that plays: one ffmpeg decodes a little ahead of a clock that somebody else keeps.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::film::{self, Film};
use super::reel::{Reel, Wish};
use crate::error::{Error, Result};
use crate::media::mp4::Broken;
use crate::media::{probe, sniff};
use crate::runtime::{Handle, Task};

/// One picture to show, upright and square-pixelled.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// When it is due, in seconds from the start of the video.
    pub secs: f64,
    pub width: u32,
    pub height: u32,
    /// `width * height * 4` bytes, opaque, rows from top to bottom.
    pub rgba: &'a [u8],
}

/// How playing went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub shown: u64,
    /// Came too late, or were not asked for in time.
    pub dropped: u64,
}

/// Decodes a video from one place on and keeps the next pictures ready. Dropping it kills ffmpeg.
///
/// The clock is the caller's: [`Playback::show`] gives the picture that is due. A window that has nothing to show is
/// woken when the next picture is there.
pub struct Playback {
    shared: Arc<Shared>,
    work: Task<()>,
    rate: f64,
    /// Of the first picture that was shown and the one shown now.
    shown: Option<u64>,
    counts: Counts,
    error: Option<Error>,
}

/// Between the caller and the one that reads from ffmpeg.
struct Shared {
    ring: Mutex<Ring>,
    room: Notify,
}

/// Pictures that wait to be shown.
struct Ring {
    waiting: VecDeque<Waiting>,
    /// Buffers to use again.
    spare: Vec<Vec<u8>>,
    /// The number the next picture gets.
    next: u64,
    has_ended: bool,
    /// The caller asked and there was nothing.
    is_awaited: bool,
}

struct Waiting {
    number: u64,
    size: [u32; 2],
    rgba: Vec<u8>,
}

/// All pictures that wait, together.
const MAX_BYTES: usize = 48 << 20;
/// However small they are.
const MAX_WAITING: usize = 24;

impl Ring {
    fn has_room(&self) -> bool {
        let bytes = self.waiting.front().map_or(0, |first| first.rgba.len());
        let most = MAX_BYTES.checked_div(bytes).unwrap_or(MAX_WAITING).clamp(2, MAX_WAITING);
        // One more is being read and one may be shown.
        self.waiting.len() + 2 <= most.max(3)
    }
}

impl Shared {
    fn ring(&self) -> MutexGuard<'_, Ring> {
        // Nobody leaves the ring half changed.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Playback {
    /// Begins to decode `film` with the picture shown at `from_secs`, to fit into so many pixels. Returns at once.
    /// `hurried` leaves out pictures no other depends on, for videos that could not be decoded in time.
    pub fn start(handle: &Handle, film: &Film, from_secs: f64, fit: [u32; 2], hurried: bool) -> Self {
        Self::begin(handle, film, from_secs, fit, hurried, film.rate())
    }

    /// The same for a film that stands, with each of its pictures, also when those are more than can be played.
    pub fn step(handle: &Handle, film: &Film, from_secs: f64, fit: [u32; 2]) -> Self {
        Self::begin(handle, film, from_secs, fit, false, film.step_rate())
    }

    fn begin(handle: &Handle, film: &Film, from_secs: f64, fit: [u32; 2], hurried: bool, rate: f64) -> Self {
        let first = film::number(film.within(from_secs), rate);
        let ring =
            Ring { waiting: VecDeque::new(), spare: Vec::new(), next: first, has_ended: false, is_awaited: true };
        let shared = Arc::new(Shared { ring: Mutex::new(ring), room: Notify::new() });
        let wish = Wish { from_secs: film::begins(first, rate), rate, fit, hurried, nearest_key: false };
        let work = handle.spawn(decode(shared.clone(), handle.clone(), film.clone(), wish));
        Self { shared, work, rate, shown: None, counts: Counts::default(), error: None }
    }

    /// Gives the picture that is due at a time to `show`, if it is another than the one before. True when it was.
    pub fn show(&mut self, clock_secs: f64, show: impl FnOnce(Picture<'_>)) -> bool {
        let due = film::number(clock_secs, self.rate);
        self.take(|ring| {
            let count = ring.waiting.iter().take_while(|waiting| waiting.number <= due).count();
            count.checked_sub(1)
        })
        .is_some_and(|picture| self.give(picture, show))
    }

    /// Takes the picture at a place in the ring; those before it are dropped.
    fn take(&mut self, which: impl FnOnce(&Ring) -> Option<usize>) -> Option<Waiting> {
        let mut ring = self.shared.ring();
        let found = which(&ring);
        ring.is_awaited = found.is_none() && ring.waiting.is_empty();
        for _ in 0..found? {
            let passed = ring.waiting.pop_front()?;
            ring.spare.push(passed.rgba);
            // Before the first one nothing was promised.
            self.counts.dropped += u64::from(self.shown.is_some());
        }
        let picture = ring.waiting.pop_front();
        drop(ring);
        self.shared.room.notify_one();
        picture
    }

    fn give(&mut self, picture: Waiting, show: impl FnOnce(Picture<'_>)) -> bool {
        let [width, height] = picture.size;
        show(Picture { secs: film::begins(picture.number, self.rate), width, height, rgba: &picture.rgba });
        self.shown = Some(picture.number);
        self.counts.shown += 1;
        self.shared.ring().spare.push(picture.rgba);
        true
    }

    /// When the next picture is due, in seconds, if it is there.
    pub fn next_secs(&self) -> Option<f64> {
        let ring = self.shared.ring();
        ring.waiting.front().map(|waiting| film::begins(waiting.number, self.rate))
    }

    /// Whether playing can begin: a picture is there, or there will be none.
    pub fn is_ready(&self) -> bool {
        let ring = self.shared.ring();
        self.shown.is_some() || !ring.waiting.is_empty() || ring.has_ended
    }

    /// Whether the last picture has been shown: behind it none will come, however far the clock goes on.
    pub fn is_over(&self) -> bool {
        let ring = self.shared.ring();
        self.shown.is_some() && ring.has_ended && ring.waiting.is_empty()
    }

    /// Whether it has the pictures that a film needs to be played, or else those to step through it.
    pub fn suits(&self, film: &Film, plays: bool) -> bool {
        let rate = if plays { film.rate() } else { film.step_rate() };
        (self.rate - rate).abs() < 1e-9
    }

    /// Leaves out what lies before a time somebody jumped to. It does not count as dropped.
    pub fn skip_to(&mut self, secs: f64) {
        let due = film::number(secs, self.rate);
        let mut ring = self.shared.ring();
        while ring.waiting.len() > 1 && ring.waiting.front().is_some_and(|waiting| waiting.number < due) {
            let passed = ring.waiting.pop_front().map(|waiting| waiting.rgba);
            ring.spare.extend(passed);
        }
        drop(ring);
        self.shared.room.notify_one();
    }

    /// Whether the picture for a time is shown or waits here.
    pub fn holds(&self, secs: f64) -> bool {
        let ring = self.shared.ring();
        let number = film::number(secs, self.rate);
        number >= self.first(&ring) && (number < ring.next || ring.has_ended)
    }

    /// How far a time lies before the picture shown, or the first one there will be. In seconds, not negative.
    pub fn is_past(&self, secs: f64) -> f64 {
        let first = self.first(&self.shared.ring());
        film::begins(first.saturating_sub(film::number(secs, self.rate)), self.rate)
    }

    /// How far what is decoded lies behind a time. In seconds, not negative.
    pub fn lag(&self, secs: f64) -> f64 {
        let ring = self.shared.ring();
        if ring.has_ended { 0.0 } else { (secs - film::begins(ring.next, self.rate)).max(0.0) }
    }

    fn first(&self, ring: &Ring) -> u64 {
        self.shown.or_else(|| ring.waiting.front().map(|waiting| waiting.number)).unwrap_or(ring.next)
    }

    /// Pictures shown, and those that came too late.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Why there are no pictures, if there are none.
    pub fn error(&mut self) -> Option<&Error> {
        if let Some(Err(error)) = self.work.take() {
            self.error = Some(error);
        }
        self.error.as_ref()
    }
}

impl Drop for Playback {
    fn drop(&mut self) {
        let Counts { shown, dropped } = self.counts;
        if shown > 1 {
            tracing::debug!(shown, dropped, "stopped a video");
        }
    }
}

/// Reads from ffmpeg for as long as there is room and somebody listens.
async fn decode(shared: Arc<Shared>, handle: Handle, film: Film, wish: Wish) -> Result<()> {
    let result = fill(&shared, &handle, &film, &wish).await;
    shared.ring().has_ended = true;
    result
}

async fn fill(shared: &Shared, handle: &Handle, film: &Film, wish: &Wish) -> Result<()> {
    let mut reel = Reel::start(film, wish).await?;
    let mut count = 0_u64;
    loop {
        let mut rgba = room(shared).await;
        let Some(size) = reel.next(&mut rgba).await else { break };
        put(shared, handle, size, rgba);
        count += 1;
    }
    if count > 0 {
        return Ok(());
    }
    // The picture can end before the sound: then its last one stays.
    let earlier = [0.5, 3.0, f64::MAX].map(|early| (wish.from_secs - early).max(0.0));
    for from_secs in earlier.into_iter().filter(|secs| *secs < wish.from_secs) {
        let mut reel = Reel::start(film, &Wish { from_secs, ..wish.clone() }).await?;
        let mut rgba = Vec::new();
        if let Some(size) = reel.next(&mut rgba).await {
            put(shared, handle, size, rgba);
            return Ok(());
        }
    }
    Err(probe::broken(&sniff::name(&film.path), Broken::Damaged))
}

/// A buffer for one more picture, once there is room for it.
async fn room(shared: &Shared) -> Vec<u8> {
    loop {
        {
            let mut ring = shared.ring();
            if ring.has_room() {
                return ring.spare.pop().unwrap_or_default();
            }
        }
        shared.room.notified().await;
    }
}

fn put(shared: &Shared, handle: &Handle, size: [u32; 2], rgba: Vec<u8>) {
    let mut ring = shared.ring();
    let number = ring.next;
    ring.next += 1;
    ring.waiting.push_back(Waiting { number, size, rgba });
    let is_awaited = std::mem::take(&mut ring.is_awaited);
    drop(ring);
    if is_awaited {
        handle.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::runtime::Runtime;

    #[test]
    fn each_picture_of_a_fast_film_can_be_stepped_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        // Each picture is brighter than the one before.
        let picture = r"color=black:s=64x36:r=120:d=0.1,geq=lum='16+N*16':cb=128:cr=128";
        let mut command = std::process::Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", picture, "-pix_fmt", "yuv420p"]).arg(&path);
        assert!(command.status().unwrap().success());
        let film = Film::new(&path, &probe::probe(&path).unwrap()).unwrap();
        assert!(film.is_fast(), "{film:?}");
        let runtime = Runtime::new(|| {}).unwrap();
        let mut before = 0;
        let mut playback = Playback::step(&runtime.handle(), &film, film.begins(1), [64, 36]);
        assert!(playback.suits(&film, false) && !playback.suits(&film, true));
        let began = Instant::now();
        for number in 1..8 {
            let mut seen = None;
            while seen.is_none() {
                playback.show(film.begins(number), |picture| seen = Some((picture.secs, picture.rgba[0])));
                assert!(playback.error().is_none() && began.elapsed() < Duration::from_mins(1));
                std::thread::yield_now();
            }
            let (secs, light) = seen.unwrap();
            assert_eq!(film.number(secs), number);
            assert!(light > before + 9, "picture {number}: {light} after {before}");
            before = light;
        }
    }
}

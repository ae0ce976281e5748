//! Small pictures spread over the length of a video, as they come.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;

use super::film::Film;
use super::reel::{Reel, Wish};
use super::{Frame, PLACES};
use crate::error::{Error, Result};
use crate::runtime::{Handle, Task};

/// Being made. Dropping it stops that.
pub struct Thumbs {
    made: Arc<Mutex<Vec<(usize, Frame)>>>,
    work: Task<()>,
    count: usize,
}

/// The most that are made of one video.
const MAX_COUNT: usize = 64;
/// Up to this much it is quicker to decode all of a video once than to look for each picture.
const MAX_DECODED_PIXELS: f64 = 1920.0 * 1080.0 * 30.0 * 20.0;

impl Thumbs {
    /// Begins to make `count` pictures that fit into so many pixels. Returns at once; the window is woken for each.
    pub fn start(handle: &Handle, film: &Film, count: usize, fit: [u32; 2]) -> Self {
        let count = count.clamp(1, MAX_COUNT);
        let made = Arc::new(Mutex::new(Vec::new()));
        let work =
            handle.spawn(make(Maker { made: made.clone(), handle: handle.clone(), film: film.clone(), count, fit }));
        Self { made, work, count }
    }

    /// How many there will be. The middle of the first stands for the first part of so many equal ones.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Those that came since the last call, each with its place from 0.
    pub fn take(&mut self) -> Vec<(usize, Frame)> {
        std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why there are none, once.
    pub fn take_error(&mut self) -> Option<Error> {
        self.work.take()?.err()
    }
}

struct Maker {
    made: Arc<Mutex<Vec<(usize, Frame)>>>,
    handle: Handle,
    film: Film,
    count: usize,
    fit: [u32; 2],
}

async fn make(maker: Maker) -> Result<()> {
    let Some(secs) = maker.film.secs else { return Ok(()) };
    let Film { width, height, fps, .. } = maker.film;
    if f64::from(width) * f64::from(height) * fps * secs <= MAX_DECODED_PIXELS {
        maker.all(secs).await
    } else {
        join_all((0..maker.count).map(|index| maker.one(index, secs))).await.into_iter().collect()
    }
}

impl Maker {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    fn part(&self, parts: f64) -> f64 {
        parts / self.count as f64
    }

    /// All from one pass through the video.
    async fn all(&self, secs: f64) -> Result<()> {
        let _place = PLACES.acquire().await.map_err(|_| Error::Cancelled)?;
        let rate = 1.0 / self.part(secs);
        let wish = Wish { from_secs: 0.0, rate, fit: self.fit, hurried: true, nearest_key: false };
        let mut reel = Reel::start(&self.film, &wish).await?;
        for index in 0..self.count {
            let mut rgba = Vec::new();
            let Some(size) = reel.next(&mut rgba).await else { break };
            self.put(index, size, rgba);
        }
        Ok(())
    }

    /// One, wherever the key picture nearest to its place lies. Two at a time.
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    async fn one(&self, index: usize, secs: f64) -> Result<()> {
        let _place = PLACES.acquire().await.map_err(|_| Error::Cancelled)?;
        let from_secs = self.part(secs) * (index as f64 + 0.5);
        let wish = Wish { from_secs, rate: 1.0, fit: self.fit, hurried: false, nearest_key: true };
        let mut rgba = Vec::new();
        if let Some(size) = Reel::start(&self.film, &wish).await?.next(&mut rgba).await {
            self.put(index, size, rgba);
        }
        Ok(())
    }

    fn put(&self, index: usize, [width, height]: [u32; 2], rgba: Vec<u8>) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push((index, Frame { width, height, rgba }));
        self.handle.wake();
    }
}

//! Who wants which waveform: at most two files are read at a time, the one asked for last comes first, one that
//! nobody wants any more is left, and who asks for a file that is being read shares the reading.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::media::decode::Source;
use crate::media::wave::kept::{Content, Kept};
use crate::media::wave::{Wave, scan};
use crate::runtime::Handle;

/// As many as small computers have cores.
const AT_ONCE: usize = 2;
/// How often a growing waveform is shown anew.
const SHOWN: Duration = Duration::from_millis(200);

/// What all readings of one file know.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Whose windows are woken.
    windows: Mutex<Vec<Handle>>,
}

#[derive(Default)]
struct State {
    wave: Wave,
    error: Option<Error>,
}

impl Shared {
    pub(super) fn wave(&self) -> Wave {
        lock(&self.state).wave.clone()
    }

    pub(super) fn error(&self) -> Option<Error> {
        lock(&self.state).error.clone()
    }

    fn has_ended(&self) -> bool {
        let state = lock(&self.state);
        state.error.is_some() || state.wave.is_done()
    }

    fn show(&self, wave: Result<Wave>) {
        match wave {
            Ok(wave) => lock(&self.state).wave = wave,
            Err(error) => lock(&self.state).error = Some(error),
        }
        lock(&self.windows).iter().for_each(Handle::wake);
    }
}

/// A panic while this was held has left nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Something to read. It is wanted as long as somebody keeps its reading.
struct Job {
    source: Source,
    kept: Option<Kept>,
    shared: Weak<Shared>,
    handle: Handle,
}

impl Job {
    fn is_wanted(&self) -> bool {
        self.shared.strong_count() > 0
    }

    fn show(&self, wave: Result<Wave>) {
        if let Some(shared) = self.shared.upgrade() {
            shared.show(wave);
        }
    }

    /// What the file has been called before, without reading it.
    fn known(&self) -> Option<Wave> {
        let (Source::File(path), Some(kept)) = (&self.source, &self.kept) else { return None };
        kept.known(path)
    }

    fn read(&self) {
        let wanted = || self.is_wanted();
        let (Source::File(path), Some(kept)) = (&self.source, &self.kept) else { return self.show(self.scan()) };
        let mut content = Content::new(path);
        // A small file is often the copy of another: a take that was sent, a sample that was kept.
        if let Some(wave) = content.hash_if_small(&wanted).and_then(|hash| kept.wave(&hash)) {
            self.show(Ok(wave));
            kept.note(&mut content, &wanted);
            return;
        }
        let wave = self.scan();
        // First the picture, then the keeping: a film takes seconds to hash.
        self.show(wave.clone());
        if let Ok(wave) = wave
            && wave.is_complete()
        {
            kept.keep(&mut content, &wave, &wanted);
        }
    }

    fn scan(&self) -> Result<Wave> {
        // The first piece tells the length.
        let mut shown: Option<Instant> = None;
        scan(&self.source, None, &mut |growth| {
            if shown.is_none_or(|at| at.elapsed() >= SHOWN) {
                shown = Some(Instant::now());
                self.show(Ok(growth.wave()));
            }
            self.is_wanted()
        })
    }
}

/// All readings of this program.
struct Desk {
    running: usize,
    /// The last one is the next.
    waiting: Vec<Job>,
    under_way: Vec<(PathBuf, Option<PathBuf>, Weak<Shared>)>,
}

static DESK: Mutex<Desk> = Mutex::new(Desk { running: 0, waiting: Vec::new(), under_way: Vec::new() });

pub(super) fn ask(handle: &Handle, source: Source, cache: Option<PathBuf>) -> Arc<Shared> {
    let mut desk = lock(&DESK);
    desk.under_way.retain(|(.., shared)| shared.upgrade().is_some_and(|shared| !shared.has_ended()));
    if let Source::File(path) = &source {
        let same = desk.under_way.iter().find(|(other, folder, _)| other == path && *folder == cache);
        if let Some(shared) = same.and_then(|(.., shared)| shared.upgrade()) {
            lock(&shared.windows).push(handle.clone());
            return shared;
        }
    }
    let shared = Arc::new(Shared { state: Mutex::default(), windows: Mutex::new(vec![handle.clone()]) });
    let kept = cache.as_deref().map(Kept::new);
    if let Source::File(path) = &source {
        desk.under_way.push((path.clone(), cache, Arc::downgrade(&shared)));
    }
    drop(desk);
    let job = Job { source, kept, shared: Arc::downgrade(&shared), handle: handle.clone() };
    drop(handle.blocking(move || {
        // What is kept does not wait for what is being read.
        if let Some(wave) = job.known() {
            job.show(Ok(wave));
        } else if matches!(job.source, Source::File(_)) {
            lock(&DESK).waiting.push(job);
            start();
        } else {
            // In memory already, or at the pace of the network, which no place should wait for.
            job.show(job.scan());
        }
        Ok(())
    }));
    shared
}

impl Desk {
    /// The last asked for of those that are still wanted, when there is room for it.
    fn next(&mut self) -> Option<Job> {
        self.waiting.retain(Job::is_wanted);
        let job = if self.running < AT_ONCE { self.waiting.pop() } else { None };
        self.running += usize::from(job.is_some());
        job
    }
}

/// Begins with the next ones that are still wanted, as far as there is room.
fn start() {
    loop {
        // In a statement of its own: nothing is begun while the desk is held.
        let next = lock(&DESK).next();
        let Some(job) = next else { return };
        let handle = job.handle.clone();
        let place = Place(job);
        drop(handle.blocking(move || {
            place.0.read();
            Ok(())
        }));
    }
}

/// One of the places at the desk, given on in every case: also when the reading panics, or its runtime has ended and
/// it is never begun.
struct Place(Job);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(shared) = self.0.shared.upgrade()
            && !shared.has_ended()
        {
            let why =
                if std::thread::panicking() { Error::Crashed("reading sound".to_owned()) } else { Error::Cancelled };
            shared.show(Err(why));
        }
        lock(&DESK).running -= 1;
        start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Runtime;

    #[test]
    fn the_last_one_that_is_still_wanted_comes_next_and_never_more_than_there_are_places() {
        let runtime = Runtime::new(|| {}).unwrap();
        let shared = || Arc::new(Shared { state: Mutex::default(), windows: Mutex::default() });
        let readings: Vec<_> = (0..4).map(|_| shared()).collect();
        let job = |(index, shared): (u8, &Arc<Shared>)| Job {
            source: Source::Silence { secs: f64::from(index) },
            kept: None,
            shared: Arc::downgrade(shared),
            handle: runtime.handle(),
        };
        let waiting = (0..).zip(&readings).map(job).collect();
        let mut desk = Desk { running: 0, waiting, under_way: Vec::new() };
        let mut kept = readings.into_iter();
        let wanted = [kept.next(), kept.next(), kept.next()];
        drop(kept);
        let mut next = || match desk.next()?.source {
            Source::Silence { secs } => Some(secs),
            _ => None,
        };
        assert_eq!([next(), next(), next()], [Some(2.0), Some(1.0), None]);
        desk.running -= 1;
        drop(wanted);
        assert!(desk.next().is_none(), "nobody wants it any more");
        assert_eq!((desk.running, desk.waiting.len()), (1, 0));
    }
}

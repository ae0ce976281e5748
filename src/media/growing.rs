//! Bytes that are still arriving: read from the start while the rest is on its way.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use symphonia::core::io::MediaSource;

use crate::error::Error;

/// What has arrived so far. Readers wait for what has not.
pub struct Growing {
    state: Mutex<State>,
    more: Condvar,
}

struct State {
    bytes: Vec<u8>,
    /// All of it, once it is there; then `bytes` is empty.
    whole: Option<Arc<[u8]>>,
    expected: Option<u64>,
    end: Option<Result<(), Error>>,
}

/// The filling end. Dropping it before [`Filling::finish`] ends the bytes with [`Error::Cancelled`].
#[derive(Debug)]
pub struct Filling(Arc<Growing>);

/// Room that is made before anything has arrived, whatever a header promises.
const FIRST_ROOM: usize = 1024 * 1024;

impl Growing {
    /// Both ends; `expected` is the length in bytes that was announced. The filling end bounds the size.
    pub fn new(expected: Option<u64>) -> (Filling, Arc<Self>) {
        let room = expected.and_then(|expected| usize::try_from(expected).ok()).unwrap_or_default().min(FIRST_ROOM);
        let state = State { bytes: Vec::with_capacity(room), whole: None, expected, end: None };
        let growing = Arc::new(Self { state: Mutex::new(state), more: Condvar::new() });
        (Filling(growing.clone()), growing)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All bytes, when all have arrived.
    pub fn whole(&self) -> Option<Arc<[u8]>> {
        self.lock().whole.clone()
    }

    /// Why no more will come, when that is so.
    pub fn error(&self) -> Option<Error> {
        self.lock().end.clone()?.err()
    }

    /// Blocks until all bytes are there.
    ///
    /// # Errors
    /// Why they don't come.
    pub fn wait(&self) -> Result<Arc<[u8]>, Error> {
        let mut state = self.lock();
        loop {
            match (&state.whole, &state.end) {
                (Some(whole), _) => return Ok(whole.clone()),
                (None, Some(Err(error))) => return Err(error.clone()),
                (None, _) => state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Reads what is at a place, once anything is there; 0 at the end.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let mut state = self.lock();
        loop {
            let there = state.whole.as_deref().unwrap_or(&state.bytes);
            if let Some(rest) = there.get(at..).filter(|rest| !rest.is_empty()) {
                let count = rest.len().min(buffer.len());
                buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                return Ok(count);
            }
            match &state.end {
                Some(Ok(())) => return Ok(0),
                Some(Err(error)) => return Err(io::Error::other(error.to_string())),
                None => state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// The length, when it is known: announced, or counted at the end.
    fn length(&self) -> Option<u64> {
        let state = self.lock();
        state.whole.as_ref().map(|whole| whole.len() as u64).or(state.expected)
    }
}

impl fmt::Debug for Growing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        let there = state.whole.as_deref().unwrap_or(&state.bytes).len();
        f.debug_struct("Growing").field("bytes", &there).field("end", &state.end).finish_non_exhaustive()
    }
}

impl Filling {
    /// Adds what came.
    pub fn add(&self, bytes: &[u8]) {
        self.0.lock().bytes.extend_from_slice(bytes);
        self.0.more.notify_all();
    }

    /// All has come.
    pub fn finish(self) {
        self.end(Ok(()));
    }

    /// No more will come, and why.
    pub fn fail(self, error: Error) {
        self.end(Err(error));
    }

    fn end(&self, how: Result<(), Error>) {
        let mut state = self.0.lock();
        if state.end.is_none() {
            if how.is_ok() {
                state.whole = Some(std::mem::take(&mut state.bytes).into());
            }
            state.end = Some(how);
        }
        drop(state);
        self.0.more.notify_all();
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        self.end(Err(Error::Cancelled));
    }
}

/// A reader with a place of its own.
pub(super) struct Reader {
    growing: Arc<Growing>,
    at: u64,
}

impl Reader {
    pub(super) fn new(growing: Arc<Growing>) -> Self {
        Self { growing, at: 0 }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.growing.read_at(self.at, buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => {
                let length = match self.growing.length() {
                    Some(length) => length,
                    None => self.growing.wait().map_err(|error| io::Error::other(error.to_string()))?.len() as u64,
                };
                length.checked_add_signed(by)
            }
        };
        self.at = place.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the start"))?;
        Ok(self.at)
    }
}

impl MediaSource for Reader {
    /// Not before all is there: some readers would look at the end first, and wait for it.
    fn is_seekable(&self) -> bool {
        self.growing.whole().is_some()
    }

    fn byte_len(&self) -> Option<u64> {
        self.growing.length()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_waits_for_what_has_not_come() {
        let (filling, growing) = Growing::new(Some(6));
        filling.add(b"abc");
        let mut reader = Reader::new(growing.clone());
        let mut three = [0; 3];
        reader.read_exact(&mut three).unwrap();
        assert_eq!(&three, b"abc");
        assert!(!reader.is_seekable() && growing.whole().is_none());
        let (read, rest) = std::thread::scope(|scope| {
            let waiting = scope.spawn(move || {
                let mut rest = Vec::new();
                reader.read_to_end(&mut rest).unwrap();
                (reader.seek(SeekFrom::End(-1)).unwrap(), rest)
            });
            filling.add(b"def");
            filling.finish();
            waiting.join().unwrap()
        });
        assert_eq!((read, rest.as_slice()), (5, &b"def"[..]));
        assert_eq!(growing.wait().unwrap().as_ref(), b"abcdef");
    }

    #[test]
    fn a_failure_or_a_dropped_end_is_told_to_who_waits() {
        let (filling, growing) = Growing::new(None);
        filling.add(b"abc");
        drop(filling);
        assert!(matches!(growing.wait(), Err(Error::Cancelled)));
        let (filling, growing) = Growing::new(None);
        filling.fail(Error::Media("The link is gone.".into()));
        let error = Reader::new(growing.clone()).read(&mut [0; 4]).unwrap_err();
        assert_eq!(error.to_string(), "The link is gone.");
        assert!(growing.error().is_some());
    }
}

//! What a file is, told by its bytes: the same bytes are never uploaded twice.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::client::Call;
use crate::error::{Error, Result};
use crate::progress::Progress;

const CHUNK: usize = 1024 * 1024;

/// The BLAKE3 hash of a file's bytes, in lowercase hex. `progress` counts bytes. Dropping the call stops the reading.
///
/// # Errors
/// When the file can't be read, or changes meanwhile.
pub fn hash_file(path: PathBuf, progress: Progress) -> Call<String> {
    Box::pin(async move {
        let stop = Stop(Arc::default());
        let stopped = stop.0.clone();
        let read = tokio::task::spawn_blocking(move || hash(&path, &progress, &stopped));
        read.await.map_err(|_| Error::Cancelled)?
    })
}

/// Tells the reading thread that nobody waits for it any more.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn hash(path: &Path, progress: &Progress, stopped: &AtomicBool) -> Result<String> {
    let failed = |source| Error::file("read", path, source);
    let before = std::fs::metadata(path).map_err(failed)?;
    if !before.is_file() {
        return Err(Error::Media(format!("{} is not a file. Choose a video or audio file.", path.display())));
    }
    let mut file = File::open(path).map_err(failed)?;
    progress.start(before.len());
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; CHUNK];
    let mut bytes = 0_u64;
    loop {
        if stopped.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            break;
        }
        hasher.update(&buffer[..read]);
        bytes += read as u64;
        progress.add(read as u64);
        if bytes > before.len() {
            // It grows while it is read; there may be no end.
            break;
        }
    }
    let after = file.metadata().map_err(failed)?;
    if bytes != before.len() || after.modified().ok() != before.modified().ok() {
        return Err(Error::Media(format!(
            "{} changed while it was being read. Wait until it is written, then start again.",
            path.display()
        )));
    }
    Ok(hasher.finalize().to_hex().to_string())
}

//! A file as a stream of bytes, read ahead a little by one thread for all of it: going to a thread and back for every
//! piece costs more than the reading.

use std::fs::File;
use std::io::{self, Read as _};

use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

/// Bytes of a piece.
const CHUNK: u64 = 512 * 1024;
/// Pieces read before they are asked for.
const AHEAD: usize = 3;

/// The next `length` bytes of a file, or fewer when it ends before. Reading stops when the stream is dropped.
pub(crate) fn read_ahead(mut file: File, length: u64) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (send, mut receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut left = length;
        while left > 0 {
            let chunk = read(&mut file, left.min(CHUNK));
            let count = chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
            left -= count;
            let ended = chunk.is_ok() && count == 0;
            if ended || send.blocking_send(chunk).is_err() || count == 0 {
                return;
            }
        }
    });
    stream::poll_fn(move |context| receive.poll_recv(context))
}

/// Up to `most` bytes; none at the end of the file.
fn read(file: &mut File, most: u64) -> io::Result<Bytes> {
    let mut chunk = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
    file.take(most).read_to_end(&mut chunk)?;
    Ok(chunk.into())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tokio::test waits for the test it runs")]
mod tests {
    use std::io::{Seek as _, SeekFrom, Write as _};

    use futures_util::TryStreamExt as _;

    use super::*;

    async fn read_of(content: &[u8], from: u64, length: u64) -> Vec<u8> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file.seek(SeekFrom::Start(from)).unwrap();
        let chunks: Vec<Bytes> = read_ahead(file, length).try_collect().await.unwrap();
        assert!(chunks.iter().all(|chunk| !chunk.is_empty()));
        chunks.concat()
    }

    #[tokio::test]
    async fn exactly_the_asked_bytes_are_read() {
        let content: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        for (from, length) in [(0, 3_000_000), (0, 0), (5, 1), (1_000_000, 1_500_000), (0, CHUNK), (0, CHUNK + 1)] {
            let (start, end) = (usize::try_from(from).unwrap(), usize::try_from(from + length).unwrap());
            assert!(read_of(&content, from, length).await == content[start..end], "{length} from {from}");
        }
        assert_eq!(read_of(b"short", 0, 1_000_000).await, b"short", "a file that ends before is no error here");
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_an_error_and_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let write_only = File::create(folder.path().join("file")).unwrap();
        let mut stream = Box::pin(read_ahead(write_only, 10));
        assert!(stream.try_next().await.is_err());
        assert!(stream.try_next().await.unwrap().is_none());
    }
}

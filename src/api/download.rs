//! Bytes from storage: streamed, counted, never with the key, and under their name only once complete.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use tempfile::NamedTempFile;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::assets::AssetKind;
use super::client::{Call, Client};
use super::container::{self, HEAD};
use super::exchange::Answer;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// The longest clips at the highest rate stay far below this.
const MAX_FILE: u64 = 16 * 1024 * 1024 * 1024;

/// Where a download goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub folder: PathBuf,
    /// File name without extension; the extension follows what arrives.
    pub stem: String,
    /// What must arrive; a page, a program or a picture in its place is refused.
    pub kind: AssetKind,
}

/// What came, apart from the bytes in the file.
struct Received {
    bytes: u64,
    /// The first bytes, to tell the format by.
    head: Vec<u8>,
}

impl Client {
    /// A small file (a preview, say) into memory, up to `limit` bytes.
    pub fn fetch(&self, url: &str, limit: usize) -> Call<Bytes> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let too_large = || client.unreadable("the file is far larger than such a file should be");
            if response.content_length().is_some_and(|length| length > limit as u64) {
                return Err(too_large());
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = client.next_chunk(&mut response).await? {
                if bytes.len() + chunk.len() > limit {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.into())
        })
    }

    /// A file onto disk. It gets its name only once it is complete; a name in use gets a number behind it.
    /// `progress` counts bytes. Dropping the call leaves nothing behind.
    pub fn download(&self, url: &str, to: Destination, progress: Progress) -> Call<PathBuf> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let length = response.content_length();
            if length.is_some_and(|length| length > MAX_FILE) {
                return Err(client.too_large());
            }
            progress.start(length.unwrap_or(0));
            tokio::fs::create_dir_all(&to.folder).await.map_err(|e| Error::file("create", &to.folder, e))?;
            let folder = to.folder.clone();
            let part = tokio::task::spawn_blocking(move || partial(&folder)).await;
            let part = part.map_err(|_| Error::Cancelled)?.map_err(|e| Error::file("write to", &to.folder, e))?;
            let received = client.receive(&mut response, part.path(), &to, &progress).await?;
            if length.is_some_and(|length| length != received.bytes) || received.bytes == 0 {
                return Err(client.unreadable("the file is not complete"));
            }
            let extension = client.extension(&response, &received.head, to.kind)?;
            let named = tokio::task::spawn_blocking(move || settle(part, &to, extension)).await;
            named.map_err(|_| Error::Cancelled)?
        })
    }

    fn too_large(&self) -> Error {
        self.unreadable("the file is far larger than such a file should be")
    }

    /// The extension for what came, which is refused when it is something else.
    fn extension(&self, response: &Response, head: &[u8], kind: AssetKind) -> Result<&'static str> {
        let found = container::extension(kind, head, &content_type(response), response.url().path());
        found.ok_or_else(|| {
            self.unreadable(match kind {
                AssetKind::Audio => "the link gave something that is no sound",
                AssetKind::Video => "the link gave something that is no video",
                AssetKind::Image => "the link gave something that is no picture",
            })
        })
    }

    async fn get_file(&self, url: &str) -> Result<Response> {
        let response = self.get_from(url).await?;
        if !response.status().is_success() {
            return Err(self.no_file(response).await);
        }
        // What a sign-in page of a network, or a failing store, puts in place of the file.
        if matches!(content_type(&response).as_str(), "text/html" | "application/json" | "application/xml") {
            return Err(self.unreadable("the link gave a page instead of the file"));
        }
        Ok(response)
    }

    /// Why a link gives no file: in the service's own words when it has some.
    async fn no_file(&self, mut response: Response) -> Error {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = self.next_chunk(&mut response).await {
            body.extend_from_slice(&chunk);
            if body.len() > 64 * 1024 {
                break;
            }
        }
        let answer = Answer { status, headers, body: body.into() };
        // A link that is refused or gone is asked for afresh, so that stays "unreadable"; what the service cannot do
        // now, it says.
        if status.is_server_error() && answer.json().get("message").is_some() {
            return self.refused(&answer);
        }
        self.unreadable(&format!("the link gave {}", status.as_u16()))
    }

    async fn next_chunk(&self, response: &mut Response) -> Result<Option<Bytes>> {
        let chunk = tokio::time::timeout(self.0.tuning.idle, response.chunk()).await.map_err(|_| self.silent())?;
        chunk.map_err(|source| self.offline(source))
    }

    async fn receive(
        &self,
        response: &mut Response,
        part: &Path,
        to: &Destination,
        progress: &Progress,
    ) -> Result<Received> {
        let failed = |source| Error::file("write to", &to.folder, source);
        let mut file = File::options().write(true).open(part).await.map_err(failed)?;
        let mut received = Received { bytes: 0, head: Vec::new() };
        while let Some(chunk) = self.next_chunk(response).await? {
            let missing = HEAD.saturating_sub(received.head.len());
            received.head.extend(chunk.iter().take(missing));
            received.bytes += chunk.len() as u64;
            if received.bytes > MAX_FILE {
                return Err(self.too_large());
            }
            if received.head.len() == HEAD && missing > 0 {
                // Not a whole download later.
                self.extension(response, &received.head, to.kind)?;
            }
            file.write_all(&chunk).await.map_err(failed)?;
            progress.add(chunk.len() as u64);
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        Ok(received)
    }
}

/// A file for what has arrived so far, removed when dropped. Others may read it as they may any new file.
fn partial(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mouthpiece-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

fn content_type(response: &Response) -> String {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Gives the finished file its name, the first free one: "name", "name 2", "name 3".
fn settle(part: NamedTempFile, to: &Destination, extension: &str) -> Result<PathBuf> {
    settle_with(part, to, extension, |part, path| {
        part.persist_noclobber(path).map(drop).map_err(|refused| (refused.error, refused.file))
    })
}

type Renamed = Result<(), (io::Error, NamedTempFile)>;

fn settle_with(
    mut part: NamedTempFile,
    to: &Destination,
    extension: &str,
    rename: impl Fn(NamedTempFile, &Path) -> Renamed,
) -> Result<PathBuf> {
    for number in 1..10_000 {
        let numbered = if number == 1 { to.stem.clone() } else { format!("{} {number}", to.stem) };
        let path = to.folder.join(format!("{numbered}.{extension}"));
        let renamed = match rename(part, &path) {
            Err((error, part)) if error.kind() != io::ErrorKind::AlreadyExists => claim(part, &path),
            other => other,
        };
        part = match renamed {
            Ok(()) => return Ok(path),
            Err((error, part)) if error.kind() == io::ErrorKind::AlreadyExists => part,
            Err((error, _)) => return Err(Error::file("write", &path, error)),
        };
    }
    Err(Error::Input(format!(
        "There are thousands of files called {} in {}. Choose another folder.",
        to.stem,
        to.folder.display()
    )))
}

/// Where a file system can't give a name without taking it from another file: takes the name with an empty file
/// first, which only one can do, then puts the finished one in its place.
fn claim(part: NamedTempFile, path: &Path) -> Renamed {
    if let Err(error) = std::fs::File::create_new(path) {
        return Err((error, part));
    }
    part.persist(path).map(drop).map_err(|refused| {
        std::fs::remove_file(path).ok();
        (refused.error, refused.file)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_system_without_links_still_takes_no_name_from_another_file() {
        let dir = tempfile::tempdir().unwrap();
        let to = Destination { folder: dir.path().to_owned(), stem: "take".into(), kind: AssetKind::Audio };
        std::fs::write(dir.path().join("take.wav"), "mine").unwrap();
        let unsupported = |part, _: &Path| Err((io::ErrorKind::Unsupported.into(), part));
        for expected in ["take 2.wav", "take 3.wav"] {
            let mut part = partial(dir.path()).unwrap();
            part.write_all(expected.as_bytes()).unwrap();
            let path = settle_with(part, &to, "wav", unsupported).unwrap();
            assert_eq!(path, dir.path().join(expected));
            assert_eq!(std::fs::read_to_string(path).unwrap(), expected);
        }
        assert_eq!(std::fs::read_to_string(dir.path().join("take.wav")).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3, "nothing else is left behind");
    }

    #[test]
    fn a_folder_that_is_gone_is_said_and_nothing_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let to = Destination { folder: dir.path().join("gone"), stem: "take".into(), kind: AssetKind::Audio };
        let error = settle(partial(dir.path()).unwrap(), &to, "wav").unwrap_err();
        assert!(matches!(error, Error::File { .. }), "{error:?}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

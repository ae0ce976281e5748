//! Files that verbs work with: of this computer, or fetched from an address.

use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::{FAILED, Failure, NOT_REACHED};
use crate::api::{AssetKind, Destination, hash_file};
use crate::error::Error;
use crate::media::accept::{self, Purpose, Weight};
use crate::media::probe;
use crate::progress::Progress;
use crate::store::{MediaFile, Role, clean_name};

/// A file of this computer, or one fetched from its address first.
pub fn take_in(desk: &mut Desk, asked: &Path, role: Role) -> Result<MediaFile, Failure> {
    let path = match scheme(asked).as_deref() {
        Some("https" | "http") => fetch(desk, &asked.to_string_lossy(), role)?,
        Some(_) if !asked.exists() => {
            let neither = format!("{} is neither. Give an https address, or a file.", asked.display());
            return Err(Failure::usage(neither));
        }
        _ => asked.to_owned(),
    };
    let path = std::path::absolute(&path).map_err(|e| Error::file("find", &path, e))?;
    let place = path.clone();
    let probe = desk.background.blocking(move || probe::probe(&place))?;
    let file = MediaFile { path, probe };
    if let Some(why) = file.unfit_for(role).map(str::to_owned).or_else(|| refused(&file, role)) {
        return Err(Error::Media(format!("{} can't be used: {why}", file.name())).into());
    }
    for warning in warnings(&file, role) {
        desk.out.note(&format!("{}: {warning}", file.name()));
    }
    Ok(file)
}

/// The scheme of an address, in small letters. One letter is a disk of Windows.
fn scheme(asked: &Path) -> Option<String> {
    let (scheme, _) = asked.to_str()?.split_once("://")?;
    let is_one = scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    is_one.then(|| scheme.to_lowercase())
}

/// What a file is sent for whole. Of a source it is a part mostly, which is looked at when it is known.
fn purpose(role: Role) -> Option<Purpose> {
    match role {
        Role::Target => Some(Purpose::Target),
        Role::Audio => Some(Purpose::Voice),
        Role::Source => None,
    }
}

/// Why the service surely turns a file down: found out before anything is bought.
fn refused(file: &MediaFile, role: Role) -> Option<String> {
    accept::refusal(&file.probe, purpose(role)?)
}

fn warnings(file: &MediaFile, role: Role) -> Vec<String> {
    let findings = purpose(role).map(|purpose| accept::findings(&file.probe, purpose)).unwrap_or_default();
    let warnings = findings.into_iter().filter(|finding| finding.weight == Weight::Warning);
    warnings.map(|finding| finding.words).collect()
}

/// Fetches a file into the folder of the workspace: what runs later needs it again. The same bytes as before stay the
/// file they were, so that a line that is run again is about the same thing and nothing is bought twice.
fn fetch(desk: &mut Desk, address: &str, role: Role) -> Result<PathBuf, Failure> {
    let path = url::Url::parse(address).map(|url| url.path().to_owned()).unwrap_or_default();
    let name = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("file");
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned();
    let stem = clean_name(name.rsplit_once('.').map_or(&*name, |(stem, _)| stem));
    let folder = desk.library.folder().join("Fetched");
    crate::library::private_folder(&folder).map_err(|e| Error::file("write to", &folder, e))?;
    // What may be sound only is taken as sound, which videos have, too.
    let kind = if role == Role::Target { AssetKind::Video } else { AssetKind::Audio };
    let shown = address.split(['?', '#']).next().unwrap_or(address);
    let (words, progress) = (format!("Fetching {shown}"), Progress::default());
    let destination = Destination { folder: folder.clone(), stem: stem.clone(), kind };
    let fetching = desk.client.download(address, destination, progress.clone());
    let (background, out) = (&desk.background, &mut desk.out);
    let fetching = background.runtime().spawn(fetching);
    let fetched = background.wait_showing(fetching, || out.follow_file(address, &words, &progress));
    out.end_file(address);
    let new = fetched.map_err(|error| not_fetched(shown, error))?;
    Ok(same_as_before(desk, &folder, &stem, new)?)
}

/// Why nothing came: said of the address, and not of the service, which has nothing to do with it.
fn not_fetched(shown: &str, error: Error) -> Failure {
    let of_the_address = |code, why| Failure { code, error: Error::Media(why) };
    match error {
        Error::Unreadable { detail, .. } => of_the_address(
            FAILED,
            format!(
                "{shown} can't be fetched: {detail}. Give an https address of a video or sound file, or download it \
                 yourself."
            ),
        ),
        Error::Offline { .. } => of_the_address(
            NOT_REACHED,
            format!("{shown} could not be reached. Check the address and the connection, or download it yourself."),
        ),
        // The words of a server that is not the service's own, or was asked for something that is not its own.
        error => match error.refusal().map(|refusal| refusal.status) {
            Some(status) => of_the_address(
                FAILED,
                format!(
                    "{shown} can't be fetched: its server answered with {status}. Try again later, or download it \
                     yourself."
                ),
            ),
            None => error.into(),
        },
    }
}

/// The file of an earlier fetch with the same bytes, instead of the new one.
fn same_as_before(desk: &Desk, folder: &Path, stem: &str, new: PathBuf) -> Result<PathBuf, Error> {
    let hash = |path: &Path| {
        let hashing = hash_file(path.to_owned(), Progress::default());
        desk.background.wait(desk.background.runtime().spawn(hashing))
    };
    let length = |path: &Path| path.metadata().map(|facts| facts.len()).ok();
    let files = std::fs::read_dir(folder).map_err(|e| Error::file("read", folder, e))?;
    let mut earlier: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    earlier.retain(|path| {
        let named = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem));
        named && *path != new && length(path).is_some() && length(path) == length(&new)
    });
    earlier.sort();
    if earlier.is_empty() {
        return Ok(new);
    }
    let fetched = hash(&new)?;
    for path in earlier {
        if hash(&path)? == fetched {
            std::fs::remove_file(&new).map_err(|e| Error::file("remove", &new, e))?;
            return Ok(path);
        }
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::Refusal;

    #[test]
    fn what_goes_wrong_at_an_address_is_not_said_of_the_service() {
        let refusal = Refusal { service: "sync.so".into(), status: 503, message: "out".into(), ..Refusal::default() };
        let said = not_fetched("https://example.com/a.mp4", Error::Server(Arc::new(refusal))).error.to_string();
        assert!(
            said.starts_with("https://example.com/a.mp4 can't be fetched: its server answered with 503."),
            "{said}"
        );
        assert!(!said.contains("sync.so"), "{said}");
    }
}

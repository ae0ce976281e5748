//! Whether bytes that arrived are the media they should be, told by how they begin.

use super::assets::AssetKind;

/// So many first bytes are enough to tell.
pub(super) const HEAD: usize = 32;

/// What a file begins like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// MP4 and its relatives; may hold sound only. With the extension its brand asks for.
    Mp4(&'static str),
    /// `WebM` and Matroska; may hold sound only.
    Matroska,
    Avi,
    Sound(&'static str),
    Picture(&'static str),
}

fn family(head: &[u8]) -> Option<Family> {
    Some(match head {
        [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A' | b'B', ..] => Family::Mp4("m4a"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', ..] => Family::Mp4("mov"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Family::Mp4("mp4"),
        // From before files had a brand.
        [_, _, _, _, kind @ ..]
            if [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"].iter().any(|known| kind.starts_with(*known)) =>
        {
            Family::Mp4("mov")
        }
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Family::Matroska,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Family::Avi,
        [b'R', b'I' | b'F', b'F' | b'6', b'F' | b'4', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Family::Sound("wav"),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => Family::Sound("aiff"),
        [b'f', b'L', b'a', b'C', ..] => Family::Sound("flac"),
        [b'O', b'g', b'g', b'S', ..] => Family::Sound("ogg"),
        [b'I', b'D', b'3', ..] | [0xff, 0xfa | 0xfb | 0xf2 | 0xf3, ..] => Family::Sound("mp3"),
        [0xff, 0xf0 | 0xf1 | 0xf8 | 0xf9, ..] => Family::Sound("aac"),
        [0x89, b'P', b'N', b'G', ..] => Family::Picture("png"),
        [0xff, 0xd8, 0xff, ..] => Family::Picture("jpg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Family::Picture("webp"),
        _ => return None,
    })
}

/// The extension for a file of this kind that begins so, or `None` when it is none. The first bytes decide; among
/// relatives, what the service calls it and then its address do. Only extensions of media come out: a file is opened
/// by a double click, and the service does not choose which program that starts.
pub(super) fn extension(kind: AssetKind, head: &[u8], content_type: &str, path: &str) -> Option<&'static str> {
    let named = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end);
    let named = |end: &str| named.is_some_and(|named| named.eq_ignore_ascii_case(end));
    let found = family(head)?;
    Some(match (kind, found) {
        (AssetKind::Audio, Family::Mp4(_)) if content_type.starts_with("audio/") || named("m4a") => "m4a",
        (AssetKind::Audio | AssetKind::Video, Family::Mp4(brand)) => match content_type {
            "video/mp4" => "mp4",
            "video/quicktime" => "mov",
            _ if named("mov") => "mov",
            _ if kind == AssetKind::Video && brand == "m4a" => "mp4",
            _ => brand,
        },
        (AssetKind::Audio | AssetKind::Video, Family::Matroska) if named("mkv") => "mkv",
        (AssetKind::Audio | AssetKind::Video, Family::Matroska) => "webm",
        (AssetKind::Audio | AssetKind::Video, Family::Avi) => "avi",
        (AssetKind::Audio, Family::Sound(extension)) | (AssetKind::Image, Family::Picture(extension)) => extension,
        _ => return None,
    })
}

/// The same for a small file that was fetched whole and should be sound; its address tells relatives apart.
pub fn sound_extension(bytes: &[u8], address: &str) -> Option<&'static str> {
    let path = url::Url::parse(address).map(|url| url.path().to_owned()).unwrap_or_default();
    extension(AssetKind::Audio, bytes, "", &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAV: &[u8] = b"RIFF\0\0\0\0WAVEfmt ";
    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0";

    #[test]
    fn r22_5_the_extension_follows_the_bytes_and_then_what_they_are_called() {
        use AssetKind::{Audio, Image, Video};
        for (kind, head, content_type, path, expected) in [
            (Video, MP4, "", "/a", Some("mp4")),
            (Audio, b"FORM\0\0\0\0AIFCFVER", "audio/mpeg", "/a.mp3", Some("aiff")),
            (Video, b"FORM\0\0\0\0AIFFCOMM", "", "/a.aiff", None),
            (Video, MP4, "video/quicktime", "/a.mp4", Some("mov")),
            (Video, MP4, "binary/octet-stream", "/a.MOV", Some("mov")),
            (Video, b"\0\0\0\x14ftypqt  ", "", "/a.exe", Some("mov")),
            (Video, b"\0\0\0\x08wide\0\0\0\0mdat", "", "/a", Some("mov")),
            (Video, b"\x1a\x45\xdf\xa3", "", "/a", Some("webm")),
            (Video, b"\x1a\x45\xdf\xa3", "", "/a.mkv", Some("mkv")),
            (Video, b"RIFF\0\0\0\0AVI LIST", "", "/a", Some("avi")),
            (Audio, b"RIFF\0\0\0\0AVI LIST", "", "/a", Some("avi")),
            (Audio, WAV, "video/mp4", "/a.mp4", Some("wav")),
            (Audio, b"ID3\x04", "", "/a", Some("mp3")),
            (Audio, b"\xff\xfb\x90", "", "/a", Some("mp3")),
            (Audio, b"\xff\xf1\x50", "", "/a", Some("aac")),
            (Audio, b"OggS", "", "/a", Some("ogg")),
            (Audio, b"fLaC", "", "/a", Some("flac")),
            (Audio, MP4, "audio/mp4", "/a", Some("m4a")),
            (Audio, b"\0\0\0\x20ftypM4A ", "", "/a", Some("m4a")),
            (Image, b"\x89PNG\r\n", "", "/a", Some("png")),
            (Video, WAV, "video/mp4", "/a.mp4", None),
            (Audio, b"\x89PNG\r\n", "audio/wav", "/a.wav", None),
            (Video, b"<!doctype html>", "video/mp4", "/a.mp4", None),
            (Video, b"MZ\x90\0", "video/mp4", "/a.mp4", None),
            (Video, b"#!/bin/sh", "video/mp4", "/a.mp4", None),
            (Video, b"", "video/mp4", "/a.mp4", None),
            (Video, b"\0\0\0\0", "video/mp4", "/a.mp4", None),
        ] {
            assert_eq!(extension(kind, head, content_type, path), expected, "{kind:?} {content_type} {path}");
        }
    }

    #[test]
    fn a_sound_that_was_fetched_is_named_by_its_bytes_and_never_by_its_address_alone() {
        for (bytes, address, expected) in [
            (WAV, "https://x/a.exe?y=1", Some("wav")),
            (MP4, "https://x/a.M4A?y=1", Some("m4a")),
            (b"\0\0\0\x20ftypM4A ", "no address", Some("m4a")),
            (b"\xff\xf1\x50", "https://x/a", Some("aac")),
            (b"\xff\xfe\x68\0", "https://x/a.mp3", None),
            (b"#!/bin/sh", "https://x/a.sh", None),
        ] {
            assert_eq!(sound_extension(bytes, address), expected, "{address}");
        }
    }
}

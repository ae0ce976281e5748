//! A film as if it had nothing but its sound. symphonia reads the samples of all tracks, and throws pictures away
//! afterwards: of ten minutes of film that is a gigabyte, of its sound ten megabytes. It also refuses to seek where
//! only one of the tracks still is.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// A file whose tracks without sound read as empty room.
pub(super) struct Soundtrack {
    file: File,
    at: u64,
    /// Where the names of those tracks' boxes stand, in order.
    hidden: Vec<u64>,
}

/// Tracks looked at: more than any film has.
const MAX_TRACKS: usize = 64;
/// Boxes looked at on one level.
const MAX_BOXES: usize = 10_000;

impl Soundtrack {
    /// An MP4 that was found sound, at its start. One in fragments is left as it is: there tracks are known by their
    /// number.
    pub(super) fn new(mut file: File) -> io::Result<Self> {
        let size = file.seek(SeekFrom::End(0))?;
        let hidden = silent(&mut file, size)?.unwrap_or_default();
        file.rewind()?;
        Ok(Self { file, at: 0, hidden })
    }
}

/// The places of all tracks without sound; `None` when there is none with.
fn silent(file: &mut (impl Read + Seek), size: u64) -> io::Result<Option<Vec<u64>>> {
    let Some(movie) = boxes(file, 0, size)?.into_iter().find(|it| it.kind == *b"moov") else { return Ok(None) };
    let inside = boxes(file, movie.body, movie.end)?;
    let tracks: Vec<_> = inside.iter().filter(|it| it.kind == *b"trak").collect();
    if tracks.len() > MAX_TRACKS || inside.iter().any(|it| it.kind == *b"mvex") {
        return Ok(None);
    }
    let mut hidden = Vec::new();
    for track in &tracks {
        if !is_sound(file, track)? {
            hidden.push(track.body - 4);
        }
    }
    Ok((hidden.len() < tracks.len()).then_some(hidden))
}

fn is_sound(file: &mut (impl Read + Seek), track: &Place) -> io::Result<bool> {
    let media = boxes(file, track.body, track.end)?.into_iter().find(|it| it.kind == *b"mdia");
    let Some(media) = media else { return Ok(false) };
    let handler = boxes(file, media.body, media.end)?.into_iter().find(|it| it.kind == *b"hdlr");
    let Some(handler) = handler.filter(|it| it.end - it.body >= 12) else { return Ok(false) };
    let mut kind = [0; 4];
    file.seek(SeekFrom::Start(handler.body + 8))?;
    file.read_exact(&mut kind)?;
    Ok(kind == *b"soun")
}

struct Place {
    kind: [u8; 4],
    body: u64,
    end: u64,
}

/// The boxes between two places, as far as they make sense.
fn boxes(file: &mut (impl Read + Seek), from: u64, to: u64) -> io::Result<Vec<Place>> {
    let (mut at, mut found) = (from, Vec::new());
    while to.saturating_sub(at) >= 8 && found.len() < MAX_BOXES {
        file.seek(SeekFrom::Start(at))?;
        let (mut length, mut kind) = ([0; 4], [0; 4]);
        file.read_exact(&mut length)?;
        file.read_exact(&mut kind)?;
        let (head, length) = match u32::from_be_bytes(length) {
            0 => (8, to - at),
            1 if to - at >= 16 => {
                let mut long = [0; 8];
                file.read_exact(&mut long)?;
                (16, u64::from_be_bytes(long))
            }
            length => (8, u64::from(length)),
        };
        let end = at.saturating_add(length);
        if length < head || end > to {
            break;
        }
        found.push(Place { kind, body: at + head, end });
        at = end;
    }
    Ok(found)
}

impl Read for Soundtrack {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let (from, to) = (self.at, self.at + count as u64);
        for name in self.hidden.iter().filter(|name| **name < to && **name + 4 > from) {
            for (place, byte) in (*name..).zip(b"free") {
                let at = place.checked_sub(from).and_then(|at| usize::try_from(at).ok());
                if let Some(there) = at.and_then(|at| buffer.get_mut(..count)?.get_mut(at)) {
                    *there = *byte;
                }
            }
        }
        self.at = to;
        Ok(count)
    }
}

impl Seek for Soundtrack {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

impl MediaSource for Soundtrack {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        self.file.metadata().ok().map(|meta| meta.len())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn a_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], kind, body].concat()
    }

    fn track(handler: &[u8; 4]) -> Vec<u8> {
        let handler = a_box(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat());
        a_box(b"trak", &[a_box(b"tkhd", &[7; 84]), a_box(b"mdia", &handler)].concat())
    }

    /// What is read of a film with these boxes in its index, in pieces of `piece` bytes.
    fn read(inside: &[Vec<u8>], piece: usize) -> (Vec<u8>, Vec<u8>) {
        let whole = [a_box(b"ftyp", b"isom0000"), a_box(b"mdat", &[1; 99]), a_box(b"moov", &inside.concat())].concat();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&whole).unwrap();
        let (mut soundtrack, mut read) = (Soundtrack::new(file).unwrap(), Vec::new());
        let mut buffer = vec![0; piece];
        while let Ok(count @ 1..) = soundtrack.read(&mut buffer) {
            read.extend(&buffer[..count]);
        }
        (whole, read)
    }

    fn count(bytes: &[u8], name: &[u8; 4]) -> usize {
        bytes.windows(4).filter(|four| four == name).count()
    }

    #[test]
    fn tracks_without_sound_are_room_however_it_is_read() {
        for piece in [1, 3, 64, 4096] {
            let (film, read) = read(&[track(b"vide"), track(b"soun"), track(b"tmcd")], piece);
            assert_eq!(read.len(), film.len());
            assert_eq!((count(&film, b"trak"), count(&read, b"trak"), count(&read, b"free")), (3, 1, 2), "{piece}");
        }
    }

    #[test]
    fn a_film_that_is_not_understood_is_left_as_it_is() {
        let extends = a_box(b"mvex", &[]);
        let cut = track(b"soun")[..40].to_vec();
        for inside in [vec![track(b"vide")], vec![track(b"vide"), track(b"soun"), extends], vec![], vec![cut]] {
            let (film, read) = read(&inside, 50);
            assert_eq!(film, read);
        }
    }

    #[test]
    fn seeking_keeps_the_place() {
        let whole = a_box(b"moov", &[track(b"vide"), track(b"soun")].concat());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&whole).unwrap();
        let mut soundtrack = Soundtrack::new(file).unwrap();
        soundtrack.seek(SeekFrom::Start(14)).unwrap();
        let mut four = [0; 4];
        soundtrack.read_exact(&mut four).unwrap();
        assert_eq!(&four, b"ee\0\0");
        assert_eq!(soundtrack.byte_len(), Some(whole.len() as u64));
    }
}

//! What a file is by its first bytes. Nothing else in `media` opens a file: what is not a container we know never
//! reaches a decoder or ffmpeg, and ffmpeg is told which container it is instead of guessing, so that a playlist
//! or script in disguise is not followed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::error::{Error, Result};

/// Containers that may hold video or audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Mp4,
    Mov,
    M4a,
    WebM,
    Matroska,
    Avi,
    Asf,
    Flv,
    MpegTs,
    MpegPs,
    Wav,
    Rf64,
    Mp3,
    Adts,
    Flac,
    Ogg,
    Aiff,
    Caf,
    Amr,
}

impl Container {
    /// Short name, as in [`super::probe::Probe::container`].
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::M4a => "m4a",
            Self::WebM => "webm",
            Self::Matroska => "mkv",
            Self::Avi => "avi",
            Self::Asf => "wmv",
            Self::Flv => "flv",
            Self::MpegTs => "ts",
            Self::MpegPs => "mpg",
            Self::Wav | Self::Rf64 => "wav",
            Self::Mp3 => "mp3",
            Self::Adts => "aac",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
            Self::Amr => "amr",
        }
    }

    /// How ffmpeg calls its reader.
    pub(super) fn demuxer(self) -> &'static str {
        match self {
            Self::Mp4 | Self::Mov | Self::M4a => "mov",
            Self::WebM | Self::Matroska => "matroska",
            Self::Asf => "asf",
            Self::MpegTs => "mpegts",
            Self::MpegPs => "mpeg",
            other => other.name(),
        }
    }

    /// MIME type, which for some containers depends on whether there are pictures in it.
    pub(super) fn content_type(self, has_video: bool) -> &'static str {
        match (self, has_video) {
            (Self::Mp4, true) => "video/mp4",
            (Self::Mov, _) => "video/quicktime",
            (Self::M4a, true) => "video/x-m4v",
            (Self::Mp4 | Self::M4a, false) => "audio/mp4",
            (Self::WebM, true) => "video/webm",
            (Self::WebM, false) => "audio/webm",
            (Self::Matroska, true) => "video/x-matroska",
            (Self::Matroska, false) => "audio/x-matroska",
            (Self::Avi, _) => "video/x-msvideo",
            (Self::Asf, true) => "video/x-ms-wmv",
            (Self::Asf, false) => "audio/x-ms-wma",
            (Self::Flv, _) => "video/x-flv",
            (Self::MpegTs, _) => "video/mp2t",
            (Self::MpegPs, _) => "video/mpeg",
            (Self::Wav | Self::Rf64, _) => "audio/wav",
            (Self::Mp3, _) => "audio/mpeg",
            (Self::Adts, _) => "audio/aac",
            (Self::Flac, _) => "audio/flac",
            (Self::Ogg, true) => "video/ogg",
            (Self::Ogg, false) => "audio/ogg",
            (Self::Aiff, _) => "audio/aiff",
            (Self::Caf, _) => "audio/x-caf",
            (Self::Amr, _) => "audio/amr",
        }
    }

    /// Whether we read it in process. Matroska could be, but symphonia 0.5 takes lengths in it at their word and asks
    /// for that much memory at once, which ends the program; ffmpeg as a process can't do that to us.
    pub(super) fn is_read_in_process(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::M4a | Self::Wav | Self::Mp3 | Self::Adts | Self::Flac | Self::Ogg)
    }

    /// Whether it is the box structure of MP4 and `QuickTime`.
    pub(super) fn is_iso(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::M4a)
    }
}

/// A file that is a container we know, at its start.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) size: u64,
    /// When it was last written, as [`Stamp`](crate::media::probe::Stamp) has it.
    pub(super) modified_ns: Option<u64>,
    pub(super) container: Container,
}

/// The file name as it may stand in a sentence: no path, no line breaks, no text direction tricks, not endless.
pub(super) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let plain = |c: char| {
        let hidden =
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if hidden { ' ' } else { c }
    };
    let mut chars = name.chars().map(plain);
    let mut short: String = chars.by_ref().take(80).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// Opens an ordinary file and tells its container.
///
/// # Errors
/// One sentence for each thing that is not a media file.
pub(super) fn open(path: &Path) -> Result<Opened> {
    let name = name(path);
    let failed = |source| Error::file("open", Path::new(&name), source);
    // Asked before opening: opening a pipe would wait for somebody to write into it.
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(Error::Media(format!("{name} is a folder. Drop a video or audio file.")));
    }
    if !meta.is_file() {
        return Err(Error::Media(format!("{name} is not an ordinary file. Drop a video or audio file.")));
    }
    let mut file = File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    let container = container(&mut file).map_err(failed)?;
    let container = container.map_err(|other| Error::Media(other.sentence(&name)))?;
    file.rewind().map_err(failed)?;
    Ok(Opened { file, size: meta.len(), modified_ns: modified_ns(&meta), container })
}

/// Nanoseconds from 1970 to the last write, where the disk tells.
pub(super) fn modified_ns(meta: &std::fs::Metadata) -> Option<u64> {
    let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}

/// Tells the container of anything that can be read.
pub(super) fn container(bytes: &mut (impl Read + Seek)) -> std::io::Result<std::result::Result<Container, Other>> {
    let mut head = Vec::with_capacity(HEAD);
    bytes.take(HEAD as u64).read_to_end(&mut head)?;
    let Some(tag) = id3_len(&head) else { return Ok(judge(&head)) };
    // An ID3 tag stands before MP3, but also before AAC and FLAC.
    bytes.seek(SeekFrom::Start(tag))?;
    let mut after = Vec::with_capacity(HEAD);
    bytes.take(HEAD as u64).read_to_end(&mut after)?;
    Ok(match judge(&after) {
        Ok(found @ (Container::Adts | Container::Flac)) => Ok(found),
        _ => Ok(Container::Mp3),
    })
}

/// Enough for two MPEG frames or two transport stream packets.
const HEAD: usize = 4096;

/// Things that are not media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    Empty,
    Picture,
    Playlist,
    Unknown,
}

impl Other {
    pub(super) fn sentence(self, name: &str) -> String {
        match self {
            Self::Empty => format!("{name} is empty. Record, export or download it again."),
            Self::Picture => format!("{name} is a picture. Drop a video or audio file."),
            Self::Playlist => {
                format!("{name} is a playlist: it only says where the sound is. Drop the video or audio file itself.")
            }
            Self::Unknown => format!("{name} is not video or audio. Drop a video or audio file."),
        }
    }
}

fn judge(head: &[u8]) -> std::result::Result<Container, Other> {
    let at = |from: usize, what: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(what));
    if head.is_empty() {
        return Err(Other::Empty);
    }
    if let Some(other) = picture_or_playlist(head) {
        return Err(other);
    }
    if at(4, b"ftyp") {
        return brand(head.get(8..12).unwrap_or_default());
    }
    let known: &[(usize, &[u8], Container)] = &[
        (4, b"moov", Container::Mov),
        (4, b"mdat", Container::Mov),
        (4, b"wide", Container::Mov),
        (0, b"fLaC", Container::Flac),
        (0, b"OggS", Container::Ogg),
        (0, b"FLV\x01", Container::Flv),
        (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container::Asf),
        (0, b"\x00\x00\x01\xba", Container::MpegPs),
        (0, b"caff\x00\x01", Container::Caf),
        (0, b"#!AMR", Container::Amr),
    ];
    if let Some((_, _, container)) = known.iter().find(|(from, magic, _)| at(*from, magic)) {
        return Ok(*container);
    }
    match (head.get(..4), head.get(8..12)) {
        (Some(b"RIFF"), Some(b"WAVE")) => Ok(Container::Wav),
        (Some(b"RF64" | b"BW64"), Some(b"WAVE")) => Ok(Container::Rf64),
        (Some(b"RIFF"), Some(b"AVI ")) => Ok(Container::Avi),
        (Some(b"FORM"), Some(b"AIFF" | b"AIFC")) => Ok(Container::Aiff),
        (Some(b"\x1a\x45\xdf\xa3"), _) => {
            let start = head.get(..128).unwrap_or(head);
            let webm = start.windows(4).any(|four| four == b"webm");
            Ok(if webm { Container::WebM } else { Container::Matroska })
        }
        _ if is_transport_stream(head) => Ok(Container::MpegTs),
        _ => mpeg_audio(head).ok_or(Other::Unknown),
    }
}

/// The major brand of an ISO file. Still pictures share the container.
fn brand(brand: &[u8]) -> std::result::Result<Container, Other> {
    match brand {
        b"qt  " => Ok(Container::Mov),
        b"M4A " | b"M4B " => Ok(Container::M4a),
        b"avif" | b"avis" | b"heic" | b"heix" | b"mif1" | b"msf1" => Err(Other::Picture),
        _ => Ok(Container::Mp4),
    }
}

fn picture_or_playlist(head: &[u8]) -> Option<Other> {
    let pictures: &[&[u8]] =
        &[b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"8BPS", b"\x00\x00\x01\x00"];
    if pictures.iter().any(|magic| head.starts_with(magic)) || head.get(8..12) == Some(b"WEBP") {
        return Some(Other::Picture);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let playlists: &[&[u8]] = &[b"#EXTM3U", b"[playlist]", b"[Playlist]", b"ffconcat", b"<MPD", b"<smil", b"<asx"];
    playlists.iter().any(|magic| text.starts_with(magic)).then_some(Other::Playlist)
}

fn is_transport_stream(head: &[u8]) -> bool {
    [0, 188, 376].iter().all(|at| head.get(*at) == Some(&0x47))
}

/// Layer II and III and ADTS by two frame headers in a row, since one is only eleven bits of evidence.
pub(super) fn mpeg_audio(head: &[u8]) -> Option<Container> {
    let (container, len) = frame_len(head)?;
    let next = head.get(len..).filter(|rest| rest.len() >= 4)?;
    (frame_len(next)?.0 == container).then_some(container)
}

/// The kind and byte length of the MPEG audio frame that starts here.
fn frame_len(head: &[u8]) -> Option<(Container, usize)> {
    let (&[0xff, sync, third, fourth], rest) = head.split_first_chunk()? else { return None };
    if sync & 0xf6 == 0xf0 {
        let (fifth, sixth) = (*rest.first()?, *rest.get(1)?);
        let len = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth) >> 5;
        return (len >= 7).then_some((Container::Adts, len));
    }
    let (version, layer) = (sync >> 3 & 3, sync >> 1 & 3);
    let is_version_1 = version == 3;
    let rate = RATES[usize::from(third >> 2 & 3)] >> [2, 0, 1, 0][usize::from(version)];
    let kilobits = match (is_version_1, layer) {
        (true, 1) => LAYER_3,
        (true, 2) => LAYER_2,
        (false, 1 | 2) => VERSION_2,
        _ => return None,
    }[usize::from(third >> 4)];
    if sync & 0xe0 != 0xe0 || version == 1 || rate == 0 || kilobits == 0 {
        return None;
    }
    let per_frame = if layer == 1 && !is_version_1 { 72_000 } else { 144_000 };
    Some((Container::Mp3, per_frame * kilobits / rate + usize::from(third >> 1 & 1)))
}

/// Kilobits a second by index, for MPEG 1 layer II and III and for the later versions; zero is not allowed.
const LAYER_2: [usize; 16] = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0];
const LAYER_3: [usize; 16] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
const VERSION_2: [usize; 16] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
/// Samples a second by index, for MPEG 1.
const RATES: [usize; 4] = [44_100, 48_000, 32_000, 0];

/// The length of a leading ID3 tag with its header.
pub(super) fn id3_len(head: &[u8]) -> Option<u64> {
    let &[b'I', b'D', b'3', major, _, flags, a, b, c, d, ..] = head else { return None };
    if major == 0xff || [a, b, c, d].iter().any(|byte| *byte > 0x7f) {
        return None;
    }
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(10 + footer + [a, b, c, d].iter().fold(0, |sum, byte| sum << 7 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn of(bytes: &[u8]) -> std::result::Result<Container, Other> {
        container(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn text_pictures_and_playlists_are_told_from_media() {
        assert_eq!(of(b""), Err(Other::Empty));
        assert_eq!(of(b"Dear diary"), Err(Other::Unknown));
        assert_eq!(of(&[0xff, 0xfe, b'H', 0, b'i', 0]), Err(Other::Unknown));
        assert_eq!(of(&[0; 5000]), Err(Other::Unknown));
        assert_eq!(of(b"\xff\xd8\xff\xe0...."), Err(Other::Picture));
        assert_eq!(of(b"\x00\x00\x00\x1cftypavif"), Err(Other::Picture));
        assert_eq!(of(b"\xef\xbb\xbf#EXTM3U\nhttp://example.com/a.ts"), Err(Other::Playlist));
        assert_eq!(of(b"ffconcat version 1.0\nfile /etc/passwd"), Err(Other::Playlist));
        assert_eq!(of(b"\x00\x00\x00\x1cftypqt  "), Ok(Container::Mov));
    }

    #[test]
    fn one_frame_header_is_not_enough_to_be_an_mp3() {
        let mut bytes = vec![0; 417 + 4];
        bytes[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        assert_eq!(of(&bytes), Err(Other::Unknown));
        bytes[417..].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        assert_eq!(of(&bytes), Ok(Container::Mp3));
    }

    #[test]
    fn a_name_in_a_sentence_has_no_path_and_no_tricks() {
        assert_eq!(name(Path::new("/a/b/my\nclip\u{202e}4pm.exe")), "my clip 4pm.exe");
        assert_eq!(name(Path::new(&"x".repeat(300))).chars().count(), 81);
    }
}

//! Lines out of a file: TXT, SRT (and VTT), CSV or DOCX. The content decides where it can; every file may be hostile.

mod docx;
mod srt;
mod table;
mod text;

use super::split;
use crate::error::{Error, Result};

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 16 << 20;
/// The most lines one file gives.
pub const MOST_LINES: usize = 1_000;
/// The longest name of a speaker that is kept.
const MOST_NAME: usize = 120;
/// The endings that are offered; what a file is, its content says.
pub const ENDINGS: [&str; 7] = ["txt", "srt", "vtt", "csv", "tsv", "docx", "md"];

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub text: String,
    /// Who speaks it, where the file says so: the name of a person, which may be that of a voice.
    pub speaker: Option<String>,
}

impl From<String> for Row {
    fn from(text: String) -> Self {
        Self { text, speaker: None }
    }
}

/// What a file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Never empty; each fits the service.
    pub lines: Vec<Row>,
    /// There was more than [`MOST_LINES`].
    pub cut: bool,
}

/// Whether a file of this name is a text to import, and not a video or a sound.
pub fn is_text(name: &str) -> bool {
    let ending = ending(name);
    ENDINGS.contains(&ending.as_str()) || ["doc", "odt", "pdf", "rtf"].contains(&ending.as_str())
}

/// The lines of a file, by its name and its bytes. May take a moment: not for the UI thread.
///
/// # Errors
/// One sentence: it is no text, too large, of a kind that is not read, or there is nothing in it.
pub fn lines(name: &str, bytes: &[u8]) -> Result<Imported> {
    if bytes.len() > MOST_BYTES {
        return Err(Error::Input(format!("{name} is larger than 16 MB, too large for a script. Import a part of it.")));
    }
    let mut lines = Vec::new();
    let mut cut = false;
    'all: for row in read(name, bytes)? {
        let speaker: Option<String> = row.speaker.map(|name| tidy(&name).chars().take(MOST_NAME).collect());
        let speaker = speaker.filter(|name| !name.is_empty());
        for text in split::fitting(&tidy(&row.text)) {
            if lines.len() == MOST_LINES {
                cut = true;
                break 'all;
            }
            lines.push(Row { text, speaker: speaker.clone() });
        }
    }
    if lines.is_empty() {
        return Err(Error::Input(format!("There is no text in {name}. Choose another file.")));
    }
    Ok(Imported { lines, cut })
}

fn read(name: &str, bytes: &[u8]) -> Result<Vec<Row>> {
    let plain = |lines: Vec<String>| lines.into_iter().map(Row::from).collect();
    if bytes.starts_with(b"PK\x03\x04") {
        return docx::paragraphs(bytes).map(plain).map_err(|why| refused(name, why));
    }
    if let Some(kind) = foreign(bytes) {
        let advice = "Save it as TXT or DOCX and import that.";
        return Err(refused(name, &format!("it is {kind}. {advice}")));
    }
    let text =
        text::decode(bytes).ok_or_else(|| refused(name, "it is no text. Choose a TXT, SRT, CSV or DOCX file."))?;
    Ok(match ending(name).as_str() {
        ending @ ("csv" | "tsv") => table::cells(&text, ending == "tsv"),
        _ if srt::is_one(&text) => plain(srt::cues(&text)),
        _ => text.lines().map(|line| line.to_owned().into()).collect(),
    })
}

fn refused(name: &str, why: &str) -> Error {
    Error::Input(format!("{name} can't be imported: {why}"))
}

/// Kinds of documents that are not read, by their first bytes.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 3] =
        [(b"%PDF", "a PDF"), (b"{\\rtf", "an RTF document"), (b"\xD0\xCF\x11\xE0", "an old Office document")];
    kinds.into_iter().find(|(begin, _)| bytes.starts_with(begin)).map(|(_, kind)| kind)
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

/// A line without control characters, and with single spaces between its words.
fn tidy(line: &str) -> String {
    let odd = |c: char| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}');
    let line: String = line.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
impl Imported {
    fn texts(&self) -> Vec<&str> {
        self.lines.iter().map(|row| row.text.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, bytes: &[u8]) -> Vec<String> {
        lines(name, bytes).unwrap().lines.into_iter().map(|row| row.text).collect()
    }

    fn why(name: &str, bytes: &[u8]) -> String {
        lines(name, bytes).unwrap_err().to_string()
    }

    #[test]
    fn each_line_of_a_text_is_a_line_in_any_encoding() {
        let text = "Hi, I am Mara.\r\n\r\n  Gr\u{fc}\u{df}e,\tWelt \u{0}\n";
        let text = text.replace('\u{0}', "");
        let wide = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let (little, big) = (wide(u16::to_le_bytes, [0xFF, 0xFE]), wide(u16::to_be_bytes, [0xFE, 0xFF]));
        for bytes in [text.as_bytes().to_vec(), marked, little, big, latin] {
            assert_eq!(of("a.txt", &bytes), ["Hi, I am Mara.", "Grüße, Welt"]);
        }
    }

    #[test]
    fn what_is_no_text_says_what_it_is_and_what_to_do() {
        assert_eq!(why("a.txt", b" \n\n"), "There is no text in a.txt. Choose another file.");
        assert!(why("a.pdf", b"%PDF-1.7").contains("it is a PDF. Save it as TXT or DOCX"));
        assert!(why("a.doc", b"\xD0\xCF\x11\xE0....").contains("old Office"));
        assert!(why("a.txt", b"\x00\x01\x02").contains("it is no text"));
        assert!(why("a.txt", &vec![b'a'; MOST_BYTES + 1]).contains("larger than 16 MB"));
        assert!(is_text("A.SRT") && is_text("b.pdf") && !is_text("c.mp4") && !is_text("srt"));
    }

    #[test]
    fn long_paragraphs_are_split_and_very_long_scripts_are_cut() {
        let made = lines("a.txt", "Some words here. ".repeat(700).as_bytes()).unwrap();
        assert_eq!((made.lines.len(), made.cut), (3, false));
        let made = lines("a.txt", "One\n".repeat(1_200).as_bytes()).unwrap();
        assert_eq!((made.lines.len(), made.cut), (MOST_LINES, true));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_give_lines_that_fit_or_a_sentence(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400),
            ending in "(txt|csv|srt|docx)",
        ) {
            for bytes in [bytes.clone(), [b"PK\x03\x04".as_slice(), &bytes].concat()] {
                match lines(&format!("a.{ending}"), &bytes) {
                    Ok(made) => proptest::prop_assert!(made.lines.iter().all(|line| super::super::characters(&line.text) > 0)),
                    Err(error) => proptest::prop_assert!(error.to_string().ends_with('.')),
                }
            }
        }
    }
}

//! Word documents: the paragraphs of their text, without what was deleted and without fields' codes.

use std::io::{BufReader, Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// The most bytes of text inside, unpacked: a small file can hold a lot of nothing.
const MOST_BYTES: u64 = 32 << 20;
/// The most characters that are kept.
const MOST_CHARACTERS: usize = 4 << 20;

/// The paragraphs, or why there are none.
pub fn paragraphs(bytes: &[u8]) -> Result<Vec<String>, &'static str> {
    const DAMAGED: &str = "it is damaged. Save it again in your editor and import that.";
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| DAMAGED)?;
    let document = match archive.by_name("word/document.xml") {
        Ok(document) => document,
        Err(zip::result::ZipError::FileNotFound) => {
            return Err("it is no Word document. Choose a TXT, SRT, CSV or DOCX file.");
        }
        Err(_) => return Err(DAMAGED),
    };
    if document.size() > MOST_BYTES {
        return Err("its text is too large for a script. Import a part of it.");
    }
    let mut reader = Reader::from_reader(BufReader::new(document.take(MOST_BYTES)));
    let mut text = Text::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| DAMAGED)? {
            Event::Start(tag) => text.open(tag.local_name().as_ref()),
            Event::End(tag) => text.close(tag.local_name().as_ref()),
            Event::Empty(tag) => text.mark(tag.local_name().as_ref()),
            Event::Text(part) => text.push(&part.decode().map_err(|_| DAMAGED)?),
            Event::CData(part) => text.push(&part.decode().map_err(|_| DAMAGED)?),
            Event::GeneralRef(part) => text.push(&character(&part)),
            Event::Eof => break,
            _ => {}
        }
        if text.count > MOST_CHARACTERS {
            break;
        }
    }
    text.end();
    Ok(text.paragraphs)
}

/// What a reference stands for; none but the common ones are known, so that none can grow.
fn character(part: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = part.resolve_char_ref() {
        return c.to_string();
    }
    let name = part.decode().unwrap_or_default();
    let known = [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];
    known.iter().find(|(known, _)| *known == name).map_or_else(String::new, |(_, c)| (*c).to_owned())
}

#[derive(Default)]
struct Text {
    paragraphs: Vec<String>,
    line: String,
    count: usize,
    /// Inside of `w:t`, where text is text.
    inside: bool,
    /// Inside so many of what is left out: what was deleted, and the second form of what has two.
    left_out: usize,
}

impl Text {
    fn open(&mut self, tag: &[u8]) {
        match tag {
            b"t" => self.inside = true,
            b"del" | b"moveFrom" | b"Fallback" => self.left_out += 1,
            _ => self.mark(tag),
        }
    }

    fn close(&mut self, tag: &[u8]) {
        match tag {
            b"t" => self.inside = false,
            b"del" | b"moveFrom" | b"Fallback" => self.left_out = self.left_out.saturating_sub(1),
            b"p" => self.end(),
            _ => {}
        }
    }

    fn mark(&mut self, tag: &[u8]) {
        if matches!(tag, b"tab" | b"br" | b"cr") {
            self.line.push(' ');
        } else if tag == b"noBreakHyphen" {
            self.line.push('-');
        }
    }

    fn push(&mut self, part: &str) {
        if self.inside && self.left_out == 0 {
            self.line.push_str(part);
            self.count += part.chars().count();
        }
    }

    fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.paragraphs.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::super::lines;

    fn packed(name: &str, document: &[u8]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(document).unwrap();
        zip.finish().unwrap().into_inner()
    }

    fn why(bytes: &[u8]) -> String {
        lines("a.docx", bytes).unwrap_err().to_string()
    }

    #[test]
    fn paragraphs_are_lines_without_what_was_deleted() {
        let document = r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body>
            <w:p><w:r><w:t>Hi, I am </w:t></w:r><w:r><w:t xml:space="preserve">Mara &amp; Co&#x2026;</w:t></w:r></w:p>
            <w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del></w:p>
            <w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
            <w:tbl><w:tc><w:p><w:r><w:t>One</w:t><w:br/><w:t>cell</w:t></w:r></w:p></w:tc></w:tbl>
            </w:body></w:document>"#;
        let made = lines("a.docx", &packed("word/document.xml", document.as_bytes())).unwrap();
        assert_eq!(made.texts(), ["Hi, I am Mara & Co…", "One cell"]);
    }

    #[test]
    fn damaged_foreign_and_swollen_documents_are_refused_in_words() {
        assert!(why(b"PK\x03\x04 and nothing more").contains("damaged"));
        assert!(why(&packed("content.xml", b"<a/>")).contains("no Word document"));
        assert!(why(&packed("word/document.xml", b"<w:p><w:t>never closed</x>")).contains("damaged"));
        let bomb = packed("word/document.xml", &vec![b' '; 40 << 20]);
        assert!(bomb.len() < 1 << 20 && why(&bomb).contains("too large"));
        let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><p><t>So &b;&a;!</t></p>"#;
        let made = lines("a.docx", &packed("word/document.xml", laughs.as_bytes())).unwrap();
        assert_eq!(made.texts(), ["So !"]);
    }
}

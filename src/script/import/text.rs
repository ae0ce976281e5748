//! Bytes as text, in the encodings that scripts come in.

/// The text: by its mark, else UTF-8, else that of western Windows. `None` for what is no text.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(bytes.get(mark..)?).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        },
    };
    is_text(&text).then_some(text)
}

/// Texts hold no zeros and hardly any other control characters.
fn is_text(text: &str) -> bool {
    let odd = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}' | '\u{b}' | '\u{1a}');
    let (odd, all) = (text.chars().filter(odd).count(), text.chars().count());
    !text.contains('\0') && odd * 50 <= all
}

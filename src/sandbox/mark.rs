//! The mark every sandbox video carries: a small plate that says what it is. Drawn with letters of our own, since a
//! bare system has no font for ffmpeg to use.

/// What stands in the picture.
const TEXT: &str = "Sandbox: lips not generated";
/// The same on several lines, for pictures too narrow for one.
const NARROW: [&str; 3] = ["Sandbox:", "lips not", "generated"];
/// Letters are 5 wide and 8 high, with a column between them.
const ADVANCE: usize = 6;
const LINE: usize = 9;
const PADDING: usize = 3;
const PLATE: [u8; 4] = [0, 0, 0, 255];
const INK: [u8; 4] = [255, 255, 255, 255];

/// A picture to lay over the video: four bytes a pixel, red, green, blue, alpha.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
    /// Distance from the right and upper edge of the video, in pixels.
    pub inset: usize,
}

/// The mark for a video `picture_width` pixels wide: about two fifths of it, never less than readable.
pub(super) fn mark(picture_width: u32) -> Mark {
    let picture = usize::try_from(picture_width).unwrap_or(usize::MAX);
    let one_line = TEXT.len() * ADVANCE + 2 * PADDING;
    if one_line > picture {
        return draw(&NARROW, 1, 0);
    }
    let scale = (picture * 2 / 5 / one_line).max(1);
    // Even, so that the plate falls on whole chroma samples.
    let inset = (picture / 50 / 2 * 2).min((picture - one_line * scale) / 2 / 2 * 2);
    draw(&[TEXT], scale, inset)
}

fn draw(lines: &[&str], scale: usize, inset: usize) -> Mark {
    let longest = lines.iter().map(|line| line.len()).max().unwrap_or_default();
    let (columns, rows) = (longest * ADVANCE + 2 * PADDING, lines.len() * LINE + 2 * PADDING);
    let (width, height) = (columns * scale, rows * scale);
    let mut rgba = PLATE.repeat(width * height);
    for (row, line) in lines.iter().enumerate() {
        for (column, letter) in line.chars().enumerate() {
            let (left, top) = (PADDING + column * ADVANCE, PADDING + row * LINE);
            for (x, y) in dots(letter) {
                fill(&mut rgba, width, (left + x) * scale, (top + y) * scale, scale);
            }
        }
    }
    Mark { width, height, rgba, inset }
}

fn fill(rgba: &mut [u8], width: usize, left: usize, top: usize, size: usize) {
    for y in top..top + size {
        for x in left..left + size {
            rgba[(y * width + x) * 4..][..4].copy_from_slice(&INK);
        }
    }
}

/// The inked places of a letter.
fn dots(letter: char) -> impl Iterator<Item = (usize, usize)> {
    let rows = glyph(letter);
    (0..8).flat_map(move |y| (0..5).filter(move |x| rows[y] >> (4 - x) & 1 == 1).map(move |x| (x, y)))
}

/// Eight rows of five dots, the leftmost in the highest bit.
#[rustfmt::skip]
fn glyph(letter: char) -> [u8; 8] {
    match letter {
        'S' => [0b01110, 0b10001, 0b10000, 0b01110, 0b00001, 0b10001, 0b01110, 0],
        'a' => [0, 0, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111, 0],
        'b' => [0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b10001, 0b11110, 0],
        'd' => [0b00001, 0b00001, 0b01111, 0b10001, 0b10001, 0b10001, 0b01111, 0],
        'e' => [0, 0, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110, 0],
        'g' => [0, 0, 0b01111, 0b10001, 0b10001, 0b01111, 0b00001, 0b01110],
        'i' => [0b00100, 0, 0b01100, 0b00100, 0b00100, 0b00100, 0b01110, 0],
        'l' => [0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110, 0],
        'n' => [0, 0, 0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0],
        'o' => [0, 0, 0b01110, 0b10001, 0b10001, 0b10001, 0b01110, 0],
        'p' => [0, 0, 0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000],
        'r' => [0, 0, 0b10110, 0b11001, 0b10000, 0b10000, 0b10000, 0],
        's' => [0, 0, 0b01111, 0b10000, 0b01110, 0b00001, 0b11110, 0],
        't' => [0b01000, 0b01000, 0b11110, 0b01000, 0b01000, 0b01001, 0b00110, 0],
        'x' => [0, 0, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0],
        ':' => [0, 0, 0b00100, 0, 0, 0b00100, 0, 0],
        _ => [0; 8],
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "the pixels of a small mark")]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_text_can_be_drawn() {
        for letter in TEXT.chars().filter(|c| *c != ' ') {
            assert!(dots(letter).count() > 1, "{letter}");
        }
        assert_eq!(NARROW.join(" "), TEXT);
    }

    #[test]
    fn the_mark_fits_pictures_from_tiny_to_4k() {
        for width in [64, 168, 170, 320, 640, 1_280, 1_920, 4_096] {
            let mark = mark(width);
            assert!(mark.width + mark.inset <= width as usize, "{width}");
            assert_eq!(mark.rgba.len(), mark.width * mark.height * 4);
            let inked = mark.rgba.chunks_exact(4).filter(|pixel| **pixel == INK).count();
            let share = inked as f64 / (mark.width * mark.height) as f64;
            assert!((0.1..0.5).contains(&share), "{width}: {share}");
        }
    }

    #[test]
    fn it_grows_with_the_picture() {
        assert!(mark(1_920).height >= 3 * mark(320).height);
    }
}

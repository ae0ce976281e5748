//! The headers of Vorbis, checked before the decoder of symphonia sees them: its tables are as large as the headers
//! say, and these can say sixteen gigabytes in a few bytes.

use crate::media::bits::Bits;

/// The sample rate in the first header, in hertz.
pub(super) fn rate(packet: &[u8]) -> Option<u32> {
    let rest = packet.strip_prefix(b"\x01vorbis\0\0\0\0").filter(|_| packet.len() == 30)?;
    let rate = u32::from_le_bytes(*rest.get(1..)?.first_chunk()?);
    let channels = *rest.first()?;
    let is_sane = (1..=8).contains(&channels) && (1_000..=768_000).contains(&rate);
    is_sane.then_some(rate)
}

/// Entries of all codebooks together; libvorbis makes some ten thousand.
const MOST_ENTRIES: u32 = 1 << 17;
/// Numbers in all codebooks together.
const MOST_VALUES: u64 = 1 << 21;

/// Whether the tables that the third header describes are of a sane size.
pub(super) fn is_sane_setup(packet: &[u8]) -> bool {
    let Some(rest) = packet.strip_prefix(b"\x05vorbis") else { return false };
    let mut bits = Bits::least_first(rest);
    let (mut entries, mut values) = (0, 0);
    let Some(books) = bits.take(8) else { return false };
    (0..=books).all(|_| {
        let Some((count, numbers)) = codebook(&mut bits) else { return false };
        entries += count;
        values += numbers;
        entries <= MOST_ENTRIES && values <= MOST_VALUES
    })
}

/// The entries and the numbers of a codebook; `None` where it is broken or far too large.
fn codebook(bits: &mut Bits<'_>) -> Option<(u32, u64)> {
    if bits.take(24)? != 0x56_4342 {
        return None;
    }
    let (dimensions, entries) = (bits.take(16)?, bits.take(24)?);
    let values = u64::from(entries) * u64::from(dimensions);
    if entries == 0 || entries > MOST_ENTRIES || values > MOST_VALUES {
        return None;
    }
    if bits.take(1)? == 1 {
        ordered_lengths(bits, entries)?;
    } else {
        let is_sparse = bits.take(1)? == 1;
        for _ in 0..entries {
            if !is_sparse || bits.take(1)? == 1 {
                bits.take(5)?;
            }
        }
    }
    match bits.take(4)? {
        0 => Some((entries, 0)),
        kind @ (1 | 2) => {
            bits.take(64)?;
            let width = bits.take(4)? + 1;
            bits.take(1)?;
            let stored = if kind == 1 { lattice(entries, dimensions)? } else { u32::try_from(values).ok()? };
            bits.skip(u64::from(stored) * u64::from(width))?;
            Some((entries, values))
        }
        _ => None,
    }
}

fn ordered_lengths(bits: &mut Bits<'_>, entries: u32) -> Option<()> {
    let mut length = bits.take(5)? + 1;
    let mut done = 0;
    while done < entries {
        let width = 32 - (entries - done).leading_zeros();
        done += bits.take(width as usize)?;
        length += 1;
        if done > entries || length > 34 {
            return None;
        }
    }
    Some(())
}

/// The largest number whose power of `dimensions` is no more than `entries`.
fn lattice(entries: u32, dimensions: u32) -> Option<u32> {
    let fits = |side: u32| u64::from(side).checked_pow(dimensions).is_some_and(|power| power <= u64::from(entries));
    // No more than `entries` steps, and for more than one dimension no more than their root.
    (dimensions > 0).then(|| (1..=entries).take_while(|side| fits(*side)).last().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_of_gigabytes_is_turned_down() {
        // One book of 65,535 dimensions and 16 million entries.
        let mut packet = b"\x05vorbis\0BCV".to_vec();
        packet.extend([0xff; 40]);
        assert!(!is_sane_setup(&packet));
        assert!(!is_sane_setup(b"\x05vorbis"));
        assert!(!is_sane_setup(b""));
    }

    #[test]
    fn a_lattice_is_as_the_format_wants_it() {
        assert_eq!(
            [lattice(1, 1), lattice(361, 2), lattice(360, 2), lattice(8, 3)],
            [Some(1), Some(19), Some(18), Some(2)]
        );
        assert_eq!(lattice(8, 0), None);
    }

    #[test]
    fn the_first_header_is_read_or_turned_down() {
        let mut packet = b"\x01vorbis\0\0\0\0\x02\x44\xac\0\0".to_vec();
        packet.resize(30, 0);
        assert_eq!(rate(&packet), Some(44_100));
        packet[11] = 0;
        assert!(rate(&packet).is_none(), "no channels");
        assert!(rate(&packet[..20]).is_none());
    }
}

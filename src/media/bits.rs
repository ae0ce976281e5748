//! Numbers of any number of bits, out of bytes.

pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    is_least_first: bool,
}

impl<'a> Bits<'a> {
    /// As MPEG packs them.
    pub(super) fn most_first(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, is_least_first: false }
    }

    /// As Vorbis packs them.
    pub(super) fn least_first(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, is_least_first: true }
    }

    /// The next number; of more than 32 bits only 32 are left.
    pub(super) fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0_u32, |value, index| {
            let byte = *self.bytes.get(self.at / 8)?;
            let place = self.at % 8;
            self.at += 1;
            Some(if self.is_least_first {
                value | u32::from(byte >> place & 1).checked_shl(u32::try_from(index).ok()?).unwrap_or(0)
            } else {
                value << 1 | u32::from(byte >> (7 - place) & 1)
            })
        })
    }

    pub(super) fn skip(&mut self, count: u64) -> Option<()> {
        let at = (self.at as u64).checked_add(count)?;
        self.at = usize::try_from(at).ok().filter(|at| *at <= self.bytes.len() * 8)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_are_read_and_the_end_is_an_end() {
        let bytes = [0b1010_0000, 0b0000_0001];
        let mut most = Bits::most_first(&bytes);
        assert_eq!((most.take(3), most.take(12), most.take(1), most.take(1)), (Some(5), Some(0), Some(1), None));
        let mut least = Bits::least_first(&bytes);
        assert_eq!((least.take(5), least.take(4), least.skip(7), least.skip(1)), (Some(0), Some(13), Some(()), None));
    }
}

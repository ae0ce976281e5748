//! A WAV file that grows: 16 bits, one channel, and a header that is right again every second, so that whatever ends
//! the program leaves a file that plays.

use std::io::{self, ErrorKind, Seek, SeekFrom, Write};

/// The header's length in bytes; the samples follow.
const HEADER: u64 = 44;

/// The file and how much of it is there.
pub(super) struct Wav<W> {
    file: W,
    rate: u32,
    /// Bytes of samples written.
    bytes: u64,
    /// Samples as they are written, kept for its memory.
    row: Vec<u8>,
}

impl<W: Write + Seek> Wav<W> {
    /// Begins an empty file.
    pub(in crate::media) fn begin(file: W, rate: u32) -> io::Result<Self> {
        let mut wav = Self { file, rate, bytes: 0, row: Vec::new() };
        wav.tell()?;
        Ok(wav)
    }

    /// Seconds written.
    #[expect(clippy::cast_precision_loss, reason = "minutes of sound")]
    pub(in crate::media) fn secs(&self) -> f64 {
        (self.bytes / 2) as f64 / f64::from(self.rate.max(1))
    }

    /// Samples written.
    pub(in crate::media) fn samples(&self) -> u64 {
        self.bytes / 2
    }

    /// Appends samples. After a failure what fitted is counted.
    pub(in crate::media) fn push(&mut self, samples: &[f32]) -> io::Result<()> {
        self.row.clear();
        for sample in samples {
            #[expect(clippy::cast_possible_truncation, reason = "kept within 16 bits")]
            let number = (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
            self.row.extend(number.to_le_bytes());
        }
        let mut rest = self.row.as_slice();
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.bytes += count as u64;
                    rest = rest.get(count..).unwrap_or_default();
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Brings the header up to date.
    pub(in crate::media) fn tell(&mut self) -> io::Result<()> {
        // Ten minutes at any rate are far below 4 GiB.
        let data = u32::try_from(self.bytes & !1).unwrap_or(u32::MAX - 36);
        let mut header = Vec::with_capacity(44);
        header.extend(b"RIFF");
        header.extend(data.saturating_add(36).to_le_bytes());
        header.extend(b"WAVEfmt ");
        header.extend(16_u32.to_le_bytes());
        // PCM, one channel.
        header.extend([1, 0, 1, 0]);
        header.extend(self.rate.to_le_bytes());
        header.extend(self.rate.saturating_mul(2).to_le_bytes());
        // Bytes a frame, bits a sample.
        header.extend([2, 0, 16, 0]);
        header.extend(b"data");
        header.extend(data.to_le_bytes());
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header)?;
        self.file.seek(SeekFrom::Start(HEADER + self.bytes))?;
        self.file.flush()
    }

    /// The file, done with.
    pub(in crate::media) fn into_file(self) -> W {
        self.file
    }

    /// The file itself.
    pub(in crate::media) fn file(&self) -> &W {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A disk with room for so many bytes.
    struct Disk {
        file: Cursor<Vec<u8>>,
        room: u64,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = usize::try_from(self.room.saturating_sub(self.file.position())).unwrap();
            if room == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            self.file.write(&bytes[..bytes.len().min(room)])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Disk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.file.seek(to)
        }
    }

    #[test]
    fn it_can_be_read_at_any_time() {
        let mut wav = Wav::begin(Cursor::new(Vec::new()), 44_100).unwrap();
        wav.push(&[0.0, 0.5, -1.0, 2.0]).unwrap();
        wav.tell().unwrap();
        wav.push(&[0.25; 100]).unwrap();
        let bytes = wav.file().get_ref().clone();
        let mut reader = hound::WavReader::new(Cursor::new(&bytes)).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.spec().channels, reader.spec().bits_per_sample), (44_100, 1, 16));
        let told: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(told, [0, 16_384, -32_767, 32_767], "what was told before the program was killed");
        wav.tell().unwrap();
        let whole = hound::WavReader::new(Cursor::new(wav.file().get_ref().clone())).unwrap();
        assert_eq!((whole.len(), wav.samples()), (104, 104));
    }

    #[test]
    fn a_full_disk_keeps_what_fitted() {
        let disk = Disk { file: Cursor::new(Vec::new()), room: 44 + 201 };
        let mut wav = Wav::begin(disk, 8_000).unwrap();
        wav.push(&[0.5; 60]).unwrap();
        assert_eq!(wav.push(&[0.5; 60]).unwrap_err().kind(), ErrorKind::StorageFull);
        wav.tell().unwrap();
        let reader = hound::WavReader::new(Cursor::new(wav.file().file.get_ref().clone())).unwrap();
        assert_eq!((reader.len(), wav.samples()), (100, 100));
    }
}

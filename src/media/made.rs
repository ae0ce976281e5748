//! A WAV being made: 16 bits, one channel. It has its name only when it is whole.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::media::sniff;
use crate::media::wav::Wav;
use crate::paths::{self, Readers};

/// Bytes before the samples.
pub(super) const HEADER: u64 = 44;
/// A WAV counts its bytes in 32 bits.
const MAX_SAMPLES: u64 = (u32::MAX as u64 - 1_000) / 2;

/// The file under its temporary name.
pub(super) struct Made {
    wav: Wav<BufWriter<NamedTempFile>>,
    to: PathBuf,
}

impl Made {
    /// Begins a file beside the place it will have.
    pub(super) fn begin(to: &Path, rate: u32) -> Result<Self> {
        Self::begin_for(Readers::Owner, to, rate)
    }

    /// The same, to be read by others too.
    pub(super) fn begin_for(readers: Readers, to: &Path, rate: u32) -> Result<Self> {
        let part = paths::part(to, readers).map_err(|error| failed(to, error))?;
        let wav = Wav::begin(BufWriter::with_capacity(1 << 16, part), rate).map_err(|error| failed(to, error))?;
        Ok(Self { wav, to: to.to_owned() })
    }

    /// Appends samples; what is louder than full scale is cut off there.
    pub(super) fn push(&mut self, samples: &[f32]) -> Result<()> {
        if self.wav.samples() + samples.len() as u64 > MAX_SAMPLES {
            let name = sniff::name(&self.to);
            return Err(Error::Media(format!("{name} would be larger than a WAV can be, 4 GB. Choose less of it.")));
        }
        self.wav.push(samples).map_err(|error| failed(&self.to, error))
    }

    /// Samples so far.
    pub(super) fn samples(&self) -> u64 {
        self.wav.samples()
    }

    /// Gives the file its name, in place of one that has it. Its bytes.
    pub(super) fn finish(mut self) -> Result<u64> {
        let to = self.to;
        self.wav.tell().map_err(|error| failed(&to, error))?;
        let bytes = HEADER + self.wav.samples() * 2;
        let mut file = self.wav.into_file();
        file.flush().map_err(|error| failed(&to, error))?;
        let part = file.into_inner().map_err(|error| failed(&to, error.into_error()))?;
        part.as_file().sync_all().map_err(|error| failed(&to, error))?;
        part.persist(&to).map_err(|error| failed(&to, error.error))?;
        Ok(bytes)
    }
}

fn failed(to: &Path, error: io::Error) -> Error {
    Error::file("write", Path::new(&sniff::name(to)), error)
}

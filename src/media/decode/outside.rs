//! Sound that ffmpeg decodes as a process.

use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::PROCESS_RATE;
use crate::error::Error;
use crate::media::probe;
use crate::media::sniff::Container;
use crate::media::tools::Running;

/// ffmpeg writing an AU of 32-bit floats: its header tells the channels, so that nobody has to ask first.
pub(super) struct Process {
    pub(super) running: Running,
    /// What it reads, when that is ours; gone with us.
    pub(super) copy: Option<NamedTempFile>,
    pub(super) samples: Vec<f32>,
    pub(super) channels: u16,
    /// What it reads.
    path: PathBuf,
    container: Container,
    /// The samples were read to look at them and have not been given out.
    pub(super) is_fresh: bool,
}

impl Process {
    pub(super) fn begin(mut running: Running, path: &Path, container: Container) -> Self {
        // No header is no sound, which the first read will find.
        let channels = header(&mut running).unwrap_or(2);
        let path = path.to_owned();
        Self { running, copy: None, samples: Vec::new(), channels, path, container, is_fresh: false }
    }

    pub(super) fn length_secs(&self) -> Option<f64> {
        probe::length(&self.path, self.container)
    }

    /// Reads up to a tenth of a second; how many samples came.
    pub(super) fn read(&mut self) -> usize {
        let channels = usize::from(self.channels.max(1));
        let tenth = u64::from(PROCESS_RATE / 10) * channels as u64 * 4;
        let mut bytes = Vec::new();
        // A read that fails is the end: the tool is gone.
        self.running.by_ref().take(tenth).read_to_end(&mut bytes).ok();
        self.samples.clear();
        self.samples.extend(bytes.chunks_exact(4).filter_map(|four| Some(f32::from_be_bytes(*four.first_chunk()?))));
        let whole = self.samples.len() / channels * channels;
        self.samples.truncate(whole);
        whole
    }

    pub(super) fn advance(&mut self) -> Option<usize> {
        let count = if std::mem::take(&mut self.is_fresh) { self.samples.len() } else { self.read() };
        (count > 0).then_some(count)
    }
}

/// Reads the head of an AU; how many channels it tells.
fn header(au: &mut impl Read) -> Option<u16> {
    let mut head = [0; 24];
    au.read_exact(&mut head).ok()?;
    let field = |at: usize| head.get(at..).and_then(|rest| rest.first_chunk()).map(|four| u32::from_be_bytes(*four));
    // Remarks stand between the head and the samples.
    let rest = u64::from(field(4)?.saturating_sub(24));
    std::io::copy(&mut au.take(rest), &mut std::io::sink()).ok()?;
    u16::try_from(field(20)?).ok().filter(|channels| (1..=2).contains(channels))
}

/// Why a file can't be read where there is no ffmpeg.
pub(super) fn missing(name: &str, container: Container) -> Error {
    Error::Media(if container.is_read_in_process() {
        format!(
            "{name} is damaged, or of a kind that only ffmpeg reads, which is not on this computer. Install ffmpeg, or \
             export it again as a WAV."
        )
    } else {
        let advice = "Install ffmpeg, or use an MP4, WAV, MP3, FLAC or OGG file.";
        format!("{name} needs ffmpeg to be read, which is not on this computer. {advice}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_au_tells_its_channels_and_where_samples_begin() {
        let mut au = b".snd\0\0\0\x1c\xff\xff\xff\xff\0\0\0\x06\0\0\xbb\x80\0\0\0\x01noteSOUND".as_slice();
        assert_eq!((header(&mut au), au), (Some(1), b"SOUND".as_slice()));
        assert_eq!(header(&mut b".snd".as_slice()), None);
    }

    #[test]
    fn a_damaged_file_of_a_kind_we_read_is_not_told_to_be_of_another() {
        let words = |container| missing("a.wav", container).to_string();
        assert!(words(Container::Wav).starts_with("a.wav is damaged, or of a kind that only ffmpeg reads"));
        assert!(words(Container::Matroska).starts_with("a.wav needs ffmpeg to be read"));
    }
}

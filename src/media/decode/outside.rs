//! Sound that ffmpeg decodes as a process.

use std::io::Read as _;

use tempfile::NamedTempFile;

use super::PROCESS_RATE;
use crate::media::tools::Running;

/// ffmpeg writing 32-bit floats.
pub(super) struct Process {
    pub(super) running: Running,
    /// What it reads, when that is ours; gone with us.
    pub(super) copy: Option<NamedTempFile>,
    pub(super) samples: Vec<f32>,
    channels: u16,
    /// The samples were read to look at them and have not been given out.
    pub(super) is_fresh: bool,
}

impl Process {
    pub(super) fn new(running: Running, channels: u16) -> Self {
        Self { running, copy: None, samples: Vec::new(), channels, is_fresh: false }
    }

    /// Reads up to a tenth of a second; how many samples came.
    pub(super) fn read(&mut self) -> usize {
        let channels = usize::from(self.channels.max(1));
        let tenth = u64::from(PROCESS_RATE / 10) * channels as u64 * 4;
        let mut bytes = Vec::new();
        // A read that fails is the end: the tool is gone.
        self.running.by_ref().take(tenth).read_to_end(&mut bytes).ok();
        self.samples.clear();
        self.samples.extend(bytes.chunks_exact(4).filter_map(|four| Some(f32::from_le_bytes(*four.first_chunk()?))));
        let whole = self.samples.len() / channels * channels;
        self.samples.truncate(whole);
        whole
    }

    pub(super) fn advance(&mut self) -> Option<usize> {
        let count = if std::mem::take(&mut self.is_fresh) { self.samples.len() } else { self.read() };
        (count > 0).then_some(count)
    }
}

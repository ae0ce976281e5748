//! How far a job has come. Stored as JSON in its row.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::api::{Arrived, Asset, Cloned, GenerationRequest, SpeakRequest, Speech, SpeechJob};

/// Everything a job has achieved. Written before a request that may be charged, and after each step, so that the job
/// goes on from here after a crash.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoint {
    /// When the current try began.
    #[serde(with = "time::serde::rfc3339::option")]
    pub begun_at: Option<OffsetDateTime>,
    /// The uploaded sample or target video.
    pub picture: Option<Asset>,
    /// The uploaded audio file, when the voice is not a take.
    pub audio: Option<Asset>,
    /// BLAKE3 of the uploaded sample or target video, in lowercase hex.
    pub sample_hash: Option<String>,
    #[serde(flatten)]
    pub sending: Sending,
    #[serde(flatten)]
    pub search: Search,
    pub cloned: Option<Cloned>,
    #[serde(flatten)]
    pub speaking: Speaking,
    /// Id of the lip sync run at the service.
    pub generation: Option<String>,
    #[serde(flatten)]
    pub run: Run,
    #[serde(flatten)]
    pub saving: Saving,
    /// The result on this computer.
    #[serde(with = "crate::paths::option")]
    pub file: Option<PathBuf>,
}

/// What is known about the request that may be charged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that must outlive a crash")]
pub struct Sending {
    /// Set before it goes out, and cleared when it is certain that nothing came of it.
    pub sent: bool,
    /// What became of one that was sent was never learned.
    pub lost: bool,
    /// The user was told so, and that trying again sends it once more.
    pub told: bool,
    /// The user, having been told, asked for it again.
    pub again: bool,
    /// How many tickets were given up: the service said clearly that nothing came of them, or the user, having been
    /// told, wants it once more.
    pub tickets_used: u32,
    /// An upload that it speaks of is gone at the service: the next try of the user uploads anew.
    pub uploads_gone: bool,
}

/// What helps to find a voice whose clone request got lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Search {
    /// `voices_before` is about the clone request to come, or the one that got lost.
    pub listed: bool,
    /// Voices that were there before a clone was asked for: none of them can be the new one.
    pub voices_before: Vec<String>,
    /// How often the new voice was looked for in vain.
    pub looks: u32,
}

/// How far a line has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Speaking {
    /// The service does not offer speech jobs.
    pub no_speech_jobs: bool,
    /// The line exactly as it is sent under its ticket.
    pub line: Option<SpeakRequest>,
    pub speech_job: Option<SpeechJob>,
    pub speech: Option<Speech>,
    /// The parts that are spoken and here, of a line that is spoken in parts.
    pub parts: Vec<SpokenFile>,
    /// The first of them that is no longer here.
    pub part_gone: Option<usize>,
}

/// A part of a line as it was spoken, on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenFile {
    #[serde(with = "crate::paths")]
    pub file: PathBuf,
}

/// How far a lip sync has come at the service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The request exactly as it is sent: under one ticket never anything else, also by a newer program.
    pub body: Option<GenerationRequest>,
    /// It ended well.
    pub completed: bool,
    /// The service said that it ended badly; watching it further is of no use.
    pub ended: bool,
    /// How often in this try the service said that it does not know the run.
    pub not_found: u32,
    /// Id of the job that tries a run that ended badly once more.
    pub superseded: Option<String>,
    /// Where its video lies.
    pub output_url: Option<String>,
    /// Seconds, as the service said.
    pub output_secs: Option<f64>,
    /// BLAKE3, in lowercase hex, of the voice as the user chose it, when it is a file: of a video only its sound was
    /// uploaded.
    pub voice_hash: Option<String>,
}

/// How saving the result goes, and what was moved for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saving {
    /// Links that led nowhere.
    pub dead_links: u32,
    /// Where to save instead of the folder that was asked for.
    #[serde(with = "crate::paths::option")]
    pub folder: Option<PathBuf>,
    /// The folder did not take the result.
    pub unsaved: bool,
    /// No copy of a clone's sample is kept here.
    pub leave_sample: bool,
    /// It is here, and has no name yet.
    pub arrived: Option<Arrived>,
    /// The name it is about to get, or got just before a crash.
    #[serde(with = "crate::paths::option")]
    pub name: Option<PathBuf>,
    /// Bytes of the result as it was saved: what is found elsewhere must have as many.
    pub bytes: Option<u64>,
    /// How the result begins, by [`super::beginning_of`].
    pub begins: Option<String>,
    /// The user said where the result lies by now: that file is not this program's to delete.
    pub found: bool,
    /// The upload of the sample or the target video, when its bytes were sent for this job.
    pub uploaded: Option<Transfer>,
    /// Id of the flow whose result it becomes, so that it is found there also when the flow could not be written any
    /// more.
    pub flow: Option<String>,
}

/// A file that was sent, for the list of what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// When the last byte was there.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// How long it took, in milliseconds.
    pub millis: u64,
    pub bytes: u64,
}

impl Run {
    /// How often the service must say that it does not know a run: it may be behind itself.
    pub(super) const NOT_FOUND: u32 = 11;

    /// Whether the service said for so long that it does not know the run that the user may start it anew. It is
    /// not known to have ended.
    pub(super) fn is_unknown(&self) -> bool {
        self.not_found >= Self::NOT_FOUND
    }
}

impl Checkpoint {
    /// The user wants it tried again, after what was said about the last try.
    pub(super) fn try_again(&mut self) {
        let told = std::mem::take(&mut self.sending.told);
        self.sending.again |= told;
        if std::mem::take(&mut self.sending.uploads_gone) {
            self.upload_anew(told);
        }
        if let Some(gone) = self.speaking.part_gone.take().filter(|_| told) {
            // Those after it may be there; but they are spoken in their order.
            self.speaking.parts.truncate(gone);
            self.sending.tickets_used += 1;
        }
        (self.search.looks, self.saving.dead_links, self.run.not_found) = (0, 0, 0);
        // Time has passed, and voices may have come; but what got lost is found by what was there before it.
        self.search.listed &= self.sending.sent || self.sending.lost;
    }

    /// The uploads are gone at the service: others take their place, under another ticket. What got lost under the
    /// old one is given up when the user was told.
    fn upload_anew(&mut self, told: bool) {
        if told && self.run.body.is_some() {
            (self.sending.sent, self.sending.lost) = (false, false);
        }
        (self.picture, self.audio, self.run.body) = (None, None, None);
        self.sending.tickets_used += 1;
    }

    /// A part of a line is spoken and here: the next one is a request of its own, under a ticket of its own.
    pub(super) fn part_spoken(&mut self, file: PathBuf) {
        self.sending = Sending { tickets_used: self.sending.tickets_used + 1, ..Sending::default() };
        self.saving = Saving::default();
        let Speaking { no_speech_jobs, mut parts, .. } = std::mem::take(&mut self.speaking);
        parts.push(SpokenFile { file });
        self.speaking = Speaking { no_speech_jobs, parts, ..Speaking::default() };
    }

    /// The ticket of the request that may be charged. It changes only after the service said that nothing came of
    /// the one before.
    pub(super) fn ticket(&self, job: &str) -> String {
        match self.sending.tickets_used {
            0 => job.to_owned(),
            used => format!("{job}.{used}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_version_wrote_is_read() {
        let old = r#"{"picture":null,"audio":null,"sent":true,"voices_before":["v"],"cloned":null,"speech_job":null,
            "speech":null,"generation":"g","ended":true,"superseded":"j","output_url":"u","output_secs":1.5,"file":"f"}"#;
        let read: Checkpoint = serde_json::from_str(old).unwrap();
        assert!(read.sending.sent && read.run.ended && !read.search.listed);
        assert_eq!(
            (read.search.voices_before.as_slice(), read.run.output_secs),
            (["v".to_owned()].as_slice(), Some(1.5))
        );
        let again: Checkpoint = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }
}

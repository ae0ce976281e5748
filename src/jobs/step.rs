//! What a job does next, as a pure function of what was asked and what has been achieved.

use super::request::{Checkpoint, Request, VoiceTrack};

/// One step of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Bring the sample or the target video into storage.
    UploadPicture,
    /// Bring the audio file into storage.
    UploadAudio,
    Clone,
    /// A clone request went out and no answer is known: look whether the voice is there.
    FindClone,
    Speak,
    /// A line is being spoken: ask how it stands.
    AskSpeech,
    /// A line was sent to be spoken and no answer is known. Sending it again might be billed again.
    SpeechLost,
    /// Start the lip sync. Safe to repeat: the job's id is the idempotency key.
    Generate,
    Watch,
    Download,
    Finish,
}

/// The next step.
pub fn next(request: &Request, done: &Checkpoint) -> Step {
    match request {
        Request::Clone(_) if done.cloned.is_some() => Step::Finish,
        Request::Speak(_) | Request::LipSync(_) if done.file.is_some() => Step::Finish,
        Request::Clone(_) if done.sent => Step::FindClone,
        Request::Clone(_) if done.picture.is_none() => Step::UploadPicture,
        Request::Clone(_) => Step::Clone,
        Request::Speak(_) if done.speech.is_some() => Step::Download,
        Request::Speak(_) if done.speech_job.is_some() => Step::AskSpeech,
        Request::Speak(_) if done.sent => Step::SpeechLost,
        Request::Speak(_) => Step::Speak,
        Request::LipSync(_) if done.output_url.is_some() => Step::Download,
        Request::LipSync(_) if done.generation.is_some() => Step::Watch,
        Request::LipSync(_) if done.picture.is_none() => Step::UploadPicture,
        Request::LipSync(job) if done.audio.is_none() && matches!(job.voice, VoiceTrack::File(_)) => Step::UploadAudio,
        Request::LipSync(_) => Step::Generate,
    }
}

impl Step {
    /// The step in words, while it is under way.
    pub fn words(self) -> &'static str {
        match self {
            Self::UploadPicture | Self::UploadAudio => "Uploading",
            Self::Clone => "Cloning the voice",
            Self::FindClone => "Looking for the new voice",
            Self::Speak | Self::AskSpeech | Self::SpeechLost => "Speaking",
            Self::Generate => "Sending",
            Self::Watch => "Syncing the lips",
            Self::Download => "Saving",
            Self::Finish => "Done",
        }
    }

    /// Whether the service is working on it by now, so that stopping here does not stop it there.
    pub fn runs_remotely(self) -> bool {
        matches!(self, Self::Clone | Self::FindClone | Self::Speak | Self::AskSpeech | Self::Generate | Self::Watch)
    }

    /// Whether the service has taken the work on before this step begins.
    pub fn has_begun_remotely(self) -> bool {
        matches!(self, Self::FindClone | Self::AskSpeech | Self::Watch)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::api::{Asset, AssetKind, Cloned, Options, Speech};
    use crate::jobs::{CloneJob, LipSyncJob, LocalFile, SpeakJob};
    use crate::library::Consent;

    fn file() -> LocalFile {
        LocalFile { path: PathBuf::from("a.mp4"), content_type: "video/mp4".into(), kind: AssetKind::Video, size: None }
    }

    #[test]
    fn a_clone_is_sent_once_and_looked_for_after_a_lost_answer() {
        let consent = Consent::default();
        let request = Request::Clone(CloneJob { name: "A".into(), sample: file(), consent });
        let mut done = Checkpoint::default();
        assert_eq!(next(&request, &done), Step::UploadPicture);
        done.picture = Some(Asset::default());
        assert_eq!(next(&request, &done), Step::Clone);
        done.sent = true;
        assert_eq!(next(&request, &done), Step::FindClone);
        done.cloned = Some(Cloned::default());
        assert_eq!(next(&request, &done), Step::Finish);
    }

    #[test]
    fn a_line_is_never_sent_a_second_time_by_itself() {
        let request = Request::Speak(SpeakJob {
            voice_id: "v".into(),
            voice_name: "V".into(),
            script: "Hi".into(),
            stability: 0.5,
            similarity: 0.75,
        });
        let mut done = Checkpoint::default();
        assert_eq!(next(&request, &done), Step::Speak);
        done.sent = true;
        assert_eq!(next(&request, &done), Step::SpeechLost);
        done.speech = Some(Speech { id: "s".into(), url: "http://x/y.wav".into(), duration: None });
        assert_eq!(next(&request, &done), Step::Download);
        done.file = Some(PathBuf::from("y.wav"));
        assert_eq!(next(&request, &done), Step::Finish);
    }

    #[test]
    fn a_lip_sync_uploads_what_is_local_and_only_that() {
        let mut job = LipSyncJob {
            target: file(),
            voice: VoiceTrack::File(file()),
            model: "lipsync-2".into(),
            options: Options::default(),
            folder: PathBuf::new(),
            stem: "out".into(),
            estimate_usd: None,
        };
        let mut done = Checkpoint { picture: Some(Asset::default()), ..Checkpoint::default() };
        assert_eq!(next(&Request::LipSync(job.clone()), &done), Step::UploadAudio);
        job.voice = VoiceTrack::Take { id: "t".into(), label: "Take 1".into(), url: "http://x/t.wav".into() };
        let request = Request::LipSync(job);
        assert_eq!(next(&request, &done), Step::Generate);
        done.generation = Some("g".into());
        assert_eq!(next(&request, &done), Step::Watch);
        done.output_url = Some("http://x/g.mp4".into());
        assert_eq!(next(&request, &done), Step::Download);
    }
}

//! What a job does next, as a pure function of what was asked and what has been achieved.

use super::checkpoint::Checkpoint;
use super::request::{Request, SpeakJob};

/// One step of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Bring the sample or the target video into storage.
    UploadPicture,
    /// Bring the audio file into storage.
    UploadAudio,
    /// Note which voices there are before a clone is asked for.
    ListVoices,
    Clone,
    /// A clone request went out and no answer is known: look whether the voice is there.
    FindClone,
    Speak,
    /// The same for long lines, as a job at the service. Safe to repeat: it has a ticket.
    StartSpeech,
    /// A line is being spoken: ask how it stands.
    AskSpeech,
    /// A line was sent to be spoken and no answer is known. Sending it again might be billed again.
    SpeechLost,
    /// Start the lip sync. Safe to repeat: it has a ticket, and the same body each time.
    Generate,
    Watch,
    /// Ask for a link to the finished video.
    Link,
    Download,
    /// Join the parts of a line, on this computer.
    Join,
    /// Give what was downloaded its name. Safe to repeat: the name is written down first.
    Name,
    Finish,
}

/// Lines of more characters than this are spoken as jobs at the service: they take long enough for a wire to break.
const LONG_LINE: usize = 1000;

/// The next step.
pub fn next(request: &Request, done: &Checkpoint) -> Step {
    match request {
        Request::Clone(_) if done.cloned.is_some() => Step::Finish,
        Request::Speak(_) | Request::LipSync(_) if done.file.is_some() => Step::Finish,
        Request::Speak(_) | Request::LipSync(_) if done.saving.arrived.is_some() => Step::Name,
        Request::Clone(_) if done.sending.sent => Step::FindClone,
        Request::Clone(_) if done.picture.is_none() => Step::UploadPicture,
        Request::Clone(_) if !done.search.listed => Step::ListVoices,
        Request::Clone(_) => Step::Clone,
        Request::Speak(job) if job.is_in_parts() && job.parts.len() <= done.speaking.parts.len() => Step::Join,
        Request::Speak(_) if done.speaking.speech.is_some() => Step::Download,
        Request::Speak(_) if done.speaking.speech_job.is_some() => Step::AskSpeech,
        Request::Speak(job) if !done.speaking.no_speech_jobs && is_long(job, done) => Step::StartSpeech,
        Request::Speak(_) if done.sending.sent && !done.sending.again => Step::SpeechLost,
        Request::Speak(_) => Step::Speak,
        Request::LipSync(_) if done.run.output_url.is_some() => Step::Download,
        Request::LipSync(_) if done.run.completed => Step::Link,
        Request::LipSync(_) if done.generation.is_some() => Step::Watch,
        Request::LipSync(_) if done.run.body.is_some() => Step::Generate,
        Request::LipSync(_) if done.picture.is_none() => Step::UploadPicture,
        Request::LipSync(job) if done.audio.is_none() && job.voice.file().is_some() => Step::UploadAudio,
        Request::LipSync(_) => Step::Generate,
    }
}

fn is_long(job: &SpeakJob, done: &Checkpoint) -> bool {
    job.said(done.speaking.parts.len()).chars().count() > LONG_LINE
}

impl Step {
    /// The same, in the words of the sandbox if it is there: nothing is uploaded to it.
    pub fn words_at(self, is_sandbox: bool) -> &'static str {
        match self {
            Self::UploadPicture | Self::UploadAudio if is_sandbox => "Copying into the sandbox",
            Self::Download if is_sandbox => "Saving",
            _ => self.words(),
        }
    }

    /// The step in words, while it is under way.
    pub fn words(self) -> &'static str {
        match self {
            Self::UploadPicture | Self::UploadAudio => "Uploading",
            Self::ListVoices | Self::Clone => "Cloning the voice",
            Self::FindClone => "Looking for the new voice",
            Self::Speak | Self::StartSpeech | Self::AskSpeech | Self::SpeechLost => "Speaking",
            Self::Generate => "Sending",
            Self::Watch => "Syncing the lips",
            Self::Link | Self::Download | Self::Join | Self::Name => "Saving",
            Self::Finish => "Done",
        }
    }

    /// Whether the service is working on it by now, so that stopping here does not stop it there.
    pub fn runs_remotely(self) -> bool {
        self.is_bought() || self.has_begun_remotely()
    }

    /// Whether the step asks the service for work that may be charged.
    pub fn is_bought(self) -> bool {
        matches!(self, Self::Clone | Self::Speak | Self::StartSpeech | Self::Generate)
    }

    /// Whether sending it again leads to the same work: the service knows it by its ticket.
    pub(super) fn has_ticket(self) -> bool {
        matches!(self, Self::StartSpeech | Self::Generate)
    }

    /// Whether the service has taken the work on before this step begins.
    pub fn has_begun_remotely(self) -> bool {
        matches!(self, Self::FindClone | Self::AskSpeech | Self::Watch)
    }
}

/// How often steps are carried out in a row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tries {
    in_a_row: u32,
    /// The same for the last step that may be charged: what is done in between to prepare it does not begin the
    /// count anew.
    bought: Option<(Step, u32)>,
}

impl Tries {
    /// Counts a step that is about to be carried out, from 1.
    pub fn begin(&mut self, step: Step) -> u32 {
        self.in_a_row += 1;
        if !step.is_bought() {
            return self.in_a_row;
        }
        let before = self.bought.filter(|(bought, _)| *bought == step).map_or(0, |(_, times)| times);
        self.bought = Some((step, before + 1));
        before + 1
    }

    /// The job got on, so that the next step is tried for the first time.
    pub fn got_on(&mut self) {
        self.in_a_row = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::api::{Asset, AssetKind, Cloned, Options, Speech};
    use crate::jobs::{CloneJob, LipSyncJob, LocalFile, VoiceTrack};
    use crate::library::Consent;

    fn file() -> LocalFile {
        LocalFile { path: PathBuf::from("a.mp4"), content_type: "video/mp4".into(), kind: AssetKind::Video, size: None }
    }

    #[test]
    fn a_clone_is_sent_once_and_looked_for_after_a_lost_answer() {
        let request =
            Request::Clone(CloneJob { name: "A".into(), sample: file(), origin: None, consent: Consent::default() });
        let mut done = Checkpoint::default();
        assert_eq!(next(&request, &done), Step::UploadPicture);
        done.picture = Some(Asset::default());
        assert_eq!(next(&request, &done), Step::ListVoices);
        done.search.listed = true;
        assert_eq!(next(&request, &done), Step::Clone);
        done.sending.sent = true;
        assert_eq!(next(&request, &done), Step::FindClone);
        done.cloned = Some(Cloned::default());
        assert_eq!(next(&request, &done), Step::Finish);
    }

    #[test]
    fn what_may_be_charged_is_counted_through_everything_that_prepares_it() {
        let mut tries = Tries::default();
        let mut counts = Vec::new();
        for step in [Step::ListVoices, Step::Clone, Step::ListVoices, Step::ListVoices, Step::Clone, Step::Clone] {
            counts.push(tries.begin(step));
            if step == Step::ListVoices && counts.len() != 3 {
                tries.got_on();
            }
        }
        assert_eq!(counts, [1, 1, 2, 3, 2, 3]);
    }

    #[test]
    fn a_line_is_never_sent_a_second_time_by_itself() {
        let request = Request::Speak(SpeakJob {
            line_id: None,
            parts: Vec::new(),
            voice_id: "v".into(),
            voice_name: "V".into(),
            script: "Hi".into(),
            stability: 0.5,
            similarity: 0.75,
        });
        let Request::Speak(line) = &request else { unreachable!() };
        let long = Request::Speak(SpeakJob { script: "word ".repeat(300), ..line.clone() });
        assert_eq!(next(&long, &Checkpoint::default()), Step::StartSpeech);
        let mut no_jobs = Checkpoint::default();
        no_jobs.speaking.no_speech_jobs = true;
        assert_eq!(next(&long, &no_jobs), Step::Speak);
        let mut done = Checkpoint::default();
        assert_eq!(next(&request, &done), Step::Speak);
        done.sending.sent = true;
        assert_eq!(next(&request, &done), Step::SpeechLost);
        let mut asked = done.clone();
        asked.sending.again = true;
        assert_eq!(next(&request, &asked), Step::Speak);
        done.speaking.speech = Some(Speech { id: "s".into(), url: "http://x/y.wav".into(), duration: None });
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
            match_loudness: false,
            is_trial: false,
        };
        let mut done = Checkpoint { picture: Some(Asset::default()), ..Checkpoint::default() };
        assert_eq!(next(&Request::LipSync(job.clone()), &done), Step::UploadAudio);
        let take = VoiceTrack::Take { id: "t".into(), label: "Take 1".into(), url: "http://x/t.wav".into() };
        job.voice = VoiceTrack::Edited { file: file(), of: Box::new(take.clone()) };
        assert_eq!((job.voice.label().as_str(), job.voice.take_id()), ("Take 1", Some("t")));
        assert_eq!(next(&Request::LipSync(job.clone()), &done), Step::UploadAudio);
        job.voice = take;
        let request = Request::LipSync(job);
        assert_eq!(next(&request, &done), Step::Generate);
        done.generation = Some("g".into());
        assert_eq!(next(&request, &done), Step::Watch);
        done.run.output_url = Some("http://x/g.mp4".into());
        assert_eq!(next(&request, &done), Step::Download);
        done.run.output_url = None;
        done.run.completed = true;
        assert_eq!(next(&request, &done), Step::Link);
    }
}

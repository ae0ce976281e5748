//! The rules of waiting and giving up, one by one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::after::{Answer, Try, Verdict, after, before};
use super::checkpoint::Checkpoint;
use super::request::{LipSyncJob, LocalFile, Request, SpeakJob, VoiceTrack};
use super::step::{Step, next};
use crate::api::{Asset, AssetKind, Generation, Options, Status, Watched};
use crate::error::{Error, Refusal};

fn file() -> LocalFile {
    LocalFile { path: PathBuf::from("a.mp4"), content_type: "video/mp4".into(), kind: AssetKind::Video, size: None }
}

fn lip_sync() -> Request {
    Request::LipSync(LipSyncJob {
        target: file(),
        voice: VoiceTrack::Take { id: "t".into(), label: "Take 1".into(), url: "https://x/t.wav".into() },
        model: "lipsync-2".into(),
        options: Options::default(),
        folder: PathBuf::new(),
        stem: "out".into(),
        estimate_usd: None,
        match_loudness: false,
        is_trial: false,
    })
}

fn offline() -> Error {
    Error::Offline { service: "x".into(), source: Arc::new(std::io::Error::other("cut")) }
}

fn refused(status: u16, retry_after: Option<u64>) -> Arc<Refusal> {
    Arc::new(Refusal { status, retry_after: retry_after.map(Duration::from_secs), ..Refusal::default() })
}

fn this(attempt: u32) -> Try {
    Try { attempt, jitter: 0.5, watched: Duration::ZERO }
}

fn fails(step: Step, error: Error, attempt: u32) -> Verdict {
    after(&lip_sync(), &mut Checkpoint::default(), step, Err(error), this(attempt))
}

#[test]
fn offline_is_waited_out_for_ever_and_never_longer_than_half_a_minute_at_a_time() {
    let steps =
        [Step::UploadPicture, Step::ListVoices, Step::Clone, Step::Speak, Step::Generate, Step::Watch, Step::Download];
    for (step, attempt) in steps.into_iter().flat_map(|step| [1, 7, 1000].map(|attempt| (step, attempt))) {
        let Verdict::Again(wait, _) = fails(step, offline(), attempt) else { panic!("{step:?} {attempt}") };
        assert!(wait <= Duration::from_secs(36) && wait >= Duration::from_millis(800), "{wait:?}");
    }
}

#[test]
fn trouble_of_the_service_is_borne_for_a_while_and_lasting_refusals_not_at_all() {
    for step in [Step::UploadPicture, Step::ListVoices, Step::Generate, Step::Link] {
        assert!(matches!(fails(step, Error::Server(refused(500, None)), 1), Verdict::Again(..)), "{step:?}");
        assert!(matches!(fails(step, Error::Server(refused(500, None)), 9), Verdict::Fail(_)), "{step:?}");
        for error in [Error::Unauthorized, Error::Billing, Error::SlotsFull, Error::Invalid] {
            assert!(matches!(fails(step, error(refused(422, None)), 1), Verdict::Fail(_)), "{step:?}");
        }
    }
    assert!(matches!(fails(Step::Watch, Error::Server(refused(500, None)), 1000), Verdict::Again(..)));
}

#[test]
fn the_pause_asked_for_is_kept_and_no_room_means_the_line() {
    let Verdict::Again(wait, _) = fails(Step::Generate, Error::RateLimited(refused(429, Some(40))), 1) else {
        panic!("it can be tried again")
    };
    assert!(wait >= Duration::from_secs(40));
    assert!(matches!(fails(Step::Generate, Error::Busy(refused(429, None)), 1), Verdict::Turn(..)));
    let Verdict::Turn(least, _) = fails(Step::Generate, Error::Busy(refused(429, Some(40))), 1) else {
        panic!("no room")
    };
    assert!(least >= Duration::from_secs(40), "also when a run ends before that");
}

#[test]
fn a_run_is_asked_about_every_five_seconds_then_every_ten_or_as_the_service_says() {
    let ask = |watched, ask_after| {
        let generation = Generation { status: Status::Processing, ..Generation::default() };
        let answer = Answer::Watched(Watched { generation, ask_after });
        let this = Try { watched: Duration::from_secs(watched), ..this(1) };
        after(&lip_sync(), &mut Checkpoint::default(), Step::Watch, Ok(answer), this)
    };
    assert!(matches!(ask(59, None), Verdict::Watch(wait) if wait == Duration::from_secs(5)));
    assert!(matches!(ask(36_000, None), Verdict::Watch(wait) if wait == Duration::from_secs(10)));
    assert!(matches!(ask(0, Some(Duration::from_secs(30))), Verdict::Pause(wait) if wait == Duration::from_secs(30)));
    assert!(matches!(ask(0, Some(Duration::ZERO)), Verdict::Pause(wait) if wait == Duration::from_secs(1)));
}

#[test]
fn the_body_is_fixed_before_it_is_first_sent_and_outlives_what_it_was_made_from() {
    let picture = Some(Asset { id: "a".into(), ..Asset::default() });
    let mut done = Checkpoint { picture, ..Checkpoint::default() };
    before(&lip_sync(), &mut done, Step::Generate);
    let sent = done.run.body.clone();
    assert!(done.sending.sent && sent.is_some());
    done.picture = Some(Asset { id: "b".into(), ..Asset::default() });
    before(&lip_sync(), &mut done, Step::Generate);
    assert_eq!((done.run.body, done.sending.lost), (sent, true));
}

#[test]
fn only_what_was_told_can_be_agreed_to() {
    let request = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "v".into(),
        voice_name: "V".into(),
        script: "Hi".into(),
        stability: 0.5,
        similarity: 0.75,
    });
    let mut done = Checkpoint::default();
    before(&request, &mut done, Step::Speak);
    // Stopped, and taken up again.
    done.try_again();
    assert_eq!(next(&request, &done), Step::SpeechLost);
    assert!(matches!(after(&request, &mut done, Step::SpeechLost, Ok(Answer::Nothing), this(1)), Verdict::Fail(_)));
    done.try_again();
    assert_eq!(next(&request, &done), Step::Speak);
}

#[test]
fn a_run_is_given_up_only_when_it_is_said_for_minutes_not_to_exist_and_then_it_can_be_watched_again() {
    let unknown = || {
        let code = Some("generation_not_found".to_owned());
        Error::NotFound(Arc::new(Refusal { status: 404, code, ..Refusal::default() }))
    };
    let mut done = Checkpoint { generation: Some("g".into()), ..Checkpoint::default() };
    let mut ask = |error: Error, attempt| after(&lip_sync(), &mut done, Step::Watch, Err(error), this(attempt));
    for attempt in 1..100 {
        assert!(matches!(ask(Error::NotFound(refused(404, None)), attempt), Verdict::Again(..)), "a gateway's word");
    }
    // What went wrong before does not count.
    let mut waited = Duration::ZERO;
    let error = loop {
        match ask(unknown(), 1000) {
            Verdict::Again(wait, _) => waited += wait,
            Verdict::Fail(error) => break error,
            other => panic!("{other:?}"),
        }
    };
    assert!(waited >= Duration::from_mins(5), "{waited:?}");
    assert!(error.to_string().contains("does not know this lip sync"), "{error}");
    assert!(!done.run.ended);
    done.try_again();
    assert_eq!(next(&lip_sync(), &done), Step::Watch);
    assert!(matches!(after(&lip_sync(), &mut done, Step::Watch, Err(unknown()), this(1)), Verdict::Again(..)));
}

#[test]
fn speech_jobs_that_are_not_offered_are_done_without_unless_one_may_have_been_taken_on() {
    let line = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "v".into(),
        voice_name: "V".into(),
        script: "word ".repeat(300),
        stability: 0.5,
        similarity: 0.75,
    });
    let off = || {
        let code = Some("feature_not_enabled".to_owned());
        Error::Server(Arc::new(Refusal { status: 503, code, ..Refusal::default() }))
    };
    let mut done = Checkpoint::default();
    before(&line, &mut done, Step::StartSpeech);
    let out = after(&line, &mut done, Step::StartSpeech, Err(Error::Provider(refused(503, None))), this(1));
    assert!(matches!(out, Verdict::Again(..)), "the provider will be back");
    assert!(matches!(after(&line, &mut done, Step::StartSpeech, Err(off()), this(2)), Verdict::On));
    assert_eq!(next(&line, &done), Step::Speak);

    let mut done = Checkpoint::default();
    for _ in 0..2 {
        before(&line, &mut done, Step::StartSpeech);
    }
    assert!(matches!(after(&line, &mut done, Step::StartSpeech, Err(off()), this(1)), Verdict::Again(..)));
    assert!(matches!(after(&line, &mut done, Step::StartSpeech, Err(off()), this(9)), Verdict::On));
    assert_eq!(next(&line, &done), Step::SpeechLost);
}

/// Another label, or another place at the service, is the same voice: it would be paid for twice.
#[test]
fn what_a_voice_is_called_makes_no_other_run_of_it_and_another_file_does() {
    let changed = |change: &dyn Fn(&mut LipSyncJob)| {
        let Request::LipSync(mut job) = lip_sync() else { panic!() };
        change(&mut job);
        lip_sync().makes_the_same(&Request::LipSync(job))
    };
    let take =
        |id: &str, label: &str, url: &str| VoiceTrack::Take { id: id.into(), label: label.into(), url: url.into() };
    assert!(changed(&|job| job.voice = take("t", "Line 1, take 1, Mara", "https://x/new.wav")));
    assert!(changed(&|job| job.estimate_usd = Some(0.4)));
    assert!(!changed(&|job| job.stem = "another".into()));
    assert!(!changed(&|job| job.voice = take("u", "Take 1", "https://x/t.wav")));
    assert!(!changed(&|job| job.voice = VoiceTrack::File(file())));
    assert!(!changed(&|job| job.match_loudness = true));
    assert!(!changed(&|job| job.is_trial = true));
    let edited = |name: &str, of| {
        let file = LocalFile { path: name.into(), ..file() };
        VoiceTrack::Edited { file, of: Box::new(of) }
    };
    let (one, called) = (edited("a.wav", take("t", "Take 1", "u")), edited("a.wav", take("t", "The calm one", "u")));
    assert!(one.is_same(&called));
    assert!(!one.is_same(&edited("b.wav", take("t", "Take 1", "u"))));
    assert!(!one.is_same(&edited("a.wav", take("v", "Take 1", "u"))));
}

//! The decisions of a job against a simulated service, with any sequence of answers, crashes and users' words: what
//! may be charged is done once, or once more for each word.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::after::{Answer, Try, Verdict, after, before, line};
use super::checkpoint::Checkpoint;
use super::request::{CloneJob, LipSyncJob, LocalFile, Request, SpeakJob, SpokenPart, VoiceTrack};
use super::step::{Step, Tries, next};
use crate::api::{
    Arrived, Asset, AssetKind, Cloned, Generation, Naming, Options, Speech, SpeechJob, Spoken, Status, Voice, Watched,
};
use crate::error::{Error, Refusal, Result};
use crate::library::Consent;

/// What happens to one step.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Ok,
    /// It is done there, and the answer is lost.
    Lost,
    /// It never arrives, and that is not known here.
    Swallowed,
    /// It is done there, so many steps after the answer was lost.
    Late(u32),
    /// It is done there, and the answer is garbage.
    Garbage,
    /// A 500; whether it was done is the flag.
    Broken(bool),
    Offline,
    Refused(u16),
    Busy,
    /// The ticket's outcome is not known there yet, or is that of a run that is named.
    Unsure(bool),
    AssetGone,
    /// The run is not known there, it says.
    RunUnknown,
    CrashBeforeWriting,
    CrashBeforeSending,
    CrashBeforeAnswer,
    CrashBeforeWritingAnswer,
}

/// What the service has, whoever asks.
#[derive(Default)]
struct Service {
    voices: Vec<Voice>,
    /// Clones begun that are not in the list yet, with the steps until they are.
    hatching: Vec<(u32, Voice)>,
    unique_names: bool,
    clones: u32,
    lines: u32,
    runs: HashMap<String, (String, String)>,
    jobs: HashMap<String, (String, String)>,
    speech_jobs: bool,
    /// A ticket came with another body than before.
    mixed_up: bool,
}

impl Service {
    fn voice(&mut self) -> Voice {
        self.clones += 1;
        let id = uuid::Uuid::from_u128(self.clones.into()).to_string();
        Voice { id, name: Some("Mara".into()), ..Voice::default() }
    }

    fn by_ticket(map: &mut HashMap<String, (String, String)>, ticket: String, body: &str, mixed: &mut bool) -> String {
        let made = format!("run {}", map.len());
        let (known, id) = map.entry(ticket).or_insert_with(|| (body.to_owned(), made)).clone();
        *mixed |= known != body;
        id
    }

    /// Does what is asked.
    fn act(&mut self, request: &Request, done: &Checkpoint, step: Step, late: Option<u32>) -> Result<Answer> {
        Ok(match step {
            Step::UploadPicture | Step::UploadAudio => Answer::Uploaded(Asset::default(), "hash".into()),
            Step::ListVoices | Step::FindClone => Answer::Voices(self.voices.clone()),
            Step::Clone => {
                if self.unique_names && self.clones > 0 {
                    return Err(refused(409, "voice_name_conflict"));
                }
                let voice = self.voice();
                if let Some(steps) = late {
                    self.hatching.push((steps, voice.clone()));
                } else {
                    self.voices.push(voice.clone());
                }
                Answer::Cloned(Cloned { id: Some(voice.id), ..Cloned::default() })
            }
            Step::Speak => {
                self.lines += 1;
                Answer::Spoken(Spoken::Ready(speech(self.lines)))
            }
            Step::StartSpeech => {
                if !self.speech_jobs {
                    return Err(refused(503, ""));
                }
                let Request::Speak(job) = request else { unreachable!() };
                let body = format!("{:?}", done.speaking.line.clone().unwrap_or_else(|| line(job, done)));
                let id = Self::by_ticket(&mut self.jobs, done.ticket("job"), &body, &mut self.mixed_up);
                Answer::Spoken(Spoken::Pending(SpeechJob { id, location: None, ask_after: Duration::ZERO }))
            }
            Step::AskSpeech => Answer::Spoken(Spoken::Ready(speech(0))),
            Step::Generate => {
                let body = serde_json::to_string(&done.run.body).unwrap();
                let id = Self::by_ticket(&mut self.runs, done.ticket("job"), &body, &mut self.mixed_up);
                Answer::Started(Generation { id, ..Generation::default() })
            }
            Step::Watch => Answer::Watched(Watched {
                generation: Generation { status: Status::Completed, ..Generation::default() },
                ask_after: None,
            }),
            Step::Link => Answer::Link("https://x/y.mp4".into()),
            Step::Download | Step::Join => {
                Answer::Arrived(Arrived { part: PathBuf::from(".y.part"), extension: "mp4".into(), bytes: 1 })
            }
            Step::Name => Answer::Named(Naming::Done),
            Step::SpeechLost | Step::Finish => Answer::Nothing,
        })
    }

    /// What comes back under a fate; what is done there is done.
    fn serve(&mut self, request: &Request, done: &Checkpoint, step: Step, fate: Fate) -> Result<Answer> {
        self.hatching.iter_mut().for_each(|(left, _)| *left = left.saturating_sub(1));
        let ready = self.hatching.extract_if(.., |(left, _)| *left == 0).map(|(_, voice)| voice);
        self.voices.extend(ready);
        // There is nothing on the wire.
        if step == Step::SpeechLost {
            return Ok(Answer::Nothing);
        }
        let bought = step.is_bought();
        match fate {
            Fate::Lost | Fate::CrashBeforeAnswer => self.act(request, done, step, None).and(Err(lost())),
            Fate::Late(steps) => self.act(request, done, step, Some(steps)).and(Err(lost())),
            Fate::Garbage => self.act(request, done, step, None).and(Err(garbage())),
            Fate::Broken(true) => self.act(request, done, step, None).and(Err(refused(500, "internal_error"))),
            Fate::Swallowed => Err(lost()),
            Fate::Broken(false) => Err(refused(500, "internal_error")),
            Fate::Offline => Err(offline()),
            Fate::Refused(status) => Err(refused(status, "no")),
            Fate::Busy if bought => Err(refused(429, "concurrency_limit_reached")),
            Fate::AssetGone if matches!(step, Step::Generate | Step::Clone) => Err(refused(422, "asset_not_found")),
            Fate::Unsure(named) if step == Step::Generate => {
                let Ok(Answer::Started(run)) = self.act(request, done, step, None) else { unreachable!() };
                let Error::Conflict(refusal) = refused(409, "IDEMPOTENCY_OUTCOME_UNKNOWN") else { unreachable!() };
                let refusal = Refusal { generation_id: named.then_some(run.id), ..Refusal::clone(&refusal) };
                Err(Error::Conflict(Arc::new(refusal)))
            }
            Fate::RunUnknown if step == Step::Watch => Err(refused(404, "generation_not_found")),
            _ => self.act(request, done, step, None),
        }
    }
}

fn speech(number: u32) -> Speech {
    Speech { id: number.to_string(), url: "https://x/y.wav".into(), duration: None }
}

fn io() -> Arc<std::io::Error> {
    Arc::new(std::io::Error::other("cut"))
}

fn lost() -> Error {
    Error::Lost { service: "x".into(), what: "y".into(), advice: "z".into(), source: io() }
}

fn offline() -> Error {
    Error::Offline { service: "x".into(), source: io() }
}

fn garbage() -> Error {
    Error::Unreadable { service: "x".into(), detail: "y".into() }
}

fn refused(status: u16, code: &str) -> Error {
    let code = Some(code.to_owned()).filter(|code| !code.is_empty());
    let refusal = Arc::new(Refusal { status, code: code.clone(), ..Refusal::default() });
    match (status, code.as_deref()) {
        (401, _) => Error::Unauthorized(refusal),
        (402, _) => Error::Billing(refusal),
        (404, _) => Error::NotFound(refusal),
        (409, _) => Error::Conflict(refusal),
        (429, Some("concurrency_limit_reached")) => Error::Busy(refusal),
        (429, _) => Error::RateLimited(refusal),
        (500.., _) => Error::Server(refusal),
        _ => Error::Invalid(refusal),
    }
}

fn file() -> LocalFile {
    LocalFile { path: PathBuf::from("a.mp4"), content_type: "video/mp4".into(), kind: AssetKind::Video, size: None }
}

fn speak(script: &str) -> Request {
    Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "v".into(),
        voice_name: "V".into(),
        script: script.to_owned(),
        stability: 0.5,
        similarity: 0.75,
    })
}

fn in_parts(texts: &[&str]) -> Request {
    let Request::Speak(job) = speak(&texts.concat()) else { unreachable!() };
    let part = |text: &&str| SpokenPart { text: (*text).to_owned(), pause_after_secs: 0.5 };
    Request::Speak(SpeakJob { parts: texts.iter().map(part).collect(), ..job })
}

/// How many requests that may be charged it takes.
fn requests_of(request: &Request) -> u32 {
    match request {
        Request::Speak(job) => u32::try_from(job.parts.len().max(1)).unwrap(),
        _ => 1,
    }
}

fn requests() -> impl Strategy<Value = Request> {
    let lip_sync = LipSyncJob {
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
    let clone = CloneJob { name: "Mara".into(), sample: file(), origin: None, consent: Consent::default() };
    prop_oneof![
        Just(Request::Clone(clone)),
        Just(speak("Hi")),
        Just(speak(&"word ".repeat(300))),
        Just(in_parts(&["Hi", "there", "Mara"])),
        Just(in_parts(&["Hi", &"word ".repeat(300)])),
        Just(Request::LipSync(lip_sync)),
    ]
}

fn fates() -> impl Strategy<Value = Fate> {
    let status = prop_oneof![Just(401), Just(402), Just(404), Just(409), Just(422), Just(429), Just(503)];
    prop_oneof![
        3 => Just(Fate::Ok),
        2 => Just(Fate::Lost),
        1 => Just(Fate::Swallowed),
        1 => (3_u32..40).prop_map(Fate::Late),
        1 => Just(Fate::Garbage),
        1 => any::<bool>().prop_map(Fate::Broken),
        1 => Just(Fate::Offline),
        2 => status.prop_map(Fate::Refused),
        1 => Just(Fate::Busy),
        1 => any::<bool>().prop_map(Fate::Unsure),
        1 => Just(Fate::AssetGone),
        1 => Just(Fate::RunUnknown),
        1 => Just(Fate::CrashBeforeWriting),
        1 => Just(Fate::CrashBeforeSending),
        2 => Just(Fate::CrashBeforeAnswer),
        2 => Just(Fate::CrashBeforeWritingAnswer),
    ]
}

/// The program: what it holds, what is on disk, and how often the user, having been told, asked again.
struct Program {
    request: Request,
    service: Service,
    held: Checkpoint,
    disk: String,
    tries: Tries,
    words: u32,
}

impl Program {
    fn write(&mut self) {
        self.disk = serde_json::to_string(&self.held).unwrap();
    }

    fn crash(&mut self) {
        self.held = serde_json::from_str(&self.disk).unwrap();
        self.tries = Tries::default();
    }

    /// One step with its fate; `true` when the job is over for good.
    fn step(&mut self, fate: Fate) -> bool {
        let step = next(&self.request, &self.held);
        if step == Step::Finish || self.held.run.ended {
            return true;
        }
        if step.is_bought() {
            before(&self.request, &mut self.held, step);
            if matches!(fate, Fate::CrashBeforeWriting) {
                self.crash();
                return false;
            }
            self.write();
        }
        if step == Step::Name && self.held.saving.name.is_none() {
            self.held.saving.name = Some(PathBuf::from("y.mp4"));
            self.write();
        }
        if matches!(fate, Fate::CrashBeforeSending) {
            self.crash();
            return false;
        }
        let answer = self.service.serve(&self.request, &self.held, step, fate);
        if matches!(fate, Fate::CrashBeforeAnswer) {
            self.crash();
            return false;
        }
        let this = Try { attempt: self.tries.begin(step), jitter: 0.5, watched: Duration::ZERO };
        let verdict = after(&self.request, &mut self.held, step, answer, this);
        if matches!(fate, Fate::CrashBeforeWritingAnswer) {
            self.crash();
            return false;
        }
        self.write();
        match verdict {
            Verdict::Again(..) | Verdict::Turn(..) => {}
            Verdict::On | Verdict::Pause(_) | Verdict::Watch(_) => self.tries.got_on(),
            Verdict::Fail(_) => {
                // The user always tries again.
                self.words += u32::from(self.held.sending.told);
                self.held.try_again();
                self.tries = Tries::default();
                self.write();
            }
        }
        false
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_may_be_charged_is_done_once_and_once_more_for_each_word(
        request in requests(),
        fates in proptest::collection::vec(fates(), 0..40),
        unique_names: bool,
        speech_jobs: bool,
    ) {
        let service = Service { unique_names, speech_jobs, ..Service::default() };
        let (held, disk) = (Checkpoint::default(), String::new());
        let mut program = Program { request, service, held, disk, tries: Tries::default(), words: 0 };
        program.write();
        let mut over = false;
        for fate in fates {
            over = over || program.step(fate);
            let Service { clones, lines, runs, jobs, mixed_up, .. } = &program.service;
            let lines = lines + u32::try_from(jobs.len()).unwrap();
            prop_assert!(*clones <= 1 + program.words, "{clones} clones, {} words", program.words);
            let most = requests_of(&program.request) + program.words;
            prop_assert!(lines <= most, "{lines} lines, {} words", program.words);
            prop_assert!(runs.len() <= 1 + program.words as usize, "{runs:?}, {} words", program.words);
            prop_assert!(!mixed_up, "one ticket, two bodies");
        }
        // Fair weather now: it ends, and what it ends with is there.
        for _ in 0..150 {
            over = over || program.step(Fate::Ok);
        }
        prop_assert!(over, "never over: {:?}", program.held);
        if let (Request::Clone(_), Some(cloned)) = (&program.request, &program.held.cloned) {
            let id = cloned.handle().unwrap().to_owned();
            let Service { voices, hatching, .. } = &program.service;
            prop_assert!(voices.iter().chain(hatching.iter().map(|(_, voice)| voice)).any(|voice| voice.id == id));
        }
        // Finished is finished.
        let (clones, lines, runs) = (program.service.clones, program.service.lines, program.service.runs.len());
        program.crash();
        prop_assert!(program.step(Fate::Lost));
        prop_assert_eq!((clones, lines, runs), (program.service.clones, program.service.lines, program.service.runs.len()));
    }
}

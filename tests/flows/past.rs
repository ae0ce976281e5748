//! A workspace with flows of earlier days, and pictures that look the same on each run.

use std::path::PathBuf;
use std::rc::Rc;

use mouthpiece::api::{Cloned, Options};
use mouthpiece::jobs::{LipSyncJob, Request, VoiceTrack};
use mouthpiece::library::{Care, Charge, ChargeState, CloneRecord, Consent, JobRow, Library, Relation, Take};
use mouthpiece::media::probe::probe;
use mouthpiece::store::{Flow, Lines, MediaFile, VoiceChoice};

use crate::common::{Setup, account, media};

/// The open flow's line.
pub const LINE: &str = "We built this for the people who finish the edit at two in the morning. Version three ships on \
    Thursday, and it is the quickest we have ever made.";
/// When the open flow was saved.
const SAVED: &str = "2025-11-20T14:06:00Z";

/// The workspace.
pub struct Past {
    pub dir: Rc<tempfile::TempDir>,
    /// Files that take a while to make, so that several workspaces may share them.
    pub media: Rc<tempfile::TempDir>,
    pub library: Library,
}

/// How far the open flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Nothing is in it yet.
    Empty,
    /// All but the lip sync.
    Ready,
    /// The lip sync failed.
    Failed,
    /// All but the clone.
    ToClone,
    /// The voice is there, and nothing was spoken yet.
    ToSpeak,
    /// Another text was written since the take.
    Changed,
}

fn text(path: &std::path::Path) -> String {
    path.display().to_string()
}

pub fn file(path: PathBuf) -> MediaFile {
    let probe = probe(&path).unwrap();
    MediaFile { path, probe }
}

impl Past {
    pub fn new(theme: &str) -> Self {
        Self::with(theme, &Rc::new(tempfile::tempdir().unwrap()))
    }

    /// A workspace on media that were made before.
    pub fn with(theme: &str, media: &Rc<tempfile::TempDir>) -> Self {
        let dir = Rc::new(tempfile::tempdir().unwrap());
        let settings = format!("theme = {theme:?}\noutput = \"/Videos/Mouthpiece\"\n");
        std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        let library = Library::open(&dir.path().join("workspaces/sandbox")).unwrap().library;
        Self { dir, media: media.clone(), library }
    }

    /// The same in the workspace of an account, whose service runs at a port.
    pub fn in_account(theme: &str, media: &Rc<tempfile::TempDir>, port: u16) -> Self {
        let Self { dir, library, .. } = Self::with(theme, media);
        drop(library);
        let account = Some(account(port));
        // The app knows where it lies.
        drop(Setup { dir: Some(dir.clone()), account, ..Setup::default() }.app());
        let mut workspaces =
            std::fs::read_dir(dir.path().join("workspaces")).unwrap().map(|entry| entry.unwrap().path());
        let own = workspaces.find(|path| !path.ends_with("sandbox")).unwrap();
        let library = Library::open(&own).unwrap().library;
        Self { dir, media: media.clone(), library }
    }

    /// Puts a flow into the library.
    pub fn keep(&self, flow: &Flow, at: &str) {
        let document = serde_json::to_string(flow).unwrap();
        self.library.put_flow_and_lines(&flow.id, &flow.name, &document, at, flow.lines.all()).unwrap();
    }

    /// A video of one colour, which is small in the pictures of the page.
    fn clip(&self, name: &str, colour: &str, speaks: bool) -> PathBuf {
        let file = self.media.path().join(name);
        if file.exists() {
            return file;
        }
        let sound = self.speech("talk.wav", 12.0);
        let (picture, to, from) = (format!("color=c={colour}:s=640x360:r=25"), text(&file), text(&sound));
        let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", picture.as_str()];
        arguments.extend(if speaks { ["-i", from.as_str(), "-t", "12"] } else { ["-an", "-shortest", "-t", "4"] });
        arguments.extend(["-pix_fmt", "yuv420p", to.as_str()]);
        media::run("ffmpeg", &arguments);
        file
    }

    /// Speech that is made once.
    fn speech(&self, name: &str, secs: f64) -> PathBuf {
        let file = self.media.path().join(name);
        if file.exists() { file } else { media::small_speech(self.media.path(), name, secs) }
    }

    /// The four flows of the pictures, and seven older ones.
    pub fn fill(&self) {
        let names = [
            ("Keynote, German pickup lines", 3, "Mara, keynote", 19, Some((false, 0.0))),
            ("Podcast trailer, episode 41", 1, "Sena, studio", 18, Some((true, 1.12))),
            ("Store opening, Dutch version", 4, "Tom, street", 17, Some((true, 2.36))),
            ("Course intro, lesson 7 retake", 2, "Lea, classroom", 16, None),
        ];
        let older = (1..=7).map(|number| (format!("Older flow {number}"), 1, "Mara, keynote", 15 - number, None));
        let recent = names.map(|(name, lines, voice, day, end)| (name.to_owned(), lines, voice, day, end));
        let target = self.clip("clip.mp4", "0x4a5a78", false);
        for (name, lines, voice, day, end) in recent.into_iter().chain(older) {
            let mut flow = Flow { name, lines: Lines::of("A line."), ..Flow::default() };
            (1..lines).for_each(|at| flow.lines.insert(at, Lines::line("Another line.")));
            flow.voice = Some(VoiceChoice { id: voice.to_lowercase(), name: voice.to_owned() });
            flow.target = (day > 16).then(|| file(target.clone()));
            let at = format!("2025-11-{day:02}T09:14:00Z");
            self.keep(&flow, &at);
            if let Some((is_made, usd)) = end {
                self.end(&mut flow, &at, is_made, usd);
                self.keep(&flow, &at);
            }
        }
    }

    /// Gives a flow its take, and the lip sync of it that was made or failed.
    fn end(&self, flow: &mut Flow, at: &str, is_made: bool, usd: f64) {
        flow.source = flow.target.clone();
        let (id, name) = flow.voice.clone().map(|voice| (voice.id, voice.name)).unwrap();
        let take = self.take(flow, &format!("take of {id}"), (&id, &name), at);
        let job = format!("sync of {id}");
        self.sync(flow, &job, &take, at, is_made);
        let charge = Charge {
            job: job.clone(),
            at: at.to_owned(),
            kind: "lip sync".into(),
            voice: None,
            model: None,
            estimate_usd: Some(usd),
            actual_usd: None,
            state: ChargeState::Reserved,
        };
        self.library.reserve(&charge).unwrap();
        self.library.settle(&job, Some(usd)).unwrap();
    }

    /// The flow that is open when the window opens.
    pub fn open(&self, open: Open) -> Flow {
        let mut flow = Flow { name: "Launch teaser pickup".into(), lines: Lines::of(LINE), ..Flow::default() };
        let source = self.clip("keynote-cam-a.mp4", "0x5f7d84", true);
        let target = self.clip("launch-teaser-v4.mp4", "0x8a6a58", false);
        (flow.source, flow.target) = (Some(file(source)), Some(file(target)));
        if open != Open::ToClone {
            self.speak(&mut flow, if open == Open::ToSpeak { 0 } else { 3 });
        }
        match open {
            Open::Failed => self.fail(&mut flow),
            Open::Changed => *flow.text_mut() = "We ship on Friday.".into(),
            Open::Empty | Open::Ready | Open::ToClone | Open::ToSpeak => {}
        }
        if open != Open::Empty {
            self.keep(&flow, SAVED);
        }
        flow
    }

    /// A voice cloned from the source, with its permission, and so many takes in it.
    fn speak(&self, flow: &mut Flow, takes: u32) {
        let (id, name) = ("7f3a".to_owned(), "Mara, keynote".to_owned());
        let (statement, relation) = ("I may.".to_owned(), Relation::InWriting);
        let speaker = "Mara".to_owned();
        let consent = Consent { statement, speaker, given_at: SAVED.into(), relation, ..Consent::default() };
        let clone = CloneRecord {
            id: id.clone(),
            name: name.clone(),
            ids: Cloned::default(),
            sample_name: "keynote-cam-a.mp4, 0:02.0 to 0:08.0".into(),
            sample_file: Some(self.speech("sample.wav", 6.0)),
            consent,
            cloned_at: SAVED.into(),
            ..CloneRecord::default()
        };
        self.library.put_clone(&clone).unwrap();
        self.keep(flow, SAVED);
        for number in 1..=takes {
            self.take(flow, &format!("take {number}"), (&id, &name), SAVED);
        }
        flow.voice = Some(VoiceChoice { id, name });
    }

    /// A take of the flow's line, chosen for it.
    fn take(&self, flow: &mut Flow, take: &str, (id, name): (&str, &str), at: &str) -> String {
        let take = Take {
            id: take.to_owned(),
            number: 0,
            voice_id: id.to_owned(),
            voice_name: name.to_owned(),
            script: flow.text().to_owned(),
            stability: Some(0.5),
            similarity: Some(0.75),
            file: self.speech("take.wav", 6.0),
            remote_id: None,
            url: "https://example.com/take.wav".into(),
            duration_secs: 6.0,
            made_at: at.to_owned(),
            care: Care {
                line_id: Some(flow.lines.active().id.clone()),
                said: Some(flow.text().to_owned()),
                ..Care::default()
            },
        };
        let take = self.library.add_take(take).unwrap();
        flow.set_take(Some(take.id.clone()));
        take.id
    }

    /// A lip sync that ended in a failure.
    fn fail(&self, flow: &mut Flow) {
        self.sync(flow, "sync", "take 3", SAVED, false);
    }

    /// A lip sync of a take: made, or failed for want of a face.
    fn sync(&self, flow: &mut Flow, job: &str, take: &str, at: &str, is_made: bool) {
        let voice = VoiceTrack::Take { id: take.into(), label: "Take 1".into(), url: "https://example.com/a".into() };
        let request = Request::LipSync(LipSyncJob {
            target: flow.target.as_ref().unwrap().local(),
            voice,
            model: flow.lip_sync.model.clone(),
            options: Options { sync_mode: Some(flow.lip_sync.mode), ..Options::default() },
            folder: "/Videos/Mouthpiece".into(),
            stem: "launch-teaser-v4_mara_t1".into(),
            estimate_usd: None,
            is_trial: false,
            match_loudness: false,
        });
        let sentence = "No face was found in the first 2 seconds. Pick a frame that shows the face, or trim the start, \
                        then run again.";
        let code = "generation_input_face_selection_invalid";
        let details = format!("Code {code}, status 422, request req_b81f22d0");
        let failed = serde_json::json!({"Failed": {"sentence": sentence, "code": code, "details": details}});
        let video = flow.target.as_ref().unwrap().path.clone();
        let made = serde_json::json!({"Done": {"Video": {"file": video, "secs": 6.0}}});
        let row = JobRow {
            id: job.into(),
            request: serde_json::to_string(&request).unwrap(),
            checkpoint: "{}".into(),
            state: if is_made { made } else { failed }.to_string(),
            created_at: at.into(),
            finished_at: Some(at.into()),
        };
        self.library.put_job(&row).unwrap();
        flow.result = Some(row.id);
    }
}

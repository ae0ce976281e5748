//! A workspace with flows of earlier days, and pictures that look the same on each run.

use std::path::PathBuf;
use std::rc::Rc;

use mouthpiece::api::{Cloned, Options};
use mouthpiece::jobs::{LipSyncJob, Request, VoiceTrack};
use mouthpiece::library::{Care, CloneRecord, Consent, JobRow, Library, Relation, Take};
use mouthpiece::media::probe::probe;
use mouthpiece::store::{Flow, Lines, MediaFile, VoiceChoice};

use crate::common::media;

/// The open flow's line.
pub const LINE: &str = "We built this for the people who finish the edit at two in the morning. Version three ships on \
    Thursday, and it is the quickest we have ever made.";
/// When the open flow was saved.
const SAVED: &str = "2025-11-20T14:06:00Z";

/// The workspace.
pub struct Past {
    pub dir: Rc<tempfile::TempDir>,
    pub media: tempfile::TempDir,
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
        let dir = Rc::new(tempfile::tempdir().unwrap());
        let settings = format!("theme = {theme:?}\noutput = \"/Videos/Mouthpiece\"\n");
        std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        let library = Library::open(&dir.path().join("workspaces/sandbox")).unwrap().library;
        Self { dir, media: tempfile::tempdir().unwrap(), library }
    }

    /// Puts a flow into the library.
    pub fn keep(&self, flow: &Flow, at: &str) {
        let document = serde_json::to_string(flow).unwrap();
        self.library.put_flow_and_lines(&flow.id, &flow.name, &document, at, flow.lines.all()).unwrap();
    }

    /// A video of one colour, which is small in the pictures of the page.
    fn clip(&self, name: &str, colour: &str, speaks: bool) -> PathBuf {
        let file = self.media.path().join(name);
        let sound = media::small_speech(self.media.path(), "talk.wav", 12.0);
        let (picture, to, from) = (format!("color=c={colour}:s=640x360:r=25"), text(&file), text(&sound));
        let mut arguments = vec!["-v", "error", "-y", "-f", "lavfi", "-i", picture.as_str()];
        arguments.extend(if speaks { ["-i", from.as_str(), "-t", "12"] } else { ["-an", "-shortest", "-t", "4"] });
        arguments.extend(["-pix_fmt", "yuv420p", to.as_str()]);
        media::run("ffmpeg", &arguments);
        file
    }

    /// The four flows of the pictures, and seven older ones.
    pub fn fill(&self) {
        let names = [
            ("Keynote, German pickup lines", 3, "Mara, keynote", 19),
            ("Podcast trailer, episode 41", 1, "Sena, studio", 18),
            ("Store opening, Dutch version", 4, "Tom, street", 17),
            ("Course intro, lesson 7 retake", 2, "Lea, classroom", 16),
        ];
        let older = (1..=7).map(|number| (format!("Older flow {number}"), 1, "Mara, keynote", 15 - number));
        let recent = names.map(|(name, lines, voice, day)| (name.to_owned(), lines, voice, day));
        let target = self.clip("clip.mp4", "0x4a5a78", false);
        for (name, lines, voice, day) in recent.into_iter().chain(older) {
            let mut flow = Flow { name, lines: Lines::of("A line."), ..Flow::default() };
            (1..lines).for_each(|at| flow.lines.insert(at, Lines::line("Another line.")));
            flow.voice = Some(VoiceChoice { id: voice.to_lowercase(), name: voice.to_owned() });
            flow.target = (day > 17).then(|| file(target.clone()));
            self.keep(&flow, &format!("2025-11-{day:02}T09:14:00Z"));
        }
    }

    /// The flow that is open when the window opens.
    pub fn open(&self, open: Open) -> Flow {
        let mut flow = Flow { name: "Launch teaser pickup".into(), lines: Lines::of(LINE), ..Flow::default() };
        let source = self.clip("keynote-cam-a.mp4", "0x5f7d84", true);
        let target = self.clip("launch-teaser-v4.mp4", "0x8a6a58", false);
        (flow.source, flow.target) = (Some(file(source)), Some(file(target)));
        if open != Open::ToClone {
            self.speak(&mut flow);
        }
        match open {
            Open::Failed => self.fail(&mut flow),
            Open::Changed => *flow.text_mut() = "We ship on Friday.".into(),
            Open::Empty | Open::Ready | Open::ToClone => {}
        }
        if open != Open::Empty {
            self.keep(&flow, SAVED);
        }
        flow
    }

    /// A voice cloned from the source, with its permission, and a take in it.
    fn speak(&self, flow: &mut Flow) {
        let (id, name) = ("7f3a".to_owned(), "Mara, keynote".to_owned());
        let (statement, relation) = ("I may.".to_owned(), Relation::InWriting);
        let consent = Consent { statement, given_at: SAVED.into(), relation, ..Consent::default() };
        let clone = CloneRecord {
            id: id.clone(),
            name: name.clone(),
            ids: Cloned::default(),
            sample_name: "keynote-cam-a.mp4, 0:02.0 to 0:08.0".into(),
            sample_file: Some(media::small_speech(self.media.path(), "sample.wav", 6.0)),
            consent,
            cloned_at: SAVED.into(),
            ..CloneRecord::default()
        };
        self.library.put_clone(&clone).unwrap();
        self.keep(flow, SAVED);
        let take = Take {
            id: "take".into(),
            number: 0,
            voice_id: id.clone(),
            voice_name: name.clone(),
            script: LINE.into(),
            stability: Some(0.5),
            similarity: Some(0.75),
            file: media::small_speech(self.media.path(), "take.wav", 6.0),
            remote_id: None,
            url: "https://example.com/take.wav".into(),
            duration_secs: 6.0,
            made_at: SAVED.into(),
            care: Care { line_id: Some(flow.lines.active().id.clone()), ..Care::default() },
        };
        let take = self.library.add_take(take).unwrap();
        flow.voice = Some(VoiceChoice { id, name });
        flow.set_take(Some(take.id));
    }

    /// A lip sync that ended in a failure.
    fn fail(&self, flow: &mut Flow) {
        let voice = VoiceTrack::Take { id: "take".into(), label: "Take 1".into(), url: "https://example.com/a".into() };
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
        let sentence = "No face was found in the first 2 seconds. Pick a frame that shows the face, then try again.";
        let row = JobRow {
            id: "sync".into(),
            request: serde_json::to_string(&request).unwrap(),
            checkpoint: "{}".into(),
            state: serde_json::json!({"Failed": {"sentence": sentence, "code": null, "details": ""}}).to_string(),
            created_at: SAVED.into(),
            finished_at: Some(SAVED.into()),
        };
        self.library.put_job(&row).unwrap();
        flow.result = Some(row.id);
    }
}

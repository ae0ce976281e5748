//! The first seconds of a run, to see how it will be: picture and voice are cut here, and an ordinary job makes a file of
//! its own from them, which is not the flow's result.

use std::path::{Path, PathBuf};

use super::run::tried_again;
use super::{LipSyncPanel, job, lengths_of, missing, video_of, voice_as_sent};
use crate::api::{AssetKind, SyncMode};
use crate::compose;
use crate::error::{Error, Result};
use crate::jobs::{Job, LipSyncJob, LocalFile, Request, VoiceTrack, cuts};
use crate::library::private_folder;
use crate::media::probe::Stamp;
use crate::media::sample::{self, Polish};
use crate::media::{Part, opening};
use crate::panels::{Command, Cx, limits};
use crate::runtime::Task;
use crate::store::Store;
use crate::ui::{Button, IconButton, format, icons};

/// Seconds of the result that are tried.
const SECS: f64 = 5.0;

/// A trial on its way to be a job, and the one made last.
#[derive(Default)]
pub(super) struct Trial {
    cutting: Option<(LipSyncJob, Task<[LocalFile; 2]>)>,
    /// Id of the job made last.
    pub job: Option<String>,
    /// What that job is to try, before it was cut.
    pub of: Option<LipSyncJob>,
    /// Its result is what the page shows.
    pub is_shown: bool,
    problem: Option<Error>,
}

/// What is cut, and to how many seconds.
struct Order {
    target: (PathBuf, f64),
    stamp: Stamp,
    voice: (PathBuf, f64),
    folder: PathBuf,
}

impl Trial {
    /// Takes in what was cut, and starts the job. A new try of one that failed is followed.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        if let Some(newer) = self.job.as_deref().and_then(|id| tried_again(cx.jobs, id)) {
            self.job = Some(newer);
        }
        let Some(cut) = self.cutting.as_mut().and_then(|(_, cut)| cut.take()) else { return };
        let Some((mut job, _)) = self.cutting.take() else { return };
        match cut {
            Ok([target, voice]) => {
                self.of = Some(job.clone());
                let of = Box::new(std::mem::replace(&mut job.voice, VoiceTrack::File(voice.clone())));
                (job.target, job.voice) = (target, VoiceTrack::Edited { file: voice, of });
                self.job = Some(cx.jobs.start(Request::LipSync(job)));
            }
            Err(error) => self.problem = Some(error),
        }
    }

    /// Whether it is being cut.
    pub fn is_cutting(&self) -> bool {
        self.cutting.is_some()
    }

    /// Why it could not be cut.
    pub fn problem(&self) -> Option<&Error> {
        self.problem.as_ref()
    }

    /// Does not say it any more.
    pub fn forget_problem(&mut self) {
        self.problem = None;
    }
}

impl LipSyncPanel {
    /// The button, with what it may cost; what came of it, once it is there. It keeps its place in a wide window, so
    /// that the one above it does.
    pub(super) fn trial_ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>, wide: bool) {
        if self.tried_ui(ui, cx, wide) {
            return;
        }
        let (_, _, result) = lengths_of(cx.store);
        let is_short = result.is_some_and(|secs| secs <= SECS);
        if is_short && !wide {
            return;
        }
        let usd = price(cx.store);
        let label = match usd.filter(|_| !cx.store.is_sandbox) {
            Some(usd) if wide => format!("Try the first 5 seconds, up to {}", format::price(usd)),
            _ => "Try the first 5 seconds".to_owned(),
        };
        let running = self.trial.job.as_deref().and_then(|id| cx.jobs.get(id)).is_some_and(Job::is_running);
        let why = missing(cx.store, cx.jobs).or_else(|| self.level.why_not().map(str::to_owned));
        let why = running.then(|| "A trial is running already".to_owned()).or(why);
        let why = why.or(is_short.then(|| "The whole result is not longer than 5 seconds".to_owned()));
        let mut button = Button::secondary(&label).busy(self.trial.is_cutting(), "Cutting");
        if wide {
            button = button.fill_width();
        } else {
            button = button.large();
        }
        let button = button.tip("A file of its own, cut on this computer. It does not become the result of the flow.");
        if button.off_if(why.as_deref()).show(ui).clicked() && !limits::holds_back(cx, usd) {
            self.begin_trial(cx, usd);
        }
    }

    /// The first seconds as they came out, while they are of what is set now.
    fn tried_ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>, wide: bool) -> bool {
        let Some((_, file)) = self.trial.job.as_deref().and_then(|id| video_of(cx.jobs.get(id)?)) else { return false };
        if self.trial.is_cutting() || !self.is_tried_now(cx) {
            return false;
        }
        let (file, row) = (file.to_owned(), egui::vec2(ui.available_width(), 32.0));
        let mut shows = |ui: &mut egui::Ui, trial: &mut Trial| {
            if IconButton::new(icons::X, "Close the trial").show(ui).clicked() {
                trial.job = None;
            }
            if IconButton::new(icons::FOLDER_OPEN, "Show the trial in its folder").show(ui).clicked() {
                cx.commands.push(Command::Reveal(file.clone()));
            }
            let button = Button::outline("Compare the trial").icon(icons::CHECK_CIRCLE_FILL);
            let button = if wide { button.fill_width() } else { button.large() };
            trial.is_shown |= button.tip("The first 5 seconds are ready").show(ui).clicked();
        };
        if wide {
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            ui.allocate_ui_with_layout(row, layout, |ui| shows(ui, &mut self.trial));
        } else {
            shows(ui, &mut self.trial);
        }
        true
    }

    /// Whether the trial is of what is set now. While that can't be told, it is.
    fn is_tried_now(&self, cx: &Cx<'_>) -> bool {
        let Some((of, track)) = self.trial.of.as_ref().zip(self.level.track(cx.store)) else { return true };
        let now = job(cx.store, track, of.folder.clone(), of.estimate_usd);
        now.is_some_and(|now| LipSyncJob { is_trial: true, ..now }.makes_the_same(of))
    }

    fn begin_trial(&mut self, cx: &mut Cx<'_>, usd: Option<f64>) {
        let (Some(track), (Some(video), Some(voice), _)) = (self.level.track(cx.store), lengths_of(cx.store)) else {
            return;
        };
        let (Some(target), Some(sound)) = (&cx.store.flow.target, voice_as_sent(cx.store, &self.level)) else { return };
        let mode = cx.store.flow.lip_sync.mode;
        let order = Order {
            target: (target.path.clone(), video.min(picture_secs(mode, video, voice))),
            stamp: target.probe.stamp(),
            voice: (sound, voice.min(SECS)),
            folder: cuts::folder(cx.library),
        };
        let Some(mut job) = job(cx.store, track, cx.settings.output_folder(), usd) else { return };
        job.is_trial = true;
        job.stem = crate::store::clean_name(&format!("{}_first 5 s", job.stem));
        self.trial.problem = None;
        self.trial.cutting = Some((job, cx.runtime.blocking(move || cut(&order))));
    }
}

/// Seconds of the video that the first seconds of the result are made of.
fn picture_secs(mode: SyncMode, video: f64, voice: f64) -> f64 {
    let is_remapped = mode == SyncMode::Remap && voice > 0.0;
    if is_remapped { SECS.min(voice) * video / voice } else { SECS }
}

/// What a trial may cost, in US dollars.
pub(super) fn price(store: &Store) -> Option<f64> {
    if store.is_sandbox {
        return Some(0.0);
    }
    let (_, _, result) = lengths_of(store);
    compose::price(&store.flow.lip_sync.model, result.unwrap_or(SECS).min(SECS))
}

fn cut(order: &Order) -> Result<[LocalFile; 2]> {
    let folder = &order.folder;
    let failed = |error| Error::file("write to", folder, error);
    let (from, secs) = &order.target;
    cuts::same(from, order.stamp)?;
    private_folder(folder).map_err(failed)?;
    let target = made(folder, "mp4", |to| opening::cut(from, *secs, to))?;
    cuts::same(from, order.stamp)?;
    let (from, secs) = &order.voice;
    let no_end = |_: f32| true;
    let voice =
        made(folder, "wav", |to| sample::cut(from, Part::new(0.0, *secs), Polish::default(), to, &no_end).map(drop))?;
    Ok([local(target, "video/mp4", AssetKind::Video), local(voice, "audio/wav", AssetKind::Audio)])
}

fn made(folder: &Path, extension: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let failed = |error| Error::file("write to", folder, error);
    let part = tempfile::Builder::new().prefix(".mouthpiece-").suffix(&format!(".{extension}")).tempfile_in(folder);
    let part = part.map_err(failed)?.into_temp_path();
    make(&part)?;
    cuts::name(folder, &part).map_err(failed)
}

fn local(path: PathBuf, content_type: &str, kind: AssetKind) -> LocalFile {
    let size = path.metadata().ok().map(|facts| facts.len());
    LocalFile { path, content_type: content_type.to_owned(), kind, size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remapped_trial_has_the_pace_of_the_whole() {
        let secs = |mode, video, voice| picture_secs(mode, video, voice);
        assert!((secs(SyncMode::Remap, 8.0, 16.0) - 2.5).abs() < 1e-9);
        assert!((secs(SyncMode::Remap, 20.0, 4.0) - 20.0).abs() < 1e-9);
        assert!((secs(SyncMode::Bounce, 20.0, 16.0) - 5.0).abs() < 1e-9);
    }
}

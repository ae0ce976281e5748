//! "Trim to fit": the beginning of a video of which no more is used, as a file of its own, so that no more is sent and
//! no larger plan is needed.

use std::path::{Path, PathBuf};

use super::{LipSyncPanel, current, lengths_of, modes};
use crate::error::{Error, Result};
use crate::files::free_name;
use crate::jobs::Job;
use crate::media::opening;
use crate::media::probe::{self, Stamp};
use crate::panels::{Command, Cx, Notice};
use crate::runtime::Task;
use crate::store::{MediaFile, Store, clean_name, file_name};
use crate::ui::format;
use modes::Look;

/// Less than this, in seconds, is not worth a file.
const LEAST: f64 = 1.0;

/// The video on its way to be trimmed.
#[derive(Default)]
pub(super) struct Fit(Option<Cutting>);

struct Cutting {
    order: Order,
    /// A run was under way in the meantime: it keeps its flow as it is.
    is_overtaken: bool,
    cut: Task<MediaFile>,
}

/// What is trimmed, and for what.
struct Order {
    /// Id of the flow.
    flow: String,
    from: PathBuf,
    secs: f64,
    /// The flow's result when it was ordered.
    result: Option<String>,
}

impl Order {
    /// Whether the flow that is open is still the one it was ordered for, and wants the same.
    fn is_of(&self, store: &Store) -> bool {
        let flow = &store.flow;
        let is_same = flow.id == self.flow && flow.result == self.result;
        let of_target = flow.target.as_ref().is_some_and(|target| target.path == self.from);
        is_same && of_target && used_secs(store).is_some_and(|secs| (secs - self.secs).abs() < 1e-3)
    }

    /// What was trimmed is the target from now on.
    fn land(&self, file: MediaFile, store: &mut Store) {
        let flow = &mut store.flow;
        // A face was picked in a frame that is at the same place in the beginning of the video.
        if let Some(face) = flow.lip_sync.face.as_mut().filter(|face| face.path == self.from) {
            face.path.clone_from(&file.path);
        }
        (flow.target, flow.result) = (Some(file), None);
    }
}

impl Fit {
    /// Whether one is being trimmed.
    pub fn is_cutting(&self) -> bool {
        self.0.is_some()
    }

    /// Takes in what was trimmed. It is the target from then on, unless the flow is not what it was any more. Until then
    /// no run begins.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        let is_running = current(cx.store, cx.jobs).is_some_and(Job::is_running);
        let Some(cutting) = self.0.as_mut() else {
            cx.store.incoming.trims_target = false;
            return;
        };
        cutting.is_overtaken |= is_running;
        cx.store.incoming.trims_target = !cutting.is_overtaken && cutting.order.is_of(cx.store);
        let Some(done) = cutting.cut.take() else { return };
        let is_wanted = std::mem::take(&mut cx.store.incoming.trims_target);
        let Some(Cutting { order, .. }) = self.0.take() else { return };
        let file = match done {
            Ok(file) => file,
            Err(error) => return cx.commands.complain("Could not trim the video", error),
        };
        let title = format!("Trimmed to {}", format::time_code(order.secs));
        let detail = format!("{} is a file of its own. The whole video stays as it is.", file_name(&file.path));
        cx.commands.push(Command::Notify(Notice { title, detail, action: None }));
        if is_wanted {
            order.land(file, cx.store);
        }
    }
}

/// Seconds of the video that are used, when a good part of it is not.
pub(super) fn used_secs(store: &Store) -> Option<f64> {
    let (video, voice, _) = lengths_of(store);
    let (video, voice) = (video?, voice?);
    let lanes = modes::lanes(store.flow.lip_sync.mode, video, voice);
    let is_cut = lanes.picture.last().is_some_and(|part| part.look == Look::Unused);
    (is_cut && video - voice >= LEAST).then_some(voice)
}

impl LipSyncPanel {
    /// Whether the video could be trimmed now: one at a time, and not the one of a run under way.
    pub(super) fn may_fit(&self, cx: &Cx<'_>) -> bool {
        !self.fit.is_cutting() && !current(cx.store, cx.jobs).is_some_and(Job::is_running)
    }

    /// Trims the video to what is used of it.
    pub(super) fn fit(&mut self, cx: &mut Cx<'_>) {
        let (Some(target), Some(secs), true) = (&cx.store.flow.target, used_secs(cx.store), self.may_fit(cx)) else {
            return;
        };
        let (from, stamp, folder) = (target.path.clone(), target.probe.stamp(), cx.settings.output_folder());
        let stem = clean_name(&format!("{}_first {secs:.1} s", target.stem()));
        let flow = &cx.store.flow;
        let order = Order { flow: flow.id.clone(), from: from.clone(), secs, result: flow.result.clone() };
        let cut = cx.runtime.blocking(move || {
            let path = trim(&from, stamp, secs, &folder, &stem)?;
            Ok(MediaFile { probe: probe::probe(&path)?, path })
        });
        self.fit.0 = Some(Cutting { order, is_overtaken: false, cut });
        cx.store.incoming.trims_target = true;
    }
}

/// Writes the first `secs` seconds beside the results, under a name that is free. Blocks.
fn trim(from: &Path, stamp: Stamp, secs: f64, folder: &Path, stem: &str) -> Result<PathBuf> {
    let failed = |error| Error::file("write to", folder, error);
    crate::jobs::cuts::same(from, stamp)?;
    std::fs::create_dir_all(folder).map_err(failed)?;
    let part = tempfile::Builder::new().prefix(".mouthpiece-").suffix(".mp4").tempfile_in(folder);
    let part = part.map_err(failed)?.into_temp_path();
    opening::cut(from, secs, &part)?;
    let path = free_name(folder, stem, "mp4")?;
    part.persist_noclobber(&path).map_err(|error| failed(error.error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::SyncMode;
    use crate::media::probe::Probe;
    use crate::store::Flow;

    fn file(path: &str, secs: f64) -> MediaFile {
        MediaFile { path: path.into(), probe: Probe { duration_secs: Some(secs), ..Probe::default() } }
    }

    #[test]
    fn what_was_trimmed_is_taken_only_by_the_flow_that_still_wants_it() {
        let mut store = Store::new("the sandbox".into(), true);
        store.flow.target = Some(file("whole.mp4", 12.0));
        store.flow.audio = Some(file("voice.wav", 5.0));
        let order = Order {
            flow: store.flow.id.clone(),
            from: "whole.mp4".into(),
            secs: 5.0,
            result: store.flow.result.clone(),
        };
        assert!(order.is_of(&store));
        let mut refuses = |what: &str, change: fn(&mut Flow)| {
            let before = store.flow.clone();
            change(&mut store.flow);
            assert!(!order.is_of(&store), "{what}");
            store.flow = before;
        };
        refuses("a copy of the flow", |flow| flow.id.push('2'));
        refuses("another video", |flow| flow.target = Some(file("other.mp4", 12.0)));
        refuses("a longer voice", |flow| flow.audio = Some(file("voice.wav", 7.0)));
        refuses("a mode that uses all of it", |flow| flow.lip_sync.mode = SyncMode::Remap);
        refuses("a run that was begun", |flow| flow.result = Some("job".into()));
        assert!(order.is_of(&store));
    }
}

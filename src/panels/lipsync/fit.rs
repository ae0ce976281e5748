//! "Trim to fit": the beginning of a video of which no more is used, as a file of its own, so that no more is sent and
//! no larger plan is needed.

use std::path::{Path, PathBuf};

use super::{LipSyncPanel, lengths_of, modes};
use crate::error::{Error, Result};
use crate::files::free_name;
use crate::media::opening;
use crate::media::probe::Stamp;
use crate::panels::{Command, Cx, Notice};
use crate::runtime::Task;
use crate::store::{Role, Store, clean_name, file_name};
use crate::ui::format;
use modes::Look;

/// Less than this, in seconds, is not worth a file.
const LEAST: f64 = 1.0;

/// The video on its way to be trimmed.
#[derive(Default)]
pub(super) struct Fit(Option<Cutting>);

struct Cutting {
    from: PathBuf,
    secs: f64,
    cut: Task<PathBuf>,
}

impl Fit {
    /// Whether one is being trimmed.
    pub fn is_cutting(&self) -> bool {
        self.0.is_some()
    }

    /// Takes in what was trimmed. It is the target from then on, unless another one was chosen in the meantime.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        let Some(done) = self.0.as_mut().and_then(|cutting| cutting.cut.take()) else { return };
        let Some(Cutting { from, secs, .. }) = self.0.take() else { return };
        let path = match done {
            Ok(path) => path,
            Err(error) => return cx.commands.complain("Could not trim the video", error),
        };
        let title = format!("Trimmed to {}", format::time_code(secs));
        let detail = format!("{} is a file of its own. The whole video stays as it is.", file_name(&path));
        cx.commands.push(Command::Notify(Notice { title, detail, action: None }));
        if cx.store.flow.target.as_ref().is_none_or(|target| target.path != from) {
            return;
        }
        // A face was picked in a frame that is at the same place in the beginning of the video.
        if let Some(face) = cx.store.flow.lip_sync.face.as_mut().filter(|face| face.path == from) {
            face.path.clone_from(&path);
        }
        cx.commands.push(Command::Bring(path, Role::Target));
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
    /// Trims the video to what is used of it.
    pub(super) fn fit(&mut self, cx: &Cx<'_>) {
        let (Some(target), Some(secs), false) = (&cx.store.flow.target, used_secs(cx.store), self.fit.is_cutting())
        else {
            return;
        };
        let (from, stamp, folder) = (target.path.clone(), target.probe.stamp(), cx.settings.output_folder());
        let stem = clean_name(&format!("{}_first {secs:.1} s", target.stem()));
        let order = (from.clone(), stamp);
        let cut = cx.runtime.blocking(move || trim(&order.0, order.1, secs, &folder, &stem));
        self.fit.0 = Some(Cutting { from, secs, cut });
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

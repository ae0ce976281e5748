//! Joining takes into one track: a dialog to choose them, the work, and what can be done with the track.

mod draw;
mod plan;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::trim::keep;
use crate::error::{Error, Result};
use crate::library::private_folder;
use crate::media::edit::{self, Piece};
use crate::panels::Cx;
use crate::progress::Progress;
use crate::runtime::Task;
use crate::store::Store;
use plan::Plan;

pub use draw::button_ui;

/// The dialog, while it is open.
#[derive(Default)]
pub struct Join(Option<Open>);

struct Open {
    plan: Plan,
    stage: Stage,
    /// Id of the take whose row had the focus in the last frame.
    in_hand: Option<String>,
}

/// How far it has come.
enum Stage {
    Choosing(Option<Error>),
    Working(Working),
    Done(Track),
}

struct Working {
    task: Task<Track>,
    /// Thousandths.
    progress: Progress,
    stop: Stop,
}

/// Tells the work to stop when it is dropped.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A track that was joined.
#[derive(Debug, Clone, PartialEq)]
struct Track {
    file: PathBuf,
    secs: f64,
    takes: usize,
}

impl Join {
    /// Opens the dialog.
    pub fn open(&mut self, store: &Store) {
        let plan = Plan::new(store);
        self.0 = Some(Open { plan, stage: Stage::Choosing(None), in_hand: None });
    }

    /// Takes in what was joined.
    pub fn work(&mut self) {
        let Some(open) = &mut self.0 else { return };
        let Stage::Working(working) = &mut open.stage else { return };
        open.stage = match working.task.take() {
            Some(Ok(track)) => Stage::Done(track),
            Some(Err(error)) => Stage::Choosing(Some(error)),
            None => return,
        };
    }
}

impl Open {
    fn start(&mut self, cx: &Cx<'_>) {
        let pieces: Vec<Piece> = self.plan.pieces().into_iter().map(|(piece, _)| piece).collect();
        let (folder, stem) = (cx.library.folder().join("Tracks"), self.plan.stem());
        let (progress, stopped) = (Progress::default(), Arc::new(AtomicBool::new(false)));
        let (shown, stop) = (progress.clone(), Stop(stopped.clone()));
        let wake = cx.runtime.handle();
        let task = cx.runtime.blocking(move || {
            shown.start(1000);
            let going = |part: f32| {
                let before = shown.done();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "thousandths")]
                shown.set((part.clamp(0.0, 1.0) * 1000.0) as u64);
                if shown.done() / 10 != before / 10 {
                    wake.wake();
                }
                !stopped.load(Ordering::Relaxed)
            };
            join(&pieces, &folder, &stem, &going)
        });
        self.stage = Stage::Working(Working { task, progress, stop });
    }

    fn cancel(&mut self) {
        if let Stage::Working(working) = &self.stage {
            working.stop.0.store(true, Ordering::Relaxed);
        }
        self.stage = Stage::Choosing(None);
    }
}

/// Joins pieces into a new file of the folder, under the name or the next one that is free. Blocks.
fn join(pieces: &[Piece], folder: &Path, stem: &str, going: &dyn Fn(f32) -> bool) -> Result<Track> {
    let failed = |error| Error::file("write", folder, error);
    private_folder(folder).map_err(failed)?;
    let part = tempfile::Builder::new().prefix(".mouthpiece-").suffix(".wav").tempfile_in(folder).map_err(failed)?;
    let part = part.into_temp_path();
    let secs = edit::join(pieces, &part, going)?;
    let file = keep(part, folder, stem)?;
    Ok(Track { file, secs, takes: pieces.len() })
}

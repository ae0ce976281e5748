//! Files let go above a page that has places of its own for them, such as the cards of the flow.

use std::path::PathBuf;
use std::time::Duration;

use egui::Context;

use super::App;
use super::intake::{LATE_SECS, is_text};
use crate::panels::{Command, Notice};
use crate::store::{PageDrop, file_name};

impl App {
    /// Whether the page shows where what is dragged may be let go, so that the whole window need not.
    pub(super) fn page_takes_drops(&self) -> bool {
        let says = self.session.as_ref().map(|session| session.store.page_drop);
        let is_asking = says.is_some_and(|says| says != PageDrop::None) && self.intake.question.is_none();
        // What a key has answered already is let go of by the window, on every page.
        is_asking && !self.intake.is_answered
    }

    /// Takes what was let go above the page out of this frame, before anybody else sees it.
    pub(super) fn drop_on_page(&mut self, ctx: &Context) {
        self.place_let_go(ctx);
        if !self.page_takes_drops() {
            return;
        }
        let Some(session) = &mut self.session else { return };
        let says = std::mem::take(&mut session.store.page_drop);
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let paths: Vec<PathBuf> = dropped.iter().map(|file| file.path().to_owned()).collect();
        let Some(first) = paths.iter().find(|path| !is_text(path)).or(paths.first()) else {
            // Still above it: what the page said holds until it says something else.
            session.store.page_drop = says;
            return;
        };
        if says == PageDrop::Somewhere {
            if let Some((_, mut earlier)) = self.intake.above_page.take() {
                // A place that is told now is that of these alone: about all of them it is asked.
                session.store.let_go = None;
                earlier.extend(paths);
                return self.put(says, earlier);
            }
            // The system tells right after the drop where that was, or never.
            session.store.let_go = Some(first.clone());
            session.store.page_drop = says;
            self.intake.above_page = Some((ctx.input(|input| input.time), paths));
            ctx.request_repaint();
            return;
        }
        self.put(says, paths);
    }

    /// Files that were let go above the page have their place by now, or will have none.
    fn place_let_go(&mut self, ctx: &Context) {
        let Some((since, paths)) = self.intake.above_page.take() else { return };
        // The workspace was left meanwhile: the question waits for the next one.
        let Some(session) = &mut self.session else { return self.intake.offer(&paths, &self.runtime) };
        let says = session.store.page_drop;
        let (now, is_told) = ctx.input(|input| {
            let is_told = input.events.iter().any(|event| matches!(event, egui::Event::PointerMoved(_)));
            (input.time, is_told)
        });
        if says == PageDrop::Somewhere && (is_told || now - since < LATE_SECS) {
            self.intake.above_page = Some((since, paths));
            ctx.request_repaint_after(Duration::from_secs_f64(LATE_SECS / 2.0));
            return;
        }
        (session.store.page_drop, session.store.let_go) = (PageDrop::None, None);
        self.put(says, paths);
    }

    /// Does with files what the page says.
    fn put(&mut self, says: PageDrop, paths: Vec<PathBuf>) {
        let (texts, others): (Vec<PathBuf>, _) = paths.into_iter().partition(|path| is_text(path));
        self.put_media(says, &others, !texts.is_empty());
        // Lines of the script are taken wherever they are let go.
        self.intake.import(texts);
    }

    fn put_media(&mut self, says: PageDrop, paths: &[PathBuf], has_lines: bool) {
        let Some(first) = paths.first() else { return };
        match says {
            PageDrop::Takes(role) => {
                self.intake.asked.push(Command::Bring(first.clone(), role));
                if paths.len() > 1 {
                    self.intake.offer(&paths[1..], &self.runtime);
                }
            }
            PageDrop::Refuses(why) => {
                let (title, detail) = (left_out(paths, has_lines), format!("{why}."));
                self.intake.asked.push(Command::Tell(Notice { title, detail, action: None }));
            }
            PageDrop::Beside | PageDrop::Somewhere | PageDrop::None => self.intake.offer(paths, &self.runtime),
        }
    }
}

/// What to say of files that were not taken: by name, when lines of the script came with them and were.
pub(super) fn left_out(files: &[PathBuf], has_lines: bool) -> String {
    match files {
        [file] if has_lines => format!("{} was not added", file_name(file)),
        files if has_lines => format!("{} files were not added", files.len()),
        _ => "Nothing was added".to_owned(),
    }
}

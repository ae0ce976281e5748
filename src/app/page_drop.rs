//! Files let go above a page that has places of its own for them, such as the cards of the flow.

use std::path::PathBuf;

use egui::Context;

use super::App;
use crate::panels::{Command, Notice};
use crate::store::PageDrop;

impl App {
    /// Whether the page shows where what is dragged may be let go, so that the whole window need not.
    pub(super) fn page_takes_drops(&self) -> bool {
        let says = self.session.as_ref().map(|session| session.store.page_drop);
        says.is_some_and(|says| says != PageDrop::None) && self.intake.question.is_none()
    }

    /// Takes what was let go above the page out of this frame, before anybody else sees it.
    pub(super) fn drop_on_page(&mut self, ctx: &Context) {
        if !self.page_takes_drops() {
            return;
        }
        let Some(session) = &mut self.session else { return };
        let says = std::mem::take(&mut session.store.page_drop);
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let paths: Vec<PathBuf> = dropped.iter().map(|file| file.path().to_owned()).collect();
        let Some(first) = paths.first().cloned() else {
            // Still above it: what the page said holds until it says something else.
            session.store.page_drop = says;
            return;
        };
        match says {
            PageDrop::Takes(role) => {
                session.commands.push(Command::Bring(first, role));
                if paths.len() > 1 {
                    self.intake.offer(&paths[1..], &self.runtime);
                }
            }
            PageDrop::Refuses(why) => {
                let (title, detail) = ("Nothing was added".to_owned(), format!("{why}."));
                session.commands.push(Command::Notify(Notice { title, detail, action: None }));
            }
            PageDrop::Beside | PageDrop::None => self.intake.offer(&paths, &self.runtime),
        }
    }
}

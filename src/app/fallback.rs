//! Fonts of the system for letters that ours do not have: Chinese, Japanese, Korean, Arabic, Hebrew, Devanagari, Thai,
//! emoji and the rest. Nothing of it is read before a text on screen needs it, and then not by the window's thread.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use egui::epaint::text::{FallbackRequest, FontInsert, FontProvider};
use egui::{Context, FontFamily};
use egui_system_font_provider::SystemFontProvider;

use crate::runtime::{Handle, Runtime};

type Provider = Box<dyn FontProvider>;

/// Lets texts fall back to the system's fonts.
pub(super) fn install(ctx: &Context, runtime: &Runtime) {
    OnDemand::new(ctx, runtime.handle(), || Box::new(SystemFontProvider::new())).into_use(ctx);
}

/// Looks for the system's fonts when the first letter is missed. That letter is a box until they are found, within a
/// second; then all texts are laid out anew.
#[derive(Clone)]
struct OnDemand {
    found: Arc<OnceLock<Provider>>,
    is_asked: Arc<AtomicBool>,
    look: fn() -> Provider,
    runtime: Handle,
    ctx: Context,
}

impl OnDemand {
    fn new(ctx: &Context, runtime: Handle, look: fn() -> Provider) -> Self {
        Self { found: Arc::default(), is_asked: Arc::default(), look, runtime, ctx: ctx.clone() }
    }

    /// Also makes egui forget which letters no font has.
    fn into_use(self, ctx: &Context) {
        ctx.set_font_providers(vec![Arc::new(self)]);
    }

    fn look_in_background(&self, missed: &str) {
        let (this, missed) = (self.clone(), missed.to_owned());
        // Handed over at once; nobody waits for its end.
        drop(self.runtime.blocking(move || {
            let provider = (this.look)();
            // The first answer waits until all fonts have been listed.
            provider.font_for(&FallbackRequest { cluster: &missed, family: &FontFamily::Proportional });
            if this.found.set(provider).is_ok() {
                let ctx = this.ctx.clone();
                this.into_use(&ctx);
            }
            Ok(())
        }));
    }
}

impl FontProvider for OnDemand {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        if let Some(found) = self.found.get() {
            return found.font_for(request);
        }
        // egui holds its own lock here: the context must not be asked from this thread.
        if !self.is_asked.swap(true, Ordering::Relaxed) {
            self.look_in_background(request.cluster);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use egui::{FontData, FontId, RawInput};

    use super::*;
    use crate::ui::theme;

    /// A system whose only font has letters that egui's set of the test has not.
    fn system() -> Provider {
        Box::new(|request: &FallbackRequest<'_>| {
            let bytes: &'static [u8] = include_bytes!("../../assets/fonts/Phosphor-Fill.ttf");
            let data = FontData::from_static(bytes);
            let inter = FontInsert { name: "system".into(), data, families: Vec::new() };
            (!request.cluster.is_empty()).then_some(inter)
        })
    }

    #[test]
    fn a_missed_letter_is_looked_for_in_the_background_and_is_there_afterwards() {
        let ctx = Context::default();
        theme::install(&ctx);
        let (tell, told) = mpsc::channel();
        ctx.set_request_repaint_callback(move |_| tell.send(()).unwrap_or_default());
        let runtime = Runtime::new(|| ()).unwrap();
        let provider = OnDemand::new(&ctx, runtime.handle(), system);
        let (found, is_asked) = (provider.found.clone(), provider.is_asked.clone());
        provider.into_use(&ctx);
        // Filled icons are no letters of any text family.
        let missing = crate::ui::icons::PLAY_FILL.glyph();
        let has = |letters: &str| {
            let mut has = false;
            let draw = |ui: &mut egui::Ui| {
                has = ui.ctx().fonts_mut(|fonts| fonts.has_glyphs(&FontId::proportional(13.0), letters));
            };
            ctx.run_ui(RawInput::default(), draw).drop_without_applying_deltas();
            has
        };
        assert!(has("Inter"));
        assert!(!is_asked.load(Ordering::Relaxed), "no letter was missed yet");
        has(missing);
        assert!(is_asked.load(Ordering::Relaxed));
        // Found, then brought into use: the window is woken for that.
        while !has(missing) {
            told.recv_timeout(std::time::Duration::from_secs(20)).expect("the window is woken once fonts are found");
        }
        assert!(found.get().is_some());
    }
}

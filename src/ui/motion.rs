//! What moves, and only while it is seen: the spinner and the sweep of an unknown bar. Each asks for the next frame
//! itself, so a window without them is still and uses no processor.

use std::time::Duration;

use egui::{Context, Id, Rect, Ui};

/// One frame of something that moves: about 30 a second is enough for a ring and a bar.
const FRAME: Duration = Duration::from_millis(33);
const SPINNER_TURN_SECS: f64 = 0.9;
const SWEEP_SECS: f64 = 1.6;
const FILL_CHANGE_SECS: f32 = 0.1;
const PROGRESS_SECS: f32 = 0.2;
const APPEAR_SECS: f32 = 0.16;

/// How far a drawer and a toast slide while they come and go, in points.
pub(super) const SLIDE: f32 = 8.0;

/// Who asks for no motion: the setting, and the system.
#[derive(Debug, Clone, Copy, Default)]
struct Reduced {
    setting: bool,
    system: bool,
}

fn asked(ctx: &Context, change: impl FnOnce(&mut Reduced)) {
    ctx.data_mut(|data| change(data.get_temp_mut_or_default(Id::unique("mouthpiece-reduced-motion"))));
}

/// Turns all motion off or on, as the settings say; kept in the context for every widget to see.
pub fn set_reduced(ctx: &Context, reduced: bool) {
    asked(ctx, |asked| asked.setting = reduced);
}

/// Turns all motion off because the system asks for it, whatever the settings say.
pub fn set_reduced_by_system(ctx: &Context, reduced: bool) {
    asked(ctx, |asked| asked.system = reduced);
}

/// Whether motion is off.
pub fn is_reduced(ctx: &Context) -> bool {
    let mut off = false;
    asked(ctx, |asked| off = asked.setting || asked.system);
    off
}

/// Turn of a spinner drawn at `rect`, 0 to 1. `None` when motion is off: draw something still.
pub(super) fn spinner_turn(ui: &Ui, rect: Rect) -> Option<f32> {
    phase(ui, rect, SPINNER_TURN_SECS)
}

/// Place of an unknown bar's block drawn at `rect`, 0 to 1. `None` when motion is off.
pub(super) fn sweep(ui: &Ui, rect: Rect) -> Option<f32> {
    phase(ui, rect, SWEEP_SECS)
}

#[expect(clippy::cast_possible_truncation, reason = "a fraction of a turn")]
fn phase(ui: &Ui, rect: Rect, period: f64) -> Option<f32> {
    if is_reduced(ui.ctx()) {
        return None;
    }
    if ui.is_rect_visible(rect) && ui.is_visible() {
        ui.ctx().request_repaint_after(FRAME);
    }
    Some((ui.input(|input| input.time) / period).fract() as f32)
}

/// 0 to 1 while a fill changes because of the pointer.
pub(super) fn hover(ctx: &Context, id: Id, on: bool) -> f32 {
    let seconds = if is_reduced(ctx) { 0.0 } else { FILL_CHANGE_SECS };
    ctx.animate_bool_with_time(id.with("hover"), on, seconds)
}

/// A progress value on its way to `target`.
pub(super) fn progress(ctx: &Context, id: Id, target: f32) -> f32 {
    let seconds = if is_reduced(ctx) { 0.0 } else { PROGRESS_SECS };
    ctx.animate_value_with_time(id.with("progress"), target, seconds)
}

/// How long a drawer and a toast take to come and to go, in seconds.
pub(super) fn appear_secs(ctx: &Context) -> f64 {
    if is_reduced(ctx) { 0.0 } else { f64::from(APPEAR_SECS) }
}

/// 0 to 1 while a drawer comes, 1 to 0 while it goes.
pub(super) fn appear(ctx: &Context, id: Id, on: bool) -> f32 {
    let seconds = if is_reduced(ctx) { 0.0 } else { APPEAR_SECS };
    ctx.animate_bool_with_time_and_easing(id.with("appear"), on, seconds, egui::emath::easing::cubic_out)
}

//! What a run costs: the top of the published range, or the service's own estimate once it has answered; and what the
//! limits of the month say to that.

use egui::Ui;

use super::lengths_of;
use crate::api::{Estimate, EstimateRequest};
use crate::compose;
use crate::panels::{Cx, limits};
use crate::remote::Remote;
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{format, layout, progress, space, text};

/// The question to the service for a price.
#[derive(Default)]
pub(super) struct Asked {
    about: Option<EstimateRequest>,
    answer: Remote<Estimate>,
}

impl Asked {
    /// Asks when model or length changed, and takes in the answer. A refusal leaves the published price.
    pub fn work(&mut self, cx: &Cx<'_>) {
        self.answer.poll();
        let about = about(cx.store);
        if self.about == about {
            return;
        }
        self.answer = Remote::default();
        if let Some(about) = &about {
            self.answer.load(cx.runtime.spawn(cx.client.estimate(about)));
        }
        self.about = about;
    }

    /// What the service said about the run as it is set now, in US dollars.
    pub fn said(&self, store: &Store) -> Option<f64> {
        let answer = self.answer.value().filter(|_| self.about.is_some() && self.about == about(store))?;
        answer.estimated_generation_cost.filter(|usd| usd.is_finite() && *usd >= 0.0)
    }

    /// Whether the service has yet to answer.
    pub fn is_asking(&self) -> bool {
        self.answer.is_loading()
    }

    /// What a run may cost, in US dollars, when that is known.
    pub fn usd(&self, store: &Store) -> Option<f64> {
        if store.is_sandbox {
            return Some(0.0);
        }
        let (_, _, secs) = lengths_of(store);
        self.said(store).or_else(|| compose::price(&store.flow.lip_sync.model, secs?))
    }

    /// Whether the month's limit leaves no room for it.
    pub fn is_over(&self, store: &Store) -> bool {
        store.voice_track().is_some() && limits::is_over(store, self.usd(store))
    }
}

fn about(store: &Store) -> Option<EstimateRequest> {
    let (_, _, secs) = lengths_of(store);
    let duration = secs.filter(|secs| !store.is_sandbox && *secs > 0.0)?;
    Some(EstimateRequest { model: store.flow.lip_sync.model.clone(), duration, fps: compose::BILLED_FPS })
}

/// The month with this run: a bar up to the limit, and a line when the warning or the limit is passed.
pub(super) fn month_ui(ui: &mut Ui, store: &Store, usd: Option<f64>) {
    let Some(spend) = store.spend.as_ref().filter(|_| !store.is_sandbox) else { return };
    let t = ui.tokens();
    let total = spend.total() + usd.unwrap_or(0.0);
    ui.add_space(space::S);
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.spacing_mut().item_spacing.y = 4.0;
        if let Some(stop) = spend.limits.stop_usd.filter(|stop| *stop > 0.0) {
            bar_ui(ui, total / stop);
        }
        let of = spend.limits.stop_usd.map(|stop| format!(" of {}", format::price(stop))).unwrap_or_default();
        let sum = text::small(format!("{}{of}", format::price(total))).color(t.text.hint);
        layout::pair_ui(ui, &format!("{} (UTC), with this job", spend.month_name()), sum);
        limits::line_ui(ui, store, usd);
    });
}

#[expect(clippy::cast_possible_truncation, reason = "a part of a bar")]
fn bar_ui(ui: &mut Ui, part: f64) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), 4.0), egui::Sense::hover());
    progress::paint_part(ui, rect, 0.0, part.clamp(0.0, 1.0) as f32, ui.tokens().text.support);
}

//! The limits of the month beside every button that may cost something, in one line.

use egui::Ui;

use super::{Command, Cx};
use crate::store::{Spend, Store};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, format, icons, truncate};

/// What the limits say to a job of this price, in US dollars; nothing when it fits, and nothing in the sandbox.
pub fn warning(store: &Store, usd: Option<f64>) -> Option<String> {
    let spend = books(store)?;
    words(spend, usd)
}

/// Whether the month's limit leaves no room for a job of this price.
pub fn is_over(store: &Store, usd: Option<f64>) -> bool {
    books(store).is_some_and(|spend| spend.stops(usd))
}

/// Opens the dialog of the limits instead of sending what would be refused. True when it did.
pub fn holds_back(cx: &mut Cx<'_>, usd: Option<f64>) -> bool {
    let over = is_over(cx.store, usd);
    if over {
        cx.commands.push(Command::ChangeLimit);
    }
    over
}

/// The button that sends, or, over the limit, the one that opens the limit.
pub fn button(over: bool, label: &str) -> Button<'_> {
    if over { Button::primary("Over your limit").tip("Opens the limit") } else { Button::primary(label) }
}

/// The line near the button: over the warning, or over the limit.
pub fn line_ui(ui: &mut Ui, store: &Store, usd: Option<f64>) {
    let Some(words) = warning(store, usd) else { return };
    let ink = ui.tokens().warning.ink;
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        icons::WARNING_FILL.show(ui, 16.0, ink);
        truncate::name_ui(ui, &words, Type::Small, ink);
    });
}

fn books(store: &Store) -> Option<&Spend> {
    store.spend.as_ref().filter(|_| !store.is_sandbox)
}

fn words(spend: &Spend, usd: Option<f64>) -> Option<String> {
    match (spend.limits.warn_usd, spend.limits.stop_usd) {
        (_, Some(stop)) if spend.stops(usd) => Some(format!("Over your limit of {}", format::price(stop))),
        (Some(warn), _) if spend.warns(usd) => Some(format!("Over your warning at {}", format::price(warn))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Limits;

    #[test]
    fn the_limit_weighs_more_than_the_warning_and_no_price_passes_until_it_is_reached() {
        let limits = Limits { warn_usd: Some(1.0), stop_usd: Some(2.0) };
        let spend = Spend { limits, ..Spend::default() };
        assert_eq!(words(&spend, Some(1.0)), None);
        assert_eq!(words(&spend, None), None);
        assert_eq!(words(&spend, Some(1.5)).unwrap(), "Over your warning at $1.00");
        assert_eq!(words(&spend, Some(2.5)).unwrap(), "Over your limit of $2.00");
        let full = Spend { limits: Limits { stop_usd: Some(0.0), ..limits }, ..Spend::default() };
        assert_eq!(words(&full, None).unwrap(), "Over your limit of $0.00");
    }

    #[test]
    fn the_sandbox_has_no_limit() {
        let limits = Limits { warn_usd: None, stop_usd: Some(0.0) };
        let mut store = Store::new("sync.so".into(), false);
        store.spend = Some(Spend { limits, ..Spend::default() });
        assert!(is_over(&store, None) && warning(&store, None).is_some());
        store.is_sandbox = true;
        assert!(!is_over(&store, None) && warning(&store, None).is_none());
    }
}

//! The books of a month as a table for other programs.

use crate::library::{Charge, ChargeState};

const HEAD: [&str; 8] = ["Date (UTC)", "Kind", "Model", "Voice", "Estimate (USD)", "Charged (USD)", "State", "Job"];

/// The table: comma-separated, every cell quoted, lines ended as RFC 4180 wants.
pub fn table(charges: &[Charge], voice: impl Fn(&Charge) -> Option<String>) -> String {
    let mut text = line(HEAD.map(str::to_owned));
    for charge in charges {
        let usd = |usd: Option<f64>| usd.map(|usd| format!("{usd:.4}")).unwrap_or_default();
        text.push_str(&line([
            charge.at.clone(),
            charge.kind.clone(),
            charge.model.clone().unwrap_or_default(),
            charge.voice.clone().or_else(|| voice(charge)).unwrap_or_default(),
            usd(charge.estimate_usd),
            usd(charge.actual_usd),
            state(charge).to_owned(),
            charge.job.clone(),
        ]));
    }
    text
}

fn state(charge: &Charge) -> &'static str {
    match charge.state {
        ChargeState::Reserved => "set aside",
        ChargeState::Sent => "sent",
        ChargeState::Settled if charge.actual_usd.is_none() => "bought, price not said",
        ChargeState::Settled => "charged",
        ChargeState::Released => "refused, not charged",
    }
}

fn line(cells: [String; 8]) -> String {
    format!("{}\r\n", cells.map(|cell| quoted(&cell)).join(","))
}

/// A cell that no spreadsheet takes for a formula: names of voices come from elsewhere.
fn quoted(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%'])
        || cell.starts_with(['\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_is_a_line_and_unknown_prices_are_empty() {
        let charge = Charge {
            job: "j1".into(),
            at: "2026-11-22T10:00:00Z".into(),
            kind: "lip sync".into(),
            voice: None,
            model: Some("lipsync-2".into()),
            estimate_usd: Some(0.52),
            actual_usd: None,
            state: ChargeState::Sent,
        };
        let text = table(&[charge], |_| Some("Mara, \"keynote\"".into()));
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("\"Date (UTC)\",\"Kind\""));
        assert_eq!(
            lines[1],
            "\"2026-11-22T10:00:00Z\",\"lip sync\",\"lipsync-2\",\"Mara, \"\"keynote\"\"\",\"0.5200\",\"\",\"sent\",\"j1\""
        );
        assert_eq!((lines.len(), lines[2]), (3, ""));
    }

    #[test]
    fn only_a_price_that_was_said_is_called_charged() {
        let mut charge = Charge {
            job: "j1".into(),
            at: String::new(),
            kind: "speech".into(),
            voice: None,
            model: None,
            estimate_usd: Some(0.1),
            actual_usd: None,
            state: ChargeState::Settled,
        };
        assert_eq!(state(&charge), "bought, price not said");
        charge.actual_usd = Some(0.1);
        assert_eq!(state(&charge), "charged");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+49", "-x", "@SUM(A1)", "\t=1", "  =1", "\r=1", "|x", "%x"] {
            assert!(quoted(bad).starts_with("\"'"), "{bad:?}");
        }
        assert_eq!(quoted("Mara = fine"), "\"Mara = fine\"");
    }
}

//! What the flow's lip sync may cost, as its own page has it.

use crate::compose;
use crate::store::Store;
use crate::ui::format;

/// Seconds of the result, once both lengths are known.
pub(super) fn result_secs(store: &Store) -> Option<f64> {
    let video = store.flow.target.as_ref()?.secs()?;
    let (_, voice) = store.voice_track()?;
    Some(compose::outlook(store.flow.lip_sync.mode, video, voice?).result_secs)
}

/// What the flow's lip sync may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Price {
    Sandbox,
    /// By the published prices, in US dollars.
    UpTo(f64),
    /// As the service says, in US dollars.
    Said(f64),
}

impl Price {
    pub fn words(self) -> String {
        match self {
            Self::Sandbox => "$0.00, sandbox".to_owned(),
            Self::UpTo(usd) => format!("Up to {}", format::price(usd)),
            Self::Said(usd) => format!("About {}", format::price(usd)),
        }
    }

    pub fn usd(self) -> Option<f64> {
        match self {
            Self::Sandbox => None,
            Self::UpTo(usd) | Self::Said(usd) => Some(usd),
        }
    }
}

/// The price as the lip sync page has it: the service's own, once it has answered.
pub(super) fn price(store: &Store) -> Option<Price> {
    if store.is_sandbox {
        return Some(Price::Sandbox);
    }
    let published = || Some(Price::UpTo(compose::price(&store.flow.lip_sync.model, result_secs(store)?)?));
    store.lip_sync_price.map(Price::Said).or_else(published)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_the_one_that_the_service_says() {
        let mut store = Store::new("sync.so".into(), false);
        assert_eq!(price(&store), None);
        store.lip_sync_price = Some(0.5);
        assert_eq!(price(&store).unwrap().words(), "About $0.50");
        store.is_sandbox = true;
        assert_eq!(price(&store), Some(Price::Sandbox));
    }
}

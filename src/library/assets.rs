//! What lies in the service's storage already, by the content of the file: the same bytes are not sent twice.

use rusqlite::params;

use super::{Library, json};
use crate::api::Asset;
use crate::error::Result;

pub(super) const BY_HASH: &str = "SELECT asset FROM assets WHERE hash = ?1";
pub(super) const PUT: &str = "INSERT INTO assets (hash, asset_id, size, asset, uploaded_at)
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash) DO UPDATE SET asset_id = ?2, size = ?3, asset = ?4,
    uploaded_at = ?5";
pub(super) const FORGET: &str = "DELETE FROM assets WHERE asset_id = ?1";

impl Library {
    /// The asset that holds these bytes, as far as is known. `hash` is their BLAKE3 in lowercase hex.
    pub fn asset_by_hash(&self, hash: &str) -> Result<Option<Asset>> {
        let row: Option<String> = self.one(BY_HASH, [hash], |row| row.get(0))?;
        // A row that can't be read costs an upload, nothing else.
        Ok(row.and_then(|asset| serde_json::from_str(&asset).ok()))
    }

    /// Remembers where bytes lie: their BLAKE3 in lowercase hex and how many they are. Of the same bytes, the asset
    /// put last counts.
    pub fn put_asset(&self, hash: &str, size: u64, asset: &Asset, at: &str) -> Result<()> {
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        self.run(PUT, params![hash, asset.id, size, json(asset)?, at])
    }

    /// Forgets an asset the service has no more.
    pub fn forget_asset(&self, asset_id: &str) -> Result<()> {
        self.run(FORGET, [asset_id])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_bytes_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let asset = |id: &str| Asset { id: id.into(), size: Some(5_000_000_000), ..Asset::default() };
        library.put_asset("aa", 5_000_000_000, &asset("a1"), "2026-11-22T10:00:00Z").unwrap();
        library.put_asset("aa", 5_000_000_000, &asset("a2"), "2026-11-22T11:00:00Z").unwrap();
        library.put_asset("bb", 0, &asset("b1"), "2026-11-22T10:00:00Z").unwrap();
        assert_eq!(library.asset_by_hash("aa").unwrap(), Some(asset("a2")));
        library.forget_asset("a2").unwrap();
        assert_eq!(library.asset_by_hash("aa").unwrap(), None);
        assert_eq!(library.asset_by_hash("bb").unwrap(), Some(asset("b1")));
    }
}

//! The open list of error codes. Documentation: `GET /v2/errors`.

use serde::{Deserialize, Serialize};

/// One row of `GET /v2/errors`, which needs no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEntry {
    pub code: String,
    pub message: String,
    pub suggestion: String,
}

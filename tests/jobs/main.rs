//! Jobs against the sandbox: what is lost on the wire, stopped or killed is neither lost nor bought twice.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod common {
    pub(crate) use crate::media;
}
#[path = "../common/heard.rs"]
mod heard;
mod lost;
#[expect(dead_code, reason = "each test binary uses a part of it")]
#[path = "../common/media.rs"]
mod media;
mod money;
mod refused;
mod rig;
mod saving;
mod waiting;
mod watching;

//! One change of the flows in the library, and carrying it out.

use time::OffsetDateTime;

use crate::error::{Error, Result};
use crate::jobs::stamp;
use crate::library::Library;
use crate::store::Flow;

/// A change of the library.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Change {
    Put(Box<Flow>),
    Rename { id: String, name: String },
    Copy(String),
    Drop(String),
}

impl Change {
    /// What could not be done.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Put(_) => "Could not save the flow",
            Self::Rename { .. } => "Could not rename the flow",
            Self::Copy(_) => "Could not duplicate the flow",
            Self::Drop(_) => "Could not remove the flow",
        }
    }

    /// Whether it is kept and tried again when it could not be done. A copy can be asked for again by who wants it.
    pub fn lasts(&self) -> bool {
        !matches!(self, Self::Copy(_))
    }
}

/// The flow of this id. Blocks.
pub(super) fn read(library: &Library, id: &str) -> Result<Flow> {
    let gone = || Error::Library("this flow is not in it any more".to_owned());
    let document = library.flow(id)?.ok_or_else(gone)?;
    serde_json::from_str(&document).map_err(|e| Error::Library(format!("this flow can't be read: {e}")))
}

/// Carries out a change, and says when. Blocks.
pub(in super::super) fn carry_out(library: &Library, change: &Change) -> Result<String> {
    let now = stamp(OffsetDateTime::now_utc());
    match change {
        Change::Put(flow) => write(library, flow, &now)?,
        Change::Rename { id, name } => library.rename_flow(id, name)?,
        Change::Copy(id) => write(library, &read(library, id)?.copied(), &now)?,
        Change::Drop(id) => library.drop_flow(id)?,
    }
    Ok(now)
}

fn write(library: &Library, flow: &Flow, now: &str) -> Result<()> {
    let document = serde_json::to_string(flow).map_err(|e| Error::Library(e.to_string()))?;
    library.put_flow_and_lines(&flow.id, &flow.name, &document, now, flow.lines.all())
}

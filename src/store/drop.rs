//! Files dragged over a page that has places of its own for them: told by the page, obeyed by the app.

use super::Role;

/// What a page says in each frame while files hang above it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageDrop {
    /// The page has no places, or nobody knows where the pointer is: the whole window asks.
    #[default]
    None,
    /// It shows its places, and where the pointer is will be known only after the drop, if at all.
    Somewhere,
    /// It shows its places, and the pointer is above none of them.
    Beside,
    /// Above a place that takes the file for this.
    Takes(Role),
    /// Above a place that does not take it: why, in a few words.
    Refuses(&'static str),
}

//! The jobs that a flow asks for: what is missing for them, what they look like, and whether one that ran is still what
//! is asked for. Pure rules, the same for a click, a key and a command.

pub mod draft;
pub mod lip_sync;
pub mod made;
pub mod speech;

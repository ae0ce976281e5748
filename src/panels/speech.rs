//! Speaking the flow's line, as more than one page asks for it: pure rules.

use crate::jobs::SpeakJob;
use crate::script;
use crate::store::Flow;
use crate::ui::format;

/// The job that speaks a flow's line. `None` without a voice.
pub(super) fn job(flow: &Flow) -> Option<SpeakJob> {
    let voice = flow.voice.as_ref()?;
    Some(SpeakJob {
        line_id: Some(flow.lines.active().id.clone()),
        voice_id: voice.id.clone(),
        voice_name: voice.name.clone(),
        script: flow.text().trim().to_owned(),
        stability: flow.stability,
        similarity: flow.similarity,
    })
}

/// The sentence for a line above the limit.
pub(super) fn too_long(line: &str) -> String {
    let count = format::thousands(script::characters(line) as u64);
    let over = script::characters(line).saturating_sub(script::MAX_CHARACTERS) as u64;
    let over = format::count(over, "character", "characters");
    format!("This line has {count} characters and the service takes 5,000. Shorten it by {over}.")
}

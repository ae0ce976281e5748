//! How a job is called in the list: by its line, its take, its flow and the user's own names for voices. No drawing.

use super::entry::{Entry, Part};
use super::words;
use crate::error::within;
use crate::jobs::{Job, LipSyncJob, Outcome, Request, SpeakJob, State};
use crate::script::{excerpt, pauses};
use crate::store::{NEW_FLOW, Store, file_name};
use crate::ui::format;

/// Characters of a line in a title.
const WORDS: usize = 40;

/// What the job is about, in a few words.
pub fn title(store: &Store, job: &Job) -> String {
    match &job.request {
        Request::Speak(speak) => line(store, job, speak),
        Request::Clone(clone) => match &job.state {
            State::Done(Outcome::Voice { id, .. }) => store.voice_name(id, &clone.name).to_owned(),
            _ => clone.name.clone(),
        },
        Request::LipSync(sync) => lip_sync(store, sync),
    }
}

/// What a row is called: a job, what it made, or what was sent for it.
pub fn row(store: &Store, entry: Entry<'_>) -> String {
    match (&entry.job.request, &entry.job.state) {
        (Request::LipSync(sync), _) if entry.part == Part::Upload => sync.target.name(),
        (Request::LipSync(_), State::Done(Outcome::Video { file, .. })) => file_name(file),
        _ => title(store, entry.job),
    }
}

/// "Line 2, take 3" of a flow; what was spoken for none by its first words.
fn line(store: &Store, job: &Job, speak: &SpeakJob) -> String {
    let words = excerpt(&pauses::readable(&speak.script), WORDS);
    match (place(store, speak).map(|(_, at)| at), take_number(store, job)) {
        (Some(at), Some(take)) => format!("Line {}, take {take}", at + 1),
        (Some(at), None) => format!("Line {}: {words}", at + 1),
        (None, Some(take)) => format!("Take {take}: {words}"),
        (None, None) => format!("“{words}”"),
    }
}

fn lip_sync(store: &Store, sync: &LipSyncJob) -> String {
    let take = sync.voice.take_id().and_then(|id| store.take(id));
    let voice = take.map_or_else(
        || sync.voice.label(),
        |take| format!("{}, {}", store.voice_of_take(take), store.take_label(take)),
    );
    if sync.is_trial {
        return format!("First 5 seconds with {voice}");
    }
    format!("{} with {voice}", sync.target.path.file_stem().unwrap_or_default().display())
}

fn take_number(store: &Store, job: &Job) -> Option<u32> {
    match &job.state {
        State::Done(Outcome::Take(take)) => Some(store.take(&take.id).unwrap_or(take).in_line()),
        _ => None,
    }
}

/// The name of the line's flow, and its place there.
fn place<'a>(store: &'a Store, speak: &SpeakJob) -> Option<(&'a str, usize)> {
    store.line_place(speak.line_id.as_deref()?)
}

/// The second line: the flow, as far as it is known, and what the job works from.
pub fn context(store: &Store, entry: Entry<'_>) -> String {
    let job = entry.job;
    if let Some(sent) = entry.upload() {
        return format!("{}, kept at {} for the next run", format::size(sent.bytes), within(&store.service));
    }
    let flow = flow(store, job).map(str::trim).filter(|name| !name.is_empty() && *name != NEW_FLOW);
    let about = match &job.request {
        Request::Speak(speak) => {
            let voice = store.voice_name(&speak.voice_id, &speak.voice_name);
            // The title says the words of every other job.
            let is_numbered = place(store, speak).is_some() && take_number(store, job).is_some();
            let words = is_numbered.then(|| format!(", {}", words::context(&job.request)));
            format!("{voice}{}", words.unwrap_or_default())
        }
        Request::LipSync(_) => match (&job.state, job.checkpoint.saving.bytes) {
            (State::Done(_), Some(bytes)) => format!("{}, {}", words::context(&job.request), format::size(bytes)),
            _ => words::context(&job.request),
        },
        Request::Clone(_) => words::context(&job.request),
    };
    flow.map_or_else(|| about.clone(), |flow| format!("{flow}, {about}"))
}

/// The name of the flow a job is for, as far as it is known.
fn flow<'a>(store: &'a Store, job: &Job) -> Option<&'a str> {
    match &job.request {
        Request::Speak(speak) => place(store, speak).map(|(flow, _)| flow),
        Request::LipSync(_) => {
            let own = job.checkpoint.saving.flow.as_deref().and_then(|id| store.flow_name(id));
            // A copy of a flow has its result, too.
            own.or_else(|| (store.flow.result.as_ref() == Some(&job.id)).then_some(&*store.flow.name))
        }
        Request::Clone(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::VoiceNote;
    use crate::panels::activity::tests::{job, synced};
    use crate::store::{Flow, Lines};

    #[test]
    fn a_line_of_the_open_flow_is_known_by_its_number_and_its_voice_by_the_users_name() {
        let mut store = Store::new("the sandbox".into(), true);
        let mut job = job("a", State::Stopped, 0);
        assert_eq!(
            (title(&store, &job), context(&store, Entry::whole(&job))),
            ("“Bom dia a todos”".into(), "Inês".into())
        );
        store.flow.name = "Lisbon".into();
        store.flow.lines.insert(1, Lines::line("Bom dia a todos"));
        let id = store.flow.lines.all()[1].id.clone();
        let Request::Speak(speak) = &mut job.request else { panic!("a take") };
        speak.line_id = Some(id);
        store.notes.put(VoiceNote { voice_id: "v".into(), alias: Some("Ana".into()), ..VoiceNote::default() });
        assert_eq!(
            (title(&store, &job), context(&store, Entry::whole(&job))),
            ("Line 2: Bom dia a todos".into(), "Lisbon, Ana".into())
        );
        let take = serde_json::from_value(serde_json::json!({
            "id": "a", "number": 3, "voice_id": "v", "voice_name": "Inês", "script": "Bom dia a todos",
            "stability": null, "similarity": null, "file": "/a.wav", "url": "", "duration_secs": 2.0, "made_at": "",
        }));
        job.state = State::Done(Outcome::Take(take.unwrap()));
        assert_eq!(title(&Store::new("x".into(), true), &job), "Take 3: Bom dia a todos");
        assert_eq!(title(&store, &job), "Line 2, take 3");
        assert_eq!(context(&store, Entry::whole(&job)), "Lisbon, Ana, “Bom dia a todos”");
    }

    #[test]
    fn a_lip_sync_is_known_by_its_flow_also_when_another_one_is_open() {
        let mut store = Store::new("the sandbox".into(), true);
        let mut job = synced("a", State::Stopped);
        assert_eq!(context(&store, Entry::whole(&job)), "lipsync-2");
        let earlier = Flow { name: "Lisbon".into(), ..Flow::default() };
        job.checkpoint.saving.flow = Some(earlier.id.clone());
        assert_eq!(context(&store, Entry::whole(&job)), "lipsync-2", "the list is not read yet");
        store.flows.wrote(&earlier, "2026-11-22T10:00:00Z");
        assert_eq!(context(&store, Entry::whole(&job)), "Lisbon, lipsync-2");
        store.flow = Flow { name: "A copy".into(), result: Some(job.id.clone()), ..Flow::default() };
        assert_eq!(context(&store, Entry::whole(&job)), "Lisbon, lipsync-2");
        store.flow = Flow { name: "Porto".into(), ..earlier };
        assert_eq!(context(&store, Entry::whole(&job)), "Porto, lipsync-2", "it has its new name before it is written");
    }
}

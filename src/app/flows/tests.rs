//! What is written when, and what becomes of what could not be written.

use super::*;
use crate::store::Lines;

fn put(flow: &Flow) -> Change {
    Change::Put(Box::new(flow.clone()))
}

fn named(name: &str) -> Flow {
    Flow { name: name.into(), lines: Lines::of(name), ..Flow::default() }
}

#[test]
fn a_flow_that_is_left_is_written_before_the_next_one() {
    let mut flows = Flows::new(Flow::default(), false);
    let (first, second) = (named("One"), named("Two"));
    flows.leave(&first, &FlowList::default());
    assert_eq!(flows.open(&second), [put(&first), put(&second)]);
    assert_eq!(flows.next(&second), Some(put(&first)));
    assert_eq!(flows.next(&second), Some(put(&second)));
    assert_eq!(flows.next(&second), None);
    flows.leave(&second, &FlowList::default());
    assert_eq!(flows.next(&second), None, "it is written already");
}

#[test]
fn what_nothing_was_done_with_is_not_written_and_does_not_stay() {
    let mut flows = Flows::new(Flow::default(), false);
    let mut flow = Flow::default();
    assert_eq!((flows.next(&flow), flows.open(&flow)), (None, vec![]));
    flows.leave(&flow, &FlowList::default());
    assert_eq!(flows.next(&Flow::default()), None);
    // Written, and emptied again.
    *flow.text_mut() = "Hi".into();
    assert_eq!(flows.next(&flow), Some(put(&flow)));
    flow.text_mut().clear();
    assert_eq!(flows.next(&flow), Some(put(&flow)));
    flows.leave(&flow, &FlowList::default());
    assert_eq!(flows.next(&Flow::default()), Some(Change::Drop(flow.id)));
}

#[test]
fn a_removed_flow_that_is_opened_is_not_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let library = Library::open(dir.path()).unwrap().library;
    let runtime = Runtime::new(|| {}).unwrap();
    let mut flows = Flows::new(Flow::default(), false);
    let entry = |id: &str| FlowEntry { id: id.into(), name: id.into(), saved_at: String::new(), lines: Vec::new() };
    flows.removed = ["one", "two"].map(|id| (entry(id), Instant::now())).into();
    flows.ask_for("one", &library, &runtime);
    assert_eq!(flows.open(&Flow::default()), [Change::Drop("two".into())]);
    // Its time was over, and it waited for its turn.
    flows.waiting = ["three", "four"].map(|id| Change::Drop(id.into())).into();
    flows.ask_for("three", &library, &runtime);
    assert_eq!(flows.open(&Flow::default()), ["four", "two"].map(|id| Change::Drop(id.into())));
    // It was being dropped when it was opened: then it is written again.
    let mut store = Store::new("x".into(), true);
    flows.waiting.clear();
    flows.enter(&store.flow, true);
    assert_eq!(flows.next(&store.flow), None);
    let dropped = Change::Drop(store.flow.id.clone());
    flows.made(&mut store, dropped, Ok("2026-11-22T10:00:00Z".into()));
    assert_eq!(flows.next(&store.flow), Some(put(&store.flow)));
    assert_eq!(flows.next(&store.flow), None);
}

#[test]
fn a_flow_without_a_name_is_called_after_its_line_when_it_is_left() {
    let mut flows = Flows::new(Flow::default(), false);
    let flow = Flow { lines: Lines::of("We ship on Thursday."), ..Flow::default() };
    flows.leave(&flow, &FlowList::default());
    let Some(Change::Put(left)) = flows.next(&Flow::default()) else { panic!("it is written") };
    assert_eq!(left.name, "We ship on Thursday.");
}

/// The disk is full.
fn full() -> Result<String> {
    Err(Error::NotSaved("The disk is full."))
}

#[test]
fn what_could_not_be_written_is_kept_in_its_place_said_once_and_written_with_what_came_after() {
    let mut store = Store::new("x".into(), true);
    store.flow = named("One");
    let mut flows = Flows::new(store.flow.clone(), true);
    *store.flow.text_mut() = "One, longer".into();
    let first = flows.next(&store.flow).unwrap();
    assert!(matches!(flows.made(&mut store, first, full()), Told::Failed(Failure { lasts: true, .. })));
    assert!(flows.again_in().is_some_and(|pause| pause <= AGAIN));
    assert_eq!(flows.open(&store.flow), [put(&store.flow), put(&store.flow)], "tried again when the window closes");
    // Typed on, and a rename of another one asked for.
    *store.flow.text_mut() = "One, longer still".into();
    let rename = Change::Rename { id: "other".into(), name: "Two".into() };
    flows.waiting.push_back(rename.clone());
    let second = flows.next(&store.flow).unwrap();
    assert_eq!(second, put(&store.flow), "the newest text, in the place of the one before");
    assert!(matches!(flows.made(&mut store, second, full()), Told::Nothing), "said once");
    assert!(flows.again_in().is_some_and(|pause| pause > AGAIN), "and less often each time");
    let third = flows.next(&store.flow).unwrap();
    let at = || Ok("2026-11-22T10:00:00Z".to_owned());
    assert!(matches!(flows.made(&mut store, third, at()), Told::SavedAgain));
    assert_eq!((flows.again_in(), store.flows.saved_at.is_some()), (None, true));
    assert_eq!((flows.next(&store.flow), flows.next(&store.flow)), (Some(rename), None));
    // A copy is not made later, when nobody waits for it any more.
    let copy = Change::Copy("other".into());
    assert!(matches!(flows.made(&mut store, copy, full()), Told::Failed(Failure { lasts: false, .. })));
    assert_eq!((flows.again_in(), flows.next(&store.flow)), (None, None));
}

#[test]
fn a_flow_left_while_the_disk_is_full_is_written_when_there_is_room() {
    let mut store = Store::new("x".into(), true);
    let (first, second) = (named("One"), named("Two"));
    let mut flows = Flows::new(Flow::default(), false);
    store.flow = first.clone();
    let change = flows.next(&first).unwrap();
    flows.made(&mut store, change, full());
    flows.leave(&first, &FlowList::default());
    flows.enter(&second, false);
    store.flow = second.clone();
    assert_eq!(flows.next(&second), Some(put(&first)));
    assert_eq!(flows.next(&second), Some(put(&second)));
}

#[test]
fn a_failed_removal_that_was_taken_back_is_over_and_no_frame_is_asked_for_during_a_try() {
    let dir = tempfile::tempdir().unwrap();
    let library = Library::open(dir.path()).unwrap().library;
    let runtime = Runtime::new(|| {}).unwrap();
    let mut store = Store::new("x".into(), true);
    let mut flows = Flows::new(store.flow.clone(), true);
    flows.made(&mut store, Change::Drop("one".into()), full());
    flows.put_back("one");
    flows.failed = flows.failed.map(|tries| Tries { next: Instant::now(), ..tries });
    store.flows.is_unsaved = true;
    assert!(matches!(flows.work(&mut store, &library, &runtime), Told::SavedAgain));
    assert_eq!((flows.again_in(), store.flows.is_unsaved), (None, false));

    flows.made(&mut store, Change::Drop("two".into()), full());
    assert!(flows.again_in().is_some());
    let never = runtime.spawn(std::future::pending::<Result<String>>());
    flows.making = flows.waiting.pop_front().map(|change| (change, never));
    assert_eq!(flows.again_in(), None, "it is being tried");
}

#[test]
fn nobody_is_told_to_restart_while_what_failed_is_kept_in_the_window() {
    let failure = |lasts| Failure { title: "x", error: Error::Library("disk I/O error".into()), lasts };
    let words = failure(true).words();
    assert!(words.contains("disk I/O error. It is kept in this window") && !words.contains("restart"), "{words}");
    assert!(!failure(false).words().contains("kept in this window"));
}

#[test]
fn a_flow_that_is_opened_has_its_voice_under_the_id_it_came_back_with() {
    let mut store = Store::new("x".into(), true);
    store.deleted_clones = vec![crate::library::CloneRecord {
        id: "a".into(),
        came_back_as: Some("b".into()),
        ..crate::library::CloneRecord::default()
    }];
    let mut flows = Flows::new(store.flow.clone(), false);
    let voice = Some(crate::store::VoiceChoice { id: "a".into(), name: "Mara".into() });
    flows.opened = Some(Flow { voice, ..named("One") });
    assert!(flows.take_opened(&mut store).unwrap());
    assert_eq!(store.flow.voice.as_ref().map(|voice| voice.id.as_str()), Some("b"));
    assert_eq!(flows.next(&store.flow), Some(put(&store.flow)), "and is written so");
}

//! The program ended by force after a job was written down and before the flow that names it.

use egui::{Key, Modifiers};
use mouthpiece::api::SyncMode;
use mouthpiece::library::Library;
use mouthpiece::sandbox::Fault;
use mouthpiece::store::Flow;

use crate::common::{Bench, Setup};
use crate::page::{job, press_lip_sync, saved, with_audio};

#[test]
fn a_run_whose_flow_was_not_written_any_more_is_its_run_at_the_next_start() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 1.0);
    let later =
        Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) };
    bench.sandbox().faults().next("POST", "/v2/assets", later);
    press_lip_sync(&mut bench);
    bench.wait_part("Starts again in");
    let (id, flow) = (job(&bench).unwrap().id.clone(), bench.session().store.flow.id.clone());
    bench.until("both are written down", |bench| {
        let library = &bench.session().library;
        library.open_jobs().unwrap().len() == 1
            && library.flow(&flow).unwrap().is_some_and(|document| document.contains(&id))
    });
    let dir = bench.close();
    // As it was before the press.
    let library = Library::open(&dir.path().join("workspaces/sandbox")).unwrap().library;
    let before: Flow = serde_json::from_str(&library.flow(&flow).unwrap().unwrap()).unwrap();
    let before = serde_json::to_string(&Flow { result: None, ..before }).unwrap();
    library.put_flow(&flow, &before, "2026-11-22T10:00:00Z").unwrap();
    drop(library);

    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.until("it is the flow's again", |bench| job(bench).is_some_and(|job| job.id == id));
    bench.until("the video is saved", |bench| saved(bench).is_some());
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.wait("Lip sync finished");
    assert_eq!(bench.session().jobs.all().len(), 1);
    let written = |bench: &Bench| bench.session().library.flow(&flow).unwrap().is_some_and(|flow| flow.contains(&id));
    bench.until("the flow is written with it", written);
}

#[test]
fn a_finished_run_whose_end_the_flow_never_saw_is_its_run_while_it_is_what_the_flow_asks_for() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 1.0);
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    let (id, flow) = (job(&bench).unwrap().id.clone(), bench.session().store.flow.id.clone());
    bench.until("both are written down", |bench| {
        let library = &bench.session().library;
        library.open_jobs().unwrap().is_empty()
            && library.flow(&flow).unwrap().is_some_and(|document| document.contains(&id))
    });
    let mut dir = bench.close();
    for (mode, is_tied) in [(SyncMode::Loop, false), (SyncMode::Bounce, true)] {
        let library = Library::open(&dir.path().join("workspaces/sandbox")).unwrap().library;
        let mut before: Flow = serde_json::from_str(&library.flow(&flow).unwrap().unwrap()).unwrap();
        (before.result, before.lip_sync.mode) = (None, mode);
        library.put_flow(&flow, &serde_json::to_string(&before).unwrap(), "2026-11-22T10:00:00Z").unwrap();
        drop(library);
        let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
        bench.until("the jobs are read", |bench| bench.session().jobs.is_read());
        bench.frames(2);
        assert_eq!(bench.session().store.flow.result.as_deref(), is_tied.then_some(id.as_str()), "{mode:?}");
        dir = bench.close();
    }
}

#[test]
fn a_result_that_was_put_away_stays_away_when_its_flow_is_opened_again_and_at_the_next_start() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 1.0);
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    let (id, flow) = (job(&bench).unwrap().id.clone(), bench.session().store.flow.id.clone());
    bench.key(Modifiers::COMMAND, Key::U);
    bench.until("it is put away", |bench| job(bench).is_none());
    let written = |bench: &Bench| {
        let document = bench.session().library.flow(&flow).unwrap().unwrap();
        let document: Flow = serde_json::from_str(&document).unwrap();
        document.result.is_none() && document.result_away.as_deref() == Some(id.as_str())
    };
    bench.until("that is written down", written);
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.until("the jobs are read", |bench| bench.session().jobs.is_read());
    bench.frames(2);
    assert!(bench.session().jobs.get(&id).is_some() && job(&bench).is_none());

    bench.key(Modifiers::COMMAND, Key::N);
    bench.until("another flow is open", |bench| bench.session().store.flow.id != flow);
    bench.click("Resume");
    bench.until("it is open again", |bench| bench.session().store.flow.id == flow);
    bench.frames(2);
    assert!(job(&bench).is_none());
}

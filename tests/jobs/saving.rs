//! Results and samples are kept, and the same bytes are not sent twice.

use mouthpiece::error::Error;
use mouthpiece::jobs::{Outcome, Request, State};
use mouthpiece::library::Consent;
use mouthpiece::sandbox::{Fault, Pace};

use crate::rig::rig;

#[test]
fn a_link_that_has_expired_is_replaced() {
    let mut rig = rig(Pace::Instant);
    rig.sandbox().faults().next("GET", "/files/", Fault::Expire);
    let request = rig.lip_sync();
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.jobs.get(&id).unwrap().checkpoint.saving.dead_links, 1);
}

#[test]
fn a_result_that_cannot_be_written_is_kept_there_and_saved_elsewhere() {
    let mut rig = rig(Pace::Instant);
    let blocked = rig.dir.path().join("blocked");
    std::fs::write(&blocked, "a file where the folder should be").unwrap();
    let mut ids = Vec::new();
    for stem in ["one", "two"] {
        let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
        (job.folder, job.stem) = (blocked.join("inside"), stem.to_owned());
        let id = rig.jobs.start(Request::LipSync(job));
        assert!(matches!(rig.over(&id), State::Failed(Error::File { .. })), "{:?}", rig.jobs.get(&id));
        assert!(rig.jobs.get(&id).unwrap().checkpoint.run.output_url.is_some());
        ids.push(id);
    }
    rig.jobs.retry(&ids[0]);
    let State::Done(Outcome::Video { file, .. }) = rig.over(&ids[0]) else { panic!("{:?}", rig.jobs.get(&ids[0])) };
    assert_eq!(file, rig.library.folder().join("Results/one.mp4"));
    let chosen = rig.dir.path().join("Chosen");
    rig.jobs.save_elsewhere(&ids[1], chosen.clone());
    let State::Done(Outcome::Video { file, .. }) = rig.over(&ids[1]) else { panic!("{:?}", rig.jobs.get(&ids[1])) };
    assert_eq!(file, chosen.join("two.mp4"));
    assert_eq!(rig.runs(), 2);
}

#[test]
fn the_same_bytes_are_uploaded_once_while_they_live_there() {
    let mut rig = rig(Pace::Instant);
    let run = |rig: &mut crate::rig::Rig, stem: &str| {
        let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
        job.stem = stem.to_owned();
        let id = rig.jobs.start(Request::LipSync(job));
        assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
        rig.jobs.get(&id).unwrap().checkpoint.picture.clone().unwrap().id
    };
    let first = run(&mut rig, "one");
    assert_eq!((run(&mut rig, "two"), rig.assets().len()), (first.clone(), 2));
    rig.ask(rig.client.delete_asset(&first));
    let second = run(&mut rig, "three");
    assert!(second != first && rig.assets().contains(&second));
    // Gone in the moment between: refused, and uploaded once more.
    rig.sandbox().faults().next_refuses("POST", "/v2/generate", 422, "asset_not_found", "No such asset.");
    let third = run(&mut rig, "four");
    assert_ne!(third, second);
}

#[test]
fn a_file_changed_since_it_was_chosen_is_said_so() {
    let mut rig = rig(Pace::Instant);
    let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
    job.target.size = Some(1);
    let id = rig.jobs.start(Request::LipSync(job));
    let State::Failed(error) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert!(error.to_string().contains("target.mp4 has changed since it was chosen"), "{error}");
    assert!(rig.assets().is_empty());
}

#[test]
fn the_sample_of_a_clone_is_kept_and_named_in_its_consent() {
    let mut rig = rig(Pace::Instant);
    let request = rig.clone_request("Mara / keynote");
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    let clone = rig.library.clones().unwrap().remove(0);
    let kept = clone.sample_file.unwrap();
    assert_eq!(kept, rig.library.folder().join("Samples/Mara keynote.wav"));
    let hash = blake3::hash(&std::fs::read(kept).unwrap()).to_hex().to_string();
    assert_eq!((clone.sample_hash, clone.consent.sample_hash), (Some(hash.clone()), Some(hash)));
}

#[test]
fn a_clone_without_permission_is_refused_before_a_byte_is_sent() {
    let mut rig = rig(Pace::Instant);
    let Request::Clone(mut job) = rig.clone_request("Mara") else { panic!("a clone") };
    job.consent = Consent::default();
    let id = rig.jobs.start(Request::Clone(job));
    assert!(matches!(rig.over(&id), State::Failed(Error::Input(_))));
    assert!(rig.assets().is_empty() && rig.clones().is_empty());
}

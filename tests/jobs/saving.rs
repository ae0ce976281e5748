//! Results and samples are kept, and the same bytes are not sent twice.

use mouthpiece::api::AssetKind;
use mouthpiece::error::Error;
use mouthpiece::jobs::{LocalFile, Outcome, Request, State, Step, VoiceTrack};
use mouthpiece::library::{Consent, JobRow, Relation};
use mouthpiece::sandbox::{Fault, Pace};

use crate::rig::{line, local, rig};
use crate::{heard, media};

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
    let unrecorded = Consent { relation: Relation::Unrecorded, ..job.consent.clone() };
    let nobody = Consent { speaker: " ".into(), ..job.consent.clone() };
    for consent in [Consent::default(), unrecorded, nobody] {
        job.consent = consent;
        let id = rig.jobs.start(Request::Clone(job.clone()));
        assert!(matches!(rig.over(&id), State::Failed(Error::Input(_))), "{:?}", rig.jobs.get(&id));
    }
    assert!(rig.assets().is_empty() && rig.clones().is_empty());
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_remembered_as_it_is() {
    use std::os::unix::ffi::OsStringExt as _;
    let mut rig = rig(Pace::Real);
    let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
    let odd = |bytes: &[u8]| rig.dir.path().join(std::ffi::OsString::from_vec(bytes.to_vec()));
    let target = odd(b"vid\xe9o.mp4");
    std::fs::copy(&job.target.path, &target).unwrap();
    (job.target.path, job.folder) = (target, odd(b"R\xe9sultats"));
    let id = rig.jobs.start(Request::LipSync(job.clone()));
    rig.until(&id, |job| matches!(job.state, State::Running(Step::Watch)));
    let mut rig = rig.reopen(Pace::Instant);
    let State::Done(made) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    let Outcome::Video { file, .. } = &made else { panic!("{made:?}") };
    assert!(file.is_file() && file.parent() == Some(job.folder.as_path()));
    let mut rig = rig.reopen(Pace::Instant);
    assert!(matches!(rig.until(&id, |_| true).state, State::Done(again) if again == made));
    assert_eq!(rig.runs(), 1);
}

#[test]
fn a_row_that_cannot_be_read_is_told_and_kept() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    let id = rig.jobs.start(line(&voice));
    assert!(matches!(rig.over(&id), State::Done(_)));
    let row = rig.library.jobs().unwrap().remove(0);
    let blank = JobRow { id: "blank".into(), request: String::new(), ..row };
    rig.library.put_job(&blank).unwrap();
    let mut rig = rig.reopen(Pace::Instant);
    let told = loop {
        match rig.jobs.poll() {
            Err(error) => break error.to_string(),
            Ok(()) => rig.wakes.recv_timeout(std::time::Duration::from_mins(1)).expect("the rows are read"),
        }
    };
    assert!(told.contains("One earlier job can't be read"), "{told}");
    rig.jobs.poll().unwrap();
    assert_eq!((rig.jobs.all().len(), rig.library.jobs().unwrap().len()), (1, 2));
}

#[test]
fn a_name_of_many_bytes_is_cut_and_the_result_is_saved() {
    let mut rig = rig(Pace::Instant);
    let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
    job.stem = "字".repeat(100);
    let id = rig.jobs.start(Request::LipSync(job));
    let State::Done(Outcome::Video { file, .. }) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert_eq!(file.file_stem().unwrap().to_str(), Some("字".repeat(66).as_str()));
}

#[test]
fn what_has_arrived_is_taken_to_the_other_folder_and_goes_with_the_job_when_it_is_forgotten() {
    let mut rig = rig(Pace::Instant);
    let Request::LipSync(job) = rig.lip_sync() else { panic!("a lip sync") };
    let full = |folder: &std::path::Path| {
        // It takes the download and gives it no name.
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("teaser.mp4"), "").unwrap();
        for number in 2..10_000 {
            std::fs::write(folder.join(format!("teaser {number}.mp4")), "").unwrap();
        }
    };
    full(&job.folder);
    let parts = |folder: &std::path::Path| {
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        files.filter(|name| name.to_string_lossy().ends_with(".part")).count()
    };
    let mut ids = Vec::new();
    for which in ["one", "two"] {
        let mut job = job.clone();
        job.model = if which == "one" { "lipsync-2".into() } else { "lipsync-1.9.0-beta".into() };
        let id = rig.jobs.start(Request::LipSync(job));
        assert!(matches!(rig.over(&id), State::Failed(_)), "{:?}", rig.jobs.get(&id));
        ids.push(id);
    }
    assert_eq!(parts(&job.folder), 2);
    // The service has it no more: only what is here is left.
    let run = rig.jobs.get(&ids[0]).unwrap().checkpoint.generation.clone().unwrap();
    rig.ask(rig.client.delete_generation(&run));
    rig.sandbox().faults().next("GET", "/files/", Fault::Expire);
    let chosen = rig.dir.path().join("Chosen");
    rig.jobs.save_elsewhere(&ids[0], chosen.clone());
    let State::Done(Outcome::Video { file, .. }) = rig.over(&ids[0]) else { panic!("{:?}", rig.jobs.get(&ids[0])) };
    assert_eq!(file, chosen.join("teaser.mp4"));
    assert_eq!((parts(&job.folder), parts(&chosen)), (1, 0));
    rig.forget(&ids[1]);
    assert_eq!(parts(&job.folder), 0);
}

#[test]
fn two_jobs_that_begin_together_upload_the_same_bytes_once() {
    let mut rig = rig(Pace::Instant);
    let Request::LipSync(job) = rig.lip_sync() else { panic!("a lip sync") };
    let ids = ["one", "two", "three"].map(|stem| {
        let stem = stem.to_owned();
        rig.jobs.start(Request::LipSync(mouthpiece::jobs::LipSyncJob { stem, ..job.clone() }))
    });
    for id in &ids {
        assert!(matches!(rig.over(id), State::Done(_)), "{:?}", rig.jobs.get(id));
    }
    assert_eq!(rig.assets().len(), 2);
}

#[test]
fn the_sound_of_a_video_is_sent_as_sound_once_and_never_that_of_another_file() {
    let mut rig = rig(Pace::Instant);
    let talk = media::talking_head(rig.dir.path(), "talk.mp4", 4.0);
    let with_voice = |rig: &crate::rig::Rig, stem: &str| {
        let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
        let voice = local(&talk, "video/mp4", AssetKind::Video);
        (job.voice, job.stem) =
            (VoiceTrack::File(LocalFile { size: Some(talk.metadata().unwrap().len()), ..voice }), stem.to_owned());
        Request::LipSync(job)
    };
    let run = |rig: &mut crate::rig::Rig, stem: &str| {
        let id = rig.jobs.start(with_voice(rig, stem));
        let State::Done(Outcome::Video { file, .. }) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
        file
    };
    let file = run(&mut rig, "one");
    assert_eq!(media::codecs(&file), ["h264", "aac"]);
    let sound = media::secs(&file);
    assert!((sound - 4.0).abs() < 0.1, "{sound} s of the four that the voice has");
    let [heard, said] = [&file, &talk].map(|file| heard::samples(rig.dir.path(), file, Some((0.0, 3.5))));
    assert!(heard::correlation(&heard, &said) > 0.9, "it is what the video says");
    run(&mut rig, "two");
    assert_eq!((rig.assets().len(), rig.runs()), (2, 2), "the same sound lies there already");

    // Another program has written over it since it was chosen.
    let request = with_voice(&rig, "three");
    std::fs::copy(media::talking_head(rig.dir.path(), "other.mp4", 2.0), &talk).unwrap();
    let id = rig.jobs.start(request);
    let State::Failed(error) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert!(error.to_string().starts_with("talk.mp4 has changed since it was chosen"), "{error}");
    assert_eq!((rig.assets().len(), rig.runs()), (2, 2));
}

#[test]
fn a_voice_that_breaks_off_is_not_sent() {
    let mut rig = rig(Pace::Instant);
    let talk = media::talking_head(rig.dir.path(), "talk.mp4", 12.0);
    let cut = rig.dir.path().join("cut.mp4");
    let [from, to] = [&talk, &cut].map(|path| path.to_str().unwrap());
    media::run("ffmpeg", &["-v", "error", "-i", from, "-c", "copy", "-movflags", "+faststart", to]);
    // Its end is nothing but zeros, as a copy that was cut off leaves it.
    let (file, size) = (std::fs::File::options().write(true).open(&cut).unwrap(), cut.metadata().unwrap().len());
    file.set_len(size / 2).unwrap();
    file.set_len(size).unwrap();
    let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
    job.voice = VoiceTrack::File(local(&cut, "video/mp4", AssetKind::Video));
    let id = rig.jobs.start(Request::LipSync(job));
    let State::Failed(error) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert!(error.to_string().starts_with("The sound of cut.mp4 breaks off at 0:0"), "{error}");
    assert_eq!((rig.assets().len(), rig.runs()), (0, 0));
}

//! What is sent: the whole file, a poor sample, a file that was saved over itself.

use super::*;

#[test]
fn the_whole_file_goes_as_it_is_when_that_is_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let file = media::speech(dir.path(), "talk.wav");
    let mut bench = trimming(&file);
    bench.click("Send the whole file");
    assert!(bench.session().store.flow.sample.whole);
    clone_it(&mut bench);
    let files = received(&bench, dir.path());
    assert_eq!(std::fs::read(&files[0]).unwrap(), std::fs::read(&file).unwrap());
    assert_eq!(bench.session().store.clones[0].sample_name, "talk.wav");
}

#[test]
fn a_poor_sample_is_asked_about_and_sent_all_the_same_when_told_to() {
    let dir = tempfile::tempdir().unwrap();
    // A voice in the rain: poor, and still one that the service takes.
    let (speech, file) = (media::speech(dir.path(), "speech.wav"), dir.path().join("rain.wav"));
    let rain = "anoisesrc=color=pink:amplitude=0.1:duration=14:sample_rate=22050:seed=7";
    let mix = "[0]apad,atrim=0:14[a];[a][1]amix=inputs=2:normalize=0";
    let from = speech.to_str().unwrap();
    let arguments =
        ["-v", "error", "-i", from, "-f", "lavfi", "-i", rain, "-filter_complex", mix, file.to_str().unwrap()];
    media::run("ffmpeg", &arguments);
    let mut bench = trimming(&file);
    assert!(bench.has("Poor"), "{}", bench.screen());
    bench.click(CONSENT);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait_part("Clone it anyway?");
    bench.click("Back to trim");
    bench.frames(4);
    assert!(bench.session().jobs.all().is_empty() && bench.has("Clone voice"));
    bench.click("Clone voice");
    bench.click("Clone it anyway");
    bench.until("the clone is on record", is_cloned);
}

#[test]
fn a_file_saved_over_itself_at_the_same_size_is_read_and_sent_anew() {
    let dir = tempfile::tempdir().unwrap();
    let (speech, file) = (media::speech(dir.path(), "speech.wav"), dir.path().join("talk.wav"));
    let record = |filter: &str| {
        let arguments = ["-v", "error", "-y", "-i", speech.to_str().unwrap(), "-af", filter, file.to_str().unwrap()];
        media::run("ffmpeg", &arguments);
        std::fs::metadata(&file).unwrap().len()
    };
    let before = record("apad,atrim=0:14");
    let mut bench = trimming(&file);
    bench.until("the sample is cut", |bench| !note(bench).starts_with("About "));
    assert_eq!(record("apad,atrim=0:14,areverse"), before, "only the times tell");
    // Cut anew, for another choice, it is refused.
    type_time(&mut bench, "End time", "0:12");
    bench.wait_part("talk.wav has changed");
    bench.click("Read it again");
    bench.until("it is read", |bench| !bench.has_part("talk.wav has changed"));
    measured(&mut bench);
    clone_it(&mut bench);
    let files = received(&bench, dir.path());
    let (heard, original) = (samples(dir.path(), &files[0], None), samples(dir.path(), &file, None));
    let likeness = correlation(&heard, &original);
    assert!(likeness > 0.98, "what was sent is what was there before: {likeness}");
}

//! The states of the chain, fact by fact.

use super::*;
use State::{Changed, Done, Empty, Failed, Ready, Running, Waiting};

fn states(facts: &Facts) -> [State; 5] {
    stages(facts).map(|stage| stage.state)
}

fn words(facts: &Facts, index: usize) -> String {
    stages(facts)[index].words.clone()
}

/// A flow with everything done.
const FINISHED: Facts = Facts {
    source: FileFact::There,
    voice: VoiceFact::There,
    cloning: Work::None,
    line: LineFact::Written,
    track: TrackFact::Current(3),
    speaking: Work::None,
    target: FileFact::There,
    syncing: Work::None,
    wants_face: false,
    result: ResultFact::Current,
    takes: (3, 3),
};

#[test]
fn the_flagship_from_nothing_to_a_result() {
    let mut facts = Facts::default();
    assert_eq!(states(&facts), [Ready, Empty, Empty, Empty, Waiting]);
    facts.source = FileFact::Reading;
    assert_eq!(states(&facts), [Running, Empty, Empty, Empty, Waiting]);
    facts.source = FileFact::There;
    assert_eq!(states(&facts), [Done, Ready, Empty, Empty, Waiting]);
    facts.cloning = Work::Running;
    assert_eq!(states(&facts), [Done, Running, Empty, Empty, Waiting]);
    facts.line = LineFact::Written;
    assert_eq!(states(&facts), [Done, Running, Waiting, Empty, Waiting]);
    facts = Facts { cloning: Work::None, voice: VoiceFact::There, ..facts };
    assert_eq!(states(&facts), [Done, Done, Ready, Empty, Waiting]);
    facts.speaking = Work::Running;
    assert_eq!(states(&facts), [Done, Done, Running, Empty, Waiting]);
    facts = Facts { speaking: Work::None, track: TrackFact::Current(1), ..facts };
    assert_eq!(states(&facts), [Done, Done, Done, Ready, Waiting]);
    facts.target = FileFact::There;
    assert_eq!(states(&facts), [Done, Done, Done, Ready, Waiting]);
    facts.syncing = Work::Running;
    assert_eq!(states(&facts), [Done, Done, Done, Running, Waiting]);
    facts = Facts { syncing: Work::None, result: ResultFact::Current, ..facts };
    assert_eq!(states(&facts), [Done; 5]);
    assert_eq!(words(&facts, 2), "Take 1");
}

#[test]
fn changing_the_line_marks_the_take_and_all_that_follows() {
    let facts = Facts { track: TrackFact::OtherText, ..FINISHED };
    assert_eq!(states(&facts), [Done, Done, Changed, Changed, Changed]);
    assert_eq!(words(&facts, 2), "Text changed");
    assert_eq!(stages(&facts)[2].label, "Speak again");
    assert_eq!(words(&facts, 4), "Older than its input");
    let facts = Facts { track: TrackFact::OtherVoice, ..FINISHED };
    assert_eq!((states(&facts)[2], words(&facts, 2).as_str()), (Changed, "Voice changed"));
}

#[test]
fn a_word_that_is_said_differently_holds_up_nothing() {
    let facts = Facts { track: TrackFact::OtherWords, ..FINISHED };
    assert_eq!(states(&facts), [Done, Done, Changed, Done, Done], "its result is no older");
    assert_eq!((words(&facts, 2).as_str(), stages(&facts)[2].label), ("Said differently now", "Speak again"));
    let said = summary(&facts, &stages(&facts), None, "Videos");
    assert_eq!(said.title, "Done, as the words were said before");
    let facts = Facts { result: ResultFact::None, ..facts };
    assert_eq!(states(&facts), [Done, Done, Changed, Ready, Waiting]);
    let said = summary(&facts, &stages(&facts), None, "Videos");
    assert_eq!(said.title, "1 step left: lip sync");
    assert!(said.detail.starts_with("The take stays as it was spoken."), "{}", said.detail);
}

#[test]
fn an_older_take_without_a_result_makes_the_lip_sync_wait() {
    let facts = Facts { track: TrackFact::OtherText, result: ResultFact::None, ..FINISHED };
    assert_eq!(states(&facts), [Done, Done, Changed, Waiting, Waiting]);
    assert_eq!(words(&facts, 3), "Next");
}

#[test]
fn other_settings_make_only_the_result_older() {
    let facts = Facts { result: ResultFact::Older, ..FINISHED };
    assert_eq!(states(&facts), [Done, Done, Done, Changed, Changed]);
    assert_eq!(stages(&facts)[4].why_off, None, "an older result still plays");
}

#[test]
fn a_voice_of_another_file_is_advice_and_holds_nothing_up() {
    let facts = Facts { voice: VoiceFact::OtherSource, result: ResultFact::None, ..FINISHED };
    assert_eq!(states(&facts), [Changed, Changed, Done, Ready, Waiting]);
    assert_eq!((words(&facts, 0).as_str(), stages(&facts)[1].label), ("Not cloned", "Clone this voice"));
    let facts = Facts { result: ResultFact::Current, ..facts };
    let all = stages(&facts);
    assert_eq!(summary(&facts, &all, None, "Videos").title, "Done, in a voice from another file");
    assert!(all[..2].iter().all(Stage::is_advice) && !all[2..].iter().any(Stage::is_advice));
}

#[test]
fn a_chosen_voice_needs_no_source() {
    let facts = Facts { voice: VoiceFact::There, ..Facts::default() };
    assert_eq!(states(&facts), [Empty, Done, Ready, Empty, Waiting]);
    assert_eq!((words(&facts, 0).as_str(), words(&facts, 2).as_str()), ("Not needed", "Write it"));
}

#[test]
fn own_audio_needs_neither_voice_nor_line() {
    let facts = Facts { track: TrackFact::OwnAudio, target: FileFact::There, ..Facts::default() };
    assert_eq!(states(&facts), [Empty, Empty, Done, Ready, Waiting]);
    assert_eq!(words(&facts, 2), "Own audio");
}

#[test]
fn a_line_before_the_voice_waits_for_it() {
    let facts = Facts { line: LineFact::Written, ..Facts::default() };
    assert_eq!(states(&facts), [Ready, Empty, Waiting, Empty, Waiting]);
    let facts = Facts { source: FileFact::There, target: FileFact::There, ..facts };
    assert_eq!(states(&facts), [Done, Ready, Waiting, Waiting, Waiting]);
    assert_eq!(["Will be cloned", "Next", "Then"].as_slice(), &[1, 2, 3].map(|at| words(&facts, at)), "all is there");
    assert_eq!(words(&Facts { line: LineFact::None, ..facts }, 3), "Needs a line");
}

#[test]
fn a_line_that_is_too_long_stops_the_chain_until_it_is_edited() {
    let facts = Facts { line: LineFact::TooLong, track: TrackFact::None, result: ResultFact::None, ..FINISHED };
    assert_eq!(states(&facts), [Done, Done, Failed, Waiting, Waiting]);
    assert_eq!(stages(&facts)[2].label, "Edit line");
}

#[test]
fn failures_are_fixed_where_the_work_is() {
    let cases = [
        (Facts { source: FileFact::Refused, ..Facts::default() }, 0, Goal::Pick(Role::Source)),
        (Facts { source: FileFact::There, cloning: Work::Failed, ..Facts::default() }, 1, Goal::Go(Page::Clone)),
        (Facts { speaking: Work::Failed, track: TrackFact::None, ..FINISHED }, 2, Goal::Go(Page::Script)),
        (Facts { target: FileFact::Refused, ..FINISHED }, 3, Goal::Pick(Role::Target)),
        (Facts { syncing: Work::Failed, result: ResultFact::None, ..FINISHED }, 3, Goal::Go(Page::LipSync)),
    ];
    for (facts, index, goal) in cases {
        let all = stages(&facts);
        assert_eq!((all[index].state, all[index].goal), (Failed, goal), "{facts:?}");
        assert!(all.iter().all(|stage| stage.state != Ready), "nothing else asks: {all:?}");
    }
    let settled = Facts { cloning: Work::Failed, ..FINISHED };
    assert_eq!(states(&settled), [Done; 5], "an old failure beside a voice is over");
    let other = Facts { voice: VoiceFact::OtherSource, ..settled };
    assert_eq!((states(&other)[1], words(&other, 1).as_str()), (Changed, "From another file"), "in another voice, too");
    let own = Facts { voice: VoiceFact::None, track: TrackFact::OwnAudio, ..settled };
    assert_eq!((states(&own)[1], words(&own, 1).as_str()), (Empty, "Not needed"));
}

#[test]
fn stopped_work_can_go_on() {
    let facts = Facts { source: FileFact::There, cloning: Work::Stopped, ..Facts::default() };
    assert_eq!((states(&facts)[1], words(&facts, 1).as_str()), (Ready, "Stopped"));
    let facts = Facts { syncing: Work::Stopped, result: ResultFact::None, ..FINISHED };
    assert_eq!((states(&facts)[3], words(&facts, 3).as_str()), (Ready, "Stopped"));
}

/// Every combination of facts: at most one stage is ready, nothing before it asks for anything, and only the result
/// can be off.
#[test]
fn at_most_one_stage_is_ready_whatever_the_facts() {
    let mut seen = 0_u32;
    for_each(|facts| {
        let all = stages(&facts);
        let ready = all.iter().filter(|stage| stage.state == Ready).count();
        assert!(ready <= 1, "{facts:?}");
        if let Some(first) = all.iter().position(|stage| stage.state == Ready) {
            let quiet = |stage: &Stage| {
                !matches!(stage.state, Running | Failed) && (stage.state != Changed || stage.is_advice())
            };
            assert!(all[..first].iter().all(quiet), "{facts:?}");
        }
        assert!(all[..4].iter().all(|stage| stage.why_off.is_none()), "{facts:?}");
        assert!(all.iter().all(|stage| !stage.words.is_empty() && !stage.label.is_empty()), "{facts:?}");
        assert!(!summary(&facts, &all, None, "Videos").title.is_empty());
        seen += 1;
    });
    assert_eq!(seen, 4 * 3 * 4 * 3 * 6 * 4 * 4 * 4 * 3);
}

fn for_each(mut check: impl FnMut(Facts)) {
    let files = [FileFact::None, FileFact::Reading, FileFact::Refused, FileFact::There];
    let works = [Work::None, Work::Running, Work::Failed, Work::Stopped];
    let voices = [VoiceFact::None, VoiceFact::There, VoiceFact::OtherSource];
    let lines = [LineFact::None, LineFact::Written, LineFact::TooLong];
    let tracks = [
        TrackFact::None,
        TrackFact::Current(1),
        TrackFact::OtherText,
        TrackFact::OtherVoice,
        TrackFact::OtherWords,
        TrackFact::OwnAudio,
    ];
    let results = [ResultFact::None, ResultFact::Current, ResultFact::Older];
    for (source, voice, cloning) in triples(&files, &voices, &works) {
        for (line, track, speaking) in triples(&lines, &tracks, &works) {
            for (target, syncing, result) in triples(&files, &works, &results) {
                let facts = Facts {
                    source,
                    voice,
                    cloning,
                    line,
                    track,
                    speaking,
                    target,
                    syncing,
                    result,
                    ..Facts::default()
                };
                check(facts);
            }
        }
    }
}

fn triples<A: Copy, B: Copy, C: Copy>(a: &[A], b: &[B], c: &[C]) -> Vec<(A, B, C)> {
    let pairs = a.iter().flat_map(|a| b.iter().map(|b| (*a, *b)));
    pairs.flat_map(|(a, b)| c.iter().map(move |c| (a, b, *c))).collect()
}

#[test]
fn the_bar_says_what_is_left() {
    let say = |facts: Facts| summary(&facts, &stages(&facts), Some("The video is too large."), "Videos / Mouthpiece");
    assert_eq!(say(Facts::default()).title, "Fill in the four steps, in any order");
    let facts = Facts { result: ResultFact::None, ..FINISHED };
    assert_eq!(say(facts).title, "1 step left: lip sync");
    assert_eq!(say(facts).detail, "Source, voice and line are done and will not run again.");
    let facts = Facts { source: FileFact::There, line: LineFact::Written, target: FileFact::There, ..Facts::default() };
    assert_eq!(say(facts).title, "3 steps left: clone, speak, lip sync");
    assert_eq!(say(facts).detail, "Source is done and will not run again.");
    let facts = Facts { source: FileFact::There, ..Facts::default() };
    assert_eq!(say(facts).title, "4 steps left: clone, line, video, lip sync", "as many as are named");
    assert_eq!(say(Facts { track: TrackFact::OtherText, ..FINISHED }).title, "2 steps left: speak, lip sync");
    assert_eq!(say(Facts { syncing: Work::Running, ..FINISHED }).title, "Syncing the lips");
    assert_eq!(say(FINISHED).detail, "The result is saved in Videos / Mouthpiece.");
    let facts = Facts { syncing: Work::Failed, result: ResultFact::None, ..FINISHED };
    assert_eq!(say(facts).title, "Stopped at lip sync");
    assert_eq!(say(facts).detail, "The video is too large.");
}

#[test]
fn the_chosen_take_is_counted_among_those_of_its_line() {
    let said = |number, takes| words(&Facts { track: TrackFact::Current(number), takes, ..FINISHED }, 2);
    assert_eq!(said(3, (3, 3)), "Take 3 of 3");
    assert_eq!(said(2, (2, 3)), "Take 2 of 3");
    assert_eq!(said(7, (1, 2)), "Take 7, 1 of 2", "others were deleted");
    assert_eq!(said(1, (1, 1)), "Take 1");
    assert_eq!(said(1, (0, 0)), "Take 1", "it was deleted from the list");
}

#[test]
fn a_missing_face_is_picked_instead_of_running_the_same_again() {
    let failed = Facts { syncing: Work::Failed, result: ResultFact::None, ..FINISHED };
    assert_eq!((stages(&failed)[3].label, stages(&failed)[3].goal), ("Fix", Goal::Go(Page::LipSync)));
    let faceless = Facts { wants_face: true, ..failed };
    assert_eq!((stages(&faceless)[3].label, stages(&faceless)[3].goal), ("Pick the face", Goal::PickFace));
}

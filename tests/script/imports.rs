//! Lines out of files: several at once, one after another, and with names of speakers.

use std::path::Path;

use egui::{Key, Modifiers};

use super::{Bench, SHIFT, Setup, common, ready, ready_in, texts};

fn files<const N: usize>(dir: &Path, files: [(&str, &str); N]) -> [std::path::PathBuf; N] {
    files.map(|(name, text)| {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    })
}

fn voices(bench: &Bench) -> Vec<Option<String>> {
    let flow = &bench.session().store.flow;
    flow.lines.all().iter().map(|line| flow.voice_id_of(line).map(str::to_owned)).collect()
}

#[test]
fn several_texts_come_in_one_drop_and_files_keep_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let made = [("a.txt", "One.\nTwo.\n"), ("b.csv", "line\nThree.\n"), ("c.md", "Four.\nFive.\n")];
    let [one, two, three] = files(dir.path(), made);
    let mut bench = ready();
    bench.drop_files(&[&one, &two]);
    bench.until("both are in", |bench| texts(bench).len() == 3);
    bench.drop_file(&three);
    bench.until("the third is behind them", |bench| texts(bench).len() == 5);
    assert_eq!(texts(&bench), ["One.", "Two.", "Three.", "Four.", "Five."]);
    assert_eq!(bench.session().store.flow.text(), "Five.", "the last one is worked on");
}

#[test]
fn a_speaker_of_a_table_is_the_voice_of_that_name() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = ready_in(Setup::default());
    let known: Vec<(String, String)> = bench.session().store.voices.value().unwrap()[..2]
        .iter()
        .map(|voice| (voice.id.clone(), voice.label().to_owned()))
        .collect();
    let [(first, one), (second, two)] = &known[..] else { panic!("two voices") };
    let table = format!("Speaker,Text\n{},Hello.\n{two},Good evening.\nNobody,Bye.\n", one.to_uppercase());
    let [table] = files(dir.path(), [("cast.csv", &table)]);
    bench.drop_file(&table);
    bench.wait_part("From cast.csv. No voice is called Nobody");
    assert_eq!(texts(&bench), ["Hello.", "Good evening.", "Bye."]);
    let own = |id: &String| Some(id.clone());
    assert_eq!(voices(&bench), [own(first), own(second), own(first)]);
    assert!(bench.has("Only for this line"), "{}", bench.screen());
}

/// A table whose only speaker is a voice of the service, dropped on a script page without a voice.
fn cast_in(bench: &mut Bench, dir: &Path) -> String {
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let voice = bench.session().store.voices.value().unwrap()[0].clone();
    let [table] = files(dir, [("cast.csv", &format!("Name,Text\n{},Hello.\n,Bye.\n", voice.label()))]);
    bench.drop_file(&table);
    bench.wait_part("From cast.csv. 1 of 2 lines has its speaker’s voice");
    voice.id
}

#[test]
fn the_voice_that_came_with_an_import_goes_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = common::app();
    let voice = cast_in(&mut bench, dir.path());
    let chosen = |bench: &Bench| bench.session().store.flow.voice.as_ref().map(|voice| voice.id.clone());
    assert_eq!(chosen(&bench), Some(voice.clone()));
    bench.click("Undo");
    bench.until("the lines are gone", |bench| texts(bench) == [""]);
    assert_eq!((chosen(&bench), bench.session().store.flow.same_for_all), (None, true), "nobody chose it");
    bench.key(SHIFT, Key::Z);
    assert_eq!((texts(&bench).len(), chosen(&bench)), (2, Some(voice)));
    bench.key(Modifiers::COMMAND, Key::Z);
    assert_eq!((texts(&bench).len(), chosen(&bench)), (1, None));
}

#[test]
fn an_import_chooses_no_voice_where_one_is_to_be_cloned() {
    let dir = tempfile::tempdir().unwrap();
    let sample = common::media::talking_head(dir.path(), "Lena.mp4", 14.0);
    let mut bench = Setup::default().dialogs([sample]).app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click("Choose file");
    bench.wait("Clone voice");
    let voice = cast_in(&mut bench, dir.path());
    assert_eq!(bench.session().store.flow.voice, None, "Lena's is to be cloned");
    assert_eq!(voices(&bench), [Some(voice), None]);
    assert!(bench.has("Only for this line"), "{}", bench.screen());
    bench.click("Undo");
    bench.until("the lines are gone", |bench| texts(bench) == [""]);
    assert!(bench.session().store.flow.same_for_all);
}

#[test]
fn lines_that_are_read_after_another_flow_was_opened_do_not_land_there() {
    let dir = tempfile::tempdir().unwrap();
    // It takes what is asked, and never answers: which voices there are stays open.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let account = Some(common::account(silent.local_addr().unwrap().port()));
    let mut bench = Setup { account, ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Getting your voices");
    let [table] = files(dir.path(), [("cast.csv", "Name,Text\nRachel,Hello.\n")]);
    let flow = bench.session().store.flow.id.clone();
    bench.drop_file(&table);
    bench.until("it is on its way in", |bench| bench.is_off("Import text"));
    assert_eq!(texts(&bench), [""], "it waits for the voices");
    bench.fill("Line 1", "Of the first flow.");
    bench.key(Modifiers::COMMAND, Key::N);
    bench.wait("cast.csv was not imported");
    assert!(bench.session().store.flow.id != flow && texts(&bench) == [""]);
}

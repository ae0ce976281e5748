//! Lines out of files: several at once, one after another, and with names of speakers.

use std::path::Path;

use super::{Bench, Setup, ready, ready_in, texts};

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

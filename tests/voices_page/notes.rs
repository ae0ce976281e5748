//! Names of one's own, tags, notes, stars, and the orders and searches that follow from them.

use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::panels::Page;

use crate::common::{Bench, Setup};
use crate::filled::{self, MARA, MARA_ROW};

fn wide() -> Bench {
    filled::app("dark", egui::vec2(1280.0, 800.0))
}

/// Names of the voices in their order on the page.
fn rows(bench: &Bench) -> Vec<String> {
    let rows = bench.harness.query_all_by_role(Role::ListItem);
    let mut rows: Vec<(f32, String)> = rows
        .filter_map(|row| Some((row.rect().top(), row.accesskit_node().label()?)))
        .filter(|(_, label)| label.contains("Enter to") || label.contains("Withheld"))
        .filter_map(|(top, label)| Some((top, label.split_once(". ")?.0.to_owned())))
        .collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

fn selected(bench: &Bench) -> String {
    let rows = bench.harness.query_all_by_role(Role::ListItem);
    let mut on = rows.filter(|row| row.accesskit_node().toggled() == Some(Toggled::True));
    on.find_map(|row| row.accesskit_node().label()).unwrap_or_default()
}

#[test]
fn a_row_says_everything_about_a_voice() {
    let bench = wide();
    assert_eq!(selected(&bench), MARA_ROW);
    assert!(bench.has("2 of 5") && bench.has("Clone slots"), "{}", bench.screen());
    assert!(bench.has("All, 11") && bench.has("My clones, 3") && bench.has("Built-in, 8"));
    assert!(bench.has("Favourites, 4") && bench.has("Parked 2 Nov, sample kept"));
    assert!(bench.is_off("Hear Nova") && bench.is_off("Use Daniel") && bench.is_off("Hear Podcast intro"));
    assert!(
        bench.has("Name on the service: Mara L keynote") && bench.has("Sample 4:12 to 5:48, kept on this computer")
    );
    assert!(bench.has("keynote-cam-a.wav") && bench.has("14 takes"));
}

#[test]
fn lists_are_sorted_by_the_heads_of_their_columns_and_by_the_choice() {
    let mut bench = wide();
    bench.click("Sort by name");
    let names = rows(&bench);
    assert_eq!(&names[1..4], ["Daniel", "Inês", "Ivo, product films"]);
    bench.click("Sort by name");
    let back = rows(&bench);
    assert_eq!(back[0], "Theo");
    bench.click("Sort by the number of takes");
    assert_eq!(&rows(&bench)[..3], ["Mara, keynote", "Ivo, product films", "Rachel"]);
    bench.click("Sort by the length of the preview");
    assert!(rows(&bench)[0].starts_with("A voice whose name"));
    bench.click("Sort voices");
    bench.click("Newest");
    assert!(rows(&bench)[..2].contains(&"Mara, keynote".to_owned()));
}

#[test]
fn search_finds_tags_notes_and_both_names() {
    let mut bench = wide();
    for (typed, found) in [
        ("CROATIAN", "Ivo, product films"),
        ("lindkvist", "Mara, keynote"),
        ("mara L", "Mara, keynote"),
        ("portugues", "Inês"),
    ] {
        bench.fill("Search voices", typed);
        assert_eq!(rows(&bench), [found], "{typed}");
    }
    bench.fill("Search voices", "baritone");
    assert!(bench.has("No voice matches “baritone”") && bench.has("Search looks at names, tags and notes."));
    bench.click("Clear search");
    bench.click("Favourites, 4");
    assert_eq!(rows(&bench).len(), 4);
}

#[test]
fn stars_are_set_by_key_and_by_press_and_an_empty_chip_says_how() {
    let mut bench = wide();
    bench.click("Favourites, 4");
    for name in ["Mara, keynote", "Ivo, product films", "Rachel", "Inês"] {
        bench.click(&format!("Remove {name} from favourites"));
    }
    assert!(bench.has("No favourites yet") && bench.has("Press S on a voice to keep it here."));
    bench.click("Show all voices");
    bench.key(Modifiers::NONE, Key::ArrowDown);
    bench.key(Modifiers::NONE, Key::S);
    assert!(selected(&bench).contains(", favourite."), "{}", selected(&bench));
    assert!(bench.has("Favourites, 1"));
}

#[test]
fn a_name_of_ones_own_is_used_everywhere_and_stays() {
    let mut bench = wide();
    bench.until("the voice is that of the flow", |bench| bench.session().store.flow.voice.is_some());
    bench.key(Modifiers::NONE, Key::F2);
    let focused = bench.harness.get_by_role_and_label(Role::TextInput, "Name of the voice");
    assert!(focused.accesskit_node().is_focused());
    bench.fill("Name of the voice", "Mara on stage");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.wait("Use Mara on stage");
    assert_eq!(bench.session().store.name_of_voice(MARA), Some("Mara on stage"));
    assert_eq!(bench.session().store.flow.voice.as_ref().unwrap().name, "Mara on stage");
    // Esc leaves it as it was.
    bench.fill("Name of the voice", "Nobody");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(bench.has("Use Mara on stage") && !bench.has("Use Nobody"));

    bench.until("it is written", |bench| {
        bench.session().library.voice_notes().unwrap()[MARA].alias.as_deref() == Some("Mara on stage")
    });
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    assert_eq!(bench.session().store.voice_name(MARA, "Mara L keynote"), "Mara on stage");
    bench.key(Modifiers::COMMAND, Key::Num2);
    filled::list(&mut bench, &filled::listed());
    bench.wait("Use Mara on stage");
    let row = MARA_ROW.replace("Mara, keynote", "Mara on stage");
    bench.click(&row);
    bench.key(Modifiers::NONE, Key::F2);
    bench.key(Modifiers::COMMAND, Key::A);
    bench.key(Modifiers::NONE, Key::Backspace);
    bench.key(Modifiers::NONE, Key::Enter);
    bench.wait("Use Mara L keynote");
}

#[test]
fn a_name_typed_when_the_page_is_left_is_kept() {
    let mut bench = wide();
    bench.fill("Name of the voice", "Half typed");
    bench.key(Modifiers::COMMAND, Key::Num1);
    assert_eq!(bench.harness.state().page(), Page::Flow);
    bench.until("it is kept", |bench| bench.session().store.notes.alias(MARA) == Some("Half typed"));
}

#[test]
fn tags_and_notes_are_kept_as_they_are_made() {
    let mut bench = wide();
    bench.click("Add tag");
    bench.harness.get_by_role_and_label(Role::TextInput, "New tag").type_text("stage, WARM,  loud  room");
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::Enter);
    bench.click("Remove the tag founder");
    let tags = |bench: &Bench| bench.session().store.notes.get(MARA).unwrap().tags.iter().cloned().collect::<Vec<_>>();
    assert_eq!(tags(&bench), ["English", "loud room", "stage", "warm"]);
    bench.fill("Notes", "Speak slowly.");
    bench.until("all is written", |bench| {
        let notes = bench.session().library.voice_notes().unwrap();
        notes[MARA].notes == "Speak slowly." && notes[MARA].tags.len() == 4
    });
    bench.key(Modifiers::NONE, Key::Escape);
    bench.fill("Search voices", "loud room");
    assert_eq!(rows(&bench), ["Mara, keynote"]);
}

#[test]
fn a_flow_that_uses_the_voice_is_opened_from_it() {
    let mut bench = wide();
    bench.wait("Keynote, German pickup. Line not spoken yet. Opens the flow.");
    bench.click("Keynote, German pickup. Line not spoken yet. Opens the flow.");
    bench.until("it is open", |bench| bench.session().store.flow.name == "Keynote, German pickup");
}

#[test]
fn a_flow_with_the_voice_is_a_use_before_anything_is_spoken() {
    let mut bench = crate::common::app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.until("a voice is selected", |bench| !selected(bench).is_empty());
    assert!(bench.has("Not used yet"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Enter);
    bench.fill("Line 1", "One line to be said.");
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Opens the flow.");
    bench.wait("1 flow, no takes yet");
    assert!(!bench.has_part("Not used yet"), "{}", bench.screen());
}

#[test]
fn the_length_of_a_preview_that_was_heard_is_known_from_then_on() {
    let mut bench = Setup::default().app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Hear ");
    let first = rows(&bench).remove(0);
    bench.click(&format!("Hear {first}"));
    bench.until("it is written", |bench| {
        let known = bench.session().library.note(mouthpiece::store::notes::LENGTHS).unwrap();
        known.is_some_and(|known| known.len() > 2)
    });
    // With Shift the next one is heard, too.
    bench.key(Modifiers::SHIFT, Key::ArrowDown);
    let second = selected(&bench);
    assert!(!second.starts_with(&first), "{second}");
    bench.until("it plays", |bench| {
        bench.session().player.now().is_some_and(|now| second.starts_with(now.title) && now.is_playing)
    });
}

#[test]
fn shift_counts_as_it_was_held_when_the_arrow_went_down() {
    let mut bench = Setup::default().app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Hear ");
    let first = rows(&bench).remove(0);
    bench.click(&format!("Hear {first}"));
    bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    // A quick hand: Shift is let go before the frame is drawn.
    let arrow = egui::Event::Key {
        key: Key::ArrowDown,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::SHIFT,
    };
    bench.harness.input_mut().events.push(arrow);
    bench.harness.input_mut().events.push(egui::Event::ModifiersChanged(Modifiers::NONE));
    bench.frames(3);
    let second = selected(&bench);
    assert!(!second.starts_with(&first), "{second}");
    bench.until("the next one plays", |bench| {
        bench.session().player.now().is_some_and(|now| second.starts_with(now.title) && now.is_playing)
    });
}

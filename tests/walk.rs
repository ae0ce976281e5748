//! A walk over all pages, in several states and in both sizes. On each of them: every control has a name and a role, no
//! two widgets share an id, no text is cut off without its whole words in reach, no words lie on other words, and a page
//! on which nothing moves asks for no frame.

mod common;
#[path = "walk/lists.rs"]
mod lists;

use common::{Bench, CONSENT, Setup, media};
use egui::accesskit::{Action, Role};
use egui::epaint::{ClippedShape, TextShape};
use egui::{Modifiers, Pos2, Rect, Shape, Vec2, ViewportId, pos2, vec2};
use egui_kittest::kittest::NodeT as _;
use mouthpiece::panels::Page;

const SIZES: [Vec2; 2] = [vec2(1280.0, 800.0), vec2(960.0, 640.0)];
const PAGES: [(Page, egui::Key); 7] = [
    (Page::Flow, egui::Key::Num1),
    (Page::Voices, egui::Key::Num2),
    (Page::Clone, egui::Key::Num3),
    (Page::Script, egui::Key::Num4),
    (Page::LipSync, egui::Key::Num5),
    (Page::Activity, egui::Key::Num6),
    (Page::Settings, egui::Key::Comma),
];

/// What is wrong, each with where it was found.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, place: &str, what: impl std::fmt::Display) {
        self.0.push(format!("{place}: {what}"));
    }

    #[track_caller]
    fn none(mut self) {
        self.0.sort();
        self.0.dedup();
        assert!(self.0.is_empty(), "{} faults:\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// Goes to each page and looks at it.
fn walk(bench: &mut Bench, state: &str, faults: &mut Faults) {
    for (page, key) in PAGES {
        bench.key(Modifiers::COMMAND, key);
        bench.until("the page is there", |bench| bench.harness.state().page() == page);
        look_at_page(bench, &format!("{state}, {page:?}"), faults);
    }
}

/// Looks at what is on the screen now, once it stands still.
fn look(bench: &mut Bench, place: &str, faults: &mut Faults) {
    // Nothing is hovered, and no key was pressed: what moves now moves by itself.
    bench.harness.hover_at(pos2(1.0, 1.0));
    bench.until(&format!("{place} stands still"), is_still);
    names(bench, place, faults);
    said(bench, place, faults);
    ids(bench, place, faults);
    cuts(bench, place, faults);
}

/// The same for a page that nothing lies over.
fn look_at_page(bench: &mut Bench, place: &str, faults: &mut Faults) {
    look(bench, place, faults);
    overlaps(bench, place, faults);
}

/// Whether the next frame is wanted late or never: a toast leaves by itself after seconds, nothing else does.
fn is_still(bench: &Bench) -> bool {
    let output = &bench.harness.output().viewport_output[&ViewportId::ROOT];
    output.repaint_delay >= std::time::Duration::from_millis(900)
}

fn names(bench: &Bench, place: &str, faults: &mut Faults) {
    let mut seen = 0;
    for node in bench.harness.root().children_recursive() {
        let access = node.accesskit_node();
        let acts = [Action::Click, Action::Focus].iter().any(|&action| access.data().supports_action(action));
        // egui's own parts of a scrolled page, which screen readers name by their role.
        let own = matches!(access.role(), Role::GenericContainer | Role::Window | Role::ScrollView | Role::ScrollBar);
        if !acts || own {
            continue;
        }
        seen += 1;
        if access.role() == Role::Unknown {
            faults.add(place, format!("{:?} has no role", access.label()));
        }
        if access.label().is_none_or(|label| label.trim().is_empty()) {
            faults.add(place, format!("a {:?} at {:?} has no name", access.role(), node.rect()));
        }
    }
    assert!(seen > 3, "{place} shows {seen} controls");
}

/// What is read aloud: no character of an icon font, every dialog by a name of its own, rows with their state, and no
/// button whose words stand once more beside it.
fn said(bench: &Bench, place: &str, faults: &mut Faults) {
    let mut dialogs = Vec::new();
    let nodes: Vec<_> = bench.harness.root().children_recursive().collect();
    let words = |role: Role| role == Role::Label;
    let shown: Vec<(String, Rect)> = nodes
        .iter()
        .filter(|node| words(node.accesskit_node().role()))
        .filter_map(|node| Some((node.accesskit_node().value().or(node.accesskit_node().label())?, node.rect())))
        .collect();
    for node in bench.harness.root().children_recursive() {
        let access = node.accesskit_node();
        let (label, value) = (access.label(), access.value());
        let icon = |words: &String| words.chars().any(|letter| ('\u{e000}'..='\u{f8ff}').contains(&letter));
        if label.iter().chain(&value).any(icon) {
            faults.add(place, format!("a {:?} reads an icon: {label:?} {value:?}", access.role()));
        }
        match access.role() {
            Role::Dialog | Role::AlertDialog => match label.filter(|label| !label.trim().is_empty()) {
                None => faults.add(place, format!("a dialog at {:?} has no name", node.rect())),
                Some(label) if dialogs.contains(&label) => faults.add(place, format!("two dialogs are “{label}”")),
                Some(label) => dialogs.push(label),
            },
            Role::ListItem if access.toggled().is_none() && access.is_selected().is_none() => {
                faults.add(place, format!("the row {label:?} does not say whether it is selected"));
            }
            Role::Button | Role::ComboBox => {
                let again = |(words, at): &(String, Rect)| {
                    label.as_ref() == Some(words) && node.rect().expand(1.0).contains_rect(*at)
                };
                if shown.iter().any(again) {
                    faults.add(place, format!("the words {label:?} are read twice"));
                }
            }
            _ => {}
        }
    }
}

/// egui paints its complaint about an id used twice over the place.
fn ids(bench: &Bench, place: &str, faults: &mut Faults) {
    for (text, _) in texts(bench) {
        let words = text.galley.text();
        if ["Double use of", "First use of", "Second use of"].iter().any(|start| words.starts_with(start)) {
            faults.add(place, words.replace('\n', " "));
        }
    }
}

/// All texts with some of them in sight, and where each may be drawn.
fn texts(bench: &Bench) -> Vec<(&TextShape, Rect)> {
    fn open<'a>(shape: &'a Shape, clip: Rect, found: &mut Vec<(&'a TextShape, Rect)>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| open(shape, clip, found)),
            Shape::Text(text) => found.push((text, clip)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for ClippedShape { clip_rect, shape, .. } in &bench.harness.output().shapes {
        open(shape, *clip_rect, &mut found);
    }
    found.retain(|(text, clip)| {
        let seen = ink(text).intersect(*clip);
        !text.galley.text().trim().is_empty() && seen.width() > 0.5 && seen.height() > 0.5
    });
    found
}

/// Where the words of a text are.
fn ink(text: &TextShape) -> Rect {
    text.galley.rect.translate(text.pos.to_vec2())
}

fn is_icon(words: &str) -> bool {
    words.chars().all(|letter| ('\u{e000}'..'\u{f8ff}').contains(&letter))
}

/// Words that lie on other words can't be read.
fn overlaps(bench: &Bench, place: &str, faults: &mut Faults) {
    let texts: Vec<_> = texts(bench).into_iter().filter(|(text, _)| !is_icon(text.galley.text())).collect();
    for (index, (one, clip)) in texts.iter().enumerate() {
        for (other, other_clip) in &texts[index + 1..] {
            let shared = ink(one).intersect(ink(other)).intersect(*clip).intersect(*other_clip);
            if shared.width() > 3.0 && shared.height() > 4.0 {
                let words = |text: &TextShape| text.galley.text().replace('\n', " ");
                faults.add(place, format!("“{}” lies on “{}” at {shared:?}", words(other), words(one)));
            }
        }
    }
}

/// A text that ends in "…", or is wider than what it may be drawn in, must tell its whole words to the pointer.
fn cuts(bench: &mut Bench, place: &str, faults: &mut Faults) {
    let fields: Vec<Rect> =
        bench.harness.root().children_recursive().filter(is_field).map(|node| node.rect()).collect();
    let typed = |at: Pos2| fields.iter().any(|field| field.expand(2.0).contains(at));
    // What a dialog covers can't be pointed at; it is looked at without the dialog.
    let front = bench.harness.ctx.memory(|memory| memory.area_rect(memory.top_modal_layer()?.id));
    let window = bench.harness.ctx.content_rect();
    let reached = |rect| front.is_none_or(|front| front.contains_rect(rect) && !front.contains_rect(window));
    let mut found = Vec::new();
    for (text, clip) in texts(bench) {
        let (words, rect) = (text.galley.text().to_owned(), ink(text));
        let seen = rect.intersect(clip);
        if is_icon(&words) || typed(seen.center()) {
            continue;
        }
        // Pages scroll upwards, never sideways.
        let beyond = rect.left() < clip.left() - 1.5 || rect.right() > clip.right() + 1.5;
        if beyond {
            faults.add(place, format!("“{words}” at {rect:?} is cut at its side by {clip:?}"));
        } else if reached(rect) && (text.galley.elided || has_gap(&words)) {
            found.push((words, seen.center()));
        }
    }
    for (words, at) in found {
        // A toast may have left in the meantime.
        let is_there = |bench: &Bench| texts(bench).iter().any(|(text, _)| text.galley.text() == words);
        if !tells_whole(bench, &words, at) && is_there(bench) {
            faults.add(place, format!("“{words}” at {at:?} is cut off and tells its whole words nowhere"));
        }
    }
}

fn is_field(node: &egui_kittest::Node<'_>) -> bool {
    matches!(node.accesskit_node().role(), Role::TextInput | Role::MultilineTextInput | Role::SearchInput)
}

/// A name whose middle was taken out.
fn has_gap(words: &str) -> bool {
    words.split_once('…').is_some_and(|(head, tail)| head.ends_with(char::is_alphanumeric) && !tail.is_empty())
}

/// Whether resting the pointer on the text shows all of it.
fn tells_whole(bench: &mut Bench, words: &str, at: Pos2) -> bool {
    let (head, tail) = words.split_once('…').unwrap_or((words, ""));
    let is_whole = |text: &TextShape| {
        let shown = text.galley.text();
        let joined = shown.contains(head.trim()) && shown.contains(tail.trim()) && shown != words;
        !text.galley.elided && (shown.contains(words.trim()) && !has_gap(words) || has_gap(words) && joined)
    };
    bench.harness.hover_at(at);
    // The tooltip waits for half a second of the window's clock: a frame is a quarter.
    bench.frames(6);
    let told = texts(bench).iter().any(|(text, _)| is_whole(text));
    bench.harness.hover_at(pos2(1.0, 1.0));
    bench.frames(2);
    told
}

#[test]
fn a_new_workspace() {
    let mut faults = Faults::default();
    for size in SIZES {
        let mut bench = Setup { size, ..Setup::default() }.app();
        walk(&mut bench, &format!("new, {}", size.x), &mut faults);
    }
    faults.none();
}

#[test]
fn a_finished_flow_with_long_names() {
    let made = tempfile::tempdir().expect("a folder");
    let source = media::talking_head(made.path(), "keynote-main-stage-camera-a-second-half-take-17-graded.mp4", 14.0);
    let target = media::silent_video(made.path(), "launch-teaser-with-a-name-longer-than-any-card-v4-final.mp4", 4.0);
    let mut faults = Faults::default();
    let mut bench = Setup::default().dialogs([&target]).app();
    bench.drop_file(&source);
    both(&mut bench, "a file was dropped", &mut faults);
    bench.click("Clone a voice");
    bench.wait_part("Pick the best part");
    both(&mut bench, "step 2 of the clone", &mut faults);
    bench.fill("Voice name", "Founder voice for the keynote, the long one of the second half");
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.until("the script is open", |bench| bench.harness.state().page() == Page::Script);
    bench.fill(
        "Line 1",
        "We built this for the people who finish the edit at two in the morning, and for all who wait.",
    );
    bench.click("Speak");
    bench.until("the take is there", |bench| bench.session().store.takes.len() == 1);
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    both(&mut bench, "a lip sync set up", &mut faults);
    bench.key(Modifiers::COMMAND, egui::Key::Enter);
    bench.until("the video is saved", |bench| {
        bench.session().jobs.all().iter().all(|job| !job.is_running()) && bench.session().jobs.all().len() == 3
    });
    // Whatever stands above a text keeps the pointer from it.
    bench.until("no toast is there", |bench| !bench.has("Dismiss"));
    both(&mut bench, "the result", &mut faults);
    for size in SIZES {
        bench.harness.set_size(size);
        bench.frames(4);
        walk(&mut bench, &format!("finished, {}", size.x), &mut faults);
    }
    faults.none();
}

/// Looks in both sizes.
fn both(bench: &mut Bench, state: &str, faults: &mut Faults) {
    for size in SIZES.into_iter().rev() {
        bench.harness.set_size(size);
        bench.frames(4);
        look(bench, &format!("{state}, {}", size.x), faults);
    }
}

#[test]
fn what_lies_over_a_page() {
    let mut faults = Faults::default();
    let mut bench = Setup::default().app();
    bench.key(Modifiers::COMMAND, egui::Key::Slash);
    both(&mut bench, "the list of keys", &mut faults);
    bench.key(Modifiers::NONE, egui::Key::Escape);
    bench.key(Modifiers::COMMAND, egui::Key::Num2);
    bench.harness.set_size(SIZES[1]);
    bench.wait_part("Sandbox Hugo");
    bench.key(Modifiers::COMMAND, egui::Key::I);
    bench.frames(4);
    look(&mut bench, "the drawer of a voice", &mut faults);
    faults.none();
}

#[test]
fn the_first_page() {
    let mut faults = Faults::default();
    let mut bench = Setup { unnamed: true, ..Setup::default() }.app();
    bench.wait_part("Open the sandbox");
    both(&mut bench, "welcome", &mut faults);
    faults.none();
}

//! The steps of a clone below each other, joined by a line: done, under way, waiting, failed, to come.

use egui::{Rect, Sense, Stroke, Ui, UiBuilder, pos2, vec2};

use super::shown::is_spoken;
use crate::jobs::{CloneJob, Job, State, Step};
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Type, format, icons, paint, text};

/// How a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Going {
    Done,
    On,
    Waits,
    Failed,
    ToCome,
}

impl Going {
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::On => "Under way",
            Self::Waits => "Waiting",
            Self::Failed => "Failed",
            Self::ToCome => "To come",
        }
    }
}

/// One of the steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub title: &'static str,
    pub words: String,
    pub going: Going,
}

const HEIGHT: f32 = 58.0;
/// The same in a low window.
const LOW: f32 = 46.0;
const MARK: f32 = 18.0;

/// Draws the steps.
pub fn steps_ui(ui: &mut Ui, lines: &[Line]) {
    let t = ui.tokens();
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = if ui.ctx().content_rect().height() < 720.0 { LOW } else { HEIGHT };
    for (index, line) in lines.iter().enumerate() {
        let is_last = index + 1 == lines.len();
        let height = if is_last { 38.0 } else { height };
        let (_, row) = ui.allocate_space(vec2(ui.available_width(), height));
        let mark = Rect::from_min_size(row.min + vec2(1.0, 0.0), vec2(MARK, MARK));
        if !is_last {
            let x = mark.center().x;
            let line = (row.top() + MARK + 6.0)..=(row.bottom() - 5.0);
            ui.painter().vline(x, line, Stroke::new(2.0, t.edge.strong));
        }
        // In places of their own: the row keeps its height.
        mark_ui(&mut ui.new_child(UiBuilder::new().id_salt((line.title, "mark")).max_rect(mark)), line.going);
        let words = UiBuilder::new().id_salt(line.title).max_rect(row.with_min_x(row.left() + 34.0));
        let mut words_ui = ui.new_child(words);
        words_ui.spacing_mut().item_spacing.y = 2.0;
        let words = match line.going {
            Going::ToCome => Type::Control.text(line.title).color(t.text.support),
            _ => text::name(line.title).color(t.text.main),
        };
        let title = words_ui.label(words);
        ui.ctx().accesskit_node_builder(title.id, |node| node.set_description(line.going.word()));
        name_ui(&mut words_ui, &line.words, Type::Small, t.text.hint);
    }
}

fn mark_ui(ui: &mut Ui, going: Going) {
    let t = ui.tokens();
    let (icon, ink) = match going {
        Going::Done => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        Going::Waits => (icons::HOURGLASS_MEDIUM, t.text.support),
        Going::Failed => (icons::WARNING_CIRCLE_FILL, t.danger.ink),
        Going::ToCome => (icons::CIRCLE_DASHED, t.text.hint),
        Going::On => {
            paint::spinner_ui(ui, MARK);
            return;
        }
    };
    let (rect, _) = ui.allocate_exact_size(vec2(MARK, MARK), Sense::hover());
    icon.paint(ui.painter(), pos2(rect.center().x, rect.center().y), MARK + 2.0, ink);
}

/// Where the job stands: the place of its step among upload, clone and ready, and how that goes.
fn place(job: &Job) -> (usize, Going) {
    let reached = usize::from(job.checkpoint.picture.is_some());
    match &job.state {
        State::Done(_) => (3, Going::Done),
        State::Failed(_) | State::Stopped => (reached, Going::Failed),
        State::Running(Step::UploadPicture) => (0, running(job)),
        State::Running(Step::Finish) => (2, running(job)),
        State::Running(_) => (1, running(job)),
    }
}

fn running(job: &Job) -> Going {
    if job.waiting.is_some() { Going::Waits } else { Going::On }
}

/// The steps of a clone under way, or one that failed for any other reason than full slots.
pub fn lines(job: &Job, request: &CloneJob, free: Option<String>, store: &Store) -> Vec<Line> {
    let is_sandbox = store.is_sandbox;
    let (at, going) = place(job);
    let of = |index: usize| match index.cmp(&at) {
        std::cmp::Ordering::Less => Going::Done,
        std::cmp::Ordering::Equal => going,
        std::cmp::Ordering::Greater => Going::ToCome,
    };
    let mut lines: Vec<Line> = prepared(request).into_iter().collect();
    lines.extend(free.map(|words| Line { title: "Slot checked", words, going: Going::Done }));
    let to = if is_sandbox { "Copying into the sandbox" } else { "Uploading to sync.so storage" };
    let how = if is_sandbox {
        "Into a folder on this computer. Nothing leaves it."
    } else {
        "Sent straight from this computer. Your key is not part of the upload."
    };
    let cloning = if matches!(job.state, State::Running(Step::FindClone)) {
        "The request is out. The list of voices is looked through for it."
    } else {
        "Usually under a minute. This step cannot be repeated by accident."
    };
    lines.push(Line { title: to, words: how.to_owned(), going: of(0) });
    lines.push(Line { title: "Cloning", words: cloning.to_owned(), going: of(1) });
    lines.push(Line { title: "Ready to speak", words: outlook(store).to_owned(), going: of(2) });
    lines
}

/// What comes of the voice once it is there.
fn outlook(store: &Store) -> &'static str {
    if is_spoken(store) && !store.speak_when_ready {
        "It joins your voices. This script keeps the one that spoke it."
    } else {
        "The script opens with this voice chosen."
    }
}

/// The steps of a clone that found no free slot.
pub fn full_lines(job: &Job, request: &CloneJob, store: &Store) -> Vec<Line> {
    let kept = request.sample.size.map(format::size).unwrap_or_default();
    let length = request.origin.as_ref().and_then(|origin| origin.part).map(|part| format::time(part.secs()));
    let sample = [length, Some(kept)].into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>();
    let asset = job.checkpoint.picture.as_ref().map(|asset| short(&asset.id));
    let (sent, place) =
        if store.is_sandbox { ("Copied", "Kept in the sandbox") } else { ("Uploaded", "Kept at the service") };
    let kept_as = asset.map_or_else(|| place.to_owned(), |id| format!("{place} as asset {id}"));
    let has_line = !store.flow.text().trim().is_empty();
    let last = if has_line && !is_spoken(store) { "Your first line is waiting here." } else { outlook(store) };
    let line = |title, words: &str, going| Line { title, words: words.to_owned(), going };
    vec![
        line("Sample prepared", &sample.join(", "), Going::Done),
        line(sent, &kept_as, Going::Done),
        line("Cloning", "Stopped: no free clone slot (403)", Going::Failed),
        line("Ready to speak", last, Going::ToCome),
    ]
}

/// The start and the end of a long id: "2f1c…88b0".
fn short(id: &str) -> String {
    let count = id.chars().count();
    if count <= 12 {
        return id.to_owned();
    }
    let (start, end): (String, String) = (id.chars().take(4).collect(), id.chars().skip(count - 4).collect());
    format!("{start}…{end}")
}

/// The step before the first one: the sample was cut while the page was filled in.
fn prepared(request: &CloneJob) -> Option<Line> {
    let origin = request.origin.as_ref()?;
    let cut = origin
        .part
        .map_or_else(|| "All of the sound".to_owned(), |part| format!("Cut to {}", format::time(part.secs())));
    let hum = if origin.hum_filtered { ", hum filtered" } else { "" };
    let level = if origin.leveled { ", brought to a good level" } else { "" };
    let words = format!("{cut}{hum}{level}. A copy is kept with the voice.");
    Some(Line { title: "Sample prepared", words, going: Going::Done })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_shown_by_its_ends() {
        assert_eq!(short("2f1c0000-0000-4000-8000-0000000088b0"), "2f1c…88b0");
        assert_eq!(short("asset-1"), "asset-1");
    }
}

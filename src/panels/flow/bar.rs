//! The bar below the chain: what is left or under way, what it may cost, how long it takes, and the button that runs it.

mod face;
mod figures;

use egui::{Align, Layout, Margin, Rect, Role, Ui, WidgetInfo, accesskit, vec2};

use super::cards::Shown;
use super::run::RunAll;
use super::{consent, draw};
use crate::panels::{Command, Cx, Page};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, icons, layout, paint, progress, radius, space, toast, truncate};

use face::{Buttons, Face, Mark};

/// Height of the bar within its edge.
const HEIGHT: f32 = 62.0;

/// What was pressed.
enum Press {
    Run,
    /// Whether it ends after this step.
    Stop(bool),
    TryNow(String),
    Details,
    /// The button of this stage.
    Stage(usize),
    Limit,
}

/// The bar.
pub(super) fn bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, run: &mut RunAll) {
    let t = ui.tokens();
    let narrow = layout::is_narrow(ui);
    let face = face::face(cx, shown, run, narrow);
    let mut pressed = None;
    let bar = layout::frame(t.fill.surface, t.edge.soft, radius::CARD);
    let bar = bar.inner_margin(Margin { left: 18, right: 12, top: 0, bottom: 0 });
    let drawn = bar.show(ui, |ui| {
        let size = vec2(ui.available_width(), HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_height(HEIGHT);
            mark_ui(ui, face.mark);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 10.0;
                pressed = buttons_ui(ui, &face.buttons, narrow);
                ui.add_space(space::S);
                figures::figures_ui(ui, &face.figures);
                ui.add_space(space::S);
                words_ui(ui, &face);
            });
        });
    });
    toast::keep_clear(ui, drawn.response.rect);
    if let Some(part) = face.part {
        part_ui(ui, drawn.response.rect, part);
    }
    if let Some(pressed) = pressed {
        obey(pressed, cx, shown, run);
    }
    run.ask_ui(ui.ctx(), cx);
    consent::dialog_ui(ui.ctx(), cx.store);
}

fn obey(pressed: Press, cx: &mut Cx<'_>, shown: &Shown, run: &mut RunAll) {
    match pressed {
        Press::Run => cx.store.chain.run = true,
        Press::Stop(stops) => {
            if let Some(going) = &mut run.going {
                going.stops = stops;
            }
        }
        Press::TryNow(job) => cx.jobs.try_now(&job),
        Press::Details => cx.commands.push(Command::Go(Page::Activity)),
        Press::Stage(index) => {
            if let Some(stage) = shown.stages.get(index) {
                draw::reach(stage.goal, cx);
            }
        }
        Press::Limit => cx.commands.push(Command::ChangeLimit),
    }
}

fn mark_ui(ui: &mut Ui, mark: Mark) {
    let t = ui.tokens();
    match mark {
        Mark::None => return,
        Mark::Waits => icons::HOURGLASS_MEDIUM.show(ui, 22.0, t.text.support),
        Mark::Runs => paint::spinner_ui(ui, 24.0),
        Mark::Failed => icons::WARNING_CIRCLE_FILL.show(ui, 22.0, t.danger.ink),
        Mark::Stopped => icons::HOURGLASS_MEDIUM.show(ui, 22.0, t.text.hint),
    };
    ui.add_space(10.0);
}

/// Title and detail. Each new title is announced once.
fn words_ui(ui: &mut Ui, face: &Face) {
    let t = ui.tokens();
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.add_space(((HEIGHT - 36.0) / 2.0).max(0.0));
            let title = truncate::name_ui(ui, &face.title, Type::Name, t.text.main);
            ui.ctx().accesskit_node_builder(title.id, |node| node.set_live(accesskit::Live::Polite));
            let ink = if face.warns { t.warning.ink } else { t.text.hint };
            truncate::name_ui(ui, &face.detail, Type::Small, ink);
        });
    });
}

/// From the right end.
fn buttons_ui(ui: &mut Ui, buttons: &Buttons, narrow: bool) -> Option<Press> {
    match buttons {
        Buttons::Run { off, over: true } if off.is_none() => {
            let button = Button::primary("Over your limit").tip("Opens the limit").large();
            button.show(ui).clicked().then_some(Press::Limit)
        }
        Buttons::Run { off, .. } => {
            let mut button = Button::primary("Run all").icon(icons::PLAY_FILL).large();
            if !narrow && off.is_none() {
                button = button.key("Ctrl R");
            }
            let button = button.off_if(off.as_deref());
            button.show(ui).clicked().then_some(Press::Run)
        }
        Buttons::Stop { stops, last, waits } => {
            let stop = if *stops {
                Button::secondary("Keep going").tip("Do not stop after this step")
            } else {
                Button::secondary("Stop after this step").off_if(last.then_some("This is the last step"))
            };
            let stop = stop.large().show(ui).clicked().then_some(Press::Stop(!stops));
            stop.or_else(|| try_now_ui(ui, waits.as_ref()))
        }
        Buttons::TryNow(job) => try_now_ui(ui, Some(job)),
        Buttons::Fix { stage, label, retry } => {
            let main = if *retry {
                let button = Button::primary("Run all").icon(icons::PLAY_FILL).large();
                let button = if narrow { button } else { button.key("Ctrl R") };
                button.show(ui).clicked().then_some(Press::Run)
            } else {
                let button = Button::primary(label).large();
                let face = *label == "Pick the face";
                let button = if face { button.icon(icons::USER_FOCUS) } else { button };
                button.show(ui).clicked().then_some(Press::Stage(*stage))
            };
            let details = Button::secondary("Details").tip("Opens Activity").large().show(ui);
            main.or_else(|| details.clicked().then_some(Press::Details))
        }
    }
}

fn try_now_ui(ui: &mut Ui, job: Option<&String>) -> Option<Press> {
    let job = job?;
    Button::secondary("Try now").large().show(ui).clicked().then(|| Press::TryNow(job.clone()))
}

/// How far the whole run is: 0 to 1, and whether how far its step is nobody knows.
fn part_ui(ui: &mut Ui, bar: Rect, part: f32) {
    let line = Rect::from_min_max(bar.left_bottom() + vec2(18.0, -9.0), bar.right_bottom() - vec2(18.0, 6.0));
    let response = ui.interact(line, ui.scope_id().with("run all"), egui::Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, "Run all");
        // In quarters: each is announced.
        info.value = Some(f64::from((part * 4.0).floor() * 25.0));
        info
    });
    progress::paint_part(ui, line.with_max_y(line.top() + 3.0), 0.0, part, ui.tokens().accent.fill);
}

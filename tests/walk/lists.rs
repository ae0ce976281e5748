//! The walk while lists load and after they failed, and over menus and questions.

use egui::{Modifiers, Vec2, pos2};

use super::common::{self, Bench, Setup};
use super::{Faults, PAGES, SIZES, cuts, ids, look, names, overlaps, said, walk};

/// The service of an account, told what to do before the app asks it; it runs as long as it is kept.
#[expect(clippy::expect_used, reason = "a test fails by its panic")]
fn with_service(
    size: Vec2,
    before: impl FnOnce(&mouthpiece::sandbox::Sandbox),
) -> (Bench, mouthpiece::sandbox::Sandbox, tokio::runtime::Runtime) {
    let dir = tempfile::tempdir().expect("a folder");
    let (sandbox, tokio) = common::service(0, &dir.path().join("service"));
    before(&sandbox);
    let port = sandbox.base_url().rsplit(':').next().and_then(|port| port.trim_end_matches('/').parse().ok());
    let account = Some(common::account(port.expect("a port")));
    let bench = Setup { dir: Some(std::rc::Rc::new(dir)), account, size, ..Setup::default() }.app();
    (bench, sandbox, tokio)
}

#[test]
fn while_lists_are_on_their_way_and_when_they_did_not_come() {
    use mouthpiece::sandbox::Fault;
    let body = r#"{ "message": "The store is closed", "statusCode": 500, "requestId": "req_5" }"#;
    let refused = || Fault::Status { status: 500, body: body.into(), retry_after: None };
    let mut faults = Faults::default();
    for size in SIZES {
        let slow = |sandbox: &mouthpiece::sandbox::Sandbox| {
            for path in ["/v2/voices", "/v2/models"] {
                sandbox.faults().next("GET", path, Fault::Slow(std::time::Duration::from_hours(1)));
            }
        };
        let (mut bench, _sandbox, _tokio) = with_service(size, slow);
        // The ring turns until the list is there, unless nothing moves.
        mouthpiece::ui::motion::set_reduced(&bench.harness.ctx, true);
        walk_still(&mut bench, &format!("loading, {}", size.x), &mut faults);
        let failing = |sandbox: &mouthpiece::sandbox::Sandbox| {
            for path in ["/v2/voices", "/v2/models"].repeat(4) {
                sandbox.faults().next("GET", path, refused());
            }
        };
        let (mut bench, _sandbox, _tokio) = with_service(size, failing);
        walk(&mut bench, &format!("failed, {}", size.x), &mut faults);
    }
    faults.none();
}

/// Like [`walk`] where a clock ticks on some pages: what moves is not looked at.
fn walk_still(bench: &mut Bench, state: &str, faults: &mut Faults) {
    for (page, key) in PAGES {
        bench.key(Modifiers::COMMAND, key);
        bench.until("the page is there", |bench| bench.harness.state().page() == page);
        let place = format!("{state}, {page:?}");
        bench.harness.hover_at(pos2(1.0, 1.0));
        bench.frames(4);
        names(bench, &place, faults);
        said(bench, &place, faults);
        ids(bench, &place, faults);
        cuts(bench, &place, faults);
        overlaps(bench, &place, faults);
    }
}

#[test]
fn menus_and_questions() {
    let mut faults = Faults::default();
    for size in SIZES {
        let mut bench = Setup { size, ..Setup::default() }.app();
        let at = |state: &str| format!("{state}, {}", size.x);
        bench.key(Modifiers::COMMAND, egui::Key::Num2);
        bench.wait_part("Sandbox Hugo");
        bench.click("Sort voices");
        look(&mut bench, &at("the menu of orders"), &mut faults);
        bench.key(Modifiers::NONE, egui::Key::Escape);
        bench.fill("Search voices", "baritone");
        look(&mut bench, &at("no voice is found"), &mut faults);
        bench.key(Modifiers::COMMAND, egui::Key::Num4);
        if size.x < 1180.0 {
            bench.key(Modifiers::COMMAND, egui::Key::I);
        }
        bench.click("Choose a voice");
        bench.wait_part("Sandbox Hugo");
        look(&mut bench, &at("the voice picker"), &mut faults);
        bench.key(Modifiers::NONE, egui::Key::Escape);
        bench.key(Modifiers::COMMAND, egui::Key::Comma);
        bench.click("Copy support report");
        look(&mut bench, &at("the support report"), &mut faults);
        bench.key(Modifiers::NONE, egui::Key::Escape);
        bench.fill("Search settings", "nothing like it");
        look(&mut bench, &at("no setting is found"), &mut faults);
        bench.click("Workspace: Sandbox");
        look(&mut bench, &at("the menu of workspaces"), &mut faults);
    }
    faults.none();
}

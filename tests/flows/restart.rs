//! Which flow is open after a restart.

use egui::{Key, Modifiers};

use crate::common::{Bench, Setup};
use crate::press;

const LINE: &str = "A line worth keeping.";

/// Closes the window, and opens another on the same workspace.
fn restarted(mut bench: Bench) -> Bench {
    eframe::App::on_exit(bench.harness.state_mut(), None);
    Setup { dir: Some(bench.close()), ..Setup::default() }.app()
}

#[test]
fn it_is_the_one_that_was_open_also_when_nothing_was_in_it() {
    let mut bench = Setup::default().app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", LINE);
    let mut bench = restarted(bench);
    assert_eq!(bench.session().store.flow.text(), LINE);

    bench.key(Modifiers::COMMAND, Key::N);
    let mut bench = restarted(bench);
    assert!(bench.session().store.flow.is_untouched(), "{}", bench.screen());

    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.wait_part("A line worth keeping");
    bench.wait_part("Next: choose a source");
    press(&mut bench, "A line worth keeping.", "Resume");
    bench.until("it is open again", |bench| bench.session().store.flow.text() == LINE);
    let bench = restarted(bench);
    assert_eq!(bench.session().store.flow.text(), LINE, "nothing was changed in it, but it was open");
}

//! How soon the window shows something and how much memory the program takes: `cargo bench --bench start`, with a bare
//! window of the same toolkit as the measure.
//!
//! The real program and this one (as a window with nothing in it, with the same toolkit, renderer and size) are opened
//! in turns on a display of their own, which draws in software. The time is from the start of the process until the
//! middle of its window has a colour, as another program sees it; then until the last frame that looked different,
//! which shows all that was loaded. Memory is what the system says of the process two seconds after it was last painted
//! (`VmRSS`), and at most (`VmHWM`). One start of each is not counted: it warms the caches of the system.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

#[path = "kit/bare.rs"]
mod bare;
#[path = "kit/full.rs"]
mod full;
mod kit;
#[path = "kit/screen.rs"]
mod screen;

use std::path::Path;
use std::time::Duration;

use kit::{Row, median, size, time};
use screen::Screen;

/// Of each; odd, so that the median is one of them.
const ROUNDS: usize = 7;
/// Not painted for so long, it stands still.
const QUIET: Duration = Duration::from_secs(2);

fn main() {
    if std::env::args().nth(1).as_deref() == Some(bare::WORD) {
        return bare::open();
    }
    println!("{}", Row::header());
    let Some(screen) = Screen::start() else {
        return Row::new("start to first frame", "").without("Xvfb").tell();
    };
    let full = screen.folder().join("full");
    full::fill(&full);
    let bytes = std::fs::metadata(kit::program()).unwrap().len();
    #[expect(clippy::cast_precision_loss, reason = "some ten millions")]
    Row::new("size of the program", size(bytes as f64)).note("at most 30 MiB").tell();
    compare(&screen, "first start", &[], |data| std::fs::create_dir(data).unwrap());
    compare(&screen, "later start", &["--sandbox"], |data| full::copy(&full, data));
}

/// What was measured of some starts.
#[derive(Default)]
struct Starts {
    first: Vec<f64>,
    still: Vec<f64>,
    steady: Vec<f64>,
    most: Vec<f64>,
}

impl Starts {
    fn add(&mut self, screen: &Screen, program: &Path, arguments: &[&str], data: &Path) {
        let shown = screen.open(program, arguments, &[("MOUTHPIECE_DATA_DIR", data.to_str().unwrap())]);
        let still = shown.rest(QUIET).unwrap_or_else(|| panic!("{} never stands still", program.display()));
        self.first.push(shown.first.as_secs_f64());
        self.still.push(still.as_secs_f64());
        self.steady.push(shown.memory("VmRSS"));
        self.most.push(shown.memory("VmHWM"));
        shown.close();
    }
}

fn compare(screen: &Screen, what: &str, arguments: &[&str], prepare: impl Fn(&Path)) {
    let program = kit::program();
    let this = std::env::current_exe().unwrap();
    let data = screen.folder().join("data");
    let (mut ours, mut bares) = (Starts::default(), Starts::default());
    for round in 0..=ROUNDS {
        if round == 1 {
            (ours, bares) = (Starts::default(), Starts::default());
        }
        prepare(&data);
        ours.add(screen, &program, arguments, &data);
        std::fs::remove_dir_all(&data).unwrap();
        bares.add(screen, &this, &[bare::WORD], &data);
    }
    let tell = |part: &str, ours: &[f64], bare: &[f64], text: &dyn Fn(f64) -> String| {
        let (ours, bare) = (median(ours), median(bare));
        let row = Row::new(&format!("{what}, {part}"), text(ours));
        row.against(format!("bare window {}", text(bare)), ours / bare).note(remark(what, part)).tell();
    };
    tell("first frame", &ours.first, &bares.first, &time);
    tell("all shown", &ours.still, &bares.still, &time);
    tell("memory at rest", &ours.steady, &bares.steady, &size);
    tell("most memory", &ours.most, &bares.most, &size);
}

fn remark(what: &str, part: &str) -> &'static str {
    match (what, part) {
        ("first start", "first frame") => "empty data directory; drawn in software",
        ("later start", "first frame") => "10,000 voices, 2,000 takes, 200 lines; with the sandbox",
        (_, "all shown") => "the last frame that looked different",
        _ => "",
    }
}

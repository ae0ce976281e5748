//! A running child, the moments it may be killed at, and the kill itself.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use crate::child::{ORDERS, Orders};
use crate::proxy::{Asked, Return, Said, Way, Weather};
use crate::writes::{Place, Watch};

/// A moment in the life of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum When {
    /// Half of its body has come.
    HalfAsked,
    /// It is here whole, and gets no further.
    Arrived,
    /// The server has done it; nothing of the answer gets back.
    Handled,
    /// Half of the answer's body is on its way.
    HalfDelivered,
    /// The whole answer is on its way.
    Delivered,
}

/// The calls of the three jobs.
pub const CALLS: [(&str, &str); 9] = [
    ("POST", "/v2/assets/upload"),
    ("PUT", "/uploads/"),
    ("POST", "/v2/assets"),
    ("GET", "/v2/voices"),
    ("POST", "/v2/voices"),
    ("POST", "/v2/tts"),
    ("POST", "/v2/generate"),
    ("GET", "/v2/generate/"),
    ("GET", "/files/"),
];

/// A reason to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kill {
    /// The so many-th time that this call comes to this moment.
    Stage { call: usize, when: When, nth: usize },
    /// The so many-th time that the program writes to its database.
    Write(usize),
    /// The so many-th time that a file comes up, grows or gets its name where results are saved.
    Save(usize),
    /// After so many milliseconds.
    Random(u64),
}

/// The child, and what it was killed by.
struct Victim {
    child: Child,
    killed: Option<Kill>,
}

impl Victim {
    /// Ends it as the system does when memory is short: at once, without a word. Nothing, if it has ended already.
    fn kill(&mut self, reason: Kill) {
        if self.child.try_wait().unwrap().is_none() {
            self.child.kill().unwrap();
            if self.child.wait().unwrap().signal() == Some(9) {
                self.killed = Some(reason);
            }
        }
    }
}

/// The child and the moments it is killed at; the first of them that comes is the one.
pub struct Trap {
    armed: Vec<Kill>,
    victim: OnceLock<Mutex<Victim>>,
    seen: Mutex<HashMap<Kill, usize>>,
}

/// How a child ended.
pub enum End {
    Killed(Kill),
    /// By itself, with all its jobs over.
    Over,
    /// As no child should, with what it said.
    Broken(String),
}

impl Trap {
    pub fn new(armed: Vec<Kill>) -> Self {
        Self { armed, victim: OnceLock::new(), seen: Mutex::default() }
    }

    /// Starts the child and stays until it is dead.
    pub fn run(&self, orders: &Orders, log: &Path) -> End {
        let errors = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", crate::TRIAL, "--nocapture"])
            .env(ORDERS, serde_json::to_string(orders).unwrap())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let said = child.stdout.take().unwrap();
        self.victim.get_or_init(|| Mutex::new(Victim { child, killed: None }));
        let words = self.watched(orders, said);
        let mut victim = self.victim();
        let status = victim.child.wait().unwrap();
        match victim.killed {
            Some(kill) => End::Killed(kill),
            None if status.success() && words.iter().any(|word| word == "over") => End::Over,
            None => End::Broken(format!("{status}, after saying {words:?}")),
        }
    }

    /// Listens to the child until it is dead, with clock and watch running beside it.
    fn watched(&self, orders: &Orders, said: ChildStdout) -> Vec<String> {
        let writes = self.armed.iter().any(|kill| matches!(kill, Kill::Write(_) | Kill::Save(_)));
        let watch = writes.then(|| Watch::new(&orders.library, &orders.results));
        let until = self
            .armed
            .iter()
            .find_map(|kill| if let Kill::Random(millis) = kill { Some((*kill, *millis)) } else { None });
        std::thread::scope(|scope| {
            let (alive, over) = mpsc::channel::<()>();
            if let Some((kill, millis)) = until {
                scope.spawn(move || {
                    if over.recv_timeout(Duration::from_millis(millis)) == Err(RecvTimeoutError::Timeout) {
                        self.victim().kill(kill);
                    }
                });
            }
            if let Some(watch) = &watch {
                scope.spawn(|| watch.each_write(|place| self.wrote(place)));
            }
            let words = heard(said);
            drop(alive);
            if let Some(watch) = &watch {
                watch.end();
            }
            words
        })
    }

    /// A moment has come; true when it was the last.
    fn comes(&self, moment: impl Fn(&Kill) -> Option<usize>) -> bool {
        for kill in &self.armed {
            let Some(nth) = moment(kill) else { continue };
            let mut seen = self.seen.lock().unwrap();
            let count = seen.entry(*kill).or_default();
            *count += 1;
            let now = *count == nth;
            drop(seen);
            if now {
                self.victim().kill(*kill);
            }
        }
        self.killed().is_some()
    }

    /// Once it is alive.
    fn victim(&self) -> MutexGuard<'_, Victim> {
        self.victim.wait().lock().unwrap()
    }

    fn killed(&self) -> Option<Kill> {
        self.victim().killed
    }

    fn wrote(&self, place: Place) {
        self.comes(|kill| match (kill, place) {
            (Kill::Write(nth), Place::Database) | (Kill::Save(nth), Place::Results) => Some(*nth),
            _ => None,
        });
    }

    fn at(&self, asked: &Asked, moment: When) -> bool {
        self.comes(|kill| match kill {
            Kill::Stage { call, when, nth } if *when == moment && asked.is(CALLS[*call].0, CALLS[*call].1) => {
                Some(*nth)
            }
            _ => None,
        })
    }
}

/// Every word until it is silent for good.
fn heard(said: ChildStdout) -> Vec<String> {
    let lines = BufReader::new(said).lines().map_while(Result::ok);
    lines.filter_map(|line| line.split_once("trial: ").map(|(_, word)| word.to_owned())).collect()
}

impl Weather for Trap {
    fn half_asked(&self, asked: &Asked) -> bool {
        !self.at(asked, When::HalfAsked)
    }

    fn arrived(&self, asked: &Asked) -> Way {
        // What a dead child has sent may well arrive; only the request it died for is lost with it.
        if self.at(asked, When::Arrived) && self.is_for(asked, When::Arrived) { Way::Back(Vec::new()) } else { Way::On }
    }

    fn handled(&self, asked: &Asked, _: &Said) -> Return {
        if self.at(asked, When::Handled) { Return::Part(Vec::new()) } else { Return::Whole }
    }

    fn half_delivered(&self, asked: &Asked) {
        self.at(asked, When::HalfDelivered);
    }

    fn delivered(&self, asked: &Asked) {
        self.at(asked, When::Delivered);
    }
}

impl Trap {
    fn is_for(&self, asked: &Asked, moment: When) -> bool {
        matches!(self.killed(), Some(Kill::Stage { call, when, .. })
            if when == moment && asked.is(CALLS[call].0, CALLS[call].1))
    }
}

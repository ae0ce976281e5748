//! The program is left in the middle: by Ctrl+C, by a system that shuts down, and without warning. The next line goes
//! on, and the service has sold each thing once.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mouthpiece::api::{Client, Config};
use mouthpiece::jobs::Jobs;
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox::Sandbox;
use rustix::process::{Pid, Signal, kill_process};

use crate::home::{Ended, Home, KEY, LINE, account, shared, text, whole_way};
use crate::proxy::{Asked, Fair, Proxy, Return, Said, Way, Weather};

/// Running into this is a failure.
const PATIENCE: Duration = Duration::from_mins(1);

/// When the program is ended.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    /// The request is on its way; the service never hears of it.
    Asked,
    /// The service has done the work, and its reply is not out yet.
    Done,
}

/// Ends the program, once, at one call.
struct End {
    call: (&'static str, &'static str),
    moment: Moment,
    signal: Signal,
    pid: Mutex<Option<Pid>>,
    /// Where the reply waits until it may go.
    reply: Option<Mutex<Receiver<()>>>,
}

impl End {
    fn at(method: &'static str, path: &'static str, moment: Moment, signal: Signal) -> Self {
        Self { call: (method, path), moment, signal, pid: Mutex::default(), reply: None }
    }

    /// Whether this is the call; the program is ended then.
    fn is_it(&self, asked: &Asked, moment: Moment) -> bool {
        let mut pid = self.pid.lock().unwrap_or_else(PoisonError::into_inner);
        if moment != self.moment || !asked.is(self.call.0, self.call.1) {
            return false;
        }
        let Some(pid) = pid.take() else { return false };
        kill_process(pid, self.signal).unwrap();
        true
    }
}

impl Weather for End {
    fn arrived(&self, asked: &Asked) -> Way {
        if self.is_it(asked, Moment::Asked) { Way::Back(Vec::new()) } else { Way::On }
    }

    fn handled(&self, asked: &Asked, _said: &Said) -> Return {
        if self.is_it(asked, Moment::Done)
            && let Some(reply) = &self.reply
        {
            reply.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(PATIENCE).unwrap();
        }
        Return::Whole
    }
}

/// A service that sells, behind a record of what it sold.
struct Shop {
    home: Home,
    proxy: Proxy,
    _service: Sandbox,
    _data: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Shop {
    #[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
    fn open() -> Self {
        let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
        let service = account(&runtime, data.path());
        let proxy = runtime.block_on(Proxy::before(service.base_url()));
        Self { home: Home::at(&proxy.base_url()), proxy, _service: service, _data: data, runtime }
    }

    /// Runs a line, and ends the program at the moment.
    fn leave(&self, arguments: &[&str], end: End) -> Ended {
        let end = Arc::new(end);
        self.proxy.set(end.clone());
        let child = self.start(arguments, &end);
        let ended = finish(child);
        assert!(end.pid.lock().unwrap().is_none(), "the call was made: {}", ended.err);
        self.quiet();
        ended
    }

    /// Speaks a line whose reply is held back until the program has said something, and something else was done.
    fn hold_line(&self, arguments: &[&str], signal: Signal, words: &str, meanwhile: impl FnOnce()) -> Ended {
        self.hold(arguments, End::at("POST", "/v2/tts", Moment::Done, signal), words, meanwhile)
    }

    /// The same of any call.
    fn hold(&self, arguments: &[&str], end: End, words: &str, meanwhile: impl FnOnce()) -> Ended {
        let (go, waits): (Sender<()>, _) = channel();
        let end = End { reply: Some(Mutex::new(waits)), ..end };
        let end = Arc::new(end);
        self.proxy.set(end.clone());
        let mut child = self.start(arguments, &end);
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let (mut line, mut all) = (String::new(), String::new());
        while !line.contains(words) {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended before: {all}");
            all.push_str(&line);
        }
        meanwhile();
        go.send(()).unwrap();
        said.read_to_string(&mut all).unwrap();
        let ended = finish(child);
        self.quiet();
        Ended { err: all, ..ended }
    }

    fn start(&self, arguments: &[&str], end: &End) -> Child {
        let mut pid = end.pid.lock().unwrap();
        let child = self.home.command(arguments).spawn().unwrap();
        *pid = Some(Pid::from_child(&child));
        child
    }

    #[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
    fn quiet(&self) {
        self.runtime.block_on(self.proxy.quiet());
        self.proxy.set(Arc::new(Fair));
    }

    /// How many voices, lines and lip syncs were sold.
    fn sold(&self) -> [usize; 3] {
        ["/v2/voices", "/v2/tts", "/v2/generate"].map(|path| self.proxy.made("POST", path).len())
    }
}

fn finish(mut child: Child) -> Ended {
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn flow() -> Vec<&'static str> {
    [&whole_way()[..], &["-o", "out.mp4", "--yes"]].concat()
}

#[test]
fn a_flow_that_is_killed_again_and_again_is_bought_once() {
    let shop = Shop::open();
    let killed = shop.leave(&flow(), End::at("POST", "/v2/voices", Moment::Done, Signal::KILL));
    assert_eq!((killed.code, shop.sold()), (None, [1, 0, 0]));
    let killed = shop.leave(&flow(), End::at("POST", "/v2/generate", Moment::Done, Signal::KILL));
    assert_eq!((killed.code, shop.sold()), (None, [1, 1, 1]));
    // The same line asks for no price again: what goes on was agreed to.
    let without_yes: Vec<&str> = flow().into_iter().filter(|word| *word != "--yes").collect();
    let made = shop.home.done(&without_yes);
    assert_eq!((made.as_str(), shop.sold()), (text(&shop.home.path("out.mp4")), [1, 1, 1]));
    assert_eq!(shop.home.done(&["resume"]), "", "nothing is left");
    let spend = shop.home.json(&["spend"]);
    assert!(spend["usd"].as_f64().unwrap() < 0.5, "{spend}");
}

#[test]
fn ctrl_c_says_how_to_go_on_and_resume_does() {
    let shop = Shop::open();
    let early = shop.leave(&flow(), End::at("GET", "/v2/voices", Moment::Done, Signal::INT));
    assert_eq!((early.code, shop.sold()), (Some(130), [0, 0, 0]), "{}", early.err);
    assert!(early.err.contains("run the same line again"), "{}", early.err);
    assert_eq!(shop.home.json(&["jobs"])["jobs"].as_array().unwrap().len(), 0);
    let left = shop.leave(&flow(), End::at("POST", "/v2/generate", Moment::Done, Signal::INT));
    assert_eq!((left.code, shop.sold()), (Some(130), [1, 1, 1]), "{}", left.err);
    assert!(left.err.contains("Stopped watching") && left.err.contains("may be charged"), "{}", left.err);
    let line = left.err.rsplit("mouthpiece ").next().unwrap();
    let resume: Vec<&str> = line.split_whitespace().collect();
    assert_eq!((resume[0], resume[1].len()), ("resume", 8));
    assert_eq!(shop.home.done(&resume), text(&shop.home.path("out.mp4")));
    assert_eq!(shop.sold(), [1, 1, 1]);
}

#[test]
fn a_clone_that_is_left_goes_on_and_is_not_cloned_twice() {
    for signal in [Signal::INT, Signal::KILL] {
        let shop = Shop::open();
        let clone = ["clone", text(&shared().0), "--name", "Mara", "--consent-by", "me"];
        let end = End::at("POST", "/v2/voices", Moment::Done, signal);
        let left = match signal {
            // The reply comes when it has left.
            Signal::INT => shop.hold(&clone, end, "Stopped watching", || ()),
            _ => shop.leave(&clone, end),
        };
        assert_eq!(shop.sold(), [1, 0, 0], "{}", left.err);
        let resume = if signal == Signal::INT {
            assert_eq!((left.code, left.out.as_str()), (Some(130), ""), "{}", left.err);
            let line = left.err.split("or: mouthpiece ").nth(1).unwrap_or_else(|| panic!("{}", left.err));
            line.split_whitespace().collect()
        } else {
            vec!["resume"]
        };
        let id = shop.home.done(&resume);
        assert_eq!(shop.home.library().clones().unwrap().iter().map(|voice| &voice.id).collect::<Vec<_>>(), [&id]);
        assert_eq!(shop.home.done(&clone), id, "the same line finds the voice");
        assert_eq!(shop.sold(), [1, 0, 0], "one voice was sold");
    }
}

#[test]
fn a_reply_that_is_paid_for_is_waited_for_when_the_program_is_asked_to_end() {
    for signal in [Signal::INT, Signal::TERM] {
        let shop = Shop::open();
        let speak = ["speak", "--voice", "Sandbox Ada", "--text", LINE];
        let ended = shop.hold_line(&speak, signal, "it is paid for", || ());
        // The reply was here in time for all of it, or for a row that says so.
        assert!(matches!(ended.code, Some(0 | 130)), "{:?} {}", ended.code, ended.err);
        shop.home.done(&speak);
        assert_eq!((shop.sold()[1], shop.home.library().takes().unwrap().len()), (1, 1), "{}", ended.err);
    }
}

#[test]
fn ctrl_c_ends_a_batch_before_the_next_thing_is_bought() {
    let shop = Shop::open();
    let target = text(&shared().1);
    let rows = ["One.", "Two.", "Three."].map(|line| format!("Sandbox Ada,{line},{target}")).join("\n");
    std::fs::write(shop.home.path("lines.csv"), format!("voice,text,target\n{rows}")).unwrap();
    let batch = ["batch", "lines.csv", "--yes"];
    let left = shop.hold_line(&batch, Signal::INT, "it is paid for", || ());
    assert_eq!((left.code, shop.sold()), (Some(130), [0, 1, 0]), "{}", left.err);
    assert_eq!(shop.home.done(&batch).lines().count(), 3);
    assert_eq!(shop.sold(), [0, 3, 3]);
}

#[test]
fn a_take_that_was_not_given_out_is_given_out_by_the_same_line() {
    let shop = Shop::open();
    let speak = ["speak", "--voice", "Sandbox Ada", "--text", LINE, "-o", "results/one.wav"];
    let results = shop.home.path("results");
    std::fs::create_dir(&results).unwrap();
    let ended = shop.hold_line(&speak, Signal::CONT, "Speaking", || std::fs::remove_dir(&results).unwrap());
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.err.contains("is spoken and kept: ") && ended.err.contains("buys nothing"), "{}", ended.err);
    std::fs::create_dir(&results).unwrap();
    let copied = shop.home.done(&speak);
    assert_eq!((copied.as_str(), shop.sold()[1]), (text(&results.join("one.wav")), 1));
    let other = [&speak[..6], &["two.wav"]].concat();
    let left = shop.hold_line(&other, Signal::INT, "it is paid for", || ());
    // It was left while it was saved, unless that was quick. What `resume` saves is given out by the same line, too.
    if left.code == Some(130) {
        shop.home.done(&["resume"]);
        shop.home.done(&other);
    }
    assert_eq!(shop.sold()[1], 2, "after one that was given out comes a new take: {}", left.err);
    assert!(shop.home.path("two.wav").is_file());
}

#[test]
fn a_line_whose_reply_was_lost_is_bought_again_only_on_the_word_of_the_user() {
    let shop = Shop::open();
    let speak = ["speak", "--voice", "Sandbox Ada", "--text", LINE];
    shop.leave(&speak, End::at("POST", "/v2/tts", Moment::Done, Signal::KILL));
    let told = shop.home.run(&["resume"]);
    assert_eq!(told.code, Some(1), "{}", told.err);
    assert!(told.err.contains("got lost"), "{}", told.err);
    shop.home.refused(3, &speak, "got lost before");
    let lip_sync = ["lipsync", "--video", text(&shared().1), "--voice", "Sandbox Ada", "--text", LINE, "--yes"];
    shop.home.refused(3, &lip_sync, "--yes, then this again");
    let id = shop.home.json(&["jobs"])["jobs"][0]["id"].as_str().unwrap().to_owned();
    shop.home.refused(3, &["resume", &id], "Speak it once more? Nothing was done. To agree, add --yes.");
    assert_eq!(shop.sold()[1], 1);
    let take = shop.home.done(&["resume", &id, "--yes"]);
    assert_eq!((shop.sold()[1], shop.home.library().takes().unwrap().len()), (2, 1));
    assert_eq!((shop.home.done(&speak), shop.sold()[1]), (take, 2), "as it was advised");
}

#[test]
fn the_window_goes_on_with_what_a_verb_left() {
    let shop = Shop::open();
    let speak = ["speak", "--voice", "Sandbox Ada", "--text", LINE];
    shop.leave(&speak, End::at("GET", "/files/", Moment::Asked, Signal::KILL));
    let (woken, wakes) = channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let base = shop.proxy.base_url().parse().unwrap();
    let config = Config { service: "The sandbox".into(), base, key: KEY.to_owned().into() };
    let library = shop.home.library();
    let mut jobs = Jobs::new(runtime.handle(), library.clone(), Client::new(config).unwrap());
    while !jobs.is_read() || jobs.running() > 0 {
        jobs.poll().unwrap();
        wakes.recv_timeout(PATIENCE).ok();
    }
    assert_eq!((shop.sold()[1], library.takes().unwrap().len()), (1, 1));
}

#[test]
fn a_batch_that_is_left_in_the_middle_goes_on_where_it_was() {
    let shop = Shop::open();
    let target = text(&shared().1);
    let rows = ["One.", "Two.", "One."].iter().enumerate();
    let rows = rows.map(|(at, line)| format!("Sandbox Ada,{line},{target},{at}.mp4")).collect::<Vec<_>>().join("\n");
    std::fs::write(shop.home.path("lines.csv"), format!("voice,text,target,output\n{rows}")).unwrap();
    let batch = ["batch", "lines.csv", "--yes"];
    let left = shop.leave(&batch, End::at("POST", "/v2/generate", Moment::Done, Signal::KILL));
    assert_eq!(left.code, None);
    let made = shop.home.done(&batch);
    let names = ["0.mp4", "1.mp4", "2.mp4"].map(|name| text(&shop.home.path(name)).to_owned());
    assert_eq!(made.lines().collect::<Vec<_>>(), names, "in the order of the table");
    assert!(names.iter().all(|name| Path::new(name).is_file()));
    assert_eq!(shop.sold(), [0, 2, 3], "the same line is spoken once");
}

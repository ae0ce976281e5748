//! A network that drops, delays, cuts short, garbles and refuses, each by the throw of a die.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use crate::proxy::{Asked, Dice, Return, Said, Way, Weather};

const PAGE: &str = "<html><head><title>Trouble</title></head><body><h1>Not now</h1></body></html>";

/// Trouble for so many requests in a hundred.
///
/// What it garbles can be told to be garbled: a file's first bytes, the first byte of an answer's JSON, a status
/// line. One that changes a digit within an id leaves an answer that nobody can tell from a true one; that is kept
/// away by TLS and not by a client. For the same reason requests go unchanged: what a server makes of another
/// request than the one that was sent is no client's doing.
pub struct Storm {
    share: usize,
    dice: Mutex<Dice>,
    came: Mutex<BTreeMap<&'static str, usize>>,
}

impl Storm {
    pub fn new(seed: u64, share: usize) -> Self {
        Self { share, dice: Mutex::new(Dice::new(seed)), came: Mutex::default() }
    }

    /// How often which trouble came.
    pub fn came(&self) -> BTreeMap<&'static str, usize> {
        self.came.lock().unwrap().clone()
    }

    fn dice(&self) -> MutexGuard<'_, Dice> {
        self.dice.lock().unwrap()
    }

    fn note(&self, what: &'static str) {
        *self.came.lock().unwrap().entry(what).or_default() += 1;
    }

    /// A refusal of something in between, or of the service: nothing was done.
    fn refusal(&self) -> Vec<u8> {
        let html = ("Content-Type", "text/html");
        let json = ("Content-Type", "application/json");
        let rate = r#"{"statusCode":429,"errorCode":"rate_limit_exceeded","message":"Rate limit exceeded."}"#;
        let rate_with_wait = r#"{"statusCode":429,"errorCode":"rate_limit_exceeded","message":"Rate limit exceeded.","retryAfterSeconds":1}"#;
        let internal = r#"{"statusCode":500,"errorCode":"internal_error","message":["Something broke","Sorry"]}"#;
        let (what, said) = match self.dice().below(8) {
            0 => ("429", Said::new(429, &[json], rate)),
            1 => ("429", Said::new(429, &[json, ("Retry-After", "1")], rate)),
            2 => ("429", Said::new(429, &[json], rate_with_wait)),
            3 => ("500", Said::new(500, &[json], internal)),
            4 => ("502", Said::new(502, &[html], PAGE)),
            5 => ("503", Said::new(503, &[html], PAGE)),
            6 => ("503", Said::new(503, &[html, ("Retry-After", "1")], PAGE)),
            _ => ("504", Said::new(504, &[html], PAGE)),
        };
        self.note(what);
        said.bytes()
    }

    /// The answer with something wrong that shows.
    fn garbled(&self, said: &Said) -> Vec<u8> {
        let mut garbled = said.clone();
        let mut dice = self.dice();
        if garbled.body.is_empty() || dice.percent(20) {
            let mut bytes = said.bytes();
            bytes[0] ^= 0x04;
            return bytes;
        }
        let bit = 1 << dice.below(7);
        // All of the bytes that tell what sort of file it is, or the one that opens the JSON.
        let first = if matches!(garbled.body[0], b'{' | b'[') { 1 } else { 12 };
        garbled.body.iter_mut().take(first).for_each(|byte| *byte ^= 0x80 | bit);
        garbled.bytes()
    }
}

impl Weather for Storm {
    fn half_asked(&self, asked: &Asked) -> bool {
        let cut = asked.method == "PUT" && self.dice().percent(self.share / 2);
        if cut {
            self.note("cut in the middle of the upload");
        }
        !cut
    }

    fn arrived(&self, _: &Asked) -> Way {
        if !self.dice().percent(self.share / 2) {
            return Way::On;
        }
        let which = self.dice().below(4);
        match which {
            0 => {
                self.note("delayed");
                Way::Later(Duration::from_millis(self.dice().next() % 300))
            }
            1 => {
                self.note("dropped on the way there");
                Way::Back(Vec::new())
            }
            _ => Way::Back(self.refusal()),
        }
    }

    fn handled(&self, _: &Asked, said: &Said) -> Return {
        if !self.dice().percent(self.share / 2) {
            return Return::Whole;
        }
        let bytes = said.bytes();
        let which = self.dice().below(4);
        Return::Part(match which {
            0 => {
                self.note("dropped on the way back");
                Vec::new()
            }
            1 => {
                self.note("cut short on the way back");
                let end = self.dice().below(bytes.len());
                bytes[..end].to_vec()
            }
            2 => {
                self.note("garbled");
                self.garbled(said)
            }
            _ => {
                self.note("done, and answered by a gateway's page");
                let status = *self.dice().pick(&[502, 504]);
                Said::new(status, &[("Content-Type", "text/html")], PAGE).bytes()
            }
        })
    }
}

//! Finds the paths a Rust source names that lead to the crate's root or to another crate. It reads tokens and not
//! the grammar: enough to tell who knows whom, and small enough to be trusted.

/// A first step of a path: `name` in `crate::name::…` (from the root), or in `name::…`.
#[derive(Debug, PartialEq)]
pub struct Use {
    pub line: usize,
    pub name: String,
    /// Whether the path began at the crate's root.
    pub from_root: bool,
}

/// All such paths of a source, whose module is at `module` below the crate's root.
pub fn uses(source: &str, module: &[String]) -> Vec<Use> {
    let mut scan = Scan { tokens: tokens(source), at: 0, depth: module.len(), braces: Vec::new(), found: Vec::new() };
    while scan.at < scan.tokens.len() {
        scan.step();
    }
    scan.found
}

struct Scan {
    tokens: Vec<(usize, String)>,
    at: usize,
    /// How many modules deep the code at `at` is, inline modules counted.
    depth: usize,
    /// For each open brace, whether it is an inline module's.
    braces: Vec<bool>,
    found: Vec<Use>,
}

impl Scan {
    fn text(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |(_, text)| text)
    }

    fn step(&mut self) {
        let after_path = self.at > 0 && self.tokens[self.at - 1].1 == "::";
        match self.text(0) {
            "{" => {
                let inline = self.at >= 2 && self.tokens[self.at - 2].1 == "mod";
                self.depth += usize::from(inline);
                self.braces.push(inline);
                self.at += 1;
            }
            "}" => {
                self.depth -= usize::from(self.braces.pop().unwrap_or(false));
                self.at += 1;
            }
            "crate" | "super" | "self" if !after_path && self.text(1) == "::" => self.path(self.depth),
            "use" => {
                self.at += 1;
                self.path(self.depth);
            }
            text if !after_path && self.text(1) == "::" && is_name(text) => self.note(false),
            _ => self.at += 1,
        }
    }

    /// Reads a path or a group of paths that starts `depth` modules below the root; `usize::MAX` stands for another
    /// crate, or a place inside a module, from where nothing is of interest but a further `super`.
    fn path(&mut self, mut depth: usize) {
        let mut first = true;
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "crate" => {
                    depth = 0;
                    first = false;
                    self.at += 1;
                }
                "super" => {
                    depth = depth.saturating_sub(1);
                    first = false;
                    self.at += 1;
                }
                "self" => {
                    first = false;
                    self.at += 1;
                }
                "{" => return self.group(if first { usize::MAX } else { depth }),
                "*" if depth == 0 && !first => return self.note(true),
                text if is_name(text) => {
                    self.note(depth == 0 && !first);
                    return self.rest();
                }
                _ => return,
            }
        }
    }

    /// A group of a `use`: every member begins where the group stands.
    fn group(&mut self, depth: usize) {
        self.at += 1;
        while !matches!(self.text(0), "}" | "") {
            match self.text(0) {
                "," | ";" => self.at += 1,
                "self" | "super" | "crate" => self.path(depth),
                "*" if depth == 0 => self.note(true),
                "{" => self.group(depth),
                text if is_name(text) => {
                    self.note(depth == 0);
                    self.rest();
                }
                _ => self.at += 1,
            }
        }
        self.at += 1;
    }

    /// Skips what follows the first step: `::b::{c, d} as e`.
    fn rest(&mut self) {
        while matches!(self.text(0), "::" | "as" | "*") || (is_name(self.text(0)) && self.follows_path()) {
            self.at += 1;
        }
        if self.text(0) == "{" && self.follows_path() {
            let mut open = 0;
            loop {
                open += i32::from(self.text(0) == "{") - i32::from(self.text(0) == "}");
                self.at += 1;
                if open == 0 || self.at >= self.tokens.len() {
                    return;
                }
            }
        }
    }

    fn follows_path(&self) -> bool {
        self.at > 0 && matches!(self.tokens[self.at - 1].1.as_str(), "::" | "as")
    }

    fn note(&mut self, from_root: bool) {
        if let Some((line, name)) = self.tokens.get(self.at).cloned() {
            self.found.push(Use { line, name, from_root });
        }
        self.at += 1;
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_alphabetic())
}

/// Splits a source into names, `::` and single signs, each with its line. Comments and texts are left out.
fn tokens(source: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = source.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let rest = &chars[at..];
        let length = blank(rest).or_else(|| quoted(rest)).unwrap_or_else(|| {
            let length = name(rest).max(1);
            let length = if rest.starts_with(&[':', ':']) { 2 } else { length };
            let text: String = rest[..length].iter().collect();
            found.push((line, text.trim_start_matches("r#").to_owned()));
            length
        });
        line += rest[..length].iter().filter(|c| **c == '\n').count();
        at += length;
    }
    found
}

/// The length of a name at the start, 0 when there is none.
fn name(rest: &[char]) -> usize {
    let raw = if rest.starts_with(&['r', '#']) && rest.get(2).is_some_and(|c| c.is_alphabetic()) { 2 } else { 0 };
    raw + rest[raw..].iter().take_while(|c| **c == '_' || c.is_alphanumeric()).count()
}

/// The length of white space or a comment at the start.
fn blank(rest: &[char]) -> Option<usize> {
    if rest[0].is_whitespace() {
        return Some(1);
    }
    if rest.starts_with(&['/', '/']) {
        return Some(rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with(&['/', '*']) {
        return None;
    }
    let (mut open, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => {
                open += 1;
                at += 2;
            }
            ['*', '/', ..] => {
                open -= 1;
                at += 2;
                if open == 0 {
                    break;
                }
            }
            _ => at += 1,
        }
    }
    Some(at)
}

/// The length of a string or character at the start, with its prefix. A lifetime is none.
fn quoted(rest: &[char]) -> Option<usize> {
    let prefix = rest.iter().take(2).take_while(|c| matches!(c, 'b' | 'c' | 'r')).count();
    let raw = rest[..prefix].contains(&'r');
    let hashes = if raw { rest[prefix..].iter().take_while(|c| **c == '#').count() } else { 0 };
    let start = prefix + hashes;
    match rest.get(start)? {
        '"' if raw => {
            let mut end = vec!['"'];
            end.extend(std::iter::repeat_n('#', hashes));
            let length = rest[start + 1..].windows(end.len()).position(|w| w == end);
            Some(length.map_or(rest.len(), |length| start + 1 + length + end.len()))
        }
        '"' => Some(start + 1 + closing(&rest[start + 1..], '"')),
        '\'' if !raw => match rest[start + 1..] {
            ['\\', ..] | [_, '\'', ..] => Some(start + 1 + closing(&rest[start + 1..], '\'')),
            _ => None,
        },
        _ => None,
    }
}

/// The length up to and with the closing quote; a backslash takes the next character with it.
fn closing(rest: &[char], quote: char) -> usize {
    let mut at = 0;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

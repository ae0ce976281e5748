//! Stretches of time and the rules by which the chosen one moves: pure.

/// From one second to another, counted from the start of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Span {
    pub from: f64,
    pub to: f64,
}

impl Span {
    /// A stretch between two times.
    pub const fn new(from: f64, to: f64) -> Self {
        Self { from, to }
    }

    /// Its length in seconds.
    pub fn secs(self) -> f64 {
        (self.to - self.from).max(0.0)
    }

    /// Whether a time lies in it. Its end does not.
    pub fn contains(self, secs: f64) -> bool {
        (self.from..self.to).contains(&secs)
    }

    /// The stretch of the same length that begins here, kept within `0..length`.
    #[must_use]
    pub fn at(self, from: f64, length: f64) -> Self {
        let secs = self.secs().min(length);
        let from = from.clamp(0.0, (length - secs).max(0.0));
        Self { from, to: from + secs }
    }
}

/// What may be chosen, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    pub least: f64,
    pub most: f64,
    /// Of the whole sound.
    pub length: f64,
}

/// One of the two ends of what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Start,
    End,
}

impl Edge {
    pub const BOTH: [Self; 2] = [Self::Start, Self::End];

    /// Where it is.
    pub fn of(self, region: Span) -> f64 {
        match self {
            Self::Start => region.from,
            Self::End => region.to,
        }
    }
}

impl Limits {
    fn least(self) -> f64 {
        self.least.min(self.length)
    }

    fn most(self) -> f64 {
        self.most.min(self.length)
    }

    /// How far an edge may go while the other one stays.
    pub fn reach(self, region: Span, edge: Edge) -> Span {
        match edge {
            Edge::Start => {
                let from = (region.to - self.most()).max(0.0);
                Span::new(from, (region.to - self.least()).max(from))
            }
            Edge::End => {
                let to = (region.from + self.most()).min(self.length);
                Span::new((region.from + self.least()).min(to), to)
            }
        }
    }

    /// An edge is dragged: it stops at the limits, the other one stays.
    pub fn drag(self, region: Span, edge: Edge, to: f64) -> Span {
        let reach = self.reach(region, edge);
        let to = plain(to).clamp(reach.from, reach.to);
        match edge {
            Edge::Start => Span { from: to, ..region },
            Edge::End => Span { to, ..region },
        }
    }

    /// An edge is put somewhere, by a key or a typed time: it goes there, and the other one follows where it must.
    pub fn put(self, region: Span, edge: Edge, to: f64) -> Span {
        let (least, most) = (self.least(), self.most());
        match edge {
            Edge::Start => {
                let from = plain(to).clamp(0.0, self.length - least);
                let room = self.length - from;
                Span::new(from, from + (region.to - from).clamp(least.min(room), most.min(room)))
            }
            Edge::End => {
                let to = plain(to).clamp(least, self.length);
                Span::new(to - (to - region.from).clamp(least.min(to), most.min(to)), to)
            }
        }
    }

    /// The whole of it moves.
    pub fn slide(self, region: Span, from: f64) -> Span {
        region.at(plain(from), self.length)
    }
}

/// A number to reckon with.
fn plain(secs: f64) -> f64 {
    if secs.is_finite() { secs } else { 0.0 }
}

/// A typed time in seconds: `4:12.5`, `1:02:03`, `75`, with a point or a comma. `None` when it is no time.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let parts: Vec<&str> = text.split(':').collect();
    let (last, before) = parts.split_last()?;
    if before.len() > 2 || !last.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let secs: f64 = last.chars().all(is_number).then(|| last.parse().ok())??;
    if !before.is_empty() && secs >= 60.0 {
        return None;
    }
    let mut whole = 0.0;
    for part in before {
        let is_whole = !part.is_empty() && part.len() < 7 && part.chars().all(|c| c.is_ascii_digit());
        whole = whole * 60.0 + is_whole.then(|| part.parse::<f64>().ok())??;
    }
    Some(whole * 60.0 + secs).filter(|secs| secs.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { least: 10.0, most: 120.0, length: 1104.0 };
    const REGION: Span = Span::new(252.0, 348.0);

    #[test]
    fn a_dragged_edge_stops_at_the_limits() {
        assert_eq!(LIMITS.drag(REGION, Edge::Start, 250.0), Span::new(250.0, 348.0));
        assert_eq!(LIMITS.drag(REGION, Edge::Start, 345.0), Span::new(338.0, 348.0));
        assert_eq!(LIMITS.drag(REGION, Edge::Start, -5.0), Span::new(228.0, 348.0));
        assert_eq!(LIMITS.drag(REGION, Edge::End, 9999.0), Span::new(252.0, 372.0));
        assert_eq!(LIMITS.drag(REGION, Edge::End, f64::NAN), Span::new(252.0, 262.0));
    }

    #[test]
    fn an_edge_that_is_put_somewhere_takes_the_other_along() {
        assert_eq!(LIMITS.put(REGION, Edge::Start, 100.0), Span::new(100.0, 220.0));
        assert_eq!(LIMITS.put(REGION, Edge::Start, 345.0), Span::new(345.0, 355.0));
        assert_eq!(LIMITS.put(REGION, Edge::Start, 1103.0), Span::new(1094.0, 1104.0));
        assert_eq!(LIMITS.put(REGION, Edge::End, 100.0), Span::new(90.0, 100.0));
        assert_eq!(LIMITS.put(REGION, Edge::End, 600.0), Span::new(480.0, 600.0));
        assert_eq!(LIMITS.put(REGION, Edge::End, 3.0), Span::new(0.0, 10.0));
        assert_eq!(LIMITS.slide(REGION, 2000.0), Span::new(1008.0, 1104.0));
    }

    #[test]
    fn a_file_shorter_than_the_least_is_taken_whole() {
        let limits = Limits { least: 10.0, most: 120.0, length: 6.0 };
        let all = Span::new(0.0, 6.0);
        for edge in Edge::BOTH {
            for to in [-1.0, 0.0, 3.0, 6.0, 99.0, f64::NAN] {
                assert_eq!((limits.drag(all, edge, to), limits.put(all, edge, to)), (all, all));
            }
        }
        assert_eq!(limits.slide(all, 3.0), all);
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        let close = |text: &str, secs: f64| parse(text).is_some_and(|read| (read - secs).abs() < 1e-9);
        assert!(close("4:12.5", 252.5) && close(" 4:12,5 ", 252.5) && close("75", 75.0) && close("1:02:03.4", 3723.4));
        assert!(close("0", 0.0) && close("5.", 5.0) && close("00:07", 7.0));
        for garbage in
            ["", ":", "abc", "-5", "1:75", "1:2:3:4", "1e9", "inf", "NaN", "4:1x", ".5", "1:-2", "::5", "9999999:0"]
        {
            assert_eq!(parse(garbage), None, "{garbage}");
        }
    }
}

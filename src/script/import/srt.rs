//! Subtitles: SRT, and VTT, which is much alike. Each cue is a line.

/// Whether a text is subtitles: among its first lines is one with the time of a cue.
pub fn is_one(text: &str) -> bool {
    text.lines().take(40).any(is_time)
}

/// `00:01:02,500 --> 00:01:04,000`, whatever follows.
fn is_time(line: &str) -> bool {
    let Some((from, to)) = line.split_once("-->") else { return false };
    let is = |time: &str| time.contains(':') && time.chars().all(|c| c.is_ascii_digit() || ":,.".contains(c));
    is(from.trim()) && is(to.split_whitespace().next().unwrap_or_default())
}

/// The text of each cue, its lines joined, without marks of style.
pub fn cues(text: &str) -> Vec<String> {
    let mut cues: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if is_time(line) {
            cues.push(String::new());
            inside = true;
        } else if line.is_empty() {
            inside = false;
        } else if let Some(cue) = cues.last_mut().filter(|_| inside) {
            cue.push(' ');
            cue.push_str(&plain(line));
        }
    }
    cues
}

/// Bytes of a mark.
const LONGEST_MARK: usize = 81;

/// Without `<i>` and `{\an8}`.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        plain.push_str(before);
        let close = if mark.starts_with('<') { b'>' } else { b'}' };
        let is_tag = || close == b'>' && mark[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let is_mark = || mark.starts_with("{\\") || is_tag();
        // Marks are short: a line of nothing but their beginnings is not searched to its end from each.
        let end = mark.bytes().take(LONGEST_MARK).position(|byte| byte == close).filter(|_| is_mark());
        if let Some(end) = end {
            rest = &mark[end + 1..];
        } else {
            plain.push_str(&mark[..1]);
            rest = &mark[1..];
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::super::lines;

    #[test]
    fn each_cue_is_a_line_without_times_and_marks() {
        let text = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500 X1:10\r\n<i>Hi,</i> I am\r\n{\\an8}Mara. 1 < 2 {so}\r\n\r\n2\r\n\
                    00:00:03,000 --> 00:00:04,000\r\n2020\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n\r\n";
        assert_eq!(lines("a.srt", text.as_bytes()).unwrap().texts(), ["Hi, I am Mara. 1 < 2 {so}", "2020"]);
        let vtt = "WEBVTT\n\nNOTE a note\n\n00:01.000 --> 00:02.000 align:start\n<v Mara>Good <b>evening</b>\n";
        assert_eq!(lines("a.vtt", vtt.as_bytes()).unwrap().texts(), ["Good evening"]);
    }

    #[test]
    fn a_cue_of_nothing_but_beginnings_of_marks_is_read_at_once() {
        let text = format!("1\n00:00:01,000 --> 00:00:02,000\n{}\n", "<a".repeat(2_000_000));
        let read = lines("a.srt", text.as_bytes()).unwrap();
        assert_eq!((read.lines.len(), read.cut), (800, false));
    }

    #[test]
    fn an_arrow_alone_makes_no_subtitles() {
        assert_eq!(lines("a.txt", b"From here --> there\nGo").unwrap().texts(), ["From here --> there", "Go"]);
    }
}

//! Tables: each row's text is a line. The column is the one whose head says so, else the one with the most text.

use csv::{ReaderBuilder, StringRecord};

use super::Row;

/// Heads of the column with the lines, in small letters.
const HEADS: [&str; 8] = ["text", "line", "lines", "script", "dialogue", "dialog", "copy", "voiceover"];
/// Heads of the column that says who speaks.
const SPEAKERS: [&str; 8] = ["speaker", "character", "voice", "who", "name", "role", "actor", "talent"];
/// Columns beyond these are not looked at.
const COLUMNS: usize = 64;

/// The cells with the lines, and who speaks them where a column says that.
pub fn cells(text: &str, tabs: bool) -> Vec<Row> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { delimiter(text) })
        .from_reader(text.as_bytes());
    // A row that can't be read ends the table: what was read before it is kept.
    let mut rows: Vec<StringRecord> = reader.records().map_while(Result::ok).collect();
    let head = rows.first().and_then(|row| head(row, &HEADS));
    let speaker = rows.first().filter(|_| head.is_some()).and_then(|row| self::head(row, &SPEAKERS));
    let column = head.or_else(|| fullest(&rows)).unwrap_or_default();
    if head.is_some() {
        rows.remove(0);
    }
    let cell = |row: &StringRecord, column: usize| row.get(column).unwrap_or_default().to_owned();
    rows.iter().map(|row| Row { text: cell(row, column), speaker: speaker.map(|at| cell(row, at)) }).collect()
}

/// The column whose head is one of these.
fn head(row: &StringRecord, heads: &[&str]) -> Option<usize> {
    let named = |cell: &str| heads.contains(&cell.trim().trim_start_matches('\u{feff}').to_lowercase().as_str());
    row.iter().take(COLUMNS).position(named)
}

/// The column with the most letters.
fn fullest(rows: &[StringRecord]) -> Option<usize> {
    let mut letters = [0_usize; COLUMNS];
    for row in rows {
        for (sum, cell) in letters.iter_mut().zip(row) {
            *sum += cell.chars().filter(|c| c.is_alphabetic()).count();
        }
    }
    let most = *letters.iter().max()?;
    letters.iter().position(|sum| *sum == most)
}

/// What sets the cells of the first row apart.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|byte| *byte == mark).count();
    // The first of the fullest ones, so that a comma wins where there is none.
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::super::lines;

    fn of(text: &str) -> Vec<String> {
        lines("a.csv", text.as_bytes()).unwrap().lines.into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn who_speaks_is_read_where_a_head_says_so() {
        let rows = |text: &str| lines("a.csv", text.as_bytes()).unwrap().lines;
        let speakers = |text: &str| rows(text).into_iter().map(|row| row.speaker).collect::<Vec<_>>();
        let mara = || Some("Mara".to_owned());
        assert_eq!(speakers("Speaker,Text\n Mara ,Hi\n,Bye\n"), [mara(), None]);
        assert_eq!(speakers("who;line\nMara;One. Two.\nMara;\nMara;Three\n"), [mara(), mara()]);
        assert_eq!(speakers("Mara,Hi there\n"), [None], "without heads nobody knows");
        let long = format!("text,name\n{},Mara\n", "Some words here. ".repeat(400));
        assert_eq!(speakers(&long), [mara(), mara()], "every part of a long cell is theirs");
    }

    #[test]
    fn the_column_is_found_by_its_head_or_by_its_text() {
        assert_eq!(of("id,Text,who\n1,\"Hi, \"\"you\"\"\nthere\",Mara\n2,Bye,Ada\n"), ["Hi, \"you\" there", "Bye"]);
        assert_eq!(of("1;Good evening\n2;Good night;x\n3\n"), ["Good evening", "Good night"]);
        assert_eq!(of("Only one column\nAnother line\n"), ["Only one column", "Another line"]);
        let tabs = lines("a.tsv", b"Mara\tA long line, really\n").unwrap().lines;
        assert_eq!(tabs[0].text, "A long line, really");
    }

    #[test]
    fn a_quote_that_never_closes_is_no_trouble() {
        assert_eq!(of("a,\"b c d e\n1,2\n"), ["b c d e 1,2"]);
    }
}

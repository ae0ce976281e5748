//! Tables: each row's text is a line. The column is the one whose head says so, else the one with the most text.

use csv::{ReaderBuilder, StringRecord};

/// Heads of the column with the lines, in small letters.
const HEADS: [&str; 8] = ["text", "line", "lines", "script", "dialogue", "dialog", "copy", "voiceover"];
/// Columns beyond these are not looked at.
const COLUMNS: usize = 64;

/// The cells with the lines.
pub fn cells(text: &str, tabs: bool) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { delimiter(text) })
        .from_reader(text.as_bytes());
    // A row that can't be read ends the table: what was read before it is kept.
    let mut rows: Vec<StringRecord> = reader.records().map_while(Result::ok).collect();
    let head = rows.first().and_then(head);
    let column = head.or_else(|| fullest(&rows)).unwrap_or_default();
    if head.is_some() {
        rows.remove(0);
    }
    rows.iter().map(|row| row.get(column).unwrap_or_default().to_owned()).collect()
}

fn head(row: &StringRecord) -> Option<usize> {
    let named = |cell: &str| HEADS.contains(&cell.trim().trim_start_matches('\u{feff}').to_lowercase().as_str());
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
        lines("a.csv", text.as_bytes()).unwrap().lines
    }

    #[test]
    fn the_column_is_found_by_its_head_or_by_its_text() {
        assert_eq!(of("id,Text,who\n1,\"Hi, \"\"you\"\"\nthere\",Mara\n2,Bye,Ada\n"), ["Hi, \"you\" there", "Bye"]);
        assert_eq!(of("1;Good evening\n2;Good night;x\n3\n"), ["Good evening", "Good night"]);
        assert_eq!(of("Only one column\nAnother line\n"), ["Only one column", "Another line"]);
        let tabs = lines("a.tsv", b"Mara\tA long line, really\n").unwrap().lines;
        assert_eq!(tabs, ["A long line, really"]);
    }

    #[test]
    fn a_quote_that_never_closes_is_no_trouble() {
        assert_eq!(of("a,\"b c d e\n1,2\n"), ["b c d e 1,2"]);
    }
}

//! Pure rules of a script: how long a line may be and will sound, what to call it, where it is split, which words
//! are said differently, where it pauses, and how lines are read out of files.

pub mod import;
pub mod pauses;
pub mod split;
pub mod words;

/// The most characters the service takes in one line, counted in Unicode scalar values.
pub const MAX_CHARACTERS: usize = 5_000;
/// From here on the counter warns.
pub const WARN_CHARACTERS: usize = 4_500;

/// Characters of a line as the service counts them: its pauses are made here and are not sent.
pub fn characters(line: &str) -> usize {
    if !pauses::may_pause(line) {
        return line.trim().chars().count();
    }
    pauses::parts(line).iter().map(|part| part.text.chars().count()).sum()
}

/// How a line may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Empty,
    Fits,
    /// Within the limit, but close to it.
    Near,
    TooLong,
}

/// Whether a line fits the service.
pub fn fit(line: &str) -> Fit {
    match characters(line) {
        0 => Fit::Empty,
        n if n > MAX_CHARACTERS => Fit::TooLong,
        n if n >= WARN_CHARACTERS => Fit::Near,
        _ => Fit::Fits,
    }
}

/// Roughly how many seconds a line takes to say, at an even reading pace of 14.5 characters a second.
#[expect(clippy::cast_precision_loss, reason = "an estimate of at most 5,000 characters")]
pub fn spoken_secs(line: &str) -> f64 {
    let pauses: f64 = pauses::parts(line).iter().map(|part| part.pause_after_secs).sum();
    characters(line) as f64 / 14.5 + pauses
}

/// The first words of a line, for a list: at most `limit` characters, cut at a word with an ellipsis.
pub fn excerpt(line: &str, limit: usize) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let cut: String = line.chars().take(limit.saturating_sub(1)).collect();
    let at_a_word = line[cut.len()..].starts_with(' ');
    let last_word = cut.rfind(' ').filter(|&at| at > cut.len() / 2 && !at_a_word);
    let end = last_word.unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_scalar_values_without_the_space_around() {
        assert_eq!(characters("  Grüße, 世界 \n"), 9);
        assert_eq!(fit(" \n"), Fit::Empty);
        assert_eq!(fit(&"a".repeat(4_499)), Fit::Fits);
        assert_eq!(fit(&"a".repeat(4_500)), Fit::Near);
        assert_eq!(fit(&"ä".repeat(5_000)), Fit::Near);
        assert_eq!(fit(&"a".repeat(5_001)), Fit::TooLong);
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        assert_eq!(excerpt("We built this for the people", 18), "We built this for…");
        assert_eq!(excerpt("Short", 18), "Short");
        assert_eq!(excerpt(&"x".repeat(40), 10), format!("{}…", "x".repeat(9)));
    }
}

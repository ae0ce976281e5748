//! Values as they are typed: times, shares, months, sums.

/// A limit that is set or taken away; US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit(pub Option<f64>);

/// The largest limit that is taken, in US dollars: what is above is a slip of the finger.
const MOST_USD: f64 = 1_000_000.0;

/// Seconds: "12", "12.5", "1:12.5", "1:02:03".
pub fn time(text: &str) -> Result<f64, String> {
    let wrong = || "give seconds such as 12.5, or minutes and seconds such as 1:12.5".to_owned();
    let parts: Vec<&str> = text.split(':').collect();
    let (last, before) = parts.split_last().ok_or_else(wrong)?;
    let seconds = number(last).ok_or_else(wrong)?;
    if before.len() > 2 || (!before.is_empty() && seconds >= 60.0) {
        return Err(wrong());
    }
    before
        .iter()
        .try_fold(0.0, |sum, part| whole(part).map(|part| sum * 60.0 + part))
        .map_or_else(|| Err(wrong()), |minutes| Ok(minutes * 60.0 + seconds))
}

/// 0 to 1.
pub fn share(text: &str) -> Result<f64, String> {
    number(text).filter(|share| *share <= 1.0).ok_or_else(|| "give a number from 0 to 1, such as 0.5".to_owned())
}

/// "2026-11".
pub fn month(text: &str) -> Result<String, String> {
    let (year, month) = text.split_once('-').unwrap_or_default();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let is_month = month.parse::<u8>().is_ok_and(|month| (1..=12).contains(&month));
    if digits(year, 4) && digits(month, 2) && is_month {
        Ok(text.to_owned())
    } else {
        Err("give a year and a month, such as 2026-11".to_owned())
    }
}

/// "40", "12.50", "none".
pub fn limit(text: &str) -> Result<Limit, String> {
    if text == "none" {
        return Ok(Limit(None));
    }
    let cents = text.split_once('.').map_or(0, |(_, cents)| cents.len());
    let sum = number(text).filter(|sum| *sum <= MOST_USD && cents <= 2);
    sum.map(|sum| Limit(Some(sum))).ok_or_else(|| "give dollars such as 40 or 12.50, or none".to_owned())
}

/// Digits with at most one point among them: no sign, no exponent, no infinity.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
    text.parse().ok().filter(|_| plain && text.len() <= 12)
}

fn whole(text: &str) -> Option<f64> {
    text.parse::<u32>().ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_clocks() {
        for (text, secs) in [("12", 12.0), ("12.5", 12.5), ("1:12.5", 72.5), ("1:02:03", 3723.0), ("90", 90.0)] {
            assert_eq!(time(text), Ok(secs), "{text}");
        }
        for text in ["", "-1", "1:", ":1", "1:60", "1e3", "inf", "1:2:3:4", "NaN", "1,5"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn months_shares_and_limits_are_plain() {
        assert!(month("2026-11").is_ok());
        for text in ["2026-13", "2026-1", "26-11", "2026/11", ""] {
            assert!(month(text).is_err(), "{text}");
        }
        assert_eq!((share("0.5"), share("1")), (Ok(0.5), Ok(1.0)));
        assert!(share("1.1").is_err() && share("-0.1").is_err());
        assert_eq!((limit("12.50"), limit("none")), (Ok(Limit(Some(12.5))), Ok(Limit(None))));
        for text in ["$40", "12.345", "1e9", "-1", "1000001"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }
}

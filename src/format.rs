//! Numbers as people read them: time codes, sizes, prices, counts.

use std::time::Duration;

/// `0:10.4`, `18:24.0`, `1:02:03.0`: for places that need tenths.
pub fn time_code(seconds: f64) -> String {
    let tenths = whole(seconds * 10.0);
    let (seconds, tenth) = (tenths / 10, tenths % 10);
    format!("{}.{tenth}", clock(seconds))
}

/// `0:10`, `18:24`, `1:02:03`: whole seconds.
pub fn time(seconds: f64) -> String {
    clock(whole(seconds))
}

/// `0:12`: how long something took, or takes by now; a second counts once it is over.
pub fn took(span: time::Duration) -> String {
    clock(span.whole_seconds().max(0).unsigned_abs())
}

fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and saturating")]
fn whole(value: f64) -> u64 {
    // A NaN becomes 0 here.
    value.max(0.0).round() as u64
}

/// `0 bytes`, `1.9 MB`, `86 MB`, `5 GB`: decimal units, one decimal below ten.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().unwrap_or(&"kB");
    while value >= 999.5 {
        let Some(next) = units.next() else { break };
        value /= 1000.0;
        unit = next;
    }
    let tenths = (value * 10.0).round() % 10.0;
    if value < 9.95 && tenths > 0.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// `53 of 86 MB`: what is done and what there is, without repeating the unit.
pub fn size_of(done: u64, total: u64) -> String {
    let (done, total) = (size(done.min(total)), size(total));
    match (done.rsplit_once(' '), total.rsplit_once(' ')) {
        (Some((number, unit)), Some((_, all))) if unit == all => format!("{number} of {total}"),
        _ => format!("{done} of {total}"),
    }
}

/// `$0.52`: dollars with cents, rounded up so that no price is promised too low.
pub fn price(dollars: f64) -> String {
    let cents = whole((dollars * 100.0 - 1e-6).ceil());
    format!("${}.{:02}", thousands(cents / 100), cents % 100)
}

/// `$0.13`: what something has cost, to the nearest cent.
pub fn cost(dollars: f64) -> String {
    let cents = whole((dollars * 100.0).round());
    format!("${}.{:02}", thousands(cents / 100), cents % 100)
}

/// `$0.05 / s`, `$0.083 / s`: a rate, with as many digits as it has, up to three.
pub fn rate(dollars_per_second: f64) -> String {
    // A sum of nothing is a negative zero.
    let text = format!("{:.3}", dollars_per_second.max(0.0) + 0.0);
    let text = text.strip_suffix('0').unwrap_or(&text);
    format!("${text} / s")
}

/// `5,000`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 take`, `14 takes`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// `62%`; nothing, less than that and what is no number are `0%`.
pub fn percent(fraction: f32) -> String {
    let part = if fraction > 0.0 { fraction.min(1.0) } else { 0.0 };
    format!("{:.0}%", (part * 100.0).floor())
}

/// `104%`: what may be more than all of it, to the nearest percent. Nothing, less than that and what is no number are
/// `0%`.
pub fn share(fraction: f64) -> String {
    format!("{}%", thousands(whole(fraction * 100.0)))
}

/// `6 s`, `1 min`, `3 min`, `1 h 5 min`: a rough length in words.
pub fn rough(length: Duration) -> String {
    let seconds = length.as_secs_f64().round();
    if seconds < 60.0 {
        return format!("{seconds:.0} s");
    }
    let minutes = whole(seconds / 60.0);
    if minutes < 60 { format!("{minutes} min") } else { format!("{} h {} min", minutes / 60, minutes % 60) }
}

/// `4 to 12 s`, `1 to 3 min`: a range, with the unit once when it is the same.
pub fn range(from: Duration, to: Duration) -> String {
    let (low, high) = (rough(from), rough(to));
    if low == high {
        return high;
    }
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

/// `2.1 MB/s`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and saturating")]
pub fn speed(bytes_per_second: f64) -> String {
    format!("{}/s", size(bytes_per_second.max(0.0) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_on_a_clock() {
        assert_eq!(time_code(10.44), "0:10.4");
        assert_eq!(time_code(59.96), "1:00.0");
        assert_eq!(time(1104.0), "18:24");
        assert_eq!(time(3723.4), "1:02:03");
        assert_eq!((time_code(-1.0), time(f64::NAN)), ("0:00.0".into(), "0:00".into()));
        let took = |millis| took(time::Duration::milliseconds(millis));
        assert_eq!((took(12_900), took(3_723_400), took(-5)), ("0:12".into(), "1:02:03".into(), "0:00".into()));
    }

    #[test]
    fn sizes_keep_two_or_three_digits() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_900_000), "1.9 MB");
        assert_eq!(size(86_000_000), "86 MB");
        assert_eq!(size(999_600), "1 MB");
        assert_eq!(size(5_000_000_000), "5 GB");
        assert_eq!(size_of(53_000_000, 86_000_000), "53 of 86 MB");
        assert_eq!(size_of(900_000, 86_000_000), "900 kB of 86 MB");
        assert_eq!(speed(2_100_000.0), "2.1 MB/s");
    }

    #[test]
    fn prices_never_promise_too_little() {
        assert_eq!(price(0.52), "$0.52");
        assert_eq!(price(0.521), "$0.53");
        assert_eq!(price(0.0), "$0.00");
        assert_eq!(price(1234.5), "$1,234.50");
        assert_eq!((cost(0.132), cost(0.135), cost(2.0)), ("$0.13".to_owned(), "$0.14".to_owned(), "$2.00".to_owned()));
        assert_eq!((rate(0.05), rate(0.083)), ("$0.05 / s".into(), "$0.083 / s".into()));
    }

    #[test]
    fn counts_and_ranges_read_as_words() {
        assert_eq!(
            (thousands(5000), thousands(999), thousands(1_234_567)),
            ("5,000".into(), "999".into(), "1,234,567".into())
        );
        assert_eq!((count(1, "take", "takes"), count(14, "take", "takes")), ("1 take".into(), "14 takes".into()));
        assert_eq!(range(Duration::from_mins(1), Duration::from_mins(3)), "1 to 3 min");
        assert_eq!(range(Duration::from_secs(30), Duration::from_mins(3)), "30 s to 3 min");
        assert_eq!(rough(Duration::from_mins(65)), "1 h 5 min");
        assert_eq!((percent(0.999), percent(1.0)), ("99%".into(), "100%".into()));
        for none in [0.0, -0.0, -0.4, f32::NAN, f32::NEG_INFINITY] {
            assert_eq!((percent(none), share(f64::from(none))), ("0%".into(), "0%".into()), "{none}");
            assert_eq!((price(f64::from(none)), cost(f64::from(none))), ("$0.00".into(), "$0.00".into()), "{none}");
            assert_eq!((time(f64::from(none)), rate(f64::from(none))), ("0:00".into(), "$0.00 / s".into()), "{none}");
        }
        assert_eq!((share(1.042), percent(f32::INFINITY)), ("104%".into(), "100%".into()));
    }
}

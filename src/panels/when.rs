//! Points in time as people say them, in the clock of this computer.

use std::sync::atomic::{AtomicI64, Ordering};

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::store::Store;

/// Seconds since 1970 at which [`pin`] stopped the clock.
static PINNED: AtomicI64 = AtomicI64::new(i64::MIN);

/// Stops the clock that pages show, for the rest of the program: pictures for comparison must not tick.
#[doc(hidden)]
pub fn pin(at: OffsetDateTime) {
    PINNED.store(at.unix_timestamp(), Ordering::Relaxed);
}

/// Now, as pages show it.
pub fn utc() -> OffsetDateTime {
    let pinned = PINNED.load(Ordering::Relaxed);
    OffsetDateTime::from_unix_timestamp(pinned).unwrap_or_else(|_| OffsetDateTime::now_utc())
}

/// `at` on this computer's clock; in UTC when the system does not tell its zone.
pub fn local(at: OffsetDateTime) -> OffsetDateTime {
    UtcOffset::local_offset_at(at).map_or(at, |offset| at.to_offset(offset))
}

/// Now, on this computer's clock.
pub fn now() -> OffsetDateTime {
    local(utc())
}

/// A stored time, ISO 8601, on this computer's clock.
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(local)
}

/// `14:07`.
pub fn clock(at: OffsetDateTime) -> String {
    format!("{}:{:02}", at.hour(), at.minute())
}

/// `today`, `yesterday`, `20 Nov`, `20 Nov 2024`.
pub fn day(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let (then, today) = (at.date(), now.date());
    if then == today {
        return "today".to_owned();
    }
    if Some(then) == today.previous_day() {
        return "yesterday".to_owned();
    }
    let month: String = then.month().to_string().chars().take(3).collect();
    if then.year() == today.year() {
        format!("{} {month}", then.day())
    } else {
        format!("{} {month} {}", then.day(), then.year())
    }
}

/// `today 14:07`, `yesterday 18:20`, `20 Nov, 9:21`.
pub fn moment(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let day = day(at, now);
    let comma = if day.starts_with(|c: char| c.is_ascii_digit()) { "," } else { "" };
    format!("{day}{comma} {}", clock(at))
}

/// How long ago something was: `Just now`, `45 min ago`, `3 h ago`, then `Yesterday`, `20 Nov`.
pub fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    match now - at {
        age if age < Duration::minutes(1) => "Just now".to_owned(),
        age if age < Duration::hours(1) => format!("{} min ago", age.whole_minutes()),
        age if age < Duration::days(1) => format!("{} h ago", age.whole_hours()),
        _ => match day(at, now) {
            day if day == "yesterday" => "Yesterday".to_owned(),
            day => day,
        },
    }
}

/// When the open flow was written down last: `Saved 14:06`.
pub fn saved(store: &Store) -> String {
    match store.flows.saved_at.map(local) {
        _ if store.flows.is_unsaved => "Not saved yet".to_owned(),
        _ if store.flow.is_untouched() => "Nothing to save yet".to_owned(),
        None => "Saving".to_owned(),
        Some(at) => {
            let (day, clock) = (day(at, now()), clock(at));
            if day == "today" { format!("Saved {clock}") } else { format!("Saved {day}, {clock}") }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn recent_days_have_names_and_others_dates() {
        let now = datetime!(2026-01-01 09:05 +1);
        assert_eq!(moment(datetime!(2026-01-01 00:00 +1), now), "today 0:00");
        assert_eq!(moment(datetime!(2025-12-31 23:59 +1), now), "yesterday 23:59");
        assert_eq!(moment(datetime!(2025-12-30 09:21 +1), now), "30 Dec 2025, 9:21");
        assert_eq!(day(datetime!(2026-11-20 12:00 +1), datetime!(2026-11-29 12:00 +1)), "20 Nov");
    }

    #[test]
    fn times_are_told_by_their_distance() {
        let now = datetime!(2026-11-22 10:00 +1);
        assert_eq!(ago(datetime!(2026-11-22 09:59:30 +1), now), "Just now");
        assert_eq!(ago(datetime!(2026-11-22 09:15 +1), now), "45 min ago");
        assert_eq!(ago(datetime!(2026-11-21 23:00 +1), now), "11 h ago");
        assert_eq!(ago(datetime!(2026-11-21 09:00 +1), now), "Yesterday");
        assert_eq!(ago(datetime!(2026-11-02 21:00 +1), now), "2 Nov");
        assert_eq!(ago(datetime!(2025-11-02 21:00 +1), now), "2 Nov 2025");
    }

    #[test]
    fn what_is_no_time_is_none() {
        assert!(parse("").is_none() && parse("yesterday").is_none());
        let at = parse("2026-11-22T10:00:00Z").unwrap();
        assert_eq!(at, datetime!(2026-11-22 10:00 UTC));
    }
}

//! Instants as RFC 3339 writes them, in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far an instant may be from now, in seconds, to be called now.
const NOW: f64 = 2.0;

/// Whether `text` is an instant in UTC (`Z` or `+00:00`, any number of decimals)
/// within two seconds of now, or of when it was sent, which may have been as long ago
/// as `late`.
pub fn was_now(text: &str, late: Duration) -> bool {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |now| now.as_secs_f64());
    let earliest = now - NOW - late.as_secs_f64();
    seconds(text).is_some_and(|then| (earliest..=now + NOW).contains(&then))
}

/// Seconds since 1970; `None` for what is not an instant in UTC (RFC 3339,
/// section 5.6).
fn seconds(text: &str) -> Option<f64> {
    let body = text
        .strip_suffix('Z')
        .or_else(|| text.strip_suffix("+00:00"))?;
    let (date, time) = body.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let in_range = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    if !in_range || !digits(fraction) {
        return None;
    }
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    let whole = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(whole as f64 + fraction)
}

/// Three numbers of fixed widths.
fn numbers(text: &str, between: char, widths: [usize; 3]) -> Option<[i64; 3]> {
    let parts: Vec<&str> = text.split(between).collect();
    let mut found = [0; 3];
    if parts.len() != 3 {
        return None;
    }
    for (n, part) in parts.iter().enumerate() {
        if part.len() != widths[n] || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        found[n] = part.parse().ok()?;
    }
    Some(found)
}

/// Days since 1970-01-01 in the Gregorian calendar, years counted from March so
/// that the day that may be missing comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_seconds() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(seconds("2000-02-29T12:00:00.5+00:00"), Some(951_825_600.5));
        assert_eq!(seconds("2026-11-22T05:24:44.369Z"), Some(1_795_325_084.369));
    }

    #[test]
    fn knows_what_is_no_instant_in_utc() {
        for text in [
            "2026-11-22T05:24:44+01:00",
            "2026-11-22 05:24:44Z",
            "2026-11-22T05:24:44",
            "26-11-22T05:24:44Z",
            "2026-13-22T05:24:44Z",
            "2026-11-22T05:24:44.Z",
            "1795325084",
            "",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}

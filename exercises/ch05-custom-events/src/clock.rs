//! The time of day, as JSON and people write it.

use time::OffsetDateTime;

/// Now, in UTC (RFC 3339, section 5.6), to the millisecond: `2026-11-22T05:24:44.369Z`.
pub fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (hour, minute, second, millisecond) = now.to_hms_milli();
    // A date shows itself as `2026-11-22`; a time would leave zeros out.
    format!(
        "{}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z",
        now.date()
    )
}

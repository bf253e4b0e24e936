//! A [`Moment`] is a time exactly as precise as it was written. What is missing is never filled in.

use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

/// A time of day to the minute or to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockTime {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59, where stated.
    pub second: Option<u8>,
}

impl ClockTime {
    /// Returns the time, or `None` where it does not exist.
    pub fn new(hour: u8, minute: u8, second: Option<u8>) -> Option<Self> {
        (hour < 24 && minute < 60 && second.unwrap_or(0) < 60).then_some(Self { hour, minute, second })
    }

    /// Returns the minutes since midnight; seconds are left out.
    pub fn minutes(self) -> i64 {
        i64::from(self.hour) * 60 + i64::from(self.minute)
    }

    fn seconds(self) -> i64 {
        self.minutes() * 60 + i64::from(self.second.unwrap_or(0))
    }

    fn naive(self) -> NaiveTime {
        NaiveTime::from_hms_opt(self.hour.into(), self.minute.into(), self.second.unwrap_or(0).into()).unwrap_or(NaiveTime::MIN)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)?;
        self.second.map_or(Ok(()), |second| write!(f, ":{second:02}"))
    }
}

/// The local part of a moment: only what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Local {
    /// `2024-06`.
    Month {
        /// The year.
        year: i32,
        /// 1 to 12.
        month: u8,
    },
    /// `2024-06-07`.
    Day(NaiveDate),
    /// `2024-06-07T10:00` or `2024-06-07T10:00:30`.
    DayTime(NaiveDate, ClockTime),
    /// `T10:00`: a time whose date is nowhere in the document.
    Time(ClockTime),
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Local::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Local::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Local::DayTime(day, time) => write!(f, "{}T{time}", day.format("%Y-%m-%d")),
            Local::Time(time) => write!(f, "T{time}"),
        }
    }
}

impl Local {
    /// Parses the printed form; the exact inverse of `Display`.
    pub fn parse(text: &str) -> Option<Self> {
        fn time(text: &str) -> Option<ClockTime> {
            let mut parts = text.split(':').map(|part| (part.len() == 2).then(|| part.parse::<u8>().ok()).flatten());
            let (hour, minute) = (parts.next()??, parts.next()??);
            let second = match parts.next() {
                Some(second) => Some(second?),
                None => None,
            };
            if parts.next().is_some() { None } else { ClockTime::new(hour, minute, second) }
        }
        if let Some(rest) = text.strip_prefix('T') {
            return time(rest).map(Local::Time);
        }
        let (date, clock) = text.split_once('T').map_or((text, None), |(date, clock)| (date, Some(clock)));
        if !date.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return None;
        }
        match (date.len(), clock) {
            (7, None) => {
                let (year, month) = date.split_once('-')?;
                let (year, month) = (year.parse().ok()?, month.parse().ok()?);
                (1..=12).contains(&month).then_some(Local::Month { year, month })
            }
            (10, None) => date.parse().ok().map(Local::Day),
            (10, Some(clock)) => Some(Local::DayTime(date.parse().ok()?, time(clock)?)),
            _ => None,
        }
    }
}

/// A moment as precise as it was written: a local time, the zone as written, and what that zone meant on that day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Moment {
    /// What is known of date and time.
    pub local: Local,
    /// Minutes east of UTC; `None` where not stated or ambiguous.
    pub offset_minutes: Option<i32>,
    /// The zone as written.
    pub zone: Option<String>,
    /// True where it is written as approximate (`~18:30`, "around 6 pm").
    pub approximate: bool,
}

impl Moment {
    /// Returns a moment without a zone.
    pub fn local(local: Local) -> Self {
        Self { local, offset_minutes: None, zone: None, approximate: false }
    }

    /// Returns the day, where it is known.
    pub fn day(&self) -> Option<NaiveDate> {
        match self.local {
            Local::Day(day) | Local::DayTime(day, _) => Some(day),
            Local::Month { .. } | Local::Time(_) => None,
        }
    }

    /// Returns the time of day, where it is known.
    pub fn time(&self) -> Option<ClockTime> {
        match self.local {
            Local::DayTime(_, time) | Local::Time(time) => Some(time),
            Local::Month { .. } | Local::Day(_) => None,
        }
    }

    /// Returns year and month, where they are known.
    pub fn year_month(&self) -> Option<(i32, u8)> {
        match self.local {
            Local::Month { year, month } => Some((year, month)),
            Local::Day(day) | Local::DayTime(day, _) => Some((day.year(), u8::try_from(day.month()).unwrap_or(1))),
            Local::Time(_) => None,
        }
    }

    /// Returns the local date and time, where both are known.
    pub fn date_time(&self) -> Option<NaiveDateTime> {
        match self.local {
            Local::DayTime(day, time) => Some(day.and_time(time.naive())),
            _ => None,
        }
    }

    /// Returns the offset as `+02:00`.
    pub fn offset(&self) -> Option<String> {
        self.offset_minutes.map(|minutes| {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        })
    }

    /// Returns the minutes from `self` to `other`, offsets counted where both have one. `None` unless both are known to the
    /// minute (two bare times count as of the same day only when `other` is not the earlier one).
    pub fn minutes_until(&self, other: &Moment) -> Option<f64> {
        let shift = match (self.offset_minutes, other.offset_minutes) {
            (Some(a), Some(b)) => f64::from(a - b),
            _ => 0.0,
        };
        let seconds = match (self.local, other.local) {
            (Local::DayTime(from, a), Local::DayTime(to, b)) => {
                let days = if from == to { 0 } else { (to - from).num_days() };
                days * 24 * 60 * 60 + b.seconds() - a.seconds()
            }
            (Local::Time(a), Local::Time(b)) if b.seconds() >= a.seconds() => b.seconds() - a.seconds(),
            _ => return None,
        };
        #[expect(clippy::cast_precision_loss, reason = "seconds between two calendar dates are far below 2^52")]
        Some(seconds as f64 / 60.0 + shift)
    }

    /// Returns a key that orders moments in time: UTC where the offset is known, local time otherwise; months and days by
    /// their beginning; bare times last.
    pub fn sort_key(&self) -> NaiveDateTime {
        let local = match self.local {
            Local::Month { year, month } => NaiveDate::from_ymd_opt(year, month.into(), 1).map(|day| day.and_time(NaiveTime::MIN)),
            Local::Day(day) => Some(day.and_time(NaiveTime::MIN)),
            Local::DayTime(day, time) => Some(day.and_time(time.naive())),
            Local::Time(_) => None,
        };
        let local = local.unwrap_or(NaiveDateTime::MAX);
        local.checked_sub_signed(chrono::Duration::minutes(self.offset_minutes.unwrap_or(0).into())).unwrap_or(local)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.local)?;
        self.offset().map_or(Ok(()), |offset| f.write_str(&offset))
    }
}

/// `{"local": "2024-06-07T10:00", "offset": "+01:00" | null, "zone": "WAT" | null}`, with `"approximate": true` only where it is.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Moment", 3 + usize::from(self.approximate))?;
        out.serialize_field("local", &self.local.to_string())?;
        out.serialize_field("offset", &self.offset())?;
        out.serialize_field("zone", &self.zone)?;
        if self.approximate {
            out.serialize_field("approximate", &true)?;
        }
        out.end()
    }
}

#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "Moment")]
/// A moment as precise as it was written.
struct Wire {
    /// `2024-06-07T10:00:30`, `2024-06-07T10:00`, `2024-06-07`, `2024-06`, or `T10:00` where the date is not stated.
    local: String,
    /// What the zone meant on that day, such as `+01:00`; null where not stated or ambiguous.
    offset: Option<String>,
    /// The zone as written.
    zone: Option<String>,
    /// True where it is written as approximate; else left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    approximate: bool,
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let local = Local::parse(&wire.local).ok_or_else(|| serde::de::Error::custom(format!("not a moment: `{}`", wire.local)))?;
        let offset_minutes = wire.offset.as_deref().and_then(|text| {
            let (hours, minutes) = text.get(1..)?.split_once(':')?;
            let total = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
            Some(if text.starts_with('-') { -total } else { total })
        });
        Ok(Self { local, offset_minutes, zone: wire.zone, approximate: wire.approximate })
    }
}

impl schemars::JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_local_parses_back() {
        for text in ["2024-06", "2024-06-07", "2024-06-07T10:00", "2024-06-07T10:00:30", "T10:00", "T00:00:01"] {
            assert_eq!(Local::parse(text).map(|local| local.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "T", "2024", "2024-13", "2024-02-30", "2024-06-07T25:00", "2024-06-07 10:00", "20202-01-16", "T1:00", "2024-06-07T10"]
        {
            assert_eq!(Local::parse(text), None, "{text}");
        }
    }

    #[test]
    fn minutes_between_counts_offsets_and_refuses_days() {
        let at = |text: &str, offset| Moment { offset_minutes: offset, ..Moment::local(Local::parse(text).expect("a moment")) };
        assert_eq!(at("2024-06-07T10:00", Some(60)).minutes_until(&at("2024-06-07T10:00", Some(0))), Some(60.0));
        assert_eq!(at("2024-06-07T23:50", None).minutes_until(&at("2024-06-08T00:05", None)), Some(15.0));
        assert_eq!(at("2024-06-07", None).minutes_until(&at("2024-06-08T00:05", None)), None);
        assert_eq!(at("T23:50", None).minutes_until(&at("T00:05", None)), None);
    }
}

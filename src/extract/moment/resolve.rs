//! Fills in what a moment does not say itself from what the document says elsewhere.

use chrono::{Duration, NaiveDate};

use super::{Context, Partial, PartialDate, Unread, dates};
use crate::{
    config::DateOrder,
    extract::zone::OnDay,
    incident::{ClockTime, Local, Moment},
};

impl Partial {
    /// Returns what the day is known to be, for the zone.
    fn on_day(local: Local, context: &Context, month_day: Option<(u8, u8)>) -> OnDay {
        match local {
            Local::DayTime(day, time) => {
                OnDay::Exact(day.and_time(chrono::NaiveTime::from_hms_opt(time.hour.into(), time.minute.into(), 0).unwrap_or_default()))
            }
            Local::Day(day) => OnDay::Exact(day.and_time(chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default())),
            Local::Month { month, .. } => OnDay::MonthDay(month, 15),
            Local::Time(_) => month_day.or(context.month_day).map_or(OnDay::Unknown, |(month, day)| OnDay::MonthDay(month, day)),
        }
    }

    /// Returns the day, with date and year from `context` where it has none itself; `None` where it says none.
    pub(crate) fn day(&self, context: &Context) -> Option<NaiveDate> {
        self.date?;
        match self.known(context).ok()?.date {
            Some(DateKnown::Day(day)) => Some(day),
            _ => None,
        }
    }

    fn known(&self, context: &Context) -> Result<Known, Unread> {
        let mut month_day = None;
        let date = match self.date {
            None => context.day.map(DateKnown::Day),
            Some(PartialDate::NextDay) => match context.day {
                Some(day) => Some(DateKnown::Day(day.succ_opt().ok_or(Unread::Impossible)?)),
                None => None,
            },
            Some(PartialDate::Day(day)) => Some(DateKnown::Day(day)),
            Some(PartialDate::Month { year, month }) => Some(DateKnown::Month { year, month }),
            Some(PartialDate::MonthDay { month, day }) => {
                month_day = Some((month, day));
                dated(context.year, month, day)?
            }
            Some(PartialDate::Numeric { first, second, year }) => {
                let day_first = match dates::numeric_order(first, second) {
                    Some(day_first) => day_first,
                    None if first == second => true,
                    None => context.date_order.ok_or(Unread::Ambiguous)? == DateOrder::DayMonth,
                };
                let (month, day) = if day_first { (second, first) } else { (first, second) };
                month_day = Some((month, day));
                dated(year.or(context.year), month, day)?
            }
        };
        Ok(Known { date, month_day })
    }

    /// Returns the moment, with date, year and zone from `context` where it has none itself.
    pub(crate) fn resolve(&self, context: &Context) -> Result<Moment, Unread> {
        let Known { date, month_day } = self.known(context)?;
        let local = match (date, self.clock) {
            (Some(DateKnown::Day(day)), Some(clock)) => {
                let day = if clock.end_of_day { day.succ_opt().ok_or(Unread::Impossible)? } else { day };
                Local::DayTime(day, clock.time)
            }
            (Some(DateKnown::Day(day)), None) if self.date.is_some() => Local::Day(day),
            (Some(DateKnown::Month { year, month }), _) => Local::Month { year, month },
            (None, Some(clock)) => Local::Time(clock.time),
            _ => return Err(Unread::Incomplete),
        };
        let zone = self.zone.as_ref().or(context.zone.as_ref());
        let offset_minutes = zone.and_then(|zone| zone.offset_on(Self::on_day(local, context, month_day)));
        Ok(Moment { local, offset_minutes, zone: zone.map(|zone| zone.written.clone()), approximate: self.approximate })
    }
}

/// What is known of the day of a moment.
struct Known {
    date: Option<DateKnown>,
    /// Its month and day, where they are written.
    month_day: Option<(u8, u8)>,
}

#[derive(Debug, Clone, Copy)]
enum DateKnown {
    Day(NaiveDate),
    Month { year: i32, month: u8 },
}

fn dated(year: Option<i32>, month: u8, day: u8) -> Result<Option<DateKnown>, Unread> {
    match year {
        Some(year) => {
            NaiveDate::from_ymd_opt(year, month.into(), day.into()).map(|day| Some(DateKnown::Day(day))).ok_or(Unread::Impossible)
        }
        None => Ok(None),
    }
}

/// Returns `moment` moved by `minutes`; a bare time stays within its day.
pub(crate) fn moved(moment: &Moment, minutes: f64) -> Option<Moment> {
    let seconds = (minutes * 60.0).round();
    if !seconds.is_finite() || seconds.abs() > 4e9 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked above to be far below 2^63")]
    let seconds = seconds as i64;
    let (at, bare) = match moment.local {
        Local::DayTime(..) => (moment.date_time()?, false),
        Local::Time(time) => {
            (NaiveDate::from_ymd_opt(2000, 1, 1)?.and_hms_opt(time.hour.into(), time.minute.into(), time.second.unwrap_or(0).into())?, true)
        }
        Local::Day(_) | Local::Month { .. } => return None,
    };
    let to = at.checked_add_signed(Duration::seconds(seconds))?;
    let part = |n: u32| u8::try_from(n).ok();
    let old = moment.time()?;
    let second = if old.second.is_some() || seconds % 60 != 0 { Some(part(chrono::Timelike::second(&to))?) } else { None };
    let time = ClockTime::new(part(chrono::Timelike::hour(&to))?, part(chrono::Timelike::minute(&to))?, second)?;
    let local = if bare { Local::Time(time) } else { Local::DayTime(to.date(), time) };
    Some(Moment { local, ..moment.clone() })
}

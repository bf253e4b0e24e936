//! When incidents start: weekday by hour, week by week.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};

use super::{Facts, Range, Share, Span, facts::weekday_and_hour, wilson_interval};
use crate::incident::Severity;

/// The hours that count as office hours, from Monday to Friday.
const OFFICE_HOURS: std::ops::Range<u8> = 8..17;
/// The longest calendar, in weeks: a wrong year must not make a million of them.
const MOST_WEEKS: i64 = 60 * 53;

/// When incidents start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clock {
    /// The zone of weekdays and hours.
    pub zone: String,
    /// Incidents by weekday (0 is Monday) and hour (0 to 23), where there are any.
    pub cells: BTreeMap<(u8, u8), Vec<usize>>,
    /// How many have a known time of day.
    pub known: usize,
    /// Those that start outside Monday to Friday, 08:00 to 17:00.
    pub off_hours: Vec<usize>,
    /// Those that state no time of day.
    pub unknown: Vec<usize>,
}

impl Clock {
    /// Returns the share that starts off hours, as a [`Share`].
    pub fn off_hours_share(&self) -> Share {
        Share { hits: self.off_hours.clone(), known: self.known, unknown: self.unknown.clone() }
    }

    /// Returns Wilson's 95 % interval of the share that starts off hours.
    pub fn off_hours_interval(&self) -> Option<Range> {
        wilson_interval(self.off_hours.len(), self.known)
    }
}

/// One week of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// Its incidents, newest first.
    pub entries: Vec<usize>,
    /// How many of them are SEV1.
    pub worst: usize,
}

impl Facts {
    pub(super) fn clock(&self, entries: &[usize]) -> Clock {
        let mut clock = Clock { zone: self.zone().to_owned(), ..Clock::default() };
        for &entry in entries {
            let Some(began) = self.began(entry) else {
                clock.unknown.push(entry);
                continue;
            };
            let (weekday, hour) = weekday_and_hour(began);
            clock.known += 1;
            clock.cells.entry((weekday, hour)).or_default().push(entry);
            if weekday >= 5 || !OFFICE_HOURS.contains(&hour) {
                clock.off_hours.push(entry);
            }
        }
        clock
    }

    /// Returns every week of a span, oldest first.
    pub(super) fn weeks(&self, entries: &[usize], span: Span) -> Vec<Week> {
        if span.days() / 7 > MOST_WEEKS {
            return Vec::new();
        }
        let mut weeks = Vec::new();
        let mut monday = monday_of(span.from);
        while monday <= span.to {
            weeks.push(Week { monday, entries: Vec::new(), worst: 0 });
            match monday.checked_add_days(Days::new(7)) {
                Some(next) => monday = next,
                None => break,
            }
        }
        for &entry in entries {
            let Some(day) = self.day(entry) else { continue };
            let Ok(place) = weeks.binary_search_by_key(&monday_of(day), |week| week.monday) else { continue };
            weeks[place].entries.push(entry);
            weeks[place].worst += usize::from(self.severity(entry) == Some(Severity::Sev1));
        }
        weeks
    }
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day)
}

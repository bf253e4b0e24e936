//! The periods that have a page of their own.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A span of time, in whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

impl Span {
    /// Returns how many days it has.
    pub fn days(self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// True where the day lies in it.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

/// A period that statistics are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// The twelve months up to the day of the build.
    LastYear,
    /// Everything.
    All,
    /// A calendar year.
    Year(i32),
    /// A quarter of a calendar year, 1 to 4.
    Quarter(i32, u8),
}

impl Period {
    /// Returns its name in addresses and data, such as `2026-q3`.
    pub fn slug(self) -> String {
        match self {
            Period::LastYear => "last-12-months".to_owned(),
            Period::All => "all".to_owned(),
            Period::Year(year) => format!("{year:04}"),
            Period::Quarter(year, quarter) => format!("{year:04}-q{quarter}"),
        }
    }

    /// Returns its title; `as_of` says whether it goes on.
    pub fn title(self, as_of: NaiveDate) -> String {
        let to_date = if self.whole().is_some_and(|span| span.contains(as_of) && as_of < span.to) { " to date" } else { "" };
        match self {
            Period::LastYear => "Last 12 months".to_owned(),
            Period::All => "All".to_owned(),
            Period::Year(year) => format!("{year}{to_date}"),
            Period::Quarter(year, quarter) => format!("Q{quarter} {year}{to_date}"),
        }
    }

    /// Returns the whole of a calendar period, whatever the day.
    fn whole(self) -> Option<Span> {
        let (year, first_month, months) = match self {
            Period::Year(year) => (year, 1, 12),
            Period::Quarter(year, quarter) => (year, u32::from(quarter) * 3 - 2, 3),
            Period::LastYear | Period::All => return None,
        };
        let from = NaiveDate::from_ymd_opt(year, first_month, 1)?;
        Some(Span { from, to: from.checked_add_months(Months::new(months))?.pred_opt()? })
    }

    /// Returns its days up to `as_of`. `known` is the span from the first incident to the last.
    pub fn span(self, as_of: NaiveDate, known: Option<Span>) -> Option<Span> {
        let span = match self {
            Period::All => known.map(|known| Span { from: known.from, to: known.to.max(as_of) }),
            Period::LastYear => {
                let from = as_of.checked_sub_months(Months::new(12))?.checked_add_days(Days::new(1))?;
                Some(Span { from, to: as_of })
            }
            Period::Year(_) | Period::Quarter(..) => self.whole(),
        }?;
        // A period that goes on ends today; one that holds incidents dated after today keeps its end.
        Some(if span.contains(as_of) && self != Period::All { Span { to: as_of, ..span } } else { span })
    }

    /// Returns what it is compared with: the twelve months, the year or the quarter before.
    pub fn before(self, as_of: NaiveDate) -> Option<(String, Span)> {
        match self {
            Period::All => None,
            Period::LastYear => {
                let before = as_of.checked_sub_months(Months::new(12))?;
                Some(("the 12 months before".to_owned(), Period::LastYear.span(before, None)?))
            }
            Period::Year(year) => Some(((year - 1).to_string(), Period::Year(year - 1).whole()?)),
            Period::Quarter(year, quarter) => {
                let before = if quarter == 1 { Period::Quarter(year - 1, 4) } else { Period::Quarter(year, quarter - 1) };
                Some((before.title(NaiveDate::MIN), before.whole()?))
            }
        }
    }

    /// Returns the periods of an archive whose incidents fall on `days`: the last twelve months, everything, then each year and its
    /// quarters, newest first.
    pub(super) fn all_of(days: impl Iterator<Item = NaiveDate>) -> Vec<Period> {
        let quarters: std::collections::BTreeSet<(i32, u8)> =
            days.map(|day| (day.year(), u8::try_from(day.month0() / 3 + 1).unwrap_or(1))).collect();
        let mut periods = vec![Period::LastYear, Period::All];
        let mut last_year = None;
        for (year, quarter) in quarters.into_iter().rev() {
            if last_year != Some(year) {
                periods.push(Period::Year(year));
                last_year = Some(year);
            }
            periods.push(Period::Quarter(year, quarter));
        }
        periods
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[track_caller]
    fn check(period: Period, title: &str, from: &str, to: &str, before: Option<(&str, &str, &str)>) {
        let as_of = day("2026-11-20");
        assert_eq!(period.title(as_of), title);
        assert_eq!(period.span(as_of, None), Some(Span { from: day(from), to: day(to) }), "{title}");
        let expected = before.map(|(name, from, to)| (name.to_owned(), Span { from: day(from), to: day(to) }));
        assert_eq!(period.before(as_of), expected, "{title}");
    }

    #[test]
    fn a_period_ends_today_at_the_latest_and_is_compared_with_the_one_before() {
        check(Period::LastYear, "Last 12 months", "2025-11-21", "2026-11-20", Some(("the 12 months before", "2024-11-21", "2025-11-20")));
        check(Period::Year(2026), "2026 to date", "2026-01-01", "2026-11-20", Some(("2025", "2025-01-01", "2025-12-31")));
        check(Period::Year(2024), "2024", "2024-01-01", "2024-12-31", Some(("2023", "2023-01-01", "2023-12-31")));
        check(Period::Quarter(2026, 4), "Q4 2026 to date", "2026-10-01", "2026-11-20", Some(("Q3 2026", "2026-07-01", "2026-09-30")));
        check(Period::Quarter(2026, 1), "Q1 2026", "2026-01-01", "2026-03-31", Some(("Q4 2025", "2025-10-01", "2025-12-31")));
        assert_eq!(Span { from: day("2024-01-01"), to: day("2024-12-31") }.days(), 366);
    }

    #[test]
    fn periods_are_those_with_incidents() {
        let days = ["2024-05-01", "2026-01-01", "2026-03-31"].map(day);
        let slugs: Vec<String> = Period::all_of(days.into_iter()).into_iter().map(Period::slug).collect();
        assert_eq!(slugs, ["last-12-months", "all", "2026", "2026-q1", "2024", "2024-q2"]);
    }
}

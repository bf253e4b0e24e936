//! The words of the pages: one file per language (`theme/i18n/en.toml`), with dates, lengths of time and numbers as that language
//! writes them.
//!
//! Texts are flat keys. A text that depends on a number has two forms, `key_one` and `key_other`. A text that a language lacks is
//! the English one.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::incident::{ClockTime, Local, Moment};

/// A space at which no line is broken.
pub(crate) const NBSP: char = '\u{a0}';

/// Names of the closed lists that are written with a capital anywhere.
const PROPER_NAMES: [&str; 1] = ["Kubernetes"];

/// The texts of one language.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    texts: BTreeMap<String, String>,
    months: Vec<String>,
    months_long: Vec<String>,
    weekdays: Vec<String>,
    numbers: Vec<String>,
}

impl Words {
    /// Returns the texts of `layers`: TOML files, the first of which has everything; later ones replace.
    pub(crate) fn parse(layers: &[&str]) -> Result<Self, toml::de::Error> {
        let mut texts = BTreeMap::new();
        for layer in layers {
            texts.extend(toml::from_str::<BTreeMap<String, String>>(layer)?);
        }
        let list = |key: &str| texts.get(key).map_or_else(Vec::new, |text| text.split_whitespace().map(str::to_owned).collect());
        Ok(Self { months: list("months"), months_long: list("months_long"), weekdays: list("weekdays"), numbers: list("numbers"), texts })
    }

    /// Returns every text by its key, for templates.
    pub(crate) fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// Returns a text; the key itself where there is none, so that a gap shows.
    pub(crate) fn get(&self, key: &str) -> String {
        self.texts.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    /// Returns the text of `key` where there is one.
    pub(crate) fn find(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Returns a text with its `{places}` filled.
    pub(crate) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.texts.get(key).map_or(key, String::as_str), values)
    }

    /// Returns the form of a text for `count` things; `{n}` is the count in figures, `{number}` in words up to twelve.
    pub(crate) fn count(&self, key: &str, count: usize) -> String {
        self.count_with(key, count, &[])
    }

    /// Returns the form of a text for `count` things, with further places filled.
    pub(crate) fn count_with(&self, key: &str, count: usize, values: &[(&str, &str)]) -> String {
        let form = format!("{key}_{}", if count == 1 { "one" } else { "other" });
        let (n, number) = (self.figure(count), self.number(count));
        let mut all = vec![("n", n.as_str()), ("number", number.as_str())];
        all.extend_from_slice(values);
        self.fill(&form, &all)
    }

    /// Returns a number in figures, with a mark between thousands.
    pub(crate) fn figure(&self, number: usize) -> String {
        let digits = number.to_string();
        if number < 1000 {
            return digits;
        }
        let mark = self.find("thousands").unwrap_or(",");
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push_str(mark);
            }
            out.push(digit);
        }
        out
    }

    /// Returns a number in words up to twelve, else in figures.
    pub(crate) fn number(&self, number: usize) -> String {
        self.numbers.get(number).cloned().unwrap_or_else(|| self.figure(number))
    }

    /// Returns a number with at most one decimal place.
    pub(crate) fn decimal(&self, number: f64) -> String {
        let rounded = (number * 10.0).round() / 10.0;
        let text = if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") };
        text.replace('.', self.find("decimal").unwrap_or("."))
    }

    /// Returns a share of a hundred as `38 %`.
    pub(crate) fn percent(&self, percent: f64) -> String {
        format!("{}{NBSP}%", self.decimal(percent))
    }

    /// Returns a length of time: `under 1 min`, `40 min`, `1 h 15 min`, `1 d 6 h`.
    pub(crate) fn minutes(&self, minutes: f64) -> String {
        if minutes > 0.0 && minutes < 1.0 {
            return self.get("under_a_minute");
        }
        #[expect(clippy::cast_possible_truncation, reason = "a cast from float to integer saturates")]
        let total = minutes.max(0.0).round() as i64;
        let (min, hour, day) = (self.get("min"), self.get("hour"), self.get("day"));
        let two = |a: i64, a_unit: &str, b: i64, b_unit: &str| {
            if b == 0 { format!("{a}{NBSP}{a_unit}") } else { format!("{a}{NBSP}{a_unit}{NBSP}{b}{NBSP}{b_unit}") }
        };
        match total {
            0..60 => format!("{total}{NBSP}{min}"),
            60..1440 => two(total / 60, &hour, total % 60, &min),
            _ => two(total / 1440, &day, total % 1440 / 60, &hour),
        }
    }

    /// Returns time since the start: `+9 min` to 119 minutes, then `+2 h 05`, then `+1 d 20 h`; `−4 min` before it.
    pub(crate) fn elapsed(&self, minutes: i64) -> String {
        let sign = if minutes < 0 { '−' } else { '+' };
        let total = minutes.unsigned_abs();
        match total {
            0..120 => format!("{sign}{total}{NBSP}{}", self.get("min")),
            120..1440 => format!("{sign}{}{NBSP}{}{NBSP}{:02}", total / 60, self.get("hour"), total % 60),
            _ => format!("{sign}{}{NBSP}{}{NBSP}{}{NBSP}{}", total / 1440, self.get("day"), total % 1440 / 60, self.get("hour")),
        }
    }

    /// Returns a day: `10 Nov 2026`.
    pub(crate) fn day(&self, day: NaiveDate) -> String {
        let month = self.month_name(day.month());
        self.date("date", &[("day", &day.day().to_string()), ("month", month), ("year", &day.year().to_string())])
    }

    /// Returns a day without its year: `10 Nov`.
    pub(crate) fn short_day(&self, day: NaiveDate) -> String {
        self.date("date_short", &[("day", &day.day().to_string()), ("month", self.month_name(day.month()))])
    }

    /// Returns a day as it follows another: without its year where that is the same.
    pub(crate) fn day_after(&self, before: Option<NaiveDate>, day: NaiveDate) -> String {
        if before.is_some_and(|before| before.year() == day.year()) { self.short_day(day) } else { self.day(day) }
    }

    /// Returns a day with its weekday: `Tuesday 10 November 2026`.
    pub(crate) fn long_day(&self, day: NaiveDate) -> String {
        let weekday = self.weekdays.get(day.weekday().num_days_from_monday() as usize).map_or("", String::as_str);
        let month = self.months_long.get(day.month0() as usize).map_or("", String::as_str);
        self.fill(
            "date_long",
            &[("weekday", weekday), ("day", &day.day().to_string()), ("month", month), ("year", &day.year().to_string())],
        )
    }

    /// Returns a month: `Nov 2026`.
    pub(crate) fn month(&self, year: i32, month: u8) -> String {
        self.date("date_month", &[("month", self.month_name(month.into())), ("year", &year.to_string())])
    }

    /// Returns the first letter of a month's name.
    pub(crate) fn month_letter(&self, month: u8) -> String {
        self.month_name(month.into()).chars().take(1).collect()
    }

    /// Returns the short name of a weekday, 0 for Monday.
    pub(crate) fn weekday(&self, weekday: usize) -> String {
        let letters = if self.find("weekday_letters") == Some("2") { 2 } else { 3 };
        self.weekdays.get(weekday).map_or_else(String::new, |name| name.chars().take(letters).collect())
    }

    /// Returns the short name of a month, from 1.
    pub(crate) fn month_name(&self, month: u32) -> &str {
        self.months.get(month.saturating_sub(1) as usize).map_or("", String::as_str)
    }

    /// Returns what is known of a moment's day: `10 Nov 2026` or `Nov 2026`.
    pub(crate) fn moment_day(&self, moment: &Moment) -> Option<String> {
        match moment.local {
            Local::Month { year, month } => Some(self.month(year, month)),
            Local::Day(day) | Local::DayTime(day, _) => Some(self.day(day)),
            Local::Time(_) => None,
        }
    }

    /// Returns a moment's time as `13:42`, marked where it is approximate.
    pub(crate) fn clock(&self, moment: &Moment) -> Option<String> {
        moment.time().map(|time| self.clock_time(time, moment.approximate))
    }

    fn clock_time(&self, time: ClockTime, approximate: bool) -> String {
        // Seconds that are none come from notations that ask for them, as TOML does.
        let time = ClockTime { second: time.second.filter(|second| *second != 0), ..time };
        if approximate { format!("{}{NBSP}{time}", self.get("approximately")) } else { time.to_string() }
    }

    fn date(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.fill(key, values).replace(' ', &NBSP.to_string())
    }

    /// Returns a name as it stands inside a sentence: with a small first letter, where the language has those for nouns and the name
    /// is no abbreviation and no product's.
    pub(crate) fn in_sentence(&self, name: &str) -> String {
        let mut letters = name.chars();
        let (first, second) = (letters.next(), letters.next());
        match first {
            _ if PROPER_NAMES.contains(&name) => name.to_owned(),
            Some(first) if self.find("keep_case") != Some("1") && !second.is_some_and(char::is_uppercase) => {
                first.to_lowercase().chain(name.chars().skip(1)).collect()
            }
            _ => name.to_owned(),
        }
    }

    /// Returns `a`, `a and b`, `a, b and c`.
    pub(crate) fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.get("and")),
        }
    }
}

/// Returns `text` with a capital first letter.
pub(crate) fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + length];
        out.push_str(&rest[..open]);
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&rest[open..=open + length]),
        }
        rest = &rest[open + length + 1..];
    }
    out.push_str(rest);
    out
}

/// Returns how a moment is written in the `datetime` attribute; `None` where HTML has no form for it.
pub(crate) fn datetime(moment: &Moment) -> Option<String> {
    match moment.local {
        Local::Time(time) => Some(time.to_string()),
        _ => Some(moment.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: &str) -> Words {
        let text = |name: &str| crate::render::BUILT_IN.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
        Words::parse(&[text("i18n/en.toml"), text(&format!("i18n/{language}.toml"))]).expect("the built-in texts are valid")
    }

    #[track_caller]
    fn check(actual: &str, expected: &str) {
        assert_eq!(actual.replace(NBSP, " "), expected);
    }

    #[test]
    fn minutes_are_written_in_the_two_largest_units() {
        let words = words("en");
        for (minutes, expected) in [
            (0.0, "0 min"),
            (0.4, "under 1 min"),
            (59.4, "59 min"),
            (59.6, "1 h"),
            (75.0, "1 h 15 min"),
            (1440.0, "1 d"),
            (1800.0, "1 d 6 h"),
            (f64::MAX, "6405119470038038 d 18 h"),
        ] {
            check(&words.minutes(minutes), expected);
        }
    }

    #[test]
    fn elapsed_time_has_its_sign_and_fewer_units_the_longer_it_is() {
        let words = words("en");
        for (minutes, expected) in [(-4, "−4 min"), (0, "+0 min"), (119, "+119 min"), (125, "+2 h 05"), (2640, "+1 d 20 h")] {
            check(&words.elapsed(minutes), expected);
        }
    }

    #[test]
    fn numbers_and_days_are_written_as_the_language_does() {
        let day: NaiveDate = "2026-03-09".parse().expect("a day");
        for (language, figure, decimal, short, long) in
            [("en", "12,345", "1.5", "9 Mar 2026", "Monday 9 March 2026"), ("de", "12.345", "1,5", "9. März 2026", "Montag, 9. März 2026")]
        {
            let words = words(language);
            check(&words.figure(12_345), figure);
            check(&words.decimal(1.5), decimal);
            check(&words.day(day), short);
            check(&words.long_day(day), long);
        }
    }

    #[test]
    fn name_in_a_sentence_keeps_the_case_of_abbreviations_and_of_german() {
        for (language, name, expected) in [
            ("en", "Slow query", "slow query"),
            ("en", "DNS", "DNS"),
            ("en", "Kubernetes", "Kubernetes"),
            ("en", "", ""),
            ("de", "Wartung", "Wartung"),
        ] {
            check(&words(language).in_sentence(name), expected);
        }
    }

    #[test]
    fn places_are_filled_once_and_unknown_ones_stay() {
        check(&fill("{a} and {b}, {c", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {c");
        check(&words("en").count("home_recent", 1), "one incident in the last 30 days");
        check(&words("en").count("home_recent", 13), "13 incidents in the last 30 days");
    }
}

//! Reads one date.

use chrono::NaiveDate;

use super::tokens::Tokens;

/// A date as far as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartialDate {
    /// A whole date.
    Day(NaiveDate),
    /// Day and month without a year.
    MonthDay {
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// A month of a year.
    Month {
        /// The year.
        year: i32,
        /// 1 to 12.
        month: u8,
    },
    /// Two numbers that are day and month in an order that the document must decide.
    Numeric {
        /// As written first.
        first: u8,
        /// As written second.
        second: u8,
        /// The year, where written.
        year: Option<i32>,
    },
    /// "the next day".
    NextDay,
}

/// What stands where a date would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateRead {
    /// A date.
    Date(PartialDate),
    /// "June 7-8, 2024".
    Range(PartialDate, PartialDate),
    /// Something in the form of a date that is none: `20202-01-16`, `2024-02-30`.
    Broken,
}

fn year_of(tokens: &Tokens<'_>, at: usize) -> Option<i32> {
    match tokens.number(at)? {
        (4, year @ 1970..=2099) => i32::try_from(year).ok(),
        _ => None,
    }
}

fn small(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn whole(year: i32, month: u8, day: u8) -> DateRead {
    NaiveDate::from_ymd_opt(year, month.into(), day.into()).map_or(DateRead::Broken, |date| DateRead::Date(PartialDate::Day(date)))
}

/// True where a number at `at` begins a time of day rather than being a day or a year.
fn begins_clock(tokens: &Tokens<'_>, at: usize) -> bool {
    let after = at + 1;
    (tokens.is(after, ':') && tokens.number(after + 1).is_some())
        || tokens.word(tokens.skip_space(after)).is_some_and(|word| {
            word.eq_ignore_ascii_case("am")
                || word.eq_ignore_ascii_case("pm")
                || word.eq_ignore_ascii_case("uhr")
                || word.eq_ignore_ascii_case("hrs")
        })
}

/// Reads a date at token `at`, a number or a word. Returns it and the token after it.
pub(super) fn date(tokens: &Tokens<'_>, at: usize) -> Option<(DateRead, usize)> {
    if let Some(word) = tokens.word(at) {
        return weekday_first(tokens, at).or_else(|| month_first(tokens, at, word));
    }
    let (digits, value) = tokens.number(at)?;
    match digits {
        4 => year_first(tokens, at),
        5 => {
            let slip =
                tokens.is(at + 1, '-') && tokens.number(at + 2).is_some() && tokens.is(at + 3, '-') && tokens.number(at + 4).is_some();
            slip.then_some((DateRead::Broken, at + 5))
        }
        // "10:42"
        1 | 2 if tokens.is(at + 1, ':') => None,
        1 | 2 => day_and_month_name(tokens, at, value).or_else(|| numeric(tokens, at, value)),
        _ => None,
    }
}

/// `Monday, August 28, 2017`, `Saturday 2nd May`, `Monday (August 28, 2017)`.
fn weekday_first(tokens: &Tokens<'_>, at: usize) -> Option<(DateRead, usize)> {
    tokens.meaning(at).filter(|meaning| meaning.weekday)?;
    // The name of a day takes two letters at the least and is followed by a short gap and a date.
    let mut next = at + 1;
    for _ in 0..4 {
        if tokens.is_space(next) || matches!(tokens.other(next), Some(',' | '.' | '(' | '-' | '–')) || tokens.is_word(next, "the") {
            next += 1;
        }
    }
    let candidate = tokens.number(next).is_some_and(|(digits, _)| digits <= 2 || digits == 4) || tokens.month(next).is_some();
    if !candidate || next == at + 1 || begins_clock(tokens, next) {
        return None;
    }
    let found = match tokens.word(next) {
        Some(month) => month_first(tokens, next, month),
        None => date(tokens, next),
    };
    let (read, mut end) = found?;
    if tokens.text[tokens.start(at)..tokens.start(next)].contains('(') && tokens.is(end, ')') {
        end += 1;
    }
    Some((read, end))
}

/// The token after an ordinal suffix that touches the number before `at`.
fn ordinal(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let suffix = tokens.word(at).is_some_and(|word| ["st", "nd", "rd", "th", "er"].iter().any(|suffix| word.eq_ignore_ascii_case(suffix)));
    (suffix || matches!(tokens.other(at), Some('º' | 'ª' | '°'))).then_some(at + 1)
}

/// A day of the month at `at`, and the token after it and its ordinal suffix.
fn day_number(tokens: &Tokens<'_>, at: usize) -> Option<(u8, usize)> {
    let (digits, day) = tokens.number(at)?;
    if digits > 2 || !(1..=31).contains(&day) || begins_clock(tokens, at) {
        return None;
    }
    let next = at + 1;
    if let Some(next) = ordinal(tokens, next) {
        return Some((small(day), next));
    }
    // "June 7th" is a day, "June 7x" is not.
    (tokens.word(next).is_none() || tokens.word(next) == Some("T")).then_some((small(day), next))
}

/// The second day of "7-8", and the token after it.
fn second_day(tokens: &Tokens<'_>, at: usize) -> Option<(u8, usize)> {
    let dash = tokens.skip_space(at);
    let linked =
        matches!(tokens.other(dash), Some('-' | '–' | '—' | '/' | '&')) || tokens.is_word(dash, "to") || tokens.is_word(dash, "and");
    linked.then(|| day_number(tokens, tokens.skip_space(dash + 1))).flatten()
}

/// A year after a date without one: ", 2024", " 2024", "/2024", " of 2024", " '24".
fn year_after(tokens: &Tokens<'_>, at: usize) -> Option<(i32, usize)> {
    let mut next = at;
    if matches!(tokens.other(next), Some(',' | '.' | '-' | '/')) {
        next += 1;
    }
    next = tokens.skip_space(next);
    if tokens.is(next, ',') {
        next = tokens.skip_space(next + 1);
    }
    if tokens.word(next).is_some_and(|word| matches!(word, "of" | "de" | "del" | "in")) {
        next = tokens.skip_space(next + 1);
    }
    if matches!(tokens.other(next), Some('\'' | '’')) {
        let (digits, year) = tokens.number(next + 1)?;
        return (digits == 2).then(|| (2000 + i32::try_from(year).unwrap_or(0), next + 2));
    }
    let year = year_of(tokens, next)?;
    (next > at && !begins_clock(tokens, next) || next == at && tokens.word(at.wrapping_sub(1)).is_some()).then_some((year, next + 1))
}

/// `June 7, 2024`, `Aug. 12`, `January23, 2021`, `June 2024`, `June 7-8, 2024`.
fn month_first(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<(DateRead, usize)> {
    let (month, risky) = tokens.month(at)?;
    let mut next = at + 1;
    if matches!(tokens.other(next), Some('.' | '-' | '/' | ',')) {
        next += 1;
    }
    next = tokens.skip_space(next);
    if tokens.is_word(next, "the") {
        next = tokens.skip_space(next + 1);
    }
    tokens.number(next)?;
    if let Some(year) = year_of(tokens, next) {
        if begins_clock(tokens, next) {
            return None;
        }
        return Some((DateRead::Date(PartialDate::Month { year, month }), next + 1));
    }
    let (day, after) = day_number(tokens, next)?;
    if let Some((last, after_last)) = second_day(tokens, after).filter(|(last, _)| *last > day)
        && (year_after(tokens, after_last).is_some() || !tokens.is(after, ' '))
    {
        let (read, end) = with_year(tokens, month, last, after_last);
        if let DateRead::Date(end_date) = read {
            return range_of(month, day, end_date).map(|read| (read, end));
        }
    }
    let (read, end) = with_year(tokens, month, day, after);
    let bare = matches!(read, DateRead::Date(PartialDate::MonthDay { .. }));
    (!bare || !risky || word.starts_with(char::is_uppercase)).then_some((read, end))
}

fn range_of(month: u8, day: u8, end: PartialDate) -> Option<DateRead> {
    let start = match end {
        PartialDate::Day(date) => PartialDate::Day(chrono::Datelike::with_day(&date, day.into())?),
        PartialDate::MonthDay { .. } => PartialDate::MonthDay { month, day },
        _ => return None,
    };
    Some(DateRead::Range(start, end))
}

fn with_year(tokens: &Tokens<'_>, month: u8, day: u8, at: usize) -> (DateRead, usize) {
    if let Some((year, end)) = year_after(tokens, at) {
        return (whole(year, month, day), end);
    }
    // A leap year allows every day that any year has.
    let exists = NaiveDate::from_ymd_opt(2024, month.into(), day.into()).is_some();
    (if exists { DateRead::Date(PartialDate::MonthDay { month, day }) } else { DateRead::Broken }, at)
}

/// `24th August 2017`, `the 2nd of June 2024`, `15 Feb`, `3. März 2024`, `12-Aug-2020`, `7-8 June 2024`.
fn day_and_month_name(tokens: &Tokens<'_>, at: usize, value: u32) -> Option<(DateRead, usize)> {
    if !(1..=31).contains(&value) {
        return None;
    }
    let day = small(value);
    let after = ordinal(tokens, at + 1).unwrap_or(at + 1);
    let (first, last, next) = match second_day(tokens, after) {
        Some((last, next)) if last > day && month_name_at(tokens, next).is_some() => (Some(day), last, next),
        _ => (None, day, after),
    };
    let (month, risky, capital, next) = month_name_at(tokens, next)?;
    let (read, end) = with_year(tokens, month, last, next);
    if matches!(read, DateRead::Date(PartialDate::MonthDay { .. })) && risky && !capital {
        return None;
    }
    match (first, read) {
        (Some(first), DateRead::Date(end_date)) => range_of(month, first, end_date).map(|read| (read, end)),
        _ => Some((read, end)),
    }
}

/// The month named after a day: its number, whether the word is risky, whether it begins with a capital, the token after it.
fn month_name_at(tokens: &Tokens<'_>, at: usize) -> Option<(u8, bool, bool, usize)> {
    let mut next = at;
    if matches!(tokens.other(next), Some('.' | '-' | '/' | ',')) {
        next += 1;
    }
    next = tokens.skip_space(next);
    if tokens.word(next).is_some_and(|word| matches!(word, "of" | "de" | "Of")) {
        next = tokens.skip_space(next + 1);
    }
    let word = tokens.word(next)?;
    let (month, risky) = tokens.month(next)?;
    let mut end = next + 1;
    // The full stop of an abbreviation, but not that of a sentence.
    if tokens.is(end, '.') && year_after(tokens, end).is_some() {
        end += usize::from(word.len() <= 5 && tokens.is_space(end + 1));
    }
    Some((month, risky, word.starts_with(char::is_uppercase), end))
}

/// `2024-06-07`, `2019-1-17`, `2021/03/04`, `2024-06`, `2022-05-??`, `2024-Jun-07`, `2022 Feb 15`.
fn year_first(tokens: &Tokens<'_>, at: usize) -> Option<(DateRead, usize)> {
    let (_, year) = tokens.number(at)?;
    let year = i32::try_from(year).ok()?;
    let Some(separator @ ('-' | '/' | '.' | '‑' | '–')) = tokens.other(at + 1) else {
        // "2022 Feb 15"
        let next = tokens.skip_space(at + 1);
        tokens.word(next).filter(|_| next > at + 1)?;
        let day_at = tokens.skip_space(next + 1);
        if day_at == next + 1 || !(1970..2100).contains(&year) {
            return None;
        }
        tokens.number(day_at)?;
        let (month, _) = tokens.month(next)?;
        let (day, end) = day_number(tokens, day_at)?;
        return (year_after(tokens, end).is_none()).then(|| (whole(year, month, day), end));
    };
    if tokens.word(at + 2).is_some() {
        let (month, _) = tokens.month(at + 2)?;
        let (digits, day) = tokens.number(at + 4).filter(|_| tokens.is(at + 3, separator))?;
        return (digits <= 2).then(|| (whole(year, month, small(day)), at + 5));
    }
    let (month_digits, month) = match tokens.number(at + 2) {
        Some(found) => found,
        None => {
            // `2022-??-??`
            let unknown = tokens.is(at + 2, '?');
            return unknown.then(|| (DateRead::Broken, marks_end(tokens, at + 2)));
        }
    };
    if month_digits > 2 {
        return None;
    }
    if tokens.is(at + 3, separator) {
        if let Some((day_digits, day)) = tokens.number(at + 4) {
            // A third dotted or dashed number, but not a fourth: `2024.06.07.1` is a version.
            let more = tokens.is(at + 5, separator) && tokens.number(at + 6).is_some();
            if day_digits > 2 || more || (!(1970..2100).contains(&year) && separator == '.') {
                return None;
            }
            let real = (1970..2100).contains(&year);
            return Some((if real { whole(year, small(month), small(day)) } else { DateRead::Broken }, at + 5));
        }
        if tokens.is(at + 4, '?') || tokens.word(at + 4).is_some_and(|word| matches!(word, "XX" | "xx" | "dd" | "DD")) {
            let end = if tokens.is(at + 4, '?') { marks_end(tokens, at + 4) } else { at + 5 };
            let month = small(month);
            let known = (1970..2100).contains(&year) && (1..=12).contains(&month) && separator == '-';
            return Some((if known { DateRead::Date(PartialDate::Month { year, month }) } else { DateRead::Broken }, end));
        }
    }
    if matches!(tokens.other(at + 3), Some('-')) && tokens.is(at + 4, '?') {
        return Some((DateRead::Broken, marks_end(tokens, at + 4)));
    }
    let month = small(month);
    let touching = matches!(tokens.other(at + 3), Some('-' | '/' | '_' | ':')) || tokens.word(at + 3).is_some();
    let fits = month_digits == 2 && separator == '-' && (1990..2100).contains(&year) && (1..=12).contains(&month) && !touching;
    fits.then_some((DateRead::Date(PartialDate::Month { year, month }), at + 3))
}

/// The token after a run of question marks and dashes.
fn marks_end(tokens: &Tokens<'_>, mut at: usize) -> usize {
    while tokens.is(at, '?') || tokens.is(at, '-') && tokens.is(at + 1, '?') {
        at += 1;
    }
    at
}

/// `04/05/2024`, `04-12-2022`, `4.12.2022`, `7/5/23`, and `5/12` or `05-12` directly before a time.
fn numeric(tokens: &Tokens<'_>, at: usize, first: u32) -> Option<(DateRead, usize)> {
    let separator = tokens.other(at + 1).filter(|c| matches!(c, '/' | '-' | '.'))?;
    let (digits, second) = tokens.number(at + 2)?;
    if digits > 2 || !(1..=31).contains(&first) || !(1..=31).contains(&second) {
        return None;
    }
    let (first, second) = (small(first), small(second));
    if tokens.is(at + 3, separator)
        && let Some((year_digits, year)) = tokens.number(at + 4)
    {
        let more = matches!(tokens.other(at + 5), Some('.' | '-' | '/')) && tokens.number(at + 6).is_some();
        let year = i32::try_from(year).ok()?;
        let year = match year_digits {
            4 if (1970..2100).contains(&year) => year,
            2 if separator == '/' && (10..70).contains(&year) => 2000 + year,
            _ => return None,
        };
        if more && separator != '/' {
            return None;
        }
        return Some((numeric_date(first, second, Some(year), separator == '.'), at + 5));
    }
    // Without a year only where a time follows: "5/12 10:30", "12.4. 10:30".
    let end = match separator {
        '/' => at + 3,
        '.' if tokens.is(at + 3, '.') => at + 4,
        // "[03-26 17:40]": a number of one digit is a range's ("5-10 10:30").
        '-' if digits == 2 && tokens.number(at).is_some_and(|(digits, _)| digits == 2) => at + 3,
        _ => return None,
    };
    let mut next = end;
    if tokens.is(next, ',') {
        next += 1;
    }
    let next = tokens.skip_space(next);
    let timed = next > end && tokens.number(next).is_some_and(|(digits, _)| digits <= 2) && begins_clock(tokens, next);
    timed.then(|| (numeric_date(first, second, None, separator == '.'), end))
}

/// A numeric date: dots are day first in every language that writes them; otherwise [`numeric_order`] or the document decides.
fn numeric_date(first: u8, second: u8, year: Option<i32>, dotted: bool) -> DateRead {
    match (dotted, first > 12, second > 12) {
        (_, true, true) | (true, false, true) => DateRead::Broken,
        (true, ..) => match year {
            Some(year) => whole(year, second, first),
            None => DateRead::Date(PartialDate::MonthDay { month: second, day: first }),
        },
        (false, ..) => DateRead::Date(PartialDate::Numeric { first, second, year }),
    }
}

/// Returns whether a numeric date shows by a number above 12 that its day is first; `None` where it shows nothing.
pub(super) fn numeric_order(first: u8, second: u8) -> Option<bool> {
    match (first > 12, second > 12) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

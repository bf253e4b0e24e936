//! Reads dates, times, ranges and lengths of time as people write them, anywhere in a text.
//!
//! One scanner walks over tokens and finds dates, times of day (with the zone behind them), lengths and things that look like
//! one and are none. What stands beside each other then becomes one moment, and two moments with "to" or a dash between them
//! a range. Nothing that is missing is filled in here: that is what [`resolve`] does with what the document states elsewhere.
//!
//! Numbers that are part of something else (versions, addresses, ports, names) are never times: a time begins after a space,
//! a bracket or the like.

mod clocks;
mod combine;
mod dates;
mod durations;
mod resolve;
mod tokens;
mod words;

use chrono::NaiveDate;

pub(crate) use clocks::Clock;
pub(crate) use dates::PartialDate;
pub(crate) use resolve::moved;
pub(crate) use words::{WITHOUT_DIGITS, is_weekday};

use super::zone::{self, Zone};
use crate::{
    config::{DateOrder, ReadSettings},
    diag::Span,
    incident::Moment,
};
use clocks::ClockRead;
use dates::DateRead;
use tokens::{Token, TokenKind, Tokens};

/// A moment as far as it is written at one place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Partial {
    /// The date, where written.
    pub(crate) date: Option<PartialDate>,
    /// The time of day, where written.
    pub(crate) clock: Option<Clock>,
    /// The zone, where written.
    pub(crate) zone: Option<Zone>,
    /// Whether it is written as approximate.
    pub(crate) approximate: bool,
    /// Where it stands in the text that was scanned.
    pub(crate) span: Span,
}

/// What was found at one place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    /// A date, a time or both.
    Moment(Partial),
    /// From one moment to another.
    Range(Partial, Partial),
    /// A length of time, in minutes.
    Length(f64),
    /// So many minutes after the start of the incident (`T+15`).
    SinceStart(f64),
    /// So many minutes after what was said before (`15 minutes later`).
    Later(f64),
    /// Something in the form of a date or time that is none (`25:00`, `20202-01-16`).
    Broken,
    /// The blank of a form (`HH:mm`, `YYYY-MM-DD`).
    Blank,
}

/// An expression of time and its place in the text that was scanned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    /// What it is.
    pub(crate) found: Found,
    /// Its bytes.
    pub(crate) span: Span,
}

/// What the document says elsewhere that a moment may need.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    /// The day of times without a date.
    pub(crate) day: Option<NaiveDate>,
    /// Month and day of times without a date, where the year is unknown: they decide whether it is summer.
    pub(crate) month_day: Option<(u8, u8)>,
    /// The year of dates without one.
    pub(crate) year: Option<i32>,
    /// The zone of times without one.
    pub(crate) zone: Option<Zone>,
    /// The order of numeric dates, where the document or the settings decide it.
    pub(crate) date_order: Option<DateOrder>,
}

/// Why an expression of time gives no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It names no day or time that exists.
    Impossible,
    /// Its day and month can be read two ways.
    Ambiguous,
    /// It says too little: a day without month, a month and day without a year.
    Incomplete,
}

/// One found piece before pieces are put together.
#[derive(Debug, Clone)]
struct Atom {
    kind: AtomKind,
    span: Span,
}

#[derive(Debug, Clone)]
enum AtomKind {
    Date(PartialDate, Option<Zone>),
    Days(PartialDate, PartialDate),
    Clock(Clock, Option<Zone>),
    Year(i32),
    Length(f64),
    SinceStart(f64),
    Later(f64),
    Broken,
    Blank,
}

impl AtomKind {
    /// What it is where it is no part of a moment.
    fn alone(&self) -> Option<Found> {
        Some(match self {
            Self::Length(minutes) => Found::Length(*minutes),
            Self::SinceStart(minutes) => Found::SinceStart(*minutes),
            Self::Later(minutes) => Found::Later(*minutes),
            Self::Broken => Found::Broken,
            Self::Blank => Found::Blank,
            Self::Date(..) | Self::Days(..) | Self::Clock(..) | Self::Year(_) => return None,
        })
    }
}

/// Returns every expression of time in `text`, in order; they do not overlap.
pub(crate) fn scan(text: &str) -> Vec<Expression> {
    Scanner::default().scan(text)
}

/// Reads the expressions of time of one text after another in the same room.
#[derive(Default)]
pub(crate) struct Scanner {
    tokens: Vec<Token>,
    atoms: Vec<Atom>,
}

impl Scanner {
    /// Returns every expression of time in `text`, in order; they do not overlap.
    pub(crate) fn scan(&mut self, text: &str) -> Vec<Expression> {
        let tokens = Tokens::new(text, std::mem::take(&mut self.tokens));
        self.read(tokens)
    }

    /// Returns every expression of time in a text that says none without digits.
    pub(crate) fn scan_digits(&mut self, text: &str) -> Vec<Expression> {
        let tokens = Tokens::near_digits(text, std::mem::take(&mut self.tokens));
        self.read(tokens)
    }

    fn read(&mut self, tokens: Tokens<'_>) -> Vec<Expression> {
        self.atoms.clear();
        atoms(&tokens, &mut self.atoms);
        let text = tokens.text;
        self.tokens = tokens.into_list();
        combine::combine(text, &self.atoms)
    }
}

/// True where a number or word at token `at` may begin an expression rather than continue something else.
fn begins(tokens: &Tokens<'_>, at: usize, last_end: usize) -> bool {
    let Some(before) = tokens.before(at) else { return true };
    if before.end == last_end {
        return true;
    }
    match before.kind {
        TokenKind::Space => true,
        // "T10:00" directly after a date
        TokenKind::Word => before.start == last_end && matches!(tokens.str(at - 1), "T" | "t"),
        TokenKind::Number => false,
        TokenKind::Other(c) => {
            let touches = |at: usize| tokens.before(at).is_some_and(|token| matches!(token.kind, TokenKind::Number | TokenKind::Word));
            match c {
                '-' | '–' | '—' | '/' => {
                    before.start == last_end || !touches(at - 1) || tokens.word(at - 2).is_some() && c != '/' && c != '-'
                }
                ':' => {
                    tokens.before(at - 1).is_none_or(|token| !matches!(token.kind, TokenKind::Number | TokenKind::Other(_)))
                        || tokens.is(at - 2, '*')
                        || tokens.is(at - 2, ')')
                }
                '.' => tokens.before(at - 1).is_some_and(|token| token.kind == TokenKind::Word) && tokens.number(at).is_some(),
                '#' | '$' | '@' | '=' | '%' | '\\' | '+' | '&' | '€' | '£' => false,
                '_' => !touches(at - 1),
                _ => true,
            }
        }
    }
}

fn atoms(tokens: &Tokens<'_>, found: &mut Vec<Atom>) {
    let mut at = 0;
    let mut last_end = usize::MAX;
    // Most characters and words are none that dates, times or lengths are made of.
    while let Some(opener) = tokens.next_opener(at) {
        at = opener;
        let step = match tokens.get(at).map(|token| token.kind) {
            Some(TokenKind::Word) if tokens.meaning(at).is_none() && !is_separator(tokens, at + 1) => None,
            Some(TokenKind::Number | TokenKind::Word) if begins(tokens, at, last_end) => atom(tokens, at),
            Some(TokenKind::Other(c @ ('+' | '-' | '?' | '('))) => sign_atom(tokens, at, c),
            _ => None,
        };
        if let Some((mut kind, end)) = step {
            let (end_byte, next) = take_zone(tokens, &mut kind, end);
            found.push(Atom { kind, span: Span::new(tokens.start(at), end_byte) });
            last_end = end_byte;
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
}

fn atom(tokens: &Tokens<'_>, at: usize) -> Option<(AtomKind, usize)> {
    if let Some(word) = tokens.word(at) {
        return word_atom(tokens, at, word);
    }
    if let Some((read, end)) = dates::date(tokens, at) {
        return Some((date_kind(read), end));
    }
    if let Some((read, end)) = clocks::clock(tokens, at) {
        let kind = match read {
            ClockRead::Clock(clock) => AtomKind::Clock(clock, None),
            ClockRead::Broken => AtomKind::Broken,
        };
        return Some((kind, end));
    }
    if let Some(found) = length(tokens, at) {
        return Some(found);
    }
    match tokens.number(at) {
        Some((4, year @ 1990..=2099)) if tokens.word(at + 1).is_none() => Some((AtomKind::Year(i32::try_from(year).ok()?), at + 1)),
        _ => None,
    }
}

fn date_kind(read: DateRead) -> AtomKind {
    match read {
        DateRead::Date(date) => AtomKind::Date(date, None),
        DateRead::Range(start, end) => AtomKind::Days(start, end),
        DateRead::Broken => AtomKind::Broken,
    }
}

fn word_atom(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<(AtomKind, usize)> {
    if tokens.meaning(at).is_none() {
        return blank(tokens, at, word);
    }
    if let Some((read, end)) = dates::date(tokens, at) {
        return Some((date_kind(read), end));
    }
    match word.len() {
        1 if word.eq_ignore_ascii_case("t") => {
            let (minutes, end) = durations::from_zero(tokens, at)?;
            return Some((AtomKind::SinceStart(minutes), end));
        }
        4 if word.eq_ignore_ascii_case("next") => return next_day(tokens, at),
        9 if word.eq_ignore_ascii_case("following") => return next_day(tokens, at),
        _ => {}
    }
    if let Some((ClockRead::Clock(clock), end)) = clocks::clock(tokens, at) {
        return Some((AtomKind::Clock(clock, None), end));
    }
    if tokens.number_word(at).is_some() { length(tokens, at) } else { None }
}

/// "the next day", "the following morning".
fn next_day(tokens: &Tokens<'_>, at: usize) -> Option<(AtomKind, usize)> {
    let next = tokens.skip_space(at + 1);
    let word = tokens.word(next)?;
    let day = ["day", "morning"].iter().any(|day| word.eq_ignore_ascii_case(day));
    day.then_some((AtomKind::Date(PartialDate::NextDay, None), next + 1))
}

/// `HH:mm`, `YYYY-MM-DD`, `XX:XX`.
fn blank(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<(AtomKind, usize)> {
    let letters =
        |word: &str| word.len() >= 2 && word.bytes().all(|b| matches!(b.to_ascii_uppercase(), b'H' | b'M' | b'X' | b'Y' | b'D' | b'S'));
    if !matches!(word.len(), 2 | 4) || !is_separator(tokens, at + 1) || !letters(word) || !tokens.word(at + 2).is_some_and(letters) {
        return None;
    }
    let mut end = at + 1;
    while is_separator(tokens, end) && tokens.word(end + 1).is_some_and(|word| word.len() <= 4) {
        end += 2;
    }
    Some((AtomKind::Blank, end))
}

/// Whether the token at `at` parts the blanks of a form.
fn is_separator(tokens: &Tokens<'_>, at: usize) -> bool {
    matches!(tokens.other(at), Some(':' | '-' | '/'))
}

fn length(tokens: &Tokens<'_>, at: usize) -> Option<(AtomKind, usize)> {
    let (minutes, end) = durations::duration(tokens, at)?;
    let after = tokens.skip_space(end);
    if tokens.is_word(after, "later") {
        return Some((AtomKind::Later(minutes), after + 1));
    }
    Some((AtomKind::Length(minutes), end))
}

/// `+15 min`, `--:--`, `??:??`, `(+1)`.
fn sign_atom(tokens: &Tokens<'_>, at: usize, sign: char) -> Option<(AtomKind, usize)> {
    let fresh = tokens.before(at).is_none_or(|before| {
        matches!(before.kind, TokenKind::Space) || matches!(before.kind, TokenKind::Other('(' | '[' | '*' | '`' | '|'))
    });
    if !fresh {
        return None;
    }
    match sign {
        '+' => durations::from_zero(tokens, at).map(|(minutes, end)| (AtomKind::SinceStart(minutes), end)),
        '(' => {
            // `00:15 (+1)`: a time of the next day
            let plus = tokens.is(at + 1, '+') && tokens.number(at + 2).is_some_and(|(_, days)| days == 1);
            let end = if tokens.word(at + 3).is_some_and(|word| matches!(word, "d" | "day")) { at + 4 } else { tokens.skip_space(at + 3) };
            let end = if tokens.is_word(end, "day") { end + 1 } else { end };
            (plus && tokens.is(end, ')')).then_some((AtomKind::Date(PartialDate::NextDay, None), end + 1))
        }
        _ => {
            let marks = tokens.is(at + 1, sign) && tokens.is(at + 2, ':') && tokens.is(at + 3, sign) && tokens.is(at + 4, sign);
            marks.then_some((AtomKind::Blank, at + 5))
        }
    }
}

/// The bytes before a zone that may stand between it and its time: spaces, brackets, marks.
fn marks_before(rest: &str) -> usize {
    let marks = rest.bytes().take_while(|byte| b" *_([`".contains(byte)).count();
    match rest.as_bytes().get(marks) {
        Some(0x80..) => rest.len() - rest.trim_start_matches([' ', '\u{a0}', '*', '_', '(', '[', '`']).len(),
        _ => marks,
    }
}

/// Gives a time or date that ends before token `end` the zone behind it. Returns its last byte and the next token.
fn take_zone(tokens: &Tokens<'_>, kind: &mut AtomKind, end: usize) -> (usize, usize) {
    let end_byte = if end < tokens.len() { tokens.start(end) } else { tokens.text.len() };
    let of_clock = matches!(kind, AtomKind::Clock(..));
    let (AtomKind::Clock(_, slot) | AtomKind::Date(PartialDate::Day(_), slot)) = kind else { return (end_byte, end) };
    let rest = &tokens.text[end_byte..];
    let lead = marks_before(rest);
    if lead > 4 {
        return (end_byte, end);
    }
    let bracket = rest[..lead].contains(['(', '[']);
    let inner = &rest[lead..];
    let comma = lead == 0 && inner.starts_with(", ");
    let (inner, lead) = if comma { (&inner[2..], 2) } else { (inner, lead) };
    let Some((zone, len)) = zone::zone_at(inner) else { return (end_byte, end) };
    let bare_offset = zone.written.starts_with(['+', '-', '−', '–']);
    let fits = if bare_offset {
        // "10:00-12:00" is a range, "10:00:00-05:00" and "T10:00-05:00" are not.
        let iso = lead == 0 && after_iso_t(tokens, end);
        of_clock && (bracket || iso || zone.written.starts_with('+') && zone.written.len() >= 5)
    } else if zone.written == "Z" {
        of_clock && lead == 0
    } else if !of_clock {
        bracket || !comma && zone.written.len() >= 3 && zone.written.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
    } else {
        true
    };
    if !fits {
        return (end_byte, end);
    }
    let mut stop = end_byte + lead + len;
    if bracket && tokens.text[stop..].starts_with([')', ']']) {
        stop += 1;
    }
    let mut next = end;
    while next < tokens.len() && tokens.start(next) < stop {
        next += 1;
    }
    *slot = Some(zone);
    (stop, next)
}

/// True where the time that ends before token `end` has seconds or a `T` before it.
fn after_iso_t(tokens: &Tokens<'_>, end: usize) -> bool {
    (0..8).filter_map(|back| end.checked_sub(back)).any(|at| tokens.word(at) == Some("T"))
        || end >= 5 && tokens.is(end - 2, ':') && tokens.is(end - 4, ':')
}

/// Returns the order of day and month that the numeric dates among `expressions` show by a number above 12; `None` where they
/// show none or both.
pub(crate) fn shown_date_order(expressions: &[Expression]) -> Option<DateOrder> {
    let mut day_first = false;
    let mut month_first = false;
    let mut look = |partial: &Partial| {
        if let Some(PartialDate::Numeric { first, second, .. }) = partial.date {
            match dates::numeric_order(first, second) {
                Some(true) => day_first = true,
                Some(false) => month_first = true,
                None => {}
            }
        }
    };
    for expression in expressions {
        match &expression.found {
            Found::Moment(partial) => look(partial),
            Found::Range(start, end) => {
                look(start);
                look(end);
            }
            _ => {}
        }
    }
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::DayMonth),
        (false, true) => Some(DateOrder::MonthDay),
        _ => None,
    }
}

/// Parses a whole value, such as a front matter's `start: 2024-06-07 10:00`, as one moment. Of a range it is the start.
pub(crate) fn parse_moment(settings: &ReadSettings, text: &str, context: &Context) -> Result<Moment, Unread> {
    let mut context = context.clone();
    context.date_order = context.date_order.or(settings.date_order);
    if context.zone.is_none() {
        context.zone = settings.zone.as_deref().and_then(zone::parse_zone);
    }
    let found = scan(text).into_iter().next().ok_or(Unread::Incomplete)?;
    match found.found {
        Found::Moment(partial) | Found::Range(partial, _) => partial.resolve(&context),
        Found::Broken => Err(Unread::Impossible),
        _ => Err(Unread::Incomplete),
    }
}

/// Parses a whole value as a length of time in minutes: `2 hours and 15 minutes`, `90`, `1:30`, `01:30:00`, `PT1H30M`.
pub(crate) fn parse_duration_minutes(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches(['*', '`', '(', ')', '"', '~', '≈']).trim();
    let lower = text.to_ascii_lowercase();
    if let Some(iso) =
        lower.strip_prefix("pt").or_else(|| lower.strip_prefix('p')).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        let tokens = Tokens::new(iso, Vec::new());
        return durations::duration(&tokens, 0).map(|(minutes, _)| minutes);
    }
    if let Some(Found::Length(minutes)) =
        scan(text).into_iter().map(|expression| expression.found).find(|found| matches!(found, Found::Length(_)))
    {
        return Some(minutes);
    }
    let mut parts = text.split_whitespace().next()?.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next(), parts.next());
    let whole = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<f64>().ok()).flatten();
    match (minutes, seconds, parts.next()) {
        (Some(minutes), Some(seconds), None) => Some(whole(hours)? * 60.0 + whole(minutes)? + whole(seconds)? / 60.0),
        (Some(minutes), None, None) if minutes.len() == 2 => Some(whole(hours)? * 60.0 + whole(minutes)?),
        (None, None, None) if text.len() == hours.len() => whole(hours),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

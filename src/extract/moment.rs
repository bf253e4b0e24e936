//! Reads dates, times, ranges and lengths of time as people write them, anywhere in a text.
//!
//! One scanner walks over tokens and finds dates, times of day (with the zone behind them), lengths and things that look like
//! one and are none. What stands beside each other then becomes one moment, and two moments with "to" or a dash between them
//! a range. Nothing that is missing is filled in here: that is what [`resolve`] does with what the document states elsewhere.
//!
//! Numbers that are part of something else (versions, addresses, ports, names) are never times: a time begins after a space,
//! a bracket or the like.

mod clocks;
mod dates;
mod durations;
mod tokens;
mod words;

use chrono::{Datelike, Duration, NaiveDate};

pub(crate) use clocks::Clock;
pub(crate) use dates::PartialDate;

use super::zone::{self, OnDay, Zone};
use crate::{
    config::{DateOrder, ReadSettings},
    diag::Span,
    incident::{ClockTime, Local, Moment},
};
use clocks::ClockRead;
use dates::DateRead;
use tokens::{TokenKind, Tokens};

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
    Other(Found),
}

/// Returns every expression of time in `text`, in order; they do not overlap.
pub(crate) fn scan(text: &str) -> Vec<Expression> {
    let tokens = Tokens::new(text);
    combine(text, atoms(&tokens))
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

fn atoms(tokens: &Tokens<'_>) -> Vec<Atom> {
    let mut found: Vec<Atom> = Vec::new();
    let mut at = 0;
    let mut last_end = usize::MAX;
    while at < tokens.len() {
        let step = match tokens.get(at).map(|token| token.kind) {
            Some(TokenKind::Number | TokenKind::Word) if begins(tokens, at, last_end) => atom(tokens, at),
            Some(TokenKind::Other(c @ ('+' | '-' | '?' | '('))) => sign_atom(tokens, at, c),
            _ => None,
        };
        if let Some((kind, end)) = step {
            let (kind, end_byte, next) = with_zone(tokens, kind, end);
            found.push(Atom { kind, span: Span::new(tokens.start(at), end_byte) });
            last_end = end_byte;
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
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
            ClockRead::Broken => AtomKind::Other(Found::Broken),
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
        DateRead::Broken => AtomKind::Other(Found::Broken),
    }
}

fn word_atom(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<(AtomKind, usize)> {
    if let Some((read, end)) = dates::date(tokens, at) {
        return Some((date_kind(read), end));
    }
    match word.len() {
        1 if word.eq_ignore_ascii_case("t") => {
            let (minutes, end) = durations::from_zero(tokens, at)?;
            return Some((AtomKind::Other(Found::SinceStart(minutes)), end));
        }
        2 | 4 if is_blank(tokens, at, word) => {
            let mut end = at + 1;
            while matches!(tokens.other(end), Some(':' | '-' | '/')) && tokens.word(end + 1).is_some_and(|word| word.len() <= 4) {
                end += 2;
            }
            return Some((AtomKind::Other(Found::Blank), end));
        }
        4 if word.eq_ignore_ascii_case("next") => return next_day(tokens, at),
        9 if word.eq_ignore_ascii_case("following") => return next_day(tokens, at),
        _ => {}
    }
    if let Some((ClockRead::Clock(clock), end)) = clocks::clock(tokens, at) {
        return Some((AtomKind::Clock(clock, None), end));
    }
    if word.len() <= 7 && words::number(word).is_some() { length(tokens, at) } else { None }
}

/// "the next day", "the following morning".
fn next_day(tokens: &Tokens<'_>, at: usize) -> Option<(AtomKind, usize)> {
    let next = tokens.skip_space(at + 1);
    let word = tokens.word(next)?;
    let day = ["day", "morning"].iter().any(|day| word.eq_ignore_ascii_case(day));
    day.then_some((AtomKind::Date(PartialDate::NextDay, None), next + 1))
}

/// `HH:mm`, `YYYY-MM-DD`, `XX:XX`.
fn is_blank(tokens: &Tokens<'_>, at: usize, word: &str) -> bool {
    let letters =
        |word: &str| word.len() >= 2 && word.bytes().all(|b| matches!(b.to_ascii_uppercase(), b'H' | b'M' | b'X' | b'Y' | b'D' | b'S'));
    let separator = matches!(tokens.other(at + 1), Some(':' | '-' | '/'));
    separator && letters(word) && tokens.word(at + 2).is_some_and(letters)
}

fn length(tokens: &Tokens<'_>, at: usize) -> Option<(AtomKind, usize)> {
    let (minutes, end) = durations::duration(tokens, at)?;
    let after = tokens.skip_space(end);
    if tokens.is_word(after, "later") {
        return Some((AtomKind::Other(Found::Later(minutes)), after + 1));
    }
    Some((AtomKind::Other(Found::Length(minutes)), end))
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
        '+' => durations::from_zero(tokens, at).map(|(minutes, end)| (AtomKind::Other(Found::SinceStart(minutes)), end)),
        '(' => {
            // `00:15 (+1)`: a time of the next day
            let plus = tokens.is(at + 1, '+') && tokens.number(at + 2).is_some_and(|(_, days)| days == 1);
            let end = if tokens.word(at + 3).is_some_and(|word| matches!(word, "d" | "day")) { at + 4 } else { tokens.skip_space(at + 3) };
            let end = if tokens.is_word(end, "day") { end + 1 } else { end };
            (plus && tokens.is(end, ')')).then_some((AtomKind::Date(PartialDate::NextDay, None), end + 1))
        }
        _ => {
            let marks = tokens.is(at + 1, sign) && tokens.is(at + 2, ':') && tokens.is(at + 3, sign) && tokens.is(at + 4, sign);
            marks.then_some((AtomKind::Other(Found::Blank), at + 5))
        }
    }
}

/// Reads the zone behind a time or date that ends before token `end`. Returns the atom, its last byte and the next token.
fn with_zone(tokens: &Tokens<'_>, kind: AtomKind, end: usize) -> (AtomKind, usize, usize) {
    let end_byte = if end < tokens.len() { tokens.start(end) } else { tokens.text.len() };
    let of_clock = matches!(kind, AtomKind::Clock(..));
    if !of_clock && !matches!(kind, AtomKind::Date(PartialDate::Day(_), _)) {
        return (kind, end_byte, end);
    }
    let rest = &tokens.text[end_byte..];
    let inner = rest.trim_start_matches([' ', '\u{a0}', '*', '_', '(', '[', '`']);
    let lead = rest.len() - inner.len();
    let bracket = rest[..lead].contains(['(', '[']);
    if lead > 4 {
        return (kind, end_byte, end);
    }
    let comma = lead == 0 && inner.starts_with(", ");
    let (inner, lead) = if comma { (&inner[2..], 2) } else { (inner, lead) };
    let Some((zone, len)) = zone::zone_at(inner) else { return (kind, end_byte, end) };
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
        return (kind, end_byte, end);
    }
    let mut stop = end_byte + lead + len;
    if bracket && tokens.text[stop..].starts_with([')', ']']) {
        stop += 1;
    }
    let mut next = end;
    while next < tokens.len() && tokens.start(next) < stop {
        next += 1;
    }
    let kind = match kind {
        AtomKind::Clock(clock, _) => AtomKind::Clock(clock, Some(zone)),
        AtomKind::Date(date, _) => AtomKind::Date(date, Some(zone)),
        other => other,
    };
    (kind, stop, next)
}

/// True where the time that ends before token `end` has seconds or a `T` before it.
fn after_iso_t(tokens: &Tokens<'_>, end: usize) -> bool {
    (0..8).filter_map(|back| end.checked_sub(back)).any(|at| tokens.word(at) == Some("T"))
        || end >= 5 && tokens.is(end - 2, ':') && tokens.is(end - 4, ':')
}

/// How two pieces hang together, by the text between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Parts of one moment.
    Join,
    /// A dash: parts of one moment or the two ends of a range.
    Dash,
    /// The two ends of a range.
    Range,
    /// "and", which makes a range only after "between".
    And,
    /// Nothing to do with each other.
    Apart,
}

fn gap(text: &str) -> Gap {
    if text.len() > 40 || text.contains('\n') {
        return Gap::Apart;
    }
    let bare = text.trim_matches(|c: char| {
        c == ' ' || c == '\u{a0}' || c == '\t' || matches!(c, ',' | '(' | ')' | '[' | ']' | '*' | '_' | '`' | '~' | '|')
    });
    let bare = bare.trim_end_matches('~').trim_end();
    if bare.is_empty() {
        return Gap::Join;
    }
    let mut folded = [0_u8; 40];
    let folded = &mut folded[..bare.len()];
    folded.copy_from_slice(bare.as_bytes());
    folded.make_ascii_lowercase();
    match std::str::from_utf8(folded).unwrap_or("") {
        "at"
        | "@"
        | "t"
        | "on"
        | "on the"
        | "of"
        | "um"
        | "à"
        | "a las"
        | "às"
        | "from"
        | "between"
        | "starting at"
        | "starting from"
        | "beginning at"
        | "around"
        | "about"
        | "at around"
        | "at about"
        | "at approximately"
        | "at approx"
        | "at approx."
        | "approximately"
        | "approx"
        | "approx."
        | "the"
        | "of the"
        | "from around"
        | "from about"
        | "from approximately"
        | "gegen"
        | "vers"
        | "ab"
        | ":"
        | "·"
        | "•"
        | "/"
        | "between the hours of"
        | "den"
        | "le"
        | "am"
        | "le matin du"
        | "du"
        | "del"
        | "el"
        | "in"
        | ";"
        | "." => Gap::Join,
        "-" | "–" | "—" | "−" => Gap::Dash,
        "to"
        | "until"
        | "till"
        | "til"
        | "through"
        | "thru"
        | "->"
        | "→"
        | "-->"
        | "=>"
        | "bis"
        | "a"
        | "hasta"
        | "até"
        | "to around"
        | "to about"
        | "to approximately"
        | "until around"
        | "until about"
        | "until approximately"
        | "to the"
        | "and ending at"
        | "and ended at"
        | "and ending"
        | "ending at"
        | "and lasted until"
        | "and lasting until"
        | "lasting until"
        | "up to"
        | "bis gegen"
        | "- to"
        | "and ending on"
        | "and ended on"
        | "until the"
        | "jusqu'à"
        | "jusqu’à"
        | "bis um"
        | "upto"
        | "and finishing at"
        | "to roughly"
        | "until roughly"
        | "to at least"
        | "and was resolved at"
        | "and resolved at"
        | "and ended around"
        | "and ended at approximately" => Gap::Range,
        "and" | "et" | "und" | "y" | "e" | "and around" | "and about" | "and approximately" => Gap::And,
        _ => Gap::Apart,
    }
}

impl Partial {
    fn empty(span: Span) -> Self {
        Self { date: None, clock: None, zone: None, approximate: false, span }
    }

    /// Takes an atom in where its slot is free.
    fn take(&mut self, atom: &Atom) -> bool {
        match &atom.kind {
            AtomKind::Date(date, zone) if self.date.is_none() => {
                self.date = Some(*date);
                self.zone = self.zone.take().or_else(|| zone.clone());
            }
            AtomKind::Clock(clock, zone) if self.clock.is_none() => {
                self.clock = Some(*clock);
                self.zone = zone.clone().or_else(|| self.zone.take());
            }
            AtomKind::Year(year) => match self.date {
                // "15 Feb at 00:25 2022", "Apr 13 12:00:00 UTC 2022"
                Some(PartialDate::MonthDay { month, day }) if self.clock.is_some() => {
                    let Some(date) = NaiveDate::from_ymd_opt(*year, month.into(), day.into()) else { return false };
                    self.date = Some(PartialDate::Day(date));
                }
                _ => return false,
            },
            _ => return false,
        }
        self.span = self.span.to(atom.span);
        true
    }
}

/// Puts atoms that stand beside each other together.
fn combine(text: &str, atoms: Vec<Atom>) -> Vec<Expression> {
    let mut out: Vec<Expression> = Vec::new();
    let mut at = 0;
    while at < atoms.len() {
        let (first, next) = whole_moment(text, &atoms, at);
        let Some(first) = first else {
            if let AtomKind::Other(found) = &atoms[at].kind {
                out.push(Expression { found: found.clone(), span: atoms[at].span });
            }
            at = next;
            continue;
        };
        at = next;
        let first = match first {
            Whole::Days(start, end, span) => {
                out.push(Expression { found: Found::Range(start, end), span });
                continue;
            }
            Whole::Moment(partial) => partial,
        };
        if at < atoms.len()
            && let link = gap(&text[first.span.end..atoms[at].span.start.max(first.span.end)])
            && (matches!(link, Gap::Range | Gap::Dash)
                || link == Gap::And
                    && (ends_with_between(&text[..first.span.start]) || has_between(&text[first.span.start..first.span.end])))
            && let (Some(Whole::Moment(second)), next) = whole_moment(text, &atoms, at)
            && first.clock.is_some() == second.clock.is_some()
        {
            let span = first.span.to(second.span);
            let (first, second) = share(first, second);
            out.push(Expression { found: Found::Range(first, second), span });
            at = next;
            continue;
        }
        let span = first.span;
        out.push(Expression { found: Found::Moment(first), span });
    }
    out
}

fn ends_with_between(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '~', '*', '(', ',']);
    let tail = before.char_indices().rev().nth(23).map_or(before, |(at, _)| &before[at..]).to_lowercase();
    ["between", "between the hours of", "between the times of", "entre", "zwischen", "from"].iter().any(|word| tail.ends_with(word))
}

/// Whether "between" stands inside a moment, before its time: `June 2nd, between 9:00`.
fn has_between(moment: &str) -> bool {
    moment.split(|c: char| !c.is_alphabetic()).any(|word| word.eq_ignore_ascii_case("between"))
}

enum Whole {
    Moment(Partial),
    Days(Partial, Partial, Span),
}

/// Puts the atoms from `at` on together that make one moment. Returns it and the next atom.
fn whole_moment(text: &str, atoms: &[Atom], at: usize) -> (Option<Whole>, usize) {
    let head = &atoms[at];
    if let AtomKind::Days(start, end) = head.kind {
        let partial = |date| Partial { date: Some(date), ..Partial::empty(head.span) };
        return (Some(Whole::Days(partial(start), partial(end), head.span)), at + 1);
    }
    let mut partial = Partial::empty(head.span);
    if matches!(head.kind, AtomKind::Year(_)) || !partial.take(head) {
        return (None, at + 1);
    }
    let mut next = at + 1;
    while let Some(atom) = atoms.get(next) {
        let link = gap(&text[partial.span.end..atom.span.start.max(partial.span.end)]);
        let joins = match link {
            Gap::Join => true,
            // "June 7 - 10:00" is one moment, "10:00 - June 8 10:00" is a range.
            Gap::Dash => {
                partial.clock.is_none()
                    || matches!(&atom.kind, AtomKind::Date(date, _) if *date != PartialDate::NextDay)
                        && !followed_by_clock(text, atoms, next)
            }
            _ => false,
        };
        if !joins || !partial.take(atom) {
            break;
        }
        next += 1;
    }
    prefix(text, &mut partial);
    suffix(text, &mut partial);
    (Some(Whole::Moment(partial)), next)
}

fn followed_by_clock(text: &str, atoms: &[Atom], at: usize) -> bool {
    atoms.get(at + 1).is_some_and(|next| {
        matches!(next.kind, AtomKind::Clock(..))
            && matches!(gap(&text[atoms[at].span.end..next.span.start.max(atoms[at].span.end)]), Gap::Join | Gap::Dash)
    })
}

/// Words before a moment that make it approximate.
const ABOUT: &[&str] =
    &["around", "about", "approximately", "approx", "approx.", "circa", "ca.", "ca", "roughly", "gegen", "vers", "at around", "near", "c."];

/// Takes what stands before a moment and belongs to it: `~`, "around", a zone (`UTC 10:00`).
fn prefix(text: &str, partial: &mut Partial) {
    let mut start = partial.span.start;
    if partial.clock.is_some() && partial.zone.is_none() {
        let before = text[..start].trim_end_matches([' ', ':', ')', ']']);
        let word = before.len() - before.bytes().rev().take_while(u8::is_ascii_uppercase).count();
        let apart = text[..word].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
        if apart
            && start - before.len() <= 2
            && (2..=4).contains(&(before.len() - word))
            && let Some((zone, len)) = zone::zone_at(&text[word..]).filter(|(zone, _)| word + zone.written.len() == before.len())
        {
            debug_assert_eq!(word + len, before.len());
            partial.zone = Some(zone);
            start = word - usize::from(text[..word].ends_with(['(', '[']));
        }
    }
    let before = text[..start].trim_end();
    if before.ends_with(['~', '≈', '∼', '±']) {
        partial.approximate = true;
        start = before.len() - before.chars().next_back().map_or(0, char::len_utf8);
    } else {
        let mut from = before.len().saturating_sub(16);
        while !before.is_char_boundary(from) {
            from += 1;
        }
        let words = before[from..].to_ascii_lowercase();
        if let Some(word) = ABOUT.iter().find(|word| {
            words.ends_with(**word) && words[..words.len() - word.len()].chars().next_back().is_none_or(|c| !c.is_alphanumeric())
        }) {
            partial.approximate = true;
            start = before.len() - word.len();
        }
    }
    partial.span.start = start;
}

/// Takes what stands behind a moment and makes it approximate: `10:45~`, `10ish`, "10:45 (approx.)".
fn suffix(text: &str, partial: &mut Partial) {
    let rest = &text[partial.span.end..];
    for mark in ["~", "ish", "-ish", " (approx.)", " (approx)", " (approximately)", " (estimated)", " (est.)", " approx.", " approximately"]
    {
        if rest.starts_with(mark) && rest[mark.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric()) {
            // A tilde belongs to what it touches: "10:45 ~ 11:00" is a range in other words.
            partial.approximate = true;
            partial.span.end += mark.len();
            return;
        }
    }
}

/// Gives both ends of a range what is written at one: am or pm, the zone, the date.
fn share(mut first: Partial, mut second: Partial) -> (Partial, Partial) {
    if first.zone.is_none() {
        first.zone.clone_from(&second.zone);
    }
    if second.zone.is_none() {
        second.zone.clone_from(&first.zone);
    }
    if let (Some(a), Some(b)) = (first.clock.as_mut(), second.clock.as_mut()) {
        let forward = |a: ClockTime, b: ClockTime| (b.minutes() - a.minutes()).rem_euclid(24 * 60);
        let nearest = |options: [Clock; 2], distance: &dyn Fn(ClockTime) -> i64| {
            let [x, y] = options;
            if distance(x.time) <= distance(y.time) { x } else { y }
        };
        if b.twelve_hour && !a.twelve_hour && (1..=12).contains(&a.time.hour) {
            *a = nearest([a.with_meridiem(true), a.with_meridiem(false)], &|time| forward(time, b.time));
        } else if a.twelve_hour && !b.twelve_hour && (1..=12).contains(&b.time.hour) {
            let from = a.time;
            *b = nearest([b.with_meridiem(true), b.with_meridiem(false)], &|time| match forward(from, time) {
                0 => 24 * 60,
                minutes => minutes,
            });
        }
        match (first.date, second.date) {
            (Some(date), None) => second.date = Some(end_date(date, a.time, *b)),
            (None, Some(date)) => {
                first.date = Some(date);
                second.date = Some(end_date(date, a.time, *b));
            }
            _ => {}
        }
    } else if let (Some(PartialDate::MonthDay { month, day }), Some(PartialDate::Day(end))) = (first.date, second.date)
        && let Some(start) = NaiveDate::from_ymd_opt(end.year(), month.into(), day.into())
    {
        first.date = Some(PartialDate::Day(start));
    }
    if let (Some(PartialDate::MonthDay { month, day }), Some(PartialDate::Day(end))) = (first.date, second.date)
        && let Some(start) = NaiveDate::from_ymd_opt(end.year(), month.into(), day.into()).filter(|start| *start <= end)
    {
        first.date = Some(PartialDate::Day(start));
    }
    if let (Some(PartialDate::Day(start)), Some(PartialDate::MonthDay { month, day })) = (first.date, second.date)
        && let Some(end) = NaiveDate::from_ymd_opt(start.year(), month.into(), day.into()).filter(|end| *end >= start)
    {
        second.date = Some(PartialDate::Day(end));
    }
    (first, second)
}

/// The date of a range's end that has none: its start's, or the next day where the time goes back.
fn end_date(date: PartialDate, from: ClockTime, to: Clock) -> PartialDate {
    match date {
        PartialDate::Day(day) if to.time < from && !to.end_of_day => day.succ_opt().map_or(date, PartialDate::Day),
        _ => date,
    }
}

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

    /// Returns the moment, with date, year and zone from `context` where it has none itself.
    pub(crate) fn resolve(&self, context: &Context) -> Result<Moment, Unread> {
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
        let tokens = Tokens::new(iso);
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

//! Puts the pieces of dates and times that stand beside each other together: moments, and ranges of two of them.

use chrono::{Datelike, NaiveDate};

use super::{Atom, AtomKind, Clock, Expression, Found, Partial, PartialDate};
use crate::{diag::Span, extract::zone, incident::ClockTime};

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
    if text.bytes().all(|byte| byte == b' ') {
        return Gap::Join;
    }
    if matches!(text.trim(), "~" | "～") && text.trim().len() < text.len() {
        // "10:45 ~ 11:00"
        return Gap::Dash;
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
        | "circa"
        | "ca"
        | "ca."
        | "roughly"
        | "at roughly"
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
pub(super) fn combine(text: &str, atoms: &[Atom]) -> Vec<Expression> {
    let mut out: Vec<Expression> = Vec::with_capacity(atoms.len());
    let mut at = 0;
    while at < atoms.len() {
        let (first, next) = whole_moment(text, atoms, at);
        let Some(first) = first else {
            if let Some(found) = atoms[at].kind.alone() {
                out.push(Expression { found, span: atoms[at].span });
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
            && let between = &text[first.span.end..atoms[at].span.start.max(first.span.end)]
            && let link = gap(between)
            && (matches!(link, Gap::Range | Gap::Dash)
                || first.clock.is_some() && matches!(atoms[at].kind, AtomKind::Clock(..)) && is_at_of_range(between)
                || link == Gap::And
                    && (ends_with_between(&text[..first.span.start]) || has_between(&text[first.span.start..first.span.end])))
            && let (Some(Whole::Moment(second)), next) = whole_moment(text, atoms, at)
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

/// Words that lead to a time and, between two times, from one to the other: "de 8h00 à 10h30", "das 08:00 às 10:30".
fn is_at_of_range(between: &str) -> bool {
    let between = between.trim_matches([' ', ',', '(', ')', '*']);
    ["à", "às", "a las", "a"].iter().any(|word| between.eq_ignore_ascii_case(word))
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
    if start == 0 {
        return;
    }
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
    } else if before.ends_with(|c: char| c.is_ascii_alphabetic() || c == '.') {
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
    if !matches!(rest.as_bytes(), [b'~' | b'i' | b'-', ..] | [b' ', b'(' | b'a', ..]) {
        return;
    }
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

//! Reads one time of day.

use crate::incident::ClockTime;

use super::tokens::Tokens;
use crate::extract::zone;

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The time on a 24-hour clock, as far as it is certain.
    pub(crate) time: ClockTime,
    /// Whether the hour is certain: 24-hour notation or with am or pm. `false` for the `10` of "10 - 11 AM".
    pub(crate) certain: bool,
    /// Whether it was written with am or pm.
    pub(crate) twelve_hour: bool,
    /// `24:00`, which is the end of its day.
    pub(crate) end_of_day: bool,
}

impl Clock {
    fn new(hour: u32, minute: u32, second: Option<u32>) -> Option<Self> {
        let end_of_day = hour == 24 && minute == 0;
        let hour = if end_of_day { 0 } else { hour };
        let small = |n: u32| u8::try_from(n).ok();
        let second = match second {
            // A leap second is shown as the last second that a clock has.
            Some(60) => Some(59),
            Some(second) => Some(small(second)?),
            None => None,
        };
        let time = ClockTime::new(small(hour)?, small(minute)?, second)?;
        Some(Self { time, certain: true, twelve_hour: false, end_of_day })
    }

    /// Returns the clock with its hour read as am or pm. An hour above 12 is what it says.
    pub(super) fn with_meridiem(self, pm: bool) -> Self {
        let hour = self.time.hour;
        let hour = match (pm, hour) {
            (false, 12) => 0,
            (true, 0..12) => hour + 12,
            _ => hour,
        };
        Self { time: ClockTime { hour, ..self.time }, certain: true, twelve_hour: true, end_of_day: false }
    }
}

/// What stands where a time of day would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClockRead {
    /// A time of day.
    Clock(Clock),
    /// Something in the form of one that is none: `25:00`, `14:??`.
    Broken,
}

/// Words after a number that say it is no time: "12:30 ratio".
const NOT_BEFORE: &[&str] = &["line", "lines", "port", "ports", "ratio", "scale", "version", "chapter", "verse", "col", "score"];

/// Reads a time of day at token `at`, a number or a word. Returns it and the token after it.
pub(super) fn clock(tokens: &Tokens<'_>, at: usize) -> Option<(ClockRead, usize)> {
    if let Some(word) = tokens.word(at) {
        return word_clock(tokens, at, word);
    }
    let (digits, hour) = tokens.number(at)?;
    if digits == 4 {
        return military(tokens, at, hour);
    }
    if digits > 2 {
        return None;
    }
    let before = if tokens.is_space(at.wrapping_sub(1)) { at.checked_sub(2) } else { None };
    if let Some(word) = before.and_then(|before| tokens.word(before))
        && NOT_BEFORE.iter().any(|not| word.eq_ignore_ascii_case(not))
    {
        return None;
    }
    match tokens.other(at + 1) {
        Some(separator @ (':' | ';' | '.')) => with_minutes(tokens, at, hour, digits, separator),
        Some('：') => with_minutes(tokens, at, hour, digits, ':'),
        _ => bare_hour(tokens, at, hour, digits),
    }
}

/// `noon`, `midnight`.
fn word_clock(tokens: &Tokens<'_>, at: usize, word: &str) -> Option<(ClockRead, usize)> {
    let hour = if word.eq_ignore_ascii_case("noon") || word.eq_ignore_ascii_case("midday") {
        12
    } else if word.eq_ignore_ascii_case("midnight") || word.eq_ignore_ascii_case("mitternacht") || word.eq_ignore_ascii_case("minuit") {
        0
    } else {
        return None;
    };
    // "the midnight job", "noon traffic": a time stands at the beginning or after a preposition.
    const BEFORE: &[&str] = &[
        "at",
        "from",
        "to",
        "until",
        "till",
        "by",
        "around",
        "about",
        "before",
        "after",
        "past",
        "between",
        "and",
        "since",
        "near",
        "approximately",
        "um",
        "à",
        "is",
    ];
    let previous = if tokens.is_space(at.wrapping_sub(1)) { at.checked_sub(2) } else { at.checked_sub(1) };
    let after_preposition = previous
        .and_then(|previous| tokens.word(previous))
        .is_some_and(|before| BEFORE.iter().any(|fits| before.eq_ignore_ascii_case(fits)));
    let after_word = previous.is_some_and(|previous| tokens.word(previous).is_some());
    let before_word = tokens.is_space(at + 1)
        && tokens.word(at + 2).is_some_and(|word| word.starts_with(char::is_lowercase) && word != "on" && word != "to");
    let fits = after_preposition || !after_word && !before_word || tokens.number(at.wrapping_sub(2)).is_some_and(|(_, hour)| hour == 12);
    fits.then(|| Clock::new(hour, 0, None)).flatten().map(|clock| (ClockRead::Clock(clock), at + 1))
}

/// `0900 hrs`, `1430Z`, `2315 UTC`.
fn military(tokens: &Tokens<'_>, at: usize, value: u32) -> Option<(ClockRead, usize)> {
    let clock = Clock::new(value / 100, value % 100, None)?;
    let spaced = tokens.is_space(at + 1);
    let next = tokens.skip_space(at + 1);
    let word = tokens.word(next)?;
    let leading_zero = tokens.str(at).starts_with('0');
    let hours = ["hrs", "hours", "hr", "h"].iter().any(|unit| word.eq_ignore_ascii_case(unit));
    // "1500 hours" may be a length; a year may stand before a zone.
    let hrs = word.eq_ignore_ascii_case("hrs");
    let of_row = hrs && (tokens.is(next + 1, ':') || tokens.is_space(next + 1) && tokens.word(next + 2).is_some_and(is_zone));
    if hours && (leading_zero || after_preposition(tokens, at) || at == 0 && hrs || of_row) {
        return Some((ClockRead::Clock(clock), next + 1));
    }
    let zone = matches!(word, "UTC" | "GMT" | "PST" | "PDT" | "EST" | "EDT" | "CET" | "CEST" | "ET" | "PT")
        || (!spaced && matches!(word, "Z" | "z"));
    (zone && !(1990..=2099).contains(&value)).then_some((ClockRead::Clock(clock), at + 1))
}

fn is_zone(word: &str) -> bool {
    zone::zone_at(word).is_some_and(|(_, len)| len == word.len())
}

fn after_preposition(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = if tokens.is_space(at.wrapping_sub(1)) { at.checked_sub(2) } else { None };
    before.and_then(|before| tokens.word(before)).is_some_and(|word| {
        ["at", "by", "around", "until", "from", "à", "às", "vers", "um", "gegen", "ab", "bis", "las"]
            .iter()
            .any(|fits| word.eq_ignore_ascii_case(fits))
    })
}

/// `10:42`, `10:42:07.123`, `1:10pm`, `12;45PM`, `2.30 pm`, `14.30 Uhr`.
fn with_minutes(tokens: &Tokens<'_>, at: usize, hour: u32, digits: usize, separator: char) -> Option<(ClockRead, usize)> {
    let mut minute_at = at + 2;
    if matches!(tokens.other(minute_at), Some('?')) || tokens.word(minute_at).is_some_and(|word| matches!(word, "xx" | "XX" | "mm" | "MM"))
    {
        let end = if tokens.is(minute_at + 1, '?') { minute_at + 2 } else { minute_at + 1 };
        return (separator == ':' && hour < 24).then_some((ClockRead::Broken, end));
    }
    // "10: 30 AM" is a slip; without am or pm it is a label and a number.
    let slipped = separator == ':' && tokens.is_space(minute_at);
    if slipped {
        minute_at += 1;
    }
    let (minute_digits, minute) = tokens.number(minute_at)?;
    if minute_digits != 2 {
        return None;
    }
    let mut next = minute_at + 1;
    let mut second = None;
    if separator == ':'
        && tokens.is(next, ':')
        && let Some((second_digits, value)) = tokens.number(next + 1)
    {
        if second_digits != 2 {
            return None;
        }
        second = Some(value);
        next += 2;
        if matches!(tokens.other(next), Some('.' | ',')) && tokens.number(next + 1).is_some_and(|(digits, _)| digits >= 2) {
            next += 2;
        }
        if tokens.is(next, ':') && tokens.number(next + 1).is_some() {
            return None;
        }
    }
    let (meridiem, next) = meridiem(tokens, next);
    if meridiem.is_none() {
        // "10:00 M" lost its A or P.
        if tokens.is_space(next) && matches!(tokens.word(next + 1), Some("M")) && tokens.is_space(next + 2) && hour <= 12 {
            return Some((ClockRead::Broken, next + 2));
        }
        let of_clock = o_clock(tokens, next);
        // "12.39 UTC"
        let before_zone =
            digits == 2 && tokens.word(tokens.skip_space(next)).is_some_and(|word| matches!(word, "UTC" | "GMT" | "CET" | "CEST"));
        if slipped || (separator == ';') || (separator == '.' && of_clock.is_none() && !before_zone) {
            return None;
        }
        // `0:80` and `3:20` beside a host or a ratio are no times; an hour of one digit is, if it is no zero.
        if hour == 0 && digits == 1 {
            return None;
        }
        if let Some(after) = of_clock {
            return finish(hour, minute, second, digits, None).map(|read| (read, after));
        }
        if !ends_here(tokens, next) {
            return None;
        }
    }
    finish(hour, minute, second, digits, meridiem).map(|read| (read, next))
}

fn finish(hour: u32, minute: u32, second: Option<u32>, digits: usize, meridiem: Option<bool>) -> Option<ClockRead> {
    match Clock::new(hour, minute, second) {
        Some(clock) => Some(ClockRead::Clock(meridiem.map_or(clock, |pm| clock.with_meridiem(pm)))),
        None => (digits == 2 || meridiem.is_some()).then_some(ClockRead::Broken),
    }
}

/// True where nothing touches the time that would make it something else: letters that are no zone, further digits.
fn ends_here(tokens: &Tokens<'_>, next: usize) -> bool {
    if let Some(word) = tokens.word(next) {
        let zone = word == "Z" || word.bytes().all(|b| b.is_ascii_uppercase()) && word.len() <= 5 || word.eq_ignore_ascii_case("utc");
        return zone || word == "ish" || word == "T";
    }
    match tokens.other(next) {
        Some('.') => tokens.number(next + 1).is_none(),
        Some(':') => tokens.number(next + 1).is_none() && !tokens.is(next + 1, ':'),
        Some('%' | '\\' | '@') => false,
        _ => true,
    }
}

/// The token after "hours", "hrs", "h", "Uhr" at `next`.
fn o_clock(tokens: &Tokens<'_>, next: usize) -> Option<usize> {
    let at = tokens.skip_space(next);
    let word = tokens.word(at)?;
    ["hours", "hrs", "hr", "h", "hs", "uhr", "horas", "heures"].iter().any(|unit| word.eq_ignore_ascii_case(unit)).then_some(at + 1)
}

/// Reads am or pm at `next`; returns `Some(true)` for pm, and the token after it.
fn meridiem(tokens: &Tokens<'_>, next: usize) -> (Option<bool>, usize) {
    let touching = !tokens.is_space(next);
    let at = tokens.skip_space(next);
    let Some(word) = tokens.word(at) else { return (None, next) };
    if word.eq_ignore_ascii_case("am") {
        return (Some(false), at + 1);
    }
    if word.eq_ignore_ascii_case("pm") {
        return (Some(true), at + 1);
    }
    let pm = match word {
        "a" | "A" => false,
        "p" | "P" => true,
        _ => return (None, next),
    };
    if tokens.is(at + 1, '.') {
        let m = tokens.skip_space(at + 2);
        if tokens.is_word(m, "m") {
            return (Some(pm), if tokens.is(m + 1, '.') { m + 2 } else { m + 1 });
        }
    }
    if touching { (Some(pm), at + 1) } else { (None, next) }
}

/// `6PM`, `6 p.m.`, `14h30`, `14 Uhr`, and the `10` of "10 - 11 AM".
fn bare_hour(tokens: &Tokens<'_>, at: usize, hour: u32, digits: usize) -> Option<(ClockRead, usize)> {
    let next = at + 1;
    if let (Some(pm), after) = meridiem(tokens, next) {
        let single = matches!(tokens.str(next), "a" | "p" | "A" | "P") && after == next + 1;
        if !single && (1..=23).contains(&hour) {
            return Clock::new(hour, 0, None).map(|clock| (ClockRead::Clock(clock.with_meridiem(pm)), after));
        }
        return None;
    }
    let word_at = tokens.skip_space(next);
    if let Some(word) = tokens.word(word_at) {
        if word.eq_ignore_ascii_case("uhr") {
            let minute_at = tokens.skip_space(word_at + 1);
            return match tokens.number(minute_at) {
                Some((2, minute)) if minute < 60 && !tokens.is(minute_at + 1, '.') && !tokens.is(minute_at + 1, ':') => {
                    Clock::new(hour, minute, None).map(|clock| (ClockRead::Clock(clock), minute_at + 1))
                }
                _ => Clock::new(hour, 0, None).map(|clock| (ClockRead::Clock(clock), word_at + 1)),
            };
        }
        if word.eq_ignore_ascii_case("h") {
            // "14h30" is a time in French and Portuguese, "1h30" a length in any language.
            let minute_at = if word_at == next { next + 1 } else { tokens.skip_space(word_at + 1) };
            let as_time = after_preposition(tokens, at) || digits == 2 && (at == 0 || hour >= 5) || before_other_end(tokens, minute_at + 1);
            if let Some((2, minute)) = tokens.number(minute_at).filter(|_| as_time)
                && tokens.unit(tokens.skip_space(minute_at + 1)).is_none()
            {
                return Clock::new(hour, minute, None).map(|clock| (ClockRead::Clock(clock), minute_at + 1));
            }
            if after_preposition(tokens, at) && word_at == next {
                return Clock::new(hour, 0, None).map(|clock| (ClockRead::Clock(clock), next + 1));
            }
            return None;
        }
    }
    before_range(tokens, at, hour)
}

/// Whether "à 10h30", "às 10h30" or the like stands at a token: the other end of a range, which no length has.
fn before_other_end(tokens: &Tokens<'_>, at: usize) -> bool {
    let link = tokens.skip_space(at);
    let word = tokens.word(link).is_some_and(|word| matches!(word, "à" | "às" | "até" | "a"));
    word && tokens.number(tokens.skip_space(link + 1)).is_some()
}

/// The `10` of "10 - 11 AM" and "from 2 to 4pm": an hour whose am or pm stands at the other end.
fn before_range(tokens: &Tokens<'_>, at: usize, hour: u32) -> Option<(ClockRead, usize)> {
    if !(1..=12).contains(&hour) {
        return None;
    }
    let link = tokens.skip_space(at + 1);
    let dash = matches!(tokens.other(link), Some('-' | '–' | '—'));
    let word = tokens.word(link).is_some_and(|word| matches!(word, "to" | "until" | "till") || word == "and" && after_between(tokens, at));
    if !dash && !word {
        return None;
    }
    let other = tokens.skip_space(link + 1);
    let (digits, to) = tokens.number(other)?;
    if digits > 2 || !(1..=12).contains(&to) {
        return None;
    }
    let after =
        if tokens.is(other + 1, ':') && tokens.number(other + 2).is_some_and(|(digits, _)| digits == 2) { other + 3 } else { other + 1 };
    meridiem(tokens, after).0?;
    let clock = Clock::new(hour, 0, None)?;
    Some((ClockRead::Clock(Clock { certain: false, ..clock }), at + 1))
}

fn after_between(tokens: &Tokens<'_>, at: usize) -> bool {
    at >= 2 && tokens.is_space(at - 1) && tokens.is_word(at - 2, "between")
}

//! Reads lengths of time (`2 hours and 15 minutes`, `1h30`, `an hour and a half`) and offsets from another time (`T+15`,
//! `15 minutes later`).

use super::tokens::Tokens;

/// Reads a length of time in minutes at token `at`, a number or a word. Returns it and the token after it.
pub(super) fn duration(tokens: &Tokens<'_>, at: usize) -> Option<(f64, usize)> {
    if tokens.is_word(at, "half") {
        // "half an hour", "half a day", "half hour"
        let mut next = tokens.skip_space(at + 1);
        if tokens.is_word(next, "an") || tokens.is_word(next, "a") {
            next = tokens.skip_space(next + 1);
        }
        let minutes = tokens.unit(next).filter(|minutes| *minutes >= 60.0)?;
        return Some((minutes / 2.0, next + 1));
    }
    let (mut total, mut smallest, mut next) = part(tokens, at)?;
    // Each further part has a smaller unit: "2 hours, 15 minutes and 3 seconds".
    for _ in 0..4 {
        let mut gap = next;
        if tokens.is(gap, ',') {
            gap += 1;
        }
        gap = tokens.skip_space(gap);
        let linked = tokens.word(gap).is_some_and(|word| ["and", "und", "et", "y", "e"].iter().any(|link| word.eq_ignore_ascii_case(link)))
            || tokens.is(gap, '&');
        if linked {
            gap = tokens.skip_space(gap + 1);
            if tokens.is_word(gap, "a") && tokens.is_word(tokens.skip_space(gap + 1), "half") {
                return Some((total + smallest / 2.0, tokens.skip_space(gap + 1) + 1));
            }
        }
        if let Some((minutes, unit, after)) = part(tokens, gap).filter(|(_, unit, _)| *unit < smallest) {
            (total, smallest, next) = (total + minutes, unit, after);
            continue;
        }
        // "1h30"
        if gap == next
            && (smallest - 60.0).abs() < 0.5
            && let Some((2, minutes)) = tokens.number(gap).filter(|_| tokens.word(gap + 1).is_none() && !tokens.is(gap + 1, ':'))
        {
            return Some((total + f64::from(minutes), gap + 1));
        }
        break;
    }
    Some((total, next))
}

/// One number and its unit: minutes, the unit's minutes, the token after it.
fn part(tokens: &Tokens<'_>, at: usize) -> Option<(f64, f64, usize)> {
    let (mut value, mut next) = match tokens.word(at) {
        Some(_) => (tokens.number_word(at)?, at + 1),
        None => {
            let (_, whole) = tokens.number(at)?;
            let fraction =
                matches!(tokens.other(at + 1), Some('.' | ',')).then(|| tokens.number(at + 2)).flatten().filter(|(digits, _)| *digits <= 2);
            match fraction {
                Some((digits, value)) => (f64::from(whole) + f64::from(value) / if digits == 1 { 10.0 } else { 100.0 }, at + 3),
                None => (f64::from(whole), at + 1),
            }
        }
    };
    if tokens.is(next, '½') {
        (value, next) = (value + 0.5, next + 1);
    }
    let touching = tokens.word(next).is_some();
    let mut unit_at = next;
    if matches!(tokens.other(unit_at), Some('-' | '‑')) {
        unit_at += 1;
    } else {
        unit_at = tokens.skip_space(unit_at);
    }
    // "two and a half hours", "twenty-five minutes"
    if tokens.is_word(unit_at, "and") {
        let a = tokens.skip_space(unit_at + 1);
        let half = tokens.skip_space(a + 1);
        if tokens.is_word(a, "a") && tokens.is_word(half, "half") {
            value += 0.5;
            unit_at = tokens.skip_space(half + 1);
        }
    } else if value >= 20.0
        && let Some(ones) = tokens.number_word(unit_at).filter(|ones| (1.0..10.0).contains(ones))
        && tokens.word(at).is_some()
    {
        value += ones;
        unit_at = tokens.skip_space(unit_at + 1);
    }
    let word = tokens.word(unit_at)?;
    let unit = tokens.unit(unit_at)?;
    // Single letters are units only where they touch the number ("5 m" may be anything), save the hour.
    if word.len() == 1 && !touching && word != "h" {
        return None;
    }
    // "an m", "a d": words need whole units.
    if word.len() == 1 && tokens.word(at).is_some() {
        return None;
    }
    let mut end = unit_at + 1;
    if tokens.is(end, '(') && tokens.is_word(end + 1, "s") && tokens.is(end + 2, ')') {
        end += 3;
    }
    Some((value * unit, unit, end))
}

/// Reads an offset from the start of the incident at token `at`: `T+15`, `T+5m`, `T+01:30`, `t0`, `+15 min`.
pub(super) fn from_zero(tokens: &Tokens<'_>, at: usize) -> Option<(f64, usize)> {
    let mut next = at;
    let named = tokens.word(at).is_some_and(|word| word.eq_ignore_ascii_case("t"));
    if named {
        next += 1;
        if tokens.number(next) == Some((1, 0)) && !tokens.is(next + 1, ':') {
            // `t0`, `T0+5m`
            if !matches!(tokens.other(tokens.skip_space(next + 1)), Some('+' | '-' | '−'))
                || tokens.number(tokens.skip_space(tokens.skip_space(next + 1) + 1)).is_none()
            {
                return (tokens.word(next + 1).is_none() && !tokens.is(next + 1, '.')).then_some((0.0, next + 1));
            }
            next += 1;
        }
        next = tokens.skip_space(next);
    }
    let sign = match tokens.other(next)? {
        '+' => 1.0,
        '-' | '−' | '–' if named => -1.0,
        _ => return None,
    };
    next = tokens.skip_space(next + 1);
    let (digits, value) = tokens.number(next)?;
    if let Some((minutes, end)) = duration(tokens, next) {
        return Some((sign * minutes, end));
    }
    if tokens.is(next + 1, ':')
        && let Some((minute_digits, minutes)) = tokens.number(next + 2)
    {
        let mut total = f64::from(value) * 60.0 + f64::from(minutes);
        let mut end = next + 3;
        if tokens.is(end, ':')
            && let Some((2, seconds)) = tokens.number(end + 1)
        {
            total += f64::from(seconds) / 60.0;
            end += 2;
        }
        let fits = minute_digits == 2 && minutes < 60 && digits <= 3 && tokens.word(end).is_none();
        return fits.then_some((sign * total, end));
    }
    // A bare number counts minutes, where "T" says what it is counted from.
    (named && digits <= 5 && tokens.word(next + 1).is_none() && !tokens.is(next + 1, '.')).then_some((sign * f64::from(value), next + 1))
}

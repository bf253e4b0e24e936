//! Gives the rows their dates: what a row does not say it has from the row above, the line or heading above, or the document.

use chrono::{Datelike, Days, NaiveDate};

use super::leads::{Lead, When};
use crate::{
    diag::{Code, Diagnostic, Span},
    extract::{
        moment::{self, Clock, Context, Expression, Found, Partial, PartialDate, Unread},
        outline::Outline,
        times::Times,
    },
    incident::{ClockTime, Local, Moment, RowKind, TimelineRow},
};

/// A row this much earlier than the one above is of the next day; one that is less earlier is out of order.
const NEXT_DAY_MINUTES: i64 = 4 * 60;

/// What the rows above say.
struct Above {
    context: Context,
    time: Option<ClockTime>,
    /// Whether the times of day go on past midnight without a known date: what to add to the day, were it known.
    span: Option<Span>,
    /// Whether the day comes from a row or a line of the timeline rather than from the document.
    own_day: bool,
    /// The last row that has a moment, by its number.
    last: Option<usize>,
    /// The day that the document states for the incident.
    stated_day: Option<NaiveDate>,
}

/// Makes rows of leads.
pub(super) fn date_rows(outline: &Outline, times: &Times, leads: Vec<Lead>, diagnostics: &mut Vec<Diagnostic>) -> Vec<TimelineRow> {
    let zero = zero_of(times, &leads);
    let clocks = Clocks::of(&leads);
    let mut above =
        Above { context: times.context.clone(), time: None, span: None, own_day: false, last: None, stated_day: times.context.day };
    if above.context.day.is_none() {
        above.context.day = first_day(&leads, &above.context);
    }
    let mut rows: Vec<TimelineRow> = Vec::with_capacity(leads.len());
    let mut first: Option<Option<NaiveDate>> = None;
    for lead in leads {
        if let When::Date(partial) = &lead.when {
            if partial.zone.is_some() {
                above.context.zone.clone_from(&partial.zone);
            }
            set_day(&mut above, partial);
            above.time = None;
            continue;
        }
        if let When::DayNumber(number) = lead.when {
            // Counted from the first day that is known.
            let first = *first.get_or_insert(above.context.day);
            above.context.day = first.and_then(|day| day.checked_add_days(Days::new(number.saturating_sub(1))));
            above.time = None;
            continue;
        }
        let line = outline.units[lead.unit].line;
        let mut until = None;
        let mut elapsed_minutes = None;
        let at = match &lead.when {
            When::At(partial) => date_one(&mut above, partial, &clocks, &lead, diagnostics),
            When::Range(start, end) => {
                let at = date_one(&mut above, start, &clocks, &lead, diagnostics);
                until = at.as_ref().and_then(|at| end_of_range(&above, at, end));
                at
            }
            When::HourUnknown(Some(partial)) => {
                diagnostics.push(unreadable(&lead));
                set_day(&mut above, partial);
                partial.resolve(&above.context).ok()
            }
            When::HourUnknown(None) => {
                diagnostics.push(unreadable(&lead));
                above.context.day.map(|day| Moment {
                    zone: above.context.zone.as_ref().map(|zone| zone.written.clone()),
                    ..Moment::local(Local::Day(day))
                })
            }
            When::SinceStart(minutes) => {
                elapsed_minutes = whole_minutes(*minutes);
                zero.as_ref().and_then(|zero| moment::moved(zero, *minutes))
            }
            When::Later(minutes) => above.last.and_then(|last| moment::moved(rows[last].at.as_ref()?, *minutes)),
            When::Unreadable => {
                if !lead.written.trim().trim_matches(['?', '-', '–', '~', '.', ' ']).is_empty() {
                    diagnostics.push(unreadable(&lead));
                }
                None
            }
            When::Date(_) | When::DayNumber(_) => None,
        };
        if at.is_some() {
            above.last = Some(rows.len());
        }
        rows.push(TimelineRow { at, until, text: lead.text, kind: RowKind::Note, elapsed_minutes, span: lead.span, line });
    }
    rows
}

#[expect(clippy::cast_possible_truncation, reason = "minutes of an incident")]
fn whole_minutes(minutes: f64) -> Option<i64> {
    (minutes.abs() < 1e9).then(|| minutes.floor() as i64)
}

fn unreadable(lead: &Lead) -> Diagnostic {
    Diagnostic::warning(Code::MomentUnreadable, lead.span, format!("cannot read the time `{}` of this timeline row", lead.written.trim()))
        .help("write it as `2024-06-08 13:55`, or leave the time out where it is not known")
}

/// Whether the timeline's times are written with am and pm.
struct Clocks {
    twelve_hour: bool,
    /// Every hour is 1 to 12 without a leading zero, and none has am or pm.
    bare_hours: bool,
}

impl Clocks {
    fn of(leads: &[Lead]) -> Self {
        let clocks = || {
            leads.iter().filter_map(|lead| match &lead.when {
                When::At(partial) | When::Range(partial, _) => partial.clock.map(|clock| (clock, lead.written.as_str())),
                _ => None,
            })
        };
        let twelve_hour = clocks().any(|(clock, _)| clock.twelve_hour);
        let bare = |(clock, written): (Clock, &str)| {
            (1..=12).contains(&clock.time.hour) && !written.trim_start_matches(|c: char| !c.is_ascii_digit()).starts_with('0')
        };
        Self { twelve_hour, bare_hours: !twelve_hour && clocks().all(bare) }
    }
}

/// The first day that a row says, for rows above it that say none.
fn first_day(leads: &[Lead], context: &Context) -> Option<NaiveDate> {
    leads.iter().find_map(|lead| match &lead.when {
        When::At(partial) | When::Range(partial, _) | When::Date(partial) | When::HourUnknown(Some(partial)) => partial.day(context),
        _ => None,
    })
}

fn set_day(above: &mut Above, partial: &Partial) {
    if let Some(day) = partial.day(&above.context) {
        above.context.day = Some(carried_year(day, partial, above));
        above.own_day = true;
        above.time = None;
    }
    if let Some(PartialDate::MonthDay { month, day }) = partial.date {
        above.context.month_day = Some((month, day));
    }
}

/// A date without a year that falls far before the row above is of the next year: December, January. The first one that falls far
/// behind the incident's day is of the year before.
fn carried_year(day: NaiveDate, partial: &Partial, above: &Above) -> NaiveDate {
    let yearless = matches!(partial.date, Some(PartialDate::MonthDay { .. } | PartialDate::Numeric { year: None, .. }));
    match above.context.day.filter(|_| above.own_day && yearless) {
        Some(last) if (last - day).num_days() > 180 => return day.with_year(day.year() + 1).unwrap_or(day),
        Some(_) => return day,
        None => {}
    }
    match above.stated_day.filter(|_| !above.own_day && yearless) {
        Some(stated) if (day - stated).num_days() > 180 => day.with_year(day.year() - 1).unwrap_or(day),
        _ => day,
    }
}

fn date_one(above: &mut Above, partial: &Partial, clocks: &Clocks, lead: &Lead, diagnostics: &mut Vec<Diagnostic>) -> Option<Moment> {
    if let Some(zone) = partial.zone.as_ref().filter(|zone| above.context.zone.as_ref() != Some(*zone)) {
        above.context.zone = Some(zone.clone());
    }
    // Its zone is that of the context now.
    let mut partial = Partial { zone: None, ..*partial };
    if partial.date.is_some() {
        match partial.resolve(&above.context) {
            Ok(moment) => {
                if let Some(day) = moment.day() {
                    let day = carried_year(day, &partial, above);
                    let next_day = matches!(partial.date, Some(PartialDate::NextDay));
                    // A day before the incident's, told for its own sake, dates no row but its own.
                    let prelude = partial.clock.is_none() && above.stated_day.is_some_and(|stated| stated > day);
                    above.context.day = if prelude { above.stated_day } else { Some(day) };
                    above.own_day = true;
                    above.time = moment.time();
                    above.span = Some(lead.span);
                    if next_day || moment.day() != Some(day) {
                        partial.date = Some(PartialDate::Day(day));
                        return partial.resolve(&above.context).ok();
                    }
                } else {
                    above.time = moment.time();
                }
                return Some(moment);
            }
            Err(Unread::Ambiguous) => {
                diagnostics.push(
                    Diagnostic::warning(Code::DateAmbiguous, lead.span, format!("`{}` can be read two ways", lead.written.trim()))
                        .help("write it as `2024-05-04`, or set `[incident] date-order` in `book.toml`"),
                );
                return None;
            }
            Err(Unread::Impossible) => {
                diagnostics.push(unreadable(lead));
                return None;
            }
            Err(Unread::Incomplete) => return None,
        }
    }
    let clock = partial.clock?;
    let (clock, shift) = place_after(above.time, clock, clocks);
    partial.clock = Some(clock);
    if shift > 0 {
        above.context.day = above.context.day.and_then(|day| day.checked_add_days(Days::new(1)));
        above.context.month_day = above.context.month_day.filter(|_| above.context.day.is_some());
    } else if let Some(last) = above.time
        && clock.time.minutes() < last.minutes()
    {
        let back = last.minutes() - clock.time.minutes();
        let mut diagnostic =
            Diagnostic::warning(Code::TimelineBackwards, lead.span, format!("timeline row is {back} min earlier than the row above"))
                .help("swap the rows, or write the date on the row if it belongs to the next day");
        if let Some(span) = above.span {
            diagnostic = diagnostic.label(span, "this row");
        }
        diagnostics.push(diagnostic);
    }
    above.time = Some(clock.time);
    above.span = Some(lead.span);
    let moment = partial.resolve(&above.context).ok()?;
    if clock.end_of_day {
        above.context.day = moment.day().or(above.context.day);
    }
    Some(moment)
}

/// Reads a time of day after the one above it. Returns it and the days that passed: 1 where it is clearly earlier.
///
/// Two slips of the 12-hour clock are mended where the rows around show them: "12:30 AM" right after 11:30 AM is half past noon,
/// and an hour without am or pm that falls behind is the one in the afternoon.
fn place_after(above: Option<ClockTime>, clock: Clock, clocks: &Clocks) -> (Clock, u32) {
    let Some(last) = above else { return (clock, 0) };
    let (last, now) = (last.minutes(), clock.time.minutes());
    let moved = |hours: i64| {
        let hour = (i64::from(clock.time.hour) + hours).rem_euclid(24);
        Clock { time: ClockTime { hour: u8::try_from(hour).unwrap_or(clock.time.hour), ..clock.time }, ..clock }
    };
    if now >= last {
        // "12:15 PM" right after 11:50 PM is a quarter past midnight.
        if clock.twelve_hour && clock.time.hour == 12 && last >= 22 * 60 {
            return (moved(-12), 1);
        }
        return (clock, 0);
    }
    let noon = now + 12 * 60;
    if clock.twelve_hour {
        if clock.time.hour == 0 && (9 * 60..13 * 60).contains(&last) && noon >= last {
            return (moved(12), 0);
        }
    } else if (clocks.twelve_hour || clocks.bare_hours)
        && (1..12).contains(&clock.time.hour)
        && noon >= last
        && noon - last <= 8 * 60
        && last >= 9 * 60
    {
        return (moved(12), 0);
    }
    if last - now >= NEXT_DAY_MINUTES { (clock, 1) } else { (clock, 0) }
}

fn end_of_range(above: &Above, at: &Moment, end: &Partial) -> Option<Moment> {
    let mut context = above.context.clone();
    context.day = at.day();
    let until = end.resolve(&context).ok()?;
    if end.date.is_none()
        && let (Some(from), Some(to)) = (at.date_time(), until.date_time())
        && to < from
    {
        context.day = context.day.and_then(|day| day.succ_opt());
        return end.resolve(&context).ok();
    }
    Some(until)
}

/// The moment that `T+0` stands for: the first row that says both, or the stated time of the first row.
fn zero_of(times: &Times, leads: &[Lead]) -> Option<Moment> {
    let relative = leads.iter().any(|lead| matches!(lead.when, When::SinceStart(_)));
    if !relative {
        return None;
    }
    // "T+0 is 21:00 UTC", else the first time of day in the document, with the document's day.
    let defined = times.of_unit.iter().find_map(|expressions| match expressions.as_slice() {
        [Expression { found: Found::SinceStart(minutes), .. }, Expression { found: Found::Moment(partial), .. }, ..]
            if *minutes == 0.0 && partial.clock.is_some() =>
        {
            Some(partial)
        }
        _ => None,
    });
    if let Some(moment) = defined.and_then(|partial| partial.resolve(&times.context).ok()) {
        return Some(moment);
    }
    let first = times.of_unit.iter().flatten().flat_map(crate::extract::times::partials).find(|partial| partial.clock.is_some())?;
    first.resolve(&times.context).ok()
}

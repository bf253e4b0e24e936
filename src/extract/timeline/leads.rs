//! Finds the rows in the units: which lines open with a time, and what they say then.

use std::collections::HashSet;

use crate::{
    diag::Span,
    extract::{
        moment::{self, Expression, Found, Partial},
        outline::{Cell, Notation, Outline, Shape, Unit},
        text::find_byte,
        times::{self, Times, is_time_header, says_times},
        zone,
    },
    incident::SectionRole,
};

/// When a row was, as far as the row says it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum When {
    /// A moment.
    At(Partial),
    /// From, to.
    Range(Partial, Partial),
    /// A day whose hour is not known, or whose hour is broken.
    HourUnknown(Option<Partial>),
    /// Minutes after the start of the incident.
    SinceStart(f64),
    /// Minutes after the row above.
    Later(f64),
    /// Something that is no date or time.
    Unreadable,
    /// No row: the date of the rows below.
    Date(Partial),
    /// No row: the rows below are of the incident's first, second, … day.
    DayNumber(u64),
}

/// A line that opens with a time.
#[derive(Debug, Clone)]
pub(super) struct Lead {
    /// The unit's index.
    pub(super) unit: usize,
    /// When.
    pub(super) when: When,
    /// What happened then; empty where the lines below say it.
    pub(super) text: String,
    /// Its place in the file.
    pub(super) span: Span,
    /// The text of the time as written, for messages.
    pub(super) written: String,
    /// Whether further rows stand on the same line.
    pub(super) run_on: bool,
}

/// Small words before the time of a row; up to five of them.
const BEFORE: &[&str] = &[
    "at",
    "on",
    "around",
    "about",
    "by",
    "from",
    "between",
    "approximately",
    "approx",
    "circa",
    "ca",
    "c",
    "since",
    "um",
    "à",
    "às",
    "a",
    "las",
    "gegen",
    "vers",
    "time",
    "the",
    "as",
    "of",
    "am",
    "ab",
    "le",
    "el",
    "t",
    "date",
    "when",
    "and",
    "then",
    "later",
    "finally",
    "just",
    "before",
    "after",
    "until",
    "early",
    "late",
    "in",
    "timestamp",
    "exactly",
    "precisely",
    "roughly",
    "nearly",
    "almost",
    "same",
    "day",
    "shortly",
    "starting",
    "beginning",
    "morning",
    "afternoon",
    "evening",
    "night",
    "step",
    "event",
    "local",
];

/// Adds the rows of the unit at `at`. In the timeline section rows may be dated without a time and may open with a label.
pub(super) fn leads_of(outline: &Outline, times: &Times, tables: &mut Tables, at: usize, in_timeline: bool, out: &mut Vec<Lead>) {
    let unit = &outline.units[at];
    match unit.shape {
        Shape::Row { table } => table_lead(outline, times, at, tables.columns(outline, table), in_timeline, out),
        Shape::HeaderRow { table } => {
            // A header that is a row itself: the table has none, but Markdown demands one.
            if unit.cells.first().is_some_and(|cell| opens_with_clock(&cell.text)) {
                table_lead(outline, times, at, tables.columns(outline, table), in_timeline, out);
            }
        }
        _ => line_leads(outline, times, at, in_timeline, out),
    }
}

fn opens_with_clock(text: &str) -> bool {
    moment::scan(text)
        .first()
        .is_some_and(|first| first.span.start <= 2 && matches!(&first.found, Found::Moment(partial) if partial.clock.is_some()))
}

/// What the columns of the table last asked for are.
#[derive(Debug, Default)]
pub(super) struct Tables {
    last: Option<(usize, Columns)>,
}

impl Tables {
    fn columns(&mut self, outline: &Outline, table: usize) -> &Columns {
        let last = self.last.take().filter(|(known, _)| *known == table);
        let header = outline.tables.get(table).map(|table| table.header.as_slice()).unwrap_or_default();
        &self.last.insert(last.unwrap_or_else(|| (table, Columns::of(header)))).1
    }
}

/// What the columns of a table are, by its header.
#[derive(Debug)]
struct Columns {
    /// Those that hold times; the first where the header says nothing.
    times: Vec<usize>,
    /// Whether the header says so.
    named: bool,
    /// The one that says what happened.
    main: Option<usize>,
    /// For each whether it says nothing of what happened: numbers, lengths, times in other zones.
    skipped: Vec<bool>,
}

impl Columns {
    fn of(header: &[Cell]) -> Self {
        let names: Vec<String> = header.iter().map(|cell| cell.text.to_lowercase()).collect();
        let is_time: Vec<bool> = names.iter().map(|name| is_time_header(name)).collect();
        let times = time_columns(&names, &is_time);
        let named = !times.is_empty();
        let times = if named { times } else { vec![0] };
        let skipped = names.iter().enumerate().map(|(at, name)| {
            ["#", "no", "nr", "id", "step"].contains(&name.trim_end_matches('.'))
                || has_word(name, &["elapsed", "duration", "zone", "delta"])
                || times.len() < 3 && is_time[at] && !times.contains(&at)
        });
        let main = names.iter().position(|name| has_word(name, EVENT_WORDS));
        Self { skipped: skipped.collect(), times, named, main }
    }
}

/// Words in the header of the column that says what happened.
const EVENT_WORDS: &[&str] = &[
    "event",
    "description",
    "what",
    "detail",
    "action",
    "activity",
    "happen",
    "summary",
    "note",
    "message",
    "ereignis",
    "événement",
    "evento",
];

/// The columns of a table that hold times, by the names of its columns.
fn time_columns(names: &[String], is_time: &[bool]) -> Vec<usize> {
    let columns = || (0..names.len()).filter(|at| is_time[*at]);
    // "Day", "Date", "Time", and perhaps a second time column in another zone: the first date and the first time are meant.
    let has = |at: usize, words: &[&str]| has_word(&names[at], words);
    let of_day = |at: usize| has(at, &["date", "day", "datum", "fecha"]) && !has(at, &["time"]);
    let date = columns().find(|at| of_day(*at) && !has(*at, &["day"])).or_else(|| columns().find(|at| of_day(*at)));
    let time = columns().find(|at| !of_day(*at));
    match (date, time) {
        // "Date and time" says both.
        (Some(date), Some(time)) if !(time < date && has(time, &["date"])) => vec![date, time],
        (_, Some(time)) => vec![time],
        (date, None) => date.into_iter().collect(),
    }
}

fn has_word(lower: &str, words: &[&str]) -> bool {
    words.iter().any(|word| lower.contains(word))
}

fn table_lead(outline: &Outline, times: &Times, at: usize, columns: &Columns, in_timeline: bool, out: &mut Vec<Lead>) {
    let unit = &outline.units[at];
    if unit.cells.len() < 2 {
        return;
    }
    let mut written = String::new();
    for text in
        columns.times.iter().filter_map(|column| unit.cells.get(*column)).map(|cell| cell.text.trim()).filter(|text| !text.is_empty())
    {
        if !written.is_empty() {
            written.push(' ');
        }
        written.push_str(text);
    }
    let text = row_text(unit, columns);
    let scanned;
    let expressions = match expressions_of_first_cell(unit, columns, times.of_unit[at].as_slice(), &written) {
        Some(expressions) => expressions,
        None => {
            scanned = moment::scan(&written);
            &scanned
        }
    };
    let Some((when, used)) = when_of(&written, expressions) else {
        // A named column without a time that can be read: the row stands, undated.
        if columns.named && in_timeline && !text.is_empty() && !written.is_empty() && !is_form_text(&text) {
            out.push(Lead { unit: at, when: When::Unreadable, text, span: unit.span, written, run_on: false });
        }
        return;
    };
    let opens = expressions.first().is_some_and(|first| first.span.start <= 12);
    let left = written.len().saturating_sub(used);
    if !opens || !columns.named && left > 24 {
        return;
    }
    if matches!(when, When::HourUnknown(_) | When::Unreadable) && is_form_text(&text) || text.is_empty() && !matches!(when, When::At(_)) {
        return;
    }
    let is_date = matches!(&when, When::At(partial) if partial.clock.is_none());
    if !in_timeline && (is_date || matches!(when, When::HourUnknown(_) | When::Unreadable)) {
        return;
    }
    let when = match when {
        When::At(partial) if text.is_empty() => When::Date(partial),
        when => when,
    };
    out.push(Lead { unit: at, when, text, span: unit.span, written, run_on: false });
}

/// The expressions of a row's first cell among those of the whole row, where that cell alone holds the time. `None` where they are
/// not the same: an expression goes on in the next cell, or the row was not scanned.
fn expressions_of_first_cell<'a>(unit: &Unit, columns: &Columns, of_row: &'a [Expression], written: &str) -> Option<&'a [Expression]> {
    let alone = columns.times == [0] && unit.text.starts_with(written);
    let inside = of_row.iter().take_while(|expression| expression.span.end <= written.len()).count();
    let ends = inside > 0 && of_row.get(inside).is_none_or(|next| next.span.start > written.len());
    (alone && ends).then(|| &of_row[..inside])
}

/// What a table's row says beside its time: the column named for it, else the other cells.
fn row_text(unit: &Unit, columns: &Columns) -> String {
    let skip = |at: usize| columns.times.contains(&at) || columns.skipped.get(at).copied().unwrap_or_default();
    let cells = unit.cells.iter().enumerate().filter(|(at, _)| !skip(*at));
    let texts = cells.map(|(_, cell)| cell.text.trim()).filter(|text| !matches!(*text, "" | "-" | "–"));
    let main = columns.main.and_then(|main| unit.cells.get(main)).map(|cell| cell.text.trim()).filter(|text| !text.is_empty());
    let mut said = main.unwrap_or_default().to_owned();
    // The longest cell says what happened; who, where and links stand behind it.
    let marks = if main.is_some() { [" (", ", ", ")"] } else { ["", " – ", ""] };
    let mut others = texts.filter(|text| Some(*text) != main).peekable();
    if others.peek().is_some() {
        said.push_str(marks[0]);
        for (at, text) in others.enumerate() {
            said.push_str(if at == 0 { "" } else { marks[1] });
            said.push_str(text);
        }
        said.push_str(marks[2]);
    }
    said
}

/// Words of an unfilled form.
fn is_form_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    let lower = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = ["short ", "brief "].iter().find_map(|how| lower.strip_prefix(how)).unwrap_or(lower);
    lower.is_empty()
        || lower.starts_with("describe ") && lower.split(' ').count() <= 4
        || [
            "event description",
            "description of event",
            "description",
            "event",
            "what happened",
            "add event",
            "details",
            "text",
            "xxx",
            "todo",
            "tbd",
            "example",
        ]
        .contains(&lower)
}

/// The time that a cell's or line's expressions say at its beginning, and how many bytes of the text they take.
fn when_of(text: &str, expressions: &[Expression]) -> Option<(When, usize)> {
    let first = expressions.first()?;
    let mut used = first.span.end - first.span.start;
    let when = match &first.found {
        Found::Moment(partial) => {
            let near = expressions.get(1).filter(|second| text[first.span.end..second.span.start].chars().all(|c| !c.is_alphanumeric()));
            match near.map(|second| &second.found) {
                // `2024-03-13 14:??`, `2020-12-21 HH:mm`
                Some(Found::Blank | Found::Broken) if partial.clock.is_none() => {
                    used += near.map_or(0, |second| second.span.end - first.span.end);
                    When::HourUnknown(Some(partial.clone()))
                }
                // `2022-08-03 12:26-12:??`
                Some(Found::Blank | Found::Broken)
                    if partial.clock.is_some() && text[first.span.end..].trim_start().starts_with(['-', '–']) =>
                {
                    used += near.map_or(0, |second| second.span.end - first.span.end);
                    When::At(partial.clone())
                }
                _ => When::At(partial.clone()),
            }
        }
        Found::Range(start, end) => When::Range(start.clone(), end.clone()),
        Found::SinceStart(minutes) => When::SinceStart(*minutes),
        Found::Later(minutes) => When::Later(*minutes),
        Found::Broken => When::Unreadable,
        Found::Blank => When::HourUnknown(None),
        Found::Length(_) => return None,
    };
    Some((when, used))
}

fn line_leads(outline: &Outline, times: &Times, at: usize, in_timeline: bool, out: &mut Vec<Lead>) {
    let (unit, expressions) = (&outline.units[at], times.of_unit[at].as_slice());
    let text = unit.text.as_str();
    if in_timeline
        && let Some(number) = day_number(text)
            .filter(|_| !expressions.iter().any(|expression| times::partials(expression).any(|partial| partial.date.is_some())))
    {
        out.push(Lead {
            unit: at,
            when: When::DayNumber(number),
            text: String::new(),
            span: unit.span,
            written: String::new(),
            run_on: false,
        });
    }
    let Some(first) = expressions.first() else { return };
    if matches!(first.found, Found::Length(_)) {
        return;
    }
    // A fence that was never closed swallows rows; they still begin like items, and what was logged does not.
    if unit.notation == Notation::FencedCode && !(text.starts_with(['-', '*', '•']) && opens_with_clock(text)) {
        return;
    }
    let Some(label) = lead_prefix(unit, &text[..first.span.start], in_timeline) else {
        if in_timeline && out.last().is_some_and(|last| last.run_on) {
            push_cuts(unit, at, expressions, &run_on_cuts(text, expressions, 0), out);
        } else if in_timeline && let Some(lead) = time_behind(unit, at, expressions) {
            out.push(lead);
        }
        return;
    };
    let Some((when, _)) = when_of(text, expressions) else { return };
    if matches!(when, When::SinceStart(minutes) if minutes == 0.0) && text[first.span.end..].trim_start().starts_with("is ") {
        // "T+0 is 21:00 UTC" says what the rows count from.
        return;
    }
    let first_end = end_of(text, expressions);
    let timed = match &when {
        When::At(partial) | When::Range(partial, _) => partial.clock.is_some(),
        When::SinceStart(_) | When::Later(_) => true,
        _ => false,
    };
    if !timed && (!in_timeline || unit.is_heading() && outline.sections[unit.section].own_role.is_some()) {
        return;
    }
    // The heading of the timeline itself may hold a date or a span: "Timeline (7 June, 10:00 - 12:00)".
    if unit.is_heading() && outline.sections[unit.section].own_role == Some(SectionRole::Timeline) {
        return;
    }
    let cuts = if timed { run_on_cuts(text, expressions, 1) } else { Vec::new() };
    let end = cuts.first().map_or(text.len(), |cut| cut.1);
    let rest = clean_rest(&text[first_end..end.max(first_end)]);
    // "Start: 10:15" and "Duration: 10:15 - 11:00 (45 min)" tell of the whole.
    if let Some(label) = &label
        && (rest.is_empty() || matches!(when, When::Range(..)))
        && is_span_label(label)
    {
        return;
    }
    let said = match label {
        Some(label) if rest.is_empty() => label,
        Some(label) => format!("{label}: {rest}"),
        None => rest.to_owned(),
    };
    if matches!(when, When::HourUnknown(_) | When::Unreadable) && is_form_text(&said) {
        return;
    }
    let written = text[first.span.start..first_end].to_owned();
    let date_only = matches!(&when, When::At(partial) if partial.clock.is_none());
    let when = match when {
        // A line that is a date as a whole, or that has rows below it, dates them.
        When::At(partial)
            if date_only
                && (said.is_empty() && !tells_below(outline, times, at)
                    || says_times(&said)
                    || zone::parse_zone(said.trim_end_matches(':')).is_some()
                    || has_rows_below(outline, times, at)) =>
        {
            let zone = partial.zone.clone().or_else(|| zone::zone_in(&said).map(|(zone, _)| zone));
            When::Date(Partial { zone, ..partial })
        }
        when => when,
    };
    out.push(Lead { unit: at, when, text: said, span: unit.span, written, run_on: !cuts.is_empty() });
    push_cuts(unit, at, expressions, &cuts, out);
}

/// The number of "Day 2", where a line begins so.
fn day_number(text: &str) -> Option<u64> {
    if !text.starts_with(['D', 'd']) {
        return None;
    }
    let rest = text.strip_prefix("Day ").or_else(|| text.strip_prefix("DAY ")).or_else(|| text.strip_prefix("day "))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest[digits..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    rest[..digits].parse().ok().filter(|number| ends && (1..=60).contains(number))
}

/// A row of a few words with its time behind them: "First detected 2020-08-25 11:01".
fn time_behind(unit: &Unit, at: usize, expressions: &[Expression]) -> Option<Lead> {
    let text = unit.text.as_str();
    let [only] = expressions else { return None };
    let Found::Moment(partial) = &only.found else { return None };
    let before = text[..only.span.start].trim_end_matches(|c: char| !c.is_alphanumeric());
    let said =
        [" at", " on", " around", " about", " by"].iter().fold(before, |said, small| said.strip_suffix(small).unwrap_or(said)).trim_end();
    let short = said.split_whitespace().count() <= 5 && said.starts_with(char::is_alphanumeric) && !said.contains(['.', '!', '?']);
    let last = text[only.span.end..].trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
    let fits = short && last && !unit.is_heading() && unit.cells.is_empty() && partial.clock.is_some() && !is_span_label(said);
    fits.then(|| Lead {
        unit: at,
        when: When::At(partial.clone()),
        text: said.to_owned(),
        span: unit.span,
        written: text[only.span.start..only.span.end].to_owned(),
        run_on: false,
    })
}

/// Adds the rows that begin at the cuts of a unit.
fn push_cuts(unit: &Unit, at: usize, expressions: &[Expression], cuts: &[(usize, usize)], out: &mut Vec<Lead>) {
    let text = unit.text.as_str();
    for (index, &(expression, cut)) in cuts.iter().enumerate() {
        let end = cuts.get(index + 1).map_or(text.len(), |next| next.1);
        let found = &expressions[expression];
        if let Found::Moment(partial) = &found.found {
            out.push(Lead {
                unit: at,
                when: When::At(partial.clone()),
                text: clean_rest(&text[found.span.end..end]).to_owned(),
                span: unit.span,
                written: text[cut..found.span.end].to_owned(),
                run_on: true,
            });
        }
    }
}

/// True where a unit opens with a time of day.
fn opens(times: &Times, at: usize) -> bool {
    times.of_unit[at].first().is_some_and(|first| first.span.start <= 2 && times::partials(first).any(|partial| partial.clock.is_some()))
}

/// True where the units below a line (its nested items, or the lines of its section for a heading, and of the sections in it)
/// open with times of day.
fn has_rows_below(outline: &Outline, times: &Times, at: usize) -> bool {
    let unit = &outline.units[at];
    let below = outline.units[at + 1..].iter().enumerate().take(MAX_BELOW);
    for (distance, next) in below {
        let within = match (&unit.shape, &next.shape) {
            (Shape::Heading { level: own, .. }, Shape::Heading { level, .. }) => level > own,
            (Shape::Heading { .. }, _) => true,
            _ => next.parent == Some(at),
        };
        if !within {
            if distance == 0 && !unit.is_heading() && unit.shape == Shape::Line {
                continue;
            }
            return false;
        }
        if opens(times, distance + at + 1) || next.cells.first().is_some_and(|cell| opens_with_clock(&cell.text)) {
            return true;
        }
    }
    false
}

/// True where a heading that is a day stands over text of its own, so that it is a row: no time of day follows before the next
/// heading. So is an item over a line of text.
fn tells_below(outline: &Outline, times: &Times, at: usize) -> bool {
    let unit = &outline.units[at];
    if unit.is_item() {
        return outline.units.get(at + 1).is_some_and(|next| {
            let own = next.shape == Shape::Line && (next.block == unit.block || next.parent == Some(at));
            own && !says_times(&next.text) && !times.of_unit[at + 1].iter().flat_map(times::partials).any(|partial| partial.clock.is_some())
        });
    }
    let below = || outline.units[at + 1..].iter().take(MAX_BELOW).take_while(|unit| !unit.is_heading());
    let timed = |distance: usize| times.of_unit[at + 1 + distance].iter().flat_map(times::partials).any(|partial| partial.clock.is_some());
    outline.units[at].is_heading()
        && below().next().is_some_and(|unit| !says_times(&unit.text))
        && below().enumerate().all(|(distance, unit)| unit.cells.is_empty() && !timed(distance))
}

/// Lines below a heading that are looked at.
const MAX_BELOW: usize = 40;

/// Labels whose times are those of the incident, not of a row.
fn is_span_label(label: &str) -> bool {
    let lower = label.to_lowercase();
    [
        "timeline",
        "duration",
        "start",
        "end",
        "date",
        "time",
        "start time",
        "end time",
        "outage",
        "timezone",
        "time zone",
        "duration of the outage",
        "duration of outage",
        "total",
        "period",
    ]
    .contains(&lower.as_str())
}

/// Returns the end of the expressions that say the row's time: a conversion in brackets behind it is part of it.
fn end_of(text: &str, expressions: &[Expression]) -> usize {
    let first = &expressions[0];
    let mut end = first.span.end;
    if let Some(second) = expressions.get(1) {
        let between = &text[end..second.span.start];
        let after = &text[second.span.end..];
        let broken = matches!(second.found, Found::Blank | Found::Broken) && between.chars().all(|c| !c.is_alphanumeric());
        let converted = matches!(&second.found, Found::Moment(partial) if partial.clock.is_some())
            && matches!(between.trim(), "(" | "/" | "[")
            && (between.trim() == "/" || after.starts_with([')', ']']));
        if broken || converted {
            end = second.span.end;
        }
    }
    end
}

/// Checks what stands before the time of a line: nothing, small words, or (in the timeline) a label such as "Issue detected:".
/// Returns the label, or `None` where the line does not open with its time.
#[expect(clippy::option_option, reason = "three answers: no row, a row, a row with a label")]
fn lead_prefix(unit: &Unit, prefix: &str, in_timeline: bool) -> Option<Option<String>> {
    let bare = prefix.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return Some(None);
    }
    let words = bare.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let small = |word: &str| {
        BEFORE.contains(&word.to_lowercase().as_str())
            || moment::is_weekday(word)
            || word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit())
    };
    if words.clone().count() <= 5 && words.clone().all(small) {
        return Some(None);
    }
    let closed = prefix.trim_end().ends_with([':', '(', '[', '-', '–', '—', '@']);
    let strong = unit.strong_len >= prefix.trim_end().len().saturating_sub(2);
    let words = bare.split_whitespace().count();
    let titled = bare.starts_with(char::is_uppercase) && !bare.contains(['.', '!', '?', ';']);
    (in_timeline && closed && words <= 6 && (titled || strong)).then(|| Some(bare.to_owned()))
}

/// Cuts `12:00pm: one. 12:06pm: two.`: the expressions from `first` on that begin a row, with the byte at which their row begins.
fn run_on_cuts(text: &str, expressions: &[Expression], first: usize) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    for (index, expression) in expressions.iter().enumerate().skip(first) {
        let Found::Moment(partial) = &expression.found else { continue };
        if partial.clock.is_none() {
            continue;
        }
        let before = text[..expression.span.start].trim_end();
        let after = text[expression.span.end..].trim_start_matches(['*', ')', ']']);
        let ended = before.ends_with(['.', '!', '?', ';', ',', '"', '•', '*']);
        let separated = after.starts_with(':') || [" -", " –", " —", " :"].iter().any(|mark| after.starts_with(mark));
        // A colon and a capital begin a row even where the one before has no stop; a comma alone ends none.
        let titled = after.strip_prefix(':').is_some_and(|rest| rest.trim_start().starts_with(char::is_uppercase))
            && before.len() < expression.span.start;
        if titled || ended && separated && !before.ends_with(',') {
            cuts.push((index, expression.span.start));
        }
    }
    cuts
}

/// Strips what parts the time from what is said.
fn clean_rest(rest: &str) -> &str {
    rest.trim_start_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ':' | '-'
                    | '–'
                    | '—'
                    | '|'
                    | ','
                    | '.'
                    | ')'
                    | ']'
                    | '*'
                    | '}'
                    | ';'
                    | '→'
                    | '>'
                    | '~'
                    | '='
                    | '‒'
                    | '−'
                    | '`'
                    | '_'
                    | '/'
            )
    })
    .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '*' | '–' | '—'))
}

/// Further sentences of one line are no rows.
const MAX_SENTENCES: usize = 60;

/// Rows of a timeline that is told in sentences: each sentence with a time of day, where fewer than two lines open with one.
pub(super) fn sentence_leads(outline: &Outline, times: &Times, out: &mut Vec<Lead>) {
    let known: HashSet<usize> = out.iter().map(|lead| lead.unit).collect();
    for (at, unit) in outline.units.iter().enumerate() {
        let sentences = unit.role == Some(SectionRole::Timeline) && !unit.is_heading() && unit.cells.is_empty() && !known.contains(&at);
        if !sentences || unit.label.as_ref().is_some_and(|label| is_span_label(label.text(unit))) {
            continue;
        }
        let expressions = &times.of_unit[at];
        let mut taken = 0;
        for expression in expressions.iter().take(MAX_SENTENCES) {
            let (Found::Moment(partial) | Found::Range(partial, _)) = &expression.found else { continue };
            if partial.clock.is_none() || expression.span.start < taken {
                continue;
            }
            let (from, to) = sentence_around(&unit.text, expression.span);
            taken = to;
            let when = match &expression.found {
                Found::Range(start, end) => When::Range(start.clone(), end.clone()),
                _ => When::At(partial.clone()),
            };
            out.push(Lead {
                unit: at,
                when,
                text: unit.text[from..to].trim().to_owned(),
                span: unit.span,
                written: unit.text[expression.span.start..expression.span.end].to_owned(),
                run_on: false,
            });
        }
    }
    out.sort_by_key(|lead| lead.unit);
}

/// The sentence of `text` that holds `span`.
pub(crate) fn sentence_around(text: &str, span: Span) -> (usize, usize) {
    let is_stop = |byte: u8| (byte == b'.') | (byte == b'!') | (byte == b'?');
    // A stop ends a sentence where white space and no small letter follows.
    let ends = |at: usize| {
        let behind = &text[at + 1..];
        behind.starts_with(char::is_whitespace) && !behind.trim_start().starts_with(char::is_lowercase)
    };
    let bytes = text.as_bytes();
    let mut before = span.start;
    let from = loop {
        let Some(stop) = bytes[..before].iter().rposition(|byte| is_stop(*byte)) else { break 0 };
        if ends(stop) && !is_abbreviation(&text[..stop]) {
            break stop + 1;
        }
        before = stop;
    };
    let mut behind = span.end;
    let to = loop {
        let Some(stop) = find_byte(bytes, behind, is_stop) else { break text.len() };
        behind = stop + 1;
        if ends(stop) {
            break behind;
        }
    };
    (from, to)
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    matches!(
        word.to_ascii_lowercase().as_str(),
        "a.m" | "p.m" | "e.g" | "i.e" | "mr" | "mrs" | "ms" | "dr" | "approx" | "ca" | "no" | "vs" | "etc" | "st"
    )
}

/// Fills the text of rows that are a time alone from the lines below them.
pub(super) fn settle_texts(outline: &Outline, leads: &mut [Lead]) {
    for at in 0..leads.len() {
        if !leads[at].text.is_empty() || !leads[at].is_row() {
            continue;
        }
        let from = leads[at].unit;
        let to = leads[at + 1..].iter().map(|lead| lead.unit).find(|unit| *unit > from).unwrap_or(outline.units.len());
        leads[at].text = text_below(outline, from, to);
    }
}

const MAX_GATHERED: usize = 400;

/// Adds to each row the further lines of its paragraph, which are cut where a sentence ends at the end of a line.
pub(super) fn continue_texts(outline: &Outline, leads: &mut [Lead]) {
    for at in 0..leads.len() {
        let unit = leads[at].unit;
        let own = &outline.units[unit];
        let last_of_unit = leads.get(at + 1).is_none_or(|next| next.unit != unit);
        if !leads[at].is_row() || !last_of_unit || own.is_heading() || !own.cells.is_empty() || leads[at].text.is_empty() {
            continue;
        }
        let next = leads.get(at + 1).map_or(outline.units.len(), |next| next.unit);
        for further in outline.units[unit + 1..next.max(unit + 1)].iter().take_while(|further| further.block == own.block) {
            if further.shape != Shape::Line || further.label.is_some() || leads[at].text.len() + further.text.len() > MAX_GATHERED {
                break;
            }
            let text = &mut leads[at].text;
            text.push(' ');
            text.push_str(further.text.trim());
        }
    }
}

/// The text of the first block between two units, which belongs to the time above it.
fn text_below(outline: &Outline, from: usize, to: usize) -> String {
    let mut text = String::new();
    let heading_level = match outline.units[from].shape {
        Shape::Heading { level, .. } => Some(level),
        _ => None,
    };
    for unit in outline.units[from + 1..to].iter() {
        match unit.shape {
            Shape::Heading { level, .. } if heading_level.is_none_or(|own| level <= own) => break,
            Shape::Heading { .. } | Shape::Row { .. } | Shape::HeaderRow { .. } => continue,
            _ => {}
        }
        if unit.role != Some(SectionRole::Timeline) && heading_level.is_none() && unit.section != outline.units[from].section {
            break;
        }
        if text.len() + unit.text.len() > MAX_GATHERED && !text.is_empty() {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(unit.text.trim());
    }
    text
}

//! What a document says of dates and zones as a whole: the day of the incident, the year, the zone of times without one, the
//! order of numeric dates. Rows and fields inherit from it.
//!
//! Every unit is scanned once here; the readers of timeline and fields use the same findings.

mod labels;

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::{
    lexicon::Cue,
    moment::{self, Context, Expression, Found, Partial, PartialDate, Scanner},
    outline::{Notation, Outline, Shape, Unit},
    phrases::Phrases,
    text::head,
    zone::{self, Zone},
};
pub(crate) use labels::{Field, field_of_label, is_strict};

use crate::{
    config::{DateOrder, ReadSettings},
    diag::Span,
    incident::{OccurredBasis, SectionRole},
};

/// The expressions of time of a document and what follows from them for the whole of it.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    /// The expressions of each unit's text, by the unit's index. Empty for fenced code outside the timeline.
    pub(crate) of_unit: Vec<Vec<Expression>>,
    /// What times and dates without day, year or zone inherit.
    pub(crate) context: Context,
    /// Where the day comes from, where it is known.
    pub(crate) basis: Option<OccurredBasis>,
}

/// Scans the document. `known` holds what the front matter says; it wins.
pub(crate) fn read_times(settings: &ReadSettings, outline: &Outline, known: &Context) -> Times {
    let mut scanner = Scanner::default();
    let of_unit: Vec<Vec<Expression>> = outline.units.iter().map(|unit| scan_unit(&mut scanner, &outline.text, unit)).collect();
    let stated = stated_zone(outline);
    let zone =
        known.zone.clone().or(stated).or_else(|| usual_zone(&of_unit)).or_else(|| settings.zone.as_deref().and_then(zone::parse_zone));
    let zone = zone.map(|zone| if zone.is_unclear() { zone.decided_by(&outline.text) } else { zone });
    let mut context = Context { zone, date_order: known.date_order, ..Context::default() };
    let all = || of_unit.iter().flatten();
    context.date_order =
        context.date_order.or_else(|| shown_order(&of_unit)).or(settings.date_order).or_else(|| order_by_known_days(&of_unit)).or_else(
            || {
                let day_first = context.zone.as_ref()?.writes_day_first()?;
                Some(if day_first { DateOrder::DayMonth } else { DateOrder::MonthDay })
            },
        );
    let path_date = date_of_path(&outline.path);
    context.year = known.year.or(known.day.map(|day| day.year())).or_else(|| year_of(outline, all()));
    let mut basis = None;
    if let Some(day) = known.day {
        context.day = Some(day);
        basis = Some(OccurredBasis::DayStated);
    } else if let Some(StatedDay { day, month_day, firm }) = stated_day(outline, &of_unit, &context) {
        context.day = day;
        context.month_day = month_day;
        basis = day.map(|_| OccurredBasis::DayStated);
        // A date that is only mentioned, far from the one in the file's name, is of something else.
        if let (Some(day), Some(named)) = (day, path_date)
            && !firm
            && (day - named).num_days().abs() > 3
        {
            context.day = Some(named);
            basis = Some(OccurredBasis::FileName);
        }
    }
    if context.day.is_none()
        && let Some(day) = path_date
    {
        // The file's name may be the day of writing; it dates the incident only where nothing in the text contradicts.
        let fits = context.month_day.is_none_or(|(month, of_month)| day.month() == u32::from(month) && day.day() == u32::from(of_month));
        if fits {
            context.day = Some(day);
            basis = Some(OccurredBasis::FileName);
        }
    }
    context.year = context.year.or_else(|| context.day.map(|day| day.year())).or_else(|| path_year(&outline.path));
    if context.day.is_none()
        && let (Some(year), Some((month, day))) = (context.year, context.month_day)
    {
        context.day = NaiveDate::from_ymd_opt(year, month.into(), day.into());
        basis = context.day.map(|_| OccurredBasis::DayStated);
    }
    Times { of_unit, context, basis }
}

fn scan_unit(scanner: &mut Scanner, file: &str, unit: &Unit) -> Vec<Expression> {
    // What was logged is evidence, not the incident's times; but a fence that was never closed swallows rows of the timeline.
    let fenced =
        unit.notation == Notation::FencedCode && !(unit.role == Some(SectionRole::Timeline) && unit.text.starts_with(['-', '*', '•']));
    let may_say_time = unit.cues.has(Cue::Digit) || unit.cues.has(Cue::TimeWord);
    if fenced || !may_say_time || unit.text.len() > 20_000 {
        return Vec::new();
    }
    let mut expressions = if unit.cues.has(Cue::TimeWord) { scanner.scan(&unit.text) } else { scanner.scan_digits(&unit.text) };
    if let (Shape::Item { ordered: true, .. }, Some(first)) = (&unit.shape, expressions.first_mut())
        && first.span.start == 0
        && let Found::Moment(partial) = &mut first.found
        && let Some(PartialDate::Month { year, month }) = partial.date
    {
        // "7. Juni 2024" at the beginning of a line is a list's seventh item to Markdown.
        let before = file.get(..unit.span.start).and_then(|before| before.rsplit('\n').next()).unwrap_or("");
        let day = before.trim().strip_suffix('.').and_then(|number| number.parse().ok());
        if let Some(day) = day.and_then(|day| NaiveDate::from_ymd_opt(year, month.into(), day)) {
            partial.date = Some(PartialDate::Day(day));
        }
    }
    expressions
}

/// Calls `look` with every moment of an expression.
pub(crate) fn partials(expression: &Expression) -> impl Iterator<Item = &Partial> {
    let (first, second) = match &expression.found {
        Found::Moment(partial) => (Some(partial), None),
        Found::Range(start, end) => (Some(start), Some(end)),
        _ => (None, None),
    };
    first.into_iter().chain(second)
}

/// Returns the moments of a unit before `span`; `None` where the unit is not one of the scanned.
pub(crate) fn partials_before(expressions: &[Expression], span: Span) -> Vec<Partial> {
    expressions.iter().filter(|expression| expression.span.end <= span.start).flat_map(partials).cloned().collect()
}

/// The zone of a statement about all times: "All times in UTC", "Timezone: PST", "Timeline (WAT)", a table's "Time (CET)".
fn stated_zone(outline: &Outline) -> Option<Zone> {
    let units = || outline.units.iter().filter(|unit| unit.notation != Notation::FencedCode && unit.text.len() <= 300);
    // What the timeline's heading or a table's column says holds before what a sentence elsewhere says.
    units().find_map(zone_of_heading).or_else(|| units().find_map(zone_of_statement))
}

fn zone_of_heading(unit: &Unit) -> Option<Zone> {
    let text = &unit.text;
    let found = match &unit.shape {
        Shape::Heading { .. } if unit.role == Some(SectionRole::Timeline) => {
            let note =
                text.find(['(', '[', ':', '-', '–', ',']).map_or(if says_times(text) { text.as_str() } else { "" }, |at| &text[at..]);
            zone::zone_in(note)
        }
        Shape::HeaderRow { .. } => unit.cells.iter().filter(|cell| is_time_header(&cell.text)).find_map(|cell| zone::zone_in(&cell.text)),
        _ => None,
    };
    found.map(|(zone, _)| zone)
}

fn zone_of_statement(unit: &Unit) -> Option<Zone> {
    let text = &unit.text;
    let found = if matches!(unit.shape, Shape::HeaderRow { .. }) || unit.is_heading() && unit.role == Some(SectionRole::Timeline) {
        None
    } else if unit.cues.has(Cue::Times) {
        zone::zone_in(text)
    } else if unit.label.as_ref().is_some_and(|label| labels::dates_the_incident(&label.key)) {
        // "Duration: 45 minutes (PST)": the zone in brackets is of all times of the line and of the document.
        text.find('(').and_then(|open| zone::zone_in(text[open..].split(')').next().unwrap_or("")))
    } else {
        None
    };
    found.map(|(zone, _)| zone)
}

/// What a statement about times as such says.
pub(super) const STATEMENTS: &[&str] = &[
    "all times",
    "all time ",
    "times are",
    "times in ",
    "timezone",
    "time zone",
    "time-zone",
    "times given",
    "times below",
    "times listed",
    "(times",
    "timestamps",
    "time in ",
    "alle zeiten",
    "zeitzone",
    "toutes les heures",
    "todas las horas",
    "todos os hor",
    "times (",
    "all in ",
    "in local time",
];

/// True where a text is a statement about times as such.
pub(crate) fn says_times(text: &str) -> bool {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(STATEMENTS.iter().copied()));
    SET.occur_in(text)
}

/// True where a table's header names a column of times.
pub(crate) fn is_time_header(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let names = |word: &str| {
        matches!(
            word,
            "time"
                | "times"
                | "date"
                | "when"
                | "timestamp"
                | "datetime"
                | "zeit"
                | "uhrzeit"
                | "zeitpunkt"
                | "datum"
                | "heure"
                | "hora"
                | "fecha"
                | "data"
                | "day"
                | "clock"
                | "utc"
                | "gmt"
                | "at"
        )
    };
    let length = [
        "duration",
        "taken",
        "spent",
        "to detect",
        "due",
        "deadline",
        "target",
        "response",
        "elapsed",
        "delta",
        "downtime",
        "recovery",
        "update",
    ];
    words.any(names) && !length.iter().any(|word| lower.contains(word)) && lower.len() <= 48
}

/// The zone that the document's times have where they have one: the one, or the most usual of several.
fn usual_zone(of_unit: &[Vec<Expression>]) -> Option<Zone> {
    let mut counts: Vec<(&Zone, usize)> = Vec::new();
    for partial in of_unit.iter().flatten().flat_map(partials) {
        if let Some(zone) = partial.zone.as_ref().filter(|_| partial.clock.is_some()) {
            match counts.iter().position(|(known, _)| *known == zone) {
                Some(at) => counts[at].1 += 1,
                None if counts.len() < 20 => counts.push((zone, 1)),
                None => {}
            }
        }
    }
    // The first of equally usual ones.
    counts.iter().rev().max_by_key(|(_, count)| *count).map(|(zone, _)| (*zone).clone())
}

fn shown_order(of_unit: &[Vec<Expression>]) -> Option<DateOrder> {
    let orders: Vec<DateOrder> = of_unit.iter().filter_map(|expressions| moment::shown_date_order(expressions)).collect();
    let first = *orders.first()?;
    orders.iter().all(|order| *order == first).then_some(first)
}

/// The order in which a numeric date names a day that the document names in words too.
fn order_by_known_days(of_unit: &[Vec<Expression>]) -> Option<DateOrder> {
    let days: Vec<NaiveDate> = of_unit
        .iter()
        .flatten()
        .flat_map(partials)
        .filter_map(|partial| match partial.date {
            Some(PartialDate::Day(day)) => Some(day),
            _ => None,
        })
        .take(50)
        .collect();
    let near = |year: i32, month: u8, day: u8| {
        NaiveDate::from_ymd_opt(year, month.into(), day.into())
            .is_some_and(|date| days.iter().any(|known| (*known - date).num_days().abs() <= 3))
    };
    of_unit.iter().flatten().flat_map(partials).find_map(|partial| match partial.date {
        Some(PartialDate::Numeric { first, second, year: Some(year) }) => match (near(year, second, first), near(year, first, second)) {
            (true, false) => Some(DateOrder::DayMonth),
            (false, true) => Some(DateOrder::MonthDay),
            _ => None,
        },
        _ => None,
    })
}

/// The year that the dates of the document name; the first where there are several.
fn year_of<'a>(outline: &Outline, all: impl Iterator<Item = &'a Expression>) -> Option<i32> {
    let stated = all.flat_map(partials).find_map(|partial| match partial.date? {
        PartialDate::Day(day) => Some(day.year()),
        PartialDate::Month { year, .. } => Some(year),
        PartialDate::Numeric { year, .. } => year,
        _ => None,
    });
    let headings = || outline.units.iter().filter(|unit| unit.is_heading() || unit.line <= 2).take(3).map(|unit| unit.text.as_str());
    // "Date (2024)" over a column of days without a year.
    let columns =
        || outline.tables.iter().flat_map(|table| &table.header).map(|cell| cell.text.as_str()).filter(|text| is_time_header(text));
    stated.or_else(|| headings().find_map(bare_year)).or_else(|| columns().find_map(bare_year))
}

/// A year that stands alone in a title: "The Great Outage of 2024".
fn bare_year(text: &str) -> Option<i32> {
    let mut years =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 4).filter_map(|word| word.parse::<i32>().ok());
    years.find(|year| (1995..2100).contains(year))
}

/// Words that say that a date is not the incident's: of writing, publishing, meeting.
pub(super) const PAPERWORK: &[&str] = &[
    "posted",
    "published",
    "publish",
    "postmortem date",
    "post-mortem date",
    "date of postmortem",
    "date of post",
    "report date",
    "date of report",
    "written",
    "last updated",
    "last modified",
    "updated on",
    "created",
    "meeting",
    "reviewed",
    "review date",
    "authored",
    "due",
    "prepared",
    "submitted",
    "follow-up",
    "follow up",
    "copyright",
    "retrieved",
    "version",
];

/// Whether a text says that its date is not the incident's.
fn is_paperwork(text: &str) -> bool {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(PAPERWORK.iter().copied()));
    SET.occur_in(text)
}

/// How much a date in a heading says of the incident's day.
const HEADING: u32 = 50;

/// How much a unit's date says of the incident's day; 0 for nothing.
fn weight(unit: &Unit, at: usize, timed: bool) -> u32 {
    let label = unit.label.as_ref();
    if let Some(label) = label.filter(|label| labels::dates_the_incident(&label.key)) {
        // "Date:" alone may be the day of writing, the more so at the end.
        return match label.key.as_str() {
            "date" | "datum" | "fecha" | "data" if at < 12 => 65,
            "date" | "datum" | "fecha" | "data" => 15,
            _ => 100,
        };
    }
    let head = head(&unit.text, 160);
    if unit.notation == Notation::FencedCode || (head.len() < 160 || at > 3) && unit.cues.has(Cue::Paperwork) && is_paperwork(head) {
        return 0;
    }
    use SectionRole as R;
    match unit.role {
        Some(R::Actions | R::People | R::Support | R::Questions | R::Communication) => 0,
        Some(R::Summary | R::Impact | R::Metrics) => {
            if timed {
                80
            } else {
                60
            }
        }
        Some(R::Timeline) => 70,
        _ if unit.is_heading() => HEADING,
        None if at < 25 => {
            if timed {
                75
            } else {
                55
            }
        }
        None | Some(R::Trigger | R::RootCause | R::CauseAndResolution | R::Detection | R::Resolution) => 40,
        Some(R::Background) => 20,
        Some(R::Contributing | R::Lessons | R::WentWell | R::WentWrong | R::Lucky | R::Conclusion) => 30,
    }
}

/// The day that a document states for its incident.
struct StatedDay {
    day: Option<NaiveDate>,
    /// Month and day where the year is lacking.
    month_day: Option<(u8, u8)>,
    /// Whether it is labelled, or said together with a time.
    firm: bool,
}

/// The day that the document states for the incident.
fn stated_day(outline: &Outline, of_unit: &[Vec<Expression>], context: &Context) -> Option<StatedDay> {
    let mut best: Option<(u32, NaiveDate, bool)> = None;
    let mut best_partial: Option<(u32, (u8, u8))> = None;
    let mut in_heading: Option<NaiveDate> = None;
    for (at, (unit, expressions)) in outline.units.iter().zip(of_unit).enumerate() {
        let last_timed = expressions.iter().rposition(|expression| partials(expression).any(|partial| partial.clock.is_some()));
        for (index, expression) in expressions.iter().enumerate() {
            let (Found::Moment(partial) | Found::Range(partial, _)) = &expression.found else { continue };
            let Some(date) = partial.date else { continue };
            let timed = last_timed.is_some_and(|last| last >= index);
            let weight = weight(unit, at, timed);
            if weight == 0 {
                continue;
            }
            match (partial.day(context), date) {
                (Some(day), _) => {
                    if unit.is_heading() {
                        in_heading = in_heading.or(Some(day));
                    }
                    if best.is_none_or(|(other, ..)| weight > other) {
                        best = Some((weight, day, weight >= 75 || partial.clock.is_some()));
                    }
                }
                (None, PartialDate::MonthDay { month, day }) if best_partial.is_none_or(|(other, _)| weight > other) => {
                    best_partial = Some((weight, (month, day)));
                }
                _ => {}
            }
        }
    }
    match (best, best_partial) {
        // What the text and its heading say alike is meant.
        (Some((weight, day, firm)), _) => {
            let firm = firm || weight > HEADING && in_heading == Some(day);
            Some(StatedDay { day: Some(day), month_day: None, firm })
        }
        (None, Some((_, month_day))) => Some(StatedDay { day: None, month_day: Some(month_day), firm: false }),
        (None, None) => None,
    }
}

/// The date in a file's name: `2024-06-07-dns.md`, `2024_06_07`, `20240607`, `2024/06/07/…`.
pub(crate) fn date_of_path(path: &str) -> Option<NaiveDate> {
    let bytes = path.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        let part = bytes.get(range)?;
        part.iter().all(u8::is_ascii_digit).then(|| part.iter().fold(0_u32, |value, digit| value * 10 + u32::from(digit - b'0')))
    };
    for at in 0..bytes.len().saturating_sub(7) {
        if at > 0 && bytes[at - 1].is_ascii_digit() {
            continue;
        }
        let Some(year) = digits(at..at + 4).filter(|year| (1990..2100).contains(year)) else { continue };
        let separated = matches!(bytes[at + 4], b'-' | b'_' | b'.' | b'/');
        let (month, day, end) = if separated {
            if bytes.get(at + 7) != Some(&bytes[at + 4]) {
                continue;
            }
            (digits(at + 5..at + 7), digits(at + 8..at + 10), at + 10)
        } else {
            (digits(at + 4..at + 6), digits(at + 6..at + 8), at + 8)
        };
        if bytes.get(end).is_some_and(u8::is_ascii_digit) {
            continue;
        }
        if let (Some(month), Some(day)) = (month, day)
            && let Some(date) = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        {
            return Some(date);
        }
    }
    None
}

/// The year in a file's name or folder: `PM2021-004.md`, `2024/dns.md`.
fn path_year(path: &str) -> Option<i32> {
    let bytes = path.as_bytes();
    (0..bytes.len().saturating_sub(3)).find_map(|at| {
        let alone = (at == 0 || !bytes[at - 1].is_ascii_digit()) && bytes.get(at + 4).is_none_or(|next| !next.is_ascii_digit());
        let year: i32 = path.get(at..at + 4).filter(|year| alone && year.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        (1995..2100).contains(&year).then_some(year)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::Document, extract::headings::Headings};

    fn times(markdown: &str) -> Times {
        let settings = ReadSettings::default();
        let outline = Outline::read(&Headings::new(&settings), &Document::from_text(markdown), None);
        read_times(&settings, &outline, &Context::default())
    }

    #[test]
    fn the_incident_is_dated_by_its_own_date_rather_than_the_writing() {
        for (markdown, expected) in [
            ("# Report of 2024-08-10\n\nPosted on: 2024-09-01\n\nIncident date: 2024-08-16\n", Some("2024-08-16")),
            (
                "# DNS outage\n\nPublished: 2024-09-01\n\n## Summary\nOn 16 August 2024 from 10:00 to 11:00 UTC it broke.\n",
                Some("2024-08-16"),
            ),
            ("# DNS outage\n\n## Action items\n- fix it by 2024-09-01\n", None),
            ("# Outage\n\nOn August 12 the shop was down. The plan of 2023 did not help.\n", None),
        ] {
            assert_eq!(times(markdown).context.day.map(|day| day.to_string()).as_deref(), expected, "{markdown}");
        }
    }

    #[test]
    fn the_zone_of_the_timelines_heading_comes_before_that_of_a_sentence() {
        let times = times("# A\n\nOthers were at a fair in the PDT time zone.\n\n## Timeline (times in BST)\n\n### 1:00 PM\n\nDown.\n");
        assert_eq!(times.context.zone.map(|zone| zone.written).as_deref(), Some("BST"));
    }

    #[test]
    fn the_zone_is_stated_once_or_the_usual_one() {
        for (markdown, expected) in [
            ("## Timeline\nAll times in CET.\n- 10:00 alert\n", Some("CET")),
            ("## Timeline (UTC-5)\n- 10:00 alert\n", Some("UTC-5")),
            ("| Time (WAT) | Event |\n|---|---|\n| 10:00 | alert |\n", Some("WAT")),
            ("From 10:00 to 11:00 EAT.\n- 10:00 alert\n", Some("EAT")),
            ("- 10:00 alert\n", None),
        ] {
            assert_eq!(times(markdown).context.zone.map(|zone| zone.written).as_deref(), expected, "{markdown}");
        }
    }

    #[test]
    fn numeric_dates_are_ordered_by_other_dates_and_the_zone() {
        for (markdown, expected) in [
            ("- 04/05/2024 10:00 alert\n- 13/05/2024 10:00 end\n", Some(DateOrder::DayMonth)),
            ("On May 4th, 2024 it broke.\n- 04/05/2024 10:00 alert\n", Some(DateOrder::DayMonth)),
            ("- 05-11-2023 6:48 AM GMT+1 ticket\n", Some(DateOrder::DayMonth)),
            ("- 04/05/2024 10:00 alert\n", None),
        ] {
            assert_eq!(times(markdown).context.date_order, expected, "{markdown}");
        }
    }

    #[test]
    fn a_date_that_text_and_heading_say_alike_comes_before_that_of_the_file() {
        let settings = ReadSettings::default();
        for (markdown, expected) in [
            ("# 2024-08-16 - DNS outage\n\n## Summary\nOn 2024-08-16 pages were stuck.\n", "2024-08-16"),
            ("# DNS outage\n\n## Summary\nSince 2024-08-16 we knew of it.\n", "2024-10-28"),
        ] {
            let document = Document::from_text(markdown);
            let mut outline = Outline::read(&Headings::new(&settings), &document, None);
            outline.path = "2024-10-28-dns.md".into();
            let day = read_times(&settings, &outline, &Context::default()).context.day;
            assert_eq!(day.map(|day| day.to_string()).as_deref(), Some(expected), "{markdown}");
        }
    }

    #[test]
    fn file_names_hold_dates_and_years() {
        for (path, day, year) in [
            ("2024/2024-06-07-dns.md", Some("2024-06-07"), Some(2024)),
            ("20240607_dns.md", Some("2024-06-07"), None),
            ("2024/06/07/dns.md", Some("2024-06-07"), Some(2024)),
            ("PM2022-017 - Sign-in.md", None, Some(2022)),
            ("dns-1234567890.md", None, None),
        ] {
            assert_eq!(date_of_path(path).map(|day| day.to_string()).as_deref(), day, "{path}");
            assert_eq!(path_year(path), year, "{path}");
        }
    }
}

//! The record as text for people: each value, and under it the line, the rule and the words that say it.
//!
//! Two lines a value keep it readable at 80 columns. Values are never cut; the words that say them are, since their line is
//! named and the JSON has them whole.

use std::fmt::{Display, Write as _};

use crate::{
    archive::{Archive, Entry},
    cli::terminal::{Style, clean, style},
    incident::{ActionItem, Incident, Moment, OccurredBasis, Origin, Provenance, Section, Stated, TimelineRow},
};

/// Where values begin: behind the longest name of a field.
const INDENT: usize = 16;

/// Returns what was read from each document, on lines of at most `width` characters.
pub(super) fn describe(archive: &Archive, width: usize) -> String {
    let mut out = String::new();
    for (index, reading) in archive.readings.iter().enumerate() {
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}  {}", style(&clean(&reading.file), Style::Bold), style(reading.kind.as_str(), Style::Dim));
        let entries = archive.entries_of(index);
        if entries.is_empty() {
            let mut sheet = Sheet::new(width);
            sheet.text("title", &reading.display_title);
            if let Some(summary) = &reading.summary {
                sheet.text("summary", summary);
            }
            out.push_str(&sheet.out);
        }
        for entry in entries {
            out.push('\n');
            out.push_str(&describe_entry(&archive.entries[*entry], width));
        }
    }
    out
}

fn describe_entry(entry: &Entry, width: usize) -> String {
    let mut sheet = Sheet::new(width);
    sheet.value("id", &entry.id, entry.declared_id.as_ref().map(|stated| &stated.provenance));
    describe_title(&mut sheet, entry);
    sheet.stated("summary", &entry.summary, Clone::clone);
    describe_times(&mut sheet, entry);
    sheet.stated("impact", &entry.impact_percent, |percent| format!("{percent} %"));
    sheet.shown("severity", &entry.severity);
    sheet.shown("status", &entry.status);
    sheet.optional("nature", &entry.nature, ToString::to_string);
    sheet.list("causes", &entry.causes, |cause| {
        let contributing = entry.contributing.iter().any(|other| other == cause);
        if contributing { format!("{cause} (contributing)") } else { cause.to_owned() }
    });
    sheet.optional("root cause", &entry.root_cause_text, Clone::clone);
    sheet.list("components", &entry.components, str::to_owned);
    sheet.list("services", &entry.services, str::to_owned);
    sheet.list("people", &entry.people, str::to_owned);
    sheet.list("tags", &entry.tags, str::to_owned);
    sheet.optional("published", &entry.published, show_moment);
    sheet.optional("audience", &entry.audience, Clone::clone);
    if !entry.extra.is_empty() {
        sheet.text("further keys", &entry.extra.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    }
    if entry.timeline.is_empty() {
        sheet.missing.push("timeline");
    }
    if entry.action_items.is_empty() {
        sheet.missing.push("actions");
    }
    describe_timeline(&mut sheet, &entry.timeline);
    describe_actions(&mut sheet, &entry.action_items);
    describe_sections(&mut sheet, &entry.sections);
    sheet.finish()
}

fn describe_title(sheet: &mut Sheet, incident: &Incident) {
    match &incident.title {
        Some(title) => sheet.value("title", &title.value, Some(&title.provenance)),
        None => {
            sheet.text("title", &incident.display_title);
            sheet.evidence("composed: the document has none of its own");
        }
    }
}

fn describe_times(sheet: &mut Sheet, incident: &Incident) {
    sheet.stated("start", &incident.start, show_moment);
    if let (None, Some(occurred)) = (&incident.start, &incident.occurred) {
        sheet.text("occurred", &show_moment(&occurred.moment));
        sheet.evidence(match occurred.basis {
            OccurredBasis::Start => "its start",
            OccurredBasis::Detected => "when it was detected",
            OccurredBasis::FirstRow => "the first row of the timeline",
            OccurredBasis::DayStated => "the day that the document states",
            OccurredBasis::FileName => "the file's name",
        });
    }
    sheet.stated("detected", &incident.detected, show_moment);
    sheet.optional("noticed by", &incident.detection_source, ToString::to_string);
    sheet.stated("acknowledged", &incident.acknowledged, show_moment);
    sheet.stated("mitigated", &incident.mitigated, show_moment);
    sheet.stated("end", &incident.end, show_moment);
    sheet.stated("duration", &incident.duration_minutes, |minutes| show_minutes(*minutes));
    let differs = |stated: &&Stated<f64>| incident.duration_minutes.as_ref().is_none_or(|used| (used.value - stated.value).abs() > 0.5);
    if let Some(stated) = incident.duration_stated_minutes.as_ref().filter(differs) {
        sheet.value("length stated", &show_minutes(stated.value), Some(&stated.provenance));
    }
    sheet.optional("detect stated", &incident.minutes_to_detect_stated, |minutes| show_minutes(*minutes));
    let computed = [
        ("detect", incident.minutes_to_detect()),
        ("acknowledge", incident.minutes_to_acknowledge()),
        ("mitigate", incident.minutes_to_mitigate()),
    ];
    let computed: Vec<String> =
        computed.iter().filter_map(|(what, minutes)| minutes.map(|minutes| format!("{what} {}", show_minutes(minutes)))).collect();
    if !computed.is_empty() {
        sheet.text("time to", &computed.join(", "));
    }
}

fn describe_timeline(sheet: &mut Sheet, rows: &[TimelineRow]) {
    if rows.is_empty() {
        return;
    }
    // What all rows share is said once.
    let moments = || rows.iter().filter_map(|row| row.at.as_ref());
    let offset = shared(moments().map(Moment::offset));
    let day = shared(moments().map(|at| at.day().filter(|_| at.time().is_some()))).flatten();
    let zone = moments().next().filter(|_| offset.is_some()).map(zone_of).unwrap_or_default();
    let on = day.map(|day| format!(" on {day}")).unwrap_or_default();
    sheet.heading(&format!("timeline: {}{on}{zone}", count(rows.len(), "row")));
    let show = |at: &Moment| {
        let about = if at.approximate { "~" } else { "" };
        let moment = if offset.is_some() { at.local.to_string() } else { at.to_string() };
        let start = if day.is_some() { moment.find('T').unwrap_or(0) } else { 0 };
        format!("{about}{}", moment[start..].trim_start_matches('T').replace('T', " "))
    };
    let moments: Vec<String> = rows.iter().map(|row| row.at.as_ref().map_or_else(|| "-".to_owned(), show)).collect();
    let width = moments.iter().map(|moment| moment.chars().count()).max().unwrap_or(0);
    let kind_width = rows.iter().map(|row| row.kind.as_str().len()).max().unwrap_or(0);
    for (row, moment) in rows.iter().zip(&moments) {
        let until = row.until.as_ref().map(|until| format!("until {}", show(until))).unwrap_or_default();
        sheet.row(row.line, &format!("{moment:width$}  {:kind_width$}", row.kind.as_str()), &row.text, &until);
    }
}

/// Returns what all of `values` are, where they are one and the same.
fn shared<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn describe_actions(sheet: &mut Sheet, items: &[ActionItem]) {
    if items.is_empty() {
        return;
    }
    sheet.heading(&format!("actions: {}", items.len()));
    let status_width = items.iter().map(|item| item.status.as_str().len()).max().unwrap_or(0);
    let kind_width = items.iter().map(|item| item.kind.as_str().len()).max().unwrap_or(0);
    for item in items {
        let due = item.due.as_ref().map(|due| format!("due {}", due.local));
        let says_more = |text: &&String| text.to_lowercase().replace(' ', "-") != item.status.as_str();
        let status = item.status_text.as_ref().filter(says_more).cloned();
        let details: Vec<&str> = [&item.owner, &due, &status, &item.link].into_iter().flatten().map(String::as_str).collect();
        let columns = format!("{:status_width$}  {:kind_width$}", item.status.as_str(), item.kind.as_str());
        sheet.row(item.line, &columns, &item.text, &details.join(", "));
    }
}

fn describe_sections(sheet: &mut Sheet, sections: &[Section]) {
    let known = sections.iter().filter_map(|section| Some(format!("{} “{}”", section.canonical?.as_str(), one_line(&section.heading))));
    let known: Vec<String> = known.collect();
    let unknown = sections.iter().filter(|section| section.canonical.is_none());
    let unknown: Vec<String> = unknown.map(|section| format!("“{}”", one_line(&section.heading))).collect();
    if sections.is_empty() {
        return;
    }
    sheet.out.push('\n');
    if !known.is_empty() {
        sheet.text("sections", &known.join(", "));
    }
    if !unknown.is_empty() {
        sheet.text("other headings", &unknown.join(", "));
    }
}

/// Returns a moment as it is printed everywhere, and the zone in the document's words.
fn show_moment(moment: &Moment) -> String {
    let about = if moment.approximate { "about " } else { "" };
    let zone = moment.zone.as_ref().filter(|zone| moment.offset().as_ref() != Some(zone)).map(|zone| format!(" ({zone})"));
    format!("{about}{moment}{}", zone.unwrap_or_default())
}

/// Returns ` (CET, +01:00)`, as far as it is known.
fn zone_of(moment: &Moment) -> String {
    let mut parts: Vec<String> = moment.zone.clone().into_iter().chain(moment.offset()).collect();
    parts.dedup();
    if parts.is_empty() { ", zone not stated".to_owned() } else { format!(" ({})", parts.join(", ")) }
}

/// Returns `45 min`, and from two hours on what they are in hours.
fn show_minutes(minutes: f64) -> String {
    let text = format!("{} min", (minutes * 10.0).round() / 10.0);
    if minutes < 120.0 {
        return text;
    }
    let (hours, rest) = ((minutes / 60.0).floor(), (minutes % 60.0).floor());
    let rest = if rest > 0.0 { format!(" {rest} min") } else { String::new() };
    format!("{text} ({hours} h{rest})")
}

fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// Lines of text with a field at the left.
struct Sheet {
    out: String,
    width: usize,
    missing: Vec<&'static str>,
}

impl Sheet {
    fn new(width: usize) -> Self {
        Self { out: String::new(), width, missing: Vec::new() }
    }

    /// Writes a field and its text, on as many lines as it needs.
    fn text(&mut self, field: &str, text: &str) {
        let mut name = field;
        for line in wrap(&clean(&one_line(text)), self.width - INDENT - 2) {
            let _ = writeln!(self.out, "  {name:INDENT$}{line}");
            name = "";
        }
    }

    fn evidence(&mut self, text: &str) {
        let text = shorten(&clean(text), self.width - INDENT - 2);
        let _ = writeln!(self.out, "  {:INDENT$}{}", "", style(&text, Style::Dim));
    }

    fn value(&mut self, field: &str, text: &str, provenance: Option<&Provenance>) {
        self.text(field, text);
        if let Some(provenance) = provenance {
            self.evidence(&describe_provenance(provenance, text));
        }
    }

    fn stated<T>(&mut self, field: &'static str, value: &Option<Stated<T>>, show: impl Fn(&T) -> String) {
        if value.is_none() {
            self.missing.push(field);
        }
        self.optional(field, value, show);
    }

    fn shown<T: Display>(&mut self, field: &'static str, value: &Option<Stated<T>>) {
        self.stated(field, value, ToString::to_string);
    }

    /// Writes a value whose absence is not worth a word.
    fn optional<T>(&mut self, field: &str, value: &Option<Stated<T>>, show: impl Fn(&T) -> String) {
        if let Some(stated) = value {
            self.value(field, &show(&stated.value), Some(&stated.provenance));
        }
    }

    /// Writes the values of a list; neighbours that the same words say stand together.
    fn list(&mut self, field: &'static str, values: &[Stated<String>], show: impl Fn(&str) -> String) {
        if values.is_empty() {
            self.missing.push(field);
        }
        let mut name = field;
        for group in values.chunk_by(|a, b| is_said_together(&a.provenance, &b.provenance)) {
            let text: Vec<String> = group.iter().map(|stated| show(&stated.value)).collect();
            self.value(name, &text.join(", "), group.first().map(|stated| &stated.provenance));
            name = "";
        }
    }

    fn heading(&mut self, text: &str) {
        let _ = writeln!(self.out, "\n  {text}");
    }

    /// Writes a row: its line in the file, its columns, and its text, cut where it does not fit; its details below.
    fn row(&mut self, line: usize, columns: &str, text: &str, details: &str) {
        let left = 2 + 5 + 2 + columns.chars().count() + 2;
        let room = self.width.saturating_sub(left).max(20);
        let text = shorten(&clean(&one_line(text)), room);
        let _ = writeln!(self.out, "  {}  {columns}  {text}", style(&format!("{line:>5}"), Style::Dim));
        if !details.is_empty() {
            let details = shorten(&clean(&one_line(details)), room);
            let _ = writeln!(self.out, "{:left$}{}", "", style(&details, Style::Dim));
        }
    }

    fn finish(mut self) -> String {
        if !self.missing.is_empty() {
            let missing = self.missing.join(", ");
            self.out.push('\n');
            self.text("not stated", &missing);
        }
        self.out
    }
}

/// Returns whether the same line says both.
fn is_said_together(a: &Provenance, b: &Provenance) -> bool {
    (a.from, a.line, a.rule) == (b.from, b.line, b.rule) && (a.quote == b.quote || a.from == Origin::FrontMatter)
}

fn describe_provenance(provenance: &Provenance, value: &str) -> String {
    let line = provenance.line.map(|line| format!("line {line}, "));
    let origin = match provenance.from {
        Origin::FrontMatter => "front matter",
        Origin::FileName => "file name",
        Origin::Inferred => provenance.rule,
    };
    let quote = one_line(&provenance.quote);
    // What only says the value again says nothing.
    let says_more = provenance.from == Origin::Inferred && !quote.is_empty() && quote != one_line(value);
    let quote = if says_more { format!(": “{quote}”") } else { String::new() };
    format!("{}{origin}{quote}", line.unwrap_or_default())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns `text` of at most `most` characters; a quote stays closed.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let end = if text.ends_with('”') { "…”" } else { "…" };
    let cut: String = text.chars().take(most - end.chars().count()).collect();
    format!("{}{end}", cut.trim_end())
}

/// Breaks `text` between words into lines of at most `most` characters; a longer word has a line of its own.
fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > most {
            lines.push(String::new());
            length = 0;
        }
        let Some(line) = lines.last_mut() else { break };
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Settings, pipeline, source::Source};

    fn described(markdown: &str, width: usize) -> String {
        let inspection = pipeline::inspect(&Settings::default(), &[Source::from_text("2024/mails.md", markdown)]);
        anstream::adapter::strip_str(&describe(&inspection.archive, width)).to_string()
    }

    const REPORT: &str = "\
# Orders were not confirmed, and nobody noticed it before the first customer wrote to us about it

## Summary

On 7 June 2024 from 10:00 to 13:30 WAT order mails were not sent.

## Timeline (WAT)

- 10:00 the mail queue stopped, and with it everything that anybody in the shop had ordered since breakfast
- 10:20 an alert fired
- 13:30 all mails were sent

## Action items

- [ ] Alert on the disk of the mail host (Dana, due 2024-07-01)
";

    #[test]
    fn values_have_their_line_rule_and_words() {
        let text = described(REPORT, 80);
        for expected in [
            "2024/mails.md  incident\n",
            "  start           2024-06-07T10:00+01:00 (WAT)\n                  line 5, ",
            "  duration        210 min (3 h 30 min)\n",
            "  timeline: 3 rows on 2024-06-07 (WAT, +01:00)\n      9  10:00  ",
            "  Alert on the disk of the mail host",
            "  sections        summary “Summary”, timeline “Timeline (WAT)”",
            "  not stated      ",
        ] {
            assert!(text.contains(expected), "{expected:?} in\n{text}");
        }
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        for width in [60, 80, 120] {
            for line in described(REPORT, width).lines() {
                assert!(line.chars().count() <= width, "{line}");
            }
        }
    }

    #[test]
    fn long_texts_break_between_words() {
        assert_eq!(wrap("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrap("aaaaaaaa b", 5), ["aaaaaaaa", "b"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(shorten("line 3: “abcdefgh”", 14), "line 3: “abc…”");
    }

    #[test]
    fn a_document_without_an_incident_has_its_title() {
        let text = described("# How we answer the pager\n\nCalmly.\n", 80);
        assert!(text.starts_with("2024/mails.md  other\n  title           How we answer the pager\n"), "{text}");
    }
}

//! What lines, tables and sentences state of start, end, detection and duration.
//!
//! Every moment outside the timeline is judged by its cue: the label of its line, the words before it ("began at", "until"), or
//! the words behind it ("At 10:00 the site went down").

use std::borrow::Cow;

use crate::{
    diag::{Code, Diagnostic, Span},
    extract::{
        headings::fold,
        lexicon::Cue,
        moment::{self, Context, Expression, Found, Partial, PartialDate, Unread},
        outline::{Notation, Outline, Shape, Unit},
        text::has_phrase,
        timeline,
        times::{self, Field, Times, field_of_label, is_strict},
        when::provenance,
    },
    incident::{Local, Moment, Provenance, SectionRole, Stated},
};

use super::{
    cues::{cue_before, cue_behind, cue_far_before, tells_change, tells_report},
    outage_words::{is_aside, says_length, says_outage},
};

/// What the document states outside its timeline.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) start: Option<Stated<Moment>>,
    pub(super) end: Option<Stated<Moment>>,
    pub(super) detected: Option<Stated<Moment>>,
    pub(super) acknowledged: Option<Stated<Moment>>,
    pub(super) mitigated: Option<Stated<Moment>>,
    pub(super) length: Option<Stated<f64>>,
    pub(super) to_detect: Option<Stated<f64>>,
    /// Start and length are said in one breath, so that the end follows.
    pub(super) start_has_length: bool,
    /// The length stands in a labelled line rather than in a sentence, where it is often rounded.
    pub(super) length_is_labelled: bool,
}

pub(super) fn read_said(outline: &Outline, times: &Times, diagnostics: &mut Vec<Diagnostic>) -> Said {
    let has_timeline = outline.units.iter().any(|unit| unit.role == Some(SectionRole::Timeline));
    let mut reader = SaidReader {
        times,
        has_timeline,
        lead_end: outline.units.iter().position(|unit| unit.role.is_some()).unwrap_or(outline.units.len()),
        is_summary: false,
        said: Said::default(),
        weights: [0; 8],
        contradicted: [false; 8],
        diagnostics,
        current: &[],
        table_of_others: None,
    };
    for (at, unit) in outline.units.iter().enumerate() {
        reader.unit(outline, at, unit);
    }
    reader.finish()
}

struct SaidReader<'a> {
    times: &'a Times,
    /// The timeline's rows tell better than a far clause when it was noticed.
    has_timeline: bool,
    /// The first unit of a section that is known for what it is; what stands above it is the lead.
    lead_end: usize,
    /// Whether the unit that is read tells of the incident as a whole, so that what it says is of it without further words.
    is_summary: bool,
    said: Said,
    /// How firm what was found for each field is; a firmer statement replaces it.
    weights: [u32; 8],
    /// Fields for which equally firm statements name different days.
    contradicted: [bool; 8],
    diagnostics: &'a mut Vec<Diagnostic>,
    /// The expressions of the unit that is being read.
    current: &'a [Expression],
    /// The table of the last row whose columns are no fields.
    table_of_others: Option<usize>,
}

/// Further expressions of one line are not judged, so that a line of thousands of times costs no more than a paragraph.
const MAX_EXPRESSIONS: usize = 40;

/// What stands in a labelled line is firmest.
const LABELLED: u32 = 30;
const SENTENCE_RANGE: u32 = 20;
const SENTENCE: u32 = 10;

impl SaidReader<'_> {
    fn unit(&mut self, outline: &Outline, at: usize, unit: &Unit) {
        self.current = &self.times.of_unit[at];
        if unit.notation == Notation::FencedCode
            || matches!(unit.role, Some(SectionRole::Actions | SectionRole::People | SectionRole::Support | SectionRole::Questions))
        {
            return;
        }
        if let Shape::Row { table } = unit.shape
            && self.columns(outline, unit, table)
        {
            return;
        }
        let field = unit.label.as_ref().and_then(|label| field_of_label(&label.key));
        if let (Some(field), Some(label)) = (field, &unit.label)
            && (unit.role != Some(SectionRole::Timeline)
                || is_strict(&label.key)
                || unit.cells.is_empty() && only_time_behind(unit, label.rest, &self.times.of_unit[at]))
        {
            self.labelled(unit, field, label.rest, &self.times.of_unit[at]);
            return;
        }
        // A heading in the timeline is a row of it, but for the one that opens it.
        let is_row = unit.role == Some(SectionRole::Timeline) && !(unit.is_heading() && outline.sections[unit.section].own_role.is_some());
        if let Some((field, partial)) = bare_label(unit, self.current) {
            self.moment(field, unit, partial, Span::new(0, unit.text.len()), LABELLED - 2, "labelled-line");
            return;
        }
        if is_row || !unit.cells.is_empty() || self.has_timeline && unit.is_item() && opens_like_a_row(unit, self.current) {
            return;
        }
        // A label without its value: the value stands in the items below ("Duration:" over "Start time: …").
        if self.times.of_unit[at].is_empty() {
            return;
        }
        let parent = unit.parent.and_then(|parent| outline.units[parent].label.as_ref()).and_then(|label| field_of_label(&label.key));
        let section = Some(&outline.sections[unit.section])
            .filter(|section| section.unit.is_some_and(|heading| heading + 2 >= at))
            .and_then(|section| field_of_label(&section.key));
        if let Some(field) = parent.or(section).filter(|field| matches!(field, Field::Span | Field::Start | Field::End)) {
            self.is_summary = true;
            let cued = self.sentences(unit, at, &self.times.of_unit[at], LABELLED - 2);
            // "Start:" over "10:15, end: 11:00"
            if !cued || field == Field::Start && self.said.start.is_none() {
                self.labelled(unit, field, 0, &self.times.of_unit[at]);
            }
            return;
        }
        let is_lead = unit.role.is_none() && at < self.lead_end && !unit.is_heading();
        self.is_summary = is_lead || matches!(unit.role, Some(SectionRole::Summary | SectionRole::Impact | SectionRole::Metrics));
        let weight = match unit.role {
            Some(SectionRole::Summary | SectionRole::Impact | SectionRole::Metrics) => 5,
            Some(SectionRole::Detection) => 4,
            // What stands above the first section is the summary of documents without one.
            None if is_lead => 5,
            None => 3,
            Some(SectionRole::Conclusion | SectionRole::Lessons | SectionRole::Background | SectionRole::Contributing) => 1,
            _ if unit.is_heading() => 3,
            _ => 2,
        };
        self.sentences(unit, at, &self.times.of_unit[at], weight);
    }

    /// A row of a table whose columns are fields: `| Start | End | Duration |`. Returns whether it is one.
    fn columns(&mut self, outline: &Outline, unit: &Unit, table: usize) -> bool {
        if self.table_of_others == Some(table) {
            return false;
        }
        let header = outline.tables.get(table).map(|table| table.header.as_slice()).unwrap_or_default();
        let fields: Vec<Option<Field>> = header.iter().map(|cell| field_of_label(&fold(&cell.text))).collect();
        let known = |field: &Field| fields.contains(&Some(*field));
        if !(known(&Field::Start) && (known(&Field::End) || known(&Field::Span))) {
            self.table_of_others = Some(table);
            return false;
        }
        for (cell, field) in unit.cells.iter().zip(&fields) {
            let Some(field) = field else { continue };
            let expressions = moment::scan(&cell.text);
            let whole = Span::new(0, unit.text.len());
            match (expressions.first().map(|expression| &expression.found), field) {
                (Some(Found::Moment(partial)), Field::Start | Field::End | Field::Detected | Field::Acknowledged | Field::Mitigated) => {
                    self.moment(*field, unit, partial, whole, LABELLED, "labelled-line");
                }
                (Some(Found::Length(minutes)), Field::Span | Field::Recovery | Field::ToDetect) => {
                    let of = if *field == Field::ToDetect { Field::ToDetect } else { Field::Span };
                    self.length(of, unit, *minutes, whole, LABELLED);
                }
                _ => {}
            }
        }
        true
    }

    /// A line whose label says what it is: `Duration: June 7, 10:00 - 12:00`, `Start: …`.
    fn labelled(&mut self, unit: &Unit, field: Field, from: usize, expressions: &[Expression]) {
        let inside: Vec<&Expression> = expressions.iter().filter(|expression| expression.span.end > from).collect();
        let part = Span::new(0, unit.text.len());
        // "Duration: 45 minutes - Start: 10:15, End: 11:00"
        let mut cued = false;
        if field == Field::Span {
            for (index, expression) in inside.iter().enumerate() {
                let left_from = index.checked_sub(1).map_or(from.min(expression.span.start), |previous| inside[previous].span.end);
                if let (Found::Moment(partial), Some(cue)) = (&expression.found, cue_before(&unit.text[left_from..expression.span.start]))
                    && matches!(cue, Field::Start | Field::End)
                {
                    self.moment(cue, unit, partial, part, LABELLED, "labelled-line");
                    cued = true;
                }
            }
        }
        let mut moments = 0;
        for expression in &inside {
            match &expression.found {
                Found::Range(start, end) if field == Field::Span && !cued => {
                    if moments == 0 {
                        self.range(unit, start, end, part, LABELLED, "labelled-line");
                    }
                    moments += 1;
                }
                Found::Range(start, _) | Found::Moment(start) if field != Field::Span && moments == 0 => {
                    self.moment(field, unit, start, part, LABELLED, "labelled-line");
                    moments += 1;
                }
                Found::Length(minutes) if matches!(field, Field::Span | Field::Recovery | Field::ToDetect) => {
                    let of = if field == Field::ToDetect { Field::ToDetect } else { Field::Span };
                    self.length(of, unit, *minutes, part, if field == Field::Recovery { LABELLED - 5 } else { LABELLED });
                }
                // "Start time: 10:15 End time: 11:00" on one line
                Found::Moment(partial)
                    if field == Field::Start && moments == 1 && cue_before(&unit.text[from..expression.span.start]) == Some(Field::End) =>
                {
                    self.moment(Field::End, unit, partial, part, LABELLED, "labelled-line");
                    moments += 1;
                }
                Found::Moment(partial) if field == Field::Span && !cued && moments == 0 => {
                    // "Duration: 10:00 M — 2:00 PM": an end that is known, a start of which only the day is.
                    self.broken_range(unit, &inside, partial, part);
                    moments += 1;
                }
                Found::Broken if moments == 0 && field != Field::Recovery && field != Field::ToDetect => {
                    self.diagnostics.push(
                        Diagnostic::warning(
                            Code::MomentUnreadable,
                            unit.span,
                            format!("cannot read the time `{}`", unit.text[expression.span.start..expression.span.end].trim()),
                        )
                        .help("write it as `2024-06-08 13:55`"),
                    );
                }
                _ => {}
            }
        }
    }

    /// Two moments of a labelled span with something unreadable between them: each is what its place says.
    fn broken_range(&mut self, unit: &Unit, inside: &[&Expression], first: &Partial, part: Span) {
        let second = inside.iter().rev().find_map(|expression| match &expression.found {
            Found::Moment(partial) if partial != first => Some((partial, expression.span)),
            _ => None,
        });
        let Some((second, span)) = second else {
            if let Some(Found::Length(_)) =
                inside.iter().map(|expression| &expression.found).find(|found| matches!(found, Found::Length(_)))
                && first.clock.is_some()
            {
                // "Duration: 2 hours, 10:00 AM UTC"
                self.moment(Field::Start, unit, first, part, LABELLED - 4, "labelled-line");
                self.said.start_has_length = true;
            }
            return;
        };
        let between = unit.text.get(first.span.end..span.start).unwrap_or("");
        if between.len() <= 16 && between.contains(['-', '–', '—']) {
            self.moment(Field::Start, unit, first, part, LABELLED - 2, "labelled-line");
            self.moment(Field::End, unit, second, part, LABELLED - 2, "labelled-line");
        }
    }

    /// Judges each moment of a line by the words around it. Returns whether any was judged.
    fn sentences(&mut self, unit: &Unit, at: usize, expressions: &[Expression], weight: u32) -> bool {
        let text = unit.text.as_str();
        let mut judged = false;
        let mut start_in: Option<Span> = None;
        let mut length_in: Option<Span> = None;
        // Up to here the line was read as the span of the incident.
        let mut until: Option<usize> = None;
        // The sentence of the expression before, in lower case.
        let mut known: Option<(Span, String)> = None;
        for (index, expression) in expressions.iter().enumerate().take(MAX_EXPRESSIONS) {
            if !matches!(expression.found, Found::Moment(_) | Found::Range(..) | Found::Length(_)) {
                continue;
            }
            let (from, to) = sentence_around(text, expression.span);
            let left_from =
                index.checked_sub(1).map_or(from, |previous| expressions[previous].span.end.max(from)).min(expression.span.start);
            let right_to = expressions.get(index + 1).map_or(to, |next| next.span.start.min(to)).max(expression.span.end);
            let sentence = Span::new(from, to);
            let lower = match known {
                Some((span, ref lower)) if span == sentence => lower,
                _ => &known.insert((sentence, text[from..to].to_lowercase())).1,
            };
            if is_aside(lower) {
                continue;
            }
            let is_ascii = lower.len() == to - from && text[from..to].is_ascii();
            let part = |start: usize, end: usize| match is_ascii {
                true => Cow::Borrowed(&lower[start - from..end - from]),
                false => Cow::Owned(text[start..end].to_lowercase()),
            };
            let (left, right) = (part(left_from, expression.span.start), part(expression.span.end, right_to));
            let followed = right_to < to && expressions.get(index + 1).is_some_and(|next| matches!(next.found, Found::Moment(_)));
            if let Some(end) = parted_range(expressions, text, index, &left) {
                let Found::Moment(start) = &expression.found else { continue };
                if says_outage(lower) || self.is_summary {
                    self.range(unit, start, end, sentence, SENTENCE_RANGE + weight, "sentence");
                    judged = true;
                    until = Some(end.span.end);
                }
                continue;
            }
            if until.is_some_and(|until| expression.span.start < until) {
                continue;
            }
            match &expression.found {
                Found::Range(start, end) if start.clock.is_some() || weight >= 3 => {
                    let timed = start.clock.is_some();
                    // "28 November 2025, 16:10 to 16:52 CET, SEV4" below the title
                    let opens = timed && start.date.is_some() && expression.span.start <= 3 && at <= 6;
                    // "It was noticed at 8:10 and ended at 10:30"
                    let other = cue_before(&left).filter(|cue| matches!(cue, Field::Detected | Field::Acknowledged | Field::Mitigated));
                    if let Some(field) = other.filter(|_| timed) {
                        self.moment(field, unit, start, sentence, SENTENCE + weight, "sentence");
                        self.moment(Field::End, unit, end, sentence, SENTENCE + weight, "sentence");
                        judged = true;
                    } else if timed || says_outage(lower) {
                        let outage =
                            says_outage(lower) || unit.is_heading() || self.is_summary || cue_before(&left) == Some(Field::Start) || opens;
                        if outage {
                            self.range(unit, start, end, sentence, SENTENCE_RANGE + weight, "sentence");
                            judged = true;
                        }
                    }
                }
                Found::Moment(partial) => {
                    // "on Thursday, 5 September, starting at 9:00"
                    let inside = text[expression.span.start..expression.span.end].to_lowercase();
                    let begins =
                        ["starting", "beginning", "began", "started"].iter().any(|word| inside.contains(word)).then_some(Field::Start);
                    let near = cue_before(&left).or(begins).or_else(|| repaired_as_of(&left, &right).then_some(Field::End)).or_else(|| {
                        cue_behind(&right, followed).filter(|field| {
                            partial.clock.is_some() || self.is_summary && *field == Field::Start && right.contains("went down")
                        })
                    });
                    // What is said far before a time counts less than what is said beside one.
                    let far = near.is_none();
                    let cue = near.or_else(|| {
                        cue_far_before(&left, &inside)
                            .filter(|field| partial.clock.is_some() && !(self.has_timeline && *field == Field::Detected))
                    });
                    // "On 6 May 2024 a researcher reported to us"
                    let told_by = self.is_summary && partial.clock.is_none() && expression.span.start <= 30;
                    if told_by && matches!(partial.date, Some(PartialDate::Day(_))) && tells_report(&right) {
                        self.moment(Field::Detected, unit, partial, sentence, weight, "sentence");
                        continue;
                    }
                    // A document that opens with a change tells by it when its failure began.
                    let opens = self.is_summary && expression.span.start <= 30 && partial.date.is_some() && outage_told(unit);
                    let cue = cue.or_else(|| (opens && self.said.start.is_none() && tells_change(&right)).then_some(Field::Start));
                    // The rest of a sentence after a start: "… and ended at".
                    let Some(field) = cue.filter(|_| partial.clock.is_some() || weight >= 3) else { continue };
                    if field == Field::End && lasted_well(&left) {
                        continue;
                    }
                    if partial.clock.is_none() && !matches!(field, Field::Start | Field::End | Field::Detected) {
                        continue;
                    }
                    if partial.clock.is_none() && field != Field::Start && !has_phrase(lower, "outage") && !has_phrase(lower, "incident") {
                        continue;
                    }
                    if partial.clock.is_some() {
                        self.moment(field, unit, partial, sentence, SENTENCE + weight - if far { 6 } else { 0 }, "sentence");
                        judged = true;
                        if field == Field::Start {
                            start_in = Some(sentence);
                            self.said.start_has_length |= length_in == Some(sentence);
                        }
                    } else if field == Field::Start && self.is_summary && says_outage(lower) {
                        self.moment(field, unit, partial, sentence, weight, "sentence");
                    }
                }
                // "Up to 20 seconds" is a bound, of a request more often than of an incident.
                Found::Length(minutes) if says_length(&left, &right, lower) && !left.trim_end().ends_with("up to") => {
                    self.length(Field::Span, unit, *minutes, sentence, SENTENCE + weight);
                    // "It failed at 10:05. The outage lasted 40 minutes."
                    let lasted = start_in.is_some() && left.trim_end().ends_with("lasted");
                    self.said.start_has_length |= start_in == Some(sentence) || lasted;
                    length_in = Some(sentence);
                    // "it failed on 9 July 2022 (10:05), which lasted 40 minutes"
                    let begun = expressions[..index].iter().rev().find_map(|before| match &before.found {
                        Found::Moment(partial) if partial.clock.is_some() && before.span.start >= from => Some(partial),
                        _ => None,
                    });
                    if let Some(begun) = begun.filter(|_| {
                        start_in != Some(sentence)
                            && !expressions[index..].iter().any(|later| matches!(later.found, Found::Range(..)) && later.span.end <= to)
                    }) {
                        self.moment(Field::Start, unit, begun, sentence, SENTENCE + weight - 1, "sentence");
                        self.said.start_has_length = true;
                    }
                }
                _ => {}
            }
        }
        judged
    }

    fn context_in(&self, partial: &Partial) -> Context {
        let mut context = self.times.context.clone();
        if partial.date.is_none()
            && let Some(day) = self.date_before(partial.span)
        {
            context.day = Some(day);
        }
        context
    }

    /// The date that the same line says before a time without one.
    fn date_before(&self, span: Span) -> Option<chrono::NaiveDate> {
        let expressions = times::partials_before(self.current, span);
        let day = |partial: &Partial| match partial.date {
            Some(PartialDate::Day(day)) => Some(day),
            Some(PartialDate::MonthDay { month, day }) => {
                chrono::NaiveDate::from_ymd_opt(self.times.context.year?, month.into(), day.into())
            }
            _ => None,
        };
        expressions.iter().rev().find_map(day)
    }

    fn resolve(&mut self, unit: &Unit, partial: &Partial) -> Option<Moment> {
        let context = self.context_in(partial);
        match partial.resolve(&context) {
            Ok(moment) => Some(moment),
            Err(Unread::Ambiguous) => {
                self.diagnostics.push(
                    Diagnostic::warning(
                        Code::DateAmbiguous,
                        unit.span,
                        format!("`{}` can be read two ways", unit.text.get(partial.span.start..partial.span.end).unwrap_or("").trim()),
                    )
                    .help("write it as `2024-05-04`, or set `[incident] date-order` in `book.toml`"),
                );
                None
            }
            Err(_) => None,
        }
    }

    fn range(&mut self, unit: &Unit, start: &Partial, end: &Partial, part: Span, weight: u32, rule: &'static str) {
        let (Some(from), Some(mut to)) = (self.resolve(unit, start), self.resolve(unit, end)) else { return };
        // An end without a date that falls before the start is of the next day.
        if end.date.is_none()
            && let (Some(a), Some(b)) = (from.date_time(), to.date_time())
            && b < a
            && let Local::DayTime(_, time) = to.local
            && let Some(next) = from.day().and_then(|day| day.succ_opt())
        {
            to.local = Local::DayTime(next, time);
        }
        let provenance = provenance(unit, part, rule);
        self.put(Field::Start, from, provenance.clone(), weight);
        self.put(Field::End, to, provenance, weight);
    }

    fn moment(&mut self, field: Field, unit: &Unit, partial: &Partial, part: Span, weight: u32, rule: &'static str) {
        if let Some(moment) = self.resolve(unit, partial) {
            self.put(field, moment, provenance(unit, part, rule), weight);
        }
    }

    fn put(&mut self, field: Field, moment: Moment, provenance: Provenance, weight: u32) {
        let index = field as usize;
        let slot = match field {
            Field::Start => &mut self.said.start,
            Field::End => &mut self.said.end,
            Field::Detected => &mut self.said.detected,
            Field::Acknowledged => &mut self.said.acknowledged,
            Field::Mitigated => &mut self.said.mitigated,
            Field::Span | Field::Recovery | Field::ToDetect => return,
        };
        match slot {
            Some(known) if self.weights[index] >= LABELLED && weight >= LABELLED => {
                // Two labelled lines that name different days contradict each other.
                let differ = known.value.day().is_some() && moment.day().is_some() && known.value.day() != moment.day();
                self.contradicted[index] |= differ && matches!(field, Field::Start | Field::End);
            }
            Some(known) if self.weights[index] < weight && known.value.time().is_some() && moment.time().is_none() => {}
            Some(_) if self.weights[index] >= weight => {}
            _ => {
                *slot = Some(Stated::new(moment, provenance));
                self.weights[index] = weight;
            }
        }
    }

    fn length(&mut self, field: Field, unit: &Unit, minutes: f64, part: Span, weight: u32) {
        let index = field as usize;
        let (slot, rule) = match field {
            Field::ToDetect => (&mut self.said.to_detect, "stated-length"),
            _ => (&mut self.said.length, "stated-length"),
        };
        if self.weights[index] < weight {
            *slot = Some(Stated::new(minutes, provenance(unit, part, rule)));
            self.weights[index] = weight;
            if field != Field::ToDetect {
                self.said.length_is_labelled = weight >= LABELLED - 5;
            }
        }
    }

    fn finish(mut self) -> Said {
        let length = match (&self.said.start, &self.said.end) {
            (Some(start), Some(end)) => start.value.minutes_until(&end.value).map(|minutes| Stated::new(minutes, end.provenance.clone())),
            _ => None,
        };
        if self.contradicted[Field::Start as usize] {
            self.said.start = None;
        }
        if self.contradicted[Field::End as usize] {
            self.said.end = None;
        }
        if self.contradicted[Field::Start as usize] && self.said.length.is_none() {
            // The days contradict each other, the time between them need not.
            self.said.length = length.filter(|length| length.value > 0.0);
        }
        self.said
    }
}

/// The end of a span whose two times stand apart: "between 12:00 (first failure) and 15:30". `left` is what stands before the
/// first of them.
fn parted_range<'e>(expressions: &'e [Expression], text: &str, index: usize, left: &str) -> Option<&'e Partial> {
    let [first, second] = expressions.get(index..index + 2)? else { return None };
    let (Found::Moment(start), Found::Moment(end)) = (&first.found, &second.found) else { return None };
    start.clock.and(end.clock)?;
    let inside = text.get(first.span.start..first.span.end)?.split_whitespace();
    let opener = left
        .split_whitespace()
        .next_back()
        .into_iter()
        .chain(inside)
        .find(|word| word.eq_ignore_ascii_case("between") || word.eq_ignore_ascii_case("from"))?;
    let gap = text.get(first.span.end..second.span.start)?;
    let gap = gap.trim().strip_prefix('(').and_then(|gap| gap.split_once(')')).map_or(gap, |(_, rest)| rest).trim();
    let joins = if opener.eq_ignore_ascii_case("between") { &["and"][..] } else { &["to", "until", "till"] };
    let gap = ["about", "around", "approximately"].iter().find_map(|small| gap.strip_suffix(small)).unwrap_or(gap).trim_end();
    joins.contains(&gap).then_some(end)
}

/// "As of 16 July, 11:17 UTC, we have corrected the rules": what stands around a moment by which it was mended.
fn repaired_as_of(left: &str, right: &str) -> bool {
    const MENDED: &[&str] = &["corrected", "resolved", "restored", "fixed", "fully operational", "back to normal"];
    left.trim_end().ends_with("as of") && MENDED.iter().any(|word| has_phrase(right, word)) && !has_phrase(right, "not")
}

/// Whether what stands before an end says that all was well up to it: "the service appeared to recover until around".
fn lasted_well(left: &str) -> bool {
    const WELL: &[&str] = &["recover", "recovered", "stable", "stayed up", "ran fine", "worked", "normally", "healthy"];
    let Some((before, after)) = left.rsplit_once("until") else { return false };
    let clause = before.rsplit([',', ';']).next().unwrap_or(before).trim_end();
    after.split_whitespace().count() <= 2 && WELL.iter().any(|word| clause.ends_with(word)) && !has_phrase(clause, "not")
}

/// Whether the line tells, besides, what went wrong.
fn outage_told(unit: &Unit) -> bool {
    unit.cues.has(Cue::Failure) && unit.cues.has(Cue::Past)
}

/// Whether a line opens with a time and a mark behind it, as the rows of a timeline do: "14:22: a colleague sees failed logins".
fn opens_like_a_row(unit: &Unit, expressions: &[Expression]) -> bool {
    let Some(Expression { found: Found::Moment(partial), span }) = expressions.first() else { return false };
    let behind = unit.text[span.end..].trim_start_matches(['*', ')', ']']);
    span.start <= 2 && partial.clock.is_some() && [":", " -", " –", " —"].iter().any(|mark| behind.starts_with(mark))
}

/// A label without a colon, and the one moment behind it: "Fault occurs 2020-08-25 11:01".
fn bare_label<'a>(unit: &Unit, expressions: &'a [Expression]) -> Option<(Field, &'a Partial)> {
    let [only] = expressions else { return None };
    let Found::Moment(partial) = &only.found else { return None };
    let alone = unit.text[only.span.end..].chars().all(|c| !c.is_alphanumeric());
    if !alone || partial.clock.is_none() || unit.is_heading() {
        return None;
    }
    let label = fold(unit.text[..only.span.start].trim_end());
    let label = [" at", " on"].iter().find_map(|small| label.strip_suffix(small)).unwrap_or(&label);
    let field = field_of_label(label).filter(|field| !matches!(field, Field::Span | Field::Recovery | Field::ToDetect))?;
    Some((field, partial))
}

/// True where a labelled line of a timeline holds a span and nothing else: `Timeline: 10:00 - 12:00`.
fn only_time_behind(unit: &Unit, rest: usize, expressions: &[Expression]) -> bool {
    let Some(last) = expressions.iter().rfind(|expression| expression.span.start >= rest) else { return false };
    unit.text[last.span.end..].trim().len() <= 3
}

fn sentence_around(text: &str, span: Span) -> (usize, usize) {
    timeline::sentence_around(text, span)
}

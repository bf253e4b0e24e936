//! Reads when an incident was: its timeline, start, end, detection, acknowledgement, mitigation and duration.
//!
//! What is declared in the front matter is the truth. Then comes what is stated (a labelled line or table row, the sentence of
//! the summary that gives the span), then the rows of the timeline by their kind, and at last the stated lengths ("time to
//! recovery: 84 minutes") where two rows lie exactly so far apart.
//!
//! A start is strict: it is stated, or a row says that impact began. That someone noticed is no start.

mod cues;
mod outage_words;
mod rows;
mod stated;
pub(super) mod told;

use super::{
    Reader,
    front_matter::Field,
    moment::{self, Context, Unread},
    timeline,
    times::{self, Times},
    zone,
};
use crate::{
    diag::{Code, Diagnostic, Span},
    incident::{Incident, Local, Moment, Occurred, OccurredBasis, Origin, Provenance, Stated},
};
use stated::Said;

/// Reads all that an incident's record says of time.
pub(crate) fn read_when(reader: &Reader<'_>, incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) {
    let known = known_context(reader);
    let times = times::read_times(reader.settings, reader.outline, &known);
    incident.timeline = timeline::read_timeline(reader.outline, &times).into_value(diagnostics);
    let mut said = stated::read_said(reader.outline, &times, diagnostics);
    declared_moments(reader, &times, incident, diagnostics);
    declared_lengths(reader, incident);
    rows::sharpen(&mut said, &incident.timeline);
    stated_values(&said, incident);
    rows::from_rows(incident);
    opened_and_closed(reader, &times, incident);
    rows::from_lengths(incident, said.length_is_labelled);
    settle(&said, incident, diagnostics);
    let end_is_a_row = is_end_of_rows(&said, incident);
    rows::settle_kinds(incident, end_is_a_row);
    rows::late_moments(incident);
    incident.occurred = occurred(&times, incident);
    let start = incident.start.as_ref().map(|start| start.value.clone());
    timeline::set_elapsed(&mut incident.timeline, start.as_ref());
}

/// What the front matter says of day and zone, which the text inherits.
fn known_context(reader: &Reader<'_>) -> Context {
    let zone = reader.declared.text(Field::Zone).and_then(|(text, _)| zone::parse_zone(text));
    let mut context = Context { zone, date_order: reader.settings.date_order, ..Context::default() };
    for field in [Field::Started, Field::Date] {
        if let Some((text, _)) = reader.declared.text(field)
            && let Ok(moment) = moment::parse_moment(reader.settings, text, &context)
        {
            context.day = context.day.or(moment.day());
            context.year = context.year.or(moment.year_month().map(|(year, _)| year));
        }
    }
    context
}

fn declared_moments(reader: &Reader<'_>, times: &Times, incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) {
    let mut read = |field: Field| {
        let (text, span) = reader.declared.text(field)?;
        match moment::parse_moment(reader.settings, text, &times.context) {
            Ok(moment) => Some(Stated::new(moment, reader.declared.provenance(span))),
            Err(Unread::Ambiguous) => {
                diagnostics.push(
                    Diagnostic::warning(Code::DateAmbiguous, span, format!("`{text}` can be read two ways"))
                        .help("write it as `2024-05-04`, or set `[incident] date-order` in `book.toml`"),
                );
                None
            }
            Err(_) => {
                diagnostics.push(
                    Diagnostic::warning(Code::MomentUnreadable, span, format!("cannot read `{text}` as a date or time"))
                        .help("write it as `2024-06-08 13:55`"),
                );
                None
            }
        }
    };
    incident.start = read(Field::Started);
    incident.end = read(Field::Ended);
    incident.detected = read(Field::Detected);
    incident.acknowledged = read(Field::Acknowledged);
    incident.mitigated = read(Field::Mitigated);
}

/// The file of a status page says when it was opened and when it was resolved: `date: …`, `resolvedWhen: …`. What the text says of
/// the start is truer.
fn opened_and_closed(reader: &Reader<'_>, times: &Times, incident: &mut Incident) {
    let declared = |end: &&Stated<Moment>| end.provenance.from == Origin::FrontMatter;
    let Some(end) = incident.end.as_ref().filter(declared).filter(|_| incident.start.is_none()) else { return };
    let Some((text, span)) = reader.declared.text(Field::Date) else { return };
    let Ok(opened) = moment::parse_moment(reader.settings, text, &times.context) else { return };
    if opened.time().is_some() && opened.minutes_until(&end.value).is_some_and(|minutes| minutes > 0.0) {
        incident.start = Some(Stated::new(opened, reader.declared.provenance(span)));
    }
}

fn declared_lengths(reader: &Reader<'_>, incident: &mut Incident) {
    let read = |field: Field| {
        let (text, span) = reader.declared.text(field)?;
        Some(Stated::new(moment::parse_duration_minutes(text)?, reader.declared.provenance(span)))
    };
    incident.duration_stated_minutes = read(Field::Duration);
    incident.minutes_to_detect_stated = read(Field::TimeToDetect);
}

fn stated_values(said: &Said, incident: &mut Incident) {
    fn fill<T: Clone>(slot: &mut Option<Stated<T>>, value: Option<&Stated<T>>) {
        if slot.is_none() {
            *slot = value.cloned();
        }
    }
    fill(&mut incident.start, said.start.as_ref());
    fill(&mut incident.end, said.end.as_ref());
    fill(&mut incident.detected, said.detected.as_ref());
    fill(&mut incident.acknowledged, said.acknowledged.as_ref());
    fill(&mut incident.mitigated, said.mitigated.as_ref());
    fill(&mut incident.duration_stated_minutes, said.length.as_ref());
    fill(&mut incident.minutes_to_detect_stated, said.to_detect.as_ref());
}

/// Returns whether the rows alone lead to the end, be it declared beside them or not: so a document reads the same once its
/// values are declared.
fn is_end_of_rows(said: &Said, incident: &Incident) -> bool {
    let Some(end) = &incident.end else { return false };
    if end.provenance.from != Origin::FrontMatter {
        return rows::is_from_rows(end);
    }
    let mut undeclared = Incident::empty(incident.file.clone(), incident.kind, incident.span);
    undeclared.timeline.clone_from(&incident.timeline);
    stated_values(said, &mut undeclared);
    rows::from_rows(&mut undeclared);
    rows::from_lengths(&mut undeclared, said.length_is_labelled);
    undeclared.end.is_some_and(|found| found.value == end.value && rows::is_from_rows(&found))
}

/// Brings start, end and duration together: computes what follows from two of them and compares what is stated thrice.
fn settle(said: &Said, incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) {
    let stated = incident.duration_stated_minutes.clone();
    // "at 11:25, which lasted 80 minutes" says the end as well, and so do two labelled lines.
    let labelled = |start: &Stated<Moment>| start.provenance.rule == "labelled-line" && start.value.time().is_some();
    if (said.start_has_length || said.length_is_labelled && incident.start.as_ref().is_some_and(labelled))
        && incident.end.is_none()
        && let (Some(start), Some(length)) = (&incident.start, &stated)
    {
        incident.end = moment::moved(&start.value, length.value).map(|end| Stated::new(end, length.provenance.clone()));
    }
    drop_impossible_end(incident, diagnostics);
    let computed = match (&incident.start, &incident.end) {
        (Some(start), Some(end)) => start.value.minutes_until(&end.value).map(|minutes| (minutes, end.provenance.clone())),
        _ => None,
    };
    match (computed, stated) {
        (Some((minutes, provenance)), stated) if minutes >= 0.0 => {
            if let Some(stated) = &stated {
                compare(stated, minutes, diagnostics);
            }
            incident.duration_minutes = Some(Stated::new(minutes, Provenance { rule: "end-minus-start", ..provenance }));
        }
        (Some((_, provenance)), stated) => {
            diagnostics.push(
                Diagnostic::warning(Code::EndBeforeStart, provenance.span, "the end is before the start")
                    .help("correct the start or the end; no duration is computed from them"),
            );
            incident.duration_minutes = stated;
        }
        (None, stated) => incident.duration_minutes = stated,
    }
}

/// Times without a date in which the end lies before the detection contradict each other, unless midnight lies between.
fn drop_impossible_end(incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) {
    const HALF_A_DAY: i64 = 12 * 60;
    let bare = |stated: &Option<Stated<Moment>>| match stated.as_ref().map(|stated| stated.value.local) {
        Some(Local::Time(time)) => Some(time.minutes()),
        _ => None,
    };
    let (Some(end), Some(before)) = (bare(&incident.end), bare(&incident.start).or(bare(&incident.detected))) else { return };
    if end < before
        && before - end < HALF_A_DAY
        && let Some(end) = incident.end.take()
    {
        diagnostics.push(
            Diagnostic::warning(Code::EndBeforeStart, end.provenance.span, "the end is before the start")
                .help("write the dates, or correct the start or the end; the end is left out"),
        );
    }
}

/// Reports a stated duration that is not the time between start and end. "About two hours" may be off by a tenth.
fn compare(stated: &Stated<f64>, computed: f64, diagnostics: &mut Vec<Diagnostic>) {
    let difference = (stated.value - computed).abs();
    if difference > 2.0 && difference > computed / 10.0 {
        diagnostics.push(
            Diagnostic::warning(
                Code::DurationDiffers,
                stated.provenance.span,
                format!("the stated duration is {} min, but start and end lie {} min apart", stated.value.round(), computed.round()),
            )
            .help("correct the one that is wrong; the time between start and end is used"),
        );
    }
}

fn occurred(times: &Times, incident: &Incident) -> Option<Occurred> {
    let dated = |moment: &Moment| moment.year_month().is_some();
    let of = |stated: &Option<Stated<Moment>>, basis| {
        stated.as_ref().map(|stated| &stated.value).filter(|moment| dated(moment)).map(|moment| Occurred { moment: moment.clone(), basis })
    };
    of(&incident.start, OccurredBasis::Start)
        .or_else(|| of(&incident.detected, OccurredBasis::Detected))
        .or_else(|| {
            let first = incident.timeline.iter().filter_map(|row| row.at.as_ref()).find(|at| dated(at))?;
            Some(Occurred { moment: first.clone(), basis: OccurredBasis::FirstRow })
        })
        .or_else(|| {
            let day = times.context.day?;
            Some(Occurred { moment: Moment::local(Local::Day(day)), basis: times.basis.unwrap_or(OccurredBasis::DayStated) })
        })
        .or_else(|| of(&incident.end, OccurredBasis::DayStated))
}

/// The provenance of what a part of a unit says.
fn provenance(unit: &super::outline::Unit, part: Span, rule: &'static str) -> Provenance {
    let quote = unit.text.get(part.start..part.end).unwrap_or(&unit.text).trim();
    Provenance {
        from: crate::incident::Origin::Inferred,
        span: Some(unit.span),
        line: Some(unit.line),
        quote: super::outline::quote(quote),
        rule,
    }
}

#[cfg(test)]
mod tests;

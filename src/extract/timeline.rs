//! Reads an incident's timeline: rows of a moment and what happened then.
//!
//! People write timelines as tables, lists, headings, indented blocks and paragraphs that open with a time. All become the same
//! [`TimelineRow`]s, in document order: the order is evidence, so rows are never sorted.
//!
//! The rows stand in the section that is called the timeline; without one, in the longest run of lines that open with a time.
//! A section without such lines may still say times in its sentences ("First seen at 08:00 UTC by a customer").
//!
//! A row inherits the date and zone stated above it, and a row past midnight gets the next day. A row that cannot be dated keeps
//! its bare time; dropping it would hide a fact that the author wrote down.

mod dating;
mod leads;

use std::collections::HashSet;

use super::{
    outline::{Outline, Shape},
    row_kind,
    text::{has_clock, head},
    times::Times,
};
use crate::{
    diag::{Diagnosed, Diagnostic},
    incident::{ClockTime, Moment, SectionRole, TimelineRow},
};
pub(crate) use leads::sentence_around;
use leads::{Lead, When};

/// Fewer timed lines than this are no timeline where no heading says that they are one.
const MIN_RUN: usize = 3;

/// In a note of a few lines without sections two items are enough.
const MIN_RUN_OF_NOTE: usize = 2;

/// Reads the timeline of the document. The kinds of the rows are told by their words and their place among the others.
pub(crate) fn read_timeline(outline: &Outline, times: &Times) -> Diagnosed<Vec<TimelineRow>> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let leads = timeline_leads(outline, times);
    let mut rows = dating::date_rows(outline, times, leads, &mut diagnostics);
    let kinds = row_kind::kinds_of(&rows.iter().map(|row| row.text.as_str()).collect::<Vec<_>>());
    for (row, kind) in rows.iter_mut().zip(kinds) {
        row.kind = kind;
    }
    Diagnosed { value: rows, diagnostics }
}

/// Sets the minutes of each row since `start`, else since the first row that has a moment.
pub(crate) fn set_elapsed(rows: &mut [TimelineRow], start: Option<&Moment>) {
    let Some(origin) = start
        .filter(|start| start.time().is_some())
        .cloned()
        .or_else(|| rows.iter().find_map(|row| row.at.clone().filter(|at| at.time().is_some())))
    else {
        return;
    };
    for row in rows {
        if row.elapsed_minutes.is_none() {
            let minutes = row.at.as_ref().and_then(|at| origin.minutes_until(at));
            #[expect(clippy::cast_possible_truncation, reason = "minutes between two calendar dates")]
            let whole = minutes.map(|minutes| minutes.floor() as i64);
            row.elapsed_minutes = whole;
        }
    }
}

fn timeline_leads(outline: &Outline, times: &Times) -> Vec<Lead> {
    let mut found = Vec::new();
    let mut tables = leads::Tables::default();
    for (at, unit) in outline.units.iter().enumerate() {
        if unit.role == Some(SectionRole::Timeline) {
            leads::leads_of(outline, times, &mut tables, at, true, &mut found);
        }
    }
    let rows = found.iter().filter(|lead| lead.is_row()).count();
    if rows < 2 {
        leads::sentence_leads(outline, times, &mut found);
    }
    if found.iter().any(Lead::is_row) {
        leads::continue_texts(outline, &mut found);
        leads::settle_texts(outline, &mut found);
        return without_repeats(outline, found);
    }
    run_leads(outline, times)
}

/// The longest run of lines that open with a time of day, where it is long enough.
fn run_leads(outline: &Outline, times: &Times) -> Vec<Lead> {
    use SectionRole as R;
    let mut all: Vec<Lead> = Vec::new();
    let mut tables = leads::Tables::default();
    for (at, unit) in outline.units.iter().enumerate() {
        let elsewhere = matches!(
            unit.role,
            Some(
                R::Actions | R::People | R::Support | R::Lessons | R::WentWell | R::WentWrong | R::Questions | R::Metrics | R::Contributing
            )
        );
        if !elsewhere && unit.notation != super::outline::Notation::FencedCode {
            leads::leads_of(outline, times, &mut tables, at, false, &mut all);
        }
    }
    // A run is kept together by its section and by few lines between its rows.
    let mut runs: Vec<Vec<Lead>> = Vec::new();
    for lead in all {
        let section = outline.units[lead.unit].section;
        let heading = matches!(outline.units[lead.unit].shape, Shape::Heading { .. });
        let joins = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            let last_heading = matches!(outline.units[last.unit].shape, Shape::Heading { .. });
            if heading || last_heading {
                lead.unit - last.unit <= 30
            } else {
                outline.units[last.unit].section == section && lead.unit - last.unit <= 6
            }
        });
        match runs.last_mut() {
            Some(run) if joins => run.push(lead),
            _ => runs.push(vec![lead]),
        }
    }
    let count = |run: &Vec<Lead>| run.iter().filter(|lead| lead.is_row() && lead.is_timed()).count();
    let enough = if is_note(outline) { MIN_RUN_OF_NOTE } else { MIN_RUN };
    let mut best: Option<Vec<Lead>> = None;
    for run in runs {
        if count(&run) >= enough && best.as_ref().is_none_or(|best| count(&run) > count(best)) {
            best = Some(run);
        }
    }
    let mut best = same_shape(outline, best.unwrap_or_default());
    leads::continue_texts(outline, &mut best);
    leads::settle_texts(outline, &mut best);
    best
}

/// Whether the document is a note of a few lines without sections, whose items all open with a time.
fn is_note(outline: &Outline) -> bool {
    const MOST_UNITS: usize = 12;
    let items = || outline.units.iter().filter(|unit| unit.is_item());
    outline.units.len() <= MOST_UNITS
        && outline.units.iter().all(|unit| unit.role.is_none())
        && items().count() >= MIN_RUN_OF_NOTE
        && items().all(|unit| has_clock(head(&unit.text, 24)))
}

/// Keeps the rows that are written as most of the run are: a summary that opens with a time is no item of the list below it.
fn same_shape(outline: &Outline, run: Vec<Lead>) -> Vec<Lead> {
    let shape = |lead: &Lead| std::mem::discriminant(&outline.units[lead.unit].shape);
    let mut counts: Vec<(std::mem::Discriminant<Shape>, usize)> = Vec::new();
    for shape in run.iter().map(shape) {
        match counts.iter().position(|(known, _)| *known == shape) {
            Some(at) => counts[at].1 += 1,
            None => counts.push((shape, 1)),
        }
    }
    let Some((usual, _)) = counts.iter().max_by_key(|(_, count)| *count).copied() else { return run };
    run.into_iter().filter(|lead| shape(lead) == usual || !lead.is_row()).collect()
}

/// More timed lists than this are not compared with each other.
const MAX_GROUPS: usize = 30;

/// Leaves out a second timed list that repeats the first: a section whose times nearly all stand in an earlier one, or the
/// other way round where the earlier is the shorter.
fn without_repeats(outline: &Outline, leads: Vec<Lead>) -> Vec<Lead> {
    let tops = top_sections(outline);
    let section_of = |lead: &Lead| tops[outline.units[lead.unit].section];
    let mut rows = leads.iter().filter(|lead| lead.is_row()).map(section_of);
    let first = rows.next();
    if rows.all(|section| Some(section) == first) {
        return leads;
    }
    let mut groups: Vec<(usize, HashSet<ClockTime>)> = Vec::new();
    for lead in leads.iter().filter(|lead| lead.is_row()) {
        let section = section_of(lead);
        if groups.last().is_none_or(|(last, _)| *last != section) {
            groups.push((section, HashSet::new()));
        }
        if let (Some((_, keys)), Some(key)) = (groups.last_mut(), lead.time_key()) {
            keys.insert(key);
        }
    }
    if groups.len() < 2 || groups.len() > MAX_GROUPS {
        return leads;
    }
    let mut dropped: Vec<usize> = Vec::new();
    for (at, (section, keys)) in groups.iter().enumerate() {
        let repeats = groups.iter().enumerate().any(|(other_at, (other, others))| {
            let shared = keys.intersection(others).count();
            other != section
                && keys.len() >= 2
                && shared * 5 >= keys.len() * 4
                && (others.len() > keys.len() || others.len() == keys.len() && other_at < at)
        });
        if repeats {
            dropped.push(*section);
        }
    }
    leads.into_iter().filter(|lead| !dropped.contains(&section_of(lead))).collect()
}

/// For each section the one with a role of its own at or above it, so that headings of days or rows do not part one timeline.
fn top_sections(outline: &Outline) -> Vec<usize> {
    let mut top = 0;
    let sections = outline.sections.iter().enumerate();
    sections
        .map(|(at, section)| {
            if section.own_role.is_some() {
                top = at;
            }
            top
        })
        .collect()
}

impl Lead {
    /// True for a row, false for a line that only says the date of those below.
    fn is_row(&self) -> bool {
        !matches!(self.when, When::Date(_) | When::DayNumber(_))
    }

    fn is_timed(&self) -> bool {
        match &self.when {
            When::At(partial) | When::Range(partial, _) => partial.clock.is_some(),
            When::SinceStart(_) | When::Later(_) => true,
            _ => false,
        }
    }

    fn time_key(&self) -> Option<ClockTime> {
        match &self.when {
            When::At(partial) | When::Range(partial, _) => partial.clock.map(|clock| clock.time),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;

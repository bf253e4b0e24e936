//! The statistics, as tables. Figures say how many incidents they rest on, and there is no median of fewer than six.

use std::collections::BTreeMap;

use super::{
    Outline,
    blocks::{Line, duration, heading, note, page_link, paragraph, table, text},
    lists::{incident_link, resolve_median},
    year_key,
};
use crate::{
    archive::FacetKind,
    document::Block,
    stats::{LEAST_FOR_MEDIAN, Measure},
};

/// How many rows a table by service or component has at most.
const MOST_ROWS: usize = 20;

pub(super) fn statistics(outline: &Outline<'_>) -> Vec<Block> {
    let archive = outline.site().archive();
    let entries: Vec<usize> = archive.stats().entries.iter().copied().filter(|at| outline.included.contains(at)).collect();
    let excluded = outline.included.len() - entries.len();
    let days = || entries.iter().filter_map(|at| archive.entries[*at].day());
    let span = days().min().zip(days().max()).map_or_else(String::new, |(from, to)| format!(", {from} to {to}"));
    let mut words = format!("{}{span}.", plural(entries.len(), "incident"));
    if excluded > 0 {
        words.push_str(&format!(" Near misses, drills and planned work are in no figure: {excluded}."));
    }
    words.push_str(&format!(" A median needs {LEAST_FOR_MEDIAN} incidents; below, there is none."));
    let mut blocks = vec![
        note(vec![text("This page is made by hindsite from the incident archive. Edits made here are kept and reported, not taken over.")]),
        paragraph(vec![text(words)]),
        heading(2, "Times", "hs-times"),
        times(outline, &entries),
        heading(2, "By severity", "hs-severity"),
        by_severity(outline, &entries),
    ];
    for (kind, title, anchor) in [
        (FacetKind::Cause, "Root cause", "hs-causes"),
        (FacetKind::Component, "Component", "hs-components"),
        (FacetKind::Service, "Service", "hs-services"),
        (FacetKind::Year, "Year", "hs-years"),
    ] {
        let rows = by_facet(outline, kind, &entries);
        if !rows.is_empty() {
            blocks.push(heading(2, &format!("By {}", title.to_lowercase()), anchor));
            blocks.push(table(&[title, "#Incidents", "#Median time to resolve"], rows));
        }
    }
    blocks
}

fn times(outline: &Outline<'_>, entries: &[usize]) -> Block {
    let facts = &outline.site().archive().facts;
    let rows = Measure::ALL.into_iter().map(|measure| {
        let summary = facts.summary(measure, entries);
        let minutes = |value: Option<f64>| vec![text(value.map_or_else(|| "–".to_owned(), duration))];
        let interval = summary.interval.map(|range| format!("{} to {}", duration(range.low), duration(range.high)));
        let longest = summary.worst().map(|sample| {
            let mut line = vec![text(format!("{}: ", duration(sample.minutes)))];
            line.extend(incident_link(outline, sample.entry));
            line
        });
        vec![
            vec![text(format!("{} ({})", measure.title(), measure.definition(facts.mttr())))],
            vec![text(summary.n().to_string())],
            minutes(summary.median),
            vec![text(interval.unwrap_or_else(|| "–".to_owned()))],
            minutes(summary.quartiles.map(|quartiles| quartiles.p90)),
            longest.unwrap_or_default(),
        ]
    });
    table(&["Time", "#Stated by", "#Median", "#95 % interval", "#90th percentile", "Longest"], rows.collect())
}

fn by_severity(outline: &Outline<'_>, entries: &[usize]) -> Block {
    let facts = &outline.site().archive().facts;
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in entries {
        let name = facts.severity(*at).map_or_else(|| "not stated".to_owned(), |severity| severity.to_string());
        groups.entry(name).or_default().push(*at);
    }
    let rows = groups.into_iter().map(|(name, entries)| row(outline, vec![text(name)], &entries));
    table(&["Severity", "#Incidents", "#Median time to resolve"], rows.collect())
}

fn by_facet(outline: &Outline<'_>, kind: FacetKind, entries: &[usize]) -> Vec<Vec<Line>> {
    let facet = outline.site().archive().facets.get(kind);
    let terms = facet.terms.iter().filter_map(|term| {
        let members: Vec<usize> = term.entries.iter().copied().filter(|at| entries.binary_search(at).is_ok()).collect();
        let label = term.label.clone();
        let name = match kind {
            FacetKind::Cause => page_link(&format!("cause/{}", term.slug), label),
            FacetKind::Year => page_link(&year_key(term.name.parse().ok()), label),
            _ => text(label),
        };
        (!members.is_empty()).then(|| row(outline, vec![name], &members))
    });
    terms.take(MOST_ROWS).collect()
}

fn row(outline: &Outline<'_>, name: Line, entries: &[usize]) -> Vec<Line> {
    vec![name, vec![text(entries.len().to_string())], resolve_median(outline, entries)]
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

//! The home page and the lists of incidents.

use super::{
    Content, Outline,
    blocks::{Line, badge, duration, heading, joined, list, note, page_link, paragraph, table, text},
    year_key,
};
use crate::{
    archive::{Entry, FacetKind},
    document::Block,
    incident::{Moment, Severity, Stated},
    render::wiki::BadgeColour,
    stats::Measure,
};

/// What every page but those of incidents says of itself.
fn banner() -> Block {
    note(vec![text("This page is made by hindsite from the incident archive. Edits made here are kept and reported, not taken over.")])
}

/// Returns the home page: how many incidents, by year, and where the rest is.
pub(super) fn home(outline: &Outline<'_>) -> Vec<Block> {
    let site = outline.site();
    let settings = site.settings();
    let mut blocks = vec![banner()];
    if let Some(description) = &settings.description {
        blocks.push(paragraph(vec![text(description)]));
    }
    let mut links = vec![vec![page_link("causes", "Incidents by root cause")], vec![page_link("statistics", "Incident statistics")]];
    if let Some(address) = site.absolute_url("index.html") {
        links.push(vec![super::blocks::link(address, "The archive as a site, with search")]);
    }
    blocks.push(list(links));
    let rows = outline.pages.iter().filter_map(|page| {
        let Content::Year(year, entries) = &page.content else { return None };
        let name = year.map_or_else(|| "Without a date".to_owned(), |year| format!("{year:04}"));
        Some(vec![vec![page_link(&page.key, name)], vec![text(entries.len().to_string())], resolve_median(outline, entries)])
    });
    blocks.push(heading(2, "Incidents by year", "hs-years"));
    blocks.push(table(&["Year", "#Incidents", "#Median time to resolve"], rows.collect()));
    blocks.push(heading(2, "Latest incidents", "hs-latest"));
    let latest: Vec<usize> = outline.included.iter().copied().take(10).collect();
    blocks.push(incidents(outline, &latest));
    blocks
}

/// Returns the incidents of a year.
pub(super) fn year(outline: &Outline<'_>, year: Option<i32>, entries: &[usize]) -> Vec<Block> {
    let mut links: Vec<Line> = vec![vec![page_link("home", outline.root.clone())]];
    let years: Vec<&super::Page> = outline.pages.iter().filter(|page| matches!(page.content, Content::Year(..))).collect();
    if let Some(at) = years.iter().position(|page| page.key == year_key(year)) {
        links.extend(years.get(at + 1).map(|page| vec![page_link(&page.key, page.title.clone())]));
        links.extend(at.checked_sub(1).map(|at| vec![page_link(&years[at].key, years[at].title.clone())]));
    }
    vec![banner(), paragraph(joined(links, " · ")), incidents(outline, entries)]
}

/// Returns all root causes.
pub(super) fn causes(outline: &Outline<'_>) -> Vec<Block> {
    let facet = outline.site().archive().facets.get(FacetKind::Cause);
    let rows: Vec<Vec<Line>> = outline
        .pages
        .iter()
        .filter_map(|page| {
            let Content::Cause(at, entries) = &page.content else { return None };
            let latest = entries.first().map(|at| incident_link(outline, *at)).unwrap_or_default();
            let count = vec![text(entries.len().to_string())];
            Some(vec![vec![page_link(&page.key, facet.terms[*at].label.clone())], count, resolve_median(outline, entries), latest])
        })
        .collect();
    let unstated: Vec<usize> = facet.unstated.iter().copied().filter(|at| outline.included.contains(at)).collect();
    let mut blocks = vec![banner()];
    blocks.push(paragraph(vec![text("An incident with several root causes counts under each of them.")]));
    blocks.push(table(&["Root cause", "#Incidents", "#Median time to resolve", "Latest"], rows));
    if !unstated.is_empty() {
        blocks.push(heading(2, "No root cause stated", "hs-unstated"));
        blocks.push(incidents(outline, &unstated));
    }
    blocks
}

/// Returns the incidents of a root cause.
pub(super) fn cause(outline: &Outline<'_>, at: usize, entries: &[usize]) -> Vec<Block> {
    let site = outline.site();
    let term = &site.archive().facets.get(FacetKind::Cause).terms[at];
    let mut blocks = vec![banner()];
    let defined = site.settings().read.taxonomy.causes.get(&term.name).and_then(|term| term.definition.clone());
    blocks.extend(defined.map(|definition| paragraph(vec![text(definition)])));
    blocks.push(paragraph(vec![page_link("causes", "Incidents by root cause")]));
    blocks.push(incidents(outline, entries));
    blocks
}

/// Returns a table of incidents.
fn incidents(outline: &Outline<'_>, entries: &[usize]) -> Block {
    let archive = outline.site().archive();
    let rows = entries.iter().map(|at| {
        let entry = &archive.entries[*at];
        vec![
            vec![text(day_text(entry))],
            incident_link(outline, *at),
            severity(entry),
            vec![text(entry.duration_minutes.as_ref().map_or_else(String::new, |minutes| duration(minutes.value)))],
            cause_links(outline, entry),
        ]
    });
    table(&["Date", "Incident", "Severity", "#Duration", "Root causes"], rows.collect())
}

/// Returns the link to an incident: its title.
pub(super) fn incident_link(outline: &Outline<'_>, at: usize) -> Line {
    let title = outline.site().archive().entries[at].display_title.clone();
    match outline.incident_key(at) {
        Some(key) => vec![page_link(&key, title)],
        None => vec![text(title)],
    }
}

/// Returns the links to the pages of an incident's root causes.
pub(super) fn cause_links(outline: &Outline<'_>, entry: &Entry) -> Line {
    let facet = outline.site().archive().facets.get(FacetKind::Cause);
    let link = |cause: &Stated<String>| match facet.find(&cause.value) {
        Some(at) => vec![page_link(&format!("cause/{}", facet.terms[at].slug), facet.terms[at].label.clone())],
        None => vec![text(cause.value.clone())],
    };
    joined(entry.causes.iter().map(link).collect(), ", ")
}

pub(super) fn severity(entry: &Entry) -> Line {
    let Some(severity) = &entry.severity else { return Vec::new() };
    let colour = match severity.value {
        Severity::Sev1 => BadgeColour::Red,
        Severity::Sev2 => BadgeColour::Yellow,
        Severity::Sev3 => BadgeColour::Blue,
        Severity::Sev4 | Severity::Sev5 => BadgeColour::Grey,
    };
    vec![badge(colour, severity.value.as_str())]
}

fn day_text(entry: &Entry) -> String {
    match (entry.day(), entry.year_month()) {
        (Some(day), _) => day.to_string(),
        (None, Some((year, month))) => format!("{year:04}-{month:02}"),
        (None, None) => String::new(),
    }
}

/// Returns a moment as it is read aloud: `2026-01-14 13:42 UTC`, `about 2026-01`.
pub(super) fn moment_text(moment: &Moment) -> String {
    let local = moment.local.to_string().trim_start_matches('T').replace('T', " ");
    let about = if moment.approximate { "about " } else { "" };
    let zone = moment.zone.as_ref().map_or_else(String::new, |zone| format!(" {zone}"));
    format!("{about}{local}{zone}")
}

/// Returns the median time to resolve of incidents, where there are enough for one.
pub(super) fn resolve_median(outline: &Outline<'_>, entries: &[usize]) -> Line {
    let summary = outline.site().archive().facts.summary(Measure::Resolve, entries);
    let words = summary.median.map_or_else(String::new, |minutes| format!("{} (of {})", duration(minutes), summary.n()));
    vec![text(words)]
}

//! Rows of incidents, and the list of all of them.

use serde::Serialize;

use super::{
    Counted, Link, Scene, SeverityMark, When,
    page::{Pager, pager},
};
use crate::{
    archive::FacetKind,
    incident::OccurredBasis,
    render::{chart, phases::Phases},
    site::{PageKind, Part},
    stats::is_open,
};

/// How many causes a row names; of more than that, all but one, so that it never says "and 1 more".
const MOST_CAUSES: usize = 3;

/// An incident in a list.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    day: Option<When>,
    /// Says that the day is only the file name's.
    day_note: Option<String>,
    /// The id, where it is short enough to help.
    id: Option<String>,
    title: String,
    href: String,
    /// The first causes; on the page of a cause, without that one.
    causes: Vec<Link>,
    /// False where the document names no cause.
    has_causes: bool,
    /// Says how many causes are left out; empty for none.
    more_causes: String,
    /// Their names as in addresses, for the filter.
    more_cause_names: String,
    services: String,
    severity: Option<SeverityMark>,
    /// Time to resolve as shown.
    time: Option<String>,
    /// The same in minutes, for sorting.
    minutes: Option<String>,
    is_open: bool,
    strip_svg: Option<String>,
}

/// Returns the id as a list shows it: one that only repeats the file's long name says nothing.
pub(crate) fn short_id(entry: &crate::archive::Entry) -> Option<String> {
    let declared = entry.declared_id.as_ref().map(|id| id.value.clone());
    declared.or_else(|| (entry.id.chars().count() <= 12).then(|| entry.id.to_string())).filter(|id| id.chars().count() <= 20)
}

/// Returns the rows of incidents.
pub(crate) fn rows(scene: &Scene<'_>, entries: &[usize]) -> Vec<Row> {
    entries.iter().map(|entry| row(scene, *entry)).collect()
}

fn row(scene: &Scene<'_>, at: usize) -> Row {
    let words = scene.words();
    let entry = &scene.archive().entries[at];
    let own = own_cause(scene);
    let named: Vec<&str> = entry.causes.iter().map(|cause| cause.value.as_str()).filter(|name| own != Some(*name)).collect();
    let (first, more) = named.split_at(if named.len() > MOST_CAUSES { MOST_CAUSES - 1 } else { named.len() });
    let causes = first.iter().map(|name| scene.term_link(FacetKind::Cause, name));
    let services: Vec<&str> = entry.services.iter().map(|service| service.value.as_str()).collect();
    let services = services.join(", ");
    let severity = scene.severity(entry);
    // A strip that ends before the impact does would look as long as all others.
    let phases = Phases::of(entry).filter(|phases| phases.is_recorded() && phases.segments.last().is_some_and(|last| last.last >= 3));
    let strip_svg = phases.map(|phases| chart::small_strip(&phases, &strip_label(scene, &phases)));
    let is_named = entry.occurred.as_ref().is_some_and(|occurred| occurred.basis == OccurredBasis::FileName);
    let id = short_id(entry);
    Row {
        day: scene.entry_day(entry),
        day_note: is_named.then(|| words.get("from_file_name")),
        id,
        title: entry.display_title.clone(),
        href: scene.incident_href(at),
        causes: causes.collect(),
        has_causes: !entry.causes.is_empty(),
        more_causes: if more.is_empty() { String::new() } else { words.count("more_causes", more.len()) },
        more_cause_names: more.join(" "),
        services,
        severity,
        time: scene.duration(entry),
        minutes: entry.minutes_to_resolve().map(|minutes| format!("{minutes:.0}")),
        is_open: is_open(entry),
        strip_svg,
    }
}

/// Returns the cause that the page is about: its rows need not say it again.
fn own_cause<'a>(scene: &Scene<'a>) -> Option<&'a str> {
    let PageKind::Term(FacetKind::Cause, at, _) = scene.page.kind else { return None };
    Some(&scene.archive().facets.get(FacetKind::Cause).terms[at].name)
}

/// Says the phases in words: `detect 9 min, respond 4 min`.
pub(crate) fn strip_label(scene: &Scene<'_>, phases: &Phases<'_>) -> String {
    let words = scene.words();
    let parts: Vec<String> = phases
        .segments
        .iter()
        .map(|segment| {
            format!("{} {}", words.in_sentence(&segment_name(scene, segment.first, segment.last)), words.minutes(segment.minutes()))
        })
        .collect();
    parts.join(", ")
}

/// Returns the name of a segment: `Detect`, or `Respond to mitigate` where the moment between is not known.
pub(crate) fn segment_name(scene: &Scene<'_>, first: u8, last: u8) -> String {
    let words = scene.words();
    let name = |phase: u8| words.get(&format!("phase_{phase}"));
    match (first, last) {
        (1, 4) => words.get("phase_all"),
        _ if first == last => name(first),
        _ => words.fill("phase_merged", &[("first", &name(first)), ("last", &words.in_sentence(&name(last)))]),
    }
}

/// Links to lists by year, severity and service.
#[derive(Debug, Serialize)]
pub(crate) struct FacetLine {
    label: String,
    items: Vec<Counted>,
    /// The page with all values.
    index: String,
    /// The page with all values, where some are left out.
    all: Option<Link>,
}

/// Returns a line of links for each facet that has more than one value.
pub(crate) fn facet_lines(scene: &Scene<'_>) -> Vec<FacetLine> {
    const MOST: usize = 7;
    let words = scene.words();
    [FacetKind::Year, FacetKind::Severity, FacetKind::Service, FacetKind::Cause]
        .into_iter()
        .map(|kind| scene.archive().facets.get(kind))
        .filter(|facet| !facet.terms.is_empty() && (facet.terms.len() > 1 || !facet.unstated.is_empty()))
        .map(|facet| {
            let items = facet.terms.iter().take(MOST).map(|term| Counted {
                title: scene.term_label(facet.kind, &term.name),
                href: scene.href(&scene.site.term_path(facet, term)),
                count: words.figure(term.entries.len()),
                is_current: false,
            });
            let index = scene.href(&format!("{}/index.html", facet.kind.folder()));
            let all = (facet.terms.len() > MOST)
                .then(|| Link { title: words.count(&format!("all_{}", facet.kind.folder()), facet.terms.len()), href: index.clone() });
            FacetLine { label: words.get(&format!("one_{}", facet.kind.folder())), items: items.collect(), index, all }
        })
        .collect()
}

/// What `list.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    heading: String,
    lead: String,
    rows: Vec<Row>,
    caption: String,
    facets: Vec<FacetLine>,
    pager: Option<Pager>,
}

/// Returns a part of the list of all incidents.
pub(crate) fn incident_list(scene: &Scene<'_>, part: &Part) -> ListView {
    let words = scene.words();
    let entries: Vec<usize> = part.range.clone().collect();
    let all = scene.archive().entries.len();
    let caption = part_caption(scene, part, all);
    ListView {
        heading: words.get("nav_incidents"),
        lead: if part.of > 1 { caption.clone() } else { words.count("list_lead", all) },
        rows: rows(scene, &entries),
        caption,
        facets: facet_lines(scene),
        pager: pager(
            scene,
            part,
            |number| {
                if number == 1 { "incidents/index.html".to_owned() } else { format!("incidents/pages/{number}.html") }
            },
        ),
    }
}

/// Says which incidents a part of a list shows.
pub(crate) fn part_caption(scene: &Scene<'_>, part: &Part, all: usize) -> String {
    let words = scene.words();
    if part.of == 1 {
        return words.count("list_caption", all);
    }
    words.fill(
        "list_part",
        &[("from", &words.figure(part.range.start + 1)), ("to", &words.figure(part.range.end)), ("all", &words.figure(all))],
    )
}

//! The page of an incident: facts, phases, what came before, the timeline, the text itself, actions, and where each value was read.

mod before;
mod facts;
mod strip;
mod texts;

pub(crate) use texts::sections_of;

use serde::Serialize;

use self::{
    before::{BeforeView, RelatedView, before, related},
    facts::{Fact, Facts, SourceLine},
    strip::{PhasesView, phases_view},
    texts::Texts,
};
use super::{
    Link, Scene, SeverityMark, When,
    actions::{ActionView, action_view},
    lists::short_id,
    timeline::{TimelineView, timeline},
};
use crate::{
    archive::{Entry, FacetKind},
    incident::{Kind, Moment, Section, Status},
    render::{phases::Phases, words::NBSP},
    stats::is_open,
};

/// What `incident.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct IncidentView {
    id: String,
    short_id: Option<String>,
    title: String,
    title_note: Option<String>,
    severity: Option<SeverityMark>,
    span: Option<When>,
    outcome: Option<String>,
    services: Vec<Link>,
    is_draft: bool,
    /// What it was where it was no incident: a near miss, a drill, planned maintenance.
    nature: Option<String>,
    lead: Option<String>,
    phases: Option<PhasesView>,
    before: Option<BeforeView>,
    facts: Vec<Fact>,
    contents: Vec<Link>,
    timeline_anchor: String,
    timeline: Option<TimelineView>,
    /// The timeline's sections as the document has them.
    timeline_text_html: String,
    /// The text above the first heading, unless the lead says all of it.
    intro_html: String,
    body_html: String,
    actions_anchor: String,
    actions: Vec<ActionView>,
    /// Says that no action has an owner, a due date or a state, where that is so.
    actions_bare: Option<String>,
    /// The actions' sections as the document has them.
    actions_text_html: String,
    related: Vec<RelatedView>,
    sources: Vec<SourceLine>,
    source: SourceView,
    /// True where the document holds several incidents.
    is_part: bool,
    document: Option<Link>,
    earlier: Option<Neighbour>,
    later: Option<Neighbour>,
}

#[derive(Debug, Serialize)]
struct SourceView {
    file: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct Neighbour {
    title: String,
    href: String,
    day: Option<String>,
}

/// Returns the page of the incident at that place.
pub(crate) fn incident(scene: &Scene<'_>, at: usize) -> IncidentView {
    let words = scene.words();
    let entry = &scene.archive().entries[at];
    let phases = Phases::of(entry);
    let timeline = timeline(scene, entry, phases.as_ref());
    let texts = Texts::of(scene, entry, timeline.is_some());
    let actions: Vec<ActionView> = (0..entry.action_items.len()).map(|item| action_view(scene, at, item, false)).collect();
    let bare = !actions.is_empty() && actions.iter().all(ActionView::is_bare);
    let before = before(scene, at);
    let (facts, sources) = Facts::of(scene, entry);
    let related = related(scene, entry);
    let mut view = IncidentView {
        id: entry.id.to_string(),
        short_id: short_id(entry),
        title: entry.display_title.clone(),
        title_note: entry.title_composed.then(|| words.get("title_composed")),
        severity: scene.severity(entry),
        span: span(scene, entry),
        outcome: outcome(scene, entry),
        services: entry.services.iter().map(|service| scene.term_link(FacetKind::Service, &service.value)).collect(),
        is_draft: entry.status.as_ref().is_some_and(|status| status.value == Status::Draft),
        nature: entry.nature.as_ref().map(|nature| words.get(&format!("nature_{}", nature.value.as_str().replace('-', "_")))),
        lead: entry.summary.as_ref().map(|summary| summary.value.clone()),
        phases: phases.as_ref().map(|phases| phases_view(scene, entry, phases)),
        before,
        facts,
        contents: Vec::new(),
        timeline_anchor: texts.timeline_anchor.clone(),
        timeline,
        timeline_text_html: texts.timeline,
        intro_html: texts.intro,
        body_html: texts.body,
        actions_anchor: texts.actions_anchor.clone(),
        actions_bare: bare.then(|| words.count("actions_bare", actions.len())),
        actions,
        actions_text_html: texts.actions,
        related,
        sources,
        source: SourceView { file: entry.file.to_string(), href: scene.site.edit_url(&entry.file) },
        is_part: entry.kind == Kind::Multi,
        document: (entry.kind == Kind::Multi)
            .then(|| Link { title: entry.document().display_title.clone(), href: scene.href(scene.site.document_path(entry.reading)) }),
        // What has no day is neither earlier nor later than anything.
        earlier: entry.occurred.as_ref().and_then(|_| neighbour(scene, at + 1)),
        later: entry.occurred.as_ref().and_then(|_| neighbour(scene, at.checked_sub(1)?)),
    };
    view.contents = contents(scene, entry, &view);
    view
}

/// Returns the incident's time: `Tuesday 10 November 2026, 13:42 to 14:57 UTC`.
fn span(scene: &Scene<'_>, entry: &Entry) -> Option<When> {
    let words = scene.words();
    let begin = entry.start.as_ref().map(|start| &start.value).or_else(|| entry.occurred.as_ref().map(|occurred| &occurred.moment))?;
    let end = entry.end.as_ref().map(|end| &end.value);
    let long = |moment: &Moment| moment.day().map(|day| words.long_day(day)).or_else(|| words.moment_day(moment));
    let mut text = [long(begin), words.clock(begin)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if let Some(end) = end.filter(|_| entry.start.is_some()) {
        let is_other_day = end.day() != begin.day() && end.day().is_some();
        let parts = [words.moment_day(end).filter(|_| is_other_day), words.clock(end)];
        let until = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if !until.is_empty() {
            text = words.fill("from_to", &[("from", &text), ("to", &until)]);
        }
    }
    let zone = begin.zone.as_deref().map(|zone| if zone == "Z" { "UTC" } else { zone }).map(str::to_owned);
    if let Some(zone) = zone.or_else(|| begin.offset()).filter(|_| begin.time().is_some()) {
        text = format!("{text}{NBSP}{zone}");
    }
    let iso = crate::render::words::datetime(begin)?;
    (!text.is_empty()).then_some(When { text, iso })
}

/// Says how it ended: `Resolved in 1 h 15 min`.
fn outcome(scene: &Scene<'_>, entry: &Entry) -> Option<String> {
    let words = scene.words();
    if is_open(entry) {
        return Some(words.get("not_resolved"));
    }
    scene.duration(entry).map(|time| words.fill("resolved_in", &[("time", &time)]))
}

/// Returns what is on the page, in order.
fn contents(scene: &Scene<'_>, entry: &Entry, view: &IncidentView) -> Vec<Link> {
    let words = scene.words();
    let own = |key: &str, anchor: &str| Link { title: words.get(key), href: format!("#{anchor}") };
    let mut out = Vec::new();
    if let Some(before) = &view.before {
        out.push(own(if before.is_sure { "seen_before" } else { "seen_before_maybe" }, "hs-before"));
    }
    if view.timeline.is_some() {
        out.push(own("timeline", &view.timeline_anchor));
    }
    // The level on the page counts: a document may begin with deeper headings than it goes on with.
    let is_at = |section: &&Section, level: &str| view.body_html.contains(&format!("<h{level} id=\"{}\"", section.anchor));
    let top = ["2", "3", "4"].into_iter().find(|level| entry.sections.iter().any(|section| is_at(&section, level))).unwrap_or("2");
    out.extend(
        entry
            .sections
            .iter()
            .filter(|section| is_at(section, top))
            .map(|section| Link { title: section.heading.clone(), href: format!("#{}", crate::archive::encode(&section.anchor)) }),
    );
    if !view.actions.is_empty() {
        out.push(own("actions", &view.actions_anchor));
    }
    if !view.related.is_empty() {
        out.push(own("related", "hs-related"));
    }
    out.push(own("source", "hs-source"));
    out
}

fn neighbour(scene: &Scene<'_>, at: usize) -> Option<Neighbour> {
    let entry = scene.archive().entries.get(at).filter(|entry| entry.occurred.is_some())?;
    let day = scene.entry_day(entry).map(|when| when.text);
    Some(Neighbour { title: entry.display_title.clone(), href: scene.incident_href(at), day })
}

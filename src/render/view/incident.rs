//! The page of an incident: facts, phases, what came before, the timeline, the text itself, actions, and where each value was read.

use serde::Serialize;

use super::{
    Link, Scene, SeverityMark, When,
    actions::{ActionView, action_view},
    lists::{segment_name, short_id},
    origin_word,
    timeline::{TimelineView, icon, minute_of, timeline},
};
use crate::{
    archive::{Entry, FacetKind, Reason},
    diag::Span,
    incident::{Kind, Moment, Origin, Provenance, RowKind, Section, SectionRole, Stated, Status},
    render::{
        chart,
        markdown::{Body, Target},
        phases::Phases,
        words::NBSP,
    },
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
struct PhasesView {
    chart_svg: String,
    parts: Vec<PhaseView>,
}

#[derive(Debug, Serialize)]
struct PhaseView {
    name: String,
    /// 1 to 4; 0 for a part that holds more than one phase.
    number: u8,
    length: String,
    span: String,
}

#[derive(Debug, Serialize)]
struct BeforeView {
    heading: String,
    reason: String,
    actions_line: Option<String>,
    open: Vec<ActionView>,
    earlier: Vec<Before>,
    more: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Before {
    day: Option<When>,
    link: Link,
    time: Option<String>,
}

#[derive(Debug, Serialize)]
struct Fact {
    label: String,
    values: Vec<FactValue>,
}

#[derive(Debug, Serialize)]
struct FactValue {
    text: String,
    /// Page of the value; empty for none.
    href: String,
    /// Says how it was read, where it was not declared.
    origin: Option<String>,
    /// Anchor of the line that says it.
    anchor: String,
}

#[derive(Debug, Serialize)]
struct SourceLine {
    anchor: String,
    field: String,
    value: String,
    line: Option<usize>,
    quote: String,
    origin: String,
    rule: String,
}

#[derive(Debug, Serialize)]
struct SourceView {
    file: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct RelatedView {
    day: Option<When>,
    link: Link,
    time: Option<String>,
    reason: String,
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
        actions,
        actions_text_html: texts.actions,
        related,
        sources,
        source: SourceView { file: entry.file.to_string(), href: scene.site.edit_url(&entry.file) },
        is_part: entry.kind == Kind::Multi,
        document: (entry.kind == Kind::Multi)
            .then(|| Link { title: entry.document().display_title.clone(), href: scene.href(scene.site.document_path(entry.reading)) }),
        earlier: neighbour(scene, at + 1),
        later: at.checked_sub(1).and_then(|later| neighbour(scene, later)),
    };
    view.contents = contents(scene, entry, &view);
    view
}

/// How the anchors of footnotes begin.
const FOOTNOTE: &str = "id=\"hs-fn-";

/// The text of the document in the parts that the page shows.
struct Texts {
    intro: String,
    body: String,
    timeline: String,
    timeline_anchor: String,
    actions: String,
    actions_anchor: String,
}

impl Texts {
    fn of(scene: &Scene<'_>, entry: &Entry, has_timeline: bool) -> Self {
        let mut texts = Texts {
            intro: String::new(),
            body: String::new(),
            timeline: String::new(),
            timeline_anchor: "hs-timeline".to_owned(),
            actions: String::new(),
            actions_anchor: "hs-actions".to_owned(),
        };
        let Some(body) = scene.bodies.body(&entry.file) else { return texts };
        let resolve = |url: &str, image: bool| scene.target(&entry.file, url, image);
        let mut taken_out = outside(entry);
        let words = scene.words();
        let text_of = |role: SectionRole, title: &str, taken_out: &mut Vec<Span>| {
            let sections = sections_of(entry, role);
            let mut html = String::new();
            for (at, (section, span)) in sections.iter().enumerate() {
                // The page's own heading stands for the first one; its words are kept where they are others.
                if at == 0 {
                    if section.heading.to_lowercase() != words.get(title).to_lowercase() {
                        html.push_str(&format!("<p class=\"subheading\" dir=\"auto\">{}</p>\n", chart::escape(&section.heading)));
                    }
                } else {
                    html.push_str(&format!("<h3 id=\"{0}\" dir=\"auto\">{1}</h3>\n", section.anchor, chart::escape(&section.heading)));
                }
                html.push_str(&body.part(*span, &resolve));
            }
            // A footnote that is called here and elsewhere would be on the page twice: such a section stays where it is.
            if html.contains(FOOTNOTE) {
                return (String::new(), None);
            }
            taken_out.extend(sections.iter().map(|(_, span)| *span));
            (html, sections.first().map(|(section, _)| section.anchor.clone()))
        };
        if has_timeline {
            let (html, anchor) = text_of(SectionRole::Timeline, "timeline", &mut taken_out);
            texts.timeline = html;
            texts.timeline_anchor = anchor.unwrap_or(texts.timeline_anchor);
        }
        if !entry.action_items.is_empty() {
            let (html, anchor) = text_of(SectionRole::Actions, "actions", &mut taken_out);
            texts.actions = html;
            texts.actions_anchor = anchor.unwrap_or(texts.actions_anchor);
        }
        taken_out.extend(repeated_summary(entry, &body, &resolve));
        let (intro, span) = intro(entry, &body, &resolve);
        texts.intro = intro;
        taken_out.extend(span);
        texts.body = body.without(&taken_out, &resolve);
        texts
    }
}

/// Returns the parts of the file that are not about this record, and the heading that the page's title stands for.
fn outside(entry: &Entry) -> Vec<Span> {
    if entry.kind != Kind::Multi {
        return Vec::new();
    }
    let mut spans = vec![Span::new(0, entry.span.start), Span::new(entry.span.end, usize::MAX)];
    spans.extend(entry.sections.first().filter(|section| section.span.start == entry.span.start).map(|section| section.span));
    spans
}

/// Returns the sections of a role, each with its whole extent: up to the next heading of its level or above.
fn sections_of(entry: &Entry, role: SectionRole) -> Vec<(&Section, Span)> {
    let mut out: Vec<(&Section, Span)> = Vec::new();
    for (at, section) in entry.sections.iter().enumerate() {
        if section.canonical != Some(role) || out.last().is_some_and(|(_, span)| section.span.start < span.end) {
            continue;
        }
        let next = entry.sections[at + 1..].iter().find(|next| next.level <= section.level);
        out.push((section, Span::new(section.span.start, next.map_or(entry.span.end, |next| next.span.start))));
    }
    // A section that holds all others is the document itself, not a part of it.
    out.retain(|(section, _)| section.level > 1 || entry.sections.iter().filter(|other| other.level == 1).count() > 1);
    out
}

/// Returns the summary's section where the lead already says all of it.
fn repeated_summary(entry: &Entry, body: &Body, resolve: &dyn Fn(&str, bool) -> Target) -> Option<Span> {
    let lead = entry.summary.as_ref()?;
    let (_, span) = sections_of(entry, SectionRole::Summary).into_iter().next()?;
    is_said_by(&body.part(span, resolve), &lead.value).then_some(span)
}

/// Returns the text above the first heading and where it ends; no text where the lead says all of it.
fn intro(entry: &Entry, body: &Body, resolve: &dyn Fn(&str, bool) -> Target) -> (String, Option<Span>) {
    let around = outside(entry);
    let whole = body.without(&around, resolve);
    let first = entry.sections.iter().find(|section| whole.contains(&format!("id=\"{}\"", section.anchor)));
    let Some(first) = first.map(|section| section.span.start) else { return (String::new(), None) };
    let html = body.without(&[around, vec![Span::new(first, usize::MAX)]].concat(), resolve);
    if html.trim().is_empty() || html.contains(FOOTNOTE) {
        return (String::new(), None);
    }
    let is_repeated = entry.summary.as_ref().is_some_and(|lead| is_said_by(&html, &lead.value));
    (if is_repeated { String::new() } else { html }, Some(Span::new(0, first)))
}

/// True where the HTML holds no more than the text `lead`.
fn is_said_by(html: &str, lead: &str) -> bool {
    if ["<a ", "<img", "<code", "<li", "<h", "<pre", "<table"].iter().any(|tag| html.contains(tag)) {
        return false;
    }
    let mut text = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    squeeze(&text) == squeeze(lead)
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
    if let Some(zone) = begin.zone.clone().or_else(|| begin.offset()).filter(|_| begin.time().is_some()) {
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

fn phases_view(scene: &Scene<'_>, entry: &Entry, phases: &Phases<'_>) -> PhasesView {
    let words = scene.words();
    let events: Vec<(f64, RowKind)> = entry
        .timeline
        .iter()
        .filter(|row| matches!(row.kind, RowKind::Escalated | RowKind::FalseLead | RowKind::Finding | RowKind::Action))
        .filter_map(|row| Some((minute_of(phases.base, row)?, row.kind)))
        .filter(|(minute, _)| (0.0..=phases.total).contains(minute))
        .collect();
    let icons: Vec<(f64, &str)> = events.iter().map(|(minute, kind)| (*minute, icon(*kind))).collect();
    let described: Vec<String> = events
        .iter()
        .map(|(minute, kind)| format!("{} {}", words.get(&format!("row_{}", kind.as_str().replace('-', "_"))), elapsed(scene, *minute)))
        .collect();
    let mut description = super::lists::strip_label(scene, phases);
    if !described.is_empty() {
        description = words.fill("strip_events", &[("phases", &description), ("events", &described.join(", "))]);
    }
    let is_short = phases.total < 120.0;
    let tick = |minute: f64, is_first: bool| {
        let text = elapsed(scene, minute);
        if is_short && !is_first { text.split(NBSP).next().unwrap_or_default().to_owned() } else { text }
    };
    let parts = phases.segments.iter().map(|segment| PhaseView {
        name: segment_name(scene, segment.first, segment.last),
        number: segment.phase().unwrap_or(0),
        length: words.minutes(segment.minutes()),
        span: words
            .fill("from_to", &[("from", &moment_short(scene, segment.begin, phases)), ("to", &moment_short(scene, segment.end, phases))]),
    });
    PhasesView { parts: parts.collect(), chart_svg: chart::large_strip(phases, &icons, &words.get("phases_title"), &description, &tick) }
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from float to integer saturates")]
fn elapsed(scene: &Scene<'_>, minute: f64) -> String {
    scene.words().elapsed(minute.round() as i64)
}

/// Returns a moment's time, with its day where the incident spans more than one.
fn moment_short(scene: &Scene<'_>, moment: &Moment, phases: &Phases<'_>) -> String {
    let words = scene.words();
    let time = words.clock(moment).unwrap_or_default();
    match moment.day().filter(|day| Some(*day) != phases.base.day()) {
        Some(day) => format!("{} {time}", words.short_day(day)),
        None => time,
    }
}

/// Returns what came before; `None` for the first of its kind.
fn before(scene: &Scene<'_>, at: usize) -> Option<BeforeView> {
    const MOST: usize = 5;
    let words = scene.words();
    let archive = scene.archive();
    let entry = &archive.entries[at];
    let recurrence = entry.recurrence.as_ref().filter(|recurrence| !recurrence.earlier.is_empty())?;
    let series = &archive.series[recurrence.series];
    let count = recurrence.earlier.len();
    let heading = match series.services.first() {
        Some(service) => words.count_with("before_on", count, &[("service", service)]),
        None => words.count("before", count),
    };
    let causes: Vec<String> = unique(series.pairs.iter().map(|(cause, _)| words.in_sentence(&scene.term_label(FacetKind::Cause, cause))));
    let components: Vec<String> =
        unique(series.pairs.iter().map(|(_, component)| words.in_sentence(&scene.term_label(FacetKind::Component, component))));
    let mut reasons = Vec::new();
    if !causes.is_empty() {
        reasons.push(words.fill("same_pair", &[("causes", &words.list(&causes)), ("components", &words.list(&components))]));
    }
    if !series.services.is_empty() {
        reasons.push(words.fill("same_services", &[("services", &words.list(&series.services))]));
    }
    if !series.shared_words.is_empty() {
        reasons.push(words.get("close_text"));
    }
    let mut reason = reasons.join("; ");
    if let Some(days) = recurrence.days_since_last.and_then(|days| usize::try_from(days).ok()) {
        reason = format!("{reason}. {}", words.count("days_after_last", days));
    } else if !reason.is_empty() {
        reason.push('.');
    }
    let last = recurrence.earlier.first().copied();
    let open: Vec<ActionView> = last
        .map(|last| {
            let items = &archive.entries[last].action_items;
            let is_open = |item: &usize| crate::archive::action_group(&items[*item], archive.as_of).is_open();
            (0..items.len()).filter(is_open).map(|item| action_view(scene, last, item, true)).collect()
        })
        .unwrap_or_default();
    let all = recurrence.last_actions;
    let actions_line = match (all, recurrence.last_open, recurrence.last_unknown) {
        (0, ..) => None,
        (_, 0, 0) => Some(words.count("last_none_open", all)),
        (_, 0, unknown) => Some(words.count_with("last_unknown", all, &[("unknown", &words.figure(unknown))])),
        (_, open, _) => Some(words.count_with("last_open", all, &[("open", &words.figure(open))])),
    };
    let earlier = recurrence.earlier.iter().take(MOST).map(|other| {
        let entry = &archive.entries[*other];
        Before {
            day: scene.entry_day(entry),
            link: Link { title: entry.display_title.clone(), href: scene.incident_href(*other) },
            time: scene.duration(entry),
        }
    });
    let more = unique(series.pairs.iter().map(|(cause, _)| cause.clone())).into_iter().filter_map(|cause| {
        let facet = archive.facets.get(FacetKind::Cause);
        let term = &facet.terms[facet.find(&cause)?];
        let label = words.in_sentence(&scene.term_label(FacetKind::Cause, &cause));
        let title = words.count_with("all_with", term.entries.len(), &[("name", &label)]);
        Some(Link { title, href: scene.href(&scene.site.term_path(facet, term)) })
    });
    Some(BeforeView {
        heading,
        reason: super::super::words::capitalise(&reason),
        actions_line,
        open,
        earlier: earlier.collect(),
        more: more.collect(),
    })
}

fn unique(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

/// Gathers the facts and the lines that say them.
struct Facts<'a, 'b> {
    scene: &'a Scene<'b>,
    facts: Vec<Fact>,
    sources: Vec<SourceLine>,
    /// The day that the page names above: it is not repeated.
    day: Option<chrono::NaiveDate>,
}

impl<'a, 'b> Facts<'a, 'b> {
    fn of(scene: &'a Scene<'b>, entry: &Entry) -> (Vec<Fact>, Vec<SourceLine>) {
        let words = scene.words();
        let mut facts = Facts { scene, facts: Vec::new(), sources: Vec::new(), day: None };
        if let Some(title) = &entry.title {
            facts.source("title", &title.value, &title.provenance);
        }
        if let Some(summary) = &entry.summary {
            facts.source("summary", &words.get("see_lead"), &summary.provenance);
        }
        if let Some(percent) = &entry.impact_percent {
            facts.one("impact", words.fill("impact_percent", &[("percent", &words.percent(percent.value))]), "", &percent.provenance);
        }
        facts.day = entry.day();
        facts.moment("start", entry.start.as_ref(), None);
        facts.moment("detected", entry.detected.as_ref(), entry.minutes_to_detect());
        if let Some(source) = &entry.detection_source {
            facts.one("detection_source", words.get(&format!("source_{}", source.value)), "", &source.provenance);
        }
        facts.moment("acknowledged", entry.acknowledged.as_ref(), entry.minutes_to_acknowledge());
        facts.moment("mitigated", entry.mitigated.as_ref(), entry.minutes_to_mitigate());
        facts.moment("end", entry.end.as_ref(), None);
        facts.duration(entry);
        if let Some(severity) = &entry.severity {
            let link = scene.term_link(FacetKind::Severity, severity.value.as_str());
            facts.one("severity", link.title, &link.href, &severity.provenance);
        }
        if let Some(nature) = &entry.nature {
            facts.one("nature", words.get(&format!("nature_{}", nature.value.as_str().replace('-', "_"))), "", &nature.provenance);
        }
        if let Some(status) = &entry.status {
            facts.one("status", words.get(&format!("status_{}", status.value)), "", &status.provenance);
        }
        let is_contributing = |cause: &Stated<String>| entry.contributing.contains(&cause.value);
        facts.terms("cause", FacetKind::Cause, entry.causes.iter().filter(|cause| !is_contributing(cause)));
        facts.terms("contributing", FacetKind::Cause, entry.causes.iter().filter(|cause| is_contributing(cause)));
        facts.terms("component", FacetKind::Component, entry.components.iter());
        facts.terms("service", FacetKind::Service, entry.services.iter());
        facts.actions(entry);
        facts.texts("tags", &entry.tags);
        facts.texts("people", &entry.people);
        facts.moment("published", entry.published.as_ref(), None);
        if let Some(cause) = &entry.root_cause_text {
            facts.source("root_cause_text", &words.get("root_cause_sentence"), &cause.provenance);
        }
        (facts.facts, facts.sources)
    }

    /// Adds the line that says a value, and returns its anchor.
    fn source(&mut self, field: &str, value: &str, provenance: &Provenance) -> String {
        let words = self.scene.words();
        let number = self.sources.iter().filter(|line| line.anchor.starts_with(&format!("hs-src-{field}"))).count();
        let anchor = if number == 0 { format!("hs-src-{field}") } else { format!("hs-src-{field}-{}", number + 1) };
        let origin = match provenance.from {
            Origin::FrontMatter => words.get("source_front_matter"),
            Origin::FileName => words.get("source_file_name"),
            Origin::Inferred => words.fill("source_inferred", &[("rule", &provenance.rule.replace('-', " "))]),
        };
        self.sources.push(SourceLine {
            anchor: anchor.clone(),
            field: words.get(&format!("fact_{field}")),
            value: value.to_owned(),
            line: provenance.line,
            quote: provenance.quote.clone(),
            origin,
            rule: provenance.rule.to_owned(),
        });
        anchor
    }

    fn value(&mut self, field: &str, text: String, href: &str, provenance: &Provenance) -> FactValue {
        let anchor = self.source(field, &text, provenance);
        FactValue { text, href: href.to_owned(), origin: origin_word(self.scene.words(), provenance), anchor }
    }

    fn one(&mut self, field: &str, text: String, href: &str, provenance: &Provenance) {
        let value = self.value(field, text, href, provenance);
        self.push(field, vec![value]);
    }

    fn push(&mut self, field: &str, values: Vec<FactValue>) {
        if !values.is_empty() {
            self.facts.push(Fact { label: self.scene.words().get(&format!("fact_{field}")), values });
        }
    }

    fn moment(&mut self, field: &str, stated: Option<&Stated<Moment>>, after: Option<f64>) {
        let Some(stated) = stated else { return };
        let words = self.scene.words();
        let moment = &stated.value;
        let is_said = moment.time().is_some() && moment.day().is_some() && moment.day() == self.day;
        let parts = [words.moment_day(moment).filter(|_| !is_said), words.clock(moment)];
        let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if let Some(minutes) = after.filter(|minutes| *minutes >= 0.0) {
            text = words.fill(&format!("{field}_after"), &[("moment", &text), ("time", &words.minutes(minutes))]);
        }
        self.one(field, text, "", &stated.provenance);
    }

    /// Adds the duration; what the document states beside it is shown where it differs.
    fn duration(&mut self, entry: &Entry) {
        let Some(duration) = &entry.duration_minutes else { return };
        let words = self.scene.words();
        let mut text = words.minutes(duration.value);
        if let Some(stated) = entry.duration_stated_minutes.as_ref().filter(|stated| (stated.value - duration.value).abs() >= 1.0) {
            text = words.fill("file_says", &[("value", &text), ("stated", &words.minutes(stated.value))]);
        }
        self.one("duration", text, "", &duration.provenance);
    }

    fn terms<'c>(&mut self, field: &str, kind: FacetKind, stated: impl Iterator<Item = &'c Stated<String>>) {
        let mut values = Vec::new();
        for value in stated {
            let link = self.scene.term_link(kind, &value.value);
            values.push(self.value(field, link.title, &link.href, &value.provenance));
        }
        self.push(field, values);
    }

    fn texts(&mut self, field: &str, stated: &[Stated<String>]) {
        let mut values = Vec::new();
        for value in stated {
            values.push(self.value(field, value.value.clone(), "", &value.provenance));
        }
        self.push(field, values);
    }

    fn actions(&mut self, entry: &Entry) {
        let all = entry.action_items.len();
        if all == 0 {
            return;
        }
        let words = self.scene.words();
        let as_of = self.scene.archive().as_of;
        let open = entry.action_items.iter().filter(|action| crate::archive::action_group(action, as_of).is_open()).count();
        let done = entry.action_items.iter().filter(|action| action.status == crate::incident::ActionStatus::Done).count();
        let text = match (open, done) {
            (0, 0) => words.count("actions_unknown", all),
            (0, done) if done == all => words.count("actions_all_done", all),
            (0, done) => words.count_with("actions_done_of", all, &[("done", &words.figure(done))]),
            (open, _) => words.count_with("actions_open_of", all, &[("open", &words.figure(open))]),
        };
        let anchor =
            sections_of(entry, SectionRole::Actions).first().map_or_else(|| "hs-actions".to_owned(), |(section, _)| section.anchor.clone());
        self.push("actions", vec![FactValue { text, href: format!("#{anchor}"), origin: None, anchor: String::new() }]);
    }
}

fn related(scene: &Scene<'_>, entry: &Entry) -> Vec<RelatedView> {
    let archive = scene.archive();
    let before: &[usize] = entry.recurrence.as_ref().map_or(&[], |recurrence| &recurrence.earlier);
    let all = archive.find(&entry.id).map_or(&[][..], |index| archive.related(index));
    let shown = all.iter().filter(|related| !before.iter().take(5).any(|earlier| *earlier == related.entry));
    shown
        .map(|related| {
            let other = &archive.entries[related.entry];
            RelatedView {
                day: scene.entry_day(other),
                link: Link { title: other.display_title.clone(), href: scene.incident_href(related.entry) },
                time: scene.duration(other),
                reason: reasons(scene, &related.reasons),
            }
        })
        .collect()
}

fn reasons(scene: &Scene<'_>, reasons: &[Reason]) -> String {
    let words = scene.words();
    let labels = |kind: FacetKind, names: &[String]| -> String {
        words.list(&names.iter().map(|name| words.in_sentence(&scene.term_label(kind, name))).collect::<Vec<_>>())
    };
    let parts: Vec<String> = reasons
        .iter()
        .map(|reason| match reason {
            Reason::Stated => words.get("reason_stated"),
            Reason::LinksTo => words.get("reason_links_to"),
            Reason::LinkedFrom => words.get("reason_linked_from"),
            Reason::SameAgain => words.get("reason_same_again"),
            Reason::SamePair(causes, components) => words.fill(
                "same_pair",
                &[("causes", &labels(FacetKind::Cause, causes)), ("components", &labels(FacetKind::Component, components))],
            ),
            Reason::SameService(services) => words.fill("same_services", &[("services", &words.list(services))]),
        })
        .collect();
    super::super::words::capitalise(&parts.join("; "))
}

/// Returns what is on the page, in order.
fn contents(scene: &Scene<'_>, entry: &Entry, view: &IncidentView) -> Vec<Link> {
    let words = scene.words();
    let own = |key: &str, anchor: &str| Link { title: words.get(key), href: format!("#{anchor}") };
    let mut out = Vec::new();
    if view.before.is_some() {
        out.push(own("seen_before", "hs-before"));
    }
    if view.timeline.is_some() {
        out.push(own("timeline", &view.timeline_anchor));
    }
    let is_shown = |section: &&Section| view.body_html.contains(&format!("id=\"{}\"", section.anchor));
    let top = entry.sections.iter().filter(is_shown).map(|section| section.level).min().unwrap_or(2);
    out.extend(
        entry
            .sections
            .iter()
            .filter(|section| section.level == top)
            .filter(is_shown)
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
    let entry = scene.archive().entries.get(at)?;
    let day = scene.entry_day(entry).map(|when| when.text);
    Some(Neighbour { title: entry.display_title.clone(), href: scene.incident_href(at), day })
}

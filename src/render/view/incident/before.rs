//! What an incident has to do with others: what came before it, and what is related.

use serde::Serialize;

use crate::{
    archive::{Entry, FacetKind, Reason, action_group},
    render::{
        view::{
            Link, Scene, When,
            actions::{ActionView, action_view},
        },
        words::capitalise,
    },
};

#[derive(Debug, Serialize)]
pub(super) struct BeforeView {
    heading: String,
    /// False where similar words alone speak for it.
    pub(super) is_sure: bool,
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
pub(super) struct RelatedView {
    day: Option<When>,
    link: Link,
    time: Option<String>,
    reason: String,
}

/// Returns what came before; `None` for the first of its kind.
pub(super) fn before(scene: &Scene<'_>, at: usize) -> Option<BeforeView> {
    const MOST: usize = 5;
    let words = scene.words();
    let archive = scene.archive();
    let recurrence = archive.recurrence_of(at).filter(|recurrence| !recurrence.earlier.is_empty())?;
    let series = &archive.again.series[recurrence.series];
    let link = archive.again.link(&archive.entries, series, recurrence.ordinal - 1)?;
    let count = recurrence.earlier.len();
    let heading = match link.services.first() {
        _ if !recurrence.is_sure => words.count("before_maybe", count),
        Some(service) if archive.again.services(&archive.entries, series).contains(service) => {
            words.count_with("before_on", count, &[("service", service)])
        }
        _ => words.count("before", count),
    };
    let causes: Vec<String> = unique(link.pairs.iter().map(|(cause, _)| words.in_sentence(&scene.term_label(FacetKind::Cause, cause))));
    let components: Vec<String> =
        unique(link.pairs.iter().map(|(_, component)| words.in_sentence(&scene.term_label(FacetKind::Component, component))));
    let mut reasons = Vec::new();
    if !causes.is_empty() {
        reasons.push(words.fill("same_pair", &[("causes", &words.list(&causes)), ("components", &words.list(&components))]));
    }
    if !link.services.is_empty() {
        reasons.push(words.fill("same_services", &[("services", &words.list(&link.services))]));
    }
    if !link.shared_words.is_empty() {
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
            let is_open = |item: &usize| action_group(&items[*item], archive.as_of).is_open();
            (0..items.len()).filter(is_open).map(|item| action_view(scene, last, item, true)).collect()
        })
        .unwrap_or_default();
    let all = recurrence.last_actions;
    let actions_line = match (all, recurrence.last_open, recurrence.last_unknown) {
        (0, ..) => None,
        (_, 0, 0) => Some(words.count("last_none_open", all)),
        (_, 0, unknown) if unknown == all => Some(words.count("last_all_unknown", all)),
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
    let more = unique(link.pairs.iter().map(|(cause, _)| cause.clone())).into_iter().filter_map(|cause| {
        let facet = archive.facets.get(FacetKind::Cause);
        let term = &facet.terms[facet.find(&cause)?];
        let label = words.in_sentence(&scene.term_label(FacetKind::Cause, &cause));
        let title = words.count_with("all_with", term.entries.len(), &[("name", &label)]);
        Some(Link { title, href: scene.href(&scene.site.term_path(facet, term)) })
    });
    Some(BeforeView {
        heading,
        is_sure: recurrence.is_sure,
        reason: capitalise(&reason),
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

pub(super) fn related(scene: &Scene<'_>, entry: &Entry) -> Vec<RelatedView> {
    let archive = scene.archive();
    let at = archive.find(&entry.id);
    let before = at.and_then(|at| archive.recurrence_of(at)).map_or_else(Vec::new, |recurrence| recurrence.earlier);
    let all = at.map_or(&[][..], |index| archive.related(index));
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
    capitalise(&parts.join("; "))
}

//! What of the last archive still holds, so that an edit of one document does not compute the figures of ten thousand again.
//!
//! It holds where the same incidents stand in the same order and say the same. Incidents of documents that were not read again are
//! the same ones; only the others are compared, by their values: where a value stands in the text changes with every line.

use std::sync::Arc;

use super::{Archive, Entries, Entry, FacetKind, facets::names_of, later, related::RelatedIndex};
use crate::{
    archive::Facets,
    config::Settings,
    extract::Reading,
    incident::{ActionItem, Incident, Stated},
    stats::Facts,
};

/// What two archives have in common beside their incidents and the order of these.
pub(super) struct Same {
    facets: bool,
    figures: bool,
    actions: bool,
    action_texts: bool,
    /// What decides which incidents can be the same one again, apart from their texts.
    kinds: bool,
    causes: bool,
    titles: bool,
    links: bool,
}

/// Compares an archive with what was read now; `None` where the documents or incidents are not the same ones in the same order.
pub(super) fn compare(settings: &Settings, before: &Archive, readings: &[Arc<Reading>]) -> Option<Same> {
    if readings.len() != before.readings.len() {
        return None;
    }
    let mut same =
        Same { facets: true, figures: true, actions: true, action_texts: true, kinds: true, causes: true, titles: true, links: true };
    for (now, old) in readings.iter().zip(&before.readings).filter(|(now, old)| !Arc::ptr_eq(now, old)) {
        let is_same_document = now.file == old.file && now.kind == old.kind && now.incidents.len() == old.incidents.len();
        // What was found about ids names a place in the text.
        let is_found = before.findings.iter().any(|found| found.path.as_deref() == Some(&*now.file));
        if !is_same_document || is_found || !now.incidents.iter().zip(&old.incidents).all(|(a, b)| has_same_place(a, b)) {
            return None;
        }
        for (a, b) in now.incidents.iter().zip(&old.incidents) {
            same.facets &= FacetKind::ALL.into_iter().all(|kind| names_of(kind, a) == names_of(kind, b));
            same.figures &= Facts::count_alike(settings, a, b);
            same.actions &= alike(&a.action_items, &b.action_items, asks_the_same);
            same.action_texts &= alike(&a.action_items, &b.action_items, |a, b| a.text == b.text);
            same.kinds &= a.contributing == b.contributing && a.nature == b.nature;
            same.causes &= is_same(&a.root_cause_text, &b.root_cause_text) && is_same(&a.summary, &b.summary);
            same.titles &= is_same(&a.title, &b.title);
            same.links &= a.related_stated == b.related_stated && links(now, a).eq(links(old, b));
        }
    }
    Some(same)
}

/// Returns the archive of `readings`, of which `same` says what they have in common with `before`.
pub(super) fn renew(settings: &Settings, before: &Archive, readings: Vec<Arc<Reading>>, same: &Same) -> Archive {
    let entries = before.entries.iter().map(|entry| Entry { document: readings[entry.reading].clone(), ..entry.clone() });
    let entries = Entries(Arc::new(entries.collect()));
    let mut archive = before.clone();
    archive.readings = readings;
    archive.coverage = later::coverage(&entries);
    archive.related = RelatedIndex::after(&before.related, entries.len(), same.facets, same.links);
    if !same.facets {
        archive.facets = Arc::new(Facets::of(&entries));
    }
    if !(same.facets && same.figures) {
        archive.set_facts(later::facts(settings, &entries, &archive.facets));
    }
    let repeated = if same.action_texts { before.actions_repeated.clone() } else { later::repeated(&entries) };
    if !(same.facets && same.actions) {
        archive.actions = later::actions(&entries, settings.as_of, &repeated);
    }
    archive.actions_repeated = repeated;
    if !(same.facets && same.kinds) {
        archive.again = later::again(&entries);
    } else if !(same.causes && same.titles) {
        let pairs = entries.iter().zip(&before.entries).enumerate();
        let changed = pairs.filter(|(_, (now, old))| !Arc::ptr_eq(&now.document, &old.document)).map(|(index, _)| index).collect();
        archive.again = later::again_after(&entries, &before.again, changed, same.causes, same.titles);
    }
    archive.recurrence = later::rate(&entries, &archive.again, settings.recurrence_window_days);
    archive.entries = entries;
    archive
}

/// Returns whether both have the same id and the same place in the order of time.
fn has_same_place(a: &Incident, b: &Incident) -> bool {
    is_same(&a.declared_id, &b.declared_id) && a.part == b.part && a.occurred == b.occurred
}

/// Returns the links of an incident's own part of the document.
fn links<'a>(reading: &'a Reading, incident: &Incident) -> impl Iterator<Item = (&'a str, bool)> {
    let span = incident.span;
    let own = reading.links.iter().filter(move |link| span.start <= link.span.start && link.span.start < span.end);
    own.map(|link| (link.url.as_str(), link.image))
}

fn is_same<T: PartialEq>(a: &Option<Stated<T>>, b: &Option<Stated<T>>) -> bool {
    a.as_ref().map(|stated| &stated.value) == b.as_ref().map(|stated| &stated.value)
}

fn alike<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
}

fn asks_the_same(a: &ActionItem, b: &ActionItem) -> bool {
    a.text == b.text
        && a.owner == b.owner
        && a.due == b.due
        && a.status == b.status
        && a.status_text == b.status_text
        && a.kind == b.kind
        && a.link == b.link
}

#[cfg(test)]
mod tests {
    use super::super::{
        Archive, collect, collect_after,
        samples::{action, incident, settings},
    };
    use crate::{extract::Reading, incident::ActionStatus};

    fn figures(archive: &Archive) -> String {
        let related: Vec<_> = (0..archive.entries.len()).map(|entry| archive.related(entry)).collect();
        let recurrences: Vec<_> = (0..archive.entries.len()).map(|entry| archive.recurrence_of(entry)).collect();
        let series: Vec<_> = archive.again.series.iter().map(|series| archive.again.details(&archive.entries, series)).collect();
        format!(
            "{:?} {series:?} {recurrences:?} {:?} {:?} {:?} {:?} {related:?}",
            archive.again.series, archive.recurrence, archive.actions, archive.periods, archive.coverage
        )
    }

    #[track_caller]
    fn check(before: Reading, after: Reading) {
        let stays = "on=2024-02-01; causes=capacity; components=database; services=rates; why=the pool of connections ran out again";
        let readings = |changing: &Reading| vec![changing.clone().into(), incident("b.md", stays).into()];
        let old = collect(&settings(), readings(&before)).value;
        figures(&old);
        let stays = old.readings[1].clone();
        let fresh = collect(&settings(), readings(&after)).value;
        let reused = collect_after(&settings(), vec![after.clone().into(), stays], Some(&old)).value;
        assert_eq!(figures(&fresh), figures(&reused));
    }

    #[test]
    fn what_is_taken_over_is_what_would_be_found() {
        let before = "on=2024-01-01; causes=capacity; components=database; services=rates; why=the pool of connections ran out";
        for after in [
            before,
            "on=2024-03-01; causes=capacity; components=database; services=rates; why=the pool of connections ran out",
            "on=2024-01-01; causes=configuration; components=database; services=rates; why=the pool of connections ran out",
            "on=2024-01-01; causes=capacity; components=cache; services=rates; why=the pool of connections ran out",
            "on=2024-01-01; causes=capacity; components=database; services=other; why=a mouse",
            "on=2024-01-01; causes=capacity; components=database; services=rates; why=a mouse",
            "on=2024-01-01; causes=capacity; components=database; services=other; why=the pool of connections ran out",
            "on=2024-01-01; causes=capacity; components=database; services=rates; severity=SEV1; why=the pool of connections ran out",
            "on=2024-01-01; causes=capacity; components=database; services=rates; link=b.md; why=the pool of connections ran out",
        ] {
            check(incident("a.md", before), incident("a.md", after));
        }
    }

    #[test]
    fn action_that_is_ticked_or_reworded_is_counted_anew() {
        let with = |text: &str, status| {
            let mut reading = incident("a.md", "on=2024-01-01; causes=capacity");
            reading.incidents[0].action_items.push(action(text, None, None, status));
            reading
        };
        let before = with("Cap the pool", ActionStatus::Open);
        for after in [with("Cap the pool", ActionStatus::Done), with("Cap the other pool", ActionStatus::Open)] {
            check(before.clone(), after);
        }
    }
}

//! What of the last archive still holds, so that an edit of one text does not compute the figures of ten thousand again.
//!
//! It holds where the same incidents stand in the same order and say the same. Incidents of documents that were not read again are
//! the same ones; only the others are compared, by their values: where a value stands in the text changes with every line.

use std::sync::Arc;

use super::Entry;
use crate::incident::{ActionItem, Incident, Stated};

/// Returns whether statistics and actions are the same for both.
pub(super) fn has_same_figures(now: &[Entry], before: &[Entry]) -> bool {
    is_same(now, before, says_same_figures)
}

/// Returns whether the texts that are compared to find series are the same for both.
pub(super) fn has_same_texts(now: &[Entry], before: &[Entry]) -> bool {
    is_same(now, before, |a, b| same(&a.title, &b.title) && same(&a.summary, &b.summary) && same(&a.root_cause_text, &b.root_cause_text))
}

fn is_same(now: &[Entry], before: &[Entry], says_same: impl Fn(&Incident, &Incident) -> bool) -> bool {
    now.len() == before.len()
        && now.iter().zip(before).all(|(a, b)| {
            a.id == b.id && a.part == b.part && (Arc::ptr_eq(&a.document, &b.document) || says_same(a.incident(), b.incident()))
        })
}

fn says_same_figures(a: &Incident, b: &Incident) -> bool {
    let moments = [
        (&a.start, &b.start),
        (&a.end, &b.end),
        (&a.detected, &b.detected),
        (&a.acknowledged, &b.acknowledged),
        (&a.mitigated, &b.mitigated),
        (&a.published, &b.published),
    ];
    let numbers = [
        (&a.duration_minutes, &b.duration_minutes),
        (&a.duration_stated_minutes, &b.duration_stated_minutes),
        (&a.minutes_to_detect_stated, &b.minutes_to_detect_stated),
        (&a.impact_percent, &b.impact_percent),
    ];
    let lists = [(&a.causes, &b.causes), (&a.components, &b.components), (&a.services, &b.services)];
    moments.into_iter().all(|(a, b)| same(a, b))
        && numbers.into_iter().all(|(a, b)| same(a, b))
        && lists.into_iter().all(|(a, b)| a.iter().map(|one| &one.value).eq(b.iter().map(|one| &one.value)))
        && same(&a.severity, &b.severity)
        && same(&a.status, &b.status)
        && same(&a.nature, &b.nature)
        && same(&a.detection_source, &b.detection_source)
        && a.occurred == b.occurred
        && a.contributing == b.contributing
        && a.action_items.len() == b.action_items.len()
        && a.action_items.iter().zip(&b.action_items).all(|(a, b)| asks_the_same(a, b))
}

fn same<T: PartialEq>(a: &Option<Stated<T>>, b: &Option<Stated<T>>) -> bool {
    a.as_ref().map(|stated| &stated.value) == b.as_ref().map(|stated| &stated.value)
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
        samples::{incident, settings},
    };

    #[test]
    fn what_is_taken_over_is_what_would_be_found() {
        let stays = "on=2024-02-01; causes=capacity; components=database; services=rates; why=the pool of connections ran out again";
        let before = "on=2024-01-01; causes=capacity; components=database; services=rates; why=the pool of connections ran out";
        let figures = |archive: &Archive| {
            let recurrences: Vec<_> = archive.entries.iter().map(|entry| &entry.recurrence).collect();
            format!("{:?} {:?} {:?} {recurrences:?}", archive.series, archive.actions, archive.periods)
        };
        for after in [
            before,
            "on=2024-03-01; causes=capacity; components=database; services=rates; why=the pool of connections ran out",
            "on=2024-01-01; causes=configuration; components=database; services=rates; why=the pool of connections ran out",
            "on=2024-01-01; causes=capacity; components=cache; services=rates; why=the pool of connections ran out",
            "on=2024-01-01; causes=capacity; components=database; services=other; why=a mouse",
            "on=2024-01-01; causes=capacity; components=database; services=other; why=the pool of connections ran out",
        ] {
            let readings = |text: &str| vec![incident("a.md", text).into(), incident("b.md", stays).into()];
            let old = collect(&settings(), readings(before)).value;
            let (fresh, reused) =
                (collect(&settings(), readings(after)).value, collect_after(&settings(), readings(after), Some(&old)).value);
            assert_eq!(figures(&fresh), figures(&reused), "{after}");
        }
    }
}

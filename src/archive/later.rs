//! The parts of an archive that are computed when a page first asks for them.
//!
//! A part that computes in parallel must be there before pages are rendered in parallel: a thread that waits for its own parallel
//! work may take up another page, and that page may ask for the same part. See [`super::Archive::compute_all`].

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    ActionLog, Entries, Entry, FacetKind, Facets, Lazy,
    actions::Repeated,
    recurrence::{self, Again, RecurrenceRate},
};
use crate::{
    config::Settings,
    incident::Incident,
    stats::{self, Coverage, Facts},
};

pub(super) fn facts(settings: &Settings, entries: &[Entry], facets: &Facets) -> Arc<Facts> {
    let grouping = |kind| facets.get(kind).grouping(entries.len());
    let [causes, components, services] = [FacetKind::Cause, FacetKind::Component, FacetKind::Service].map(grouping);
    Arc::new(Facts::of(settings, &incidents(entries), causes, components, services))
}

pub(super) fn coverage(entries: &Entries) -> Lazy<Vec<Coverage>> {
    let entries = entries.clone();
    Lazy::new(move || stats::coverage(&incidents(&entries)))
}

pub(super) fn repeated(entries: &Entries) -> Lazy<Repeated> {
    let entries = entries.clone();
    Lazy::new(move || Repeated::of(&entries))
}

pub(super) fn actions(entries: &Entries, as_of: NaiveDate, repeated: &Lazy<Repeated>) -> Lazy<ActionLog> {
    let (entries, repeated) = (entries.clone(), repeated.clone());
    Lazy::new(move || ActionLog::of(&entries, as_of, repeated))
}

pub(super) fn again(entries: &Entries) -> Lazy<Again> {
    let entries = entries.clone();
    Lazy::new(move || Again::of(&entries))
}

/// Computes what came back of incidents that differ from those of `before` by the texts of the `changed` ones alone. What was never computed is let go of:
/// it would keep every archive alive for as long as nobody asks.
pub(super) fn again_after(
    entries: &Entries,
    before: &Lazy<Again>,
    changed: Vec<usize>,
    same_causes: bool,
    same_titles: bool,
) -> Lazy<Again> {
    if !before.is_known() {
        return again(entries);
    }
    let (entries, before) = (entries.clone(), before.clone());
    Lazy::new(move || Again::after(&entries, &before, &changed, same_causes, same_titles))
}

pub(super) fn rate(entries: &Entries, again: &Lazy<Again>, window_days: i64) -> Lazy<RecurrenceRate> {
    let (entries, again) = (entries.clone(), again.clone());
    Lazy::new(move || recurrence::rate(&entries, &again.series, window_days))
}

fn incidents(entries: &[Entry]) -> Vec<&Incident> {
    entries.iter().map(Entry::incident).collect()
}

//! All records together: ids, order, facets, what is related, what came back, what was promised, and the statistics.
//!
//! Records stay where they were read: an [`Entry`] is a handle on one incident of one [`Reading`] with what only the whole
//! archive can say of it. An index into [`Archive::entries`] is how everything here names an incident.

mod actions;
mod facets;
mod ids;
mod paths;
mod recurrence;
mod related;
mod text;

use std::{collections::HashMap, ops::Deref, sync::Arc};

use chrono::NaiveDate;

pub use actions::{ActionAt, ActionGroup, ActionLog, DUE_SOON_DAYS, OwnerActions, RepeatedAction, action_due_day, action_group};
pub use facets::{Facet, FacetKind, Facets, Term};
pub(crate) use ids::short_hash;
pub use ids::slug;
pub(crate) use paths::{WrittenLink, folder_of};
pub use recurrence::{Recurrence, Series};
pub use related::{Reason, Related};

use crate::{
    config::Settings,
    diag::{Code, Diagnosed, Diagnostic},
    extract::Reading,
    incident::{Incident, Kind},
    stats::Stats,
};

/// All records of a content folder and what they say together.
#[derive(Debug, Clone)]
pub struct Archive {
    /// The day that it is as of.
    pub as_of: NaiveDate,
    /// Every document, by path.
    pub readings: Vec<Arc<Reading>>,
    /// The id of each document, beside `readings`; unique among documents and incidents (the only incident of a file has its id).
    pub document_ids: Vec<Arc<str>>,
    /// Every incident: newest first, those without a moment last, ties by id.
    pub entries: Vec<Entry>,
    /// The incidents by cause, component, service, severity and year.
    pub facets: Facets,
    /// Incidents that are the same one again; the series that came back last first.
    pub series: Vec<Series>,
    /// What was promised in all of them, and how it stands.
    pub actions: ActionLog,
    /// The statistics of all of them; incidents are named by their place in `entries`.
    pub stats: Stats,
    by_id: HashMap<Arc<str>, usize>,
    by_file: HashMap<Arc<str>, usize>,
    entries_of: Vec<Vec<usize>>,
}

/// One incident of the archive; it reads as the [`Incident`] itself, with the id that the archive gave it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Unique, stable slug.
    pub id: Arc<str>,
    /// The document that it was read from: an index into [`Archive::readings`].
    pub reading: usize,
    /// Other incidents that its readers should know, the closest first.
    pub related: Vec<Related>,
    /// Where it stands in a series, if it is part of one.
    pub recurrence: Option<Recurrence>,
    document: Arc<Reading>,
    part: usize,
}

impl Deref for Entry {
    type Target = Incident;

    fn deref(&self) -> &Incident {
        &self.document.incidents[self.part]
    }
}

impl Entry {
    /// Returns the record. Its own `id` is empty: the archive's is [`Entry::id`].
    pub fn incident(&self) -> &Incident {
        self
    }

    /// Returns the document that it was read from.
    pub fn document(&self) -> &Reading {
        &self.document
    }

    /// Returns the day that places it in time.
    pub fn day(&self) -> Option<NaiveDate> {
        self.occurred.as_ref()?.moment.day()
    }

    /// Returns the year and month that place it in time.
    pub fn year_month(&self) -> Option<(i32, u8)> {
        self.occurred.as_ref()?.moment.year_month()
    }
}

impl Archive {
    /// Returns the index of the incident with that id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Returns the index of the document at that path below the content folder.
    pub fn find_document(&self, file: &str) -> Option<usize> {
        self.by_file.get(file).copied()
    }

    /// Returns the incidents of a document, in document order.
    pub fn entries_of(&self, document: usize) -> &[usize] {
        self.entries_of.get(document).map_or(&[], Vec::as_slice)
    }
}

/// Collects what was read from all documents into an archive.
pub fn collect(settings: &Settings, mut readings: Vec<Arc<Reading>>) -> Diagnosed<Archive> {
    readings.sort_by(|a, b| a.file.cmp(&b.file));
    readings.dedup_by(|a, b| a.file == b.file);
    let mut diagnostics = Vec::new();
    let named = ids::give_ids(&readings, &mut diagnostics);
    let entries = order(&readings, named.incidents);
    if entries.is_empty() {
        diagnostics.push(no_incidents(settings, &readings));
    }
    let by_id = entries.iter().enumerate().map(|(index, entry)| (entry.id.clone(), index)).collect();
    let by_file = readings.iter().enumerate().map(|(index, reading)| (reading.file.clone(), index)).collect();
    let mut entries_of = vec![Vec::new(); readings.len()];
    for (index, entry) in entries.iter().enumerate() {
        entries_of[entry.reading].push(index);
    }
    for members in &mut entries_of {
        members.sort_by_key(|index: &usize| entries[*index].part);
    }
    let facets = Facets::of(&entries);
    let (series, recurrences) = recurrence::find(&entries);
    let actions = ActionLog::of(&entries, settings.as_of);
    let incidents: Vec<&Incident> = entries.iter().map(Entry::incident).collect();
    let stats = Stats::of(settings, &incidents);
    let mut archive = Archive {
        as_of: settings.as_of,
        readings,
        document_ids: named.documents,
        entries,
        facets,
        series,
        actions,
        stats,
        by_id,
        by_file,
        entries_of,
    };
    let related = related::find(&archive, &recurrences);
    for ((entry, related), recurrence) in archive.entries.iter_mut().zip(related).zip(recurrences) {
        entry.related = related;
        entry.recurrence = recurrence;
    }
    Diagnosed { value: archive, diagnostics }
}

/// Puts the incidents in order: newest first, those that no moment places in time last, ties by id.
fn order(readings: &[Arc<Reading>], named: Vec<(usize, usize, Arc<str>)>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = named
        .into_iter()
        .map(|(reading, part, id)| Entry { id, reading, related: Vec::new(), recurrence: None, document: readings[reading].clone(), part })
        .collect();
    entries.sort_by_cached_key(|entry| {
        let moment = entry.occurred.as_ref().map(|occurred| &occurred.moment).filter(|moment| moment.year_month().is_some());
        (moment.is_none(), std::cmp::Reverse(moment.map(crate::incident::Moment::sort_key)), entry.id.clone())
    });
    entries
}

fn no_incidents(settings: &Settings, readings: &[Arc<Reading>]) -> Diagnostic {
    let folder = settings.content_dir.display();
    let message = match readings.len() {
        0 => format!("`{folder}` holds no Markdown file"),
        1 => format!("the one document of `{folder}` is not an incident"),
        count => format!("none of the {count} documents of `{folder}` is an incident"),
    };
    Diagnostic::warning(Code::NoDocuments, None, message)
        .help("add postmortems, or point `[book] src` in `book.toml` at the folder that has them")
}

/// True for a document that gets a page of its own beside its incidents' pages: anything but a plain incident.
pub(crate) fn has_own_page(reading: &Reading) -> bool {
    reading.kind != Kind::Incident || reading.incidents.is_empty()
}

/// Returns the path of an incident's page.
pub(crate) fn incident_path(id: &str) -> String {
    format!("incidents/{id}.html")
}

/// Returns the path of a document's page.
pub(crate) fn document_path(id: &str) -> String {
    format!("documents/{id}.html")
}

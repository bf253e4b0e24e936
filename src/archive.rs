//! All records together: ids, order, facets, what is related, what came back, what was promised, and the statistics.
//!
//! Records stay where they were read: an [`Entry`] is a handle on one incident of one [`Reading`] with what only the whole
//! archive can say of it. An index into [`Archive::entries`] is how everything here names an incident.

mod actions;
mod facets;
mod ids;
mod later;
mod lazy;
mod paths;
mod periods;
mod recurrence;
mod related;
mod reuse;
#[cfg(test)]
pub(crate) mod samples;
mod text;

use std::{collections::HashMap, ops::Deref, sync::Arc, thread};

use chrono::NaiveDate;

pub use actions::{
    ActionAt, ActionGroup, ActionLog, BurnUp, CauseActions, DUE_SOON_DAYS, OwnerActions, Repeated, RepeatedAction, action_due_day,
    action_group,
};
pub use facets::{Facet, FacetKind, Facets, Term};
pub(crate) use ids::short_hash;
pub use ids::slug;
pub use lazy::Lazy;
pub(crate) use paths::{WrittenLink, encode, folder_of};
pub use periods::Periods;
pub use recurrence::{Again, Recurrence, RecurrenceRate, Series, SeriesDetails, SeriesLink};
use related::RelatedIndex;
pub use related::{Reason, Related};

use crate::{
    config::Settings,
    diag::{Code, Diagnosed, Diagnostic},
    extract::Reading,
    incident::{Incident, Kind},
    stats::{Coverage, Facts, Period, Stats},
};

/// All records of a content folder and what they say together.
#[derive(Debug, Clone)]
pub struct Archive {
    /// The day that it is as of.
    pub as_of: NaiveDate,
    /// Every document, by path.
    pub readings: Vec<Arc<Reading>>,
    /// The id of each document, beside `readings`; unique among documents and incidents (the only incident of a file has its id).
    pub document_ids: Arc<[Arc<str>]>,
    /// Every incident: newest first, those without a moment last, ties by id.
    pub entries: Entries,
    /// The incidents by cause, component, service, severity and year.
    pub facets: Arc<Facets>,
    /// Incidents that are the same one again.
    pub again: Lazy<Again>,
    /// How many incidents came back within the window of `[stats] recurrence-window-days`.
    pub recurrence: Lazy<RecurrenceRate>,
    /// What was promised in all of them, and how it stands.
    pub actions: Lazy<ActionLog>,
    /// What the statistics rest on; incidents are named by their place in `entries`, groups by their place in the facet's terms.
    pub facts: Arc<Facts>,
    /// The periods that have statistics: the last twelve months, everything, then each year and its quarters, newest first.
    pub period_names: Arc<[Period]>,
    /// The statistics of each, beside `period_names`.
    pub periods: Periods,
    /// How well each field is covered.
    pub coverage: Lazy<Vec<Coverage>>,
    actions_repeated: Lazy<Repeated>,
    by_id: Arc<HashMap<Arc<str>, usize>>,
    by_file: Arc<HashMap<Arc<str>, usize>>,
    entries_of: Arc<[Vec<usize>]>,
    introduction: Option<usize>,
    related: RelatedIndex,
    /// What was found while collecting.
    findings: Arc<[Diagnostic]>,
}

/// The incidents of an archive; it reads as a slice, and clones share it.
#[derive(Debug, Clone)]
pub struct Entries(Arc<Vec<Entry>>);

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One incident of the archive; it reads as the [`Incident`] itself, with the id that the archive gave it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Unique, stable slug.
    pub id: Arc<str>,
    /// The document that it was read from: an index into [`Archive::readings`].
    pub reading: usize,
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
    /// Returns the statistics of everything.
    pub fn stats(&self) -> &Stats {
        &self.periods[1]
    }

    /// Returns where an incident stands in a series, if it is part of one.
    pub fn recurrence_of(&self, entry: usize) -> Option<Recurrence> {
        self.again.recurrence(&self.entries, entry)
    }

    /// Begins to compute what the home page tells of all incidents, on threads of its own: the first page that is asked for mostly is
    /// that one. Where there is no thread for it, it is computed when the page is asked for.
    pub(crate) fn prepare_home(&self) {
        let (again, actions, periods) = (self.again.clone(), self.actions.clone(), self.periods.clone());
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| drop(thread::Builder::new().name(name.to_owned()).spawn(work));
        spawn("again", Box::new(move || again.compute()));
        spawn("figures", Box::new(move || (0..2).for_each(|period| periods.compute(period))));
        spawn("actions", Box::new(move || actions.compute()));
    }

    /// Computes everything that is otherwise computed when it is first asked for.
    pub(crate) fn compute_all(&self) {
        rayon::join(
            || (self.again.series.len(), self.recurrence.known, self.related.prepare(self)),
            || (self.actions.total, self.actions.repeated.len(), self.periods.prepare(), self.coverage.len()),
        );
    }

    /// Returns whether both have the same documents and incidents, in the same order and the same groups.
    pub(crate) fn has_shape_of(&self, other: &Archive) -> bool {
        Arc::ptr_eq(&self.by_id, &other.by_id)
            && Arc::ptr_eq(&self.facets, &other.facets)
            && self.period_names == other.period_names
            && self.last_year_count() == other.last_year_count()
    }

    /// Returns the places in `readings` of the documents that were read again since `before`, which has the same shape.
    pub(crate) fn read_again_since(&self, before: &Archive) -> Vec<usize> {
        let pairs = self.readings.iter().zip(&before.readings).enumerate();
        pairs.filter(|(_, (now, old))| !Arc::ptr_eq(now, old)).map(|(index, _)| index).collect()
    }

    /// Returns how many incidents the last twelve months have.
    pub(crate) fn last_year_count(&self) -> usize {
        self.facts.count_of(Period::LastYear)
    }

    /// Sets what the statistics rest on, and all that rests on it.
    fn set_facts(&mut self, facts: Arc<Facts>) {
        self.period_names = facts.periods().into();
        self.periods = Periods::of(&facts);
        self.facts = facts;
    }

    /// Returns the other incidents that readers of one should know, the closest first.
    pub fn related(&self, entry: usize) -> &[Related] {
        self.related.get(self, entry)
    }

    /// Returns the index of the incident with that id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Returns the index of the document at that path below the content folder.
    pub fn find_document(&self, file: &str) -> Option<usize> {
        self.by_file.get(file).copied()
    }

    /// Returns the document that introduces the home page: the root's `README.md`, else its `index.md`, unless it is an incident.
    pub fn introduction(&self) -> Option<usize> {
        self.introduction
    }

    fn find_introduction(&self) -> Option<usize> {
        let at_root = |name: &str| {
            self.readings.iter().position(|reading| {
                let stem = reading.file.rsplit_once('.').map_or(&*reading.file, |(stem, _)| stem);
                reading.kind == Kind::Other && !reading.file.contains('/') && stem.eq_ignore_ascii_case(name)
            })
        };
        at_root("readme").or_else(|| at_root("index"))
    }

    /// Returns the path in the site of an incident's page.
    pub fn incident_page(&self, entry: usize) -> String {
        incident_path(&self.entries[entry].id)
    }

    /// Returns the path in the site of a document's page: its own, its incident's, or home for the introduction.
    pub fn document_page(&self, document: usize) -> String {
        match self.entries_of(document) {
            _ if self.introduction == Some(document) => "index.html".to_owned(),
            [entry, ..] if !has_own_page(&self.readings[document]) => self.incident_page(*entry),
            _ => document_path(&self.document_ids[document]),
        }
    }

    /// Returns the incidents of a document, in document order.
    pub fn entries_of(&self, document: usize) -> &[usize] {
        self.entries_of.get(document).map_or(&[], Vec::as_slice)
    }
}

/// Collects what was read from all documents into an archive.
pub fn collect(settings: &Settings, readings: Vec<Arc<Reading>>) -> Diagnosed<Archive> {
    collect_after(settings, readings, None)
}

/// Collects as [`collect`] does, and takes over what still holds of an earlier archive of the same settings.
pub fn collect_after(settings: &Settings, mut readings: Vec<Arc<Reading>>, before: Option<&Archive>) -> Diagnosed<Archive> {
    readings.sort_by(|a, b| a.file.cmp(&b.file));
    readings.dedup_by(|a, b| a.file == b.file);
    if let Some(before) = before
        && let Some(same) = reuse::compare(settings, before, &readings)
    {
        let archive = reuse::renew(settings, before, readings, &same);
        return Diagnosed { diagnostics: archive.findings.to_vec(), value: archive };
    }
    let mut diagnostics = Vec::new();
    let named = ids::give_ids(&readings, &mut diagnostics);
    let entries = Entries(Arc::new(order(&readings, named.incidents)));
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
    let facets = Arc::new(Facets::of(&entries));
    let facts = later::facts(settings, &entries, &facets);
    let again = later::again(&entries);
    let actions_repeated = later::repeated(&entries);
    let mut archive = Archive {
        as_of: settings.as_of,
        readings,
        document_ids: named.documents.into(),
        facets,
        recurrence: later::rate(&entries, &again, settings.recurrence_window_days),
        again,
        actions: later::actions(&entries, settings.as_of, &actions_repeated),
        period_names: facts.periods().into(),
        periods: Periods::of(&facts),
        facts,
        coverage: later::coverage(&entries),
        actions_repeated,
        by_id: Arc::new(by_id),
        by_file: Arc::new(by_file),
        entries_of: entries_of.into(),
        introduction: None,
        related: RelatedIndex::of(entries.len()),
        entries,
        findings: diagnostics.as_slice().into(),
    };
    archive.introduction = archive.find_introduction();
    Diagnosed { value: archive, diagnostics }
}

/// Puts the incidents in order: newest first, those that no moment places in time last, ties by id.
fn order(readings: &[Arc<Reading>], named: Vec<(usize, usize, Arc<str>)>) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        named.into_iter().map(|(reading, part, id)| Entry { id, reading, document: readings[reading].clone(), part }).collect();
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
fn document_path(id: &str) -> String {
    format!("documents/{id}.html")
}

#[cfg(test)]
mod tests {
    use super::{
        samples::{action, archive, collected, document, incident},
        *,
    };
    use crate::incident::ActionStatus;

    fn ids(archive: &Archive, entries: impl IntoIterator<Item = usize>) -> Vec<&str> {
        entries.into_iter().map(|entry| &*archive.entries[entry].id).collect()
    }

    #[track_caller]
    fn check_ids(readings: Vec<Reading>, expected: &[&str], clashes: usize) {
        let (archive, diagnostics) = collected(readings);
        assert_eq!(ids(&archive, 0..archive.entries.len()), expected);
        assert_eq!(diagnostics.iter().filter(|one| one.code == Code::IdTwice).count(), clashes, "{diagnostics:?}");
    }

    #[test]
    fn id_is_declared_or_of_the_path_and_a_clash_renames_the_later_path() {
        check_ids(vec![incident("2024/Queue lag.md", "id=INC-7")], &["inc-7"], 0);
        let hash = short_hash("b/queue.md#0", 6);
        check_ids(vec![incident("b/queue.md", ""), incident("a/queue.md", "")], &["queue", &format!("queue-{hash}")], 1);
        check_ids(vec![incident("index.md", "")], &["index-page"], 0);
    }

    #[test]
    fn parts_of_one_file_get_their_headings_slug() {
        let mut reading = incident("week 12.md", "");
        reading.kind = Kind::Multi;
        let mut second = reading.incidents[0].clone();
        reading.incidents[0].part = Some("disk-full".to_owned());
        second.part = Some("dns".to_owned());
        reading.incidents.push(second);
        let archive = archive(vec![reading]);
        assert_eq!(ids(&archive, 0..2), ["week-12-disk-full", "week-12-dns"]);
        assert_eq!(archive.document_page(0), "documents/week-12.html");
    }

    #[test]
    fn a_guide_never_takes_the_id_of_a_postmortem() {
        let (archive, diagnostics) = collected(vec![document("a/queue.md", Kind::Other), incident("b/queue.md", "")]);
        assert_eq!(&*archive.entries[0].id, "queue");
        assert!(archive.document_ids[0].starts_with("queue-"), "{}", archive.document_ids[0]);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
    }

    #[test]
    fn newest_come_first_and_unknown_last() {
        let order = [("a.md", "on=2024-01-05"), ("b.md", ""), ("c.md", "on=2024-01-05"), ("d.md", "on=2025-02"), ("e.md", "")];
        check_ids(order.map(|(file, words)| incident(file, words)).into(), &["d", "a", "c", "b", "e"], 0);
    }

    #[test]
    fn folder_without_incidents_is_reported() {
        let (_, diagnostics) = collected(vec![document("README.md", Kind::Other)]);
        assert_eq!(diagnostics.iter().map(|one| one.code).collect::<Vec<_>>(), [Code::NoDocuments]);
    }

    #[test]
    fn services_are_one_whatever_their_case_and_space() {
        let archive = archive(vec![
            incident("a.md", "services=Booking API, search"),
            incident("b.md", "services=booking-api"),
            incident("c.md", "services=Booking API"),
            incident("d.md", "services=C++"),
            incident("e.md", "services=C"),
        ]);
        let services = archive.facets.get(FacetKind::Service);
        let names: Vec<(&str, usize)> = services.terms.iter().map(|term| (term.name.as_str(), term.entries.len())).collect();
        assert_eq!(names, [("Booking API", 3), ("C", 1), ("C++", 1), ("search", 1)]);
        assert_eq!(services.find("BOOKING_API"), Some(0));
        assert_eq!((services.terms[1].slug.as_str(), services.terms[2].slug.len()), ("c", "c-123456".len()));
    }

    #[track_caller]
    fn check_series(words: &[&str], expected: &[&[usize]]) {
        let readings = words
            .iter()
            .enumerate()
            .map(|(number, words)| incident(&format!("{number}.md"), &format!("on=2024-{:02}-01; {words}", number + 1)));
        let archive = archive(readings.collect());
        let found: Vec<Vec<usize>> = archive
            .again
            .series
            .iter()
            .map(|series| series.entries.iter().map(|entry| archive.entries[*entry].id.parse().expect("a number")).collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_series_needs_more_than_a_common_cause_and_component() {
        check_series(&["causes=capacity; components=database", "causes=capacity; components=database"], &[]);
        check_series(&["causes=capacity; services=rates", "causes=capacity; services=rates"], &[]);
        let pool = "causes=capacity; components=database; services=rates";
        check_series(&[pool, "causes=capacity; components=database; services=search", pool, "services=rates"], &[&[0, 2]]);
    }

    #[test]
    fn a_chain_of_services_is_no_series() {
        let on = |services: &str| format!("causes=capacity; components=database; services={services}");
        check_series(&[&on("rates, search"), &on("search, mail"), &on("mail")], &[&[1, 2], &[0, 1]]);
    }

    #[test]
    fn a_contributing_cause_on_one_service_is_no_series() {
        let mut readings: Vec<Reading> = (1..3)
            .map(|month| incident(&format!("{month}.md"), &format!("on=2024-0{month}-01; causes=test-gap; components=api; services=rates")))
            .collect();
        assert_eq!(archive(readings.clone()).again.series.len(), 1);
        readings[0].incidents[0].contributing.push("test-gap".to_owned());
        assert_eq!(archive(readings).again.series.len(), 0);
    }

    #[test]
    fn a_series_is_found_by_close_texts() {
        let text = "why=The release doubled the connections that each replica opens and the database ran out of connections";
        check_series(
            &[
                &format!("causes=capacity; components=database; {text}"),
                "causes=capacity; components=database; why=Logs that nobody rotated filled the disk of the primary",
                &format!("causes=capacity, deployment; components=database; {text} again"),
                &format!("causes=deployment; components=cache; {text}"),
            ],
            &[&[0, 2]],
        );
    }

    /// The second is close to the first, the third to the second alone: nothing is passed on.
    #[test]
    fn closeness_is_not_passed_on() {
        let on = |why: &str| format!("causes=capacity; components=database; why={why}");
        check_series(
            &[
                &on("replica lagged behind primary while vacuum blocked checkpoint writer"),
                &on("replica lagged behind primary while nightly archive export started"),
                &on("warehouse scanner nightly archive export started before midnight sync"),
            ],
            &[&[1, 2], &[0, 1]],
        );
    }

    #[test]
    fn similar_words_alone_are_told_as_a_doubt() {
        let told = |words: [&str; 2]| {
            let readings = words.iter().enumerate().map(|(number, words)| {
                incident(&format!("{number}.md"), &format!("on=2024-01-0{}; causes=capacity; components=dns; {words}", number + 1))
            });
            let archive = archive(readings.collect());
            archive.recurrence_of(0).as_ref().and_then(Recurrence::sentence)
        };
        let (first, similar) = (
            "why=resolver cache overflow after prefix rollout doubled lookups from every edge pod",
            "why=resolver cache overflow after forwarders restarted, lookups piled up behind one upstream",
        );
        assert_eq!(told([first, similar]).as_deref(), Some("perhaps the second time, 1 day after the last"));
        assert_eq!(told([first, first]).as_deref(), Some("second time, 1 day after the last"));
        let on = |why: &str| format!("services=mail; {why}");
        assert_eq!(told([&on(first), &on(similar)]).as_deref(), Some("second time, 1 day after the last"));
    }

    #[test]
    fn a_series_inside_another_is_not_told_twice() {
        let both = "causes=capacity, deployment; components=database; services=rates";
        let one = "causes=capacity; components=database; services=rates";
        check_series(&[both, both, one], &[&[0, 1, 2]]);
    }

    #[test]
    fn recurrence_is_told_in_words() {
        let mut readings: Vec<Reading> = ["2024-01-01", "2024-02-01", "2024-03-13"]
            .iter()
            .enumerate()
            .map(|(number, day)| incident(&format!("{number}.md"), &format!("on={day}; causes=capacity; components=dns; services=x")))
            .collect();
        readings[1].incidents[0].action_items = [ActionStatus::Open, ActionStatus::InProgress, ActionStatus::Done, ActionStatus::Done]
            .map(|status| action("Do it", None, None, status))
            .into();
        let archive = archive(readings);
        let sentences: Vec<Option<String>> =
            (0..archive.entries.len()).map(|entry| archive.recurrence_of(entry).as_ref().and_then(Recurrence::sentence)).collect();
        assert_eq!(
            sentences,
            [
                Some("third time, 41 days after the last, 2 of its 4 actions still open".to_owned()),
                Some("second time, 31 days after the last".to_owned()),
                None
            ]
        );
    }

    #[test]
    fn related_incidents_say_why() {
        let archive = archive(vec![
            incident("a.md", "on=2024-01-01; causes=capacity; components=database; services=rates; link=b.md"),
            incident("b.md", "on=2024-01-02"),
            incident("c.md", "on=2024-01-03; causes=capacity; components=database"),
            incident("d.md", "on=2024-01-04; services=Rates; related=c"),
            incident("e.md", "on=2024-01-05; causes=capacity"),
        ]);
        let told = |id: &str| {
            let entry = archive.find(id).expect("it is there");
            archive.related(entry).iter().map(|one| format!("{}: {}", archive.entries[one.entry].id, one.reason())).collect::<Vec<_>>()
        };
        assert_eq!(told("a"), ["b: linked from this text", "c: same cause (capacity) and component (database)", "d: same service (rates)"]);
        assert_eq!(told("b"), ["a: its text links here"]);
        assert_eq!(told("d"), ["c: named as related", "a: same service (Rates)"]);
        assert_eq!(told("e"), [""; 0]);
    }

    #[test]
    fn actions_stand_as_they_are_stated() {
        use ActionGroup::*;
        let mut reading = incident("a.md", "on=2026-01-01");
        let open = ActionStatus::Open;
        reading.incidents[0].action_items = vec![
            action("late", Some("Ada"), Some("2026-11-19"), open),
            action("today", Some("@ada"), Some("2026-11-20"), open),
            action("this month", None, Some("2026-11"), ActionStatus::InProgress),
            action("next year", None, Some("2027-01-01"), open),
            action("some day", None, None, open),
            action("done", None, Some("2020-01-01"), ActionStatus::Done),
            action("who knows", None, Some("2020-01-01"), ActionStatus::Unknown),
        ];
        let log = archive(vec![reading]).actions;
        let counts = ActionGroup::ALL.map(|group| log.group(group).len());
        assert_eq!(counts, [1, 2, 1, 1, 1, 0, 1], "{:?}", [Overdue, DueSoon, Later, Undated, Done, Declined, Unknown]);
        assert_eq!((log.open_count(), log.total, log.ownerless.len()), (5, 7, 4));
        assert_eq!((log.by_owner.len(), log.by_owner[0].open.len(), log.by_owner[0].overdue), (1, 2, 1));
    }

    #[test]
    fn an_action_asked_for_again_is_recognised() {
        let with = |file: &str, day: &str, text: &str| {
            let mut reading = incident(file, &format!("on={day}"));
            reading.incidents[0].action_items.push(action(text, None, None, ActionStatus::Open));
            reading
        };
        let archive = archive(vec![
            with("a.md", "2024-01-01", "Cap the connection pool of each replica"),
            with("b.md", "2024-02-01", "Alert before disks are full"),
            with("c.md", "2024-03-01", "Cap connection pools per replica"),
        ]);
        let [repeated] = archive.actions.repeated.all() else { panic!("{:?}", archive.actions.repeated) };
        assert_eq!(ids(&archive, repeated.actions.iter().map(|at| at.entry)), ["a", "c"]);
    }
}

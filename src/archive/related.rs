//! Which other incidents a reader of one should know, and why.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
    thread,
};

use super::{Archive, Entry, FacetKind, WrittenLink, facets::fold, ids::slug};
use crate::incident::Stated;

/// How many related incidents one names at most.
const MOST: usize = 8;
/// How many incidents with the same cause and component, or service, are looked at on each side in time.
const NEIGHBOURS: usize = 12;

/// A related incident and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The other incident.
    pub entry: usize,
    /// Why; the strongest reason first, never empty.
    pub reasons: Vec<Reason>,
}

/// Why an incident is related to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The document names it.
    Stated,
    /// The text links to it.
    LinksTo,
    /// Its text links here.
    LinkedFrom,
    /// Both belong to a series.
    SameAgain,
    /// Both have these causes and components.
    SamePair(Vec<String>, Vec<String>),
    /// Both hit these services.
    SameService(Vec<String>),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Stated => f.write_str("named as related"),
            Reason::LinksTo => f.write_str("linked from this text"),
            Reason::LinkedFrom => f.write_str("its text links here"),
            Reason::SameAgain => f.write_str("same series"),
            Reason::SamePair(causes, components) => {
                write!(f, "same cause ({}) and component ({})", causes.join(", "), components.join(", "))
            }
            Reason::SameService(services) => write!(f, "same service ({})", services.join(", ")),
        }
    }
}

impl Related {
    /// Says why in words: `same cause (capacity) and component (database); same service (rates)`.
    pub fn reason(&self) -> String {
        self.reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

/// What documents say of others: for each incident the others, and why.
type Said = HashMap<usize, BTreeMap<usize, Vec<Reason>>>;

/// What is related to each incident: what the documents say first, then what they share, the rarer the better. It is found when it
/// is asked for, page by page: a server that shows one page should not wait for ten thousand.
#[derive(Debug, Clone)]
pub(super) struct RelatedIndex {
    said: Arc<OnceLock<Said>>,
    shared: Arc<OnceLock<Shared>>,
    found: Arc<[OnceLock<Vec<Related>>]>,
}

impl RelatedIndex {
    /// Prepares the search among so many incidents.
    pub(super) fn of(entries: usize) -> Self {
        Self { said: Arc::default(), shared: Arc::default(), found: (0..entries).map(|_| OnceLock::new()).collect() }
    }

    /// Prepares the search among the incidents of `before`, of which the groups or the links may be the same.
    pub(super) fn after(before: &RelatedIndex, entries: usize, same_groups: bool, same_links: bool) -> Self {
        let mut index = Self::of(entries);
        if same_groups {
            index.shared = before.shared.clone();
        }
        if same_links {
            index.said = before.said.clone();
        }
        index
    }

    /// Computes what is needed for every incident.
    pub(super) fn prepare(&self, archive: &Archive) {
        if self.said.get().is_none() {
            // A page waits for both. They are made by threads and not by the pool, of which a thread that waits does other work: that
            // of another page, which could wait for this one.
            thread::scope(|scope| {
                // Where there is no thread for it, it is made below.
                let _ = thread::Builder::new().name("related".to_owned()).spawn_scoped(scope, || self.said(archive).len());
                self.shared(archive);
            });
        }
        self.said(archive);
        self.shared(archive);
    }

    fn said(&self, archive: &Archive) -> &Said {
        self.said.get_or_init(|| said(archive))
    }

    fn shared(&self, archive: &Archive) -> &Shared {
        self.shared.get_or_init(|| Shared::of(archive))
    }

    /// Returns what is related to an incident.
    pub(super) fn get(&self, archive: &Archive, index: usize) -> &[Related] {
        self.found[index].get_or_init(|| self.find(archive, index))
    }

    fn find(&self, archive: &Archive, index: usize) -> Vec<Related> {
        let series = |entry: usize| archive.again.series_of(entry);
        let none = BTreeMap::new();
        self.prepare(archive);
        let (said, shared) = (self.said(archive).get(&index).unwrap_or(&none), self.shared(archive));
        let mut others: Vec<usize> = said.keys().copied().chain(shared.near(index)).filter(|other| *other != index).collect();
        others.sort_unstable();
        others.dedup();
        let mut ranked: Vec<Rank> = others
            .into_iter()
            .map(|other| Rank {
                is_said: said.contains_key(&other),
                is_again: series(index).is_some() && series(index) == series(other),
                weight: shared.weight(index, other),
                other,
            })
            .collect();
        ranked.sort_by(|a, b| {
            (b.is_said, b.is_again)
                .cmp(&(a.is_said, a.is_again))
                .then_with(|| b.weight.total_cmp(&a.weight))
                .then_with(|| a.other.abs_diff(index).cmp(&b.other.abs_diff(index)))
                .then_with(|| a.other.cmp(&b.other))
        });
        let related = ranked.into_iter().filter_map(|rank| {
            let mut reasons = said.get(&rank.other).cloned().unwrap_or_default();
            if rank.is_again {
                reasons.push(Reason::SameAgain);
            }
            reasons.extend(shared_values(&archive.entries[index], &archive.entries[rank.other]));
            reasons.sort();
            (!reasons.is_empty()).then_some(Related { entry: rank.other, reasons })
        });
        related.take(MOST).collect()
    }
}

/// How close another incident is.
struct Rank {
    is_said: bool,
    is_again: bool,
    weight: f64,
    other: usize,
}

/// Returns what the documents themselves say: for each incident, which others and how.
fn said(archive: &Archive) -> Said {
    let mut said = Said::new();
    let mut add = |from: usize, to: usize, reason: Reason| {
        let reasons = said.entry(from).or_default().entry(to).or_default();
        if from != to && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    };
    for (index, entry) in archive.entries.iter().enumerate() {
        for name in &entry.related_stated {
            for other in archive.find_named(&entry.file, name) {
                add(index, other, Reason::Stated);
                add(other, index, Reason::Stated);
            }
        }
        for link in entry
            .document()
            .links
            .iter()
            .filter(|link| !link.image && entry.span.start <= link.span.start && link.span.start < entry.span.end)
        {
            for other in archive.find_named(&entry.file, &link.url) {
                add(index, other, Reason::LinksTo);
                add(other, index, Reason::LinkedFrom);
            }
        }
    }
    said
}

impl Archive {
    /// Returns the incidents that `name` means in the document `from`: an id, or a path as a link has it.
    fn find_named(&self, from: &str, name: &str) -> Vec<usize> {
        let by_id = |name: &str| self.find(&slug(name));
        let WrittenLink::Relative { path: Some(path), .. } = WrittenLink::parse(from, name) else { return Vec::new() };
        let candidates = [path.clone(), format!("{path}.md"), path.replace(".html", ".md"), format!("{path}/README.md"), name.to_owned()];
        match candidates.iter().find_map(|path| self.find_document(path)) {
            Some(document) => self.entries_of(document).to_vec(),
            None => by_id(name.rsplit('/').next().unwrap_or(name)).into_iter().collect(),
        }
    }
}

/// What incidents share: their (cause, component) pairs and their services, by number, each with its incidents in order.
#[derive(Debug, Clone, Default)]
struct Shared {
    /// The numbers of each incident's pairs and services, in order.
    of: Vec<Vec<usize>>,
    /// The incidents of each.
    members: Vec<Vec<usize>>,
    /// How much each says: what few incidents have says more.
    weights: Vec<f64>,
}

impl Shared {
    fn of(archive: &Archive) -> Self {
        let entries = &archive.entries;
        let services = archive.facets.get(FacetKind::Service);
        let mut members: Vec<Vec<usize>> = services.terms.iter().map(|term| term.entries.clone()).collect();
        let mut of = services.grouping(entries.len()).of;
        let mut numbers: HashMap<(&str, &str), usize> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            for cause in &entry.causes {
                for component in &entry.components {
                    let number = *numbers.entry((&cause.value, &component.value)).or_insert(members.len());
                    if number == members.len() {
                        members.push(Vec::new());
                    }
                    if members[number].last() != Some(&index) {
                        members[number].push(index);
                        of[index].push(number);
                    }
                }
            }
            of[index].sort_unstable();
        }
        let weights = members.iter().map(|members| rarity(members.len(), entries.len())).collect();
        Self { of, members, weights }
    }

    /// Returns the incidents that share anything with `index` and are nearest to it in time; some more than once.
    fn near(&self, index: usize) -> impl Iterator<Item = usize> {
        self.of[index].iter().flat_map(move |number| {
            let members = &self.members[*number];
            let at = members.partition_point(|member| *member < index);
            members[at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(members.len())].iter().copied()
        })
    }

    /// Returns how much two incidents share.
    fn weight(&self, one: usize, two: usize) -> f64 {
        let others = &self.of[two];
        self.of[one].iter().filter(|number| others.binary_search(number).is_ok()).map(|number| self.weights[*number]).sum()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
fn rarity(members: usize, all: usize) -> f64 {
    (1.0 + all as f64 / members as f64).ln()
}

/// Returns what two incidents share, in words.
fn shared_values(one: &Entry, two: &Entry) -> Vec<Reason> {
    let values = |one: &[Stated<String>], two: &[Stated<String>]| {
        one.iter().map(|value| &value.value).filter(|value| two.iter().any(|other| other.value == **value)).cloned().collect::<Vec<_>>()
    };
    let (causes, components) = (values(&one.causes, &two.causes), values(&one.components, &two.components));
    let folded: Vec<String> = two.services.iter().map(|service| fold(FacetKind::Service, &service.value)).collect();
    let mut services: Vec<String> = Vec::new();
    for service in one.services.iter().map(|service| &service.value) {
        if folded.contains(&fold(FacetKind::Service, service)) && !services.contains(service) {
            services.push(service.clone());
        }
    }
    let mut reasons = Vec::new();
    if !causes.is_empty() && !components.is_empty() {
        reasons.push(Reason::SamePair(causes, components));
    }
    if !services.is_empty() {
        reasons.push(Reason::SameService(services));
    }
    reasons
}

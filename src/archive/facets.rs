//! The incidents by what they have in common: cause, component, service, severity, year.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::{
    archive::{Entry, short_hash, slug},
    incident::{Incident, Severity},
    stats::Grouping,
};

/// What incidents are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FacetKind {
    /// By root cause.
    Cause,
    /// By component.
    Component,
    /// By service.
    Service,
    /// By severity.
    Severity,
    /// By year.
    Year,
}

impl FacetKind {
    /// Every kind, in the order of the navigation.
    pub const ALL: [FacetKind; 5] = [FacetKind::Cause, FacetKind::Component, FacetKind::Service, FacetKind::Severity, FacetKind::Year];

    /// Returns the folder of its pages.
    pub fn folder(self) -> &'static str {
        match self {
            FacetKind::Cause => "causes",
            FacetKind::Component => "components",
            FacetKind::Service => "services",
            FacetKind::Severity => "severities",
            FacetKind::Year => "years",
        }
    }

    /// Returns the name of one value, such as `root cause`.
    pub fn singular(self) -> &'static str {
        match self {
            FacetKind::Cause => "root cause",
            FacetKind::Component => "component",
            FacetKind::Service => "service",
            FacetKind::Severity => "severity",
            FacetKind::Year => "year",
        }
    }

    /// Returns the title of its index.
    pub fn title(self) -> &'static str {
        match self {
            FacetKind::Cause => "Root causes",
            FacetKind::Component => "Components",
            FacetKind::Service => "Services",
            FacetKind::Severity => "Severities",
            FacetKind::Year => "Years",
        }
    }
}

/// One value of a facet and its incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The value: a taxonomy name, a service as most often written, `SEV1`, `2024`.
    pub name: String,
    /// The value as a heading, such as `Connection pool`.
    pub label: String,
    /// Its slug, unique in the facet.
    pub slug: String,
    /// Its incidents, newest first.
    pub entries: Vec<usize>,
}

/// One way to group the incidents.
#[derive(Debug, Clone)]
pub struct Facet {
    /// By what.
    pub kind: FacetKind,
    /// Its values: causes, components and services by count, severities from the worst, years from the newest.
    pub terms: Vec<Term>,
    /// The incidents that state none, newest first.
    pub unstated: Vec<usize>,
    by_key: HashMap<String, usize>,
}

/// Every way to group the incidents.
#[derive(Debug, Clone)]
pub struct Facets {
    facets: Vec<Facet>,
}

impl Facets {
    /// Groups the incidents, which are in order.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        Self { facets: FacetKind::ALL.into_par_iter().map(|kind| Facet::of(kind, entries)).collect() }
    }

    /// Returns the facet of that kind.
    pub fn get(&self, kind: FacetKind) -> &Facet {
        &self.facets[kind as usize]
    }

    /// Returns every facet.
    pub fn iter(&self) -> impl Iterator<Item = &Facet> {
        self.facets.iter()
    }
}

impl Facet {
    fn of(kind: FacetKind, entries: &[Entry]) -> Self {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let mut unstated = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let names = names_of(kind, entry);
            if names.is_empty() {
                unstated.push(index);
            }
            for name in names {
                let group = groups.entry(fold(kind, &name)).or_default();
                *group.spellings.entry(name).or_default() += 1;
                if group.entries.last() != Some(&index) {
                    group.entries.push(index);
                }
            }
        }
        let mut terms: Vec<(String, Term)> = groups.into_iter().map(|(key, group)| (key, group.into_term(kind))).collect();
        make_slugs_unique(&mut terms);
        sort_terms(kind, &mut terms);
        let by_key = terms.iter().enumerate().map(|(index, (key, _))| (key.clone(), index)).collect();
        Self { kind, terms: terms.into_iter().map(|(_, term)| term).collect(), unstated, by_key }
    }

    /// Returns the facet as a grouping of `count` incidents.
    pub(crate) fn grouping(&self, count: usize) -> Grouping {
        let mut of = vec![Vec::new(); count];
        for (group, term) in self.terms.iter().enumerate() {
            for entry in &term.entries {
                of[*entry].push(group);
            }
        }
        Grouping { names: self.terms.iter().map(|term| term.label.clone()).collect(), of }
    }

    /// Returns the index of the value that `name` is a spelling of.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_key.get(&fold(self.kind, name)).copied()
    }
}

#[derive(Default)]
struct Group {
    spellings: BTreeMap<String, usize>,
    entries: Vec<usize>,
}

impl Group {
    fn into_term(self, kind: FacetKind) -> Term {
        // The most frequent spelling; of equally frequent ones the first, which has capitals where another has none.
        let name = self.spellings.iter().rev().max_by_key(|(_, count)| **count).map(|(name, _)| name.clone()).unwrap_or_default();
        let label = match kind {
            FacetKind::Cause | FacetKind::Component => label_of(&name),
            FacetKind::Service | FacetKind::Severity | FacetKind::Year => name.clone(),
        };
        let slug = slug(&name);
        Term { name, label, slug, entries: self.entries }
    }
}

/// Returns the values that an incident has.
pub(super) fn names_of(kind: FacetKind, entry: &Incident) -> Vec<String> {
    match kind {
        FacetKind::Cause => entry.causes.iter().map(|cause| cause.value.clone()).collect(),
        FacetKind::Component => entry.components.iter().map(|component| component.value.clone()).collect(),
        FacetKind::Service => entry
            .services
            .iter()
            .map(|service| service.value.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|name| !name.is_empty())
            .collect(),
        FacetKind::Severity => entry.severity.iter().map(|severity| severity.value.to_string()).collect(),
        FacetKind::Year => {
            entry.occurred.iter().filter_map(|occurred| occurred.moment.year_month()).map(|(year, _)| format!("{year:04}")).collect()
        }
    }
}

/// Returns the form in which spellings of the same value are equal: for services without case and without the kind of space.
pub(crate) fn fold(kind: FacetKind, name: &str) -> String {
    if kind != FacetKind::Service {
        return name.to_owned();
    }
    let parts = name.split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '_')).filter(|part| !part.is_empty());
    let folded = parts.collect::<Vec<_>>().join(" ").to_lowercase();
    if folded.is_empty() { name.to_owned() } else { folded }
}

/// Gives the later of two values with one slug (`C` and `C++`) a short hash. `terms` are in order of their key, which is stable.
fn make_slugs_unique(terms: &mut [(String, Term)]) {
    let mut taken = std::collections::HashSet::from(["index".to_owned(), "pages".to_owned(), "feeds".to_owned()]);
    for (key, term) in terms {
        if term.slug.is_empty() || taken.contains(&term.slug) {
            term.slug = format!("{}-{}", term.slug, short_hash(key, 6)).trim_start_matches('-').to_owned();
        }
        taken.insert(term.slug.clone());
    }
}

fn sort_terms(kind: FacetKind, terms: &mut [(String, Term)]) {
    match kind {
        FacetKind::Cause | FacetKind::Component | FacetKind::Service => {
            terms.sort_by(|(a_key, a), (b_key, b)| b.entries.len().cmp(&a.entries.len()).then_with(|| a_key.cmp(b_key)));
        }
        FacetKind::Severity => terms.sort_by_key(|(_, term)| Severity::parse(&term.name)),
        FacetKind::Year => terms.sort_by(|(a, _), (b, _)| b.cmp(a)),
    }
}

/// Returns a taxonomy name as a heading: `connection-pool` is `Connection pool`, `ci-cd` is `CI/CD`.
fn label_of(name: &str) -> String {
    match name {
        "dns" | "cdn" | "api" => name.to_uppercase(),
        "ci-cd" => "CI/CD".to_owned(),
        "kubernetes" => "Kubernetes".to_owned(),
        _ => {
            let spaced = name.replace('-', " ");
            let mut letters = spaced.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

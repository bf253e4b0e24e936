//! Which other incidents a reader of one should know, and why.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Archive, Entry, FacetKind, Recurrence, WrittenLink, facets::fold, ids::slug};

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

/// Finds what is related to each incident: what the documents say first, then what they share, the rarer the better.
pub(super) fn find(archive: &Archive, recurrences: &[Option<Recurrence>]) -> Vec<Vec<Related>> {
    let entries = &archive.entries;
    let said = said(archive);
    let shared = Shared::of(entries);
    let mut out = Vec::with_capacity(entries.len());
    for index in 0..entries.len() {
        let mut reasons: BTreeMap<usize, Vec<Reason>> = said.get(&index).cloned().unwrap_or_default();
        for other in shared.near(index) {
            reasons.entry(other).or_default();
        }
        let mut found: Vec<(f64, Related)> = reasons
            .into_iter()
            .filter(|(other, _)| *other != index)
            .map(|(other, mut reasons)| {
                let own = |at: usize| recurrences[at].as_ref().map(|recurrence| recurrence.series);
                if own(index).is_some() && own(index) == own(other) {
                    reasons.push(Reason::SameAgain);
                }
                let weight = shared.add_reasons(index, other, &mut reasons);
                reasons.sort();
                (weight, Related { entry: other, reasons })
            })
            .filter(|(_, related)| !related.reasons.is_empty())
            .collect();
        found.sort_by(|(a_weight, a), (b_weight, b)| {
            let said = |related: &Related| related.reasons[0] > Reason::LinkedFrom;
            let again = |related: &Related| !related.reasons.contains(&Reason::SameAgain);
            (said(a), again(a))
                .cmp(&(said(b), again(b)))
                .then_with(|| b_weight.total_cmp(a_weight))
                .then_with(|| a.entry.abs_diff(index).cmp(&b.entry.abs_diff(index)))
                .then_with(|| a.entry.cmp(&b.entry))
        });
        found.truncate(MOST);
        out.push(found.into_iter().map(|(_, related)| related).collect());
    }
    out
}

/// Returns what the documents themselves say: for each incident, which others and how.
fn said(archive: &Archive) -> HashMap<usize, BTreeMap<usize, Vec<Reason>>> {
    let mut said: HashMap<usize, BTreeMap<usize, Vec<Reason>>> = HashMap::new();
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

/// What incidents share: their (cause, component) pairs and their services, each with its incidents in order.
struct Shared<'a> {
    entries: &'a [Entry],
    pairs: HashMap<(&'a str, &'a str), Vec<usize>>,
    services: HashMap<String, Vec<usize>>,
    folded: Vec<Vec<String>>,
}

impl<'a> Shared<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let folded: Vec<Vec<String>> =
            entries.iter().map(|entry| entry.services.iter().map(|service| fold(FacetKind::Service, &service.value)).collect()).collect();
        let mut shared = Shared { entries, pairs: HashMap::new(), services: HashMap::new(), folded };
        for (index, entry) in entries.iter().enumerate() {
            for pair in pairs_of(entry) {
                shared.pairs.entry(pair).or_default().push(index);
            }
        }
        for (index, services) in shared.folded.iter().enumerate() {
            for service in services {
                let members = shared.services.entry(service.clone()).or_default();
                if members.last() != Some(&index) {
                    members.push(index);
                }
            }
        }
        shared
    }

    /// Returns the incidents that share a pair or a service with `index` and are nearest to it in time.
    fn near(&self, index: usize) -> BTreeSet<usize> {
        let by_pair = pairs_of(&self.entries[index]).filter_map(|pair| self.pairs.get(&pair));
        let by_service = self.folded[index].iter().filter_map(|service| self.services.get(service));
        let mut near = BTreeSet::new();
        for members in by_pair.chain(by_service) {
            let at = members.partition_point(|member| *member < index);
            near.extend(&members[at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(members.len())]);
        }
        near
    }

    /// Adds what two incidents share, and returns how much it says: what few incidents have says more.
    fn add_reasons(&self, index: usize, other: usize, reasons: &mut Vec<Reason>) -> f64 {
        let (one, two) = (&self.entries[index], &self.entries[other]);
        let causes: Vec<String> = shared_values(&one.causes, &two.causes);
        let components: Vec<String> = shared_values(&one.components, &two.components);
        let mut weight = 0.0;
        if !causes.is_empty() && !components.is_empty() {
            for cause in &causes {
                for component in &components {
                    weight += self.rarity(self.pairs.get(&(cause.as_str(), component.as_str())));
                }
            }
            reasons.push(Reason::SamePair(causes, components));
        }
        let mut services = Vec::new();
        for (service, written) in self.folded[index].iter().zip(&one.services) {
            if self.folded[other].contains(service) && !services.contains(&written.value) {
                weight += self.rarity(self.services.get(service));
                services.push(written.value.clone());
            }
        }
        if !services.is_empty() {
            reasons.push(Reason::SameService(services));
        }
        weight
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    fn rarity(&self, members: Option<&Vec<usize>>) -> f64 {
        members.map_or(0.0, |members| (1.0 + self.entries.len() as f64 / members.len() as f64).ln())
    }
}

fn pairs_of(entry: &Entry) -> impl Iterator<Item = (&str, &str)> {
    let components = &entry.components;
    entry.causes.iter().flat_map(move |cause| components.iter().map(move |component| (cause.value.as_str(), component.value.as_str())))
}

fn shared_values(one: &[crate::incident::Stated<String>], two: &[crate::incident::Stated<String>]) -> Vec<String> {
    one.iter().map(|value| &value.value).filter(|value| two.iter().any(|other| other.value == **value)).cloned().collect()
}

//! The inverted index in memory: each term and the incidents that hold it.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    prepare::{Fields, Place, Prepared},
    tokenise::tokenise,
};

/// How many bits of a posting say in which places the term stands.
const PLACE_BITS: u32 = 6;

/// An incident that holds a term, and the places in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting(u32);

impl Posting {
    fn new(entry: usize, places: u8) -> Self {
        Self(u32::try_from(entry).unwrap_or(u32::MAX >> PLACE_BITS) << PLACE_BITS | u32::from(places))
    }

    pub(super) fn entry(self) -> u32 {
        self.0 >> PLACE_BITS
    }

    pub(super) fn places(self) -> u8 {
        u8::try_from(self.0 & ((1 << PLACE_BITS) - 1)).unwrap_or(0)
    }
}

/// The index of an archive.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The incidents: without a day first, then from the oldest.
    pub(super) entries: Vec<IndexedEntry>,
    /// The terms, sorted.
    pub(super) terms: Vec<String>,
    /// The postings of each term, by incident.
    pub(super) postings: Vec<Vec<Posting>>,
}

/// What the index knows of an incident beside its terms.
#[derive(Debug, Clone)]
pub(super) struct IndexedEntry {
    pub(super) id: String,
    pub(super) day: Option<NaiveDate>,
    pub(super) fields: Fields,
    pub(super) card: String,
}

impl Index {
    /// Builds the index of incidents with their ids.
    pub fn build(prepared: &[(&str, &Prepared)]) -> Self {
        let mut ordered = prepared.to_vec();
        ordered.sort_by_key(|(id, prepared)| (prepared.day, *id));
        let ids: Vec<Vec<String>> = ordered.iter().map(|(id, _)| terms_of(id)).collect();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut found: Vec<(&str, Vec<Posting>)> = Vec::new();
        for (entry, ((_, prepared), id)) in ordered.iter().zip(&ids).enumerate() {
            let id = id.iter().map(|term| (term.as_str(), Place::Rest.bit()));
            for (term, places) in prepared.terms().chain(id) {
                let number = *numbers.entry(term).or_insert_with(|| {
                    found.push((term, Vec::new()));
                    found.len() - 1
                });
                let postings = &mut found[number].1;
                match postings.last_mut().filter(|last| last.entry() as usize == entry) {
                    Some(last) => *last = Posting::new(entry, last.places() | places),
                    None => postings.push(Posting::new(entry, places)),
                }
            }
        }
        found.sort_unstable_by_key(|(term, _)| *term);
        let entries = ordered.iter().map(|(id, prepared)| IndexedEntry {
            id: (*id).to_owned(),
            day: prepared.day,
            fields: prepared.fields.clone(),
            card: prepared.card.clone(),
        });
        let entries = entries.collect();
        let (terms, postings) = found.into_iter().map(|(term, postings)| (term.to_owned(), postings)).unzip();
        Self { entries, terms, postings }
    }

    /// Returns how many incidents there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns true where there is no incident.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of a term.
    pub(super) fn find(&self, term: &str) -> Option<usize> {
        self.terms.binary_search_by(|probe| probe.as_str().cmp(term)).ok()
    }

    /// Returns the numbers of the terms that begin with `prefix`.
    pub(super) fn find_prefix(&self, prefix: &str) -> std::ops::Range<usize> {
        let start = self.terms.partition_point(|term| term.as_str() < prefix);
        let count = self.terms[start..].iter().take_while(|term| term.starts_with(prefix)).count();
        start..start + count
    }
}

fn terms_of(text: &str) -> Vec<String> {
    let runs = tokenise(text).into_iter();
    runs.flat_map(|run| run.parts.into_iter().filter(|part| part.indexed).map(|part| part.term).chain(run.whole)).collect()
}

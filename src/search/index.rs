//! The inverted index in memory: each term and the incidents that hold it.

use chrono::NaiveDate;

use super::{
    prepare::{Fields, Place, Prepared, PreparedTerm, push_terms},
    terms::Terms,
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
    pub(super) terms: Vec<Box<str>>,
    /// The postings of all terms, by term and incident.
    postings: Vec<Posting>,
    /// For each term where its postings end.
    ends: Vec<usize>,
}

/// What the index knows of an incident beside its terms.
#[derive(Debug, Clone)]
pub(super) struct IndexedEntry {
    pub(super) id: Box<str>,
    pub(super) day: Option<NaiveDate>,
    pub(super) fields: Fields,
    pub(super) card: Box<str>,
}

impl Index {
    /// Builds the index of incidents with their ids, whose terms have their numbers from `terms`.
    pub fn build(mut prepared: Vec<(&str, Prepared)>, terms: Terms) -> Self {
        prepared.sort_by_key(|(id, prepared)| (prepared.day, *id));
        for (id, prepared) in &mut prepared {
            add_id(prepared, id, &terms);
        }
        let (terms, places) = terms.into_sorted();
        let place = |term: &PreparedTerm| places[term.number() as usize] as usize;
        let mut starts = vec![0; terms.len() + 1];
        for term in prepared.iter().flat_map(|(_, prepared)| &prepared.terms) {
            starts[place(term) + 1] += 1;
        }
        for at in 0..terms.len() {
            starts[at + 1] += starts[at];
        }
        let mut ends = starts;
        let mut postings = vec![Posting(0); ends.last().copied().unwrap_or(0)];
        for (entry, (_, prepared)) in prepared.iter().enumerate() {
            for term in &prepared.terms {
                let end = &mut ends[place(term)];
                postings[*end] = Posting::new(entry, term.places());
                *end += 1;
            }
        }
        ends.truncate(terms.len());
        let entries = prepared.into_iter().map(|(id, prepared)| IndexedEntry {
            id: id.into(),
            day: prepared.day,
            fields: prepared.fields,
            card: prepared.card,
        });
        Self { entries: entries.collect(), terms, postings, ends }
    }

    /// Returns the postings of a term, by incident.
    pub(super) fn postings(&self, term: usize) -> &[Posting] {
        let start = term.checked_sub(1).map_or(0, |above| self.ends[above]);
        &self.postings[start..self.ends[term]]
    }

    /// Returns the postings of all terms, term by term.
    pub(super) fn all_postings(&self) -> impl Iterator<Item = &[Posting]> {
        (0..self.terms.len()).map(|term| self.postings(term))
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
        self.terms.binary_search_by(|probe| (**probe).cmp(term)).ok()
    }

    /// Returns the numbers of the terms that begin with `prefix`.
    pub(super) fn find_prefix(&self, prefix: &str) -> std::ops::Range<usize> {
        let start = self.terms.partition_point(|term| &**term < prefix);
        let count = self.terms[start..].iter().take_while(|term| term.starts_with(prefix)).count();
        start..start + count
    }
}

/// Adds the terms of an incident's id.
fn add_id(prepared: &mut Prepared, id: &str, terms: &Terms) {
    let mut numbers = Vec::new();
    push_terms(id, &mut |term| numbers.extend(terms.number(term)));
    let mut all = std::mem::take(&mut prepared.terms).into_vec();
    for number in numbers {
        match all.iter_mut().find(|term| term.number() == number) {
            Some(term) => term.add(Place::Rest),
            None => all.push(PreparedTerm::new(number, Place::Rest.bit())),
        }
    }
    prepared.terms = all.into();
}

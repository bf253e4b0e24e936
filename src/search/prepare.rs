//! One incident into its terms and its card: what is done once per file, in parallel, and kept while the file does not change.

use std::collections::HashMap;

use chrono::NaiveDate;
use foldhash::fast::RandomState;

use super::{card, terms::Terms, tokenise::tokenise};

/// The kind of place in which a word stands, by how much it says about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Place {
    /// The title.
    Title = 0,
    /// Root cause, trigger, contributing factors.
    Cause = 1,
    /// Summary, impact, resolution; services and components.
    Lead = 2,
    /// The timeline.
    Timeline = 3,
    /// Actions.
    Actions = 4,
    /// All else.
    Rest = 5,
}

impl Place {
    /// Every place, by its number.
    pub const ALL: [Place; 6] = [Place::Title, Place::Cause, Place::Lead, Place::Timeline, Place::Actions, Place::Rest];

    /// Returns the bit that stands for it in a posting.
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a result can be narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// Names of causes.
    pub causes: Vec<String>,
    /// Names of components.
    pub components: Vec<String>,
    /// Services, as written.
    pub services: Vec<String>,
    /// `SEV1` to `SEV5`.
    pub severity: Option<String>,
    /// `resolved`, `open`, ….
    pub status: Option<String>,
    /// Authors, owners of actions, commanders.
    pub owners: Vec<String>,
}

/// A piece of text with its place on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The kind of place.
    pub place: Place,
    /// The anchor on the page that shows it.
    pub anchor: String,
    /// What the place is called: the heading; for a row of the timeline its time.
    pub heading: String,
    /// Plain text.
    pub text: String,
}

/// An incident as search sees it: what its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEntry {
    /// Its title.
    pub title: String,
    /// The day that places it in time; for a month its first.
    pub day: Option<NaiveDate>,
    /// How long it took.
    pub minutes: Option<u64>,
    /// What it can be narrowed by.
    pub fields: Fields,
    /// Its text, in the order of the page.
    pub passages: Vec<Passage>,
}

/// A term of an incident: its number, and the places in which it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PreparedTerm(u32);

impl PreparedTerm {
    pub(super) fn new(number: u32, places: u8) -> Self {
        Self(number << PLACE_BITS | u32::from(places))
    }

    pub(super) fn number(self) -> u32 {
        self.0 >> PLACE_BITS
    }

    pub(super) fn places(self) -> u8 {
        u8::try_from(self.0 & ((1 << PLACE_BITS) - 1)).unwrap_or(0)
    }

    pub(super) fn add(&mut self, place: Place) {
        self.0 |= u32::from(place.bit());
    }
}

const PLACE_BITS: u32 = Place::ALL.len() as u32;

/// An incident's terms and its card, as small as they can be: they are kept from the reading of its document to the making of the
/// index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its day.
    pub(super) day: Option<NaiveDate>,
    /// Its fields.
    pub(super) fields: Fields,
    /// Its terms, each once.
    pub(super) terms: Box<[PreparedTerm]>,
    /// What a result shows.
    pub(super) card: Box<str>,
}

/// Reads the terms of an incident and writes its card.
pub fn prepare(entry: &SearchEntry, terms: &Terms) -> Prepared {
    let mut found: HashMap<String, u8, RandomState> = HashMap::with_capacity_and_hasher(512, RandomState::default());
    let mut add = |text: &str, place: Place| {
        push_terms(text, &mut |term| match found.get_mut(term) {
            Some(places) => *places |= place.bit(),
            None => {
                found.insert(term.to_owned(), place.bit());
            }
        });
    };
    let fields = &entry.fields;
    add(&entry.title, Place::Title);
    fields.causes.iter().for_each(|cause| add(cause, Place::Cause));
    fields.services.iter().chain(&fields.components).chain(&fields.severity).for_each(|name| add(name, Place::Lead));
    fields.owners.iter().for_each(|name| add(name, Place::Rest));
    let mut heading = "";
    for passage in &entry.passages {
        if passage.heading != heading && passage.place != Place::Timeline {
            heading = &passage.heading;
            add(heading, Place::Rest);
        }
        add(&passage.text, passage.place);
    }
    let numbered = found.into_iter().filter_map(|(term, places)| Some(PreparedTerm::new(terms.number(&term)?, places)));
    Prepared { day: entry.day, fields: entry.fields.clone(), terms: numbered.collect(), card: card::write(entry).into() }
}

/// Calls `each` with the terms of a text that are indexed.
pub(super) fn push_terms(text: &str, each: &mut dyn FnMut(&str)) {
    for run in tokenise(text) {
        run.parts.iter().filter(|part| part.indexed).for_each(|part| each(&part.term));
        run.whole.iter().for_each(|whole| each(whole));
    }
}

//! One incident into its terms and its card: what is done once per file, in parallel, and kept while the file does not change.

use chrono::NaiveDate;

use super::{card, tokenise::tokenise};

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

/// An incident's terms and its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its day.
    pub day: Option<NaiveDate>,
    /// Its fields.
    pub fields: Fields,
    /// Its terms, sorted, each ended by a line end.
    pub(super) terms: String,
    /// For each term the places in which it stands.
    pub(super) places: Vec<u8>,
    /// What a result shows.
    pub(super) card: String,
}

impl Prepared {
    /// Returns the terms and the places of each.
    pub(super) fn terms(&self) -> impl Iterator<Item = (&str, u8)> {
        self.terms.lines().zip(self.places.iter().copied())
    }
}

/// Reads the terms of an incident and writes its card.
pub fn prepare(entry: &SearchEntry) -> Prepared {
    let mut found: Vec<(String, u8)> = Vec::with_capacity(512);
    let mut add = |text: &str, place: Place| {
        for run in tokenise(text) {
            let parts = run.parts.into_iter().filter(|part| part.indexed).map(|part| part.term);
            found.extend(parts.chain(run.whole).map(|term| (term, place.bit())));
        }
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
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 |= next.1;
        }
        is_same
    });
    let mut terms = String::with_capacity(found.iter().map(|(term, _)| term.len() + 1).sum());
    for (term, _) in &found {
        terms.push_str(term);
        terms.push('\n');
    }
    let places = found.iter().map(|(_, places)| *places).collect();
    Prepared { day: entry.day, fields: entry.fields.clone(), terms, places, card: card::write(entry) }
}

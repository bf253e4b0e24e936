//! What we keep in content properties: the mark of a page, and the list of all of them on the home page.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::publish::{Digest, Ledger, LedgerEntry, Mark, MarkState};

/// The property of a page that holds its mark.
pub(super) const MARK: &str = "hindsite";
/// How the properties of the home page that hold the list begin.
pub(super) const LIST: &str = "hindsite-list-";
/// A property holds 32 KB; this many entries take less.
const ENTRIES_AT_ONCE: usize = 60;

/// The mark of a page, and which version of the page it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) mark: Mark,
    /// The version that we wrote.
    pub(super) version: u64,
}

impl State {
    pub(super) fn to_json(&self) -> Value {
        let mark = &self.mark;
        json!({
            "v": 1,
            "in": mark.archive,
            "key": mark.key,
            "name": mark.name,
            "body": mark.body.as_str(),
            "wanted": mark.wanted.as_str(),
            "stale": mark.state == MarkState::Stale,
            "version": self.version,
        })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str();
        let state = if value["stale"] == true { MarkState::Stale } else { MarkState::Live };
        Some(Self {
            mark: Mark {
                archive: text("in")?.to_owned(),
                key: text("key")?.to_owned(),
                name: text("name")?.to_owned(),
                body: Digest::parse(text("body")?)?,
                wanted: Digest::parse(text("wanted")?)?,
                state,
            },
            version: value["version"].as_u64()?,
        })
    }
}

/// The list of all marks, by page id, and what was published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct List {
    pub(super) states: BTreeMap<String, State>,
    pub(super) ledger: Ledger,
}

impl List {
    /// Returns the values of the properties that hold it.
    pub(super) fn to_parts(&self) -> Vec<Value> {
        let mut entries: Vec<Value> = self.states.iter().map(|(id, state)| json!([id, state.to_json()])).collect();
        let known: Vec<&str> = self.states.values().map(|state| state.mark.key.as_str()).collect();
        // Pages that were published and are gone have no id.
        for (key, entry) in self.ledger.pages.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            entries.push(json!(["", {"key": key, "name": entry.name, "body": entry.body.as_str()}]));
        }
        entries.chunks(ENTRIES_AT_ONCE).map(|part| json!(part)).collect()
    }

    /// Adds what a property holds.
    pub(super) fn read(&mut self, part: &Value) {
        for entry in part.as_array().into_iter().flatten() {
            let (id, value) = (entry[0].as_str().unwrap_or_default(), &entry[1]);
            let Some(key) = value["key"].as_str() else { continue };
            let (Some(name), Some(body)) = (value["name"].as_str(), value["body"].as_str().and_then(Digest::parse)) else { continue };
            self.ledger.pages.insert(key.to_owned(), LedgerEntry { name: name.to_owned(), body });
            if let Some(state) = State::from_json(value).filter(|_| !id.is_empty()) {
                self.states.insert(id.to_owned(), state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let mark = |key: &str| Mark {
            archive: "Incidents".to_owned(),
            key: key.to_owned(),
            name: format!("Page \"{key}\""),
            body: Digest::of("a"),
            wanted: Digest::of("b"),
            state: MarkState::Stale,
        };
        let mut list = List::default();
        for number in 0..150 {
            let state = State { mark: mark(&format!("incident/{number}")), version: number };
            list.ledger.pages.insert(state.mark.key.clone(), LedgerEntry { name: state.mark.name.clone(), body: state.mark.body.clone() });
            list.states.insert(number.to_string(), state);
        }
        list.ledger.pages.insert("gone".to_owned(), LedgerEntry { name: "Gone".to_owned(), body: Digest::of("c") });
        let parts = list.to_parts();
        assert!(parts.len() == 3 && parts.iter().all(|part| part.to_string().len() < 32_000));
        let mut read = List::default();
        parts.iter().for_each(|part| read.read(part));
        assert_eq!(read, list);
    }
}

//! What we keep in content properties: the mark of a page, and the list of all of them on the home page. The mark also stands at the
//! end of the page's text, in an anchor that nobody sees: a run that ended between a page and its property is taken up by it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::publish::{Digest, Ledger, LedgerEntry, Mark};

/// The property of a page that holds its mark.
pub(super) const MARK: &str = "hindsite";
/// How the properties of the home page that hold the list begin.
pub(super) const LIST: &str = "hindsite-list-";
/// A property holds 32 KB; its other fields take some of it.
const MAX_PART_BYTES: usize = 30_000;

/// Around the values of the mark in a page's text.
const BEGIN: &str = "<ac:parameter ac:name=\"\">hindsite v1 ";
const END: &str = "</ac:parameter>";
const MACRO: &str = "<ac:structured-macro";
const MACRO_END: &str = "</ac:structured-macro>";

/// Returns the text of a page with its mark.
pub(super) fn with_mark(body: &str, mark: &Mark) -> String {
    format!("{body}<p>{MACRO} ac:name=\"anchor\">{BEGIN}{}{END}{MACRO_END}</p>", mark.to_values())
}

/// Splits the text of a page into its body and its mark.
pub(super) fn split_mark(stored: &str) -> (String, Option<Mark>) {
    let whole = || (stored.to_owned(), None);
    let Some(at) = stored.rfind(BEGIN) else { return whole() };
    let values = &stored[at + BEGIN.len()..];
    let Some(length) = values.find(END) else { return whole() };
    let Some(mark) = Mark::parse(&values[..length]) else { return whole() };
    let rest = &values[length + END.len()..];
    let (Some(start), Some(end)) = (stored[..at].rfind(MACRO), rest.find(MACRO_END)) else { return whole() };
    let (above, below) = (&stored[..start], &rest[end + MACRO_END.len()..]);
    // The paragraph around it goes too, where it holds nothing else.
    let (above, below) = match (above.trim_end().strip_suffix("<p>"), below.trim_start().strip_prefix("</p>")) {
        (Some(above), Some(below)) => (above, below),
        _ => (above, below),
    };
    (format!("{above}{below}"), Some(mark))
}

/// The mark of a page, and which version of the page it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) mark: Mark,
    /// The version that we wrote.
    pub(super) version: u64,
}

impl State {
    pub(super) fn to_json(&self) -> Value {
        json!({"v": 1, "mark": self.mark.to_comment(), "version": self.version})
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        Some(Self { mark: Mark::split(value["mark"].as_str()?).1?, version: value["version"].as_u64()? })
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
        let mut parts: Vec<Vec<Value>> = Vec::new();
        let mut left = 0;
        for entry in entries {
            let bytes = entry.to_string().len() + 2;
            if bytes > left || parts.is_empty() {
                parts.push(Vec::new());
                left = MAX_PART_BYTES;
            }
            left = left.saturating_sub(bytes);
            if let Some(part) = parts.last_mut() {
                part.push(entry);
            }
        }
        parts.into_iter().map(Value::from).collect()
    }

    /// Adds what a property holds.
    pub(super) fn read(&mut self, part: &Value) {
        for entry in part.as_array().into_iter().flatten() {
            let (id, value) = (entry[0].as_str().unwrap_or_default(), &entry[1]);
            let known = match State::from_json(value).filter(|_| !id.is_empty()) {
                Some(state) => {
                    let known = (state.mark.key.clone(), LedgerEntry { name: state.mark.name.clone(), body: state.mark.body.clone() });
                    self.states.insert(id.to_owned(), state);
                    known
                }
                None => {
                    let text = |name: &str| value[name].as_str();
                    let (Some(key), Some(name), Some(body)) = (text("key"), text("name"), text("body").and_then(Digest::parse)) else {
                        continue;
                    };
                    (key.to_owned(), LedgerEntry { name: name.to_owned(), body })
                }
            };
            self.ledger.pages.insert(known.0, known.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_in_the_text_is_found_whatever_the_server_adds_around_it() {
        let values = format!("in=Log key=incident/a name=%3C%26 body=sha256:{} state=stale", Digest::of("a"));
        let mark = Mark::parse(&values).expect("a mark");
        let stored = with_mark("<p>Text</p>", &mark);
        let changed = stored.replace(" ac:name=\"anchor\"", " ac:name=\"anchor\" ac:schema-version=\"1\" ac:macro-id=\"7\"");
        for stored in [stored.clone(), changed] {
            assert_eq!(split_mark(&stored), ("<p>Text</p>".to_owned(), Some(mark.clone())));
        }
        assert_eq!(split_mark(&format!("{stored}<p>More</p>")).0, "<p>Text</p><p>More</p>");
        assert_eq!(split_mark("<p>Text</p>"), ("<p>Text</p>".to_owned(), None));
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let mark = |key: &str| {
            let (body, wanted) = (Digest::of("a"), Digest::of("b"));
            let comment =
                format!("<!-- hindsite v1 in=Log key={key} name=Page%20{key} body=sha256:{body} for=sha256:{wanted} state=stale -->");
            Mark::split(&comment).1.expect("a mark")
        };
        let mut list = List::default();
        for number in 0..150 {
            let state = State { mark: mark(&format!("incident/{number}")), version: number };
            list.ledger.pages.insert(state.mark.key.clone(), LedgerEntry { name: state.mark.name.clone(), body: state.mark.body.clone() });
            list.states.insert(number.to_string(), state);
        }
        list.ledger.pages.insert("gone".to_owned(), LedgerEntry { name: "Gone".to_owned(), body: Digest::of("c") });
        let parts = list.to_parts();
        assert!(parts.len() > 1 && parts.iter().all(|part| part.to_string().len() < 32_000));
        let mut read = List::default();
        parts.iter().for_each(|part| read.read(part));
        assert_eq!(read, list);
    }
}

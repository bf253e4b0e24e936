//! The list of the pages that were published, kept in the target: a page that a person deleted took its mark with it, and without
//! this list it would be made again.
//!
//! A git wiki keeps it as a file that is no page, MediaWiki as a page, Confluence as a property of the home page. Where it is lost or
//! edited, the marks of the pages that are there stand in for it.

use std::collections::BTreeMap;

use super::{Digest, Observed};

/// What is remembered of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its name when it was written.
    pub name: String,
    /// The hash of the body that was written.
    pub body: Digest,
}

/// The pages that were published, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// By [`super::Wanted::key`].
    pub pages: BTreeMap<String, LedgerEntry>,
}

const HEADER: &str = "hindsite ledger v1 sha256:";

impl Ledger {
    /// Returns it as text: a header with the hash of the rest, then a line of JSON for each page.
    pub fn to_text(&self) -> String {
        let mut lines = String::new();
        for (key, entry) in &self.pages {
            lines.push_str(&serde_json::json!([key, entry.name, entry.body.as_str()]).to_string());
            lines.push('\n');
        }
        format!("{HEADER}{}\n{lines}", Digest::of(&lines))
    }

    /// Reads what [`Ledger::to_text`] wrote; `None` where it is not whole.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = super::normalise(text);
        let (header, lines) = text.split_once('\n').unwrap_or((&text, ""));
        if header.strip_prefix(HEADER)? != Digest::of(lines).as_str() {
            return None;
        }
        let mut pages = BTreeMap::new();
        for line in lines.lines() {
            let (key, name, body): (String, String, String) = serde_json::from_str(line).ok()?;
            pages.insert(key, LedgerEntry { name, body: Digest::parse(&body)? });
        }
        Some(Self { pages })
    }

    /// Returns the ledger of what was observed: the stored one, and every page that carries our mark.
    pub fn of(observed: &Observed) -> Self {
        let mut ledger = observed.ledger.clone().unwrap_or_default();
        for mark in observed.pages.iter().filter_map(|page| page.mark.as_ref()) {
            ledger.pages.insert(mark.key.clone(), LedgerEntry { name: mark.name.clone(), body: mark.body.clone() });
        }
        ledger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_read_as_it_was_written_and_an_edited_one_is_not_trusted() {
        let entry = LedgerEntry { name: "Incidents/\"a\" \\ b.md".to_owned(), body: Digest::of("text") };
        let ledger = Ledger { pages: [("incident/ü".to_owned(), entry)].into() };
        let text = ledger.to_text();
        assert_eq!(Ledger::from_text(&text.replace('\n', "\r\n")), Some(ledger));
        assert_eq!(Ledger::from_text(&text.replace("incident", "incidents")), None);
        assert_eq!(Ledger::from_text(&Ledger::default().to_text()), Some(Ledger::default()));
        assert_eq!(Ledger::from_text(""), None);
    }
}

//! What is in the space, and changing it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Remote,
    api::{self, Api, Page, Property},
    canonical,
    state::{LIST, List, MARK, State, split_mark, with_mark},
};
use crate::publish::{
    Attachment, Digest, Fault, Ledger, LedgerEntry, Mark, Observed, Patience, Reader, There, Wanted, Writer, Written, http::FilePart,
};

/// A space of a Confluence.
pub(super) struct Confluence {
    api: Box<dyn Api>,
    root: String,
    /// Our home page, once it is there.
    home: Option<String>,
    /// The list as it is on the home page, and the properties that hold it.
    known: List,
    properties: Vec<Property>,
    /// The marks as they are now, by page id.
    states: BTreeMap<String, State>,
}

impl Confluence {
    pub(super) fn connect(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let root = remote.root.clone();
        let api = api::connect(remote, patience)?;
        Ok(Self { api, root, home: None, known: List::default(), properties: Vec::new(), states: BTreeMap::new() })
    }

    /// Reads the list on the home page.
    fn read_list(&mut self) -> Result<(), Fault> {
        self.known = List::default();
        self.properties = Vec::new();
        self.home = self.api.find(&self.root)?.map(|page| page.id);
        if let Some(home) = self.home.clone() {
            self.properties = self.api.properties(&home)?;
            self.properties.retain(|property| property.key.starts_with(LIST));
            for property in &self.properties {
                self.known.read(&property.value);
            }
        }
        self.states = self.known.states.clone();
        Ok(())
    }

    /// Returns a page as it is, by asking for its mark and, where that is about another version, for its text.
    fn there(&mut self, page: &Page, wanted: Option<&Wanted>) -> Result<There, Fault> {
        let state = self.api.property(&page.id, MARK)?.and_then(|property| State::from_json(&property.value));
        if let Some(state) = &state {
            self.states.insert(page.id.clone(), state.clone());
        }
        match state {
            Some(state) if state.version == page.version => Ok(there(page, Some(state.mark.clone()), state.mark.body)),
            state => {
                let stored = self.api.read(&page.id)?.and_then(|page| page.body).unwrap_or_default();
                let (body, in_text) = split_mark(&stored);
                let digest = canonical::digest(&body);
                let mark = match in_text {
                    // We wrote exactly this, and the run ended before the property said so: it is taken up as not finished.
                    Some(mark) if mark.body == digest => {
                        let is_ours = mark.wanted == mark.body;
                        Some(if is_ours { Mark { wanted: Digest::of(""), ..mark } } else { mark })
                    }
                    in_text => state.map(|state| state.mark).or(in_text),
                };
                // The same text without any mark is ours too, however it came there.
                let begun =
                    || wanted.filter(|wanted| wanted.digest == digest).map(|wanted| Mark { wanted: Digest::of(""), ..wanted.mark() });
                Ok(there(page, mark.or_else(begun), digest))
            }
        }
    }

    /// Notes that people have open comments in the text of a page that would be replaced.
    fn note_comments(&mut self, there: &mut There, wanted: Option<&Wanted>) -> Result<(), Fault> {
        let will_change = match (&there.mark, wanted) {
            (Some(mark), Some(wanted)) => mark.wanted != wanted.digest || there.digest != wanted.digest,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if will_change && self.api.has_open_comments(&there.id)? {
            there.untouched = false;
        }
        Ok(())
    }

    fn set_mark(&mut self, page: &Page, mark: &Mark) -> Result<(), Fault> {
        let state = State { mark: mark.clone(), version: page.version };
        let known = self.api.property(&page.id, MARK)?;
        if known.as_ref().is_none_or(|known| known.value != state.to_json()) {
            self.api.set_property(&page.id, MARK, &state.to_json(), known.as_ref())?;
        }
        self.states.insert(page.id.clone(), state);
        Ok(())
    }

    fn set_labels(&mut self, page: &str, labels: &BTreeSet<String>, is_new: bool) -> Result<(), Fault> {
        let there = if is_new || labels.is_empty() { Vec::new() } else { self.api.labels(page)? };
        let missing: Vec<&str> = labels.iter().map(String::as_str).filter(|label| !there.iter().any(|known| known == label)).collect();
        if missing.is_empty() { Ok(()) } else { self.api.add_labels(page, &missing) }
    }

    /// Returns the id of the page that a page stands under.
    fn parent_of(&self, page: &Wanted) -> Option<String> {
        let key = page.parent.as_deref()?;
        let found = self.states.iter().find(|(_, state)| state.mark.key == key).map(|(id, _)| id.clone());
        found.or_else(|| self.home.clone())
    }
}

impl Reader for Confluence {
    fn observe(&mut self, wanted: &[Wanted]) -> Result<Observed, Fault> {
        self.read_list()?;
        let by_key: BTreeMap<&str, &Wanted> = wanted.iter().map(|page| (page.key.as_str(), page)).collect();
        let listed: Vec<String> = self.known.states.keys().cloned().collect();
        let mut found: Vec<There> = Vec::new();
        let all = self.api.versions(&listed)?;
        for page in &all {
            let Some(state) = self.known.states.get(&page.id).cloned() else { continue };
            let wanted = by_key.get(state.mark.key.as_str()).copied();
            let mut one = if state.version == page.version {
                there(page, Some(state.mark.clone()), state.mark.body.clone())
            } else {
                self.there(page, wanted)?
            };
            self.note_comments(&mut one, wanted)?;
            found.push(one);
        }
        // What is not in the list may have been made by a run that was cut off, or by a person.
        let keys: BTreeSet<String> = found.iter().filter_map(|there| there.mark.as_ref().map(|mark| mark.key.clone())).collect();
        let by_title: Option<BTreeMap<String, Page>> =
            self.api.lists_whole_space().then(|| all.into_iter().map(|page| (page.title.to_lowercase(), page)).collect());
        for page in wanted.iter().filter(|page| !keys.contains(&page.key)) {
            let other = match &by_title {
                Some(pages) => pages.get(&page.name.to_lowercase()).cloned(),
                None => self.api.find(&page.name)?,
            };
            let Some(other) = other else { continue };
            if !found.iter().any(|there| there.id == other.id) {
                let mut one = self.there(&other, Some(page))?;
                self.note_comments(&mut one, Some(page))?;
                found.push(one);
            }
        }
        let mut ledger = self.known.ledger.clone();
        for mark in found.iter().filter_map(|there| there.mark.as_ref()) {
            ledger.pages.insert(mark.key.clone(), LedgerEntry { name: mark.name.clone(), body: mark.body.clone() });
        }
        let there: BTreeSet<&str> = found.iter().map(|there| there.id.as_str()).collect();
        self.states.retain(|id, _| there.contains(id.as_str()));
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let ledger = (!self.properties.is_empty()).then_some(ledger);
        Ok(Observed { pages: found, ledger, files: None, notes: BTreeMap::new() })
    }

    fn look(&mut self, wanted: &Wanted, there: Option<&There>) -> Result<Option<There>, Fault> {
        let page = match there {
            Some(there) => self.api.read(&there.id)?,
            None => None,
        };
        let page = match page {
            Some(page) => Some(page),
            None => self.api.find(&wanted.name)?,
        };
        let Some(page) = page else { return Ok(None) };
        if wanted.parent.is_none() {
            self.home = Some(page.id.clone());
        }
        let mut found = self.there(&page, Some(wanted))?;
        self.note_comments(&mut found, Some(wanted))?;
        Ok(Some(found))
    }

    fn text(&mut self, there: &There) -> Result<String, Fault> {
        let page = self.api.read(&there.id)?;
        page.and_then(|page| page.body).map(|stored| split_mark(&stored).0).ok_or_else(|| Fault::Raced(format!("`{}` is gone", there.name)))
    }

    fn base(&mut self, there: &There, mark: &Mark) -> Result<Option<String>, Fault> {
        let Some(version) = self.states.get(&there.id).map(|state| state.version) else { return Ok(None) };
        let stored = self.api.read_version(&there.id, version)?;
        Ok(stored.map(|stored| split_mark(&stored).0).filter(|body| canonical::digest(body) == mark.body))
    }
}

impl Writer for Confluence {
    fn create(&mut self, page: &Wanted, mark: &Mark) -> Result<Written, Fault> {
        let parent = self.parent_of(page);
        let made = self.api.create(parent.as_deref(), &page.name, &with_mark(&page.body, mark))?;
        if page.parent.is_none() {
            self.home = Some(made.id.clone());
        }
        self.set_labels(&made.id, &page.labels, true)?;
        self.set_mark(&made, mark)?;
        Ok(Written { there: there(&made, Some(mark.clone()), page.digest.clone()) })
    }

    fn update(&mut self, page: &Wanted, mark: &Mark, old: &There) -> Result<Written, Fault> {
        let version = old.revision.parse().unwrap_or_default();
        let before = Page { id: old.id.clone(), title: old.name.clone(), version, is_current: true, body: None };
        // Where only the mark changes, the page is left alone.
        let is_same = old.digest == page.digest && old.name == page.name;
        let after = if is_same { before } else { self.api.update(&before, &page.name, &with_mark(&page.body, mark))? };
        self.set_labels(&after.id, &page.labels, false)?;
        self.set_mark(&after, mark)?;
        Ok(Written { there: there(&after, Some(mark.clone()), page.digest.clone()) })
    }

    fn attach(&mut self, file: &Attachment, page: Option<&There>) -> Result<(), Fault> {
        let Some(page) = page else { return Ok(()) };
        if self.api.has_file(&page.id, &file.name)? {
            return Ok(());
        }
        let part = FilePart { field: "file", name: &file.name, mime: file.mime, bytes: &file.bytes };
        match self.api.upload(&page.id, &part) {
            // Whether the file arrived can be seen.
            Err(Fault::Unsure(why)) => match self.api.has_file(&page.id, &file.name)? {
                true => Ok(()),
                false => self.api.upload(&page.id, &part).map_err(|_| Fault::Refused(why)),
            },
            other => other,
        }
    }

    fn delete(&mut self, old: &There) -> Result<(), Fault> {
        match self.api.read(&old.id)? {
            None => return Ok(()),
            Some(now) if now.version.to_string() != old.revision => return Err(Fault::Raced(format!("`{}` was edited", old.name))),
            Some(_) => {}
        }
        self.states.remove(&old.id);
        self.api.trash(&old.id)
    }

    fn commit(&mut self, ledger: &Ledger, _: &str) -> Result<(), Fault> {
        let list = List { states: self.states.clone(), ledger: ledger.clone() };
        let Some(home) = self.home.clone().filter(|_| list != self.known) else { return Ok(()) };
        let parts = list.to_parts();
        for number in 0..parts.len().max(self.properties.len()) {
            let key = format!("{LIST}{number}");
            let value = parts.get(number).cloned().unwrap_or_else(|| serde_json::json!([]));
            let known = self.properties.iter().position(|property| property.key == key);
            if known.is_some_and(|at| self.properties[at].value == value) {
                continue;
            }
            let set = self.api.set_property(&home, &key, &value, known.map(|at| self.properties[at].clone()).as_ref())?;
            match known {
                Some(at) => self.properties[at] = set,
                None => self.properties.push(set),
            }
        }
        self.known = list;
        Ok(())
    }

    fn lose_patience(&mut self) {
        self.api.session().patience.lose();
    }

    fn attaches_to_pages(&self) -> bool {
        true
    }

    fn as_reader(&mut self) -> &mut dyn Reader {
        self
    }
}

fn there(page: &Page, mark: Option<Mark>, digest: Digest) -> There {
    There { id: page.id.clone(), name: page.title.clone(), revision: page.version.to_string(), mark, digest, untouched: true }
}

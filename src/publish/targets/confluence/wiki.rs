//! What is in the space, and changing it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Remote,
    api::{Api, Page, Property},
    canonical,
    state::{LIST, List, MARK, State},
};
use crate::publish::{
    Attachment, Digest, Fault, Ledger, LedgerEntry, Mark, Observed, Patience, Reader, There, Wanted, Writer, Written, http::FilePart,
};

/// A space of a Confluence.
pub(super) struct Confluence {
    api: Api,
    root: String,
    space: String,
    /// The page that our home page stands under, where it is new: none is the top of the space.
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
        let mut api = Api::new(remote, patience)?;
        let space = api.space()?;
        Ok(Self { api, root, space, home: None, known: List::default(), properties: Vec::new(), states: BTreeMap::new() })
    }

    /// Reads the list on the home page.
    fn read_list(&mut self) -> Result<(), Fault> {
        self.known = List::default();
        self.properties = Vec::new();
        self.home = self.api.find(&self.space, &self.root)?.map(|page| page.id);
        if let Some(home) = self.home.clone() {
            self.properties = self.api.properties(&home, None)?;
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
        let found = self.api.properties(&page.id, Some(MARK))?;
        let state = found.iter().find(|property| property.key == MARK).and_then(|property| State::from_json(&property.value));
        match state {
            Some(state) if state.version == page.version => {
                let there = there(page, Some(state.mark.clone()), state.mark.body.clone());
                self.states.insert(page.id.clone(), state);
                Ok(there)
            }
            state => {
                let body = self.api.read(&page.id)?.and_then(|page| page.body).unwrap_or_default();
                let digest = canonical::digest(&body);
                // A run that ended between the page and its mark left exactly what is wanted: it is ours, and not finished.
                let begun =
                    || wanted.filter(|wanted| wanted.digest == digest).map(|wanted| Mark { wanted: Digest::of(""), ..wanted.mark() });
                Ok(there(page, state.map(|state| state.mark).or_else(begun), digest))
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
        let known = self.api.properties(&page.id, Some(MARK))?.into_iter().find(|property| property.key == MARK);
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
        for page in self.api.versions(&listed)? {
            let Some(state) = self.known.states.get(&page.id).cloned() else { continue };
            let wanted = by_key.get(state.mark.key.as_str()).copied();
            let mut one = if state.version == page.version {
                there(&page, Some(state.mark.clone()), state.mark.body.clone())
            } else {
                self.there(&page, wanted)?
            };
            self.note_comments(&mut one, wanted)?;
            found.push(one);
        }
        // What is not in the list may have been made by a run that was cut off, or by a person.
        let keys: BTreeSet<String> = found.iter().filter_map(|there| there.mark.as_ref().map(|mark| mark.key.clone())).collect();
        for page in wanted.iter().filter(|page| !keys.contains(&page.key)) {
            let Some(other) = self.api.find(&self.space, &page.name)? else { continue };
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
            None => self.api.find(&self.space, &wanted.name)?,
        };
        let Some(page) = page else { return Ok(None) };
        let mut found = self.there(&page, Some(wanted))?;
        self.note_comments(&mut found, Some(wanted))?;
        Ok(Some(found))
    }

    fn text(&mut self, there: &There) -> Result<String, Fault> {
        let page = self.api.read(&there.id)?;
        page.and_then(|page| page.body).ok_or_else(|| Fault::Raced(format!("`{}` is gone", there.name)))
    }

    /// The history is not asked: version numbers are the server's, and old bodies come one request each.
    fn base(&mut self, _: &There, _: &Mark) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

impl Writer for Confluence {
    fn create(&mut self, page: &Wanted, mark: &Mark) -> Result<Written, Fault> {
        let parent = self.parent_of(page);
        let made = self.api.create(&self.space, parent.as_deref(), &page.name, &page.body)?;
        if page.parent.is_none() {
            self.home = Some(made.id.clone());
        }
        self.set_mark(&made, mark)?;
        self.set_labels(&made.id, &page.labels, true)?;
        Ok(Written { there: there(&made, Some(mark.clone()), page.digest.clone()) })
    }

    fn update(&mut self, page: &Wanted, mark: &Mark, old: &There) -> Result<Written, Fault> {
        let version = old.revision.parse().unwrap_or_default();
        let before = Page { id: old.id.clone(), title: old.name.clone(), version, parent: None, is_current: true, body: None };
        // Where only the mark changes, the page is left alone.
        let is_same = old.digest == page.digest && old.name == page.name;
        let after = if is_same { before } else { self.api.update(&before, &page.name, None, &page.body)? };
        self.set_mark(&after, mark)?;
        self.set_labels(&after.id, &page.labels, false)?;
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

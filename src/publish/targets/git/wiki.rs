//! The pages of a git wiki: read from the tree, gathered while a run writes, and made one commit at its end.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use super::{
    Remote,
    repository::{Repository, TreeFile},
};
use crate::{
    archive::{short_hash, slug},
    publish::{Attachment, Digest, Fault, Ledger, Mark, Naming, Observed, Patience, Reader, There, Wanted, Writer, Written},
};

const SYMBOLIC_LINK: &str = "120000";

pub(super) struct GitWiki {
    repository: Repository,
    remote: Rc<Remote>,
    /// The tree that was observed.
    files: BTreeMap<String, TreeFile>,
    /// The texts of its pages, by blob.
    texts: HashMap<String, String>,
    ledger: Option<Ledger>,
    /// What the run has written: contents by path, `None` for what is gone.
    written: BTreeMap<String, Option<Vec<u8>>>,
}

impl GitWiki {
    pub(super) fn new(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let repository = Repository::new(remote.clone(), patience)?;
        Ok(Self { repository, remote, files: BTreeMap::new(), texts: HashMap::new(), ledger: None, written: BTreeMap::new() })
    }

    fn there(&self, path: &str, file: &TreeFile) -> There {
        let stored = self.texts.get(&file.blob).map_or("", String::as_str);
        let (body, mark) = Mark::split(stored);
        // A link's text is a path, and what it leads to is not ours.
        let mark = mark.filter(|_| file.mode != SYMBOLIC_LINK);
        There { id: path.to_owned(), name: path.to_owned(), revision: file.blob.clone(), mark, digest: Digest::of(&body), untouched: true }
    }

    /// Refuses a path that would lie below a file or a link.
    fn check_path(&self, path: &str) -> Result<(), Fault> {
        let below = path.match_indices('/').map(|(at, _)| &path[..at]).find(|folder| self.files.contains_key(*folder));
        match below {
            Some(file) => Err(Fault::Refused(format!("`{file}` is a file, and `{path}` would lie below it"))),
            None => Ok(()),
        }
    }

    fn put(&mut self, page: &Wanted, mark: &Mark) -> Result<Written, Fault> {
        self.check_path(&page.name)?;
        let stored = mark.stored(&page.body);
        let there = There {
            id: page.name.clone(),
            name: page.name.clone(),
            revision: Digest::of(&stored).to_string(),
            mark: Some(mark.clone()),
            digest: page.digest.clone(),
            untouched: true,
        };
        self.written.insert(page.name.clone(), Some(stored.into_bytes()));
        Ok(Written { there })
    }
}

/// Returns the path of the ledger of an archive; wikis show no pages of hidden folders.
fn ledger_path(archive: &str) -> String {
    format!(".hindsite/{}-{}.txt", slug(archive), short_hash(archive, 6))
}

fn is_page(path: &str) -> bool {
    path.ends_with(".md")
}

impl Reader for GitWiki {
    fn observe(&mut self, wanted: &[Wanted]) -> Result<Observed, Fault> {
        self.written.clear();
        self.repository.fetch()?;
        self.files = self.repository.files()?;
        let ledger = ledger_path(&self.remote.archive);
        let blobs: Vec<&str> =
            self.files.iter().filter(|(path, _)| is_page(path) || **path == ledger).map(|(_, file)| &*file.blob).collect();
        self.texts = self.repository.read(&blobs)?;
        self.ledger = self.files.get(&ledger).and_then(|file| Ledger::from_text(self.texts.get(&file.blob)?));
        let flavor = self.remote.flavor;
        let names: std::collections::HashSet<String> = wanted.iter().map(|page| flavor.fold(&page.name)).collect();
        let pages = self.files.iter().filter(|(path, _)| is_page(path)).map(|(path, file)| self.there(path, file));
        let pages = pages.filter(|there| there.mark.is_some() || names.contains(&flavor.fold(&there.name)));
        Ok(Observed { pages: pages.collect(), ledger: self.ledger.clone(), files: None, notes: BTreeMap::new() })
    }

    fn look(&mut self, _: &Wanted, there: Option<&There>) -> Result<Option<There>, Fault> {
        // Nothing is written before the commit, so nothing can have moved.
        Ok(there.cloned())
    }

    fn text(&mut self, there: &There) -> Result<String, Fault> {
        let file = self.files.get(&there.id).and_then(|file| self.texts.get(&file.blob));
        file.map(|stored| Mark::split(stored).0).ok_or_else(|| Fault::Refused(format!("`{}` is not there", there.id)))
    }

    fn base(&mut self, there: &There, mark: &Mark) -> Result<Option<String>, Fault> {
        let texts = self.repository.history(&there.id)?;
        Ok(texts.iter().map(|stored| Mark::split(stored).0).find(|body| Digest::of(body) == mark.body))
    }
}

impl Writer for GitWiki {
    fn create(&mut self, page: &Wanted, mark: &Mark) -> Result<Written, Fault> {
        self.put(page, mark)
    }

    fn update(&mut self, page: &Wanted, mark: &Mark, there: &There) -> Result<Written, Fault> {
        if there.name != page.name {
            self.written.insert(there.name.clone(), None);
        }
        self.put(page, mark)
    }

    fn attach(&mut self, file: &Attachment, _: Option<&There>) -> Result<(), Fault> {
        let path = self.remote.flavor.file_path(&file.name);
        if !self.files.contains_key(&path) {
            self.check_path(&path)?;
            self.written.insert(path, Some(file.bytes.to_vec()));
        }
        Ok(())
    }

    fn delete(&mut self, there: &There) -> Result<(), Fault> {
        self.written.insert(there.name.clone(), None);
        Ok(())
    }

    fn commit(&mut self, ledger: &Ledger, summary: &str) -> Result<(), Fault> {
        if self.ledger.as_ref() != Some(ledger) {
            self.written.insert(ledger_path(&self.remote.archive), Some(ledger.to_text().into_bytes()));
        }
        if self.written.is_empty() {
            return Ok(());
        }
        let contents: Vec<&[u8]> = self.written.values().flatten().map(Vec::as_slice).collect();
        let mut blobs = self.repository.store_all(&contents)?.into_iter();
        let changes = self.written.iter().map(|(path, bytes)| (path.clone(), bytes.as_ref().and_then(|_| blobs.next()))).collect();
        match self.repository.commit(&changes, &format!("{summary}\n"))? {
            Some(commit) => self.repository.push(&commit),
            None => Ok(()),
        }
    }

    fn as_reader(&mut self) -> &mut dyn Reader {
        self
    }
}

//! Where a link of a document leads in the site.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::Site;
use crate::{
    archive::{Archive, WrittenLink, encode, folder_of, slug},
    incident::Kind,
};

/// Where a link of a document leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A page of the site.
    Page {
        /// Its path.
        path: Arc<str>,
        /// The anchor on it, where it is there.
        anchor: Option<String>,
        /// The anchor as written, where no heading of the target has it: the link leads to the top.
        missing_anchor: Option<String>,
    },
    /// A copied file.
    Asset {
        /// Its path in the site.
        path: Arc<str>,
        /// Query and anchor as they are put behind it.
        suffix: String,
    },
    /// An allowed address elsewhere, kept as written.
    External,
    /// An address that is not allowed: it could run code or leak.
    Refused,
    /// Nothing that is there.
    Missing,
}

/// What links are looked up in.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    incident_paths: Vec<Arc<str>>,
    /// Documents and assets by their path in lower case, for links that only a case-insensitive disk would follow.
    folded_documents: HashMap<String, usize>,
    folded_assets: HashMap<String, Arc<str>>,
    /// Every folder of the content that holds something, and whether an incident is below it.
    folders: HashMap<String, bool>,
}

impl Lookup {
    pub(super) fn of(archive: &Archive, incident_paths: Vec<Arc<str>>, asset_paths: &HashMap<Arc<str>, Arc<str>>) -> Self {
        let mut lookup = Self { incident_paths, ..Self::default() };
        for (index, reading) in archive.readings.iter().enumerate() {
            lookup.folded_documents.entry(reading.file.to_lowercase()).or_insert(index);
            let mut folder = folder_of(&reading.file);
            loop {
                let has_incident = lookup.folders.entry(folder.to_owned()).or_default();
                *has_incident |= !reading.incidents.is_empty();
                if folder.is_empty() {
                    break;
                }
                folder = folder_of(folder);
            }
        }
        let sorted: BTreeSet<_> = asset_paths.iter().collect();
        for (file, path) in sorted {
            lookup.folded_assets.entry(file.to_lowercase()).or_insert_with(|| path.clone());
        }
        lookup
    }

    pub(super) fn incident_path(&self, entry: usize) -> &str {
        &self.incident_paths[entry]
    }
}

impl Site {
    /// Returns where a link or image leads that the document at `from_file` has. `url` is as written, entities resolved.
    pub fn resolve_link(&self, from_file: &str, url: &str, image: bool) -> LinkTarget {
        match WrittenLink::parse(from_file, url) {
            WrittenLink::Absolute => resolve_absolute(url, image),
            WrittenLink::Anchor(anchor) => match self.archive.find_document(from_file) {
                Some(document) => self.document_target(document, Some(anchor).filter(|anchor| !anchor.is_empty())),
                None => LinkTarget::Missing,
            },
            WrittenLink::Relative { path: None, .. } => LinkTarget::Missing,
            WrittenLink::Relative { path: Some(path), query, anchor } => self.resolve_path(&path, &query, anchor, image),
        }
    }

    fn resolve_path(&self, path: &str, query: &str, anchor: Option<String>, image: bool) -> LinkTarget {
        if let Some(asset) = self.layout.asset_paths.get(path).or_else(|| self.layout.lookup.folded_assets.get(&path.to_lowercase())) {
            let anchor = anchor.map_or_else(String::new, |anchor| format!("#{}", encode(&anchor)));
            return LinkTarget::Asset { path: asset.clone(), suffix: format!("{query}{anchor}") };
        }
        if image {
            return LinkTarget::Missing;
        }
        if let Some(document) = self.find_written_document(path) {
            return self.document_target(document, anchor);
        }
        if let Some(page) = self.folder_page(path).or_else(|| self.page(path).map(|page| page.path.clone())) {
            return LinkTarget::Page { path: page, anchor: None, missing_anchor: None };
        }
        // A wiki link or a bare id: `[[INC-214]]`.
        let name = path.rsplit('/').next().unwrap_or(path);
        match self.archive.find(&slug(name)) {
            Some(entry) => self.checked(self.layout.lookup.incident_paths[entry].clone(), self.archive.entries[entry].reading, anchor),
            None => LinkTarget::Missing,
        }
    }

    /// Returns the document that a path means: itself, with the ending left out or turned into `.html`, or a folder's introduction.
    fn find_written_document(&self, path: &str) -> Option<usize> {
        let find = |path: &str| {
            self.archive.find_document(path).or_else(|| self.layout.lookup.folded_documents.get(&path.to_lowercase()).copied())
        };
        let with = |stem: &str| ["md", "markdown"].iter().find_map(|ending| find(&format!("{stem}.{ending}")));
        let slash = if path.is_empty() { "" } else { "/" };
        find(path)
            .or_else(|| with(path))
            .or_else(|| path.strip_suffix(".html").and_then(with))
            .or_else(|| ["README", "index"].iter().find_map(|name| with(&format!("{path}{slash}{name}"))))
    }

    /// Returns the page for a folder that has no introduction of its own.
    fn folder_page(&self, path: &str) -> Option<Arc<str>> {
        let name = match (path, self.layout.lookup.folders.get(path)?) {
            ("", _) => "index.html",
            (_, true) => "incidents/index.html",
            (_, false) => "documents/index.html",
        };
        self.page(name).map(|page| page.path.clone())
    }

    fn document_target(&self, document: usize, anchor: Option<String>) -> LinkTarget {
        self.checked(self.layout.document_paths[document].clone(), document, anchor)
    }

    fn checked(&self, path: Arc<str>, document: usize, anchor: Option<String>) -> LinkTarget {
        let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) else {
            return LinkTarget::Page { path, anchor: None, missing_anchor: None };
        };
        let anchors = &self.archive.readings[document].anchors;
        let found =
            anchors.iter().find(|known| **known == anchor).or_else(|| anchors.iter().find(|known| known.eq_ignore_ascii_case(&anchor)));
        match found {
            Some(found) => LinkTarget::Page { path, anchor: Some(found.clone()), missing_anchor: None },
            None if anchor == "top" => LinkTarget::Page { path, anchor: None, missing_anchor: None },
            None => LinkTarget::Page { path, anchor: None, missing_anchor: Some(anchor) },
        }
    }

    /// Returns the address for a link of `from_file` on the page `on`: `None` where the target is missing or refused.
    pub fn link_href(&self, on: &str, from_file: &str, url: &str, image: bool) -> Option<String> {
        match self.resolve_link(from_file, url, image) {
            LinkTarget::External => Some(url.trim().to_owned()),
            LinkTarget::Asset { path, suffix } => Some(format!("{}{suffix}", self.href(on, &path))),
            LinkTarget::Page { path, anchor, .. } => {
                let anchor = anchor.map(|anchor| format!("#{}", encode(&anchor)));
                let stays = *path == *on || anchor.is_some() && self.shows_part_of(on, &path, url);
                Some(match (stays, anchor) {
                    (true, Some(anchor)) => anchor,
                    (_, anchor) => format!("{}{}", self.href(on, &path), anchor.unwrap_or_default()),
                })
            }
            LinkTarget::Refused | LinkTarget::Missing => None,
        }
    }

    /// True where the page `on` is a record cut out of the document at the page `whole` and its part has the anchor of `url`.
    fn shows_part_of(&self, on: &str, whole: &str, url: &str) -> bool {
        let Some(super::PageKind::Incident(entry)) = self.page(on).map(|page| &page.kind) else { return false };
        let entry = &self.archive.entries[*entry];
        if entry.document().kind != Kind::Multi || &*self.layout.document_paths[entry.reading] != whole {
            return false;
        }
        let anchor = url.split_once('#').map_or("", |(_, anchor)| anchor);
        entry.sections.iter().any(|section| section.anchor.eq_ignore_ascii_case(anchor))
    }
}

/// Keeps what leads elsewhere and is harmless: `http`, `https`, `mailto`, and pictures written into the page.
fn resolve_absolute(url: &str, image: bool) -> LinkTarget {
    let url = url.trim();
    let lower: String = url.chars().take(24).map(|letter| letter.to_ascii_lowercase()).collect();
    let web = ["http://", "https://", "//"].iter().any(|scheme| lower.starts_with(scheme));
    let data = image && ["png", "jpeg", "gif", "webp"].iter().any(|kind| lower.starts_with(&format!("data:image/{kind};")));
    if web || data || !image && lower.starts_with("mailto:") { LinkTarget::External } else { LinkTarget::Refused }
}

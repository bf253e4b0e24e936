//! Which pages exist, their paths, titles, order and links. All decisions are made here, so any page can be rendered alone by its
//! path.
//!
//! A path is that of the file below the output folder, `/`-separated and not percent-encoded: `incidents/inc-214.html`. Links
//! between pages are relative with full file names, so the site works at a domain's root, under a sub-path and from `file://`.

mod href;
mod links;
mod plan;

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::Arc,
};

pub use links::LinkTarget;
pub use plan::plan;

use crate::{
    archive::{Archive, Facet, FacetKind, Term, encode},
    config::Settings,
    source::Asset,
};

/// How many incidents one page of a list shows.
pub const PAGE_SIZE: usize = 100;

/// A finished plan of every page.
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    archive: Archive,
    pages: Vec<Page>,
    by_path: HashMap<Arc<str>, usize>,
    assets: Vec<Asset>,
    /// Path in the content folder to path in the site.
    asset_paths: HashMap<Arc<str>, Arc<str>>,
    /// The page of each document, beside `archive.readings`.
    document_paths: Vec<Arc<str>>,
    introduction: Option<usize>,
    lookup: links::Lookup,
}

/// One page or file of the site.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its path below the output folder.
    pub path: Arc<str>,
    /// What it shows.
    pub kind: PageKind,
    /// Its title, without the site's; empty for files that are no pages.
    pub title: String,
    /// The pages above it, from the top, without home and itself.
    pub crumbs: Vec<Crumb>,
    /// The page before: the earlier incident, the page of a list with smaller number, the document before in order of path.
    pub previous: Option<Arc<str>>,
    /// The page after: the later incident, the page of a list with greater number, the document after in order of path.
    pub next: Option<Arc<str>>,
}

/// A page above another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Its title.
    pub title: String,
    /// Its path.
    pub path: Arc<str>,
}

/// A part of a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which part, from 1.
    pub number: usize,
    /// How many parts there are.
    pub of: usize,
    /// Which places of the whole list it shows.
    pub range: Range<usize>,
}

/// Where a redirect leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedirectTarget {
    /// A page of the site, and an anchor on it.
    Page(Arc<str>, Option<String>),
    /// An address of another site.
    Url(String),
}

/// What a page or file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageKind {
    /// The home page.
    Home,
    /// A part of the list of all incidents: places in [`Archive::entries`].
    IncidentList(Part),
    /// An incident: its place in [`Archive::entries`].
    Incident(usize),
    /// All values of a facet.
    FacetIndex(FacetKind),
    /// A part of the incidents of one value of a facet: which facet, which of its terms, places in [`Term::entries`].
    Term(FacetKind, usize, Part),
    /// The statistics of a period.
    Stats,
    /// Actions across incidents.
    Actions,
    /// Coverage and downloads.
    Data,
    /// The list of documents that are no incidents.
    DocumentIndex,
    /// A document that is no incident, or one that holds several: its place in [`Archive::readings`].
    Document(usize),
    /// The page for addresses that do not exist.
    NotFound,
    /// The Atom feed of all incidents.
    Feed,
    /// `sitemap.xml`.
    Sitemap,
    /// `robots.txt`.
    Robots,
    /// `.nojekyll`.
    NoJekyll,
    /// `_headers`.
    Headers,
    /// `CNAME`.
    Cname,
    /// `data/incidents.json`.
    IncidentsJson,
    /// `data/schema.json`.
    SchemaJson,
    /// A file of the content folder, copied as it is: its place in [`Site::assets`].
    Asset(usize),
    /// A page that leads elsewhere.
    Redirect(RedirectTarget),
}

impl PageKind {
    /// True for a page that people read: it has a place in the navigation and in the sitemap.
    pub fn is_readable(&self) -> bool {
        use PageKind::*;
        matches!(
            self,
            Home | IncidentList(_) | Incident(_) | FacetIndex(_) | Term(..) | Stats | Actions | Data | DocumentIndex | Document(_)
        )
    }
}

impl Site {
    /// Returns the settings that it was planned with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the records.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Returns every page and file, in order of path.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Returns the path of every page and file, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.pages.iter().map(|page| &page.path)
    }

    /// Returns the page at `path`.
    pub fn page(&self, path: &str) -> Option<&Page> {
        self.by_path.get(path).map(|index| &self.pages[*index])
    }

    /// Returns the files of the content folder that are copied.
    pub fn assets(&self) -> &[Asset] {
        &self.assets
    }

    /// Returns the document that introduces the home page: the root's `README.md` or `index.md`, unless it is an incident.
    pub fn introduction(&self) -> Option<usize> {
        self.introduction
    }

    /// Returns the path of an incident's page.
    pub fn incident_path(&self, entry: usize) -> &str {
        self.lookup.incident_path(entry)
    }

    /// Returns the path of a document's page: its own, its incident's, or home for the introduction.
    pub fn document_path(&self, document: usize) -> &str {
        &self.document_paths[document]
    }

    /// Returns the path of the page of a facet's value.
    pub fn term_path(&self, facet: &Facet, term: &Term) -> String {
        term_path(facet.kind, term, 1)
    }

    /// Returns the path of the page of the facet's value that `name` is a spelling of.
    pub fn term_path_of(&self, kind: FacetKind, name: &str) -> Option<String> {
        let facet = self.archive.facets.get(kind);
        Some(self.term_path(facet, &facet.terms[facet.find(name)?]))
    }

    /// Returns the path in the site of a file of the content folder.
    pub fn asset_path(&self, file: &str) -> Option<&str> {
        self.asset_paths.get(file).map(|path| &**path)
    }

    /// Returns the address of `to` as seen from the page `from`: relative, percent-encoded, with the full file name. From `404.html`,
    /// which is served at any depth, it begins with the base path of `site-url`.
    pub fn href(&self, from: &str, to: &str) -> String {
        if from == NOT_FOUND { format!("{}{}", self.base_path(), encode(to)) } else { href::relative(from, to) }
    }

    /// Returns the path of `site-url`, with a slash at both ends.
    pub fn base_path(&self) -> String {
        href::base_path(&self.settings.site_url)
    }

    /// Returns the whole address of a page; `None` where `site-url` is not a whole URL.
    pub fn absolute_url(&self, path: &str) -> Option<String> {
        let base = &self.settings.site_url;
        base.contains("://").then(|| format!("{}/{}", base.trim_end_matches('/'), encode(path.strip_suffix("index.html").unwrap_or(path))))
    }

    /// Returns the address at which the document can be edited, where `edit-url-template` is set.
    pub fn edit_url(&self, file: &str) -> Option<String> {
        let template = self.settings.edit_url_template.as_ref()?;
        // mdBook's `{path}` is seen from the folder of `book.toml`.
        let folder = self.settings.content_dir.strip_prefix(&self.settings.root).unwrap_or(std::path::Path::new(""));
        let folder = folder.to_string_lossy().replace('\\', "/");
        let path = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
        Some(template.replace("{path}", &encode(&path)))
    }

    /// Returns how many readable pages there are of each kind of folder; for the build's summary.
    pub fn count_by_folder(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for page in self.pages.iter().filter(|page| page.kind.is_readable()) {
            *counts.entry(page.path.split_once('/').map_or("", |(folder, _)| folder)).or_default() += 1;
        }
        counts
    }
}

pub(crate) const NOT_FOUND: &str = "404.html";

/// Returns the path of part `number` of a facet's value.
pub(crate) fn term_path(kind: FacetKind, term: &Term, number: usize) -> String {
    let (folder, slug) = (kind.folder(), &term.slug);
    if number == 1 { format!("{folder}/{slug}.html") } else { format!("{folder}/{slug}/pages/{number}.html") }
}

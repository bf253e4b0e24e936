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
    io::{self, Write},
    ops::Range,
    sync::Arc,
};

pub use links::LinkTarget;
pub use plan::{plan, plan_after};

use crate::{
    archive::{Archive, Facet, FacetKind, Term, encode},
    config::Settings,
    diag::Diagnostic,
    export,
    source::Asset,
};

/// How many incidents one page of a list shows.
pub const PAGE_SIZE: usize = 100;
/// How many the first page of a value shows: what the page says of the value stands above them.
pub(crate) const FIRST_OF_TERM: usize = 50;
/// How many its further pages show: their addresses are longer, since they lie deeper.
pub(crate) const REST_OF_TERM: usize = 80;

/// A finished plan of every page.
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    archive: Archive,
    pages: Arc<Vec<Page>>,
    layout: Arc<Layout>,
}

/// What of a plan does not change where only texts do.
#[derive(Debug)]
struct Layout {
    by_path: HashMap<Arc<str>, usize>,
    assets: Vec<Asset>,
    /// Path in the content folder to path in the site.
    asset_paths: HashMap<Arc<str>, Arc<str>>,
    /// The page of each document, beside `archive.readings`.
    document_paths: Vec<Arc<str>>,
    introduction: Option<usize>,
    /// The page of each period, beside `archive.periods`.
    stats_paths: Vec<Arc<str>>,
    lookup: links::Lookup,
    /// What was found while planning.
    findings: Vec<Diagnostic>,
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
    /// The statistics of a period: its place in [`Archive::periods`].
    Stats(usize),
    /// Actions across incidents.
    Actions,
    /// Search.
    Search,
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
    /// The JSON feed of all incidents.
    JsonFeed,
    /// The Atom feed of the incidents of a cause or service: which facet, which of its terms.
    TermFeed(FacetKind, usize),
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
    /// `data/stats.json`.
    StatsJson,
    /// `data/incidents.csv`.
    IncidentsCsv,
    /// `data/timeline.csv`.
    TimelineCsv,
    /// `data/actions.csv`.
    ActionsCsv,
    /// `data/incidents.ics`.
    Calendar,
    /// A file of the content folder, copied as it is: its place in [`Site::assets`].
    Asset(usize),
    /// A page that leads elsewhere.
    Redirect(RedirectTarget),
}

impl PageKind {
    /// True for the files of `data/`.
    pub fn is_data(&self) -> bool {
        use PageKind::*;
        matches!(self, IncidentsJson | SchemaJson | StatsJson | IncidentsCsv | TimelineCsv | ActionsCsv | Calendar)
    }

    /// True for a page that people read: it has a place in the navigation and in the sitemap.
    pub fn is_readable(&self) -> bool {
        use PageKind::*;
        matches!(
            self,
            Home | IncidentList(_)
                | Incident(_)
                | FacetIndex(_)
                | Term(..)
                | Stats(_)
                | Actions
                | Search
                | Data
                | DocumentIndex
                | Document(_)
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

    /// Returns whether every path and anchor-free link leads where it does in `other`.
    pub(crate) fn has_layout_of(&self, other: &Site) -> bool {
        Arc::ptr_eq(&self.layout, &other.layout)
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
        self.layout.by_path.get(path).map(|index| &self.pages[*index])
    }

    /// Returns the bytes of a data file; `None` for what is not one.
    pub fn data(&self, kind: &PageKind) -> Option<Vec<u8>> {
        kind.is_data().then(|| export::in_memory(|out| self.write_data(kind, out)))
    }

    /// Writes a data file as it is made: it may be larger than memory. Of what is no data file it writes nothing.
    pub fn write_data(&self, kind: &PageKind, out: &mut dyn Write) -> io::Result<()> {
        let archive = &self.archive;
        let all = || (0..archive.entries.len()).collect::<Vec<usize>>();
        match kind {
            PageKind::IncidentsJson => export::write_records_json(out, &self.settings, archive),
            PageKind::SchemaJson => out.write_all(export::schema_json().as_bytes()),
            PageKind::StatsJson => export::write_stats_json(out, archive),
            PageKind::IncidentsCsv => export::write_incidents_csv(out, archive, &all()),
            PageKind::TimelineCsv => export::write_timeline_csv(out, archive, &all()),
            PageKind::ActionsCsv => export::write_actions_csv(out, archive, &all()),
            PageKind::Calendar => export::write_incidents_ics(out, &self.settings, archive, &all()),
            _ => Ok(()),
        }
    }

    /// Returns the files of the content folder that are copied.
    pub fn assets(&self) -> &[Asset] {
        &self.layout.assets
    }

    /// Returns the file of the content folder that is copied to `path`.
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        match self.page(path)?.kind {
            PageKind::Asset(at) => self.layout.assets.get(at),
            _ => None,
        }
    }

    /// Returns the document that introduces the home page: the root's `README.md` or `index.md`, unless it is an incident.
    pub fn introduction(&self) -> Option<usize> {
        self.layout.introduction
    }

    /// Returns the path of an incident's page.
    pub fn incident_path(&self, entry: usize) -> &str {
        self.layout.lookup.incident_path(entry)
    }

    /// Returns the path of a document's page: its own, its incident's, or home for the introduction.
    pub fn document_path(&self, document: usize) -> &str {
        &self.layout.document_paths[document]
    }

    /// Returns the path of the statistics of a period, by its place in [`Archive::periods`].
    pub fn stats_path(&self, period: usize) -> &str {
        &self.layout.stats_paths[period]
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

    /// Returns the path of the feed that belongs to a page: of a cause or service its own, else that of all incidents.
    pub fn feed_path(&self, page: &Page) -> String {
        match page.kind {
            PageKind::Term(kind @ (FacetKind::Cause | FacetKind::Service), at, _) => {
                term_feed_path(kind, &self.archive.facets.get(kind).terms[at])
            }
            _ => "feed.xml".to_owned(),
        }
    }

    /// Returns the path in the site of a file of the content folder.
    pub fn asset_path(&self, file: &str) -> Option<&str> {
        self.layout.asset_paths.get(file).map(|path| &**path)
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

/// Returns the path of the feed of a facet's value.
pub(crate) fn term_feed_path(kind: FacetKind, term: &Term) -> String {
    format!("{}/{}.xml", kind.folder(), term.slug)
}

/// Returns the path of part `number` of a facet's value.
pub(crate) fn term_path(kind: FacetKind, term: &Term, number: usize) -> String {
    let (folder, slug) = (kind.folder(), &term.slug);
    if number == 1 { format!("{folder}/{slug}.html") } else { format!("{folder}/{slug}/pages/{number}.html") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        archive::samples::{archive, document, incident, settings},
        diag::Diagnosed,
        extract::Reading,
        incident::Kind,
    };

    fn asset(path: &str) -> Asset {
        Asset { path: path.into(), file: path.into(), pixels: None }
    }

    fn planned(settings: &Settings, readings: Vec<Reading>, assets: &[&str]) -> Diagnosed<Site> {
        plan(settings, archive(readings), assets.iter().map(|path| asset(path)).collect())
    }

    fn sample() -> Site {
        let readings = vec![
            incident("2024/queue.md", "on=2024-02-01; causes=capacity; services=Rates; severity=SEV1"),
            incident("2023/disk/README.md", "on=2023-05-01; causes=capacity; alias=OLD-7; alias=old/disk.html"),
            document("README.md", Kind::Other),
            document("guides/on call.md", Kind::Other),
        ];
        planned(&settings(), readings, &["2024/img/a b.png", "logo.svg"]).value
    }

    #[test]
    fn every_page_is_there_once_and_in_order() {
        let site = sample();
        let paths: Vec<&str> = site.paths().map(|path| &**path).collect();
        assert_eq!(
            paths,
            [
                ".nojekyll",
                "404.html",
                "_headers",
                "actions.html",
                "causes/capacity.html",
                "causes/capacity.xml",
                "causes/index.html",
                "components/index.html",
                "data.html",
                "data/actions.csv",
                "data/incidents.csv",
                "data/incidents.ics",
                "data/incidents.json",
                "data/schema.json",
                "data/stats.json",
                "data/timeline.csv",
                "documents/index.html",
                "documents/on-call.html",
                "feed.json",
                "feed.xml",
                "files/2024/img/a b.png",
                "files/logo.svg",
                "incidents/disk.html",
                "incidents/index.html",
                "incidents/old-7.html",
                "incidents/queue.html",
                "index.html",
                "old/disk.html",
                "robots.txt",
                "search.html",
                "services/index.html",
                "services/rates.html",
                "services/rates.xml",
                "severities/index.html",
                "severities/sev1.html",
                "stats.html",
                "stats/2023-q2.html",
                "stats/2023.html",
                "stats/2024-q1.html",
                "stats/2024.html",
                "stats/last-12-months.html",
                "years/2023.html",
                "years/2024.html",
                "years/index.html",
            ]
        );
    }

    #[test]
    fn an_incident_knows_its_place() {
        let site = sample();
        let page = site.page("incidents/disk.html").expect("the page exists");
        assert_eq!(page.crumbs.iter().map(|crumb| &*crumb.path).collect::<Vec<_>>(), ["incidents/index.html", "years/2023.html"]);
        assert_eq!((page.previous.as_deref(), page.next.as_deref()), (None, Some("incidents/queue.html")));
        assert_eq!(site.incident_path(1), "incidents/disk.html");
        assert_eq!(site.term_path_of(FacetKind::Service, "rates").as_deref(), Some("services/rates.html"));
    }

    #[test]
    fn long_lists_are_cut_into_pages() {
        let readings = (0..250).map(|number| incident(&format!("{number}.md"), "on=2024-01-01; causes=capacity"));
        let site = planned(&settings(), readings.collect(), &[]).value;
        let last = site.page("incidents/pages/3.html").expect("the page exists");
        assert_eq!(last.kind, PageKind::IncidentList(Part { number: 3, of: 3, range: 200..250 }));
        assert_eq!((last.title.as_str(), last.previous.as_deref()), ("Incidents, page 3 of 3", Some("incidents/pages/2.html")));
        let second = site.page("causes/capacity/pages/2.html").expect("the page exists");
        assert_eq!(
            (second.previous.as_deref(), second.next.as_deref()),
            (Some("causes/capacity.html"), Some("causes/capacity/pages/3.html"))
        );
    }

    #[track_caller]
    fn check_link(from: &str, url: &str, image: bool, expected: Option<&str>) {
        let site = sample();
        let on = site.document_path(site.archive().find_document(from).expect("the document exists")).to_owned();
        assert_eq!(site.link_href(&on, from, url, image).as_deref(), expected, "{url} in {from}");
    }

    #[test]
    fn links_between_documents_lead_to_pages() {
        for (url, expected) in [
            ("../2023/disk/README.md", Some("disk.html")),
            ("../2023/disk/", Some("disk.html")),
            ("../2023/disk", Some("disk.html")),
            ("/2023/disk/README.md#root-cause", Some("disk.html#root-cause")),
            ("../2023/disk/README.md#gone", Some("disk.html")),
            ("#root-cause", Some("#root-cause")),
            ("queue.md#root-cause", Some("#root-cause")),
            ("../README.md", Some("../index.html")),
            ("../guides/on%20call.md", Some("../documents/on-call.html")),
            ("../guides/on%20call", Some("../documents/on-call.html")),
            ("../guides", Some("../documents/index.html")),
            ("..", Some("../index.html")),
            ("../2023", Some("index.html")),
            ("disk", Some("disk.html")),
            ("../stats.html", Some("../stats.html")),
            ("img/a%20b.png", Some("../files/2024/img/a%20b.png")),
            ("IMG/a b.png?raw=true", Some("../files/2024/img/a%20b.png?raw=true")),
            ("https://example.org/?a=b#c", Some("https://example.org/?a=b#c")),
            ("nowhere.md", None),
            ("../../etc/passwd", None),
            ("javascript:alert(1)", None),
        ] {
            check_link("2024/queue.md", url, false, expected);
        }
        check_link("2024/queue.md", "img/a b.png", true, Some("../files/2024/img/a%20b.png"));
        check_link("2024/queue.md", "../2023/disk/README.md", true, None);
        check_link("README.md", "logo.svg", true, Some("files/logo.svg"));
        check_link("README.md", "2024/queue.md", false, Some("incidents/queue.html"));
    }

    #[test]
    fn page_not_found_uses_the_base_path() {
        let mut settings = settings();
        settings.site_url = "https://example.org/log".to_owned();
        let site = planned(&settings, vec![incident("ä.md", "")], &[]).value;
        assert_eq!(site.href(NOT_FOUND, "incidents/ä.html"), "/log/incidents/%C3%A4.html");
        assert_eq!(site.absolute_url("incidents/index.html").as_deref(), Some("https://example.org/log/incidents/"));
        assert!(site.page("sitemap.xml").is_some());
    }

    #[test]
    fn redirects_lead_to_pages_or_are_reported() {
        let mut settings = settings();
        for (old, new) in [
            ("/old.html", "incidents/queue.html#root-cause"),
            ("/old-folder/", "/incidents/queue.html"),
            ("/away.html", "https://example.org/"),
            ("/broken.html", "nowhere.html"),
            ("/stats.html", "actions.html"),
        ] {
            settings.redirects.insert(old.to_owned(), new.to_owned());
        }
        let planned = planned(&settings, vec![incident("queue.md", "")], &[]);
        let site = planned.value;
        let queue: Arc<str> = "incidents/queue.html".into();
        for (path, expected) in [
            ("old.html", Some(RedirectTarget::Page(queue.clone(), Some("root-cause".to_owned())))),
            ("old-folder/index.html", Some(RedirectTarget::Page(queue, None))),
            ("away.html", Some(RedirectTarget::Url("https://example.org/".to_owned()))),
            ("broken.html", None),
        ] {
            assert_eq!(site.page(path).map(|page| page.kind.clone()), expected.map(PageKind::Redirect), "{path}");
        }
        assert_eq!(planned.diagnostics.len(), 2, "{:?}", planned.diagnostics);
    }

    #[test]
    fn files_that_differ_in_case_alone_are_both_kept() {
        let site = planned(&settings(), vec![incident("a.md", "")], &["A.png", "a.png"]).value;
        let (first, second) = (site.asset_path("A.png").expect("copied"), site.asset_path("a.png").expect("copied"));
        assert!(!first.eq_ignore_ascii_case(second), "{first} {second}");
        assert!(site.page(first).is_some() && site.page(second).is_some());
    }

    #[test]
    fn edit_link_is_of_the_file() {
        let mut settings = settings();
        settings.content_dir = settings.root.join("content");
        settings.edit_url_template = Some("https://example.org/edit/{path}".to_owned());
        let site = planned(&settings, vec![incident("a b.md", "")], &[]).value;
        assert_eq!(site.edit_url("a b.md").as_deref(), Some("https://example.org/edit/content/a%20b.md"));
    }
}

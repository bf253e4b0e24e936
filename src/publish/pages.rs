//! Which pages a wiki gets, what they hold, and where their links lead.
//!
//! Nothing on them depends on the day of the run: an archive that did not change gives the same bytes tomorrow, so an idle run writes
//! nothing. What is overdue, and how long ago, is for the site.

mod blocks;
mod figures;
mod incident;
mod lists;
mod record;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use rayon::prelude::*;

use super::{Attachment, Audience, Digest, Labels, Naming, Place, Wanted, WantedKind, normalise};
use crate::{
    archive::{FacetKind, slug},
    diag::{Error, Result},
    document::Block,
    pipeline::Build,
    render::wiki::{WikiLink, WikiPage, render_wiki_page},
    site::{LinkTarget, PageKind, Site},
};

/// The longest title, in characters; names in wikis are shorter than those of files.
const MOST_TITLE_CHARS: usize = 110;

/// The pages that are wanted in a wiki, in order: the home page, lists, statistics, incidents.
pub struct Outline<'a> {
    build: &'a Build,
    root: String,
    pages: Vec<Page>,
    /// The places of the incidents that may go there.
    included: BTreeSet<usize>,
    /// The key of the page of the wiki that stands for a page of the site.
    keys: HashMap<Arc<str>, String>,
    /// The ids of incidents that may not go there.
    withheld: Vec<String>,
}

struct Page {
    key: String,
    kind: WantedKind,
    title: String,
    parent: Option<String>,
    labels: Labels,
    content: Content,
}

enum Content {
    Home,
    /// The incidents of a year, or those without one.
    Year(Option<i32>, Vec<usize>),
    /// All root causes.
    Causes,
    /// The incidents of a root cause: its place among the facet's terms.
    Cause(usize, Vec<usize>),
    Statistics,
    Incident(usize),
}

/// Where pages are in the wiki, if it is elsewhere than they were named: a person moved one, or deleted it.
pub type Overrides = BTreeMap<String, Option<String>>;

impl<'a> Outline<'a> {
    /// Decides which pages there are.
    pub fn of(build: &'a Build, root: &str, audience: Audience) -> Self {
        let archive = build.site().archive();
        let is_public = |at: &usize| archive.entries[*at].audience.as_ref().is_some_and(|stated| stated.value == "public");
        let may_go = |at: &usize| audience == Audience::Internal || is_public(at);
        let (included, withheld): (BTreeSet<usize>, BTreeSet<usize>) = (0..archive.entries.len()).partition(may_go);
        let withheld = withheld.into_iter().map(|at| archive.entries[at].id.to_string()).collect();
        let mut outline = Self { build, root: root.to_owned(), pages: Vec::new(), included, keys: HashMap::new(), withheld };
        outline.add_lists();
        outline.add_incidents();
        outline.find_keys();
        outline
    }

    /// Returns the ids of the incidents that are left out because of their audience.
    pub fn withheld(&self) -> &[String] {
        &self.withheld
    }

    /// Returns the title of the home page, by which the archive is told from others in the same wiki.
    pub fn root(&self) -> &str {
        &self.root
    }

    fn site(&self) -> &'a Site {
        self.build.site()
    }

    fn add(&mut self, key: String, kind: WantedKind, title: String, parent: Option<&str>, labels: &[String], content: Content) {
        let labels = labels.iter().cloned().collect();
        self.pages.push(Page { key, kind, title: shortened(&title), parent: parent.map(str::to_owned), labels, content });
    }

    fn add_lists(&mut self) {
        let archive = self.site().archive();
        let root = self.root.clone();
        self.add("home".to_owned(), WantedKind::Home, root, None, &[], Content::Home);
        let mut years: BTreeMap<Option<i32>, Vec<usize>> = BTreeMap::new();
        for at in &self.included {
            years.entry(archive.entries[*at].year_month().map(|(year, _)| year)).or_default().push(*at);
        }
        for (year, entries) in years.into_iter().rev() {
            let title = year.map_or_else(|| "Incidents without a date".to_owned(), |year| format!("Incidents of {year:04}"));
            self.add(year_key(year), WantedKind::Index, title, Some("home"), &[], Content::Year(year, entries));
        }
        let title = "Incidents by root cause".to_owned();
        self.add("causes".to_owned(), WantedKind::Index, title, Some("home"), &[], Content::Causes);
        for (at, term) in archive.facets.get(FacetKind::Cause).terms.iter().enumerate() {
            let entries: Vec<usize> = term.entries.iter().copied().filter(|at| self.included.contains(at)).collect();
            if !entries.is_empty() {
                let title = format!("Root cause {}", term.label.to_lowercase());
                self.add(format!("cause/{}", term.slug), WantedKind::Index, title, Some("causes"), &[], Content::Cause(at, entries));
            }
        }
        let title = "Incident statistics".to_owned();
        self.add("statistics".to_owned(), WantedKind::Statistics, title, Some("home"), &[], Content::Statistics);
    }

    fn add_incidents(&mut self) {
        let archive = self.site().archive();
        for at in self.included.clone() {
            let entry = &archive.entries[at];
            let title = match entry.day() {
                Some(day) => format!("{day} {}", entry.display_title),
                None => entry.display_title.clone(),
            };
            let mut labels = vec!["incident".to_owned()];
            labels.extend(entry.severity.as_ref().map(|severity| severity.value.as_str().to_lowercase()));
            labels.extend(entry.causes.iter().map(|cause| format!("cause-{}", slug(&cause.value))));
            labels.extend(entry.components.iter().map(|component| format!("component-{}", slug(&component.value))));
            let year = year_key(entry.year_month().map(|(year, _)| year));
            self.add(format!("incident/{}", entry.id), WantedKind::Incident, title, Some(&year), &labels, Content::Incident(at));
        }
    }

    /// Finds which pages of the site have a page in the wiki.
    fn find_keys(&mut self) {
        let known: BTreeSet<&str> = self.pages.iter().map(|page| page.key.as_str()).collect();
        let site = self.site();
        let archive = site.archive();
        let mut keys = HashMap::new();
        for page in site.pages() {
            let key = match &page.kind {
                PageKind::Home | PageKind::IncidentList(_) => "home".to_owned(),
                PageKind::Incident(at) => format!("incident/{}", archive.entries[*at].id),
                PageKind::FacetIndex(FacetKind::Cause) => "causes".to_owned(),
                PageKind::Term(FacetKind::Cause, at, _) => format!("cause/{}", archive.facets.get(FacetKind::Cause).terms[*at].slug),
                PageKind::Term(FacetKind::Year, at, _) => year_key(archive.facets.get(FacetKind::Year).terms[*at].name.parse().ok()),
                PageKind::Stats(_) => "statistics".to_owned(),
                _ => continue,
            };
            if known.contains(key.as_str()) {
                keys.insert(page.path.clone(), key);
            }
        }
        self.keys = keys;
    }

    /// Gives every page its name in the target. Where two would be one page there, the id of the later one is put behind its title.
    pub fn names(&self, naming: &dyn Naming) -> Result<BTreeMap<String, String>> {
        let titles: HashMap<&str, &Page> = self.pages.iter().map(|page| (page.key.as_str(), page)).collect();
        let mut taken: HashMap<String, &str> = HashMap::new();
        let mut names = BTreeMap::new();
        for page in &self.pages {
            let mut above = Vec::new();
            let mut parent = page.parent.as_deref().and_then(|key| titles.get(key));
            while let Some(page) = parent {
                above.insert(0, page.title.clone());
                parent = page.parent.as_deref().and_then(|key| titles.get(key));
            }
            let id = page.key.rsplit('/').next().unwrap_or(&page.key);
            let named = [page.title.clone(), format!("{} ({id})", page.title)].into_iter().find_map(|title| {
                let name = naming.name(&Place { key: page.key.clone(), kind: page.kind, title, above: above.clone() });
                match name {
                    Ok(name) if taken.contains_key(&naming.fold(&name)) => None,
                    named => Some(named),
                }
            });
            let name = named
                .unwrap_or_else(|| Err("its name is taken by another page".to_owned()))
                .map_err(|why| Error::new(format!("`{}` cannot have a page in the wiki: {why}", page.title)))?;
            taken.insert(naming.fold(&name), &page.key);
            names.insert(page.key.clone(), name);
        }
        Ok(names)
    }

    /// Renders every page.
    pub fn render(&self, naming: &(dyn Naming + Sync), names: &BTreeMap<String, String>, overrides: &Overrides) -> Result<Vec<Wanted>> {
        let files = Files::default();
        self.pages.par_iter().map(|page| self.render_page(page, naming, names, overrides, &files)).collect()
    }

    fn render_page(
        &self,
        page: &Page,
        naming: &(dyn Naming + Sync),
        names: &BTreeMap<String, String>,
        overrides: &Overrides,
        files: &Files,
    ) -> Result<Wanted> {
        let name = names.get(&page.key).cloned().unwrap_or_default();
        let at = overrides.get(&page.key).cloned().flatten().unwrap_or_else(|| name.clone());
        let scope = Scope {
            outline: self,
            naming,
            names,
            overrides,
            files,
            page,
            at: &at,
            most_bytes: naming.capabilities().max_file_bytes,
            used: RefCell::default(),
        };
        let blocks = self.blocks(page);
        let contents = matches!(page.content, Content::Incident(_));
        let wiki_page = WikiPage { title: &page.title, blocks: &blocks, labels: &page.labels, contents };
        let body = normalise(&render_wiki_page(naming.dialect(), &wiki_page, &|url, image| scope.resolve(url, image)));
        let most = naming.capabilities().max_body_bytes;
        if body.len() > most {
            return Err(Error::new(format!("the page `{}` has {} bytes, and the wiki takes {most} at most", page.title, body.len())));
        }
        let digest = naming.digest(&body);
        let used = scope.used.into_inner();
        Ok(Wanted {
            archive: self.root.clone(),
            key: page.key.clone(),
            kind: page.kind,
            title: page.title.clone(),
            name,
            parent: page.parent.clone(),
            body,
            digest,
            labels: page.labels.clone(),
            files: used.into_values().collect(),
        })
    }

    fn blocks(&self, page: &Page) -> Vec<Block> {
        match &page.content {
            Content::Home => lists::home(self),
            Content::Year(year, entries) => lists::year(self, *year, entries),
            Content::Causes => lists::causes(self),
            Content::Cause(at, entries) => lists::cause(self, *at, entries),
            Content::Statistics => figures::statistics(self),
            Content::Incident(at) => incident::incident(self, *at),
        }
    }

    /// Returns the key of an incident's page, where it has one.
    fn incident_key(&self, at: usize) -> Option<String> {
        self.included.contains(&at).then(|| format!("incident/{}", self.site().archive().entries[at].id))
    }
}

fn year_key(year: Option<i32>) -> String {
    year.map_or_else(|| "year/undated".to_owned(), |year| format!("year/{year:04}"))
}

/// Cuts a title that is too long for a name, between words.
fn shortened(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= MOST_TITLE_CHARS {
        return title;
    }
    let cut: String = title.chars().take(MOST_TITLE_CHARS).collect();
    let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

/// The files of the content folder that were read, each once.
#[derive(Default)]
struct Files {
    read: std::sync::Mutex<HashMap<Arc<str>, Option<Attachment>>>,
}

impl Files {
    /// Returns the file at that path of the site as an attachment; `None` where it cannot be read or is too large.
    fn get(&self, site: &Site, path: &Arc<str>, most_bytes: usize) -> Option<Attachment> {
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        read.entry(path.clone()).or_insert_with(|| attachment(site, path, most_bytes)).clone()
    }
}

fn attachment(site: &Site, path: &str, most_bytes: usize) -> Option<Attachment> {
    let asset = site.asset(path)?;
    let bytes = std::fs::read(&asset.file).ok().filter(|bytes| bytes.len() <= most_bytes)?;
    let file = Path::new(&*asset.path);
    let ending: String = file.extension()?.to_string_lossy().to_lowercase();
    let mime = mime_of(&ending)?;
    let stem = slug(&file.file_stem()?.to_string_lossy());
    let stem: String = stem.chars().take(40).collect();
    let name = format!("{}-{}.{ending}", stem.trim_matches('-'), &Digest::of_bytes(&bytes).as_str()[..8]);
    Some(Attachment { name, mime, bytes: bytes.into() })
}

/// Returns the media type of the files that wikis take without asking; others stay where they are.
fn mime_of(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "txt" | "log" => "text/plain",
        "json" => "application/json",
        _ => return None,
    })
}

/// One page while its links are followed.
struct Scope<'a> {
    outline: &'a Outline<'a>,
    naming: &'a (dyn Naming + Sync),
    names: &'a BTreeMap<String, String>,
    overrides: &'a Overrides,
    files: &'a Files,
    page: &'a Page,
    /// The name of the page where it is now.
    at: &'a str,
    most_bytes: usize,
    used: RefCell<BTreeMap<String, Attachment>>,
}

impl Scope<'_> {
    fn resolve(&self, url: &str, image: bool) -> WikiLink {
        if let Some(key) = url.strip_prefix(blocks::PAGE_SCHEME) {
            return self.page_link(key, None).unwrap_or(WikiLink::Text);
        }
        if let Some(colour) = url.strip_prefix(blocks::BADGE_SCHEME) {
            return WikiLink::Badge(blocks::badge_colour(colour));
        }
        let site = self.outline.site();
        let Content::Incident(entry) = self.page.content else {
            // Lists link to our own pages and to addresses that we made.
            return WikiLink::Url(url.to_owned());
        };
        let entry = &site.archive().entries[entry];
        match site.resolve_link(&entry.file, url, image) {
            LinkTarget::External => WikiLink::Url(url.trim().to_owned()),
            LinkTarget::Asset { path, suffix } => match self.files.get(site, &path, self.most_bytes) {
                Some(file) => {
                    let address = self.naming.file_address(self.at, &file.name);
                    self.used.borrow_mut().insert(file.name.clone(), file);
                    WikiLink::File(address)
                }
                None => site.absolute_url(&path).map_or(WikiLink::Text, |address| WikiLink::Url(format!("{address}{suffix}"))),
            },
            LinkTarget::Page { path, anchor, .. } => self.link_to(&path, anchor),
            LinkTarget::Refused | LinkTarget::Missing => WikiLink::Text,
        }
    }

    /// Returns the link to a page of the site: the wiki's page of it, else the site's own, where it has an address.
    fn link_to(&self, path: &Arc<str>, anchor: Option<String>) -> WikiLink {
        let site = self.outline.site();
        let in_wiki = self.outline.keys.get(path).and_then(|key| self.page_link(key, anchor.clone()));
        in_wiki.unwrap_or_else(|| {
            // A document that holds several incidents has no page here; its parts have.
            if let (Content::Incident(entry), Some(anchor)) = (&self.page.content, &anchor) {
                let entry = &site.archive().entries[*entry];
                if site.document_path(entry.reading) == &**path && entry.sections.iter().any(|section| section.anchor == *anchor) {
                    return WikiLink::Here(anchor.clone());
                }
            }
            let anchor = anchor.map_or_else(String::new, |anchor| format!("#{}", crate::archive::encode(&anchor)));
            site.absolute_url(path).map_or(WikiLink::Text, |address| WikiLink::Url(format!("{address}{anchor}")))
        })
    }

    fn page_link(&self, key: &str, anchor: Option<String>) -> Option<WikiLink> {
        if key == self.page.key {
            return Some(anchor.map_or(WikiLink::Text, WikiLink::Here));
        }
        let name = match self.overrides.get(key) {
            Some(elsewhere) => elsewhere.as_ref()?,
            None => self.names.get(key)?,
        };
        Some(WikiLink::Page { address: self.naming.page_address(self.at, name), anchor })
    }
}

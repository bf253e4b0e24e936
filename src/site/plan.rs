//! Lays out the site: every page, in order of path, with its title, its place and its neighbours.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    Crumb, FIRST_OF_TERM, Layout, NOT_FOUND, PAGE_SIZE, Page, PageKind, Part, REST_OF_TERM, RedirectTarget, Site, links::Lookup,
    term_feed_path, term_path,
};
use crate::{
    archive::{Archive, Facet, FacetKind, WrittenLink, folder_of, has_own_page, incident_path, short_hash, slug},
    config::Settings,
    diag::{Code, Diagnosed, Diagnostic},
    source::Asset,
    stats::{LEAST_FOR_MEDIAN, Period},
};

/// Plans the site: which pages exist, and everything about them that does not need their text.
pub fn plan(settings: &Settings, archive: Archive, assets: Vec<Asset>) -> Diagnosed<Site> {
    let mut plan = Plan { pages: Vec::new(), taken: HashSet::new(), diagnostics: Vec::new() };
    let introduction = archive.introduction();
    let incident_paths: Vec<Arc<str>> = (0..archive.entries.len()).map(|entry| archive.incident_page(entry).into()).collect();
    let document_paths: Vec<Arc<str>> = (0..archive.readings.len()).map(|document| archive.document_page(document).into()).collect();

    plan.add("index.html", PageKind::Home, &settings.title);
    plan.add_incidents(&archive, &incident_paths);
    for facet in archive.facets.iter() {
        plan.add_facet(facet);
    }
    let stats_paths = plan.add_stats(&archive);
    plan.add("actions.html", PageKind::Actions, "Actions");
    plan.add("search.html", PageKind::Search, "Search");
    plan.add("data.html", PageKind::Data, "Data");
    plan.add_documents(&archive, &document_paths, introduction);
    plan.add_files(settings);
    let asset_paths = plan.add_assets(&assets);
    plan.add_redirects(settings, &archive, &incident_paths);

    let Plan { mut pages, diagnostics, .. } = plan;
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let by_path = pages.iter().enumerate().map(|(index, page)| (page.path.clone(), index)).collect();
    let lookup = Lookup::of(&archive, incident_paths, &asset_paths);
    let findings = diagnostics.clone();
    let layout = Layout { by_path, assets, asset_paths, document_paths, introduction, stats_paths, lookup, findings };
    let site = Site { settings: settings.clone(), archive, pages: Arc::new(pages), layout: Arc::new(layout) };
    Diagnosed { value: site, diagnostics }
}

/// Plans as [`plan`] does, and takes over the pages of an earlier plan of the same settings where they are the same but for their
/// titles.
pub fn plan_after(settings: &Settings, archive: Archive, assets: Vec<Asset>, before: Option<&Site>) -> Diagnosed<Site> {
    let Some((before, changed)) = before.and_then(|before| Some((before, same_pages(&archive, &assets, before)?))) else {
        return plan(settings, archive, assets);
    };
    let mut site = Site { settings: settings.clone(), archive, pages: before.pages.clone(), layout: before.layout.clone() };
    for document in changed {
        let reading = site.archive.readings[document].clone();
        let incidents = site.archive.entries_of(document).to_vec();
        let titles = incidents.into_iter().map(|entry| {
            let title = &site.archive.entries[entry].display_title;
            (site.layout.lookup.incident_path(entry).to_owned(), PageKind::Incident(entry), title.clone())
        });
        let own = (site.layout.document_paths[document].to_string(), PageKind::Document(document), reading.display_title.clone());
        for (path, kind, title) in titles.chain([own]).collect::<Vec<_>>() {
            let page = site.layout.by_path.get(&*path).copied().filter(|page| site.pages[*page].kind == kind);
            if let Some(page) = page.filter(|page| site.pages[*page].title != title) {
                Arc::make_mut(&mut site.pages)[page].title = title;
            }
        }
    }
    Diagnosed { diagnostics: site.layout.findings.clone(), value: site }
}

/// Returns the documents that were read again, where every path is the same as before.
fn same_pages(archive: &Archive, assets: &[Asset], before: &Site) -> Option<Vec<usize>> {
    if !archive.has_shape_of(&before.archive) || assets != before.layout.assets {
        return None;
    }
    let changed = archive.read_again_since(&before.archive);
    let aliases = |archive: &Archive, document: usize| -> Vec<Vec<String>> {
        archive.entries_of(document).iter().map(|entry| archive.entries[*entry].aliases.clone()).collect()
    };
    changed.iter().all(|document| aliases(archive, *document) == aliases(&before.archive, *document)).then_some(changed)
}

/// The pages so far.
struct Plan {
    pages: Vec<Page>,
    /// Their paths in lower case: a case-insensitive disk must not lose one.
    taken: HashSet<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Plan {
    /// Adds a page and returns it. A path that is taken gets a short hash of itself.
    fn add(&mut self, path: &str, kind: PageKind, title: &str) -> &mut Page {
        let mut path = path.to_owned();
        while !self.taken.insert(path.to_lowercase()) {
            path = with_hash(&path);
        }
        self.pages.push(Page { path: path.into(), kind, title: title.to_owned(), crumbs: Vec::new(), previous: None, next: None });
        self.pages.last_mut().expect("a page was just pushed")
    }

    /// Adds the parts of a list of `count` things, the first `sizes` of them in the first part, the second in each other one; `path` and
    /// `title` are of a part's number, `kind` of the part.
    fn add_list(
        &mut self,
        count: usize,
        (first, rest): (usize, usize),
        path: impl Fn(usize) -> String,
        title: &str,
        crumbs: &[Crumb],
        kind: impl Fn(Part) -> PageKind,
    ) {
        let of = 1 + count.saturating_sub(first).div_ceil(rest);
        for number in 1..=of {
            let from = if number == 1 { 0 } else { first + (number - 2) * rest };
            let range = from..(first + (number - 1) * rest).min(count);
            let title_of_part = if number == 1 { title.to_owned() } else { format!("{title}, page {number} of {of}") };
            let page = self.add(&path(number), kind(Part { number, of, range }), &title_of_part);
            page.crumbs = crumbs.to_vec();
            page.previous = (number > 1).then(|| path(number - 1).into());
            page.next = (number < of).then(|| path(number + 1).into());
        }
    }

    fn add_incidents(&mut self, archive: &Archive, paths: &[Arc<str>]) {
        let list = crumb("Incidents", "incidents/index.html");
        let part_path = |number| if number == 1 { "incidents/index.html".to_owned() } else { format!("incidents/pages/{number}.html") };
        self.add_list(archive.entries.len(), (PAGE_SIZE, PAGE_SIZE), part_path, "Incidents", &[], PageKind::IncidentList);
        let years = archive.facets.get(FacetKind::Year);
        for (index, entry) in archive.entries.iter().enumerate() {
            let year = entry.year_month().and_then(|(year, _)| years.find(&format!("{year:04}"))).map(|at| &years.terms[at]);
            let page = self.add(&paths[index], PageKind::Incident(index), &entry.display_title);
            page.crumbs = vec![list.clone()];
            page.crumbs.extend(year.map(|term| crumb(&term.label, &term_path(years.kind, term, 1))));
            page.previous = paths.get(index + 1).cloned();
            page.next = index.checked_sub(1).map(|later| paths[later].clone());
        }
    }

    fn add_facet(&mut self, facet: &Facet) {
        let kind = facet.kind;
        let index = format!("{}/index.html", kind.folder());
        self.add(&index, PageKind::FacetIndex(kind), kind.title());
        for (at, term) in facet.terms.iter().enumerate() {
            if matches!(kind, FacetKind::Cause | FacetKind::Service) {
                self.add(&term_feed_path(kind, term), PageKind::TermFeed(kind, at), "");
            }
            let crumbs = [crumb(kind.title(), &index)];
            self.add_list(
                term.entries.len(),
                (FIRST_OF_TERM, REST_OF_TERM),
                |number| term_path(kind, term, number),
                &term.label,
                &crumbs,
                |part| PageKind::Term(kind, at, part),
            );
        }
    }

    /// Adds the statistics of each period and returns their paths. The first page is of the last twelve months, or of everything
    /// where those have too few incidents for a median.
    fn add_stats(&mut self, archive: &Archive) -> Vec<Arc<str>> {
        let last_year = archive.last_year_count() >= LEAST_FOR_MEDIAN;
        let first = if last_year { Period::LastYear } else { Period::All };
        let list = crumb("Statistics", "stats.html");
        let mut paths = Vec::with_capacity(archive.period_names.len());
        for (index, period) in archive.period_names.iter().enumerate() {
            let title = period.title(archive.as_of);
            let is_first = *period == first;
            let path = if is_first { "stats.html".to_owned() } else { format!("stats/{}.html", period.slug()) };
            let page = self.add(&path, PageKind::Stats(index), &format!("Statistics: {}", in_sentence(&title)));
            if !is_first {
                page.crumbs = vec![list.clone()];
            }
            paths.push(page.path.clone());
        }
        paths
    }

    fn add_documents(&mut self, archive: &Archive, paths: &[Arc<str>], introduction: Option<usize>) {
        let list = crumb("Documents", "documents/index.html");
        self.add(&list.path, PageKind::DocumentIndex, "Documents");
        let own: Vec<usize> =
            (0..paths.len()).filter(|index| introduction != Some(*index) && has_own_page(&archive.readings[*index])).collect();
        for (at, &index) in own.iter().enumerate() {
            let page = self.add(&paths[index], PageKind::Document(index), &archive.readings[index].display_title);
            page.crumbs = vec![list.clone()];
            page.previous = at.checked_sub(1).map(|before| paths[own[before]].clone());
            page.next = own.get(at + 1).map(|after| paths[*after].clone());
        }
    }

    fn add_files(&mut self, settings: &Settings) {
        self.add(NOT_FOUND, PageKind::NotFound, "Page not found");
        for (path, kind) in [
            ("feed.xml", PageKind::Feed),
            ("feed.json", PageKind::JsonFeed),
            ("robots.txt", PageKind::Robots),
            (".nojekyll", PageKind::NoJekyll),
            ("_headers", PageKind::Headers),
            ("data/incidents.json", PageKind::IncidentsJson),
            ("data/schema.json", PageKind::SchemaJson),
            ("data/stats.json", PageKind::StatsJson),
            ("data/incidents.csv", PageKind::IncidentsCsv),
            ("data/timeline.csv", PageKind::TimelineCsv),
            ("data/actions.csv", PageKind::ActionsCsv),
            ("data/incidents.ics", PageKind::Calendar),
        ] {
            self.add(path, kind, "");
        }
        // A sitemap holds whole addresses only.
        if settings.site_url.contains("://") {
            self.add("sitemap.xml", PageKind::Sitemap, "");
        }
        if settings.cname.is_some() {
            self.add("CNAME", PageKind::Cname, "");
        }
    }

    /// Adds the copied files, each below `files/` where it was in the content folder, and returns the path of each.
    fn add_assets(&mut self, assets: &[Asset]) -> HashMap<Arc<str>, Arc<str>> {
        let mut paths = HashMap::with_capacity(assets.len());
        for (index, asset) in assets.iter().enumerate() {
            let page = self.add(&format!("files/{}", asset.path), PageKind::Asset(index), "");
            paths.insert(asset.path.clone(), page.path.clone());
        }
        paths
    }

    fn add_redirects(&mut self, settings: &Settings, archive: &Archive, incident_paths: &[Arc<str>]) {
        let pages: HashMap<Arc<str>, Arc<str>> = self.pages.iter().map(|page| (page.path.clone(), page.path.clone())).collect();
        for (old, new) in &settings.redirects {
            match redirect(old, new, &pages) {
                Ok((path, target)) => self.add_redirect(&path, target),
                Err(message) => self.diagnostics.push(
                    Diagnostic::warning(Code::ConfigValue, None, format!("the redirect `{old}` = `{new}` cannot be made: {message}"))
                        .help("write both as paths of the site, such as `\"/old.html\" = \"incidents/new.html\"`"),
                ),
            }
        }
        for (entry, path) in archive.entries.iter().zip(incident_paths) {
            for alias in &entry.aliases {
                if let Some(old) = alias_path(alias) {
                    self.add_redirect(&old, RedirectTarget::Page(path.clone(), None));
                }
            }
        }
    }

    /// Adds a redirect unless a page has its path: what is there wins over what was.
    fn add_redirect(&mut self, path: &str, target: RedirectTarget) {
        if !self.taken.contains(&path.to_lowercase()) {
            self.add(path, PageKind::Redirect(target), "");
        }
    }
}

/// Returns the path and the target of a redirect that `book.toml` states, or why it cannot be made.
fn redirect(old: &str, new: &str, pages: &HashMap<Arc<str>, Arc<str>>) -> Result<(String, RedirectTarget), String> {
    let old = page_path(old).ok_or_else(|| format!("`{old}` is no path of the site"))?;
    if pages.contains_key(&*old) {
        return Err(format!("`{old}` is a page of the site"));
    }
    let lower = new.to_ascii_lowercase();
    match WrittenLink::parse(&old, new) {
        WrittenLink::Absolute if lower.starts_with("http://") || lower.starts_with("https://") => {
            Ok((old, RedirectTarget::Url(new.to_owned())))
        }
        WrittenLink::Relative { path: Some(path), anchor, .. } => {
            let from_root = WrittenLink::parse("index.html", new);
            let from_root = if let WrittenLink::Relative { path: Some(path), .. } = from_root { path } else { String::new() };
            let candidates = [path.clone(), join_index(&path), from_root.clone(), join_index(&from_root)];
            match candidates.iter().find_map(|path| pages.get(&**path)) {
                Some(page) => Ok((old, RedirectTarget::Page(page.clone(), anchor))),
                None => Err(format!("`{path}` is no page of the site")),
            }
        }
        _ => Err(format!("`{new}` is no path of the site")),
    }
}

fn join_index(path: &str) -> String {
    if path.is_empty() { "index.html".to_owned() } else { format!("{path}/index.html") }
}

/// Returns the file that serves a written path: a folder's `index.html` where it names a folder.
fn page_path(written: &str) -> Option<String> {
    let WrittenLink::Relative { path: Some(path), .. } = WrittenLink::parse("index.html", written) else { return None };
    let name = path.rsplit('/').next().unwrap_or("");
    let is_file = !written.ends_with('/')
        && name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("html") || ending.eq_ignore_ascii_case("htm"));
    if path.is_empty() {
        None
    } else if is_file {
        Some(path)
    } else {
        Some(format!("{path}/index.html"))
    }
}

/// Returns the path that an alias stands for: an id's page, or the path itself.
fn alias_path(alias: &str) -> Option<String> {
    if alias.contains('/') || alias.to_ascii_lowercase().ends_with(".html") {
        page_path(alias)
    } else {
        Some(slug(alias)).filter(|id| !id.is_empty()).map(|id| incident_path(&id))
    }
}

/// Returns a period's title as it stands within a sentence: `last 12 months`, but `Q3 2026`.
fn in_sentence(title: &str) -> String {
    match title {
        "Last 12 months" | "All" => title.to_lowercase(),
        _ => title.to_owned(),
    }
}

fn crumb(title: &str, path: &str) -> Crumb {
    Crumb { title: title.to_owned(), path: path.into() }
}

/// Returns a path with a short hash of it before the ending.
fn with_hash(path: &str) -> String {
    let hash = short_hash(path, 6);
    let folder = folder_of(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem}-{hash}.{ending}"),
        _ => format!("{name}-{hash}"),
    };
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

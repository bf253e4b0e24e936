//! Files for programs: the Atom feed, the sitemap, `robots.txt` and `_headers`.
//!
//! Dates are those of the incidents, never the clock's, so that the same input gives the same bytes.

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::{
    Theme,
    view::{Scene, content_security_policy},
};
use crate::{
    archive::{Archive, Entry, FacetKind},
    diag::Diagnostic,
    site::Site,
};

/// How many incidents the feed holds.
const MOST: usize = 50;

/// What `feed.xml` sees as `view`.
#[derive(Debug, Serialize)]
struct FeedView {
    id: String,
    title: String,
    updated: String,
    home: String,
    own: String,
    author: String,
    entries: Vec<FeedEntry>,
}

#[derive(Debug, Serialize)]
struct FeedEntry {
    id: String,
    title: String,
    href: String,
    updated: String,
    summary: String,
    categories: Vec<String>,
}

/// What `sitemap.xml` sees as `view`.
#[derive(Debug, Serialize)]
struct SitemapView {
    pages: Vec<SitemapPage>,
}

#[derive(Debug, Serialize)]
struct SitemapPage {
    href: String,
    day: Option<String>,
}

/// Returns the Atom feed of the newest incidents, of all or of one value of a facet. Addresses are whole where `site-url` is a whole
/// URL, relative otherwise.
pub(super) fn atom(scene: &Scene<'_>, of: Option<(FacetKind, usize)>) -> Result<String, Diagnostic> {
    let site = scene.site;
    let settings = site.settings();
    let archive = site.archive();
    let authority = authority(site);
    let term = of.map(|(kind, at)| (kind, &archive.facets.get(kind).terms[at]));
    let newest = newest(archive, term.map(|(_, term)| &term.entries[..]));
    let entries = newest.iter().map(|(at, entry)| FeedEntry {
        id: format!("tag:{authority}:{}", entry.id),
        title: entry.display_title.clone(),
        href: address(scene, site.incident_path(*at)),
        updated: updated(entry),
        summary: entry.summary.as_ref().map(|summary| summary.value.clone()).unwrap_or_default(),
        categories: entry.causes.iter().map(|cause| cause.value.clone()).collect(),
    });
    let (id, title, home) = match term {
        None => (format!("tag:{authority}:feed"), settings.title.clone(), "index.html".to_owned()),
        Some((kind, term)) => (
            format!("tag:{authority}:{}/{}", kind.folder(), term.slug),
            format!("{}: {}", settings.title, scene.term_label(kind, &term.name)),
            site.term_path(archive.facets.get(kind), term),
        ),
    };
    let view = FeedView {
        id,
        title,
        updated: newest.first().map_or_else(|| format!("{}T00:00:00Z", settings.as_of), |(_, entry)| updated(entry)),
        home: address(scene, &home),
        own: address(scene, &scene.page.path),
        author: settings.authors.first().cloned().unwrap_or_else(|| settings.title.clone()),
        entries: entries.collect(),
    };
    render(scene.theme, "feed.xml", &view)
}

/// Returns the JSON feed of the newest incidents. See <https://www.jsonfeed.org/version/1.1/>.
pub(super) fn json(scene: &Scene<'_>) -> String {
    let site = scene.site;
    let authority = authority(site);
    let items = newest(site.archive(), None).into_iter().map(|(at, entry)| {
        serde_json::json!({
            "id": format!("tag:{authority}:{}", entry.id),
            "url": address(scene, site.incident_path(at)),
            "title": entry.display_title,
            "content_text": entry.summary.as_ref().map(|summary| summary.value.as_str()).unwrap_or_default(),
            "date_published": updated(entry),
            "tags": entry.causes.iter().map(|cause| cause.value.as_str()).collect::<Vec<_>>(),
        })
    });
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.settings().title,
        "home_page_url": address(scene, "index.html"),
        "feed_url": address(scene, &scene.page.path),
        "language": site.settings().language,
        "items": items.collect::<Vec<_>>(),
    });
    format!("{feed}\n")
}

/// Returns the newest of those incidents (of all where none are given) that have a place in time.
fn newest<'a>(archive: &'a Archive, of: Option<&[usize]>) -> Vec<(usize, &'a Entry)> {
    let all = 0..archive.entries.len();
    let chosen: Box<dyn Iterator<Item = usize> + '_> = match of {
        Some(entries) => Box::new(entries.iter().copied()),
        None => Box::new(all),
    };
    chosen.map(|at| (at, &archive.entries[at])).filter(|(_, entry)| entry.year_month().is_some()).take(MOST).collect()
}

fn address(scene: &Scene<'_>, path: &str) -> String {
    scene.site.absolute_url(path).unwrap_or_else(|| scene.href(path))
}

/// Returns host and first day of the site's `tag:` ids (RFC 4151): they must never change, so the day is fixed.
fn authority(site: &Site) -> String {
    let url = &site.settings().site_url;
    let host = url.split_once("://").map(|(_, rest)| rest.split(['/', ':']).next().unwrap_or_default().to_lowercase());
    let host = site.settings().cname.clone().or(host).filter(|host| !host.is_empty());
    let host = host.unwrap_or_else(|| format!("{}.invalid", crate::archive::slug(&site.settings().title)));
    format!("{host},2026")
}

/// Returns the incident's moment as RFC 3339 has it; a moment without a zone is taken as UTC.
fn updated(entry: &Entry) -> String {
    let key: Option<NaiveDateTime> = entry.occurred.as_ref().map(|occurred| occurred.moment.sort_key());
    let key = key.unwrap_or_else(|| NaiveDate::default().into());
    format!("{}Z", key.format("%Y-%m-%dT%H:%M:%S"))
}

/// Returns the sitemap: every page that people read.
pub(super) fn sitemap(scene: &Scene<'_>) -> Result<String, Diagnostic> {
    let site = scene.site;
    let pages = site.pages().iter().filter(|page| page.kind.is_readable()).filter_map(|page| {
        let day = match page.kind {
            crate::site::PageKind::Incident(at) => site.archive().entries[at].day().map(|day| day.to_string()),
            _ => None,
        };
        Some(SitemapPage { href: site.absolute_url(&page.path)?, day })
    });
    render(scene.theme, "sitemap.xml", &SitemapView { pages: pages.collect() })
}

fn render(theme: &Theme, template: &str, view: &impl Serialize) -> Result<String, Diagnostic> {
    let mut context = tera::Context::new();
    context.insert("view", view);
    theme.render(template, &context)
}

/// Returns `robots.txt`: everything may be read.
pub(super) fn robots(site: &Site) -> String {
    let mut out = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(url) = site.page("sitemap.xml").and_then(|page| site.absolute_url(&page.path)) {
        out.push_str(&format!("Sitemap: {url}\n"));
    }
    out
}

/// Returns `_headers`, which several hosts of static sites obey: what pages may load, and how long files may be kept.
pub(super) fn headers(site: &Site) -> String {
    let policy = content_security_policy(site.settings().remote_images);
    format!(
        "/*\n  Content-Security-Policy: {policy}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: same-origin\n\n\
         /assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    )
}

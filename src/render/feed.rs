//! Files for programs: the Atom feed, the sitemap, `robots.txt` and `_headers`.
//!
//! Dates are those of the incidents, never the clock's, so that the same input gives the same bytes.

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

use super::{
    Theme,
    view::{Scene, content_security_policy},
};
use crate::{archive::Entry, diag::Diagnostic, site::Site};

/// How many incidents the feed holds.
const MOST: usize = 50;

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

#[derive(Debug, Serialize)]
struct SitemapView {
    pages: Vec<SitemapPage>,
}

#[derive(Debug, Serialize)]
struct SitemapPage {
    href: String,
    day: Option<String>,
}

/// Returns the Atom feed of the newest incidents. Addresses are whole where `site-url` is a whole URL, relative otherwise.
pub(super) fn atom(scene: &Scene<'_>) -> Result<String, Diagnostic> {
    let site = scene.site;
    let settings = site.settings();
    let archive = site.archive();
    let address = |path: &str| site.absolute_url(path).unwrap_or_else(|| scene.href(path));
    let authority = authority(site);
    let newest: Vec<(usize, &Entry)> = archive.entries.iter().enumerate().filter(|(_, entry)| entry.year_month().is_some()).take(MOST).collect();
    let entries = newest.iter().map(|(at, entry)| FeedEntry {
        id: format!("tag:{authority}:{}", entry.id),
        title: entry.display_title.clone(),
        href: address(site.incident_path(*at)),
        updated: updated(entry),
        summary: entry.summary.as_ref().map(|summary| summary.value.clone()).unwrap_or_default(),
        categories: entry.causes.iter().map(|cause| cause.value.clone()).collect(),
    });
    let view = FeedView {
        id: format!("tag:{authority}:feed"),
        title: settings.title.clone(),
        updated: newest.first().map_or_else(|| format!("{}T00:00:00Z", settings.as_of), |(_, entry)| updated(entry)),
        home: address("index.html"),
        own: address(&scene.page.path),
        author: settings.authors.first().cloned().unwrap_or_else(|| settings.title.clone()),
        entries: entries.collect(),
    };
    render(scene.theme, "feed.xml", &view)
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

//! One page of a site into bytes. Any page can be rendered alone, by its path.
//!
//! [`Theme`] holds templates, style and words; `view` turns records into plain structs for the templates; `chart` draws. Nothing
//! here decides which pages exist or what is related: the [`Site`] knows.

mod chart;
mod feed;
pub mod markdown;
mod phases;
pub(crate) mod search;
mod theme;
mod view;
pub mod wiki;
mod words;

use std::sync::Arc;

use serde::Serialize;
use tera::Context;

pub use markdown::Body;
pub use theme::{BUILT_IN, Theme, copy_of};

use crate::{
    diag::{Code, Diagnostic},
    site::{Page, PageKind, RedirectTarget, Site},
};
pub(crate) use view::sections_of;
pub(crate) use words::capitalise;

use view::Scene;

/// Gives the text of documents, as HTML.
pub trait Bodies: Sync {
    /// Returns the text of the document at that path below the content folder.
    fn body(&self, file: &str) -> Option<Arc<Body>>;
}

/// Renders the page or file of the site at `path`.
pub fn render_page(theme: &Theme, site: &Site, bodies: &dyn Bodies, path: &str) -> Result<Vec<u8>, Diagnostic> {
    if let Some(bytes) = theme.asset(path) {
        return Ok(bytes.to_vec());
    }
    let Some(page) = site.page(path) else {
        return Err(Diagnostic::error(Code::Fault, None, format!("the site has no page `{path}`")));
    };
    let scene = Scene { site, theme, bodies, page };
    if let Some(bytes) = site.data(&page.kind) {
        return Ok(bytes);
    }
    render(&scene, page).map(String::into_bytes)
}

fn render(scene: &Scene<'_>, page: &Page) -> Result<String, Diagnostic> {
    let (site, words) = (scene.site, &scene.theme.words);
    let title = page.title.as_str();
    match &page.kind {
        PageKind::Home => {
            let description = site.settings().description.clone().unwrap_or_default();
            html(scene, "index.html", title, &description, &view::home(scene))
        }
        PageKind::IncidentList(part) => {
            let title = if part.number == 1 { words.get("nav_incidents") } else { page_title(scene, "nav_incidents", part.number) };
            html(scene, "list.html", &title, "", &view::incident_list(scene, part))
        }
        PageKind::Incident(at) => {
            let entry = &site.archive().entries[*at];
            let description = entry.summary.as_ref().map(|summary| summary.value.as_str()).unwrap_or_default();
            html(scene, "incident.html", title, description, &view::incident(scene, *at))
        }
        PageKind::FacetIndex(kind) => {
            let title = words.get(&format!("facet_{}", kind.folder()));
            html(scene, "facets.html", &title, "", &view::facet_index(scene, *kind))
        }
        PageKind::Term(kind, at, part) => {
            let name = scene.term_label(*kind, &site.archive().facets.get(*kind).terms[*at].name);
            let title =
                if part.number == 1 { name } else { words.fill("title_page", &[("title", &name), ("n", &part.number.to_string())]) };
            html(scene, "term.html", &title, "", &view::term(scene, *kind, *at, part))
        }
        PageKind::Stats(period) => {
            let name = view::period_title(words, &site.archive().periods[*period], site.archive().as_of);
            let title = words.fill("stats_title", &[("period", &name)]);
            html(scene, "stats.html", &title, "", &view::stats(scene, *period))
        }
        PageKind::Actions => html(scene, "actions.html", &words.get("nav_actions"), "", &view::actions(scene)),
        PageKind::Search => html(scene, "search.html", &words.get("nav_search"), "", &search::view(scene)),
        PageKind::Data => html(scene, "data.html", &words.get("nav_data"), "", &view::data(scene)),
        PageKind::DocumentIndex => html(scene, "documents.html", &words.get("nav_documents"), "", &view::document_index(scene)),
        PageKind::Document(at) => html(scene, "page.html", title, "", &view::document(scene, *at)),
        PageKind::NotFound => html(scene, "404.html", &words.get("not_found_title"), "", &NoView {}),
        PageKind::Redirect(target) => redirect(scene, target),
        PageKind::Feed => feed::atom(scene, None),
        PageKind::TermFeed(kind, at) => feed::atom(scene, Some((*kind, *at))),
        PageKind::JsonFeed => Ok(feed::json(scene)),
        PageKind::Sitemap => feed::sitemap(scene),
        PageKind::Robots => Ok(feed::robots(site)),
        PageKind::Headers => Ok(feed::headers(site)),
        PageKind::NoJekyll => Ok(String::new()),
        PageKind::Cname => Ok(format!("{}\n", site.settings().cname.as_deref().unwrap_or_default())),
        _ => Err(Diagnostic::error(Code::Fault, None, format!("`{}` is a file to copy, not a page to render", page.path))),
    }
}

#[derive(Debug, Serialize)]
struct NoView {}

/// What `redirect.html` sees as `view`.
#[derive(Debug, Serialize)]
struct RedirectView {
    href: String,
}

fn page_title(scene: &Scene<'_>, key: &str, number: usize) -> String {
    let words = &scene.theme.words;
    words.fill("title_page", &[("title", &words.get(key)), ("n", &number.to_string())])
}

fn html(scene: &Scene<'_>, template: &str, title: &str, description: &str, view: &impl Serialize) -> Result<String, Diagnostic> {
    let mut context = Context::new();
    context.insert("page", &view::shell(scene, title, description));
    context.insert("view", view);
    scene.theme.render(template, &context)
}

fn redirect(scene: &Scene<'_>, target: &RedirectTarget) -> Result<String, Diagnostic> {
    let href = match target {
        RedirectTarget::Page(path, anchor) => {
            let anchor = anchor.as_ref().map_or_else(String::new, |anchor| format!("#{}", crate::archive::encode(anchor)));
            format!("{}{anchor}", scene.href(path))
        }
        RedirectTarget::Url(url) => url.clone(),
    };
    html(scene, "redirect.html", &scene.theme.words.get("moved_title"), "", &RedirectView { href })
}

#[cfg(test)]
mod context_docs;
#[cfg(test)]
mod tests;

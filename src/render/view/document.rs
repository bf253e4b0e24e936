//! Pages of documents that are no incidents, and the list of them.

use serde::Serialize;

use super::{
    Link, Scene,
    lists::{Row, rows},
};
use crate::{incident::Kind, site::PageKind};

/// What `page.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct DocumentView {
    title: String,
    kind: String,
    lead: Option<String>,
    body_html: String,
    contents: Vec<Link>,
    /// The incidents of a document that holds several.
    rows: Vec<Row>,
    caption: String,
    file: String,
    edit: Option<String>,
    previous: Option<Link>,
    next: Option<Link>,
}

/// Returns the page of the document at that place.
pub(crate) fn document(scene: &Scene<'_>, at: usize) -> DocumentView {
    let words = scene.words();
    let reading = &scene.archive().readings[at];
    let body = scene.bodies.body(&reading.file);
    let body_html = body.map(|body| body.resolve(&|url, image| scene.target(&reading.file, url, image)));
    let body_html = super::labels::in_language(scene.words(), body_html.unwrap_or_default());
    let is_shown = |anchor: &str| body_html.contains(&format!("id=\"{anchor}\""));
    let top = reading.sections.iter().filter(|section| is_shown(&section.anchor)).map(|section| section.level).min();
    let contents = reading
        .sections
        .iter()
        .filter(|section| Some(section.level) == top && is_shown(&section.anchor))
        .map(|section| Link { title: section.heading.clone(), href: format!("#{}", crate::archive::encode(&section.anchor)) })
        .collect();
    let entries = scene.archive().entries_of(at);
    let neighbour = |path: &Option<std::sync::Arc<str>>| {
        let page = scene.site.page(path.as_ref()?)?;
        Some(Link { title: page.title.clone(), href: scene.href(&page.path) })
    };
    DocumentView {
        title: reading.display_title.clone(),
        kind: words.get(&format!("kind_{}", reading.kind)),
        lead: match reading.kind {
            Kind::Multi => Some(words.count("multi_lead", entries.len())),
            Kind::Template => Some(words.get("template_lead")),
            _ => None,
        },
        body_html,
        contents,
        rows: rows(scene, entries),
        caption: words.count("list_caption", entries.len()),
        file: reading.file.to_string(),
        edit: scene.site.edit_url(&reading.file),
        previous: neighbour(&scene.page.previous),
        next: neighbour(&scene.page.next),
    }
}

/// What `documents.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct DocumentsView {
    heading: String,
    lead: String,
    items: Vec<DocumentRow>,
}

#[derive(Debug, Serialize)]
struct DocumentRow {
    link: Link,
    kind: String,
    file: String,
    summary: String,
}

/// Returns the list of documents.
pub(crate) fn document_index(scene: &Scene<'_>) -> DocumentsView {
    let words = scene.words();
    let items: Vec<DocumentRow> = scene
        .site
        .pages()
        .iter()
        .filter_map(|page| match page.kind {
            PageKind::Document(at) => Some((page, &scene.archive().readings[at])),
            _ => None,
        })
        .map(|(page, reading)| DocumentRow {
            link: Link { title: reading.display_title.clone(), href: scene.href(&page.path) },
            kind: words.get(&format!("kind_{}", reading.kind)),
            file: reading.file.to_string(),
            summary: reading.summary.clone().unwrap_or_default(),
        })
        .collect();
    let lead = if items.is_empty() { words.get("documents_none") } else { words.count("documents_lead", items.len()) };
    DocumentsView { heading: words.get("nav_documents"), lead, items }
}

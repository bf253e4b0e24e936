//! What can be asked of a tree: its plain text, its links, its anchors.

use std::collections::BTreeSet;

use super::{Block, BlockKind, Document, Inline, InlineKind, LinkUse, html};
use crate::diag::Span;

/// Returns the text of `inlines` without markup: breaks become spaces, raw HTML is dropped, an image is its alternative text.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_text(inlines, &mut text);
    text
}

/// The depth of the tree is limited when it is made.
fn push_text(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(part) | InlineKind::Code(part) => text.push_str(part),
            InlineKind::SoftBreak | InlineKind::HardBreak => text.push(' '),
            InlineKind::Emphasis(inner) | InlineKind::Strong(inner) | InlineKind::Strike(inner) => push_text(inner, text),
            InlineKind::Link { inlines, .. } | InlineKind::Image { inlines, .. } => push_text(inlines, text),
            InlineKind::Html(html) if is_line_break(html) => text.push(' '),
            InlineKind::FootnoteReference(_) | InlineKind::Html(_) => {}
        }
    }
}

fn is_line_break(html: &str) -> bool {
    html.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br"))
}

impl Document {
    /// Returns every link and image, in order; those inside raw HTML too.
    pub fn links(&self) -> Vec<LinkUse> {
        let mut links = Vec::new();
        visit_html(&self.blocks, &mut |html, span| push_html_links(html, span, &mut links));
        visit_blocks(&self.blocks, &mut |inline| match &inline.kind {
            InlineKind::Link { url, inlines, .. } => {
                links.push(LinkUse { url: url.clone(), span: inline.span, image: false, text: plain_text(inlines) });
            }
            InlineKind::Image { url, inlines, .. } => {
                links.push(LinkUse { url: url.clone(), span: inline.span, image: true, text: plain_text(inlines) });
            }
            InlineKind::Html(html) => push_html_links(html, inline.span, &mut links),
            _ => {}
        });
        links.sort_by_key(|link| link.span);
        links
    }

    /// Returns what links can point at: the anchors of all headings, in order, and then the ids of raw HTML.
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors = self.heading_anchors();
        let mut ids = Vec::new();
        visit_html(&self.blocks, &mut |html, _| push_ids(html, &mut ids));
        visit_blocks(&self.blocks, &mut |inline| {
            if let InlineKind::Html(html) = &inline.kind {
                push_ids(html, &mut ids);
            }
        });
        if ids.is_empty() {
            return anchors;
        }
        let mut known: BTreeSet<String> = anchors.iter().cloned().collect();
        anchors.extend(ids.into_iter().filter(|id| known.insert(id.clone())));
        anchors
    }

    /// Returns the anchors of all headings, in order.
    pub(crate) fn heading_anchors(&self) -> Vec<String> {
        let mut anchors = Vec::new();
        visit_headings(&self.blocks, &mut |anchor| anchors.push(anchor.to_owned()));
        anchors
    }
}

/// Appends the links and images of raw HTML, all at the place of the whole piece.
fn push_html_links(html: &str, span: Span, links: &mut Vec<LinkUse>) {
    for token in html::tokens(html) {
        let html::Token::Open(tag) = token else { continue };
        let (attribute, text, image) = match tag.name.as_str() {
            "a" => ("href", "title", false),
            "img" => ("src", "alt", true),
            _ => continue,
        };
        if let Some(url) = tag.attribute(attribute) {
            links.push(LinkUse { url: url.to_owned(), span, image, text: tag.attribute(text).unwrap_or("").to_owned() });
        }
    }
}

/// Appends the ids of raw HTML that its page keeps.
fn push_ids(html: &str, ids: &mut Vec<String>) {
    for token in html::tokens(html) {
        let html::Token::Open(tag) = token else { continue };
        let name = || tag.attribute("name").filter(|_| tag.name == "a");
        if let Some(id) = tag.attribute("id").or_else(name).filter(|id| !id.is_empty() && !id.starts_with("hs-")) {
            ids.push(id.to_owned());
        }
    }
}

/// Calls `visit` for every block of raw HTML below `blocks`.
fn visit_html(blocks: &[Block], visit: &mut dyn FnMut(&str, Span)) {
    for block in blocks {
        if let BlockKind::Html(html) = &block.kind {
            visit(html, block.span);
        }
        visit_inner(block, |inner| visit_html(inner, visit));
    }
}

fn visit_headings(blocks: &[Block], visit: &mut dyn FnMut(&str)) {
    for block in blocks {
        if let BlockKind::Heading { anchor, .. } = &block.kind {
            visit(anchor);
        }
        visit_inner(block, |inner| visit_headings(inner, visit));
    }
}

/// Calls `visit` for each list of blocks directly inside `block`.
fn visit_inner(block: &Block, mut visit: impl FnMut(&[Block])) {
    match &block.kind {
        BlockKind::Quote(blocks) | BlockKind::Alert { blocks, .. } | BlockKind::Footnote { blocks, .. } => visit(blocks),
        BlockKind::List { items, .. } => items.iter().for_each(|item| visit(&item.blocks)),
        BlockKind::Descriptions(items) => items.iter().for_each(|item| visit(&item.details)),
        _ => {}
    }
}

/// Calls `visit` for every inline below `blocks`, in order; an outer one before those inside it.
pub(crate) fn visit_blocks(blocks: &[Block], visit: &mut dyn FnMut(&Inline)) {
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { inlines, .. } | BlockKind::Paragraph(inlines) => visit_inlines(inlines, visit),
            BlockKind::Table { header, rows, .. } => {
                for cell in std::iter::once(header).chain(rows).flat_map(|row| &row.cells) {
                    visit_inlines(&cell.inlines, visit);
                }
            }
            BlockKind::Descriptions(items) => {
                for item in items {
                    visit_inlines(&item.term, visit);
                    visit_blocks(&item.details, visit);
                }
            }
            _ => visit_inner(block, |inner| visit_blocks(inner, visit)),
        }
    }
}

fn visit_inlines(inlines: &[Inline], visit: &mut dyn FnMut(&Inline)) {
    for inline in inlines {
        visit(inline);
        match &inline.kind {
            InlineKind::Emphasis(inner) | InlineKind::Strong(inner) | InlineKind::Strike(inner) => visit_inlines(inner, visit),
            InlineKind::Link { inlines, .. } | InlineKind::Image { inlines, .. } => visit_inlines(inlines, visit),
            _ => {}
        }
    }
}

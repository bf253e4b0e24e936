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
        self.links_and_anchors().0
    }

    /// Returns what links can point at: the anchors of all headings, in order, and then the ids of raw HTML.
    pub fn anchors(&self) -> Vec<String> {
        self.links_and_anchors().1
    }

    /// Returns [`Self::links`] and [`Self::anchors`], which one walk over the tree finds.
    pub(crate) fn links_and_anchors(&self) -> (Vec<LinkUse>, Vec<String>) {
        let gathered = self.gathered();
        (gathered.links(), gathered.anchors())
    }

    /// Returns the anchors of all headings, in order.
    pub(crate) fn heading_anchors(&self) -> Vec<String> {
        self.gathered().headings.into_iter().map(str::to_owned).collect()
    }

    fn gathered(&self) -> Gathered<'_> {
        let mut gathered = Gathered::default();
        gathered.add_blocks(&self.blocks);
        gathered
    }
}

/// What links lead to and where they stand, in document order.
#[derive(Default)]
struct Gathered<'a> {
    /// The anchors of headings.
    headings: Vec<&'a str>,
    /// The blocks of raw HTML.
    html: Vec<(&'a str, Span)>,
    /// The links, images and raw HTML inside text.
    inlines: Vec<&'a Inline>,
}

impl<'a> Gathered<'a> {
    /// The depth of the tree is limited when it is made.
    fn add_blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match &block.kind {
                BlockKind::Heading { inlines, anchor, .. } => {
                    self.headings.push(anchor);
                    self.add_inlines(inlines);
                }
                BlockKind::Paragraph(inlines) => self.add_inlines(inlines),
                BlockKind::Html(html) => self.html.push((html, block.span)),
                BlockKind::Quote(blocks) | BlockKind::Alert { blocks, .. } | BlockKind::Footnote { blocks, .. } => self.add_blocks(blocks),
                BlockKind::List { items, .. } => items.iter().for_each(|item| self.add_blocks(&item.blocks)),
                BlockKind::Table { header, rows, .. } => {
                    for cell in std::iter::once(header).chain(rows).flat_map(|row| &row.cells) {
                        self.add_inlines(&cell.inlines);
                    }
                }
                BlockKind::Descriptions(items) => {
                    for item in items {
                        self.add_inlines(&item.term);
                        self.add_blocks(&item.details);
                    }
                }
                BlockKind::Code { .. } | BlockKind::Rule => {}
            }
        }
    }

    fn add_inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match &inline.kind {
                InlineKind::Emphasis(inner) | InlineKind::Strong(inner) | InlineKind::Strike(inner) => self.add_inlines(inner),
                InlineKind::Link { inlines, .. } | InlineKind::Image { inlines, .. } => {
                    self.inlines.push(inline);
                    self.add_inlines(inlines);
                }
                InlineKind::Html(_) => self.inlines.push(inline),
                _ => {}
            }
        }
    }

    fn links(&self) -> Vec<LinkUse> {
        let mut links = Vec::new();
        self.html.iter().for_each(|(html, span)| push_html_links(html, *span, &mut links));
        for Inline { span, kind } in &self.inlines {
            let mut push = |url: &str, inlines: &[Inline], image: bool| {
                links.push(LinkUse { url: url.to_owned(), span: *span, image, text: plain_text(inlines) });
            };
            match kind {
                InlineKind::Link { url, inlines, .. } => push(url, inlines, false),
                InlineKind::Image { url, inlines, .. } => push(url, inlines, true),
                InlineKind::Html(html) => push_html_links(html, *span, &mut links),
                _ => {}
            }
        }
        links.sort_by_key(|link| link.span);
        links
    }

    fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = self.headings.iter().map(|anchor| (*anchor).to_owned()).collect();
        let mut ids = Vec::new();
        self.html.iter().for_each(|(html, _)| push_ids(html, &mut ids));
        for inline in &self.inlines {
            if let InlineKind::Html(html) = &inline.kind {
                push_ids(html, &mut ids);
            }
        }
        if ids.is_empty() {
            return anchors;
        }
        let mut known: BTreeSet<String> = anchors.iter().cloned().collect();
        anchors.extend(ids.into_iter().filter(|id| known.insert(id.clone())));
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

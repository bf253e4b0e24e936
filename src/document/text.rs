//! What can be asked of a tree: its plain text, its links, its anchors.

use super::{Block, BlockKind, Document, Inline, InlineKind, LinkUse};

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
        visit_blocks(&self.blocks, &mut |inline| match &inline.kind {
            InlineKind::Link { url, inlines, .. } => {
                links.push(LinkUse { url: url.clone(), span: inline.span, image: false, text: plain_text(inlines) });
            }
            InlineKind::Image { url, inlines, .. } => {
                links.push(LinkUse { url: url.clone(), span: inline.span, image: true, text: plain_text(inlines) });
            }
            _ => {}
        });
        links
    }

    /// Returns the anchors of all headings, in order.
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors = Vec::new();
        visit_headings(&self.blocks, &mut |anchor| anchors.push(anchor.to_owned()));
        anchors
    }
}

fn visit_headings(blocks: &[Block], visit: &mut impl FnMut(&str)) {
    for block in blocks {
        if let BlockKind::Heading { anchor, .. } = &block.kind {
            visit(anchor);
        }
        for inner in inner_blocks(block) {
            visit_headings(inner, visit);
        }
    }
}

/// Returns the lists of blocks directly inside `block`.
fn inner_blocks(block: &Block) -> Vec<&[Block]> {
    match &block.kind {
        BlockKind::Quote(blocks) | BlockKind::Alert { blocks, .. } | BlockKind::Footnote { blocks, .. } => vec![blocks],
        BlockKind::List { items, .. } => items.iter().map(|item| item.blocks.as_slice()).collect(),
        BlockKind::Descriptions(items) => items.iter().map(|item| item.details.as_slice()).collect(),
        _ => Vec::new(),
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
            _ => inner_blocks(block).into_iter().for_each(|inner| visit_blocks(inner, visit)),
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

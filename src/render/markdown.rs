//! Writes a document as HTML: owned tree in, harmless and balanced HTML out, with slots for the links and images that only the
//! site can resolve.
//!
//! The title heading is left out, because the page around the text shows it; all other headings start at the second level and
//! never skip one. Raw HTML is sanitised or shown as text, as the settings say; it is never trusted.

mod escape;
mod lines;
mod sanitize;
mod slots;
mod writer;

use std::collections::BTreeSet;

pub(crate) use lines::keep_meant_breaks;

use self::{
    escape::push_escaped,
    slots::{Segment, cut, fill},
    writer::{BlockHtml, Written},
};
use crate::{
    config::{RawHtml, RemoteImages, Settings},
    diag::{Code, Diagnosed, Diagnostic, Span},
    document::{BlockKind, Document, Inline, InlineKind, html, plain_text},
    extract::headings::Headings,
};

/// Where a link or image leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To this address.
    Href(String),
    /// To the image at this address, of so many pixels in width and height.
    Image(String, (u32, u32)),
    /// To nothing that is there: marked text is shown instead.
    Missing,
    /// To an address that is not allowed: marked text is shown instead.
    Refused,
}

/// The text of a document as HTML with slots.
#[derive(Debug, Clone)]
pub struct Body {
    written: Written,
    /// The anchors of all headings: no other element may have them.
    anchors: Vec<String>,
    /// The place of the title heading, which is left out.
    title: Option<Span>,
    remote_images: RemoteImages,
}

/// Writes `document` as HTML.
pub fn render_body(settings: &Settings, document: &Document) -> Diagnosed<Body> {
    let mut diagnostics = Vec::new();
    let mut body = Body {
        written: writer::write(document, settings.raw_html),
        anchors: document.heading_anchors(),
        title: title_span(settings, document),
        remote_images: settings.remote_images,
    };
    if body.written.has_raw && body.segments(&|block| Some(block.span) != body.title).is_none() {
        diagnostics.push(
            Diagnostic::warning(Code::DocumentTooDeep, None, "the raw HTML is nested too deeply, so it is shown as text")
                .help("close the elements, or write Markdown instead"),
        );
        body.written = writer::write(document, RawHtml::Escape);
    }
    if body.written.is_cut {
        diagnostics.push(
            Diagnostic::warning(Code::PageTooLarge, None, "the page would be too large, so its end is left out")
                .help("look for a table or footnote that is repeated very often"),
        );
    }
    let diagnostics = diagnostics.into_iter().map(|diagnostic| diagnostic.in_file(document.path.clone())).collect();
    Diagnosed { value: body, diagnostics }
}

/// Returns the place of the heading that is the document's title: its first heading, with nothing but pictures and rules above it, no
/// heading above it in rank, and not itself the heading of a known section.
pub(crate) fn title_span(settings: &Settings, document: &Document) -> Option<Span> {
    let mut blocks = document.blocks.iter();
    let (span, level, text) = blocks.find_map(|block| match &block.kind {
        BlockKind::Heading { level, inlines, .. } => Some(Some((block.span, *level, plain_text(inlines)))),
        BlockKind::Html(_) | BlockKind::Rule => None,
        BlockKind::Paragraph(inlines) if plain_text(inlines).trim().is_empty() || is_picture(inlines) => None,
        _ => Some(None),
    })??;
    let is_first_in_rank = blocks.all(|block| !matches!(block.kind, BlockKind::Heading { level: other, .. } if other < level));
    let is_section = Headings::new(&settings.read).role_of_label(&text).is_some();
    (is_first_in_rank && !is_section && !text.ends_with(':')).then_some(span)
}

fn is_picture(inlines: &[Inline]) -> bool {
    let is_linked_picture = |inline: &Inline| matches!(&inline.kind, InlineKind::Link { inlines, .. } if is_picture(inlines));
    inlines.iter().all(|inline| {
        matches!(inline.kind, InlineKind::Image { .. } | InlineKind::SoftBreak | InlineKind::HardBreak) || is_linked_picture(inline)
    })
}

impl Body {
    /// Returns the whole text without its title heading. `resolve` gets each address as written and whether it is an image's.
    pub fn resolve(&self, resolve: &dyn Fn(&str, bool) -> Target) -> String {
        self.html(&|block| Some(block.span) != self.title, resolve)
    }

    /// Returns the anchor of the title heading, which is left out: links to it should reach the page's own heading.
    pub fn title_anchor(&self) -> Option<&str> {
        let title = self.written.blocks.iter().find(|block| Some(block.span) == self.title)?;
        title.heading.as_deref().map(|(_, anchor)| anchor.as_str())
    }

    /// Returns the blocks that begin inside `span`: the sections of one record of a document that holds several.
    /// The heading right at the beginning of `span` is left out, because the page around the text shows it.
    pub fn part(&self, span: Span, resolve: &dyn Fn(&str, bool) -> Target) -> String {
        let is_inside = |block: &BlockHtml| span.start <= block.span.start && block.span.start < span.end;
        let first = self.written.blocks.iter().find(|block| is_inside(block)).filter(|block| block.heading.is_some());
        let first = first.map(|block| block.span);
        self.html(&|block| is_inside(block) && Some(block.span) != first, resolve)
    }

    /// Returns the text without its title heading and without the blocks that begin inside one of `spans`: what a page shows in a
    /// form of its own.
    pub fn without(&self, spans: &[Span], resolve: &dyn Fn(&str, bool) -> Target) -> String {
        let is_left_out = |block: &BlockHtml| spans.iter().any(|span| span.start <= block.span.start && block.span.start < span.end);
        self.html(&|block| Some(block.span) != self.title && !is_left_out(block), resolve)
    }

    /// Returns the text without markup, a line for each block, for search.
    pub fn plain_text(&self) -> String {
        let blocks = self.written.blocks_with_html().map(|(_, html)| html);
        let footnotes = self.written.footnotes.values().map(|footnote| footnote.html.as_str());
        let lines: Vec<String> = blocks.chain(footnotes).map(html::text).filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }

    /// True where the text's HTML has this markup.
    pub fn contains(&self, markup: &str) -> bool {
        let footnotes = self.written.footnotes.values().map(|footnote| footnote.html.as_str());
        self.written.blocks_with_html().map(|(_, html)| html).chain(footnotes).any(|html| html.contains(markup))
    }

    fn html(&self, is_shown: &dyn Fn(&BlockHtml) -> bool, resolve: &dyn Fn(&str, bool) -> Target) -> String {
        // What could be sanitised as a whole can be in part; were it not so, nothing would be the safe answer.
        let segments = self.segments(is_shown).unwrap_or_default();
        fill(&segments, self.remote_images, resolve)
    }

    /// Returns the blocks for which `is_shown`; `None` where they cannot be sanitised.
    fn segments(&self, is_shown: &dyn Fn(&BlockHtml) -> bool) -> Option<Vec<Segment>> {
        let mut html = String::new();
        let mut footnotes = BTreeSet::new();
        let mut levels: Vec<u8> = Vec::new();
        for (block, inner) in self.written.blocks_with_html().filter(|(block, _)| is_shown(block)) {
            footnotes.extend(&block.footnotes);
            match block.heading.as_deref() {
                Some((level, anchor)) => push_heading(&mut html, &mut levels, *level, anchor, inner),
                None => html.push_str(inner),
            }
        }
        self.push_footnotes(&mut html, &footnotes);
        if self.written.is_cut {
            html.push_str("<p class=\"note\">The rest of this document is too large to be shown.</p>\n");
        }
        let html = if self.written.has_raw { sanitize::sanitize(&html)? } else { html };
        let anchors = self.anchors.iter().map(String::as_str).collect();
        Some(cut(&html, &anchors))
    }

    fn push_footnotes(&self, html: &mut String, numbers: &BTreeSet<usize>) {
        if numbers.is_empty() {
            return;
        }
        html.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n");
        for number in self.with_further_footnotes(numbers) {
            let Some(footnote) = self.written.footnotes.get(&number) else { continue };
            html.push_str(&format!("<li id=\"hs-fn-{number}\" value=\"{number}\" dir=\"auto\">\n{}</li>\n", footnote.html));
        }
        html.push_str("</ol>\n</section>\n");
    }

    /// Returns `numbers` and those of the footnotes that they refer to.
    fn with_further_footnotes(&self, numbers: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut found = numbers.clone();
        let mut open: Vec<usize> = numbers.iter().copied().collect();
        while let Some(footnote) = open.pop().and_then(|number| self.written.footnotes.get(&number)) {
            open.extend(footnote.footnotes.iter().filter(|number| found.insert(**number)));
        }
        found
    }
}

/// Appends a heading at the level that follows from the headings above it.
fn push_heading(html: &mut String, levels: &mut Vec<u8>, level: u8, anchor: &str, inner: &str) {
    while levels.last().is_some_and(|above| *above >= level) {
        levels.pop();
    }
    levels.push(level);
    let level = (levels.len() + 1).min(6);
    html.push_str(&format!("<h{level} id=\""));
    push_escaped(html, anchor);
    html.push_str("\" dir=\"auto\">");
    html.push_str(inner);
    html.push_str(" <a class=\"anchor\" href=\"#");
    push_escaped(html, anchor);
    html.push_str(&format!("\" aria-label=\"Link to this section\">#</a></h{level}>\n"));
}

#[cfg(test)]
mod tests;

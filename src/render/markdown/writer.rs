//! Writes the tree as HTML, one string for each top-level block, so that a page can show some of them.
//!
//! Links and images are written with their address as it stands in the document; `slots` takes them out again, from this HTML and
//! from raw HTML alike.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    escape::push_escaped,
    lines::{is_meant, is_plainly_written},
};
use crate::{
    config::RawHtml,
    diag::Span,
    document::{Alignment, Block, BlockKind, Document, Inline, InlineKind, ListItem, TableRow, html, plain_text},
};

/// How many links lead back from one footnote, at most.
const MAX_BACK_LINKS: usize = 20;
/// How much larger than its text a page may become, and how large in any case, in bytes.
const MAX_GROWTH: usize = 16;
const FREE_BYTES: usize = 1 << 20;
/// What a heading takes beyond its text and its anchors, in bytes.
const HEADING_BYTES: usize = 100;
/// The longest name of a task's box, in characters.
const MAX_LABEL_CHARS: usize = 80;

/// A top-level block as HTML.
#[derive(Debug, Clone)]
pub(super) struct BlockHtml {
    pub(super) span: Span,
    /// Of a heading: its level as written and its anchor; its HTML is then what stands inside it.
    pub(super) heading: Option<Box<(u8, String)>>,
    /// Where its HTML ends in that of the document.
    end: usize,
    /// The numbers of the footnotes that it refers to, in order.
    pub(super) footnotes: Box<[usize]>,
}

/// The inside of a footnote's list item.
#[derive(Debug, Clone)]
pub(super) struct FootnoteHtml {
    pub(super) html: String,
    /// The numbers of the footnotes that it refers to.
    pub(super) footnotes: BTreeSet<usize>,
}

/// A whole document as HTML. It is kept until its page is made, so its parts are one text.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    html: String,
    pub(super) blocks: Vec<BlockHtml>,
    /// The footnotes, by number.
    pub(super) footnotes: BTreeMap<usize, FootnoteHtml>,
    /// True where raw HTML was kept, so that all of it must be sanitised.
    pub(super) has_raw: bool,
    /// True where the rest was left out because the page became too large.
    pub(super) is_cut: bool,
}

impl Written {
    /// Returns the top-level blocks, each with its HTML.
    pub(super) fn blocks_with_html(&self) -> impl Iterator<Item = (&BlockHtml, &str)> {
        let starts = std::iter::once(0).chain(self.blocks.iter().map(|block| block.end));
        self.blocks.iter().zip(starts).map(|(block, start)| (block, &self.html[start..block.end]))
    }
}

/// Writes `document`.
pub(super) fn write(document: &Document, raw_html: RawHtml) -> Written {
    let mut writer = Writer {
        document,
        is_plainly_written: is_plainly_written(document),
        // HTML is somewhat longer than its Markdown.
        out: String::with_capacity(document.text.len() + document.text.len() / 2),
        left: FREE_BYTES + MAX_GROWTH * document.text.len(),
        raw_html,
        has_raw: false,
        in_link: false,
        numbers: HashMap::new(),
        names: Vec::new(),
        references: Vec::new(),
        block_footnotes: BTreeSet::new(),
    };
    let mut written = Written::default();
    let mut definitions: HashMap<&str, &[Block]> = HashMap::new();
    for block in &document.blocks {
        if let BlockKind::Footnote { name, blocks } = &block.kind {
            definitions.entry(name).or_insert(blocks);
            continue;
        }
        if writer.is_full() {
            written.is_cut = true;
            break;
        }
        let heading = writer.top_block(block).map(Box::new);
        let footnotes = std::mem::take(&mut writer.block_footnotes).into_iter().collect();
        written.blocks.push(BlockHtml { span: block.span, heading, end: writer.out.len(), footnotes });
    }
    written.html = writer.take();
    written.html.shrink_to_fit();
    written.blocks.shrink_to_fit();
    written.footnotes = writer.footnotes(&definitions);
    written.is_cut |= writer.is_full();
    written.has_raw = writer.has_raw;
    written
}

struct Writer<'a> {
    document: &'a Document,
    is_plainly_written: bool,
    out: String,
    /// How many bytes may still be written.
    left: usize,
    raw_html: RawHtml,
    has_raw: bool,
    in_link: bool,
    /// The numbers of the footnotes, in order of first reference.
    numbers: HashMap<String, usize>,
    /// Their names, by number.
    names: Vec<String>,
    /// How often each footnote was referred to.
    references: Vec<usize>,
    block_footnotes: BTreeSet<usize>,
}

impl Writer<'_> {
    fn is_full(&self) -> bool {
        self.out.len() >= self.left
    }

    fn take(&mut self) -> String {
        self.left = self.left.saturating_sub(self.out.len());
        std::mem::take(&mut self.out)
    }

    fn tag(&mut self, tag: &str) {
        self.out.push_str(tag);
    }

    fn text(&mut self, text: &str) {
        push_escaped(&mut self.out, text);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        push_escaped(&mut self.out, value);
        self.out.push('"');
    }

    fn top_block(&mut self, block: &Block) -> Option<(u8, String)> {
        if let BlockKind::Heading { level, inlines, anchor, .. } = &block.kind {
            self.inlines(inlines);
            // Its tag, its anchor and the link to it are written when the page is put together.
            self.left = self.left.saturating_sub(HEADING_BYTES + 2 * anchor.len());
            return Some((*level, anchor.clone()));
        }
        self.block(block);
        None
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            if self.is_full() {
                return;
            }
            self.block(block);
        }
    }

    /// Writes a block. The depth of the tree is limited when it is made.
    fn block(&mut self, block: &Block) {
        match &block.kind {
            // A heading inside a quote or a list is not part of the page's outline.
            BlockKind::Heading { inlines, anchor, .. } => {
                self.tag("<p class=\"subheading\" dir=\"auto\"");
                self.attribute("id", anchor);
                self.tag("><strong>");
                self.inlines(inlines);
                self.tag("</strong></p>\n");
            }
            BlockKind::Paragraph(inlines) => {
                self.tag("<p dir=\"auto\">");
                self.inlines(inlines);
                self.tag("</p>\n");
            }
            BlockKind::List { first_number, tight, items } => self.list(*first_number, *tight, items),
            BlockKind::Quote(blocks) => {
                self.tag("<blockquote>\n");
                self.blocks(blocks);
                self.tag("</blockquote>\n");
            }
            BlockKind::Alert { kind, title, blocks } => self.alert(kind, title.as_deref(), blocks),
            BlockKind::Code { info, literal, .. } => self.code(info, literal),
            BlockKind::Html(html) => {
                self.raw(html);
                self.tag("\n");
            }
            BlockKind::Table { alignments, header, rows } => self.table(alignments, header, rows),
            BlockKind::Descriptions(items) => {
                self.tag("<dl>\n");
                for item in items {
                    self.tag("<dt dir=\"auto\">");
                    self.inlines(&item.term);
                    self.tag("</dt>\n<dd dir=\"auto\">");
                    self.blocks(&item.details);
                    self.tag("</dd>\n");
                }
                self.tag("</dl>\n");
            }
            // comrak moves footnotes to the top level; one that is elsewhere has no number.
            BlockKind::Footnote { blocks, .. } => self.blocks(blocks),
            BlockKind::Rule => self.tag("<hr>\n"),
        }
    }

    fn list(&mut self, first_number: Option<u64>, tight: bool, items: &[ListItem]) {
        let tasks = if items.iter().any(|item| item.task.is_some()) { " class=\"tasks\"" } else { "" };
        match first_number {
            None => self.tag(&format!("<ul{tasks}>\n")),
            Some(1) => self.tag(&format!("<ol{tasks}>\n")),
            Some(number) => self.tag(&format!("<ol{tasks} start=\"{number}\">\n")),
        }
        for item in items {
            if self.is_full() {
                break;
            }
            self.tag("<li dir=\"auto\">");
            if let Some(is_done) = item.task {
                self.checkbox(is_done, item);
            }
            for (index, block) in item.blocks.iter().enumerate() {
                match &block.kind {
                    BlockKind::Paragraph(inlines) if tight => {
                        if index > 0 {
                            self.tag("\n");
                        }
                        self.inlines(inlines);
                    }
                    _ => {
                        self.tag("\n");
                        self.block(block);
                    }
                }
            }
            self.tag("</li>\n");
        }
        self.tag(if first_number.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    fn checkbox(&mut self, is_done: bool, item: &ListItem) {
        let label = match item.blocks.first().map(|block| &block.kind) {
            Some(BlockKind::Paragraph(inlines)) => plain_text(inlines).chars().take(MAX_LABEL_CHARS).collect(),
            _ => String::new(),
        };
        let label = if label.trim().is_empty() { "Task" } else { label.trim() };
        self.tag("<input type=\"checkbox\" disabled");
        if is_done {
            self.tag(" checked");
        }
        self.attribute("aria-label", label);
        self.tag("> ");
    }

    fn alert(&mut self, kind: &str, title: Option<&str>, blocks: &[Block]) {
        let word = match kind {
            "tip" => "Tip",
            "important" => "Important",
            "warning" => "Warning",
            "caution" => "Caution",
            _ => "Note",
        };
        self.tag("<div class=\"note\"");
        self.attribute("data-kind", kind);
        self.tag(" role=\"note\">\n<p class=\"note-word\" dir=\"auto\"><strong>");
        self.text(title.unwrap_or(word));
        self.tag("</strong></p>\n");
        self.blocks(blocks);
        self.tag("</div>\n");
    }

    fn code(&mut self, info: &str, literal: &str) {
        let word = info.split([' ', ',', '\t', '{']).next().unwrap_or("");
        let language: String =
            word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '_' | '-')).collect::<String>().to_lowercase();
        self.tag("<pre tabindex=\"0\" dir=\"ltr\"><code");
        if !language.is_empty() {
            self.attribute("class", &format!("language-{language}"));
        }
        self.tag(">");
        self.text(literal);
        self.tag("</code></pre>\n");
    }

    fn table(&mut self, alignments: &[Alignment], header: &TableRow, rows: &[TableRow]) {
        self.tag("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead>\n");
        self.row(alignments, header, "th scope=\"col\"", "th");
        self.tag("</thead>\n");
        if !rows.is_empty() {
            self.tag("<tbody>\n");
            for row in rows {
                if self.is_full() {
                    break;
                }
                self.row(alignments, row, "td", "td");
            }
            self.tag("</tbody>\n");
        }
        self.tag("</table></div>\n");
    }

    fn row(&mut self, alignments: &[Alignment], row: &TableRow, open: &str, close: &str) {
        self.tag("<tr>");
        for (index, cell) in row.cells.iter().enumerate() {
            if self.is_full() {
                break;
            }
            let align = match alignments.get(index) {
                Some(Alignment::Right) => " class=\"r\"",
                Some(Alignment::Center) => " class=\"mid\"",
                _ => "",
            };
            self.tag(&format!("<{open}{align} dir=\"auto\">"));
            self.inlines(&cell.inlines);
            self.tag(&format!("</{close}>"));
        }
        self.tag("</tr>\n");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            if self.is_full() {
                return;
            }
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::Code(code) => {
                self.tag("<code>");
                self.text(code);
                self.tag("</code>");
            }
            InlineKind::SoftBreak if is_meant(self.document, self.is_plainly_written, inline.span) => self.tag("<br>\n"),
            InlineKind::SoftBreak => self.tag("\n"),
            InlineKind::HardBreak => self.tag("<br>\n"),
            InlineKind::Emphasis(inner) => self.wrapped("em", inner),
            InlineKind::Strong(inner) => self.wrapped("strong", inner),
            InlineKind::Strike(inner) => self.wrapped("del", inner),
            // A link inside a link is no link.
            InlineKind::Link { inlines, .. } if self.in_link => self.inlines(inlines),
            InlineKind::Link { url, title, inlines } => {
                self.tag("<a");
                self.attribute("href", url);
                if !title.is_empty() {
                    self.attribute("title", title);
                }
                self.tag(">");
                self.in_link = true;
                self.inlines(inlines);
                self.in_link = false;
                self.tag("</a>");
            }
            InlineKind::Image { url, title, inlines } => {
                self.tag("<img");
                self.attribute("src", url);
                self.attribute("alt", &plain_text(inlines));
                if !title.is_empty() {
                    self.attribute("title", title);
                }
                self.tag(">");
            }
            InlineKind::FootnoteReference(name) => self.footnote_reference(name),
            InlineKind::Html(html) => self.raw(html),
        }
    }

    fn wrapped(&mut self, tag: &str, inner: &[Inline]) {
        self.tag(&format!("<{tag}>"));
        self.inlines(inner);
        self.tag(&format!("</{tag}>"));
    }

    fn raw(&mut self, html: &str) {
        let mut only_comments = true;
        let mut only_breaks = true;
        for token in html::tokens(html) {
            match token {
                html::Token::Comment => only_breaks = false,
                html::Token::Text(text) if text.trim().is_empty() => {}
                html::Token::Open(tag) if tag.name == "br" && tag.attributes.is_empty() => only_comments = false,
                _ => (only_comments, only_breaks) = (false, false),
            }
        }
        if only_comments {
            return;
        }
        if only_breaks {
            self.tag("<br>");
            return;
        }
        match self.raw_html {
            RawHtml::Sanitize => {
                self.has_raw = true;
                self.tag(html);
            }
            RawHtml::Escape => self.text(html),
        }
    }

    fn footnote_reference(&mut self, name: &str) {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        if number > self.references.len() {
            self.names.push(name.to_owned());
            self.references.push(0);
        }
        self.references[number - 1] += 1;
        let id = back_id(number, self.references[number - 1]);
        self.block_footnotes.insert(number);
        if self.in_link {
            self.tag(&format!("<sup>{number}</sup>"));
        } else {
            self.tag(&format!(
                "<sup><a class=\"fnref\" href=\"#hs-fn-{number}\" id=\"{id}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
            ));
        }
    }

    /// Writes the footnotes that were referred to; a footnote may refer to further ones.
    fn footnotes(&mut self, definitions: &HashMap<&str, &[Block]>) -> BTreeMap<usize, FootnoteHtml> {
        let mut done = BTreeMap::new();
        while let Some(name) = self.names.get(done.len()) {
            if let Some(blocks) = definitions.get(name.as_str()).filter(|_| !self.is_full()) {
                self.blocks(blocks);
            }
            let footnotes = std::mem::take(&mut self.block_footnotes);
            done.insert(done.len() + 1, FootnoteHtml { html: self.take(), footnotes });
        }
        for (number, footnote) in &mut done {
            for reference in 1..=self.references[number - 1].min(MAX_BACK_LINKS) {
                let id = back_id(*number, reference);
                footnote.html.push_str(&format!(
                    "<a class=\"fnback\" href=\"#{id}\" aria-label=\"Back to reference {reference} of footnote {number}\">↩</a> "
                ));
            }
        }
        done
    }
}

fn back_id(number: usize, reference: usize) -> String {
    if reference == 1 { format!("hs-fnref-{number}") } else { format!("hs-fnref-{number}-{reference}") }
}

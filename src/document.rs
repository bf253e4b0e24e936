//! Front matter and Markdown into positioned blocks that own their text. It knows Markdown, not incidents.
//!
//! comrak's arena never leaves this module: the tree here is owned, so that it can cross threads, be kept by a cache, and be
//! written as HTML or as a wiki's own markup.

mod anchors;
mod front_matter;
mod headings;
pub(crate) mod html;
mod text;
mod tree;

use std::sync::Arc;

use crate::{
    diag::{Diagnosed, Diagnostic, Span},
    source::{LineTable, Source},
};

pub use text::plain_text;
pub(crate) use text::visit_blocks;

/// Parses a file into its front matter and blocks. It cannot fail: what cannot be parsed stays text, with a diagnostic.
pub fn parse_document(source: &Source) -> Diagnosed<Document> {
    let text = &source.text;
    let split = front_matter::split(text);
    let mut diagnostics = split.diagnostics;
    let blocks = tree::parse(text, &source.lines, split.body_start, &mut diagnostics);
    let mut blocks = headings::find_headings(text, blocks);
    anchors::set_anchors(&mut blocks);
    let value = Document {
        path: source.path.clone(),
        text: text.clone(),
        lines: source.lines.clone(),
        front_matter: split.front_matter,
        body_start: split.body_start,
        blocks,
    };
    let diagnostics = diagnostics.into_iter().map(|diagnostic: Diagnostic| diagnostic.in_file(source.path.clone())).collect();
    Diagnosed { value, diagnostics }
}

impl Document {
    /// Returns the document that is `text`, for tests and for what does not come from a disk.
    pub fn from_text(text: &str) -> Self {
        parse_document(&Source::from_text("document.md", text)).value
    }
}

/// A document: its front matter and its blocks, each with its place in the file.
#[derive(Debug, Clone)]
pub struct Document {
    /// Path below the content folder, `/`-separated.
    pub path: Arc<str>,
    /// The whole text of the file, front matter included; all spans are of it.
    pub text: Arc<str>,
    /// The lines of `text`.
    pub lines: LineTable,
    /// The front matter, where there is one that can be read.
    pub front_matter: Option<FrontMatter>,
    /// The offset at which the Markdown begins.
    pub body_start: usize,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
}

/// Which notation a front matter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrontMatterFormat {
    /// Between `---` lines.
    Yaml,
    /// Between `+++` lines.
    Toml,
    /// A JSON object at the top.
    Json,
}

/// A front matter, parsed.
#[derive(Debug, Clone)]
pub struct FrontMatter {
    /// Its notation.
    pub format: FrontMatterFormat,
    /// The whole block with its fences.
    pub span: Span,
    /// Its keys in order, as written.
    pub entries: Vec<Entry>,
}

/// One key of a mapping and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

/// A value of a front matter, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ValueKind,
}

/// What a value of a front matter is. Scalars keep the text as written (`1.10`, `no`, `0012`), so that no type guess loses any.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// Empty, `null` or `~`.
    Null,
    /// A scalar, its text unquoted; `quoted` where it was written in quotes (so it is text whatever it looks like).
    Scalar {
        /// The text.
        text: String,
        /// Whether it was quoted.
        quoted: bool,
    },
    /// A sequence.
    List(Vec<Value>),
    /// A mapping.
    Map(Vec<Entry>),
}

/// A block and its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// What made a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingOrigin {
    /// A Markdown heading.
    Markdown,
    /// `#Title`, without the space that CommonMark wants.
    HashWithoutSpace,
    /// A line that is bold as a whole.
    BoldLine,
    /// An HTML `<h1>` to `<h6>`.
    Html,
}

/// A row of a table: its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// Its place.
    pub span: Span,
    /// Its cells.
    pub cells: Vec<TableCell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableCell {
    /// Its place.
    pub span: Span,
    /// Its text.
    pub inlines: Vec<Inline>,
}

/// How a column of a table is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Not stated.
    None,
    /// To the start.
    Left,
    /// In the middle.
    Center,
    /// To the end.
    Right,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// Its place.
    pub span: Span,
    /// For a task: whether it is ticked.
    pub task: Option<bool>,
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// A term and its descriptions.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// The term.
    pub term: Vec<Inline>,
    /// What is said of it.
    pub details: Vec<Block>,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    /// A heading.
    Heading {
        /// 1 to 6 as written (a bold line: one below the heading above it).
        level: u8,
        /// Its text.
        inlines: Vec<Inline>,
        /// Unique anchor on the page.
        anchor: String,
        /// What made it a heading.
        origin: HeadingOrigin,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// The first number of a numbered list.
        first_number: Option<u64>,
        /// Whether its items stand close.
        tight: bool,
        /// Its items.
        items: Vec<ListItem>,
    },
    /// A quote.
    Quote(Vec<Block>),
    /// A GitHub alert.
    Alert {
        /// `note`, `tip`, `important`, `warning` or `caution`.
        kind: String,
        /// Its own title, where it has one.
        title: Option<String>,
        /// Its blocks.
        blocks: Vec<Block>,
    },
    /// Code.
    Code {
        /// The info string of a fence; empty otherwise.
        info: String,
        /// The code.
        literal: String,
        /// Whether it is fenced rather than indented.
        fenced: bool,
    },
    /// A block of raw HTML, as written.
    Html(String),
    /// A table.
    Table {
        /// One for each column.
        alignments: Vec<Alignment>,
        /// The header row.
        header: TableRow,
        /// The rows.
        rows: Vec<TableRow>,
    },
    /// A description list.
    Descriptions(Vec<Description>),
    /// A footnote's text.
    Footnote {
        /// Its name.
        name: String,
        /// Its blocks.
        blocks: Vec<Block>,
    },
    /// A horizontal rule.
    Rule,
}

/// A piece of text inside a block and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Inline {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: InlineKind,
}

/// A link or an image of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUse {
    /// Its address as written, entities resolved.
    pub url: String,
    /// Where it stands.
    pub span: Span,
    /// True for an image.
    pub image: bool,
    /// Its text, plain.
    pub text: String,
}

/// What a piece of text is.
#[derive(Debug, Clone, PartialEq)]
pub enum InlineKind {
    /// Plain text, entities and escapes resolved.
    Text(String),
    /// A code span.
    Code(String),
    /// A line end in the source that is a space on the page.
    SoftBreak,
    /// A line end that is kept.
    HardBreak,
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// A link; wiki links too.
    Link {
        /// Its address as written, entities resolved.
        url: String,
        /// Its title.
        title: String,
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// An image.
    Image {
        /// Its address as written.
        url: String,
        /// Its title.
        title: String,
        /// Its alternative text.
        inlines: Vec<Inline>,
    },
    /// A reference to a footnote.
    FootnoteReference(String),
    /// Raw HTML, as written.
    Html(String),
}

#[cfg(test)]
mod tests;

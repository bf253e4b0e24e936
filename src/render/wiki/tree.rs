//! A page of a wiki as a small tree: blocks and pieces of text, with links that name pages and files.

use crate::document::Alignment;

/// A block of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// A heading: level 2 to 6.
    Heading { level: u8, anchor: String, pieces: Vec<Piece> },
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// A list; numbered from `first_number` on.
    List { first_number: Option<u64>, items: Vec<Item> },
    /// A quote.
    Quote(Vec<Node>),
    /// A note that stands out.
    Callout { tone: Tone, title: String, nodes: Vec<Node> },
    /// Code, with its language in small letters; empty for none.
    Code { language: String, text: String },
    /// A table.
    Table(Table),
    /// Terms and what is said of them.
    Terms(Vec<(Vec<Piece>, Vec<Node>)>),
    /// What is folded away under a title.
    Fold { title: String, nodes: Vec<Node> },
    /// A horizontal rule.
    Rule,
    /// A list of the page's headings.
    Contents,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Item {
    /// For a task: whether it is done.
    pub(super) task: Option<bool>,
    pub(super) nodes: Vec<Node>,
}

/// A table. Without a header its first column names the rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Table {
    pub(super) header: Vec<Vec<Piece>>,
    pub(super) rows: Vec<Vec<Vec<Piece>>>,
    pub(super) alignments: Vec<Alignment>,
}

/// How a note is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Text as the author meant it.
    Text(String),
    /// A code span.
    Code(String),
    /// A line end that is kept.
    Break,
    Emphasis(Vec<Piece>),
    Strong(Vec<Piece>),
    Strike(Vec<Piece>),
    Superscript(Vec<Piece>),
    Subscript(Vec<Piece>),
    Link {
        to: Destination,
        pieces: Vec<Piece>,
    },
    /// A picture that is attached; its address.
    Image {
        file: String,
        alt: String,
    },
    /// A picture of another host.
    RemoteImage {
        url: String,
        alt: String,
    },
    /// A place that a link can lead to.
    Anchor(String),
    /// A word that stands out, such as a severity.
    Mark {
        text: String,
        colour: Colour,
    },
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// A page of the wiki: its address, which is a path or a title, and an anchor on it.
    Page(String, Option<String>),
    /// An anchor on this page.
    Here(String),
    /// An attached file: its address.
    File(String),
    /// An address elsewhere: `http`, `https` or `mailto`.
    Url(String),
}

/// How a mark is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Red,
    Yellow,
    Green,
    Blue,
    Grey,
}

impl Tone {
    /// Returns the tone of a GitHub alert.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "tip" => Tone::Tip,
            "important" => Tone::Important,
            "warning" => Tone::Warning,
            "caution" => Tone::Caution,
            _ => Tone::Note,
        }
    }

    /// Returns its name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Tone::Note => "Note",
            Tone::Tip => "Tip",
            Tone::Important => "Important",
            Tone::Warning => "Warning",
            Tone::Caution => "Caution",
        }
    }
}

/// Returns a piece of plain text.
pub(super) fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

/// Returns a paragraph of plain text.
pub(super) fn paragraph(words: impl Into<String>) -> Node {
    Node::Paragraph(vec![text(words)])
}

/// Returns the text of `pieces` without any markup.
pub(super) fn plain(pieces: &[Piece]) -> String {
    let mut out = String::new();
    push_plain(pieces, &mut out);
    out
}

/// The depth of the tree is limited where it is made.
fn push_plain(pieces: &[Piece], out: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::Code(text) | Piece::Mark { text, .. } => out.push_str(text),
            Piece::Break => out.push(' '),
            Piece::Image { alt, .. } | Piece::RemoteImage { alt, .. } => out.push_str(alt),
            Piece::Anchor(_) => {}
            Piece::Emphasis(inner)
            | Piece::Strong(inner)
            | Piece::Strike(inner)
            | Piece::Superscript(inner)
            | Piece::Subscript(inner)
            | Piece::Link { pieces: inner, .. } => push_plain(inner, out),
        }
    }
}

/// Calls `visit` for every piece below `nodes`, in order.
pub(super) fn visit_pieces(nodes: &[Node], visit: &mut dyn FnMut(&Piece)) {
    for node in nodes {
        match node {
            Node::Heading { pieces, .. } | Node::Paragraph(pieces) => visit_inner(pieces, visit),
            Node::List { items, .. } => items.iter().for_each(|item| visit_pieces(&item.nodes, visit)),
            Node::Quote(nodes) | Node::Callout { nodes, .. } | Node::Fold { nodes, .. } => visit_pieces(nodes, visit),
            Node::Table(table) => table.header.iter().chain(table.rows.iter().flatten()).for_each(|cell| visit_inner(cell, visit)),
            Node::Terms(terms) => {
                for (term, nodes) in terms {
                    visit_inner(term, visit);
                    visit_pieces(nodes, visit);
                }
            }
            Node::Code { .. } | Node::Rule | Node::Contents => {}
        }
    }
}

fn visit_inner(pieces: &[Piece], visit: &mut dyn FnMut(&Piece)) {
    for piece in pieces {
        visit(piece);
        match piece {
            Piece::Emphasis(inner)
            | Piece::Strong(inner)
            | Piece::Strike(inner)
            | Piece::Superscript(inner)
            | Piece::Subscript(inner)
            | Piece::Link { pieces: inner, .. } => visit_inner(inner, visit),
            _ => {}
        }
    }
}

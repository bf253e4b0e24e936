//! A document's tree as the blocks of a wiki's page: links and images resolved, footnotes numbered, raw HTML taken apart.

use std::collections::BTreeMap;

use super::{
    BadgeColour, Colour, Destination, Item, Node, Piece, Table, Tone, WikiLink,
    html::{Flow, PieceFlow},
    plain, text,
};
use crate::document::{Block, BlockKind, Inline, InlineKind, ListItem, TableRow, html::tokens};

/// How the anchors of footnotes begin.
const FOOTNOTE: &str = "hs-fn-";

/// Where a link leads.
pub(super) enum Lead {
    To(Destination),
    /// No link: a word that stands out.
    Badge(Colour),
    /// Nothing that is there, or nothing that is allowed: the text stays.
    Text,
}

/// Says where the links and images of a document lead.
pub(super) trait Links {
    fn link(&self, url: &str) -> Lead;
    fn image(&self, url: &str, alt: &str) -> Piece;
}

/// Turns the blocks of one document into those of one page.
pub(super) struct Converter<'a> {
    blocks: &'a [Block],
    links: &'a dyn Links,
    definitions: BTreeMap<&'a str, &'a [Block]>,
    numbers: BTreeMap<String, usize>,
    names: Vec<String>,
}

impl<'a> Converter<'a> {
    pub(super) fn new(blocks: &'a [Block], links: &'a dyn Links) -> Self {
        let mut definitions = BTreeMap::new();
        for block in blocks {
            if let BlockKind::Footnote { name, blocks } = &block.kind {
                definitions.entry(name.as_str()).or_insert(blocks.as_slice());
            }
        }
        Self { blocks, links, definitions, numbers: BTreeMap::new(), names: Vec::new() }
    }

    /// Returns the whole page.
    pub(super) fn page(&mut self) -> Vec<Node> {
        let shown = self.blocks.iter().filter(|block| !is_footnote(block));
        let mut nodes = self.blocks(shown, true);
        nodes.extend(self.footnotes());
        nodes
    }

    /// Returns the footnotes that the text refers to, as a list under a rule.
    fn footnotes(&mut self) -> Vec<Node> {
        let mut items = Vec::new();
        while let Some(name) = self.names.get(items.len()) {
            let blocks: &[Block] = self.definitions.get(name.as_str()).copied().unwrap_or_default();
            let mut nodes = self.blocks(blocks.iter(), false);
            let anchor = Piece::Anchor(format!("{FOOTNOTE}{}", items.len() + 1));
            match nodes.first_mut() {
                Some(Node::Paragraph(pieces)) => pieces.insert(0, anchor),
                _ => nodes.insert(0, Node::Paragraph(vec![anchor])),
            }
            items.push(Item { task: None, nodes });
        }
        if items.is_empty() { Vec::new() } else { vec![Node::Rule, Node::List { first_number: Some(1), items }] }
    }

    /// The depth of the document's tree is limited when it is made.
    fn blocks<'b>(&mut self, blocks: impl Iterator<Item = &'b Block>, is_top: bool) -> Vec<Node> {
        let mut flow = Flow::new(self.links);
        for block in blocks {
            match &block.kind {
                BlockKind::Html(html) => flow.html(html),
                BlockKind::Heading { level, inlines, anchor, .. } => {
                    let pieces = self.pieces(inlines);
                    flow.push(match is_top {
                        true => Node::Heading { level: (*level).clamp(2, 6), anchor: anchor.clone(), pieces },
                        // One inside a quote or a list is not part of the page's outline.
                        false => Node::Paragraph(vec![Piece::Strong(pieces)]),
                    });
                }
                kind => {
                    if let Some(node) = self.block(kind) {
                        flow.push(node);
                    }
                }
            }
        }
        flow.finish()
    }

    fn block(&mut self, kind: &BlockKind) -> Option<Node> {
        Some(match kind {
            BlockKind::Paragraph(inlines) => {
                let pieces = self.pieces(inlines);
                if pieces.is_empty() {
                    return None;
                }
                Node::Paragraph(pieces)
            }
            BlockKind::List { first_number, items, .. } => {
                Node::List { first_number: *first_number, items: items.iter().map(|item| self.item(item)).collect() }
            }
            BlockKind::Quote(blocks) => Node::Quote(self.blocks(blocks.iter(), false)),
            BlockKind::Alert { kind, title, blocks } => {
                let tone = Tone::of(kind);
                let title = title.clone().unwrap_or_else(|| tone.word().to_owned());
                Node::Callout { tone, title, nodes: self.blocks(blocks.iter(), false) }
            }
            BlockKind::Code { info, literal, .. } => Node::Code { language: language(info), text: literal.clone() },
            BlockKind::Table { alignments, header, rows } => {
                let mut cells = |row: &TableRow| -> Vec<Vec<Piece>> { row.cells.iter().map(|cell| self.pieces(&cell.inlines)).collect() };
                // A header of empty cells is Markdown's way to have none.
                let header = Some(cells(header)).filter(|cells| cells.iter().any(|cell| !cell.is_empty())).unwrap_or_default();
                Node::Table(Table { header, rows: rows.iter().map(cells).collect(), alignments: alignments.clone() })
            }
            BlockKind::Descriptions(items) => {
                Node::Terms(items.iter().map(|item| (self.pieces(&item.term), self.blocks(item.details.iter(), false))).collect())
            }
            BlockKind::Rule => Node::Rule,
            // One that is not at the top level has no number.
            BlockKind::Footnote { blocks, .. } => Node::Quote(self.blocks(blocks.iter(), false)),
            BlockKind::Html(_) | BlockKind::Heading { .. } => return None,
        })
    }

    fn item(&mut self, item: &ListItem) -> Item {
        Item { task: item.task, nodes: self.blocks(item.blocks.iter(), false) }
    }

    fn pieces(&mut self, inlines: &[Inline]) -> Vec<Piece> {
        let mut flow = PieceFlow::default();
        for inline in inlines {
            self.piece(inline, &mut flow);
        }
        flow.finish()
    }

    fn piece(&mut self, inline: &Inline, flow: &mut PieceFlow) {
        let piece = match &inline.kind {
            InlineKind::Text(words) => text(words.as_str()),
            InlineKind::Code(code) => Piece::Code(code.clone()),
            InlineKind::SoftBreak => text(" "),
            InlineKind::HardBreak => Piece::Break,
            InlineKind::Emphasis(inner) => Piece::Emphasis(self.pieces(inner)),
            InlineKind::Strong(inner) => Piece::Strong(self.pieces(inner)),
            InlineKind::Strike(inner) => Piece::Strike(self.pieces(inner)),
            InlineKind::Link { url, inlines, .. } => {
                let pieces = self.pieces(inlines);
                match self.links.link(url) {
                    Lead::To(to) => Piece::Link { to, pieces },
                    Lead::Badge(colour) => Piece::Mark { text: plain(&pieces), colour },
                    Lead::Text => {
                        pieces.into_iter().for_each(|piece| flow.push(piece));
                        return;
                    }
                }
            }
            InlineKind::Image { url, inlines, .. } => self.links.image(url, &crate::document::plain_text(inlines)),
            InlineKind::FootnoteReference(name) => self.reference(name),
            InlineKind::Html(html) => {
                tokens(html).for_each(|token| flow.token(token, self.links));
                return;
            }
        };
        flow.push(piece);
    }

    fn reference(&mut self, name: &str) -> Piece {
        let next = self.names.len() + 1;
        let number = *self.numbers.entry(name.to_owned()).or_insert(next);
        if number == next {
            self.names.push(name.to_owned());
        }
        let to = Destination::Here(format!("{FOOTNOTE}{number}"));
        Piece::Superscript(vec![Piece::Link { to, pieces: vec![text(number.to_string())] }])
    }
}

fn is_footnote(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Footnote { .. })
}

/// Returns the language of an info string, in small letters.
fn language(info: &str) -> String {
    let word = info.split([' ', ',', '\t', '{']).next().unwrap_or("");
    word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '_' | '-')).collect::<String>().to_lowercase()
}

/// Links whose addresses the caller looks up.
pub(super) struct Given<'a> {
    pub(super) resolve: &'a dyn Fn(&str, bool) -> WikiLink,
}

impl Links for Given<'_> {
    fn link(&self, url: &str) -> Lead {
        match (self.resolve)(url, false) {
            WikiLink::Page { address, anchor } => Lead::To(Destination::Page(address, anchor)),
            WikiLink::Here(anchor) => Lead::To(Destination::Here(anchor)),
            WikiLink::File(address) => Lead::To(Destination::File(address)),
            WikiLink::Url(url) => Lead::To(Destination::Url(absolute(&url))),
            WikiLink::Badge(colour) => Lead::Badge(match colour {
                BadgeColour::Red => Colour::Red,
                BadgeColour::Yellow => Colour::Yellow,
                BadgeColour::Green => Colour::Green,
                BadgeColour::Blue => Colour::Blue,
                BadgeColour::Grey => Colour::Grey,
            }),
            WikiLink::Text => Lead::Text,
        }
    }

    fn image(&self, url: &str, alt: &str) -> Piece {
        let name = if alt.trim().is_empty() { url.rsplit('/').next().unwrap_or(url) } else { alt };
        match (self.resolve)(url, true) {
            WikiLink::File(file) => Piece::Image { file, alt: alt.to_owned() },
            WikiLink::Url(url) if is_data(&url) => text(alt),
            WikiLink::Url(url) => Piece::RemoteImage { url: absolute(&url), alt: alt.to_owned() },
            _ => text(name),
        }
    }
}

/// True for a picture that is written into its address, which no wiki shows.
fn is_data(url: &str) -> bool {
    url.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// Returns an allowed address with its scheme.
fn absolute(url: &str) -> String {
    let url = url.trim();
    if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() }
}

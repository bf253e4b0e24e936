//! Raw HTML of a document as blocks and pieces: what a wiki can show is kept, all other tags go and their text stays.
//!
//! Elements may begin in one block of the document and end in another (`<details>`), so one [`Flow`] collects all blocks of a page,
//! and Markdown between them goes into whatever element is open.

use super::{
    Item, Node, Piece, Table,
    convert::{Lead, Links},
};
use crate::document::html::{Tag, Token, decode, tokens};

/// How deep elements are followed; deeper ones are left out and their text is kept.
const MAX_DEPTH: usize = 20;

/// Collects pieces, some of them inside open elements.
#[derive(Default)]
pub(super) struct PieceFlow {
    /// Each open element: its tag, where its link leads, and what stands in it.
    open: Vec<(String, Lead, Vec<Piece>)>,
    done: Vec<Piece>,
    /// The element whose text is left out.
    hidden: Option<String>,
}

impl PieceFlow {
    /// Returns what was collected; what is open is closed.
    pub(super) fn finish(&mut self) -> Vec<Piece> {
        while !self.open.is_empty() {
            self.close_last();
        }
        std::mem::take(&mut self.done)
    }

    pub(super) fn push(&mut self, piece: Piece) {
        if self.hidden.is_some() {
            return;
        }
        let pieces = self.open.last_mut().map_or(&mut self.done, |(_, _, pieces)| pieces);
        match (pieces.last_mut(), piece) {
            (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
            (_, piece) => pieces.push(piece),
        }
    }

    /// Reads one tag or text of inline HTML.
    pub(super) fn token(&mut self, token: Token<'_>, links: &dyn Links) {
        match token {
            Token::Text(text) => self.push(Piece::Text(squeezed(&decode(text)))),
            Token::Comment => {}
            Token::Open(tag) => self.open(&tag, links),
            Token::Close(name) => self.close(&name),
        }
    }

    fn open(&mut self, tag: &Tag<'_>, links: &dyn Links) {
        match tag.name.as_str() {
            "br" => self.push(Piece::Break),
            "img" => {
                let (url, alt) = (tag.attribute("src").unwrap_or(""), tag.attribute("alt").unwrap_or(""));
                self.push(links.image(url, alt));
            }
            "input" if tag.attribute("type") == Some("checkbox") => {
                let mark = if tag.attribute("checked").is_some() { "☑ " } else { "☐ " };
                self.push(Piece::Text(mark.to_owned()));
            }
            name @ ("script" | "style" | "template" | "title" | "noscript") => {
                self.hidden.get_or_insert_with(|| name.to_owned());
            }
            name if is_styled(name) && self.open.len() < MAX_DEPTH && !tag.raw.ends_with("/>") => {
                let to = tag.attribute("href").filter(|_| name == "a").map_or(Lead::Text, |url| links.link(url));
                self.open.push((name.to_owned(), to, Vec::new()));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.hidden.as_deref() == Some(name) {
            self.hidden = None;
            return;
        }
        if self.open.iter().any(|(open, ..)| open == name) {
            while self.close_last().is_some_and(|closed| closed != name) {}
        }
    }

    fn close_last(&mut self) -> Option<String> {
        let (name, to, pieces) = self.open.pop()?;
        let piece = match (name.as_str(), to) {
            ("b" | "strong", _) => Piece::Strong(pieces),
            ("i" | "em" | "cite" | "dfn" | "var", _) => Piece::Emphasis(pieces),
            ("s" | "del" | "strike", _) => Piece::Strike(pieces),
            ("sup", _) => Piece::Superscript(pieces),
            ("sub", _) => Piece::Subscript(pieces),
            ("code" | "kbd" | "samp" | "tt", _) => Piece::Code(super::plain(&pieces)),
            ("a", Lead::To(to)) => Piece::Link { to, pieces },
            ("a", Lead::Badge(colour)) => Piece::Mark { text: super::plain(&pieces), colour },
            _ => {
                pieces.into_iter().for_each(|piece| self.push(piece));
                return Some(name);
            }
        };
        self.push(piece);
        Some(name)
    }
}

fn is_styled(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "strong"
            | "i"
            | "em"
            | "cite"
            | "dfn"
            | "var"
            | "s"
            | "del"
            | "strike"
            | "sup"
            | "sub"
            | "code"
            | "kbd"
            | "samp"
            | "tt"
    )
}

/// Returns `text` with each run of white space as one blank.
fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_ascii_whitespace() { ' ' } else { c };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out
}

/// An element that blocks stand in.
enum Frame {
    List { is_ordered: bool, items: Vec<Item> },
    Item(Vec<Node>),
    Quote(Vec<Node>),
    Fold { title: String, nodes: Vec<Node> },
    Summary,
    Table(Table, bool),
}

/// Collects the blocks of a page.
pub(super) struct Flow<'a> {
    links: &'a dyn Links,
    done: Vec<Node>,
    frames: Vec<Frame>,
    pieces: PieceFlow,
    /// The text of an open `<pre>`.
    pre: Option<String>,
    /// The summary of the `<details>` that is open.
    fold_title: String,
}

impl<'a> Flow<'a> {
    pub(super) fn new(links: &'a dyn Links) -> Self {
        Self { links, done: Vec::new(), frames: Vec::new(), pieces: PieceFlow::default(), pre: None, fold_title: String::new() }
    }

    /// Returns the blocks; what is open is closed.
    pub(super) fn finish(mut self) -> Vec<Node> {
        if let Some(text) = self.pre.take() {
            self.push(Node::Code { language: String::new(), text });
        }
        self.flush();
        while !self.frames.is_empty() {
            self.close_last();
        }
        self.done
    }

    /// Appends a block to the element that is open.
    pub(super) fn push(&mut self, node: Node) {
        self.flush();
        self.append(node);
    }

    fn append(&mut self, node: Node) {
        match self.frames.last_mut() {
            None | Some(Frame::Summary) => self.done.push(node),
            Some(Frame::Item(nodes) | Frame::Quote(nodes) | Frame::Fold { nodes, .. }) => nodes.push(node),
            Some(Frame::List { items, .. }) => match items.last_mut() {
                Some(item) => item.nodes.push(node),
                None => items.push(Item { task: None, nodes: vec![node] }),
            },
            // A block inside a table cell is its text.
            Some(Frame::Table(table, _)) => {
                let mut pieces = Vec::new();
                let nodes = [node];
                super::visit_pieces(&nodes, &mut |piece| {
                    if let Piece::Text(_) | Piece::Code(_) | Piece::Break | Piece::Image { .. } = piece {
                        pieces.push(piece.clone());
                    }
                });
                last_cell(table).extend(pieces);
            }
        }
    }

    /// Reads a block of raw HTML.
    pub(super) fn html(&mut self, html: &str) {
        for token in tokens(html) {
            if self.pre.is_some() {
                self.pre_token(token);
                continue;
            }
            match token {
                Token::Open(tag) if self.pieces.hidden.is_none() && is_block(&tag.name) => self.open(&tag),
                Token::Close(name) if self.pieces.hidden.is_none() && is_block(&name) => self.close(&name),
                token => self.pieces.token(token, self.links),
            }
        }
    }

    fn pre_token(&mut self, token: Token<'_>) {
        let Some(text) = &mut self.pre else { return };
        match token {
            Token::Text(part) => text.push_str(&decode(part)),
            Token::Open(tag) if tag.name == "br" => text.push('\n'),
            Token::Close(name) if name == "pre" => {
                let text = self.pre.take().unwrap_or_default();
                self.push(Node::Code { language: String::new(), text });
            }
            _ => {}
        }
    }

    /// Ends the paragraph that is being collected.
    fn flush(&mut self) {
        let mut pieces = self.pieces.finish();
        if let Some(Piece::Text(first)) = pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        if let Some(Piece::Text(last)) = pieces.last_mut() {
            last.truncate(last.trim_end().len());
        }
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        if pieces.is_empty() {
            return;
        }
        match self.frames.last_mut() {
            Some(Frame::Summary) => self.fold_title.push_str(super::plain(&pieces).trim()),
            Some(Frame::Table(table, _)) => last_cell(table).extend(pieces),
            _ => self.append(Node::Paragraph(pieces)),
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        self.flush();
        let in_table = matches!(self.frames.last(), Some(Frame::Table(..)));
        let frame = match tag.name.as_str() {
            "hr" => return self.append(Node::Rule),
            "pre" => {
                self.pre = Some(String::new());
                return;
            }
            "tr" | "td" | "th" | "caption" => return self.cell(&tag.name),
            // What a cell holds is text here.
            _ if in_table || self.frames.len() >= MAX_DEPTH => return,
            "ul" | "ol" => Frame::List { is_ordered: tag.name == "ol", items: Vec::new() },
            "li" => Frame::Item(Vec::new()),
            "blockquote" => Frame::Quote(Vec::new()),
            "details" => Frame::Fold { title: String::new(), nodes: Vec::new() },
            "summary" => Frame::Summary,
            "table" => Frame::Table(Table::default(), false),
            _ => return,
        };
        self.frames.push(frame);
    }

    fn cell(&mut self, name: &str) {
        let Some(Frame::Table(table, has_header)) = self.frames.last_mut() else { return };
        match name {
            "tr" => table.rows.push(Vec::new()),
            "caption" => {}
            name => {
                if name == "th" && table.rows.len() <= 1 {
                    *has_header = true;
                }
                if table.rows.is_empty() {
                    table.rows.push(Vec::new());
                }
                if let Some(row) = table.rows.last_mut() {
                    row.push(Vec::new());
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        self.flush();
        let is_meant = |frame: &Frame| match frame {
            Frame::List { is_ordered, .. } => name == if *is_ordered { "ol" } else { "ul" },
            Frame::Item(_) => name == "li",
            Frame::Quote(_) => name == "blockquote",
            Frame::Fold { .. } => name == "details",
            Frame::Summary => name == "summary",
            Frame::Table(..) => name == "table",
        };
        if let Some(at) = self.frames.iter().rposition(is_meant) {
            while self.frames.len() > at {
                self.close_last();
            }
        }
    }

    fn close_last(&mut self) {
        let node = match self.frames.pop() {
            None => return,
            Some(Frame::Summary) => {
                let title = std::mem::take(&mut self.fold_title);
                match self.frames.last_mut() {
                    Some(Frame::Fold { title: place, .. }) => *place = title,
                    _ => self.append(Node::Paragraph(vec![Piece::Strong(vec![Piece::Text(title)])])),
                }
                return;
            }
            Some(Frame::Item(nodes)) => {
                let item = Item { task: None, nodes };
                match self.frames.last_mut() {
                    Some(Frame::List { items, .. }) => items.push(item),
                    _ => self.append(Node::List { first_number: None, items: vec![item] }),
                }
                return;
            }
            Some(Frame::List { is_ordered, items }) => Node::List { first_number: is_ordered.then_some(1), items },
            Some(Frame::Quote(nodes)) => Node::Quote(nodes),
            Some(Frame::Fold { title, nodes }) => {
                let title = if title.is_empty() { "Details".to_owned() } else { title };
                Node::Fold { title, nodes }
            }
            Some(Frame::Table(mut table, has_header)) => {
                table.rows.retain(|row| !row.is_empty());
                if has_header && !table.rows.is_empty() {
                    table.header = table.rows.remove(0);
                }
                if table.rows.is_empty() && table.header.is_empty() {
                    return;
                }
                Node::Table(table)
            }
        };
        self.append(node);
    }
}

/// Returns the cell that is being filled.
fn last_cell(table: &mut Table) -> &mut Vec<Piece> {
    if table.rows.is_empty() {
        table.rows.push(Vec::new());
    }
    let at = table.rows.len() - 1;
    let row = &mut table.rows[at];
    if row.is_empty() {
        row.push(Vec::new());
    }
    let last = row.len() - 1;
    &mut row[last]
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "aside"
            | "center"
            | "figure"
            | "figcaption"
            | "address"
            | "form"
            | "fieldset"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "blockquote"
            | "details"
            | "summary"
            | "table"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
            | "caption"
            | "pre"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}

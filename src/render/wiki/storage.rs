//! A page in Confluence's storage format: XML with macros, always well-formed.
//!
//! Everything goes through an XML writer, so no text of a document can open an element. Named entities are not used; characters that
//! XML has no way to write become U+FFFD.

use quick_xml::{
    Writer,
    events::{BytesCData, BytesEnd, BytesStart, BytesText, Event},
};

use super::{Colour, Destination, Item, Node, Piece, Table, Tone, plain};
use crate::document::Alignment;

/// The greatest width of a picture, in pixels.
const IMAGE_WIDTH: &str = "760";
/// The languages that the code macro of every version knows, by their name in Markdown.
const LANGUAGES: [(&str, &str); 26] = [
    ("bash", "bash"),
    ("c", "cpp"),
    ("cpp", "cpp"),
    ("c++", "cpp"),
    ("cs", "csharp"),
    ("csharp", "csharp"),
    ("css", "css"),
    ("diff", "diff"),
    ("erlang", "erl"),
    ("groovy", "groovy"),
    ("html", "xml"),
    ("java", "java"),
    ("javascript", "js"),
    ("js", "js"),
    ("json", "js"),
    ("perl", "perl"),
    ("php", "php"),
    ("powershell", "powershell"),
    ("py", "py"),
    ("python", "py"),
    ("rb", "ruby"),
    ("ruby", "ruby"),
    ("scala", "scala"),
    ("sh", "bash"),
    ("sql", "sql"),
    ("xml", "xml"),
];

/// Writes a page.
pub(super) fn write(nodes: &[Node]) -> String {
    let mut writer = Storage { xml: Writer::new(Vec::new()), in_link: false, tasks: 0 };
    writer.nodes(nodes);
    String::from_utf8(writer.xml.into_inner()).unwrap_or_default()
}

struct Storage {
    xml: Writer<Vec<u8>>,
    in_link: bool,
    tasks: usize,
}

impl Storage {
    fn event(&mut self, event: Event<'_>) {
        self.xml.write_event(event).expect("writing to memory does not fail");
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, harmless(value).as_str()));
        }
        self.event(Event::Start(start));
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, harmless(value).as_str()));
        }
        self.event(Event::Empty(start));
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn text(&mut self, text: &str) {
        let text = harmless(text);
        self.event(Event::Text(BytesText::new(&text)));
    }

    /// Writes text that is shown as it is; `]]>` is cut in two.
    fn cdata(&mut self, text: &str) {
        let text = harmless(text);
        let mut rest = text.as_str();
        while let Some(at) = rest.find("]]>") {
            self.event(Event::CData(BytesCData::new(&rest[..at + 2])));
            rest = &rest[at + 2..];
        }
        self.event(Event::CData(BytesCData::new(rest)));
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], pieces: &[Piece]) {
        self.open(name, attributes);
        self.pieces(pieces);
        self.close(name);
    }

    /// Begins a macro.
    fn open_macro(&mut self, name: &str, parameters: &[(&str, &str)]) {
        self.open("ac:structured-macro", &[("ac:name", name)]);
        for (key, value) in parameters {
            self.open("ac:parameter", &[("ac:name", key)]);
            self.text(value);
            self.close("ac:parameter");
        }
    }

    fn rich_macro(&mut self, name: &str, parameters: &[(&str, &str)], nodes: &[Node]) {
        self.open_macro(name, parameters);
        self.open("ac:rich-text-body", &[]);
        self.nodes(nodes);
        self.close("ac:rich-text-body");
        self.close("ac:structured-macro");
    }

    /// The depth of the tree is limited where it is made.
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Heading { level, anchor, pieces } => {
                let name = format!("h{level}");
                self.open(&name, &[]);
                self.anchor(anchor);
                self.pieces(pieces);
                self.close(&name);
            }
            Node::Paragraph(pieces) => self.element("p", &[], pieces),
            Node::List { first_number, items } => self.list(*first_number, items),
            Node::Quote(nodes) => {
                self.open("blockquote", &[]);
                self.nodes(nodes);
                self.close("blockquote");
            }
            Node::Callout { tone, title, nodes } => {
                let name = match tone {
                    Tone::Tip => "tip",
                    Tone::Note | Tone::Important => "info",
                    Tone::Warning => "note",
                    Tone::Caution => "warning",
                };
                self.rich_macro(name, &[("title", title)], nodes);
            }
            Node::Code { language, text } => {
                let known = LANGUAGES.iter().find(|(name, _)| name == language).map(|(_, known)| ("language", *known));
                self.open_macro("code", known.as_slice());
                self.open("ac:plain-text-body", &[]);
                self.cdata(text.trim_end_matches(['\n', '\r']));
                self.close("ac:plain-text-body");
                self.close("ac:structured-macro");
            }
            Node::Table(table) => self.table(table),
            Node::Terms(terms) => {
                self.open("dl", &[]);
                for (term, nodes) in terms {
                    self.element("dt", &[], term);
                    self.open("dd", &[]);
                    self.nodes(nodes);
                    self.close("dd");
                }
                self.close("dl");
            }
            Node::Fold { title, nodes } => self.rich_macro("expand", &[("title", title)], nodes),
            Node::Rule => self.empty("hr", &[]),
            Node::Contents => {
                self.open_macro("toc", &[("maxLevel", "3")]);
                self.close("ac:structured-macro");
            }
        }
    }

    fn list(&mut self, first_number: Option<u64>, items: &[Item]) {
        // A task list holds tasks alone, each with one line of text; anything else is a plain list with signs.
        let is_line = |item: &Item| item.task.is_some() && matches!(item.nodes.as_slice(), [Node::Paragraph(_)]);
        if !items.is_empty() && items.iter().all(is_line) {
            return self.task_list(items);
        }
        let name = if first_number.is_some() { "ol" } else { "ul" };
        match first_number.filter(|number| *number != 1) {
            Some(number) => self.open(name, &[("start", &number.to_string())]),
            None => self.open(name, &[]),
        }
        for item in items {
            self.open("li", &[]);
            let sign = match item.task {
                Some(true) => "☑ ",
                Some(false) => "☐ ",
                None => "",
            };
            match item.nodes.split_first() {
                Some((Node::Paragraph(pieces), rest)) => {
                    self.open("p", &[]);
                    self.text(sign);
                    self.pieces(pieces);
                    self.close("p");
                    self.nodes(rest);
                }
                _ => {
                    self.open("p", &[]);
                    self.text(sign);
                    self.close("p");
                    self.nodes(&item.nodes);
                }
            }
            self.close("li");
        }
        self.close(name);
    }

    fn task_list(&mut self, items: &[Item]) {
        self.open("ac:task-list", &[]);
        for item in items {
            let [Node::Paragraph(pieces)] = item.nodes.as_slice() else { continue };
            self.tasks += 1;
            self.open("ac:task", &[]);
            self.open("ac:task-id", &[]);
            self.text(&self.tasks.to_string());
            self.close("ac:task-id");
            self.open("ac:task-status", &[]);
            self.text(if item.task == Some(true) { "complete" } else { "incomplete" });
            self.close("ac:task-status");
            self.element("ac:task-body", &[], pieces);
            self.close("ac:task");
        }
        self.close("ac:task-list");
    }

    fn table(&mut self, table: &Table) {
        self.open("table", &[]);
        self.open("tbody", &[]);
        if !table.header.is_empty() {
            self.open("tr", &[]);
            table.header.iter().enumerate().for_each(|(at, cell)| self.cell("th", table.alignments.get(at), cell));
            self.close("tr");
        }
        for row in &table.rows {
            self.open("tr", &[]);
            for (at, cell) in row.iter().enumerate() {
                let name = if at == 0 && table.header.is_empty() { "th" } else { "td" };
                self.cell(name, table.alignments.get(at), cell);
            }
            self.close("tr");
        }
        self.close("tbody");
        self.close("table");
    }

    fn cell(&mut self, name: &str, alignment: Option<&Alignment>, pieces: &[Piece]) {
        let style = match alignment {
            Some(Alignment::Center) => Some(("style", "text-align: center;")),
            Some(Alignment::Right) => Some(("style", "text-align: right;")),
            _ => None,
        };
        self.open(name, &[]);
        self.element("p", style.as_slice(), pieces);
        self.close(name);
    }

    fn anchor(&mut self, anchor: &str) {
        self.open_macro("anchor", &[("", anchor)]);
        self.close("ac:structured-macro");
    }

    fn pieces(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            self.piece(piece);
        }
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Code(text) => {
                self.open("code", &[]);
                self.text(text);
                self.close("code");
            }
            Piece::Break => self.empty("br", &[]),
            Piece::Emphasis(inner) => self.element("em", &[], inner),
            Piece::Strong(inner) => self.element("strong", &[], inner),
            Piece::Strike(inner) => self.element("del", &[], inner),
            Piece::Superscript(inner) => self.element("sup", &[], inner),
            Piece::Subscript(inner) => self.element("sub", &[], inner),
            Piece::Anchor(anchor) => self.anchor(anchor),
            Piece::Mark { text, .. } if self.in_link => self.text(text),
            Piece::Mark { text, colour } => {
                let colour = match colour {
                    Colour::Red => "Red",
                    Colour::Yellow => "Yellow",
                    Colour::Green => "Green",
                    Colour::Blue => "Blue",
                    Colour::Grey => "Grey",
                };
                self.open_macro("status", &[("colour", colour), ("title", text)]);
                self.close("ac:structured-macro");
            }
            Piece::Link { pieces, .. } if self.in_link => self.pieces(pieces),
            Piece::Link { to, pieces } => self.link(to, pieces),
            Piece::Image { file, alt } => {
                self.open("ac:image", &[("ac:alt", alt), ("ac:width", IMAGE_WIDTH)]);
                self.empty("ri:attachment", &[("ri:filename", file)]);
                self.close("ac:image");
            }
            Piece::RemoteImage { url, alt } => {
                self.open("ac:image", &[("ac:alt", alt), ("ac:width", IMAGE_WIDTH)]);
                self.empty("ri:url", &[("ri:value", url)]);
                self.close("ac:image");
            }
        }
    }

    fn link(&mut self, to: &Destination, pieces: &[Piece]) {
        if plain(pieces).trim().is_empty() && !has_image(pieces) {
            return self.pieces(pieces);
        }
        let (anchor, page, file) = match to {
            Destination::Url(url) => {
                self.in_link = true;
                self.element("a", &[("href", url)], pieces);
                self.in_link = false;
                return;
            }
            Destination::Page(title, anchor) => (anchor.as_deref(), Some(title), None),
            Destination::Here(anchor) => (Some(anchor.as_str()), None, None),
            Destination::File(name) => (None, None, Some(name)),
        };
        let attribute = anchor.map(|anchor| ("ac:anchor", anchor));
        self.open("ac:link", attribute.as_slice());
        if let Some(title) = page {
            self.empty("ri:page", &[("ri:content-title", title)]);
        }
        if let Some(name) = file {
            self.empty("ri:attachment", &[("ri:filename", name)]);
        }
        self.in_link = true;
        self.element("ac:link-body", &[], pieces);
        self.in_link = false;
        self.close("ac:link");
    }
}

fn has_image(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Image { .. } | Piece::RemoteImage { .. }))
}

/// Returns `text` with the characters that XML 1.0 cannot hold replaced (<https://www.w3.org/TR/xml/#charsets>).
fn harmless(text: &str) -> String {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if is_allowed(c) { c } else { '\u{fffd}' }).collect()
}

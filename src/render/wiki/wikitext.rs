//! A page as MediaWiki stores it: the HTML subset that MediaWiki knows, with every character that could be markup as a number.
//!
//! Wikitext has no escape that works everywhere, so nothing is left to its rules: letters, digits, blanks and a few signs are written
//! as they are, everything else as `&#N;`. Only links, pictures, categories and `__TOC__` are wikitext.
//!
//! What is sent must be what is stored, or every page would look edited: MediaWiki keeps text in NFC, with LF and without blanks at
//! the end, and so is what comes out of here.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::{Colour, Destination, Item, Node, Piece, Table, Tone, plain};
use crate::document::Alignment;

/// The greatest width of a picture, in pixels.
const IMAGE_WIDTH: usize = 760;

/// Writes a page.
pub(super) fn write(nodes: &[Node], highlight: bool, labels: &BTreeSet<String>) -> String {
    let mut writer = Writer { out: String::new(), highlight, in_link: false };
    writer.nodes(nodes);
    for label in labels {
        writer.tag(&format!("[[Category:{}]]\n", escaped(label)));
    }
    let text: String = writer.out.nfc().collect();
    text.trim_end().to_owned()
}

/// Returns a stored page with a further category, and without its own where `alone` says so.
pub(super) fn with_category(body: &str, label: &str, alone: bool) -> String {
    let is_category = |line: &&str| line.starts_with("[[Category:") && line.ends_with("]]");
    let category = format!("[[Category:{}]]", escaped(label));
    let lines: Vec<&str> = body.lines().collect();
    let own = lines.iter().rev().take_while(|line| is_category(line)).count();
    let (text, own) = lines.split_at(lines.len() - own);
    let mut kept: Vec<&str> = text.to_vec();
    kept.extend(own.iter().filter(|line| !alone && **line != category));
    kept.push(&category);
    kept.join("\n")
}

/// Returns `text` so that MediaWiki shows it as it is, in any place: text, attribute, link text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    push_text(&mut out, text, false);
    out
}

/// True for a date with or without a time, which browsers would break at its hyphens in a narrow column.
fn is_date(text: &str) -> bool {
    text.len() >= 10
        && text.len() <= 16
        && text.is_ascii()
        && text[..10].bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

struct Writer {
    out: String,
    /// Whether the server colours code.
    highlight: bool,
    in_link: bool,
}

impl Writer {
    fn tag(&mut self, tag: &str) {
        self.out.push_str(tag);
    }

    fn text(&mut self, text: &str) {
        push_text(&mut self.out, text, false);
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
                self.tag(&format!("<h{level}>"));
                self.anchor(anchor);
                self.pieces(pieces);
                self.tag(&format!("</h{level}>\n"));
            }
            Node::Paragraph(pieces) => {
                self.tag("<p>");
                self.pieces(pieces);
                self.tag("</p>\n");
            }
            Node::List { first_number, items } => self.list(*first_number, items),
            Node::Quote(nodes) => self.wrapped("<blockquote>\n", nodes, "</blockquote>\n"),
            Node::Callout { tone, title, nodes } => {
                let colour = match tone {
                    Tone::Note => "#36c",
                    Tone::Tip => "#14866d",
                    Tone::Important => "#6b4ba1",
                    Tone::Warning => "#ac6600",
                    Tone::Caution => "#d33",
                };
                self.tag(&format!("<div role=\"note\" style=\"border-left:4px solid {colour};padding:0 0 0 1em;margin:1em 0\">\n<p><b>"));
                self.text(title);
                self.tag("</b></p>\n");
                self.nodes(nodes);
                self.tag("</div>\n");
            }
            // What stands in the element is not parsed, and cannot hold its end.
            Node::Code { language, text }
                if self.highlight && !language.is_empty() && !text.to_ascii_lowercase().contains("</syntaxhighlight") =>
            {
                let text: String = text.trim_end_matches(['\n', '\r']).chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
                self.tag(&format!("<syntaxhighlight lang=\"{language}\">\n{}\n</syntaxhighlight>\n", text.replace('\r', "")));
            }
            Node::Code { text, .. } => {
                self.tag("<pre>");
                // The first line end of a `<pre>` is not shown.
                if text.starts_with(['\n', '\r']) {
                    self.tag("\n");
                }
                push_text(&mut self.out, text.trim_end_matches(['\n', '\r']), true);
                self.tag("</pre>\n");
            }
            Node::Table(table) => self.table(table),
            Node::Terms(terms) => {
                self.tag("<dl>\n");
                for (term, nodes) in terms {
                    self.tag("<dt>");
                    self.pieces(term);
                    self.tag("</dt>\n<dd>\n");
                    self.nodes(nodes);
                    self.tag("</dd>\n");
                }
                self.tag("</dl>\n");
            }
            Node::Fold { title, nodes } => {
                self.tag("<div class=\"mw-collapsible mw-collapsed\">\n<p><b>");
                self.text(title);
                self.tag("</b></p>\n");
                self.wrapped("<div class=\"mw-collapsible-content\">\n", nodes, "</div>\n");
                self.tag("</div>\n");
            }
            Node::Rule => self.tag("<hr />\n"),
            Node::Contents => self.tag("__TOC__\n"),
        }
    }

    fn wrapped(&mut self, open: &str, nodes: &[Node], close: &str) {
        self.tag(open);
        self.nodes(nodes);
        self.tag(close);
    }

    fn list(&mut self, first_number: Option<u64>, items: &[Item]) {
        match first_number {
            None => self.tag("<ul>\n"),
            Some(1) => self.tag("<ol>\n"),
            Some(number) => self.tag(&format!("<ol start=\"{number}\">\n")),
        }
        for item in items {
            self.tag("<li>");
            match item.task {
                Some(true) => self.tag("☑ "),
                Some(false) => self.tag("☐ "),
                None => {}
            }
            match item.nodes.split_first() {
                Some((Node::Paragraph(pieces), rest)) => {
                    self.pieces(pieces);
                    if !rest.is_empty() {
                        self.tag("\n");
                    }
                    self.nodes(rest);
                }
                _ => {
                    self.tag("\n");
                    self.nodes(&item.nodes);
                }
            }
            self.tag("</li>\n");
        }
        self.tag(if first_number.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    fn table(&mut self, table: &Table) {
        self.tag("<table class=\"wikitable\">\n");
        if !table.header.is_empty() {
            self.tag("<tr>");
            for (at, cell) in table.header.iter().enumerate() {
                self.cell("th scope=\"col\"", "th", table.alignments.get(at), cell);
            }
            self.tag("</tr>\n");
        }
        for row in &table.rows {
            self.tag("<tr>");
            for (at, cell) in row.iter().enumerate() {
                if at == 0 && table.header.is_empty() {
                    self.cell("th scope=\"row\"", "th", Some(&Alignment::Left), cell);
                } else {
                    self.cell("td", "td", table.alignments.get(at), cell);
                }
            }
            self.tag("</tr>\n");
        }
        self.tag("</table>\n");
    }

    fn cell(&mut self, open: &str, name: &str, alignment: Option<&Alignment>, pieces: &[Piece]) {
        let mut style = match alignment {
            Some(Alignment::Left) => "text-align:left",
            Some(Alignment::Center) => "text-align:center",
            Some(Alignment::Right) => "text-align:right",
            _ => "",
        }
        .to_owned();
        if is_date(&plain(pieces)) {
            style.push_str(if style.is_empty() { "white-space:nowrap" } else { ";white-space:nowrap" });
        }
        let style = if style.is_empty() { style } else { format!(" style=\"{style}\"") };
        self.tag(&format!("<{open}{style}>"));
        self.pieces(pieces);
        self.tag(&format!("</{name}>"));
    }

    fn anchor(&mut self, anchor: &str) {
        self.tag("<span id=\"");
        self.text(anchor);
        self.tag("\"></span>");
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
                self.tag("<code>");
                self.text(text);
                self.tag("</code>");
            }
            Piece::Break => self.tag("<br />"),
            Piece::Emphasis(inner) => self.styled("em", inner),
            Piece::Strong(inner) => self.styled("strong", inner),
            Piece::Strike(inner) => self.styled("del", inner),
            Piece::Superscript(inner) => self.styled("sup", inner),
            Piece::Subscript(inner) => self.styled("sub", inner),
            Piece::Anchor(anchor) => self.anchor(anchor),
            Piece::Mark { text, colour } => {
                let colour = match colour {
                    Colour::Red => "#d33",
                    Colour::Yellow => "#ac6600",
                    Colour::Green => "#14866d",
                    Colour::Blue => "#36c",
                    Colour::Grey => "#54595d",
                };
                self.tag(&format!("<span style=\"color:{colour}\"><strong>"));
                self.text(text);
                self.tag("</strong></span>");
            }
            Piece::Link { pieces, .. } if self.in_link => self.pieces(pieces),
            Piece::Link { to, pieces } => self.link(to, pieces),
            Piece::Image { alt, file } if self.in_link => self.text(name_of(file, alt)),
            Piece::Image { file, alt } => {
                self.tag(&format!("[[File:{}|{IMAGE_WIDTH}px|alt=", escaped(file)));
                self.text(alt);
                self.tag("]]");
            }
            // MediaWiki shows no picture of another host.
            Piece::RemoteImage { url, alt } => {
                let pieces = [Piece::Text(name_of(url, alt).to_owned())];
                if self.in_link { self.pieces(&pieces) } else { self.link(&Destination::Url(url.clone()), &pieces) }
            }
        }
    }

    fn styled(&mut self, tag: &str, inner: &[Piece]) {
        self.tag(&format!("<{tag}>"));
        self.pieces(inner);
        self.tag(&format!("</{tag}>"));
    }

    fn link(&mut self, to: &Destination, pieces: &[Piece]) {
        // A link without a text would show its address.
        if plain(pieces).trim().is_empty() {
            return self.pieces(pieces);
        }
        let open = match to {
            Destination::Page(title, anchor) => {
                let anchor = anchor.as_ref().map_or_else(String::new, |anchor| format!("#{}", fragment(anchor)));
                format!("[[:{}{anchor}|", title_in_link(title))
            }
            Destination::Here(anchor) => format!("[[#{}|", fragment(anchor)),
            Destination::File(name) => format!("[[Media:{}|", escaped(name)),
            Destination::Url(url) => format!("[{} ", url_in_link(url)),
        };
        let close = if open.starts_with("[[") { "]]" } else { "]" };
        self.tag(&open);
        self.in_link = true;
        self.pieces(pieces);
        self.in_link = false;
        self.tag(close);
    }
}

/// Returns what stands for a picture that cannot be shown.
fn name_of<'a>(address: &'a str, alt: &'a str) -> &'a str {
    if alt.trim().is_empty() { address.rsplit('/').next().unwrap_or(address) } else { alt }
}

/// Returns a title as the target of a link: MediaWiki resolves entities there.
fn title_in_link(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '/' | ':' | '-' | '.' | ',' | '(' | ')') {
            out.push(c);
        } else {
            out.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    out
}

/// Returns an anchor as the end of a link.
fn fragment(anchor: &str) -> String {
    escaped(&anchor.replace(' ', "_"))
}

/// Returns an address so that nothing in it ends the link or is markup.
fn url_in_link(url: &str) -> String {
    let mut out = String::new();
    let mut last = ' ';
    for c in url.trim().chars() {
        let is_doubled = last == c && matches!(c, '_' | '~');
        if c.is_ascii_control() || matches!(c, ' ' | '[' | ']' | '{' | '}' | '<' | '>' | '|' | '"' | '\'' | '\\' | '^' | '`') || is_doubled
        {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
        last = c;
    }
    out
}

/// Appends text with everything as a number that could be markup in any place.
fn push_text(out: &mut String, text: &str, keeps_lines: bool) {
    let mut word = String::new();
    let mut last = None;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let next = letters.peek().copied();
        let is_in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '\n' if keeps_lines => out.push('\n'),
            '\r' if keeps_lines => {}
            '\t' if keeps_lines => out.push_str("&#9;"),
            ' ' | '\n' | '\r' | '\t' => {
                // A line that begins with a blank is preformatted, and `RFC 1234` is a link.
                let is_magic = matches!(word.as_str(), "RFC" | "PMID" | "ISBN");
                out.push_str(if is_magic || begins_line(out) { "&#32;" } else { " " });
            }
            // No XML and no wiki has a way to write them.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c if c.is_ascii_alphanumeric() || matches!(c, ',' | '.' | '?' | '(' | ')' | '/' | '+' | '%' | '$' | '@' | '^' | '`') => {
                out.push(c);
            }
            // Between letters and digits they are no markup: `2026-09-17`, `17:12`, `snake_case`, `don't`. A colon after letters may
            // be that of an address.
            '-' | '_' | '\'' if is_in_word(last) && is_in_word(next) => out.push(c),
            ':' if last.is_some_and(|last| last.is_ascii_digit()) && next.is_some_and(|next| next.is_ascii_digit()) => out.push(c),
            // A blank that breaks no line may part the words of a magic link too.
            '\u{a0}' => out.push_str("&#160;"),
            c if !c.is_ascii() => out.push(c),
            c => out.push_str(&format!("&#{};", u32::from(c))),
        }
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else {
            word.clear();
        }
        last = Some(c);
    }
}

/// True where a blank that comes next would be the first character of a line, or of what stands for one.
fn begins_line(out: &str) -> bool {
    const INLINE: [&str; 7] = ["</code>", "</strong>", "</em>", "</del>", "</sup>", "</sub>", "</span>"];
    out.is_empty() || out.ends_with('\n') || out.ends_with('>') && !INLINE.iter().any(|tag| out.ends_with(tag))
}

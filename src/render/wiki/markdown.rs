//! A page in the Markdown of git wikis: GitHub's, with what each wiki adds or lacks.
//!
//! Every character that could be markup in CommonMark, in GitHub's extensions or in a wiki's own (`[[links]]`, `$math$`, `==marks==`)
//! is escaped; `<`, `>` and `&` are entities, because not all wikis know `\<`.

use std::collections::BTreeMap;

use super::{Destination, Dialect, Item, Node, Piece, Table, Tone, plain};
use crate::document::Alignment;

/// What a wiki's Markdown knows beyond GitHub's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Features {
    /// `> [!NOTE]`.
    pub(super) alerts: bool,
    /// `<details>`.
    pub(super) details: bool,
    /// `<a id="…">`, so that rows of a timeline and footnotes can be linked.
    pub(super) anchors: bool,
    /// What stands for a table of contents; empty for none.
    pub(super) contents: &'static str,
}

impl Features {
    /// Returns what a wiki's Markdown knows.
    pub(super) fn of(dialect: Dialect) -> Self {
        let plain = Self { alerts: false, details: true, anchors: true, contents: "" };
        match dialect {
            Dialect::GitHub | Dialect::Gitea => Self { alerts: true, ..plain },
            Dialect::GitLab => Self { alerts: true, contents: "[[_TOC_]]", ..plain },
            Dialect::Azure => Self { contents: "[[_TOC_]]", ..plain },
            Dialect::Gollum => Self { contents: "[[_TOC_]]", ..plain },
            Dialect::Otter => Self { alerts: true, anchors: false, ..plain },
            Dialect::MediaWiki { .. } | Dialect::Confluence => plain,
        }
    }
}

/// Writes a page.
pub(super) fn write(nodes: &[Node], features: Features) -> String {
    let mut writer = Writer { features, slugs: slugs(nodes), in_link: false, in_table: false };
    let mut text = writer.nodes(nodes).join("\n");
    text.push('\n');
    text
}

/// Returns `text` so that Markdown shows it as it is, within a line.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    push_text(&mut out, text);
    out
}

/// Returns the anchors that wikis give the headings, by ours.
fn slugs(nodes: &[Node]) -> BTreeMap<String, String> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut slugs = BTreeMap::new();
    for node in nodes {
        let Node::Heading { anchor, pieces, .. } = node else { continue };
        let slug = slug(&plain(pieces));
        let number = taken.entry(slug.clone()).or_insert(0);
        let own = if *number == 0 { slug } else { format!("{slug}-{number}") };
        *number += 1;
        slugs.insert(anchor.clone(), own);
    }
    slugs
}

/// Returns the anchor of a heading as GitHub makes it: small letters, blanks as `-`, no punctuation.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect()
}

struct Writer {
    features: Features,
    slugs: BTreeMap<String, String>,
    in_link: bool,
    in_table: bool,
}

impl Writer {
    /// Returns the lines of `nodes`, a blank one between each. The depth of the tree is limited where it is made.
    fn nodes(&mut self, nodes: &[Node]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        // Two lists in a row would be one, so the second has other bullets.
        let mut is_second = false;
        for (at, node) in nodes.iter().enumerate() {
            let follows = at > 0 && matches!((&nodes[at - 1], node), (Node::List { .. }, Node::List { .. }));
            is_second = follows && !is_second;
            let block = self.node(node, is_second);
            if block.is_empty() {
                continue;
            }
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.extend(block);
        }
        lines
    }

    fn node(&mut self, node: &Node, is_second: bool) -> Vec<String> {
        match node {
            Node::Heading { level, pieces, .. } => {
                let text = self.line(pieces);
                vec![format!("{} {text}", "#".repeat((*level).into()))]
            }
            Node::Paragraph(pieces) => self.paragraph(pieces),
            Node::List { first_number, items } => self.list(*first_number, items, is_second),
            Node::Quote(nodes) => quoted(self.nodes(nodes)),
            Node::Callout { tone, title, nodes } => self.callout(*tone, title, nodes),
            Node::Code { language, text } => code(language, text),
            Node::Table(table) => self.table(table),
            Node::Terms(terms) => {
                let mut lines = Vec::new();
                for (term, nodes) in terms {
                    let term = self.line(term);
                    if !lines.is_empty() {
                        lines.push(String::new());
                    }
                    lines.push(format!("- **{}**", term.trim()));
                    let inner = self.nodes(nodes);
                    if !inner.is_empty() {
                        lines.push(String::new());
                        lines.extend(inner.into_iter().map(|line| indented("  ", line)));
                    }
                }
                lines
            }
            Node::Fold { title, nodes } => {
                let inner = self.nodes(nodes);
                let mut lines = if self.features.details {
                    vec!["<details>".to_owned(), format!("<summary>{}</summary>", entities(title)), String::new()]
                } else {
                    vec![format!("**{}**", escaped(title)), String::new()]
                };
                lines.extend(inner);
                if self.features.details {
                    lines.extend([String::new(), "</details>".to_owned()]);
                }
                lines
            }
            Node::Rule => vec!["---".to_owned()],
            Node::Contents if self.features.contents.is_empty() => Vec::new(),
            Node::Contents => vec![self.features.contents.to_owned()],
        }
    }

    fn paragraph(&mut self, pieces: &[Piece]) -> Vec<String> {
        let text = self.inline(pieces);
        let lines: Vec<String> = text.split('\n').map(|line| line_start(line.trim_start_matches([' ', '\t']))).collect();
        if lines.iter().all(|line| line.trim().is_empty()) { Vec::new() } else { lines }
    }

    fn callout(&mut self, tone: Tone, title: &str, nodes: &[Node]) -> Vec<String> {
        let mut lines = Vec::new();
        let is_named = title != tone.word();
        if self.features.alerts {
            lines.push(format!("[!{}]", tone.word().to_uppercase()));
        }
        if is_named || !self.features.alerts {
            lines.push(format!("**{}**", escaped(title)));
            lines.push(String::new());
        }
        lines.extend(self.nodes(nodes));
        quoted(lines)
    }

    fn list(&mut self, first_number: Option<u64>, items: &[Item], is_second: bool) -> Vec<String> {
        let is_tight = items.iter().all(|item| match item.nodes.as_slice() {
            [] | [Node::Paragraph(_)] => true,
            [Node::Paragraph(_), rest @ ..] => rest.iter().all(|node| matches!(node, Node::List { .. })),
            _ => false,
        });
        let mut lines = Vec::new();
        for (number, item) in (first_number.unwrap_or(0)..).zip(items) {
            // CommonMark reads at most nine digits.
            let marker = match first_number {
                Some(_) => format!("{}{} ", number.min(999_999_999), if is_second { ')' } else { '.' }),
                None => (if is_second { "* " } else { "- " }).to_owned(),
            };
            let indent = " ".repeat(marker.len());
            let task = match item.task {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            let mut inner = if is_tight { self.tight(&item.nodes) } else { self.nodes(&item.nodes) };
            if inner.is_empty() {
                inner.push(String::new());
            }
            if !is_tight && !lines.is_empty() {
                lines.push(String::new());
            }
            for (at, line) in inner.into_iter().enumerate() {
                lines.push(if at == 0 { format!("{marker}{task}{line}").trim_end().to_owned() } else { indented(&indent, line) });
            }
        }
        lines
    }

    /// Returns the lines of an item without blank ones between its text and the lists in it.
    fn tight(&mut self, nodes: &[Node]) -> Vec<String> {
        let mut lines = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            lines.extend(self.node(node, at % 2 == 0));
        }
        lines
    }

    fn table(&mut self, table: &Table) -> Vec<String> {
        let width = table.rows.iter().map(Vec::len).chain([table.header.len()]).max().unwrap_or(0);
        if width == 0 {
            return Vec::new();
        }
        self.in_table = true;
        let mut row = |cells: &[Vec<Piece>], is_named: bool| {
            let mut line = "|".to_owned();
            for at in 0..width {
                let text = cells.get(at).map_or_else(String::new, |cell| self.inline(cell));
                let text = text.trim();
                if is_named && at == 0 && !text.is_empty() {
                    line.push_str(&format!(" **{text}** |"));
                } else {
                    line.push_str(&format!(" {text} |"));
                }
            }
            line
        };
        let has_header = !table.header.is_empty();
        let mut lines = vec![row(&table.header, false)];
        let rule = (0..width).map(|at| match table.alignments.get(at) {
            Some(Alignment::Left) => ":---",
            Some(Alignment::Center) => ":---:",
            Some(Alignment::Right) => "---:",
            _ => "---",
        });
        lines.push(format!("| {} |", rule.collect::<Vec<_>>().join(" | ")));
        lines.extend(table.rows.iter().map(|cells| row(cells, !has_header)));
        self.in_table = false;
        lines
    }

    /// Returns pieces as one line, for headings and terms.
    fn line(&mut self, pieces: &[Piece]) -> String {
        let was = std::mem::replace(&mut self.in_table, true);
        let text = self.inline(pieces);
        self.in_table = was;
        text.trim().to_owned()
    }

    fn inline(&mut self, pieces: &[Piece]) -> String {
        let mut out = String::new();
        for piece in pieces {
            self.piece(piece, &mut out);
        }
        out
    }

    fn piece(&mut self, piece: &Piece, out: &mut String) {
        match piece {
            Piece::Text(text) => push_text(out, text),
            Piece::Code(text) => push_code(out, text, self.in_table),
            Piece::Break if self.in_table => out.push_str("<br>"),
            Piece::Break => out.push_str("<br>\n"),
            Piece::Emphasis(inner) => self.styled("*", "em", inner, out),
            Piece::Strong(inner) => self.styled("**", "strong", inner, out),
            Piece::Strike(inner) => self.styled("~~", "del", inner, out),
            Piece::Superscript(inner) => self.element("sup", inner, out),
            Piece::Subscript(inner) => self.element("sub", inner, out),
            Piece::Anchor(anchor) if self.features.anchors && !self.in_link => {
                out.push_str(&format!("<a id=\"{}\"></a>", entities(anchor)));
            }
            Piece::Anchor(_) => {}
            Piece::Mark { text, .. } => self.styled("**", "strong", &[Piece::Text(text.clone())], out),
            Piece::Link { pieces, .. } if self.in_link => out.push_str(&self.inline(pieces)),
            Piece::Link { to, pieces } => self.link(to, pieces, out),
            Piece::Image { file, alt } => out.push_str(&format!("![{}]({})", escaped(alt), url(file))),
            Piece::RemoteImage { url: from, alt } => out.push_str(&format!("![{}]({})", escaped(alt), url(from))),
        }
    }

    /// Writes styled text. Markers beside a letter, or with a blank inside them, would not be read as such: tags always are.
    fn styled(&mut self, marker: &str, tag: &str, inner: &[Piece], out: &mut String) {
        let text = self.inline(inner);
        if text.trim().is_empty() {
            out.push_str(&text);
            return;
        }
        let is_clear = text.starts_with(|c: char| c.is_alphanumeric()) && text.ends_with(|c: char| c.is_alphanumeric());
        let stands_alone = !out.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '*' | '_' | '~' | '\\'));
        if is_clear && stands_alone {
            out.push_str(&format!("{marker}{text}{marker}"));
        } else {
            out.push_str(&format!("<{tag}>{text}</{tag}>"));
        }
    }

    fn element(&mut self, tag: &str, inner: &[Piece], out: &mut String) {
        let text = self.inline(inner);
        out.push_str(&format!("<{tag}>{text}</{tag}>"));
    }

    fn link(&mut self, to: &Destination, pieces: &[Piece], out: &mut String) {
        self.in_link = true;
        let text = self.inline(pieces);
        self.in_link = false;
        let href = match to {
            Destination::Page(address, anchor) => {
                let anchor = anchor.as_ref().map_or_else(String::new, |anchor| format!("#{anchor}"));
                Some(format!("{address}{anchor}"))
            }
            Destination::Here(anchor) => match self.slugs.get(anchor) {
                Some(slug) => Some(format!("#{slug}")),
                None => self.features.anchors.then(|| format!("#{anchor}")),
            },
            Destination::File(address) => Some(address.clone()),
            Destination::Url(url) => Some(url.clone()),
        };
        match href.filter(|_| !text.trim().is_empty()) {
            Some(href) => out.push_str(&format!("[{}]({})", text.trim(), url(&href))),
            None => out.push_str(&text),
        }
    }
}

fn indented(indent: &str, line: String) -> String {
    if line.is_empty() { line } else { format!("{indent}{line}") }
}

fn quoted(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect()
}

fn code(language: &str, text: &str) -> Vec<String> {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    let mut lines = vec![format!("{fence}{language}")];
    lines.extend(text.trim_end_matches(['\n', '\r']).split('\n').map(|line| line.trim_end_matches('\r').replace('\0', "\u{fffd}")));
    lines.push(fence);
    lines
}

fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn push_code(out: &mut String, text: &str, in_table: bool) {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().is_empty() {
        return push_text(out, &text);
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    let text = if in_table { text.replace('|', "\\|") } else { text };
    out.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
}

/// Returns an address so that nothing in it ends the link or is markup.
fn url(url: &str) -> String {
    let mut out = String::new();
    for c in url.trim().chars() {
        if c.is_ascii_control() || matches!(c, ' ' | '<' | '>' | '(' | ')' | '[' | ']' | '\\' | '|' | '"' | '`' | '*' | '$' | '{' | '}') {
            out.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Returns `text` as HTML text.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Appends text with every sign escaped that could be markup.
fn push_text(out: &mut String, text: &str) {
    let mut letters = text.chars().peekable();
    let mut last = out.chars().next_back().unwrap_or(' ');
    while let Some(c) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\0' => out.push('\u{fffd}'),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => out.push('\u{fffd}'),
            // Inside a word it is none: `snake_case`.
            '_' if last.is_alphanumeric() && next.is_alphanumeric() => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // `:smile:`, `==mark==`, `^^`, `C#`, `@name`, `!12`: only where they would be read.
            '=' | '^' if next == c || last == c => {
                out.push('\\');
                out.push(c);
            }
            '#' if !last.is_alphanumeric() => out.push_str("\\#"),
            '!' if next == '[' => out.push_str("\\!"),
            '{' | '}' if next == c || last == c => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        last = c;
    }
}

/// Returns a line of a paragraph with its beginning escaped where it would begin another block.
fn line_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) && !line[digits + 1..].starts_with(|c: char| c.is_alphanumeric())
    {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    let is_rule = |c: char| line.chars().all(|one| one == c || one == ' ');
    if line.starts_with(['+', '-', '=', ':']) && (line.len() == 1 || line[1..].starts_with([' ', '\t', '=', '-', ':', '+']) || is_rule('='))
    {
        return format!("\\{line}");
    }
    line.to_owned()
}

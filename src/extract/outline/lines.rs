//! Inlines, code and HTML into lines of plain text.

use crate::{
    diag::Span,
    document::{Inline, InlineKind},
    extract::text::{find_byte, leading_len},
};

/// A line of plain text and its place.
#[derive(Debug, Clone, Default)]
pub(super) struct TextLine {
    pub(super) text: String,
    pub(super) span: Option<Span>,
    pub(super) strong_len: usize,
    pub(super) links: Vec<String>,
    /// How many bytes of the text are the text of links.
    pub(super) linked: usize,
    pub(super) emoji: bool,
    /// Whether a kept line end stands before it.
    pub(super) hard: bool,
    /// What HTML says that it is.
    pub(super) html: HtmlShape,
    /// Positions of marks that people use as bullets inside a line.
    pub(super) marks: Vec<(char, usize)>,
    pub(super) bulleted: bool,
}

/// What the HTML around a line says that it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum HtmlShape {
    #[default]
    Line,
    Item {
        ordered: bool,
    },
    Heading(u8),
    /// A cell; the first of its row or not, of the header or not.
    Cell {
        first: bool,
        header: bool,
    },
}

impl TextLine {
    fn push(&mut self, text: &str, strong: bool) {
        let all_strong = self.strong_len == self.text.len();
        self.text.reserve(text.len());
        let mut rest = text;
        loop {
            // Nearly all text stays as it is.
            let plain = plain_len(rest);
            self.text.push_str(&rest[..plain]);
            rest = &rest[plain..];
            let Some(c) = rest.chars().next() else { break };
            rest = &rest[c.len_utf8()..];
            match c {
                ' ' => self.space(),
                _ if is_pictograph(c) => {
                    if is_bullet_mark(c) {
                        self.marks.push((c, self.text.len()));
                    }
                    self.emoji |= self.text.is_empty();
                    self.space();
                }
                '•' | '◦' | '▪' | '●' | '‣' | '·' if self.text.trim_end().is_empty() || c == '•' => {
                    self.marks.push((c, self.text.len()));
                    self.emoji |= self.text.is_empty();
                    self.space();
                }
                '\u{fe0f}' | '\u{200d}' | '\u{20e3}' | '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{200e}' | '\u{200f}' => {}
                c if c.is_whitespace() || c.is_control() => self.space(),
                c => self.text.push(c),
            }
        }
        if strong && all_strong {
            self.strong_len = self.text.len();
        }
    }

    /// Whether it opens with a mark that people use as a bullet.
    pub(super) fn is_bulleted(&self) -> bool {
        self.bulleted || self.marks.first().is_some_and(|(_, at)| *at == 0)
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn cover(&mut self, span: Span) {
        self.span = Some(self.span.map_or(span, |own| own.to(span)));
    }

    fn finish(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        self.strong_len = self.strong_len.min(self.text.len());
    }

    /// Appends `next` to this line.
    pub(super) fn join(&mut self, next: TextLine) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(&next.text);
        self.links.extend(next.links);
        if let Some(span) = next.span {
            self.cover(span);
        }
    }

    /// Splits a line that holds several items, each behind the same mark: `✅ one ✅ two`.
    fn split_marks(self, out: &mut Vec<TextLine>) {
        let mark = self.marks[0].0;
        let cuts: Vec<usize> = self.marks.iter().filter(|(c, _)| *c == mark).map(|(_, at)| *at).collect();
        if cuts.len() < 2 {
            out.push(self);
            return;
        }
        let mut from = 0;
        for cut in cuts.into_iter().chain([self.text.len()]) {
            let piece = self.text.get(from..cut.min(self.text.len())).unwrap_or("").trim();
            if !piece.is_empty() {
                out.push(TextLine {
                    text: piece.to_owned(),
                    span: self.span,
                    strong_len: if from == 0 { self.strong_len.min(piece.len()) } else { 0 },
                    links: if from == 0 { self.links.clone() } else { Vec::new() },
                    emoji: from > 0 || self.emoji,
                    hard: true,
                    bulleted: from > 0 || self.marks.first().is_some_and(|(_, at)| *at == 0),
                    ..TextLine::default()
                });
            }
            from = cut.min(self.text.len());
        }
    }
}

/// How many bytes at the beginning are visible ASCII with single spaces between.
fn plain_len(text: &str) -> usize {
    leading_len(text.as_bytes(), |before, byte| matches!(byte, b' '..=b'~') & ((before != b' ') | (byte != b' ')))
}

/// Whether a character is a picture rather than text.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{231a}'..='\u{23ff}' | '\u{25a0}'..='\u{25ff}' | '\u{e0020}'..='\u{e007f}')
        && !matches!(c, '●' | '▪' | '◦')
}

/// Whether a picture is one that people use as a bullet.
fn is_bullet_mark(c: char) -> bool {
    matches!(
        c,
        '✅' | '✔'
            | '☑'
            | '✓'
            | '🔹'
            | '🔸'
            | '👉'
            | '➡'
            | '➤'
            | '➜'
            | '📌'
            | '🔧'
            | '🛠'
            | '⚡'
            | '☐'
            | '□'
            | '■'
            | '◆'
    )
}

/// Appends the lines of a paragraph's or cell's inlines.
pub(super) fn push_lines(inlines: &[Inline], lines: &mut Vec<TextLine>) {
    match inlines {
        // Most blocks are one piece of text that stays as it is.
        [Inline { kind: InlineKind::Text(text), span }] if plain_len(text) == text.len() => {
            let text = text.trim_end();
            if !text.is_empty() {
                lines.push(TextLine { text: text.to_owned(), span: Some(*span), ..TextLine::default() });
            }
        }
        _ => {
            let mut builder = Builder::new(lines);
            if let [first, .., last] = inlines {
                builder.line.text.reserve(last.span.end.saturating_sub(first.span.start));
            }
            builder.add(inlines, 0, false);
            builder.end_line(true);
        }
    }
}

struct Builder<'a> {
    lines: &'a mut Vec<TextLine>,
    line: TextLine,
    html_strong: usize,
}

const MAX_DEPTH: usize = 100;

impl<'a> Builder<'a> {
    fn new(lines: &'a mut Vec<TextLine>) -> Self {
        Self { lines, line: TextLine::default(), html_strong: 0 }
    }

    fn add(&mut self, inlines: &[Inline], depth: usize, strong: bool) {
        if depth > MAX_DEPTH {
            return;
        }
        for inline in inlines {
            match &inline.kind {
                InlineKind::Text(text) => {
                    self.line.cover(inline.span);
                    self.line.push(text, strong || self.html_strong > 0);
                }
                InlineKind::Code(text) => {
                    self.line.cover(inline.span);
                    self.line.push(text, true);
                }
                InlineKind::SoftBreak => self.end_line(false),
                InlineKind::HardBreak => self.end_line(true),
                InlineKind::Emphasis(children) | InlineKind::Strong(children) => self.add(children, depth + 1, true),
                InlineKind::Strike(children) => self.add(children, depth + 1, strong),
                InlineKind::Link { url, inlines, .. } => {
                    self.line.cover(inline.span);
                    self.line.links.push(url.clone());
                    let before = self.line.text.len();
                    self.add(inlines, depth + 1, strong);
                    self.line.linked += self.line.text.len().saturating_sub(before);
                }
                InlineKind::Image { .. } | InlineKind::FootnoteReference(_) => {}
                InlineKind::Html(tag) => self.html(tag),
            }
        }
    }

    fn html(&mut self, tag: &str) {
        let (name, closing) = tag_name(tag);
        if name.eq_ignore_ascii_case("br") || is_block_tag(&name) {
            self.end_line(true);
        } else if is_strong_tag(&name) {
            self.html_strong = if closing { self.html_strong.saturating_sub(1) } else { self.html_strong + 1 };
        }
    }

    fn end_line(&mut self, hard: bool) {
        let mut line = std::mem::replace(&mut self.line, TextLine { hard, ..TextLine::default() });
        line.finish();
        if line.text.is_empty() {
            self.line.hard |= line.hard;
            // `<tr>` and `<li>` say what the text of the tag behind them is.
            self.line.html = line.html;
        } else if line.marks.is_empty() {
            self.lines.push(line);
        } else {
            line.split_marks(self.lines);
        }
    }
}

/// Returns a tag's name in lower case and whether it is a closing tag.
fn tag_name(tag: &str) -> (String, bool) {
    let inner = tag.trim_start_matches('<');
    let (inner, closing) = inner.strip_prefix('/').map_or((inner, false), |inner| (inner, true));
    let name: String = inner.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    (name.to_ascii_lowercase(), closing)
}

fn is_block_tag(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "table"
            | "td"
            | "th"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "section"
            | "article"
            | "summary"
            | "details"
            | "blockquote"
            | "dt"
            | "dd"
            | "dl"
            | "hr"
            | "pre"
            | "center"
            | "tbody"
            | "thead"
    )
}

fn is_strong_tag(name: &str) -> bool {
    matches!(name, "b" | "strong" | "i" | "em" | "code" | "u")
}

/// Appends the lines of indented or fenced code that begins at `start` in the file.
pub(super) fn push_lines_of_code(file: &str, span: Span, fenced: bool, lines: &mut Vec<TextLine>) {
    let mut at = span.start;
    for raw in span.text(file).split_inclusive('\n') {
        let text = raw.trim();
        let from = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        if text.is_empty() || fenced && (text.starts_with("```") || text.starts_with("~~~")) {
            continue;
        }
        let mut line = TextLine { hard: true, ..TextLine::default() };
        line.cover(Span::new(from, from + text.len()));
        push_loose_markup(&mut line, text);
        line.finish();
        if line.text.is_empty() {
            continue;
        }
        if line.marks.is_empty() {
            lines.push(line);
        } else {
            line.split_marks(lines);
        }
    }
}

/// Adds text in which Markdown's own inline marks may stand although it was not parsed: bold, code and links.
fn push_loose_markup(line: &mut TextLine, text: &str) {
    let mut strong = false;
    let mut rest = text;
    while let Some(at) = find_byte(rest.as_bytes(), 0, |byte| matches!(byte, b'*' | b'_' | b'`' | b'[' | b'<')) {
        line.push(&rest[..at], strong);
        let tail = &rest[at..];
        if tail.starts_with("**") || tail.starts_with("__") {
            strong = !strong;
            rest = &tail[2..];
        } else if let Some(behind) = tail.strip_prefix('`') {
            rest = behind;
        } else if let Some((label, url, after)) = tail.strip_prefix('[').and_then(split_link) {
            line.push(label, strong);
            line.links.push(url.to_owned());
            rest = after;
        } else if let Some(end) = tail.find('>').filter(|_| tail[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')) {
            rest = &tail[end + 1..];
        } else {
            line.push(&tail[..1], strong);
            rest = &tail[1..];
        }
    }
    line.push(rest, strong);
}

/// Splits `label](url) after`.
fn split_link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, after) = text.split_once("](")?;
    let (url, after) = after.split_once(')')?;
    (!label.contains(['[', ']']) && label.len() < 300).then_some((label, url, after))
}

/// Appends the lines of a block of raw HTML.
pub(super) fn push_lines_of_html(file: &str, span: Span, lines: &mut Vec<TextLine>) {
    let html = span.text(file);
    let mut builder = Builder::new(lines);
    let mut ordered: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < html.len() {
        let rest = &html[at..];
        if let Some(end) = rest.starts_with("<!--").then(|| rest.find("-->").map_or(rest.len(), |end| end + 3)) {
            at += end;
            continue;
        }
        if let Some(tag_len) = html_tag_len(rest) {
            let (name, closing) = tag_name(&rest[..tag_len]);
            if matches!(name.as_str(), "script" | "style") && !closing {
                at += rest.find(&format!("</{name}")).unwrap_or(rest.len());
                continue;
            }
            builder.html(&rest[..tag_len]);
            set_html_shape(&mut builder, &name, closing, &mut ordered);
            at += tag_len;
            continue;
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest[first..].find('<').map_or(rest.len(), |end| end + first);
        push_html_text(&mut builder, &rest[..end], span.start + at);
        at += end;
    }
    builder.end_line(true);
}

fn set_html_shape(builder: &mut Builder<'_>, name: &str, closing: bool, ordered: &mut Vec<bool>) {
    match (name, closing) {
        ("ol" | "ul", false) => ordered.push(name == "ol"),
        ("ol" | "ul", true) => {
            ordered.pop();
        }
        ("li", false) => builder.line.html = HtmlShape::Item { ordered: ordered.last().copied().unwrap_or(false) },
        ("tr", false) => builder.line.html = HtmlShape::Cell { first: true, header: false },
        ("td" | "th", false) => {
            let first = builder.line.html == HtmlShape::Cell { first: true, header: false };
            builder.line.html = HtmlShape::Cell { first, header: name == "th" };
        }
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => builder.line.html = HtmlShape::Heading(name.as_bytes()[1] - b'0'),
        _ => {}
    }
}

/// Returns the length of the tag that `text` begins with; a `<` that opens none is text.
fn html_tag_len(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None;
    }
    text.find('>').map(|end| end + 1)
}

fn push_html_text(builder: &mut Builder<'_>, text: &str, start: usize) {
    let mut at = start;
    for (index, raw) in text.split('\n').enumerate() {
        if index > 0 && !builder.line.text.is_empty() {
            let shape = builder.line.html;
            if matches!(shape, HtmlShape::Line) {
                builder.end_line(false);
            } else {
                builder.line.space();
            }
        }
        let trimmed = raw.trim();
        if !trimmed.is_empty() {
            let from = at + (raw.len() - raw.trim_start().len());
            builder.line.cover(Span::new(from, from + trimmed.len()));
            let strong = builder.html_strong > 0;
            if raw.starts_with(char::is_whitespace) {
                builder.line.space();
            }
            let decoded = decode_entities(trimmed);
            push_loose(builder, &decoded, strong);
            if raw.ends_with(char::is_whitespace) {
                builder.line.space();
            }
        }
        at += raw.len() + 1;
    }
}

fn push_loose(builder: &mut Builder<'_>, text: &str, strong: bool) {
    if text.contains("**") || text.contains('`') || text.contains("](") {
        push_loose_markup(&mut builder.line, text);
    } else {
        builder.line.push(text, strong);
    }
}

fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = text.to_owned();
    for (entity, plain) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&ndash;", "–"),
        ("&mdash;", "—"),
        ("&amp;", "&"),
    ] {
        if out.contains(entity) {
            out = out.replace(entity, plain);
        }
    }
    out
}

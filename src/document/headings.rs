//! Finds the headings that CommonMark does not see.
//!
//! People write `#Title` without the space, lines that are bold as a whole, and HTML headings. All three structure a document
//! just as a heading does, so they become headings; what made them one is kept, because a reader may trust them less.

use super::{
    Block, BlockKind, HeadingOrigin, Inline, InlineKind,
    html::{self, Token},
    plain_text,
};
use crate::diag::Span;

/// How long a bold line may be, in characters, and still be a heading.
const MAX_BOLD_CHARS: usize = 100;

/// Finds further headings among the top-level `blocks` of `text`.
pub(super) fn find_headings(text: &str, blocks: Vec<Block>) -> Vec<Block> {
    let mut found = Vec::with_capacity(blocks.len());
    let mut enclosing = 1;
    for block in blocks {
        match block.kind {
            BlockKind::Heading { level, .. } => {
                enclosing = level;
                found.push(block);
            }
            BlockKind::Paragraph(inlines) => split_paragraph(text, block.span, inlines, &mut enclosing, &mut found),
            BlockKind::Html(html) => split_html(block.span, html, text, &mut enclosing, &mut found),
            _ => found.push(block),
        }
    }
    found
}

/// A line of a paragraph.
struct Line {
    inlines: Vec<Inline>,
    span: Span,
}

fn split_paragraph(text: &str, span: Span, inlines: Vec<Inline>, enclosing: &mut u8, found: &mut Vec<Block>) {
    let may_hold_heading = inlines.iter().any(|inline| match &inline.kind {
        InlineKind::Strong(_) => true,
        InlineKind::Text(part) => part.starts_with('#'),
        _ => false,
    });
    if !may_hold_heading {
        found.push(Block { span, kind: BlockKind::Paragraph(inlines) });
        return;
    }
    let lines = split_lines(span, inlines);
    let facts = lines.iter().filter(|line| bold_text(line).is_some_and(|text| is_fact(&text))).count();
    let mut rest: Vec<Line> = Vec::new();
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        if let Some((level, inlines)) = hash_heading(text, &line) {
            flush(&mut rest, found);
            *enclosing = level;
            found.push(heading(line.span, level, inlines, HeadingOrigin::HashWithoutSpace));
        } else if rest.is_empty() && is_bold_heading(&line, facts, lines.peek()) {
            flush(&mut rest, found);
            let level = (*enclosing + 1).min(6);
            found.push(heading(line.span, level, unwrap_strong(line.inlines), HeadingOrigin::BoldLine));
        } else {
            rest.push(line);
        }
    }
    flush(&mut rest, found);
}

fn heading(span: Span, level: u8, inlines: Vec<Inline>, origin: HeadingOrigin) -> Block {
    Block { span, kind: BlockKind::Heading { level, inlines, anchor: String::new(), origin } }
}

/// Splits inlines at their top-level line breaks; each line but the last keeps its break as its last inline.
fn split_lines(span: Span, inlines: Vec<Inline>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line: Vec<Inline> = Vec::new();
    for inline in inlines {
        let is_break = matches!(inline.kind, InlineKind::SoftBreak | InlineKind::HardBreak);
        line.push(inline);
        if is_break {
            push_line(&mut lines, std::mem::take(&mut line), span);
        }
    }
    push_line(&mut lines, line, span);
    lines
}

fn push_line(lines: &mut Vec<Line>, inlines: Vec<Inline>, paragraph: Span) {
    let mut content = inlines.iter().filter(|inline| !is_break(inline)).map(|inline| inline.span);
    let Some(first) = content.next() else {
        if !inlines.is_empty() {
            lines.push(Line { span: inlines[0].span, inlines });
        }
        return;
    };
    let span = content.fold(first, Span::to);
    // Markers around the first inline (`**`) belong to its span already; only the paragraph's own bounds can be tighter.
    let span = Span::new(span.start.max(paragraph.start), span.end.min(paragraph.end).max(span.start.max(paragraph.start)));
    lines.push(Line { inlines, span });
}

fn is_break(inline: &Inline) -> bool {
    matches!(inline.kind, InlineKind::SoftBreak | InlineKind::HardBreak)
}

/// Makes a paragraph of the lines gathered so far.
fn flush(lines: &mut Vec<Line>, found: &mut Vec<Block>) {
    if lines.is_empty() {
        return;
    }
    let span = lines.iter().map(|line| line.span).reduce(Span::to).unwrap_or_default();
    let mut inlines: Vec<Inline> = lines.drain(..).flat_map(|line| line.inlines).collect();
    while inlines.last().is_some_and(is_break) {
        inlines.pop();
    }
    if !inlines.is_empty() {
        found.push(Block { span, kind: BlockKind::Paragraph(inlines) });
    }
}

/// Returns level and text of a line `##Title`. `#123`, `#!shell` and `#one #two` are not headings.
fn hash_heading(text: &str, line: &Line) -> Option<(u8, Vec<Inline>)> {
    let source = line.span.text(text);
    let hashes = source.len() - source.trim_start_matches('#').len();
    let title = source[hashes..].trim_end().trim_end_matches('#').trim_end();
    let first = title.chars().next()?;
    let is_title = (1..=6).contains(&hashes) && !title.contains(" #") && title.chars().count() <= 120;
    let begins_a_title = if hashes == 1 { first.is_uppercase() || first == '[' } else { first.is_alphanumeric() || "[*_`".contains(first) };
    // A single lower-case word after one hash is a channel or a tag.
    let mut inlines: Vec<Inline> = line.inlines.iter().filter(|inline| !is_break(inline)).cloned().collect();
    let Some(Inline { span, kind: InlineKind::Text(part) }) = inlines.first_mut() else { return None };
    // `\#Title` says that it is no heading.
    let escaped = text[..line.span.start].ends_with('\\');
    if !is_title || !begins_a_title || !part.starts_with('#') || escaped {
        return None;
    }
    *part = part.trim_start_matches('#').trim_start().to_owned();
    *span = Span::new((span.start + hashes).min(span.end), span.end);
    Some((hashes as u8, inlines))
}

fn bold_text(line: &Line) -> Option<String> {
    let mut strong = None;
    for inline in &line.inlines {
        match &inline.kind {
            InlineKind::Strong(inner) if strong.is_none() => strong = Some(inner),
            InlineKind::SoftBreak | InlineKind::HardBreak => {}
            InlineKind::Text(text) if text.trim().is_empty() || text.trim() == ":" => {}
            _ => return None,
        }
    }
    Some(plain_text(strong?).trim().to_owned())
}

/// Returns true for `Severity: SEV1`: a fact with its name, in bold, not a heading.
fn is_fact(text: &str) -> bool {
    text.split_once(':').is_some_and(|(_, value)| value.starts_with(char::is_whitespace) && !value.trim().is_empty())
}

/// Returns true where `line`, the first of a block, is bold as a whole and reads as a heading of what follows.
fn is_bold_heading(line: &Line, facts: usize, next: Option<&Line>) -> bool {
    let Some(text) = bold_text(line) else { return false };
    let is_sentence = text.ends_with(['.', '!', ',', ';', '…']);
    let is_short = text.chars().count() <= MAX_BOLD_CHARS && text.chars().any(char::is_alphanumeric);
    let goes_on = next.is_some_and(|next| plain_text(&next.inlines).trim_start().starts_with(char::is_lowercase));
    is_short
        && !is_sentence
        && !is_remark(&text)
        && !(is_fact(&text) && (facts > 1 || is_named_fact(&text)))
        && (!goes_on || text.ends_with(':'))
}

/// Returns true for `All times are UTC` and the like: it is about the text, and heads nothing.
fn is_remark(text: &str) -> bool {
    let text = text.trim_start_matches(['(', '[', '*']).to_lowercase();
    ["all times", "times are", "times in", "note:", "nb:", "n.b.", "disclaimer:", "tl;dr:"].iter().any(|lead| text.starts_with(lead))
}

/// Names of facts that never head a section when a value follows them.
const FACT_NAMES: [&str; 34] = [
    "author",
    "authors",
    "category",
    "commander",
    "created",
    "date",
    "date of incident",
    "detected",
    "duration",
    "end",
    "end time",
    "id",
    "incident commander",
    "incident date",
    "incident id",
    "last updated",
    "lead",
    "mitigated",
    "owner",
    "owners",
    "prepared by",
    "priority",
    "reported by",
    "resolved",
    "service",
    "services",
    "severity",
    "start",
    "start time",
    "status",
    "team",
    "time",
    "updated",
    "version",
];

fn is_named_fact(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or("").trim().to_lowercase();
    FACT_NAMES.binary_search(&name.as_str()).is_ok()
}

fn unwrap_strong(inlines: Vec<Inline>) -> Vec<Inline> {
    inlines
        .into_iter()
        .filter_map(|inline| match inline.kind {
            InlineKind::Strong(inner) => Some(inner),
            _ => None,
        })
        .flatten()
        .collect()
}

/// Cuts the `<h1>…</h1>` to `<h6>` out of a block of HTML.
fn split_html(span: Span, html: String, text: &str, enclosing: &mut u8, found: &mut Vec<Block>) {
    // The literal has lost the indentation and markers of its container; at top level it equals the source.
    let source_start = if span.text(text).starts_with(html.trim_end()) { Some(span.start) } else { None };
    let place = |start: usize, end: usize| source_start.map_or(span, |at| Span::new(at + start, (at + end).min(span.end)));
    let mut done = 0;
    while let Some(tag) = next_html_heading(&html, done) {
        if !html[done..tag.start].trim().is_empty() {
            found.push(Block { span: place(done, tag.start), kind: BlockKind::Html(html[done..tag.start].to_owned()) });
        }
        *enclosing = tag.level;
        let inlines = vec![Inline { span: place(tag.inner_start, tag.inner_end), kind: InlineKind::Text(tag.title) }];
        found.push(heading(place(tag.start, tag.end), tag.level, inlines, HeadingOrigin::Html));
        done = tag.end;
    }
    if !html[done..].trim().is_empty() {
        let kind = BlockKind::Html(html[done..].to_owned());
        found.push(Block { span: place(done, html.len()), kind });
    }
}

struct HtmlHeading {
    start: usize,
    inner_start: usize,
    inner_end: usize,
    end: usize,
    level: u8,
    title: String,
}

/// Returns the first heading with text in `html[from..]`, outside comments and preformatted text.
fn next_html_heading(html: &str, from: usize) -> Option<HtmlHeading> {
    let mut tokens = html::tokens(&html[from..]);
    let mut open: Option<(usize, usize, String)> = None;
    let mut preformatted = 0_usize;
    loop {
        let start = from + tokens.offset();
        match tokens.next()? {
            Token::Open(tag) if tag.name == "pre" => preformatted += 1,
            Token::Close(name) if name == "pre" => preformatted = preformatted.saturating_sub(1),
            Token::Open(tag) if preformatted == 0 && heading_level(&tag.name).is_some() => {
                open = Some((start, from + tokens.offset(), tag.name));
            }
            Token::Close(name) if open.as_ref().is_some_and(|(_, _, opened)| *opened == name) => {
                let (heading_start, inner_start, name) = open.take()?;
                let title = html::text(&html[inner_start..start]);
                if let Some(level) = heading_level(&name).filter(|_| !title.is_empty()) {
                    let end = from + tokens.offset();
                    return Some(HtmlHeading { start: heading_start, inner_start, inner_end: start, end, level, title });
                }
            }
            _ => {}
        }
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

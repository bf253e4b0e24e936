//! Converts comrak's arena into the owned tree.
//!
//! Positions: comrak counts lines and bytes from 1 and is off in known cases (text after an escaped pipe in a table cell, soft
//! breaks, ends given as `n:0`). Every span is therefore clamped to the text and its characters, and text that does not stand
//! where comrak says is looked for close by.

use std::cell::Cell;

use comrak::{
    Arena, Options,
    nodes::{AlertType, ListType, Node, NodeValue, Sourcepos, TableAlignment},
    try_parse_document,
};

use super::{Alignment, Block, BlockKind, Description, HeadingOrigin, Inline, InlineKind, ListItem, TableCell, TableRow, plain_text};
use crate::{
    diag::{Code, Diagnostic, Span},
    source::LineTable,
};

/// How deep blocks and inlines may be nested.
const MAX_DEPTH: usize = 100;
/// comrak asks once every this many steps whether to go on.
const STEPS_PER_QUESTION: usize = 256;
/// How far from its stated place a piece of text is looked for, in bytes.
const SEARCH_BYTES: usize = 64;

/// Parses the Markdown `text[body_start..]` into blocks.
pub(super) fn parse(text: &str, lines: &LineTable, body_start: usize, diagnostics: &mut Vec<Diagnostic>) -> Vec<Block> {
    // A step is a line, an inline or a node: a document needs about two for each byte at the very most.
    let questions = 1_000 + (text.len() - body_start) * 8 / STEPS_PER_QUESTION;
    parse_within(questions, text, lines, body_start, diagnostics)
}

/// Parses unless comrak asks more than `questions` times whether to go on.
fn parse_within(questions: usize, text: &str, lines: &LineTable, body_start: usize, diagnostics: &mut Vec<Diagnostic>) -> Vec<Block> {
    let body = &text[body_start..];
    let budget = Cell::new(questions);
    let is_spent = || {
        budget.set(budget.get().saturating_sub(1));
        budget.get() == 0
    };
    let arena = Arena::new();
    let mut converter = Converter { text, body_start, starts: line_starts(lines, body_start, body), too_deep: None };
    match try_parse_document(&arena, body, &options(), &is_spent) {
        Ok(root) => {
            let blocks = converter.blocks(root, 0);
            if let Some(span) = converter.too_deep {
                diagnostics.push(
                    Diagnostic::warning(Code::DocumentTooDeep, span, format!("nested more than {MAX_DEPTH} levels deep"))
                        .help("from here on the text is shown plainly; flatten the document"),
                );
            }
            blocks
        }
        Err(_) => {
            let span = Span::new(body_start, text.len());
            diagnostics.push(
                Diagnostic::warning(Code::DocumentTooDeep, Span::new(body_start, body_start), "the Markdown takes too long to parse")
                    .help("its text is shown plainly; look for very many unbalanced brackets or nested lists"),
            );
            vec![Block { span, kind: BlockKind::Code { info: String::new(), literal: body.to_owned(), fenced: false } }]
        }
    }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.description_lists = true;
    extension.alerts = true;
    extension.wikilinks_title_after_pipe = true;
    options.parse.relaxed_tasklist_matching = true;
    options
}

/// Returns the offsets in the body at which lines begin as comrak counts them: after `\n`, `\r\n` and a lone `\r`.
fn line_starts(lines: &LineTable, body_start: usize, body: &str) -> Vec<usize> {
    let first = std::iter::once(0);
    // Most texts have no `\r`.
    if !body.contains('\r') {
        return first.chain(lines.starts_behind(body_start).iter().map(|start| start - body_start)).collect();
    }
    let bytes = body.as_bytes();
    let ends = |at: usize| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    first.chain((0..bytes.len()).filter(|at| ends(*at)).map(|at| at + 1)).collect()
}

struct Converter<'a> {
    text: &'a str,
    body_start: usize,
    starts: Vec<usize>,
    too_deep: Option<Span>,
}

impl Converter<'_> {
    fn blocks<'n>(&mut self, parent: Node<'n>, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::with_capacity(parent.children().count());
        for node in parent.children() {
            let span = self.span(node.data().sourcepos);
            if depth >= MAX_DEPTH {
                self.too_deep.get_or_insert(span);
                let inlines = vec![Inline { span, kind: InlineKind::Text(flat_text(node)) }];
                blocks.push(Block { span, kind: BlockKind::Paragraph(inlines) });
            } else {
                self.block(node, span, depth, &mut blocks);
            }
        }
        blocks
    }

    fn block<'n>(&mut self, node: Node<'n>, span: Span, depth: usize, blocks: &mut Vec<Block>) {
        let kind = match take_value(node) {
            NodeValue::Heading(heading) => {
                let inlines = self.inlines(node, span, depth + 1);
                if heading.setext && heading.level == 2 && is_prose(span.text(self.text)) {
                    self.paragraph_and_rule(inlines, span, blocks);
                    return;
                }
                // A heading without text is none: a picture, or a stray `#`.
                if plain_text(&inlines).trim().is_empty() {
                    if !inlines.is_empty() {
                        blocks.push(Block { span, kind: BlockKind::Paragraph(inlines) });
                    }
                    return;
                }
                BlockKind::Heading { level: heading.level, inlines, anchor: String::new(), origin: HeadingOrigin::Markdown }
            }
            NodeValue::Paragraph | NodeValue::Subtext | NodeValue::CalloutTitle => {
                BlockKind::Paragraph(self.inlines(node, span, depth + 1))
            }
            NodeValue::BlockQuote | NodeValue::MultilineBlockQuote(_) => BlockKind::Quote(self.blocks(node, depth + 1)),
            NodeValue::Alert(alert) => {
                BlockKind::Alert { kind: alert_kind(alert.alert_type).into(), title: alert.title, blocks: self.blocks(node, depth + 1) }
            }
            NodeValue::List(list) => BlockKind::List {
                first_number: (list.list_type == ListType::Ordered).then_some(list.start as u64),
                tight: list.tight,
                items: node.children().map(|item| self.item(item, depth + 1)).collect(),
            },
            NodeValue::CodeBlock(code) => BlockKind::Code { info: code.info, literal: code.literal, fenced: code.fenced },
            NodeValue::HtmlBlock(html) => BlockKind::Html(html.literal),
            NodeValue::Table(table) => self.table(node, &table.alignments, depth + 1),
            NodeValue::DescriptionList => BlockKind::Descriptions(node.children().map(|item| self.description(item, depth + 1)).collect()),
            NodeValue::FootnoteDefinition(footnote) => BlockKind::Footnote { name: footnote.name, blocks: self.blocks(node, depth + 1) },
            NodeValue::ThematicBreak => BlockKind::Rule,
            // Kinds of extensions that are switched off: their text is kept.
            other => {
                node.data_mut().value = other;
                let text = flat_text(node);
                if text.is_empty() {
                    return;
                }
                BlockKind::Paragraph(vec![Inline { span, kind: InlineKind::Text(text) }])
            }
        };
        blocks.push(Block { span, kind });
    }

    /// Undoes a heading that is really prose with a rule right below it.
    fn paragraph_and_rule(&self, inlines: Vec<Inline>, span: Span, blocks: &mut Vec<Block>) {
        let whole = span.text(self.text);
        let rule = whole.trim_end().rfind('\n').map_or(span.end, |at| span.start + at + 1);
        let prose = span.start + self.text[span.start..rule].trim_end().len();
        blocks.push(Block { span: Span::new(span.start, prose), kind: BlockKind::Paragraph(inlines) });
        blocks.push(Block { span: Span::new(rule, span.end), kind: BlockKind::Rule });
    }

    fn item<'n>(&mut self, node: Node<'n>, depth: usize) -> ListItem {
        let data = node.data();
        let span = self.span(data.sourcepos);
        let task = match &data.value {
            NodeValue::TaskItem(task) => Some(task.symbol.is_some_and(|symbol| !symbol.is_whitespace())),
            _ => None,
        };
        drop(data);
        ListItem { span, task, blocks: self.blocks(node, depth) }
    }

    fn description<'n>(&mut self, node: Node<'n>, depth: usize) -> Description {
        let mut description = Description { term: Vec::new(), details: Vec::new() };
        for part in node.children() {
            let span = self.span(part.data().sourcepos);
            if matches!(part.data().value, NodeValue::DescriptionTerm) {
                for child in part.children() {
                    description.term.extend(self.inlines(child, span, depth + 1));
                }
            } else {
                description.details.extend(self.blocks(part, depth + 1));
            }
        }
        description
    }

    fn table<'n>(&mut self, node: Node<'n>, alignments: &[TableAlignment], depth: usize) -> BlockKind {
        let mut rows: Vec<TableRow> = Vec::new();
        for row in node.children() {
            let span = self.span(row.data().sourcepos);
            let cells = row.children().map(|cell| {
                let span = self.span(cell.data().sourcepos);
                TableCell { span, inlines: self.inlines(cell, span, depth) }
            });
            let cells = cells.collect();
            rows.push(TableRow { span, cells });
        }
        let alignments = alignments.iter().map(|alignment| match alignment {
            TableAlignment::None => Alignment::None,
            TableAlignment::Left => Alignment::Left,
            TableAlignment::Center => Alignment::Center,
            TableAlignment::Right => Alignment::Right,
        });
        let header = if rows.is_empty() { TableRow { span: Span::default(), cells: Vec::new() } } else { rows.remove(0) };
        BlockKind::Table { alignments: alignments.collect(), header, rows }
    }

    fn inlines<'n>(&mut self, parent: Node<'n>, within: Span, depth: usize) -> Vec<Inline> {
        let mut inlines: Vec<Inline> = Vec::with_capacity(parent.children().count());
        let mut cursor = within.start;
        for node in parent.children() {
            let stated = self.span(node.data().sourcepos);
            if depth >= MAX_DEPTH {
                self.too_deep.get_or_insert(stated);
                inlines.push(Inline { span: stated, kind: InlineKind::Text(flat_text(node)) });
                continue;
            }
            let inline = self.inline(node, stated, cursor, within, depth);
            cursor = inline.span.end.max(cursor);
            if let InlineKind::Text(more) = &inline.kind
                && let Some(Inline { span, kind: InlineKind::Text(text) }) = inlines.last_mut()
            {
                text.push_str(more);
                *span = span.to(inline.span);
            } else {
                inlines.push(inline);
            }
        }
        inlines
    }

    fn inline<'n>(&mut self, node: Node<'n>, stated: Span, cursor: usize, within: Span, depth: usize) -> Inline {
        let mut span = stated;
        let kind = match take_value(node) {
            NodeValue::Text(text) => {
                span = self.find(&text, stated, cursor, within);
                InlineKind::Text(text.into_owned())
            }
            NodeValue::Code(code) => InlineKind::Code(code.literal),
            value @ (NodeValue::SoftBreak | NodeValue::LineBreak) => {
                let start = stated.start.clamp(cursor, within.end.max(cursor));
                span = Span::new(start, stated.end.max(start));
                if matches!(value, NodeValue::SoftBreak) { InlineKind::SoftBreak } else { InlineKind::HardBreak }
            }
            NodeValue::Emph | NodeValue::Underline => InlineKind::Emphasis(self.inlines(node, stated, depth + 1)),
            NodeValue::Strong => InlineKind::Strong(self.inlines(node, stated, depth + 1)),
            NodeValue::Strikethrough => InlineKind::Strike(self.inlines(node, stated, depth + 1)),
            NodeValue::Link(link) => InlineKind::Link { url: link.url, title: link.title, inlines: self.inlines(node, stated, depth + 1) },
            NodeValue::WikiLink(link) => {
                InlineKind::Link { url: link.url, title: String::new(), inlines: self.inlines(node, stated, depth + 1) }
            }
            NodeValue::Image(link) => {
                InlineKind::Image { url: link.url, title: link.title, inlines: self.inlines(node, stated, depth + 1) }
            }
            NodeValue::FootnoteReference(footnote) => InlineKind::FootnoteReference(footnote.name),
            NodeValue::HtmlInline(html) => InlineKind::Html(html),
            other => {
                node.data_mut().value = other;
                InlineKind::Text(flat_text(node))
            }
        };
        Inline { span, kind }
    }

    /// Returns where `literal` stands: at `stated`, or a little later, or `stated` itself where entities and escapes hide it.
    fn find(&self, literal: &str, stated: Span, cursor: usize, within: Span) -> Span {
        if stated.text(self.text) == literal || literal.is_empty() {
            return stated;
        }
        let start = cursor.max(stated.start.saturating_sub(SEARCH_BYTES));
        let end = (stated.end + SEARCH_BYTES).min(within.end.max(stated.end));
        let window = Span::clamped(self.text, start, end);
        match window.text(self.text).find(literal) {
            Some(at) => Span::new(window.start + at, window.start + at + literal.len()),
            None => escaped_length(&self.text[stated.start..window.end], literal)
                .map_or(stated, |length| Span::new(stated.start, stated.start + length)),
        }
    }

    fn span(&self, position: Sourcepos) -> Span {
        let start = self.offset(position.start.line, position.start.column.saturating_sub(1));
        let end = self.offset(position.end.line, position.end.column);
        let Span { start, mut end } = Span::clamped(self.text, start, end.max(start));
        while end > start && matches!(self.text.as_bytes()[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        Span::new(start, end)
    }

    /// Returns the offset of byte `column` (from 0) of line `line` (from 1), at most that line's end.
    fn offset(&self, line: usize, column: usize) -> usize {
        let index = line.saturating_sub(1).min(self.starts.len() - 1);
        let line_end = self.starts.get(index + 1).map_or(self.text.len() - self.body_start, |next| *next);
        self.body_start + (self.starts[index] + column).min(line_end)
    }
}

/// Takes the value of a node, with its text, out of the arena, which nobody needs any more.
fn take_value(node: Node<'_>) -> NodeValue {
    std::mem::replace(&mut node.data_mut().value, NodeValue::Document)
}

/// Returns how much of the beginning of `source` is `literal` with backslashes in it.
fn escaped_length(source: &str, literal: &str) -> Option<usize> {
    let mut wanted = literal.chars().peekable();
    for (at, c) in source.char_indices() {
        match wanted.peek() {
            None => return Some(at),
            Some(next) if *next == c => {
                wanted.next();
            }
            Some(_) if c == '\\' => {}
            Some(_) => return None,
        }
    }
    wanted.peek().is_none().then_some(source.len())
}

/// Returns true for the text of a heading of the form `text`, `---` that is too long for a heading.
fn is_prose(source: &str) -> bool {
    let prose = source.trim_end().rsplit_once('\n').map_or("", |(prose, _)| prose).trim();
    let ends_a_sentence = prose.ends_with('.') && prose.split_whitespace().count() >= 6;
    prose.contains('\n') || prose.chars().count() > 120 || ends_a_sentence
}

fn alert_kind(alert: AlertType) -> &'static str {
    match alert {
        AlertType::Note => "note",
        AlertType::Tip => "tip",
        AlertType::Important => "important",
        AlertType::Warning => "warning",
        AlertType::Caution => "caution",
    }
}

/// Returns all text below `node`, without recursion.
fn flat_text(node: Node<'_>) -> String {
    let mut text = String::new();
    for descendant in node.descendants() {
        match &descendant.data().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(code) => text.push_str(&code.literal),
            NodeValue::HtmlInline(html) | NodeValue::Raw(html) => text.push_str(html),
            NodeValue::HtmlBlock(html) => text.push_str(&html.literal),
            NodeValue::Math(math) => text.push_str(&math.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph | NodeValue::Item(_) if !text.is_empty() => {
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_takes_too_many_steps_is_shown_as_plain_text() {
        let text = "a *b*\n\n".repeat(2000);
        let mut diagnostics = Vec::new();
        let blocks = parse_within(2, &text, &LineTable::new(&text), 0, &mut diagnostics);
        assert!(matches!(&blocks[..], [Block { kind: BlockKind::Code { literal, .. }, .. }] if *literal == text));
        assert_eq!(diagnostics[0].code, Code::DocumentTooDeep);
    }
}

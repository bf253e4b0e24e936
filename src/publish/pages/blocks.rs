//! Blocks made by us, as short as the pages that are made of them.

use crate::{
    diag::Span,
    document::{Alignment, Block, BlockKind, HeadingOrigin, Inline, InlineKind, ListItem, TableCell, TableRow},
    render::wiki::BadgeColour,
    stats::duration_text,
};

/// How an address begins that names one of our pages by its key.
pub(super) const PAGE_SCHEME: &str = "hindsite-page:";
/// How an address begins that makes a badge of the link's text.
pub(super) const BADGE_SCHEME: &str = "hindsite-badge:";

/// The text of a cell, a paragraph, a line.
pub(super) type Line = Vec<Inline>;

fn inline(kind: InlineKind) -> Inline {
    Inline { span: Span::default(), kind }
}

fn block(kind: BlockKind) -> Block {
    Block { span: Span::default(), kind }
}

pub(super) fn text(text: impl Into<String>) -> Inline {
    inline(InlineKind::Text(text.into()))
}

pub(super) fn strong(words: &str) -> Inline {
    inline(InlineKind::Strong(vec![text(words)]))
}

pub(super) fn code(words: &str) -> Inline {
    inline(InlineKind::Code(words.to_owned()))
}

pub(super) fn link(url: impl Into<String>, words: impl Into<String>) -> Inline {
    inline(InlineKind::Link { url: url.into(), title: String::new(), inlines: vec![text(words)] })
}

/// Returns a duration that is not broken between its figures and their units.
pub(super) fn duration(minutes: f64) -> String {
    duration_text(minutes).replace(' ', "\u{a0}")
}

/// Returns a link to one of our pages.
pub(super) fn page_link(key: &str, words: impl Into<String>) -> Inline {
    link(format!("{PAGE_SCHEME}{key}"), words)
}

pub(super) fn badge(colour: BadgeColour, words: impl Into<String>) -> Inline {
    let colour = match colour {
        BadgeColour::Grey => "grey",
        BadgeColour::Red => "red",
        BadgeColour::Yellow => "yellow",
        BadgeColour::Green => "green",
        BadgeColour::Blue => "blue",
    };
    link(format!("{BADGE_SCHEME}{colour}"), words)
}

/// Returns the colour that an address of [`badge`] names.
pub(super) fn badge_colour(name: &str) -> BadgeColour {
    match name {
        "red" => BadgeColour::Red,
        "yellow" => BadgeColour::Yellow,
        "green" => BadgeColour::Green,
        "blue" => BadgeColour::Blue,
        _ => BadgeColour::Grey,
    }
}

/// Puts `between` between the lines.
pub(super) fn joined(lines: Vec<Line>, between: &str) -> Line {
    let mut out = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if at > 0 {
            out.push(text(between));
        }
        out.extend(line);
    }
    out
}

pub(super) fn paragraph(line: Line) -> Block {
    block(BlockKind::Paragraph(line))
}

pub(super) fn heading(level: u8, words: &str, anchor: &str) -> Block {
    block(BlockKind::Heading { level, inlines: vec![text(words)], anchor: anchor.to_owned(), origin: HeadingOrigin::Markdown })
}

/// Returns a part of the page's HTML, such as the beginning of what is folded away.
pub(super) fn html(html: &str) -> Block {
    block(BlockKind::Html(html.to_owned()))
}

pub(super) fn note(line: Line) -> Block {
    block(BlockKind::Alert { kind: "note".to_owned(), title: None, blocks: vec![paragraph(line)] })
}

pub(super) fn list(lines: Vec<Line>) -> Block {
    let item = |line| ListItem { span: Span::default(), task: None, blocks: vec![paragraph(line)] };
    block(BlockKind::List { first_number: None, tight: true, items: lines.into_iter().map(item).collect() })
}

/// Returns a table; columns whose heading begins with `#` hold numbers and are aligned to the end.
pub(super) fn table(columns: &[&str], rows: Vec<Vec<Line>>) -> Block {
    let row = |cells: Vec<Line>| TableRow {
        span: Span::default(),
        cells: cells.into_iter().map(|inlines| TableCell { span: Span::default(), inlines }).collect(),
    };
    let alignments = columns.iter().map(|name| if name.starts_with('#') { Alignment::Right } else { Alignment::None });
    let header = columns.iter().map(|name| vec![text(name.trim_start_matches('#'))]).collect();
    block(BlockKind::Table { alignments: alignments.collect(), header: row(header), rows: rows.into_iter().map(row).collect() })
}

//! The reading view of a document: its text as one list of logical lines, in document order, each with its section.
//!
//! People write postmortems with headings, with bold lines, with bare words on a line, with four-space indents that Markdown
//! takes for code, and with HTML. The readers of fields should not care: a [`Unit`] is one logical line of plain text
//! whatever it was written with, and its `role` is what the section or label above it says it is about.
//!
//! Markup, emoji and the marks of lists are not part of a unit's text; its place in the file is its span.

mod label;
mod lines;
mod walk;

use std::{ops::Range, sync::Arc};

pub(crate) use label::Label;

use crate::{
    diag::Span,
    document::Document,
    extract::{
        headings::Headings,
        lexicon::{self, Cues, LabelList, LabelLists},
        text::{each_sentence, has_letter_or_digit, head},
    },
    incident::{Origin, Provenance, SectionRole},
};

/// What a unit was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A heading; bold lines, `#Title` and bare lines such as `Timeline:` too.
    Heading {
        /// 1 to 6; 7 for a bare line.
        level: u8,
        /// A line without any markup of a heading, or bold inside a paragraph, that is a known heading as a whole.
        bare: bool,
    },
    /// A line of a paragraph, of indented code or of HTML.
    Line,
    /// The own text of a list's item, its first line.
    Item {
        /// 0 for a list that is in no other.
        depth: u8,
        /// Whether the list is numbered.
        ordered: bool,
        /// For a task: whether it is ticked.
        task: Option<bool>,
    },
    /// A row of a table.
    Row {
        /// Index in [`Outline::tables`].
        table: usize,
    },
    /// The header row of a table. Where a table holds pairs (`| Field | Value |`) it can be a pair itself.
    HeaderRow {
        /// Index in [`Outline::tables`].
        table: usize,
    },
}

/// What notation a unit was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Markdown.
    Markdown,
    /// A block indented by four spaces, which is code to Markdown and prose to many authors.
    IndentedCode,
    /// A fenced code block: evidence more often than prose.
    FencedCode,
    /// Raw HTML.
    Html,
}

/// One logical line.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// Its place in the file.
    pub(crate) span: Span,
    /// Its line, counted from 1.
    pub(crate) line: usize,
    /// What it was written as.
    pub(crate) shape: Shape,
    /// The notation it was written in.
    pub(crate) notation: Notation,
    /// Its plain text.
    pub(crate) text: String,
    /// For a row: its cells. Empty otherwise.
    pub(crate) cells: Vec<Cell>,
    /// The label that it opens with: `**Root cause:** text`, `Label: text`.
    pub(crate) label: Option<Label>,
    /// How many bytes of `text` at its start are in bold, italics or code.
    pub(crate) strong_len: usize,
    /// Number of the block that it belongs to: the lines of one paragraph share it.
    pub(crate) block: usize,
    /// The item (its unit's index) that it stands in.
    pub(crate) parent: Option<usize>,
    /// Index in [`Outline::sections`].
    pub(crate) section: usize,
    /// What it is about: the role of its label or of an item above it, else of its section.
    pub(crate) role: Option<SectionRole>,
    /// Addresses that it links to.
    pub(crate) links: Vec<String>,
    /// Whether links make up all its text.
    pub(crate) linked_only: bool,
    /// The words in it that readers look for.
    pub(crate) cues: Cues,
    /// Its place in [`Outline::units`].
    index: usize,
    /// Its sentences in [`Outline::sentences`].
    sentences: Range<usize>,
}

/// A sentence of a unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence {
    /// Its place in the unit's text.
    pub(crate) span: Span,
    /// The words in it that readers look for.
    pub(crate) cues: Cues,
}

impl Unit {
    /// Returns the text behind the label, or the whole text.
    #[inline]
    pub(crate) fn rest(&self) -> &str {
        match &self.label {
            Some(label) => &self.text[label.rest..],
            None => &self.text,
        }
    }

    /// Whether it is a heading or a bare line that acts as one.
    #[inline]
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.shape, Shape::Heading { .. })
    }

    /// Whether it is the item of a list.
    #[inline]
    pub(crate) fn is_item(&self) -> bool {
        matches!(self.shape, Shape::Item { .. })
    }
}

/// A cell of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// Its plain text; line breaks inside are ` / `.
    pub(crate) text: String,
    /// Its place.
    pub(crate) span: Span,
    /// Addresses that it links to.
    pub(crate) links: Vec<String>,
}

/// A table's header.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// The cells of its header row.
    pub(crate) header: Vec<Cell>,
}

/// A stretch of units below one heading, or below a line that acts as one.
#[derive(Debug, Clone)]
pub(crate) struct OutlineSection {
    /// The heading as written, plain; empty for what stands before the first.
    pub(crate) heading: String,
    /// The heading folded for comparison.
    pub(crate) key: String,
    /// Its level, 1 to 6; 7 for a bare line; 0 for what stands before the first.
    pub(crate) level: u8,
    /// The lists that the heading is in as a label.
    pub(crate) lists: LabelLists,
    /// The role of its own heading.
    pub(crate) own_role: Option<SectionRole>,
    /// Its own role, or that of the heading above it.
    pub(crate) role: Option<SectionRole>,
    /// The anchor of the heading on the page, where it is a real heading.
    pub(crate) anchor: Option<String>,
    /// Where the heading stands.
    pub(crate) span: Span,
    /// The unit of the heading; `None` for what stands before the first.
    pub(crate) unit: Option<usize>,
}

/// The reading view of a document, or of the part of it that is one incident.
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    /// The whole text of the file.
    pub(crate) text: Arc<str>,
    /// Path of the document below the content folder.
    pub(crate) path: Arc<str>,
    /// The part of the file that it covers.
    pub(crate) span: Span,
    /// The logical lines.
    pub(crate) units: Vec<Unit>,
    /// The sections, at least one.
    pub(crate) sections: Vec<OutlineSection>,
    /// The headers of tables.
    pub(crate) tables: Vec<Table>,
    /// The lists that labels of the units are in.
    labels: LabelLists,
    /// The sentences of all units.
    sentences: Vec<Sentence>,
}

impl Outline {
    /// Returns the reading view of `document` within `part` (the whole body where `None`).
    pub(crate) fn read(headings: &Headings, document: &Document, part: Option<Span>) -> Self {
        let mut outline = walk::read(headings, document, part);
        outline.find_words();
        outline
    }

    /// Cuts the units into sentences and finds the words in them that readers look for.
    fn find_words(&mut self) {
        let mut hits = Vec::new();
        self.sentences.reserve(self.units.len() * 3 / 2);
        for (index, unit) in self.units.iter_mut().enumerate() {
            unit.index = index;
            unit.cues = lexicon::find(&unit.text, &mut hits);
            if let Some(label) = &unit.label {
                self.labels = self.labels | label.lists;
            }
            let first = self.sentences.len();
            let mut next = 0;
            each_sentence(&unit.text, |start, sentence| {
                let span = Span::new(start, start + sentence.len());
                let cues = lexicon::within(&hits, span, &mut next);
                self.sentences.push(Sentence { span, cues });
            });
            unit.sentences = first..self.sentences.len();
        }
    }

    /// Returns the sentences of a unit with the words in them that readers look for.
    pub(crate) fn sentences<'a>(&'a self, unit: &'a Unit) -> impl Iterator<Item = (&'a str, Cues)> {
        self.sentences[unit.sentences.clone()].iter().map(|sentence| (sentence.span.text(&unit.text), sentence.cues))
    }

    /// Returns the sentences of a unit from a byte of its text on, likewise. The first may have the cues of what stands before it too.
    pub(crate) fn sentences_from<'a>(&'a self, unit: &'a Unit, from: usize) -> impl Iterator<Item = (&'a str, Cues)> {
        let sentences = self.sentences[unit.sentences.clone()].iter();
        sentences.filter(move |sentence| sentence.span.end > from).filter_map(move |sentence| {
            if sentence.span.start >= from {
                return Some((sentence.span.text(&unit.text), sentence.cues));
            }
            let behind = unit.text[from..sentence.span.end].trim_start();
            has_letter_or_digit(behind).then_some((behind, sentence.cues))
        })
    }

    /// Returns the provenance of a value that `unit` states.
    pub(crate) fn provenance(&self, unit: &Unit, rule: &'static str) -> Provenance {
        self.provenance_of(unit, &unit.text, rule)
    }

    /// Returns the provenance of a value that a part of `unit` states.
    pub(crate) fn provenance_of(&self, unit: &Unit, text: &str, rule: &'static str) -> Provenance {
        Provenance { from: Origin::Inferred, span: Some(unit.span), line: Some(unit.line), quote: quote(text), rule }
    }

    /// Returns the units with this role, in order; headings only where text follows their label (`Root cause: a typo`).
    pub(crate) fn of_role(&self, role: SectionRole) -> impl Iterator<Item = &Unit> {
        self.units
            .iter()
            .filter(move |unit| unit.role == Some(role) && (!unit.is_heading() || unit.label.is_some() && !unit.rest().is_empty()))
    }

    /// Returns the units of a section, its heading first.
    pub(crate) fn units_of(&self, section: usize) -> &[Unit] {
        let start = self.sections[section].unit.unwrap_or(0);
        let end = self.sections.get(section + 1).and_then(|next| next.unit).unwrap_or(self.units.len());
        &self.units[start..end]
    }

    /// Returns the units that stand directly in the item `unit`.
    pub(crate) fn children(&self, unit: &Unit) -> impl Iterator<Item = &Unit> {
        self.children_at(unit.index).map(|index| &self.units[index])
    }

    /// Returns the places of the units that stand directly in the item at `index`.
    pub(crate) fn children_at(&self, index: usize) -> impl Iterator<Item = usize> {
        let below = self.units[index + 1..].iter().take_while(move |child| child.parent.is_some_and(|parent| parent >= index));
        (index + 1..).zip(below).filter(move |(_, child)| child.parent == Some(index)).map(|(at, _)| at)
    }

    /// Returns the units that can be the key and value of a field, and have a label of `list`: lines and items with a label, rows of
    /// two cells or more.
    pub(crate) fn labelled(&self, list: LabelList) -> impl Iterator<Item = (&Label, &Unit)> {
        // Most documents have labels of few lists.
        let units = if self.labels.has(list) { self.units.as_slice() } else { &[] };
        units.iter().filter_map(|unit| unit.label.as_ref().map(|label| (label, unit))).filter(move |(label, _)| label.lists.has(list))
    }
}

/// Cuts a quote to about 160 characters at a word.
pub(crate) fn quote(text: &str) -> String {
    cut(text, 160)
}

/// Cuts a text to about `limit` characters at a word.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let start = head(text, limit);
    if start.len() == text.len() {
        return text.to_owned();
    }
    let cut = start.rfind(' ').unwrap_or(start.len());
    format!("{}…", &text[..cut])
}

#[cfg(test)]
mod tests;

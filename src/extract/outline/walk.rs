//! The walk over the blocks that makes the units, and the rules by which a line is a heading and what a unit is about.

use crate::{
    diag::Span,
    document::{Block, BlockKind, Document, Inline, ListItem, TableCell, TableRow},
    extract::{
        headings::{Headings, fold},
        lexicon::{Cues, LabelLists},
        outline::{
            Cell, Label, Notation, Outline, OutlineSection, Shape, Table, Unit,
            label::find_label,
            lines::{HtmlShape, TextLine, push_lines, push_lines_of_code, push_lines_of_html},
        },
        text::{find_byte, trimmed, words},
    },
    incident::SectionRole,
};

/// Blocks nested more deeply are read as if they were not there.
const MAX_NESTING: usize = 60;

/// The level of a bare line that acts as a heading.
const BARE_LEVEL: u8 = 7;

pub(super) fn read(headings: &Headings, document: &Document, part: Option<Span>) -> Outline {
    let span = part.unwrap_or(Span::new(document.body_start, document.text.len()));
    let mut walk = Walk {
        headings,
        document,
        outline: Outline {
            text: document.text.clone(),
            path: document.path.clone(),
            span,
            // A text has hardly more units than lines.
            units: Vec::with_capacity(document.lines.line(span.end) - document.lines.line(span.start) + 1),
            sections: vec![OutlineSection {
                heading: String::new(),
                key: String::new(),
                lists: LabelLists::default(),
                level: 0,
                own_role: None,
                role: None,
                anchor: None,
                span: Span::new(span.start, span.start),
                unit: None,
            }],
            tables: Vec::new(),
            labels: LabelLists::default(),
            sentences: Vec::new(),
        },
        block: 0,
        soft: None,
        fence_is_page: is_one_fence(document, span),
        lines: Vec::new(),
        last_line: 1,
        last_of_level: [None; BARE_LEVEL as usize + 1],
    };
    for block in document.blocks.iter().filter(|block| block.span.start >= span.start && block.span.start < span.end) {
        walk.block(block, Place::default());
    }
    walk.outline
}

/// Where a block stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    parent: Option<usize>,
    list_depth: u8,
    nesting: usize,
}

struct Walk<'a> {
    headings: &'a Headings,
    document: &'a Document,
    outline: Outline,
    block: usize,
    /// The role of a labelled line (`**Impact:** text`), which holds for the list or table below it.
    soft: Option<SectionRole>,
    /// Whether the whole text stands in one code fence.
    fence_is_page: bool,
    /// Room for the lines of a block.
    lines: Vec<TextLine>,
    /// The line of the last unit.
    last_line: usize,
    /// The last section of each level.
    last_of_level: [Option<usize>; BARE_LEVEL as usize + 1],
}

/// Whether nothing but one fenced block makes up the text: whoever wrote it meant a page, not code.
fn is_one_fence(document: &Document, span: Span) -> bool {
    let mut blocks = document
        .blocks
        .iter()
        .filter(|block| block.span.start >= span.start && block.span.start < span.end && !matches!(block.kind, BlockKind::Rule));
    matches!(blocks.next().map(|block| &block.kind), Some(BlockKind::Code { fenced: true, .. })) && blocks.next().is_none()
}

impl Walk<'_> {
    fn block(&mut self, block: &Block, place: Place) {
        if place.nesting > MAX_NESTING {
            return;
        }
        self.block += 1;
        let inner = Place { nesting: place.nesting + 1, ..place };
        match &block.kind {
            BlockKind::Heading { level, inlines, anchor, .. } => self.heading(*level, inlines, Some(anchor.clone()), block.span),
            BlockKind::Paragraph(inlines) => {
                self.soft_ends_at_paragraph(place);
                let mut lines = self.lines_of(inlines);
                join_wrapped(&mut lines);
                for line in lines.drain(..) {
                    self.line(line, place, Notation::Markdown, block.span);
                }
                self.lines = lines;
            }
            BlockKind::List { first_number, items, .. } => {
                for item in items {
                    self.item(item, first_number.is_some(), place);
                }
            }
            BlockKind::Quote(blocks) | BlockKind::Alert { blocks, .. } | BlockKind::Footnote { blocks, .. } => {
                for block in blocks {
                    self.block(block, inner);
                }
            }
            BlockKind::Code { fenced, .. } => {
                let notation = if self.fence_is_page {
                    Notation::IndentedCode
                } else if *fenced {
                    Notation::FencedCode
                } else {
                    Notation::IndentedCode
                };
                let mut lines = Vec::new();
                push_lines_of_code(&self.document.text, block.span, *fenced, &mut lines);
                for line in lines {
                    self.code_line(line, place, notation, block.span);
                }
            }
            BlockKind::Html(_) => {
                let mut lines = Vec::new();
                push_lines_of_html(&self.document.text, block.span, &mut lines);
                self.html(lines, place, block.span);
            }
            BlockKind::Table { header, rows, .. } => self.table(header, rows, place),
            BlockKind::Descriptions(descriptions) => {
                for description in descriptions {
                    for line in self.lines_of(&description.term) {
                        let parent = self.push(line, Shape::Line, place, Notation::Markdown, block.span);
                        for block in &description.details {
                            self.block(block, Place { parent: Some(parent), ..inner });
                        }
                    }
                }
            }
            BlockKind::Rule => self.soft = None,
        }
    }

    /// Returns the lines of inlines; whoever has used them up gives their room back.
    fn lines_of(&mut self, inlines: &[Inline]) -> Vec<TextLine> {
        let mut lines = std::mem::take(&mut self.lines);
        push_lines(inlines, &mut lines);
        lines
    }

    fn soft_ends_at_paragraph(&mut self, place: Place) {
        let combined = matches!(self.section().role, None | Some(SectionRole::CauseAndResolution));
        if place.parent.is_none() && !combined {
            self.soft = None;
        }
    }

    fn section(&self) -> &OutlineSection {
        self.outline.sections.last().expect("there is always a section")
    }

    fn heading(&mut self, level: u8, inlines: &[Inline], anchor: Option<String>, span: Span) {
        let mut lines = self.lines_of(inlines);
        let whole = lines.drain(..).reduce(|mut line, next| {
            line.join(next);
            line
        });
        self.lines = lines;
        if let Some(line) = whole {
            self.push_heading(line, level, anchor, span);
        }
    }

    fn push_heading(&mut self, line: TextLine, level: u8, anchor: Option<String>, span: Span) {
        let bare = level == BARE_LEVEL;
        let heading = line.text.trim_end_matches(['#', ' ', ':']).to_owned();
        let key = fold(&heading);
        let own_role = if bare { self.headings.role_of_folded(&heading, &key) } else { self.headings.role_of_heading(&heading, &key) };
        // The last section of a higher level.
        let above = self.last_of_level[..usize::from(level)].iter().copied().max().flatten();
        let inherited = above.and_then(|section| self.outline.sections[section].role);
        // Below a heading of actions, "Detection" is a group of actions rather than how it was detected.
        let role = match (own_role, inherited) {
            (Some(own), Some(SectionRole::Actions)) if !breaks_out_of_actions(own) => Some(SectionRole::Actions),
            (Some(own), _) => Some(own),
            (None, inherited) => inherited,
        };
        self.soft = None;
        let section = self.outline.sections.len();
        let unit = self.outline.units.len();
        self.last_of_level[usize::from(level)] = Some(section);
        let lists = LabelLists::of(&key);
        self.outline.sections.push(OutlineSection { heading, key, lists, level, own_role, role, anchor, span, unit: Some(unit) });
        let label = if bare { None } else { find_label(&line.text, line.strong_len) };
        let line_number = self.line_at(span.start);
        self.outline.units.push(Unit {
            span,
            line: line_number,
            shape: Shape::Heading { level, bare },
            notation: Notation::Markdown,
            strong_len: line.strong_len,
            linked_only: line.linked > 0 && line.linked >= line.text.len(),
            cues: Cues::default(),
            index: 0,
            sentences: 0..0,
            links: line.links,
            text: line.text,
            cells: Vec::new(),
            label,
            block: self.block,
            parent: None,
            section,
            role,
        });
    }

    fn item(&mut self, item: &ListItem, ordered: bool, place: Place) {
        let shape = Shape::Item { depth: place.list_depth, ordered, task: item.task };
        let mut parent = None;
        for block in &item.blocks {
            match (&block.kind, parent) {
                (BlockKind::Paragraph(inlines), None) => {
                    self.block += 1;
                    let mut own = self.lines_of(inlines);
                    if own.len() == 1 {
                        parent = own.pop().map(|line| self.push(line, shape, place, Notation::Markdown, item.span));
                        self.lines = own;
                        continue;
                    }
                    // `Root cause:` at the margin right below a list begins a section, though Markdown takes it for the item's.
                    let heading = own.iter().skip(1).position(|line| {
                        place.parent.is_none() && self.opens_line(line) && line.text.ends_with(':') && self.is_bare_heading(line)
                    });
                    let mut below = own.split_off(heading.map_or(own.len(), |at| at + 1));
                    join_item_lines(&mut own);
                    for (index, line) in own.into_iter().enumerate() {
                        if index == 0 {
                            parent = Some(self.push(line, shape, place, Notation::Markdown, item.span));
                        } else {
                            let mut line = line;
                            let dash = ["— ", "– ", "• "].iter().any(|mark| line.text.starts_with(mark));
                            let shape = match dash.then(|| take_list_mark(&mut line)).flatten() {
                                Some(ordered) => Shape::Item { depth: place.list_depth.saturating_add(1), ordered, task: None },
                                None => Shape::Line,
                            };
                            self.push(line, shape, Place { parent, ..place }, Notation::Markdown, item.span);
                        }
                    }
                    join_wrapped(&mut below);
                    for line in below {
                        self.line(line, place, Notation::Markdown, item.span);
                    }
                }
                (BlockKind::Heading { inlines, .. }, None) => {
                    // A heading inside an item (`- # text`) is the item's text.
                    if let Some(line) = self.lines_of(inlines).into_iter().next() {
                        parent = Some(self.push(line, shape, place, Notation::Markdown, item.span));
                    }
                }
                _ => self.block(
                    block,
                    Place { parent: parent.or(place.parent), list_depth: place.list_depth.saturating_add(1), nesting: place.nesting + 1 },
                ),
            }
        }
    }

    /// Returns the line of a unit that begins at `offset`.
    fn line_at(&mut self, offset: usize) -> usize {
        self.last_line = self.document.lines.line_near(self.last_line, offset);
        self.last_line
    }

    /// Whether a line stands at the margin of the file.
    fn opens_line(&self, line: &TextLine) -> bool {
        line.span.is_some_and(|span| span.start == 0 || self.document.text.as_bytes().get(span.start - 1) == Some(&b'\n'))
    }

    fn table(&mut self, header: &TableRow, rows: &[TableRow], place: Place) {
        let table = self.outline.tables.len();
        let cells = self.cells_of(header);
        self.outline.tables.push(Table { header: cells.clone() });
        if let [only] = rows
            && self.is_record(&cells)
        {
            // One row below names of facts is the list of facts on its side: each column reads as `| Duration | 3h |` does.
            for (name, value) in cells.into_iter().zip(self.cells_of(only)) {
                let span = value.span;
                self.row(vec![name, value], span, Shape::Row { table }, place, Notation::Markdown);
            }
            return;
        }
        self.row(cells, header.span, Shape::HeaderRow { table }, place, Notation::Markdown);
        for row in rows {
            let cells = self.cells_of(row);
            self.row(cells, row.span, Shape::Row { table }, place, Notation::Markdown);
        }
    }

    fn cells_of(&mut self, row: &TableRow) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(row.cells.len());
        for TableCell { span, inlines } in &row.cells {
            let mut lines = self.lines_of(inlines);
            let whole = lines.drain(..).reduce(|mut first, line| {
                first.text.push_str(" / ");
                first.text.push_str(&line.text);
                first.links.extend(line.links);
                first
            });
            self.lines = lines;
            let TextLine { text, links, .. } = whole.unwrap_or_default();
            cells.push(Cell { text, span: *span, links });
        }
        cells
    }

    /// Whether the columns of a table are facts of the incident rather than of one action or event.
    fn is_record(&self, header: &[Cell]) -> bool {
        const FACTS: &[&str] = &[
            "duration", "severity", "impacted", "affected", "start", "started", "end", "ended", "downtime", "impact", "begin", "resolved",
        ];
        const OTHERS: &[&str] =
            &["action", "actions", "owner", "task", "tasks", "event", "time", "description", "step", "item", "due", "id"];
        let words = |cell: &Cell| fold(&cell.text).split(' ').map(str::to_owned).collect::<Vec<_>>();
        let has = |list: &[&str], cell: &Cell| words(cell).iter().any(|word| list.contains(&word.as_str()));
        header.len() >= 2
            && !matches!(self.section().role, Some(SectionRole::Actions | SectionRole::Timeline))
            && header.iter().filter(|cell| has(FACTS, cell)).count() >= 2
            && !header.iter().any(|cell| words(cell).len() <= 2 && has(OTHERS, cell))
    }

    fn row(&mut self, cells: Vec<Cell>, span: Span, shape: Shape, place: Place, notation: Notation) {
        let mut text = String::with_capacity(cells.iter().map(|cell| cell.text.len() + " | ".len()).sum());
        let mut links = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                text.push_str(" | ");
            }
            text.push_str(&cell.text);
            links.extend_from_slice(&cell.links);
        }
        let key = cells.first().map(|cell| cell.text.trim_end_matches(':').trim_end()).unwrap_or("");
        let label = (cells.len() >= 2 && !key.is_empty() && key.len() <= 60).then(|| {
            let folded = fold(key);
            Label {
                len: key.len(),
                lists: LabelLists::of(&folded),
                key: folded,
                rest: (cells[0].text.len() + " | ".len()).min(text.len()),
                strong: false,
                colon: true,
            }
        });
        let own = label.as_ref().and_then(|label| self.headings.role_of_folded(&text[..label.len], &label.key));
        let role = self.role_of(own, place.parent, true);
        let line_number = self.line_at(span.start);
        self.outline.units.push(Unit {
            span,
            line: line_number,
            shape,
            notation,
            text,
            cells,
            label,
            strong_len: 0,
            block: self.block,
            parent: place.parent,
            section: self.outline.sections.len() - 1,
            role,
            links,
            linked_only: false,
            cues: Cues::default(),
            index: 0,
            sentences: 0..0,
        });
    }

    /// A line of a paragraph: a heading where it is a known one as a whole.
    fn line(&mut self, mut line: TextLine, place: Place, notation: Notation, within: Span) {
        if place.parent.is_none() && self.is_bare_heading(&line) {
            let span = line.span.unwrap_or(within);
            self.push_heading(line, BARE_LEVEL, None, span);
            return;
        }
        if place.parent.is_none()
            && let Some(pieces) = split_labels(&line)
        {
            for piece in pieces {
                self.push(piece, Shape::Line, place, notation, within);
            }
            return;
        }
        // `• text` typed by hand, `\- text`: an item to everyone but Markdown.
        let marked = take_list_mark(&mut line);
        let shape = match marked {
            Some(ordered) => Shape::Item { depth: place.list_depth, ordered, task: None },
            None => Shape::Line,
        };
        self.push(line, shape, place, notation, within);
    }

    fn code_line(&mut self, mut line: TextLine, place: Place, notation: Notation, within: Span) {
        if notation == Notation::FencedCode {
            self.push(line, Shape::Line, place, notation, within);
            return;
        }
        let task = take_task_mark(&mut line);
        let shape = match task.map(Some).or_else(|| take_list_mark(&mut line).map(|_| None)) {
            Some(task) => Shape::Item { depth: place.list_depth, ordered: false, task },
            None => {
                self.line(line, place, notation, within);
                return;
            }
        };
        self.push(line, shape, place, notation, within);
    }

    fn html(&mut self, lines: Vec<TextLine>, place: Place, within: Span) {
        let mut cells: Vec<Cell> = Vec::new();
        let mut row_is_header = false;
        let mut table = None;
        let mut lines = lines.into_iter().peekable();
        while let Some(line) = lines.next() {
            match line.html {
                HtmlShape::Cell { header, .. } => {
                    row_is_header |= header && cells.is_empty();
                    cells.push(Cell { text: line.text, span: line.span.unwrap_or(within), links: line.links });
                    let row_ends = lines.peek().is_none_or(|next| !matches!(next.html, HtmlShape::Cell { first: false, .. }));
                    if row_ends {
                        let span = cells.iter().map(|cell| cell.span).reduce(Span::to).unwrap_or(within);
                        let cells = std::mem::take(&mut cells);
                        let is_new = table.is_none();
                        let index = *table.get_or_insert_with(|| {
                            self.outline.tables.push(Table { header: if row_is_header { cells.clone() } else { Vec::new() } });
                            self.outline.tables.len() - 1
                        });
                        let shape = if row_is_header && is_new { Shape::HeaderRow { table: index } } else { Shape::Row { table: index } };
                        self.row(cells, span, shape, place, Notation::Html);
                        row_is_header = false;
                    }
                }
                HtmlShape::Heading(level) => {
                    let span = line.span.unwrap_or(within);
                    self.push_heading(line, level, None, span);
                }
                HtmlShape::Item { ordered } => {
                    self.push(line, Shape::Item { depth: place.list_depth, ordered, task: None }, place, Notation::Html, within);
                }
                HtmlShape::Line => self.line(line, place, Notation::Html, within),
            }
        }
    }

    /// Whether a line is a known heading as a whole: `Timeline`, `**Root cause:**`, `Impact:`.
    fn is_bare_heading(&self, line: &TextLine) -> bool {
        let text = trimmed(&line.text);
        if text.len() > 80 && !text.ends_with(':') {
            return false;
        }
        let closed = text.ends_with(':') || line.strong_len == line.text.len() && line.strong_len > 0;
        let inner = text.trim_end_matches(':').trim_end();
        if inner.is_empty() || inner.len() > 80 || inner.ends_with(['.', ',', ';', '!']) || text.contains(": ") {
            return false;
        }
        // Without a colon or bold it must look like a title: a capital, and no more than a few words.
        let names_something = || inner.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) && words(inner).nth(7).is_none();
        if !closed && !names_something() {
            return false;
        }
        let Some(role) = self.headings.role_of_label(inner) else { return false };
        match self.section().role {
            Some(SectionRole::Actions) => breaks_out_of_actions(role),
            Some(SectionRole::Timeline) => role != SectionRole::Detection,
            _ => true,
        }
    }

    /// The role of a unit: its label's where the section lets a label say what a line is about, else what stands above it.
    fn role_of(&self, own: Option<SectionRole>, parent: Option<usize>, soft: bool) -> Option<SectionRole> {
        let section = self.section().role;
        let above = parent.and_then(|parent| self.outline.units[parent].role);
        let own = own.filter(|own| label_may_decide(above.or(section), *own));
        own.or(above).or(self.soft.filter(|_| soft)).or(section)
    }

    fn push(&mut self, line: TextLine, shape: Shape, place: Place, notation: Notation, within: Span) -> usize {
        let span = line.span.unwrap_or(within);
        let label = find_label(&line.text, line.strong_len);
        let own = match &label {
            Some(label) => self.headings.role_of_folded(&line.text[..label.len], &label.key),
            // `- **Root cause**` with its text nested below.
            None if matches!(shape, Shape::Item { .. }) && line.strong_len == line.text.len() => self.headings.role_of_label(&line.text),
            None => None,
        };
        let is_line = shape == Shape::Line && place.parent.is_none();
        if is_line && notation != Notation::FencedCode && label.as_ref().is_some_and(|label| label.colon) {
            self.soft = None;
        }
        let role = self.role_of(own, place.parent, true);
        if is_line && own.is_some() && role == own {
            self.soft = own;
        }
        let line_number = self.line_at(span.start);
        self.outline.units.push(Unit {
            span,
            line: line_number,
            shape,
            notation,
            strong_len: line.strong_len,
            linked_only: line.linked > 0 && line.linked >= line.text.len(),
            cues: Cues::default(),
            index: 0,
            sentences: 0..0,
            links: line.links,
            text: line.text,
            cells: Vec::new(),
            label,
            block: self.block,
            parent: place.parent,
            section: self.outline.sections.len() - 1,
            role,
        });
        self.outline.units.len() - 1
    }
}

/// Whether a label's role may replace `above`. In a list of actions "Detection: add an alert" is an action, and in a timeline
/// "Resolution: 10:42" is a row.
fn label_may_decide(above: Option<SectionRole>, own: SectionRole) -> bool {
    use SectionRole as R;
    match above {
        Some(R::Actions) => matches!(own, R::Lessons | R::WentWell | R::WentWrong | R::RootCause),
        Some(R::Timeline | R::Lessons | R::WentWell | R::WentWrong | R::Lucky | R::Communication | R::Support) => false,
        _ => true,
    }
}

/// Whether a heading below a heading of actions begins something else rather than a group of actions.
fn breaks_out_of_actions(role: SectionRole) -> bool {
    use SectionRole as R;
    !matches!(role, R::Detection | R::Communication | R::Resolution | R::Metrics | R::Trigger | R::People)
}

/// Splits a line that holds several labels: `Date: 24 June 2025. Severity: SEV2`, `**Author:** Ann | **Status:** final`.
fn split_labels(line: &TextLine) -> Option<Vec<TextLine>> {
    const MARKS: &[&str] = &[" | ", " · ", " • ", "; ", ". ", ", ", " – ", " — "];
    if line.text.len() > 400 || !has_two_colons(&line.text) {
        return None;
    }
    MARKS.iter().find_map(|mark| {
        let pieces: Vec<&str> = line.text.split(mark).map(str::trim).filter(|piece| !piece.is_empty()).collect();
        let is_pair = |piece: &&str| {
            let label = find_label(piece.trim_end_matches('.'), 0).filter(|label| label.colon && label.key.split(' ').count() <= 3);
            label.is_some_and(|label| label.rest < piece.len() && !label.key.is_empty() && piece.len() <= 120)
        };
        // A piece without a label may stand among them: `SEV1`, `8 October 2026`.
        let pairs = pieces.iter().filter(|piece| is_pair(piece)).count();
        let short = |piece: &&str| piece.split_whitespace().count() <= 4;
        (pairs >= 2 && pieces.iter().all(|piece| is_pair(piece) || short(piece))).then(|| {
            let piece = |text: &str| TextLine {
                text: text.trim_end_matches('.').to_owned(),
                span: line.span,
                links: line.links.clone(),
                hard: true,
                ..TextLine::default()
            };
            pieces.iter().map(|text| piece(text)).collect()
        })
    })
}

/// Whether a text has two colons with a space behind.
fn has_two_colons(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut colons = 0;
    // Most lines have no colon at all.
    while let Some(colon) = find_byte(bytes, at, |byte| byte == b':') {
        at = colon + 1;
        colons += usize::from(bytes.get(at) == Some(&b' '));
        if colons == 2 {
            return true;
        }
    }
    false
}

/// Joins the lines of a paragraph that its author wrapped; lines that say something each stay apart.
fn join_wrapped(lines: &mut Vec<TextLine>) {
    if lines.len() < 2 {
        return;
    }
    let width = lines.iter().map(|line| line.text.len()).max().unwrap_or(0);
    let many = lines.len() >= 3 && width >= 60;
    let mut above_len = lines[0].text.len();
    lines.dedup_by(|line, above| {
        let joins = !line.hard && continues(above, above_len, line, width, many);
        above_len = line.text.len();
        if joins {
            above.join(std::mem::take(line));
        }
        joins
    });
}

fn continues(above: &TextLine, above_len: usize, line: &TextLine, width: usize, many: bool) -> bool {
    if line.emoji || line.strong_len > 0 || above.text.ends_with(':') {
        return false;
    }
    let Some(first) = line.text.chars().next() else { return false };
    if first.is_lowercase() || dangles(&above.text) {
        return true;
    }
    let word = line.text.split(' ').next().map_or(0, str::len);
    let filled = above_len + 1 + word > width && above_len >= 60 && width <= 130;
    many && filled && !above.text.ends_with(['.', '!', '?']) && !first.is_ascii_digit() && find_label(&line.text, 0).is_none()
}

/// Whether a line ends with a word that needs another behind it: "At" before a line that opens with a time.
fn dangles(text: &str) -> bool {
    const WORDS: &[&str] =
        &["a", "an", "and", "around", "at", "between", "by", "for", "from", "in", "of", "on", "or", "since", "the", "to", "until", "with"];
    // None of them is longer than `between`.
    let Some(length) = text.bytes().rev().take("between ".len()).position(|byte| byte == b' ') else { return false };
    let last = &text.as_bytes()[text.len() - length..];
    WORDS.iter().any(|word| word.len() == length && word.as_bytes().eq_ignore_ascii_case(last))
}

/// Joins the lines of an item's text, except where a line opens with a label or was kept apart.
fn join_item_lines(lines: &mut Vec<TextLine>) {
    lines.dedup_by(|line, above| {
        let apart = line.hard
            || line.emoji
            || line.strong_len > 0 && find_label(&line.text, line.strong_len).is_some()
            || line.text.starts_with(|c: char| c.is_ascii_digit()) && !dangles(&above.text)
            || ["— ", "– ", "• "].iter().any(|mark| line.text.starts_with(mark));
        let joins = !apart && !above.text.ends_with(':');
        if joins {
            above.join(std::mem::take(line));
        }
        joins
    });
}

/// Takes a bullet or number typed by hand off the line; returns whether it was a number.
fn take_list_mark(line: &mut TextLine) -> Option<bool> {
    let text = line.text.as_str();
    if line.emoji && line.strong_len == 0 && !text.is_empty() && line.html == HtmlShape::Line && line.is_bulleted() {
        return Some(false);
    }
    // Nearly all lines open with a letter.
    if text.as_bytes().first().is_none_or(u8::is_ascii_alphabetic) {
        return None;
    }
    let rest = text
        .strip_prefix(['-', '*', '+', '–', '—', '→', '·', '○', '●', '▪', '◦'])
        .filter(|rest| rest.starts_with(' '))
        .map(|rest| (rest, false))
        .or_else(|| {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let after = text[digits..].strip_prefix(['.', ')']).filter(|rest| rest.starts_with(' '))?;
            (1..=2).contains(&digits).then_some((after, true))
        });
    let (rest, ordered) = rest?;
    let rest = rest.trim_start();
    let taken = text.len() - rest.len();
    line.strong_len = line.strong_len.saturating_sub(taken);
    line.text = rest.to_owned();
    Some(ordered)
}

/// Takes `- [ ]` or `- [x]` off the line; returns whether it is ticked.
fn take_task_mark(line: &mut TextLine) -> Option<bool> {
    let rest = line.text.strip_prefix(['-', '*', '+'])?.trim_start();
    let (ticked, rest) = match rest.strip_prefix("[ ]") {
        Some(rest) => (false, rest),
        None => (true, rest.strip_prefix("[x]").or_else(|| rest.strip_prefix("[X]"))?),
    };
    line.text = rest.trim_start().to_owned();
    line.strong_len = 0;
    Some(ticked)
}

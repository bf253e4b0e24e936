//! Action items: from the front matter, tables, lists, task lists, labelled groups, and lines or sentences of prose.
//!
//! What counts as one action is what the author made one: a row, an item, a line. What is nested below an action is its
//! detail, unless the item above only names a group (`Improvements:`). Intro lines are not actions.

mod classify;
mod columns;
mod meta;

use std::{cell::OnceCell, sync::LazyLock};

use crate::{
    diag::Diagnostic,
    document::{Entry, Value, ValueKind},
    extract::{
        Reader,
        front_matter::{Field, fold_key, scalar},
        headings::fold,
        outline::{Notation, Outline, Shape, Unit},
        phrases::Phrases,
        text::{has_phrase, head, sentences, words},
    },
    incident::{ActionItem, ActionKind, ActionStatus, Moment, SectionRole},
};

use classify::{group_kind, kind_of, suggested_kind};
use columns::Columns;
use meta::{Meta, parse_status, take_meta};

/// Reads the actions.
pub(crate) fn read_actions(
    reader: &Reader<'_>,
    day: &dyn Fn(&str) -> Option<Moment>,
    _diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ActionItem> {
    if let Some(declared) = reader.declared.get(Field::Actions) {
        return declared_actions(reader, declared.value, day);
    }
    let outline = reader.outline;
    let chosen = action_units(outline);
    let mut actions = Collector { outline, day, columns: None, actions: Vec::with_capacity(chosen.len()), ticked: false };
    actions.read(&chosen);
    actions.actions.shrink_to_fit();
    // An unticked task beside a ticked one is open; tasks none of which is ticked may never be.
    if !actions.ticked {
        for action in actions.actions.iter_mut().filter(|action| action.status == ActionStatus::Open && action.status_text.is_none()) {
            action.status = ActionStatus::Unknown;
        }
    }
    actions.actions
}

/// The indices of the units that can be actions.
fn action_units(outline: &Outline) -> Vec<usize> {
    let of_actions: Vec<usize> =
        (0..outline.units.len()).filter(|index| outline.units[*index].role == Some(SectionRole::Actions)).collect();
    if of_actions.iter().any(|index| tells(&outline.units[*index])) {
        return of_actions;
    }
    let announced = announced_list(outline);
    if !announced.is_empty() {
        return announced;
    }
    (0..outline.units.len())
        .filter(|index| {
            let unit = &outline.units[*index];
            matches!(unit.role, Some(SectionRole::Lessons | SectionRole::Conclusion | SectionRole::WentWrong))
                && unit.is_item()
                && says_plan(&unit.text)
        })
        .collect()
}

/// A list below a line such as "To prevent this we will:", where no section of actions exists.
fn announced_list(outline: &Outline) -> Vec<usize> {
    const ANNOUNCE: &[&str] = &[
        "prevent",
        "following actions",
        "following measures",
        "following steps",
        "next steps",
        "we re doing",
        "we are doing",
        "going forward",
        "will be taken",
        "action items",
        "improvements",
        "to avoid",
        "follow up",
        "implementing the following",
        "will implement",
    ];
    let mut found = Vec::new();
    let mut index = 0;
    while index < outline.units.len() {
        let unit = &outline.units[index];
        index += 1;
        if unit.is_item()
            || !unit.text.trim_end().ends_with(':')
            || matches!(unit.role, Some(SectionRole::Timeline | SectionRole::Resolution | SectionRole::Support))
        {
            continue;
        }
        let folded = fold(&unit.text);
        // "To help our customers the shop will:"
        let purpose = folded.ends_with(" will") && (folded.starts_with("to ") || folded.starts_with("in order to "));
        if !purpose && !ANNOUNCE.iter().any(|word| folded.contains(word)) {
            continue;
        }
        while index < outline.units.len() && outline.units[index].is_item() {
            found.push(index);
            index += 1;
        }
    }
    found
}

/// Whether a sentence states something to be done.
fn says_plan(text: &str) -> bool {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "we will",
            "we ll ",
            "will be ",
            "should ",
            "need to",
            "needs to",
            "we plan",
            "must ",
            "going to",
            "we re ",
            "we are ",
            "implement",
            "ensure",
            "have added",
            "has been",
            "have been",
            "to prevent",
            "consider",
            "improve",
        ])
    });
    let mut folded = fold(text);
    folded.push(' ');
    WORDS.occur_in(&folded)
}

fn tells(unit: &Unit) -> bool {
    !unit.is_heading() && unit.notation != Notation::FencedCode && !is_nothing(unit.rest())
        || unit.is_heading() && unit.label.is_some() && !is_nothing(unit.rest())
}

/// `None`, `N/A`, `-`: an author's way to say that there is nothing.
fn is_nothing(text: &str) -> bool {
    // Numbering and marks aside, such a word is short.
    const LONG: u8 = 40;
    // The beginning of most texts has as many, and the compiler counts a stretch of fixed length in a few instructions.
    let begins_long = |begin: &[u8; 64]| begin.iter().fold(0, |letters: u8, byte| letters + u8::from(byte.is_ascii_alphabetic())) > LONG;
    if text.as_bytes().first_chunk().is_some_and(begins_long)
        || text.bytes().filter(u8::is_ascii_alphabetic).nth(usize::from(LONG)).is_some()
    {
        return false;
    }
    let folded = fold(text);
    folded.is_empty()
        || matches!(
            folded.as_str(),
            "none" | "n a" | "na" | "tbd" | "tba" | "nothing" | "todo" | "keine" | "aucune" | "ninguna" | "nenhuma"
        )
}

struct Collector<'a> {
    outline: &'a Outline,
    day: &'a dyn Fn(&str) -> Option<Moment>,
    /// The columns of the last table of which a row was read.
    columns: Option<(usize, Columns)>,
    actions: Vec<ActionItem>,
    ticked: bool,
}

/// What a heading or group label says of the actions below it.
#[derive(Debug, Clone, Default)]
struct Group {
    kind: Option<ActionKind>,
    /// The kind of actions whose own words say nothing.
    suggested: Option<ActionKind>,
    status: Option<ActionStatus>,
    owner: Option<String>,
    due: Option<Moment>,
}

/// The units of a section that are in no other of them, and what is asked of them together, once.
struct Lines<'a> {
    outline: &'a Outline,
    tops: &'a [usize],
    listed_in_code: OnceCell<bool>,
    some_short: OnceCell<bool>,
}

impl<'a> Lines<'a> {
    fn new(outline: &'a Outline, tops: &'a [usize]) -> Self {
        Self { outline, tops, listed_in_code: OnceCell::new(), some_short: OnceCell::new() }
    }

    /// Whether two lines of them are of one indented block.
    fn listed_in_code(&self) -> bool {
        let is_code = |unit: &Unit| unit.notation == Notation::IndentedCode && !unit.is_heading();
        let in_one_block = |one: &Unit, next: &Unit| one.block == next.block && is_code(one) && is_code(next);
        *self.listed_in_code.get_or_init(|| (1..self.tops.len()).any(|at| in_one_block(self.unit(at - 1), self.unit(at))))
    }

    /// Whether two of them are short lines.
    fn some_short(&self) -> bool {
        let is_short = |unit: &&Unit| unit.shape == Shape::Line && words(&unit.text).nth(30).is_none();
        *self.some_short.get_or_init(|| (0..self.tops.len()).map(|at| self.unit(at)).filter(is_short).nth(1).is_some())
    }

    fn unit(&self, at: usize) -> &'a Unit {
        &self.outline.units[self.tops[at]]
    }

    /// The units beside the one at `at` that are of the same block, whose units stand one after the other.
    fn beside(&self, at: usize) -> impl Iterator<Item = &'a Unit> {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter(|other| *other < self.tops.len());
        beside.map(|other| self.unit(other)).filter(move |other| other.block == self.unit(at).block)
    }
}

impl Collector<'_> {
    fn read(&mut self, chosen: &[usize]) {
        let mut at = 0;
        while at < chosen.len() {
            let section = self.outline.units[chosen[at]].section;
            let end = at + chosen[at..].iter().take_while(|index| self.outline.units[**index].section == section).count();
            self.read_section(&chosen[at..end], section, chosen);
            at = end;
        }
    }

    fn has_children(&self, index: usize) -> bool {
        self.outline.children_at(index).next().is_some()
    }

    /// Reads the `units` of a section. All that are `chosen`, in order, can be actions.
    fn read_section(&mut self, units: &[usize], section: usize, chosen: &[usize]) {
        let outline = self.outline;
        let mut group = self.group_of_section(section);
        let tops: Vec<usize> = units
            .iter()
            .copied()
            .filter(|index| outline.units[*index].parent.is_none_or(|parent| chosen.binary_search(&parent).is_err()))
            .collect();
        let listed = tops.iter().any(|index| {
            matches!(outline.units[*index].shape, Shape::Item { .. } | Shape::Row { .. }) && !is_nothing(&outline.units[*index].text)
        }) || tops.iter().any(|index| self.has_children(*index));
        // Lines above sub-headings that hold the lists introduce them.
        let introduces = !listed
            && self
                .sections_below(section)
                .any(|below| outline.units_of(below).iter().any(|unit| matches!(unit.shape, Shape::Item { .. } | Shape::Row { .. })));
        if introduces {
            return;
        }
        let before = self.actions.len();
        let lines = Lines::new(outline, &tops);
        for (at, &index) in tops.iter().enumerate() {
            let unit = &outline.units[index];
            // `Owner: Ann` and `Due: Friday` on lines of their own are of the action above.
            if self.actions.len() > before && meta::is_meta(unit) {
                self.add_to_last(unit);
                continue;
            }
            match unit.shape {
                Shape::Heading { .. } => {
                    if unit.label.is_some() && !is_nothing(unit.rest()) && !self.has_content_below(section) {
                        self.add_sentences(unit, unit.rest(), &group);
                    }
                }
                Shape::HeaderRow { .. } => {}
                Shape::Row { table } => self.add_row(unit, table, &group),
                Shape::Item { .. } => self.add_item(index, &group),
                Shape::Line if unit.notation == Notation::FencedCode => {}
                Shape::Line => {
                    if let Some(next) = self.group_line(index, listed) {
                        group = next;
                    } else if self.has_children(index) {
                        self.add_item(index, &group);
                    } else if !listed {
                        self.add_line(at, &lines, &group);
                    }
                }
            }
        }
        if !listed && (self.actions.len() == before || is_numbered_heading(&outline.sections[section].heading)) {
            // "### 2) Alert on a full disk": the prose below tells of it.
            let prose = self.actions.split_off(before);
            self.add_heading_action(section, units, &group);
            if self.actions.len() == before {
                self.actions.extend(prose);
            }
        }
    }

    fn add_to_last(&mut self, unit: &Unit) {
        let meta = meta::labelled_meta(unit);
        let due = meta.due.as_deref().and_then(|due| (self.day)(due));
        let Some(last) = self.actions.last_mut() else { return };
        last.owner = last.owner.take().or(meta.owner);
        last.due = last.due.take().or(due);
        if let Some(status) = meta.status {
            last.status = status;
            last.status_text = meta.status_text;
        }
    }

    /// The sections below a real heading, up to the next of its level.
    fn sections_below(&self, section: usize) -> impl Iterator<Item = usize> {
        let level = self.outline.sections[section].level;
        let last =
            self.outline.sections[section + 1..].iter().take_while(|other| other.level > level && other.level < 7 && level > 0).count();
        section + 1..section + 1 + last
    }

    fn has_content_below(&self, section: usize) -> bool {
        self.outline.units_of(section).iter().any(|unit| !unit.is_heading())
    }

    /// A sub-heading of the actions whose text is only prose is an action itself: `### 1. Rehearse the fail-over`.
    fn add_heading_action(&mut self, section: usize, units: &[usize], group: &Group) {
        let head = &self.outline.sections[section];
        let Some(unit) = head.unit.map(|unit| &self.outline.units[unit]) else { return };
        let prose = units.iter().any(|index| !self.outline.units[*index].is_heading());
        if head.own_role.is_none()
            && prose
            && group.kind.is_none()
            && (classify::is_order(&head.key) || head.heading.split_whitespace().count() >= 3)
        {
            let text = without_number(unit.text.trim_end_matches(':')).to_owned();
            self.add(unit, &text, group, None);
        }
    }

    fn group_of_section(&self, section: usize) -> Group {
        let section = &self.outline.sections[section];
        // The list may stand below a label in a section of something else, whose heading says nothing about it.
        if section.role != Some(SectionRole::Actions) {
            return Group::default();
        }
        let folded = section.key.as_str();
        Group {
            kind: group_kind(folded),
            suggested: suggested_kind(folded),
            status: group_status(folded),
            owner: None,
            due: (self.day)(&section.heading),
        }
    }

    /// A line that heads the lines or items below it: `Improvements:`, `Short term (by May):`.
    fn group_line(&self, index: usize, listed: bool) -> Option<Group> {
        let unit = &self.outline.units[index];
        let text = unit.text.trim_end();
        let bold = unit.strong_len == unit.text.len() && unit.strong_len > 0;
        let label_only = unit.label.as_ref().is_some_and(|label| unit.text[label.rest..].trim().is_empty());
        let heads = text.ends_with(':') || label_only || bold && text.split_whitespace().count() <= 6;
        if !heads || !listed && !text.ends_with(':') || self.has_children(index) && group_kind(&fold(text)).is_none() {
            return None;
        }
        let folded = fold(text);
        Some(Group {
            kind: group_kind(&folded),
            suggested: suggested_kind(&folded),
            status: group_status(&folded),
            owner: None,
            due: (self.day)(text),
        })
    }

    fn add_item(&mut self, index: usize, group: &Group) {
        let outline = self.outline;
        let unit = &outline.units[index];
        let children: Vec<usize> = self.outline.children_at(index).collect();
        let child_items = children.iter().filter(|child| outline.units[**child].is_item() || unit.shape == Shape::Line).count();
        if child_items > 0 && self.is_group_item(index) {
            let folded = fold(unit.label.as_ref().map_or(unit.text.as_str(), |label| label.text(unit)));
            let inner = Group {
                kind: group_kind(&folded).or(group.kind),
                suggested: suggested_kind(&folded).or(group.suggested),
                status: group_status(&folded).or(group.status),
                owner: group.owner.clone(),
                due: (self.day)(&unit.text).or_else(|| group.due.clone()),
            };
            for child in children {
                if outline.units[child].is_item() || unit.shape == Shape::Line {
                    self.add_item(child, &inner);
                }
            }
            return;
        }
        // `**Improvements/Fixes:**` whose lines Markdown took for the item's own text.
        let lines: Vec<usize> = children
            .iter()
            .copied()
            .filter(|child| outline.units[*child].shape == Shape::Line && !outline.units[*child].text.is_empty())
            .collect();
        if child_items == 0 && !lines.is_empty() && self.is_group_item(index) {
            for line in lines {
                let unit = &outline.units[line];
                self.add(unit, &unit.text, group, None);
            }
            return;
        }
        let mut details = Meta::default();
        for child in &children {
            details.merge(meta::labelled_meta(&outline.units[*child]));
        }
        self.add(unit, &unit.text, group, Some(details));
    }

    /// Whether an item only names a group of actions.
    fn is_group_item(&self, index: usize) -> bool {
        let unit = &self.outline.units[index];
        let text = unit.text.trim_end();
        let name = match &unit.label {
            Some(label) if unit.text[label.rest..].trim().is_empty() => label.text(unit),
            Some(_) => return false,
            None => text.trim_end_matches(':'),
        };
        let folded = fold(name);
        if group_kind(&folded).is_some() || classify::is_group_name(&folded) {
            return true;
        }
        let ordered = matches!(unit.shape, Shape::Item { ordered: true, .. });
        let is_short = words(name).nth(3).is_none();
        !ordered && is_short && text.ends_with(':') && self.outline.children_at(index).nth(1).is_some() && !classify::is_order(&folded)
    }

    fn add_line(&mut self, at: usize, lines: &Lines<'_>, group: &Group) {
        let unit = lines.unit(at);
        if unit.text.trim_end().ends_with(':') || is_nothing(&unit.text) || is_metadata(unit) {
            return;
        }
        // Where one paragraph or block is a list of lines, what stands around it is talk.
        if lines.listed_in_code() && !lines.beside(at).any(|other| !other.is_heading()) {
            return;
        }
        let length = words(&unit.text).take(61).count();
        let labelled = unit.label.as_ref().is_some_and(|label| label.colon);
        // Lines of one paragraph, or short paragraphs in a row, are a list without bullets.
        let is_listed = length <= 45 && lines.beside(at).next().is_some()
            || labelled && length <= 60
            || length <= 30 && self.outline.sentences(unit).count() == 1 && lines.some_short();
        if is_listed {
            if !is_intro(&unit.text) {
                self.add(unit, &unit.text, group, None);
            }
            return;
        }
        self.add_sentences(unit, &unit.text, group);
    }

    /// Prose: each sentence that says what is to be done.
    fn add_sentences(&mut self, unit: &Unit, text: &str, group: &Group) {
        for sentence in sentences(text) {
            if (says_plan(sentence) || classify::is_order(&fold(sentence))) && !sentence.ends_with('?') && !is_intro(sentence) {
                self.add(unit, sentence, group, None);
            }
        }
    }

    fn add_row(&mut self, unit: &Unit, table: usize, group: &Group) {
        let columns = self.columns_of(table);
        let cell = |column: Option<usize>| {
            column
                .and_then(|column| unit.cells.get(column))
                .map(|cell| cell.text.trim())
                .filter(|text| !is_nothing(text) && *text != "-" && *text != "—" && *text != "–")
        };
        let longest = || unit.cells.iter().map(|cell| cell.text.trim()).max_by_key(|text| text.len());
        let Some(text) = cell(columns.action).or_else(|| if columns.action.is_none() { longest() } else { None }) else { return };
        let text = without_number(text);
        if is_nothing(text) {
            return;
        }
        let status_text = cell(columns.status);
        let link = columns
            .ticket
            .and_then(|column| unit.cells.get(column))
            .and_then(|cell| cell.links.first().cloned())
            .or_else(|| unit.links.first().cloned());
        let meta = Meta {
            owner: cell(columns.owner).map(str::to_owned),
            due: cell(columns.due).map(str::to_owned),
            status: status_text.and_then(parse_status),
            status_text: status_text.map(str::to_owned),
            link,
            kind: cell(columns.kind).and_then(|text| group_kind(&fold(text))),
        };
        self.add(unit, text, group, Some(meta));
    }

    fn columns_of(&mut self, table: usize) -> Columns {
        match self.columns {
            Some((last, columns)) if last == table => columns,
            _ => {
                let header = &self.outline.tables[table].header;
                let columns = Columns::of(&header.iter().map(|cell| fold(&cell.text)).collect::<Vec<_>>());
                self.columns = Some((table, columns));
                columns
            }
        }
    }

    fn add(&mut self, unit: &Unit, text: &str, group: &Group, details: Option<Meta>) {
        // `Actions: add a test`: the label names the section rather than the action.
        let names_section =
            unit.label.as_ref().is_some_and(|label| classify::is_group_name(&label.key) && text == unit.text && !is_nothing(unit.rest()));
        let (text, mut meta) = take_meta(if names_section { unit.rest() } else { text });
        let text = without_task_label(text.trim()).trim_end_matches(':').trim();
        if is_nothing(text) || text.chars().filter(|c| c.is_alphabetic()).nth(2).is_none() {
            return;
        }
        if let Some(details) = details {
            meta.merge(details);
        }
        let mut status = meta.status.or(group.status).unwrap_or(ActionStatus::Unknown);
        if let Shape::Item { task: Some(done), .. } = unit.shape {
            self.ticked |= done;
            status = match (done, meta.status) {
                (true, Some(ActionStatus::Declined)) => ActionStatus::Declined,
                (true, _) => ActionStatus::Done,
                (false, Some(status)) => status,
                (false, None) => ActionStatus::Open,
            };
        }
        let due = meta.due.as_deref().and_then(|due| (self.day)(due)).or_else(|| group.due.clone());
        self.actions.push(ActionItem {
            kind: meta.kind.or(group.kind).unwrap_or_else(|| kind_of(text, group.suggested)),
            text: text.to_owned(),
            owner: meta.owner.or_else(|| group.owner.clone()),
            due,
            status,
            status_text: meta.status_text,
            link: meta.link.or_else(|| unit.links.first().cloned()),
            span: unit.span,
            line: unit.line,
        });
    }
}

/// `2) Alert on a full disk`, `1. Rehearse the fail-over`.
fn is_numbered_heading(heading: &str) -> bool {
    let digits = heading.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && heading[digits..].starts_with([')', '.'])
}

/// Takes off `Task:`, `Action item 2:`, which every action could say.
fn without_task_label(text: &str) -> &str {
    let Some((label, rest)) = text.split_once(':') else { return text };
    // No such label has as many letters.
    if label.bytes().filter(u8::is_ascii_alphabetic).nth(12).is_some() {
        return text;
    }
    let folded = fold(label);
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let is_label = matches!(word, "task" | "action" | "action item" | "item" | "todo" | "to do" | "ai" | "follow up");
    if is_label && !rest.trim().is_empty() { rest.trim() } else { text }
}

fn group_status(folded: &str) -> Option<ActionStatus> {
    static ANY: LazyLock<Phrases> = LazyLock::new(|| {
        let open = ["open", "outstanding", "pending"];
        let done = ["completed", "done", "implemented", "already", "finished"];
        Phrases::new(open.into_iter().chain(done).chain(["in progress", "ongoing"]))
    });
    if !ANY.occur_in(folded) {
        return None;
    }
    let has = |word: &str| has_phrase(folded, word);
    if ["will be", "to be", "should be", "must be"].iter().any(|plan| has(plan)) {
        return None;
    }
    if has("not done") || has("open") || has("outstanding") || has("pending") {
        Some(ActionStatus::Open)
    } else if has("completed") || has("done") || has("implemented") || has("already") || has("finished") {
        Some(ActionStatus::Done)
    } else if has("in progress") || has("ongoing") {
        Some(ActionStatus::InProgress)
    } else {
        None
    }
}

/// `Author: Ann`, `Date: 13 August`: said of the document, wherever it stands.
fn is_metadata(unit: &Unit) -> bool {
    unit.label.as_ref().is_some_and(|label| {
        matches!(
            label.key.as_str(),
            "author"
                | "authors"
                | "written by"
                | "date"
                | "postmortem owner"
                | "postmortem author"
                | "incident commander"
                | "prepared by"
                | "status"
                | "note"
                | "github"
                | "github repository"
                | "link"
                | "reviewed by"
                | "approved by"
                | "published"
                | "date of postmortem"
                | "last updated"
                | "linkedin"
                | "blog"
                | "url"
                | "repo"
        )
    })
}

/// A sentence that announces a list or closes one, and is itself no action.
fn is_intro(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "to prevent ",
        "in order to ",
        "the following ",
        "by implementing ",
        "by addressing ",
        "these measures",
        "this incident ",
        "this postmortem ",
        "we apologize",
        "these actions ",
        "with these ",
        "overall ",
        "in conclusion",
        "by taking ",
        "here are ",
        "here s ",
        "below are ",
    ];
    let begins = fold(head(text, 40));
    if !STARTS.iter().any(|start| begins.starts_with(start)) {
        return false;
    }
    let folded = fold(text);
    text.trim_end().ends_with(':')
        || folded.contains("following")
        || folded.starts_with("by ")
        || folded.starts_with("this ")
        || folded.starts_with("these ")
        || folded.starts_with("we apolog")
        || folded.starts_with("here")
        || folded.starts_with("below")
        || folded.starts_with("in conclusion")
        || folded.starts_with("with these")
        || folded.starts_with("overall")
}

fn declared_actions(reader: &Reader<'_>, value: &Value, day: &dyn Fn(&str) -> Option<Moment>) -> Vec<ActionItem> {
    let ValueKind::List(items) = &value.kind else { return Vec::new() };
    items.iter().filter_map(|item| declared_action(reader, item, day)).collect()
}

fn declared_action(reader: &Reader<'_>, item: &Value, day: &dyn Fn(&str) -> Option<Moment>) -> Option<ActionItem> {
    let line = reader.declared.provenance(item.span).line.unwrap_or(1);
    let build = |text: String, meta: Meta, kind: Option<ActionKind>| ActionItem {
        kind: kind.unwrap_or_else(|| kind_of(&text, None)),
        text,
        owner: meta.owner,
        due: meta.due.as_deref().and_then(day),
        status: meta.status.unwrap_or(ActionStatus::Unknown),
        status_text: meta.status_text,
        link: meta.link,
        span: item.span,
        line,
    };
    match &item.kind {
        ValueKind::Scalar { text, .. } => {
            let (text, meta) = take_meta(text);
            (!is_nothing(&text)).then(|| build(text, meta, None))
        }
        ValueKind::Map(entries) => {
            let get = |names: &[&str]| {
                entries
                    .iter()
                    .find(|entry: &&Entry| names.contains(&fold_key(&entry.key).as_str()))
                    .and_then(|entry| scalar(&entry.value))
                    .map(str::to_owned)
            };
            let text = get(&["title", "action", "item", "description", "summary", "text", "name", "task", "what"])?;
            let status_text = get(&["state", "status", "done", "completed"]);
            let status = match status_text.as_deref() {
                Some("true" | "yes") => Some(ActionStatus::Done),
                Some("false" | "no") => Some(ActionStatus::Open),
                Some(text) => parse_status(text),
                None => None,
            };
            let kind = get(&["type", "kind", "category"]).and_then(|kind| group_kind(&fold(&kind)));
            let meta = Meta {
                owner: get(&["owner", "assignee", "who", "assigned", "assignedto", "responsible", "dri"]),
                due: get(&["due", "duedate", "deadline", "eta", "targetdate", "by", "when"]),
                status,
                status_text,
                link: get(&["ticket", "bug", "issue", "link", "jira", "url", "pr"]),
                kind: None,
            };
            Some(build(text, meta, kind))
        }
        _ => None,
    }
}

/// Takes the number off that people give the rows of a table by hand: `3. Test the backup`.
fn without_number(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(['.', ')']).filter(|rest| (1..=2).contains(&digits) && rest.starts_with(' '));
    rest.map_or(text, str::trim_start)
}

#[cfg(test)]
mod tests;

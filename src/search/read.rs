//! A document into what search sees of its incidents: the text that their pages show, piece by piece, each with its place.

use crate::{
    document::{Block, BlockKind, Document, html, plain_text},
    extract::Reading,
    incident::{Incident, Local, SectionRole},
    search::{
        prepare::{Fields, Passage, Place, Prepared, SearchEntry, prepare},
        terms::Terms,
    },
};

/// Reads and prepares the incidents of a document, in document order. `title_anchor` is that of the heading which the page's own
/// title stands for.
pub fn prepare_document(document: &Document, reading: &Reading, title_anchor: Option<&str>, terms: &Terms) -> Vec<Prepared> {
    reading.incidents.iter().map(|incident| prepare(&read_entry(document, incident, title_anchor), terms)).collect()
}

/// Returns an incident as search sees it.
pub(super) fn read_entry(document: &Document, incident: &Incident, title_anchor: Option<&str>) -> SearchEntry {
    let mut passages = Vec::new();
    if let Some(summary) = &incident.summary {
        push(&mut passages, Place::Lead, "", "", &summary.value);
    }
    let mut sections = Sections { incident, title_anchor, open: Vec::new() };
    let blocks = document.blocks.iter();
    for block in blocks.filter(|block| incident.span.start <= block.span.start && block.span.start < incident.span.end) {
        if let BlockKind::Heading { level, inlines, anchor, .. } = &block.kind {
            sections.enter(*level, anchor, &plain_text(inlines));
            continue;
        }
        let section = sections.current();
        let is_listed = match section.place {
            Place::Timeline => incident.timeline.iter().any(|row| block.span.start <= row.span.start && row.span.start < block.span.end),
            Place::Actions => {
                incident.action_items.iter().any(|item| block.span.start <= item.span.start && item.span.start < block.span.end)
            }
            _ => false,
        };
        if !is_listed {
            push_block(&mut passages, section, block);
        }
    }
    push_timeline(&mut passages, incident);
    push_actions(&mut passages, incident, &sections);
    let moment = incident.occurred.as_ref().map(|occurred| &occurred.moment);
    SearchEntry {
        title: incident.display_title.clone(),
        day: moment.and_then(|moment| moment.sort_key().date().into_day(&moment.local)),
        minutes: incident.duration_minutes.as_ref().map(|minutes| whole(minutes.value)),
        fields: fields(incident),
        passages,
    }
}

/// A day that stands for a moment of at least a month.
trait IntoDay {
    fn into_day(self, local: &Local) -> Option<chrono::NaiveDate>;
}

impl IntoDay for chrono::NaiveDate {
    fn into_day(self, local: &Local) -> Option<chrono::NaiveDate> {
        match local {
            Local::Day(day) | Local::DayTime(day, _) => Some(*day),
            Local::Month { .. } => Some(self),
            Local::Time(_) => None,
        }
    }
}

fn whole(minutes: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a duration can be")]
    let minutes = minutes.clamp(0.0, 1e12).round() as u64;
    minutes
}

fn fields(incident: &Incident) -> Fields {
    let values = |stated: &[crate::incident::Stated<String>]| stated.iter().map(|stated| stated.value.clone()).collect::<Vec<_>>();
    let mut owners = values(&incident.people);
    owners.extend(incident.action_items.iter().filter_map(|item| item.owner.clone()));
    owners.sort();
    owners.dedup();
    Fields {
        causes: values(&incident.causes),
        components: values(&incident.components),
        services: values(&incident.services),
        severity: incident.severity.as_ref().map(|severity| severity.value.to_string()),
        status: incident.status.as_ref().map(|status| status.value.to_string()),
        owners,
    }
}

/// A heading and what stands below it.
#[derive(Debug, Clone)]
struct Section {
    level: u8,
    place: Place,
    anchor: String,
    heading: String,
}

/// The headings above the block that is being read.
struct Sections<'a> {
    incident: &'a Incident,
    title_anchor: Option<&'a str>,
    open: Vec<Section>,
}

impl Sections<'_> {
    fn enter(&mut self, level: u8, anchor: &str, heading: &str) {
        self.open.retain(|section| section.level < level);
        let role = self.incident.sections.iter().find(|section| section.anchor == anchor).and_then(|section| section.canonical);
        let above = self.open.last().map_or(Place::Rest, |section| section.place);
        let place = role.map_or(above, place_of);
        // The summary is what the page begins with, and its heading may be left out.
        let is_top = self.title_anchor == Some(anchor) || role == Some(SectionRole::Summary);
        let anchor = if is_top { String::new() } else { anchor.to_owned() };
        let heading = if self.title_anchor == Some(anchor.as_str()) { String::new() } else { heading.trim().to_owned() };
        self.open.push(Section { level, place, anchor, heading });
    }

    fn current(&self) -> Section {
        let top = Section { level: 0, place: Place::Rest, anchor: String::new(), heading: String::new() };
        self.open.last().cloned().unwrap_or(top)
    }
}

fn place_of(role: SectionRole) -> Place {
    use SectionRole::*;
    match role {
        RootCause | Trigger | Contributing | CauseAndResolution => Place::Cause,
        Summary | Impact | Resolution | Detection => Place::Lead,
        Timeline => Place::Timeline,
        Actions => Place::Actions,
        _ => Place::Rest,
    }
}

fn push(passages: &mut Vec<Passage>, place: Place, anchor: &str, heading: &str, text: &str) {
    let text = text.trim();
    if !text.is_empty() && passages.last().is_none_or(|above| above.text != text) {
        passages.push(Passage { place, anchor: anchor.to_owned(), heading: heading.to_owned(), text: text.to_owned() });
    }
}

/// A block is a piece of text; of a list each item is, of a table each row.
fn push_block(passages: &mut Vec<Passage>, section: Section, block: &Block) {
    let mut add = |text: &str| push(passages, section.place, &section.anchor, &section.heading, text);
    match &block.kind {
        BlockKind::List { items, .. } => items.iter().for_each(|item| add(&text_of(&item.blocks))),
        BlockKind::Table { header, rows, .. } => {
            for row in std::iter::once(header).chain(rows) {
                add(&row.cells.iter().map(|cell| plain_text(&cell.inlines)).collect::<Vec<_>>().join(" · "));
            }
        }
        _ => add(&text_of(std::slice::from_ref(block))),
    }
}

/// Returns the text of blocks, a line each. The depth of the tree is limited when it is made.
fn text_of(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    for block in blocks {
        match &block.kind {
            BlockKind::Heading { inlines, .. } | BlockKind::Paragraph(inlines) => lines.push(plain_text(inlines)),
            BlockKind::List { items, .. } => lines.extend(items.iter().map(|item| text_of(&item.blocks))),
            BlockKind::Quote(blocks) | BlockKind::Footnote { blocks, .. } => lines.push(text_of(blocks)),
            BlockKind::Alert { title, blocks, .. } => {
                lines.extend(title.clone());
                lines.push(text_of(blocks));
            }
            BlockKind::Code { literal, .. } => lines.push(literal.clone()),
            BlockKind::Html(source) => lines.push(html::text(source)),
            BlockKind::Table { header, rows, .. } => {
                let cells = std::iter::once(header).chain(rows).flat_map(|row| &row.cells);
                lines.extend(cells.map(|cell| plain_text(&cell.inlines)));
            }
            BlockKind::Descriptions(descriptions) => {
                for description in descriptions {
                    lines.push(plain_text(&description.term));
                    lines.push(text_of(&description.details));
                }
            }
            BlockKind::Rule => {}
        }
    }
    lines.join("\n")
}

fn push_timeline(passages: &mut Vec<Passage>, incident: &Incident) {
    for (row, anchor) in incident.timeline.iter().zip(incident.timeline_anchors()) {
        let time = row.at.as_ref().and_then(|moment| moment.time()).map(|time| format!("{:02}:{:02}", time.hour, time.minute));
        push(passages, Place::Timeline, &anchor, &time.unwrap_or_default(), &row.text);
    }
}

fn push_actions(passages: &mut Vec<Passage>, incident: &Incident, sections: &Sections<'_>) {
    let section = sections.incident.sections.iter().find(|section| section.canonical == Some(SectionRole::Actions));
    let anchor = section.map_or("hs-actions", |section| section.anchor.as_str());
    let heading = section.map_or("", |section| section.heading.as_str());
    for item in &incident.action_items {
        push(passages, Place::Actions, anchor, heading, &item.text);
    }
}

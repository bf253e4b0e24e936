//! The incident record and its vocabulary: data and small methods; no parsing of documents, no I/O.
//!
//! `None` always means *the document does not say*. Every value that was read carries its [`Provenance`].

mod moment;
mod vocabulary;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

pub use moment::{ClockTime, Local, Moment};
pub use vocabulary::{ActionKind, ActionStatus, DetectionSource, Kind, Nature, RowKind, SectionRole, Severity, Status};

use crate::diag::Span;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Declared in the front matter.
    FrontMatter,
    /// Read from the text.
    Inferred,
    /// Read from the file's name.
    FileName,
}

/// Where a value comes from: the source line that a reader can check, and the rule that read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Declared, read from the text, or from the file's name.
    pub from: Origin,
    /// The place in the file; `None` for a file name.
    pub span: Option<Span>,
    /// Its line, counted from 1 at the top of the file.
    pub line: Option<usize>,
    /// The text that says it, at most about 160 characters.
    pub quote: String,
    /// The rule's name in kebab case, such as `labelled-line` or `timeline-row`.
    pub rule: &'static str,
}

/// A value with its provenance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl<T> Stated<T> {
    /// Returns `value` with its provenance.
    pub fn new(value: T, provenance: Provenance) -> Self {
        Self { value, provenance }
    }

    /// Changes the value and keeps where it comes from.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Stated<U> {
        Stated { value: change(self.value), provenance: self.provenance }
    }
}

/// One row of a timeline, in document order: the order is evidence, so rows are never sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineRow {
    /// When; as precise as written, with date and zone inherited where the document states them. `None`: a row without a time.
    pub at: Option<Moment>,
    /// The row's end where it states a range.
    pub until: Option<Moment>,
    /// What happened: plain text without the time and without markup.
    pub text: String,
    /// What the row marks.
    pub kind: RowKind,
    /// Minutes since the incident's start (or, where that is unknown, since the first row); negative before it.
    pub elapsed_minutes: Option<i64>,
    /// Where the row stands in the file.
    pub span: Span,
    /// Its line, counted from 1.
    pub line: usize,
}

/// A corrective or preventive action.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionItem {
    /// What is to be done: plain text.
    pub text: String,
    /// Who, as written.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Moment>,
    /// Its state; `Unknown` unless stated.
    pub status: ActionStatus,
    /// Why it was declined, or the status in the document's own words where they say more.
    pub status_text: Option<String>,
    /// What it is for.
    pub kind: ActionKind,
    /// A ticket or pull request, where linked.
    pub link: Option<String>,
    /// Where it stands in the file.
    pub span: Span,
    /// Its line, counted from 1.
    pub line: usize,
}

/// A section of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its canonical role; `None` where the heading is not one that is known.
    pub canonical: Option<SectionRole>,
    /// The heading as written, plain.
    pub heading: String,
    /// The anchor of the heading on the page.
    pub anchor: String,
    /// The heading's level, 1 to 6.
    pub level: u8,
    /// Where the heading stands.
    pub span: Span,
}

/// What says where an incident stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OccurredBasis {
    /// The stated start.
    Start,
    /// The detection.
    Detected,
    /// The first row of the timeline.
    FirstRow,
    /// A day that the document states for the incident.
    DayStated,
    /// The file's name.
    FileName,
}

/// The moment that places an incident in time, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurred {
    /// When.
    pub moment: Moment,
    /// What it rests on.
    pub basis: OccurredBasis,
}

/// Everything that was read from one incident's text. See `product.md`, "The incident record".
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Unique, stable slug. Empty until the archive has given it.
    pub id: String,
    /// The id that the front matter declares.
    pub declared_id: Option<Stated<String>>,
    /// Path of the document below the content folder, `/`-separated.
    pub file: Arc<str>,
    /// `Incident` or `Multi`.
    pub kind: Kind,
    /// For a record cut out of a `multi` document: the slug of its heading.
    pub part: Option<String>,
    /// The title in the document's own words, without boilerplate; `None` where only boilerplate exists.
    pub title: Option<Stated<String>>,
    /// The title to show: `title`, else one composed from what is known.
    pub display_title: String,
    /// True where `display_title` is composed rather than the document's own.
    pub title_composed: bool,
    /// One to three sentences of plain text.
    pub summary: Option<Stated<String>>,
    /// When impact began, as stated.
    pub start: Option<Stated<Moment>>,
    /// When impact ended, as stated.
    pub end: Option<Stated<Moment>>,
    /// When it was first noticed.
    pub detected: Option<Stated<Moment>>,
    /// When a responder took it.
    pub acknowledged: Option<Stated<Moment>>,
    /// When users stopped hurting.
    pub mitigated: Option<Stated<Moment>>,
    /// Places the incident in time.
    pub occurred: Option<Occurred>,
    /// Stated duration, or `end - start`; where they disagree, the computed one.
    pub duration_minutes: Option<Stated<f64>>,
    /// The duration as stated, where it is stated.
    pub duration_stated_minutes: Option<Stated<f64>>,
    /// Time to detect as stated (not computed from moments).
    pub minutes_to_detect_stated: Option<Stated<f64>>,
    /// Share of users, traffic or requests stated as affected, 0 to 100.
    pub impact_percent: Option<Stated<f64>>,
    /// Stated severity.
    pub severity: Option<Stated<Severity>>,
    /// Stated status.
    pub status: Option<Stated<Status>>,
    /// What it was where it is stated to be no incident: a near miss, a drill, planned maintenance.
    pub nature: Option<Stated<Nature>>,
    /// Who noticed first, as stated.
    pub detection_source: Option<Stated<DetectionSource>>,
    /// When the postmortem was published, as stated.
    pub published: Option<Stated<Moment>>,
    /// Names of causes, of the taxonomy's closed list, in the taxonomy's order.
    pub causes: Vec<Stated<String>>,
    /// The subset of `causes` that the text calls contributing.
    pub contributing: Vec<String>,
    /// Names of components, of the taxonomy's closed list, in the taxonomy's order.
    pub components: Vec<Stated<String>>,
    /// Affected services, products or systems, as written.
    pub services: Vec<Stated<String>>,
    /// Free tags, as declared.
    pub tags: Vec<Stated<String>>,
    /// Authors, owners and incident commanders, as written.
    pub people: Vec<Stated<String>>,
    /// The timeline, in document order.
    pub timeline: Vec<TimelineRow>,
    /// Corrective and preventive actions.
    pub action_items: Vec<ActionItem>,
    /// The document's sections.
    pub sections: Vec<Section>,
    /// The sentence or two that state the root cause, plain text; what recurrence compares.
    pub root_cause_text: Option<Stated<String>>,
    /// `public` or `internal` as declared.
    pub audience: Option<Stated<String>>,
    /// Earlier ids or paths that should redirect here.
    pub aliases: Vec<String>,
    /// Ids or paths of incidents that the document itself names as related (front matter, links).
    pub related_stated: Vec<String>,
    /// Front-matter keys that are not ours, kept for templates.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// The part of the file that this record was read from (the whole file unless `Multi`).
    pub span: Span,
}

impl Incident {
    /// Returns a record of `file` in which nothing is stated yet.
    pub fn empty(file: Arc<str>, kind: Kind, span: Span) -> Self {
        Self {
            id: String::new(),
            declared_id: None,
            file,
            kind,
            part: None,
            title: None,
            display_title: String::new(),
            title_composed: false,
            summary: None,
            start: None,
            end: None,
            detected: None,
            acknowledged: None,
            mitigated: None,
            occurred: None,
            duration_minutes: None,
            duration_stated_minutes: None,
            minutes_to_detect_stated: None,
            impact_percent: None,
            severity: None,
            status: None,
            nature: None,
            detection_source: None,
            published: None,
            causes: Vec::new(),
            contributing: Vec::new(),
            components: Vec::new(),
            services: Vec::new(),
            tags: Vec::new(),
            people: Vec::new(),
            timeline: Vec::new(),
            action_items: Vec::new(),
            sections: Vec::new(),
            root_cause_text: None,
            audience: None,
            aliases: Vec::new(),
            related_stated: Vec::new(),
            extra: BTreeMap::new(),
            span,
        }
    }

    /// Gives back the room that lists were given to grow: a record is kept as long as the program runs.
    pub(crate) fn shrink(&mut self) {
        self.causes.shrink_to_fit();
        self.contributing.shrink_to_fit();
        self.components.shrink_to_fit();
        self.services.shrink_to_fit();
        self.tags.shrink_to_fit();
        self.people.shrink_to_fit();
        self.timeline.shrink_to_fit();
        self.action_items.shrink_to_fit();
        self.sections.shrink_to_fit();
        for text in self.timeline.iter_mut().map(|row| &mut row.text).chain(self.action_items.iter_mut().map(|item| &mut item.text)) {
            text.shrink_to_fit();
        }
    }

    /// Returns the anchors of the timeline's rows on the page: their moments, so that a link still leads to a row after others were
    /// added above it.
    pub fn timeline_anchors(&self) -> Vec<String> {
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let mut anchor = |(at, row): (usize, &TimelineRow)| {
            let base = match &row.at {
                Some(moment) => format!("hs-t{}", moment.local.to_string().trim_start_matches('T').replace([':', '-'], "")),
                None => format!("hs-row{}", at + 1),
            };
            let number = taken.entry(base.clone()).or_insert(0);
            *number += 1;
            if *number == 1 { base } else { format!("{base}-{number}") }
        };
        self.timeline.iter().enumerate().map(&mut anchor).collect()
    }

    /// Returns the minutes from `start` to `detected` (else as stated); `None` unless both are known to the minute.
    pub fn minutes_to_detect(&self) -> Option<f64> {
        between(&self.start, &self.detected).or_else(|| self.minutes_to_detect_stated.as_ref().map(|s| s.value))
    }

    /// Returns the minutes from `detected` to `acknowledged`.
    pub fn minutes_to_acknowledge(&self) -> Option<f64> {
        between(&self.detected, &self.acknowledged)
    }

    /// Returns the minutes from `start` to `mitigated`.
    pub fn minutes_to_mitigate(&self) -> Option<f64> {
        between(&self.start, &self.mitigated)
    }

    /// Returns the minutes from `start` to `end`, which is `duration_minutes`.
    pub fn minutes_to_resolve(&self) -> Option<f64> {
        self.duration_minutes.as_ref().map(|s| s.value)
    }
}

fn between(from: &Option<Stated<Moment>>, to: &Option<Stated<Moment>>) -> Option<f64> {
    from.as_ref()?.value.minutes_until(&to.as_ref()?.value)
}

//! The view of an incident that programs read. Doc comments here become the descriptions of the JSON Schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::{
    archive::{Archive, encode},
    incident::{
        ActionKind, ActionStatus, DetectionSource, Kind, Moment, Nature, OccurredBasis, Origin, Provenance, RowKind, SectionRole, Severity,
        Stated, Status,
    },
};

/// All records of a site.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Records<'a> {
    /// The version of this shape.
    pub schema: u32,
    /// The program that wrote it.
    pub generator: &'a str,
    /// The day that it is as of.
    pub as_of: String,
    /// Every incident, newest first.
    pub incidents: Vec<Record<'a>>,
    /// Every document that holds no incident, by path.
    pub documents: Vec<DocumentRecord<'a>>,
}

/// One incident. What its document does not say is null, or an empty list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Incident")]
pub struct Record<'a> {
    /// Unique, stable slug.
    pub id: &'a str,
    /// Path of the document below the content folder.
    pub file: &'a str,
    /// Address of its page, relative to the top of the site.
    pub url: String,
    /// `incident`, or `multi` for one of several of a document.
    pub kind: Kind,
    /// The title in the document's own words.
    pub title: Option<&'a str>,
    /// The title to show: the document's own, else one composed from what is known.
    pub display_title: &'a str,
    /// True where `display_title` is composed.
    pub title_composed: bool,
    /// One to three sentences of plain text.
    pub summary: Option<&'a str>,
    /// When impact began, as stated.
    pub start: Option<&'a Moment>,
    /// When impact ended, as stated.
    pub end: Option<&'a Moment>,
    /// When it was first noticed.
    pub detected: Option<&'a Moment>,
    /// When a responder took it.
    pub acknowledged: Option<&'a Moment>,
    /// When users stopped hurting.
    pub mitigated: Option<&'a Moment>,
    /// The moment that places the incident in time, and what it rests on.
    pub occurred: Option<OccurredRecord>,
    /// Stated duration, or end minus start; where they disagree, the latter.
    #[serde(serialize_with = "whole")]
    pub duration_minutes: Option<f64>,
    /// The duration as stated, where it is stated.
    #[serde(serialize_with = "whole")]
    pub duration_stated_minutes: Option<f64>,
    /// Detected minus start; negative where the alert came first.
    #[serde(serialize_with = "whole")]
    pub minutes_to_detect: Option<f64>,
    /// Acknowledged minus detected.
    #[serde(serialize_with = "whole")]
    pub minutes_to_acknowledge: Option<f64>,
    /// Mitigated minus start.
    #[serde(serialize_with = "whole")]
    pub minutes_to_mitigate: Option<f64>,
    /// End minus start; equals `duration_minutes`.
    #[serde(serialize_with = "whole")]
    pub minutes_to_resolve: Option<f64>,
    /// The share of users, traffic or requests stated as affected, 0 to 100.
    #[serde(serialize_with = "whole")]
    pub impact_percent: Option<f64>,
    /// As stated.
    pub severity: Option<Severity>,
    /// As stated.
    pub status: Option<Status>,
    /// `near-miss`, `drill` or `maintenance` where it is stated to be no incident: listed, and in no average.
    pub nature: Option<Nature>,
    /// Who noticed first, as stated.
    pub detection_source: Option<DetectionSource>,
    /// When the postmortem was published, as stated.
    pub published: Option<&'a Moment>,
    /// Names of causes, of the taxonomy.
    pub causes: Vec<&'a str>,
    /// The subset of `causes` that the text calls contributing.
    pub contributing: &'a [String],
    /// The sentence or two that state the root cause, plain text.
    pub root_cause: Option<&'a str>,
    /// Names of components, of the taxonomy.
    pub components: Vec<&'a str>,
    /// Affected services, products or systems, as written.
    pub services: Vec<&'a str>,
    /// Free tags.
    pub tags: Vec<&'a str>,
    /// Authors, owners and incident commanders, as written.
    pub people: Vec<&'a str>,
    /// The timeline, in document order.
    pub timeline: Vec<TimelineRecord<'a>>,
    /// Corrective and preventive actions.
    pub action_items: Vec<ActionRecord<'a>>,
    /// The document's sections.
    pub sections: Vec<SectionRecord<'a>>,
    /// Other incidents that its readers should know, the closest first.
    pub related: Vec<RelatedRecord<'a>>,
    /// `public` or `internal`, as declared.
    pub audience: Option<&'a str>,
    /// Front-matter keys that are not known.
    pub extra: &'a BTreeMap<String, serde_json::Value>,
    /// Where each value comes from, by field; those of lists by place, such as `causes[0]`.
    pub provenance: BTreeMap<String, ProvenanceRecord<'a>>,
}

/// The moment that places an incident in time.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Occurred")]
pub struct OccurredRecord {
    /// As precise as it is known.
    pub local: String,
    /// What the zone meant on that day; null where not stated or ambiguous.
    pub offset: Option<String>,
    /// The zone as written.
    pub zone: Option<String>,
    /// What it rests on.
    pub basis: OccurredBasis,
}

/// A row of the timeline.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TimelineRow")]
pub struct TimelineRecord<'a> {
    /// When; null for a row without a time.
    pub at: Option<&'a Moment>,
    /// What happened.
    pub text: &'a str,
    /// What the row marks.
    pub kind: RowKind,
    /// Minutes since the start (or, where that is unknown, since the first row).
    pub elapsed_minutes: Option<i64>,
    /// Its line in the file.
    pub line: usize,
}

/// A corrective or preventive action.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ActionItem")]
pub struct ActionRecord<'a> {
    /// What is to be done.
    pub text: &'a str,
    /// Who, as written.
    pub owner: Option<&'a str>,
    /// By when.
    pub due: Option<&'a Moment>,
    /// Its state.
    pub status: ActionStatus,
    /// Why it was declined, or its state in the document's own words.
    pub status_text: Option<&'a str>,
    /// What it is for.
    pub kind: ActionKind,
    /// A ticket or pull request.
    pub link: Option<&'a str>,
    /// Its line in the file.
    pub line: usize,
}

/// A section of the document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Section")]
pub struct SectionRecord<'a> {
    /// Its canonical role; null where the heading is not one that is known.
    pub canonical: Option<SectionRole>,
    /// The heading as written.
    pub heading: &'a str,
    /// Its anchor on the page.
    pub anchor: &'a str,
}

/// A related incident.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Related")]
pub struct RelatedRecord<'a> {
    /// Its id.
    pub id: &'a str,
    /// Why, in words.
    pub reason: String,
}

/// Where a value comes from.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Provenance")]
pub struct ProvenanceRecord<'a> {
    /// Declared, read from the text, or from the file's name.
    pub from: Origin,
    /// The line in the file.
    pub line: Option<usize>,
    /// The text that says it.
    pub quote: &'a str,
    /// The rule that read it.
    pub rule: &'a str,
}

/// A document that holds no incident.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Document")]
pub struct DocumentRecord<'a> {
    /// Unique, stable slug.
    pub id: &'a str,
    /// Path of the document below the content folder.
    pub file: &'a str,
    /// Address of its page, relative to the top of the site.
    pub url: String,
    /// `template` or `other`.
    pub kind: Kind,
    /// The title in the document's own words.
    pub title: Option<&'a str>,
    /// The title to show.
    pub display_title: &'a str,
}

impl<'a> Record<'a> {
    pub(super) fn of(archive: &'a Archive, index: usize) -> Self {
        let entry = &archive.entries[index];
        let incident = entry.incident();
        Record {
            id: &entry.id,
            file: &incident.file,
            url: encode(&archive.incident_page(index)),
            kind: incident.kind,
            title: text(&incident.title),
            display_title: &incident.display_title,
            title_composed: incident.title_composed,
            summary: text(&incident.summary),
            start: value(&incident.start),
            end: value(&incident.end),
            detected: value(&incident.detected),
            acknowledged: value(&incident.acknowledged),
            mitigated: value(&incident.mitigated),
            occurred: incident.occurred.as_ref().map(|occurred| OccurredRecord {
                local: occurred.moment.local.to_string(),
                offset: occurred.moment.offset(),
                zone: occurred.moment.zone.clone(),
                basis: occurred.basis,
            }),
            duration_minutes: value(&incident.duration_minutes).copied(),
            duration_stated_minutes: value(&incident.duration_stated_minutes).copied(),
            minutes_to_detect: incident.minutes_to_detect(),
            minutes_to_acknowledge: incident.minutes_to_acknowledge(),
            minutes_to_mitigate: incident.minutes_to_mitigate(),
            minutes_to_resolve: incident.minutes_to_resolve(),
            impact_percent: value(&incident.impact_percent).copied(),
            severity: value(&incident.severity).copied(),
            status: value(&incident.status).copied(),
            nature: value(&incident.nature).copied(),
            detection_source: value(&incident.detection_source).copied(),
            published: value(&incident.published),
            causes: values(&incident.causes),
            contributing: &incident.contributing,
            root_cause: text(&incident.root_cause_text),
            components: values(&incident.components),
            services: values(&incident.services),
            tags: values(&incident.tags),
            people: values(&incident.people),
            timeline: incident
                .timeline
                .iter()
                .map(|row| TimelineRecord {
                    at: row.at.as_ref(),
                    text: &row.text,
                    kind: row.kind,
                    elapsed_minutes: row.elapsed_minutes,
                    line: row.line,
                })
                .collect(),
            action_items: incident
                .action_items
                .iter()
                .map(|item| ActionRecord {
                    text: &item.text,
                    owner: item.owner.as_deref(),
                    due: item.due.as_ref(),
                    status: item.status,
                    status_text: item.status_text.as_deref(),
                    kind: item.kind,
                    link: item.link.as_deref(),
                    line: item.line,
                })
                .collect(),
            sections: incident
                .sections
                .iter()
                .map(|section| SectionRecord { canonical: section.canonical, heading: &section.heading, anchor: &section.anchor })
                .collect(),
            related: archive
                .related(index)
                .iter()
                .map(|related| RelatedRecord { id: &archive.entries[related.entry].id, reason: related.reason() })
                .collect(),
            audience: text(&incident.audience),
            extra: &incident.extra,
            provenance: provenance(incident),
        }
    }
}

fn value<T>(stated: &Option<Stated<T>>) -> Option<&T> {
    stated.as_ref().map(|stated| &stated.value)
}

fn text(stated: &Option<Stated<String>>) -> Option<&str> {
    value(stated).map(String::as_str)
}

fn values(stated: &[Stated<String>]) -> Vec<&str> {
    stated.iter().map(|stated| stated.value.as_str()).collect()
}

/// Writes a whole number of minutes without a fraction.
#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn whole<S: Serializer>(minutes: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match minutes {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        Some(minutes) if minutes.fract() == 0.0 && minutes.abs() < 1e15 => serializer.serialize_i64(*minutes as i64),
        Some(minutes) if minutes.is_finite() => serializer.serialize_f64(*minutes),
        _ => serializer.serialize_none(),
    }
}

fn provenance(incident: &crate::incident::Incident) -> BTreeMap<String, ProvenanceRecord<'_>> {
    fn of<T>(stated: &Option<Stated<T>>) -> Option<&Provenance> {
        stated.as_ref().map(|stated| &stated.provenance)
    }
    let single = [
        ("id", of(&incident.declared_id)),
        ("title", of(&incident.title)),
        ("summary", of(&incident.summary)),
        ("start", of(&incident.start)),
        ("end", of(&incident.end)),
        ("detected", of(&incident.detected)),
        ("acknowledged", of(&incident.acknowledged)),
        ("mitigated", of(&incident.mitigated)),
        ("duration_minutes", of(&incident.duration_minutes)),
        ("duration_stated_minutes", of(&incident.duration_stated_minutes)),
        ("minutes_to_detect", of(&incident.minutes_to_detect_stated)),
        ("impact_percent", of(&incident.impact_percent)),
        ("severity", of(&incident.severity)),
        ("status", of(&incident.status)),
        ("nature", of(&incident.nature)),
        ("detection_source", of(&incident.detection_source)),
        ("published", of(&incident.published)),
        ("audience", of(&incident.audience)),
        ("root_cause", of(&incident.root_cause_text)),
    ];
    let lists = [
        ("causes", &incident.causes),
        ("components", &incident.components),
        ("services", &incident.services),
        ("tags", &incident.tags),
        ("people", &incident.people),
    ];
    let mut out = BTreeMap::new();
    for (field, provenance) in single {
        if let Some(provenance) = provenance {
            out.insert(field.to_owned(), ProvenanceRecord::of(provenance));
        }
    }
    for (field, values) in lists {
        for (place, stated) in values.iter().enumerate() {
            out.insert(format!("{field}[{place}]"), ProvenanceRecord::of(&stated.provenance));
        }
    }
    out
}

impl<'a> ProvenanceRecord<'a> {
    fn of(provenance: &'a Provenance) -> Self {
        Self { from: provenance.from, line: provenance.line, quote: &provenance.quote, rule: provenance.rule }
    }
}

//! The data page: what share of the incidents supports each figure, and every file to download.

use serde::Serialize;

use super::{Link, Scene, float};
use crate::{archive::Entry, site::PageKind};

/// What `data.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct DataView {
    lead: String,
    fields: Vec<FieldView>,
    files: Vec<FileView>,
    undated: Vec<Link>,
    bare: Vec<BareView>,
    bare_more: Option<String>,
}

#[derive(Debug, Serialize)]
struct FieldView {
    name: String,
    count: String,
    share: String,
    /// The share as a number, for the bar.
    width: String,
    inferred: String,
}

#[derive(Debug, Serialize)]
struct FileView {
    link: Link,
    what: String,
}

#[derive(Debug, Serialize)]
struct BareView {
    link: Link,
    missing: String,
}

type Field = (&'static str, fn(&Entry) -> Option<bool>);

/// What is counted: the value is `Some(true)` where it was inferred, `Some(false)` where it was declared.
const FIELDS: [Field; 14] = [
    ("occurred", |entry| entry.occurred.as_ref().filter(|o| o.moment.day().is_some()).map(|_| true)),
    ("start", |entry| entry.start.as_ref().map(|v| is_inferred(&v.provenance))),
    ("detected", |entry| entry.detected.as_ref().map(|v| is_inferred(&v.provenance))),
    ("acknowledged", |entry| entry.acknowledged.as_ref().map(|v| is_inferred(&v.provenance))),
    ("mitigated", |entry| entry.mitigated.as_ref().map(|v| is_inferred(&v.provenance))),
    ("end", |entry| entry.end.as_ref().map(|v| is_inferred(&v.provenance))),
    ("duration", |entry| entry.duration_minutes.as_ref().map(|v| is_inferred(&v.provenance))),
    ("severity", |entry| entry.severity.as_ref().map(|v| is_inferred(&v.provenance))),
    ("impact", |entry| entry.impact_percent.as_ref().map(|v| is_inferred(&v.provenance))),
    ("cause", |entry| entry.causes.first().map(|v| is_inferred(&v.provenance))),
    ("component", |entry| entry.components.first().map(|v| is_inferred(&v.provenance))),
    ("service", |entry| entry.services.first().map(|v| is_inferred(&v.provenance))),
    ("timeline", |entry| (!entry.timeline.is_empty()).then_some(true)),
    ("actions", |entry| (!entry.action_items.is_empty()).then_some(true)),
];

fn is_inferred(provenance: &crate::incident::Provenance) -> bool {
    provenance.from != crate::incident::Origin::FrontMatter
}

/// How many incidents with gaps are named.
const MOST_BARE: usize = 50;

/// Returns the data page.
pub(crate) fn data(scene: &Scene<'_>) -> DataView {
    let words = scene.words();
    let archive = scene.archive();
    let all = archive.entries.len();
    let fields = FIELDS.iter().map(|(name, value)| {
        let values: Vec<bool> = archive.entries.iter().filter_map(value).collect();
        let share = if all == 0 { 0.0 } else { 100.0 * float(values.len()) / float(all) };
        FieldView {
            name: words.get(&format!("fact_{name}")),
            count: words.figure(values.len()),
            share: words.percent(share.round()),
            width: format!("{share:.1}%"),
            inferred: words.figure(values.iter().filter(|is_inferred| **is_inferred).count()),
        }
    });
    let bare: Vec<BareView> = archive.entries.iter().enumerate().filter_map(|(at, entry)| bare(scene, at, entry)).collect();
    let bare_count = bare.len();
    DataView {
        lead: words.count_with("data_lead", all, &[("documents", &words.figure(archive.readings.len()))]),
        fields: fields.collect(),
        files: files(scene),
        undated: archive.stats().undated.iter().take(MOST_BARE).map(|at| incident_link(scene, *at)).collect(),
        bare: bare.into_iter().take(MOST_BARE).collect(),
        bare_more: bare_count.checked_sub(MOST_BARE + 1).map(|more| words.count("data_more", more + 1)),
    }
}

fn incident_link(scene: &Scene<'_>, at: usize) -> Link {
    Link { title: scene.archive().entries[at].display_title.clone(), href: scene.incident_href(at) }
}

/// Returns an incident that lacks a day, a length or a cause, and which of them.
fn bare(scene: &Scene<'_>, at: usize, entry: &Entry) -> Option<BareView> {
    let words = scene.words();
    let gaps = [
        ("fact_occurred", entry.day().is_none()),
        ("fact_duration", entry.duration_minutes.is_none()),
        ("fact_cause", entry.causes.is_empty()),
        ("fact_timeline", entry.timeline.is_empty()),
    ];
    let missing: Vec<String> =
        gaps.into_iter().filter(|(_, is_missing)| *is_missing).map(|(key, _)| words.in_sentence(&words.get(key))).collect();
    (!missing.is_empty()).then(|| BareView { link: incident_link(scene, at), missing: words.list(&missing) })
}

/// Returns every file for programs.
fn files(scene: &Scene<'_>) -> Vec<FileView> {
    let words = scene.words();
    let is_file = |kind: &PageKind| !kind.is_readable() && !matches!(kind, PageKind::Asset(_) | PageKind::Redirect(_) | PageKind::NotFound);
    scene
        .site
        .pages()
        .iter()
        .filter(|page| is_file(&page.kind) && (page.path.starts_with("data/") || page.path.starts_with("feed")))
        .map(|page| {
            let key = format!("file_{}", page.path.rsplit('/').next().unwrap_or_default().replace(['.', '-'], "_"));
            FileView {
                link: Link { title: page.path.to_string(), href: scene.href(&page.path) },
                what: words.find(&key).unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

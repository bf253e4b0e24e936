//! The data page: what share of the incidents supports each figure, what is missing where and what would mend it, and every file
//! to download.

use serde::Serialize;

use super::{Link, Scene, float};
use crate::{
    archive::Entry,
    incident::{Origin, Provenance},
    site::PageKind,
    stats::Coverage,
};

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
    /// Which figures rest on it.
    supports: String,
    count: String,
    share: String,
    /// The share as a number, for the bar.
    width: String,
    inferred: String,
    missing_label: String,
    /// The line of front matter that would state it; empty where it is not one line.
    mend: String,
    mend_text: String,
    /// The documents that lack it.
    missing: Vec<Link>,
    more: Option<String>,
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

/// Returns whether the value of a field was inferred; `None` where there is none, or where it has no origin of its own.
fn inferred(field: &str, entry: &Entry) -> Option<bool> {
    let of = |provenance: Option<&Provenance>| provenance.map(is_inferred);
    match field {
        "start" => of(entry.start.as_ref().map(|v| &v.provenance)),
        "end" => of(entry.end.as_ref().map(|v| &v.provenance)),
        "duration_minutes" => of(entry.duration_minutes.as_ref().map(|v| &v.provenance)),
        "detected" => of(entry.detected.as_ref().map(|v| &v.provenance)),
        "acknowledged" => of(entry.acknowledged.as_ref().map(|v| &v.provenance)),
        "mitigated" => of(entry.mitigated.as_ref().map(|v| &v.provenance)),
        "severity" => of(entry.severity.as_ref().map(|v| &v.provenance)),
        "causes" => of(entry.causes.first().map(|v| &v.provenance)),
        "components" => of(entry.components.first().map(|v| &v.provenance)),
        "services" => of(entry.services.first().map(|v| &v.provenance)),
        "impact_percent" => of(entry.impact_percent.as_ref().map(|v| &v.provenance)),
        "detection_source" => of(entry.detection_source.as_ref().map(|v| &v.provenance)),
        "published" => of(entry.published.as_ref().map(|v| &v.provenance)),
        _ => None,
    }
}

fn is_inferred(provenance: &Provenance) -> bool {
    provenance.from != Origin::FrontMatter
}

/// How many incidents without a field are named beside it; `data/stats.json` has all of them.
const MOST_MISSING: usize = 25;

/// Returns how well a field is covered, which documents lack it, and what to write into them.
fn field(scene: &Scene<'_>, coverage: &Coverage) -> FieldView {
    let words = scene.words();
    let archive = scene.archive();
    let key = coverage.field.replace('.', "_");
    let share = if coverage.total() == 0 { 0.0 } else { 100.0 * float(coverage.known) / float(coverage.total()) };
    let origins: Vec<bool> = archive.entries.iter().filter_map(|entry| inferred(coverage.field, entry)).collect();
    let link = |at: &usize| Link { title: archive.entries[*at].file.to_string(), href: scene.incident_href(*at) };
    FieldView {
        name: words.get(&format!("field_{key}")),
        supports: words.get(&format!("supports_{key}")),
        count: words.figure(coverage.known),
        share: words.percent(share.round()),
        width: format!("{share:.1}%"),
        inferred: if origins.is_empty() {
            "—".to_owned()
        } else {
            words.figure(origins.iter().filter(|is_inferred| **is_inferred).count())
        },
        missing_label: words.count("field_missing", coverage.missing.len()),
        mend: if coverage.is_line { coverage.mend.to_owned() } else { String::new() },
        mend_text: if coverage.is_line { String::new() } else { words.get(&format!("mend_{key}")) },
        missing: coverage.missing.iter().take(MOST_MISSING).map(link).collect(),
        more: coverage.missing.len().checked_sub(MOST_MISSING + 1).map(|more| words.count("data_more_missing", more + 1)),
    }
}

/// How many incidents with gaps are named.
const MOST_BARE: usize = 50;

/// Returns the data page.
pub(crate) fn data(scene: &Scene<'_>) -> DataView {
    let words = scene.words();
    let archive = scene.archive();
    let all = archive.entries.len();
    let bare: Vec<BareView> = archive.entries.iter().enumerate().filter_map(|(at, entry)| bare(scene, at, entry)).collect();
    let bare_count = bare.len();
    DataView {
        lead: words.count_with("data_lead", all, &[("documents", &words.figure(archive.readings.len()))]),
        fields: archive.coverage.iter().map(|coverage| field(scene, coverage)).collect(),
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

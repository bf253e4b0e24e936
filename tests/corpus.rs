//! Reads the labelled real documents and scores every field against its label.
//!
//! The documents are not part of the project: `HINDSITE_CORPUS` names a folder whose sub-folders hold documents and a
//! `labels.jsonl`. Without it the test prints a line and passes. With `HINDSITE_CORPUS_DUMP=DIR` the records are written to
//! `DIR/<sub-folder>.json`, one object with `incidents` and `documents`.
//!
//! No field may fall below its floor. A floor only ever rises: where a change makes a field better, raise it.

#![expect(clippy::print_stdout, reason = "the scores are what one runs it for")]

#[path = "corpus/score.rs"]
mod score;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use hindsite::{
    config::ReadSettings,
    document::parse_document,
    extract::{Reading, read_document},
    incident::{Incident, Moment, Stated},
    source::Source,
};
use serde_json::{Value, json};

#[test]
fn corpus() {
    let Ok(root) = std::env::var("HINDSITE_CORPUS") else {
        println!("skipped: HINDSITE_CORPUS names no folder");
        return;
    };
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .map(|entries| entries.flatten().map(|entry| entry.path()).filter(|path| path.join("labels.jsonl").is_file()).collect())
        .unwrap_or_default();
    folders.sort();
    if folders.is_empty() {
        println!("skipped: no folder of {root} has labels");
        return;
    }
    let mut fallen: Vec<String> = Vec::new();
    for folder in folders {
        let labels = read_labels(&folder.join("labels.jsonl"));
        let readings: Vec<Reading> =
            labels.iter().map(|label| read_one(&folder, label["file"].as_str().expect("a label names its file"))).collect();
        if let Ok(dump) = std::env::var("HINDSITE_CORPUS_DUMP") {
            let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
            fs::create_dir_all(&dump).expect("the dump folder can be made");
            fs::write(
                Path::new(&dump).join(format!("{name}.json")),
                serde_json::to_string_pretty(&records(&readings)).expect("records are JSON"),
            )
            .expect("the dump can be written");
        }
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let firsts: Vec<Value> = readings.iter().map(first_record).collect();
        for (field, score) in score::score(&labels, &firsts) {
            let floor = FLOORS.iter().find(|(of, known, _)| *of == name && *known == field).map(|(.., floor)| *floor);
            println!("{name} {field}: {score:.3}{}", floor.map_or(String::new(), |floor| format!(" (floor {floor})")));
            if let Some(floor) = floor
                && score < floor
            {
                fallen.push(format!("{name} {field}: {score:.4} is below its floor {floor}"));
            }
        }
    }
    assert!(fallen.is_empty(), "{}", fallen.join("\n"));
}

/// The record that a label is compared with: the first incident, else what the document is.
fn first_record(reading: &Reading) -> Value {
    match reading.incidents.first() {
        Some(incident) => record(incident),
        None => json!({"kind": reading.kind}),
    }
}

/// What each field must reach, by folder. They only ever rise.
const FLOORS: &[(&str, &str, f64)] = &[
    ("seeds", "kind", 1.0),
    ("seeds", "title", 1.0),
    ("seeds", "start", 1.0),
    ("seeds", "end", 1.0),
    ("seeds", "detected", 1.0),
    ("seeds", "duration_minutes", 1.0),
    ("seeds", "timeline", 1.0),
    ("seeds", "impact_percent", 1.0),
    ("seeds", "severity", 1.0),
    ("seeds", "causes", 1.0),
    ("seeds", "components", 1.0),
    ("seeds", "action_items", 1.0),
    ("seeds", "people", 1.0),
    ("dev", "kind", 0.98),
    ("dev", "title", 0.985),
    ("dev", "start", 0.98),
    ("dev", "end", 0.97),
    ("dev", "detected", 0.96),
    ("dev", "duration_minutes", 0.95),
    ("dev", "timeline", 0.98),
    ("dev", "impact_percent", 0.92),
    ("dev", "severity", 1.0),
    ("dev", "causes", 0.865),
    ("dev", "components", 0.86),
    ("dev", "action_items", 0.95),
    ("dev", "people", 0.7),
];

fn read_labels(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("labels can be read");
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).expect("a label is JSON")).collect()
}

fn read_one(folder: &Path, file: &str) -> Reading {
    // The labels of some folders name the folder too.
    let path = Some(folder.join(file)).filter(|path| path.is_file()).unwrap_or_else(|| folder.parent().expect("a sub-folder").join(file));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let source = Source::from_text(file, text.trim_start_matches('\u{feff}'));
    let reading = read_document(&ReadSettings::default(), &parse_document(&source).value);
    for diagnostic in &reading.diagnostics {
        if let Some(span) = diagnostic.span {
            assert!(source.text.get(span.start..span.end).is_some(), "{file}: {diagnostic:?}");
        }
    }
    reading.value
}

fn records(readings: &[Reading]) -> Value {
    let incidents: Vec<Value> = readings.iter().flat_map(|reading| &reading.incidents).map(record).collect();
    let documents: Vec<Value> = readings
        .iter()
        .filter(|reading| reading.incidents.is_empty())
        .map(|reading| json!({"file": &*reading.file, "kind": reading.kind, "title": reading.title}))
        .collect();
    json!({"incidents": incidents, "documents": documents})
}

fn record(incident: &Incident) -> Value {
    let moment = |moment: &Option<Stated<Moment>>| moment.as_ref().map(|stated| stated.value.clone());
    let values = |list: &[Stated<String>]| list.iter().map(|stated| stated.value.clone()).collect::<Vec<_>>();
    let provenance: BTreeMap<&str, Value> = [
        ("title", &incident.title.as_ref().map(|s| &s.provenance)),
        ("summary", &incident.summary.as_ref().map(|s| &s.provenance)),
        ("impact_percent", &incident.impact_percent.as_ref().map(|s| &s.provenance)),
        ("severity", &incident.severity.as_ref().map(|s| &s.provenance)),
        ("status", &incident.status.as_ref().map(|s| &s.provenance)),
        ("root_cause_text", &incident.root_cause_text.as_ref().map(|s| &s.provenance)),
    ]
    .into_iter()
    .filter_map(|(field, provenance)| provenance.map(|p| (field, json!({"line": p.line, "quote": p.quote, "rule": p.rule}))))
    .collect();
    let why = |list: &[Stated<String>]| {
        list.iter().map(|stated| format!("{}: {} [{}]", stated.value, stated.provenance.quote, stated.provenance.rule)).collect::<Vec<_>>()
    };
    json!({
        "file": &*incident.file,
        "kind": incident.kind,
        "title": incident.title.as_ref().map(|title| &title.value),
        "display_title": incident.display_title,
        "summary": incident.summary.as_ref().map(|summary| &summary.value),
        "start": moment(&incident.start),
        "end": moment(&incident.end),
        "detected": moment(&incident.detected),
        "acknowledged": moment(&incident.acknowledged),
        "mitigated": moment(&incident.mitigated),
        "duration_minutes": incident.duration_minutes.as_ref().map(|stated| stated.value),
        "timeline": incident.timeline.iter().map(|row| json!({"at": row.at, "text": row.text, "kind": row.kind})).collect::<Vec<_>>(),
        "impact_percent": incident.impact_percent.as_ref().map(|stated| stated.value),
        "severity": incident.severity.as_ref().map(|stated| stated.value),
        "status": incident.status.as_ref().map(|stated| stated.value),
        "causes": values(&incident.causes),
        "contributing": incident.contributing,
        "components": values(&incident.components),
        "services": values(&incident.services),
        "people": values(&incident.people),
        "action_items": incident.action_items.iter().map(|action| json!({
            "text": action.text, "owner": action.owner, "due": action.due.as_ref().map(|due| due.local.to_string()), "status": action.status, "kind": action.kind, "link": action.link,
        })).collect::<Vec<_>>(),
        "root_cause_text": incident.root_cause_text.as_ref().map(|stated| &stated.value),
        "provenance": provenance,
        "why": {"causes": why(&incident.causes), "components": why(&incident.components), "services": why(&incident.services), "people": why(&incident.people)},
    })
}

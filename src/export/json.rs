//! The records as JSON, one record a line, and the JSON Schema of them.

use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::{GENERATOR, Record, Records, SCHEMA_VERSION, documents};
use crate::{archive::Archive, config::Settings};

/// Returns `data/incidents.json`. One record stands on one line, so that a difference between two builds can be read.
pub fn records_json(settings: &Settings, archive: &Archive) -> Vec<u8> {
    let head = format!(
        "{{\"schema\":{SCHEMA_VERSION},\"generator\":{},\"as_of\":\"{}\",\n\"incidents\":[",
        serde_json::Value::from(GENERATOR),
        settings.as_of.format("%Y-%m-%d")
    );
    let mut out = head.into_bytes();
    push_lines(&mut out, (0..archive.entries.len()).map(|entry| Record::of(archive, entry)));
    out.extend(b"],\n\"documents\":[");
    push_lines(&mut out, documents(archive));
    out.extend(b"]}\n");
    out
}

/// Returns those records as NDJSON: one record a line and nothing else.
pub fn records_ndjson(archive: &Archive, entries: &[usize]) -> Vec<u8> {
    let mut out = Vec::new();
    for &entry in entries {
        push_json(&mut out, &Record::of(archive, entry));
        out.push(b'\n');
    }
    out
}

fn push_lines(out: &mut Vec<u8>, records: impl Iterator<Item = impl Serialize>) {
    for (index, record) in records.enumerate() {
        out.extend(if index == 0 { &b"\n"[..] } else { &b",\n"[..] });
        push_json(out, &record);
    }
}

pub(super) fn push_json(out: &mut Vec<u8>, record: &impl Serialize) {
    serde_json::to_writer(out, record).expect("records hold nothing that JSON cannot, and memory does not fail to be written");
}

/// Returns one record as indented JSON.
pub fn record_json(record: &Record<'_>) -> String {
    serde_json::to_string_pretty(record).expect("records hold nothing that JSON cannot")
}

/// Returns `data/schema.json`: the JSON Schema of [`records_json`].
pub fn schema_json() -> String {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Records<'static>>();
    schema.insert("title".to_owned(), "hindsite records".into());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

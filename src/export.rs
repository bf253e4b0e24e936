//! Records as data: what `inspect --json`, `export` and the files of `data/` hold, all from one [`Record`].
//!
//! The names and shapes here are a contract with programs that read the data. They change only by additions; a change of
//! meaning needs a new [`SCHEMA_VERSION`].

mod json;
mod record;

pub use json::{record_json, records_json, schema_json};
pub use record::{
    ActionRecord, DocumentRecord, OccurredRecord, ProvenanceRecord, Record, Records, RelatedRecord, SectionRecord, TimelineRecord,
};

use crate::{
    archive::{Archive, has_own_page},
    config::Settings,
    incident::Kind,
};

/// The version of the records' shape.
pub const SCHEMA_VERSION: u32 = 1;

/// Returns all records of an archive, ready to be written.
pub fn records<'a>(settings: &Settings, archive: &'a Archive) -> Records<'a> {
    Records {
        schema: SCHEMA_VERSION,
        generator: GENERATOR,
        as_of: settings.as_of.format("%Y-%m-%d").to_string(),
        incidents: (0..archive.entries.len()).map(|entry| record(archive, entry)).collect(),
        documents: documents(archive).collect(),
    }
}

/// Returns the record of one incident.
pub fn record(archive: &Archive, entry: usize) -> Record<'_> {
    Record::of(archive, entry)
}

const GENERATOR: &str = concat!("hindsite ", env!("CARGO_PKG_VERSION"));

/// Returns the records of the documents that are no incidents, by path.
fn documents(archive: &Archive) -> impl Iterator<Item = DocumentRecord<'_>> {
    let without_incident = |index: &usize| archive.readings[*index].incidents.is_empty() && has_own_page(&archive.readings[*index]);
    (0..archive.readings.len()).filter(without_incident).map(|index| {
        let reading = &archive.readings[index];
        DocumentRecord {
            id: &archive.document_ids[index],
            file: &reading.file,
            url: crate::archive::encode(&archive.document_page(index)),
            kind: if reading.kind == Kind::Template { Kind::Template } else { Kind::Other },
            title: reading.title.as_deref(),
            display_title: &reading.display_title,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::samples::{action, archive, document, incident, settings, stated};

    fn sample() -> Archive {
        let mut reading = incident("2024/queue.md", "on=2024-02-01T10:00; for=75; causes=capacity; components=queue; services=Rates");
        let one = &mut reading.incidents[0];
        one.action_items.push(action("Cap the pool", Some("Ada"), Some("2024-03"), crate::incident::ActionStatus::Open));
        one.impact_percent = Some(stated(12.5));
        archive(vec![reading, document("README.md", Kind::Other), document("template.md", Kind::Template)])
    }

    /// Checks a value against a JSON Schema as far as ours go: `$ref`, `type`, `properties`, `required`, `items`, `anyOf`,
    /// `oneOf`, `enum`, `const`.
    #[track_caller]
    fn check_schema(root: &serde_json::Value, schema: &serde_json::Value, value: &serde_json::Value, at: &str) -> Result<(), String> {
        use serde_json::Value;
        if let Some(name) = schema["$ref"].as_str() {
            let target = root.pointer(name.trim_start_matches('#')).ok_or_else(|| format!("{at}: no {name}"))?;
            return check_schema(root, target, value, at);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(choices) = schema[key].as_array() {
                let fits = choices.iter().any(|choice| check_schema(root, choice, value, at).is_ok());
                return if fits { Ok(()) } else { Err(format!("{at}: {value} fits none of {choices:?}")) };
            }
        }
        if schema.get("const").is_some_and(|wanted| wanted != value) {
            return Err(format!("{at}: {value} is not the constant"));
        }
        if schema["enum"].as_array().is_some_and(|names| !names.contains(value)) {
            return Err(format!("{at}: {value} is not in the list"));
        }
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allows = |name: &Value| name == kind || name == "number" && kind == "integer";
        let allowed = match &schema["type"] {
            Value::Null => true,
            Value::Array(names) => names.iter().any(allows),
            name => allows(name),
        };
        if !allowed {
            return Err(format!("{at}: {value} is {kind}, not {}", schema["type"]));
        }
        if let Value::Array(values) = value {
            values
                .iter()
                .enumerate()
                .try_for_each(|(index, value)| check_schema(root, &schema["items"], value, &format!("{at}[{index}]")))?;
        }
        if let Value::Object(fields) = value {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            if let Some(missing) = required.iter().filter_map(Value::as_str).find(|name| !fields.contains_key(*name)) {
                return Err(format!("{at}: `{missing}` is missing"));
            }
            for (name, value) in fields {
                match schema["properties"].get(name).or_else(|| schema.get("additionalProperties")) {
                    Some(schema) => check_schema(root, schema, value, &format!("{at}.{name}"))?,
                    None => return Err(format!("{at}: `{name}` is not in the schema")),
                }
            }
        }
        Ok(())
    }

    #[test]
    fn records_are_what_the_schema_says() {
        let archive = sample();
        let written: serde_json::Value = serde_json::from_slice(&records_json(&settings(), &archive)).expect("it is JSON");
        let schema: serde_json::Value = serde_json::from_str(&schema_json()).expect("it is JSON");
        assert_eq!(check_schema(&schema, &schema, &written, "$"), Ok(()));
        let mut broken = written;
        broken["incidents"][0]["severity"] = "SEV9".into();
        assert!(check_schema(&schema, &schema, &broken, "$").is_err(), "the check can fail");
    }

    #[test]
    fn records_have_the_names_of_the_contract() {
        let archive = sample();
        let written: serde_json::Value = serde_json::from_slice(&records_json(&settings(), &archive)).expect("it is JSON");
        assert_eq!((&written["schema"], &written["as_of"]), (&1.into(), &"2026-11-20".into()));
        let one = &written["incidents"][0];
        let names = [
            "id",
            "file",
            "url",
            "kind",
            "title",
            "summary",
            "status",
            "services",
            "tags",
            "start",
            "end",
            "detected",
            "acknowledged",
            "mitigated",
            "occurred",
            "duration_minutes",
            "minutes_to_detect",
            "minutes_to_acknowledge",
            "minutes_to_mitigate",
            "minutes_to_resolve",
            "impact_percent",
            "severity",
            "causes",
            "contributing",
            "components",
            "people",
            "timeline",
            "action_items",
            "sections",
            "related",
            "audience",
            "provenance",
        ];
        for name in names {
            assert!(one.get(name).is_some(), "{name}");
        }
        assert_eq!(one["duration_minutes"].to_string(), "75");
        assert_eq!(one["occurred"], serde_json::json!({"local": "2024-02-01T10:00", "offset": null, "zone": null, "basis": "start"}));
        assert_eq!(one["provenance"]["causes[0]"]["from"], "inferred");
        let documents: Vec<_> = written["documents"].as_array().expect("a list").iter().map(|one| (&one["url"], &one["kind"])).collect();
        assert_eq!(documents, [(&"index.html".into(), &"other".into()), (&"documents/template.html".into(), &"template".into())]);
    }

    #[test]
    fn streamed_records_equal_the_whole_value() {
        let archive = sample();
        let streamed: serde_json::Value = serde_json::from_slice(&records_json(&settings(), &archive)).expect("it is JSON");
        assert_eq!(streamed, serde_json::to_value(records(&settings(), &archive)).expect("it is JSON"));
    }
}

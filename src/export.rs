//! Records as data: what `inspect --json`, `export` and the files of `data/` hold, all from one [`Record`].
//!
//! The names and shapes here are a contract with programs that read the data. They change only by additions; a change of
//! meaning needs a new [`SCHEMA_VERSION`].

mod calendar;
mod json;
mod record;
mod statistics;
mod table;

pub use calendar::write_incidents_ics;
pub use json::{record_json, schema_json, write_records_json, write_records_ndjson};
pub use record::{
    ActionRecord, DocumentRecord, OccurredRecord, ProvenanceRecord, Record, Records, RelatedRecord, SectionRecord, TimelineRecord,
};
pub use statistics::write_stats_json;
pub use table::{write_actions_csv, write_incidents_csv, write_timeline_csv};

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;

use crate::{
    archive::{Archive, has_own_page},
    config::Settings,
    incident::{Kind, Origin},
};

/// The version of the records' shape.
pub const SCHEMA_VERSION: u32 = 1;

/// Returns what `write` writes, for those who need it in memory.
pub fn in_memory(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory does not fail to be written, and records hold nothing that JSON and CSV cannot");
    bytes
}

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

/// Where one value of an incident was read.
#[derive(Debug, Serialize)]
pub(crate) struct SourceLine {
    /// The field, as in the record: `causes[0]`.
    field: String,
    /// The value in words.
    value: String,
    from: Origin,
    line: Option<usize>,
    quote: String,
    rule: String,
}

/// Returns where each value of an incident was read, by field.
pub(crate) fn source_lines(archive: &Archive, entry: usize) -> Vec<SourceLine> {
    let record = record(archive, entry);
    let values = serde_json::to_value(&record).unwrap_or_default();
    let lines = record.provenance.iter().map(|(field, source)| {
        let (name, place) = field.split_once('[').map_or((field.as_str(), None), |(name, place)| (name, place.strip_suffix(']')));
        let value = match place.and_then(|place| place.parse::<usize>().ok()) {
            Some(place) => &values[name][place],
            None => &values[name],
        };
        SourceLine {
            field: field.clone(),
            value: in_words(value),
            from: source.from,
            line: source.line,
            quote: source.quote.to_owned(),
            rule: source.rule.to_owned(),
        }
    });
    lines.collect()
}

/// Returns a value of a record as people read it; a moment as it was written, with its offset.
fn in_words(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(moment) => {
            let parts = ["local", "offset"].iter().filter_map(|part| moment.get(*part)?.as_str());
            parts.collect()
        }
        other => other.to_string(),
    }
}

/// Returns the incidents by year, each year's newest first: what `--partition year` writes as files of their own. Those without a
/// year are under `undated`.
pub fn by_year(archive: &Archive) -> BTreeMap<String, Vec<usize>> {
    let mut years: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, entry) in archive.entries.iter().enumerate() {
        let year = entry.year_month().map_or_else(|| "undated".to_owned(), |(year, _)| format!("{year:04}"));
        years.entry(year).or_default().push(index);
    }
    years
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
        let written: serde_json::Value =
            serde_json::from_slice(&in_memory(|out| write_records_json(out, &settings(), &archive))).expect("it is JSON");
        let schema: serde_json::Value = serde_json::from_str(&schema_json()).expect("it is JSON");
        assert_eq!(check_schema(&schema, &schema, &written, "$"), Ok(()));
        let mut broken = written;
        broken["incidents"][0]["severity"] = "SEV9".into();
        assert!(check_schema(&schema, &schema, &broken, "$").is_err(), "the check can fail");
    }

    #[test]
    fn records_have_the_names_of_the_contract() {
        let archive = sample();
        let written: serde_json::Value =
            serde_json::from_slice(&in_memory(|out| write_records_json(out, &settings(), &archive))).expect("it is JSON");
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
        let streamed: serde_json::Value =
            serde_json::from_slice(&in_memory(|out| write_records_json(out, &settings(), &archive))).expect("it is JSON");
        assert_eq!(streamed, serde_json::to_value(records(&settings(), &archive)).expect("it is JSON"));
    }

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("it is UTF-8")
    }

    #[test]
    fn tables_have_a_row_for_each_thing() {
        let archive = sample();
        let all: Vec<usize> = (0..archive.entries.len()).collect();
        let incidents = text(in_memory(|out| write_incidents_csv(out, &archive, &all)));
        let header = incidents.lines().next().expect("a header");
        let row = incidents.lines().nth(1).expect("a row");
        assert_eq!(header.split(',').count(), row.split(',').count());
        assert!(row.starts_with("queue,incidents/queue.html,2024/queue.md,incident,"), "{row}");
        assert!(row.contains(",75,") && row.contains(",12.5,"), "{row}");
        assert_eq!(text(in_memory(|out| write_timeline_csv(out, &archive, &all))).lines().count(), 1);
        let actions = text(in_memory(|out| write_actions_csv(out, &archive, &all)));
        assert_eq!(actions.lines().nth(1), Some("queue,1,Cap the pool,Ada,2024-03,open,overdue,other,,1"));
    }

    #[test]
    fn cells_are_no_formulas() {
        let mut reading = incident("a.md", "on=2024-02-01");
        reading.incidents[0].action_items.push(action("=1+1, \"now\"", Some("@ada"), None, crate::incident::ActionStatus::Open));
        let table = text(in_memory(|out| write_actions_csv(out, &archive(vec![reading]), &[0])));
        assert_eq!(table.lines().nth(1), Some("a,1,\"'=1+1, \"\"now\"\"\",'@ada,,open,undated,other,,1"));
    }

    #[test]
    fn calendar_has_incidents_and_due_days() {
        let archive = sample();
        let calendar = text(in_memory(|out| write_incidents_ics(out, &settings(), &archive, &[0])));
        for line in [
            "UID:incident-queue@hindsite.invalid",
            "DTSTART:20240201T100000",
            "DTSTAMP:20261120T000000Z",
            "UID:action-queue-1@hindsite.invalid",
            "DTSTART;VALUE=DATE:20240331",
            "DTEND;VALUE=DATE:20240401",
            "SUMMARY:Due: Cap the pool (Ada)",
        ] {
            assert!(calendar.split("\r\n").any(|known| known == line), "{line} in\n{calendar}");
        }
        assert_eq!(calendar, text(in_memory(|out| write_incidents_ics(out, &settings(), &archive, &[0]))));
    }

    #[test]
    fn years_partition_the_incidents() {
        let archive = archive(vec![incident("a.md", "on=2024-02-01"), incident("b.md", ""), incident("c.md", "on=2025-01")]);
        let years = by_year(&archive);
        assert_eq!(
            years.iter().map(|(year, entries)| (year.as_str(), entries.len())).collect::<Vec<_>>(),
            [("2024", 1), ("2025", 1), ("undated", 1)]
        );
        assert_eq!(text(in_memory(|out| write_records_ndjson(out, &archive, &years["2024"]))).lines().count(), 1);
    }

    #[test]
    fn statistics_name_the_incidents_behind_each_number() {
        let readings = (0..7).map(|number| {
            incident(&format!("{number}.md"), &format!("on=2026-0{}-05T10:00; for={}; services=x", number + 1, (number + 1) * 10))
        });
        let stats: serde_json::Value =
            serde_json::from_slice(&in_memory(|out| write_stats_json(out, &archive(readings.collect())))).expect("it is JSON");
        let resolve = &stats["periods"][1]["measures"][3];
        assert_eq!(resolve["measure"], "time-to-resolve");
        assert_eq!((&resolve["n"], &resolve["median_minutes"]), (&7.into(), &40.0.into()));
        assert_eq!(resolve["median_interval_minutes"], serde_json::json!([10.0, 70.0]));
        assert_eq!((&resolve["p90_minutes"], &resolve["worst"]["id"]), (&serde_json::Value::Null, &"6".into()));
        assert_eq!(resolve["values"].as_array().map(Vec::len), Some(7));
        assert_eq!(stats["periods"][1]["count"], 7);
    }
}

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

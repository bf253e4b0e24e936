//! The records as JSON, one record a line, and the JSON Schema of them.

use std::io::{self, BufWriter, Write};

use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::{GENERATOR, Record, Records, SCHEMA_VERSION, documents};
use crate::{archive::Archive, config::Settings};

/// Writes `data/incidents.json`. One record stands on one line, so that a difference between two builds can be read.
pub fn write_records_json(out: &mut dyn Write, settings: &Settings, archive: &Archive) -> io::Result<()> {
    let out = &mut BufWriter::new(out);
    let (generator, as_of) = (serde_json::Value::from(GENERATOR), settings.as_of.format("%Y-%m-%d"));
    write!(out, "{{\"schema\":{SCHEMA_VERSION},\"generator\":{generator},\"as_of\":\"{as_of}\",\n\"incidents\":[")?;
    write_lines(out, (0..archive.entries.len()).map(|entry| Record::of(archive, entry)))?;
    out.write_all(b"],\n\"documents\":[")?;
    write_lines(out, documents(archive))?;
    out.write_all(b"]}\n")?;
    out.flush()
}

/// Writes those records as NDJSON: one record a line and nothing else.
pub fn write_records_ndjson(out: &mut dyn Write, archive: &Archive, entries: &[usize]) -> io::Result<()> {
    let out = &mut BufWriter::new(out);
    for &entry in entries {
        serde_json::to_writer(&mut *out, &Record::of(archive, entry))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn write_lines(out: &mut Out<'_>, records: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
    for (index, record) in records.enumerate() {
        out.write_all(if index == 0 { &b"\n"[..] } else { &b",\n"[..] })?;
        serde_json::to_writer(&mut *out, &record)?;
    }
    Ok(())
}

/// Where JSON is written to, as it is made.
pub(super) type Out<'o> = BufWriter<&'o mut dyn Write>;

/// An object that is being written, field by field.
pub(super) struct Object<'a, 'o> {
    out: &'a mut Out<'o>,
    is_empty: bool,
}

impl<'a, 'o> Object<'a, 'o> {
    pub(super) fn begin(out: &'a mut Out<'o>) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self { out, is_empty: true })
    }

    pub(super) fn end(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }

    fn key(&mut self, name: &str) -> io::Result<()> {
        self.out.write_all(if std::mem::take(&mut self.is_empty) { &b"\""[..] } else { &b",\""[..] })?;
        self.out.write_all(name.as_bytes())?;
        self.out.write_all(b"\":")
    }

    /// Writes a field whose value is at hand.
    pub(super) fn field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
        self.key(name)?;
        Ok(serde_json::to_writer(&mut *self.out, value)?)
    }

    /// Writes a field that is a list.
    pub(super) fn list(&mut self, name: &str, values: impl Iterator<Item = impl Serialize>) -> io::Result<()> {
        self.key(name)?;
        self.out.write_all(b"[")?;
        for (index, value) in values.enumerate() {
            self.out.write_all(if index == 0 { b"" } else { b"," })?;
            serde_json::to_writer(&mut *self.out, &value)?;
        }
        self.out.write_all(b"]")
    }

    /// Writes a field that is an object.
    pub(super) fn object(&mut self, name: &str, write: impl FnOnce(&mut Object<'_, 'o>) -> io::Result<()>) -> io::Result<()> {
        self.key(name)?;
        let mut object = Object::begin(self.out)?;
        write(&mut object)?;
        object.end()
    }

    /// Writes a field that is a list of objects.
    pub(super) fn objects<T>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_, 'o>, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.key(name)?;
        self.out.write_all(b"[")?;
        for (index, value) in values.into_iter().enumerate() {
            self.out.write_all(if index == 0 { b"" } else { b"," })?;
            let mut object = Object::begin(self.out)?;
            write(&mut object, value)?;
            object.end()?;
        }
        self.out.write_all(b"]")
    }
}

/// Returns one record as indented JSON.
pub fn record_json(record: &Record<'_>) -> String {
    serde_json::to_string_pretty(record).expect("records hold nothing that JSON cannot")
}

/// Returns `data/schema.json`: the JSON Schema of [`write_records_json`].
pub fn schema_json() -> String {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Records<'static>>();
    schema.insert("title".to_owned(), "hindsite records".into());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

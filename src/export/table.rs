//! The records as CSV tables, for spreadsheets and for programs that read tables: incidents, timeline rows, actions.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it. Lists are joined by `; `.

use std::io::{self, Write};

use csv::Writer;

use crate::{
    archive::{Archive, action_group, encode},
    incident::{ActionStatus, Incident, Moment, Stated},
};

/// Writes the table of those incidents, one a row.
pub fn write_incidents_csv(out: &mut dyn Write, archive: &Archive, entries: &[usize]) -> io::Result<()> {
    let mut table = Table::new(
        out,
        &[
            "id",
            "url",
            "file",
            "kind",
            "nature",
            "title",
            "summary",
            "severity",
            "status",
            "occurred",
            "occurred_basis",
            "year",
            "start",
            "end",
            "detected",
            "acknowledged",
            "mitigated",
            "duration_minutes",
            "minutes_to_detect",
            "minutes_to_acknowledge",
            "minutes_to_mitigate",
            "minutes_to_resolve",
            "impact_percent",
            "detection_source",
            "published",
            "causes",
            "contributing",
            "components",
            "services",
            "tags",
            "people",
            "related",
            "timeline_rows",
            "actions",
            "actions_open",
            "actions_done",
            "actions_declined",
            "actions_unknown",
        ],
    )?;
    for &index in entries {
        let entry = &archive.entries[index];
        let one = entry.incident();
        let count = |wanted: &[ActionStatus]| one.action_items.iter().filter(|item| wanted.contains(&item.status)).count();
        let related: Vec<&str> = archive.related(index).iter().map(|related| &*archive.entries[related.entry].id).collect();
        table.row(&[
            text(&entry.id),
            text(&encode(&archive.incident_page(index))),
            text(&one.file),
            one.kind.to_string(),
            plain(&one.nature),
            text(&one.display_title),
            one.summary.as_ref().map(|summary| text(&summary.value)).unwrap_or_default(),
            plain(&one.severity),
            plain(&one.status),
            one.occurred.as_ref().map(|occurred| occurred.moment.to_string()).unwrap_or_default(),
            one.occurred.as_ref().map(|occurred| name_of(&occurred.basis)).unwrap_or_default(),
            entry.year_month().map(|(year, _)| year.to_string()).unwrap_or_default(),
            plain(&one.start),
            plain(&one.end),
            plain(&one.detected),
            plain(&one.acknowledged),
            plain(&one.mitigated),
            number(one.duration_minutes.as_ref().map(|stated| stated.value)),
            number(one.minutes_to_detect()),
            number(one.minutes_to_acknowledge()),
            number(one.minutes_to_mitigate()),
            number(one.minutes_to_resolve()),
            number(one.impact_percent.as_ref().map(|stated| stated.value)),
            plain(&one.detection_source),
            plain(&one.published),
            list(one.causes.iter().map(|stated| stated.value.as_str())),
            list(one.contributing.iter().map(String::as_str)),
            list(one.components.iter().map(|stated| stated.value.as_str())),
            list(one.services.iter().map(|stated| stated.value.as_str())),
            list(one.tags.iter().map(|stated| stated.value.as_str())),
            list(one.people.iter().map(|stated| stated.value.as_str())),
            list(related.into_iter()),
            one.timeline.len().to_string(),
            one.action_items.len().to_string(),
            count(&[ActionStatus::Open, ActionStatus::InProgress]).to_string(),
            count(&[ActionStatus::Done]).to_string(),
            count(&[ActionStatus::Declined]).to_string(),
            count(&[ActionStatus::Unknown]).to_string(),
        ])?;
    }
    table.finish()
}

/// Writes the table of the timeline rows of those incidents.
pub fn write_timeline_csv(out: &mut dyn Write, archive: &Archive, entries: &[usize]) -> io::Result<()> {
    let mut table = Table::new(out, &["incident", "row", "at", "until", "kind", "elapsed_minutes", "text", "line"])?;
    for (id, one) in records(archive, entries) {
        for (number, row) in one.timeline.iter().enumerate() {
            table.row(&[
                text(id),
                (number + 1).to_string(),
                moment(row.at.as_ref()),
                moment(row.until.as_ref()),
                row.kind.to_string(),
                row.elapsed_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
                text(&row.text),
                row.line.to_string(),
            ])?;
        }
    }
    table.finish()
}

/// Writes the table of the actions of those incidents, each with how it stands on the day of the build.
pub fn write_actions_csv(out: &mut dyn Write, archive: &Archive, entries: &[usize]) -> io::Result<()> {
    let mut table = Table::new(out, &["incident", "action", "text", "owner", "due", "status", "stands", "kind", "link", "line"])?;
    for (id, one) in records(archive, entries) {
        for (number, item) in one.action_items.iter().enumerate() {
            table.row(&[
                text(id),
                (number + 1).to_string(),
                text(&item.text),
                text(item.owner.as_deref().unwrap_or_default()),
                moment(item.due.as_ref()),
                item.status.to_string(),
                action_group(item, archive.as_of).as_str().to_owned(),
                item.kind.to_string(),
                text(item.link.as_deref().unwrap_or_default()),
                item.line.to_string(),
            ])?;
        }
    }
    table.finish()
}

fn records<'a>(archive: &'a Archive, entries: &'a [usize]) -> impl Iterator<Item = (&'a str, &'a Incident)> {
    entries.iter().map(|index| (&*archive.entries[*index].id, archive.entries[*index].incident()))
}

/// A table being written.
struct Table<'a>(Writer<&'a mut dyn Write>);

impl<'a> Table<'a> {
    fn new(out: &'a mut dyn Write, header: &[&str]) -> io::Result<Self> {
        let mut writer = Writer::from_writer(out);
        writer.write_record(header)?;
        Ok(Self(writer))
    }

    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        Ok(self.0.write_record(cells)?)
    }

    fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns a text as a cell.
fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn list<'a>(values: impl Iterator<Item = &'a str>) -> String {
    text(&values.collect::<Vec<_>>().join("; "))
}

fn plain<T: ToString>(stated: &Option<Stated<T>>) -> String {
    stated.as_ref().map(|stated| stated.value.to_string()).unwrap_or_default()
}

fn moment(moment: Option<&Moment>) -> String {
    moment.map(ToString::to_string).unwrap_or_default()
}

fn number(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map(|value| value.to_string()).unwrap_or_default()
}

/// Returns the name that a value has in JSON.
fn name_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

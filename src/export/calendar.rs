//! Incidents and the days on which open actions are due, as a calendar.
//!
//! A moment with an offset is written in UTC; one without as local time ("floating"), so that nothing is made up. Stamps are those
//! of the day of the build: the same input gives the same bytes.

use std::io::{self, BufWriter, Write};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, Event, EventLike, Property};

use crate::{
    archive::{Archive, action_due_day, action_group, encode},
    config::Settings,
    incident::{Incident, Moment},
};

/// What a calendar ends with.
const END: &str = "END:VCALENDAR\r\n";

/// Writes those incidents, and the due days of their open actions, as an iCalendar file.
pub fn write_incidents_ics(out: &mut dyn Write, settings: &Settings, archive: &Archive, entries: &[usize]) -> io::Result<()> {
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("PRODID", "-//hindsite//postmortems//EN")).name(&settings.title);
    // The events go in before the last line, one by one.
    let frame = calendar.to_string();
    let out = &mut BufWriter::new(out);
    out.write_all(frame.strip_suffix(END).unwrap_or(&frame).as_bytes())?;
    let stamp = DateTime::from_naive_utc_and_offset(archive.as_of.and_time(NaiveTime::MIN), Utc);
    let base = settings.site_url.contains("://").then(|| settings.site_url.trim_end_matches('/'));
    let host = base.and_then(|base| base.split('/').nth(2)).unwrap_or("hindsite.invalid");
    for &index in entries {
        let entry = &archive.entries[index];
        let url = base.map(|base| format!("{base}/{}", encode(&archive.incident_page(index))));
        let finish = |mut event: Event, url: &Option<String>| {
            event.timestamp(stamp).add_property("TRANSP", "TRANSPARENT");
            if let Some(url) = url {
                event.url(url);
            }
            event.done()
        };
        if let Some((starts, ends)) = times(entry) {
            let mut event = Event::new();
            event.uid(&format!("incident-{}@{host}", entry.id)).summary(&entry.display_title).starts(starts);
            if let Some(ends) = ends {
                event.ends(ends);
            }
            if let Some(summary) = &entry.summary {
                event.description(&summary.value);
            }
            write_event(out, &finish(event, &url))?;
        }
        for (number, action) in entry.action_items.iter().enumerate().filter(|(_, action)| action_group(action, archive.as_of).is_open()) {
            let Some(due) = action_due_day(action) else { continue };
            let owner = action.owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
            let mut event = Event::new();
            event
                .uid(&format!("action-{}-{}@{host}", entry.id, number + 1))
                .summary(&format!("Due: {}{owner}", action.text))
                .description(&entry.display_title)
                .starts(due);
            if let Some(next) = due.checked_add_days(Days::new(1)) {
                event.ends(next);
            }
            write_event(out, &finish(event, &url))?;
        }
    }
    out.write_all(END.as_bytes())?;
    out.flush()
}

fn write_event(out: &mut impl Write, event: &Event) -> io::Result<()> {
    let text = event.try_into_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// Returns when an event begins and ends. An event of days ends on the day after its last.
fn times(incident: &Incident) -> Option<(DatePerhapsTime, Option<DatePerhapsTime>)> {
    let begins = &incident.occurred.as_ref()?.moment;
    let ends = incident.end.as_ref().map(|end| &end.value).filter(|end| begins.sort_key() <= end.sort_key());
    match (date_time(begins), ends.and_then(date_time)) {
        (Some(starts), ends) => Some((starts, ends)),
        (None, _) => {
            let first = begins.day()?;
            let last = ends.and_then(Moment::day).unwrap_or(first).max(first);
            let after: Option<NaiveDate> = last.checked_add_days(Days::new(1));
            Some((first.into(), after.map(Into::into)))
        }
    }
}

fn date_time(moment: &Moment) -> Option<DatePerhapsTime> {
    let local = moment.date_time()?;
    Some(DatePerhapsTime::DateTime(match moment.offset_minutes {
        Some(offset) => {
            let utc = local.checked_sub_signed(TimeDelta::minutes(offset.into()))?;
            CalendarDateTime::Utc(DateTime::from_naive_utc_and_offset(utc, Utc))
        }
        None => CalendarDateTime::Floating(local),
    }))
}

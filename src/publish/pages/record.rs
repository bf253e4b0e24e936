//! What was read from an incident's document, as the site's page shows it: the facts, the timeline, the actions, what came before.
//!
//! Nothing depends on the day: an action is open or done, never overdue.

use chrono::NaiveDate;

use super::{
    Outline,
    blocks::{Line, duration, heading, joined, link, list, paragraph, strong, table, text},
    lists::{cause_links, incident_link, moment_text, severity},
};
use crate::{
    archive::Entry,
    document::Block,
    incident::{ActionItem, ActionStatus, Moment, Origin, Provenance, Stated, TimelineRow},
    render::capitalise,
};

/// How many of those that came before are listed.
const MOST_BEFORE: usize = 5;

/// Returns the table of what is stated.
pub(super) fn facts(outline: &Outline<'_>, entry: &Entry) -> Block {
    let mut facts = Facts { rows: Vec::new() };
    facts.add("Severity", entry.severity.as_ref().map(|stated| marked(severity(entry), &stated.provenance)));
    facts.add("Nature", entry.nature.as_ref().map(|nature| marked(vec![text(spoken(nature.value.as_str()))], &nature.provenance)));
    facts.add("Status", entry.status.as_ref().map(|status| marked(vec![text(spoken(status.value.as_str()))], &status.provenance)));
    let percent = |stated: &Stated<f64>| marked(vec![text(format!("{} % of customers or requests", stated.value))], &stated.provenance);
    facts.add("Impact", entry.impact_percent.as_ref().map(percent));
    match (&entry.start, &entry.occurred) {
        (None, Some(occurred)) => facts.add("When", Some(vec![text(moment_text(&occurred.moment))])),
        (start, _) => facts.moment("Began", start, None),
    }
    facts.moment("Detected", &entry.detected, entry.minutes_to_detect());
    let source = |stated: &Stated<crate::incident::DetectionSource>| marked(vec![text(spoken(stated.value.as_str()))], &stated.provenance);
    facts.add("Detected by", entry.detection_source.as_ref().map(source));
    facts.moment("Acknowledged", &entry.acknowledged, entry.minutes_to_acknowledge());
    facts.moment("Mitigated", &entry.mitigated, entry.minutes_to_mitigate());
    facts.moment("Ended", &entry.end, None);
    facts.add("Duration", length(entry));
    let causes = cause_links(outline, entry);
    facts.add("Root causes", entry.causes.first().map(|stated| marked(causes, &stated.provenance)));
    facts.texts("Components", &entry.components);
    facts.texts("Services", &entry.services);
    facts.texts("Tags", &entry.tags);
    facts.texts("People", &entry.people);
    table(&["Fact", "Value"], facts.rows)
}

/// The rows of the table of facts.
struct Facts {
    rows: Vec<Vec<Line>>,
}

impl Facts {
    fn add(&mut self, name: &str, line: Option<Line>) {
        if let Some(line) = line.filter(|line| !line.is_empty()) {
            self.rows.push(vec![vec![strong(name)], line]);
        }
    }

    fn moment(&mut self, name: &str, stated: &Option<Stated<Moment>>, after: Option<f64>) {
        let Some(stated) = stated else { return };
        let mut line = vec![text(moment_text(&stated.value))];
        line.extend(after.filter(|minutes| *minutes >= 0.0).map(|minutes| text(format!(", after {}", duration(minutes)))));
        self.add(name, Some(marked(line, &stated.provenance)));
    }

    fn texts(&mut self, name: &str, values: &[Stated<String>]) {
        let values = values.iter().map(|value| marked(vec![text(value.value.clone())], &value.provenance));
        self.add(name, Some(joined(values.collect(), ", ")));
    }
}

/// Marks a value that was read from the text; one that the front matter declares has no mark.
fn marked(mut line: Line, provenance: &Provenance) -> Line {
    if provenance.from != Origin::FrontMatter && !line.is_empty() {
        line.push(text(" (inferred)"));
    }
    line
}

/// Returns the duration; what the document states beside it is shown where it differs.
fn length(entry: &Entry) -> Option<Line> {
    let computed = entry.duration_minutes.as_ref()?;
    let mut words = duration(computed.value);
    if let Some(stated) = entry.duration_stated_minutes.as_ref().filter(|stated| (stated.value - computed.value).abs() >= 1.0) {
        words = format!("{words}; the document says {}", duration(stated.value));
    }
    Some(vec![text(words)])
}

/// Returns a value of a closed list as it is read: `near miss`.
fn spoken(value: &str) -> String {
    capitalise(&value.replace('-', " "))
}

/// Returns the timeline: how to read it, and a row for each event.
pub(super) fn timeline(entry: &Entry) -> Vec<Block> {
    if entry.timeline.is_empty() {
        return Vec::new();
    }
    let mut day = None;
    let rows = entry.timeline.iter().map(|row| {
        let mut time = row.at.as_ref().map(|moment| time_text(moment, &mut day)).unwrap_or_default();
        if let Some(until) = &row.until {
            time = format!("{time} to {}", time_text(until, &mut day));
        }
        let elapsed = row.elapsed_minutes.filter(|_| row.at.as_ref().is_some_and(|moment| moment.time().is_some())).map(elapsed_text);
        let kind = spoken(row.kind.as_str());
        vec![vec![text(time)], vec![text(elapsed.unwrap_or_default())], vec![text(kind)], vec![text(row.text.clone())]]
    });
    let table = table(&["Time", "#From the start", "Kind", "What happened"], rows.collect());
    vec![paragraph(vec![text(zones(entry, &entry.timeline))]), table]
}

/// Returns a moment without its zone, and without its day where that is the one of the row above.
fn time_text(moment: &Moment, day: &mut Option<NaiveDate>) -> String {
    let own = moment.day();
    let local = moment.local.to_string().trim_start_matches('T').replace('T', " ");
    let is_known = own.is_some() && own == *day && moment.time().is_some();
    *day = own.or(*day);
    let time = if is_known { local.split_once(' ').map_or(local.as_str(), |(_, time)| time) } else { local.as_str() };
    if moment.approximate { format!("about {time}") } else { time.to_owned() }
}

#[expect(clippy::cast_precision_loss, reason = "no incident lasts so many minutes")]
fn elapsed_text(minutes: i64) -> String {
    let sign = if minutes < 0 { '\u{2212}' } else { '+' };
    format!("{sign}{}", duration(minutes.unsigned_abs() as f64))
}

/// Says in which zone the times are, and from where they are counted.
fn zones(entry: &Entry, rows: &[TimelineRow]) -> String {
    let timed = rows.iter().filter_map(|row| row.at.as_ref()).filter(|moment| moment.time().is_some());
    let mut zones: Vec<String> = timed.map(|moment| moment.zone.clone().or_else(|| moment.offset()).unwrap_or_default()).collect();
    zones.sort_unstable();
    zones.dedup();
    let zone = match zones.as_slice() {
        [] => return "The document states no times for these rows.".to_owned(),
        [zone] if zone.is_empty() => "The document states no time zone.".to_owned(),
        [zone] => format!("Times are {zone}."),
        _ => "Times are in more than one time zone, as written.".to_owned(),
    };
    let is_from_start = entry.start.as_ref().is_some_and(|start| start.value.time().is_some());
    match rows.iter().any(|row| row.elapsed_minutes.is_some()) {
        true if is_from_start => format!("{zone} + counts from the start of impact."),
        true => format!("{zone} + counts from the first row."),
        false => zone,
    }
}

/// Returns the table of actions.
pub(super) fn actions(entry: &Entry) -> Vec<Block> {
    if entry.action_items.is_empty() {
        return Vec::new();
    }
    let rows = entry.action_items.iter().map(|action| {
        let mut what = vec![text(action.text.clone())];
        if let Some(address) = action.link.as_ref().filter(|link| link.starts_with("https://") || link.starts_with("http://")) {
            what.extend([text(" ("), link(address, "ticket"), text(")")]);
        }
        let due = action.due.as_ref().map(moment_text).unwrap_or_default();
        vec![what, vec![text(action.owner.clone().unwrap_or_default())], vec![text(due)], vec![text(state(action))]]
    });
    vec![table(&["Action", "Owner", "Due", "State"], rows.collect())]
}

fn state(action: &ActionItem) -> String {
    let state = match action.status {
        ActionStatus::Unknown => "Not stated".to_owned(),
        status => spoken(status.as_str()),
    };
    match &action.status_text {
        Some(words) if !words.trim().eq_ignore_ascii_case(&state) => format!("{state}: {words}"),
        _ => state,
    }
}

/// Returns the incidents that came before as the same, and that are listed as such.
pub(super) fn shown_before(outline: &Outline<'_>, at: usize) -> Vec<usize> {
    let earlier = outline.site().archive().recurrence_of(at).map_or_else(Vec::new, |recurrence| recurrence.earlier);
    earlier.into_iter().filter(|at| outline.included.contains(at)).take(MOST_BEFORE).collect()
}

/// Says that it happened before, and lists when.
pub(super) fn before(outline: &Outline<'_>, at: usize) -> Vec<Block> {
    let shown = shown_before(outline, at);
    let archive = outline.site().archive();
    let Some(recurrence) = archive.recurrence_of(at).filter(|_| !shown.is_empty()) else { return Vec::new() };
    let mut blocks = vec![heading(2, "Seen before", "hs-before")];
    // The sentence counts all of them: it stands only where all of them may be seen.
    let is_whole = recurrence.earlier.iter().all(|at| outline.included.contains(at));
    if let Some(sentence) = recurrence.sentence().filter(|_| is_whole) {
        blocks.push(paragraph(vec![text(format!("{}.", capitalise(&sentence)))]));
    }
    let lines = shown.iter().map(|at| {
        let entry = &archive.entries[*at];
        let mut line: Line = entry.day().map(|day| text(format!("{day} "))).into_iter().collect();
        line.extend(incident_link(outline, *at));
        line.extend(entry.duration_minutes.as_ref().map(|minutes| text(format!(", {}", duration(minutes.value)))));
        line
    });
    blocks.push(list(lines.collect()));
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Local;

    #[test]
    fn a_day_is_said_once_and_where_it_changes() {
        let mut day = None;
        let mut say = |text: &str| time_text(&Moment::local(Local::parse(text).expect("a moment")), &mut day);
        let said: Vec<String> = ["T09:10", "2026-01-02T23:50", "2026-01-02T23:55", "2026-01-03T00:10", "2026-01-03"].map(&mut say).into();
        assert_eq!(said, ["09:10", "2026-01-02 23:50", "23:55", "2026-01-03 00:10", "2026-01-03"]);
    }

    #[test]
    fn time_is_counted_from_the_start_in_both_directions() {
        assert_eq!([0, 75, -10].map(elapsed_text), ["+0\u{a0}min", "+1\u{a0}h\u{a0}15\u{a0}min", "\u{2212}10\u{a0}min"]);
    }
}

//! Which values of a record are proposed as front matter, and in which forms.

use crate::{
    document::Document,
    extract::front_matter::{Declared, Field, read_declared},
    incident::{Incident, Moment, Origin, Stated},
};

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    /// Text, in quotes where the notation wants them.
    Text(String),
    /// A moment: text that YAML takes without quotes.
    Moment(String),
    /// A number.
    Number(String),
    /// A list of names.
    Names(Vec<String>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) key: &'static str,
    pub(super) value: Data,
}

/// A value that could be declared.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The field, as in the record.
    pub(super) name: &'static str,
    /// Its place among the keys that are written.
    pub(super) rank: usize,
    /// True for a moment.
    pub(super) is_moment: bool,
    /// The forms in which it can be written, the preferred one first.
    pub(super) forms: Vec<Vec<Line>>,
}

impl Candidate {
    fn new(name: &'static str, value: Data) -> Self {
        Self { name, rank: 0, is_moment: false, forms: vec![vec![Line { key: name, value }]] }
    }
}

/// Returns what `incident` holds that its document does not declare. The zone comes first, since moments rest on it.
pub(super) fn candidates(document: &Document, incident: &Incident) -> Vec<Candidate> {
    let declared = read_declared(document, &mut Vec::new());
    let mut found = Vec::new();
    if let Some(title) = inferred(&incident.title) {
        found.push((Field::Title, Candidate::new("title", Data::Text(title.value.clone()))));
    }
    let zone = common_zone(incident);
    let moments = [
        (Field::Started, "start", &incident.start),
        (Field::Ended, "end", &incident.end),
        (Field::Detected, "detected", &incident.detected),
        (Field::Acknowledged, "acknowledged", &incident.acknowledged),
        (Field::Mitigated, "mitigated", &incident.mitigated),
    ];
    for (field, name, value) in moments {
        if let Some(stated) = inferred(value) {
            found.push((field, moment(name, stated, zone)));
        }
    }
    let has_moment = found.iter().any(|(field, candidate)| candidate.is_moment && !declared.has_key(*field));
    if let (Some(zone), true) = (zone, has_moment) {
        found.push((Field::Zone, Candidate::new(super::ZONE, Data::Moment(zone.to_owned()))));
    }
    found.extend(duration(incident).map(|candidate| (Field::Duration, candidate)));
    if let Some(severity) = inferred(&incident.severity) {
        found.push((Field::Severity, Candidate::new("severity", Data::Text(severity.value.to_string()))));
    }
    if let Some(status) = inferred(&incident.status) {
        found.push((Field::Status, Candidate::new("status", Data::Text(status.value.to_string()))));
    }
    if let Some(percent) = inferred(&incident.impact_percent) {
        found.push((Field::ImpactPercent, Candidate::new("impact_percent", Data::Number(percent.value.to_string()))));
    }
    found.extend(names("services", &incident.services).map(|candidate| (Field::Services, candidate)));
    found.extend(names("components", &incident.components).map(|candidate| (Field::Components, candidate)));
    found.extend(causes(&declared, incident).map(|candidate| (Field::Causes, candidate)));
    found.extend(names("people", &incident.people).map(|candidate| (Field::Authors, candidate)));
    let mut candidates = Vec::new();
    for (rank, (field, candidate)) in found.into_iter().enumerate() {
        if !declared.has_key(field) {
            candidates.push(Candidate { rank, ..candidate });
        }
    }
    candidates.sort_by_key(|candidate| (candidate.name != super::ZONE, candidate.rank));
    candidates
}

fn inferred<T>(value: &Option<Stated<T>>) -> Option<&Stated<T>> {
    value.as_ref().filter(|stated| stated.provenance.from != Origin::FrontMatter)
}

/// Returns the zone that all moments of the record share.
fn common_zone(incident: &Incident) -> Option<&str> {
    let moments = [&incident.start, &incident.end, &incident.detected, &incident.acknowledged, &incident.mitigated];
    let mut zones = moments.into_iter().flatten().map(|stated| stated.value.zone.as_deref());
    let first = zones.next()??;
    zones.all(|zone| zone == Some(first)).then_some(first)
}

fn moment(name: &'static str, stated: &Stated<Moment>, common: Option<&str>) -> Candidate {
    let value = &stated.value;
    let about = if value.approximate { "~" } else { "" };
    let local = format!("{about}{}", value.local);
    let mut texts = vec![local.clone()];
    if let Some(zone) = &value.zone {
        texts.push(format!("{local} {zone}"));
        // Without a key for all, each moment says its own.
        if common.is_none() {
            texts.swap(0, 1);
        }
    }
    let forms = texts.into_iter().map(|text| vec![Line { key: name, value: Data::Moment(text) }]).collect();
    Candidate { name, rank: 0, is_moment: true, forms }
}

/// Returns the duration, where start and end do not give it.
fn duration(incident: &Incident) -> Option<Candidate> {
    let from_pair = match (&incident.start, &incident.end) {
        (Some(start), Some(end)) => start.value.minutes_until(&end.value).is_some_and(|minutes| minutes >= 0.0),
        _ => false,
    };
    let stated = inferred(&incident.duration_minutes).filter(|_| !from_pair)?;
    let hours = stated.value / 60.0;
    let text = if hours.fract() == 0.0 && hours >= 2.0 { format!("{hours} h") } else { format!("{} min", stated.value) };
    Some(Candidate::new("duration", Data::Text(text)))
}

fn are_inferred(values: &[Stated<String>]) -> bool {
    !values.is_empty() && values.iter().all(|stated| stated.provenance.from != Origin::FrontMatter)
}

fn names(name: &'static str, values: &[Stated<String>]) -> Option<Candidate> {
    let names = values.iter().map(|stated| stated.value.clone()).collect();
    are_inferred(values).then(|| Candidate::new(name, Data::Names(names)))
}

/// Returns the causes, and beside them those that only contributed, where the reader would not know it of itself.
fn causes(declared: &Declared<'_>, incident: &Incident) -> Option<Candidate> {
    let mut candidate = names("causes", &incident.causes)?;
    let all: Vec<String> = incident.causes.iter().map(|stated| stated.value.clone()).collect();
    let (contributing, direct): (Vec<String>, Vec<String>) = all.into_iter().partition(|cause| incident.contributing.contains(cause));
    if !contributing.is_empty() && !declared.has_key(Field::Contributing) {
        let contributing = Line { key: "contributing", value: Data::Names(contributing) };
        let direct = (!direct.is_empty()).then_some(Line { key: "causes", value: Data::Names(direct) });
        candidate.forms.push(direct.into_iter().chain([contributing]).collect());
    }
    Some(candidate)
}

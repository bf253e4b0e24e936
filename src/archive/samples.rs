//! Readings for tests, made without documents.

use std::sync::Arc;

use super::{Archive, collect};
use crate::{
    config::Settings,
    diag::{Diagnostic, Span},
    document::LinkUse,
    extract::Reading,
    incident::{ActionItem, ActionKind, ActionStatus, Incident, Kind, Local, Moment, Occurred, OccurredBasis, Origin, Provenance, Stated},
};

/// Returns a value that is read from the text.
pub(crate) fn stated<T>(value: T) -> Stated<T> {
    let provenance = Provenance { from: Origin::Inferred, span: None, line: Some(1), quote: String::new(), rule: "sample" };
    Stated::new(value, provenance)
}

pub(crate) fn moment(text: &str) -> Moment {
    Moment::local(Local::parse(text).expect("a moment"))
}

/// Returns an incident: `key=value` words separated by `; `, lists by `, `. Keys: on (start), for (minutes), causes, components,
/// services, why (root cause), link, related, id, alias.
pub(crate) fn incident(file: &str, words: &str) -> Reading {
    let mut one = Incident::empty(file.into(), Kind::Incident, Span::new(0, 1000));
    one.display_title = file.to_owned();
    let mut links = Vec::new();
    for (key, value) in words.split("; ").filter_map(|word| word.split_once('=')) {
        let list = || value.split(", ").map(|one| stated(one.to_owned())).collect::<Vec<_>>();
        match key {
            "on" => {
                one.start = Some(stated(moment(value)));
                one.occurred = Some(Occurred { moment: moment(value), basis: OccurredBasis::Start });
            }
            "for" => one.duration_minutes = Some(stated(value.parse().expect("minutes"))),
            "causes" => one.causes = list(),
            "components" => one.components = list(),
            "services" => one.services = list(),
            "severity" => one.severity = Some(stated(crate::incident::Severity::parse(value).expect("a severity"))),
            "why" => one.root_cause_text = Some(stated(value.to_owned())),
            "id" => one.declared_id = Some(stated(value.to_owned())),
            "alias" => one.aliases.push(value.to_owned()),
            "related" => one.related_stated.push(value.to_owned()),
            "link" => links.push(link(value)),
            _ => panic!("unknown key {key}"),
        }
    }
    Reading { links, incidents: vec![one], ..document(file, Kind::Incident) }
}

pub(crate) fn link(url: &str) -> LinkUse {
    LinkUse { url: url.to_owned(), span: Span::new(10, 20), image: false, text: "see".to_owned() }
}

/// Returns a document without an incident.
pub(crate) fn document(file: &str, kind: Kind) -> Reading {
    Reading {
        file: file.into(),
        kind,
        title: None,
        display_title: file.to_owned(),
        summary: None,
        incidents: Vec::new(),
        sections: Vec::new(),
        links: Vec::new(),
        anchors: vec!["root-cause".to_owned()],
    }
}

pub(crate) fn action(text: &str, owner: Option<&str>, due: Option<&str>, status: ActionStatus) -> ActionItem {
    ActionItem {
        text: text.to_owned(),
        owner: owner.map(str::to_owned),
        due: due.map(moment),
        status,
        status_text: None,
        kind: ActionKind::Other,
        link: None,
        span: Span::default(),
        line: 1,
    }
}

pub(crate) fn settings() -> Settings {
    Settings { as_of: "2026-11-20".parse().expect("a day"), ..Settings::default() }
}

/// Collects readings, which are what the archive is about and nothing else.
pub(crate) fn archive(readings: Vec<Reading>) -> Archive {
    collected(readings).0
}

pub(crate) fn collected(readings: Vec<Reading>) -> (Archive, Vec<Diagnostic>) {
    let collected = collect(&settings(), readings.into_iter().map(Arc::new).collect());
    (collected.value, collected.diagnostics)
}

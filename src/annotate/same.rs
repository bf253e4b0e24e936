//! What a reading says, without where it says it: two readings whose essences are equal differ in provenance and places only.

use crate::{
    diag::Span,
    extract::Reading,
    incident::{Incident, Kind, Origin, Provenance, Section, Stated},
};

/// A reading without lines, spans and provenance.
#[derive(Debug, PartialEq)]
pub(super) struct Essence {
    kind: Kind,
    title: Option<String>,
    display_title: String,
    summary: Option<String>,
    incidents: Vec<Incident>,
    sections: Vec<Section>,
    anchors: Vec<String>,
}

impl Essence {
    pub(super) fn of(reading: &Reading) -> Self {
        Self {
            kind: reading.kind,
            title: reading.title.clone(),
            display_title: reading.display_title.clone(),
            summary: reading.summary.clone(),
            incidents: reading.incidents.iter().map(without_places).collect(),
            sections: reading.sections.iter().map(section_without_place).collect(),
            anchors: reading.anchors.clone(),
        }
    }
}

fn section_without_place(section: &Section) -> Section {
    Section { span: Span::default(), ..section.clone() }
}

fn without_places(incident: &Incident) -> Incident {
    let mut incident = incident.clone();
    incident.span = Span::default();
    forget(&mut incident.declared_id);
    forget(&mut incident.title);
    forget(&mut incident.summary);
    for moment in [&mut incident.start, &mut incident.end, &mut incident.detected, &mut incident.acknowledged, &mut incident.mitigated] {
        forget(moment);
    }
    forget(&mut incident.published);
    for number in [
        &mut incident.duration_minutes,
        &mut incident.duration_stated_minutes,
        &mut incident.minutes_to_detect_stated,
        &mut incident.impact_percent,
    ] {
        forget(number);
    }
    forget(&mut incident.severity);
    forget(&mut incident.status);
    forget(&mut incident.nature);
    forget(&mut incident.detection_source);
    forget(&mut incident.root_cause_text);
    forget(&mut incident.audience);
    for list in [&mut incident.causes, &mut incident.components, &mut incident.services, &mut incident.tags, &mut incident.people] {
        list.iter_mut().for_each(|stated| stated.provenance = nowhere());
    }
    for row in &mut incident.timeline {
        (row.span, row.line) = (Span::default(), 0);
    }
    for item in &mut incident.action_items {
        (item.span, item.line) = (Span::default(), 0);
    }
    incident.sections = incident.sections.iter().map(section_without_place).collect();
    incident
}

fn forget<T>(value: &mut Option<Stated<T>>) {
    if let Some(stated) = value {
        stated.provenance = nowhere();
    }
}

fn nowhere() -> Provenance {
    Provenance { from: Origin::Inferred, span: None, line: None, quote: String::new(), rule: "" }
}

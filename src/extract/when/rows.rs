//! Moments of the incident from the rows of its timeline, by their kinds, and by the stated lengths between them.

use crate::{
    extract::outline::{Outline, quote},
    incident::{Incident, Local, Moment, Origin, Provenance, RowKind, Stated, TimelineRow},
};

fn stated(row: &TimelineRow, rule: &'static str) -> Option<Stated<Moment>> {
    let at = row.at.clone()?;
    let provenance = Provenance { from: Origin::Inferred, span: Some(row.span), line: Some(row.line), quote: quote(&row.text), rule };
    Some(Stated::new(at, provenance))
}

const RULE: &str = "timeline-row";

/// Fills start, end and detection from the rows where nothing is stated.
pub(super) fn from_rows(_outline: &Outline, incident: &mut Incident) {
    let rows = &incident.timeline;
    let of = |kind: RowKind| rows.iter().find(|row| row.kind == kind && row.at.is_some());
    if incident.start.is_none() {
        incident.start = of(RowKind::Impact).filter(|row| is_start(rows, row)).and_then(|row| stated(row, RULE));
    }
    if incident.end.is_none() {
        incident.end = end_row(rows).and_then(|row| stated(row, RULE));
    }
    if incident.detected.is_none() {
        incident.detected = detected_row(rows).and_then(|row| stated(row, RULE));
    }
}

/// An impact row is the start only where none was noticed before it.
fn is_start(rows: &[TimelineRow], row: &TimelineRow) -> bool {
    let before = rows.iter().take_while(|other| !std::ptr::eq(*other, row));
    !before.into_iter().any(|other| matches!(other.kind, RowKind::Detected | RowKind::Acknowledged | RowKind::Escalated | RowKind::Mitigated | RowKind::Resolved))
}

fn detected_row(rows: &[TimelineRow]) -> Option<&TimelineRow> {
    if let Some(row) = rows.iter().find(|row| row.kind == RowKind::Detected && row.at.is_some()) {
        return Some(row);
    }
    // A timeline that begins with someone finding something, or beginning to look, tells by it when it was noticed.
    let first = rows.iter().find(|row| !matches!(row.kind, RowKind::Change | RowKind::Note | RowKind::Impact))?;
    matches!(first.kind, RowKind::Acknowledged | RowKind::Finding).then_some(first).filter(|row| row.at.is_some())
}

/// The first row of normal service after which nothing breaks again.
fn end_row(rows: &[TimelineRow]) -> Option<&TimelineRow> {
    let broken = rows.iter().rposition(|row| matches!(row.kind, RowKind::Impact | RowKind::Escalated | RowKind::FalseLead)).map_or(0, |at| at + 1);
    rows[broken.min(rows.len())..].iter().find(|row| row.kind == RowKind::Resolved && row.at.is_some()).or_else(|| rows.iter().rfind(|row| row.kind == RowKind::Resolved && row.at.is_some()))
}

/// Finds start and end by stated lengths: two rows that lie exactly so far apart.
pub(super) fn from_lengths(_outline: &Outline, incident: &mut Incident) {
    let recovery = incident.duration_stated_minutes.as_ref().map(|stated| stated.value).filter(|minutes| *minutes >= 1.0);
    let detection = incident.minutes_to_detect_stated.as_ref().map(|stated| stated.value);
    let by_rows = |stated: &Option<Stated<Moment>>| stated.as_ref().is_none_or(|stated| stated.provenance.rule == RULE);
    if !by_rows(&incident.start) || !by_rows(&incident.end) {
        return;
    }
    let rows: Vec<&TimelineRow> = incident.timeline.iter().filter(|row| row.at.as_ref().is_some_and(|at| matches!(at.local, Local::DayTime(..) | Local::Time(_)))).collect();
    let apart = |a: &TimelineRow, b: &TimelineRow| a.at.as_ref().zip(b.at.as_ref()).and_then(|(a, b)| a.minutes_until(b));
    let exactly = |a: &TimelineRow, b: &TimelineRow, minutes: f64| apart(a, b).is_some_and(|between| (between - minutes).abs() < 0.5);
    // The pair of rows that the stated recovery time spans; the end is a row of repair or of normal service.
    let mut pair: Option<(&TimelineRow, &TimelineRow, u32)> = None;
    if let Some(minutes) = recovery {
        for (at, from) in rows.iter().enumerate() {
            if !matches!(from.kind, RowKind::Change | RowKind::Impact | RowKind::Detected | RowKind::Finding | RowKind::Note) {
                continue;
            }
            for to in rows[at + 1..].iter().filter(|to| exactly(from, to, minutes)) {
                let mut weight = match to.kind {
                    RowKind::Resolved => 6,
                    RowKind::Mitigated => 5,
                    RowKind::Action => 3,
                    RowKind::Update | RowKind::Detected => 2,
                    _ => 1,
                };
                weight += if at == 0 || matches!(from.kind, RowKind::Change | RowKind::Impact) { 2 } else { 0 };
                if detection.is_some_and(|detection| rows.iter().any(|row| exactly(from, row, detection))) {
                    weight += 3;
                }
                if pair.is_none_or(|(_, _, best)| weight > best) {
                    pair = Some((from, to, weight));
                }
            }
        }
    }
    if let Some((from, to, _)) = pair.filter(|(_, _, weight)| *weight >= 5) {
        let (from, to) = (stated(from, "row-and-length"), stated(to, "row-and-length"));
        incident.start = from;
        incident.end = to;
        return;
    }
    // A row from which the stated time to detect leads to the detection.
    if let (Some(minutes), Some(detected)) = (detection, &incident.detected)
        && incident.start.is_none()
    {
        let start = rows.iter().find(|row| row.at.as_ref().and_then(|at| at.minutes_until(&detected.value)).is_some_and(|between| (between - minutes).abs() < 0.5));
        incident.start = start.and_then(|row| stated(row, "row-and-length"));
    }
}

/// Settles the kinds that depend on the end: normal service before it is a mitigation, a deed at it is the resolution.
pub(super) fn settle_kinds(incident: &mut Incident) {
    let Some(end) = incident.end.clone() else { return };
    let stated = end.provenance.rule != RULE && end.provenance.rule != "row-and-length";
    let has_resolution_at_end = incident.timeline.iter().any(|row| row.kind == RowKind::Resolved && row.at.as_ref() == Some(&end.value));
    for row in &mut incident.timeline {
        let Some(minutes) = row.at.as_ref().and_then(|at| at.minutes_until(&end.value)) else { continue };
        if row.kind == RowKind::Resolved && minutes > 0.5 {
            row.kind = RowKind::Mitigated;
        } else if stated && minutes.abs() < 0.5 && !has_resolution_at_end && matches!(row.kind, RowKind::Action | RowKind::Finding | RowKind::Mitigated | RowKind::Note) {
            row.kind = RowKind::Resolved;
        }
    }
}

/// Fills acknowledgement and mitigation from the rows, once their kinds are settled.
pub(super) fn late_moments(_outline: &Outline, incident: &mut Incident) {
    let rows = &incident.timeline;
    if incident.acknowledged.is_none() {
        incident.acknowledged = rows.iter().find(|row| row.kind == RowKind::Acknowledged && row.at.is_some()).and_then(|row| stated(row, RULE));
    }
    if incident.mitigated.is_none() {
        // A relief after which it broke again did not last.
        let broken = rows.iter().rposition(|row| row.kind == RowKind::Impact).map_or(0, |at| at + 1);
        incident.mitigated = rows[broken..].iter().find(|row| row.kind == RowKind::Mitigated && row.at.is_some()).and_then(|row| stated(row, RULE));
    }
}

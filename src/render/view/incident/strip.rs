//! The phases of an incident to scale, with the key events of its timeline above them.

use serde::Serialize;

use crate::{
    archive::Entry,
    incident::{Moment, RowKind},
    render::{
        chart,
        phases::Phases,
        view::{
            Scene,
            lists::{segment_name, strip_label},
            timeline::{icon, minute_of},
        },
        words::NBSP,
    },
};

#[derive(Debug, Serialize)]
pub(super) struct PhasesView {
    chart_svg: String,
    parts: Vec<PhaseView>,
}

#[derive(Debug, Serialize)]
struct PhaseView {
    name: String,
    /// 1 to 4; 0 for a part that holds more than one phase.
    number: u8,
    length: String,
    span: String,
}

pub(super) fn phases_view(scene: &Scene<'_>, entry: &Entry, phases: &Phases<'_>) -> PhasesView {
    let words = scene.words();
    let events: Vec<(f64, RowKind)> = entry
        .timeline
        .iter()
        .filter(|row| matches!(row.kind, RowKind::Escalated | RowKind::FalseLead | RowKind::Finding | RowKind::Action))
        .filter_map(|row| Some((minute_of(phases.base, row)?, row.kind)))
        .filter(|(minute, _)| (0.0..=phases.total).contains(minute))
        .collect();
    let icons: Vec<(f64, &str)> = events.iter().map(|(minute, kind)| (*minute, icon(*kind))).collect();
    let described: Vec<String> = events
        .iter()
        .map(|(minute, kind)| format!("{} {}", words.get(&format!("row_{}", kind.as_str().replace('-', "_"))), elapsed(scene, *minute)))
        .collect();
    let mut description = strip_label(scene, phases);
    if !described.is_empty() {
        description = words.fill("strip_events", &[("phases", &description), ("events", &described.join(", "))]);
    }
    let is_short = phases.total < 120.0;
    let tick = |minute: f64, is_first: bool| {
        let text = elapsed(scene, minute);
        if is_short && !is_first { text.split(NBSP).next().unwrap_or_default().to_owned() } else { text }
    };
    let parts = phases.segments.iter().map(|segment| PhaseView {
        name: segment_name(scene, segment.first, segment.last),
        number: segment.phase().unwrap_or(0),
        length: words.minutes(segment.minutes()),
        span: {
            let from = moment_short(scene, segment.begin, phases);
            match segment.end {
                Some(end) => words.fill("from_to", &[("from", &from), ("to", &moment_short(scene, end, phases))]),
                None => words.fill("from_on", &[("from", &from)]),
            }
        },
    });
    PhasesView { parts: parts.collect(), chart_svg: chart::large_strip(phases, &icons, &words.get("phases_title"), &description, &tick) }
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from float to integer saturates")]
fn elapsed(scene: &Scene<'_>, minute: f64) -> String {
    scene.words().elapsed(minute.round() as i64)
}

/// Returns a moment's time, with its day where the incident spans more than one.
fn moment_short(scene: &Scene<'_>, moment: &Moment, phases: &Phases<'_>) -> String {
    let words = scene.words();
    let time = words.clock(moment).unwrap_or_default();
    match moment.day().filter(|day| Some(*day) != phases.base.day()) {
        Some(day) => format!("{} {time}", words.day_after(phases.base.day(), day)),
        None => time,
    }
}

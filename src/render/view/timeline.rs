//! The timeline of an incident: rows, the gaps between them to scale, and the phase that each gap belongs to.

use serde::Serialize;

use super::Scene;
use crate::{
    archive::Entry,
    incident::{Moment, RowKind, TimelineRow},
    render::{
        chart,
        phases::Phases,
        words::{NBSP, datetime},
    },
};

/// Above this many minutes a gap is broken off, where a minute is four pixels.
const LONGEST_TO_SCALE: f64 = 24.0;

/// A row of the timeline.
#[derive(Debug, Serialize)]
pub(crate) struct EventView {
    /// The anchor that people share.
    anchor: String,
    time: Option<String>,
    iso: Option<String>,
    /// The end of a range, as shown.
    until: Option<String>,
    /// A date, where it is another than that of the row above.
    date: Option<String>,
    elapsed: Option<String>,
    /// Name of the icon.
    icon: &'static str,
    kind: String,
    text: String,
    /// Classes: phase of the gap after it, weight.
    classes: String,
    gap_svg: Option<String>,
    gap: String,
}

/// The timeline as shown.
#[derive(Debug, Serialize)]
pub(crate) struct TimelineView {
    note: String,
    /// True where no row has a moment: then rows are numbered.
    is_untimed: bool,
    events: Vec<EventView>,
}

/// Returns the icon of a kind.
pub(crate) fn icon(kind: RowKind) -> &'static str {
    match kind {
        RowKind::Change | RowKind::Action => "change",
        RowKind::Impact => "impact",
        RowKind::Detected => "detect",
        RowKind::Acknowledged => "ack",
        RowKind::Escalated => "esc",
        RowKind::FalseLead => "false",
        RowKind::Finding => "find",
        RowKind::Mitigated => "mit",
        RowKind::Resolved => "ok",
        RowKind::Update => "msg",
        RowKind::Note => "note",
    }
}

/// Returns minutes from `base`, where both are known to the minute.
pub(crate) fn minute_of(base: &Moment, row: &TimelineRow) -> Option<f64> {
    base.minutes_until(row.at.as_ref()?)
}

/// Returns the timeline; `None` where the document has none.
pub(crate) fn timeline(scene: &Scene<'_>, entry: &Entry, phases: Option<&Phases<'_>>) -> Option<TimelineView> {
    let rows = &entry.timeline;
    if rows.is_empty() {
        return None;
    }
    let gaps: Vec<Option<f64>> = rows.windows(2).map(|pair| pair[0].at.as_ref()?.minutes_until(pair[1].at.as_ref()?)).collect();
    let scale = scale(&gaps);
    let mut anchors = entry.timeline_anchors().into_iter();
    let mut day = None;
    let mut events = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let mut event = event(scene, row, &mut day, anchors.next().unwrap_or_default());
        let minute = phases.and_then(|phases| minute_of(phases.base, row));
        if let Some(phase) = phases.zip(minute).and_then(|(phases, minute)| phases.phase_at(minute)) {
            event.classes.push_str(&format!(" d{phase}"));
        }
        if let Some(gap) = gaps.get(at) {
            set_gap(scene, &mut event, *gap, scale);
        }
        events.push(event);
    }
    let is_counted = events.iter().filter(|event| event.elapsed.is_some()).count() > 1;
    if !is_counted {
        events.iter_mut().for_each(|event| event.elapsed = None);
    }
    Some(TimelineView { note: note(scene, entry, rows, scale, is_counted), is_untimed: rows.iter().all(|row| row.at.is_none()), events })
}

/// Returns how many pixels a minute is: one where most gaps are long.
fn scale(gaps: &[Option<f64>]) -> f64 {
    let mut known: Vec<f64> = gaps.iter().flatten().copied().filter(|gap| *gap >= 0.0).collect();
    known.sort_by(f64::total_cmp);
    if known.get(known.len() / 2).is_some_and(|median| *median > LONGEST_TO_SCALE) { 1.0 } else { 4.0 }
}

fn event(scene: &Scene<'_>, row: &TimelineRow, day: &mut Option<chrono::NaiveDate>, anchor: String) -> EventView {
    let words = scene.words();
    let own_day = row.at.as_ref().and_then(Moment::day);
    // The first row's day is said once; after that only a change of day, and the year only where that changes too.
    let is_new = own_day.is_some() && own_day != *day;
    let date = own_day.filter(|_| is_new).map(|own| words.day_after(*day, own));
    *day = own_day.or(*day);
    let date =
        date.or_else(|| row.at.as_ref().filter(|moment| moment.time().is_none() && own_day.is_none()).and_then(|m| words.moment_day(m)));
    let mut classes = "ev".to_owned();
    match row.kind {
        RowKind::Impact | RowKind::Detected | RowKind::Acknowledged | RowKind::Mitigated | RowKind::Resolved => classes.push_str(" big"),
        RowKind::FalseLead => classes.push_str(" false"),
        RowKind::Note => classes.push_str(" minor"),
        _ => {}
    }
    // "about 10:45" is wider than the column, so its words may stand on two lines.
    let time = row.at.as_ref().and_then(|moment| words.clock(moment)).map(|time| time.replace(NBSP, " "));
    EventView {
        anchor,
        iso: row.at.as_ref().and_then(datetime),
        until: row.until.as_ref().and_then(|moment| words.clock(moment)),
        elapsed: row.elapsed_minutes.filter(|_| time.is_some()).map(|minutes| words.elapsed(minutes)),
        time,
        date,
        icon: icon(row.kind),
        kind: words.get(&format!("row_{}", row.kind.as_str().replace('-', "_"))),
        text: row.text.clone(),
        classes,
        gap_svg: None,
        gap: String::new(),
    }
}

fn set_gap(scene: &Scene<'_>, event: &mut EventView, gap: Option<f64>, scale: f64) {
    let Some(minutes) = gap.filter(|minutes| *minutes >= 0.0) else { return };
    let words = scene.words();
    let is_broken = minutes * scale > LONGEST_TO_SCALE * 4.0;
    event.gap_svg = Some(chart::gap(minutes, scale, is_broken));
    if minutes > 0.0 {
        let length = words.minutes(minutes);
        event.gap = if is_broken { words.fill("not_to_scale", &[("length", &length)]) } else { length };
    }
}

/// Says in which zone the times are, from where they are counted, and what the bars mean.
fn note(scene: &Scene<'_>, entry: &Entry, rows: &[TimelineRow], scale: f64, is_counted: bool) -> String {
    let words = scene.words();
    let mut zones: Vec<String> = rows
        .iter()
        .filter_map(|row| row.at.as_ref())
        .filter(|moment| moment.time().is_some())
        .map(|moment| moment.zone.clone().or_else(|| moment.offset()).unwrap_or_default())
        .collect();
    let is_timed = !zones.is_empty();
    zones.sort_unstable();
    zones.dedup();
    let zone = match zones.as_slice() {
        [] => return words.get("timeline_untimed"),
        [zone] if zone.is_empty() => words.get("timeline_no_zone"),
        [zone] => words.fill("timeline_zone", &[("zone", zone)]),
        _ => words.get("timeline_zones"),
    };
    let from =
        if entry.start.as_ref().is_some_and(|start| start.value.time().is_some()) { "timeline_from_start" } else { "timeline_from_first" };
    let bars = if scale < 4.0 { "timeline_bars_small" } else { "timeline_bars" };
    let mut parts = vec![zone];
    if is_timed && rows.len() > 1 {
        if is_counted {
            parts.push(words.get(from));
        }
        parts.push(words.get(bars));
    }
    parts.join(" ")
}

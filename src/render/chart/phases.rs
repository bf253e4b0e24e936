//! The phase strip, small and large, and the gap between two rows of a timeline.

use super::{anchor, escape, pc};
use crate::render::phases::{Phases, Segment};

/// Between two segments, in percent of the width.
const GAP: f64 = 0.25;
/// A segment is never narrower, in percent.
const LEAST: f64 = 0.6;
/// The same in the strip of a row, with the gap beside it.
const LEAST_SMALL: f64 = 1.5;

fn fill(segment: &Segment<'_>) -> String {
    match segment.phase() {
        Some(1) => r#"fill="url(#hatch)""#.to_owned(),
        Some(phase) => format!(r#"class="p{phase}""#),
        None => r#"class="p0""#.to_owned(),
    }
}

fn segments(out: &mut String, phases: &Phases<'_>, y: u32, height: u32, gap: f64) {
    for (at, segment) in phases.segments.iter().enumerate() {
        let x = 100.0 * segment.from / phases.total;
        let is_last = at + 1 == phases.segments.len();
        let width = (100.0 * segment.minutes() / phases.total - if is_last { 0.0 } else { gap }).max(LEAST);
        let x = x.min(100.0 - width);
        out.push_str(&format!(r#"<rect {} x="{}" y="{y}" width="{}" height="{height}"/>"#, fill(segment), pc(x), pc(width)));
    }
}

/// Returns the strip of a row: the same width for every incident. It is in a page a hundred times, so it is short: each segment begins
/// at the start, under those before it, a percent is two pixels, and style gives the height and the width of the whole.
pub(crate) fn small_strip(phases: &Phases<'_>, label: &str) -> String {
    let mut out = format!(r#"<svg role=img aria-label="{}">"#, escape(label));
    let mut ends = Vec::with_capacity(phases.segments.len());
    let mut end = 0.0_f64;
    for (at, segment) in phases.segments.iter().enumerate() {
        let room = f64::from(u32::try_from(phases.segments.len() - at - 1).unwrap_or(0)) * LEAST_SMALL;
        end = (100.0 * segment.to / phases.total).min(100.0 - room).max(end + LEAST_SMALL);
        ends.push(end);
    }
    for (at, (segment, end)) in phases.segments.iter().zip(&ends).enumerate().rev() {
        let paint = match segment.phase() {
            Some(1) => "fill=url(#hatch)".to_owned(),
            phase => format!("class=p{}", phase.unwrap_or(0)),
        };
        let is_last = at + 1 == ends.len();
        let width = if is_last { String::new() } else { format!(" width={end:.0}%") };
        out.push_str(&format!("<rect {paint}{width} />"));
    }
    out.push_str("</svg>");
    out
}

/// Returns the strip of an incident's page: to scale, with the timeline's icons above and minutes below. `events` are minutes and
/// the icon's name; `tick_label` writes a tick, of which the first is 0 and the last the whole length.
pub(crate) fn large_strip(
    phases: &Phases<'_>,
    events: &[(f64, &str)],
    title: &str,
    description: &str,
    tick_label: &dyn Fn(f64, bool) -> String,
) -> String {
    let top = if events.is_empty() { 0 } else { 21 };
    let mut out = format!(
        r#"<svg class="ch" height="{}" role="img" aria-labelledby="hs-ps-t hs-ps-d"><title id="hs-ps-t">{}</title><desc id="hs-ps-d">{}</desc>"#,
        top + 47,
        escape(title),
        escape(description)
    );
    let mut last = f64::MIN;
    for (minute, icon) in events {
        let x = 100.0 * minute / phases.total;
        // Icons that would lie on each other are left out: the timeline has them all.
        if !(0.0..=100.0).contains(&x) || x - last < 2.6 {
            continue;
        }
        last = x;
        let x = pc(x);
        out.push_str(&format!(
            r##"<svg x="{x}" y="0" width="14" height="14" overflow="visible"><use href="#i-{icon}" class="pin" x="-7" width="14" height="14"/></svg><line class="ax" x1="{x}" x2="{x}" y1="15" y2="20"/>"##
        ));
    }
    segments(&mut out, phases, top, 22, GAP);
    for (minute, is_first) in ticks(phases.total) {
        let x = 100.0 * minute / phases.total;
        out.push_str(&format!(
            r#"<line class="ax" x1="{x}" x2="{x}" y1="{}" y2="{}"/><text x="{x}" y="{}" text-anchor="{}">{}</text>"#,
            top + 26,
            top + 30,
            top + 43,
            anchor(x),
            escape(&tick_label(minute, is_first)),
            x = pc(x),
        ));
    }
    out.push_str("</svg>");
    out
}

/// Returns the ticks of an axis from 0 to `total` minutes: both ends, and round steps between.
fn ticks(total: f64) -> Vec<(f64, bool)> {
    const STEPS: [f64; 17] =
        [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 240.0, 360.0, 720.0, 1440.0, 2880.0, 10_080.0, 43_200.0, 525_600.0];
    let most = if total < 120.0 { 6.0 } else { 4.0 };
    let step = STEPS.into_iter().find(|step| total / step <= most).unwrap_or(total);
    let mut out = vec![(0.0, true)];
    let mut at = step;
    while at <= total * 0.85 {
        out.push((at, false));
        at += step;
    }
    out.push((total, false));
    out
}

/// The picture of a gap in a timeline: a bar to scale with a tick a minute, or a break mark where it is too long for that.
/// `scale` is pixels a minute.
pub(crate) fn gap(minutes: f64, scale: f64, is_broken: bool) -> String {
    if is_broken {
        return concat!(
            r#"<svg height="40" viewBox="0 0 30 40"><path class="b" d="M15 0v14M15 26v14"/>"#,
            r#"<path class="zz" d="M7 17l5-4 6 5 5-4M7 26l5-4 6 5 5-4"/></svg>"#
        )
        .to_owned();
    }
    let height = (minutes * scale).max(8.0).round();
    let step = if scale >= 4.0 { 1.0 } else { 5.0 };
    let mut ticks = String::new();
    let mut number = 1;
    let mut minute = step;
    while minute * scale < height - 1.0 && minutes > 0.0 {
        ticks.push_str(&format!("M19 {}h{}", minute * scale, if number % 5 == 0 { 8 } else { 4 }));
        number += 1;
        minute += step;
    }
    let ticks = if ticks.is_empty() { String::new() } else { format!(r#"<path d="{ticks}"/>"#) };
    format!(r#"<svg height="{height}" viewBox="0 0 30 {height}"><path class="b" d="M15 0v{height}"/>{ticks}</svg>"#)
}

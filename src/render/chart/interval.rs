//! Median, interval and 90th percentile on the axis of durations.

use super::{
    axis::{TICKS, place},
    escape, pc, short,
};
use crate::stats::Summary;

/// Returns the head of the column: the ticks' labels. `label` writes a tick.
pub(crate) fn interval_axis(label: &dyn Fn(f64) -> String) -> String {
    let mut out = r#"<svg class="ch" height="18" aria-hidden="true">"#.to_owned();
    for minutes in TICKS {
        let x = place(minutes);
        let anchor = if x <= 2.0 { "start" } else { "middle" };
        out.push_str(&format!(r#"<text x="{}" y="12" text-anchor="{anchor}">{}</text>"#, pc(x), escape(&label(minutes))));
    }
    out.push_str("</svg>");
    out
}

/// Returns the row of a measure. Where there is no median, every incident is a ring.
pub(crate) fn interval_row(summary: &Summary, label: &str) -> String {
    let mut out = format!(r#"<svg class="ch" height="34" role="img" aria-label="{}">"#, escape(label));
    let grid: String = TICKS.iter().map(|minutes| format!("M{} 0v1", short(place(*minutes), 2))).collect();
    out.push_str(&format!(
        r#"<svg width="100%" height="34" viewBox="0 0 100 1" preserveAspectRatio="none" overflow="visible"><path class="gl" d="{grid}"/></svg>"#
    ));
    match summary.median {
        Some(median) => {
            if let Some(quartiles) = summary.quartiles {
                let (from, to) = (pc(place(median)), pc(place(quartiles.p90)));
                out.push_str(&format!(
                    r#"<line class="ax" x1="{from}" x2="{to}" y1="17" y2="17"/><circle class="ring" cx="{to}" cy="17" r="4"/>"#
                ));
            }
            if let Some(interval) = summary.interval {
                let (from, to) = (place(interval.low), place(interval.high));
                let width = pc((to - from).max(0.8));
                out.push_str(&format!(r#"<rect class="ci" x="{}" y="10" width="{width}" height="14"/>"#, pc(from)));
            }
            let x = pc(place(median));
            out.push_str(&format!(r#"<line class="ik" x1="{x}" x2="{x}" y1="6" y2="28"/>"#));
        }
        None => {
            for sample in &summary.samples {
                out.push_str(&format!(r#"<circle class="ring" cx="{}" cy="17" r="4"/>"#, pc(place(sample.minutes))));
            }
        }
    }
    out.push_str("</svg>");
    out
}

//! One dot an incident on the axis of durations; above 400 a histogram on the same axis.

use super::{
    axis::{TICKS, place},
    escape, pc,
};
use crate::stats::Summary;

/// One incident.
pub(crate) struct SwarmDot {
    /// Its minutes.
    pub(crate) minutes: f64,
    /// 1 for SEV1, 2 for SEV2, 0 for all else.
    pub(crate) rank: u8,
}

/// How many dots there are at most.
const MOST_DOTS: usize = 400;
/// The width for which dots are set apart.
const WIDTH: f64 = 340.0;
const RADIUS: f64 = 4.6;

/// Returns the dots (shortest first) with the median, its interval and the 90th percentile. `label` writes a tick.
pub(crate) fn swarm(dots: &[SwarmDot], summary: &Summary, title: &str, marks: &[(f64, String)], label: &dyn Fn(f64) -> String) -> String {
    let (body, half) = if dots.len() > MOST_DOTS { histogram(dots) } else { dodge(dots) };
    let middle = 22.0 + half;
    let height = middle + half + 24.0;
    let mut out = format!(r#"<svg class="ch" height="{height}" role="img" aria-label="{}">"#, escape(title));
    let bottom = middle + half + 4.0;
    for minutes in TICKS {
        let x = place(minutes);
        let anchor = if x <= 2.0 { "start" } else { "middle" };
        out.push_str(&format!(
            r#"<line class="gl" x1="{x}" x2="{x}" y1="18" y2="{bottom}"/><text x="{x}" y="{}" text-anchor="{anchor}">{}</text>"#,
            height - 4.0,
            escape(&label(minutes)),
            x = pc(x)
        ));
    }
    if let Some(interval) = summary.interval {
        let (from, to) = (place(interval.low), place(interval.high));
        out.push_str(&format!(
            r#"<rect class="ci" x="{}" y="18" width="{}" height="{}"/>"#,
            pc(from),
            pc((to - from).max(0.5)),
            bottom - 18.0
        ));
    }
    out.push_str(&body);
    for (at, (minutes, text)) in marks.iter().enumerate() {
        let x = place(*minutes);
        let side = if at == 0 && marks.len() > 1 { "end" } else { "start" };
        out.push_str(&format!(
            r#"<line class="ik" x1="{x}" x2="{x}" y1="18" y2="{bottom}"{}/><text class="em" x="{x}" y="12" text-anchor="{side}">{}</text>"#,
            if at == 0 { "" } else { r#" stroke-dasharray="2 3""# },
            escape(text),
            x = pc(x)
        ));
    }
    out.push_str("</svg>");
    out
}

/// Sets dots apart upwards and downwards. Returns them and half the height that they need.
fn dodge(dots: &[SwarmDot]) -> (String, f64) {
    let step = 2.0 * RADIUS + 0.8;
    let mut set: Vec<(f64, f64)> = Vec::with_capacity(dots.len());
    for dot in dots {
        let x = place(dot.minutes) / 100.0 * WIDTH;
        let near: Vec<f64> = set.iter().rev().take_while(|(other, _)| x - other < step).map(|(_, y)| *y).collect();
        let is_free = |y: f64| near.iter().all(|other| (y - other).abs() > step - 0.01);
        let mut y = 0.0;
        let mut at = 1;
        while !is_free(y) {
            y = f64::from((at + 1) / 2) * step * if at % 2 == 0 { -1.0 } else { 1.0 };
            at += 1;
        }
        set.push((x, y));
    }
    let half = set.iter().map(|(_, y)| y.abs()).fold(0.0, f64::max) + 2.0 * RADIUS;
    let middle = 22.0 + half;
    let mut out = String::new();
    for (dot, (x, y)) in dots.iter().zip(&set) {
        let (class, radius) = match dot.rank {
            1 => ("dot hi", 5.6),
            2 => ("dot", RADIUS),
            _ => ("ring", RADIUS - 0.6),
        };
        out.push_str(&format!(r#"<circle class="{class}" cx="{}" cy="{:.1}" r="{radius}"/>"#, pc(100.0 * x / WIDTH), middle + y));
    }
    (out, half)
}

/// Returns bars of equal width on the axis.
fn histogram(dots: &[SwarmDot]) -> (String, f64) {
    const BINS: usize = 40;
    let mut bins = [0_u32; BINS];
    for dot in dots {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place is between 0 and 100")]
        let bin = (place(dot.minutes) / 100.0 * BINS as f64) as usize;
        bins[bin.min(BINS - 1)] += 1;
    }
    let half = 60.0;
    let most = f64::from(bins.iter().copied().max().unwrap_or(1).max(1));
    let bottom = 22.0 + 2.0 * half;
    let width = 100.0 / BINS as f64;
    let mut out = String::new();
    for (at, count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = 2.0 * half * f64::from(*count) / most;
        #[expect(clippy::cast_precision_loss, reason = "at most 40 bins")]
        let x = at as f64 * width;
        out.push_str(&format!(
            r#"<rect class="bx" x="{}" y="{:.1}" width="{}" height="{height:.1}"/>"#,
            pc(x + 0.1),
            bottom - height,
            pc(width - 0.2)
        ));
    }
    (out, half)
}

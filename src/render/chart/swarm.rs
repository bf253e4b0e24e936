//! One dot an incident on the axis of durations; above 400 a histogram on the same axis.

use super::{
    axis::{TICKS, place},
    escape, pc, short,
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
/// How much of the width a label takes on a phone, in percent.
const LABEL: f64 = 30.0;

/// Returns the dots (shortest first) with the median, its interval and the 90th percentile. `label` writes a tick.
pub(crate) fn swarm(dots: &[SwarmDot], summary: &Summary, title: &str, marks: &[(f64, String)], label: &dyn Fn(f64) -> String) -> String {
    let (body, half) = if dots.len() > MOST_DOTS { histogram(dots) } else { dodge(dots) };
    // Where two labels would lie on each other, the median's gets a row of its own.
    let labels: Vec<(f64, bool)> = marks
        .iter()
        .enumerate()
        .map(|(at, (minutes, _))| {
            let x = place(*minutes);
            (x, x > 100.0 - LABEL || at == 0 && marks.len() > 1 && x > LABEL)
        })
        .collect();
    let from = |(x, ends): (f64, bool)| if ends { x - LABEL } else { x };
    let touch = labels.windows(2).any(|pair| (from(pair[0]) - from(pair[1])).abs() < LABEL);
    let shift = if touch { 14.0 } else { 0.0 };
    let middle = 22.0 + half + shift;
    let height = middle + half + 24.0;
    let mut out = format!(r#"<svg class="ch" height="{height}" role="img" aria-label="{}">"#, escape(title));
    let bottom = middle + half + 4.0;
    let top = 18.0 + shift;
    for minutes in TICKS {
        let x = place(minutes);
        let anchor = if x <= 2.0 { "start" } else { "middle" };
        out.push_str(&format!(
            r#"<line class="gl" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/><text x="{x}" y="{}" text-anchor="{anchor}">{}</text>"#,
            height - 4.0,
            escape(&label(minutes)),
            x = pc(x)
        ));
    }
    if let Some(interval) = summary.interval {
        let (from, to) = (place(interval.low), place(interval.high));
        out.push_str(&format!(
            r#"<rect class="ci" x="{}" y="{top}" width="{}" height="{}"/>"#,
            pc(from),
            pc((to - from).max(0.5)),
            bottom - top
        ));
    }
    out.push_str(&format!(r#"<svg y="{shift}" width="100%" height="{bottom}" overflow="visible">{body}</svg>"#));
    for (at, ((x, ends), (_, text))) in labels.into_iter().zip(marks).enumerate() {
        let side = if ends { "end" } else { "start" };
        let row = if at == 0 { 12.0 + shift } else { 12.0 };
        let above = if at == 0 { top } else { 18.0 };
        out.push_str(&format!(
            r#"<line class="ik" x1="{x}" x2="{x}" y1="{above}" y2="{bottom}"{}/><text class="em" x="{x}" y="{row}" text-anchor="{side}">{}</text>"#,
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
    // All dots of a kind are one path: lines of no length with round ends. A ring is a dot with a smaller one on it.
    let mut paths = [const { String::new() }; 3];
    for (dot, (x, y)) in dots.iter().zip(&set) {
        let kind = if dot.rank <= 2 { usize::from(dot.rank) } else { 0 };
        paths[kind].push_str(&format!("M{} {}h0", short(*x, 1), short(middle + y, 1)));
    }
    let height = middle + half;
    let mut out =
        format!(r#"<svg width="100%" height="{height}" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" overflow="visible">"#);
    let [others, worst, bad] = &paths;
    let outer = 2.0 * RADIUS;
    for (class, width, path) in
        [("dots mid", outer - 0.4, others), ("dots in", outer - 3.4, others), ("dots mid", outer, bad), ("dots hi", 11.2, worst)]
    {
        if !path.is_empty() {
            out.push_str(&format!(r#"<path class="{class}" stroke-width="{}" d="{path}"/>"#, short(width, 1)));
        }
    }
    out.push_str("</svg>");
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
    let mut path = String::new();
    for (at, count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = short(2.0 * half * f64::from(*count) / most, 1);
        path.push_str(&format!("M{at}.04 {bottom}v-{height}h.92v{height}z"));
    }
    let out = format!(
        r#"<svg width="100%" height="{bottom}" viewBox="0 0 {BINS} {bottom}" preserveAspectRatio="none"><path class="bx" d="{path}"/></svg>"#
    );
    (out, half)
}

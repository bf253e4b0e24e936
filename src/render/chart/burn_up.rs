//! What was asked for and what of it is closed, as two running totals; the area between them is open.

use super::{escape, pc, short};

/// The totals at the end of a month.
pub(crate) struct BurnUpPoint {
    /// Year and month.
    pub(crate) month: (i32, u8),
    /// What had been asked for.
    pub(crate) asked: usize,
    /// How much of that is closed.
    pub(crate) closed: usize,
}

/// How many points a line has at most: more would not be seen.
const MOST_POINTS: usize = 48;
const TOP: f64 = 16.0;
const HEIGHT: f64 = 150.0;

/// Returns the lines; `points` are oldest first. `asked` and `closed` stand beside the lines' ends.
pub(crate) fn burn_up(points: &[BurnUpPoint], label: &str, asked: &str, closed: &str) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let month = |point: &BurnUpPoint| f64::from(point.month.0 * 12 + i32::from(point.month.1));
    let span = (month(last) - month(first) + 1.0).max(1.0);
    #[expect(clippy::cast_precision_loss, reason = "counts of actions are far below 2^52")]
    let y = |count: usize| 100.0 - 100.0 * count as f64 / last.asked.max(1) as f64;
    let x = |point: &BurnUpPoint| 100.0 * (month(point) - month(first) + 1.0) / span;
    // Of many months, each so many-th, counted from the last.
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let drawn: Vec<&BurnUpPoint> =
        points.iter().enumerate().filter(|(at, _)| (points.len() - 1 - at).is_multiple_of(every)).map(|(_, point)| point).collect();
    let line = |value: &dyn Fn(&BurnUpPoint) -> usize| -> Vec<String> {
        std::iter::once("0,100".to_owned())
            .chain(drawn.iter().map(|point| format!("{},{}", short(x(point), 1), short(y(value(point)), 1))))
            .collect()
    };
    let (above, below) = (line(&|point| point.asked), line(&|point| point.closed));
    let area: Vec<&str> = above.iter().chain(below.iter().rev()).map(String::as_str).collect();
    let base = TOP + HEIGHT;
    let mut out =
        format!(r#"<svg class="ch" height="{}" role="img" aria-label="{}">"#, base + 22.0, escape(&format!("{label} {asked}, {closed}")));
    out.push_str(&format!(
        r#"<svg y="{TOP}" width="100%" height="{HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none"><polygon class="area" points="{}"/><polyline class="ln hi" points="{}"/><polyline class="ln" points="{}"/></svg><line class="ax" x1="0" x2="100%" y1="{base}" y2="{base}"/>"#,
        area.join(" "),
        above.join(" "),
        below.join(" ")
    ));
    years(&mut out, first.month, last.month, span, base);
    let end = TOP + HEIGHT * y(last.closed) / 100.0;
    out.push_str(&format!(r#"<text class="hi" x="100%" y="{}" text-anchor="end">{}</text>"#, TOP - 4.0, escape(asked)));
    out.push_str(&format!(
        r#"<text class="em" x="100%" y="{:.1}" text-anchor="end">{}</text>"#,
        (end + 18.0).min(base - 4.0),
        escape(closed)
    ));
    out.push_str("</svg>");
    out
}

/// Marks the years, where there is room for them.
fn years(out: &mut String, first: (i32, u8), last: (i32, u8), span: f64, base: f64) {
    let every = 1 + (last.0 - first.0) / 6;
    for year in (first.0..=last.0).filter(|year| (last.0 - year) % every == 0) {
        let at = 100.0 * f64::from((year - first.0) * 12 + 1 - i32::from(first.1)) / span;
        // The first year is named where the line begins, unless the next one would lie on its name.
        let at = if year == first.0 { at.max(0.0) } else { at };
        let next = 100.0 * f64::from((year + every - first.0) * 12 + 1 - i32::from(first.1)) / span;
        if at > 94.0 || next - at < 10.0 && year < last.0 {
            continue;
        }
        let side = if at < 2.0 { "start" } else { "middle" };
        out.push_str(&format!(
            r#"<line class="ax" x1="{x}" x2="{x}" y1="{base}" y2="{}"/><text x="{x}" y="{}" text-anchor="{side}">{year}</text>"#,
            base + 5.0,
            base + 18.0,
            x = pc(at)
        ));
    }
}

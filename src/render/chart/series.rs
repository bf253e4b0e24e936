//! Incidents of one kind along time, with the days between them.

use chrono::{Datelike, NaiveDate};

use super::{anchor, escape, pc};

/// How far labels are apart at least, in percent of the width: they must not touch on a phone.
const LEAST_BETWEEN_LABELS: f64 = 11.0;

/// One incident.
pub(crate) struct SeriesPoint {
    /// Its day.
    pub(crate) day: NaiveDate,
    /// What stands above it; empty for none.
    pub(crate) label: String,
}

/// Returns the line; `points` are oldest first, the last one is marked. `days` writes a number of days, `month` names a month.
pub(crate) fn series_line(
    points: &[SeriesPoint],
    until: NaiveDate,
    title: &str,
    description: &str,
    days: &dyn Fn(i64) -> String,
    month: &dyn Fn(u32) -> String,
) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let until = until.max(last.day);
    #[expect(clippy::cast_precision_loss, reason = "days between two calendar dates are far below 2^52")]
    let span = ((until - first.day).num_days() as f64).max(1.0);
    // A little room at the sides, so that labels stay inside.
    #[expect(clippy::cast_precision_loss, reason = "days between two calendar dates are far below 2^52")]
    let place = |day: NaiveDate| 3.0 + 94.0 * (day - first.day).num_days() as f64 / span;
    let mut out = format!(
        r#"<svg class="ch" height="84" role="img" aria-labelledby="hs-rc-t hs-rc-d"><title id="hs-rc-t">{}</title><desc id="hs-rc-d">{}</desc><line class="ax" x1="0" x2="100%" y1="58" y2="58"/>"#,
        escape(title),
        escape(description)
    );
    ticks(&mut out, first.day, until, &place, month);
    let mut last_label = f64::MIN;
    for (at, point) in points.iter().enumerate() {
        let x = place(point.day);
        let is_last = at + 1 == points.len();
        let (line, dot, text, radius) = if is_last { ("ac", " hi", "hi", 6.0) } else { ("ax", "", "em", 4.5) };
        out.push_str(&format!(
            r#"<line class="{line}" x1="{x}" x2="{x}" y1="22" y2="58"/><circle class="dot{dot}" cx="{x}" cy="58" r="{radius}"/>"#,
            x = pc(x)
        ));
        if !point.label.is_empty() && x - last_label > LEAST_BETWEEN_LABELS {
            out.push_str(&format!(
                r#"<text x="{}" y="15" text-anchor="{}" class="{text}">{}</text>"#,
                pc(x),
                anchor(x),
                escape(&point.label)
            ));
            last_label = x;
        }
        if let Some(next) = points.get(at + 1) {
            let to = place(next.day);
            if to - x > LEAST_BETWEEN_LABELS {
                let text = days((next.day - point.day).num_days());
                out.push_str(&format!(r#"<text x="{}" y="53" text-anchor="middle">{}</text>"#, pc((x + to) / 2.0), escape(&text)));
            }
        }
    }
    out.push_str("</svg>");
    out
}

/// Marks years first, then the months for which there is room.
fn ticks(out: &mut String, from: NaiveDate, until: NaiveDate, place: &dyn Fn(NaiveDate) -> f64, month: &dyn Fn(u32) -> String) {
    let every = 1 + (until.year() - from.year()) / 8;
    let mut taken: Vec<f64> = Vec::new();
    for at in [1, 7, 4, 10] {
        for year in from.year()..=until.year() {
            let Some(day) = NaiveDate::from_ymd_opt(year, at, 1).filter(|day| from <= *day && *day <= until) else { continue };
            let x = place(day);
            if (at == 1 && year % every != 0) || taken.iter().any(|other| (x - other).abs() < LEAST_BETWEEN_LABELS) {
                continue;
            }
            taken.push(x);
            let (class, length, text) = if at == 1 { (r#" class="em""#, 66, year.to_string()) } else { ("", 62, month(at)) };
            out.push_str(&format!(
                r#"<line class="ax" x1="{x}" x2="{x}" y1="58" y2="{length}"/><text x="{x}" y="78" text-anchor="{}"{class}>{}</text>"#,
                anchor(x),
                escape(&text),
                x = pc(x)
            ));
        }
    }
}

//! A year, week by week: shade by number of incidents, a dot where one was SEV1.

use super::{escape, pc};

/// Weeks of a year: the last one is short.
const WEEKS: usize = 53;

/// Returns the strip of a year. `weeks` are the number of incidents and whether one was SEV1, as far as the year has gone; `None`
/// for a week of which nothing is known.
pub(crate) fn week_strip(weeks: &[Option<(usize, bool)>], label: &str) -> String {
    let mut out = format!(r#"<svg class="ch" height="30" role="img" aria-label="{}">"#, escape(label));
    #[expect(clippy::cast_precision_loss, reason = "at most 53 weeks")]
    let x = |at: usize| 100.0 * at as f64 / WEEKS as f64;
    for (at, week) in weeks.iter().enumerate().take(WEEKS) {
        let Some((count, is_worst)) = week else { continue };
        out.push_str(&format!(r#"<rect class="wk h{}" x="{}" width="1.51%" y="8" height="20"/>"#, (*count).min(3), pc(x(at))));
        if *is_worst {
            out.push_str(&format!(r#"<circle class="md" cx="{}" cy="3" r="3"/>"#, pc(x(at) + 0.75)));
        }
    }
    out.push_str("</svg>");
    out
}

/// Returns the letters of the months below the strips.
pub(crate) fn week_letters(letters: &[String]) -> String {
    const FIRST_DAYS: [f64; 12] = [0.0, 31.0, 59.0, 90.0, 120.0, 151.0, 181.0, 212.0, 243.0, 273.0, 304.0, 334.0];
    let mut out = r#"<svg class="ch" height="14" aria-hidden="true">"#.to_owned();
    for (letter, day) in letters.iter().zip(FIRST_DAYS) {
        out.push_str(&format!(r#"<text x="{}" y="11">{}</text>"#, pc(100.0 * day / 371.0), escape(letter)));
    }
    out.push_str("</svg>");
    out
}

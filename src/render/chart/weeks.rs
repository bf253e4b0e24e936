//! A year, week by week: shade by number of incidents, a dot where one was SEV1.

use super::{escape, pc};

/// Weeks of a year: the last one is short.
const WEEKS: usize = 53;

/// Returns the strip of a year. `weeks` are the number of incidents and whether one was SEV1, as far as the year has gone; `None`
/// for a week of which nothing is known. All weeks of a shade are one path, and so are all dots: a line of no length with round ends.
pub(crate) fn week_strip(weeks: &[Option<(usize, bool)>], label: &str) -> String {
    let mut shades = [const { String::new() }; 4];
    let mut dots = String::new();
    for (at, week) in weeks.iter().enumerate().take(WEEKS) {
        let Some((count, is_worst)) = week else { continue };
        shades[(*count).min(3)].push_str(&format!("M{at} 0h.8v1h-.8z"));
        if *is_worst {
            dots.push_str(&format!("M{at}.4 0h0"));
        }
    }
    let mut out = format!(r#"<svg class="ch" height="30" role="img" aria-label="{}">"#, escape(label));
    out.push_str(&format!(r#"<svg y="8" width="100%" height="20" viewBox="0 0 {WEEKS} 1" preserveAspectRatio="none">"#));
    for (shade, path) in shades.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        out.push_str(&format!(r#"<path class="wk h{shade}" d="{path}"/>"#));
    }
    out.push_str("</svg>");
    if !dots.is_empty() {
        out.push_str(&format!(
            r#"<svg y="3" width="100%" height="1" viewBox="0 0 {WEEKS} 1" preserveAspectRatio="none" overflow="visible"><path class="dots" stroke-width="6" d="{dots}"/></svg>"#
        ));
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

//! Counts as bars from zero.

use super::{escape, pc};

/// One bar.
pub(crate) struct Bar {
    /// How many.
    pub(crate) count: usize,
    /// How many of them are SEV1: the dark foot of the bar.
    pub(crate) worst: usize,
    /// What stands below it; empty for none.
    pub(crate) label: String,
    /// What stands below that: a year, where it begins.
    pub(crate) year: String,
}

const TOP: f64 = 18.0;
const HEIGHT: f64 = 96.0;

/// Returns bars for months, with figures above them where they fit.
pub(crate) fn month_bars(bars: &[Bar], label: &str) -> String {
    let base = TOP + HEIGHT;
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let mut out = format!(r#"<svg class="ch" height="{}" role="img" aria-label="{}">"#, base + 34.0, escape(label));
    out.push_str(&format!(r#"<line class="ax" x1="0" x2="100%" y1="{base}" y2="{base}"/>"#));
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents and months are far below 2^52")]
    let (n, most) = (bars.len().max(1) as f64, most as f64);
    let slot = 100.0 / n;
    let (mut all, mut worsts) = (String::new(), String::new());
    for (at, bar) in bars.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "counts of incidents and months are far below 2^52")]
        let (at, count, worst) = (at as f64, bar.count as f64, bar.worst as f64);
        let (x, width) = (at * slot + slot * 0.1, slot * 0.8);
        let height = (HEIGHT * count / most).round();
        let middle = at * slot + slot / 2.0;
        if bar.count > 0 {
            all.push_str(&format!("M{at}.1 {HEIGHT}v-{height}h.8v{height}z"));
        }
        if bar.worst > 0 {
            let height = (HEIGHT * worst / most).round();
            worsts.push_str(&format!("M{at}.1 {HEIGHT}v-{height}h.8v{height}z"));
        }
        if bar.count > 0 && bars.len() <= 26 {
            out.push_str(&format!(r#"<text x="{}" y="{}" text-anchor="middle">{}</text>"#, pc(middle), base - height - 5.0, bar.count));
        }
        if !bar.label.is_empty() {
            out.push_str(&format!(r#"<text x="{}" y="{}" text-anchor="middle">{}</text>"#, pc(middle), base + 15.0, escape(&bar.label)));
        }
        if !bar.year.is_empty() {
            let side = if middle > 90.0 { "end" } else { "start" };
            let x = if middle > 90.0 { x + width } else { x };
            out.push_str(&format!(
                r#"<text class="em" x="{}" y="{}" text-anchor="{side}">{}</text>"#,
                pc(x),
                base + 30.0,
                escape(&bar.year)
            ));
        }
    }
    out.push_str(&format!(
        r#"<svg y="{TOP}" width="100%" height="{HEIGHT}" viewBox="0 0 {n} {HEIGHT}" preserveAspectRatio="none"><path class="bx" d="{all}"/><path class="on" d="{worsts}"/></svg></svg>"#
    ));
    out
}

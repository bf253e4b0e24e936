//! How long something took, month by month: a dot an incident, a bar for the median of a month that has one.

use super::{
    axis::{TICKS, place},
    escape, pc, short,
};

/// A month's incidents that say how long it took.
pub(crate) struct MonthTimes {
    /// Their minutes.
    pub(crate) minutes: Vec<f64>,
    /// Their median, where they are enough for one.
    pub(crate) median: Option<f64>,
    /// What stands below it; empty for none.
    pub(crate) label: String,
}

/// How many dots there are at most: of more, the medians alone are shown.
const MOST_DOTS: usize = 300;
const TOP: f64 = 6.0;
const HEIGHT: f64 = 84.0;
/// Room for the ticks' labels at the start, in months of twelve.
const INSET: f64 = 1.6;

/// Returns the months on the axis of durations, which goes upwards here. `tick` writes a tick.
pub(crate) fn month_times(months: &[MonthTimes], label: &str, tick: &dyn Fn(f64) -> String) -> String {
    let base = TOP + HEIGHT;
    let mut out = format!(r#"<svg class="ch" height="{}" role="img" aria-label="{}">"#, base + 18.0, escape(label));
    let y = |minutes: f64| HEIGHT - HEIGHT * place(minutes) / 100.0;
    #[expect(clippy::cast_precision_loss, reason = "a page shows at most some dozen months")]
    let count = months.len().max(1) as f64;
    let inset = INSET * count / 12.0;
    let width = count + inset;
    let (mut grid, mut dots, mut medians) = (String::new(), String::new(), String::new());
    for minutes in TICKS.into_iter().filter(|minutes| *minutes > 1.0 && *minutes != 240.0) {
        grid.push_str(&format!("M0 {}h{}", short(y(minutes), 1), short(width, 2)));
        out.push_str(&format!(r#"<text x="0" y="{}">{}</text>"#, short(TOP + y(minutes) - 3.0, 1), escape(&tick(minutes))));
    }
    let has_dots = months.iter().map(|month| month.minutes.len()).sum::<usize>() <= MOST_DOTS;
    let mut at = inset;
    for month in months {
        for minutes in month.minutes.iter().filter(|_| has_dots) {
            dots.push_str(&format!("M{} {}h0", short(at + 0.5, 2), short(y(*minutes), 1)));
        }
        if let Some(median) = month.median {
            medians.push_str(&format!("M{} {}h.7", short(at + 0.15, 2), short(y(median), 1)));
        }
        if !month.label.is_empty() {
            let middle = pc(100.0 * (at + 0.5) / width);
            out.push_str(&format!(r#"<text x="{middle}" y="{}" text-anchor="middle">{}</text>"#, base + 14.0, escape(&month.label)));
        }
        at += 1.0;
    }
    out.push_str(&format!(
        r#"<svg y="{TOP}" width="100%" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" overflow="visible"><path class="gl" d="{grid}M0 {HEIGHT}h{width}"/><path class="dots mid" stroke-width="5" d="{dots}"/><path class="ln" d="{medians}"/></svg></svg>"#,
        width = short(width, 2),
    ));
    out
}

//! Charts as static SVG: x in percent, y in pixels, text that never scales, colours by class.
//!
//! The outer element has no `viewBox`, so lines of text keep their size and dots stay round at any width. Nothing here decides
//! what a chart says: the caller gives the sentence and the table beside it.

mod axis;
mod bars;
mod burn_up;
mod interval;
mod months;
mod phases;
mod series;
mod swarm;
mod weeks;

pub(crate) use bars::{Bar, month_bars};
pub(crate) use burn_up::{BurnUpPoint, burn_up};
pub(crate) use interval::{interval_axis, interval_row};
pub(crate) use months::{MonthTimes, month_times};
pub(crate) use phases::{gap, large_strip, small_strip};
pub(crate) use series::{SeriesPoint, series_line};
pub(crate) use swarm::{SwarmDot, swarm};
pub(crate) use weeks::{week_letters, week_strip};

/// Escapes text for SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(letter),
        }
    }
    out
}

/// Writes a share of the width with at most two decimal places.
fn pc(percent: f64) -> String {
    format!("{}%", short(percent, 2))
}

/// Writes a number with at most so many decimal places.
fn short(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn anchor(percent: f64) -> &'static str {
    if percent <= 2.0 {
        "start"
    } else if percent >= 98.0 {
        "end"
    } else {
        "middle"
    }
}

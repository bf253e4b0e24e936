//! Key figures: a number with what it is compared with and what it rests on.

use serde::Serialize;

use super::Scene;
use crate::stats::{Summary, SummaryKind};

/// A key figure.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    label: String,
    value: String,
    note: String,
    /// Page of the note; empty for none.
    href: String,
}

impl Figure {
    pub(crate) fn new(label: String, value: String, note: String) -> Self {
        Self { label, value, note, href: String::new() }
    }

    pub(crate) fn linked(mut self, href: String) -> Self {
        self.href = href;
        self
    }
}

/// Returns the figure of a measure by the small-n rule. `key` names its texts, `period` says which incidents it is of.
pub(crate) fn time_figure(scene: &Scene<'_>, summary: &Summary, key: &str, period: &str) -> Figure {
    let words = scene.words();
    let n = words.figure(summary.n());
    match summary.kind() {
        SummaryKind::NoData => {
            Figure::new(words.get(&format!("fig_{key}")), words.get("no_data"), words.fill("fig_none_states", &[("period", period)]))
        }
        SummaryKind::Listed => {
            let minutes: Vec<String> = summary.samples.iter().map(|sample| words.minutes(sample.minutes)).collect();
            let value = match (summary.samples.first(), summary.samples.last()) {
                (Some(first), Some(last)) if summary.n() > 1 && first.minutes < last.minutes => {
                    words.fill("range", &[("from", &words.minutes(first.minutes)), ("to", &words.minutes(last.minutes))])
                }
                _ => minutes.first().cloned().unwrap_or_default(),
            };
            Figure::new(words.get(&format!("fig_{key}")), value, words.count_with("fig_too_few", summary.n(), &[("period", period)]))
        }
        SummaryKind::Median | SummaryKind::Full => {
            let median = words.minutes(summary.median.unwrap_or_default());
            let mut note = words.fill("fig_n", &[("period", period), ("n", &n)]);
            if let Some(quartiles) = summary.quartiles {
                note.push_str(&words.fill("fig_p90", &[("p90", &words.minutes(quartiles.p90))]));
            }
            if !summary.missing.is_empty() {
                note.push_str(&words.count("fig_missing", summary.missing.len()));
            }
            Figure::new(words.get(&format!("fig_median_{key}")), median, note)
        }
    }
}

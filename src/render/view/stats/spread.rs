//! How the times to resolve spread: every incident on one logarithmic axis, and a table by severity.

use serde::Serialize;

use super::rank;
use crate::{
    incident::Severity,
    render::{chart, view::Scene, words::Words},
    stats::{Measure, Sample, Stats},
};

#[derive(Debug, Serialize)]
pub(super) struct Spread {
    heading: String,
    sentence: String,
    chart_svg: String,
    rows: Vec<SpreadRow>,
    columns: Vec<String>,
    has_dots: bool,
}

#[derive(Debug, Serialize)]
struct SpreadRow {
    label: String,
    cells: Vec<String>,
}

const BUCKETS: [(f64, f64); 6] = [(0.0, 30.0), (30.0, 60.0), (60.0, 120.0), (120.0, 240.0), (240.0, 480.0), (480.0, f64::INFINITY)];

/// Returns how the times to resolve spread; `None` for fewer than six.
pub(super) fn spread(scene: &Scene<'_>, stats: &Stats) -> Option<Spread> {
    let words = scene.words();
    let archive = scene.archive();
    let summary = stats.measure(Measure::Resolve);
    let median = summary.median?;
    let n = summary.n();
    let dots: Vec<chart::SwarmDot> = summary
        .samples
        .iter()
        .map(|sample| chart::SwarmDot { minutes: sample.minutes, rank: rank(&archive.entries[sample.entry]) })
        .collect();
    let mut marks = vec![(median, words.fill("median_mark", &[("time", &words.minutes(median))]))];
    if let Some(quartiles) = summary.quartiles {
        marks.push((quartiles.p90, words.fill("p90_mark", &[("time", &words.minutes(quartiles.p90))])));
    }
    let within = summary.samples.iter().filter(|sample| sample.minutes < 120.0).count();
    let long = summary.samples.iter().filter(|sample| sample.minutes >= 480.0).count();
    let key = if long == 0 { "spread_short" } else { "spread_sentence" };
    let mut sentence = words.count_with(key, n, &[("within", &words.figure(within)), ("long", &words.figure(long))]);
    if let Some(mean) = summary.mean.filter(|mean| mean.minutes > median * 1.2) {
        let shorter = summary.samples.iter().filter(|sample| sample.minutes < mean.minutes).count();
        let share = words.percent((mean.largest_share * 100.0).round());
        let values =
            [("mean", &*words.minutes(mean.minutes)), ("shorter", &*words.figure(shorter)), ("n", &*words.figure(n)), ("share", &share)];
        sentence.push(' ');
        sentence.push_str(&words.fill("spread_mean", &values));
    }
    let heading = if within * 2 > n && long > 0 && long * 5 <= n { words.get("spread_heading_tail") } else { words.get("spread_heading") };
    let mut columns: Vec<Option<Severity>> =
        summary.samples.iter().map(|sample| archive.entries[sample.entry].severity.as_ref().map(|s| s.value)).collect();
    columns.sort_by_key(|severity| (severity.is_none(), *severity));
    columns.dedup();
    let rows = BUCKETS.iter().enumerate().map(|(at, (from, to))| {
        let inside = |sample: &&Sample| *from <= sample.minutes && sample.minutes < *to;
        let count = |severity: &Option<Severity>| {
            let is_of = |sample: &&Sample| archive.entries[sample.entry].severity.as_ref().map(|s| s.value) == *severity;
            summary.samples.iter().filter(inside).filter(is_of).count()
        };
        let mut cells: Vec<String> = columns.iter().map(count).map(|count| dash(words, count)).collect();
        cells.push(dash(words, summary.samples.iter().filter(inside).count()));
        SpreadRow { label: words.get(&format!("bucket_{}", at + 1)), cells }
    });
    let mut names: Vec<String> =
        columns.iter().map(|severity| severity.map_or_else(|| words.get("not_stated"), |severity| severity.as_str().to_owned())).collect();
    names.push(words.get("all"));
    let label = words.count_with("spread_label", n, &[("median", &words.minutes(median))]);
    Some(Spread {
        heading,
        sentence,
        chart_svg: chart::swarm(&dots, summary, &label, &marks, &|minutes| words.minutes(minutes)),
        rows: rows.collect(),
        columns: names,
        has_dots: n <= 400,
    })
}

fn dash(words: &Words, count: usize) -> String {
    if count == 0 { "—".to_owned() } else { words.figure(count) }
}

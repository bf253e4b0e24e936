//! How long each step takes, and the figures beside them: frequency, intervals, shares.

use serde::Serialize;

use super::mttr_name;
use crate::{
    render::{
        chart,
        view::{Link, Scene},
        words::Words,
    },
    stats::{LEAST_FOR_MEDIAN, LEAST_FOR_QUARTILES, Measure, Range, Share, Stats, Summary, SummaryKind},
};

/// How many incidents a note names.
const MOST_NAMED: usize = 3;

/// A figure by the small-n rule, with what it rests on.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    name: String,
    abbreviation: String,
    definition: String,
    median: String,
    interval: String,
    p90: String,
    n: String,
    of: String,
    has_median: bool,
    row_svg: String,
    /// The incidents themselves, where they are too few for a figure.
    listed: Vec<Link>,
    notes: Vec<Note>,
}

/// Something that a figure must not be read without, and the incidents that it is about.
#[derive(Debug, Serialize)]
struct Note {
    text: String,
    links: Vec<Link>,
}

pub(super) fn steps_sentence(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let known: Vec<String> = stats
        .measures
        .iter()
        .filter(|summary| summary.n() > 0)
        .map(|summary| {
            let name = words.in_sentence(&words.get(&format!("measure_{}", key_of(summary.measure))));
            words.fill("step_coverage", &[("step", &name), ("n", &words.figure(summary.n()))])
        })
        .collect();
    if known.is_empty() {
        words.get("steps_none")
    } else {
        words.count_with("steps_coverage", stats.count, &[("list", &words.list(&known))])
    }
}

fn key_of(measure: Measure) -> String {
    measure.as_str().replace('-', "_")
}

pub(super) fn step(scene: &Scene<'_>, summary: &Summary, stats: &Stats) -> Step {
    let words = scene.words();
    let key = key_of(summary.measure);
    let n = summary.n();
    let all = n + summary.missing.len() + summary.censored.len();
    let too_few = |needs: usize| words.fill("too_few", &[("needs", &words.figure(needs))]);
    let median = match (summary.kind(), summary.median) {
        (SummaryKind::NoData, _) => words.get("no_data"),
        (_, Some(median)) => words.minutes(median),
        _ => words.get("listed_below"),
    };
    let interval = match summary.interval {
        Some(range) => words.fill("range", &[("from", &words.minutes(range.low)), ("to", &words.minutes(range.high))]),
        None if n == 0 => "—".to_owned(),
        None => too_few(LEAST_FOR_MEDIAN),
    };
    let p90 = match summary.quartiles {
        Some(quartiles) => words.minutes(quartiles.p90),
        None if n == 0 => "—".to_owned(),
        None => too_few(LEAST_FOR_QUARTILES),
    };
    let name = words.get(&format!("measure_{key}"));
    let label = format!("{name}: {median}; {interval}; n = {n}");
    let is_listed = summary.kind() == SummaryKind::Listed;
    let listed = summary.samples.iter().filter(|_| is_listed).map(|sample| Link {
        title: format!("{}: {}", words.minutes(sample.minutes), scene.archive().entries[sample.entry].display_title),
        href: scene.incident_href(sample.entry),
    });
    Step {
        abbreviation: summary.measure.abbreviation().to_owned(),
        definition: words
            .find(&format!("define_{key}_{}", mttr_name(stats.mttr)))
            .or_else(|| words.find(&format!("define_{key}")))
            .map_or_else(|| summary.measure.definition(stats.mttr).to_owned(), str::to_owned),
        has_median: summary.median.is_some(),
        row_svg: chart::interval_row(summary, &label),
        listed: listed.collect(),
        notes: notes(scene, summary),
        name,
        median,
        interval,
        p90,
        n: words.figure(n),
        of: if n == all { String::new() } else { words.fill("of_n", &[("n", &words.figure(all))]) },
    }
}

/// Returns the worst incident, the mean where it is asked for, and the alerts that came before the impact.
fn notes(scene: &Scene<'_>, summary: &Summary) -> Vec<Note> {
    let words = scene.words();
    let mut notes = Vec::new();
    if let Some(worst) = summary.worst().filter(|_| summary.median.is_some()) {
        let text = words.fill("note_longest", &[("time", &words.minutes(worst.minutes))]);
        notes.push(Note { text, links: links(scene, &[worst.entry]) });
    }
    if let Some(mean) = summary.mean {
        let share = words.percent((mean.largest_share * 100.0).round());
        let text = words.fill("note_mean", &[("mean", &words.minutes(mean.minutes)), ("share", &share)]);
        notes.push(Note { text, links: Vec::new() });
    }
    if !summary.negative.is_empty() {
        notes.push(Note { text: words.count("note_negative", summary.negative.len()), links: links(scene, &summary.negative) });
    }
    notes
}

fn links(scene: &Scene<'_>, entries: &[usize]) -> Vec<Link> {
    let link = |entry: &usize| Link { title: scene.archive().entries[*entry].display_title.clone(), href: scene.incident_href(*entry) };
    entries.iter().take(MOST_NAMED).map(link).collect()
}

/// Returns the figures beside the steps: how often, what deployments cost, how late postmortems come, who noticed, and when.
pub(super) fn others(scene: &Scene<'_>, stats: &Stats) -> Vec<Step> {
    let words = scene.words();
    let mut out = Vec::new();
    if let Some(frequency) = stats.frequency {
        let interval = frequency.per_30_days_interval;
        let range = words.fill("range", &[("from", &words.decimal(interval.low)), ("to", &words.decimal(interval.high))]);
        let days = words.figure(usize::try_from(frequency.days).unwrap_or(0));
        let value = words.decimal(frequency.per_30_days);
        out.push(plain(words, "frequency", value, range, words.figure(frequency.count), words.fill("in_days", &[("days", &days)])));
    }
    out.extend(
        [&stats.between, &stats.failed_deployment, &stats.postmortem_lag]
            .iter()
            .filter(|one| one.n() > 0)
            .map(|one| step(scene, one, stats)),
    );
    out.extend(share(words, "customer_detected", &stats.customer_detected));
    out.extend(share(words, "off_hours", &stats.clock.off_hours_share()));
    out
}

/// Returns a share of incidents with Wilson's interval; `None` where nothing is known.
fn share(words: &Words, key: &str, share: &Share) -> Option<Step> {
    let (hits, n) = (share.hits.len(), share.known);
    let interval = share.interval()?;
    let of = words.fill("of_n", &[("n", &words.figure(n))]);
    if n < LEAST_FOR_MEDIAN {
        let needs = words.fill("too_few", &[("needs", &words.figure(LEAST_FOR_MEDIAN))]);
        return Some(plain(words, key, words.get("too_few_short"), needs, words.figure(hits), of));
    }
    Some(plain(words, key, percent(words, share.value()?), percent_range(words, interval), words.figure(hits), of))
}

fn percent(words: &Words, share: f64) -> String {
    words.percent((share * 100.0).round())
}

pub(super) fn percent_range(words: &Words, range: Range) -> String {
    words.fill("range", &[("from", &percent(words, range.low)), ("to", &percent(words, range.high))])
}

/// Returns a figure that is no time.
fn plain(words: &Words, key: &str, value: String, interval: String, n: String, of: String) -> Step {
    Step {
        name: words.get(&format!("figure_{key}")),
        abbreviation: String::new(),
        definition: words.get(&format!("define_{key}")),
        has_median: value != words.get("too_few_short"),
        median: value,
        interval,
        p90: String::new(),
        n,
        of,
        row_svg: String::new(),
        listed: Vec::new(),
        notes: Vec::new(),
    }
}

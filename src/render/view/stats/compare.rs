//! A period against the one before, in words.

use serde::Serialize;

use crate::{
    render::{view::Scene, words::Words},
    stats::{Comparison, DurationComparison, Period, Stats, Verdict},
};

/// What is said of two periods.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    heading: String,
    sentences: Vec<String>,
    note: String,
}

/// Returns the name of the period before, in the site's language.
pub(super) fn before_name(words: &Words, stats: &Stats, comparison: &Comparison) -> String {
    let quarter = |quarter: u8, year: i32| words.fill("period_quarter", &[("quarter", &quarter.to_string()), ("year", &year.to_string())]);
    match stats.period {
        Period::LastYear => words.get("before_last_year"),
        Period::Quarter(year, 1) => quarter(4, year - 1),
        Period::Quarter(year, number) => quarter(number - 1, year),
        _ => comparison.name.clone(),
    }
}

/// Returns what two periods say against each other; `None` where there is none before.
pub(super) fn compared(scene: &Scene<'_>, stats: &Stats) -> Option<Compared> {
    let words = scene.words();
    let comparison = stats.comparison.as_ref()?;
    let name = before_name(words, stats, comparison);
    let count = &comparison.count;
    let values = [("before", &*words.figure(count.before)), ("period", &*name), ("p", &*p_text(words, count.p))];
    let mut sentences = vec![words.count_with(&format!("compare_count_{}", verdict(count.verdict())), count.now, &values)];
    sentences.extend(comparison.durations.iter().filter_map(|one| sentence(words, one)));
    let days = |days: i64| words.figure(usize::try_from(days).unwrap_or(0));
    Some(Compared {
        heading: words.fill("compare_heading", &[("period", &name)]),
        sentences,
        note: words.fill("compare_note", &[("now", &days(count.days_now)), ("before", &days(count.days_before))]),
    })
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooFew => "few",
        Verdict::Chance => "chance",
        Verdict::More => "more",
        Verdict::Less => "less",
    }
}

/// Says how a step compares; `None` where one of the periods has no median.
fn sentence(words: &Words, one: &DurationComparison) -> Option<String> {
    let (now, before) = (words.minutes(one.now.1?), words.minutes(one.before.1?));
    let name = words.get(&format!("measure_{}", one.measure.as_str().replace('-', "_")));
    let mut values = vec![("measure", name), ("now", now), ("before", before)];
    if let Some(test) = one.test {
        let ratio = |ratio: f64| format!("{ratio:.2}").replace('.', words.find("decimal").unwrap_or("."));
        values.extend([("ratio", ratio(test.ratio)), ("low", ratio(test.interval.low)), ("high", ratio(test.interval.high))]);
        values.push(("p", p_text(words, test.p)));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
    Some(words.fill(&format!("compare_time_{}", verdict(one.verdict())), &values))
}

fn p_text(words: &Words, p: f64) -> String {
    let text = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
    text.replace('.', words.find("decimal").unwrap_or("."))
}

//! Month by month, and week by week.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::Serialize;

use super::rank;
use crate::{
    render::{chart, view::Scene},
    stats::{LEAST_FOR_MEDIAN, Measure, Stats},
};

#[derive(Debug, Serialize)]
pub(super) struct Months {
    sentence: String,
    chart_svg: String,
    /// What the chart of the incidents is called beside the others.
    chart_label: String,
    /// How long the steps took, where the months are few enough to stand side by side.
    times: Vec<MonthChart>,
    times_note: String,
    /// What the times of the rows are.
    columns: Vec<String>,
    rows: Vec<MonthRow>,
    note: String,
}

#[derive(Debug, Serialize)]
struct MonthChart {
    label: String,
    chart_svg: String,
}

#[derive(Debug, Serialize)]
struct MonthRow {
    label: String,
    count: String,
    /// One text for each of `times`, or the time to resolve alone.
    times: Vec<String>,
}

/// A month and its incidents.
type Month = ((i32, u8), Vec<usize>);

/// How many months stand beside each other at most.
const MOST_SIDE_BY_SIDE: usize = 18;
/// The steps that have a chart of their own.
const STEPS: [Measure; 3] = [Measure::Detect, Measure::Acknowledge, Measure::Resolve];

/// Returns the months, at most two years of them; `None` for fewer than two.
pub(super) fn months(scene: &Scene<'_>, stats: &Stats) -> Option<Months> {
    const MOST: usize = 24;
    let words = scene.words();
    let archive = scene.archive();
    let all = &stats.by_month;
    let shown = &all[all.len().saturating_sub(MOST)..];
    if shown.len() < 2 {
        return None;
    }
    let is_dense = shown.len() > MOST_SIDE_BY_SIDE;
    let bars: Vec<chart::Bar> = shown
        .iter()
        .enumerate()
        .map(|(at, ((year, month), members))| {
            // On a phone there is room for a letter a month, or for a letter a quarter.
            let label = if is_dense && !matches!(month, 1 | 4 | 7 | 10) { String::new() } else { words.month_letter(*month) };
            let is_named = *month == 1 || (at == 0 && *month < 10);
            chart::Bar {
                count: members.len(),
                worst: members.iter().filter(|at| rank(&archive.entries[**at]) == 1).count(),
                label,
                year: if is_named { year.to_string() } else { String::new() },
            }
        })
        .collect();
    let (least, most) = (bars.iter().map(|bar| bar.count).min()?, bars.iter().map(|bar| bar.count).max()?);
    let mut sentence = if least == most {
        words.count("months_even", most)
    } else {
        words.count_with("months_sentence", most, &[("least", &words.figure(least))])
    };
    if most < 2 * LEAST_FOR_MEDIAN {
        sentence.push_str(&words.get("months_few"));
    }
    let measures: Vec<Measure> = STEPS.into_iter().filter(|measure| !is_dense && stats.measure(*measure).n() >= LEAST_FOR_MEDIAN).collect();
    let columns = if measures.is_empty() { vec![Measure::Resolve] } else { measures.clone() };
    let rows: Vec<MonthRow> = shown
        .iter()
        .rev()
        .map(|((year, month), members)| MonthRow {
            label: words.month(*year, *month),
            count: words.figure(members.len()),
            times: columns.iter().map(|measure| month_text(scene, *measure, members)).collect(),
        })
        .collect();
    let (first, last) = (shown.first()?.0, shown.last()?.0);
    let note = words.fill("months_note", &[("from", &words.month(first.0, first.1)), ("to", &words.month(last.0, last.1))]);
    let label = format!("{note} {sentence}");
    Some(Months {
        sentence,
        chart_svg: chart::month_bars(&bars, &label),
        chart_label: words.get("col_incidents"),
        times_note: if measures.is_empty() { String::new() } else { words.get("months_times_note") },
        times: measures.iter().map(|measure| month_chart(scene, *measure, shown)).collect(),
        columns: columns.iter().map(|measure| measure_name(scene, *measure)).collect(),
        rows,
        note,
    })
}

fn measure_name(scene: &Scene<'_>, measure: Measure) -> String {
    scene.words().get(&format!("measure_{}", measure.as_str().replace('-', "_")))
}

/// Returns a month's median, or its times where they are too few for one.
fn month_text(scene: &Scene<'_>, measure: Measure, members: &[usize]) -> String {
    let words = scene.words();
    let summary = scene.archive().facts.summary(measure, members);
    match summary.median {
        Some(median) => words.fill("median_of", &[("median", &words.minutes(median)), ("n", &words.figure(summary.n()))]),
        None if summary.n() == 0 => "—".to_owned(),
        None => summary.samples.iter().map(|sample| words.minutes(sample.minutes)).collect::<Vec<_>>().join(", "),
    }
}

/// Returns how long a step took, month by month.
fn month_chart(scene: &Scene<'_>, measure: Measure, months: &[Month]) -> MonthChart {
    let words = scene.words();
    let mut n = 0;
    let times: Vec<chart::MonthTimes> = months
        .iter()
        .map(|((_, month), members)| {
            let summary = scene.archive().facts.summary(measure, members);
            n += summary.n();
            let is_named = months.len() <= 6 || matches!(month, 1 | 4 | 7 | 10);
            chart::MonthTimes {
                minutes: summary.samples.iter().map(|sample| sample.minutes).collect(),
                median: summary.median,
                label: if is_named { words.month_letter(*month) } else { String::new() },
            }
        })
        .collect();
    let label = measure_name(scene, measure);
    let text = words.count_with("months_times_label", n, &[("step", &label)]);
    MonthChart { chart_svg: chart::month_times(&times, &text, &|minutes| words.minutes(minutes)), label }
}

/// The weeks of a period.
#[derive(Debug, Serialize)]
pub(super) struct Calendar {
    sentence: String,
    years: Vec<CalendarYear>,
    letters_svg: String,
    note: String,
}

#[derive(Debug, Serialize)]
struct CalendarYear {
    year: String,
    chart_svg: String,
}

/// Returns the weeks year by year, the newest six years; `None` for less than half a year and where little happened.
pub(super) fn calendar(scene: &Scene<'_>, stats: &Stats) -> Option<Calendar> {
    const LEAST_WEEKS: usize = 26;
    const MOST_YEARS: usize = 6;
    let words = scene.words();
    if stats.weeks.len() < LEAST_WEEKS || stats.count < crate::stats::LEAST_FOR_MEDIAN {
        return None;
    }
    let mut years: BTreeMap<i32, Vec<Option<(usize, bool)>>> = BTreeMap::new();
    for week in &stats.weeks {
        // A week belongs to the year of its Thursday, as ISO 8601 counts.
        let iso = week.monday.iso_week();
        let cells = years.entry(iso.year()).or_default();
        cells.resize(iso.week0() as usize, None);
        cells.push(Some((week.entries.len(), week.worst > 0)));
    }
    let busy = stats.weeks.iter().filter(|week| !week.entries.is_empty()).count();
    let quiet = stats.weeks.split(|week| !week.entries.is_empty()).map(<[_]>::len).max().unwrap_or(0);
    let mut sentence = words.count_with("calendar_sentence", stats.weeks.len(), &[("busy", &words.figure(busy))]);
    if quiet > 0 {
        sentence.push_str(&words.count("weeks_quiet", quiet));
    }
    sentence.push('.');
    let skipped = years.len().saturating_sub(MOST_YEARS);
    let strips = years.iter().skip(skipped).map(|(year, cells)| {
        let count: usize = cells.iter().flatten().map(|(count, _)| count).sum();
        let worst = cells.iter().flatten().filter(|(_, is_worst)| *is_worst).count();
        let label = words.count_with("weeks_label", count, &[("year", &year.to_string()), ("worst", &words.figure(worst))]);
        CalendarYear { year: year.to_string(), chart_svg: chart::week_strip(cells, &label) }
    });
    let letters: Vec<String> = (1..=12).map(|month| words.month_letter(month)).collect();
    Some(Calendar {
        sentence,
        years: strips.collect(),
        letters_svg: chart::week_letters(&letters),
        note: if skipped == 0 {
            words.get("calendar_note")
        } else {
            format!("{} {}", words.get("calendar_skipped"), words.get("calendar_note"))
        },
    })
}

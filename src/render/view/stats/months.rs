//! Month by month, and week by week.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::Serialize;

use super::rank;
use crate::{
    render::{chart, view::Scene},
    stats::{Measure, Stats},
};

#[derive(Debug, Serialize)]
pub(super) struct Months {
    sentence: String,
    chart_svg: String,
    rows: Vec<MonthRow>,
    note: String,
}

#[derive(Debug, Serialize)]
struct MonthRow {
    label: String,
    count: String,
    resolve: String,
}

/// Returns the months, at most three years of them; `None` for fewer than two.
pub(super) fn months(scene: &Scene<'_>, stats: &Stats) -> Option<Months> {
    const MOST: usize = 36;
    let words = scene.words();
    let archive = scene.archive();
    let all = &stats.by_month;
    let shown = &all[all.len().saturating_sub(MOST)..];
    if shown.len() < 2 {
        return None;
    }
    let is_dense = shown.len() > 18;
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
    let sentence = if least == most {
        words.count("months_even", most)
    } else {
        words.count_with("months_sentence", most, &[("least", &words.figure(least))])
    };
    let rows: Vec<MonthRow> = shown
        .iter()
        .rev()
        .map(|((year, month), members)| {
            let resolve = archive.facts.summary(Measure::Resolve, members);
            let text = match resolve.median {
                Some(median) => words.fill("median_of", &[("median", &words.minutes(median)), ("n", &words.figure(resolve.n()))]),
                None if resolve.n() == 0 => "—".to_owned(),
                None => resolve.samples.iter().map(|sample| words.minutes(sample.minutes)).collect::<Vec<_>>().join(", "),
            };
            MonthRow { label: words.month(*year, *month), count: words.figure(members.len()), resolve: text }
        })
        .collect();
    let (first, last) = (shown.first()?.0, shown.last()?.0);
    let note = words.fill("months_note", &[("from", &words.month(first.0, first.1)), ("to", &words.month(last.0, last.1))]);
    let label = format!("{note} {sentence}");
    Some(Months { sentence, chart_svg: chart::month_bars(&bars, &label), rows, note })
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

/// Returns the weeks year by year, the newest ten years; `None` for less than half a year and where little happened.
pub(super) fn calendar(scene: &Scene<'_>, stats: &Stats) -> Option<Calendar> {
    const LEAST_WEEKS: usize = 26;
    const MOST_YEARS: usize = 10;
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
    let values = [("busy", &*words.figure(busy)), ("quiet", &*words.figure(quiet))];
    let skipped = years.len().saturating_sub(MOST_YEARS);
    let strips = years.iter().skip(skipped).map(|(year, cells)| {
        let count: usize = cells.iter().flatten().map(|(count, _)| count).sum();
        let worst = cells.iter().flatten().filter(|(_, is_worst)| *is_worst).count();
        let label = words.count_with("weeks_label", count, &[("year", &year.to_string()), ("worst", &words.figure(worst))]);
        CalendarYear { year: year.to_string(), chart_svg: chart::week_strip(cells, &label) }
    });
    let letters: Vec<String> = (1..=12).map(|month| words.month_letter(month)).collect();
    Some(Calendar {
        sentence: words.count_with("calendar_sentence", stats.weeks.len(), &values),
        years: strips.collect(),
        letters_svg: chart::week_letters(&letters),
        note: words.get("calendar_note"),
    })
}

//! Tables of counts with shades: services by root cause, and weekdays by time of day.

use serde::Serialize;

use super::steps::percent_range;
use crate::{
    archive::{FacetKind, Term},
    render::{
        view::{Link, Scene, float},
        words::{Words, capitalise},
    },
    stats::{GroupStats, Stats},
};

/// A table of counts with shades.
#[derive(Debug, Serialize)]
pub(super) struct Heat {
    heading: String,
    sentence: String,
    caption: String,
    columns: Vec<String>,
    rows: Vec<HeatRow>,
    note: String,
}

#[derive(Debug, Serialize)]
struct HeatRow {
    label: Link,
    cells: Vec<HeatCell>,
    sum: String,
}

#[derive(Debug, Serialize)]
struct HeatCell {
    text: String,
    step: u8,
}

/// Returns the shade of a count.
fn shade(count: usize, most: usize) -> u8 {
    match count {
        0 => 0,
        _ if most <= 4 => u8::try_from(count).unwrap_or(4),
        _ => u8::try_from((4 * count).div_ceil(most)).unwrap_or(4),
    }
}

fn cells(words: &Words, counts: &[usize], most: usize) -> Vec<HeatCell> {
    counts
        .iter()
        .map(|count| HeatCell { text: if *count == 0 { "·".to_owned() } else { words.figure(*count) }, step: shade(*count, most) })
        .collect()
}

/// Returns services by root cause; components where the files name no service. `None` where there is too little of either.
pub(super) fn matrix(scene: &Scene<'_>, stats: &Stats) -> Option<Heat> {
    const MOST_ROWS: usize = 12;
    const MOST_COLUMNS: usize = 9;
    let words = scene.words();
    let archive = scene.archive();
    let known = |groups: &[GroupStats]| groups.first().map_or(0, |group| group.known);
    let is_service = stats.services.len() >= 2 && known(&stats.services) * 2 > stats.count;
    let (kind, groups) = if is_service { (FacetKind::Service, &stats.services) } else { (FacetKind::Component, &stats.components) };
    if groups.len() < 2 || stats.causes.len() < 2 || stats.count < 6 {
        return None;
    }
    let (facet, causes) = (archive.facets.get(kind), archive.facets.get(FacetKind::Cause));
    let columns: Vec<(&Term, &[usize])> =
        stats.causes.iter().take(MOST_COLUMNS).map(|group| (&causes.terms[group.group], group.entries.as_slice())).collect();
    let shared = |a: &[usize], b: &[usize]| a.iter().filter(|at| b.binary_search(at).is_ok()).count();
    let table: Vec<(&Term, usize, Vec<usize>)> = groups
        .iter()
        .take(MOST_ROWS)
        .map(|group| {
            let counts = columns.iter().map(|(_, entries)| shared(entries, &group.entries)).collect();
            (&facet.terms[group.group], group.entries.len(), counts)
        })
        .collect();
    let most = table.iter().flat_map(|(.., counts)| counts.iter().copied()).max().unwrap_or(0);
    let rows = table.iter().map(|(term, sum, counts)| HeatRow {
        label: Link { title: scene.term_label(kind, &term.name), href: scene.href(&scene.site.term_path(facet, term)) },
        cells: cells(words, counts, most),
        sum: words.figure(*sum),
    });
    let name = if kind == FacetKind::Service { "service" } else { "component" };
    let top: Vec<String> = table
        .iter()
        .flat_map(|(term, _, counts)| counts.iter().zip(&columns).map(move |(count, (cause, _))| (*count, *term, *cause)))
        .filter(|(count, ..)| *count == most && most > 1)
        .map(|(_, term, cause)| {
            words.fill(
                "pair",
                &[
                    ("cause", &words.in_sentence(&scene.term_label(FacetKind::Cause, &cause.name))),
                    ("on", &scene.term_label(kind, &term.name)),
                ],
            )
        })
        .collect();
    let sentence = match top.len() {
        1..=4 => words.count_with("matrix_top", top.len(), &[("count", &words.figure(most)), ("pairs", &words.list(&top))]),
        _ => words.get("matrix_neutral"),
    };
    let mut note = words.get("matrix_note");
    if groups.len() > MOST_ROWS || stats.causes.len() > MOST_COLUMNS {
        note.push(' ');
        note.push_str(&words.get("matrix_cut"));
    }
    Some(Heat {
        heading: words.get(&format!("matrix_heading_{name}")),
        sentence: capitalise(&sentence),
        caption: words.get(&format!("matrix_caption_{name}")),
        columns: columns.iter().map(|(cause, _)| scene.term_label(FacetKind::Cause, &cause.name)).collect(),
        rows: rows.collect(),
        note,
    })
}

/// Returns starts by weekday and time of day; `None` for fewer than twelve.
pub(super) fn clock(scene: &Scene<'_>, stats: &Stats) -> Option<Heat> {
    const LEAST: usize = 12;
    let words = scene.words();
    let clock = &stats.clock;
    if clock.known < LEAST {
        return None;
    }
    let block = if clock.known < 500 { 3 } else { 1 };
    let width = 24 / block;
    let mut table = vec![vec![0; width]; 7];
    for ((weekday, hour), entries) in &clock.cells {
        table[usize::from(*weekday)][usize::from(*hour) / block] += entries.len();
    }
    let most = table.iter().flatten().copied().max().unwrap_or(0);
    let rows = table.iter().enumerate().map(|(weekday, counts)| HeatRow {
        label: Link { title: words.weekday(weekday), href: String::new() },
        cells: cells(words, counts, most),
        sum: words.figure(counts.iter().sum()),
    });
    let share = words.percent((100.0 * float(clock.off_hours.len()) / float(clock.known)).round());
    let interval = clock.off_hours_interval().map_or_else(String::new, |interval| percent_range(words, interval));
    let off = words.figure(clock.off_hours.len());
    Some(Heat {
        heading: words.get("clock_heading"),
        sentence: words.count_with(
            "clock_sentence",
            clock.known,
            &[("share", &share), ("zone", &clock.zone), ("off", &off), ("range", &interval)],
        ),
        caption: words.get("clock_caption"),
        columns: (0..width)
            .map(|at| if block == 1 { format!("{at:02}") } else { format!("{:02}–{:02}", at * block, (at + 1) * block) })
            .collect(),
        rows: rows.collect(),
        note: words.count_with("clock_note", clock.known, &[("all", &words.figure(stats.count))]),
    })
}

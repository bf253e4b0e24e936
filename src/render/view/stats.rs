//! The statistics page: how long each step takes, how it spreads, month by month, causes, services, hours, and open actions.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::{
    Counted, Link, Scene,
    facet::{TermRow, term_rows},
    float,
};
use crate::{
    archive::{Entry, FacetKind, Term, action_group},
    incident::Severity,
    render::{
        chart,
        words::{Words, capitalise},
    },
    stats::{Comparison, GroupStats, Measure, Period, Stats, Summary, SummaryKind},
};

/// What `stats.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct StatsView {
    heading: String,
    lead: String,
    is_empty: bool,
    facets: Vec<Link>,
    periods: Vec<Counted>,
    excluded: Option<String>,
    steps_sentence: String,
    steps: Vec<Step>,
    axis_svg: String,
    has_chart: bool,
    spread: Option<Spread>,
    months: Option<Months>,
    severities: Vec<SeverityRow>,
    causes_heading: String,
    causes_sentence: String,
    causes: Vec<TermRow>,
    matrix: Option<Heat>,
    clock: Option<Heat>,
    ages: Vec<AgeRow>,
    ages_sentence: String,
    method_mttr: String,
}

#[derive(Debug, Serialize)]
struct Step {
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
}

#[derive(Debug, Serialize)]
struct Spread {
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

#[derive(Debug, Serialize)]
struct Months {
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

#[derive(Debug, Serialize)]
struct SeverityRow {
    link: Link,
    count: String,
    width: String,
    resolve: String,
    n: String,
}

/// A table of counts with shades.
#[derive(Debug, Serialize)]
struct Heat {
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

#[derive(Debug, Serialize)]
struct AgeRow {
    label: String,
    count: String,
    width: String,
    is_marked: bool,
}

/// Returns how long a span of days is, in words: days, months or years.
pub(crate) fn span_text(words: &Words, first: NaiveDate, last: NaiveDate) -> String {
    let days = usize::try_from((last - first).num_days()).unwrap_or(0);
    match days {
        0..=60 => words.count("span_days", days),
        61..=730 => words.count("span_months", (days + 15) / 30),
        _ => words.count("span_years", (days + 182) / 365),
    }
}

/// Returns the name of a period in the site's language.
pub(crate) fn period_title(words: &Words, stats: &Stats, as_of: NaiveDate) -> String {
    let title = match stats.period {
        Period::LastYear => return words.get("period_last_year"),
        Period::All => return words.get("period_all"),
        Period::Year(year) => year.to_string(),
        Period::Quarter(year, quarter) => words.fill("period_quarter", &[("quarter", &quarter.to_string()), ("year", &year.to_string())]),
    };
    // A period that goes on ends on the day of the build; a whole one ends on the last day of a quarter.
    let goes_on =
        stats.span.is_some_and(|span| span.to == as_of && as_of.succ_opt().is_some_and(|next| next.day() != 1 || next.month0() % 3 != 0));
    if goes_on { words.fill("period_to_date", &[("period", &title)]) } else { title }
}

/// Returns links to the other periods: the last twelve months, all, every year, and the quarters of the newest two years.
fn periods(scene: &Scene<'_>, current: usize) -> Vec<Counted> {
    let words = scene.words();
    let archive = scene.archive();
    let shown = |stats: &Stats| match stats.period {
        Period::Quarter(year, _) => archive.as_of.year() - year <= 1,
        _ => true,
    };
    archive
        .periods
        .iter()
        .enumerate()
        .filter(|(at, stats)| *at == current || shown(stats))
        .map(|(at, stats)| Counted {
            title: period_title(words, stats, archive.as_of),
            href: scene.href(scene.site.stats_path(at)),
            count: words.figure(stats.count),
            is_current: at == current,
        })
        .collect()
}

/// Returns the statistics page of a period.
pub(crate) fn stats(scene: &Scene<'_>, period: usize) -> StatsView {
    let words = scene.words();
    let archive = scene.archive();
    let stats = &archive.periods[period];
    let mut chosen = vec![false; archive.entries.len()];
    for entry in &stats.entries {
        chosen[*entry] = true;
    }
    let facets = FacetKind::ALL.into_iter().map(|kind| Link {
        title: words.get(&format!("facet_{}", kind.folder())),
        href: scene.href(&format!("{}/index.html", kind.folder())),
    });
    let causes = term_rows(scene, FacetKind::Cause, Some(&chosen));
    let (ages, ages_sentence) = ages(scene);
    let tick = |minutes: f64| words.minutes(minutes);
    StatsView {
        heading: match stats.period {
            Period::LastYear | Period::All => words.get("nav_stats"),
            _ => words.fill("stats_title", &[("period", &period_title(words, stats, archive.as_of))]),
        },
        lead: lead(scene, stats),
        is_empty: stats.count == 0,
        periods: periods(scene, period),
        excluded: (!stats.excluded.is_empty()).then(|| words.count("stats_excluded", stats.excluded.len())),
        facets: facets.collect(),
        steps_sentence: steps_sentence(scene, stats),
        steps: stats.measures.iter().map(|summary| step(scene, summary, stats)).collect(),
        axis_svg: chart::interval_axis(&tick),
        has_chart: stats.measures.iter().any(|summary| summary.n() >= 2),
        spread: spread(scene, stats),
        months: months(scene, stats),
        severities: severities(scene, stats),
        causes_heading: causes_heading(scene, stats),
        causes_sentence: causes_sentence(scene, stats),
        causes,
        matrix: matrix(scene, stats),
        clock: clock(scene, stats),
        ages,
        ages_sentence,
        method_mttr: Measure::Resolve.definition(stats.mttr).to_owned(),
    }
}

fn lead(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let archive = scene.archive();
    if archive.entries.is_empty() {
        return words.get("home_empty");
    }
    if stats.count == 0 {
        return words.get("stats_lead_none");
    }
    let days: Vec<NaiveDate> = stats.entries.iter().filter_map(|at| archive.entries[*at].day()).collect();
    let mut out = match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first < last => {
            words.count_with("stats_lead_span", stats.count, &[("from", &words.day(*first)), ("to", &words.day(*last))])
        }
        _ => words.count("stats_lead", stats.count),
    };
    if let Some(comparison) = &stats.comparison {
        out = out.trim_end_matches('.').to_owned();
        out.push_str(&words.count_with(
            "stats_lead_before",
            comparison.entries.len(),
            &[("period", &before_name(words, stats, comparison))],
        ));
    }
    let (detect, resolve) = (stats.measure(Measure::Detect), stats.measure(Measure::Resolve));
    let text = match (detect.median, resolve.median) {
        (Some(detect), Some(resolve)) => {
            Some(words.fill("stats_lead_both", &[("detect", &words.minutes(detect)), ("resolve", &words.minutes(resolve))]))
        }
        (None, Some(resolve)) => Some(words.fill("stats_lead_resolve", &[("resolve", &words.minutes(resolve))])),
        _ => None,
    };
    if let Some(text) = text {
        out.push(' ');
        out.push_str(&text);
        if let Some(quartiles) = resolve.quartiles {
            out.push_str(&words.fill("stats_lead_p90", &[("p90", &words.minutes(quartiles.p90))]));
        }
        out.push('.');
    }
    if !stats.undated.is_empty() {
        out.push(' ');
        out.push_str(&capitalise(&words.count("stats_lead_undated", stats.undated.len())));
    }
    capitalise(&out)
}

fn before_name(words: &Words, stats: &Stats, comparison: &Comparison) -> String {
    match stats.period {
        Period::LastYear => words.get("before_last_year"),
        Period::Quarter(year, 1) => words.fill("period_quarter", &[("quarter", "4"), ("year", &(year - 1).to_string())]),
        Period::Quarter(year, quarter) => {
            words.fill("period_quarter", &[("quarter", &(quarter - 1).to_string()), ("year", &year.to_string())])
        }
        _ => comparison.name.clone(),
    }
}

fn steps_sentence(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let known: Vec<String> = stats
        .measures
        .iter()
        .filter(|summary| summary.n() > 0)
        .map(|summary| {
            words.fill(
                "step_coverage",
                &[
                    ("step", &words.in_sentence(&words.get(&format!("measure_{}", summary.measure.as_str().replace('-', "_"))))),
                    ("n", &words.figure(summary.n())),
                ],
            )
        })
        .collect();
    if known.is_empty() {
        words.get("steps_none")
    } else {
        words.count_with("steps_coverage", stats.count, &[("list", &words.list(&known))])
    }
}

fn step(scene: &Scene<'_>, summary: &Summary, stats: &Stats) -> Step {
    let words = scene.words();
    let all = stats.count;
    let key = summary.measure.as_str().replace('-', "_");
    let n = summary.n();
    let too_few = |needs: usize| words.fill("too_few", &[("needs", &words.figure(needs))]);
    let median = match (summary.kind(), summary.median) {
        (SummaryKind::NoData, _) => words.get("no_data"),
        (_, Some(median)) => words.minutes(median),
        _ => words.get("listed_below"),
    };
    let interval = match summary.interval {
        Some(range) => words.fill("range", &[("from", &words.minutes(range.low)), ("to", &words.minutes(range.high))]),
        None if n == 0 => "—".to_owned(),
        None => too_few(crate::stats::LEAST_FOR_MEDIAN),
    };
    let p90 = match summary.quartiles {
        Some(quartiles) => words.minutes(quartiles.p90),
        None if n == 0 => "—".to_owned(),
        None => too_few(crate::stats::LEAST_FOR_QUARTILES),
    };
    let name = words.get(&format!("measure_{key}"));
    let label = format!("{name}: {median}; {interval}; n = {n}");
    let listed = if summary.kind() == SummaryKind::Listed {
        summary
            .samples
            .iter()
            .map(|sample| Link {
                title: format!("{}: {}", words.minutes(sample.minutes), scene.archive().entries[sample.entry].display_title),
                href: scene.incident_href(sample.entry),
            })
            .collect()
    } else {
        Vec::new()
    };
    Step {
        abbreviation: summary.measure.abbreviation().to_owned(),
        definition: words
            .find(&format!("define_{key}_{}", mttr_name(stats)))
            .or_else(|| words.find(&format!("define_{key}")))
            .map_or_else(|| summary.measure.definition(stats.mttr).to_owned(), str::to_owned),
        has_median: summary.median.is_some(),
        row_svg: chart::interval_row(summary, &label),
        name,
        median,
        interval,
        p90,
        n: words.figure(n),
        of: if n == all { String::new() } else { words.fill("of_n", &[("n", &words.figure(all))]) },
        listed,
    }
}

fn mttr_name(stats: &Stats) -> &'static str {
    match stats.mttr {
        crate::config::MttrMeaning::Recover => "recover",
        crate::config::MttrMeaning::Repair => "repair",
        crate::config::MttrMeaning::Respond => "respond",
    }
}

fn rank(entry: &Entry) -> u8 {
    match entry.severity.as_ref().map(|severity| severity.value) {
        Some(Severity::Sev1) => 1,
        Some(Severity::Sev2) => 2,
        _ => 0,
    }
}

const BUCKETS: [(f64, f64); 6] = [(0.0, 30.0), (30.0, 60.0), (60.0, 120.0), (120.0, 240.0), (240.0, 480.0), (480.0, f64::INFINITY)];

/// Returns how the times to resolve spread; `None` for fewer than six.
fn spread(scene: &Scene<'_>, stats: &Stats) -> Option<Spread> {
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
    if let Some(mean) = summary.mean {
        let shorter = summary.samples.iter().filter(|sample| sample.minutes < mean.minutes).count();
        if mean.minutes > median * 1.2 {
            let values = [("mean", &*words.minutes(mean.minutes)), ("shorter", &*words.figure(shorter)), ("n", &*words.figure(n))];
            sentence.push(' ');
            sentence.push_str(&words.fill("spread_mean", &values));
        }
    }
    let heading = if within * 2 > n && long > 0 && long * 5 <= n { words.get("spread_heading_tail") } else { words.get("spread_heading") };
    let mut columns: Vec<Option<Severity>> =
        summary.samples.iter().map(|sample| archive.entries[sample.entry].severity.as_ref().map(|s| s.value)).collect();
    columns.sort_by_key(|severity| (severity.is_none(), *severity));
    columns.dedup();
    let rows = BUCKETS.iter().enumerate().map(|(at, (from, to))| {
        let inside = |sample: &&crate::stats::Sample| *from <= sample.minutes && sample.minutes < *to;
        let count = |severity: &Option<Severity>| {
            let is_of = |sample: &&crate::stats::Sample| archive.entries[sample.entry].severity.as_ref().map(|s| s.value) == *severity;
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

/// Returns the months, at most three years of them; `None` for fewer than two.
fn months(scene: &Scene<'_>, stats: &Stats) -> Option<Months> {
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

fn severities(scene: &Scene<'_>, stats: &Stats) -> Vec<SeverityRow> {
    let words = scene.words();
    let archive = scene.archive();
    let groups = &stats.by_severity;
    if groups.iter().all(|(severity, _)| severity.is_none()) {
        return Vec::new();
    }
    let most = groups.iter().map(|(_, members)| members.len()).max().unwrap_or(1);
    groups
        .iter()
        .map(|(severity, members)| {
            let resolve = archive.facts.summary(Measure::Resolve, members);
            SeverityRow {
                link: match severity {
                    Some(severity) => scene.term_link(FacetKind::Severity, severity.as_str()),
                    None => Link { title: words.get("not_stated"), href: String::new() },
                },
                count: words.figure(members.len()),
                width: format!("{:.2}%", 100.0 * float(members.len()) / float(most)),
                resolve: match (resolve.median, resolve.n()) {
                    (Some(median), _) => words.minutes(median),
                    (None, 0) => words.get("no_data"),
                    _ => words.get("too_few_short"),
                },
                n: words.figure(resolve.n()),
            }
        })
        .collect()
}

fn causes_heading(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let of = stats.causes.first().map_or(0, |group| group.known);
    // A claim about the first three must survive ties with the fourth.
    let counts: Vec<usize> = stats.causes.iter().map(|group| group.entries.len()).collect();
    if counts.len() < 6 || of < 12 || counts[2] == counts[3] {
        return words.get("facet_causes");
    }
    let mut first: Vec<usize> = stats.causes[..3].iter().flat_map(|group| group.entries.iter().copied()).collect();
    first.sort_unstable();
    first.dedup();
    words.fill("causes_heading", &[("share", &words.percent((100.0 * float(first.len()) / float(of)).round()))])
}

fn causes_sentence(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let stated = stats.causes.first().map_or(0, |group| group.known);
    let all = stats.count;
    words.count_with("causes_sentence", stats.causes.len(), &[("stated", &words.figure(stated)), ("all", &words.figure(all))])
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
fn matrix(scene: &Scene<'_>, stats: &Stats) -> Option<Heat> {
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
fn clock(scene: &Scene<'_>, stats: &Stats) -> Option<Heat> {
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
    let office = clock.known - clock.off_hours.len();
    let share = words.percent((100.0 * float(office) / float(clock.known)).round());
    Some(Heat {
        heading: words.get("clock_heading"),
        sentence: words.fill("clock_sentence", &[("share", &share), ("zone", &clock.zone)]),
        caption: words.get("clock_caption"),
        columns: (0..width)
            .map(|at| if block == 1 { format!("{at:02}") } else { format!("{:02}–{:02}", at * block, (at + 1) * block) })
            .collect(),
        rows: rows.collect(),
        note: words.count_with("clock_note", clock.known, &[("all", &words.figure(stats.count))]),
    })
}

/// Returns how old the open actions are, counted from their incident.
fn ages(scene: &Scene<'_>) -> (Vec<AgeRow>, String) {
    let words = scene.words();
    let archive = scene.archive();
    let mut counts = [0_usize; 5];
    for entry in &archive.entries {
        for _ in entry.action_items.iter().filter(|action| action_group(action, archive.as_of).is_open()) {
            let at = match entry.day().map(|day| (archive.as_of - day).num_days()) {
                None => 4,
                Some(..=30) => 0,
                Some(31..=90) => 1,
                Some(91..=180) => 2,
                Some(_) => 3,
            };
            counts[at] += 1;
        }
    }
    let all: usize = counts.iter().sum();
    if all == 0 {
        return (Vec::new(), String::new());
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let rows = counts
        .iter()
        .enumerate()
        .filter(|(at, count)| *at < 4 || **count > 0)
        .map(|(at, count)| AgeRow {
            label: words.get(&format!("age_{}", at + 1)),
            count: words.figure(*count),
            width: format!("{:.2}%", 100.0 * float(*count) / float(most)),
            is_marked: at == 3,
        })
        .collect();
    (rows, words.count_with("ages_sentence", all, &[("old", &words.figure(counts[3]))]))
}

//! The statistics page: how long each step takes, how it spreads, month by month, causes, services, hours, and open actions.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::{
    Link, Scene,
    facet::{TermRow, term_rows},
    float,
};
use crate::{
    archive::{Entry, FacetKind, action_group},
    incident::{Incident, Severity},
    render::{
        chart,
        words::{Words, capitalise},
    },
    stats::{Measure, Stats, Summary, SummaryKind},
};

/// What `stats.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct StatsView {
    lead: String,
    is_empty: bool,
    facets: Vec<Link>,
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

/// Returns the statistics page.
pub(crate) fn stats(scene: &Scene<'_>) -> StatsView {
    let words = scene.words();
    let archive = scene.archive();
    let stats = &archive.stats;
    let facets = FacetKind::ALL
        .into_iter()
        .map(|kind| Link { title: words.get(&format!("facet_{}", kind.folder())), href: scene.href(&format!("{}/index.html", kind.folder())) });
    let causes = term_rows(scene, FacetKind::Cause, None);
    let (ages, ages_sentence) = ages(scene);
    let tick = |minutes: f64| words.minutes(minutes);
    StatsView {
        lead: lead(scene),
        is_empty: archive.entries.is_empty(),
        facets: facets.collect(),
        steps_sentence: steps_sentence(scene),
        steps: stats.measures.iter().map(|summary| step(scene, summary, stats.count)).collect(),
        axis_svg: chart::interval_axis(&tick),
        has_chart: stats.measures.iter().any(|summary| summary.n() >= 2),
        spread: spread(scene),
        months: months(scene),
        severities: severities(scene),
        causes_heading: causes_heading(scene),
        causes_sentence: causes_sentence(scene),
        causes,
        matrix: matrix(scene),
        clock: clock(scene),
        ages,
        ages_sentence,
        method_mttr: Measure::Resolve.definition(stats.mttr).to_owned(),
    }
}

fn lead(scene: &Scene<'_>) -> String {
    let words = scene.words();
    let archive = scene.archive();
    let stats = &archive.stats;
    if archive.entries.is_empty() {
        return words.get("home_empty");
    }
    let days: Vec<NaiveDate> = archive.entries.iter().filter_map(Entry::day).collect();
    let mut out = match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first < last => {
            words.count_with("stats_lead_span", stats.count, &[("from", &words.day(*first)), ("to", &words.day(*last))])
        }
        _ => words.count("stats_lead", stats.count),
    };
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

fn steps_sentence(scene: &Scene<'_>) -> String {
    let words = scene.words();
    let stats = &scene.archive().stats;
    let known: Vec<String> = stats
        .measures
        .iter()
        .filter(|summary| summary.n() > 0)
        .map(|summary| {
            words.fill("step_coverage", &[
                ("step", &words.get(&format!("measure_{}", summary.measure.as_str().replace('-', "_"))).to_lowercase()),
                ("n", &words.figure(summary.n())),
            ])
        })
        .collect();
    if known.is_empty() { words.get("steps_none") } else { words.count_with("steps_coverage", stats.count, &[("list", &words.list(&known))]) }
}

fn step(scene: &Scene<'_>, summary: &Summary, all: usize) -> Step {
    let words = scene.words();
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
        definition: words.find(&format!("define_{key}_{}", mttr_name(scene))).or_else(|| words.find(&format!("define_{key}"))).map_or_else(
            || summary.measure.definition(scene.archive().stats.mttr).to_owned(),
            str::to_owned,
        ),
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

fn mttr_name(scene: &Scene<'_>) -> &'static str {
    match scene.archive().stats.mttr {
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
fn spread(scene: &Scene<'_>) -> Option<Spread> {
    let words = scene.words();
    let archive = scene.archive();
    let summary = archive.stats.measure(Measure::Resolve);
    let median = summary.median?;
    let n = summary.n();
    let dots: Vec<chart::SwarmDot> =
        summary.samples.iter().map(|sample| chart::SwarmDot { minutes: sample.minutes, rank: rank(&archive.entries[sample.entry]) }).collect();
    let mut marks = vec![(median, words.fill("median_mark", &[("time", &words.minutes(median))]))];
    if let Some(quartiles) = summary.quartiles {
        marks.push((quartiles.p90, words.fill("p90_mark", &[("time", &words.minutes(quartiles.p90))])));
    }
    let within = summary.samples.iter().filter(|sample| sample.minutes < 120.0).count();
    let long = summary.samples.iter().filter(|sample| sample.minutes >= 480.0).count();
    let mut sentence = words.count_with("spread_sentence", n, &[("within", &words.figure(within)), ("long", &words.figure(long))]);
    if let Some(mean) = summary.mean {
        let shorter = summary.samples.iter().filter(|sample| sample.minutes < mean.minutes).count();
        if mean.minutes > median * 1.2 {
            let values = [("mean", &*words.minutes(mean.minutes)), ("shorter", &*words.figure(shorter)), ("n", &*words.figure(n))];
            sentence.push(' ');
            sentence.push_str(&words.fill("spread_mean", &values));
        }
    }
    let heading = if within * 2 > n && long > 0 && long * 5 <= n { words.get("spread_heading_tail") } else { words.get("spread_heading") };
    let mut columns: Vec<Option<Severity>> = summary.samples.iter().map(|sample| archive.entries[sample.entry].severity.as_ref().map(|s| s.value)).collect();
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
fn months(scene: &Scene<'_>) -> Option<Months> {
    const MOST: usize = 36;
    let words = scene.words();
    let archive = scene.archive();
    let all = &archive.stats.by_month;
    let shown = &all[all.len().saturating_sub(MOST)..];
    if shown.len() < 2 {
        return None;
    }
    let is_dense = shown.len() > 18;
    let bars: Vec<chart::Bar> = shown
        .iter()
        .enumerate()
        .map(|(at, ((year, month), members))| {
            let is_january = *month == 1;
            let label = match (is_dense, is_january) {
                (_, true) => year.to_string(),
                (true, false) if at == 0 && *month < 10 => year.to_string(),
                (true, false) => if matches!(month, 4 | 7 | 10) { words.month_name((*month).into()).to_owned() } else { String::new() },
                (false, false) => words.month_name((*month).into()).to_owned(),
            };
            chart::Bar {
                count: members.len(),
                worst: members.iter().filter(|at| rank(&archive.entries[**at]) == 1).count(),
                label,
                is_strong: is_january || (is_dense && at == 0 && *month < 10),
            }
        })
        .collect();
    let (least, most) = (bars.iter().map(|bar| bar.count).min()?, bars.iter().map(|bar| bar.count).max()?);
    let sentence = if least == most {
        words.count("months_even", most)
    } else {
        words.count_with("months_sentence", most, &[("least", &words.figure(least))])
    };
    let incidents: Vec<&Incident> = archive.entries.iter().map(Entry::incident).collect();
    let rows: Vec<MonthRow> = shown
        .iter()
        .rev()
        .map(|((year, month), members)| {
            let stats = Stats::of_some(scene.site.settings(), &incidents, members);
            let resolve = stats.measure(Measure::Resolve);
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

fn severities(scene: &Scene<'_>) -> Vec<SeverityRow> {
    let words = scene.words();
    let archive = scene.archive();
    let groups = &archive.stats.by_severity;
    if groups.iter().all(|(severity, _)| severity.is_none()) {
        return Vec::new();
    }
    let most = groups.iter().map(|(_, members)| members.len()).max().unwrap_or(1);
    let incidents: Vec<&Incident> = archive.entries.iter().map(Entry::incident).collect();
    groups
        .iter()
        .map(|(severity, members)| {
            let stats = Stats::of_some(scene.site.settings(), &incidents, members);
            let resolve = stats.measure(Measure::Resolve);
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

fn causes_heading(scene: &Scene<'_>) -> String {
    let words = scene.words();
    let facet = scene.archive().facets.get(FacetKind::Cause);
    let of = scene.archive().entries.len() - facet.unstated.len();
    // A claim about the first three must survive ties with the fourth.
    let counts: Vec<usize> = facet.terms.iter().map(|term| term.entries.len()).collect();
    if counts.len() < 6 || of < 12 || counts[2] == counts[3] {
        return words.get("facet_causes");
    }
    let mut first: Vec<usize> = facet.terms[..3].iter().flat_map(|term| term.entries.iter().copied()).collect();
    first.sort_unstable();
    first.dedup();
    words.fill("causes_heading", &[("share", &words.percent((100.0 * float(first.len()) / float(of)).round()))])
}

fn causes_sentence(scene: &Scene<'_>) -> String {
    let words = scene.words();
    let facet = scene.archive().facets.get(FacetKind::Cause);
    let all = scene.archive().entries.len();
    let stated = all - facet.unstated.len();
    words.count_with("causes_sentence", facet.terms.len(), &[("stated", &words.figure(stated)), ("all", &words.figure(all))])
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
fn matrix(scene: &Scene<'_>) -> Option<Heat> {
    const MOST_ROWS: usize = 12;
    const MOST_COLUMNS: usize = 9;
    let words = scene.words();
    let archive = scene.archive();
    let causes = archive.facets.get(FacetKind::Cause);
    let services = archive.facets.get(FacetKind::Service);
    let kind = if services.terms.len() >= 2 && services.unstated.len() * 2 < archive.entries.len() { FacetKind::Service } else { FacetKind::Component };
    let facet = archive.facets.get(kind);
    if facet.terms.len() < 2 || causes.terms.len() < 2 || archive.entries.len() < 6 {
        return None;
    }
    let columns = &causes.terms[..causes.terms.len().min(MOST_COLUMNS)];
    let shared = |a: &[usize], b: &[usize]| a.iter().filter(|at| b.binary_search(at).is_ok()).count();
    let table: Vec<(&crate::archive::Term, Vec<usize>)> = facet
        .terms
        .iter()
        .take(MOST_ROWS)
        .map(|term| (term, columns.iter().map(|cause| shared(&cause.entries, &term.entries)).collect()))
        .collect();
    let most = table.iter().flat_map(|(_, counts)| counts.iter().copied()).max().unwrap_or(0);
    let rows = table.iter().map(|(term, counts)| HeatRow {
        label: Link { title: scene.term_label(kind, &term.name), href: scene.href(&scene.site.term_path(facet, term)) },
        cells: cells(words, counts, most),
        sum: words.figure(term.entries.len()),
    });
    let name = if kind == FacetKind::Service { "service" } else { "component" };
    let top: Vec<String> = table
        .iter()
        .flat_map(|(term, counts)| counts.iter().zip(columns).map(move |(count, cause)| (*count, *term, cause)))
        .filter(|(count, ..)| *count == most && most > 1)
        .map(|(_, term, cause)| {
            words.fill("pair", &[("cause", &scene.term_label(FacetKind::Cause, &cause.name).to_lowercase()), ("on", &scene.term_label(kind, &term.name))])
        })
        .collect();
    let sentence = match top.len() {
        1..=4 => words.count_with("matrix_top", top.len(), &[("count", &words.figure(most)), ("pairs", &words.list(&top))]),
        _ => words.get("matrix_neutral"),
    };
    let mut note = words.get("matrix_note");
    if facet.terms.len() > MOST_ROWS || causes.terms.len() > MOST_COLUMNS {
        note.push(' ');
        note.push_str(&words.get("matrix_cut"));
    }
    Some(Heat {
        heading: words.get(&format!("matrix_heading_{name}")),
        sentence: capitalise(&sentence),
        caption: words.get(&format!("matrix_caption_{name}")),
        columns: columns.iter().map(|cause| scene.term_label(FacetKind::Cause, &cause.name)).collect(),
        rows: rows.collect(),
        note,
    })
}

/// Returns starts by weekday and time of day; `None` for fewer than twelve.
fn clock(scene: &Scene<'_>) -> Option<Heat> {
    const LEAST: usize = 12;
    let words = scene.words();
    let archive = scene.archive();
    let starts: Vec<(usize, usize)> = archive
        .entries
        .iter()
        .filter_map(|entry| {
            let moment = &entry.occurred.as_ref()?.moment;
            Some((moment.day()?.weekday().num_days_from_monday() as usize, usize::from(moment.time()?.hour)))
        })
        .collect();
    if starts.len() < LEAST {
        return None;
    }
    let block = if starts.len() < 500 { 3 } else { 1 };
    let width = 24 / block;
    let mut table = vec![vec![0; width]; 7];
    for (weekday, hour) in &starts {
        table[*weekday][hour / block] += 1;
    }
    let most = table.iter().flatten().copied().max().unwrap_or(0);
    let rows = table.iter().enumerate().map(|(weekday, counts)| HeatRow {
        label: Link { title: words.weekday(weekday), href: String::new() },
        cells: cells(words, counts, most),
        sum: words.figure(counts.iter().sum()),
    });
    let office = starts.iter().filter(|(weekday, hour)| *weekday < 5 && (8..17).contains(hour)).count();
    let share = words.percent((100.0 * float(office) / float(starts.len())).round());
    Some(Heat {
        heading: words.get("clock_heading"),
        sentence: words.fill("clock_sentence", &[("share", &share)]),
        caption: words.get("clock_caption"),
        columns: (0..width).map(|at| if block == 1 { format!("{at:02}") } else { format!("{:02}–{:02}", at * block, (at + 1) * block) }).collect(),
        rows: rows.collect(),
        note: words.count_with("clock_note", starts.len(), &[("all", &words.figure(archive.entries.len()))]),
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

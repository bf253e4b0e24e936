//! The statistics page of a period: how long each step takes, how it spreads, how it compares, month by month, causes, services,
//! hours; and of the whole archive what came back and what became of the actions.

mod causes;
mod compare;
mod follow_up;
mod heat;
mod months;
mod services;
mod spread;
mod steps;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use self::{
    causes::{CauseRow, SeverityRow},
    compare::{Compared, before_name},
    follow_up::{FollowUpView, ReturnsView},
    heat::Heat,
    months::{Calendar, Months},
    services::ServicesView,
    spread::Spread,
    steps::Step,
};
use super::{Counted, Link, Scene};
use crate::{
    archive::{Entry, FacetKind},
    config::MttrMeaning,
    incident::{Nature, Severity},
    render::{
        chart,
        words::{Words, capitalise},
    },
    stats::{Measure, Period, Stats},
};

/// What `stats.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct StatsView {
    heading: String,
    lead: String,
    is_empty: bool,
    facets: Vec<Link>,
    periods: Vec<Counted>,
    left_out: Vec<LeftOut>,
    steps_sentence: String,
    steps: Vec<Step>,
    others: Vec<Step>,
    axis_svg: String,
    has_chart: bool,
    spread: Option<Spread>,
    compared: Option<Compared>,
    months: Option<Months>,
    calendar: Option<Calendar>,
    severities: Vec<SeverityRow>,
    causes_heading: String,
    causes_sentence: String,
    causes: Vec<CauseRow>,
    all_causes: Option<Link>,
    matrix: Option<Heat>,
    services: Option<ServicesView>,
    clock: Option<Heat>,
    returns: Option<ReturnsView>,
    actions: Option<FollowUpView>,
    method_mttr: String,
}

/// Incidents that are listed and in no figure, or in no duration.
#[derive(Debug, Serialize)]
struct LeftOut {
    text: String,
    links: Vec<Link>,
    more: Option<String>,
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
    let facets = FacetKind::ALL.into_iter().map(|kind| Link {
        title: words.get(&format!("facet_{}", kind.folder())),
        href: scene.href(&format!("{}/index.html", kind.folder())),
    });
    let tick = |minutes: f64| words.minutes(minutes);
    // What came back and the actions are those of the whole archive.
    let is_whole = matches!(stats.period, Period::LastYear | Period::All);
    StatsView {
        heading: match stats.period {
            Period::LastYear | Period::All => words.get("nav_stats"),
            _ => words.fill("stats_title", &[("period", &period_title(words, stats, archive.as_of))]),
        },
        lead: lead(scene, stats),
        is_empty: stats.count == 0,
        periods: periods(scene, period),
        left_out: left_out(scene, stats),
        facets: facets.collect(),
        steps_sentence: steps::steps_sentence(scene, stats),
        steps: stats.measures.iter().map(|summary| steps::step(scene, summary, stats)).collect(),
        others: steps::others(scene, stats),
        axis_svg: chart::interval_axis(&tick),
        has_chart: stats.measures.iter().any(|summary| summary.n() >= 2),
        spread: spread::spread(scene, stats),
        compared: compare::compared(scene, stats),
        months: months::months(scene, stats),
        calendar: months::calendar(scene, stats),
        severities: causes::severities(scene, stats),
        causes_heading: causes::causes_heading(scene, stats),
        causes_sentence: causes::causes_sentence(scene, stats),
        causes: causes::causes(scene, stats),
        all_causes: causes::all_causes(scene, stats),
        matrix: heat::matrix(scene, stats),
        services: services::services(scene, stats),
        clock: heat::clock(scene, stats),
        returns: is_whole.then(|| follow_up::returns(scene)).flatten(),
        actions: is_whole.then(|| follow_up::actions(scene)).flatten(),
        method_mttr: words.get(&format!("method_mttr_{}", mttr_name(stats.mttr))),
    }
}

/// Returns what is listed and in no figure, and what is in no duration because it goes on.
fn left_out(scene: &Scene<'_>, stats: &Stats) -> Vec<LeftOut> {
    const MOST: usize = 12;
    let words = scene.words();
    let named = |key: &str, entries: Vec<usize>| {
        let link = |at: &usize| Link { title: scene.archive().entries[*at].display_title.clone(), href: scene.incident_href(*at) };
        LeftOut {
            text: words.count(key, entries.len()),
            links: entries.iter().take(MOST).map(link).collect(),
            more: entries.len().checked_sub(MOST + 1).map(|more| words.count("and_more", more + 1)),
        }
    };
    let of = |nature: Nature| stats.excluded.iter().filter(|(_, own)| *own == nature).map(|(at, _)| *at).collect::<Vec<_>>();
    [
        ("left_out_near_miss", of(Nature::NearMiss)),
        ("left_out_drill", of(Nature::Drill)),
        ("left_out_maintenance", of(Nature::Maintenance)),
        ("left_out_open", stats.open.clone()),
    ]
    .into_iter()
    .filter(|(_, entries)| !entries.is_empty())
    .map(|(key, entries)| named(key, entries))
    .collect()
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

fn mttr_name(meaning: MttrMeaning) -> &'static str {
    match meaning {
        MttrMeaning::Recover => "recover",
        MttrMeaning::Repair => "repair",
        MttrMeaning::Respond => "respond",
    }
}

fn rank(entry: &Entry) -> u8 {
    match entry.severity.as_ref().map(|severity| severity.value) {
        Some(Severity::Sev1) => 1,
        Some(Severity::Sev2) => 2,
        _ => 0,
    }
}

//! `stats`: the figures of the statistics page, in the terminal.

use std::fmt::Write as _;

use super::{
    Outcome,
    args::{StatsArgs, StatsBy},
    site,
    terminal::{Bar, Style, clean, plural, print_data, print_text, style},
};
use crate::{
    archive::{ActionGroup, Archive},
    diag::{Error, Result},
    export,
    pipeline::Build,
    stats::{Facts, GroupStats, Grouping, Measure, Period, Range, Stats, Summary, duration_text, wilson_interval},
};

pub(super) fn run(args: &StatsArgs) -> Result<Outcome> {
    let mut settings = site::load(&args.site, None)?;
    settings.show_mean |= args.mean;
    settings.weigh_downtime |= args.weighted;
    let bar = Bar::default();
    let build = Build::run(settings, None, &bar)?;
    bar.end();
    let archive = build.site().archive();
    if args.json {
        print_data(&export::in_memory(|out| export::write_stats_json(out, archive)))?;
        return Ok(Outcome::Done);
    }
    let stats = archive.facts.stats(period(&args.period, &archive.facts)?);
    let groups = args.by.map(|by| groups(by, archive, &stats));
    print_text(&describe(archive, &stats, groups.as_deref()))?;
    Ok(Outcome::Done)
}

fn period(name: &str, facts: &Facts) -> Result<Period> {
    let periods = facts.periods();
    if let Some(period) = periods.iter().find(|period| period.slug().eq_ignore_ascii_case(name)) {
        return Ok(*period);
    }
    let names: Vec<String> = periods.iter().map(|period| period.slug()).collect();
    Err(Error::new(format!("there is no period `{name}` with incidents")).help(format!("use one of {}", names.join(", "))))
}

/// One line of a table by group.
struct Group {
    name: String,
    count: usize,
    resolve: Summary,
}

fn groups(by: StatsBy, archive: &Archive, stats: &Stats) -> Vec<Group> {
    let group = |name: String, entries: &[usize]| {
        let resolve = archive.facts.summary(Measure::Resolve, entries);
        Group { name, count: entries.len(), resolve }
    };
    let named = |grouping: &Grouping, groups: &[GroupStats]| -> Vec<Group> {
        groups.iter().map(|one| group(grouping.names[one.group].clone(), &one.entries)).collect()
    };
    match by {
        StatsBy::Cause => named(archive.facts.causes(), &stats.causes),
        StatsBy::Component => named(archive.facts.components(), &stats.components),
        StatsBy::Service => named(archive.facts.services(), &stats.services),
        StatsBy::Severity => {
            let name =
                |severity: Option<crate::incident::Severity>| severity.map_or("not stated".to_owned(), |severity| severity.to_string());
            stats.by_severity.iter().map(|(severity, entries)| group(name(*severity), entries)).collect()
        }
        StatsBy::Month => stats.by_month.iter().map(|((year, month), entries)| group(format!("{year:04}-{month:02}"), entries)).collect(),
        StatsBy::Year => stats.by_year.iter().map(|(year, entries)| group(format!("{year:04}"), entries)).collect(),
    }
}

fn describe(archive: &Archive, stats: &Stats, groups: Option<&[Group]>) -> String {
    let mut out = style(&plural(stats.count, "incident"), Style::Bold);
    if let Some(span) = stats.span {
        let _ = write!(out, ", {} to {}", span.from, span.to);
    }
    let _ = writeln!(out, ", as of {}", archive.as_of);
    for (count, what) in
        [(stats.excluded.len(), "near misses, drills or planned work, in no figure"), (stats.open.len(), "going on, in no duration")]
    {
        if count > 0 {
            let _ = writeln!(out, "{count} {what}");
        }
    }
    if let Some(frequency) = &stats.frequency {
        let Range { low, high } = frequency.per_30_days_interval;
        let _ = writeln!(out, "{:.1} in 30 days (95 %: {low:.1} to {high:.1})", frequency.per_30_days);
    }
    out.push('\n');
    let name = |entry: usize| clean(&archive.entries[entry].id);
    let also = [&stats.failed_deployment, &stats.between, &stats.postmortem_lag].into_iter().filter(|summary| summary.n() > 0);
    for summary in stats.measures.iter().chain(also) {
        let _ = writeln!(out, "{:31}  {}", summary.measure.title(), summary.sentence(&name));
        let _ = writeln!(out, "{:31}  {}", "", style(summary.measure.definition(stats.mttr), Style::Dim));
    }
    describe_shares(&mut out, archive, stats);
    describe_downtime(&mut out, archive, stats);
    if let Some(comparison) = &stats.comparison {
        out.push('\n');
        let _ = writeln!(out, "{}", comparison.count.sentence(&comparison.name));
        for one in comparison.durations.iter().filter(|one| one.now.1.is_some() && one.before.1.is_some()) {
            let _ = writeln!(out, "{}", one.sentence(&comparison.name));
        }
    }
    if stats.period == Period::All {
        describe_series(&mut out, archive);
    }
    if let Some(groups) = groups {
        out.push('\n');
        describe_groups(&mut out, groups, &name);
    }
    out
}

/// Says what share of the incidents came back, was noticed by customers and started off hours, and how the actions stand.
fn describe_shares(out: &mut String, archive: &Archive, stats: &Stats) {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut line = |what: &str, count: usize, n: usize| {
        if let Some(Range { low, high }) = wilson_interval(count, n) {
            let _ = writeln!(out, "{what:31}  {count} of {n} (95 %: {} to {})", percent(low), percent(high));
        }
    };
    line("Noticed by customers first", stats.customer_detected.hits.len(), stats.customer_detected.known);
    line("Started off hours", stats.clock.off_hours.len(), stats.clock.known);
    if stats.period == Period::All {
        let rate = &archive.recurrence;
        line(&format!("Came back within {} days", rate.window_days), rate.again.len(), rate.known);
        let actions = &archive.actions;
        let (closed, of) = actions.closure();
        let (overdue, unknown) = (actions.group(ActionGroup::Overdue).len(), actions.group(ActionGroup::Unknown).len());
        let _ = writeln!(out, "{:31}  {closed} of {of} closed, {overdue} overdue; {unknown} do not say how they stand", "Actions");
    }
}

/// How many services and series are named.
const MOST_NAMED: usize = 10;

/// Says how long each service was down, the longest first.
fn describe_downtime(out: &mut String, archive: &Archive, stats: &Stats) {
    if stats.downtime.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nDowntime, from published incidents only: availabilities are upper bounds");
    for one in stats.downtime.iter().take(MOST_NAMED) {
        let name = clean(&archive.facts.services().names[one.service]);
        let _ = write!(out, "{name:31}  {} in {}", duration_text(one.minutes), plural(one.entries.len(), "incident"));
        let _ = write!(out, "; at most {:.3} % available", one.availability() * 100.0);
        if let (Some(minutes), Some(share)) = (one.weighted_minutes, one.weighted_availability()) {
            let _ = write!(out, "; weighted {}, {:.3} %", duration_text(minutes), share * 100.0);
        }
        if let Some(median) = one.up_time.median {
            let _ = write!(out, "; median {} between failures, n = {}", duration_text(median), one.up_time.n());
        }
        if !one.unknown.is_empty() {
            let _ = write!(out, "; {} without start and end to the minute", one.unknown.len());
        }
        out.push('\n');
    }
    let more = stats.downtime.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        let _ = writeln!(out, "and {more} more, with --json");
    }
}

/// Says what came back lately, and whether we are sure.
fn describe_series(out: &mut String, archive: &Archive) {
    let said = archive.entries.iter().enumerate().filter_map(|(at, entry)| Some((entry, archive.recurrence_of(at)?.sentence()?)));
    for (at, (entry, sentence)) in said.take(MOST_NAMED).enumerate() {
        if at == 0 {
            let _ = writeln!(out, "\nCame back, the latest first");
        }
        let _ = writeln!(out, "{:31}  {sentence}", clean(&entry.id));
    }
}

/// How wide the longest bar is.
const BAR_WIDTH: usize = 20;

fn describe_groups(out: &mut String, groups: &[Group], name: &dyn Fn(usize) -> String) {
    let width = groups.iter().map(|group| clean(&group.name).chars().count()).max().unwrap_or(0);
    let most = groups.iter().map(|group| group.count).max().unwrap_or(0).max(1);
    for group in groups {
        let bar = "█".repeat((group.count * BAR_WIDTH).div_ceil(most));
        // Padding by hand: colour codes would count as width.
        let space = " ".repeat(BAR_WIDTH - bar.chars().count());
        let resolved = if group.count == 0 { String::new() } else { format!("resolved: {}", group.resolve.sentence(name)) };
        let line = format!("{:width$}  {:>5}  {}{space}  {resolved}", clean(&group.name), group.count, style(&bar, Style::Help));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if groups.is_empty() {
        let _ = writeln!(out, "nothing is stated");
    }
}

//! `stats`: the figures of the statistics page, in the terminal.

use std::fmt::Write as _;

use super::{
    Outcome,
    args::{StatsArgs, StatsBy},
    site,
    terminal::{Bar, Style, clean, plural, print_data, print_text, style},
};
use crate::{
    archive::Archive,
    diag::{Error, Result},
    export,
    pipeline::Build,
    stats::{Facts, GroupStats, Grouping, Measure, Period, Range, Stats, Summary, duration_text},
};

pub(super) fn run(args: &StatsArgs) -> Result<Outcome> {
    let settings = site::load(&args.site, None)?;
    let bar = Bar::default();
    let build = Build::run(settings, None, &bar)?;
    bar.end();
    let archive = build.site().archive();
    if args.json {
        print_data(&export::stats_json(archive))?;
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
            let name = |severity: Option<crate::incident::Severity>| severity.map_or("not stated".to_owned(), |severity| severity.to_string());
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
    for summary in &stats.measures {
        let _ = writeln!(out, "{:20}  {}", summary.measure.title(), summary_text(summary));
    }
    if let Some(groups) = groups {
        out.push('\n');
        describe_groups(&mut out, groups);
    }
    out
}

fn summary_text(summary: &Summary) -> String {
    let n = summary.n();
    let mut text = match (summary.median, summary.interval) {
        (Some(median), Some(Range { low, high })) => {
            format!("median {} (95 %: {} to {}), n = {n}", duration_text(median), duration_text(low), duration_text(high))
        }
        _ if n == 0 => "no data".to_owned(),
        _ => {
            let times: Vec<String> = summary.samples.iter().map(|sample| duration_text(sample.minutes)).collect();
            format!("{}, n = {n}", times.join(", "))
        }
    };
    if let Some(quartiles) = summary.quartiles {
        let _ = write!(
            text,
            "; quartiles {} and {}, 90th percentile {}",
            duration_text(quartiles.lower),
            duration_text(quartiles.upper),
            duration_text(quartiles.p90)
        );
    }
    if !summary.missing.is_empty() {
        let _ = write!(text, "; {} not stated", summary.missing.len());
    }
    text
}

fn describe_groups(out: &mut String, groups: &[Group]) {
    let width = groups.iter().map(|group| group.name.chars().count()).max().unwrap_or(0);
    for group in groups {
        let _ = writeln!(out, "{:width$}  {:>5}  resolved in {}", clean(&group.name), group.count, summary_text(&group.resolve));
    }
    if groups.is_empty() {
        let _ = writeln!(out, "nothing is stated");
    }
}

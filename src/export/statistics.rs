//! The statistics as data: `data/stats.json`, `stats --json`. Every number carries the ids of the incidents behind it, what it
//! means and what was left out.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{GENERATOR, SCHEMA_VERSION, json::push_json};
use crate::{
    archive::{ActionAt, ActionGroup, Archive, FacetKind, SeriesLink},
    config::MttrMeaning,
    stats::{Comparison, GroupStats, Grouping, Measure, Range, Share, Stats, Summary},
};

/// What no figure counts.
const EXCLUSIONS: &str =
    "near misses, drills and planned maintenance, where they are stated as such; an incident that goes on is in no duration";

/// Returns `data/stats.json`: one period a line, so that the whole is never in memory twice.
pub fn stats_json(archive: &Archive) -> Vec<u8> {
    let ids = Ids(archive);
    let head = json!({
        "schema": SCHEMA_VERSION,
        "generator": GENERATOR,
        "as_of": day(archive.as_of),
        "mttr": mttr(archive.facts.mttr()),
        "zone": archive.facts.zone(),
        "exclusions": EXCLUSIONS,
        "methods": methods(),
        "recurrence": ids.recurrence(),
        "actions": ids.actions(),
        "coverage": ids.coverage(),
    });
    let mut out = Vec::new();
    push_json(&mut out, &head);
    // The periods go in before the closing brace.
    out.pop();
    out.extend(b",\n\"periods\":[");
    for (index, stats) in archive.periods.iter().enumerate() {
        out.extend(if index == 0 { &b"\n"[..] } else { &b",\n"[..] });
        push_json(&mut out, &ids.period(stats));
    }
    out.extend(b"]}\n");
    out
}

fn methods() -> Value {
    json!({
        "median_interval": "95 %, from the order of the values (binomial distribution of their ranks); exists from 6 values on",
        "quantiles": "linear between neighbours (type 7); quartiles and 90th percentile from 20 values on",
        "count_interval": "95 %, exact for a Poisson count (Garwood)",
        "share_interval": "95 %, Wilson",
        "count_test": "exact conditional test of two Poisson rates, two-sided, exposure in days",
        "duration_test": "Mann-Whitney, two-sided, normal approximation corrected for ties and continuity; from 20 values in both periods on",
        "duration_ratio": "Hodges-Lehmann estimate on the logarithms with Moses' 95 % interval; times under a minute count as one",
        "recurrence": "every incident of a series shares with the first of it a root cause and a component, and besides a service or a close text; texts are close when the words they share, rare ones counting more, are at least 18 % of all words of the root causes (else summaries), or 40 % of those of the titles; below 40 % the link is not sure",
    })
}

/// Names incidents by their ids.
struct Ids<'a>(&'a Archive);

impl Ids<'_> {
    fn one(&self, entry: usize) -> &str {
        &self.0.entries[entry].id
    }

    fn all(&self, entries: &[usize]) -> Vec<&str> {
        entries.iter().map(|entry| self.one(*entry)).collect()
    }

    fn period(&self, stats: &Stats) -> Value {
        let facts = &self.0.facts;
        let steps = stats.measures.iter().chain([&stats.failed_deployment, &stats.between, &stats.postmortem_lag]);
        json!({
            "period": stats.period.slug(),
            "title": stats.period.title(self.0.as_of),
            "from": stats.span.map(|span| day(span.from)),
            "to": stats.span.map(|span| day(span.to)),
            "count": stats.count,
            "incidents": self.all(&stats.entries),
            "excluded": stats.excluded.iter().map(|(entry, nature)| json!({"id": self.one(*entry), "nature": nature})).collect::<Vec<_>>(),
            "open": self.all(&stats.open),
            "undated": self.all(&stats.undated),
            "frequency": stats.frequency.map(|frequency| json!({
                "definition": "incidents in the period; the interval is that of the mean that such a count comes from",
                "count": frequency.count,
                "count_interval": range(Some(frequency.count_interval)),
                "days": frequency.days,
                "per_30_days": frequency.per_30_days,
                "per_30_days_interval": range(Some(frequency.per_30_days_interval)),
            })),
            "measures": steps.map(|summary| self.summary(summary, stats.mttr)).collect::<Vec<_>>(),
            "by_year": stats.by_year.iter().map(|(year, entries)| self.bin(year.to_string(), entries)).collect::<Vec<_>>(),
            "by_month": stats.by_month.iter().map(|((year, month), entries)| self.bin(format!("{year:04}-{month:02}"), entries)).collect::<Vec<_>>(),
            "by_severity": stats.by_severity.iter().map(|(severity, entries)| self.bin(severity, entries)).collect::<Vec<_>>(),
            "causes": self.groups(&stats.causes, FacetKind::Cause),
            "components": self.groups(&stats.components, FacetKind::Component),
            "services": self.groups(&stats.services, FacetKind::Service),
            "service_by_cause": stats.service_by_cause.iter().map(|((service, cause), entries)| json!({
                "service": name(facts.services(), *service),
                "cause": self.0.facets.get(FacetKind::Cause).terms[*cause].name,
                "count": entries.len(),
                "incidents": self.all(entries),
            })).collect::<Vec<_>>(),
            "downtime": stats.downtime.iter().map(|downtime| json!({
                "definition": "minutes in which at least one published incident hurt the service, overlaps counted once; the availability is an upper bound",
                "service": name(facts.services(), downtime.service),
                "minutes": downtime.minutes,
                "weighted_minutes": downtime.weighted_minutes,
                "agreed_minutes": downtime.agreed_minutes,
                "availability": downtime.availability(),
                "weighted_availability": downtime.weighted_availability(),
                "incidents": self.all(&downtime.entries),
                "unknown": self.all(&downtime.unknown),
                "time_between_failures": self.summary(&downtime.up_time, stats.mttr),
            })).collect::<Vec<_>>(),
            "clock": {
                "definition": "when incidents start, in the zone of the site; weekday 0 is Monday",
                "zone": stats.clock.zone,
                "known": stats.clock.known,
                "unknown": self.all(&stats.clock.unknown),
                "cells": stats.clock.cells.iter().map(|((weekday, hour), entries)| json!({
                    "weekday": weekday, "hour": hour, "count": entries.len(), "incidents": self.all(entries),
                })).collect::<Vec<_>>(),
                "off_hours": self.share(&stats.clock.off_hours_share(), "outside Monday to Friday, 08:00 to 17:00"),
            },
            "weeks": stats.weeks.iter().filter(|week| !week.entries.is_empty()).map(|week| json!({
                "monday": day(week.monday), "count": week.entries.len(), "worst": week.worst, "incidents": self.all(&week.entries),
            })).collect::<Vec<_>>(),
            "customer_detected": self.share(&stats.customer_detected, "noticed by customers first, of those that say who noticed"),
            "comparison": stats.comparison.as_ref().map(|comparison| self.comparison(comparison)),
        })
    }

    fn summary(&self, summary: &Summary, meaning: MttrMeaning) -> Value {
        json!({
            "measure": summary.measure.as_str(),
            "title": summary.measure.title(),
            "definition": summary.measure.definition(meaning),
            "mttr": matches!(summary.measure, Measure::Resolve | Measure::FailedDeployment).then(|| mttr(meaning)),
            "exclusions": EXCLUSIONS,
            "n": summary.n(),
            "median_minutes": summary.median,
            "median_interval_minutes": range(summary.interval),
            "p25_minutes": summary.quartiles.map(|quartiles| quartiles.lower),
            "p75_minutes": summary.quartiles.map(|quartiles| quartiles.upper),
            "p90_minutes": summary.quartiles.map(|quartiles| quartiles.p90),
            "mean_minutes": summary.mean.map(|mean| mean.minutes),
            "mean_largest_share": summary.mean.map(|mean| mean.largest_share),
            "total_minutes": summary.total_minutes(),
            "worst": summary.worst().map(|worst| json!({"id": self.one(worst.entry), "minutes": worst.minutes})),
            "values": summary.samples.iter().map(|sample| json!({"id": self.one(sample.entry), "minutes": sample.minutes})).collect::<Vec<_>>(),
            "missing": self.all(&summary.missing),
            "open": self.all(&summary.censored),
            "negative": self.all(&summary.negative),
        })
    }

    fn bin(&self, name: impl Serialize, entries: &[usize]) -> Value {
        json!({"name": name, "count": entries.len(), "incidents": self.all(entries)})
    }

    fn groups(&self, groups: &[GroupStats], kind: FacetKind) -> Vec<Value> {
        let terms = &self.0.facets.get(kind).terms;
        let one = |group: &GroupStats| {
            json!({
                "name": terms[group.group].name,
                "count": group.entries.len(),
                "share": share_of(group.entries.len(), group.known),
                "share_interval": range(group.share_interval()),
                "known": group.known,
                "total_minutes": group.minutes,
                "minutes_known": group.minutes_known,
                "incidents": self.all(&group.entries),
            })
        };
        groups.iter().map(one).collect()
    }

    fn share(&self, share: &Share, definition: &str) -> Value {
        json!({
            "definition": definition,
            "count": share.hits.len(),
            "n": share.known,
            "share": share.value(),
            "share_interval": range(share.interval()),
            "incidents": self.all(&share.hits),
            "unknown": self.all(&share.unknown),
        })
    }

    fn comparison(&self, comparison: &Comparison) -> Value {
        let count = &comparison.count;
        let durations = comparison.durations.iter().map(|one| {
            json!({
                "measure": one.measure.as_str(),
                "n": [one.now.0, one.before.0],
                "median_minutes": [one.now.1, one.before.1],
                "p": one.test.map(|test| test.p),
                "ratio": one.test.map(|test| test.ratio),
                "ratio_interval": range(one.test.map(|test| test.interval)),
                "sentence": one.sentence(&comparison.name),
            })
        });
        json!({
            "with": comparison.name,
            "from": day(comparison.span.from),
            "to": day(comparison.span.to),
            "incidents": self.all(&comparison.entries),
            "count": [count.now, count.before],
            "days": [count.days_now, count.days_before],
            "p": count.p,
            "sentence": count.sentence(&comparison.name),
            "durations": durations.collect::<Vec<_>>(),
        })
    }

    fn recurrence(&self) -> Value {
        let archive = self.0;
        let rate = &archive.recurrence;
        let series = archive.again.series.iter().map(|series| {
            json!({
                "pairs": series.pairs.iter().map(|(cause, component)| json!({"cause": cause, "component": component})).collect::<Vec<_>>(),
                "services": series.services,
                "by_text": series.by_text,
                "incidents": self.all(&series.entries),
                "links": series.entries.iter().zip(&series.links).filter_map(|(entry, link)| Some(self.link(*entry, link.as_ref()?))).collect::<Vec<_>>(),
                "days_between": series.days_between,
            })
        });
        json!({
            "definition": format!("incidents that are the same as one at most {} days before, of those with a day, a root cause and a component", rate.window_days),
            "window_days": rate.window_days,
            "count": rate.again.len(),
            "n": rate.known,
            "share": share_of(rate.again.len(), rate.known),
            "share_interval": range(crate::stats::wilson_interval(rate.again.len(), rate.known)),
            "incidents": self.all(&rate.again),
            "series": series.collect::<Vec<_>>(),
        })
    }

    /// Says why an incident is the first of its series again, and how it stands.
    fn link(&self, entry: usize, link: &SeriesLink) -> Value {
        json!({
            "id": self.one(entry),
            "pairs": link.pairs.iter().map(|(cause, component)| json!({"cause": cause, "component": component})).collect::<Vec<_>>(),
            "services": link.services,
            "shared_words": link.shared_words,
            "sure": link.is_sure,
        })
    }

    fn action(&self, at: ActionAt) -> Value {
        let item = &self.0.entries[at.entry].action_items[at.item];
        json!({"id": self.one(at.entry), "action": at.item + 1, "text": item.text, "owner": item.owner, "due": item.due})
    }

    fn actions(&self) -> Value {
        let log = &self.0.actions;
        let list = |actions: &[ActionAt]| actions.iter().map(|at| self.action(*at)).collect::<Vec<_>>();
        let groups: Map<String, Value> =
            ActionGroup::ALL.into_iter().map(|group| (group.as_str().to_owned(), list(log.group(group)).into())).collect();
        let (closed, of) = log.closure();
        json!({
            "definition": "open and overdue only where the text says that an action is not done; a state that is not stated is a group of its own",
            "total": log.total,
            "open": log.open_count(),
            "closure": {"definition": "done, of those done or open", "count": closed, "n": of, "share": share_of(closed, of)},
            "groups": groups,
            "ownerless": list(&log.ownerless),
            "by_owner": log.by_owner.iter().map(|one| json!({
                "owner": one.owner, "open": list(&one.open), "overdue": one.overdue, "done": one.done, "unknown": one.unknown,
            })).collect::<Vec<_>>(),
            "by_cause": log.by_cause.iter().map(|one| json!({
                "cause": one.cause, "asked": one.asked, "open": list(&one.open), "overdue": one.overdue, "done": one.done, "unknown": one.unknown,
            })).collect::<Vec<_>>(),
            "burn_up": log.burn_up.iter().map(|one| json!({
                "month": format!("{:04}-{:02}", one.month.0, one.month.1), "asked": one.asked, "closed": one.closed,
            })).collect::<Vec<_>>(),
            "age_days": log.ages.iter().map(|(at, days)| json!({"id": self.one(at.entry), "action": at.item + 1, "days": days})).collect::<Vec<_>>(),
            "repeated": log.repeated.all().iter().map(|one| json!({"incidents": one.incidents, "actions": list(&one.actions)})).collect::<Vec<_>>(),
        })
    }

    fn coverage(&self) -> Vec<Value> {
        let one = |coverage: &crate::stats::Coverage| {
            json!({
                "field": coverage.field,
                "title": coverage.title,
                "supports": coverage.supports,
                "mend": coverage.mend,
                "known": coverage.known,
                "n": coverage.total(),
                "share": share_of(coverage.known, coverage.total()),
                "missing": coverage.missing.iter().map(|entry| json!({"id": self.one(*entry), "file": *self.0.entries[*entry].file})).collect::<Vec<_>>(),
            })
        };
        self.0.coverage.iter().map(one).collect()
    }
}

fn name(grouping: &Grouping, group: usize) -> &str {
    grouping.names.get(group).map_or("", String::as_str)
}

fn day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn range(range: Option<Range>) -> Value {
    range.map_or(Value::Null, |range| json!([range.low, range.high]))
}

#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
fn share_of(count: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| count as f64 / of as f64)
}

fn mttr(meaning: MttrMeaning) -> &'static str {
    match meaning {
        MttrMeaning::Recover => "recover",
        MttrMeaning::Repair => "repair",
        MttrMeaning::Respond => "respond",
    }
}

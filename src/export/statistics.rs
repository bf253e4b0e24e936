//! The statistics as data: `data/stats.json`, `stats --json`. Every number carries the ids of the incidents behind it, what it
//! means and what was left out.

use std::io::{self, BufWriter, Write};

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{GENERATOR, SCHEMA_VERSION, json::Object};
use crate::{
    archive::{ActionAt, ActionGroup, Archive, FacetKind, SeriesLink},
    config::MttrMeaning,
    incident::Moment,
    stats::{Clock, Comparison, Coverage, Downtime, GroupStats, Grouping, Measure, Range, Share, Stats, Summary},
};

/// What no figure counts.
const EXCLUSIONS: &str =
    "near misses, drills and planned maintenance, where they are stated as such; an incident that goes on is in no duration";

/// Writes `data/stats.json`: one period a line, and no list of incidents is in memory as JSON.
pub fn write_stats_json(out: &mut dyn Write, archive: &Archive) -> io::Result<()> {
    let out = &mut BufWriter::new(out);
    let ids = Ids(archive);
    let mut top = Object::begin(out)?;
    top.field("schema", &SCHEMA_VERSION)?;
    top.field("generator", GENERATOR)?;
    top.field("as_of", &day(archive.as_of))?;
    top.field("mttr", mttr(archive.facts.mttr()))?;
    top.field("zone", archive.facts.zone())?;
    top.field("exclusions", EXCLUSIONS)?;
    top.field("methods", &methods())?;
    top.object("recurrence", |object| ids.recurrence(object))?;
    top.object("actions", |object| ids.actions(object))?;
    top.objects("coverage", &archive.coverage[..], |object, coverage| ids.coverage(object, coverage))?;
    out.write_all(b",\n\"periods\":[")?;
    for (index, stats) in archive.periods.iter().enumerate() {
        out.write_all(if index == 0 { &b"\n"[..] } else { &b",\n"[..] })?;
        let mut object = Object::begin(out)?;
        ids.period(&mut object, stats)?;
        object.end()?;
    }
    out.write_all(b"]}\n")?;
    out.flush()
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

/// The ids of incidents, written one by one.
struct IdList<'a>(&'a Archive, &'a [usize]);

impl Serialize for IdList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|entry| &*self.0.entries[*entry].id))
    }
}

#[derive(Serialize)]
struct ActionRecord<'a> {
    id: &'a str,
    /// Its place among the incident's actions, from 1.
    action: usize,
    text: &'a str,
    owner: Option<&'a str>,
    due: Option<&'a Moment>,
}

#[derive(Serialize)]
struct Minutes<'a> {
    id: &'a str,
    minutes: f64,
}

#[derive(Serialize)]
struct Missing<'a> {
    id: &'a str,
    file: &'a str,
}

impl<'a> Ids<'a> {
    fn one(&self, entry: usize) -> &'a str {
        &self.0.entries[entry].id
    }

    fn all(&self, entries: &'a [usize]) -> IdList<'a> {
        IdList(self.0, entries)
    }

    fn period(&self, object: &mut Object<'_, '_>, stats: &'a Stats) -> io::Result<()> {
        let facts = &self.0.facts;
        let steps = stats.measures.iter().chain([&stats.failed_deployment, &stats.between, &stats.postmortem_lag]);
        object.field("period", &stats.period.slug())?;
        object.field("title", &stats.period.title(self.0.as_of))?;
        object.field("from", &stats.span.map(|span| day(span.from)))?;
        object.field("to", &stats.span.map(|span| day(span.to)))?;
        object.field("count", &stats.count)?;
        object.field("incidents", &self.all(&stats.entries))?;
        object.list("excluded", stats.excluded.iter().map(|(entry, nature)| json!({"id": self.one(*entry), "nature": nature})))?;
        object.field("open", &self.all(&stats.open))?;
        object.field("undated", &self.all(&stats.undated))?;
        let frequency = stats.frequency.map(|frequency| {
            json!({
                "definition": "incidents in the period; the interval is that of the mean that such a count comes from",
                "count": frequency.count,
                "count_interval": range(Some(frequency.count_interval)),
                "days": frequency.days,
                "per_30_days": frequency.per_30_days,
                "per_30_days_interval": range(Some(frequency.per_30_days_interval)),
            })
        });
        object.field("frequency", &frequency)?;
        object.objects("measures", steps, |object, summary| self.summary(object, summary, stats.mttr))?;
        object.objects("by_year", &stats.by_year, |object, (year, entries)| self.bin(object, &year.to_string(), entries))?;
        object.objects("by_month", &stats.by_month, |object, ((year, month), entries)| {
            self.bin(object, &format!("{year:04}-{month:02}"), entries)
        })?;
        object.objects("by_severity", &stats.by_severity, |object, (severity, entries)| self.bin(object, severity, entries))?;
        object.objects("causes", &stats.causes, |object, group| self.group(object, group, FacetKind::Cause))?;
        object.objects("components", &stats.components, |object, group| self.group(object, group, FacetKind::Component))?;
        object.objects("services", &stats.services, |object, group| self.group(object, group, FacetKind::Service))?;
        object.objects("service_by_cause", &stats.service_by_cause, |object, ((service, cause), entries)| {
            object.field("service", name(facts.services(), *service))?;
            object.field("cause", &self.0.facets.get(FacetKind::Cause).terms[*cause].name)?;
            object.field("count", &entries.len())?;
            object.field("incidents", &self.all(entries))
        })?;
        object.objects("downtime", &stats.downtime, |object, downtime| self.downtime(object, downtime, stats.mttr))?;
        object.object("clock", |object| self.clock(object, &stats.clock))?;
        object.objects("weeks", stats.weeks.iter().filter(|week| !week.entries.is_empty()), |object, week| {
            object.field("monday", &day(week.monday))?;
            object.field("count", &week.entries.len())?;
            object.field("worst", &week.worst)?;
            object.field("incidents", &self.all(&week.entries))
        })?;
        object.object("customer_detected", |object| {
            self.share(object, &stats.customer_detected, "noticed by customers first, of those that say who noticed")
        })?;
        match &stats.comparison {
            Some(comparison) => object.object("comparison", |object| self.comparison(object, comparison)),
            None => object.field("comparison", &Value::Null),
        }
    }

    fn downtime(&self, object: &mut Object<'_, '_>, downtime: &Downtime, meaning: MttrMeaning) -> io::Result<()> {
        let definition =
            "minutes in which at least one published incident hurt the service, overlaps counted once; the availability is an upper bound";
        object.field("definition", definition)?;
        object.field("service", name(self.0.facts.services(), downtime.service))?;
        object.field("minutes", &downtime.minutes)?;
        object.field("weighted_minutes", &downtime.weighted_minutes)?;
        object.field("agreed_minutes", &downtime.agreed_minutes)?;
        object.field("availability", &downtime.availability())?;
        object.field("weighted_availability", &downtime.weighted_availability())?;
        object.field("incidents", &IdList(self.0, &downtime.entries))?;
        object.field("unknown", &IdList(self.0, &downtime.unknown))?;
        object.object("time_between_failures", |object| self.summary(object, &downtime.up_time, meaning))
    }

    fn clock(&self, object: &mut Object<'_, '_>, clock: &Clock) -> io::Result<()> {
        object.field("definition", "when incidents start, in the zone of the site; weekday 0 is Monday")?;
        object.field("zone", &clock.zone)?;
        object.field("known", &clock.known)?;
        object.field("unknown", &IdList(self.0, &clock.unknown))?;
        object.objects("cells", &clock.cells, |object, ((weekday, hour), entries)| {
            object.field("weekday", weekday)?;
            object.field("hour", hour)?;
            object.field("count", &entries.len())?;
            object.field("incidents", &IdList(self.0, entries))
        })?;
        let off_hours = clock.off_hours_share();
        object.object("off_hours", |object| self.share(object, &off_hours, "outside Monday to Friday, 08:00 to 17:00"))
    }

    fn summary(&self, object: &mut Object<'_, '_>, summary: &Summary, meaning: MttrMeaning) -> io::Result<()> {
        object.field("measure", summary.measure.as_str())?;
        object.field("title", summary.measure.title())?;
        object.field("definition", summary.measure.definition(meaning))?;
        object.field("mttr", &matches!(summary.measure, Measure::Resolve | Measure::FailedDeployment).then(|| mttr(meaning)))?;
        object.field("exclusions", EXCLUSIONS)?;
        object.field("n", &summary.n())?;
        object.field("median_minutes", &summary.median)?;
        object.field("median_interval_minutes", &range(summary.interval))?;
        object.field("p25_minutes", &summary.quartiles.map(|quartiles| quartiles.lower))?;
        object.field("p75_minutes", &summary.quartiles.map(|quartiles| quartiles.upper))?;
        object.field("p90_minutes", &summary.quartiles.map(|quartiles| quartiles.p90))?;
        object.field("mean_minutes", &summary.mean.map(|mean| mean.minutes))?;
        object.field("mean_largest_share", &summary.mean.map(|mean| mean.largest_share))?;
        object.field("total_minutes", &summary.total_minutes())?;
        object.field("worst", &summary.worst().map(|worst| Minutes { id: self.one(worst.entry), minutes: worst.minutes }))?;
        let values = summary.samples.iter().map(|sample| Minutes { id: self.one(sample.entry), minutes: sample.minutes });
        object.list("values", values)?;
        object.field("missing", &IdList(self.0, &summary.missing))?;
        object.field("open", &IdList(self.0, &summary.censored))?;
        object.field("negative", &IdList(self.0, &summary.negative))
    }

    fn bin(&self, object: &mut Object<'_, '_>, name: &(impl Serialize + ?Sized), entries: &[usize]) -> io::Result<()> {
        object.field("name", name)?;
        object.field("count", &entries.len())?;
        object.field("incidents", &IdList(self.0, entries))
    }

    fn group(&self, object: &mut Object<'_, '_>, group: &GroupStats, kind: FacetKind) -> io::Result<()> {
        object.field("name", &self.0.facets.get(kind).terms[group.group].name)?;
        object.field("count", &group.entries.len())?;
        object.field("share", &share_of(group.entries.len(), group.known))?;
        object.field("share_interval", &range(group.share_interval()))?;
        object.field("known", &group.known)?;
        object.field("total_minutes", &group.minutes)?;
        object.field("minutes_known", &group.minutes_known)?;
        object.field("incidents", &IdList(self.0, &group.entries))
    }

    fn share(&self, object: &mut Object<'_, '_>, share: &Share, definition: &str) -> io::Result<()> {
        object.field("definition", definition)?;
        object.field("count", &share.hits.len())?;
        object.field("n", &share.known)?;
        object.field("share", &share.value())?;
        object.field("share_interval", &range(share.interval()))?;
        object.field("incidents", &IdList(self.0, &share.hits))?;
        object.field("unknown", &IdList(self.0, &share.unknown))
    }

    fn comparison(&self, object: &mut Object<'_, '_>, comparison: &Comparison) -> io::Result<()> {
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
        object.field("with", &comparison.name)?;
        object.field("from", &day(comparison.span.from))?;
        object.field("to", &day(comparison.span.to))?;
        object.field("incidents", &IdList(self.0, &comparison.entries))?;
        object.field("count", &[count.now, count.before])?;
        object.field("days", &[count.days_now, count.days_before])?;
        object.field("p", &count.p)?;
        object.field("sentence", &count.sentence(&comparison.name))?;
        object.list("durations", durations)
    }

    fn recurrence(&self, object: &mut Object<'_, '_>) -> io::Result<()> {
        let archive = self.0;
        let rate = &archive.recurrence;
        let definition = format!(
            "incidents that are the same as one at most {} days before, of those with a day, a root cause and a component",
            rate.window_days
        );
        object.field("definition", &definition)?;
        object.field("window_days", &rate.window_days)?;
        object.field("count", &rate.again.len())?;
        object.field("n", &rate.known)?;
        object.field("share", &share_of(rate.again.len(), rate.known))?;
        object.field("share_interval", &range(crate::stats::wilson_interval(rate.again.len(), rate.known)))?;
        object.field("incidents", &self.all(&rate.again))?;
        object.objects("series", &archive.again.series, |object, series| {
            let details = archive.again.details(&archive.entries, series);
            let pairs = details.pairs.iter().map(|(cause, component)| json!({"cause": cause, "component": component}));
            object.list("pairs", pairs)?;
            object.field("services", &details.services)?;
            object.field("by_text", &details.by_text)?;
            object.field("incidents", &self.all(&series.entries))?;
            let links = series.entries.iter().zip(&details.links);
            object.list("links", links.filter_map(|(entry, link)| Some(self.link(*entry, link.as_ref()?))))?;
            object.field("days_between", &details.days_between)
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

    fn action(&self, at: ActionAt) -> ActionRecord<'a> {
        let item = &self.0.entries[at.entry].action_items[at.item];
        let (owner, due) = (item.owner.as_deref(), item.due.as_ref());
        ActionRecord { id: self.one(at.entry), action: at.item + 1, text: &item.text, owner, due }
    }

    fn actions(&self, object: &mut Object<'_, '_>) -> io::Result<()> {
        let log = &self.0.actions;
        let list = |actions: &'a [ActionAt]| actions.iter().map(|at| self.action(*at));
        let (closed, of) = log.closure();
        let definition =
            "open and overdue only where the text says that an action is not done; a state that is not stated is a group of its own";
        object.field("definition", definition)?;
        object.field("total", &log.total)?;
        object.field("open", &log.open_count())?;
        let closure = json!({"definition": "done, of those done or open", "count": closed, "n": of, "share": share_of(closed, of)});
        object.field("closure", &closure)?;
        object.object("groups", |object| {
            ActionGroup::ALL.into_iter().try_for_each(|group| object.list(group.as_str(), list(log.group(group))))
        })?;
        object.list("ownerless", list(&log.ownerless))?;
        object.objects("by_owner", &log.by_owner, |object, one| {
            object.field("owner", &one.owner)?;
            object.list("open", list(&one.open))?;
            object.field("overdue", &one.overdue)?;
            object.field("done", &one.done)?;
            object.field("unknown", &one.unknown)
        })?;
        object.objects("by_cause", &log.by_cause, |object, one| {
            object.field("cause", &one.cause)?;
            object.field("asked", &one.asked)?;
            object.list("open", list(&one.open))?;
            object.field("overdue", &one.overdue)?;
            object.field("done", &one.done)?;
            object.field("unknown", &one.unknown)
        })?;
        let burn_up = log
            .burn_up
            .iter()
            .map(|one| json!({"month": format!("{:04}-{:02}", one.month.0, one.month.1), "asked": one.asked, "closed": one.closed}));
        object.list("burn_up", burn_up)?;
        let ages = log.ages.iter().map(|(at, days)| json!({"id": self.one(at.entry), "action": at.item + 1, "days": days}));
        object.list("age_days", ages)?;
        object.objects("repeated", log.repeated.all(), |object, one| {
            object.field("incidents", &one.incidents)?;
            object.list("actions", list(&one.actions))
        })
    }

    fn coverage(&self, object: &mut Object<'_, '_>, coverage: &Coverage) -> io::Result<()> {
        object.field("field", &coverage.field)?;
        object.field("title", &coverage.title)?;
        object.field("supports", &coverage.supports)?;
        object.field("mend", &coverage.mend)?;
        object.field("known", &coverage.known)?;
        object.field("n", &coverage.total())?;
        object.field("share", &share_of(coverage.known, coverage.total()))?;
        object.list("missing", coverage.missing.iter().map(|entry| Missing { id: self.one(*entry), file: &self.0.entries[*entry].file }))
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

//! What the figures need of each incident, taken once, so that the statistics of every period are cheap.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike};

use super::{Measure, Span, Summary, first_of};
use crate::{
    config::{MttrMeaning, Settings},
    incident::{DetectionSource, Incident, Moment, Nature, Severity, Stated, Status},
};

/// One way in which incidents are grouped: the groups' names, and for each incident the groups it is in.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// The names; a group is named by its place here.
    pub names: Vec<String>,
    /// For each incident the groups that it is in, each once.
    pub of: Vec<Vec<usize>>,
}

/// What the figures need of every incident.
#[derive(Debug, Clone)]
pub struct Facts {
    as_of: NaiveDate,
    mttr: MttrMeaning,
    show_mean: bool,
    weigh_downtime: bool,
    facts: Vec<Fact>,
    known: Option<Span>,
    causes: Grouping,
    components: Grouping,
    services: Grouping,
    zone: String,
}

/// What the figures need of one incident.
#[derive(Debug, Clone, PartialEq)]
struct Fact {
    /// The day that places it in time; of a month its first.
    day: Option<NaiveDate>,
    month: Option<(i32, u8)>,
    nature: Option<Nature>,
    open: bool,
    severity: Option<Severity>,
    /// For each measure that belongs to one incident.
    minutes: [Option<f64>; 4],
    lag: Option<f64>,
    deployment: bool,
    /// When it started, in the site's zone where the zone is known.
    began: Option<NaiveDateTime>,
    /// The same in UTC.
    began_utc: Option<NaiveDateTime>,
    /// Start and end in UTC, for intervals of downtime.
    impact: Option<(NaiveDateTime, NaiveDateTime)>,
    /// The share affected, 0 to 1, where stated.
    weight: Option<f64>,
    detection: Option<DetectionSource>,
}

impl Facts {
    /// Takes what the figures need. The incidents are in order, newest first; the groupings name them by their place.
    pub fn of(settings: &Settings, incidents: &[&Incident], causes: Grouping, components: Grouping, services: Grouping) -> Self {
        let zone = zone_of(settings);
        let facts: Vec<Fact> = incidents.iter().map(|incident| Fact::of(incident, settings.mttr, zone)).collect();
        let counted = facts.iter().filter(|fact| fact.nature.is_none()).filter_map(|fact| fact.day);
        let known = counted.fold(None, |span: Option<Span>, day| {
            Some(span.map_or(Span { from: day, to: day }, |span| Span { from: span.from.min(day), to: span.to.max(day) }))
        });
        let zone = zone.map_or_else(|| "UTC".to_owned(), |zone| zone.name().to_owned());
        let (show_mean, weigh_downtime) = (settings.show_mean, settings.weigh_downtime);
        Self { as_of: settings.as_of, mttr: settings.mttr, show_mean, weigh_downtime, facts, known, causes, components, services, zone }
    }

    /// True where downtime weighted by the share affected is asked for.
    pub(super) fn weighs_downtime(&self) -> bool {
        self.weigh_downtime
    }

    /// Leaves the mean out unless it is asked for.
    pub(super) fn asked_for(&self, summary: Summary) -> Summary {
        Summary { mean: summary.mean.filter(|_| self.show_mean), ..summary }
    }

    /// Returns whether two incidents are the same to all figures, apart from the groups that they are in.
    pub(crate) fn count_alike(settings: &Settings, a: &Incident, b: &Incident) -> bool {
        let zone = zone_of(settings);
        Fact::of(a, settings.mttr, zone) == Fact::of(b, settings.mttr, zone)
    }

    /// Returns the day that they are as of.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Returns what MTTR means.
    pub fn mttr(&self) -> MttrMeaning {
        self.mttr
    }

    /// Returns the days from the first incident to the last.
    pub fn known_span(&self) -> Option<Span> {
        self.known
    }

    /// Returns the zone that weekdays and hours are in.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Returns the grouping by cause.
    pub fn causes(&self) -> &Grouping {
        &self.causes
    }

    /// Returns the grouping by component.
    pub fn components(&self) -> &Grouping {
        &self.components
    }

    /// Returns the grouping by service.
    pub fn services(&self) -> &Grouping {
        &self.services
    }

    /// Returns the severity of an incident.
    pub fn severity(&self, entry: usize) -> Option<Severity> {
        self.facts[entry].severity
    }

    /// Returns the day of an incident; of one whose month alone is known, the first of it.
    pub fn day(&self, entry: usize) -> Option<NaiveDate> {
        self.facts[entry].day
    }

    pub(super) fn is_open(&self, entry: usize) -> bool {
        self.facts[entry].open
    }

    pub(super) fn is_deployment(&self, entry: usize) -> bool {
        self.facts[entry].deployment
    }

    pub(super) fn began(&self, entry: usize) -> Option<NaiveDateTime> {
        self.facts[entry].began
    }

    pub(super) fn detection(&self, entry: usize) -> Option<DetectionSource> {
        self.facts[entry].detection
    }

    /// Returns start and end of what is neither excluded nor going on, and the share affected where stated.
    pub(super) fn impact(&self, entry: usize) -> Option<(NaiveDateTime, NaiveDateTime, Option<f64>)> {
        let fact = &self.facts[entry];
        let (start, end) = fact.impact.filter(|_| fact.nature.is_none())?;
        Some((start, end, fact.weight))
    }

    pub(super) fn is_counted(&self, entry: usize) -> bool {
        self.facts[entry].nature.is_none()
    }

    pub(super) fn count(&self) -> usize {
        self.facts.len()
    }

    pub(super) fn days(&self) -> impl Iterator<Item = NaiveDate> {
        self.facts.iter().filter(|fact| fact.nature.is_none()).filter_map(|fact| fact.day)
    }

    /// Returns all incidents, and those that are excluded.
    pub(super) fn all(&self) -> (Vec<usize>, Vec<(usize, Nature)>) {
        self.split(|_| true)
    }

    /// Returns the incidents of a span, and those that are excluded.
    pub(super) fn within(&self, span: Span) -> (Vec<usize>, Vec<(usize, Nature)>) {
        self.split(|fact| fact.day.is_some_and(|day| span.contains(day)))
    }

    fn split(&self, chosen: impl Fn(&Fact) -> bool) -> (Vec<usize>, Vec<(usize, Nature)>) {
        let (mut counted, mut excluded) = (Vec::new(), Vec::new());
        for (entry, fact) in self.facts.iter().enumerate().filter(|(_, fact)| chosen(fact)) {
            match fact.nature {
                None => counted.push(entry),
                Some(nature) => excluded.push((entry, nature)),
            }
        }
        (counted, excluded)
    }

    /// Measures a set of incidents.
    pub fn summary(&self, measure: Measure, entries: &[usize]) -> Summary {
        let ends = matches!(measure, Measure::Resolve | Measure::FailedDeployment);
        let is_censored = |entry: usize| ends && self.is_open(entry);
        let value = |entry: usize| {
            let fact = &self.facts[entry];
            match measure {
                Measure::FailedDeployment => fact.minutes[Measure::Resolve as usize],
                Measure::PostmortemLag => fact.lag,
                Measure::Between | Measure::UpTime => None,
                measure => fact.minutes[measure as usize],
            }
        };
        self.asked_for(Summary::of(measure, entries.iter().map(|entry| (*entry, value(*entry), is_censored(*entry)))))
    }

    /// Measures the time from each incident to the next, in whole days where the time of day is not known. A gap belongs to the later one.
    pub fn between(&self, entries: &[usize]) -> Summary {
        // Newest first: each is followed by the one before it.
        let dated: Vec<usize> = entries.iter().copied().filter(|entry| self.day(*entry).is_some()).collect();
        let gaps = dated.windows(2).map(|pair| (pair[0], self.gap_minutes(pair[0], pair[1]), false));
        self.asked_for(Summary::of(Measure::Between, gaps))
    }

    /// Returns the days between each incident and the one before it, newest first; the oldest has none.
    pub fn gaps_in_days(&self, entries: &[usize]) -> Vec<(usize, i64)> {
        let dated: Vec<(usize, NaiveDate)> = entries.iter().filter_map(|entry| Some((*entry, self.day(*entry)?))).collect();
        dated.windows(2).map(|pair| (pair[0].0, (pair[0].1 - pair[1].1).num_days())).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds between two calendar dates are far below 2^52")]
    fn gap_minutes(&self, later: usize, earlier: usize) -> Option<f64> {
        let gap = match (self.facts[later].began_utc, self.facts[earlier].began_utc) {
            (Some(later), Some(earlier)) => later - earlier,
            _ => self.day(later)? - self.day(earlier)?,
        };
        Some(gap.num_seconds().max(0) as f64 / 60.0)
    }

    pub(super) fn by_month(&self, entries: &[usize]) -> BTreeMap<(i32, u8), Vec<usize>> {
        let mut months: BTreeMap<(i32, u8), Vec<usize>> = BTreeMap::new();
        for &entry in entries {
            if let Some(month) = self.facts[entry].month {
                months.entry(month).or_default().push(entry);
            }
        }
        months
    }
}

fn zone_of(settings: &Settings) -> Option<chrono_tz::Tz> {
    settings.read.zone.as_deref().and_then(|name| name.parse().ok())
}

impl Fact {
    fn of(incident: &Incident, mttr: MttrMeaning, zone: Option<chrono_tz::Tz>) -> Self {
        let occurred = incident.occurred.as_ref().map(|occurred| &occurred.moment);
        let month = occurred.and_then(Moment::year_month);
        let utc = |moment: &Option<Stated<Moment>>| moment.as_ref().and_then(|moment| in_utc(&moment.value));
        let impact = utc(&incident.start).zip(utc(&incident.end)).filter(|(start, end)| start < end);
        Self {
            day: occurred.and_then(Moment::day).or_else(|| month.and_then(first_of)),
            month,
            nature: incident.nature.as_ref().map(|nature| nature.value),
            open: is_open(incident),
            severity: incident.severity.as_ref().map(|severity| severity.value),
            minutes: Measure::ALL.map(|measure| measure.minutes(incident, mttr).filter(|minutes| minutes.is_finite())),
            lag: Measure::PostmortemLag.minutes(incident, mttr),
            deployment: incident.causes.iter().any(|cause| cause.value == "deployment"),
            began: occurred.and_then(|moment| in_zone(moment, zone)),
            began_utc: occurred.and_then(in_utc),
            impact,
            weight: incident.impact_percent.as_ref().map(|percent| (percent.value / 100.0).clamp(0.0, 1.0)),
            detection: incident.detection_source.as_ref().map(|source| source.value),
        }
    }
}

/// True for an incident whose status says that it goes on. A missing end says nothing.
pub fn is_open(incident: &Incident) -> bool {
    incident.status.as_ref().is_some_and(|status| matches!(status.value, Status::Open | Status::Monitoring)) && incident.end.is_none()
}

/// Returns a moment in UTC; as written where its offset is not known.
fn in_utc(moment: &Moment) -> Option<NaiveDateTime> {
    moment.date_time()?.checked_sub_signed(TimeDelta::minutes(moment.offset_minutes.unwrap_or(0).into()))
}

/// Returns a moment in a zone (UTC where there is none); as written where its offset is not known.
fn in_zone(moment: &Moment, zone: Option<chrono_tz::Tz>) -> Option<NaiveDateTime> {
    let utc = in_utc(moment)?;
    match (moment.offset_minutes, zone) {
        (Some(_), Some(zone)) => Some(zone.from_utc_datetime(&utc).naive_local()),
        _ => Some(utc),
    }
}

/// Returns the weekday (0 is Monday) and the hour.
pub(super) fn weekday_and_hour(at: NaiveDateTime) -> (u8, u8) {
    (u8::try_from(at.weekday().num_days_from_monday()).unwrap_or(0), u8::try_from(at.hour()).unwrap_or(0))
}

/// Returns midnight at the beginning of a day.
pub(super) fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

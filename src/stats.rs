//! Numbers over incidents. Every figure says how many incidents it rests on and which.
//!
//! Durations of incidents have long tails: one incident can be most of a mean. So a figure is a median with an interval that
//! assumes nothing about the shape of the data, and where there are too few incidents for one, the incidents themselves.
//! Nothing here is random: the same records give the same numbers.
//!
//! [`Facts`] is what the figures need of each incident, taken once; a [`Stats`] is the figures of one period. Near misses, drills
//! and planned maintenance are listed and in no figure; what goes on is in no duration.

mod clock;
mod compare;
mod coverage;
mod downtime;
mod facts;
mod groups;
mod interval;
mod period;
mod summary;

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

pub use clock::{Clock, Week};
pub use compare::{CountComparison, DurationComparison, DurationTest, Verdict};
pub use coverage::{Coverage, coverage};
pub use downtime::Downtime;
pub use facts::{Facts, Grouping, is_open};
pub use groups::{GroupStats, Share};
pub use interval::{Range, poisson_interval, wilson_interval};
pub use period::{Period, Span};
pub use summary::{LEAST_FOR_MEDIAN, LEAST_FOR_QUARTILES, Mean, Quartiles, Sample, Summary, SummaryKind, median_ranks, quantile};

use crate::{
    config::MttrMeaning,
    incident::{Incident, Moment, Nature, Severity, Stated},
};

/// A time that is measured for each incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Time to detect.
    Detect,
    /// Time to acknowledge.
    Acknowledge,
    /// Time to mitigate.
    Mitigate,
    /// Time to resolve.
    Resolve,
    /// Time to resolve of incidents that a deployment set off.
    FailedDeployment,
    /// From the start of an incident to the start of the next.
    Between,
    /// From the end of an incident to the publication of its postmortem.
    PostmortemLag,
    /// From the end of a service's downtime to the start of its next.
    UpTime,
}

impl Measure {
    /// The four steps of an incident, in order.
    pub const ALL: [Measure; 4] = [Measure::Detect, Measure::Acknowledge, Measure::Mitigate, Measure::Resolve];

    /// Returns its kebab-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Detect => "time-to-detect",
            Measure::Acknowledge => "time-to-acknowledge",
            Measure::Mitigate => "time-to-mitigate",
            Measure::Resolve => "time-to-resolve",
            Measure::FailedDeployment => "failed-deployment-recovery-time",
            Measure::Between => "time-between-incidents",
            Measure::PostmortemLag => "postmortem-lag",
            Measure::UpTime => "time-between-failures",
        }
    }

    /// Returns its title.
    pub fn title(self) -> &'static str {
        match self {
            Measure::Detect => "Time to detect",
            Measure::Acknowledge => "Time to acknowledge",
            Measure::Mitigate => "Time to mitigate",
            Measure::Resolve => "Time to resolve",
            Measure::FailedDeployment => "Failed deployment recovery time",
            Measure::Between => "Time between incidents",
            Measure::PostmortemLag => "Postmortem lag",
            Measure::UpTime => "Time between failures",
        }
    }

    /// Returns its common abbreviation; empty where it has none.
    pub fn abbreviation(self) -> &'static str {
        match self {
            Measure::Detect => "TTD",
            Measure::Acknowledge => "TTA",
            Measure::Mitigate => "TTM",
            Measure::Resolve => "TTR",
            Measure::FailedDeployment => "FDRT",
            Measure::Between => "MTBSI",
            Measure::PostmortemLag => "",
            Measure::UpTime => "MTBF",
        }
    }

    /// Returns what is measured, from when to when.
    pub fn definition(self, mttr: MttrMeaning) -> &'static str {
        match (self, mttr) {
            (Measure::Detect, _) => "start of impact to the first alert or report",
            (Measure::Acknowledge, _) => "detected to a responder taking it",
            (Measure::Mitigate, _) => "start of impact to users no longer being hurt",
            (Measure::Resolve, MttrMeaning::Recover) => "start of impact to normal service restored (recover)",
            (Measure::Resolve, MttrMeaning::Repair) => "beginning of the work to normal service restored (repair)",
            (Measure::Resolve, MttrMeaning::Respond) => "detected to normal service restored (respond)",
            (Measure::FailedDeployment, MttrMeaning::Recover) => {
                "start of impact to normal service restored, incidents that a deployment set off"
            }
            (Measure::FailedDeployment, MttrMeaning::Repair) => {
                "beginning of the work to normal service restored, incidents that a deployment set off"
            }
            (Measure::FailedDeployment, MttrMeaning::Respond) => "detected to normal service restored, incidents that a deployment set off",
            (Measure::Between, _) => "start of an incident to the start of the next",
            (Measure::PostmortemLag, _) => "normal service restored to the postmortem published",
            (Measure::UpTime, _) => "end of a service's downtime to the start of its next",
        }
    }

    /// Returns the minutes of one incident, as stated or computed; negative where the alert came before the impact. `None` where
    /// the document does not support it.
    pub fn minutes(self, incident: &Incident, mttr: MttrMeaning) -> Option<f64> {
        let until_end = |from: &Option<Stated<Moment>>| from.as_ref()?.value.minutes_until(&incident.end.as_ref()?.value);
        match (self, mttr) {
            (Measure::Detect, _) => incident.minutes_to_detect(),
            (Measure::Acknowledge, _) => incident.minutes_to_acknowledge(),
            (Measure::Mitigate, _) => incident.minutes_to_mitigate(),
            (Measure::Resolve | Measure::FailedDeployment, MttrMeaning::Recover) => incident.minutes_to_resolve(),
            (Measure::Resolve | Measure::FailedDeployment, MttrMeaning::Repair) => {
                until_end(&incident.acknowledged).or_else(|| until_end(&incident.detected))
            }
            (Measure::Resolve | Measure::FailedDeployment, MttrMeaning::Respond) => until_end(&incident.detected),
            (Measure::Between | Measure::UpTime, _) => None,
            (Measure::PostmortemLag, _) => {
                let end = &incident.end.as_ref()?.value;
                let published = &incident.published.as_ref()?.value;
                end.minutes_until(published).or_else(|| days_between(end, published)).filter(|minutes| *minutes >= 0.0)
            }
        }
    }
}

/// Returns the minutes of the whole days between two moments whose days are known.
#[expect(clippy::cast_precision_loss, reason = "days between two calendar dates are far below 2^52")]
fn days_between(from: &Moment, to: &Moment) -> Option<f64> {
    Some((to.day()? - from.day()?).num_days() as f64 * 1440.0)
}

/// How often incidents come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frequency {
    /// How many there were.
    pub count: usize,
    /// The exact 95 % interval of the count, if incidents come independently of each other.
    pub count_interval: Range,
    /// The days looked at: of the period, from the first incident known to the day of the build.
    pub days: i64,
    /// Incidents in 30 days.
    pub per_30_days: f64,
    /// Its interval.
    pub per_30_days_interval: Range,
}

/// A period against the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The name of the period before, such as `2025`.
    pub name: String,
    /// Its days.
    pub span: Span,
    /// Its incidents.
    pub entries: Vec<usize>,
    /// The counts compared; the exposure of both is in days.
    pub count: CountComparison,
    /// The steps compared, in the order of [`Measure::ALL`].
    pub durations: Vec<DurationComparison>,
}

/// The statistics of a period. Incidents are named by their place in [`Facts`], which is that of the archive.
#[derive(Debug, Clone)]
pub struct Stats {
    /// The period.
    pub period: Period,
    /// Its days; `None` for an archive in which nothing has a day.
    pub span: Option<Span>,
    /// What MTTR means here.
    pub mttr: MttrMeaning,
    /// How many incidents there are, without those in `excluded`.
    pub count: usize,
    /// They, newest first.
    pub entries: Vec<usize>,
    /// Near misses, drills and planned maintenance, stated as such: listed, in no figure.
    pub excluded: Vec<(usize, Nature)>,
    /// Those whose status says that they go on: listed, in no duration.
    pub open: Vec<usize>,
    /// How often they come; `None` where no days are known.
    pub frequency: Option<Frequency>,
    /// One summary for each step, in the order of [`Measure::ALL`].
    pub measures: Vec<Summary>,
    /// Time to resolve of those that a deployment set off.
    pub failed_deployment: Summary,
    /// Time from each incident to the next.
    pub between: Summary,
    /// From the end of an incident to the publication of its postmortem.
    pub postmortem_lag: Summary,
    /// By year, oldest first; years between without an incident too.
    pub by_year: Vec<(i32, Vec<usize>)>,
    /// By month, oldest first; months without an incident too: those between, and of a year or a quarter those that are over.
    pub by_month: Vec<((i32, u8), Vec<usize>)>,
    /// By severity, from the worst; those without one last.
    pub by_severity: Vec<(Option<Severity>, Vec<usize>)>,
    /// By root cause, the most frequent first; those without a root cause are in none.
    pub causes: Vec<GroupStats>,
    /// By component, the most frequent first.
    pub components: Vec<GroupStats>,
    /// By service, the most frequent first.
    pub services: Vec<GroupStats>,
    /// Downtime of each service that has any, beside no other list: the longest first.
    pub downtime: Vec<Downtime>,
    /// Incidents of each (service, cause) pair, by places in the groupings.
    pub service_by_cause: BTreeMap<(usize, usize), Vec<usize>>,
    /// When they start: weekday by hour.
    pub clock: Clock,
    /// Week by week, oldest first.
    pub weeks: Vec<Week>,
    /// Of those that say who noticed: how many were noticed by customers.
    pub customer_detected: Share,
    /// Those that no moment places in time; of the period that is everything.
    pub undated: Vec<usize>,
    /// Against the period before, where there is one.
    pub comparison: Option<Comparison>,
}

impl Stats {
    /// Returns the summary of one of the four steps.
    ///
    /// # Panics
    ///
    /// For a measure that is no step.
    pub fn measure(&self, measure: Measure) -> &Summary {
        &self.measures[measure as usize]
    }

    /// Returns how many incidents fall between the limits (in minutes, upper limit excluded), by severity: rows of a table.
    pub fn duration_table(&self, facts: &Facts, limits: &[f64]) -> Vec<BTreeMap<Option<Severity>, usize>> {
        let mut rows = vec![BTreeMap::new(); limits.len() + 1];
        for sample in &self.measure(Measure::Resolve).samples {
            let row = limits.partition_point(|limit| *limit <= sample.minutes);
            *rows[row].entry(facts.severity(sample.entry)).or_default() += 1;
        }
        rows
    }
}

impl Facts {
    /// Returns the periods that have incidents: the last twelve months, everything, then years and their quarters, newest first.
    pub fn periods(&self) -> Vec<Period> {
        Period::all_of(self.days())
    }

    /// Returns how many incidents a period has, without its statistics.
    pub fn count_of(&self, period: Period) -> usize {
        self.members(period).0.len()
    }

    /// Returns the incidents of a period, and those that are in no average.
    fn members(&self, period: Period) -> (Vec<usize>, Vec<(usize, Nature)>) {
        match (period, period.span(self.as_of(), self.known_span())) {
            (Period::All, _) => self.all(),
            (_, Some(span)) => self.within(span),
            (_, None) => (Vec::new(), Vec::new()),
        }
    }

    /// Computes the statistics of a period.
    pub fn stats(&self, period: Period) -> Stats {
        let span = period.span(self.as_of(), self.known_span());
        let (entries, excluded) = self.members(period);
        let measures: Vec<Summary> = Measure::ALL.into_iter().map(|measure| self.summary(measure, &entries)).collect();
        let mut by_month = fill_months(self.by_month(&entries));
        let mut by_year: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for ((year, _), members) in &by_month {
            by_year.entry(*year).or_default().extend(members);
        }
        // Those of everything end with the last incident: an archive that is not kept up says nothing of the months behind it.
        if let Some(span) = span.filter(|_| period != Period::All && !by_month.is_empty()) {
            let mut months: BTreeMap<_, _> = by_month.into_iter().collect();
            for month in whole_months(self.looked_at(span)) {
                months.entry(month).or_default();
            }
            by_month = months.into_iter().collect();
        }
        let mut severities: BTreeMap<(bool, Option<Severity>), Vec<usize>> = BTreeMap::new();
        for &entry in &entries {
            let severity = self.severity(entry);
            severities.entry((severity.is_none(), severity)).or_default().push(entry);
        }
        let deployments: Vec<usize> = entries.iter().copied().filter(|entry| self.is_deployment(*entry)).collect();
        Stats {
            period,
            span,
            mttr: self.mttr(),
            count: entries.len(),
            open: entries.iter().copied().filter(|entry| self.is_open(*entry)).collect(),
            frequency: span.map(|span| self.frequency(entries.len(), span)),
            failed_deployment: self.summary(Measure::FailedDeployment, &deployments),
            between: self.between(&entries),
            postmortem_lag: self.summary(Measure::PostmortemLag, &entries),
            by_year: by_year.into_iter().collect(),
            by_month,
            by_severity: severities.into_iter().map(|((_, severity), members)| (severity, members)).collect(),
            causes: self.groups(self.causes(), &entries),
            components: self.groups(self.components(), &entries),
            services: self.groups(self.services(), &entries),
            downtime: span.map(|span| self.downtime(span)).unwrap_or_default(),
            service_by_cause: self.service_by_cause(&entries),
            clock: self.clock(&entries),
            weeks: span.map(|span| self.weeks(&entries, span)).unwrap_or_default(),
            customer_detected: self.customer_detected(&entries),
            undated: entries.iter().copied().filter(|entry| self.day(*entry).is_none()).collect(),
            comparison: self.comparison(period, span, &entries, &measures),
            measures,
            entries,
            excluded,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of days are far below 2^52")]
    fn frequency(&self, count: usize, span: Span) -> Frequency {
        let days = self.exposure(span);
        let scale = 30.0 / days as f64;
        let count_interval = poisson_interval(count);
        let per_30_days_interval = Range { low: count_interval.low * scale, high: count_interval.high * scale };
        Frequency { count, count_interval, days, per_30_days: count as f64 * scale, per_30_days_interval }
    }

    /// Returns the days of a span in which incidents would be known: from the first one on, and not after today.
    fn exposure(&self, span: Span) -> i64 {
        self.looked_at(span).days().max(1)
    }

    /// Returns the days of a span that say something: from the first incident known to the day of the build.
    fn looked_at(&self, span: Span) -> Span {
        let first = self.known_span().map_or(span.from, |known| known.from);
        Span { from: span.from.max(first), to: span.to.min(self.as_of().max(span.from)) }
    }

    fn comparison(&self, period: Period, span: Option<Span>, entries: &[usize], measures: &[Summary]) -> Option<Comparison> {
        let (name, before) = period.before(self.as_of())?;
        // What lies before the first incident known says nothing.
        if self.known_span()?.from > before.to {
            return None;
        }
        let (earlier, _) = self.within(before);
        let count = CountComparison::of(entries.len(), earlier.len(), self.exposure(span?), self.exposure(before));
        let compare = |summary: &Summary| DurationComparison::of(summary, &self.summary(summary.measure, &earlier));
        Some(Comparison { name, span: before, count, durations: measures.iter().map(compare).collect(), entries: earlier })
    }
}

/// Returns the months, at most a year of them, all of whose days are in a span.
fn whole_months(span: Span) -> impl Iterator<Item = (i32, u8)> {
    let first = span.from.with_day(1).unwrap_or(span.from);
    let months = (0..=12).filter_map(move |at| first.checked_add_months(Months::new(at)));
    let is_whole = move |from: &NaiveDate| {
        let next = from.checked_add_months(Months::new(1));
        *from >= span.from && next.and_then(|next| next.pred_opt()).is_some_and(|to| to <= span.to)
    };
    months.filter(is_whole).map(|from| (from.year(), u8::try_from(from.month()).unwrap_or(1)))
}

/// How many months apart two are at most for those between to be listed: a wrong year must not make a million of them.
const MOST_EMPTY_MONTHS: i32 = 240;

/// Adds the months between that have no incident.
fn fill_months(months: BTreeMap<(i32, u8), Vec<usize>>) -> Vec<((i32, u8), Vec<usize>)> {
    let mut out: Vec<((i32, u8), Vec<usize>)> = Vec::with_capacity(months.len());
    let number = |(year, month): (i32, u8)| year * 12 + i32::from(month) - 1;
    for (month, members) in months {
        if let Some((last, _)) = out.last() {
            let (from, to) = (number(*last) + 1, number(month));
            if to - from <= MOST_EMPTY_MONTHS {
                out.extend((from..to).map(|at| ((at.div_euclid(12), u8::try_from(at.rem_euclid(12) + 1).unwrap_or(1)), Vec::new())));
            }
        }
        out.push((month, members));
    }
    out
}

/// Returns minutes as people say them: `45 min`, `1 h 30 min`, `2 d 4 h`. Below ten minutes a half counts.
pub fn duration_text(minutes: f64) -> String {
    if minutes < 10.0 {
        let text = format!("{minutes:.1}");
        return format!("{} min", text.strip_suffix(".0").unwrap_or(&text));
    }
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and no incident lasts longer than an i64 of minutes")]
    let whole = minutes.round() as i64;
    let (days, hours, rest) = (whole / 1440, whole % 1440 / 60, whole % 60);
    match (days, hours, rest) {
        (0, 0, rest) => format!("{rest} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, rest) => format!("{hours} h {rest} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// Returns the first day of a month.
fn first_of(month: (i32, u8)) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(month.0, month.1.into(), 1)
}

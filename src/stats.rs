//! Numbers over incidents. Every figure says how many incidents it rests on and which.
//!
//! Durations of incidents have long tails: one incident can be most of a mean. So a figure is a median with an interval that
//! assumes nothing about the shape of the data, and where there are too few incidents for one, the incidents themselves.
//! Nothing here is random: the same records give the same numbers.

mod interval;
mod summary;

use std::collections::BTreeMap;

pub use interval::{Range, poisson_interval, wilson_interval};
pub use summary::{LEAST_FOR_MEDIAN, LEAST_FOR_QUARTILES, Mean, Quartiles, Sample, Summary, SummaryKind, median_ranks, quantile};

use crate::{
    config::{MttrMeaning, Settings},
    incident::{Incident, Severity, Status},
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
}

impl Measure {
    /// Every measure, in order.
    pub const ALL: [Measure; 4] = [Measure::Detect, Measure::Acknowledge, Measure::Mitigate, Measure::Resolve];

    /// Returns its kebab-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Detect => "time-to-detect",
            Measure::Acknowledge => "time-to-acknowledge",
            Measure::Mitigate => "time-to-mitigate",
            Measure::Resolve => "time-to-resolve",
        }
    }

    /// Returns its title.
    pub fn title(self) -> &'static str {
        match self {
            Measure::Detect => "Time to detect",
            Measure::Acknowledge => "Time to acknowledge",
            Measure::Mitigate => "Time to mitigate",
            Measure::Resolve => "Time to resolve",
        }
    }

    /// Returns its common abbreviation.
    pub fn abbreviation(self) -> &'static str {
        match self {
            Measure::Detect => "TTD",
            Measure::Acknowledge => "TTA",
            Measure::Mitigate => "TTM",
            Measure::Resolve => "TTR",
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
        }
    }

    /// Returns the minutes of one incident, as stated or computed; negative where the alert came before the impact. `None` where
    /// the document does not support it.
    pub fn minutes(self, incident: &Incident, mttr: MttrMeaning) -> Option<f64> {
        let until_end = |from: &Option<crate::incident::Stated<crate::incident::Moment>>| {
            from.as_ref()?.value.minutes_until(&incident.end.as_ref()?.value)
        };
        match (self, mttr) {
            (Measure::Detect, _) => incident.minutes_to_detect(),
            (Measure::Acknowledge, _) => incident.minutes_to_acknowledge(),
            (Measure::Mitigate, _) => incident.minutes_to_mitigate(),
            (Measure::Resolve, MttrMeaning::Recover) => incident.minutes_to_resolve(),
            (Measure::Resolve, MttrMeaning::Repair) => until_end(&incident.acknowledged).or_else(|| until_end(&incident.detected)),
            (Measure::Resolve, MttrMeaning::Respond) => until_end(&incident.detected),
        }
    }
}

/// The statistics of a set of incidents. Incidents are named by their place in the slice that was given.
#[derive(Debug, Clone)]
pub struct Stats {
    /// What MTTR means here.
    pub mttr: MttrMeaning,
    /// How many incidents there are.
    pub count: usize,
    /// Those whose status says that they go on: listed, in no average.
    pub open: Vec<usize>,
    /// One summary for each measure, in the order of [`Measure::ALL`].
    pub measures: Vec<Summary>,
    /// By year, oldest first; years between without an incident too.
    pub by_year: Vec<(i32, Vec<usize>)>,
    /// By month, oldest first; months between without an incident too.
    pub by_month: Vec<((i32, u8), Vec<usize>)>,
    /// By severity, from the worst; those without one last.
    pub by_severity: Vec<(Option<Severity>, Vec<usize>)>,
    /// Those that no moment places in time.
    pub undated: Vec<usize>,
}

impl Stats {
    /// Computes the statistics of `incidents`.
    pub fn of(settings: &Settings, incidents: &[&Incident]) -> Self {
        let all: Vec<usize> = (0..incidents.len()).collect();
        Self::of_some(settings, incidents, &all)
    }

    /// Computes the statistics of the incidents in the places `chosen`.
    pub fn of_some(settings: &Settings, incidents: &[&Incident], chosen: &[usize]) -> Self {
        let open = chosen.iter().copied().filter(|index| is_open(incidents[*index])).collect();
        let measures = Measure::ALL.into_iter().map(|measure| Summary::of(measure, settings.mttr, incidents, chosen)).collect();
        let mut months: BTreeMap<(i32, u8), Vec<usize>> = BTreeMap::new();
        let mut severities: BTreeMap<(bool, Option<Severity>), Vec<usize>> = BTreeMap::new();
        let mut undated = Vec::new();
        for &index in chosen {
            let incident = incidents[index];
            match incident.occurred.as_ref().and_then(|occurred| occurred.moment.year_month()) {
                Some(month) => months.entry(month).or_default().push(index),
                None => undated.push(index),
            }
            let severity = incident.severity.as_ref().map(|severity| severity.value);
            severities.entry((severity.is_none(), severity)).or_default().push(index);
        }
        let by_month = fill_months(months);
        let mut by_year: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for ((year, _), members) in &by_month {
            by_year.entry(*year).or_default().extend(members);
        }
        Self {
            mttr: settings.mttr,
            count: chosen.len(),
            open,
            measures,
            by_year: by_year.into_iter().collect(),
            by_month,
            by_severity: severities.into_iter().map(|((_, severity), members)| (severity, members)).collect(),
            undated,
        }
    }

    /// Returns the summary of a measure.
    pub fn measure(&self, measure: Measure) -> &Summary {
        &self.measures[measure as usize]
    }
}

/// True for an incident whose status says that it goes on. A missing end says nothing.
pub fn is_open(incident: &Incident) -> bool {
    incident.status.as_ref().is_some_and(|status| matches!(status.value, Status::Open | Status::Monitoring)) && incident.end.is_none()
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

//! Downtime of services: impact intervals, merged where they overlap.
//!
//! From published incidents only, so an availability worked out from it is an upper bound. An interval needs a start and an end
//! known to the minute; planned maintenance is left out.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDateTime};

use super::{Facts, Measure, Span, Summary, facts::midnight};

/// The downtime of a service in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Downtime {
    /// The service: a place in the names of the grouping by service.
    pub service: usize,
    /// Minutes in which at least one incident hurt it.
    pub minutes: f64,
    /// The same, each minute counted with the largest share stated as affected then; 1 where none is stated. Only on request.
    pub weighted_minutes: Option<f64>,
    /// Minutes of the period.
    pub agreed_minutes: f64,
    /// The incidents whose intervals were counted, newest first.
    pub entries: Vec<usize>,
    /// Incidents of the service that state no start and end to the minute.
    pub unknown: Vec<usize>,
    /// The times from the end of a downtime to the start of the next; each belongs to the incident that ended it.
    pub up_time: Summary,
}

impl Downtime {
    /// Returns the share of the period without downtime, 0 to 1: an upper bound.
    pub fn availability(&self) -> f64 {
        1.0 - self.minutes / self.agreed_minutes
    }

    /// Returns the share of the period without downtime, weighted by what was affected: an upper bound.
    pub fn weighted_availability(&self) -> Option<f64> {
        self.weighted_minutes.map(|minutes| 1.0 - minutes / self.agreed_minutes)
    }
}

/// A piece of downtime: from, to, and the share affected.
type Piece = (NaiveDateTime, NaiveDateTime, f64);

/// What is known of the downtime of one service.
#[derive(Default)]
struct OfService {
    pieces: Vec<Piece>,
    entries: Vec<usize>,
    unknown: Vec<usize>,
}

impl Facts {
    /// Computes the downtime of each service that has any in the span, the longest first.
    pub fn downtime(&self, span: Span) -> Vec<Downtime> {
        let from = midnight(span.from);
        let Some(to) = span.to.min(self.as_of().max(span.from)).checked_add_days(Days::new(1)).map(midnight) else { return Vec::new() };
        let agreed_minutes = minutes_between(from, to);
        let mut services: BTreeMap<usize, OfService> = BTreeMap::new();
        for entry in 0..self.count() {
            let impact = self.impact(entry).map(|(start, end, weight)| (start.max(from), end.min(to), weight.unwrap_or(1.0)));
            let is_in = self.day(entry).is_some_and(|day| span.contains(day));
            for service in &self.services().of[entry] {
                match impact {
                    Some(piece) if piece.0 < piece.1 => {
                        let own = services.entry(*service).or_default();
                        own.pieces.push(piece);
                        own.entries.push(entry);
                    }
                    None if is_in && self.is_counted(entry) => services.entry(*service).or_default().unknown.push(entry),
                    _ => {}
                }
            }
        }
        let mut downtime: Vec<Downtime> = services
            .into_iter()
            .filter(|(_, own)| !own.pieces.is_empty())
            .map(|(service, own)| {
                let up_time = self.asked_for(Summary::of(Measure::UpTime, up_times(&own.pieces, &own.entries).into_iter()));
                let (minutes, weighted) = merge(own.pieces);
                let weighted_minutes = self.weighs_downtime().then_some(weighted);
                Downtime { service, minutes, weighted_minutes, agreed_minutes, entries: own.entries, unknown: own.unknown, up_time }
            })
            .collect();
        downtime.sort_by(|a, b| b.minutes.total_cmp(&a.minutes).then_with(|| a.service.cmp(&b.service)));
        downtime
    }
}

/// Returns the minutes between pieces that do not overlap, with the incident that each gap ends with. `entries` stand beside.
fn up_times(pieces: &[Piece], entries: &[usize]) -> Vec<(usize, Option<f64>, bool)> {
    let mut order: Vec<(NaiveDateTime, NaiveDateTime, usize)> =
        pieces.iter().zip(entries).map(|((from, to, _), entry)| (*from, *to, *entry)).collect();
    order.sort_unstable();
    let mut gaps = Vec::new();
    let mut last: Option<NaiveDateTime> = None;
    for (from, to, entry) in order {
        if let Some(end) = last.filter(|end| *end < from) {
            gaps.push((entry, Some(minutes_between(end, from)), false));
        }
        last = last.max(Some(to));
    }
    gaps
}

/// Returns the minutes that the pieces cover, plain and weighted by the largest share at each time.
fn merge(pieces: Vec<Piece>) -> (f64, f64) {
    // Shares in thousandths of a percent, so that they can be keys.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100,000")]
    let key = |weight: f64| (weight * 100_000.0).round() as u32;
    let mut edges: Vec<(NaiveDateTime, bool, u32)> =
        pieces.into_iter().flat_map(|(from, to, weight)| [(from, true, key(weight)), (to, false, key(weight))]).collect();
    edges.sort_unstable();
    let mut active: BTreeMap<u32, usize> = BTreeMap::new();
    let (mut minutes, mut weighted) = (0.0, 0.0);
    let mut last = None;
    for (at, begins, weight) in edges {
        if let (Some(last), Some((most, _))) = (last, active.last_key_value()) {
            let length = minutes_between(last, at);
            minutes += length;
            weighted += length * f64::from(*most) / 100_000.0;
        }
        last = Some(at);
        let count = active.entry(weight).or_default();
        if begins {
            *count += 1;
        } else {
            *count -= 1;
            if *count == 0 {
                active.remove(&weight);
            }
        }
    }
    (minutes, weighted)
}

#[expect(clippy::cast_precision_loss, reason = "seconds between two calendar dates are far below 2^52")]
fn minutes_between(from: NaiveDateTime, to: NaiveDateTime) -> f64 {
    (to - from).num_seconds() as f64 / 60.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[(u32, u32, f64)], minutes: f64, weighted: f64) {
        let at = |minute: u32| {
            chrono::NaiveDate::from_ymd_opt(2024, 1, 1).and_then(|day| day.and_hms_opt(minute / 60, minute % 60, 0)).expect("a time")
        };
        let merged = merge(pieces.iter().map(|(from, to, weight)| (at(*from), at(*to), *weight)).collect());
        assert_eq!(merged, (minutes, weighted));
    }

    #[test]
    fn overlapping_pieces_count_once_with_the_largest_share() {
        check(&[], 0.0, 0.0);
        check(&[(0, 60, 1.0)], 60.0, 60.0);
        check(&[(0, 60, 1.0), (30, 90, 1.0)], 90.0, 90.0);
        check(&[(0, 60, 0.5), (30, 90, 0.25)], 90.0, 37.5);
        check(&[(0, 60, 0.5), (60, 90, 1.0), (100, 110, 0.1)], 100.0, 61.0);
        check(&[(0, 60, 0.5), (0, 60, 0.5), (10, 20, 1.0)], 60.0, 35.0);
    }

    #[test]
    fn up_time_is_between_downtimes_that_do_not_touch() {
        let at = |minute: u32| {
            chrono::NaiveDate::from_ymd_opt(2024, 1, 1).and_then(|day| day.and_hms_opt(minute / 60, minute % 60, 0)).expect("a time")
        };
        let pieces = [(0, 60), (30, 90), (100, 110), (110, 120), (200, 210)].map(|(from, to)| (at(from), at(to), 1.0));
        let gaps: Vec<(usize, f64)> =
            up_times(&pieces, &[4, 3, 2, 1, 0]).into_iter().filter_map(|(entry, gap, _)| Some((entry, gap?))).collect();
        assert_eq!(gaps, [(2, 10.0), (0, 80.0)]);
    }
}

//! An incident's phases: detect, respond, mitigate, recover. A moment that is not stated merges the phases at its sides.

use crate::incident::{Incident, Moment};

/// One part of an incident's time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Segment<'a> {
    /// The first phase that it holds, 1 (detect) to 4 (recover).
    pub(crate) first: u8,
    /// The last phase that it holds; equal to `first` unless a moment between is not stated.
    pub(crate) last: u8,
    /// Minutes from the first moment.
    pub(crate) from: f64,
    /// Minutes from the first moment.
    pub(crate) to: f64,
    /// The moment at which it begins.
    pub(crate) begin: &'a Moment,
    /// The moment at which it ends; `None` where only the length of the whole is stated.
    pub(crate) end: Option<&'a Moment>,
}

impl Segment<'_> {
    /// Returns its phase; `None` where it holds more than one.
    pub(crate) fn phase(&self) -> Option<u8> {
        (self.first == self.last).then_some(self.first)
    }

    /// Returns its length in minutes.
    pub(crate) fn minutes(&self) -> f64 {
        self.to - self.from
    }
}

/// An incident's time in parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Phases<'a> {
    /// The parts in order, none of them empty.
    pub(crate) segments: Vec<Segment<'a>>,
    /// Minutes from the first to the last known moment, or to the end that a stated length gives.
    pub(crate) total: f64,
    /// The first known moment.
    pub(crate) base: &'a Moment,
    /// True where the first known moment is the start of impact.
    pub(crate) from_start: bool,
}

impl<'a> Phases<'a> {
    /// Returns the phases of an incident; `None` where fewer than two of its moments are known to the minute.
    pub(crate) fn of(incident: &'a Incident) -> Option<Self> {
        let moments = [&incident.start, &incident.detected, &incident.acknowledged, &incident.mitigated, &incident.end];
        let known = || moments.iter().enumerate().filter_map(|(at, stated)| Some((at, &stated.as_ref()?.value)));
        let (first, base) = known().find(|(_, moment)| moment.time().is_some())?;
        let mut points: Vec<(usize, f64, Option<&Moment>)> = vec![(first, 0.0, Some(base))];
        for (at, moment) in known().filter(|(at, _)| *at > first) {
            let Some(minutes) = base.minutes_until(moment) else { continue };
            // The alert may come before the impact: then nothing was spent on noticing, and the next phase begins with the impact.
            let (minutes, moment) = if at <= 2 && minutes < 0.0 { (0.0, base) } else { (minutes, moment) };
            if points.last().is_some_and(|(_, last, _)| minutes >= *last) {
                points.push((at, minutes, Some(moment)));
            }
        }
        // A part of the time must not look like all of it.
        let length = incident.duration_minutes.as_ref().map(|length| length.value).filter(|_| first == 0 && incident.end.is_none());
        if let Some(length) = length.filter(|length| points.len() > 1 && points.last().is_some_and(|(_, last, _)| length > last)) {
            points.push((4, length, None));
        }
        let phase = |at: usize| u8::try_from(at).unwrap_or(4);
        let segments: Vec<Segment<'_>> = points
            .windows(2)
            .filter(|pair| pair[1].1 > pair[0].1)
            .filter_map(|pair| {
                Some(Segment {
                    first: phase(pair[0].0 + 1),
                    last: phase(pair[1].0),
                    from: pair[0].1,
                    to: pair[1].1,
                    begin: pair[0].2?,
                    end: pair[1].2,
                })
            })
            .collect();
        let total = segments.last()?.to;
        Some(Self { segments, total, base, from_start: first == 0 })
    }

    /// True where at least one phase is known by itself.
    pub(crate) fn is_recorded(&self) -> bool {
        self.segments.iter().any(|segment| segment.phase().is_some())
    }

    /// Returns the phase in which the minute lies.
    pub(crate) fn phase_at(&self, minute: f64) -> Option<u8> {
        self.segments.iter().find(|segment| segment.from <= minute && minute < segment.to).and_then(Segment::phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diag::Span,
        incident::{Kind, Local, Origin, Provenance, Stated},
    };

    fn incident(moments: [Option<&str>; 5]) -> Incident {
        let mut incident = Incident::empty("a.md".into(), Kind::Incident, Span::default());
        let stated = |text: Option<&str>| {
            text.map(|text| {
                let moment = Moment::local(Local::parse(&format!("2026-01-02T{text}")).expect("a moment"));
                Stated::new(moment, Provenance { from: Origin::Inferred, span: None, line: None, quote: String::new(), rule: "test" })
            })
        };
        let [start, detected, acknowledged, mitigated, end] = moments.map(stated);
        (incident.start, incident.detected, incident.acknowledged) = (start, detected, acknowledged);
        (incident.mitigated, incident.end) = (mitigated, end);
        incident
    }

    #[track_caller]
    fn check(moments: [Option<&str>; 5], expected: &[(u8, u8, f64, f64)]) {
        check_with(&incident(moments), expected);
    }

    #[track_caller]
    fn check_with(incident: &Incident, expected: &[(u8, u8, f64, f64)]) {
        let phases = Phases::of(incident);
        let actual: Vec<_> = phases.iter().flat_map(|p| &p.segments).map(|s| (s.first, s.last, s.from, s.to)).collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn every_moment_known_gives_four_phases() {
        check(
            [Some("10:00"), Some("10:05"), Some("10:06"), Some("10:30"), Some("11:00")],
            &[(1, 1, 0.0, 5.0), (2, 2, 5.0, 6.0), (3, 3, 6.0, 30.0), (4, 4, 30.0, 60.0)],
        );
    }

    #[test]
    fn unknown_moment_merges_its_neighbours() {
        check([Some("10:00"), Some("10:05"), None, Some("10:30"), None], &[(1, 1, 0.0, 5.0), (2, 3, 5.0, 30.0)]);
        check([None, Some("10:05"), None, None, Some("10:30")], &[(2, 4, 0.0, 25.0)]);
        check([None, None, None, None, Some("10:30")], &[]);
    }

    #[test]
    fn stated_length_ends_what_has_no_end() {
        let provenance = Provenance { from: Origin::Inferred, span: None, line: None, quote: String::new(), rule: "test" };
        let mut some = incident([Some("10:00"), Some("10:05"), None, None, None]);
        some.duration_minutes = Some(Stated::new(30.0, provenance));
        check_with(&some, &[(1, 1, 0.0, 5.0), (2, 4, 5.0, 30.0)]);
        some.detected = None;
        check_with(&some, &[]);
    }

    #[test]
    fn alert_before_the_impact_does_not_begin_a_phase() {
        let some = incident([Some("10:00"), Some("09:58"), None, None, Some("10:30")]);
        let phases = Phases::of(&some).expect("start and end are known");
        assert_eq!(phases.segments[0].begin, phases.base);
    }

    #[test]
    fn empty_phase_and_moment_out_of_order_are_left_out() {
        check([Some("10:00"), Some("09:58"), Some("10:10"), Some("10:05"), Some("10:30")], &[(2, 2, 0.0, 10.0), (3, 4, 10.0, 30.0)]);
        check([Some("10:00"), None, None, None, Some("10:00")], &[]);
    }
}

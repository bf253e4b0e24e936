//! Moments of the incident from the rows of its timeline, by their kinds, and by the stated lengths between them.

use std::sync::LazyLock;

use crate::{
    extract::{outline::quote, phrases::Phrases},
    incident::{Incident, Moment, Origin, Provenance, RowKind, Stated, TimelineRow},
};

use super::stated::Said;

fn stated(row: &TimelineRow, rule: &'static str) -> Option<Stated<Moment>> {
    let at = row.at.clone()?;
    let provenance = Provenance { from: Origin::Inferred, span: Some(row.span), line: Some(row.line), quote: quote(&row.text), rule };
    Some(Stated::new(at, provenance))
}

const RULE: &str = "timeline-row";

/// Fills start, end and detection from the rows where nothing is stated.
pub(super) fn from_rows(incident: &mut Incident) {
    let rows = &incident.timeline;
    if incident.start.is_none() {
        let harm = rows.iter().find(|row| {
            matches!(row.kind, RowKind::Impact | RowKind::Change) && row.at.is_some() && (row.kind == RowKind::Impact || is_harm(&row.text))
        });
        incident.start = harm.filter(|row| is_start(rows, row)).and_then(|row| stated(row, RULE));
    }
    if incident.end.is_none() {
        incident.end = end_row(rows).and_then(|row| stated(row, RULE));
    }
    if incident.detected.is_none() {
        incident.detected = detected_row(rows).and_then(|row| stated(row, RULE));
    }
}

/// Where only the day of start or end is stated, or a rounded hour, takes the row of that day that says it to the minute.
pub(super) fn sharpen(said: &mut Said, rows: &[TimelineRow]) {
    const NEAR_MINUTES: f64 = 10.0;
    let fits = |stated: &Stated<Moment>, row: &TimelineRow| {
        let Some(at) = row.at.as_ref().filter(|at| at.time().is_some()) else { return false };
        match stated.value.time() {
            None => stated.value.day().is_some() && stated.value.day() == at.day(),
            // "until noon"
            Some(time) => {
                stated.provenance.rule == "sentence"
                    && time.minutes() % 60 == 0
                    && stated.value.minutes_until(at).is_some_and(|minutes| minutes.abs() <= NEAR_MINUTES)
            }
        }
    };
    // "At 03:46" in the prose and "01:46 UTC" in the row are one moment on two clocks; the row says whose it is.
    let hours_apart = |stated: &Stated<Moment>, row: &TimelineRow| {
        let (Some(minute), Some(at)) = (stated.value.time().map(|time| time.minutes() % 60), &row.at) else { return false };
        let apart = stated.value.minutes_until(at).map_or(0.0, f64::abs);
        stated.provenance.rule == "sentence" && minute % 5 != 0 && apart > 0.5 && apart <= 14.0 * 60.0 && apart % 60.0 < 0.5
    };
    let vague = |said: &Stated<Moment>| said.value.time().is_none() && said.provenance.rule == "sentence";
    if let Some((_, row)) = said.detected.as_ref().zip(detected_row(rows)).filter(|(said, row)| vague(said) || hours_apart(said, row)) {
        said.detected = stated(row, RULE);
    }
    if let Some(end) = &said.end
        && let Some(row) = end_row(rows).filter(|row| fits(end, row))
    {
        said.end = stated(row, RULE);
    }
    let first = rows.iter().find(|row| row.kind == RowKind::Impact && row.at.is_some()).filter(|row| is_start(rows, row));
    if let Some(start) = said.start.as_ref().filter(|start| start.value.time().is_none())
        && let Some(row) = first.filter(|row| fits(start, row))
    {
        said.start = stated(row, RULE);
    }
}

/// An impact row is the start only where none was noticed before it.
fn is_start(rows: &[TimelineRow], row: &TimelineRow) -> bool {
    let before = rows.iter().take_while(|other| !std::ptr::eq(*other, row));
    !before
        .into_iter()
        .any(|other| matches!(other.kind, RowKind::Detected | RowKind::Acknowledged | RowKind::Mitigated | RowKind::Resolved))
}

/// Whether a change says itself that it did harm: "accidental execution of a command that deleted all nodes", "expired".
fn is_harm(text: &str) -> bool {
    // What the row says first: "Deployed to staging. The tests caused an error." did no harm to users.
    let lower = crate::extract::text::sentences(text).first().copied().unwrap_or(text).to_lowercase();
    [
        "accident",
        "unexpected",
        "inadvertent",
        "breaking",
        "resulting in",
        "causing",
        "caused",
        " cause ",
        "expire",
        "culprit",
        "disruptive",
        "malicious",
        "ungraceful",
        "taking down",
        "brought down",
        "took down",
        "wiped",
        "crash",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

fn detected_row(rows: &[TimelineRow]) -> Option<&TimelineRow> {
    let detected = rows.iter().position(|row| row.kind == RowKind::Detected && row.at.is_some());
    // Nobody declares an incident that was not noticed.
    let declared = rows
        .iter()
        .position(|row| row.kind == RowKind::Update && row.at.is_some() && row.text.to_lowercase().starts_with("incident declared"));
    if let (Some(declared), Some(detected)) = (declared, detected)
        && declared < detected
        && !rows[..declared].iter().any(|row| matches!(row.kind, RowKind::Finding | RowKind::Acknowledged))
    {
        return Some(&rows[declared]);
    }
    // A timeline that begins with someone finding something, or beginning to look, tells by it when it was noticed.
    let first = rows.iter().position(|row| !matches!(row.kind, RowKind::Change | RowKind::Note | RowKind::Impact));
    let noticed = first.filter(|first| matches!(rows[*first].kind, RowKind::Acknowledged | RowKind::Finding) && rows[*first].at.is_some());
    match (detected, noticed) {
        // Work that goes on before the first "detected" shows that it was noticed before.
        (Some(detected), Some(noticed)) if rows[noticed..detected].iter().any(|row| row.kind == RowKind::Action) => Some(&rows[noticed]),
        (Some(detected), _) => Some(&rows[detected]),
        (None, noticed) => {
            // "The site is down, alarms go off" is one row of two things.
            let both = rows.iter().position(|row| row.kind == RowKind::Impact && row.at.is_some() && says_noticed(&row.text));
            let first = [noticed, both].into_iter().flatten().min();
            first.map(|first| &rows[first])
        }
    }
}

/// Whether a row says besides that someone or something noticed.
fn says_noticed(text: &str) -> bool {
    static NOTICED: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new(["alert", "alerts", "alerted", "alarm", "alarms", "paged", "noticed", "we notice", "reported", "detected"])
    });
    NOTICED.first_in(text).is_some()
}

/// The first row of normal service for all after which nothing breaks again. Paperwork ("ticket closed") says only that it was
/// over before.
fn end_row(rows: &[TimelineRow]) -> Option<&TimelineRow> {
    let after_last = |kinds: &[RowKind]| rows.iter().rposition(|row| kinds.contains(&row.kind)).map_or(0, |at| at + 1);
    let trouble = after_last(&[RowKind::Impact, RowKind::Detected]);
    let search = after_last(&[RowKind::Escalated, RowKind::FalseLead]).max(trouble);
    let is_end = |row: &&TimelineRow| row.kind == RowKind::Resolved && row.at.is_some() && !is_paperwork(&row.text);
    let resolved = |from: usize| {
        let first = rows[from..].iter().find(is_end)?;
        // Part of the service, or what is only believed to work, is not all of it where a later row says so.
        let whole = rows[from..].iter().find(|row| is_end(row) && !is_partial(&row.text));
        Some(whole.unwrap_or(first))
    };
    if let Some(row) = marked_end(rows, trouble).or_else(|| resolved(search)).or_else(|| resolved(trouble)) {
        return Some(row);
    }
    // What is first noticed, or looked into again, when all was well broke nothing.
    let broken = after_last(&[RowKind::Impact]);
    let first = rows.iter().position(|row| row.kind == RowKind::Detected);
    if first.and_then(|first| rows.get(broken..first)).is_some_and(|quiet| quiet.iter().any(|row| is_end(&row))) {
        return resolved(broken);
    }
    // A closure that is declared holds until something breaks again, whatever is asked afterwards.
    let closed = |row: &&TimelineRow| {
        let lower = row.text.to_lowercase();
        is_end(row)
            && ["incident resolved", "incident is resolved", "incident is over", "incident ended"].iter().any(|word| lower.contains(word))
    };
    if let Some(row) = rows[broken..].iter().find(closed) {
        return Some(row);
    }
    // A relief after which it is only said that all is well was the end.
    let relief = rows[trouble..].iter().rposition(|row| row.kind == RowKind::Mitigated && row.at.is_some()).map(|at| trouble + at)?;
    let said = rows[relief + 1..].iter().any(|row| {
        let lower = row.text.to_lowercase();
        row.kind == RowKind::Resolved
            || matches!(row.kind, RowKind::Update | RowKind::Note)
                && ["fixed", "resolved", "restored", "over", "closed"].iter().any(|word| lower.contains(word))
    });
    let quiet = rows[relief + 1..].iter().all(|row| matches!(row.kind, RowKind::Update | RowKind::Note | RowKind::Resolved));
    // A relief that only sets in leaves the end to the row that closes the incident.
    if said && quiet && sets_in(&rows[relief].text) {
        return rows[relief + 1..].iter().find(|row| row.kind == RowKind::Resolved && row.at.is_some());
    }
    if said && quiet {
        return Some(&rows[relief]);
    }
    let declared = |row: &&TimelineRow| {
        row.kind == RowKind::Resolved
            && row.at.is_some()
            && row.text.to_lowercase().contains("resolved")
            && !row.text.to_lowercase().contains("ticket")
    };
    rows[trouble..].iter().find(declared)
}

/// Whether a relief only begins: "traffic slowly goes down".
fn sets_in(text: &str) -> bool {
    static BEGINS: LazyLock<Phrases> =
        LazyLock::new(|| Phrases::new(["slowly", "gradually", "started to", "starts to", "begins to", "began to", "starting to"]));
    BEGINS.first_in(text).is_some()
}

/// The last row that marks the end in so many words: "<END OF OUTAGE>".
fn marked_end(rows: &[TimelineRow], from: usize) -> Option<&TimelineRow> {
    static MARKS: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "end of outage",
            "end of the outage",
            "end of incident",
            "end of the incident",
            "outage ends",
            "outage ended",
            "incident ends",
            "incident ended",
        ])
    });
    rows[from..].iter().rfind(|row| row.kind == RowKind::Resolved && row.at.is_some() && MARKS.first_in(&row.text).is_some())
}

/// Whether a row of normal service says that it is not yet the whole of it.
fn is_partial(text: &str) -> bool {
    static PARTIAL: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "rolled back",
            "rollback",
            "reverted",
            "being written",
            "being processed",
            "being sent",
            "catching up",
            "seem",
            "seems",
            "seemed",
            "believe",
            "believes",
            "believed",
            "most",
            "some",
            "everybody else",
            "everyone else",
            "workaround",
            "temporarily",
        ])
    });
    PARTIAL.first_in(text).is_some()
}

fn is_paperwork(text: &str) -> bool {
    let lower = text.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    holds(&["ticket", "declared", "marked as", "closed", "postmortem", "post-mortem"])
        && !holds(&["able to", "successfully", "restored", "working", "operational", "back to normal"])
}

/// Finds start, end and detection by stated lengths: rows that lie exactly so far apart as the document says.
pub(super) fn from_lengths(incident: &mut Incident, length_is_labelled: bool) {
    let recovery =
        incident.duration_stated_minutes.as_ref().map(|stated| stated.value).filter(|minutes| length_is_labelled && *minutes >= 1.0);
    let detection = incident.minutes_to_detect_stated.as_ref().map(|stated| stated.value);
    let by_rows = |stated: &Option<Stated<Moment>>| stated.as_ref().is_none_or(|stated| stated.provenance.rule == RULE);
    if recovery.is_none() && detection.is_none() || !by_rows(&incident.start) || !by_rows(&incident.end) || !by_rows(&incident.detected) {
        return;
    }
    let rows: Vec<&TimelineRow> =
        incident.timeline.iter().filter(|row| row.at.as_ref().is_some_and(|at| at.time().is_some())).take(MAX_ROWS).collect();
    let Some(fit) = best_fit(&rows, recovery, detection) else { return };
    let rule = "row-and-length";
    let start = stated(rows[fit.start], rule);
    let end = fit.end.and_then(|end| stated(rows[end], rule));
    let detected = fit.detected.and_then(|detected| stated(rows[detected], rule));
    incident.start = start.or(incident.start.take());
    incident.end = end.or(incident.end.take());
    // The first row that says that someone noticed stays, unless it stands before the start.
    let long = detection.is_some_and(|minutes| minutes >= LONG_MINUTES) && detected.is_some();
    let keeps = !long
        && match (&incident.detected, &incident.start) {
            (Some(detected), Some(start)) => {
                start.value.minutes_until(&detected.value).is_some_and(|minutes| minutes >= 0.0)
                    && rows_say_detected(&incident.timeline, &detected.value)
            }
            _ => false,
        };
    if !keeps {
        incident.detected = detected.or(incident.detected.take());
    }
}

fn rows_say_detected(rows: &[TimelineRow], at: &Moment) -> bool {
    rows.iter().any(|row| row.kind == RowKind::Detected && row.at.as_ref() == Some(at))
}

/// Rows beyond these are not compared with each other.
const MAX_ROWS: usize = 200;

/// Rows that lie this far apart to the minute, as stated, hardly do so by chance.
const LONG_MINUTES: f64 = 60.0;

/// A row that may be the start, and the rows that stated lengths lead to from it.
struct Fit {
    start: usize,
    end: Option<usize>,
    detected: Option<usize>,
    weight: u32,
}

/// The start from which the stated lengths lead to rows that can be the end and the detection.
fn best_fit(rows: &[&TimelineRow], recovery: Option<f64>, detection: Option<f64>) -> Option<Fit> {
    let after = |start: usize, minutes: f64, fits: &dyn Fn(RowKind) -> u32| {
        let fitting = rows.iter().enumerate().skip(start).map(|(at, row)| (at, row, fits(row.kind))).filter(|(.., weight)| *weight > 0);
        let reached = fitting.filter(|(_, row, _)| {
            let between = rows[start].at.as_ref().zip(row.at.as_ref()).and_then(|(a, b)| a.minutes_until(b));
            between.is_some_and(|between| (between - minutes).abs() < 0.5)
        });
        reached.map(|(at, _, weight)| (at, weight)).max_by_key(|(at, weight)| (*weight, std::cmp::Reverse(*at)))
    };
    let ends = |kind| match kind {
        RowKind::Resolved => 6,
        RowKind::Mitigated => 5,
        RowKind::Action => 3,
        RowKind::Note | RowKind::Update | RowKind::Detected | RowKind::Finding => 1,
        _ => 0,
    };
    let detects = |kind| match kind {
        RowKind::Detected => 5,
        RowKind::Acknowledged => 4,
        RowKind::Finding | RowKind::Impact => 2,
        RowKind::FalseLead | RowKind::Note => 1,
        _ => 0,
    };
    let mut best: Option<Fit> = None;
    for (start, row) in rows.iter().enumerate() {
        let begins = match row.kind {
            RowKind::Impact => 3,
            RowKind::Change => 2,
            RowKind::Detected | RowKind::Finding | RowKind::Note | RowKind::Action => 0,
            _ => continue,
        };
        let end = recovery.and_then(|minutes| after(start, minutes, &ends));
        let detected = detection.filter(|minutes| *minutes >= 1.0 || begins > 0).and_then(|minutes| after(start, minutes, &detects));
        // Rows that lie hours apart to the minute hardly do so by chance.
        let long = detection.filter(|minutes| detected.is_some() && *minutes >= LONG_MINUTES).map_or(0, |_| 3);
        let weight = begins + long + end.map_or(0, |(_, weight)| weight) + detected.map_or(0, |(_, weight)| weight);
        let enough = if end.is_some() && detected.is_some() || begins == 3 { weight >= 4 } else { weight >= 6 };
        if enough && best.as_ref().is_none_or(|best| weight > best.weight) {
            best = Some(Fit { start, end: end.map(|(at, _)| at), detected: detected.map(|(at, _)| at), weight });
        }
    }
    best
}

/// Returns whether rows led to a moment, and nothing stated.
pub(super) fn is_from_rows(moment: &Stated<Moment>) -> bool {
    matches!(moment.provenance.rule, RULE | "row-and-length")
}

/// Settles the kinds that depend on the end: normal service before it is a mitigation, a deed at a stated one is the resolution.
pub(super) fn settle_kinds(incident: &mut Incident, end_is_a_row: bool) {
    let Some(end) = incident.end.clone() else { return };
    let has_resolution_at_end = incident.timeline.iter().any(|row| row.kind == RowKind::Resolved && row.at.as_ref() == Some(&end.value));
    for row in &mut incident.timeline {
        let Some(minutes) = row.at.as_ref().and_then(|at| at.minutes_until(&end.value)) else { continue };
        if row.kind == RowKind::Resolved && minutes > 0.5 {
            row.kind = RowKind::Mitigated;
        } else if !end_is_a_row
            && minutes.abs() < 0.5
            && !has_resolution_at_end
            && matches!(row.kind, RowKind::Action | RowKind::Finding | RowKind::Mitigated | RowKind::Note)
        {
            row.kind = RowKind::Resolved;
        }
    }
}

/// Fills acknowledgement and mitigation from the rows, once their kinds are settled.
pub(super) fn late_moments(incident: &mut Incident) {
    // What was done before it began belongs to something else.
    let before = |row: &TimelineRow| {
        let start = incident.start.as_ref().map(|start| &start.value);
        start.zip(row.at.as_ref()).and_then(|(start, at)| start.minutes_until(at)).is_some_and(|minutes| minutes < 0.0)
    };
    // Among rows with a time, one of which only the day is known says not when.
    let timed = |row: &TimelineRow| row.at.as_ref().is_some_and(|at| at.time().is_some());
    let any_timed = incident.timeline.iter().any(timed);
    let rows: Vec<&TimelineRow> = incident.timeline.iter().filter(|row| (timed(row) || !any_timed) && !before(row)).collect();
    if incident.acknowledged.is_none() {
        incident.acknowledged =
            rows.iter().find(|row| row.kind == RowKind::Acknowledged && row.at.is_some()).and_then(|row| stated(row, RULE));
    }
    if incident.mitigated.is_none() {
        // A relief after which it broke again did not last.
        let broken = rows.iter().rposition(|row| row.kind == RowKind::Impact).map_or(0, |at| at + 1);
        incident.mitigated =
            rows[broken..].iter().find(|row| row.kind == RowKind::Mitigated && row.at.is_some()).and_then(|row| stated(row, RULE));
    }
}

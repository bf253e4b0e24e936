//! Tests of the incident's moments: Markdown in, values out.

use crate::{
    config::ReadSettings,
    document::Document,
    extract::read_document,
    incident::{Incident, Moment, Stated},
};

fn read(markdown: &str) -> (Incident, Vec<&'static str>) {
    let reading = read_document(&ReadSettings::default(), &Document::from_text(markdown));
    let codes = reading.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    (reading.value.incidents.into_iter().next().expect("an incident"), codes)
}

fn show(moment: &Option<Stated<Moment>>) -> String {
    moment.as_ref().map_or("-".to_owned(), |moment| moment.value.to_string())
}

#[track_caller]
fn check(markdown: &str, expected: [&str; 3], minutes: Option<f64>) {
    let (incident, _) = read(markdown);
    assert_eq!([show(&incident.start), show(&incident.end), show(&incident.detected)], expected, "{markdown}");
    assert_eq!(incident.duration_minutes.map(|minutes| minutes.value), minutes, "{markdown}");
}

const REST: &str = "\n\n## Root cause\nA typo in the configuration.\n\n## Action items\n- test it\n";

#[test]
fn spans_are_read_from_labels_and_sentences() {
    let both = ["2024-06-07T10:00+00:00", "2024-06-07T12:00+00:00", "-"];
    for markdown in [
        "# Shop outage\n\n**Start:** June 7, 2024, 10:00 UTC\n\n**End:** June 7, 2024, 12:00 UTC",
        "# Shop outage\n\n**Duration:** June 7, 2024, 10:00 AM - 12:00 PM (UTC)",
        "# Shop outage\n\n## Summary\nOn 7 June 2024, from 10:00 to 12:00 UTC, the shop was down.",
        "# Shop outage\n\n## Summary\nOn 7 June 2024 the shop was down from 10:00 to 12:00 UTC.",
        "# Shop outage\n\n| Field | Value |\n|---|---|\n| Start | 2024-06-07 10:00 UTC |\n| End | 2024-06-07 12:00 UTC |",
        "# Shop outage\n\n## Summary\nThe outage started on 2024-06-07 at 10:00 UTC and ended at 12:00 UTC.",
        "# Shop outage\n\n## Summary\nAt 10:00 UTC on June 7, 2024 the shop went down. It was resolved at 12:00 UTC.",
        "# Shop outage\n\n## Summary\nAn outage of the shop at 10:00 UTC on June 7, 2024, which lasted for 2 hours.",
        "---\nstarted: 2024-06-07T10:00Z\nended: 2024-06-07T12:00Z\n---\n# Shop outage\n\n## Summary\nIt broke.",
    ] {
        check(&format!("{markdown}{REST}"), both, Some(120.0));
    }
}

#[test]
fn rows_say_start_and_end_where_nothing_is_stated() {
    check(
        &format!("# Shop outage\n\n## Timeline (UTC)\n- 2024-06-07 09:50 Release deployed\n- 10:00 Users begin seeing errors\n- 10:05 Alert fires\n- 10:10 On-call begins investigating\n- 12:00 Service fully restored\n{REST}"),
        ["2024-06-07T10:00+00:00", "2024-06-07T12:00+00:00", "2024-06-07T10:05+00:00"],
        Some(120.0),
    );
}

#[test]
fn a_detection_alone_is_no_start() {
    check(&format!("# Shop outage\n\n## Timeline\n- 2024-06-07 10:05 Alert fires\n- 12:00 Service fully restored\n{REST}"), ["-", "2024-06-07T12:00", "2024-06-07T10:05"], None);
}

#[test]
fn stated_lengths_are_compared_and_used() {
    let (_, codes) = read(&format!("# Shop outage\n\n**Duration:** 3 hours (2024-06-07, 10:00 - 12:00 UTC){REST}"));
    assert!(codes.contains(&"PM024"), "{codes:?}");
    let (_, codes) = read(&format!("# Shop outage\n\nStart: 2024-06-07 10:00 UTC\n\nEnd: 2024-06-07 09:00 UTC{REST}"));
    assert!(codes.contains(&"PM023"), "{codes:?}");
    check(&format!("# Shop outage\n\n## Summary\nThe outage lasted two hours.{REST}"), ["-", "-", "-"], Some(120.0));
    check(
        &format!("# Shop outage\n\n## Timeline (UTC)\n- 2024-06-07 10:00 New routing rules applied\n- 10:30 First report by a user\n- 11:24 Rules deleted\n- 12:00 Retrospective\n\n## Stats\n- Time to detection: 30 minutes\n- Time to recovery: 84 minutes\n{REST}"),
        ["2024-06-07T10:00+00:00", "2024-06-07T11:24+00:00", "2024-06-07T10:30+00:00"],
        Some(84.0),
    );
}

#[test]
fn a_span_across_midnight_ends_the_next_day() {
    check(&format!("# Shop outage\n\n**Duration:** June 7, 2024, 11:30 PM - 12:15 AM UTC{REST}"), ["2024-06-07T23:30+00:00", "2024-06-08T00:15+00:00", "-"], Some(45.0));
}

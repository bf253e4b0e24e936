//! Tests of the incident's moments: Markdown in, values out.

use super::*;
use crate::{config::ReadSettings, document::Document, extract::with_reader, incident::Kind};

fn read(markdown: &str) -> (Incident, Vec<&'static str>) {
    let mut diagnostics = Vec::new();
    let mut incident = Incident::empty("incident.md".into(), Kind::Incident, Span::default());
    with_reader(&ReadSettings::default(), &Document::from_text(markdown), |reader| read_when(reader, &mut incident, &mut diagnostics));
    let codes = diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    (incident, codes)
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
        &format!(
            "# Shop outage\n\n## Timeline (UTC)\n- 2024-06-07 09:50 Release deployed\n- 10:00 Users begin seeing errors\n- 10:05 Alert fires\n- 10:10 On-call begins investigating\n- 12:00 Service fully restored\n{REST}"
        ),
        ["2024-06-07T10:00+00:00", "2024-06-07T12:00+00:00", "2024-06-07T10:05+00:00"],
        Some(120.0),
    );
}

#[test]
fn a_row_that_marks_the_end_is_the_end() {
    check(
        &format!(
            "# Shop outage\n\n## Timeline (all times in PST/PDT)\n- 2024-06-07 10:00 Outage begins\n- 10:20 Alert fires\n- 11:00 The shop is accessible for a reader who tried\n- 12:00 The change takes effect. End of outage.\n{REST}"
        ),
        ["2024-06-07T10:00-07:00", "2024-06-07T12:00-07:00", "2024-06-07T10:20-07:00"],
        Some(120.0),
    );
    // A relief that only sets in is not the end where the incident is closed later.
    check(
        &format!(
            "# Shop outage\n\n## Timeline\n- 2024-06-07 10:00 Outage begins\n- 10:20 Alert fires\n- 11:00 Load slowly goes down\n- 12:00 Incident closed\n{REST}"
        ),
        ["2024-06-07T10:00", "2024-06-07T12:00", "2024-06-07T10:20"],
        Some(120.0),
    );
}

#[test]
fn whoever_told_of_it_on_a_day_noticed_it_then() {
    let lead = "# Leaked key\n\n## Summary\nOn 7 June 2024 a researcher reported a leaked key to us.";
    check(&format!("{lead}{REST}"), ["-", "-", "2024-06-07"], None);
    // A row says it to the minute.
    let row = "\n\n## Timeline\n- 2024-06-07 09:10 First report of a leaked key\n- 09:40 Key replaced";
    check(&format!("{lead}{row}{REST}"), ["-", "-", "2024-06-07T09:10"], None);
    check(&format!("# Leaked key\n\n## Summary\nOn 7 June 2024 the shop was closed.{REST}"), ["-"; 3], None);
}

#[test]
fn what_nobody_noticed_is_no_detection() {
    check(
        &format!(
            "# Shop outage\n\n## Summary\nAround 9:00 on 7 June 2024 the shop was empty, so nobody noticed.\n\n## Timeline\n- 2024-06-07 08:50 Outage begins\n- 09:10 Alert fires\n{REST}"
        ),
        ["2024-06-07T08:50", "-", "2024-06-07T09:10"],
        None,
    );
}

#[test]
fn the_row_says_on_whose_clock_it_was_noticed() {
    let rows = "## Timeline (all times in UTC)\n- 2024-06-07 01:46 Alert fires\n- 03:00 The shop is back to normal";
    let read = |detection: &str| format!("# Shop outage\n\n## Detection\n{detection}\n\n{rows}\n{REST}");
    check(&read("It raised the first alert at 03:46."), ["-", "2024-06-07T03:00+00:00", "2024-06-07T01:46+00:00"], None);
}

#[test]
fn a_detection_alone_is_no_start() {
    check(
        &format!("# Shop outage\n\n## Timeline\n- 2024-06-07 10:05 Alert fires\n- 12:00 Service fully restored\n{REST}"),
        ["-", "2024-06-07T12:00", "2024-06-07T10:05"],
        None,
    );
}

#[test]
fn stated_lengths_are_compared_and_used() {
    let (_, codes) = read(&format!("# Shop outage\n\n**Duration:** 3 hours (2024-06-07, 10:00 - 12:00 UTC){REST}"));
    assert!(codes.contains(&"PM024"), "{codes:?}");
    let (_, codes) = read(&format!("# Shop outage\n\nStart: 2024-06-07 10:00 UTC\n\nEnd: 2024-06-07 09:00 UTC{REST}"));
    assert!(codes.contains(&"PM023"), "{codes:?}");
    check(&format!("# Shop outage\n\n## Summary\nThe outage lasted two hours.{REST}"), ["-", "-", "-"], Some(120.0));
    check(
        &format!(
            "# Shop outage\n\n## Timeline (UTC)\n- 2024-06-07 10:00 New routing rules applied\n- 10:30 First report by a user\n- 11:24 Rules deleted\n- 12:00 Retrospective\n\n## Stats\n- Time to detection: 30 minutes\n- Time to recovery: 84 minutes\n{REST}"
        ),
        ["2024-06-07T10:00+00:00", "2024-06-07T11:24+00:00", "2024-06-07T10:30+00:00"],
        Some(84.0),
    );
}

#[test]
fn a_span_across_midnight_ends_the_next_day() {
    check(
        &format!("# Shop outage\n\n**Duration:** June 7, 2024, 11:30 PM - 12:15 AM UTC{REST}"),
        ["2024-06-07T23:30+00:00", "2024-06-08T00:15+00:00", "-"],
        Some(45.0),
    );
}

#[test]
fn spans_in_many_wordings() {
    let mut wrong = Vec::new();
    let (start, end) = ("2024-09-05T09:00+02:00", "2024-09-05T12:00+02:00");
    for opening in [
        "## Issue Summary\n- **Duration**: 3 hours, from 9:00 AM to 12:00 PM (GMT+2), on September 5, 2024",
        "## Issue Summary\nDuration: 3 hours (09:00 - 12:00 UTC+2)\n\nDate of incident: 2024-09-05",
        "**Start:** Thursday, 5 Sep 2024 09:00 (UTC+2)\\\n**End:** Thursday, 5 Sep 2024 12:00 (UTC+2)",
        "**Date:** September 5, 2024 | **Start:** 09:00 CEST | **End:** 12:00 CEST",
        "## Summary\nThe outage began at 9 am CEST on Thursday, September 5th, 2024 and lasted until noon.",
        "## Summary\nBetween 9:00am and 12:00pm SAST on 5 September 2024 nobody could log in.",
        "## Summary\nThe incident occurred on the 5th of September, 2024 at around 9am CAT and was fully resolved at 12pm CAT.",
        "## Summary\nOur site was down for three hours on Thursday, September 5, 2024, starting at 9:00 AM (CAT).",
        "## Summary\nStarting at 9:00 AM SAST on September 5, 2024, the shop was unavailable for 3 hours.",
        "Outage window: 2024-09-05 09:00 – 2024-09-05 12:00 (CEST)",
        "Date/Time: 2024-09-05 09:00 – 12:00 CEST",
        "| Start time | End time | Duration |\n|---|---|---|\n| 2024-09-05 09:00 CEST | 2024-09-05 12:00 CEST | 3 h |",
        "|   |   |\n|---|---|\n| **Incident start** | 2024-09-05 09:00 CEST |\n| **Incident end** | 2024-09-05 12:00 CEST |",
        "## Incident details\n- Start: 2024-09-05T09:00+02:00\n- End: 2024-09-05T12:00+02:00",
        "## Summary\nOn September 5, 2024, our shop suffered an outage that lasted 3 hours, from 9:00 to 12:00 CEST.",
        "## Duration\nSeptember 5, 2024, 9:00 AM - 12:00 PM (CAT)",
        "## Duration\n- Start time: September 5, 2024, 9:00 AM (CAT)\n- End time: September 5, 2024, 12:00 PM (CAT)",
        "## Summary\nAt 9:00 CEST on September 5, 2024, the shop became unavailable. Service was restored at 12:00 CEST.",
        "## Zusammenfassung\nAm 5. September 2024 war der Shop von 9:00 bis 12:00 Uhr (MESZ) nicht erreichbar; der Ausfall ist behoben.",
        "## Summary\nDowntime: 09:00–12:00 CEST, 5 September 2024 (3 h)",
        "**When:** 5 September 2024, 09:00 to 12:00 CEST",
        "**Incident duration:** 3h (Sep 5, 2024 09:00 CEST → Sep 5, 2024 12:00 CEST)",
        "**When did it start?** September 5, 2024 9:00 AM CEST\n\n**When did it end?** September 5, 2024 12:00 PM CEST",
        "## Summary\nAt 9:00 CEST on September 5, 2024 the shop started to return errors. Full recovery was confirmed at 12:00 CEST.",
        "## Issue Summary\nduration of the outage with start and end times (including timezone): 9:00 AM - 12:00 PM CEST, September 5 2024",
        "## Résumé\nLe 5 septembre 2024, de 9h00 à 12h00 (CEST), le site était indisponible.",
        "## Resumo\nNo dia 5 de setembro de 2024, das 09:00 às 12:00 CEST, a loja ficou indisponível.",
        "**Time to recover:** 3 h\n\n**Started at:** 2024-09-05 09:00 CEST",
        "## Impact\nFrom 2024-09-05 09:00 CEST until 2024-09-05 12:00 CEST all requests failed.",
    ] {
        let (incident, _) = read(&format!("# Shop outage\n\n{opening}{REST}"));
        let minutes = incident.duration_minutes.as_ref().map(|minutes| minutes.value);
        let found = (show(&incident.start), show(&incident.end), minutes);
        if found != (start.to_owned(), end.to_owned(), Some(180.0)) {
            wrong.push(format!("{opening}\n    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn other_times_of_the_text_are_no_span() {
    for opening in [
        "## Summary\nThe backup job runs every day from 01:00 to 02:00 UTC. It broke the shop.",
        "## Summary\nOn 5 September 2024 the shop was slow. The next maintenance window is from 22:00 to 23:00 UTC.",
        "## Summary\nWe keep logs for 30 days. The shop was slow on 5 September 2024.",
    ] {
        let (incident, _) = read(&format!("# Shop outage\n\n{opening}{REST}"));
        assert_eq!(
            (show(&incident.start), show(&incident.end), incident.duration_minutes.as_ref().map(|minutes| minutes.value)),
            ("-".to_owned(), "-".to_owned(), None),
            "{opening}"
        );
    }
}

#[test]
fn a_time_at_the_end_of_a_clause_belongs_to_what_the_clause_says() {
    check(
        &format!(
            "# Shop\n\nOn 2024-06-02 an outage happened on the server of the shop at around 00:10 UTC.\n\nA colleague encountered the issue with an empty basket, roughly 07:20 UTC.{REST}"
        ),
        ["2024-06-02T00:10+00:00", "-", "2024-06-02T07:20+00:00"],
        None,
    );
}

#[test]
fn a_day_on_which_something_went_down_is_the_start() {
    check(
        &format!("# Shop\n\n## Summary\n\nIn the morning of Sept. 21st, 2022, three shops went down for most of it.{REST}"),
        ["2022-09-21", "-", "-"],
        None,
    );
}

/// Reads a timeline of 7 June 2024 in UTC, one row a line, and shows start, end and detection without the day.
#[track_caller]
fn check_rows(rows: &[&str], expected: [&str; 3]) {
    let list: String = rows.iter().map(|row| format!("- {row}\n")).collect();
    let (incident, _) = read(&format!("# Shop outage\n\nDate: 2024-06-07\n\n## Timeline (UTC)\n{list}{REST}"));
    let clock = |moment: &Option<Stated<Moment>>| {
        moment.as_ref().and_then(|moment| moment.value.time()).map_or("-".to_owned(), |time| time.to_string())
    };
    assert_eq!([clock(&incident.start), clock(&incident.end), clock(&incident.detected)], expected, "{rows:#?}");
}

#[test]
fn it_ends_when_all_works_and_not_with_the_first_relief() {
    let (broke, seen) = ("10:00 Users begin seeing errors", "10:05 Alert fires");
    for (rows, end) in [
        (["11:00 Rolled back, customers can pay again", "11:30 All services back to normal"], "11:30"),
        (["11:00 All nodes are back and the backlog is being processed", "11:30 Every order can be found. Incident resolved."], "11:30"),
        (
            [
                "11:00 Orders of one supplier wait in a queue, everybody else's flow again",
                "11:30 The queue is empty, stock is up to date for all",
            ],
            "11:30",
        ),
        (["11:00 Ann believes that the release fixed it", "11:30 Incident resolved"], "11:30"),
        (["11:00 Customer instances started to come back and service was restored", "11:30 Retrospective is planned"], "11:00"),
        (["11:00 The shop works again", "11:30 Ticket closed"], "11:00"),
        (["11:00 New nodes are up and running, and logins still fail", "11:30 Everything works again"], "11:30"),
        (["11:00 Second printer installed, labels print again", "11:30 Bo goes home"], "11:00"),
    ] {
        check_rows(&[broke, seen, rows[0], rows[1]], ["10:00", end, "10:05"]);
    }
}

#[test]
fn what_is_noticed_or_asked_after_the_end_moves_it_not() {
    check_rows(
        &[
            "10:00 Launch success reaches 0 %",
            "10:20 The cluster heals itself and everything returns to normal",
            "15:00 Dip in the metric noticed by a colleague",
        ],
        ["10:00", "10:20", "15:00"],
    );
    check_rows(
        &["10:00 Shop goes down", "10:05 Alert fires", "11:00 Incident resolved.", "14:00 A customer reports trouble with an old order"],
        ["10:00", "11:00", "10:05"],
    );
}

#[test]
fn harm_from_then_on_is_the_start() {
    check_rows(
        &[
            "06:00 Import of the price list. Parcels are labelled wrongly from here on.",
            "09:00 First complaint of a shop",
            "10:00 The old list is restored",
        ],
        ["06:00", "10:00", "09:00"],
    );
    check_rows(
        &[
            "09:50 A report for Finance is started by hand",
            "10:00 The pool is full, orders begin to fail",
            "10:05 Alert: pool is full",
            "11:00 Back to normal",
        ],
        ["10:00", "11:00", "10:05"],
    );
    check_rows(
        &[
            "10:00 The availability metric shows a sharp drop in availability",
            "10:05 A shop calls its account manager",
            "11:00 Back to normal",
        ],
        ["10:00", "11:00", "10:05"],
    );
}

#[test]
fn a_stated_day_or_rounded_hour_is_said_to_the_minute_by_its_row() {
    let rows = "\n\n## Timeline (UTC)\n- 2024-06-07 10:03 Users begin seeing errors\n- 2024-06-08 12:05 Everything works again\n";
    let exact = ["2024-06-07T10:03+00:00", "2024-06-08T12:05+00:00", "-"];
    check(&format!("# Shop\n\nStart: 2024-06-07\n\nEnd: 2024-06-08{rows}{REST}"), exact, Some(1562.0));
    check(&format!("# Shop\n\n## Summary\nThe shop was down until noon on 8 June 2024, UTC.{rows}{REST}"), exact, Some(1562.0));
    // What is stated to the minute stays.
    let stated = ["2024-06-07T10:03+00:00", "2024-06-08T12:09+00:00", "-"];
    check(&format!("# Shop\n\nEnd: 2024-06-08 12:09 UTC{rows}{REST}"), stated, Some(1566.0));
}

#[test]
fn labels_need_no_colon_and_may_share_a_line() {
    let both = ["2024-06-07T10:00", "2024-06-07T12:00", "-"];
    for markdown in [
        "- **Key facts**\n  - Fault occurs 2024-06-07 10:00\n  - Incident declared 2024-06-07 10:10\n  - Resolved 2024-06-07 12:00\n",
        "- Start-time:\n07/Jun/2024 10:00 AM End-time: 07/Jun/2024 12:00 PM\n",
        "**Duration: 2 h** (2024-06-07 10:00 ~ 12:00)\n",
    ] {
        check(&format!("# Shop outage\n\n{markdown}{REST}"), both, Some(120.0));
    }
}

#[test]
fn the_lead_says_as_much_as_a_summary() {
    check(
        &format!(
            "# Exports failed\n\nOn 7 June 2024, from 9:05 AM to 11:50 AM UTC shops could not download a file.\n\n## Impact\nAll exports between 9:05 and 11:31 failed.{REST}"
        ),
        ["2024-06-07T09:05+00:00", "2024-06-07T11:50+00:00", "-"],
        Some(165.0),
    );
}

#[test]
fn headings_of_rows_are_no_statements() {
    check(
        "# Shop\n\n## Timeline (UTC)\n\n### 2024-06-07 10:00\n\nUsers begin seeing errors.\n\n### 10:20 - 10:24\n\nAnn and Bo talk about an outage in May.\n\n### 11:00\n\nEverything works again.\n",
        ["2024-06-07T10:00+00:00", "2024-06-07T11:00+00:00", "-"],
        Some(60.0),
    );
}

#[test]
fn lengths_of_what_could_not_be_used_or_came_back_by_itself() {
    for said in
        ["The fix caused the shop to be unusable for about 1h50m.", "This effect lasted 110 minutes before normal operation was restored."]
    {
        check(&format!("# Shop outage\n\n## Summary\n{said}{REST}"), ["-", "-", "-"], Some(110.0));
    }
}

#[test]
fn nothing_is_mitigated_before_it_began() {
    let (incident, _) = read(
        "# Shop\n\nStart: 2024-06-07 10:00\n\n## Timeline\n- 2024-06-06 20:00 Alert fires for the old shop\n- 2024-06-06 21:00 Rollback completed\n- 2024-06-07 10:05 Alert fires\n- 2024-06-07 11:00 Hotfix deployed\n",
    );
    assert_eq!(show(&incident.mitigated), "2024-06-07T11:00");
}

#[test]
fn relief_that_does_not_last_or_has_no_time_mitigates_nothing() {
    for row in [
        "10:30 Ann rolled back the release, but issue persistd",
        "??:?? Rollback completed",
        "10:30 Ann decides that a patch should be released",
        "10:30 Bo deletes a pod to see if it comes back",
        "10:30 The whole website was not accessible",
    ] {
        let (incident, _) = read(&format!(
            "# Shop outage\n\nDate: 2024-06-07\n\n## Timeline\n- 10:00 Users begin seeing errors\n- 10:05 Alert fires\n- {row}\n- 11:00 Everything works again\n"
        ));
        assert_eq!(show(&incident.mitigated), "-", "{row}");
    }
}

#[test]
fn a_clause_speaks_of_the_time_beside_it() {
    check(
        &format!("# Shop\n\nDate: 2024-06-07\n\n## Summary\nThe host was retired at 16:00, the shop went down approx 16:03.{REST}"),
        ["2024-06-07T16:03", "-", "-"],
        None,
    );
    // A list of events in another section states nothing of the whole.
    check(
        &format!(
            "# Shop\n\n## Timeline\n- 2024-06-07 14:30 Alert fires\n- 2024-06-07 15:00 Resolved\n\n## Context\n- 2024-06-07 14:22: a colleague observed failed logins\n{REST}"
        ),
        ["-", "2024-06-07T15:00", "2024-06-07T14:30"],
        None,
    );
}

#[test]
fn what_was_noticed_and_ended_did_not_begin_then() {
    check(
        &format!(
            "# Shop\n\n## Summary\nOn June 7, 2024 an outage began at 8:00 UTC, was noticed at 8:10 UTC and ended at 10:30 UTC.{REST}"
        ),
        ["2024-06-07T08:00+00:00", "2024-06-07T10:30+00:00", "2024-06-07T08:10+00:00"],
        Some(150.0),
    );
}

#[test]
fn notes_without_sections_say_when() {
    #[rustfmt::skip]
    let notes: &[(&str, [&str; 3], Option<f64>)] = &[
        ("On 2 May 2024 at 10:00 UTC our DNS stopped answering for 20 minutes. A bad zone file had been pushed.", ["2024-05-02T10:00+00:00", "2024-05-02T10:20+00:00", "-"], Some(20.0)),
        ("The order database ran out of connections at 14:02 UTC on 2024-03-09. Restarting the workers brought it back at 14:40 UTC.", ["2024-03-09T14:02+00:00", "2024-03-09T14:40+00:00", "-"], Some(38.0)),
        ("Between 08:15 and 09:05 CEST on 12 June 2024 no mail left our relay because its disk was full.", ["2024-06-12T08:15+02:00", "2024-06-12T09:05+02:00", "-"], Some(50.0)),
        ("From 21:10 UTC until 22:00 UTC on 4 January 2024, one in five payments was declined.", ["2024-01-04T21:10+00:00", "2024-01-04T22:00+00:00", "-"], Some(50.0)),
        ("The build farm lost power on 2024-02-11 at 03:30 UTC. The outage lasted two hours and ten minutes.", ["2024-02-11T03:30+00:00", "2024-02-11T05:40+00:00", "-"], Some(130.0)),
        ("Users could not log in from 10:05 UTC on 7 March 2024. We noticed at 10:20 UTC.", ["2024-03-07T10:05+00:00", "-", "2024-03-07T10:20+00:00"], None),
        ("At 16:45 UTC on 19 April 2024 the API began rejecting every request. It was serving normally again at 17:03 UTC.", ["2024-04-19T16:45+00:00", "2024-04-19T17:03+00:00", "-"], Some(18.0)),
        ("The certificate expired at 00:00 UTC on 2024-08-01. A new one was in place at 01:12 UTC.", ["2024-08-01T00:00+00:00", "2024-08-01T01:12+00:00", "-"], Some(72.0)),
        ("The queue was stuck for 3 hours on 2024-09-30, starting at 11:00 UTC.", ["2024-09-30T11:00+00:00", "2024-09-30T14:00+00:00", "-"], Some(180.0)),
        ("The wiki went read-only at 07:50 UTC on 2024-10-08. We made it writable again at 08:05 UTC.", ["2024-10-08T07:50+00:00", "2024-10-08T08:05+00:00", "-"], Some(15.0)),
        ("Webhooks were late on 2024-11-04 between 12:00 UTC (first late delivery) and 15:30 UTC (backlog drained).", ["2024-11-04T12:00+00:00", "2024-11-04T15:30+00:00", "-"], Some(210.0)),
        ("On 6 November 2022 the chain was down between 12.39UTC (block 35) and 17.17UTC.", ["2022-11-06T12:39+00:00", "2022-11-06T17:17+00:00", "-"], Some(278.0)),
        ("On 2024-04-27 at 15:09 UTC we released version 2.1. It had a bug, and uploads failed. At\n15:23 UTC we received a report.", ["2024-04-27T15:09+00:00", "-", "2024-04-27T15:23+00:00"], None),
        ("The nightly export runs at 02:00 UTC and takes 40 minutes. It would have failed at 03:00 UTC.", ["-", "-", "-"], None),
        ("The database was restored from the backup of 04:00 UTC, 3 May 2024.", ["-", "-", "-"], None),
        ("On 4 May 2024 at 12:30 UTC the relay was slow. It appeared to recover until approximately 15:00 UTC.", ["2024-05-04T12:30+00:00", "-", "-"], None),
        ("On 5 May 2024 at 12:30 UTC the relay had a 7 minute cascading failure.", ["2024-05-05T12:30+00:00", "2024-05-05T12:37+00:00", "-"], Some(7.0)),
        ("The relay was unreachable from 12:30 UTC on 6 May 2024. As of 13:10 UTC we have corrected its rules.", ["2024-05-06T12:30+00:00", "2024-05-06T13:10+00:00", "-"], Some(40.0)),
    ];
    for (text, expected, minutes) in notes {
        check(&format!("# A note\n\n{text}\n"), *expected, *minutes);
    }
}

#[test]
fn two_timed_items_of_a_note_are_its_timeline() {
    let (incident, _) = read(
        "# Search is slow\n\n2024-06-03: a job starved the search.\n\n- 09:12 UTC users get errors\n- 09:55 UTC job killed, service fully restored\n",
    );
    assert_eq!(incident.timeline.len(), 2);
    assert_eq!((show(&incident.start), show(&incident.end)), ("2024-06-03T09:12+00:00".to_owned(), "2024-06-03T09:55+00:00".to_owned()));
    // Two times of a longer document with sections are none.
    let (incident, _) = read("# Search is slow\n\n## Impact\n\n- 09:12 UTC users get errors\n- 09:55 UTC job killed\n");
    assert!(incident.timeline.is_empty());
}

#[test]
fn the_file_of_a_status_page_says_when_it_was_opened_and_resolved() {
    let page = "---\ndate: 2024-05-04T11:08:00Z\nresolvedWhen: 2024-05-04T12:38:00Z\n---\n# Relay down\n\n";
    check(&format!("{page}We are looking into it.\n"), ["2024-05-04T11:08:00+00:00", "2024-05-04T12:38:00+00:00", "-"], Some(90.0));
    check(
        &format!("{page}The relay was down from 10:38 UTC on 4 May 2024.\n"),
        ["2024-05-04T10:38+00:00", "2024-05-04T12:38:00+00:00", "-"],
        Some(120.0),
    );
    check("---\ndate: 2024-05-04T11:08:00Z\n---\n# Relay down\n\nThe relay was down.\n", ["-", "-", "-"], None);
}

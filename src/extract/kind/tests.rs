use crate::{config::ReadSettings, document::Document, extract::read_document, incident::Kind};

#[track_caller]
fn check(markdown: &str, expected: Kind) {
    let reading = read_document(&ReadSettings::default(), &Document::from_text(markdown)).value;
    assert_eq!(reading.kind, expected, "{markdown}");
}

#[test]
fn days_in_any_order_tell_an_incident() {
    check(
        "# Wallet loop\n\n## Issue Summary\n\nThe wallet could loop without end.\n\n## Timeline\n\n10/22/2023 - A researcher sent a report of it.\n\n11/15/2023 - A version with a fix was released.\n\n## Resolution\n\nErrors are caught now.\n",
        Kind::Incident,
    );
}

#[test]
fn releases_are_no_incidents() {
    let change = "### Fixed\n\n- The parser failed where a time was missing, and the build crashed.\n\n### Root cause\n\n- It was caused by a typo on 2024-05-02 10:00.\n\n";
    let with = |heads: [&str; 3]| heads.map(|head| format!("## {head}\n\n{change}")).concat();
    check(&with(["[0.3.1] - 2024-05-02", "[0.3.0] - 2024-04-01", "[Unreleased]"]), Kind::Other);
    check(&with(["0.3.1 (2 May 2024)", "0.3.0 (April 1, 2024)", "0.2.9"]), Kind::Other);
    check(&with(["v2.0-rc.1", "Version 1.9", "[1.8.0] / 2023-01-02"]), Kind::Other);
    check(&with(["12.05.24", "13.05.24", "14.05.24"]), Kind::Multi);
    check(&with(["1.1 Disk full", "1.2 Queue full", "1.3 Lost mail"]), Kind::Multi);
}

#[test]
fn a_manual_with_a_summary_and_a_cause_is_no_incident() {
    let chapters: String =
        (1..=12).map(|number| format!("## Chapter {number}\n\nThe cache was slow and it crashed on such input.\n\n")).collect();
    let text = "## Summary\n\nA cache that failed in no test that was run.\n\n";
    let cause = "## Cause\n\nThe error was caused by the shell, which failed to read it.\n";
    check(&format!("# A cache\n\n{text}{chapters}{cause}"), Kind::Other);
    check(&format!("# Cache outage\n\n{text}{chapters}{cause}"), Kind::Incident);
}

#[test]
fn instructions_for_those_on_call_are_no_incident() {
    let sections = |impact: &str| {
        format!(
            "# Broker unreachable\n\n## Impact\n\n{impact}\n\n## Diagnosis\n\nLook at the log; the certificate may have expired and the broker failed to start.\n\n## Mitigation\n\nRestart it.\n"
        )
    };
    check(&sections("Orders are not sent while the broker is down."), Kind::Other);
    check(&sections("Orders were not sent from 10:00 to 10:40 on 2024-06-02."), Kind::Incident);
}

#[test]
fn a_record_of_a_decision_is_no_incident() {
    let text = "## Context\n\nOn 2024-06-02 the broker failed and orders were lost, which caused an outage of the shop.\n\n## Decision\n\nWe use two brokers.\n";
    check(&format!("# 7. Two brokers\n\n{text}\n## Consequences\n\nMore to run.\n"), Kind::Other);
}

#[test]
fn a_list_of_what_happened_elsewhere_is_no_incident() {
    let entry = "[A shop](https://shop.example/blog). On 2024-06-02 at 10:00 a bad setting caused an outage, and orders were lost.\n\n";
    check(&format!("# A list of outages\n\n## Root cause: settings\n\n{}", entry.repeat(24)), Kind::Other);
}

#[test]
fn an_introduction_makes_no_incident_of_a_page() {
    let page = |title: &str| {
        format!(
            "# {title}\n\n## Introduction\n\nSince 2024-06-02 we collect logs, because a search failed then.\n\n## Install\n\nRun it.\n\n## Settings\n\nNone.\n\n## Upgrade\n\nRun it again.\n"
        )
    };
    check(&page("Collecting logs"), Kind::Other);
    check(&page("Logs were lost: an outage"), Kind::Incident);
}

#[test]
fn course_text_with_dates_is_a_template() {
    check(
        "0x01. Postmortem\nProject will start Feb 2, 2024 6:00 AM, must end by Feb 9, 2024 6:00 AM\nAfter any outage a team writes a summary. The root cause was found.\n\nIssue Summary must contain:\nduration of the outage\n\nTimeline must contain:\nwhen was the issue detected\n",
        Kind::Template,
    );
}

#[test]
fn a_told_failure_is_an_incident() {
    check(
        "# Shop down\n\n## Summary\n\nThe shop was down from 10:00 to 11:00 UTC on 2024-06-02.\n\n## Root cause\n\nA typo.\n",
        Kind::Incident,
    );
    check("Summary\nThe shop was down from 10:00 to 11:00.\nRoot cause\nA typo.\n", Kind::Incident);
}

#[test]
fn a_note_of_a_few_lines_is_an_incident_where_it_tells_of_a_failure_on_a_day() {
    for text in [
        "# DNS outage\n\nOn 2 May 2024 at 10:00 UTC our DNS stopped answering for 20 minutes because the zone file had a typo.\n",
        "# Queue stuck\n\n- 2024-05-02 10:00 UTC: the queue stopped\n- 10:20 the queue was started again\n",
        "Database outage 2024-04-01\n\nThe primary ran out of connections at 14:02 UTC and customers saw errors until 14:40 UTC.\n",
        "# Receipts late\n\nOn 3 May 2024 the certificate of the mail relay expired and receipts were delayed by three hours.\n",
    ] {
        check(text, Kind::Incident);
    }
    for text in [
        "# Notes of the meeting\n\nOn 2 May 2024 at 10:00 we talked about the roof. Ann was there.\n",
        "# Release 2.4\n\n2024-05-02: new colours, faster start.\n",
        "# Outages\n\nWe write about each outage. Ask Ann.\n",
        "# Outage drill\n\nThe next drill starts on 2 May 2024 at 10:00. Be there.\n",
    ] {
        check(text, Kind::Other);
    }
}

#[test]
fn forms_and_guides_are_templates() {
    check(
        "# Incident title\n\n## Summary\n\n[Describe what happened]\n\n## Timeline\n\n| Time | Event |\n|---|---|\n| YYYY-MM-DD HH:MM | [Event] |\n\n## Actions\n\n- [Task name]\n",
        Kind::Template,
    );
    check(
        "# How to write a postmortem\n\n## Summary\n\nDescribe what happened.\n\n## Timeline\n\nList the events.\n\n## Root cause\n\nExplain the cause.\n",
        Kind::Template,
    );
    check("# Postmortem\n\n## Summary\n\n## Timeline\n\n## Root cause\n\n## Actions\n", Kind::Template);
}

#[test]
fn what_tells_nothing_is_other() {
    check("# Our postmortems\n\nThey are listed by year.\n\n- [One](one.md)\n", Kind::Other);
}

#[test]
fn several_incidents_in_one_file_are_multi() {
    let part = |day: u8| format!("## Outage {day}\n\n2024-06-0{day}\n\n### Timeline\n\n- 10:00 it broke\n\n### Root cause\n\nA typo.\n\n");
    check(&format!("# June\n\n{}{}", part(2), part(5)), Kind::Multi);
}

#[test]
fn headings_that_name_a_day_and_a_failure_part_a_post() {
    let post = |heads: [&str; 2]| {
        format!(
            "# May\n\nTwo bad days.\n\n## {}\n\nAt 10:00 UTC our DNS stopped answering.\n\n## {}\n\nFrom 08:00 until 09:30 UTC no mail left.\n",
            heads[0], heads[1]
        )
    };
    check(&post(["2 May 2024: DNS outage", "9 May 2024: mail delayed"]), Kind::Multi);
    check(&post(["DNS outage (May 2)", "Mail failures (May 9)"]), Kind::Multi);
    // The days of one incident are none.
    check(&(post(["2 May 2024: first signs", "3 May 2024: DNS outage"]) + "\n## Root cause\n\nA bad zone file.\n"), Kind::Incident);
}

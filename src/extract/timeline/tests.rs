//! Tests of the timeline: Markdown in, rows out.

use super::*;
use crate::{
    config::ReadSettings,
    document::Document,
    extract::{headings::Headings, moment::Context, times::read_times},
};

fn rows(markdown: &str) -> Diagnosed<Vec<TimelineRow>> {
    let settings = ReadSettings::default();
    let outline = Outline::read(&Headings::new(&settings), &Document::from_text(markdown), None);
    let times = read_times(&settings, &outline, &Context::default());
    read_timeline(&outline, &times)
}

fn show(row: &TimelineRow) -> String {
    let at = row.at.as_ref().map_or("-".to_owned(), ToString::to_string);
    let until = row.until.as_ref().map_or(String::new(), |until| format!(" to {until}"));
    format!("{at}{until} {}", row.text)
}

#[track_caller]
fn check(markdown: &str, expected: &[&str]) {
    let found: Vec<String> = rows(markdown).value.iter().map(show).collect();
    assert_eq!(found, expected, "{markdown}");
}

#[track_caller]
fn check_codes(markdown: &str, expected: &[&str]) {
    let found: Vec<&str> = rows(markdown).diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(found, expected, "{markdown}");
}

const BOTH: &[&str] = &["2024-06-07T10:00+00:00 Alert fires", "2024-06-07T10:05+00:00 On-call joins"];

#[test]
fn an_item_of_a_day_over_a_line_is_a_row() {
    check(
        "# Leak of June 2024\n\n## Timeline\n- 2024-06-03:\n    Image with the key pushed.\n- 2024-06-21:\n    Images removed.\n- 2024-06-28 07:09:\n    Leak reported.\n- 2024-06-29:\n  - 10:00 Key replaced\n",
        &[
            "2024-06-03 Image with the key pushed.",
            "2024-06-21 Images removed.",
            "2024-06-28T07:09 Leak reported.",
            "2024-06-29T10:00 Key replaced",
        ],
    );
}

#[test]
fn month_and_day_before_a_time_are_a_date() {
    check(
        "# Outage\n\n## Summary\nThe shop was down on 2024-03-26 from 17:30 to 18:00.\n\n## Timeline\n- [12-05 16:21] Bug introduced\n- [03-20 16:46] Setting changed\n- [03-26 17:40] Alert fires\n",
        &["2023-12-05T16:21 Bug introduced", "2024-03-20T16:46 Setting changed", "2024-03-26T17:40 Alert fires"],
    );
}

#[test]
fn rows_are_read_in_every_shape() {
    let mut wrong = Vec::new();
    for markdown in [
        "## Timeline (UTC)\n\n2024-06-07\n\n- 10:00 Alert fires\n- 10:05 On-call joins\n",
        "## Timeline\n\nAll times in UTC, 2024-06-07.\n\n- **10:00 AM:** Alert fires\n- **10:05 AM:** On-call joins\n",
        "## Timeline\n\n* 2024-06-07 10:00 UTC - Alert fires\n* 10:05 - On-call joins\n",
        "## Timeline\n\n1. 2024-06-07 10:00 UTC: Alert fires\n2. 10:05: On-call joins\n",
        "## Timeline\n\n| Time (UTC) | Event |\n|---|---|\n| 2024-06-07 10:00 | Alert fires |\n| 2024-06-07 10:05 | On-call joins |\n",
        "## Timeline\n\n| Date | Time (UTC) | Event |\n|---|---|---|\n| 2024-06-07 | 10:00 | Alert fires |\n| | 10:05 | On-call joins |\n",
        "## Timeline (UTC)\n\n### 2024-06-07 10:00\n\nAlert fires\n\n### 10:05\n\nOn-call joins\n",
        "## Timeline (UTC)\n\n- June 7, 2024\n  - 10:00: Alert fires\n  - 10:05: On-call joins\n",
        "## Timeline (UTC)\n\nJune 7, 2024\n\n    10:00 Alert fires\n    10:05 On-call joins\n",
        "Date: June 7, 2024\n\nTimeline (UTC)\n10:00 AM - Alert fires\n10:05 AM - On-call joins\n",
        "## Timeline\n\nOn 7 June 2024, UTC:\n\n<ul><li><strong>10:00 UTC:</strong> Alert fires</li><li><strong>10:05 UTC:</strong> On-call joins</li></ul>\n",
        "## Timeline\n\n<p>2024-06-07 10:00 UTC - Alert fires</p>\n<p>2024-06-07 10:05 UTC - On-call joins</p>\n",
        "## Timeline\n\n- [2024-06-07 10:00 UTC] Alert fires\n- [10:05] On-call joins\n",
        "## Timeline\n\n2024-06-07 10:00 UTC: Alert fires 10:05 UTC: On-call joins\n",
        "## What we saw\n\nAll times in UTC, June 7, 2024\n\n- 10:00 Alert fires\n- 10:05 On-call joins\n- 10:06 end\n",
        "## Timeline\n\nJune 7, 2024 (all times UTC)\n\n- `10:00` Alert fires\n- `10:05` On-call joins\n",
        "## Timeline\n\n**June 7, 2024**\n\n**10:00 UTC** – Alert fires\n\n**10:05 UTC** – On-call joins\n",
        "## Timeline of events\n\n*June 7, 2024, UTC*\n\n10:00 AM | Alert fires\n10:05 AM | On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- 10.00 am: Alert fires\n- 10.05 am: On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- 1000hrs: Alert fires\n- 1005hrs: On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- (10:00) Alert fires\n- (10:05) On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- 10:00 → Alert fires\n- 10:05 → On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- **[10:00 AM UTC]** - Alert fires\n- **[10:05 AM UTC]** - On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- *10:00 AM:* Alert fires\n- *10:05 AM:* On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- Time: 10:00 AM - Alert fires\n- Time: 10:05 AM - On-call joins\n",
        "## Timeline (UTC)\n\n- 2024-06-07 10:00:00 Alert fires\n- 2024-06-07 10:05:00 On-call joins\n",
        "## Timeline (UTC)\n\n2024-06-07 10:00\n: Alert fires\n\n2024-06-07 10:05\n: On-call joins\n",
        "## Timeline (UTC)\n\n> 2024-06-07 10:00 Alert fires\n>\n> 2024-06-07 10:05 On-call joins\n",
        "## Timeline (UTC)\n\n- Day 1 - June 7, 2024\n  - 10:00 Alert fires\n  - 10:05 On-call joins\n",
        "## Timeline\n\n| Date | Event |\n|---|---|\n| 2024-06-07 10:00 UTC | Alert fires |\n| 2024-06-07 10:05 UTC | On-call joins |\n",
        "## Timeline\n\n| # | Time (UTC) | Event |\n|---|---|---|\n| 1 | 2024-06-07 10:00 | Alert fires |\n| 2 | 2024-06-07 10:05 | On-call joins |\n",
        "## Timeline\n\nEvent | When (UTC)\n---|---\nAlert fires | 2024-06-07 10:00\nOn-call joins | 2024-06-07 10:05\n",
        "## Timeline\n\n<table><tr><th>Time (UTC)</th><th>Event</th></tr><tr><td>2024-06-07 10:00</td><td>Alert fires</td></tr><tr><td>2024-06-07 10:05</td><td>On-call joins</td></tr></table>\n",
        "## Timeline\n\n```\n- 2024-06-07 10:00 UTC: Alert fires\n- 2024-06-07 10:05 UTC: On-call joins\n```\n",
        "## Timeline (UTC)\n\n- Fri Jun 7 2024 10:00 - Alert fires\n- Fri Jun 7 2024 10:05 - On-call joins\n",
        "## Chronologie (UTC)\n\n7 juin 2024\n\n- 10h00 : Alert fires\n- 10h05 : On-call joins\n",
        "## Zeitlicher Ablauf (UTC)\n\n7. Juni 2024\n\n- 10:00 Uhr: Alert fires\n- 10:05 Uhr: On-call joins\n",
        "## Timeline (UTC)\n\n7 June 2024\n\n- At exactly 10:00 AM, Alert fires\n- Then at about 10:05 AM: On-call joins\n",
    ] {
        let found: Vec<String> = rows(markdown)
            .value
            .iter()
            .take(2)
            .map(|row| show(row).replace(":00+00:00 ", "+00:00 ").replace("10+00:00", "10:00+00:00").replace("~", ""))
            .collect();
        if found != BOTH {
            wrong.push(format!("{markdown}\n    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn row_past_midnight_gets_the_next_day() {
    check(
        "## Timeline\n2024-06-07, all times UTC\n\n- 23:58 alert fires\n- 00:04 on-call paged\n- 00:10 fixed\n",
        &["2024-06-07T23:58+00:00 alert fires", "2024-06-08T00:04+00:00 on-call paged", "2024-06-08T00:10+00:00 fixed"],
    );
}

#[test]
fn row_slightly_earlier_is_out_of_order_and_keeps_its_day() {
    let markdown = "## Timeline\n2024-06-07, all times UTC\n\n- 14:10 on-call paged\n- 13:55 first alert\n";
    check(markdown, &["2024-06-07T14:10+00:00 on-call paged", "2024-06-07T13:55+00:00 first alert"]);
    check_codes(markdown, &["PM021"]);
}

#[test]
fn broken_hours_leave_the_day_and_forms_are_left_out() {
    let markdown = "## Timeline\n\n| Time | Event |\n|---|---|\n| 2023-09-21 HH:mm | Describe what happened. |\n| 2023-09-21 16:?? | Drained |\n| 20202-01-16 12:00 | Broke |\n| 2023-09-21 --:-- | Seen |\n";
    check(markdown, &["2023-09-21 Drained", "- Broke", "2023-09-21 Seen"]);
    check_codes(markdown, &["PM020", "PM020", "PM020"]);
}

#[test]
fn ranges_relative_times_and_slips_of_the_clock() {
    check(
        "## Timeline\n2024-06-07\n- 10:00 - 11:00: looked for the cause\n- 11:30 AM: found it\n",
        &["2024-06-07T10:00 to 2024-06-07T11:00 looked for the cause", "2024-06-07T11:30 found it"],
    );
    check(
        "Start: 2024-06-07 23:50 UTC\n\n## Timeline\n- T+0: alert\n- T+15: paged\n",
        &["2024-06-07T23:50+00:00 alert", "2024-06-08T00:05+00:00 paged"],
    );
    check("## Timeline\n- 2024-06-07 10:00: alert\n- 15 minutes later: paged\n", &["2024-06-07T10:00 alert", "2024-06-07T10:15 paged"]);
    check(
        "## Timeline\n- 11:30AM PST: one\n- 12:30AM PST: two\n- 1:00 PM PST: three\n",
        &["T11:30-08:00 one", "T12:30-08:00 two", "T13:00-08:00 three"],
    );
    check("## Timeline\n- 9:40: one\n- 12:10: two\n- 1:05: three\n", &["T09:40 one", "T12:10 two", "T13:05 three"]);
}

#[test]
fn labels_and_sentences_of_a_timeline_are_rows() {
    check(
        "## Timeline\n- **Issue detected (October 4, 2022, 7:00 PM)**: carts stay empty\n- **Escalation (October 4, 2022, 8:20 PM)**: to the seniors\n",
        &["2022-10-04T19:00 Issue detected: carts stay empty", "2022-10-04T20:20 Escalation: to the seniors"],
    );
    check(
        "## Timeline\nThe error was seen on 2 May 2024 at 10:00 UTC by a customer. We fixed it. All was well at 11:30 UTC.\n",
        &[
            "2024-05-02T10:00+00:00 The error was seen on 2 May 2024 at 10:00 UTC by a customer.",
            "2024-05-02T11:30+00:00 All was well at 11:30 UTC.",
        ],
    );
}

#[test]
fn second_list_that_repeats_the_first_is_not_counted_again() {
    check(
        "## Timeline\n- 10:00 a\n- 10:05 b\n- 10:09 c\n\n## Detailed timeline\n- 10:00 aa\n- 10:05 bb\n",
        &["T10:00 a", "T10:05 b", "T10:09 c"],
    );
}

#[test]
fn evidence_in_code_and_due_dates_are_no_rows() {
    check("## Root cause\n\n```\n10:00:01 error\n10:00:02 error\n10:00:03 error\n```\n", &[]);
    check("## Action items\n- 2024-06-08 10:00 fix\n- 2024-06-09 10:00 test\n- 2024-06-10 10:00 ship\n", &[]);
}

#[test]
fn rows_of_other_house_styles() {
    // A time at the end behind a few words, as in lists of key events.
    check(
        "## Key events\n- First detected 2020-08-25 11:01\n- Incident declared 2020-08-25 11:26\n- Resolved 2020-08-25 12:48\n",
        &["2020-08-25T11:01 First detected", "2020-08-25T11:26 Incident declared", "2020-08-25T12:48 Resolved"],
    );
    check(
        "## Timeline\n\n2024-06-03, all times UTC\n\n### Day 1\n\n- 22:00 cleanup begins\n\n### Day 2\n\n- 21:00 cleanup ends\n",
        &["2024-06-03T22:00+00:00 cleanup begins", "2024-06-04T21:00+00:00 cleanup ends"],
    );
    check(
        "## Timeline\n\n2015-10-21 (*all times UTC*)\n\n- 14:51 News reports that a sonnet was found\n- 14:54 **OUTAGE BEGINS** - Front ends melt\n",
        &["2015-10-21T14:51+00:00 News reports that a sonnet was found", "2015-10-21T14:54+00:00 OUTAGE BEGINS - Front ends melt"],
    );
    check(
        "## Timeline\n\n- **2024-06-07**\n  - 16:58 PDT / 23:58 UTC: alert\n  - 17:10 PDT / 00:10 UTC: paged\n",
        &["2024-06-07T16:58-07:00 alert", "2024-06-07T17:10-07:00 paged"],
    );
    check(
        "## Timeline\n\nt0 (2024-06-07 10:00 UTC): detection\n\nt0 + 5 min: paged\n",
        &["2024-06-07T10:00+00:00 detection", "2024-06-07T10:05+00:00 paged"],
    );
    check(
        "# 2018-03-31, hub is slow\n\n## Timeline\n\nAll times in UTC\n\n### 15:47\n\nUsers see errors.\n\n### 16:10\n\nHub restarted.\n",
        &["2018-03-31T15:47+00:00 Users see errors.", "2018-03-31T16:10+00:00 Hub restarted."],
    );
    check(
        "## Timeline\n\nMonday, 3 June 2024\n* 23:30 BST: deploy\n\nTuesday, 4 June 2024\n* 00:10 BST: alert\n",
        &["2024-06-03T23:30+01:00 deploy", "2024-06-04T00:10+01:00 alert"],
    );
    check(
        "## Timeline\n\n| When | Who | What |\n|---|---|---|\n| 2024-06-07 10:00 UTC | Ana | Restarts the hub |\n| 10:05 | Ben | Sees no change |\n",
        &["2024-06-07T10:00+00:00 Restarts the hub (Ana)", "2024-06-07T10:05+00:00 Sees no change (Ben)"],
    );
    check(
        "## Timeline\n\n**Detection:** 10:00 UTC, June 7, 2024. An alert fired.\n\n**Resolution:** 11:00 UTC. A restart helped.\n",
        &["2024-06-07T10:00+00:00 Detection: An alert fired.", "2024-06-07T11:00+00:00 Resolution: A restart helped."],
    );
    check(
        "## Timeline\n\n- 10:00 AM EST: deploy (June 3, 2024)\n- 10:20 AM EST: alert\n",
        &["2024-06-03T10:00 deploy (June 3, 2024)", "2024-06-03T10:20 alert"],
    );
    check(
        "## Timeline\n\n### June 3, 2024\n\n10:00 UTC\n: deploy\n\n10:20 UTC\n: alert\n",
        &["2024-06-03T10:00+00:00 deploy", "2024-06-03T10:20+00:00 alert"],
    );
    check(
        "## Timeline\n\n1. **Detection**\n   - 2024-06-03 10:00 UTC: alert\n2. **Response**\n   - 2024-06-03 10:05 UTC: paged\n",
        &["2024-06-03T10:00+00:00 alert", "2024-06-03T10:05+00:00 paged"],
    );
}

#[test]
fn a_row_goes_on_over_the_lines_of_its_paragraph() {
    check(
        "## Timeline (UTC)\n\n2024-06-07 10:00: The proxy is\nswitched on.\nIssue resolved.\n\n2024-06-07 10:05: Bo leaves\n",
        &["2024-06-07T10:00+00:00 The proxy is switched on. Issue resolved.", "2024-06-07T10:05+00:00 Bo leaves"],
    );
}

#[test]
fn a_day_over_text_of_its_own_is_a_row() {
    check(
        "## Timeline\n\n### 2024-06-06\n\nBuilds fail now and then.\n\n### 2024-06-07\n\n### 10:00\n\nAlert fires\n",
        &["2024-06-06 Builds fail now and then.", "2024-06-07T10:00 Alert fires"],
    );
}

#[test]
fn clocks_with_a_word_between_and_hours_of_four_digits() {
    check(
        "## Timeline (UTC)\n\n### 2024-06-07 ca. 10:00\n\nAlert fires\n\n### 10:05\n\nOn-call joins\n",
        &["2024-06-07T10:00+00:00 Alert fires", "2024-06-07T10:05+00:00 On-call joins"],
    );
    check(
        "Date: 2024-06-07\n\n## Timeline\n\n1000hrs WAT: Alert fires. 1005hrs WAT: On-call joins 1010hrs WAT: Shop is back.\n",
        &["2024-06-07T10:00+01:00 Alert fires.", "2024-06-07T10:05+01:00 On-call joins", "2024-06-07T10:10+01:00 Shop is back."],
    );
}

#[test]
fn a_table_of_day_date_and_time_keeps_its_times() {
    check(
        "# A\n\n## Timeline\n\n| Day | Date (2024) | Time (UTC) | Event |\n|---|---|---|---|\n| Fri | Jun 7 | 10:00 | Alert fires |\n| Fri | Jun 7 | 10:05 | On-call joins |\n",
        BOTH,
    );
    check(
        "# A\n\n## Timeline\n\n| Date | Time (UTC) | Time (CEST) | Event |\n|---|---|---|---|\n| 2024-06-07 | 10:00 | 12:00 | Alert fires |\n| 2024-06-07 | 10:05 | 12:05 | On-call joins |\n",
        BOTH,
    );
}

#[test]
fn headings_of_days_date_the_rows_of_their_sections() {
    check(
        "# A\n\n## Timeline (UTC)\n\n### June 7, 2024: Cache overload\n\n#### In detail\n\n- **Duration**: 10:00 to 10:30 (30 minutes)\n- 10:00 Alert fires\n\n### June 9, 2024: Pool overload\n\n#### In detail\n\n- 11:00 On-call joins\n",
        &["2024-06-07T10:00+00:00 Alert fires", "2024-06-09T11:00+00:00 On-call joins"],
    );
}

use super::*;
use crate::config::ReadSettings;

#[track_caller]
fn check(markdown: &str, expected: &[&str]) {
    let outline = outline(markdown);
    let actual: Vec<String> = outline
        .units
        .iter()
        .map(|unit| {
            let shape = match &unit.shape {
                Shape::Heading { bare: false, level } => format!("h{level}"),
                Shape::Heading { bare: true, .. } => "bare".to_owned(),
                Shape::Line => "line".to_owned(),
                Shape::Item { depth, task, .. } => format!("item{depth}{}", task.map_or("", |done| if done { "x" } else { "o" })),
                Shape::Row { .. } => "row".to_owned(),
                Shape::HeaderRow { .. } => "head".to_owned(),
            };
            format!("{shape} {}: {}", unit.role.map_or("-", SectionRole::as_str), unit.text)
        })
        .collect();
    assert_eq!(actual, expected);
}

fn outline(markdown: &str) -> Outline {
    Outline::read(&Headings::new(&ReadSettings::default()), &Document::from_text(markdown), None)
}

#[test]
fn bare_lines_that_are_headings_begin_sections() {
    check(
        "Issue Summary\nThe shop was down.\nTimeline\n10:00 UTC - alert\nRoot Cause:\nA typo.\n",
        &[
            "bare summary: Issue Summary",
            "line summary: The shop was down.",
            "bare timeline: Timeline",
            "line timeline: 10:00 UTC - alert",
            "bare root-cause: Root Cause:",
            "line root-cause: A typo.",
        ],
    );
}

#[test]
fn labels_say_what_a_line_is_about_except_among_actions_and_rows() {
    check(
        "## Summary\n- **Impact:** everyone\n- **Root Cause:** a typo\n\n## Actions\n- Detection: add an alert\n\n## Timeline\n- Resolution: 10:42\n",
        &[
            "h2 summary: Summary",
            "item0 impact: Impact: everyone",
            "item0 root-cause: Root Cause: a typo",
            "h2 actions: Actions",
            "item0 actions: Detection: add an alert",
            "h2 timeline: Timeline",
            "item0 timeline: Resolution: 10:42",
        ],
    );
}

#[test]
fn indented_code_and_html_are_lines_and_items() {
    check(
        "# Actions\n\n    - [x] **Patch** it\n    Watch it\n\n<ol><li>One &amp; two</li>\n<li><b>Three:</b> four</li></ol>\n",
        &[
            "h1 actions: Actions",
            "item0x actions: Patch it",
            "line actions: Watch it",
            "item0 actions: One & two",
            "item0 actions: Three: four",
        ],
    );
}

#[test]
fn nested_items_take_the_role_of_the_item_above() {
    check(
        "- **Root cause:**\n  - a typo\n- **Next steps**\n  - check it\n",
        &["item0 root-cause: Root cause:", "item1 root-cause: a typo", "item0 actions: Next steps", "item1 actions: check it"],
    );
}

#[test]
fn wrapped_lines_are_joined_and_marked_runs_are_split() {
    check(
        "The first line goes on\nin lower case.\n\n✅ Add a test ✅ Add an alert\n",
        &["line -: The first line goes on in lower case.", "item0 -: Add a test", "item0 -: Add an alert"],
    );
}

#[test]
fn rows_have_cells_and_a_label() {
    let outline = outline("| Field | Value |\n|---|---|\n| Severity | **SEV2** |\n");
    let row = &outline.units[1];
    assert_eq!((row.cells[1].text.as_str(), row.label.as_ref().map(|l| l.key.as_str()), row.rest()), ("SEV2", Some("severity"), "SEV2"));
}

#[test]
fn a_table_with_one_row_of_facts_is_read_by_its_columns() {
    check(
        "## Impact\n\n| Customers affected | Tickets | Incident duration |\n|---|---|---|\n| All | 3 | 2h |\n",
        &["h2 impact: Impact", "row impact: Customers affected | All", "row impact: Tickets | 3", "row impact: Incident duration | 2h"],
    );
    check(
        "## Next steps\n\n| Action | Owner | Impact |\n|---|---|---|\n| Add a disk | Bo | high |\n",
        &["h2 actions: Next steps", "head actions: Action | Owner | Impact", "row actions: Add a disk | Bo | high"],
    );
}

#[test]
fn a_page_inside_one_fence_is_read_as_a_page() {
    check(
        "```\nSummary:\nThe shop was down.\nRoot cause: a full disk.\n```\n",
        &["bare summary: Summary:", "line summary: The shop was down.", "line root-cause: Root cause: a full disk."],
    );
    check("It said this.\n\n```\nSummary:\n```\n", &["line -: It said this.", "line summary: Summary:"]);
}

#[test]
fn a_heading_right_below_a_list_begins_a_section() {
    check(
        "Timeline:\n- 10:00 alert\n- 11:00 fixed\nRoot cause:\nA typo.\nNext steps:\n- Lint\n",
        &[
            "bare timeline: Timeline:",
            "item0 timeline: 10:00 alert",
            "item0 timeline: 11:00 fixed",
            "bare root-cause: Root cause:",
            "line root-cause: A typo.",
            "bare actions: Next steps:",
            "item0 actions: Lint",
        ],
    );
}

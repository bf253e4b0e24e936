use super::*;
use crate::{config::ReadSettings, document::Document, extract::with_reader};

#[track_caller]
fn check(markdown: &str, expected: &[&str]) {
    let actions =
        with_reader(&ReadSettings::default(), &Document::from_text(markdown), |reader| read_actions(reader, &|_| None, &mut Vec::new()));
    let actual: Vec<String> = actions
        .iter()
        .map(|action| {
            format!(
                "{} {} {}{}",
                action.kind,
                action.status,
                action.text,
                action.owner.as_ref().map_or(String::new(), |owner| format!(" @{owner}"))
            )
        })
        .collect();
    assert_eq!(actual, expected);
}

#[test]
fn rows_of_a_table_have_owner_and_state() {
    check(
        "## Action items\n\n| Action | Owner | Due | Status |\n|---|---|---|---|\n| Add an alert | Ann | 2024-05-12 | Done |\n| Split the job | - | | In progress |\n",
        &["detect done Add an alert @Ann", "prevent in-progress Split the job"],
    );
}

#[test]
fn a_number_that_a_row_has_by_hand_is_no_part_of_its_action() {
    check(
        "## Action items\n\n| Action | Owner |\n|---|---|\n| **1. Add an alert** | Ann |\n| 2) Split the job | Bo |\n",
        &["detect unknown Add an alert @Ann", "prevent unknown Split the job @Bo"],
    );
}

#[test]
fn tasks_beside_ticked_ones_are_open_and_alone_unknown() {
    check(
        "## Actions\n\n- [x] Limit the pool (@ann, due 2024-05-12)\n- [ ] Write a runbook\n",
        &["prevent done Limit the pool @ann", "process open Write a runbook"],
    );
    check("## Actions\n\n- [ ] Limit the pool\n", &["prevent unknown Limit the pool"]);
}

#[test]
fn groups_are_not_actions_and_details_are_not_counted() {
    check(
        "## Corrective measures\n\n- **Improvements:**\n  - Add tests\n  - Add an alarm\n- **Patch the host:** now\n  - with care\n",
        &["prevent unknown Add tests", "detect unknown Add an alarm", "prevent unknown Patch the host: now"],
    );
}

#[test]
fn plain_lines_and_sentences_are_actions() {
    check(
        "Tasks:\nAdd a test for the port\nDocument the steps\n",
        &["prevent unknown Add a test for the port", "process unknown Document the steps"],
    );
    check(
        "## Prevention\n\nIt was bad. We will add an alert for the disk. We should also test restores.\n",
        &["detect unknown We will add an alert for the disk.", "prevent unknown We should also test restores."],
    );
}

#[test]
fn announced_lists_are_actions_where_no_section_is() {
    check(
        "## Lessons learned\n\nHere is what we are doing to prevent it:\n\n- Code review for all\n",
        &["process unknown Code review for all"],
    );
    check(
        "# Shop outage\n\nThe shop was down.\n\nThe shop team is implementing the following:\n- Add a test for the port\n\nTo help our customers the shop will:\n- Document the steps\n",
        &["prevent unknown Add a test for the port", "process unknown Document the steps"],
    );
    check("# Shop outage\n\nThe shop was down.\n\nNobody knows what it will:\n- Add a test for the port\n", &[]);
}

#[test]
fn owner_and_due_lines_belong_to_the_action_above() {
    check(
        "Action items:\nTask: Patch the proxy.\nOwner: Ops Team\nDue date: May 3, 2024\nTask: Add an alert.\nOwner: QA Team\n",
        &["prevent unknown Patch the proxy. @Ops Team", "detect unknown Add an alert. @QA Team"],
    );
}

#[test]
fn measures_that_will_be_implemented_are_not_done() {
    check("## Prevention\n\nThe following measures will be implemented:\n\n1. Add a test\n", &["prevent unknown Add a test"]);
}

#[test]
fn a_numbered_heading_is_the_action_and_its_prose_tells_of_it() {
    check(
        "# Action items\n\n### 1) Alert on a full disk @ann\n\nWe should add it for every host.\n\n### 2) Rehearse the fail-over\n\nOnce a month.\n",
        &["detect unknown Alert on a full disk @ann @ann", "process unknown Rehearse the fail-over"],
    );
    check("## Action items\n\n### 1. Monitoring\n\n- Add an alert for the disk\n", &["detect unknown Add an alert for the disk"]);
}

#[test]
fn a_bracket_belongs_to_the_value_that_opens_it() {
    let status_of = |markdown: &str| {
        let document = Document::from_text(markdown);
        let actions = with_reader(&ReadSettings::default(), &document, |reader| read_actions(reader, &|_| None, &mut Vec::new()));
        actions[0].status_text.clone()
    };
    assert_eq!(status_of("## Action items\n\n- Buy a second line. Owner: Ann. Status: done (in May).\n").as_deref(), Some("done (in May)"));
    assert_eq!(status_of("## Action items\n\n- Buy a second line (owner: Ann, status: done)\n").as_deref(), Some("done"));
}

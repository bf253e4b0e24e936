use crate::{config::ReadSettings, document::Document, extract::read_document};

#[track_caller]
fn check(markdown: &str, causes: &[&str], components: &[&str]) {
    let reading = read_document(&ReadSettings::default(), &Document::from_text(markdown)).value;
    let incident = &reading.incidents[0];
    let names = |list: &[crate::incident::Stated<String>]| list.iter().map(|stated| stated.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&incident.causes), names(&incident.components)),
        (causes.iter().map(|s| s.to_string()).collect(), components.iter().map(|s| s.to_string()).collect()),
        "{markdown}"
    );
}

#[test]
fn the_root_cause_counts_and_false_leads_do_not() {
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Timeline\n\n- 10:05 we suspected a network issue\n\n## Root cause\n\nInitially we suspected a DDoS attack. A memory leak in the cache was the cause.\n",
        &["resource-leak"],
        &["cache"],
    );
}

#[track_caller]
fn check_root_cause(sentence: &str, expected: Option<&str>) {
    let markdown = format!("# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Root cause\n\n{sentence}\n");
    let reading = read_document(&ReadSettings::default(), &Document::from_text(&markdown)).value;
    let stated = reading.incidents[0].root_cause_text.as_ref().map(|text| text.value.as_str());
    assert_eq!(stated, expected, "{sentence}");
}

#[test]
fn a_sentence_about_the_search_is_no_root_cause() {
    for sentence in [
        "We are trying to identify the root cause, and how to avoid it next time.",
        "The culprit was identified and terminated, and its owners were told.",
        "After two hours we quickly found the root cause and moved the nodes to the other zone.",
        "It turned out to be another root cause than in June.",
        "The root cause is still unknown to all of us.",
        "The root cause has not been determined yet.",
    ] {
        check_root_cause(sentence, None);
    }
    for sentence in [
        "The root cause was identified as a full disk on the primary.",
        "We found the root cause to be a full disk.",
        "The culprit was found in a setting of the proxy.",
        "We found that the root cause was a full disk.",
        "We found the cause of it was another team's backup.",
        "The root cause was a known bug of the driver.",
        "The unknown root cause turned out to be a full disk.",
        "The root cause was a search index that no longer fitted.",
    ] {
        check_root_cause(sentence, Some(sentence));
    }
    check_root_cause("We identified the root cause: a full disk.", Some("a full disk."));
    check_root_cause("We looked for the root cause for hours. It was a full disk.", Some("It was a full disk."));
}

#[test]
fn why_the_response_was_late_is_no_cause() {
    check(
        "# Shop outage\n\nOn 2024-06-02 the shop ran with expired certificates and nobody could open it.\n\nThe delay in our response was due to a misconfigured phone.\n",
        &["certificate-expiry"],
        &["certificate"],
    );
    check(
        "# Shop outage\n\nOn 2024-06-02 the shop was down.\n\nThe outage was due to a misconfigured proxy, and so was the delay in response.\n",
        &["configuration"],
        &[],
    );
}

#[test]
fn a_leaked_key_is_no_leak_of_a_resource() {
    check(
        "# Leaked harbour access token\n\n## Summary\n\nOn 2024-06-02 at 10:00 we were told of it and revoked it.\n\n## Action items\n\n- Look for more.\n",
        &["security"],
        &["authentication"],
    );
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow due to leaked connections.\n\n## Action items\n\n- Look for more.\n",
        &["resource-leak"],
        &[],
    );
}

#[test]
fn what_only_the_title_names_was_affected() {
    check(
        "# Web application outage\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was down.\n\n## Root cause\n\nThe firewall was misconfigured.\n",
        &["configuration"],
        &["firewall"],
    );
    check(
        "# Web application outage\n\n## Summary\n\nOn 2024-06-02 at 10:00 it was down.\n\n## Root cause\n\nA bug.\n",
        &["code-defect"],
        &["application"],
    );
}

#[test]
fn incidents_told_as_a_debugging_story_have_causes() {
    check(
        "# Postmortem\n\nAt 10:05 an outage occurred on 2024-06-02 and the site returned errors.\n\n## Debugging Process\n\n1. Looked at the logs.\n\n## Summation\n\nIn short, a typo. The settings of the web app named a file that does not exist.\n\n## Prevention\n\n- Test before deploying.\n",
        &["configuration"],
        &["application"],
    );
}

#[test]
fn what_would_have_prevented_it_is_a_gap() {
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Root cause\n\nA bug in the basket.\n\n## Prevention\n\n- Test more.\n- It would have been caught had it been tested.\n",
        &["code-defect", "test-gap"],
        &["application"],
    );
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Root cause\n\nA bug in the basket.\n\n## What went wrong\n\n- It took two hours before we noticed.\n",
        &["code-defect", "monitoring-gap"],
        &["application"],
    );
}

#[test]
fn a_document_without_a_stated_cause_tells_it_in_its_prose() {
    check(
        "# Incident on 2024-06-02\n\n- **Key events**\n  - Fault occurs 2024-06-02 10:00\n  - Resolved 2024-06-02 11:00\n- **Identified**: a health check failed.\n- **Context**:\n  - One of us ran the cleanup by mistake, and the pods were gone.\n",
        &["operator-action"],
        &["kubernetes"],
    );
}

#[test]
fn what_a_wrong_setting_used_up_is_a_cause_too() {
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Root cause\n\nA misconfigured connection pool, leading to exhausted connections of the database.\n",
        &["configuration", "capacity"],
        &["database", "connection-pool"],
    );
}

#[test]
fn the_server_is_the_web_server_that_was_named() {
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 our web server stopped.\n\n## Root cause\n\nA misconfiguration, so the server was killed.\n",
        &["configuration"],
        &["web-server"],
    );
}

#[test]
fn what_a_story_only_describes_did_not_break() {
    check(
        "# Photo uploads failed\n\nThe app offers uploads and albums to everybody in the family.\n\nOn 2024-05-20 at 18:30 UTC the object store filled up, and uploads failed until 19:45 UTC.\n",
        &["capacity"],
        &["storage"],
    );
}

#[test]
fn what_works_is_no_evidence() {
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Root cause\n\nThe database was working fine. The cache was misconfigured.\n",
        &["configuration"],
        &["cache"],
    );
}

#[test]
fn a_false_lead_is_a_word_and_no_part_of_one() {
    check(
        "# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow. There was not any data loss.\n\n## Root cause\n\nA full filesystem on the primary database, an error that first reached the shop as slow pages.\n",
        &["capacity"],
        &["database", "storage"],
    );
}

#[test]
fn plans_and_losses_that_did_not_happen_are_no_cause() {
    let text = |story: &str| format!("# Search is slow\n\nOn 2024-06-02 at 10:00 UTC the search was slow until 11:00 UTC. {story}\n");
    check(&text("We will schedule an upgrade of it next week."), &[], &["search"]);
    check(&text("Es gab keinen erkennbaren Datenverlust."), &[], &["search"]);
    check(&text("Ursache war ein fehlerhaftes Update."), &["deployment"], &["search"]);
}

#[test]
fn the_node_of_a_ledger_is_a_program() {
    let text = |ledger: &str| {
        format!(
            "# Stuck transfers\n\n## Summary\n\nOn 2024-06-02 at 10:00 UTC transfers of the {ledger} were stuck. Each node of the {ledger} refused them.\n\n## Root cause\n\nA bug that every node has.\n"
        )
    };
    check(&text("blockchain"), &["code-defect"], &["application"]);
    check(&text("warehouse"), &["code-defect"], &["compute"]);
}

#[test]
fn the_host_of_a_component_did_not_break_itself() {
    let text = |host: &str| {
        format!("# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 UTC the shop was slow.\n\n## Root cause\n\n{host} had a bug.\n")
    };
    check(&text("The database cluster VM"), &["code-defect"], &["database"]);
    check(&text("The VM of the shop"), &["code-defect"], &["compute"]);
}

#[test]
fn what_went_wrong_is_the_cause_where_nothing_else_states_it() {
    let wrong = "## What went wrong?\n\nThe configuration file lacked a setting.\n";
    check(
        &format!("# Slow shop\n\nOn 2024-06-02 at 10:00 UTC the shop was slow. We looked for a bug in the cache.\n\n{wrong}"),
        &["configuration"],
        &["cache"],
    );
    check(
        &format!("# Slow shop\n\nOn 2024-06-02 at 10:00 UTC the shop was slow.\n\n## Root cause\n\nA bug in the cache.\n\n{wrong}"),
        &["code-defect"],
        &["cache"],
    );
}

#[test]
fn a_background_that_opens_the_document_sums_it_up() {
    let background = "## Background\n\nOn 2024-06-02 at 10:00 UTC we found a misconfiguration of the firewall that let strangers in.\n\n## Impact\n\nAttackers read the catalogue.\n\n## Timeline\n\n- 10:00 UTC they were seen\n- 11:00 UTC the rule was fixed\n";
    check(&format!("# Postmortem: attackers in the shop\n\n{background}"), &["configuration", "security"], &["firewall"]);
}

#[test]
fn declared_causes_are_the_truth() {
    check(
        "---\ncauses: [security]\ncomponents: dns\n---\n# Slow shop\n\n## Summary\n\nOn 2024-06-02 at 10:00 the shop was slow.\n\n## Root cause\n\nA memory leak in the cache.\n",
        &["security"],
        &["dns"],
    );
}

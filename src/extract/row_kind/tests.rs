use super::*;

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    let texts: Vec<&str> = rows.iter().map(|(_, text)| *text).collect();
    let found: Vec<(&str, &str)> = kinds_of(&texts).into_iter().map(RowKind::as_str).zip(texts.iter().copied()).collect();
    assert_eq!(found, rows);
}

#[test]
fn terse_rows_say_when_it_began_and_ended() {
    check(&[("impact", "Fault occurs"), ("update", "Incident declared"), ("resolved", "Resolved")]);
    check(&[
        ("impact", "Start of incident. The last two nodes are cordoned."),
        ("detected", "Two customers raised support requests about it"),
        ("resolved", "Bo reverted the change, bringing the outage to an end"),
    ]);
    check(&[
        ("detected", "Users report errors"),
        ("impact", "The page was not loading properly, although the server was functioning correctly"),
        ("resolved", "The issue was resolved"),
    ]);
}

#[test]
fn rows_of_an_ordinary_incident() {
    check(&[
        ("change", "Release 4.2 is deployed to all regions"),
        ("impact", "Checkout requests begin failing with 502 errors"),
        ("detected", "PagerDuty alert fires for elevated error rate"),
        ("acknowledged", "On-call engineer begins investigating"),
        ("false-lead", "Initially suspected the CDN; purged its cache without effect"),
        ("escalated", "Database team is brought in"),
        ("finding", "Root cause identified as a missing index"),
        ("update", "Status page updated"),
        ("action", "Index creation started"),
        ("mitigated", "Error rate begins to drop"),
        ("resolved", "All services operating normally"),
    ]);
}

#[test]
fn who_did_it_says_nothing_of_what_was_done() {
    check(&[
        ("detected", "@ann First report of slow pages"),
        ("detected", "@bo_ek First confirmation"),
        ("update", "@ann status site updated acknowledging the outage"),
        ("finding", "@bo_ek Root cause detected. The volume is full."),
        ("note", "@ann Begins drafting the postmortem"),
    ]);
    check(&[
        ("change", "Key of the relay replaced"),
        ("detected", "Help desk receives an email from a merchant"),
        ("escalated", "On-call was pinged"),
        ("finding", "Security validates the report as a true finding"),
        ("resolved", "Admins close the incident"),
    ]);
    check(&[
        ("detected", "Colleagues start to report the problem in the chat"),
        ("acknowledged", "The storage team starts to tackle it"),
        ("impact", "The new rule left the office unreachable"),
        ("detected", "A user noticed the issue and wrote to us"),
        ("escalated", "Ann appoints Bo as incident commander"),
        ("finding", "Ann confirms the key expired"),
        ("update", "The mailing list is notified of the outage and its fixed state"),
    ]);
}

#[test]
fn what_goes_on_and_what_is_proposed_is_no_step() {
    check(&[
        ("detected", "@ann noticed that the queue is very slow"),
        ("finding", "@bo determines that the volume is full"),
        ("note", "@ann found the issue persisted"),
        ("note", "@ann suggests moving the queue to another host"),
        ("update", "@bo declared an incident"),
        ("update", "@bo notified the subscribers' list"),
        ("mitigated", "@ann rolled the relay back to version 41"),
        ("finding", "@ann figured out why it was full"),
        ("finding", "@ann determines why the relay wrote to it"),
        ("mitigated", "@ann manually rolls back the relay"),
        ("resolved", "The relay sends at its usual rate"),
    ]);
}

#[test]
fn rows_of_an_attack() {
    check(&[
        ("change", "The attacker created an access token in the account of a maintainer"),
        ("impact", "The attacker published tide-parser 2.1.1, which sends passwords home"),
        ("detected", "A user opened a thread, notifying the maintainers of the issue"),
        ("mitigated", "The page with the malicious code was taken down"),
        ("mitigated", "The registry unpublished tide-parser 2.1.1"),
    ]);
    check(&[
        ("detected", "Monitoring system sends its first e-mail, saying that the harbour page is down"),
        ("detected", "A customer tweets a concern about the page"),
        ("detected", "@bo pings @ann to inform her of the outage"),
        ("detected", "Users in two harbours reported problems"),
        ("impact", "E-Mails werden derzeit nicht zugestellt"),
        ("mitigated", "Die Gegenmaßnahmen sind erfolgreich"),
    ]);
}

#[test]
fn single_rows_in_many_styles() {
    let mut wrong = Vec::new();
    for (expected, text) in [
        ("impact", "OUTAGE BEGINS: front ends drop all search queries"),
        ("detected", "Pager storm, ManyHttp500s from all clusters"),
        ("acknowledged", "jennifer is paged and starts looking at the dashboards"),
        ("finding", "docbrown discovers that the index has no room left"),
        ("action", "docbrown drains half of the traffic to the backup cluster"),
        ("update", "incident opened; status page set to degraded"),
        ("resolved", "OUTAGE ENDS, all traffic balanced across all clusters"),
        ("action", "Reverting the freeze of production pushes"),
        ("change", "A configuration change was pushed to the edge proxies"),
        ("impact", "Edge servers start returning 503 to about a third of requests"),
        ("detected", "Internal monitoring catches the rise in 5xx and alerts the on-call team"),
        ("escalated", "The network team is paged to help"),
        ("false-lead", "We first believe this is an attack and enable rate limiting"),
        ("finding", "The change is found to be behind the errors"),
        ("mitigated", "The change is reverted and error rates fall"),
        ("resolved", "All metrics are back to their usual levels"),
        ("impact", "Spam accounts push the load up and some pages time out"),
        ("detected", "GitLab-style alert: replication lag over 4 GB on db2"),
        ("action", "We try to restart replication on db2 but it refuses to connect"),
        ("change", "The wrong data directory gets removed by mistake"),
        ("escalated", "More people join the call"),
        ("finding", "Backups turn out to be empty"),
        ("action", "Copying the snapshot from staging back to production starts"),
        ("mitigated", "The site is reachable again in read-only mode"),
        ("resolved", "Restore is complete and the service works for all"),
        ("detected", "Icinga sends CRITICAL for appservers in eqiad"),
        ("acknowledged", "First responder acks the page"),
        ("action", "Service restarted on mw1234"),
        ("finding", "Stack traces point to the memcached client"),
        ("action", "Deploy of the patch to all application servers begins"),
        ("resolved", "Recovery of all hosts, no errors in logstash for ten minutes"),
        ("change", "Version 1.21.4 is tagged and rolled out to the hosted instance"),
        ("detected", "A user opens an issue: cannot push over SSH"),
        ("detected", "Several reports arrive in chat"),
        ("acknowledged", "A maintainer starts looking into it"),
        ("finding", "Bisecting shows that the new key parser rejects ed25519 keys"),
        ("action", "A fix is written and reviewed"),
        ("update", "Users are advised to push over HTTPS in the meantime"),
        ("update", "Post on the blog tells users to upgrade"),
        ("change", "Certificate for api.example.org runs out"),
        ("impact", "Mobile clients can no longer sign in"),
        ("detected", "Support sees a jump in tickets about sign-in"),
        ("escalated", "Support hands the matter to the platform team"),
        ("finding", "The renewal job has failed silently since March"),
        ("action", "New certificate requested and installed on the first balancer"),
        ("mitigated", "Sign-ins succeed on half of the balancers"),
        ("resolved", "Last balancer updated; sign-ins are normal"),
        ("note", "Shift handover"),
        ("note", "Lunch break"),
        ("update", "CTO informed"),
        ("update", "Customers told by e-mail that the issue is over"),
        ("action", "Attempted to fail over to the replica; failed"),
        ("escalated", "Opened a P1 case with the cloud provider"),
        ("false-lead", "Database checked and found healthy"),
        ("false-lead", "Ruled out the load balancer"),
        ("finding", "Noticed that the queue had been growing since 09:00"),
        ("acknowledged", "Ack by Priya"),
        ("impact", "Payments stop going through"),
        ("resolved", "Payments flowing again"),
        ("mitigated", "Rolled back to build 881"),
        ("mitigated", "Feature flag switched off, failures stop"),
        ("detected", "Monitoring tools detected a sudden spike in response times"),
        ("detected", "An on-call engineer received a PagerDuty notification about the database"),
        ("detected", "Customer complaints started pouring in via social media"),
        ("detected", "The issue was brought to our attention by the support team"),
        ("detected", "Synthetic checks start failing in eu-west-1"),
        ("acknowledged", "The engineering team was notified and commenced an investigation"),
        ("acknowledged", "Incident response team assembled"),
        ("acknowledged", "DevOps team starts analyzing logs and metrics"),
        ("false-lead", "The team assumed it was a network problem and inspected the router settings"),
        ("false-lead", "Database performance metrics were analyzed but showed no anomalies"),
        ("false-lead", "Team suspected DNS propagation delays"),
        ("false-lead", "A potential DDoS attack was considered but dismissed after checking traffic"),
        ("action", "Logs from the application servers were reviewed"),
        ("action", "Restarted the web servers, no improvement"),
        ("action", "Increased the number of application instances to distribute the load"),
        ("action", "Began rolling back the deployment"),
        ("escalated", "Incident escalated to senior backend developers"),
        ("escalated", "The database administrator was contacted for assistance"),
        ("escalated", "Third-party payment provider contacted"),
        ("finding", "It was discovered that the SSL certificate had expired"),
        ("finding", "Root cause determined to be a leak of file handles in the proxy"),
        ("finding", "Found a typo in the nginx configuration file"),
        ("finding", "Logs revealed a deadlock between two transactions"),
        ("action", "Applied a patch to the affected service"),
        ("mitigated", "Rollback completed; error rate dropped significantly"),
        ("mitigated", "Partial service restored for European customers"),
        ("mitigated", "Traffic was rerouted to healthy nodes, easing the load"),
        ("resolved", "Service was fully restored and monitoring confirmed stability"),
        ("resolved", "The website came back online and users could log in again"),
        ("resolved", "All systems go"),
        ("resolved", "Issue resolved"),
        ("resolved", "Normal service resumed"),
        ("change", "New version of the checkout service was deployed to production"),
        ("change", "Scheduled maintenance on the primary database started"),
        ("change", "Marketing campaign launched, traffic tripled"),
        ("change", "A developer pushed an untested change to the load balancer configuration"),
        ("impact", "Users started experiencing slow page loads"),
        ("impact", "The web application became unresponsive"),
        ("impact", "API requests began timing out"),
        ("impact", "Outage starts"),
        ("impact", "Complete loss of connectivity between the data centers"),
        ("update", "Status page updated to inform customers about the outage"),
        ("update", "Stakeholders were informed of the situation"),
        ("update", "Internal communication sent to all teams"),
        ("note", "Post-incident review scheduled"),
        ("mitigated", "Failover to the replica was successful and writes were possible again"),
        ("action", "Disk space was freed by deleting old logs"),
        ("resolved", "Disk usage back under control, writes succeed, incident closed"),
        ("finding", "The on-call engineer noticed that the disk was full"),
        ("impact", "Checkout is down"),
        ("detected", "We noticed elevated error rates on the checkout endpoint"),
        ("detected", "Grafana alert: API latency p99 > 5s"),
        ("acknowledged", "Alice acknowledged the page"),
        ("escalated", "Bob from the platform team joined"),
        ("finding", "Bob found out that the config map was missing a key"),
        ("mitigated", "Hotfix deployed, latency started dropping"),
        ("resolved", "Latency normal, closing the incident"),
        ("false-lead", "We thought the CDN was to blame"),
        ("action", "Purged the CDN cache"),
        ("action", "Team tried to restart the pods without success"),
        ("update", "Tweeted about the outage"),
        ("change", "Cron job kicks off the nightly reindex"),
        ("impact", "Search returns empty results for everyone"),
        ("detected", "Julia (support) pings the channel: search is broken"),
        ("acknowledged", "Marco is looking"),
        ("finding", "The index alias points to a half-built index"),
        ("resolved", "Reindex finished, alias moved, all good"),
        ("detected", "High latency alarm triggered by New Relic"),
        ("detected", "Nagios check for disk space turned red"),
        ("detected", "Anomaly noticed in the error dashboard by the night shift"),
        ("acknowledged", "Ops engineer logged in and took ownership"),
        ("acknowledged", "Initial triage"),
        ("acknowledged", "Investigation kicked off"),
        ("acknowledged", "I got out of bed and opened my laptop"),
        ("false-lead", "At first we thought it was the firewall"),
        ("false-lead", "Checked the firewall rules, all in order"),
        ("false-lead", "Believed to be related to last night's backup"),
        ("false-lead", "Hypothesis of a network partition disproved"),
        ("action", "We took a heap dump"),
        ("action", "Nginx config tested and reloaded"),
        ("action", "Ran strace on the apache process"),
        ("action", "Cleared the queue manually"),
        ("action", "Took the faulty node out of rotation"),
        ("action", "Vacuumed the table"),
        ("action", "Emergency change approved"),
        ("action", "Deployed the fix to staging"),
        ("escalated", "Issue handed to the networking group"),
        ("escalated", "Pulled in the security team"),
        ("escalated", "CTO joins the war room"),
        ("escalated", "AWS support case created"),
        ("finding", "Turned out the volume was mounted read-only"),
        ("finding", "Strace shows repeated ENOENT for a .phpp file"),
        ("finding", "Missing index spotted in the slow query log"),
        ("finding", "The team pinpointed the faulty commit"),
        ("finding", "We saw that replicas were out of sync"),
        ("mitigated", "Rate limiting enabled, load went down"),
        ("mitigated", "Queue began to drain"),
        ("mitigated", "Reverted the commit and redeployed"),
        ("resolved", "Everything green"),
        ("resolved", "Site back"),
        ("resolved", "Confirmed that all customers can check out again"),
        ("resolved", "Service recovered completely"),
        ("resolved", "End of incident"),
        ("resolved", "All pods healthy"),
        ("change", "PR #512 merged and auto-deployed"),
        ("change", "Old server decommissioned"),
        ("change", "Database upgraded from 11 to 13"),
        ("change", "Domain registration expired"),
        ("impact", "First 500 errors in the logs"),
        ("impact", "Users get logged out"),
        ("impact", "Emails stop being sent"),
        ("impact", "Homepage fails to load"),
        ("impact", "Latency climbs to 12 s"),
        ("impact", "Primary database crashes"),
        ("update", "First public statement"),
        ("update", "Sent an apology e-mail to affected customers"),
        ("update", "Incident channel created"),
        ("update", "Hourly update posted"),
        ("note", "Team lunch"),
        ("note", "Waiting for DNS propagation"),
    ] {
        let found = scores_of(&lower_of(text), &mut Vec::new()).best(None).as_str();
        if found != expected {
            wrong.push(format!("{expected}, found {found}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_said_of_trouble_is_told_from_what_only_sounds_like_it() {
    for (expected, text) in [
        ("detected", "page \"oldest message of the worst queue is older than 10 min\""),
        ("detected", "Uptime check on the booking site fails"),
        ("detected", "A courier asks why half of his van goes to another town"),
        ("finding", "Server shutdown detected in the system log"),
        ("acknowledged", "The team began investigation. Confirmed that backend instances are healthy."),
        ("action", "Error rates remain elevated despite the rollback, restarted the cache"),
        ("escalated", "Ann and Bo join"),
        ("action", "Failed change rollback"),
        ("detected", "Monitoring tool sent an email to the operations team"),
        ("impact", "writes fail, customers get 500s"),
        ("impact", "First failed payments"),
        ("resolved", "Site is live again"),
        ("resolved", "Vendor replaces the switch; latency normal"),
        ("resolved", "logins work"),
        ("finding", "Vendor confirms faulty switch"),
        ("mitigated", "Failure rate under 1 %"),
    ] {
        let rows = ["Users begin seeing errors", text];
        assert_eq!(kinds_of(&rows)[1].as_str(), expected, "{text}");
    }
}

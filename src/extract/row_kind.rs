//! Tells what a timeline row marks: impact, detection, a false lead, the resolution, …
//!
//! A row's words are weighed against the patterns of `row_kind.toml`; the heaviest kind wins, and among equals the one that a reader
//! of a timeline would want marked. What a row says first weighs more than what it says last, and a label ("Escalation: …") most.
//!
//! Some kinds depend on the rows around: a deed before anything was noticed is a change, after it a step of repair; only the first
//! beginning of work acknowledges; normal service before the incident's end is a mitigation.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    extract::text::{WordMap, head},
    incident::RowKind,
};

/// One word of a pattern.
#[derive(Debug)]
enum Part {
    /// One of these words; `true` for words that only begin so.
    Word(Vec<(String, bool)>),
    /// Up to [`MAX_GAP`] words.
    Gap,
    /// The beginning of the row.
    Begin,
}

#[derive(Debug)]
struct Pattern {
    kind: RowKind,
    weight: f32,
    parts: Vec<Part>,
    /// Whether one of its own words denies.
    denies: bool,
    /// Its first word among the parts. Only the beginning of the row stands before it.
    first: usize,
    /// Whether it matches at the beginning of the row alone.
    begins: bool,
}

/// The patterns, and which of them can begin at a word: by the word, and by its first letters where a pattern says only how the
/// word begins.
struct Table {
    patterns: Vec<Pattern>,
    by_word: WordMap<String, Entry>,
    by_start: WordMap<u32, Vec<(String, Vec<usize>)>>,
}

/// What a word is to the rows of a timeline.
#[derive(Debug, Default)]
struct Entry {
    /// The patterns that begin with it, or with its first letters.
    patterns: Vec<usize>,
    /// Whether it is a subject that says nothing.
    subject: bool,
    /// Whether circumstances stand behind it.
    subordinator: bool,
    /// What it is one word with, with the words behind it.
    compounds: Vec<(&'static str, &'static str)>,
}

/// The letters that every beginning of a word has at least.
const STEM: usize = 3;

const MAX_GAP: usize = 5;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let data: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(include_str!("row_kind.toml")).expect("row_kind.toml is part of the program");
    let mut table = Table { patterns: Vec::new(), by_word: WordMap::default(), by_start: WordMap::default() };
    for (kind, weights) in data {
        let kind = RowKind::parse(&kind).expect("row_kind.toml names kinds");
        for (weight, patterns) in weights {
            let weight: f32 = weight.parse().expect("weights are numbers");
            for pattern in patterns {
                let parts = parse_pattern(&pattern);
                let at = table.patterns.len();
                let first = parts.iter().find_map(|part| match part {
                    Part::Word(words) => Some(words),
                    _ => None,
                });
                for (word, begins) in first.expect("a pattern has a word") {
                    let slot = if *begins {
                        let stems = table.by_start.entry(start_of(word)).or_default();
                        let known = stems.iter().position(|(stem, _)| stem == word).unwrap_or_else(|| {
                            stems.push((word.clone(), Vec::new()));
                            stems.len() - 1
                        });
                        &mut stems[known].1
                    } else {
                        &mut table.by_word.entry(word.clone()).or_default().patterns
                    };
                    if slot.last() != Some(&at) {
                        slot.push(at);
                    }
                }
                let denies = pattern.split([' ', '|']).any(|word| NEGATORS.contains(&word));
                let first = parts.iter().position(|part| matches!(part, Part::Word(_))).unwrap_or(0);
                let begins = matches!(parts[..first], [Part::Begin]);
                assert!(begins || first == 0, "a pattern opens with a word: {pattern}");
                table.patterns.push(Pattern { kind, weight, parts, first, begins, denies });
            }
        }
    }
    for word in SUBJECTS {
        table.by_word.entry((*word).to_owned()).or_default().subject = true;
    }
    for word in SUBORDINATORS {
        table.by_word.entry((*word).to_owned()).or_default().subordinator = true;
    }
    for (first, second, whole) in COMPOUNDS {
        table.by_word.entry((*first).to_owned()).or_default().compounds.push((second, whole));
    }
    let Table { by_word, by_start, .. } = &mut table;
    #[expect(clippy::iter_over_hash_type, reason = "each entry is completed by itself")]
    for (word, entry) in by_word {
        entry.patterns.extend(patterns_of_stems(by_start, word));
    }
    table
});

fn start_of(word: &str) -> u32 {
    word.bytes().take(STEM).fold(0, |start, byte| start << 8 | u32::from(byte))
}

/// The patterns that say only how their first word begins, and so does `word`.
fn patterns_of_stems<'a>(by_start: &'a WordMap<u32, Vec<(String, Vec<usize>)>>, word: &'a str) -> impl Iterator<Item = &'a usize> {
    let stems = by_start.get(&start_of(word)).map_or(&[][..], Vec::as_slice);
    stems.iter().filter(|(stem, _)| word.starts_with(stem.as_str())).flat_map(|(_, patterns)| patterns)
}

fn parse_pattern(text: &str) -> Vec<Part> {
    let word = |word: &str| match word.strip_suffix('*') {
        Some(stem) => (stem.to_owned(), true),
        None => (word.to_owned(), false),
    };
    let parts = text.split_whitespace().flat_map(|part| {
        let (begin, part) = part.strip_prefix('^').map_or((false, part), |part| (true, part));
        let own = match part {
            "" => None,
            ".." => Some(Part::Gap),
            part => Some(Part::Word(part.split('|').map(word).collect())),
        };
        begin.then_some(Part::Begin).into_iter().chain(own)
    });
    parts.collect()
}

/// Returns the kind of each row of a timeline.
pub(crate) fn kinds_of(texts: &[&str]) -> Vec<RowKind> {
    let scores: Vec<Scores> = texts.iter().map(|text| scores_of(text)).collect();
    let mut kinds: Vec<RowKind> = scores.iter().map(|scores| scores.best(None)).collect();
    by_place(&mut kinds, &scores);
    kinds
}

/// How heavily a row's words speak for each kind.
struct Scores([f32; RowKind::ALL.len()]);

impl Scores {
    fn of(&self, kind: RowKind) -> f32 {
        self.0[index(kind)]
    }

    /// The heaviest kind but `without`.
    fn best(&self, without: Option<RowKind>) -> RowKind {
        let mut winner = (RowKind::Note, 2.0_f32);
        for kind in PRECEDENCE.iter().filter(|kind| Some(**kind) != without) {
            if self.of(*kind) > winner.1 + 0.01 {
                winner = (*kind, self.of(*kind));
            }
        }
        winner.0
    }
}

/// Kinds in the order in which a reader would want them marked.
const PRECEDENCE: &[RowKind] = &[
    RowKind::Impact,
    RowKind::Resolved,
    RowKind::Mitigated,
    RowKind::Detected,
    RowKind::Escalated,
    RowKind::FalseLead,
    RowKind::Acknowledged,
    RowKind::Finding,
    RowKind::Update,
    RowKind::Change,
    RowKind::Action,
    RowKind::Note,
];

/// Words before the verb of a row that say nothing of its kind.
const SUBJECTS: &[&str] = &[
    "we",
    "i",
    "the",
    "team",
    "engineers",
    "engineer",
    "sre",
    "sres",
    "oncall",
    "our",
    "also",
    "then",
    "started",
    "ops",
    "whisperer",
    "he",
    "she",
    "they",
];

/// Words after which a row tells the circumstances of what it says first.
const SUBORDINATORS: &[&str] =
    &["that", "which", "because", "after", "when", "where", "why", "how", "if", "while", "so", "since", "until", "but", "as", "to", "for"];

/// Words that turn what follows into its opposite.
const NEGATORS: &[&str] =
    &["not", "no", "never", "isn't", "wasn't", "weren't", "aren't", "without", "cannot", "can't", "couldn't", "nothing", "non"];

/// How much more than elsewhere a pattern weighs where it weighs most.
const MOST: f32 = 1.4;

fn scores_of(text: &str) -> Scores {
    let lower = lower_of(text);
    let (words, entries) = words_of(&lower);
    let begin = entries.iter().position(|entry| !entry.is_some_and(|entry| entry.subject)).unwrap_or(0).min(3);
    let aside = entries.iter().skip(2).position(|entry| entry.is_some_and(|entry| entry.subordinator)).map_or(usize::MAX, |at| at + 2);
    let label_words = text.find(':').filter(|at| *at < 50).map_or(0, |at| words_of(&lower_of(&text[..at])).0.len());
    let table = &*TABLE;
    let mut best = [0.0_f32; RowKind::ALL.len()];
    let mut against = [0.0_f32; RowKind::ALL.len()];
    for (at, word) in words.iter().enumerate() {
        let of_word = entries[at].map_or(&[][..], |entry| &entry.patterns);
        let of_stem = entries[at].is_none().then(|| patterns_of_stems(&table.by_start, word));
        let candidates = of_word.iter().chain(of_stem.into_iter().flatten());
        for pattern in candidates.map(|candidate| &table.patterns[*candidate]) {
            let kind = index(pattern.kind);
            // What weighs no more than what was found already need not be looked at.
            let outweighed = if pattern.weight < 0.0 { against[kind] <= pattern.weight } else { best[kind] >= pattern.weight * MOST };
            if outweighed || pattern.begins && at != 0 && at != begin {
                continue;
            }
            let Some(end) = match_at(&pattern.parts[pattern.first + 1..], &words, at + 1) else { continue };
            let inside = if pattern.denies { at } else { end };
            let denied = words[at.saturating_sub(2)..inside].iter().any(|word| NEGATORS.contains(word));
            let good = matches!(pattern.kind, RowKind::Resolved | RowKind::Mitigated);
            if denied && good && pattern.weight > 0.0 {
                continue;
            }
            let intended =
                at > 0 && words[at - 1] == "to" && !matches!(pattern.kind, RowKind::Escalated | RowKind::Action | RowKind::Acknowledged);
            let place = if at < label_words && label_words <= 4 {
                MOST
            } else if intended {
                0.5
            } else if at > aside {
                0.8
            } else if at < 16 {
                1.0
            } else {
                0.85
            };
            if pattern.weight < 0.0 {
                against[kind] = against[kind].min(pattern.weight);
            } else {
                best[kind] = best[kind].max(pattern.weight * place);
            }
        }
    }
    // A row that says that something was done, in words that are not known, is a deed.
    let deed = words.iter().take(6).any(|word| word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing")))
        || words.iter().take(5).any(|word| matches!(*word, "built" | "made" | "took" | "sent" | "put"));
    if deed {
        best[index(RowKind::Action)] = best[index(RowKind::Action)].max(2.5);
    }
    for (best, against) in best.iter_mut().zip(against) {
        *best += against;
    }
    Scores(best)
}

fn index(kind: RowKind) -> usize {
    RowKind::ALL.iter().position(|other| *other == kind).unwrap_or(0)
}

/// Words that people write as one, as two and with a hyphen.
const COMPOUNDS: &[(&str, &str, &str)] = &[
    ("roll", "back", "rollback"),
    ("rolling", "back", "rollingback"),
    ("rolled", "back", "rolledback"),
    ("fail", "over", "failover"),
    ("failed", "over", "failedover"),
    ("on", "call", "oncall"),
    ("follow", "up", "followup"),
    ("status", "page", "statuspage"),
    ("hot", "fix", "hotfix"),
    ("post", "mortem", "postmortem"),
    ("work", "around", "workaround"),
    ("hand", "over", "handover"),
    ("re", "routed", "rerouted"),
    ("can", "not", "cannot"),
];

/// The beginning of a text in lower case, with the plain apostrophe.
fn lower_of(text: &str) -> String {
    let cut = head(text, 600);
    if cut.is_ascii() { cut.to_ascii_lowercase() } else { cut.to_lowercase().replace('’', "'") }
}

/// Whether a character parts words.
fn is_no_letter(c: char) -> bool {
    if c.is_ascii() { !c.is_ascii_alphanumeric() && c != '\'' } else { !c.is_alphanumeric() }
}

/// The words of a text in lower case, with what each is to a timeline; a hyphen parts words, and what is one word in some
/// spelling is one.
fn words_of(lower: &str) -> (Vec<&str>, Vec<Option<&'static Entry>>) {
    let table = &*TABLE;
    let mut words: Vec<&str> = Vec::with_capacity(lower.len() / 4 + 1);
    let mut entries: Vec<Option<&Entry>> = Vec::with_capacity(lower.len() / 4 + 1);
    for word in lower.split(is_no_letter).filter(|word| !word.is_empty()) {
        let compounds = entries.last().and_then(|last| *last).map_or(&[][..], |last| &last.compounds);
        let whole = compounds.iter().find(|(second, _)| *second == word).map(|(_, whole)| *whole);
        if whole.is_some() {
            words.pop();
            entries.pop();
        }
        let word = whole.unwrap_or(word);
        words.push(word);
        entries.push(table.by_word.get(word));
    }
    (words, entries)
}

/// Returns the word behind the match of the parts of a pattern behind its first word with the words from `at` on.
fn match_at(parts: &[Part], words: &[&str], at: usize) -> Option<usize> {
    let Some(part) = parts.first() else { return Some(at) };
    match part {
        Part::Begin if at == 0 => match_at(&parts[1..], words, at),
        Part::Begin => None,
        Part::Word(options) if words.get(at).is_some_and(|word| fits(options, word)) => match_at(&parts[1..], words, at + 1),
        Part::Word(_) => None,
        Part::Gap => (0..=MAX_GAP).filter(|skip| at + skip <= words.len()).find_map(|skip| match_at(&parts[1..], words, at + skip)),
    }
}

fn fits(options: &[(String, bool)], word: &str) -> bool {
    options.iter().any(|(option, begins)| if *begins { word.starts_with(option.as_str()) } else { word == option.as_str() })
}

/// From this weight on the words leave no doubt ("acknowledged").
const CERTAIN: f32 = 12.0;

/// Settles the kinds that depend on the rows around.
fn by_place(kinds: &mut [RowKind], scores: &[Scores]) {
    use RowKind as K;
    // A deed before anyone knew of trouble is what led to it.
    let trouble =
        kinds.iter().position(|kind| matches!(kind, K::Impact | K::Detected | K::Acknowledged | K::Escalated | K::FalseLead | K::Finding));
    for kind in &mut kinds[..trouble.unwrap_or(0)] {
        match kind {
            K::Action | K::Mitigated => *kind = K::Change,
            K::Resolved => *kind = K::Note,
            _ => {}
        }
    }
    // Work begins once.
    let mut begun = false;
    for (kind, scores) in kinds.iter_mut().zip(scores) {
        match kind {
            K::Acknowledged if begun && scores.of(K::Acknowledged) < CERTAIN => {
                let other = scores.best(Some(K::Acknowledged));
                *kind = if other == K::Note { K::Action } else { other };
            }
            K::Acknowledged => begun = true,
            K::Action if trouble.is_some() => begun = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
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
            let found = scores_of(text).best(None).as_str();
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
}

//! What a clause tells: that something broke, that it works again, or that someone noticed.
//!
//! People say this in too many ways to list whole: "stopped answering", "began to refuse", "was unreachable", "is healthy again". So
//! the phrases are put together from parts, once, and looked for all at once.

use std::sync::LazyLock;

use crate::extract::{phrases::Phrases, times::Field};

/// Verbs of what works: it stopped doing so.
const WORK: &[&str] = &[
    "accepting",
    "answering",
    "arriving",
    "booting",
    "consuming",
    "coming",
    "connecting",
    "delivering",
    "forwarding",
    "functioning",
    "handling",
    "loading",
    "processing",
    "publishing",
    "receiving",
    "replicating",
    "replying",
    "resolving",
    "responding",
    "routing",
    "running",
    "scheduling",
    "sending",
    "serving",
    "starting",
    "syncing",
    "updating",
    "working",
    "writing",
];
const STOPPED: &[&str] = &["stopped", "stops", "ceased", "quit"];

/// Verbs of what fails: it began to do so.
const FAIL: &[[&str; 2]] = &[
    ["failing", "fail"],
    ["returning", "return"],
    ["timing out", "time out"],
    ["throwing", "throw"],
    ["rejecting", "reject"],
    ["refusing", "refuse"],
    ["dropping", "drop"],
    ["erroring", "error"],
    ["crashing", "crash"],
    ["degrading", "degrade"],
    ["experiencing", "experience"],
    ["seeing", "see"],
    ["slowing", "slow"],
    ["flapping", "flap"],
    ["losing", "lose"],
    ["piling up", "pile up"],
    ["climbing", "climb"],
    ["responding with", "respond with"],
    ["swapping", "swap"],
];
const BEGAN: &[&str] = &["began", "begin", "begins", "started", "start", "starts"];

const BE: &[&str] = &["was", "were", "is", "are", "went", "goes", "became", "become", "becomes", "remained", "got"];
const BROKEN: &[&str] = &[
    "blocked",
    "broken",
    "corrupted",
    "crashing",
    "cut",
    "cut off",
    "dark",
    "declined",
    "degraded",
    "delayed",
    "disconnected",
    "disrupted",
    "down",
    "dropped",
    "failing",
    "full",
    "inaccessible",
    "interrupted",
    "knocked offline",
    "knocked out",
    "locked out",
    "lost",
    "not accessible",
    "not available",
    "not reachable",
    "not responding",
    "not working",
    "offline",
    "out of service",
    "overloaded",
    "overwhelmed",
    "read-only",
    "refused",
    "rejected",
    "slow",
    "stuck",
    "timing out",
    "unable",
    "unavailable",
    "unreachable",
    "unresponsive",
    "unusable",
];

/// What is trouble by its name, and verbs of its beginning.
const TROUBLE: &[&str] = &["outage", "incident", "disruption", "downtime", "impact", "errors", "failures", "interruption", "slowdown"];
const OCCURRED: &[&str] = &["began", "begins", "started", "starts", "occurred", "occured", "happened", "took place", "hit", "set in"];

const BROKE: &[&str] = &[
    "broke",
    "broke down",
    "brought down",
    "came to a halt",
    "can not",
    "cannot",
    "could not",
    "couldn't",
    "crashed",
    "crashes",
    "expired",
    "expires",
    "failed",
    "falls over",
    "fell over",
    "filled up",
    "froze",
    "ground to a halt",
    "halted",
    "hung",
    "lost access",
    "lost connection",
    "lost connectivity",
    "lost power",
    "lost quorum",
    "ran out of",
    "runs out of",
    "stalled",
    "timed out",
    "took down",
];

const BE_AGAIN: &[&str] = &["was", "were", "is", "are", "been", "fully", "back", "service", "services"];
const RIGHT: &[&str] = &[
    "accessible again",
    "available again",
    "back",
    "back in service",
    "back online",
    "back to normal",
    "back up",
    "fixed",
    "fully operational",
    "healthy",
    "healthy again",
    "in place",
    "normal again",
    "online again",
    "operational",
    "over",
    "reachable again",
    "recovered",
    "repaired",
    "resolved",
    "responding again",
    "restored",
    "running again",
    "serving again",
    "serving normally",
    "solved",
    "stable again",
    "up again",
    "up and running",
    "working again",
    "writable again",
];
const RECOVERED: &[&str] = &[
    "all clear",
    "brought back",
    "brought it back",
    "brought them back",
    "came back",
    "outage ended",
    "incident ended",
    "recovered",
    "resumed",
    "returned to normal",
    "returned to service",
    "subsided",
    "went back to normal",
    "full recovery",
    "works again",
    "worked again",
    "normally again",
];

const NOTICED: &[&str] = &[
    "alarm went off",
    "alarms went off",
    "alert fired",
    "alerts fired",
    "became aware",
    "came across the",
    "caught wind",
    "discovered the issue",
    "discovered the outage",
    "encountered the issue",
    "encountered the problem",
    "got a report",
    "incident was identified",
    "issue was identified",
    "outage was identified",
    "problem was identified",
    "got paged",
    "noticed",
    "received a report",
    "received reports",
    "received the first report",
    "reported it",
    "reported the",
    "reported this",
    "were alerted",
    "were paged",
    "was alerted",
    "was paged",
    "was reported",
    "were notified",
    "was notified",
];

/// Words directly before a phrase by which it did not happen.
const NOT: &[&str] = &["would", "should", "might", "may", "will", "to", "not", "never", "could", "can", "if", "have", "when"];

struct Told {
    phrases: Phrases,
    fields: Vec<Field>,
}

static TOLD: LazyLock<Told> = LazyLock::new(|| {
    let pairs = |first: &[&str], second: &[&str]| -> Vec<String> {
        first.iter().flat_map(|first| second.iter().map(move |second| format!("{first} {second}"))).collect()
    };
    let fail: Vec<String> = FAIL.iter().flat_map(|[doing, to_do]| [(*doing).to_owned(), format!("to {to_do}")]).collect();
    let fail: Vec<&str> = fail.iter().map(String::as_str).collect();
    let whole = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let start = [pairs(STOPPED, WORK), pairs(BEGAN, &fail), pairs(BE, BROKEN), pairs(TROUBLE, OCCURRED), whole(BROKE)].concat();
    let end = [pairs(BE_AGAIN, RIGHT), whole(RECOVERED)].concat();
    let noticed = whole(NOTICED);
    let all = [(Field::Start, start), (Field::End, end), (Field::Detected, noticed)];
    let fields = all.iter().flat_map(|(field, phrases)| phrases.iter().map(|_| *field)).collect();
    let phrases = Phrases::new(all.iter().flat_map(|(_, phrases)| phrases.iter().map(String::as_str)));
    Told { phrases, fields }
});

/// Returns what the clause tells last.
pub(super) fn told_last(clause: &str) -> Option<Field> {
    told(clause).last()
}

/// Returns what the clause tells first.
pub(super) fn told_first(clause: &str) -> Option<Field> {
    told(clause).next()
}

fn told(clause: &str) -> impl Iterator<Item = Field> {
    TOLD.phrases
        .whole_in(clause)
        .filter(|(_, start)| {
            let before = clause[..*start].split_whitespace().next_back().unwrap_or("");
            !NOT.contains(&before)
        })
        .map(|(phrase, _)| TOLD.fields[phrase])
}

/// Whether the clause tells that something broke.
pub(in crate::extract) fn tells_harm(clause: &str) -> bool {
    told(clause).any(|field| field == Field::Start)
}

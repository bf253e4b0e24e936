//! The words beside a moment that say what happened then: "began at", "until", "At 10:00 the site went down".

use std::sync::LazyLock;

use crate::extract::{
    phrases::Phrases,
    text::{WordMap, head},
    times::Field,
};

use super::told::{tells_harm, told_first, told_last};

/// Words before a moment that say what it is. Of two that end alike the longer counts.
const BEFORE: &[(Field, &[&str])] = &[
    (
        Field::Start,
        &[
            "started",
            "started at",
            "began",
            "began at",
            "begin at",
            "beginning at",
            "beginning",
            "starting at",
            "starting from",
            "starting",
            "started on",
            "started around",
            "start",
            "start:",
            "start time",
            "start time:",
            "start-time:",
            "since",
            "commenced at",
            "commenced",
            "occurred at",
            "occurred on",
            "occurred",
            "first occurred",
            "happened at",
            "happened on",
            "began on",
            "began around",
            "started approximately",
            "went down",
            "went down at",
            "went offline",
            "crashed",
            "went offline at",
            "down at",
            "crashed at",
            "begann um",
            "ab",
            "a commencé à",
            "comenzó a las",
            "failing at",
            "began experiencing",
            "triggered at",
            "start of the outage",
            "beginning of the outage",
            "start of the incident",
            "beginning of the incident",
            "outage at",
            "downtime at",
            "starts at",
            "happened around",
            "occured at",
            "occured on",
            "down since",
        ],
    ),
    (
        Field::End,
        &[
            "until",
            "ended",
            "ended at",
            "ending at",
            "ending",
            "end:",
            "end",
            "end time",
            "end time:",
            "end-time:",
            "resolved at",
            "resolved by",
            "resolved on",
            "resolved",
            "resolved around",
            "restored at",
            "restored by",
            "restored on",
            "restored",
            "restored around",
            "restoration at",
            "recovered at",
            "recovered by",
            "recovery at",
            "back online at",
            "back up at",
            "back online by",
            "back at",
            "fixed at",
            "fixed by",
            "lasted until",
            "lasting until",
            "concluded at",
            "back to normal at",
            "back to normal by",
            "operational at",
            "operational by",
            "online at",
            "till",
            "normal operations at",
            "behoben um",
            "solved at",
            "end of the outage",
            "ending of the outage",
            "end of the incident",
            "ending of the incident",
            "end of the disruption",
            "and ended",
            "resolution at",
            "up and running at",
            "completely resolved at",
            "service at",
            "functionality at",
            "finished at",
        ],
    ),
    (
        Field::Detected,
        &[
            "detected at",
            "noticed at",
            "reported at",
            "discovered at",
            "alerted at",
            "first noticed at",
            "detected on",
            "detected",
            "noticed",
            "discovered",
            "noticed on",
            "paged at",
            "alert at",
            "first reported at",
            "identified at",
            "alerts at",
            "reported on",
            "first detected at",
            "aware at",
            "first detected on",
        ],
    ),
    (
        Field::Acknowledged,
        &[
            "acknowledged at",
            "acknowledged by",
            "began investigating at",
            "responded at",
            "started investigating at",
            "investigation started at",
            "investigation began at",
        ],
    ),
    (
        Field::Mitigated,
        &["mitigated at", "mitigated by", "stabilized at", "rolled back at", "mitigated on", "workaround at", "rollback at"],
    ),
];

/// Words in the clause behind a moment that say what happened then.
const BEHIND_START: &[&str] = &[
    "went down",
    "became unresponsive",
    "became unavailable",
    "became inaccessible",
    "was unavailable",
    "was down",
    "went offline",
    "stopped responding",
    "stopped working",
    "began experiencing",
    "started experiencing",
    "began to experience",
    "experienced a",
    "experienced an",
    "encountered a",
    "encountered an",
    "suffered a",
    "suffered an",
    "started failing",
    "began failing",
    "started returning",
    "began returning",
    "brought down",
    "took down",
    "crashed",
    "outage began",
    "outage started",
    "outage occurred",
    "outage occured",
    "error occurred",
    "error occured",
    "experienced outage",
    "were unable",
    "was offline",
    "went dark",
    "was not accessible",
    "started to experience",
    "stopped serving",
    "began to fail",
    "users began",
    "started to fail",
    "knocked",
    "broke",
    "fell over",
    "were unavailable",
    "were inaccessible",
    "became unreachable",
    "started seeing",
    "began seeing",
    "impact began",
    "started to see",
    "began to see",
    "lost connectivity",
    "was cut",
    "were cut",
    "lost power",
    "failed",
    "started to return",
    "began to return",
    "started to throw",
    "started throwing",
    "began throwing",
    "started timing out",
    "began timing out",
    "started responding with",
    "began responding with",
    "errors began",
    "errors started",
    "was interrupted",
    "were interrupted",
    "stopped loading",
    "became slow",
    "began to degrade",
    "began to slow",
    "were locked out",
    "lost access",
];
const BEHIND_END: &[&str] = &[
    "was restored",
    "were restored",
    "service was restored",
    "was resolved",
    "were resolved",
    "was fixed",
    "fully restored",
    "fully resolved",
    "fully recovered",
    "back online",
    "back to normal",
    "was back",
    "were back",
    "returned to normal",
    "service restored",
    "recovered",
    "outage ended",
    "incident ended",
    "came back",
    "resumed",
    "restored",
    "all clear",
    "was brought back",
    "up and running",
    "was fully operational",
];
const BEHIND_DETECTED: &[&str] = &[
    "issue was reported",
    "was reported",
    "was detected",
    "detected",
    "noticed",
    "alerted",
    "alerts",
    "alert",
    "discovered",
    "was paged",
    "reported",
    "monitoring",
    "users reported",
    "customers reported",
    "became aware",
    "were notified",
    "was notified",
    "first report",
    "was alerted",
    "caught wind",
    "encountered the issue",
    "encountered the problem",
    "ran into the issue",
];

/// What the words directly before a moment say it is.
pub(super) fn cue_before(left: &str) -> Option<Field> {
    let left = left.to_lowercase();
    let left = left.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | '~' | ',' | '`' | '"'));
    let left = ["on", "the", "approximately", "around", "about", "at around", "approx."].iter().fold(left, |left, small| {
        match left.strip_suffix(small) {
            Some(rest) if rest.ends_with(' ') && !rest.trim_end().is_empty() => rest.trim_end(),
            _ => left,
        }
    });
    let mut best: Option<(usize, Field)> = None;
    for tail in ["", " at", " on", ":", " -", " was", " is", " by", " around"] {
        let Some(head) = left.strip_suffix(tail) else { continue };
        if let Some((len, field)) = cue_at_end(head)
            && best.is_none_or(|(longest, _)| len + tail.len() > longest)
        {
            best = Some((len + tail.len(), field));
        }
    }
    best.map(|(_, field)| field)
}

/// The longest cue that a text ends in, whole, and its bytes.
fn cue_at_end(text: &str) -> Option<(usize, Field)> {
    struct Cues {
        fields: WordMap<&'static str, Field>,
        longest: usize,
    }
    static CUES: LazyLock<Cues> = LazyLock::new(|| {
        let cues = || BEFORE.iter().flat_map(|(field, cues)| cues.iter().map(move |cue| (*cue, *field)));
        Cues { fields: cues().collect(), longest: cues().map(|(cue, _)| cue.len()).max().unwrap_or(0) }
    });
    let bytes = text.as_bytes();
    let from = text.ceil_char_boundary(text.len().saturating_sub(CUES.longest));
    // A cue begins with a letter, behind something else or at the beginning.
    let begins = |at: usize| !bytes[at - 1].is_ascii_alphanumeric() && text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    (from..text.len())
        .filter(|at| text.is_char_boundary(*at) && (*at == 0 || begins(*at)))
        .find_map(|at| CUES.fields.get(&text[at..]).map(|field| (text.len() - at, *field)))
}

/// What the words behind a moment say happened then: the earliest decides. `followed` tells that the words end at another moment:
/// "retired at 16:00, it went down at 16:03" says of the later one what stands directly before it.
pub(super) fn cue_behind(right: &str, followed: bool) -> Option<Field> {
    static CUES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(BEHIND_START.iter().chain(BEHIND_END).chain(BEHIND_DETECTED).copied()));
    let near = head(right, 150);
    let Some((cue, at)) = CUES.first_in(near) else {
        return told_first(near).filter(|_| !followed);
    };
    let words = BEHIND_START.iter().chain(BEHIND_END).chain(BEHIND_DETECTED).nth(cue)?;
    // "so nobody noticed"
    let unseen = || ["nobody", "no one", "no-one", "none of us", "not", "never"].iter().any(|word| near[..at].trim_end().ends_with(word));
    if cue >= BEHIND_START.len() + BEHIND_END.len() && unseen() {
        return None;
    }
    if followed && right[at + words.len()..].trim().is_empty() {
        return None;
    }
    Some(match cue {
        cue if cue < BEHIND_START.len() => Field::Start,
        cue if cue < BEHIND_START.len() + BEHIND_END.len() => Field::End,
        _ => Field::Detected,
    })
}

/// What the words of a clause say of the time behind, where a small word joins the two: "an outage happened on a server at around",
/// "users could not log in from".
pub(super) fn cue_far_before(left: &str, moment: &str) -> Option<Field> {
    const NEAR: &[&str] = &["around", "about", "roughly", "approximately", "approx.", "just", "shortly", "exactly"];
    const AT: &[&str] = &["at", "around", "about", "roughly", "approximately", "on", "from", "since", "by"];
    let clause = left.trim_end().trim_end_matches('~').trim_end();
    let mut words = clause.split_whitespace().rev().skip_while(|word| NEAR.contains(word));
    let inside = moment.split_whitespace().next().filter(|word| AT.contains(word));
    let last = words.next().filter(|word| AT.contains(word));
    let nearly = moment.starts_with('~') || clause.split_whitespace().next_back().is_some_and(|word| NEAR.contains(&word));
    let joint = inside.or(last).or(nearly.then_some("at"))?;
    // "We made it writable again at": whatever works again, unless the clause says that it broke.
    let mut again = || words.next() == Some("again") && matches!(joint, "at" | "by") && !tells_harm(clause);
    let field = told_last(clause).or_else(|| again().then_some(Field::End))?;
    // "Down from 10:05" says the start; "restored from 10:00" tells of a backup.
    let fits = match joint {
        "from" | "since" => field == Field::Start,
        "by" => field == Field::End,
        _ => true,
    };
    fits.then_some(field)
}

/// Whether the words behind a day say that somebody told of the problem then: "a researcher reported a leaked key".
pub(super) fn tells_report(right: &str) -> bool {
    static REPORTS: LazyLock<Phrases> = LazyLock::new(|| {
        let who = ["researcher", "researchers", "reporter"];
        let did = ["identified", "found", "discovered", "reported", "disclosed", "contacted", "notified", "informed", "alerted"];
        let told = ["were notified", "was notified", "were informed", "was informed", "were alerted", "was alerted", "became aware"];
        let by = ["contacted us", "notified us", "alerted us", "informed us", "were made aware", "was made aware"];
        let pairs: Vec<String> = who.iter().flat_map(|who| did.iter().map(move |did| format!("{who} {did}"))).collect();
        Phrases::new(pairs.iter().map(String::as_str).chain(told.into_iter().chain(by)))
    });
    REPORTS.first_in(head(right, 90)).is_some()
}

/// Whether the words behind a moment say what was changed then: "we released version 5.1".
pub(super) fn tells_change(right: &str) -> bool {
    static CHANGES: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "we deployed",
            "we released",
            "we rolled out",
            "we merged",
            "we pushed",
            "we shipped",
            "was deployed",
            "was released",
            "was rolled out",
            "was merged",
            "was pushed",
        ])
    });
    CHANGES.first_in(head(right, 60)).is_some()
}

//! The words that say that a sentence is about the outage, and that a length of time is how long it took.

use std::sync::LazyLock;

use crate::extract::{phrases::Phrases, text::has_phrase};

use super::told::tells_harm;

/// True for sentences about something beside the incident.
pub(super) fn is_aside(text: &str) -> bool {
    static ASIDES: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "only until",
            "business hours",
            "every day",
            "per day",
            "each day",
            "maintenance window",
            "office hours",
            "for example",
            "scheduled for",
            "next week",
            "retention",
            "cron",
        ])
    });
    ASIDES.occur_in(text)
}

pub(super) fn says_outage(text: &str) -> bool {
    static OUTAGE: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new([
            "outage",
            "down",
            "breakdown",
            "downtime",
            "unavailab",
            "disrupt",
            "incident",
            "error",
            "fail",
            "unable",
            "inaccessible",
            "not accessible",
            "unresponsive",
            "unusable",
            "degrad",
            "experienc",
            "impact",
            "affected",
            "offline",
            "slow",
            "not operational",
            "attack",
            "interrupt",
            "not available",
            "lost",
            "denied",
            "duration",
            "lasted",
            "stopped respond",
            "ausfall",
            "störung",
            "panne",
            "caída",
            "indispon",
            "nap",
            "latency",
            "timeout",
            "timed out",
            "500",
            "502",
            "503",
            "404",
            "could not",
            "couldn't",
            "cannot",
            "no longer accessible",
            "empty reply",
            "unreachable",
            "broken",
            "outtage",
        ])
    });
    OUTAGE.occur_in(text)
}

/// Whether a length stands between an article and what failed: "a 7 minute cascading failure".
fn opens_a_failure(left: &str, right: &str) -> bool {
    const FAILURES: &[&str] = &["outage", "failure", "degradation", "interruption", "blackout", "disruption"];
    let is_article = matches!(left.rsplit(' ').next(), Some("a" | "an" | "this"));
    let mut words = right.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty()).take(3);
    is_article && words.any(|word| FAILURES.contains(&word.trim_end_matches(|c: char| !c.is_alphanumeric())))
}

/// True where the words around a length say that it is how long the incident took.
pub(super) fn says_length(left: &str, right: &str, sentence: &str) -> bool {
    let left = left.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '~' | '(' | '*'));
    let left = [
        "approximately",
        "about",
        "around",
        "roughly",
        "nearly",
        "almost",
        "over",
        "just over",
        "more than",
        "just under",
        "a total of",
        "total of",
        "up to",
        "some",
        "approx.",
        "only",
        "a period of",
        "the whole period of",
        "at least",
    ]
    .iter()
    .fold(left, |left, small| left.strip_suffix(small).map_or(left, str::trim_end));
    let led = [
        "lasted",
        "lasting",
        "lasted for",
        "lasting for",
        "duration of",
        "duration was",
        "duration:",
        "for",
        "took",
        "total",
        "downtime of",
        "outage of",
        "lasts",
        "continued for",
        "persisted for",
        "went on for",
        "spanned",
        "dauerte",
        "for a total",
        "down",
        "totaling",
        "totalling",
    ]
    .iter()
    .any(|word| left.ends_with(word) && left[..left.len() - word.len()].chars().next_back().is_none_or(|c| !c.is_alphanumeric()));
    let right = right.trim_start();
    let followed = [
        "outage",
        "downtime",
        "of downtime",
        "service disruption",
        "disruption",
        "incident",
        "interruption",
        "of outage",
        "service outage",
        "of service",
        "of disruption",
        "of unavailability",
        "period of",
    ]
    .iter()
    .any(|word| right.starts_with(word));
    let asides =
        ["after", "ago", "every", "before", "per", "later", "within", "each", "earlier", "older", "to detect", "to identify", "interval"];
    // "lasted nine hours before it was restored" is how long it took.
    let lasted = ["lasted", "lasting", "persisted", "lasted for", "persisted for"].iter().any(|word| left.ends_with(word));
    let aside = asides.iter().any(|word| right.starts_with(word) && !(lasted && *word == "before"))
        || ["every", "within", "after", "last", "past", "previous", "next", "each"].iter().any(|word| left.ends_with(word));
    let repaired =
        left.ends_with("took") && ["fix", "resolve", "restore", "recover", "debug", "repair"].iter().any(|word| has_phrase(sentence, word));
    // A bare "for" needs the outage in its own clause: "a request waited for 30 seconds and failed" is none.
    let clause = left.char_indices().rev().nth(70).map_or(left, |(at, _)| &left[at..]);
    let clause = clause.rsplit([',', ';']).next().unwrap_or(clause);
    let bare = left.ends_with("for")
        && !["lasted for", "lasting for", "continued for", "persisted for", "went on for"].iter().any(|led| left.ends_with(led));
    let waits =
        || ["wait", "timeout", "retr", "cache", "retention", "kept", "sleep", "banned", "would "].iter().any(|word| clause.contains(word));
    // "The incident was resolved in 50 minutes": what was resolved is the incident itself.
    let resolved = ["incident was resolved in", "outage was resolved in", "incident was resolved within", "outage was resolved within"]
        .iter()
        .any(|word| left.ends_with(word));
    let told = || if bare { (says_outage(clause) || tells_harm(clause)) && !waits() } else { says_outage(sentence) };
    resolved || (led && told() || followed || repaired || opens_a_failure(left, right)) && !aside
}

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

/// What makes a length rough or a bound, between what led to it and it.
const ROUGH: &[&str] = &[
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
];

/// What a length of the incident stands behind.
const LED: &[&str] = &[
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
];

/// Of these, those with which a "for" is no bare one.
const LED_BY_FOR: &[&str] = &["lasted for", "lasting for", "continued for", "persisted for", "went on for"];

/// What stands behind a length of the incident.
const FOLLOWED: &[&str] = &[
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
];

/// What stands behind a length that is none of the incident.
const ASIDE_BEHIND: &[&str] =
    &["after", "ago", "every", "before", "per", "later", "within", "each", "earlier", "older", "to detect", "to identify", "interval"];

/// What such a length stands behind.
const ASIDE_BEFORE: &[&str] = &["every", "within", "after", "last", "past", "previous", "next", "each"];

/// What makes a length one of the incident, whatever follows.
const LASTED: &[&str] = &["lasted", "lasting", "persisted", "lasted for", "persisted for"];

/// What was resolved is the incident itself: "The incident was resolved in 50 minutes".
const RESOLVED: &[&str] =
    &["incident was resolved in", "outage was resolved in", "incident was resolved within", "outage was resolved within"];

/// The repair that took so long.
const REPAIRS: &[&str] = &["fix", "resolve", "restore", "recover", "debug", "repair"];

/// What takes a while by itself.
const WAITS: &[&str] = &["wait", "timeout", "retr", "cache", "retention", "kept", "sleep", "banned", "would "];

/// True where the words around a length say that it is how long the incident took.
pub(super) fn says_length(left: &str, right: &str, sentence: &str) -> bool {
    let left = left.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '~' | '(' | '*'));
    let left = ROUGH.iter().fold(left, |left, small| left.strip_suffix(small).map_or(left, str::trim_end));
    let right = right.trim_start();
    let is_led = || {
        endings(left, LED).any(|word| left[..left.len() - word.len()].chars().next_back().is_none_or(|c| !c.is_alphanumeric()))
            && if left.ends_with("for") && endings(left, LED_BY_FOR).next().is_none() {
                // A bare "for" needs the outage in its own clause: "a request waited for 30 seconds and failed" is none.
                let clause = left.char_indices().rev().nth(70).map_or(left, |(at, _)| &left[at..]);
                let clause = clause.rsplit([',', ';']).next().unwrap_or(clause);
                (says_outage(clause) || tells_harm(clause)) && !WAITS.iter().any(|word| clause.contains(word))
            } else {
                says_outage(sentence)
            }
    };
    let is_followed = || FOLLOWED.iter().any(|word| right.starts_with(word));
    let is_repair = || left.ends_with("took") && REPAIRS.iter().any(|word| has_phrase(sentence, word));
    // "lasted nine hours before it was restored" is how long it took.
    let is_aside = || {
        ASIDE_BEHIND.iter().any(|word| right.starts_with(word) && !(*word == "before" && endings(left, LASTED).next().is_some()))
            || endings(left, ASIDE_BEFORE).next().is_some()
    };
    endings(left, RESOLVED).next().is_some() || (is_led() || is_followed() || is_repair() || opens_a_failure(left, right)) && !is_aside()
}

/// Returns those of `words` that `text` ends with.
fn endings<'a>(text: &str, words: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let last = text.as_bytes().last();
    words.iter().copied().filter(move |word| word.as_bytes().last() == last && text.ends_with(word))
}

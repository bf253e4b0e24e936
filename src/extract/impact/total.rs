//! Statements that nobody could use it: "all users were unable to …", "a complete outage".

use std::sync::LazyLock;

use super::words;
use crate::{
    extract::{
        Reader,
        lexicon::{Cue, Cues},
        phrases::Phrases,
        text::has_phrase,
    },
    incident::Stated,
};

/// Words by which a sentence says that something did not work.
pub(in crate::extract) const DOWN: &[&str] = &[
    "unable",
    "could not",
    "couldn't",
    "unavailable",
    "inaccessible",
    "down",
    "breakdown",
    "shutdown",
    "meltdown",
    "offline",
    "returned 5",
    "returning 5",
    "500",
    "502",
    "503",
    "504",
    "404",
    "failed",
    "failing",
    "fail to",
    "failed to",
    "were affected",
    "was affected",
    "no longer",
    "lost access",
    "timed out",
    "errors",
    "rejected",
    "unreachable",
    "locked out",
    "completely",
    "not accessible",
    "denied",
    "affected",
    "impacted",
    "outage",
    "couldn't open",
    "ausgefallen",
    "nicht erreichbar",
    "nicht",
];

/// Words by which it says that it works again, or worked worse.
pub(in crate::extract) const UP: &[&str] = &[
    "restored",
    "regained",
    "resumed",
    "back to normal",
    "operational",
    "recovered",
    "working normally",
    "ensure",
    "prevent",
    "should",
    "notify",
    "notified",
    "running normally",
    "degradation",
    "slower",
    "slow ",
    "successfully",
];

/// An outage of all.
pub(in crate::extract) const WHOLE: &[&str] = &[
    "complete outage",
    "total service disruption",
    "complete service disruption",
    "total outage",
    "full outage",
    "complete service outage",
    "total service outage",
    "complete downtime",
    "total downtime",
    "completely down",
    "completely unavailable",
    "completely inaccessible",
    "entirely unavailable",
    "totally unavailable",
    "totally inaccessible",
    "complete unavailability of the site",
    "complete unavailability of the website",
    "complete unavailability of our",
    "complete system outage",
    "entire server infrastructure",
    "entire site was down",
    "entire website was down",
    "entire platform was down",
    "entire site down",
    "complete loss of service",
    "completely offline",
    "whole site was down",
    "total loss of service",
    "complete disruption of service",
    "kompletter ausfall",
];

/// What takes such words back.
pub(in crate::extract) const NOT_WHOLE: &[&str] = &["almost all", "nearly all", "not all", "not a complete", "unaffected", "not affected"];

/// Everybody, in a word.
pub(in crate::extract) const EVERYONE: &[&str] = &["everyone", "everybody", "nobody", "no one"];

/// Whether a sentence states that nobody could use it, or that nothing worked.
pub(super) fn is_total(lower: &str, cues: Cues) -> bool {
    let down = cues.has(Cue::Down) && !cues.has(Cue::Up);
    if cues.has(Cue::NotWhole) || !down && !cues.has(Cue::Whole) || has_phrase(lower, "only") {
        return false;
    }
    if cues.has(Cue::Whole)
        && let Some(at) = WHOLE.iter().find_map(|phrase| lower.find(phrase))
    {
        return !["search", "feature", "function", "module", "component", "partial", "for some", "node", "cluster of", "one of", " region"]
            .iter()
            .any(|word| lower[at..].contains(word));
    }
    let everyone = cues.has(Cue::Everyone) && EVERYONE.iter().any(|word| has_phrase(lower, word));
    if down && everyone && !lower.contains("everyone who") {
        return true;
    }
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(QUANTIFIERS.iter().copied()));
    down && SET.whole_in(lower).any(|(quantifier, at)| is_total_at(lower, at, QUANTIFIERS[quantifier]))
}

const QUANTIFIERS: &[&str] = &["all", "every", "no", "none of", "entire", "whole", "100% of", "alle", "tous", "todos"];

fn is_total_at(lower: &str, at: usize, quantifier: &str) -> bool {
    let boundary = lower[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '\'');
    let rest = &lower[at + quantifier.len()..];
    let part = [
        "half of ",
        "some of ",
        "most of ",
        "third of ",
        "quarter of ",
        "thirds of ",
        "many of ",
        "few of ",
        "% of ",
        "percent of ",
        "part of ",
        "one of ",
        "or not ",
        "almost ",
        "nearly ",
        "not ",
    ]
    .iter()
    .any(|part| lower[..at].ends_with(part));
    if !boundary || part || !rest.starts_with(' ') {
        return false;
    }
    let following: Vec<&str> = words(rest).take(9).collect();
    let skip = following
        .iter()
        .take_while(|word| {
            matches!(
                **word,
                "of" | "our"
                    | "the"
                    | "its"
                    | "their"
                    | "internal"
                    | "external"
                    | "active"
                    | "end"
                    | "incoming"
                    | "inbound"
                    | "web"
                    | "user"
                    | "production"
                    | "online"
                    | "those"
                    | "other"
            )
        })
        .count();
    let Some(noun) = following.get(skip) else { return false };
    const WHO: &[&str] = &[
        "users",
        "user",
        "customers",
        "customer",
        "clients",
        "subscribers",
        "visitors",
        "services",
        "requests",
        "traffic",
        "transactions",
        "sites",
        "websites",
        "merchants",
        "tenants",
        "nutzer",
        "kunden",
        "utilisateurs",
        "usuarios",
        "user-base",
        "userbase",
        "apps",
        "applications",
    ];
    // "all user requests", "all traffic to the cluster".
    let noun_is_user = matches!(following.get(skip.saturating_sub(1)), Some(&"user")) && skip > 0;
    if !WHO.contains(noun) && !noun_is_user {
        return false;
    }
    let next = following.get(skip + 1).copied().unwrap_or("");
    if matches!(
        next,
        "using"
            | "who"
            | "with"
            | "whose"
            | "that"
            | "trying"
            | "attempting"
            | "in"
            | "on"
            | "affected"
            | "running"
            | "from"
            | "located"
            | "hosted"
            | "should"
            | "will"
            | "must"
            | "regained"
            | "can"
            | "thereafter"
    ) {
        return false;
    }
    true
}

/// `All services returning 503`, as a title.
pub(super) fn total_in_title(reader: &Reader<'_>) -> Option<Stated<f64>> {
    let title = crate::extract::title::own_title(reader)?;
    is_total(&title.value.to_lowercase(), Cues::of(&title.value))
        .then(|| Stated::new(100.0, crate::incident::Provenance { rule: "total-outage", ..title.provenance.clone() }))
}

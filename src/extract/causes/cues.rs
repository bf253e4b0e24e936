//! The words by which causes are told: what led to what, what was suspected, repaired, missed or found.
//!
//! They are found together with those of the other readers, in one pass over each line; see [`super::super::lexicon`].

/// Words that say that something led to something.
pub(in crate::extract) const CAUSAL: &[&str] = &[
    "caused",
    "causing",
    "due to",
    "because",
    "root cause",
    "as a result",
    "resulted from",
    "resulting from",
    "led to",
    "failed to",
    "triggered",
    "stemmed",
    "result of",
    "traced",
    "culprit",
    "introduced",
    "attributed",
    "the cause",
    "reason",
    "resulted in",
    "wegen",
    "durch ",
    "ursache",
    "grund ",
    "à cause",
    "en raison",
    "suite à",
    "debido a",
    "por causa",
    "causado",
    "causada",
    "devido a",
];

/// The same, beyond doubt.
pub(in crate::extract) const STRONGLY_CAUSAL: &[&str] = &[
    "caused by",
    "due to",
    "root cause",
    "because of",
    "result of",
    "triggered by",
    "stemmed from",
    "traced to",
    "traced back",
    "culprit",
    "the cause",
    "attributed to",
    "ursache",
    "debido a",
    "devido a",
    "en raison",
    "à cause",
];

/// Words of a suspicion, or of what was ruled out.
pub(in crate::extract) const FALSE_LEADS: &[&str] = &[
    "initially",
    "suspected",
    "suspicion",
    "suspecting",
    "first thought",
    "we thought",
    "assumed",
    "assumption",
    "assuming",
    "ruled out",
    "ruling out",
    "misleading",
    "red herring",
    "false lead",
    "false positive",
    "turned out not",
    "not the cause",
    "not caused by",
    "was not due to",
    "unrelated",
    "no evidence",
    "no indication",
    "looked like",
    "appeared to be",
    "seemed to be",
    "seemed like",
    "mistaken for",
    "at first",
    "verdacht",
    "no issues were found",
    "no issues found",
    "no anomalies",
    "wrongly attributed",
    "possibly",
    "might have been",
    "we first looked",
    "not affected",
    "not impacted",
    "not compromised",
    "properly running",
    "running normally",
    "were running fine",
    "was running fine",
    "working fine",
    "worked fine",
    "looked fine",
    "seemed normal",
    "looked normal",
    // Plans tell of no cause.
    "in the future",
    "going forward",
    "from now on",
];

/// Words of the repair.
pub(in crate::extract) const REPAIRS: &[&str] = &[
    "fixed",
    "resolved",
    "resolution",
    "to fix",
    "to resolve",
    "solution",
    "restarted",
    "restarting",
    "rolled back",
    "rolling back",
    "fix the issue",
    "was saved by",
    "was restored",
    "corrected",
    "was replaced",
    "behoben",
    "we added",
    "we changed",
    "we replaced",
];

/// Words by which a sentence says what should have been there: "would have been caught had it been tested".
pub(in crate::extract) const MISSED: &[&str] = &[
    "would have caught",
    "would have prevented",
    "would have been caught",
    "would have been prevented",
    "would have been noticed",
    "would have been detected",
    "would have shown",
    "would have surfaced",
    "could have been caught",
    "could have been prevented",
    "could have been avoided",
    "could have been addressed",
    "could have been noticed",
    "could have been detected",
    "should have been caught",
    "should have been tested",
    "should have been reviewed",
    "should have been noticed",
    "had been tested",
    "been tested before",
];

/// Words by which a row tells what was found.
pub(in crate::extract) const FINDINGS: &[&str] = &[
    "root cause",
    "identified",
    "discovered",
    "found",
    "realized",
    "realised",
    "traced",
    "due to",
    "caused by",
    "pinpointed",
    "revealed",
    "confirmed that",
    "cause ",
];

/// Words behind which the consequences stand.
pub(in crate::extract) const CONSEQUENCES: &[&str] = &[
    "leading to",
    "led to",
    "failed to",
    "resulting in",
    "resulted in",
    "which caused",
    "causing",
    "caused an outage",
    "caused a ",
    "caused all ",
    "which meant",
    "so that",
    "preventing",
    "prevented",
    "making it",
    "rendering",
    "this meant",
    "unable to",
    "hence",
    "leaving ",
    "left our",
    "left the",
];

/// Words of ledgers that are kept by many nodes: such a node is a program that others run, and no host.
pub(in crate::extract) const LEDGERS: &[&str] = &[
    "blockchain",
    "bitcoin",
    "ethereum",
    "full node",
    "full_node",
    "mempool",
    "validator node",
    "smart contract",
    "chain halt",
    "block height",
    "block production",
    "testnet",
    "mainnet",
    "beacon node",
    "chain upgrade",
];

/// What the cause is called by those who look for it.
pub(super) const NAMES_OF_THE_CAUSE: &[&str] = &["root cause", "root causes", "culprit", "underlying cause", "cause"];

/// Words of looking for a cause and of finding it.
pub(super) const SEARCH: &[&str] = &[
    "identify",
    "identified",
    "identifying",
    "find",
    "found",
    "finding",
    "determine",
    "determined",
    "determining",
    "discover",
    "discovered",
    "understand",
    "understood",
    "pinpoint",
    "pinpointed",
    "investigate",
    "investigated",
    "investigating",
    "looked",
    "looking",
    "searched",
    "searching",
    "know",
    "known",
    "unknown",
    "unclear",
    "established",
];

/// Words that tell a cause from another one.
pub(super) const OTHER: &[&str] = &["another", "different"];

/// Words between the cause and what is said of it.
pub(super) const COPULAS: &[&str] = &["is", "was", "has", "been", "remains", "are", "were", "have", "could"];

/// Words between a copula and what matters.
pub(super) const ADVERBS: &[&str] =
    &["not", "still", "yet", "never", "be", "quickly", "finally", "eventually", "later", "then", "soon", "currently", "also", "only"];

/// Words behind which the cause stands that was found.
pub(super) const BEHIND_THE_SEARCH: &[&str] = &[
    "as",
    "to be",
    "to a",
    "to an",
    "to the",
    "in a",
    "in an",
    "in the",
    "in our",
    "which is",
    "which was",
    "namely",
    "turned out",
    "due to",
    "because",
];

//! What an action is for, from the group it stands in or from its own words.

use std::sync::LazyLock;

use crate::{
    extract::{
        phrases::{Found, Phrases},
        text::{WordList, words},
    },
    incident::ActionKind,
};

/// Returns the kind that the name of a group, folded, gives to its actions.
pub(super) fn group_kind(folded: &str) -> Option<ActionKind> {
    static PREVENT: WordList = WordList::new(&["prevent", "preventing", "vorbeugen", "vermeiden", "prevenir"]);
    static DETECT: WordList =
        WordList::new(&["detect", "detecting", "detection", "monitoring", "alerting", "observability", "erkennen", "detectar"]);
    static MITIGATE: WordList = WordList::new(&["mitigate", "mitigation", "mitigating", "recovery", "mildern", "mitigar"]);
    const MAX_WORDS: usize = 4;
    if folded.bytes().filter(|byte| *byte == b' ').count() >= MAX_WORDS {
        return None;
    }
    // The kind that is listed first counts.
    let kinds = [(&PREVENT, ActionKind::Prevent), (&DETECT, ActionKind::Detect), (&MITIGATE, ActionKind::Mitigate)];
    let named = words(folded).filter_map(|word| kinds.iter().position(|(list, _)| list.has(word)));
    named.min().map(|place| kinds[place].1)
}

/// Returns the kind that a group's name suggests where an action's own words say nothing: "Process improvements".
pub(super) fn suggested_kind(folded: &str) -> Option<ActionKind> {
    static NAMES: WordList = WordList::new(&[
        "process",
        "processes",
        "documentation",
        "training",
        "communication",
        "organizational",
        "organisational",
        "prozess",
    ]);
    words(folded).any(|word| NAMES.has(word)).then_some(ActionKind::Process)
}

/// Whether a folded text is the name of a group of actions rather than an action.
pub(super) fn is_group_name(folded: &str) -> bool {
    static NAMES: WordList = WordList::new(&[
        "improvements",
        "improvement",
        "fixes",
        "tasks",
        "task",
        "tasks to address",
        "improvements fixes",
        "improvements and fixes",
        "short term",
        "long term",
        "medium term",
        "immediate",
        "technical",
        "infrastructure",
        "actions",
        "action items",
        "corrective",
        "preventative",
        "preventive",
        "measures",
        "todo",
        "to do",
        "next steps",
        "follow up",
        "corrective actions",
        "preventive actions",
        "preventative measures",
        "preventive measures",
        "corrective measures",
        "things to improve",
        "other",
    ]);
    NAMES.has(folded)
        || folded.starts_with("tasks to ")
        || folded.starts_with("improvements ")
        || folded.ends_with(" improvements")
        || folded.ends_with(" tasks")
        || folded.ends_with(" measures")
        || folded.ends_with(" actions")
        || folded.ends_with(" term")
}

/// Whether a folded text begins with a verb that orders something.
pub(super) fn is_order(folded: &str) -> bool {
    static VERBS: WordList = WordList::new(&[
        "add",
        "implement",
        "review",
        "update",
        "improve",
        "enhance",
        "create",
        "patch",
        "test",
        "document",
        "conduct",
        "develop",
        "set",
        "setup",
        "configure",
        "monitor",
        "automate",
        "train",
        "schedule",
        "introduce",
        "ensure",
        "establish",
        "deploy",
        "fix",
        "upgrade",
        "refactor",
        "optimize",
        "optimise",
        "increase",
        "remove",
        "replace",
        "investigate",
        "use",
        "write",
        "build",
        "define",
        "enable",
        "check",
        "validate",
        "strengthen",
        "adopt",
        "evaluate",
        "consider",
        "run",
        "perform",
        "make",
        "move",
        "reduce",
    ]);
    words(folded).next().is_some_and(|word| VERBS.has(word))
}

/// Words of each kind; a trailing `*` takes any ending.
const PROCESS: &[&str] = &[
    "runbook*",
    "playbook*",
    "document*",
    "training",
    "train",
    "teach*",
    "drill*",
    "checklist*",
    "guideline*",
    "policy",
    "policies",
    "code review*",
    "peer review*",
    "review process*",
    "review meeting*",
    "workshop*",
    "learning path",
    "wiki",
    "communicat*",
    "meeting*",
    "discuss*",
    "agree*",
    "align*",
    "procedure*",
    "postmortem*",
    "post-incident",
    "post incident",
    "incident response",
    "response plan*",
    "emergency",
    "onboarding",
    "on-call",
    "knowledge",
    "process for",
    "process to",
    "approval*",
    "change management",
    "change-management",
    "educat*",
    "rules",
    "prioritiz*",
    "get in touch",
    "schedule*",
    "escalation*",
    "handover",
    "coordinat*",
    "reflect on",
    "reflect if",
    "reflect whether",
    "responsib*",
    "review session*",
    "review processes",
    "exercise*",
    "rehearse*",
    "announce*",
    "owner",
];
const DETECT: &[&str] = &[
    "monitor*",
    "alert*",
    "alarm*",
    "detect*",
    "health check*",
    "healthcheck*",
    "health-check*",
    "probe*",
    "dashboard*",
    "logging",
    "logs",
    "log",
    "observab*",
    "visibility",
    "notif*",
    "metric*",
    "smoke test*",
    "smoketest*",
    "page on",
    "page when",
    "tracing",
    "warn*",
    "scan*",
    "log level",
    "exporter",
    "readiness",
    "liveness",
    "audit log*",
];
const MITIGATE: &[&str] = &[
    "rollback*",
    "roll back",
    "roll-back",
    "failover*",
    "fail over",
    "fail-over",
    "redundan*",
    "backup*",
    "back-up*",
    "fallback*",
    "fall back",
    "graceful*",
    "circuit breaker*",
    "self-heal*",
    "disaster recovery",
    "recovery",
    "recover*",
    "restore*",
    "retry",
    "retries",
    "version control",
    "segmentation",
    "kill switch",
    "feature flag*",
    "automatically resolve",
    "hot standby",
    "standby",
    "replica*",
    "degrad*",
    "isolate*",
    "quicker resolution",
];
const PREVENT: &[&str] = &[
    "test*",
    "load test*",
    "load-test*",
    "validat*",
    "limit*",
    "upgrade*",
    "patch*",
    "config*",
    "automat*",
    "capacity",
    "scal*",
    "index*",
    "optimiz*",
    "optimis*",
    "permission*",
    "pipeline*",
    "staging",
    "ci",
    "ci/cd",
    "linter",
    "prevent*",
    "secur*",
    "firewall*",
    "autoscal*",
    "quota*",
    "pin",
    "renew*",
    "rotate*",
    "migrat*",
    "remove*",
    "refactor*",
    "replace*",
    "investigate*",
    "linting",
    "access control*",
];

/// The words of all kinds, looked for in one pass, and of each its kind and whether any ending is taken.
struct Words {
    phrases: Phrases,
    kinds: Vec<(ActionKind, bool)>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let lists =
        [(PROCESS, ActionKind::Process), (DETECT, ActionKind::Detect), (MITIGATE, ActionKind::Mitigate), (PREVENT, ActionKind::Prevent)];
    let all = || lists.iter().flat_map(|(words, kind)| words.iter().map(|word| (*word, *kind)));
    Words {
        phrases: Phrases::new(all().map(|(word, _)| word.trim_end_matches('*'))),
        kinds: all().map(|(word, kind)| (kind, word.ends_with('*'))).collect(),
    }
});

/// Returns what an action is for, by the first of its words that tells, else as `suggested`, else prevention. Where words of
/// several kinds begin at one place, the kind that is listed first counts.
pub(super) fn kind_of(text: &str, suggested: Option<ActionKind>) -> ActionKind {
    let is_whole = |found: Found| {
        let before = text[..found.start].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        before && (WORDS.kinds[found.phrase].1 || text[found.end..].chars().next().is_none_or(|c| !c.is_alphanumeric()))
    };
    let mut first: Option<Found> = None;
    WORDS.phrases.each(text, |found| {
        if first.is_none_or(|known| (found.start, found.phrase) < (known.start, known.phrase)) && is_whole(found) {
            first = Some(found);
        }
    });
    first.map(|found| WORDS.kinds[found.phrase].0).or(suggested).unwrap_or(ActionKind::Prevent)
}

//! What share of incidents supports each figure, what is missing where, and what one line would mend it.

use crate::incident::{ActionStatus, Incident};

/// How well one field is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The field, as it is called in the data.
    pub field: &'static str,
    /// The field in words.
    pub title: &'static str,
    /// Which figures rest on it.
    pub supports: &'static str,
    /// The line of front matter that would state it, as an example; words where it is not one line.
    pub mend: &'static str,
    /// True where `mend` is a line of front matter.
    pub is_line: bool,
    /// How many incidents say it.
    pub known: usize,
    /// Those that do not, in their order.
    pub missing: Vec<usize>,
}

impl Coverage {
    /// Returns the number of incidents looked at.
    pub fn total(&self) -> usize {
        self.known + self.missing.len()
    }
}

/// A field: its name, its words, what rests on it, what states it, and whether an incident does.
type Field = (&'static str, &'static str, &'static str, &'static str, fn(&Incident) -> bool);

const FIELDS: &[Field] = &[
    ("occurred", "When it happened", "order, counts by month and year", "date: 2026-03-14", |one| one.occurred.is_some()),
    ("start", "Start of impact", "time to detect, mitigate and resolve; downtime", "started: 2026-03-14 10:42", |one| one.start.is_some()),
    ("end", "End of impact", "time to resolve; downtime", "ended: 2026-03-14 11:57", |one| one.end.is_some()),
    ("duration_minutes", "Duration", "time to resolve", "duration: 75", |one| one.duration_minutes.is_some()),
    ("detected", "Detection", "time to detect and to acknowledge", "detected: 2026-03-14 10:51", |one| one.detected.is_some()),
    ("acknowledged", "Acknowledgement", "time to acknowledge", "acknowledged: 2026-03-14 10:55", |one| one.acknowledged.is_some()),
    ("mitigated", "Mitigation", "time to mitigate", "mitigated: 2026-03-14 11:40", |one| one.mitigated.is_some()),
    ("offset", "Time zone", "durations across zones; weekday and hour", "zone: Europe/Berlin", |one| {
        one.occurred.as_ref().is_some_and(|occurred| occurred.moment.offset_minutes.is_some())
    }),
    ("severity", "Severity", "distribution by severity", "severity: SEV2", |one| one.severity.is_some()),
    ("causes", "Root cause", "causes, recurrence", "causes: [capacity]", |one| !one.causes.is_empty()),
    ("components", "Component", "components, recurrence", "components: [database]", |one| !one.components.is_empty()),
    ("services", "Service", "services, downtime, recurrence", "services: [checkout]", |one| !one.services.is_empty()),
    ("impact_percent", "Share affected", "weighted downtime", "impact_percent: 38", |one| one.impact_percent.is_some()),
    ("detection_source", "Who noticed", "customer-detected share", "detected_by: alert", |one| one.detection_source.is_some()),
    ("published", "Publication", "postmortem lag", "published: 2026-03-18", |one| one.published.is_some()),
    ("timeline", "Timeline", "the page of the incident", "a section `## Timeline` with rows that begin with a time", |one| {
        !one.timeline.is_empty()
    }),
    ("action_items", "Actions", "follow-through", "a section `## Action items` with a list", |one| !one.action_items.is_empty()),
    ("action_items.status", "State of every action", "open and overdue actions, closure", "`- [x]` or `- [ ]` before each action", |one| {
        !one.action_items.is_empty() && one.action_items.iter().all(|action| action.status != ActionStatus::Unknown)
    }),
    ("action_items.owner", "Owner of every action", "actions by owner", "an owner in each action", |one| {
        !one.action_items.is_empty() && one.action_items.iter().all(|action| action.owner.is_some())
    }),
];

/// Computes how well each field is covered by the incidents.
pub fn coverage(incidents: &[&Incident]) -> Vec<Coverage> {
    FIELDS
        .iter()
        .map(|(field, title, supports, mend, is_known)| {
            let missing: Vec<usize> = (0..incidents.len()).filter(|index| !is_known(incidents[*index])).collect();
            let is_line = !["`", "a ", "an "].iter().any(|article| mend.starts_with(article));
            Coverage { field, title, supports, mend, is_line, known: incidents.len() - missing.len(), missing }
        })
        .collect()
}

//! What the front matter declares, under whatever name other tools gave the field.
//!
//! Keys are compared without case, `_`, `-` and spaces (`startTime`, `start_time`, `Start-Time`). A mapping such as `meta:` or
//! `incident:` that only groups is looked into. What is not ours is kept as `extra`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diag::{Code, Diagnostic, Span},
    document::{Document, Entry, Value, ValueKind},
    incident::{Origin, Provenance},
};

/// A field that a front matter can declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Id,
    Title,
    Summary,
    Date,
    Started,
    Ended,
    Detected,
    Acknowledged,
    Declared,
    Mitigated,
    Closed,
    StatusPosted,
    Duration,
    TimeToDetect,
    TimeToAcknowledge,
    TimeToMitigate,
    Zone,
    Severity,
    Status,
    Resolved,
    Draft,
    Services,
    Components,
    Teams,
    Causes,
    RootCause,
    Contributing,
    Trigger,
    DetectionMethod,
    Tags,
    Impact,
    ImpactPercent,
    Authors,
    Commander,
    Responders,
    Actions,
    Links,
    Related,
    Visibility,
    Private,
    Kind,
    Published,
    Aliases,
}

/// Spellings of the fields' keys, folded: lower case, letters and digits only.
const ALIASES: &[(Field, &[&str])] = &[
    (
        Field::Id,
        &[
            "id",
            "uuid",
            "incidentid",
            "incidentnumber",
            "incidentno",
            "number",
            "key",
            "ref",
            "slug",
            "publicid",
            "sequentialid",
            "pm",
            "postmortemid",
            "inc",
        ],
    ),
    (Field::Title, &["title", "name", "incidenttitle", "headline", "linktitle", "incidentname"]),
    (Field::Summary, &["summary", "description", "tldr", "abstract", "executivesummary", "excerpt"]),
    (Field::Date, &["date", "incidentdate", "day", "occurred", "occurredon", "occurredat", "dateofincident", "created"]),
    (
        Field::Started,
        &[
            "start",
            "starttime",
            "started",
            "startedat",
            "startdate",
            "begin",
            "began",
            "from",
            "impactstart",
            "impactstartedat",
            "customerimpactstart",
            "outagestart",
            "outagestarttime",
            "incidentstart",
            "onset",
            "issueonset",
            "opened",
            "reportedat",
        ],
    ),
    (
        Field::Ended,
        &[
            "end",
            "endtime",
            "ended",
            "endedat",
            "enddate",
            "finish",
            "to",
            "until",
            "impactend",
            "customerimpactend",
            "outageend",
            "outageendtime",
            "incidentend",
            "resolvedwhen",
            "resolvedat",
            "resolutiontime",
            "restored",
            "restoredat",
            "recoveredat",
            "fixedat",
            "issueresolution",
        ],
    ),
    (
        Field::Detected,
        &["detected", "detectedat", "detecttime", "detectiontime", "detect", "discoveredat", "noticed", "issuedetection", "firstalert"],
    ),
    (Field::Acknowledged, &["acknowledged", "acknowledgedat", "ack", "ackedat", "responsetime", "respondedat", "pagedat", "intriageat"]),
    (Field::Declared, &["declared", "declaredat", "createdat", "openedat", "incidentdeclared"]),
    (Field::Mitigated, &["mitigated", "mitigatedat", "mitigationtime", "stableat", "containedat", "workaroundat"]),
    (Field::Closed, &["closed", "closedat", "dateclosed"]),
    (Field::StatusPosted, &["statustime", "statuspageat", "firstupdate"]),
    (
        Field::Duration,
        &[
            "duration",
            "durationminutes",
            "length",
            "downtime",
            "minutesdowntime",
            "totalduration",
            "outageduration",
            "timetorecovery",
            "ttr",
            "mttr",
            "timetoresolve",
            "timetorepair",
            "timetorecover",
        ],
    ),
    (Field::TimeToDetect, &["timetodetect", "ttd", "mttd", "timetodetection", "detectiondelay"]),
    (Field::TimeToAcknowledge, &["timetoack", "timetoacknowledge", "tta"]),
    (Field::TimeToMitigate, &["timetomitigate", "ttm"]),
    (Field::Zone, &["timezone", "tz", "zone", "alltimesin"]),
    (Field::Severity, &["severity", "sev", "priority", "p", "level", "incidentlevel", "severityslug", "impactlevel", "urgency"]),
    (Field::Status, &["status", "state", "stage", "phase", "reportstatus"]),
    (Field::Resolved, &["resolved"]),
    (Field::Draft, &["draft"]),
    (
        Field::Services,
        &[
            "services",
            "service",
            "affected",
            "affectedsystems",
            "affectedservices",
            "affectedcomponents",
            "systems",
            "system",
            "subsystem",
            "product",
            "products",
            "functionality",
            "environment",
            "environments",
            "impactedservices",
            "cluster",
        ],
    ),
    (Field::Components, &["components", "component"]),
    (Field::Teams, &["teams", "team", "ownerteam", "squad", "responsibleteam", "teamattribution", "assignmentgroup", "group"]),
    (Field::Causes, &["causes", "cause", "rootcausecategory", "incidentcause", "problemtype", "category", "categories", "failuremode"]),
    (Field::RootCause, &["rootcause", "rootcauses", "rca"]),
    (Field::Contributing, &["contributing", "contributingfactors", "contributingcauses"]),
    (Field::Trigger, &["trigger", "triggeredby", "triggeringchange", "change", "deploy"]),
    (Field::DetectionMethod, &["detection", "detectedby", "detectionsource", "detectionmethod", "howdetected", "firstreportedby"]),
    (Field::Tags, &["tags", "keywords", "labels", "label", "topics", "themes"]),
    (
        Field::Impact,
        &[
            "impact",
            "impactsummary",
            "customerimpact",
            "customerimpactscope",
            "userimpact",
            "impacttype",
            "blastradius",
            "scope",
            "affectedusers",
            "usersaffected",
        ],
    ),
    (Field::ImpactPercent, &["impactpercent", "impactpercentage", "percentaffected", "percentofusers", "usersaffectedpercent"]),
    (
        Field::Authors,
        &[
            "authors",
            "author",
            "writtenby",
            "by",
            "createdby",
            "modifier",
            "postmortemowner",
            "postmortemlead",
            "owner",
            "owners",
            "dri",
            "contributedby",
            "people",
        ],
    ),
    (
        Field::Commander,
        &[
            "commander",
            "incidentcommander",
            "ic",
            "incidentlead",
            "incidentmanager",
            "incidentmgmtlead",
            "coordinator",
            "contact",
            "facilitator",
            "srelead",
        ],
    ),
    (Field::Responders, &["responders", "participants", "attendees", "involved", "namesofpeopleinvolved", "scribe", "reporter"]),
    (Field::Actions, &["actions", "actionitems", "followups", "remediations", "correctiveactions", "tasks", "todos"]),
    (
        Field::Links,
        &[
            "url",
            "source",
            "archiveurl",
            "ticket",
            "tickets",
            "jira",
            "slack",
            "channel",
            "dashboard",
            "recording",
            "meetingnoteslink",
            "statuspage",
            "runbook",
            "pr",
            "references",
            "links",
        ],
    ),
    (Field::Related, &["related", "relatedincidents", "seealso", "relatesto", "duplicates", "recurrenceof", "supersedes", "dependson"]),
    (Field::Visibility, &["visibility", "audience"]),
    (Field::Private, &["private", "confidential", "internal"]),
    (Field::Kind, &["kind", "type", "incidenttype", "section"]),
    (
        Field::Published,
        &[
            "published",
            "publishedat",
            "sourcepublishedat",
            "postmortemdate",
            "dateofpostmortem",
            "lastmod",
            "lastmodified",
            "lastreviewedon",
            "modified",
            "updated",
            "reviewedon",
        ],
    ),
    (Field::Aliases, &["aliases", "redirectfrom", "formerids"]),
];

/// Mappings that only group other keys.
const GROUPS: &[&str] = &["meta", "metadata", "incident", "postmortem", "incidentmeta", "params", "extra", "times", "timing", "dates"];

/// A key, a value, and the keys above it.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredValue<'a> {
    /// The value as parsed.
    pub(crate) value: &'a Value,
    /// Key and value.
    pub(crate) span: Span,
}

/// What the front matter declares.
#[derive(Debug, Default)]
pub(crate) struct Declared<'a> {
    fields: BTreeMap<Field, Vec<DeclaredValue<'a>>>,
    /// Fields that have a key, if only an empty one.
    keys: BTreeSet<Field>,
    /// Keys that are not ours.
    pub(crate) extra: BTreeMap<String, serde_json::Value>,
    document: Option<&'a Document>,
}

/// Reads what the front matter of `document` declares.
pub(crate) fn read_declared<'a>(document: &'a Document, diagnostics: &mut Vec<Diagnostic>) -> Declared<'a> {
    let mut declared = Declared { document: Some(document), ..Declared::default() };
    if let Some(front_matter) = &document.front_matter {
        declared.add(&front_matter.entries, 0, diagnostics);
    }
    declared
}

impl<'a> Declared<'a> {
    fn add(&mut self, entries: &'a [Entry], depth: usize, diagnostics: &mut Vec<Diagnostic>) {
        for entry in entries {
            let key = fold_key(&entry.key);
            if let (ValueKind::Map(inner), true) = (&entry.value.kind, depth < 3 && is_group(&key, &entry.value)) {
                self.add(inner, depth + 1, diagnostics);
                continue;
            }
            let Some(field) = field_of(&key) else {
                self.extra.insert(entry.key.clone(), json(&entry.value, 0));
                continue;
            };
            self.keys.insert(field);
            if matches!(entry.value.kind, ValueKind::Null) {
                continue;
            }
            let values = self.fields.entry(field).or_default();
            if !values.is_empty() && !takes_several(field) {
                diagnostics.push(
                    Diagnostic::warning(
                        Code::FrontMatterTwice,
                        entry.key_span,
                        format!("`{}` means the same field as an earlier key", entry.key),
                    )
                    .help("keep one of them"),
                );
                continue;
            }
            values.push(DeclaredValue { value: &entry.value, span: entry.key_span.to(entry.value.span) });
        }
    }

    /// Returns whether a key stands for `field`, if only an empty one.
    pub(crate) fn has_key(&self, field: Field) -> bool {
        self.keys.contains(&field)
    }

    /// Returns what is declared for `field`.
    pub(crate) fn get(&self, field: Field) -> Option<&DeclaredValue<'a>> {
        self.fields.get(&field).and_then(|values| values.first())
    }

    /// Returns all that is declared for `field`.
    pub(crate) fn all(&self, field: Field) -> &[DeclaredValue<'a>] {
        self.fields.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Returns the text declared for `field`, where it is one.
    pub(crate) fn text(&self, field: Field) -> Option<(&'a str, Span)> {
        self.get(field).and_then(|declared| Some((scalar(declared.value)?, declared.span)))
    }

    /// Returns the names declared for `field`: a list, or a text with commas.
    pub(crate) fn names(&self, field: Field) -> Vec<(String, Span)> {
        self.all(field).iter().flat_map(|declared| names(declared.value)).collect()
    }

    /// Returns the provenance of a value declared at `span`.
    pub(crate) fn provenance(&self, span: Span) -> Provenance {
        let (line, quote) = self.document.map_or((None, String::new()), |document| {
            let text = span.text(&document.text);
            (Some(document.lines.line(span.start)), super::outline::quote(text.lines().next().unwrap_or(text).trim()))
        });
        Provenance { from: Origin::FrontMatter, span: Some(span), line, quote, rule: "front-matter" }
    }
}

fn takes_several(field: Field) -> bool {
    matches!(
        field,
        Field::Authors
            | Field::Commander
            | Field::Responders
            | Field::Links
            | Field::Related
            | Field::Services
            | Field::Teams
            | Field::Tags
            | Field::Causes
            | Field::RootCause
            | Field::Published
            | Field::Impact
            | Field::Date
    )
}

fn is_group(key: &str, value: &Value) -> bool {
    let ValueKind::Map(entries) = &value.kind else { return false };
    GROUPS.contains(&key)
        || key == "people" && !entries.is_empty()
        || key == "impact" && entries.iter().any(|entry| field_of(&fold_key(&entry.key)).is_some())
}

/// Folds a key: lower case, letters and digits only.
pub(crate) fn fold_key(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the field that a folded key means.
pub(crate) fn field_of(key: &str) -> Option<Field> {
    ALIASES.iter().find(|(_, spellings)| spellings.contains(&key)).map(|(field, _)| *field)
}

/// Returns the text of a scalar.
pub(crate) fn scalar(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Scalar { text, .. } if !text.trim().is_empty() => Some(text.trim()),
        _ => None,
    }
}

/// Returns the names that a value lists: a list, or a text with commas; of a mapping its `name`.
pub(crate) fn names(value: &Value) -> Vec<(String, Span)> {
    match &value.kind {
        ValueKind::Scalar { text, .. } => {
            text.split([',', ';']).map(str::trim).filter(|name| !name.is_empty()).map(|name| (name.to_owned(), value.span)).collect()
        }
        ValueKind::List(values) => values
            .iter()
            .filter_map(|value| match &value.kind {
                ValueKind::Scalar { text, .. } => Some((text.trim().to_owned(), value.span)),
                ValueKind::Map(entries) => entries
                    .iter()
                    .find(|entry| matches!(fold_key(&entry.key).as_str(), "name" | "title" | "id"))
                    .and_then(|entry| Some((scalar(&entry.value)?.to_owned(), value.span))),
                _ => None,
            })
            .filter(|(name, _)| !name.is_empty())
            .collect(),
        ValueKind::Map(_) | ValueKind::Null => Vec::new(),
    }
}

const MAX_JSON_DEPTH: usize = 32;

fn json(value: &Value, depth: usize) -> serde_json::Value {
    match &value.kind {
        ValueKind::List(values) if depth < MAX_JSON_DEPTH => values.iter().map(|value| json(value, depth + 1)).collect(),
        ValueKind::Map(entries) if depth < MAX_JSON_DEPTH => {
            serde_json::Value::Object(entries.iter().map(|entry| (entry.key.clone(), json(&entry.value, depth + 1))).collect())
        }
        ValueKind::Scalar { text, quoted } => scalar_json(text, *quoted),
        _ => serde_json::Value::Null,
    }
}

/// A bare `true` or `12` is what it looks like where printing it gives the same text back; anything else stays text.
fn scalar_json(text: &str, quoted: bool) -> serde_json::Value {
    if !quoted {
        if let Ok(flag) = text.parse::<bool>() {
            return flag.into();
        }
        if let Ok(number) = text.parse::<i64>()
            && number.to_string() == text
        {
            return number.into();
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_their_aliases_and_in_groups() {
        let document = Document::from_text(
            "---\nincident:\n  startTime: 2024-06-02 10:00\nSeverity-Slug: sev2\nservices: shop, api\nmood: 7\n---\n# A\n",
        );
        let mut diagnostics = Vec::new();
        let declared = read_declared(&document, &mut diagnostics);
        assert_eq!(declared.text(Field::Started).map(|(text, _)| text), Some("2024-06-02 10:00"));
        assert_eq!(declared.text(Field::Severity).map(|(text, _)| text), Some("sev2"));
        assert_eq!(declared.names(Field::Services).into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["shop", "api"]);
        assert_eq!(declared.extra["mood"], 7);
        assert!(diagnostics.is_empty());
    }

    #[test]
    fn the_first_of_two_keys_for_one_field_wins() {
        let document = Document::from_text("---\nstart: 2024-06-02\nbegan: 2024-06-03\n---\n");
        let mut diagnostics = Vec::new();
        let declared = read_declared(&document, &mut diagnostics);
        assert_eq!(declared.text(Field::Started).map(|(text, _)| text), Some("2024-06-02"));
        assert_eq!(diagnostics[0].code, Code::FrontMatterTwice);
    }
}

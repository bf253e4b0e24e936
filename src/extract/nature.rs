//! What the statistics ask of a document besides its moments: whether it was an incident at all, who noticed first, and when the
//! postmortem was published. Each only as declared, labelled, or said in so many words.

use std::sync::LazyLock;

use crate::{
    extract::{
        Reader,
        front_matter::{Field, fold_key},
        headings::fold,
        lexicon::LabelList,
        moment::{Context, parse_moment},
        outline::Unit,
        phrases::Phrases,
    },
    incident::{DetectionSource, Incident, Moment, Nature, Origin, Provenance, RowKind, SectionRole, Stated},
};

/// Labels and title beginnings, and the nature that they state.
const NATURES: &[(Nature, &[&str])] = &[
    (Nature::NearMiss, &["near miss", "near misses", "close call"]),
    (
        Nature::Drill,
        &["drill", "game day", "gameday", "exercise", "chaos experiment", "disaster recovery test", "fire drill", "simulation"],
    ),
    (Nature::Maintenance, &["maintenance", "planned maintenance", "scheduled maintenance", "scheduled", "under maintenance"]),
];

pub(super) const NATURE_LABELS: &[&str] = &["type", "kind", "incident type", "event type"];

/// What says who noticed. The first of a list that a text has counts, and a text that names two sources names none.
const SOURCES: &[(DetectionSource, &[&str])] = &[
    (
        DetectionSource::Alert,
        &[
            "alert",
            "alerts",
            "alerting",
            "alarm",
            "alarms",
            "monitor",
            "monitors",
            "monitoring",
            "paged",
            "pager",
            "page",
            "pagerduty",
            "opsgenie",
            "probe",
            "synthetic",
            "health check",
            "automated",
        ],
    ),
    (
        DetectionSource::Customer,
        &[
            "customer",
            "customers",
            "user",
            "users",
            "client",
            "clients",
            "support ticket",
            "support tickets",
            "complaint",
            "complaints",
            "helpdesk",
        ],
    ),
    (
        DetectionSource::Staff,
        &[
            "engineer",
            "engineers",
            "developer",
            "developers",
            "employee",
            "employees",
            "staff",
            "manual",
            "manually",
            "colleague",
            "colleagues",
            "operator",
            "internal",
            "on call noticed",
            "team member",
        ],
    ),
    (DetectionSource::Partner, &["partner", "partners", "vendor", "supplier", "provider"]),
];

pub(super) const SOURCE_LABELS: &[&str] = &[
    "detected by",
    "detection method",
    "detection source",
    "how detected",
    "how was it detected",
    "reported by",
    "first reported by",
    "noticed by",
    "discovered by",
];

pub(super) const PUBLISHED_LABELS: &[&str] =
    &["published", "published on", "date published", "publication date", "postmortem date", "date of postmortem"];

const PUBLISHED_KEYS: &[&str] = &["published", "publishedat", "postmortemdate", "dateofpostmortem"];

/// Reads nature, detection source and publication. `incident` holds title, moments and timeline already.
pub(super) fn read_nature(reader: &Reader<'_>, incident: &mut Incident) {
    incident.nature = nature(reader, incident);
    incident.detection_source = detection_source(reader, incident);
    incident.published = published(reader);
}

fn nature(reader: &Reader<'_>, incident: &Incident) -> Option<Stated<Nature>> {
    let known = |text: &str| {
        let folded = fold(text);
        NATURES.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(nature, _)| *nature)
    };
    if let Some((text, span)) = reader.declared.text(Field::Kind)
        && let Some(nature) = known(text)
    {
        return Some(Stated::new(nature, reader.declared.provenance(span)));
    }
    if let Some((nature, unit)) = labelled(reader, LabelList::Nature).find_map(|unit| Some((known(unit.rest())?, unit))) {
        return Some(Stated::new(nature, reader.outline.provenance(unit, "nature-label")));
    }
    // A title that begins with it: `Near miss: the backup job …`, `[Drill] Region evacuation`.
    let title = incident.title.as_ref()?;
    let lead = title.value.trim_start_matches('[').split([':', ']', '–', '—']).next()?;
    if lead.len() == title.value.len() {
        return None;
    }
    known(lead).map(|nature| Stated::new(nature, Provenance { rule: "nature-title", ..title.provenance.clone() }))
}

fn detection_source(reader: &Reader<'_>, incident: &Incident) -> Option<Stated<DetectionSource>> {
    if let Some((text, span)) = reader.declared.text(Field::DetectionMethod)
        && let Some(source) = source_of(text)
    {
        return Some(Stated::new(source, reader.declared.provenance(span)));
    }
    if let Some((source, unit)) = labelled(reader, LabelList::DetectionSource).find_map(|unit| Some((source_of(unit.rest())?, unit))) {
        return Some(Stated::new(source, reader.outline.provenance(unit, "detection-label")));
    }
    let row = incident.timeline.iter().find(|row| row.kind == RowKind::Detected)?;
    let provenance = Provenance {
        from: Origin::Inferred,
        span: Some(row.span),
        line: Some(row.line),
        quote: super::outline::quote(&row.text),
        rule: "detected-row",
    };
    source_of(&row.text).map(|source| Stated::new(source, provenance))
}

/// Returns the only source that a text names.
fn source_of(text: &str) -> Option<DetectionSource> {
    static SET: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(SOURCES.iter().flat_map(|(_, words)| words.iter().copied())));
    let folded = fold(text);
    let source_of = |phrase| SOURCES.iter().flat_map(|(source, words)| words.iter().map(move |_| *source)).nth(phrase);
    let mut named = SET.whole_in(&folded).map(|(phrase, _)| source_of(phrase));
    let source = named.next()??;
    named.all(|other| other == Some(source)).then_some(source)
}

fn published(reader: &Reader<'_>) -> Option<Stated<Moment>> {
    let context = Context { date_order: reader.settings.date_order, ..Context::default() };
    let read = |text: &str| parse_moment(reader.settings, text, &context).ok().filter(|moment| moment.day().is_some());
    for value in reader.declared.all(Field::Published) {
        let provenance = reader.declared.provenance(value.span);
        let key = fold_key(provenance.quote.split([':', '=']).next().unwrap_or(""));
        let moment = super::front_matter::scalar(value.value).and_then(read);
        if let (true, Some(moment)) = (PUBLISHED_KEYS.contains(&key.as_str()), moment) {
            return Some(Stated::new(moment, provenance));
        }
    }
    let (moment, unit) = labelled(reader, LabelList::Published).find_map(|unit| Some((read(unit.rest())?, unit)))?;
    Some(Stated::new(moment, reader.outline.provenance(unit, "published-label")))
}

/// Returns the labelled lines that have one of those labels and stand in no timeline and no list of actions.
fn labelled<'a>(reader: &Reader<'a>, list: LabelList) -> impl Iterator<Item = &'a Unit> {
    reader
        .outline
        .labelled(list)
        .filter(|(_, unit)| !matches!(unit.role, Some(SectionRole::Actions | SectionRole::Timeline | SectionRole::Communication)))
        .map(|(_, unit)| unit)
}

#[cfg(test)]
mod tests {
    use crate::{config::ReadSettings, document::Document, extract::read_document};

    #[track_caller]
    fn check(text: &str, expected: [Option<&str>; 3]) {
        let reading = read_document(&ReadSettings::default(), &Document::from_text(text)).value;
        let [one] = &reading.incidents[..] else { panic!("{} incidents in {text}", reading.incidents.len()) };
        let actual = [
            one.nature.as_ref().map(|stated| stated.value.to_string()),
            one.detection_source.as_ref().map(|stated| stated.value.to_string()),
            one.published.as_ref().map(|stated| stated.value.to_string()),
        ];
        assert_eq!(actual, expected.map(|text| text.map(str::to_owned)), "{text}");
    }

    #[test]
    fn what_the_front_matter_declares_is_read() {
        check(
            "---\ntitle: Backups at risk\nseverity: SEV3\ntype: near-miss\ndetected_by: customer\npublished: 2024-05-04\n---\n\n## Summary\n\nThe disk was nearly full.\n",
            [Some("near-miss"), Some("customer"), Some("2024-05-04")],
        );
        check("---\ntitle: X\nseverity: SEV3\nlastmod: 2024-05-04\n---\n\n## Summary\n\nIt broke.\n", [None, None, None]);
    }

    #[test]
    fn what_the_text_says_is_read_where_it_is_plain() {
        let head = "# Game day: region evacuation\n\n## Summary\n\nTraffic moved on 2024-05-01.\n\n## Timeline\n\n- 2024-05-01 10:00 UTC traffic is moved\n";
        check(&format!("{head}- 10:05 UTC an alert pages the on-call\n- 10:20 UTC resolved\n"), [Some("drill"), Some("alert"), None]);
        let head = "# Checkout failed\n\n**Published:** 4 May 2024\n\n## Summary\n\nIt broke on 2024-05-01.\n\n## Timeline\n\n- 2024-05-01 10:00 UTC errors begin\n";
        check(&format!("{head}- 10:05 UTC customers report errors\n- 10:20 UTC resolved\n"), [None, Some("customer"), Some("2024-05-04")]);
        check(
            &format!("{head}- 10:05 UTC an alert fires and customers report errors\n- 10:20 UTC resolved\n"),
            [None, None, Some("2024-05-04")],
        );
    }
}

//! Blocks into incidents: what a document is, and every field of its record, each value with the line that says it.
//!
//! All readers work on the `outline`: the document as one list of logical lines, each with its section. A value that is
//! wrong is worse than one that is missing, so a reader takes what the text says and leaves the rest `None`.

mod actions;
mod causes;
mod declared;
pub(crate) mod front_matter;
pub(crate) mod headings;
mod impact;
mod kind;
mod lexicon;
mod nature;
pub(crate) mod outline;
mod people;
pub(crate) mod phrases;
mod sections;
mod services;
mod severity;
mod status;
mod summary;
pub(crate) mod taxonomy;
pub(crate) mod text;
mod title;

mod moment;
mod row_kind;
mod timeline;
mod times;
mod when;
mod zone;

use std::{cell::OnceCell, sync::Arc};

use crate::{
    config::ReadSettings,
    diag::{Diagnosed, Diagnostic, Span},
    document::{Document, LinkUse},
    extract::{
        front_matter::{Declared, Field, read_declared},
        headings::Headings,
        outline::Outline,
        taxonomy::Taxonomy,
    },
    incident::{Incident, Kind, Moment, Section, Stated},
};

/// What was read from one document: what it is, and the incidents that it holds. It outlives the document's tree, so it is small.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Path below the content folder, `/`-separated.
    pub file: Arc<str>,
    /// What the document is.
    pub kind: Kind,
    /// Its title in its own words; `None` where only boilerplate exists.
    pub title: Option<String>,
    /// The title to show.
    pub display_title: String,
    /// One to three sentences of plain text.
    pub summary: Option<String>,
    /// Its incidents, in document order; empty unless `kind` is `Incident` or `Multi`.
    pub incidents: Vec<Incident>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its links and images, in order.
    pub links: Vec<LinkUse>,
    /// The anchors of its headings, in order.
    pub anchors: Vec<String>,
}

/// What every reader of a field works on.
pub(crate) struct Reader<'a> {
    pub(crate) settings: &'a ReadSettings,
    pub(crate) headings: &'a Headings,
    pub(crate) taxonomy: &'a Taxonomy,
    pub(crate) outline: &'a Outline,
    pub(crate) declared: &'a Declared<'a>,
    /// The title that the text has, once a reader has asked for it.
    pub(crate) own_title: OnceCell<Option<Stated<String>>>,
}

impl Reader<'_> {
    /// Whether the front matter has a field that only an incident has.
    fn declares_incident(&self) -> bool {
        [Field::Started, Field::Ended, Field::Detected, Field::Severity, Field::Causes, Field::RootCause, Field::Commander]
            .iter()
            .any(|field| self.declared.get(*field).is_some())
    }

    /// The kind that the front matter declares, where it is one of ours.
    fn declared_kind(&self) -> Option<Kind> {
        let (text, _) = self.declared.text(Field::Kind)?;
        Kind::parse(&text.to_lowercase())
    }
}

/// Reads what a document is and the incidents that it holds.
pub fn read_document(settings: &ReadSettings, document: &Document) -> Diagnosed<Reading> {
    let mut diagnostics = Vec::new();
    let headings = Headings::new(settings);
    let taxonomy = Taxonomy::of(&settings.taxonomy);
    let declared = read_declared(document, &mut diagnostics);
    let outline = Outline::read(&headings, document, None);
    let reader =
        Reader { settings, headings: &headings, taxonomy: &taxonomy, outline: &outline, declared: &declared, own_title: OnceCell::new() };
    let kind = kind::read_kind(&reader);
    let declared_kind = reader.declared_kind().filter(|declared| *declared != Kind::Multi || kind.parts.len() >= 2);
    let kind_of_document = declared_kind.unwrap_or(kind.kind);
    let incidents = match kind_of_document {
        Kind::Incident => vec![read_incident(&reader, &mut diagnostics)],
        Kind::Multi => kind.parts.iter().map(|(span, section)| read_part(&reader, document, *span, *section, &mut diagnostics)).collect(),
        Kind::Template | Kind::Other => Vec::new(),
    };
    let title = match &incidents[..] {
        [only] => only.title.as_ref().map(|title| title.value.clone()),
        // A subtitle or a bare first line is no title of a form or a plain page.
        _ => title::read_title(&reader)
            .filter(|title| !matches!(title.provenance.rule, "section-subtitle" | "first-line"))
            .map(|title| title.value),
    };
    let display_title = match (&title, &incidents[..]) {
        (Some(title), _) => title.clone(),
        (None, [only]) => only.display_title.clone(),
        (None, _) => plain_title(&outline),
    };
    let summary = match &incidents[..] {
        [only] => only.summary.as_ref().map(|summary| summary.value.clone()),
        _ => summary::read_summary(&reader).map(|summary| summary.value),
    };
    let (links, anchors) = document.links_and_anchors();
    let reading = Reading {
        file: document.path.clone(),
        kind: kind_of_document,
        title,
        display_title,
        summary,
        incidents,
        sections: sections::take_sections(outline),
        links,
        anchors,
    };
    for diagnostic in &mut diagnostics {
        diagnostic.path = Some(document.path.clone());
    }
    Diagnosed { value: reading, diagnostics }
}

/// Reads a due date; without a year it is the first such day that does not lie well before the incident.
fn due_day(reader: &Reader<'_>, occurred: Option<&Moment>, text: &str) -> Option<Moment> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let year = occurred.and_then(Moment::year_month).map(|(year, _)| year);
    let read = |year: Option<i32>| {
        let context = moment::Context { year, date_order: reader.settings.date_order, ..moment::Context::default() };
        moment::parse_moment(reader.settings, text, &context).ok().filter(|moment| moment.day().is_some() || moment.year_month().is_some())
    };
    let due = read(year)?;
    match (due.day(), occurred.and_then(Moment::day)) {
        (Some(day), Some(occurred)) if day + chrono::Days::new(31) < occurred => read(year.map(|year| year + 1)),
        _ => Some(due),
    }
}

/// Makes a reader of `document` for tests of single fields.
#[cfg(test)]
pub(crate) fn with_reader<T>(settings: &ReadSettings, document: &Document, read: impl FnOnce(&Reader<'_>) -> T) -> T {
    let headings = Headings::new(settings);
    let taxonomy = Taxonomy::of(&settings.taxonomy);
    let declared = read_declared(document, &mut Vec::new());
    let outline = Outline::read(&headings, document, None);
    read(&Reader { settings, headings: &headings, taxonomy: &taxonomy, outline: &outline, declared: &declared, own_title: OnceCell::new() })
}

/// A title for a page that is no incident: its first heading, else its file's name.
fn plain_title(outline: &Outline) -> String {
    match outline.sections.iter().find(|section| !section.heading.is_empty()) {
        Some(section) => section.heading.clone(),
        None => {
            let name = outline.path.rsplit('/').next().unwrap_or("");
            name.strip_suffix(".md").unwrap_or(name).to_owned()
        }
    }
}

fn read_incident(reader: &Reader<'_>, diagnostics: &mut Vec<Diagnostic>) -> Incident {
    let outline = reader.outline;
    let mut incident = Incident::empty(outline.path.clone(), Kind::Incident, outline.span);
    incident.title = title::read_title(reader);
    incident.summary = summary::read_summary(reader);
    incident.sections = sections::read_sections(outline);
    when::read_when(reader, &mut incident, diagnostics);
    let occurred = incident.occurred.as_ref().map(|occurred| occurred.moment.clone());
    incident.action_items = actions::read_actions(reader, &|text| due_day(reader, occurred.as_ref(), text), diagnostics);
    incident.impact_percent = impact::read_impact(reader, diagnostics);
    incident.severity = severity::read_severity(reader, diagnostics);
    incident.people = people::read_people(reader);
    incident.services = services::read_services(reader);
    incident.status = status::read_status(reader, &incident);
    causes::read_causes(reader, &mut incident, diagnostics);
    nature::read_nature(reader, &mut incident);
    declared::read_declared_fields(reader, &mut incident);
    incident.title_composed = incident.title.is_none();
    incident.display_title = match &incident.title {
        Some(title) => title.value.clone(),
        None => title::compose_title(&incident),
    };
    incident
}

/// Reads one incident of a document that holds several.
fn read_part(whole: &Reader<'_>, document: &Document, span: Span, section: usize, diagnostics: &mut Vec<Diagnostic>) -> Incident {
    let outline = Outline::read(whole.headings, document, Some(span));
    let nothing = Declared::default();
    let reader = Reader { outline: &outline, declared: &nothing, own_title: OnceCell::new(), ..*whole };
    let mut incident = read_incident(&reader, diagnostics);
    let head = &whole.outline.sections[section];
    incident.kind = Kind::Multi;
    incident.part = head.anchor.clone().or_else(|| Some(headings::fold(&head.heading).replace(' ', "-")));
    incident
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diag::Span;

    /// Pieces that readers look at, so that random texts reach their rules.
    const PIECES: &[&str] = &[
        "# ",
        "## ",
        "### ",
        "- ",
        "* ",
        "1. ",
        "    ",
        "\t",
        "| ",
        " |",
        "|---|---|\n",
        "**",
        "__",
        "`",
        "\n",
        "\n\n",
        ": ",
        " - ",
        " – ",
        "—",
        "(",
        ")",
        "[",
        "]",
        "[x] ",
        "[ ] ",
        "<li>",
        "</li>",
        "<td>",
        "<br>",
        "<!--",
        "-->",
        "&amp;",
        "✅",
        "•",
        "é",
        "ä",
        "ß",
        "“",
        "…",
        "?",
        "!\"",
        ". ",
        ";",
        "%",
        "100%",
        "25 %",
        "Timeline",
        "Root cause",
        "Summary",
        "Impact",
        "Action items",
        "Owner: ",
        "due 2024-05-12",
        "@ann",
        "10:00",
        "10:45 PM",
        "UTC",
        "2024-06-02",
        "June 7th, 2024",
        "all users",
        "SEV2",
        "Severity: ",
        "Author: ",
        "By Ann",
        "Postmortem: ",
        "caused by",
        "due to",
        "leading to",
        "a memory leak",
        "database",
        "the certificate expired",
        "initially",
        "users were unable",
        "---\n",
        "title: ",
        "```\n",
        "\u{feff}",
        "\r\n",
        "0x19. ",
        "İ",
        "ﬁ",
        "🕒",
        "T+15",
    ];

    fn documents() -> impl Strategy<Value = String> {
        let piece = prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 2 => "\\PC{0,6}"];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn reading_never_panics_and_spans_are_whole_characters(text in documents()) {
            let document = Document::from_text(&text);
            let reading = read_document(&ReadSettings::default(), &document);
            let whole = |span: Span| document.text.get(span.start..span.end).is_some();
            for diagnostic in &reading.diagnostics {
                prop_assert!(diagnostic.span.is_none_or(whole), "{diagnostic:?}");
            }
            for incident in &reading.value.incidents {
                let provenances = [incident.title.as_ref().map(|s| &s.provenance), incident.impact_percent.as_ref().map(|s| &s.provenance), incident.severity.as_ref().map(|s| &s.provenance), incident.root_cause_text.as_ref().map(|s| &s.provenance)];
                let listed = incident.causes.iter().chain(&incident.components).chain(&incident.people).chain(&incident.services).map(|s| &s.provenance);
                for provenance in provenances.into_iter().flatten().chain(listed) {
                    prop_assert!(provenance.span.is_none_or(whole), "{provenance:?}");
                }
                prop_assert!(incident.action_items.iter().all(|action| whole(action.span)));
                prop_assert!(incident.timeline.iter().all(|row| whole(row.span)));
            }
        }
    }
}

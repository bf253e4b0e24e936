//! Where the incident or its text stands: declared, labelled, or unmistakable.

use crate::{
    extract::{
        Reader,
        front_matter::Field,
        headings::fold,
        lexicon::{Cue, LabelList},
        outline::{Notation, Unit},
        text::head,
    },
    incident::{Incident, RowKind, SectionRole, Stated, Status},
};

pub(super) const LABELS: &[&str] = &[
    "status",
    "state",
    "current status",
    "incident status",
    "postmortem status",
    "document status",
    "report status",
    "stand",
    "estado",
    "etat",
    "statut",
    "issue status",
    "resolution status",
];

/// Reads the status. `incident` holds the moments and the timeline already.
pub(crate) fn read_status(reader: &Reader<'_>, incident: &Incident) -> Option<Stated<Status>> {
    if let Some(stated) = declared(reader) {
        return Some(stated);
    }
    let outline = reader.outline;
    for (_, unit) in outline.labelled(LabelList::Status) {
        let here = !matches!(unit.role, Some(SectionRole::Actions | SectionRole::Timeline | SectionRole::Communication))
            && unit.notation != Notation::FencedCode;
        if let Some(status) = here.then(|| parse_status(unit.rest())).flatten() {
            return Some(Stated::new(status, outline.provenance(unit, "status-label")));
        }
    }
    if let Some(unit) = draft_line(reader) {
        return Some(Stated::new(Status::Draft, outline.provenance(unit, "draft-mark")));
    }
    if let Some(end) = &incident.end {
        return Some(Stated::new(Status::Resolved, crate::incident::Provenance { rule: "end-stated", ..end.provenance.clone() }));
    }
    if let Some(row) = incident.timeline.iter().rev().find(|row| row.kind == RowKind::Resolved) {
        let unit = outline.units.iter().find(|unit| unit.line == row.line);
        return unit.map(|unit| Stated::new(Status::Resolved, outline.provenance(unit, "resolved-row")));
    }
    outline
        .units
        .iter()
        .filter(|unit| {
            matches!(
                unit.role,
                Some(SectionRole::Summary | SectionRole::Resolution | SectionRole::CauseAndResolution | SectionRole::Impact)
            )
        })
        .find(|unit| outline.sentences(unit).any(|(sentence, cues)| cues.has(Cue::Restored) && says_restored(sentence)))
        .map(|unit| Stated::new(Status::Resolved, outline.provenance(unit, "restored-sentence")))
}

fn declared(reader: &Reader<'_>) -> Option<Stated<Status>> {
    let draft = reader.declared.text(Field::Draft).filter(|(text, _)| matches!(text.to_lowercase().as_str(), "true" | "yes"));
    if let Some((_, span)) = draft {
        return Some(Stated::new(Status::Draft, reader.declared.provenance(span)));
    }
    if let Some((text, span)) = reader.declared.text(Field::Status)
        && let Some(status) = parse_status(text)
    {
        return Some(Stated::new(status, reader.declared.provenance(span)));
    }
    let (text, span) = reader.declared.text(Field::Resolved)?;
    match text.to_lowercase().as_str() {
        "true" | "yes" => Some(Stated::new(Status::Resolved, reader.declared.provenance(span))),
        "false" | "no" => Some(Stated::new(Status::Open, reader.declared.provenance(span))),
        _ => None,
    }
}

/// Returns the status that a value names.
pub(crate) fn parse_status(text: &str) -> Option<Status> {
    // Its first words tell.
    let folded = fold(head(text, 200));
    let first: Vec<&str> = folded.split(' ').take(4).collect();
    if first.contains(&"not") && first.contains(&"resolved") || first.contains(&"unresolved") {
        return Some(Status::Open);
    }
    // "Root cause identified, resolved": what was found first was mended then.
    let mended = first.iter().any(|word| matches!(*word, "resolved" | "solved" | "fixed" | "closed"));
    first.iter().filter(|word| !(mended && **word == "identified")).find_map(|word| match *word {
        "draft" | "review" | "wip" | "entwurf" | "brouillon" | "borrador" | "rascunho" | "preliminary" => Some(Status::Draft),
        "resolved" | "solved" | "closed" | "complete" | "completed" | "final" | "published" | "reviewed" | "fixed" | "stable" | "done"
        | "restored" | "behoben" | "gelost" | "abgeschlossen" | "resolu" | "clos" | "resuelto" | "cerrado" | "resolvido" | "encerrado"
        | "recovered" | "ended" => Some(Status::Resolved),
        "monitoring" | "mitigated" | "watching" | "beobachtung" | "surveillance" | "monitoreo" | "monitoramento" => {
            Some(Status::Monitoring)
        }
        "open" | "investigating" | "identified" | "active" | "ongoing" | "offen" | "ouvert" | "abierto" | "aberto" | "unresolved" => {
            Some(Status::Open)
        }
        _ => None,
    })
}

/// What a line that says "Draft" has.
pub(super) const DRAFT: &[&str] = &["draft", "work", "wip", "entwurf"];

/// A line near the top that says "Draft".
fn draft_line<'a>(reader: &Reader<'a>) -> Option<&'a Unit> {
    reader.outline.units.iter().take(8).find(|unit| {
        if !unit.cues.has(Cue::Draft) {
            return false;
        }
        // Its first words tell of most lines that they say something else.
        let begins = fold(head(&unit.text, 80));
        let may_say = ["draft", "work in progress", "wip", "entwurf", "this is a draft"].iter().any(|lead| begins.starts_with(lead));
        may_say && says_draft(&fold(&unit.text))
            || unit.is_heading() && (unit.text.contains("[DRAFT]") || unit.text.contains("(draft)") || unit.text.starts_with("DRAFT"))
    })
}

/// Whether a folded line says no more than that it is a draft.
fn says_draft(folded: &str) -> bool {
    matches!(folded, "draft" | "work in progress" | "wip" | "entwurf")
        || folded.starts_with("draft ") && folded.split(' ').count() <= 8
        || folded.starts_with("this is a draft")
}

/// Words by which a sentence says that normal service is back.
pub(super) const RESTORED: &[&str] = &[
    "service was restored",
    "services were restored",
    "was fully restored",
    "were fully restored",
    "fully resolved",
    "issue was resolved",
    "incident was resolved",
    "normal operation was restored",
    "back to normal",
    "problem was solved",
    "was back online",
    "returned to normal",
    "issue has been resolved",
    "was resolved by",
    "issue is resolved",
    "restored service",
    "was resolved",
    "were rolled back and started working",
];

fn says_restored(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    !lower.contains("not fully resolved") && !lower.contains("until")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_words_are_known_in_several_languages() {
        for (text, expected) in [
            ("Resolved", Some(Status::Resolved)),
            ("Not resolved", Some(Status::Open)),
            ("In review", Some(Status::Draft)),
            ("monitoring since May", Some(Status::Monitoring)),
            ("behoben", Some(Status::Resolved)),
            ("Complete, action items in progress", Some(Status::Resolved)),
            ("Root cause identified, resolved", Some(Status::Resolved)),
            ("Root cause identified", Some(Status::Open)),
            ("Solved - the relay had no key", Some(Status::Resolved)),
            ("blue", None),
        ] {
            assert_eq!(parse_status(text), expected, "{text}");
        }
    }
}

//! The stated severity, normalised to SEV1 to SEV5.

use crate::{
    diag::{Code, Diagnostic, Span},
    extract::{
        Reader,
        front_matter::Field,
        lexicon::{Cue, LabelList},
        outline::{Notation, Shape},
    },
    incident::{SectionRole, Severity, Stated},
};

pub(super) const LABELS: &[&str] = &[
    "severity",
    "sev",
    "priority",
    "severity level",
    "incident severity",
    "incident priority",
    "severity and priority",
    "impact level",
    "incident level",
    "urgency",
    "criticality",
    "level",
    "severity rating",
    "priority level",
    "incident level severity",
    "schweregrad",
    "prioritat",
    "gravite",
    "severite",
    "priorite",
    "severidad",
    "prioridad",
    "gravedad",
    "severidade",
    "prioridade",
    "gravidade",
    "severity priority",
    "outage severity",
];

/// Reads the severity: declared, labelled, or named as `SEV2` or `P1 incident` in the title, the summary or the timeline.
pub(crate) fn read_severity(reader: &Reader<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Stated<Severity>> {
    if let Some((text, span)) = reader.declared.text(Field::Severity) {
        match parse_severity(reader, text) {
            Some(severity) => return Some(Stated::new(severity, reader.declared.provenance(span))),
            None => diagnostics.push(unknown(text, span)),
        }
    }
    let outline = reader.outline;
    for (label, unit) in outline.labelled(LabelList::Severity) {
        if unit.notation == Notation::FencedCode || matches!(unit.role, Some(SectionRole::Actions | SectionRole::Lessons)) {
            continue;
        }
        let row = matches!(unit.shape, Shape::Row { .. } | Shape::HeaderRow { .. });
        let value = if row { unit.cells.get(1).map_or("", |cell| cell.text.as_str()) } else { unit.rest() };
        if value.trim().is_empty() || row && unit.cells.len() > 4 {
            continue;
        }
        match parse_severity(reader, value) {
            Some(severity) => return Some(Stated::new(severity, outline.provenance(unit, "severity-label"))),
            None if value.split_whitespace().count() <= 4 && !value.contains(['[', '<']) && label.key != "level" => {
                diagnostics.push(unknown(value, unit.span))
            }
            None => {}
        }
    }
    severity_heading(reader).or_else(|| named_in_text(reader))
}

fn unknown(text: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(Code::SeverityUnknown, span, format!("`{}` is no severity that is known", super::outline::cut(text, 60)))
        .help("use SEV1 to SEV5 or P1 to P5, or map the word under `[incident.severities]` in book.toml")
}

/// `## Severity` with the value on the next line.
fn severity_heading(reader: &Reader<'_>) -> Option<Stated<Severity>> {
    let outline = reader.outline;
    let index = outline.sections.iter().position(|section| section.lists.has(LabelList::Severity))?;
    let unit = outline.units.iter().find(|unit| unit.section == index && !unit.is_heading())?;
    parse_severity(reader, &unit.text).map(|severity| Stated::new(severity, outline.provenance(unit, "severity-section")))
}

/// `SEV2`, `sev-1`, `P1 incident`: only where all mentions agree.
fn named_in_text(reader: &Reader<'_>) -> Option<Stated<Severity>> {
    let outline = reader.outline;
    let mut found: Option<Stated<Severity>> = None;
    for unit in outline.units.iter().filter(|unit| unit.cues.has(Cue::Severity)) {
        let told = unit.is_heading()
            || matches!(
                unit.role,
                None | Some(
                    SectionRole::Summary
                        | SectionRole::Impact
                        | SectionRole::Timeline
                        | SectionRole::Metrics
                        | SectionRole::Background
                        | SectionRole::Detection
                )
            );
        if !told || unit.notation == Notation::FencedCode {
            continue;
        }
        for severity in mentioned(&unit.text) {
            match &found {
                Some(known) if known.value != severity => return None,
                Some(_) => {}
                None => found = Some(Stated::new(severity, outline.provenance(unit, "severity-named"))),
            }
        }
    }
    found
}

/// What severities are called.
pub(super) const NAMES: &[&str] = &["sev", "p0", "p1", "p2", "p3", "p4", "p5", "s0", "s1", "s2", "s3", "s4", "s5"];

/// Finds `SEV1`, `Sev-2`, `severity 1`, or `P1`/`S2` beside "incident", "outage", "alert" or "page".
fn mentioned(text: &str) -> Vec<Severity> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for lead in ["sev", "severity"] {
        for (at, _) in lower.match_indices(lead) {
            let before = lower[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            let rest = lower[at + lead.len()..].trim_start_matches([' ', '-', ':', '#']);
            let digit = rest.chars().next().and_then(|c| c.to_digit(10));
            let ends = rest.chars().nth(1).is_none_or(|c| !c.is_alphanumeric());
            if let (true, Some(digit), true) = (before, digit, ends) {
                found.extend(level(digit));
            }
        }
    }
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    found.extend(words.windows(2).filter_map(|pair| {
        let (code, noun) = (pair[0], pair[1]);
        let digit = code.strip_prefix('p').or_else(|| code.strip_prefix('s')).filter(|rest| rest.len() == 1)?.parse::<u32>().ok()?;
        matches!(noun, "incident" | "outage" | "issue" | "ticket" | "priority" | "severity" | "call" | "bridge")
            .then(|| level(digit))
            .flatten()
    }));
    found
}

fn level(number: u32) -> Option<Severity> {
    match number {
        0 | 1 => Some(Severity::Sev1),
        2 => Some(Severity::Sev2),
        3 => Some(Severity::Sev3),
        4 => Some(Severity::Sev4),
        5 => Some(Severity::Sev5),
        _ => None,
    }
}

/// Returns the severity that a value names: the team's own words first, then a level, then common words.
pub(crate) fn parse_severity(reader: &Reader<'_>, text: &str) -> Option<Severity> {
    let folded = fold_value(text);
    let settings = &reader.settings.severities;
    if let Some(severity) = settings.get(&folded).or_else(|| settings.get(&text.trim().to_lowercase())) {
        return Some(*severity);
    }
    for word in folded.split(' ').take(4) {
        let digits = word.trim_start_matches("severity").trim_start_matches("sev").trim_start_matches(['p', 's', 'l']);
        if digits.len() == 1
            && (digits.len() < word.len()
                || folded.split(' ').count() == 1
                || folded.starts_with("severity ")
                || folded.starts_with("sev ")
                || folded.starts_with("level ")
                || folded.starts_with("priority "))
            && let Some(severity) = digits.parse().ok().and_then(level)
        {
            return Some(severity);
        }
    }
    folded.split(' ').take(3).find_map(|word| match word {
        "critical" | "blocker" | "highest" | "emergency" | "catastrophic" | "severe" | "kritisch" | "critique" | "critica" | "critico"
        | "urgent" => Some(Severity::Sev1),
        "major" | "high" | "hoch" | "majeur" | "majeure" | "alta" | "alto" | "haute" | "significant" | "elevee" | "mayor" => {
            Some(Severity::Sev2)
        }
        "medium" | "minor" | "moderate" | "mittel" | "moyenne" | "moyen" | "media" | "medio" | "normal" | "mineur" | "mineure" => {
            Some(Severity::Sev3)
        }
        "low" | "niedrig" | "gering" | "faible" | "baja" | "bajo" | "baixa" | "baixo" | "lowest" => Some(Severity::Sev4),
        "cosmetic" | "trivial" | "informational" | "negligible" => Some(Severity::Sev5),
        _ => None,
    })
}

/// Like [`fold`], but a leading number is the value and stays.
fn fold_value(text: &str) -> String {
    let text = text.trim();
    if text.len() <= 2 {
        text.to_lowercase()
    } else {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| {
                word.chars()
                    .map(|c| super::headings::plain_letters(c).map_or_else(|| c.to_lowercase().to_string(), str::to_owned))
                    .collect::<String>()
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ReadSettings, document::Document, extract::with_reader};

    #[track_caller]
    fn check(markdown: &str, expected: Option<Severity>) {
        let severity =
            with_reader(&ReadSettings::default(), &Document::from_text(markdown), |reader| read_severity(reader, &mut Vec::new()));
        assert_eq!(severity.map(|stated| stated.value), expected, "{markdown}");
    }

    #[test]
    fn severities_are_read_from_labels_and_mentions() {
        check("# A\n\n**Severity:** P2\n", Some(Severity::Sev2));
        check("# A\n\n| Severity | Sev-1 (critical) |\n|---|---|\n| x | y |\n", Some(Severity::Sev1));
        check("# A\n\nPriority: Medium\n", Some(Severity::Sev3));
        check("# A\n\n## Severity\n\nCritical\n", Some(Severity::Sev1));
        check("# A\n\nWe declared a SEV0.\n", Some(Severity::Sev1));
        check("# A\n\nA P1 incident was opened.\n", Some(Severity::Sev1));
    }

    #[test]
    fn contradictions_and_other_words_are_not() {
        check("# A\n\nIt was a SEV1, then a SEV3.\n", None);
        check("# A\n\nSeverity: purple\n", None);
        check("# A\n\nThis was severe.\n", None);
    }
}

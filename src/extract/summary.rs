//! The summary: one to three sentences of plain text.

use crate::{
    extract::{
        Reader,
        front_matter::Field,
        lexicon::Cue,
        outline::{Notation, Shape, Unit},
        people::byline_lead,
        text::{begins_in_any_case, words},
    },
    incident::{SectionRole, Stated},
};

const MAX_SENTENCES: usize = 3;
const MAX_CHARS: usize = 400;

/// Reads the summary: declared, else the first sentences of the summary's section, else of the impact or the first paragraph.
pub(crate) fn read_summary(reader: &Reader<'_>) -> Option<Stated<String>> {
    if let Some((text, span)) = reader.declared.text(Field::Summary) {
        return Some(Stated::new(text.split_whitespace().collect::<Vec<_>>().join(" "), reader.declared.provenance(span)));
    }
    let outline = reader.outline;
    let prose = |unit: &&Unit| unit.notation != Notation::FencedCode && matches!(unit.shape, Shape::Line | Shape::Item { .. });
    let of = |role: SectionRole| outline.of_role(role).filter(prose).find(|unit| is_telling(unit));
    let (first, rule) = of(SectionRole::Summary)
        .map(|unit| (unit, "summary-section"))
        .or_else(|| lead_paragraph(reader).map(|unit| (unit, "lead-paragraph")))
        .or_else(|| of(SectionRole::Impact).map(|unit| (unit, "impact-section")))
        .or_else(|| of(SectionRole::RootCause).map(|unit| (unit, "root-cause-section")))
        .or_else(|| {
            outline
                .units
                .iter()
                .filter(prose)
                .find(|unit| unit.role.is_none_or(|role| role != SectionRole::Background) && is_telling(unit))
                .map(|unit| (unit, "first-paragraph"))
        })?;
    let mut text = String::new();
    let mut count = 0;
    let following = outline
        .units
        .iter()
        .skip_while(|unit| !std::ptr::eq(*unit, first))
        .take_while(|unit| unit.section == first.section && unit.role == first.role && prose(unit))
        .filter(|unit| {
            let goes_on = unit.block == first.block && !is_labelled(reader, unit);
            std::ptr::eq(*unit, first) || goes_on || unit.shape == Shape::Line && is_telling(unit)
        });
    'units: for unit in following {
        for (sentence, _) in outline.sentences_from(unit, told_from(reader, unit)) {
            if count == MAX_SENTENCES || count > 0 && is_longer([&text, sentence], MAX_CHARS) {
                break 'units;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(sentence);
            count += 1;
        }
    }
    let text = if is_longer([&text], 2 * MAX_CHARS) { super::outline::cut(&text, MAX_CHARS) } else { text };
    (!text.is_empty()).then(|| Stated::new(text, outline.provenance(first, rule)))
}

/// Whether texts have more than `limit` characters together.
fn is_longer<const N: usize>(texts: [&str; N], limit: usize) -> bool {
    // There are no more characters than bytes, which need no counting.
    texts.iter().map(|text| text.len()).sum::<usize>() > limit && texts.iter().map(|text| text.chars().count()).sum::<usize>() > limit
}

/// The first paragraph above every section that is known.
fn lead_paragraph<'a>(reader: &Reader<'a>) -> Option<&'a Unit> {
    let units = reader.outline.units.iter().take_while(|unit| unit.role.is_none());
    let is_byline = |unit: &Unit| begins_in_any_case(&unit.text, "written ") || byline_lead(unit).is_some();
    units
        .filter(|unit| unit.notation != Notation::FencedCode && unit.shape == Shape::Line)
        .find(|unit| !is_byline(unit) && words(&unit.text).nth(7).is_some() && is_telling(unit))
}

/// Where begins what a unit says: behind its label where that is one, and not merely the beginning of a sentence with a colon.
fn told_from(reader: &Reader<'_>, unit: &Unit) -> usize {
    if is_labelled(reader, unit) { unit.text.len() - unit.rest().len() } else { 0 }
}

fn is_labelled(reader: &Reader<'_>, unit: &Unit) -> bool {
    unit.label.as_ref().is_some_and(|label| label.strong || reader.headings.role_of_label(label.text(unit)).is_some())
}

/// Whether a unit says something in a sentence.
fn is_telling(unit: &Unit) -> bool {
    let rest = unit.rest();
    let is_sentence = || words(rest).nth(5).is_some();
    let date_label = unit.label.as_ref().is_some_and(|label| {
        matches!(label.key.as_str(), "date" | "duration" | "start time" | "end time" | "author" | "authors" | "status" | "owner")
            || label.key.ends_with(" started")
            || label.key.ends_with(" ended")
    });
    let is_data = || unit.cues.has(Cue::Digit) && is_data(rest);
    !date_label && !rest.ends_with(':') && is_sentence() && !is_data()
}

/// Whether a line has figures and hardly a word beside them: `28 November 2025, 16:10 to 16:52 CET, SEV4, mail`.
fn is_data(text: &str) -> bool {
    const JOINING: &[&str] = &["to", "until", "and", "from", "on", "at", "bis", "am", "um", "von", "und"];
    let small = |word: &&str| word.starts_with(|c: char| c.is_lowercase() || !c.is_ascii()) && !JOINING.contains(word);
    text.bytes().any(|byte| byte.is_ascii_digit()) && words(text).filter(small).nth(2).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ReadSettings, document::Document, extract::with_reader};

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        let summary = with_reader(&ReadSettings::default(), &Document::from_text(markdown), read_summary);
        assert_eq!(summary.map(|stated| stated.value).as_deref(), Some(expected), "{markdown}");
    }

    #[test]
    fn what_a_text_says_of_itself_and_a_line_of_figures_is_no_summary() {
        let told = "At 10:10 every mail was sent twice to all of our readers.";
        for above in [
            "Draft by Ann, review with the team on Monday, 6 May 2024.",
            "Prepared by Bo Lee and the mail team for the review on 7 May 2024.",
            "Last updated by Bo Lee on 7 May 2024 at 12:00.",
            "3 May 2024, 10:10 to 10:52 UTC, SEV4, `mail`.",
        ] {
            check(&format!("# Mails sent twice\n\n{above}\n\n{told}\n"), told);
        }
        let told = "Reported by customers at 10:10, the mail queue had stopped two hours before.";
        check(&format!("# No mails\n\n{told}\n"), told);
        check("# Strom weg\n\nAm 3. Mai 2024 um 10 Uhr fiel der Strom aus.\n", "Am 3. Mai 2024 um 10 Uhr fiel der Strom aus.");
    }
}

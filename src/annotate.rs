//! The front matter that inferred values would become, as an edit of the source text that keeps every other byte.
//!
//! Nothing is taken on trust: every proposed edit is parsed and read again. The text around it and every other key must be
//! the same, and so must the whole record, save for where each value comes from. A value that would change the record when
//! declared is left out with a note. So a second run finds nothing to do.
//!
//! It never changes a key that stands there already, under whatever name, and never writes a document out of its parts.

mod notation;
mod proposal;
mod same;
mod splice;
mod write;

use std::sync::Arc;

use crate::{
    config::ReadSettings,
    diag::{Code, Diagnosed, Diagnostic, Span},
    document::{Document, parse_document},
    extract::read_document,
    incident::Kind,
    source::Source,
};

use proposal::{Candidate, Line};
use same::Essence;
pub use write::{encode, read_bytes, replace_file};

/// The name of the key that holds the zone of all moments.
const ZONE: &str = "zone";

/// More rounds than this are never needed: the second finds nothing where the first did its work.
const MAX_ROUNDS: usize = 4;

/// Returns the text of `source` with what was inferred from it as front matter; `None` where there is nothing to add.
/// A document that cannot have any is refused with an error.
pub fn annotate(settings: &ReadSettings, source: &Source) -> Diagnosed<Option<Arc<str>>> {
    let mut annotated = None;
    let mut diagnostics = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let current = match &annotated {
            Some(text) => with_text(source, text),
            None => source.clone(),
        };
        let step = add_values(settings, &current);
        // What is said of the original has its places in the file on disk.
        if annotated.is_none() {
            diagnostics = step.diagnostics;
        }
        match step.value {
            Some(text) => annotated = Some(text),
            None => break,
        }
    }
    for diagnostic in &mut diagnostics {
        diagnostic.path = Some(source.path.clone());
    }
    Diagnosed { value: annotated, diagnostics }
}

fn with_text(source: &Source, text: &Arc<str>) -> Source {
    Source { path: source.path.clone(), ..Source::from_text(&source.path, text) }
}

fn add_values(settings: &ReadSettings, source: &Source) -> Diagnosed<Option<Arc<str>>> {
    let parsed = parse_document(source);
    if let Some(broken) = parsed.diagnostics.iter().find(|found| matches!(found.code, Code::FrontMatterBroken | Code::FrontMatterUnclosed))
    {
        let refusal = refusal(broken.span, "the front matter cannot be read, so nothing is added to it").help("correct it first");
        return Diagnosed { value: None, diagnostics: vec![broken.clone(), refusal] };
    }
    let document = parsed.value;
    let reading = read_document(settings, &document).value;
    let incident = match (reading.kind, &reading.incidents[..]) {
        (Kind::Incident, [incident]) => incident,
        (Kind::Multi, _) => {
            let refusal = refusal(None, "the file holds several incidents, and a front matter can describe only one")
                .help("give each incident a file of its own");
            return Diagnosed { value: None, diagnostics: vec![refusal] };
        }
        (kind, _) => {
            let what = if kind == Kind::Template { "a template" } else { "no incident" };
            let note = Diagnostic::note(Code::NotAnnotated, None, format!("the document is {what}, so it is left as it is"));
            return Diagnosed { value: None, diagnostics: vec![note] };
        }
    };
    let candidates = proposal::candidates(&document, incident);
    if candidates.is_empty() {
        return Diagnosed::clean(None);
    }
    let trial = Trial { settings, document: &document, essence: Essence::of(&reading), candidates: &candidates };
    let (chosen, text) = trial.settle();
    let left_out = candidates.iter().zip(&chosen).filter(|(candidate, choice)| choice.is_none() && candidate.name != ZONE);
    let left_out: Vec<String> = left_out.map(|(candidate, _)| format!("`{}`", candidate.name)).collect();
    let diagnostics = left_out_note(&left_out).into_iter().collect();
    Diagnosed { value: text, diagnostics }
}

fn refusal(span: Option<Span>, message: &str) -> Diagnostic {
    Diagnostic::error(Code::NotAnnotated, span, message)
}

fn left_out_note(names: &[String]) -> Option<Diagnostic> {
    let verb = if names.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} left out: as front matter, other values would be read differently", names.join(", "));
    (!names.is_empty()).then(|| Diagnostic::note(Code::NotAnnotated, None, message))
}

/// For each candidate the form that is written, if any.
type Choice = Vec<Option<usize>>;

/// Edits of one document that are tried before one of them is kept.
struct Trial<'a> {
    settings: &'a ReadSettings,
    document: &'a Document,
    essence: Essence,
    candidates: &'a [Candidate],
}

impl Trial<'_> {
    /// Finds as many candidates as can be written without a change of the record, and the text with them.
    fn settle(&self) -> (Choice, Option<Arc<str>>) {
        let all: Choice = vec![Some(0); self.candidates.len()];
        if let Some(text) = self.text_with(&all) {
            return (all, Some(text));
        }
        let (mut chosen, mut text) = self.all_but_one(&all).unwrap_or_else(|| (vec![None; all.len()], None));
        // A value may become harmless once another one is declared.
        while let Some((more, longer)) = self.one_more(&chosen) {
            (chosen, text) = (more, Some(longer));
        }
        self.without_idle_zone(chosen, text)
    }

    fn all_but_one(&self, all: &Choice) -> Option<(Choice, Option<Arc<str>>)> {
        if all.len() < 2 {
            return None;
        }
        (0..all.len()).find_map(|out| {
            let mut chosen = all.clone();
            chosen[out] = None;
            self.text_with(&chosen).map(|text| (chosen, Some(text)))
        })
    }

    fn one_more(&self, chosen: &Choice) -> Option<(Choice, Arc<str>)> {
        (0..chosen.len()).filter(|index| chosen[*index].is_none()).find_map(|index| {
            (0..self.candidates[index].forms.len()).find_map(|form| {
                let mut more = chosen.clone();
                more[index] = Some(form);
                self.text_with(&more).map(|text| (more, text))
            })
        })
    }

    /// A zone without any moment says nothing.
    fn without_idle_zone(&self, mut chosen: Choice, text: Option<Arc<str>>) -> (Choice, Option<Arc<str>>) {
        let zone = self.candidates.iter().position(|candidate| candidate.name == ZONE);
        let has_moment = self.candidates.iter().zip(&chosen).any(|(candidate, choice)| candidate.is_moment && choice.is_some());
        match zone {
            Some(zone) if chosen[zone].is_some() && !has_moment => {
                chosen[zone] = None;
                let text = self.text_with(&chosen);
                (chosen, text)
            }
            _ => (chosen, text),
        }
    }

    /// Returns the text with the chosen forms; `None` where there are none, or where anything else would change.
    fn text_with(&self, chosen: &Choice) -> Option<Arc<str>> {
        let picked = self.candidates.iter().zip(chosen).filter_map(|(candidate, form)| Some((candidate.rank, &candidate.forms[(*form)?])));
        let mut forms: Vec<(usize, &Vec<Line>)> = picked.collect();
        forms.sort_by_key(|(rank, _)| *rank);
        let lines: Vec<&Line> = forms.into_iter().flat_map(|(_, lines)| lines).collect();
        if lines.is_empty() {
            return None;
        }
        let text = splice::splice(self.document, &lines)?;
        let edited = parse_document(&Source::from_text(&self.document.path, &text)).value;
        let reading = read_document(self.settings, &edited).value;
        (splice::is_sound(self.document, &edited, &lines) && Essence::of(&reading) == self.essence).then(|| edited.text.clone())
    }
}

#[cfg(test)]
mod tests;

//! One file, from its text to what the site needs of it.

use std::sync::{Arc, OnceLock};

use super::guard::guarded;
use crate::{
    config::Settings,
    diag::{Code, Diagnostic, Span},
    document::{self, Block, BlockKind, Document},
    extract::{self, Reading},
    incident::{Incident, Kind},
    render::{self, Body},
    search::{self, Prepared, Terms},
    source::{LineTable, Source},
};

/// What is kept of a file: its text, the record, and what was found. Its tree is not kept, and what its page needs of it only where all
/// pages will be made.
pub(super) struct ReadFile {
    pub(super) hash: u64,
    pub(super) text: Arc<str>,
    pub(super) reading: Arc<Reading>,
    diagnostics: Vec<Diagnostic>,
    /// Its text as HTML, where it is kept.
    body: Option<Arc<Body>>,
    /// What is found when its text is made into a page, where that was done.
    of_body: OnceLock<Vec<Diagnostic>>,
}

impl ReadFile {
    /// Reads a file. Where that fails by a fault of ours, its text is shown as it is.
    pub(super) fn read(settings: &Settings, source: &Source) -> Self {
        let mut diagnostics = Vec::new();
        let document = read_tree(source, &mut diagnostics);
        Self::of(settings, source, &document, diagnostics)
    }

    /// Reads a file as [`Self::read`] does, and finds what is found when its text is made into a page: its tree is there.
    pub(super) fn read_for_findings(settings: &Settings, source: &Source) -> Self {
        let mut diagnostics = Vec::new();
        let document = read_tree(source, &mut diagnostics);
        let file = Self::of(settings, source, &document, diagnostics);
        let mut found = Vec::new();
        render_body(settings, source, &document, &mut found);
        name(&mut found, &source.path);
        let _ = file.of_body.set(found);
        file
    }

    /// Reads a file as [`Self::read`] does, keeps its body, and returns what search needs of its incidents: its tree is there.
    pub(super) fn read_for_all_pages(settings: &Settings, source: &Source, terms: &Terms) -> (Self, Vec<Prepared>) {
        let mut diagnostics = Vec::new();
        let document = read_tree(source, &mut diagnostics);
        let mut file = Self::of(settings, source, &document, diagnostics);
        let mut found = Vec::new();
        let body = render_body(settings, source, &document, &mut found);
        let searchable = prepare(&document, &file.reading, &body, terms, &mut found);
        name(&mut found, &source.path);
        file.body = Some(Arc::new(body));
        let _ = file.of_body.set(found);
        (file, searchable)
    }

    fn of(settings: &Settings, source: &Source, document: &Document, mut diagnostics: Vec<Diagnostic>) -> Self {
        let mut reading = guarded(|| extract::read_document(&settings.read, document))
            .map(|reading| reading.into_value(&mut diagnostics))
            .unwrap_or_else(|fault| {
                diagnostics.push(diagnostic("understood", &fault));
                plain_reading(source)
            });
        reading.incidents.shrink_to_fit();
        reading.incidents.iter_mut().for_each(Incident::shrink);
        reading.sections.shrink_to_fit();
        reading.links.shrink_to_fit();
        reading.anchors.shrink_to_fit();
        name(&mut diagnostics, &source.path);
        Self { hash: source.hash, text: source.text.clone(), reading: Arc::new(reading), diagnostics, body: None, of_body: OnceLock::new() }
    }

    /// Returns what was found, and renders its text for it where that was not done.
    pub(super) fn findings(&self, settings: &Settings) -> Vec<Diagnostic> {
        if self.of_body.get().is_none() {
            self.body(settings);
        }
        self.known_findings().cloned().collect()
    }

    /// Returns what was found so far.
    pub(super) fn known_findings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().chain(self.of_body.get().into_iter().flatten())
    }

    /// Returns its tree.
    pub(super) fn document(&self) -> Document {
        read_tree(&self.source(), &mut Vec::new())
    }

    /// Returns its text as HTML.
    pub(super) fn body(&self, settings: &Settings) -> Arc<Body> {
        match &self.body {
            Some(body) => body.clone(),
            None => {
                let source = self.source();
                let document = read_tree(&source, &mut Vec::new());
                let mut found = Vec::new();
                let body = render_body(settings, &source, &document, &mut found);
                name(&mut found, &source.path);
                let _ = self.of_body.set(found);
                Arc::new(body)
            }
        }
    }

    /// Returns what search needs of its incidents, in their order.
    pub(super) fn searchable(&self, settings: &Settings, terms: &Terms) -> Vec<Prepared> {
        let source = self.source();
        let document = read_tree(&source, &mut Vec::new());
        let body = render_body(settings, &source, &document, &mut Vec::new());
        prepare(&document, &self.reading, &body, terms, &mut Vec::new())
    }

    fn source(&self) -> Source {
        Source { path: self.reading.file.clone(), text: self.text.clone(), lines: LineTable::new(&self.text), hash: self.hash }
    }
}

/// Names the file in what was found without.
fn name(diagnostics: &mut [Diagnostic], path: &Arc<str>) {
    for found in diagnostics {
        found.path.get_or_insert_with(|| path.clone());
    }
}

fn read_tree(source: &Source, diagnostics: &mut Vec<Diagnostic>) -> Document {
    guarded(|| document::parse_document(source)).map(|parsed| parsed.into_value(diagnostics)).unwrap_or_else(|fault| {
        diagnostics.push(diagnostic("read", &fault));
        verbatim(source)
    })
}

fn render_body(settings: &Settings, source: &Source, document: &Document, diagnostics: &mut Vec<Diagnostic>) -> Body {
    let body = guarded(|| render::markdown::render_body(settings, document)).unwrap_or_else(|fault| {
        diagnostics.push(diagnostic("shown", &fault));
        render::markdown::render_body(settings, &verbatim(source))
    });
    body.into_value(diagnostics)
}

fn prepare(document: &Document, reading: &Reading, body: &Body, terms: &Terms, diagnostics: &mut Vec<Diagnostic>) -> Vec<Prepared> {
    guarded(|| search::prepare_document(document, reading, body.title_anchor(), terms)).unwrap_or_else(|fault| {
        diagnostics.push(diagnostic("searched", &fault));
        Vec::new()
    })
}

fn diagnostic(what: &str, fault: &str) -> Diagnostic {
    Diagnostic::error(Code::Fault, None, format!("the document cannot be {what}: {fault}"))
        .help("this is a fault of hindsite; please report it with the document")
}

/// Returns a document whose text is one block of code.
fn verbatim(source: &Source) -> Document {
    let span = Span::new(0, source.text.len());
    let kind = BlockKind::Code { info: String::new(), literal: source.text.to_string(), fenced: true };
    Document {
        path: source.path.clone(),
        text: source.text.clone(),
        lines: source.lines.clone(),
        front_matter: None,
        body_start: 0,
        blocks: vec![Block { span, kind }],
    }
}

/// Returns a reading that knows nothing but the file's name.
fn plain_reading(source: &Source) -> Reading {
    let stem = source.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
    Reading {
        file: source.path.clone(),
        kind: Kind::Other,
        title: None,
        display_title: stem.replace(['-', '_'], " "),
        summary: None,
        incidents: Vec::new(),
        sections: Vec::new(),
        links: Vec::new(),
        anchors: Vec::new(),
    }
}

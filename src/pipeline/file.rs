//! One file, from its text to what the site needs of it.

use std::sync::Arc;

use super::guard::guarded;
use crate::{
    config::Settings,
    diag::{Code, Diagnostic, Span},
    document::{self, Block, BlockKind, Document},
    extract::{self, Reading},
    incident::Kind,
    render::{self, Body},
    search::{self, Prepared},
    source::Source,
};

/// What is kept of a file: the record, the HTML, and what was found. Its tree is not kept.
pub(super) struct ReadFile {
    pub(super) hash: u64,
    pub(super) text: Arc<str>,
    pub(super) reading: Arc<Reading>,
    pub(super) body: Arc<Body>,
    /// What search needs of its incidents, in their order.
    pub(super) searchable: Vec<Prepared>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl ReadFile {
    /// Reads a file. Where that fails by a fault of ours, its text is shown as it is.
    pub(super) fn read(settings: &Settings, source: &Source) -> Self {
        let mut diagnostics = Vec::new();
        let document =
            guarded(|| document::parse_document(source)).map(|parsed| parsed.into_value(&mut diagnostics)).unwrap_or_else(|fault| {
                diagnostics.push(diagnostic("read", &fault));
                verbatim(source)
            });
        let reading = guarded(|| extract::read_document(&settings.read, &document))
            .map(|reading| reading.into_value(&mut diagnostics))
            .unwrap_or_else(|fault| {
                diagnostics.push(diagnostic("understood", &fault));
                plain_reading(source)
            });
        let body = guarded(|| render::markdown::render_body(settings, &document)).unwrap_or_else(|fault| {
            diagnostics.push(diagnostic("shown", &fault));
            render::markdown::render_body(settings, &verbatim(source))
        });
        let body = body.into_value(&mut diagnostics);
        let searchable = guarded(|| search::prepare_document(&document, &reading, body.title_anchor())).unwrap_or_else(|fault| {
            diagnostics.push(diagnostic("searched", &fault));
            Vec::new()
        });
        for found in &mut diagnostics {
            found.path.get_or_insert_with(|| source.path.clone());
        }
        Self { hash: source.hash, text: source.text.clone(), reading: Arc::new(reading), body: Arc::new(body), searchable, diagnostics }
    }
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

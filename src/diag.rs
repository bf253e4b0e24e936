//! What we tell the user: diagnostics with codes and spans, and fatal errors.
//!
//! A [`Diagnostic`] is about the user's documents, theme or configuration: it is collected, and everything else goes on.
//! An [`Error`] means that we cannot go on at all. The two are never mixed.
//!
//! Inside the program a position is a byte range ([`Span`]); lines and columns are worked out only when printed.

mod code;
mod human;
mod machine;
mod texts;

use std::{fmt, path::PathBuf, sync::Arc};

use serde::Serialize;

pub use code::Code;
pub use human::render_human;
pub use machine::{Tally, render_github, render_json, render_sarif};
pub use texts::{Place, Position, Texts};

/// A byte range in the text of one file, front matter included; always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Returns the span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Returns the smallest span of whole characters of `text` that holds `start..end`, as far as it lies in `text`.
    pub fn clamped(text: &str, start: usize, end: usize) -> Self {
        let (mut start, mut end) = (start.min(text.len()), end.min(text.len()));
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        Self::new(start, end)
    }

    /// Returns the smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the text that the span covers, or `""` where it does not lie in `text`.
    pub fn text(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Something is wrong and a page or a value suffers from it.
    Error,
    /// Something is probably wrong.
    Warning,
    /// Something that is good to know.
    Note,
}

/// A second place that a diagnostic points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// One finding about the user's documents, theme or configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: Level,
    /// Its stable code.
    pub code: Code,
    /// What was found: lower case, no final stop, the user's own text in backticks.
    pub message: String,
    /// The file it is about, as printed (below the content folder for documents). Set by [`Diagnostic::in_file`].
    pub path: Option<Arc<str>>,
    /// The smallest text that is wrong, in that file.
    pub span: Option<Span>,
    /// Further places in the same file.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    fn new(level: Level, code: Code, span: Option<Span>, message: impl Into<String>) -> Self {
        Self { level, code, message: message.into(), path: None, span, labels: Vec::new(), help: None }
    }

    /// Returns an error at `span`.
    pub fn error(code: Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, span.into(), message)
    }

    /// Returns a warning at `span`.
    pub fn warning(code: Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, span.into(), message)
    }

    /// Returns a note at `span`.
    pub fn note(code: Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(Level::Note, code, span.into(), message)
    }

    /// Adds a second place.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the file that it is about.
    pub fn in_file(mut self, path: Arc<str>) -> Self {
        self.path = Some(path);
        self
    }
}

/// Puts `diagnostics` in the order in which they are printed: by path, position, code. What is about no file comes first.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        let key = |d: &Diagnostic| (d.span.map(|span| span.start), d.code);
        a.path.cmp(&b.path).then_with(|| key(a).cmp(&key(b))).then_with(|| a.message.cmp(&b.message))
    });
}

/// Returns what a user is told who asks for `code` (`PM021`, in any case); `None` where there is no such code.
pub fn explain(code: &str) -> Option<String> {
    let code = Code::ALL.iter().find(|known| known.as_str().eq_ignore_ascii_case(code.trim()))?;
    Some(machine::explanation(code.explanation()))
}

/// A value and the diagnostics found on the way to it.
#[derive(Debug, Clone)]
pub struct Diagnosed<T> {
    /// The value.
    pub value: T,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Diagnosed<T> {
    /// Returns a value about which there is nothing to say.
    pub fn clean(value: T) -> Self {
        Self { value, diagnostics: Vec::new() }
    }

    /// Takes the value out and adds the diagnostics to `diagnostics`.
    pub fn into_value(self, diagnostics: &mut Vec<Diagnostic>) -> T {
        diagnostics.extend(self.diagnostics);
        self.value
    }
}

/// Why we cannot go on. It names the path or address that was being worked on.
#[derive(Debug)]
pub struct Error {
    /// What went wrong, with the path or address in it.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A diagnostic with its place in a file, where there is one (a broken `book.toml`), and that file's text.
    pub diagnostic: Option<Box<(Diagnostic, String)>>,
}

impl Error {
    /// Returns an error that says `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, diagnostic: None }
    }

    /// Returns the error of an operation on `path`: "cannot {what} {path}: {cause}".
    pub fn io(what: &str, path: impl Into<PathBuf>, cause: &std::io::Error) -> Self {
        Self::new(format!("cannot {what} {}: {cause}", path.into().display()))
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A result whose error ends the run.
pub type Result<T> = std::result::Result<T, Error>;

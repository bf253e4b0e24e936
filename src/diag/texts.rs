//! The texts that diagnostics point into: byte ranges become lines and columns, and paths are written as the user sees them.

use std::{
    collections::BTreeMap,
    path::{Component, Path},
    sync::Arc,
};

use super::{Code, Diagnostic, Span};

/// The files that diagnostics are about.
///
/// A diagnostic names a document by its path below the content folder; `book.toml` and the theme's files, by their path below the
/// site's folder. Both are printed as they are reached from the current folder.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    content: String,
    root: String,
    documents: BTreeMap<Arc<str>, File>,
    others: BTreeMap<Arc<str>, File>,
}

#[derive(Debug, Clone)]
struct File {
    text: Arc<str>,
    starts: Arc<[usize]>,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Where a diagnostic points, as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it is reached from the current folder.
    pub path: String,
    /// Where the text begins and where it ends (one past its last character); the first character where the file as a whole is meant.
    pub range: (Position, Position),
}

impl Texts {
    /// Returns an empty collection; `root` and `content` are the folders as the user reaches them from the current one.
    pub fn new(root: &Path, content: &Path) -> Self {
        Self { root: prefix(root), content: prefix(content), ..Self::default() }
    }

    /// Adds a document's text.
    pub fn add_document(&mut self, path: Arc<str>, text: Arc<str>) {
        self.documents.insert(path, File::new(text));
    }

    /// Adds the text of a file of the configuration or the theme.
    pub fn add_other(&mut self, path: Arc<str>, text: Arc<str>) {
        self.others.insert(path, File::new(text));
    }

    /// Returns whether the text is known that `diagnostic` points into.
    pub fn knows(&self, diagnostic: &Diagnostic) -> bool {
        self.file(diagnostic).is_some()
    }

    /// Returns the path of the file that `diagnostic` is about, as it is reached from the current folder.
    pub fn path(&self, diagnostic: &Diagnostic) -> Option<String> {
        let path = diagnostic.path.as_deref()?;
        let prefix = if is_about_root(diagnostic.code) { &self.root } else { &self.content };
        Some(format!("{prefix}{path}"))
    }

    /// Returns where `diagnostic` points; `None` where it is about no file.
    pub fn place(&self, diagnostic: &Diagnostic) -> Option<Place> {
        let path = self.path(diagnostic)?;
        let range = self.file(diagnostic).zip(diagnostic.span).map(|(file, span)| file.range(span));
        let top = Position { line: 1, column: 1 };
        Some(Place { path, range: range.unwrap_or((top, top)) })
    }

    /// Returns where `span` lies in the file that `diagnostic` is about.
    pub(super) fn range(&self, diagnostic: &Diagnostic, span: Span) -> Option<(Position, Position)> {
        Some(self.file(diagnostic)?.range(span))
    }

    /// Returns the lines that hold all of `spans`: their text, the offset at which they begin, and the number of the first.
    pub(super) fn window(&self, diagnostic: &Diagnostic, spans: &[Span]) -> Option<Window<'_>> {
        let file = self.file(diagnostic)?;
        let start = spans.iter().map(|span| span.start).min()?.min(file.text.len());
        let end = spans.iter().map(|span| span.end).max()?.min(file.text.len());
        let (first, last) = (file.line(start), file.line(end));
        let from = file.starts[first - 1];
        let to = file.starts.get(last).copied().unwrap_or(file.text.len());
        Some(Window { text: file.text.get(from..to)?, offset: from, line: first })
    }

    fn file(&self, diagnostic: &Diagnostic) -> Option<&File> {
        let files = if is_about_root(diagnostic.code) { &self.others } else { &self.documents };
        files.get(diagnostic.path.as_deref()?)
    }
}

/// Some lines of a file.
pub(super) struct Window<'a> {
    pub(super) text: &'a str,
    pub(super) offset: usize,
    pub(super) line: usize,
}

impl File {
    fn new(text: Arc<str>) -> Self {
        let starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    fn position(&self, offset: usize) -> Position {
        let offset = floor(&self.text, offset);
        let line = self.line(offset);
        Position { line, column: self.text[self.starts[line - 1]..offset].chars().count() + 1 }
    }

    fn range(&self, span: Span) -> (Position, Position) {
        (self.position(span.start), self.position(span.end))
    }
}

/// Returns the nearest character boundary at or below `offset`.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Returns whether diagnostics of this code are about files of the site's folder rather than of the content folder.
fn is_about_root(code: Code) -> bool {
    let code = code.as_str();
    code.starts_with("PM05") || code.starts_with("PM09")
}

/// Returns `folder` in front of a path: empty for the current folder, else with a `/` at its end.
fn prefix(folder: &Path) -> String {
    let parts: Vec<String> = folder
        .components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| match part {
            Component::RootDir => String::new(),
            other => other.as_os_str().to_string_lossy().into_owned(),
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!("{}/", parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_as_reached_from_the_current_folder() {
        for (folder, expected) in
            [(".", ""), ("", ""), ("./a/./content", "a/content/"), ("../x", "../x/"), ("/srv/x", "/srv/x/"), ("/", "/")]
        {
            assert_eq!(prefix(Path::new(folder)), expected, "{folder}");
        }
    }

    #[test]
    fn columns_count_characters_and_survive_wrong_offsets() {
        let file = File::new("aé\nb".into());
        let at = |offset| {
            let position = file.position(offset);
            (position.line, position.column)
        };
        assert_eq!([at(0), at(1), at(2), at(3), at(4), at(99)], [(1, 1), (1, 2), (1, 2), (1, 3), (2, 1), (2, 2)]);
    }
}

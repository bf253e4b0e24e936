//! Splits the front matter from a document and parses it: YAML between `---`, TOML between `+++`, or a JSON object.
//!
//! A `---` at the top may also be a horizontal rule. It opens front matter only if the block up to the next `---` or `...` is a
//! mapping, or fails to parse but begins like one; everything else stays text. A front matter that cannot be parsed is
//! left out of the text and reported; one that is never closed is reported and stays text, since nobody can say where it ends.

mod json;
mod toml;
mod yaml;

use super::{FrontMatter, FrontMatterFormat, Value, ValueKind};
use crate::diag::{Code, Diagnostic, Span};

/// What stands at the top of a file.
pub(super) struct Split {
    /// The front matter, where there is one that can be read.
    pub(super) front_matter: Option<FrontMatter>,
    /// The offset at which the Markdown begins.
    pub(super) body_start: usize,
    /// What was found on the way.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Split {
    fn text_only() -> Self {
        Self { front_matter: None, body_start: 0, diagnostics: Vec::new() }
    }

    fn text_with(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic], ..Self::text_only() }
    }

    fn found(format: FrontMatterFormat, span: Span, value: Value, body_start: usize) -> Self {
        let entries = match value.kind {
            ValueKind::Map(entries) => entries,
            _ => Vec::new(),
        };
        Self { front_matter: Some(FrontMatter { format, span, entries }), body_start, diagnostics: Vec::new() }
    }
}

/// Why a front matter could not be parsed.
struct Failure {
    /// Where, in the whole file.
    span: Span,
    /// What is wrong.
    message: String,
    /// What to do about it, where we know.
    help: Option<String>,
}

impl Failure {
    fn diagnostic(self, notation: &str) -> Diagnostic {
        let message = format!("the front matter is not {notation}: {}", self.message);
        let diagnostic = Diagnostic::warning(Code::FrontMatterBroken, self.span, message);
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// Splits `text`, a whole file without its byte order mark.
pub(super) fn split(text: &str) -> Split {
    let start = text.len() - text.trim_start_matches(['\n', '\r', ' ', '\t']).len();
    // An indented fence is code, not a fence.
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let Some(first) = lines(text, line_start).next() else { return Split::text_only() };
    match first.text(text).trim_end() {
        "---" => split_yaml(text, first),
        "+++" => split_toml(text, first),
        _ if text[start..].starts_with('{') => split_json(text, start),
        _ => Split::text_only(),
    }
}

fn split_yaml(text: &str, open: Span) -> Split {
    let begin = next_line(text, open.end);
    let Some(close) = lines(text, begin).find(|line| matches!(line.text(text).trim_end(), "---" | "...")) else {
        return unclosed(text, open, begin, "---", |line| begins_like_key(line, ':'));
    };
    let block = &text[begin..close.start];
    let body_start = next_line(text, close.end);
    let span = Span::new(open.start, close.end);
    if is_section_between_rules(block) {
        return Split::text_only();
    }
    match yaml::parse(text, begin, close.start) {
        Ok(value) => match value.kind {
            ValueKind::Map(_) => Split::found(FrontMatterFormat::Yaml, span, value, body_start),
            ValueKind::Null => Split::found(FrontMatterFormat::Yaml, span, value, body_start),
            _ => Split::text_only(),
        },
        Err(_) if !block.lines().any(|line| begins_like_key(line, ':')) => Split::text_only(),
        Err(failure) => Split { body_start, ..Split::text_with(failure.diagnostic("valid YAML")) },
    }
}

fn split_toml(text: &str, open: Span) -> Split {
    let begin = next_line(text, open.end);
    let Some(close) = lines(text, begin).find(|line| line.text(text).trim_end() == "+++") else {
        return unclosed(text, open, begin, "+++", |line| begins_like_key(line, '='));
    };
    let body_start = next_line(text, close.end);
    match toml::parse(text, begin, close.start) {
        Ok(value) => Split::found(FrontMatterFormat::Toml, Span::new(open.start, close.end), value, body_start),
        Err(failure) => Split { body_start, ..Split::text_with(failure.diagnostic("valid TOML")) },
    }
}

fn split_json(text: &str, start: usize) -> Split {
    // `{{ name }}` and `{% tag %}` of template languages are text.
    if !text[start + 1..].trim_start().starts_with(['"', '}']) {
        return Split::text_only();
    }
    match json::parse(text, start) {
        Ok(value) => {
            let end = value.span.end;
            let rest_of_line = text[end..].split(['\n', '\r']).next().unwrap_or("");
            if !rest_of_line.trim().is_empty() {
                return Split::text_only();
            }
            let body_start = next_line(text, end + rest_of_line.len());
            Split::found(FrontMatterFormat::Json, Span::new(start, end), value, body_start)
        }
        Err(failure) => match lines(text, start).find(|line| line.text(text).trim_end() == "}") {
            Some(close) => Split { body_start: next_line(text, close.end), ..Split::text_with(failure.diagnostic("valid JSON")) },
            None => Split::text_with(failure.diagnostic("valid JSON")),
        },
    }
}

fn unclosed(text: &str, open: Span, begin: usize, fence: &str, is_key: impl Fn(&str) -> bool) -> Split {
    let first = lines(text, begin).map(|line| line.text(text)).find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    if !first.is_some_and(is_key) {
        return Split::text_only();
    }
    Split::text_with(
        Diagnostic::warning(Code::FrontMatterUnclosed, open, "the front matter is not closed, so it is read as text")
            .help(format!("end it with a line that holds only `{fence}`")),
    )
}

/// Returns true for `---`, a blank line, a Markdown heading, text, `---`: a document that opens with a rule.
fn is_section_between_rules(block: &str) -> bool {
    let mut lines = block.lines();
    lines.next().is_some_and(|line| line.trim().is_empty()) && block.lines().any(|line| line.starts_with('#'))
}

/// Returns true for a line such as `name: value`.
fn begins_like_key(line: &str, separator: char) -> bool {
    let Some((key, rest)) = line.split_once(separator) else { return false };
    let key = key.trim_end().trim_matches(['"', '\'']);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    let words = key.split_whitespace().count();
    key.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && key.chars().all(plain)
        && words <= 3
        && (rest.is_empty() || rest.starts_with([' ', '\t', '\r']) || separator == '=')
}

/// Returns the lines from offset `from` on, without their ends (`\n` or `\r\n`).
fn lines(text: &str, from: usize) -> impl Iterator<Item = Span> {
    let mut at = from;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
        let line = Span::new(at, if text[at..end].ends_with('\r') { end - 1 } else { end });
        at = end + 1;
        Some(line)
    })
}

/// Returns where the line after the one that ends at `end` begins.
fn next_line(text: &str, end: usize) -> usize {
    text[end..].find('\n').map_or(text.len(), |found| end + found + 1)
}

#[cfg(test)]
mod tests;

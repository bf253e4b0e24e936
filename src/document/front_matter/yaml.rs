//! Reads YAML into values that keep the raw text of each scalar and its byte span.
//!
//! It builds on the event parser beneath serde-saphyr: through serde a plain `1.10` would have become the number 1.1.
//! The limits stop alias bombs and absurd nesting long before they cost anything.

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError};

use super::Failure;
use crate::{
    diag::Span,
    document::{Entry, Value, ValueKind},
};

const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 20_000;
const MAX_ALIASES: usize = 100;
const MAX_SCALAR_BYTES: usize = 1 << 20;

/// A list or mapping that is still open.
struct Open {
    start: usize,
    anchor: usize,
    is_map: bool,
    list: Vec<Value>,
    entries: Vec<Entry>,
    key: Option<Value>,
}

struct Reader<'a> {
    /// The text of the whole file.
    text: &'a str,
    /// Where the block begins in it.
    begin: usize,
    stack: Vec<Open>,
    root: Option<Value>,
    anchors: Vec<(usize, Value)>,
    nodes: usize,
    aliases: usize,
    scalar_bytes: usize,
}

/// Parses `text[begin..end]`. An empty block is `Null`.
pub(super) fn parse(text: &str, begin: usize, end: usize) -> Result<Value, Failure> {
    let block = &text[begin..end];
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.disallow_directives = true;
    let mut reader = Reader { text, begin, stack: Vec::new(), root: None, anchors: Vec::new(), nodes: 0, aliases: 0, scalar_bytes: 0 };
    for next in Parser::new_from_str_with_options(block, options) {
        let (event, span) = next.map_err(|error| scan_failure(&error, text, begin, end))?;
        let range = span.byte_range().unwrap_or(0..0);
        // The scanner's offsets are wrong by a few bytes in some damaged blocks.
        let span = Span::clamped(&text[..end], begin + range.start, begin + range.end);
        reader.take(event, span).map_err(|message| Failure { span, message, help: None })?;
    }
    Ok(reader.root.unwrap_or(Value { span: Span::new(begin, begin), kind: ValueKind::Null }))
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), String> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => return Err("it holds more than one document".into()),
            Event::Scalar(text, style, anchor, _) => {
                self.scalar_bytes += text.len();
                if self.scalar_bytes > MAX_SCALAR_BYTES {
                    return Err("it is too large".into());
                }
                self.value(scalar(&text, style, span), anchor)?;
            }
            Event::SequenceStart(_, anchor, _) => self.open(span, anchor, false)?,
            Event::MappingStart(_, anchor, _) => self.open(span, anchor, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            Event::Alias(id) => {
                self.aliases += 1;
                let found = self.anchors.iter().find(|(anchor, _)| *anchor == id);
                let Some((_, value)) = found else { return Err("an alias refers to itself or to nothing".into()) };
                let size = count(value);
                self.nodes += size;
                if self.aliases > MAX_ALIASES || self.nodes > MAX_NODES {
                    return Err("it uses too many aliases".into());
                }
                let value = Value { span, kind: value.kind.clone() };
                self.value(value, 0)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, span: Span, anchor: usize, is_map: bool) -> Result<(), String> {
        if self.stack.len() >= MAX_DEPTH {
            return Err("it is nested too deeply".into());
        }
        self.stack.push(Open { start: span.start, anchor, is_map, list: Vec::new(), entries: Vec::new(), key: None });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), String> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let last = open.list.last().map(|value| value.span.end).or(open.entries.last().map(|entry| entry.value.span.end));
        // A block collection ends where the next token begins; its last value says more. A flow collection ends with its bracket.
        let is_flow = matches!(self.text.as_bytes().get(open.start), Some(b'{' | b'['));
        let end = if is_flow { span.end } else { last.unwrap_or(open.start) };
        let span = Span::new(open.start, end);
        let kind = if open.is_map { ValueKind::Map(merge(open.entries)) } else { ValueKind::List(open.list) };
        self.value(Value { span, kind: self.unless_template(span, kind) }, open.anchor)
    }

    /// Returns `{{ name }}` as the text that it was meant to be, not as a mapping with a mapping for its key.
    fn unless_template(&self, span: Span, kind: ValueKind) -> ValueKind {
        let raw = span.text(self.text);
        if raw.starts_with("{{") { ValueKind::Scalar { text: raw.to_owned(), quoted: false } } else { kind }
    }

    fn value(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err("it holds too many values".into());
        }
        if anchor != 0 {
            self.anchors.push((anchor, value.clone()));
            if self.anchors.len() > MAX_ALIASES {
                return Err("it uses too many anchors".into());
            }
        }
        let (text, begin) = (self.text, self.begin);
        let Some(top) = self.stack.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        if !top.is_map {
            top.list.push(value);
        } else if let Some(key) = top.key.take() {
            let value = in_its_place(value, key.span, begin);
            top.entries.push(Entry { key: key_text(&key, text), key_span: key.span, value });
        } else {
            top.key = Some(value);
        }
        Ok(())
    }
}

/// Gives a value without a place of its own (an empty one) the end of its key.
fn in_its_place(mut value: Value, key: Span, begin: usize) -> Value {
    if value.kind == ValueKind::Null && (value.span.start < key.end || value.span.start == value.span.end || value.span.start < begin) {
        value.span = Span::new(key.end, key.end);
    }
    value
}

fn key_text(key: &Value, text: &str) -> String {
    match &key.kind {
        ValueKind::Scalar { text, .. } => text.clone(),
        _ => key.span.text(text).trim().to_owned(),
    }
}

fn scalar(text: &str, style: ScalarStyle, span: Span) -> Value {
    let quoted = style != ScalarStyle::Plain;
    let is_null = !quoted && matches!(text, "" | "~" | "null" | "Null" | "NULL");
    let kind = if is_null { ValueKind::Null } else { ValueKind::Scalar { text: text.to_owned(), quoted } };
    Value { span, kind }
}

/// Resolves `<<: *defaults`: the entries of the merged mapping that are not stated here.
fn merge(entries: Vec<Entry>) -> Vec<Entry> {
    if !entries.iter().any(|entry| entry.key == "<<" && matches!(entry.value.kind, ValueKind::Map(_))) {
        return entries;
    }
    let (merged, mut own): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| entry.key == "<<" && matches!(entry.value.kind, ValueKind::Map(_)));
    for entry in merged {
        let ValueKind::Map(defaults) = entry.value.kind else { continue };
        for default in defaults {
            if !own.iter().any(|entry| entry.key == default.key) {
                own.push(default);
            }
        }
    }
    own
}

/// Returns how many values `value` holds. The depth is limited by the reader.
fn count(value: &Value) -> usize {
    match &value.kind {
        ValueKind::List(list) => 1 + list.iter().map(count).sum::<usize>(),
        ValueKind::Map(entries) => 1 + entries.iter().map(|entry| 1 + count(&entry.value)).sum::<usize>(),
        _ => 1,
    }
}

fn scan_failure(error: &ScanError, text: &str, begin: usize, end: usize) -> Failure {
    let block = &text[begin..end];
    let line_index = error.marker().line().saturating_sub(1);
    // The scanner often notices a line too late: the first line with a known mistake is the better place.
    let mut mistakes = super::lines(block, 0).filter_map(|line| Some((line, known_mistake(line.text(block))?)));
    if let Some((line, (within, message, help))) = mistakes.next() {
        let at = begin + line.start;
        return Failure { span: Span::new(at + within.start, at + within.end), message: message.into(), help: Some(help) };
    }
    let line = super::lines(block, 0).nth(line_index).unwrap_or(Span::new(block.len(), block.len()));
    Failure { span: Span::new(begin + line.start, begin + line.end), message: error.info(), help: None }
}

/// Returns the place of the colon in `title:Outage`, but not in `https://…` or `10:30`.
fn missing_space(item: &str) -> Option<usize> {
    let colon = item.find(':')?;
    let is_name = item.starts_with(|c: char| c.is_ascii_alphabetic())
        && item[..colon].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let next = item[colon + 1..].chars().next()?;
    (is_name && !next.is_whitespace() && next != '/' && next != ':').then_some(colon)
}

/// Returns the place, the name and the remedy of one of the mistakes that people make in YAML.
fn known_mistake(line: &str) -> Option<(Span, &'static str, String)> {
    let indent = &line[..line.len() - line.trim_start().len()];
    if let Some(tab) = indent.find('\t') {
        return Some((Span::new(tab, tab + 1), "a tab is used for indentation", "indent with spaces".into()));
    }
    let item = line.trim_start().trim_start_matches("- ");
    let offset = line.len() - item.len();
    let (key, value) = match item.split_once(": ") {
        Some((key, value)) if !key.is_empty() => (key, value.trim()),
        _ => ("", item.trim()),
    };
    if let Some(place) = missing_space(item) {
        let help = format!("write `{}: {}`", &item[..place], item[place + 1..].trim_end());
        return Some((Span::new(offset + place, offset + place + 1), "a space is missing after the colon", help));
    }
    if value.is_empty() || value.starts_with(['"', '\'', '#', '|', '>']) {
        return None;
    }
    let rest = if key.is_empty() { item } else { &item[key.len() + 2..] };
    let start = offset + (item.len() - rest.len()) + (rest.len() - rest.trim_start().len());
    let place = Span::new(start, start + value.len());
    let (message, quoted) = match value.chars().next()? {
        '@' | '`' => ("a value cannot begin with this character", true),
        '{' if value.starts_with("{{") || value.starts_with("{%") => ("a value cannot begin with a brace", true),
        '*' | '&' | '!' | '%' => ("this character has a meaning of its own in YAML", true),
        '[' if !value.ends_with(']') => ("a value that begins with a bracket is a list", true),
        '[' | '{' => return None,
        _ if !key.is_empty() && value.contains(": ") => ("a value that holds `: ` must be quoted", true),
        _ => return None,
    };
    let value = value.replace('\'', "''");
    let prefix = if key.is_empty() { String::new() } else { format!("{key}: ") };
    quoted.then(|| (place, message, format!("quote the value: `{prefix}'{value}'`")))
}

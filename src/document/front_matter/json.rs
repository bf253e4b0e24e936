//! Reads a JSON object into values that keep the raw text of each scalar and its byte span.
//!
//! serde_json has no spans, so it checks the syntax (and the depth) first, and the walk below may rely on it.

use serde::de::IgnoredAny;

use super::Failure;
use crate::{
    diag::Span,
    document::{Entry, Value, ValueKind},
};

/// Parses the object that begins at `start`; its span says where it ends.
pub(super) fn parse(text: &str, start: usize) -> Result<Value, Failure> {
    let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<IgnoredAny>();
    match stream.next() {
        Some(Ok(_)) => Ok(Walk { text, at: start }.value()),
        Some(Err(error)) => {
            let at = position(text, start, error.line(), error.column());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            Err(Failure { span: at, message, help: None })
        }
        None => Err(Failure { span: Span::new(start, start), message: "it is empty".into(), help: None }),
    }
}

fn position(text: &str, start: usize, line: usize, column: usize) -> Span {
    let line = super::lines(text, start).nth(line.saturating_sub(1)).unwrap_or(Span::new(text.len(), text.len()));
    let mut at = (line.start + column.saturating_sub(1)).min(line.end);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let length = text[at..line.end].chars().next().map_or(0, char::len_utf8);
    Span::new(at, at + length)
}

/// A walk over JSON that is known to be valid and at most 128 levels deep.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':')) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(b'}')
    }

    fn value(&mut self) -> Value {
        let first = self.peek();
        let start = self.at;
        let kind = match first {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => ValueKind::Scalar { text: self.string(), quoted: true },
            _ => self.word(),
        };
        Value { span: Span::new(start, self.at), kind }
    }

    fn object(&mut self) -> ValueKind {
        self.at += 1;
        let mut entries = Vec::new();
        while self.peek() == b'"' {
            let start = self.at;
            let key = self.string();
            let key_span = Span::new(start, self.at);
            entries.push(Entry { key, key_span, value: self.value() });
        }
        self.at = (self.at + 1).min(self.text.len());
        ValueKind::Map(entries)
    }

    fn list(&mut self) -> ValueKind {
        self.at += 1;
        let mut values = Vec::new();
        while !matches!(self.peek(), b']' | b'}') {
            values.push(self.value());
        }
        self.at = (self.at + 1).min(self.text.len());
        ValueKind::List(values)
    }

    fn string(&mut self) -> String {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        while self.at < bytes.len() && bytes[self.at] != b'"' {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(bytes.len());
        serde_json::from_str(&self.text[start..self.at]).unwrap_or_default()
    }

    fn word(&mut self) -> ValueKind {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(rest.len()).max(1);
        let text = &rest[..length];
        self.at += length;
        if text == "null" { ValueKind::Null } else { ValueKind::Scalar { text: text.to_owned(), quoted: false } }
    }
}

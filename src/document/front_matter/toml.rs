//! Reads TOML into values that keep the raw text of each scalar and its byte span.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::Failure;
use crate::{
    diag::Span,
    document::{Entry, Value, ValueKind},
};

/// Parses `text[begin..end]`. The parser itself limits the depth, so the recursion here is limited too.
pub(super) fn parse(text: &str, begin: usize, end: usize) -> Result<Value, Failure> {
    let block = &text[begin..end];
    let table = DeTable::parse(block).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        let span = Span::clamped(&text[..end], begin + range.start, begin + range.end);
        Failure { span, message: error.message().to_owned(), help: None }
    })?;
    Ok(Value { span: Span::new(begin, end), kind: ValueKind::Map(entries(table.get_ref(), block, begin)) })
}

fn entries(table: &DeTable<'_>, block: &str, begin: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: Span::new(begin + key.span().start, begin + key.span().end),
            value: read(value, block, begin),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn read(value: &Spanned<DeValue<'_>>, block: &str, begin: usize) -> Value {
    let range = value.span();
    let raw = || block.get(range.clone()).unwrap_or("").to_owned();
    let kind = match value.get_ref() {
        DeValue::String(text) => ValueKind::Scalar { text: text.to_string(), quoted: true },
        DeValue::Array(list) => ValueKind::List(list.iter().map(|value| read(value, block, begin)).collect()),
        DeValue::Table(table) => ValueKind::Map(entries(table, block, begin)),
        _ => ValueKind::Scalar { text: raw(), quoted: false },
    };
    Value { span: Span::new(begin + range.start, begin + range.end), kind }
}

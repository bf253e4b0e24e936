//! `book.toml` and the environment as one tree, each value with the place it comes from.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::diag::{Code, Diagnostic, Span};

/// The tables that environment variables may reach into; other names that begin with the prefix are not ours to judge.
const TABLES: &[&str] = &["book", "build", "incident", "output", "preprocessor", "publish", "rust", "stats", "taxonomy"];

/// What environment variables that change settings begin with.
const PREFIX: &str = "HINDSITE_";

/// Where a key or value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    /// In `book.toml`.
    File(Span),
    /// In an environment variable.
    Variable(Arc<str>),
}

/// A value.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: At,
    pub(super) kind: NodeKind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    Text(String),
    Integer(i64),
    Bool(bool),
    List(Vec<Node>),
    Table(Vec<Key>),
    /// A number with a fraction or out of range, or a date: no setting is one.
    Other(&'static str, String),
}

/// A key of a table and its value.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) value: Node,
}

impl NodeKind {
    /// Returns what the value is in the words of a message.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            NodeKind::Text(_) => "text",
            NodeKind::Integer(_) => "a number",
            NodeKind::Bool(_) => "`true` or `false`",
            NodeKind::List(_) => "a list",
            NodeKind::Table(_) => "a table",
            NodeKind::Other(what, _) => what,
        }
    }
}

impl Node {
    /// Returns the value as JSON, for settings that others read.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            NodeKind::Text(text) | NodeKind::Other(_, text) => text.as_str().into(),
            NodeKind::Integer(number) => (*number).into(),
            NodeKind::Bool(value) => (*value).into(),
            NodeKind::List(items) => items.iter().map(Node::to_json).collect(),
            NodeKind::Table(keys) => {
                keys.iter().map(|key| (key.name.clone(), key.value.to_json())).collect::<serde_json::Map<_, _>>().into()
            }
        }
    }
}

/// Parses the text of `book.toml`.
pub(super) fn parse_toml(text: &str) -> Result<Vec<Key>, Diagnostic> {
    let table = DeTable::parse(text).map_err(|error| broken(text, &error))?;
    Ok(from_table(table.get_ref()))
}

fn broken(text: &str, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().map(|range| Span::new(range.start.min(text.len()), range.end.min(text.len())));
    let message = error.message().lines().collect::<Vec<_>>().join("; ");
    Diagnostic::error(Code::ConfigBroken, span, format!("`book.toml` cannot be parsed: {message}"))
        .help("texts stand in quotes, lists in brackets, and each table begins with its name in brackets: `[book]`")
}

fn from_table(table: &DeTable<'_>) -> Vec<Key> {
    let mut keys: Vec<(usize, Key)> = table
        .iter()
        .map(|(name, value)| {
            let key = Key { name: name.get_ref().to_string(), at: at(name.span()), value: from_value(value) };
            (name.span().start, key)
        })
        .collect();
    keys.sort_by_key(|(start, _)| *start);
    keys.into_iter().map(|(_, key)| key).collect()
}

fn from_value(value: &toml::Spanned<DeValue<'_>>) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(text) => NodeKind::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => NodeKind::Integer(number),
            Err(_) => NodeKind::Other("a number that is too large", number.as_str().to_owned()),
        },
        DeValue::Float(number) => NodeKind::Other("a number with a fraction", number.as_str().to_owned()),
        DeValue::Boolean(value) => NodeKind::Bool(*value),
        DeValue::Datetime(date) => NodeKind::Other("a date", date.to_string()),
        DeValue::Array(items) => NodeKind::List(items.iter().map(from_value).collect()),
        DeValue::Table(table) => NodeKind::Table(from_table(table)),
    };
    Node { at: at(value.span()), kind }
}

fn at(range: std::ops::Range<usize>) -> At {
    At::File(Span::new(range.start, range.end))
}

/// Puts the settings of `variables` over those of `keys`, by mdBook's rules.
///
/// `HINDSITE_BOOK__TITLE` is `book.title`: the prefix is taken off, letters become lower case, `__` a dot and `_` a hyphen. The value
/// is JSON where it parses as such, else text. A whole table replaces the table.
pub(super) fn apply_environment(keys: &mut Vec<Key>, variables: &[(String, String)]) {
    for (variable, value) in variables {
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        let path: Vec<String> = name.to_ascii_lowercase().split("__").map(|part| part.replace('_', "-")).collect();
        if !TABLES.contains(&path[0].as_str()) || path.iter().any(String::is_empty) {
            continue;
        }
        let at = At::Variable(variable.as_str().into());
        let value = match serde_json::from_str(value) {
            Ok(json) => from_json(json, &at),
            Err(_) => Node { at: at.clone(), kind: NodeKind::Text(value.clone()) },
        };
        set(keys, &path, &at, value);
    }
}

fn set(keys: &mut Vec<Key>, path: &[String], at: &At, value: Node) {
    let Some((name, rest)) = path.split_first() else { return };
    let index = keys.iter().position(|key| key.name == *name).unwrap_or_else(|| {
        let empty = Node { at: at.clone(), kind: NodeKind::Table(Vec::new()) };
        keys.push(Key { name: name.clone(), at: at.clone(), value: empty });
        keys.len() - 1
    });
    let key = &mut keys[index];
    if rest.is_empty() {
        key.at = at.clone();
        key.value = value;
        return;
    }
    if !matches!(key.value.kind, NodeKind::Table(_)) {
        key.value.kind = NodeKind::Table(Vec::new());
    }
    if let NodeKind::Table(inner) = &mut key.value.kind {
        set(inner, rest, at, value);
    }
}

fn from_json(value: serde_json::Value, at: &At) -> Node {
    use serde_json::Value;
    let kind = match value {
        Value::Null => NodeKind::Text(String::new()),
        Value::Bool(value) => NodeKind::Bool(value),
        Value::Number(number) => match number.as_i64() {
            Some(number) => NodeKind::Integer(number),
            None => NodeKind::Other("a number with a fraction", number.to_string()),
        },
        Value::String(text) => NodeKind::Text(text),
        Value::Array(items) => NodeKind::List(items.into_iter().map(|item| from_json(item, at)).collect()),
        Value::Object(map) => {
            NodeKind::Table(map.into_iter().map(|(name, value)| Key { name, at: at.clone(), value: from_json(value, at) }).collect())
        }
    };
    Node { at: at.clone(), kind }
}

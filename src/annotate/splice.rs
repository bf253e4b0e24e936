//! Adds keys to the front matter of a document, in its own notation, by inserting text at one place.

use toml::de::DeTable;

use super::{
    notation,
    proposal::{Data, Line},
};
use crate::document::{Document, Entry, FrontMatter, FrontMatterFormat, Value, ValueKind};

/// A TOML front matter with more lines that look like table headers is left alone.
const MAX_HEADER_TRIES: usize = 100;

/// Returns the text of `document` with `lines` in its front matter; `None` where there is no safe place for them.
pub(super) fn splice(document: &Document, lines: &[&Line]) -> Option<String> {
    let text: &str = &document.text;
    let (at, added) = match &document.front_matter {
        None => (0, new_block(text, lines)),
        Some(found) => match found.format {
            FrontMatterFormat::Yaml => yaml(text, found, lines)?,
            FrontMatterFormat::Toml => toml(text, found, lines)?,
            FrontMatterFormat::Json => json(text, found, lines),
        },
    };
    let (before, after) = text.split_at_checked(at)?;
    Some([before, &added, after].concat())
}

/// Returns whether `edited` is `original` with exactly `lines` added: same text, same other keys, same values.
pub(super) fn is_sound(original: &Document, edited: &Document, lines: &[&Line]) -> bool {
    let Some(found) = &edited.front_matter else { return false };
    let (mut added, mut others) = (Vec::new(), Vec::new());
    for entry in &found.entries {
        let line = lines.iter().find(|line| line.key == entry.key);
        line.map_or_else(|| others.push(entry), |line| added.push((entry, line)));
    }
    let known: &[Entry] = original.front_matter.as_ref().map_or(&[], |front_matter| &front_matter.entries);
    let body = |document: &Document| document.text[document.body_start..].to_owned();
    let (before, after) = (body(original), body(edited));
    added.len() == lines.len()
        && added.iter().all(|(entry, line)| is_value(&entry.value, &line.value))
        && others.len() == known.len()
        && others.iter().zip(known).all(|(a, b)| a.key == b.key && is_same(&a.value, &b.value))
        && (after == before
            || original.front_matter.is_none() && after.trim_start_matches(['\r', '\n']) == before.trim_start_matches(['\r', '\n']))
}

fn is_value(value: &Value, data: &Data) -> bool {
    let is_text = |value: &Value, expected: &str| matches!(&value.kind, ValueKind::Scalar { text, .. } if text == expected);
    match (data, &value.kind) {
        (Data::Text(text) | Data::Moment(text) | Data::Number(text), _) => is_text(value, text),
        (Data::Names(names), ValueKind::List(values)) => {
            names.len() == values.len() && values.iter().zip(names).all(|(value, name)| is_text(value, name))
        }
        _ => false,
    }
}

/// Compares values without their places. Front matter that was parsed is of limited depth.
fn is_same(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (ValueKind::List(a), ValueKind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (ValueKind::Map(a), ValueKind::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && is_same(&a.value, &b.value))
        }
        (a, b) => a == b,
    }
}

/// Returns the line end of the first line of `text`.
fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

fn new_block(text: &str, lines: &[&Line]) -> String {
    let end = line_end(text);
    let entries: String = lines.iter().map(|line| notation::yaml_entry(line.key, &line.value, "", end)).collect();
    let gap = if text.starts_with(['\n', '\r']) || text.is_empty() { "" } else { end };
    format!("---{end}{entries}---{end}{gap}")
}

/// Returns where the lines between the fences begin and end.
fn inside_fences(text: &str, found: &FrontMatter) -> (usize, usize) {
    let begin = text[found.span.start..].find('\n').map_or(text.len(), |at| found.span.start + at + 1);
    let end = text[..found.span.end].rfind('\n').map_or(begin, |at| at + 1);
    (begin, end.max(begin))
}

fn yaml(text: &str, found: &FrontMatter, lines: &[&Line]) -> Option<(usize, String)> {
    let (begin, end) = inside_fences(text, found);
    let block = &text[begin..end];
    let first = block.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).unwrap_or("");
    if first.trim_start().starts_with('{') {
        let brace = block.rfind('}')?;
        let at = begin + block[..brace].trim_end().len();
        let entries: Vec<String> = lines.iter().map(|line| format!("{}: {}", line.key, notation::yaml_inline(&line.value, true))).collect();
        let comma = match text[..at].chars().last() {
            Some('{') => "",
            Some(',') => " ",
            _ => ", ",
        };
        return Some((at, format!("{comma}{}", entries.join(", "))));
    }
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    let line_end = line_end(&text[found.span.start..]);
    Some((end, lines.iter().map(|line| notation::yaml_entry(line.key, &line.value, indent, line_end)).collect()))
}

fn toml(text: &str, found: &FrontMatter, lines: &[&Line]) -> Option<(usize, String)> {
    let (begin, end) = inside_fences(text, found);
    let line_end = line_end(&text[found.span.start..]);
    let at = match first_table(&text[begin..end])? {
        Some(header) => begin + last_key_end(&text[begin..begin + header]),
        None => end,
    };
    Some((at, lines.iter().map(|line| format!("{} = {}{line_end}", line.key, notation::toml(&line.value))).collect()))
}

/// Returns where the first table of `block` begins, before which the keys of the document itself must stand: a line that opens
/// with a bracket, inside no list and no text. `None` where that would take too long to find.
fn first_table(block: &str) -> Option<Option<usize>> {
    let mut tries = 0;
    let mut at = 0;
    for line in block.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            tries += 1;
            if tries > MAX_HEADER_TRIES {
                return None;
            }
            if DeTable::parse(&block[..at]).is_ok() {
                return Some(Some(at));
            }
        }
        at += line.len();
    }
    Some(None)
}

/// Returns the end of the last line with a key: comments below it belong to the table that follows.
fn last_key_end(head: &str) -> usize {
    let mut at = 0;
    let mut end = 0;
    for line in head.split_inclusive('\n') {
        at += line.len();
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            end = at;
        }
    }
    end
}

fn json(text: &str, found: &FrontMatter, lines: &[&Line]) -> (usize, String) {
    let Some(last) = found.entries.last() else {
        let entries: Vec<String> = lines.iter().map(|line| format!("\"{}\": {}", line.key, notation::json(&line.value))).collect();
        return (found.span.start + 1, entries.join(", "));
    };
    let before_key = &text[..last.key_span.start];
    let line_start = before_key.rfind('\n').map_or(0, |at| at + 1);
    let indent = &before_key[line_start..];
    let is_first_of_line = line_start > found.span.start && indent.trim().is_empty();
    let gap = if is_first_of_line {
        format!("{}{indent}", line_end(&text[found.span.start..]))
    } else {
        " ".repeat(usize::from(before_key.ends_with(' ')))
    };
    let colon = text.get(last.key_span.end..last.value.span.start).filter(|colon| colon.trim() == ":").unwrap_or(": ");
    let entries = lines.iter().map(|line| format!(",{gap}\"{}\"{colon}{}", line.key, notation::json(&line.value)));
    (last.value.span.end, entries.collect())
}

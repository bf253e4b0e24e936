//! Diagnostics for programs: JSON, SARIF 2.1.0 and the annotations of GitHub Actions.

use std::{collections::BTreeSet, fmt::Write as _};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Diagnostic, Level, Place, Position, Texts};

/// How many there are of each level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Tally {
    /// Counts `diagnostics`.
    pub fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        let mut tally = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.level {
                Level::Error => tally.errors += 1,
                Level::Warning => tally.warnings += 1,
                Level::Note => tally.notes += 1,
            }
        }
        tally
    }
}

/// Returns one JSON object: `diagnostics` in the order given, and how many there are of each level.
pub fn render_json(diagnostics: &[Diagnostic], texts: &Texts) -> String {
    let list: Vec<Value> = diagnostics.iter().map(|diagnostic| json_of(diagnostic, texts)).collect();
    let tally = Tally::of(diagnostics);
    let whole = json!({ "diagnostics": list, "errors": tally.errors, "warnings": tally.warnings, "notes": tally.notes });
    format!("{whole:#}\n")
}

fn json_of(diagnostic: &Diagnostic, texts: &Texts) -> Value {
    let place = texts.place(diagnostic);
    let mut object = json!({
        "level": diagnostic.level,
        "code": diagnostic.code.as_str(),
        "message": diagnostic.message,
        "file": place.as_ref().map(|place| &place.path),
    });
    add_range(&mut object, place.map(|place| place.range));
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut object = json!({ "text": label.text });
            add_range(&mut object, texts.range(diagnostic, label.span));
            object
        })
        .collect();
    object["labels"] = labels.into();
    object["help"] = json!(diagnostic.help);
    object
}

fn add_range(object: &mut Value, range: Option<(Position, Position)>) {
    object["line"] = json!(range.map(|(start, _)| start.line));
    object["column"] = json!(range.map(|(start, _)| start.column));
    object["end_line"] = json!(range.map(|(_, end)| end.line));
    object["end_column"] = json!(range.map(|(_, end)| end.column));
}

/// Returns workflow commands of GitHub Actions, one line each: they become annotations of the pull request.
///
/// See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.
pub fn render_github(diagnostics: &[Diagnostic], texts: &Texts) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let mut properties = Vec::new();
        if let Some(Place { path, range: (start, end) }) = texts.place(diagnostic) {
            properties.push(format!("file={}", escape_property(&path)));
            properties.push(format!("line={},endLine={},col={}", start.line, end.line, start.column));
            if end.line == start.line {
                properties.push(format!("endColumn={}", end.column));
            }
        }
        properties.push(format!("title={}", diagnostic.code.as_str()));
        let mut text = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            let _ = write!(text, "\nhelp: {help}");
        }
        let _ = writeln!(out, "::{command} {}::{}", properties.join(","), escape_data(&text));
    }
    out
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns a SARIF 2.1.0 log with one run, as code scanning services read it.
///
/// See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
pub fn render_sarif(diagnostics: &[Diagnostic], texts: &Texts) -> String {
    let codes: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| {
            let text = explanation(code.explanation());
            let short = text.lines().next().unwrap_or("").split_once(": ").map_or("", |(_, rest)| rest);
            json!({ "id": code.as_str(), "shortDescription": { "text": short }, "fullDescription": { "text": text }, "help": { "text": text } })
        })
        .collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| sarif_result(diagnostic, texts)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "hindsite", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn sarif_result(diagnostic: &Diagnostic, texts: &Texts) -> Value {
    let level = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let text = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({ "ruleId": diagnostic.code.as_str(), "level": level, "message": { "text": text } });
    let Some(place) = texts.place(diagnostic) else { return result };
    let location = |range: Option<(Position, Position)>| {
        let mut physical = json!({ "artifactLocation": { "uri": uri(&place.path) } });
        if let Some((start, end)) = range {
            physical["region"] =
                json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column });
        }
        physical
    };
    result["locations"] = json!([{ "physicalLocation": location(Some(place.range)) }]);
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "message": { "text": label.text }, "physicalLocation": location(texts.range(diagnostic, label.span)) }))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

/// Returns `path` as a URI reference.
fn uri(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(path, KEPT).to_string()
}

/// Returns the doc comment of a code as text: the space after `///` is taken off each line.
pub(super) fn explanation(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{
        super::{Code, Span},
        *,
    };

    fn example() -> (Vec<Diagnostic>, Texts) {
        let mut texts = Texts::new(Path::new("."), Path::new("content"));
        texts.add_document("a b,c.md".into(), "é: 31 June\nnext\n".into());
        let diagnostics = vec![
            Diagnostic::error(Code::MomentUnreadable, Span::new(4, 11), "`31 June`: 100% not a day")
                .label(Span::new(12, 16), "after this")
                .help("write\nit")
                .in_file("a b,c.md".into()),
            Diagnostic::note(Code::NoDocuments, None, "nothing here"),
        ];
        (diagnostics, texts)
    }

    #[test]
    fn json_has_lines_and_columns() {
        let (diagnostics, texts) = example();
        let value: Value = serde_json::from_str(&render_json(&diagnostics, &texts)).unwrap();
        assert_eq!(value["errors"], 1);
        let first = &value["diagnostics"][0];
        assert_eq!(
            (&first["file"], &first["line"], &first["column"], &first["end_column"]),
            (&json!("content/a b,c.md"), &json!(1), &json!(4), &json!(11))
        );
        assert_eq!(first["labels"][0]["line"], 2);
        assert_eq!(value["diagnostics"][1]["file"], Value::Null);
    }

    #[test]
    fn github_annotations_are_escaped() {
        let (diagnostics, texts) = example();
        let expected = "::error file=content/a b%2Cc.md,line=1,endLine=1,col=4,endColumn=11,title=PM020::`31 June`: 100%25 not a day%0Ahelp: write%0Ait\n\
                        ::notice title=PM045::nothing here\n";
        assert_eq!(render_github(&diagnostics, &texts), expected);
    }

    #[test]
    fn sarif_has_rules_and_places() {
        let (diagnostics, texts) = example();
        let value: Value = serde_json::from_str(&render_sarif(&diagnostics, &texts)).unwrap();
        let run = &value["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "PM020");
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "content/a%20b%2Cc.md");
        assert_eq!(place["region"]["startColumn"], 4);
        assert_eq!(run["results"][1].get("locations"), None);
    }
}

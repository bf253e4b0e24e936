use std::fmt::Write as _;

use super::*;
use crate::document::Entry;

/// Writes a value in one line; quoted scalars in quotes.
fn show(value: &Value, out: &mut String) {
    match &value.kind {
        ValueKind::Null => out.push_str("null"),
        ValueKind::Scalar { text, quoted: true } => write!(out, "{text:?}").unwrap(),
        ValueKind::Scalar { text, quoted: false } => out.push_str(text),
        ValueKind::List(values) => {
            out.push('[');
            for value in values {
                show(value, out);
                out.push(';');
            }
            out.push(']');
        }
        ValueKind::Map(entries) => write!(out, "{{{}}}", show_entries(entries)).unwrap(),
    }
}

fn show_entries(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        write!(out, "{}=", entry.key).unwrap();
        show(&entry.value, &mut out);
        out.push(' ');
    }
    out.trim_end().to_owned()
}

/// Every scalar's span must hold its text, every key's span its key.
#[track_caller]
fn check_spans(text: &str, entries: &[Entry]) {
    for entry in entries {
        assert!(entry.key_span.text(text).contains(&entry.key), "key {:?} at {:?}", entry.key, entry.key_span.text(text));
        check_value(text, &entry.value);
    }
}

#[track_caller]
fn check_value(text: &str, value: &Value) {
    let source = value.span.text(text);
    match &value.kind {
        ValueKind::Null => assert!(matches!(source, "" | "~" | "null"), "{source:?}"),
        ValueKind::Scalar { text, quoted: false } => assert_eq!(source, text),
        ValueKind::Scalar { text, quoted: true } => {
            // A block scalar's place is its text without the `|`.
            let is_block = text.contains('\n') && source.starts_with(text.lines().next().unwrap_or(""));
            let holds_text = text.contains(['\\', '"', '\'']) || source.contains(text.as_str());
            assert!(is_block || (source.starts_with(['"', '\'']) && holds_text), "{source:?}");
        }
        ValueKind::List(values) => values.iter().for_each(|value| check_value(text, value)),
        ValueKind::Map(entries) => check_spans(text, entries),
    }
}

#[track_caller]
fn check(text: &str, expected: &str, body: &str) {
    let split = split(text);
    assert_eq!(split.diagnostics, [], "diagnostics");
    let entries = split.front_matter.expect("front matter").entries;
    assert_eq!(show_entries(&entries), expected);
    assert_eq!(&text[split.body_start..], body);
    check_spans(text, &entries);
}

#[track_caller]
fn check_text(text: &str) {
    let split = split(text);
    assert!(split.front_matter.is_none() && split.body_start == 0 && split.diagnostics.is_empty(), "{:?}", split.diagnostics);
}

#[track_caller]
fn check_broken(text: &str, code: Code, place: &str, help: &str) {
    let split = split(text);
    assert!(split.front_matter.is_none());
    let [finding] = split.diagnostics.as_slice() else { panic!("{:?}", split.diagnostics) };
    assert_eq!(finding.code, code);
    assert_eq!(finding.span.unwrap().text(text), place, "{}", finding.message);
    assert!(finding.help.as_deref().unwrap_or("").contains(help), "{:?}", finding.help);
}

#[test]
fn yaml_keeps_the_text_of_scalars() {
    check(
        "---\nversion: 1.10\non: no\nid: 0012\nat: 2024-06-08 13:55\nq: \"a: b\"\ns: 'it''s'\nempty:\ntilde: ~\n---\n# A\n",
        "version=1.10 on=no id=0012 at=2024-06-08 13:55 q=\"a: b\" s=\"it's\" empty=null tilde=null",
        "# A\n",
    );
}

#[test]
fn yaml_collections_have_places() {
    check(
        "---\ntags: [a, \"b\"]\nowners:\n  - name: Zoë\n    team: Ops\n  - Ben\ntext: |\n  one\n  two\n---\n",
        "tags=[a;\"b\";] owners=[{name=Zoë team=Ops};Ben;] text=\"one\\ntwo\\n\"",
        "",
    );
    let text = "---\nä: [a, b]\nmap:\n  k: v\nx: 1\n---\n";
    let entries = split(text).front_matter.unwrap().entries;
    assert_eq!(entries[0].value.span.text(text), "[a, b]");
    assert_eq!(entries[1].value.span.text(text), "k: v");
}

#[test]
fn fences_may_have_spaces_dots_and_windows_line_ends() {
    check("---   \na: b\n...\nx", "a=b", "x");
    check("---\r\na: b\r\n---\r\nx", "a=b", "x");
    check("\n\n---\na: b\n---", "a=b", "");
    check("---\n---\nx", "", "x");
    check("---\n# only a comment\n---\nx", "", "x");
}

#[test]
fn aliases_and_merges_are_resolved() {
    let text = "---\nbase: &b\n  team: ops\nother:\n  <<: *b\n  zone: UTC\n---\n";
    assert_eq!(show_entries(&split(text).front_matter.unwrap().entries), "base={team=ops} other={zone=UTC team=ops}");
}

#[test]
fn toml_and_json_are_read() {
    check(
        "+++\ntitle = \"A: b\"\nday = 2024-06-08\nn = 1.10\nlist = [1, \"x\"]\n[owner]\nname = 'Zoë'\n+++\nx",
        "title=\"A: b\" day=2024-06-08 n=1.10 list=[1;\"x\";] owner={name=\"Zoë\"}",
        "x",
    );
    check(
        "{\n  \"title\": \"A \\\"b\\\"\",\n  \"n\": 1.10,\n  \"list\": [true, null, {}],\n  \"o\": {\"k\": \"v\"}\n}\n\n# A\n",
        "title=\"A \\\"b\\\"\" n=1.10 list=[true;null;{};] o={k=\"v\"}",
        "\n# A\n",
    );
}

#[test]
fn a_rule_at_the_top_is_not_front_matter() {
    check_text("---\n\n# Outage\n\nDate: today\n\n---\n\ntext\n");
    check_text("---\nSome words about it.\n---\nmore\n");
    check_text("---\ntext without end\n");
    check_text("    ---\n    a: b\n    ---\n");
    check_text("{{ template }}\n# A\n");
    check_text("{ not json }\n");
    check_text("+++\nplain\n");
    check_text("");
}

#[test]
fn front_matter_that_does_not_parse_is_left_out_with_a_remedy() {
    check_broken("---\ntitle: foo: bar\n---\nx", Code::FrontMatterBroken, "foo: bar", "title: 'foo: bar'");
    check_broken("---\ntitle: ok\nowner: @bob\n---\nx", Code::FrontMatterBroken, "@bob", "owner: '@bob'");
    check_broken("---\ntitle:Outage\ndate: 2024-06-08\n---\nx", Code::FrontMatterBroken, ":", "`title: Outage`");
    check_broken("---\na:\n\tb: c\n---\nx", Code::FrontMatterBroken, "\t", "spaces");
    check_broken("---\na: *b\n---\nx", Code::FrontMatterBroken, "*b", "'*b'");
    check_broken("---\ntitle: {% x %}\n---\nx", Code::FrontMatterBroken, "{% x %}", "'{% x %}'");
    check_broken("+++\na = \n+++\nx", Code::FrontMatterBroken, "", "");
    check_broken("{\n  \"a\": ,\n}\nx", Code::FrontMatterBroken, ",", "");
    assert_eq!(&"---\na: *b\n---\nx"[split("---\na: *b\n---\nx").body_start..], "x");
}

#[test]
fn a_template_value_is_text() {
    check("---\ntitle: {{ name }}\nb: c\n---\n", "title={{ name }} b=c", "");
}

#[test]
fn front_matter_that_is_not_closed_stays_text_with_a_remedy() {
    check_broken("---\ntitle: a\n\n# A\n", Code::FrontMatterUnclosed, "---", "`---`");
    check_broken("+++\ntitle = 1\n", Code::FrontMatterUnclosed, "+++", "`+++`");
}

/// An alias bomb, deep nesting and very many values must be refused, not expanded.
#[test]
fn bombs_are_refused() {
    let mut bomb = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{list}]").unwrap();
    }
    for block in [
        format!("{bomb}---\n"),
        format!("---\na: {}\n---\n", "[".repeat(100_000)),
        format!("---\na: {}{}\n---\n", "[".repeat(50), "]".repeat(50)),
        format!("---\na: [{}]\n---\n", "1,".repeat(30_000)),
        "---\na: &a [*a]\n---\n".to_owned(),
        format!("+++\na = {}\n+++\n", "[".repeat(100_000)),
        format!("{{\"a\": {}\n}}\n", "[".repeat(100_000)),
    ] {
        let split = split(&block);
        assert!(split.front_matter.is_none(), "{}", &block[..60]);
        assert_eq!(split.diagnostics.len(), 1);
    }
}

#[test]
fn a_brace_after_a_space_of_another_script_is_text() {
    check_text("\u{2028}{\"a\": 1}\n");
}

//! Values in the three notations of front matter, quoted so that each reads back as the same text.

use super::proposal::Data;

/// Longer YAML lists are written one name a line.
const MAX_LINE_CHARS: usize = 100;

/// Returns `key: value` as YAML, each line with `indent` before and `line_end` behind it.
pub(super) fn yaml_entry(key: &str, value: &Data, indent: &str, line_end: &str) -> String {
    let line = format!("{indent}{key}: {}{line_end}", yaml_inline(value, false));
    match value {
        Data::Names(names) if line.chars().count() > MAX_LINE_CHARS => {
            let items: String = names.iter().map(|name| format!("{indent}  - {}{line_end}", yaml_text(name, false))).collect();
            format!("{indent}{key}:{line_end}{items}")
        }
        _ => line,
    }
}

/// Returns `value` as YAML on one line; `in_braces` where it stands between some.
pub(super) fn yaml_inline(value: &Data, in_braces: bool) -> String {
    match value {
        Data::Text(text) => yaml_text(text, in_braces),
        Data::Moment(text) if is_plain_moment(text) => text.clone(),
        Data::Moment(text) => yaml_text(text, in_braces),
        Data::Number(number) => number.clone(),
        Data::Names(names) => format!("[{}]", names.iter().map(|name| yaml_text(name, true)).collect::<Vec<_>>().join(", ")),
    }
}

/// Returns `value` as TOML.
pub(super) fn toml(value: &Data) -> String {
    // A basic string of TOML has the escapes of JSON.
    json(value)
}

/// Returns `value` as JSON.
pub(super) fn json(value: &Data) -> String {
    match value {
        Data::Text(text) | Data::Moment(text) => json_text(text),
        Data::Number(number) => number.clone(),
        Data::Names(names) => format!("[{}]", names.iter().map(|name| json_text(name)).collect::<Vec<_>>().join(", ")),
    }
}

fn json_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Control characters, and those that some readers take for line ends or byte order marks. All lie in the basic plane.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A moment such as `2024-06-07T10:00 WAT`: no number, no word, and nothing that YAML gives a meaning to.
fn is_plain_moment(text: &str) -> bool {
    let is_date_or_time = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-') || text.starts_with('T');
    let is_zone = text.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_word_of_yaml(text);
    (is_date_or_time || is_zone)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '+' | '/' | ' ' | '.'))
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
}

/// Returns `text` as a YAML scalar; `in_list` where it stands between brackets.
fn yaml_text(text: &str, in_list: bool) -> String {
    if is_plain(text, in_list) {
        return text.to_owned();
    }
    let is_single_line = !text.chars().any(needs_escape);
    if is_single_line && text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { json_text(text) }
}

/// Returns true where `text` without quotes is text in YAML 1.1 and 1.2. Where in doubt it is not.
fn is_plain(text: &str, in_list: bool) -> bool {
    let begins_well = text.starts_with(|c: char| c.is_alphanumeric());
    let ends_well = !text.ends_with([':', ' ']);
    let is_harmless = !text.contains(": ") && !text.contains(" #") && !text.chars().any(|c| needs_escape(c) || c == '\t');
    let fits_list = !in_list || !text.contains([',', '[', ']', '{', '}']);
    begins_well && ends_well && is_harmless && fits_list && !is_word_of_yaml(text) && !looks_like_number(text)
}

fn is_word_of_yaml(text: &str) -> bool {
    const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Numbers, dates, times and what might be one: `1.10`, `0x1F`, `1e5`, `12:30`, `2024-06-07`, `1_000`.
fn looks_like_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_numeric())
        && text.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, 'x' | 'X' | 'o' | 'O' | '_' | '.' | ':' | '+' | '-' | 'T' | 'Z' | ' '))
        || matches!(text.to_ascii_lowercase().as_str(), "inf" | "nan")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Value, ValueKind};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(yaml_text(text, false), expected);
        read_back(text);
    }

    #[track_caller]
    fn scalar(value: &Value, expected: &str) {
        assert!(matches!(&value.kind, ValueKind::Scalar { text, .. } if text == expected), "{:?} is not {expected:?}", value.kind);
    }

    /// In every notation, alone and in a list, the text reads back.
    #[track_caller]
    fn read_back(text: &str) {
        let (alone, listed) = (Data::Text(text.to_owned()), Data::Names(vec!["a".into(), text.to_owned(), "z".into()]));
        let long = Data::Names(vec![text.to_owned(), "z".repeat(100)]);
        let yaml = ["k", "l"].iter().zip([&alone, &listed]).map(|(key, data)| yaml_entry(key, data, "", "\n")).collect::<String>();
        let documents = [
            format!("---\n{yaml}{}---\n", yaml_entry("m", &long, "", "\n")),
            format!("---\n{{k: {}, l: {}}}\n---\n", yaml_inline(&alone, true), yaml_inline(&listed, true)),
            format!("+++\nk = {}\nl = {}\n+++\n", toml(&alone), toml(&listed)),
            format!("{{\"k\": {}, \"l\": {}}}\n", json(&alone), json(&listed)),
        ];
        for markdown in documents {
            let front_matter = Document::from_text(&markdown).front_matter.unwrap_or_else(|| panic!("no front matter: {markdown}"));
            scalar(&front_matter.entries[0].value, text);
            let ValueKind::List(values) = &front_matter.entries[1].value.kind else { panic!("no list: {markdown}") };
            scalar(&values[1], text);
            assert_eq!(values.len(), 3, "{markdown}");
        }
    }

    #[test]
    fn texts_that_yaml_would_misread_are_quoted() {
        check("Checkout answers 502", "Checkout answers 502");
        check("502 at checkout", "502 at checkout");
        check("Größe überschritten", "Größe überschritten");
        check("no", "\"no\"");
        check("Off", "\"Off\"");
        check("1.10", "\"1.10\"");
        check("0x1F", "\"0x1F\"");
        check("12:30", "\"12:30\"");
        check("2024-06-07", "\"2024-06-07\"");
        check("Outage: the second", "\"Outage: the second\"");
        check("Issue #7", "\"Issue #7\"");
        check("C#", "C#");
        check("ends:", "\"ends:\"");
        check("@dana", "\"@dana\"");
        check("`api` is down", "\"`api` is down\"");
        check("the \"big\" one", "the \"big\" one");
        check("\"big\" and it's over", "'\"big\" and it''s over'");
        check("- dash", "\"- dash\"");
        check("a\\b: c", "'a\\b: c'");
        check("{{ title }}", "\"{{ title }}\"");
        check("tab\there", "\"tab\\there\"");
        check("line\nbreak", "\"line\\nbreak\"");
        check("~", "\"~\"");
        check("🔥 fire", "\"🔥 fire\"");
        check("", "\"\"");
        assert_eq!(yaml_text("a, b", true), "\"a, b\"");
        assert_eq!(yaml_text("a, b", false), "a, b");
    }

    #[test]
    fn moments_stand_without_quotes() {
        for text in ["2024-06-07T10:00", "2024-06-07", "2024-06", "T10:00", "2024-06-07T10:00 WAT", "Europe/Berlin", "UTC+02:00"] {
            assert_eq!(yaml_inline(&Data::Moment(text.into()), false), text);
            read_back(text);
        }
        assert_eq!(yaml_inline(&Data::Moment("+02:00".into()), false), "\"+02:00\"");
        assert_eq!(yaml_inline(&Data::Moment("~2024-06-07T10:00".into()), false), "\"~2024-06-07T10:00\"");
    }

    #[test]
    fn long_lists_get_a_line_for_each_name() {
        let names = Data::Names(vec!["a".repeat(60), "b, c".repeat(12)]);
        assert_eq!(
            yaml_entry("services", &names, "", "\r\n"),
            format!("services:\r\n  - {}\r\n  - {}\r\n", "a".repeat(60), "b, c".repeat(12))
        );
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(300))]
        #[test]
        fn any_text_reads_back(text in "[ -~äé—\u{85}\u{2028}🔥\t\n]{0,24}") {
            read_back(&text);
        }
    }
}

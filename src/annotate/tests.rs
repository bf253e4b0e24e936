use super::*;
use crate::diag::Level;

/// A report without front matter.
const REPORT: &str = "\
# Orders were not confirmed

## Summary

On 7 June 2024 from 10:00 to 11:30 WAT order mails were not sent.

## Timeline (WAT)

- 10:00 the mail queue stopped
- 10:20 an alert fired
- 11:30 all mails were sent

## Root cause

The disk of the mail host was full.
";

fn settings() -> ReadSettings {
    ReadSettings::default()
}

fn source(text: &str) -> Source {
    Source::from_text("2024/mails.md", text)
}

/// Annotates, and checks what always holds: a second run is empty, the record is the same, and text was only added.
#[track_caller]
fn annotated(text: &str) -> String {
    let Some(after) = annotate(&settings(), &source(text)).value else { return text.to_owned() };
    let again = annotate(&settings(), &source(&after)).value;
    assert_eq!(again.as_deref(), None, "the second run changed something:\n{after}");
    let essence = |text: &str| Essence::of(&read_document(&settings(), &parse_document(&source(text)).value).value);
    assert_eq!(essence(text), essence(&after), "{after}");
    let same_before = text.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let same_behind = text.bytes().rev().zip(after.bytes().rev()).take_while(|(a, b)| a == b).count();
    assert!(same_before + same_behind >= text.len(), "more than one addition:\n{after}");
    after.to_string()
}

/// The front matter after annotation, and the text below must be the same.
#[track_caller]
fn check(front: &str, expected: &str) {
    let text = format!("{front}{REPORT}");
    let after = annotated(&text);
    let (head, body) = after.split_at(after.len() - REPORT.len());
    assert_eq!(body, REPORT);
    assert_eq!(head, expected);
}

#[track_caller]
fn check_left(text: &str, level: Level, message: &str) {
    let result = annotate(&settings(), &source(text));
    assert_eq!(result.value, None);
    let found: Vec<_> = result.diagnostics.iter().filter(|found| found.code == Code::NotAnnotated).collect();
    let [found] = found.as_slice() else { panic!("{:?}", result.diagnostics) };
    assert_eq!((found.level, found.path.as_deref()), (level, Some("2024/mails.md")));
    assert!(found.message.contains(message), "{}", found.message);
}

#[test]
fn a_report_gets_a_yaml_block() {
    let after = annotated(REPORT);
    let head = after.strip_suffix(REPORT).expect("the text stays");
    assert!(head.starts_with("---\ntitle: Orders were not confirmed\nstart: 2024-06-07T10:00\nend: 2024-06-07T11:30\n"), "{head}");
    assert!(head.contains("\nzone: WAT\n") && head.ends_with("---\n\n"), "{head}");
    assert!(!head.contains("duration"), "start and end give the duration: {head}");
}

#[test]
fn line_ends_and_a_missing_final_one_are_kept() {
    let text = REPORT.trim_end().replace('\n', "\r\n");
    let after = annotated(&text);
    assert!(after.ends_with(&text) && after.starts_with("---\r\ntitle: "), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    let bytes = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let read = read_bytes("a.md", &bytes).expect("UTF-8 with a byte order mark is read");
    let after = annotate(&settings(), &read).value.expect("it is annotated");
    assert_eq!(encode(&bytes, &after)[..6], *b"\xEF\xBB\xBF---");
}

#[test]
fn what_cannot_be_kept_byte_for_byte_is_refused() {
    for bytes in [&b"\xFF\xFE#\0 \0a\0"[..], b"\xFE\xFF\0#\0 \0a", b"# caf\xE9\n", b"# a\0b\n"] {
        assert_eq!(read_bytes("a.md", bytes).map_err(|refusal| refusal.code).err(), Some(Code::FileNotText), "{bytes:?}");
    }
}

#[test]
fn existing_keys_stay_whatever_their_names() {
    let after = annotated(&format!(
        "---\n# kept\nheadline:   'Mails'   # ours\nstartTime: 2024-06-07 10:00 WAT\nseverity:\nteam: [a,  b]\n---\n{REPORT}"
    ));
    assert!(
        after.starts_with(
            "---\n# kept\nheadline:   'Mails'   # ours\nstartTime: 2024-06-07 10:00 WAT\nseverity:\nteam: [a,  b]\nend: 2024-06-07T11:30\n"
        ),
        "{after}"
    );
    assert!(!after.contains("\ntitle:") && !after.contains("\nstart:") && !after.contains("severity: "), "{after}");
}

#[test]
fn yaml_is_extended_in_its_own_layout() {
    let title = "title: Orders were not confirmed";
    check_front(
        "---\n  team: [a]\n  # last\n---\n",
        &format!("---\n  team: [a]\n  # last\n  {title}\n  start: 2024-06-07T10:00\n"),
        "\n---\n",
    );
    check_front("---\nnote: |+\n  a\n\n---\n", &format!("---\nnote: |+\n  a\n\n{title}\n"), "\n---\n");
    check_front("---\nnote: a\n  b\n...\n", &format!("---\nnote: a\n  b\n{title}\n"), "\n...\n");
    check_front("---\nd: &d\n  mood: 5\n<<: *d\n---\n", &format!("---\nd: &d\n  mood: 5\n<<: *d\n{title}\n"), "\n---\n");
    check_front("---\n---\n", &format!("---\n{title}\n"), "\n---\n");
    check_front("---\r\n---\r\n", &format!("---\r\n{title}\r\nstart: 2024-06-07T10:00\r\n"), "\r\n---\r\n");
    check_front("---\n{team: [a], x: 1}\n---\n", &format!("---\n{{team: [a], x: 1, {title}, start: 2024-06-07T10:00"), "}\n---\n");
    check_front("---\n{\n  team: [a],\n}\n---\n", &format!("---\n{{\n  team: [a], {title}, "), "\n}\n---\n");
}

#[test]
fn toml_keys_stand_before_the_first_table() {
    check_front(
        "+++\na = 1\n\n# about x\n[x]\nb = 2\n+++\n",
        "+++\na = 1\ntitle = \"Orders were not confirmed\"\nstart = \"2024-06-07T10:00\"\n",
        "\n# about x\n[x]\nb = 2\n+++\n",
    );
    check_front("+++\na = [\n  [1],\n]\n+++\n", "+++\na = [\n  [1],\n]\ntitle = \"", "\n+++\n");
    check_front("+++\n[x]\nb = 2\n+++\n", "+++\ntitle = \"", "\n[x]\nb = 2\n+++\n");
    check_front("+++\n+++\n", "+++\ntitle = \"", "\n+++\n");
}

#[track_caller]
fn check_front(front: &str, begin: &str, end: &str) {
    let after = annotated(&format!("{front}{REPORT}"));
    let head = after.strip_suffix(REPORT).expect("the text stays");
    assert!(head.starts_with(begin) && head.ends_with(end), "{head}");
}

#[test]
fn json_is_extended_in_its_own_layout() {
    for (front, begin) in [
        (
            "{\n  \"a\": 1,\n  \"b\": [2]\n}\n",
            "{\n  \"a\": 1,\n  \"b\": [2],\n  \"title\": \"Orders were not confirmed\",\n  \"start\": \"2024-06-07T10:00\"",
        ),
        ("{\"a\":1}\n", "{\"a\":1,\"title\":\"Orders were not confirmed\",\"start\":"),
        ("{ \"a\": 1, \"b\": 2 }\n", "{ \"a\": 1, \"b\": 2, \"title\": \"Orders"),
        ("{}\n", "{\"title\": \"Orders were not confirmed\", \"start\": "),
    ] {
        let after = annotated(&format!("{front}{REPORT}"));
        assert!(after.starts_with(begin) && after.ends_with(REPORT), "{after}");
    }
}

#[test]
fn nothing_is_added_where_all_is_declared() {
    let once = annotated(REPORT);
    check(&once[..once.len() - REPORT.len()], &once[..once.len() - REPORT.len()]);
}

#[test]
fn moments_of_several_zones_carry_their_own() {
    let text = REPORT
        .replace("On 7 June 2024 from 10:00 to 11:30 WAT order", "Order")
        .replace("## Timeline (WAT)\n", "- Start: 2024-06-07 10:00 UTC\n- End: 2024-06-07 13:30 CEST\n\n## Timeline\n");
    let after = annotated(&text);
    assert!(after.contains("start: 2024-06-07T10:00 UTC\nend: 2024-06-07T13:30 CEST\n"), "{after}");
    assert!(!after.contains("zone:"), "{after}");
}

#[test]
fn a_title_that_yaml_would_misread_is_quoted() {
    let text = REPORT.replace("# Orders were not confirmed", "# \"Orders\": not confirmed, #2");
    assert!(annotated(&text).starts_with("---\ntitle: '\"Orders\": not confirmed, #2'\n"), "{}", annotated(&text));
}

#[test]
fn a_composed_title_is_not_written() {
    assert!(!annotated(&REPORT.replace("# Orders were not confirmed", "# Postmortem")).contains("title:"));
}

#[test]
fn documents_that_cannot_have_it_are_left_alone() {
    let log = concat!(env!("CARGO_MANIFEST_DIR"), "/content/2024/week-23-incident-log.md");
    check_left(&std::fs::read_to_string(log).expect("the sample can be read"), Level::Error, "several incidents");
    check_left("# On-call guide\n\nAnswer the pager.\n", Level::Note, "no incident");
    check_left(&format!("---\ntitle: a: b\n---\n{REPORT}"), Level::Error, "front matter cannot be read");
    check_left(&format!("---\ntitle: a\n\n{REPORT}"), Level::Error, "front matter cannot be read");
}

#[test]
fn every_sample_keeps_its_record_and_its_text() {
    let content = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let files =
        walkdir::WalkDir::new(content).into_iter().flatten().filter(|entry| entry.path().extension().is_some_and(|ext| ext == "md"));
    let texts: Vec<String> = files.map(|entry| std::fs::read_to_string(entry.path()).expect("a sample can be read")).collect();
    assert!(texts.len() > 20);
    for text in texts {
        annotated(&text);
    }
}

#[test]
fn every_document_of_the_corpus_keeps_its_record_and_its_text() {
    let Ok(corpus) = std::env::var("HINDSITE_CORPUS") else { return };
    let files = walkdir::WalkDir::new(corpus).sort_by_file_name().into_iter().flatten();
    let (mut documents, mut changed) = (0, 0);
    for file in files.filter(|entry| entry.path().extension().is_some_and(|ext| ext == "md")) {
        let Ok(text) = std::fs::read_to_string(file.path()) else { continue };
        documents += 1;
        changed += usize::from(annotated(&text) != text);
    }
    assert!(changed * 2 > documents, "only {changed} of {documents} documents had anything to declare");
}

/// Lines that a front matter can be made of, sound or not.
const YAML_LINES: &[&str] = &[
    "title: Mails",
    "startTime: 2024-06-07",
    "zone:",
    "zone: UTC",
    "severity: sev2",
    "# note",
    "",
    "x: [a, {b: c}]",
    "text: |",
    "  two",
    "    three",
    "end: >-",
    "impact:",
    "  percent: 5",
    "meta: {end: 2024-06-07 11:30}",
    "people: [Dana]",
    "- item",
    "q: 'it''s: #'",
    "services: \"api\"",
    "key: &a 1",
    "b: *a",
];
const TOML_LINES: &[&str] = &[
    "title = 'Mails'",
    "start = 2024-06-07T10:00:00Z",
    "# note",
    "",
    "x = [",
    "  [1],",
    "]",
    "[table]",
    "  [table.sub]",
    "[[list]]",
    "end = '2024-06-07 11:30'",
    "text = \"\"\"",
    "[no table]",
    "\"\"\"",
    "d.e = 1",
    "zone = 'UTC'",
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(200))]
    #[test]
    fn any_front_matter_is_kept(picks in proptest::collection::vec(0..100usize, 0..7), crlf: bool, blank: bool) {
        let end = if crlf { "\r\n" } else { "\n" };
        for (fence, lines) in [("---", YAML_LINES), ("+++", TOML_LINES)] {
            let front: String = picks.iter().map(|pick| format!("{}{end}", lines[pick % lines.len()])).collect();
            let gap = if blank { end } else { "" };
            annotated(&format!("{gap}{fence}{end}{front}{fence}{end}{}", REPORT.replace('\n', end)));
        }
    }
}

//! Holds `theme/README.md` to what templates really get: its list of fields is written from the sources of the views.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fs,
    path::Path,
};

const END_OF_PROSE: &str = "cargo test context_of_templates`. -->\n";

#[derive(Default)]
struct Struct {
    doc: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    doc: String,
}

/// Returns the structs that templates see, by name.
fn structs(sources: &[String]) -> BTreeMap<String, Struct> {
    let mut out = BTreeMap::new();
    for source in sources {
        let (mut doc, mut is_seen, mut open) = (String::new(), false, None::<(String, Struct)>);
        for line in source.lines() {
            let text = line.trim();
            if let Some(comment) = text.strip_prefix("///") {
                doc = format!("{doc} {}", comment.trim()).trim().to_owned();
                continue;
            }
            if text.starts_with("#[") {
                is_seen |= text.contains("Serialize");
                continue;
            }
            let plain = text.strip_prefix("pub(crate) ").or_else(|| text.strip_prefix("pub(super) ")).unwrap_or(text);
            if let Some((name, found)) = &mut open {
                match plain.split_once(": ") {
                    _ if plain == "}" => {
                        out.insert(std::mem::take(name), std::mem::take(found));
                        open = None;
                    }
                    Some((field, kind)) => found.fields.push(Field {
                        name: field.to_owned(),
                        kind: kind.trim_end_matches(',').to_owned(),
                        doc: std::mem::take(&mut doc),
                    }),
                    None => {}
                }
            } else if let Some(name) = plain.strip_prefix("struct ").and_then(|rest| rest.strip_suffix(" {")).filter(|_| is_seen) {
                open = Some((name.to_owned(), Struct { doc: std::mem::take(&mut doc), fields: Vec::new() }));
            }
            doc.clear();
            is_seen = false;
        }
    }
    out
}

/// Says a type in words, and notes the structs in it.
fn in_words(kind: &str, known: &BTreeMap<String, Struct>, named: &mut Vec<String>) -> String {
    let inner = |prefix: &str| kind.strip_prefix(prefix)?.strip_suffix('>');
    if let Some(kind) = inner("Option<") {
        return format!("{}, or nothing", in_words(kind, known, named));
    }
    if let Some(kind) = inner("Vec<") {
        return format!("list of {}", in_words(kind, known, named));
    }
    let name = kind.rsplit("::").next().unwrap_or(kind);
    match name {
        "String" | "&'static str" => "text".to_owned(),
        "bool" => "true or false".to_owned(),
        "usize" | "u8" | "u32" | "f64" => "number".to_owned(),
        _ if known.contains_key(name) => {
            named.push(name.to_owned());
            format!("`{name}`")
        }
        _ => panic!("say in words what a template sees of `{kind}`"),
    }
}

fn describe(found: &Struct, known: &BTreeMap<String, Struct>, named: &mut Vec<String>) -> String {
    let mut out = String::new();
    for field in &found.fields {
        let kind = in_words(&field.kind, known, named);
        let doc = if field.doc.is_empty() { String::new() } else { format!(". {}", field.doc.trim_end_matches('.')) };
        out.push_str(&format!("- `{}`: {kind}{doc}\n", field.name));
    }
    out
}

fn context(sources: &[String]) -> String {
    let known = structs(sources);
    let (mut out, mut named) = (String::new(), Vec::new());
    let mut views: Vec<(&str, &str, &Struct)> = Vec::new();
    for found in known.values() {
        let Some((template, variable)) = found.doc.strip_prefix("What `").and_then(|rest| rest.split_once("` sees as `")) else { continue };
        views.push((template, variable.split('`').next().unwrap_or_default(), found));
    }
    views.sort_by_key(|(template, ..)| (*template != "base.html", *template));
    for (template, variable, found) in views {
        out.push_str(&format!("\n## `{template}`: `{variable}`\n\n{}", describe(found, &known, &mut named)));
    }
    out.push_str("\n## What these hold\n");
    let mut shown = BTreeMap::new();
    while let Some(name) = named.pop() {
        if let Entry::Vacant(place) = shown.entry(name) {
            let text = describe(&known[place.key()], &known, &mut named);
            place.insert(text);
        }
    }
    for (name, text) in shown {
        let doc = known[&name].doc.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned();
        let doc = if doc.is_empty() { String::new() } else { format!("{doc}.\n\n") };
        out.push_str(&format!("\n### `{name}`\n\n{doc}{text}"));
    }
    out
}

#[test]
fn context_of_templates_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = walkdir::WalkDir::new(root.join("src/render")).sort_by_file_name().into_iter().filter_map(Result::ok);
    let sources: Vec<String> = entries
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "rs"))
        .map(|entry| fs::read_to_string(entry.path()).expect("a source can be read").replace("\r\n", "\n"))
        .collect();
    let path = root.join("theme/README.md");
    let readme = fs::read_to_string(&path).expect("the theme has a README").replace("\r\n", "\n");
    let (prose, written) = readme.split_once(END_OF_PROSE).expect("the README says where the list begins");
    let expected = context(&sources);
    if std::env::var_os("HINDSITE_WRITE_DOCS").is_some() {
        fs::write(&path, format!("{prose}{END_OF_PROSE}{expected}")).expect("the README can be written");
    } else {
        assert_eq!(written, expected, "run the test with HINDSITE_WRITE_DOCS=1 and read the difference");
    }
    let theme = fs::read_to_string(root.join("src/render/theme.rs")).expect("a source can be read");
    let globals: BTreeSet<&str> = theme.split("context.insert(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(globals.len() > 5, "{globals:?}");
    for global in globals {
        assert!(prose.contains(&format!("`{global}`")), "`{global}` is not documented");
    }
}

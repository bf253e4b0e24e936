use std::fmt::Write as _;

use super::*;

/// Writes a tree as one line for each block, so that tests can state what they expect.
fn outline(blocks: &[Block], indent: usize, out: &mut String) {
    for block in blocks {
        let pad = " ".repeat(indent);
        match &block.kind {
            BlockKind::Heading { level, inlines, anchor, .. } => {
                writeln!(out, "{pad}h{level} {} #{anchor}", plain_text(inlines))
            }
            BlockKind::Paragraph(inlines) => writeln!(out, "{pad}p {}", plain_text(inlines)),
            BlockKind::Rule => writeln!(out, "{pad}rule"),
            BlockKind::Html(html) => writeln!(out, "{pad}html {}", html.trim()),
            BlockKind::Code { literal, .. } => writeln!(out, "{pad}code {}", literal.trim()),
            BlockKind::Quote(inner) => {
                writeln!(out, "{pad}quote").unwrap();
                outline(inner, indent + 1, out);
                Ok(())
            }
            BlockKind::List { items, .. } => {
                for item in items {
                    writeln!(out, "{pad}item {:?}", item.task).unwrap();
                    outline(&item.blocks, indent + 1, out);
                }
                Ok(())
            }
            BlockKind::Table { header, rows, .. } => {
                for row in std::iter::once(header).chain(rows) {
                    let cells: Vec<String> = row.cells.iter().map(|cell| plain_text(&cell.inlines)).collect();
                    writeln!(out, "{pad}row {}", cells.join(" | ")).unwrap();
                }
                Ok(())
            }
            other => writeln!(out, "{pad}{other:?}"),
        }
        .unwrap();
    }
}

#[track_caller]
fn check(markdown: &str, expected: &[&str]) {
    let mut actual = String::new();
    outline(&Document::from_text(markdown).blocks, 0, &mut actual);
    assert_eq!(actual.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn headings_without_a_space_count() {
    check("#Title\n\ntext", &["h1 Title #title", "p text"]);
    check("##Impact\nAll users.\n##Root cause\nA bug.", &["h2 Impact #impact", "p All users.", "h2 Root cause #root-cause", "p A bug."]);
    check("before\n#Title\nafter", &["p before", "h1 Title #title", "p after"]);
}

#[test]
fn hashes_that_are_not_headings_stay_text() {
    for text in ["#123 is fixed", "#incident-42", "#!/bin/sh", "see #Title", "#One #Two"] {
        check(text, &[&format!("p {text}")]);
    }
    check("\\#Title", &["p #Title"]);
    check("before\n\\##Title", &["p before ##Title"]);
}

#[test]
fn a_line_that_is_bold_as_a_whole_is_a_heading() {
    check("# A\n\n**Impact**\n\nx", &["h1 A #a", "h2 Impact #impact", "p x"]);
    check("## A\n**Timeline:**\n10:00 x", &["h2 A #a", "h3 Timeline: #timeline", "p 10:00 x"]);
    check("**Summary: a bad night**", &["h2 Summary: a bad night #summary-a-bad-night"]);
    check("**Timeline**:\n- x", &["h2 Timeline #timeline", "item None", " p x"]);
}

#[test]
fn bold_text_that_is_not_a_heading_stays_text() {
    check("**10:00 AM:** paged", &["p 10:00 AM: paged"]);
    check("**We are sorry for this.**", &["p We are sorry for this."]);
    check("**Severity: SEV1**\n**Owner: Ana**", &["p Severity: SEV1 Owner: Ana"]);
    check("a\n**b**\nc", &["p a b c"]);
    check("**All times are in UTC**\n\nx", &["p All times are in UTC", "p x"]);
    check("**Duration: 45 minutes**", &["p Duration: 45 minutes"]);
    check("**We lost data**\nand found it.", &["p We lost data and found it."]);
}

#[test]
fn html_headings_count_also_inside_other_html() {
    check("<h1>Outage &amp; loss</h1>\n\nx", &["h1 Outage & loss #outage--loss", "p x"]);
    check(
        "<div align=\"center\">\n<h2 id=\"a\"><a href=\"#a\">Impact</a></h2>\n<p>x</p>\n</div>",
        &["html <div align=\"center\">", "h2 Impact #impact", "html <p>x</p>", "</div>"],
    );
    check("<!-- <h1>No</h1> -->\n\nx", &["html <!-- <h1>No</h1> -->", "p x"]);
    check("<div><!-- <h1>No</h1> --><H2 class='a'>Yes<br/>it is</H2>", &["html <div><!-- <h1>No</h1> -->", "h2 Yes it is #yes-it-is"]);
    check("<pre><h1>No</h1></pre>\n\nx", &["html <pre><h1>No</h1></pre>", "p x"]);
}

#[test]
fn prose_above_a_rule_is_not_a_heading() {
    check("Two lines\nof prose.\n---\n", &["p Two lines of prose.", "rule"]);
    check("Impact\n---\n", &["h2 Impact #impact"]);
    check("Title\n===\n", &["h1 Title #title"]);
}

#[test]
fn anchors_are_unique_and_keep_every_script() {
    check("# A\n# A\n# A-1\n# A", &["h1 A #a", "h1 A #a-1", "h1 A-1 #a-1-1", "h1 A #a-2"]);
    check(
        "# Störung: Überlast\n# 障害\n# !\n# hs-x",
        &["h1 Störung: Überlast #störung-überlast", "h1 障害 #障害", "h1 ! #section", "h1 hs-x #section-hs-x"],
    );
}

#[test]
fn a_heading_without_text_is_none() {
    check("#\n\n# ![x](y.png)\n\n# ![](y.png)\n", &["h1 x #x", "p "]);
}

/// Calls `check` with the span of everything in the tree.
fn visit_spans(blocks: &[Block], check: &mut dyn FnMut(Span)) {
    text::visit_blocks(blocks, &mut |inline| check(inline.span));
    for block in blocks {
        check(block.span);
        match &block.kind {
            BlockKind::Quote(inner) | BlockKind::Alert { blocks: inner, .. } | BlockKind::Footnote { blocks: inner, .. } => {
                visit_spans(inner, check);
            }
            BlockKind::List { items, .. } => {
                for item in items {
                    check(item.span);
                    visit_spans(&item.blocks, check);
                }
            }
            BlockKind::Table { header, rows, .. } => {
                for row in std::iter::once(header).chain(rows) {
                    check(row.span);
                    row.cells.iter().for_each(|cell| check(cell.span));
                }
            }
            _ => {}
        }
    }
}

#[track_caller]
fn check_spans(text: &str) {
    let source = Source::from_text("a.md", text);
    let parsed = parse_document(&source);
    let document = parsed.value;
    let text = &document.text;
    let mut check = |span: Span| {
        assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
    };
    visit_spans(&document.blocks, &mut check);
    parsed.diagnostics.iter().filter_map(|finding| finding.span).for_each(&mut check);
    if let Some(front_matter) = &document.front_matter {
        check(front_matter.span);
        front_matter.entries.iter().for_each(|entry| {
            check(entry.key_span);
            check(entry.value.span);
        });
    }
    let starts: Vec<usize> =
        document.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Footnote { .. })).map(|block| block.span.start).collect();
    assert!(starts.is_sorted(), "blocks out of order: {starts:?} in {text:?}");
    let mut anchors = document.anchors();
    let count = anchors.len();
    anchors.sort();
    anchors.dedup();
    assert_eq!(anchors.len(), count, "an anchor is there twice in {text:?}");
}

/// The text of every inline must stand where its span says, where nothing is escaped.
#[test]
fn spans_hold_the_text() {
    let text = "---\na: b\n---\n# Störung\r\n\r\n- *é* [l](u)\r\n- [x] done\n\n| a | b \\| c | d |\n|---|---|---|\n| é | `x` | **y** |\n\n> q **字** r\n\nterm\n\n: detail\n";
    let document = Document::from_text(text);
    let mut seen = Vec::new();
    text::visit_blocks(&document.blocks, &mut |inline| {
        if let InlineKind::Text(part) = &inline.kind {
            seen.push((part.clone(), inline.span.text(text).to_owned()));
        }
    });
    let escaped: Vec<_> = seen.iter().filter(|(part, source)| part != source).collect();
    assert_eq!(escaped, [&("b | c".to_owned(), "b \\| c".to_owned())]);
    assert!(seen.len() >= 10, "{seen:?}");
}

#[test]
fn nesting_beyond_the_limit_becomes_plain_text_with_a_diagnostic() {
    for text in ["> ".repeat(1000) + "deep", "*a **b ".repeat(400) + "deep" + &"** *".repeat(400), "- ".repeat(1000) + "deep"] {
        let parsed = parse_document(&Source::from_text("a.md", &text));
        check_spans(&text);
        let mut found = false;
        text::visit_blocks(&parsed.value.blocks, &mut |inline| {
            found |= matches!(&inline.kind, InlineKind::Text(part) if part.contains("deep"));
        });
        assert!(found, "{}", &text[..20]);
    }
    let parsed = parse_document(&Source::from_text("a.md", &"> ".repeat(1000)));
    assert_eq!(parsed.diagnostics.first().map(|finding| finding.code), Some(crate::diag::Code::DocumentTooDeep));
}

#[test]
fn links_are_found_wherever_they_are() {
    let document = Document::from_text(
        "[a](b.md) ![i](c.png)\n\n<a href='d.md'>x</a> <img src=\"e.png\" alt=f>\n\n> [q][r]\n\n[r]: g.md\n\n[[Page|text]]\n",
    );
    let links: Vec<_> = document.links().into_iter().map(|link| format!("{} {} {}", link.url, link.image, link.text)).collect();
    assert_eq!(links, ["b.md false a", "c.png true i", "d.md false ", "e.png true f", "g.md false q", "Page false text"]);
}

fn markdownish() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let piece = prop::sample::select(vec![
        "# ",
        "#Title\n",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "*",
        "**",
        "**Bold**\n",
        "__x__:\n",
        "`",
        "```\n",
        "[a](b)",
        "<h2>x</h2>",
        "<div>\n",
        "|",
        "| a \\| b | c |\n",
        "|-|-|\n",
        "[^1]",
        "[^1]: ",
        "\n: ",
        "---\n",
        "+++\n",
        "===\n",
        "[x] ",
        "> [!NOTE]\n",
        "é",
        "字",
        "\u{feff}",
        "\t",
        "    ",
        "\\",
        "&amp;",
        "&#0;",
        "\0",
        "<!--",
        "-->",
        "[[a|b]]",
        "a: b\n",
        "a: &x [*x, {",
        "{\"a\": 1}\n",
        "\r\n",
        "\r",
        "http://a.b",
        "word ",
        "\u{202e}",
        "<h1>a</h1",
        "<pre><h1>a</h1></pre>\n",
        "\u{2028}",
        "a = 1\n",
        "...\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_markdown_has_spans_inside_the_text(text in markdownish()) {
        check_spans(&text);
    }

    #[test]
    fn any_front_matter_has_spans_inside_the_text(block in markdownish(), body in ".{0,40}") {
        for fence in ["---", "+++"] {
            check_spans(&format!("{fence}\n{block}\n{fence}\n{body}"));
        }
        check_spans(&format!("{{\"a\": {block}}}\n{body}"));
    }

    #[test]
    fn any_text_has_spans_inside_the_text(text in ".{0,200}") {
        check_spans(&text);
    }
}

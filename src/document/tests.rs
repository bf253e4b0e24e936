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
}

#[test]
fn a_line_that_is_bold_as_a_whole_is_a_heading() {
    check("# A\n\n**Impact**\n\nx", &["h1 A #a", "h2 Impact #impact", "p x"]);
    check("## A\n**Timeline:**\n10:00 x", &["h2 A #a", "h3 Timeline: #timeline", "p 10:00 x"]);
    check("**Timeline**:\n- x", &["h2 Timeline #timeline", "item None", " p x"]);
}

#[test]
fn bold_text_that_is_not_a_heading_stays_text() {
    check("**10:00 AM:** paged", &["p 10:00 AM: paged"]);
    check("**We are sorry for this.**", &["p We are sorry for this."]);
    check("**Severity: SEV1**\n**Owner: Ana**", &["p Severity: SEV1 Owner: Ana"]);
    check("a\n**b**\nc", &["p a b c"]);
}

#[test]
fn html_headings_count_also_inside_other_html() {
    check("<h1>Outage &amp; loss</h1>\n\nx", &["h1 Outage & loss #outage--loss", "p x"]);
    check(
        "<div align=\"center\">\n<h2 id=\"a\"><a href=\"#a\">Impact</a></h2>\n<p>x</p>\n</div>",
        &["html <div align=\"center\">", "h2 Impact #impact", "html <p>x</p>", "</div>"],
    );
    check("<!-- <h1>No</h1> -->\n\nx", &["html <!-- <h1>No</h1> -->", "p x"]);
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

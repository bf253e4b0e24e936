use super::*;
use crate::document::{BlockKind, Document, InlineKind};

/// Texts that each wiki would take for something else, if it could.
const HOSTILE: [&str; 37] = [
    "[[x]] {{y}} {{{z}}}",
    "''i'' '''b''' | || ~~~~ ~~~",
    "__NOTOC__ __FORCETOC__ __a__",
    "<nowiki>''x''</nowiki> <pre>y</pre>",
    "-{zh-hans:a;zh-hant:b}-",
    "RFC 1234 and PMID 12345 and ISBN 0306406152",
    "http://example.org/ and //example.org and mailto:a@example.org",
    "#REDIRECT [[Main Page]]",
    "{| class=x\n|-\n| a\n|}",
    "---- and ==== and ====",
    "* a",
    "# b",
    ": c",
    "; d",
    "= e =",
    " leading blank",
    "<script>alert(1)</script>",
    "<b>bold</b> &amp; &lt; &#65; &nbsp;",
    "a & b < c > d \" e ' f",
    "&#91;&#91;x&#93;&#93;",
    "\u{1}\u{8}\u{b}control",
    "]]> <![CDATA[ x ]]>",
    "<!-- comment -->",
    "*a* _b_ `c` ~~d~~ **e** __f__",
    "1. one 2) two",
    "- item + item",
    "![i](x) [l](y) [r][s] [^1] ^[x]",
    "| a | b |",
    "> quote",
    "$x^2$ $$y$$ :smile: @name #12 !12",
    "C# snake_case_name a*b*c 2*3*4",
    "[[_TOC_]] [TOC] <<Macro()>> ==mark==",
    "\\ \\* \\[ \\\\ end\\",
    "{{subst:PAGENAME}} {{#if:x|y}} {{PAGENAME}}",
    "<ac:structured-macro ac:name=\"html\"><x/></ac:structured-macro>",
    "日本語 العربية e\u{301} 🔥",
    "17:12 a-b a--b a---- snake_case a__b__c don't d''on''t news:123 tel:1 x:2 urn:a 10:mailto:a",
];

const DIALECTS: [Dialect; 9] = [
    Dialect::GitHub,
    Dialect::GitLab,
    Dialect::Gitea,
    Dialect::Azure,
    Dialect::Gollum,
    Dialect::Otter,
    Dialect::MediaWiki { highlight: false },
    Dialect::MediaWiki { highlight: true },
    Dialect::Confluence,
];

const PAGE: &str = "Intro with a [link](other.md#why), a [bad one](nowhere.md) and ![the graph](graph.png).\n\n## Root cause\n\n\
The pool[^p] was full. See [the timeline](#timeline) and H<sub>2</sub>O, [SEV1](badge:red).\n\n[^p]: Of the database.\n\n## Timeline\n\n\
<details><summary>More</summary>\n\n```sql\nselect '[[x]]';\n```\n\n</details>\n\n| a | b |\n|---|--:|\n| `x|y` | 2 |\n\n\
> [!WARNING]\n> Mind the pool.\n\n- [ ] Alert on the pool\n- [x] Raise the limit\n\n1. one\n   - two\n\n<table><tr><th>Old</th></tr><tr><td>cell</td></tr></table>\n";

fn resolve(url: &str, image: bool) -> WikiLink {
    match url {
        "graph.png" => WikiLink::File("graph-1a2b3c4d.png".to_owned()),
        "other.md#why" => WikiLink::Page { address: "Log/Other".to_owned(), anchor: Some("why".to_owned()) },
        "#timeline" => WikiLink::Here("timeline".to_owned()),
        "badge:red" => WikiLink::Badge(BadgeColour::Red),
        url if url.starts_with("http") => WikiLink::Url(url.to_owned()),
        _ => {
            assert!(!image, "{url}");
            WikiLink::Text
        }
    }
}

fn written(dialect: Dialect, markdown: &str) -> String {
    let document = Document::from_text(markdown);
    let page = WikiPage { title: "A page", blocks: &document.blocks, labels: &["sev1".to_owned()].into(), contents: false };
    render_wiki_page(dialect, &page, &resolve)
}

/// Returns the text of XML or HTML, without its tags.
fn text_of(markup: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for letter in markup.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    crate::document::html::decode(&text)
}

/// Returns the text as it should come out: what cannot be written is replaced.
fn shown(text: &str) -> String {
    let replaced = text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c });
    replaced.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hostile_nodes() -> Vec<Node> {
    HOSTILE.iter().map(|one| Node::Paragraph(vec![Piece::Text((*one).to_owned())])).collect()
}

#[test]
fn nothing_of_the_text_is_lost() {
    for dialect in DIALECTS {
        let page = written(dialect, PAGE);
        let text = if dialect == Dialect::Confluence { page.replace("<![CDATA[", "").replace("]]>", "") } else { page };
        let text = text_of(&text);
        for word in [
            "Intro with a",
            "bad one",
            "The pool",
            "SEV1",
            "Of the database",
            "select '",
            "More",
            "Mind the pool",
            "Raise the limit",
            "two",
            "cell",
        ] {
            assert!(text.contains(word), "{dialect:?} lacks {word}:\n{text}");
        }
    }
}

#[test]
fn links_lead_to_pages_headings_and_files() {
    for (dialect, expected) in [
        (Dialect::GitHub, ["[link](Log/Other#why)", "[the timeline](#timeline)", "![the graph](graph-1a2b3c4d.png)"]),
        (
            Dialect::MediaWiki { highlight: false },
            ["[[:Log/Other#why|link]]", "[[#timeline|the timeline]]", "[[File:graph-1a2b3c4d.png|760px|alt=the graph]]"],
        ),
        (
            Dialect::Confluence,
            [
                "<ac:link ac:anchor=\"why\"><ri:page ri:content-title=\"Log/Other\"/><ac:link-body>link</ac:link-body></ac:link>",
                "<ac:link ac:anchor=\"timeline\"><ac:link-body>the timeline</ac:link-body></ac:link>",
                "<ri:attachment ri:filename=\"graph-1a2b3c4d.png\"/>",
            ],
        ),
    ] {
        let page = written(dialect, PAGE);
        for one in expected {
            assert!(page.contains(one), "{dialect:?} lacks {one}:\n{page}");
        }
    }
}

#[test]
fn labels_are_categories_where_the_text_has_them() {
    assert!(written(Dialect::MediaWiki { highlight: false }, "x").ends_with("[[Category:sev1]]"));
    assert!(!written(Dialect::GitHub, "x").contains("sev1"));
}

#[test]
fn a_notice_is_put_at_the_top_once() {
    for dialect in DIALECTS {
        let body = written(dialect, PAGE);
        let marked = with_stale_notice(dialect, &body, "Its source is <gone> & [[away]].", false);
        // Where labels are part of the text, that of stale pages stands behind it.
        let (_, behind) = marked.split_once(&*body).unwrap_or_else(|| panic!("{dialect:?} lost the text of the page:\n{marked}"));
        assert!(marked.len() > body.len() && (behind.is_empty() || behind.starts_with("\n[[Category:")), "{dialect:?}: {behind:?}");
        assert_eq!(with_stale_notice(dialect, &marked, "Its source is <gone> & [[away]].", false), marked, "{dialect:?}");
    }
}

#[test]
fn text_in_two_lists_in_a_row_stays_in_two_lists() {
    let item = |words: &str| Item { task: None, nodes: vec![paragraph(words)] };
    let list = |words: &str| Node::List { first_number: None, items: vec![item(words)] };
    let page = markdown::write(&[list("a"), list("b"), list("c")], markdown::Features::of(Dialect::GitHub));
    assert_eq!(Document::from_text(&page).blocks.len(), 3, "{page}");
}

#[test]
fn markers_that_would_not_be_read_become_tags() {
    for (markdown, expected) in [
        ("a **b** c", "a **b** c"),
        ("a**b**c", "a<strong>b</strong>c"),
        ("**b.** c", "<strong>b.</strong> c"),
        ("*a* and ~~b~~", "*a* and ~~b~~"),
    ] {
        assert_eq!(written(Dialect::GitHub, markdown).trim_end(), expected);
    }
}

#[test]
fn hostile_text_is_text_in_wikitext() {
    for one in HOSTILE {
        let written = wikitext::escaped(one);
        for sign in ["[[", "{{", "''", "~~~", "__", "-{", "--", "://", "mailto:", "news:", "tel:", "urn:", "<", "|", "]]"] {
            assert!(!written.contains(sign), "{one:?} became {written:?}");
        }
        let expected: String = shown(&unicode_normalization::UnicodeNormalization::nfc(one).collect::<String>());
        let nfc: String = unicode_normalization::UnicodeNormalization::nfc(written.as_str()).collect();
        assert_eq!(shown(&crate::document::html::decode(&nfc)), expected, "{written:?}");
    }
}

#[test]
fn hostile_text_is_text_in_storage_format() {
    let xml = storage::write(&hostile_nodes());
    let texts: Vec<String> = xml.split("</p>").filter(|part| !part.is_empty()).map(|part| shown(&text_of(part))).collect();
    let expected: Vec<String> = HOSTILE.iter().map(|one| shown(one)).collect();
    assert_eq!(texts, expected);
}

#[test]
fn hostile_text_is_text_in_markdown() {
    let written = markdown::write(&hostile_nodes(), markdown::Features::of(Dialect::GitHub));
    let document = Document::from_text(&written);
    let mut texts = Vec::new();
    for block in &document.blocks {
        let inlines = match &block.kind {
            BlockKind::Paragraph(inlines) => inlines,
            other => panic!("{other:?} in\n{written}"),
        };
        for inline in inlines {
            // An address in plain text is a link on most wikis, as it is in the document itself.
            assert!(matches!(inline.kind, InlineKind::Text(_) | InlineKind::Link { .. }), "{:?} in\n{written}", inline.kind);
        }
        texts.push(shown(&crate::document::plain_text(inlines)));
    }
    let expected: Vec<String> = HOSTILE.iter().map(|one| shown(one)).collect();
    assert_eq!(texts, expected, "{written}");
}

#[test]
fn storage_format_is_well_formed_and_cuts_what_would_end_it() {
    let nodes = vec![
        Node::Code { language: "sql".to_owned(), text: "a ]]> b ]]> c".to_owned() },
        Node::Paragraph(vec![Piece::Anchor("x\"<".to_owned()), Piece::Image { file: "files/a&b.png".to_owned(), alt: "<\"".to_owned() }]),
    ];
    let xml = storage::write(&nodes);
    let whole = format!("<r xmlns:ac=\"a\" xmlns:ri=\"r\">{xml}</r>");
    let mut reader = quick_xml::Reader::from_str(&whole);
    let mut code = String::new();
    loop {
        match reader.read_event().expect("well-formed") {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::CData(data) => code.push_str(&data),
            _ => {}
        }
    }
    assert_eq!(code, "a ]]> b ]]> c");
}

#[test]
fn a_stale_page_of_mediawiki_is_in_the_category_of_stale_pages_and_an_archived_one_in_no_other() {
    let body = "<p>Text</p>\n[[Category:incident]]\n[[Category:sev2]]";
    let mediawiki = Dialect::MediaWiki { highlight: false };
    let marked = |archived: bool| with_stale_notice(mediawiki, body, "Gone.", archived);
    assert!(marked(false).ends_with("<p>Text</p>\n[[Category:incident]]\n[[Category:sev2]]\n[[Category:stale]]"), "{}", marked(false));
    assert!(marked(true).ends_with("<p>Text</p>\n[[Category:stale]]"), "{}", marked(true));
    assert_eq!(with_stale_notice(mediawiki, &marked(true), "Gone.", true), marked(true));
}

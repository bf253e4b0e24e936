use super::*;
use crate::{document::html::Token, source::Source};

fn body(markdown: &str, settings: &Settings) -> Diagnosed<Body> {
    render_body(settings, &Document::from_text(markdown))
}

fn target(url: &str, _: bool) -> Target {
    match url {
        _ if url.contains("nowhere") => Target::Missing,
        "known.png" => Target::Image(url.to_owned(), (640, 480)),
        _ => Target::Href(url.replace(".md", ".html")),
    }
}

fn html(markdown: &str) -> String {
    let body = body(markdown, &Settings::default()).value;
    let html = body.resolve(&target);
    check_balanced(&html);
    html
}

#[track_caller]
fn check(markdown: &str, expected: &str) {
    assert_eq!(html(markdown).trim_end(), expected);
}

/// Every element that is opened is closed, in order, and no id is there twice.
#[track_caller]
fn check_balanced(html: &str) {
    let mut open = Vec::new();
    let mut ids = BTreeSet::new();
    for token in crate::document::html::tokens(html) {
        match token {
            Token::Open(tag) => {
                if let Some(id) = tag.attribute("id") {
                    assert!(ids.insert(id.to_owned()), "id {id:?} twice in {html}");
                }
                if !matches!(tag.name.as_str(), "br" | "hr" | "img" | "input" | "col" | "wbr") {
                    open.push(tag.name);
                }
            }
            Token::Close(name) => assert_eq!(open.pop().as_deref(), Some(name.as_str()), "in {html}"),
            Token::Text(text) => assert!(!text.contains('<'), "{text:?} in {html}"),
            Token::Comment => panic!("a comment in {html}"),
        }
    }
    assert!(open.is_empty(), "{open:?} left open in {html}");
}

#[test]
fn text_is_escaped_and_marked_up() {
    check(
        "a < b & *c* **d** ~~e~~ `<f>`",
        "<p dir=\"auto\">a &lt; b &amp; <em>c</em> <strong>d</strong> <del>e</del> <code>&lt;f&gt;</code></p>",
    );
    check("a\\\nb", "<p dir=\"auto\">a<br>\nb</p>");
    check("```yaml title\n<a>\n```", "<pre tabindex=\"0\" dir=\"ltr\"><code class=\"language-yaml\">&lt;a&gt;\n</code></pre>");
    check("> q\n\n---", "<blockquote>\n<p dir=\"auto\">q</p>\n</blockquote>\n<hr>");
}

#[test]
fn lists_and_tasks() {
    check("- a\n- b", "<ul>\n<li dir=\"auto\">a</li>\n<li dir=\"auto\">b</li>\n</ul>");
    check(
        "3. a\n\n4. b",
        "<ol start=\"3\">\n<li dir=\"auto\">\n<p dir=\"auto\">a</p>\n</li>\n<li dir=\"auto\">\n<p dir=\"auto\">b</p>\n</li>\n</ol>",
    );
    check(
        "- [x] done *it*\n- [ ] \"open\"",
        "<ul class=\"tasks\">\n<li dir=\"auto\"><input type=\"checkbox\" disabled checked aria-label=\"done it\"> done <em>it</em></li>\n\
         <li dir=\"auto\"><input type=\"checkbox\" disabled aria-label=\"&quot;open&quot;\"> &quot;open&quot;</li>\n</ul>",
    );
}

#[test]
fn tables_can_be_scrolled_and_alerts_say_their_word() {
    let table = html("| a | b |\n|---|--:|\n| 1 | 2 |");
    assert!(table.starts_with("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>"), "{table}");
    assert!(
        table.contains("<th scope=\"col\" class=\"r\" dir=\"auto\">b</th>") && table.contains("<td class=\"r\" dir=\"auto\">2</td>"),
        "{table}"
    );
    check(
        "> [!WARNING]\n> Careful",
        "<div class=\"note\" data-kind=\"warning\" role=\"note\">\n<p class=\"note-word\" dir=\"auto\"><strong>Warning</strong></p>\n<p dir=\"auto\">Careful</p>\n</div>",
    );
}

#[track_caller]
fn check_outline(markdown: &str, expected: &[&str]) {
    let html = html(markdown);
    let mut found = Vec::new();
    for token in crate::document::html::tokens(&html) {
        if let Token::Open(tag) = token
            && matches!(tag.name.as_bytes(), [b'h', b'1'..=b'6'])
        {
            found.push(format!("{} {}", tag.name, tag.attribute("id").unwrap_or("-")));
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn headings_start_at_the_second_level_and_skip_none() {
    check_outline("# Title\n\n## A\n\n#### B\n\n## C", &["h2 a", "h3 b", "h2 c"]);
    check_outline("# Title\n\n### A\n\n# B\n\n## C", &["h2 a", "h2 b", "h3 c"]);
    check_outline("> # Quoted\n\n## A", &["h2 a"]);
    check_outline("<div>\n<h1>T</h1>\n<h3>A</h3>\n</div>\n\n- <h1>x</h1>", &["h2 a", "h2 -"]);
    check("# T\n\n## A", "<h2 id=\"a\" dir=\"auto\">A <a class=\"anchor\" href=\"#a\" aria-label=\"Link to this section\">#</a></h2>");
}

#[test]
fn only_the_title_heading_is_left_out() {
    check_outline("![x](y.png)\n\n## The disk was full\n\n### A\n\n## B", &["h2 a", "h2 b"]);
    check_outline("**Postmortem: the disk**\n\n**Impact**\n\nx", &["h2 impact"]);
    check_outline("# Impact\n\nx\n\n# Timeline", &["h2 impact", "h2 timeline"]);
    check_outline("## A\n\n# B", &["h2 a", "h2 b"]);
    let with_title = body("# The disk\n\nx", &Settings::default()).value;
    assert_eq!(with_title.title_anchor(), Some("the-disk"));
    check_outline("words first\n\n## A", &["h2 a"]);
}

#[test]
fn links_are_resolved_marked_or_refused() {
    check("[a](b.md \"t\")", "<p dir=\"auto\"><a href=\"b.html\" title=\"t\">a</a></p>");
    check(
        "<https://x.example/a?b&c>",
        "<p dir=\"auto\"><a href=\"https://x.example/a?b&amp;c\" rel=\"noopener\">https://x.example/a?b&amp;c</a></p>",
    );
    check("[a](nowhere.md)", "<p dir=\"auto\"><span class=\"missing\" title=\"Not found: nowhere.md\">a</span></p>");
    check("[[Page|text]]", "<p dir=\"auto\"><a href=\"Page\">text</a></p>");
    for url in ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "file:///x", "vbscript:x"] {
        check(
            &format!("[a](<{url}>)"),
            &format!("<p dir=\"auto\"><span class=\"refused\" title=\"Address not allowed: {url}\">a</span></p>"),
        );
    }
    check("[a](&#106;avascript:x)", "<p dir=\"auto\"><span class=\"refused\" title=\"Address not allowed: javascript:x\">a</span></p>");
}

#[test]
fn images_load_lazily_and_without_referrer() {
    check("![a](b.png)", "<p dir=\"auto\"><img src=\"b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\"></p>");
    check(
        "![a](https://x.example/b.png)",
        "<p dir=\"auto\"><img src=\"https://x.example/b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\"></p>",
    );
    check("![](nowhere/b.png)", "<p dir=\"auto\"><span class=\"missing\" title=\"Not found: nowhere/b.png\">b.png</span></p>");
    let settings = Settings { remote_images: RemoteImages::Link, ..Settings::default() };
    let linked = |markdown| body(markdown, &settings).value.resolve(&target);
    assert_eq!(linked("![a](https://x.example/b.png)"), "<p dir=\"auto\"><a href=\"https://x.example/b.png\" rel=\"noopener\">a</a></p>\n");
    assert_eq!(linked("[![a](https://x.example/b.png)](c.md)"), "<p dir=\"auto\"><a href=\"c.html\">a</a></p>\n");
}

#[test]
fn images_keep_their_place_while_they_load() {
    check(
        "![a](known.png)",
        "<p dir=\"auto\"><img src=\"known.png\" alt=\"a\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\"></p>",
    );
    check("<img src=known.png alt=a width=64>", "<img src=\"known.png\" alt=\"a\" width=\"64\" loading=\"lazy\" decoding=\"async\">");
    check("[a](known.png)", "<p dir=\"auto\"><a href=\"known.png\">a</a></p>");
}

#[test]
fn raw_html_is_sanitised_with_its_links() {
    check(
        "<a href=\"b.md\" onclick=\"x()\">t</a> <img src=nowhere.png alt=i> <script>x()</script>",
        "<p dir=\"auto\"><a href=\"b.html\">t</a> <span class=\"missing\" title=\"Not found: nowhere.png\">i</span> </p>",
    );
    check(
        "<details>\n<summary>s</summary>\n\ntext\n\n</details>",
        "<details>\n<summary>s</summary>\n\n<p dir=\"auto\">text</p>\n</details>",
    );
    let escaped = body("<b>x</b>", &Settings { raw_html: RawHtml::Escape, ..Settings::default() }).value;
    assert_eq!(escaped.resolve(&target), "<p dir=\"auto\">&lt;b&gt;x&lt;/b&gt;</p>\n");
    check("<input type=\"text\" value=\"x\" id=\"hs-x\">", "<input type=\"checkbox\" disabled>");
    check("a<br/>b <!-- c -->", "<p dir=\"auto\">a<br>b </p>");
}

#[test]
fn markdown_looks_the_same_beside_raw_html() {
    let plain = "## A\n\n- [x] t\n\n| a |\n|:-:|\n| b[^1] |\n\n```sh\nx\n```\n\n> [!TIP]\n> y\n\n[l](b.md) ![i](c.png)\n\n[^1]: note\n";
    let with_raw = html(&format!("{plain}\n<b>raw</b>\n"));
    let different: Vec<String> = html(plain).lines().filter(|line| !with_raw.contains(line)).map(str::to_owned).collect();
    assert!(different.is_empty(), "{different:#?}\n{with_raw}");
}

#[test]
fn ids_of_raw_html_give_way_to_headings_and_to_the_page() {
    let html = html("<a name=\"a\"></a><i id=\"b\">x</i><i id=\"hs-c\">y</i><i id=\"b\">z</i>\n\n## A\n\n[x](#b)");
    assert!(html.contains("<i id=\"b\">x</i><i>y</i><i>z</i>") && html.contains("<h2 id=\"a\""), "{html}");
    assert_eq!(Document::from_text("<i id=\"b\">x</i>\n\n## A").anchors(), ["a", "b"]);
}

#[test]
fn footnotes_have_links_both_ways() {
    let html = html("a[^x] b[^y] c[^x]\n\n[^y]: Y\n[^x]: X");
    for part in [
        "<a class=\"fnref\" href=\"#hs-fn-1\" id=\"hs-fnref-1\" aria-label=\"Footnote 1\">1</a>",
        "id=\"hs-fnref-1-2\"",
        "<li id=\"hs-fn-2\" value=\"2\" dir=\"auto\">\n<p dir=\"auto\">Y</p>",
        "<a class=\"fnback\" href=\"#hs-fnref-1-2\" aria-label=\"Back to reference 2 of footnote 1\">",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn a_part_shows_only_its_blocks() {
    let text = "# T\n\nintro\n\n## One\n\na[^1]\n\n## Two\n\nb[^2]\n\n### Deep\n\n[^1]: first\n[^2]: second\n";
    let body = body(text, &Settings::default()).value;
    let start = text.find("## Two").unwrap();
    let part = body.part(Span::new(start, text.len()), &target);
    check_balanced(&part);
    assert!(part.starts_with("<p dir=\"auto\">b<sup>") && part.contains("<h2 id=\"deep\""), "{part}");
    assert!(part.contains("second") && !part.contains("first") && !part.contains("intro"), "{part}");
    let rest = body.without(&[Span::new(start, text.len())], &target);
    assert!(rest.contains("intro") && rest.contains("first") && !rest.contains("second"), "{rest}");
}

#[test]
fn plain_text_has_no_markup_and_keeps_words_apart() {
    let body = body(
        "# T\n\na *b* &amp; `c`\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n<b>r</b><script>no</script>[^1]\n\n[^1]: f",
        &Settings::default(),
    );
    assert_eq!(body.value.plain_text(), "T\na b & c\nx y 1 2\nr\nf");
}

/// Inputs that make parsers or pages explode. What is bounded is counted, not timed.
#[test]
fn attacks_stay_bounded() {
    let nested_quotes = "> ".repeat(5000) + "x";
    let stars = "* ".repeat(5000) + "x";
    for (name, text) in [
        ("quotes", nested_quotes),
        ("stars", stars),
        ("footnotes", "[^a]".repeat(40_000) + "\n\n[^a]: x"),
        (
            "distinct footnotes",
            (0..5000).map(|n| format!("[^{n}] ")).collect::<String>() + &(0..5000).map(|n| format!("\n\n[^{n}]: x")).collect::<String>(),
        ),
        ("table", "|a".repeat(500) + "|\n" + &"|-".repeat(500) + "|\n" + &"|\n".repeat(20_000)),
        ("divs", "<div>".repeat(20_000)),
        ("inline tags", "<b>".repeat(20_000)),
        ("brackets", "[".repeat(20_000)),
        ("emphasis", "*a _b ".repeat(10_000)),
        ("links", "[a](b".repeat(5_000)),
        ("less than", "<".repeat(20_000)),
        ("quotes in tags", "<a b=\"".repeat(5_000)),
        ("headings", "# a\n".repeat(5_000)),
    ] {
        let html = html(&text);
        assert!(html.len() <= (4 << 20) + 40 * text.len(), "{name}: {} bytes of {}", html.len(), text.len());
        let depth = deepest(&html);
        assert!(depth <= 310, "{name}: {depth} levels");
    }
}

fn deepest(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for token in crate::document::html::tokens(html) {
        match token {
            Token::Open(tag) if !matches!(tag.name.as_str(), "br" | "hr" | "img" | "input") => depth += 1,
            Token::Close(_) => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[test]
fn a_page_that_would_be_too_large_is_cut_and_says_so() {
    let text = "[^a]".repeat(60_000) + "\n\n[^a]: x\n\nlast";
    let body = body(&text, &Settings::default());
    assert!(body.diagnostics.iter().any(|finding| finding.code == Code::PageTooLarge));
    assert!(body.value.resolve(&target).contains("too large to be shown"));
}

#[test]
fn raw_html_that_is_too_deep_is_shown_as_text() {
    let source = Source::from_text("a.md", &"<div>".repeat(300));
    let body = render_body(&Settings::default(), &crate::document::parse_document(&source).value);
    assert_eq!(body.diagnostics[0].code, Code::DocumentTooDeep);
    assert!(body.value.resolve(&target).contains("&lt;div&gt;"));
}

fn markdownish() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let piece = prop::sample::select(vec![
        "# ",
        "## ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "*",
        "**",
        "_",
        "`",
        "```\n",
        "[",
        "](",
        ")",
        "!",
        "<",
        ">",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<a href=\"",
        "\">",
        "</a>",
        "<h1>",
        "</h1>",
        "|",
        "|-|\n",
        "[^1]",
        "[^1]: ",
        ": ",
        "---\n",
        "[x] ",
        "[!NOTE]\n",
        "é",
        "字",
        "\u{feff}",
        "\t",
        "    ",
        "\\",
        "&amp;",
        "<!--",
        "-->",
        "[[",
        "]]",
        "a: b\n",
        "{\"a\": ",
        "+++\n",
        "\r\n",
        "\0",
        "#a",
        "http://a.b",
        "word ",
        "\u{202e}",
        "<details>",
        "<p>",
        "<table><tr><td>",
        "<img src=x>",
        "<script>",
        "<pre>",
        "<svg>",
        "<style>",
        "<a name=a>",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn html_of_any_markdown_is_balanced(text in markdownish()) {
        html(&text);
    }

    #[test]
    fn html_of_any_text_is_balanced(text in ".{0,200}") {
        html(&text);
    }
}

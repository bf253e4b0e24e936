//! Makes raw HTML harmless: an allow list of elements and attributes, applied to the whole text of a page.
//!
//! The whole is sanitised, not each piece, because `<details>` and `</details>` are separate pieces. The parser behind it is
//! quadratic in the depth of nesting and in the number of open formatting elements, so both are bounded before it runs.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use crate::document::html::{Token, tokens};

/// The deepest nesting that is parsed.
const MAX_DEPTH: usize = 256;
/// The most work that open formatting elements may cause: for each further tag, each of them may be opened again.
const MAX_REOPENED: usize = 200_000;

/// The attributes that the writer and harmless HTML have, for each element.
const ATTRIBUTES: [(&str, &[&str]); 20] = [
    ("a", &["href", "name", "title", "class", "aria-label"]),
    ("blockquote", &["cite"]),
    ("code", &["class"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("details", &["open"]),
    ("div", &["align", "class", "data-kind", "role", "tabindex", "aria-label"]),
    ("img", &["src", "alt", "title", "width", "height", "align"]),
    ("input", &["checked", "aria-label"]),
    ("li", &["value", "class"]),
    ("ol", &["start", "class"]),
    ("p", &["align", "class"]),
    ("pre", &["tabindex"]),
    ("section", &["class", "aria-label"]),
    ("sup", &["class"]),
    ("table", &["align"]),
    ("td", &["align", "class", "colspan", "rowspan"]),
    ("th", &["align", "class", "colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    ("ul", &["class"]),
];

/// The classes that the writer sets; others are of the page around it, which a document must not imitate.
const CLASSES: [&str; 11] = ["anchor", "fnback", "fnref", "footnotes", "mid", "note", "note-word", "r", "scroll", "subheading", "tasks"];

/// Elements beyond ammonia's own list.
const TAGS: [&str; 7] = ["input", "section", "figure", "figcaption", "mark", "details", "summary"];

static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(TAGS)
        .rm_tags(["map", "area", "nav", "header", "footer", "article", "aside"])
        .link_rel(None)
        .generic_attributes(HashSet::from(["id", "lang", "dir"]))
        .tag_attributes(ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect())
        // Addresses are judged when they are resolved, all in the same way.
        .url_relative(UrlRelative::PassThrough)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .attribute_filter(|_, attribute, value| match attribute {
            "class" => {
                let is_known = |class: &str| CLASSES.contains(&class) || class.starts_with("language-");
                value.split(' ').all(is_known).then(|| value.into())
            }
            "role" if !matches!(value, "note" | "region") => None,
            "tabindex" if value != "0" => None,
            "dir" if !matches!(value, "auto" | "ltr" | "rtl") => None,
            _ => Some(value.into()),
        });
    builder
});

/// Returns `html` with everything removed that could run, leak, or break out of its place; balanced.
/// `None` where it is nested too deeply to be parsed.
pub(super) fn sanitize(html: &str) -> Option<String> {
    if is_too_deep(html) {
        return None;
    }
    Some(BUILDER.clean(html).to_string())
}

/// Returns true where an HTML parser would need too long. Elements that close themselves are not counted.
fn is_too_deep(html: &str) -> bool {
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut formatting, mut reopened) = (0_usize, 0_usize, 0_usize);
    for token in tokens(html) {
        match token {
            Token::Open(tag) => {
                reopened += formatting;
                if closes_itself(&tag.name) {
                    continue;
                }
                depth += 1;
                formatting += usize::from(is_formatting(&tag.name));
                *open.entry(tag.name).or_default() += 1;
            }
            Token::Close(name) => {
                if let Some(count) = open.get_mut(&name).filter(|count| **count > 0) {
                    *count -= 1;
                    depth -= 1;
                    formatting -= usize::from(is_formatting(&name));
                }
            }
            Token::Text(_) | Token::Comment => {}
        }
        if depth > MAX_DEPTH || reopened > MAX_REOPENED {
            return true;
        }
    }
    false
}

fn closes_itself(name: &str) -> bool {
    let is_void =
        matches!(name, "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr");
    is_void || matches!(name, "p" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "option")
}

fn is_formatting(name: &str) -> bool {
    matches!(name, "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmful_html_is_removed_and_harmless_kept() {
        for (html, expected) in [
            ("<script>alert(1)</script>x", "x"),
            ("<img src=x onerror=alert(1)>", "<img src=\"x\">"),
            ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
            ("<p style=\"color:red\" class=\"topbar\">x</p>", "<p>x</p>"),
            ("<svg onload=alert(1)><p>x</p></svg>", "<p>x</p>"),
            ("<iframe src=x></iframe><form action=x><button>b</button></form>", "b"),
            ("<details><summary>s</summary>\n\nx", "<details><summary>s</summary>\n\nx</details>"),
            ("</div><b>x", "<b>x</b>"),
            ("<input type=text value=x>", "<input>"),
        ] {
            assert_eq!(sanitize(html).as_deref(), Some(expected), "{html}");
        }
    }

    #[test]
    fn nesting_that_would_take_too_long_is_refused() {
        assert_eq!(sanitize(&"<div>".repeat(300)), None);
        assert_eq!(sanitize(&format!("{}{}", "<b>".repeat(200), "<p>x".repeat(2000))), None);
        assert!(sanitize(&"<p>x".repeat(2000)).is_some());
        assert!(sanitize(&"<div>x</div>".repeat(2000)).is_some());
    }
}

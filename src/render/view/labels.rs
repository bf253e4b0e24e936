//! The labels that the Markdown writer puts around an author's text, in the language of the site.
//!
//! Texts are written once, in English, and kept; what a page shows of them gets its labels here. They are few, and each is looked for
//! with the markup around it, so that an author's own words stay as they are.

use crate::render::{chart::escape, words::Words};

/// What the writer writes before a label, the label, its text's key, and what follows it.
const LABELS: [(&str, &str, &str, &str); 11] = [
    (" aria-label=\"", "Table", "label_table", "\"><table>"),
    ("class=\"footnotes\" aria-label=\"", "Footnotes", "label_footnotes", "\""),
    (" aria-label=\"", "Link to this section", "label_section", "\">#<"),
    ("<span class=\"refused\" title=\"", "Address not allowed: ", "label_refused", ""),
    ("<span class=\"missing\" title=\"", "Not found: ", "label_missing", ""),
    ("<p class=\"note\">", "The rest of this document is too large to be shown.", "label_cut", "</p>"),
    ("<p class=\"note-word\" dir=\"auto\"><strong>", "Note", "alert_note", "</strong>"),
    ("<p class=\"note-word\" dir=\"auto\"><strong>", "Tip", "alert_tip", "</strong>"),
    ("<p class=\"note-word\" dir=\"auto\"><strong>", "Important", "alert_important", "</strong>"),
    ("<p class=\"note-word\" dir=\"auto\"><strong>", "Warning", "alert_warning", "</strong>"),
    ("<p class=\"note-word\" dir=\"auto\"><strong>", "Caution", "alert_caution", "</strong>"),
];
const FOOTNOTE: &str = " aria-label=\"Footnote ";
const BACK: &str = " aria-label=\"Back to reference ";

/// Returns the HTML of an author's text with its labels in the site's language.
pub(crate) fn in_language(words: &Words, html: String) -> String {
    let mut html = html;
    for (before, label, key, after) in LABELS.iter().filter(|(_, label, key, _)| words.find(key).is_some_and(|text| text != *label)) {
        let from = format!("{before}{label}{after}");
        if html.contains(&from) {
            html = html.replace(&from, &format!("{before}{}{after}", escape(&words.get(key))));
        }
    }
    let html = numbered(html, FOOTNOTE, &|numbers| words.fill("label_footnote", &[("n", numbers)]));
    numbered(html, BACK, &|numbers| {
        let (reference, footnote) = numbers.split_once(" of footnote ").unwrap_or((numbers, ""));
        words.fill("label_back", &[("reference", reference), ("n", footnote)])
    })
}

/// Replaces each label that begins with `begin` and ends at the attribute's end.
fn numbered(html: String, begin: &str, text: &dyn Fn(&str) -> String) -> String {
    if !html.contains(begin) {
        return html;
    }
    let mut parts = html.split(begin);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (numbers, rest) = part.split_once('"').unwrap_or((part, ""));
        out.push_str(&format!(" aria-label=\"{}\"{rest}", escape(&text(numbers))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Settings,
        document::Document,
        render::{
            Theme,
            markdown::{Target, render_body},
        },
    };

    const TEXT: &str = "# T\n\n## A\n\n| a |\n|---|\n| b |\n\n> [!WARNING]\n> Hot.\n\nOne[^1] and ![gone](gone.png)\n\n[^1]: Two\n";

    #[track_caller]
    fn check(language: &str, expected: &[&str]) {
        let settings = Settings { language: language.to_owned(), ..Settings::default() };
        let words = Theme::load(&settings).expect("a theme").value.words;
        let html = render_body(&settings, &Document::from_text(TEXT)).value.resolve(&|_, _| Target::Missing);
        let html = in_language(&words, html);
        for text in expected {
            assert!(html.contains(text), "{language} lacks `{text}`: {html}");
        }
    }

    #[test]
    fn labels_around_a_text_are_in_the_language_of_the_site() {
        check(
            "en",
            &["\"Table\"", "\"Footnotes\"", "\"Footnote 1\"", "\"Back to reference 1 of footnote 1\"", ">Warning<", "Not found: gone"],
        );
        check(
            "de",
            &[
                "\"Tabelle\"",
                "\"Fußnoten\"",
                "\"Fußnote 1\"",
                "\"Link zu diesem Abschnitt\"",
                ">Warnung<",
                "Nicht gefunden: gone",
                "der Fußnote 1\"",
            ],
        );
    }
}

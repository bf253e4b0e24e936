//! Which line ends inside a paragraph are meant.
//!
//! Markdown joins the lines of a paragraph. People who do not know that write one fact a line, timelines above all, and would lose
//! their structure. Lines that were merely wrapped at some width are joined.

use crate::{diag::Span, document::Document};

/// A line up to this long, in characters, may stand for itself.
const SHORT_LINE_CHARS: usize = 60;
/// The longest name of a fact, in characters: `Time to resolve: 2 h`.
const LABEL_CHARS: usize = 32;

/// Returns true where the line end at `span` separates two facts rather than two halves of a sentence.
pub(super) fn is_meant(document: &Document, span: Span) -> bool {
    let line = document.lines.line(span.start);
    let text = |line: usize| {
        let start = document.lines.start(line);
        let end = if line < document.lines.count() { document.lines.start(line + 1) } else { document.text.len() };
        document.text.get(start..end).unwrap_or("").trim_start_matches([' ', '\t', '>']).trim_end()
    };
    let (above, below) = (text(line), text(line + 1));
    begins_fact(below) || above.ends_with(':') || is_short_line(above) && begins_capital(below)
}

/// Returns true for `10:42 paged`, `2024-06-08 …`, `Impact: …`, `• …` and a line that begins in bold.
fn begins_fact(line: &str) -> bool {
    let plain = line.trim_start_matches(['*', '_', '[', '(', '~', '`']);
    if line.starts_with(['•', '–', '—', '→', '✓', '✗']) || line.starts_with("**") {
        return true;
    }
    let word = plain.split([' ', '\t']).next().unwrap_or("");
    let is_clock = word.starts_with(|c: char| c.is_ascii_digit()) && word.contains([':', '-', '/', '.']) && word.len() >= 4;
    let is_label = plain.split_once(": ").or(plain.strip_suffix(':').map(|label| (label, ""))).is_some_and(|(label, _)| {
        label.starts_with(char::is_uppercase)
            && label.chars().count() <= LABEL_CHARS
            && label.split(' ').count() <= 4
            && !label.contains(['.', ','])
    });
    is_clock || is_label
}

/// Returns true for a line such as a title, that is no half of a sentence.
fn is_short_line(line: &str) -> bool {
    let is_open = line.ends_with([',', ';', '-', '(', '/']);
    let last = line.rsplit(' ').next().unwrap_or("").to_lowercase();
    let leads_on =
        matches!(last.as_str(), "the" | "a" | "an" | "of" | "to" | "and" | "or" | "in" | "on" | "for" | "with" | "by" | "at" | "from");
    line.chars().count() <= SHORT_LINE_CHARS && !is_open && !leads_on
}

fn begins_capital(line: &str) -> bool {
    line.starts_with(|c: char| c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{BlockKind, InlineKind};

    #[track_caller]
    fn check(markdown: &str, expected: &[bool]) {
        let document = Document::from_text(markdown);
        let BlockKind::Paragraph(inlines) = &document.blocks[0].kind else { panic!("no paragraph") };
        let breaks = inlines.iter().filter(|inline| inline.kind == InlineKind::SoftBreak);
        assert_eq!(breaks.map(|inline| is_meant(&document, inline.span)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_of_facts_are_kept() {
        check("10:00 paged\n10:05 joined\n2024-06-08 closed", &[true, true]);
        check("Issue Summary\nDuration:\nThe outage lasted", &[true, true]);
        check("Status: done\nOwner: Ana", &[true]);
        check("• one\n• two", &[true]);
    }

    #[test]
    fn wrapped_lines_are_joined() {
        check("The deploy of the rates service changed the default size of its connection pool\nfrom 20 to 40.", &[false]);
        check("It was found by Ana, who looked at the\nDashboard of the day, and\nby Ben.", &[false, false]);
        check("We saw 500 errors for a while, and then a much longer time of quiet on that day.\nThen all was well.", &[false]);
    }
}

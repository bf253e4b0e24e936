//! Which line ends inside a paragraph are meant.
//!
//! Markdown joins the lines of a paragraph. People who do not know that write one fact a line, timelines above all, and would lose
//! their structure. Lines that were merely wrapped at some width are joined.

use crate::{
    diag::Span,
    document::{Block, BlockKind, Document, HeadingOrigin, Inline, InlineKind},
};

/// A line up to this long, in characters, may stand for itself.
const SHORT_LINE_CHARS: usize = 60;
/// The longest name of a fact, in characters: `Time to resolve: 2 h`.
const LABEL_CHARS: usize = 32;

/// Returns true where nothing in `document` is a Markdown heading: who wrote it did not think of lines being joined.
pub(super) fn is_plainly_written(document: &Document) -> bool {
    let is_heading = |kind: &BlockKind| matches!(kind, BlockKind::Heading { origin: HeadingOrigin::Markdown, .. });
    !document.blocks.iter().any(|block| is_heading(&block.kind))
}

/// Returns true where the line end at `span` separates two facts rather than two halves of a sentence.
pub(super) fn is_meant(document: &Document, is_plainly_written: bool, span: Span) -> bool {
    let line = document.lines.line(span.start);
    let text = |line: usize| {
        let start = document.lines.start(line);
        let end = if line < document.lines.count() { document.lines.start(line + 1) } else { document.text.len() };
        document.text.get(start..end).unwrap_or("").trim_start_matches([' ', '\t', '>']).trim_end()
    };
    let (above, below) = (text(line), text(line + 1));
    let begins_anew = begins_capital(below) && (is_short_line(above) || is_plainly_written && ends_sentence(above));
    begins_fact(below) || above.ends_with(':') || begins_anew || is_capitals(above)
}

/// Turns the line ends that are meant into ones that are kept, for writers that do not have the document's text at hand.
pub(crate) fn keep_meant_breaks(document: &mut Document) {
    let is_plainly_written = is_plainly_written(document);
    let mut blocks = std::mem::take(&mut document.blocks);
    keep_in_blocks(document, is_plainly_written, &mut blocks);
    document.blocks = blocks;
}

/// The depth of the tree is limited when it is made.
fn keep_in_blocks(document: &Document, is_plainly_written: bool, blocks: &mut [Block]) {
    for block in blocks {
        match &mut block.kind {
            BlockKind::Paragraph(inlines) => keep_in_inlines(document, is_plainly_written, inlines),
            BlockKind::Quote(inner) | BlockKind::Alert { blocks: inner, .. } | BlockKind::Footnote { blocks: inner, .. } => {
                keep_in_blocks(document, is_plainly_written, inner);
            }
            BlockKind::List { items, .. } => {
                items.iter_mut().for_each(|item| keep_in_blocks(document, is_plainly_written, &mut item.blocks));
            }
            BlockKind::Descriptions(items) => {
                items.iter_mut().for_each(|item| keep_in_blocks(document, is_plainly_written, &mut item.details));
            }
            _ => {}
        }
    }
}

fn keep_in_inlines(document: &Document, is_plainly_written: bool, inlines: &mut [Inline]) {
    for inline in inlines {
        match &mut inline.kind {
            InlineKind::SoftBreak if is_meant(document, is_plainly_written, inline.span) => inline.kind = InlineKind::HardBreak,
            InlineKind::Emphasis(inner) | InlineKind::Strong(inner) | InlineKind::Strike(inner) => {
                keep_in_inlines(document, is_plainly_written, inner);
            }
            _ => {}
        }
    }
}

fn ends_sentence(line: &str) -> bool {
    line.ends_with(['.', '!', '?', ')'])
}

/// Returns true for a title that is shouted: `ROOT CAUSE`.
fn is_capitals(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() >= 4 && !line.ends_with(',') && letters.clone().all(char::is_uppercase)
}

/// Returns true for `10:42 paged`, `2024-06-08 …`, `Impact: …`, `• …` and a line that begins in bold.
fn begins_fact(line: &str) -> bool {
    let plain = line.trim_start_matches(['*', '_', '[', '(', '~', '`']);
    // Bullets, arrows, ticks and emoji, but no quotation marks.
    let is_sign =
        |c: char| !c.is_ascii() && !c.is_alphanumeric() && !matches!(c, '“' | '‘' | '„' | '«' | '»' | '¿' | '¡' | '「' | '『' | '…');
    if line.starts_with(is_sign) || line.starts_with("**") {
        return true;
    }
    let mut words = plain.split([' ', '\t']);
    let word = words.next().unwrap_or("");
    let is_hour = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_hour && words.next().is_some_and(|next| matches!(next.trim_end_matches([':', ',']), "AM" | "PM" | "am" | "pm" | "a.m." | "p.m."))
    {
        return true;
    }
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

    #[track_caller]
    fn check(markdown: &str, expected: &[bool]) {
        let document = Document::from_text(markdown);
        let BlockKind::Paragraph(inlines) = &document.blocks.last().unwrap().kind else { panic!("no paragraph") };
        let breaks = inlines.iter().filter(|inline| inline.kind == InlineKind::SoftBreak);
        assert_eq!(breaks.map(|inline| is_meant(&document, is_plainly_written(&document), inline.span)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_of_facts_are_kept() {
        check("10:00 paged\n10:05 joined\n2024-06-08 closed", &[true, true]);
        check("Issue Summary\nDuration:\nThe outage lasted", &[true, true]);
        check("Status: done\nOwner: Ana", &[true]);
        check("• one\n• two\n🔥 three", &[true, true]);
        check("The whole site was found to be broken by somebody who looked.\n6 PM – it was\n11 p.m. over", &[true, true]);
        check("ROOT CAUSE\nthe pool", &[true]);
    }

    #[test]
    fn meant_line_ends_are_kept_everywhere_and_others_are_not() {
        let mut document = Document::from_text("# A\n\n- 10:00 paged\n  10:05 joined\n\n> a line that was wrapped at some\n> width\n");
        keep_meant_breaks(&mut document);
        let mut breaks = Vec::new();
        crate::document::visit_blocks(&document.blocks, &mut |inline| match inline.kind {
            InlineKind::HardBreak => breaks.push(true),
            InlineKind::SoftBreak => breaks.push(false),
            _ => {}
        });
        assert_eq!(breaks, [true, false]);
    }

    #[test]
    fn wrapped_lines_are_joined() {
        check("The deploy of the rates service changed the default size of its connection pool\nfrom 20 to 40.", &[false]);
        check("It was said by all who had looked at the site for long enough that\n“it was slow”.", &[false]);
        check("It was found by Ana, who looked at the\nDashboard of the day, and\nby Ben.", &[false, false]);
        let sentences = "We saw errors for a while, and then a much longer time of quiet on that day.\nThen all was well.";
        check(&format!("# A\n\n{sentences}"), &[false]);
        check(sentences, &[true]);
    }
}

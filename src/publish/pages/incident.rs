//! The page of an incident: where its source is, the facts, what came before, the text itself with the timeline and the actions that were
//! read from it, what is related.

use super::{
    Outline,
    blocks::{Line, code, heading, html, link, list, note, text},
    lists::incident_link,
    record::{actions, before, facts, shown_before, timeline},
};
use crate::{
    archive::Entry,
    diag::Span,
    document::{Block, BlockKind, InlineKind, visit_blocks},
    incident::{Kind, Section, SectionRole},
    render::{
        markdown::{keep_meant_breaks, title_span},
        sections_of,
    },
};

pub(super) fn incident(outline: &Outline<'_>, at: usize) -> Vec<Block> {
    let entry = &outline.site().archive().entries[at];
    let mut blocks = vec![banner(outline, entry), facts(outline, entry)];
    blocks.extend(before(outline, at));
    let text = body(outline, entry);
    let text = with_record(text, &sections_of(entry, SectionRole::Actions), actions(entry), "Action items", "hs-actions");
    blocks.extend(with_record(text, &sections_of(entry, SectionRole::Timeline), timeline(entry), "Timeline", "hs-timeline"));
    blocks.extend(related(outline, at));
    blocks
}

/// Says where the page comes from and what happens to edits.
fn banner(outline: &Outline<'_>, entry: &Entry) -> Block {
    let site = outline.site();
    let mut line = vec![text("This page is made by hindsite from "), code(&entry.file), text(". ")];
    match site.edit_url(&entry.file) {
        Some(address) => line.extend([text("Please "), link(address, "edit the source"), text(" instead: ")]),
        None => line.push(text("Please edit that file instead: ")),
    }
    line.push(text("edits made here are kept and reported, not taken over."));
    if let Some(address) = site.absolute_url(site.archive().incident_page(outline_index(outline, entry)).as_str()) {
        line.extend([text(" The same incident "), link(address, "on the site"), text(".")]);
    }
    note(line)
}

fn outline_index(outline: &Outline<'_>, entry: &Entry) -> usize {
    outline.site().archive().find(&entry.id).unwrap_or_default()
}

/// Returns the document's own text: without the heading that is the page's title, headings from the second level on without gaps.
fn body(outline: &Outline<'_>, entry: &Entry) -> Vec<Block> {
    let Some(mut document) = outline.build.document(&entry.file) else { return Vec::new() };
    keep_meant_breaks(&mut document);
    let title = title_span(outline.site().settings(), &document);
    let mut blocks: Vec<Block> = if entry.kind == Kind::Multi {
        let (mut part, others): (Vec<Block>, Vec<Block>) =
            document.blocks.into_iter().partition(|block| entry.span.start <= block.span.start && block.span.start < entry.span.end);
        if part.first().is_some_and(|block| matches!(block.kind, BlockKind::Heading { .. })) {
            part.remove(0);
        }
        let called = footnotes_called(&part);
        part.extend(others.into_iter().filter(|block| matches!(&block.kind, BlockKind::Footnote { name, .. } if called.contains(name))));
        part
    } else {
        document.blocks.into_iter().filter(|block| Some(block.span) != title).collect()
    };
    level_headings(&mut blocks);
    blocks
}

/// Puts the record of a part of the document, such as its timeline, under the heading of that part, and folds away the part as it is
/// written. Where the document has no such part, the record comes first, under a heading of its own.
fn with_record(blocks: Vec<Block>, sections: &[(&Section, Span)], record: Vec<Block>, title: &str, anchor: &str) -> Vec<Block> {
    if record.is_empty() {
        return blocks;
    }
    let mut record = Some(record);
    let mut out = Vec::with_capacity(blocks.len() + 8);
    let mut open = None;
    for block in blocks {
        let at = sections.iter().position(|(_, span)| span.start <= block.span.start && block.span.start < span.end);
        if open.is_some() && at != open {
            out.push(html("</details>"));
            open = None;
        }
        let is_heading = at.is_some_and(|at| block.span.start == sections[at].1.start);
        if let (Some(at), false, None) = (at, is_heading, open) {
            out.push(html(&format!("<details><summary>{title} as written</summary>")));
            open = Some(at);
        }
        out.push(block);
        if is_heading {
            out.extend(record.take().into_iter().flatten());
        }
    }
    if open.is_some() {
        out.push(html("</details>"));
    }
    if let Some(record) = record {
        out.splice(0..0, std::iter::once(heading(2, title, anchor)).chain(record));
    }
    out
}

fn footnotes_called(blocks: &[Block]) -> Vec<String> {
    let mut names = Vec::new();
    visit_blocks(blocks, &mut |inline| {
        if let InlineKind::FootnoteReference(name) = &inline.kind {
            names.push(name.clone());
        }
    });
    names
}

/// Gives headings the level that follows from those above them.
fn level_headings(blocks: &mut [Block]) {
    let mut above: Vec<u8> = Vec::new();
    for block in blocks {
        let BlockKind::Heading { level, .. } = &mut block.kind else { continue };
        while above.last().is_some_and(|last| *last >= *level) {
            above.pop();
        }
        above.push(*level);
        *level = u8::try_from(above.len() + 1).unwrap_or(6).min(6);
    }
}

/// Returns the list of related incidents, but for those that came before as the same.
fn related(outline: &Outline<'_>, at: usize) -> Vec<Block> {
    let said = shown_before(outline, at);
    let archive = outline.site().archive();
    let lines: Vec<Line> = archive
        .related(at)
        .iter()
        .filter(|related| outline.included.contains(&related.entry) && !said.contains(&related.entry))
        .map(|related| {
            let mut line = incident_link(outline, related.entry);
            line.push(text(format!(": {}", related.reason())));
            line
        })
        .collect();
    if lines.is_empty() { Vec::new() } else { vec![heading(2, "Related incidents", "hs-related"), list(lines)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::Document, publish::pages::blocks::paragraph};

    #[track_caller]
    fn check_record(markdown: &str, sections: &[&str], expected: &str) {
        let blocks = Document::from_text(markdown).blocks;
        let known: Vec<Section> = sections
            .iter()
            .map(|heading| {
                let start = markdown.find(heading).expect("the heading");
                let end = markdown[start + 2..].find("\n## ").map_or(markdown.len(), |end| start + 3 + end);
                let span = Span::new(start, end);
                Section { canonical: None, heading: (*heading).to_owned(), anchor: String::new(), level: 2, span }
            })
            .collect();
        let spans: Vec<(&Section, Span)> = known.iter().map(|section| (section, section.span)).collect();
        let out = with_record(blocks, &spans, vec![paragraph(vec![text("RECORD")])], "Timeline", "hs-timeline");
        let words: Vec<String> = out
            .iter()
            .map(|block| match &block.kind {
                BlockKind::Html(html) => if html.starts_with("</") { ")" } else { "(" }.to_owned(),
                BlockKind::Heading { inlines, .. } => format!("#{}", crate::document::plain_text(inlines)),
                BlockKind::Paragraph(inlines) => crate::document::plain_text(inlines),
                _ => "?".to_owned(),
            })
            .collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn the_record_stands_under_its_heading_and_the_text_is_folded_below_it() {
        check_record("a\n\n## T\n\nb\n\nc\n\n## D\n\nd\n", &["## T"], "a #T RECORD ( b c ) #D d");
        check_record("## T\n\nb\n", &["## T"], "#T RECORD ( b )");
        check_record("## T\n\nb\n\n## U\n\nc\n", &["## T", "## U"], "#T RECORD ( b ) #U ( c )");
        check_record("## T\n\n## U\n\nc\n", &["## T"], "#T RECORD #U c");
        check_record("a\n\n## D\n\nd\n", &[], "#Timeline RECORD a #D d");
    }

    #[test]
    fn headings_begin_at_the_second_level_and_leave_none_out() {
        let mut blocks = Document::from_text("# A\n\n### B\n\n## C\n\n#### D\n\n# E\n").blocks;
        level_headings(&mut blocks);
        let levels: Vec<u8> = blocks
            .iter()
            .filter_map(|block| if let BlockKind::Heading { level, .. } = &block.kind { Some(*level) } else { None })
            .collect();
        assert_eq!(levels, [2, 3, 3, 4, 2]);
        assert_eq!(blocks[0].span, Span::new(0, 3));
    }
}

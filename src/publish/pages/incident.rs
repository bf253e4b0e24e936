//! The page of an incident: where its source is, the facts, the text itself, what is related.

use super::{
    Outline,
    blocks::{Line, code, heading, joined, link, list, note, strong, table, text},
    lists::{cause_links, incident_link, moment_text, severity},
};
use crate::{
    archive::Entry,
    diag::Span,
    document::{Block, BlockKind, InlineKind, visit_blocks},
    incident::{Kind, Moment, Origin, Provenance, Stated},
    render::markdown::{keep_meant_breaks, title_span},
    stats::duration_text,
};

pub(super) fn incident(outline: &Outline<'_>, at: usize) -> Vec<Block> {
    let entry = &outline.site().archive().entries[at];
    let mut blocks = vec![banner(outline, entry), facts(outline, entry)];
    blocks.extend(body(outline, entry));
    blocks.extend(declared(outline, entry));
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

/// Returns the table of what is stated.
fn facts(outline: &Outline<'_>, entry: &Entry) -> Block {
    let mut rows: Vec<Vec<Line>> = Vec::new();
    let mut add = |name: &str, line: Line| {
        if !line.is_empty() {
            rows.push(vec![vec![strong(name)], line]);
        }
    };
    // A value that was read from the text says so; one that the front matter declares does not.
    let marked = |mut line: Line, provenance: &Provenance| {
        if provenance.from != Origin::FrontMatter && !line.is_empty() {
            line.push(text(" (inferred)"));
        }
        line
    };
    let moment = |stated: &Option<Stated<Moment>>| {
        stated.as_ref().map(|stated| marked(vec![text(moment_text(&stated.value))], &stated.provenance)).unwrap_or_default()
    };
    let texts = |values: &[Stated<String>]| {
        joined(values.iter().map(|value| marked(vec![text(value.value.clone())], &value.provenance)).collect(), ", ")
    };
    let minutes = |value: Option<f64>| value.map(|minutes| vec![text(duration_text(minutes))]).unwrap_or_default();
    add("Severity", entry.severity.as_ref().map(|stated| marked(severity(entry), &stated.provenance)).unwrap_or_default());
    add("Status", entry.status.as_ref().map(|status| marked(vec![text(status.value.as_str())], &status.provenance)).unwrap_or_default());
    match (&entry.start, &entry.occurred) {
        (None, Some(occurred)) => add("When", vec![text(moment_text(&occurred.moment))]),
        (start, _) => add("Began", moment(start)),
    }
    add("Detected", moment(&entry.detected));
    add("Ended", moment(&entry.end));
    add("Duration", minutes(entry.duration_minutes.as_ref().map(|stated| stated.value)));
    add("Time to detect", minutes(entry.minutes_to_detect().filter(|minutes| *minutes >= 0.0)));
    let causes = cause_links(outline, entry);
    add("Root causes", entry.causes.first().map(|stated| marked(causes, &stated.provenance)).unwrap_or_default());
    add("Components", texts(&entry.components));
    add("Services", texts(&entry.services));
    table(&["Fact", "Value"], rows)
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

/// Returns the timeline and the actions that the front matter declares: the text that is shown does not have them.
fn declared(outline: &Outline<'_>, entry: &Entry) -> Vec<Block> {
    let Some(front_matter) = outline.build.document(&entry.file).and_then(|document| document.front_matter) else { return Vec::new() };
    let is_declared = |span: Span| front_matter.span.start <= span.start && span.start < front_matter.span.end;
    let moment = |moment: &Option<Moment>| moment.as_ref().map(moment_text).unwrap_or_default();
    let cells = |cells: [String; 4]| cells.into_iter().map(|cell| vec![text(cell)]).collect::<Vec<Line>>();
    let rows: Vec<Vec<Line>> = entry
        .timeline
        .iter()
        .filter(|row| is_declared(row.span))
        .map(|row| vec![vec![text(moment(&row.at))], vec![text(row.text.clone())]])
        .collect();
    let actions: Vec<Vec<Line>> = entry
        .action_items
        .iter()
        .filter(|action| is_declared(action.span))
        .map(|action| {
            let status = action.status_text.clone().unwrap_or_else(|| action.status.as_str().to_owned());
            cells([action.text.clone(), action.owner.clone().unwrap_or_default(), moment(&action.due), status])
        })
        .collect();
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        blocks.extend([heading(2, "Timeline", "hs-timeline"), table(&["Time", "What happened"], rows)]);
    }
    if !actions.is_empty() {
        blocks.extend([heading(2, "Action items", "hs-actions"), table(&["Action", "Owner", "Due", "Status"], actions)]);
    }
    blocks
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

/// Returns the list of related incidents.
fn related(outline: &Outline<'_>, at: usize) -> Vec<Block> {
    let archive = outline.site().archive();
    let lines: Vec<Line> = archive
        .related(at)
        .iter()
        .filter(|related| outline.included.contains(&related.entry))
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
    use crate::document::Document;

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

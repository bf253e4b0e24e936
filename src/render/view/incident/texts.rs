//! The text of an incident's document, in the parts that its page shows.

use crate::{
    archive::Entry,
    diag::Span,
    incident::{Kind, Section, SectionRole},
    render::{
        chart,
        markdown::{Body, Target},
        view::{Scene, labels::in_language},
    },
};

/// How the anchors of footnotes begin.
const FOOTNOTE: &str = "id=\"hs-fn-";

/// The text of the document in the parts that the page shows.
pub(super) struct Texts {
    pub(super) intro: String,
    pub(super) body: String,
    pub(super) timeline: String,
    pub(super) timeline_anchor: String,
    pub(super) actions: String,
    pub(super) actions_anchor: String,
}

impl Texts {
    pub(super) fn of(scene: &Scene<'_>, entry: &Entry, has_timeline: bool) -> Self {
        let mut texts = Texts {
            intro: String::new(),
            body: String::new(),
            timeline: String::new(),
            timeline_anchor: "hs-timeline".to_owned(),
            actions: String::new(),
            actions_anchor: "hs-actions".to_owned(),
        };
        let Some(body) = scene.bodies.body(&entry.file) else { return texts };
        let resolve = |url: &str, image: bool| scene.target(&entry.file, url, image);
        let mut taken_out = outside(entry);
        let words = scene.words();
        let text_of = |role: SectionRole, title: &str, taken_out: &mut Vec<Span>| {
            let sections = sections_of(entry, role);
            let mut html = String::new();
            for (at, (section, span)) in sections.iter().enumerate() {
                // The page's own heading stands for the first one; its words are kept where they are others.
                if at == 0 {
                    if section.heading.to_lowercase() != words.get(title).to_lowercase() {
                        html.push_str(&format!("<p class=\"subheading\" dir=\"auto\">{}</p>\n", chart::escape(&section.heading)));
                    }
                } else {
                    html.push_str(&format!("<h3 id=\"{0}\" dir=\"auto\">{1}</h3>\n", section.anchor, chart::escape(&section.heading)));
                }
                html.push_str(&body.part(*span, &resolve));
            }
            let spans = sections.iter().map(|(_, span)| *span);
            // A footnote that is called here and elsewhere would be on the page twice: such a section stays where it is.
            if html.contains(FOOTNOTE) {
                let rest = body.without(&outside(entry).into_iter().chain(spans.clone()).collect::<Vec<_>>(), &resolve);
                if sections.len() > 1 || footnotes(&html).any(|own| rest.contains(own)) {
                    return (String::new(), None);
                }
            }
            taken_out.extend(spans);
            (html, sections.first().map(|(section, _)| section.anchor.clone()))
        };
        if has_timeline {
            let (html, anchor) = text_of(SectionRole::Timeline, "timeline", &mut taken_out);
            texts.timeline = html;
            texts.timeline_anchor = anchor.unwrap_or(texts.timeline_anchor);
        }
        if !entry.action_items.is_empty() {
            let (html, anchor) = text_of(SectionRole::Actions, "actions", &mut taken_out);
            texts.actions = html;
            texts.actions_anchor = anchor.unwrap_or(texts.actions_anchor);
        }
        taken_out.extend(repeated_summary(entry, &body, &resolve));
        taken_out.extend(repeated_title(entry, &body, &resolve));
        let (intro, span) = intro(entry, &body, &resolve);
        texts.intro = intro;
        taken_out.extend(span);
        texts.body = body.without(&taken_out, &resolve);
        for html in [&mut texts.intro, &mut texts.body, &mut texts.timeline, &mut texts.actions] {
            *html = in_language(words, std::mem::take(html));
        }
        texts
    }
}

/// Returns the anchors of footnotes, as attributes with the quote that ends them.
fn footnotes(html: &str) -> impl Iterator<Item = &str> {
    html.match_indices(FOOTNOTE).filter_map(|(at, _)| html[at..].split_inclusive('"').nth(1).map(|rest| &html[at..at + 4 + rest.len()]))
}

/// Returns the parts of the file that are not about this record, and the heading that the page's title stands for.
fn outside(entry: &Entry) -> Vec<Span> {
    if entry.kind != Kind::Multi {
        return Vec::new();
    }
    let mut spans = vec![Span::new(0, entry.span.start), Span::new(entry.span.end, usize::MAX)];
    spans.extend(entry.sections.first().filter(|section| section.span.start == entry.span.start).map(|section| section.span));
    spans
}

/// Returns the sections of a role, each with its whole extent: up to the next heading of its level or above.
pub(crate) fn sections_of(entry: &Entry, role: SectionRole) -> Vec<(&Section, Span)> {
    let mut out: Vec<(&Section, Span)> = Vec::new();
    for (at, section) in entry.sections.iter().enumerate() {
        if section.canonical != Some(role) || out.last().is_some_and(|(_, span)| section.span.start < span.end) {
            continue;
        }
        let next = entry.sections[at + 1..].iter().find(|next| next.level <= section.level);
        out.push((section, Span::new(section.span.start, next.map_or(entry.span.end, |next| next.span.start))));
    }
    // A section that holds all others is the document itself, not a part of it.
    out.retain(|(section, _)| section.level > 1 || entry.sections.iter().filter(|other| other.level == 1).count() > 1);
    out
}

/// Returns the summary's section where the lead already says all of it.
fn repeated_summary(entry: &Entry, body: &Body, resolve: &dyn Fn(&str, bool) -> Target) -> Option<Span> {
    let lead = entry.summary.as_ref()?;
    let (_, span) = sections_of(entry, SectionRole::Summary).into_iter().next()?;
    is_said_by(&body.part(span, resolve), &lead.value).then_some(span)
}

/// Returns the heading that only repeats the page's title, with no text of its own below it.
fn repeated_title(entry: &Entry, body: &Body, resolve: &dyn Fn(&str, bool) -> Target) -> Option<Span> {
    let title = entry.title.as_ref()?;
    let at = entry.sections.iter().position(|section| section.heading.to_lowercase().ends_with(&title.value.to_lowercase()))?;
    let next = entry.sections.get(at + 1).map_or(entry.span.end, |next| next.span.start);
    let span = Span::new(entry.sections[at].span.start, next);
    body.part(span, resolve).trim().is_empty().then_some(span)
}

/// Returns the text above the first heading and where it ends; no text where the lead says all of it.
fn intro(entry: &Entry, body: &Body, resolve: &dyn Fn(&str, bool) -> Target) -> (String, Option<Span>) {
    let around = outside(entry);
    let whole = body.without(&around, resolve);
    let first = entry.sections.iter().find(|section| whole.contains(&format!("id=\"{}\"", section.anchor)));
    let Some(first) = first.map(|section| section.span.start) else { return (String::new(), None) };
    let html = body.without(&[around, vec![Span::new(first, usize::MAX)]].concat(), resolve);
    if html.trim().is_empty() || html.contains(FOOTNOTE) {
        return (String::new(), None);
    }
    let is_repeated = entry.summary.as_ref().is_some_and(|lead| is_said_by(&html, &lead.value));
    (if is_repeated { String::new() } else { html }, Some(Span::new(0, first)))
}

/// True where the HTML holds no more than the text `lead`.
fn is_said_by(html: &str, lead: &str) -> bool {
    if ["<a ", "<img", "<code", "<li", "<h", "<pre", "<table"].iter().any(|tag| html.contains(tag)) {
        return false;
    }
    let mut text = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    squeeze(&text) == squeeze(lead)
}

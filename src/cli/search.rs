//! `search`: the site's search in the terminal.

use std::fmt::Write as _;

use serde_json::json;

use super::{
    Outcome,
    args::SearchArgs,
    site,
    terminal::{Bar, Style, clean, plural, print_data, print_text, say, style},
};
use crate::{
    archive::Entry,
    diag::Result,
    pipeline::Build,
    search::{Answer, Place, Query, Shown, Snippet, Way},
};

pub(super) fn run(args: &SearchArgs) -> Result<Outcome> {
    let settings = site::load(&args.site, None)?;
    let bar = Bar::default();
    let build = Build::run(settings, None, &bar)?;
    let index = build.search_index();
    bar.end();
    // What is typed in a terminal is finished, unless a star says otherwise.
    let query = Query::parse(&match args.query.strip_suffix('*') {
        Some(beginning) => beginning.to_owned(),
        None => format!("{} ", args.query),
    });
    let answer = index.answer(&query);
    let shown: Vec<Shown> = answer.hits.iter().take(args.limit).map(|hit| index.show(&answer, hit)).collect();
    let archive = build.site().archive();
    let entries: Vec<&Entry> = shown.iter().filter_map(|shown| Some(&archive.entries[archive.find(&shown.id)?])).collect();
    if args.json {
        print_data(&as_json(&args.query, &answer, &shown, &entries))?;
        return Ok(Outcome::Done);
    }
    for (typed, terms) in &answer.corrected {
        say(&format!("nothing has `{}`: taken for {}", clean(typed), terms.join(", ")));
    }
    print_text(&describe(&answer, &shown, &entries))?;
    Ok(Outcome::Done)
}

fn describe(answer: &Answer, shown: &[Shown], entries: &[&Entry]) -> String {
    let mut out = String::new();
    for (shown, entry) in shown.iter().zip(entries) {
        let _ = writeln!(out, "{}", style(&clean(&shown.title), Style::Bold));
        let mut facts: Vec<String> = Vec::new();
        facts.extend(entry.severity.as_ref().map(|severity| severity.value.to_string()));
        facts.extend(entry.occurred.as_ref().map(|occurred| occurred.moment.local.to_string().replace('T', " ")));
        facts.extend(entry.services.iter().map(|service| service.value.clone()));
        facts.push(entry.file.to_string());
        let _ = writeln!(out, "  {}", style(&clean(&facts.join(" · ")), Style::Dim));
        for snippet in &shown.snippets {
            let _ = writeln!(out, "  {}: {}", place_name(snippet), marked(snippet));
        }
        out.push('\n');
    }
    let count = plural(answer.hits.len(), "incident");
    let more = if shown.len() < answer.hits.len() { format!(", the best {} shown", shown.len()) } else { String::new() };
    let _ = match answer.way {
        Way::Most if !answer.hits.is_empty() => writeln!(out, "{count} with most of these words{more}"),
        _ => writeln!(out, "{count}{more}"),
    };
    out
}

fn place_name(snippet: &Snippet) -> String {
    let heading = clean(&snippet.heading);
    match snippet.place {
        Place::Timeline if heading.contains(':') => format!("timeline, {heading}"),
        _ if heading.is_empty() => "summary".to_owned(),
        _ => heading,
    }
}

/// Returns the text with what was found in bold.
fn marked(snippet: &Snippet) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (start, end) in &snippet.marks {
        out.push_str(&clean(&snippet.text[from..*start]));
        out.push_str(&style(&clean(&snippet.text[*start..*end]), Style::Bold));
        from = *end;
    }
    out + &clean(&snippet.text[from..])
}

fn as_json(query: &str, answer: &Answer, shown: &[Shown], entries: &[&Entry]) -> Vec<u8> {
    let snippet = |snippet: &Snippet| {
        let marks: Vec<&str> = snippet.marks.iter().map(|(start, end)| &snippet.text[*start..*end]).collect();
        json!({ "heading": snippet.heading, "anchor": snippet.anchor, "text": snippet.text, "marks": marks })
    };
    let hits = shown.iter().zip(entries).zip(&answer.hits).map(|((shown, entry), hit)| {
        json!({
            "id": shown.id,
            "title": shown.title,
            "url": format!("incidents/{}.html", shown.id),
            "file": &*entry.file,
            "score": hit.score,
            "snippets": shown.snippets.iter().map(snippet).collect::<Vec<_>>(),
        })
    });
    let corrected: serde_json::Map<String, serde_json::Value> =
        answer.corrected.iter().map(|(typed, terms)| (typed.clone(), json!(terms))).collect();
    let hits: Vec<serde_json::Value> = hits.collect();
    let complete = answer.way == Way::All;
    let answer = json!({ "query": query, "count": answer.hits.len(), "complete": complete, "corrected": corrected, "hits": hits });
    let mut text = serde_json::to_string_pretty(&answer).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}

//! The search page, and what the index carries for it beside the incidents.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Theme, view::Scene};
use crate::{archive::FacetKind, site::Site};

/// What `search.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(super) struct SearchView {
    /// The script that answers.
    script: String,
    /// The folder of the index.
    index: String,
    /// The texts that the script writes, as JSON.
    words: String,
    /// The lists that take its place where there is no script.
    lists: Vec<super::view::Link>,
}

/// The texts that the script takes beside those that begin with `search_`.
const WORDS: [&str; 8] = ["months", "date", "min", "hour", "day", "incidents_one", "incidents_other", "nav_incidents"];

/// Returns the view of the search page.
pub(super) fn view(scene: &Scene<'_>) -> SearchView {
    let texts = scene.theme.words.texts();
    let words: serde_json::Map<String, Value> = texts
        .iter()
        .filter(|(key, _)| key.starts_with("search_") || WORDS.contains(&key.as_str()))
        .map(|(key, text)| (key.clone(), json!(text)))
        .collect();
    let folders = ["incidents", "causes", "services", "severities", "years"];
    let lists = folders.iter().filter_map(|folder| {
        let title =
            if *folder == "incidents" { scene.theme.words.get("nav_incidents") } else { scene.theme.words.get(&format!("facet_{folder}")) };
        Some(super::view::Link { title, href: scene.href_of(&format!("{folder}/index.html"))? })
    });
    SearchView {
        script: scene.href(&scene.theme.search_script),
        index: scene.href("search/"),
        words: Value::Object(words).to_string(),
        lists: lists.collect(),
    }
}

/// Returns what the index carries for the page: of each cause its name, its page, how many incidents it has and the last day.
pub(crate) fn site_data(theme: &Theme, site: &Site) -> Value {
    let archive = site.archive();
    let facet = archive.facets.get(FacetKind::Cause);
    let causes = facet.terms.iter().map(|term| {
        let label = theme.words.find(&format!("cause_{}", term.name.replace('-', "_"))).unwrap_or(&term.label);
        let last = term.entries.iter().filter_map(|entry| archive.entries[*entry].day()).max();
        json!([label, site.href("search.html", &site.term_path(facet, term)), term.entries.len(), last.map(|day| day.to_string())])
    });
    json!({ "causes": causes.collect::<Vec<_>>() })
}

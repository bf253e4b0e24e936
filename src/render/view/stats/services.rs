//! Downtime and availability of each service, from published incidents.

use serde::Serialize;

use crate::{
    archive::FacetKind,
    render::{
        view::{Link, Scene},
        words::{NBSP, Words},
    },
    stats::{Downtime, Stats},
};

/// How many services are listed.
const MOST: usize = 10;

/// What the section on services says.
#[derive(Debug, Serialize)]
pub(super) struct ServicesView {
    sentence: String,
    has_weighted: bool,
    rows: Vec<ServiceRow>,
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct ServiceRow {
    link: Link,
    downtime: String,
    availability: String,
    weighted: String,
    up_time: String,
    count: String,
    unknown: String,
}

/// Returns the services that were down; `None` where no incident names one and states start and end to the minute.
pub(super) fn services(scene: &Scene<'_>, stats: &Stats) -> Option<ServicesView> {
    let words = scene.words();
    let facet = scene.archive().facets.get(FacetKind::Service);
    let first = stats.downtime.first()?;
    let name = |one: &Downtime| facet.terms[one.service].name.clone();
    let sentence = words.count_with(
        "services_sentence",
        stats.downtime.len(),
        &[
            ("service", &name(first)),
            ("time", &words.minutes(first.minutes)),
            ("incidents", &words.count("incidents", first.entries.len())),
        ],
    );
    let rows = stats.downtime.iter().take(MOST).map(|one| ServiceRow {
        link: scene.term_link(FacetKind::Service, &name(one)),
        downtime: words.minutes(one.minutes),
        availability: percent_of_time(words, one.availability()),
        weighted: one
            .weighted_minutes
            .zip(one.weighted_availability())
            .map_or_else(String::new, |(minutes, share)| format!("{}, {}", words.minutes(minutes), percent_of_time(words, share))),
        up_time: up_time(words, one),
        count: words.figure(one.entries.len()),
        unknown: if one.unknown.is_empty() { "—".to_owned() } else { words.figure(one.unknown.len()) },
    });
    Some(ServicesView {
        sentence,
        has_weighted: first.weighted_minutes.is_some(),
        rows: rows.collect(),
        more: stats.downtime.len().checked_sub(MOST + 1).map(|more| words.count("services_more", more + 1)),
    })
}

/// Returns the median time between failures, or the times themselves where they are too few for one.
fn up_time(words: &Words, one: &Downtime) -> String {
    let summary = &one.up_time;
    match summary.median {
        Some(median) => words.fill("median_of", &[("median", &words.minutes(median)), ("n", &words.figure(summary.n()))]),
        None if summary.n() == 0 => "—".to_owned(),
        None => summary.samples.iter().map(|sample| words.minutes(sample.minutes)).collect::<Vec<_>>().join(", "),
    }
}

/// Returns a share of time in percent, with as many decimal places as it takes to differ from 100.
fn percent_of_time(words: &Words, share: f64) -> String {
    let percent = share * 100.0;
    let text = (2..=5).map(|places| format!("{percent:.places$}")).find(|text| percent >= 100.0 || !text.starts_with("100"));
    let text = text.unwrap_or_else(|| format!("{percent:.5}"));
    format!("{}{NBSP}%", text.replace('.', words.find("decimal").unwrap_or(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_lost_never_rounds_to_all_of_it() {
        let words = Words::parse(&["decimal = \",\"\n"]).expect("TOML");
        for (share, expected) in [(1.0, "100,00 %"), (0.98765, "98,77 %"), (0.999_98, "99,998 %"), (0.999_999_8, "99,99998 %")] {
            assert_eq!(percent_of_time(&words, share).replace(NBSP, " "), expected);
        }
    }
}

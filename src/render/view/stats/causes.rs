//! By severity and by root cause: how many, and how long.

use serde::Serialize;

use crate::{
    archive::FacetKind,
    render::view::{Link, Scene, float},
    stats::{GroupStats, Measure, Stats},
};

#[derive(Debug, Serialize)]
pub(super) struct SeverityRow {
    link: Link,
    count: String,
    width: String,
    resolve: String,
    n: String,
}

pub(super) fn severities(scene: &Scene<'_>, stats: &Stats) -> Vec<SeverityRow> {
    let words = scene.words();
    let archive = scene.archive();
    let groups = &stats.by_severity;
    if groups.iter().all(|(severity, _)| severity.is_none()) {
        return Vec::new();
    }
    let most = groups.iter().map(|(_, members)| members.len()).max().unwrap_or(1);
    groups
        .iter()
        .map(|(severity, members)| {
            let resolve = archive.facts.summary(Measure::Resolve, members);
            SeverityRow {
                link: match severity {
                    Some(severity) => scene.term_link(FacetKind::Severity, severity.as_str()),
                    None => Link { title: words.get("not_stated"), href: String::new() },
                },
                count: words.figure(members.len()),
                width: format!("{:.2}%", 100.0 * float(members.len()) / float(most)),
                resolve: match (resolve.median, resolve.n()) {
                    (Some(median), _) => words.minutes(median),
                    (None, 0) => words.get("no_data"),
                    _ => words.get("too_few_short"),
                },
                n: words.figure(resolve.n()),
            }
        })
        .collect()
}

pub(super) fn causes_heading(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let of = stats.causes.first().map_or(0, |group| group.known);
    // A claim about the first three must survive ties with the fourth.
    let counts: Vec<usize> = stats.causes.iter().map(|group| group.entries.len()).collect();
    if counts.len() < 6 || of < 12 || counts[2] == counts[3] {
        return words.get("facet_causes");
    }
    let mut first: Vec<usize> = stats.causes[..3].iter().flat_map(|group| group.entries.iter().copied()).collect();
    first.sort_unstable();
    first.dedup();
    words.fill("causes_heading", &[("share", &words.percent((100.0 * float(first.len()) / float(of)).round()))])
}

pub(super) fn causes_sentence(scene: &Scene<'_>, stats: &Stats) -> String {
    let words = scene.words();
    let stated = stats.causes.first().map_or(0, |group| group.known);
    let all = stats.count;
    let mut out =
        words.count_with("causes_sentence", stats.causes.len(), &[("stated", &words.figure(stated)), ("all", &words.figure(all))]);
    // By time another one may come first.
    let longest = stats.causes.iter().filter(|group| group.minutes > 0.0).max_by(|a, b| a.minutes.total_cmp(&b.minutes));
    if let Some(longest) = longest.filter(|_| stats.causes.len() > 1) {
        let term = &scene.archive().facets.get(FacetKind::Cause).terms[longest.group];
        let name = words.in_sentence(&scene.term_label(FacetKind::Cause, &term.name));
        let values = [("cause", &*name), ("time", &*words.minutes(longest.minutes))];
        out.push(' ');
        out.push_str(&words.count_with("causes_by_time", longest.minutes_known, &values));
    }
    out
}

/// A root cause by count and by time.
#[derive(Debug, Serialize)]
pub(super) struct CauseRow {
    link: Link,
    count: String,
    width: String,
    time_width: String,
    is_marked: bool,
    running: String,
    total_time: String,
    of: String,
}

/// How many root causes are listed: the page of all root causes has the others.
const MOST_CAUSES: usize = 15;

/// Returns a link to all root causes, where not all are listed.
pub(super) fn all_causes(scene: &Scene<'_>, stats: &Stats) -> Option<Link> {
    (stats.causes.len() > MOST_CAUSES).then(|| Link {
        title: scene.words().count("all_causes", scene.archive().facets.get(FacetKind::Cause).terms.len()),
        href: scene.href("causes/index.html"),
    })
}

/// Returns the root causes, the most frequent first.
pub(super) fn causes(scene: &Scene<'_>, stats: &Stats) -> Vec<CauseRow> {
    let words = scene.words();
    let facet = scene.archive().facets.get(FacetKind::Cause);
    let most = stats.causes.first().map_or(1, |group| group.entries.len());
    let longest = stats.causes.iter().map(|group| group.minutes).fold(0.0, f64::max);
    let ties = stats.causes.iter().take_while(|group| group.entries.len() == most).count();
    let marked = if most > 1 && ties <= 3 && ties * 2 <= stats.causes.len() { ties } else { 0 };
    let mut seen = std::collections::BTreeSet::new();
    let row = |(at, group): (usize, &GroupStats)| {
        seen.extend(group.entries.iter().copied());
        let known = group.minutes_known;
        CauseRow {
            link: scene.term_link(FacetKind::Cause, &facet.terms[group.group].name),
            count: words.figure(group.entries.len()),
            width: format!("{:.2}%", 100.0 * float(group.entries.len()) / float(most)),
            time_width: format!("{:.2}%", if longest > 0.0 { 100.0 * group.minutes / longest } else { 0.0 }),
            is_marked: at < marked,
            running: words.percent((100.0 * float(seen.len()) / float(group.known.max(1))).round()),
            total_time: if known == 0 { words.get("not_stated") } else { words.minutes(group.minutes) },
            of: if known == group.entries.len() || known == 0 { String::new() } else { words.fill("of_n", &[("n", &words.figure(known))]) },
        }
    };
    stats.causes.iter().enumerate().take(MOST_CAUSES).map(row).collect()
}

//! Pages of root causes, components, services, severities and years: the index of each, and one value with its incidents.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{
    Counted, Link, Scene, When,
    actions::{ActionView, MOST_LINKS, action_view},
    float,
    lists::{Row, part_caption, rows, short_id},
    page::{Pager, pager},
};
use crate::{
    archive::{ActionGroup, FacetKind, Term, action_due_day, action_group},
    render::{chart, words::capitalise},
    site::{Part, term_path},
    stats::{Measure, quantile},
};

/// How many incidents the line of a value shows at most.
const MOST_ON_LINE: usize = 30;
/// How many open actions a value lists at most.
const MOST_ACTIONS: usize = 12;
/// How many actions that were asked for again it lists at most.
const MOST_ASKED: usize = 8;

/// What `facets.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct FacetIndexView {
    heading: String,
    lead: String,
    column: String,
    caption: String,
    is_ranked: bool,
    terms: Vec<TermRow>,
    unstated: Option<String>,
    others: Vec<Link>,
}

/// A value in a table of values.
#[derive(Debug, Serialize)]
struct TermRow {
    link: Link,
    count: String,
    /// Width of the bar.
    width: String,
    is_marked: bool,
    running: String,
    total_time: String,
    /// The same in minutes, for sorting; empty where not stated.
    minutes: String,
    last: Option<When>,
}

/// Returns rows of values.
fn term_rows(scene: &Scene<'_>, kind: FacetKind) -> Vec<TermRow> {
    let words = scene.words();
    let archive = scene.archive();
    let facet = archive.facets.get(kind);
    let counted: Vec<(&Term, &[usize])> = facet.terms.iter().map(|term| (term, term.entries.as_slice())).collect();
    let most = counted.iter().map(|(_, entries)| entries.len()).max().unwrap_or(1);
    let is_marked = is_marked(&counted, most);
    let of: std::collections::BTreeSet<usize> = counted.iter().flat_map(|(_, entries)| entries.iter().copied()).collect();
    let mut seen = std::collections::BTreeSet::new();
    counted
        .iter()
        .map(|(term, entries)| {
            seen.extend(entries.iter().copied());
            // Drills and the like are in no figure.
            let is_counted = |at: &&usize| archive.entries[**at].nature.is_none();
            let minutes: Vec<f64> = entries.iter().filter(is_counted).filter_map(|at| archive.entries[*at].minutes_to_resolve()).collect();
            TermRow {
                link: Link { title: scene.term_label(kind, &term.name), href: scene.href(&scene.site.term_path(facet, term)) },
                count: words.figure(entries.len()),
                width: format!("{:.2}%", 100.0 * float(entries.len()) / float(most)),
                is_marked: is_marked && entries.len() == most,
                running: words.percent((100.0 * float(seen.len()) / float(of.len().max(1))).round()),
                minutes: if minutes.is_empty() { String::new() } else { format!("{:.0}", minutes.iter().sum::<f64>()) },
                total_time: if minutes.is_empty() { words.get("not_stated") } else { words.minutes(minutes.iter().sum()) },
                last: entries.iter().find_map(|at| scene.entry_day(&archive.entries[*at])),
            }
        })
        .collect()
}

/// True where the most frequent value and its ties are marked: unless that is most of them.
fn is_marked(counted: &[(&Term, &[usize])], most: usize) -> bool {
    let ties = counted.iter().filter(|(_, entries)| entries.len() == most).count();
    most > 1 && ties <= 3 && ties * 2 <= counted.len()
}

/// Returns the index of a facet.
pub(crate) fn facet_index(scene: &Scene<'_>, kind: FacetKind) -> FacetIndexView {
    let words = scene.words();
    let facet = scene.archive().facets.get(kind);
    let folder = kind.folder();
    let stated = scene.archive().entries.len() - facet.unstated.len();
    let lead = if facet.terms.is_empty() {
        words.get(&format!("{folder}_none"))
    } else {
        let lead = words.count_with(&format!("{folder}_lead"), facet.terms.len(), &[("incidents", &words.count("incidents", stated))]);
        capitalise(&lead)
    };
    let others = FacetKind::ALL.into_iter().filter(|other| *other != kind).map(|other| Link {
        title: words.get(&format!("facet_{}", other.folder())),
        href: scene.href(&format!("{}/index.html", other.folder())),
    });
    FacetIndexView {
        heading: words.get(&format!("facet_{folder}")),
        lead,
        column: words.get(&format!("one_{folder}")),
        caption: words.get(&format!("{folder}_caption")),
        is_ranked: matches!(kind, FacetKind::Cause | FacetKind::Component | FacetKind::Service),
        terms: term_rows(scene, kind),
        unstated: (!facet.unstated.is_empty() && !facet.terms.is_empty())
            .then(|| words.count(&format!("{folder}_unstated"), facet.unstated.len())),
        others: others.collect(),
    }
}

/// What `term.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct TermView {
    heading: String,
    definition: Option<String>,
    lead: String,
    /// False on the further pages of a long list: they hold the list alone.
    is_first: bool,
    line: Option<LineView>,
    repeated: Vec<AskedView>,
    actions_note: String,
    actions: Vec<ActionView>,
    actions_label: String,
    actions_more: Option<String>,
    rows: Vec<Row>,
    rows_heading: String,
    caption: String,
    pager: Option<Pager>,
    together: Vec<Together>,
}

#[derive(Debug, Serialize)]
struct LineView {
    heading: String,
    sentence: String,
    chart_svg: String,
    dates: Vec<DateRow>,
}

#[derive(Debug, Serialize)]
struct DateRow {
    day: When,
    link: Link,
    between: String,
}

#[derive(Debug, Serialize)]
struct AskedView {
    text: String,
    asked: String,
    done: usize,
    /// The most pressing of those that are not known to be settled; nothing where all are.
    state: Option<ActionView>,
    incidents: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Together {
    heading: String,
    items: Vec<Counted>,
}

/// Returns a part of one value's page.
pub(crate) fn term(scene: &Scene<'_>, kind: FacetKind, at: usize, part: &Part) -> TermView {
    let words = scene.words();
    let term = &scene.archive().facets.get(kind).terms[at];
    let is_first = part.number == 1;
    let (actions, all_open) = if is_first { open_actions(scene, term) } else { (Vec::new(), 0) };
    let name = scene.term_label(kind, &term.name);
    TermView {
        definition: definition(scene, kind, &term.name),
        lead: if is_first { lead(scene, kind, term) } else { part_caption(scene, part, term.entries.len()) },
        is_first,
        // A year's incidents are no series.
        line: if is_first && kind != FacetKind::Year { line(scene, kind, term, &name) } else { None },
        repeated: if is_first { asked(scene, term) } else { Vec::new() },
        actions_note: words.count("asked_note", term.entries.iter().map(|at| scene.archive().entries[*at].action_items.len()).sum()),
        actions_label: words.count("open_actions_label", all_open),
        actions_more: (all_open > actions.len()).then(|| words.count("more_actions", all_open - actions.len())),
        actions,
        rows: rows(scene, &term.entries[part.range.clone()]),
        rows_heading: words.count("all_n_incidents", term.entries.len()),
        caption: part_caption(scene, part, term.entries.len()),
        pager: pager(scene, part, |number| term_path(kind, term, number)),
        together: if is_first { together(scene, kind, term) } else { Vec::new() },
        heading: name,
    }
}

fn definition(scene: &Scene<'_>, kind: FacetKind, name: &str) -> Option<String> {
    let taxonomy = &scene.site.settings().read.taxonomy;
    let (own, prefix) = match kind {
        FacetKind::Cause => (taxonomy.causes.get(name), "cause"),
        FacetKind::Component => (taxonomy.components.get(name), "component"),
        _ => return None,
    };
    let own = own.and_then(|term| term.definition.clone());
    own.or_else(|| scene.words().find(&format!("{prefix}_def_{}", name.replace('-', "_"))).map(str::to_owned))
}

fn lead(scene: &Scene<'_>, kind: FacetKind, term: &Term) -> String {
    let words = scene.words();
    let archive = scene.archive();
    let days: Vec<NaiveDate> = term.entries.iter().filter_map(|at| archive.entries[*at].day()).collect();
    let count = term.entries.len();
    let mut out = match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if first < last => {
            let span = crate::render::view::stats::span_text(words, *first, *last);
            words.count_with("term_lead_span", count, &[("span", &span)])
        }
        (Some(day), _) if count == 1 => words.fill("term_lead_day", &[("day", &words.day(*day))]),
        _ => words.count("term_lead", count),
    };
    if kind != FacetKind::Service {
        let services = counts(term.entries.iter().flat_map(|at| archive.entries[*at].services.iter().map(|service| service.value.clone())));
        if let Some((service, n)) = services.first().filter(|(_, n)| *n > 1 && services.get(1).is_none_or(|(_, next)| next < n)) {
            let named = [("service", service.as_str())];
            out.push_str(&match *n == term.entries.len() {
                true => words.fill("term_lead_service_all", &named),
                false => words.count_with("term_lead_service", *n, &[("service", service)]),
            });
        }
    }
    out.push('.');
    let resolve = archive.facts.summary(Measure::Resolve, &term.entries);
    if let Some(median) = resolve.median {
        out.push(' ');
        out.push_str(&words.fill("term_lead_median", &[("median", &words.minutes(median)), ("n", &words.figure(resolve.n()))]));
    }
    let open: usize = term.entries.iter().map(|at| open_items(scene, *at).len()).sum();
    let asked: usize = term.entries.iter().map(|at| archive.entries[*at].action_items.len()).sum();
    if open > 0 {
        out.push(' ');
        out.push_str(&capitalise(&words.count_with("term_lead_open", open, &[("asked", &words.figure(asked))])));
    }
    capitalise(&out)
}

/// Returns values by how often they come, most first, ties by name.
fn counts(values: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut out: Vec<(String, usize)> = counts.into_iter().collect();
    out.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    out
}

fn open_items(scene: &Scene<'_>, entry: usize) -> Vec<usize> {
    let archive = scene.archive();
    let items = &archive.entries[entry].action_items;
    (0..items.len()).filter(|item| action_group(&items[*item], archive.as_of).is_open()).collect()
}

/// Returns the open actions of a value's incidents, oldest due date first, and how many there are.
fn open_actions(scene: &Scene<'_>, term: &Term) -> (Vec<ActionView>, usize) {
    let archive = scene.archive();
    let mut open: Vec<(usize, usize)> =
        term.entries.iter().flat_map(|at| open_items(scene, *at).into_iter().map(move |item| (*at, item))).collect();
    open.sort_by_key(|(entry, item)| {
        let due = action_due_day(&archive.entries[*entry].action_items[*item]);
        (due.is_none(), due, *entry, *item)
    });
    let views = open.iter().take(MOST_ACTIONS).map(|(entry, item)| action_view(scene, *entry, *item, true)).collect();
    (views, open.len())
}

/// Returns the actions that more than one incident of the value asks for.
fn asked(scene: &Scene<'_>, term: &Term) -> Vec<AskedView> {
    let words = scene.words();
    let archive = scene.archive();
    let mut out = Vec::new();
    for repeated in archive.actions.repeated.all() {
        let own: Vec<_> = repeated.actions.iter().filter(|at| term.entries.binary_search(&at.entry).is_ok()).collect();
        let mut entries: Vec<usize> = own.iter().map(|at| at.entry).collect();
        entries.dedup();
        if entries.len() < 2 {
            continue;
        }
        let group = |at: &crate::archive::ActionAt| action_group(&archive.entries[at.entry].action_items[at.item], archive.as_of);
        // None is open only where each is stated to be done or declined.
        let left = own.iter().filter(|at| group(at).is_open() || group(at) == ActionGroup::Unknown).min_by_key(|at| group(at));
        let Some(newest) = own.last() else { continue };
        let incidents = entries.iter().rev().take(MOST_LINKS).map(|entry| {
            let other = &archive.entries[*entry];
            let title =
                short_id(other).or_else(|| scene.entry_day(other).map(|when| when.text)).unwrap_or_else(|| other.display_title.clone());
            Link { title, href: scene.incident_href(*entry) }
        });
        out.push(AskedView {
            text: archive.entries[newest.entry].action_items[newest.item].text.clone(),
            asked: words.count("asked_times", entries.len()),
            done: own.iter().filter(|at| group(at) == ActionGroup::Done).count(),
            state: left.map(|at| action_view(scene, at.entry, at.item, true)),
            incidents: incidents.collect(),
        });
        if out.len() == MOST_ASKED {
            break;
        }
    }
    out
}

/// Returns the incidents along time; `None` for fewer than two days.
fn line(scene: &Scene<'_>, kind: FacetKind, term: &Term, name: &str) -> Option<LineView> {
    let words = scene.words();
    let archive = scene.archive();
    let mut dated: Vec<(NaiveDate, usize)> = term.entries.iter().filter_map(|at| Some((archive.entries[*at].day()?, *at))).collect();
    dated.sort_unstable_by_key(|(day, at)| (*day, std::cmp::Reverse(*at)));
    let (first, last) = (dated.first()?.0, dated.last()?.0);
    if first == last {
        return None;
    }
    let gaps: Vec<i64> = dated.windows(2).map(|pair| (pair[1].0 - pair[0].0).num_days()).collect();
    let (shortest, longest) = (*gaps.iter().min()?, *gaps.iter().max()?);
    let days = |days: i64| words.count("days", usize::try_from(days).unwrap_or(0));
    let since = days((archive.as_of - last).num_days().max(0));
    let sentence = if gaps.len() == 1 {
        words.fill("line_two", &[("days", &days(longest)), ("since", &since)])
    } else if shortest == longest {
        words.fill("line_even", &[("days", &days(longest)), ("since", &since)])
    } else {
        words.fill("line_many", &[("longest", &days(longest)), ("shortest", &days(shortest)), ("since", &since)])
    };
    let shown = &dated[dated.len().saturating_sub(MOST_ON_LINE)..];
    let points: Vec<chart::SeriesPoint> = shown
        .iter()
        .map(|(day, at)| chart::SeriesPoint {
            day: *day,
            label: if shown.len() <= 14 {
                short_id(&archive.entries[*at]).filter(|id| id.chars().count() <= 9).unwrap_or_default()
            } else {
                String::new()
            },
        })
        .collect();
    let title = words.fill("line_title", &[("name", name)]);
    let description = words.count_with("line_description", shown.len(), &[("from", &words.day(shown[0].0)), ("to", &words.day(last))]);
    let month = |month: u32| words.month_name(month).to_owned();
    let day_mark = |days: i64| format!("{days}{}{}", crate::render::words::NBSP, words.get("day"));
    let chart_svg = chart::series_line(&points, archive.as_of.min(last.max(archive.as_of)), &title, &description, &day_mark, &month);
    let mut dates: Vec<DateRow> = Vec::new();
    for (place, (day, at)) in dated.iter().enumerate() {
        let entry = &archive.entries[*at];
        let between = place.checked_sub(1).map_or_else(|| "—".to_owned(), |before| gaps[before].to_string());
        dates.push(DateRow {
            day: When { text: words.day(*day), iso: day.to_string() },
            link: Link { title: entry.display_title.clone(), href: scene.incident_href(*at) },
            between,
        });
    }
    dates.reverse();
    dates.truncate(MOST_ON_LINE);
    Some(LineView { heading: heading(scene, kind, &gaps), sentence, chart_svg, dates })
}

/// Returns the heading of the line: how often it comes back, where the files support a word about it.
fn heading(scene: &Scene<'_>, kind: FacetKind, gaps: &[i64]) -> String {
    let words = scene.words();
    if gaps.len() < 5 {
        // Only a cause comes back; what it happens to does not.
        return words.get(if kind == FacetKind::Cause { "line_heading" } else { "line_heading_times" });
    }
    let mut sorted: Vec<f64> = gaps.iter().filter_map(|days| i32::try_from(*days).ok()).map(f64::from).collect();
    sorted.sort_by(f64::total_cmp);
    let median = quantile(&sorted, 0.5);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days between calendar dates, not negative")]
    let days = median.round() as usize;
    words.count("line_heading_median", days)
}

fn together(scene: &Scene<'_>, kind: FacetKind, term: &Term) -> Vec<Together> {
    const MOST: usize = 8;
    let words = scene.words();
    let archive = scene.archive();
    let of = words.figure(term.entries.len());
    let mut out = Vec::new();
    for other in [FacetKind::Cause, FacetKind::Component, FacetKind::Service] {
        let names = term.entries.iter().flat_map(|at| {
            let entry = &archive.entries[*at];
            let values = match other {
                FacetKind::Cause => &entry.causes,
                FacetKind::Component => &entry.components,
                _ => &entry.services,
            };
            values.iter().map(|value| value.value.clone()).collect::<Vec<_>>()
        });
        let items: Vec<Counted> = counts(names.filter(|name| other != kind || *name != term.name))
            .into_iter()
            .take(MOST)
            .map(|(name, n)| {
                let link = scene.term_link(other, &name);
                Counted {
                    title: link.title,
                    href: link.href,
                    count: words.fill("n_of", &[("n", &words.figure(n)), ("of", &of)]),
                    is_current: false,
                }
            })
            .collect();
        if !items.is_empty() {
            let heading = if other == kind { words.get("seen_together") } else { words.get(&format!("facet_{}", other.folder())) };
            out.push(Together { heading, items });
        }
    }
    out
}

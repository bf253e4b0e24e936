//! The home page: what happened lately, what came back, what is open, two years week by week, and the latest incidents.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use super::{
    Link, Scene,
    figures::{Figure, time_figure},
    lists::{FacetLine, Row, facet_lines, rows},
};
use crate::{
    archive::{Entry, Recurrence},
    incident::Severity,
    render::{chart, words::capitalise},
    stats::{LEAST_FOR_MEDIAN, Measure},
};

/// How many incidents the home page lists.
const LATEST: usize = 24;
/// Below this many incidents in two years there is no picture of weeks.
const LEAST_FOR_WEEKS: usize = 6;

/// What `index.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct HomeView {
    is_empty: bool,
    strong: String,
    lead: String,
    open_actions: Option<Link>,
    search: Option<String>,
    figures: Vec<Figure>,
    weeks: Option<WeeksView>,
    rows: Vec<Row>,
    caption: String,
    facets: Vec<FacetLine>,
    all: Option<Link>,
    latest_label: String,
    introduction_title: String,
    introduction_html: String,
    introduction_edit: Option<String>,
}

#[derive(Debug, Serialize)]
struct WeeksView {
    heading: String,
    sentence: String,
    years: Vec<YearView>,
    letters_svg: String,
}

#[derive(Debug, Serialize)]
struct YearView {
    year: String,
    chart_svg: String,
}

/// Returns the home page.
pub(crate) fn home(scene: &Scene<'_>) -> HomeView {
    let words = scene.words();
    let archive = scene.archive();
    let latest: Vec<usize> = (0..archive.entries.len().min(LATEST)).collect();
    let (strong, lead) = lead(scene);
    let open = archive.actions.open_count();
    let (introduction_title, introduction_html, introduction_edit) = introduction(scene);
    HomeView {
        is_empty: archive.entries.is_empty(),
        strong,
        lead,
        open_actions: (open > 0).then(|| Link { title: words.count("home_open_actions", open), href: scene.href("actions.html") }),
        search: scene.href_of("search.html"),
        figures: figures(scene),
        weeks: weeks(scene),
        rows: rows(scene, &latest),
        caption: words.count("latest_caption", latest.len()),
        facets: facet_lines(scene),
        all: (archive.entries.len() > latest.len())
            .then(|| Link { title: words.count("all_incidents", archive.entries.len()), href: scene.href("incidents/index.html") }),
        latest_label: words.count("latest", latest.len()),
        introduction_title,
        introduction_html,
        introduction_edit,
    }
}

fn introduction(scene: &Scene<'_>) -> (String, String, Option<String>) {
    let Some(at) = scene.site.introduction() else { return (String::new(), String::new(), None) };
    let reading = &scene.archive().readings[at];
    let html = scene.bodies.body(&reading.file).map(|body| body.resolve(&|url, image| scene.target(&reading.file, url, image)));
    (reading.display_title.clone(), super::labels::in_language(scene.words(), html.unwrap_or_default()), scene.site.edit_url(&reading.file))
}

/// Returns the places of the incidents from `from` up to and without `to`.
fn between(scene: &Scene<'_>, from: NaiveDate, to: NaiveDate) -> Vec<usize> {
    let entries = &scene.archive().entries;
    (0..entries.len()).filter(|at| entries[*at].day().is_some_and(|day| from <= day && day < to)).collect()
}

fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// Of so many newest incidents the lead says what came back, where none is recent.
const NEWEST: usize = 12;

/// Returns the first, strong sentence and the rest of the lead.
fn lead(scene: &Scene<'_>) -> (String, String) {
    let words = scene.words();
    let archive = scene.archive();
    let entries = &archive.entries;
    let tomorrow = archive.as_of.succ_opt().unwrap_or(archive.as_of);
    match &**entries {
        [] => return (words.get("home_empty"), words.count("home_empty_hint", archive.readings.len())),
        [only] => {
            let mut rest = String::new();
            if let Some(time) = scene.duration(only) {
                rest = words.fill("home_one_resolved", &[("time", &time)]);
            }
            return (words.fill("home_one", &[("title", &only.display_title)]), rest);
        }
        _ => {}
    }
    let recent = between(scene, days_before(tomorrow, 30), tomorrow);
    let is_quiet = recent.is_empty();
    let (strong, period) = if is_quiet {
        let newest = entries.iter().find_map(crate::archive::Entry::day);
        let strong = match newest {
            Some(day) => words.count_with("home_quiet", entries.len(), &[("day", &words.day(day))]),
            None => words.count("home_undated", entries.len()),
        };
        (strong, (0..entries.len().min(NEWEST)).collect::<Vec<_>>())
    } else {
        let worst =
            recent.iter().filter(|at| entries[**at].severity.as_ref().is_some_and(|severity| severity.value == Severity::Sev1)).count();
        let mut strong = words.count("home_recent", recent.len());
        if worst > 0 {
            strong.push_str(&words.count("home_recent_worst", worst));
        }
        strong.push('.');
        (strong, recent)
    };
    let newest = if is_quiet && entries.len() > NEWEST { words.count("home_newest", NEWEST) } else { words.get("home_them") };
    (capitalise(&strong), again(scene, &period, &newest))
}

/// Says how many of the incidents had happened before, and of which that is doubtful; empty where none had.
fn again(scene: &Scene<'_>, period: &[usize], them: &str) -> String {
    let words = scene.words();
    let archive = scene.archive();
    let again: Vec<(&Entry, Recurrence)> = period
        .iter()
        .filter_map(|at| Some((&archive.entries[*at], archive.recurrence_of(*at).filter(|recurrence| !recurrence.earlier.is_empty())?)))
        .collect();
    let sure = again.iter().filter(|(_, recurrence)| recurrence.is_sure).count();
    let mut said = Vec::new();
    if sure > 0 {
        let key = if sure == period.len() && sure > 1 { "home_again_all" } else { "home_again" };
        said.push(capitalise(&words.count_with(key, sure, &[("them", them)])));
    }
    if again.len() > sure {
        said.push(capitalise(&words.count_with("home_perhaps", again.len() - sure, &[("them", them)])));
    }
    if let Some((entry, recurrence)) = again.first() {
        let key = if recurrence.is_sure { "home_again_last" } else { "home_perhaps_last" };
        said.push(words.count_with(key, recurrence.earlier.len(), &[("title", &entry.display_title)]));
    }
    said.join(" ")
}

fn figures(scene: &Scene<'_>) -> Vec<Figure> {
    let words = scene.words();
    let archive = scene.archive();
    let entries = &archive.entries;
    if entries.is_empty() {
        return Vec::new();
    }
    let tomorrow = archive.as_of.succ_opt().unwrap_or(archive.as_of);
    // Of an archive that rests, the figures of all of it say more than none.
    let year = &archive.periods[0];
    let (stats, period) =
        if year.count >= LEAST_FOR_MEDIAN { (year, words.get("last_12_months")) } else { (archive.stats(), words.get("all_time")) };
    let count = between(scene, days_before(tomorrow, 90), tomorrow).len();
    let before = between(scene, days_before(tomorrow, 180), days_before(tomorrow, 90)).len();
    let first = if count + before > 0 {
        Figure::new(words.get("fig_last_90"), words.figure(count), words.fill("fig_90_before", &[("n", &words.figure(before))]))
    } else {
        let oldest = entries.iter().filter_map(crate::archive::Entry::day).min();
        let note = oldest.map_or_else(String::new, |day| words.fill("fig_since", &[("day", &words.day(day))]));
        Figure::new(words.get("fig_incidents"), words.figure(entries.len()), note)
    };
    let overdue = archive.actions.group(crate::archive::ActionGroup::Overdue).len();
    let unknown = archive.actions.group(crate::archive::ActionGroup::Unknown).len();
    let note = if overdue > 0 {
        words.count("fig_overdue_note", overdue)
    } else if unknown > 0 {
        words.count("fig_unknown_of", unknown)
    } else if archive.actions.total == 0 {
        words.get("fig_no_actions")
    } else {
        words.get("fig_none_overdue")
    };
    vec![
        first,
        time_figure(scene, stats.measure(Measure::Resolve), "resolve", &period),
        time_figure(scene, stats.measure(Measure::Detect), "detect", &period),
        Figure::new(words.get("fig_open_actions"), words.figure(archive.actions.open_count()), note).linked(scene.href("actions.html")),
    ]
}

/// Returns the picture of two years; `None` where too little happened in them.
fn weeks(scene: &Scene<'_>) -> Option<WeeksView> {
    let words = scene.words();
    let archive = scene.archive();
    let as_of = archive.as_of;
    let newest = archive.entries.iter().filter_map(crate::archive::Entry::day).filter(|day| *day <= as_of).max()?;
    // Of an archive that rests, the last two years in which something happened.
    let last = if as_of.year() - newest.year() <= 1 { as_of.year() } else { newest.year() };
    let mut years = Vec::new();
    let mut shown = 0;
    let mut current = Vec::new();
    for year in [last - 1, last] {
        let until = if year == as_of.year() { as_of.ordinal0() / 7 + 1 } else { 53 };
        let mut weeks = vec![(0_usize, false); until as usize];
        for entry in &archive.entries {
            let Some(day) = entry.day().filter(|day| day.year() == year) else { continue };
            let Some(week) = weeks.get_mut((day.ordinal0() / 7) as usize) else { continue };
            week.0 += 1;
            week.1 |= entry.severity.as_ref().is_some_and(|severity| severity.value == Severity::Sev1);
        }
        let count: usize = weeks.iter().map(|(count, _)| count).sum();
        let worst = weeks.iter().filter(|(_, is_worst)| *is_worst).count();
        shown += count;
        let label = words.count_with("weeks_label", count, &[("year", &year.to_string()), ("worst", &words.figure(worst))]);
        let cells: Vec<_> = weeks.iter().copied().map(Some).collect();
        years.push(YearView { year: year.to_string(), chart_svg: chart::week_strip(&cells, &label) });
        current = weeks;
    }
    if shown < LEAST_FOR_WEEKS {
        return None;
    }
    let letters: Vec<String> = (1..=12).map(|month| words.month_letter(month)).collect();
    Some(WeeksView {
        heading: words.get("weeks_heading"),
        sentence: weeks_sentence(scene, last, &current),
        years,
        letters_svg: chart::week_letters(&letters),
    })
}

fn weeks_sentence(scene: &Scene<'_>, year: i32, weeks: &[(usize, bool)]) -> String {
    let words = scene.words();
    let count: usize = weeks.iter().map(|(count, _)| count).sum();
    let busy = weeks.iter().filter(|(count, _)| *count > 0).count();
    let quiet = weeks.split(|(count, _)| *count > 0).map(<[_]>::len).max().unwrap_or(0);
    let values = [("year", &*year.to_string()), ("busy", &words.figure(busy)), ("weeks", &words.figure(weeks.len()))];
    let mut out = match count {
        0 => words.fill("weeks_none", &values),
        _ => words.count_with("weeks_sentence", count, &values),
    };
    if quiet > 0 && count > 0 {
        out.push_str(&words.count("weeks_quiet", quiet));
    }
    out.push('.');
    if weeks.iter().any(|(_, is_worst)| *is_worst) {
        out.push_str(&words.get("weeks_dot"));
    }
    out
}

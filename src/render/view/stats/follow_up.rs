//! What came back, and what became of the actions: of the whole archive, as of the day of the build.

use serde::Serialize;

use super::steps::percent_range;
use crate::{
    archive::{FacetKind, Recurrence, action_group},
    render::{
        chart,
        view::{Link, Scene, When, float},
        words::capitalise,
    },
    stats::{LEAST_FOR_MEDIAN, wilson_interval},
};

/// How many causes are listed.
const MOST: usize = 10;
/// How many incidents that came back are listed.
const MOST_RETURNS: usize = 6;

/// What the section on what came back says.
#[derive(Debug, Serialize)]
pub(super) struct ReturnsView {
    sentence: String,
    rows: Vec<ReturnRow>,
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct ReturnRow {
    day: Option<When>,
    link: Link,
    said: String,
    before: Option<Link>,
}

/// Returns how many incidents came back and the latest of them; `None` where none can be compared.
pub(super) fn returns(scene: &Scene<'_>) -> Option<ReturnsView> {
    let words = scene.words();
    let archive = scene.archive();
    let rate = &archive.recurrence;
    if rate.known == 0 {
        return None;
    }
    let window = words.figure(usize::try_from(rate.window_days).unwrap_or(0));
    let values = [("known", &*words.figure(rate.known)), ("window", &*window)];
    let mut sentence = match rate.again.len() {
        0 => words.fill("returns_none", &values),
        again => words.count_with("returns_sentence", again, &values),
    };
    if let Some(interval) = wilson_interval(rate.again.len(), rate.known).filter(|_| rate.known >= LEAST_FOR_MEDIAN) {
        sentence.push_str(&words.fill("returns_interval", &[("range", &percent_range(words, interval))]));
    }
    sentence.push('.');
    let again: Vec<(usize, Recurrence)> = archive
        .entries
        .iter()
        .enumerate()
        .filter_map(|(at, _)| Some((at, archive.recurrence_of(at).filter(|recurrence| recurrence.ordinal > 1)?)))
        .collect();
    let rows = again.iter().take(MOST_RETURNS).map(|(at, recurrence)| ReturnRow {
        day: scene.entry_day(&archive.entries[*at]),
        link: Link { title: archive.entries[*at].display_title.clone(), href: scene.incident_href(*at) },
        said: said(scene, recurrence),
        before: recurrence
            .earlier
            .first()
            .map(|last| Link { title: archive.entries[*last].display_title.clone(), href: scene.incident_href(*last) }),
    });
    Some(ReturnsView {
        sentence: capitalise(&sentence),
        rows: rows.collect(),
        more: again.len().checked_sub(MOST_RETURNS + 1).map(|more| words.count("returns_more", more + 1)),
    })
}

/// Says which time it is and how the actions of the last one stand: `Third time, 41 days after the last; 2 of its 5 actions are open`.
fn said(scene: &Scene<'_>, recurrence: &Recurrence) -> String {
    let words = scene.words();
    let number = recurrence.ordinal.to_string();
    let time = words.find(&format!("time_{number}")).map_or_else(|| words.fill("time_more", &[("n", &number)]), str::to_owned);
    let mut out = if recurrence.is_sure { time } else { words.fill("perhaps", &[("what", &time)]) };
    if let Some(days) = recurrence.days_since_last.and_then(|days| usize::try_from(days).ok()) {
        out.push_str(&if days == 0 { words.get("returns_same_day") } else { words.count("returns_days", days) });
    }
    let all = recurrence.last_actions;
    let (open, unknown) = (words.figure(recurrence.last_open), words.figure(recurrence.last_unknown));
    let key = match (all, recurrence.last_open, recurrence.last_unknown) {
        (0, ..) => "",
        (_, 0, 0) => "returns_none_open",
        (_, 0, unknown) if unknown == all => "returns_all_unknown",
        (_, 0, _) => "returns_unknown",
        _ => "returns_open",
    };
    if !key.is_empty() {
        out.push_str(&words.count_with(key, all, &[("open", &open), ("unknown", &unknown)]));
    }
    capitalise(&out)
}

/// What the section on actions says.
#[derive(Debug, Serialize)]
pub(super) struct FollowUpView {
    heading: String,
    sentence: String,
    chart_svg: String,
    years: Vec<YearRow>,
    ages: Vec<AgeRow>,
    ages_sentence: String,
    causes: Vec<CauseActionsRow>,
}

#[derive(Debug, Serialize)]
struct YearRow {
    label: String,
    asked: String,
    closed: String,
    open: String,
}

#[derive(Debug, Serialize)]
struct AgeRow {
    label: String,
    count: String,
    width: String,
    is_marked: bool,
}

#[derive(Debug, Serialize)]
struct CauseActionsRow {
    link: Link,
    asked: String,
    done: String,
    open: String,
    overdue: String,
    unknown: String,
}

/// Returns how the actions stand; `None` where none was asked for.
pub(super) fn actions(scene: &Scene<'_>) -> Option<FollowUpView> {
    let words = scene.words();
    let log = &scene.archive().actions;
    if log.total == 0 {
        return None;
    }
    let (closed, of) = log.closure();
    let unknown = log.group(crate::archive::ActionGroup::Unknown).len();
    let declined = log.group(crate::archive::ActionGroup::Declined).len();
    let mut sentence = match of {
        0 => words.get("closure_none"),
        _ => words.count_with("closure_sentence", of, &[("closed", &words.figure(closed))]),
    };
    if declined > 0 {
        sentence.push_str(&words.count("closure_declined", declined));
    }
    if unknown > 0 {
        sentence.push_str(&words.count("closure_unknown", unknown));
    }
    let (ages, ages_sentence) = ages(scene);
    let dash = |count: usize| if count == 0 { "—".to_owned() } else { words.figure(count) };
    let causes = log.by_cause.iter().take(MOST).map(|one| CauseActionsRow {
        link: scene.term_link(FacetKind::Cause, &one.cause),
        asked: words.figure(one.asked),
        done: dash(one.done),
        open: dash(one.open.len()),
        overdue: dash(one.overdue),
        unknown: dash(one.unknown),
    });
    Some(FollowUpView {
        heading: match log.open_count() {
            0 => words.get("burn_up_none"),
            open => words.count("burn_up_heading", open),
        },
        sentence,
        chart_svg: burn_up(scene),
        years: years(scene),
        ages,
        ages_sentence,
        causes: causes.collect(),
    })
}

/// Returns the picture of what was asked for and what of it is closed; empty for fewer than three months.
fn burn_up(scene: &Scene<'_>) -> String {
    let words = scene.words();
    let points = &scene.archive().actions.burn_up;
    let Some(last) = points.last().filter(|_| points.len() >= 3) else { return String::new() };
    let (asked, closed) = (
        words.fill("burn_up_asked", &[("n", &words.figure(last.asked))]),
        words.fill("burn_up_closed", &[("n", &words.figure(last.closed))]),
    );
    let months: Vec<chart::BurnUpPoint> =
        points.iter().map(|point| chart::BurnUpPoint { month: point.month, asked: point.asked, closed: point.closed }).collect();
    chart::burn_up(&months, &words.get("burn_up_label"), &asked, &closed)
}

/// Returns the end of each year, the newest first.
fn years(scene: &Scene<'_>) -> Vec<YearRow> {
    let words = scene.words();
    let points = &scene.archive().actions.burn_up;
    let ends = points.iter().enumerate().filter(|(at, point)| points.get(at + 1).is_none_or(|next| next.month.0 != point.month.0));
    let row = |point: &crate::archive::BurnUp| YearRow {
        label: words.month(point.month.0, point.month.1),
        asked: words.figure(point.asked),
        closed: words.figure(point.closed),
        open: words.figure(point.asked - point.closed),
    };
    ends.map(|(_, point)| row(point)).rev().collect()
}

/// Returns how old the open actions are, counted from their incident.
fn ages(scene: &Scene<'_>) -> (Vec<AgeRow>, String) {
    let words = scene.words();
    let archive = scene.archive();
    let mut counts = [0_usize; 5];
    for entry in &archive.entries {
        for _ in entry.action_items.iter().filter(|action| action_group(action, archive.as_of).is_open()) {
            let at = match entry.day().map(|day| (archive.as_of - day).num_days()) {
                None => 4,
                Some(..=30) => 0,
                Some(31..=90) => 1,
                Some(91..=180) => 2,
                Some(_) => 3,
            };
            counts[at] += 1;
        }
    }
    let all: usize = counts.iter().sum();
    if all == 0 {
        return (Vec::new(), String::new());
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let rows = counts
        .iter()
        .enumerate()
        .filter(|(at, count)| *at < 4 || **count > 0)
        .map(|(at, count)| AgeRow {
            label: words.get(&format!("age_{}", at + 1)),
            count: words.figure(*count),
            width: format!("{:.2}%", 100.0 * float(*count) / float(most)),
            is_marked: at == 3,
        })
        .collect();
    (rows, words.count_with("ages_sentence", all, &[("old", &words.figure(counts[3]))]))
}

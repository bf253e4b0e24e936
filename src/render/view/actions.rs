//! Actions: one of them, and the page of all.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Link, Scene, When, figures::Figure, lists::short_id};
use crate::{
    archive::{ActionAt, ActionGroup, action_due_day, action_group},
    incident::{ActionItem, ActionStatus},
    render::words::{Words, capitalise, datetime},
};

/// An action.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ActionView {
    text: String,
    due: Option<When>,
    /// The state in words: `Open`, `Overdue by 12 days`.
    state: String,
    /// What the document itself says of the state, where it says more.
    state_note: Option<String>,
    icon: &'static str,
    class: &'static str,
    owner: Option<String>,
    kind: Option<String>,
    link: Option<String>,
    incident: Option<Link>,
    /// Says that other incidents ask for it too.
    repeated: Option<String>,
    /// True where nothing is stated but what to do.
    is_bare: bool,
}

impl ActionView {
    /// True where nothing is stated but what to do.
    pub(crate) fn is_bare(&self) -> bool {
        self.is_bare
    }
}

/// Returns an action of an incident; with `is_elsewhere` it links to its incident.
pub(crate) fn action_view(scene: &Scene<'_>, entry: usize, item: usize, is_elsewhere: bool) -> ActionView {
    let words = scene.words();
    let archive = scene.archive();
    let action = &archive.entries[entry].action_items[item];
    let group = action_group(action, archive.as_of);
    let (icon, class) = match (group, action.status) {
        (ActionGroup::Overdue, _) => ("late", "late"),
        (ActionGroup::Done, _) => ("done", "done"),
        (ActionGroup::Declined, _) => ("drop", "done"),
        (ActionGroup::Unknown, _) => ("unknown", "done"),
        (_, ActionStatus::InProgress) => ("prog", ""),
        _ => ("open", ""),
    };
    let incident = is_elsewhere.then(|| {
        let other = &archive.entries[entry];
        Link { title: short_id(other).unwrap_or_else(|| other.display_title.clone()), href: scene.incident_href(entry) }
    });
    let repeated = archive.actions.repeated_of(ActionAt { entry, item }).map(|repeated| words.count("asked_in", repeated.incidents));
    let note = action.status_text.clone().filter(|text| !is_plain_state(text));
    let (state, state_note) = said_once(state(words, action, group, archive.as_of), note);
    ActionView {
        is_bare: group == ActionGroup::Unknown
            && action.due.is_none()
            && action.owner.is_none()
            && action.link.is_none()
            && state_note.is_none(),
        text: action.text.clone(),
        due: due(words, action),
        state,
        state_note,
        icon,
        class,
        owner: action.owner.clone(),
        kind: words.find(&format!("action_{}", action.kind)).map(str::to_owned).filter(|text| !text.is_empty()),
        link: action.link.clone().filter(|link| link.starts_with("https://") || link.starts_with("http://")),
        incident,
        repeated,
    }
}

/// Returns the state and the document's words for it: those alone where they begin with the state.
fn said_once(state: String, note: Option<String>) -> (String, Option<String>) {
    match note {
        Some(note) if note.to_lowercase().starts_with(&state.to_lowercase()) => (capitalise(&note), None),
        note => (state, note),
    }
}

/// True for a status in the document's words that says no more than ours.
fn is_plain_state(text: &str) -> bool {
    const PLAIN: [&str; 17] = [
        "open",
        "done",
        "closed",
        "complete",
        "completed",
        "in progress",
        "in-progress",
        "wip",
        "todo",
        "to do",
        "declined",
        "fixed",
        "pending",
        "not started",
        "offen",
        "erledigt",
        "in arbeit",
    ];
    PLAIN.contains(&text.trim().to_lowercase().as_str())
}

fn due(words: &Words, action: &ActionItem) -> Option<When> {
    let due = action.due.as_ref()?;
    Some(When { text: words.moment_day(due)?, iso: due.day().map(|day| day.to_string()).or_else(|| datetime(due))? })
}

fn state(words: &Words, action: &ActionItem, group: ActionGroup, as_of: NaiveDate) -> String {
    match group {
        ActionGroup::Overdue => {
            let days = action_due_day(action).and_then(|due| usize::try_from((as_of - due).num_days()).ok()).unwrap_or(0);
            words.count("overdue_by", days)
        }
        ActionGroup::Done => words.get("state_done"),
        ActionGroup::Declined => words.get("state_declined"),
        ActionGroup::Unknown => words.get("state_unknown"),
        _ if action.status == ActionStatus::InProgress => words.get("state_in_progress"),
        _ => words.get("state_open"),
    }
}

/// What `actions.html` sees as `view`.
#[derive(Debug, Serialize)]
pub(crate) struct ActionsView {
    lead: String,
    figures: Vec<Figure>,
    groups: Vec<GroupView>,
    owners: Vec<OwnerView>,
    repeated: Vec<RepeatedView>,
}

#[derive(Debug, Serialize)]
struct GroupView {
    anchor: &'static str,
    heading: String,
    note: Option<String>,
    count: usize,
    /// Folded groups are those that need no work.
    is_folded: bool,
    fold_label: String,
    actions: Vec<ActionView>,
    /// Says how many are not listed.
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct OwnerView {
    name: String,
    open: String,
    overdue: String,
}

#[derive(Debug, Serialize)]
struct RepeatedView {
    text: String,
    asked: String,
    done: usize,
    open: usize,
    incidents: Vec<Link>,
}

/// How many incidents an action that was asked for again names, the newest first.
pub(super) const MOST_LINKS: usize = 4;

/// How many actions a group shows at most, and how many one that is folded: `data/actions.csv` has all of them.
const MOST_SHOWN: usize = 40;
const MOST_FOLDED: usize = 15;

/// Returns the page of all actions.
pub(crate) fn actions(scene: &Scene<'_>) -> ActionsView {
    let words = scene.words();
    let log = &scene.archive().actions;
    let anchor = |group: ActionGroup| match group {
        ActionGroup::Overdue => "overdue",
        ActionGroup::DueSoon => "soon",
        ActionGroup::Later => "later",
        ActionGroup::Undated => "undated",
        ActionGroup::Done => "done",
        ActionGroup::Declined => "declined",
        ActionGroup::Unknown => "unknown",
    };
    let groups = ActionGroup::ALL.into_iter().filter(|group| !log.group(*group).is_empty()).map(|group| {
        let all = log.group(group);
        // Where nothing is open, what does not say how it stands is all there is to read.
        let is_folded = !group.is_open() && (group != ActionGroup::Unknown || log.open_count() > 0);
        let shown = &all[..all.len().min(if is_folded { MOST_FOLDED } else { MOST_SHOWN })];
        GroupView {
            anchor: anchor(group),
            heading: words.get(&format!("group_{}", anchor(group))),
            note: words.find(&format!("group_note_{}", anchor(group))).map(str::to_owned),
            count: all.len(),
            is_folded,
            fold_label: words.count(&format!("show_{}", anchor(group)), all.len()),
            actions: shown.iter().map(|at| action_view(scene, at.entry, at.item, true)).collect(),
            more: (shown.len() < all.len()).then(|| words.count("more_group", all.len() - shown.len())),
        }
    });
    let owners = log.by_owner.iter().filter(|owner| !owner.open.is_empty()).take(40).map(|owner| OwnerView {
        name: owner.owner.clone(),
        open: words.figure(owner.open.len()),
        overdue: if owner.overdue == 0 { "—".to_owned() } else { words.figure(owner.overdue) },
    });
    ActionsView {
        lead: lead(scene),
        figures: figures(scene),
        groups: groups.collect(),
        owners: owners.collect(),
        repeated: repeated(scene),
    }
}

fn repeated(scene: &Scene<'_>) -> Vec<RepeatedView> {
    let (words, archive) = (scene.words(), scene.archive());
    let view = |repeated: &crate::archive::RepeatedAction| {
        let item = |at: &ActionAt| &archive.entries[at.entry].action_items[at.item];
        let count = |wanted: &dyn Fn(ActionGroup) -> bool| {
            repeated.actions.iter().filter(|at| wanted(action_group(item(at), archive.as_of))).count()
        };
        let newest = repeated.actions.last()?;
        let incidents = repeated.actions.iter().map(|at| {
            let other = &archive.entries[at.entry];
            let title =
                short_id(other).or_else(|| scene.entry_day(other).map(|when| when.text)).unwrap_or_else(|| other.display_title.clone());
            Link { title, href: scene.incident_href(at.entry) }
        });
        let mut links: Vec<Link> = Vec::new();
        for link in incidents.rev() {
            if links.iter().all(|known| known.href != link.href) {
                links.push(link);
            }
            if links.len() == MOST_LINKS {
                break;
            }
        }
        Some(RepeatedView {
            text: item(newest).text.clone(),
            asked: words.count("asked_times", repeated.incidents),
            done: count(&|group| group == ActionGroup::Done),
            open: count(&ActionGroup::is_open),
            incidents: links,
        })
    };
    archive.actions.repeated.all().iter().take(10).filter_map(view).collect()
}

fn figures(scene: &Scene<'_>) -> Vec<Figure> {
    let (words, archive) = (scene.words(), scene.archive());
    let log = &archive.actions;
    let count = |group: ActionGroup| log.group(group).len();
    let item = |at: &ActionAt| &archive.entries[at.entry].action_items[at.item];
    let open_groups = || ActionGroup::ALL.into_iter().filter(|group| group.is_open()).flat_map(|group| log.group(group));
    let in_progress = open_groups().filter(|at| item(at).status == ActionStatus::InProgress).count();
    let days: Vec<i64> =
        log.group(ActionGroup::Overdue).iter().filter_map(|at| Some((archive.as_of - action_due_day(item(at))?).num_days())).collect();
    let longest = days.iter().max().and_then(|days| usize::try_from(*days).ok());
    vec![
        Figure::new(words.get("fig_open"), words.figure(log.open_count()), words.count("in_progress", in_progress)),
        Figure::new(
            words.get("fig_overdue"),
            words.figure(count(ActionGroup::Overdue)),
            longest.map_or_else(String::new, |days| words.count("longest_overdue", days)),
        ),
        Figure::new(words.get("fig_done"), words.figure(count(ActionGroup::Done)), words.count("declined", count(ActionGroup::Declined))),
        Figure::new(words.get("fig_unknown"), words.figure(count(ActionGroup::Unknown)), words.get("fig_unknown_note")),
    ]
}

fn lead(scene: &Scene<'_>) -> String {
    let (words, archive) = (scene.words(), scene.archive());
    let log = &archive.actions;
    if log.total == 0 {
        return words.get("actions_none");
    }
    let (open, overdue) = (log.open_count(), log.group(ActionGroup::Overdue));
    let mut out = match (open, overdue.len()) {
        (0, _) => words.count("actions_lead_none_open", log.total),
        (open, 0) => words.count("actions_lead_open", open),
        (open, late) if late == open => words.count("actions_lead_late", open),
        (open, late) => words.count_with("actions_lead_overdue", open, &[("overdue", &words.number(late))]),
    };
    let unknown = log.group(ActionGroup::Unknown).len();
    if unknown > 0 {
        out.push(' ');
        let key = match open {
            0 if unknown == log.total => "actions_lead_unknown_all",
            0 => "actions_lead_unknown_of",
            _ => "actions_lead_unknown",
        };
        out.push_str(&words.count(key, unknown));
    }
    if let Some(first) = overdue.first() {
        let action = &archive.entries[first.entry].action_items[first.item];
        if let Some(due) = action_due_day(action) {
            out.push(' ');
            out.push_str(&words.fill("actions_lead_oldest", &[("due", &words.day(due))]));
        }
    }
    capitalise(&out)
}

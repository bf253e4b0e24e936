//! Did we do what we said? The actions of all incidents, as of the day of the build.
//!
//! An action whose state is not stated is neither open nor overdue: it has a group of its own.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};

use super::{
    Entry, Lazy,
    text::{Texts, group_by_first},
};
use crate::incident::{ActionItem, ActionStatus, Local, Moment};

/// Within how many days an open action is due soon.
pub const DUE_SOON_DAYS: u64 = 30;
/// From which closeness on two actions ask the same.
const SAME_ACTION: f64 = 0.5;
/// How many words they share at least.
const LEAST_SHARED_WORDS: usize = 3;

/// Names an action: which incident, which of its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionAt {
    /// The incident: an index into [`super::Archive::entries`].
    pub entry: usize,
    /// The action: an index into its `action_items`.
    pub item: usize,
}

/// How an action stands on the day of the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionGroup {
    /// Open, and its day has passed.
    Overdue,
    /// Open and due within 30 days.
    DueSoon,
    /// Open and due later.
    Later,
    /// Open, without a day.
    Undated,
    /// Done.
    Done,
    /// Decided against.
    Declined,
    /// Its state is not stated.
    Unknown,
}

impl ActionGroup {
    /// Every group, in the order of the page.
    pub const ALL: [ActionGroup; 7] = [
        ActionGroup::Overdue,
        ActionGroup::DueSoon,
        ActionGroup::Later,
        ActionGroup::Undated,
        ActionGroup::Done,
        ActionGroup::Declined,
        ActionGroup::Unknown,
    ];

    /// Returns its kebab-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            ActionGroup::Overdue => "overdue",
            ActionGroup::DueSoon => "due-soon",
            ActionGroup::Later => "later",
            ActionGroup::Undated => "undated",
            ActionGroup::Done => "done",
            ActionGroup::Declined => "declined",
            ActionGroup::Unknown => "unknown",
        }
    }

    /// True for an action that is stated as not finished.
    pub fn is_open(self) -> bool {
        self <= ActionGroup::Undated
    }
}

/// The actions of one owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerActions {
    /// The owner as most often written.
    pub owner: String,
    /// Those that are open, the longest overdue first.
    pub open: Vec<ActionAt>,
    /// How many of those are overdue.
    pub overdue: usize,
    /// How many are done.
    pub done: usize,
    /// How many do not state how they stand.
    pub unknown: usize,
}

/// An action that more than one incident asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedAction {
    /// Its wording in each, oldest first.
    pub actions: Vec<ActionAt>,
    /// In how many incidents it was asked for.
    pub incidents: usize,
}

/// The actions of one root cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseActions {
    /// The cause: a taxonomy name.
    pub cause: String,
    /// How many actions its incidents asked for.
    pub asked: usize,
    /// Those that are open, the longest overdue first.
    pub open: Vec<ActionAt>,
    /// How many of those are overdue.
    pub overdue: usize,
    /// How many are done.
    pub done: usize,
    /// How many do not state how they stand.
    pub unknown: usize,
}

/// What had been asked for by the end of a month, and how much of it is closed today. Documents do not say when an action was
/// done, so the lower line tells how the actions of each month stand now, not when they were closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BurnUp {
    /// Year and month.
    pub month: (i32, u8),
    /// Actions asked for by incidents up to then whose state is stated.
    pub asked: usize,
    /// Of those, how many are done or declined today.
    pub closed: usize,
}

/// The actions of all incidents.
#[derive(Debug, Clone)]
pub struct ActionLog {
    /// How many there are.
    pub total: usize,
    /// By how they stand: dated groups by day, the others by incident, newest first.
    groups: BTreeMap<ActionGroup, Vec<ActionAt>>,
    /// Those that are open or of unknown state and name no owner.
    pub ownerless: Vec<ActionAt>,
    /// By owner: who has most open first.
    pub by_owner: Vec<OwnerActions>,
    /// By root cause of the incident: where most are open first.
    pub by_cause: Vec<CauseActions>,
    /// Month by month, oldest first; only months in which an incident asked for something.
    pub burn_up: Vec<BurnUp>,
    /// Days from the incident to today for each open action whose incident has a day, the oldest first.
    pub ages: Vec<(ActionAt, i64)>,
    /// Those that are asked for in more than one incident.
    pub repeated: Lazy<Repeated>,
}

/// The actions that are asked for in more than one incident.
#[derive(Debug, Default)]
pub struct Repeated {
    /// The one asked for most often first.
    all: Vec<RepeatedAction>,
    /// For an action asked for before: which of `all` it belongs to.
    of: BTreeMap<ActionAt, usize>,
}

impl ActionLog {
    /// Gathers the actions of `entries` as of that day.
    pub(super) fn of(entries: &[Entry], as_of: NaiveDate, repeated: Lazy<Repeated>) -> Self {
        let mut log = ActionLog {
            total: 0,
            groups: BTreeMap::new(),
            ownerless: Vec::new(),
            by_owner: Vec::new(),
            by_cause: Vec::new(),
            burn_up: Vec::new(),
            ages: Vec::new(),
            repeated,
        };
        let mut owners: BTreeMap<String, (BTreeMap<&str, usize>, OwnerActions)> = BTreeMap::new();
        for (entry, incident) in entries.iter().enumerate() {
            for (item, action) in incident.action_items.iter().enumerate() {
                let at = ActionAt { entry, item };
                let group = action_group(action, as_of);
                log.total += 1;
                log.groups.entry(group).or_default().push(at);
                match action.owner.as_deref().map(str::trim).filter(|owner| !owner.is_empty()) {
                    Some(owner) => count_owner(&mut owners, owner, at, group),
                    None if group.is_open() || group == ActionGroup::Unknown => log.ownerless.push(at),
                    None => {}
                }
            }
        }
        let due = |at: &ActionAt| action_due_day(&entries[at.entry].action_items[at.item]);
        for group in [ActionGroup::Overdue, ActionGroup::DueSoon, ActionGroup::Later] {
            if let Some(actions) = log.groups.get_mut(&group) {
                actions.sort_by_cached_key(|at| (due(at), *at));
            }
        }
        log.by_owner = owners.into_values().map(|(spellings, owner)| name_owner(&spellings, owner)).collect();
        for owner in &mut log.by_owner {
            owner.open.sort_by_cached_key(|at| (due(at).is_none(), due(at), *at));
        }
        log.by_owner.sort_by(|a, b| (b.open.len(), b.overdue).cmp(&(a.open.len(), a.overdue)).then_with(|| a.owner.cmp(&b.owner)));
        log.by_cause = by_cause(entries, as_of);
        log.burn_up = burn_up(entries);
        let open = ActionGroup::ALL.into_iter().filter(|group| group.is_open()).flat_map(|group| log.group(group).to_vec());
        let age = |at: ActionAt| Some((at, (as_of - entries[at.entry].day()?).num_days()));
        log.ages = open.filter_map(age).collect();
        log.ages.sort_by_key(|(at, days)| (std::cmp::Reverse(*days), *at));
        log
    }

    /// Returns how many actions are closed and of how many: done, of those done or open. Declined ones and those whose state is not
    /// stated are in neither.
    pub fn closure(&self) -> (usize, usize) {
        let done = self.group(ActionGroup::Done).len();
        (done, done + self.open_count())
    }

    /// Returns the actions of a group.
    pub fn group(&self, group: ActionGroup) -> &[ActionAt] {
        self.groups.get(&group).map_or(&[], Vec::as_slice)
    }

    /// Returns how many actions are stated as not finished.
    pub fn open_count(&self) -> usize {
        ActionGroup::ALL.into_iter().filter(|group| group.is_open()).map(|group| self.group(group).len()).sum()
    }

    /// Returns where an action that other incidents ask for too stands in `repeated`.
    pub fn repeated_of(&self, at: ActionAt) -> Option<&RepeatedAction> {
        self.repeated.of.get(&at).map(|index| &self.repeated.all[*index])
    }
}

impl Repeated {
    /// Returns them, the one asked for most often first.
    pub fn all(&self) -> &[RepeatedAction] {
        &self.all
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Recognises actions that several incidents ask for: their words are mostly the same.
    pub(super) fn of(entries: &[Entry]) -> Self {
        // Oldest first.
        let all: Vec<ActionAt> = (0..entries.len())
            .rev()
            .flat_map(|entry| (0..entries[entry].action_items.len()).map(move |item| ActionAt { entry, item }))
            .collect();
        let texts = Texts::new(all.iter().map(|at| Some(entries[at.entry].action_items[at.item].text.as_str())));
        // Of equal texts the nearest is in the closest group already.
        let pairs = texts.close_pairs(SAME_ACTION, LEAST_SHARED_WORDS, 1, |a, b| all[a].entry != all[b].entry);
        let same = |a: usize, b: usize| {
            let (closeness, words) = texts.closeness(a, b);
            (closeness >= SAME_ACTION && words >= LEAST_SHARED_WORDS).then_some(closeness)
        };
        let mut repeated: Vec<RepeatedAction> = group_by_first(all.len(), &pairs, same)
            .into_iter()
            .map(|places| {
                let actions: Vec<ActionAt> = places.into_iter().map(|place| all[place]).collect();
                let mut incidents: Vec<usize> = actions.iter().map(|at| at.entry).collect();
                incidents.sort_unstable();
                incidents.dedup();
                RepeatedAction { actions, incidents: incidents.len() }
            })
            .filter(|repeated| repeated.incidents > 1)
            .collect();
        repeated.sort_by(|a, b| b.incidents.cmp(&a.incidents).then_with(|| b.actions.cmp(&a.actions).reverse()));
        let of = repeated.iter().enumerate().flat_map(|(index, one)| one.actions.iter().map(move |at| (*at, index))).collect();
        Self { all: repeated, of }
    }
}

fn by_cause(entries: &[Entry], as_of: NaiveDate) -> Vec<CauseActions> {
    let mut causes: BTreeMap<&str, CauseActions> = BTreeMap::new();
    for (entry, incident) in entries.iter().enumerate() {
        for cause in &incident.causes {
            let empty = || CauseActions { cause: cause.value.clone(), asked: 0, open: Vec::new(), overdue: 0, done: 0, unknown: 0 };
            let one = causes.entry(&cause.value).or_insert_with(empty);
            for (item, action) in incident.action_items.iter().enumerate() {
                let group = action_group(action, as_of);
                one.asked += 1;
                one.overdue += usize::from(group == ActionGroup::Overdue);
                one.done += usize::from(group == ActionGroup::Done);
                one.unknown += usize::from(group == ActionGroup::Unknown);
                if group.is_open() {
                    one.open.push(ActionAt { entry, item });
                }
            }
        }
    }
    let mut causes: Vec<CauseActions> = causes.into_values().filter(|one| one.asked > 0).collect();
    for one in &mut causes {
        let due = |at: &ActionAt| action_due_day(&entries[at.entry].action_items[at.item]);
        one.open.sort_by_cached_key(|at| (due(at).is_none(), due(at), *at));
    }
    causes.sort_by(|a, b| (b.open.len(), b.asked).cmp(&(a.open.len(), a.asked)).then_with(|| a.cause.cmp(&b.cause)));
    causes
}

fn burn_up(entries: &[Entry]) -> Vec<BurnUp> {
    let mut months: BTreeMap<(i32, u8), (usize, usize)> = BTreeMap::new();
    for entry in entries {
        let Some(month) = entry.year_month() else { continue };
        for action in entry.action_items.iter().filter(|action| action.status != ActionStatus::Unknown) {
            let (asked, closed) = months.entry(month).or_default();
            *asked += 1;
            *closed += usize::from(matches!(action.status, ActionStatus::Done | ActionStatus::Declined));
        }
    }
    let mut total = (0, 0);
    months
        .into_iter()
        .map(|(month, (asked, closed))| {
            total = (total.0 + asked, total.1 + closed);
            BurnUp { month, asked: total.0, closed: total.1 }
        })
        .collect()
}

/// Returns how an action stands on the day `as_of`.
pub fn action_group(action: &ActionItem, as_of: NaiveDate) -> ActionGroup {
    match action.status {
        ActionStatus::Done => ActionGroup::Done,
        ActionStatus::Declined => ActionGroup::Declined,
        ActionStatus::Unknown => ActionGroup::Unknown,
        ActionStatus::Open | ActionStatus::InProgress => match action_due_day(action) {
            None => ActionGroup::Undated,
            Some(due) if due < as_of => ActionGroup::Overdue,
            Some(due) if as_of.checked_add_days(Days::new(DUE_SOON_DAYS)).is_none_or(|soon| due <= soon) => ActionGroup::DueSoon,
            Some(_) => ActionGroup::Later,
        },
    }
}

/// Returns the last day on which an action is in time: of a month, its last.
pub fn action_due_day(action: &ActionItem) -> Option<NaiveDate> {
    last_day(action.due.as_ref()?)
}

fn last_day(moment: &Moment) -> Option<NaiveDate> {
    match moment.local {
        Local::Month { year, month } => NaiveDate::from_ymd_opt(year, month.into(), 1)?.checked_add_months(Months::new(1))?.pred_opt(),
        _ => moment.day(),
    }
}

fn count_owner<'a>(
    owners: &mut BTreeMap<String, (BTreeMap<&'a str, usize>, OwnerActions)>,
    owner: &'a str,
    at: ActionAt,
    group: ActionGroup,
) {
    let key = owner.trim_start_matches('@').to_lowercase();
    let empty = || OwnerActions { owner: String::new(), open: Vec::new(), overdue: 0, done: 0, unknown: 0 };
    let (spellings, actions) = owners.entry(key).or_insert_with(|| (BTreeMap::new(), empty()));
    *spellings.entry(owner).or_default() += 1;
    match group {
        group if group.is_open() => actions.open.push(at),
        ActionGroup::Done => actions.done += 1,
        ActionGroup::Unknown => actions.unknown += 1,
        _ => {}
    }
    actions.overdue += usize::from(group == ActionGroup::Overdue);
}

fn name_owner(spellings: &BTreeMap<&str, usize>, mut owner: OwnerActions) -> OwnerActions {
    owner.owner = spellings.iter().rev().max_by_key(|(_, count)| **count).map(|(name, _)| (*name).to_owned()).unwrap_or_default();
    owner
}

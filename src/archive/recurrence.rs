//! Has this happened before? Which incidents are the same one again, and why we say so.
//!
//! Two incidents belong together when they share a root cause and a component, and besides a service or a close root-cause text.
//! Sharing a common cause and component alone is not a series; neither is a cause that merely contributed, on one service.
//!
//! Texts are compared by the words that they share, rare words counting more, as a share of all their words. Two root causes (where
//! none is stated, the summary stands for it) are close from 18 % on with at least four words shared; two titles, which are short
//! and say little else, from 40 % on with at least three.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{Entry, FacetKind, facets::fold, text::Texts};
use crate::incident::ActionStatus;

/// From which closeness on two texts say the same, and how many words they share at least.
struct Threshold {
    closeness: f64,
    words: usize,
}

const CLOSE_CAUSES: Threshold = Threshold { closeness: 0.18, words: 4 };
const CLOSE_TITLES: Threshold = Threshold { closeness: 0.4, words: 3 };

/// Incidents that are the same one again.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The (cause, component) pairs that all of them share.
    pub pairs: Vec<(String, String)>,
    /// The services that all of them share, as the newest writes them.
    pub services: Vec<String>,
    /// True where close texts, and not a service, say that they belong together.
    pub by_text: bool,
    /// Words that the root-cause texts of the newest two share, rarest first; empty where their texts are not close.
    pub shared_words: Vec<String>,
    /// The incidents, oldest first.
    pub entries: Vec<usize>,
    /// Days between each and the one before, beside `entries` (the first has none); `None` where a day is not known.
    pub days_between: Vec<Option<i64>>,
}

/// What the archive says of an incident that happened before or again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// Its series: an index into [`super::Archive::series`].
    pub series: usize,
    /// Which time it is, from 1.
    pub ordinal: usize,
    /// The earlier ones, newest first.
    pub earlier: Vec<usize>,
    /// Days since the last one.
    pub days_since_last: Option<i64>,
    /// How many actions the last one asked for.
    pub last_actions: usize,
    /// How many of those are stated as open or in progress.
    pub last_open: usize,
    /// How many of those do not state how they stand.
    pub last_unknown: usize,
}

impl Recurrence {
    /// Says it in words: `third time, 41 days after the last, 2 of its 5 actions still open`. `None` for the first of a series.
    pub fn sentence(&self) -> Option<String> {
        if self.ordinal < 2 {
            return None;
        }
        let mut parts = vec![format!("{} time", ordinal(self.ordinal))];
        parts.extend(self.days_since_last.map(|days| match days {
            0 => "on the same day as the last".to_owned(),
            1 => "1 day after the last".to_owned(),
            days => format!("{days} days after the last"),
        }));
        let all = self.last_actions;
        match (all, self.last_open, self.last_unknown) {
            (0, ..) => {}
            (1, 1, _) => parts.push("its one action still open".to_owned()),
            (1, 0, 1) => parts.push("the state of its one action not stated".to_owned()),
            (_, 0, unknown) if unknown == all => parts.push(format!("the state of its {all} actions not stated")),
            (_, 0, 0) => parts.push(format!("none of its {all} actions still open")),
            (_, 0, unknown) => parts.push(format!("none of its {all} actions stated as open, {unknown} without a state")),
            (_, open, 0) => parts.push(format!("{open} of its {all} actions still open")),
            (_, open, unknown) => parts.push(format!("{open} of its {all} actions still open, {unknown} without a state")),
        }
        Some(parts.join(", "))
    }
}

/// How often incidents come back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecurrenceRate {
    /// Within how many days.
    pub window_days: i64,
    /// Incidents that are the same as one at most that many days before.
    pub again: Vec<usize>,
    /// Incidents with a day, a root cause and a component: the others cannot be compared.
    pub known: usize,
}

/// Computes how many incidents came back within the window.
pub(super) fn rate(entries: &[Entry], series: &[Series], window_days: i64) -> RecurrenceRate {
    let is_known =
        |entry: &&Entry| entry.nature.is_none() && entry.day().is_some() && !entry.causes.is_empty() && !entry.components.is_empty();
    let known = entries.iter().filter(is_known).count();
    let mut again: Vec<usize> = series
        .iter()
        .flat_map(|series| series.entries.iter().zip(&series.days_between))
        .filter(|(_, days)| days.is_some_and(|days| days <= window_days))
        .map(|(entry, _)| *entry)
        .collect();
    again.sort_unstable();
    again.dedup();
    RecurrenceRate { window_days, again, known }
}

/// Returns `third` for 3; figures from thirteen on.
fn ordinal(number: usize) -> String {
    const WORDS: [&str; 13] =
        ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    WORDS.get(number).map_or_else(|| format!("{number}{suffix}"), |word| (*word).to_owned())
}

/// Which incidents are the same one again.
#[derive(Debug)]
pub struct Again {
    /// Every series, the one that came back last first.
    pub series: Vec<Series>,
    /// What each incident has to say of its own, beside the archive's entries.
    pub of: Vec<Option<Recurrence>>,
    compared: Compared,
}

impl Again {
    /// Finds every series.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let order = order_of_time(entries);
        let slots = Slots::of(entries, &order);
        let compared = Compared::of(entries, &order, &slots, None, None);
        Self::find(entries, &order, &slots, compared)
    }

    /// Finds every series of incidents that differ from those of `before` by their texts alone.
    pub(super) fn after(entries: &[Entry], before: &Again, same_causes: bool, same_titles: bool) -> Self {
        let order = order_of_time(entries);
        let slots = Slots::of(entries, &order);
        let known = &before.compared;
        let compared =
            Compared::of(entries, &order, &slots, same_causes.then(|| known.causes.clone()), same_titles.then(|| known.titles.clone()));
        if compared.close_pairs() != known.close_pairs() {
            return Self::find(entries, &order, &slots, compared);
        }
        // The same series, told in other words.
        let mut places = vec![0; entries.len()];
        for (place, index) in order.iter().enumerate() {
            places[*index] = place;
        }
        let mut series = before.series.clone();
        for one in &mut series {
            let [.., earlier, later] = one.entries[..] else { unreachable!("a series has two or more") };
            one.shared_words = compared.told_words(places[later], places[earlier]);
        }
        Self { series, of: before.of.clone(), compared }
    }

    fn find(entries: &[Entry], order: &[usize], slots: &Slots<'_>, compared: Compared) -> Self {
        let mut groups: Vec<(usize, Vec<usize>, bool)> = Vec::new();
        groups.extend(slots.by_service(entries, order).into_iter().map(|(pair, places)| (pair, places, false)));
        groups.extend(slots.by_text(&compared.close_pairs()).into_iter().map(|(pair, places)| (pair, places, true)));
        let mut series = series_of(groups, slots, entries, order, &compared);
        drop_contained(&mut series, entries.len());
        series.sort_by(|a, b| {
            a.entries.last().cmp(&b.entries.last()).then_with(|| b.entries.len().cmp(&a.entries.len())).then_with(|| a.pairs.cmp(&b.pairs))
        });
        let of = recurrences(entries, &series);
        Self { series, of, compared }
    }
}

/// Returns the incidents that are compared, oldest first. What no moment places in time comes after nothing, and a drill is no
/// recurrence.
fn order_of_time(entries: &[Entry]) -> Vec<usize> {
    (0..entries.len()).rev().filter(|index| entries[*index].year_month().is_some() && entries[*index].nature.is_none()).collect()
}

/// Texts, and which of them are close.
#[derive(Debug)]
struct Close {
    texts: Texts,
    pairs: Vec<(usize, usize)>,
}

impl Close {
    fn of<'a>(texts: impl Iterator<Item = Option<&'a str>>, least: &Threshold, slots: &Slots<'_>) -> Arc<Self> {
        let texts = Texts::new(texts);
        let pairs = texts.close_pairs(least.closeness, least.words, |later, earlier| slots.share_a_pair(later, earlier));
        Arc::new(Self { texts, pairs })
    }
}

/// The texts that are compared, by place in the order of time.
#[derive(Debug)]
struct Compared {
    causes: Arc<Close>,
    titles: Arc<Close>,
}

impl Compared {
    /// Compares the texts, apart from those of which the result is known.
    fn of(entries: &[Entry], order: &[usize], slots: &Slots<'_>, causes: Option<Arc<Close>>, titles: Option<Arc<Close>>) -> Self {
        let cause = |index: &usize| {
            let stated = entries[*index].root_cause_text.as_ref().or(entries[*index].summary.as_ref());
            stated.map(|text| text.value.as_str())
        };
        let title = |index: &usize| entries[*index].title.as_ref().map(|title| title.value.as_str());
        let (causes, titles) = rayon::join(
            || causes.unwrap_or_else(|| Close::of(order.iter().map(cause), &CLOSE_CAUSES, slots)),
            || titles.unwrap_or_else(|| Close::of(order.iter().map(title), &CLOSE_TITLES, slots)),
        );
        Self { causes, titles }
    }

    fn close_pairs(&self) -> Vec<(usize, usize)> {
        [&self.causes.pairs[..], &self.titles.pairs].concat()
    }

    /// Returns the words by which a series is told.
    fn told_words(&self, later: usize, earlier: usize) -> Vec<String> {
        self.shared_words(later, earlier).into_iter().take(6).map(str::to_owned).collect()
    }

    /// Returns the words that two texts share, where they are close.
    fn shared_words(&self, a: usize, b: usize) -> Vec<&str> {
        for (texts, least) in [(&self.causes.texts, CLOSE_CAUSES), (&self.titles.texts, CLOSE_TITLES)] {
            let (closeness, words) = texts.closeness(a, b);
            if closeness >= least.closeness && words >= least.words {
                return texts.shared_words(a, b);
            }
        }
        Vec::new()
    }
}

/// An incident once for each of its (cause, component) pairs: the places that can be joined, each within its pair.
struct Slots<'a> {
    /// The pairs of each incident by their numbers, in order, with the number of its slot. Places are those of the order of time.
    pairs: Vec<Vec<(usize, usize)>>,
    /// The slots of each pair: (incident's place, slot), oldest first; beside `names`.
    by_pair: Vec<Vec<(usize, usize)>>,
    names: Vec<Pair<'a>>,
    count: usize,
}

type Pair<'a> = (&'a str, &'a str);

impl<'a> Slots<'a> {
    fn of(entries: &'a [Entry], order: &[usize]) -> Self {
        let mut slots = Slots { pairs: Vec::with_capacity(order.len()), by_pair: Vec::new(), names: Vec::new(), count: 0 };
        let mut numbers: HashMap<Pair<'_>, usize> = HashMap::new();
        for (place, index) in order.iter().enumerate() {
            let incident = entries[*index].incident();
            let mut pairs = Vec::with_capacity(incident.causes.len() * incident.components.len());
            for cause in &incident.causes {
                for component in &incident.components {
                    let name = (cause.value.as_str(), component.value.as_str());
                    let pair = *numbers.entry(name).or_insert(slots.names.len());
                    if pair == slots.names.len() {
                        slots.names.push(name);
                        slots.by_pair.push(Vec::new());
                    }
                    pairs.push((pair, slots.count));
                    slots.by_pair[pair].push((place, slots.count));
                    slots.count += 1;
                }
            }
            pairs.sort_unstable();
            slots.pairs.push(pairs);
        }
        slots
    }

    fn shared(&self, a: usize, b: usize) -> impl Iterator<Item = (usize, usize)> {
        let others = &self.pairs[b];
        self.pairs[a]
            .iter()
            .filter_map(move |(pair, slot)| others.binary_search_by(|(other, _)| other.cmp(pair)).ok().map(|at| (*slot, others[at].1)))
    }

    fn share_a_pair(&self, a: usize, b: usize) -> bool {
        self.shared(a, b).next().is_some()
    }

    /// Returns the incidents of each pair that share one service: all of a group share that one, or a chain of services would join
    /// incidents that have nothing to do with each other. A cause that merely contributed does not count here: a test that was
    /// missing twice on one service is no incident that came back.
    fn by_service(&self, entries: &[Entry], order: &[usize]) -> Vec<(usize, Vec<usize>)> {
        let fold_all = |index: &usize| entries[*index].services.iter().map(|service| fold(FacetKind::Service, &service.value)).collect();
        let services: Vec<Vec<String>> = order.iter().map(fold_all).collect();
        let mut groups = Vec::new();
        for (pair, members) in self.by_pair.iter().enumerate() {
            let mut by_service: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            let (cause, _) = self.names[pair];
            let is_root = |place: &usize| !entries[order[*place]].contributing.iter().any(|name| name == cause);
            for place in members.iter().map(|(place, _)| place).filter(|place| is_root(place)) {
                for service in &services[*place] {
                    let places = by_service.entry(service).or_default();
                    if places.last() != Some(place) {
                        places.push(*place);
                    }
                }
            }
            groups.extend(by_service.into_values().filter(|places| places.len() > 1).map(|places| (pair, places)));
        }
        groups
    }

    /// Returns the incidents of each pair whose texts are close, one by one.
    fn by_text(&self, close: &[(usize, usize)]) -> Vec<(usize, Vec<usize>)> {
        let mut joined = Joined((0..self.count).collect());
        for (later, earlier) in close {
            for (a, b) in self.shared(*later, *earlier) {
                joined.join(a, b);
            }
        }
        let mut groups = Vec::new();
        for (pair, members) in self.by_pair.iter().enumerate() {
            let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (place, slot) in members {
                by_root.entry(joined.root(*slot)).or_default().push(*place);
            }
            groups.extend(by_root.into_values().filter(|places| places.len() > 1).map(|places| (pair, places)));
        }
        groups
    }
}

/// Which slots belong together: each names another of its group, the first one itself.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut slot: usize) -> usize {
        while self.0[slot] != slot {
            self.0[slot] = self.0[self.0[slot]];
            slot = self.0[slot];
        }
        slot
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// Makes series of groups, each of a pair, its incidents and whether texts made it; groups of the same incidents are one.
fn series_of(
    groups: Vec<(usize, Vec<usize>, bool)>,
    slots: &Slots<'_>,
    entries: &[Entry],
    order: &[usize],
    compared: &Compared,
) -> Vec<Series> {
    let mut found: BTreeMap<Vec<usize>, Series> = BTreeMap::new();
    for (pair, places, by_text) in groups {
        let (cause, component) = slots.names[pair];
        let series = found.entry(places).or_insert_with_key(|places| describe(places, entries, order, compared));
        let pair = (cause.to_owned(), component.to_owned());
        if !series.pairs.contains(&pair) {
            series.pairs.push(pair);
        }
        // A service in common says it already.
        series.by_text |= by_text && series.services.is_empty();
    }
    for series in found.values_mut() {
        series.pairs.sort_unstable();
    }
    found.into_values().collect()
}

fn describe(places: &[usize], entries: &[Entry], order: &[usize], compared: &Compared) -> Series {
    let members: Vec<usize> = places.iter().map(|place| order[*place]).collect();
    let days: Vec<_> = members.iter().map(|index| entries[*index].day()).collect();
    let between = days.windows(2).map(|pair| Some((pair[1]? - pair[0]?).num_days()));
    let [.., earlier, later] = places else { unreachable!("a series has two or more") };
    Series {
        pairs: Vec::new(),
        services: shared_services(&members, entries),
        by_text: false,
        shared_words: compared.told_words(*later, *earlier),
        days_between: std::iter::once(None).chain(between).collect(),
        entries: members,
    }
}

/// Returns the services that all of them share, as the newest writes them.
fn shared_services(members: &[usize], entries: &[Entry]) -> Vec<String> {
    let mut counts: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for index in members {
        let mut own: Vec<(String, &str)> =
            entries[*index].services.iter().map(|service| (fold(FacetKind::Service, &service.value), service.value.as_str())).collect();
        own.sort_unstable();
        own.dedup_by(|a, b| a.0 == b.0);
        for (key, name) in own {
            let known = counts.entry(key).or_insert((0, name));
            *known = (known.0 + 1, name);
        }
    }
    counts.into_values().filter(|(count, _)| *count == members.len()).map(|(_, name)| name.to_owned()).collect()
}

/// Drops a series whose incidents are all in a larger one.
fn drop_contained(series: &mut Vec<Series>, entries: usize) {
    series.sort_by(|a, b| b.entries.len().cmp(&a.entries.len()).then_with(|| a.pairs.cmp(&b.pairs)));
    let mut kept_of: Vec<Vec<usize>> = vec![Vec::new(); entries];
    let mut kept = 0;
    series.retain(|series| {
        let mut holders = kept_of[series.entries[0]].clone();
        holders.retain(|holder| series.entries[1..].iter().all(|member| kept_of[*member].contains(holder)));
        if holders.is_empty() {
            for member in &series.entries {
                kept_of[*member].push(kept);
            }
            kept += 1;
        }
        holders.is_empty()
    });
}

/// Returns what each incident says: of the series in which most came before it, else of the largest.
fn recurrences(entries: &[Entry], series: &[Series]) -> Vec<Option<Recurrence>> {
    let mut best: Vec<Option<(usize, usize)>> = vec![None; entries.len()];
    for (number, one) in series.iter().enumerate() {
        for (before, member) in one.entries.iter().enumerate() {
            if best[*member].is_none_or(|(known, at)| (before, one.entries.len()) > (at, series[known].entries.len())) {
                best[*member] = Some((number, before));
            }
        }
    }
    let tell = |(number, before): (usize, usize)| {
        let one = &series[number];
        let earlier: Vec<usize> = one.entries[..before].iter().rev().copied().collect();
        let actions = earlier.first().map_or(&[][..], |last| &entries[*last].action_items);
        let count = |wanted: &[ActionStatus]| actions.iter().filter(|action| wanted.contains(&action.status)).count();
        Recurrence {
            series: number,
            ordinal: before + 1,
            days_since_last: one.days_between[before],
            last_actions: actions.len(),
            last_open: count(&[ActionStatus::Open, ActionStatus::InProgress]),
            last_unknown: count(&[ActionStatus::Unknown]),
            earlier,
        }
    };
    best.into_iter().map(|best| best.map(tell)).collect()
}

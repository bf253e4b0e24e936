//! Has this happened before? Which incidents are the same one again, and why we say so.
//!
//! In one line: every incident of a series shares with the first of it a root cause and a component, and besides a service or a
//! close text. Sharing a common cause and component alone is not a series; neither is a cause that merely contributed, on one
//! service. Closeness is not passed on: what is close to the second alone begins another series there, or texts of one template
//! would make a series of a whole archive.
//!
//! Texts are compared by the words that they share, rare words counting more, as a share of all their words. Two root causes (where
//! none is stated, the summary stands for it) are close from 18 % on with at least four words shared; two titles, which are short
//! and say little else, from 40 % on with at least three. A link of texts that share less than 40 % is told as a doubtful one.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    Entry, FacetKind,
    facets::fold,
    text::{Texts, group_by_first},
};
use crate::incident::ActionStatus;

/// From which closeness on two texts say the same, and how many words they share at least.
struct Threshold {
    closeness: f64,
    words: usize,
}

const CLOSE_CAUSES: Threshold = Threshold { closeness: 0.18, words: 4 };
const CLOSE_TITLES: Threshold = Threshold { closeness: 0.4, words: 3 };
/// From which closeness on a text alone tells that it is the same again, and not only that it may be.
const SURE: f64 = 0.4;

/// Incidents that are the same one again.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The (cause, component) pairs that the later ones share with the first.
    pub pairs: Vec<(String, String)>,
    /// The services that all of them share, as the newest writes them.
    pub services: Vec<String>,
    /// True where close texts, and not a service, say that they belong together.
    pub by_text: bool,
    /// Why each belongs to it, beside `entries`; the first has none.
    pub links: Vec<Option<SeriesLink>>,
    /// The incidents, oldest first.
    pub entries: Vec<usize>,
    /// Days between each and the one before, beside `entries` (the first has none); `None` where a day is not known.
    pub days_between: Vec<Option<i64>>,
}

/// Why an incident is the first one of its series again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLink {
    /// The (cause, component) pairs of both.
    pub pairs: Vec<(String, String)>,
    /// The services of both.
    pub services: Vec<String>,
    /// Words that both texts have, rarest first; empty where their texts are not close.
    pub shared_words: Vec<String>,
    /// False where similar words alone say it: it may be the same again.
    pub is_sure: bool,
}

/// What the archive says of an incident that happened before or again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// Its series: an index into the series of [`super::Archive::again`].
    pub series: usize,
    /// Which time it is, from 1.
    pub ordinal: usize,
    /// The earlier ones, newest first.
    pub earlier: Vec<usize>,
    /// False where it only may be the same again; see [`SeriesLink::is_sure`].
    pub is_sure: bool,
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
        let doubt = if self.is_sure { "" } else { "perhaps the " };
        let mut parts = vec![format!("{doubt}{} time", ordinal(self.ordinal))];
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
        let compared = Compared::of(entries, &order, &slots);
        Self::find(entries, &order, &slots, compared)
    }

    /// Finds every series of incidents that differ from those of `before` by the texts of the `changed` ones alone.
    pub(super) fn after(entries: &[Entry], before: &Again, changed: &[usize], same_causes: bool, same_titles: bool) -> Self {
        let order = order_of_time(entries);
        let slots = Slots::of(entries, &order);
        let places: Vec<usize> = (0..order.len()).filter(|place| changed.binary_search(&order[*place]).is_ok()).collect();
        let compared = before.compared.after(entries, &order, &slots, &places, same_causes, same_titles);
        // How close texts are decides which first they belong to, so the series are found again: the texts were the costly part.
        Self::find(entries, &order, &slots, compared)
    }

    fn find(entries: &[Entry], order: &[usize], slots: &Slots<'_>, compared: Compared) -> Self {
        let services = Services::of(entries, order);
        let known = Known { entries, order, slots, services: &services, compared: &compared };
        let mut places = slots.by_service(&services, entries, order);
        let by_service = places.len();
        places.extend(known.by_text());
        let groups = known.groups(places.into_iter().enumerate().map(|(at, places)| (places, at >= by_service)).collect());
        let mut series: Vec<Series> = groups.par_iter().map(|group| known.describe(group)).collect();
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
    fn of(texts: Texts, least: &Threshold, slots: &Slots<'_>) -> Arc<Self> {
        let pairs = texts.close_pairs(least.closeness, least.words, |later, earlier| slots.share_a_pair(later, earlier));
        Arc::new(Self { texts, pairs })
    }
}

/// Returns the text of an incident that tells its cause.
fn cause_of(entry: &Entry) -> Option<&str> {
    entry.root_cause_text.as_ref().or(entry.summary.as_ref()).map(|text| text.value.as_str())
}

fn title_of(entry: &Entry) -> Option<&str> {
    entry.title.as_ref().map(|title| title.value.as_str())
}

/// The texts that are compared, by place in the order of time.
#[derive(Debug)]
struct Compared {
    causes: Arc<Close>,
    titles: Arc<Close>,
}

impl Compared {
    fn of(entries: &[Entry], order: &[usize], slots: &Slots<'_>) -> Self {
        let texts = |text_of: fn(&Entry) -> Option<&str>| Texts::new(order.iter().map(|index| text_of(&entries[*index])));
        let (causes, titles) =
            rayon::join(|| Close::of(texts(cause_of), &CLOSE_CAUSES, slots), || Close::of(texts(title_of), &CLOSE_TITLES, slots));
        Self { causes, titles }
    }

    /// Compares again where the texts of the incidents at `places` may have changed.
    fn after(&self, entries: &[Entry], order: &[usize], slots: &Slots<'_>, places: &[usize], same_causes: bool, same_titles: bool) -> Self {
        let renew = |known: &Arc<Close>, is_same: bool, text_of: fn(&Entry) -> Option<&str>, least: &Threshold| {
            if is_same {
                return known.clone();
            }
            let changed: Vec<_> = places.iter().map(|place| (*place, text_of(&entries[order[*place]]))).collect();
            Close::of(Texts::after(&known.texts, &changed), least, slots)
        };
        let (causes, titles) = rayon::join(
            || renew(&self.causes, same_causes, cause_of, &CLOSE_CAUSES),
            || renew(&self.titles, same_titles, title_of, &CLOSE_TITLES),
        );
        Self { causes, titles }
    }

    /// Returns the pairs (later, earlier) whose texts are close, in order.
    fn close_pairs(&self) -> Vec<(usize, usize)> {
        let mut pairs = [&self.causes.pairs[..], &self.titles.pairs].concat();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Returns how close two incidents are by their texts, and the words that they share; `None` where neither text is close.
    fn closest(&self, a: usize, b: usize) -> Option<(f64, &Texts)> {
        let close = [(&self.causes.texts, CLOSE_CAUSES), (&self.titles.texts, CLOSE_TITLES)].into_iter().filter_map(|(texts, least)| {
            let (closeness, words) = texts.closeness(a, b);
            (closeness >= least.closeness && words >= least.words).then_some((closeness, texts))
        });
        close.max_by(|(a, _), (b, _)| a.total_cmp(b))
    }
}

/// The (cause, component) pairs of each incident. Places are those of the order of time.
struct Slots<'a> {
    /// The pairs of each incident by their numbers, in order.
    pairs: Vec<Vec<usize>>,
    /// The incidents of each pair, oldest first; beside `names`.
    by_pair: Vec<Vec<usize>>,
    /// In order, so that numbers sort as names do.
    names: Vec<Pair<'a>>,
}

type Pair<'a> = (&'a str, &'a str);

fn pairs_of(entry: &Entry) -> impl Iterator<Item = Pair<'_>> {
    let components = || entry.components.iter().map(|component| component.value.as_str());
    entry.causes.iter().flat_map(move |cause| components().map(move |component| (cause.value.as_str(), component)))
}

impl<'a> Slots<'a> {
    fn of(entries: &'a [Entry], order: &[usize]) -> Self {
        let all: HashSet<Pair<'_>> = order.iter().flat_map(|index| pairs_of(&entries[*index])).collect();
        let mut names: Vec<Pair<'_>> = all.into_iter().collect();
        names.sort_unstable();
        let numbers: HashMap<Pair<'_>, usize> = names.iter().copied().zip(0..).collect();
        let mut by_pair = vec![Vec::new(); names.len()];
        let mut pairs = Vec::with_capacity(order.len());
        for (place, index) in order.iter().enumerate() {
            let mut own: Vec<usize> = pairs_of(&entries[*index]).map(|pair| numbers[&pair]).collect();
            own.sort_unstable();
            own.dedup();
            own.iter().for_each(|pair| by_pair[*pair].push(place));
            pairs.push(own);
        }
        Slots { pairs, by_pair, names }
    }

    fn shared(&self, a: usize, b: usize) -> impl Iterator<Item = usize> {
        let others = &self.pairs[b];
        self.pairs[a].iter().copied().filter(move |pair| others.binary_search(pair).is_ok())
    }

    fn share_a_pair(&self, a: usize, b: usize) -> bool {
        self.shared(a, b).next().is_some()
    }

    /// Returns the incidents of each pair that share one service: all of a group share that one, or a chain of services would join
    /// incidents that have nothing to do with each other. A cause that merely contributed does not count here: a test that was
    /// missing twice on one service is no incident that came back.
    fn by_service(&self, services: &Services<'_>, entries: &[Entry], order: &[usize]) -> Vec<Vec<usize>> {
        let mut groups = Vec::new();
        for (pair, members) in self.by_pair.iter().enumerate() {
            let (cause, _) = self.names[pair];
            let is_root = |place: &&usize| !entries[order[**place]].contributing.iter().any(|name| name == cause);
            let on = |place: &usize| services.of[*place].iter().map(|(service, _)| (*service, *place)).collect::<Vec<_>>();
            let mut found: Vec<(usize, usize)> = members.iter().filter(is_root).flat_map(on).collect();
            found.sort_unstable();
            let shared = found.chunk_by(|a, b| a.0 == b.0).filter(|places| places.len() > 1);
            groups.extend(shared.map(|places| places.iter().map(|(_, place)| *place).collect()));
        }
        groups
    }
}

/// The services of each incident, by place in the order of time.
struct Services<'a> {
    /// For each its services, whatever their spelling, by number, and as it writes them; in order.
    of: Vec<Vec<(usize, &'a str)>>,
}

impl<'a> Services<'a> {
    fn of(entries: &'a [Entry], order: &[usize]) -> Self {
        let written = |index: &usize| entries[*index].services.iter().map(|service| service.value.as_str());
        let spellings: HashSet<&str> = order.iter().flat_map(written).collect();
        let folded: Vec<(&str, String)> = spellings.into_iter().map(|name| (name, fold(FacetKind::Service, name))).collect();
        let mut keys: Vec<&str> = folded.iter().map(|(_, key)| key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        // A key that is not there would sort where it belongs.
        let number = |key: &str| keys.binary_search(&key).unwrap_or_else(|place| place);
        let numbers: HashMap<&str, usize> = folded.iter().map(|(name, key)| (*name, number(key))).collect();
        let own = |index: &usize| {
            let mut own: Vec<(usize, &str)> = written(index).map(|name| (numbers[name], name)).collect();
            own.sort_unstable();
            own.dedup_by_key(|(service, _)| *service);
            own
        };
        Self { of: order.iter().map(own).collect() }
    }

    /// Returns the services that all of them share, as the last writes them.
    fn shared(&self, places: &[usize]) -> Vec<String> {
        let (last, others) = places.split_last().expect("a group has members");
        let have = |place: &usize, service: usize| self.of[*place].binary_search_by_key(&service, |(service, _)| *service).is_ok();
        let is_shared = |(service, _): &&(usize, &str)| others.iter().all(|place| have(place, *service));
        self.of[*last].iter().filter(is_shared).map(|(_, name)| (*name).to_owned()).collect()
    }
}

/// Incidents that are a series.
struct Group {
    /// Oldest first, by place.
    places: Vec<usize>,
    /// The pairs that the later ones share with the first, in order.
    pairs: Vec<usize>,
    /// True where their texts are close.
    by_text: bool,
}

/// What series are made of.
struct Known<'a> {
    entries: &'a [Entry],
    order: &'a [usize],
    slots: &'a Slots<'a>,
    services: &'a Services<'a>,
    compared: &'a Compared,
}

impl Known<'_> {
    /// Returns how close two incidents are, where they share a pair and their texts are close.
    fn closeness(&self, a: usize, b: usize) -> Option<f64> {
        let close = self.slots.share_a_pair(a, b).then(|| self.compared.closest(a, b)).flatten();
        close.map(|(closeness, _)| closeness)
    }

    /// Returns a first incident and the later ones that are close to it, for each that has any.
    fn by_text(&self) -> Vec<Vec<usize>> {
        group_by_first(self.order.len(), &self.compared.close_pairs(), |later, first| self.closeness(later, first))
    }

    /// Returns the groups that are series, of incidents and whether their texts are close: groups of the same incidents are one,
    /// and what a larger one holds is none.
    fn groups(&self, mut places: Vec<(Vec<usize>, bool)>) -> Vec<Group> {
        places.par_sort_unstable();
        // Of equal groups the later is the one by text.
        places.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            kept.1 |= is_same && later.1;
            is_same
        });
        let with_pairs = |(places, by_text): (Vec<usize>, bool)| {
            let mut pairs: Vec<usize> = places[1..].iter().flat_map(|later| self.slots.shared(places[0], *later)).collect();
            pairs.sort_unstable();
            pairs.dedup();
            Group { places, pairs, by_text }
        };
        let mut groups: Vec<Group> = places.into_par_iter().map(with_pairs).collect();
        drop_contained(&mut groups, self.order.len());
        groups
    }

    fn describe(&self, group: &Group) -> Series {
        let places = &group.places;
        let members: Vec<usize> = places.iter().map(|place| self.order[*place]).collect();
        let days: Vec<_> = members.iter().map(|index| self.entries[*index].day()).collect();
        let between = days.windows(2).map(|pair| Some((pair[1]? - pair[0]?).num_days()));
        let services = self.services.shared(places);
        Series {
            pairs: group.pairs.iter().map(|pair| self.name(*pair)).collect(),
            // A service in common says it already.
            by_text: group.by_text && services.is_empty(),
            services,
            links: std::iter::once(None).chain(places[1..].iter().map(|later| Some(self.link(places[0], *later)))).collect(),
            days_between: std::iter::once(None).chain(between).collect(),
            entries: members,
        }
    }

    fn name(&self, pair: usize) -> (String, String) {
        let (cause, component) = self.slots.names[pair];
        (cause.to_owned(), component.to_owned())
    }

    fn link(&self, first: usize, later: usize) -> SeriesLink {
        let close = self.compared.closest(later, first);
        let services = self.services.shared(&[first, later]);
        SeriesLink {
            pairs: self.slots.shared(first, later).map(|pair| self.name(pair)).collect(),
            is_sure: !services.is_empty() || close.is_some_and(|(closeness, _)| closeness >= SURE),
            services,
            shared_words: close
                .map_or_else(Vec::new, |(_, texts)| texts.shared_words(later, first).into_iter().take(6).map(str::to_owned).collect()),
        }
    }
}

/// Drops a group whose incidents are all in a larger one.
fn drop_contained(groups: &mut Vec<Group>, incidents: usize) {
    groups.sort_by(|a, b| b.places.len().cmp(&a.places.len()).then_with(|| a.pairs.cmp(&b.pairs)));
    let mut kept_of: Vec<Vec<usize>> = vec![Vec::new(); incidents];
    let mut kept = 0;
    groups.retain(|group| {
        let mut holders = kept_of[group.places[0]].clone();
        holders.retain(|holder| group.places[1..].iter().all(|member| kept_of[*member].contains(holder)));
        if holders.is_empty() {
            for member in &group.places {
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
            is_sure: one.links[before].as_ref().is_none_or(|link| link.is_sure),
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

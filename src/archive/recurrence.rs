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
use xxhash_rust::xxh3::Xxh3Builder;

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

/// Incidents that are the same one again. What is told of them is found when it is asked for: see [`Again::details`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The incidents, oldest first.
    pub entries: Vec<usize>,
    /// The (cause, component) pairs that the later ones share with the first, by number and in order.
    pairs: Vec<usize>,
    /// True where their texts are close.
    by_text: bool,
}

/// What a series has to say of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesDetails {
    /// The (cause, component) pairs that the later ones share with the first.
    pub pairs: Vec<(String, String)>,
    /// The services that all of them share, as the newest writes them.
    pub services: Vec<String>,
    /// True where close texts, and not a service, say that they belong together.
    pub by_text: bool,
    /// Why each belongs to it, beside the incidents; the first has none.
    pub links: Vec<Option<SeriesLink>>,
    /// Days between each and the one before, beside the incidents (the first has none); `None` where a day is not known.
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
        .flat_map(|series| series.entries.windows(2))
        .filter(|pair| days_between(entries, pair[0], pair[1]).is_some_and(|days| days <= window_days))
        .map(|pair| pair[1])
        .collect();
    again.sort_unstable();
    again.dedup();
    RecurrenceRate { window_days, again, known }
}

/// Returns the days from one incident to another.
fn days_between(entries: &[Entry], earlier: usize, later: usize) -> Option<i64> {
    Some((entries[later].day()? - entries[earlier].day()?).num_days())
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

/// Which incidents are the same one again. It names them by their place and holds none: it stays while only their texts change.
#[derive(Debug)]
pub struct Again {
    /// Every series, the one that came back last first.
    pub series: Vec<Series>,
    /// For each incident its series, and how many of that came before it; beside the archive's entries.
    of: Vec<Option<(usize, usize)>>,
    known: Arc<Known>,
    compared: Compared,
}

impl Again {
    /// Finds every series.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let known = Arc::new(Known::of(entries));
        let compared = Compared::of(entries, &known);
        Self::find(entries.len(), known, compared)
    }

    /// Finds every series of incidents that differ from those of `before` by the texts of the `changed` ones alone.
    pub(super) fn after(entries: &[Entry], before: &Again, changed: &[usize], same_causes: bool, same_titles: bool) -> Self {
        let known = before.known.clone();
        let places: Vec<usize> = (0..known.order.len()).filter(|place| changed.binary_search(&known.order[*place]).is_ok()).collect();
        let compared = before.compared.after(entries, &known, &places, same_causes, same_titles);
        // How close texts are decides which first they belong to, so the series are found again: the texts were the costly part.
        Self::find(entries.len(), known, compared)
    }

    fn find(count: usize, known: Arc<Known>, compared: Compared) -> Self {
        let mut places = known.by_service.clone();
        let by_service = places.len();
        places.extend(by_text(&known, &compared));
        let groups = known.groups(places.into_iter().enumerate().map(|(at, places)| (places, at >= by_service)).collect());
        let into_series = |Group { places, pairs, by_text }: Group| Series {
            entries: places.iter().map(|place| known.order[*place]).collect(),
            pairs,
            by_text,
        };
        let mut series: Vec<Series> = groups.into_iter().map(into_series).collect();
        series.sort_by(|a, b| {
            a.entries.last().cmp(&b.entries.last()).then_with(|| b.entries.len().cmp(&a.entries.len())).then_with(|| a.pairs.cmp(&b.pairs))
        });
        let of = best_series(count, &series);
        Self { series, of, known, compared }
    }

    /// Returns where an incident stands in a series, if it is part of one: in that in which most came before it, else in the largest.
    pub(super) fn recurrence(&self, entries: &[Entry], entry: usize) -> Option<Recurrence> {
        let (series, before) = self.of[entry]?;
        let members = &self.series[series].entries;
        let earlier: Vec<usize> = members[..before].iter().rev().copied().collect();
        let last = earlier.first().copied();
        let actions = last.map_or(&[][..], |last| &entries[last].action_items);
        let count = |wanted: &[ActionStatus]| actions.iter().filter(|action| wanted.contains(&action.status)).count();
        Some(Recurrence {
            series,
            is_sure: before == 0 || self.is_sure(members[0], entry),
            ordinal: before + 1,
            days_since_last: last.and_then(|last| days_between(entries, last, entry)),
            last_actions: actions.len(),
            last_open: count(&[ActionStatus::Open, ActionStatus::InProgress]),
            last_unknown: count(&[ActionStatus::Unknown]),
            earlier,
        })
    }

    /// Returns the series that an incident is told to be part of.
    pub(super) fn series_of(&self, entry: usize) -> Option<usize> {
        self.of[entry].map(|(series, _)| series)
    }

    /// Returns the services that all of a series share, as the newest writes them.
    pub fn services(&self, entries: &[Entry], series: &Series) -> Vec<String> {
        self.known.shared_services(entries, &series.entries)
    }

    /// Returns what one of the series has to say of itself; `entries` are the archive's.
    pub fn details(&self, entries: &[Entry], series: &Series) -> SeriesDetails {
        let members = &series.entries;
        let services = self.services(entries, series);
        let between = members.windows(2).map(|pair| days_between(entries, pair[0], pair[1]));
        SeriesDetails {
            pairs: series.pairs.iter().map(|pair| self.known.names[*pair].clone()).collect(),
            // A service in common says it already.
            by_text: series.by_text && services.is_empty(),
            services,
            links: (0..members.len()).map(|at| self.link(entries, series, at)).collect(),
            days_between: std::iter::once(None).chain(between).collect(),
        }
    }

    /// Returns why the incident at that place of a series belongs to it; the first has no reason.
    pub fn link(&self, entries: &[Entry], series: &Series, at: usize) -> Option<SeriesLink> {
        let (first, later) = (*series.entries.first()?, *series.entries.get(at).filter(|_| at > 0)?);
        let places = (self.known.place(later), self.known.place(first));
        let close = self.compared.closest(places.0, places.1);
        let words = close.map_or_else(Vec::new, |(_, texts)| texts.shared_words(places.0, places.1));
        Some(SeriesLink {
            pairs: self.known.shared(places.1, places.0).map(|pair| self.known.names[pair].clone()).collect(),
            services: self.known.shared_services(entries, &[first, later]),
            shared_words: words.into_iter().take(6).map(str::to_owned).collect(),
            is_sure: self.is_sure(first, later),
        })
    }

    /// Returns whether more than similar words says that two of a series are the same again.
    fn is_sure(&self, first: usize, later: usize) -> bool {
        let (first, later) = (self.known.place(first), self.known.place(later));
        let mut services = self.known.services[later].iter();
        services.any(|service| self.known.services[first].binary_search(service).is_ok())
            || self.compared.closest(later, first).is_some_and(|(closeness, _)| closeness >= SURE)
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
    fn of(texts: Texts, least: &Threshold, known: &Known) -> Arc<Self> {
        let pairs = texts.close_pairs(least.closeness, least.words, usize::MAX, |later, earlier| known.share_a_pair(later, earlier));
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
    fn of(entries: &[Entry], known: &Known) -> Self {
        let texts = |text_of: fn(&Entry) -> Option<&str>| Texts::new(known.order.iter().map(|index| text_of(&entries[*index])));
        let (causes, titles) =
            rayon::join(|| Close::of(texts(cause_of), &CLOSE_CAUSES, known), || Close::of(texts(title_of), &CLOSE_TITLES, known));
        Self { causes, titles }
    }

    /// Compares again where the texts of the incidents at `places` may have changed.
    fn after(&self, entries: &[Entry], known: &Known, places: &[usize], same_causes: bool, same_titles: bool) -> Self {
        let renew = |before: &Arc<Close>, is_same: bool, text_of: fn(&Entry) -> Option<&str>, least: &Threshold| {
            if is_same {
                return before.clone();
            }
            let changed: Vec<_> = places.iter().map(|place| (*place, text_of(&entries[known.order[*place]]))).collect();
            Close::of(Texts::after(&before.texts, &changed), least, known)
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

/// What is known of incidents apart from their texts. Places are those of the order of time.
#[derive(Debug)]
struct Known {
    /// The incidents that are compared, oldest first.
    order: Vec<usize>,
    /// The (cause, component) pairs of each by their numbers, in order.
    pairs: Vec<Vec<usize>>,
    /// A bit for each pair, by its number modulo 64: most incidents that share no pair share none of these either.
    marks: Vec<u64>,
    /// In order, so that numbers sort as names do.
    names: Vec<(String, String)>,
    /// The services of each, whatever their spelling, by number and in order.
    services: Vec<Vec<usize>>,
    /// The services as they are compared, in order.
    service_keys: Vec<String>,
    /// The incidents of each pair that share one service, oldest first.
    by_service: Vec<Vec<usize>>,
}

type Pair<'a> = (&'a str, &'a str);

fn pairs_of(entry: &Entry) -> impl Iterator<Item = Pair<'_>> {
    let components = || entry.components.iter().map(|component| component.value.as_str());
    entry.causes.iter().flat_map(move |cause| components().map(move |component| (cause.value.as_str(), component)))
}

fn services_of(entry: &Entry) -> impl Iterator<Item = &str> {
    entry.services.iter().map(|service| service.value.as_str())
}

impl Known {
    fn of(entries: &[Entry]) -> Self {
        let order = order_of_time(entries);
        let (names, pairs) = numbered_pairs(entries, &order);
        let (service_keys, services) = numbered_services(entries, &order);
        let marks = pairs.iter().map(|pairs| pairs.iter().fold(0, |marks, pair| marks | 1 << (pair % 64))).collect();
        let mut known = Self { order, pairs, marks, names, services, service_keys, by_service: Vec::new() };
        known.by_service = known.find_by_service(entries);
        known
    }

    /// Returns the place of an incident that is compared.
    fn place(&self, entry: usize) -> usize {
        // The oldest has the greatest number.
        self.order.binary_search_by(|other| entry.cmp(other)).expect("an incident of a series is compared")
    }

    fn shared(&self, a: usize, b: usize) -> impl Iterator<Item = usize> {
        let others = &self.pairs[b];
        self.pairs[a].iter().copied().filter(move |pair| others.binary_search(pair).is_ok())
    }

    fn share_a_pair(&self, a: usize, b: usize) -> bool {
        self.marks[a] & self.marks[b] != 0 && self.shared(a, b).next().is_some()
    }

    /// Returns the incidents of each pair that share one service: all of a group share that one, or a chain of services would join
    /// incidents that have nothing to do with each other. A cause that merely contributed does not count here: a test that was
    /// missing twice on one service is no incident that came back.
    fn find_by_service(&self, entries: &[Entry]) -> Vec<Vec<usize>> {
        let mut by_pair = vec![Vec::new(); self.names.len()];
        for (place, pairs) in self.pairs.iter().enumerate() {
            pairs.iter().for_each(|pair| by_pair[*pair].push(place));
        }
        let mut groups = Vec::new();
        for (members, (cause, _)) in by_pair.iter().zip(&self.names) {
            let is_root = |place: &&usize| !entries[self.order[**place]].contributing.iter().any(|name| name == cause);
            let on = |place: &usize| self.services[*place].iter().map(|service| (*service, *place)).collect::<Vec<_>>();
            let mut found: Vec<(usize, usize)> = members.iter().filter(is_root).flat_map(on).collect();
            found.sort_unstable();
            let shared = found.chunk_by(|a, b| a.0 == b.0).filter(|places| places.len() > 1);
            groups.extend(shared.map(|places| places.iter().map(|(_, place)| *place).collect()));
        }
        groups
    }

    /// Returns the services that all `members` share, as the last writes them.
    fn shared_services(&self, entries: &[Entry], members: &[usize]) -> Vec<String> {
        let (last, others) = members.split_last().expect("a group has members");
        let others: Vec<usize> = others.iter().map(|member| self.place(*member)).collect();
        let number = |name: &str| self.service_keys.binary_search(&fold(FacetKind::Service, name)).ok();
        let is_shared = |service: &usize| others.iter().all(|place| self.services[*place].binary_search(service).is_ok());
        let mut own: Vec<(usize, &str)> =
            services_of(&entries[*last]).filter_map(|name| Some((number(name).filter(is_shared)?, name))).collect();
        own.sort_unstable();
        own.dedup_by_key(|(service, _)| *service);
        own.into_iter().map(|(_, name)| name.to_owned()).collect()
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
            let mut pairs: Vec<usize> = places[1..].iter().flat_map(|later| self.shared(places[0], *later)).collect();
            pairs.sort_unstable();
            pairs.dedup();
            pairs.shrink_to_fit();
            Group { places, pairs, by_text }
        };
        let mut groups: Vec<Group> = places.into_par_iter().map(with_pairs).collect();
        drop_contained(&mut groups, self.order.len());
        groups
    }
}

/// Returns the names of all pairs in order, and of each incident the numbers of its own.
fn numbered_pairs(entries: &[Entry], order: &[usize]) -> (Vec<(String, String)>, Vec<Vec<usize>>) {
    let mut numbers: HashMap<Pair<'_>, usize, Xxh3Builder> = HashMap::default();
    for index in order {
        numbers.extend(pairs_of(&entries[*index]).map(|pair| (pair, 0)));
    }
    let mut names: Vec<Pair<'_>> = numbers.keys().copied().collect();
    names.sort_unstable();
    numbers.extend(names.iter().copied().zip(0..));
    let own = |index: &usize| {
        let mut own: Vec<usize> = pairs_of(&entries[*index]).map(|pair| numbers[&pair]).collect();
        own.sort_unstable();
        own.dedup();
        own
    };
    let pairs = order.iter().map(own).collect();
    (names.into_iter().map(|(cause, component)| (cause.to_owned(), component.to_owned())).collect(), pairs)
}

/// Returns all services in order, whatever their spelling, and of each incident the numbers of its own.
fn numbered_services(entries: &[Entry], order: &[usize]) -> (Vec<String>, Vec<Vec<usize>>) {
    let spellings: HashSet<&str, Xxh3Builder> = order.iter().flat_map(|index| services_of(&entries[*index])).collect();
    let folded: Vec<(&str, String)> = spellings.into_iter().map(|name| (name, fold(FacetKind::Service, name))).collect();
    let mut keys: Vec<String> = folded.iter().map(|(_, key)| key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    // A key that is not there would sort where it belongs.
    let number = |key: &String| keys.binary_search(key).unwrap_or_else(|place| place);
    let numbers: HashMap<&str, usize, Xxh3Builder> = folded.iter().map(|(name, key)| (*name, number(key))).collect();
    let own = |index: &usize| {
        let mut own: Vec<usize> = services_of(&entries[*index]).map(|name| numbers[name]).collect();
        own.sort_unstable();
        own.dedup();
        own
    };
    let services = order.iter().map(own).collect();
    (keys, services)
}

/// Returns a first incident and the later ones that are close to it, for each that has any.
fn by_text(known: &Known, compared: &Compared) -> Vec<Vec<usize>> {
    // Close are those that share a pair and whose texts are close.
    let closeness = |later: usize, first: usize| {
        let close = known.share_a_pair(later, first).then(|| compared.closest(later, first)).flatten();
        close.map(|(closeness, _)| closeness)
    };
    group_by_first(known.order.len(), &compared.close_pairs(), closeness)
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

/// Returns for each incident the series in which most came before it, else the largest, and how many came before.
fn best_series(count: usize, series: &[Series]) -> Vec<Option<(usize, usize)>> {
    let mut best: Vec<Option<(usize, usize)>> = vec![None; count];
    for (number, one) in series.iter().enumerate() {
        for (before, member) in one.entries.iter().enumerate() {
            if best[*member].is_none_or(|(known, at)| (before, one.entries.len()) > (at, series[known].entries.len())) {
                best[*member] = Some((number, before));
            }
        }
    }
    best
}

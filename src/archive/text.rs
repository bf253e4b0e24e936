//! How close two short texts are: the share of their words that both have, rare words counting more.
//!
//! The measure is Jaccard's, weighted by how rare a word is in all texts compared: the weights of the words that both texts have,
//! divided by the weights of all their words. Words are taken without case and endings; words without content are left out.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, LazyLock},
};

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3Builder;

/// How many of a text's rarest words look for candidates, of those that any other text has; two texts that share none of them are
/// not close.
const PROBES: usize = 10;
/// How many earlier texts with a word are looked at; beyond that the word is too common to tell anything.
const CANDIDATES_PER_WORD: usize = 32;
/// So many texts are compared with those before them in one go.
const TEXTS_AT_ONCE: usize = 256;

/// Texts as sets of words, ready to be compared.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// The words of each text: numbers in order of rarity, rarest first. Empty where there is no text.
    words: Vec<Vec<u32>>,
    /// How much each word counts.
    weights: Vec<f64>,
    /// The first word that more than one text has: those before it are in one text alone.
    first_shared: u32,
    /// The sum of the weights of each text.
    totals: Vec<f64>,
    names: Vec<Arc<str>>,
    /// How many texts have each word.
    counts: Vec<u32>,
}

impl Texts {
    /// Reads `texts`; places are kept.
    pub(super) fn new<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        // Many actions are asked for in the same words; such a text is read once.
        let mut different: Vec<&str> = Vec::new();
        let mut numbers: HashMap<&str, usize, Xxh3Builder> = HashMap::default();
        let mut number_of = |text| {
            *numbers.entry(text).or_insert_with(|| {
                different.push(text);
                different.len() - 1
            })
        };
        let texts: Vec<Option<usize>> = texts.map(|text| text.map(&mut number_of)).collect();
        let sets: Vec<Vec<String>> = different.into_par_iter().map(content_words).collect();
        let mut all = Words::default();
        let mut words: Vec<Vec<u32>> = vec![Vec::new(); sets.len()];
        let mut words_of = |text: usize| {
            if words[text].is_empty() {
                words[text] = sets[text].iter().map(|word| all.add(word)).collect();
            } else {
                words[text].iter().for_each(|word| all.counts[*word as usize] += 1);
            }
            words[text].clone()
        };
        let words = texts.into_iter().map(|text| text.map_or_else(Vec::new, &mut words_of)).collect();
        Self::ranked(all, words)
    }

    /// Reads the texts of `changed` places again, of texts that are otherwise those of `before`.
    pub(super) fn after(before: &Texts, changed: &[(usize, Option<&str>)]) -> Self {
        let mut all = Words::of(before);
        let mut words = before.words.clone();
        for (place, text) in changed {
            for word in &words[*place] {
                all.counts[*word as usize] -= 1;
            }
            words[*place] = text.map(content_words).unwrap_or_default().into_iter().map(|word| all.add(&word)).collect();
        }
        Self::ranked(all, words)
    }

    /// Puts words in order of rarity; `texts` name them by their numbers in `all`.
    fn ranked(all: Words, mut texts: Vec<Vec<u32>>) -> Self {
        let Words { mut names, counts, .. } = all;
        let mut order: Vec<u32> = (0..number(names.len())).filter(|word| counts[*word as usize] > 0).collect();
        let key = |word: &u32| (counts[*word as usize], &names[*word as usize]);
        // Stable, because most words of texts that were read before are in order already.
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut ranks = vec![0; names.len()];
        for (rank, word) in order.iter().enumerate() {
            ranks[*word as usize] = number(rank);
        }
        texts.par_iter_mut().for_each(|words| {
            for word in words.iter_mut() {
                *word = ranks[*word as usize];
            }
            words.sort_unstable();
        });
        let with_text = texts.iter().filter(|words| !words.is_empty()).count();
        let counts: Vec<u32> = order.iter().map(|word| counts[*word as usize]).collect();
        let names = order.iter().map(|word| std::mem::take(&mut names[*word as usize])).collect();
        let weights: Vec<f64> = counts.iter().map(|count| weight(with_text, *count)).collect();
        let first_shared = number(counts.partition_point(|count| *count == 1));
        let totals = texts.iter().map(|words| words.iter().map(|word| weights[*word as usize]).sum()).collect();
        Self { words: texts, weights, first_shared, totals, names, counts }
    }

    /// Returns how close two texts are, from 0 to 1, and how many words they share.
    pub(super) fn closeness(&self, a: usize, b: usize) -> (f64, usize) {
        let (mut shared, mut count) = (0.0, 0);
        self.each_shared(a, b, |word| {
            shared += self.weights[word as usize];
            count += 1;
        });
        let all = self.totals[a] + self.totals[b] - shared;
        (if all > 0.0 { shared / all } else { 0.0 }, count)
    }

    /// Returns the words that two texts share, rarest first.
    pub(super) fn shared_words(&self, a: usize, b: usize) -> Vec<&str> {
        let mut out = Vec::new();
        self.each_shared(a, b, |word| out.push(&*self.names[word as usize]));
        out
    }

    fn each_shared(&self, a: usize, b: usize, mut found: impl FnMut(u32)) {
        let (left, right) = (&self.words[a], &self.words[b]);
        let (mut at_left, mut at_right) = (0, 0);
        while let (Some(x), Some(y)) = (left.get(at_left), right.get(at_right)) {
            if x == y {
                found(*x);
            }
            // Without a branch, which would be guessed wrong at every other word.
            at_left += usize::from(x <= y);
            at_right += usize::from(y <= x);
        }
    }

    /// Returns the pairs (later, earlier) that are at least `threshold` close with at least `least_shared` words in common and that
    /// `may` be paired. Equal texts are found whatever their number, each through at most `equals` before it; others through one
    /// of their rarest words, and then among the texts nearest before, so the cost grows with the number of texts and not with that
    /// of pairs.
    pub(super) fn close_pairs(
        &self,
        threshold: f64,
        least_shared: usize,
        equals: usize,
        may: impl Fn(usize, usize) -> bool + Sync,
    ) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let mut postings: Vec<Vec<usize>> = vec![Vec::new(); self.weights.len()];
        let mut equal: HashMap<&[u32], Vec<usize>, Xxh3Builder> = HashMap::default();
        for (text, words) in self.words.iter().enumerate().filter(|(_, words)| words.len() >= least_shared) {
            let same = equal.entry(words).or_default();
            // The nearest few: equality is passed on through them.
            let nearest = same.iter().rev().take(CANDIDATES_PER_WORD).filter(|other| may(text, **other));
            pairs.extend(nearest.take(equals).map(|other| (text, *other)));
            // A text that repeats an earlier one is found through that one.
            if same.is_empty() {
                self.probes(text, threshold).for_each(|(word, _)| postings[word as usize].push(text));
            }
            same.push(text);
        }
        let texts: Vec<usize> = (0..self.words.len()).filter(|text| self.words[*text].len() >= least_shared).collect();
        let near = texts.par_chunks(TEXTS_AT_ONCE).flat_map_iter(|texts| {
            let mut candidates = Candidates::new(self.words.len());
            let mut near = Vec::new();
            for &text in texts {
                let mut remaining = self.shared_total(text);
                for (word, rest) in self.probes(text, threshold) {
                    remaining = rest;
                    let before = &postings[word as usize];
                    let before = &before[..before.partition_point(|other| *other < text)];
                    before.iter().rev().take(CANDIDATES_PER_WORD).for_each(|other| candidates.add(*other, self.weights[word as usize]));
                }
                for (other, probed) in candidates.take() {
                    let (one, two) = (self.totals[text], self.totals[other]);
                    let most = (probed + remaining).min(one).min(two);
                    if most < threshold * (one + two - most) || !may(text, other) {
                        continue;
                    }
                    let (closeness, shared) = self.closeness(text, other);
                    if closeness >= threshold && shared >= least_shared {
                        near.push((text, other));
                    }
                }
            }
            near
        });
        pairs.par_extend(near);
        pairs.par_sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Returns the weight of a text's words that any other text has.
    fn shared_total(&self, text: usize) -> f64 {
        let words = &self.words[text];
        let alone = &words[..words.partition_point(|word| *word < self.first_shared)];
        self.totals[text] - alone.iter().map(|word| self.weights[*word as usize]).sum::<f64>()
    }

    /// Returns the words through which texts close to this one are looked for, each with the weight of what is left after it.
    fn probes(&self, text: usize, threshold: f64) -> impl Iterator<Item = (u32, f64)> {
        let words = &self.words[text];
        let shared = &words[words.partition_point(|word| *word < self.first_shared)..];
        // A close text has at least that share of this one's weight, so once less remains no new candidate can come.
        let needed = threshold * self.totals[text];
        let mut remaining = self.shared_total(text);
        shared.iter().take(PROBES).map_while(move |word| {
            if remaining < needed {
                return None;
            }
            remaining -= self.weights[*word as usize];
            Some((*word, remaining))
        })
    }
}

/// Words as they are first met, with how many texts have each.
#[derive(Default)]
struct Words {
    names: Vec<Arc<str>>,
    counts: Vec<u32>,
    numbers: HashMap<Arc<str>, u32, Xxh3Builder>,
}

impl Words {
    fn of(texts: &Texts) -> Self {
        let numbers = texts.names.iter().cloned().zip(0..).collect();
        Self { names: texts.names.clone(), counts: texts.counts.clone(), numbers }
    }

    /// Counts a word and returns its number.
    fn add(&mut self, word: &str) -> u32 {
        let known = self.numbers.get(word).copied().unwrap_or_else(|| {
            let name: Arc<str> = word.into();
            self.names.push(name.clone());
            self.counts.push(0);
            let next = number(self.numbers.len());
            self.numbers.insert(name, next);
            next
        });
        self.counts[known as usize] += 1;
        known
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Groups `count` texts, of which `pairs` (later, earlier; in order) are close. Every text of a group is close to its first: a later one
/// joins the group whose first is the closest; where it is close to none of the firsts, but to one of their groups, that one is the
/// first of another. Closeness is not passed on, or texts of one template would be one group.
pub(super) fn group_by_first(count: usize, pairs: &[(usize, usize)], closeness: impl Fn(usize, usize) -> Option<f64>) -> Vec<Vec<usize>> {
    let mut first_of: Vec<Option<usize>> = vec![None; count];
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for pairs in pairs.chunk_by(|a, b| a.0 == b.0) {
        let later = pairs[0].0;
        let mut firsts: Vec<usize> = pairs.iter().map(|(_, earlier)| first_of[*earlier].unwrap_or(*earlier)).collect();
        // A text that is in a group and the first of another counts as both.
        firsts.extend(pairs.iter().map(|(_, earlier)| *earlier).filter(|earlier| groups.contains_key(earlier)));
        firsts.sort_unstable();
        firsts.dedup();
        let closest = firsts
            .into_iter()
            .filter_map(|first| Some((closeness(later, first)?, first)))
            .max_by(|(a, first_a), (b, first_b)| a.total_cmp(b).then_with(|| first_b.cmp(first_a)));
        let first = closest.map_or(pairs[0].1, |(_, first)| first);
        first_of[first].get_or_insert(first);
        first_of[later] = Some(first);
        groups.entry(first).or_insert_with(|| vec![first]).push(later);
    }
    groups.into_values().collect()
}

/// The earlier texts that share a probed word with the one at hand, and the weight of what they share.
struct Candidates {
    shared: Vec<f64>,
    touched: Vec<usize>,
}

impl Candidates {
    fn new(texts: usize) -> Self {
        Self { shared: vec![0.0; texts], touched: Vec::new() }
    }

    fn add(&mut self, text: usize, weight: f64) {
        if self.shared[text] == 0.0 {
            self.touched.push(text);
        }
        self.shared[text] += weight;
    }

    /// Returns the candidates and begins anew.
    fn take(&mut self) -> Vec<(usize, f64)> {
        self.touched.drain(..).map(|text| (text, std::mem::take(&mut self.shared[text]))).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
fn weight(texts: usize, with_word: u32) -> f64 {
    (1.0 + texts as f64 / f64::from(with_word)).ln()
}

/// Returns the words of `text` that carry content, each once and in order: without case and endings, without numbers alone.
fn content_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| word.chars().count() > 2 && !word.chars().all(|letter| letter.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|word| !STOPPED.contains(word.as_str()))
        .map(stem)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Takes the commonest English endings off, so that `pools`, `pooling` and `pooled` are one word. Other languages lose little.
fn stem(mut word: String) -> String {
    for (ending, least) in [("ations", 4), ("ation", 4), ("ings", 3), ("ing", 3), ("ied", 2), ("ies", 2), ("ed", 3), ("es", 3), ("s", 3)] {
        let Some(rest) = word.strip_suffix(ending).filter(|rest| rest.chars().count() >= least) else { continue };
        if ending == "s" && rest.ends_with(['s', 'u', 'i']) {
            return word;
        }
        word.truncate(rest.len());
        if matches!(ending, "ies" | "ied") {
            word.push('y');
        } else if ending != "s" {
            let mut last = word.chars().rev();
            if let (Some(a), Some(b)) = (last.next(), last.next())
                && a == b
                && !matches!(a, 'l' | 's' | 'z')
            {
                word.pop();
            }
        }
        if word.ends_with('e') {
            word.pop();
        }
        return word;
    }
    if word.ends_with('e') && word.chars().count() > 3 {
        word.pop();
    }
    word
}

static STOPPED: LazyLock<HashSet<&str, Xxh3Builder>> = LazyLock::new(|| STOP_WORDS.iter().copied().collect());

/// Words without content, and those that every postmortem has.
const STOP_WORDS: &[&str] = &[
    "about",
    "after",
    "again",
    "all",
    "also",
    "although",
    "among",
    "and",
    "another",
    "any",
    "are",
    "because",
    "been",
    "before",
    "being",
    "between",
    "both",
    "but",
    "can",
    "cause",
    "caused",
    "causes",
    "causing",
    "contributing",
    "could",
    "did",
    "does",
    "due",
    "during",
    "each",
    "even",
    "every",
    "failed",
    "failure",
    "few",
    "for",
    "from",
    "had",
    "has",
    "have",
    "having",
    "her",
    "here",
    "his",
    "how",
    "however",
    "incident",
    "incidents",
    "into",
    "issue",
    "issues",
    "its",
    "itself",
    "just",
    "led",
    "less",
    "many",
    "meant",
    "more",
    "most",
    "much",
    "must",
    "nor",
    "not",
    "now",
    "off",
    "once",
    "one",
    "only",
    "other",
    "our",
    "out",
    "outage",
    "over",
    "own",
    "postmortem",
    "problem",
    "problems",
    "reason",
    "result",
    "root",
    "same",
    "she",
    "should",
    "since",
    "some",
    "still",
    "such",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "too",
    "two",
    "under",
    "until",
    "very",
    "was",
    "well",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "why",
    "will",
    "with",
    "within",
    "without",
    "would",
    "yet",
    "you",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_taken_off() {
        for (words, expected) in [
            ("pools pooling pooled pool", vec!["pool"]),
            ("configuration configurations", vec!["configur"]),
            ("release released releases releasing", vec!["releas"]),
            ("retry retried retries", vec!["retry"]),
            ("stopped stopping stop", vec!["stop"]),
            ("status class", vec!["class", "status"]),
            ("The root cause was 42 of the", vec![]),
        ] {
            assert_eq!(content_words(words), expected, "{words}");
        }
    }

    #[test]
    fn close_texts_share_their_rare_words() {
        let texts = [
            Some("The pool of the rates database ran out of connections after the release doubled the connections of each replica."),
            Some("A disk of the warehouse filled up with logs that nobody rotated."),
            None,
            Some("The release doubled the number of connections that each replica opens, and the rates database ran out of them."),
            Some("A certificate for the carrier gateway expired."),
        ];
        let texts = Texts::new(texts.into_iter());
        assert_eq!(texts.close_pairs(0.2, 4, 32, |_, _| true), [(3, 0)]);
        assert_eq!(texts.close_pairs(0.2, 4, 32, |_, _| false), []);
        assert!(texts.closeness(0, 1).0 < 0.1, "{:?}", texts.closeness(0, 1));
        assert!(texts.shared_words(3, 0).contains(&"replica"));
    }

    #[test]
    fn every_text_of_a_group_is_close_to_its_first() {
        // Close where the numbers are near each other.
        let at: [f64; 6] = [0.0, 1.0, 2.0, 10.0, 0.5, 2.5];
        let closeness = |a: usize, b: usize| Some(2.0 - (at[a] - at[b]).abs()).filter(|closeness| *closeness >= 0.5);
        let mut pairs = Vec::new();
        for later in 0..at.len() {
            pairs.extend((0..later).filter(|earlier| closeness(later, *earlier).is_some()).map(|earlier| (later, earlier)));
        }
        assert_eq!(group_by_first(at.len(), &pairs, closeness), [vec![0, 1, 4], vec![1, 2, 5]]);
    }

    #[test]
    fn words_of_one_text_alone_do_not_hide_the_shared_ones() {
        let own = |seed: usize| (0..20).map(|number| format!("only{seed}x{number} ")).collect::<String>();
        let shared = "expired certificate of the locker gateway chain installed by hand";
        let texts: Vec<String> = (0..3).map(|seed| format!("{} {shared}", own(seed))).collect();
        let texts = Texts::new(texts.iter().map(|text| Some(text.as_str())));
        assert_eq!(texts.close_pairs(0.05, 4, 32, |_, _| true), [(1, 0), (2, 0), (2, 1)]);
    }

    #[test]
    fn texts_of_which_some_are_read_again_are_those_read_at_once() {
        let old = [Some("pool of connections ran out"), Some("disk filled with logs"), None, Some("pool of connections was full")];
        let new = [Some("certificate of the pool expired"), None, Some("logs filled the disk again"), old[3]];
        let after = Texts::after(&Texts::new(old.into_iter()), &[(0, new[0]), (1, new[1]), (2, new[2])]);
        assert_eq!(format!("{after:?}"), format!("{:?}", Texts::new(new.into_iter())));
    }

    #[test]
    fn equal_texts_are_all_joined() {
        let texts = Texts::new((0..300).map(|_| Some("expired wildcard certificate gateway")));
        let pairs = texts.close_pairs(0.2, 4, 32, |_, _| true);
        let mut reached = std::collections::BTreeSet::from([0]);
        for (later, earlier) in pairs {
            if reached.contains(&earlier) {
                reached.insert(later);
            }
        }
        assert_eq!(reached.len(), 300);
    }
}

//! How close two short texts are: the share of their words that both have, rare words counting more.
//!
//! The measure is Jaccard's, weighted by how rare a word is in all texts compared: the weights of the words that both texts have,
//! divided by the weights of all their words. Words are taken without case and endings; words without content are left out.

use std::collections::{BTreeMap, HashMap};

use xxhash_rust::xxh3::Xxh3Builder;

/// How many of a text's rarest words look for candidates, of those that any other text has; two texts that share none of them are
/// not close.
const PROBES: usize = 10;
/// How many earlier texts with a word are looked at; beyond that the word is too common to tell anything.
const CANDIDATES_PER_WORD: usize = 32;

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
    names: Vec<String>,
}

impl Texts {
    /// Reads `texts`; places are kept.
    pub(super) fn new<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        let sets: Vec<Vec<String>> = texts.map(|text| text.map(content_words).unwrap_or_default()).collect();
        let mut counts: HashMap<&str, usize, Xxh3Builder> = HashMap::default();
        for word in sets.iter().flatten() {
            *counts.entry(word).or_default() += 1;
        }
        let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
        ranked.sort_unstable_by(|(a, a_count), (b, b_count)| a_count.cmp(b_count).then_with(|| a.cmp(b)));
        let with_text = sets.iter().filter(|set| !set.is_empty()).count();
        let weights = ranked.iter().map(|(_, count)| weight(with_text, *count)).collect::<Vec<_>>();
        let names = ranked.iter().map(|(word, _)| (*word).to_owned()).collect();
        let numbers: HashMap<&str, u32, Xxh3Builder> =
            ranked.iter().enumerate().map(|(number, (word, _))| (*word, u32::try_from(number).unwrap_or(u32::MAX))).collect();
        let words: Vec<Vec<u32>> = sets
            .iter()
            .map(|set| {
                let mut words: Vec<u32> = set.iter().map(|word| numbers[word.as_str()]).collect();
                words.sort_unstable();
                words
            })
            .collect();
        let alone = ranked.iter().take_while(|(_, count)| *count == 1).count();
        let first_shared = u32::try_from(alone).unwrap_or(u32::MAX);
        let totals = words.iter().map(|words| words.iter().map(|word| weights[*word as usize]).sum()).collect();
        Self { words, weights, first_shared, totals, names }
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
        self.each_shared(a, b, |word| out.push(self.names[word as usize].as_str()));
        out
    }

    fn each_shared(&self, a: usize, b: usize, mut found: impl FnMut(u32)) {
        let (mut left, mut right) = (self.words[a].iter().peekable(), self.words[b].iter().peekable());
        while let (Some(&&x), Some(&&y)) = (left.peek(), right.peek()) {
            match x.cmp(&y) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    found(x);
                    left.next();
                    right.next();
                }
            }
        }
    }

    /// Returns the pairs (later, earlier) that are at least `threshold` close with at least `least_shared` words in common and that
    /// `may` be paired. Equal texts are found whatever their number; others through one of their rarest words, and then among
    /// the texts nearest before, so the cost grows with the number of texts and not with that of pairs.
    pub(super) fn close_pairs(&self, threshold: f64, least_shared: usize, may: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let mut postings: Vec<Vec<usize>> = vec![Vec::new(); self.weights.len()];
        let mut equal: HashMap<&[u32], Vec<usize>, Xxh3Builder> = HashMap::default();
        let mut candidates = Candidates::new(self.words.len());
        for (text, words) in self.words.iter().enumerate() {
            if words.len() < least_shared {
                continue;
            }
            let same = equal.entry(words).or_default();
            // The nearest few: equality is passed on through them.
            pairs.extend(same.iter().rev().take(CANDIDATES_PER_WORD).filter(|other| may(text, **other)).map(|other| (text, *other)));
            let is_new = same.is_empty();
            same.push(text);
            // A close text has at least that share of this one's weight, so once less remains no new candidate can come.
            let (alone, shared) = words.split_at(words.partition_point(|word| *word < self.first_shared));
            let mut remaining = self.totals[text] - alone.iter().map(|word| self.weights[*word as usize]).sum::<f64>();
            let needed = threshold * self.totals[text];
            for &word in shared.iter().take(PROBES) {
                if remaining < needed {
                    break;
                }
                let weight = self.weights[word as usize];
                remaining -= weight;
                let before = &mut postings[word as usize];
                for other in before.iter().rev().take(CANDIDATES_PER_WORD) {
                    candidates.add(*other, weight);
                }
                // A text that repeats an earlier one is found through that one.
                if is_new {
                    before.push(text);
                }
            }
            for (other, probed) in candidates.take() {
                let (one, two) = (self.totals[text], self.totals[other]);
                let most = (probed + remaining).min(one).min(two);
                if most < threshold * (one + two - most) || !may(text, other) {
                    continue;
                }
                let (closeness, shared) = self.closeness(text, other);
                if closeness >= threshold && shared >= least_shared {
                    pairs.push((text, other));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
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
fn weight(texts: usize, with_word: usize) -> f64 {
    (1.0 + texts as f64 / with_word as f64).ln()
}

/// Returns the words of `text` that carry content, each once and in order: without case and endings, without numbers alone.
fn content_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| word.chars().count() > 2 && !word.chars().all(|letter| letter.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err())
        .map(stem)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Takes the commonest English endings off, so that `pools`, `pooling` and `pooled` are one word. Other languages lose little.
fn stem(word: String) -> String {
    for (ending, least) in [("ations", 4), ("ation", 4), ("ings", 3), ("ing", 3), ("ied", 2), ("ies", 2), ("ed", 3), ("es", 3), ("s", 3)] {
        if let Some(rest) = word.strip_suffix(ending).filter(|rest| rest.chars().count() >= least) {
            if ending == "s" && rest.ends_with(['s', 'u', 'i']) {
                return word;
            }
            let mut stemmed = rest.to_owned();
            match ending {
                "ies" | "ied" => stemmed.push('y'),
                _ => {
                    let mut last = stemmed.chars().rev();
                    if let (Some(a), Some(b)) = (last.next(), last.next())
                        && a == b
                        && !matches!(a, 'l' | 's' | 'z')
                        && ending != "s"
                    {
                        stemmed.pop();
                    }
                }
            }
            return stemmed.strip_suffix('e').map_or(stemmed.clone(), str::to_owned);
        }
    }
    word.strip_suffix('e').filter(|rest| rest.chars().count() >= 3).map_or(word.clone(), str::to_owned)
}

/// Words without content, and those that every postmortem has. In order.
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
    fn stop_words_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
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
        assert_eq!(texts.close_pairs(0.2, 4, |_, _| true), [(3, 0)]);
        assert_eq!(texts.close_pairs(0.2, 4, |_, _| false), []);
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
        assert_eq!(texts.close_pairs(0.05, 4, |_, _| true), [(1, 0), (2, 0), (2, 1)]);
    }

    #[test]
    fn equal_texts_are_all_joined() {
        let texts = Texts::new((0..300).map(|_| Some("expired wildcard certificate gateway")));
        let pairs = texts.close_pairs(0.2, 4, |_, _| true);
        let mut reached = std::collections::BTreeSet::from([0]);
        for (later, earlier) in pairs {
            if reached.contains(&earlier) {
                reached.insert(later);
            }
        }
        assert_eq!(reached.len(), 300);
    }
}

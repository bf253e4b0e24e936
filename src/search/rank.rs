//! Finds and ranks: the answer to a query.
//!
//! The same steps stand in `theme/js/search.js`. All figures are whole numbers, so that both give the same order to the last place.
//!
//! Every word must be found, as it is, else as the beginning of a word, else with a typing error. Where no incident has them all, and
//! for pasted text, those that hold most of it count, by how rare its words are. A word counts by its rarity and by the places in
//! which it stands; among equals the later incident comes first.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    index::Index,
    prepare::Place,
    query::{FieldName, Filter, Query},
    tokenise::{Part, Run, tokenise},
};

/// How much a word counts in each place, see [`Place`].
const PLACE_WEIGHTS: [u32; 6] = [16, 14, 6, 4, 3, 2];
/// How well a term matches what was typed.
const EXACT: u32 = 100;
const PARTS: u32 = 80;
const PREFIX: u32 = 70;
const TYPING_ERROR: u32 = 50;
/// How many words a prefix or a typing error may stand for.
const MAX_EXPANSIONS: usize = 24;
const MAX_CORRECTIONS: usize = 4;
/// Of pasted text so many words are looked up, the rarest.
const MAX_PASTED_WORDS: usize = 8;
/// Share, in percent, of the best answer to pasted text that others must reach.
const PASTED_PERCENT: u32 = 60;
const MAX_PASTED_HITS: usize = 50;

/// How a query was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// Every hit has every word.
    #[default]
    All,
    /// No incident has them all, or the text was pasted: these hold most of it.
    Most,
}

/// An incident that answers a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its number in the index.
    pub entry: u32,
    /// How well it answers; comparable within one answer only.
    pub score: u64,
    /// The places in which words of the query stand.
    pub places: u8,
}

/// The answer to a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// How it was answered.
    pub way: Way,
    /// The terms that were found, for highlighting.
    pub terms: Vec<String>,
    /// What was typed and the terms that it was taken for.
    pub corrected: Vec<(String, Vec<String>)>,
}

/// An incident in which a word stands.
#[derive(Debug, Clone, Copy)]
struct Match {
    entry: u32,
    places: u8,
    quality: u32,
}

/// A word of the query: where it was found.
#[derive(Debug, Default)]
struct Found {
    matches: Vec<Match>,
    terms: Vec<String>,
    is_corrected: bool,
    /// The logarithm of how many incidents hold its commonest term.
    size: u32,
}

impl Index {
    /// Answers a query.
    pub fn answer(&self, query: &Query) -> Answer {
        let allowed = self.allowed(query);
        let is_pasted = query.is_pasted();
        let last = query.words.len().wrapping_sub(1);
        let mut found = Vec::new();
        for (at, word) in query.words.iter().enumerate() {
            let may_be_unfinished = query.is_typing && at == last;
            found.push(self.find_word(word, may_be_unfinished, !is_pasted));
        }
        for phrase in &query.phrases {
            found.extend(phrase.iter().filter(|run| is_asked(run)).map(|run| self.find_word(run, false, false)));
        }
        let mut answer = Answer::default();
        for (word, found) in query.words.iter().zip(&found).filter(|(_, found)| found.is_corrected) {
            answer.corrected.push((word.parts[0].folded.clone(), found.terms.clone()));
        }
        if is_pasted {
            // Of pasted text only the rarest words are worth their postings.
            found.retain(|found| !found.matches.is_empty());
            found.sort_by_key(|found| found.size);
            found.truncate(MAX_PASTED_WORDS);
        }
        answer.terms = found.iter().flat_map(|found| found.terms.iter().cloned()).collect();
        answer.terms.sort();
        answer.terms.dedup();
        if found.is_empty() {
            answer.hits =
                (0..self.len()).filter(|entry| allowed[*entry]).map(|entry| Hit { entry: number(entry), score: 0, places: 0 }).collect();
        } else {
            let scores = if is_pasted { BTreeMap::new() } else { self.with_all(&found) };
            let mut hits = self.keep(query, scores, &allowed);
            if hits.is_empty() && (is_pasted || query.phrases.is_empty() && found.len() > 1) {
                hits = self.keep(query, self.with_most(found, &allowed), &allowed);
                answer.way = Way::Most;
            }
            answer.hits = hits;
        }
        answer.hits.sort_by_key(|hit| std::cmp::Reverse((hit.score, hit.entry)));
        if answer.way == Way::Most {
            answer.hits.truncate(MAX_PASTED_HITS);
        }
        answer
    }

    /// Keeps the hits that the fields, the phrases and the excluded words allow.
    fn keep(&self, query: &Query, scores: BTreeMap<u32, (u64, u8)>, allowed: &[bool]) -> Vec<Hit> {
        let hits = scores.into_iter().filter(|(entry, _)| allowed[*entry as usize]);
        let hits = hits.map(|(entry, (score, places))| Hit { entry, score, places });
        hits.filter(|hit| query.phrases.iter().all(|phrase| self.may_hold(hit.entry, phrase))).collect()
    }

    /// Returns for each incident whether fields, days and excluded words allow it.
    fn allowed(&self, query: &Query) -> Vec<bool> {
        let mut allowed = vec![true; self.len()];
        for field in FieldName::ALL {
            let asked: Vec<&Filter> = query.filters.iter().filter(|filter| filter.field == field && !filter.is_negative).collect();
            let refused: Vec<&Filter> = query.filters.iter().filter(|filter| filter.field == field && filter.is_negative).collect();
            if asked.is_empty() && refused.is_empty() {
                continue;
            }
            for (entry, allowed) in self.entries.iter().zip(&mut allowed) {
                let has = |filter: &&Filter| entry.fields.values(field).iter().any(|value| is_value(value, &filter.value));
                *allowed &= (asked.is_empty() || asked.iter().any(has)) && !refused.iter().any(has);
            }
        }
        for (entry, allowed) in self.entries.iter().zip(&mut allowed) {
            let is_in = |day: NaiveDate| query.after.is_none_or(|after| day >= after) && query.before.is_none_or(|before| day < before);
            *allowed &= query.after.is_none() && query.before.is_none() || entry.day.is_some_and(is_in);
        }
        for runs in &query.without {
            let found: Vec<Found> = runs.iter().filter(|run| is_asked(run)).map(|run| self.find_word(run, false, false)).collect();
            for entry in self.with_all(&found).into_keys().filter(|entry| runs.len() == 1 || self.may_hold(*entry, runs)) {
                allowed[entry as usize] = false;
            }
        }
        allowed
    }

    /// Finds a word: as it is, as the beginning of others, with a typing error.
    fn find_word(&self, run: &Run, may_be_unfinished: bool, may_be_wrong: bool) -> Found {
        let mut found = Found::default();
        if let Some(whole) = run.whole.as_ref().and_then(|whole| self.find(whole)) {
            found.matches = self.matches(whole, EXACT);
            self.note(&mut found, whole);
        }
        let asked: Vec<&Part> = run.parts.iter().filter(|part| part.indexed).collect();
        let Some(last) = asked.len().checked_sub(1) else { return found };
        let mut parts: Option<Vec<Match>> = None;
        for (at, part) in asked.iter().enumerate() {
            let matches = self.find_part(part, may_be_unfinished && at == last, may_be_wrong && last == 0, &mut found);
            parts = Some(match parts {
                Some(parts) => in_both(&parts, &matches),
                None => matches,
            });
        }
        let mut parts = parts.unwrap_or_default();
        if last > 0 {
            parts.iter_mut().for_each(|part| part.quality = part.quality.min(PARTS));
        }
        found.matches = in_either(&found.matches, &parts);
        found
    }

    fn find_part(&self, part: &Part, may_be_unfinished: bool, may_be_wrong: bool, found: &mut Found) -> Vec<Match> {
        let mut matches = Vec::new();
        let exact = self.find(&part.term);
        if let Some(exact) = exact {
            matches = self.matches(exact, EXACT);
            self.note(found, exact);
        }
        let is_long_enough = part.folded.chars().count() >= 2 || !part.folded.is_ascii();
        if is_long_enough && (may_be_unfinished || exact.is_none()) {
            let mut longer: Vec<usize> = self.find_prefix(&part.folded).filter(|term| Some(*term) != exact).collect();
            longer.sort_by_key(|term| (std::cmp::Reverse(self.postings(*term).len().ilog2()), *term));
            for term in longer.into_iter().take(MAX_EXPANSIONS) {
                matches = in_either(&matches, &self.matches(term, PREFIX));
                self.note(found, term);
            }
        }
        if matches.is_empty() && may_be_wrong {
            for term in self.corrections(&part.term) {
                matches = in_either(&matches, &self.matches(term, TYPING_ERROR));
                self.note(found, term);
                found.is_corrected = true;
            }
        }
        matches
    }

    fn note(&self, found: &mut Found, term: usize) {
        found.terms.push(self.terms[term].to_string());
        found.size = found.size.max(self.postings(term).len().ilog2());
    }

    fn matches(&self, term: usize, quality: u32) -> Vec<Match> {
        self.postings(term).iter().map(|posting| Match { entry: posting.entry(), places: posting.places(), quality }).collect()
    }

    /// Returns the terms that `typed` may have been meant for: the fewest errors, then the most incidents.
    fn corrections(&self, typed: &str) -> Vec<usize> {
        let typed: Vec<char> = typed.chars().collect();
        let allowed = allowed_errors(typed.len());
        if allowed == 0 {
            return Vec::new();
        }
        let mut close: Vec<(usize, std::cmp::Reverse<u32>, usize)> = Vec::new();
        for (at, term) in self.terms.iter().enumerate() {
            // The first letter is taken as right, or as swapped with the second.
            if !term.starts_with(typed[0]) && !term.strip_prefix(typed[1]).is_some_and(|rest| rest.starts_with(typed[0])) {
                continue;
            }
            let term: Vec<char> = term.chars().collect();
            if term.len().abs_diff(typed.len()) <= allowed
                && let errors = typing_errors(&typed, &term)
                && errors <= allowed
            {
                close.push((errors, std::cmp::Reverse(self.postings(at).len().ilog2()), at));
            }
        }
        close.sort_unstable();
        let fewest = close.first().map_or(0, |first| first.0);
        close.into_iter().take_while(|(errors, ..)| *errors == fewest).take(MAX_CORRECTIONS).map(|(.., term)| term).collect()
    }

    /// Scores the incidents that hold every word.
    fn with_all(&self, found: &[Found]) -> BTreeMap<u32, (u64, u8)> {
        let mut scores: BTreeMap<u32, (u64, u8, u8)> = BTreeMap::new();
        for (at, found) in found.iter().enumerate() {
            let rarity = rarity(self.len(), found.matches.len());
            let mut next = BTreeMap::new();
            for found in &found.matches {
                let score = u64::from(rarity * weight(found.places) * found.quality);
                if at == 0 {
                    next.insert(found.entry, (score, found.places, found.places));
                } else if let Some((above, places, shared)) = scores.get(&found.entry) {
                    next.insert(found.entry, (above + score, places | found.places, shared & found.places));
                }
            }
            scores = next;
        }
        // Words that stand in one place belong together.
        let together = |score: u64, shared: u8| if found.len() > 1 && shared != 0 { score + score / 4 } else { score };
        scores.into_iter().map(|(entry, (score, places, shared))| (entry, (together(score, shared), places))).collect()
    }

    /// Scores the incidents by how much they hold, and keeps those that hold nearly as much as the best.
    fn with_most(&self, mut found: Vec<Found>, allowed: &[bool]) -> BTreeMap<u32, (u64, u8)> {
        found.retain(|found| !found.matches.is_empty());
        found.sort_by_key(|found| found.matches.len().ilog2());
        found.truncate(MAX_PASTED_WORDS);
        let mut held: BTreeMap<u32, Held> = BTreeMap::new();
        for found in &found {
            let rarity = rarity(self.len(), found.matches.len());
            for found in found.matches.iter().filter(|found| allowed[found.entry as usize]) {
                let amount = rarity * found.quality;
                let held = held.entry(found.entry).or_default();
                held.amount += amount;
                held.score += u64::from(amount * (150 + weight(found.places)));
                held.places |= found.places;
                for (place, sum) in held.by_place.iter_mut().enumerate() {
                    *sum += if found.places >> place & 1 == 1 { amount } else { 0 };
                }
            }
        }
        let best = held.values().map(|held| held.amount).max().unwrap_or(0);
        held.retain(|_, held| u64::from(held.amount) * 100 >= u64::from(best) * u64::from(PASTED_PERCENT));
        // What stands in one place belongs together.
        let together = |held: &Held| u64::from(held.by_place.iter().max().copied().unwrap_or(0)) * 50;
        held.into_iter().map(|(entry, held)| (entry, (held.score + together(&held), held.places))).collect()
    }

    /// Returns false where the card shows that the incident does not hold the phrase; what a card leaves out may hold it.
    fn may_hold(&self, entry: u32, phrase: &[Run]) -> bool {
        let card = &self.entries[entry as usize].card;
        card.ends_with('+') || card.lines().any(|line| holds_phrase(line, phrase))
    }
}

/// What an incident holds of a query.
#[derive(Debug, Default)]
struct Held {
    amount: u32,
    score: u64,
    places: u8,
    by_place: [u32; Place::ALL.len()],
}

impl super::prepare::Fields {
    /// Returns the values of a field.
    pub(super) fn values(&self, field: FieldName) -> &[String] {
        match field {
            FieldName::Cause => &self.causes,
            FieldName::Component => &self.components,
            FieldName::Service => &self.services,
            FieldName::Severity => self.severity.as_slice(),
            FieldName::Status => self.status.as_slice(),
            FieldName::Owner => &self.owners,
        }
    }
}

fn is_asked(run: &Run) -> bool {
    run.whole.is_some() || run.parts.iter().any(|part| part.indexed)
}

fn number(entry: usize) -> u32 {
    u32::try_from(entry).unwrap_or(u32::MAX)
}

/// Returns how much a word counts that stands in these places: the best of them, and a little for each other.
fn weight(places: u8) -> u32 {
    let weights = || PLACE_WEIGHTS.iter().enumerate().filter(|(place, _)| places >> place & 1 == 1).map(|(_, weight)| *weight);
    weights().max().unwrap_or(0) * 3 + weights().sum::<u32>()
}

/// Returns how rare a word is that `count` of `total` incidents hold: sixteen times the logarithm of two, in whole numbers, plus 8.
fn rarity(total: usize, count: usize) -> u32 {
    let times = u32::try_from((total + 1) * 16 / count.max(1)).unwrap_or(u32::MAX >> 5).max(16);
    let log = times.ilog2();
    log * 16 + ((times << 4 >> log) & 15) - 64 + 8
}

/// Merges two lists in order of entry: what is in both.
fn in_both(a: &[Match], b: &[Match]) -> Vec<Match> {
    let mut both = Vec::new();
    let mut at = 0;
    for a in a {
        while at < b.len() && b[at].entry < a.entry {
            at += 1;
        }
        if let Some(b) = b.get(at).filter(|b| b.entry == a.entry) {
            let shared = a.places & b.places;
            let places = if shared == 0 { a.places | b.places } else { shared };
            both.push(Match { entry: a.entry, places, quality: a.quality.min(b.quality) });
        }
    }
    both
}

/// Merges two lists in order of entry: what is in either.
fn in_either(a: &[Match], b: &[Match]) -> Vec<Match> {
    let mut either = Vec::with_capacity(a.len() + b.len());
    let mut rest = b;
    for a in a {
        let earlier = rest.partition_point(|b| b.entry < a.entry);
        either.extend_from_slice(&rest[..earlier]);
        rest = &rest[earlier..];
        match rest.split_first() {
            Some((b, after)) if b.entry == a.entry => {
                either.push(Match { entry: a.entry, places: a.places | b.places, quality: a.quality.max(b.quality) });
                rest = after;
            }
            _ => either.push(*a),
        }
    }
    either.extend_from_slice(rest);
    either
}

/// How many typing errors a word of that length may have.
fn allowed_errors(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Returns the errors between two words: letters that are missing, too many, wrong, or swapped with their neighbour.
fn typing_errors(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let is_wrong = usize::from(a[i - 1] != b[j - 1]);
            let mut errors = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + is_wrong);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                errors = errors.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = errors;
        }
    }
    rows[a.len()][b.len()]
}

/// True where the words of the phrase stand in `text`, one after the other.
pub(super) fn holds_phrase(text: &str, phrase: &[Run]) -> bool {
    let parts = |runs: &[Run]| runs.iter().flat_map(|run| &run.parts).map(|part| part.term.clone()).collect::<Vec<_>>();
    let (text, phrase) = (parts(&tokenise(text)), parts(phrase));
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

/// True where `typed` names the value: all of it, or each of its words begins one of the value's.
fn is_value(value: &str, typed: &str) -> bool {
    let words = |text: &str| tokenise(text).into_iter().flat_map(|run| run.parts).map(|part| part.folded).collect::<Vec<_>>();
    let (value, typed) = (words(value), words(typed));
    !typed.is_empty() && typed.iter().all(|typed| value.iter().any(|word| word.starts_with(typed.as_str())))
}
